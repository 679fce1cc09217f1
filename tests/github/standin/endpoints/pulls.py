"""Pull requests: listed, read, opened, changed, merged; their files and commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.github.standin.answers import pull_answer, pull_simple, user_answer
from tests.github.standin.asking import NOT_FOUND, Answer, Ask, RefusedError, endpoint, invalid
from tests.github.standin.git_answers import commit_answer, file_answer
from tests.github.standin.limits import body_within_limit, title_within_limit
from tests.github.standin.merging import merge
from tests.github.standin.state import Pull

if TYPE_CHECKING:
    from tests.github.standin.diff import FileDiff

_PULLS = "/repos/{owner}/{repo}/pulls"
_PULL = f"{_PULLS}/{{pull_number}}"


@endpoint("GET", _PULLS, "pull-requests")
def listed(ask: Ask) -> Answer:
    found = [pull for pull in ask.state.pulls.values() if _wanted(ask, pull)]
    by_update = ask.query.get("sort") == "updated"
    # without a direction: the newest first when sorted by creation or not at all, the oldest first otherwise
    ascending = ask.query.get("direction", "desc" if ask.query.get("sort", "created") == "created" else "asc") == "asc"
    found.sort(key=lambda pull: (pull.updated_at if by_update else pull.created_at, pull.number), reverse=not ascending)
    return ask.page(found, lambda pull: pull_simple(ask, pull))


def _wanted(ask: Ask, pull: Pull) -> bool:
    state, head = ask.query.get("state", "open"), ask.query.get("head")
    owner = pull.head_repo.owner.login if pull.head_repo else pull.author.login
    # a head without an owner doesn't filter at all
    return (
        state in ("all", pull.state)
        and ask.query.get("base", pull.base_ref) == pull.base_ref
        and (not head or ":" not in head or head == f"{owner}:{pull.head_ref}")
    )


@endpoint("POST", _PULLS, "pull-requests")
def opened(ask: Ask) -> Answer:
    state, body = ask.state, ask.body
    head = ask.git.resolve(f"refs/heads/{body['head'].rpartition(':')[2]}")
    base = ask.git.resolve(f"refs/heads/{body['base']}")
    if head is None or base is None:
        raise invalid("PullRequest", "head" if head is None else "base", "", "invalid")
    ref = body["head"].rpartition(":")[2]
    if any(p.state == "open" and (p.head_ref, p.head_repo) == (ref, state.repo) for p in state.pulls.values()):
        who = f"{state.repo.owner.login}:{ref}"
        raise invalid("PullRequest", "head", f"A pull request already exists for {who}.")
    if head == ask.git.merge_base(base, head):
        raise invalid("PullRequest", "head", f"No commits between {body['base']} and {ref}")
    title_within_limit("PullRequest", body.get("title", ""))
    body_within_limit("PullRequest", body.get("body") or "")
    now, number = state.clock.tick(), state.next_number()
    pull = Pull(
        state.new_id("pull"), number, body.get("title", ""), body.get("body"), ask.user, body["base"], base, ref, head,
        state.repo, now, now, draft=body.get("draft", False), author_association="NONE",
    )  # fmt: skip
    state.pulls[number] = pull
    ask.git.set_ref(f"refs/pull/{number}/head", head)
    return Answer(201, pull_answer(ask, pull))


@endpoint("GET", _PULL, "pull-requests")
def read(ask: Ask) -> Answer:
    return Answer(200, pull_answer(ask, ask.pull()))


@endpoint("PATCH", _PULL, "pull-requests")
def changed(ask: Ask) -> Answer:
    pull, body = ask.pull(), ask.body
    pull.updated_at = ask.state.clock.tick()
    pull.title, pull.body = body.get("title", pull.title), body.get("body", pull.body)
    wanted = body.get("state", pull.state)
    if wanted != pull.state and pull.merged:
        raise invalid("PullRequest", "state", "state cannot be changed. The pull request has been merged.")
    ask.state.set_open_or_closed(pull, wanted, ask.user)
    if "base" in body:
        base = ask.git.resolve(f"refs/heads/{body['base']}")
        if base is None:
            raise invalid("PullRequest", "base", "", "invalid")
        if body["base"] != pull.base_ref:
            ask.state.record(pull.number, ask.user, "base_ref_changed")
        pull.base_ref, pull.base_sha = body["base"], base
    return Answer(200, pull_answer(ask, pull))


@endpoint("GET", f"{_PULL}/files", "pull-requests")
def files(ask: Ask) -> Answer:
    pull = ask.pull()

    def shape(file: FileDiff) -> dict[str, object]:
        return file_answer(ask, file, pull.head_sha)

    # GitHub shows no more than 3,000 files of a pull request
    return ask.page(ask.git.files(pull.base_sha, pull.head_sha)[:3000], shape)


@endpoint("GET", f"{_PULL}/commits", "pull-requests")
def commits(ask: Ask) -> Answer:
    pull = ask.pull()
    # and no more than 250 commits
    return ask.page(ask.git.ahead(pull.base_sha, pull.head_sha)[:250], lambda commit: commit_answer(ask, commit))


@endpoint("GET", f"{_PULL}/requested_reviewers", "pull-requests")
def reviewers(ask: Ask) -> Answer:
    users = [user_answer(ask, user) for user in ask.pull().requested_reviewers]
    return Answer(200, {"users": users, "teams": []})


@endpoint("POST", f"{_PULL}/requested_reviewers", "pull-requests")
def reviewers_requested(ask: Ask) -> Answer:
    pull = ask.pull()
    for login in ask.body.get("reviewers", []):
        if login == pull.author.login:
            raise RefusedError(422, "Review cannot be requested from pull request author.")
        if ask.state.permissions.get(login, "none") == "none":
            told = "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not "
            raise RefusedError(422, f"{told}a collaborator of the {ask.state.repo.full_name} repository.")
        if ask.state.user(login) not in pull.requested_reviewers:
            pull.requested_reviewers.append(ask.state.user(login))
    pull.updated_at = ask.state.clock.tick()
    return Answer(201, pull_simple(ask, pull))


@endpoint("DELETE", f"{_PULL}/requested_reviewers", "pull-requests")
def reviewers_removed(ask: Ask) -> Answer:
    pull = ask.pull()
    pull.requested_reviewers = [u for u in pull.requested_reviewers if u.login not in ask.body["reviewers"]]
    pull.updated_at = ask.state.clock.tick()
    return Answer(200, pull_simple(ask, pull))


@endpoint("GET", f"{_PULL}/merge", "pull-requests")
def is_merged(ask: Ask) -> Answer:
    if not ask.pull().merged:
        raise RefusedError(404, NOT_FOUND)
    return Answer(204)


@endpoint("PUT", f"{_PULL}/merge", "contents")
def merged(ask: Ask) -> Answer:
    pull, body = ask.pull(), ask.body or {}
    if pull.state == "closed" or pull.draft:
        raise RefusedError(405, "Pull Request is not mergeable")
    if body.get("sha", pull.head_sha) != pull.head_sha:
        raise RefusedError(409, "Head branch was modified. Review and try the merge again.")
    base = ask.git.resolve(f"refs/heads/{pull.base_ref}")
    if base is None or ask.git.merged_tree(base, pull.head_sha) is None:
        raise RefusedError(405, "Pull Request is not mergeable")
    title, text = body.get("commit_title"), body.get("commit_message")
    message = "\n\n".join(part for part in (title, text) if part) or None
    sha = merge(ask.state, ask.git, pull, ask.user, message, squash=body.get("merge_method") == "squash")
    return Answer(200, {"sha": sha, "merged": True, "message": "Pull Request successfully merged"})
