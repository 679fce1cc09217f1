"""Changing one rating of a file: every other byte stays."""

from __future__ import annotations

import difflib
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.rating import Evidence
from bot.board.model.rubric import Level
from bot.board.reading.document import Reader
from bot.board.reading.source import Source
from bot.board.reading.strict_yaml import compose
from bot.board.writing.rewriting import NotRewritableError, scalar, with_disputed, with_moved_page, with_rating
from tests.checkouts import model_text
from tests.samples import DATA, rubric

if TYPE_CHECKING:
    from pathlib import Path

    from bot.board.model.rubric import Rubric

FILES = sorted(file for file in (DATA / "assessments").glob("*/*.yaml") if file.name != "developer.yaml")
ISSUE = "https://github.com/example-org/example-models/issues/7"
CRITERIA = [criterion.id for criterion in rubric().criteria]


def changed(before: str, after: str) -> list[str]:
    """Return the removed and the added lines; equal lines at both ends are left out first, as ratings may cite the same."""
    old, new = before.split("\n"), after.split("\n")
    for number in (0, -1):
        while old and new and old[number] == new[number]:
            del old[number], new[number]
    lines = difflib.unified_diff(old, new, n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:4] not in ("--- ", "+++ ")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_only_the_rating_changes(file: Path) -> None:
    check_that_only_the_rating_changes(file.read_text("utf-8"), rubric())


def check_that_only_the_rating_changes(text: str, rubric: Rubric) -> None:
    """Change each rating of a valid assessment in turn; the levels and the lines of the new evidence are all that changes."""
    reader = Reader(rubric, date(2030, 1, 1))
    evidence = Evidence(url="https://example.org/new", fact="It says so: really.")
    for criterion in (each.id for each in rubric.criteria):
        disputed = with_disputed(text, criterion, ISSUE)
        assert changed(text, disputed) == [f"+    disputed: {ISSUE}"]
        assert with_disputed(disputed, criterion, None) == text
        rated = with_rating(text, criterion, Level.OPEN, evidence)
        lines = [line for line in changed(text, rated) if "evidence:" not in line]
        assert [line for line in lines if line[0] == "+" and "level: open" not in line] == [
            "+      - url: https://example.org/new",
            '+        fact: "It says so: really."',
        ]
        removed = {line.strip("+- ") for line in lines if line[0] == "-"}
        other = {line for line in removed if not re.match("confidence: doubtful$|doubt: |api_retired: ", line)}
        assert other <= {f"level: {level}" for level in Level}
        assert reader.assessment("assessments/example/one.yaml", rated.encode()).value is not None


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_page_that_moved_is_another_line(file: Path) -> None:
    check_that_only_a_line_changes(file.read_text("utf-8"), rubric())


def check_that_only_a_line_changes(text: str, rubric: Rubric) -> None:
    """Replace a moved page in a valid assessment; the line with its address is all that changes."""
    assessment = Reader(rubric, date(2030, 1, 1)).assessment("assessments/example/one.yaml", text.encode()).value
    assert assessment is not None
    for criterion, rating in [(name, rating) for name, rating in assessment.ratings.items() if rating.evidence][:1]:
        old, new = rating.evidence[-1].url, "https://example.org/new"
        (taken, added) = changed(text, with_moved_page(text, criterion, old, new))
        assert added.lstrip("+") == taken.lstrip("-").replace(old, new).replace(f'"{new}"', new)


ARTIFACTS = """artifacts:
  training_code:
    available: "partly"  # not all
    license: MIT
    evidence:
      - url: https://example.org/weights
        fact: Half of it.
"""


def test_a_page_that_an_artifact_cites_moves_without_that_of_a_rating() -> None:
    text = f"{model_text('Example', 'o' * 16)}{ARTIFACTS}"
    moved = with_moved_page(text, "artifacts.training_code", "https://example.org/weights", "https://example.org/new")
    assert changed(text, moved) == [
        "-      - url: https://example.org/weights",
        "+      - url: https://example.org/new",
    ]
    assert moved.index("https://example.org/new") > moved.index("https://example.org/weights")


def test_a_doubtful_rating_keeps_its_doubt() -> None:
    text = model_text("Example", "c" * 16)
    doubted = "    level: closed\n    confidence: doubtful\n    doubt: It is old.\n"
    text = text.replace("  code:\n    level: closed\n", f"  code:\n{doubted}")
    assert doubted in text
    disputed = with_disputed(text, "code", ISSUE)
    assert changed(text, disputed) == [f"+    disputed: {ISSUE}"]


def test_what_was_said_of_another_level_goes_with_it() -> None:
    text = model_text("Example", "c" * 16).replace("\nratings:", "\napi_retired: 2025-01-31  # by their list\nratings:")
    doubted = "    level: closed\n    confidence: doubtful\n    doubt: It is old.\n"
    text = text.replace("  api:\n    level: closed\n", f"  api:\n{doubted}")
    evidence = Evidence(url="https://example.org/api", fact="There is one.")
    rated = changed(text, with_rating(text, "api", Level.OPEN, evidence))
    assert [line for line in rated if line[0] == "-"] == [
        "-api_retired: 2025-01-31  # by their list",
        *(f"-{line}" for line in doubted.splitlines()),
    ]
    # The same level keeps both, and another criterion the day.
    assert changed(text, with_rating(text, "api", Level.CLOSED, note="N.")) == ["+    note: N."]
    assert "api_retired: 2025-01-31" in with_rating(text, "code", Level.OPEN, evidence)


def test_what_a_rating_does_not_cite_moves_nothing() -> None:
    text = model_text("Example", "o" * 15 + "c")
    assert with_moved_page(text, "weights", "https://example.org/other", "https://example.org/new") == text
    assert with_moved_page(text, CRITERIA[-1], "https://example.org/other", "https://example.org/new") == text
    with pytest.raises(NotRewritableError, match="no rating of"):
        with_moved_page(text, "nonsense", "https://example.org/weights", "https://example.org/new")


def test_the_same_rating_is_the_same_file() -> None:
    text = model_text("Example", "o" * 16)
    assert with_rating(text, "weights", Level.OPEN) == text
    assert with_disputed(text, "weights", None) == text


COMMENTED = """# yaml-language-server: $schema=../../schema/assessment.schema.json
model: 'Example'   # its name
modality: [text, image]
ratings:
  # ---- Basic ----
  # Is it public?
  weights:   # the heart
    # as of May
    level: semi-open
    evidence:
      # the first
      - url: "https://example.org/a"
        fact: 'It''s there'  # seen
      - url: https://example.org/b
        fact: >-
          A folded
          text.

  # ---- Other ----
  code:
    level: closed

# the end
"""


def test_comments_order_and_quotation_marks_stay() -> None:
    after = with_rating(COMMENTED, "weights", Level.OPEN, note="New: yes")
    assert changed(COMMENTED, after) == ["-    level: semi-open", "+    level: open", '+    note: "New: yes"']
    assert after.index("A folded") < after.index("note:") < after.index("# ---- Other")


def test_the_last_rating_is_changed_before_the_comment_at_the_end() -> None:
    after = with_rating(COMMENTED, "code", Level.CLOSED, note="Looked.")
    assert changed(COMMENTED, after) == ["+    note: Looked."]
    assert after.endswith("    note: Looked.\n\n# the end\n")


def test_evidence_from_the_same_page_is_replaced_in_its_place() -> None:
    after = with_rating(COMMENTED, "weights", Level.SEMI_OPEN, Evidence(url="https://example.org/b", fact="New."))
    assert after.index("example.org/a") < after.index("example.org/b")
    assert "A folded" not in after
    assert "It''s there" in after


def test_evidence_from_the_same_page_keeps_its_copy_in_an_archive() -> None:
    copy = "https://web.archive.org/web/20250331120000/https://example.org/b"
    first = with_rating(
        COMMENTED, "weights", Level.OPEN, Evidence(url="https://example.org/b", fact="F.", archived=copy)
    )
    after = with_rating(first, "weights", Level.OPEN, Evidence(url="https://example.org/b", fact="New."))
    assert f"archived: {copy}" in after
    other = with_rating(
        first, "weights", Level.OPEN, Evidence(url="https://example.org/b", fact="New.", archived=f"{copy}/")
    )
    assert f"archived: {copy}/" in other


def test_keys_stand_in_the_order_of_the_format() -> None:
    after = with_disputed(with_rating(COMMENTED, "code", Level.OPEN, Evidence(url="https://example.org/c", fact="F."), "N."), "code", ISSUE)  # fmt: skip
    rest = after.partition("  code:")[2]
    assert [rest.index(f"    {key}:") for key in ("level", "evidence", "note", "disputed")] == sorted(
        rest.index(f"    {key}:") for key in ("level", "evidence", "note", "disputed")
    )


@pytest.mark.parametrize(
    ("text", "criterion"),
    [
        ("", "weights"),
        ("ratings: nothing\n", "weights"),
        (COMMENTED, "paper"),
        (COMMENTED.replace("ratings:", "ratings: &x"), "weights"),
        ("ratings: {weights: {level: closed}, code: {level: closed}}\n", "weights"),
        ("ratings:\r\n  weights:\r\n    level: closed\r\n", "weights"),
        ("ratings:\n  weights:\n      level: closed\n      note: x\n", "weights"),
        ("ratings:\n  weights:\n    level: closed\n    note: |\n      text\n      # no comment\n", "weights"),
        ("ratings:\n  weights:\n    level: closed\n    surprise: yes\n", "weights"),
    ],
)
def test_what_cant_be_changed_alone_is_refused(text: str, criterion: str) -> None:
    with pytest.raises(NotRewritableError):
        with_rating(text, criterion, Level.OPEN, Evidence(url="https://example.org/c", fact="F."), "N.")


HOSTILE = [
    "yes", "null", "~", "1.0", "0x1F", "2025-01-01", "a: b", "a #b", "# b", "- x", "? x", "[a]", "{a: b}", "*x", "&x y", "!x y",
    "12e34567", "08", "1.5e3", "2026-02-30", "1_000", "1:30:00", "0o17", "on", "2001-12-14T21:59:43Z", "-_",
    "| x", "> x", "% x", "@x", "`x`", "'x", '"x', 'x"y', "a\\b", "...", "---", "<<", "=", "x:", ": x", "한국어: 예", "é", "😀",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_read_again_as_it_was_written(text: str) -> None:
    after = with_rating(COMMENTED, "weights", Level.OPEN, Evidence(url="https://example.org/b", fact=text), text)
    said = compose(Source("", after), 5).value
    assert isinstance(said, dict)
    assert said["ratings"]["weights"]["note"] == text
    assert said["ratings"]["weights"]["evidence"][1]["fact"] == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_a_scalar_is_read_as_the_text_it_was_made_of(text: str) -> None:
    assert compose(Source("", f"key: {scalar(text)}\n"), 1).value == {"key": text}
