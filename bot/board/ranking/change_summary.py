"""The difference between two leaderboards in a few sentences, whose words are in `templates/summary.j2`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bot.board.model.words import decimal, shortest
from bot.text.catalogue import SOURCE, data_text
from bot.text.templates import macros

if TYPE_CHECKING:
    from fractions import Fraction

    from bot.board.model.rubric import Rubric
    from bot.board.ranking.change import Change, ChangeKind, DeveloperChange, ModelChange, Mover
    from bot.board.ranking.leaderboard import Leaderboard

NAMED_MODELS = 3
"""Models, developers, criteria and keys that are named one by one; where there are more, they are counted."""
VALUE_LENGTH = 100
"""Of the value of a developer's key, in characters."""


def summary(change: Change, board: Leaderboard) -> str:
    """Return the change as plain text: a sentence for each model, and one for all others."""
    return str(summary_macros(".txt.j2").summary(SummaryFacts(change, board)))


def summary_macros(ending: str, language: str = SOURCE) -> Any:
    """Return the macros of the summary for a format, such as `.md.j2`."""
    return macros("board/ranking/summary.j2", language, ending)


@dataclass(frozen=True)
class SummaryFacts:
    """A change with all that its summary chooses from it."""

    change: Change
    board: Leaderboard
    """The board after the change."""
    named: int = NAMED_MODELS
    value_length: int = VALUE_LENGTH

    @property
    def is_empty(self) -> bool:
        """Return whether nothing on the board changes."""
        return not (self.change.rubric_changed or self.change.models or self.change.developers)

    @property
    def kinds(self) -> Counter[ChangeKind]:
        """Return how many models change in each way."""
        return Counter(model.kind for model in self.change.models)

    @property
    def names(self) -> dict[str, str]:
        """Return the names of the changed models by id."""
        return {model.id: model.model for model in self.change.models}

    @property
    def maximum(self) -> str:
        """Return the score of a model that is open in all criteria."""
        return shortest(self.board.rubric.maximum(self.board.rubric.default_weighting))

    @property
    def developers(self) -> list[tuple[str, list[DeveloperChange]]]:
        """Return the changed keys by developer."""
        return [(developer, list(own)) for developer, own in groupby(self.change.developers, lambda each: each.id)]

    @property
    def groups(self) -> list[list[Mover]]:
        """Return the unchanged models that move in groups with the same step and the same causes."""
        groups: dict[object, list[Mover]] = {}
        for mover in self.change.movers:
            groups.setdefault((mover.before - mover.after, mover.causes, mover.further_causes), []).append(mover)
        return list(groups.values())

    @property
    def has_moves_elsewhere(self) -> bool:
        """Return whether an unchanged model moves by another way of ranking."""
        return any(count for _way, count in self.change.elsewhere)

    def points(self, model: ModelChange) -> str:
        """Return the score of a model, or both where it changes."""
        return " → ".join(dict.fromkeys(points_of(model)))

    def besides(self, model: ModelChange, only_disputed: bool) -> list[str]:
        """Return the criteria of which more, or only the mark of a dispute, changes beside the level."""
        found = [each.criterion for each in model.evidence if each.only_disputed is only_disputed]
        return [criterion_title(self.board.rubric, each) for each in found]

    def facts(self, model: ModelChange) -> list[str]:
        """Return the changed keys about the model itself, in words."""
        return fact_names(model)


def points_of(model: ModelChange) -> tuple[str, str]:
    """Return the scores before and after; twice the same where it enters or leaves."""
    scores = [each.score for each in (model.board.before, model.board.after) if each is not None]
    return scores_apart(scores[0], scores[-1])


def scores_apart(before: Fraction, after: Fraction) -> tuple[str, str]:
    """Return two scores with two or more decimal places: as many as show that they differ, at most six."""
    enough = (places for places in (2, 3, 4) if decimal(before, places) != decimal(after, places))
    places = 2 if before == after else next(enough, 6)
    return decimal(before, places), decimal(after, places)


def fact_names(model: ModelChange) -> list[str]:
    """Return the changed keys about the model itself, in words."""
    return ["name" if key == "model" else key.replace("_", " ") for key in model.facts]


def criterion_title(rubric: Rubric, criterion_id: str) -> str:
    """Return the title of a criterion; its id if the rubric no longer has it."""
    titles = (data_text(criterion.title) for criterion in rubric.criteria if criterion.id == criterion_id)
    return next(titles, criterion_id)
