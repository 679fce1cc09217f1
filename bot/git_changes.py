"""What differs between two commits, for commits that nobody trusts.

A tree of a few kilobytes can stand for billions of files, when folders hold each other ten times over, and
`git diff-tree -r` lists them all before it prints the first. Here folders are opened level by level, and not beyond a
limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.git import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.git import Repository

LONGEST_PATH = 4096
"""In characters; Linux takes no longer one."""

_FOLDER = "040000"


class TooMuchChanges(Exception):  # noqa: N818
    """More differs than was to be looked at."""


class Changed(NamedTuple):
    """A path as it was and as it is; the mode is 000000 where there is nothing."""

    before: Blob
    after: Blob


class _Folders(NamedTuple):
    """Two trees that stand for one folder, by their ids."""

    prefix: str
    before: str
    after: str


def changes(repository: Repository, before: str, after: str, limit: int) -> list[Changed]:
    """The files that differ between two commits, ordered by path.

    Raises TooMuchChanges for more than `limit` files and folders, or a path that no file system takes.
    """
    nothing = _line(repository.run("hash-object", "-t", "tree", "--stdin"))
    level = [_Folders("", *(_line(repository.run("rev-parse", f"{commit}^{{tree}}")) for commit in (before, after)))]
    found: list[Changed] = []
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
                raise TooMuchChanges
        opened += len(deeper)
        level = deeper
    return sorted(found, key=lambda changed: changed.after.path)


def _line(printed: bytes) -> str:
    return printed.decode("ascii").strip()


def _differing(repository: Repository, level: list[_Folders]) -> Iterator[Changed]:
    """The entries that differ between the folders of one level, from one git process."""
    pairs = [folder for folder in level if folder.before != folder.after]
    asked = "".join(f"{folder.before} {folder.after}\n" for folder in pairs).encode()
    printed = repository.run("diff-tree", "--stdin", "-z", "--raw", "--no-renames", "--no-abbrev", given=asked)
    # Before the entries of each pair stands a line with the two ids; paths are bytes that may hold line breaks.
    place, number = 0, -1
    while place < len(printed):
        if printed[place : place + 1] != b":":
            place, number = printed.index(b"\n", place) + 1, number + 1
            continue
        end_of_meta = printed.index(b"\0", place)
        end = printed.index(b"\0", end_of_meta + 1)
        mode_before, mode, id_before, blob, _ = printed[place + 1 : end_of_meta].decode("ascii").split()
        path = pairs[number].prefix + printed[end_of_meta + 1 : end].decode("utf-8", "surrogateescape")
        yield Changed(Blob(path, mode_before, id_before), Blob(path, mode, blob))
        place = end + 1
