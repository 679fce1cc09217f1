"""The difference between two leaderboards as a Markdown report for the comment on a pull request.

The report has a limited size, because GitHub refuses comments beyond 65,536 characters and a change can move thousands of
models. Its words and their order are in `templates/change.md.j2`, those about one model in `templates/model_change.md.j2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bot.board.model.words import GLYPHS, decimal
from bot.board.ranking.change import CauseKind, ChangeKind
from bot.board.ranking.change_summary import (
    NAMED_MODELS,
    VALUE_LENGTH,
    criterion_title,
    fact_names,
    move_phrase,
    same_moves,
    scores_apart,
    summary,
)
from bot.text.catalogue import JoinedText, _, data_text, enumerated, grouped, listed, ngettext
from bot.text.escaping import unreferenced
from bot.text.shaping import clip, fitting, size
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.board.model.rubric import NotApplicable, Rubric
    from bot.board.ranking.change import Cause, Change, DeveloperChange, ModelChange, Move, Mover
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
_EVERYTHING = 1_000_000

Value = TypeVar("Value")
_Ranks = tuple[int | None, int | None]


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
    movers = (
        [] if len(groups := same_moves(change)) == 1 else [_moves_line(each, change, whole=whole) for each in groups]
    )
    moves = fitting(movers, limit // 4, 8)
    values: dict[str, Any] = {
        "change": change,
        "summary": summary(change, board),
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
        short_move=_short_move(model),
        ranks=_rank_rows(model, board) if model.other_ways else [],
        has_all_ways=len(model.other_ways) == len(board.scoring.ways) - 1,
        facts="" if _is_said(model, change) else listed(fact_names(model), _MOST_NAMES),
        title=lambda criterion: criterion_title(board.rubric, criterion),
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


def _short_move(model: ModelChange) -> str:
    before, after = model.board.before, model.board.after
    if after is None:
        return _("leaves from rank %(rank)s", rank=before.rank if before else None)
    if before is None:
        return _("enters at rank %(rank)s (%(points)s points)", rank=after.rank, points=decimal(after.score))
    points = " → ".join(dict.fromkeys(scores_apart(before.score, after.score)))
    if before.rank == after.rank:
        return _("stays at rank %(rank)s (%(points)s points)", rank=after.rank, points=points)
    return _("rank %(before)s → %(after)s (%(points)s points)", before=before.rank, after=after.rank, points=points)


def _rank_rows(model: ModelChange, board: Leaderboard) -> list[tuple[str, str, str, str]]:
    """Return the ranks that change: the board's own with the scores, and the ways of ranking with a different move."""
    scores = [each.score for each in (model.board.before, model.board.after) if each is not None]
    apart = scores_apart(scores[0], scores[-1])
    cells = [
        cell if standing is None else _("%(rank)s (%(points)s points)", rank=cell, points=points)
        for cell, points, standing in zip(
            _rank_cells(_ranks(model.board)), apart, (model.board.before, model.board.after), strict=False
        )
    ]
    name = _("%(weighting)s (the board's order)", weighting=board.rubric.default_weighting.name)
    rows: list[tuple[str, str, str, str]] = [(name, cells[0], cells[1], _rank_cells(_ranks(model.board))[2])]
    for (countings, ranks), weightings in _group_ways((move.way, _ranks(move)) for move in model.other_ways).items():
        rows.append((_way_names(weightings, countings, board.rubric), *_rank_cells(ranks)))
    return rows


def _ranks(move: Move) -> _Ranks:
    return move.before.rank if move.before else None, move.after.rank if move.after else None


def _rank_cells(ranks: _Ranks) -> tuple[str, str, str]:
    before, after = ranks
    if before is None or after is None:
        return str(before or "–"), str(after or "–"), _("enters") if before is None else _("leaves")
    step = before - after
    move = (
        _("stays") if step == 0 else _("up %(places)s", places=step) if step > 0 else _("down %(places)s", places=-step)
    )
    return str(before), str(after), move


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


def _differing(change: Change) -> list[tuple[Way, int]]:
    return [each for each in change.elsewhere if each[1] not in (0, len(change.movers))]


def _elsewhere(change: Change, board: Leaderboard) -> str:
    """Return how many unchanged models move by other ways of ranking, most first; empty where as many do on the board."""
    named = [
        (
            count,
            ngettext(
                "%(number)s model moves by %(ways)s",
                "%(number)s models move by %(ways)s",
                count,
                ways=_way_names(weightings, countings, board.rubric),
            ),
        )
        for (countings, count), weightings in _group_ways(_differing(change)).items()
    ]
    return JoinedText("; ", [phrase for _count, phrase in sorted(named, key=lambda each: -each[0])])


# ---- unchanged models ------------------------------------------------------------------------------------------------


def _moves_line(movers: Sequence[Mover], change: Change, *, whole: bool) -> str:
    """Return that models move by the same step for the same reasons."""
    names = {model.id: model.model for model in change.models}
    number, first = len(movers), movers[0]
    causes: list[str] = [_("the rubric changes")] if change.rubric_changed else []
    causes += [_cause(cause, names[cause.id], number) for cause in first.causes]
    if first.further_causes:
        causes.append(_("%(number)s more changes", number=grouped(first.further_causes)))
    phrase = move_phrase(movers)
    if whole and number > NAMED_MODELS:
        phrase = JoinedText("", [phrase, " (", listed([mover.model for mover in movers], _MOST_NAMES), ")"])
    return JoinedText(": ", [phrase, enumerated(causes)]) if causes else phrase


def _cause(cause: Cause, model: str, number: int) -> str:
    """Return why so many models move."""
    match cause.kind:
        case CauseKind.ROSE_ABOVE:
            return ngettext("%(model)s rises above it", "%(model)s rises above them", number, model=model)
        case CauseKind.NO_LONGER_ABOVE:
            return ngettext("%(model)s is no longer above it", "%(model)s is no longer above them", number, model=model)
        case CauseKind.ENTERED_ABOVE:
            return ngettext("%(model)s enters above it", "%(model)s enters above them", number, model=model)
        case CauseKind.LEFT_FROM_ABOVE:
            return ngettext("%(model)s leaves from above it", "%(model)s leaves from above them", number, model=model)
