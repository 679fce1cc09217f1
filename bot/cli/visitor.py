"""The visitor of the web that commands use; tests replace it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from bot.text.catalogue import _

if TYPE_CHECKING:
    from bot.sources.evidence.verification import Visit


def visitor(contact: str | None = None) -> Visit:
    """Return a visitor; `contact` is the URL in its User-Agent. Raises UsageError where that is invalid."""
    from bot.sources.web.politeness import Politeness  # imported here, because most commands need no network
    from bot.sources.web.visiting import visit

    try:
        return partial(visit, politeness=Politeness(address=contact))
    except ValueError as error:
        raise click.UsageError(_("`--contact` can't be used: %(reason)s.", reason=error)) from None
