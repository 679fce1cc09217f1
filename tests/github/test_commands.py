"""Commands in comments: what is one, and what only looks like one."""

from __future__ import annotations

import re
import time
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
    "after a line that only looks blank": ("\u00a0\n/recheck\nThanks", ["/recheck"]),
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
    "in the title of a link that GitHub leaves out": ('[link](javascript:a "\n/recheck\n")', []),
    "after an address with half a character": ("[link](\ud800\u2028)\n/recheck", ["/recheck"]),
    "in code over several lines": ("`one\n/recheck\ntwo`", []),
    "in code over several lines between two backticks": ("``one `\n/recheck\ntwo``", []),
    "after a backtick that nothing closes": ("one `\n\n/recheck", ["/recheck"]),
    "between two paragraphs of which each has one backtick": ("one `\n\n/recheck\n\ntwo `", ["/recheck"]),
    "between two items of a list of which each has one backtick": ("- one `\n- two\n/recheck\n- three `", ["/recheck"]),
    "after an escaped backtick": ("one \\`\n/recheck\ntwo `", ["/recheck"]),
    "in a fence in a list": ("- ```\n/recheck\n  ```", ["/recheck"]),
    "before a hard break": ("/recheck\\\n/recheck  \nThanks", ["/recheck", "/recheck"]),
    "behind a hard break in a link": ("[one\\\n/recheck\ntwo](https://example.org/)", ["/recheck"]),
    "in the title of a link": ('[one](https://example.org/ "\n/recheck\n")', []),
    "in the text of an image that can't be seen": ("![one\n/recheck\n](https://example.org/)", []),
    "in what goes on with a quote of a link's address": ("> [one]: https://example.org/\n/recheck", []),
    "over a line that makes it a heading": ("/recheck\n--\nExample", ["/recheck"]),
    "behind Korean text": ("다시 확인해 주세요.\n/recheck", ["/recheck"]),
    "with Korean text behind it": ("/concern 라이선스가 다릅니다", ["/concern 라이선스가 다릅니다"]),
    # ---- tables
    "in the head of a table": ("/recheck | two\n--- | ---", []),
    "in a row of a table": ("one | two\n--- | ---\n/recheck", []),
    "after a table": ("one | two\n--- | ---\n\n/recheck", ["/recheck"]),
    "after a quote with nothing in it": (">\n/recheck", ["/recheck"]),
    # ---- elements of HTML
    "in details": ("<details>\n<summary>One</summary>\n\n/recheck\n\n</details>", ["/recheck"]),
    "in details without a blank line": ("<details>\n/recheck\n</details>", ["/recheck"]),
    "in code in details": ("<details>\n\n```\n/recheck\n```\n\n</details>", []),
    "in a script": ("<script>\n/recheck\n</script>", []),
    "in an instruction that can't be seen": ("<?one\n/recheck\n?>", []),
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


# ---- compared with GitHub's renderer ---------------------------------------------------------------------------------

# HTML is between blank lines: where half an element begins in a quote or a list, nobody could tell its end.
PIECES = [
    *["> ", "- ", "1. ", "# ", "```", "~~~", "````", "`", "``", "text", " ", "\u00a0", "\u2028", "\0"],
    *["    ", "\t", "\\", "---", "===", "[", "]", "(", "](a)", "![", '"', "&#10;", "\na|b\n-|-\n", "한국어"],
    *["\n\n<!--\n\n/hold NUMBER\n-->\n\n", "\n\n<pre>\n\n/hold NUMBER\n</pre>\n\n"],
    *["\n\n<details>\n<summary>More</summary>\n\n", "\n\n</details>\n\n"],
    *["\n"] * 20,
    *["\n/hold NUMBER\n"] * 8,
    *["\n\n"] * 6,
]
soup = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
NOT_PROSE = {"blockquote", "code", "pre", "table"}


class Shown(HTMLParser):
    """The text that a page shows outside of quotes, code and tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside += tag in NOT_PROSE

    def handle_endtag(self, tag: str) -> None:
        if tag in NOT_PROSE:
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
def test_exactly_the_commands_that_are_shown_outside_of_quotes_and_code_are_found(text: str) -> None:
    numbers = iter(range(10_000))
    body = re.sub("NUMBER", lambda _: f"n{next(numbers)}n", text)
    found = [command.text for command in commands(body)]
    assert found == re.findall(r"^/hold n[0-9]+n.*$", shown(body), re.MULTILINE)


@settings(deadline=None, derandomize=True)
@given(soup)
def test_nothing_is_found_in_a_comment_that_is_quoted_indented_hidden_or_shown_as_code(text: str) -> None:
    fence = "`" * (len(text) + 3)
    lines = re.split(r"\r\n|\n|\r", text.replace("NUMBER", "n"))
    for begin in ("> ", "    ", "\t"):
        assert commands("\n".join(f"{begin}{line}" for line in lines)) == []
    assert commands(f"<!--\n{text.replace('-->', '')}\n-->") == []
    assert commands(f"{fence}\n{text}\n{fence}") == []


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_a_command_is_found_before_any_text(text: str) -> None:
    assert commands(f"/hold\n\n{text}")[0] == Command(Verb.HOLD, ())


LONG = [
    *[
        "`",
        "`a",
        "``\n",
        "\\`",
        "\\\n",
        "```\n",
        "- ```\n",
        "- ",
        "1. ",
        "> ",
        "- > ",
        "- a\n",
        "- a\n\n",
        "a\n",
        "a  \n",
    ],
    *[
        "[",
        "![",
        "[a](",
        "[[]](",
        "[a][",
        "[a]: b\n",
        "|a\n",
        "a|b\n-|-\n",
        "*a_",
        "# a\n",
        "/hold ",
        "/hold\n",
        "\u2028",
    ],
    *[
        "<!--",
        "\n<!--",
        "a<!-- -->",
        "a<!--\n-->",
        "<code>",
        "<pre>",
        "<b>\n",
        "<div>\n",
        "<a ",
        "<a href='",
        "<?",
        "<![CDATA[",
    ],
]


@pytest.mark.thorough
def test_a_comment_as_long_as_they_may_be_is_read_within_seconds() -> None:
    steps = "".join(f"{'- ' * (number % 120)}a\n" for number in range(2_000))
    fences = "".join(f"{'`' * length}a" for length in range(1, 361))
    for text in (*(piece * (65_536 // len(piece)) for piece in LONG), steps, fences):
        begin = time.process_time()
        assert commands(f"/hold\n\n{text[:65_500]}")[0].verb is Verb.HOLD
        assert time.process_time() - begin < 10, text[:10]


def test_deeper_nesting_than_any_person_writes_is_ignored() -> None:
    for marker in ("> ", "- ", "1. ", "["):
        assert commands(f"/hold\n\n{marker * 10_000}\n")[0].verb is Verb.HOLD
