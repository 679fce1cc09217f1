"""Texts for terminals: the ranking, one model, two models side by side. Plain text without colours.

Everything that a contributor wrote goes through `one_line`, because control characters move the cursor and recolour
what follows.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.rubric import Level
from bot.board.model.words import DISPUTED_MARK, GLYPHS, decimal, shortest
from bot.text.catalogue import SOURCE, _, data_text, ngettext, translate
from bot.text.escaping import one_line
from bot.text.tables import plain_table, terminal_table, underlined, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from bot.board.model.assessment import Assessment, Developer, Evidence, Rating
    from bot.board.model.rubric import Criterion, NotApplicable, Rubric, Weighting
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.ranking.scoring import Way

WIDTH = 100
"""Of a line, in columns."""
_HEADER_WIDTH = 15


def ranking_text(
    board: Leaderboard,
    developers: Mapping[str, Developer],
    way: Way,
    top: int | None = None,
    language: str = SOURCE,
) -> str:
    """Return the first `top` models (None: all) ordered by `way`, with a glyph for each rating.

    `developers` are by folder; a missing one is shown by the name of its folder.
    """
    words, rows = _Words(board.rubric, language), board.ordered_by(way)[:top]
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
    table = terminal_table(heads, cells, "rllr" + "l" * len(titles))
    number, by = len(board.rows), words.way(way)
    shown = (
        ngettext("One model, ranked by %(way)s.", "%(number)s models, ranked by %(way)s.", number, way=by)
        if len(rows) == number
        else _("%(top)s of %(number)s models, ranked by %(way)s.", top=len(rows), number=number, way=by)
    )
    disputed = f", {DISPUTED_MARK} {words(_('disputed'))}" * any(row.entry.disputed for row in rows)
    return f"{table}\n\n{words(shown)} {words.legend()}{disputed}"


def model_text(
    board: Leaderboard,
    row: Row,
    assessment: Assessment,
    developer: Developer | None,
    study_rank: int | None = None,
    language: str = SOURCE,
) -> str:
    """Return one model: facts, ranks by every way of ranking, and each rating with its evidence and note.

    `study_rank` is the rank that the 2025 study printed, if it has one.
    """
    words = _Words(board.rubric, language)
    facts = _facts(board, row, assessment, developer, study_rank)
    cells = [[words(name), one_line(words(value))] for name, value in facts if value]
    parts = [
        underlined(f"{one_line(row.entry.model)} ({one_line(row.entry.id)})"),
        plain_table(cells),
        _rank_matrix(board, row, words),
        *(_rating(criterion, assessment.ratings[criterion.id], words) for criterion in board.rubric.criteria),
        words.legend(),
    ]
    return "\n\n".join(parts)


def comparison_text(
    board: Leaderboard, first: tuple[Row, Assessment], second: tuple[Row, Assessment], language: str = SOURCE
) -> str:
    """Return two models side by side: levels, scores and ranks, and the reasons where the levels differ."""
    (row, assessment), (other_row, other) = first, second
    words = _Words(board.rubric, language)
    names = [_column_name(row, other_row), _column_name(other_row, row)]
    differing = [
        criterion
        for criterion, level, other_level in zip(
            board.rubric.criteria, row.entry.levels, other_row.entry.levels, strict=True
        )
        if level is not other_level
    ]
    sentences = (
        _("They differ in %(number)s of %(all)s criteria.", number=len(differing), all=len(board.rubric.criteria)),
        _("An arrow points to the more open one; ~ marks what cannot be compared."),
    )
    parts = [
        _levels_table(row, other_row, names, words),
        " ".join(words(sentence) for sentence in sentences),
        _standings_table(board, row, other_row, names, words),
    ]
    for criterion in differing:
        sides = zip(names, (assessment, other), strict=True)
        shown = (_side(name, criterion.id, each.ratings[criterion.id], words) for name, each in sides)
        parts.append("\n".join([words.title(criterion.title), *shown]))
    return "\n\n".join(parts)


class _Words(NamedTuple):
    """The words of a rubric in a language."""

    rubric: Rubric
    language: str

    def __call__(self, text: str) -> str:
        """Return a text in the language."""
        return translate(text, self.language)

    def title(self, title: str) -> str:
        """Return a title of the rubric."""
        return one_line(self(data_text(title)))

    def level(self, level: Level, criterion: str = "") -> str:
        """Return the glyph and the title of a level, that for a criterion if one is given."""
        return f"{GLYPHS[level]} {self.title(self.rubric.level_title(criterion, level))}"

    def doubt(self, rating: Rating) -> str:
        """Return the mark behind the level of a doubtful rating."""
        return "" if rating.doubt is None else f" ({self(_('doubtful'))})"

    def legend(self) -> str:
        """Return all levels."""
        return ", ".join(map(self.level, GLYPHS))

    def way(self, way: Way) -> str:
        """Return the name of a way of ranking."""
        return f"{self.rubric.weighting(way.weighting).name}, {self.title(self.rubric.counting(way.counting).title)}"


def _levels_table(row: Row, other: Row, names: Sequence[str], words: _Words) -> str:
    rows = [
        [
            words.title(criterion.title),
            words.level(level, criterion.id),
            _level_sign(words.rubric, level, other_level),
            words.level(other_level, criterion.id),
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
    """Return the glyphs of each category's ratings, with a mark behind those that are disputed."""
    levels, disputed = iter(row.entry.levels), dict(row.entry.disputed)
    return [
        "".join(GLYPHS[next(levels)] + DISPUTED_MARK * (criterion.id in disputed) for criterion in category.criteria)
        for category in rubric.categories
    ]


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
) -> list[tuple[str, str | None]]:
    maximum = shortest(board.rubric.maximum(board.rubric.default_weighting))
    return [
        (_("Developer"), f"{developer.name}, {developer.country}" if developer else row.entry.developer),
        (_("Released"), str(assessment.released) if assessment.released else None),
        (_("Modality"), ", ".join(assessment.modality)),
        (_("License"), assessment.license),
        ("Hugging Face", f"https://huggingface.co/{assessment.huggingface}" if assessment.huggingface else None),
        (_("Rank"), _("%(rank)s of %(number)s", rank=board.rank(row), number=len(board.rows))),
        (_("Score"), _("%(score)s of %(maximum)s points", score=decimal(board.score(row)), maximum=maximum)),
        (_("In the 2025 study"), _("rank %(rank)s", rank=study_rank) if study_rank is not None else None),
    ]


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


def _rating(criterion: Criterion, rating: Rating, words: _Words) -> str:
    level = words.title(words.rubric.level_title(criterion.id, rating.level))
    head = f"{GLYPHS[rating.level]} {words.title(criterion.title)}: {level}{words.doubt(rating)}"
    return "\n".join([head, *_reasons(rating, words)])


def _side(name: str, criterion: str, rating: Rating, words: _Words) -> str:
    return textwrap.indent(
        "\n".join([f"{name}: {words.level(rating.level, criterion)}{words.doubt(rating)}", *_reasons(rating, words)]),
        "  ",
    )


def _reasons(rating: Rating, words: _Words) -> list[str]:
    lines = [line for evidence in rating.evidence for line in _evidence(evidence, words)]
    if rating.note is not None:
        lines.append(wrapped(words(_("Note: %(text)s", text=one_line(rating.note))), WIDTH, "    "))
    if rating.precedents:
        ids = ", ".join(map(one_line, rating.precedents))
        lines.append(wrapped(words(_("By precedent: %(ids)s", ids=ids)), WIDTH, "    "))
    if rating.disputed is not None:
        lines.append(f"    {words(_('Disputed: %(link)s', link=one_line(rating.disputed)))}")
    return lines


def _evidence(evidence: Evidence, words: _Words) -> list[str]:
    """Return the link on a line of its own, unbroken, so that it can be clicked, then the other keys."""
    where = f"{one_line(evidence.where)}: " if evidence.where else ""
    unverified = "" if evidence.accessed else f"  [{words(_('unverified'))}]"
    lines = [
        f"    {one_line(evidence.url)}{unverified}",
        wrapped(f"{where}{one_line(evidence.fact)}", WIDTH, "      "),
    ]
    if evidence.quote is not None:
        lines.append(wrapped(f'"{one_line(evidence.quote)}"', WIDTH, "      "))
    if evidence.archived is not None:
        lines.append(f"      {words(_('archived: %(link)s', link=one_line(evidence.archived)))}")
    return lines
