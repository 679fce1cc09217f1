"""The repository, its permissions, the user of a token, and rate limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github.standin.answers import repo_answer, time, user_answer
from tests.github.standin.asking import FORBIDDEN, NOT_FOUND, Answer, Ask, RefusedError, endpoint
from tests.github.standin.state import BEGINNING

if TYPE_CHECKING:
    from tests.github.standin.state import Permission, User

_REPO = "/repos/{owner}/{repo}"
_HOURLY = 5000
_ROLES: tuple[Permission, ...] = ("read", "triage", "write", "maintain", "admin")
_WORDS = ("pull", "triage", "push", "maintain", "admin")
"""What GitHub calls the same as a permission."""


@endpoint("GET", _REPO, "metadata")
def repository(ask: Ask) -> Answer:
    name = f"{ask.params['owner']}/{ask.params['repo']}".lower()
    for repo in (ask.state.repo, *ask.state.forks.values()):
        if repo.full_name.lower() == name:
            return Answer(200, repo_answer(ask, repo))
    raise RefusedError(404, NOT_FOUND)


@endpoint("GET", f"{_REPO}/collaborators/{{username}}/permission", "metadata")
def permission(ask: Ask) -> Answer:
    """Return an account's permission, one of four, and its role. Accounts that aren't collaborators can read."""
    login = ask.params["username"]
    if login not in ask.state.users:
        raise RefusedError(404, f"{login} is not a user")
    role = ask.state.permissions.get(login, "read")
    coarse = {"maintain": "write", "triage": "read"}.get(role, role)
    user = user_answer(ask, ask.state.users[login]) | {"role_name": role}
    return Answer(200, {"permission": coarse, "role_name": role, "user": user})


@endpoint("GET", f"{_REPO}/collaborators", "metadata")
def collaborators(ask: Ask) -> Answer:
    """Return the accounts with a role, or with at least `permission`, by id. There are no outside collaborators."""
    if f"{ask.params['owner']}/{ask.params['repo']}".lower() != ask.state.repo.full_name.lower():
        raise RefusedError(404, NOT_FOUND)
    if ask.token is None:
        raise RefusedError(401, "Requires authentication")
    if not ask.token.installation and ask.state.permissions.get(ask.user.login) not in ("admin", "maintain", "write"):
        raise RefusedError(403, "Must have push access to view repository collaborators.")
    least = _WORDS.index(ask.query.get("permission", "pull"))
    roles = {ask.state.user(login): role for login, role in ask.state.permissions.items() if role != "none"}
    found = [user for user, role in roles.items() if _ROLES.index(role) >= least]
    found = [] if ask.query.get("affiliation") == "outside" else sorted(found, key=lambda user: user.id)

    def shape(user: User) -> dict[str, Any]:
        granted = {word: number <= _ROLES.index(roles[user]) for number, word in enumerate(_WORDS)}
        return user_answer(ask, user) | {"permissions": granted, "role_name": roles[user]}

    return ask.page(found, shape)


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
    """Return the user of a token. A token of an app, such as `GITHUB_TOKEN`, has none, though it writes as a bot."""
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


@endpoint("GET", "/user/{account_id}", "metadata")
def account_by_id(ask: Ask) -> Answer:
    """Return the account with an id, whatever it is called now."""
    found = next((user for user in ask.state.users.values() if str(user.id) == ask.params["account_id"]), None)
    if found is None or found.login in ask.state.deleted:
        raise RefusedError(404, NOT_FOUND)
    return Answer(200, user_answer(ask, found) | _PROFILE)


_PROFILE = {
    "name": None, "company": None, "blog": None, "location": None, "email": None, "hireable": None, "bio": None,
    "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0, "created_at": time(BEGINNING),
    "updated_at": time(BEGINNING),
}  # fmt: skip
