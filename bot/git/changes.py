"""What differs between two commits, for commits that nobody trusts.

A tree of a few kilobytes can stand for billions of files, when folders hold each other ten times over, and
`git diff-tree -r` lists them all before it prints the first. Here folders are opened level by level, and not beyond a
limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.git.repository import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.git.repository import Repository

LONGEST_PATH = 4096
"""In characters; Linux takes no longer one."""

EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""The ids of a tree with nothing in it, by how long the ids of a repository are (SHA-1, SHA-256)."""

_FOLDER = "040000"


class TooManyChangesError(Exception):
    """More differs than was to be looked at."""


class ChangedPath(NamedTuple):
    """A path as it was and as it is; the mode is 000000 where there is nothing."""

    before: Blob
    after: Blob


class _Folders(NamedTuple):
    """Two trees that stand for one folder, by their ids."""

    prefix: str
    before: str
    after: str


def changes(repository: Repository, before: str, after: str, limit: int) -> list[ChangedPath]:
    """The files that differ between two commits, ordered by path.

    Raises TooManyChangesError for more than `limit` files and folders, or a path that no file system takes.
    """
    trees = repository.run("rev-parse", f"{before}^{{tree}}", f"{after}^{{tree}}").decode("ascii").split()
    level, nothing = [_Folders("", *trees)], EMPTY_TREES[len(trees[0])]
    found: list[ChangedPath] = []
    opened = 0
    while level:
        deeper: list[_Folders] = []
        for changed in _differing(repository, level):
            old, new = changed
            if _FOLDER in (old.mode, new.mode):
                deeper.append(
                    _Folders(f"{new.path}/", *(side.id if side.mode == _FOLDER else nothing for side in changed))
                )
            else:
                found.append(changed)
            if opened + len(found) + len(deeper) > limit or len(new.path) > LONGEST_PATH:
                raise TooManyChangesError
        opened += len(deeper)
        level = deeper
    return sorted(found, key=lambda changed: changed.after.path)


def _differing(repository: Repository, level: list[_Folders]) -> Iterator[ChangedPath]:
    """The entries that differ between the folders of one level, from one git process and while it prints them."""
    pairs = [folder for folder in level if folder.before != folder.after]
    asked = "".join(f"{folder.before} {folder.after}\n" for folder in pairs).encode()
    options = ("--stdin", "-z", "--raw", "--no-renames", "--no-abbrev")
    # Before the entries of each pair stands a line with the two ids, which without a NUL of its own begins the first
    # entry behind it. Paths are bytes that may hold line breaks.
    number, fields = -1, repository.fields("diff-tree", *options, given=asked)
    for field in fields:
        *headings, meta = field.split("\n")
        number += len(headings)
        if not meta:
            continue
        mode_before, mode, id_before, blob, _ = meta.removeprefix(":").split()
        path = pairs[number].prefix + next(fields)
        yield ChangedPath(Blob(path, mode_before, id_before), Blob(path, mode, blob))
