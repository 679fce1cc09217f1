"""Who wrote what a form proposes: its reporter, everybody who edited it, and whoever pushes in the bot's name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from bot.github import retry
from bot.github.client import MADE
from tests.checkouts import commit, edit, git, run, write
from tests.github.form_story import FORMS, MAINTAINER, Stage, play
from tests.github.scenario import environment
from tests.github.standin import ACTIONS_BOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REVIEWER = "example-alice"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with play(FORMS / "rating-corrected", tmp_path) as stage:
        stage.standin.permission(REVIEWER, "write")
        yield stage


def judged(stage: Stage) -> str:
    """Let the bot judge the form's pull request, and return its comment there."""
    assert stage.pull
    with (
        mock.patch.dict(os.environ, environment(stage.standin)),
        mock.patch.object(retry, "BETWEEN_WRITES", 0),
        mock.patch("bot.cli.clock", return_value=stage.standin.now),
    ):
        assert run(stage.base, "pr", "--number", str(stage.pull.number), "--apply").code == 0
    (comment,) = (one for one in stage.standin.state.comments_of(stage.pull.number) if one.user == ACTIONS_BOT)
    return comment.body


def approve(stage: Stage, login: str) -> None:
    assert stage.pull
    stage.standin.review(stage.pull.number, login, "APPROVED")


def push(stage: Stage, name: str, email: str) -> None:
    """Let a maintainer push to the branch of the form, in a name that they choose."""
    assert stage.pull
    git(stage.work, "fetch", "--quiet", stage.standin.clone_url, stage.branch)
    git(stage.work, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    file = stage.work / "assessments/example/two.yaml"
    file.write_text(file.read_text("utf-8").replace("Read on that day.", "Read that day."), "utf-8")
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", email))
    }
    with mock.patch.dict(os.environ, people):
        commit(stage.work)
    stage.standin.push_head(stage.pull.number, stage.work, by=MAINTAINER)


def test_the_bot_says_of_its_commit_that_it_made_it_once(stage: Stage) -> None:
    assert stage.pull
    marks = [one for one in stage.standin.state.statuses if one.context == MADE]
    assert [(one.sha, one.creator) for one in marks] == [(stage.pull.head_sha, ACTIONS_BOT)]


@pytest.mark.thorough
def test_a_reviewer_approves_what_somebody_else_reported(stage: Stage) -> None:
    approve(stage, REVIEWER)
    assert f"Approvals by reviewers: 1 of 1 ({REVIEWER})" in judged(stage)


def test_the_reporter_and_who_edited_the_form_approve_nothing(stage: Stage) -> None:
    stage.standin.permission("example-author", "write")
    stage.standin.edit_issue(stage.issue.number, body=stage.issue.body, by=MAINTAINER)
    approve(stage, "example-author")
    approve(stage, MAINTAINER)
    text = judged(stage)
    assert "Approvals by reviewers" not in text
    assert "Approvals that do not count: " in text
    assert all(login in text for login in ("example-author (wrote a part of it)", MAINTAINER))


def test_who_edited_the_form_approves_nothing_where_a_person_opened_the_pull_request(tmp_path: Path) -> None:
    with play(FORMS / "pull-requests-not-permitted", tmp_path) as stage:
        for login in (REVIEWER, "example-bob"):
            stage.standin.permission(login, "write")
        stage.standin.edit_issue(stage.issue.number, body=stage.issue.body, by=REVIEWER)
        git(stage.work, "fetch", "--quiet", stage.standin.clone_url, stage.branch)
        stage.standin.open_pull(stage.work, "FETCH_HEAD", author=MAINTAINER, head_ref=stage.branch, fork=False)
        for login in (MAINTAINER, REVIEWER, "example-bob"):
            approve(stage, login)
        assert "Approvals by reviewers: 1 of 1 (example-bob)" in judged(stage)


@pytest.mark.parametrize(("change", "ready"), [("", True), ("Read that day.", False)], ids=["only that", "and changed"])
def test_a_maintainer_rebases_what_the_bot_made(change: str, ready: bool, stage: Stage) -> None:
    assert stage.pull
    git(stage.work, "fetch", "--quiet", stage.standin.clone_url, stage.branch)
    git(stage.work, "checkout", "--quiet", "main")
    write(stage.work, "docs/notes.md", "Notes.\n")
    commit(stage.work)
    stage.standin.branch(stage.work, "main")
    address = f"{MAINTAINER}@users.noreply.example.org"
    with mock.patch.dict(os.environ, {"GIT_COMMITTER_NAME": MAINTAINER, "GIT_COMMITTER_EMAIL": address}):
        git(stage.work, "cherry-pick", "FETCH_HEAD")
        if change:
            edit(stage.work / "assessments/example/two.yaml", "Read on that day.", change)
            git(stage.work, "commit", "--quiet", "--all", "--amend", "--no-edit")
    stage.standin.push_head(stage.pull.number, stage.work, by=MAINTAINER)
    approve(stage, MAINTAINER)
    text = judged(stage)
    assert f"Approvals by reviewers: 1 of 1 ({MAINTAINER})" in text
    assert ("is in the bot's name, but the bot did not make it" not in text) is ready


def test_where_the_form_is_gone_it_is_said_that_its_writers_are_not_known(stage: Stage) -> None:
    approve(stage, REVIEWER)
    del stage.standin.state.issues[stage.issue.number]
    assert "it is not known who wrote the answers of its form" in judged(stage)


@pytest.mark.thorough
@pytest.mark.parametrize("email", [ACTIONS_BOT.email, "nobody@example.org"])
def test_what_somebody_pushes_in_the_name_of_the_bot_or_of_nobody_is_somebody_s(email: str, stage: Stage) -> None:
    push(stage, "github-actions[bot]", email)
    approve(stage, MAINTAINER)
    assert "is in the bot's name, but the bot did not make it" in judged(stage)


@pytest.mark.thorough
def test_what_a_maintainer_pushes_in_their_own_name_is_theirs(stage: Stage) -> None:
    push(stage, MAINTAINER, f"{MAINTAINER}@users.noreply.example.org")
    approve(stage, MAINTAINER)
    approve(stage, REVIEWER)
    text = judged(stage)
    assert f"Approvals by reviewers: 1 of 1 ({REVIEWER})" in text
    assert MAINTAINER in text
