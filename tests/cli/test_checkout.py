"""Common behaviour of all commands: progress of long work, and the nearest word."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from bot.cli.checkout import LONG_WORK, near, track

if TYPE_CHECKING:
    from collections.abc import Iterable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


MANY = list(range(LONG_WORK))


@pytest.mark.parametrize(
    ("stream", "items", "shown"),
    [(Terminal(), MANY, True), (Terminal(), MANY[1:], False), (io.StringIO(), MANY, False)],
    ids=["long work on a terminal", "short work on a terminal", "long work in a log"],
)
def test_progress_is_shown_for_long_work_on_a_terminal(
    stream: io.StringIO, items: list[int], shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    passed: Iterable[int] = track("Reading")(items)
    assert list(passed) == items
    assert ("Reading" in stream.getvalue()) is shown


@pytest.mark.parametrize(("word", "question"), [("chekc", "Did you mean check?"), ("xyz", "")])
def test_the_nearest_word_is_asked_after(word: str, question: str) -> None:
    assert near(word, ["check", "build"]) == question
