"""A guard around the data of this repository: only tests/live reads it, so that a change of data breaks no other test."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from bot.bounded import InProcess
from tests.samples import ROOT
from tests.thorough import PROFILE, set_thorough

if TYPE_CHECKING:
    from collections.abc import Iterator

LIVE_DATA = tuple(str(ROOT / name) for name in ("assessments", "decisions", "governance.yml", "leaderboard", "schema"))
_LIVE_TESTS = ROOT / "tests/live"
_READING = ("open", "os.listdir", "os.scandir")

_is_guarding = True


class LiveDataReadError(AssertionError):
    """A test outside of tests/live that reads the data of this repository."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise for each attempt to read live data, and for each bot that is started on it; see `sys.addaudithook`."""
    if _is_guarding is not True:  # None when the interpreter ends
        return
    if event in _READING and isinstance(arguments[0], str | bytes | os.PathLike):
        name = os.fsdecode(arguments[0])
        if event == "open" and arguments[1] is None and not os.path.isabs(name):  # noqa: PTH117  # for speed
            return  # `os.open` may have been given a folder to begin at, which an audit hook does not see
        path = os.path.abspath(name)  # noqa: PTH100  # for speed
        if path.startswith(LIVE_DATA):
            raise LiveDataReadError(f"{path} is live data: read tests/data instead, or move the test to tests/live")
    elif event == "subprocess.Popen" and isinstance(arguments[1], list | tuple):
        words, folder = list(map(str, arguments[1])), arguments[2]
        root = words[words.index("--root") + 1] if "--root" in words else folder
        if words[1:3] == ["-m", "bot"] and str(root) == str(ROOT):
            raise LiveDataReadError("the bot would read live data: start it with --root on tests/data")


sys.addaudithook(_audit)

# Whoever runs the tests in another language reads English in them.
os.environ["OPENNESS_BOT_LANGUAGE"] = "en"


@pytest.fixture(autouse=True)
def _judges_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge pull requests in this process, as its replacements work there alone; tests of limits start another."""
    monkeypatch.setattr("bot.cli.pr.new_worker", InProcess)


# Machines that are busy with something else are slow.
settings.register_profile(PROFILE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("everyday", parent=settings.get_profile(PROFILE), max_examples=20)
settings.load_profile("everyday")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let the tests of tests/live read live data."""
    global _is_guarding  # noqa: PLW0603  # an audit hook cannot be removed
    _is_guarding = not item.path.is_relative_to(_LIVE_TESTS)
    set_thorough(thorough=item.get_closest_marker("thorough") is not None)
    try:
        return (yield)
    finally:
        _is_guarding = True


def pytest_unconfigure() -> None:
    """Stop guarding: what happens while the interpreter ends is no test."""
    global _is_guarding  # noqa: PLW0603
    _is_guarding = False
