"""Groups of repeated problems."""

from __future__ import annotations

from dataclasses import replace

from bot.board.model.problem import Problem, Severity
from bot.board.reading.problem_groups import group_problems
from bot.text.catalogue import code, ngettext, text_with

ONE = "assessments/example/one.yaml"


def missing(line: int, place: str, path: str = ONE, severity: Severity = Severity.ERROR) -> Problem:
    what = ngettext("%(places)s is missing", "%(number)s are missing: %(places)s", 1, places=code(place))
    return Problem(path, line, 1, "missing", what, "Add it.", severity)


def test_problems_of_one_rule_are_one_group_with_all_places() -> None:
    (group,) = group_problems([missing(3, "weights"), missing(8, "a`b"), missing(8, "weights")])
    assert (group.what, group.lines) == ("3 are missing: `weights`, `a`b`", (3, 8))
    assert (group.path, group.rule, group.severity, group.remedy) == (ONE, "missing", Severity.ERROR, "Add it.")
    assert text_with(group.what, "en", str.upper, lambda shown: f"<{shown}>") == "3 ARE MISSING: <weights>, <a`b>"


def test_the_remedy_of_several_problems_speaks_of_several() -> None:
    remedy = ngettext("Delete it.", "Delete them.", 1)
    problems = [replace(missing(line, place), remedy=remedy) for line, place in ((3, "a"), (4, "b"), (5, "c"))]
    assert group_problems(problems)[0].remedy == "Delete them."
    assert group_problems(problems[:1])[0].remedy == "Delete it."


def test_groups_are_in_the_order_of_their_first_problems() -> None:
    other, warning = missing(1, "b", "b.yaml"), missing(5, "c", severity=Severity.WARNING)
    problems = [missing(3, "a"), other, warning, missing(9, "d")]
    assert [group.problems for group in group_problems(problems)] == [(problems[0], problems[3]), (other,), (warning,)]


def test_a_problem_alone_keeps_its_phrase() -> None:
    (group,) = group_problems([missing(3, "weights")])
    assert group.what == "`weights` is missing"


def test_phrases_without_a_plural_form_are_grouped_only_where_they_are_the_same() -> None:
    problems = [Problem(ONE, line, 1, "tab", what, "x") for line, what in ((1, "a"), (2, "b"), (3, "a"))]
    assert [(group.what, group.lines) for group in group_problems(problems)] == [("a", (1, 3)), ("b", (2,))]


def test_a_sentence_names_only_the_first_of_many_places() -> None:
    (group,) = group_problems([missing(line, f"c{line}") for line in range(1, 31)])
    assert group.what.startswith("30 are missing: `c1`, `c2`")
    assert group.what.endswith("`c20` and 10 more")
    assert len(group.problems) == 30
