"""Checkouts for tests: folders and git repositories of fictional models, and the command line run in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.assessment import MODELINE
from bot.cli import main
from tests.samples import ROOT, rubric

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

README = "# Models\n\n<!-- leaderboard:begin -->\n<!-- leaderboard:end -->\n\nThe end.\n"
DEVELOPER = f"""{MODELINE.format("developer")}
name: Example Lab
country: International
kind: single-research-institute
url: https://example.org
"""
MODELS = {
    "example/one": "oooooooooooooooo",
    "example/two": "ssssssssssssssss",
    "example-labs/three": "ccccccccccnnnccc",
}
"""A small board: ids, and a letter for each level, as `tests.samples.entry_with` spells them."""

_LEVELS = {"o": "open", "s": "semi-open", "c": "closed", "n": "not-applicable"}


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


# ---- files -----------------------------------------------------------------------------------------------------------


def write(root: Path, path: str, text: str) -> Path:
    """Writes a file below `root`, with its folders."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


def edit(file: Path, old: str, new: str) -> Path:
    """Replaces the first `old` in a file, which must be there."""
    text = file.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    return file


def model_text(name: str, levels: str, where: str = "Section 1") -> str:
    """An assessment without problems. `levels` has a letter for each criterion of the rubric."""
    parts = [f"{MODELINE.format('assessment')}\nmodel: {name}\nmodality: [text]\nratings:\n"]
    for criterion, letter in zip(rubric().criteria, levels, strict=True):
        parts.append(f"  {criterion.id}:\n    level: {_LEVELS[letter]}\n")
        if letter != "c":
            parts.append(f"    evidence:\n      - url: https://example.org/{criterion.id}\n        where: {where}\n")
            parts.append("        fact: It says so.\n        accessed: 2025-03-31\n    note: Read on that day.\n")
    return "".join(parts)


def name_of(model_id: str) -> str:
    """The name that `add_model` gives a model: `Example Labs Three` for `example-labs/three`."""
    return model_id.replace("/", " ").replace("-", " ").title()


def add_model(root: Path, model_id: str, levels: str, where: str = "Section 1") -> Path:
    """Writes the file of a model, and its developer's where there is none."""
    developer = f"assessments/{model_id.partition('/')[0]}/developer.yaml"
    if not (root / developer).exists():
        write(root, developer, DEVELOPER)
    return write(root, f"assessments/{model_id}.yaml", model_text(name_of(model_id), levels, where))


def checkout(root: Path, models: Mapping[str, str] = MODELS) -> Path:
    """A checkout of these models without the study; returns `root`."""
    write(root, "README.md", README)
    for path in ("schema/rubric.yaml", "governance.yml"):
        write(root, path, (ROOT / path).read_text("utf-8"))
    (root / "assessments").mkdir(exist_ok=True)
    for model_id, levels in models.items():
        add_model(root, model_id, levels)
    return root


def real_checkout(root: Path) -> Path:
    """A copy of this repository's own data, with what is generated from it; returns `root`."""
    for folder in ("assessments", "decisions", "leaderboard", "schema", "studies"):
        shutil.copytree(ROOT / folder, root / folder)
    for name in ("README.md", "GOVERNANCE.md", "governance.yml"):
        shutil.copy(ROOT / name, root)
    return root


def files(root: Path) -> dict[str, bytes]:
    """Every file below `root` outside of `.git` with its content; symbolic links are followed."""
    found = (file for file in sorted(root.rglob("*")) if ".git" not in file.relative_to(root).parts)
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in found if file.is_file()}


# ---- commands --------------------------------------------------------------------------------------------------------


def run(root: Path, *arguments: str) -> Ran:
    """`openness-bot --root ROOT ARGUMENTS`, in this process."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["--root", str(root), *arguments])
    return Ran(code, out.getvalue(), err.getvalue())


def started(arguments: list[str], folder: Path, **environment: str) -> Ran:
    """`openness-bot ARGUMENTS` as a process of its own, started in `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


# ---- git -------------------------------------------------------------------------------------------------------------


def git(root: Path, *arguments: str) -> str:
    """What `git` prints, whatever this machine's own configuration is."""
    who = ["-c", "user.name=Example", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main"]
    return subprocess.run(
        ["git", "-C", str(root), *who, *arguments],
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def commit(root: Path) -> str:
    """Commits everything as it lies there; returns the id."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "A change")
    return git(root, "rev-parse", "HEAD").strip()
