"""The data files: complete, valid by their schema, readable by the csv module, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from bot.site.data_files import DATA_FILES, StreamedFile, leaderboard_columns, ratings_columns, streamed_files
from bot.site.data_schema import leaderboard_json_schema
from bot.text.escaping import one_line
from tests.samples import assessment, rubric
from tests.site.boards import HOSTILE_NAMES, Sample, board_of, hostile_board, large_board, ratings

if TYPE_CHECKING:
    from collections.abc import Iterator


def written(sample: Sample, study_ranks: dict[str, int] | None = None) -> dict[str, str]:
    """Each file's text, as the build writes it."""

    def text(file: StreamedFile) -> str:
        rows = (
            file.row(row, sample.assessments[row.entry.id], sample.developers[row.entry.developer])
            for row in sample.board.rows
        )
        return f"{file.head}{file.separator.join(rows)}{file.foot}"

    files = streamed_files(sample.board, study_ranks or {})
    return {file.path.removeprefix("leaderboard/"): text(file) for file in files}


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        leaderboard_json_schema(rubric()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def mixed_board() -> Sample:
    return board_of(
        {
            "lab/one": assessment(
                "One",
                released="2025-01-20",
                huggingface="lab/one",
                license="MIT",
                modality=["text", "image"],
                ratings=ratings("osconnoscnnnosco"),
            ),
            "lab/two": assessment("Two"),
            "lab/tie": assessment("Tie"),
        }
    )


# ---- JSON ------------------------------------------------------------------------------------------------------------


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(leaderboard_json_schema(rubric()))


@pytest.mark.parametrize("sample", [board_of({}), mixed_board(), hostile_board()], ids=["empty", "mixed", "hostile"])
def test_the_json_is_valid_by_its_schema(sample: Sample) -> None:
    validator().validate(json.loads(written(sample)["leaderboard.json"]))


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


def test_the_json_holds_everything_that_an_assessment_says() -> None:
    model = json.loads(written(mixed_board(), {"lab/one": 7})["leaderboard.json"])["models"][0]
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


def test_what_is_not_known_is_missing_rather_than_null() -> None:
    model = json.loads(written(mixed_board())["leaderboard.json"])["models"][1]
    assert not {"released", "huggingface", "license", "study_2025_rank"} & model.keys()


def test_the_json_stands_alone() -> None:
    document = json.loads(written(mixed_board())["leaderboard.json"])
    assert document["format_version"] == "1.1.0"
    assert document["rubric_version"] == rubric().version
    assert document["license"] == "CC-BY-4.0"
    assert [one["id"] for one in document["criteria"]] == [criterion.id for criterion in rubric().criteria]
    assert document["weightings"][2]["weights"] == {"basic": 1, "accessibility": 0.5, "methodology": 0, "data": 1}
    assert [one["points"] for one in document["levels"]] == [1, 0.5, 0, 0]


def test_texts_are_in_the_json_as_they_were_written() -> None:
    text = written(hostile_board())["leaderboard.json"]
    models = {model["id"]: model for model in json.loads(text)["models"]}
    for number, name in enumerate(HOSTILE_NAMES):
        model = models[f"lab-{number}/model"]
        assert (model["model"], model["ratings"]["code"]["note"]) == (name, name)
    assert "모델" in text


# ---- CSV -------------------------------------------------------------------------------------------------------------


def test_columns_are_the_documented_ones() -> None:
    files = written(mixed_board())
    assert list(records(files["leaderboard.csv"])[0]) == list(leaderboard_columns(rubric()))
    assert list(records(files["ratings.csv"])[0]) == list(ratings_columns())


def test_a_model_is_one_record() -> None:
    one, *others = records(written(mixed_board(), {"lab/one": 7})["leaderboard.csv"])
    assert None not in one
    expected = {
        "rank": "1",
        "id": "lab/one",
        "modality": "text image",
        "score": "1.5417",
        "score_basic": "0.4167",
        "rank_ours_zero": "1",
        "rank_white_excluded": "1",
        "study_2025_rank": "7",
        "page": "leaderboard/models/lab/one.md",
    }
    assert {name: one[name] for name in expected} == expected
    assert [(record["rank"], record["model"], record["released"]) for record in others] == [
        ("2", "Tie", ""),
        ("2", "Two", ""),
    ]


def test_a_rating_is_one_record() -> None:
    rated = records(written(mixed_board())["ratings.csv"])
    assert len(rated) == 3 * len(rubric().criteria)
    assert rated[0] == {
        "id": "lab/one",
        "category": "basic",
        "criterion": "weights",
        "level": "open",
        "unverified": "1",
        "evidence_urls": "https://example.org/",
        "note": "Why.",
        "disputed": "",
        "provisional": "",
    }


def test_no_cell_is_executed_and_every_record_stands_on_one_line() -> None:
    files = written(hostile_board())
    for name in ("leaderboard.csv", "ratings.csv"):
        parsed = records(files[name])
        assert len(files[name].splitlines()) == len(parsed) + 1
        assert not [
            cell for record in parsed for cell in record.values() if cell.startswith(("=", "+", "-", "@", "\t"))
        ]
    models = {record["id"]: record["model"] for record in records(files["leaderboard.csv"])}
    for number, name in enumerate(HOSTILE_NAMES):
        assert models[f"lab-{number}/model"].removeprefix("'") == one_line(name)


# ---- all -------------------------------------------------------------------------------------------------------------


def test_models_come_in_the_order_of_the_board() -> None:
    sample = large_board(12)
    files = written(sample)
    ids = [row.entry.id for row in sample.board.rows]
    assert [model["id"] for model in json.loads(files["leaderboard.json"])["models"]] == ids
    assert [record["id"] for record in records(files["leaderboard.csv"])] == ids
    assert list(dict.fromkeys(record["id"] for record in records(files["ratings.csv"]))) == ids


def test_the_files_are_the_same_each_time() -> None:
    files = written(hostile_board())
    assert files == written(hostile_board())
    assert tuple(files) == DATA_FILES


def test_lines_have_no_space_at_their_end_and_files_end_with_a_line() -> None:
    for text in written(mixed_board()).values():
        assert text.endswith("\n")
        assert not [line for line in text.split("\n") if line != line.rstrip()]


def test_what_is_not_settled_is_marked_in_json_and_csv() -> None:
    dispute = "https://github.com/example/openness/issues/12"
    sample = board_of({"lab/one": assessment(ratings={"code": {"level": "closed", "disputed": dispute}})})
    files = streamed_files(sample.board, {}, {"lab/one": frozenset({"code", "paper"}), "lab/gone": frozenset({"api"})})
    row, one, maker = sample.board.rows[0], sample.assessments["lab/one"], sample.developers["lab"]
    text = {file.path: f"{file.head}{file.row(row, one, maker)}{file.foot}" for file in files}
    parsed = json.loads(text["leaderboard/leaderboard.json"])
    validator().validate(parsed)
    rated = parsed["models"][0]["ratings"]
    assert {name: own["disputed"] for name, own in rated.items() if "disputed" in own} == {"code": dispute}
    assert {name: own["provisional"] for name, own in rated.items() if "provisional" in own} == {
        "code": True,
        "paper": True,
    }
    lines = {line["criterion"]: line for line in records(text["leaderboard/ratings.csv"])}
    assert [name for name, line in lines.items() if line["disputed"]] == ["code"]
    assert [name for name, line in lines.items() if line["provisional"] == "yes"] == ["code", "paper"]


def test_precedents_and_base_models_are_there_where_a_file_names_them() -> None:
    ratings_with = {"code": {"level": "closed", "precedents": ["run-only-code", "as-of"]}}
    sample = board_of({"lab/one": assessment(ratings=ratings_with, base_models=["lab/zero"])})
    parsed = json.loads(written(sample)["leaderboard.json"])
    validator().validate(parsed)
    (model,) = parsed["models"]
    assert model["base_models"] == ["lab/zero"]
    assert [own.get("precedents") for own in model["ratings"].values() if "precedents" in own] == [
        ["run-only-code", "as-of"]
    ]
