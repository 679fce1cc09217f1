"""Trees of real files, and real git repositories around them."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from bot.board.reading.tree import FileKind, TreeFile
from bot.git.repository import Repository
from tests.board.reading.golden import BASE, FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

TWO = "assessments/example/two.yaml"


class Texts:
    """A tree whose files are held in memory, by path."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(sorted(texts.items()))

    def files(self, folder: str) -> list[TreeFile]:
        """Return all files below `folder`."""
        below = (path for path in self.texts if path == folder or path.startswith(f"{folder}/"))
        return [TreeFile(path, FileKind.FILE, len(self.texts[path].encode())) for path in below]

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes | None]:
        """Yield the contents of files."""
        yield from (self.texts[file.path].encode() for file in files)

    def content(self, path: str) -> bytes | None:
        """Return the content of one file."""
        return self.texts[path].encode() if path in self.texts else None


def base_tree(root: Path) -> Path:
    """Write a tree with one developer and one assessment."""
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    return root


def assessment_text(model: str, hub_id: str | None = None) -> str:
    """Return a valid assessment of another model."""
    text = (BASE / FIRST).read_text("utf-8").replace("Example One", model)
    return text.replace("huggingface: example/one\n", f"huggingface: {hub_id}\n" if hub_id else "")


def write(root: Path, path: str, text: str) -> Path:
    """Write a file below `root`."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def git(root: Path, *arguments: str) -> str:
    """Run git in `root` without the configuration of the user."""
    settings = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.autocrlf=false")
    alone = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(root), *settings, *arguments]
    return subprocess.run(command, env=alone, check=True, capture_output=True, text=True).stdout.strip()


def repository(root: Path, object_format: str = "sha1") -> Repository:
    """Make `root` a git repository with all its files in one commit."""
    git(root, "init", "-q", f"--object-format={object_format}", "-b", "main")
    commit_all(root)
    return Repository(root)


def commit_all(root: Path) -> str:
    """Commit all files; return the commit's id."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "Test")
    return git(root, "rev-parse", "HEAD")


def developer_text(name: str, url: str | None = None) -> str:
    """Return a valid developer.yaml of another organisation."""
    text = (BASE / "assessments/example/developer.yaml").read_text("utf-8").replace("Example Lab", name)
    return text.replace("url: https://example.org/\n", f"url: {url}\n" if url else "")
