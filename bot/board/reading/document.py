"""One file's bytes to a checked value, or to all the problems that are in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from bot.board.model.assessment import MODELINE, NESTING, Assessment, Developer, assessment_type
from bot.board.model.crosswalk import Crosswalk
from bot.board.model.frameworks import NO_FRAMEWORKS, Frameworks
from bot.board.model.policy import MODELINE as POLICY_MODELINE
from bot.board.model.policy import Policy
from bot.board.model.precedents import MODELINE as PRECEDENTS_MODELINE
from bot.board.model.precedents import NO_PRECEDENTS, Precedents, precedents_type
from bot.board.model.problem import Problem, Severity
from bot.board.model.rubric import Rubric
from bot.board.reading.affiliations import affiliation_rules
from bot.board.reading.citations import base_model_rules, precedent_rules, repeated_precedents
from bot.board.reading.messages import explain_errors
from bot.board.reading.rules import rating_rules, replace_lines
from bot.board.reading.source import Source, Span, decode
from bot.board.reading.strict_yaml import Composed, compose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import date

    from bot.board.reading.strict_yaml import Place

    _Rules = Callable[[Source, object, Place], Iterator[Problem]]
    """Problems of a document's plain value with its places, whatever else is wrong with it."""

FRAMEWORKS_NESTING = 9
"""Document, frameworks, framework, classes, class, parts, part, levels of all criteria, of one."""
MOST_PROBLEMS = 200
"""Of one file. Nobody reads more at once, and 64 KiB hold enough mistakes for many megabytes of messages."""

Value = TypeVar("Value", bound=BaseModel)


class Reading(NamedTuple, Generic[Value]):
    """What reading a file came to: its value, or None when anything in it is an error; and its problems."""

    value: Value | None
    problems: list[Problem]
    said: object = None
    """What the file says as plain YAML, even where that isn't valid; None where it can't be read to the end."""


class Reader:
    """Reads files by one rubric on one day. `parser` replaces PyYAML's C parser in tests.

    `precedents` are those that may be cited; None where that can't be told, and then none is refused.
    """

    def __init__(
        self,
        rubric: Rubric,
        today: date,
        parser: Callable[[str], Any] | None = None,
        precedents: Precedents | None = None,
    ) -> None:
        self._assessment_type = assessment_type(rubric)
        self._context = {"today": today}
        self._parser = parser
        self._precedents = precedents

    def assessment(self, path: str, data: bytes, developers: Collection[str] | None = None) -> Reading[Assessment]:
        """The assessment in a file's bytes. `developers` are all folders under `assessments/`; None if nobody asks."""

        def rules(source: Source, said: object, place: Place) -> Iterator[Problem]:
            yield from rating_rules(source, said, place)
            if self._precedents is not None:
                yield from precedent_rules(source, said, place, self._precedents)
            if developers is not None:
                yield from base_model_rules(source, said, place, developers)

        return self._read(path, data, self._assessment_type, "assessment", rules)

    def developer(self, path: str, data: bytes) -> Reading[Developer]:
        """The developer in a file's bytes."""
        return self._read(path, data, Developer, "developer", rating_rules)

    def _read(self, path: str, data: bytes, model: type[Value], schema: str, rules: _Rules) -> Reading[Value]:
        source, problems = decode(path, data)
        if source is None:
            return Reading(None, problems)
        composed = compose(source, NESTING, self._parser)
        value, found = _check(source, composed, model, self._context, rules)
        problems += composed.problems + found + _modeline(source, MODELINE.format(schema))
        errors = any(problem.severity is Severity.ERROR for problem in problems)
        return Reading(None if errors else value, first_problems(problems), composed.value)


def read_precedents(path: str, data: bytes | None, rubric: Rubric) -> Reading[Precedents]:
    """The precedents in the bytes of `schema/precedents.yaml`, which name criteria of `rubric`.

    None where there is no such file: then nothing has been decided yet.
    """
    if data is None:
        return Reading(NO_PRECEDENTS, [])
    source, problems = decode(path, data)
    if source is None:
        return Reading(None, problems)
    composed = compose(source, NESTING)
    value, found = _check(source, composed, precedents_type(rubric), None, repeated_precedents)
    problems += composed.problems + found + _modeline(source, PRECEDENTS_MODELINE)
    errors = any(problem.severity is Severity.ERROR for problem in problems)
    return Reading(None if errors else value, first_problems(problems), composed.value)


def read_rubric(path: str, data: bytes) -> Reading[Rubric]:
    """The rubric in the bytes of `schema/rubric.yaml`."""
    source, problems = decode(path, data)
    if source is None:
        return Reading(None, problems)
    composed = compose(source, NESTING)
    value, found = _check(source, composed, Rubric, None, rating_rules)
    problems += composed.problems + found
    return Reading(None if problems else value, sorted(problems))


def read_crosswalk(path: str, data: bytes, rubric: Rubric) -> Reading[Crosswalk]:
    """The crosswalk in the bytes of a file of `schema/crosswalks/`, which names criteria of `rubric`."""
    return _read_naming_criteria(path, data, Crosswalk, NESTING, rubric)


def read_frameworks(path: str, data: bytes | None, rubric: Rubric) -> Reading[Frameworks]:
    """The frameworks in the bytes of `schema/frameworks.yaml`, which name criteria of `rubric`; None where there is no file."""
    if data is None:
        return Reading(NO_FRAMEWORKS, [])
    return _read_naming_criteria(path, data, Frameworks, FRAMEWORKS_NESTING, rubric)


def _read_naming_criteria(path: str, data: bytes, model: type[Value], nesting: int, rubric: Rubric) -> Reading[Value]:
    source, problems = decode(path, data)
    if source is None:
        return Reading(None, problems)
    composed = compose(source, nesting)
    context = {"criteria": [criterion.id for criterion in rubric.criteria]}
    value, found = _check(source, composed, model, context, rating_rules)
    problems += composed.problems + found
    return Reading(None if problems else value, first_problems(problems))


def read_policy(path: str, data: bytes, developers: Collection[str] | None = None) -> Reading[Policy]:
    """The policy in the bytes of `governance.yml`.

    `developers` are the folders under `assessments/`, for one of which everybody with an affiliation works; None if nobody
    asks.
    """
    source, problems = decode(path, data)
    if source is None:
        return Reading(None, problems)

    def rules(source: Source, said: object, place: Place) -> Iterator[Problem]:
        if developers is not None:
            yield from affiliation_rules(source, said, place, developers)

    composed = compose(source, NESTING)
    value, found = _check(source, composed, Policy, None, rules)
    problems += composed.problems + found + _modeline(source, POLICY_MODELINE)
    errors = any(problem.severity is Severity.ERROR for problem in problems)
    return Reading(None if errors else value, first_problems(problems), composed.value)


def _check(
    source: Source, composed: Composed, model: type[Value], context: dict[str, Any] | None, rules: _Rules
) -> tuple[Value | None, list[Problem]]:
    """The value that a composed document is valid as, and what is wrong with it beyond its YAML."""
    if not composed.complete or composed.place is None:
        return None, []
    problems = list(rules(source, composed.value, composed.place))
    try:
        return model.model_validate(composed.value, context=context), problems
    except ValidationError as error:
        return None, problems + explain_errors(source, composed.place, model, error)


def first_problems(problems: list[Problem]) -> list[Problem]:
    """The problems in the order of the file; of very many the first, and how many more there are."""
    problems.sort()
    shown, rest = problems[:MOST_PROBLEMS], problems[MOST_PROBLEMS:]
    if rest:
        severity = Severity.ERROR if any(one.severity is Severity.ERROR for one in rest) else Severity.WARNING
        what = f"{len(rest):,} more problems begin here"
        remedy = "Mend those above first, then check again."
        shown.append(replace(rest[0], rule="more-problems", what=what, remedy=remedy, severity=severity))
    return shown


def _modeline(source: Source, modeline: str) -> list[Problem]:
    """A warning, unless the text begins with `modeline` or is empty."""
    begins = source.text.startswith((f"{modeline}\n", f"{modeline}\r")) or source.text == modeline
    return [] if begins or not source.text.strip() else [_no_modeline(source, modeline)]


def _no_modeline(source: Source, modeline: str) -> Problem:
    problem = source.problem(
        Span(0, 0, len(source.line(0))),
        "modeline",
        "the first line doesn't name the schema",
        f"Begin the file with the line `{modeline}`, by which editors know the format.",
        Severity.WARNING,
    )
    first = source.line(0)
    begun = MODELINE.partition(":")[0]
    # One that is misspelt is replaced; one that stands further down is for its author to move.
    lines = (modeline,) if first.startswith(begun) else (modeline, first)
    return replace(problem, fix=replace_lines(source, 0, 0, lines) if f"\n{begun}" not in source.text else None)
