"""Asking GitHub again: when that is safe, and how long to wait before.

PyGithub's own GithubRetry is not used, because urllib3 repeats by method alone, and never when an answer breaks off in
its middle (requests reads the body after urllib3 is done: https://github.com/psf/requests/issues/6512).
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

TRIES = 4
LONGEST_WAIT = 60.0
"""Seconds that all calls of a run may wait together. Then the run ends, and a later one does it."""
BETWEEN_WRITES = 1.0
"""Seconds, as GitHub asks for:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
"""

# The same status replaces itself, the same reaction or label is there once. All else would be there twice.
_SAFE_POST = re.compile(r"/(?:statuses/[0-9a-f]+|reactions|labels)$")


class RetryingRequester(Requester):
    """PyGithub's way to GitHub, on which every call goes through here, those for further pages of a list too."""

    def __init__(self, *, pause: Callable[[float], None], **settings: Any) -> None:
        super().__init__(**settings)
        self._pause = pause
        self._patience = LONGEST_WAIT
        self._has_written = False

    def requestJsonAndCheck(  # noqa: N802 (PyGithub's name)
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        input: Any | None = None,  # noqa: A002 (PyGithub's name)
        follow_302_redirect: bool = False,
    ) -> tuple[dict[str, Any], Any]:
        """Headers and content of GitHub's answer. Raises CallFailed when there is none, or it is a refusal."""
        self._keep_distance(verb)
        for tries in count(1):
            try:
                return super().requestJsonAndCheck(verb, url, parameters, headers, input, follow_302_redirect)
            except (GithubException, requests.RequestException, HTTPError, ValueError, RuntimeError) as error:
                failure: Exception = error
            status = failure.status if isinstance(failure, GithubException) else None
            if verb == "DELETE" and status == 404 and tries > 1:
                return {}, None  # an earlier try did it, though its answer was lost
            wait = seconds_until_next(verb, url, failure, tries)
            if wait is None or wait > self._patience:
                break
            self._patience -= wait
            self._pause(wait)
        # Outside of `except`, so that not even a traceback leads to the original and its headers.
        raise CallFailedError(describe_error(failure), status)

    def _keep_distance(self, verb: str) -> None:
        if verb == "GET":
            return
        if self._has_written:
            self._pause(BETWEEN_WRITES)
        self._has_written = True


def seconds_until_next(verb: str, url: str, failure: Exception, tries: int) -> float | None:
    """How long to wait before a call is repeated that has failed `tries` times; None where it must not be."""
    if tries >= TRIES:
        return None
    growing = float(2 ** (tries - 1))
    if isinstance(failure, GithubException):
        if _is_limited(failure):
            # Nothing was done, so any call may be repeated.
            return _seconds_asked_for(failure)
        return growing if failure.status >= 500 and _is_safe(verb, url) else None
    return growing if _was_never_sent(failure) or (_was_dropped(failure) and _is_safe(verb, url)) else None


def _is_safe(verb: str, url: str) -> bool:
    """Whether this call, carried out twice, leaves what it leaves once."""
    return verb != "POST" or _SAFE_POST.search(url) is not None


def _is_limited(refusal: GithubException) -> bool:
    if refusal.status == 429:
        return True
    # 403 also says that the token may not do it, and then it never will.
    return refusal.status == 403 and (
        "retry-after" in _headers(refusal) or Requester.isRateLimitError(_message(refusal))
    )


def _seconds_asked_for(refusal: GithubException) -> float | None:
    """https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit."""
    asked = _headers(refusal).get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    # What an hour allows is used up: it comes back within the hour, not within our patience.
    if Requester.isPrimaryRateLimitError(_message(refusal)) or _headers(refusal).get("x-ratelimit-remaining") == "0":
        return None
    return LONGEST_WAIT


def _headers(refusal: GithubException) -> dict[str, str]:
    return refusal.headers or {}


def _message(refusal: GithubException) -> str:
    message = refusal.data.get("message") if isinstance(refusal.data, dict) else None
    return message if isinstance(message, str) else ""


def _was_never_sent(failure: Exception) -> bool:
    # requests hands urllib3's own error on as its first argument.
    reason = getattr(failure.args[0], "reason", None) if failure.args else None
    return isinstance(failure, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _was_dropped(failure: Exception) -> bool:
    dropped = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
    return isinstance(failure, dropped) and not isinstance(failure, requests.exceptions.SSLError)
