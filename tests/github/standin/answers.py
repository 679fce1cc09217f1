"""GitHub's answers about accounts, repositories, labels and pull requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from datetime import datetime

    from tests.github.standin.asking import Ask
    from tests.github.standin.state import Conversation, Label, Pull, Repo, User

_USER_PARTS = "followers following{/other_user} gists{/gist_id} starred{/owner}{/repo} subscriptions orgs repos "
_USER_PARTS += "events{/privacy} received_events"
_REPO_PARTS = {
    "archive": "/{archive_format}{/ref}", "assignees": "/assignees{/user}", "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}", "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}", "commits": "/commits{/sha}", "compare": "/compare/{base}...{head}",
    "contents": "/contents/{+path}", "contributors": "/contributors", "deployments": "/deployments",
    "downloads": "/downloads", "events": "/events", "forks": "/forks", "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}", "git_tags": "/git/tags{/sha}", "hooks": "/hooks",
    "issue_comment": "/issues/comments{/number}", "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}", "keys": "/keys{/key_id}", "labels": "/labels{/name}", "languages": "/languages",
    "merges": "/merges", "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}", "pulls": "/pulls{/number}",
    "releases": "/releases{/id}", "stargazers": "/stargazers", "statuses": "/statuses/{sha}",
    "subscribers": "/subscribers", "subscription": "/subscription", "tags": "/tags", "teams": "/teams",
    "trees": "/git/trees{/sha}",
}  # fmt: skip


def time(at: datetime) -> str:
    """Return an instant as GitHub writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def maybe_time(at: datetime | None) -> str | None:
    """Return an instant as GitHub writes it, or None."""
    return time(at) if at else None


def node(kind: str, number: int) -> str:
    """Return a global id. It is opaque, so it only has to be unique."""
    return f"{kind}_{number}"


def repo_url(ask: Ask, repo: Repo | None = None) -> str:
    """Return the address of a repository in the API."""
    return f"{ask.api}/repos/{(repo or ask.state.repo).full_name}"


def web_url(ask: Ask, repo: Repo | None = None) -> str:
    """Return the address of a repository's page."""
    return f"{ask.web}/{(repo or ask.state.repo).full_name}"


def user_answer(ask: Ask, user: User) -> dict[str, Any]:
    """Return a `simple-user`."""
    url = f"{ask.api}/users/{quote(user.login)}"
    parts = {re.split(r"[{]", part)[0]: part.replace("{", "{", 1) for part in _USER_PARTS.split()}
    urls = {f"{'organizations' if name == 'orgs' else name}_url": f"{url}/{part}" for name, part in parts.items()}
    page = f"{ask.web}/apps/{user.login.removesuffix('[bot]')}" if user.type == "Bot" else f"{ask.web}/{user.login}"
    return {
        "login": user.login, "id": user.id, "node_id": node("U", user.id), "type": user.type, "site_admin": False,
        "avatar_url": f"{ask.web}/avatars/{user.id}", "gravatar_id": "", "url": url, "html_url": page, **urls,
        "user_view_type": "public",
    }  # fmt: skip


def maybe_user(ask: Ask, user: User | None) -> dict[str, Any] | None:
    """Return a `nullable-simple-user`."""
    return user_answer(ask, user) if user else None


def repo_answer(ask: Ask, repo: Repo) -> dict[str, Any]:
    """Return a `full-repository`, which has all keys of `repository` and `minimal-repository`."""
    page = web_url(ask, repo)
    urls = {f"{name}_url": repo_url(ask, repo) + part for name, part in _REPO_PARTS.items()}
    began = "2025-01-06T09:00:00Z"
    opened = sum(one.state == "open" for one in ask.state.conversations())
    return {
        "id": repo.id, "node_id": node("R", repo.id), "name": repo.name, "full_name": repo.full_name,
        "owner": user_answer(ask, repo.owner), "private": False, "visibility": "public", "fork": repo.fork,
        "description": None, "homepage": None, "language": None, "license": None, "mirror_url": None,
        "url": repo_url(ask, repo), "html_url": page, **urls,
        # cloning goes to the stand-in as well
        "clone_url": f"{ask.api}/{repo.full_name}.git", "git_url": f"{ask.api}/{repo.full_name}.git",
        "ssh_url": f"git@example.org:{repo.full_name}.git", "svn_url": page,
        "default_branch": repo.default_branch, "size": 0, "forks": 0, "forks_count": 0, "stargazers_count": 0,
        "watchers": 0, "watchers_count": 0, "subscribers_count": 0, "network_count": 0, "open_issues": opened,
        "open_issues_count": opened, "has_issues": True, "has_projects": False, "has_wiki": False, "has_pages": False,
        "has_downloads": False, "has_discussions": False, "archived": False, "disabled": False, "is_template": False,
        "pushed_at": began, "created_at": began, "updated_at": began,
    }  # fmt: skip


def label_answer(ask: Ask, label: Label) -> dict[str, Any]:
    """Return a `label`."""
    return {
        "id": label.id, "node_id": node("LA", label.id), "url": f"{repo_url(ask)}/labels/{quote(label.name)}",
        "name": label.name, "description": label.description, "color": label.color, "default": False,
    }  # fmt: skip


def labels_of(ask: Ask, one: Conversation) -> list[dict[str, Any]]:
    """Return the labels of a pull request or an issue."""
    return [label_answer(ask, ask.state.label(name)) for name in one.labels]


def _end(ask: Ask, ref: str, sha: str, repo: Repo | None, owner: User) -> dict[str, Any]:
    shown = repo_answer(ask, repo) if repo else None
    return {"label": f"{owner.login}:{ref}", "ref": ref, "sha": sha, "repo": shown, "user": user_answer(ask, owner)}


def pull_simple(ask: Ask, pull: Pull) -> dict[str, Any]:
    """Return a `pull-request-simple`: a pull request in a list."""
    url, page = f"{repo_url(ask)}/pulls/{pull.number}", f"{web_url(ask)}/pull/{pull.number}"
    issue = f"{repo_url(ask)}/issues/{pull.number}"
    urls = {
        "issue": issue, "commits": f"{url}/commits", "review_comments": f"{url}/comments",
        "review_comment": f"{repo_url(ask)}/pulls/comments{{/number}}", "comments": f"{issue}/comments",
        "statuses": f"{repo_url(ask)}/statuses/{pull.head_sha}",
    }  # fmt: skip
    return {
        "url": url, "id": pull.id, "node_id": node("PR", pull.id), "html_url": page, "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch", **{f"{name}_url": target for name, target in urls.items()},
        "number": pull.number, "state": pull.state, "locked": pull.locked, "title": pull.title, "body": pull.body,
        "user": user_answer(ask, pull.author), "labels": labels_of(ask, pull), "milestone": None, "draft": pull.draft,
        "created_at": time(pull.created_at), "updated_at": time(pull.updated_at),
        "closed_at": maybe_time(pull.closed_at), "merged_at": maybe_time(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha, "assignee": None, "assignees": [],
        "requested_reviewers": [user_answer(ask, user) for user in pull.requested_reviewers], "requested_teams": [],
        "head": _end(ask, pull.head_ref, pull.head_sha, pull.head_repo, pull.head_repo.owner if pull.head_repo else pull.author),
        "base": _end(ask, pull.base_ref, pull.base_sha, ask.state.repo, ask.state.repo.owner),
        "_links": {name: {"href": target} for name, target in (urls | {"self": url, "html": page}).items()},
        "author_association": pull.author_association, "auto_merge": None, "active_lock_reason": None,
    }  # fmt: skip


def pull_answer(ask: Ask, pull: Pull) -> dict[str, Any]:
    """Return a `pull-request`: one pull request, with the size of its diff and whether it can be merged."""
    files = ask.git.files(pull.base_sha, pull.head_sha)
    mergeable, state = _mergeable(ask, pull)
    return pull_simple(ask, pull) | {
        "merged": pull.merged, "mergeable": mergeable, "mergeable_state": state, "rebaseable": mergeable,
        "merged_by": maybe_user(ask, pull.merged_by), "comments": len(ask.state.comments_of(pull.number)),
        "review_comments": sum(len(review.comments) for review in pull.reviews), "maintainer_can_modify": True,
        "commits": len(ask.git.ahead(pull.base_sha, pull.head_sha)), "changed_files": len(files),
        "additions": sum(file.additions for file in files), "deletions": sum(file.deletions for file in files),
    }  # fmt: skip


def _mergeable(ask: Ask, pull: Pull) -> tuple[bool | None, str]:
    if pull.merged or pull.state == "closed" or pull.mergeable_unknown or ask.mergeable_null:
        return None, "unknown"
    base = ask.git.resolve(pull.base_ref)
    if base is None or ask.git.merged_tree(base, pull.head_sha) is None:
        return False, "dirty"
    return True, "draft" if pull.draft else "clean"


def pull_minimal(ask: Ask, pull: Pull) -> dict[str, Any]:
    """Return a `pull-request-minimal`: how check runs name the pull requests of their commit."""

    def end(ref: str, sha: str, repo: Repo) -> dict[str, Any]:
        named = {"id": repo.id, "url": repo_url(ask, repo), "name": repo.name}
        return {"ref": ref, "sha": sha, "repo": named}

    return {
        "id": pull.id, "number": pull.number, "url": f"{repo_url(ask)}/pulls/{pull.number}",
        "head": end(pull.head_ref, pull.head_sha, pull.head_repo or ask.state.repo),
        "base": end(pull.base_ref, pull.base_sha, ask.state.repo),
    }  # fmt: skip
