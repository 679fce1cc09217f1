"""The record of decisions: how an entry is made, which files are none, and the history that all entries give."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from bot.board.model.policy import Approvers, ChangeClass, Needs
from bot.board.model.rubric import Level
from bot.board.ranking.change import Change, ChangeKind, EvidenceChange, ModelChange, Move, RatingChange, Standing
from bot.board.ranking.scoring import Scoring, Way
from bot.board.reading.tree import Commit, Folder
from bot.git.repository import Repository
from bot.github.facts import Person
from bot.governance.conversation import Concern, Conversation
from bot.governance.judgement import Condition, ConditionKind, Discount, DiscountReason, Judgement, Vote
from bot.governance.record.decisions import (
    INDEX,
    LARGEST_ENTRY,
    Decision,
    MergeFacts,
    Record,
    as_json,
    build_decision,
    decision_json_schema,
    read_decisions,
)
from tests.board.reading.trees import Texts
from tests.checkouts import commit, write
from tests.governance.record.entries import decision, model
from tests.samples import rubric

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO, THREE = (Person(number, f"example-{name}") for number, name in enumerate(("one", "two", "three"), 1))
MERGE = MergeFacts(
    7, "https://example.org/pull/7", "a" * 40, "b" * 40, datetime(2026, 11, 21, 12, 0, 0, 5, UTC), TWO, ONE
)


def judgement(**changes: Any) -> Judgement:
    needs = Needs(
        approvals=2, approvers=Approvers.REVIEWERS, organisations=2, wait_hours=72, final_comment_days=0,
        notify_developer=False, provisional=False,
    )  # fmt: skip
    parts: dict[str, Any] = {
        "classes": frozenset({ChangeClass.RAISED}), "needs": needs, "conditions": (), "votes": (), "discounts": (),
        "concerns": (), "results": (), "mentions": (), "conversation": Conversation(),
    }  # fmt: skip
    return Judgement(**(parts | changes))


def change(*models: ModelChange) -> Change:
    return Change(models, (), (), (), 3, 3, rubric_changed=False, rubric_changes=())


def model_change(model_id: str = "example/one", **changes: Any) -> ModelChange:
    way: Way = Scoring(rubric()).ways[0]
    standings = tuple(Standing(rank, Scoring(rubric()).rubric.maximum(rubric().default_weighting)) for rank in (5, 3))
    parts: dict[str, Any] = {
        "kind": ChangeKind.RATINGS, "id": model_id, "former_id": None, "model": "Example", "board": Move(way, *standings),
        "other_ways": (), "ratings": (), "evidence": (), "facts": (),
    }  # fmt: skip
    return ModelChange(**(parts | changes))


# ---- making one ------------------------------------------------------------------------------------------------------


def test_an_entry_says_who_agreed_for_whom_and_what_it_did() -> None:
    found = build_decision(
        judgement(
            classes=frozenset({ChangeClass.EVIDENCE, ChangeClass.RAISED}),
            votes=(
                Vote(ONE, frozenset({"b-lab", "a-lab"}), True),
                Vote(TWO, frozenset(), True),
                Vote(THREE, None, False),
            ),
            discounts=(
                Discount(ONE, DiscountReason.CONFLICT, frozenset({"example"})),
                Discount(TWO, DiscountReason.AUTHOR),
            ),
            concerns=(Concern("the licence", ONE, TWO, "read it"), Concern("x" * 400, THREE, None, "")),
            conditions=(
                Condition(ConditionKind.WAIT, met=False),
                Condition(ConditionKind.APPROVALS, met=True),
                Condition(ConditionKind.CONCERN, met=False, name="a"),
                Condition(ConditionKind.CONCERN, met=False, name="b"),
            ),
        ),
        change(
            model_change("example/two"),
            model_change(
                ratings=(RatingChange("weights", Level.CLOSED, Level.OPEN, (), None),),
                evidence=(
                    EvidenceChange("code", Level.OPEN, (), (), note=True),
                    EvidenceChange("paper", Level.OPEN, (), (), note=False, disputed=(None, "https://example.org/1")),
                ),
                facts=("license",),
            ),
        ),
        MERGE,
    )
    assert found.classes == (ChangeClass.RAISED, ChangeClass.EVIDENCE)
    assert found.gravest is ChangeClass.RAISED
    assert [one.organisation for one in found.approvals] == ["a-lab and b-lab", "independent", "undeclared"]
    assert [(one.login, one.developers) for one in found.recusals] == [("example-one", ("example",))]
    assert [(one.login, one.ground) for one in found.discounted] == [("example-two", DiscountReason.AUTHOR)]
    assert found.unmet == (ConditionKind.CONCERN, ConditionKind.WAIT)
    assert [(len(one.name), one.resolved_by is None) for one in found.concerns] == [(11, False), (300, True)]
    assert [one.id for one in found.models] == ["example/one", "example/two"]
    one = found.models[0]
    assert (one.rank_before, one.rank_after, one.facts) == (5, 3, ("license",))
    # That a rating is disputed decides nothing about it.
    assert one.evidence == ("code",)
    assert one.touched == {"weights", "code"}
    assert (found.day, found.path) == ("2026-11-21", "decisions/7.json")
    assert json.loads(as_json(found))["merged_at"] == "2026-11-21T12:00:00Z"


def test_what_is_of_no_class_is_no_decision() -> None:
    with pytest.raises(ValueError, match="classes"):
        build_decision(judgement(classes=frozenset()), None, MERGE)


def test_an_entry_is_ascii_and_the_same_whatever_order_things_came_in() -> None:
    concern = Concern("특허 \ud800 \u202e", ONE, None, "")
    votes = [Vote(ONE, frozenset(names), True) for names in (("a", "b", "c"), ("c", "b", "a"))]
    texts = {as_json(build_decision(judgement(votes=(vote,), concerns=(concern,)), None, MERGE)) for vote in votes}
    (text,) = texts
    assert text.isascii()
    assert text.endswith("}\n")


# ---- reading them ----------------------------------------------------------------------------------------------------


def test_what_was_written_is_read_again_newest_first(tmp_path: Path) -> None:
    made = [decision(3), decision(12, at=timedelta(days=2)), decision(5, at=timedelta(days=1))]
    for one in made:
        write(tmp_path, one.path, as_json(one))
    write(tmp_path, INDEX, "# Decisions\n")
    by_commit = Commit(Repository(tmp_path), commit(tmp_path))
    for tree in (Folder(tmp_path, largest=LARGEST_ENTRY), by_commit):
        assert read_decisions(tree) == ((made[1], made[2], made[0]), ())


def test_a_large_entry_is_read_whole(tmp_path: Path) -> None:
    large = decision(3, *[model(f"example/model-{number:04}") for number in range(1000)])
    write(tmp_path, large.path, as_json(large))
    assert read_decisions(Folder(tmp_path, largest=LARGEST_ENTRY)).decisions == (large,)


@pytest.mark.parametrize(("size", "what"), [(16_777_216, "it is no entry"), (16_777_217, "only decisions/NUMBER.json")])
def test_entries_of_up_to_sixteen_mebibytes_are_opened(size: int, what: str) -> None:
    (problem,) = read_decisions(Texts({"decisions/3.json": "x" * size})).problems
    assert problem.what.startswith(what)


def test_a_file_behind_the_page_is_read_too() -> None:
    (problem,) = read_decisions(Texts({INDEX: "# Decisions", "decisions/three.json": "{}"})).problems
    assert problem.path == "decisions/three.json"


BROKEN: dict[str, tuple[str, str, str]] = {
    "nothing": ("decisions/3.json", "", "it is no entry: Invalid JSON"),
    "no object": ("decisions/3.json", "[]", "it is no entry: Input should be an object"),
    "a key too many": ("decisions/3.json", "EXTRA", "it is no entry: `colour`: "),
    "a key too few": ("decisions/3.json", "FEWER", "it is no entry: `unmet`: Field required"),
    "another format": ("decisions/3.json", "FORMAT", "it is no entry: `format`: "),
    "a moment in no year": ("decisions/3.json", "LAST", "it is no entry: `merged_at`: "),
    "another number": ("decisions/4.json", "FINE", "it is the entry of pull request 3"),
    "another name": ("decisions/three.json", "FINE", "only decisions/NUMBER.json can stand here"),
    "a folder": ("decisions/more/3.json", "FINE", "only decisions/NUMBER.json can stand here"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_is_no_entry_is_a_problem_and_hides_no_other(case: str, tmp_path: Path) -> None:
    path, text, what = BROKEN[case]
    fine = json.loads(as_json(decision(3)))
    texts = {
        "FINE": fine,
        "EXTRA": fine | {"colour": "green"},
        "FEWER": {key: value for key, value in fine.items() if key != "unmet"},
        "FORMAT": fine | {"format": 2},
        "LAST": fine | {"merged_at": "9999-12-31T23:59:59-14:00"},
    }
    write(tmp_path, path, json.dumps(texts[text]) if text in texts else text)
    other = decision(9)
    write(tmp_path, other.path, as_json(other))
    decisions, (problem,) = read_decisions(Folder(tmp_path, largest=LARGEST_ENTRY))
    assert decisions == (other,)
    assert problem.path == path
    assert problem.what.startswith(what)
    assert "delete it" in problem.remedy


def test_what_the_published_schema_refuses_is_no_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = decision_json_schema()
    schema["properties"]["pull_request"]["maximum"] = 2
    monkeypatch.setattr("bot.governance.record.decisions.decision_json_schema", lambda: schema)
    write(tmp_path, decision(2).path, as_json(decision(2)))
    write(tmp_path, decision(3).path, as_json(decision(3)))
    decisions, (problem,) = read_decisions(Folder(tmp_path, largest=LARGEST_ENTRY))
    assert decisions == (decision(2),)
    assert problem.what == "it is no entry: `pull_request`: 3 is greater than the maximum of 2"


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere.json", as_json(decision(3)))
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions/3.json").symlink_to("../elsewhere.json")
    decisions, problems = read_decisions(Folder(tmp_path, largest=LARGEST_ENTRY))
    assert (decisions, len(problems)) == ((), 1)


def test_entries_are_valid_by_their_json_schema() -> None:
    schema = decision_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    fine = json.loads(as_json(decision(3, model("example/one", raised=("weights",)))))
    assert list(validator.iter_errors(fine)) == []
    assert list(validator.iter_errors(fine | {"classes": ["ajar"]}))
    assert list(validator.iter_errors({**fine, "colour": "green"}))


# ---- the history of a model ------------------------------------------------------------------------------------------


def record(*decisions: Decision) -> Record:
    """Return a record of decisions that are given from the oldest to the newest."""
    return Record(tuple(reversed(decisions)))


def numbers(found: Record, model_id: str) -> list[int]:
    return [step.decision.pull_request for step in found.of(model_id)]


def test_a_model_keeps_its_decisions_under_another_id() -> None:
    found = record(
        decision(1, model("example/old", kind=ChangeKind.ADDED)),
        decision(2, model("example/old"), model("example/other")),
        decision(3, model("example/new", kind=ChangeKind.RENAMED, former="example/old")),
        decision(4, model("example/new")),
    )
    assert numbers(found, "example/new") == [4, 3, 2, 1]
    assert numbers(found, "example/old") == []
    assert found.models == ["example/new", "example/other"]


def test_two_models_may_change_their_ids_with_each_other() -> None:
    found = record(
        decision(1, model("example/a")),
        decision(2, model("example/b")),
        decision(
            3,
            model("example/a", kind=ChangeKind.RENAMED, former="example/b"),
            model("example/b", kind=ChangeKind.RENAMED, former="example/a"),
        ),
    )
    assert (numbers(found, "example/a"), numbers(found, "example/b")) == ([3, 2], [3, 1])


def test_a_new_model_has_nothing_of_an_earlier_one_of_the_same_id() -> None:
    found = record(
        decision(1, model("example/a")),
        decision(2, model("example/a", kind=ChangeKind.REMOVED)),
        decision(3, model("example/a", kind=ChangeKind.ADDED)),
    )
    assert numbers(found, "example/a") == [3]


@pytest.mark.parametrize("kinds", [(ChangeKind.ADDED, ChangeKind.REMOVED), (ChangeKind.REMOVED, ChangeKind.ADDED)])
def test_a_file_that_is_about_another_model_begins_anew(kinds: tuple[ChangeKind, ...]) -> None:
    found = record(decision(1, model("example/a")), decision(2, *(model("example/a", kind=kind) for kind in kinds)))
    assert [(step.decision.pull_request, step.model.kind) for step in found.of("example/a")] == [(2, ChangeKind.ADDED)]


PROVISIONAL: dict[str, tuple[list[Decision], dict[str, set[str]]]] = {
    "nothing decided": ([], {}),
    "decided in full": ([decision(1, model("example/a", raised=("weights",)))], {}),
    "a level": (
        [decision(1, model("example/a", raised=("weights",)), provisional=True)],
        {"example/a": {"weights"}},
    ),
    "evidence": ([decision(1, model("example/a", evidence=("code",)), provisional=True)], {"example/a": {"code"}}),
    "facts alone": ([decision(1, model("example/a"), provisional=True)], {}),
    "decided in full since": (
        [
            decision(1, model("example/a", raised=("weights", "code")), provisional=True),
            decision(2, model("example/a", evidence=("weights",))),
        ],
        {"example/a": {"code"}},
    ),
    "provisional since": (
        [
            decision(1, model("example/a", raised=("weights",))),
            decision(2, model("example/a", evidence=("weights",)), provisional=True),
        ],
        {"example/a": {"weights"}},
    ),
    "renamed since": (
        [
            decision(1, model("example/a", raised=("weights",)), provisional=True),
            decision(2, model("example/b", kind=ChangeKind.RENAMED, former="example/a")),
        ],
        {"example/b": {"weights"}},
    ),
    "taken away since": (
        [
            decision(1, model("example/a", raised=("weights",)), provisional=True),
            decision(2, model("example/a", kind=ChangeKind.REMOVED)),
        ],
        {},
    ),
}


@pytest.mark.parametrize("case", PROVISIONAL)
def test_a_rating_is_provisional_when_the_last_decision_on_it_was(case: str) -> None:
    decisions, expected = PROVISIONAL[case]
    assert record(*decisions).provisional() == expected
