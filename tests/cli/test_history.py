"""`openness-bot history`: git and the record joined, and the messages where either is missing."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from bot.board.ranking.change import ChangeKind
from bot.governance.judgement import ConditionKind
from bot.governance.record.decisions import Account, Approval, RecordedConcern, Recusal, as_json
from tests.checkouts import add_model, checkout, commit, edit, git, run, write
from tests.governance.record.entries import decision, model
from tests.samples import rubric

if TYPE_CHECKING:
    from pathlib import Path

    from bot.governance.record.decisions import Decision

FILE = "assessments/example/three.yaml"
CLOSED, RAISED = "c" * 16, "o" + "c" * 15


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout whose model was pushed, raised by a recorded merge, and given another note without a record."""
    root = checkout(tmp_path / "root")
    add_model(root, "example/three", CLOSED)
    before = commit(root)
    add_model(root, "example/three", RAISED)
    merged = commit(root)
    record(root, raised(before, merged))
    commit(root)
    edit(root / FILE, "note: Read on that day.", "note: Read again.")
    commit(root)
    return root


def raised(before: str, merged: str, **changes: Any) -> Decision:
    return decision(45, model("example/three", raised=["weights"]), before=before, commit=merged, **changes)


def record(root: Path, *decisions: Decision) -> None:
    for one in decisions:
        write(root, one.path, as_json(one))


def changes(
    root: Path, criterion: str = "weights", name: str = "example/three"
) -> list[tuple[str | None, str | None, int | None]]:
    """Return the levels before and after and the pull request of each change, the newest first."""
    code, out, err = run(root, "history", name, "--criterion", criterion, "--format", "json")
    assert (code, err) == (0, "")
    (found,) = json.loads(out)["criteria"]
    return [
        (one["before"], one["after"], one["decision"] and one["decision"]["pull_request"]) for one in found["changes"]
    ]


def test_each_change_is_shown_with_its_decision(root: Path) -> None:
    assert changes(root) == [("open", "open", None), ("closed", "open", 45), (None, "closed", None)]
    assert changes(root, "code") == [(None, "closed", None)]


def test_people_read_who_agreed_for_whom(root: Path) -> None:
    (before, merged), person = git(root, "rev-list", "--reverse", "HEAD").split()[:2], Account(login="one", id=1)
    full = raised(
        before,
        merged,
        approvals=(
            Approval(login="one", id=1, organisations=("a-lab", "b-lab")),
            Approval(login="two", id=2, organisations=()),
            Approval(login="three", id=3, organisations=None),
        ),
        recusals=(Recusal(login="four", id=4, developers=("example",)),),
        concerns=(RecordedConcern(name="licence ::stop", raised_by=person, resolved_by=None, reason=""),),
        unmet=(ConditionKind.WAIT,),
        provisional=True,
    )
    record(root, full)
    code, out, err = run(root, "history", "example/three", "--criterion", "weights")
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    assert out.startswith("Example Three (example/three)\n=============================\n\n● Weights: open\n")
    for said in (
        "closed → open; pull request #45 (raised)",
        "approved by one (for a-lab and b-lab), two (independent), three (for whom they work is not declared);",
        "merged by example-maintainer",
        "not counted: four, who works for example",
        "concern “licence ::stop” of one, not settled",
        "against the rules: the waiting time was not over",
        "provisional: there were too few maintainers",
        "https://example.org/pull/45",
        "rated closed; commit",
        "no decision is recorded “A change”",
    ):
        assert said in words


def test_a_merge_by_rebasing_is_one_decision_for_all_its_commits(root: Path) -> None:
    add_model(root, "example/three", CLOSED)
    first = commit(root)
    add_model(root, "example/three", RAISED)
    last = commit(root)
    before = git(root, "rev-parse", f"{first}^").strip()
    record(root, decision(46, model("example/three", evidence=["weights"]), before=before, commit=last))
    assert [number for _, _, number in changes(root)] == [46, 46, None, 45, None]


def test_a_model_is_followed_to_where_it_had_another_name(root: Path) -> None:
    git(root, "mv", FILE, "assessments/example/four.yaml")
    commit(root)
    parent, merged = git(root, "rev-list", "--max-count=2", "HEAD").split()[::-1]
    moved = model("example/four", kind=ChangeKind.RENAMED, former="example/three")
    record(root, decision(47, moved, before=parent, commit=merged))
    assert changes(root, name="example/four") == [
        ("open", "open", None),
        ("closed", "open", 45),
        (None, "closed", None),
    ]


def test_what_is_not_committed_is_called_that(root: Path) -> None:
    add_model(root, "example/three", CLOSED)
    out = run(root, "history", "example/three").out
    assert "○ Weights: closed\n  now         other than in the last commit: not committed yet\n" in out
    assert out.count("not committed yet") == 1
    add_model(root, "example/new", CLOSED)
    assert run(root, "history", "example/new").out.count("not committed yet") == 16


def test_in_a_shallow_clone_it_says_that_there_may_be_more(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=2", root.as_uri(), "clone")
    clone = tmp_path / "clone"
    assert changes(clone)[0] == ("open", "open", None)
    # Changes that are only in the record aren't lost.
    assert ("closed", "open", 45) in changes(clone)
    code, out, _ = run(clone, "history", "example/three", "--criterion", "code")
    assert (code, "rated closed" in out, "closed, or already before" in out) == (0, False, True)
    assert out.endswith("What is older isn't in this clone, which is shallow. `git fetch --unshallow` brings it.\n")
    assert json.loads(run(clone, "history", "example/three", "--format", "json").out)["complete"] is False


def test_outside_of_git_the_record_alone_speaks(root: Path) -> None:
    shutil.rmtree(root / ".git")
    assert changes(root) == [("closed", "open", 45)]
    out = run(root, "history", "example/three").out
    assert "○ Code: closed\n              nothing is known of how it came about\n" in out
    assert out.endswith("This is no git repository, so only what is recorded under decisions/ is known.\n")


def test_a_version_that_broke_rules_is_read_as_far_as_it_goes(root: Path) -> None:
    edit(root / FILE, "level: open", "level: ajar")
    commit(root)
    add_model(root, "example/three", RAISED)
    commit(root)
    assert [(before, after) for before, after, _ in changes(root)][:2] == [("ajar", "open"), ("open", "ajar")]
    assert "ajar → open" in run(root, "history", "example/three").out


WRONG = {
    ("history", "example/thre"): (2, "Error: there is no model `example/thre`. Did you mean example/three?"),
    ("history", "example/three", "--criterion", "weigths"): (
        2,
        "Error: there is no criterion `weigths`. Did you mean weights? There are: "
        + ", ".join(criterion.id for criterion in rubric().criteria)
        + ".",
    ),
}


@pytest.mark.parametrize("arguments", WRONG)
def test_what_is_not_there_is_refused_with_the_nearest(arguments: tuple[str, ...], root: Path) -> None:
    code, out, err = run(root, *arguments)
    assert ((code, err.splitlines()[-1]), out) == (WRONG[arguments], "")


def test_a_broken_entry_is_a_message_and_no_traceback(root: Path) -> None:
    write(root, "decisions/9.json", "{")
    code, out, err = run(root, "history", "example/three")
    assert (code, out) == (1, "")
    assert err.startswith("Error: the record of decisions can't be used.\ndecisions/9.json:1:1: it is no entry: ")
