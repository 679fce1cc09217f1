"""Result of searching a page for a quote, as text for the terminal.

Pages are hostile: each line of theirs is shown after a bar, with control characters made visible.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from bot.sources.evidence.pages import PageFormat
from bot.sources.evidence.quotes import ExactMatch, NearMatch, NoMatch, join_lines
from bot.text.escaping import visible

if TYPE_CHECKING:
    from bot.sources.evidence.pages import Page

AROUND = 100
"""Characters of the page that are shown before and after a passage."""
WIDTH = 100


def quote_answer(name: str, page: Page, answer: ExactMatch | NearMatch | NoMatch) -> str:
    """Return whether and where the page `name` contains a quote, in whole lines."""
    match answer:
        case ExactMatch():
            lines = [f"{visible(name)} says it{_in_section(page, answer.start)}:", _passage(page, answer)]
        case NearMatch():
            alike = f"{answer.score:.0%} alike{_in_section(page, answer.start)}"
            lines = [f"{visible(name)} doesn't say it. Closest, {alike}:", _passage(page, answer)]
            lines.append("A quote repeats its source letter by letter. If that passage is what you mean, quote it.")
        case NoMatch():
            lines = [f"{visible(name)} doesn't say it, nor anything like it."]
    if not page.whole and not isinstance(answer, ExactMatch):
        lines.append("Only a part of it could be read, so it may be said in the rest.")
    return "".join(f"{line}\n" for line in lines)


def _in_section(page: Page, place: int) -> str:
    """Return the name of the section at an offset, as the end of a sentence."""
    section = page.where(place)
    if section is None:
        return ""
    return f" on {section}" if page.format is PageFormat.PDF else f" under “{visible(section)}”"


def _passage(page: Page, answer: ExactMatch | NearMatch) -> str:
    before = page.text[max(0, answer.start - AROUND) : answer.start]
    after = page.text[answer.end : answer.end + AROUND]
    shown = visible(join_lines(f"{before}»{answer.passage}«{after}"))
    lines = textwrap.wrap(shown, WIDTH - 6, break_on_hyphens=False)
    return "\n".join(f"    | {line}" for line in lines)
