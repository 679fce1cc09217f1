"""Texts of a judgement: each condition, whether and by whom it is met, and what would meet it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.github.commands import NearMiss
from bot.governance.conversation import Refusal
from bot.governance.judgement import ConditionKind, DiscountReason, UnknownAuthors
from bot.text.escaping import markdown_text, visible_line
from bot.text.messages import visible_code
from bot.text.shaping import clip, enumerate_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.board.model.policy import Policy
    from bot.github.commands import Request
    from bot.governance.conversation import CommandResult
    from bot.governance.judgement import Condition, Discount, Judgement

NAMED_PEOPLE = 10
MOST_REFUSALS = 5
_LONGEST_LOGIN = 40
_LONGEST_WORDS = 120


def moment(instant: datetime) -> str:
    """Return a time to the minute in UTC, rounded up."""
    late = instant.astimezone(UTC) + timedelta(minutes=1) - timedelta.resolution
    return f"{late:%Y-%m-%d %H:%M} UTC"


def people(logins: Iterable[str]) -> str:
    """Return names as Markdown, only the first of many."""
    return ", ".join(_first_few([_login(login) for login in logins]))


def listed(phrases: Sequence[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`, only the first of many."""
    return enumerate_words(_first_few(phrases))


def _first_few(phrases: Sequence[str]) -> list[str]:
    more = len(phrases) - NAMED_PEOPLE
    return [*phrases[:NAMED_PEOPLE], *([f"{more} more"] if more > 0 else [])]


def _login(login: str) -> str:
    return markdown_text(clip(visible_line(login), _LONGEST_LOGIN))


def missing(condition: Condition) -> str:
    """Return what an unmet condition waits for, as a phrase of plain text for the status."""
    return _MISSING[condition.kind](condition)


def line(condition: Condition) -> str:
    """Return a condition as Markdown on one line: whether and by whom it is met, and what would meet it."""
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


_UNKNOWN_AUTHORS: dict[UnknownAuthors, tuple[str, str]] = {
    # What it waits for, and what is to be done; in braces the commit.
    UnknownAuthors.TOO_MANY: (
        "its commits to be squashed",
        "there are too many commits to see who wrote them all. Squash them.",
    ),
    UnknownAuthors.FORMER: (
        "a new pull request, as its former authors can't be told",
        (
            "it can't be told any more who wrote what was here before a forced push, so nobody knows whose approval is "
            "independent. Open a new pull request from the same branch."
        ),
    ),
    UnknownAuthors.REPORTERS: (
        "a new pull request, as the writers of its form can't be told",
        (
            "it can't be told any more who wrote the answers of its form, so nobody knows whose approval is independent. Propose "
            "the change from another branch."
        ),
    ),
    UnknownAuthors.NOT_MADE: (
        "a commit in the bot's name to be amended",
        (
            "the commit {} is in the bot's name, but the bot didn't make it, so nobody knows who did. Its author puts it under "
            "their own name (`git commit --amend --reset-author`), or proposes the change from another branch. If nobody "
            "but the bot wrote to this branch, comment `/recheck` in the issue of the form."
        ),
    ),
}


def _numbers(pulls: Iterable[int]) -> str:
    return listed([f"#{number}" for number in pulls])


def shared_commit(pulls: Iterable[int]) -> str:
    """Return what to do about pull requests that have the same commit, as a sentence of plain text for the status."""
    return f"{_numbers(pulls)} have the same commit: close all but one of them, or push another commit."


_MISSING: dict[ConditionKind, Callable[[Condition], str]] = {
    ConditionKind.SHARED_COMMIT: lambda one: (
        f"all but one of {_numbers(one.pulls)}, which share a commit, to be closed"
    ),
    ConditionKind.SPENT_COMMIT: lambda _: "another commit, as this one has had too many statuses",
    ConditionKind.HOLD: lambda _: "a maintainer to end the hold",
    ConditionKind.ALTERED_WORDS: lambda one: f"{one.people[0]}, whose comment was edited by somebody else",
    ConditionKind.ROLES_UNKNOWN: lambda _: "objections of people whose role isn't known",
    ConditionKind.CHANGES_REQUESTED: lambda _: "whoever asked for changes",
    ConditionKind.CONCERN: lambda one: f"the concern {clip(visible_line(one.name), 40)!r} to be settled",
    ConditionKind.AUTHORS_UNKNOWN: lambda one: _UNKNOWN_AUTHORS[one.unknown][0],
    ConditionKind.APPROVALS: _more_approvals,
    ConditionKind.ORGANISATIONS: lambda one: f"approvals from {one.need} organisations",
    ConditionKind.NOTIFIED: lambda one: f"{listed(one.developers)} to be told",
    ConditionKind.FINAL_COMMENT: _rest_of_period,
    ConditionKind.WAIT: lambda one: moment(one.due) if one.due else "time",
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
    if condition.due is None and condition.is_anew:
        return f"{begun}: the one that was begun counts no more; a maintainer begins another with `/fcp`."
    if condition.due is None:
        return f"{begun}: a maintainer begins it with `/fcp`."
    return f"{begun}: {'is over' if condition.met else f'ends at {moment(condition.due)}'}."


def _wait(condition: Condition) -> str:
    if condition.due is None:
        return "Waiting time: it begins when this is ready for review."
    return f"Waiting time: {'over' if condition.met else f'until {moment(condition.due)}'}."


_LINES: dict[ConditionKind, Callable[[Condition], str]] = {
    ConditionKind.SHARED_COMMIT: lambda one: (
        f"{_numbers(one.pulls)} have the same commit, and so the same status: close all but one of them, or push another commit, "
        "then comment `/recheck`."
    ),
    ConditionKind.SPENT_COMMIT: lambda _: (
        "This commit has had so many statuses that GitHub soon takes no more. Push another commit; an empty one is enough "
        "(`git commit --allow-empty`), and keeps approvals and waiting time."
    ),
    ConditionKind.HOLD: lambda one: f"On hold by {people(one.people)}, until a maintainer comments `/unhold`.",
    ConditionKind.ALTERED_WORDS: lambda one: (
        f"{people(one.people[1:])} edited a comment of {people(one.people[:1])}, so what it said isn't known any more: until "
        f"{people(one.people[:1])} comments again, with the commands that are to count, or another maintainer comments "
        "`/unhold`."
    ),
    ConditionKind.ROLES_UNKNOWN: lambda one: (
        f"Objections of {people(one.people)}: GitHub doesn't tell the bot whether they are reviewers, because it doesn't list the "
        "people of this repository. A maintainer deletes what doesn't count, or lets the bot's token list them."
    ),
    ConditionKind.CHANGES_REQUESTED: lambda one: (
        f"Changes requested by {people(one.people)}: until they approve, or somebody dismisses the request."
    ),
    ConditionKind.CONCERN: _concern,
    ConditionKind.AUTHORS_UNKNOWN: lambda one: (
        f"Authors: {_UNKNOWN_AUTHORS[one.unknown][1].format(visible_code(one.name[:10]))}"
    ),
    ConditionKind.APPROVALS: _approvals,
    ConditionKind.ORGANISATIONS: _organisations,
    ConditionKind.NOTIFIED: _notified,
    ConditionKind.FINAL_COMMENT: _final_comment,
    ConditionKind.WAIT: _wait,
}


def _by(condition: Condition) -> str:
    return f" ({people(condition.people)})" if condition.people else ""


def classes_line(judgement: Judgement, policy: Policy) -> str:
    """Return the classes of a change, with a link to what they need."""
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


_DISCOUNT_REASONS = {
    DiscountReason.BOT: "a bot",
    DiscountReason.AUTHOR: "wrote a part of it",
    DiscountReason.OLDER_COMMIT: "of an older commit",
    DiscountReason.OTHER_EFFECT: "given when the merge did something else, or could not be judged",
    DiscountReason.OTHER_BRANCH: "from before it was turned to this branch",
    DiscountReason.NO_RIGHT: "no reviewer",
    DiscountReason.NOT_A_MAINTAINER: "no maintainer",
    DiscountReason.CONFLICT: "works for",
    DiscountReason.CHANGED_DECLARATION: "what they had declared was edited",
    DiscountReason.RIVAL: "a second one from other developers",
}


def discounts_line(discounts: Sequence[Discount]) -> str:
    """Return whose approvals don't count, and why; empty where there is none worth mentioning."""
    # Everybody knows that strangers don't decide.
    ignored = (DiscountReason.NO_RIGHT, DiscountReason.BOT)
    named = [f"{_login(one.person.login)} ({_discount_text(one)})" for one in discounts if one.reason not in ignored]
    return f"Approvals that don't count: {', '.join(_first_few(named))}." if named else ""


def _discount_text(discount: Discount) -> str:
    words = _DISCOUNT_REASONS[discount.reason]
    return f"{words} {markdown_text(', '.join(sorted(discount.interests)))}" if discount.interests else words


MENTIONS = "For your information, as their developer: "
"""The beginning of the line with mentions."""


def anew_line(judgement: Judgement) -> str:
    """Return that approvals and waits begin anew; empty where they don't."""
    if judgement.anew is None:
        return ""
    return f"What the merge does to the base branch has changed, so approvals and waits begin anew, at {moment(judgement.anew)}."


def mentions_line(judgement: Judgement) -> str:
    """Return mentions of the declared people of developers, which notify them, and what to do about wrong logins.

    The accounts come from the policy alone, and their logins from GitHub.
    """
    parts = [f"{MENTIONS}{', '.join(f'@{one.login}' for one in judgement.mentions)}."] * bool(judgement.mentions)
    present = {one.id: one.login for one in judgement.mentions}
    for one in judgement.misnamed:
        called = f"is called {visible_code(present[one.id])} now" if one.id in present else "is gone"
        remedy = (
            "correct the `login` there" if one.id in present else "take the person off there, and tell the developer"
        )
        parts.append(
            f"The account {one.id}, which governance.yml calls {visible_code(one.login)}, {called}: a maintainer should "
            f"{remedy}. Whoever has that login today isn't meant."
        )
    return "\n\n".join(parts)


NEARLY = (
    "it did nothing. Write the command at the beginning of a line of its own, in a new comment: not in a list, a quote, a "
    "table or code, and with nothing but a space behind it."
)
_REFUSALS = {
    Refusal.EDITED: "its comment was edited, and counts no more. Write it again in a new comment.",
    Refusal.NEAR_MISS: NEARLY,
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
    Refusal.OWN: "the authors of a change leave that to others.",
    Refusal.NOT_ON_HOLD: "it isn't on hold.",
    Refusal.NO_FINAL_COMMENT_PERIOD: "changes of this class have no final comment period.",
    Refusal.NOT_HERE: "it belongs into the issue of a dispute.",
}


def refusals(results: Iterable[CommandResult]) -> list[str]:
    """Return the newest commands that did nothing, each with the reason, as Markdown on one line."""
    refused = [(one.command, one.comment.author, one.refusal) for one in results if one.refusal is not None]
    return [
        f"{request_code(command)} of {_login(author.login)}: {_REFUSALS[refusal]}"
        for command, author, refusal in refused[-MOST_REFUSALS:]
    ]


def request_code(
    request: Request, as_code: Callable[[str], str] = visible_code, meant: str = "(did you mean {}?)"
) -> str:
    """Return a command as it was written, and for a near miss which one is probably meant, as Markdown."""
    text = as_code(clip(visible_line(request.text), _LONGEST_WORDS))
    is_other = isinstance(request, NearMiss) and request.text.split()[:1] != [f"/{request.verb}"]
    return f"{text} {meant.format(f'`/{request.verb}`')}" if is_other else text


def quoted(name: str) -> str:
    """Return the name of a concern in quotation marks, as Markdown."""
    return f"“{markdown_text(clip(visible_line(name), _LONGEST_WORDS))}”"
