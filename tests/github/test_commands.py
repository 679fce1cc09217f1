"""Commands in comments: what is one, what nearly is one, and what only looks like one."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.github.commands import Command, NearMiss, Verb, commands, requests
from tests.fuzz.invariants import check_heard_is_shown
from tests.thorough import examples

TABLE: dict[str, tuple[str, list[str]] | tuple[str, list[str], str]] = {
    "a command alone": ("/recheck", ["/recheck"]),
    "the line's end of Windows": ("/recheck\r\n", ["/recheck"]),
    "the line's end of old": ("Please:\r/recheck\rThanks", ["/recheck"]),
    "white space behind it": ("Please:\n/recheck  \nThanks", ["/recheck"]),
    "one per line, in their order": ("/hold\n/concern two words\n/hold", ["/hold", "/concern two words", "/hold"]),
    "words behind it": ("/coi   example-lab\tI work there", ["/coi example-lab I work there"]),
    "nothing": ("", []),
    "only a slash": ("/", []),
    "no command of ours": ("/approve\n/assign @example\n/lgtm\n/close\n//hold\n/", []),
    "a path": ("/hold/on", []),
    # ---- not at the beginning
    "in the middle of a line": ("I wrote /recheck", []),
    "behind one space": (" /recheck", ["/recheck"]),
    "indented as code": ("    /recheck", [], "/recheck"),
    "indented as code behind words": ("So:\n\n    /recheck", []),
    "behind a tabulator": ("\t/recheck", [], "/recheck"),
    "behind what nobody sees": ("\u200b/recheck\n\u2060 /hold", ["/recheck", "/hold"]),
    "in large letters": ("/Hold\n/RECHECK", ["/hold", "/recheck"]),
    "with the slash of another keyboard": ("／hold", ["/hold"]),
    "in wide letters": ("／ｈｏｌｄ", ["/hold"]),
    "with a slash that Markdown or HTML escapes": ("\\/hold\n&#47;recheck", ["/hold", "/recheck"]),
    "in a list": ("- /recheck\n1. /recheck", [], "/recheck"),
    "in a heading": ("# /recheck", [], "/recheck"),
    "in bold": ("**/recheck**", ["/recheck"]),
    "struck through": ("Done: ~~/recheck~~", []),
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
    "in what goes on with a quote": ("> said\n/recheck", [], "/recheck"),
    "in what goes on with a quote for longer": ("> said\nand\n/recheck", [], "/recheck"),
    "in what goes on with a quote in a list": ("- > said\n/recheck", [], "/recheck"),
    "in what goes on with a quote in a numbered list": ("1. > said\n/recheck", [], "/recheck"),
    "in what goes on with a quote after a line that only looks blank": ("> said\n\u00a0\n/recheck", [], "/recheck"),
    "after a quote and a blank line": ("> said\n\n/recheck", ["/recheck"]),
    "after a quote and a line of spaces": ("> said\n \t\n/recheck", ["/recheck"]),
    "after a quote and code": ("> said\n```\ncode\n```\n/recheck", ["/recheck"]),
    "in a quote of HTML": ("<blockquote>\n\n/recheck\n\n</blockquote>", [], "/recheck"),
    "after a quote of HTML": ("<blockquote>said</blockquote>\n\n/recheck", ["/recheck"]),
    # ---- answers by mail
    "above what was answered": ("/hold\n\nOn Monday One <notifications@github.com> wrote:\n\n> /unhold\n", ["/hold"]),
    "below what was answered": ("On Monday One <notifications@github.com> wrote:\n> /unhold\n\n/hold", ["/hold"]),
    "in what was answered, without a mark": (
        "No.\n________________________________\nFrom: One <notifications@github.com>\nSent: Monday\n\n/unhold\n\n/recheck",
        [],
        "/unhold",
    ),
    "in what was answered in Korean": (
        "/hold\n\n보낸 사람: One <notifications@github.com>\n제목: Re\n\n/fcp",
        ["/hold"],
        "/fcp",
    ),
    "below who wrote a commit": ("Co-authored-by: One <1+one@users.noreply.github.com>\n\n/hold", ["/hold"]),
    "over a mark of a signature": ("/hold\n-- \nExample", ["/hold"]),
    # ---- code
    "between fences": ("```\n/recheck\n```", [], "/recheck"),
    "between fences behind words": ("So:\n```\n/recheck\n```", []),
    "alone as code": ("`/recheck`", [], "/recheck"),
    "as code in a sentence": ("`/recheck` looks again.", []),
    "between other fences": ("~~~text\n/recheck\n~~~", [], "/recheck"),
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
    "in what goes on with a quote of a link's address": ("> [one]: https://example.org/\n/recheck", [], "/recheck"),
    "over a line that makes it a heading": ("/recheck\n--\nExample", ["/recheck"]),
    "behind Korean text": ("다시 확인해 주세요.\n/recheck", ["/recheck"]),
    "with Korean text behind it": ("/concern 라이선스가 다릅니다", ["/concern 라이선스가 다릅니다"]),
    # ---- tables
    "in the head of a table": ("/recheck | two\n--- | ---", [], "/recheck"),
    "in a row of a table": ("one | two\n--- | ---\n/recheck", [], "/recheck"),
    "after a table": ("one | two\n--- | ---\n\n/recheck", ["/recheck"]),
    "after a quote with nothing in it": (">\n/recheck", ["/recheck"]),
    # ---- elements of HTML
    "in details": ("<details>\n<summary>One</summary>\n\n/recheck\n\n</details>", ["/recheck"]),
    "in details without a blank line": ("<details>\n/recheck\n</details>", ["/recheck"]),
    "in code in details": ("<details>\n\nSo:\n\n```\n/recheck\n```\n\n</details>", []),
    "in a script": ("<script>\n/recheck\n</script>", [], "/recheck"),
    "in an instruction that can't be seen": ("<?one\n/recheck\n?>", []),
    "after code that isn't closed by as many backticks": ("``one`\n/recheck", ["/recheck"]),
    "with code behind it": ("/concern `weights` are gone", ["/concern `weights` are gone"]),
    "in code of HTML": ("So: <code>\n/recheck\n</code>", []),
    "after code of HTML": ("<code>one</code>\n/recheck", ["/recheck"]),
    "after an element that code only mentions": ("Write `<code>` there.\n/recheck", ["/recheck"]),
    "in <pre>": ("<pre>\n/recheck\n\n/recheck\n</pre>", []),
    "in <PRE> with attributes": ('<PRE lang="text">\n/recheck\n</PRE>', [], "/recheck"),
    "in <pre> behind words": ("So: <pre>\n/recheck\n</pre>", []),
    "after <pre>": ("<pre>\n```\n</pre>\n/recheck", ["/recheck"]),
    # ---- comments of HTML
    "in a comment of HTML": ("<!--\n/recheck\n-->", []),
    "in a comment of HTML with blank lines": ("<!--\n\n/recheck\n\n-->", []),
    "in a comment of HTML that nothing closes": ("<!--\n/recheck", []),
    "in a comment of HTML behind words": ("So: <!--\n/recheck\n-->", []),
    "after a comment of HTML in a quote that nothing closes": ("> <!--\n\n/recheck\n-->\n\n/hold", []),
    "after a comment of HTML that begins and ends in a quote": ("> <!--\n> /recheck\n> -->\n\n/hold", ["/hold"]),
    "after a quote with a comment of HTML": ("> <!-- one -->\n\n/recheck", ["/recheck"]),
    "right behind a comment of HTML": ("<!-- one -->/recheck", ["/recheck"]),
    "behind the end of a comment of HTML": ("<!--\n-->/recheck", ["/recheck"]),
    "after a comment of HTML": ("<!-- one\n\ntwo -->\n/recheck", ["/recheck"]),
    "after the shortest comment of HTML": ("<!-->\n/recheck", ["/recheck"]),
    "around a comment of HTML": ("/coi <!-- or a developer --> none", ["/coi none"]),
    "with a comment of HTML in its name": ("/re<!-- -->check", ["/recheck"]),
    # ---- what the renderer leaves out
    "in the title of a link's definition": ("[one]: https://example.org/ '\n/hold\n'", []),
    "in a link's definition that is used": ("[one]: https://example.org/ '\n/hold\n'\n\nSee [one].", []),
    "in the label of a link's definition": ("[one\n/hold\n]: https://example.org/", []),
    "in a footnote that nothing refers to": ("[^one]: /hold\n\n    /hold", []),
    "in a footnote": ("Text[^1]\n\n[^1]: /hold", [], "/hold ↩"),
    "in an instruction": ("<?one\n\n/hold\n\n?>", []),
    "in a declaration": ("<!ONE\n\n/hold\n\n>", []),
    "in a template": ("<template>\n\n/hold\n\n</template>", []),
    "in a drawing": ("<svg>\n<text>\n/hold\n</text>\n</svg>", []),
    "in the title of a drawing": ("<svg>\n<title>\n/hold\n</title>\n</svg>", []),
    "in a formula of HTML": ("<math>\n<mtext>\n/hold\n</mtext>\n</math>", []),
    "after a drawing that a paragraph ends": ("<svg>\n\n/hold", ["/hold"]),
    "in an attribute": ('<a title="\n/hold\n">one</a>', []),
    "in an attribute of a block": ('<div title="\n/hold\n">one</div>', []),
    "in an attribute that nothing closes": ('<div title="\n\n/hold\n\n', []),
    "in a comment of HTML in a paragraph that nothing closes": ("Text <!-- one\n\n/hold", ["/hold"]),
    # ---- what the sanitizer and browsers make of HTML
    "in an element that is not allowed": ("<example>\n\n/hold\n\n</example>", ["/hold"]),
    "after an element that nothing closes": ("<your-name>\n\n/hold", ["/hold"]),
    "in an element that hides itself elsewhere": ("<div hidden>\n\n/hold\n\n</div>", ["/hold"]),
    "in a quote of HTML that nothing closes": ("<blockquote>\n\nsaid\n\n/recheck", [], "/recheck"),
    "in code of HTML that nothing closes": ("<code>\n\n/recheck", []),
    "in a quote that ends itself in HTML": ("> </blockquote>\n> /hold", [], "/hold"),
    "in a quote whose division ends in it": ("<div>\n\n> </div>\n> /hold", [], "/hold"),
    "after a quote that a division ends": ("<div><blockquote>\n\nsaid\n\n</div>\n\n/hold", ["/hold"]),
    "behind a line break of HTML": ("one<br>/hold", ["/hold"]),
    "in a summary": ("<details><summary>/hold</summary>\n</details>", ["/hold"]),
    "behind words in a block of HTML": ("<div>\none\n/hold\n</div>", [], "/hold"),
    "in a frameset": ("<frameset>\n\n/hold", ["/hold"]),
    "after the end of the page": ("</body></html>\n\n/hold", ["/hold"]),
    "in a drop-down list": ("<select>\n<option>\n\n/hold\n\n</select>", [], "/hold"),
    # ---- near misses
    "with a sign behind it": ("/hold.", [], "/hold."),
    "with a colon and words behind it": ("/concern: the licence", [], "/concern: the licence"),
    "with a space in it": ("/ hold on", [], "/ hold on"),
    "with more letters": ("/holding", [], "/holding"),
    "with two letters exchanged": ("/hodl", [], "/hodl"),
    "with one letter less": ("/reclasify typo", [], "/reclasify typo"),
    "with a hyphen": ("/re-check", [], "/re-check"),
    "behind a mention": ("@example-bot /hold", [], "@example-bot /hold"),
    "behind a box": ("- [ ] /hold", [], "[ ] /hold"),
    "behind a box that is ticked": ("- [x] /hold", [], "[x] /hold"),
    "behind a mark that isn't Markdown's": ("• /hold", [], "• /hold"),
    "in quotation marks": ("“/hold”", [], "“/hold”"),
    "in brackets": ("(/hold)", [], "(/hold)"),
    "behind a mark without a space": ("#/hold", [], "#/hold"),
    "a path from here": ("./hold and ~/hold", []),
    "behind two mentions": ("@example-bot, @example-one /hold please", [], "@example-bot, @example-one /hold please"),
    "with a stroke for a slash": ("∕hold.", [], "∕hold."),
    "only the first of several": ("/holdd\n/rechek", [], "/holdd"),
    "and the command itself": ("/holdd\n\n/hold", ["/hold"]),
    "in the middle of a sentence": ("Please /hold this.", []),
    "a path of a file": ("/home/example/hold", []),
    "a short word of another program": ("/cc @example\n/cp a b", []),
    "between fences of which the first has half a comment of HTML": ("```\n<!--\n```\n/recheck", ["/recheck"]),
    "between fences of which the second seems to be in a comment of HTML": (
        "`<!--`\n```\n`-->`\n/recheck\n```",
        [],
    ),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_a_command_is_a_line_of_prose_that_people_see(row: tuple[str, list[str]] | tuple[str, list[str], str]) -> None:
    body, found, *missed = row
    assert [command.text for command in commands(body)] == found
    assert [one.text for one in requests(body) if isinstance(one, NearMiss)] == missed


@pytest.mark.parametrize("body", ["> said\n\n/hold", "- said\n/hold", "/hold\n===", "/Hold"])
def test_what_people_use_to_write_is_heard(body: str) -> None:
    assert requests(body) == (Command(Verb.HOLD, ()),)


def test_every_verb_is_a_command_with_its_words() -> None:
    for verb in Verb:
        assert commands(f"/{verb} one two") == [Command(verb, ("one", "two"))]


# ---- compared with GitHub's renderer ---------------------------------------------------------------------------------

PIECES = [
    *["> ", "- ", "1. ", "# ", "```", "~~~", "````", "`", "``", "text", " ", "\u00a0", "\u2028", "\0", "~~", "**", "_"],
    *[
        "    ",
        "\t",
        "\\",
        "---",
        "===",
        "[",
        "]",
        "(",
        "](a)",
        "![",
        '"',
        "&#10;",
        "\na|b\n-|-\n",
        "한국어",
        "[^1]",
        "[^1]: ",
    ],
    *["\n\n<!--\n\n/hold NUMBER\n-->\n\n", "\n\n<pre>\n\n/hold NUMBER\n</pre>\n\n", "[one]: /a '"],
    *[
        "\n\n<details>\n<summary>More</summary>\n\n",
        "\n\n</details>\n\n",
        "<?",
        "?>",
        "<!",
        "<!--",
        "-->",
        "--!>",
        "<!-->",
    ],
    *[
        f"<{end}{name}>"
        for end in ("", "/")
        for name in ("blockquote", "code", "template", "svg", "p", "div", "td", "table")
    ],
    *["<title>", "<style>", "<b\n", "<br>", "<select>", "<frameset>", "</body>", "<noscript>", "<x-y>", "<li>", "<h1>"],
    *["\n"] * 20,
    *["\n/hold NUMBER\n"] * 8,
    *["/Hold NUMBER", "／hold NUMBER", " /hold NUMBER", "\n\n/hold NUMBER\n\n"],
    *["\n\n"] * 6,
]
soup = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@pytest.mark.thorough
@settings(deadline=None, derandomize=True, max_examples=examples(3000))
@given(soup)
def test_exactly_the_commands_that_are_shown_outside_of_quotes_and_code_are_found(text: str) -> None:
    numbers = iter(range(10_000))
    check_heard_is_shown(re.sub("NUMBER", lambda _: f"n{next(numbers)}n", text).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_what_is_heard_in_the_table_is_what_another_parser_shows(row: tuple[str, list[str]]) -> None:
    check_heard_is_shown(row[0].encode("utf-8", "surrogatepass"))


@settings(deadline=None, derandomize=True)
@given(soup)
def test_nothing_is_found_in_a_comment_that_is_quoted_indented_hidden_or_shown_as_code(text: str) -> None:
    fence = "`" * (len(text) + 3)
    lines = re.split(r"\r\n|\n|\r", text.replace("NUMBER", "n"))
    for begin in ("> ", "    ", "\t"):
        assert commands("\n".join(f"{begin}{line}" for line in lines)) == []
    assert commands(f"<!--\n{re.sub('--!?>|^-?>', '', text)}\n-->") == []
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


LONG += [
    "<b>\n\n",
    "~~a ~",
    "[^1]:x\n\n[^1]",
    "<b id=1>",
    "<",
    "&",
    "/holdx\n",
    "> /a\n",
    "- /hold\n",
    "</p>",
    "<p>",
    "<li>",
    "*_",
]
MOST_SECONDS = 1.0
"""Of processor time, on a busy machine. Alone it is a tenth."""


def test_a_comment_as_long_as_they_may_be_is_read_at_once() -> None:
    steps = "".join(f"{'- ' * (number % 120)}a\n" for number in range(2_000))
    fences = "".join(f"{'`' * length}a" for length in range(1, 361))
    for text in (*(piece * (65_536 // len(piece)) for piece in LONG), steps, fences):
        begin = time.process_time()
        assert commands(f"/hold\n\n{text[:65_500]}")[0].verb is Verb.HOLD
        assert time.process_time() - begin < MOST_SECONDS, text[:10]


@pytest.mark.parametrize("text", ["> " * 10_000, "<div>" * 10_000, "a|b\n-|-\n" * 6_000])
def test_of_a_comment_that_is_too_deep_or_too_large_objections_count_and_the_rest_is_answered(text: str) -> None:
    assert requests(f"/unhold\n/hold\n\n{text}") == (Command(Verb.HOLD, ()), NearMiss(Verb.UNHOLD, "/unhold"))


def test_an_objection_in_a_comment_that_is_too_deep_counts_below_the_head_of_a_mail_too() -> None:
    body = f"From: One <notifications@github.com>\n\n/hold\n\n{'> ' * 10_000}"
    assert requests(body) == (Command(Verb.HOLD, ()),)


def test_a_deep_list_is_read() -> None:
    for marker in ("- ", "1. ", "["):
        assert commands(f"/hold\n\n{marker * 10_000}\n")[0].verb is Verb.HOLD
