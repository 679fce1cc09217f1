"""Pages that moved: which a machine fixes, which it leaves to people, and which people have turned down."""

from __future__ import annotations

from datetime import date
from unittest import mock

import pytest

from bot.board.reading.document import Reader
from bot.github.facts import ProposedPull, PullState
from bot.handlers.upkeep.moved_pages import WITHDRAWN, PageMove, marker, repair, turned_down
from tests.checkouts import model_text
from tests.samples import rubric

FILES = {f"assessments/example/{name}.yaml": model_text(f"Example {name}", "o" * 15 + "c") for name in ("one", "two")}
NEW = "https://example.org/new"
READER = Reader(rubric(), date(2030, 1, 1))


def move(criterion: str = "code", model: str = "example/one", url: str | None = None, place: str = NEW) -> PageMove:
    return PageMove(model, criterion, url or f"https://example.org/{criterion}", place)


def test_all_moves_of_a_file_are_made_in_one_text() -> None:
    moves = [move("code"), move("paper"), move("code", "example/two")]
    found = repair(moves, FILES.get, READER, {})
    assert (found.moves, found.obstacles) == (tuple(moves), {})
    assert [path for path, _ in found.files] == sorted(FILES)
    for path, text in found.files:
        before = FILES[path].replace("https://example.org/code\n", f"{NEW}\n")
        assert text == (before.replace("https://example.org/paper\n", f"{NEW}\n") if "one" in path else before)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (move(place="ftp://example.org"), "the new address can't be cited as evidence"),
        (move(place="https://127.0.0.1/"), "the new address can't be cited as evidence"),
        (move(place=""), "the new address can't be cited as evidence"),
        (move(place="https://t.co/x"), "the new address can't be cited as evidence"),
        (move(place=f"https://example.org/{'x' * 2000}"), "the file would have a problem: "),
        (move("nonsense"), "the file has no rating of nonsense"),
        (move(model="example/three"), "the file has problems of its own"),
        (move(place="http://example.org/code"), "the file would have a problem: a link of `code` is not encrypted"),
    ],
)
def test_a_move_that_cannot_be_made_has_a_reason_and_stops_no_other(one: PageMove, why: str) -> None:
    found = repair([one, move("paper")], FILES.get, READER, {})
    assert found.moves == (move("paper"),)
    assert list(found.obstacles) == [one]
    assert found.obstacles[one].startswith(why)


def test_two_pages_that_became_one_are_fixed_by_hand() -> None:
    text = FILES["assessments/example/one.yaml"].replace(
        "      - url: https://example.org/code\n",
        "      - url: https://example.org/a\n        where: Here\n        fact: So.\n      - url: https://example.org/code\n",
    )
    moves = [move(url="https://example.org/a"), move()]
    found = repair(moves, lambda _: text, READER, {})
    assert found.moves == (moves[0],)
    assert "this rating has the same link on line" in found.obstacles[moves[1]]


def test_a_file_that_is_broken_is_left_alone() -> None:
    found = repair([move()], lambda _: "model: [", READER, {})
    assert (found.files, found.moves) == ((), ())
    assert "problems of its own" in found.obstacles[move()]


def test_so_many_and_no_more() -> None:
    moves = [move("code"), move("paper"), move("weights")]
    with mock.patch("bot.handlers.upkeep.moved_pages.MOST_MOVES", 2):
        found = repair(moves, FILES.get, READER, {})
    assert found.moves == (moves[0], moves[1])
    assert "waits for the next one" in found.obstacles[moves[2]]


def pull(state: PullState, number: int = 7) -> ProposedPull:
    return ProposedPull(number, state)


@pytest.mark.parametrize(
    ("former", "expected"),
    [
        ([], {}),
        ([(pull(PullState.CLOSED), f"{marker([move()])}\r\nWords.")], {move().digest: 7}),
        ([(pull(PullState.OPEN), marker([move()]))], {}),
        ([(pull(PullState.MERGED), marker([move()]))], {}),
        ([(pull(PullState.CLOSED), f"{WITHDRAWN}\n{marker([move()])}")], {}),
        ([(pull(PullState.CLOSED), "")], {}),
        ([(pull(PullState.CLOSED), "<!-- openness-bot:moved-pages -->")], {}),
        (
            [(pull(PullState.CLOSED, 9), marker([move()])), (pull(PullState.CLOSED), marker([move("paper")]))],
            {move().digest: 9, move("paper").digest: 7},
        ),
    ],
)
def test_the_moves_that_people_turned_down(former: list[tuple[ProposedPull, str]], expected: dict[str, int]) -> None:
    assert turned_down(former) == expected


def test_a_page_that_leads_elsewhere_each_time_is_not_proposed_for_ever() -> None:
    moves = [move(place=f"{NEW}?visit={number}") for number in range(3)]
    once = turned_down([(pull(PullState.CLOSED), marker(moves[:1]))])
    assert repair([moves[1]], FILES.get, READER, once).moves == (moves[1],)
    twice = turned_down([(pull(PullState.CLOSED, 8), marker([moves[1]])), (pull(PullState.CLOSED), marker([moves[0]]))])
    found = repair([moves[2], move("paper")], FILES.get, READER, twice)
    assert found.moves == (move("paper"),)
    assert "proposed other addresses" in found.obstacles[moves[2]]


def test_a_move_is_turned_down_only_to_this_address() -> None:
    refused = {move().digest: 7}
    found = repair([move(), move("paper")], FILES.get, READER, refused)
    assert found.moves == (move("paper"),)
    assert "pull request 7 proposed it" in found.obstacles[move()]
    assert repair([move(place=f"{NEW}er")], FILES.get, READER, refused).moves == (move(place=f"{NEW}er"),)
