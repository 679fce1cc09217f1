"""One run over the assessments that name a repository: each is asked for once, and one failure hides nothing else."""

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
"""Failures in a row after which the hub isn't asked any more."""
LONGEST_REASON = 1000
"""Characters of what went wrong with one model."""


class NamedRepository(NamedTuple):
    """An assessment that names a repository."""

    id: str
    huggingface: str
    read: Callable[[], Assessment] | None
    """None where its file has errors."""


def compare_with_hub(endpoint: str, named: Iterable[NamedRepository]) -> Drift:
    """What has changed on the hub at `endpoint` against these assessments, in their order.

    Raises HubError, at once, when there is no hub to ask. Afterwards what can't be known of a model is said of it.
    """
    # First whether there is a hub at all: without one every model would be called deleted.
    check_hub(endpoint)
    changed: list[HubChange] = []
    unasked: list[UncheckedModel] = []
    for one, found in _asked(endpoint, named):
        if isinstance(found, str):
            unasked.append(UncheckedModel(model=one.id, huggingface=one.huggingface, why=found))
        else:
            changed += found
    return Drift(changes=tuple(changed), unasked=tuple(unasked))


def nothing_asked(named: Iterable[NamedRepository], error: HubError) -> Drift:
    """That nothing is known of any of them."""
    return Drift(
        unasked=tuple(UncheckedModel(model=one.id, huggingface=one.huggingface, why=_reason(error)) for one in named)
    )


def _asked(endpoint: str, named: Iterable[NamedRepository]) -> Iterator[tuple[NamedRepository, list[HubChange] | str]]:
    """Each with what has changed, or why that isn't known."""
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
