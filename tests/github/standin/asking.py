"""One call as an endpoint sees it, the table of endpoints, and pagination."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote, unquote, urlencode

from tests.github.standin.state import Issue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.github.standin.repository import BareRepository
    from tests.github.standin.state import Access, Conversation, Pull, State, Token, User

Item = TypeVar("Item")

DOCUMENTATION = "https://docs.github.com/rest"
_TAILS = ("path", "ref", "basehead", "branch")
"""Parts of a path that may have slashes in them, which GitHub's description has no way to say."""


class Answer(NamedTuple):
    """The answer to a call; without a body if it is None."""

    status: int
    body: Any = None
    link: str | None = None


class RefusedError(Exception):
    """A call that GitHub refuses with a status, a message and, for some, a list of errors."""

    def __init__(self, status: int, message: str, *errors: object) -> None:
        super().__init__(message)
        self.answer = Answer(
            status,
            {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
            | ({"errors": list(errors)} if errors else {}),
        )


def invalid(resource: str, field: str, message: str, code: str = "custom") -> RefusedError:
    """Return a 422 about one field."""
    error = {"resource": resource, "code": code, "field": field, "message": message}
    return RefusedError(422, "Validation Failed", error)


NOT_FOUND = "Not Found"
FORBIDDEN = "Resource not accessible by integration"


@dataclass(frozen=True)
class Ask:
    """A call that reached an endpoint. Addresses in the answer begin with `api` and `web`."""

    method: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    token: Token | None
    state: State
    git: BareRepository
    api: str
    web: str
    mergeable_null: bool = False

    @property
    def user(self) -> User:
        """The account that calls; endpoints that write are only reached with a token."""
        assert self.token is not None
        return self.token.user

    def pull(self, name: str = "pull_number") -> Pull:
        """Return the pull request that the path names."""
        try:
            return self.state.pulls[int(self.params[name])]
        except KeyError:
            raise RefusedError(404, NOT_FOUND) from None

    def conversation(self) -> Conversation:
        """Return the pull request or issue that the path names."""
        return self.of_number(int(self.params["issue_number"]))

    def of_number(self, number: int) -> Conversation:
        """Return the pull request or issue of this number. The permission for pull requests excludes other issues."""
        found = self.state.conversation(number)
        if found is None:
            raise RefusedError(404, NOT_FOUND)
        access: Access = "read" if self.method == "GET" else "write"
        if isinstance(found, Issue) and self.token and not self.token.may(access, "issues"):
            raise RefusedError(403, FORBIDDEN)
        return found

    def may_triage(self) -> bool:
        """Whether the caller may triage what others opened: an app with the permission, or a person with a role."""
        roles = ("admin", "maintain", "write", "triage")
        is_app = self.token is not None and self.token.installation
        return is_app or self.state.permissions.get(self.user.login) in roles

    def may_push(self) -> bool:
        """Whether a person with write access calls. An app has none in this sense."""
        is_app = self.token is not None and self.token.installation
        return not is_app and self.state.permissions.get(self.user.login) in ("admin", "maintain", "write")

    def commit(self, name: str = "ref") -> str:
        """Return the id of the commit that the path names."""
        asked = self.params[name]
        if sha := self.git.resolve(asked):
            return sha
        raise RefusedError(422, f"No commit found for SHA: {asked}")

    def page(self, items: Sequence[Item], shape: Callable[[Item], Any]) -> Answer:
        """Return one page of a list: 30 items or `per_page`, at most 100; links to the other pages in `Link`."""
        size = max(1, min(int(self.query.get("per_page", "30")), 100))
        number = max(1, int(self.query.get("page", "1")))
        last = max(1, -(-len(items) // size))
        near = {"prev": number - 1, "first": 1} if number > 1 else {}
        far = {"next": number + 1, "last": last} if number < last else {}
        links = [
            f'<{self.api}{self.path}?{urlencode(self.query | {"page": str(target)})}>; rel="{name}"'
            for name, target in (near | far).items()
        ]
        shown = [shape(item) for item in items[(number - 1) * size : number * size]]
        return Answer(200, shown, ", ".join(links) or None)


class Endpoint(NamedTuple):
    """A method of a path, the permissions to call it, and the function that implements it."""

    method: str
    template: str
    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    access: Access
    carry_out: Callable[[Ask], Answer]


ENDPOINTS: list[Endpoint] = []


def endpoint(
    method: str, template: str, *kinds: str, access: Access | None = None
) -> Callable[[Callable[[Ask], Answer]], Callable[[Ask], Answer]]:
    """Register the endpoint of a path, spelled as GitHub does, for tokens with one of the permissions `kinds`."""

    def registered(carry_out: Callable[[Ask], Answer]) -> Callable[[Ask], Answer]:
        needed: Access = access or ("read" if method == "GET" else "write")
        ENDPOINTS.append(Endpoint(method, template, _pattern(template), kinds, needed, carry_out))
        return carry_out

    return registered


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    texts = [
        re.escape(part) if n % 2 == 0 else f"(?P<{part}>{'.+' if part in _TAILS else '[^/]+'})"
        for n, part in enumerate(parts)
    ]
    return re.compile("".join(texts))


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """Return the endpoint of a path and the decoded values of its parameters. The most literal template wins."""
    path = re.sub(r"/contents/?$", "/contents/%2F", path)  # the topmost folder has no path
    for known in sorted(ENDPOINTS, key=lambda known: (known.template.count("{"), -len(known.template))):
        if known.method == method and (match := known.pattern.fullmatch(path)):
            return known, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


def spelled(template: str, params: dict[str, str]) -> str:
    """Return a path with every part encoded, including slashes, so that it fits GitHub's description."""
    return re.sub(r"\{(\w+)\}", lambda part: quote(params[part[1]], safe=""), template)
