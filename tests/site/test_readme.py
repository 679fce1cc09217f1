"""The generated part of the READMEs: the finding, the numbers, and the narrow table, in two languages."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest

from bot.board.model.frameworks import NO_FRAMEWORKS, Frameworks
from bot.board.model.layout import BOARDS, page_path
from bot.site.marks import MARK_FILES
from bot.site.readme import readme_section
from bot.text.escaping import one_line
from tests.samples import assessment
from tests.site.boards import HOSTILE_NAMES, Sample, board_of, disclosing, hostile_board, large_board, ratings
from tests.site.page import rendered

FINDING: dict[str, Any] = {
    "frameworks": [
        {
            "id": "example",
            "title": "Example Definition",
            "source": "https://example.org/",
            "classes": [{"title": "All", "parts": [{"what": "Code", "met": {"code": ["open"]}}]}],
        }
    ],
    "finding": {
        "counts": {"weights": {"levels": {"weights": ["open"]}}, "met": {"framework": "example"}},
        "sentence": "{weights} of {models} models have weights, {met} meet the definition: {met.names}. {weights.names}!",
    },
}


def section(sample: Sample, language: str = "en", **finding: Any) -> str:
    frameworks = Frameworks.model_validate(finding) if finding else NO_FRAMEWORKS
    return readme_section(sample.models(), frameworks, language)


def finding(sample: Sample) -> str:
    return section(sample, **FINDING).partition("\n")[0]


# ---- the finding -----------------------------------------------------------------------------------------------------


def test_the_finding_counts_models_by_levels_and_by_a_framework() -> None:
    open_code = assessment("Two", ratings=ratings("so" + "c" * 14))
    sample = board_of({"lab/one": assessment("One"), "lab/two": open_code})
    assert finding(sample) == "**1 of 2 models have weights, 1 meet the definition: Two. One\\!**"


@pytest.mark.parametrize(
    ("number", "named"), [(0, "none"), (1, "M0"), (2, "M0 and M1"), (7, "M0, M1, M2, M3, M4 and 2 more")]
)
def test_the_finding_names_at_most_five_models(number: int, named: str) -> None:
    one = assessment("None", ratings=ratings("s" * 16))
    sample = board_of({f"lab/m{n}": assessment(f"M{n}") for n in range(number)} | {"lab/none": one})
    assert finding(sample).endswith(f": none. {named}\\!**")


def test_without_a_finding_the_section_begins_with_the_numbers() -> None:
    assert section(board_of({"lab/one": assessment()})).startswith(
        "**1** model · **1** developer · **16** ratings · data"
    )


def test_a_name_in_the_finding_is_escaped() -> None:
    assert "<script>" not in finding(hostile_board())
    assert set(rendered(finding(hostile_board())).elements) <= {"p", "strong", "span"}


# ---- the numbers -----------------------------------------------------------------------------------------------------


def test_the_numbers_say_how_much_is_doubtful_and_how_old_the_data_is() -> None:
    doubtful = {"code": {"level": "closed", "confidence": "doubtful", "doubt": "It is old."}}
    sample = board_of({"lab/one": assessment(ratings=doubtful), "other/two": assessment("Two")})
    text = section(sample)
    assert "**2** models · **2** developers · **32** ratings, 1 of them doubtful · data as of 2026-11-20\n" in text


def test_without_days_nothing_is_said_about_the_age() -> None:
    sample = board_of({"lab/one": assessment(ratings=ratings("o" * 16))})
    assert "as of" not in section(sample)


# ---- the table -------------------------------------------------------------------------------------------------------


def test_an_empty_board_is_a_sentence() -> None:
    assert section(board_of({}), **FINDING) == "No model has been assessed yet.\n"
    assert section(board_of({}), "ko") == "아직 평가된 모델이 없습니다.\n"


def test_a_row_shows_rank_range_model_developer_score_and_a_picture_for_each_category() -> None:
    basic, data = (
        assessment("Basic", ratings=ratings("o" * 6 + "c" * 10)),
        assessment("D", ratings=ratings("c" * 12 + "ooco")),
    )
    text = section(board_of({"lab/basic": basic, "lab/data": data}))
    assert (
        "|**1** <sub>1–\u20602</sub>|[Basic](leaderboard/models/lab/basic.md) <sub>Example Lab, International</sub>|1.00|"
        '[<img src="leaderboard/marks/4.svg" alt="1.00"><img src="leaderboard/marks/0.svg" alt="0.00">'
        '<img src="leaderboard/marks/0.svg" alt="0.00"><img src="leaderboard/marks/0.svg" alt="0.00">]'
        "(leaderboard/models/lab/basic.md)|\n"
    ) in text
    assert text.count("|**") == 2


def test_a_model_with_one_rank_by_every_way_has_no_range() -> None:
    assert "|**1**|" in section(board_of({"lab/one": assessment()}))


def test_links_lead_to_pages_and_pictures_that_are_there() -> None:
    sample = hostile_board()
    page = rendered(section(sample))
    pages = {page_path(row.entry.id) for row in sample.board.rows}
    assert {unquote(link) for link in page.links} == {*pages, "leaderboard/README.md"}
    pictures = {each["src"] for each in page.attributes if "src" in each}
    assert pictures <= {*MARK_FILES, "leaderboard/plots/heat-map.svg"}
    assert all(posixpath.normpath(each) == each for each in pictures)


def test_what_means_disclosed_is_called_so_in_the_key() -> None:
    sample = replace(
        board_of({"lab/one": assessment()}), board=board_of({"lab/one": assessment()}, rubric=disclosing()).board
    )
    assert "D Training data disclosed." in rendered(section(sample)).words


@pytest.mark.thorough
def test_beyond_a_hundred_models_the_table_is_cut_and_leads_to_all() -> None:
    text = section(large_board(101))
    assert text.count("|**") == 100
    assert "These are the first 100 of 101 models. [All models](leaderboard/README.md)" in text
    assert "These are the first" not in section(large_board(100))


# ---- harm, size, changes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ko"])
def test_hostile_names_are_shown_as_they_are_and_bring_no_element_with_them(language: str) -> None:
    page = rendered(section(hostile_board(), language))
    known = {
        "p",
        "strong",
        "h2",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "sub",
        "a",
        "img",
        "picture",
        "source",
        "span",
    }
    assert set(page.elements) <= known
    shown = {" ".join(row[1].split()) for row in page.rows[1:]}
    assert shown == {" ".join(f"{one_line(name)} {one_line(name)}, {one_line(name)}".split()) for name in HOSTILE_NAMES}
    assert {len(row) for row in page.rows} == {4}


def test_no_name_can_end_the_section() -> None:
    part = BOARDS["en"]
    readme = part.fill(f"{part.begin}\n{part.end}\n", section(hostile_board(), **FINDING))
    assert part.fill(readme, "new") == f"{part.begin}\n\nnew\n\n{part.end}\n"


def test_a_hundred_models_are_small() -> None:
    assert len(section(large_board(46)).encode()) < 30_000


def test_a_change_of_one_rating_that_moves_no_rank_changes_one_row() -> None:
    def text(levels: str) -> str:
        models = {
            "lab/high": assessment("High", ratings=ratings("o" * 16)),
            "lab/low": assessment("Low", ratings=ratings("c" * 16)),
        }
        return section(board_of({**models, "lab/one": assessment("One", ratings=ratings(levels))}))

    before, after = text("s" * 16).splitlines(), text("o" + "s" * 15).splitlines()
    (changed,) = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert "[One]" in changed[0]


def test_the_korean_section_has_the_same_rows_and_korean_words() -> None:
    sample = hostile_board()
    english, korean = section(sample), section(sample, "ko")
    assert re.findall(r"^\|\*\*.*", english, re.MULTILINE) == re.findall(r"^\|\*\*.*", korean, re.MULTILINE)
    assert "## 순위표" in korean
    assert "Leaderboard" not in korean
