"""Commands in comments."""

from __future__ import annotations

import pytest

from bot.pull_request.commands import asks_for_recheck, commands


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("/recheck", ["/recheck"]),
        ("/recheck\r\n", ["/recheck"]),
        ("Please:\n/recheck  \nThanks", ["/recheck"]),
        ("/one\n/two words", ["/one", "/two words"]),
        ("", []),
        ("I wrote /recheck", []),
        ("> /recheck", []),
        ("    /recheck", []),
        ("```\n/recheck\n```", []),
        ("~~~text\n/recheck\n~~~", []),
        ("````\n```\n/recheck\n````\n/after", ["/after"]),
        ("```\nnever closed\n/recheck", []),
        ("```inline``` code\n/recheck", ["/recheck"]),
        ("```\n~~~\n/inside\n```\n/after", ["/after"]),
    ],
)
def test_a_command_begins_its_line_outside_of_quotes_and_code(body: str, found: list[str]) -> None:
    assert commands(body) == found


@pytest.mark.parametrize("body", ["/rechecked", "/recheck now", "/RECHECK", "/ recheck"])
def test_another_word_does_not_ask_for_another_look(body: str) -> None:
    assert not asks_for_recheck(body)
    assert asks_for_recheck(f"{body}\n/recheck")
