"""Commits, branches, refs, comparisons and the content of files."""

from __future__ import annotations

from subprocess import CalledProcessError
from typing import TYPE_CHECKING

from tests.github.standin.answers import pull_simple, repo_url, web_url
from tests.github.standin.asking import NOT_FOUND, Answer, Ask, RefusedError, endpoint
from tests.github.standin.git_answers import commit_answer, content_answer, file_answer, ref_answer

if TYPE_CHECKING:
    from tests.github.standin.state import Pull

_REPO = "/repos/{owner}/{repo}"


@endpoint("GET", f"{_REPO}/commits/{{ref}}", "contents")
def commit(ask: Ask) -> Answer:
    return Answer(200, commit_answer(ask, ask.git.commit(ask.commit())))


@endpoint("GET", f"{_REPO}/commits/{{commit_sha}}/pulls", "pull-requests")
def pulls_of_commit(ask: Ask) -> Answer:
    """Return the pull requests with a commit; if it is on the default branch, only those that brought it there."""
    sha = ask.commit("commit_sha")
    main = ask.git.resolve(f"refs/heads/{ask.state.repo.default_branch}")
    is_there = main is not None and ask.git.is_ancestor(sha, main)
    found = [p for p in ask.state.pulls.values() if _has(ask, p, sha) and (p.merged or not is_there)]
    return ask.page(found, lambda pull: pull_simple(ask, pull))


def _has(ask: Ask, pull: Pull, sha: str) -> bool:
    """Return whether a commit belongs to a pull request or to its merge."""
    return (
        sha == pull.merge_commit_sha
        or sha in pull.rebased
        or sha in {c.sha for c in ask.git.ahead(pull.base_sha, pull.head_sha)}
    )


@endpoint("GET", f"{_REPO}/branches/{{branch}}", "contents")
def branch(ask: Ask) -> Answer:
    name = ask.params["branch"]
    sha = ask.git.resolve(f"refs/heads/{name}")
    if sha is None:
        raise RefusedError(404, "Branch not found")
    url = f"{repo_url(ask)}/branches/{name}"
    is_protected = name in ask.state.protected
    return Answer(
        200,
        {
            "name": name, "commit": commit_answer(ask, ask.git.commit(sha)), "protected": is_protected,
            "_links": {"self": url, "html": f"{web_url(ask)}/tree/{name}"},
            "protection": {"enabled": is_protected}, "protection_url": f"{url}/protection",
        },
    )  # fmt: skip


@endpoint("GET", f"{_REPO}/git/ref/{{ref}}", "contents")
def ref(ask: Ask) -> Answer:
    name = f"refs/{ask.params['ref']}"
    refs = ask.git.refs(name)
    if name not in refs:
        raise RefusedError(404, NOT_FOUND)
    return Answer(200, ref_answer(ask, name, refs[name]))


@endpoint("GET", f"{_REPO}/git/matching-refs/{{ref}}", "contents")
def matching_refs(ask: Ask) -> Answer:
    found = ask.git.refs(f"refs/{ask.params['ref']}")
    return Answer(200, [ref_answer(ask, name, sha) for name, sha in found.items()])


@endpoint("GET", f"{_REPO}/compare/{{basehead}}", "contents")
def comparison(ask: Ask) -> Answer:
    """Compare two commits. Only the first page has files, up to 300 at GitHub; every page has commits."""
    names = [part.rpartition(":")[2] for part in ask.params["basehead"].split("...")]
    ends = [ask.git.resolve(name) for name in names]
    if len(ends) != 2 or None in ends:
        raise RefusedError(404, NOT_FOUND)
    base, head = [sha for sha in ends if sha]
    try:
        merge_base = ask.git.merge_base(base, head)
    except CalledProcessError:
        raise RefusedError(404, f"No common ancestor between {names[0]} and {names[1]}.") from None
    ahead, behind = ask.git.ahead(base, head), ask.git.ahead(head, base)
    state = ("diverged" if behind else "ahead") if ahead else ("behind" if behind else "identical")
    page = ask.page(ahead, lambda one: commit_answer(ask, one))
    files = ask.git.files(base, head)[:300] if ask.query.get("page", "1") == "1" else ()
    url, html = f"{repo_url(ask)}/compare/{base}...{head}", f"{web_url(ask)}/compare/{base}...{head}"
    return Answer(
        200,
        {
            "url": url, "html_url": html, "permalink_url": html, "diff_url": f"{html}.diff", "status": state,
            "patch_url": f"{html}.patch", "base_commit": commit_answer(ask, ask.git.commit(base)),
            "merge_base_commit": commit_answer(ask, ask.git.commit(merge_base)), "ahead_by": len(ahead),
            "behind_by": len(behind), "total_commits": len(ahead), "commits": page.body,
            "files": [file_answer(ask, file, head) for file in files],
        },
        page.link,
    )  # fmt: skip


@endpoint("GET", f"{_REPO}/contents/{{path}}", "contents")
def content(ask: Ask) -> Answer:
    path, name = ask.params["path"].strip("/"), ask.query.get("ref") or ask.state.repo.default_branch
    sha = ask.git.resolve(name)
    if sha is None:
        raise RefusedError(404, f"No commit found for the ref {name}")
    found = ask.git.tree(sha, path) if path else []
    if path and not found:
        raise RefusedError(404, NOT_FOUND)
    if found and found[0].kind != "tree":
        return Answer(200, content_answer(ask, found[0], name, whole=True))
    return Answer(200, [content_answer(ask, entry, name) for entry in ask.git.tree(sha, f"{path}/" if path else "")])
