"""The list of decisions and the history of a model: their content, and that nothing in an entry can break a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.board.model.policy import ChangeClass
from bot.board.ranking.change import ChangeKind
from bot.governance.judgement import ConditionKind
from bot.governance.record.decisions import Account, Approval, Record, RecordedConcern, Recusal
from bot.governance.record.page import decisions_page, model_history
from bot.text.templates import macros
from tests.governance.record.entries import decision, model
from tests.samples import rubric
from tests.site.boards import HOSTILE_NAMES
from tests.site.page import rendered

if TYPE_CHECKING:
    from bot.governance.record.decisions import Decision

TITLES = {ChangeClass.RAISED: "rating raised"}


def page(*decisions: Decision, models: tuple[str, ...] = ("example/one",)) -> str:
    """Return the list of decisions that are given from the oldest to the newest."""
    return decisions_page(Record(tuple(reversed(decisions))), models, TITLES)


def history(*decisions: Decision, model_id: str = "example/one") -> str:
    steps = Record(tuple(reversed(decisions))).of(model_id)
    return model_history(steps, rubric(), TITLES)


# ---- the list --------------------------------------------------------------------------------------------------------


def test_without_decisions_the_list_says_so() -> None:
    assert "\n\nNo decision is recorded yet.\n\n" in page()


def test_decisions_are_listed_by_date_and_by_model() -> None:
    one, gone = model("example/one"), model("example/gone", kind=ChangeKind.REMOVED, ranks=(7, None))
    text = page(decision(1, one, gone), decision(2, one, provisional=True, unmet=(ConditionKind.WAIT,)))
    shown = rendered(text)
    assert shown.headings == ["Decisions", "By date", "By model"]
    assert "Decisions 2 decisions: 1 provisional, 1 against the rules." in shown.words
    assert shown.rows[1:] == [
        ["2026-11-21 #2 (record)", "rating raised (provisional, against the rules)", "example/one"],
        ["2026-11-21 #1 (record)", "rating raised", "example/gone, example/one"],
    ]
    assert "2026-11-21: rating raised, leaves from rank 7 (#1, record)" in shown.words
    assert {"../leaderboard/models/example/one.md", "2.json", "https://example.org/pull/1"} <= set(shown.links)
    # Who is gone has no page.
    assert "../leaderboard/models/example/gone.md" not in shown.links


def test_of_many_models_the_first_are_named() -> None:
    many = decision(1, *[model(f"example/m-{number}") for number in range(10)])
    assert "and 7 more" in rendered(page(many)).rows[1][2]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, 3, "enters at rank 3"),
        (3, None, "leaves from rank 3"),
        (3, 3, "stays at rank 3"),
        (5, 3, "rank 5 → 3"),
        (None, None, "no rank"),
    ],
)
def test_what_became_of_a_rank_is_a_phrase(before: int | None, after: int | None, words: str) -> None:
    assert rendered(page(decision(1, model("example/one", ranks=(before, after))))).words.endswith(
        f"{words} (#1, record)"
    )


def test_there_are_words_for_every_condition() -> None:
    phrases = macros("governance/record/phrases.j2", ending=".md.j2")
    assert all(" " in phrases.unmet([kind]) for kind in ConditionKind)


# ---- one model -------------------------------------------------------------------------------------------------------


def test_a_history_tells_levels_ranks_and_who_agreed_for_whom() -> None:
    person = Account(login="one", id=1)
    entries = history(
        decision(1, model("example/one", kind=ChangeKind.ADDED, raised=["weights"], ranks=(None, 5))),
        decision(
            2,
            model("example/one", raised=["weights"], evidence=["code"]),
            approvals=(Approval(login="two", id=2, organisations=("a-lab",)),),
            recusals=(Recusal(login="three", id=3, developers=("example",)),),
            concerns=(RecordedConcern(name="the licence", raised_by=person, resolved_by=person, reason="read"),),
            unmet=(ConditionKind.WAIT,),
        ),
    )
    newest, oldest = entries.splitlines()
    assert newest == (
        "- 2026-11-21, [\\#2](https://example.org/pull/2): rating raised, rank 5 → 3. Weights: ○ closed → ● open. Other "
        "evidence or notes: Code. Approved by two (for a-lab). Not counted because of a conflict of interest: three (for "
        "example). Concern: the licence. **Merged against the rules**: the waiting time was not over. "
        "[record](../../../decisions/2.json)"
    ).replace("\\#2", newest[newest.index("[") + 1 : newest.index("]")])
    assert "new model, enters at rank 5. Approved by example-reviewer (independent)." in oldest
    assert "Weights" not in oldest


def test_where_the_record_begins_later_it_says_so() -> None:
    assert rendered(history()).words.endswith("No decision on this model is recorded yet.")
    assert rendered(history(decision(1, model("example/one")))).words.endswith("No decision before that is recorded.")


@pytest.mark.parametrize("text", HOSTILE_NAMES)
def test_what_people_wrote_breaks_no_page(text: str) -> None:
    person = Account(login=text, id=1)
    hostile = decision(
        1,
        model("example/one", kind=ChangeKind.RENAMED, former=text, raised=[text], evidence=[text]),
        model(text),
        merged_by=person,
        author=person,
        approvals=(Approval(login=text, id=1, organisations=(text,)), Approval(login=text, id=1, organisations=None)),
        recusals=(Recusal(login=text, id=1, developers=(text,)),),
        concerns=(RecordedConcern(name=text, raised_by=person, resolved_by=None, reason=text),),
    )
    for markdown in (page(hostile), history(hostile)):
        shown = rendered(markdown)
        assert not {"script", "img", "pre", "blockquote"} & set(shown.elements)
        assert all(re.match(r"https://example\.org/pull/|\.\./|1\.json", link) for link in shown.links)


def test_list_and_history_can_be_korean() -> None:
    record = Record((decision(2, model("example/one"), unmet=(ConditionKind.WAIT,)),))
    assert "**결정 1건**: 잠정 0건, 규칙 위반 1건." in decisions_page(record, (), TITLES, "ko")
    text = model_history(record.of("example/one"), rubric(), TITLES, "ko")
    assert "5위 → 3위" in text
    assert "**규칙을 어기고 병합됨**: 대기 시간이 끝나지 않았음." in text


def test_the_policy_is_linked_only_where_there_is_one() -> None:
    record = Record((decision(2, model("example/one")),))
    assert "[policy](../governance.yml)" in decisions_page(record, (), TITLES)
    assert "governance.yml" not in decisions_page(record, (), {})
