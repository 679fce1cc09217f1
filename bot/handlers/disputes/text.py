"""The texts of disputes: the issue when it is opened, its sticky comment, and the pull requests about the mark.

All are in English; for whoever asks in Korean, what concerns them is there in Korean too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import assessment_path
from bot.handlers.disputes.issue import ASKED, ENDED, STICKY, mark_branch
from bot.handlers.publishing.propose import Proposal
from bot.handlers.pull_request.checklist import moment
from bot.handlers.pull_request.language import is_korean
from bot.text.catalogue import SOURCE, _
from bot.text.escaping import markdown_text, visible_line
from bot.text.shaping import clip, size
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.board.model.policy import Disputes
    from bot.board.model.precedents import Precedent
    from bot.board.model.rating import Rating
    from bot.board.model.rubric import Level
    from bot.github.facts import Comment, Person
    from bot.governance.conversation import CommandResult, DisputeRequest
    from bot.governance.dispute_marker import DisputeMarker
    from bot.handlers.disputes.admission import RequestResult
    from bot.handlers.disputes.issue import DisputeView
    from bot.handlers.publishing.propose import ProposalResult

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


def opening_title(new: NewDispute) -> str:
    """Return the title of a dispute's issue: plain text."""
    names = {"model": visible_line(new.model), "criterion": visible_line(new.criterion)}
    return clip(_("Dispute: %(model)s, %(criterion)s", **names), LONGEST_TITLE)


def opening_body(new: NewDispute, rules: Disputes, now: datetime) -> str:
    """Return the text of a dispute's issue that is opened now."""
    values = {
        "marker": str(new.marker),
        "new": new,
        "path": assessment_path(new.marker.question.model),
        "asker_mention": _mention(new.asker.login),
        "reason": [_bounded(line, LONGEST_REASON) for line in clip(new.reason.strip(), LONGEST_REASON).splitlines()],
        "called": [_mention(login) for login in new.called],
        "until": moment(now + timedelta(days=rules.reply_days)),
        "rules": rules,
        "note": _bounded(new.rating.note or "", _LONGEST_NOTE),
    }
    return _in_both("handlers/disputes/opening.md.j2", values, korean=is_korean([new.reason]))


def is_in_korean(body: str) -> bool:
    """Return whether the text of a dispute's issue has a part in Korean. No words of others are a line of their own."""
    return f"### {_KOREAN}" in body.splitlines()


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
            (f"/dispute {each.model} {each.criterion}", each.comment.author, type(result).__name__, result)
            for each, result in results
        ],
        "moment": moment,
        "refused": refused,
    }
    comments = [*(request.comment for request, _result in results), *(answer.comment for answer in refused)]
    korean = is_korean(comment.body for comment in comments)
    return _in_both("handlers/disputes/requested.md.j2", values, korean=korean)


def as_sticky(view: DisputeView, rules: Disputes, mark: ProposalResult, *, korean: bool = False) -> str:
    """Return the sticky comment of a dispute. `mark` is the result of proposing its mark."""
    values = {
        "marker": STICKY,
        "ended": ENDED,
        "view": view,
        "rules": rules,
        "mark": mark,
        "refused": [answer for answer in view.dispute.answers if answer.refusal is not None][-MOST_REFUSALS:],
        "assessment_path": assessment_path,
        "moment": moment,
    }
    return _in_both("handlers/disputes/comment.md.j2", values, korean=korean)


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
