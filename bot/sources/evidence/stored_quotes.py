"""The list of quotes that were checked against stored copies of their pages (`evidence/quotes.csv`). Pure.

A stored copy shows that a quote was taken from the page. Whether the page is still there is a question of verification.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from bot.sources.evidence.report import QuoteStatus
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class StoredQuote(NamedTuple):
    """Result of searching a stored copy of a page for a quote."""

    url: str
    """As cited."""
    quote: str
    copy: str
    """Where the copy comes from, such as `github.com/example/model@0123abc:report.pdf`."""
    checked: date
    said: QuoteStatus


class StoredQuotesError(ValueError):
    """The list cannot be read; the message is for people, and names the line."""


_KEY = tuple[str, str]


def read_stored_quotes(text: str) -> dict[_KEY, StoredQuote]:
    """Return the checks of a CSV file by URL and quote. Raises StoredQuotesError."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: dict[_KEY, StoredQuote] = {}
    try:
        header = next(rows, [])
        for url, quote, copy, checked, said in rows if tuple(header) == StoredQuote._fields else ():
            found[url, quote] = StoredQuote(url, quote, copy, date.fromisoformat(checked), QuoteStatus(said))
    except (csv.Error, ValueError) as error:
        raise StoredQuotesError(_("line %(number)s: %(reason)s", number=rows.line_num, reason=error)) from None
    if tuple(header) != StoredQuote._fields:
        raise StoredQuotesError(_("the first line must be `%(columns)s`", columns=",".join(StoredQuote._fields)))
    return found


def as_csv(checks: Iterable[StoredQuote]) -> str:
    """Return the checks as CSV, by URL and quote."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(StoredQuote._fields)
    rows.writerows(sorted(checks))
    return text.getvalue()


def update_stored_quotes(
    before: Mapping[_KEY, StoredQuote], now: Iterable[StoredQuote], cited: Iterable[_KEY]
) -> list[StoredQuote]:
    """Return the newest check of each quote that is cited; checks of other quotes are dropped."""
    known = {**before, **{(one.url, one.quote): one for one in now}}
    return [known[key] for key in dict.fromkeys(cited) if key in known]
