"""Markdown as GitHub renders it, as HTML: cmark-gfm, without the sanitizer that follows it there."""

from __future__ import annotations

import re

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_SURROGATES = re.compile("[\ud800-\udfff]")


def split_front_matter(text: str) -> tuple[str, str]:
    """Return the lines of the metadata at the top of a Markdown file, and its text."""
    matter = _FRONT_MATTER.match(text)
    return (matter[1], text[matter.end() :]) if matter else ("", text)


def markdown_html(text: str) -> str:
    """Return the HTML of Markdown without metadata, with the HTML that it contains: it is for reading, never for showing."""
    from cmarkgfm import cmark  # type: ignore[import-untyped]  # not needed by most commands, and slow to import

    options = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_FOOTNOTES
    # Of `1~5 and 10~20` GitHub strikes the middle out, which nobody means.
    options |= cmark.Options.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
    html: str = cmark.markdown_to_html_with_extensions(
        _SURROGATES.sub("\ufffd", text), options, ["table", "strikethrough", "autolink"]
    )
    return html
