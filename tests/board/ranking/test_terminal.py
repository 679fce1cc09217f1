"""Texts for terminals: their content and alignment, and that no control characters reach the terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from unicodedata import category, east_asian_width

import pytest

from bot.board.model.assessment import Assessment, entry
from bot.board.model.rubric import NotApplicable
from bot.board.ranking.leaderboard import Leaderboard, Row, rank_entries
from bot.board.ranking.scoring import Scoring, Way
from bot.board.ranking.terminal import WIDTH, Beside, comparison_text, model_text, ranking_text
from bot.text.escaping import one_line
from tests.samples import assessment, developer, rubric
from tests.site.boards import disclosing

if TYPE_CHECKING:
    from bot.board.model.developer import Developer

SCORING = Scoring(rubric())


def rated(level: str = "open", **evidence: str) -> dict[str, Any]:
    stated = {"url": "https://example.org/page", "where": "Section 1", "fact": "It is stated there."}
    return {"level": level, "evidence": [stated | evidence]}


MODELS = {
    "example/one": assessment("Example One", ratings={"code": rated(), "license": rated("semi-open")}),
    "example/base": assessment(
        "Example Base", ratings={"code": rated(), "rl_method": rated("not-applicable") | {"note": "A base model."}}
    ),
    "example-two/korean": assessment("예시 모델", ratings={"code": rated("semi-open")}),
    "example-two/number": assessment("1e3"),
}
DEVELOPERS = {"example": developer("Example Lab"), "example-two": developer("예시 연구소")}


def board_of(models: dict[str, Assessment]) -> Leaderboard:
    return rank_entries([entry(name, model) for name, model in models.items()], SCORING)


BOARD = board_of(MODELS)


def model(name: str) -> tuple[Row, Assessment]:
    return BOARD.by_id[name], MODELS[name]


def columns(text: str) -> int:
    """Return the width of `text` in columns of a terminal."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def test_a_disputed_rating_has_a_mark_that_the_legend_explains() -> None:
    dispute = "https://github.com/example-org/example-models/issues/1"
    disputed = MODELS | {"example/one": assessment("Example One", ratings={"code": rated() | {"disputed": dispute}})}
    board, plain = board_of(disputed), ranking_text(BOARD, DEVELOPERS, BOARD.default_way)
    text = ranking_text(board, DEVELOPERS, board.default_way)
    assert text.endswith("not applicable, ? disputed")
    (row,) = [line for line in text.splitlines() if "Example One" in line]
    assert "●?" in row
    assert "?" not in plain


# ---- safety ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Example One", "Example One"),
        ("예시 모델 ①", "예시 모델 ①"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\x9b31mred", "\ufffd31mred"),
        ("a\x00b\x07c\x08d\x7f", "a\ufffdb\ufffdc\ufffdd\ufffd"),
        ("over\rwritten", "over written"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("\u202egnp.exe\u2066", "\ufffdgnp.exe\ufffd"),
        ("half \ud800 a pair", "half \ufffd a pair"),
        ("", ""),
    ],
)
def test_what_could_steer_the_terminal_is_replaced(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_nothing_that_a_contributor_writes_reaches_the_terminal_unchecked() -> None:
    evil = "\x1b[2J\u202e\x9b"
    checked = assessment(ratings={"code": rated("semi-open", accessed="2026-11-20")})
    rating = checked.ratings["code"]
    bad = rating.evidence[0].model_copy(update=dict.fromkeys(("url", "where", "fact", "quote"), evil))
    ratings = checked.ratings | {"code": rating.model_copy(update={"evidence": (bad,), "note": evil})}
    hostile = checked.model_copy(update={"model": evil, "license": evil, "huggingface": evil, "ratings": ratings})
    maker = developer().model_copy(update={"name": evil, "country": evil})
    board = board_of(MODELS | {f"example/{evil}": hostile})
    row = board.by_id[f"example/{evil}"]
    texts = [
        ranking_text(board, {"example": maker}, board.default_way),
        model_text(board, row, hostile, Beside(maker)),
        model_text(board, row, hostile),
        comparison_text(board, (row, hostile), (board.by_id["example/base"], MODELS["example/base"])),
    ]
    for text in texts:
        assert {character for character in text if category(character) in ("Cc", "Cf", "Cs")} <= {"\n"}


# ---- the ranking -----------------------------------------------------------------------------------------------------


def test_the_ranking_shows_rank_model_developer_score_and_a_glyph_for_each_rating() -> None:
    lines = ranking_text(BOARD, DEVELOPERS, BOARD.default_way).splitlines()
    body = [line.split("  ") for line in lines[lines.index(next(line for line in lines if line[:2] == "--")) + 1 :]]
    rows = [[cell.strip() for cell in line if cell.strip()] for line in body[:4]]
    assert rows == [
        ["1", "Example One", "Example Lab", "0.42", "●●◐○○○", "○○○", "○○○", "○○○○"],
        ["2", "Example Base", "Example Lab", "0.33", "●●○○○○", "○○○", "○○–", "○○○○"],
        ["3", "예시 모델", "예시 연구소", "0.25", "●◐○○○○", "○○○", "○○○", "○○○○"],
        ["4", "1e3", "예시 연구소", "0.17", "●○○○○○", "○○○", "○○○", "○○○○"],
    ]
    assert lines[-1] == (
        "4 models, ranked by Equal weights, not applicable counts 0. ● open, ◐ semi-open, ○ closed, – not applicable"
    )


def test_the_ranking_can_be_cut_and_ordered_by_another_way() -> None:
    way = Way("osaid", NotApplicable.EXCLUDED)
    table = ranking_text(BOARD, DEVELOPERS, way, top=2)
    assert "Score of 2.50" in table
    assert "2 of 4 models, ranked by OSAID, not applicable left out." in table
    assert "1e3" not in table


def test_wide_characters_take_two_columns_so_that_the_next_column_stays_in_line() -> None:
    lines = ranking_text(BOARD, DEVELOPERS, BOARD.default_way).splitlines()
    starts = {columns(line[: line.index("●")]) for line in lines if line[:6].strip().isdigit()}
    assert len(starts) == 1
    sides = comparison_text(BOARD, model("example-two/korean"), model("example/one")).splitlines()
    rule = next(line for line in sides if line.startswith("--"))
    assert columns(sides[0][: sides[0].index("Example One")]) == len(rule) - len(rule.split()[-1])


def test_a_developer_without_a_file_is_shown_by_the_folder() -> None:
    assert " example-two " in ranking_text(BOARD, {}, BOARD.default_way)


def test_an_empty_board_is_a_table_without_rows() -> None:
    assert "0 models, ranked by" in ranking_text(board_of({}), {}, BOARD.default_way)


# ---- one model -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Example One (example/one)",
        "=========================",
        "Developer          Example Lab, International",
        "Rank               1 of 4",
        "Score              0.42 of 4 points",
        "In the 2025 study  rank 7",
        "Equal weights  1 (0.42 of 4)     1 (0.42 of 4)",
        "● Code: open",
        "◐ License: semi-open",
        "    https://example.org/page  [unverified]",
        "      Section 1: It is stated there.",
        "    https://example.org/weights",
        "      Files: All weights can be downloaded.",
        "○ Data filtering: closed",
        "● open, ◐ semi-open, ○ closed, – not applicable",
    ],
)
def test_a_model_is_shown_with_facts_ranks_and_evidence(line: str) -> None:
    assert line in model_text(BOARD, *model("example/one"), Beside(DEVELOPERS["example"], study_rank=7)).splitlines()


def test_a_doubtful_rating_says_so_beside_its_level() -> None:
    doubted = assessment(
        ratings={"code": rated("semi-open") | {"confidence": "doubtful", "doubt": "It may be a mirror."}}
    )
    board = board_of({"example/one": doubted, "example/two": MODELS["example/base"]})
    row, other = board.by_id["example/one"], board.by_id["example/two"]
    assert "\n◐ Code: semi-open (doubtful)\n" in model_text(board, row, doubted)
    assert "Example One: ◐ semi-open (doubtful)\n" in comparison_text(
        board, (row, doubted), (other, MODELS["example/base"])
    )


def test_what_is_not_known_of_a_model_has_no_line() -> None:
    text = model_text(BOARD, *model("example/one"))
    assert "Developer  example\n" in text
    for name in ("Released", "License  ", "Hugging Face", "study"):
        assert name not in text


def test_facts_of_a_model_that_are_known_have_a_line() -> None:
    known = assessment(released="2025-01-31", huggingface="example/one-7b", license="MIT", modality=["text", "image"])
    board = board_of({"example/one": known})
    lines = model_text(board, board.rows[0], known, Beside(developer())).splitlines()
    assert {
        "Released      2025-01-31",
        "Modality      text, image",
        "License       MIT",
        "Hugging Face  https://huggingface.co/example/one-7b",
    } <= set(lines)


@pytest.mark.parametrize("words", ["many words of a note " * 40, "아주 긴 설명 " * 60])
def test_long_notes_are_wrapped_and_links_are_kept_whole(words: str) -> None:
    link = "https://example.org/" + "a" * 150
    long = assessment(ratings={"code": rated(url=link, fact=words, quote=words) | {"note": words}})
    board = board_of({"example/one": long})
    lines = model_text(board, board.rows[0], long, Beside(developer())).splitlines()
    assert f"    {link}  [unverified]" in lines
    assert all(columns(line) <= WIDTH for line in lines if link not in line)
    assert sum(line.startswith("    Note: ") for line in lines) == 1


# ---- two models ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        ["Criterion", "Example One", "", "Example Base"],
        ["Code", "● open", "", "● open"],
        ["License", "◐ semi-open", "←", "○ closed"],
        ["Reinforcement learning method", "○ closed", "~", "– not applicable"],
        ["Equal weights, not applicable counts 0", "0.42, rank 1", "←", "0.33, rank 2"],
        ["OSD, not applicable left out", "0.21, rank 1", "←", "0.17, rank 2"],
    ],
)
def test_two_models_are_compared_criterion_by_criterion_then_by_score_and_rank(cells: list[str]) -> None:
    lines = comparison_text(BOARD, model("example/one"), model("example/base")).splitlines()
    assert [cell for cell in cells if cell] in [
        [cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines
    ]


def test_an_arrow_points_to_the_more_open_model_from_either_side() -> None:
    there = comparison_text(BOARD, model("example/one"), model("example/base"))
    back = comparison_text(BOARD, model("example/base"), model("example/one"))
    assert there.count("←") == back.count("→") > 0
    assert there.count("~") == back.count("~") == 2  # the rating, and the legend
    assert "They differ in 2 of 16 criteria." in there


def test_the_evidence_on_both_sides_is_shown_where_the_levels_differ() -> None:
    text = comparison_text(BOARD, model("example/one"), model("example/base"))
    assert text.endswith(
        "Reinforcement learning method\n"
        "  Example One: ○ closed\n"
        "  Example Base: – not applicable\n"
        "      https://example.org/page  [unverified]\n"
        "        Section 1: It is stated there.\n"
        "      Note: A base model."
    )


def test_models_of_the_same_name_are_shown_by_their_ids() -> None:
    twins = {"example/one": assessment(), "example-two/one": assessment()}
    board = board_of(twins)
    first, second = ((board.by_id[name], twins[name]) for name in twins)
    header = comparison_text(board, first, second).splitlines()[0]
    assert header.split() == ["Criterion", "example/one", "example-two/one"]


def test_developers_are_looked_up_by_folder() -> None:
    makers: dict[str, Developer] = {"example": developer("Example Works")}
    assert "Example Works" in ranking_text(BOARD, makers, BOARD.default_way, top=1)


def test_what_is_only_described_is_never_called_open() -> None:
    models = {
        "example/one": assessment("Example One", ratings={"pretraining_data": rated()}),
        "example/two": assessment(),
    }
    board = rank_entries([entry(name, each) for name, each in models.items()], Scoring(disclosing()))
    (one, two) = ((board.by_id[each], models[each]) for each in models)
    assert "● Pre-training data: disclosed\n" in model_text(board, *one)
    assert re.search("Pre-training data +● disclosed", comparison_text(board, one, two))
