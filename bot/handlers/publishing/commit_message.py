"""The message of the commit that publishes a leaderboard: which models moved, and because of which merges. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import assessment_path
from bot.board.reading.corpus import is_assessment_path
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MERGED = re.compile(r"Merge pull request #([0-9]{1,9}) from ")
_SQUASHED = re.compile(r"\(#([0-9]{1,9})\)\Z")
_SUBJECT_LENGTH = 72
_NAMED_MOVES = 3
_MOST_MOVES = 35
_MOST_SOURCES = 10


class RankMove(NamedTuple):
    """The rank of a model before and after; None while it is not on the board."""

    id: str
    before: int | None
    after: int | None


class MergeSource(NamedTuple):
    """A commit of the main branch that changed an input of the leaderboard."""

    commit: str
    number: int | None
    """The pull request that it merged, where its subject says so."""


def ranks_in(table: bytes) -> dict[str, int] | None:
    """Return the rank of each model in `leaderboard.csv`; None where that is damaged.

    It may have been edited by anybody. The table, not leaderboard.json, because that holds every rating of every model.
    """
    try:
        rows = csv.DictReader(io.StringIO(table.decode("utf-8"), newline=""))
        ranks = {row["id"]: int(row["rank"]) for row in rows}
    except (csv.Error, KeyError, TypeError, ValueError):
        return None
    sound = all(is_assessment_path(assessment_path(name)) and 0 < rank <= len(ranks) for name, rank in ranks.items())
    return ranks if sound else None


def rank_moves(before: Mapping[str, int], after: Mapping[str, int]) -> list[RankMove]:
    """Return the models that enter or leave the board, then those with another rank, the longest move first."""
    moves = [RankMove(name, before.get(name), after.get(name)) for name in before.keys() | after.keys()]
    return sorted((move for move in moves if move.before != move.after), key=_importance)


def _importance(move: RankMove) -> tuple[bool, int, int, str]:
    stays = move.before is not None and move.after is not None
    before, after = move.before or 0, move.after or 0
    return stays, -abs(before - after) if stays else 0, after or before, move.id


def source_of(commit: str, subject: str) -> MergeSource:
    """Return a commit with the pull request that GitHub names in the subject of a merge commit or a squashed one.

    Only its number: in the text itself GitHub would act on `fixes #1`, `@name` or `[skip ci]` once more.
    """
    found = _MERGED.match(subject) or _SQUASHED.search(subject)
    return MergeSource(commit, int(found[1]) if found else None)


def commit_message(moves: Sequence[RankMove] | None, sources: Sequence[MergeSource], pages: Sequence[str] = ()) -> str:
    """Return a subject of at most 72 characters that says which models move, and a body with all moves and the sources.

    `moves` is None where nothing was published before. Models are called by their ids: names may be any text. `pages` are
    the names of new pages that no build makes; without sources, nothing else is new.
    """
    if pages and not sources:
        return f"Leaderboard: new {' and '.join(pages)}\n"
    singly, together = _grouped(moves or ())
    named = _named(singly, together)
    if moves is None:
        subject = "First leaderboard"
    elif not moves:
        subject = _("Leaderboard: no rank changes")
    elif len(subject := _subject(singly, together, named)) > _SUBJECT_LENGTH:
        subject = f"Leaderboard: {len(moves)} models move"
    parts = [subject]
    if moves and (named < len(singly) or (together and together[-1] not in subject)):
        lines = [*(f"- `{move.id}` {_step(move)}" for move in singly), *(f"- {each}" for each in together)]
        parts.append(_listed(lines, _MOST_MOVES))
    if pages:
        parts.append(f"With new {' and '.join(pages)}")
    parts.append(_listed([_from(source) for source in sources], _MOST_SOURCES))
    return "\n\n".join(parts) + "\n"


def _grouped(moves: Sequence[RankMove]) -> tuple[list[RankMove], list[str]]:
    """Return the moves to name one by one, and phrases for the many models that all move by one place."""
    steps = Counter(_places(move) for move in moves)
    many = [step for step in (1, -1) if steps[step] > _NAMED_MOVES]
    together: list[str] = [
        _("%(number)s models move up one place", number=steps[step])
        if step > 0
        else _("%(number)s models move down one place", number=steps[step])
        for step in many
    ]
    return [move for move in moves if _places(move) not in many], together


def _places(move: RankMove) -> int | None:
    """Return by how many places a model rises; None where it enters or leaves."""
    return None if move.before is None or move.after is None else move.before - move.after


def _named(singly: Sequence[RankMove], together: Sequence[str]) -> int:
    """Return how many moves fit into the subject."""
    counts = range(min(len(singly), _NAMED_MOVES), 0, -1)
    return next((count for count in counts if len(_subject(singly, together, count)) <= _SUBJECT_LENGTH), 0)


def _subject(singly: Sequence[RankMove], together: Sequence[str], named: int) -> str:
    clauses = [f"{move.id} {_step(move)}" for move in singly[:named]]
    if left := len(singly) - named:
        clauses.append(f"{left} {'others' if left > 1 else 'other'}" if named else f"{left} model{'s' * (left > 1)}")
        clauses[-1] += " move" if left > 1 else " moves"
    return f"Leaderboard: {', '.join((*clauses, *together))}"


def _step(move: RankMove) -> str:
    if move.before is None:
        return f"enters at {move.after}"
    return f"leaves from {move.before}" if move.after is None else f"{move.before} → {move.after}"


def _from(source: MergeSource) -> str:
    return f"From {source.commit[:10]}" + ("" if source.number is None else f" (#{source.number})")


def _listed(lines: list[str], most: int) -> str:
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return "\n".join([*lines[:most], *more])
