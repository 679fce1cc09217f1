"""The words about evidence that needs mending: the issue, and the pull request for pages that moved.

They depend on nothing but what was found and what the files say, so that what hasn't changed is not written again. Nobody
is called: names of people stand as code.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import GENERATED
from bot.board.model.links import is_evidence_url
from bot.board.reading.corpus import assessment_path
from bot.board.writing.rewriting import scalar
from bot.handlers.upkeep.findings import HUB_BEGIN, HUB_END, MARKER, Fault, hub_part
from bot.handlers.upkeep.moved_pages import WITHDRAWN, marker
from bot.sources.hub.drift import Kind
from bot.text.escaping import (
    code_span,
    link_destination,
    markdown_link,
    markdown_text,
    one_line,
    unreferenced,
    visible_line,
)
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.handlers.upkeep.findings import Finding, OfModel, Upkeep
    from bot.handlers.upkeep.moved_pages import Move
    from bot.sources.hub.drift import Change

# GitHub takes 65,536 characters; the rest is for what the bot says itself.
_ROOM_FOR_MODELS = 42_000
_ROOM_FOR_HUB = 12_000
_ROOM_FOR_MOVES = 50_000
"""Bytes."""
_LONGEST_ROW = 6_000
"""Bytes: what keeps a text harmless can make much of little."""
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
    """The text of the issue. `present` is what it says now, whose words about the hub stay where nobody asked it."""
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
        _count(counts[Fault.DEAD], "dead link"),
        _count(counts[Fault.CHANGED], "page that no longer says what it is quoted with", "pages that no longer say it"),
        _count(counts[Fault.MOVED], "page that has moved", "pages that have moved"),
    ]
    found = ", ".join(word for word in words if word)
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


def _models(models: Sequence[OfModel]) -> list[str]:
    """A section for each model, as many as there is room for, and how many findings that leaves out."""
    room, parts, left = _ROOM_FOR_MODELS, list[str](), Counter[str]()
    for model in models:
        head, rows = _heading(model), list[str]()
        room -= len(head.encode()) + 4
        for finding in model.findings:
            row = _row(model.id, finding) if room > _SHORTEST_ROW else ""
            if not row or len(row.encode()) + 1 > room:
                left[model.id] += 1
                continue
            room -= len(row.encode()) + 1
            rows.append(row)
        if rows:
            parts.append(f"{head}\n\n" + "\n".join(rows))
        else:
            room += len(head.encode()) + 4
    if left:
        parts.append(
            f"And {left.total():,} more in {_count(len(left), 'model')}: there is no room for them here. [All evidence]({_PAGE}) "
            "has them."
        )
    return parts


def _heading(model: OfModel) -> str:
    path = assessment_path(model.id)
    known = ", ".join(code_span(_plain(login)[:40]) for login in model.people[:MOST_PEOPLE])
    people = f"Decided on it last: {known}." if known else "No decision about it is recorded yet."
    return (
        f"### {_text(model.name)}\n\n[{markdown_text(path)}]({_HEAD}/{path}), [its page]({_HEAD}/{GENERATED}/models/{model.id}.md). "
        f"{people}"
    )


def _row(model: str, finding: Finding) -> str:
    """One finding on one line, without what makes it longer than any line should be."""
    path = assessment_path(model)
    place = "" if finding.line is None else f", [line {finding.line}]({_HEAD}/{path}#L{finding.line})"
    head = f"- **{_NAMES[finding.fault]}**, {code_span(finding.checked.criterion)}{place}: "
    row = head + _story(finding)
    return row if len(row.encode()) <= _LONGEST_ROW else f"{head}its addresses are too long to be shown here."


_NAMES = {Fault.DEAD: "Dead", Fault.CHANGED: "Changed", Fault.MOVED: "Moved"}


def _story(finding: Finding) -> str:
    checked = finding.checked
    match finding.fault:
        case Fault.DEAD:
            # Not how often: that would be another text after each run.
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


def _copy(finding: Finding) -> str:
    """Where a copy of a dead page is, and the line that says so in the file."""
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
        f"{_count(upkeep.failing, f'{more}page')} failed when the bot asked last. A page is only called dead after three runs over "
        "seven days."
    )


# ---- the hub ---------------------------------------------------------------------------------------------------------


def _hub(upkeep: Upkeep, present: str) -> str:
    said = hub_part(present) if upkeep.hub is None else _on_hub(upkeep.hub, upkeep.unasked)
    return f"{HUB_BEGIN}\n{said}\n{HUB_END}" if said else ""


def _on_hub(changes: Sequence[Change], unasked: int) -> str:
    if not changes:
        return ""
    room, rows, left = _ROOM_FOR_HUB, list[str](), 0
    for change in changes:
        if room <= _SHORTEST_ROW:
            left += 1
            continue
        row = f"- {code_span(change.model)}, {_hub_link(change)}: {_change(change)}"
        left += len(row.encode()) + 1 > room
        if len(row.encode()) + 1 <= room:
            room -= len(row.encode()) + 1
            rows.append(row)
    more = [f"- and {left:,} more: `openness-bot draft --update` shows all"] if left else []
    silent = f"\n\nAbout {_count(unasked, 'model')} the hub gave no answer." if unasked else ""
    return (
        f"### On the hub\n\n{_count(len(changes), 'thing is', 'things are')} not as when the models were assessed. Look whether "
        "the ratings still hold.\n\n" + "\n".join([*rows, *more]) + silent
    )


def _hub_link(change: Change) -> str:
    return markdown_link(clip(_plain(change.huggingface), _LONGEST_ADDRESS), clip(change.url, _LONGEST_WORDS))


def _change(change: Change) -> str:
    was, now = (_text(each) for each in (change.was, change.now))
    match change.kind:
        case Kind.GATED:
            return f"it is gated now: {was}; {now}."
        case Kind.UNGATED:
            return f"it is no longer gated: {was}."
        case Kind.DELETED:
            return "it is deleted, or private."
        case Kind.DISABLED:
            return "the hub has disabled it."
        case Kind.RENAMED:
            return f"it is called {now} now."
        case Kind.LICENCE:
            return f"the licence was {was}, and is {now}."
        case Kind.REVISION:
            return f"the evidence is about revision {was}; the newest is {now}."


# ---- the pull request ------------------------------------------------------------------------------------------------


class MovedText(NamedTuple):
    """The words of the pull request for pages that moved, and of its commit."""

    title: str
    body: str
    message: str


def moved_text(moves: Sequence[Move], names: Mapping[str, str]) -> MovedText:
    """What is said where the addresses of pages that moved are changed. `names` are the models' by their ids."""
    models = list(dict.fromkeys(move.model for move in moves))
    title = "Moved pages: the evidence leads to where they are now"
    count = f"{_count(len(moves), 'link')} in {_count(len(models), 'model')}"
    message = "\n".join([title, "", *(f"- {model}" for model in models), ""])
    body = (
        f"{marker(moves)}\n"
        f"The servers of these pages say that they have moved for good. This changes the `url:` of {count} and nothing else. "
        "Each new page was there when the bot asked; where a quote stands beside the link, it says that too.\n\n"
        "Please open a few of them: a page may have moved to one that no longer shows what it is cited for. Whoever pushes to "
        "this branch takes it over, and the bot leaves it alone. When this is closed without being merged, the bot doesn't "
        "propose these moves again.\n\n"
    )
    return MovedText(title, body + _table(moves, names) + "\n", message)


def withdrawn_text(title: str) -> MovedText:
    """What is said in a pull request that nobody needs any more, before it is closed."""
    body = (
        f"{WITHDRAWN}\nNothing is left to mend here: the links were mended otherwise, or lead where they led before.\n"
    )
    return MovedText(title, body, "")


def _table(moves: Iterable[Move], names: Mapping[str, str]) -> str:
    room, parts, left = _ROOM_FOR_MOVES, list[str](), 0
    for model, found in groupby(moves, key=lambda move: move.model):
        head = f"### {_text(names.get(model, model))}\n\n| criterion | was | is now |\n| --- | --- | --- |"
        room -= len(head.encode()) + 4
        rows = []
        for move in found:
            row = f"| {code_span(move.criterion)} | {_link(move.url)} | {_link(move.place)} |"
            if len(row.encode()) + 1 > room:
                left += 1
                continue
            room -= len(row.encode()) + 1
            rows.append(row)
        if rows:
            parts.append("\n".join([head, *rows]))
    if left:
        parts.append(f"And {left:,} more, for which there is no room here: *Files changed* shows them.")
    return "\n\n".join(parts)


# ---- harmless text ---------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    # What is behind that is never shown.
    return visible_line(one_line(text[:_LONGEST_LOOKED_AT]))


def _text(text: str) -> str:
    return markdown_text(clip(_plain(text), _LONGEST_WORDS))


def _link(url: str) -> str:
    return markdown_link(clip(_plain(url), _LONGEST_ADDRESS), unreferenced(url))


def _a_copy(url: str) -> str:
    destination = link_destination(unreferenced(url))
    return "a copy" if destination is None else f"[a copy]({destination})"


def _count(number: int, one: str, many: str | None = None) -> str:
    """`1 link`, `2 links`; empty for none."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}" if number else ""
