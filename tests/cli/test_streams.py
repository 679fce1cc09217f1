"""The output of all commands in other people's terminals: other encodings, and readers that stop reading."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.checkouts import committed_checkout, edit, started
from tests.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NAME = "예시 모델\u2011X café 😀"
"""A name that no encoding but Unicode's has: Korean, a hyphen that doesn't break, an accent, and a character beyond 16 bits."""
COMMANDS = [
    ["rank"],
    ["show", "example/full"],
    ["compare", "example/full", "example/partial"],
    ["history", "example/full"],
    ["preview", "--base", "HEAD"],
    ["check"],
    ["build", "--check"],
    ["show", "Ⅷ"],
    ["--help"],
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = committed_checkout(
        tmp_path_factory.mktemp("streams") / "checkout",
        {"example/full": "oooooooooooooooo", "example/partial": "osccccccccccccco"},
    )
    file = root / "assessments/example/full.yaml"
    name = next(line for line in file.read_text("utf-8").split("\n") if line.startswith("model: "))
    edit(file, name, f"model: {NAME}")
    return root


def test_a_command_works_in_a_korean_terminal(root: Path) -> None:
    assert_same_result(["rank"], root, PYTHONUTF8="0", PYTHONIOENCODING="cp949")


@pytest.mark.thorough
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp949"},
        {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        {"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"},
        {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252:strict"},
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "LANG": "C"},
    ],
    ids=str,
)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_each_command_works_in_any_surroundings(command: list[str], environment: dict[str, str], root: Path) -> None:
    assert_same_result(command, root, **environment)


def assert_same_result(command: list[str], root: Path, **environment: str) -> None:
    usual, other = (done(command, root, **variables) for variables in ({"PYTHONUTF8": "1"}, environment))
    assert other.returncode == usual.returncode != 3
    assert b"Traceback" not in other.stderr
    assert (not other.stdout, not other.stderr) == (not usual.stdout, not usual.stderr)


def done(command: list[str], root: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    variables = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(
        [sys.executable, "-m", "bot", *command], cwd=root, env=variables, capture_output=True, check=False
    )


@pytest.mark.parametrize("encoding", ["cp949", pytest.param("latin-1", marks=pytest.mark.thorough)])
def test_json_loses_nothing_in_an_encoding_without_its_characters(encoding: str, root: Path) -> None:
    command = ["preview", "--base", "HEAD", "--format", "json"]
    usual = started(command, root)
    other = done(command, root, PYTHONUTF8="0", PYTHONIOENCODING=encoding)
    assert json.loads(other.stdout.decode(encoding)) == json.loads(usual.out)
    assert NAME in str(json.loads(usual.out))


@pytest.mark.thorough
def test_a_reader_that_has_seen_enough_is_no_bug(root: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "rank"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (1, b"")


@pytest.mark.thorough
@pytest.mark.skipif(os.name == "nt", reason="it takes a shell")
def test_no_output_at_all_is_no_bug(root: Path) -> None:
    command = f'"{sys.executable}" -m bot rank >&-'
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
