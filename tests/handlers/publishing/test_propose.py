"""Proposals against a real repository: one commit of the bot's on its own branch, and nobody's work is ever overwritten."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from bot.git.repository import Repository
from bot.github.client import Client
from bot.github.facts import ProposedPull, PullState
from bot.github.failure import CallFailedError
from bot.handlers.publishing.branches import ACTIONS_BOT, Kept, Pushed, PushRefused
from bot.handlers.publishing.propose import (
    NotOpened,
    Proposal,
    ProposalResult,
    Proposer,
    Untouched,
    push_proposal,
)
from bot.handlers.pull_request.decision import NOTHING
from bot.handlers.pull_request.run import Run
from tests.checkouts import commit, git, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.handlers.publishing.propose import Outcome

BRANCH = "openness-bot/issue-1"
FILES = (("assessments/example/one.yaml", "model: One\n"), ("assessments/new/two.yaml", "model: Zwei\n"))
MESSAGE = "Add example/one\n\nCo-authored-by: example-author <1+example-author@users.noreply.github.com>\n"


class World:
    """A bare remote with a main branch, somebody's clone, and the checkout that the bot runs in."""

    def __init__(self, place: Path) -> None:
        self.remote, self.person, self.checkout = place / "remote.git", place / "person", place / "checkout"
        self.person.mkdir()
        write(self.person, "assessments/example/one.yaml", "model: Before\n")
        write(self.person, "README.md", "# Models\n")
        commit(self.person)
        git(self.person, "branch", "--move", "main")
        git(place, "clone", "--quiet", "--bare", str(self.person), str(self.remote))
        git(self.person, "remote", "add", "origin", str(self.remote))
        git(place, "clone", "--quiet", self.remote.as_uri(), str(self.checkout))

    def propose(
        self, files: tuple[tuple[str, str], ...] = FILES, message: str = MESSAGE, *, apply: bool = True
    ) -> Outcome:
        repository = Repository(self.checkout)
        base = repository.fetch_branch("origin", "main")
        return push_proposal(repository, base, Proposal(BRANCH, "A title", "", files, message), apply=apply)

    def tip(self, branch: str = BRANCH) -> str:
        return git(self.remote, "rev-parse", "--verify", "--quiet", branch).strip()

    def show(self, *arguments: str) -> str:
        return git(self.remote, *arguments)

    def push_to_main(self, path: str, text: str) -> None:
        git(self.person, "checkout", "--quiet", "main")
        write(self.person, path, text)
        commit(self.person)
        git(self.person, "push", "--quiet", "origin", "main")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return World(tmp_path)


def test_the_branch_has_one_commit_of_the_bots_with_these_files(world: World) -> None:
    assert world.propose() == Pushed(world.tip())
    assert world.show("log", "--format=%an <%ae> %cn <%ce> %P", "-1", BRANCH).split() == [
        ACTIONS_BOT.name, f"<{ACTIONS_BOT.email}>", ACTIONS_BOT.name, f"<{ACTIONS_BOT.email}>", world.tip("main"),
    ]  # fmt: skip
    assert world.show("diff", "--name-only", "main", BRANCH).split() == [path for path, _ in FILES]
    assert world.show("show", f"{BRANCH}:assessments/new/two.yaml") == "model: Zwei\n"
    assert world.show("log", "--format=%B", "-1", BRANCH).strip() == MESSAGE.strip()


def test_the_checkout_that_it_runs_in_stays_as_it_is(world: World) -> None:
    before = git(world.checkout, "for-each-ref", "refs/heads"), git(world.checkout, "status", "--porcelain")
    world.propose()
    assert (git(world.checkout, "for-each-ref", "refs/heads"), git(world.checkout, "status", "--porcelain")) == before
    assert list((world.checkout / ".git/openness-bot").iterdir()) == []


def test_the_same_again_is_kept(world: World) -> None:
    world.propose()
    assert world.propose() == Kept(world.tip())


def test_the_same_is_the_same_commit_whoever_makes_it(world: World) -> None:
    world.propose()
    first = world.tip()
    world.show("update-ref", "-d", f"refs/heads/{BRANCH}")
    world.propose()
    assert world.tip() == first


def test_it_is_kept_while_main_moves_elsewhere(world: World) -> None:
    world.propose()
    world.push_to_main("README.md", "# Other\n")
    assert world.propose() == Kept(world.tip())


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ((("assessments/example/one.yaml", "model: Other\n"),), MESSAGE),
        (FILES[:1], MESSAGE),
        (FILES, MESSAGE.replace("Add", "Change")),
    ],
)
def test_something_else_takes_its_place(world: World, files: tuple[tuple[str, str], ...], message: str) -> None:
    world.propose()
    assert world.propose(files, message) == Pushed(world.tip())
    assert world.show("rev-list", "--count", f"main..{BRANCH}").strip() == "1"
    assert world.show("diff", "--name-only", "main", BRANCH).split() == [path for path, _ in files]


@pytest.mark.parametrize(
    "history", ["a commit on top", "a merge of main", "an amended commit", "a branch of somebody's"]
)
def test_what_people_push_is_never_overwritten(world: World, history: str) -> None:
    if history != "a branch of somebody's":
        world.propose()
        git(world.person, "fetch", "--quiet", "origin", BRANCH)
        git(world.person, "checkout", "--quiet", "-B", BRANCH, "FETCH_HEAD")
    else:
        git(world.person, "checkout", "--quiet", "-B", BRANCH)
    if history == "a merge of main":
        world.push_to_main("README.md", "# Other\n")
        git(world.person, "checkout", "--quiet", BRANCH)
        git(world.person, "merge", "--quiet", "--no-edit", "main")
    else:
        write(world.person, "assessments/example/one.yaml", "model: Mine\n")
        commit(world.person)
        if history == "an amended commit":
            git(world.person, "reset", "--quiet", "--soft", "main")
            commit(world.person)
    git(world.person, "push", "--quiet", "--force", "origin", BRANCH)
    theirs = world.tip()
    assert world.propose() == Untouched.TAKEN_OVER
    assert world.tip() == theirs


def test_a_dry_run_pushes_nothing(world: World) -> None:
    assert world.propose(apply=False) == Untouched.DRY_RUN
    assert "openness-bot" not in world.show("for-each-ref")


def test_a_branch_that_somebody_made_meanwhile_is_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.propose()
    before = world.tip()
    seen = {"refs/heads/main": world.tip("main")}
    monkeypatch.setattr(Repository, "remote_refs", lambda *_: seen)
    assert isinstance(world.propose(FILES[:1]), PushRefused)
    assert world.tip() == before


def test_hooks_and_settings_of_the_checkout_do_nothing(world: World) -> None:
    for name in ("pre-push", "pre-commit", "reference-transaction"):
        hook = world.checkout / f".git/hooks/{name}"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
        hook.chmod(0o755)
    git(world.checkout, "config", "commit.gpgSign", "true")
    git(world.checkout, "config", "push.gpgSign", "true")
    assert not isinstance(world.propose(), (PushRefused, Untouched))


# ---- the pull request ------------------------------------------------------------------------------------------------

PROPOSAL = Proposal(BRANCH, "A title", "A body", FILES, MESSAGE)
OPEN, CLOSED = ProposedPull(7, PullState.OPEN), ProposedPull(7, PullState.CLOSED)


class Proposing:
    """A proposer whose client only remembers the calls, and what it logged."""

    def __init__(self, world: World, *, apply: bool = True) -> None:
        self.log: list[str] = []
        self.client = mock.create_autospec(Client, instance=True)
        self.client.propose.return_value = 7
        repository = Repository(world.checkout)
        run = Run(self.client, repository, datetime(2026, 1, 1, tzinfo=UTC), apply, self.log.append)
        self.judged = mock.patch.object(Run, "answer", return_value=NOTHING)
        self.proposer = Proposer(run, repository.fetch_branch("origin", "main"))

    def propose(self, newest: ProposedPull | None, *, edits: bool = True) -> ProposalResult:
        with self.judged as judged:
            result = self.proposer.propose_and_judge(PROPOSAL, newest, edits=edits)
        assert judged.called is result.is_new
        return result


def take_over(world: World) -> None:
    """Push to the branch of the proposal as somebody else."""
    git(world.person, "checkout", "--quiet", "-B", BRANCH)
    write(world.person, "assessments/example/one.yaml", "model: Mine\n")
    commit(world.person)
    git(world.person, "push", "--quiet", "--force", "origin", BRANCH)


def test_a_proposal_is_pushed_opened_and_judged_once(world: World) -> None:
    first = Proposing(world)
    result = first.propose(None)
    assert result == ProposalResult(Pushed(world.tip()), 7, is_new=True)
    assert first.log == [f"Done: pushed {world.tip()[:10]} to {BRANCH}", f"Done: proposed {BRANCH} as pull request 7"]
    assert first.client.propose.call_args == mock.call(BRANCH, "main", "A title", "A body", draft=False)
    again = Proposing(world)
    assert again.propose(OPEN) == ProposalResult(Kept(world.tip()), 7)
    assert (again.log, again.client.propose.call_count) == ([], 1)


def test_a_pull_request_whose_words_people_may_edit_is_not_edited_where_its_branch_stays(world: World) -> None:
    Proposing(world).propose(None)
    again = Proposing(world)
    assert again.propose(OPEN, edits=False) == ProposalResult(Kept(world.tip()), 7)
    assert not again.client.propose.called
    # Pushed by a run that was stopped before it opened one.
    assert Proposing(world).propose(None, edits=False).is_new


def test_what_people_closed_is_not_proposed_again(world: World) -> None:
    proposing = Proposing(world)
    result = proposing.propose(CLOSED)
    assert result.outcome == Untouched.TURNED_DOWN
    assert result.obstacle == "pull request 7 did that and was closed without being merged"
    assert "openness-bot" not in world.show("for-each-ref")


@pytest.mark.parametrize("newest", [None, OPEN])
def test_a_branch_that_was_taken_over_is_an_obstacle_where_it_has_no_pull_request(
    world: World, newest: ProposedPull | None
) -> None:
    take_over(world)
    proposing = Proposing(world)
    obstacle = "" if newest else f"somebody else has pushed to `{BRANCH}`"
    assert proposing.propose(newest) == ProposalResult(Untouched.TAKEN_OVER, newest and 7, obstacle)
    assert not proposing.client.propose.called


def test_a_dry_run_only_says_what_it_would_do(world: World) -> None:
    dry = Proposing(world, apply=False)
    assert dry.propose(None) == ProposalResult(Untouched.DRY_RUN)
    assert dry.log == [f"Would propose {BRANCH}: A title"]
    Proposing(world).propose(None)
    kept = Proposing(world, apply=False)
    assert kept.propose(OPEN) == ProposalResult(Kept(world.tip()), 7)
    assert (kept.log, dry.client.propose.called, kept.client.propose.called) == ([], False, False)


def test_a_proposal_is_withdrawn_with_a_farewell(world: World) -> None:
    Proposing(world).propose(None)
    dry, applied = Proposing(world, apply=False), Proposing(world)
    farewell = Proposal(BRANCH, "A title", "Nobody needs it any more.")
    assert dry.proposer.withdraw(BRANCH, farewell)
    assert dry.log == [f"Would delete {BRANCH}, which nobody needs any more"]
    assert not dry.client.propose.called
    assert applied.proposer.withdraw(BRANCH, farewell)
    assert applied.client.propose.call_args == mock.call(
        BRANCH, "main", "A title", "Nobody needs it any more.", draft=False
    )
    assert applied.log == [f"Done: deleted {BRANCH}, which nobody needs any more"]
    assert "openness-bot" not in world.show("for-each-ref")
    assert not applied.proposer.withdraw(BRANCH, farewell)


def test_a_branch_that_was_taken_over_is_not_withdrawn(world: World) -> None:
    take_over(world)
    proposing = Proposing(world)
    assert not proposing.proposer.withdraw(BRANCH, PROPOSAL)
    assert (proposing.log, proposing.client.propose.called) == ([], False)
    assert world.show("log", "--format=%an", "-1", BRANCH)


# ---- what the bot made -----------------------------------------------------------------------------------------------


def test_what_was_pushed_is_marked_as_the_bots(world: World) -> None:
    proposing = Proposing(world)
    proposing.propose(None)
    proposing.client.mark_made.assert_called_once_with(world.tip())


@pytest.mark.parametrize("is_made", [True, False])
def test_what_a_run_that_died_pushed_is_marked_by_the_next_one(is_made: bool, world: World) -> None:
    world.propose()
    proposing = Proposing(world)
    proposing.client.is_made.return_value = is_made
    assert isinstance(proposing.propose(None).outcome, Kept)
    assert proposing.client.mark_made.call_count == (not is_made)


def test_what_others_pushed_and_what_a_dry_run_finds_is_not_marked(world: World) -> None:
    Proposing(world, apply=False).propose(None)
    git(world.person, "push", "--quiet", "origin", f"main:{BRANCH}")
    git(world.person, "checkout", "--quiet", "-b", "theirs")
    commit(world.person)
    git(world.person, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    proposing = Proposing(world)
    assert proposing.propose(None).outcome == Untouched.TAKEN_OVER
    proposing.client.mark_made.assert_not_called()


# ---- what people chose -----------------------------------------------------------------------------------------------


def test_where_a_branch_is_in_the_way_that_is_said_and_is_no_failure(world: World) -> None:
    git(world.remote, "branch", "openness-bot", "main")
    result = Proposing(world).propose(None)
    assert result.outcome == PushRefused(BRANCH, is_protected=False, is_blocked=True)
    assert result.worked
    assert result.obstacle == (
        "`openness-bot/issue-1` can't be made while there is a branch `openness-bot` or `openness-bot/issue-1/...`. "
        "Rename or delete that one"
    )


def test_where_the_bot_may_open_no_pull_requests_a_person_is_told_where(world: World) -> None:
    proposing = Proposing(world)
    words = "GitHub answered 403: GitHub Actions is not permitted to create or approve pull requests."
    proposing.client.propose.side_effect = CallFailedError(words, 403)
    proposing.client.compare_url.return_value = "https://example.org/compare"
    result = proposing.propose(None)
    assert result.outcome == NotOpened("https://example.org/compare")
    assert "Open it by hand from the branch `openness-bot/issue-1`" in result.obstacle
    assert result.worked


@pytest.mark.parametrize(
    "error", [CallFailedError("GitHub answered 403: Resource not accessible", 403), CallFailedError("it", 422)]
)
def test_other_refusals_are_failures(error: CallFailedError, world: World) -> None:
    proposing = Proposing(world)
    proposing.client.propose.side_effect = error
    with pytest.raises(CallFailedError):
        proposing.propose(None)
