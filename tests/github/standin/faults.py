"""Faults between a client and GitHub, armed by a test before they happen.

The first matching rule strikes. Calls are counted from the moment at which a rule was armed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Fault(StrEnum):
    """The ways in which a call can fail."""

    SERVER_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    SECONDARY_RATE_LIMIT = "secondary-rate-limit"
    HOURLY_RATE_LIMIT = "hourly-rate-limit"
    TOO_MANY_REQUESTS = "429"
    FORBIDDEN = "403"
    NO_PULL_REQUESTS = "403-pull-requests"
    """A setting of the repository keeps GitHub Actions from opening pull requests."""
    NOT_FOUND = "404"
    UNPROCESSABLE = "422"
    TIMEOUT = "timeout"
    """The call is carried out, and the answer comes `Faults.delay` seconds later."""
    DROP_BEFORE = "drop-before"
    """The connection is closed, and the call isn't carried out."""
    DROP_AFTER = "drop-after"
    """The call is carried out, and the connection is closed in the middle of the answer."""
    QUERY_LIMITED = "query-limited"
    """GraphQL's answer when the points of an hour are used up: status 200, and an error."""
    QUERY_FAILED = "query-failed"
    """GraphQL's answer when a query took too long: status 200, and an error."""
    STALE_LIST = "stale-list"
    """A list is answered as it was before the last write; other calls are answered as usual."""
    MERGEABLE_NULL = "mergeable-null"
    """A pull request is answered with `mergeable: null`; other calls are answered as usual."""


ANSWERED: dict[Fault, tuple[int, str]] = {
    Fault.SERVER_ERROR: (500, ""),
    Fault.BAD_GATEWAY: (502, ""),
    Fault.UNAVAILABLE: (503, ""),
    Fault.SECONDARY_RATE_LIMIT: (403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."),
    Fault.HOURLY_RATE_LIMIT: (403, "API rate limit exceeded for installation ID 1."),
    Fault.TOO_MANY_REQUESTS: (429, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."),
    Fault.FORBIDDEN: (403, "Resource not accessible by integration"),
    Fault.NO_PULL_REQUESTS: (403, "GitHub Actions is not permitted to create or approve pull requests."),
    Fault.NOT_FOUND: (404, "Not Found"),
    Fault.UNPROCESSABLE: (422, "Validation Failed"),
    Fault.QUERY_LIMITED: (200, "API rate limit already exceeded for installation ID 1."),
    Fault.QUERY_FAILED: (200, "Something went wrong while executing your query. Please include `EXAMPLE` when reporting."),
}  # fmt: skip
"""Status and message of the faults that are answers instead of the real one. Without a message it's an HTML page."""

UNICORN = (
    "<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head><body>\n"
    "<p><strong>We had issues producing the response to your request.</strong></p>\n"
    "<p>Sorry about that. Please try refreshing and contact us if the problem persists.</p>\n</body></html>\n"
)
_LIMITS_PAGE = (
    "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api"
    "#about-secondary-rate-limits"
)


def error_answer(fault: Fault) -> tuple[int, dict[str, Any] | str, dict[str, str]]:
    """Return the status, body (text means HTML) and headers of a fault that is an answer."""
    status, message = ANSWERED[fault]
    if not message:
        return status, UNICORN, {}
    if status == 200:
        kind = {"type": "RATE_LIMITED"} if fault is Fault.QUERY_LIMITED else {}
        return (
            status,
            {"data": None, "errors": [kind | {"message": message}]},
            {"X-RateLimit-Remaining": "0"} if kind else {},
        )
    limited = fault in (Fault.SECONDARY_RATE_LIMIT, Fault.TOO_MANY_REQUESTS)
    body: dict[str, Any] = {
        "message": message,
        "documentation_url": _LIMITS_PAGE if limited else "https://docs.github.com/rest",
        "status": str(status),
    }
    if fault is Fault.UNPROCESSABLE:
        body["errors"] = [{"resource": "Example", "code": "invalid", "field": "example"}]
    if fault is Fault.HOURLY_RATE_LIMIT:
        return status, body, {"X-RateLimit-Remaining": "0"}
    return status, body, {"Retry-After": "1"} if limited else {}


@dataclass
class _Rule:
    fault: Fault
    matches: Callable[[str, str, int], bool]
    """Takes the method, the path and the number of the call since arming."""
    remaining: int | None
    """Number of times that it still strikes; None: always."""
    counted: int = 0


class Faults:
    """The faults of one stand-in. `delay`: how many seconds late the answer of a `TIMEOUT` comes."""

    def __init__(self) -> None:
        self.delay = 0.5
        self._rules: list[_Rule] = []

    def nth(self, number: int, fault: Fault, *, always: bool = False) -> None:
        """Make the `number`th call from now on fail, and with `always` every call after it too."""
        rule = _Rule(fault, lambda _method, _path, n: n == number or (always and n > number), None)
        self._rules.append(rule)

    def on(self, method: str, path: str, fault: Fault, *, times: int | None = 1) -> None:
        """Make the next calls of a method (or `*`) to matching paths fail `times` times; None: always.

        Behind the path of GraphQL is the operation: `/graphql query Conversation`.
        """
        pattern = re.compile(path)
        self._rules.append(
            _Rule(fault, lambda asked, where, _n: method in (asked, "*") and bool(pattern.search(where)), times)
        )

    def clear(self) -> None:
        """Remove all faults."""
        self._rules.clear()

    def strike(self, method: str, path: str) -> Fault | None:
        """Count a call, and return the fault that hits it."""
        struck: Fault | None = None
        for rule in self._rules:
            rule.counted += 1
            if struck is None and rule.remaining != 0 and rule.matches(method, path, rule.counted):
                struck = rule.fault
                rule.remaining = None if rule.remaining is None else rule.remaining - 1
        return struck
