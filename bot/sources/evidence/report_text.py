"""The report on the evidence for a terminal, as JSON, and as a page of the leaderboard.

URLs, quotes, passages and reasons are hostile, and are escaped.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from tabulate import tabulate

from bot.board.model.layout import anchor, assessment_path
from bot.sources.evidence.report import LinkState, QuoteStatus
from bot.text.escaping import code_span, markdown_link, markdown_text, visible
from bot.text.shaping import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bot.board.model.rubric import Rubric
    from bot.sources.evidence.report import CheckedEvidence, EvidenceReport

LONGEST_LIST = 300
"""Most items of a list; the JSON has all."""
LONGEST_PASSAGE = 300
"""Most characters of a quote or passage."""


def is_wrong(one: CheckedEvidence) -> bool:
    """Return whether somebody has to look at this evidence.

    Not where the server did not answer once, or blocks robots, nor where a copy of a lost page is named.
    """
    return one.state is LinkState.CHANGED or (one.archived is None and (one.dead or one.state is LinkState.GONE))


def as_json(report: EvidenceReport) -> str:
    """Return the report as JSON; ends with a line break."""
    # ASCII only, because the output may go to a terminal or the log of a workflow; `##[` is the one prefix of the runner's
    # commands that is recognized within a line.
    document = json.dumps(report.model_dump(mode="json"), indent=2).replace("##[", "##\\u005b")
    return f"{document}\n"


# ---- for a terminal --------------------------------------------------------------------------------------------------

_UNCHECKED_ADVICE = "`openness-bot evidence verify` asks for what is unchecked."


def as_text(report: EvidenceReport, line_of: Callable[[CheckedEvidence], int | None]) -> str:
    """Return what is wrong, where, and what to do next, then the counts of everything. Ends with a line break.

    `line_of` returns the line of a piece of evidence in its file, or None.
    """
    parts = []
    for title, advice, listed in _groups(report.evidence):
        parts.append(f"{title} ({len(listed):,})")
        if listed[0].state is LinkState.BLOCKED:
            parts += [f"  {visible(host)}: {_blocked(own)}" for host, own in _by_host(listed)]
        else:
            parts += [_page_as_text(page, line_of) for page in _by_page(listed)]
        parts.append(f"  What to do: {advice}\n")
    parts.append(summary(report))
    if any(one.state is LinkState.UNCHECKED for one in report.evidence):
        parts.append(_UNCHECKED_ADVICE)
    return "\n".join(parts) + "\n"


_OR_COPY = "or name the copy in an archive as `archived:`"
_GROUPS = {
    "dead": ("Dead links", f"find where the page is now and change `url`, {_OR_COPY}."),
    LinkState.GONE: (
        "Gone, for the first time or not for long",
        f"see whether the page has moved and change `url`, {_OR_COPY}.",
    ),
    LinkState.CHANGED: (
        "Pages that don't say their quotes",
        "read the page again: the rating may have to change, or only the quote.",
    ),
    LinkState.MOVED: ("Moved pages", "change `url` to the new place."),
    LinkState.UNREACHABLE: (
        "Unreachable this time",
        "nothing yet. What fails on three runs over seven days counts as dead.",
    ),
    LinkState.BLOCKED: (
        "Not shown to robots",
        "nothing, or look at them yourself: a quote is checked with `openness-bot evidence quote FILE`.",
    ),
    "unread": ("Quotes on pages that can't be read", "nothing, or look yourself: the link works."),
}
"""Title and advice of each group of evidence that is not fine, in order."""


def _groups(evidence: Sequence[CheckedEvidence]) -> Iterator[tuple[str, str, list[CheckedEvidence]]]:
    """Yield title, advice and evidence of each group that is not empty."""
    groups = _grouped(evidence, _group)
    return ((*_GROUPS[name], groups[name]) for name in _GROUPS if name in groups)


def _group(one: CheckedEvidence) -> str:
    if one.dead:
        return "dead"
    unread = one.state is LinkState.FINE and one.quoted and one.quoted.said is QuoteStatus.UNKNOWN
    return "unread" if unread else one.state


def _by_page(evidence: Iterable[CheckedEvidence]) -> list[list[CheckedEvidence]]:
    """Return the evidence of each page together, in the order of the first citations."""
    return list(_grouped(evidence, lambda one: one.url).values())


def _grouped(
    evidence: Iterable[CheckedEvidence], key: Callable[[CheckedEvidence], str]
) -> dict[str, list[CheckedEvidence]]:
    groups: dict[str, list[CheckedEvidence]] = {}
    for one in evidence:
        groups.setdefault(key(one), []).append(one)
    return groups


def _page_as_text(places: Sequence[CheckedEvidence], line_of: Callable[[CheckedEvidence], int | None]) -> str:
    one = places[0]
    lines = [f"  {visible(one.url)}", f"      {visible(_why(one))}"]
    if one.place:
        lines.append(f"      now at {visible(one.place)}")
    if (copy := _proposed(places)) and not one.place:
        lines.append(f"      copy in an archive: {visible(copy)}")
    for place in places:
        if place.quoted and place.state is LinkState.CHANGED:
            lines.append(f"      | quoted:  {visible(_short(place.quoted.words))}")
            if place.quoted.closest:
                lines.append(f"      | closest: {visible(_short(place.quoted.closest))}")
        line = line_of(place)
        where = f"{assessment_path(place.model)}:{line}" if line else assessment_path(place.model)
        lines.append(f"      in {visible(where)}, {visible(place.criterion)}")
    return "\n".join(lines)


def _why(one: CheckedEvidence) -> str:
    failed = ""
    if one.failures and one.since and one.state is not LinkState.BLOCKED:
        failed = f", since {one.since}" + (f", on {one.failures} runs" if one.failures > 1 else "")
    return f"{one.why or 'nothing is known of its quote'}{failed}"


def _proposed(places: Iterable[CheckedEvidence]) -> str | None:
    """Return the copy in an archive that an assessment names, or else the one that was found."""
    listed = list(places)
    named = (one.archived for one in listed if one.archived)
    return next(named, None) or next((one.copy_found for one in listed if one.copy_found), None)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_PASSAGE else f"{text[:LONGEST_PASSAGE]} …"


def summary(report: EvidenceReport) -> str:
    """Return the counts of everything, on one line."""
    evidence = report.evidence
    states = Counter(one.state for one in evidence)
    dead = sum(one.dead for one in evidence)
    named = [f"{states[state]:,} {state}" for state in LinkState if states[state]]
    quotes = [one.quoted for one in evidence if one.quoted]
    found = sum(quoted.said is QuoteStatus.FOUND for quoted in quotes)
    parts = [", ".join(named) or "nothing to verify"]
    if dead:
        parts.append(f"{dead:,} dead")
    if quotes:
        parts.append(f"{found:,} of {count(len(quotes), 'quote')} found")
    pages = len({one.url.partition("#")[0] for one in evidence})
    cited = f"{count(len(evidence), 'piece')} of evidence on {count(pages, 'page')}"
    return f"{cited}: {'; '.join(parts)}."


# ---- the page --------------------------------------------------------------------------------------------------------

_HEADER = ("Model", "Ratings", "Live link", "Verified quote", "Changed", "Failing", "Dead link", "Not known")


def as_page(report: EvidenceReport, names: Mapping[str, str], rubric: Rubric) -> str:
    """Return the page `leaderboard/evidence.md`. `names` are those of the models, by id.

    It contains no date of its own, so that it does not change while the results stay the same.
    """
    page = _PageWriter(names, rubric)
    dead = [one for one in report.evidence if one.dead]
    failing = [one for one in report.evidence if not one.dead and one.state in (LinkState.GONE, LinkState.UNREACHABLE)]
    changed = [one for one in report.evidence if one.state is LinkState.CHANGED]
    moved = [one for one in report.evidence if one.state is LinkState.MOVED]
    parts = [
        "<!-- Generated by `openness-bot evidence verify --write`. Do not edit: the next run overwrites it. -->",
        "# Whether the evidence still holds",
        (
            "The pages that the assessments cite are asked for about once a week, and read for the words that they are "
            "quoted with. This is what is known of them; [how it is found out, and what it can't tell](../docs/evidence.md). "
            "A link counts as dead when it failed on at least three runs over at least seven days."
        ),
        markdown_text(summary(report)),
        (
            "For each model: how many of its ratings have evidence, and how many have any with a live link, with a quote that "
            "was verified, with a page that no longer says its quote, with a link that fails or is dead. Of the others nothing "
            "is known: their pages weren't asked for yet, or aren't shown to robots."
        ),
        page.table(report.evidence),
        *page.listed(
            "Dead links",
            "Where an assessment names a copy in an archive, the copy stands for the page. Where it names none, the closest "
            "one that the Wayback Machine has is proposed.",
            dead,
            page.failed,
        ),
        *page.listed(
            "Pages that don't say their quotes",
            "They are there, but no longer say, letter by letter, what they are quoted with.",
            changed,
            page.unsaid,
        ),
        *page.listed("Moved pages", "The old address leads to the new one.", moved, page.moved),
        *page.listed("Failing", "Not for long enough to count as dead.", failing, page.failed),
        *page.unknown(report.evidence),
    ]
    return "\n\n".join(parts) + "\n"


class _PageWriter:
    """The parts of the page."""

    def __init__(self, names: Mapping[str, str], rubric: Rubric) -> None:
        self._names = names
        self._criteria = {criterion.id: criterion for criterion in rubric.criteria}

    def table(self, evidence: Sequence[CheckedEvidence]) -> str:
        """Return the table with a row for each model."""
        counts = {model: _counts(own) for model, own in _grouped(evidence, lambda one: one.model).items()}
        rows = [(self._model(model), *map(_number, own)) for model, own in counts.items()]
        total = ("All", *map(_number, map(sum, zip(*counts.values(), strict=True))))
        alignment = ("left", *("right" for _ in _HEADER[1:]))
        return tabulate([*rows, total], _HEADER, tablefmt="pipe", disable_numparse=True, colalign=alignment)

    def listed(
        self,
        title: str,
        meaning: str,
        evidence: Sequence[CheckedEvidence],
        said: Callable[[Sequence[CheckedEvidence]], str],
    ) -> Iterator[str]:
        """Yield a section with an item for each page; nothing where there are none."""
        pages = _by_page(evidence)
        if not pages:
            return
        yield f"## {title}"
        yield meaning
        items = [f"- {said(places)}" for places in pages[:LONGEST_LIST]]
        yield "\n".join(items)
        if len(pages) > LONGEST_LIST:
            yield f"And {len(pages) - LONGEST_LIST:,} more, which `openness-bot evidence report` lists."

    def failed(self, places: Sequence[CheckedEvidence]) -> str:
        """Return the item of a page that failed, with its copy."""
        one = places[0]
        copy = ""
        if named := next((place.archived for place in places if place.archived), None):
            copy = f" Read {markdown_link(_copy_of(named), named)} in an archive."
        elif found := next((place.copy_found for place in places if place.copy_found), None):
            copy = f" Proposed as <code>archived:</code> {markdown_link(_copy_of(found), found)}."
        return f"{_link(one.url)}<br>{markdown_text(_sentence(_why(one)))}{copy}<br>{self._cited(places)}"

    def moved(self, places: Sequence[CheckedEvidence]) -> str:
        """Return the item of a page that moved."""
        return f"{_link(places[0].url)}<br>is now {_link(places[0].place or '')}<br>{self._cited(places)}"

    def unsaid(self, places: Sequence[CheckedEvidence]) -> str:
        """Return the item of a page without its quotes, each with the closest passage."""
        quotes = _grouped(places, lambda one: one.quoted.words if one.quoted else "")
        lines = [_link(places[0].url)]
        for words, own in quotes.items():
            closest = own[0].quoted.closest if own[0].quoted else None
            lines.append(f"quoted: “{markdown_text(_short(words))}”")
            lines.append(f"closest: “{markdown_text(_short(closest))}”" if closest else "nothing like it is said there")
            lines.append(self._cited(own))
        return "<br>".join(lines)

    def unknown(self, evidence: Sequence[CheckedEvidence]) -> Iterator[str]:
        """Yield a section on evidence that could not be verified; nothing where there is none."""
        blocked = [one for one in evidence if one.state is LinkState.BLOCKED]
        unread = [
            one
            for one in evidence
            if one.state in (LinkState.FINE, LinkState.MOVED) and one.quoted and one.quoted.said is QuoteStatus.UNKNOWN
        ]
        unchecked = sum(one.state is LinkState.UNCHECKED for one in evidence)
        if not (blocked or unread or unchecked):
            return
        yield "## Not verifiable so far"
        if unchecked:
            yield f"{count(unchecked, 'piece')} of evidence {'was' if unchecked == 1 else 'were'} never asked for."
        if blocked:
            yield "Hosts that don't show pages to robots. That says nothing about the pages: people can read them."
            yield _hosts(blocked)
        if unread:
            yield "Pages that are there, but whose text couldn't be searched for the quote:"
            listed = _by_page(unread)
            lines = [
                f"- {_link(own[0].url)}<br>{markdown_text(_sentence(own[0].why or 'it is not known why'))}<br>{self._cited(own)}"
                for own in listed[:LONGEST_LIST]
            ]
            yield "\n".join(lines)
            if len(listed) > LONGEST_LIST:
                yield f"And {len(listed) - LONGEST_LIST:,} more."

    def _cited(self, places: Sequence[CheckedEvidence]) -> str:
        """Return the ratings that cite a page: each model once, with its criteria."""
        criteria: dict[str, dict[str, None]] = {}
        for place in places:
            criteria.setdefault(place.model, {})[place.criterion] = None
        models = (
            f"{self._model(model)} ({', '.join(self._criterion(model, one) for one in own)})"
            for model, own in criteria.items()
        )
        return f"cited by {'; '.join(models)}"

    def _model(self, model: str) -> str:
        return f"[{markdown_text(self._names.get(model, model))}](models/{quote(model)}.md)"

    def _criterion(self, model: str, criterion: str) -> str:
        found = self._criteria.get(criterion)
        if found is None:
            return markdown_text(criterion)
        return f"[{markdown_text(found.title)}](models/{quote(model)}.md#{quote(anchor(found))})"


def _counts(evidence: Sequence[CheckedEvidence]) -> tuple[int, ...]:
    """Return the number of a model's ratings with any evidence of each state, in the order of the columns."""
    works = [one for one in evidence if one.state in (LinkState.FINE, LinkState.MOVED)]
    verified = [one for one in works if one.quoted is not None and one.quoted.said is QuoteStatus.FOUND]
    changed = [one for one in evidence if one.state is LinkState.CHANGED]
    failing = [one for one in evidence if one.state in (LinkState.GONE, LinkState.UNREACHABLE) and not one.dead]
    dead = [one for one in evidence if one.dead]
    ratings = _ratings(evidence)
    known = _ratings(one for one in evidence if one.state not in (LinkState.BLOCKED, LinkState.UNCHECKED))
    columns = (len(_ratings(each)) for each in (works, verified, changed, failing, dead))
    return (len(ratings), *columns, len(ratings - known))


def _ratings(evidence: Iterable[CheckedEvidence]) -> set[str]:
    return {one.criterion for one in evidence}


def _number(number: int) -> str:
    # Cells with 0 would hide the others.
    return f"{number:,}" if number else ""


def _by_host(blocked: Iterable[CheckedEvidence]) -> list[tuple[str, list[CheckedEvidence]]]:
    """Return the evidence of each host, the host with the most evidence first."""
    hosts = _grouped(blocked, lambda one: urlsplit(one.url).hostname or one.url)
    return sorted(hosts.items(), key=lambda item: (-len(item[1]), item[0]))


def _blocked(own: Sequence[CheckedEvidence]) -> str:
    return f"{count(len(own), 'piece')} of evidence; {visible(own[0].why)}"


def _hosts(blocked: Iterable[CheckedEvidence]) -> str:
    ordered = _by_host(blocked)
    lines = [f"- {code_span(host)}: {markdown_text(_blocked(own))}" for host, own in ordered[:LONGEST_LIST]]
    if len(ordered) > LONGEST_LIST:
        lines.append(f"- and {len(ordered) - LONGEST_LIST:,} more hosts")
    return "\n".join(lines)


_OF_DAY = re.compile(r"/web/([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{6}[a-z_]*/")


def _copy_of(place: str) -> str:
    """Return the name of a copy in an archive: with its day, where the URL contains it."""
    found = _OF_DAY.search(place)
    return f"the copy of {'-'.join(found.groups())}" if found else "the copy"


def _link(url: str) -> str:
    return markdown_link(url, url)


def _sentence(phrase: str) -> str:
    return f"{phrase[:1].upper()}{phrase[1:]}."
