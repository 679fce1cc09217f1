"""History of a model's ratings, as text for terminals and as JSON for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from bot.board.model.words import GLYPHS
from bot.board.ranking.terminal import WIDTH
from bot.text.catalogue import SOURCE, enumerated
from bot.text.escaping import one_line
from bot.text.tables import underlined
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.board.model.rubric import Level, Rubric
    from bot.governance.record.history import RatingEvent

FORMAT_VERSION = "1.0.0"


@dataclass(frozen=True)
class ModelHistory:
    """Present ratings of a model, and every known change of each, newest first."""

    id: str
    model: str
    levels: Mapping[str, Level]
    """By criterion, only those that were asked for, in the rubric's order."""
    changes: Mapping[str, Sequence[RatingEvent]]
    uncommitted: frozenset[str]
    """The criteria whose ratings in the working tree aren't those of the last commit."""
    cut: bool
    """Whether older versions are missing because the clone is shallow."""
    in_git: bool
    """Whether the versions of the file are known, and not only the record."""


def as_text(history: ModelHistory, rubric: Rubric, language: str = SOURCE) -> str:
    """Return a paragraph for each criterion, and what is missing."""
    return render(
        "governance/record/history.txt.j2",
        language,
        criteria=rubric.criteria,
        day_of=lambda event: event.at.astimezone(UTC).date().isoformat(),
        enumerated=enumerated,
        glyphs=GLYPHS,
        heading=underlined(f"{one_line(history.model)} ({one_line(history.id)})"),
        history=history,
        rubric=rubric,
        width=WIDTH,
    ).rstrip("\n")


def as_json(history: ModelHistory) -> str:
    """Return the history as JSON in ASCII. `complete` is false where older changes may be unknown."""
    document = {
        "format_version": FORMAT_VERSION,
        "id": history.id,
        "model": history.model,
        "complete": history.in_git and not history.cut,
        "criteria": [
            {
                "criterion": criterion,
                "level": level.value,
                "committed": criterion not in history.uncommitted,
                "changes": [_change(event) for event in history.changes[criterion]],
            }
            for criterion, level in history.levels.items()
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _change(event: RatingEvent) -> dict[str, object]:
    decision = event.decision
    return {
        "at": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "before": event.before,
        "after": event.after,
        "oldest_known": event.is_oldest_known,
        "commit": event.commit,
        "decision": None if decision is None else decision.model_dump(mode="json", exclude={"models", "format"}),
    }
