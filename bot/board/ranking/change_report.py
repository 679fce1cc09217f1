"""A change of the board as reviewers read it: a sentence, and a Markdown report for the pull request.

Everything that a contributor wrote is escaped, and the report stays within a length, because GitHub refuses comments
beyond 65,536 characters and a change can move thousands of models.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from bot.board.model.words import GLYPHS, decimal
from bot.board.ranking.change import CauseKind, ChangeKind
from bot.text.escaping import code_span, html_content, markdown_link, markdown_text, one_line, unreferenced
from bot.text.shaping import clip, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from fractions import Fraction

    from bot.board.model.assessment import Evidence
    from bot.board.model.rubric import Level, NotApplicable
    from bot.board.ranking.change import (
        Change,
        DeveloperChange,
        EvidenceChange,
        ModelChange,
        Move,
        Mover,
        RatingChange,
        Standing,
    )
    from bot.board.ranking.leaderboard import Leaderboard

    _Ranks = tuple[int | None, int | None]

# What a reader takes in at a glance; longer tables are folded.
_OPEN_ROWS = 10
_OPEN_MODELS = 3
_MOST_MOVERS = 100
_MOST_EVIDENCE = 5
_MOST_DEVELOPER_ROWS = 40
_MOST_RUBRIC_CHANGES = 20
_FACT_LENGTH = 300
_ADDRESS_LENGTH = 60
_VALUE_LENGTH = 100


# ---- one sentence ----------------------------------------------------------------------------------------------------


def summary(change: Change, board: Leaderboard) -> str:
    """The change in one sentence of plain text. `board` is the board after the change."""
    return _sentence(change, board, one_line, str)


def _sentence(change: Change, board: Leaderboard, text: Callable[[str], str], code: Callable[[str], str]) -> str:
    clauses = ["The rubric changes"] if change.rubric_changed else []
    if len(change.models) <= _OPEN_MODELS:
        clauses += [_clause(model, change, board, text, code) for model in change.models]
    else:
        clauses.append(_counted(change.models))
    if change.developers:
        clauses.append(_developers(change.developers, code))
    if not clauses:
        return "Nothing on the board changes."
    sentence = "; ".join([*clauses, _others(change, board, text)]) + "."
    # Clauses begin with a name, which stays as it is written, or with a word of ours.
    return f"T{sentence[1:]}" if change.developers and len(clauses) == 1 and sentence.startswith("the ") else sentence


def _clause(
    model: ModelChange, change: Change, board: Leaderboard, text: Callable[[str], str], code: Callable[[str], str]
) -> str:
    """What happens to one model, as a clause that begins with its name."""
    name = text(model.model)
    match model.board.before, model.board.after:
        case None, after if after is not None:
            return f"{name} enters at rank {after.rank} of {change.models_after} ({_points(None, after, board)})"
        case before, None if before is not None:
            return f"{name} leaves the board, where it had rank {before.rank} of {change.models_before}"
        case before, after if before is not None and after is not None:
            course = _course(before, after, board)
            if model.kind is ChangeKind.RENAMED:
                path = f"{name} is renamed from {code(model.former_id or '')} to {code(model.id)}"
                return path if before == after and not model.ratings else f"{path} and {course}"
            if model.kind is ChangeKind.EVIDENCE:
                return f"{name} keeps all its ratings, only {_besides_levels(model, board)} change"
            return f"{name} {course}"
    raise ValueError(f"{model.id} stands on neither board")


def _course(before: Standing, after: Standing, board: Leaderboard) -> str:
    points = _points(before, after, board)
    if after.rank == before.rank:
        return f"stays at rank {after.rank} ({points})"
    verb = "rises" if after.rank < before.rank else "falls"
    return f"{verb} from rank {before.rank} to {after.rank} ({points})"


def _points(before: Standing | None, after: Standing, board: Leaderboard) -> str:
    maximum = board.rubric.maximum(board.rubric.default_weighting)
    return f"{_scores(before.score if before else after.score, after.score)} of {_plain(maximum)} points"


def _scores(before: Fraction, after: Fraction) -> str:
    """One or two scores, with as many places as it takes to see that they differ."""
    both = _side_by_side(before, after)
    return " to ".join(both) if before != after else both[0]


def _side_by_side(before: Fraction, after: Fraction) -> tuple[str, str]:
    enough = (places for places in (2, 3, 4) if decimal(before, places) != decimal(after, places))
    places = 2 if before == after else next(enough, 6)
    return decimal(before, places), decimal(after, places)


def _plain(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else decimal(number)


def _besides_levels(model: ModelChange, board: Leaderboard) -> str:
    parts = []
    marks = [each for each in model.evidence if each.only_disputed]
    shown = [each for each in model.evidence if not each.only_disputed]
    for changes, what in ((shown, "evidence or notes"), (marks, "marks of disputes")):
        if changes:
            parts.append(f"{what} ({_listed([_title(board, each.criterion) for each in changes])})")
    if model.facts:
        parts.append(f"facts about the model ({_listed(_facts(model))})")
    return " and ".join(parts)


def _facts(model: ModelChange) -> list[str]:
    """The keys that changed, in words."""
    return ["name" if key == "model" else key.replace("_", " ") for key in model.facts]


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(words[:_OPEN_MODELS])
    return f"{shown} and {len(words) - _OPEN_MODELS} more" if len(words) > _OPEN_MODELS else shown


_COUNTED = {
    ChangeKind.ADDED: ("enters", "enter"),
    ChangeKind.RATINGS: ("is rated differently", "are rated differently"),
    ChangeKind.RENAMED: ("is renamed", "are renamed"),
    ChangeKind.EVIDENCE: ("keeps its ratings", "keep their ratings"),
    ChangeKind.REMOVED: ("leaves", "leave"),
}


def _counted(models: Sequence[ModelChange]) -> str:
    counts = Counter(model.kind for model in models)
    if len(counts) == 1:
        ((kind, count),) = counts.items()
        return f"{count:,} models {_COUNTED[kind][1]}"
    parts = [f"{counts[kind]:,} {words[counts[kind] > 1]}" for kind, words in _COUNTED.items() if counts[kind]]
    return f"{len(models):,} models change ({', '.join(parts)})"


def _developers(changes: Sequence[DeveloperChange], code: Callable[[str], str]) -> str:
    """What happens to the developers, as a clause."""
    grouped = [(developer, list(own)) for developer, own in groupby(changes, lambda each: each.id)]
    if len(grouped) > _OPEN_MODELS:
        return f"{len(grouped)} developers change"
    return "; ".join(f"the developer {code(developer)} {_developer_course(own)}" for developer, own in grouped)


def _developer_course(changes: Sequence[DeveloperChange]) -> str:
    # A developer always has a name, so one that had or has none is none.
    name = next((change for change in changes if change.key == "name"), None)
    if name is not None and name.before is None:
        return "is new"
    if name is not None and name.after is None:
        return "leaves"
    return f"changes ({_listed([change.key for change in changes])})"


def _others(change: Change, board: Leaderboard, text: Callable[[str], str]) -> str:
    """How many unchanged models move on the board, and how many more by another way of ranking."""
    other = "other " if change.models else ""
    match len(change.movers):
        case 0:
            moves = f"no {other}model moves"
        case 1:
            moves = f"1 {other}model moves"
        case count:
            moves = f"{count} {other}models move"
    most = max((count for _, count in change.elsewhere), default=0)
    if most == 0:
        return moves
    moves = f"{moves} {_by_default(change, board, text)}"
    return f"{moves}, at most {most} by any other way of ranking" if most > len(change.movers) else moves


def _by_default(change: Change, board: Leaderboard, text: Callable[[str], str]) -> str:
    """By which way the board is ordered; its way of counting is named where the other one moves another number."""
    if change.reordered:
        return "on the board"
    default = board.rubric.default_weighting
    other_counting = [count for way, count in change.elsewhere if way.weighting == default.id and count]
    differs = any(count != len(change.movers) for count in other_counting)
    counting = f" ({text(board.rubric.not_applicable[0].title)})" if differs else ""
    return f"by {text(default.name)}{counting}"


def _title(board: Leaderboard, criterion_id: str) -> str:
    """The title of a criterion; its id where the rubric no longer has it."""
    titles = (criterion.title for criterion in board.rubric.criteria if criterion.id == criterion_id)
    return next(titles, criterion_id)


# ---- Markdown --------------------------------------------------------------------------------------------------------


def as_markdown(change: Change, board: Leaderboard, limit: int = 50_000, *, whole: bool = False) -> str:
    """The change for a comment on a pull request, in at most about `limit` characters.

    `board` is the board after the change. What doesn't fit is counted instead of shown, evidence first. Long lists are
    counted beyond what anybody reads in a comment, unless they are to be shown `whole`.
    """
    introduction = (
        _sentence(change, board, markdown_text, code_span),
        _rubric_section(change, limit // 8, None if whole else _MOST_RUBRIC_CHANGES),
        _elsewhere_section(change, board),
        _developer_section(change, limit // 8, None if whole else _MOST_DEVELOPER_ROWS),
    )
    parts = [part for part in introduction if part]
    movers = _movers_section(change, limit // 4, None if whole else _MOST_MOVERS)
    room = limit - sum(map(len, parts)) - len(movers)
    shown = 0
    for model in change.models:
        versions = (
            _model_section(model, change, board, with_evidence=with_evidence) for with_evidence in (True, False)
        )
        section = next((version for version in versions if len(version) <= room), None)
        if section is None:
            break
        parts.append(section)
        room -= len(section)
        shown += 1
    if left_out := len(change.models) - shown:
        parts.append(f"{left_out} more changed {_models(left_out)} would not fit here.")
    if movers:
        parts.append(movers)
    return "\n\n".join(parts) + "\n"


def _models(count: int) -> str:
    return "model" if count == 1 else "models"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], alignment: str) -> str:
    rule = {"l": "---", "r": "--:"}
    lines = [columns, [rule[letter] for letter in alignment], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _model_section(model: ModelChange, change: Change, board: Leaderboard, *, with_evidence: bool) -> str:
    """What a reviewer wants to know of one changed model; folded where several change."""
    parts = [_rank_table(model, board)] if _moves_somewhere(model) else []
    if model.ratings:
        table = _rating_table(model.ratings, board, with_evidence=with_evidence)
        long = len(model.ratings) > _OPEN_ROWS
        parts.append(fold(f"All {len(model.ratings)} ratings", table) if long else table)
    if model.evidence:
        table = _evidence_table(model.evidence, board, with_evidence=with_evidence)
        long = len(model.evidence) > _OPEN_ROWS
        parts.append(fold(f"Evidence for {len(model.evidence)} criteria", table) if long else table)
    if not with_evidence and (model.ratings or model.evidence):
        parts.append("The evidence would not fit here; it stands in the file.")
    if model.facts:
        parts.append(f"Changed about the model itself: {', '.join(_facts(model))}.")
    former = f"{code_span(model.former_id)} → " if model.former_id else ""
    name, path = markdown_text(model.model), former + code_span(model.id)
    if len(change.models) > _OPEN_MODELS:
        parts.insert(0, path)
        # The summary is a line of HTML, in which markdown_text would show its backslashes.
        return fold(f"{html_content(model.model)}: {_short_course(model)}", "\n\n".join(parts))
    return "\n\n".join([f"### {name}", path, *parts])


def _short_course(model: ModelChange) -> str:
    match model.board.before, model.board.after:
        case None, after if after is not None:
            return f"enters at rank {after.rank}"
        case before, None if before is not None:
            return f"leaves from rank {before.rank}"
        case before, after if before is not None and after is not None and before.rank != after.rank:
            return f"rank {before.rank} → {after.rank}"
        case before, after if before is not None and before == after:
            # There may be no table that says the score.
            return f"stays at rank {after.rank} ({decimal(after.score)} points)"
        case _, after if after is not None:
            return f"stays at rank {after.rank}"
    return ""


def _moves_somewhere(model: ModelChange) -> bool:
    return model.board.before != model.board.after or bool(model.other_ways)


def _rank_table(model: ModelChange, board: Leaderboard) -> str:
    """The ranks that move: the board's own with the scores, and the ways of ranking by which it goes otherwise."""
    first = f"**{markdown_text(board.rubric.default_weighting.name)}** (the board's order)"
    rows = [[first, *_with_scores(_rank_cells(_ranks(model.board)), model.board)]]
    for (countings, ranks), weightings in _alike(model.other_ways).items():
        rows.append([_names(weightings, countings, board), *_rank_cells(ranks)])
    # To the left, so that ranks with a score behind them stand below ranks without one.
    table = _table(["Ranked by", "Before", "After", "Move"], rows, "llll")
    if len(rows) > _OPEN_ROWS:
        table = fold(f"Ranks that move differently by {len(model.other_ways)} other ways of ranking", table)
    if len(model.other_ways) == len(board.scoring.ways) - 1:
        return table
    return f"{table}\n\nBy all other weightings and ways of counting it {_goes_alike(model.board)}."


def _alike(moves: Iterable[Move]) -> dict[tuple[tuple[NotApplicable, ...], _Ranks], list[str]]:
    """The weightings that move a model alike, by the ways of counting for which they do and the ranks before and after."""
    countings: dict[tuple[str, _Ranks], list[NotApplicable]] = {}
    for move in moves:
        countings.setdefault((move.way.weighting, _ranks(move)), []).append(move.way.counting)
    alike: dict[tuple[tuple[NotApplicable, ...], _Ranks], list[str]] = {}
    for (weighting, ranks), own in countings.items():
        alike.setdefault((tuple(own), ranks), []).append(weighting)
    return alike


def _goes_alike(move: Move) -> str:
    if move.before is None:
        return "enters at the same rank as in the first row"
    if move.after is None:
        return "leaves from the same rank as in the first row"
    return "goes as many ranks as in the first row" if move.step else "keeps its rank, as in the first row"


def _ranks(move: Move) -> _Ranks:
    return move.before.rank if move.before else None, move.after.rank if move.after else None


def _rank_cells(ranks: _Ranks) -> list[str]:
    before, after = ranks
    if before is None or after is None:
        return [str(before or "–"), str(after or "–"), "enters" if before is None else "leaves"]
    return [str(before), str(after), _up_or_down(before - after)]


def _with_scores(cells: Sequence[str], move: Move) -> list[str]:
    """The cells of `_rank_cells` with the scores behind the ranks, as in `2 (1.50 points)`."""
    there = [standing.score for standing in (move.before, move.after) if standing is not None]
    scores = _side_by_side(there[0], there[-1])
    ranks = [
        f"{cell} ({score} points)" if standing is not None else cell
        for cell, score, standing in zip(cells, scores, (move.before, move.after), strict=False)
    ]
    return [*ranks, *cells[2:]]


def _up_or_down(step: int) -> str:
    if step == 0:
        return "stays"
    return f"up {step}" if step > 0 else f"down {-step}"


def _names(weightings: Sequence[str], countings: Sequence[NotApplicable], board: Leaderboard) -> str:
    """Weightings by name, as in `OSAID, White (not applicable left out)`; plain where both ways of counting agree."""
    names = markdown_text(", ".join(board.rubric.weighting(weighting).name for weighting in weightings))
    if len(countings) == len(board.rubric.not_applicable):
        return names
    title = next(each.title for each in board.rubric.not_applicable if each.id is countings[0])
    return f"{names} ({markdown_text(title)})"


def _rating_table(ratings: Sequence[RatingChange], board: Leaderboard, *, with_evidence: bool) -> str:
    rows = [
        [
            markdown_text(_title(board, rating.criterion)),
            _level(rating.after, board)
            if rating.before is None
            else f"{_level(rating.before, board)} → {_level(rating.after, board)}",
            _shown(rating) if with_evidence else "",
        ]
        for rating in ratings
    ]
    return _table(["Criterion", "Rating", "Evidence"], rows, "lll")


def _level(level: Level, board: Leaderboard) -> str:
    # A space that doesn't break keeps the shape with its word.
    return f"{GLYPHS[level]}\u00a0{markdown_text(board.rubric.levels[level].title)}"


def _shown(rating: RatingChange) -> str:
    lines = [_evidence(each) for each in rating.evidence[:_MOST_EVIDENCE]]
    if len(rating.evidence) > _MOST_EVIDENCE:
        lines.append(f"and {len(rating.evidence) - _MOST_EVIDENCE} more")
    if rating.note is not None:
        lines.append(f"Note: {markdown_text(clip(one_line(rating.note), _FACT_LENGTH))}")
    if rating.precedents:
        ids = [code_span(clip(one_line(each), _VALUE_LENGTH)) for each in rating.precedents[:_MOST_EVIDENCE]]
        lines.append(f"By precedent: {', '.join(ids)}{' and more' * (len(rating.precedents) > _MOST_EVIDENCE)}")
    return "<br>".join([*lines, *_dispute(rating)]) or "none"


def _dispute(change: RatingChange | EvidenceChange) -> list[str]:
    """At most one line: what becomes of the mark of a dispute."""
    before, after = change.disputed
    if after is not None:
        word = "disputed" if before is None else "still disputed" if before == after else "disputed elsewhere now"
        return [
            f"{word}: {markdown_link(clip(one_line(after.removeprefix('https://')), _ADDRESS_LENGTH), unreferenced(after))}"
        ]
    return [] if before is None else ["no longer marked as disputed"]


def _evidence(evidence: Evidence) -> str:
    # Not without http://, by which alone two links may differ.
    address = clip(one_line(evidence.url.removeprefix("https://").rstrip("/")), _ADDRESS_LENGTH)
    where = f", {markdown_text(clip(one_line(evidence.where), _FACT_LENGTH))}" if evidence.where else ""
    unread = "" if evidence.accessed else " (unverified)"
    fact = markdown_text(clip(one_line(evidence.fact), _FACT_LENGTH))
    return f"{markdown_link(address, unreferenced(evidence.url))}{where}{unread}: {fact}"


def _evidence_table(changes: Sequence[EvidenceChange], board: Leaderboard, *, with_evidence: bool) -> str:
    def shown(change: EvidenceChange) -> str:
        lines = [f"added: {_evidence(each)}" for each in change.added[:_MOST_EVIDENCE]]
        lines += [f"removed: {_evidence(each)}" for each in change.removed[:_MOST_EVIDENCE]]
        unseen = sum(max(0, len(part) - _MOST_EVIDENCE) for part in (change.added, change.removed))
        lines += [f"and {unseen} more"] * bool(unseen) + ["another note"] * change.note
        lines += ["other precedents"] * change.precedents
        if change.disputed[0] != change.disputed[1]:
            lines += _dispute(change)
        return "<br>".join(lines) or "another order"

    rows = [
        [
            markdown_text(_title(board, change.criterion)),
            _level(change.level, board),
            shown(change) if with_evidence else "",
        ]
        for change in changes
    ]
    return _table(["Criterion", "Rating stays", "Evidence"], rows, "lll")


# ---- rubric and developers -------------------------------------------------------------------------------------------


def _rubric_section(change: Change, room: int, most: int | None) -> str:
    """What differs in the rubric, as one line; as many phrases as there is room for."""
    phrases: list[str] = []
    for change_in_words in change.rubric_changes[:most]:
        phrase = markdown_text(clip(one_line(change_in_words), _FACT_LENGTH))
        room -= len(phrase)
        if room < 0:
            break
        phrases.append(phrase)
    if left_out := len(change.rubric_changes) - len(phrases):
        phrases.append(f"and {left_out} more" if phrases else f"{left_out} changes")
    return f"In the rubric: {'; '.join(phrases)}." if phrases else ""


def _developer_section(change: Change, room: int, most: int | None) -> str:
    """The keys of developers that differ, as a table; as many rows as there is room for."""
    if not change.developers:
        return ""
    rows: list[list[str]] = []
    for each in change.developers[:most]:
        row = [code_span(each.id), each.key, _value(each.before), _value(each.after)]
        room -= sum(map(len, row))
        if room < 0:
            break
        rows.append(row)
    table = _table(["Developer", "What", "Before", "After"], rows, "llll")
    if left_out := len(change.developers) - len(rows):
        table += f"\n\nand {left_out} more {'line' if left_out == 1 else 'lines'}"
    count = len({each.id for each in change.developers})
    title = f"{count} changed {'developer' if count == 1 else 'developers'}"
    return fold(title, table) if len(rows) > _OPEN_ROWS else table


def _value(value: str | None) -> str:
    return "none" if value is None else markdown_text(clip(one_line(value), _VALUE_LENGTH))


# ---- the others ------------------------------------------------------------------------------------------------------


def _movers_section(change: Change, room: int, most: int | None) -> str:
    """The unchanged models that move, and why; as many rows as there is room for."""
    if not change.movers:
        return ""
    names = {model.id: markdown_text(model.model) for model in change.models}
    rows: list[list[str]] = []
    for mover in change.movers[:most]:
        row = [markdown_text(mover.model), str(mover.before), str(mover.after), _why(mover, names, change)]
        room -= sum(map(len, row))
        if room < 0:
            break
        rows.append(row)
    table = _table(["Model", "Before", "After", "Why"], rows, "lrrl")
    if left_out := len(change.movers) - len(rows):
        table += f"\n\nand {left_out} more {_models(left_out)}"
    down = sum(mover.after > mover.before for mover in change.movers)
    directions = [f"{down} down"] * bool(down) + [f"{len(change.movers) - down} up"] * (down < len(change.movers))
    other = "other " if change.models else ""
    title = f"{len(change.movers)} {other}{_models(len(change.movers))} that move{'s' * (len(change.movers) == 1)}"
    if len(change.movers) > _OPEN_ROWS:
        return fold(f"{title} ({', '.join(directions)})", table)
    return f"### {title}\n\n{table}"


def _elsewhere_section(change: Change, board: Leaderboard) -> str:
    """How many unchanged models move by other ways of ranking, as one line: most first, and what agrees together."""
    countings: dict[tuple[str, int], list[NotApplicable]] = {}
    own_weighting = None if change.reordered else board.rubric.default_weighting.id
    for way, count in change.elsewhere:
        # The first sentence means both ways of counting where it names none.
        if count and (way.weighting, count) != (own_weighting, len(change.movers)):
            countings.setdefault((way.weighting, count), []).append(way.counting)
    alike: dict[tuple[int, tuple[NotApplicable, ...]], list[str]] = {}
    for (weighting, count), own in countings.items():
        alike.setdefault((count, tuple(own)), []).append(weighting)
    named = [(count, _names(weightings, ways, board)) for (count, ways), weightings in alike.items()]
    if not named:
        return ""
    (most, names), *rest = sorted(named, key=lambda each: -each[0])
    other = "other " if change.models else ""
    counts = [f"{most} {other}{_models(most)} move{'s' * (most == 1)} by {names}"]
    counts += [f"{count} by {names}" for count, names in rest]
    return f"By other ways of ranking: {'; '.join(counts)}."


_CAUSES = {
    CauseKind.ROSE_ABOVE: "rises above it",
    CauseKind.NO_LONGER_ABOVE: "is no longer above it",
    CauseKind.ENTERED_ABOVE: "enters above it",
    CauseKind.LEFT_FROM_ABOVE: "leaves from above it",
}


def _why(mover: Mover, names: dict[str, str], change: Change) -> str:
    causes = [f"{names[cause.id]} {_CAUSES[cause.kind]}" for cause in mover.causes]
    if mover.further_causes:
        causes.append(f"{mover.further_causes} more")
    if change.rubric_changed:
        causes.insert(0, "the rubric changes")
    return ", ".join(causes)
