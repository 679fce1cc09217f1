"""The texts of disputes: the issue when it is opened, its sticky comment, and the pull requests about the mark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import assessment_path
from bot.governance.conversation import Refusal
from bot.handlers.disputes.admission import AlreadyOpen, DisputeOpened, MayOpen, ReturnsLater, TooManyDisputes
from bot.handlers.disputes.issue import ASKED, ENDED, STICKY, mark_branch
from bot.handlers.disputes.state import PanelVerdict, Stage
from bot.handlers.publishing.propose import Proposal
from bot.handlers.pull_request.checklist import NEARLY, moment, people, request_code
from bot.text.escaping import code_span, markdown_link, markdown_text, unreferenced, visible_line
from bot.text.shaping import clip, fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.board.model.assessment import Evidence, Rating
    from bot.board.model.policy import Disputes
    from bot.board.model.precedents import Precedent
    from bot.board.model.rubric import Level
    from bot.github.facts import Comment, Person
    from bot.governance.conversation import CommandResult, DisputeRequest
    from bot.governance.dispute_marker import DisputeMarker
    from bot.handlers.disputes.admission import RequestResult
    from bot.handlers.disputes.issue import DisputeView
    from bot.handlers.disputes.state import Dispute, PanelDecision, PanelVote
    from bot.handlers.publishing.propose import ProposalResult

LONGEST_TITLE = 250
LONGEST_REASON = 4000
"""In characters; the rest is behind the link."""
MOST_REFUSALS = 8
_LARGEST_PART = 10_000
"""In bytes, of each of the five parts of an issue that others can make long; GitHub takes 65,536 characters in all."""
_LONGEST_WORDS = 120
_LONGEST_LOGIN = 40
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


# ---- opening ---------------------------------------------------------------------------------------------------------


def opening_title(new: NewDispute) -> str:
    """Return the title of a dispute's issue: plain text."""
    return clip(f"Dispute: {visible_line(new.model)}, {visible_line(new.criterion)}", LONGEST_TITLE)


def opening_body(new: NewDispute, rules: Disputes, now: datetime) -> str:
    """Return the text of a dispute's issue that is opened now."""
    path = assessment_path(new.marker.question.model)
    # Relative to the page of the issue; HEAD is the default branch.
    file = f"[{markdown_text(path)}](../blob/HEAD/{path})"
    parts = [
        f"{new.marker}\n"
        f"**{markdown_text(visible_line(new.model))}** is rated `{new.rating.level}` for "
        f"**{markdown_text(visible_line(new.criterion))}** ({file}), and {_mention(new.asker.login)} disputes that ({new.source})"
        + (":" if new.reason.strip() else "."),
        _quoted(new.reason),
        f"They point to {markdown_link(clip(new.page, 120), unreferenced(new.page))}." if new.page else "",
        "### The rating\n\n" + _rating(new.rating, new.precedents),
        "### What was decided before\n\n" + _history(new.history),
        "### How it goes on\n\n" + _way(new, rules, now),
        (
            "While this is open the rating stands, and it is marked as disputed wherever it is shown. The comment below says how "
            "things stand. [GOVERNANCE.md](../blob/HEAD/GOVERNANCE.md) has the rules."
        ),
    ]
    return _joined(parts)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _rating(rating: Rating, precedents: Sequence[Precedent]) -> str:
    parts = [f"Level: `{rating.level}`."]
    if rating.note is not None:
        parts.append(f"Note: {_fitting(rating.note, 2000)}")
    if rating.evidence:
        parts.append("Evidence:\n\n" + _list(map(_evidence, rating.evidence)))
    else:
        parts.append("There is no evidence in it.")
    if precedents:
        parts.append("It follows these precedents:\n\n" + _list(map(_precedent, precedents)))
    return "\n\n".join(parts)


def _evidence(evidence: Evidence) -> str:
    where = f", {_text(evidence.where, 300)}" if evidence.where else ""
    read = f" (read on {evidence.accessed.isoformat()})" if evidence.accessed else ""
    return f"- {markdown_link(clip(evidence.url, 120), unreferenced(evidence.url))}{where}: {_text(evidence.fact, 1000)}{read}"


def _precedent(precedent: Precedent) -> str:
    return f"- {code_span(precedent.id)}: {_text(precedent.question, 500)} {_text(precedent.ruling, 1000)}"


def _history(history: Sequence[PastDecision]) -> str:
    if not history:
        return "No decision about this rating is recorded."
    return _list(map(_past, history))


def _past(past: PastDecision) -> str:
    what = "evidence or note"
    if past.after is not None:
        what = f"`{past.before}` to `{past.after}`" if past.before is not None else f"first rated `{past.after}`"
    by = ", ".join(
        f"{_text(login, _LONGEST_LOGIN)} ({_text(organisation, 100)})" for login, organisation in past.approvals[:10]
    )
    agreed = f"; approved by {by}" if by else ""
    return f"- {past.day}: {what}, [pull request {past.pull_request}]({past.url}){agreed}"


def _way(new: NewDispute, rules: Disputes, now: datetime) -> str:
    until = moment(now + timedelta(days=rules.reply_days))
    called = " ".join(map(_mention, new.called))
    whom = f" ({called})" if called else ", of whom nobody is declared here yet"
    return "\n".join(
        [
            (
                f"1. The developer, {_text(new.developer, 200)}{whom}, is asked to reply by {until}: somebody who is declared "
                "for them comments here, with `/reply` on a line of its own."
            ),
            (
                f"2. Then a panel decides: the first {rules.panel} reviewers who comment `/vote upheld`, `/vote amended LEVEL` or "
                "`/vote rejected`, and a reason. Nobody sits on it who works or worked for the developer, who decided about this "
                "rating before, or who asked; and everybody says first for whom they work (`/coi none`, or `/coi DEVELOPER "
                "REASON`)."
            ),
            (
                f"3. What more than half of them agree on is decided. {_text(new.asker.login, _LONGEST_LOGIN)} and the developer's people may appeal "
                f"once, within {rules.appeal_days} days: `/appeal REASON`. Then a panel of others decides for good."
            ),
            f"4. The same question doesn't return for {rules.return_days} days.",
        ]
    )


# ---- the sticky comment ----------------------------------------------------------------------------------------------


def comment_source(number: int, comment: Comment) -> str:
    """Return a link to a comment in an issue or a pull request, from the page of another."""
    anchor = f"pullrequestreview-{comment.id}" if comment.is_review else f"issuecomment-{comment.id}"
    return f"[in #{number}](../issues/{number}#{anchor})"


def as_twin(number: int) -> str:
    """Return the sticky comment of an issue whose question an older one asks already."""
    return f"{STICKY}\n⏸️ **#{number} asks the same already.** Say there what you know; this one is closed.\n"


def as_results(results: Iterable[tuple[DisputeRequest, RequestResult]], refused: Iterable[CommandResult]) -> str:
    """Return the sticky comment where somebody asked for disputes: the result of each request."""
    rows = [
        f"- {code_span(f'/dispute {request.model} {request.criterion}')} of {people([request.comment.author.login])}: "
        f"{_result(result)}"
        for request, result in results
    ]
    return "\n".join([ASKED, "Disputes that were asked for here:", "", *rows, *_refusals(refused)]) + "\n"


def _result(result: RequestResult) -> str:
    match result:
        case DisputeOpened(number):
            return f"#{number}."
        case AlreadyOpen(number):
            return f"it goes on in #{number} already."
        case ReturnsLater(number, until):
            return f"that was decided in #{number}. Ask again in a new comment from {moment(until)} on."
        case TooManyDisputes(most, of_all=True):
            return f"{most} disputes are open already. Ask again in a new comment when one of them is over."
        case TooManyDisputes(most):
            return f"one person has at most {most} open disputes. Ask again in a new comment when one of them is over."
        case MayOpen():
            return "nothing could be opened."


def as_sticky(view: DisputeView, rules: Disputes, mark: ProposalResult) -> str:
    """Return the sticky comment of a dispute. `mark` is the result of proposing its mark."""
    dispute = view.dispute
    return _joined(
        [
            f"{STICKY}\n{_headline(view)}",
            _events(dispute, rules),
            _votes(dispute.votes) if dispute.stage is Stage.PANEL else "",
            _next(view, rules),
            _mark(view, mark),
            _refused(dispute.answers),
        ]
    )


def _headline(view: DisputeView) -> str:
    dispute = view.dispute
    due = moment(dispute.due) if dispute.due is not None else ""
    match dispute.stage:
        case Stage.REPLY:
            return f"⏳ **Waiting for the developer's reply, until {due} at the latest.**"
        case Stage.PANEL if dispute.appeal is not None:
            return "⏳ **A second panel decides about the appeal.**"
        case Stage.PANEL:
            return "⏳ **The panel decides.**"
        case Stage.DECIDED:
            return f"⚖️ **Decided: {_ruling(dispute.decision)}** It can be appealed against until {due}."
        case Stage.FINAL if dispute.decision is None:
            return f"{ENDED} **Closed before anything was decided: the rating stands.**"
        case Stage.FINAL if view.is_done:
            return f"{ENDED} **Final: {_ruling(dispute.decision)}**"
        case Stage.FINAL:
            return f"⏳ **Final: {_ruling(dispute.decision)}** The rating has yet to be changed."


def _ruling(decided: PanelDecision | None) -> str:
    if decided is None:
        return ""
    match decided.ruling.verdict:
        case PanelVerdict.UPHELD if not decided.by_majority:
            return "the rating stands, as no majority was for anything else."
        case PanelVerdict.UPHELD:
            return "the rating stands."
        case PanelVerdict.AMENDED:
            return f"the rating becomes {decided.ruling.level}."
        case PanelVerdict.REJECTED:
            return "rejected, as there was no question about this rating; it stands."


def _events(dispute: Dispute, rules: Disputes) -> str:
    """Return an item for each step that was taken."""
    rows = []
    if dispute.reply is not None:
        rows.append(f"- The developer replied: {people([dispute.reply.person.login])}, {moment(dispute.reply.at)}.")
    elif dispute.stage is not Stage.REPLY and (dispute.stage is not Stage.FINAL or dispute.first is not None):
        # Where somebody closed it before anything was decided, the time for the reply may not have been over.
        rows.append(f"- Nobody replied for the developer within {rules.reply_days} days.")
    if dispute.first is not None:
        rows.append(_decided("The panel", dispute.first))
    if dispute.appeal is not None:
        appeal = dispute.appeal
        why = f"“{_text(appeal.reason, _LONGEST_WORDS)}”"
        rows.append(f"- {people([appeal.person.login])} appealed, {moment(appeal.at)}: {why}")
    if dispute.second is not None:
        rows.append(_decided("The second panel", dispute.second))
    return "\n".join(rows)


def _decided(who: str, decided: PanelDecision) -> str:
    votes = ", ".join(f"{people([vote.person.login])} `{vote.ruling.words}`" for vote in decided.votes)
    return f"- {who} decided, {moment(decided.at)}: {_ruling(decided)} {votes}"


def _votes(votes: Sequence[PanelVote]) -> str:
    rows = [
        f"- {people([vote.person.login])} [votes](#issuecomment-{vote.comment}) `{vote.ruling.words}`."
        for vote in votes
    ]
    return "Votes so far:\n\n" + "\n".join(rows) if rows else ""


def _next(view: DisputeView, rules: Disputes) -> str:
    dispute, question = view.dispute, view.marker.question
    match dispute.stage:
        case Stage.REPLY:
            return (
                "Somebody who is declared for the developer replies in a comment, with `/reply` on a line of its own. With "
                "the reply, or after that time, the panel begins."
            )
        case Stage.PANEL if dispute.due is not None:
            return (
                f"All {rules.panel} have voted, and no majority agrees. Each of them may vote again until "
                f"{moment(dispute.due)}; after that the rating stands."
            )
        case Stage.PANEL:
            free = rules.panel - len(dispute.votes)
            others = " Whoever sat on the first panel doesn't sit on this one." if dispute.appeal is not None else ""
            seats = f"{free} {'seat is' if free == 1 else 'seats are'} free. " if free else ""
            return (
                f"{seats}Reviewers without a conflict of interest vote: `/vote upheld`, `/vote amended LEVEL` or `/vote "
                "rejected`, and a reason behind it; those of whom nothing is declared say `/coi none` above it, or `/coi "
                f"DEVELOPER REASON`.{others} More than half of {rules.panel} decide."
            )
        case Stage.DECIDED:
            return (
                "Who asked, or somebody who is declared for the developer, appeals with `/appeal REASON`: once, and then "
                "others decide for good."
            )
        case Stage.FINAL if not view.is_done and dispute.decision is not None:
            path = assessment_path(question.model)
            return (
                f"Please open a pull request that sets `level: {dispute.decision.ruling.level}` under "
                f"`{question.criterion}` in [{markdown_text(path)}](../blob/HEAD/{path}), with the evidence for it, "
                "and takes its line `disputed:` away. This issue is closed once that is merged."
            )
        case Stage.FINAL:
            return f"The same question can be asked again {rules.return_days} days after this was closed."


def _mark(view: DisputeView, mark: ProposalResult) -> str:
    if view.rating.level is None:
        return f"There is no rating `{view.marker.question.criterion}` of this model any more."
    if view.is_marked_right:
        return ""
    what = "takes the mark as disputed off the rating" if view.is_done else "marks the rating as disputed"
    if mark.obstacle:
        return f"No pull request {what}: {markdown_text(visible_line(mark.obstacle))}."
    return "" if mark.number is None else f"Pull request #{mark.number} {what}."


_REFUSALS = {
    Refusal.EDITED: "its comment was edited, and counts no more. Write it again in a new comment.",
    Refusal.NEAR_MISS: NEARLY,
    Refusal.NOT_A_REVIEWER: "only reviewers may, which are people with write access.",
    Refusal.NOT_DECLARED: "only people who are declared for the model's developer in governance.yml may.",
    Refusal.INCOMPLETE: "something is missing behind it: `/vote upheld`, `/vote amended LEVEL`, `/vote rejected`, `/appeal "
    "REASON`, `/coi none`.",
    Refusal.UNKNOWN_DEVELOPER: "there is no such developer. Write a folder under `assessments/`.",
    Refusal.UNKNOWN_MODEL: "there is no such model. Write DEVELOPER/MODEL as in the path of its file.",
    Refusal.UNKNOWN_CRITERION: "there is no such criterion. Write its id as in `schema/rubric.yaml`.",
    Refusal.TOO_EARLY: "it is too early. Write it again when the first line here says that it is time for it.",
    Refusal.TOO_LATE: "the time for it is over.",
    Refusal.ALREADY_APPEALED: "there is one appeal, and it was made.",
    Refusal.NOT_A_PARTY: "only who asked, or people who are declared for the model's developer, may.",
    Refusal.ASKED: "who asked doesn't decide.",
    Refusal.DECIDED_BEFORE: "they decided about this before, and others have to now.",
    Refusal.UNDECLARED: "nobody knows for whom they work. Comment `/coi none` or `/coi DEVELOPER REASON`, and vote again.",
    Refusal.CHANGED_DECLARATION: "what they had declared about their interests was edited.",
    Refusal.CONFLICT: "they work, or worked not long ago, for the developer of this model or of one that it was made from.",
    Refusal.RIVAL: "enough people of other developers sit on the panel.",
    Refusal.PANEL_FULL: "all seats are taken.",
    Refusal.UNKNOWN_LEVEL: "there is no such level: `open`, `semi-open`, `closed` or `not-applicable`.",
    Refusal.SAME_LEVEL: "that is the level it has. Write `/vote upheld`, or another level.",
}
_NOT_HERE = "it doesn't belong into the issue of a dispute."


def _refused(answers: Iterable[CommandResult]) -> str:
    """Return the newest commands that did nothing, each with the reason."""
    rows = _refusals([answer for answer in answers if answer.refusal is not None][-MOST_REFUSALS:])
    return "Commands that did nothing:\n\n" + "\n".join(rows) if rows else ""


def _refusals(refused: Iterable[CommandResult]) -> list[str]:
    return [
        f"- {request_code(answer.command, code_span)} of {people([answer.comment.author.login])}: "
        f"{_NOT_HERE if answer.refusal is None else _REFUSALS.get(answer.refusal, _NOT_HERE)}"
        for answer in refused
    ]


# ---- the pull request ------------------------------------------------------------------------------------------------


def mark_proposal(view: DisputeView, model: str, criterion: str, text: str) -> Proposal:
    """Return the pull request that sets the mark of a dispute, or removes it where all is done.

    `model` and `criterion` are their names, `text` is the assessment with the change.
    """
    number, question, marks = view.issue.number, view.marker.question, not view.is_done
    path = assessment_path(question.model)
    named = f"{visible_line(model)}, {visible_line(criterion)}"
    if marks:
        title = f"Mark as disputed: {named}"
        body = f"The rating is disputed in #{number}. While that is open, the rating stands and is shown as disputed."
    else:
        title = f"No longer disputed: {named}"
        body = f"The dispute about the rating is settled: #{number}."
    title = clip(title, LONGEST_TITLE)
    body += f"\n\nThis changes nothing but the line `disputed:` under `{question.criterion}` in `{path}`."
    return Proposal(mark_branch(number, marks=marks), title, body, ((path, text),), f"{title}\n\n{body}\n")


# ---- harmless text ---------------------------------------------------------------------------------------------------


def _text(text: str, length: int) -> str:
    return markdown_text(clip(visible_line(text), length))


def _mention(login: str) -> str:
    """Return a name that notifies its account. Only what can be the name of an account becomes one."""
    return f"@{login}" if LOGIN.fullmatch(login) else _text(login, _LONGEST_LOGIN)


def _quoted(text: str) -> str:
    """Return a text as a quotation, line by line and as nothing but text."""
    cut = clip(text.strip(), LONGEST_REASON)
    lines = [visible_line(line) for line in cut.splitlines()]
    # A backslash at its end keeps a line by itself.
    shown = fitting((f"> {_fitting(line, LONGEST_REASON)}\\" if line else ">" for line in lines), _LARGEST_PART)
    return "\n".join([*shown, "> …"] if len(shown) < len(lines) else shown).removesuffix("\\")


def _fitting(text: str, length: int) -> str:
    """Return `text` as Markdown on one line, cut where escaping would make it too long."""
    shown = _text(text, length)
    while len(shown.encode()) > _LARGEST_PART:
        length //= 2
        shown = _text(text, length)
    return shown


def _list(rows: Iterable[str]) -> str:
    """Return as many of the first rows as fit, and the number of the others."""
    every = list(rows)
    shown = fitting(every, _LARGEST_PART)
    more = [f"- and {len(every) - len(shown)} more"] * (len(shown) < len(every))
    return "\n".join(shown + more)
