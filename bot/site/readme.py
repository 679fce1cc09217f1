"""The leaderboard in the README: one HTML table with a link behind every rating, and further pages beyond 100 models.

HTML, because Markdown tables have neither grouped headings nor row headings. GitHub keeps `title`, `aria-label`,
`scope`, `colspan` and `nowrap`, and strips `style` and `class`
(https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/sanitization_filter.rb).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.board.model.layout import GENERATED, anchor, page_path
from bot.board.model.words import DISPUTED_MARK, GLYPHS, PROVISIONAL, PROVISIONAL_MARK, decimal
from bot.board.ranking.scoring import Way, category_weights
from bot.site.data_files import DATA_FILES
from bot.site.model_page import GENERATED_NOTICE, weights_in_words
from bot.text.escaping import html_content, html_text, markdown_text, web_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.board.model.assessment import Developer
    from bot.board.model.rubric import Category, Counting, Criterion, LevelMeaning, Rubric, Weighting
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.site.ranked_models import RankedModels

PAGE_SIZE = 100
"""Models on one page: GitHub cuts a README at 500 KiB, and a hundred models take about 350 KiB."""

# Between glyphs: a space that sets them about as far apart as the short names of the criteria above them.
_GAP = "\u2004"


def leaderboard_section(models: RankedModels) -> str:
    """Return the text between the markers in README.md: table, links to further pages, legend."""
    board = models.board
    if not board.rows:
        return "No model has been assessed yet."
    table = _Table(models, folder="")
    rows = board.rows[:PAGE_SIZE]
    parts = [_headline(board), table.html(rows), *_page_links(board, 1), table.legend(rows)]
    return "\n\n".join(parts) + "\n"


def further_pages(models: RankedModels) -> Iterator[tuple[str, Sequence[Row], Callable[[], str]]]:
    """Yield each page after the README, `leaderboard/page-2.md` and so on: its path, its rows, and what renders it."""
    table = _Table(models, folder=f"{GENERATED}/")
    for page in range(2, _pages(models.board) + 1):
        rows = models.board.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        yield f"{GENERATED}/{_page_name(page)}", rows, partial(_page, table, page)


def _page(table: _Table, page: int) -> str:
    board = table.models.board
    first = (page - 1) * PAGE_SIZE
    rows = board.rows[first : first + PAGE_SIZE]
    links = _page_links(board, page)
    parts = [
        GENERATED_NOTICE.format("edit the files in assessments/ instead."),
        f"# Leaderboard, models {first + 1} to {first + len(rows)} of {len(board.rows)}",
        *links,
        table.html(rows),
        *links,
        table.legend(rows),
    ]
    return "\n\n".join(parts) + "\n"


def _pages(board: Leaderboard) -> int:
    return -(-len(board.rows) // PAGE_SIZE)


def _page_name(page: int) -> str:
    return f"page-{page}.md"


def _page_links(board: Leaderboard, current: int) -> list[str]:
    """Return one line of links to the other pages; nothing where all models are on one page."""
    pages = _pages(board)
    if pages < 2:
        return []
    folder, first = (f"{GENERATED}/", "README.md") if current == 1 else ("", "../README.md")
    near = sorted({1, pages, *(page for page in range(current - 3, current + 4) if 1 <= page <= pages)})
    links = []
    for before, page in zip([0, *near], near, strict=False):
        if page > before + 1:
            links.append("…")
        first_model = (page - 1) * PAGE_SIZE + 1
        name = f"{first_model}–{min(page * PAGE_SIZE, len(board.rows))}"
        address = first if page == 1 else folder + _page_name(page)
        links.append(f"**{name}**" if page == current else f"[{name}]({address})")
    return [f"Models: {' · '.join(links)}"]


def _headline(board: Leaderboard) -> str:
    developers = len({row.entry.developer for row in board.rows})
    models = f"**{len(board.rows)} model{'s' if len(board.rows) > 1 else ''}**"
    return (
        f"{models} of {developers} developer{'s' if developers > 1 else ''}, the most open first. "
        f"{_glyph_legend(board.rubric)}. Every glyph leads to its evidence."
    )


def _glyph_legend(rubric: Rubric) -> str:
    return ", ".join(f"{glyph} {markdown_text(rubric.levels[level].title)}" for level, glyph in GLYPHS.items())


# ---- the table -------------------------------------------------------------------------------------------------------


def _groups(rubric: Rubric) -> list[list[Weighting]]:
    """Return the weightings in groups with the same weights, the default's group first."""
    groups: dict[tuple[object, ...], list[Weighting]] = {}
    for weighting in rubric.weightings:
        groups.setdefault(category_weights(rubric, weighting), []).append(weighting)
    return list(groups.values())


@dataclass(frozen=True)
class _Table:
    """The table as a file in `folder` shows it, to which links are relative."""

    models: RankedModels
    folder: str

    @cached_property
    def _ways(self) -> list[Way]:
        """The ways of ranking with a column of their own: the other weightings, then the other countings."""
        rubric = self.models.board.rubric
        weightings = [Way(group[0].id, rubric.default_counting) for group in _groups(rubric)[1:]]
        countings = [Way(rubric.default_weighting.id, counting.id) for counting in rubric.not_applicable[1:]]
        return weightings + countings

    def html(self, rows: Sequence[Row]) -> str:
        """Return the table of these rows, one row of HTML on each line."""
        return "\n".join(
            ["<table>", "<thead>", *self._head(), "</thead>", "<tbody>", *map(self._row, rows), "</tbody>", "</table>"]
        )

    def _head(self) -> Iterator[str]:
        rubric = self.models.board.rubric
        maximum = f"{float(rubric.maximum(rubric.default_weighting)):g}"
        others = [
            *map(_weighting_heading, _groups(rubric)[1:]),
            *map(_counting_heading, rubric.not_applicable[1:]),
            '<th scope="col"><sub><abbr title="Rank among the models of the study of 2025">2025<br>study</abbr></sub></th>',
        ]
        yield (
            "<tr>"
            '<th scope="col" rowspan="2"><abbr title="Rank; ties share the smaller one">#</abbr><br>'
            f'<sub><abbr title="Score, at most {maximum}">score</abbr></sub></th>'
            '<th scope="col" rowspan="2" align="left">Model<br><sub>developer, country</sub></th>'
            f"{''.join(map(_category_heading, rubric.categories))}"
            f'<th scope="colgroup" colspan="{len(others)}">Other ranks</th>'
            "</tr>"
        )
        yield f"<tr>{''.join([*map(_criteria_heading, rubric.categories), *others])}</tr>"

    def _row(self, row: Row) -> str:
        board, page = self.models.board, html_text(quote(page_path(row.entry.id).removeprefix(self.folder)))
        developer, study_rank = _developer(self.models.developer(row)), self.models.study_rank(row)
        cells = [
            f'<td align="center"><b>{board.rank(row)}</b><br>{decimal(board.score(row))}</td>',
            f'<th scope="row" align="left"><a href="{page}">{html_content(row.entry.model)}</a><br>{developer}</th>',
            *self._category_cells(row, page),
            *(f'<td align="center">{board.rank(row, way)}</td>' for way in self._ways),
            f'<td align="center">{"" if study_rank is None else study_rank}</td>',
        ]
        return f"<tr>{''.join(cells)}</tr>"

    def _category_cells(self, row: Row, page: str) -> Iterator[str]:
        board, levels = self.models.board, iter(row.entry.levels)
        disputed, provisional = dict(row.entry.disputed), self.models.provisional_criteria(row)
        for category, score in zip(board.rubric.categories, board.category_scores(row), strict=True):
            glyphs = _GAP.join(
                _glyph(page, criterion, board.rubric.levels[level], GLYPHS[level])
                + _marks(criterion, disputed.get(criterion.id), provisional=criterion.id in provisional)
                for criterion, level in zip(category.criteria, levels, strict=False)
            )
            yield f'<td align="center" nowrap>{decimal(score)}<br>{glyphs}</td>'

    def legend(self, rows: Sequence[Row]) -> str:
        """Return how to read the table of these rows."""
        marks = [
            *([_DISPUTED_LINE] if any(row.entry.disputed for row in rows) else []),
            *([_PROVISIONAL_LINE] if any(map(self.models.provisional_criteria, rows)) else []),
        ]
        rubric = self.models.board.rubric
        lines = [*_level_lines(rubric), *marks, *_column_lines(rubric), _data_line(self.folder)]
        return "\n".join(["**How to read the table**", "", *lines])


def _developer(developer: Developer) -> str:
    address = None if developer.url is None else web_address(developer.url)
    name = html_content(developer.name)
    linked = name if address is None else f'<a href="{html_text(address)}">{name}</a>'
    return f"<sub>{linked}, {html_content(developer.country)}</sub>"


def _glyph(page: str, criterion: Criterion, meaning: LevelMeaning, glyph: str) -> str:
    words = html_text(f"{criterion.title}: {meaning.title}")
    return f'<a href="{page}#{quote(anchor(criterion))}" title="{words}" aria-label="{words}">{glyph}</a>'


def _marks(criterion: Criterion, disputed: str | None, *, provisional: bool) -> str:
    """Return the marks behind the glyph of a rating that is not settled; mostly none."""
    marks = ""
    if disputed is not None:
        words, address = html_text(f"{criterion.title}: disputed"), web_address(disputed)
        mark = f"<sup>{DISPUTED_MARK}</sup>"
        link = (
            "" if address is None else f'<a href="{html_text(address)}" title="{words}" aria-label="{words}">{mark}</a>'
        )
        marks += link or mark
    if provisional:
        words = html_text(f"{criterion.title}: provisional")
        marks += f'<abbr title="{words}"><sup>{PROVISIONAL_MARK}</sup></abbr>'
    return marks


def _category_heading(category: Category) -> str:
    return f'<th scope="col"><abbr title="{html_text(category.title)}">{_short(category)}</abbr></th>'


def _criteria_heading(category: Category) -> str:
    names = (f'<abbr title="{html_text(criterion.title)}">{criterion.short}</abbr>' for criterion in category.criteria)
    return f'<th scope="col" nowrap><sub>{" ".join(names)}</sub></th>'


def _weighting_heading(group: list[Weighting]) -> str:
    names = (f'<abbr title="{html_text(one.source)}">{html_content(one.name)}</abbr>' for one in group)
    return f'<th scope="col"><sub>{"<br>".join(names)}</sub></th>'


def _counting_heading(counting: Counting) -> str:
    return f'<th scope="col"><sub><abbr title="{html_text(f"{counting.title}: {counting.meaning}")}">n/a<br>out</abbr></sub></th>'


# ---- legend ----------------------------------------------------------------------------------------------------------


def _short(category: Category) -> str:
    """Return a name for a narrow column, such as `Basic` or `Method.` with a full stop."""
    name = category.id.replace("_", " ").capitalize()
    return name if len(name) <= 7 else f"{name[:6]}."


_DISPUTED_LINE = (
    f"- <sup>{DISPUTED_MARK}</sup> **disputed**: somebody disputes the rating, which stands until that is decided. The mark "
    "leads to the dispute."
)
_PROVISIONAL_LINE = f"- <sup>{PROVISIONAL_MARK}</sup> **provisional**: {PROVISIONAL}."


def _level_lines(rubric: Rubric) -> Iterator[str]:
    for level, glyph in GLYPHS.items():
        meaning = rubric.levels[level]
        points = f"{float(meaning.points):g} point{'' if meaning.points == 1 else 's'}"
        yield f"- {glyph} **{markdown_text(meaning.title)}** ({points}): {markdown_text(meaning.meaning)}"


def _column_lines(rubric: Rubric) -> Iterator[str]:
    default, *others = _groups(rubric)
    yield (
        "- **#**: the rank, and below it the score, which is the sum of the category scores (each from 0 to 1) weighted "
        f"{weights_in_words(rubric, default[0])} ({_named(default)}). Models with the same score share the smaller rank "
        "and stand in the order of their names."
    )
    for category in rubric.categories:
        names = (f"**{criterion.short}** {markdown_text(criterion.title)}" for criterion in category.criteria)
        yield f"- **{_short(category)}**, {markdown_text(category.title)}: {', '.join(names)}."
    if others:
        ways = (f"{weights_in_words(rubric, group[0])} ({_named(group)})" for group in others)
        order = ", ".join(map(_short, rubric.categories))
        yield f"- **Other ranks**: the rank if the categories ({order}) are weighted {'; '.join(ways)}."
    for counting in rubric.not_applicable[1:]:
        yield f"- **n/a out**: the rank with {markdown_text(counting.title)}. {markdown_text(counting.meaning)}"
    yield "- **2025 study**: the rank that the study of 2025 printed, among the models that it assessed; empty for the others."


def _data_line(folder: str) -> str:
    links = (f"[{name}]({f'{GENERATED}/{name}'.removeprefix(folder)})" for name in DATA_FILES)
    return f"- The same as data: {', '.join(links)}."


def _named(group: list[Weighting]) -> str:
    return ", ".join(markdown_text(weighting.name) for weighting in group)
