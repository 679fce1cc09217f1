"""Hugging Face's hub: the only room that knows huggingface_hub. What goes wrong there comes out as words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx2
from huggingface_hub import HfApi, get_session
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status  # type: ignore[attr-defined] # it has no __all__

from bot.candidates import LARGEST_COUNT, Listed, is_hub_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from huggingface_hub import ModelInfo

DEFAULT_ENDPOINT = "https://huggingface.co"
LONGEST_WAIT = 10.0
"""Seconds for the first answer, which says whether there is a hub at all."""

# `base_model:organisation/name`, and the same again with what was done to it. A listing has no other trace of base
# models: https://github.com/huggingface/huggingface_hub/pull/3182
_BASE_MODEL = re.compile(r"base_model:(?:(?:adapter|finetune|merge|quantized):)?([^:]+)")


class HubError(Exception):
    """The hub refused, or couldn't be asked; the message says what to do."""


def listed_models(endpoint: str, day: date, leave_out: Callable[[str], object]) -> Iterator[Listed]:
    """All models for text generation that the hub at `endpoint` lists, the newest first, as of `day`, which is today.

    `leave_out` hears of each model whose id or counts can't be used. Raises HubError, at once when the hub can't be asked;
    once it has answered, huggingface_hub asks several times before it gives up.
    """
    endpoint = endpoint.rstrip("/")
    try:
        _ask_once(endpoint)
        # By a day that never changes, because a model that moves while pages are turned would be missed.
        models = iter(
            HfApi(endpoint).list_models(
                pipeline_tag="text-generation", sort="created_at", expand=["downloads", "likes", "tags"]
            )
        )
        while (model := next(models, None)) is not None:
            row = _row(model, day)
            if row is None:
                leave_out(str(model.id))
            else:
                yield row
    except Exception as error:
        # Whatever an answer that nobody expected makes of the library, down to KeyError.
        raise HubError(_words(error, endpoint)) from None


def _ask_once(endpoint: str) -> None:
    """Raises what there is to raise, without the patience that the library has: half a minute without a network."""
    response = get_session().get(
        f"{endpoint}/api/models", params={"limit": 1}, headers=build_hf_headers(), timeout=LONGEST_WAIT
    )
    hf_raise_for_status(response)


def _row(model: ModelInfo, day: date) -> Listed | None:
    hub_id: object = model.id
    likes, downloads = _count(model.likes), _count(model.downloads)
    if likes is None or downloads is None or not (isinstance(hub_id, str) and is_hub_id(hub_id)):
        return None
    return Listed(hub_id, likes, downloads, _base_models(model.tags), day)


def _count(value: object) -> int | None:
    if value is None:
        return 0
    return value if type(value) is int and 0 <= value <= LARGEST_COUNT else None


def _base_models(tags: object) -> tuple[str, ...]:
    """Each base model once, in their order. Authors may write anything there; what is no id names no model."""
    found = (_BASE_MODEL.fullmatch(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return tuple(dict.fromkeys(each[1] for each in found if each and is_hub_id(each[1])))


def _words(error: Exception, endpoint: str) -> str:
    match error:
        case HfHubHTTPError():
            return _status(error.response.status_code, endpoint)
        case OfflineModeIsEnabled():
            return "HF_HUB_OFFLINE is set, so the hub isn't asked. Unset it."
        case httpx2.TimeoutException():
            return f"{endpoint} doesn't answer. Try again later."
        case httpx2.NetworkError() | httpx2.ProxyError():
            return f"{endpoint} can't be reached. Is there a network?"
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return f"{endpoint} is no address of a hub. Set HF_ENDPOINT to one that begins with https://, or unset it."
        case _:
            return (
                f"the answer of {endpoint} isn't understood ({type(error).__name__}). Is there a hub at this address?"
            )


def _status(status: int, endpoint: str) -> str:
    match status:
        case 401 | 403:
            return (
                f"{endpoint} refuses the token ({status}). Set HF_TOKEN to a valid one, or unset it: models are listed "
                "without any."
            )
        case 404:
            return f"{endpoint} lists no models (404). Is there a hub at this address?"
        case 429:
            return f"{endpoint} was asked too often (429). Wait some minutes; with an HF_TOKEN one may ask more often."
        case _ if status >= 500:
            return f"{endpoint} has a failure of its own ({status}). Try again later."
        case _:
            return f"{endpoint} refuses to list its models ({status})."
