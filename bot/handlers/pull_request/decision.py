"""Decision about a pull request: from facts, contents and judgement to actions. Pure.

Every run decides from scratch (level-triggered) and only does what isn't done yet. So lost, repeated, late and
out-of-order events do no harm, and a second run writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.board.model.layout import FilePurpose, purpose_of
from bot.board.model.problem import Severity
from bot.github.actions import (
    AddLabels,
    Annotate,
    Effect,
    RemoveLabel,
    SetStatus,
    acknowledgements,
    own_comments,
    sticky_actions,
)
from bot.github.facts import Role, StatusState
from bot.handlers.pull_request.annotations import build_annotations, check_run_texts, digest
from bot.handlers.pull_request.comment import MARKER, as_comment, as_summary, status_line
from bot.handlers.pull_request.korean import is_korean
from bot.handlers.pull_request.labels import LABELS, labels
from bot.handlers.pull_request.paths import GENERATED_RULE
from bot.handlers.pull_request.report import Outcome, Report
from bot.handlers.pull_request.suggestions import suggest
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.github.actions import Action
    from bot.github.facts import Facts
    from bot.governance.conversation import DisputeRequest
    from bot.governance.judgement import Judgement
    from bot.handlers.pull_request.facts import Contents

STATES = {
    Outcome.CONFLICT: StatusState.FAILURE,
    Outcome.TO_FIX: StatusState.FAILURE,
    Outcome.DRAFT: StatusState.PENDING,
    Outcome.WAITING: StatusState.PENDING,
    Outcome.READY: StatusState.SUCCESS,
}


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """Actions of a run, in their order; the status is last, because it says whether all others worked."""

    actions: tuple[Action, ...]
    report: str
    """The summary of the job; empty where there is nothing to report."""
    disputes: tuple[DisputeRequest, ...] = ()
    """All requests of disputes in the conversation, those that were served already included."""


NOTHING = ActionPlan((), "")


def decide(facts: Facts, contents: Contents, judgement: Judgement) -> ActionPlan:
    """Return the actions for a pull request; none for one that is closed."""
    if not facts.pull.is_open:
        return NOTHING
    report = build_report(facts, contents, judgement)
    has_comment = bool(
        judgement.conditions or judgement.refused or report.problems or own_comments(facts.comments, facts.bot, MARKER)
    )
    # A status belongs to the commit: of two pull requests with one head, only that into the default branch may set it.
    status = _status(facts.pull.head, facts, report) if facts.pull.into_default else ()
    actions: list[Action] = [
        *(sticky_actions(facts.comments, facts.bot, MARKER, as_comment(report)) if has_comment else ()),
        *_labels(facts, contents),
        *_annotations(facts, contents),
        *_suggestions(facts, contents),
        *_acknowledgements(facts, judgement),
        *status,
    ]
    return ActionPlan(tuple(actions), as_summary(report), tuple(judgement.conversation.disputes))


def decide_merge_group(contents: Contents) -> ActionPlan:
    """Return the actions for the merged tree of a merge queue. People have agreed already, so only problems count.

    Changes of generated files are no problem here: they were refused in their own pull request, unless that is the
    publishing run's.
    """
    problems = tuple(problem for problem in contents.problems if problem.rule != GENERATED_RULE)
    judged = replace(contents, problems=problems)
    outcome = _outcome(judged, None, is_draft=False)
    report = _report(judged, outcome, None, base="the merge queue", welcome=False)
    return ActionPlan((SetStatus(judged.head, STATES[outcome], status_line(report)),), as_summary(report))


def build_report(facts: Facts, contents: Contents, judgement: Judgement) -> Report:
    """Return the report on a pull request."""
    pull = facts.pull
    outcome = _outcome(contents, judgement, is_draft=pull.is_draft)
    report = _report(contents, outcome, judgement, pull.base, welcome=pull.is_first)
    return replace(report, korean=_wants_korean(facts))


def _wants_korean(facts: Facts) -> bool:
    """Return whether its author wrote Korean, or ticked the box of the template that asks for it."""
    pull = facts.pull
    own = (one.body for one in facts.comments if one.author.id == pull.author.id and not one.author.is_bot)
    return is_korean((pull.title, pull.body, *own))


def _report(contents: Contents, outcome: Outcome, judgement: Judgement | None, base: str, *, welcome: bool) -> Report:
    return Report(
        outcome=outcome,
        head=contents.head,
        base=base,
        conflicts=contents.conflicts,
        problems=contents.problems,
        change=contents.change,
        board=contents.board,
        judgement=judgement,
        policy=contents.rules.policy,
        other_files=_other_files(contents),
        welcome=welcome,
    )


def _outcome(contents: Contents, judgement: Judgement | None, *, is_draft: bool) -> Outcome:
    if contents.conflicts:
        return Outcome.CONFLICT
    if any(problem.severity is Severity.ERROR for problem in contents.problems):
        return Outcome.TO_FIX
    if is_draft:
        return Outcome.DRAFT
    return Outcome.READY if judgement is None or judgement.is_ready else Outcome.WAITING


def _other_files(contents: Contents) -> tuple[str, ...]:
    return tuple(file.path for file in contents.changed if purpose_of(file.path) is FilePurpose.OTHER)


# ---- actions ---------------------------------------------------------------------------------------------------------


def _labels(facts: Facts, contents: Contents) -> Iterator[Action]:
    # With conflicts the classes of the change aren't known, and the publishing run's own change has none.
    if contents.conflicts or facts.pull.is_our_own:
        return
    # For GitHub `Code` and `code` are one label, which keeps the case in which it was created.
    fitting, there = labels(contents), {name_key(label): label for label in facts.pull.labels}
    if missing := fitting - there.keys():
        yield AddLabels(tuple(sorted(missing)))
    yield from (RemoveLabel(there[label]) for label in sorted(there.keys() & (LABELS - fitting)))


def _annotations(facts: Facts, contents: Contents) -> Iterator[Action]:
    placed = [problem for problem in contents.problems if problem.path and problem.path not in contents.moved]
    annotations = build_annotations(placed)
    wanted = digest(annotations)
    if (annotations or facts.annotated is not None) and wanted != facts.annotated:
        yield Annotate(contents.head, *check_run_texts(placed), annotations, wanted)


def _suggestions(facts: Facts, contents: Contents) -> Iterator[Action]:
    earlier = [review.body for review in facts.reviews if review.author.id == facts.bot]
    in_korean = _wants_korean(facts)
    if (action := suggest(contents.head, contents.problems, contents.lines, earlier, in_korean=in_korean)) is not None:
        yield action


def _acknowledgements(facts: Facts, judgement: Judgement) -> Iterator[Action]:
    results = [(result.comment, result.effect) for result in judgement.results]
    # This reaction shows that an edited comment was a declaration, so no crowd of other commands may delay it.
    declarations = [
        (comment, effect)
        for comment, effect in dict.fromkeys(results)
        if effect is Effect.DECLARED
        and effect not in comment.reactions
        and facts.roles.get(comment.author.id, Role.NONE).is_reviewer
    ]
    return acknowledgements(results, always=declarations)


def _status(head: str, facts: Facts, report: Report) -> Iterator[Action]:
    state, description = STATES[report.outcome], status_line(report)
    status = facts.status
    if status is None or (status.state, status.description) != (state, description):
        yield SetStatus(head, state, description)
