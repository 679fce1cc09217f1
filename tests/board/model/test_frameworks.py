"""Evaluating models by frameworks of others, only as far as the data tells."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from bot.board.model.frameworks import (
    Asked,
    Framework,
    Frameworks,
    FrameworkVerdict,
    ModelFacts,
    evaluate_framework,
)
from bot.board.model.layout import FRAMEWORKS, LICENSES
from bot.board.model.rating import Availability
from bot.board.model.rubric import Level
from bot.board.reading.document import read_frameworks, read_licenses
from tests.checkouts import checkout, run
from tests.samples import DATA, rubric

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.board.model.licenses import Licenses

OPEN, SEMI, CLOSED, NONE = Level.OPEN, Level.SEMI_OPEN, Level.CLOSED, Level.NOT_APPLICABLE


def frozen() -> Frameworks:
    value, problems, _ = read_frameworks(FRAMEWORKS, (DATA / FRAMEWORKS).read_bytes(), rubric())
    assert value is not None, problems
    return value


def framework(name: str) -> Framework:
    (found,) = (one for one in frozen().frameworks if one.id == name)
    return found


YES, PARTLY, NO = Availability.YES, Availability.PARTLY, Availability.NO
HAD = {artifact.id: (YES, "MIT") for artifact in rubric().artifacts} | {"training_data": (YES, "CC-BY-4.0")}
"""All artifacts, under open licenses."""


def licenses() -> Licenses:
    value, problems, _ = read_licenses(LICENSES, (DATA / LICENSES).read_bytes(), rubric())
    assert value is not None, problems
    return value


def verdicts(
    name: str,
    levels: Mapping[str, Level] = MappingProxyType({}),
    artifacts: Mapping[str, tuple[Availability, str | None] | None] = MappingProxyType({}),
    license_: str | None = "Apache-2.0",
) -> list[FrameworkVerdict]:
    """Return the verdict of each class for a model that is open, and can be had, except for these."""
    model = facts(levels, artifacts, license_)
    return [verdict for _, verdict, _ in evaluate_framework(framework(name), model, licenses()).classes]


def facts(
    levels: Mapping[str, Level], artifacts: Mapping[str, tuple[Availability, str | None] | None], license_: str | None
) -> ModelFacts:
    had = {key: own for key, own in {**HAD, **artifacts}.items() if own is not None}
    return ModelFacts({criterion.id: OPEN for criterion in rubric().criteria} | dict(levels), had, license_)


NOT, UNKNOWN, MET = FrameworkVerdict.NOT_MET, FrameworkVerdict.NOT_KNOWN, FrameworkVerdict.MET


@pytest.mark.parametrize(
    ("levels", "artifacts", "expected"),
    [
        ({}, {}, [MET, MET, UNKNOWN]),  # a research paper cannot be told from a report
        ({"weights": CLOSED}, {}, [NOT, NOT, NOT]),
        ({"weights": SEMI}, {}, [UNKNOWN, UNKNOWN, UNKNOWN]),
        ({"license": SEMI}, {}, [NOT, NOT, NOT]),
        ({"license": CLOSED}, {}, [NOT, NOT, NOT]),
        ({"architecture": CLOSED}, {}, [NOT, NOT, NOT]),
        ({"paper": CLOSED}, {}, [NOT, NOT, NOT]),
        ({"paper": SEMI}, {}, [UNKNOWN, UNKNOWN, NOT]),
        ({"code": CLOSED}, {}, [MET, NOT, NOT]),
        ({"code": SEMI}, {}, [MET, MET, UNKNOWN]),
        ({"pretraining_data": CLOSED}, {}, [MET, MET, NOT]),
        ({"rl_data": NONE}, {}, [MET, MET, UNKNOWN]),
        ({"hardware": CLOSED, "software": CLOSED, "api": CLOSED, "tokenizer": CLOSED}, {}, [MET, MET, UNKNOWN]),
        ({}, {"model_card": None}, [UNKNOWN, UNKNOWN, UNKNOWN]),
        ({}, {"model_card": (NO, None)}, [NOT, NOT, NOT]),
        ({}, {"model_card": (YES, None)}, [MET, MET, UNKNOWN]),
        ({}, {"training_code": (YES, None)}, [MET, UNKNOWN, UNKNOWN]),
        ({}, {"training_code": (PARTLY, "MIT")}, [MET, NOT, NOT]),
        ({}, {"training_code": (YES, "CC-BY-NC-4.0")}, [MET, NOT, NOT]),
        ({}, {"training_code": (YES, "LicenseRef-Nobody-Knows")}, [MET, UNKNOWN, UNKNOWN]),
        ({}, {"evaluation_data": (NO, None)}, [MET, NOT, NOT]),
        ({}, {"intermediate_checkpoints": (NO, None)}, [MET, MET, NOT]),
        ({}, {"training_data": (YES, "MIT")}, [MET, MET, UNKNOWN]),
    ],
)
def test_each_class_of_the_model_openness_framework_also_asks_for_those_before_it(
    levels: dict[str, Level],
    artifacts: dict[str, tuple[Availability, str | None] | None],
    expected: list[FrameworkVerdict],
) -> None:
    assert verdicts("mof", levels, artifacts) == expected


@pytest.mark.parametrize(
    ("levels", "artifacts", "expected"),
    [
        ({}, {}, MET),
        ({"rl_data": NONE, "finetuning_data": NONE}, {}, MET),
        ({"pretraining_data": NONE}, {}, UNKNOWN),
        ({"weights": SEMI}, {}, NOT),
        ({"license": SEMI}, {}, NOT),
        ({"code": SEMI}, {}, NOT),
        ({"pretraining_data": SEMI}, {}, NOT),
        ({"data_filtering": SEMI}, {}, NOT),
        ({"paper": CLOSED, "hardware": CLOSED, "rl_method": CLOSED}, {}, MET),
        ({}, {"data_processing_code": None}, UNKNOWN),
        ({}, {"data_processing_code": (NO, None)}, NOT),
        ({}, {"training_data": (NO, None)}, MET),
    ],
)
def test_the_open_source_ai_definition_asks_for_parameters_code_and_data_information(
    levels: dict[str, Level], artifacts: dict[str, tuple[Availability, str | None] | None], expected: FrameworkVerdict
) -> None:
    assert verdicts("osaid", levels, artifacts) == [expected]


@pytest.mark.parametrize(
    ("levels", "artifacts", "license_", "expected"),
    [
        ({}, {}, "Apache-2.0", [MET, MET, MET, MET]),
        ({}, {"training_data": (NO, None)}, "MIT", [MET, MET, MET, NOT]),
        ({}, {"training_data": None}, "MIT", [MET, MET, MET, UNKNOWN]),
        ({"data_filtering": SEMI}, {"training_data": None}, "MIT", [MET, MET, UNKNOWN, UNKNOWN]),
        ({"data_filtering": SEMI}, {"training_data": (NO, None)}, "MIT", [MET, MET, NOT, NOT]),
        ({"data_filtering": SEMI}, {}, "MIT", [MET, MET, MET, MET]),
        ({}, {"training_data": (YES, "CC-BY-NC-4.0")}, "MIT", [MET, MET, MET, NOT]),
        ({}, {"training_data": (YES, "MIT AND CC-BY-4.0")}, "MIT", [MET, MET, MET, MET]),
        ({}, {"training_data": (YES, "MIT AND CC-BY-NC-4.0")}, "MIT", [MET, MET, MET, NOT]),
        ({}, {"training_code": (YES, "MIT AND CC-BY-4.0")}, "MIT", [MET, MET, NOT, NOT]),
        ({}, {"training_code": (YES, "CC-BY-4.0 OR MIT")}, "MIT", [MET, MET, MET, MET]),
        ({}, {"training_code": (NO, None)}, "MIT", [MET, MET, NOT, NOT]),
        ({"code": CLOSED}, {"training_code": None}, "MIT", [MET, MET, NOT, NOT]),
        ({}, {"inference_code": (YES, "LicenseRef-Llama-3.3")}, "MIT", [MET, NOT, NOT, NOT]),
        ({}, {"inference_code": (YES, None)}, "MIT", [MET, UNKNOWN, UNKNOWN, UNKNOWN]),
        ({}, {"inference_code": (NO, None)}, "MIT", [NOT, NOT, NOT, NOT]),
        ({"license": SEMI}, {}, "LicenseRef-Llama-3.3", [MET, NOT, NOT, NOT]),
        ({}, {}, "LicenseRef-Modified-MIT", [MET, NOT, NOT, NOT]),
        ({}, {}, "LicenseRef-Nobody-Knows", [MET, UNKNOWN, UNKNOWN, UNKNOWN]),
        ({"weights": SEMI}, {}, "MIT", [MET, UNKNOWN, UNKNOWN, UNKNOWN]),
        ({"weights": CLOSED, "license": CLOSED}, {}, None, [NOT, NOT, NOT, NOT]),
    ],
)
def test_the_labels_of_the_g7(
    levels: dict[str, Level],
    artifacts: dict[str, tuple[Availability, str | None] | None],
    license_: str | None,
    expected: list[FrameworkVerdict],
) -> None:
    assert verdicts("g7", levels, artifacts, license_) == expected


@pytest.mark.parametrize(
    ("artifacts", "license_", "highest"),
    [
        ({}, "MIT", "Open Source AI with Open Data"),
        ({"training_code": (NO, None)}, "MIT", "Open Weights AI"),
        ({}, "LicenseRef-Gemma", "Weights Available AI"),
        ({"inference_code": (NO, None)}, "MIT", None),
    ],
)
def test_the_highest_class_that_is_met(
    artifacts: dict[str, tuple[Availability, str | None] | None], license_: str, highest: str | None
) -> None:
    result = evaluate_framework(framework("g7"), facts({}, artifacts, license_), licenses())
    assert (result.highest and result.highest.title) == highest


def named(asked: tuple[Asked, ...]) -> list[str]:
    return [one.id or one.kind.value for one in asked]


def test_what_is_not_met_names_what_shows_it() -> None:
    model = facts({"weights": CLOSED, "license": CLOSED}, {"training_code": (NO, None), "inference_code": None}, None)
    ((_, _, parts),) = evaluate_framework(framework("osaid"), model, licenses()).classes
    assert [named(found.missing) for found in parts] == [["weights", "license"], ["training_code"], []]
    assert [named(found.unknown) for found in parts] == [[], [], []]


def test_what_is_not_known_names_what_would_have_to_be_known() -> None:
    model = facts({"data_filtering": SEMI}, {"training_code": None, "training_data": None}, "LicenseRef-Nobody-Knows")
    classes = evaluate_framework(framework("g7"), model, licenses()).classes
    assert [[named(found.unknown) for found in parts] for _, _, parts in classes] == [
        [[], [], []],
        [["license"], []],
        [["training_code"], ["training_data"]],
        [["training_data"]],
    ]


def test_every_level_that_is_named_is_met_or_unmet_and_never_both() -> None:
    for one in frozen().frameworks:
        for part in [part for each in one.classes for part in each.parts]:
            for asked in (part, *part.alternatives):
                for criterion, levels in asked.met.items():
                    assert not set(levels) & set(asked.unmet.get(criterion, ())), (one.id, part.what, criterion)


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
          - what: Recipe
            artifacts: {recipe: {listed_by: [fsf]}}
"""


def test_a_criterion_or_a_level_that_there_is_not_is_refused_with_its_line() -> None:
    value, problems, _ = read_frameworks(FRAMEWORKS, BROKEN, rubric())
    assert value is None
    assert [(problem.line, problem.rule) for problem in problems] == [
        (9, "unknown-criterion"),
        (11, "unknown-word"),
        (13, "unknown-artifact"),
        (13, "unknown-word"),
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
