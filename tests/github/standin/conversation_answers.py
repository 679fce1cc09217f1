"""GitHub's answers about issues, their events, comments, reactions, reviews, statuses and check runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.github.standin.answers import (
    labels_of,
    maybe_time,
    maybe_user,
    node,
    pull_minimal,
    repo_answer,
    repo_url,
    time,
    user_answer,
    web_url,
)
from tests.github.standin.state import ACTIONS_BOT, Issue

if TYPE_CHECKING:
    from tests.github.standin.asking import Ask
    from tests.github.standin.state import (
        Annotation,
        CheckRun,
        Comment,
        Conversation,
        Event,
        Pull,
        Reaction,
        Review,
        ReviewComment,
        State,
        Status,
        User,
        WorkflowRun,
    )

REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


def issue_answer(ask: Ask, one: Conversation) -> dict[str, Any]:
    """Return an `issue`: every pull request is one, marked by the key `pull_request`."""
    url, page = f"{repo_url(ask)}/issues/{one.number}", page_of(ask, one.number)
    pull_url = f"{repo_url(ask)}/pulls/{one.number}"
    shown: dict[str, Any] = {
        "id": one.id + 1_000_000, "node_id": node("I", one.id), "url": url, "repository_url": repo_url(ask),
        "labels_url": f"{url}/labels{{/name}}", "comments_url": f"{url}/comments", "events_url": f"{url}/events",
        "html_url": page, "number": one.number, "state": one.state, "title": one.title, "body": one.body,
        "user": author_answer(ask, one.author), "labels": labels_of(ask, one), "assignee": None, "assignees": [],
        "milestone": None, "locked": one.locked, "comments": len(ask.state.comments_of(one.number)),
        "closed_at": maybe_time(one.closed_at), "created_at": time(one.created_at),
        "updated_at": time(one.updated_at), "author_association": one.author_association,
    }  # fmt: skip
    if isinstance(one, Issue):
        return shown | {"state_reason": one.state_reason, "closed_by": maybe_user(ask, one.closed_by)}
    return shown | {
        "draft": one.draft,
        "pull_request": {
            "url": pull_url, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
            "merged_at": maybe_time(one.merged_at),
        },
    }  # fmt: skip


def page_of(ask: Ask, number: int) -> str:
    """Return the address of the page of a pull request or an issue."""
    return f"{web_url(ask)}/{'issues' if number in ask.state.issues else 'pull'}/{number}"


def event_answer(ask: Ask, event: Event) -> dict[str, Any]:
    """Return an `issue-event-for-issue`."""
    commit_url = f"{repo_url(ask)}/commits/{event.commit_id}" if event.commit_id else None
    shown: dict[str, Any] = {
        "id": event.id, "node_id": node("EV", event.id), "url": f"{repo_url(ask)}/issues/events/{event.id}",
        "actor": user_answer(ask, event.user), "event": event.name, "commit_id": event.commit_id,
        "commit_url": commit_url, "created_at": time(event.created_at), "performed_via_github_app": None,
    }  # fmt: skip
    if event.label is None:
        return shown
    return shown | {"label": {"name": event.label, "color": ask.state.label(event.label).color}}


def author_answer(ask: Ask, user: User) -> dict[str, Any] | None:
    """Return the author of a comment or a review; None if the account was deleted."""
    return None if user.login in ask.state.deleted else user_answer(ask, user)


def comment_answer(ask: Ask, comment: Comment) -> dict[str, Any]:
    """Return an `issue-comment`."""
    url = f"{repo_url(ask)}/issues/comments/{comment.id}"
    counted = {content: sum(r.content == content for r in comment.reactions) for content in REACTIONS}
    return {
        "id": comment.id, "node_id": node("IC", comment.id), "url": url,
        "html_url": f"{page_of(ask, comment.number)}#issuecomment-{comment.id}",
        "issue_url": f"{repo_url(ask)}/issues/{comment.number}", "user": author_answer(ask, comment.user),
        "body": comment.body, "created_at": time(comment.created_at), "updated_at": time(comment.updated_at),
        "author_association": comment.author_association,
        "reactions": {"url": f"{url}/reactions", "total_count": len(comment.reactions), **counted},
    }  # fmt: skip


def reaction_answer(ask: Ask, reaction: Reaction) -> dict[str, Any]:
    """Return a `reaction`."""
    return {
        "id": reaction.id, "node_id": node("REA", reaction.id), "user": user_answer(ask, reaction.user),
        "content": reaction.content, "created_at": time(reaction.created_at),
    }  # fmt: skip


def review_answer(ask: Ask, pull: Pull, review: Review) -> dict[str, Any]:
    """Return a `pull-request-review`."""
    page = f"{web_url(ask)}/pull/{pull.number}#pullrequestreview-{review.id}"
    url = f"{repo_url(ask)}/pulls/{pull.number}"
    return {
        "id": review.id, "node_id": node("PRR", review.id), "user": author_answer(ask, review.user),
        "body": review.body, "state": review.state, "html_url": page, "pull_request_url": url,
        "_links": {"html": {"href": page}, "pull_request": {"href": url}}, "commit_id": review.commit_id,
        "submitted_at": time(review.submitted_at), "author_association": association(ask.state, review.user.login),
    }  # fmt: skip


def remark_answer(ask: Ask, pull: Pull, review: Review, remark: ReviewComment) -> dict[str, Any]:
    """Return a `pull-request-review-comment`."""
    url = f"{repo_url(ask)}/pulls/comments/{remark.id}"
    page = f"{web_url(ask)}/pull/{pull.number}#discussion_r{remark.id}"
    pull_url = f"{repo_url(ask)}/pulls/{pull.number}"
    links = {"self": url, "html": page, "pull_request": pull_url}
    return {
        "url": url, "id": remark.id, "node_id": node("PRRC", remark.id), "pull_request_review_id": review.id,
        "diff_hunk": remark.diff_hunk, "path": remark.path, "commit_id": remark.commit_id,
        "original_commit_id": remark.commit_id, "user": author_answer(ask, remark.user), "body": remark.body,
        "created_at": time(remark.created_at), "updated_at": time(remark.created_at), "html_url": page,
        "pull_request_url": pull_url, "author_association": association(ask.state, remark.user.login),
        "line": remark.line, "original_line": remark.line, "side": remark.side, "start_line": remark.start_line,
        "original_start_line": remark.start_line, "position": 1, "original_position": 1, "subject_type": "line",
        "_links": {name: {"href": target} for name, target in links.items()},
    } | ({"in_reply_to_id": remark.in_reply_to} if remark.in_reply_to else {})  # fmt: skip


def association(state: State, login: str) -> str:
    """Return the association of an account with the repository, as far as permissions tell."""
    if login == state.repo.owner.login:
        return "OWNER"
    permission = state.permissions.get(login, "none")
    return "COLLABORATOR" if permission not in ("none", "read") else "NONE"


def status_answer(ask: Ask, status: Status) -> dict[str, Any]:
    """Return a `status`, which has all keys of `simple-commit-status`."""
    return {
        "url": f"{repo_url(ask)}/statuses/{status.sha}", "avatar_url": f"{ask.web}/avatars/{status.creator.id}",
        "id": status.id, "node_id": node("SC", status.id), "state": status.state, "context": status.context,
        "description": status.description, "target_url": status.target_url, "created_at": time(status.created_at),
        "updated_at": time(status.created_at), "creator": user_answer(ask, status.creator),
    }  # fmt: skip


def check_run_answer(ask: Ask, run: CheckRun) -> dict[str, Any]:
    """Return a `check-run`."""
    url = f"{repo_url(ask)}/check-runs/{run.id}"
    pulls = [p for p in ask.state.pulls.values() if p.head_sha == run.head_sha and p.head_repo == ask.state.repo]
    return {
        "id": run.id, "head_sha": run.head_sha, "node_id": node("CR", run.id), "external_id": run.external_id,
        "url": url, "html_url": f"{web_url(ask)}/runs/{run.id}", "details_url": run.details_url, "status": run.status,
        "conclusion": run.conclusion, "started_at": time(run.started_at), "completed_at": maybe_time(run.completed_at),
        "output": {
            "title": run.title, "summary": run.summary, "text": run.text, "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "name": run.name, "check_suite": {"id": 1}, "app": _app(ask, run.app),
        "pull_requests": [pull_minimal(ask, pull) for pull in pulls],
    }  # fmt: skip


def _app(ask: Ask, slug: str) -> dict[str, Any]:
    """Return the app that a check run belongs to: GitHub Actions, or another."""
    return {
        "id": 15368, "slug": slug, "node_id": node("A", 15368), "owner": user_answer(ask, ACTIONS_BOT),
        "name": "GitHub Actions", "description": None, "external_url": "https://example.org/actions",
        "html_url": f"{ask.web}/apps/github-actions", "created_at": "2018-07-30T09:30:17Z",
        "updated_at": "2018-07-30T09:30:17Z", "permissions": {"checks": "write"}, "events": [],
    }  # fmt: skip


def annotation_answer(ask: Ask, run: CheckRun, annotation: Annotation) -> dict[str, Any]:
    """Return a `check-annotation`."""
    href = f"{web_url(ask)}/blob/{run.head_sha}/{quote(annotation.path)}"
    return annotation._asdict() | {"blob_href": href}


def workflow_run_answer(ask: Ask, run: WorkflowRun) -> dict[str, Any]:
    """Return a `workflow-run`. As at GitHub, `pull_requests` is empty for pull requests from forks."""
    url = f"{repo_url(ask)}/actions/runs/{run.id}"
    pulls = [p for p in ask.state.pulls.values() if p.head_sha == run.head_sha and p.head_repo == ask.state.repo]
    parts = ("jobs", "logs", "artifacts", "cancel", "rerun")
    return {
        "id": run.id, "name": "Example", "node_id": node("WFR", run.id), "head_branch": run.head_branch,
        "head_sha": run.head_sha, "path": run.path, "run_number": 1, "run_attempt": 1, "event": run.event,
        "status": run.status, "conclusion": run.conclusion, "workflow_id": 1, "url": url,
        "html_url": f"{web_url(ask)}/actions/runs/{run.id}", "display_title": "Example",
        "pull_requests": [pull_minimal(ask, pull) for pull in pulls], "created_at": time(run.created_at),
        "updated_at": time(run.created_at), "actor": user_answer(ask, run.actor),
        "triggering_actor": user_answer(ask, run.actor), **{f"{part}_url": f"{url}/{part}" for part in parts},
        "check_suite_url": f"{repo_url(ask)}/check-suites/1", "workflow_url": f"{repo_url(ask)}/actions/workflows/1",
        "head_commit": None, "repository": repo_answer(ask, ask.state.repo),
        "head_repository": repo_answer(ask, run.head_repo),
    }  # fmt: skip
