"""Our own messages as Markdown: what they quote is code, and nothing in it can break the page."""

from __future__ import annotations

import pytest

from bot.text.messages import message_markdown, visible_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`ajar` is no level", "`ajar` is no level"),
        ("write `open` or `closed`.", "write `open` or `closed`."),
        ("`a` `b`", "`a` `b`"),
        ("one ` alone in *text*", "one \\` alone in \\*text\\*"),
        ("`<!-- x -->` is wrong", "<code>&lt;!-- x --&gt;</code> is wrong"),
        ("`a\u202eb`", "`a\\u202eb`"),
        ("two\nlines", "two\\\\u000alines"),
    ],
)
def test_what_a_message_quotes_is_code_and_the_rest_is_text(text: str, expected: str) -> None:
    assert message_markdown(text) == expected


def test_a_long_message_is_cut() -> None:
    assert message_markdown("word " * 5, 12) == "word word w…"


def test_code_is_visible_and_begins_no_comment() -> None:
    assert visible_code("a\tb") == "`a\\u0009b`"
    assert visible_code("<!--") == "<code>&lt;!--</code>"
    assert visible_code("") == ""
