"""The main branch, as far as disputes depend on it: ratings, their history, and who decided them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import assessment_path
from bot.board.reading.organisations import folders_of_one_organisation
from bot.board.reading.snapshot import Snapshot
from bot.board.reading.tree import Commit
from bot.git.repository import GitError, Repository
from bot.governance.conversation import CommandContext
from bot.governance.record.decisions import Record, read_decisions
from bot.handlers.disputes.text import PastDecision
from bot.handlers.publishing.branches import MAIN, REMOTE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from bot.board.model.assessment import Assessment
    from bot.board.model.policy import Policy
    from bot.board.model.rating import Rating
    from bot.board.reading.corpus import Corpus
    from bot.governance.dispute_marker import Question

# The address that GitHub gives everybody, as the author of a commit and where one names a co-author.
# https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
_NOREPLY = re.compile(
    r"^(?:co-authored-by:[^<\n]*<)?([0-9]{1,18})\+[^@>\n]*@users\.noreply\.github\.com>?$", re.IGNORECASE | re.MULTILINE
)


MOST_COMMITS = 20
"""Commits of decisions, the newest, of which GitHub is asked who wrote them."""


class Deciders(NamedTuple):
    """Who made a rating what it is."""

    people: frozenset[int]
    """The ids of who proposed it, whose approval counted, and whose address in a commit says their id."""
    commits: tuple[str, ...]
    """Whose authors decided too. Only GitHub knows all of their addresses."""


@dataclass(frozen=True)
class DisputeFiles:
    """The tip of the main branch."""

    repository: Repository
    commit: str
    snapshot: Snapshot
    corpus: Corpus
    policy: Policy
    record: Record

    def assessment(self, model: str) -> Assessment | None:
        """Return the assessment of a model; None where there is none without errors."""
        path = assessment_path(model)
        text = self.snapshot.text(path) if model in self.corpus.entries else None
        return None if text is None else self.corpus.reader.assessment(path, text.encode()).value

    def rating(self, question: Question) -> Rating | None:
        """Return the rating that a dispute is about; None where there is none any more."""
        assessment = self.assessment(question.model)
        return None if assessment is None else assessment.ratings.get(question.criterion)

    def names(self, question: Question) -> tuple[str, str]:
        """Return the name of the model and the title of the criterion, or their ids where there are none any more."""
        entry = self.corpus.entries.get(question.model)
        titles = {criterion.id: criterion.title for criterion in self.snapshot.rubric().criteria}
        return question.model if entry is None else entry.model, titles.get(question.criterion, question.criterion)

    def place(self) -> CommandContext:
        """Return what commands in a dispute may refer to."""
        criteria = [criterion.id for criterion in self.snapshot.rubric().criteria]
        folders = frozenset(self.corpus.developers) | {each.partition("/")[0] for each in self.corpus.files}
        return CommandContext(folders, frozenset(self.corpus.entries), criteria, frozenset(), frozenset())

    def interested(self, question: Question) -> frozenset[str]:
        """Return the developers of the model and of its base models."""
        assessment = self.assessment(question.model)
        bases = () if assessment is None else assessment.base_models
        own = {question.developer, *(each.partition("/")[0] for each in bases)}
        organisations = folders_of_one_organisation(self.corpus.entries.values())
        return frozenset(own.union(*(organisations.get(developer, ()) for developer in own)))

    def past_decisions(self, question: Question, before: datetime) -> Iterator[PastDecision]:
        """Yield the decisions about a rating until then, the newest first."""
        for decision, model in self.record.of(question.model):
            if decision.merged_at <= before and question.criterion in model.touched:
                move = next((one for one in model.ratings if one.criterion == question.criterion), None)
                agreed = tuple((one.login, one.organisation) for one in decision.approvals)
                was, became = (None, None) if move is None else (move.before, move.after)
                yield PastDecision(decision.day, decision.pull_request, decision.url, was, became, agreed)

    def deciders(self, question: Question, before: datetime) -> Deciders:
        """Return those who made the rating what it was then.

        They made the last decision about its level, or one about its evidence since.
        """
        people: set[int] = set()
        commits: list[str] = []
        for decision, model in self.record.of(question.model):
            if decision.merged_at <= before and question.criterion in model.touched:
                people |= {decision.author.id, *(one.id for one in decision.approvals)}
                with suppress(GitError):  # a checkout may not hold what is that old
                    beyond = (decision.commit, f"^{decision.before}")
                    said = self.repository.run("rev-list", "--format=%ae%n%B", *beyond)
                    # What the bot proposes for somebody names them as its author.
                    people |= {int(number) for number in _NOREPLY.findall(said.decode("utf-8", "replace"))}
                    commits += self.repository.log("%H", f"--max-count={MOST_COMMITS}", *beyond)
                if any(move.criterion == question.criterion for move in model.ratings):
                    break
        return Deciders(frozenset(people), tuple(commits)[:MOST_COMMITS])


def read_files(repository: Repository, today: date) -> DisputeFiles:
    """Fetch the main branch, and return what it says today. Raises GitError and SnapshotError."""
    commit = repository.fetch_branch(REMOTE, MAIN)
    tree = Commit(repository, commit)
    snapshot = Snapshot(tree, today)
    policy, _ = snapshot.policy(), snapshot.precedents()
    return DisputeFiles(repository, commit, snapshot, snapshot.corpus(), policy, Record(read_decisions(tree).decisions))
