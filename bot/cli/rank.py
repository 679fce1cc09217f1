"""`openness-bot rank`: the leaderboard in the terminal, by any weighting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.board.model.rubric import NotApplicable
from bot.board.ranking.scoring import Way
from bot.board.ranking.terminal import ranking_text
from bot.cli.checkout import near

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@click.option("--weighting", metavar="W", help="A weighting's id; by default the board's own, the rubric's first.")
@click.option(
    "--not-applicable",
    type=click.Choice([counting.value for counting in NotApplicable]),
    help="Whether what doesn't exist counts zero (the study's way) or is excluded.",
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N rows.")
@click.pass_obj
def command(checkout: Checkout, weighting: str | None, not_applicable: str | None, top: int | None) -> int:
    """Prints the leaderboard.

    \b
    Examples:
      openness-bot rank --top 10
      openness-bot rank --weighting osaid
      openness-bot rank --not-applicable excluded
    """
    rubric = checkout.rubric
    known = [each.id for each in rubric.weightings]
    if weighting is not None and weighting not in known:
        raise click.UsageError(
            f"there is no weighting {weighting!r}.{near(weighting, known)} Known: {', '.join(known)}."
        )
    way = Way(
        weighting or rubric.default_weighting.id,
        NotApplicable(not_applicable) if not_applicable else rubric.default_counting,
    )
    corpus = checkout.usable_corpus()
    click.echo(ranking_text(checkout.board(corpus), corpus.developers, way, top))
    return 0
