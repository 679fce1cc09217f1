"""The whole leaderboard, `leaderboard/README.md`: an HTML table with a link behind every rating, a hundred models a page.

HTML, because Markdown tables have neither grouped headings nor row headings. GitHub keeps `title`, `aria-label`,
`scope`, `colspan` and `nowrap`, and strips `style` and `class`
(https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/sanitization_filter.rb).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from bot.board.model.layout import GENERATED, anchor, page_path
from bot.board.model.rubric import Level
from bot.board.model.words import DISPUTED_MARK, DOUBTFUL_MARK, PROVISIONAL, PROVISIONAL_MARK, decimal, shortest
from bot.board.ranking.ranges import ranks_in_words
from bot.board.ranking.scoring import Way, category_weights
from bot.site.data_files import DATA_FILES
from bot.site.document import Document, Part, digest_of
from bot.site.marks import LEVEL_MARKS
from bot.site.model_page import weights_in_words
from bot.text.escaping import html_text, web_address
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.board.model.developer import Developer
    from bot.board.model.rubric import Category, Criterion, Rubric, Weighting
    from bot.board.ranking.leaderboard import Row
    from bot.site.ranked_models import RankedModels

PAGE_SIZE = 100
"""Models on one page: GitHub cuts a README at 500 KiB, and a hundred models take about 350 KiB."""
_ROWS = "<!-- rows -->\n"
"""Placeholder of the rows in the text around them, which has no other comment in the middle."""
_PAGES_NEARBY = 3
_LONGEST_SHORT_NAME = 7
"""In characters; longer names of categories are cut for their narrow columns."""


def leaderboard_pages(models: RankedModels, keys: Mapping[str, str]) -> Iterator[Document]:
    """Yield each page, `leaderboard/README.md`, then `page-2.md` and so on.

    `keys` are digests of what is shown of each model, by its id.
    """
    table, rows = _Table(models), models.board.rows
    for page in range(1, max(_last_page(models), 1) + 1):
        part = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        own_keys = [keys[row.entry.id] for row in part]
        yield Document(
            f"{GENERATED}/{_page_name(page)}", (page, own_keys), partial(_parts, table, part, own_keys, page)
        )


def _parts(table: _Table, rows: Sequence[Row], keys: Sequence[str], page: int) -> Iterator[Part]:
    """Yield the text before the rows, the rows, and the text behind them."""
    marks = [
        DISPUTED_MARK if any(row.entry.disputed for row in rows) else "",
        DOUBTFUL_MARK if any(row.entry.doubtful for row in rows) else "",
        PROVISIONAL_MARK if any(map(table.models.provisional_criteria, rows)) else "",
    ]
    around = cache(lambda: _page(table, marks, page).partition(_ROWS))
    own_key = digest_of((page, len(table.models.board.rows), bool(table.models.study_ranks), marks))
    yield Part(f"before {own_key}", lambda: around()[0])
    for row, key in zip(rows, keys, strict=True):
        yield Part(key, partial(table.row, row))
    yield Part(f"behind {own_key}", lambda: around()[2])


def _last_page(models: RankedModels) -> int:
    return -(-len(models.board.rows) // PAGE_SIZE)


def _page_name(page: int) -> str:
    return "README.md" if page == 1 else f"page-{page}.md"


def _page(table: _Table, marks: list[str], page: int) -> str:
    """Return a page with `_ROWS` in place of the rows. `marks` are those that need an explanation."""
    models, rubric = table.models, table.models.board.rubric
    default, *others = _groups(rubric)
    disputed, doubtful, provisional = marks
    return render(
        "site/leaderboard.md.j2",
        models=len(models.board.rows),
        first=(page - 1) * PAGE_SIZE + 1,
        last=min(page * PAGE_SIZE, len(models.board.rows)),
        pages=list(_page_links(len(models.board.rows), _last_page(models), page)),
        levels=[
            (mark, rubric.levels[level], f"{float(rubric.levels[level].points):g}", _other_titles(rubric, level))
            for level, mark in LEVEL_MARKS.items()
        ],
        disputed=disputed,
        doubtful=doubtful,
        provisional=provisional,
        why_provisional=PROVISIONAL,
        maximum=f"{float(rubric.maximum(rubric.default_weighting)):g}",
        most=shortest(rubric.levels[Level.OPEN].points),
        weights=weights_in_words(rubric, default[0]),
        names=_names(default),
        categories=_named_categories(rubric),
        others=[(weights_in_words(rubric, group[0]), _names(group)) for group in others],
        countings=rubric.not_applicable[1:],
        has_study=bool(models.study_ranks),
        data_files=DATA_FILES,
        table=table.html(),
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


class _TableRow(NamedTuple):
    """A row of the table. All but the texts of model, developer and address are HTML already."""

    rank: int
    range: str
    score: str
    page: str
    model: str
    developer: Developer
    url: str | None
    """Of the developer."""
    categories: list[tuple[str, str]]
    """The score of each category, and its ratings."""
    other_ranks: list[int | str]


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

    @cached_property
    def _labels(self) -> dict[tuple[str, Level], str]:
        """The words for a criterion at a level, such as `Weights: open`, as HTML."""
        rubric = self.models.board.rubric
        return {
            (criterion.id, level): html_text(f"{criterion.title}: {rubric.level_title(criterion.id, level)}")
            for criterion in rubric.criteria
            for level in rubric.levels
        }

    def html(self) -> str:
        """Return the table with `_ROWS` in place of the rows."""
        rubric, has_study = self.models.board.rubric, bool(self.models.study_ranks)
        return render(
            "site/leaderboard_table.html.j2",
            categories=_named_categories(rubric),
            weightings=_groups(rubric)[1:],
            countings=rubric.not_applicable[1:],
            has_study=has_study,
            columns=len(self._ways) + has_study,
            rows=_ROWS,
        )

    def row(self, row: Row) -> str:
        """Return a row, which is one line of HTML."""
        return render("site/leaderboard_row.html.j2", row=self._row(row))

    def _row(self, row: Row) -> _TableRow:
        models, board = self.models, self.models.board
        page, developer = html_text(quote(page_path(row.entry.id).removeprefix(f"{GENERATED}/"))), models.developer(row)
        study = [] if not models.study_ranks else [models.study_rank(row) or ""]
        return _TableRow(
            rank=board.rank(row),
            range=ranks_in_words(models.range(row)),
            score=decimal(board.score(row)),
            page=page,
            model=row.entry.model,
            developer=developer,
            url=web_address(developer.url) if developer.url else None,
            categories=list(self._categories(row, page)),
            other_ranks=[*(board.rank(row, way) for way in self._ways), *study],
        )

    def _categories(self, row: Row, page: str) -> Iterator[tuple[str, str]]:
        """Yield the score of each category and its ratings. Not in the template, which is slower: they are 16 a row."""
        board, levels = self.models.board, iter(row.entry.levels)
        for category, score in zip(board.rubric.categories, board.category_scores(row), strict=True):
            rated = zip(category.criteria, levels, strict=False)
            yield decimal(score), "".join(self._rating(row, page, criterion, level) for criterion, level in rated)

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


def _named_categories(rubric: Rubric) -> list[tuple[str, Category]]:
    return [(_short(category), category) for category in rubric.categories]


def _short(category: Category) -> str:
    """Return a name for a narrow column, such as `Basic` or `Method.` with a full stop."""
    name = category.id.replace("_", " ").capitalize()
    return name if len(name) <= _LONGEST_SHORT_NAME else f"{name[: _LONGEST_SHORT_NAME - 1]}."
