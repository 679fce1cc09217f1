"""All known ways of breaking a file, each with the exact output of the bot: see tests/broken/README.md."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from bot.board.reading.strict_yaml import FAST_PARSER, PureParser
from bot.board.reading.tree import FileKind
from bot.text.catalogue import JoinedText, Message, Translatable, languages, translate
from tests.board.reading.golden import Case, cases, make_tree, output_of, precedents, read
from tests.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

each_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


@each_case
def test_the_output_is_that_of_the_case(case: Case, tmp_path: Path) -> None:
    assert output_of(case, tmp_path) == case.expected, "if it should: python -m tests.board.reading.golden --update"


@pytest.mark.thorough
@pytest.mark.skipif(FAST_PARSER is None, reason="there is no libyaml here to compare with")
@each_case
def test_both_parsers_find_the_same_problems_at_the_same_places(case: Case, tmp_path: Path) -> None:
    make_tree(case, tmp_path)
    assert read(tmp_path).problems == read(tmp_path, PureParser).problems


# ---- other languages -------------------------------------------------------------------------------------------------


def values_in(text: str) -> Iterator[str]:
    """Yield the values in a message, those in the messages that it is made of too."""
    match text:
        case Message():
            for name, value in text.values.items():
                if name != "number" or text.number != 1:  # one thing may be named without its number
                    yield from values_in(value) if isinstance(value, Translatable) else [str(value)]
        case JoinedText():
            for part in text.parts:
                yield from values_in(part)
        case Message() | JoinedText():
            raise AssertionError(text)


@each_case
def test_every_message_is_translated_with_all_its_values(case: Case, tmp_path: Path) -> None:
    make_tree(case, tmp_path)
    for problem in [*precedents(tmp_path).problems, *read(tmp_path).problems]:
        for message in (problem.what, problem.remedy):
            assert isinstance(message, Translatable), message
            for language in languages()[1:]:
                translated = translate(message, language)
                assert translated != message
                assert [value for value in values_in(message) if value not in translated] == []


# ---- all rules have a case -------------------------------------------------------------------------------------------

# The position of a rule's name among the arguments of a call (a starred pair counts as one).
RULE_POSITION = {
    "refuse": (0, 1),
    "refuse_property": (1, 1),
    "_matching": (1, 1),
    "problem": (1, 1),
    "Problem": (3, 3),
    "Finding": (0, 0),
    "problem_of_key": (3, 3),
}
# Rules that no file in `tests/broken` can break, and where they are tested.
ELSEWHERE = {
    "misplaced": "test_misplaced: only a whole tree has other folders",
    "more-problems": "test_document: it takes more than two hundred problems",
    "no-document": "test_snapshot: only a whole tree can lack a document",
    "no-policy": "test_snapshot: only a whole tree can lack its policy",
    "no-rubric": "test_snapshot: only a whole tree can lack its rubric",
    "unknown-developer": "test_affiliations: only the policy says for whom people work",
    "unreadable": "test_corpus: it takes a file without permission to read it",
    "value": "tests/board/model/test_rubric: only the rubric has values that no other rule is about",
}


def rules_in(tree: ast.AST) -> Iterator[str]:
    """Yield the names of rules in a module: arguments of the calls above, and values assigned to `rule`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in RULE_POSITION:
                wanted = [node.args[at] for at in set(RULE_POSITION[name]) if at < len(node.args)]
            case ast.Call(func=ast.Name(id="replace")):
                wanted = [keyword.value for keyword in node.keywords if keyword.arg == "rule"]
            case ast.Assign(
                targets=[ast.Name(id="rule")],
                value=ast.Call(func=ast.Attribute(value=ast.Dict(values=values), attr="get"), args=[_, default]),
            ):
                wanted = [*values, default]
            case ast.Assign(targets=[ast.Name(id="rule" | "_NOT_UTF8")], value=value):
                wanted = [value.elts[0] if isinstance(value, ast.Tuple) else value]
            case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id="rule"), *_])], value=ast.Tuple(elts=[first, *_])):
                wanted = [first]
            case _:
                continue
        for part in wanted:
            chosen = [part.body, part.orelse] if isinstance(part, ast.IfExp) else [part]
            named = [constant.value for constant in chosen if isinstance(constant, ast.Constant)]
            yield from (name for name in named if isinstance(name, str) and re.fullmatch(r"[a-z0-9-]+", name))


def test_every_rule_has_a_case() -> None:
    files = [
        *(ROOT / "bot/board/reading").glob("*.py"),
        ROOT / "bot/board/model/fields.py",
        ROOT / "bot/board/model/links.py",
        ROOT / "bot/board/model/assessment.py",
        ROOT / "bot/board/model/rating.py",
    ]
    known = {rule for file in files for rule in rules_in(ast.parse(file.read_text("utf-8")))}
    known |= {kind.replace(" ", "-") for kind in (FileKind.SYMBOLIC_LINK, FileKind.OTHER)}
    seen = {rule for case in cases() for rule in re.findall(r"^\S.*\[([a-z0-9-]+)\]$", case.expected, re.MULTILINE)}
    assert known - seen == set(ELSEWHERE)
    assert seen <= known
