"""`openness-bot show`: everything about one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.board.ranking.terminal import model_text

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@click.argument("assessment_id", metavar="DEVELOPER/MODEL")
@click.pass_obj
def command(checkout: Checkout, assessment_id: str) -> int:
    """Shows one model: its ranks by every weighting, and each rating with its evidence.

    \b
    Example:
      openness-bot show allenai/olmo-2
    """
    corpus = checkout.usable_corpus()
    board = checkout.board(corpus)
    row, assessment = checkout.model(corpus, board, assessment_id)
    developer = corpus.developers[row.entry.developer]
    click.echo(model_text(board, row, assessment, developer, checkout.study_ranks.get(row.entry.id)))
    return 0
