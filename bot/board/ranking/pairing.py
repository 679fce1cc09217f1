"""Pairs of the same model on two leaderboards, by what the model is and not by where its file lies.

A file whose name and repository both become others is about another model: the one leaves the board, and the other
enters it. Otherwise the ratings that were agreed on for one model could be shown for another without anybody's consent.
"""

from __future__ import annotations

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
    waiting = {row.entry.id: row.entry for row in after.rows if row.entry.id not in former}
    if not waiting:
        return former
    names = _owners(there.values(), lambda entry: name_identity(entry.model))
    repositories = _owners(there.values(), lambda entry: hub_identity(entry.huggingface))
    taken = set(former.values())
    for entry in waiting.values():
        by_name = names.get(name_identity(entry.model))
        by_repository = repositories.get(hub_identity(entry.huggingface) or "")
        former_id = _former(there, entry, by_name, by_repository)
        if former_id is not None and former_id not in taken:
            taken.add(former_id)
            former[entry.id] = former_id
    return former


def _owners(entries: Iterable[Entry], key: Callable[[Entry], str | None]) -> dict[str, str]:
    """Return the id of the first model with each name or repository."""
    found: dict[str, str] = {}
    for entry in entries:
        if value := key(entry):
            found.setdefault(value, entry.id)
    return found


def _former(there: Mapping[str, Entry], entry: Entry, by_name: str | None, by_repository: str | None) -> str | None:
    """Return the id before of the model in `entry`; None where it is a new one.

    `by_name` and `by_repository` are the ids of the models that had its name and its repository.
    """
    if by_name and by_repository and by_name != by_repository:
        return None  # the name of one model with the repository of another
    if by_repository:
        return by_repository
    same_path = there.get(entry.id)
    if by_name:
        # Only at its former path may it have got another repository at the same time.
        is_elsewhere = by_name != entry.id and entry.huggingface and there[by_name].huggingface
        return None if is_elsewhere else by_name
    return entry.id if same_path and is_same_name(same_path.model, entry.model) else None
