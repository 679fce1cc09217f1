"""Requests to the hub: its listing of models; the answer about one, and a few small files. Weights are never read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from huggingface_hub import HfApi, get_session, hf_hub_url
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status  # type: ignore[attr-defined] # it has no __all__

from bot.sources.hub.candidates import LARGEST_COUNT, ListedModel, is_hub_id
from bot.sources.hub.failure import LONGEST_WAIT, Failure, HubError, hub_error, not_understood, refused
from bot.sources.hub.model import (
    BASE_MODEL_TAG,
    CARD,
    CONFIG,
    LICENSE_FILE,
    TOKENIZER_CONFIG,
    FileRead,
    HubRepository,
    full_id,
    json_value,
    parse_hub_model,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from httpx2 import Response
    from huggingface_hub import ModelInfo

    from bot.sources.hub.model import HubModel

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes of the API's answer about one model. A hundred thousand file names have a third of it."""
LARGEST_JSON = 4 * 1024 * 1024
"""Bytes of a configuration."""
LONGEST_CARD = 512 * 1024
"""Bytes of a model card or licence that are read."""
MOST_LICENSES = 3
"""Licence files that are read: code and weights may have different licences."""
LONGEST_ANSWER = 60.0
"""Seconds for a whole answer."""

_CONFIGURATIONS = (CONFIG, TOKENIZER_CONFIG)


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
    return tuple(dict.fromkeys(full_id(each[1]) for each in found if each and is_hub_id(each[1])))


def check_hub(endpoint: str) -> None:
    """Raise HubError unless there is a hub at `endpoint` that lists models."""
    body, _ = _fetch(f"{endpoint}/api/models", {"limit": "1"}, LARGEST_JSON, endpoint, "its models")
    try:
        listed = isinstance(json_value(body), list)
    except ValueError:
        listed = False
    if not listed:
        raise not_understood("no list of models", endpoint)


def fetch_model(endpoint: str, hub_id: str, *, sizes: bool = False) -> HubModel:
    """Return the hub's answer about a model, also under its new name; sizes of files are optional. Raises HubError."""
    url = f"{endpoint}/api/models/{hub_id}"
    body, cut = _fetch(url, {"blobs": "true"} if sizes else {}, LARGEST_ANSWER, endpoint, f"model {hub_id}")
    if cut:
        raise not_understood(f"more than {LARGEST_ANSWER:,} bytes about {hub_id}", endpoint)
    try:
        found = parse_hub_model(json_value(body))
    except ValueError:
        found = None
    if found is None:
        raise not_understood(f"nothing of the kind about {hub_id}", endpoint)
    return found


def fetch_repository(endpoint: str, hub_id: str) -> HubRepository:
    """Return a model with its configurations, card and licence of one commit, or why each can't be read. Raises HubError."""
    model = fetch_model(endpoint, hub_id, sizes=True)
    if model.disabled:
        words = f"{endpoint} has disabled model {model.id}, so nobody can read it there."
        raise HubError(words, Failure.DISABLED)
    if model.private:
        words = f"{model.id} is private. An assessment rests on what everybody can see: try again once it is published."
        raise HubError(words, Failure.NO_SUCH_MODEL)
    if model.sha is None:
        raise not_understood(f"no commit of {model.id}", endpoint)
    return HubRepository(model, {name: _file(endpoint, model, name) for name in _file_names(model)})


def _file_names(model: HubModel) -> Iterator[str]:
    names = {file.name for file in model.files}
    yield from (name for name in (*_CONFIGURATIONS, CARD) if name in names)
    yield from sorted(name for name in names if LICENSE_FILE.fullmatch(name))[:MOST_LICENSES]


def _file(endpoint: str, model: HubModel, name: str) -> FileRead:
    most = LARGEST_JSON if name in _CONFIGURATIONS else LONGEST_CARD
    url = hf_hub_url(model.id, name, revision=model.sha, endpoint=endpoint)
    try:
        data, cut = _fetch(url, {}, most, endpoint, f"file {name} of {model.id}")
    except HubError as error:
        match error.failure:
            case Failure.KEPT_BACK:
                return FileRead(None, why="it is kept back until permission is granted")
            case Failure.NO_SUCH_FILE:
                return FileRead(None, why="it isn't there")
        raise
    if cut and name in _CONFIGURATIONS:
        return FileRead(None, why=f"it has more than {most:,} bytes")
    if b"\0" in data:
        return FileRead(None, why="it is no text")
    return FileRead(data.decode("utf-8", "replace"))


def _fetch(url: str, query: dict[str, str], most: int, endpoint: str, about: str) -> tuple[bytes, bool]:
    """Return the first `most` bytes of an answer, and whether there are more. Raises HubError."""
    # Uncompressed, so that the limit counts what arrives.
    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    try:
        with get_session().stream("GET", url, params=query, headers=headers, timeout=LONGEST_WAIT) as response:
            return _read(response, most, endpoint, about)
    except Exception as error:
        # An unexpected answer may raise anything in the library.
        raise hub_error(error, endpoint) from None


def _read(response: Response, most: int, endpoint: str, about: str) -> tuple[bytes, bool]:
    if response.status_code >= 400:
        code, message = (response.headers.get(name, "") for name in ("X-Error-Code", "X-Error-Message"))
        raise refused(response.status_code, code, message, endpoint, about)
    if response.status_code != 200:
        raise not_understood(f"status {response.status_code}", endpoint)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise not_understood("compressed", endpoint)
    end = time.monotonic() + LONGEST_ANSWER
    data = bytearray()
    # Without a size, so that each piece counts as it arrives: bytes that trickle would fill a larger one for days.
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > most:
            return bytes(data[:most]), True
        if time.monotonic() > end:
            raise HubError(f"{endpoint} takes too long for {about}. Try again later.")
    return bytes(data), False
