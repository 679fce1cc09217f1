"""`openness-bot reproduce`: the figures of the 2025 study, recomputed from its own tables and from today's assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.board.study.page import as_json, as_text
from bot.cli.checkout import STUDY, ProblemsFound
from bot.cli.language import LANGUAGE
from bot.cli.options import output_format
from bot.text.catalogue import _

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@output_format
@click.pass_obj
def command(checkout: Checkout, form: str) -> int:
    """Recomputes the 2025 study: ranks, and how score and benchmarks correlate, beside what it printed.

    \b
    Examples:
      openness-bot reproduce
      openness-bot reproduce --format json
    """
    checkout.require_rubric()
    reproduction = checkout.reproduction(checkout.sound_corpus())
    if reproduction is None:
        raise ProblemsFound(_("there is no %(path)s here, so there is nothing to reproduce.", path=STUDY))
    click.echo(as_json(reproduction) if form == "json" else as_text(reproduction, LANGUAGE.get()), nl=False)
    return 0
