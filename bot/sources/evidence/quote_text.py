"""Result of searching a page for a quote, as text for the terminal.

Pages are hostile: each line of theirs is shown after a bar, with control characters made visible.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from bot.sources.evidence.quotes import ExactMatch, NearMatch, NoMatch
from bot.sources.evidence.spelling import join_lines
from bot.text.catalogue import SOURCE, _, translate
from bot.text.escaping import visible

if TYPE_CHECKING:
    from bot.sources.evidence.pages import Page

AROUND = 100
"""Characters of the page that are shown before and after a passage."""
WIDTH = 100


def quote_answer(name: str, page: Page, answer: ExactMatch | NearMatch | NoMatch, language: str = SOURCE) -> str:
    """Return whether and where the page `name` contains a quote, in whole lines."""
    section = None if isinstance(answer, NoMatch) else page.where(answer.start)
    name = visible(f"{name} ({section})" if section else name)
    match answer:
        case ExactMatch():
            lines = [_("%(page)s says it:", page=name), _passage(page, answer)]
        case NearMatch(score=score):
            percent = round(100 * score)
            lines = [
                _("%(page)s doesn't say it. The closest passage, %(percent)s %% alike:", page=name, percent=percent),
                _passage(page, answer),
                _("A quote repeats its source letter by letter. If you mean that passage, quote it."),
            ]
        case NoMatch():
            lines = [_("%(page)s doesn't say it, nor anything like it.", page=name)]
    if not page.whole and not isinstance(answer, ExactMatch):
        lines.append(_("It may say it nevertheless: %(reason)s.", reason=visible(page.missing)))
    return "".join(f"{translate(line, language)}\n" for line in lines)


def quote_json(page: Page, answer: ExactMatch | NearMatch | NoMatch) -> dict[str, Any]:
    """Return the same for programs: `found` is exact, similar or nothing, `similarity` is from 0 to 1."""
    match answer:
        case NoMatch():
            return {"found": "nothing", "similarity": 0, "passage": None, "where": None} | _read(page)
        case ExactMatch():
            found: dict[str, Any] = {"found": "exact", "similarity": 1}
        case NearMatch():
            found = {"found": "similar", "similarity": round(answer.score, 4)}
    return found | {"passage": answer.passage, "where": page.where(answer.start)} | _read(page)


def _read(page: Page) -> dict[str, Any]:
    return {"whole_page_read": page.whole, "not_read": page.missing or None}


def _passage(page: Page, answer: ExactMatch | NearMatch) -> str:
    before = page.text[max(0, answer.start - AROUND) : answer.start]
    after = page.text[answer.end : answer.end + AROUND]
    shown = visible(join_lines(f"{before}»{answer.passage}«{after}"))
    lines = textwrap.wrap(shown, WIDTH - 6, break_on_hyphens=False)
    return "\n".join(f"    | {line}" for line in lines)
