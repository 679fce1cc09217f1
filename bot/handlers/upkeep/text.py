"""The texts about evidence that needs fixing: the issue, and the pull request for pages that moved.

They depend on nothing but the findings and the files, so that what hasn't changed is not written again. Nobody is notified:
logins are shown as code.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from bot.board.model.layout import GENERATED, assessment_path
from bot.board.model.links import is_evidence_url
from bot.board.writing.rewriting import scalar
from bot.handlers.publishing.propose import Proposal
from bot.handlers.upkeep.findings import HUB_BEGIN, HUB_END, MARKER, hub_part
from bot.handlers.upkeep.moved_pages import BRANCH, WITHDRAWN, marker
from bot.text.catalogue import SOURCE, _
from bot.text.escaping import link_destination, unreferenced, visible_line
from bot.text.shaping import size
from bot.text.templates import macros, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.handlers.upkeep.findings import EvidenceFinding, ModelFindings, Upkeep
    from bot.handlers.upkeep.moved_pages import PageMove, Repairs
    from bot.sources.hub.drift import HubChange

# In bytes. GitHub takes 65,536 characters; the rest is for the bot's own words.
_LARGEST_MODELS = 43_000
_LARGEST_HUB = 12_000
_LARGEST_MOVES = 50_000
_LONGEST_ROW = 6_000
"""In bytes: escaping can make much of little."""
_SHORTEST_ROW = 80
_LONGEST_LOGIN = 40
MOST_PEOPLE = 5
_PARTS = "handlers/upkeep/parts.md.j2"


def as_body(upkeep: Upkeep, present: str = "") -> str:
    """Return the text of the issue. `present` is its text now, whose part about the hub stays where nobody asked it."""
    counts = Counter(finding.fault for model in upkeep.models for finding in model.findings)
    sections, left = _models(upkeep.models)
    hub = hub_part(present) if upkeep.hub is None else _on_hub(upkeep.hub, upkeep.unasked)
    return render(
        "handlers/upkeep/issue.md.j2",
        marker=MARKER,
        is_fine=upkeep.is_empty and not hub,
        counts={fault.name: number for fault, number in counts.items()},
        pull=upkeep.pull,
        sections=sections,
        left=left,
        failing=upkeep.failing,
        hub=hub,
        hub_begin=HUB_BEGIN,
        hub_end=HUB_END,
    )


def _fit(rows: Iterable[str], space: int) -> tuple[list[str], int]:
    """Return the rows that fit into so many bytes, and the bytes that are left. A row that is too long hides no other."""
    shown = []
    for row in rows:
        if space <= _SHORTEST_ROW:
            break
        if (needed := size(row) + 1) <= space:
            space -= needed
            shown.append(row)
    return shown, space


def _models(models: Sequence[ModelFindings]) -> tuple[list[str], int]:
    """Return a section for each model, as many as fit, and the number of findings that are left out."""
    space, sections, left = _LARGEST_MODELS, list[str](), 0
    for model in models:
        people = [visible_line(login)[:_LONGEST_LOGIN] for login in model.people[:MOST_PEOPLE]]
        page = f"{GENERATED}/models/{model.id}.md"
        head = macros(_PARTS).model_heading(model, assessment_path(model.id), page, people).strip()
        rows, rest = _fit((_row(model.id, finding) for finding in model.findings), space - size(head) - 4)
        left += len(model.findings) - len(rows)
        if rows:
            space = rest
            sections.append("\n".join([head, "", *rows]))
    return sections, left


def _row(model: str, finding: EvidenceFinding) -> str:
    """Return a finding on one line, without its addresses where they make it too long."""
    url = finding.checked.copy_found
    destination = link_destination(unreferenced(url)) if url and is_evidence_url(url) else None
    copy = (destination, f"archived: {scalar(url)}") if url and destination is not None else None
    path, row = assessment_path(model), macros(_PARTS).finding_row
    whole: str = row(finding, path, copy, is_short=False).strip()
    return whole if size(whole) <= _LONGEST_ROW else row(finding, path, copy, is_short=True).strip()


def _on_hub(changes: Sequence[HubChange], unasked: int) -> str:
    """Return the part about the hub; empty where nothing is different there."""
    if not changes:
        return ""
    rows, _space = _fit((macros(_PARTS).hub_row(change).strip() for change in changes), _LARGEST_HUB)
    values = {"number": len(changes), "rows": rows, "left": len(changes) - len(rows), "unasked": unasked}
    return render("handlers/upkeep/hub.md.j2", SOURCE, **values).rstrip()


def moved_proposal(repairs: Repairs, names: Mapping[str, str]) -> Proposal:
    """Return the pull request that changes the addresses of pages that moved. `names` are the models' by their ids."""
    moves, title = repairs.moves, _("Moved pages: cite them at their new addresses")
    models = dict.fromkeys(move.model for move in moves)
    message = "\n".join([title, "", *(f"- {model}" for model in models), ""])
    sections, left = _moved(moves, names)
    values = {"marker": marker(moves), "moves": moves, "sections": sections, "left": left}
    return Proposal(BRANCH, title, render("handlers/upkeep/moved.md.j2", SOURCE, **values), repairs.files, message)


def withdrawn_proposal() -> Proposal:
    """Return what the pull request says before it is closed because nobody needs it any more."""
    title = _("Moved pages: cite them at their new addresses")
    return Proposal(BRANCH, title, render("handlers/upkeep/moved.md.j2", marker=WITHDRAWN, moves=()))


def _moved(moves: Sequence[PageMove], names: Mapping[str, str]) -> tuple[list[str], int]:
    """Return a table for each model, as many as fit, and the number of moves that are left out."""
    space, sections, left = _LARGEST_MOVES, list[str](), len(moves)
    parts = macros(_PARTS)
    for model, found in groupby(moves, key=lambda move: move.model):
        head = parts.move_heading(names.get(model, model)).strip()
        rows, space = _fit((parts.move_row(move).strip() for move in found), space - size(head) - 4)
        left -= len(rows)
        if rows:
            sections.append("\n".join([head, *rows]))
    return sections, left
