"""The diff of two commits, in the shape in which GitHub shows the files of a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_LONGEST = 500_000
"""GitHub leaves the patch of a file out when it has more characters than this, or more than 20,000 lines."""


class FileDiff(NamedTuple):
    """One changed file. `patch` is None for binary files, for very long ones and where no line changed."""

    path: str
    previous: str | None
    status: str
    sha: str
    additions: int
    deletions: int
    patch: str | None

    def hunk_at(self, line: int, side: Literal["LEFT", "RIGHT"]) -> str | None:
        """Return the hunk up to this line, or None if the line isn't part of the diff and can't be commented on."""
        seen: list[str] = []
        for text, left, right in _numbered(self.patch or ""):
            seen = [text] if text.startswith("@@") else [*seen, text]
            if line == (left if side == "LEFT" else right):
                return "\n".join(seen)
        return None


def _numbered(patch: str) -> Iterator[tuple[str, int | None, int | None]]:
    left = right = 0
    for text in patch.split("\n"):
        if hunk := _HUNK.match(text):
            left, right = int(hunk[1]), int(hunk[2])
            yield text, None, None
        elif text.startswith("+"):
            yield text, None, right
            right += 1
        elif text.startswith("-"):
            yield text, left, None
            left += 1
        elif text.startswith(" "):
            yield text, left, right
            left, right = left + 1, right + 1
        else:  # "\ No newline at end of file"
            yield text, None, None


def files_between(git: Callable[..., str], base: str, head: str) -> tuple[FileDiff, ...]:
    """Return the files that differ, in git's order, which is GitHub's."""
    listing = git("diff-tree", "-r", "-M", "--raw", "--numstat", "-z", base, head).split("\0")
    patches: dict[str, str] = {}
    for part in re.split(r"^(?=diff --git )", git("diff-tree", "-r", "-M", "-p", base, head), flags=re.MULTILINE)[1:]:
        title = part.partition("\n")[0]
        patches[title] = patches.get(title, "") + part  # a file that became a link has two parts
    raw, numbers = _records(listing)
    found = []
    for (status, old, new, previous, path), counts, patch in zip(raw, numbers, patches.values(), strict=True):
        added, deleted = (0 if number == "-" else int(number) for number in counts)
        sha = old if status == "D" else new
        found.append(FileDiff(path, previous, _STATUS[status[0]], sha, added, deleted, _hunks(patch)))
    return tuple(found)


def _records(fields: list[str]) -> tuple[list[tuple[str, str, str, str | None, str]], list[tuple[str, str]]]:
    """Return the two lists that `--raw --numstat -z` prints one after the other; renames have two more fields."""
    raw: list[tuple[str, str, str, str | None, str]] = []
    numbers: list[tuple[str, str]] = []
    rest = iter(fields)
    for entry in rest:
        if entry.startswith(":"):
            _, _, old, new, status = entry.split(" ")
            previous = next(rest) if status[0] in "RC" else None
            raw.append((status, old, new, previous, next(rest)))
        elif entry:
            added, deleted, path = entry.split("\t")
            numbers.append((added, deleted))
            if not path:
                next(rest)
                next(rest)
    return raw, numbers


def _hunks(patch: str) -> str | None:
    start = re.search(r"^@@ ", patch, re.MULTILINE)
    text = patch[start.start() :].removesuffix("\n") if start else ""
    return text if text and len(text) <= _LONGEST and text.count("\n") <= 20_000 else None
