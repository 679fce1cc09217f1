"""The links and quotes that a pull request adds or changes: results about their pages, and what each link needs. Pure.

A `ChangedCitation` without a result becomes a `WantedLink` for the job that asks, which returns a `FoundLink`. Its `KeptLink` is
kept in a check run of the head, which only apps can write, so that each run can decide from scratch. The policy makes it a
`JudgedLink`. A result is bound to a link with its quote and copy, and to the head; for others it says nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, ValidationError

from bot.board.model.json_document import DocumentPart
from bot.board.model.policy import LinkRule
from bot.board.model.problem import Fix, Problem, Severity
from bot.github.actions import KeepLinks
from bot.github.commands import Verb, commands
from bot.sources.evidence.addresses import may_replace
from bot.sources.evidence.link_report import MOST_LINKS, QuoteFinding, Url, WantedLink, WantedLinks
from bot.sources.evidence.report import LinkState
from bot.text.catalogue import _, ngettext
from bot.text.escaping import visible_line
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from bot.board.model.policy import EvidenceRules
    from bot.github.facts import Comment
    from bot.handlers.pull_request.facts import ChangedCitation, Contents
    from bot.sources.evidence.link_report import FoundLink, LinkReport

KEPT_LIMIT = 65_000
"""Characters of the text of a check run, a little less than GitHub takes: https://docs.github.com/en/rest/checks/runs."""
_LONGEST_PASSAGE = 200
_LONGEST_ADDRESS = 500
_SHOWN = 150
"""Characters of a quote, a passage or an address in a message."""

FAULTS = ("link-gone", "quote-missing")
"""The rules by which a link or a quote is refused. Its file is read all the same."""


@dataclass(frozen=True, slots=True)
class JudgedLink:
    """A changed link with its quote, and its requirement."""

    cited: ChangedCitation
    rule: LinkRule | None
    """None while it is being checked."""
    page: LinkState = LinkState.UNCHECKED
    quote: QuoteFinding | None = None
    """None where there is no quote, or no page."""
    closest: str = ""
    """The closest passage, where the quote was not found."""
    place: str = ""
    """New URL of a moved page."""
    is_in_copy: bool = False
    """Whether the page is not there, but the archive's copy that the evidence names has the quote."""
    copy_found: str = ""
    """A copy in an archive that the evidence could name."""


# ---- results that are kept -------------------------------------------------------------------------------------------


class KeptLink(DocumentPart):
    """Result for one link with its quote, as it is kept."""

    state: LinkState
    said: QuoteFinding | None = None
    closest: str = ""
    place: Url | None = None
    said_by_copy: QuoteFinding | None = None
    copy_found: Url | None = None


class _KeptDocument(DocumentPart):
    """The text of the check run."""

    version: Annotated[int, Field(ge=1, le=1)] = 1
    links: dict[str, KeptLink]


@dataclass(frozen=True, slots=True)
class KeptLinks:
    """Results for the links of a head."""

    links: Mapping[str, KeptLink]
    """By `key_of`."""
    at: datetime
    """When they were kept."""

    @classmethod
    def read(cls, text: str, at: datetime) -> Self | None:
        """Return the results in the text of a check run; None where it has none."""
        try:
            return cls(
                _KeptDocument.model_validate_json(
                    text.strip().removeprefix(_BEGIN.strip()).removesuffix(_END.strip())
                ).links,
                at,
            )
        except ValidationError:
            return None


_BEGIN, _END = "```json\n", "\n```\n"


def key_of(cited: ChangedCitation | FoundLink) -> str:
    """Return a digest of a link with its quote and the copy that is named, in 20 hexadecimal digits."""
    named = [cited.url, cited.quote, cited.archived]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:20]


def with_report(
    kept: KeptLinks | None, cited: Iterable[ChangedCitation], report: LinkReport | None, now: datetime
) -> KeptLinks:
    """Return the results to keep from now on. Of the report only what is cited counts; None is an empty report.

    What was not asked for this time keeps its earlier result.
    """
    wanted = {key_of(one) for one in cited}
    links = {key: KeptLink(state=LinkState.UNCHECKED) for key in sorted(wanted)}
    links |= {} if kept is None else kept.links
    for found in report.links if report else ():
        key = key_of(found)
        if key in wanted and found.state is not LinkState.UNCHECKED:
            links[key] = _kept(found)
    return KeptLinks(links, now)


def _kept(found: FoundLink) -> KeptLink:
    place, copy = (url if url and len(url) <= _LONGEST_ADDRESS else None for url in (found.place, found.copy_found))
    return KeptLink(
        state=found.state,
        said=found.said,
        closest=clip(visible_line(found.closest or ""), _LONGEST_PASSAGE) if found.said is QuoteFinding.MISSING else "",
        place=place,
        said_by_copy=found.said_by_copy,
        copy_found=copy,
    )


def keep(head: str, kept: KeptLinks) -> KeepLinks:
    """Return the action that keeps results for later runs. What doesn't fit is left out: passages first, then addresses."""
    links = dict(kept.links)
    asked = sum(one.state is not LinkState.UNCHECKED for one in links.values())
    title = ngettext(
        "%(asked)s of %(number)s link checked", "%(asked)s of %(number)s links checked", len(links), asked=asked
    )
    summary = _(
        "What the bot found about the new links and quotes of this commit. The comment in the conversation explains it."
    )
    for bare in ({}, {"closest": ""}, {"closest": "", "place": None, "copy_found": None}):
        text = _written({key: one.model_copy(update=bare) for key, one in links.items()})
        if len(text) <= KEPT_LIMIT:
            return KeepLinks(head, title, summary, text)
    # Those without a result are asked for again by the next run.
    some = sorted(links.items(), key=lambda item: item[1].state is LinkState.UNCHECKED)
    while len(text) > KEPT_LIMIT:
        some = some[: len(some) * KEPT_LIMIT // (len(text) + 1)]
        text = _written({key: one.model_copy(update=bare) for key, one in some})
    return KeepLinks(head, title, summary, text)


def _written(links: Mapping[str, KeptLink]) -> str:
    document = _KeptDocument(links=dict(links)).model_dump(mode="json", exclude_defaults=True)
    # Without a backtick nothing ends the block of code.
    return f"{_BEGIN}{json.dumps(document, separators=(',', ':')).replace('`', chr(92) + 'u0060')}{_END}"


# ---- what is asked for -----------------------------------------------------------------------------------------------


def links_to_ask(contents: Contents, kept: KeptLinks | None, comments: Iterable[Comment]) -> WantedLinks | None:
    """Return the links to ask for now; None where there are none.

    Those without a result, and after a `/recheck` all that are not fine: those that were not asked for come first.
    """
    again = kept is not None and any(
        one.at > kept.at and not one.author.is_bot and any(each.verb is Verb.RECHECK for each in commands(one.body))
        for one in comments
    )
    results = kept.links if kept else {}
    wanted: dict[str, tuple[int, WantedLink]] = {}
    for link in contents.links:
        cited = link.cited
        result = results.get(key := key_of(cited))
        if result is None or (again and link.rule is not LinkRule.ACCEPT):
            rank = 0 if result is None or result.state is LinkState.UNCHECKED else 1
            wanted.setdefault(key, (rank, WantedLink(url=cited.url, quote=cited.quote, archived=cited.archived)))
    ordered = [link for _rank, link in sorted(wanted.values(), key=lambda item: item[0])]
    return WantedLinks(head=contents.head, links=tuple(ordered[:MOST_LINKS])) if ordered else None


# ---- decision --------------------------------------------------------------------------------------------------------


def judge_links(
    cited: Iterable[ChangedCitation], kept: KeptLinks | None, rules: EvidenceRules
) -> tuple[JudgedLink, ...]:
    """Return each of these links with its requirement by the rules."""
    results = kept.links if kept else {}
    return tuple(judge_link(one, results.get(key_of(one)), rules) for one in cited)


def judge_link(cited: ChangedCitation, result: KeptLink | None, rules: EvidenceRules) -> JudgedLink:
    """Return a link with its requirement. Whatever isn't known counts as not asked for."""
    if result is None:
        return JudgedLink(cited, None)
    quote, rule = None, rules.not_asked
    said_by_copy = result.said_by_copy if cited.quote and cited.archived else None
    is_in_copy = said_by_copy is not None and said_by_copy.is_there
    match result.state:
        case LinkState.FINE | LinkState.MOVED | LinkState.CHANGED:
            quote = None if cited.quote is None else result.said or QuoteFinding.UNREAD
            missing = {QuoteFinding.MISSING: rules.quote_missing, QuoteFinding.UNREAD: rules.quote_unread}
            rule = LinkRule.ACCEPT if quote is None else missing.get(quote, LinkRule.ACCEPT)
            is_in_copy = False
        case LinkState.GONE:
            rule = rules.gone
        case LinkState.BLOCKED:
            rule = rules.blocked
        case LinkState.UNREACHABLE:
            rule = rules.unreachable
    place = result.place or ""
    return JudgedLink(
        cited,
        LinkRule.ACCEPT if is_in_copy else rule,
        LinkState.FINE if result.state is LinkState.CHANGED else result.state,
        quote,
        result.closest,
        # The report is data of a job that met strangers' pages.
        place if result.state is LinkState.MOVED and may_replace(place, cited.url) else "",
        is_in_copy,
        result.copy_found or "",
    )


# ---- problems --------------------------------------------------------------------------------------------------------


def check_links(contents: Contents, kept: KeptLinks | None) -> Contents:
    """Return the contents with what is known of the changed links, and with a problem for each that has to be fixed.

    A page that moved is a warning, with the new address to be taken over by one click.
    """
    rules = contents.rules.policy.evidence
    if rules is None or not contents.citations:
        return contents
    links = judge_links(contents.citations, kept, rules)
    problems = {*contents.problems, *link_problems(links)}
    return replace(contents, links=links, problems=tuple(sorted(problems)))


def link_problems(links: Iterable[JudgedLink]) -> Iterator[Problem]:
    """Yield what has to be fixed, and the pages that moved."""
    for link in links:
        if link.rule is LinkRule.FIX:
            yield _to_fix(link)
        elif link.place:
            remedy = _("Write `%(place)s` instead.", place=link.place)
            yield _problem(link, "link-moved", _("this page has moved permanently"), remedy, _moved(link))


def shown(text: str) -> str:
    """Return a quote, a passage or an address on one line for a message, cut where it is long."""
    return clip(visible_line(text), _SHOWN)


def _to_fix(link: JudgedLink) -> Problem:
    quote = shown(link.cited.quote or "")
    match link.page, link.quote:
        case LinkState.GONE, _:
            what = _("the server says that this page doesn't exist: `%(url)s`", url=link.cited.url)
            remedy = _("Cite a page that is there, or an archive's copy of it that has the quote, as `archived`.")
        case ((LinkState.FINE | LinkState.MOVED), QuoteFinding.MISSING) if link.closest:
            what = _("the page doesn't have this quote: `%(quote)s`", quote=quote)
            remedy = _(
                "Copy the words from the page. The closest ones there are `%(passage)s`.", passage=shown(link.closest)
            )
        case ((LinkState.FINE | LinkState.MOVED), QuoteFinding.MISSING):
            what = _("the page doesn't have this quote: `%(quote)s`", quote=quote)
            remedy = _("Copy the words from the page, or cite the page that has them.")
        case _:
            what = _("this page could not be confirmed: `%(url)s`", url=link.cited.url)
            remedy = _("Cite a page that the bot can read, or leave it out.")
    return _problem(link, "quote-missing" if link.quote is QuoteFinding.MISSING else "link-gone", what, remedy)


def _problem(link: JudgedLink, rule: str, what: str, remedy: str, fix: Fix | None = None) -> Problem:
    cited = link.cited
    column = cited.excerpt.find(cited.url) + 1
    severity = Severity.WARNING if rule == "link-moved" else Severity.ERROR
    excerpt, width = (cited.excerpt, len(cited.url)) if column else ("", 1)
    return Problem(cited.path, cited.line, column or 1, rule, what, remedy, severity, excerpt, width, fix)


_PLAIN = re.compile(r"[!-~]*[!-9;-~]")
"""In YAML, text without quotes must not end with a colon."""


def _moved(link: JudgedLink) -> Fix | None:
    """Return the replacement of the address on its line; None where that could change anything else."""
    cited, place = link.cited, link.place
    is_plain = _PLAIN.fullmatch(place) and not re.search(r"['\"\\]", place)
    if cited.excerpt.count(cited.url) != 1 or not cited.excerpt.isprintable() or not is_plain:
        return None
    return Fix(cited.line, cited.line, (cited.excerpt.replace(cited.url, place),))
