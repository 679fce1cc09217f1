"""Our own messages as Markdown: they quote between backticks what a contributor wrote."""

from __future__ import annotations

from bot.text.escaping import code_span, markdown_text, visible_line
from bot.text.shaping import clip

LONGEST_MESSAGE = 600
"""In characters."""


def message_markdown(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Return a message as Markdown on one line, cut after `longest` characters."""
    shown = visible_line(clip(text, longest))
    parts = shown.split("`")
    # If the backticks don't come in pairs, one of them is a contributor's.
    if len(parts) % 2 == 0:
        return markdown_text(shown)
    return "".join(visible_code(part) if number % 2 else _between(part) for number, part in enumerate(parts))


def visible_code(text: str) -> str:
    """Return `text` as code in a line of Markdown: visible, and without the beginning of an HTML comment."""
    shown = visible_line(text)
    return f"<code>{markdown_text(shown)}</code>" if "<" in shown else code_span(shown)


def _between(text: str) -> str:
    """Return text between code, with the spaces at its ends."""
    left, right = " " * text.startswith(" "), " " * (text.endswith(" ") and bool(text.strip()))
    return f"{left}{markdown_text(text)}{right}"
