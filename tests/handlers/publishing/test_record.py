"""The record of merges, with real git and GitHub's stand-in: each merge has its entry, once, however it was merged."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from bot.board.model.layout import POLICY, PROPOSAL_BRANCH
from bot.board.model.words import PROVISIONAL
from bot.board.reading.snapshot import SnapshotError
from bot.cli import publish as publish_command
from bot.git.repository import Repository
from bot.github.client import CONTEXT
from bot.handlers.publishing.record import MOST_ENTRIES, Recorder, unrecorded
from bot.handlers.pull_request.contents import read_contents
from tests.checkouts import add_model, checkout, commit, edit, git, run, write
from tests.github.conftest import standin as standin
from tests.github.standin import BEGINNING, PUSH_TOKEN, TOKEN, Fault
from tests.github.test_client import connected

if TYPE_CHECKING:
    from pathlib import Path

    from tests.checkouts import Ran
    from tests.github.standin import Pull, StandIn

pytestmark = pytest.mark.thorough

REVIEWER, MAINTAINER = "example-reviewer", "example-maintainer"


# ---- a small world ---------------------------------------------------------------------------------------------------


@pytest.fixture
def work(standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a contributor's checkout of main, on which everything generated is up to date."""
    root = checkout(tmp_path / "work")
    assert run(root, "build").code == 0
    commit(root)
    standin.branch(root)
    standin.permission(REVIEWER, "write")
    standin.permission(MAINTAINER, "maintain")
    monkeypatch.setattr(publish_command, "_pause", lambda seconds: None)
    for name, value in {
        "GITHUB_TOKEN": PUSH_TOKEN,
        "GITHUB_REPOSITORY": standin.state.repo.full_name,
        "GITHUB_API_URL": standin.url,
        "GITHUB_SERVER_URL": standin.url,
    }.items():
        monkeypatch.setenv(name, value)
    return root


@pytest.fixture
def place(standin: StandIn, work: Path, tmp_path: Path) -> Path:
    """Return the checkout in which publishing is started."""
    git(tmp_path, "clone", "--quiet", standin.clone_url, "place")
    return tmp_path / "place"


def propose(standin: StandIn, work: Path, *, files: list[str], author: str = "example-author") -> Pull:
    """Open a pull request on top of main that changes these models to wholly open, in a commit for each."""
    git(work, "fetch", "--quiet", standin.clone_url, "main")
    git(work, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
    for model in files:
        add_model(work, model, "oooooooooooooooo")
        commit(work)
    pull = standin.open_pull(work, author=author)
    with suppress(SnapshotError):  # before there was a policy
        effect = read_contents(Repository(work), main(standin), pull.head_sha, BEGINNING.date()).effect
        run_of_bot = f"https://example.org/runs/1?pr={pull.number}&effect={effect}"
        standin.status(pull.head_sha, CONTEXT, "pending", "Waiting.", run_of_bot)
    return pull


def published(place: Path) -> Ran:
    return run(place, "publish", "--apply")


def main(standin: StandIn) -> str:
    tip = standin.git.resolve("refs/heads/main")
    assert tip
    return tip


def entries(standin: StandIn, ref: str = "main") -> dict[int, dict[str, Any]]:
    """Return the entries on a branch by the numbers of their pull requests."""
    names = standin.git.git("ls-tree", "--name-only", ref, "decisions/").split()
    texts = {name: standin.git.git("cat-file", "blob", f"{ref}:{name}") for name in names if name.endswith(".json")}
    return {
        int(name.removeprefix("decisions/").removesuffix(".json")): json.loads(text) for name, text in texts.items()
    }


def recorder(standin: StandIn, place: Path) -> Recorder:
    git(place, "fetch", "--quiet", "origin")
    return Recorder(Repository(place), connected(standin), standin.url)


# ---- how it was merged -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{}, {"squash": True}, {"rebase": True}], ids=["merged", "squashed", "rebased"])
def test_each_way_of_merging_leaves_one_entry_with_all_that_it_did(
    how: dict[str, bool], standin: StandIn, work: Path, place: Path
) -> None:
    pull = propose(standin, work, files=["example/four", "example/five"])
    standin.comment(pull.number, REVIEWER, "/coi none")
    standin.review(pull.number, REVIEWER)
    standin.wait(days=7)
    before = main(standin)
    merged = standin.merge(pull.number, MAINTAINER, **how)
    ran = published(place)
    assert (ran.code, ran.err) == (0, "")
    entry = entries(standin)[pull.number]
    assert (entry["before"], entry["commit"]) == (before, merged)
    assert entry["url"] == f"{standin.url}/example-org/example-models/pull/{pull.number}"
    assert entry["merged_at"] == (pull.merged_at.strftime("%Y-%m-%dT%H:%M:%SZ") if pull.merged_at else "")
    assert (entry["author"]["login"], entry["merged_by"]["login"]) == ("example-author", MAINTAINER)
    assert (entry["classes"], entry["provisional"], entry["unmet"]) == (["new-model"], True, [])
    assert [(one["login"], one["organisations"]) for one in entry["approvals"]] == [(REVIEWER, [])]
    assert [(one["id"], one["kind"], one["rank_after"]) for one in entry["models"]] == [
        ("example/five", "added", 1),
        ("example/four", "added", 1),
    ]
    assert {move["before"] for one in entry["models"] for move in one["ratings"]} == {None}
    assert PROVISIONAL in standin.git.git("cat-file", "blob", "main:leaderboard/models/example/four.md")
    assert "example/five" in standin.git.git("cat-file", "blob", "main:decisions/README.md")


def test_the_entry_and_the_leaderboard_are_one_commit_and_a_second_run_writes_nothing(
    standin: StandIn, work: Path, place: Path
) -> None:
    pull = propose(standin, work, files=["example/four"])
    merged = standin.merge(pull.number)
    assert published(place).code == 0
    tip = main(standin)
    assert standin.git.commit(tip).parents == (merged,)
    changed = standin.git.git("diff", "--name-only", merged, tip).split()
    assert {f"decisions/{pull.number}.json", "decisions/README.md", "README.md"} <= set(changed)
    standin.forget_calls()
    assert published(place).out.endswith("is up to date; nothing to publish.\n")
    assert (main(standin), standin.writes) == (tip, [])


def test_who_went_past_the_rules_is_seen(standin: StandIn, work: Path, place: Path) -> None:
    pull = propose(standin, work, files=["example/four"])
    standin.review(pull.number, REVIEWER, "CHANGES_REQUESTED")
    standin.comment(pull.number, REVIEWER, "/concern the licence")
    standin.merge(pull.number)
    published(place)
    entry = entries(standin)[pull.number]
    assert entry["unmet"] == ["changes-requested", "concern", "approvals", "wait"]
    assert [(one["name"], one["resolved_by"]) for one in entry["concerns"]] == [("the licence", None)]
    assert "against the rules" in standin.git.git("cat-file", "blob", "main:decisions/README.md")


def test_comments_after_the_merge_change_nothing(standin: StandIn, work: Path, place: Path) -> None:
    pull = propose(standin, work, files=["example/four"])
    standin.merge(pull.number)
    standin.review(pull.number, REVIEWER)
    standin.comment(pull.number, REVIEWER, "/concern too late")
    published(place)
    entry = entries(standin)[pull.number]
    assert (entry["approvals"], entry["concerns"]) == ([], [])


def test_each_merge_is_judged_by_the_rules_of_before(standin: StandIn, work: Path, place: Path) -> None:
    pull = propose(standin, work, files=[])
    edit(work / POLICY, "maintainers: 3", "maintainers: 1")
    add_model(work, "example/four", "oooooooooooooooo")
    commit(work)
    standin.push_head(pull.number, work)
    standin.merge(pull.number)
    other = propose(standin, work, files=["example/five"])
    standin.merge(other.number)
    assert published(place).code == 0
    found = entries(standin)
    assert [found[one.number]["provisional"] for one in (pull, other)] == [True, False]
    assert found[pull.number]["classes"] == ["governance", "new-model"]


# ---- what leaves no entry --------------------------------------------------------------------------------------------


def test_a_push_without_a_pull_request_leaves_no_entry_and_is_published(
    standin: StandIn, work: Path, place: Path
) -> None:
    add_model(work, "example/four", "oooooooooooooooo")
    commit(work)
    standin.branch(work)
    assert published(place).code == 0
    assert entries(standin) == {}
    assert "Example Four" in standin.git.git("cat-file", "blob", "main:README.md")


def test_what_publishing_proposed_is_no_decision(standin: StandIn, work: Path, place: Path) -> None:
    pull = propose(standin, work, files=["example/four"])
    standin.protect("main")
    merged = standin.merge(pull.number)
    assert published(place).code == 0
    (own,) = [one for one in standin.state.pulls.values() if one.head_ref == PROPOSAL_BRANCH]
    assert entries(standin, own.head_sha).keys() == {pull.number}
    # Meanwhile another one is merged: the record of it isn't lost.
    other = propose(standin, work, files=["example/five"])
    standin.merge(other.number)
    standin.merge(own.number)
    assert published(place).code == 0
    (again,) = [one for one in standin.state.pulls.values() if one.head_ref == PROPOSAL_BRANCH and one.state == "open"]
    standin.merge(again.number, squash=True)
    assert entries(standin).keys() == {pull.number, other.number}
    assert entries(standin)[pull.number]["commit"] == merged
    assert published(place).out.endswith("is up to date; nothing to publish.\n")


def test_merges_before_there_was_a_policy_have_no_record(standin: StandIn, work: Path, place: Path) -> None:
    policy = (work / POLICY).read_text("utf-8")
    (work / POLICY).unlink()
    commit(work)
    standin.branch(work)
    old = propose(standin, work, files=["example/four"])
    standin.merge(old.number)
    git(work, "fetch", "--quiet", standin.clone_url, "main")
    git(work, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
    write(work, POLICY, policy)
    commit(work)
    standin.branch(work)
    git(place, "fetch", "--quiet", "origin")
    # The policy of this story was added, removed and added again: merges without a policy are reported as not judged.
    found = recorder(standin, place)
    assert (found(main(standin)), found.failed) == ({}, False)
    assert found.notes == [
        f"Pull request {old.number} can't be recorded: there is no governance.yml on the base branch."
    ]


# ---- when something fails --------------------------------------------------------------------------------------------


def test_where_github_fails_the_board_is_published_and_the_next_run_records(
    standin: StandIn, work: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = propose(standin, work, files=["example/four"])
    standin.merge(first.number)
    second = propose(standin, work, files=["example/five"])
    standin.merge(second.number)
    standin.faults.on("GET", rf"/commits/{second.head_sha}/statuses", Fault.BAD_GATEWAY, times=None)
    monkeypatch.setattr("bot.github.client.connect", lambda settings: connected(standin, token=PUSH_TOKEN))
    ran = published(place)
    assert (ran.code, ran.out.startswith("Pushed ")) == (1, True)
    assert ran.err.startswith("No decisions are recorded now; the next run does it. ")
    # Not even that of the first, lest the second be taken for looked at.
    assert entries(standin) == {}
    assert "Example Five" in standin.git.git("cat-file", "blob", "main:README.md")
    standin.faults.clear()
    ran = published(place)
    assert (ran.code, ran.err) == (0, "")
    assert entries(standin).keys() == {first.number, second.number}


def test_without_a_token_a_note_says_that_nothing_is_recorded(
    standin: StandIn, work: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = propose(standin, work, files=["example/four"])
    standin.merge(pull.number)
    monkeypatch.delenv("GITHUB_TOKEN")
    code, out, err = run(place, "publish")
    assert (code, out.startswith("Would commit to main:")) == (0, True)
    assert err == (
        "No decisions are recorded: 1 commit may come from pull requests, and only with GITHUB_TOKEN can GitHub be asked "
        "who agreed to them.\n"
    )


def test_two_publishers_write_the_same_bytes(standin: StandIn, work: Path, place: Path) -> None:
    pull = propose(standin, work, files=["example/four"])
    standin.review(pull.number, REVIEWER)
    standin.merge(pull.number)
    made = [dict(recorder(standin, place)(main(standin))) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].keys() == {f"decisions/{pull.number}.json"}


def test_a_run_that_was_killed_after_its_push_is_taken_up_by_the_next(
    standin: StandIn, work: Path, place: Path
) -> None:
    pull = propose(standin, work, files=["example/four"])
    merged = standin.merge(pull.number)
    assert published(place).code == 0
    tip = main(standin)
    # As if it had been killed before its push: main is where it was.
    standin.git.set_ref("refs/heads/main", merged)
    assert published(place).code == 0
    assert main(standin) == tip


def test_a_broken_entry_is_named_and_stops_the_build(standin: StandIn, work: Path, place: Path) -> None:
    write(work, "decisions/7.json", "{}\n")
    commit(work)
    standin.branch(work)
    code, out, err = published(place)
    assert (code, out) == (1, "")
    assert err.startswith(
        "Error: the record of decisions can't be used.\ndecisions/7.json:1:1: it is no entry: `format`: "
    )


# ---- which commits ---------------------------------------------------------------------------------------------------


def test_only_commits_that_somebody_decided_on_are_asked_about(standin: StandIn, work: Path, place: Path) -> None:
    pull = propose(standin, work, files=["example/four"])
    merged = standin.merge(pull.number)
    git(place, "fetch", "--quiet", "origin")
    assert unrecorded(Repository(place), merged, []) == [merged]
    assert published(place).code == 0
    git(place, "fetch", "--quiet", "origin")
    assert unrecorded(Repository(place), main(standin), []) == [merged]
    standin.forget_calls()
    assert published(place).code == 0
    assert standin.calls == []


def test_a_run_makes_at_most_so_many_entries_and_the_next_goes_on(
    standin: StandIn, work: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_ENTRIES > 1
    monkeypatch.setattr("bot.handlers.publishing.record.MOST_ENTRIES", 1)
    pulls = []
    for name in ("four", "five"):
        pulls.append(propose(standin, work, files=[f"example/{name}"]).number)
        standin.merge(pulls[-1])
    assert (published(place).code, list(entries(standin))) == (1, pulls[:1])
    assert (published(place).code, sorted(entries(standin))) == (0, pulls)


def test_only_reading_is_needed(standin: StandIn, work: Path, place: Path) -> None:
    pull = propose(standin, work, files=["example/four"])
    standin.review(pull.number, REVIEWER)
    standin.merge(pull.number)
    permissions = {"contents": "write", "pull-requests": "write", "statuses": "read"}
    standin.tokens[TOKEN] = type(standin.tokens[TOKEN])(standin.tokens[TOKEN].user, permissions)  # type: ignore[arg-type]
    found = recorder(standin, place)
    assert found(main(standin)).keys() == {f"decisions/{pull.number}.json"}
    assert (found.notes, standin.writes) == ([], [])
