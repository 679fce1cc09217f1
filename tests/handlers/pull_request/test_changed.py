"""What is looked at again right before a success, from plain facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.github.conversation import Conversation
from bot.github.facts import Facts, PullCommit, TimelineEvent, TimelineKind
from bot.handlers.pull_request.changed import ChangedError, what_changed
from bot.handlers.pull_request.run import RESTLESS, Run
from tests.github.scenario import SCENARIOS, answer, play, read_story
from tests.handlers.pull_request.samples import (
    BOT,
    MAINTAINER,
    NOW,
    OLDER,
    READER,
    REVIEWER,
    comment,
    facts,
    pull,
    review,
)

if TYPE_CHECKING:
    from pathlib import Path

HOLD, IDLE = comment("/hold", MAINTAINER, 5), comment("Thanks!", READER, 6)
APPROVED = review(REVIEWER, "APPROVED")
TIP = "0" * 40
KNOWN = replace(facts(APPROVED, comments=(HOLD, IDLE)), base_tip=TIP)


def conversation(known: Facts = KNOWN, **changes: Any) -> Conversation:
    found = Conversation(
        known.pull, known.comments, known.reviews, known.timeline, known.commits, known.twins, known.base_tip
    )
    return found._replace(**changes)


SAME: dict[str, dict[str, Any]] = {
    "nothing": {},
    "labels, title and time": {"pull": pull(labels=frozenset({"new"}), title="Another", updated=NOW)},
    "a comment of the bot": {"comments": (HOLD, IDLE, comment("/hold", BOT, 7))},
    "a reaction": {"comments": (replace(HOLD, reactions=frozenset({"rocket"})), IDLE)},
    "idle talk": {"comments": (HOLD, IDLE, comment("I like it.", READER, 7))},
    "idle talk that was deleted": {"comments": (HOLD,)},
    "a review without a decision": {"reviews": (APPROVED, review(READER, "COMMENTED"))},
    "suggestions of the bot": {"reviews": (APPROVED, review(BOT, "COMMENTED"))},
}
OTHER: dict[str, tuple[dict[str, Any], str]] = {
    "a push": ({"pull": pull(head=OLDER)}, "another state"),
    "a draft": ({"pull": pull(is_draft=True)}, "another state"),
    "closed": ({"pull": pull(is_open=False)}, "another state"),
    "another base branch": ({"pull": pull(base="other", into_default=False)}, "another state"),
    "main has moved": ({"base_tip": OLDER}, "another tip"),
    "a tip that GitHub doesn't tell": ({"base_tip": None}, "another tip"),
    "a command": ({"comments": (HOLD, IDLE, comment("/concern x", REVIEWER, 7))}, "other comments"),
    "a command that was deleted": ({"comments": (IDLE,)}, "other comments"),
    "a command that was edited": ({"comments": (replace(HOLD, body="/unhold", edited_at=NOW), IDLE)}, "other comments"),
    "a command that was edited away": ({"comments": (replace(HOLD, body="No.", edited_at=NOW), IDLE)}, "other comments"),
    "an approval": ({"reviews": (APPROVED, review(MAINTAINER, "APPROVED"))}, "other reviews"),
    "a dismissal": ({"reviews": (review(REVIEWER, "DISMISSED"),)}, "other reviews"),
    "changes requested": ({"reviews": (APPROVED, review(MAINTAINER, "CHANGES_REQUESTED"))}, "other reviews"),
    "reopened meanwhile": ({"timeline": (TimelineEvent(TimelineKind.REOPENED, NOW),)}, "other events"),
    "another commit": ({"commits": (PullCommit(OLDER, (), frozenset()),)}, "other commits"),
    "a twin": ({"twins": (9,)}, "other pull requests"),
}  # fmt: skip


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME.keys())
def test_what_decides_nothing_is_no_change(changes: dict[str, Any]) -> None:
    assert what_changed(KNOWN, TIP, conversation(**changes)) == ""


@pytest.mark.parametrize(("changes", "words"), OTHER.values(), ids=OTHER.keys())
def test_what_a_judgement_rests_on_is_compared(changes: dict[str, Any], words: str) -> None:
    assert what_changed(KNOWN, TIP, conversation(**changes)).startswith(words)


def test_a_success_that_could_not_be_confirmed_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([False] * 3 + [False, False, True, False])

    def confirm(*_: object) -> None:
        """Find a change at each look, the last time only after the success was set."""
        if not next(looks):
            raise ChangedError("something changed")

    monkeypatch.setattr(Run, "confirm", confirm)
    with play(read_story(SCENARIOS / "governed-raise-ready"), tmp_path, over_http=False) as stage:
        for _ in range(2):
            assert answer("pull_request", stage).code == 0
            last = stage.standin.state.statuses[-1]
            assert (last.state, last.description) == ("pending", RESTLESS)
