"""The hub's listing of all models for text generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huggingface_hub import HfApi, get_session
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status  # type: ignore[attr-defined] # it has no __all__

from bot.sources.hub.candidates import LARGEST_COUNT, ListedModel, is_hub_id
from bot.sources.hub.failure import LONGEST_WAIT, hub_error
from bot.sources.hub.model import BASE_MODEL_TAG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from huggingface_hub import ModelInfo


def listed_models(endpoint: str, day: date, leave_out: Callable[[str], object]) -> Iterator[ListedModel]:
    """Yield all models for text generation that the hub at `endpoint` lists, the newest first; `day` is today.

    `leave_out` is called with each model whose id or counts are invalid. Raises HubError, at once when the hub cannot be
    asked; after its first answer huggingface_hub retries before it gives up.
    """
    endpoint = endpoint.rstrip("/")
    try:
        _ask_once(endpoint)
        # Sorted by a date that never changes: a model that moves between two pages of the listing would be missed.
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
        # An unexpected answer may raise anything in the library, down to KeyError.
        raise hub_error(error, endpoint) from None


def _ask_once(endpoint: str) -> None:
    """Raise the library's exception at once: its own retries take half a minute without a network."""
    response = get_session().get(
        f"{endpoint}/api/models", params={"limit": 1}, headers=build_hf_headers(), timeout=LONGEST_WAIT
    )
    hf_raise_for_status(response)


def _row(model: ModelInfo, day: date) -> ListedModel | None:
    hub_id: object = model.id
    likes, downloads = _count(model.likes), _count(model.downloads)
    if likes is None or downloads is None or not (isinstance(hub_id, str) and is_hub_id(hub_id)):
        return None
    return ListedModel(hub_id, likes, downloads, _base_models(model.tags), day)


def _count(value: object) -> int | None:
    if value is None:
        return 0
    return value if type(value) is int and 0 <= value <= LARGEST_COUNT else None


def _base_models(tags: object) -> tuple[str, ...]:
    """Return the distinct base models in their order, without invalid ids: authors may write anything there."""
    found = (BASE_MODEL_TAG.fullmatch(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return tuple(dict.fromkeys(each[1] for each in found if each and is_hub_id(each[1])))
