"""The whole leaderboard: its key, its table, where its links lead, and that no name can break it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from bot.board.model.layout import page_path
from bot.site.leaderboard import _page_links, leaderboard_pages
from bot.site.marks import MARK_FILES
from bot.text.escaping import one_line
from tests.samples import assessment, developer, rubric
from tests.site.boards import (
    HOSTILE_NAMES,
    Sample,
    board_of,
    disclosing,
    hostile_board,
    large_board,
    model_page,
    ratings,
    text_of,
)
from tests.site.page import Page, rendered

if TYPE_CHECKING:
    from bot.site.ranked_models import RankedModels

_ELEMENTS = {
    "h1",
    "details",
    "summary",
    "img",
    "p",
    "strong",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "abbr",
    "sub",
    "b",
    "br",
    "a",
    "ul",
    "li",
    "span",
}
_ATTRIBUTES = {"title", "aria-label", "scope", "rowspan", "colspan", "align", "nowrap", "href", "src", "alt"}
_RATINGS = 16


def pages_of(models: RankedModels) -> dict[str, str]:
    """Return the text of each page by its path."""
    keys = {row.entry.id: row.entry.id for row in models.board.rows}
    return {page.path: text_of(page.render()) for page in leaderboard_pages(models, keys)}


def section(sample: Sample, study_ranks: dict[str, int] | None = None) -> str:
    return pages_of(sample.models(study_ranks))["leaderboard/README.md"]


def pictures(text: str) -> list[str]:
    """Return the words of the pictures in the table."""
    return re.findall(r'<img src="marks/[0-4n]\w*\.svg" alt="([^"]+)">', text)


def body(page: Page) -> list[list[str]]:
    """Return the rows below the two rows of headings."""
    return page.rows[2:]


# ---- rows ------------------------------------------------------------------------------------------------------------


def test_an_empty_board_is_a_sentence() -> None:
    assert section(board_of({})).endswith("\n\nNo model has been assessed yet.\n")


def test_a_row_shows_rank_score_categories_glyphs_and_the_ranks_in_other_ways() -> None:
    sample = board_of({"lab/one": assessment("One", ratings=ratings("osconnoscnnnosco"))})
    text = section(sample, {"lab/one": 7})
    (row,) = body(rendered(text))
    assert row == [
        "1 1.54".replace(" ", ""),
        "OneExample Lab, International",
        "0.42",
        "0.50",
        "0.00",
        "0.63",
        *["1"] * 5,
        "7",
    ]
    assert pictures(text)[:7] == [
        *("Weights: open", "Code: semi-open", "License: closed", "Paper: open", "Architecture: not applicable"),
        *("Tokenizer: not applicable", "Hardware: open"),
    ]


def test_a_model_that_the_study_did_not_assess_has_no_rank_in_it() -> None:
    sample = board_of({"lab/one": assessment("One"), "lab/two": assessment("Two")})
    assert [row[-1] for row in body(rendered(section(sample, {"lab/two": 3})))] == ["", "3"]


def test_without_a_study_there_is_no_column_for_it() -> None:
    sample = board_of({"lab/one": assessment("One")})
    with_study, without = section(sample, {"lab/one": 1}), section(sample)
    assert len(body(rendered(with_study))[0]) == len(body(rendered(without))[0]) + 1
    assert "**2025 study**" in with_study
    assert "**2025 study**" not in without


def test_a_range_of_ranks_is_behind_the_rank() -> None:
    sample = board_of(
        {
            "lab/basic": assessment("Basic", ratings=ratings("o" * 6 + "c" * 10)),
            "lab/data": assessment("Data", ratings=ratings("c" * 12 + "o" * 4)),
        }
    )
    assert "<b>1</b> <sub>1–\u20602</sub><br>" in section(sample)


def test_a_doubtful_rating_has_a_mark_that_the_key_explains() -> None:
    doubtful = {"code": {"level": "closed", "confidence": "doubtful", "doubt": "It is old."}}
    text = section(board_of({"lab/one": assessment(ratings=doubtful), "lab/two": assessment("Two")}))
    assert text.count('alt="Code: closed, doubtful"><sup>~</sup></a>') == 1
    assert "~ doubtful: the evidence is weak" in rendered(text).words
    assert "doubtful**" not in section(board_of({"lab/two": assessment("Two")}))


def test_rows_are_ordered_by_score_and_ties_share_a_rank_in_the_order_of_names() -> None:
    names = {"Best": "o" * 16, "tie b": "s" * 16, "Tie A": "s" * 16, "Last": "c" * 16}
    sample = board_of(
        {
            f"lab/m{number}": assessment(name, ratings=ratings(levels))
            for number, (name, levels) in enumerate(names.items())
        }
    )
    rows = body(rendered(section(sample)))
    assert [(row[0][0], row[1].removesuffix("Example Lab, International")) for row in rows] == [
        ("1", "Best"),
        ("2", "Tie A"),
        ("2", "tie b"),
        ("4", "Last"),
    ]


def test_leaving_out_what_is_not_applicable_has_a_rank_of_its_own() -> None:
    sample = board_of(
        {
            "lab/base": assessment("Base", ratings=ratings("oooooooooonnonno")),
            "lab/chat": assessment("Chat", ratings=ratings("sooooooooooooooo")),
        }
    )
    assert [(row[1][:4], row[0][0], row[-1]) for row in body(rendered(section(sample)))] == [
        ("Chat", "1", "2"),
        ("Base", "2", "1"),
    ]


def test_weightings_that_weigh_alike_share_one_column_named_after_all_of_them() -> None:
    headings = rendered(section(board_of({"lab/one": assessment()}))).rows[1]
    assert headings[4:] == ["OSD", "OSAIDLiesenfeldWhite", "Liu", "Eiras", "n/aout"]


def test_every_rating_has_words_for_those_who_do_not_see_the_picture() -> None:
    text = section(board_of({"lab/one": assessment(ratings=ratings("oscn" * 4))}))
    words = pictures(text)
    assert words[:4] == ["Weights: open", "Code: semi-open", "License: closed", "Paper: not applicable"]
    assert len(words) == _RATINGS
    assert all(f'title="{each}"' in text for each in words)


def test_every_picture_is_a_file() -> None:
    text = section(board_of({"lab/one": assessment(ratings=ratings("oscn" * 4))}))
    shown = set(re.findall(r'src="([^"]+)"', text))
    assert {f"leaderboard/{each}" for each in shown} <= MARK_FILES.keys()
    assert len(shown) == 4


def test_a_developer_without_a_page_is_named_without_a_link() -> None:
    sample = board_of({"lab/one": assessment()}, {"lab": developer().model_copy(update={"url": None})})
    page = rendered(section(sample))
    assert "Example Lab, International" in page.text
    assert not [link for link in page.links if link.startswith("http")]


# ---- links -----------------------------------------------------------------------------------------------------------


def assert_links_lead_somewhere(text: str, folder: str, sample: Sample, files: set[str]) -> None:
    """Check that relative links lead to generated files, and those with an anchor to a heading of that model's page."""
    pages = {page_path(row.entry.id): row for row in sample.board.rows}
    anchors: dict[str, list[str]] = {}
    for link in rendered(text).links:
        parts = urlsplit(link)
        if parts.scheme:
            continue
        path = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
        assert path in files | pages.keys(), link
        if path in pages and path not in anchors:
            anchors[path] = rendered(model_page(sample, pages[path].entry.id)).anchors
        assert not parts.fragment or unquote(parts.fragment) in anchors[path], link


def test_every_link_leads_to_a_heading_that_is_there() -> None:
    sample = hostile_board()
    data = {
        "leaderboard/leaderboard.json",
        "leaderboard/leaderboard.csv",
        "leaderboard/leaderboard.excel.csv",
        "leaderboard/ratings.csv",
    }
    assert_links_lead_somewhere(section(sample), "leaderboard", sample, data | {"README.md"})


@pytest.mark.thorough
def test_beyond_a_hundred_models_the_rest_has_pages_of_its_own() -> None:
    sample = large_board(230)
    pages = pages_of(sample.models())
    first, second, third = pages.values()
    assert list(pages) == ["leaderboard/README.md", "leaderboard/page-2.md", "leaderboard/page-3.md"]
    names = [row[1] for text in pages.values() for row in body(rendered(text))]
    assert names == [f"{row.entry.model}Example Lab, International" for row in sample.board.rows]
    data = {
        "leaderboard/leaderboard.json",
        "leaderboard/leaderboard.csv",
        "leaderboard/leaderboard.excel.csv",
        "leaderboard/ratings.csv",
    }
    for text in pages.values():
        assert_links_lead_somewhere(text, "leaderboard", sample, data | pages.keys() | {"README.md"})
    assert "# Leaderboard, models 101 to 200 of 230\n" in second
    assert "**101–200**" in second
    assert "[101–200](page-2.md)" in first
    assert "[1–100](README.md)" in third


def test_of_many_pages_the_first_the_last_and_the_nearest_have_links() -> None:
    assert [name for name, _ in _page_links(1150, 12, 6)] == [
        "1–100", "…", "201–300", "301–400", "401–500", "501–600", "601–700", "701–800", "801–900", "…", "1101–1150",
    ]  # fmt: skip
    assert dict(_page_links(1150, 12, 6))["501–600"] == ""
    assert list(_page_links(100, 1, 1)) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("models", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2), (201, 3)])
def test_a_page_begins_after_each_hundred_models(models: int, pages: int) -> None:
    sample = large_board(models) if models else board_of({})
    assert len(pages_of(sample.models())) == pages


# ---- harm and size ---------------------------------------------------------------------------------------------------


def test_hostile_names_are_shown_as_they_are_and_bring_no_element_with_them() -> None:
    page = rendered(section(hostile_board()))
    assert set(page.elements) <= _ELEMENTS
    assert {name for attributes in page.attributes for name in attributes} <= _ATTRIBUTES
    shown = {" ".join(row[1].split()) for row in body(page)}
    assert shown == {" ".join(f"{one_line(name)}{one_line(name)}, {one_line(name)}".split()) for name in HOSTILE_NAMES}
    assert all(re.match(r"https://example\.org/|models/|\.\./README\.md|\w+(\.\w+)+$", link) for link in page.links)
    assert all(len(row) == len(body(page)[0]) for row in body(page))


def test_a_hundred_models_of_realistic_names_stay_below_what_github_shows() -> None:
    assert len(section(large_board(100)).encode()) < 400 * 1024


def test_the_section_is_the_same_each_time_and_whatever_order_the_files_come_in() -> None:
    sample = hostile_board()
    turned = board_of(dict(reversed(sample.assessments.items())), sample.developers)
    assert section(sample) == section(turned)


def test_lines_have_no_space_at_their_end_and_a_model_is_one_line() -> None:
    text = section(hostile_board())
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert sum(line.startswith('<tr><td align="center" nowrap><b>') for line in text.splitlines()) == len(HOSTILE_NAMES)


def test_the_key_stands_before_the_table_and_names_every_criterion_and_weighting() -> None:
    key, _, table = section(board_of({"lab/one": assessment()})).partition("<table>")
    words = rendered(key).text
    for criterion in rubric().criteria:
        assert f"{criterion.short} {criterion.title}" in words
    for weighting in rubric().weightings:
        assert weighting.name in words
    assert table.count("<tbody>") == 1


def test_what_means_disclosed_is_called_so_in_key_and_ratings() -> None:
    told = board_of({"lab/one": assessment(ratings=ratings("oscn" * 4))}, rubric=disclosing())
    text = section(told)
    assert "open, for Training data disclosed (counts 1)" in rendered(text).words
    assert "Data, Training data disclosed: Pd Pre-training data disclosed, Fd Fine-tuning data" in rendered(text).words
    assert pictures(text)[0] == "Weights: open"
    assert pictures(text)[12:14] == ["Pre-training data: disclosed", "Fine-tuning data: semi-open"]
    assert '#pre-training-data"' in text


# ---- what isn't settled ----------------------------------------------------------------------------------------------


def test_what_is_settled_has_neither_mark_nor_legend() -> None:
    text = section(board_of({"lab/one": assessment()}))
    assert "disputed" not in text
    assert "provisional" not in text
    assert "<sup>" not in text


def test_a_disputed_rating_has_a_mark_that_leads_to_the_dispute() -> None:
    dispute = "https://github.com/example/openness/issues/12"
    sample = board_of({"lab/one": assessment(ratings={"code": {"level": "closed", "disputed": dispute}})})
    text = section(sample)
    assert text.count(f'<a href="{dispute}" title="Code: disputed" aria-label="Code: disputed"><sup>?</sup></a>') == 1
    assert "? disputed: somebody disputes the rating" in rendered(text).words


def test_a_provisional_rating_has_a_mark() -> None:
    sample = board_of({"lab/one": assessment(), "lab/two": assessment("Two")})
    text = pages_of(sample.models({}, {"lab/two": frozenset({"weights"})}))["leaderboard/README.md"]
    assert text.count('alt="Weights: open, provisional"><sup>p</sup></a>') == 1
    assert "p provisional: merged while the project had fewer than three maintainers" in rendered(text).words


def test_the_key_explains_marks_on_the_page_that_has_them() -> None:
    sample = large_board(101)
    first, second = pages_of(sample.models({}, {sample.board.rows[-1].entry.id: frozenset({"weights"})})).values()
    assert "**provisional**" not in first
    assert "**provisional**" in second
