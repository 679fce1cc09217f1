"""Changes on the hub, as text for people and as JSON for the workflow that reports them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.board.model.layout import assessment_path
from bot.sources.hub.drift import HubChangeKind
from bot.text.escaping import visible
from bot.text.shaping import count

if TYPE_CHECKING:
    from bot.sources.hub.drift import Drift

_WORDS = {
    HubChangeKind.DELETED: "The repository can't be seen any more: {now}. Does the weights' rating still hold?",
    HubChangeKind.DISABLED: "The repository is {now}. Does the weights' rating still hold?",
    HubChangeKind.RENAMED: "The repository has a new name, {now}. Write it behind `huggingface:`.",
    HubChangeKind.LICENCE: "The licence is {was} in the assessment and {now} on the hub.",
    HubChangeKind.GATED: "The repository is {now}, and the assessment has {was}.",
    HubChangeKind.UNGATED: "The repository is {now}, and the assessment has {was}.",
    HubChangeKind.REVISION: "There is a newer commit, {now}; the evidence links {was}.",
}


def as_text(drift: Drift, asked: int) -> str:
    """Return the changes of each model, the models that were not compared, and the counts; ends with a line break."""
    lines: list[str] = []
    last = ""
    for change in drift.changes:
        if change.model != last:
            lines.append(f"{assessment_path(change.model)} ({visible(change.huggingface)})")
            last = change.model
        words = _WORDS[change.kind].format(was=visible(change.was), now=visible(change.now))
        lines += [f"  {change.kind}: {words}", f"    {visible(change.url)}"]
    lines += [f"{assessment_path(one.model)}: not compared. {visible(one.why)}" for one in drift.unasked]
    changed = len({change.model for change in drift.changes})
    changes = f"{changed:,} changed" if changed else "nothing has changed"
    left = f", {len(drift.unasked):,} not compared" if drift.unasked else ""
    lines.append(f"{count(asked, 'model')} on the hub: {changes}{left}.")
    return "".join(f"{line}\n" for line in lines)


def as_json(drift: Drift) -> str:
    """Return the result as JSON in ASCII, because the output may go to the log of a workflow; ends with a line break."""
    return json.dumps(drift.model_dump(mode="json"), indent=2).replace("##[", "##\\u005b") + "\n"
