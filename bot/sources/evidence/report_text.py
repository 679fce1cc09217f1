"""The report on the evidence for a terminal, and as a page of the leaderboard.

URLs, quotes, passages and reasons are hostile, and are escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from bot.board.model.assessment import ARTIFACTS
from bot.board.model.layout import ARTIFACTS_ANCHOR, anchor, assessment_path
from bot.sources.evidence.figures import AddressKind
from bot.sources.evidence.report import LinkState, QuoteStatus
from bot.text.catalogue import SOURCE, JoinedText, _, grouped, ngettext
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.board.model.rubric import Rubric
    from bot.sources.evidence.report import CheckedEvidence, EvidenceReport
    from bot.sources.evidence.stored_quotes import StoredQuote

LONGEST_LIST = 300
"""Most items of a list; the JSON has all."""
LONGEST_PASSAGE = 300
"""Most characters of a quote or passage."""


def is_wrong(one: CheckedEvidence) -> bool:
    """Return whether somebody has to look: not after one failure, where robots are blocked, or where a copy is named."""
    return one.state is LinkState.CHANGED or (one.archived is None and (one.dead or one.state is LinkState.GONE))


_GROUPS = ("dead", "gone", "changed", "moved", "unreachable", "blocked", "unread")
"""Evidence that is not fine, in the order of the report."""
_STATES = {
    LinkState.FINE: _("fine"),
    LinkState.MOVED: _("moved"),
    LinkState.CHANGED: _("changed"),
    LinkState.GONE: _("gone"),
    LinkState.UNREACHABLE: _("unreachable"),
    LinkState.BLOCKED: _("blocked"),
    LinkState.UNCHECKED: _("unchecked"),
}


_ADDRESS_KINDS = {
    AddressKind.PAPER_VERSION: _("a version of a paper"),
    AddressKind.PAPER: _("a paper without its version"),
    AddressKind.FILE_AT_COMMIT: _("a file at a commit"),
    AddressKind.FILE: _("a file of a branch"),
    AddressKind.REPOSITORY: _("a repository's start page"),
    AddressKind.DOCUMENT: _("another PDF"),
    AddressKind.PAGE: _("another page"),
}


def as_text(report: EvidenceReport, line_of: Callable[[CheckedEvidence], int | None], language: str = SOURCE) -> str:
    """Return what is wrong, on which line of a file, and what to do next, then all counts; ends with a line break."""
    groups = _grouped(report.evidence, _group)
    return render(
        "sources/evidence/report.txt.j2",
        language,
        groups=[(name, groups[name]) for name in _GROUPS if name in groups],
        has_unchecked=any(one.state is LinkState.UNCHECKED for one in report.evidence),
        summary=summary(report),
        figures=report.figures,
        address_kinds=_ADDRESS_KINDS,
        path=assessment_path,
        line_of=line_of,
        **_COMMON,
    )


def _group(one: CheckedEvidence) -> str:
    if one.dead:
        return "dead"
    return "unread" if one.state is LinkState.FINE and _is_unread(one) else one.state


def _is_unread(one: CheckedEvidence) -> bool:
    return one.quoted is not None and one.quoted.said is QuoteStatus.UNKNOWN


def _by_page(evidence: Iterable[CheckedEvidence]) -> list[list[CheckedEvidence]]:
    """Return the evidence of each page together, in the order of the first citations."""
    return list(_grouped(evidence, lambda one: one.url).values())


def _by_host(blocked: Iterable[CheckedEvidence]) -> list[tuple[str, list[CheckedEvidence]]]:
    """Return the evidence of each host, the host with the most evidence first."""
    hosts = _grouped(blocked, lambda one: urlsplit(one.url).hostname or one.url)
    return sorted(hosts.items(), key=lambda item: (-len(item[1]), item[0]))


def _grouped(
    evidence: Iterable[CheckedEvidence], key: Callable[[CheckedEvidence], str]
) -> dict[str, list[CheckedEvidence]]:
    groups: dict[str, list[CheckedEvidence]] = {}
    for one in evidence:
        groups.setdefault(key(one), []).append(one)
    return groups


def _reason(one: CheckedEvidence) -> str:
    """Return why a page is not fine, and since when."""
    why: str = one.why or _("nothing is known of its quote")
    if not one.failures or not one.since or one.state is LinkState.BLOCKED:
        return why
    if one.failures == 1:
        return _("%(why)s, since %(day)s", why=why, day=one.since)
    return ngettext(
        "%(why)s, since %(day)s, on %(number)s run",
        "%(why)s, since %(day)s, on %(number)s runs",
        one.failures,
        why=why,
        day=one.since,
    )


def _proposed(places: Iterable[CheckedEvidence]) -> str | None:
    """Return the copy in an archive that an assessment names, or else the one that was found."""
    listed = list(places)
    return next(filter(None, (*(one.archived for one in listed), *(one.copy_found for one in listed))), None)


_COMMON = {
    "by_host": _by_host,
    "by_page": _by_page,
    "longest_list": LONGEST_LIST,
    "longest_passage": LONGEST_PASSAGE,
    "proposed": _proposed,
    "reason": _reason,
}
"""What both templates use."""


def summary(report: EvidenceReport) -> str:
    """Return the counts of everything, on one line."""
    evidence = report.evidence
    states = Counter(one.state for one in evidence)
    found, quotes = _quotes(evidence)
    counts = [
        _("%(number)s %(state)s", number=grouped(states[each]), state=words)
        for each, words in _STATES.items()
        if states[each]
    ]
    parts: list[str] = [JoinedText(", ", counts) if counts else _("nothing to verify")]
    if dead := sum(one.dead for one in evidence):
        parts.append(_("%(number)s dead", number=grouped(dead)))
    if quotes:
        parts.append(
            ngettext("%(found)s of %(number)s quote found", "%(found)s of %(number)s quotes found", quotes, found=found)
        )
    return ngettext(
        "%(number)s piece of evidence on %(pages)s: %(counts)s.",
        "%(number)s pieces of evidence on %(pages)s: %(counts)s.",
        len(evidence),
        pages=ngettext("%(number)s page", "%(number)s pages", len(_pages(evidence))),
        counts=JoinedText("; ", parts),
    )


def _pages(evidence: Iterable[CheckedEvidence]) -> set[str]:
    return {one.url.partition("#")[0] for one in evidence}


def _quotes(evidence: Iterable[CheckedEvidence]) -> tuple[int, int]:
    """Return the number of quotes that were found, and of all."""
    said = [one.quoted.said for one in evidence if one.quoted]
    return said.count(QuoteStatus.FOUND), len(said)


_WORKS = (LinkState.FINE, LinkState.MOVED)
_FAILS = (LinkState.GONE, LinkState.UNREACHABLE)


def as_page(
    report: EvidenceReport,
    names: Mapping[str, str],
    rubric: Rubric,
    stored: Mapping[tuple[str, str], StoredQuote],
    language: str = SOURCE,
    doubtful: int = 0,
) -> str:
    """Return the page `leaderboard/evidence.md`.

    `names` are those of the models, by id; `stored` are the checks against stored copies, by URL and quote; `doubtful` is a
    number of ratings.
    """
    evidence = report.evidence
    in_copies = [
        known for one in evidence if one.quoted and (known := stored.get((one.url, one.quoted.words))) is not None
    ]
    works = [one for one in evidence if one.state in (*_WORKS, LinkState.CHANGED)]
    found, quotes = _quotes(evidence)
    counts = {model: _counts(own) for model, own in _grouped(evidence, lambda one: one.model).items()}
    criteria = {criterion.id: (criterion.title, quote(anchor(criterion))) for criterion in rubric.criteria}
    criteria |= {f"{ARTIFACTS}.{kind.id}": (kind.title, ARTIFACTS_ANCHOR) for kind in rubric.artifacts}
    return render(
        "sources/evidence/evidence.md.j2",
        language,
        asked=max((one.checked for one in evidence if one.checked), default=None),
        blocked=_by_host(one for one in evidence if one.state is LinkState.BLOCKED),
        changed=_by_page(one for one in evidence if one.state is LinkState.CHANGED),
        citations=_citations,
        copy_day=_copy_day,
        criteria=criteria,
        doubtful=doubtful,
        dead=_by_page(one for one in evidence if one.dead),
        failing=_by_page(one for one in evidence if not one.dead and one.state in _FAILS),
        found=found,
        in_copies=sum(known.said is QuoteStatus.FOUND for known in in_copies),
        in_copies_asked=max((known.checked for known in in_copies), default=None),
        moved=_by_page(one for one in evidence if one.state is LinkState.MOVED),
        names=names,
        pages=len(_pages(evidence)),
        quote=quote,
        quotes=quotes,
        rows=list(counts.items()),
        summary=summary(report),
        total=list(map(sum, zip(*counts.values(), strict=True))),
        unchecked=sum(one.state is LinkState.UNCHECKED for one in evidence),
        unread=_by_page(one for one in evidence if one.state in _WORKS and _is_unread(one)),
        working=len(_pages(works)),
        **_COMMON,
    )


def _citations(places: Sequence[CheckedEvidence]) -> Iterable[tuple[str, list[str]]]:
    """Return the ratings that cite a page: each model once, with its criteria."""
    models = _grouped(places, lambda one: one.model)
    return [(model, list(dict.fromkeys(one.criterion for one in own))) for model, own in models.items()]


def _counts(evidence: Sequence[CheckedEvidence]) -> tuple[int, ...]:
    """Return the number of a model's ratings with evidence of each state, by column; artifacts don't count."""
    evidence = [one for one in evidence if not one.criterion.startswith(f"{ARTIFACTS}.")]
    works = {one.criterion for one in evidence if one.state in _WORKS}
    verified = {
        one.criterion for one in evidence if one.state in _WORKS and one.quoted and one.quoted.said is QuoteStatus.FOUND
    }
    changed = {one.criterion for one in evidence if one.state is LinkState.CHANGED}
    failing = {one.criterion for one in evidence if one.state in _FAILS and not one.dead}
    dead = {one.criterion for one in evidence if one.dead}
    ratings = {one.criterion for one in evidence}
    unknown = ratings - {one.criterion for one in evidence if one.state not in (LinkState.BLOCKED, LinkState.UNCHECKED)}
    return tuple(map(len, (ratings, works, verified, changed, failing, dead, unknown)))


_OF_DAY = re.compile(r"/web/([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{6}[a-z_]*/")


def _copy_day(place: str) -> str | None:
    """Return the day of a copy in an archive, such as 2025-03-31, where the URL contains it."""
    found = _OF_DAY.search(place)
    return "-".join(found.groups()) if found else None
