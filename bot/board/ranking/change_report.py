"""The difference between two leaderboards as a Markdown report for the comment on a pull request.

The report has a limited size, because GitHub refuses comments beyond 65,536 characters and a change can move thousands of
models. Its words and their order are in `templates/change.md.j2`, those about one model in `templates/model_change.md.j2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bot.board.model.words import AVAILABLE, GLYPHS
from bot.board.ranking.change import ChangeKind
from bot.board.ranking.change_summary import (
    NAMED_MODELS,
    VALUE_LENGTH,
    SummaryFacts,
    criterion_title,
    fact_names,
    points_of,
    summary_macros,
)
from bot.text.catalogue import JoinedText, _, data_text, listed
from bot.text.escaping import unreferenced
from bot.text.shaping import clip, fitting, size
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.board.model.rubric import NotApplicable, Rubric
    from bot.board.ranking.change import Change, DeveloperChange, ModelChange, Move
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.board.ranking.scoring import Way

_OPEN_ROWS = 10
"""Longer tables are folded."""
_TEXT_LENGTH = 300
"""Of a text such as `fact`, in characters."""
_ADDRESS_LENGTH = 60
_MOST_EVIDENCE = 5
_MOST_GROUPS = 10
_MOST_NAMES = 100
_MOST_DEVELOPER_ROWS = 40
_MOST_RUBRIC_CHANGES = 20

Value = TypeVar("Value")


class ChangeReport(NamedTuple):
    """The report, and whether something was left out of it for its size."""

    text: str
    is_cut: bool


def as_markdown(
    change: Change, board: Leaderboard, limit: int = 50_000, *, whole: bool = False, heading: str = "###"
) -> ChangeReport:
    """Return the report in at most `limit` bytes; nothing where not even the shortest one fits.

    What doesn't fit is counted instead of shown, evidence first. Long lists are also cut after a fixed number of rows,
    except for a `whole` report. `board` is the board after the change, and `heading` begins the headings.
    """
    rubric_changes = fitting((clip(each, _TEXT_LENGTH) for each in change.rubric_changes), limit // 8)
    developers = [] if len({each.id for each in change.developers}) <= NAMED_MODELS else change.developers
    rows = _rows_within(developers, limit // 8)
    said, shown = SummaryFacts(change, board), summary_macros(".md.j2")
    named = _MOST_NAMES if whole else 0
    movers = [] if len(said.groups) == 1 else [shown.moves_line(each, said, named) for each in said.groups]
    moves = fitting(movers, limit // 4, 8)
    values: dict[str, Any] = {
        "change": change,
        "summary": shown.summary(said),
        "rubric_changes": rubric_changes[: None if whole else _MOST_RUBRIC_CHANGES],
        "elsewhere": _elsewhere(change, board),
        "developers": rows[: None if whole else _MOST_DEVELOPER_ROWS],
        "developer_count": len({each.id for each in developers}),
        "developer_rows": len(developers),
        "value_length": VALUE_LENGTH,
        "moves": moves[: None if whole else _MOST_GROUPS],
        "groups": len(movers),
        "heading": heading,
    }
    frame = size(render("board/ranking/change.md.j2", sections=[], **values))
    sections, is_short = _sections(change, board, limit - frame - 100, heading)
    text = render("board/ranking/change.md.j2", sections=sections, **values)
    left_out = len(sections) < len(change.models) or any(
        len(shown) < len(all_of_them)
        for shown, all_of_them in (
            (values["rubric_changes"], change.rubric_changes),
            (values["developers"], developers),
            (values["moves"], movers),
        )
    )
    return ChangeReport(text, is_short or left_out) if size(text) <= limit else ChangeReport("", is_cut=True)


def _rows_within(changes: Sequence[DeveloperChange], limit: int) -> list[DeveloperChange]:
    cells = (f"{each.id}{each.key}{each.before}{each.after}" for each in changes)
    return list(changes[: len(fitting(cells, limit, 20))])


# ---- changed models --------------------------------------------------------------------------------------------------


def _sections(change: Change, board: Leaderboard, limit: int, heading: str) -> tuple[list[str], bool]:
    """Return the sections of the first models that fit, and whether one is without its evidence."""
    sections: list[str] = []
    is_short = False
    for model in change.models:
        versions = ((_section(model, change, board, heading, with_evidence=each), each) for each in (True, False))
        found = next(((text, each) for text, each in versions if size(text) + 2 <= limit), None)
        if found is None:
            break
        section, with_evidence = found
        is_short = is_short or not with_evidence
        sections.append(section)
        limit -= size(section) + 2
    return sections, is_short


def _section(model: ModelChange, change: Change, board: Leaderboard, heading: str, *, with_evidence: bool) -> str:
    """Return the changes of one model: below a heading where several models change, folded where many do."""
    return render(
        "board/ranking/model_change.md.j2",
        model=model,
        heading=heading,
        is_alone=len(change.models) == 1,
        is_folded=len(change.models) > NAMED_MODELS,
        points=points_of(model),
        ranks=_rank_rows(model, board) if model.other_ways else [],
        has_all_ways=len(model.other_ways) == len(board.scoring.ways) - 1,
        facts="" if _is_said(model, change) else listed(fact_names(model), _MOST_NAMES),
        title=lambda criterion: criterion_title(board.rubric, criterion),
        artifact_titles={kind.id: data_text(kind.title) for kind in board.rubric.artifacts},
        available=AVAILABLE,
        level=lambda criterion, level: data_text(board.rubric.level_title(criterion, level)),
        glyphs=GLYPHS,
        with_evidence=with_evidence,
        open_rows=_OPEN_ROWS,
        most_evidence=_MOST_EVIDENCE,
        text_length=_TEXT_LENGTH,
        value_length=VALUE_LENGTH,
        address=lambda url: clip(url.removeprefix("https://"), _ADDRESS_LENGTH),
        unreferenced=unreferenced,
    )


def _is_said(model: ModelChange, change: Change) -> bool:
    """Return whether the summary names all changed facts about the model."""
    return model.kind is ChangeKind.EVIDENCE and max(len(change.models), len(model.facts)) <= NAMED_MODELS


def _rank_rows(model: ModelChange, board: Leaderboard) -> list[tuple[str, int | None, int | None]]:
    """Return the ranks that change: the board's own, and those by the ways of ranking with a different move."""
    name = _("%(weighting)s (the board's order)", weighting=board.rubric.default_weighting.name)
    others = _group_ways((move.way, _ranks(move)) for move in model.other_ways)
    return [
        (name, *_ranks(model.board)),
        *(
            (_way_names(weightings, countings, board.rubric), *ranks)
            for (countings, ranks), weightings in others.items()
        ),
    ]


def _ranks(move: Move) -> tuple[int | None, int | None]:
    return move.before.rank if move.before else None, move.after.rank if move.after else None


# ---- ways of ranking -------------------------------------------------------------------------------------------------


def _group_ways(values: Iterable[tuple[Way, Value]]) -> dict[tuple[tuple[NotApplicable, ...], Value], list[str]]:
    """Return the ids of the weightings that have the same value for the same ways of counting, by both."""
    countings: dict[tuple[str, Value], list[NotApplicable]] = {}
    for way, value in values:
        countings.setdefault((way.weighting, value), []).append(way.counting)
    weightings: dict[tuple[tuple[NotApplicable, ...], Value], list[str]] = {}
    for (weighting, value), own in countings.items():
        weightings.setdefault((tuple(own), value), []).append(weighting)
    return weightings


def _way_names(weightings: Sequence[str], countings: Sequence[NotApplicable], rubric: Rubric) -> str:
    """Return names as in `OSAID, White (not applicable left out)`; without the counting if both ways are meant."""
    names = JoinedText(", ", [rubric.weighting(weighting).name for weighting in weightings])
    if len(countings) == len(rubric.not_applicable):
        return names
    return JoinedText("", [names, " (", data_text(rubric.counting(countings[0]).title), ")"])


def _elsewhere(change: Change, board: Leaderboard) -> list[tuple[int, str]]:
    """Return how many unchanged models move by which other ways of ranking, most first; none where as many do on the board."""
    differing = (each for each in change.elsewhere if each[1] not in (0, len(change.movers)))
    found = [
        (count, _way_names(weightings, countings, board.rubric))
        for (countings, count), weightings in _group_ways(differing).items()
    ]
    return sorted(found, key=lambda each: -each[0])
