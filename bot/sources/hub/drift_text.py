"""What has changed on the hub, as text for people and as JSON for the workflow that reports it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.board.reading.corpus import assessment_path
from bot.sources.hub.drift import HubChangeKind
from bot.text.escaping import visible

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
    """Each change under its model, then what couldn't be asked, then how many models were asked for."""
    lines: list[str] = []
    last = ""
    for change in drift.changes:
        if change.model != last:
            lines.append(f"{assessment_path(change.model)} ({visible(change.huggingface)})")
            last = change.model
        words = _WORDS[change.kind].format(was=visible(change.was), now=visible(change.now))
        lines += [f"  {change.kind}: {words}", f"    {visible(change.url)}"]
    lines += [f"{assessment_path(one.model)}: not compared. {visible(one.why)}" for one in drift.unasked]
    models = "1 model" if asked == 1 else f"{asked:,} models"
    changed = len({change.model for change in drift.changes})
    said = f"{changed:,} changed" if changed else "nothing has changed"
    left = f", {len(drift.unasked):,} not compared" if drift.unasked else ""
    lines.append(f"{models} on the hub: {said}{left}.")
    return "".join(f"{line}\n" for line in lines)


def as_json(drift: Drift) -> str:
    """`{"version", "changes": [...], "unasked": [...]}`, in ASCII, as what reads it may be the log of a workflow."""
    return json.dumps(drift.model_dump(mode="json"), indent=2).replace("##[", "##\\u005b") + "\n"
