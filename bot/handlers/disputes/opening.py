"""New disputes: opened because a form or a `/dispute` in a comment asks for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.board.reading.snapshot import SnapshotError
from bot.git.repository import GitError
from bot.github.actions import sticky_actions
from bot.github.commands import Verb, requests
from bot.github.failure import CallFailedError
from bot.governance.conversation import replay_comments
from bot.governance.dispute_marker import LABEL, DisputeMarker, Question
from bot.handlers.disputes.admission import (
    DisputeOpened,
    KnownDispute,
    MayOpen,
    admit,
    answer_request,
    opened_since,
)
from bot.handlers.disputes.issue import ASKED, STAGES, known_disputes
from bot.handlers.disputes.state import Stage, declared_people
from bot.handlers.disputes.text import NewDispute, as_results, comment_source, opening_body, opening_title
from bot.handlers.pull_request.accounts import MOST_ACCOUNTS
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.github.facts import Comment, Issue, Person
    from bot.governance.conversation import CommandResult, DisputeRequest
    from bot.handlers.disputes.admission import AlreadyOpen, DisputeForm, RequestResult, ReturnsLater, TooManyDisputes
    from bot.handlers.disputes.files import DisputeFiles
    from bot.handlers.pull_request.run import Run

MOST_REQUESTS = 10
"""The newest requests of a conversation; others are not looked at."""
MOST_PAST = 10
"""Earlier decisions in the issue; the model's page has all."""


@dataclass(frozen=True)
class DisputeOpener:
    """Opens disputes. Without `run.apply` it only says which it would open."""

    run: Run
    files: Callable[[], DisputeFiles]
    """Returns what the main branch says. Raises GitError and SnapshotError."""
    update: Callable[[Issue, DisputeMarker], object]
    """Brings the issue of a dispute up to date. Raises CallFailedError and GitError."""

    def known(self) -> tuple[KnownDispute, ...]:
        """Return all disputes, the oldest first. Raises CallFailedError."""
        return known_disputes(self.run.client.issues_with(LABEL), self.run.client.bot_id)

    def open_for_form(
        self, form: DisputeForm, issue: Issue
    ) -> DisputeOpened | AlreadyOpen | ReturnsLater | TooManyDisputes | None:
        """Open the dispute that a form asks for, unless there is one since; None in a dry run that would open it.

        Raises CallFailedError, GitError and SnapshotError.
        """
        known, question = self.known(), Question(form.model, form.criterion)
        if (opened := opened_since(question, known, issue.created)) is not None:
            return opened
        admission = admit(question, issue.author.id, known, self.run.now, self.files().policy)
        if not isinstance(admission, MayOpen):
            return admission
        number = self._open(question, issue.author, form.reason, form.url, f"#{issue.number}")
        return None if number is None else DisputeOpened(number)

    def open_for_comments(self, number: int, comments: tuple[Comment, ...]) -> bool:
        """Open the disputes that comments of an issue ask for with `/dispute`; return whether all of it worked."""
        if not any(request.verb is Verb.DISPUTE for comment in comments for request in requests(comment.body)):
            return True
        try:
            conversation = replay_comments(comments, {}, self.files().place())
        except (CallFailedError, GitError, SnapshotError) as error:
            return self.run.failed(error)
        refused = [one for one in conversation.results if one.command.verb is Verb.DISPUTE and one.refusal is not None]
        return self.open_requested(conversation.disputes, number, refused=refused)

    def open_requested(
        self,
        requests: Iterable[DisputeRequest],
        where: int,
        known: Iterable[KnownDispute] | None = None,
        refused: Iterable[CommandResult] = (),
    ) -> bool:
        """Open what was asked for in the issue or pull request `where`, and say the results in its sticky comment.

        `known` are all disputes, where the caller has them already; `refused` are requests that name no rating. Returns
        whether all of it worked.
        """
        wanted, unknown = list(requests)[-MOST_REQUESTS:], list(refused)[-MOST_REQUESTS:]
        if not wanted and not unknown:
            return True
        try:
            found = list(self.known() if known is None else known)
            results = [(request, self._answer_request(request, where, found)) for request in wanted]
            comments = self.run.client.comments(where)
        except (CallFailedError, GitError, SnapshotError) as error:
            return self.run.failed(error)
        actions = sticky_actions(comments, self.run.client.bot_id, ASKED, as_results(results, unknown))
        return self.run.do_in_issue(where, actions)

    def _answer_request(self, request: DisputeRequest, where: int, found: list[KnownDispute]) -> RequestResult:
        """Return the result of one request. A dispute that is opened for it is added to `found`."""
        result = answer_request(request, found, self.files().policy)
        if not isinstance(result, MayOpen):
            return result
        question, asker = Question(request.model, request.criterion), request.comment.author
        number = self._open(question, asker, request.comment.body, None, comment_source(where, request.comment))
        if number is None:
            return result
        found.append(KnownDispute(number, question, asker.id, request.comment.at, None))
        return DisputeOpened(number)

    def _open(self, question: Question, asker: Person, reason: str, page: str | None, source: str) -> int | None:
        """Open the issue of a dispute, and bring it up to date; return its number, or None where nothing is opened."""
        run, files = self.run, self.files()
        rating = files.rating(question)
        if rating is None:
            run.say(f"No dispute is opened: {question.model} has no rating {question.criterion}.")
            return None
        model, criterion = files.names(question)
        developer = files.corpus.developers.get(question.developer)
        new = NewDispute(
            marker=DisputeMarker(question, asker.id, rating.level),
            asker=asker,
            reason=reason,
            page=page,
            source=source,
            model=model,
            criterion=criterion,
            rating=rating,
            precedents=tuple(one for one in files.snapshot.precedents().precedents if one.id in rating.precedents),
            history=tuple(files.past_decisions(question, run.now))[:MOST_PAST],
            developer=question.developer if developer is None else developer.name,
            called=self._called(question),
        )
        title, body = opening_title(new), opening_body(new, files.policy.disputes, run.now)
        if not run.apply:
            run.say(f"Would open an issue: {visible(title)}")
            return None
        issue = run.client.open_issue(title, body, (LABEL, STAGES[Stage.REPLY]))
        run.say(f"Done: opened issue {issue.number}: {visible(title)}")
        try:
            self.update(replace(issue, body=body), new.marker)
        except (CallFailedError, GitError) as error:
            self.run.failed(error)  # the next run brings it up to date
        return issue.number

    def _called(self, question: Question) -> tuple[str, ...]:
        """Return the present logins of the people who are declared for the model's developer; they are mentioned."""
        people = declared_people(self.files().policy, question.developer, self.run.now)[:MOST_ACCOUNTS]
        logins = (self.run.client.login_of(person.id) for person in people)
        return tuple(login for login in logins if login is not None)
