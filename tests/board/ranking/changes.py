"""Changes of fictional models, for the tests of their reports."""

from __future__ import annotations

from typing import Any

from bot.board.model.assessment import Assessment, entry
from bot.board.model.developer import Developer
from bot.board.model.rubric import Rubric
from bot.board.ranking.change import Change, diff_leaderboards
from bot.board.ranking.leaderboard import Leaderboard, rank_entries
from bot.board.ranking.scoring import Scoring
from tests.samples import assessment, rubric

SCORING = Scoring(rubric())


def rated(level: str = "open", **evidence: str) -> dict[str, Any]:
    stated = {"url": "https://example.org/page", "where": "Section 1", "fact": "It is stated there."}
    return {"level": level, "evidence": [stated | evidence]}


def opened(*criteria: str, model: str = "Example One", **changes: Any) -> Assessment:
    """Return a model that is open in `weights` and these criteria, closed in all others."""
    return assessment(model, ratings={criterion: rated() for criterion in criteria}, **changes)


def change_of(before: dict[str, Assessment], after: dict[str, Assessment]) -> tuple[Change, Leaderboard]:
    old, new = (rank_entries([entry(name, model) for name, model in side.items()], SCORING) for side in (before, after))
    return diff_leaderboards(old, new, before, after), new


def copies(model: Assessment, name: str, count: int) -> dict[str, Assessment]:
    """Return so many models that differ only in their names."""
    numbered = {number: name.format(number) for number in range(count)}
    return {
        f"{title.split()[1].lower()[:1]}/{number}": model.model_copy(update={"model": title})
        for number, title in numbered.items()
    }


OTHERS = {
    "example/alpha": opened("code", "paper", model="Example Alpha"),
    "example/beta": opened("code", model="Example Beta"),
    "example/gamma": opened("api", model="Example Gamma"),
}
ONE = {"example/one": opened()}


def developer(name: str = "Example Lab", **changes: Any) -> Developer:
    stated = {"name": name, "country": "International", "kind": "single-company", "url": "https://example.org"}
    return Developer.model_validate(stated | changes)


def developers_changed(before: dict[str, Developer], after: dict[str, Developer]) -> tuple[Change, Leaderboard]:
    board = rank_entries([entry(name, model) for name, model in OTHERS.items()], SCORING)
    return diff_leaderboards(board, board, {}, {}, before, after), board


def with_rubric(**changes: Any) -> Scoring:
    """Return the scoring by a rubric with other parts, validated anew because a copy would keep cached values."""
    fields = {name: getattr(rubric(), name) for name in Rubric.model_fields}
    return Scoring(Rubric.model_validate(fields | changes))
