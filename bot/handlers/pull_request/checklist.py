"""What a pull request waits for, and what refused commands are answered: sentences that other packages show too.

The conditions themselves are in words in `templates/comment.md.j2`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.board.model.policy import Approvers
from bot.github.commands import NearMiss
from bot.governance.conversation import Refusal
from bot.governance.judgement import ConditionKind, UnknownAuthors
from bot.text.catalogue import SOURCE, _, enumerated, listed, ngettext, translate
from bot.text.escaping import markdown_text, visible_line
from bot.text.messages import visible_code
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.github.commands import Request
    from bot.governance.judgement import Condition

NAMED_PEOPLE = 10
MOST_REFUSALS = 5
LONGEST_LOGIN = 40
LONGEST_WORDS = 120
"""Of a command or the name of a concern, in characters."""
MENTIONS = _("For your information, as their developer:")
"""The beginning of the line with mentions."""


def moment(instant: datetime) -> str:
    """Return a time to the minute in UTC, rounded up."""
    late = instant.astimezone(UTC) + timedelta(minutes=1) - timedelta.resolution
    return f"{late:%Y-%m-%d %H:%M} UTC"


def people(logins: Iterable[str]) -> str:
    """Return names as Markdown, only the first of many."""
    return markdown_text(str(named(logins)))


def named(logins: Iterable[str], most: int = NAMED_PEOPLE) -> str:
    """Return names as a part of a sentence, only the first of many."""
    return listed([clip(visible_line(login), LONGEST_LOGIN) for login in logins], most)


def enumerate_few(phrases: Sequence[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`, only the first of many."""
    return enumerated(phrases) if len(phrases) <= NAMED_PEOPLE else listed(phrases, NAMED_PEOPLE)


def request_code(request: Request, as_code: Callable[[str], str] = visible_code, language: str = SOURCE) -> str:
    """Return a command as it was written, and for a near miss which one is probably meant, as Markdown."""
    text = as_code(clip(visible_line(request.text), LONGEST_WORDS))
    if not isinstance(request, NearMiss) or request.text.split()[:1] == [f"/{request.verb}"]:
        return text
    meant = _("(did you mean `/%(command)s`?)", command=request.verb)
    return f"{text} {translate(meant, language)}"


# ---- what is missing -------------------------------------------------------------------------------------------------


def waiting(conditions: Iterable[Condition]) -> str:
    """Return until when and for what a pull request waits, as a phrase."""
    unmet = [one for one in conditions if not one.met]
    dues = [one.due for one in unmet if one.due is not None]
    what = enumerate_few([missing(one) for one in unmet if one.due is None] or [""])
    if not dues:
        return _("waiting for %(what)s", what=what)
    until = moment(max(dues))
    if not what:
        return _("waiting until %(moment)s", moment=until)
    return _("waiting until %(moment)s for %(what)s", moment=until, what=what)


def missing(condition: Condition) -> str:
    """Return what an unmet condition waits for, besides a time, as a phrase."""
    match condition.kind:
        case ConditionKind.SHARED_COMMIT:
            return _(
                "all but one of %(pulls)s to be closed (they have the same commit)",
                pulls=numbers(condition.pulls),
            )
        case ConditionKind.ALTERED_WORDS:
            return _("%(person)s, whose comment was edited by somebody else", person=named(condition.people[:1]))
        case ConditionKind.CHANGES_REQUESTED:
            return _("the changes that %(people)s asked for", people=named(condition.people, 3))
        case ConditionKind.CONCERN:
            return _("the concern “%(name)s” to be resolved", name=clip(visible_line(condition.name), LONGEST_LOGIN))
        case ConditionKind.AUTHORS_UNKNOWN:
            return _UNKNOWN_AUTHORS[condition.unknown]
        case ConditionKind.APPROVALS:
            return _approvals(condition)
        case ConditionKind.ORGANISATIONS:
            return _("approvals from %(number)s organisations", number=condition.need)
        case ConditionKind.NOTIFIED:
            return _("a notice to %(developers)s", developers=enumerate_few(condition.developers or ("",)))
        case kind:
            return _MISSING[kind]


_MISSING = {
    ConditionKind.SPENT_COMMIT: _("another commit, because this one has too many statuses"),
    ConditionKind.HOLD: _("a maintainer to end the hold"),
    ConditionKind.ROLES_UNKNOWN: _("an answer to objections of people whose role is not known"),
    ConditionKind.FINAL_COMMENT: _("a final comment period"),
    ConditionKind.WAIT: _("the waiting time to begin"),
}
_UNKNOWN_AUTHORS = {
    UnknownAuthors.TOO_MANY: _("its commits to be squashed"),
    UnknownAuthors.FORMER: _("a new pull request, because its former authors are not known"),
    UnknownAuthors.REPORTERS: _("a new pull request, because it is not known who filled in its form"),
    UnknownAuthors.NOT_MADE: _("a commit in the bot's name to be amended"),
}


def numbers(pulls: Sequence[int]) -> str:
    """Return the numbers of pull requests as a part of a sentence."""
    return enumerate_few([f"#{number}" for number in pulls] or [""])


def _approvals(condition: Condition) -> str:
    if condition.need is None:
        return _("a list of the maintainers from GitHub")
    number = condition.need - condition.have
    match condition.approvers is Approvers.MAINTAINERS, condition.have > 0:
        case False, False:
            return ngettext("%(number)s approval by a reviewer", "%(number)s approvals by reviewers", number)
        case False, True:
            return ngettext("%(number)s more approval by a reviewer", "%(number)s more approvals by reviewers", number)
        case True, False:
            return ngettext("%(number)s approval by a maintainer", "%(number)s approvals by maintainers", number)
        case _:
            return ngettext(
                "%(number)s more approval by a maintainer", "%(number)s more approvals by maintainers", number
            )


def shared_commit(pulls: Sequence[int]) -> str:
    """Return what to do about pull requests that have the same commit, as a sentence for the status."""
    return _("%(pulls)s have the same commit: close all but one of them, or push another commit.", pulls=numbers(pulls))


# ---- refused commands ------------------------------------------------------------------------------------------------

REFUSALS = {
    Refusal.EDITED: _("The comment was edited, so it does not count. Write the command again in a new comment."),
    Refusal.NEAR_MISS: _(
        "This was not read as a command. Write it in a new comment, at the beginning of a line and with only a space behind "
        "it; not in a list, a quote, a table or code."
    ),
    Refusal.NOT_A_REVIEWER: _("Only reviewers may do this: people with write access."),
    Refusal.NOT_A_MAINTAINER: _("Only maintainers may do this."),
    Refusal.NOT_DECLARED: _("Only people who are declared for the model's developer may do this."),
    Refusal.INCOMPLETE: _("A word behind it is missing, or there is one too many. GOVERNANCE.md lists the commands."),
    Refusal.UNKNOWN_DEVELOPER: _("There is no such developer. Write the name of a folder in `assessments/`."),
    Refusal.UNKNOWN_MODEL: _("There is no such model. Write DEVELOPER/MODEL as in the path of its file."),
    Refusal.UNKNOWN_CRITERION: _("There is no such criterion. Write its id as in `schema/rubric.yaml`."),
    Refusal.UNKNOWN_CLASS: _("There is no such class. GOVERNANCE.md lists the classes."),
    Refusal.NOT_STRICTER: _("This class is not stricter than the one that the change has."),
    Refusal.NO_SUCH_CONCERN: _("No open concern has this name."),
    Refusal.CONCERN_EXISTS: _("An open concern has this name already."),
    Refusal.NOT_YOUR_CONCERN: _("Only the person who raised it may do this, or a maintainer who adds a reason."),
    Refusal.OWN: _("An author of the change may not do this."),
    Refusal.NOT_ON_HOLD: _("It is not on hold."),
    Refusal.NO_FINAL_COMMENT_PERIOD: _("Changes of this class have no final comment period."),
    Refusal.NOT_HERE: _("This command is for the issue of a dispute."),
}
"""Answers to commands that did nothing, those about disputes aside."""
