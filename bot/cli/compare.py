"""`openness-bot compare`: two models side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.board.ranking.terminal import comparison_text

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.pass_obj
def command(checkout: Checkout, first: str, second: str) -> int:
    """Compares the models A and B (each DEVELOPER/MODEL), criterion by criterion.

    \b
    Example:
      openness-bot compare google/gemma-3 meta/llama-3.3
    """
    corpus = checkout.usable_corpus()
    board = checkout.board(corpus)
    click.echo(comparison_text(board, checkout.model(corpus, board, first), checkout.model(corpus, board, second)))
    return 0
