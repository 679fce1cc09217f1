"""Marks of disputes in pull requests: only that of the open dispute about the rating is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.board.model.rubric import Level
from bot.board.ranking.change import Change, ChangeKind, EvidenceChange, RatingChange
from bot.github.facts import Issue
from bot.governance.dispute_marker import DisputeMarker, Question
from bot.handlers.pull_request.marks import (
    MOST_MARKS,
    AddedMark,
    added_marks,
    issues_to_fetch,
    mark_problems,
)
from tests.handlers.pull_request.samples import AUTHOR, BOT, NOW
from tests.handlers.pull_request.test_classes import changing, model

QUESTION = Question("example/one", "code")
URL = "https://github.com/example-org/example-board/issues/12"
MARK = AddedMark(QUESTION, URL)


def dispute(question: Question = QUESTION, **changes: Any) -> Issue:
    """Return the issue of an open dispute."""
    given = Issue(
        number=12,
        author=BOT,
        title="Dispute: One, Code",
        body=f"{DisputeMarker(question, 1001, Level.OPEN)}\nIt is disputed.",
        labels=frozenset({"dispute"}),
        created=NOW,
        closed=None,
        url=URL,
    )
    return replace(given, **changes)


def change_of(**parts: Any) -> Change:
    found = changing(model(ChangeKind.RATINGS, **parts)).change
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, URL, (MARK,)),
        ("https://github.com/example-org/example-board/issues/11", URL, (MARK,)),
        (URL, URL, ()),
        (URL, None, ()),
        (None, None, ()),
    ],
)
def test_a_mark_is_added_where_it_was_not_before(
    before: str | None, after: str | None, expected: tuple[AddedMark, ...]
) -> None:
    marks = (before, after)
    stays = EvidenceChange("code", Level.OPEN, (), (), note=False, disputed=marks)
    moves = RatingChange("code", Level.OPEN, Level.CLOSED, (), None, disputed=marks)
    assert added_marks(change_of(evidence=(stays,))) == expected
    assert added_marks(change_of(ratings=(moves,))) == expected
    assert added_marks(None) == ()


def test_the_mark_of_the_open_dispute_about_the_rating_is_right() -> None:
    assert list(mark_problems((MARK,), {12: dispute()}, BOT.id)) == []


@pytest.mark.parametrize(
    ("mark", "issue"),
    [
        pytest.param(MARK, None, id="no such issue"),
        pytest.param(
            AddedMark(QUESTION, "https://github.com/example-org/elsewhere/issues/12"), dispute(), id="elsewhere"
        ),
        pytest.param(
            AddedMark(QUESTION, "https://github.com/EXAMPLE-org/example-board/issues/12"), dispute(), id="case"
        ),
        pytest.param(MARK, dispute(closed=NOW), id="a closed dispute"),
        pytest.param(MARK, dispute(body="No dispute."), id="an issue that is no dispute"),
        pytest.param(MARK, dispute(author=AUTHOR), id="a person's issue that looks like one"),
        pytest.param(MARK, dispute(is_pull=True), id="a pull request"),
        pytest.param(MARK, dispute(Question("example/one", "weights")), id="about another criterion"),
        pytest.param(MARK, dispute(Question("example/two", "code")), id="about another model"),
    ],
)
def test_any_other_link_is_refused(mark: AddedMark, issue: Issue | None) -> None:
    (problem,) = mark_problems((mark,), {12: issue} if issue else {}, BOT.id)
    assert (problem.path, problem.rule) == ("assessments/example/one.yaml", "unknown-dispute")
    assert "/dispute example/one code" in problem.remedy


def test_only_so_many_issues_are_fetched_and_the_other_marks_are_refused() -> None:
    urls = [f"https://github.com/example-org/example-board/issues/{number}" for number in range(1, 30)]
    marks = tuple(AddedMark(QUESTION, url) for url in [*urls, *urls])
    fetched = issues_to_fetch(marks)
    assert fetched == tuple(range(1, MOST_MARKS + 1))
    known = {number: dispute(number=number, url=urls[number - 1]) for number in fetched}
    assert len(list(mark_problems(marks, known, BOT.id))) == len(marks) - 2 * MOST_MARKS
