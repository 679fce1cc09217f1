"""Events that GitHub sends when something happens in the stand-in: recorded, with the stand-in's numbers and ids."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.samples import ROOT

if TYPE_CHECKING:
    from tests.github.standin import Pull, StandIn, User
    from tests.github.standin.state import Issue

MAIN = "refs/heads/main"
RECORDED = ROOT / "tests/github/events"


@dataclass(frozen=True)
class Event:
    """An event as workflows see it."""

    name: str
    payload: dict[str, Any]
    ref: str
    """GITHUB_REF."""
    sha: str
    """GITHUB_SHA: also the commit whose workflow files count."""
    paths: tuple[str, ...] = ()
    """What a push or a pull request changes."""
    from_fork: bool = False
    """Whether GitHub gives its runs a token that can't write."""


def on_pull_request(github: StandIn, number: int, action: str) -> list[Event]:
    """Return the events of a pull request that was opened, changed and so on: what CI sees, and what the bot sees.

    https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request_target
    """
    pull = github.state.pulls[number]
    payload = _recorded(github, "pull-request-from-fork", pull.author, action=action, number=number)
    payload["pull_request"] |= _pull(github, pull)
    paths = tuple(change.path for change in github.git.files(_main(github), pull.head_sha))
    return [
        Event("pull_request", payload, f"refs/pull/{number}/merge", pull.head_sha, paths, _is_fork(github, pull)),
        Event("pull_request_target", payload, MAIN, _main(github)),
    ]


def on_comment(github: StandIn, number: int, login: str, body: str) -> Event:
    """Comment on a pull request, and return the event."""
    comment = github.comment(number, login, body)
    payload = _recorded(github, "comment-on-pull-request", comment.user)
    payload["issue"] |= {"number": number, "state": github.state.pulls[number].state}
    payload["comment"] |= {"id": comment.id, "body": body, "user": _person(comment.user)}
    return Event("issue_comment", payload, MAIN, _main(github))


def on_issue(github: StandIn, number: int, action: str) -> Event:
    """Return the event of an issue that was opened, edited or reopened."""
    issue = github.state.issues[number]
    payload = _recorded(github, "comment-on-issue", issue.author, action=action)
    del payload["comment"]
    payload["issue"] |= _issue(issue)
    return Event("issues", payload, MAIN, _main(github))


def on_issue_comment(github: StandIn, number: int, login: str, body: str) -> Event:
    """Comment on an issue that is no pull request, and return the event."""
    comment = github.comment(number, login, body)
    payload = _recorded(github, "comment-on-issue", comment.user)
    payload["issue"] |= _issue(github.state.issues[number])
    payload["comment"] |= {"id": comment.id, "body": body, "user": _person(comment.user)}
    return Event("issue_comment", payload, MAIN, _main(github))


def on_review(github: StandIn, number: int, login: str) -> Event:
    """Approve a pull request, and return the event."""
    review, pull = github.review(number, login), github.state.pulls[number]
    payload = _recorded(github, "pull-request-review-submitted", review.user)
    payload["review"] |= {"id": review.id, "state": "approved", "commit_id": pull.head_sha}
    payload["pull_request"] |= _pull(github, pull)
    ref = f"refs/pull/{number}/merge"
    return Event("pull_request_review", payload, ref, pull.head_sha, from_fork=_is_fork(github, pull))


def on_workflow_run(github: StandIn, name: str, cause: Event) -> Event:
    """Return the event of a workflow that has ended. For forks it doesn't name the pull request."""
    payload = _recorded(github, "workflow-run-from-fork")
    head = cause.payload["pull_request"]["head"]["sha"] if "pull_request" in cause.payload else cause.sha
    payload["workflow_run"] |= {"name": name, "event": cause.name, "head_sha": head}
    return Event("workflow_run", payload, MAIN, _main(github))


def on_merge_group(github: StandIn, head: str) -> Event:
    """Return the event of a merge queue in which this commit would be the next one on main."""
    payload = _recorded(github, "merge-group-requested")
    ref = f"refs/heads/gh-readonly-queue/main/pr-1-{_main(github)}"
    payload["merge_group"] |= {"head_sha": head, "head_ref": ref, "base_sha": _main(github)}
    return Event("merge_group", payload, ref, head)


def on_push(github: StandIn, before: str) -> Event:
    """Return the event of a push to the main branch, which was at `before`."""
    payload = _recorded(github, "push", ref=MAIN, before=before, after=_main(github))
    changed = github.git.git("diff", "--name-only", "-z", before, _main(github))
    return Event("push", payload, MAIN, _main(github), tuple(filter(None, changed.split("\0"))))


def on_tag(github: StandIn, tag: str) -> Event:
    """Return the event of a pushed tag that names the tip of the main branch."""
    ref = f"refs/tags/{tag}"
    return Event("push", _recorded(github, "push", ref=ref), ref, _main(github))


def on_schedule(github: StandIn, file: str = "sweep", cron: str = "13,43 * * * *") -> Event:
    """Return the event of a schedule. `file` is the name of the workflow's file without the ending."""
    payload = _recorded(github, "schedule", workflow=f".github/workflows/{file}.yml", schedule=cron)
    return Event("schedule", payload, MAIN, _main(github))


def by_hand(github: StandIn, file: str) -> Event:
    """Return the event of a workflow that is started by hand. `file` is the name of its file without the ending."""
    payload = _recorded(github, "workflow-dispatch", workflow=f".github/workflows/{file}.yml")
    return Event("workflow_dispatch", payload, MAIN, _main(github))


def _recorded(github: StandIn, name: str, sender: User | None = None, **changes: Any) -> dict[str, Any]:
    """Return a recorded event, as if it had happened in the repository of the stand-in."""
    payload: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))
    repo = github.state.repo
    payload["repository"] |= {"id": repo.id, "full_name": repo.full_name, "default_branch": "main", "private": False}
    if sender:
        payload["sender"] = _person(sender)
    return payload | changes


def _pull(github: StandIn, pull: Pull) -> dict[str, Any]:
    repo = pull.head_repo or github.state.repo
    return {
        "number": pull.number,
        "state": pull.state,
        "title": pull.title,
        "draft": pull.draft,
        "user": _person(pull.author),
        "head": {"ref": pull.head_ref, "sha": pull.head_sha, "repo": {"full_name": repo.full_name, "fork": repo.fork}},
        "base": {"ref": pull.base_ref, "sha": pull.base_sha, "repo": {"full_name": github.state.repo.full_name}},
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "number": issue.number,
        "state": issue.state,
        "title": issue.title,
        "body": issue.body,
        "user": _person(issue.author),
    }


def _person(user: User) -> dict[str, Any]:
    return {"login": user.login, "id": user.id, "type": user.type}


def _is_fork(github: StandIn, pull: Pull) -> bool:
    return pull.head_repo != github.state.repo


def _main(github: StandIn) -> str:
    tip = github.git.resolve(MAIN)
    assert tip, "there is no main branch"
    return tip
