"""Commands in comments: what is one, and what only looks like one."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.github.commands import Command, Verb, commands
from tests.site.page import html_of
from tests.thorough import examples

TABLE: dict[str, tuple[str, list[str]]] = {
    "a command alone": ("/recheck", ["/recheck"]),
    "the line's end of Windows": ("/recheck\r\n", ["/recheck"]),
    "the line's end of old": ("Please:\r/recheck\rThanks", ["/recheck"]),
    "white space behind it": ("Please:\n/recheck  \nThanks", ["/recheck"]),
    "one per line, in their order": ("/hold\n/concern two words\n/hold", ["/hold", "/concern two words", "/hold"]),
    "words behind it": ("/coi   example-lab\tI work there", ["/coi example-lab I work there"]),
    "nothing": ("", []),
    "only a slash": ("/", []),
    "no command of ours": ("/approve\n/holding\n/HOLD\n//hold\n/ hold\n/hold!", []),
    "a path": ("/hold/on", []),
    # ---- not at the beginning
    "in the middle of a line": ("I wrote /recheck", []),
    "behind one space": (" /recheck", []),
    "indented as code": ("    /recheck", []),
    "behind a tabulator": ("\t/recheck", []),
    "behind what nobody sees": ("\u200b/recheck", []),
    "in a list": ("- /recheck\n1. /recheck", []),
    "in a heading": ("# /recheck", []),
    "in bold": ("**/recheck**", []),
    "behind characters that only Python takes for a line's end": (
        "".join(f"x{end}/hold\n\n" for end in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"),
        [],
    ),
    "after a list": ("- one\n- two\n\n/recheck", ["/recheck"]),
    # ---- quotes
    "in a quote": ("> /recheck", []),
    "in a quote without a space": (">/recheck", []),
    "in a quote that is indented": ("   > /recheck", []),
    "in a quote of a quote": ("> > /recheck", []),
    "in what goes on with a quote": ("> said\n/recheck", []),
    "in what goes on with a quote for longer": ("> said\nand\n/recheck", []),
    "in what goes on with a quote in a list": ("- > said\n/recheck", []),
    "in what goes on with a quote in a numbered list": ("1. > said\n/recheck", []),
    "in what goes on with a quote after a line that only looks blank": ("> said\n\u00a0\n/recheck", []),
    "after a quote and a blank line": ("> said\n\n/recheck", ["/recheck"]),
    "after a quote and a line of spaces": ("> said\n \t\n/recheck", ["/recheck"]),
    "after a quote and code": ("> said\n```\ncode\n```\n/recheck", ["/recheck"]),
    "in a quote of HTML": ("<blockquote>\n\n/recheck\n\n</blockquote>", []),
    "after a quote of HTML": ("<blockquote>said</blockquote>\n\n/recheck", ["/recheck"]),
    # ---- code
    "between fences": ("```\n/recheck\n```", []),
    "between other fences": ("~~~text\n/recheck\n~~~", []),
    "between longer fences": ("````\n```\n/recheck\n````\n/hold", ["/hold"]),
    "behind a fence that nothing closes": ("```\nnever closed\n/recheck", []),
    "after a fence that isn't one": ("```inline``` code\n/recheck", ["/recheck"]),
    "between fences around another kind": ("```\n~~~\n/recheck\n```\n/hold", ["/hold"]),
    "between fences of which the second has words": ("```\n``` text\n/recheck\n```\n/hold", ["/hold"]),
    "after fences in a list": ("1. ```\n   code\n   ```\n/recheck", ["/recheck"]),
    "after a list in which nothing closes the fence": ("- ```\n  code\n/recheck", ["/recheck"]),
    "after a fence that is itself code": ("    ```\n/recheck", ["/recheck"]),
    "in code over several lines": ("`one\n/recheck\ntwo`", []),
    "in code over several lines between two backticks": ("``one `\n/recheck\ntwo``", []),
    "after a backtick that nothing closes": ("one `\n\n/recheck", ["/recheck"]),
    "after code that isn't closed by as many backticks": ("``one`\n/recheck", ["/recheck"]),
    "with code behind it": ("/concern `weights` are gone", ["/concern `weights` are gone"]),
    "in code of HTML": ("<code>\n/recheck\n</code>", []),
    "after code of HTML": ("<code>one</code>\n/recheck", ["/recheck"]),
    "after an element that code only mentions": ("Write `<code>` there.\n/recheck", ["/recheck"]),
    "in <pre>": ("<pre>\n/recheck\n\n/recheck\n</pre>", []),
    "in <PRE> with attributes": ('<PRE lang="text">\n/recheck\n</PRE>', []),
    "in <pre> behind words": ("So: <pre>\n/recheck\n</pre>", []),
    "after <pre>": ("<pre>\n```\n</pre>\n/recheck", ["/recheck"]),
    # ---- comments of HTML
    "in a comment of HTML": ("<!--\n/recheck\n-->", []),
    "in a comment of HTML with blank lines": ("<!--\n\n/recheck\n\n-->", []),
    "in a comment of HTML that nothing closes": ("<!--\n/recheck", []),
    "in a comment of HTML behind words": ("So: <!--\n/recheck\n-->", []),
    "in a comment of HTML that begins in a quote": ("> <!--\n\n/recheck\n-->\n\n/hold", ["/hold"]),
    "after a quote with a comment of HTML": ("> <!-- one -->\n\n/recheck", ["/recheck"]),
    "right behind a comment of HTML": ("<!-- one -->/recheck", []),
    "behind the end of a comment of HTML": ("<!--\n-->/recheck", []),
    "after a comment of HTML": ("<!-- one\n\ntwo -->\n/recheck", ["/recheck"]),
    "after the shortest comment of HTML": ("<!-->\n/recheck", ["/recheck"]),
    "around a comment of HTML": ("/coi <!-- or a developer --> none", ["/coi none"]),
    "with a comment of HTML in its name": ("/re<!-- -->check", []),
    "between fences of which the first has half a comment of HTML": ("```\n<!--\n```\n/recheck", ["/recheck"]),
    "between fences of which the second seems to be in a comment of HTML": (
        "`<!--`\n```\n`-->`\n/recheck\n```",
        [],
    ),
}


@pytest.mark.parametrize(("body", "found"), TABLE.values(), ids=TABLE.keys())
def test_a_command_begins_its_line_outside_of_quotes_code_and_what_is_hidden(body: str, found: list[str]) -> None:
    assert [command.text for command in commands(body)] == found


def test_every_verb_is_a_command_with_its_words() -> None:
    for verb in Verb:
        assert commands(f"/{verb} one two") == [Command(verb, ("one", "two"))]


# ---- held against GitHub's renderer ----------------------------------------------------------------------------------

# HTML stands between blank lines: where half an element begins in a quote or a list, nobody could tell its end.
PIECES = [
    *["> ", "- ", "1. ", "# ", "```", "~~~", "````", "`", "``", "text", " ", "\u00a0", "\u2028", "\f"],
    *["\n\n<!--\n\n/hold NUMBER\n-->\n\n", "\n\n<pre>\n\n/hold NUMBER\n</pre>\n\n"],
    *["\n"] * 12,
    *["\n/hold NUMBER\n"] * 4,
    *["\n\n"] * 4,
]
soup = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


class Shown(HTMLParser):
    """The text that a page shows outside of quotes and code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside += tag in {"blockquote", "code", "pre"}

    def handle_endtag(self, tag: str) -> None:
        if tag in {"blockquote", "code", "pre"}:
            self._inside = max(self._inside - 1, 0)

    def handle_data(self, data: str) -> None:
        self.text += "" if self._inside else data


def shown(body: str) -> str:
    page = Shown()
    page.feed(html_of(body))
    page.close()
    return page.text


@pytest.mark.thorough
@settings(deadline=None, derandomize=True, max_examples=examples(3000))
@given(soup)
def test_what_is_heard_is_shown_outside_of_quotes_and_code(text: str) -> None:
    numbers = iter(range(10_000))
    body = re.sub("NUMBER", lambda _: f"n{next(numbers)}n", text)
    visible = shown(body)
    for command in commands(body):
        assert command.text in visible


@settings(deadline=None, derandomize=True)
@given(soup)
def test_nothing_is_heard_of_a_comment_that_is_quoted_indented_hidden_or_shown_as_code(text: str) -> None:
    fence = "`" * (len(text) + 3)
    lines = re.split(r"\r\n|\n|\r", text.replace("NUMBER", "n"))
    for begin in ("> ", "    ", "\t"):
        assert commands("\n".join(f"{begin}{line}" for line in lines)) == []
    assert commands(f"<!--\n{text.replace('-->', '')}\n-->") == []
    assert commands(f"{fence}\n{text}\n{fence}") == []


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_any_text_is_heard(text: str) -> None:
    assert commands(text) == commands(text)


def test_a_comment_as_long_as_they_may_be_is_heard_soon() -> None:
    for piece in (
        "`",
        "<!--",
        "`a",
        "- ",
        "1. ",
        "> ",
        "<code>",
        "<pre>",
        "``\n",
        "\n<!--",
        "- ```\n",
        "\\`",
        "/hold ",
    ):
        commands((piece * 65_536)[:65_536])
    commands("".join(f"{'`' * length}a" for length in range(1, 361)))
