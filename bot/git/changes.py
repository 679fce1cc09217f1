"""The files that differ between two untrusted commits.

A tree of a few kilobytes can describe billions of files, when each folder contains another one ten times, and
`git diff-tree -r` lists them all before it prints the first. Here folders are compared level by level up to a limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.git.repository import Blob, GitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.git.repository import Repository

LONGEST_PATH = 4096
"""In characters; the limit of Linux."""

EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""The ids of an empty tree, by the length of a repository's ids (SHA-1, SHA-256)."""

_FOLDER = "040000"


class TooManyChangesError(Exception):
    """More differs than the limit allows."""


class ChangedPath(NamedTuple):
    """A path before and after; the mode is 000000 where it does not exist."""

    before: Blob
    after: Blob


class _Folders(NamedTuple):
    """The ids of the trees of one folder before and after."""

    prefix: str
    before: str
    after: str


def changes(repository: Repository, before: str, after: str, limit: int) -> list[ChangedPath]:
    """Return the files that differ between two commits, ordered by path.

    Raises TooManyChangesError for more than `limit` files and folders, or a path longer than `LONGEST_PATH`, and GitError
    when a folder can't be read.
    """
    trees = repository.run("rev-parse", f"{before}^{{tree}}", f"{after}^{{tree}}").decode("ascii").split()
    level, nothing = [_Folders("", *trees)], EMPTY_TREES[len(trees[0])]
    found: list[ChangedPath] = []
    opened = 0
    while level:
        deeper: list[_Folders] = []
        for changed in _differing(repository, level):
            path = changed.after.path
            if _FOLDER in (changed.before.mode, changed.after.mode):
                deeper.append(_Folders(f"{path}/", *(one.id if one.mode == _FOLDER else nothing for one in changed)))
            else:
                found.append(changed)
            if opened + len(found) + len(deeper) > limit or len(path) > LONGEST_PATH:
                raise TooManyChangesError
        opened += len(deeper)
        level = deeper
    return sorted(found, key=lambda changed: changed.after.path)


def _differing(repository: Repository, level: list[_Folders]) -> Iterator[ChangedPath]:
    """Yield the entries that differ between the folders of one level while one git process prints them."""
    pairs = [folder for folder in level if folder.before != folder.after]
    asked = "".join(f"{folder.before} {folder.after}\n" for folder in pairs).encode()
    options = ("--stdin", "-z", "--raw", "--no-renames", "--no-abbrev")
    # git prints a line with the two ids before the entries of each pair. It has no NUL, so it is the beginning of the
    # field of the first entry. Paths may contain line breaks.
    number, fields = -1, repository.fields("diff-tree", *options, given=asked)
    for field in fields:
        *headings, meta = field.split("\n")
        for heading in headings:
            number += 1
            if number >= len(pairs) or heading.split() != [pairs[number].before, pairs[number].after]:
                raise GitError("a folder is missing from the repository")
        if not meta:
            continue
        mode_before, mode, id_before, blob, _ = meta.removeprefix(":").split()
        path = pairs[number].prefix + next(fields)
        yield ChangedPath(Blob(path, mode_before, id_before), Blob(path, mode, blob))
    # git leaves out a pair that it can't read, with exit code 0: nothing would seem to differ.
    if number != len(pairs) - 1:
        raise GitError("a folder is missing from the repository")
