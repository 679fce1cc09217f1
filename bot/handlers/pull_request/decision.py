"""Decision about a pull request: from facts, contents and judgement to actions. Pure.

Every run decides from scratch (level-triggered) and only does what isn't done yet. So lost, repeated, late and
out-of-order events do no harm, and a second run writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.board.model.problem import Severity
from bot.github.actions import (
    Acknowledgement,
    AddLabels,
    Annotate,
    RemoveLabel,
    SetStatus,
    acknowledgements,
    own_comments,
    sticky_actions,
    without_words,
)
from bot.github.facts import Role, Status, StatusState
from bot.governance.judgement import ConditionKind
from bot.handlers.pull_request.annotations import build_annotations, check_run_texts, digest
from bot.handlers.pull_request.comment import MARKER, as_comment, as_summary, status_line
from bot.handlers.pull_request.labels import LABELS, labels
from bot.handlers.pull_request.language import is_korean
from bot.handlers.pull_request.report import Outcome, Report
from bot.handlers.pull_request.suggestions import suggest
from bot.handlers.pull_request.sweep import MOST_RECORDS, memory_of
from bot.text.catalogue import SOURCE
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.github.actions import Action
    from bot.github.facts import Facts, Person, PullRequest, StatusMemory
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


UNRATED_RULE = "unassessed"
"""The rule by which a criterion without a level is refused."""


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """Actions of a run, in their order; the status is last, because it says whether all others worked."""

    actions: tuple[Action, ...]
    report: str
    """The summary of the job; empty where there is nothing to report."""
    disputes: tuple[DisputeRequest, ...] = ()
    """All requests of disputes in the conversation, those that were served already included."""
    memory: SetStatus | None = None
    """The present status once more, with what the next sweep has to know; None where that is there, or isn't worth it."""
    mentions: tuple[Person, ...] = ()
    """The people that the comment mentions."""
    stops_queue: bool = False
    """Whether a merge queue must not merge it. The commits of a queue have statuses of their own, so a shared one doesn't."""

    @property
    def is_success(self) -> bool:
        """Return whether it sets the status to success."""
        return any(isinstance(one, SetStatus) and one.state is StatusState.SUCCESS for one in self.actions)


NOTHING = ActionPlan((), "")


def decide(facts: Facts, contents: Contents, judgement: Judgement) -> ActionPlan:
    """Return the actions for a pull request; none for one that is closed."""
    if not facts.pull.is_open:
        return NOTHING
    report = build_report(facts, contents, judgement)
    has_comment = bool(
        judgement.conditions
        or judgement.refused
        or contents.problems
        or own_comments(facts.comments, facts.bot, MARKER)
    )
    # A status belongs to the commit: of two pull requests with one head, only that into the default branch may set it.
    looked = memory_of(facts, judgement, contents.base)
    status = list(_status(facts, contents, report, looked)) if facts.pull.into_default else []
    is_remembered = bool(status) or not facts.pull.into_default or looked is None or len(facts.records) > MOST_RECORDS
    memory = None if is_remembered else _status_of(facts, contents, report, looked)
    actions: list[Action] = [
        *(sticky_actions(facts.comments, facts.bot, MARKER, as_comment(report)) if has_comment else ()),
        *_labels(facts, contents),
        *_annotations(facts, contents),
        *_suggestions(facts, contents),
        *_acknowledgements(facts, judgement),
        *status,
    ]
    if facts.pull.is_locked:
        actions = list(without_words(actions))
    disputes = tuple(judgement.conversation.disputes)
    # Other pull requests with the same commit don't keep a queue from merging it.
    is_unmet = any(not one.met and one.kind is not ConditionKind.SHARED_COMMIT for one in judgement.conditions)
    stops_queue = report.outcome not in (Outcome.READY, Outcome.WAITING) or is_unmet
    return ActionPlan(tuple(actions), as_summary(report), disputes, memory, judgement.mentions, stops_queue)


def build_report(facts: Facts, contents: Contents, judgement: Judgement) -> Report:
    """Return the report on a pull request."""
    return Report(_outcome(facts.pull, contents, judgement), facts.pull, contents, judgement, _language(facts))


def _language(facts: Facts) -> str:
    """Return the language in which its author wrote, or which they asked for by the box of the template."""
    pull = facts.pull
    own = (one.body for one in facts.comments if one.author.id == pull.author.id and not one.author.is_bot)
    return "ko" if is_korean((pull.title, pull.body, *own)) else SOURCE


def _outcome(pull: PullRequest, contents: Contents, judgement: Judgement) -> Outcome:
    if contents.conflicts:
        return Outcome.CONFLICT
    if pull.is_draft and _is_only_unrated(contents):
        return Outcome.DRAFT
    # Without an effect, or a class, nobody knows what would be merged. The bot's own generated files have no class.
    is_known = bool(contents.effect and (judgement.classes or pull.is_our_own or not contents.changed))
    if not is_known:
        return Outcome.TO_FIX
    if pull.is_draft:
        return Outcome.DRAFT
    return Outcome.READY if judgement.is_ready else Outcome.WAITING


def _is_only_unrated(contents: Contents) -> bool:
    """Return whether it has errors, and all are criteria without a level: in a draft, work that is left to do."""
    errors = [problem.rule for problem in contents.problems if problem.severity is Severity.ERROR]
    return set(errors) == {UNRATED_RULE}


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
    if facts.pull.is_draft and _is_only_unrated(contents):
        # The comment says what is left to do, which is nothing wrong.
        placed = [problem for problem in placed if problem.severity is not Severity.ERROR]
    annotations = build_annotations(placed)
    wanted = digest(annotations)
    if (annotations or facts.annotated is not None) and wanted != facts.annotated:
        yield Annotate(contents.head, *check_run_texts(placed), annotations, wanted)


def _suggestions(facts: Facts, contents: Contents) -> Iterator[Action]:
    earlier = [review.body for review in facts.reviews if review.author.id == facts.bot]
    if (action := suggest(contents.head, contents.problems, contents.lines, earlier, _language(facts))) is not None:
        yield action


def _acknowledgements(facts: Facts, judgement: Judgement) -> Iterator[Action]:
    results = [(result.comment, result.effect) for result in judgement.results]
    # This reaction shows that an edited comment was a declaration, so no crowd of other commands may delay it.
    declarations = [
        (comment, effect)
        for comment, effect in dict.fromkeys(results)
        if effect is Acknowledgement.DECLARED
        and effect not in comment.reactions
        and facts.roles.get(comment.author.id, Role.NONE).is_reviewer
    ]
    return acknowledgements(results, always=declarations)


def _status(facts: Facts, contents: Contents, report: Report, memory: StatusMemory | None) -> Iterator[Action]:
    wanted = _status_of(facts, contents, report, memory)
    if not _is_set(facts, Status(wanted.state, wanted.description), contents.effect, shared=bool(report.sharing)):
        yield wanted


def _status_of(facts: Facts, contents: Contents, report: Report, memory: StatusMemory | None) -> SetStatus:
    return SetStatus(facts.pull.head, STATES[report.outcome], status_line(report), contents.effect, memory)


def _is_set(facts: Facts, wanted: Status, effect: str, *, shared: bool) -> bool:
    """Return whether the status is as it should be, and the effect is on record for this pull request."""
    last = facts.records[-1] if facts.records else None
    if facts.status is None or last is None or last.effect != effect:
        return False
    # Pull requests with the same commit have one status: whichever of them set it, they don't write over each other.
    waiting = (StatusState.PENDING, StatusState.FAILURE)
    return facts.status == wanted or (shared and facts.status.state in waiting and last.state is wanted.state)
