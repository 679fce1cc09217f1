"""The tests of this folder pass whatever the rubric and the assessments gain or lose."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkouts import commit, edit, started
from tests.samples import ROOT
from tests.site.test_build import CRITERION, WEIGHTING
from tests.test_documents import tracked

THIS = Path(__file__).relative_to(ROOT)


@pytest.mark.thorough
def test_another_criterion_another_weighting_and_only_three_assessments_break_no_test(tmp_path: Path) -> None:
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
        edit(file, "\nratings:\n", "\nratings:\n  governance:\n    level: closed\n")
    built = started(["build"], root, PYTHONPATH=str(root))
    assert built.code == 0, built.err
    commit(root)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "0",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/live",
        f"--ignore={THIS}",
    ]
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
