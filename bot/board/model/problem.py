"""Problems in files as values: the place, what is wrong, and how to fix it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Fix(NamedTuple):
    """Lines whose replacement certainly fixes a problem."""

    first_line: int
    """From 1."""
    last_line: int
    lines: tuple[str, ...]
    """The replacement, without line breaks; empty where the lines are to be deleted."""


class Severity(StrEnum):
    """Whether a problem must be fixed (error) or is for the author to consider (warning)."""

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
    """What was expected and how to fix it: whole sentences."""
    severity: Severity = Severity.ERROR
    excerpt: str = ""
    """The line of the file with the problem."""
    width: int = 1
    """The number of characters of that line that the problem covers."""
    fix: Fix | None = field(default=None, compare=False)
    """The fix, where there is a mechanical one."""
