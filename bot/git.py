"""The `git` program: what the bot asks of a repository. The only module that starts it."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class GitError(Exception):
    """git refused; the message is for people."""


class Blob(NamedTuple):
    """A file in a commit or in the index."""

    path: str
    mode: str
    """As git writes it: 100644 a file, 100755 an executable one, 120000 a symbolic link, 160000 a submodule."""
    id: str
    size: int | None = None
    """In bytes; None where git doesn't say."""


@dataclass(frozen=True)
class Repository:
    """The git repository whose work tree is `root`."""

    root: Path

    def run(self, *arguments: str) -> bytes:
        """What `git` prints. Raises GitError with git's own words when it fails or isn't there."""
        # Nothing but reading: no refreshed index, no file system monitor that the configuration may start.
        command = ["git", "--no-optional-locks", "-C", str(self.root), "-c", "core.fsmonitor=false", *arguments]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except OSError as error:
            raise GitError(f"git can't be started: {error.strerror}. Install git and try again.") from error
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
            raise GitError(f"git {arguments[0]}: {words}")
        return done.stdout

    def commit(self, ref: str) -> str:
        """The id of the commit that `ref` names. Raises GitError when there is none."""
        if ref.startswith("-"):
            raise GitError(f"`{ref}` is no commit: a name can't begin with a hyphen")
        try:
            return self.run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
        except GitError:
            raise GitError(f"there is no commit `{ref}` here. Name a branch, a tag or a commit id.") from None

    def commits_beyond_head(self, commit: str) -> int:
        """How many commits lead to `commit` that HEAD doesn't have; 0 where HEAD has come from it."""
        try:
            return int(self.run("rev-list", "--count", f"HEAD..{commit}"))
        except GitError:  # HEAD is on a branch without commits
            return 0

    def private_file(self, name: str) -> Path:
        """A path inside the .git folder, where nothing is ever committed."""
        return self.root / self.run("rev-parse", "--git-path", name).decode().strip()

    def tree(self, commit: str, folder: str) -> list[Blob]:
        """All files of a commit below `folder`, ordered by path."""
        listed = self.run("ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--", folder)
        # The folder itself is in the list where it is no folder but a symbolic link or a submodule.
        return [_tree_entry(line) for line in _text(listed).split("\0") if line]

    def unchanged(self, folder: str) -> dict[str, str]:
        """Path to blob id of the files below `folder` that are the same in the work tree as in the index."""
        status = self.run(
            "status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules", "--", folder
        )
        # X is the index against HEAD, Y the work tree against the index: only Y matters here.
        changed = {line[3:] for line in _text(status).split("\0") if line and line[1] != " "}
        index = {}
        for line in _text(self.run("ls-files", "-z", "-v", "--stage", "--", folder)).split("\0"):
            meta, _, path = line.partition("\t")
            # H is neither `assume-unchanged` nor `skip-worktree`, of which git doesn't look at the work tree.
            if path and path not in changed and meta.startswith("H 100"):
                index[path] = meta.split(" ")[2]
        return index

    def blobs(self, ids: list[str]) -> Iterator[bytes]:
        """The contents of these blobs, in order, from one git process."""
        command = ["git", "-C", str(self.root), "cat-file", "--batch"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            if process.stdin is None or process.stdout is None:
                raise GitError("git cat-file gave no pipes")
            for blob_id in ids:
                process.stdin.write(f"{blob_id}\n".encode())
                process.stdin.flush()
                header = process.stdout.readline().split()
                if len(header) != 3 or header[1] != b"blob":
                    raise GitError(f"the file with id {blob_id} is missing from the repository")
                size = int(header[2])
                data = process.stdout.read(size)
                process.stdout.read(1)  # the line break behind it
                yield data
            process.stdin.close()


def _tree_entry(line: str) -> Blob:
    meta, _, path = line.partition("\t")
    mode, _, blob_id, size = meta.split()
    return Blob(path, mode, blob_id, None if size == "-" else int(size))


def _text(printed: bytes) -> str:
    # Paths are bytes to git. What isn't UTF-8 is kept recognisable, as the operating system's own functions keep it.
    return printed.decode("utf-8", "surrogateescape")


def blob_id(data: bytes, length: int = 40) -> str:
    """The id that git gives these bytes; `length` 64 in repositories that use SHA-256."""
    new = hashlib.sha256 if length == 64 else hashlib.sha1
    return new(b"blob %d\0" % len(data) + data).hexdigest()
