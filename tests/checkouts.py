"""Checkouts for tests: folders and git repositories of fictional models, and the command line run in them."""

from __future__ import annotations

import atexit
import csv
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

from bot.board.model.assessment import MODELINE
from bot.cli import main
from tests.samples import DATA, ROOT, rubric

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """The result of a command."""

    code: int
    out: str
    err: str


# ---- files -----------------------------------------------------------------------------------------------------------


def write(root: Path, path: str, text: str) -> Path:
    """Write a file below `root`, with its folders."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


def edit(file: Path, old: str, new: str) -> Path:
    """Replace the first `old` in a file, which must contain it."""
    text = file.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    return file


def model_text(name: str, levels: str, where: str = "Section 1") -> str:
    """Return an assessment without problems. `levels` has a letter for each criterion of the rubric."""
    parts = [f"{MODELINE.format('assessment')}\nmodel: {name}\nmodality: [text]\nratings:\n"]
    for criterion, letter in zip(rubric().criteria, levels, strict=True):
        parts.append(f"  {criterion.id}:\n    level: {_LEVELS[letter]}\n")
        if letter != "c":
            parts.append(f"    evidence:\n      - url: https://example.org/{criterion.id}\n        where: {where}\n")
            parts.append("        fact: It says so.\n        accessed: 2025-03-31\n    note: Read on that day.\n")
    return "".join(parts)


def developer_text(folder: str) -> str:
    """Return the developer.yaml of a folder. Each has another name and page; one organisation has one folder."""
    if folder == "example":
        return DEVELOPER
    text = DEVELOPER.replace("name: Example Lab", f"name: {name_of(folder)}")
    return text.replace("https://example.org", f"https://example.org/{folder}")


def name_of(model_id: str) -> str:
    """Return the name that `add_model` gives a model: `Example Labs Three` for `example-labs/three`."""
    return model_id.replace("/", " ").replace("-", " ").title()


def add_model(root: Path, model_id: str, levels: str, where: str = "Section 1") -> Path:
    """Write the file of a model, and its developer's where there is none."""
    folder = model_id.partition("/")[0]
    developer = f"assessments/{folder}/developer.yaml"
    if not (root / developer).exists():
        write(root, developer, developer_text(folder))
    return write(root, f"assessments/{model_id}.yaml", model_text(name_of(model_id), levels, where))


def checkout(root: Path, models: Mapping[str, str] = MODELS) -> Path:
    """Write a checkout of these models without the study; return `root`."""
    write(root, "README.md", README)
    for path in ("schema/rubric.yaml", "governance.yml"):
        write(root, path, (DATA / path).read_text("utf-8"))
    (root / "assessments").mkdir(exist_ok=True)
    for model_id, levels in models.items():
        add_model(root, model_id, levels)
    return root


def sample_checkout(root: Path) -> Path:
    """Copy all frozen data of tests/data and the study to `root`; return `root`."""
    shutil.copytree(DATA, root, dirs_exist_ok=True)
    shutil.copytree(ROOT / "studies", root / "studies")
    write(root, "README.md", README)
    return root


def study_checkout(root: Path) -> Path:
    """Write a checkout of the study and of its models, rated as the study does; return `root`."""
    shutil.copytree(ROOT / "studies", root / "studies")
    letters = {level: letter for letter, level in _LEVELS.items()}
    with (ROOT / "studies/jeon-2025/ratings.csv").open(encoding="utf-8", newline="") as opened:
        lines = list(csv.DictReader(opened))
    criteria = [criterion.id for criterion in rubric().criteria]
    return checkout(root, {line["id"]: "".join(letters[line[one]] for one in criteria) for line in lines})


def temporary_folder() -> Path:
    """Return a new folder that is there until the process ends."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    return Path(folder.name)


def files(root: Path) -> dict[str, bytes]:
    """Return every file below `root` outside of `.git` with its content; follow symbolic links."""
    found = (file for file in sorted(root.rglob("*")) if ".git" not in file.relative_to(root).parts)
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in found if file.is_file()}


# ---- commands --------------------------------------------------------------------------------------------------------


def run(root: Path, *arguments: str) -> Ran:
    """Run `openness-bot --root ROOT ARGUMENTS` in this process."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["--root", str(root), *arguments])
    return Ran(code, out.getvalue(), err.getvalue())


def started(arguments: list[str], folder: Path, **environment: str) -> Ran:
    """Run `openness-bot ARGUMENTS` as a separate process in `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


# ---- git -------------------------------------------------------------------------------------------------------------


_CONFIGURED = [
    option
    for setting in (
        "user.name=Example",
        "user.email=somebody@example.org",
        "init.defaultBranch=main",
        "init.templateDir=",
        "maintenance.auto=false",
    )
    for option in ("-c", setting)
]
_FIRST_COMMIT = "2026-01-05T09:00:00+00:00"
_CLONE_CONFIG = """[core]
\trepositoryformatversion = 0
\tbare = false
\tlogAllRefUpdates = true
[remote "origin"]
\turl = {url}
\tfetch = +refs/heads/*:refs/remotes/origin/*
[branch "main"]
\tremote = origin
\tmerge = refs/heads/main
"""


def git(root: Path, *arguments: str) -> str:
    """Return the output of `git`, independent of this machine's configuration."""
    return subprocess.run(
        ["git", "-C", str(root), *_CONFIGURED, *arguments],
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def commit(root: Path, message: str = "A change") -> str:
    """Commit the whole work tree; return the id."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
    head = (root / ".git/HEAD").read_text("ascii").strip()
    return (root / ".git" / head.removeprefix("ref: ")).read_text("ascii").strip() if head[:5] == "ref: " else head


@cache
def _committed(models: tuple[tuple[str, str], ...]) -> Path:
    """Return a checkout of these models with its first commit. Copying it takes a tenth of the time of making it."""
    root = checkout(temporary_folder() / "checkout", dict(models))
    with mock.patch.dict(os.environ, {f"GIT_{who}_DATE": _FIRST_COMMIT for who in ("AUTHOR", "COMMITTER")}):
        commit(root)
    return root


def committed_checkout(root: Path, models: Mapping[str, str] = MODELS) -> Path:
    """Write a checkout of these models with one commit, always of the same id; return `root`."""
    shutil.copytree(_committed(tuple(models.items())), root, symlinks=True)
    return root


def clone(root: Path, target: Path, url: str) -> Path:
    """Make `target` a clone with one branch, main, at the commit of `root`, as `git clone URL` does; return `target`."""
    shutil.copytree(root, target, symlinks=True)
    write(target, ".git/config", _CLONE_CONFIG.format(url=url))
    write(target, ".git/refs/remotes/origin/main", (root / ".git/refs/heads/main").read_text("ascii"))
    return target
