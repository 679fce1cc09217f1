"""The words for what governance makes of a pull request: each condition, met or not, by whom, and what would meet it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.governance.conversation import Refusal
from bot.governance.judgement import Ground, Kind
from bot.text.escaping import markdown_text, visible_line
from bot.text.messages import visible_code
from bot.text.shaping import clip, enumerate_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.board.model.policy import Policy
    from bot.governance.conversation import Answer
    from bot.governance.judgement import Condition, Discount, Judgement

NAMED_PEOPLE = 10
MOST_REFUSALS = 5
_LONGEST_LOGIN = 40
_LONGEST_WORDS = 120


def moment(instant: datetime) -> str:
    """An instant to the minute in UTC, never earlier than it is."""
    late = instant.astimezone(UTC) + timedelta(minutes=1) - timedelta.resolution
    return f"{late:%Y-%m-%d %H:%M} UTC"


def people(logins: Iterable[str]) -> str:
    """Names, the first of many."""
    every = [markdown_text(clip(visible_line(login), _LONGEST_LOGIN)) for login in logins]
    more = [f"{len(every) - NAMED_PEOPLE} more"] * (len(every) > NAMED_PEOPLE)
    return ", ".join(every[:NAMED_PEOPLE] + more)


def listed(phrases: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many the first."""
    named = [*phrases[:NAMED_PEOPLE], *([f"{len(phrases) - NAMED_PEOPLE} more"] if len(phrases) > NAMED_PEOPLE else [])]
    return enumerate_words(named)


def missing(condition: Condition) -> str:
    """What an unmet condition waits for, as a phrase of plain text for the status."""
    return _MISSING[condition.kind](condition)


def line(condition: Condition) -> str:
    """A condition as Markdown on one line: how it stands, by whom, and what would meet it."""
    return _LINES[condition.kind](condition)


def _more_approvals(condition: Condition) -> str:
    if condition.need is None:
        return "maintainers that GitHub can list"
    more = condition.need - condition.have
    return f"{more} {'more ' if condition.have else ''}approval{'s' * (more != 1)} by {condition.approvers}"


def _rest_of_period(condition: Condition) -> str:
    if condition.due is None:
        return "a final comment period"
    return f"the final comment period until {moment(condition.due)}"


_MISSING: dict[Kind, Callable[[Condition], str]] = {
    Kind.HOLD: lambda _: "a maintainer to end the hold",
    Kind.CHANGES_REQUESTED: lambda _: "whoever asked for changes",
    Kind.CONCERN: lambda one: f"the concern {clip(visible_line(one.name), 40)!r} to be settled",
    Kind.AUTHORS_UNKNOWN: lambda _: "its commits to be squashed",
    Kind.APPROVALS: _more_approvals,
    Kind.ORGANISATIONS: lambda one: f"approvals from {one.need} organisations",
    Kind.NOTIFIED: lambda one: f"{listed(one.developers)} to be told",
    Kind.FINAL_COMMENT: _rest_of_period,
    Kind.WAIT: lambda one: moment(one.due) if one.due else "time",
}


def _concern(condition: Condition) -> str:
    if condition.met:
        return f"Concern {quoted(condition.name)}: settled by {people(condition.people)}."
    return (
        f"Concern {quoted(condition.name)} of {people(condition.people)}: `/resolve` and its name, by whoever raised it, or "
        "by a maintainer with a reason behind it."
    )


def _approvals(condition: Condition) -> str:
    if condition.need is None:
        return f"Approvals{_by(condition)}: how many are needed can't be told, because GitHub doesn't list the maintainers."
    return f"Approvals by {condition.approvers}: {condition.have} of {condition.need}{_by(condition)}."


def _organisations(condition: Condition) -> str:
    how = " Whoever approves says for whom they work: `/coi none`, or `/coi DEVELOPER REASON`." * (not condition.met)
    return f"From different organisations: {condition.have} of {condition.need}{_by(condition)}.{how}"


def _notified(condition: Condition) -> str:
    if condition.met:
        return f"The developer is told{_by(condition)}."
    return (
        f"Nobody is declared for {people(condition.developers)}: a reviewer tells them where they take "
        f"questions, then comments `/notified {condition.developers[0]} LINK`."
    )


def _final_comment(condition: Condition) -> str:
    begun = f"Final comment period of {condition.days} days"
    if condition.due is None:
        return f"{begun}: a maintainer begins it with `/fcp`."
    return f"{begun}: {'is over' if condition.met else f'ends at {moment(condition.due)}'}."


def _wait(condition: Condition) -> str:
    until = "over" if condition.met or condition.due is None else f"until {moment(condition.due)}"
    return f"Waiting time: {until}."


_LINES: dict[Kind, Callable[[Condition], str]] = {
    Kind.HOLD: lambda one: f"On hold by {people(one.people)}, until a maintainer comments `/unhold`.",
    Kind.CHANGES_REQUESTED: lambda one: (
        f"Changes requested by {people(one.people)}: until they approve, or somebody dismisses the request."
    ),
    Kind.CONCERN: _concern,
    Kind.AUTHORS_UNKNOWN: lambda _: "Authors: there are too many commits to see who wrote them all. Squash them.",
    Kind.APPROVALS: _approvals,
    Kind.ORGANISATIONS: _organisations,
    Kind.NOTIFIED: _notified,
    Kind.FINAL_COMMENT: _final_comment,
    Kind.WAIT: _wait,
}


def _by(condition: Condition) -> str:
    return f" ({people(condition.people)})" if condition.people else ""


def classes_line(judgement: Judgement, policy: Policy) -> str:
    """What kind of change it is, and where it stands what that needs."""
    ordered = sorted(judgement.classes, key=lambda each: -each.gravity)
    titles = ", ".join(f"*{markdown_text(policy.classes[each].title)}*" for each in ordered)
    # Relative to the page of a pull request; HEAD is the default branch.
    text = f"Class: {titles} ([what that needs](../blob/HEAD/GOVERNANCE.md))."
    if judgement.needs.provisional:
        text += (
            f" There are fewer than {policy.bootstrap.maintainers} maintainers yet, so what is merged is marked as "
            "provisional."
        )
    return text


_GROUNDS = {
    Ground.BOT: "a bot",
    Ground.AUTHOR: "wrote a part of it",
    Ground.OLDER_COMMIT: "of an older commit",
    Ground.OTHER_BRANCH: "from before it was turned to this branch",
    Ground.NO_RIGHT: "no reviewer",
    Ground.NOT_A_MAINTAINER: "no maintainer",
    Ground.CONFLICT: "works for",
    Ground.CHANGED_DECLARATION: "edited what they had declared",
    Ground.RIVAL: "a second one from other developers",
}


def discounts_line(discounts: Sequence[Discount]) -> str:
    """Whose approval doesn't count and why; empty where there is none to speak of."""
    # That strangers may not decide is no news to anybody.
    told = [one for one in discounts if one.ground not in (Ground.NO_RIGHT, Ground.BOT)]
    said = [
        f"{markdown_text(clip(visible_line(one.person.login), _LONGEST_LOGIN))} ({_ground(one)})"
        for one in told[:NAMED_PEOPLE]
    ]
    if more := len(told) - len(said):
        said.append(f"{more} more")
    return f"Approvals that don't count: {', '.join(said)}." if said else ""


def _ground(discount: Discount) -> str:
    words = _GROUNDS[discount.ground]
    return f"{words} {markdown_text(', '.join(sorted(discount.interests)))}" if discount.interests else words


def mentions_line(judgement: Judgement) -> str:
    """Calls the declared people of developers, which is how they are told. Their names come from the policy alone."""
    return (
        f"For your information, as their developer: {', '.join(f'@{one.login}' for one in judgement.mentions)}."
        * bool(judgement.mentions)
    )


_REFUSALS = {
    Refusal.EDITED: "its comment was edited, and counts no more. Write it again in a new comment.",
    Refusal.NOT_A_REVIEWER: "only reviewers may, which are people with write access.",
    Refusal.NOT_A_MAINTAINER: "only maintainers may.",
    Refusal.NOT_DECLARED: "only people who are declared for the model's developer may.",
    Refusal.INCOMPLETE: "something is missing behind it, or there is too much. GOVERNANCE.md lists the commands.",
    Refusal.UNKNOWN_DEVELOPER: "there is no such developer. Write a folder under `assessments/`.",
    Refusal.UNKNOWN_MODEL: "there is no such model. Write DEVELOPER/MODEL as in the path of its file.",
    Refusal.UNKNOWN_CRITERION: "there is no such criterion. Write its id as in `schema/rubric.yaml`.",
    Refusal.UNKNOWN_CLASS: "there is no such class. GOVERNANCE.md lists them.",
    Refusal.NOT_STRICTER: "it isn't stricter than what the change is by itself.",
    Refusal.NO_SUCH_CONCERN: "no open concern has this name.",
    Refusal.CONCERN_EXISTS: "an open concern has this name already.",
    Refusal.NOT_YOUR_CONCERN: "only whoever raised it may, or a maintainer who adds a reason.",
    Refusal.OWN: "whoever proposes a change leaves that to others.",
    Refusal.NOT_ON_HOLD: "it isn't on hold.",
    Refusal.NO_FINAL_COMMENT_PERIOD: "changes of this class have no final comment period.",
    Refusal.NOT_HERE: "it belongs into the issue of a dispute.",
}


def refusals(answers: Iterable[Answer]) -> list[str]:
    """The newest commands that did nothing, each with the reason, as Markdown on one line."""
    refused = [answer for answer in answers if answer.refusal is not None]
    return [
        f"{visible_code(clip(visible_line(answer.command.text), _LONGEST_WORDS))} of "
        f"{markdown_text(clip(visible_line(answer.comment.author.login), _LONGEST_LOGIN))}: {_REFUSALS[answer.refusal]}"
        for answer in refused[-MOST_REFUSALS:]
        if answer.refusal is not None
    ]


def quoted(name: str) -> str:
    """The name of a concern, as somebody wrote it."""
    return f"“{markdown_text(clip(visible_line(name), _LONGEST_WORDS))}”"
