"""Cited pages that have moved permanently, and the files with their new addresses. Pure.

Only addresses are changed, one by one: one that can't be changed stays, with the reason, and the others are changed all the
same. A move that a person turned down isn't proposed again.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import assessment_path
from bot.board.model.links import is_evidence_url
from bot.board.writing.rewriting import NotRewritableError, with_moved_page
from bot.github.facts import PullState
from bot.text.catalogue import _
from bot.text.sameness import normal_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bot.board.model.problem import Problem
    from bot.board.reading.document import Reader
    from bot.github.facts import ProposedPull

BRANCH = "openness-bot/moved-pages"
MOST_MOVES = 200
"""Per pull request: nobody looks at more. The others wait until it is merged."""
WITHDRAWN = "<!-- openness-bot:moved-pages-withdrawn -->"
"""The first line of a pull request that the bot withdrew, so that it isn't taken for one that a person turned down."""

_MARKER = re.compile(r"<!-- openness-bot:moved-pages((?: [0-9a-f]{16})+) -->")


class PageMove(NamedTuple):
    """A page that a rating cites, and its new address."""

    model: str
    criterion: str
    url: str
    place: str

    @property
    def digest(self) -> str:
        """The digest by which a later run recognises the move."""
        return _digest(self.model, self.criterion, normal_url(self.url), normal_url(self.place))

    @property
    def page(self) -> str:
        """The digest by which a later run recognises the page, wherever it has moved to by then."""
        return _digest(self.model, self.criterion, normal_url(self.url))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Repairs:
    """The moves that can be made in the files, and those that can't."""

    files: tuple[tuple[str, str], ...]
    """Paths with their whole new texts."""
    moves: tuple[PageMove, ...]
    """Those that are made in the files."""
    obstacles: Mapping[PageMove, str]
    """Why the others aren't: phrases for people, which may contain words of pages."""


def marker(moves: Iterable[PageMove]) -> str:
    """Return the first line of the pull request with these moves."""
    return f"<!-- openness-bot:moved-pages {' '.join(f'{move.digest} {move.page}' for move in moves)} -->"


def turned_down(former: Iterable[tuple[ProposedPull, str]]) -> dict[str, int]:
    """Return the digests of moves and pages that people turned down, each with the number of the pull request.

    `former` are the bot's own pull requests with their texts. A page counts once two of its moves were turned down: its
    server may lead elsewhere each time, and it would be proposed anew for ever.
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
    moves: Iterable[PageMove], text: Callable[[str], str | None], reader: Reader, refused: Mapping[str, int]
) -> Repairs:
    """Make as many of these moves as possible. `text` reads a file of the main branch."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    made: list[PageMove] = []
    obstacles: dict[PageMove, str] = {}
    for move in moves:
        path = assessment_path(move.model)
        if path not in before:
            before[path] = after[path] = text(path) or ""
        try:
            _check(move, refused, len(made))
            after[path] = _moved(move, after[path], reader)
            made.append(move)
        except NotRewritableError as error:
            obstacles[move] = error.args[0]
    files = tuple((path, text) for path, text in sorted(after.items()) if text != before[path])
    return Repairs(files, tuple(made), obstacles)


def _check(move: PageMove, refused: Mapping[str, int], made: int) -> None:
    """Raise NotRewritableError with the reason where a move isn't to be proposed."""
    if move.digest in refused:
        raise NotRewritableError(
            _("pull request %(number)s proposed it and was closed without being merged", number=refused[move.digest])
        )
    if move.page in refused:
        raise NotRewritableError(
            _(
                "pull request %(number)s and another one proposed other addresses and were closed without being merged",
                number=refused[move.page],
            )
        )
    if not is_evidence_url(move.place):
        raise NotRewritableError(_("the new address can't be cited as evidence"))
    if made >= MOST_MOVES:
        raise NotRewritableError(
            _("one pull request changes at most %(number)s, so it waits for the next one", number=MOST_MOVES)
        )


def _moved(move: PageMove, text: str, reader: Reader) -> str:
    """Return a file with one more move. Raises NotRewritableError with the reason where it can't be made."""
    changed = with_moved_page(text, move.criterion, move.url, move.place)
    path = assessment_path(move.model)
    old, new = (reader.assessment(path, each.encode()) for each in (text, changed))
    if worse := _added(old.problems, new.problems):
        raise NotRewritableError(_("the file would have a problem: %(problem)s", problem=worse[0].what))
    if new.value is None:
        raise NotRewritableError(_("the file has problems of its own"))
    return changed


def _added(old: Iterable[Problem], new: Iterable[Problem]) -> list[Problem]:
    """Return the problems of the new text that the old one hasn't."""
    known = Counter((problem.rule, problem.what) for problem in old)
    found = []
    for problem in new:
        known[problem.rule, problem.what] -= 1
        if known[problem.rule, problem.what] < 0:
            found.append(problem)
    return found
