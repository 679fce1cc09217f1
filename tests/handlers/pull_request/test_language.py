"""The language of a comment: who is answered in Korean, what is said in it, and that nobody's words do anything there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.board.model.policy import Approvers
from bot.github.commands import Command, NearMiss, Verb
from bot.github.facts import Person
from bot.governance.conversation import CommandResult, Refusal
from bot.governance.judgement import Condition, ConditionKind
from bot.handlers.pull_request.comment import COMMENT_LIMIT, MARKER, as_comment, as_summary
from bot.handlers.pull_request.decision import decide
from bot.handlers.pull_request.language import is_korean
from bot.handlers.pull_request.report import Outcome
from bot.text.catalogue import _
from tests.handlers.pull_request.samples import AUTHOR, BOT, NOW, READER, comment, contents, facts, judged
from tests.handlers.pull_request.test_comment import PROBLEM, assert_harmless, judgement, report
from tests.samples import ROOT
from tests.site.boards import HOSTILE_NAMES

if TYPE_CHECKING:
    from bot.github.facts import Facts
    from bot.handlers.pull_request.report import Report

TRANSLATED = replace(PROBLEM, what=_("this is a submodule, not a plain file"), remedy=_("Restore the file."))
BOX = "한국어로도 안내해 주세요 (in Korean too, please)"


# ---- who is answered in Korean ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("Raise the weights of EXAONE", False),
        ("엑사원 4.0의 가중치 등급 수정", True),
        ("HyperCLOVA X SEED 가중치 등급을 고칩니다", True),
        (unicodedata.normalize("NFD", "엑사원 4.0의 가중치 등급 수정"), True),
        (unicodedata.normalize("NFD", "Add Kanana (카나나)"), False),
        ("Add Kanana (카나나)", False),
        ("EXAONE 4.0 추가", True),
        ("Solar Pro 2 weights 등급을 semi-open으로 변경", True),
        ("weights: open → semi-open 으로 수정했습니다.", True),
        ("Correct the weights of Kanana (카나나)", False),
        ("가", False),
        (f"- [ ] {BOX}", False),
        (f"- [x] {BOX}", True),
        (f"* [X] {BOX}", True),
        (f"Fixes a typo.\n\n- [x] {BOX}\n", True),
        ("The page says:\n\n> 가중치를 공개합니다.\n", False),
        ("Corrects a typo.\n\n```\n가중치를 공개합니다.\n```\n", False),
        ("Corrects `가중치를 공개합니다`.", False),
        ("<!-- 무엇을 바꾸나요? -->\nA better link", False),
        ("https://example.org/가중치를-공개합니다", False),
        ("A first line.\r\n두 번째 줄은 한국어입니다.\r\n", True),
        ("가중치를 공개합니다. " * 100_000, True),
    ],
)
def test_korean_is_what_somebody_says_in_korean(text: str, *, expected: bool) -> None:
    assert is_korean([text]) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (facts(title="가중치 등급 수정"), True),
        (facts(body=f"- [x] {BOX}"), True),
        (facts(title="Better links", body=f"- [ ] {BOX}"), False),
        (facts(comments=(comment("무엇을 고쳐야 하나요?", AUTHOR),)), True),
        (facts(comments=(comment("고맙습니다, 확인했습니다.", READER),)), False),
        (facts(author=BOT, comments=(comment("파일을 고쳐 주세요.", BOT),)), False),
    ],
)
def test_the_author_alone_says_in_which_language(given: Facts, *, expected: bool) -> None:
    found = contents(problems=(PROBLEM,))
    decided = decide(given, found, judged(given, found))
    assert ("### 고칠 것" in decided.report) == expected


def test_the_template_asks_for_nothing_until_its_box_is_ticked() -> None:
    template = (ROOT / ".github/pull_request_template.md").read_text("utf-8")
    assert not is_korean([template])
    assert is_korean([template.replace("- [ ]", "- [x]")])


# ---- words for everything --------------------------------------------------------------------------------------------


CONDITIONS = [
    Condition(ConditionKind.APPROVALS, met=False, need=None, approvers=Approvers.MAINTAINERS),
    Condition(ConditionKind.FINAL_COMMENT, met=False, days=10),
    *(
        Condition(
            kind, met=met, people=("example-ann",), have=1, need=2, name="a <b>name</b>", developers=("example",), due=due
        )
        for kind in ConditionKind
        for met in (False, True)
        for due in (None, NOW, NOW + timedelta(days=1))
    ),
]  # fmt: skip


def own_part(given: Report) -> str:
    """Return the beginning of a comment, which is in the language of the author."""
    return as_comment(given).partition("\n\n---\n\n")[0].removeprefix(f"{MARKER}\n")


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_every_condition_is_written_in_korean(condition: Condition, outcome: Outcome) -> None:
    given = report(outcome=outcome, judgement=judgement(condition), language="ko")
    for line in own_part(given).splitlines():
        assert not line or re.search("[가-힣]", line), line
        assert "<b>" not in line


# Those behind it belong to disputes.
OF_PULL_REQUESTS = list(Refusal)[: list(Refusal).index(Refusal.NOT_HERE) + 1]


@pytest.mark.parametrize("refusal", OF_PULL_REQUESTS)
def test_every_refusal_on_a_pull_request_is_written_in_korean(refusal: Refusal) -> None:
    asked = CommandResult(comment("/hold", READER), Command(Verb.HOLD, ()), refusal)
    line = own_part(report(judgement=judgement(results=(asked,)), language="ko")).splitlines()[-1]
    assert line.startswith("- `/hold`(example-reader): ")
    assert is_korean([line])


def test_a_near_miss_is_shown_as_it_was_written() -> None:
    said = CommandResult(comment("/hodl please", READER), NearMiss(Verb.HOLD, "/hodl please"), Refusal.NEAR_MISS)
    text = own_part(report(judgement=judgement(results=(said,)), language="ko"))
    assert "- `/hodl please` (혹시 `/hold` 명령인가요?)(example-reader): " in text


# ---- the comment -----------------------------------------------------------------------------------------------------


def test_korean_comes_first_and_all_of_the_english_follows() -> None:
    english = as_comment(report(problems=(TRANSLATED,), judgement=judgement(*CONDITIONS[:1])))
    both = as_comment(report(problems=(TRANSLATED,), judgement=judgement(*CONDITIONS[:1]), language="ko"))
    own, _, rest = both.partition("\n\n---\n\n")
    assert f"{MARKER}\n{rest}" == english
    lines = own.removeprefix(f"{MARKER}\n").splitlines()
    assert lines[0].startswith("⏳ **문제를 찾지 못했습니다.")
    assert "- **9행:** 보통 파일이 아니라 서브모듈입니다. 파일을 되돌려 주세요.<br>`level: opne`" in lines
    assert [line for line in lines if line and line in english.splitlines() and not line.startswith("**`")] == []


def test_a_newcomer_is_welcomed_once() -> None:
    text = as_comment(report(outcome=Outcome.TO_FIX, problems=(TRANSLATED,), is_first=True, language="ko"))
    assert "환영합니다!" in text
    assert "Welcome" not in text


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_nobodys_words_do_anything_in_korean(name: str) -> None:
    concern = Condition(ConditionKind.CONCERN, met=False, people=(name,), name=name)
    answer = CommandResult(comment("/hold", Person(1, name)), Command(Verb.HOLD, (name,)), Refusal.NOT_A_MAINTAINER)
    given = report(judgement=judgement(concern, results=(answer,)), language="ko", problems=())
    assert_harmless(as_comment(given))


def test_the_comment_fits_with_korean_however_much_there_is_to_say() -> None:
    concerns = [Condition(ConditionKind.CONCERN, met=False, people=("@" * 40,) * 20, name="`@" * 100)] * 500
    problems = tuple(replace(PROBLEM, line=number, what="@x " * 300) for number in range(1, 500))
    given = report(outcome=Outcome.TO_FIX, judgement=judgement(*concerns), problems=problems, language="ko")
    text = as_comment(given)
    assert len(text.encode()) <= COMMENT_LIMIT
    assert "### To fix" in text
    assert "### 고칠 것" in text
    assert len(as_summary(given).encode()) <= 1_000_000
