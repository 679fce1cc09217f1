"""The difference between two leaderboards as a Markdown report for the comment on a pull request.

The report has a limited length, because GitHub refuses comments beyond 65,536 characters and a change can move
thousands of models. Everything that a contributor wrote is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.words import decimal
from bot.board.ranking.change import CauseKind
from bot.board.ranking.change_summary import MARKDOWN, NAMED_MODELS, fact_names, moving_models, summary
from bot.board.ranking.change_tables import (
    OPEN_ROWS,
    VALUE_LENGTH,
    clipped,
    evidence_table,
    folded,
    group_ways,
    rank_table,
    rating_table,
    way_names,
)
from bot.text.escaping import code_span, html_content, markdown_text
from bot.text.shaping import fold, plural
from bot.text.tables import markdown_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.board.ranking.change import Change, ModelChange, Mover
    from bot.board.ranking.leaderboard import Leaderboard

_MOST_MOVERS = 100
_MOST_DEVELOPER_ROWS = 40
_MOST_RUBRIC_CHANGES = 20


def as_markdown(change: Change, board: Leaderboard, limit: int = 50_000, *, whole: bool = False) -> str:
    """Return the report in at most about `limit` characters. `board` is the board after the change.

    What doesn't fit is counted instead of shown, evidence first. Long lists are also cut after a fixed number of rows,
    except for a `whole` report.
    """
    parts = [
        summary(change, board, MARKDOWN),
        _rubric_section(change, limit // 8, None if whole else _MOST_RUBRIC_CHANGES),
        _elsewhere_section(change, board),
        _developer_section(change, limit // 8, None if whole else _MOST_DEVELOPER_ROWS),
    ]
    movers = _movers_section(change, limit // 4, None if whole else _MOST_MOVERS)
    models = _model_sections(change, board, limit - sum(map(len, parts)) - len(movers))
    if left_out := len(change.models) - len(models):
        models.append(f"{left_out} more changed {plural(left_out, 'model')} would not fit here.")
    return "\n\n".join(part for part in [*parts, *models, movers] if part) + "\n"


def _rows_within(rows: Iterable[Sequence[str]], limit: int) -> list[Sequence[str]]:
    """Return the first rows whose cells have at most `limit` characters together."""
    shown: list[Sequence[str]] = []
    for row in rows:
        limit -= sum(map(len, row))
        if limit < 0:
            break
        shown.append(row)
    return shown


# ---- changed models --------------------------------------------------------------------------------------------------


def _model_sections(change: Change, board: Leaderboard, limit: int) -> list[str]:
    """Return the sections of the first models that have at most `limit` characters, without evidence if need be."""
    sections: list[str] = []
    for model in change.models:
        versions = (_model_section(model, change, board, with_evidence=each) for each in (True, False))
        section = next((version for version in versions if len(version) <= limit), None)
        if section is None:
            break
        sections.append(section)
        limit -= len(section)
    return sections


def _model_section(model: ModelChange, change: Change, board: Leaderboard, *, with_evidence: bool) -> str:
    """Return the changes of one model, folded where several models change."""
    parts = [rank_table(model, board)] if model.board.before != model.board.after or model.other_ways else []
    if model.ratings:
        parts.append(rating_table(model.ratings, board.rubric, with_evidence=with_evidence))
    if model.evidence:
        parts.append(evidence_table(model.evidence, board.rubric, with_evidence=with_evidence))
    if not with_evidence and (model.ratings or model.evidence):
        parts.append("The evidence would not fit here; it stands in the file.")
    if model.facts:
        parts.append(f"Changed about the model itself: {', '.join(fact_names(model))}.")
    if model.former_name is not None:
        parts.append(f"Its name was {markdown_text(model.former_name)} before.")
    former = f"{code_span(model.former_id)} → " if model.former_id else ""
    parts.insert(0, former + code_span(model.id))
    if len(change.models) > NAMED_MODELS:
        # The summary is a line of HTML, in which markdown_text would show its backslashes.
        return fold(f"{html_content(model.model)}: {_short_move(model)}", "\n\n".join(parts))
    return "\n\n".join([f"### {markdown_text(model.model)}", *parts])


def _short_move(model: ModelChange) -> str:
    before, after = model.board.before, model.board.after
    if after is None:
        return f"leaves from rank {before.rank}" if before else ""
    if before is None:
        return f"enters at rank {after.rank}"
    if before.rank != after.rank:
        return f"rank {before.rank} → {after.rank}"
    # There may be no table that states the score.
    points = f" ({decimal(after.score)} points)" if before == after else ""
    return f"stays at rank {after.rank}{points}"


# ---- rubric and developers -------------------------------------------------------------------------------------------


def _rubric_section(change: Change, limit: int, most: int | None) -> str:
    """Return the differences of the rubric as one line; as many phrases as fit."""
    phrases = [phrase for (phrase,) in _rows_within(([clipped(each)] for each in change.rubric_changes[:most]), limit)]
    if left_out := len(change.rubric_changes) - len(phrases):
        phrases.append(f"and {left_out} more" if phrases else f"{left_out} changes")
    return f"In the rubric: {'; '.join(phrases)}." if phrases else ""


def _developer_section(change: Change, limit: int, most: int | None) -> str:
    """Return the changed keys of developers as a table; as many rows as fit."""
    if not change.developers:
        return ""
    rows = _rows_within(
        ([code_span(each.id), each.key, _value(each.before), _value(each.after)] for each in change.developers[:most]),
        limit,
    )
    table = markdown_table(["Developer", "What", "Before", "After"], rows, "----")
    if left_out := len(change.developers) - len(rows):
        table += f"\n\nand {left_out} more {plural(left_out, 'line')}"
    count = len({each.id for each in change.developers})
    return folded(f"{count} changed {plural(count, 'developer')}", table, len(rows))


def _value(value: str | None) -> str:
    return "none" if value is None else clipped(value, VALUE_LENGTH)


# ---- unchanged models ------------------------------------------------------------------------------------------------


def _movers_section(change: Change, limit: int, most: int | None) -> str:
    """Return the unchanged models that move with the reasons; as many rows as fit."""
    if not change.movers:
        return ""
    names = {model.id: markdown_text(model.model) for model in change.models}
    rows = _rows_within(
        (
            [markdown_text(mover.model), str(mover.before), str(mover.after), _why(mover, names, change)]
            for mover in change.movers[:most]
        ),
        limit,
    )
    table = markdown_table(["Model", "Before", "After", "Why"], rows, "-rr-")
    if left_out := len(change.movers) - len(rows):
        table += f"\n\nand {left_out} more {plural(left_out, 'model')}"
    count, down = len(change.movers), sum(mover.after > mover.before for mover in change.movers)
    title = moving_models(count, change, " that ")
    if count <= OPEN_ROWS:
        return f"### {title}\n\n{table}"
    directions = [f"{down} down"] * bool(down) + [f"{count - down} up"] * (down < count)
    return fold(f"{title} ({', '.join(directions)})", table)


_CAUSES = {
    CauseKind.ROSE_ABOVE: "rises above it",
    CauseKind.NO_LONGER_ABOVE: "is no longer above it",
    CauseKind.ENTERED_ABOVE: "enters above it",
    CauseKind.LEFT_FROM_ABOVE: "leaves from above it",
}


def _why(mover: Mover, names: dict[str, str], change: Change) -> str:
    causes = ["the rubric changes"] if change.rubric_changed else []
    causes += [f"{names[cause.id]} {_CAUSES[cause.kind]}" for cause in mover.causes]
    if mover.further_causes:
        causes.append(f"{mover.further_causes} more")
    return ", ".join(causes)


def _elsewhere_section(change: Change, board: Leaderboard) -> str:
    """Return how many unchanged models move by other ways of ranking as one line: most first, equal numbers together."""
    own_weighting = None if change.reordered else board.rubric.default_weighting.id
    # The summary means both ways of counting where it names none.
    stated = (own_weighting, len(change.movers))
    counts = ((way, count) for way, count in change.elsewhere if count and (way.weighting, count) != stated)
    named = [
        (count, way_names(weightings, countings, board.rubric))
        for (countings, count), weightings in group_ways(counts).items()
    ]
    if not named:
        return ""
    (most, names), *rest = sorted(named, key=lambda each: -each[0])
    parts = [f"{moving_models(most, change)} by {names}", *(f"{count} by {names}" for count, names in rest)]
    return f"By other ways of ranking: {'; '.join(parts)}."
