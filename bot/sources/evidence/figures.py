"""Figures on the evidence of all assessments: confidence, quotes, kinds of addresses. Pure."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.board.model.json_document import DocumentPart
from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.board.model.assessment import Assessment


class AddressKind(StrEnum):
    """How exactly an address names the text that carries a fact."""

    PAPER_VERSION = "paper-version"
    """A version of a paper on arXiv."""
    PAPER = "paper"
    """A paper on arXiv, whose newest version may say something else."""
    FILE_AT_COMMIT = "file-at-commit"
    """A file of a repository as of a commit, on GitHub or Hugging Face."""
    FILE = "file"
    """A file of a repository that changes with its branch."""
    REPOSITORY = "repository"
    """The start page of a repository, whose README or card is read."""
    DOCUMENT = "document"
    """A PDF file elsewhere."""
    PAGE = "page"
    """Another web page."""


_PAPER = re.compile(r"/(?:abs|pdf|html)/[^/]+?(v[0-9]+)?(?:\.pdf)?/?")
_FILE = re.compile(r"/[^/]+/[^/]+/(?:blob|resolve|raw|tree)/([^/]+)(?:/.*)?")
_REPOSITORY = re.compile(r"/[^/]+/[^/]+/?")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_HOSTS = ("github.com", "huggingface.co")


def address_kind(url: str) -> AddressKind:
    """Return how exactly an address names a text."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host == "arxiv.org" and (paper := _PAPER.fullmatch(parts.path)):
        return AddressKind.PAPER_VERSION if paper[1] else AddressKind.PAPER
    if host in _HOSTS and (file := _FILE.fullmatch(parts.path)):
        return AddressKind.FILE_AT_COMMIT if _COMMIT.fullmatch(file[1]) else AddressKind.FILE
    if host in _HOSTS and _REPOSITORY.fullmatch(parts.path):
        return AddressKind.REPOSITORY
    return AddressKind.DOCUMENT if parts.path.lower().endswith(".pdf") else AddressKind.PAGE


class EvidenceFigures(DocumentPart):
    """Counts of ratings and of their evidence. Artifacts have evidence too, but no rating."""

    ratings: int
    """All ratings."""
    doubtful: int
    """Ratings whose level is doubtful."""
    closed: int
    """Ratings that are closed."""
    above_closed: int
    """Ratings that need evidence: all but closed ones."""
    quoted_ratings: int
    """Of those above closed, the ones with at least one quote."""
    evidence: int
    """Pieces of evidence of all ratings."""
    read: int
    """Of these, the ones that somebody read on a known day (`accessed`)."""
    quotes: int
    """Pieces of evidence with a quote."""
    addresses: dict[AddressKind, int]
    """Pieces of evidence by kind of their address; kinds that do not occur are missing."""


class FigureCounter:
    """Counts assessment by assessment, so that not all of them have to be kept."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._addresses: Counter[AddressKind] = Counter()

    def add(self, assessment: Assessment) -> None:
        """Count the ratings of one model."""
        for rating in assessment.ratings.values():
            quotes = sum(item.quote is not None for item in rating.evidence)
            closed = rating.level is Level.CLOSED
            self._counts.update(
                ratings=1,
                doubtful=rating.doubt is not None,
                closed=closed,
                above_closed=not closed,
                quoted_ratings=not closed and quotes > 0,
                evidence=len(rating.evidence),
                read=sum(item.accessed is not None for item in rating.evidence),
                quotes=quotes,
            )
            self._addresses.update(address_kind(item.url) for item in rating.evidence)

    @property
    def figures(self) -> EvidenceFigures:
        """Return the counts so far."""
        names = EvidenceFigures.model_fields.keys() - {"addresses"}
        addresses = {kind: self._addresses[kind] for kind in AddressKind if self._addresses[kind]}
        return EvidenceFigures(addresses=addresses, **{name: self._counts[name] for name in names})


def evidence_figures(assessments: Iterable[Assessment]) -> EvidenceFigures:
    """Return the figures of these assessments."""
    counter = FigureCounter()
    for assessment in assessments:
        counter.add(assessment)
    return counter.figures
