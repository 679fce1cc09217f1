"""GitHub's answers about commits, files of a diff, trees and refs."""

from __future__ import annotations

from base64 import encodebytes
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.github.standin.answers import maybe_user, node, repo_url, web_url

if TYPE_CHECKING:
    from tests.github.standin.asking import Ask
    from tests.github.standin.diff import FileDiff
    from tests.github.standin.repository import Commit, TreeEntry
    from tests.github.standin.state import User

_LARGE = 1024 * 1024
"""GitHub sends the content of files up to this size."""


def account_of(ask: Ask, email: str) -> User | None:
    """Return the account whose commits have this address, if any."""
    return next((user for user in ask.state.users.values() if user.email == email), None)


def commit_answer(ask: Ask, commit: Commit) -> dict[str, Any]:
    """Return a `commit`."""
    url, page = f"{repo_url(ask)}/commits/{commit.sha}", f"{web_url(ask)}/commit/{commit.sha}"
    git_url = f"{repo_url(ask)}/git"
    return {
        "url": url, "sha": commit.sha, "node_id": node("C", int(commit.sha[:8], 16)), "html_url": page,
        "comments_url": f"{url}/comments",
        "commit": {
            "url": f"{git_url}/commits/{commit.sha}", "author": commit.author._asdict(),
            "committer": commit.committer._asdict(), "message": commit.message, "comment_count": 0,
            "tree": {"sha": commit.tree, "url": f"{git_url}/trees/{commit.tree}"},
            "verification": {
                "verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None,
            },
        },
        "author": maybe_user(ask, account_of(ask, commit.author.email)),
        "committer": maybe_user(ask, account_of(ask, commit.committer.email)),
        "parents": [
            {"sha": sha, "url": f"{repo_url(ask)}/commits/{sha}", "html_url": f"{web_url(ask)}/commit/{sha}"}
            for sha in commit.parents
        ],
    }  # fmt: skip


def file_answer(ask: Ask, file: FileDiff, sha: str) -> dict[str, Any]:
    """Return a `diff-entry`. `patch` is missing where GitHub leaves it out, not null."""
    path = quote(file.path)
    shown = {
        "sha": file.sha, "filename": file.path, "status": file.status, "additions": file.additions,
        "deletions": file.deletions, "changes": file.additions + file.deletions,
        "blob_url": f"{web_url(ask)}/blob/{sha}/{path}", "raw_url": f"{web_url(ask)}/raw/{sha}/{path}",
        "contents_url": f"{repo_url(ask)}/contents/{path}?ref={sha}",
    }  # fmt: skip
    patch = {} if file.patch is None else {"patch": file.patch}
    return shown | patch | ({"previous_filename": file.previous} if file.previous else {})


def content_answer(ask: Ask, entry: TreeEntry, ref: str, *, whole: bool = False) -> dict[str, Any]:
    """Return a file, folder, link or submodule; with `whole` with its content."""
    kinds = {"tree": "dir", "commit": "submodule"}
    kind = "symlink" if entry.mode == "120000" else kinds.get(entry.kind, "file")
    path = quote(entry.path)
    url = f"{repo_url(ask)}/contents/{path}?ref={quote(ref)}"
    git_url = f"{repo_url(ask)}/git/{'trees' if kind == 'dir' else 'blobs'}/{entry.sha}"
    page = f"{web_url(ask)}/{'tree' if kind == 'dir' else 'blob'}/{quote(ref)}/{path}"
    shown: dict[str, Any] = {
        "type": kind, "size": entry.size, "name": entry.path.rpartition("/")[2], "path": entry.path, "sha": entry.sha,
        "url": url, "git_url": git_url, "html_url": page,
        "download_url": f"{web_url(ask)}/raw/{quote(ref)}/{path}" if kind == "file" else None,
        "_links": {"self": url, "git": git_url, "html": page},
    }  # fmt: skip
    if whole and kind == "symlink":
        shown["target"] = ask.git.blob(entry.sha).decode("utf-8", "replace")
    elif whole and kind == "file":
        large = entry.size > _LARGE
        shown["encoding"] = "none" if large else "base64"
        shown["content"] = "" if large else encodebytes(ask.git.blob(entry.sha)).decode("ascii")
    return shown


def ref_answer(ask: Ask, ref: str, sha: str) -> dict[str, Any]:
    """Return a `git-ref` for a full name like `refs/heads/main`."""
    target = {"type": "commit", "sha": sha, "url": f"{repo_url(ask)}/git/commits/{sha}"}
    return {"ref": ref, "node_id": f"REF_{ref}", "url": f"{repo_url(ask)}/git/{quote(ref)}", "object": target}
