"""What holds for all bytes, as functions that raise AssertionError. Pytest and atheris call the same ones."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

import yaml
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from bot.board.model.assessment import assessment_json_schema
from bot.board.model.links import is_evidence_url
from bot.board.model.problem import Severity
from bot.board.reading.document import Reader
from bot.board.reading.snapshot import Snapshot
from bot.github.commands import Command, Verb, requests
from bot.handlers.forms.decision import Propose, decide_form
from bot.handlers.forms.issue_form import parse
from bot.sources.evidence.pages import Page, read_page
from bot.sources.evidence.quotes import ExactMatch
from bot.sources.evidence.spelling import composed
from bot.sources.web.addresses import PUBLIC, UnusableUrlError, parse_target, without_fragment
from bot.text.escaping import code_span, html_content, html_text, markdown_link, markdown_text, one_line, web_address
from tests.board.reading.trees import Texts
from tests.checkouts import model_text
from tests.fuzz.shown import name_of, render, shown_lines, shown_page, tree
from tests.handlers.forms.test_form_files import templates
from tests.handlers.forms.test_proposal import BASE, TEXTS
from tests.samples import rubric

if TYPE_CHECKING:
    from collections.abc import Callable

# ---- commands --------------------------------------------------------------------------------------------------------

VERBS = {f"/{verb}" for verb in Verb}
OTHERWISE_ANSWERED = {"li", "table", "select", "h1", "h2", "h3", "h4", "h5", "h6"}
"""Elements in which commands are answered as near misses, unless they begin a line as it was written."""


def check_heard_is_shown(data: bytes) -> None:
    """Check that commands that are heard are lines that GitHub shows, and commands that it shows as prose are heard."""
    body = as_text(data)
    heard = [one for one in requests(body) if isinstance(one, Command)]
    if re.search(r"<(?:svg|math)", body, re.IGNORECASE) and re.search(r"</(?:p|br)\b", body, re.IGNORECASE):
        return  # html5lib stays inside of SVG and MathML at these tags; the standard (13.2.6.5) and browsers leave it
    shown = [(line, words) for line in shown_lines(body) if (words := _as_command(line.text))]
    lines = iter(shown)
    for command in heard:
        said = command.text.split()
        assert any(words[: len(said)] == said for _, words in lines), f"{command} is heard, but not shown"
    if "@github.com" in body:
        return  # what an answer by mail repeats is shown, but it is a quote
    if "<template" in body.lower():
        return  # html5lib takes it for an element like any other, and shows what is behind one that nothing closes
    commands = iter(heard)
    for line, words in shown:
        if not line.inside & OTHERWISE_ANSWERED and not re.search(r"^[^\w<]*>", body, re.MULTILINE):
            assert any(f"/{command.verb}" == words[0] for command in commands), f"{line} is shown, but not heard"


def as_text(data: bytes) -> str:
    """Return bytes as text: UTF-8, also with half characters, or else Latin-1."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _as_command(text: str) -> list[str]:
    """Return the words of a line that begins with a verb, as people read them; else none."""
    words = text.split()
    read = [
        unicodedata.normalize("NFKC", "".join(c for c in word if unicodedata.category(c) != "Cf")) for word in words
    ]
    while read and not read[0]:
        del read[0], words[0]
    return [read[0].casefold(), *words[1:]] if read and read[0].casefold() in VERBS else []


# ---- YAML ------------------------------------------------------------------------------------------------------------

PATH = "assessments/example/one.yaml"
READER = Reader(rubric(), date(2026, 1, 1))
SOUND = model_text("Example One", "o" * 16, where="WHERE")
SCHEMA = Draft202012Validator(assessment_json_schema(rubric()), format_checker=Draft202012Validator.FORMAT_CHECKER)


def check_yaml(data: bytes) -> None:
    """Check that problems are in the file, and what is accepted means the same to other readers of YAML and to the JSON Schema.

    The bytes are read as a whole file, and as a value in a sound one.
    """
    for file in (data, SOUND.encode().replace(b"WHERE", data, 1).replace(b"WHERE", b"Section 1")):
        reading = READER.assessment(PATH, file)
        text = file.decode("utf-8", "replace").removeprefix("\ufeff")
        lines = re.split(r"\r\n|\n|\r", text)
        for problem in reading.problems:
            assert problem.path == PATH
            assert 1 <= problem.line <= len(lines), problem
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem
            assert problem.excerpt in ("", lines[problem.line - 1]), problem
        if reading.value is not None:
            check_same_meaning(text, reading.plain)


def check_same_meaning(text: str, plain: object) -> None:
    """Check that other readers of YAML, 1.1 and 1.2, take an accepted text for the same, and it fits the JSON Schema."""
    said = as_json(plain)
    loaded = as_json(yaml.load(text, yaml.CSafeLoader))
    assert loaded == said, "PyYAML reads it differently"
    assert as_json(YAML(typ="safe", pure=True).load(text)) == said, "ruamel.yaml reads it differently"
    assert SCHEMA.is_valid(loaded), next(SCHEMA.iter_errors(loaded)).message


def as_json(value: object) -> object:
    """Return a value of YAML as JSON has it: dates are texts."""
    match value:
        case dict():
            return {str(key): as_json(each) for key, each in value.items()}
        case list() | tuple():
            return [as_json(each) for each in value]
        case date():
            return value.isoformat()
        case _:
            return value


# ---- forms -----------------------------------------------------------------------------------------------------------


def check_forms(data: bytes) -> None:
    """Check that a form ends in files without errors, or in problems of its own fields. The first byte says which form it is."""
    template = templates()[data[0] % len(templates())] if data else templates()[0]
    texts = as_text(data[1:]).split("\x1e")
    answers = {field.id: text for field, text in zip(template.fields, texts, strict=False) if text.strip()}
    parts = [f"### {field.label}\n\n{answers.get(field.id, '_No response_')}" for field in template.fields]
    for body in ("\n\n".join(parts), as_text(data)):
        decision = decide_form(parse(template, body), BASE, None)
        if isinstance(decision, Propose):
            check_files(dict(decision.change.files))
            text = decision.change.files[0][1]
            assert text.count("    level: unassessed\n") == len(decision.change.missing), "a rating that nobody gave"


def check_files(files: dict[str, str]) -> None:
    """Check that the files of a form are without errors beside those of the main branch, but for what nobody rated."""
    corpus = Snapshot(Texts(TEXTS | files), date(2026, 1, 1)).corpus()
    errors = [one for one in corpus.problems if one.path in files and one.severity is Severity.ERROR]
    wrong = [one for one in errors if one.rule != "unassessed"]
    assert not wrong, wrong


# ---- pages -----------------------------------------------------------------------------------------------------------

# html5lib has read these since before the standard changed, or never as it says.
READ_DIFFERENTLY = re.compile(
    r"<(?:template|select|svg|math|noscript|dialog|menuitem|frameset|isindex|plaintext|search)", re.IGNORECASE
)


def check_html(data: bytes) -> None:
    """Check that what is read of a page is what html5lib's tree shows, apart from white space."""
    html = as_text(data)
    page = read_page(html.encode("utf-8", "replace"), "text/html; charset=utf-8")
    if not isinstance(page, Page) or not page.whole or "\0" in html or READ_DIFFERENTLY.search(html):
        return
    shown = _letters(composed(shown_page(html.encode("utf-8", "replace").decode().removeprefix("\ufeff"))))
    # The numbers of list items are no text of the tree.
    assert shown in (_letters(page.text), _letters(re.sub(r"(?m)^\u2061[0-9]+\.\u2062", "", page.text)))


def check_quotes(data: bytes) -> None:
    """Check that a quote that is found is on the page, and each passage of a page is found. The quote is what is before NUL."""
    quote, _, html = as_text(data).partition("\0")
    page = read_page(html.encode("utf-8", "replace"), "text/html; charset=utf-8")
    if not isinstance(page, Page) or not page.whole:
        return
    searchable = page.searchable()
    found = searchable.find(quote)
    if isinstance(found, ExactMatch):
        assert 0 <= found.start < found.end <= len(page.text)
        parts = [
            _bare(composed(part)) for part in re.split(r"…|\.{3,}|\[\s*(?:…|\.{3,})\s*\]|\(\s*(?:…|\.{3,})\s*\)", quote)
        ]
        without = searchable._without_notes or searchable
        rest = [_bare(each.text[found.start : found.end]) for each in (searchable, without)]
        for part in parts:
            assert any(part in each for each in rest), f"{part!r} is found, but not on the page"
    words = page.text.split()
    for start in range(0, len(words), 7):
        passage = " ".join(words[start : start + 5])
        if passage.isascii() and passage.replace(" ", "").isalnum():
            assert isinstance(searchable.find(passage), ExactMatch), f"{passage!r} is on the page, but not found"


def _letters(text: str) -> str:
    return re.sub(r"[\x00-\x20\x7f-\xa0\u2061-\u2065\ufffd]|\s", "", text)


def _bare(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


# ---- links and escaping ----------------------------------------------------------------------------------------------


def check_links(data: bytes) -> None:
    """Check that normal forms of links are their own normal forms, and what is accepted as evidence can be requested."""
    url = as_text(data)
    if (address := web_address(url)) is not None:
        assert web_address(address) == address
    try:
        asked = parse_target(url, PUBLIC)
    except UnusableUrlError:
        assert not is_evidence_url(url), f"{url!r} is accepted, and can't be requested"
        return
    normal = without_fragment(str(asked))
    assert parse_target(str(asked), PUBLIC) == asked
    assert without_fragment(normal) == normal


INLINE_PLACES = {
    "{}": "p",
    "# {}": "h1",
    "- {}": "li",
    "1. {}": "li",
    "> {}": "blockquote",
    "| x |\n|---|\n| {} |": "table",
}
HARMLESS = {
    "html",
    "head",
    "body",
    "p",
    "h1",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "code",
}


def check_escaping(data: bytes) -> None:
    """Check that no text of a contributor becomes markup: it is shown as it is, by GitHub's renderer and in html5lib's tree."""
    text = as_text(data)
    plain = one_line(text)
    for place, block in INLINE_PLACES.items():
        for escaped in (markdown_text(text), code_span(text)):
            root = tree(render(place.format(escaped)))
            names = {name for element in root.iter() if (name := name_of(element))}
            assert names <= HARMLESS, f"{names - HARMLESS} of {escaped!r}"
            if plain and block != "table":
                (shown,) = ["".join(element.itertext()) for element in root.iter(block)]
                assert shown.strip() == plain.strip(), f"{shown!r} is shown for {plain!r}"
    link = tree(render(markdown_link("x", text)))
    for element in link.iter():
        assert element.tag in HARMLESS | {"a"}
        if (target := element.get("href")) is not None:
            assert re.match(r"https?://", target, re.IGNORECASE), target
    html = tree(f'<div title="{html_text(text)}">{html_content(text)}</div>')
    assert {element.tag for element in html.iter()} <= {"html", "head", "body", "div", "span"}


CHECKS: dict[str, Callable[[bytes], None]] = {
    "yaml": check_yaml,
    "commands": check_heard_is_shown,
    "forms": check_forms,
    "html": check_html,
    "quotes": check_quotes,
    "links": check_links,
    "escaping": check_escaping,
}
