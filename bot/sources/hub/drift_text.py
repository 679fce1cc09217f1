"""Changes on the hub, as text for people and as JSON for the workflow that reports them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.board.model.layout import assessment_path
from bot.text.catalogue import SOURCE
from bot.text.templates import render

if TYPE_CHECKING:
    from bot.sources.hub.drift import Drift


def as_text(drift: Drift, asked: int, language: str = SOURCE) -> str:
    """Return the changes of each model, the models that were not compared, and the counts; ends with a line break."""
    return render(
        "sources/hub/drift.txt.j2",
        language,
        drift=drift,
        path=assessment_path,
        compared=asked - len(drift.unasked),
        changed=len({change.model for change in drift.changes}),
    )


def as_json(drift: Drift) -> str:
    """Return the result as JSON in ASCII, because the output may go to the log of a workflow; ends with a line break."""
    return json.dumps(drift.model_dump(mode="json"), indent=2).replace("##[", "##\\u005b") + "\n"
