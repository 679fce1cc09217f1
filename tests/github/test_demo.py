"""`make demo` shows what it says."""

from __future__ import annotations

import pytest

from tests.github import demo

pytestmark = pytest.mark.thorough


def test_the_demo_ends_with_the_new_model_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main() == 0
    shown = capsys.readouterr().out
    begins = [
        "1 problem to fix",
        "for 2 approvals by reviewers",
        "Ready to merge",
        "Pushed ",
        "What the README says",
    ]
    places = [shown.index(words) for words in begins]
    assert places == sorted(places)
    assert "Example One" in shown[places[-1] :]
