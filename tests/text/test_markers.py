"""Generated parts: replaced between their markers, and nowhere else."""

from __future__ import annotations

import pytest

from bot.text.markers import GeneratedPart, MarkersError

PART = GeneratedPart("README.md", "board")


def test_a_section_replaces_the_text_between_the_markers_and_nothing_else() -> None:
    readme = "# Title\n\n<!-- board:begin -->\nold\n<!-- board:end -->\n\nMore.\n"
    new = PART.fill(readme, "new")
    assert new == f"# Title\n\n{PART.begin}\n\nnew\n\n{PART.end}\n\nMore.\n"
    assert PART.fill(new, "new") == new


@pytest.mark.parametrize(
    ("markers", "found"),
    [
        ([], "none"),
        (["begin"], "board:begin"),
        (["end"], "board:end"),
        (["end", "begin"], "board:end, board:begin"),
        (["begin", "end", "end"], "board:begin, board:end, board:end"),
        (["begin", "begin", "end"], "board:begin, board:begin, board:end"),
    ],
)
def test_markers_that_are_not_one_pair_are_refused_with_what_to_do(markers: list[str], found: str) -> None:
    readme = "# Title\n\n" + "\n\n".join(f"<!-- board:{marker} -->" for marker in markers)
    with pytest.raises(MarkersError, match=rf"found: {found}\. Put the two lines"):
        PART.fill(readme, "new")


def test_a_marker_that_is_only_mentioned_is_none() -> None:
    readme = f"Between `<!-- board:begin -->` and `<!-- board:end -->`:\n{PART.begin}\n{PART.end}\n"
    assert PART.fill(readme, "new").endswith(f"{PART.begin}\n\nnew\n\n{PART.end}\n")


def test_a_part_is_found_with_its_line_and_can_be_taken_out() -> None:
    text = PART.fill("# Title\n\n<!-- board:begin -->\n<!-- board:end -->\n\nMore.\n", "new")
    assert PART.find(text) == (3, f"{PART.begin}\n\nnew\n\n{PART.end}")
    assert PART.strip(text) == "# Title\n\n\n\nMore.\n"


def test_a_file_without_markers_is_refused_by_its_name() -> None:
    for read in (PART.find, PART.strip):
        with pytest.raises(MarkersError, match=r"^README\.md needs one line .* found: none\."):
            read("# Title\n")
