"""Texts for terminals: the ranking, one model, two models side by side. Plain text without colours.

Everything that a contributor wrote goes through `one_line`, because control characters move the cursor and recolour
what follows.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tabulate import tabulate

from bot.board.model.rubric import Level
from bot.board.model.words import DISPUTED_MARK, GLYPHS, decimal, level_words, shortest
from bot.text.escaping import one_line
from bot.text.tables import terminal_table, underlined, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from bot.board.model.assessment import Assessment, Developer, Evidence, Rating
    from bot.board.model.rubric import NotApplicable, Rubric, Weighting
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.ranking.scoring import Way

WIDTH = 100
"""Of a line, in columns."""
_HEADER_WIDTH = 15


def ranking_text(board: Leaderboard, developers: Mapping[str, Developer], way: Way, top: int | None = None) -> str:
    """Return the first `top` models (None: all) ordered by `way`, with a glyph for each rating.

    `developers` are by folder; a missing one is shown by the name of its folder.
    """
    rows = board.ordered_by(way)[:top]
    cells = [
        [
            str(board.rank(row, way)),
            one_line(row.entry.model),
            _developer_name(row.entry.developer, developers),
            decimal(board.score(row, way)),
            *_glyphs(row, board.rubric),
        ]
        for row in rows
    ]
    weighting = board.rubric.weighting(way.weighting)
    titles = [category.title for category in board.rubric.categories]
    score = f"Score of {shortest(board.rubric.maximum(weighting))}"
    table = terminal_table(_headers(["Rank", "Model", "Developer", score, *titles]), cells, "rllr" + "l" * len(titles))
    shown = f"{len(rows)} of {len(board.rows)} models" if len(rows) < len(board.rows) else f"{len(rows)} models"
    disputed = f", {DISPUTED_MARK} disputed" * any(row.entry.disputed for row in rows)
    return f"{table}\n\n{shown}, ranked by {_name(board.rubric, way)}. {_legend(board.rubric)}{disputed}"


def model_text(
    board: Leaderboard, row: Row, assessment: Assessment, developer: Developer | None, study_rank: int | None = None
) -> str:
    """Return one model: facts, ranks by every way of ranking, and each rating with its evidence and note.

    `study_rank` is the rank that the 2025 study printed, if it has one.
    """
    parts = [
        underlined(f"{one_line(row.entry.model)} ({one_line(row.entry.id)})"),
        _facts(board, row, assessment, developer, study_rank),
        _rank_matrix(board, row),
        *(_rating(board.rubric, number, assessment) for number in range(len(board.rubric.criteria))),
        _legend(board.rubric),
    ]
    return "\n\n".join(parts)


def comparison_text(board: Leaderboard, first: tuple[Row, Assessment], second: tuple[Row, Assessment]) -> str:
    """Return two models side by side: levels, scores and ranks, and the reasons where the levels differ."""
    (row, assessment), (other_row, other) = first, second
    names = [_column_name(row, other_row), _column_name(other_row, row)]
    differing = [
        criterion
        for criterion, level, other_level in zip(
            board.rubric.criteria, row.entry.levels, other_row.entry.levels, strict=True
        )
        if level is not other_level
    ]
    legend = "An arrow points to the more open one; ~ marks what cannot be compared."
    parts = [
        _levels_table(board.rubric, row, other_row, names),
        f"They differ in {len(differing)} of {len(board.rubric.criteria)} criteria. {legend}",
        _standings_table(board, row, other_row, names),
    ]
    for criterion in differing:
        sides = zip(names, (assessment, other), strict=True)
        shown = (_side(board.rubric, name, each.ratings[criterion.id]) for name, each in sides)
        parts.append("\n".join([one_line(criterion.title), *shown]))
    return "\n\n".join(parts)


def _levels_table(rubric: Rubric, row: Row, other: Row, names: Sequence[str]) -> str:
    rows = [
        [
            one_line(criterion.title),
            level_words(rubric, level),
            _level_sign(rubric, level, other_level),
            level_words(rubric, other_level),
        ]
        for criterion, level, other_level in zip(rubric.criteria, row.entry.levels, other.entry.levels, strict=True)
    ]
    return terminal_table(["Criterion", names[0], "", names[1]], rows, "llcl")


def _standings_table(board: Leaderboard, row: Row, other: Row, names: Sequence[str]) -> str:
    rows = [
        [
            _name(board.rubric, way),
            _standing(board, row, way),
            _sign(board.score(row, way), board.score(other, way)),
            _standing(board, other, way),
        ]
        for way in sorted(board.scoring.ways, key=lambda way: way.counting is not board.rubric.default_counting)
    ]
    return terminal_table(["Score and rank by", names[0], "", names[1]], rows, "llcl")


# ---- parts of tables -------------------------------------------------------------------------------------------------


def _headers(titles: Sequence[str]) -> list[str]:
    return [textwrap.fill(one_line(title), _HEADER_WIDTH, break_long_words=False) for title in titles]


def _developer_name(folder: str, developers: Mapping[str, Developer]) -> str:
    return one_line(developers[folder].name if folder in developers else folder)


def _glyphs(row: Row, rubric: Rubric) -> list[str]:
    """Return the glyphs of each category's ratings, with a mark behind those that are disputed."""
    levels, disputed = iter(row.entry.levels), dict(row.entry.disputed)
    return [
        "".join(GLYPHS[next(levels)] + DISPUTED_MARK * (criterion.id in disputed) for criterion in category.criteria)
        for category in rubric.categories
    ]


def _legend(rubric: Rubric) -> str:
    return ", ".join(level_words(rubric, level) for level in GLYPHS)


def _name(rubric: Rubric, way: Way) -> str:
    return f"{rubric.weighting(way.weighting).name}, {rubric.counting(way.counting).title}"


def _standing(board: Leaderboard, row: Row, way: Way) -> str:
    return f"{decimal(board.score(row, way))}, rank {board.rank(row, way)}"


def _column_name(row: Row, other: Row) -> str:
    """Return the name of the model, or its id where both have the same name."""
    return one_line(row.entry.id if row.entry.model == other.entry.model else row.entry.model)


def _level_sign(rubric: Rubric, level: Level, other: Level) -> str:
    if level is other:
        return ""
    if Level.NOT_APPLICABLE in (level, other):
        return "~"
    return _sign(rubric.levels[level].points, rubric.levels[other].points) or "~"


def _sign(own: Fraction, other: Fraction) -> str:
    if own == other:
        return ""
    return "←" if own > other else "→"


# ---- one model -------------------------------------------------------------------------------------------------------


def _facts(
    board: Leaderboard, row: Row, assessment: Assessment, developer: Developer | None, study_rank: int | None
) -> str:
    maximum = shortest(board.rubric.maximum(board.rubric.default_weighting))
    facts = [
        ("Developer", f"{developer.name}, {developer.country}" if developer else row.entry.developer),
        ("Released", str(assessment.released) if assessment.released else None),
        ("Modality", ", ".join(assessment.modality)),
        ("License", assessment.license),
        ("Hugging Face", f"https://huggingface.co/{assessment.huggingface}" if assessment.huggingface else None),
        ("Rank", f"{board.rank(row)} of {len(board.rows)}"),
        ("Score", f"{decimal(board.score(row))} of {maximum} points"),
        ("In the 2025 study", f"rank {study_rank}" if study_rank is not None else None),
    ]
    cells = [[name, one_line(value)] for name, value in facts if value]
    return tabulate(cells, tablefmt="plain", disable_numparse=True)


def _rank_matrix(board: Leaderboard, row: Row) -> str:
    """Return rank and score by each weighting (rows) and way of counting (columns)."""
    countings = board.rubric.not_applicable
    ways = {(way.weighting, way.counting): way for way in board.scoring.ways}

    def cell(weighting: Weighting, counting: NotApplicable) -> str:
        way = ways[weighting.id, counting]
        maximum = shortest(board.rubric.maximum(weighting))
        return f"{board.rank(row, way)} ({decimal(board.score(row, way))} of {maximum})"

    cells = [
        [one_line(weighting.name), *(cell(weighting, counting.id) for counting in countings)]
        for weighting in board.rubric.weightings
    ]
    return terminal_table(_headers(["Rank by", *(counting.title for counting in countings)]), cells, "lll")


def _rating(rubric: Rubric, number: int, assessment: Assessment) -> str:
    criterion = rubric.criteria[number]
    rating = assessment.ratings[criterion.id]
    head = f"{GLYPHS[rating.level]} {one_line(criterion.title)}: {rubric.levels[rating.level].title}"
    return "\n".join([head, *_reasons(rating)])


def _side(rubric: Rubric, name: str, rating: Rating) -> str:
    return textwrap.indent("\n".join([f"{name}: {level_words(rubric, rating.level)}", *_reasons(rating)]), "  ")


def _reasons(rating: Rating) -> list[str]:
    lines = [line for evidence in rating.evidence for line in _evidence(evidence)]
    if rating.note is not None:
        lines.append(wrapped(f"Note: {one_line(rating.note)}", WIDTH, "    "))
    if rating.precedents:
        lines.append(wrapped(f"By precedent: {', '.join(map(one_line, rating.precedents))}", WIDTH, "    "))
    if rating.disputed is not None:
        lines.append(f"    Disputed: {one_line(rating.disputed)}")
    return lines


def _evidence(evidence: Evidence) -> list[str]:
    """Return the link on a line of its own, unbroken, so that it can be clicked, then the other keys."""
    where = f"{one_line(evidence.where)}: " if evidence.where else ""
    lines = [
        f"    {one_line(evidence.url)}{'' if evidence.accessed else '  [unverified]'}",
        wrapped(f"{where}{one_line(evidence.fact)}", WIDTH, "      "),
    ]
    if evidence.quote is not None:
        lines.append(wrapped(f'"{one_line(evidence.quote)}"', WIDTH, "      "))
    if evidence.archived is not None:
        lines.append(f"      archived: {one_line(evidence.archived)}")
    return lines
