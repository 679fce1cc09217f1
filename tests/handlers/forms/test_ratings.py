"""Ratings that people write into one text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.board.model.rubric import Level
from bot.handlers.forms.answers import Checks
from bot.handlers.forms.ratings import read_ratings
from bot.handlers.forms.templates import choice_names
from tests.handlers.forms.test_templates import templates
from tests.samples import rubric

if TYPE_CHECKING:
    from bot.board.model.assessment import Rating

CRITERIA = choice_names(templates(), "criterion") | {criterion.id: criterion.id for criterion in rubric().criteria}
LEVELS = choice_names(templates(), "level")


def read(text: str) -> tuple[dict[str, Rating], list[tuple[str, str]]]:
    """Return the ratings, and the rules and places of the problems."""
    checks = Checks(date(2026, 1, 1))
    ratings = read_ratings(text, CRITERIA, LEVELS, checks)
    return ratings, [(problem.rule, problem.place) for problem in checks.problems]


WHOLE = """weights: open
https://example.org/files
where: Files
fact: All of them.
accessed: 2025-06-01
quote: "all"
note: For the reader."""

WRITTEN = {
    "as the form shows it": WHOLE,
    "with bullets": "\n".join(f"- {line}" for line in WHOLE.split("\n")),
    "with empty lines": WHOLE.replace("\n", "\n\n"),
    "with indentation": WHOLE.replace("\n", "\n    "),
    "with the title of the criterion": WHOLE.replace("weights:", "Weights :"),
    "with a capital level and a full stop": WHOLE.replace("open", "Open.", 1),
    "with Korean names": WHOLE.replace("weights: open", "가중치: 공개"),
    "with a colon as wide as Korean letters": WHOLE.replace("weights: open", "가중치： 공개"),
    "with the key url": WHOLE.replace("https", "url: https"),
    "with the fact behind the address": WHOLE.replace("/files\nwhere: Files\nfact:", "/files -").replace(
        "All of them.\n", "All of them.\nwhere: Files\n"
    ),
    "with a fact on two lines": WHOLE.replace("All of them", "All\nof them"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_rating_can_be_written_like_this(name: str) -> None:
    ratings, problems = read(WRITTEN[name])
    assert problems == []
    assert ratings.keys() == {"weights"}
    (evidence,) = ratings["weights"].evidence
    assert (ratings["weights"].level, ratings["weights"].note) == (Level.OPEN, "For the reader.")
    assert (evidence.url, evidence.where, evidence.fact) == ("https://example.org/files", "Files", "All of them.")
    assert evidence.accessed == date(2025, 6, 1)


def test_several_ratings_with_several_pages_each() -> None:
    ratings, problems = read("weights: open\nhttps://example.org/1 A.\nhttps://example.org/2 B.\n\npaper: closed\n")
    assert problems == []
    assert [evidence.fact for evidence in ratings["weights"].evidence] == ["A.", "B."]
    assert ratings["paper"].level is Level.CLOSED


def test_nothing_is_no_rating() -> None:
    assert read("") == ({}, [])
    assert read("\n \n") == ({}, [])


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("Everything is open.", "line-unclear", ""),
        ("https://example.org/files", "line-unclear", ""),
        ("weights: open\nsomething", "line-unclear", ""),
        ("weights: yes", "no-such-level", "weights"),
        ("weights:", "no-such-level", "weights"),
        ("wieghts: open", "no-such-criterion", ""),
        ("weights: closed\nweights: closed", "criterion-twice", ""),
        ("weights: open", "evidence-missing", "weights"),
        ("weights: open\nhttps://example.org/x", "part-missing", "weights, fact"),
        ("weights: open\nhttps://localhost/x It.", "url-local", "weights, url"),
        ("weights: open\nhttps://example.org/x It.\naccessed: May", "date", "weights, accessed"),
        ("weights: open\nhttps://example.org/x It.\naccessed: 2999-01-01", "date-in-future", "weights, accessed"),
        ("weights: open\nhttps://example.org/x It.\nwhere: A\nwhere: B", "line-unclear", ""),
        ("api: not-applicable\nhttps://example.org/x It.", "note-missing", "api, note"),
        (f"weights: open\nhttps://example.org/x {'long ' * 1000}", "too-long", "weights, fact"),
        ("weights: open\nhttps://example.org/x In\u200bvisible.", "unseen-character", "weights"),
    ],
)
def test_a_problem_is_reported_with_its_criterion(text: str, rule: str, place: str) -> None:
    assert read(text)[1][0] == (rule, place)
