"""The leaderboard in the README: its table, where its links lead, and that no name can break it."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urlsplit

import pytest

from bot.board.model.layout import BOARD, page_path
from bot.site.model_page import model_page
from bot.site.readme import further_pages, leaderboard_section
from bot.text.escaping import one_line
from tests.samples import assessment, developer, rubric
from tests.site.boards import HOSTILE_NAMES, Sample, board_of, hostile_board, large_board, ratings
from tests.site.page import Page, rendered

_ELEMENTS = {
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
_ATTRIBUTES = {"title", "aria-label", "scope", "rowspan", "colspan", "align", "nowrap", "href"}
_GLYPHS = 16


def section(sample: Sample, study_ranks: dict[str, int] | None = None) -> str:
    return leaderboard_section(sample.models(study_ranks))


def body(page: Page) -> list[list[str]]:
    """Return the rows below the two rows of headings."""
    return page.rows[2:]


def test_no_name_can_end_the_section() -> None:
    readme = BOARD.fill(f"{BOARD.begin}\n{BOARD.end}\n", section(hostile_board()))
    assert BOARD.fill(readme, "new") == f"{BOARD.begin}\n\nnew\n\n{BOARD.end}\n"


# ---- rows ------------------------------------------------------------------------------------------------------------


def test_an_empty_board_is_a_sentence() -> None:
    assert section(board_of({})) == "No model has been assessed yet."


def test_a_row_shows_rank_score_categories_glyphs_and_the_ranks_in_other_ways() -> None:
    sample = board_of({"lab/one": assessment("One", ratings=ratings("osconnoscnnnosco"))})
    (row,) = body(rendered(section(sample, {"lab/one": 7})))
    gap = "\u2004"
    assert row == [
        "11.54",
        "OneExample Lab, International",
        f"0.42{gap.join('●◐○●––')}",
        f"0.50{gap.join('●◐○')}",
        f"0.00{gap.join('–––')}",
        f"0.63{gap.join('●◐○●')}",
        *["1"] * 5,
        "7",
    ]


def test_a_model_that_the_study_did_not_assess_has_no_rank_in_it() -> None:
    sample = board_of({"lab/one": assessment("One")})
    assert body(rendered(section(sample)))[0][-1] == ""


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
    assert [(row[1][:4], row[0][0], row[-2]) for row in body(rendered(section(sample)))] == [
        ("Chat", "1", "2"),
        ("Base", "2", "1"),
    ]


def test_weightings_that_weigh_alike_share_one_column_named_after_all_of_them() -> None:
    headings = rendered(section(board_of({"lab/one": assessment()}))).rows[1]
    assert headings[4:] == ["OSD", "OSAIDLiesenfeldWhite", "Liu", "Eiras", "n/aout", "2025study"]


def test_every_glyph_has_a_title_in_words() -> None:
    sample = board_of({"lab/one": assessment(ratings=ratings("oscn" * 4))})
    page = rendered(section(sample))
    glyphs = [attributes for attributes in page.attributes if "aria-label" in attributes]
    assert [glyph["aria-label"] for glyph in glyphs][:4] == [
        "Weights: open",
        "Code: semi-open",
        "License: closed",
        "Paper: not applicable",
    ]
    assert len(glyphs) == _GLYPHS
    assert all(glyph["title"] == glyph["aria-label"] for glyph in glyphs)


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
            row = pages[path]
            one = sample.assessments[row.entry.id]
            markdown = model_page(sample.models(), row, one)
            anchors[path] = rendered(markdown).anchors
        assert not parts.fragment or unquote(parts.fragment) in anchors[path], link


def test_every_link_leads_to_a_heading_that_is_there() -> None:
    sample = hostile_board()
    data = {
        "leaderboard/leaderboard.json",
        "leaderboard/leaderboard.csv",
        "leaderboard/leaderboard.excel.csv",
        "leaderboard/ratings.csv",
    }
    assert_links_lead_somewhere(section(sample), "", sample, data)


@pytest.mark.thorough
def test_beyond_a_hundred_models_the_rest_has_pages_of_its_own() -> None:
    sample = large_board(230)
    readme = section(sample)
    pages = {path: render() for path, _, render in further_pages(sample.models())}
    assert list(pages) == ["leaderboard/page-2.md", "leaderboard/page-3.md"]
    names = [row[1] for text in (readme, *pages.values()) for row in body(rendered(text))]
    assert names == [f"{row.entry.model}Example Lab, International" for row in sample.board.rows]
    data = {
        "leaderboard/leaderboard.json",
        "leaderboard/leaderboard.csv",
        "leaderboard/leaderboard.excel.csv",
        "leaderboard/ratings.csv",
    }
    assert_links_lead_somewhere(readme, "", sample, data | pages.keys())
    for text in pages.values():
        assert_links_lead_somewhere(text, "leaderboard", sample, data | pages.keys() | {"README.md"})
    assert "**101–200**" in pages["leaderboard/page-2.md"]
    assert "[101–200](leaderboard/page-2.md)" in readme
    assert "[1–100](../README.md)" in pages["leaderboard/page-3.md"]


@pytest.mark.thorough
@pytest.mark.parametrize(("models", "pages"), [(0, 0), (1, 0), (100, 0), (101, 1), (200, 1), (201, 2)])
def test_a_page_begins_after_each_hundred_models(models: int, pages: int) -> None:
    sample = large_board(models) if models else board_of({})
    assert len(list(further_pages(sample.models()))) == pages


# ---- harm and size ---------------------------------------------------------------------------------------------------


def test_hostile_names_are_shown_as_they_are_and_bring_no_element_with_them() -> None:
    page = rendered(section(hostile_board()))
    assert set(page.elements) <= _ELEMENTS
    assert {name for attributes in page.attributes for name in attributes} <= _ATTRIBUTES
    shown = {" ".join(row[1].split()) for row in body(page)}
    assert shown == {" ".join(f"{one_line(name)}{one_line(name)}, {one_line(name)}".split()) for name in HOSTILE_NAMES}
    assert all(re.match(r"https://example\.org/|leaderboard/", link) for link in page.links)
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
    assert sum(line.startswith('<tr><td align="center"><b>') for line in text.splitlines()) == len(HOSTILE_NAMES)


def test_the_legend_names_every_criterion_and_weighting() -> None:
    legend = rendered(section(board_of({"lab/one": assessment()}))).text.partition("How to read the table")[2]
    for criterion in rubric().criteria:
        assert f"{criterion.short} {criterion.title}" in legend
    for weighting in rubric().weightings:
        assert weighting.name in legend


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
    assert "○?" in body(rendered(text))[0][2]
    assert "? disputed: somebody disputes the rating" in rendered(text).words


def test_a_provisional_rating_has_a_mark() -> None:
    sample = board_of({"lab/one": assessment(), "lab/two": assessment("Two")})
    text = leaderboard_section(sample.models({}, {"lab/two": frozenset({"weights"})}))
    assert text.count('<abbr title="Weights: provisional"><sup>p</sup></abbr>') == 1
    assert "p provisional: merged while the project had fewer than three maintainers" in rendered(text).words


def test_the_legend_explains_marks_on_the_page_that_has_them() -> None:
    sample = large_board(101)
    last = sample.board.rows[-1].entry.id
    marked = {last: frozenset({"weights"})}
    assert "**provisional**" not in leaderboard_section(sample.models({}, marked))
    ((_, _, render),) = further_pages(sample.models({}, marked))
    page = render()
    assert "**provisional**" in page
