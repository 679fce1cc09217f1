"""Who asks the web on a command's behalf: tests put another one in its place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.sources.evidence.verification import Visit


def visitor(contact: str | None = None) -> Visit:
    """Asks the web, politely; `contact` is the page that our name leads to. Raises UsageError where that is no address."""
    from bot.sources.web.manners import Politeness  # here, because most commands need no network
    from bot.sources.web.visiting import visit

    try:
        return partial(visit, manners=Politeness(address=contact))
    except ValueError as error:
        raise click.UsageError(f"--contact: {error}.") from None
