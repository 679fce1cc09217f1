"""Groups of repeated problems: what has to be said once, with all its places.

Whether several messages make one sentence is decided where they are written: by a plural form (`bot.text.catalogue`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.text.catalogue import Message, grouped, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.board.model.problem import Problem, Severity

_NAMED = 20
"""The number of different values that the sentence for several problems names."""


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one path, rule and severity that need the same remedy, in the order of the file."""

    problems: tuple[Problem, ...]
    what: str
    """What is wrong, of all of them: a phrase without a full stop."""

    path: str
    """The file, relative to the root of the repository."""
    rule: str
    severity: Severity
    remedy: str
    """What was expected and how to fix it: whole sentences."""

    @property
    def lines(self) -> tuple[int, ...]:
        """The different lines with these problems, from 1."""
        return tuple(dict.fromkeys(problem.line for problem in self.problems))


def group_problems(problems: Sequence[Problem]) -> list[ProblemGroup]:
    """Return the problems in groups, in the order of their first ones."""
    groups: dict[tuple[str, str, Severity, str, object], list[Problem]] = {}
    for each in problems:
        groups.setdefault((each.path, each.rule, each.severity, each.remedy, _sentence(each.what)), []).append(each)
    return [
        ProblemGroup(
            tuple(group),
            _together([each.what for each in group]),
            path,
            rule,
            severity,
            _together([each.remedy for each in group]),
        )
        for (path, rule, severity, _remedy, _same), group in groups.items()
    ]


def _sentence(what: str) -> object:
    """Return what the messages that make one sentence have in common."""
    return (what.singular, what.plural) if isinstance(what, Message) and what.plural else what


def _together(phrases: list[str]) -> str:
    """Return one phrase for several that have the same sentence."""
    messages = [each for each in phrases if isinstance(each, Message)]
    first = phrases[0]
    if len(messages) < 2 or not isinstance(first, Message) or not first.plural:
        return first
    number = sum(each.number for each in messages)
    values = {name: _all_of(each.values[name] for each in messages) for name in first.values}
    return Message(first.singular, first.plural, number, values | {"number": grouped(number)})


def _all_of(values: Iterable[object]) -> object:
    """Return the different values as one list; a value that is always the same as it is."""
    different = list(dict.fromkeys(values))
    return (
        different[0]
        if len(different) == 1
        else listed([value if isinstance(value, str) else str(value) for value in different], _NAMED)
    )
