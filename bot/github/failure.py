"""Failures of requests to GitHub, described in words that are safe to print.

PyGithub's and requests' own exceptions never leave this package: they hold the headers of the request, with the token,
and whole answers, with texts of strangers.
"""

from __future__ import annotations

from typing import Any

import requests
from github import GithubException

from bot.text.escaping import visible
from bot.text.shaping import clip

LONGEST = 200
"""Characters of a description."""


class CallFailedError(Exception):
    """GitHub refused a call, or couldn't be reached; the message is one harmless line."""

    def __init__(self, words: str, status: int | None = None) -> None:
        super().__init__(words)
        self.status = status
        """The HTTP status; None where there was no answer."""


def is_locked_refusal(error: CallFailedError) -> bool:
    """Return whether GitHub refused something because the conversation is locked, which somebody chose."""
    return error.status == 403 and "is locked" in str(error)


class NotFoundError(Exception):
    """There is no such pull request or issue (any more), or the token may not see it."""


def describe_error(error: Exception) -> str:
    """Return what went wrong, as one line of at most 200 characters without any command that a log would execute."""
    line = visible(_words(error)).replace("::", ": :")
    return clip(line, LONGEST)


def describe_failure(error: Exception) -> str:
    """Return why something failed, be it a call or anything else, as one harmless line."""
    return describe_error(error) if isinstance(error, CallFailedError) else visible(" ".join(str(error).split()))


def _words(error: Exception) -> str:
    match error:
        case CallFailedError():
            return str(error)
        case GithubException():
            return f"GitHub answered {error.status}{_message(error.data)}"
        case requests.Timeout():
            return "GitHub didn't answer in time"
        case requests.exceptions.SSLError():
            return "the connection to GitHub isn't secure"
        case requests.RequestException():
            return "the connection to GitHub failed"
        case ValueError():
            return "GitHub's answer is no JSON"
        case _:
            # The exception's message may contain an address or an answer.
            return f"GitHub's answer wasn't understood ({type(error).__name__})"


def _message(answer: Any) -> str:
    """Return GitHub's message: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api."""
    if not isinstance(answer, dict) or not isinstance(answer.get("message"), str):
        return ""
    listed = answer.get("errors")
    errors = listed if isinstance(listed, list) else []
    details = [error.get("message") if isinstance(error, dict) else error for error in errors]
    return ": " + "; ".join([answer["message"], *(detail for detail in details if isinstance(detail, str))])
