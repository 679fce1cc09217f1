"""A problem in a file, as a value: where it is, what is wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Fix(NamedTuple):
    """Whole lines that mend a problem by replacing others: what a machine can say for sure."""

    first_line: int
    """From 1."""
    last_line: int
    lines: tuple[str, ...]
    """What stands there instead, without line breaks; empty where the lines are to be deleted."""


class Severity(StrEnum):
    """An error has to be mended; a warning is for the author to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in one file."""

    path: str
    """Relative to the root of the repository, with slashes."""
    line: int
    """From 1."""
    column: int
    """From 1, in characters."""
    rule: str
    """The name of the rule, such as `evidence-missing`."""
    what: str
    """What is wrong: a phrase without a full stop."""
    remedy: str
    """What was expected and what to do: whole sentences."""
    severity: Severity = Severity.ERROR
    excerpt: str = ""
    """The line that the problem stands on, as it is in the file."""
    width: int = 1
    """How many characters of that line the problem covers."""
    fix: Fix | None = field(default=None, compare=False)
    """How it can be mended, where that is mechanical."""
