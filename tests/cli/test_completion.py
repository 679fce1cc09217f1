"""Completion in shells: what is offered, quickly and silently."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from bot.cli import COMMANDS, cli
from tests.checkouts import checkout, edit, write
from tests.samples import ROOT, rubric

if TYPE_CHECKING:
    from pathlib import Path

CRITERIA = [criterion.id for criterion in rubric().criteria]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = checkout(tmp_path_factory.mktemp("completion"))
    edit(root / "assessments/example/two.yaml", "model: Example Two", 'model: "예시: 2"  # quoted')
    return root


def offered(root: Path, *words: str) -> list[str]:
    """Return what can follow the words, of which the last one has begun."""
    asked = ShellComplete(cli, {}, "openness-bot", "_OPENNESS_BOT_COMPLETE")
    return [item.value for item in asked.get_completions(["--root", str(root), *words[:-1]], words[-1])]


OFFERED = {
    ("show", ""): ["example-labs/three", "example/one", "example/two"],
    ("show", "example/"): ["example/one", "example/two"],
    ("show", "Example L"): ["example-labs/three"],
    ("show", "예시"): ["example/two"],
    ("show", "nothing"): [],
    ("history", "example/o"): ["example/one"],
    ("compare", "example/one", "example/t"): ["example/two"],
    ("draft", "--update", "example/o"): ["example/one"],
    ("draft", "--developer", "example"): ["example", "example-labs"],
    ("history", "example/one", "--criterion", ""): CRITERIA,
    ("history", "example/one", "--criterion", "rl_"): [each for each in CRITERIA if each.startswith("rl_")],
    ("rank", "--weighting", "o"): ["ours", "osd", "osaid"],
    ("rank", "--format", ""): ["text", "json"],
    ("check", "--format", "g"): ["github"],
    ("rank", "--not"): ["--not-applicable"],
    ("evidence", "v"): ["verify"],
    ("che",): ["check"],
    ("",): list(COMMANDS),
    ("--lan",): ["--language"],
    ("--language", ""): ["en", "ko"],
}


@pytest.mark.parametrize("words", OFFERED)
def test_what_can_follow_is_offered(words: tuple[str, ...], root: Path) -> None:
    assert offered(root, *words) == OFFERED[words]


def test_names_are_shown_beside_the_ids(root: Path) -> None:
    asked = ShellComplete(cli, {}, "openness-bot", "_OPENNESS_BOT_COMPLETE")
    items = asked.get_completions(["--root", str(root), "show"], "example/")
    assert [(item.value, item.help) for item in items] == [("example/one", "Example One"), ("example/two", "예시: 2")]


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    write(tmp_path, "assessments/example/one.yaml", "model: \x1b[31mred\u202e\n")
    asked = ShellComplete(cli, {}, "openness-bot", "_OPENNESS_BOT_COMPLETE")
    (item,) = asked.get_completions(["--root", str(tmp_path), "show"], "")
    assert "\x1b" not in str(item.help)
    assert "\u202e" not in str(item.help)


@pytest.mark.parametrize("words", [("show", ""), ("rank", "--weighting", ""), ("draft", "--developer", "")])
def test_nothing_is_offered_outside_of_a_checkout(words: tuple[str, ...], tmp_path: Path) -> None:
    assert offered(tmp_path, *words) == []


def test_a_broken_rubric_completes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "schema/rubric.yaml", "levels: [\n")
    assert offered(tmp_path, "rank", "--weighting", "") == []


def completed(folder: Path, tmp_path: Path, *words: str) -> tuple[str, str]:
    """Return output and errors of a real bash that has loaded the completion and is asked for the last word."""
    program = write(tmp_path, "bin/openness-bot", f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n')
    program.chmod(0o755)
    script = (
        'source <(_OPENNESS_BOT_COMPLETE=bash_source openness-bot); COMP_WORDS=(openness-bot "$@"); COMP_CWORD=$#; '
        '_openness_bot_completion openness-bot; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", script, "bash", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout, done.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_models(root: Path, tmp_path: Path) -> None:
    assert completed(root / "assessments", tmp_path, "show", "example/") == ("example/one\nexample/two\n", "")
    assert completed(tmp_path, tmp_path, "show", "example/") == ("\n", "")


def test_completion_loads_no_plotting_library(root: Path) -> None:
    code = (
        "import sys; from click.shell_completion import ShellComplete; from bot.cli import cli; "
        f"asked = ShellComplete(cli, {{}}, 'openness-bot', ''); asked.get_completions([], ''); "
        f"asked.get_completions(['--root', {str(root)!r}, 'show'], ''); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
