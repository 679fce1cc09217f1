"""The message of the commit that publishes a leaderboard."""

from __future__ import annotations

import pytest

from bot.handlers.publishing.commit_message import MergeSource, RankMove, commit_message, rank_moves, source_of


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Merge pull request #45 from example/branch", 45),
        ("Rate example/one (#45)", 45),
        ("Rate example/one (#45) (#46)", 46),
        ("Revert (#45) of yesterday", None),
        ("fixes #45", None),
        ("(#45)\r", None),
        ("(#４５)", None),
        ("(#45678901234)", None),
        ("Merge pull request #45x from example/branch", None),
        ("Merge pull request #45 from", None),
        ("", None),
    ],
)
def test_of_a_subject_only_the_number_of_the_pull_request_is_taken(subject: str, number: int | None) -> None:
    assert source_of("0" * 40, subject) == MergeSource("0" * 40, number)


def moves(count: int, name: str = "example/model-{}", step: int = 2) -> list[RankMove]:
    return [RankMove(name.format(number), number + 2 + step, number + 2) for number in range(count)]


@pytest.mark.parametrize(
    ("moves", "subject"),
    [
        (None, "First leaderboard"),
        ([], "Leaderboard: no rank changes"),
        ([RankMove("example/one", 5, 3)], "Leaderboard: example/one 5 → 3"),
        ([RankMove("example/one", 5, None)], "Leaderboard: example/one leaves from 5"),
        (moves(3), "Leaderboard: example/model-0 4 → 2, example/model-1 5 → 3, 1 other moves"),
        (moves(3, step=1), "Leaderboard: example/model-0 3 → 2, example/model-1 4 → 3, 1 other moves"),
        (moves(4, step=1), "Leaderboard: 4 models move up one place"),
        ([*moves(4), *moves(2000, step=1), *moves(2000, step=-1)], "Leaderboard: 4004 models move"),
        (moves(1, "e" * 64 + "/{}" + "m" * 63), "Leaderboard: 1 model moves"),
        (moves(200, "e" * 64 + "/{}" + "m" * 60), "Leaderboard: 200 models move"),
    ],
)
def test_the_subject_names_as_many_moves_as_fit(moves: list[RankMove] | None, subject: str) -> None:
    message = commit_message(moves, [MergeSource("a" * 40, None)] * 500)
    lines = message.splitlines()
    assert lines[0] == subject
    assert len(lines[0]) <= 72
    assert len(lines) <= 1 + 50
    assert lines[-2:] == ["From aaaaaaaaaa", "and 490 more"]


def test_models_that_all_move_by_one_place_are_one_sentence() -> None:
    down = [RankMove(f"example/model-{number}", number + 3, number + 4) for number in range(43)]
    source = [MergeSource("a" * 40, 7)]
    entered = commit_message([RankMove("example/new", None, 3), *down], source)
    assert entered == "Leaderboard: example/new enters at 3, 43 models move down one place\n\nFrom aaaaaaaaaa (#7)\n"
    several = commit_message([*moves(4), *down], source)
    assert several.splitlines()[0] == "Leaderboard: 4 models move, 43 models move down one place"
    assert several.splitlines()[2:7] == [
        "- `example/model-0` 4 → 2",
        "- `example/model-1` 5 → 3",
        "- `example/model-2` 6 → 4",
        "- `example/model-3` 7 → 5",
        "- 43 models move down one place",
    ]


def test_who_enters_or_leaves_is_named_first_then_who_goes_furthest() -> None:
    before = {"example/a": 1, "example/b": 2, "example/c": 3, "example/d": 4, "example/e": 5}
    after = {"example/e": 1, "example/a": 2, "example/new": 3, "example/c": 4, "example/d": 4}
    assert [move.id.removeprefix("example/") for move in rank_moves(before, after)] == ["b", "new", "e", "a", "c"]
    assert rank_moves(before, before) == []
