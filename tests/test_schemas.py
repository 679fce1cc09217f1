"""The published JSON Schemas: what a generic validator accepts and refuses by them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from check_jsonschema import main  # type: ignore[import-untyped]  # it has no stubs
from click.testing import CliRunner
from pydantic import BaseModel, ValidationError

from bot.board.model.assessment import assessment_json_schema
from bot.board.model.developer import developer_json_schema
from bot.board.model.json_document import data_file_schema
from bot.board.model.policy import policy_json_schema
from bot.board.model.precedents import precedents_json_schema
from bot.board.model.rubric import Rubric
from bot.board.reading.document import read_policy
from bot.governance.record.decisions import decision_json_schema
from bot.site.leaderboard_json import leaderboard_json_schema
from bot.sources.evidence.link_report import LinkReport, link_report_json_schema
from bot.sources.evidence.report import EvidenceReport, report_json_schema
from bot.sources.hub.drift import Drift, drift_json_schema
from tests.checkouts import model_text, sample_checkout, write
from tests.samples import DATA, rubric

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GENERATED: dict[str, dict[str, Any]] = {
    "assessment": assessment_json_schema(rubric()),
    "decision": decision_json_schema(),
    "developer": developer_json_schema(),
    "evidence-report": report_json_schema(),
    "governance": policy_json_schema(),
    "hub-drift": drift_json_schema(),
    "link-report": link_report_json_schema(),
    "leaderboard": leaderboard_json_schema(rubric()),
    "precedents": precedents_json_schema(rubric()),
    "rubric": data_file_schema(Rubric, "rubric", "Rubric"),
}
FINE = (0, "ok -- validation done\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the schemas as files, and with the frozen assessments and their policy beside it."""
    root = sample_checkout(tmp_path_factory.mktemp("schemas"))
    for name, schema in GENERATED.items():
        write(root, f"schema/{name}.schema.json", json.dumps(schema))
    return root / "schema"


def check_jsonschema(*arguments: object) -> tuple[int, str]:
    """Return exit code and output of the program check-jsonschema, which has nothing to fetch for these schemas."""
    done = CliRunner().invoke(main, list(map(str, arguments)))
    return done.exit_code, done.output


def test_the_schemas_are_schemas(folder: Path) -> None:
    assert check_jsonschema("--check-metaschema", *folder.glob("*.schema.json")) == FINE


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("assessment", "assessments/*/[!d]*.yaml"),
        ("developer", "assessments/*/developer.yaml"),
        ("governance", "governance.yml"),
        ("precedents", "schema/precedents.yaml"),
        ("rubric", "schema/rubric.yaml"),
    ],
)
def test_a_generic_validator_accepts_all_files(name: str, pattern: str, folder: Path) -> None:
    files = sorted(folder.parent.glob(pattern))
    assert files
    assert check_jsonschema("--schemafile", folder / f"{name}.schema.json", *files) == FINE


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
def test_a_generic_validator_refuses_a_policy_as_the_bot_does(
    right: str, wrong: str, folder: Path, tmp_path: Path
) -> None:
    text = (DATA / "governance.yml").read_text("utf-8")
    assert right in text
    text = text.replace(right, wrong, 1)
    file = write(tmp_path, "governance.yml", text)
    assert check_jsonschema("--schemafile", folder / "governance.schema.json", file)[0] == 1
    assert read_policy("governance.yml", text.encode()).value is None


def test_a_generic_validator_refuses_what_is_wrong(folder: Path, tmp_path: Path) -> None:
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
    assert (
        check_jsonschema("--schemafile", folder / "assessment.schema.json", write(tmp_path, "good.yaml", good))[0] == 0
    )
    files = [write(tmp_path, f"{name}.yaml", text) for name, text in wrong.items()]
    code, out = check_jsonschema("--schemafile", folder / "assessment.schema.json", "-o", "json", *files)
    refused = {error["filename"].rpartition("/")[2].removesuffix(".yaml") for error in json.loads(out)["errors"]}
    assert code == 1
    assert refused == wrong.keys()


@pytest.mark.parametrize("name", GENERATED)
def test_a_schema_has_an_absolute_id_of_its_own(name: str) -> None:
    assert GENERATED[name]["$id"] == f"https://openness-bot.invalid/schema/{name}.schema.json"


@pytest.mark.parametrize("name", sorted(GENERATED.keys() - {"rubric"}))  # whose keys are explained in its own comments
def test_editors_show_a_description_for_every_key(name: str) -> None:
    parts = [GENERATED[name], *GENERATED[name].get("$defs", {}).values()]
    described = {key: value for part in parts for key, value in part.get("properties", {}).items()}
    assert described
    assert [key for key, value in described.items() if not (value.get("description") or "$ref" in value)] == []


# ---- documents passed between jobs -----------------------------------------------------------------------------------

REPORT = {
    "version": 1,
    "evidence": [
        {
            "model": "example/one",
            "criterion": "weights",
            "url": "https://example.org/weights",
            "state": "changed",
            "why": "it doesn't contain the quote",
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
LINK_REPORT = {
    "version": 1,
    "head": "0123456789abcdef0123456789abcdef01234567",
    "links": [
        {
            "url": "https://example.org/weights",
            "quote": "open weights",
            "archived": "https://web.archive.org/web/20250331000000/https://example.org/weights",
            "state": "blocked",
            "place": None,
            "said": "unread",
            "closest": None,
            "said_by_copy": "found",
            "copy_found": None,
        }
    ],
}
DOCUMENTS: dict[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "evidence-report": (EvidenceReport, REPORT),
    "hub-drift": (Drift, DRIFT),
    "link-report": (LinkReport, LINK_REPORT),
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
        GENERATED[name], format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
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
