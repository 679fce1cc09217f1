"""Fixes that a contributor takes over with one click: GitHub's suggestions, each offered once.

A review can't be edited into another one, so what was offered before is known by a digest of what it says, which the
bot's reviews carry at their end. Line numbers are no part of it: a push moves lines.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from bot.github.actions import Suggest, Suggestion
from bot.handlers.pull_request.annotations import errors_first
from bot.handlers.pull_request.comment import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.board.model.problem import Fix, Problem

MOST_SUGGESTIONS = 20
"""In one pull request: each is a comment, and who has more to mend does it in an editor."""

_LONGEST = 10_000
"""Characters of a suggestion: GitHub takes a body of 65,536, and refuses the whole review for a longer one."""

_MARKER = re.compile(r"<!-- openness-bot:suggestions((?: [0-9a-f]{16})+) -->\s*\Z")


def suggest(
    head: str,
    problems: Iterable[Problem],
    lines: Mapping[str, frozenset[int]],
    earlier_bodies: Iterable[str],
    *,
    in_korean: bool = False,
) -> Suggest | None:
    """The fixes that can be offered at the commit `head` and have not been yet; None where there are none.

    Args:
        head: the commit that the problems were found in.
        problems: with their fixes.
        lines: by path, the lines that the diff shows; GitHub takes comments on no others.
        earlier_bodies: of the reviews that the bot itself wrote, and of nobody else's.
        in_korean: whether to say in Korean too what is wrong.
    """
    known = {digest for body in earlier_bodies for digest in _known(body)}
    offered = list(_offered(problems, lines, known, in_korean=in_korean))
    if not offered:
        return None
    can = "1 problem can" if len(offered) == 1 else f"{len(offered)} problems can each"
    digests = " ".join(dict.fromkeys(digest for digest, _ in offered))
    body = (
        f"{can} be mended with one click: where the suggestion says what you mean, press *Commit suggestion*.\n\n"
        f"<!-- openness-bot:suggestions {digests} -->"
    )
    return Suggest(head, body, tuple(sorted(suggestion for _, suggestion in offered)))


def _known(body: str) -> list[str]:
    """The digests at the end of a review's body."""
    found = _MARKER.search(body)
    return found[1].split() if found else []


def _offered(
    problems: Iterable[Problem], lines: Mapping[str, frozenset[int]], known: set[str], *, in_korean: bool
) -> Iterator[tuple[str, Suggestion]]:
    """The new suggestions by their digests: no two for one line, and errors before warnings where there are too many."""
    taken: dict[str, set[int]] = {}
    room = MOST_SUGGESTIONS - len(known)
    for problem in errors_first(problems):
        fix = problem.fix
        if fix is None or room <= 0 or not _is_plain(fix):
            continue
        replaced = set(range(fix.first_line, fix.last_line + 1))
        own = taken.setdefault(problem.path, set())
        digest = _digest(problem, fix)
        if digest in known or own & replaced or not replaced <= lines.get(problem.path, frozenset()):
            continue
        own |= replaced
        room -= 1
        yield digest, Suggestion(problem.path, fix.first_line, fix.last_line, _body(problem, fix, in_korean=in_korean))


def _is_plain(fix: Fix) -> bool:
    """Whether each line is one, so that nothing of it stands outside the fence, and they are no endless ones."""
    return not any(re.search(r"[\r\n]", line) for line in fix.lines) and sum(map(len, fix.lines)) <= _LONGEST


def _body(problem: Problem, fix: Fix, *, in_korean: bool) -> str:
    """One sentence or two, and the lines in a fence longer than any run of backticks in them."""
    said = sentence(problem, in_korean=in_korean)
    if not fix.lines:
        said += " The suggestion deletes this item: first copy to the other one what only this one says."
    runs = (len(run) for line in fix.lines for run in re.findall("`+", line))
    fence = "`" * max(3, 1 + max(runs, default=0))
    return "\n".join((said, "", f"{fence}suggestion", *fix.lines, fence))


def _digest(problem: Problem, fix: Fix) -> str:
    said = json.dumps([problem.path, problem.excerpt, *fix.lines])
    return hashlib.sha256(said.encode()).hexdigest()[:16]
