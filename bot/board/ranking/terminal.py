"""Texts for terminals: the ranking, one model, two models side by side. Plain text without colours.

Everything that a contributor wrote goes through `one_line`, because control characters move the cursor and recolour
what follows.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.model.rubric import Level
from bot.board.model.words import (
    AVAILABLE,
    DISPUTED_MARK,
    DOUBTFUL_MARK,
    GLYPHS,
    decimal,
    license_in_words,
    parameters_in_words,
    shortest,
)
from bot.text.catalogue import SOURCE, _, data_text, translate
from bot.text.escaping import one_line
from bot.text.tables import plain_table, terminal_table, underlined
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from bot.board.model.assessment import Assessment, Parameters
    from bot.board.model.developer import Developer
    from bot.board.model.licenses import LicenseTerms
    from bot.board.model.rubric import NotApplicable, Rubric, Weighting
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.ranking.scoring import Way

WIDTH = 100
"""Of a line, in columns."""
_HEADER_WIDTH = 15
_SHOWN: dict[str, Any] = {"glyphs": GLYPHS, "width": WIDTH}


def ranking_text(
    board: Leaderboard,
    developers: Mapping[str, Developer],
    way: Way,
    top: int | None = None,
    language: str = SOURCE,
    doubts: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Return the first `top` models (None: all) ordered by `way`, with a glyph for each rating.

    `developers` are by folder; a missing one is shown by the name of its folder. `doubts` are the reasons of doubtful ratings
    by model and criterion: with them, only their models are shown, and the reasons below the table.
    """
    words, rows = _Words(board.rubric, language), board.ordered_by(way)
    if doubts is not None:
        rows = [row for row in rows if row.entry.id in doubts]
    number, rows = len(rows), rows[:top]
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
    maximum = shortest(board.rubric.maximum(board.rubric.weighting(way.weighting)))
    titles = [words.title(category.title) for category in board.rubric.categories]
    columns = [_("Rank"), _("Model"), _("Developer"), _("Score of %(maximum)s", maximum=maximum)]
    heads = _headers([*(words(column) for column in columns), *titles])
    return render(
        "board/ranking/ranking.txt.j2",
        language,
        table=terminal_table(heads, cells, "rllr" + "l" * len(titles)),
        top=len(rows),
        number=number,
        way=words.way(way),
        marks={
            DISPUTED_MARK: _("disputed") if any(row.entry.disputed for row in rows) else None,
            DOUBTFUL_MARK: _("doubtful") if any(row.entry.doubtful for row in rows) else None,
        },
        doubts=[(row, doubts[row.entry.id]) for row in rows] if doubts is not None else [],
        rubric=board.rubric,
        **_SHOWN,
    ).rstrip("\n")


class Beside(NamedTuple):
    """Facts of a model that its assessment does not have."""

    developer: Developer | None = None
    study_rank: int | None = None
    """The rank that the 2025 study printed."""
    terms: LicenseTerms | None = None
    """The terms of its license."""


NOTHING_BESIDE = Beside()


def model_text(
    board: Leaderboard,
    row: Row,
    assessment: Assessment,
    beside: Beside = NOTHING_BESIDE,
    language: str = SOURCE,
) -> str:
    """Return one model: facts, ranks by every way of ranking, and each rating with its evidence and note.

    Ratings that the assessment lacks are left out.
    """
    words = _Words(board.rubric, language)
    facts = _facts(board, row, assessment, beside)
    return render(
        "board/ranking/model.txt.j2",
        language,
        heading=underlined(f"{one_line(row.entry.model)} ({one_line(row.entry.id)})"),
        facts=plain_table([[words(name), one_line(words(value))] for name, value in facts if value]),
        ranks=_rank_matrix(board, row, words),
        assessment=assessment,
        available=AVAILABLE,
        rubric=board.rubric,
        **_SHOWN,
    ).rstrip("\n")


def comparison_text(
    board: Leaderboard, first: tuple[Row, Assessment], second: tuple[Row, Assessment], language: str = SOURCE
) -> str:
    """Return two models side by side: levels, scores and ranks, and the reasons where the levels differ."""
    (row, assessment), (other_row, other) = first, second
    words = _Words(board.rubric, language)
    names = [_column_name(row, other_row), _column_name(other_row, row)]
    levels = zip(board.rubric.criteria, row.entry.levels, other_row.entry.levels, strict=True)
    return render(
        "board/ranking/comparison.txt.j2",
        language,
        levels=_levels_table(row, other_row, names, words),
        standings=_standings_table(board, row, other_row, names, words),
        differing=[criterion for criterion, level, other_level in levels if level is not other_level],
        sides=list(zip(names, (assessment, other), strict=True)),
        rubric=board.rubric,
        **_SHOWN,
    ).rstrip("\n")


class _Words(NamedTuple):
    """The words of a rubric in a language."""

    rubric: Rubric
    language: str

    def __call__(self, text: str) -> str:
        return translate(text, self.language)

    def title(self, title: str) -> str:
        return one_line(self(data_text(title)))

    def level(self, level: Level, criterion: str) -> str:
        return f"{GLYPHS[level]} {self.title(self.rubric.level_title(criterion, level))}"

    def doubt(self, row: Row, criterion: str) -> str:
        return f" ({self(_('doubtful'))})" if criterion in row.entry.doubtful else ""

    def way(self, way: Way) -> str:
        return f"{self.rubric.weighting(way.weighting).name}, {self.title(self.rubric.counting(way.counting).title)}"


def _levels_table(row: Row, other: Row, names: Sequence[str], words: _Words) -> str:
    rows = [
        [
            words.title(criterion.title),
            words.level(level, criterion.id) + words.doubt(row, criterion.id),
            _level_sign(words.rubric, level, other_level),
            words.level(other_level, criterion.id) + words.doubt(other, criterion.id),
        ]
        for criterion, level, other_level in zip(
            words.rubric.criteria, row.entry.levels, other.entry.levels, strict=True
        )
    ]
    return terminal_table([words(_("Criterion")), names[0], "", names[1]], rows, "llcl")


def _standings_table(board: Leaderboard, row: Row, other: Row, names: Sequence[str], words: _Words) -> str:
    def standing(row: Row, way: Way) -> str:
        return words(_("%(score)s, rank %(rank)s", score=decimal(board.score(row, way)), rank=board.rank(row, way)))

    rows = [
        [
            words.way(way),
            standing(row, way),
            _sign(board.score(row, way), board.score(other, way)),
            standing(other, way),
        ]
        for way in sorted(board.scoring.ways, key=lambda way: way.counting is not board.rubric.default_counting)
    ]
    return terminal_table([words(_("Score and rank by")), names[0], "", names[1]], rows, "llcl")


# ---- parts of tables -------------------------------------------------------------------------------------------------


def _headers(titles: Sequence[str]) -> list[str]:
    return [textwrap.fill(one_line(title), _HEADER_WIDTH, break_long_words=False) for title in titles]


def _developer_name(folder: str, developers: Mapping[str, Developer]) -> str:
    return one_line(developers[folder].name if folder in developers else folder)


def _glyphs(row: Row, rubric: Rubric) -> list[str]:
    """Return the glyphs of each category's ratings, with marks behind those that are doubtful or disputed."""
    levels, disputed = iter(row.entry.levels), dict(row.entry.disputed)

    def glyph(criterion: str) -> str:
        marks = DOUBTFUL_MARK * (criterion in row.entry.doubtful) + DISPUTED_MARK * (criterion in disputed)
        return GLYPHS[next(levels)] + marks

    return ["".join(glyph(criterion.id) for criterion in category.criteria) for category in rubric.categories]


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


def _facts(board: Leaderboard, row: Row, assessment: Assessment, beside: Beside) -> list[tuple[str, str | None]]:
    maximum = shortest(board.rubric.maximum(board.rubric.default_weighting))
    developer, study_rank, terms = beside
    return [
        (_("Developer"), f"{developer.name}, {developer.country}" if developer else row.entry.developer),
        (_("Variant"), assessment.variant),
        (_("Parameters"), _parameters(assessment.parameters)),
        (_("Released"), str(assessment.released) if assessment.released else None),
        (_("Modality"), ", ".join(assessment.modality)),
        (_("License"), assessment.license),
        ("", license_in_words(terms) if terms is not None else None),
        ("", assessment.license_url),
        ("Hugging Face", f"https://huggingface.co/{assessment.huggingface}" if assessment.huggingface else None),
        (_("API retired"), str(assessment.api_retired) if assessment.api_retired else None),
        (_("Rank"), _("%(rank)s of %(number)s", rank=board.rank(row), number=len(board.rows))),
        (_("Score"), _("%(score)s of %(maximum)s points", score=decimal(board.score(row)), maximum=maximum)),
        (_("In the 2025 study"), _("rank %(rank)s", rank=study_rank) if study_rank is not None else None),
    ]


def _parameters(parameters: Parameters | None) -> str | None:
    if parameters is None:
        return None
    total = parameters_in_words(parameters.total)
    if parameters.active is None:
        return total
    return _("%(total)s, of which %(active)s are active", total=total, active=parameters_in_words(parameters.active))


def _rank_matrix(board: Leaderboard, row: Row, words: _Words) -> str:
    """Return rank and score by each weighting (rows) and way of counting (columns)."""
    countings = board.rubric.not_applicable
    ways = {(way.weighting, way.counting): way for way in board.scoring.ways}

    def cell(weighting: Weighting, counting: NotApplicable) -> str:
        way = ways[weighting.id, counting]
        score, maximum = decimal(board.score(row, way)), shortest(board.rubric.maximum(weighting))
        return words(_("%(rank)s (%(score)s of %(maximum)s)", rank=board.rank(row, way), score=score, maximum=maximum))

    cells = [
        [one_line(weighting.name), *(cell(weighting, counting.id) for counting in countings)]
        for weighting in board.rubric.weightings
    ]
    return terminal_table(
        _headers([words(_("Rank by")), *(words.title(counting.title) for counting in countings)]), cells, "lll"
    )
