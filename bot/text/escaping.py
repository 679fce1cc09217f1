"""Everything that came from a contributor, escaped for where it stands, so that a reader sees exactly what was written.

Apart from the renderers because one place has to know the quirks: of CommonMark and its GitHub extensions
(https://github.github.com/gfm/), and of what GitHub does to the text *after* Markdown: `@name` becomes a mention,
`#1` and `GH-1` a reference, `$x$` a formula, `:name:` an emoji. That second step reads the finished page, so neither a
backslash nor `&#64;` stops it: both are an `@` again by then. An element around the character does, which is what
GitHub recommends for the dollar sign
(https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions),
and unlike a zero-width space it leaves the text as it was for everybody who copies it. Files in a repository notify
nobody, but the same words also stand in comments, where a mention would.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from urllib.parse import quote

# Controls and half surrogates show nothing and break files; bidirectional overrides and isolates reorder what follows
# them, our own words too. Hebrew, Arabic and their marks are untouched.
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

_AFTER_MARKDOWN = r"@|\$|#(?=\w)|(?<=\bgh)-(?=[0-9])|:(?=[\w+-]+:)"
_MARKDOWN = re.compile(
    rf"(?P<split>{_AFTER_MARKDOWN})"
    # `|` ends a table cell even behind a backslash of its own; `://` and `www.` begin GitHub's bare links; and at the
    # beginning of a document a byte order mark is dropped.
    r"|(?P<entity>[&<>|]|:(?=/)|(?<=www)\.|^\ufeff)"
    # A `!` at the end would turn a link that we put behind it into an image.
    r"|(?P<backslash>[\\`*_\[\]~#]|!(?=$|\[)|^[-+=:])",
    re.IGNORECASE,
)
_LIST_NUMBER = re.compile(r"^([0-9]{1,9})([.)])")
_ADDRESS = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_CONVERSATION = re.compile(
    r"^https?://(?:www\.)?github\.com/(?=[^/]+/[^/]+/(?:issues|pull|discussions|commit)/)", re.IGNORECASE
)


def one_line(text: str) -> str:
    """`text` with each run of white space as one space and none at its ends; what is invisible becomes U+FFFD."""
    return _INVISIBLE.sub("\ufffd", " ".join(text.split()))


def html_text(text: str) -> str:
    """`text` between tags of an HTML block in a Markdown file, or as an attribute's value in double quotes.

    Line breaks become spaces, because a blank line would end the HTML block and turn the rest into Markdown.
    """
    return html.escape(one_line(text))


def html_content(text: str) -> str:
    """`text` between tags, not in attributes: also kept from what GitHub does after Markdown (mentions, emoji, ...)."""
    parts = re.split(f"({_AFTER_MARKDOWN})", one_line(text), flags=re.IGNORECASE)
    return "".join(f"<span>{part}</span>" if number % 2 else html.escape(part) for number, part in enumerate(parts))


@lru_cache(maxsize=1024)
def markdown_text(text: str) -> str:
    """`text` on one line of Markdown: in a paragraph, list item, heading, table cell or as the text of a link.

    It shows exactly these characters, wherever on the line it stands; an empty text stays empty. Results are
    remembered, because every model page says the words of the rubric.
    """
    escaped = _MARKDOWN.sub(_markdown_character, one_line(text))
    return _LIST_NUMBER.sub(r"\1\\\2", escaped)


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
    """`text` as code in a line of Markdown, in a fence longer than any run of backticks in it."""
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
    """`url` in plain ASCII, what can't stand in an address percent-encoded; None for anything but http and https."""
    if not _ADDRESS.match(url):
        return None
    # `%` stays: the address is already encoded where its author had to.
    return quote(url.encode("utf-8", "replace"), safe="/:?#[]@!$&'()*+,;=%~-._")


def link_destination(url: str) -> str | None:
    """`url` as it can stand between the parentheses of a Markdown link; None for anything but http and https."""
    address = web_address(url)
    # Entities are decoded again there, so that parentheses reach the server as they are but never close the link.
    return None if address is None else re.sub(r"[&()*_~\[\]!']", lambda found: _entity(found[0]), address)


def unreferenced(url: str) -> str:
    """The address of the same page, from which GitHub makes no entry in the other project's conversation.

    What stands in a comment, an issue or a pull request with the plain link would be announced there ("mentioned this"),
    each time somebody cites it; Dependabot and Renovate write links this way for that reason.
    """
    return _CONVERSATION.sub("https://redirect.github.com/", url)


def markdown_link(text: str, url: str) -> str:
    """A Markdown link to `url` that shows `text`; the text alone where `url` is no http or https address."""
    destination = link_destination(url)
    shown = markdown_text(text) or markdown_text(url)
    return shown if destination is None else f"[{shown}]({destination})"


# ---- tables for spreadsheets -----------------------------------------------------------------------------------------

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_cell(value: str) -> str:
    """`value` as the content of a CSV cell that no spreadsheet executes; quoting it is the csv module's business.

    A leading `=`, `+`, `-`, `@` (also full-width, also behind spaces), tab or line break gets an apostrophe in front,
    as OWASP recommends (https://owasp.org/www-community/attacks/CSV_Injection). That also hits innocent text such as
    "- none -" or "-5 °C"; whoever needs every character reads the JSON.
    """
    return f"'{value}" if value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA) else value


_FILLERS = "\u115f\u1160\u3164\uffa0"
"""Letters of Korean that look like nothing."""


def visible(text: str) -> str:
    """`text` with everything that a terminal or log would act on instead of showing it made visible."""
    shown = (
        character if character.isprintable() and character not in _FILLERS else f"\\u{ord(character):04x}"
        for character in text
    )
    return _without_commands("".join(shown))


def _without_commands(text: str) -> str:
    """`text` without the beginning of the runner's older commands, which may stand anywhere in a line."""
    return text.replace("##[", "##\\u005b")
