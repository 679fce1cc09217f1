"""The sticky comment and the reactions to commands, which are the same in every conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.github.actions import (
    MOST_ACKNOWLEDGEMENTS,
    Acknowledge,
    Acknowledgement,
    DeleteComment,
    EditComment,
    WriteComment,
    acknowledgements,
    sticky_actions,
)
from bot.github.facts import Comment, Person

if TYPE_CHECKING:
    from bot.github.actions import IssueAction

BOT = Person(41898282, "github-actions[bot]", is_bot=True)
SOMEBODY = Person(1001, "example-author")
MARKER = "<!-- openness-bot:example -->"
TEXT = f"{MARKER}\nWhat is true now.\n"


def comment(number: int, body: str = TEXT, author: Person = BOT, *reactions: Acknowledgement) -> Comment:
    return Comment(number, author, body, datetime(2026, 11, 21, tzinfo=UTC), reactions=frozenset(reactions))


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        pytest.param((), [WriteComment(TEXT)], id="none yet"),
        pytest.param((comment(1, TEXT, SOMEBODY),), [WriteComment(TEXT)], id="the marker of somebody else"),
        pytest.param((comment(1, f"See below.\n{TEXT}"),), [WriteComment(TEXT)], id="the marker further down"),
        pytest.param((comment(1),), [], id="the same text"),
        pytest.param((comment(1, TEXT.replace("\n", "\r\n").rstrip()),), [], id="the same text as GitHub stores it"),
        pytest.param((comment(1, f"{MARKER}\nOld."),), [EditComment(1, TEXT)], id="another text"),
        pytest.param(
            (comment(9), comment(4, f"{MARKER}\nOld."), comment(7)),
            [EditComment(4, TEXT), DeleteComment(7), DeleteComment(9)],
            id="doubles",
        ),
        pytest.param((comment(9), comment(4)), [DeleteComment(9)], id="doubles of the same text"),
    ],
)
def test_the_oldest_comment_of_the_bot_with_the_marker_gets_the_text(
    comments: tuple[Comment, ...], expected: list[IssueAction]
) -> None:
    assert list(sticky_actions(comments, BOT.id, MARKER, TEXT)) == expected


def test_the_newest_results_are_acknowledged_once_each() -> None:
    results = [(comment(number, "/recheck", SOMEBODY), Acknowledgement.DONE) for number in range(20)]
    newest = [Acknowledge(number, Acknowledgement.DONE) for number in range(20 - MOST_ACKNOWLEDGEMENTS, 20)]
    assert list(acknowledgements([*results, results[-1]])) == newest


def test_one_comment_gets_a_reaction_for_each_effect() -> None:
    said = comment(1, "/hold\n/coi none", SOMEBODY)
    expected = [Acknowledge(1, Acknowledgement.REFUSED), Acknowledge(1, Acknowledgement.DECLARED)]
    assert list(acknowledgements([(said, Acknowledgement.REFUSED), (said, Acknowledgement.DECLARED)])) == expected


def test_an_existing_reaction_does_not_free_a_place_for_an_older_comment() -> None:
    results = [(comment(1, "/recheck", SOMEBODY), Acknowledgement.DONE)]
    results += [
        (comment(n, "/recheck", SOMEBODY, Acknowledgement.DONE), Acknowledgement.DONE)
        for n in range(2, 2 + MOST_ACKNOWLEDGEMENTS)
    ]
    assert list(acknowledgements(results)) == []


def test_as_many_urgent_results_are_acknowledged_however_old_they_are() -> None:
    urgent = [(comment(number, "/coi example", SOMEBODY), Acknowledgement.DECLARED) for number in range(9)]
    results = [(comment(number, "/recheck", SOMEBODY), Acknowledgement.DONE) for number in range(10, 30)]
    numbers = [action.comment for action in acknowledgements([*urgent, *results], always=urgent)]
    assert numbers == [*range(MOST_ACKNOWLEDGEMENTS), *range(30 - MOST_ACKNOWLEDGEMENTS, 30)]
