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
from bot.handlers.upkeep.findings import HUB_BEGIN, HUB_END, MARKER, Fault, hub_part
from bot.handlers.upkeep.moved_pages import BRANCH, WITHDRAWN, marker
from bot.sources.hub.drift import HubChange, HubChangeKind
from bot.text.escaping import (
    code_span,
    link_destination,
    markdown_link,
    markdown_text,
    one_line,
    unreferenced,
    visible_line,
)
from bot.text.shaping import clip, count, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.handlers.upkeep.findings import EvidenceFinding, ModelFindings, Upkeep
    from bot.handlers.upkeep.moved_pages import PageMove, Repairs

# In bytes. GitHub takes 65,536 characters; the rest is for the bot's own words.
_LARGEST_MODELS = 42_000
_LARGEST_HUB = 12_000
_LARGEST_MOVES = 50_000
_LONGEST_ROW = 6_000
"""In bytes: escaping can make much of little."""
_SHORTEST_ROW = 80
_LONGEST_WORDS = 200
_LONGEST_ADDRESS = 120
_LONGEST_LOOKED_AT = 2000
MOST_PEOPLE = 5

# Relative to the page of an issue or pull request; HEAD is the default branch.
_HEAD = "../blob/HEAD"
_PAGE = f"{_HEAD}/{GENERATED}/evidence.md"
_FORM = "../issues/new?template=correct-a-rating.yml"


# ---- the issue -------------------------------------------------------------------------------------------------------


def as_body(upkeep: Upkeep, present: str = "") -> str:
    """Return the text of the issue. `present` is its text now, whose part about the hub stays where nobody asked it."""
    if upkeep.is_empty and not (upkeep.hub is None and hub_part(present)):
        return f"{MARKER}\n" + "\n\n".join(part for part in (_NOTHING, _failing(upkeep)) if part) + "\n"
    parts = [f"{MARKER}\n{_summary(upkeep)}", _how(upkeep), *_models(upkeep.models), _failing(upkeep)]
    parts.append(_hub(upkeep, present))
    return "\n\n".join(part for part in parts if part) + "\n"


_NOTHING = (
    "✅ **No cited page needs anybody at present.** The bot asks for all of them about once a week, and opens this issue again "
    "when one does."
)


def _summary(upkeep: Upkeep) -> str:
    counts = Counter(finding.fault for model in upkeep.models for finding in model.findings)
    words = [
        (Fault.DEAD, "dead link", "dead links"),
        (Fault.CHANGED, "page that no longer says what it is quoted with", "pages that no longer say it"),
        (Fault.MOVED, "page that has moved", "pages that have moved"),
    ]
    found = ", ".join(count(counts[fault], one, many) for fault, one, many in words if counts[fault])
    return (
        f"The bot asked for the pages that assessments cite, and some of them need somebody{f': {found}' if found else ''}. "
        f"[All evidence]({_PAGE}) has the rest. This text is written anew when something changes, so what is mended "
        "disappears from it, and the issue closes when nothing is left."
    )


def _how(upkeep: Upkeep) -> str:
    moved = any(finding.fault is Fault.MOVED for model in upkeep.models for finding in model.findings)
    if upkeep.pull is not None:
        repaired = f"look at pull request #{upkeep.pull}, which mends all that a machine can."
    else:
        repaired = "where no pull request mends it, set `url:` to the new address, after a look at what it says there."
    rows = [
        (
            "- **A dead link**: cite another page that states the same, or keep the `url:` and add the copy below it as "
            "`archived:`."
        ),
        (
            "- **A changed page**: read it again. If it still states the fact, quote its words of today; if not, the rating needs "
            "other evidence, or is another one."
        ),
        *([f"- **A page that moved**: {repaired}"] if moved else []),
        (
            f"- **How**: the line numbers lead to the files, where the pencil opens an editor; or fill in [a form]({_FORM}). Either "
            "way people review it. Anybody may, and those who are named know the model."
        ),
    ]
    return "### What to do\n\n" + "\n".join(rows)


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


def _models(models: Sequence[ModelFindings]) -> list[str]:
    """Return a section for each model, as many as fit, and the number of findings that are left out."""
    space, parts, left = _LARGEST_MODELS, list[str](), Counter[str]()
    for model in models:
        head = _heading(model)
        rows, rest = _fit((_row(model.id, finding) for finding in model.findings), space - size(head) - 4)
        if rows:
            space = rest
            parts.append(f"{head}\n\n" + "\n".join(rows))
        if len(rows) < len(model.findings):
            left[model.id] += len(model.findings) - len(rows)
    if left:
        parts.append(
            f"And {left.total():,} more in {count(len(left), 'model')}: there is no room for them here. [All evidence]({_PAGE}) "
            "has them."
        )
    return parts


def _heading(model: ModelFindings) -> str:
    path = assessment_path(model.id)
    known = ", ".join(code_span(_plain(login)[:40]) for login in model.people[:MOST_PEOPLE])
    people = f"Decided on it last: {known}." if known else "No decision about it is recorded yet."
    return (
        f"### {_text(model.name)}\n\n[{markdown_text(path)}]({_HEAD}/{path}), [its page]({_HEAD}/{GENERATED}/models/{model.id}.md). "
        f"{people}"
    )


def _row(model: str, finding: EvidenceFinding) -> str:
    """Return a finding on one line, without its addresses where they make it too long."""
    path = assessment_path(model)
    place = "" if finding.line is None else f", [line {finding.line}]({_HEAD}/{path}#L{finding.line})"
    head = f"- **{_NAMES[finding.fault]}**, {code_span(finding.checked.criterion)}{place}: "
    row = head + _story(finding)
    return row if size(row) <= _LONGEST_ROW else f"{head}its addresses are too long to be shown here."


_NAMES = {Fault.DEAD: "Dead", Fault.CHANGED: "Changed", Fault.MOVED: "Moved"}


def _story(finding: EvidenceFinding) -> str:
    checked = finding.checked
    match finding.fault:
        case Fault.DEAD:
            # Not the number of failures, which would change the text after each run.
            since = f"it has failed since {checked.since.isoformat()}" if checked.since else "it fails again and again"
            why = f"{_text(checked.why)}; " if checked.why else ""
            return f"{_link(checked.url)}: {why}{since}. {_copy(finding)}"
        case Fault.CHANGED:
            words = (
                f" no longer says “{_text(checked.quoted.words)}”." if checked.quoted else " says something else now."
            )
            closest = checked.quoted.closest if checked.quoted else None
            return f"{_link(checked.url)}{words}" + (f" Closest to it: “{_text(closest)}”." if closest else "")
        case Fault.MOVED:
            by_hand = f" By hand, because {_text(finding.obstacle)}." if finding.obstacle else ""
            return f"{_link(checked.url)} is now {_link(checked.place or '')}.{by_hand}"


def _copy(finding: EvidenceFinding) -> str:
    """Return the address of a copy of a dead page, with the line for the file."""
    checked = finding.checked
    if checked.copy_found and is_evidence_url(checked.copy_found):
        line = code_span(f"archived: {scalar(checked.copy_found)}")
        return f"There is {_a_copy(checked.copy_found)}: {line}"
    return "No copy of it is known."


def _failing(upkeep: Upkeep) -> str:
    if not upkeep.failing:
        return ""
    more = "more " if upkeep.models else ""
    return (
        f"{count(upkeep.failing, f'{more}page')} failed when the bot asked last. A page is only called dead after three runs over "
        "seven days."
    )


# ---- the hub ---------------------------------------------------------------------------------------------------------


def _hub(upkeep: Upkeep, present: str) -> str:
    hub_text = hub_part(present) if upkeep.hub is None else _on_hub(upkeep.hub, upkeep.unasked)
    return f"{HUB_BEGIN}\n{hub_text}\n{HUB_END}" if hub_text else ""


def _on_hub(changes: Sequence[HubChange], unasked: int) -> str:
    if not changes:
        return ""
    rows, _ = _fit(
        (f"- {code_span(change.model)}, {_hub_link(change)}: {_change(change)}" for change in changes), _LARGEST_HUB
    )
    left = len(changes) - len(rows)
    more = [f"- and {left:,} more: `openness-bot draft --update` shows all"] if left else []
    silent = f"\n\nAbout {count(unasked, 'model')} the hub gave no answer." if unasked else ""
    return (
        f"### On the hub\n\n{count(len(changes), 'thing is', 'things are')} not as when the models were assessed. Look whether "
        "the ratings still hold.\n\n" + "\n".join([*rows, *more]) + silent
    )


def _hub_link(change: HubChange) -> str:
    return markdown_link(clip(_plain(change.huggingface), _LONGEST_ADDRESS), clip(change.url, _LONGEST_WORDS))


def _change(change: HubChange) -> str:
    was, now = (_text(each) for each in (change.was, change.now))
    match change.kind:
        case HubChangeKind.GATED:
            return f"it is gated now: {was}; {now}."
        case HubChangeKind.UNGATED:
            return f"it is no longer gated: {was}."
        case HubChangeKind.DELETED:
            return "it is deleted, or private."
        case HubChangeKind.DISABLED:
            return "the hub has disabled it."
        case HubChangeKind.RENAMED:
            return f"it is called {now} now."
        case HubChangeKind.LICENCE:
            return f"the licence was {was}, and is {now}."
        case HubChangeKind.REVISION:
            return f"the evidence is about revision {was}; the newest is {now}."


# ---- the pull request ------------------------------------------------------------------------------------------------


_TITLE = "Moved pages: the evidence leads to where they are now"


def moved_proposal(repairs: Repairs, names: Mapping[str, str]) -> Proposal:
    """Return the pull request that changes the addresses of pages that moved. `names` are the models' by their ids."""
    moves = repairs.moves
    models = list(dict.fromkeys(move.model for move in moves))
    links = f"{count(len(moves), 'link')} in {count(len(models), 'model')}"
    message = "\n".join([_TITLE, "", *(f"- {model}" for model in models), ""])
    body = (
        f"{marker(moves)}\n"
        f"The servers of these pages say that they have moved for good. This changes the `url:` of {links} and nothing else. "
        "Each new page was there when the bot asked; where a quote stands beside the link, it says that too.\n\n"
        "Please open a few of them: a page may have moved to one that no longer shows what it is cited for. Whoever pushes to "
        "this branch takes it over, and the bot leaves it alone. When this is closed without being merged, the bot doesn't "
        "propose these moves again.\n\n"
    )
    return Proposal(BRANCH, _TITLE, f"{body}{_table(moves, names)}\n", repairs.files, message)


def withdrawn_proposal() -> Proposal:
    """Return what the pull request says before it is closed because nobody needs it any more."""
    body = (
        f"{WITHDRAWN}\nNothing is left to mend here: the links were mended otherwise, or lead where they led before.\n"
    )
    return Proposal(BRANCH, _TITLE, body)


def _table(moves: Sequence[PageMove], names: Mapping[str, str]) -> str:
    space, parts, left = _LARGEST_MOVES, list[str](), len(moves)
    for model, found in groupby(moves, key=lambda move: move.model):
        head = f"### {_text(names.get(model, model))}\n\n| criterion | was | is now |\n| --- | --- | --- |"
        lines = (f"| {code_span(move.criterion)} | {_link(move.url)} | {_link(move.place)} |" for move in found)
        rows, space = _fit(lines, space - size(head) - 4)
        left -= len(rows)
        if rows:
            parts.append("\n".join([head, *rows]))
    if left:
        parts.append(f"And {left:,} more, for which there is no room here: *Files changed* shows them.")
    return "\n\n".join(parts)


# ---- harmless text ---------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    # The rest is never shown.
    return visible_line(one_line(text[:_LONGEST_LOOKED_AT]))


def _text(text: str) -> str:
    return markdown_text(clip(_plain(text), _LONGEST_WORDS))


def _link(url: str) -> str:
    return markdown_link(clip(_plain(url), _LONGEST_ADDRESS), unreferenced(url))


def _a_copy(url: str) -> str:
    destination = link_destination(unreferenced(url))
    return "a copy" if destination is None else f"[a copy]({destination})"
