"""Tables for Markdown and terminals, with characters that are one or two columns wide."""

from __future__ import annotations

from unicodedata import east_asian_width

import pytest

from bot.text.tables import markdown_table, terminal_table, underlined, wrapped


def width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def test_a_table_of_markdown_has_a_rule_for_each_alignment() -> None:
    assert markdown_table(["A", "B", "C"], [["a", "b", "c"]], "-lr").splitlines() == [
        "| A | B | C |",
        "| --- | :-- | --: |",
        "| a | b | c |",
    ]


@pytest.mark.parametrize("alignment", ["ll", "rl", "cr"])
def test_columns_of_a_terminal_align_whatever_the_width_of_their_characters(alignment: str) -> None:
    lines = terminal_table(
        ["모델", "Rank"], [["예시 모델 ①", "1"], ["1e3", "１０"], ["e\u0301", "3"]], alignment
    ).splitlines()
    first = len(lines[1].split("  ")[0])
    for line in lines:
        # Two spaces between the columns begin at the same column of the terminal on each line.
        ends = [number for number in range(len(line)) if width(line[:number]) == first]
        assert line[ends[0] : ends[0] + 2] == "  "
    assert lines[3].split() == ["1e3", "１０"]
    assert "\u200b" not in "".join(lines)


def test_a_table_without_rows_has_its_header() -> None:
    assert terminal_table(["A", "B"], [], "lr").splitlines()[0].split() == ["A", "B"]


def test_a_heading_is_underlined_as_wide_as_it_is_shown() -> None:
    assert underlined("모델 1") == "모델 1\n======"


def test_lines_are_wrapped_by_width_and_links_stay_whole() -> None:
    link = f"https://example.org/{'a-b' * 20}"
    lines = wrapped(f"예시 모델은 예시입니다 {link} end", 20, "  ").splitlines()
    assert lines == ["  예시 모델은", "  예시입니다", f"  {link}", "  end"]
