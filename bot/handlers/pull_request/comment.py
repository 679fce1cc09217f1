"""Sticky comment on a pull request, and the same report in the summary of the job and in the status.

It depends on nothing but the report, so an unchanged report is not written again. Sizes are bytes of UTF-8: GitHub counts
characters in a comment and bytes in a summary, and there are never more characters than bytes.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.policy import ChangeClass
from bot.board.model.problem import Severity
from bot.board.ranking.change_report import as_markdown
from bot.board.ranking.change_summary import summary
from bot.handlers.pull_request import checklist, korean
from bot.handlers.pull_request.annotations import counted, errors_first
from bot.handlers.pull_request.report import OBJECTIONS, Outcome
from bot.text.catalogue import Translatable, translate
from bot.text.escaping import markdown_text, visible_line
from bot.text.messages import message_markdown, visible_code
from bot.text.shaping import clip, count, fitting, fold, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.board.model.problem import Problem
    from bot.handlers.pull_request.report import Report

MARKER = "<!-- openness-bot:comment -->"
"""The beginning of every sticky comment, which readers don't see."""

COMMENT_LIMIT = 65_536
"""Characters that GitHub takes in a comment."""
SUMMARY_LIMIT = 1_000_000
"""Bytes of a summary, a little less than the MiB that GitHub takes:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits."""
STATUS_LIMIT = 140
"""Characters of a commit status's description."""

_OPEN_PROBLEMS = 10
_EXCERPT_WIDTH = 100
_LONGEST_PATH = 200
_NAMED_FILES = 10
_COMMIT_LENGTH = 10
_LEAST_BOARD = 1_000
# The headings of the report on the change, which is below a heading of ours. Nothing else begins a line so.
_HEADING = re.compile("^###(?= )", re.MULTILINE)
_BEGINNING = re.compile(r"^[a-z](?=[a-z]*[\s,;:'’])")
_GLYPHS = {
    Outcome.CONFLICT: "❌",
    Outcome.TO_FIX: "❌",
    Outcome.DRAFT: "⏳",
    Outcome.WAITING: "⏳",
    Outcome.READY: "✅",
}


# ---- one sentence ----------------------------------------------------------------------------------------------------


def missing(report: Report) -> str:
    """Return what is missing, as a phrase of plain text behind "for"."""
    return checklist.listed([checklist.missing(one) for one in report.conditions if not one.met])


def verdict(report: Report) -> str:
    """Return the outcome as one sentence of plain text."""
    errors = [problem for problem in report.problems if problem.severity is Severity.ERROR]
    match report.outcome:
        case Outcome.CONFLICT:
            files = count(len(report.conflicts), "file conflicts", "files conflict")
            return f"{files} with {visible_line(report.base)} and must be brought together first."
        case Outcome.TO_FIX if errors:
            files = count(len({problem.path for problem in errors}), "file", "files")
            return f"{count(len(errors), 'problem', 'problems')} to mend in {files}."
        case Outcome.TO_FIX:
            return "Something is still to mend."
        case Outcome.DRAFT:
            return "No problems so far; this is still a draft."
        case Outcome.WAITING:
            return f"No problems found; waiting for {missing(report)}."
        case Outcome.READY if report.conditions:
            return "Ready to merge: all requirements are met."
        case Outcome.READY:
            return "No problems found." if report.change else "Nothing for the bot to judge."


def status_line(report: Report) -> str:
    """Return the verdict, and what fits of the change of the board: plain text of at most 140 characters.

    Where several pull requests have the commit it is the same for all of them: they have one status together.
    """
    well = report.outcome not in (Outcome.CONFLICT, Outcome.TO_FIX) and not report.sharing
    text = checklist.shared_commit(report.sharing) if report.sharing else verdict(report)
    if well and report.change is not None and report.board is not None:
        text += f" {summary(report.change, report.board)}"
    # GitHub refuses a description with characters beyond the first 65,536 of Unicode.
    shown = "".join(character if ord(character) < 0x10000 else "\ufffd" for character in visible_line(text))
    return clip(shown, STATUS_LIMIT)


# ---- the whole -------------------------------------------------------------------------------------------------------


class _Format(NamedTuple):
    """Differences between a comment and a summary."""

    beginning: str
    limit: int
    whole: bool
    """Whether lists are shown to their end, as long as they fit."""
    pointer: str
    """A sentence on where the rest is, for when something was left out."""


def as_comment(report: Report, limit: int = COMMENT_LIMIT) -> str:
    """Return the comment in Markdown, of at most `limit` characters and as many bytes.

    What doesn't fit is counted. Problems get three quarters of the space, and the board gets the rest, of which models
    that only move get a quarter at most.
    """
    pointer = "This comment is cut: the summary of the job has everything. The status `openness-bot` links to it."
    return _text(report, _Format(f"{MARKER}\n", limit, whole=False, pointer=pointer))


def as_summary(report: Report, limit: int = SUMMARY_LIMIT) -> str:
    """Return the summary of the job: everything, without the marker, in at most `limit` bytes."""
    pointer = "This is cut, because it is too long for GitHub; `openness-bot preview` in a checkout shows everything."
    return _text(report, _Format("", limit, whole=True, pointer=pointer))


def _text(report: Report, form: _Format) -> str:
    head = [
        f"{form.beginning}{_GLYPHS[report.outcome]} **{markdown_text(verdict(report))}**",
        _welcome(report),
        _conflicts(report, form.limit // 8),
        _korean(report, form.limit // 8),
    ]
    middle = [_later(report), _before_merge(report, form.limit // 8), _refusals(report)]
    faulty = {problem.path for problem in report.problems}
    other_files = [path for path in report.other_files if path not in faulty]
    tail = [_other_files(other_files, form), _footer(report)]
    room = form.limit - size(*head, *middle, *tail, form.pointer) - 200  # for what separates the parts
    problems = _problems(report.problems, room * 3 // 4 if report.change else room, in_korean=report.korean)
    board = _board(report, room - size(problems.text), form)
    if problems.is_cut or board.is_cut:
        tail.insert(1, form.pointer)
    return "\n\n".join(part for part in (*head, problems.text, *middle, board.text, *tail) if part) + "\n"


class _Section(NamedTuple):
    """Section of the text, and whether something was left out of it."""

    text: str
    is_cut: bool = False


# ---- words -----------------------------------------------------------------------------------------------------------


def sentence(problem: Problem, *, in_korean: bool = False) -> str:
    """Return what is wrong and what to do about it, as Markdown on one line, if wanted with Korean before it."""
    # A path or an id at the beginning keeps its case.
    what = _BEGINNING.sub(lambda letter: letter[0].upper(), problem.what)
    english = message_markdown(f"{what}. {problem.remedy}")
    if not in_korean or not isinstance(problem.what, Translatable):
        return english
    korean_words = f"{translate(problem.what, 'ko')}. {translate(problem.remedy, 'ko')}"
    return f"{message_markdown(korean_words)}<br>{english}"


def _path(path: str) -> str:
    return visible_code(clip(path, _LONGEST_PATH)) or "(a blank name)"


# ---- sections --------------------------------------------------------------------------------------------------------


def _welcome(report: Report) -> str:
    if not report.welcome or report.outcome is Outcome.READY:
        return ""
    match report.outcome:
        case Outcome.CONFLICT:
            step = "One thing comes first:"
        case Outcome.TO_FIX:
            step = (
                "To mend a line here on GitHub: open *Files changed*, press ⋯ beside the file, then *Edit file*, and "
                "commit what you changed. Where a comment on the line offers it, *Commit suggestion* does it in one "
                "click. Everything is checked again by itself."
            )
        case Outcome.DRAFT:
            step = "When you are done, press *Ready for review* below."
        case _ if any(one.kind in OBJECTIONS and not one.met for one in report.conditions):
            step = "A reviewer asks for something: change it, or answer there."
        case _:
            step = "Reviewers look at it next; there is nothing more for you to do now."
    return f"Welcome, and thank you for your first contribution! {step}"


def _conflicts(report: Report, room: int) -> str:
    if not report.conflicts:
        return ""
    base = visible_code(report.base)
    rows = fitting((f"- {_path(path)}" for path in report.conflicts), room, separator=2)
    if left_out := len(report.conflicts) - len(rows):
        rows.append(f"- and {left_out:,} more")
    listed = "\n".join(rows)
    return (
        f"Both this pull request and {base} changed the same lines, or one deleted what the other changed:\n\n{listed}\n\n"
        f"Press *Resolve conflicts* at the end of this page, keep what is right of both sides, and commit. Or merge "
        f"{base} into your branch with git. What this does to the board is shown after that."
    )


def _korean(report: Report, room: int) -> str:
    """Return the verdict, the next step and the conditions in Korean, where they are wanted."""
    if not report.korean:
        return ""
    rows = fitting((f"- {line}" for line in korean.lines(report)), room, separator=2)
    return "\n\n".join(part for part in ("### 한국어", korean.opening(report), "\n".join(rows)) if part)


def _problems(problems: Sequence[Problem], room: int, *, in_korean: bool) -> _Section:
    """Return the errors, of which the first are open, then the warnings, folded; as many as fit, below their files."""
    ordered = errors_first(problems)
    errors = sum(problem.severity is Severity.ERROR for problem in ordered)
    groups = (ordered[: min(errors, _OPEN_PROBLEMS)], ordered[_OPEN_PROBLEMS:errors], ordered[errors:])
    shown: list[list[str]] = []
    room -= 500  # for titles, folds and the count of what isn't shown
    for group in groups:
        rows = fitting(_rows(group, in_korean=in_korean), room, separator=2)
        # Where one doesn't fit, those behind it are not shown either.
        room = room - size(*rows) - 2 * len(rows) if len(rows) == len(group) else 0
        shown.append(rows)
    first, further, warnings = ("\n".join(rows).strip() for rows in shown)
    parts = [f"### To mend\n\n{first}"] if first else []
    if further:
        parts.append(fold(count(len(shown[1]), "more problem", "more problems"), further))
    if warnings:
        title = f"{count(len(shown[2]), 'warning', 'warnings')}: worth a look, but nothing that stops the merge"
        parts.append(fold(title, warnings))
    left_out = ordered[sum(map(len, shown)) :]
    if left_out:
        parts.append(f"Not shown here: {counted(left_out)}.")
    return _Section("\n\n".join(parts), is_cut=bool(left_out))


def _rows(problems: Iterable[Problem], *, in_korean: bool) -> Iterator[str]:
    """Yield one item of a list for each problem; the first one of each file has the path above it."""
    for path, own in groupby(problems, key=lambda problem: problem.path):
        above = f"\n**{_path(path)}**\n\n"
        excerpt = None
        for problem in own:
            place = f"**Line {problem.line}:** " if problem.excerpt or problem.line > 1 else ""
            # Several problems of one line show it once.
            shown = "" if (problem.line, problem.excerpt) == excerpt else _excerpt(problem)
            excerpt = problem.line, problem.excerpt
            yield f"{above}- {place}{sentence(problem, in_korean=in_korean)}{shown}"
            above = ""


def _excerpt(problem: Problem) -> str:
    """Return the line of a problem as code on a line of its own, cut to what is around the problem if it is long."""
    line = problem.excerpt
    start = max(0, problem.column - 1 - _EXCERPT_WIDTH // 2) if len(line) > _EXCERPT_WIDTH else 0
    shown = line[start : start + _EXCERPT_WIDTH].strip()
    if not shown:
        return ""
    left, right = "…" * bool(start), "…" * (start + _EXCERPT_WIDTH < len(line))
    return f"<br>{visible_code(f'{left}{shown}{right}')}"


def _has_errors(report: Report) -> bool:
    return any(problem.severity is Severity.ERROR for problem in report.problems)


def _later(report: Report) -> str:
    # Only where the board can change is there anything to show later.
    waits = report.change is None and _has_errors(report) and not report.conflicts and _is_about_the_board(report)
    return "What changes on the board is shown once this is mended." if waits else ""


def _is_about_the_board(report: Report) -> bool:
    """Return whether assessments or the rubric change."""
    return bool(report.judgement.classes - _ELSEWHERE)


_ELSEWHERE = {ChangeClass.CODE, ChangeClass.GOVERNANCE}


def _before_merge(report: Report, room: int) -> str:
    """Return the conditions of the merge. They are no task list of GitHub's, whose boxes could be ticked."""
    rows = fitting(
        (f"- {'✅' if one.met else '⏳'} {checklist.line(one)}" for one in report.conditions), room, separator=2
    )
    if not rows:
        return ""
    if left_out := len(report.conditions) - len(rows):
        rows.append(f"- and {left_out} more")
    parts = ["### Before the merge", "\n".join(rows)]
    if report.outcome not in (Outcome.CONFLICT, Outcome.TO_FIX):
        if report.judgement.classes:
            parts.insert(1, checklist.classes_line(report.judgement, report.policy))
        parts.insert(1, checklist.anew_line(report.judgement))
        parts += [checklist.discounts_line(report.judgement.discounts), checklist.mentions_line(report.judgement)]
    return "\n\n".join(part for part in parts if part)


def _refusals(report: Report) -> str:
    rows = checklist.refusals(report.judgement.results)
    return "### Commands that did nothing\n\n" + "\n".join(f"- {row}" for row in rows) if rows else ""


def _board(report: Report, room: int, form: _Format) -> _Section:
    """Return the change of the board, in at most `room` bytes."""
    if report.change is None or report.board is None:
        return _Section("")
    above = "### On the board\n\n"
    if _has_errors(report):
        above += "Files with errors count as they were before this pull request.\n\n"
    room -= size(above)
    wanted = as_markdown(report.change, report.board, SUMMARY_LIMIT, whole=True)
    limit = room
    while limit > _LEAST_BOARD:
        text = as_markdown(report.change, report.board, limit, whole=form.whole)
        if (length := size(text) + len(_HEADING.findall(text))) <= room:
            return _Section(above + _HEADING.sub("####", text).rstrip("\n"), is_cut=text != wanted)
        # The limit of `as_markdown` is approximate, and in characters.
        limit = min(limit * room // length, limit * 9 // 10)
    return _Section("", is_cut=True)


def _other_files(paths: Sequence[str], form: _Format) -> str:
    if not paths:
        return ""
    named = fitting((_path(path) for path in paths[: None if form.whole else _NAMED_FILES]), form.limit // 16)
    more = [f"{len(paths) - len(named):,} more"] * (len(named) < len(paths))
    listed = f" ({', '.join(named + more)})" if named else ""
    judge = "CI and a maintainer judge it" if len(paths) == 1 else "CI and a maintainer judge those"
    return f"This pull request also changes {count(len(paths), 'other file', 'other files')}{listed}: {judge}."


def _footer(report: Report) -> str:
    commit = markdown_text(visible_line(report.head[:_COMMIT_LENGTH]))
    return f"<sub>Judged at commit {commit}. To have it judged again, comment `/recheck`.</sub>"
