"""One run of the bot on disputes: the issues in which they are held, the marks in the files, and new ones that were asked for.

Level-triggered like every run: what an issue says and where the mark stands is decided from scratch each time.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bot.board.reading.corpus import assessment_path
from bot.board.reading.snapshot import Snapshot, SnapshotError
from bot.board.reading.tree import Commit
from bot.board.writing.rewriting import NotRewritableError, with_disputed
from bot.git.repository import GitError
from bot.github.actions import sticky_actions
from bot.github.commands import Verb, commands
from bot.github.facts import PullState
from bot.github.failure import CallFailed, Vanished, describe_error
from bot.github.gather import MOST_ROLES, declarations
from bot.governance.conversation import Place, hear
from bot.governance.record.decisions import Record, read_decisions
from bot.handlers.disputes.course import (
    DisputeCase,
    KnownDispute,
    MayOpen,
    Question,
    Served,
    Stage,
    admit,
    answer_request,
    declared_people,
    follow,
)
from bot.handlers.disputes.issue import (
    ASKED,
    LABEL,
    STAGES,
    Marked,
    Standing,
    decide_dispute,
    decide_twin,
    dispute_in,
    first_of_its_kind,
    is_done,
    is_marked_right,
    known_disputes,
    mark_branch,
    wanted_mark,
)
from bot.handlers.disputes.text import (
    PastDecision,
    Proposal,
    Request,
    as_outcomes,
    as_sticky,
    as_twin,
    comment_source,
    opening_body,
    opening_title,
    proposal_text,
)
from bot.handlers.publishing.propose import (
    Foreign,
    Kept,
    Pushed,
    Refused,
    Wanted,
    WouldPush,
    push_proposal,
    withdraw_proposal,
)
from bot.handlers.publishing.publish import ACTIONS_BOT, Identity
from bot.handlers.pull_request.run import REMOTE, Run
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.board.model.assessment import Assessment, Rating
    from bot.board.model.policy import Policy
    from bot.board.model.precedents import Precedents
    from bot.board.reading.corpus import Corpus
    from bot.github.facts import Comment, Issue, Person, Role
    from bot.governance.conversation import Answer, DisputeRequest
    from bot.governance.record.decisions import Decision
    from bot.handlers.disputes.course import AlreadyOpen, Dispute, DisputeAsked, Outcome, ReturnsLater, TooMany

BRANCH = "main"
# The address that GitHub gives everybody, as the author of a commit and where one names a co-author.
# https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
_NAMED = re.compile(
    r"^(?:co-authored-by:[^<\n]*<)?([0-9]{1,18})\+[^@>\n]*@users\.noreply\.github\.com>?$", re.IGNORECASE | re.MULTILINE
)
MOST_REQUESTS = 10
"""So many requests in one conversation, the newest, are looked at."""
MOST_PAST = 10
"""So many earlier decisions stand in the issue; the model's page has all."""


@dataclass(frozen=True)
class Files:
    """What the tip of the main branch says."""

    commit: str
    snapshot: Snapshot
    corpus: Corpus
    policy: Policy
    precedents: Precedents
    record: Record

    def assessment(self, model: str) -> Assessment | None:
        """The assessment of a model; None where there is none that can be used."""
        path = assessment_path(model)
        text = self.snapshot.text(path) if model in self.corpus.entries else None
        return None if text is None else self.corpus.reader.assessment(path, text.encode()).value

    def rating(self, question: Question) -> Rating | None:
        """The rating that a dispute is about; None where there is none any more."""
        assessment = self.assessment(question.model)
        return None if assessment is None else assessment.ratings.get(question.criterion)

    @property
    def place(self) -> Place:
        """What commands in a dispute are held against."""
        criteria = [criterion.id for criterion in self.snapshot.rubric().criteria]
        folders = frozenset(self.corpus.developers) | {each.partition("/")[0] for each in self.corpus.files}
        return Place(folders, frozenset(self.corpus.entries), criteria, frozenset(), frozenset())

    def decided(self, question: Question, before: datetime) -> Iterator[PastDecision]:
        """What was decided about a rating until then, the newest first."""
        for decision, model in self.record.of(question.model):
            if decision.merged_at <= before and question.criterion in model.touched:
                move = next((one for one in model.ratings if one.criterion == question.criterion), None)
                agreed = tuple((one.login, one.organisation) for one in decision.approvals)
                before_it, after_it = (None, None) if move is None else (move.before, move.after)
                yield PastDecision(decision.day, decision.pull_request, decision.url, before_it, after_it, agreed)

    def deciding(self, question: Question, before: datetime) -> Iterator[Decision]:
        """What made the rating what it was then: the last decision about its level, and those about its evidence since."""
        for decision, model in self.record.of(question.model):
            if decision.merged_at <= before and question.criterion in model.touched:
                yield decision
                if any(move.criterion == question.criterion for move in model.ratings):
                    return


class _Marking(NamedTuple):
    """What became of the mark in the file."""

    proposal: Proposal | None = None
    obstacle: str = ""
    worked: bool = True


@dataclass(frozen=True)
class DisputeRun:
    """What a run on disputes works with. Without `run.apply` it writes nothing and only says what it would do."""

    run: Run
    """Also judges what the bot proposes: no workflow is started for a pull request that a workflow opens."""
    identity: Identity = ACTIONS_BOT
    may_propose: bool = True
    """Whether the token may push branches. Without, marks are left to a run that may."""

    # ---- one, or all -------------------------------------------------------------------------------------------------

    def answer(self, number: int) -> bool:
        """Brings the issue of a dispute up to date, and leaves every other alone; returns whether all of it worked."""
        try:
            issue = self.run.client.issue(number)
            marked = dispute_in(issue, self.run.client.bot_id)
            if marked is None:
                self.run.say(f"Issue {number} is left alone: it is no dispute.")
                return True
            return self._answer(issue, marked, self._known())
        except (CallFailed, Vanished, GitError, SnapshotError) as error:
            return self._failed(error)

    def answer_all(self) -> bool:
        """Brings every dispute up to date that isn't done; returns whether all of it worked."""
        bot = self.run.client.bot_id
        worked = True
        try:
            issues = self.run.client.issues_with(LABEL)
            known = known_disputes(issues, bot)
            waiting = self._waiting(issues) if known else []
        except (CallFailed, GitError, SnapshotError) as error:
            return self._failed(error)
        if not waiting:
            self.run.say("No dispute waits for anything.")
        for issue, marked in waiting:
            self.run.say(f"Dispute {issue.number}:")
            try:
                worked &= self._answer(issue, marked, known)
            except (CallFailed, Vanished, GitError, SnapshotError) as error:
                worked = self._failed(error)
            except Exception as error:
                # A bug with one keeps no other from being answered.
                self.run.say(f"Failed: a bug in openness-bot ({type(error).__name__}).")
                worked = False
        return worked

    def _waiting(self, issues: Iterable[Issue]) -> list[tuple[Issue, Marked]]:
        """The disputes that are open, or that left a mark or a branch behind."""
        found = [(issue, marked) for issue in issues if (marked := dispute_in(issue, self.run.client.bot_id))]
        marks = {url for entry in self._files.corpus.entries.values() for _, url in entry.disputed}
        refs = [f"refs/heads/{mark_branch(issue.number, marks=each)}" for issue, _ in found for each in (True, False)]
        there = self.run.repository.remote_refs(REMOTE, *refs)
        return [
            (issue, marked)
            for issue, marked in found
            if issue.is_open
            or issue.url in marks
            or STAGES[Stage.FINAL] not in issue.labels
            or any(f"refs/heads/{mark_branch(issue.number, marks=each)}" in there for each in (True, False))
        ]

    # ---- what it rests on --------------------------------------------------------------------------------------------

    @cached_property
    def _files(self) -> Files:
        repository = self.run.repository
        commit = repository.fetch_branch(REMOTE, BRANCH)
        tree = Commit(repository, commit)
        snapshot = Snapshot(tree, self.run.now.date())
        policy, precedents = snapshot.policy(), snapshot.precedents()
        record = Record(read_decisions(tree).decisions)
        return Files(commit, snapshot, snapshot.corpus(), policy, precedents, record)

    @cached_property
    def _people(self) -> dict[int, Role] | None:
        return self.run.client.people()

    def _known(self) -> tuple[KnownDispute, ...]:
        return known_disputes(self.run.client.issues_with(LABEL), self.run.client.bot_id)

    def _roles(self, comments: tuple[Comment, ...]) -> dict[int, Role]:
        """The roles of those whose word may count; where the token may not list them, of those who voted last."""
        if self._people is not None:
            return self._people
        asked: dict[int, Person] = {}
        for comment in reversed(comments):
            votes = any(command.verb is Verb.VOTE for command in commands(comment.body))
            if votes and not comment.author.is_bot and len(asked) < MOST_ROLES:
                asked.setdefault(comment.author.id, comment.author)
        return {number: self.run.client.role(person) for number, person in asked.items()}

    def _case(self, issue: Issue, marked: Marked, comments: tuple[Comment, ...], roles: dict[int, Role]) -> DisputeCase:
        files, question = self._files, marked.question
        assessment = files.assessment(question.model)
        bases = () if assessment is None else assessment.base_models
        return DisputeCase(
            now=self.run.now,
            question=question,
            level=marked.level,
            opened=issue.created,
            asker=marked.asker,
            interested=frozenset({question.developer, *(each.partition("/")[0] for each in bases)}),
            deciders=frozenset().union(*map(self._deciders, files.deciding(question, issue.created))),
            comments=comments,
            roles=roles,
            place=files.place,
            closed=issue.closed,
        )

    def _deciders(self, decision: Decision) -> set[int]:
        """The ids of those who made a decision: who proposed it, who wrote it, and whose approval counted."""
        found = {decision.author.id, *(one.id for one in decision.approvals)}
        with suppress(GitError):  # a checkout may not hold what is that old
            commits = self.run.repository.run("rev-list", "--format=%ae%n%B", decision.commit, f"^{decision.before}")
            # What the bot proposes for somebody names them as its author.
            found |= {int(number) for number in _NAMED.findall(commits.decode("utf-8", "replace"))}
        return found

    # ---- one dispute -------------------------------------------------------------------------------------------------

    def _answer(self, issue: Issue, marked: Marked, known: tuple[KnownDispute, ...]) -> bool:
        client = self.run.client
        written = client.comments(issue.number)
        roles = self._roles(written)
        comments = declarations(client, written, roles)
        if (older := first_of_its_kind(issue, known)) is not None:
            return self.run.do_in_issue(issue.number, decide_twin(issue, comments, client.bot_id, as_twin(older)))
        dispute = follow(self._case(issue, marked, comments, roles), self._files.policy)
        rating = self._files.rating(marked.question)
        level, mark = (None, None) if rating is None else (rating.level, rating.disputed)
        standing = Standing(level, mark, is_over=not issue.is_open and mark != issue.url)
        marking = self._mark(issue, marked, dispute, standing)
        text = as_sticky(
            marked, dispute, standing, self._files.policy.disputes, issue.url, marking.proposal, marking.obstacle
        )
        worked = self.run.do_in_issue(
            issue.number, decide_dispute(issue, comments, client.bot_id, dispute, standing, text)
        )
        return self.open_requested(dispute.requests, issue.number, known) and worked and marking.worked

    # ---- the mark in the file ----------------------------------------------------------------------------------------

    def _mark(self, issue: Issue, marked: Marked, dispute: Dispute, standing: Standing) -> _Marking:
        """Proposes that the rating says what it should of this dispute, and takes back what was proposed before."""
        if not self.may_propose:
            return _Marking()
        is_right, marks = is_marked_right(dispute, standing, issue.url), not is_done(dispute, standing)
        for each in (True, False):
            if is_right or each is not marks:
                self._withdraw(mark_branch(issue.number, marks=each))
        if is_right:
            return _Marking()
        return self._propose(issue, marked, wanted_mark(dispute, standing, issue.url), marks=marks)

    def _propose(self, issue: Issue, marked: Marked, mark: str | None, *, marks: bool) -> _Marking:
        """Sees to it that there is a pull request by which the rating says `mark`."""
        run, question = self.run, marked.question
        branch, path = mark_branch(issue.number, marks=marks), assessment_path(question.model)
        newest = run.client.proposal_from(branch)
        if newest is not None and newest.state is PullState.CLOSED:
            what = "which did that, was closed without having been merged"
            return _Marking(obstacle=f"pull request {newest.number}, {what}")
        try:
            text = with_disputed(self._files.snapshot.text(path) or "", question.criterion, mark)
        except NotRewritableError as error:
            return _Marking(obstacle=str(error))
        words = proposal_text(marked, self._model(question), self._criterion(question), issue.number, marks=marks)
        wanted = Wanted(branch, ((path, text),), f"{words.title}\n\n{words.body}\n")
        outcome = push_proposal(
            run.repository, REMOTE, self._files.commit, wanted, identity=self.identity, apply=run.apply
        )
        present = Proposal(newest.number) if newest is not None and newest.state is PullState.OPEN else None
        match outcome:
            case Refused(reason):
                run.say(f"Failed: {visible(reason)}.")
                return _Marking(present, worked=False)
            case Foreign():
                return _Marking(present, obstacle="" if present else f"somebody else has pushed to {branch}")
            case Kept() if present is not None:
                return _Marking(present)
            case WouldPush() | Kept() if not run.apply:
                run.say(f"Would propose {branch}: {visible(words.title)}")
                return _Marking(present)
            case Pushed(commit):
                run.say(f"Done: pushed {commit[:10]} to {branch}")
        number = run.client.propose(branch, BRANCH, words.title, words.body)
        run.say(f"Done: proposed {branch} as pull request {number}")
        return _Marking(Proposal(number), worked=run.answer(number, None) is not None)

    def _withdraw(self, branch: str) -> None:
        run = self.run
        if withdraw_proposal(
            run.repository, REMOTE, self._files.commit, branch, identity=self.identity, apply=run.apply
        ):
            run.say(f"{'Done: deleted' if run.apply else 'Would delete'} {branch}, which nobody needs any more")

    def _model(self, question: Question) -> str:
        entry = self._files.corpus.entries.get(question.model)
        return question.model if entry is None else entry.model

    def _criterion(self, question: Question) -> str:
        titles = {criterion.id: criterion.title for criterion in self._files.snapshot.rubric().criteria}
        return titles.get(question.criterion, question.criterion)

    # ---- new ones ----------------------------------------------------------------------------------------------------

    def open_asked(self, asked: DisputeAsked, issue: Issue) -> Served | AlreadyOpen | ReturnsLater | TooMany | None:
        """Sees to it that there is the dispute that a form asks for; None in a dry run that would open it.

        Raises CallFailed, GitError and SnapshotError.
        """
        known, question = self._known(), Question(asked.model, asked.criterion)
        since = [one.number for one in known if one.question == question and one.opened >= issue.created]
        if since:
            return Served(min(since))
        admission = admit(question, issue.author.id, known, self.run.now, self._files.policy)
        if not isinstance(admission, MayOpen):
            return admission
        number = self._open(question, issue.author, asked.reason, asked.url, f"#{issue.number}")
        return None if number is None else Served(number)

    def hear_requests(self, number: int, comments: tuple[Comment, ...]) -> bool:
        """Opens what these comments of an issue ask for with `/dispute`, if any does; returns whether all of it worked."""
        if not any(command.verb is Verb.DISPUTE for comment in comments for command in commands(comment.body)):
            return True
        try:
            heard = hear(comments, {}, self._files.place)
        except (CallFailed, GitError, SnapshotError) as error:
            return self._failed(error)
        refused = [one for one in heard.answers if one.command.verb is Verb.DISPUTE and one.refusal is not None]
        return self.open_requested(heard.disputes, number, refused=refused)

    def open_requested(
        self,
        requests: Iterable[DisputeRequest],
        where: int,
        known: Iterable[KnownDispute] | None = None,
        refused: Iterable[Answer] = (),
    ) -> bool:
        """Opens what was asked for with `/dispute` in the issue or pull request `where`, and says there what came of it.

        `known` are all disputes that there are, if that is known already; `refused` those requests that can't be
        understood. Returns whether all of it worked.
        """
        wanted = list(requests)[-MOST_REQUESTS:]
        not_understood = list(refused)[-MOST_REQUESTS:]
        if not wanted and not not_understood:
            return True
        try:
            found = list(self._known() if known is None else known)
            outcomes = [(request, self._serve(request, where, found)) for request in wanted]
            comments = self.run.client.comments(where)
        except (CallFailed, GitError, SnapshotError) as error:
            return self._failed(error)
        text = as_outcomes(outcomes, not_understood)
        return self.run.do_in_issue(where, tuple(sticky_actions(comments, self.run.client.bot_id, ASKED, text)))

    def _serve(self, request: DisputeRequest, where: int, found: list[KnownDispute]) -> Outcome:
        """What becomes of one request. A dispute that is opened for it is added to those that were found."""
        outcome = answer_request(request, found, self._files.policy)
        if not isinstance(outcome, MayOpen):
            return outcome
        question, asker = Question(request.model, request.criterion), request.comment.author
        number = self._open(question, asker, request.comment.body, None, comment_source(where, request.comment.id))
        if number is None:
            return outcome
        found.append(KnownDispute(number, question, asker.id, request.comment.at, None))
        return Served(number)

    def _open(self, question: Question, asker: Person, reason: str, page: str | None, source: str) -> int | None:
        """Opens the issue of a dispute, and says in it how things stand; its number, or None where nothing is opened."""
        files, now = self._files, self.run.now
        rating = files.rating(question)
        if rating is None:
            self.run.say(f"No dispute is opened: {question.model} has no rating {question.criterion}.")
            return None
        developer = files.corpus.developers.get(question.developer)
        marked = Marked(question, asker.id, rating.level)
        request = Request(
            marked=marked,
            asker=asker,
            reason=reason,
            page=page,
            source=source,
            model=self._model(question),
            criterion=self._criterion(question),
            rating=rating,
            precedents=tuple(one for one in files.precedents.precedents if one.id in rating.precedents),
            history=tuple(files.decided(question, now))[:MOST_PAST],
            developer=question.developer if developer is None else developer.name,
            called=tuple(person.login for person in declared_people(files.policy, question.developer, now)),
        )
        title, body = (
            opening_title(request.model, request.criterion),
            opening_body(request, files.policy.disputes, now),
        )
        if not self.run.apply:
            self.run.say(f"Would open an issue: {visible(title)}")
            return None
        issue = self.run.client.open_issue(title, body, (LABEL, STAGES[Stage.REPLY]))
        self.run.say(f"Done: opened issue {issue.number}: {visible(title)}")
        try:
            self._answer(replace(issue, body=body), marked, ())
        except (CallFailed, GitError) as error:
            self._failed(error)  # and the next run says in it how things stand
        return issue.number

    def _failed(self, error: Exception) -> bool:
        words = describe_error(error) if isinstance(error, CallFailed) else visible(" ".join(str(error).split()))
        self.run.say(f"Failed: {words}")
        return False
