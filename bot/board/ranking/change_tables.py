"""The changes of one model as tables of Markdown: its ranks, its ratings, its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bot.board.model.words import GLYPHS
from bot.board.ranking.change_summary import criterion_title, scores_apart
from bot.text.escaping import code_span, markdown_link, markdown_text, one_line, unreferenced
from bot.text.shaping import clip, fold
from bot.text.tables import markdown_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.board.model.assessment import Evidence
    from bot.board.model.rubric import Level, NotApplicable, Rubric
    from bot.board.ranking.change import EvidenceChange, ModelChange, Move, RatingChange
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.board.ranking.scoring import Way

OPEN_ROWS = 10
"""Longer tables are folded."""
VALUE_LENGTH = 100
"""Of the value of a key, in characters."""
TEXT_LENGTH = 300
"""Of a text such as `fact`, in characters."""
_ADDRESS_LENGTH = 60
_MOST_EVIDENCE = 5

Value = TypeVar("Value")
_Ranks = tuple[int | None, int | None]


def rank_table(model: ModelChange, board: Leaderboard) -> str:
    """Return the ranks that change: the board's own with the scores, and the ways of ranking with a different move."""
    first = f"**{markdown_text(board.rubric.default_weighting.name)}** (the board's order)"
    rows = [[first, *_with_scores(_rank_cells(_ranks(model.board)), model.board)]]
    for (countings, ranks), weightings in group_ways((move.way, _ranks(move)) for move in model.other_ways).items():
        rows.append([way_names(weightings, countings, board.rubric), *_rank_cells(ranks)])
    # Aligned left, so that ranks with and without a score behind them are in one column.
    table = markdown_table(["Ranked by", "Before", "After", "Move"], rows, "----")
    table = folded(f"Ranks that move differently by {len(model.other_ways)} other ways of ranking", table, len(rows))
    if len(model.other_ways) == len(board.scoring.ways) - 1:
        return table
    return f"{table}\n\nBy all other weightings and ways of counting it {_same_move(model.board)}."


def folded(title: str, table: str, rows: int) -> str:
    """Return a table of so many rows, folded if it is long."""
    return fold(title, table) if rows > OPEN_ROWS else table


def group_ways(values: Iterable[tuple[Way, Value]]) -> dict[tuple[tuple[NotApplicable, ...], Value], list[str]]:
    """Return the ids of the weightings that have the same value for the same ways of counting, by both."""
    countings: dict[tuple[str, Value], list[NotApplicable]] = {}
    for way, value in values:
        countings.setdefault((way.weighting, value), []).append(way.counting)
    weightings: dict[tuple[tuple[NotApplicable, ...], Value], list[str]] = {}
    for (weighting, value), own in countings.items():
        weightings.setdefault((tuple(own), value), []).append(weighting)
    return weightings


def way_names(weightings: Sequence[str], countings: Sequence[NotApplicable], rubric: Rubric) -> str:
    """Return names as in `OSAID, White (not applicable left out)`; without the counting if both ways are meant."""
    names = markdown_text(", ".join(rubric.weighting(weighting).name for weighting in weightings))
    if len(countings) == len(rubric.not_applicable):
        return names
    return f"{names} ({markdown_text(rubric.counting(countings[0]).title)})"


def _same_move(move: Move) -> str:
    if move.before is None:
        return "enters at the same rank as in the first row"
    if move.after is None:
        return "leaves from the same rank as in the first row"
    return "goes as many ranks as in the first row" if move.step else "keeps its rank, as in the first row"


def _ranks(move: Move) -> _Ranks:
    return move.before.rank if move.before else None, move.after.rank if move.after else None


def _rank_cells(ranks: _Ranks) -> list[str]:
    before, after = ranks
    if before is None or after is None:
        return [str(before or "–"), str(after or "–"), "enters" if before is None else "leaves"]
    step = before - after
    return [str(before), str(after), "stays" if step == 0 else f"up {step}" if step > 0 else f"down {-step}"]


def _with_scores(cells: Sequence[str], move: Move) -> list[str]:
    """Return the cells of `_rank_cells` with the scores behind the ranks, as in `2 (1.50 points)`."""
    standings = (move.before, move.after)
    there = [standing.score for standing in standings if standing is not None]
    ranks = [
        f"{cell} ({score} points)" if standing is not None else cell
        for cell, score, standing in zip(cells, scores_apart(there[0], there[-1]), standings, strict=False)
    ]
    return [*ranks, *cells[2:]]


def rating_table(ratings: Sequence[RatingChange], rubric: Rubric, *, with_evidence: bool) -> str:
    """Return the changed ratings as a table, folded if it is long."""
    rows = [
        [
            markdown_text(criterion_title(rubric, rating.criterion)),
            " → ".join(_level(level, rubric) for level in (rating.before, rating.after) if level is not None),
            _rating_cell(rating) if with_evidence else "",
        ]
        for rating in ratings
    ]
    return folded(
        f"All {len(rows)} ratings", markdown_table(["Criterion", "Rating", "Evidence"], rows, "---"), len(rows)
    )


def evidence_table(changes: Sequence[EvidenceChange], rubric: Rubric, *, with_evidence: bool) -> str:
    """Return the changed evidence of unchanged levels as a table, folded if it is long."""
    rows = [
        [
            markdown_text(criterion_title(rubric, change.criterion)),
            _level(change.level, rubric),
            _evidence_cell(change) if with_evidence else "",
        ]
        for change in changes
    ]
    table = markdown_table(["Criterion", "Rating stays", "Evidence"], rows, "---")
    return folded(f"Evidence for {len(rows)} criteria", table, len(rows))


def _level(level: Level, rubric: Rubric) -> str:
    # A space that doesn't break keeps the glyph with its word.
    return f"{GLYPHS[level]}\u00a0{markdown_text(rubric.levels[level].title)}"


def _rating_cell(rating: RatingChange) -> str:
    lines = [_evidence(each) for each in rating.evidence[:_MOST_EVIDENCE]]
    if len(rating.evidence) > _MOST_EVIDENCE:
        lines.append(f"and {len(rating.evidence) - _MOST_EVIDENCE} more")
    if rating.note is not None:
        lines.append(f"Note: {clipped(rating.note)}")
    if rating.precedents:
        ids = [code_span(clip(one_line(each), VALUE_LENGTH)) for each in rating.precedents[:_MOST_EVIDENCE]]
        lines.append(f"By precedent: {', '.join(ids)}{' and more' * (len(rating.precedents) > _MOST_EVIDENCE)}")
    return "<br>".join([*lines, *_dispute(rating)]) or "none"


def _evidence_cell(change: EvidenceChange) -> str:
    lines = [f"added: {_evidence(each)}" for each in change.added[:_MOST_EVIDENCE]]
    lines += [f"removed: {_evidence(each)}" for each in change.removed[:_MOST_EVIDENCE]]
    left_out = sum(max(0, len(part) - _MOST_EVIDENCE) for part in (change.added, change.removed))
    lines += [f"and {left_out} more"] * bool(left_out) + ["another note"] * change.note
    lines += ["other precedents"] * change.precedents
    if change.disputed[0] != change.disputed[1]:
        lines += _dispute(change)
    return "<br>".join(lines) or "another order"


def _dispute(change: RatingChange | EvidenceChange) -> list[str]:
    """Return at most one line about the mark of a dispute."""
    before, after = change.disputed
    if after is None:
        return [] if before is None else ["no longer marked as disputed"]
    word = "disputed" if before is None else "still disputed" if before == after else "disputed elsewhere now"
    return [f"{word}: {_link(after)}"]


def _evidence(evidence: Evidence) -> str:
    where = f", {clipped(evidence.where)}" if evidence.where else ""
    unread = "" if evidence.accessed else " (unverified)"
    return f"{_link(evidence.url.rstrip('/'), evidence.url)}{where}{unread}: {clipped(evidence.fact)}"


def _link(shown: str, url: str | None = None) -> str:
    # `http://` stays, because two links may differ in the scheme alone.
    text = clip(one_line(shown.removeprefix("https://")), _ADDRESS_LENGTH)
    return markdown_link(text, unreferenced(url or shown))


def clipped(text: str, length: int = TEXT_LENGTH) -> str:
    """Return `text` as Markdown on one line, cut where it is longer than `length` characters."""
    return markdown_text(clip(one_line(text), length))
