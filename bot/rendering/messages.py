"""Messages of ours as Markdown, which name between backticks what somebody wrote."""

from __future__ import annotations

from bot.rendering.escaping import code_span, markdown_text, one_line
from bot.rendering.problems import visible

LONGEST_MESSAGE = 600
"""In characters."""


def message(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """A message as Markdown on one line, cut where it is longer than that."""
    shown = _plain(text if len(text) <= longest else f"{text[: longest - 1]}…")
    parts = shown.split("`")
    # Where backticks don't come in pairs, one of them is somebody else's.
    if len(parts) % 2 == 0:
        return markdown_text(shown)
    return "".join(code(part) if number % 2 else _inner(part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """`text` as code, in which not even a comment of HTML can begin."""
    shown = _plain(text)
    return f"<code>{markdown_text(shown)}</code>" if "<" in shown else code_span(shown)


def _plain(text: str) -> str:
    """`text` on one line, with everything that can't be seen made visible."""
    return one_line(visible(text))


def _inner(text: str) -> str:
    """Text between others, whose spaces at its ends count."""
    left, right = " " * text.startswith(" "), " " * (text.endswith(" ") and bool(text.strip()))
    return f"{left}{markdown_text(text)}{right}"
