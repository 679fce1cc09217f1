"""Commands in comments: one per line, at the line's beginning, and never in what is quoted or shown as code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RECHECK = "/recheck"

# Up to three spaces before it: four make code of it (CommonMark 4.5, https://spec.commonmark.org/0.31.2/#fenced-code-blocks).
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<rest>.*)")


def commands(body: str) -> list[str]:
    """The lines of a comment that begin with a slash, outside of quotes and code, without white space at their end."""
    return [line.rstrip() for line in _prose(body) if line.startswith("/")]


def asks_for_recheck(body: str) -> bool:
    """Whether a comment asks the bot to judge the pull request again."""
    return RECHECK in commands(body)


def _prose(body: str) -> Iterator[str]:
    """The lines that are neither in a fenced code block nor its fences."""
    closing = ""
    for line in body.splitlines():
        found = _FENCE.match(line)
        fence, rest = (found["fence"], found["rest"]) if found else ("", "")
        if closing:
            if fence.startswith(closing) and not rest.strip():
                closing = ""
        elif fence and not (fence[0] == "`" and "`" in rest):
            closing = fence
        else:
            yield line
