"""Sentences for people have to be in the catalogues: what the code or a template says otherwise, nobody can translate."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

BOT = Path(__file__).parents[2] / "bot"

PROSE = re.compile(r"\b[A-Za-z][a-z'’]*(?:[,;:]? [A-Za-z'’]+){2,}")
"""At least three words in a row."""
WORDS = re.compile(r"[A-Za-z'’]{2,}(?:[,;:]? [A-Za-z'’]+)+")
"""At least two words in a row: templates hold nothing but markup otherwise."""
HANGUL = re.compile("[가-힣]")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MARKUP = re.compile(r"<!--.*?-->|<[^>]*(?:>|$)|^[^<]*>|`[^`]*`|\]\([^)]*(?:\)|$)", re.DOTALL)

TRANSLATED = {"_", "ngettext", "gettext"}
"""Calls whose strings are in the catalogues."""
NO_TEXT = {
    "compile": "a regular expression",
    "Field": "a JSON Schema, which programs and editors show as it is",
    "create_model": "a JSON Schema",
    "document_schema": "a JSON Schema",
    "data_file_schema": "a JSON Schema",
    "option": "the help of the command line, which is English",
    "filterwarnings": "a regular expression",
    "getLogger": "a log",
    "say": "the log of a workflow, which is English",
    "GitError": "a failure of git, which is in a log",
    "UnreachableError": "a failure of the network, which is in a log",
}
"""Other calls whose strings nobody translates, with the reason."""
ENGLISH_ONLY = {
    "board/ranking/scoring.py": "an error that only a bug causes",
    "board/reading/syntax.py": "patterns of the messages of PyYAML",
    "board/study/tables.py": "errors in the tables of a study, which nobody edits",
    "bounded.py": "failures, which are in logs",
    "cli/dispute.py": "a command of workflows: its output is a log",
    "cli/documents.py": "what is wrong with documents of workflows: the output of commands is a log",
    "cli/issue.py": "a command of workflows: its output is a log",
    "cli/mend.py": "a command of workflows: its output is a log",
    "cli/pr.py": "a command of workflows: its output is a log",
    "cli/publish.py": "a command of workflows: its output is a log",
    "github/*": "failures of GitHub, which are in logs; queries",
    "governance/record/decisions.py": "errors in files that only the bot writes",
    "handlers/forms/form_files.py": "errors in the bot's own forms",
    "handlers/*/run.py": "the log of a workflow",
    "handlers/publishing/publish.py": "failures of a workflow, which are in its log",
    "handlers/publishing/record.py": "failures of a workflow, which are in its log",
    "handlers/pull_request/changed.py": "what changed during a run, for its log",
    "handlers/pull_request/labels.py": "names of labels",
    "site/leaderboard_json.py": "a JSON Schema, which programs and editors show as it is",
    "site/site.py": "titles of JSON Schemas and of pictures",
    "sources/*": "findings about pages and models, which the state between runs and drafts keep as they are",
    "text/*": "errors that only a bug causes; names of elements",
}
"""Modules whose strings nobody translates, with the reason."""
FOREIGN = {
    "not permitted to create": "words of GitHub's answer",
    "What a change needs": "a heading of GOVERNANCE.md",
    "{}\n\nAsked for with a form in #{}.\n\nCo-authored-by: {} <{}>\n": "the message of a commit, which is English",
}
"""Strings of others, which are searched for or linked to, with the reason."""
KOREAN = {
    "handlers/disputes/text.py": "the title of the part in Korean",
    "sources/evidence/*": "words of Korean pages, which are searched for",
    "text/sameness.py": "letters that are compared",
}
"""Modules that hold Korean, with the reason."""


def name_of(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def strings(node: ast.AST, calls: frozenset[str] = frozenset()) -> Iterator[tuple[int, str, frozenset[str]]]:
    """Yield each string but docstrings, with its line and the calls that it is an argument of.

    An f-string is one string, in which each value is `{}`.
    """
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return
        case ast.Constant(value=str() as text):
            yield node.lineno, text, calls
            return
        case ast.JoinedStr(values=parts):
            values = [part for part in parts if not isinstance(part, ast.Constant)]
            yield node.lineno, "".join("{}" if part in values else str(part.value) for part in parts), calls  # type: ignore[attr-defined]
            for value in values:
                yield from strings(value, calls)
            return
        case ast.Call(func=function):
            calls |= {name_of(function)}
    for child in ast.iter_child_nodes(node):
        yield from strings(child, calls)


def untranslated(source: str) -> list[tuple[int, str]]:
    """Return the sentences of a module that are outside of the catalogue, with their lines."""
    known = TRANSLATED | NO_TEXT.keys()
    return [
        (line, text)
        for line, text, calls in strings(ast.parse(source))
        if PROSE.search(COMMENT.sub("", text)) and not calls & known and text not in FOREIGN
    ]


def untranslated_in_template(source: str) -> list[tuple[int, str]]:
    """Return the words of a template that are outside of the catalogue, with their lines."""
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    data = [(part.lineno, part.data) for part in tree.find_all(jinja2.nodes.TemplateData)]
    inside = {
        id(part)
        for call in tree.find_all(jinja2.nodes.Call)
        if isinstance(call.node, jinja2.nodes.Name) and call.node.name in TRANSLATED
        for part in call.find_all(jinja2.nodes.Const)
    }
    values = [
        (part.lineno, part.value)
        for part in tree.find_all(jinja2.nodes.Const)
        if isinstance(part.value, str) and id(part) not in inside
    ]
    return [
        *((line, text) for line, text in data if WORDS.search(MARKUP.sub(" ", text))),
        *((line, text) for line, text in values if PROSE.search(text)),
    ]


def modules() -> Iterator[tuple[str, str]]:
    for path in sorted(BOT.rglob("*.py")):
        yield path.relative_to(BOT).as_posix(), path.read_text("utf-8")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 'one two three'", 1),
        ("x = f'one {two} three four five'", 1),
        ("x = f'{say} one two'", 0),
        ("def f():\n    '''One two three.'''\n    return 'one two'", 0),
        ("_('one two three')", 0),
        ("ngettext('one two three', 'four five six', n, x='seven eight nine')", 0),
        ("table = {1: 'one two three'}", 1),
        ("raise ValueError('one two three')", 1),
        ("run.say('one two three')", 0),
        ("re.compile('one two three')", 0),
        ("x = '<!-- one two three -->'", 0),
        ("x = '<!-- one two three -->four five six'", 1),
        ("print('one' 'two three', f(_('one two three')), 'one two'\n' three')", 1),
    ],
)
def test_a_sentence_outside_of_the_catalogue_is_found(source: str, expected: int) -> None:
    assert len(untranslated(source)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("one two", 1),
        ("**one two** {{ three }}", 1),
        ("{% trans %}one two three{% endtrans %} {{ _('one two') }} {# one two #}", 0),
        ("{% trans number=n %}one two{% pluralize %}{{ number }} twos more{% endtrans %}", 0),
        ("{% if a == 'one two' %}{{ 'one two three' }}{% endif %}", 1),
        ("<details class='one two'><!-- one two -->`one two` [{{ x }}](../one two)", 0),
        ("<img alt='{{ x }}' title='one two'>one", 0),
    ],
)
def test_words_of_a_template_outside_of_the_catalogue_are_found(source: str, expected: int) -> None:
    assert len(untranslated_in_template(source)) == expected


def test_every_sentence_of_the_code_is_in_the_catalogue() -> None:
    assert [
        f"bot/{name}:{line}: {text}"
        for name, source in modules()
        if not any(fnmatch(name, pattern) for pattern in ENGLISH_ONLY)
        for line, text in untranslated(source)
    ] == []


def test_every_sentence_of_a_template_is_in_the_catalogue() -> None:
    assert [
        f"{path.relative_to(BOT)}:{line}: {text}"
        for path in sorted(BOT.rglob("*.j2"))
        if not path.name.endswith(".yml.j2")  # its keys look like words, and its values are inserted
        for line, text in untranslated_in_template(path.read_text("utf-8"))
    ] == []


def test_korean_is_in_the_catalogue() -> None:
    assert [
        f"bot/{name}:{line}: {text}"
        for name, source in modules()
        if not any(fnmatch(name, pattern) for pattern in KOREAN)
        for line, text, calls in strings(ast.parse(source))
        if HANGUL.search(text) and "compile" not in calls
    ] == []


@pytest.mark.parametrize("pattern", [*ENGLISH_ONLY, *KOREAN])
def test_an_exception_that_nothing_needs_is_taken_away(pattern: str) -> None:
    matching = [(name, source) for name, source in modules() if fnmatch(name, pattern)]
    if pattern in KOREAN:
        assert any(
            HANGUL.search(text) for _name, source in matching for _line, text, _calls in strings(ast.parse(source))
        )
    else:
        assert any(untranslated(source) for _name, source in matching)
