"""Tables for the command line: the ranking, one model, two models side by side. Plain text without colours.

Apart from the Markdown because a terminal has its own dangers (control characters move the cursor and recolour what
follows) and its own width.
"""

from __future__ import annotations

import textwrap
from textwrap import fill
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from tabulate import tabulate

from bot.board.model.rubric import Level
from bot.board.model.words import DISPUTED_MARK, GLYPHS, decimal
from bot.text.escaping import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from bot.board.model.assessment import Assessment, Developer, Evidence, Rating
    from bot.board.model.rubric import NotApplicable, Rubric, Weighting
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.ranking.scoring import Way

WIDTH = 100
_HEADER_WIDTH = 15
_FILLER = "\u200b"


def printable(text: str) -> str:
    """`text` on one line, with U+FFFD for control characters and for those that change the direction of what follows."""
    return one_line(text)


def ranking_text(board: Leaderboard, developers: Mapping[str, Developer], way: Way, top: int | None = None) -> str:
    """The `top` first models (all, if None) ordered by `way`, with a glyph for each rating.

    `developers` are looked up by their folder; a developer that is missing there is shown by the folder's name.
    """
    rows = board.ordered_by(way)[:top]
    cells = [
        [
            str(board.rank(row, way)),
            printable(row.entry.model),
            _developer_name(row.entry.developer, developers),
            decimal(board.score(row, way)),
            *_glyphs(row, board.rubric),
        ]
        for row in rows
    ]
    weighting = board.rubric.weighting(way.weighting)
    titles = [category.title for category in board.rubric.categories]
    score = f"Score of {_number(board.rubric.maximum(weighting))}"
    table = _table(_headers(["Rank", "Model", "Developer", score, *titles]), cells, "rllr" + "l" * len(titles))
    shown = f"{len(rows)} of {len(board.rows)} models" if len(rows) < len(board.rows) else f"{len(rows)} models"
    disputed = f", {DISPUTED_MARK} disputed" * any(row.entry.disputed for row in rows)
    return f"{table}\n\n{shown}, ranked by {_name(board.rubric, way)}. {_legend(board.rubric)}{disputed}"


def model_text(
    board: Leaderboard, row: Row, assessment: Assessment, developer: Developer | None, study_rank: int | None = None
) -> str:
    """One model: facts, ranks by every way of ranking, and each rating with its evidence and note.

    `study_rank` is the rank that the 2025 study printed, where it has one.
    """
    title = f"{printable(row.entry.model)} ({printable(row.entry.id)})"
    parts = [
        f"{title}\n{'=' * len(_measured(title))}",
        _facts(board, row, assessment, developer, study_rank),
        _rank_matrix(board, row),
        *(_rating(board.rubric, number, assessment) for number in range(len(board.rubric.criteria))),
        _legend(board.rubric),
    ]
    return "\n\n".join(parts)


def comparison_text(board: Leaderboard, first: tuple[Row, Assessment], second: tuple[Row, Assessment]) -> str:
    """Two models, criterion by criterion, then their scores and ranks; an arrow points to the more open one."""
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
        parts.append("\n".join([printable(criterion.title), *shown]))
    return "\n\n".join(parts)


def _levels_table(rubric: Rubric, row: Row, other: Row, names: Sequence[str]) -> str:
    rows = [
        [
            printable(criterion.title),
            _level(rubric, level),
            _level_sign(rubric, level, other_level),
            _level(rubric, other_level),
        ]
        for criterion, level, other_level in zip(rubric.criteria, row.entry.levels, other.entry.levels, strict=True)
    ]
    return _table(["Criterion", names[0], "", names[1]], rows, "llcl")


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
    return _table(["Score and rank by", names[0], "", names[1]], rows, "llcl")


# ---- parts of tables -------------------------------------------------------------------------------------------------


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]], alignment: str) -> str:
    words = {"l": "left", "r": "right", "c": "center"}
    table = tabulate(
        [[_measured(cell) for cell in row] for row in rows],
        headers=[_measured(header) for header in headers],
        tablefmt="simple",
        disable_numparse=True,  # without it, a model called `1e3` would be shown as a number
        colalign=[words[letter] for letter in alignment] if rows else None,
    )
    return table.replace(_FILLER, "")


def _measured(text: str) -> str:
    """`text` with a filler behind each character that takes two columns, so that its length is its width.

    For tabulate and textwrap, which count characters. tabulate measures by itself where wcwidth is installed, and
    there the filler has no width, so that both ways come out the same.
    """
    return "".join(f"{each}{_FILLER}" if east_asian_width(each) in "WF" else each for each in text)


def _headers(titles: Sequence[str]) -> list[str]:
    return [fill(printable(title), _HEADER_WIDTH, break_long_words=False) for title in titles]


def _developer_name(folder: str, developers: Mapping[str, Developer]) -> str:
    return printable(developers[folder].name if folder in developers else folder)


def _glyphs(row: Row, rubric: Rubric) -> list[str]:
    """One glyph for each rating, category by category, with a mark behind those that are disputed."""
    levels, disputed = iter(row.entry.levels), dict(row.entry.disputed)
    return [
        "".join(GLYPHS[next(levels)] + DISPUTED_MARK * (criterion.id in disputed) for criterion in category.criteria)
        for category in rubric.categories
    ]


def _level(rubric: Rubric, level: Level) -> str:
    return f"{GLYPHS[level]} {rubric.levels[level].title}"


def _legend(rubric: Rubric) -> str:
    return ", ".join(_level(rubric, level) for level in GLYPHS)


def _number(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else decimal(number)


def _name(rubric: Rubric, way: Way) -> str:
    return f"{rubric.weighting(way.weighting).name}, {_counting_title(rubric, way.counting)}"


def _counting_title(rubric: Rubric, counting: NotApplicable) -> str:
    return next(each.title for each in rubric.not_applicable if each.id is counting)


def _standing(board: Leaderboard, row: Row, way: Way) -> str:
    return f"{decimal(board.score(row, way))}, rank {board.rank(row, way)}"


def _column_name(row: Row, other: Row) -> str:
    """The name of the model, or its id where both have the same name."""
    return printable(row.entry.id if row.entry.model == other.entry.model else row.entry.model)


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
    """What the model is, and where it stands on the board."""
    maximum = _number(board.rubric.maximum(board.rubric.default_weighting))
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
    cells = [[name, printable(value)] for name, value in facts if value]
    return tabulate(cells, tablefmt="plain", disable_numparse=True)


def _rank_matrix(board: Leaderboard, row: Row) -> str:
    """Rank and score by each weighting (rows) and way of counting (columns)."""
    countings = board.rubric.not_applicable
    ways = {(way.weighting, way.counting): way for way in board.scoring.ways}

    def cell(weighting: Weighting, counting: NotApplicable) -> str:
        way = ways[weighting.id, counting]
        maximum = _number(board.rubric.maximum(weighting))
        return f"{board.rank(row, way)} ({decimal(board.score(row, way))} of {maximum})"

    cells = [
        [printable(weighting.name), *(cell(weighting, counting.id) for counting in countings)]
        for weighting in board.rubric.weightings
    ]
    return _table(_headers(["Rank by", *(counting.title for counting in countings)]), cells, "lll")


def _rating(rubric: Rubric, number: int, assessment: Assessment) -> str:
    """One rating: the level, then the evidence and the note, each wrapped under it."""
    criterion = rubric.criteria[number]
    rating = assessment.ratings[criterion.id]
    head = f"{GLYPHS[rating.level]} {printable(criterion.title)}: {rubric.levels[rating.level].title}"
    return "\n".join([head, *_reasons(rating)])


def _side(rubric: Rubric, name: str, rating: Rating) -> str:
    return textwrap.indent("\n".join([f"{name}: {_level(rubric, rating.level)}", *_reasons(rating)]), "  ")


def _reasons(rating: Rating) -> list[str]:
    lines = [line for evidence in rating.evidence for line in _evidence(evidence)]
    if rating.note is not None:
        lines.append(_wrapped(f"Note: {printable(rating.note)}", "    "))
    if rating.precedents:
        lines.append(_wrapped(f"By precedent: {', '.join(map(printable, rating.precedents))}", "    "))
    if rating.disputed is not None:
        lines.append(f"    Disputed: {printable(rating.disputed)}")
    return lines


def _evidence(evidence: Evidence) -> list[str]:
    """The link on a line of its own, whole, so that it can be clicked; then where on the page, and what it states."""
    where = f"{printable(evidence.where)}: " if evidence.where else ""
    lines = [
        f"    {printable(evidence.url)}{'' if evidence.accessed else '  [unverified]'}",
        _wrapped(f"{where}{printable(evidence.fact)}", "      "),
    ]
    if evidence.quote is not None:
        lines.append(_wrapped(f'"{printable(evidence.quote)}"', "      "))
    if evidence.archived is not None:
        lines.append(f"      archived: {printable(evidence.archived)}")
    return lines


def _wrapped(text: str, indent: str) -> str:
    lines = fill(_measured(text), WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return textwrap.indent(lines.replace(_FILLER, ""), indent)
