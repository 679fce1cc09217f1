"""Record of decisions for readers: the list of all decisions, and the history of one model for its page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.board.model.words import GLYPHS
from bot.board.ranking.change import ChangeKind
from bot.text.catalogue import SOURCE, JoinedText, _, enumerated
from bot.text.templates import macros, render

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bot.board.model.assessment import Assessment
    from bot.board.model.policy import ChangeClass
    from bot.board.model.rubric import Rubric
    from bot.governance.judgement import ConditionKind
    from bot.governance.record.decisions import Approval, ModelDecision, Record

RESEARCH = "2026-11-20"
"""The access date of the research from which the first assessments came: see docs/data.md."""

_UNMET = {
    "shared-commit": _("another pull request had the same commit"),
    "spent-commit": _("its commit had had too many statuses"),
    "hold": _("it was on hold"),
    "altered-words": _("somebody had edited the words of a reviewer"),
    "roles-unknown": _("it was not known whether people who objected might"),
    "changes-requested": _("somebody had asked for changes"),
    "concern": _("a concern was open"),
    "authors-unknown": _("it was not known who wrote it"),
    "approvals": _("approvals were missing"),
    "organisations": _("approvals of another organisation were missing"),
    "notified": _("a developer had not been told"),
    "final-comment": _("the final comment period was not over"),
    "wait": _("the waiting time was not over"),
}
_KINDS = {ChangeKind.ADDED: _("new model"), ChangeKind.REMOVED: _("removed"), ChangeKind.RENAMED: _("renamed")}


def class_title(each: ChangeClass, titles: Mapping[ChangeClass, str]) -> str:
    """Return the title of a class of changes by the present policy; by its id where the policy has none."""
    return titles.get(each) or each.value.replace("-", " ")


def unmet_words(kinds: Iterable[ConditionKind]) -> str:
    """Return a phrase for the conditions that were not met."""
    return JoinedText("; ", [_UNMET.get(kind.value, kind.value) for kind in kinds])


def approvers(approvals: Iterable[Approval]) -> str:
    """Return who approved for whom."""
    return JoinedText(", ", map(_approver, approvals)) or _("nobody whose approval counts")


def _approver(approval: Approval) -> str:
    login = approval.login
    match approval.organisations:
        case None:
            return _("%(login)s (for whom they work is not declared)", login=login)
        case ():
            return _("%(login)s (independent)", login=login)
        case _:
            return _("%(login)s (for %(organisation)s)", login=login, organisation=approval.organisation)


def rank_move(before: int | None, after: int | None) -> str:
    """Return a phrase for a change of rank."""
    match before, after:
        case None, None:
            return _("no rank")
        case None, _:
            return _("enters at rank %(rank)s", rank=after)
        case _, None:
            return _("leaves from rank %(rank)s", rank=before)
        case _ if before == after:
            return _("stays at rank %(rank)s", rank=after)
        case _:
            return _("rank %(before)s → %(after)s", before=before, after=after)


def decisions_page(
    record: Record, models: Collection[str], titles: Mapping[ChangeClass, str], language: str = SOURCE
) -> str:
    """Return the Markdown of decisions/README.md. `models` have pages of their own; `titles` are the policy's."""
    return render(
        "governance/record/decisions.md.j2",
        language,
        has_policy=bool(titles),
        against_rules=sum(bool(one.unmet) for one in record.decisions),
        pages=models,
        provisional=sum(one.provisional for one in record.decisions),
        quote=quote,
        rank_move=rank_move,
        record=record,
        title_of=lambda each: class_title(each, titles),
    )


def model_history(
    steps: tuple[ModelDecision, ...],
    rubric: Rubric,
    titles: Mapping[ChangeClass, str],
    accessed: Collection[str],
    language: str = SOURCE,
) -> str:
    """Return the Markdown about the decisions on one model, newest first.

    `accessed` are the days on which its evidence was read. They show whether its first assessment came from the research.
    """
    criteria = {criterion.id: criterion.title for criterion in rubric.criteria}
    shown: str = macros("governance/record/history.md.j2", language).history(
        steps,
        rubric=rubric,
        glyphs=GLYPHS,
        criterion=lambda each: criteria.get(each, each),
        rank_move=rank_move,
        kind=lambda step: (
            _KINDS.get(step.model.kind)
            or JoinedText(", ", [class_title(each, titles) for each in step.decision.classes])
        ),
        approvers=approvers,
        unmet_words=unmet_words,
        recusals=lambda decision: JoinedText(
            ", ",
            [
                _("%(login)s (for %(organisation)s)", login=one.login, organisation=enumerated(one.developers))
                for one in decision.recusals
            ],
        ),
        is_known_from_start=bool(steps) and steps[-1].model.kind is ChangeKind.ADDED,
        is_from_research=RESEARCH in accessed,
    )
    return shown


def read_on(assessment: Assessment) -> frozenset[str]:
    """Return the days on which the evidence of a model was read, such as 2026-11-20."""
    items = (evidence for rating in assessment.ratings.values() for evidence in rating.evidence)
    return frozenset(str(evidence.accessed) for evidence in items if evidence.accessed is not None)
