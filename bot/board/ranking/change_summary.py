"""The difference between two leaderboards in one sentence, as plain text or Markdown."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.words import decimal, shortest
from bot.board.ranking.change import ChangeKind
from bot.text.escaping import code_span, markdown_text, one_line
from bot.text.shaping import first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from bot.board.model.rubric import Rubric
    from bot.board.ranking.change import Change, DeveloperChange, ModelChange, Standing
    from bot.board.ranking.leaderboard import Leaderboard

NAMED_MODELS = 3
"""Models, developers, criteria and keys that are named one by one; where there are more, they are counted."""


class Escaping(NamedTuple):
    """How a sentence writes what contributors wrote."""

    text: Callable[[str], str]
    code: Callable[[str], str]
    """For ids."""


PLAIN = Escaping(one_line, str)
MARKDOWN = Escaping(markdown_text, code_span)


def summary(change: Change, board: Leaderboard, escaping: Escaping = PLAIN) -> str:
    """Return the change in one sentence. `board` is the board after the change."""
    clauses = ["The rubric changes"] if change.rubric_changed else []
    if len(change.models) <= NAMED_MODELS:
        clauses += [_model_clause(model, change, board, escaping) for model in change.models]
    else:
        clauses.append(_counted(change.models))
    if change.developers:
        clauses.append(_developers(change.developers, escaping))
    if not clauses:
        return "Nothing on the board changes."
    sentence = "; ".join([*clauses, _others(change, board, escaping)]) + "."
    # Clauses begin with a name, which stays as it is written, or with a word of ours.
    return f"T{sentence[1:]}" if change.developers and len(clauses) == 1 and sentence.startswith("the ") else sentence


def _model_clause(model: ModelChange, change: Change, board: Leaderboard, escaping: Escaping) -> str:
    name, before, after = escaping.text(model.model), model.board.before, model.board.after
    if after is None:
        rank = before.rank if before else None
        return f"{name} leaves the board, where it had rank {rank} of {change.models_before}"
    if before is None:
        return f"{name} enters at rank {after.rank} of {change.models_after} ({_points(after, after, board.rubric)})"
    moves = _moves(before, after, board.rubric)
    if model.kind is ChangeKind.RENAMED:
        renamed = f"{name} is renamed from {escaping.code(model.former_id or '')} to {escaping.code(model.id)}"
        return renamed if before == after and not model.ratings else f"{renamed} and {moves}"
    if model.kind is ChangeKind.EVIDENCE:
        return f"{name} keeps all its ratings, only {_besides_levels(model, board.rubric)} change"
    return f"{name} {moves}"


def _moves(before: Standing, after: Standing, rubric: Rubric) -> str:
    points = _points(before, after, rubric)
    if after.rank == before.rank:
        return f"stays at rank {after.rank} ({points})"
    verb = "rises" if after.rank < before.rank else "falls"
    return f"{verb} from rank {before.rank} to {after.rank} ({points})"


def _points(before: Standing, after: Standing, rubric: Rubric) -> str:
    both = scores_apart(before.score, after.score)
    scores = both[0] if before.score == after.score else " to ".join(both)
    return f"{scores} of {shortest(rubric.maximum(rubric.default_weighting))} points"


def scores_apart(before: Fraction, after: Fraction) -> tuple[str, str]:
    """Return two scores with two or more decimal places: as many as show that they differ, at most six."""
    enough = (places for places in (2, 3, 4) if decimal(before, places) != decimal(after, places))
    places = 2 if before == after else next(enough, 6)
    return decimal(before, places), decimal(after, places)


def _besides_levels(model: ModelChange, rubric: Rubric) -> str:
    parts = []
    for only_disputed, what in ((False, "evidence or notes"), (True, "marks of disputes")):
        changes = [each for each in model.evidence if each.only_disputed is only_disputed]
        if changes:
            parts.append(
                f"{what} ({first_of([criterion_title(rubric, each.criterion) for each in changes], NAMED_MODELS)})"
            )
    if model.facts:
        parts.append(f"facts about the model ({first_of(fact_names(model), NAMED_MODELS)})")
    return " and ".join(parts)


def fact_names(model: ModelChange) -> list[str]:
    """Return the changed keys about the model itself, in words."""
    return ["name" if key == "model" else key.replace("_", " ") for key in model.facts]


_COUNTED = {
    ChangeKind.ADDED: ("enters", "enter"),
    ChangeKind.RATINGS: ("is rated differently", "are rated differently"),
    ChangeKind.RENAMED: ("is renamed", "are renamed"),
    ChangeKind.EVIDENCE: ("keeps its ratings", "keep their ratings"),
    ChangeKind.REMOVED: ("leaves", "leave"),
}


def _counted(models: Sequence[ModelChange]) -> str:
    counts = Counter(model.kind for model in models)
    if len(counts) == 1:
        ((kind, count),) = counts.items()
        return f"{count:,} models {_COUNTED[kind][1]}"
    parts = [f"{counts[kind]:,} {words[counts[kind] > 1]}" for kind, words in _COUNTED.items() if counts[kind]]
    return f"{len(models):,} models change ({', '.join(parts)})"


def _developers(changes: Sequence[DeveloperChange], escaping: Escaping) -> str:
    grouped = [(developer, list(own)) for developer, own in groupby(changes, lambda each: each.id)]
    if len(grouped) > NAMED_MODELS:
        return f"{len(grouped)} developers change"
    return "; ".join(f"the developer {escaping.code(developer)} {_developer_verb(own)}" for developer, own in grouped)


def _developer_verb(changes: Sequence[DeveloperChange]) -> str:
    # A developer file always has a name, so without one there is no such file.
    name = next((change for change in changes if change.key == "name"), None)
    if name is not None and name.before is None:
        return "is new"
    if name is not None and name.after is None:
        return "leaves"
    return f"changes ({first_of([change.key for change in changes], NAMED_MODELS)})"


def _others(change: Change, board: Leaderboard, escaping: Escaping) -> str:
    """Return how many unchanged models move on the board, and how many by other ways of ranking."""
    moves = moving_models(len(change.movers), change)
    most = max((count for _, count in change.elsewhere), default=0)
    if most == 0:
        return moves
    moves = f"{moves} {_by_default(change, board.rubric, escaping)}"
    return f"{moves}, at most {most} by any other way of ranking" if most > len(change.movers) else moves


def moving_models(number: int, change: Change, link: str = " ") -> str:
    """Return that so many unchanged models move, as in `2 other models move`; `link` is before the verb."""
    other = "other " if change.models else ""
    return f"{number or 'no'} {other}{f'models{link}move' if number > 1 else f'model{link}moves'}"


def _by_default(change: Change, rubric: Rubric, escaping: Escaping) -> str:
    """Return the way that orders the board, with its counting if the other one moves a different number of models."""
    if change.reordered:
        return "on the board"
    default = rubric.default_weighting
    other_counting = [count for way, count in change.elsewhere if way.weighting == default.id and count]
    differs = any(count != len(change.movers) for count in other_counting)
    counting = f" ({escaping.text(rubric.not_applicable[0].title)})" if differs else ""
    return f"by {escaping.text(default.name)}{counting}"


def criterion_title(rubric: Rubric, criterion_id: str) -> str:
    """Return the title of a criterion; its id if the rubric no longer has it."""
    titles = (criterion.title for criterion in rubric.criteria if criterion.id == criterion_id)
    return next(titles, criterion_id)
