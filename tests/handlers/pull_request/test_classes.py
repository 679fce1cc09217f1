"""Classes of change of a pull request, and the developers to notify."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.board.model.policy import ChangeClass, Policy
from bot.board.model.rubric import Level, NotApplicable
from bot.board.ranking.change import (
    Change,
    ChangeKind,
    DeveloperChange,
    EvidenceChange,
    ModelChange,
    Move,
    RatingChange,
)
from bot.board.ranking.scoring import Way
from bot.governance.judgement import ConditionKind, judge
from bot.handlers.pull_request.case import EffectHistory, build_review_case
from bot.handlers.pull_request.classes import find_classes, interested_developers
from bot.handlers.pull_request.facts import ChangedFile, Contents
from tests.handlers.pull_request.samples import ALONE, MAINTAINER, NOW, POLICY, RULES, comment, contents, facts

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
    )


def marked(before: str | None, after: str | None) -> tuple[EvidenceChange]:
    """Return a change of a note and of the mark of a dispute about it."""
    return (EvidenceChange("code", Level.OPEN, (), (), note=True, disputed=(before, after)),)


def changing(*models: ModelChange) -> Contents:
    """Return a pull request that changes these models."""
    change = Change(models, (), (), (), 1, 1, rubric_changed=False, rubric_changes=(), reordered=False)
    return contents(changed=(ASSESSMENT,), change=change)


def policy_that_tells(telling: ChangeClass) -> Policy:
    """Return a policy that notifies developers of changes of one class."""
    rules = POLICY.classes.items()
    classes = {each: rule.model_copy(update={"notify_developer": each is telling}) for each, rule in rules}
    return POLICY.model_copy(update={"classes": classes})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (model(ChangeKind.EVIDENCE, "license"), "typo"),
        (model(ChangeKind.EVIDENCE, "base_models"), "evidence"),
        (model(ChangeKind.EVIDENCE, "huggingface"), "evidence"),
        (model(ChangeKind.EVIDENCE, "model"), "evidence"),
        (model(ChangeKind.EVIDENCE, "modality"), "typo"),
        (model(ChangeKind.EVIDENCE, evidence=marked(None, "1")), "typo"),
        (model(ChangeKind.EVIDENCE, evidence=marked("1", None)), "evidence"),
        (model(ChangeKind.EVIDENCE, evidence=marked("1", "2")), "evidence"),
        (model(ChangeKind.EVIDENCE, evidence=marked("1", "1")), "typo"),
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


@pytest.mark.parametrize(
    ("telling", "change", "expected"),
    [
        (ChangeClass.LOWERED, model(ChangeKind.RATINGS, ratings=(LOWER,)), {"example"}),
        (ChangeClass.LOWERED, model(ChangeKind.RATINGS, ratings=(HIGHER,)), set()),
        (ChangeClass.RAISED, model(ChangeKind.RATINGS, ratings=(HIGHER,)), {"example"}),
        (ChangeClass.NEW_MODEL, model(ChangeKind.RENAMED, former_id="other/one"), {"example", "other"}),
        (ChangeClass.TYPO, model(ChangeKind.EVIDENCE, "license"), {"example"}),
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
