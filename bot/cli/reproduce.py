"""`openness-bot reproduce`: the figures of the 2025 study, recomputed from its own tables and from today's assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.board.study.page import as_json, as_text
from bot.cli.checkout import ProblemsFound

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@click.pass_obj
def command(checkout: Checkout, output_format: str) -> int:
    """Recomputes the 2025 study: ranks, and how score and benchmarks go together, beside what it printed.

    \b
    Examples:
      openness-bot reproduce
      openness-bot reproduce --format json
    """
    _ = checkout.rubric
    reproduction = checkout.reproduction(checkout.sound_corpus())
    if reproduction is None:
        raise ProblemsFound("there is no studies/jeon-2025/ here, so there is nothing to reproduce.")
    click.echo((as_json if output_format == "json" else as_text)(reproduction), nl=False)
    return 0
