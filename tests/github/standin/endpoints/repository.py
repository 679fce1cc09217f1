"""The repository, who may do what in it, who asks and how often they may."""

from __future__ import annotations

from tests.github.standin.answers import repo_answer, time, user_answer
from tests.github.standin.asking import FORBIDDEN, NOT_FOUND, Answer, Ask, RefusedError, endpoint
from tests.github.standin.state import BEGINNING

_REPO = "/repos/{owner}/{repo}"
_HOURLY = 5000


@endpoint("GET", _REPO, "metadata")
def repository(ask: Ask) -> Answer:
    name = f"{ask.params['owner']}/{ask.params['repo']}".lower()
    for repo in (ask.state.repo, *ask.state.forks.values()):
        if repo.full_name.lower() == name:
            return Answer(200, repo_answer(ask, repo))
    raise RefusedError(404, NOT_FOUND)


@endpoint("GET", f"{_REPO}/collaborators/{{username}}/permission", "metadata")
def permission(ask: Ask) -> Answer:
    """`permission` knows four words, `role_name` all of them. Whoever isn't a collaborator can read what is public."""
    login = ask.params["username"]
    if login not in ask.state.users:
        raise RefusedError(404, f"{login} is not a user")
    role = ask.state.permissions.get(login, "read")
    coarse = {"maintain": "write", "triage": "read"}.get(role, role)
    user = user_answer(ask, ask.state.users[login]) | {"role_name": role}
    return Answer(200, {"permission": coarse, "role_name": role, "user": user})


@endpoint("GET", "/rate_limit", "metadata")
def rate_limit(ask: Ask) -> Answer:
    limit = {
        "limit": _HOURLY,
        "used": 0,
        "remaining": _HOURLY,
        "reset": int(BEGINNING.timestamp()) + 3600,
        "resource": "core",
    }
    return Answer(200, {"resources": {"core": limit, "search": limit}, "rate": limit})


@endpoint("GET", "/user", "metadata")
def user(ask: Ask) -> Answer:
    """A token of an app, such as `GITHUB_TOKEN`, has no user, though what it writes is a bot's."""
    if ask.token is None:
        raise RefusedError(401, "Requires authentication")
    if ask.token.installation:
        raise RefusedError(403, FORBIDDEN)
    return Answer(200, user_answer(ask, ask.user) | _PROFILE)


@endpoint("GET", "/users/{username}", "metadata")
def account(ask: Ask) -> Answer:
    login = ask.params["username"]
    if login not in ask.state.users:
        raise RefusedError(404, NOT_FOUND)
    return Answer(200, user_answer(ask, ask.state.users[login]) | _PROFILE)


_PROFILE = {
    "name": None, "company": None, "blog": None, "location": None, "email": None, "hireable": None, "bio": None,
    "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "created_at": time(BEGINNING),
    "updated_at": time(BEGINNING),
}  # fmt: skip
