"""Assessments with given citations, and a web of one server on loopback for the commands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.cli import known_evidence
from bot.sources.web.connecting import Network
from bot.sources.web.politeness import Politeness
from bot.sources.web.visiting import visit
from tests.checkouts import add_model, edit
from tests.samples import rubric
from tests.sources.web.server import LOOPBACK, Server

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from bot.sources.evidence.verification import Visit

QUICK = Politeness(
    at_once=50,
    pause=0,
    silent_wait=0,
    longest_wait=0,
    connecting=20,
    without_a_byte=3,
    whole_page=20,
    most_failures=10_000,
)
"""Limits for a server of the test."""
CRITERIA = [criterion.id for criterion in rubric().criteria]


@dataclass(frozen=True)
class Cite:
    """A citation of a rating."""

    url: str
    quote: str | None = None
    archived: str | None = None


def add_citing(root: Path, model_id: str, *cites: str | Cite) -> Path:
    """Write an assessment that cites these pages, each under a criterion of its own, in the rubric's order."""
    levels = "o" * len(cites) + "c" * (len(CRITERIA) - len(cites))
    file = add_model(root, model_id, levels)
    for criterion, cite in zip(CRITERIA, cites, strict=False):
        change(file, criterion, cite if isinstance(cite, Cite) else Cite(cite))
    return file


def change(file: Path, criterion: str, cite: Cite, before: str | None = None) -> None:
    """Let a rating cite another page than the one that `tests.checkouts` gives it, or than `before`."""
    lines = [f"      - url: {cite.url}\n"]
    lines += [f'        quote: "{cite.quote}"\n'] if cite.quote else []
    lines += [f"        archived: {cite.archived}\n"] if cite.archived else []
    edit(file, f"      - url: {before or f'https://example.org/{criterion}'}\n", "".join(lines))


def in_our_web(monkeypatch: pytest.MonkeyPatch, server: Server, politeness: Politeness = QUICK) -> None:
    """Let the command ask this server, whatever the host."""
    asking: Visit = partial(visit, politeness=politeness, network=Network(LOOPBACK, server.names(), server.trust()))
    monkeypatch.setattr(known_evidence, "visitor", lambda contact=None: asking)
