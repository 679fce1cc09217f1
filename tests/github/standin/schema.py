"""Holds requests and answers against GitHub's own description of its API (`tests/github/openapi-subset.json`).

Compiled once per process: that takes about a second, a validation a few milliseconds. Every day only the first of the
calls with the same shape is validated, in thorough tests each.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from tests.thorough import is_thorough

if TYPE_CHECKING:
    from collections.abc import Iterator

DESCRIPTION = Path(__file__).parent.parent / "openapi-subset.json"
_SERVER = "https://api.github.com"
_REMEMBERED = 10_000
"""How many requests and answers are known again: the tests of faults and races have the same ones over and over."""
_PORT = re.compile(rb"(http://127\.0\.0\.1:)[0-9]+")
_LIMITS = ("maxItems", "maxLength")
_NUMBER = re.compile(r"\b(?:[0-9]+|[0-9a-f]{40})\b")
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]+)?Z")

_fine: set[Any] = set()
"""The shapes of calls that are as GitHub describes them."""


@dataclass(frozen=True)
class Violation:
    """What a request or an answer does that GitHub's description doesn't allow."""

    message: str
    over_limit: bool = False
    """Whether it only says too much: GitHub answers that with 422, so that it isn't a mistake of shape."""


@cache
def description() -> dict[str, Any]:
    """GitHub's description, with the corrections that `_corrected` makes."""
    return _corrected(json.loads(DESCRIPTION.read_text("utf-8")))


def request_violation(method: str, path: str, query: dict[str, str], body: bytes, media: str) -> Violation | None:
    """Return what is wrong with a request. Parts of `path` have their slashes encoded."""
    asked = tuple(sorted(query.items()))
    shape = (method, _NUMBER.sub("0", path), _NUMBER.sub("0", repr(asked)), media, _shape_of(body))
    if shape in _fine and not is_thorough():
        return None
    wrong = _request_violation(method, path, asked, _anywhere(body), media)
    if not wrong:
        _fine.add(shape)
    return wrong


@lru_cache(maxsize=_REMEMBERED)
def _request_violation(
    method: str, path: str, query: tuple[tuple[str, str], ...], body: bytes, media: str
) -> Violation | None:
    try:
        _api().validate_request(_request(method, path, dict(query), body, media))
    except OpenAPIError as error:
        return Violation(f"request {method} {path}: {_told(error)}", over_limit=_is_limit(error))
    return None


def answer_violation(method: str, path: str, template: str, status: int, body: bytes) -> Violation | None:
    """Return what is wrong with an answer. Errors that GitHub gives without describing them need a message, no more."""
    shape = (method, template, status, _shape_of(body))
    if shape in _fine and not is_thorough():
        return None
    wrong = _answer_violation(method, path, template, status, _anywhere(body))
    if not wrong:
        _fine.add(shape)
    return wrong


def _shape_of(body: bytes) -> Any:
    try:
        return _shape(json.loads(body)) if body else None
    except ValueError:
        return body


def _shape(value: Any) -> Any:
    """Return what a value has in common with those that fit the same description: keys, types, formats, words, limits."""
    match value:
        case dict():
            return tuple((key, _shape(part)) for key, part in sorted(value.items()))
        case list():
            return bisect_left(_limits(), len(value)), frozenset(map(_shape, value))
        case str() if _WORD.fullmatch(value):
            return value
        case str():
            kinds = {"date": _DATE.fullmatch(value), "address": value.startswith("http")}
            kind = next((kind for kind, fits in kinds.items() if fits), "text")
            return kind, bisect_left(_limits(), len(value))
        case _:
            return type(value)


@lru_cache(maxsize=_REMEMBERED)
def _answer_violation(method: str, path: str, template: str, status: int, body: bytes) -> Violation | None:
    described = description()["paths"][template][method.lower()]["responses"]
    if str(status) not in described:
        if status >= 400 and isinstance(json.loads(body), dict) and json.loads(body).get("message"):
            return None
        return Violation(f"answer to {method} {path}: status {status} is not one of {', '.join(described)}")
    if not body and "content" not in described[str(status)]:
        return None
    try:
        request = _request(method, path, {}, b"", "application/json")
        _api().validate_response(request, MockResponse(body, status, content_type="application/json"))
    except OpenAPIError as error:
        return Violation(f"answer to {method} {path} with status {status}: {_told(error)}")
    return None


@cache
def _limits() -> list[int]:
    """Return all lengths of texts and lists at which GitHub's description tells right from wrong, ascending."""

    def found(part: Any) -> Iterator[int]:
        if isinstance(part, dict):
            yield from (part[key] for key in _LIMITS if isinstance(part.get(key), int))
            yield from (part[key] - 1 for key in ("minItems", "minLength") if isinstance(part.get(key), int))
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            yield from found(inner)

    return sorted(set(found(description())))


def _anywhere(body: bytes) -> bytes:
    """`body` without the port of the stand-in that said it, so that what was looked at once is known again."""
    return _PORT.sub(rb"\g<1>1", body)


def _request(method: str, path: str, query: dict[str, str], body: bytes, media: str) -> MockRequest:
    return MockRequest(
        _SERVER, method.lower(), path, args=query,
        data=body or None, content_type=media,
    )  # fmt: skip


@cache
def _api() -> OpenAPI:
    # GitHub's description is taken as it is: whether it is itself well-formed isn't ours to check, and slow to.
    return OpenAPI.from_dict(description(), config=Config(spec_validator_cls=None))  # type: ignore[arg-type]  # allowed, not said


def _causes(error: BaseException) -> list[BaseException]:
    found = [*getattr(error, "schema_errors", [])]
    deeper = [*(getattr(error, "context", None) or []), *([error.__cause__] if error.__cause__ else [])]
    return [*found, *(cause for part in [*found, *deeper] for cause in [part, *_causes(part)])]


def _told(error: OpenAPIError) -> str:
    told = [f"{str(error).split(': ')[0]} {getattr(error, 'name', '')}".strip(), *map(_one, _causes(error))]
    return "; ".join(dict.fromkeys(filter(None, told)))


def _one(cause: BaseException) -> str:
    where, message = getattr(cause, "absolute_path", ()), str(getattr(cause, "message", ""))
    shown = message if len(message) < 200 else f"[...]{message[-150:]}"  # what was expected stands at the end
    return f"{'/'.join(map(str, where))}: {shown}" if where else shown


def _is_limit(error: OpenAPIError) -> bool:
    kinds = {getattr(cause, "validator", None) for cause in _causes(error)} - {None}
    return bool(kinds) and kinds <= set(_LIMITS)


def _corrected(api: dict[str, Any]) -> dict[str, Any]:
    """Where GitHub's description and GitHub differ, as GitHub is."""
    # "Add labels" and "Set labels" take a bare list too (which is what PyGithub sends). GitHub's page of it says so,
    # Octokit's edition of the description has lost it: https://docs.github.com/rest/issues/labels
    labels = api["paths"]["/repos/{owner}/{repo}/issues/{issue_number}/labels"]
    for method in ("post", "put"):
        schema = labels[method]["requestBody"]["content"]["application/json"]["schema"]
        schema["oneOf"].append({"type": "array", "items": {"type": "string"}})
    # An older path of "List commit statuses", which PyGithub uses. GitHub still answers it, undescribed.
    listing = api["paths"]["/repos/{owner}/{repo}/commits/{ref}/statuses"]["get"]
    parameters = [one for one in listing["parameters"] if not one.get("$ref", "").endswith("commit-ref")]
    path = api["paths"]["/repos/{owner}/{repo}/statuses/{sha}"]
    path["get"] = listing | {"parameters": [*parameters, *path["post"]["parameters"][-1:]]}
    schemas = api["components"]["schemas"]
    for name in ("pull-request", "pull-request-simple"):
        # null when the fork was deleted: https://github.com/octokit/webhooks/issues/126
        head = schemas[name]["properties"]["head"]["properties"]
        head["repo"] = {"oneOf": [head["repo"]], "nullable": True}
        # null when nobody wrote one
        schemas[name]["properties"]["labels"]["items"]["properties"]["description"]["nullable"] = True
    # A folder's content is a list, which has no `type` to tell kinds of content apart by; `oneOf` does that anyway.
    content = api["paths"]["/repos/{owner}/{repo}/contents/{path}"]["get"]["responses"]["200"]["content"]
    del content["application/json"]["schema"]["discriminator"]
    # `compare/{base}...{head}` is the old spelling of `compare/{basehead}`, and every comparison would match both.
    del api["paths"]["/repos/{owner}/{repo}/compare/{base}...{head}"]
    _allow_null(api)
    return api


def _allow_null(part: Any) -> None:
    """Lets `nullable` next to `oneOf` and `enum` mean what GitHub means: by the letter of OpenAPI 3.0 it's nothing."""
    if isinstance(part, dict) and part.get("nullable") is True:
        if isinstance(part.get("enum"), list) and None not in part["enum"]:
            part["enum"].append(None)
        if "oneOf" in part:
            part["anyOf"] = [{"oneOf": part.pop("oneOf")}, {"nullable": True, "enum": [None]}]
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _allow_null(inner)
