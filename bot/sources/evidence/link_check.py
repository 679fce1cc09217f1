"""Ask for the links of a pull request, and for the archived copies of pages that are not there.

Nothing is remembered: what is known from earlier runs is only read, because a file that a pull request fills must never
become the state of all evidence.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sources.evidence.addresses import with_fragment
from bot.sources.evidence.cited import Citation, cited_pages
from bot.sources.evidence.link_report import MOST_PAGES, MOST_SECONDS, FoundLink, LinkReport, QuoteFinding
from bot.sources.evidence.memory import Memory
from bot.sources.evidence.page_state import FAILED, QuoteResult
from bot.sources.evidence.quotes import ExactMatch, Searchable
from bot.sources.evidence.report import LinkState, QuoteStatus
from bot.sources.evidence.verification import NoNetworkError, Plan, due_pages, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sources.evidence.cited import CitedPage
    from bot.sources.evidence.link_report import WantedLink, WantedLinks
    from bot.sources.evidence.page_state import ArchiveCopy, PageState
    from bot.sources.evidence.readers import Readers
    from bot.sources.evidence.verification import Visit

_NOT_THERE = (*FAILED, LinkState.BLOCKED)
"""States in which a copy in an archive is asked for the quote."""
_SHARE_OF_PAGES = 0.75
"""The part of the time that the pages themselves may take, so that some is left for copies."""


@dataclass(frozen=True)
class LinkCheck:
    """Input of a run besides the links."""

    now: int
    """Time of the run, in seconds since 1970."""
    every: int
    """Seconds for which a page that answered well need not be asked for again."""
    visit: Visit
    readers: Readers
    seconds: float = MOST_SECONDS
    most: int = MOST_PAGES


async def check_links(wanted: WantedLinks, known: Memory, run: LinkCheck) -> LinkReport:
    """Return the results for these links. What was not asked for, for whatever reason, is `unchecked`.

    `known` is only read. Raises StateError where it can't be.
    """
    cited = [Citation("", "", index, link.url, link.quote) for index, link in enumerate(wanted.links)]
    pages = cited_pages(cited)
    with Memory.in_memory() as memory:
        _take_over(known, pages, memory, run.now)
        until = asyncio.get_running_loop().time() + run.seconds
        await _ask(pages, memory, run, run.seconds * _SHARE_OF_PAGES)
        copies = _copies(wanted.links, cited, memory.pages())
        left = until - asyncio.get_running_loop().time()
        if copies and left > 0:
            await _ask(cited_pages(copies.values()), memory, run, left)
        states, quotes, found = memory.pages(), memory.quotes(), memory.copies()
    return LinkReport(
        head=wanted.head,
        links=tuple(
            _result(link, each, states.get(each.page), quotes, copies.get(each.index), found)
            for link, each in zip(wanted.links, cited, strict=True)
        ),
    )


def _take_over(known: Memory, pages: Sequence[CitedPage], memory: Memory, now: int) -> None:
    """Copy what need not be asked for again: pages that are fine, and those whose host asked for no further requests."""
    states, quotes = known.pages(), known.quotes()
    for page in pages:
        state = states.get(page.url)
        results = [quotes[page.url, words] for words in page.quotes if (page.url, words) in quotes]
        is_fine = all(result.said is QuoteStatus.FOUND for result in results)
        if state is not None and (state.ask_after > now or (state.state is LinkState.FINE and is_fine)):
            memory.record([state], ((page.url, result) for result in results))


async def _ask(pages: Sequence[CitedPage], memory: Memory, run: LinkCheck, seconds: float) -> None:
    # Limited after that: pages that need not be asked for don't count.
    due = due_pages(pages, memory.pages(), memory.quotes().keys(), run.now, run.every)[: run.most]
    plan = Plan(pages=due, now=run.now, every=run.every, seconds=seconds, hosts_are_chosen=True)
    try:
        await verify(plan, memory, run.visit, readers=run.readers, track=lambda _: lambda: None)
    except NoNetworkError:
        return  # The results then say that nothing was asked for.


def _copies(
    links: Sequence[WantedLink], cited: Sequence[Citation], states: dict[str, PageState]
) -> dict[int, Citation]:
    """Return the copies to ask for quotes, by the index of the link: those of pages that are not there."""
    return {
        each.index: Citation("", "", each.index, link.archived, link.quote, archived=link.archived)
        for link, each in zip(links, cited, strict=True)
        if link.archived and link.quote and each.page in states and states[each.page].state in _NOT_THERE
    }


def _result(
    link: WantedLink,
    cited: Citation,
    state: PageState | None,
    quotes: dict[tuple[str, str], QuoteResult],
    copy: Citation | None,
    found: dict[str, ArchiveCopy],
) -> FoundLink:
    if state is None:
        return FoundLink(url=link.url, quote=link.quote, archived=link.archived, state=LinkState.UNCHECKED)
    result = quotes.get((cited.page, link.quote or ""))
    other = found.get(cited.page)
    return FoundLink(
        url=link.url,
        quote=link.quote,
        archived=link.archived,
        state=state.state,
        place=with_fragment(state.place, link.url) if state.state is LinkState.MOVED and state.place else None,
        said=None if link.quote is None else _finding(link.quote, result),
        closest=result.closest or None if result else None,
        said_by_copy=_finding(copy.quote, quotes.get((copy.page, copy.quote))) if copy and copy.quote else None,
        copy_found=other.place if other and other.place and other.place != link.archived else None,
    )


def _finding(quote: str, result: QuoteResult | None) -> QuoteFinding:
    match result:
        case QuoteResult(said=QuoteStatus.FOUND):
            return QuoteFinding.FOUND
        case QuoteResult(said=QuoteStatus.NEAR, closest=closest):
            # Between two figures a space counts all the same: `3 2` is not `32`.
            is_there = isinstance(Searchable(closest, loose=True).find(quote), ExactMatch)
            return QuoteFinding.SPACING if is_there else QuoteFinding.MISSING
        case QuoteResult(said=QuoteStatus.MISSING):
            return QuoteFinding.MISSING
        case _:
            return QuoteFinding.UNREAD
