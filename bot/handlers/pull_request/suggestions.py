"""Suggestions of fixes that a contributor commits with one click on GitHub, each offered once.

A review can't be replaced by another one, so the bot's reviews have digests of their suggestions at their end, by which
later runs recognise them. Line numbers are no part of a digest: a push moves lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.github.actions import Suggest, Suggestion
from bot.handlers.pull_request.annotations import errors_first, short_digest
from bot.handlers.pull_request.comment import sentence
from bot.text.catalogue import SOURCE, _, ngettext, translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.board.model.problem import Fix, Problem

MOST_SUGGESTIONS = 20
"""Suggestions in one pull request. Each is a comment, and more fixes are easier in an editor."""

_LONGEST = 10_000
"""Characters of a suggestion: GitHub takes a body of 65,536, and refuses the whole review for a longer one."""

_MARKER = re.compile(r"<!-- openness-bot:suggestions((?: [0-9a-f]{16})+) -->\s*\Z")


def suggest(
    head: str,
    problems: Iterable[Problem],
    lines: Mapping[str, frozenset[int]],
    earlier_bodies: Iterable[str],
    language: str = SOURCE,
) -> Suggest | None:
    """Return the fixes that can be suggested and haven't been yet; None where there are none.

    `head` has the problems, `lines` are those of each path that the diff shows: GitHub takes comments on no others.
    `earlier_bodies` are the texts of the bot's own reviews. Problems are described in `language` before English.
    """
    known = {digest for body in earlier_bodies if (found := _MARKER.search(body)) for digest in found[1].split()}
    offered = list(_offered(problems, lines, known, language))
    if not offered:
        return None
    offer = ngettext(
        "%(number)s problem can be fixed with one click: where the suggestion says what you mean, press *Commit suggestion*.",
        "%(number)s problems can be fixed with one click each: where the suggestion says what you mean, press *Commit suggestion*.",
        len(offered),
    )
    said = "\n\n".join(translate(offer, each) for each in dict.fromkeys((language, SOURCE)))
    digests = " ".join(dict.fromkeys(digest for digest, _ in offered))
    body = f"{said}\n\n<!-- openness-bot:suggestions {digests} -->"
    return Suggest(head, body, tuple(sorted(suggestion for _, suggestion in offered)))


def _offered(
    problems: Iterable[Problem], lines: Mapping[str, frozenset[int]], known: set[str], language: str
) -> Iterator[tuple[str, Suggestion]]:
    """Yield new suggestions with their digests: no two for one line, and errors before warnings if there are too many."""
    taken: dict[str, set[int]] = {}
    room = MOST_SUGGESTIONS - len(known)
    for problem in errors_first(problems):
        fix = problem.fix
        if fix is None or room <= 0 or not _is_plain(fix):
            continue
        replaced = set(range(fix.first_line, fix.last_line + 1))
        own = taken.setdefault(problem.path, set())
        digest = short_digest([problem.path, problem.excerpt, *fix.lines])
        if digest in known or own & replaced or not replaced <= lines.get(problem.path, frozenset()):
            continue
        own |= replaced
        room -= 1
        yield digest, Suggestion(problem.path, fix.first_line, fix.last_line, _body(problem, fix, language))


def _is_plain(fix: Fix) -> bool:
    """Return whether the fix fits into a suggestion: its lines have no line ends, and it isn't too long."""
    return not any(re.search(r"[\r\n]", line) for line in fix.lines) and sum(map(len, fix.lines)) <= _LONGEST


def _body(problem: Problem, fix: Fix, language: str) -> str:
    """Return one sentence or two, and the lines in a fence longer than any run of backticks in them."""
    texts = [_words(problem, fix, each) for each in dict.fromkeys((language, SOURCE))]
    runs = (len(run) for line in fix.lines for run in re.findall("`+", line))
    fence = "`" * max(3, 1 + max(runs, default=0))
    return "\n".join(("\n\n".join(texts), "", f"{fence}suggestion", *fix.lines, fence))


def _words(problem: Problem, fix: Fix, language: str) -> str:
    text = sentence(problem, language)
    if fix.lines:
        return text
    deletes = _("The suggestion deletes this item: first copy to the other one what only this one says.")
    return f"{text} {translate(deletes, language)}"
