"""leaderboard.json: all of an assessment, valid by the published schema, which refuses everything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from bot.site.leaderboard_json import leaderboard_json_schema
from tests.samples import assessment, rubric
from tests.site.boards import (
    HOSTILE_NAMES,
    Sample,
    board_of,
    data_files,
    frozen_licenses,
    hostile_board,
    mixed_board,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        leaderboard_json_schema(rubric()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(leaderboard_json_schema(rubric()))


def unsettled_board() -> Sample:
    rating = {"level": "closed", "disputed": "https://github.com/example/openness/issues/12", "precedents": ["as-of"]}
    return board_of({"lab/one": assessment(ratings={"code": rating}, base_models=["lab/zero"])})


@pytest.mark.parametrize(
    "sample",
    [board_of({}), mixed_board(), hostile_board(), unsettled_board()],
    ids=["empty", "mixed", "hostile", "unsettled"],
)
def test_the_json_is_valid_by_its_schema(sample: Sample) -> None:
    validator().validate(json.loads(data_files(sample, {}, {"lab/one": frozenset({"code"})})["leaderboard.json"]))


REFUSED: dict[str, tuple[str, object]] = {
    "another version": ("format_version", "2.0.0"),
    "another licence": ("license", "MIT"),
    "an unknown weighting": ("default/weighting", "mine"),
    "an unknown way of counting": ("models/0/rankings/0/not_applicable", "half"),
    "a negative number of points": ("levels/0/points", -1),
    "a number as text": ("weightings/0/maximum", "4"),
    "an unknown category": ("weightings/0/weights/fame", 1),
    "an unknown criterion": ("models/0/ratings/fame", {"level": "open", "evidence": []}),
    "an unknown key of a model": ("models/0/colour", "green"),
    "an unknown key of a developer": ("models/0/developer/colour", "green"),
    "an unknown kind of developer": ("models/0/developer/kind", "hobby"),
    "an unknown artifact": ("models/0/artifacts", {"recipe": {"available": "no", "evidence": []}}),
    "an artifact that may be there": (
        "models/0/artifacts",
        {"training_code": {"available": "perhaps", "evidence": []}},
    ),
    "an unknown confidence": ("models/0/ratings/code/confidence", "sure"),
    "an unknown modality": ("models/0/modality/0", "smell"),
    "null for what is not known": ("models/0/released", None),
    "a day that is none": ("models/0/released", "2025-02-30"),
    "a rank of zero": ("models/0/rank", 0),
    "a rank that is not whole": ("models/0/study_2025_rank", 1.5),
    "a score that is not exact": ("models/0/score_exact", "1.5"),
    "a score of a category as text": ("models/0/category_scores/basic", "1"),
    "no base model": ("models/0/base_models", []),
    "a rating without a level": ("models/0/ratings/code", {"evidence": []}),
    "an unknown level": ("models/0/ratings/code/level", "ajar"),
    "no precedent": ("models/0/ratings/code/precedents", []),
    "a rating that is not provisional and says so": ("models/0/ratings/code/provisional", False),
    "a dispute that is no text": ("models/0/ratings/code/disputed", True),
    "evidence without a fact": ("models/0/ratings/weights/evidence/0", {"url": "https://example.org/"}),
    "evidence without an address": ("models/0/ratings/weights/evidence/0", {"fact": "It says so."}),
}
"""A path in a valid document, and the value that makes it invalid."""


@pytest.mark.parametrize(("path", "value"), REFUSED.values(), ids=REFUSED)
def test_the_schema_refuses(path: str, value: object) -> None:
    document = json.loads(data_files(mixed_board(), {"lab/one": 7})["leaderboard.json"])
    *parents, last = path.split("/")
    part = document
    for each in parents:
        part = part[int(each) if isinstance(part, list) else each]
    part[int(last) if isinstance(part, list) else last] = value
    (error,) = validator().iter_errors(document)
    assert "/".join(map(str, error.absolute_path)) in path or path == "models/0/artifacts"


@pytest.mark.parametrize("name", ["rubric_version", "models", "weightings"])
def test_the_schema_refuses_a_document_without(name: str) -> None:
    document = json.loads(data_files(mixed_board())["leaderboard.json"])
    del document[name]
    assert [error.validator for error in validator().iter_errors(document)] == ["required"]


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for part in schema.get("properties", {}).values():
        yield from _parts(part)
    if "items" in schema:
        yield from _parts(schema["items"])


def test_every_object_of_the_schema_is_closed_and_every_property_described() -> None:
    for part in _parts(leaderboard_json_schema(rubric())):
        assert part["description"]
        assert part["type"] != "object" or part["additionalProperties"] is False


def test_the_json_holds_the_whole_assessment() -> None:
    model = json.loads(data_files(mixed_board(), {"lab/one": 7})["leaderboard.json"])["models"][0]
    rankings = model.pop("rankings")
    rated = model.pop("ratings")
    assert model == {
        "id": "lab/one",
        "model": "One",
        "developer": {
            "id": "lab",
            "name": "Example Lab",
            "country": "International",
            "kind": "single-research-institute",
            "url": "https://example.org/",
        },
        "released": "2025-01-20",
        "modality": ["text", "image"],
        "huggingface": "lab/one",
        "license": "MIT",
        "page": "leaderboard/models/lab/one.md",
        "source": "assessments/lab/one.yaml",
        "rank": 1,
        "score": 1.5417,
        "score_exact": "37/24",
        "category_scores": {"basic": 0.4167, "accessibility": 0.5, "methodology": 0, "data": 0.625},
        "study_2025_rank": 7,
    }
    assert rankings[0] == {"weighting": "ours", "not_applicable": "zero", "rank": 1, "score": 1.5417}
    assert len(rankings) == 2 * len(rubric().weightings)
    assert list(rated) == [criterion.id for criterion in rubric().criteria]
    assert rated["weights"] == {
        "level": "open",
        "note": "Why.",
        "evidence": [{"url": "https://example.org/", "fact": "It says so."}],
    }
    assert rated["license"] == {"level": "closed", "evidence": []}


def test_an_unknown_value_is_missing_and_not_null() -> None:
    model = json.loads(data_files(mixed_board())["leaderboard.json"])["models"][1]
    assert not {"released", "huggingface", "license", "study_2025_rank"} & model.keys()


def test_the_json_holds_the_rubric_too() -> None:
    document = json.loads(data_files(mixed_board())["leaderboard.json"])
    assert document["format_version"] == "1.3.0"
    assert document["rubric_version"] == rubric().version
    assert document["license"] == "CC-BY-4.0"
    assert [one["id"] for one in document["criteria"]] == [criterion.id for criterion in rubric().criteria]
    assert document["weightings"][2]["weights"] == {"basic": 1, "accessibility": 0.5, "methodology": 0, "data": 1}
    assert [one["points"] for one in document["levels"]] == [1, 0.5, 0, 0]


def test_what_is_known_of_a_model_is_in_the_json_and_what_is_not_is_missing() -> None:
    seen = {"url": "https://example.org/run", "fact": "It runs the model."}
    one = assessment(
        variant="7B Instruct",
        parameters={"total": 7_000_000_000, "active": 2_000_000_000},
        license="CC-BY-NC-4.0",
        license_url="https://example.org/license",
        api_retired="2026-11-20",
        artifacts={"inference_code": {"available": "yes", "license": "MIT", "evidence": [seen]}},
        ratings={"code": {"level": "closed", "confidence": "doubtful", "doubt": "It is old."}},
    )
    sample = board_of({"lab/one": one, "lab/two": assessment("Two", license="LicenseRef-Own")})
    document = json.loads(data_files(sample, licenses=frozen_licenses())["leaderboard.json"])
    validator().validate(document)
    full, bare = document["models"]
    known = {
        "variant": "7B Instruct",
        "parameters": {"total": 7_000_000_000, "active": 2_000_000_000},
        "license_url": "https://example.org/license",
        "license_restricts": ["commercial-use"],
        "commercial_use": "no",
        "api_retired": "2026-11-20",
        "artifacts": {"inference_code": {"available": "yes", "license": "MIT", "evidence": [seen]}},
    }
    assert {name: full[name] for name in known} == known
    assert not known.keys() & bare.keys()
    assert full["ratings"]["code"] == {
        "level": "closed",
        "confidence": "doubtful",
        "doubt": "It is old.",
        "evidence": [],
    }
    assert [artifact["id"] for artifact in document["artifacts"]] == [each.id for each in rubric().artifacts]


def test_texts_are_in_the_json_as_they_were_data_files() -> None:
    text = data_files(hostile_board())["leaderboard.json"]
    models = {model["id"]: model for model in json.loads(text)["models"]}
    for number, name in enumerate(HOSTILE_NAMES):
        model = models[f"lab-{number}/model"]
        assert (model["model"], model["ratings"]["code"]["note"]) == (name, name)
    assert "모델" in text


def test_precedents_and_base_models_are_there_where_a_file_names_them() -> None:
    ratings_with = {"code": {"level": "closed", "precedents": ["run-only-code", "as-of"]}}
    sample = board_of({"lab/one": assessment(ratings=ratings_with, base_models=["lab/zero"])})
    (model,) = json.loads(data_files(sample)["leaderboard.json"])["models"]
    assert model["base_models"] == ["lab/zero"]
    assert [own.get("precedents") for own in model["ratings"].values() if "precedents" in own] == [
        ["run-only-code", "as-of"]
    ]
