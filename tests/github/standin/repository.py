"""The git side of the stand-in: a bare repository, and what GitHub tells about commits, trees and diffs.

What is asked of commit ids never changes, and is remembered; what is asked of names is asked of git each time.
"""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.github.standin.diff import FileDiff, files_between

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.github.standin.state import User

CONFIG = """[core]
\trepositoryformatversion = 0
\tbare = true
\tquotePath = false
[gc]
\tauto = 0
[http]
\treceivepack = true
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[receive]
\tautogc = false
\thideRefs = refs/pull
"""
"""As GitHub: any commit can be fetched by its id, and nobody pushes to `refs/pull`."""


def git_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of every `git` that the stand-in starts: nothing of this machine's own configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    return kept | own | dict(extra or {})


class Signature(NamedTuple):
    """Who wrote a commit, and when (ISO 8601)."""

    name: str
    email: str
    date: str


class Commit(NamedTuple):
    """A commit as git shows it."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


class TreeEntry(NamedTuple):
    """A file or folder in a tree."""

    mode: str
    kind: str
    sha: str
    size: int
    path: str


class BareRepository:
    """A bare repository in `path`. Methods that take a commit id raise `CalledProcessError` when there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: set[str] = set()
        self.files = cache(self._files)
        self.commit = cache(self._commit)
        self.merge_base = cache(self._merge_base)
        self.is_ancestor = cache(self._is_ancestor)
        self.ahead = cache(self._ahead)
        self.merged_tree = cache(self._merged_tree)
        for folder in ("objects", "refs/heads", "hooks"):
            (path / folder).mkdir(parents=True)
        (path / "config").write_text(CONFIG, "utf-8")
        (path / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")

    def git(self, *arguments: str, extra: Mapping[str, str] | None = None) -> str:
        """What `git` prints."""
        return self.git_bytes(*arguments, extra=extra).decode("utf-8", "replace")

    def git_bytes(self, *arguments: str, extra: Mapping[str, str] | None = None) -> bytes:
        """What `git` prints, undecoded."""
        command = ["git", "--git-dir", str(self.path), *arguments]
        return subprocess.run(command, env=git_environment(extra), capture_output=True, check=True).stdout

    # ---- names -------------------------------------------------------------------------------------------------------

    def resolve(self, name: str) -> str | None:
        """The commit id of a branch, a ref or an id; None when there is none."""
        if name in self._known:
            return name
        is_exact = name == "HEAD" or name.startswith("refs/")
        shas = [name] if re.fullmatch(r"[0-9a-f]{7,40}", name) else []
        for candidate in [name] if is_exact else [*shas, *(f"refs/{kind}{name}" for kind in ("heads/", "tags/", ""))]:
            if (tip := self._read(candidate)) in self._known:
                return tip
            try:
                sha = self.git("rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}").strip()
            except subprocess.CalledProcessError:
                continue
            self._known.add(sha)
            return sha
        return None

    def _read(self, ref: str) -> str | None:
        """What stands in the file of a ref, which is quicker than to ask git; None where there is none."""
        try:
            return (self.path / ref).read_text("ascii").strip() if ref.startswith("refs/") else None
        except (OSError, UnicodeError):
            return None

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Every ref that begins with `prefix`, with what it names."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        pairs = (line.split(" ") for line in lines)
        return {name: sha for name, sha in pairs if name.startswith(prefix)}

    def fetch_from(self, folder: Path, commit: str, ref: str) -> str:
        """Take a commit of a checkout over and let `ref` name it, whatever it named before; return the id.

        The objects are linked: a real fetch would start ten processes.
        """
        found = ["git", "-C", str(folder), "rev-parse", "--git-path", "objects", f"{commit}^{{commit}}"]
        done = subprocess.run(found, env=git_environment(), capture_output=True, check=True, text=True)
        objects, sha = done.stdout.splitlines()
        link_missing(folder / objects, self.path / "objects")
        file = self.path / ref
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{sha}\n", "ascii")
        return sha

    def set_ref(self, ref: str, sha: str) -> None:
        """Lets `ref` name a commit that is here already."""
        self.git("update-ref", ref, sha)

    def delete_ref(self, ref: str) -> None:
        """Removes a ref, like the branch of a merged pull request."""
        self.git("update-ref", "-d", ref)

    # ---- commits -----------------------------------------------------------------------------------------------------

    def has_commit(self, sha: str) -> bool:
        """Whether this is the full id of a commit that is here."""
        return len(sha) == 40 and self.resolve(sha) == sha

    def commits(self, *revisions: str) -> list[Commit]:
        """Commits with all their data, the oldest first."""
        form = "%H%x01%T%x01%P%x01%an%x01%ae%x01%aI%x01%cn%x01%ce%x01%cI%x01%B"
        text = self.git("log", "-z", "--reverse", "--topo-order", f"--format={form}", *revisions, "--")
        found = []
        for record in filter(None, text.split("\0")):
            sha, tree, parents, *people, message = record.split("\x01", 9)
            author, committer = Signature(*people[:3]), Signature(*people[3:])
            found.append(Commit(sha, tree, tuple(parents.split()), author, committer, message.rstrip("\n")))
        return found

    def _commit(self, sha: str) -> Commit:
        return self.commits("-1", sha)[0]

    def _merge_base(self, base: str, head: str) -> str:
        return self.git("merge-base", base, head).strip()

    def _is_ancestor(self, old: str, new: str) -> bool:
        try:
            self.git("merge-base", "--is-ancestor", old, new)
        except subprocess.CalledProcessError as error:
            if error.returncode == 1:
                return False
            raise
        return True

    def _ahead(self, base: str, head: str) -> tuple[Commit, ...]:
        return tuple(self.commits(f"{base}..{head}"))

    def _files(self, base: str, head: str) -> tuple[FileDiff, ...]:
        """What `head` changes since it left `base`: three dots, as GitHub shows a pull request."""
        return files_between(self.git, self.merge_base(base, head), head)

    # ---- merging -----------------------------------------------------------------------------------------------------

    def _merged_tree(self, base: str, head: str) -> str | None:
        try:
            return self.git("merge-tree", "--write-tree", base, head).split()[0]
        except subprocess.CalledProcessError as error:
            if error.returncode == 1:
                return None  # conflicts
            raise

    def merge(self, base: str, head: str, message: str, user: User, at: datetime, *, squash: bool = False) -> str:
        """Makes the commit that merges `head` into `base` and returns its id. There must be no conflict."""
        tree = self.merged_tree(base, head)
        assert tree is not None, f"{head} can't be merged into {base}"
        parents = ["-p", base] if squash else ["-p", base, "-p", head]
        return self.git(
            "commit-tree", tree, *parents, "-m", message,
            extra={
                "GIT_AUTHOR_NAME": user.login,
                "GIT_AUTHOR_EMAIL": user.email or "",
                "GIT_AUTHOR_DATE": at.isoformat(),
                "GIT_COMMITTER_NAME": "GitHub",
                "GIT_COMMITTER_EMAIL": "noreply@example.org",
                "GIT_COMMITTER_DATE": at.isoformat(),
            },
        ).strip()  # fmt: skip

    def rebase(self, base: str, head: str, user: User, at: datetime) -> list[str]:
        """Makes the commits of `head` anew on top of `base`, as GitHub does; their ids, the oldest first."""
        made: list[str] = []
        for commit in self.git("rev-list", "--reverse", "--no-merges", f"{base}..{head}").split():
            tip = made[-1] if made else base
            tree = self.git("merge-tree", "--write-tree", tip, commit).strip()
            message = self.git("log", "-1", "--format=%B", commit)
            extra = {
                "GIT_AUTHOR_NAME": user.login,
                "GIT_AUTHOR_EMAIL": user.email or "",
                "GIT_AUTHOR_DATE": at.isoformat(),
                "GIT_COMMITTER_NAME": "GitHub",
                "GIT_COMMITTER_EMAIL": "noreply@example.org",
                "GIT_COMMITTER_DATE": at.isoformat(),
            }
            made.append(self.git("commit-tree", tree, "-p", tip, "-m", message, extra=extra).strip())
        return made

    # ---- trees -------------------------------------------------------------------------------------------------------

    def tree(self, commit: str, path: str) -> list[TreeEntry]:
        """The entry at `path`, or what is directly below `path` when it ends with a slash or is empty."""
        listing = self.git("ls-tree", "-l", "-z", "--full-tree", commit, *(["--", path] if path else []))
        found = []
        for record in filter(None, listing.split("\0")):
            data, _, name = record.partition("\t")
            mode, kind, sha, size = data.split()
            found.append(TreeEntry(mode, kind, sha, 0 if size == "-" else int(size), name))
        return found

    def blob(self, sha: str) -> bytes:
        """The content of a file."""
        return self.git_bytes("cat-file", "blob", sha)


def link_missing(source: Path, target: Path) -> None:
    """Link every file below one folder of objects to the other: an object's name says what is in it."""
    for folder, _, names in os.walk(source):
        place = target / Path(folder).relative_to(source)
        place.mkdir(exist_ok=True)
        present = {file.name for file in place.iterdir()}
        for name in names:
            if name not in present:
                os.link(f"{folder}/{name}", place / name)
