"""The data files: complete, readable by the csv module, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

from bot.site.data_files import DATA_FILES, RATINGS_COLUMNS, leaderboard_columns
from bot.text.escaping import one_line
from tests.samples import assessment, rubric
from tests.site.boards import (
    HOSTILE_NAMES,
    board_of,
    data_files,
    frozen_licenses,
    hostile_board,
    large_board,
    mixed_board,
)


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# ---- CSV -------------------------------------------------------------------------------------------------------------


def test_columns_are_the_documented_ones() -> None:
    files = data_files(mixed_board())
    assert list(records(files["leaderboard.csv"])[0]) == leaderboard_columns(rubric())
    assert list(records(files["ratings.csv"])[0]) == list(RATINGS_COLUMNS)


def test_a_model_is_one_record() -> None:
    one, *others = records(data_files(mixed_board(), {"lab/one": 7})["leaderboard.csv"])
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
    rated = records(data_files(mixed_board())["ratings.csv"])
    assert len(rated) == 3 * len(rubric().criteria)
    assert rated[0] == {
        "id": "lab/one",
        "category": "basic",
        "criterion": "weights",
        "level": "open",
        "confidence": "",
        "doubt": "",
        "unverified": "1",
        "evidence_urls": "https://example.org/",
        "note": "Why.",
        "disputed": "",
        "provisional": "",
    }


def test_what_is_known_of_a_model_is_in_the_tables_and_what_is_not_is_empty() -> None:
    one = assessment(
        variant="7B Instruct",
        parameters={"total": 7_000_000_000, "active": 2_000_000_000},
        license="LicenseRef-Llama-3.3",
        license_url="https://example.org/license",
        api_retired="2026-11-20",
        artifacts={"training_data": {"available": "no"}},
        ratings={"code": {"level": "closed", "confidence": "doubtful", "doubt": "=It is old."}},
    )
    files = data_files(board_of({"lab/one": one, "lab/two": assessment("Two")}), licenses=frozen_licenses())
    known = {
        "license_url": "https://example.org/license",
        "commercial_use": "limited",
        "variant": "7B Instruct",
        "parameters": "7000000000",
        "active_parameters": "2000000000",
        "api_retired": "2026-11-20",
        "available_training_data": "no",
        "available_training_code": "",
        "doubtful_ratings": "1",
    }
    full, bare = records(files["leaderboard.csv"])
    assert {name: full[name] for name in known} == known
    assert {name: bare[name] for name in known} == dict.fromkeys(known, "") | {"doubtful_ratings": "0"}
    doubted = [line for line in records(files["ratings.csv"]) if line["confidence"]]
    assert [(line["criterion"], line["confidence"], line["doubt"]) for line in doubted] == [
        ("code", "doubtful", "'=It is old.")
    ]


def test_no_cell_is_executed_and_every_record_is_one_line() -> None:
    files = data_files(hostile_board())
    for name in ("leaderboard.csv", "ratings.csv"):
        parsed = records(files[name])
        assert len(files[name].splitlines()) == len(parsed) + 1
        assert not [
            cell for record in parsed for cell in record.values() if cell.startswith(("=", "+", "-", "@", "\t"))
        ]
    models = {record["id"]: record["model"] for record in records(files["leaderboard.csv"])}
    for number, name in enumerate(HOSTILE_NAMES):
        assert models[f"lab-{number}/model"].removeprefix("'") == one_line(name)


SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"


def test_no_cell_is_a_formula_whichever_separator_a_program_takes() -> None:
    names = [f"A{separator}{before}{sign}cmd" for separator in ",;|" for before in ("", " ", '"') for sign in SIGNS]
    files = data_files(board_of({f"lab/m{number}": assessment(name) for number, name in enumerate(names)}))
    for separator in ",;|\t":
        cells = [cell for row in csv.reader(io.StringIO(files["leaderboard.csv"]), delimiter=separator) for cell in row]
        naive = [cell for line in files["leaderboard.csv"].split("\n") for cell in line.split(separator)]
        assert not [cell for cell in (*cells, *naive) if cell.lstrip(' "').startswith(tuple(SIGNS))]


def test_the_file_for_excel_is_the_same_behind_a_byte_order_mark() -> None:
    files = data_files(mixed_board())
    assert files["leaderboard.excel.csv"] == "\ufeff" + files["leaderboard.csv"]


# ---- all -------------------------------------------------------------------------------------------------------------


def test_models_come_in_the_order_of_the_board() -> None:
    sample = large_board(12)
    files = data_files(sample)
    ids = [row.entry.id for row in sample.board.rows]
    assert [model["id"] for model in json.loads(files["leaderboard.json"])["models"]] == ids
    assert [record["id"] for record in records(files["leaderboard.csv"])] == ids
    assert list(dict.fromkeys(record["id"] for record in records(files["ratings.csv"]))) == ids


def test_the_files_are_the_same_each_time() -> None:
    files = data_files(hostile_board())
    assert files == data_files(hostile_board())
    assert tuple(files) == DATA_FILES


def test_lines_have_no_space_at_their_end_and_files_end_with_a_line() -> None:
    for text in data_files(mixed_board()).values():
        assert text.endswith("\n")
        assert not [line for line in text.split("\n") if line != line.rstrip()]


def test_unsettled_ratings_are_marked_in_json_and_csv() -> None:
    dispute = "https://github.com/example/openness/issues/12"
    sample = board_of({"lab/one": assessment(ratings={"code": {"level": "closed", "disputed": dispute}})})
    files = data_files(sample, {}, {"lab/one": frozenset({"code", "paper"}), "lab/gone": frozenset({"api"})})
    rated = json.loads(files["leaderboard.json"])["models"][0]["ratings"]
    assert {name: own["disputed"] for name, own in rated.items() if "disputed" in own} == {"code": dispute}
    assert {name: own["provisional"] for name, own in rated.items() if "provisional" in own} == {
        "code": True,
        "paper": True,
    }
    lines = {line["criterion"]: line for line in records(files["ratings.csv"])}
    assert [name for name, line in lines.items() if line["disputed"]] == ["code"]
    assert [name for name, line in lines.items() if line["provisional"] == "yes"] == ["code", "paper"]
