"""Classes of change of a pull request, and the developers to notify."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.board.model.assessment import Assessment, Parameters, entry
from bot.board.model.crosswalk import Crosswalk
from bot.board.model.developer import Developer
from bot.board.model.frameworks import Frameworks
from bot.board.model.layout import CROSSWALKS, FRAMEWORKS, LICENSES, PRECEDENTS, RUBRIC
from bot.board.model.licenses import Licenses
from bot.board.model.policy import ChangeClass, Policy
from bot.board.model.precedents import Precedents
from bot.board.model.rating import Artifact, Availability, Evidence, Rating
from bot.board.model.rubric import Level, NotApplicable, Rubric
from bot.board.ranking import change as change_module
from bot.board.ranking.change import (
    ArtifactChange,
    Change,
    ChangeKind,
    DeveloperChange,
    EvidenceChange,
    ModelChange,
    Move,
    RatingChange,
    diff_leaderboards,
)
from bot.board.ranking.leaderboard import rank_entries
from bot.board.ranking.scoring import Scoring, Way
from bot.governance.judgement import ConditionKind, judge
from bot.handlers.pull_request.case import EffectHistory, build_review_case
from bot.handlers.pull_request.classes import FIELD_CLASSES, RULES_CLASSES, find_classes, interested_developers
from bot.handlers.pull_request.facts import ChangedFile, Contents
from tests.handlers.pull_request.samples import ALONE, MAINTAINER, NOW, POLICY, RULES, comment, contents, facts
from tests.samples import assessment, rubric

ASSESSMENT = ChangedFile("assessments/example/one.yaml", "100644", "100644", 100)
LOWER = RatingChange("code", Level.OPEN, Level.CLOSED, (), None)
HIGHER = RatingChange("code", Level.CLOSED, Level.OPEN, (), None)
NOT_THERE = RatingChange("code", Level.CLOSED, Level.NOT_APPLICABLE, (), None)


def model(kind: ChangeKind = ChangeKind.EVIDENCE, *facts: str, **others: Any) -> ModelChange:
    """Return a change of a model of the developer `example`."""
    given: dict[str, Any] = {"former_id": None, "ratings": (), "evidence": ()} | others
    way = Way("study", NotApplicable.EXCLUDED)
    return ModelChange(
        kind,
        "example/one",
        given["former_id"],
        "One",
        Move(way, None, None),
        (),
        given["ratings"],
        given["evidence"],
        facts,
        artifacts=given.get("artifacts", ()),
        former_name=given.get("former_name"),
    )


def artifact(before: str | None, after: str | None) -> tuple[ArtifactChange]:
    """Return a change of whether an artifact can be had."""
    was, is_now = (None if each is None else Availability(each) for each in (before, after))
    return (ArtifactChange("training_data", was, is_now, None, (), (), None),)


def noted(level: Level) -> tuple[EvidenceChange]:
    """Return a change of the note alone of a rating."""
    return (EvidenceChange("code", level, (), (), note=True),)


def doubted(*, confidence: bool, doubt: str | None) -> tuple[EvidenceChange]:
    """Return a change of the doubt alone of a rating."""
    return (EvidenceChange("code", Level.OPEN, (), (), note=False, confidence=confidence, doubt=doubt),)


def marked(before: str | None, after: str | None) -> tuple[EvidenceChange]:
    """Return a change of a note and of the mark of a dispute about it."""
    return (EvidenceChange("code", Level.OPEN, (), (), note=True, disputed=(before, after)),)


def changing(*models: ModelChange) -> Contents:
    """Return a pull request that changes these models."""
    change = Change(models, (), (), (), 1, 1, rubric_changed=False, rubric_changes=())
    return contents(changed=(ASSESSMENT,), change=change)


def policy_that_tells(telling: ChangeClass) -> Policy:
    """Return a policy that notifies developers of changes of one class."""
    rules = POLICY.classes.items()
    classes = {each: rule.model_copy(update={"notify_developer": each is telling}) for each, rule in rules}
    return POLICY.model_copy(update={"classes": classes})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (model(ChangeKind.EVIDENCE, "license"), "evidence"),
        (model(ChangeKind.EVIDENCE, "released"), "typo"),
        (model(ChangeKind.EVIDENCE, "base_models"), "evidence"),
        (model(ChangeKind.EVIDENCE, "huggingface"), "evidence"),
        (model(ChangeKind.EVIDENCE, "model"), "evidence"),
        (model(ChangeKind.EVIDENCE, "modality"), "evidence"),
        (model(ChangeKind.EVIDENCE, "variant"), "evidence"),
        (model(ChangeKind.EVIDENCE, "parameters"), "evidence"),
        (model(ChangeKind.EVIDENCE, "license_url"), "evidence"),
        (model(ChangeKind.EVIDENCE, "api_retired"), "evidence"),
        (model(ChangeKind.EVIDENCE, "artifacts"), "evidence"),
        (model(ChangeKind.EVIDENCE, evidence=doubted(confidence=True, doubt="Why?")), "evidence"),
        (model(ChangeKind.EVIDENCE, evidence=doubted(confidence=True, doubt=None)), "evidence"),
        (model(ChangeKind.EVIDENCE, evidence=doubted(confidence=False, doubt="Why?")), "typo"),
        (model(ChangeKind.EVIDENCE, "model", former_name="Another"), "evidence new-model"),
        (model(ChangeKind.EVIDENCE, evidence=noted(Level.OPEN)), "typo"),
        (model(ChangeKind.EVIDENCE, evidence=noted(Level.NOT_APPLICABLE)), "evidence"),
        (model(ChangeKind.EVIDENCE, evidence=marked(None, "1")), "typo"),
        (model(ChangeKind.EVIDENCE, evidence=marked("1", None)), "evidence"),
        (model(ChangeKind.EVIDENCE, evidence=marked("1", "2")), "evidence"),
        (model(ChangeKind.EVIDENCE, evidence=marked("1", "1")), "typo"),
        *(
            (model(ChangeKind.EVIDENCE, "artifacts", artifacts=artifact(before, after)), expected)
            for before, after, expected in (
                ("yes", "yes", "evidence"),
                (None, "no", "evidence"),
                ("no", None, "evidence"),
                (None, "partly", "evidence raised"),
                ("no", "yes", "evidence raised"),
                ("partly", "yes", "evidence raised"),
                ("yes", "partly", "evidence lowered"),
                ("partly", "no", "evidence lowered"),
                ("yes", None, "evidence lowered"),
            )
        ),
        (model(ChangeKind.ADDED, ratings=(HIGHER,)), "new-model"),
        (model(ChangeKind.REMOVED), "lowered"),
        (model(ChangeKind.RENAMED, former_id="other/one"), "new-model"),
        (model(ChangeKind.RENAMED, former_id="other/one", ratings=(LOWER,)), "lowered new-model"),
        (model(ChangeKind.RATINGS, ratings=(LOWER, HIGHER)), "lowered raised"),
        (model(ChangeKind.RATINGS, ratings=(NOT_THERE,)), "not-applicable"),
    ],
)
def test_the_classes_of_a_changed_model(change: ModelChange, expected: str) -> None:
    assert " ".join(sorted(find_classes(changing(change)))) == expected


IDENTITIES = [
    ("Example One", "example/one"),
    ("Example One", None),
    ("Example One", "example/two-7b"),
    ("EXAMPLE-One", "example/one"),
    ("Exmaple One", "example/two-7b"),
    ("Example Two", "example/one"),
    ("Example Two", None),
    ("Example Two", "example/two-7b"),
]
"""Steps on any way from one model to another: name and repository of the same file."""


def classes_between(before: tuple[str, str | None], after: tuple[str, str | None]) -> frozenset[ChangeClass]:
    """Return the classes of a change of nothing but what a file is about."""
    sides = [
        {"example/one": assessment(name, **({"huggingface": hub} if hub else {}))} for name, hub in (before, after)
    ]
    boards = [rank_entries([entry(own, one) for own, one in side.items()], Scoring(rubric())) for side in sides]
    change = diff_leaderboards(boards[0], boards[1], sides[0], sides[1])
    return find_classes(contents(changed=(ASSESSMENT,), change=change))


def test_no_sequence_of_light_changes_shows_the_ratings_of_one_model_for_another() -> None:
    light = {ChangeClass.EVIDENCE}
    reached = {IDENTITIES[0]}
    for _ in IDENTITIES:
        reached |= {after for before in reached for after in IDENTITIES if classes_between(before, after) <= light}
    assert {name for name, _ in reached} == {"Example One", "EXAMPLE-One", "Exmaple One"}
    assert classes_between(IDENTITIES[0], IDENTITIES[-1]) == {ChangeClass.LOWERED, ChangeClass.NEW_MODEL}


@pytest.mark.parametrize(
    ("key", "before", "after", "expected"),
    [
        ("name", "Example Lab", "EXAMPLE LAB", "evidence"),
        ("name", "Example Lab", "Exmaple Lab", "evidence"),
        ("name", "Example Lab", "Example University", "new-model"),
        ("name", None, "Example Lab", "typo"),
        ("name", "Example Lab", None, "typo"),
        ("country", "International", "Utopia", "evidence"),
        ("kind", "single-company", "multi-organisation-institute", "evidence"),
        ("url", "https://example.org", "https://example.com", "evidence"),
        ("url", "https://example.org", None, "evidence"),
    ],
)
def test_the_class_of_a_changed_developer(key: str, before: str | None, after: str | None, expected: str) -> None:
    found = changing()
    assert found.change is not None
    found = replace(found, change=replace(found.change, developers=(DeveloperChange("example", key, before, after),)))
    assert find_classes(found) == {ChangeClass(expected)}


@pytest.mark.parametrize("model_type", [Assessment, Rating, Evidence, Artifact, Parameters, Developer])
def test_every_field_of_an_assessment_or_a_developer_has_a_class(model_type: type[BaseModel]) -> None:
    assert FIELD_CLASSES[model_type].keys() == model_type.model_fields.keys()


def test_every_fact_about_a_model_is_compared() -> None:
    assert {*change_module._IN_ENTRY, *change_module._FACTS, "ratings"} == Assessment.model_fields.keys()


def test_every_part_of_a_rating_is_compared() -> None:
    compared = {field.name for field in fields(EvidenceChange)} - {"criterion", "only_disputed", "doubtful"}
    assert compared - {"added", "removed"} | {"evidence"} == {*Rating.model_fields}


@pytest.mark.parametrize(
    ("model_type", "path"),
    [
        (Rubric, RUBRIC),
        (Precedents, PRECEDENTS),
        (Frameworks, FRAMEWORKS),
        (Licenses, LICENSES),
        (Crosswalk, f"{CROSSWALKS}/osai.yaml"),
        (Policy, "governance.yml"),
    ],
)
def test_every_file_of_rules_has_the_class_of_its_path(model_type: type[BaseModel], path: str) -> None:
    found = contents(changed=(ChangedFile(path, "100644", "100644", 100),))
    assert find_classes(found) == {RULES_CLASSES[model_type]}


def parts_of(kind: Any) -> set[type[BaseModel]]:
    """Return the models that a model or a type is made of, itself included."""
    found = {kind} if isinstance(kind, type) and issubclass(kind, BaseModel) else set()
    inner = [field.annotation for each in found for field in each.model_fields.values()] or get_args(kind)
    return found.union(*map(parts_of, inner))


def test_no_model_of_an_assessment_or_a_developer_is_left_out() -> None:
    assert parts_of(Assessment) | parts_of(Developer) == FIELD_CLASSES.keys()


@pytest.mark.parametrize(
    ("telling", "change", "expected"),
    [
        (ChangeClass.LOWERED, model(ChangeKind.RATINGS, ratings=(LOWER,)), {"example"}),
        (ChangeClass.LOWERED, model(ChangeKind.RATINGS, ratings=(HIGHER,)), set()),
        (ChangeClass.RAISED, model(ChangeKind.RATINGS, ratings=(HIGHER,)), {"example"}),
        (ChangeClass.NEW_MODEL, model(ChangeKind.RENAMED, former_id="other/one"), {"example", "other"}),
        (ChangeClass.TYPO, model(ChangeKind.EVIDENCE, "released"), {"example"}),
    ],
)
def test_the_policy_decides_whose_developers_are_notified(
    telling: ChangeClass, change: ModelChange, expected: set[str]
) -> None:
    found = replace(changing(change), rules=replace(RULES, policy=policy_that_tells(telling)))
    assert build_review_case(facts(), found, NOW, EffectHistory(NOW), ALONE).notified == expected


def test_a_reclassification_into_a_class_that_notifies_developers_notifies_them() -> None:
    policy = policy_that_tells(ChangeClass.LOWERED)
    found = replace(changing(model(ChangeKind.EVIDENCE, "license")), rules=replace(RULES, policy=policy))
    known = facts(comments=(comment("/reclassify lowered", MAINTAINER),))
    conditions = {
        one.kind: one
        for one in judge(build_review_case(known, found, NOW, EffectHistory(NOW), ALONE), policy).conditions
    }
    assert conditions[ConditionKind.NOTIFIED].developers == ("example",)


def test_the_developers_of_changed_models_and_changed_developers_have_an_interest() -> None:
    changed = DeveloperChange("example-labs", "country", "International", "Utopia")
    found = changing(model(ChangeKind.RENAMED, former_id="other/one"))
    assert found.change is not None
    found = replace(found, change=replace(found.change, developers=(changed,)))
    assert interested_developers(found) == {"example", "other", "example-labs"}
    assert interested_developers(contents()) == frozenset()
