"""Sticky comment on a pull request, and the same report in the summary of the job and in the status.

It depends on nothing but the report, so an unchanged report is not written again. Its words and their order are in
`templates/comment.md.j2`; here is chosen what is shown. Sizes are bytes of UTF-8: GitHub counts characters in a comment and
bytes in a summary, and there are never more characters than bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.board.model.layout import FilePurpose, purpose_of
from bot.board.model.policy import ChangeClass
from bot.board.model.problem import Severity
from bot.board.ranking.change_report import ChangeReport, as_markdown
from bot.board.ranking.change_summary import SummaryFacts, summary
from bot.board.reading.problem_groups import group_problems
from bot.github.commands import Command, Verb
from bot.governance.judgement import ConditionKind, DiscountReason
from bot.handlers.pull_request import checklist
from bot.handlers.pull_request.annotations import errors_first
from bot.handlers.pull_request.link_summary import LinkSummary
from bot.handlers.pull_request.links import FAULTS
from bot.handlers.pull_request.report import OBJECTIONS, Outcome
from bot.text.catalogue import SOURCE, Translatable, _, data_text, translate
from bot.text.escaping import markdown_text, unreferenced, visible_line
from bot.text.messages import LONGEST_MESSAGE, message_markdown, visible_code
from bot.text.sameness import name_key
from bot.text.shaping import clip, size
from bot.text.templates import markdown_of, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.board.model.problem import Problem
    from bot.board.reading.problem_groups import ProblemGroup
    from bot.governance.judgement import Condition
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
CLASSES_ANCHOR = "what-a-change-needs"
"""The section of GOVERNANCE.md with the requirements of each class."""

_OPEN_PROBLEMS = 10
_EXCERPT_WIDTH = 100
_LONGEST_PATH = 200
_NAMED_FILES = 10
_MOST_LINKS, _ALL_LINKS = (20, 50), (500, 1_000)
"""Pages at which somebody has to look, and links, in the comment and in the summary."""
_FEW_FILES = 2
"""Where more files have the same problem, it is said once."""
_COMMIT_LENGTH = 10
_BEGINNING = re.compile(r"^[a-z](?=[a-z]*[\s,;:'’])")


# ---- one sentence ----------------------------------------------------------------------------------------------------


def verdict(report: Report, language: str = SOURCE) -> str:
    """Return the outcome as one sentence."""
    unrated = sum(len(titles) for _path, titles in _unrated(report))
    values = {"report": report, "unrated": unrated, "waiting": checklist.waiting}
    return render("handlers/pull_request/verdict.txt.j2", language, **values).strip()


def status_line(report: Report) -> str:
    """Return the verdict, and what fits of the change of the board: plain text of at most 140 characters.

    Where several pull requests have the commit it is the same for all of them: they have one status together.
    """
    well = report.outcome not in (Outcome.CONFLICT, Outcome.TO_FIX) and not report.sharing and not _is_later(report)
    text = verdict(report)
    if report.sharing:
        pulls = checklist.numbers(report.sharing)
        text = _("%(pulls)s have the same commit: close all but one of them, or push another commit.", pulls=pulls)
    if well and report.contents.change is not None and report.contents.board is not None:
        text = f"{text} {summary(report.contents.change, report.contents.board)}"
    # GitHub refuses a description with characters beyond the first 65,536 of Unicode.
    shown = "".join(character if ord(character) < 0x10000 else "\ufffd" for character in visible_line(text))
    return clip(shown, STATUS_LIMIT)


def sentence(problem: Problem | ProblemGroup, language: str = SOURCE) -> str:
    """Return what is wrong and what to do about it, as Markdown on one line."""
    what, remedy = (_phrase(text, language) for text in (problem.what, problem.remedy))
    # A path or an id at the beginning keeps its case, and a number does not begin a list.
    stop = "\\." if what.isdecimal() else "."
    return f"{_BEGINNING.sub(lambda letter: letter[0].upper(), what)}{stop} {remedy}"


def _phrase(text: str, language: str) -> str:
    if not isinstance(text, Translatable):
        return message_markdown(text)
    if len(shown := translate(text, language)) > LONGEST_MESSAGE:
        return markdown_text(clip(visible_line(shown), LONGEST_MESSAGE))
    return markdown_of(language, text)


# ---- the whole -------------------------------------------------------------------------------------------------------


def as_comment(report: Report, limit: int = COMMENT_LIMIT) -> str:
    """Return the comment in Markdown, of at most `limit` characters and as many bytes. What doesn't fit is counted."""
    return _text(report, limit, is_comment=True)


def as_summary(report: Report, limit: int = SUMMARY_LIMIT) -> str:
    """Return the summary of the job: everything, without the marker, in at most `limit` bytes."""
    return _text(report, limit, is_comment=False)


def _text(report: Report, limit: int, *, is_comment: bool) -> str:
    """Return the text with as much as fits: of the board at least a quarter of the limit, then as many rows of each list."""
    groups = _in_several_files(group_problems(errors_first(report.contents.problems)))
    rows = max(
        map(
            len,
            (
                report.contents.problems,
                report.contents.conflicts,
                report.conditions,
                report.contents.changed,
                report.contents.links,
            ),
        )
    )
    share, marker = limit, f"{MARKER}\n" if is_comment else ""
    while True:
        board = _board(report, share, is_comment=is_comment)
        text = marker + _document(report, groups, rows, board, is_comment=is_comment)
        excess = size(text) - limit
        if excess <= 0 or (rows == 0 and share == 0):
            return text
        if board.text and share > limit // 4:
            share = max(limit // 4, size(board.text) - excess)
        elif rows:
            rows = min(rows - 1, rows * limit // size(text))
        else:
            share = 0


def _board(report: Report, limit: int, *, is_comment: bool) -> ChangeReport:
    if report.contents.change is None or report.contents.board is None or _is_later(report):
        return ChangeReport("", is_cut=False)
    return as_markdown(report.contents.change, report.contents.board, limit, whole=not is_comment, heading="####")


def _document(
    report: Report, groups: list[tuple[ProblemGroup, ...]], rows: int, board: ChangeReport, *, is_comment: bool
) -> str:
    errors = [group for group in groups if group[0].severity is Severity.ERROR]
    unrated = _unrated(report)
    shown = [] if unrated else errors[:rows]
    warnings = [group for group in groups if group[0].severity is Severity.WARNING][: max(0, rows - len(shown))]
    conditions = [one for one in report.conditions if _is_shown(one, report.outcome)]
    faulty = {problem.path for problem in report.contents.problems}
    others = [
        file.path
        for file in report.contents.changed
        if purpose_of(file.path) is FilePurpose.OTHER and file.path not in faulty
    ]
    values: dict[str, Any] = {
        "report": report,
        "step": next_step(report),
        "has_fix": any(problem.fix for problem in report.errors),
        "conflicts": report.contents.conflicts[:rows],
        "unrated": unrated[:rows],
        "problems": shown[:_OPEN_PROBLEMS],
        "more_problems": shown[_OPEN_PROBLEMS:],
        "warnings": warnings,
        "left_out": _count(groups) - _count(errors if unrated else shown) - _count(warnings),
        "has_errors": any(problem.rule not in FAULTS for problem in report.errors) and not unrated,
        "is_later": _is_later(report),
        "is_about_board": bool(report.judgement.classes - _ELSEWHERE) or bool(report.errors),
        "count": _count,
        "links": LinkSummary.of(report, *(min(rows, most) for most in (_MOST_LINKS if is_comment else _ALL_LINKS))),
        "conditions": conditions[:rows],
        "more_conditions": max(0, len(conditions) - rows),
        "classes": _classes(report),
        "reclassified": list(_reclassified(report)),
        "anchor": CLASSES_ANCHOR,
        "discounts": [one for one in report.judgement.discounts if one.reason not in _UNMENTIONED],
        "refused": report.judgement.refused[-checklist.MOST_REFUSALS :],
        "present": {one.id: one.login for one in report.judgement.mentions},
        "other_files": others,
        "named_files": others[: min(rows, _NAMED_FILES) if is_comment else rows],
        "board": board.text,
        "board_summary": SummaryFacts(report.contents.change, report.contents.board)
        if board.text and report.contents.change and report.contents.board
        else None,
        "is_cut": board.is_cut
        or rows < max(len(errors) + len(warnings), len(report.contents.conflicts), len(conditions)),
        "is_comment": is_comment,
        "most_files": _NAMED_FILES if is_comment else rows,
        "head": visible_line(report.contents.head[:_COMMIT_LENGTH]),
        "moment": checklist.moment,
        "named": checklist.named,
        "numbers": checklist.numbers,
        "unreferenced": unreferenced,
        "mentions": checklist.MENTIONS,
        "path": lambda path: visible_code(clip(path, _LONGEST_PATH)),
        "excerpt": _excerpt,
        "clipped": lambda text: clip(visible_line(text), checklist.LONGEST_WORDS),
    }
    # Its author reads the beginning in their own language; all of it follows in English.
    own = report.language != SOURCE and _render(report.language, own="", is_part=True, **values)
    return _render(SOURCE, own=own or "", is_part=False, **values)


def _render(language: str, **values: Any) -> str:
    return render(
        "handlers/pull_request/comment.md.j2",
        language,
        verdict=verdict(values["report"], language),
        sentence=lambda problem: sentence(problem, language),
        **values,
    )


# ---- choice ----------------------------------------------------------------------------------------------------------


def next_step(report: Report) -> str:
    """Return the name of what is to be done next, and by whom, for which the template has the words."""
    unmet = {
        one.kind
        for one in report.conditions
        if not one.met and one.due is None and not (one.kind is ConditionKind.LINKS and one.need is None)
    }
    match report.outcome:
        case Outcome.DRAFT if report.errors:
            return "rate"
        case Outcome.WAITING:
            return next((step for step, kinds in _STEPS.items() if unmet & kinds), "wait")
        case Outcome.READY:
            return "merge" if report.conditions else ""
        case outcome:
            return outcome


_STEPS: dict[str, set[ConditionKind]] = {
    "answer": {ConditionKind.CHANGES_REQUESTED, ConditionKind.CONCERN},
    "decide": set(OBJECTIONS),
    "see": {ConditionKind.SHARED_COMMIT, ConditionKind.SPENT_COMMIT, ConditionKind.AUTHORS_UNKNOWN},
    "look": {ConditionKind.LINKS},
    "approve": {ConditionKind.APPROVALS, ConditionKind.ORGANISATIONS},
    "notify": {ConditionKind.NOTIFIED},
    "begin": {ConditionKind.FINAL_COMMENT},
}
"""Next steps by the kinds of conditions that ask for them: the first that applies."""


def _is_shown(condition: Condition, outcome: Outcome) -> bool:
    """Return whether a condition says more than the verdict does, which names all that is missing but in a draft."""
    is_draft = outcome is Outcome.DRAFT
    match condition.kind:
        case ConditionKind.WAIT:
            return condition.due is None and not is_draft
        case ConditionKind.APPROVALS:
            return condition.met or condition.have > 0 or condition.need is None
        case ConditionKind.ORGANISATIONS:
            return condition.met or not is_draft
        case ConditionKind.NOTIFIED:
            # Otherwise the comment itself tells them.
            return not condition.met or bool(condition.people)
        case _:
            return True


def _classes(report: Report) -> list[str]:
    """Return the titles of the classes, the gravest first; none while they aren't known."""
    if report.errors or report.outcome in (Outcome.CONFLICT, Outcome.TO_FIX):
        return []
    gravest_first = sorted(report.judgement.classes, key=lambda each: -each.gravity)
    return [data_text(report.contents.rules.policy.classes[each].title) for each in gravest_first]


def _reclassified(report: Report) -> Iterator[tuple[str, str]]:
    """Yield who added which class to those that the change has by itself."""
    for one in report.judgement.results:
        if one.refusal is None and isinstance(one.command, Command) and one.command.verb is Verb.RECLASSIFY:
            added = ChangeClass(name_key(one.command.words[0]))
            yield one.comment.author.login, data_text(report.contents.rules.policy.classes[added].title)


_ELSEWHERE = {ChangeClass.CODE, ChangeClass.GOVERNANCE}
"""Classes of changes that don't touch the board."""
_UNMENTIONED = (DiscountReason.NO_RIGHT, DiscountReason.BOT)
"""Everybody knows that these approvals don't count."""


def _in_several_files(groups: list[ProblemGroup]) -> list[tuple[ProblemGroup, ...]]:
    """Return the groups, those with the same words in several files together and before the others: errors, then warnings."""
    found: dict[object, list[ProblemGroup]] = {}
    for group in groups:
        found.setdefault((group.severity, group.rule, group.what, group.remedy), []).append(group)
    together = [tuple(same) for same in found.values() if len(same) > _FEW_FILES]
    named = {id(each) for same in together for each in same}
    joined = [*together, *((group,) for group in groups if id(group) not in named)]
    return sorted(joined, key=lambda same: same[0].severity is not Severity.ERROR)


def _count(groups: Iterable[tuple[ProblemGroup, ...]]) -> int:
    return sum(len(each.problems) for same in groups for each in same)


def _is_later(report: Report) -> bool:
    """Return whether all that would change the board has errors, so that nothing can be said about it yet."""
    change = report.contents.change
    changes = change is not None and bool(change.models or change.developers or change.rubric_changed)
    has_errors = bool(report.errors) and report.outcome is not Outcome.CONFLICT
    return has_errors and not changes and bool(report.judgement.classes - _ELSEWHERE or change)


def _unrated(report: Report) -> list[tuple[str, list[str]]]:
    """Return the files of a draft with criteria without a level, and the titles of these criteria."""
    if report.outcome is not Outcome.DRAFT:
        return []
    titles = (
        {each.id: data_text(each.title) for each in report.contents.board.rubric.criteria}
        if report.contents.board
        else {}
    )
    found: dict[str, list[str]] = {}
    for problem in report.errors:
        named = re.findall("`([^`]*)`", str(problem.what))
        found.setdefault(problem.path, []).extend(titles[each] for each in named if each in titles)
    return list(found.items())


def _excerpt(problem: Problem) -> str:
    """Return the line of a problem, cut to what is around the problem if it is long."""
    line = problem.excerpt
    start = max(0, problem.column - 1 - _EXCERPT_WIDTH // 2) if len(line) > _EXCERPT_WIDTH else 0
    shown = line[start : start + _EXCERPT_WIDTH].strip()
    left, right = "…" * bool(start), "…" * (start + _EXCERPT_WIDTH < len(line))
    return f"{left}{shown}{right}" if shown else ""
