"""The versions of one file in the first-parent history of the main branch, followed through renames."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bot.git.repository import GitError

if TYPE_CHECKING:
    from bot.git.repository import Repository


class Version(NamedTuple):
    """The file after a commit."""

    commit: str
    at: datetime
    subject: str
    path: str
    data: bytes


class Versions(NamedTuple):
    """The versions of a file, newest first."""

    versions: tuple[Version, ...]
    line: tuple[str, ...]
    """All commits of the first-parent history, newest first."""
    cut: bool
    """Whether a shallow clone lacks older versions, so that the oldest one here may be older than its commit."""


def versions(repository: Repository, path: str) -> Versions:
    """Return the versions of the file at `path` in HEAD; none if there is no such file or no commit yet."""
    try:
        line = tuple(repository.log("%H", "--first-parent", "HEAD"))
    except GitError:
        return Versions((), (), cut=False)
    parents = dict(pairwise(line))
    found: list[Version] = []
    tip: str | None = "HEAD"
    while tip is not None:
        own = _versions_at(repository, tip, path)
        found += own
        before = parents.get(own[-1].commit) if own else None
        former = _former_path(repository, before, own[-1].commit, path) if before else None
        tip, path = (before, former) if former else (None, path)
    is_root = bool(found) and found[-1].commit not in parents
    is_shallow = is_root and repository.run("rev-parse", "--is-shallow-repository").strip() == b"true"
    return Versions(tuple(found), line, cut=is_shallow)


def _versions_at(repository: Repository, tip: str, path: str) -> list[Version]:
    """Return the versions of the file at `path` in a commit, back to when it got this path."""
    lines = repository.log("%H %ct %s", "--first-parent", tip, "--", f":(top,literal){path}")
    commits = [line.split(" ", 2) for line in lines]
    asked = "".join(f"{commit}:{path}\n" for commit, *_ in commits).encode()
    answers = repository.run("cat-file", "--batch-check=%(objectname) %(objecttype)", given=asked).decode().splitlines()
    blobs = [answer.split(" ")[0] if answer.endswith(" blob") else None for answer in answers]
    # Before a commit that deleted the path, it was a different file.
    count = blobs.index(None) if None in blobs else len(blobs)
    contents = repository.blobs([blob for blob in blobs[:count] if blob])
    return [
        Version(commit, datetime.fromtimestamp(int(seconds), UTC), subject, path, data)
        for (commit, seconds, subject), data in zip(commits[:count], contents, strict=True)
    ]


def _former_path(repository: Repository, before: str, commit: str, path: str) -> str | None:
    """Return the path from which a commit moved a file to `path`; None if the file was new."""
    folder = path.partition("/")[0]
    options = ("-r", "-z", "--find-renames", "--diff-filter=R", "--name-status")
    fields = repository.run("diff-tree", *options, before, commit, "--", f":(top,literal){folder}").split(b"\0")
    names = [field.decode("utf-8", "surrogateescape") for field in fields if field]
    # Three fields for each rename: R with the similarity, the path before, the path after.
    return next((old for _, old, new in zip(*[iter(names)] * 3, strict=True) if new == path), None)
