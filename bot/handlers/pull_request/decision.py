"""What to do about a pull request: facts and contents in, actions out. Pure; the whole policy of the bot is here.

Every run decides from scratch (level-triggered), and asks for nothing that is there already: so lost, doubled, late and
out-of-order events heal, and running twice writes nothing the second time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.board.model.layout import FilePurpose, purpose_of
from bot.board.model.problem import Severity
from bot.github.actions import (
    Acknowledge,
    AddLabels,
    Annotate,
    DeleteComment,
    EditComment,
    Effect,
    RemoveLabel,
    SetStatus,
    WriteComment,
)
from bot.github.facts import Role, State
from bot.handlers.pull_request.annotations import annotations_of, check_run_texts, digest
from bot.handlers.pull_request.comment import MARKER, as_comment, as_summary, status_line
from bot.handlers.pull_request.korean import is_korean
from bot.handlers.pull_request.labels import LABELS, labels
from bot.handlers.pull_request.paths import GENERATED_RULE
from bot.handlers.pull_request.report import Outcome, Report
from bot.handlers.pull_request.suggestions import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.github.actions import Action
    from bot.github.facts import Facts
    from bot.governance.conversation import DisputeRequest
    from bot.governance.judgement import Judgement
    from bot.handlers.pull_request.facts import Contents

STATES = {
    Outcome.CONFLICT: State.FAILURE,
    Outcome.TO_MEND: State.FAILURE,
    Outcome.DRAFT: State.PENDING,
    Outcome.WAITING: State.PENDING,
    Outcome.READY: State.SUCCESS,
}
MOST_ACKNOWLEDGEMENTS = 5
"""The newest commands. Whoever writes a hundred gets no hundred answers."""


@dataclass(frozen=True, slots=True)
class Decision:
    """All that is to be done, in this order; the status is last, because it says whether all the rest worked."""

    actions: tuple[Action, ...]
    report: str
    """Everything there is to say, uncut, for the summary of the job; empty where there is nothing to say."""
    disputes: tuple[DisputeRequest, ...] = ()
    """The disputes of ratings that people ask for in the conversation, those from before among them."""


NOTHING = Decision((), "")


def decide(facts: Facts, contents: Contents, judgement: Judgement) -> Decision:
    """Everything that is to be done about a pull request. Nothing about one that is closed."""
    if not facts.pull.is_open:
        return NOTHING
    report = report_of(facts, contents, judgement)
    sticky = [comment.id for comment in facts.comments if _is_ours(facts, comment.author.id, comment.body)]
    has_comment = bool(sticky) or bool(judgement.conditions or judgement.refused) or bool(report.problems)
    # A status belongs to the commit: of two pull requests from one head only that into the default branch may say it.
    status = _status(facts.pull.head, facts, report) if facts.pull.into_default else ()
    actions: list[Action] = [
        *(_comment(facts, report, sticky) if has_comment else ()),
        *_labels(facts, contents),
        *_annotations(facts, contents),
        *_suggestions(facts, contents),
        *_acknowledgements(facts, judgement),
        *status,
    ]
    return Decision(tuple(actions), as_summary(report), tuple(judgement.conversation.disputes))


def decide_merge_group(contents: Contents) -> Decision:
    """What is to be said of the merged tree in a merge queue: people have agreed already, only problems count.

    Not that something generated changes: where that is wrong, its own pull request was refused for it, and a proposal of
    the publishing run may be among the others.
    """
    problems = tuple(problem for problem in contents.problems if problem.rule != GENERATED_RULE)
    judged = replace(contents, problems=problems)
    outcome = _outcome(judged, None, is_draft=False)
    report = _report(judged, outcome, None, base="the merge queue", welcome=False)
    return Decision((SetStatus(judged.head, STATES[outcome], status_line(report)),), as_summary(report))


def report_of(facts: Facts, contents: Contents, judgement: Judgement) -> Report:
    """What the pull request comes to."""
    pull = facts.pull
    outcome = _outcome(contents, judgement, is_draft=pull.is_draft)
    report = _report(contents, outcome, judgement, pull.base, welcome=pull.is_first)
    return replace(report, korean=_wants_korean(facts))


def _wants_korean(facts: Facts) -> bool:
    """Whether its author wrote Korean, or ticked the box of the template that asks for it."""
    pull = facts.pull
    # What the bot itself says later asks for nothing.
    said = (one.body for one in facts.comments if one.author.id == pull.author.id and not one.author.is_bot)
    return is_korean((pull.title, pull.body, *said))


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
        return Outcome.TO_MEND
    if is_draft:
        return Outcome.DRAFT
    return Outcome.READY if judgement is None or judgement.is_ready else Outcome.WAITING


def _other_files(contents: Contents) -> tuple[str, ...]:
    return tuple(file.path for file in contents.changed if purpose_of(file.path) is FilePurpose.OTHER)


# ---- actions ---------------------------------------------------------------------------------------------------------


def _is_ours(facts: Facts, author: int, body: str) -> bool:
    """Whether a comment is the sticky one: anybody can write the marker, only the bot has its id."""
    return author == facts.bot and body.startswith(MARKER)


def _comment(facts: Facts, report: Report, sticky: list[int]) -> Iterator[Action]:
    body = as_comment(report)
    if not sticky:
        yield WriteComment(body)
        return
    first, *more = sorted(sticky)
    written = next(comment.body for comment in facts.comments if comment.id == first)
    if _as_stored(written) != _as_stored(body):
        yield EditComment(first, body)
    # Two runs may have raced, or a list may have lacked what had just been written.
    yield from map(DeleteComment, more)


def _as_stored(body: str) -> str:
    """A text as GitHub may give it back: with other line ends, and without white space at its ends."""
    return body.replace("\r\n", "\n").strip()


def _labels(facts: Facts, contents: Contents) -> Iterator[Action]:
    # With conflicts it can't be told what kind of change it is, and the publishing run's own is of none.
    if contents.conflicts or facts.pull.is_our_own:
        return
    # To GitHub `Code` and `code` are one label, which keeps the name that it was made with.
    fitting, there = labels(contents), {label.casefold(): label for label in facts.pull.labels}
    if missing := fitting - there.keys():
        yield AddLabels(tuple(sorted(missing)))
    yield from (RemoveLabel(there[label]) for label in sorted(there.keys() & (LABELS - fitting)))


def _annotations(facts: Facts, contents: Contents) -> Iterator[Action]:
    placed = [problem for problem in contents.problems if problem.path and problem.path not in contents.moved]
    annotations = annotations_of(placed)
    wanted = digest(annotations)
    if (annotations or facts.annotated is not None) and wanted != facts.annotated:
        yield Annotate(contents.head, *check_run_texts(placed), annotations, wanted)


def _suggestions(facts: Facts, contents: Contents) -> Iterator[Action]:
    earlier = [review.body for review in facts.reviews if review.author.id == facts.bot]
    in_korean = _wants_korean(facts)
    if (action := suggest(contents.head, contents.problems, contents.lines, earlier, in_korean=in_korean)) is not None:
        yield action


def _acknowledgements(facts: Facts, judgement: Judgement) -> Iterator[Action]:
    asking = list(dict.fromkeys((answer.comment, answer.effect) for answer in judgement.answers))
    # By this it is known of an edited comment that it was one: so no crowd of other commands may stand before it.
    declared = [
        (comment, effect)
        for comment, effect in asking
        if effect is Effect.DECLARED
        and effect not in comment.reactions
        and facts.roles.get(comment.author.id, Role.NONE).is_reviewer
    ]
    # The newest of all, not of those that wait: else every run would go further back, and never be done.
    answered = {*declared[:MOST_ACKNOWLEDGEMENTS], *asking[-MOST_ACKNOWLEDGEMENTS:]}
    for comment, effect in asking:
        if (comment, effect) in answered and effect not in comment.reactions:
            yield Acknowledge(comment.id, effect)


def _status(head: str, facts: Facts, report: Report) -> Iterator[Action]:
    state, description = STATES[report.outcome], status_line(report)
    status = facts.status
    if status is None or (status.state, status.description) != (state, description):
        yield SetStatus(head, state, description)
