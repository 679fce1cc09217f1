"""`openness-bot evidence quote`: whether a page that somebody saved says something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from bot.evidence import pages
from tests.checkouts import run, write
from tests.evidence.pdfs import pdf

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "<h1>Example One</h1><h2>License</h2><p>The weights are “open”: for non-commercial\npurposes only. Ask us."


def test_where_it_is_said_and_the_line_for_the_assessment(tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", PAGE)
    code, out, err = run(tmp_path, "evidence", "quote", str(page), 'weights are "open": for')
    assert (code, err) == (0, "")
    assert out == (
        f"{page} says it under “License”:\n"
        "    | Example One License The »weights are “open”: for« non-commercial purposes only. Ask us.\n"
        "For the assessment, under the `url` of this page:\n"
        '        quote: "weights are \\"open\\": for"\n'
    )


def test_the_closest_passage_is_offered_instead(tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", PAGE)
    code, out, err = run(tmp_path, "evidence", "quote", str(page), "for noncommercial purpose only")
    assert (code, err) == (1, "")
    first, passage, advice, _, line = out.splitlines()
    assert first.startswith(f"{page} doesn't say it. Closest, 9")
    assert passage == "    | Example One License The weights are “open”: »for non-commercial purposes only«. Ask us."
    assert advice.startswith("A quote repeats its source")
    offered = yaml.safe_load(line)["quote"]
    assert run(tmp_path, "evidence", "quote", str(page), offered).code == 0


def test_what_is_not_said_at_all(tmp_path: Path) -> None:
    page = write(tmp_path, "LICENSE", "Apache License")
    assert run(tmp_path, "evidence", "quote", str(page), "something else entirely") == (
        1,
        f"{page} doesn't say it, nor anything like it.\n",
        "",
    )


def test_a_page_that_was_read_in_part_may_say_it_in_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGEST_TEXT", 12)
    page = write(tmp_path, "notes.txt", "The weights, and far more")
    code, out, _ = run(tmp_path, "evidence", "quote", str(page), "something else")
    assert code == 1
    assert out.endswith("Only a part of it could be read, so it may be said in the rest.\n")


def test_a_pdf_names_the_page(tmp_path: Path) -> None:
    page = tmp_path / "report.pdf"
    page.write_bytes(pdf(["One"], ["The weights are re-", "leased."]))
    code, out, _ = run(tmp_path, "evidence", "quote", str(page), "weights are released")
    assert code == 0
    assert out.startswith(f"{page} says it on page 2:\n    | One The »weights are released«.\n")


@pytest.mark.parametrize("name", ["README.md", "config.json", "notes.txt", "no-ending"])
def test_other_files_are_read_by_their_ending(name: str, tmp_path: Path) -> None:
    page = write(tmp_path, name, '{"license": "the weights"}')
    assert run(tmp_path, "evidence", "quote", str(page), "the weights").code == 0


def test_what_a_page_says_does_nothing_to_a_terminal_or_a_log(tmp_path: Path) -> None:
    page = write(tmp_path, "page.txt", "::set-env name=x::y\n##[error] \x1b[31m the weights \u202e are open")
    code, out, _ = run(tmp_path, "evidence", "quote", str(page), "the weights")
    assert code == 0
    assert not {"\x1b", "\u202e"} & set(out)
    assert "##[" not in out
    assert not [line for line in out.splitlines() if line.startswith("::")]


def test_a_page_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    page = tmp_path / "page.png"
    page.write_bytes(b"\x89PNG")
    assert run(tmp_path, "evidence", "quote", str(page), "the weights") == (
        1,
        "",
        f"Error: {page} can't be read: it is image/png, and what can be read is HTML, PDF, Markdown, plain text, JSON.\n",
    )


WRONG = {
    ("nowhere.html", "words"): "File 'nowhere.html' does not exist.",
    ("FILE", " … "): "there are no words to look for.",
    ("FILE", "a " * 3000): "a quote has at most 4,000 characters",
    ("FILE",): "Missing argument 'WORDS'.",
}


@pytest.mark.parametrize("arguments", WRONG, ids=lambda arguments: WRONG[arguments])
def test_wrong_usage_is_refused_in_words(arguments: tuple[str, ...], tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", PAGE)
    code, out, err = run(tmp_path, "evidence", "quote", *(str(page) if each == "FILE" else each for each in arguments))
    assert (code, out) == (2, "")
    assert WRONG[arguments] in err
