"""Summary of the links that a pull request adds or changes, for the comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Self

from bot.board.model.assessment import ARTIFACTS
from bot.board.model.policy import LinkRule
from bot.handlers.pull_request.links import shown
from bot.sources.evidence.link_report import QuoteFinding
from bot.text.catalogue import data_text
from bot.text.sameness import normal_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.facts import Person
    from bot.handlers.pull_request.links import JudgedLink
    from bot.handlers.pull_request.report import Report


class ShownLink(NamedTuple):
    """One changed link with its quote."""

    link: JudgedLink
    title: str
    """Of the criterion."""
    seen_by: str
    """The login of the reviewer who looked at the page; empty where nobody did, or need."""

    @property
    def model(self) -> str:
        """Return the id of the model."""
        return self.link.cited.model

    @property
    def url(self) -> str:
        """Return the address as cited."""
        return self.link.cited.url

    @property
    def shown_url(self) -> str:
        """Return the address without its scheme, cut where it is long."""
        return shown(re.sub(r"^https?://", "", self.url))

    @property
    def quote(self) -> str:
        """Return the quote, cut where it is long."""
        return shown(self.link.cited.quote or "")

    @property
    def closest(self) -> str:
        """Return the closest passage, cut where it is long; empty where the quote was found."""
        return shown(self.link.closest) if self.link.quote is QuoteFinding.MISSING else ""


class SeenPage(NamedTuple):
    """A page at which a reviewer has to look, with all that cite it."""

    places: tuple[ShownLink, ...]

    @property
    def effort(self) -> tuple[int, str]:
        """Return the sort key of a page: the number of characters to look for, then its address."""
        return sum(len(one.link.cited.quote or "") for one in self.places), self.places[0].url


class LinkSummary(NamedTuple):
    """All changed links."""

    number: int
    checking: int
    """Those that are being checked."""
    fine: int
    """Those for which nothing is left to do, without a reviewer."""
    quotes: int
    found: int
    """Quotes that were found."""
    not_asked: int
    to_see: tuple[SeenPage, ...]
    """Pages at which a reviewer has to look, the least work first."""
    more_to_see: int
    """Those that are left out."""
    rows: tuple[ShownLink, ...]
    """All links, those that are not fine first."""
    more_rows: int

    @classmethod
    def of(cls, report: Report, most_pages: int, most_rows: int) -> Self:
        """Return the summary for a pull request: at most so many pages, and so many rows of the whole list."""
        seen, links = report.judgement.conversation.seen, report.contents.links
        every = list(_shown_links(report, seen))
        pages: dict[str, list[ShownLink]] = {}
        for one in every:
            if one.link.rule is LinkRule.SEEN and not one.seen_by:
                pages.setdefault(normal_url(one.url), []).append(one)
        to_see = sorted((SeenPage(tuple(places)) for places in pages.values()), key=lambda page: page.effort)
        rows = sorted(every, key=lambda one: one.link.rule is LinkRule.ACCEPT)
        quotes = [link.quote for link in links if link.cited.quote is not None]
        return cls(
            len(links),
            sum(link.rule is None for link in links),
            sum(link.rule is LinkRule.ACCEPT for link in links),
            len(quotes),
            sum(link.is_in_copy or (link.quote is not None and link.quote.is_there) for link in links),
            sum(link.rule is not None and link.page == "unchecked" for link in links),
            tuple(to_see[:most_pages]),
            max(0, len(to_see) - most_pages),
            tuple(rows[:most_rows]),
            max(0, len(rows) - most_rows),
        )


def _shown_links(report: Report, seen: dict[str, Person]) -> Iterable[ShownLink]:
    board = report.contents.board
    titles: dict[str, str] = {}
    if board is not None:
        titles = {each.id: data_text(each.title) for each in board.rubric.criteria}
        titles |= {f"{ARTIFACTS}.{each.id}": data_text(each.title) for each in board.rubric.artifacts}
    for link in report.contents.links:
        person = seen.get(normal_url(link.cited.url)) if link.rule is LinkRule.SEEN else None
        title = titles.get(link.cited.criterion, link.cited.criterion)
        yield ShownLink(link, title, person.login if person else "")
