"""Messages of ours as Markdown, which name between backticks what somebody wrote."""

from __future__ import annotations

from bot.text.escaping import code_span, markdown_text
from bot.text.shaping import clip, plain

LONGEST_MESSAGE = 600
"""In characters."""


def message(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """A message as Markdown on one line, cut where it is longer than that."""
    shown = plain(clip(text, longest))
    parts = shown.split("`")
    # Where backticks don't come in pairs, one of them is somebody else's.
    if len(parts) % 2 == 0:
        return markdown_text(shown)
    return "".join(code(part) if number % 2 else _inner(part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """`text` as code, in which not even a comment of HTML can begin."""
    shown = plain(text)
    return f"<code>{markdown_text(shown)}</code>" if "<" in shown else code_span(shown)


def _inner(text: str) -> str:
    """Text between others, whose spaces at its ends count."""
    left, right = " " * text.startswith(" "), " " * (text.endswith(" ") and bool(text.strip()))
    return f"{left}{markdown_text(text)}{right}"
