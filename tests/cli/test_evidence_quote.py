"""`openness-bot evidence quote` for saved files and for URLs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.sources.evidence.pages import LARGEST_TEXT
from bot.sources.web.outcome import Declined, Fetched, NoAnswer, Outcome, PageRequest, Trouble
from tests.checkouts import run, write
from tests.sources.evidence.cited import in_our_web
from tests.sources.evidence.pdfs import pdf
from tests.sources.web.server import Reply, Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator
    from pathlib import Path

PAGE = "<h1>Example One</h1><h2>License</h2><p>The weights are “open”: for non-commercial\npurposes only. Ask us."


def test_a_match_is_shown_with_the_line_for_the_assessment(tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", PAGE)
    code, out, err = run(tmp_path, "evidence", "quote", str(page), 'weights are "open": for')
    assert (code, err) == (0, "")
    assert out == (
        f"{page} (License) says it:\n"
        "    | Example One License The »weights are “open”: for« non-commercial purposes only. Ask us.\n"
        "For the assessment, under the `url` of this page:\n"
        '        quote: "weights are \\"open\\": for"\n'
    )


def test_the_closest_passage_is_offered_instead(tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", PAGE)
    code, out, err = run(tmp_path, "evidence", "quote", str(page), "for noncommercial purpose only")
    assert (code, err) == (1, "")
    first, passage, advice, _, line = out.splitlines()
    assert first.startswith(f"{page} (License) doesn't say it. The closest passage, 9")
    assert passage == "    | Example One License The weights are “open”: »for non-commercial purposes only«. Ask us."
    assert advice.startswith("A quote repeats its source")
    offered = yaml.safe_load(line)["quote"]
    assert run(tmp_path, "evidence", "quote", str(page), offered).code == 0


JSON = {
    "weights are “open”": ("exact", 1, "weights are “open”", "License"),
    "for noncommercial purpose only": ("similar", 0.96, "for non-commercial purposes only", "License"),
    "something else entirely": ("nothing", 0, None, None),
}


@pytest.mark.parametrize("words", JSON)
def test_the_result_is_printed_for_programs_too(words: str, tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", PAGE)
    code, out, err = run(tmp_path, "evidence", "quote", str(page), words, "--format", "json")
    result = json.loads(out)
    found, similarity, passage, where = JSON[words]
    assert (code, err, result["whole_page_read"]) == (found != "exact", "", True)
    assert (result["found"], result["passage"], result["where"]) == (found, passage, where)
    assert result["similarity"] == pytest.approx(similarity, abs=0.02)


def test_a_quote_without_any_match(tmp_path: Path) -> None:
    page = write(tmp_path, "LICENSE", "Apache License")
    assert run(tmp_path, "evidence", "quote", str(page), "something else entirely") == (
        1,
        f"{page} doesn't say it, nor anything like it.\n",
        "",
    )


def test_a_page_that_was_read_in_part_may_say_it_in_the_rest(tmp_path: Path) -> None:
    page = write(tmp_path, "notes.txt", "weights, " * (LARGEST_TEXT // 9 + 1))
    code, out, _ = run(tmp_path, "evidence", "quote", str(page), "something else")
    assert code == 1
    assert out.endswith("It may say it nevertheless: only its first 5,000,000 characters are read.\n")


def test_a_pdf_names_the_page(tmp_path: Path) -> None:
    page = tmp_path / "report.pdf"
    page.write_bytes(pdf(["One"], ["The weights are re-", "leased."]))
    code, out, _ = run(tmp_path, "evidence", "quote", str(page), "weights are released")
    assert code == 0
    assert out.startswith(f"{page} (page 2) says it:\n    | One The »weights are released«.\n")


@pytest.mark.parametrize("name", ["README.md", "config.json", "notes.txt", "no-ending"])
def test_other_files_are_read_by_their_ending(name: str, tmp_path: Path) -> None:
    page = write(tmp_path, name, '{"license": "the weights"}')
    assert run(tmp_path, "evidence", "quote", str(page), "the weights").code == 0


def test_text_of_a_page_is_harmless_in_a_terminal_or_a_log(tmp_path: Path) -> None:
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
    ("ftp://example.org/", "words"): "File 'ftp://example.org/' does not exist.",
}


@pytest.mark.parametrize("arguments", WRONG, ids=lambda arguments: WRONG[arguments])
def test_wrong_usage_is_refused_in_words(arguments: tuple[str, ...], tmp_path: Path) -> None:
    page = write(tmp_path, "page.html", PAGE)
    code, out, err = run(tmp_path, "evidence", "quote", *(str(page) if each == "FILE" else each for each in arguments))
    assert (code, out) == (2, "")
    assert WRONG[arguments] in err


# ---- an address ------------------------------------------------------------------------------------------------------

HERE = "https://paper.example.org"


@pytest.fixture(scope="module")
def the_server() -> Iterator[Server]:
    with Server() as server:
        server.pages["/paper"] = Reply(body=pdf(["The weights are re-", "leased."]), content_type="application/pdf")
        yield server


@pytest.fixture
def server(the_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    in_our_web(monkeypatch, the_server)
    return the_server


def test_an_address_is_fetched(tmp_path: Path, server: Server) -> None:
    code, out, err = run(tmp_path, "evidence", "quote", f"{HERE}/paper#page=1", "weights are released")
    assert (code, err) == (0, "")
    assert out.startswith(f"{HERE}/paper#page=1 (page 1) says it:\n    | The »weights are released«.\n")


def test_an_address_that_leads_elsewhere_is_read_there(tmp_path: Path, server: Server) -> None:
    code, out, _ = run(tmp_path, "evidence", "quote", f"{HERE}/redirect/302", "trained on 3 trillion tokens")
    assert code == 1
    assert "»trained on 2 trillion tokens«" in out


def test_the_content_address_that_was_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = pdf(["The weights are released."])

    async def visit(wanted: Iterable[PageRequest], take: Callable[[PageRequest, Outcome], Awaitable[None]]) -> None:
        for page in wanted:
            is_paper = page.url == "https://arxiv.org/pdf/2401.00001"
            found = Fetched((), "application/pdf", paper, True, None, None)
            await take(page, found if is_paper else Declined((), 404, None, False))

    monkeypatch.setattr("bot.cli.known_evidence.visitor", lambda contact=None: visit)
    words = ("https://arxiv.org/abs/2401.00001", "weights are released")
    code, out, _ = run(tmp_path, "evidence", "quote", *words)
    assert code == 0
    assert out.startswith(
        "The text of this page was read from https://arxiv.org/pdf/2401.00001.\n"
        "https://arxiv.org/abs/2401.00001 (page 1) says it:\n"
    )
    _, out, _ = run(tmp_path, "evidence", "quote", *words, "--format", "json")
    assert json.loads(out)["read_from"] == "https://arxiv.org/pdf/2401.00001"


UNREADABLE = {
    "/status/403": "it isn't shown to robots (403). Save the page in your browser, and name the file instead.",
    "/captcha/200": "it wants to see a person first. Save the page in your browser, and name the file instead.",
    "/status/404": "it isn't there (404). Check the address in your browser.",
    "/soft-404": "it says that there is no such page. Check the address in your browser.",
    "/status/500": "it answers 500. Try again later, or save the page in your browser and name the file instead.",
    "/to/metadata": "name the file instead.",
    "/fine.pdf": "it is a PDF without text that can be read",
}


@pytest.mark.parametrize("path", UNREADABLE)
def test_an_address_that_cannot_be_read_says_why_and_what_to_do(path: str, tmp_path: Path, server: Server) -> None:
    code, out, err = run(tmp_path, "evidence", "quote", f"{HERE}{path}", "weights are released")
    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {HERE}{path} can't be read: ")
    assert UNREADABLE[path] in err


def test_an_address_of_our_own_network_is_refused(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "evidence", "quote", "http://127.0.0.1:1/", "words")
    assert (code, out) == (1, "")
    assert err.startswith("Error: http://127.0.0.1:1/ can't be read: ")


def test_without_a_network_the_reason_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def without(wanted: Iterable[PageRequest], take: Callable[[PageRequest, Outcome], Awaitable[None]]) -> None:
        for page in wanted:
            await take(page, NoAnswer((), Trouble.NETWORK, "no name server answers"))

    monkeypatch.setattr("bot.cli.known_evidence.visitor", lambda contact=None: without)
    code, out, err = run(tmp_path, "evidence", "quote", f"{HERE}/paper", "words")
    assert (code, out) == (1, "")
    assert err == "Error: there is no network here. Save the page elsewhere, and name its file.\n"
