"""Marks of disputes that a pull request adds: each has to link the open dispute of this repository about its rating.

A mark says on the board that a rating is contested, and anybody may set one. So it is held to the issue that it links,
which is a fact from GitHub and therefore only fetched where a mark is added.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import assessment_path
from bot.board.model.problem import Problem
from bot.governance.dispute_marker import Question, dispute_in
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.board.ranking.change import Change
    from bot.github.facts import Issue

MOST_MARKS = 10
"""Issues that are fetched for one pull request, the first in the order of the board. A dispute's own proposal has one."""

_NUMBER = re.compile(r"/issues/([1-9][0-9]{0,9})$")


class AddedMark(NamedTuple):
    """Mark of a dispute that wasn't there before, or links another issue now."""

    question: Question
    """The rating that is marked."""
    url: str

    @property
    def issue(self) -> int | None:
        """Return the number at the end of its link, whoever's issue that is."""
        found = _NUMBER.search(self.url)
        return int(found[1]) if found else None


def added_marks(change: Change | None) -> tuple[AddedMark, ...]:
    """Return the marks that a change adds."""
    marks = [
        (Question(model.id, criterion), *disputed)
        for model in (change.models if change else ())
        for criterion, disputed in (
            *((rating.criterion, rating.disputed) for rating in model.ratings),
            *((evidence.criterion, evidence.disputed) for evidence in model.evidence),
        )
    ]
    return tuple(AddedMark(question, url) for question, before, url in marks if url is not None and url != before)


def issues_to_fetch(marks: tuple[AddedMark, ...]) -> tuple[int, ...]:
    """Return the numbers of the issues that decide whether marks are right; at most `MOST_MARKS`."""
    return tuple(dict.fromkeys(mark.issue for mark in marks if mark.issue is not None))[:MOST_MARKS]


def mark_problems(marks: tuple[AddedMark, ...], issues: Mapping[int, Issue], bot: int) -> Iterator[Problem]:
    """Yield a problem for each mark that links no open dispute about its rating.

    `issues` are those of this repository that were fetched, by number. A mark whose issue is missing there is refused.
    """
    for mark in marks:
        issue = issues.get(mark.issue or 0)
        marker = dispute_in(issue, bot) if issue else None
        is_about_it = marker is not None and marker.question == mark.question
        if not (issue and issue.is_open and issue.url == mark.url and is_about_it):
            model, criterion = mark.question
            what = _(
                "`disputed:` under `%(criterion)s` does not link an open dispute about this rating in this repository",
                criterion=criterion,
            )
            remedy = _(
                "Delete the line. To dispute the rating, comment `/dispute %(model)s %(criterion)s` with the reason, or use the "
                "form: the bot then opens the dispute and proposes the mark.",
                model=model,
                criterion=criterion,
            )
            yield Problem(assessment_path(model), 1, 1, "unknown-dispute", what, remedy)
