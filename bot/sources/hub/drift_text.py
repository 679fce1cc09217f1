"""Changes on the hub, as text for people and as JSON for the workflow that reports them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.board.model.layout import assessment_path
from bot.sources.hub.drift import HubChangeKind
from bot.text.catalogue import SOURCE, JoinedText, _, ngettext, translate
from bot.text.escaping import visible

if TYPE_CHECKING:
    from bot.sources.hub.drift import Drift, HubChange
    from bot.text.catalogue import Message


def as_text(drift: Drift, asked: int, language: str = SOURCE) -> str:
    """Return the changes of each model, the models that were not compared, and the counts; ends with a line break."""
    lines: list[str] = []
    last = ""
    for change in drift.changes:
        if change.model != last:
            lines.append(f"{assessment_path(change.model)} ({visible(change.huggingface)})")
            last = change.model
        words = translate(_sentence(change), language)
        lines += [f"  {change.kind}: {words}", f"    {visible(change.url)}"]
    left_out = [
        _("%(path)s: not compared. %(reason)s", path=assessment_path(one.model), reason=visible(one.why))
        for one in drift.unasked
    ]
    changed = len({change.model for change in drift.changes})
    counts = (
        ngettext("One model compared.", "%(number)s models compared.", asked - len(left_out)),
        ngettext("One has changed.", "%(number)s have changed.", changed) if changed else _("Nothing has changed."),
        ngettext("One was not compared.", "%(number)s were not compared.", len(left_out)) if left_out else "",
    )
    lines += [translate(text, language) for text in (*left_out, JoinedText(" ", filter(None, counts)))]
    return "".join(f"{line}\n" for line in lines)


def _sentence(change: HubChange) -> Message:
    was, now = visible(change.was), visible(change.now)
    match change.kind:
        case HubChangeKind.DELETED:
            return _("The repository is not accessible: %(now)s. Is the rating of the weights still right?", now=now)
        case HubChangeKind.DISABLED:
            return _("The repository is %(now)s. Is the rating of the weights still right?", now=now)
        case HubChangeKind.RENAMED:
            return _("The repository has a new name, %(now)s. Write it after `huggingface:`.", now=now)
        case HubChangeKind.LICENCE:
            return _("The licence is %(was)s in the assessment and %(now)s on the hub.", was=was, now=now)
        case HubChangeKind.GATED | HubChangeKind.UNGATED:
            return _("The repository is %(now)s, and the assessment has %(was)s.", was=was, now=now)
        case HubChangeKind.REVISION:
            return _("There is a newer commit, %(now)s; the evidence links %(was)s.", was=was, now=now)


def as_json(drift: Drift) -> str:
    """Return the result as JSON in ASCII, because the output may go to the log of a workflow; ends with a line break."""
    return json.dumps(drift.model_dump(mode="json"), indent=2).replace("##[", "##\\u005b") + "\n"
