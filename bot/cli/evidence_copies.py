"""`openness-bot evidence copies`: check the quotes of the assessments against stored copies of their pages."""

from __future__ import annotations

import asyncio
import csv
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bot.board.model.layout import STORED_QUOTES
from bot.cli.checkout import ProblemsFound, unreadable
from bot.cli.kept import write_kept
from bot.cli.known_evidence import read_evidence, stored_quotes
from bot.cli.language import say
from bot.sources.evidence.readers import Readers, ReadingJob
from bot.sources.evidence.report import QuoteStatus
from bot.sources.evidence.stored_quotes import StoredQuote, as_csv, update_stored_quotes
from bot.sources.web.outcome import LARGEST_PAGE
from bot.text.catalogue import _, ngettext
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.cli.checkout import Checkout

_COLUMNS = ("url", "copy", "file")


class _Copy(NamedTuple):
    url: str
    copy: str
    """Where the copy comes from, for people."""
    file: Path


@click.command("copies")
@click.argument("listed", metavar="LIST", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def copies_command(checkout: Checkout, listed: Path) -> int:
    """Checks the quotes of the assessments against stored copies of their pages, and writes evidence/quotes.csv.

    LIST is a CSV file with the columns url, copy and file: the address as it is cited, where the copy comes from, and the file
    on this machine, relative to LIST. A page may have several copies; a quote needs only one that contains it. Quotes on other
    pages keep their result.

    \b
    Example:
      openness-bot evidence copies copies.csv
    """
    copies = _read_list(listed)
    cited = [(one.url, one.quote) for one in read_evidence(checkout)[1] if one.quote is not None]
    kept = update_stored_quotes(stored_quotes(checkout), _best_results(copies, cited, checkout.today), cited)
    write_kept(checkout.root, STORED_QUOTES, as_csv(kept))
    failed = [one for one in kept if one.said is not QuoteStatus.FOUND]
    for one in failed:
        shown = {"url": visible(one.url), "quote": visible(one.quote), "copy": visible(one.copy)}
        if one.said is QuoteStatus.UNKNOWN:
            say(_("%(url)s: %(copy)s could not be read to its end, so it may contain “%(quote)s”", **shown))
        else:
            say(_("%(url)s: “%(quote)s” is not in %(copy)s", **shown))
    say(
        ngettext(
            "%(found)s of %(number)s quote was found in a stored copy.",
            "%(found)s of %(number)s quotes were found in stored copies.",
            len(set(cited)),
            found=len(kept) - len(failed),
        )
    )
    return 1 if failed else 0


def _best_results(copies: list[_Copy], cited: list[tuple[str, str]], today: date) -> Iterable[StoredQuote]:
    """Return the best result for each quote of which there is a copy."""
    quotes: dict[str, dict[str, None]] = {}
    for url, quote in cited:
        quotes.setdefault(url, {})[quote] = None
    found: dict[tuple[str, str], StoredQuote] = {}
    with Readers(1) as readers:
        for copy in copies:
            wanted = [
                quote
                for quote in quotes.get(copy.url, ())
                if (copy.url, quote) not in found or found[copy.url, quote].said is not QuoteStatus.FOUND
            ]
            for check in _search(readers, copy, tuple(wanted), today):
                best = found.get((check.url, check.quote))
                if best is None or _BEST_FIRST.index(check.said) < _BEST_FIRST.index(best.said):
                    found[check.url, check.quote] = check
    return found.values()


_BEST_FIRST = (QuoteStatus.FOUND, QuoteStatus.NEAR, QuoteStatus.MISSING, QuoteStatus.UNKNOWN)


def _read_list(listed: Path) -> list[_Copy]:
    """Return the copies of a list. Raises ProblemsFound where it is none, or names a file that does not exist."""
    reason = ""
    try:
        with listed.open(encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(text, strict=True)
            header, *lines = [tuple(row) for row in rows] or [()]
    except (OSError, ValueError, csv.Error) as error:
        reason, header, lines = str(error), _COLUMNS, []
    if header != _COLUMNS:
        reason = _("the first line must be `%(columns)s`", columns=",".join(_COLUMNS))
    elif uneven := next((number for number, line in enumerate(lines, 2) if len(line) != len(_COLUMNS)), None):
        reason = _("line %(number)s has other columns", number=uneven)
    if reason:
        raise ProblemsFound(unreadable(visible(str(listed)), visible(reason)))
    copies = [_Copy(url, copy, listed.parent / file) for url, copy, file in lines]
    for copy in copies:
        if not copy.file.is_file():
            raise ProblemsFound(_("there is no file %(path)s", path=visible(str(copy.file))))
    return copies


def _search(readers: Readers, copy: _Copy, quotes: tuple[str, ...], today: date) -> list[StoredQuote]:
    """Return the result of searching a copy for each quote."""
    if not quotes:
        return []
    media = mimetypes.guess_type(copy.file.name)[0] or ""
    with copy.file.open("rb") as file:
        data = file.read(LARGEST_PAGE + 1)  # more is not read in any case
    job = ReadingJob(data, media, copy.file.name, True, quotes)
    return [StoredQuote(copy.url, one.words, copy.copy, today, one.said) for one in asyncio.run(readers.search(job))]
