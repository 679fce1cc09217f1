"""The sample of a configuration for pre-commit in CONTRIBUTING: its hook checks what a commit changes."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.checkouts import checkout, edit, run
from tests.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [(ROOT / name).read_text("utf-8") for name in ("CONTRIBUTING.md", "CONTRIBUTING.ko.md")]


def hook() -> dict[str, Any]:
    """Return the only hook of the sample."""
    samples = [re.findall(r"^```yml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for text in TEXTS]
    assert samples[0] == samples[1]
    (sample,) = samples[0]
    (repository,) = yaml.safe_load(sample)["repos"]
    (found,) = repository["hooks"]
    return dict(found)


@pytest.mark.parametrize(("word", "code"), [("text", 0), ("smell", 1)])
def test_the_hook_of_the_sample_refuses_a_wrong_assessment(
    word: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = checkout(tmp_path)
    path = "assessments/example/two.yaml"
    edit(root / path, "modality: [text]", f"modality: [{word}]")
    program, *arguments = shlex.split(hook()["entry"])
    monkeypatch.chdir(root)
    assert program == ".venv/bin/openness-bot"
    assert re.search(hook()["files"], path)
    assert run(root, *arguments, path).code == code


def test_this_repository_uses_the_hook_of_the_sample() -> None:
    (own,) = [
        each
        for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
        for each in repository["hooks"]
        if each["id"] == hook()["id"]
    ]
    assert own == hook()
