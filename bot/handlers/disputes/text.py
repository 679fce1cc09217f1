"""The texts of disputes: the issue when it is opened, its sticky comment, and the pull requests about the mark.

All are in English; for whoever asks in Korean, what concerns them is there in Korean too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import assessment_path
from bot.github.commands import NearMiss, Verb
from bot.governance.conversation import Refusal
from bot.handlers.disputes.admission import AlreadyOpen, DisputeOpened, MayOpen, ReturnsLater, TooManyDisputes
from bot.handlers.disputes.issue import ASKED, ENDED, STICKY, mark_branch
from bot.handlers.disputes.state import PanelVerdict, Stage
from bot.handlers.publishing.propose import Proposal
from bot.handlers.pull_request.checklist import REFUSALS, moment
from bot.handlers.pull_request.language import is_korean
from bot.text.catalogue import SOURCE, JoinedText, _, data_text, ngettext
from bot.text.escaping import markdown_text, visible_line
from bot.text.shaping import clip, size
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.board.model.assessment import Rating
    from bot.board.model.policy import Disputes
    from bot.board.model.precedents import Precedent
    from bot.board.model.rubric import Level
    from bot.github.facts import Comment, Person
    from bot.governance.conversation import CommandResult, DisputeRequest
    from bot.governance.dispute_marker import DisputeMarker
    from bot.handlers.disputes.admission import RequestResult
    from bot.handlers.disputes.issue import DisputeView
    from bot.handlers.disputes.state import Dispute, PanelDecision
    from bot.handlers.publishing.propose import ProposalResult
    from bot.text.catalogue import Message

LONGEST_TITLE = 250
LONGEST_REASON = 4000
"""In characters; the rest is behind the link."""
MOST_REFUSALS = 8
_LARGEST_LINE = 9_000
"""In bytes of Markdown, of one line; less than the part of the issue that it is in."""
_LONGEST_NOTE = 2000
_LONGEST_WORDS = 120
_LONGEST_LOGIN = 40
_KOREAN = "한국어"
"""The title of the part of a text that is in Korean."""
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?")
"""The logins of accounts, as they may be in a mention or in the message of a commit."""


class PastDecision(NamedTuple):
    """An earlier decision about the rating."""

    day: str
    pull_request: int
    url: str
    before: Level | None
    after: Level | None
    """None where the level stayed the same."""
    approvals: tuple[tuple[str, str], ...]
    """Logins, each with the organisation that the approval counted for."""


@dataclass(frozen=True, slots=True)
class NewDispute:
    """The content of a new dispute's issue."""

    marker: DisputeMarker
    asker: Person
    reason: str
    """The asker's own words: hostile. May be empty."""
    page: str | None
    source: str
    """The place of the request: `#12`, or a link to a comment."""
    model: str
    """Its name."""
    criterion: str
    """Its title."""
    rating: Rating
    precedents: tuple[Precedent, ...]
    history: tuple[PastDecision, ...]
    """The newest first."""
    developer: str
    """The name of the model's developer."""
    called: tuple[str, ...]
    """The logins of people who are declared for the developer."""


def _in_both(name: str, values: Mapping[str, object], *, korean: bool) -> str:
    """Return a document in English, where wanted with its part in Korean."""
    common = {**values, "translation_language": _KOREAN}
    translation = render(name, "ko", is_translation=True, translation="", **common) if korean else ""
    return render(name, SOURCE, is_translation=False, translation=translation, **common)


# ---- opening ---------------------------------------------------------------------------------------------------------


def opening_title(new: NewDispute) -> str:
    """Return the title of a dispute's issue: plain text."""
    names = {"model": visible_line(new.model), "criterion": visible_line(new.criterion)}
    return clip(_("Dispute: %(model)s, %(criterion)s", **names), LONGEST_TITLE)


def opening_body(new: NewDispute, rules: Disputes, now: datetime) -> str:
    """Return the text of a dispute's issue that is opened now."""
    values = {
        "marker": str(new.marker),
        "model": visible_line(new.model),
        "criterion": data_text(new.criterion),
        "level": new.rating.level,
        "path": assessment_path(new.marker.question.model),
        "asker": _login(new.asker),
        "asker_mention": _mention(new.asker.login),
        "source": new.source,
        "reason": [_bounded(line, LONGEST_REASON) for line in clip(new.reason.strip(), LONGEST_REASON).splitlines()],
        "page": new.page,
        "developer": clip(visible_line(new.developer), 200),
        "called": [_mention(login) for login in new.called],
        "until": moment(now + timedelta(days=rules.reply_days)),
        "rules": rules,
        "note": _bounded(new.rating.note or "", _LONGEST_NOTE),
        "evidence": new.rating.evidence,
        "precedents": new.precedents,
        "history": [(past, list(map(_approval, past.approvals[:10]))) for past in new.history],
    }
    return _in_both("handlers/disputes/opening.md.j2", values, korean=is_korean([new.reason]))


def _approval(approval: tuple[str, str]) -> str:
    login, organisation = approval
    return f"{clip(login, _LONGEST_LOGIN)} ({clip(visible_line(organisation), 100)})"


def is_in_korean(body: str) -> bool:
    """Return whether the text of a dispute's issue has a part in Korean. No words of others are a line of their own."""
    return f"### {_KOREAN}" in body.splitlines()


# ---- where disputes are asked for ------------------------------------------------------------------------------------


def comment_source(number: int, comment: Comment) -> str:
    """Return a link to a comment in an issue or a pull request, from the page of another."""
    anchor = f"pullrequestreview-{comment.id}" if comment.is_review else f"issuecomment-{comment.id}"
    return f"[#{number}](../issues/{number}#{anchor})"


def as_twin(number: int, *, korean: bool = False) -> str:
    """Return the sticky comment of an issue whose question an older one asks already."""
    return _in_both("handlers/disputes/twin.md.j2", {"marker": STICKY, "number": number}, korean=korean)


def as_results(results: Iterable[tuple[DisputeRequest, RequestResult]], refused: Sequence[CommandResult]) -> str:
    """Return the sticky comment where somebody asked for disputes: the result of each request."""
    results = list(results)
    values = {
        "marker": ASKED,
        "results": [
            (f"/dispute {each.model} {each.criterion}", _login(each.comment.author), _result(result))
            for each, result in results
        ],
        "refused": list(map(_refused, refused)),
    }
    comments = [*(request.comment for request, _result in results), *(answer.comment for answer in refused)]
    korean = is_korean(comment.body for comment in comments)
    return _in_both("handlers/disputes/requested.md.j2", values, korean=korean)


def _result(result: RequestResult) -> dict[str, object]:
    match result:
        case DisputeOpened(number):
            return {"kind": "opened", "number": number}
        case AlreadyOpen(number):
            return {"kind": "already-open", "number": number}
        case ReturnsLater(number, until):
            return {"kind": "returns-later", "number": number, "until": moment(until)}
        case TooManyDisputes(most, of_all):
            return {"kind": "too-many-of-all" if of_all else "too-many", "number": most}
        case MayOpen():
            return {"kind": "not-opened"}


# ---- the sticky comment ----------------------------------------------------------------------------------------------


def as_sticky(view: DisputeView, rules: Disputes, mark: ProposalResult, *, korean: bool = False) -> str:
    """Return the sticky comment of a dispute. `mark` is the result of proposing its mark."""
    dispute = view.dispute
    sign, verdict, until = _headline(view)
    is_unfinished = dispute.stage is Stage.FINAL and not view.is_done and dispute.decision is not None
    refused = [answer for answer in dispute.answers if answer.refusal is not None][-MOST_REFUSALS:]
    values = {
        "marker": STICKY,
        "sign": sign,
        "verdict": verdict,
        "until": until,
        "level": dispute.decision.ruling.level if is_unfinished and dispute.decision is not None else None,
        "criterion": view.marker.question.criterion,
        "path": assessment_path(view.marker.question.model),
        "next_step": _next_step(dispute, rules),
        "is_rated": view.rating.level is not None,
        "is_marked_right": view.is_marked_right,
        "is_done": view.is_done,
        "mark": mark,
        "events": list(_events(dispute, rules)),
        "votes": dispute.votes if dispute.stage is Stage.PANEL else (),
        "refused": list(map(_refused, refused)),
    }
    return _in_both("handlers/disputes/comment.md.j2", values, korean=korean)


def _headline(view: DisputeView) -> tuple[str, Message, Message | str]:
    """Return a sign, the verdict, and until when it is open."""
    dispute = view.dispute
    due = moment(dispute.due) if dispute.due is not None else ""
    ruling = "" if dispute.decision is None else _ruling(dispute.decision)
    match dispute.stage:
        case Stage.REPLY:
            return "⏳", _("Waiting for the developer's reply, until %(due)s at the latest.", due=due), ""
        case Stage.PANEL if dispute.appeal is not None:
            return "⏳", _("A second panel decides about the appeal."), ""
        case Stage.PANEL:
            return "⏳", _("The panel decides."), ""
        case Stage.DECIDED:
            return "⚖️", _("Decided: %(ruling)s", ruling=ruling), _("An appeal is possible until %(due)s.", due=due)
        case Stage.FINAL if dispute.decision is None:
            return ENDED, _("Closed before a decision: the rating stays as it is."), ""
        case Stage.FINAL if view.is_done:
            return ENDED, _("Final: %(ruling)s", ruling=ruling), ""
        case Stage.FINAL:
            return "⏳", _("Final: %(ruling)s", ruling=ruling), _("The file has yet to be changed.")


def _ruling(decided: PanelDecision) -> Message:
    match decided.ruling.verdict:
        case PanelVerdict.UPHELD if not decided.by_majority:
            return _("the rating stays as it is, because there was no majority for anything else.")
        case PanelVerdict.UPHELD:
            return _("the rating stays as it is.")
        case PanelVerdict.AMENDED:
            return _("the rating becomes `%(level)s`.", level=decided.ruling.level)
        case PanelVerdict.REJECTED:
            return _("rejected, because this is no question about the rating, which stays as it is.")


def _next_step(dispute: Dispute, rules: Disputes) -> str:
    match dispute.stage:
        case Stage.REPLY:
            return _(
                "Somebody who is declared for the developer comments here, with `/reply` on a line of its own. After the "
                "reply, or after that time, the panel decides."
            )
        case Stage.PANEL if dispute.due is not None:
            return ngettext(
                "Its only member has voted, and can vote again until %(due)s.",
                "All %(number)s members have voted, without a majority. They can vote again until %(due)s; after that the "
                "rating stays as it is.",
                rules.panel,
                due=moment(dispute.due),
            )
        case Stage.PANEL:
            return JoinedText(" ", _how_to_vote(dispute, rules))
        case Stage.DECIDED:
            return _(
                "The person who asked, or somebody who is declared for the developer, can appeal once: `/appeal REASON`. "
                "Then other people decide, and that is final."
            )
        case Stage.FINAL:
            return ngettext(
                "The same question can be asked again one day after this issue was closed.",
                "The same question can be asked again %(number)s days after this issue was closed.",
                rules.return_days,
            )


def _how_to_vote(dispute: Dispute, rules: Disputes) -> Iterable[Message]:
    if free := rules.panel - len(dispute.votes):
        yield ngettext("One seat is free.", "%(number)s seats are free.", free)
    yield _(
        "Reviewers without a conflict of interest vote: `/vote upheld`, `/vote amended LEVEL` or `/vote rejected`, followed "
        "by a reason. Before the vote, reviewers who have declared nothing write `/coi none` or `/coi DEVELOPER REASON`."
    )
    if dispute.appeal is not None:
        yield _("Members of the first panel can't vote.")


def _events(dispute: Dispute, rules: Disputes) -> Iterable[Message]:
    """Yield a sentence for each step that was taken."""
    if dispute.reply is not None:
        reply = dispute.reply
        yield _("%(person)s replied for the developer (%(at)s).", person=_login(reply.person), at=moment(reply.at))
    elif dispute.stage is not Stage.REPLY and (dispute.stage is not Stage.FINAL or dispute.first is not None):
        # Where somebody closed it before anything was decided, the time for the reply may not have been over.
        yield ngettext(
            "Nobody replied for the developer within one day.",
            "Nobody replied for the developer within %(number)s days.",
            rules.reply_days,
        )
    if dispute.first is not None:
        yield _("First panel (%(at)s): %(ruling)s Votes: %(votes)s.", **_decided(dispute.first))
    if dispute.appeal is not None:
        appeal = dispute.appeal
        yield _(
            "%(person)s appealed (%(at)s): “%(reason)s”",
            person=_login(appeal.person),
            at=moment(appeal.at),
            reason=clip(visible_line(appeal.reason), _LONGEST_WORDS),
        )
    if dispute.second is not None:
        yield _("Second panel (%(at)s): %(ruling)s Votes: %(votes)s.", **_decided(dispute.second))


def _decided(decided: PanelDecision) -> dict[str, object]:
    votes = [
        _("%(person)s `%(ruling)s`", person=_login(vote.person), ruling=vote.ruling.words) for vote in decided.votes
    ]
    return {"at": moment(decided.at), "ruling": _ruling(decided), "votes": JoinedText(", ", votes)}


# ---- commands that did nothing ---------------------------------------------------------------------------------------


class RefusedCommand(NamedTuple):
    """A command that did nothing, as it is shown."""

    text: str
    meant: str
    """The command that was probably meant; empty where it is what was written."""
    login: str
    reason: Message


def _refused(answer: CommandResult) -> RefusedCommand:
    request = answer.command
    is_other = isinstance(request, NearMiss) and request.text.split()[:1] != [f"/{request.verb}"]
    return RefusedCommand(
        clip(visible_line(request.text), _LONGEST_WORDS),
        f"/{request.verb}" if is_other else "",
        _login(answer.comment.author),
        _reason(answer.refusal, request.verb),
    )


def _reason(refusal: Refusal | None, verb: Verb) -> Message:
    if refusal is Refusal.INCOMPLETE and verb in _USAGES:
        return _USAGES[verb]
    if refusal in _SHARED:
        return REFUSALS[refusal]
    return _REFUSALS.get(refusal or Refusal.NOT_HERE, _NOT_HERE)


_USAGES: dict[Verb, Message] = {
    Verb.VOTE: _("Write `/vote upheld`, `/vote amended LEVEL` or `/vote rejected`, followed by a reason."),
    Verb.APPEAL: _("Write `/appeal REASON`."),
    Verb.COI: _("Write `/coi none` or `/coi DEVELOPER REASON`."),
    Verb.DISPUTE: _("Write `/dispute DEVELOPER/MODEL CRITERION`, and why in the same comment."),
}
_SHARED = (
    Refusal.EDITED,
    Refusal.NEAR_MISS,
    Refusal.NOT_A_REVIEWER,
    Refusal.NOT_DECLARED,
    Refusal.UNKNOWN_DEVELOPER,
    Refusal.UNKNOWN_MODEL,
    Refusal.UNKNOWN_CRITERION,
)
"""Reasons that pull requests have too."""
_NOT_HERE = _("It has no effect in the issue of a dispute.")
_REFUSALS: dict[Refusal, Message] = {
    Refusal.TOO_EARLY: _("It is too early. Write it again when the first line of this comment asks for it."),
    Refusal.TOO_LATE: _("The time for it is over."),
    Refusal.ALREADY_APPEALED: _("Only one appeal is possible, and there was one."),
    Refusal.NOT_A_PARTY: _(
        "Only the person who asked, and people who are declared for the model's developer, may do this."
    ),
    Refusal.ASKED: _("The person who asked can't vote."),
    Refusal.DECIDED_BEFORE: _("They have decided about this before, and now others have to."),
    Refusal.UNDECLARED: _(
        "They haven't declared for whom they work. Write `/coi none` or `/coi DEVELOPER REASON` in a comment, and vote again."
    ),
    Refusal.CHANGED_DECLARATION: _("The declaration of their interests was edited."),
    Refusal.CONFLICT: _(
        "They work, or worked not long ago, for the developer of this model or of a model that it was made from."
    ),
    Refusal.RIVAL: _("Enough people of other developers are on the panel."),
    Refusal.PANEL_FULL: _("All seats are taken."),
    Refusal.UNKNOWN_LEVEL: _("There is no such level. Write `open`, `semi-open`, `closed` or `not-applicable`."),
    Refusal.SAME_LEVEL: _("The rating has that level already. Write `/vote upheld`, or another level."),
}
"""Reasons that only disputes have."""


# ---- the pull request ------------------------------------------------------------------------------------------------


def mark_proposal(view: DisputeView, text: str) -> Proposal:
    """Return the pull request that sets the mark of a dispute, or removes it where all is done.

    `text` is the assessment with the change. The title, which can become the message of a commit, has ids: names may be any
    text, such as one that closes an issue.
    """
    number, question, marks = view.issue.number, view.marker.question, not view.is_done
    path, ids = assessment_path(question.model), {"model": question.model, "criterion": question.criterion}
    title = (
        _("Mark as disputed: %(model)s, %(criterion)s", **ids)
        if marks
        else _("No longer disputed: %(model)s, %(criterion)s", **ids)
    )
    values = {"marks": marks, "number": number, "criterion": question.criterion, "path": path}
    body = render("handlers/disputes/mark.md.j2", SOURCE, **values).rstrip()
    return Proposal(mark_branch(number, marks=marks), title, body, ((path, text),), f"{title}\n\n{body}\n")


# ---- harmless text ---------------------------------------------------------------------------------------------------


def _login(person: Person) -> str:
    return clip(person.login, _LONGEST_LOGIN)


def _mention(login: str) -> str:
    """Return a name that notifies its account, as Markdown. Only what can be the name of an account becomes one."""
    return f"@{login}" if LOGIN.fullmatch(login) else markdown_text(clip(visible_line(login), _LONGEST_LOGIN))


def _bounded(text: str, length: int) -> str:
    """Return a text on one line, cut where escaping would make it too long."""
    shown = clip(visible_line(text), length)
    while size(markdown_text(shown)) > _LARGEST_LINE:
        length //= 2
        shown = clip(shown, length)
    return shown
