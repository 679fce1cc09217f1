"""Which new issues are led to the forms: those that name a model of the leaderboard and speak of a rating, and no others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.github.facts import Comment, Issue, Person
from bot.handlers.forms.blank_issue import MARKER, lead_to_forms
from bot.handlers.forms.decision import MARKER as FORM_MARKER
from tests.board.reading.trees import TWO
from tests.handlers.forms.test_proposal import BASE, TEXTS, base
from tests.handlers.pull_request.samples import BOT
from tests.handlers.pull_request.samples import comment as comment_by

AUTHOR = Person(10001, "example-author")
URL = "https://github.com/example-org/example-models/issues/12"
NEW = "issues/new?template="


def issue(title: str, body: str = "") -> Issue:
    return Issue(12, AUTHOR, title, body, frozenset(), datetime(2026, 1, 1, tzinfo=UTC), None, url=URL)


def answer(title: str, body: str = "", comments: tuple[Comment, ...] = ()) -> str | None:
    return lead_to_forms(issue(title, body), comments, BOT.id, BASE)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Rating of Example Two", ""),
        ("A question", "Why is example/two rated semi-open?"),
        ("A question", "The ratings of EXAMPLE/TWO are old."),
        ("Example Two", "Its weights are not closed: everybody can download them."),
        ("Example Two", "`weights` should not be semi-open, and the pre-training data is closed."),
        ("등급 문의", "Example Two의 등급이 틀린 것 같습니다."),
        ("Example Two", "가중치가 비공개로 되어 있는데 내려받을 수 있습니다."),
    ],
)
def test_an_issue_about_a_rating_is_led_to_the_forms_of_its_model(title: str, body: str) -> None:
    text = answer(title, body)
    assert text is not None
    assert text.startswith(f"{MARKER}\n")
    assert not text.startswith(FORM_MARKER)
    ending = ".ko" if "가중치" in body or "등급" in body else ""
    assert (
        f"(https://github.com/example-org/example-models/{NEW}correct-a-rating{ending}.yml&model=example/two)" in text
    )


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("A question", ""),
        ("Example Two", "The page is hard to read."),
        ("Example Two", "Great to have open weights!"),
        ("Rating", "How is the rating made?"),
        ("Example Two", "> Its rating is wrong."),
        ("Example Two", "```\nrating\n```"),
        ("Example Two", "The operating system and the underrated license."),
        ("Example Two-Large", "A rating, please."),
        ("Example Twofold", "Its rating."),
        ("example two", "A rating of some example, two of them."),
        ("Example Two", "x" * 20_000 + " its rating"),
    ],
)
def test_every_other_issue_is_left_alone(title: str, body: str) -> None:
    assert answer(title, body) is None


def test_with_two_models_the_forms_are_empty() -> None:
    text = answer("Ratings of Example One and Example Two")
    assert text is not None
    assert f"{NEW}dispute-a-rating.yml)" in text
    assert "model=" not in text


def test_an_issue_is_answered_once() -> None:
    assert answer("Rating of Example Two", comments=(comment_by("Yes.", AUTHOR),)) is not None
    assert answer("Rating of Example Two", comments=(comment_by(f"{MARKER}\nThank you.", BOT),)) is None


def test_a_name_that_begins_with_another_is_one_model() -> None:
    one = "assessments/example/one.yaml"
    longer = base(
        **{
            one: "model: broken\n",
            "assessments/example/two-b.yaml": TEXTS[TWO].replace("Example Two", "Example Two B 2"),
        }
    )
    text = lead_to_forms(issue("Rating of Example Two B 2"), (), BOT.id, longer)
    assert text is not None
    assert "model=example/two-b)" in text
