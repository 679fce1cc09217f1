"""Pairs of the same model on two leaderboards, by what the model is and not by where its file lies.

A file whose name and repository both become others is about another model: the one leaves the board, and the other
enters it. Otherwise the ratings that were agreed on for one model could be shown for another without anybody's consent.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.board.model.identity import hub_identity, is_same_name, name_identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bot.board.model.assessment import Entry
    from bot.board.ranking.leaderboard import Leaderboard, Row


def pair_rows(before: Leaderboard, after: Leaderboard) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield the rows of each model before and after, in the order of the board after; removed models last."""
    former = {new: before.by_id[old] for new, old in _former_ids(before, after).items()}
    kept = {row.entry.id for row in former.values()}
    yield from ((former.get(row.entry.id), row) for row in after.rows)
    yield from ((row, None) for row in before.rows if row.entry.id not in kept)


def _former_ids(before: Leaderboard, after: Leaderboard) -> dict[str, str]:
    """Return the id before the change of each model that is on both boards, by its id after the change."""
    there = {row.entry.id: row.entry for row in before.rows}
    former = {
        row.entry.id: row.entry.id
        for row in after.rows
        if (old := there.get(row.entry.id)) and (old.model, old.huggingface) == (row.entry.model, row.entry.huggingface)
    }
    waiting = [row.entry for row in after.rows if row.entry.id not in former]
    if not waiting:
        return former
    names = _owners(there.values(), lambda entry: name_identity(entry.model))
    repositories = _owners(there.values(), lambda entry: hub_identity(entry.huggingface))
    claims: dict[_Claim, dict[str, list[str]]] = {claim: {} for claim in _Claim}
    for entry in waiting:
        by_name = names.get(name_identity(entry.model))
        by_repository = repositories.get(hub_identity(entry.huggingface) or "")
        if found := _claim(there, entry, by_name, by_repository):
            claims[found[0]].setdefault(found[1], []).append(entry.id)
    taken = set(former.values())
    for of_one_strength in claims.values():
        for former_id, claiming in of_one_strength.items():
            if former_id not in taken and len(claiming) == 1:
                former[claiming[0]] = former_id
        taken |= of_one_strength.keys()
    return former


class _Claim(Enum):
    """Why a model may be one that was there before, the strongest reason first."""

    BOTH = auto()
    """Two of name, repository and path, the name among them."""
    ONE = auto()
    """Its name alone, or its repository alone. Of two models that share those of one, nobody knows which that is."""
    SLIP = auto()
    """Its path, and nearly its name."""


def _owners(entries: Iterable[Entry], key: Callable[[Entry], str | None]) -> dict[str, str]:
    """Return the id of the first model with each name or repository."""
    found: dict[str, str] = {}
    for entry in entries:
        if value := key(entry):
            found.setdefault(value, entry.id)
    return found


def _claim(
    there: Mapping[str, Entry], entry: Entry, by_name: str | None, by_repository: str | None
) -> tuple[_Claim, str] | None:
    """Return which model of before the one in `entry` may be, and why; None where it is a new one.

    `by_name` and `by_repository` are the ids of the models that had its name and its repository.
    """
    if by_name and by_repository:
        # Else it is the name of one model with the repository of another.
        return (_Claim.BOTH, by_name) if by_name == by_repository else None
    if by_repository:
        return _Claim.ONE, by_repository
    if by_name == entry.id:
        return _Claim.BOTH, by_name
    # Only at its former path, and under its very name, may it have got another repository.
    old = there.get(by_name or entry.id)
    if old is None or (entry.huggingface and old.huggingface):
        return None
    if by_name:
        return _Claim.ONE, by_name
    return (_Claim.SLIP, old.id) if is_same_name(old.model, entry.model) else None
