"""Evaluating models by frameworks of others, only as far as the ratings tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.board.model.frameworks import Framework, Frameworks, FrameworkVerdict, evaluate_framework
from bot.board.model.layout import FRAMEWORKS
from bot.board.model.rubric import Level
from bot.board.reading.document import read_frameworks
from tests.checkouts import checkout, run
from tests.samples import DATA, rubric

if TYPE_CHECKING:
    from pathlib import Path

OPEN, SEMI, CLOSED, NONE = Level.OPEN, Level.SEMI_OPEN, Level.CLOSED, Level.NOT_APPLICABLE


def frozen() -> Frameworks:
    value, problems, _ = read_frameworks(FRAMEWORKS, (DATA / FRAMEWORKS).read_bytes(), rubric())
    assert value is not None, problems
    return value


def framework(name: str) -> Framework:
    (found,) = (one for one in frozen().frameworks if one.id == name)
    return found


def verdicts(name: str, **changes: Level) -> list[FrameworkVerdict]:
    """Return the verdict of each class for a model that is open except for these levels."""
    levels = {criterion.id: OPEN for criterion in rubric().criteria} | changes
    return [verdict for _, verdict, _ in evaluate_framework(framework(name), levels).classes]


NOT, UNKNOWN, MET = FrameworkVerdict.NOT_MET, FrameworkVerdict.CANNOT_TELL, FrameworkVerdict.MET


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [UNKNOWN, UNKNOWN, UNKNOWN]),  # cards and evaluation are rated by nobody here
        ({"weights": CLOSED}, [NOT, NOT, NOT]),
        ({"weights": SEMI}, [UNKNOWN, UNKNOWN, UNKNOWN]),
        ({"license": SEMI}, [NOT, NOT, NOT]),
        ({"license": CLOSED}, [NOT, NOT, NOT]),
        ({"architecture": CLOSED}, [NOT, NOT, NOT]),
        ({"paper": CLOSED}, [NOT, NOT, NOT]),
        ({"paper": SEMI}, [UNKNOWN, UNKNOWN, NOT]),
        ({"code": CLOSED}, [UNKNOWN, NOT, NOT]),
        ({"code": SEMI}, [UNKNOWN, UNKNOWN, UNKNOWN]),
        ({"pretraining_data": CLOSED}, [UNKNOWN, UNKNOWN, NOT]),
        ({"rl_data": NONE}, [UNKNOWN, UNKNOWN, UNKNOWN]),
        ({"data_filtering": CLOSED}, [UNKNOWN, UNKNOWN, NOT]),
        ({"hardware": CLOSED, "software": CLOSED, "api": CLOSED, "tokenizer": CLOSED}, [UNKNOWN, UNKNOWN, UNKNOWN]),
    ],
)
def test_each_class_of_the_model_openness_framework_also_asks_for_those_before_it(
    changes: dict[str, Level], expected: list[FrameworkVerdict]
) -> None:
    assert verdicts("mof", **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, MET),
        ({"rl_data": NONE, "finetuning_data": NONE}, MET),
        ({"pretraining_data": NONE}, UNKNOWN),
        ({"weights": SEMI}, NOT),
        ({"license": SEMI}, NOT),
        ({"code": SEMI}, NOT),
        ({"pretraining_data": SEMI}, NOT),
        ({"data_filtering": SEMI}, NOT),
        ({"paper": CLOSED, "hardware": CLOSED, "rl_method": CLOSED}, MET),
    ],
)
def test_the_open_source_ai_definition_asks_for_parameters_code_and_data_information(
    changes: dict[str, Level], expected: FrameworkVerdict
) -> None:
    assert verdicts("osaid", **changes) == [expected]


def test_what_is_not_met_names_the_criteria_that_say_so() -> None:
    levels = {criterion.id: OPEN for criterion in rubric().criteria} | {"weights": CLOSED, "license": CLOSED}
    ((_, _, parts),) = evaluate_framework(framework("osaid"), levels).classes
    assert [found.criteria for found in parts] == [("weights", "license"), (), ()]


def test_every_level_that_is_named_is_met_or_unmet_and_never_both() -> None:
    for one in frozen().frameworks:
        for part in [part for each in one.classes for part in each.parts]:
            for criterion, levels in part.met.items():
                assert not set(levels) & set(part.unmet.get(criterion, ())), (one.id, part.what, criterion)


BROKEN = b"""frameworks:
  - id: example
    title: Example Framework
    source: https://example.org/framework
    classes:
      - title: Example
        parts:
          - what: Weights
            met: {wheights: [open]}
          - what: Code
            met: {code: [opne]}
"""


def test_a_criterion_or_a_level_that_there_is_not_is_refused_with_its_line() -> None:
    value, problems, _ = read_frameworks(FRAMEWORKS, BROKEN, rubric())
    assert value is None
    assert [(problem.line, problem.rule) for problem in problems] == [
        (9, "unknown-criterion"),
        (11, "unknown-word"),
    ]


FINDING = """frameworks: []
finding:
  counts:
    public:
      levels: {weights: [open]}
  sentence: Of {models} models, {public} are public ({public.names}).
"""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("{public} are", "{publik} are", "unknown-count"),
        ("{public.names}", "{models.names}", "unknown-count"),
        ("      levels: {weights: [open]}", "      framework: example", "unknown-framework"),
        ("weights:", "wheights:", "unknown-criterion"),
    ],
)
def test_a_finding_names_only_what_there_is(old: str, new: str, rule: str) -> None:
    assert read_frameworks(FRAMEWORKS, FINDING.encode(), rubric()).problems == []
    value, problems, _ = read_frameworks(FRAMEWORKS, FINDING.replace(old, new).encode(), rubric())
    assert value is None
    assert [problem.rule for problem in problems] == [rule]


@pytest.mark.parametrize("named", [[], [FRAMEWORKS], ["."]])
def test_check_reads_the_frameworks_and_the_crosswalks(tmp_path: Path, named: list[str]) -> None:
    root = checkout(tmp_path)
    (root / FRAMEWORKS).write_bytes(BROKEN)
    ran = run(root, "check", *(str(root / one) for one in named))
    assert ran.code == 1
    assert "schema/frameworks.yaml:9:" in ran.out
    (root / FRAMEWORKS).unlink()
    assert run(root, "check").code == 0


def test_check_reads_the_crosswalks(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / "schema/crosswalks").mkdir()
    (root / "schema/crosswalks/osai.yaml").write_text("title: Example\n")
    ran = run(root, "check", str(root / "schema/crosswalks"))
    assert ran.code == 1
    assert "schema/crosswalks/osai.yaml:1:" in ran.out


def test_a_broken_list_of_frameworks_stops_the_build_with_its_line(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / FRAMEWORKS).write_bytes(BROKEN)
    ran = run(root, "build")
    assert ran.code == 1
    assert "schema/frameworks.yaml:9:" in ran.err
