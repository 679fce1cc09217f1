"""Failures of a hub, with messages that say what to do."""

from __future__ import annotations

import re
from enum import Enum, auto

import httpx2
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

DEFAULT_ENDPOINT = "https://huggingface.co"
LONGEST_WAIT = 10.0
"""Seconds for the first answer."""


class Failure(Enum):
    """Kind of a failure."""

    NO_SUCH_MODEL = auto()
    """Deleted, private, or never published: the hub does not distinguish them."""
    DISABLED = auto()
    """The hub has disabled the repository."""
    KEPT_BACK = auto()
    """A file of a gated repository."""
    NO_SUCH_FILE = auto()
    HUB = auto()
    """The hub cannot be asked at all, so that asking for another model is useless."""
    OTHER = auto()


class HubError(Exception):
    """The hub refused, or could not be asked; the message says what to do."""

    def __init__(self, words: str, failure: Failure = Failure.OTHER) -> None:
        # HF_ENDPOINT may contain a password.
        super().__init__(re.sub(r"//[^/\s@]*@", "//", words))
        self.failure = failure


def hub_error(error: Exception, endpoint: str) -> HubError:
    """Return the HubError for an exception of the library, or for one caused by an unexpected answer."""
    match error:
        case HubError():
            return error
        case HfHubHTTPError():
            return HubError(_status_of_listing(error.response.status_code, endpoint), Failure.HUB)
        case OfflineModeIsEnabled():
            return HubError("HF_HUB_OFFLINE is set, so the hub isn't asked. Unset it.", Failure.HUB)
        case httpx2.TimeoutException():
            return HubError(f"{endpoint} doesn't answer. Try again later.")
        case httpx2.NetworkError() | httpx2.ProxyError():
            return HubError(f"{endpoint} can't be reached. Is there a network?")
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            words = f"{endpoint} is no address of a hub. Set HF_ENDPOINT to one that begins with https://, or unset it."
            return HubError(words, Failure.HUB)
        case _:
            return not_understood(type(error).__name__, endpoint)


def not_understood(what: str, endpoint: str) -> HubError:
    """Return the HubError for an answer that is not a hub's."""
    return HubError(f"the answer of {endpoint} isn't understood ({what}). Is there a hub at this address?")


def refused(status: int, code: str, message: str, endpoint: str, about: str) -> HubError:
    """Return the HubError for a status from 400 of a request about one model, or about one of its files.

    `code` and `message` are the headers X-Error-Code and X-Error-Message:
    https://github.com/huggingface/huggingface_hub/blob/v0.30.0/src/huggingface_hub/utils/_http.py#L332
    """
    if message == "Access to this resource is disabled.":
        return HubError(f"{endpoint} has disabled {about}, so nobody can read it there.", Failure.DISABLED)
    if code == "GatedRepo":
        return HubError(f"{endpoint} keeps {about} back until permission is granted ({status}).", Failure.KEPT_BACK)
    if code == "EntryNotFound":
        return HubError(f"{endpoint} has no {about} ({status}).", Failure.NO_SUCH_FILE)
    # Without a token, 401 is also the status of missing models; for an unknown token the message says so.
    unknown_token = status == 401 and message == "Invalid credentials in Authorization header"
    if code in ("RepoNotFound", "RevisionNotFound") or (status in (401, 404) and not unknown_token):
        words = (
            f"{endpoint} has no {about} that everybody can see ({status}): it was deleted or is private, or is spelt "
            "otherwise. Compare with the address of its page."
        )
        return HubError(words, Failure.NO_SUCH_MODEL)
    if unknown_token:
        return HubError(f"{endpoint} refuses the token (401). Set HF_TOKEN to a valid one, or unset it.", Failure.HUB)
    if status == 403:
        return HubError(f"{endpoint} refuses to show {about} (403). Unset HF_TOKEN, or set it to one that may read it.")
    words = _of_the_hub(status, endpoint) or f"{endpoint} refuses to show {about} ({status})."
    return HubError(words, Failure.HUB if status == 429 else Failure.OTHER)


def _status_of_listing(status: int, endpoint: str) -> str:
    match status:
        case 401 | 403:
            without = "models are listed without any"
            return f"{endpoint} refuses the token ({status}). Set HF_TOKEN to a valid one, or unset it: {without}."
        case 404:
            return f"{endpoint} lists no models (404). Is there a hub at this address?"
        case _:
            return _of_the_hub(status, endpoint) or f"{endpoint} refuses to list its models ({status})."


def _of_the_hub(status: int, endpoint: str) -> str | None:
    if status == 429:
        return f"{endpoint} was asked too often (429). Wait some minutes; with an HF_TOKEN one may ask more often."
    return f"{endpoint} has a failure of its own ({status}). Try again later." if status >= 500 else None
