"""Pull requests of the bot's own: one commit on a branch of its own, proposed, kept up to date and withdrawn.

A branch belongs to people as soon as anybody else pushes to it: from then on the bot leaves it alone. Each proposal is made
anew on top of the main branch; what the branch has already is not pushed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

from bot.git.repository import GitError, Repository, blob_id
from bot.github.facts import PullState
from bot.github.failure import CallFailedError
from bot.handlers.publishing.branches import (
    ACTIONS_BOT,
    MAIN,
    REMOTE,
    Identity,
    Kept,
    Pushed,
    PushRefused,
    commit_tree,
    private_folder,
    push_commit,
    ref_of,
    without_settings,
)
from bot.text.catalogue import _
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.github.client import Client
    from bot.github.facts import ProposedPull
    from bot.handlers.pull_request.run import Run


@dataclass(frozen=True, slots=True)
class Proposal:
    """The texts and files of a pull request of the bot's own."""

    branch: str
    title: str
    body: str
    files: tuple[tuple[str, str], ...] = ()
    """Paths with their whole texts."""
    message: str = ""
    is_draft: bool = False
    """Whether it is opened as a draft. Later that is up to people."""
    log_name: str = ""
    """Its name in the log; by default that of its branch."""


# ---- results ---------------------------------------------------------------------------------------------------------


class Untouched(Enum):
    """Why the branch of a proposal stayed as it was."""

    DRY_RUN = "dry-run"
    """It has something else, or doesn't exist, and nothing may be written."""
    TAKEN_OVER = "taken-over"
    """Somebody else has pushed to it: it is theirs now."""
    TURNED_DOWN = "turned-down"
    """People closed its pull request without merging it, so it isn't proposed again."""


@dataclass(frozen=True, slots=True)
class NotOpened:
    """The branch has everything, but the bot may not open pull requests in this repository."""

    link: str
    """Where a person opens it."""


Outcome: TypeAlias = NotOpened | Pushed | Kept | PushRefused | Untouched


@dataclass(frozen=True, slots=True)
class ProposalResult:
    """Result of proposing."""

    outcome: Outcome | None = None
    """None where nothing was to be proposed."""
    number: int | None = None
    """Of the pull request that is open."""
    obstacle: str = ""
    """Why no pull request is kept up to date: a phrase for people. Empty where there is no reason."""
    worked: bool = True
    is_new: bool = False
    """Whether the pull request was pushed to or opened now, and has to be judged."""


# ---- proposing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposer:
    """Proposes on top of one commit of the main branch. Without `run.apply` it writes nothing."""

    run: Run
    """Also judges what is proposed: GitHub starts no workflow for a pull request that a workflow opens."""
    base: str
    identity: Identity = ACTIONS_BOT

    def propose(self, proposal: Proposal, newest: ProposedPull | None, *, edits: bool = True) -> ProposalResult:
        """Make sure that there is a pull request with this proposal.

        `newest` is the last one from its branch that counts; with `edits`, its title and body are made those of the proposal
        even where its branch stays. What is written, or fails, is logged. Raises CallFailed and GitError.
        """
        if newest is not None and newest.state is PullState.CLOSED:
            obstacle = _("pull request %(number)s did that and was closed without being merged", number=newest.number)
            return ProposalResult(Untouched.TURNED_DOWN, obstacle=obstacle)
        number = newest.number if newest is not None and newest.state is PullState.OPEN else None
        outcome = push_proposal(self.run.repository, self.base, proposal, self.identity, apply=self.run.apply)
        match outcome:
            case PushRefused():
                self.run.say(f"{'Not done' if outcome.is_lasting else 'Failed'}: {visible(outcome.reason)}.")
                # What people chose is no failure: it is said where they look.
                lasting = outcome.reason if outcome.is_lasting else ""
                return ProposalResult(outcome, number, lasting, worked=outcome.is_lasting)
            case Untouched.TAKEN_OVER:
                pushed = _("somebody else has pushed to `%(branch)s`", branch=proposal.branch)
                return ProposalResult(outcome, number, "" if number else pushed)
            case Pushed(commit):
                self.run.say(f"Done: pushed {commit[:10]} to {visible(proposal.log_name or proposal.branch)}")
        if self.run.apply and isinstance(outcome, Pushed | Kept):
            self._mark(outcome)
        if not self.run.apply or (isinstance(outcome, Kept) and number is not None and not edits):
            return ProposalResult(outcome, number)
        # Also where nothing was pushed now: the run that pushed it may have been stopped before it opened one.
        try:
            opened = open_pull_request(self.run.client, proposal)
        except CallFailedError as error:
            if number is not None or not _is_forbidden(error):
                raise
            return self._not_opened(proposal)
        return ProposalResult(outcome, opened, is_new=isinstance(outcome, Pushed) or opened != number)

    def _not_opened(self, proposal: Proposal) -> ProposalResult:
        """Return that the branch is there, but GitHub lets the bot open no pull requests."""
        link = self.run.client.compare_url(MAIN, proposal.branch)
        self.run.say(f"Not done: GitHub lets openness-bot open no pull requests. By hand: {visible(link)}")
        obstacle = _(
            "the bot may not open pull requests here. Open it by hand from the branch `%(branch)s`, or allow it under "
            "Settings, Actions, General: Allow GitHub Actions to create and approve pull requests",
            branch=proposal.branch,
        )
        return ProposalResult(NotOpened(link), obstacle=obstacle)

    def _mark(self, outcome: Pushed | Kept) -> None:
        """Say of the commit on the branch that the bot made it, unless that was said: what others push there is theirs.

        A branch that was kept has just what is proposed. So a run that died after its push is made up for.
        """
        if isinstance(outcome, Pushed) or not self.run.client.is_made(outcome.commit):
            self.run.client.mark_made(outcome.commit)

    def propose_and_judge(
        self, proposal: Proposal, newest: ProposedPull | None, *, edits: bool = True
    ) -> ProposalResult:
        """Propose, and judge the pull request where it is new or was changed; log both."""
        result = self.propose(proposal, newest, edits=edits)
        would_open = isinstance(result.outcome, Kept) and result.number is None
        if result.outcome is Untouched.DRY_RUN or would_open:
            self.run.say(f"Would propose {proposal.branch}: {visible(proposal.title)}")
        if not result.is_new or result.number is None:
            return result
        self.run.say(f"Done: proposed {proposal.branch} as pull request {result.number}")
        return replace(result, worked=self.judge(result.number))

    def judge(self, number: int) -> bool:
        """Judge a pull request that was proposed; return whether that worked."""
        return self.run.answer(number, None) is not None

    def withdraw(self, branch: str, farewell: Proposal | None = None) -> bool:
        """Delete a branch that nobody needs any more, with which GitHub closes its pull request, and log it.

        What somebody else pushed to is left alone. Before its pull request is closed it is made to say `farewell`, if that
        is given. Returns whether the branch was, or would be, withdrawn. Raises CallFailed and GitError.
        """
        quiet = without_settings(self.run.repository)
        present = _tip(quiet, branch)
        if not present or not _is_own(quiet, self.base, present, self.identity):
            return False
        if not self.run.apply:
            self.run.say(f"Would delete {branch}, which nobody needs any more")
            return True
        if farewell is not None:
            open_pull_request(self.run.client, farewell)
        if isinstance(push_commit(quiet, branch, "", present), Pushed):
            self.run.say(f"Done: deleted {branch}, which nobody needs any more")
        return True


def push_proposal(
    repository: Repository, base: str, proposal: Proposal, identity: Identity = ACTIONS_BOT, *, apply: bool = True
) -> Pushed | Kept | PushRefused | Untouched:
    """Let the branch of a proposal hold its files on top of the commit `base`, as one commit of the bot's.

    The branch stays as it is where it holds just these changes on an older state of the main branch, and where anybody
    else has pushed to it. Killed at any moment, it leaves the branch as it was or whole. Raises GitError.
    """
    quiet = without_settings(repository)
    present = _tip(quiet, proposal.branch)
    if present and not _is_own(quiet, base, present, identity):
        return Untouched.TAKEN_OVER
    if present and _holds(quiet, present, proposal):
        return Kept(present)
    if not apply:
        return Untouched.DRY_RUN
    return push_commit(quiet, proposal.branch, _commit(quiet, base, proposal, identity), present)


def open_pull_request(client: Client, proposal: Proposal) -> int:
    """Open the pull request of a proposal, or make the open one say it; return its number. Raises CallFailed."""
    return client.propose(proposal.branch, MAIN, proposal.title, proposal.body, draft=proposal.is_draft)


def _is_forbidden(error: CallFailedError) -> bool:
    """Return whether GitHub lets no workflow open pull requests, which is a setting of the repository."""
    # https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository#preventing-github-actions-from-creating-or-approving-pull-requests
    return error.status == 403 and "not permitted to create" in str(error)


def _tip(repository: Repository, branch: str) -> str:
    """Fetch a branch of the remote, and return its commit; empty where there is none."""
    ref = ref_of(branch)
    present = repository.remote_refs(REMOTE, ref).get(ref, "")
    if present:
        repository.fetch_commit(REMOTE, present)
    return present


def _is_own(repository: Repository, base: str, commit: str, identity: Identity) -> bool:
    """Return whether `commit` is at most one commit of the bot's ahead of the main branch."""
    # `%x00`: no name can hold that, while it can hold anything else.
    lines = repository.log("%ae%x00%ce%x00%P", commit, f"^{base}")
    if not lines:
        return True  # it is merged, or it was never more than the main branch
    if len(lines) > 1:
        return False
    author, committer, parents = lines[0].split("\0")
    return author == committer == identity.email and len(parents.split()) == 1


def _holds(repository: Repository, commit: str, proposal: Proposal) -> bool:
    """Return whether a commit of the bot's makes just the changes of a proposal, with its message."""
    try:
        changed = repository.run("diff-tree", "-r", "-z", "--no-renames", "--root", "--no-commit-id", commit)
        message = repository.run("cat-file", "commit", commit).partition(b"\n\n")[2]
    except GitError:
        return False
    fields = [field.decode("utf-8", "surrogateescape") for field in changed.split(b"\0") if field]
    # https://git-scm.com/docs/git-diff-tree#_raw_output_format: modes, ids and status, then the path
    found: Mapping[str, str] = {path: meta.split()[3] for meta, path in zip(fields[::2], fields[1::2], strict=True)}
    ids = {path: blob_id(text.encode(), len(commit)) for path, text in proposal.files}
    return found == ids and message.decode("utf-8", "replace").rstrip() == proposal.message.rstrip()


def _commit(repository: Repository, base: str, proposal: Proposal, identity: Identity) -> str:
    """Make the commit of a proposal without a work tree: of the checkout, nothing is touched but its objects."""
    folder = private_folder(repository)
    with TemporaryDirectory(prefix="propose-", dir=folder, ignore_cleanup_errors=True) as place:
        alone = repository.with_environment({"GIT_INDEX_FILE": str(Path(place).resolve() / "index")})
        alone.run("read-tree", base)
        for path, text in proposal.files:
            blob = alone.run("hash-object", "-w", "--stdin", given=text.encode()).decode().strip()
            alone.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        return commit_tree(alone, base, proposal.message, identity)
