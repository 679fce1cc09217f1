"""Labels by kind of change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.board.model.problem import Problem, Severity
from bot.board.model.rating import Evidence
from bot.board.model.rubric import Level, NotApplicable
from bot.board.ranking.change import Change, ChangeKind, EvidenceChange, ModelChange, Move, RatingChange
from bot.board.ranking.scoring import Way
from bot.handlers.pull_request.facts import ChangedFile
from bot.handlers.pull_request.labels import labels
from tests.handlers.pull_request.samples import contents

LEVELS = {"o": Level.OPEN, "s": Level.SEMI_OPEN, "c": Level.CLOSED, "n": Level.NOT_APPLICABLE, "-": None}


def change(*models: ModelChange, rubric_changed: bool = False) -> Change:
    return Change(models, (), (), (), 3, 3, rubric_changed, ())


def model(kind: ChangeKind, *ratings: str) -> ModelChange:
    """Return a changed model; `cs` is a rating that goes from closed to semi-open."""
    changed = []
    for rating in ratings:
        level = LEVELS[rating[1]]
        assert level is not None
        changed.append(RatingChange("weights", LEVELS[rating[0]], level, (), None))
    way = Move(Way("equal", NotApplicable.ZERO), None, None)
    return ModelChange(kind, "example/one", None, "Example One", way, (), tuple(changed), (), ())


NOTED = replace(model(ChangeKind.EVIDENCE), evidence=(EvidenceChange("weights", Level.OPEN, (), (), note=True),))
CITED = replace(
    NOTED,
    evidence=(
        EvidenceChange("weights", Level.OPEN, (Evidence(url="https://example.org", fact="So."),), (), note=False),
    ),
)


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ([], set()),
        ([model(ChangeKind.ADDED, "-o", "-c", "-n")], {"new model"}),
        ([model(ChangeKind.REMOVED)], {"model removed", "rating lowered"}),
        ([model(ChangeKind.RENAMED)], {"new model"}),
        ([model(ChangeKind.RENAMED, "cs")], {"new model", "rating raised"}),
        ([NOTED], {"typo or metadata"}),
        ([CITED], {"evidence only"}),
        ([CITED, NOTED, CITED], {"evidence only"}),
        ([CITED, model(ChangeKind.RATINGS, "cs")], {"rating raised"}),
        ([NOTED, model(ChangeKind.RATINGS, "cs")], {"rating raised"}),
        ([model(ChangeKind.RATINGS, "cs")], {"rating raised"}),
        ([model(ChangeKind.RATINGS, "co")], {"rating raised"}),
        ([model(ChangeKind.RATINGS, "so")], {"rating raised"}),
        ([model(ChangeKind.RATINGS, "os")], {"rating lowered"}),
        ([model(ChangeKind.RATINGS, "sc")], {"rating lowered"}),
        ([model(ChangeKind.RATINGS, "cs", "oc")], {"rating raised", "rating lowered"}),
        ([model(ChangeKind.RATINGS, "cn")], {"not applicable"}),
        ([model(ChangeKind.RATINGS, "on")], {"not applicable"}),
        ([model(ChangeKind.RATINGS, "ns")], {"rating raised"}),
        ([model(ChangeKind.RATINGS, "nc")], {"rating lowered"}),
        ([model(ChangeKind.ADDED, "-o"), model(ChangeKind.RATINGS, "oc")], {"new model", "rating lowered"}),
    ],
)
def test_a_label_for_each_kind_of_change(models: list[ModelChange], expected: set[str]) -> None:
    files = tuple(ChangedFile("assessments/example/one.yaml", "100644", "100644", 100) for _ in models)
    assert labels(contents(changed=files, change=change(*models))) == expected


def test_what_is_no_assessment_is_code() -> None:
    code = ChangedFile("bot/board/model/rubric.py", "100644", "100644", 100)
    assert labels(contents(changed=(code,))) == {"code"}
    assert labels(contents(changed=(code,), change=change(model(ChangeKind.RATINGS, "cs")))) == {
        "code",
        "rating raised",
    }


def test_another_rubric_is_labelled_before_its_effect_is_known() -> None:
    rubric = ChangedFile("schema/rubric.yaml", "100644", "100644", 100)
    assert labels(contents(changed=(rubric,))) == {"rubric"}


@pytest.mark.parametrize(
    ("severity", "expected"), [(Severity.ERROR, frozenset()), (Severity.WARNING, frozenset({"typo or metadata"}))]
)
def test_an_error_leaves_open_whether_a_change_is_a_typo_but_a_warning_does_not(
    severity: Severity, expected: frozenset[str]
) -> None:
    path = "assessments/example/one.yaml"
    problem = Problem(path, 1, 1, "unknown-word", "`x` is unknown", "Delete it.", severity=severity)
    changed = (ChangedFile(path, "100644", "100644", 100),)
    assert labels(contents(changed=changed, change=change(NOTED), problems=(problem,))) == expected
