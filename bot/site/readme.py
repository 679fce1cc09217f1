"""The generated part of README.md and README.ko.md: the finding, the heat map, and the board in a narrow table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from bot.board.model.frameworks import FINDING_VALUE, facts_of
from bot.board.model.layout import page_path
from bot.board.model.rubric import Level
from bot.board.model.words import category_letters, decimal
from bot.board.ranking.ranges import ranks_in_words
from bot.site.marks import share_mark
from bot.text.catalogue import SOURCE, _, data_text, enumerated, grouped, translate
from bot.text.escaping import markdown_text
from bot.text.templates import render

if TYPE_CHECKING:
    from bot.board.model.frameworks import Frameworks
    from bot.board.ranking.leaderboard import Row
    from bot.site.ranked_models import RankedModels

MOST_ROWS = 100
"""More models than that have to be looked up in the whole leaderboard."""
_MOST_NAMES = 5


class _BoardRow(NamedTuple):
    """A row of the narrow table."""

    rank: int
    range: str
    """Empty where the model has one rank by every way of ranking."""
    model: str
    page: str
    developer: str
    country: str
    score: str
    marks: list[tuple[str, str]]
    """For each category the name of a picture and the score."""


def heat_map_name(language: str) -> str:
    """Return the name of the plot of all ratings in a language, without its ending."""
    return "heat-map" if language == SOURCE else f"heat-map-{language}"


def readme_section(models: RankedModels, frameworks: Frameworks, language: str) -> str:
    """Return the text between the markers in a README in that language."""
    board, rubric = models.board, models.board.rubric
    entries = [row.entry for row in board.rows]
    return render(
        "site/readme.md.j2",
        language,
        rows=[_board_row(models, row) for row in board.rows[:MOST_ROWS]],
        heat_map=heat_map_name(language),
        models=len(entries),
        developers=len({entry.developer for entry in entries}),
        ratings=len(entries) * len(rubric.criteria),
        doubtful=sum(len(entry.doubtful) for entry in entries),
        as_of=max((entry.as_of for entry in entries if entry.as_of), default=""),
        finding=_finding(models, frameworks, language),
        criteria=len(rubric.criteria),
        categories=list(
            zip(category_letters(rubric), (data_text(each.shown) for each in rubric.categories), strict=True)
        ),
        maximum=f"{float(rubric.maximum(rubric.default_weighting)):g}",
    )


def _finding(models: RankedModels, frameworks: Frameworks, language: str) -> str:
    """Return the sentence of the finding with its numbers as Markdown; empty where there is none."""
    finding = frameworks.finding
    if finding is None:
        return ""
    criteria = [criterion.id for criterion in models.board.rubric.criteria]
    rated = [(row.entry.model, facts_of(row.entry, criteria)) for row in models.board.rows]
    names = {
        name: [model for model, facts in rated if frameworks.counted(count, facts, models.licenses)]
        for name, count in finding.counts.items()
    }
    values = {"{models}": grouped(len(rated))}
    for name, those in names.items():
        values |= {f"{{{name}}}": grouped(len(those)), f"{{{name}.names}}": _enumerated(those)}
    sentence = translate(data_text(finding.sentence), language)
    return markdown_text(FINDING_VALUE.sub(lambda value: translate(values[value[0]], language), sentence))


def _enumerated(names: list[str]) -> str:
    shown = names[:_MOST_NAMES]
    if len(names) > len(shown):
        shown.append(_("%(number)s more", number=len(names) - len(shown)))
    return enumerated(shown) if shown else _("none")


def _board_row(models: RankedModels, row: Row) -> _BoardRow:
    board, developer, ranks = models.board, models.developer(row), models.range(row)
    most = board.rubric.levels[Level.OPEN].points
    return _BoardRow(
        rank=board.rank(row),
        range=ranks_in_words(ranks),
        model=row.entry.model,
        page=quote(page_path(row.entry.id)),
        developer=developer.name,
        country=developer.country,
        score=decimal(board.score(row)),
        marks=[
            (share_mark(None if each is None or not most else each / most), decimal(each))
            for each in board.category_scores(row)
        ],
    )
