"""The stages of one REST call: count it, validate it, apply a fault, check permissions, execute it, record it."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from traceback import format_exc
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tests.github.standin import endpoints
from tests.github.standin.asking import FORBIDDEN, NOT_FOUND, Answer, Ask, Endpoint, RefusedError, find, spelled
from tests.github.standin.faults import ANSWERED, Fault, error_answer
from tests.github.standin.graphql_api import PATH as GRAPHQL
from tests.github.standin.schema import answer_violation, request_violation
from tests.github.standin.state import BEGINNING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.github.standin.standin import StandIn
    from tests.github.standin.state import State, Token

__all__ = ["Call", "Reply", "endpoints", "reply_to"]  # `endpoints`: importing them fills the table of `find`


@dataclass(frozen=True)
class Call:
    """A call that the stand-in got, and how it was answered. `path` is as it was sent, without the query."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    login: str | None
    status: int
    """What the client was to see; 0 when the connection was closed before."""
    fault: Fault | None = None

    @property
    def is_write(self) -> bool:
        return self.method not in ("GET", "HEAD") and not (self.path == GRAPHQL and self.operation.startswith("query"))

    @property
    def operation(self) -> str:
        """The kind and name of an operation of GraphQL, such as `query Conversation`; empty for REST."""
        return _operation(self.body) if self.path == GRAPHQL else ""

    def __str__(self) -> str:
        return f"{self.operation or f'{self.method} {self.path}'} -> {self.fault or self.status}"


def _operation(body: Any) -> str:
    return " ".join(re.findall(r"\w+", body["query"])[:2])


class Reply(NamedTuple):
    """The response on the wire, and the fault that the server has to simulate."""

    status: int
    body: bytes
    headers: dict[str, str]
    fault: Fault | None = None


def reply_to(standin: StandIn, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
    """Execute a call under the lock of the stand-in, so that calls never overlap."""
    address = urlsplit(target)
    query = dict(parse_qsl(address.query, keep_blank_values=True))
    with standin.lock:
        standin.run_hooks()
        where = f"{GRAPHQL} {_operation(_parsed(body))}" if address.path == GRAPHQL else address.path
        fault = standin.faults.strike(method, where)
        token, answer, extra = _answered(standin, method, address.path, query, headers, body, fault)
        status = 0 if fault is Fault.DROP_BEFORE else answer.status
        login = token.user.login if token else None
        standin.calls.append(Call(method, address.path, query, _parsed(body), login, status, fault))
    if isinstance(answer.body, str):
        return Reply(answer.status, answer.body.encode(), extra | {"Content-Type": "text/html"}, fault)
    sent = b"" if answer.body is None else json.dumps(answer.body).encode()
    extra |= {"Content-Type": "application/json; charset=utf-8"} if sent else {}
    extra |= {"Link": answer.link} if answer.link else {}
    return Reply(answer.status, sent, _rate(len(standin.calls)) | extra, fault)


def _answered(
    standin: StandIn, method: str, path: str, query: dict[str, str], headers: Mapping[str, str], body: bytes,
    fault: Fault | None,
) -> tuple[Token | None, Answer, dict[str, str]]:  # fmt: skip
    """Return the account that called, the answer, and its headers besides the usual ones."""
    known = find(method, path)
    if known is None:
        return (
            None,
            standin.violated(f"{method} {path} is no endpoint of the stand-in: correct it, or add it there"),
            {},
        )
    found, params = known
    if path == GRAPHQL:
        return _queried(standin, found, headers, body, fault)
    where = spelled(found.template, params)
    if wrong := request_violation(method, where, query, body, headers.get("Content-Type", "application/json")):
        refusal = RefusedError(422, f"Invalid request.\n\n{wrong.message}").answer
        return None, refusal if wrong.over_limit else standin.violated(wrong.message), {}
    if fault in ANSWERED:
        status, shown, extra = error_answer(fault)
        return None, Answer(status, shown), extra
    if fault is Fault.DROP_BEFORE:
        return None, Answer(0), {}
    token: Token | None = None
    try:
        token = _token(standin, headers)
        _allowed(standin, found, params, token)
        if method != "GET":
            standin.before_last_write = standin.state.copy()
        answer = _carried_out(standin, found, path, params, query, _parsed(body), token, fault)
    except RefusedError as refusal:
        answer = refusal.answer
    except Exception:  # a bug of the stand-in, which must also fail the test
        answer = standin.violated(f"{method} {path}: {format_exc()}")
    sent = b"" if answer.body is None else json.dumps(answer.body).encode()
    if wrong := answer_violation(method, where, found.template, answer.status, sent):
        answer = standin.violated(wrong.message)
    return token, answer, {}


def _queried(
    standin: StandIn, found: Endpoint, headers: Mapping[str, str], body: bytes, fault: Fault | None
) -> tuple[Token | None, Answer, dict[str, str]]:
    """Return the same for a query of GraphQL, which the schema validates, and not the description of REST."""
    if fault in ANSWERED:
        status, shown, extra = error_answer(fault)
        return None, Answer(status, shown), extra
    if fault is Fault.DROP_BEFORE:
        return None, Answer(0), {}
    sent, token = _parsed(body), None
    try:
        token = _token(standin, headers)
        if token is None:
            return None, RefusedError(401, "Requires authentication").answer, {}
        if is_mutation := sent["query"].lstrip().startswith("mutation"):
            standin.before_last_write = standin.state.copy()
        is_stale = fault is Fault.STALE_LIST and not is_mutation and standin.before_last_write
        state = standin.before_last_write if is_stale and standin.before_last_write else standin.state
        ask = Ask("POST", GRAPHQL, {}, {}, sent, token, state, standin.git, standin.url, standin.web)
        answer = found.carry_out(ask)
    except RefusedError as refusal:
        answer = refusal.answer
    except Exception:
        answer = standin.violated(f"{GRAPHQL}: {format_exc()}")
    return token, answer, {}


def _carried_out(
    standin: StandIn, found: Endpoint, path: str, params: dict[str, str], query: dict[str, str], body: Any,
    token: Token | None, fault: Fault | None,
) -> Answer:  # fmt: skip
    def answer_from(state: State) -> Answer:
        null = fault is Fault.MERGEABLE_NULL
        asked = found.method, path, params, query, body, token
        return found.carry_out(Ask(*asked, state, standin.git, standin.url, standin.web, null))

    if fault is Fault.STALE_LIST and found.method == "GET" and standin.before_last_write:
        with suppress(RefusedError):
            stale = answer_from(standin.before_last_write)
            if isinstance(stale.body, list) or "total_count" in stale.body:
                return stale
    return answer_from(standin.state)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body


def _token(standin: StandIn, headers: Mapping[str, str]) -> Token | None:
    sent = headers.get("Authorization")
    if sent is None:
        return None
    token = standin.tokens.get(sent.rpartition(" ")[2])
    if token is None:
        raise RefusedError(401, "Bad credentials")
    return token


def _allowed(standin: StandIn, found: Endpoint, params: dict[str, str], token: Token | None) -> None:
    """Refuse calls to other repositories, and those that the token doesn't permit. Reading needs no token."""
    name = f"{params.get('owner')}/{params.get('repo')}".lower()
    if "owner" in params and "metadata" not in found.kinds and name != standin.state.repo.full_name.lower():
        raise RefusedError(404, NOT_FOUND)
    if token is None and found.access == "write":
        raise RefusedError(401, "Requires authentication")
    if token is not None and not token.may(found.access, *found.kinds):
        raise RefusedError(403, FORBIDDEN)


def _rate(used: int) -> dict[str, str]:
    reset = int(BEGINNING.timestamp()) + 3600
    numbers = {"Limit": 5000, "Remaining": max(1, 5000 - used), "Used": used, "Reset": reset}
    return {f"X-RateLimit-{name}": str(number) for name, number in numbers.items()} | {"X-RateLimit-Resource": "core"}
