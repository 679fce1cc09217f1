"""One run over the assessments that name a repository: each is compared with the hub, despite failures of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.sources.hub.drift import Drift, HubChangeKind, UncheckedModel, changes, gone
from bot.sources.hub.failure import Failure, HubError
from bot.sources.hub.models import check_hub, fetch_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.board.model.assessment import Assessment
    from bot.sources.hub.drift import HubChange

GIVEN_UP_AFTER = 3
"""Successive failures after which the hub is not asked any more."""
LONGEST_REASON = 1000
"""Most characters of the reason why a model was not compared."""


class NamedRepository(NamedTuple):
    """An assessment that names a repository."""

    id: str
    huggingface: str
    read: Callable[[], Assessment] | None
    """None where its file has errors."""


def compare_with_hub(endpoint: str, named: Iterable[NamedRepository]) -> Drift:
    """Return the changes on a hub since these assessments, and failures, in order. Raises HubError when there is none."""
    # First, because without a hub every model would be called deleted.
    check_hub(endpoint)
    changed: list[HubChange] = []
    unasked: list[UncheckedModel] = []
    for one, found in _compare(endpoint, named):
        if isinstance(found, str):
            unasked.append(UncheckedModel(model=one.id, huggingface=one.huggingface, why=found))
        else:
            changed += found
    return Drift(changes=tuple(changed), unasked=tuple(unasked))


def nothing_asked(named: Iterable[NamedRepository], error: HubError) -> Drift:
    """Return the result for a hub that could not be asked about any model."""
    return Drift(
        unasked=tuple(UncheckedModel(model=one.id, huggingface=one.huggingface, why=_reason(error)) for one in named)
    )


def _compare(
    endpoint: str, named: Iterable[NamedRepository]
) -> Iterator[tuple[NamedRepository, list[HubChange] | str]]:
    """Yield each with its changes, or with the reason why they are not known."""
    failed, given_up = 0, ""
    for one in named:
        if one.read is None:
            yield one, "Its file has errors; `openness-bot check` says which."
            continue
        if given_up:
            yield one, given_up
            continue
        try:
            answer = fetch_model(endpoint, one.huggingface)
        except HubError as error:
            kind = _GONE.get(error.failure)
            if kind is not None:
                failed = 0
                yield one, [gone(one.id, one.huggingface, kind)]
                continue
            failed += 1
            if error.failure is Failure.HUB or failed == GIVEN_UP_AFTER:
                given_up = f"It wasn't asked for any more, after this: {_reason(error)}"
            yield one, _reason(error)
        else:
            failed = 0
            yield one, list(changes(one.id, one.read(), answer))


_GONE = {Failure.NO_SUCH_MODEL: HubChangeKind.DELETED, Failure.DISABLED: HubChangeKind.DISABLED}


def _reason(error: HubError) -> str:
    return str(error)[:LONGEST_REASON]
