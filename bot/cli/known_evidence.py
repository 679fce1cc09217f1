"""Shared by the commands of `openness-bot evidence`: read the citations and their state, print the report, visit pages."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

import click

from bot.board.model.json_document import as_json
from bot.board.model.layout import EVIDENCE, STORED_QUOTES, assessment_path
from bot.cli.checkout import ProblemsFound, joined, unreadable
from bot.cli.kept import write_kept
from bot.cli.language import LANGUAGE, say
from bot.sources.evidence.cited import citation_line, citations, cited_pages
from bot.sources.evidence.memory import Memory, StateError
from bot.sources.evidence.page_state import build_report
from bot.sources.evidence.report_text import as_page, as_text, is_wrong
from bot.sources.evidence.stored_quotes import read_stored_quotes
from bot.text.catalogue import _
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from bot.board.model.assessment import Assessment
    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout
    from bot.sources.evidence.cited import Citation, CitedPage
    from bot.sources.evidence.figures import FigureCounter
    from bot.sources.evidence.report import CheckedEvidence, EvidenceReport
    from bot.sources.evidence.stored_quotes import StoredQuote
    from bot.sources.evidence.verification import Visit
    from bot.text.catalogue import Message

STATE = "openness-bot/evidence.sqlite"
"""Default path of the state in the .git folder."""


def read_evidence(checkout: Checkout, counter: FigureCounter | None = None) -> tuple[Corpus, list[Citation]]:
    """Return the assessments without errors, and all their evidence, which `counter` counts."""
    checkout.require_rubric()
    found: dict[str, list[Citation]] = {}

    def take(model: str, assessment: Assessment) -> None:
        found[model] = list(citations([(model, assessment)]))
        if counter is not None:
            counter.add(assessment)

    corpus = checkout.usable_corpus(take)
    return corpus, [cited for model in corpus.entries for cited in found[model]]


def all_pages(corpus: Corpus, everything: list[Citation]) -> list[CitedPage] | None:
    """Return all cited pages; None where they are unknown, because a file with errors may cite others."""
    return cited_pages(everything) if len(corpus.entries) == len(corpus.files) else None


@contextmanager
def opened_memory(checkout: Checkout, state: Path | None, *, to_write: bool) -> Iterator[Memory]:
    """Open the memory in the file `state`, or in the repository's own. Raises ProblemsFound where it is unusable."""
    try:
        with _opened(checkout, state, to_write=to_write) as memory:
            yield memory
    except StateError as error:
        raise ProblemsFound(visible(str(error))) from None


def _opened(checkout: Checkout, state: Path | None, *, to_write: bool) -> Memory:
    if state is None and checkout.repository is None:
        if to_write:
            say(joined(_("Nothing will be remembered."), _no_state(checkout)), err=True)
        return Memory.in_memory()
    file = state or own_state(checkout)
    if to_write:
        return Memory.open(file)
    if state is not None and not state.exists():
        raise click.UsageError(
            _("there is no file %(path)s. `openness-bot evidence verify --state %(path)s` makes it.", path=state)
        )
    return Memory.read(file) if file.exists() else Memory.in_memory()


def own_state(checkout: Checkout) -> Path:
    """Return the default file of the state. Raises UsageError outside of a repository."""
    if checkout.repository is None:
        raise click.UsageError(_no_state(checkout))
    return checkout.repository.private_file(STATE)


def _no_state(checkout: Checkout) -> Message:
    return _("%(folder)s is no git repository. Name a file with `--state`.", folder=checkout.root)


def reported(evidence: Iterable[Citation], memory: Memory) -> EvidenceReport:
    """Return the report on this evidence."""
    return build_report(evidence, memory.pages(), memory.quotes(), memory.copies())


def show(checkout: Checkout, report: EvidenceReport, *, as_data: bool, report_file: Path | None) -> int:
    """Print the report, write it into a file where one is named, and return the exit code."""
    if report_file:
        report_file.write_text(as_json(report), encoding="utf-8", newline="\n")
    click.echo(as_json(report) if as_data else as_text(report, _lines(checkout.root), LANGUAGE.get()), nl=False)
    return 1 if any(map(is_wrong, report.evidence)) else 0


def _lines(root: Path) -> Callable[[CheckedEvidence], int | None]:

    @cache
    def text(path: str) -> str:
        try:
            return (root / path).read_text("utf-8", "replace")
        except OSError:
            return ""

    return lambda one: citation_line(text(assessment_path(one.model)), one.criterion, one.url)


def stored_quotes(checkout: Checkout) -> dict[tuple[str, str], StoredQuote]:
    """Return the quotes that were checked against stored copies, by URL and quote. Raises ProblemsFound."""
    file = checkout.root / STORED_QUOTES
    try:
        return read_stored_quotes(file.read_text("utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise ProblemsFound(unreadable(STORED_QUOTES, visible(str(error)))) from None


def write_page(checkout: Checkout, corpus: Corpus, report: EvidenceReport) -> None:
    """Write the page about all evidence."""
    names = {model: entry.model for model, entry in corpus.entries.items()}
    doubtful = sum(len(entry.doubtful) for entry in corpus.entries.values())
    page = as_page(report, names, checkout.rubric, stored_quotes(checkout), doubtful=doubtful)
    # On standard error, so that standard output contains only the report.
    say(write_kept(checkout.root, EVIDENCE, page), err=True)


def visitor(contact: str | None = None) -> Visit:
    """Return a visitor of the web, which tests replace; `contact` is the URL in its User-Agent. Raises UsageError where that is invalid."""
    from bot.sources.web.politeness import Politeness  # imported here, because most commands need no network
    from bot.sources.web.visiting import visit

    try:
        return partial(visit, politeness=Politeness(address=contact))
    except ValueError as error:
        raise click.UsageError(_("`--contact` can't be used: %(reason)s.", reason=error)) from None
