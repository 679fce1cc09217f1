"""Retries of requests to GitHub: when they are safe, and how long to wait before.

PyGithub's own GithubRetry is not used, because urllib3 decides by method alone, and never retries when a response breaks
off in its middle (requests reads the body after urllib3 is done: https://github.com/psf/requests/issues/6512).
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any

import requests
from github import GithubException
from github.Requester import Requester
from urllib3.exceptions import HTTPError, NewConnectionError

from bot.github.failure import CallFailedError, describe_error

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITED = 429
"""The status of a call that a rate limit refused, also where GitHub answers with 200 or 403."""
TRIES = 4
LONGEST_WAIT = 60.0
"""Seconds that all calls of a run may wait together. Then the run fails, and a later one does the work."""
BETWEEN_WRITES = 1.0
"""Seconds between two writes, as GitHub asks for:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
"""

# These are idempotent: an equal status replaces itself, an equal reaction or label exists once. The only mutation of
# GraphQL that is sent adds a reaction.
_SAFE_POST = re.compile(r"/(?:statuses/[0-9a-f]+|reactions|labels|graphql)$")
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
_STATUSES = {"NOT_FOUND": 404, "FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403, "RATE_LIMITED": 429}
# A query that took too long, or failed inside of GitHub, has no type.
_FAILED_INSIDE = re.compile(r"something went wrong|timeout|timed out", re.IGNORECASE)


class RetryingRequester(Requester):
    """PyGithub's requester with retries, for every call, those for further pages of a list too."""

    def __init__(self, *, pause: Callable[[float], None], **settings: Any) -> None:
        super().__init__(**settings)
        self._pause = pause
        self._patience = LONGEST_WAIT
        self._has_written = False
        self.remaining: dict[str, int] = {}
        """How many calls GitHub takes until the end of its hour, by the kind of calls, as it last said."""

    def requestJsonAndCheck(  # noqa: N802 (PyGithub's name)
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        input: Any | None = None,  # noqa: A002 (PyGithub's name)
        follow_302_redirect: bool = False,
    ) -> tuple[dict[str, Any], Any]:
        """Return headers and content of GitHub's response. Raises CallFailedError without one, and for a refusal."""
        is_query = url == self.graphql_url and _is_query(input)
        self._keep_distance("GET" if is_query else verb)
        for tries in count(1):
            try:
                found = super().requestJsonAndCheck(verb, url, parameters, headers, input, follow_302_redirect)
                self._note_remaining(found[0])
                return _checked(*found) if url == self.graphql_url else found
            except (GithubException, requests.RequestException, HTTPError, ValueError, RuntimeError) as error:
                failure: Exception = error
            status = failure.status if isinstance(failure, GithubException) else None
            if verb == "DELETE" and status == 404 and tries > 1:
                return {}, None  # an earlier try did it, but its response was lost
            wait = seconds_until_next("GET" if is_query else verb, url, failure, tries)
            if wait is None or wait > self._patience:
                break
            self._patience -= wait
            self._pause(wait)
        if isinstance(failure, GithubException) and _is_limited(failure):
            status = LIMITED
        # Outside of `except`, so that not even a traceback shows the original and its headers.
        raise CallFailedError(describe_error(failure), status)

    def _note_remaining(self, headers: dict[str, Any]) -> None:
        left = str(headers.get("x-ratelimit-remaining", ""))
        if left.isascii() and left.isdigit():
            self.remaining[str(headers.get("x-ratelimit-resource", ""))] = int(left)

    def _keep_distance(self, verb: str) -> None:
        if verb == "GET":
            return
        if self._has_written:
            self._pause(BETWEEN_WRITES)
        self._has_written = True


def seconds_until_next(verb: str, url: str, failure: Exception, tries: int) -> float | None:
    """Return the seconds to wait before a call that failed `tries` times is retried; None where it must not be."""
    if tries >= TRIES:
        return None
    growing = float(2 ** (tries - 1))
    if isinstance(failure, GithubException):
        if _is_limited(failure):
            # Nothing was done, so any call may be retried.
            return _seconds_asked_for(failure)
        return growing if failure.status >= 500 and _is_safe(verb, url) else None
    return growing if _was_never_sent(failure) or (_was_dropped(failure) and _is_safe(verb, url)) else None


def _is_query(content: Any) -> bool:
    """Return whether a request to GraphQL only reads."""
    return isinstance(content, dict) and str(content.get("query", "")).lstrip().startswith("query")


def _checked(headers: dict[str, Any], answer: Any) -> tuple[dict[str, Any], Any]:
    """Return an answer of GraphQL. Raises GithubException where it has errors, or no data, although its status is 200."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if isinstance(answer, dict) and isinstance(answer.get("data"), dict) and not errors:
        return headers, answer
    listed = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    messages = [one["message"] for one in listed if isinstance(one.get("message"), str)]
    message = "; ".join(messages) or "an answer without data"
    known = (_STATUSES[one["type"]] for one in listed if one.get("type") in _STATUSES)
    limited = 429 if Requester.isRateLimitError(message) else None
    failed = 502 if not messages or _FAILED_INSIDE.search(message) else 422
    raise GithubException(limited or next(known, failed), {"message": message}, headers)


def _is_safe(verb: str, url: str) -> bool:
    """Return whether this call is idempotent."""
    return verb != "POST" or _SAFE_POST.search(url) is not None


def _is_limited(refusal: GithubException) -> bool:
    if refusal.status == 429:
        return True
    # 403 may also mean that the token has no permission, which no retry changes.
    return refusal.status == 403 and (
        "retry-after" in _headers(refusal)
        or _headers(refusal).get("x-ratelimit-remaining") == "0"
        or Requester.isRateLimitError(_message(refusal))
    )


def _seconds_asked_for(refusal: GithubException) -> float | None:
    """Return the wait: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
    asked = _headers(refusal).get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    # The limit of an hour is used up: it is reset within the hour, not within our patience.
    if Requester.isPrimaryRateLimitError(_message(refusal)) or _headers(refusal).get("x-ratelimit-remaining") == "0":
        return None
    return LONGEST_WAIT


def _headers(refusal: GithubException) -> dict[str, str]:
    return refusal.headers or {}


def _message(refusal: GithubException) -> str:
    message = refusal.data.get("message") if isinstance(refusal.data, dict) else None
    return message if isinstance(message, str) else ""


def _was_never_sent(failure: Exception) -> bool:
    # requests passes urllib3's own error as its first argument.
    reason = getattr(failure.args[0], "reason", None) if failure.args else None
    return isinstance(failure, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _was_dropped(failure: Exception) -> bool:
    dropped = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
    return isinstance(failure, dropped) and not isinstance(failure, requests.exceptions.SSLError)
