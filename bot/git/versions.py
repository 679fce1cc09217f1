"""The versions of one file on the main branch's own line, from git: read as blobs, found again where it was renamed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bot.git.repository import GitError

if TYPE_CHECKING:
    from bot.git.repository import Repository


class Version(NamedTuple):
    """A file as a commit left it."""

    commit: str
    at: datetime
    """When it was committed."""
    subject: str
    path: str
    """Where it lay."""
    data: bytes


class Versions(NamedTuple):
    """The versions of a file, the newest first."""

    versions: tuple[Version, ...]
    line: tuple[str, ...]
    """All commits of the line, the newest first."""
    cut: bool
    """Whether the clone is shallow and ends while the file was there already: the oldest version is older than it seems."""


def versions(repository: Repository, path: str) -> Versions:
    """The versions that lead to the file at `path` in HEAD; none where it isn't there, or there is no commit yet."""
    try:
        line = tuple(repository.log("%H", "--first-parent", "HEAD"))
    except GitError:
        return Versions((), (), cut=False)
    parents = dict(pairwise(line))
    found: list[Version] = []
    tip: str | None = "HEAD"
    while tip is not None:
        lived = _life(repository, tip, path)
        found += lived
        before = parents.get(lived[-1].commit) if lived else None
        former = _former_path(repository, before, lived[-1].commit, path) if before else None
        tip, path = (before, former) if former else (None, path)
    is_root = bool(found) and found[-1].commit not in parents
    return Versions(tuple(found), line, cut=is_root and _is_shallow(repository))


def _life(repository: Repository, tip: str, path: str) -> list[Version]:
    """The versions of the file that is at `path` in a commit, back to when it came there."""
    lines = repository.log("%H %ct %s", "--first-parent", tip, "--", f":(top,literal){path}")
    commits = [line.split(" ", 2) for line in lines]
    asked = "".join(f"{commit}:{path}\n" for commit, *_ in commits).encode()
    answers = repository.run("cat-file", "--batch-check=%(objectname) %(objecttype)", given=asked).decode().splitlines()
    blobs = [answer.split(" ")[0] if answer.endswith(" blob") else None for answer in answers]
    # Where the file was taken away in between, another one was there before.
    count = blobs.index(None) if None in blobs else len(blobs)
    contents = repository.blobs([blob for blob in blobs[:count] if blob])
    return [
        Version(commit, datetime.fromtimestamp(int(seconds), UTC), subject, path, data)
        for (commit, seconds, subject), data in zip(commits[:count], contents, strict=True)
    ]


def _former_path(repository: Repository, before: str, commit: str, path: str) -> str | None:
    """From where a commit moved a file to `path`; None where it was new."""
    folder = path.partition("/")[0]
    options = ("-r", "-z", "--find-renames", "--diff-filter=R", "--name-status")
    fields = repository.run("diff-tree", *options, before, commit, "--", f":(top,literal){folder}").split(b"\0")
    names = [field.decode("utf-8", "surrogateescape") for field in fields if field]
    # Three fields for each: R and how similar, the path before, the path after.
    return next((old for _, old, new in zip(*[iter(names)] * 3, strict=True) if new == path), None)


def _is_shallow(repository: Repository) -> bool:
    return repository.run("rev-parse", "--is-shallow-repository").strip() == b"true"
