"""Mistakes in the syntax of YAML, at the places where they are."""

from __future__ import annotations

from bot.board.reading.document import Reader
from tests.board.reading.golden import TODAY
from tests.samples import rubric


def test_a_broken_directive_is_reported_where_it_is_broken() -> None:
    problems = Reader(rubric(), TODAY).assessment("a.yaml", b"%YAML x\n---\na: b\n").problems
    assert (1, 7, "yaml") in [(problem.line, problem.column, problem.rule) for problem in problems]
