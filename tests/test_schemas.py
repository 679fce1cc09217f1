"""The published JSON Schemas: the generated ones, as a generic validator uses them."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from bot.board.model.assessment import assessment_json_schema, developer_json_schema
from bot.board.model.policy import policy_json_schema
from bot.board.model.precedents import precedents_json_schema
from bot.board.reading.document import read_policy
from bot.governance.record.decisions import decision_json_schema
from bot.site.leaderboard_json import leaderboard_json_schema
from bot.sources.evidence.report import EvidenceReport, report_json_schema
from bot.sources.hub.drift import Drift, drift_json_schema
from tests.checkouts import model_text, write
from tests.samples import ROOT, rubric

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = (
    "assessment", "decision", "developer", "evidence-report", "governance", "hub-drift", "leaderboard", "precedents",
)  # fmt: skip
DEVELOPERS = sorted((ROOT / "assessments").glob("*/developer.yaml"))
ASSESSMENTS = sorted(set((ROOT / "assessments").glob("*/*.yaml")) - set(DEVELOPERS))

FINE = (0, "ok -- validation done\n")


def schema_file(name: str) -> Path:
    return ROOT / f"schema/{name}.schema.json"


@cache
def schema(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(schema_file(name).read_text("utf-8"))
    return parsed


def check_jsonschema(*arguments: object) -> tuple[int, str]:
    """Exit code and output of the program check-jsonschema, which has nothing to fetch for these schemas."""
    command = [sys.executable, "-m", "check_jsonschema", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_published_schemas_are_the_generated_ones() -> None:
    generated = {
        "assessment": assessment_json_schema(rubric()),
        "decision": decision_json_schema(),
        "developer": developer_json_schema(),
        "evidence-report": report_json_schema(),
        "governance": policy_json_schema(),
        "hub-drift": drift_json_schema(),
        "leaderboard": leaderboard_json_schema(rubric()),
        "precedents": precedents_json_schema(rubric()),
    }
    assert {name: schema(name) for name in NAMES} == generated, "run `openness-bot build`"


def test_the_schemas_are_schemas() -> None:
    assert check_jsonschema("--check-metaschema", *map(schema_file, NAMES)) == (0, "ok -- validation done\n")


@pytest.mark.parametrize(
    ("name", "files"), [("assessment", ASSESSMENTS), ("developer", DEVELOPERS)], ids=["assessment", "developer"]
)
def test_a_generic_validator_accepts_all_real_files(name: str, files: list[Path]) -> None:
    assert len(files) > 20
    assert check_jsonschema("--schemafile", schema_file(name), *files) == (0, "ok -- validation done\n")


def test_a_generic_validator_accepts_the_policy() -> None:
    assert check_jsonschema("--schemafile", schema_file("governance"), ROOT / "governance.yml") == FINE


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("approvals: majority", "approvals: most"),
        ("approvals: majority", 'approvals: "2"'),
        ("  typo:\n", "  tpyo:\n"),
        ("interests:", "interest:"),
        ("people: []", "people:\n  - login: example-reviewer\n    declared: 2026-11-21"),
        ("people: []", "people:\n  - id: 0\n    login: example-reviewer\n    declared: 2026-11-21"),
    ],
)
def test_a_generic_validator_refuses_a_policy_as_the_bot_does(right: str, wrong: str, tmp_path: Path) -> None:
    text = (ROOT / "governance.yml").read_text("utf-8")
    assert right in text
    text = text.replace(right, wrong, 1)
    file = write(tmp_path, "governance.yml", text)
    assert check_jsonschema("--schemafile", schema_file("governance"), file)[0] == 1
    assert read_policy("governance.yml", text.encode()).value is None


def test_a_generic_validator_refuses_what_is_wrong(tmp_path: Path) -> None:
    good = model_text("Example One", "oooooooooooooosc")
    wrong = {
        "level": good.replace("level: semi-open", "level: ajar"),
        "unassessed": good.replace("level: semi-open", "level: unassessed"),
        "missing": good.replace("  data_filtering:\n    level: closed\n", ""),
        "unknown": good.replace("modality:", "colour: green\nmodality:"),
        "unexplained": good.replace("level: closed", "level: open"),
        "plain": good.replace("https://example.org/weights", "not an address"),
    }
    assert len(set(wrong.values()) | {good}) == len(wrong) + 1
    assert check_jsonschema("--schemafile", schema_file("assessment"), write(tmp_path, "good.yaml", good))[0] == 0
    files = [write(tmp_path, f"{name}.yaml", text) for name, text in wrong.items()]
    code, out = check_jsonschema("--schemafile", schema_file("assessment"), "-o", "json", *files)
    refused = {error["filename"].rpartition("/")[2].removesuffix(".yaml") for error in json.loads(out)["errors"]}
    assert code == 1
    assert refused == wrong.keys()


def test_the_published_leaderboard_is_valid() -> None:
    leaderboard = json.loads((ROOT / "leaderboard/leaderboard.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(
        schema("leaderboard"), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    assert [error.message for error in validator.iter_errors(leaderboard)] == []


@pytest.mark.parametrize("name", NAMES)
def test_editors_show_a_description_for_every_key(name: str) -> None:
    parts = [schema(name), *schema(name).get("$defs", {}).values()]
    described = {key: value for part in parts for key, value in part.get("properties", {}).items()}
    assert described
    assert [key for key, value in described.items() if not (value.get("description") or "$ref" in value)] == []


def test_a_generic_validator_accepts_the_precedents() -> None:
    assert check_jsonschema("--schemafile", schema_file("precedents"), ROOT / "schema/precedents.yaml") == FINE


# ---- documents that jobs hand to each other --------------------------------------------------------------------------

REPORT = {
    "version": 1,
    "evidence": [
        {
            "model": "example/one",
            "criterion": "weights",
            "url": "https://example.org/weights",
            "state": "changed",
            "why": "it doesn't say the quote",
            "place": None,
            "dead": False,
            "failures": 0,
            "since": None,
            "checked": "2026-11-20",
            "quoted": {"words": "open weights", "said": "near", "closest": "open weight"},
            "archived": None,
            "copy_found": None,
        }
    ],
}
DRIFT = {
    "version": 1,
    "changes": [
        {
            "model": "example/one",
            "huggingface": "example/one",
            "kind": "licence",
            "was": "MIT",
            "now": "apache-2.0",
            "url": "https://huggingface.co/example/one",
        }
    ],
    "unasked": [{"model": "example/two", "huggingface": "example/two", "why": "The hub does not answer."}],
}
DOCUMENTS: dict[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "evidence-report": (EvidenceReport, REPORT),
    "hub-drift": (Drift, DRIFT),
}
OTHER_VALUES: tuple[object, ...] = (None, True, 7, -1, 1.5, "", "open", "2026-11-31", [], [1], {}, {"words": "x"})


def variants(value: object) -> Iterator[object]:
    """Yield the value with one part replaced, removed or added, at every place of it."""
    yield from OTHER_VALUES
    if isinstance(value, dict):
        yield value | {"stray": 1}
        for key, part in value.items():
            yield {other: each for other, each in value.items() if other != key}
            yield from (value | {key: changed} for changed in variants(part))
    if isinstance(value, list):
        for changed in variants(value[0]):
            yield [changed, *value]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_a_job_is_believed_exactly_where_its_published_schema_allows_it(name: str) -> None:
    model, document = DOCUMENTS[name]
    validator = jsonschema.Draft202012Validator(
        schema(name), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    verdicts = {}
    for variant in [document, *variants(document)]:
        text = json.dumps(variant)
        try:
            model.model_validate_json(text)
            believed = True
        except ValidationError:
            believed = False
        verdicts[text] = (believed, validator.is_valid(variant))
    assert {text: verdict for text, verdict in verdicts.items() if len(set(verdict)) > 1} == {}
    assert verdicts[json.dumps(document)] == (True, True)
    assert (False, False) in verdicts.values()
