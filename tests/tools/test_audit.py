"""The tables of the audit follow from its verdicts."""

from __future__ import annotations

import pytest

from bot.board.model.rubric import Level
from tests.samples import rubric
from tools.audit import Verdict, read_verdicts, tables

HEADER = "model,criterion,before,reader_a,reader_b,decided,decided_by,confidence,quotes,reason\n"
OPEN, SEMI, CLOSED = Level.OPEN, Level.SEMI_OPEN, Level.CLOSED


def verdicts() -> list[Verdict]:
    """Return the verdicts of two models that swap places: all as it was but one level."""
    criteria = [criterion.id for criterion in rubric().criteria]
    same = [
        Verdict(model, each, level, level, level, level, "both", "", "1", "as before")
        for model, level in (("example/one", SEMI), ("example/two", SEMI))
        for each in criteria
    ]
    last = same[-1]._replace(
        before=CLOSED,
        reader_a=OPEN,
        reader_b=CLOSED,
        decided=OPEN,
        decided_by="third",
        confidence="doubtful",
        reason="a |\nb",
    )
    return [same[0]._replace(reader_a=OPEN, reader_b=SEMI, decided_by="third"), *same[1:-1], last]


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def test_agreement_changes_and_ranks_follow_from_the_verdicts() -> None:
    text = tables(verdicts(), rubric())
    found = rows(text)
    first, last = rubric().criteria[0].id, rubric().criteria[-1].id
    assert [f"`{first}`", "2", "1", "0.00", "1", "0", "0"] in found
    assert [f"`{last}`", "2", "1", "0.33", "1", "1", "1"] in found
    total = 2 * len(rubric().criteria)
    assert ["all", str(total), str(total - 2), "2", "1", "1"] in [row[:3] + row[4:] for row in found]
    assert f"1 of {total} levels changed: 1 from closed to open." in text
    assert ["example/two", f"`{last}`", "closed", "open", "a \\| b"] in found
    assert [row[:4] for row in found[-2:]] == [["1", "2", "+1", "example/two"], ["2", "1", "-1", "example/one"]]


def test_the_file_is_read_strictly() -> None:
    line = "example/one,weights,open,open,semi-open,open,third,,1,because\n"
    assert read_verdicts(HEADER + line) == [
        Verdict("example/one", "weights", OPEN, OPEN, SEMI, OPEN, "third", "", "1", "because")
    ]
    for text in ("model,criterion\n", HEADER + line.replace("semi-open", "half"), HEADER + "example/one,weights\n"):
        with pytest.raises(ValueError, match=r"."):
            read_verdicts(text)
