"""A merge group: the pull requests that a merge queue would merge together, each judged in its place. Pure.

A group is a line of commits on top of the base branch. Each member is the part of that line which merges it: one commit where
the queue merges or squashes, several where it rebases. Which part belongs to which pull request is only believed where merging
that pull request in this place gives the same tree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.github.actions import SetStatus
from bot.github.facts import StatusState
from bot.governance.effect_history import judgements
from bot.handlers.pull_request.checklist import waiting
from bot.handlers.pull_request.comment import STATUS_LIMIT, as_summary, verdict
from bot.handlers.pull_request.decision import ActionPlan, build_report
from bot.handlers.pull_request.report import Outcome
from bot.text.catalogue import _, ngettext
from bot.text.escaping import visible_line
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from bot.github.facts import Facts
    from bot.governance.judgement import Judgement
    from bot.handlers.pull_request.facts import Contents

MOST_STEPS = 250
"""Commits of a group that are looked at."""
_HINT = re.compile(r"\(#([1-9][0-9]{0,8})\)$")


class Step(NamedTuple):
    """Commit on the first-parent line of a group."""

    commit: str
    parents: tuple[str, ...]
    tree: str
    subject: str
    """The first line of its message: hostile text."""


class Member(NamedTuple):
    """Part of a group that merges a pull request."""

    number: int
    before: str
    """The commit that it is merged into."""
    tree: str
    """The tree after it."""


class QueueFacts(NamedTuple):
    """Facts by which the members of a group are told."""

    ends: Mapping[str, int]
    """Pull requests by the commits at which their part ends, by the branches that GitHub made for them."""
    heads: Mapping[str, int]
    """Open pull requests by their heads."""


def split_group(steps: Sequence[Step], queue: QueueFacts, *, with_hints: bool = False) -> list[Member] | None:
    """Return the members of a group, the first to be merged first; None where a part belongs to no known pull request.

    `with_hints` also believes the number that GitHub writes behind the title of a squashed pull request, for now: whether
    it is true is seen by the tree.
    """
    numbers = set(queue.heads.values())
    members: list[Member] = []
    before: str | None = None
    for step in steps:
        before = before or (step.parents[0] if step.parents else None)
        number = queue.ends.get(step.commit)
        if number is None and len(step.parents) == 2:
            number = queue.heads.get(step.parents[1])
        if number is None and with_hints and (hint := _HINT.search(step.subject)) and int(hint[1]) in numbers:
            number = int(hint[1])
        if number is not None and before is not None:
            members.append(Member(number, before, step.tree))
            before = None
    return members if members and before is None else None


class JudgedMember(NamedTuple):
    """A member of a group with everything that was found out about it in its place."""

    member: Member
    facts: Facts
    contents: Contents
    judgement: Judgement


def refuse_group(head: str, reason: str) -> ActionPlan:
    """Return the actions for a group that can't be judged; `reason` is a sentence."""
    return ActionPlan((SetStatus(head, StatusState.FAILURE, _description(reason)),), f"❌ {reason}\n")


def decide_merge_group(head: str, base: str, members: Collection[JudgedMember]) -> ActionPlan:
    """Return the actions for a group: success if each member may be merged in its place into `base`."""
    reasons = [reason for each in members if (reason := _obstacle(each, base))]
    good = ngettext(
        "%(number)s pull request in the queue: all requirements are met.",
        "%(number)s pull requests in the queue: all requirements are met.",
        len(members),
    )
    state = StatusState.FAILURE if reasons or not members else StatusState.SUCCESS
    description = _description(reasons[0] if reasons else good)
    return ActionPlan((SetStatus(head, state, description),), "\n\n".join(_summaries(members, reasons)))


def _obstacle(judged: JudgedMember, base: str) -> str:
    """Return why a member may not be merged in its place, as a sentence or two; empty where it may."""
    pull, contents = judged.facts.pull, judged.contents
    values = {"name": f"#{pull.number}"}
    if not pull.is_open or pull.base != base or not pull.into_default:
        return _("%(name)s is closed, or is to go into another branch. Take it out of the queue.", **values)
    if contents.tree != judged.member.tree:
        return _("%(name)s is not what the queue merges for it. Take it out of the queue and add it again.", **values)
    report = build_report(judged.facts, contents, judged.judgement)
    if report.outcome is Outcome.READY:
        return ""
    on_record = [one.effect for one in judgements(judged.facts.records)][-1:]
    if report.outcome is Outcome.WAITING and on_record not in ([], [contents.effect]):
        return _(
            "%(name)s does something else here than what was approved, because of those before it. Take it out of the queue.",
            **values,
        )
    if report.outcome is Outcome.WAITING:
        return _("%(name)s may not be merged yet: %(waiting)s.", waiting=waiting(report.conditions), **values)
    return _("%(name)s may not be merged: %(verdict)s", verdict=verdict(report), **values)


def _summaries(members: Collection[JudgedMember], reasons: Sequence[str]) -> Iterator[str]:
    yield from (f"❌ {visible_line(reason)}" for reason in reasons)
    for each in members:
        yield f"## Pull request {each.member.number}"
        yield as_summary(build_report(each.facts, each.contents, each.judgement))


def _description(text: str) -> str:
    return clip(visible_line(text), STATUS_LIMIT)
