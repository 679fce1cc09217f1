"""Cited pages that have moved for good, and the files in which that is mended by a machine. Pure.

Only addresses are changed, one by one: where one can't be, the file keeps it and says why, and the others are changed all
the same. A move that was proposed once and turned down by a person isn't proposed again.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.links import is_evidence_url
from bot.board.reading.corpus import assessment_path
from bot.board.writing.rewriting import NotRewritableError, with_moved_page
from bot.github.facts import PullState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bot.board.model.problem import Problem
    from bot.board.reading.document import Reader
    from bot.github.facts import ProposedPull

BRANCH = "openness-bot/moved-pages"
"""The branch from which they are proposed."""
MOST_MOVES = 200
"""So many in one pull request: nobody looks at more. The others wait until it is merged."""
WITHDRAWN = "<!-- openness-bot:moved-pages-withdrawn -->"
"""The first line of a pull request that the bot took back, which is therefore not one that a person turned down."""

_MARKER = re.compile(r"<!-- openness-bot:moved-pages((?: [0-9a-f]{16})+) -->")


class Move(NamedTuple):
    """A page that a rating cites, and where it is now."""

    model: str
    criterion: str
    url: str
    place: str

    @property
    def digest(self) -> str:
        """By which a later run knows it again."""
        return _digest(*self)

    @property
    def page(self) -> str:
        """By which a later run knows the page again, wherever it has moved to by then."""
        return _digest(self.model, self.criterion, self.url)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Repairs:
    """What can be mended, and what can't."""

    files: tuple[tuple[str, str], ...]
    """Paths with their whole new texts."""
    moves: tuple[Move, ...]
    """Those that the files are changed by."""
    obstacles: Mapping[Move, str]
    """Why the others aren't in them: phrases for people, in which words of pages may stand."""


def marker(moves: Iterable[Move]) -> str:
    """The first line of the pull request with these moves."""
    return f"<!-- openness-bot:moved-pages {' '.join(f'{move.digest} {move.page}' for move in moves)} -->"


def turned_down(former: Iterable[tuple[ProposedPull, str]]) -> dict[str, int]:
    """The digests of what people turned down, each with the pull request; `former` are the bot's own, with texts.

    A page counts once that was done with two of its moves: its server may lead elsewhere each time, and would be proposed
    anew for ever.
    """
    found: dict[str, int] = {}
    once: set[str] = set()
    for pull, body in former:
        marked = _MARKER.fullmatch(body.partition("\n")[0].rstrip("\r"))
        if pull.state is not PullState.CLOSED or marked is None:
            continue
        digests = marked[1].split()
        moves, pages = digests[::2], digests[1::2]
        found |= dict.fromkeys(moves, pull.number)
        found |= dict.fromkeys((page for page in pages if page in once), pull.number)
        once.update(pages)
    return found


def repair(
    moves: Iterable[Move], text: Callable[[str], str | None], reader: Reader, refused: Mapping[str, int]
) -> Repairs:
    """The files with as many of these moves as can be made. `text` reads a file of the main branch."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    made: list[Move] = []
    obstacles: dict[Move, str] = {}
    for move in moves:
        path = assessment_path(move.model)
        if path not in before:
            before[path] = after[path] = text(path) or ""
        obstacle = _refusal(move, refused) or (len(made) >= MOST_MOVES and _LATER)
        changed = None if obstacle else _moved(move, after[path], reader)
        if isinstance(changed, _Changed):
            after[path] = changed.text
            made.append(move)
        else:
            obstacles[move] = obstacle or str(changed)
    files = tuple((path, text) for path, text in sorted(after.items()) if text != before[path])
    return Repairs(files, tuple(made), obstacles)


_LATER = f"a pull request mends at most {MOST_MOVES}, so it waits for the next one"


class _Changed(NamedTuple):
    text: str


def _refusal(move: Move, refused: Mapping[str, int]) -> str | None:
    if move.digest in refused:
        return f"pull request {refused[move.digest]} proposed it and was closed without having been merged"
    if move.page in refused:
        return f"pull request {refused[move.page]} and another one proposed other places and were closed without having been merged"
    return None if is_evidence_url(move.place) else "the new address can't stand as evidence"


def _moved(move: Move, text: str, reader: Reader) -> _Changed | str:
    """The file with this one more move, or why not."""
    try:
        changed = with_moved_page(text, move.criterion, move.url, move.place)
    except NotRewritableError as error:
        return str(error)
    path = assessment_path(move.model)
    old, new = (reader.assessment(path, each.encode()) for each in (text, changed))
    worse = _added(old.problems, new.problems)
    if new.value is None or worse:
        return f"the file would have a problem: {worse[0].what}" if worse else "the file has problems of its own"
    return _Changed(changed)


def _added(old: Iterable[Problem], new: Iterable[Problem]) -> list[Problem]:
    """The problems of the new text that the old one hasn't."""
    known = Counter((problem.rule, problem.what) for problem in old)
    found = []
    for problem in new:
        known[problem.rule, problem.what] -= 1
        if known[problem.rule, problem.what] < 0:
            found.append(problem)
    return found
