"""Characters that only look like those of YAML."""

from __future__ import annotations

import time
from datetime import date

import pytest

from bot.board.model.problem import Severity
from bot.board.reading.document import Reader
from tests.board.reading.golden import BASE, FIRST
from tests.samples import rubric

VALID = (BASE / FIRST).read_text("utf-8")


def problems_of(old: str, new: str) -> list[tuple[int, str, str, Severity]]:
    assert VALID.count(old) == 1, old
    found = Reader(rubric(), date(2026, 11, 20)).assessment(FIRST, VALID.replace(old, new).encode()).problems
    return [(each.line, each.rule, f"{each.what}. {each.remedy}", each.severity) for each in found]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("model: Example", "model：Example", 2, "`：` is not the colon of YAML. Write `model: `."),
        ("  api: {level", "  api： {level", 23, "`：` is not the colon of YAML. Write `api: `."),
        ("        fact: All", "        fact： All", 13, "`：` is not the colon of YAML. Write `fact: `."),
        (
            "    level: closed\n  lic",
            "    level： closed\n  lic",
            16,
            "`：` is not the colon of YAML. Write `level: `.",
        ),
        ("  code:\n", "  “code”:\n", 15, "`“` is not a quotation mark of YAML. Write `code: `."),
        ("      - url", "      – url", 11, "`–` is not the dash of YAML. Write `- url: `."),
        ("      - url", "      • url", 11, "`•` is not the dash of YAML. Write `- url: `."),
        ("model: Ex", "model:\u00a0Ex", 2, "this looks like a space, but it is U+00A0 no-break space. Delete it"),
        ("    level: open\n", "   \u3000level: open\n", 9, "it is U+3000 ideographic space. Delete it"),
        ("level: closed\n  lic", "level: “closed”\n  lic", 16, "`“closed”` has characters that only look like"),
        ("level: closed\n  lic", "level: 「closed」\n  lic", 16, "those of the keyboard. Write `closed`."),
        ("accessed: 2026-11-20", "accessed: ２０２６-１１-２０", 14, "Write `2026-11-20`."),
        ("accessed: 2026-11-20", "accessed: 2026–11–20", 14, "Write `2026-11-20`."),
        (
            "url: https://example.org/weights",
            "url: “https://example.org/weights”",
            11,
            "Write `https://example.org/weights`.",
        ),
        ("modality: [text]", "modality: [‘text’]", 4, "Write `text`."),
    ],
)
def test_a_character_that_only_looks_right_is_the_one_problem(old: str, new: str, line: int, words: str) -> None:
    ((at, rule, text, severity),) = problems_of(old, new)
    assert (at, rule, severity) == (line, "typography", Severity.ERROR)
    assert words in text


def test_a_whole_text_in_curly_quotes_is_a_warning() -> None:
    ((line, rule, text, severity),) = problems_of("model: Example One", "model: “Example One”")
    assert (line, rule, severity) == (2, "typography", Severity.WARNING)
    assert "Write straight quotes or none." in text


@pytest.mark.parametrize(
    "text",
    [
        "fact: “All weights can be downloaded.”",
        "fact: The developer’s “weights” – all： of them.",
        "fact: |\n          • level: open",
    ],
)
def test_a_text_may_have_any_characters(text: str) -> None:
    assert problems_of("fact: All weights can be downloaded.", text) == []


@pytest.mark.parametrize(
    "text",
    [f"“{' ' * 65_000}", " level： x\n" * 5_400, "model： x\n" * 5_400, f"a: {'>' * 65_000}\n “", f"“{'a' * 65_000}"],
    ids=["spaces", "a text", "keys", "signs", "letters"],
)
def test_a_hostile_file_takes_no_long_time(text: str) -> None:
    begin = time.process_time()
    Reader(rubric(), date(2026, 11, 20)).assessment(FIRST, text.encode())
    assert time.process_time() - begin < 5
