"""The whole leaderboard, `leaderboard/README.md`: an HTML table with a link behind every rating, a hundred models a page.

HTML, because Markdown tables have neither grouped headings nor row headings. GitHub keeps `title`, `aria-label`,
`scope`, `colspan` and `nowrap`, and strips `style` and `class`
(https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/sanitization_filter.rb).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.board.model.layout import GENERATED, anchor, page_path
from bot.board.model.words import DISPUTED_MARK, DOUBTFUL_MARK, PROVISIONAL, PROVISIONAL_MARK, decimal
from bot.board.ranking.ranges import ranks_in_words
from bot.board.ranking.scoring import Way, category_weights
from bot.site.data_files import DATA_FILES
from bot.site.marks import LEVEL_MARKS
from bot.site.model_page import weights_in_words
from bot.text.escaping import html_content, html_text, web_address
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.board.model.assessment import Developer
    from bot.board.model.rubric import Category, Counting, Criterion, Level, Rubric, Weighting
    from bot.board.ranking.leaderboard import Row
    from bot.site.ranked_models import RankedModels

PAGE_SIZE = 100
"""Models on one page: GitHub cuts a README at 500 KiB, and a hundred models take about 350 KiB."""
_PAGES_NEARBY = 3
_LONGEST_SHORT_NAME = 7
"""In characters; longer names of categories are cut for their narrow columns."""


def leaderboard_pages(models: RankedModels) -> Iterator[tuple[str, Sequence[Row], Callable[[], str]]]:
    """Yield each page, `leaderboard/README.md`, then `page-2.md` and so on: its path, its rows, and what renders it.

    A function, because all pages of 30,000 models together are 100 MB.
    """
    table, rows = _Table(models), models.board.rows
    for page in range(1, max(_last_page(models), 1) + 1):
        part = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        yield f"{GENERATED}/{_page_name(page)}", part, partial(_page, table, part, page)


def _last_page(models: RankedModels) -> int:
    return -(-len(models.board.rows) // PAGE_SIZE)


def _page_name(page: int) -> str:
    return "README.md" if page == 1 else f"page-{page}.md"


def _page(table: _Table, rows: Sequence[Row], page: int) -> str:
    models, rubric = table.models, table.models.board.rubric
    default, *others = _groups(rubric)
    return render(
        "site/leaderboard.md.j2",
        models=len(models.board.rows),
        first=(page - 1) * PAGE_SIZE + 1,
        last=(page - 1) * PAGE_SIZE + len(rows),
        pages=list(_page_links(len(models.board.rows), _last_page(models), page)),
        levels=[
            (mark, rubric.levels[level], f"{float(rubric.levels[level].points):g}", _other_titles(rubric, level))
            for level, mark in LEVEL_MARKS.items()
        ],
        disputed=DISPUTED_MARK if any(row.entry.disputed for row in rows) else "",
        doubtful=DOUBTFUL_MARK if any(row.entry.doubtful for row in rows) else "",
        provisional=PROVISIONAL_MARK if any(map(models.provisional_criteria, rows)) else "",
        why_provisional=PROVISIONAL,
        maximum=f"{float(rubric.maximum(rubric.default_weighting)):g}",
        weights=weights_in_words(rubric, default[0]),
        names=_names(default),
        categories=[(_short(category), category) for category in rubric.categories],
        others=[(weights_in_words(rubric, group[0]), _names(group)) for group in others],
        countings=rubric.not_applicable[1:],
        has_study=table.has_study,
        data_files=DATA_FILES,
        table=table.html(rows),
    )


def _page_links(models: int, last: int, current: int) -> Iterator[tuple[str, str]]:
    """Yield name and address of the first, the last and the nearest pages, with `…` for those in between.

    There is no address of the current page and of `…`; nothing is yielded where all models are on one page.
    """
    nearby = range(max(current - _PAGES_NEARBY, 1), min(current + _PAGES_NEARBY, last) + 1)
    shown = sorted({1, *nearby, last}) if last > 1 else []
    for before, page in zip([0, *shown], shown, strict=False):
        if page > before + 1:
            yield "…", ""
        name = f"{(page - 1) * PAGE_SIZE + 1}–{min(page * PAGE_SIZE, models)}"
        yield name, "" if page == current else _page_name(page)


def _other_titles(rubric: Rubric, level: Level) -> list[tuple[str, str]]:
    """Return the categories in which a level has another title, each with that title."""
    return [(each.title, each.level_titles[level]) for each in rubric.categories if level in each.level_titles]


# ---- the table -------------------------------------------------------------------------------------------------------


def _groups(rubric: Rubric) -> list[list[Weighting]]:
    """Return the weightings in groups with the same weights, the default's group first."""
    groups: dict[tuple[object, ...], list[Weighting]] = {}
    for weighting in rubric.weightings:
        groups.setdefault(category_weights(rubric, weighting), []).append(weighting)
    return list(groups.values())


def _names(group: list[Weighting]) -> str:
    return ", ".join(weighting.name for weighting in group)


@dataclass(frozen=True)
class _Table:
    """The table, with addresses from the folder `leaderboard/`."""

    models: RankedModels

    @cached_property
    def _ways(self) -> list[Way]:
        """The ways of ranking with a column of their own: the other weightings, then the other countings."""
        rubric = self.models.board.rubric
        weightings = [Way(group[0].id, rubric.default_counting) for group in _groups(rubric)[1:]]
        countings = [Way(rubric.default_weighting.id, counting.id) for counting in rubric.not_applicable[1:]]
        return weightings + countings

    @property
    def has_study(self) -> bool:
        """Return whether a study has printed ranks of some of these models."""
        return bool(self.models.study_ranks)

    @cached_property
    def _labels(self) -> dict[tuple[str, Level], str]:
        """The words for a criterion at a level, such as `Weights: open`, as HTML."""
        rubric = self.models.board.rubric
        return {
            (criterion.id, level): html_text(f"{criterion.title}: {rubric.level_title(criterion, level)}")
            for criterion in rubric.criteria
            for level in rubric.levels
        }

    def html(self, rows: Sequence[Row]) -> str:
        """Return the table of these rows, one row of HTML on each line."""
        return "\n".join(
            ["<table>", "<thead>", *self._head(), "</thead>", "<tbody>", *map(self._row, rows), "</tbody>", "</table>"]
        )

    def _head(self) -> Iterator[str]:
        rubric = self.models.board.rubric
        others = [*map(_weighting_heading, _groups(rubric)[1:]), *map(_counting_heading, rubric.not_applicable[1:])]
        if self.has_study:
            others.append(
                '<th scope="col"><sub><abbr title="Rank among the models of the study of 2025">2025<br>study</abbr></sub></th>'
            )
        others_heading = f'<th scope="colgroup" colspan="{len(others)}">Other ranks</th>' if others else ""
        yield (
            "<tr>"
            '<th scope="col" rowspan="2"><abbr title="Rank; ties share the smaller one">#</abbr><br>'
            "<sub>score</sub></th>"
            '<th scope="col" rowspan="2" align="left">Model<br><sub>developer, country</sub></th>'
            f"{''.join(map(_category_heading, rubric.categories))}{others_heading}"
            "</tr>"
        )
        yield f"<tr>{''.join([*map(_criteria_heading, rubric.categories), *others])}</tr>"

    def _row(self, row: Row) -> str:
        board, page = self.models.board, html_text(quote(page_path(row.entry.id).removeprefix(f"{GENERATED}/")))
        developer, ranks = _developer(self.models.developer(row)), self.models.range(row)
        between = f" <sub>{ranks_in_words(ranks)}</sub>" if ranks.best != ranks.worst else ""
        cells = [
            f'<td align="center" nowrap><b>{board.rank(row)}</b>{between}<br>{decimal(board.score(row))}</td>',
            f'<th scope="row" align="left"><a href="{page}">{html_content(row.entry.model)}</a><br>{developer}</th>',
            *self._category_cells(row, page),
            *(f'<td align="center">{board.rank(row, way)}</td>' for way in self._ways),
        ]
        if self.has_study:
            study_rank = self.models.study_rank(row)
            cells.append(f'<td align="center">{"" if study_rank is None else study_rank}</td>')
        return f"<tr>{''.join(cells)}</tr>"

    def _category_cells(self, row: Row, page: str) -> Iterator[str]:
        board, levels = self.models.board, iter(row.entry.levels)
        for category, score in zip(board.rubric.categories, board.category_scores(row), strict=True):
            ratings = "".join(
                self._rating(row, page, criterion, level)
                for criterion, level in zip(category.criteria, levels, strict=False)
            )
            yield f'<td align="center" nowrap>{decimal(score)}<br>{ratings}</td>'

    def _rating(self, row: Row, page: str, criterion: Criterion, level: Level) -> str:
        """Return the picture of a level as a link to its evidence, with marks behind it where the rating is not settled."""
        words, marks = self._labels[criterion.id, level], ""
        if criterion.id in row.entry.doubtful:
            words, marks = f"{words}, doubtful", DOUBTFUL_MARK
        if criterion.id in self.models.provisional_criteria(row):
            words, marks = f"{words}, provisional", marks + PROVISIONAL_MARK
        image = f'<img src="marks/{LEVEL_MARKS[level]}.svg" alt="{words}">'
        link = f'<a href="{page}#{_anchor(criterion)}" title="{words}">{image}{_raised(marks)}</a>'
        return link + _disputes(row, criterion) if row.entry.disputed else link


def _raised(marks: str) -> str:
    return f"<sup>{marks}</sup>" if marks else ""


def _disputes(row: Row, criterion: Criterion) -> str:
    """Return a mark that leads to the dispute about a rating; mostly nothing."""
    addresses = [web_address(link) for disputed, link in row.entry.disputed if disputed == criterion.id]
    words, mark = html_text(f"{criterion.title}: disputed"), _raised(DISPUTED_MARK)
    return "".join(
        mark if each is None else f'<a href="{html_text(each)}" title="{words}" aria-label="{words}">{mark}</a>'
        for each in addresses
    )


@lru_cache(maxsize=256)
def _anchor(criterion: Criterion) -> str:
    return quote(anchor(criterion))


def _developer(developer: Developer) -> str:
    address = None if developer.url is None else web_address(developer.url)
    name = html_content(developer.name)
    linked = name if address is None else f'<a href="{html_text(address)}">{name}</a>'
    return f"<sub>{linked}, {html_content(developer.country)}</sub>"


def _category_heading(category: Category) -> str:
    return f'<th scope="col"><abbr title="{html_text(category.shown)}">{_short(category)}</abbr></th>'


def _criteria_heading(category: Category) -> str:
    names = (f'<abbr title="{html_text(criterion.shown)}">{criterion.short}</abbr>' for criterion in category.criteria)
    return f'<th scope="col" nowrap><sub>{" ".join(names)}</sub></th>'


def _weighting_heading(group: list[Weighting]) -> str:
    names = (f'<abbr title="{html_text(one.source)}">{html_content(one.name)}</abbr>' for one in group)
    return f'<th scope="col"><sub>{"<br>".join(names)}</sub></th>'


def _counting_heading(counting: Counting) -> str:
    words = html_text(f"{counting.title}: {counting.meaning}")
    return f'<th scope="col"><sub><abbr title="{words}">n/a<br>out</abbr></sub></th>'


def _short(category: Category) -> str:
    """Return a name for a narrow column, such as `Basic` or `Method.` with a full stop."""
    name = category.id.replace("_", " ").capitalize()
    return name if len(name) <= _LONGEST_SHORT_NAME else f"{name[: _LONGEST_SHORT_NAME - 1]}."
