"""Reads one file's bytes to a validated value, or to all problems that are in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from bot.board.model.assessment import MODELINE, NESTING, Assessment, assessment_type
from bot.board.model.crosswalk import Crosswalk
from bot.board.model.developer import Developer
from bot.board.model.frameworks import NO_FRAMEWORKS, Frameworks
from bot.board.model.licenses import MODELINE as LICENSES_MODELINE
from bot.board.model.licenses import NO_LICENSES, Licenses
from bot.board.model.policy import MODELINE as POLICY_MODELINE
from bot.board.model.policy import Policy
from bot.board.model.precedents import MODELINE as PRECEDENTS_MODELINE
from bot.board.model.precedents import NO_PRECEDENTS, Precedents, precedents_type
from bot.board.model.problem import Problem, Severity
from bot.board.model.rubric import Rubric
from bot.board.reading.citations import (
    affiliation_rules,
    base_model_rules,
    license_rules,
    precedent_rules,
    repeated_precedents,
)
from bot.board.reading.messages import allowed_places, explain_errors
from bot.board.reading.rules import rating_rules, replace_lines
from bot.board.reading.source import Source, Span, decode
from bot.board.reading.strict_yaml import compose
from bot.board.reading.typography import name_typography
from bot.text.catalogue import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import date
    from typing import TypeAlias

    from bot.board.reading.strict_yaml import Composed, Place

    Rules: TypeAlias = Callable[[Source, object, Place], Iterator[Problem]]
    """Finds problems in a document's plain values with their places, whatever else is wrong with it."""

FRAMEWORKS_NESTING = 12
"""Depth: document, frameworks, framework, classes, class, parts, part, alternatives, conditions, artifacts, artifact, lists."""
MOST_PROBLEMS = 200
"""Per file. Nobody reads more at once, and 64 KiB hold enough mistakes for many megabytes of messages."""

Value = TypeVar("Value", bound=BaseModel)


class Reading(NamedTuple, Generic[Value]):
    """Result of reading a file: its value, or None when anything in it is an error; and its problems."""

    value: Value | None
    problems: list[Problem]
    plain: object = None
    """The file as plain YAML values, even where they are not valid; None where the file cannot be parsed to the end."""


@dataclass(frozen=True)
class Format(Generic[Value]):
    """What distinguishes one kind of YAML document from another."""

    model: type[Value]
    rules: Rules
    modeline: str | None = None
    """The first line that the file should have; None where any will do."""
    nesting: int = NESTING
    """The depth to which collections may be nested."""
    context: Mapping[str, Any] | None = None
    """What the model's validators ask for."""

    def read(self, path: str, data: bytes, parser: Callable[[str], Any] | None = None) -> Reading[Value]:
        """Return the document in a file's bytes. `parser` replaces PyYAML's C parser in tests."""
        source, problems = decode(path, data)
        if source is None:
            return Reading(None, problems)
        composed = compose(source, self.nesting, parser)
        value, found = self._validate(source, composed)
        problems += _without_consequences(composed.problems, found) + found
        problems = name_typography(source, problems, allowed_places(self.model))
        if self.modeline is not None:
            problems += _modeline(source, self.modeline)
        errors = any(problem.severity is Severity.ERROR for problem in problems)
        return Reading(None if errors else value, first_problems(problems), composed.value)

    def _validate(self, source: Source, composed: Composed) -> tuple[Value | None, list[Problem]]:
        """Return the value as which a composed document is valid, and what is wrong with it beyond its YAML."""
        if not composed.complete or composed.place is None:
            return None, []
        problems = list(self.rules(source, composed.value, composed.place))
        try:
            return self.model.model_validate(composed.value, context=self.context), problems
        except ValidationError as error:
            return None, problems + explain_errors(source, composed.place, self.model, error)


class Reader:
    """Reads assessments and developers by one rubric on one day. `parser` replaces PyYAML's C parser in tests.

    `precedents` are those that may be cited; where they are None, because they cannot be read, no citation is refused.
    `licenses` are those whose restrictions are known; where they are None, nothing is said about licenses.
    """

    def __init__(
        self,
        rubric: Rubric,
        today: date,
        parser: Callable[[str], Any] | None = None,
        precedents: Precedents | None = None,
        licenses: Licenses | None = None,
    ) -> None:
        self._assessment_type = assessment_type(rubric)
        self._context = {"today": today}
        self._parser = parser
        self._precedents = precedents
        self._licenses = licenses

    def assessment(
        self, path: str, data: bytes, developers: Collection[str] | None = None, *, checked: bool = False
    ) -> Reading[Assessment]:
        """Return the assessment in a file's bytes.

        `developers` are all folders under `assessments/`; None leaves base models unchecked. `checked` bytes were read
        before without errors, so the rules that look for problems are left out: they take most of the time.
        """

        def rules(source: Source, plain: object, place: Place) -> Iterator[Problem]:
            if checked:
                return
            yield from rating_rules(source, plain, place)
            if self._precedents is not None:
                yield from precedent_rules(source, plain, place, self._precedents)
            if self._licenses is not None:
                yield from license_rules(source, plain, place, self._licenses)
            if developers is not None:
                yield from base_model_rules(source, plain, place, developers)

        modeline = MODELINE.format("assessment")
        return Format(self._assessment_type, rules, modeline, context=self._context).read(path, data, self._parser)

    def developer(self, path: str, data: bytes) -> Reading[Developer]:
        """Return the developer in a file's bytes."""
        modeline = MODELINE.format("developer")
        return Format(Developer, rating_rules, modeline, context=self._context).read(path, data, self._parser)


def read_rubric(path: str, data: bytes) -> Reading[Rubric]:
    """Return the rubric in the bytes of `schema/rubric.yaml`."""
    return Format(Rubric, rating_rules).read(path, data)


def read_precedents(path: str, data: bytes | None, rubric: Rubric) -> Reading[Precedents]:
    """Return the precedents in the bytes of `schema/precedents.yaml`, which name criteria of `rubric`.

    `data` is None where there is no such file: then nothing has been decided yet.
    """
    if data is None:
        return Reading(NO_PRECEDENTS, [])
    return Format(precedents_type(rubric), repeated_precedents, PRECEDENTS_MODELINE).read(path, data)


def read_crosswalk(path: str, data: bytes, rubric: Rubric) -> Reading[Crosswalk]:
    """Return the crosswalk in the bytes of a file of `schema/crosswalks/`, which names criteria of `rubric`."""
    return Format(Crosswalk, rating_rules, context=_criteria(rubric)).read(path, data)


def read_frameworks(path: str, data: bytes | None, rubric: Rubric) -> Reading[Frameworks]:
    """Return the frameworks in the bytes of `schema/frameworks.yaml`; none where `data` is None."""
    if data is None:
        return Reading(NO_FRAMEWORKS, [])
    return Format(Frameworks, rating_rules, nesting=FRAMEWORKS_NESTING, context=_criteria(rubric)).read(path, data)


def read_licenses(path: str, data: bytes | None, rubric: Rubric) -> Reading[Licenses]:
    """Return the licenses in the bytes of `schema/licenses.yaml`; none where `data` is None."""
    if data is None:
        return Reading(NO_LICENSES, [])
    return Format(Licenses, rating_rules, LICENSES_MODELINE, context=_criteria(rubric)).read(path, data)


def _criteria(rubric: Rubric) -> dict[str, list[str]]:
    return {
        "criteria": [criterion.id for criterion in rubric.criteria],
        "artifacts": [artifact.id for artifact in rubric.artifacts],
    }


def read_policy(path: str, data: bytes, developers: Collection[str] | None = None) -> Reading[Policy]:
    """Return the policy in the bytes of `governance.yml`.

    `developers` are the folders under `assessments/`, of which every affiliation names one; None leaves that unchecked.
    """

    def rules(source: Source, plain: object, place: Place) -> Iterator[Problem]:
        if developers is not None:
            yield from affiliation_rules(source, plain, place, developers)

    return Format(Policy, rules, POLICY_MODELINE).read(path, data)


def _without_consequences(of_yaml: list[Problem], of_values: list[Problem]) -> list[Problem]:
    """Return the problems of a file's YAML without ambiguous values that are wrong anyway, however they are read."""
    wrong = {(problem.line, problem.column) for problem in of_values if problem.severity is Severity.ERROR}
    return [each for each in of_yaml if each.rule != "ambiguous" or (each.line, each.column) not in wrong]


def first_problems(problems: list[Problem]) -> list[Problem]:
    """Return the problems in the order of the file; of more than `MOST_PROBLEMS` the first, and how many more there are."""
    problems.sort()
    shown, rest = problems[:MOST_PROBLEMS], problems[MOST_PROBLEMS:]
    if rest:
        severity = Severity.ERROR if any(one.severity is Severity.ERROR for one in rest) else Severity.WARNING
        what = ngettext(
            "there is one more problem from here on", "there are %(number)s more problems from here on", len(rest)
        )
        remedy = _("Fix those above first, then check again.")
        shown.append(replace(rest[0], rule="more-problems", what=what, remedy=remedy, severity=severity))
    return shown


def _modeline(source: Source, modeline: str) -> list[Problem]:
    """Return a warning, unless the text begins with `modeline` or is empty."""
    begins = source.text.startswith((f"{modeline}\n", f"{modeline}\r")) or source.text == modeline
    return [] if begins or not source.text.strip() else [_no_modeline(source, modeline)]


def _no_modeline(source: Source, modeline: str) -> Problem:
    problem = source.problem(
        Span(0, 0, len(source.line(0))),
        "modeline",
        _("the first line does not name the schema"),
        _("Write `%(line)s` as the first line, so that editors know the format.", line=modeline),
        Severity.WARNING,
    )
    first = source.line(0)
    begun = MODELINE.partition(":")[0]
    # A misspelt one is replaced; one further down is for its author to move.
    lines = (modeline,) if first.startswith(begun) else (modeline, first)
    return replace(problem, fix=replace_lines(source, 0, 0, lines) if f"\n{begun}" not in source.text else None)
