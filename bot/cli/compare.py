"""`openness-bot compare`: two models side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.board.ranking.terminal import comparison_text
from bot.cli.language import LANGUAGE
from bot.cli.options import model_argument, output_format
from bot.cli.show import models_json

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@model_argument("first", "A")
@model_argument("second", "B")
@output_format
@click.pass_obj
def command(checkout: Checkout, first: str, second: str, form: str) -> int:
    """Compares the models A and B, criterion by criterion. Each is an id, a name, an id of Hugging Face, or a path.

    \b
    Examples:
      openness-bot compare google/gemma-3 meta/llama-3.3
      openness-bot compare "Gemma 3" "Llama 3.3" --format json
    """
    corpus = checkout.usable_corpus()
    board = checkout.board(corpus)
    sides = checkout.model(corpus, board, first), checkout.model(corpus, board, second)
    if form == "json":
        click.echo(models_json(checkout, corpus, board, sides))
    else:
        click.echo(comparison_text(board, *sides, LANGUAGE.get()))
    return 0
