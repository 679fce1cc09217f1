"""Precedents with the same id."""

from __future__ import annotations

from bot.board.reading.document import read_precedents
from tests.samples import rubric


def test_a_repeated_id_is_reported_with_the_line_of_the_first_also_behind_one_that_is_no_text() -> None:
    text = "precedents:\n" + "".join(
        f"  - id: {own}\n    question: What?\n    ruling: That.\n    decision: docs/data.md\n"
        for own in ("[1]", "as-of", "as-of")
    )
    repeated = [
        (problem.line, problem.what)
        for problem in read_precedents("p.yaml", text.encode(), rubric()).problems
        if problem.rule == "repeated-precedent"
    ]
    assert repeated == [(10, "the precedent on line 6 has the id `as-of` too")]
