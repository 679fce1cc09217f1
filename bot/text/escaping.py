"""Escaping of contributors' text for Markdown, HTML, CSV and terminals, so that a reader sees exactly what was written.

In one place because of the quirks of CommonMark and its GitHub extensions (https://github.github.com/gfm/), and of what
GitHub does *after* Markdown: `@name` becomes a mention, `#1` and `GH-1` a reference, `$x$` a formula, `:name:` an emoji.
That second step reads the finished page, where a backslash or `&#64;` is an `@` again, so neither prevents it. An element
around the character does. GitHub recommends that for the dollar sign
(https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions),
and unlike a zero-width space it keeps the text the same for everybody who copies it. Files in a repository notify nobody,
but the same texts are used in comments, where a mention does.

Three functions deal with characters that can't be seen. `one_line` is for pages and data: white space becomes single
spaces, other invisible characters U+FFFD. `visible` is for terminals and logs: each becomes an escape sequence with its
number. `visible_line` is for comments: `visible`, then `one_line`.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from urllib.parse import quote

# Controls and lone surrogates are invisible and break files; bidirectional overrides and isolates reorder the text after
# them, ours too. Hebrew, Arabic and their marks are kept.
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

_AFTER_MARKDOWN = r"@|\$|#(?=\w)|(?<=\bgh)-(?=[0-9])|:(?=[\w+-]+:)"
# The same as `_AFTER_MARKDOWN` and more, but each alternative looks back at one character of a set: Python's `re` skips all
# other characters by that set at once, which is ten times as fast as trying alternatives at each.
_MARKDOWN = re.compile(
    r"[@$#:\-&<>|.\ufeff\\`*_\[\]~!+=](?:"
    r"(?P<split>(?<=[@$])|(?<=#)(?=\w)|(?<=\bgh-)(?=[0-9])|(?<=:)(?=[\w+-]+:))"
    # `|` ends a table cell even behind a backslash of its own; `://` and `www.` begin GitHub's bare links; and at the
    # beginning of a document a byte order mark is dropped.
    r"|(?P<entity>(?<=[&<>|])|(?<=:)(?=/)|(?<=www\.)|(?<=^\ufeff))"
    # A `!` at the end would turn a link that we put behind it into an image.
    r"|(?P<backslash>(?<=[\\`*_\[\]~#])|(?<=!)(?=$|\[)|(?<=^[-+=:])))",
    re.IGNORECASE,
)
_LIST_NUMBER = re.compile(r"^([0-9]{1,9})([.)])")
_ADDRESS = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_CONVERSATION = re.compile(
    r"^https?://(?:www\.)?github\.com/(?=[^/]+/[^/]+/(?:issues|pull|discussions|commit)/)", re.IGNORECASE
)


def one_line(text: str) -> str:
    """Return `text` with single spaces for white space, none at its ends, and U+FFFD for invisible characters."""
    return _INVISIBLE.sub("\ufffd", " ".join(text.split()))


_FILLERS = "\u115f\u1160\u3164\uffa0"
"""Korean letters without a shape."""


def visible(text: str) -> str:
    """Return `text` with escape sequences for all that a terminal or log would act on instead of showing it."""
    shown = (
        character if character.isprintable() and character not in _FILLERS else f"\\u{ord(character):04x}"
        for character in text
    )
    return without_runner_commands("".join(shown))


def without_runner_commands(text: str) -> str:
    """Return `text` without the beginning of the older commands of GitHub's runner, which work anywhere in a line."""
    return text.replace("##[", "##\\u005b")


def visible_line(text: str) -> str:
    """Return `text` on one line, with escape sequences for all characters that can't be seen."""
    return one_line(visible(text))


def html_text(text: str) -> str:
    """Return `text` for an HTML block in a Markdown file: between tags, or as an attribute's value in double quotes.

    Line breaks become spaces, because a blank line would end the HTML block and turn the rest into Markdown.
    """
    return html.escape(one_line(text))


def html_content(text: str) -> str:
    """Return `text` for use between tags only: also protected from what GitHub does after Markdown (mentions, ...)."""
    parts = re.split(f"({_AFTER_MARKDOWN})", one_line(text), flags=re.IGNORECASE)
    return "".join(f"<span>{part}</span>" if number % 2 else html.escape(part) for number, part in enumerate(parts))


@lru_cache(maxsize=1024)
def markdown_text(text: str) -> str:
    """Return `text` for one line of Markdown: a paragraph, list item, heading, table cell or the text of a link.

    It shows exactly these characters anywhere on the line; an empty text stays empty. Results are cached, because every
    model page repeats the texts of the rubric.
    """
    escaped = _MARKDOWN.sub(_markdown_character, one_line(text))
    return _LIST_NUMBER.sub(r"\1\\\2", escaped) if escaped[:1].isdigit() else escaped


def _markdown_character(found: re.Match[str]) -> str:
    character = found[0]
    match found.lastgroup:
        case "split":
            return f"<span>{_entity(character)}</span>" if character in "-:" else f"<span>\\{character}</span>"
        case "entity":
            return _entity(character)
        case _:
            return f"\\{character}"


def _entity(character: str) -> str:
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(character, f"&#{ord(character)};")


def code_span(text: str) -> str:
    """Return `text` as code in a line of Markdown, in a fence longer than any run of backticks in it."""
    shown = one_line(text)
    if not shown:
        return ""
    if "|" in shown or "]" in shown:
        # In a table a `|` needs a backslash that would show elsewhere, and `]:` in the text of a link at the start of a
        # paragraph makes a link definition of it. As HTML both read the same everywhere.
        return f"<code>{markdown_text(shown)}</code>"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


# ---- links -----------------------------------------------------------------------------------------------------------


def web_address(url: str) -> str | None:
    """Return `url` in ASCII with percent-encoding where needed; None for anything but http and https."""
    if not _ADDRESS.match(url):
        return None
    # `%` is kept: the address is encoded already where its author had to.
    return quote(url.encode("utf-8", "replace"), safe="/:?#[]@!$&'()*+,;=%~-._")


def link_destination(url: str) -> str | None:
    """Return `url` for the parentheses of a Markdown link; None for anything but http and https."""
    address = web_address(url)
    # Entities are decoded there, so that parentheses reach the server unchanged but never close the link.
    return None if address is None else re.sub(r"[&()*_~\[\]!']", lambda found: _entity(found[0]), address)


def unreferenced(url: str) -> str:
    """Return an address of the same page that GitHub doesn't announce in the other project's conversation.

    With the plain link, a comment, issue or pull request is announced there ("mentioned this") each time; Dependabot and
    Renovate write links this way for that reason.
    """
    return _CONVERSATION.sub("https://redirect.github.com/", url)


def markdown_link(text: str, url: str) -> str:
    """Return a Markdown link to `url` that shows `text`; only the text if `url` is no http or https address."""
    destination = link_destination(url)
    shown = markdown_text(text) or markdown_text(url)
    return shown if destination is None else f"[{shown}]({destination})"


# ---- spreadsheets ----------------------------------------------------------------------------------------------------

# `=`, `+`, `-` and `@`, also full-width and small, at the beginning of a cell, also behind white space or quotation marks.
_FORMULA = re.compile(r"(^|[,;|\t\r\n])(?=[\s\"]*[=+\-@＝＋－＠﹦﹢﹣﹫])|^(?=[\t\r\n])")


def csv_cell(value: str) -> str:
    """Return `value` as the content of a CSV cell that no spreadsheet executes; the csv module quotes it.

    An apostrophe stands before what would be a formula, as OWASP recommends
    (https://owasp.org/www-community/attacks/CSV_Injection): at the beginning, and behind each character that separates the cells
    of a file in some language or program, where the rest of the text is a cell of its own. This also changes harmless text such
    as "- none -" or "one; -5 °C"; the JSON has the exact text.
    """
    return _FORMULA.sub(r"\1'", value)
