"""The review case that is built from the facts about a pull request."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.handlers.pull_request.case import build_review_case
from tests.handlers.pull_request.samples import ALONE, NOW, contents, facts

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("created", "seen", "moved", "since"),
    [
        (NOW - 3 * HOUR, NOW - 2 * HOUR, None, NOW - 2 * HOUR),
        (NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR, NOW - HOUR),
        (NOW - HOUR, NOW - 2 * HOUR, None, NOW - HOUR),
        (NOW - 3 * HOUR, None, None, NOW),
    ],
)
def test_a_head_counts_from_when_it_was_first_seen_which_is_now_if_it_never_was(
    created: datetime, seen: datetime | None, moved: datetime | None, since: datetime
) -> None:
    found = replace(facts(created=created), seen=seen, moved=moved)
    assert build_review_case(found, contents(), NOW, ALONE).since == since
