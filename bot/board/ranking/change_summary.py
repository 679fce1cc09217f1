"""The difference between two leaderboards in a few sentences of the catalogue."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from bot.board.model.words import decimal, shortest
from bot.board.ranking.change import ChangeKind
from bot.text.catalogue import JoinedText, _, data_text, enumerated, grouped, listed, ngettext
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from bot.board.model.rubric import Rubric
    from bot.board.ranking.change import Change, DeveloperChange, ModelChange, Mover
    from bot.board.ranking.leaderboard import Leaderboard

NAMED_MODELS = 3
"""Models, developers, criteria and keys that are named one by one; where there are more, they are counted."""
VALUE_LENGTH = 100
"""Of the value of a developer's key, in characters."""


def summary(change: Change, board: Leaderboard) -> str:
    """Return the change in a sentence for each model, and one for all others. `board` is the board after the change."""
    sentences: list[str] = [_("The rubric changes.")] * change.rubric_changed
    if len(change.models) <= NAMED_MODELS:
        sentences += [sentence for model in change.models for sentence in _model_sentences(model, change, board)]
    else:
        sentences.append(_counted(change.models))
    sentences += _developers(change.developers)
    if not sentences:
        return _("Nothing on the board changes.")
    return JoinedText(" ", [*sentences, _others(change)])


# ---- changed models --------------------------------------------------------------------------------------------------


def _model_sentences(model: ModelChange, change: Change, board: Leaderboard) -> Iterator[str]:
    name, before, after = model.model, model.board.before, model.board.after
    if after is None:
        rank = before.rank if before else None
        yield _(
            "%(model)s leaves the board, where it had rank %(rank)s of %(models)s.",
            model=name,
            rank=rank,
            models=change.models_before,
        )
        return
    values = {
        "model": name,
        "rank": after.rank,
        "points": " → ".join(dict.fromkeys(scores_apart((before or after).score, after.score))),
        "most": shortest(board.rubric.maximum(board.rubric.default_weighting)),
    }
    if before is None:
        yield _(
            "%(model)s enters at rank %(rank)s of %(models)s (%(points)s of %(most)s points).",
            models=change.models_after,
            **values,
        )
        return
    if model.kind is ChangeKind.RENAMED:
        yield _("%(model)s is renamed from `%(old)s` to `%(new)s`.", model=name, old=model.former_id, new=model.id)
        if before == after and not model.ratings:
            return
    if model.kind is ChangeKind.EVIDENCE:
        what = enumerated(list(_besides_levels(model, board.rubric)))
        yield _("%(model)s keeps all its ratings; only %(what)s change.", model=name, what=what)
    elif after.rank == before.rank:
        yield _("%(model)s stays at rank %(rank)s (%(points)s of %(most)s points).", **values)
    elif after.rank < before.rank:
        yield _(
            "%(model)s rises from rank %(before)s to %(rank)s (%(points)s of %(most)s points).",
            before=before.rank,
            **values,
        )
    else:
        yield _(
            "%(model)s falls from rank %(before)s to %(rank)s (%(points)s of %(most)s points).",
            before=before.rank,
            **values,
        )


def scores_apart(before: Fraction, after: Fraction) -> tuple[str, str]:
    """Return two scores with two or more decimal places: as many as show that they differ, at most six."""
    enough = (places for places in (2, 3, 4) if decimal(before, places) != decimal(after, places))
    places = 2 if before == after else next(enough, 6)
    return decimal(before, places), decimal(after, places)


def _besides_levels(model: ModelChange, rubric: Rubric) -> Iterator[str]:
    def titles(*, only_disputed: bool) -> str:
        found = [each.criterion for each in model.evidence if each.only_disputed is only_disputed]
        return listed([criterion_title(rubric, each) for each in found], NAMED_MODELS)

    if criteria := titles(only_disputed=False):
        yield _("evidence or notes (%(criteria)s)", criteria=criteria)
    if criteria := titles(only_disputed=True):
        yield _("marks of disputes (%(criteria)s)", criteria=criteria)
    if model.facts:
        yield _("facts about the model (%(facts)s)", facts=listed(fact_names(model), NAMED_MODELS))


def fact_names(model: ModelChange) -> list[str]:
    """Return the changed keys about the model itself, in words."""
    return ["name" if key == "model" else key.replace("_", " ") for key in model.facts]


def _counted(models: Sequence[ModelChange]) -> str:
    counts = Counter(model.kind for model in models)
    parts = [_of_kind(kind, counts[kind]) for kind in ChangeKind if counts[kind]]
    return _("%(number)s models change: %(parts)s.", number=grouped(len(models)), parts=JoinedText(", ", parts))


def _of_kind(kind: ChangeKind, number: int) -> str:
    match kind:
        case ChangeKind.ADDED:
            return ngettext("%(number)s enters", "%(number)s enter", number)
        case ChangeKind.REMOVED:
            return ngettext("%(number)s leaves", "%(number)s leave", number)
        case ChangeKind.RENAMED:
            return ngettext("%(number)s is renamed", "%(number)s are renamed", number)
        case ChangeKind.RATINGS:
            return ngettext("%(number)s is rated differently", "%(number)s are rated differently", number)
        case ChangeKind.EVIDENCE:
            return ngettext("%(number)s keeps its ratings", "%(number)s keep their ratings", number)


def criterion_title(rubric: Rubric, criterion_id: str) -> str:
    """Return the title of a criterion; its id if the rubric no longer has it."""
    titles = (data_text(criterion.title) for criterion in rubric.criteria if criterion.id == criterion_id)
    return next(titles, criterion_id)


# ---- developers ------------------------------------------------------------------------------------------------------


def _developers(changes: Sequence[DeveloperChange]) -> list[str]:
    by_id = [(developer, list(own)) for developer, own in groupby(changes, lambda each: each.id)]
    if len(by_id) > NAMED_MODELS:
        return [_("%(number)s developers change.", number=grouped(len(by_id)))]
    return [_developer(developer, own) for developer, own in by_id]


def _developer(developer: str, changes: Sequence[DeveloperChange]) -> str:
    # A developer file always has a name, so without one there is no such file.
    name = next((change for change in changes if change.key == "name"), None)
    if name is not None and name.before is None:
        values = JoinedText(", ", [clip(each.after, VALUE_LENGTH) for each in changes if each.after is not None])
        return _("The developer `%(developer)s` is new: %(values)s.", developer=developer, values=values)
    if name is not None and name.after is None:
        return _("The developer `%(developer)s` leaves.", developer=developer)
    keys = JoinedText(", ", [f"{each.key} {_value(each.before)} → {_value(each.after)}" for each in changes])
    return _("The developer `%(developer)s` changes: %(keys)s.", developer=developer, keys=keys)


def _value(value: str | None) -> str:
    return "–" if value is None else clip(value, VALUE_LENGTH)


# ---- unchanged models ------------------------------------------------------------------------------------------------


def same_moves(change: Change) -> list[list[Mover]]:
    """Return the unchanged models that move in groups with the same step and the same causes."""
    groups: dict[object, list[Mover]] = {}
    for mover in change.movers:
        groups.setdefault((mover.before - mover.after, mover.causes, mover.further_causes), []).append(mover)
    return list(groups.values())


def _others(change: Change) -> str:
    if not change.movers:
        if any(count for _way, count in change.elsewhere):
            return _("No other model moves on the board.") if change.models else _("No model moves on the board.")
        return _("No other model moves.") if change.models else _("No model moves.")
    groups = same_moves(change)
    if len(groups) == 1:
        return JoinedText("", [move_phrase(groups[0], other=bool(change.models)), "."])
    number = len(change.movers)
    if change.models:
        return _("%(number)s other models move.", number=grouped(number))
    return _("%(number)s models move.", number=grouped(number))


def move_phrase(movers: Sequence[Mover], *, other: bool = False) -> str:
    """Return that models with the same step move by it, as in `43 other models move down one place`."""
    number = len(movers)
    if number <= NAMED_MODELS:
        models = enumerated([mover.model for mover in movers])
    elif other:
        models = _("%(number)s other models", number=grouped(number))
    else:
        models = _("%(number)s models", number=grouped(number))
    step = movers[0].before - movers[0].after
    values = {"models": models, "places": grouped(abs(step))}
    match step:
        case -1:
            return ngettext("%(models)s moves down one place", "%(models)s move down one place", number, **values)
        case 1:
            return ngettext("%(models)s moves up one place", "%(models)s move up one place", number, **values)
        case _ if step < 0:
            return ngettext(
                "%(models)s moves down %(places)s places", "%(models)s move down %(places)s places", number, **values
            )
        case _:
            return ngettext(
                "%(models)s moves up %(places)s places", "%(models)s move up %(places)s places", number, **values
            )
