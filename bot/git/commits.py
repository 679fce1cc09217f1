"""Commits that nobody trusts: who is named in them, and whether a merge is what git itself would make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.git.repository import Repository

_FIELDS = ("%H", "%P", "%ae", "%ce", "%B")
# As generous as anything that reads such lines: wherever in the message, and however indented.
_CO_AUTHOR = re.compile(r"^\W*co-?authored-?by\b[^<\n]*<([^>\n]*)>", re.IGNORECASE | re.MULTILINE)


class GitCommit(NamedTuple):
    """Commit with the e-mail addresses in it, in small letters. Anybody can write any address."""

    id: str
    parents: tuple[str, ...]
    author: str
    writers: frozenset[str]
    """Of its author, and of all that may be meant as co-authors."""
    committer: str


def commits_beyond(
    repository: Repository, tip: str, known: Iterable[str], most: int, paths: Iterable[str] | None = None
) -> list[GitCommit]:
    """Return the newest `most` commits of `tip` that none of the commits `known` has, newest first.

    With `paths`, only those that change any of these files, merges that change them included.
    """
    places = () if paths is None else ("--full-history", "--", *paths)
    found = repository.run(
        "--literal-pathspecs",
        # Settings of the checkout must not change what is printed.
        *("-c", "log.follow=false", "-c", "log.showSignature=false", "-c", "log.mailmap=false"),
        *("log", "-z", "--no-notes", "--no-color", "--no-decorate", "--no-patch", "--encoding=UTF-8"),
        *(f"--max-count={most}", f"--format={'%x00'.join(_FIELDS)}", tip, *(f"^{one}" for one in known), *places),
    )
    fields = found.decode("utf-8", "replace").split("\0")
    records = zip(*(fields[start :: len(_FIELDS)] for start in range(len(_FIELDS))), strict=False)
    return [_commit(*record) for record in records]


def _commit(commit: str, parents: str, author: str, committer: str, message: str) -> GitCommit:
    writers = frozenset(address.strip().lower() for address in (author, *_CO_AUTHOR.findall(message)))
    return GitCommit(commit, tuple(parents.split()), author.strip().lower(), writers, committer.strip().lower())


def is_automatic_merge(repository: Repository, commit: GitCommit) -> bool:
    """Return whether a commit merges two others just as git does by itself, so that nobody wrote anything in it."""
    if len(commit.parents) != 2:
        return False
    merge = repository.merged(*commit.parents)
    tree = repository.run("rev-parse", f"{commit.id}^{{tree}}").decode("ascii").strip()
    return not merge.conflicts and merge.tree == tree
