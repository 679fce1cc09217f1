"""No test outside of tests/live reads the data of this repository."""

from __future__ import annotations

import os

import pytest

from tests.checkouts import started
from tests.conftest import LIVE_DATA, LiveDataReadError
from tests.samples import ROOT


@pytest.mark.parametrize("name", ["schema/rubric.yaml", "governance.yml", "leaderboard/leaderboard.json"])
def test_live_data_cannot_be_read_by_other_tests(name: str) -> None:
    with pytest.raises(LiveDataReadError, match="tests/data"):
        (ROOT / name).read_bytes()


@pytest.mark.parametrize("name", LIVE_DATA)
def test_live_data_cannot_be_listed_by_other_tests(name: str) -> None:
    if os.path.isdir(name):  # noqa: PTH112
        with pytest.raises(LiveDataReadError, match="tests/data"):
            os.listdir(name)  # noqa: PTH208


@pytest.mark.parametrize("root", [["--root", str(ROOT)], []])
def test_no_bot_can_be_started_on_live_data_by_other_tests(root: list[str]) -> None:
    with pytest.raises(LiveDataReadError, match="tests/data"):
        started([*root, "check"], ROOT)
