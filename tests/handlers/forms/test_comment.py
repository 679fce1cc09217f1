"""The words of the answer to a form: in both languages, for every rule, and nothing in them that GitHub acts on."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.board.model.layout import FormKind
from bot.github.facts import Person, ProposedPull, PullState
from bot.handlers.disputes.admission import AlreadyOpen, DisputeOpened, ReturnsLater, TooManyDisputes
from bot.handlers.forms.answers import Checks
from bot.handlers.forms.comment import as_comment, commit_message, pull_body
from bot.handlers.forms.decision import (
    MARKER,
    MOST_PROPOSALS,
    FormRefused,
    Over,
    Proposed,
    TakenOver,
    TooManyProposals,
    admit,
)
from bot.handlers.forms.issue_form import FieldProblem, Form
from bot.handlers.forms.proposal import CitingRating, DeadLink, FormChange
from bot.handlers.forms.ratings import read_ratings
from bot.handlers.pull_request.language import is_korean
from bot.text.catalogue import _, code, languages
from tests.handlers.forms.test_form_files import of
from tests.handlers.forms.test_proposal import BASE, TODAY
from tests.site.page import rendered

if TYPE_CHECKING:
    from bot.handlers.forms.decision import Reply

PULL = ProposedPull(7, PullState.OPEN, is_draft=True)
HOSTILE = "@example-maintainer <img src=x> | `x` #1 [a](https://example.org) $x$ ::error::boom\n\n# heading\u202e" * 9
REPLIES: dict[str, Reply] = {
    "to fix": FormRefused((FieldProblem("model", "no-such-model", _("there is no model called %(name)s", name=code("x")), _("Add it.")),), None),
    "to fix, with a pull request": FormRefused((FieldProblem("", "surprise", "odd", "Look."),), PULL),
    "hostile": FormRefused(tuple(FieldProblem("model", "line-unclear", f"{HOSTILE}{number}", HOSTILE, HOSTILE) for number in range(200)), PULL),
    "proposed": Proposed(FormChange("Add x", (), missing=("weights",), hints=(_("The present evidence of the rating stays in the file."),)), PULL),
    "proposed as a whole": Proposed(FormChange("Add x", ()), PULL),
    "taken over": TakenOver(PULL),
    "taken over without a pull request": TakenOver(None),
    "merged": Over(PULL._replace(state=PullState.MERGED)),
    "closed": Over(PULL._replace(state=PullState.CLOSED)),
    "too many": TooManyProposals(3, of_all=False),
    "too many of all": TooManyProposals(50, of_all=True),
    "cited": DeadLink("https://example.org/a", (CitingRating("example/one", "weights"),) * 300),
    "not cited": DeadLink(f"https://example.org/{HOSTILE}", ()),
    "dispute opened": DisputeOpened(9),
    "dispute there": AlreadyOpen(9),
    "dispute too early": ReturnsLater(9, datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
    "too many disputes": TooManyDisputes(3),
    "too many disputes of all": TooManyDisputes(50, of_all=True),
}  # fmt: skip


def form(language: str, kind: FormKind = FormKind.RATING) -> Form:
    return Form(of(kind, language), {}, ())


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", REPLIES)
def test_every_reply_has_words_that_fit_into_a_comment_and_do_nothing(name: str, language: str) -> None:
    text = as_comment(REPLIES[name], form(language))
    assert text.startswith(f"{MARKER}\n")
    assert len(text.encode()) < 65_536
    page = rendered(text.removeprefix(MARKER))
    # Ratings that cite a page have a link to their own form.
    assert {"img", "h1", "script", "a"}.intersection(page.elements) == ({"a"} if name == "cited" else set())
    # What follows an `@` must not be able to call anybody: the renderer has put an element around it.
    html = re.sub(r"<code>.*?</code>", "", text, flags=re.DOTALL)
    html = re.sub(r"`[^`\n]*`", "", html)
    assert not re.search(r"(?<!<span>\\)@", html)
    assert "\u202e" not in text


def test_korean_answers_are_korean() -> None:
    for name, reply in REPLIES.items():
        words = as_comment(reply, form("ko")).partition("\n")[2]
        assert re.search("[가-힣]", words), name
        if name not in ("hostile", "to fix, with a pull request"):
            assert not re.search(r"\b(the|is|was|this)\b", words), name


def test_a_problem_without_korean_words_is_explained_in_english() -> None:
    assert "odd. Look." in as_comment(REPLIES["to fix, with a pull request"], form("ko"))


def test_problems_of_one_rule_are_one_line() -> None:
    what, remedy = _("there is no answer"), _("Write it below this heading.")
    problems = tuple(FieldProblem("note", "part-missing", what, remedy, place) for place in ("weights", "code"))
    text = as_comment(FormRefused(problems, None), form("en"))
    assert "- **Note for the reader** (weights, code): there is no answer. Write it below this heading.\n" in text


def test_several_wrong_words_are_one_line_in_every_language() -> None:
    lines = "".join(f"unheard{number}: open\n" for number in range(9))
    checks = Checks(TODAY)
    read_ratings(lines, BASE.names, checks)
    assert len(checks.problems) == 9
    english, korean = (
        as_comment(FormRefused(tuple(checks.problems), None), form(each, FormKind.MODEL)) for each in ("en", "ko")
    )
    assert english.count("\n- ") == korean.count("\n- ") == 1
    assert "9 words are not criteria: `unheard0`, `unheard1`" in english
    assert "없는 기준입니다: `unheard0`, `unheard1`" in korean


def test_the_lines_about_a_new_developer_cannot_leave_their_block() -> None:
    answers = {"developer": "x\n```\n# @all <img src=x>", "country": "``` \u202e"}
    problem = FieldProblem("developer", "new-developer", "it is new", "Write it.")
    asked = Form(of(FormKind.MODEL, "en"), answers, ())
    page = rendered(as_comment(FormRefused((problem,), None), asked).removeprefix(MARKER))
    assert {"img", "h1", "a"}.isdisjoint(page.elements)


# ---- pull request and commit -----------------------------------------------------------------------------------------

AUTHOR = Person(10001, "example-author")


def test_the_pull_request_closes_the_issue_and_calls_nobody() -> None:
    said = pull_body(FormChange("Add x", (), missing=("weights",)), 12, AUTHOR, of(FormKind.MODEL, "en"))
    assert "Closes #12." in said
    assert "@" not in said


@pytest.mark.parametrize("language", languages())
def test_the_pull_request_of_a_korean_form_is_answered_in_korean_too(language: str) -> None:
    said = pull_body(FormChange("Add x", ()), 12, AUTHOR, of(FormKind.MODEL, language))
    assert is_korean([said]) == (language == "ko")


def test_the_commit_names_the_reporter_as_github_knows_them() -> None:
    said = commit_message(FormChange("Add x", ()), 12, AUTHOR)
    assert said.splitlines()[-1] == "Co-authored-by: example-author <10001+example-author@users.noreply.github.com>"


# ---- branches, limits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "every", "expected"),
    [
        (0, 0, None),
        (MOST_PROPOSALS - 1, 49, None),
        (MOST_PROPOSALS, MOST_PROPOSALS, TooManyProposals(MOST_PROPOSALS, of_all=False)),
        (0, 50, TooManyProposals(50, of_all=True)),
    ],
)
def test_there_are_only_so_many_open_proposals(own: int, every: int, expected: TooManyProposals | None) -> None:
    assert admit(own, every) == expected
