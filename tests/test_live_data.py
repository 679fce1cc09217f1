"""Data of this repository changes without breaking tests: tests/live follows it, and no other test reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.checkouts import commit, edit, started
from tests.conftest import LIVE_DATA, LiveDataReadError
from tests.samples import ROOT
from tests.site.test_build import CRITERION, WEIGHTING
from tests.test_documents import tracked

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["schema/rubric.yaml", "governance.yml", "leaderboard/leaderboard.json"])
def test_live_data_cannot_be_read_by_other_tests(name: str) -> None:
    with pytest.raises(LiveDataReadError, match="tests/data"):
        (ROOT / name).read_bytes()


@pytest.mark.parametrize("name", LIVE_DATA)
def test_live_data_cannot_be_listed_by_other_tests(name: str) -> None:
    if os.path.isdir(name):  # noqa: PTH112
        with pytest.raises(LiveDataReadError, match="tests/data"):
            os.listdir(name)  # noqa: PTH208


@pytest.mark.parametrize("root", [["--root", str(ROOT)], []])
def test_no_bot_can_be_started_on_live_data_by_other_tests(root: list[str]) -> None:
    with pytest.raises(LiveDataReadError, match="tests/data"):
        started([*root, "check"], ROOT)


@pytest.mark.thorough
def test_tests_of_live_data_pass_whatever_the_rubric_and_the_assessments_gain_or_lose(tmp_path: Path) -> None:
    root = tmp_path / "changed"
    for path in tracked():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, root / path)
    edit(root / "schema/rubric.yaml", "  - id: accessibility\n", CRITERION)
    edit(root / "schema/rubric.yaml", "  - id: osd\n", WEIGHTING)
    assessments = sorted(set(root.glob("assessments/*/*.yaml")) - set(root.glob("assessments/*/developer.yaml")))
    for file in assessments[3:]:
        file.unlink()
    for developer in root.glob("assessments/*/developer.yaml"):
        if [file.name for file in developer.parent.iterdir()] == ["developer.yaml"]:
            shutil.rmtree(developer.parent)
    for file in assessments[:3]:
        file.write_text(file.read_text("utf-8").rstrip("\n") + "\n  governance:\n    level: closed\n", "utf-8")
    built = started(["build"], root, PYTHONPATH=str(root))
    assert built.code == 0, built.err
    commit(root)
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", "tests/live"]
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
