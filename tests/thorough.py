"""What is checked on samples every day and in full by `make test-all`."""

from __future__ import annotations

from hypothesis import settings

PROFILE = "thorough"
_ONE_IN = 5
_FEWEST = 20
_present = [False]


def is_thorough() -> bool:
    """Return whether the present test is a thorough one."""
    return _present[0]


def set_thorough(*, thorough: bool) -> None:
    """Say which kind of test begins; tests/conftest.py does."""
    _present[0] = thorough


def examples(number: int) -> int:
    """Return how many examples a property test that has `number` of them in full tries in this run."""
    return number if settings.get_current_profile_name() == PROFILE else min(number, max(_FEWEST, number // _ONE_IN))
