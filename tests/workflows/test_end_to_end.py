"""The workflows as GitHub would run them, against the stand-in: from a fork's pull request to the published README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.checkouts import add_model, commit, edit, git, write
from tests.github.form_story import body, template
from tests.github.links import rules
from tests.samples import rubric
from tests.sources.hub.server import Hub, model
from tests.workflows.events import (
    MAIN,
    by_hand,
    on_comment,
    on_issue,
    on_issue_comment,
    on_merge_group,
    on_pull_request,
    on_push,
    on_review,
    on_schedule,
)
from tests.workflows.files import MONDAY, THURSDAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.github.standin import Issue, Pull, StandIn
    from tests.workflows.runner import Actions, JobRun

thorough = pytest.mark.thorough  # all but one, which shows every day that the workflows can be executed

MAINTAINER = "example-maintainer"


# ---- what is there to see --------------------------------------------------------------------------------------------


def propose(github: StandIn, work: Path) -> Pull:
    """Open a pull request from a fork with everything that has changed in the checkout, and bring that back to main."""
    before = git(work, "rev-parse", "HEAD").strip()
    commit(work)
    pull = github.open_pull(work)
    git(work, "reset", "--quiet", "--hard", before)
    return pull


def names(runs: list[JobRun]) -> list[str]:
    """Return the names of the jobs that ran, each of which has succeeded."""
    assert [run.log for run in runs if not run.succeeded] == []
    return [run.name for run in runs]


def comments(github: StandIn, number: int) -> list[str]:
    """Return what the bot has written below a pull request."""
    return [each.body for each in github.state.comments_of(number) if each.user.login == "github-actions[bot]"]


def settle(standin: StandIn, actions: Actions, number: int) -> None:
    """Let the bot judge once more: the stand-in's clock is months behind, and a wait first begins by that of this machine."""
    actions.fire(*on_pull_request(standin, number, "edited"))


def state(github: StandIn, commit_id: str) -> str | None:
    """Return the required status of a commit."""
    found = [each.state for each in github.state.statuses if (each.sha, each.context) == (commit_id, "openness-bot")]
    return found[-1] if found else None


def main(github: StandIn) -> str:
    tip = github.git.resolve(MAIN)
    assert tip
    return tip


def on_main(github: StandIn, path: str) -> str:
    """Return a file of the main branch."""
    return github.git.git("cat-file", "blob", f"{MAIN}:{path}")


# ---- publishing ------------------------------------------------------------------------------------------------------


def push(github: StandIn, work: Path) -> str:
    """Push what has changed in the checkout to main; return where main was before."""
    before = main(github)
    commit(work)
    github.branch(work)
    return before


@thorough
def test_where_main_is_protected_publishing_proposes_and_the_sweep_lets_it_be_merged(
    standin: StandIn, work: Path, actions: Actions
) -> None:
    add_model(work, "example/four", "oooooooooooooooc")
    push(standin, work)
    standin.protect("main")
    pushed = main(standin)
    assert names(actions.fire(by_hand(standin, "publish"))) == ["publish:publish"]
    assert main(standin) == pushed
    (pull,) = standin.state.pulls.values()
    assert (pull.head_ref, pull.base_ref, pull.state) == ("openness-bot/leaderboard", "main", "open")
    # Somebody else's is open as well, whose event was lost.
    add_model(work, "example/five", "oooooooooooooooc")
    other = propose(standin, work)
    assert names(actions.fire(on_schedule(standin))) == ["sweep:sweep", "sweep:disputes"]
    assert state(standin, pull.head_sha) == "success"
    assert state(standin, other.head_sha) == "pending"
    assert len(comments(standin, other.number)) == 1
    # The event comes late: there is nothing left to do, and nothing is written.
    settle(standin, actions, other.number)
    standin.forget_calls()
    assert names(actions.fire(*on_pull_request(standin, other.number, "opened"))) == ["pull-request:pull-request"]
    assert standin.writes == []
    # The branch of the pull request goes with it, as GitHub is set to do, and nothing is left to publish.
    standin.merge(pull.number)
    assert "Example Four" in on_main(standin, "README.md")
    assert actions.fire(on_push(standin, pushed)) == []
    assert names(actions.fire(by_hand(standin, "publish"))) == ["publish:publish"]
    assert len(standin.state.pulls) == 2


# ---- the whole story -------------------------------------------------------------------------------------------------


@thorough
def test_a_contribution_from_a_fork_is_judged_merged_and_published(
    standin: StandIn, work: Path, actions: Actions
) -> None:
    # Opened with a mistake: it is shown on its line. CI isn't started, because only assessments change.
    edit(add_model(work, "example/four", "oooooooooooooooc"), "level: open", "level: opne")
    pull = propose(standin, work)
    runs = actions.fire(*on_pull_request(standin, pull.number, "opened"))
    assert names(runs) == ["pull-request:pull-request"]
    assert [run.checked_out for run in runs] == [main(standin)]
    assert state(standin, pull.head_sha) == "failure"
    (check_run,) = standin.state.check_runs.values()
    assert [each.path for each in check_run.annotations] == ["assessments/example/four.yaml"]
    assert [remark.path for review in pull.reviews for remark in review.comments] == ["assessments/example/four.yaml"]

    # Corrected: the contributor sees one comment and what is missing.
    git(work, "checkout", "--quiet", "--detach")
    add_model(work, "example/four", "oooooooooooooooc")
    commit(work)
    standin.push_head(pull.number, work)
    (judged,) = actions.fire(*on_pull_request(standin, pull.number, "synchronize"))
    assert "Example Four" in judged.summary
    settle(standin, actions, pull.number)
    (comment,) = comments(standin, pull.number)
    assert "Example Four" in comment
    assert pull.labels == ["new model"]
    assert state(standin, pull.head_sha) == "pending"

    # Asked again: acknowledged, and nothing else changes. Talk starts nothing.
    written = len(standin.state.statuses)
    asked = on_comment(standin, pull.number, "example-author", "/recheck")
    assert names(actions.fire(asked)) == ["pull-request:pull-request"]
    assert [each.user.login for each in standin.state.comments[asked.payload["comment"]["id"]].reactions] == [
        "github-actions[bot]"
    ]
    assert comments(standin, pull.number) == [comment]
    assert len(standin.state.statuses) == written
    assert actions.fire(on_comment(standin, pull.number, "example-author", "Thank you!")) == []

    # Approved: the signal runs without any rights, and what it starts finds the pull request by its head.
    runs = actions.fire(on_review(standin, pull.number, MAINTAINER))
    assert names(runs) == ["review:signal", "reviewed:pull-request"]
    assert [run.checked_out for run in runs] == [None, main(standin)]
    assert state(standin, pull.head_sha) == "success"
    assert len(comments(standin, pull.number)) == 1

    # In the merge queue: the merged tree is judged again, by main's code.
    queued = standin.git.merge(main(standin), pull.head_sha, "Queued", standin.state.user(MAINTAINER), standin.now)
    standin.git.set_ref("refs/heads/gh-readonly-queue/main/pr-1", queued)
    runs = actions.fire(on_merge_group(standin, queued))
    assert names(runs) == ["pull-request:merge-group"]
    assert [run.checked_out for run in runs] == [main(standin)]
    assert state(standin, queued) == "success"

    # Merged: the README has the new model.
    before = main(standin)
    merged = standin.merge(pull.number, MAINTAINER)
    assert names(actions.fire(on_push(standin, before))) == ["publish:publish", "sweep:sweep", "sweep:disputes"]
    published = standin.git.commit(main(standin))
    assert published.parents == (merged,)
    assert f"#{pull.number}" in published.message
    assert "Example Four" in on_main(standin, "README.md")
    assert "Example Four" in on_main(standin, "leaderboard/models/example/four.md")

    # Neither its own push nor a second run does anything: not even one with a token whose pushes start workflows.
    assert actions.fire(on_push(standin, merged)) == []
    assert names(actions.fire(by_hand(standin, "publish"))) == ["publish:publish"]
    assert standin.git.commit(main(standin)) == published


BOAST = "I am the code of the pull request"


@pytest.fixture
def boasting(standin: StandIn, work: Path) -> Pull:
    """Open a pull request that changes whatever code and workflows could be run for it."""
    # The suite doesn't run itself: what CI calls is what the pull request says it is.
    write(work, "Makefile", f".PHONY: leaderboard install\nleaderboard install:\n\t@echo {BOAST}\n")
    write(work, ".ci/run", f"#!/bin/sh\necho {BOAST}: $GITHUB_TOKEN\n").chmod(0o755)
    write(work, "bot/__init__.py", f'print("{BOAST}")\n')
    for name in ("pull-request", "reviewed"):
        write(work, f".github/workflows/{name}.yml", (work / ".github/workflows/ci.yml").read_text("utf-8"))
    return propose(standin, work)


@pytest.mark.thorough
def test_code_of_a_fork_runs_in_ci_alone(standin: StandIn, boasting: Pull, actions: Actions) -> None:
    ran = {run.name: run for run in actions.fire(*on_pull_request(standin, boasting.number, "opened"))}
    assert ran["ci:test"].checked_out == boasting.head_sha
    assert ran["ci:test"].log == f"{BOAST}\n{BOAST}:\n"  # and no token
    judged = ran["pull-request:pull-request"]
    assert judged.succeeded, judged.log
    assert judged.checked_out == main(standin)
    assert BOAST not in judged.log
    assert boasting.labels == ["code"]


@thorough
def test_code_of_a_fork_does_not_run_after_a_review(standin: StandIn, boasting: Pull, actions: Actions) -> None:
    settle(standin, actions, boasting.number)
    ran = {run.name: run for run in actions.fire(on_review(standin, boasting.number, MAINTAINER))}
    judged = ran["reviewed:pull-request"]
    assert judged.succeeded, judged.log
    assert judged.checked_out == main(standin)
    assert BOAST not in judged.log
    assert state(standin, boasting.head_sha) == "success"
    assert ["✅ **Ready to merge" in comment for comment in comments(standin, boasting.number)] == [True]


def deny(standin: StandIn, work: Path, *permissions: str) -> Pull:
    """Take permissions away from the workflow on main, and open a pull request that would need them.

    It is fine but for a mechanical slip: so it gets a label, and a remark and a suggestion on a line as well.
    """
    for permission in permissions:
        edit(work / ".github/workflows/pull-request.yml", f"      {permission}: write", f"      {permission}: read")
    push(standin, work)
    edit(add_model(work, "example/four", "oooooooooooooooc"), "https://", "http://")
    return propose(standin, work)


@thorough
def test_a_workflow_without_permissions_that_it_needs_fails_and_says_at_what(
    standin: StandIn, work: Path, actions: Actions
) -> None:
    pull = deny(standin, work, "pull-requests", "checks", "statuses")
    (judged,) = actions.fire(*on_pull_request(standin, pull.number, "opened"))
    assert not judged.succeeded
    failures = re.findall(r"^Failed: (set the status|annotate|suggest) .*not accessible", judged.log, re.MULTILINE)
    assert sorted(set(failures)) == ["annotate", "set the status", "suggest"]


@thorough
def test_a_workflow_without_permission_for_issues_fails_where_a_label_is_new(
    standin: StandIn, work: Path, actions: Actions
) -> None:
    pull = deny(standin, work, "issues")
    (judged,) = actions.fire(*on_pull_request(standin, pull.number, "opened"))
    assert not judged.succeeded
    assert "do not have permission to create labels" in judged.log
    # Labels that are there already need no such permission.
    standin.state.label("new model")
    assert names(actions.fire(*on_pull_request(standin, pull.number, "edited"))) == ["pull-request:pull-request"]
    assert pull.labels == ["new model"]


@thorough
def test_problems_that_a_merge_causes_in_an_approved_pull_request_are_reported_at_once(
    standin: StandIn, work: Path, actions: Actions
) -> None:
    only = add_model(work, "other/one", "oooooooooooooooc")
    push(standin, work)
    add_model(work, "other/two", "cccccccccccccccc")
    other = propose(standin, work)
    only.unlink()
    only.with_name("developer.yaml").unlink()
    one = propose(standin, work)
    for pull in (one, other):
        settle(standin, actions, pull.number)
    standin.comment(one.number, MAINTAINER, "/notified other https://example.org/other/issues/1")
    standin.review(one.number, MAINTAINER)
    names(actions.fire(on_review(standin, other.number, MAINTAINER)))
    assert state(standin, other.head_sha) == "success"

    before = main(standin)
    standin.merge(one.number, MAINTAINER)
    assert names(actions.fire(on_push(standin, before))) == ["publish:publish", "sweep:sweep", "sweep:disputes"]
    assert state(standin, other.head_sha) == "failure"
    # To git there is no conflict, so without the status GitHub would merge it.
    assert standin.git.merged_tree(main(standin), other.head_sha)
    assert "has no `developer.yaml`" in comments(standin, other.number)[0]


# ---- forms -----------------------------------------------------------------------------------------------------------

ANSWERS = {
    "model": "example/two",
    "criterion": "weights",
    "level": "open",
    "url": "https://example.org/two/files",
    "fact": "All of them can be downloaded without asking anybody.",
}


@thorough
def test_a_form_becomes_a_judged_pull_request_and_a_second_edit_changes_it(
    standin: StandIn, work: Path, actions: Actions
) -> None:
    form = template("correct-a-rating")
    issue = standin.open_issue("example-author", "A form", body(form, ANSWERS), [form.label])
    runs = actions.fire(on_issue(standin, issue.number, "opened"))
    assert names(runs) == ["issues:issue"]
    assert [run.checked_out for run in runs] == [main(standin)]
    (pull,) = standin.state.pulls.values()
    assert (pull.head_ref, pull.base_ref, pull.draft) == (f"openness-bot/issue-{issue.number}", "main", False)
    # Its own workflow isn't started by what a workflow's token opens, so that it is judged at once.
    assert state(standin, pull.head_sha) == "pending"
    assert pull.labels == ["rating raised"]
    (comment,) = comments(standin, issue.number)
    assert f"#{pull.number}" in comment

    first = pull.head_sha
    standin.edit_issue(issue.number, body=body(form, ANSWERS | {"fact": "All shards are public."}))
    assert names(actions.fire(on_issue(standin, issue.number, "edited"))) == ["issues:issue"]
    assert len(standin.state.pulls) == 1
    assert pull.head_sha != first
    assert state(standin, pull.head_sha) == "pending"
    assert len(comments(standin, issue.number)) == 1

    # Asked again, nothing but the reaction is written; talk starts nothing.
    settle(standin, actions, pull.number)
    asked = on_issue_comment(standin, issue.number, "example-author", "/recheck")
    standin.forget_calls()
    assert names(actions.fire(asked)) == ["issues:issue"]
    assert [call.path.rpartition("/")[2] for call in standin.writes] == ["graphql"]
    assert actions.fire(on_issue_comment(standin, issue.number, "example-author", "Thank you!")) == []


@thorough
def test_an_issue_that_is_no_form_is_left_alone(standin: StandIn, work: Path, actions: Actions) -> None:
    issue = standin.open_issue("example-author", "$(touch x) ::set-output", "`; rm -rf *\n\n::error::boom")
    assert names(actions.fire(on_issue(standin, issue.number, "opened"))) == ["issues:issue"]
    assert standin.writes == []


# ---- links -----------------------------------------------------------------------------------------------------------

# Takes the place of the part that asks servers, by the names of pages.
PAGES = """

_ask = visit


async def visit(wanted, take, **options):  # noqa: F811
    import asyncio
    import os
    from bot.sources.web.outcome import Declined, Fetched, Hop, NoAnswer, Trouble

    if "PAGES" not in os.environ:
        return await _ask(wanted, take, **options)
    for one in wanted:
        said = b"It was pretrained on 2 trillion tokens."
        match one.url.partition("paper.example.org/")[2]:
            case "fine" | "spacing" | "missing":
                await take(one, Fetched((), "text/plain", said, True, None, None))
            case "moved":
                hops = (Hop(301, "https://paper.example.org/new"),)
                await take(one, Fetched(hops, "text/plain", said, True, None, None))
            case "binary":
                await take(one, Fetched((), "application/octet-stream", bytes(range(256)), True, None, None))
            case "gone":
                await take(one, Declined((), 404, None, False))
            case "blocked":
                await take(one, Declined((), 403, None, False))
            case "unreachable":
                await take(one, NoAnswer((), Trouble.TIMEOUT, "it doesn't arrive in time"))
            case "never":
                continue
"""
QUOTES = {
    "fine": "pretrained on 2 trillion tokens",
    "moved": "pretrained on 2 trillion tokens",
    "spacing": "pre trained on 2 trillion tokens",
    "missing": "pretrained on 9 billion tokens",
    "binary": "pretrained on 2 trillion tokens",
    "gone": "",
    "blocked": "pretrained on 2 trillion tokens",
    "unreachable": "",
    "never": "",
}
"""The quotes of the pages, one for each state."""
WITH_LINKS = ["pull-request:pull-request", "pull-request:links", "pull-request:judge"]


@pytest.fixture
def asking(standin: StandIn, work: Path) -> Path:
    """Return the checkout, after the policy came to main that asks for links."""
    edit(work / "governance.yml", "people: []", f"{rules({})}people: []")
    with (work / "bot/sources/web/visiting.py").open("a", encoding="utf-8") as visiting:
        visiting.write(PAGES)
    push(standin, work)
    return work


def cite(work: Path, *names: str) -> None:
    """Let ratings of a model cite these pages."""
    file = work / "assessments/example/two.yaml"
    for name, criterion in zip(names, (one.id for one in rubric().criteria), strict=False):
        quote = f"        quote: {QUOTES[name]}\n" if QUOTES[name] else ""
        old = f"      - url: https://example.org/{criterion}\n"
        edit(file, old, f"      - url: https://paper.example.org/{name}\n{quote}")


def test_the_links_of_a_fork_are_asked_for_by_a_job_that_can_write_nothing(
    standin: StandIn, asking: Path, actions: Actions
) -> None:
    actions.variables["PAGES"] = "are there"
    cite(asking, *QUOTES)
    pull = propose(standin, asking)
    runs = actions.fire(*on_pull_request(standin, pull.number, "opened"))
    assert names(runs) == WITH_LINKS
    assert {run.checked_out for run in runs} == {main(standin)}
    first, last = (
        [one.description for one in standin.state.statuses if one.sha == pull.head_sha][at] for at in (1, -1)
    )
    assert "for the links to be checked" in str(first)
    assert (state(standin, pull.head_sha), last) == ("failure", "2 problems to fix in 1 file.")
    (comment,) = comments(standin, pull.number)
    shown = {
        name: re.search(rf"paper\.example\.org/{name}\)(?: – )([^\n(`]*)", comment.partition("by rating</summary>")[2])
        for name in QUOTES
    }
    assert {name: found[1].strip() if found else "" for name, found in shown.items()} == {
        "fine": "link fine, quote found",
        "moved": "moved to",
        "spacing": "link fine, quote found with other spacing",
        "missing": "link fine, quote not found",
        "binary": "link fine, the page could not be read",
        "gone": "gone",
        "blocked": "blocked: its site does not show it to robots",
        "unreachable": "not reachable",
        "never": "not asked for",
    }
    (suggestion,) = (remark for review in pull.reviews for remark in review.comments)
    assert "- url: https://paper.example.org/new" in suggestion.body


@thorough
def test_without_a_network_links_are_not_asked_for_which_is_said(
    standin: StandIn, asking: Path, actions: Actions
) -> None:
    cite(asking, "fine")
    pull = propose(standin, asking)
    assert names(actions.fire(*on_pull_request(standin, pull.number, "opened"))) == WITH_LINKS
    assert state(standin, pull.head_sha) == "pending"
    assert "1 link was not asked for" in comments(standin, pull.number)[0]
    # Asked again by a person, with a network this time, and then no more.
    actions.variables["PAGES"] = "are there"
    asked = on_comment(standin, pull.number, "example-author", "/recheck")
    assert names(actions.fire(asked)) == WITH_LINKS
    assert "1 of 1 new link is fine. 1 of 1 quote was found." in comments(standin, pull.number)[0]
    assert names(actions.fire(*on_pull_request(standin, pull.number, "edited"))) == WITH_LINKS[:1]


@thorough
def test_a_push_while_links_are_asked_for_is_answered_by_its_own_run(
    standin: StandIn, asking: Path, actions: Actions
) -> None:
    actions.variables["PAGES"] = "are there"
    cite(asking, "fine")
    pull = propose(standin, asking)
    former = on_pull_request(standin, pull.number, "opened")
    actions.fire(*former)
    git(asking, "checkout", "--quiet", "--detach")
    cite(asking, "gone")
    commit(asking)
    standin.push_head(pull.number, asking)
    # The event of the former head comes late: it is about what is there now.
    assert names(actions.fire(*former)) == WITH_LINKS
    assert state(standin, pull.head_sha) == "failure"
    assert names(actions.fire(*on_pull_request(standin, pull.number, "synchronize"))) == WITH_LINKS[:1]


FORGED = """

def as_json(_):
    return '{"version": 1, "head": "%s", "links": [{"url": "x", "state": "excellent", "why": "$(touch TAKEN)"}]}' % ("1" * 40)
"""


@thorough
def test_a_page_that_takes_over_the_job_can_lie_about_links_and_do_nothing_else(
    standin: StandIn, asking: Path, actions: Actions
) -> None:
    with (asking / "bot/cli/links.py").open("a", encoding="utf-8") as writing:
        writing.write(FORGED.replace("TAKEN", str(actions.folder / "taken")))
    push(standin, asking)
    actions.variables["PAGES"] = "are there"
    cite(asking, "fine")
    pull = propose(standin, asking)
    runs = actions.fire(*on_pull_request(standin, pull.number, "opened"))
    assert [(run.name, run.succeeded) for run in runs] == [
        *((name, True) for name in WITH_LINKS[:2]),
        (WITH_LINKS[2], False),
    ]
    assert state(standin, pull.head_sha) == "pending"
    assert "1 link was not asked for" in comments(standin, pull.number)[0]
    assert not (actions.folder / "taken").exists()


@thorough
def test_where_asking_fails_the_pull_request_does_not_wait_for_it(
    standin: StandIn, asking: Path, actions: Actions
) -> None:
    with (asking / "bot/cli/links.py").open("a", encoding="utf-8") as writing:
        writing.write("\n\nraise SystemExit(7)\n")
    push(standin, asking)
    cite(asking, "fine")
    pull = propose(standin, asking)
    runs = actions.fire(*on_pull_request(standin, pull.number, "opened"))
    assert [(run.name, run.succeeded) for run in runs] == [
        (WITH_LINKS[0], True),
        (WITH_LINKS[1], False),
        (WITH_LINKS[2], True),
    ]
    assert "1 link was not asked for" in comments(standin, pull.number)[0]


@thorough
def test_the_links_of_a_form_are_asked_for_too(standin: StandIn, asking: Path, actions: Actions) -> None:
    actions.variables["PAGES"] = "are there"
    form = template("correct-a-rating")
    answers = ANSWERS | {"url": "https://paper.example.org/gone"}
    issue = standin.open_issue("example-author", "A form", body(form, answers), [form.label])
    runs = actions.fire(on_issue(standin, issue.number, "opened"))
    assert names(runs) == ["issues:issue", "issues:links", "issues:judge"]
    (pull,) = standin.state.pulls.values()
    assert state(standin, pull.head_sha) == "failure"
    assert "the server says that this page doesn't exist" in comments(standin, pull.number)[0].replace("The", "the")


# ---- evidence --------------------------------------------------------------------------------------------------------

# Takes the place of the part that asks servers, which has tests of its own against real ones, unless there is no network.
WEB = """

_ask = visit


async def visit(wanted, take, **options):  # noqa: F811
    import os
    from bot.sources.web.outcome import Declined, Fetched, Hop

    if "WEB" not in os.environ:
        return await _ask(wanted, take, **options)
    for one in wanted:
        path = one.url.partition("example.org/")[2]
        if path == "paper":
            await take(one, Declined((), 404, None, False))
            continue
        hops = (Hop(301, "https://example.org/new/code"),) if path == "code" else ()
        await take(one, Fetched(hops, "text/plain", b"Only this is said here.", True, None, None))
"""
OF_EVIDENCE = [f"evidence:{job}" for job in ("plan", "verify", "hub", "candidates", "collect", "mend", "publish")]


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Start a hub that lists one model, which isn't assessed, and has nothing else."""
    with Hub([model("example-labs/four", likes=3)]) as found:
        yield found


@pytest.fixture
def cited(standin: StandIn, work: Path) -> Path:
    """Return the checkout, after a model came to main that quotes a page and is on the hub."""
    file = edit(
        add_model(work, "example/two", "ssssssssssssssss"), "model: Example Two\n", f"model: Example Two\n{ON_HUB}"
    )
    edit(file, "        fact: It says so.\n", "        fact: It says so.\n        quote: something quite different\n")
    with (work / "bot/sources/web/visiting.py").open("a", encoding="utf-8") as visiting:
        visiting.write(WEB)
    push(standin, work)
    return work


ON_HUB = "huggingface: example-org/two\n"


def issues(github: StandIn) -> list[Issue]:
    return [one for one in github.state.issues.values() if "evidence" in one.labels]


def failed(runs: list[JobRun]) -> list[str]:
    """Return the jobs of the weekly run that failed; all have run."""
    assert [run.name for run in runs] == OF_EVIDENCE
    return [run.name for run in runs if not run.succeeded]


@thorough
def test_the_weekly_run_says_what_needs_mending_proposes_moved_pages_and_publishes(
    standin: StandIn, cited: Path, hub: Hub, actions: Actions
) -> None:
    # Without a network nothing is reported.
    runs = actions.fire(on_schedule(standin, "evidence", MONDAY))
    assert failed(runs) == ["evidence:verify", "evidence:candidates"]
    assert "there is no network here" in runs[1].log
    assert issues(standin) == []
    assert standin.state.pulls == {}
    assert standin.git.resolve(f"{MAIN}:leaderboard/candidates.md") is None

    # With one. What has a token that can write runs main's code, as all else does.
    actions.variables |= {"WEB": "is there", "HF_ENDPOINT": hub.endpoint}
    before = main(standin)
    runs = actions.fire(on_schedule(standin, "evidence", MONDAY))
    assert failed(runs) == []
    assert {run.checked_out for run in runs} <= {before, main(standin)}
    (issue,) = issues(standin)
    text = issue.body or ""
    assert "- **Changed**, `weights`" in text
    assert "“something quite different”" in text
    assert "it is deleted, or private." in text
    assert "`paper`" not in text  # which has to fail more often
    (pull,) = standin.state.pulls.values()
    assert f"#{pull.number}" in text
    assert (pull.head_ref, state(standin, pull.head_sha)) == ("openness-bot/moved-pages", "pending")
    assert "https://example.org/new/code" in standin.git.git("show", f"{pull.head_sha}:assessments/example/two.yaml")
    assert "example-labs/four" in on_main(standin, "leaderboard/candidates.md")
    assert "something quite different" in on_main(standin, "leaderboard/evidence.md")
    assert "candidates.md and evidence.md" in standin.git.commit(main(standin)).message

    # On Thursday pages that answered aren't due, and candidates aren't listed. The hub doesn't answer, so that its
    # former results stay, and nothing is written.
    actions.variables["HF_ENDPOINT"] = "https://hub.example.org"  # a name that isn't found
    published = main(standin)
    standin.forget_calls()
    runs = actions.fire(on_schedule(standin, "evidence", THURSDAY))
    assert names(runs) == [job for job in OF_EVIDENCE if job != "evidence:candidates"]
    assert "0 pages fetched." in runs[1].log
    assert main(standin) == published
    assert standin.writes == []
    assert len(list(actions.caches.iterdir())) == 3


@thorough
def test_the_new_addresses_of_moved_pages_are_asked_for_too(
    standin: StandIn, cited: Path, hub: Hub, actions: Actions
) -> None:
    edit(cited / "governance.yml", "people: []", f"{rules({})}people: []")
    push(standin, cited)
    actions.variables |= {"WEB": "is there", "HF_ENDPOINT": hub.endpoint}
    runs = actions.fire(on_schedule(standin, "evidence", MONDAY))
    assert [run.log for run in runs if not run.succeeded] == []
    assert sorted(run.name for run in runs) == sorted([*OF_EVIDENCE, "evidence:links", "evidence:judge"])
    (pull,) = standin.state.pulls.values()
    (comment,) = comments(standin, pull.number)
    assert re.search(r"^([1-9]) of \1 new links? (?:is|are) fine\.$", comment, re.MULTILINE), comment


LIES = """

import json

def as_json(_):
    lie = {"model": "example/two", "criterion": "code", "url": "https://example.org/code", "state": "moved"}
    places = ("https://example.org/`$(touch TAKEN)`", "javascript:alert(1)", "https://example.org/\\n::error::boom")
    return json.dumps({"version": 1, "evidence": [lie | {"place": place} for place in places]})


def as_page(*_, **__):
    return "# Whatever somebody wants to stand there"
"""


@thorough
def test_what_a_page_took_over_can_lie_in_data_and_do_nothing_else(
    standin: StandIn, cited: Path, hub: Hub, actions: Actions
) -> None:
    with (cited / "bot/cli/known_evidence.py").open("a", encoding="utf-8") as rendering:
        rendering.write(LIES.replace("TAKEN", str(actions.folder / "taken")))
    push(standin, cited)
    before = main(standin)
    actions.variables |= {"WEB": "is there", "HF_ENDPOINT": hub.endpoint}
    runs = actions.fire(on_schedule(standin, "evidence", MONDAY))
    assert failed(runs) == ["evidence:publish"]
    assert "evidence.md can't be published: its first line doesn't say which command generated it." in runs[-1].log
    assert main(standin) == before
    assert standin.state.pulls == {}
    (issue,) = issues(standin)
    assert (issue.body or "").count("by hand, because the new address can't be cited as evidence.") == 3
    assert not any(line.startswith("::") for run in runs for line in run.log.splitlines())
    assert not (actions.folder / "taken").exists()
