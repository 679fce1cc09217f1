"""Which open pull requests a sweep looks at, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.github.client import OpenPull
from bot.github.facts import Person, Role, Status, StatusMemory, StatusState
from bot.github.statuses import OwnStatus, mark_of, read_status
from bot.handlers.pull_request.sweep import is_remembered, pulls_to_look_at, world_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WORLD = world_of("1" * 40, {1: Role.ADMIN})
HOUR = timedelta(hours=1)


def pull(number: int = 1, author: int = 1, **changes: Any) -> OpenPull:
    """Return a pull request that changed two hours ago and was looked at an hour ago, with nothing to wait for."""
    said: dict[str, Any] = {
        "updated": NOW - 2 * HOUR,
        "looked": NOW - HOUR,
        "state": StatusState.PENDING,
        "due": None,
        "world": WORLD,
    }
    said |= {"of": number, "into_default": True, "seen": None} | changes
    seen = int((said["seen"] or said["updated"]).timestamp())
    memory = None if said["world"] is None else StatusMemory(said["world"], seen, said["due"])
    last = OwnStatus(Status(said["state"], "Waiting"), said["looked"], said["of"], "12", memory)
    return OpenPull(
        number,
        "a" * 40,
        Person(author, f"example-{author}"),
        said["into_default"],
        NOW - 9 * HOUR,
        said["updated"],
        last,
    )


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@pytest.mark.parametrize(
    ("said", "changes"),
    {
        "nothing changed": (True, {}),
        "it changed since": (False, {"seen": NOW - 3 * HOUR}),
        "it changed back in time": (False, {"seen": NOW - HOUR}),
        "main moved": (False, {"world": world_of("2" * 40, {1: Role.ADMIN})}),
        "somebody's role changed": (False, {"world": world_of("1" * 40, {1: Role.WRITE})}),
        "somebody got a role": (False, {"world": world_of("1" * 40, {1: Role.ADMIN, 2: Role.WRITE})}),
        "the people are listed no more": (False, {"world": world_of("1" * 40, None)}),
        "a wait goes on": (True, {"due": seconds(NOW) + 1}),
        "a wait has ended": (False, {"due": seconds(NOW)}),
        "the status remembers nothing": (False, {"world": None}),
        "the status is of another pull request": (False, {"of": 2}),
        "the status is of no pull request": (False, {"of": None}),
        "the bot failed": (False, {"state": StatusState.ERROR}),
        "it has a problem": (True, {"state": StatusState.FAILURE}),
        "it was looked at right after it changed": (False, {"looked": NOW - 2 * HOUR + timedelta(minutes=9)}),
        "it was looked at some time after it changed": (True, {"looked": NOW - 2 * HOUR + timedelta(minutes=10)}),
        "yesterday's look": (False, {"updated": NOW - 30 * HOUR, "looked": NOW - 20 * HOUR}),
        "today's look": (True, {"updated": NOW - 30 * HOUR, "looked": NOW - 19 * HOUR}),
        "it was ready an hour ago": (True, {"state": StatusState.SUCCESS}),
        "it was ready two hours ago": (
            False, {"state": StatusState.SUCCESS, "updated": NOW - 9 * HOUR, "looked": NOW - 2 * HOUR},
        ),
        "it is about another branch and old": (True, {"into_default": False, "updated": NOW - 3 * HOUR, "world": None}),
        "it is about another branch and new": (False, {"into_default": False, "updated": NOW - HOUR}),
    }.values(),
)  # fmt: skip
def test_what_is_remembered(said: bool, changes: dict[str, Any]) -> None:
    assert is_remembered(pull(**changes), WORLD, NOW) is said


def test_what_has_no_status_is_looked_at() -> None:
    assert not is_remembered(pull()._replace(last=None), WORLD, NOW)


def test_the_order_of_people_in_the_list_is_no_change() -> None:
    assert world_of("1", {1: Role.READ, 2: Role.WRITE}) == world_of("1", {2: Role.WRITE, 1: Role.READ})


def test_authors_take_turns_and_whoever_waits_longest_is_first() -> None:
    crowd = [pull(number, author=7, world=None, looked=NOW - 3 * HOUR) for number in range(10, 110)]
    late = pull(1, author=1, world=None, looked=NOW - HOUR)
    later = pull(2, author=1, world=None, looked=NOW - HOUR / 2)
    new = pull(3, author=2)._replace(last=None, created=NOW - HOUR / 4)
    found = pulls_to_look_at([*crowd, new, later, late, pull(4, author=3)], WORLD, NOW)
    assert [one.number for one in found[:6]] == [10, 1, 3, 11, 2, 12]
    assert len(found) == 103


@pytest.mark.parametrize(
    "memory",
    [None, StatusMemory("0123456789ab", 1767607200, None), StatusMemory("0123456789ab", 1767607200, 1767866400)],
)
@pytest.mark.parametrize("effect", ["", "0123456789abcdef0123"])
def test_what_is_written_into_a_link_is_read_back(effect: str, memory: StatusMemory | None) -> None:
    found = read_status("pending", "Waiting", f"https://example.org/runs/1{mark_of(12, effect, memory)}", NOW)
    assert found == OwnStatus(Status(StatusState.PENDING, "Waiting"), NOW, 12, effect, memory)


@pytest.mark.parametrize(
    "query",
    ["", "?", "?pr=0", "?pr=1&world=ab", "?pr=1&seen=1", "?pr=1&world=xy&seen=1", "?pr=1&world=ab&seen=-1",
     "?pr=1&world=ab&seen=1&due=", "?pr=1&effect=12&world=ab&seen=1&due=2&due=3", "?pr=1 ", "?pr=1\n", "?pr=١",
     "?world=ab&seen=1&pr=1", "?pr=1&effect=AB"],
)  # fmt: skip
def test_another_link_says_nothing(query: str) -> None:
    found = read_status("PENDING", None, f"https://example.org/runs/1{query}", NOW)
    assert found == OwnStatus(Status(StatusState.PENDING, ""), NOW, None, "", None)


def test_a_link_is_optional() -> None:
    assert read_status("error", None, None, NOW).pull is None
