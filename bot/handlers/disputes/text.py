"""The words of disputes: the issue when it is opened, its sticky comment, and what is proposed about the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.board.reading.corpus import assessment_path
from bot.governance.conversation import Refusal
from bot.handlers.disputes.course import AlreadyOpen, MayOpen, ReturnsLater, Served, Stage, TooMany, Verdict
from bot.handlers.disputes.issue import ASKED, ENDED, STICKY, is_done, is_marked_right, marker
from bot.handlers.pull_request.checklist import moment, people
from bot.text.escaping import code_span, markdown_link, markdown_text, unreferenced, visible_line
from bot.text.shaping import clip, fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.board.model.assessment import Evidence, Rating
    from bot.board.model.policy import Disputes
    from bot.board.model.precedents import Precedent
    from bot.board.model.rubric import Level
    from bot.github.facts import Person
    from bot.governance.conversation import Answer, DisputeRequest
    from bot.handlers.disputes.course import Decided, Dispute, Outcome, PanelVote
    from bot.handlers.disputes.issue import Marked, Standing

LONGEST_TITLE = 250
LONGEST_REASON = 4000
"""Characters of what somebody wrote; the rest is behind the link."""
MOST_REFUSALS = 8
_ROOM = 10_000
"""Bytes for each of the five parts of an issue that somebody else can make long; it may have 65,536 characters."""
_LONGEST_WORDS = 120
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?")


class PastDecision(NamedTuple):
    """What was decided about the rating before."""

    day: str
    pull_request: int
    url: str
    before: Level | None
    after: Level | None
    """None where the level stayed as it was."""
    approvals: tuple[tuple[str, str], ...]
    """Logins, each with the organisation for which it counted."""


@dataclass(frozen=True, slots=True)
class Request:
    """What an issue is opened from."""

    marked: Marked
    asker: Person
    reason: str
    """In their own words; may be empty."""
    page: str | None
    """An address that they point to."""
    source: str
    """Where they asked: `#12`, or a link to a comment."""
    model: str
    """Its name."""
    criterion: str
    """Its title."""
    rating: Rating
    precedents: tuple[Precedent, ...]
    """Those that the rating cites."""
    history: tuple[PastDecision, ...]
    """The newest first."""
    developer: str
    """The name of whose model it is."""
    called: tuple[str, ...]
    """The logins of people who are declared for the developer."""


# ---- opening ---------------------------------------------------------------------------------------------------------


def opening_title(model: str, criterion: str) -> str:
    """The title of a dispute's issue: plain text."""
    return clip(f"Dispute: {visible_line(model)}, {visible_line(criterion)}", LONGEST_TITLE)


def opening_body(request: Request, rules: Disputes, now: datetime) -> str:
    """The text of a dispute's issue, as it is opened at that moment."""
    marked, rating = request.marked, request.rating
    path = assessment_path(marked.question.model)
    # Relative to the page of the issue; HEAD is the default branch.
    file = f"[{markdown_text(path)}](../blob/HEAD/{path})"
    parts = [
        f"{marker(marked)}\n"
        f"**{markdown_text(visible_line(request.model))}** is rated `{rating.level}` for "
        f"**{markdown_text(visible_line(request.criterion))}** ({file}), and {_mention(request.asker.login)} disputes that ({request.source})"
        + (":" if request.reason.strip() else "."),
        _quoted(request.reason),
        f"They point to {markdown_link(clip(request.page, 120), unreferenced(request.page))}." if request.page else "",
        "### The rating\n\n" + _rating(rating, request.precedents),
        "### What was decided before\n\n" + _history(request.history),
        "### How it goes on\n\n" + _way(request, rules, now),
        (
            "While this is open the rating stands, and it is marked as disputed wherever it is shown. The comment below says how "
            "things stand. [GOVERNANCE.md](../blob/HEAD/GOVERNANCE.md) has the rules."
        ),
    ]
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
    by = ", ".join(f"{_text(login, 40)} ({_text(organisation, 100)})" for login, organisation in past.approvals[:10])
    agreed = f"; approved by {by}" if by else ""
    return f"- {past.day}: {what}, [pull request {past.pull_request}]({past.url}){agreed}"


def _way(request: Request, rules: Disputes, now: datetime) -> str:
    until = moment(now + timedelta(days=rules.reply_days))
    called = " ".join(map(_mention, request.called))
    whom = f" ({called})" if called else ", of whom nobody is declared here yet"
    return "\n".join(
        [
            (
                f"1. The developer, {_text(request.developer, 200)}{whom}, is asked to reply by {until}: somebody who is declared "
                "for them comments here, with `/reply` on a line of its own."
            ),
            (
                f"2. Then a panel decides: the first {rules.panel} reviewers who comment `/vote upheld`, `/vote amended LEVEL` or "
                "`/vote rejected`, and a reason. Nobody sits on it who works or worked for the developer, who decided about this "
                "rating before, or who asked; and everybody says first for whom they work (`/coi none`, or `/coi DEVELOPER "
                "REASON`)."
            ),
            (
                f"3. What more than half of them agree on is decided. {_asker(request)} and the developer's people may appeal "
                f"once, within {rules.appeal_days} days: `/appeal REASON`. Then a panel of others decides for good."
            ),
            f"4. The same question doesn't return for {rules.return_days} days.",
        ]
    )


def _asker(request: Request) -> str:
    return markdown_text(clip(visible_line(request.asker.login), 40))


# ---- how it stands ---------------------------------------------------------------------------------------------------


def comment_source(number: int, comment: int) -> str:
    """A link to a comment in an issue or a pull request, from the page of another."""
    return f"[in #{number}](../issues/{number}#issuecomment-{comment})"


def as_twin(number: int) -> str:
    """The sticky comment where an older issue asks the same."""
    return f"{STICKY}\n⏸️ **#{number} asks the same already.** Say there what you know; this one is closed.\n"


def as_outcomes(outcomes: Iterable[tuple[DisputeRequest, Outcome]], refused: Iterable[Answer]) -> str:
    """The sticky comment where somebody asked for disputes: what came of each request."""
    rows = [
        f"- {code_span(f'/dispute {request.model} {request.criterion}')} of {people([request.comment.author.login])}: "
        f"{_outcome(outcome)}"
        for request, outcome in outcomes
    ]
    return "\n".join([ASKED, "Disputes that were asked for here:", "", *rows, *_refusals(refused)]) + "\n"


def _outcome(outcome: Outcome) -> str:
    match outcome:
        case Served(number):
            return f"#{number}."
        case AlreadyOpen(number):
            return f"it goes on in #{number} already."
        case ReturnsLater(number, until):
            return f"that was decided in #{number}. Ask again in a new comment from {moment(until)} on."
        case TooMany(most, of_all=True):
            return f"{most} disputes are open already. Ask again in a new comment when one of them is over."
        case TooMany(most):
            return f"one person has at most {most} open disputes. Ask again in a new comment when one of them is over."
        case MayOpen():
            return "nothing could be opened."


class Proposal(NamedTuple):
    """A pull request of the bot's that changes the mark."""

    number: int


def as_sticky(
    marked: Marked,
    dispute: Dispute,
    standing: Standing,
    rules: Disputes,
    url: str,
    proposal: Proposal | None,
    obstacle: str = "",
) -> str:
    """The sticky comment. `url` is the issue's own address; `obstacle` says why the mark can't be proposed."""
    parts = [
        f"{STICKY}\n{_headline(dispute, standing)}",
        _course(dispute, rules),
        _votes(dispute.votes) if dispute.stage is Stage.PANEL else "",
        _next(marked, dispute, standing, rules),
        _mark(marked, dispute, standing, url, proposal, obstacle),
        _refused(dispute.answers),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _headline(dispute: Dispute, standing: Standing) -> str:
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
        case Stage.FINAL if is_done(dispute, standing):
            return f"{ENDED} **Final: {_ruling(dispute.decision)}**"
        case Stage.FINAL:
            return f"⏳ **Final: {_ruling(dispute.decision)}** The rating has yet to be changed."


def _ruling(decided: Decided | None) -> str:
    if decided is None:
        return ""
    match decided.ruling.verdict:
        case Verdict.UPHELD if not decided.by_majority:
            return "the rating stands, as no majority was for anything else."
        case Verdict.UPHELD:
            return "the rating stands."
        case Verdict.AMENDED:
            return f"the rating becomes {decided.ruling.level}."
        case Verdict.REJECTED:
            return "rejected, as there was no question about this rating; it stands."


def _course(dispute: Dispute, rules: Disputes) -> str:
    """What has happened, an item each."""
    rows = []
    if dispute.reply is not None:
        rows.append(f"- The developer replied: {people([dispute.reply.person.login])}, {moment(dispute.reply.at)}.")
    elif dispute.stage is not Stage.REPLY and (dispute.stage is not Stage.FINAL or dispute.first is not None):
        # Where somebody closed it before anything was decided, they may have had no time to.
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


def _decided(who: str, decided: Decided) -> str:
    votes = ", ".join(f"{people([vote.person.login])} `{vote.ruling.words}`" for vote in decided.votes)
    return f"- {who} decided, {moment(decided.at)}: {_ruling(decided)} {votes}"


def _votes(votes: Sequence[PanelVote]) -> str:
    rows = [
        f"- {people([vote.person.login])} [votes](#issuecomment-{vote.comment}) `{vote.ruling.words}`."
        for vote in votes
    ]
    return "Votes so far:\n\n" + "\n".join(rows) if rows else ""


def _next(marked: Marked, dispute: Dispute, standing: Standing, rules: Disputes) -> str:
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
        case Stage.FINAL if not is_done(dispute, standing) and dispute.decision is not None:
            path = assessment_path(marked.question.model)
            return (
                f"Please open a pull request that sets `level: {dispute.decision.ruling.level}` under "
                f"`{marked.question.criterion}` in [{markdown_text(path)}](../blob/HEAD/{path}), with the evidence for it, "
                "and takes its line `disputed:` away. This issue is closed once that is merged."
            )
        case Stage.FINAL:
            return f"The same question can be asked again {rules.return_days} days after this was closed."


def _mark(
    marked: Marked, dispute: Dispute, standing: Standing, url: str, proposal: Proposal | None, obstacle: str
) -> str:
    if standing.level is None:
        return f"There is no rating `{marked.question.criterion}` of this model any more."
    if is_marked_right(dispute, standing, url):
        return ""
    what = "takes the mark as disputed off the rating" if is_done(dispute, standing) else "marks the rating as disputed"
    if obstacle:
        return f"No pull request {what}: {markdown_text(visible_line(obstacle))}."
    return f"Pull request #{proposal.number} {what}." if proposal is not None else ""


_REFUSALS = {
    Refusal.EDITED: "its comment was edited, and counts no more. Write it again in a new comment.",
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
    Refusal.CHANGED_DECLARATION: "they edited what they had declared about their interests.",
    Refusal.CONFLICT: "they work, or worked not long ago, for the developer of this model or of one that it was made from.",
    Refusal.RIVAL: "enough people of other developers sit on the panel.",
    Refusal.PANEL_FULL: "all seats are taken.",
    Refusal.UNKNOWN_LEVEL: "there is no such level: `open`, `semi-open`, `closed` or `not-applicable`.",
    Refusal.SAME_LEVEL: "that is the level it has. Write `/vote upheld`, or another level.",
}
_NOT_HERE = "it doesn't belong into the issue of a dispute."


def _refused(answers: Iterable[Answer]) -> str:
    """The newest commands that did nothing, each with the reason."""
    rows = _refusals([answer for answer in answers if answer.refusal is not None][-MOST_REFUSALS:])
    return "Commands that did nothing:\n\n" + "\n".join(rows) if rows else ""


def _refusals(refused: Iterable[Answer]) -> list[str]:
    return [
        f"- {code_span(clip(visible_line(answer.command.text), _LONGEST_WORDS))} of {people([answer.comment.author.login])}: "
        f"{_NOT_HERE if answer.refusal is None else _REFUSALS.get(answer.refusal, _NOT_HERE)}"
        for answer in refused
    ]


# ---- what is proposed ------------------------------------------------------------------------------------------------


class ProposalText(NamedTuple):
    """The words of a pull request, and of its commit."""

    title: str
    body: str


def proposal_text(marked: Marked, model: str, criterion: str, number: int, *, marks: bool) -> ProposalText:
    """What is said where the mark of a dispute is set, or taken away."""
    path = assessment_path(marked.question.model)
    named = f"{visible_line(model)}, {visible_line(criterion)}"
    if marks:
        title = f"Mark as disputed: {named}"
        body = f"The rating is disputed in #{number}. While that is open, the rating stands and is shown as disputed."
    else:
        title = f"No longer disputed: {named}"
        body = f"The dispute about the rating is settled: #{number}."
    body += f"\n\nThis changes nothing but the line `disputed:` under `{marked.question.criterion}` in `{path}`."
    return ProposalText(clip(title, LONGEST_TITLE), body)


# ---- harmless text ---------------------------------------------------------------------------------------------------


def _text(text: str, length: int) -> str:
    return markdown_text(clip(visible_line(text), length))


def _mention(login: str) -> str:
    """A name that GitHub calls. Only what can be a name of an account becomes one."""
    return f"@{login}" if _LOGIN.fullmatch(login) else _text(login, 40)


def _quoted(text: str) -> str:
    """What somebody wrote, line by line as they wrote it and as nothing but text."""
    cut = clip(text.strip(), LONGEST_REASON)
    lines = [visible_line(line) for line in cut.splitlines()]
    # A backslash at its end keeps a line by itself.
    shown = fitting((f"> {_fitting(line, LONGEST_REASON)}\\" if line else ">" for line in lines), _ROOM)
    return "\n".join([*shown, "> …"] if len(shown) < len(lines) else shown).removesuffix("\\")


def _fitting(text: str, length: int) -> str:
    """`text` as Markdown on one line, cut where what keeps it harmless would make it too long."""
    shown = _text(text, length)
    while len(shown.encode()) > _ROOM:
        length //= 2
        shown = _text(text, length)
    return shown


def _list(rows: Iterable[str]) -> str:
    """The first rows, as many as there is room for."""
    every = list(rows)
    shown = fitting(every, _ROOM)
    more = [f"- and {len(every) - len(shown)} more"] * (len(shown) < len(every))
    return "\n".join(shown + more)
