"""`openness-bot show`: everything about one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.board.ranking.terminal import Beside, model_text
from bot.cli.language import LANGUAGE
from bot.cli.options import model_argument, output_format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.board.model.assessment import Assessment
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout


@click.command()
@model_argument("given")
@click.option("--doubtful", is_flag=True, help="Only its doubtful ratings. Not with JSON, which has all.")
@output_format
@click.pass_obj
def command(checkout: Checkout, given: str, doubtful: bool, form: str) -> int:
    """Shows one model: its ranks by every weighting, and each rating with its evidence.

    MODEL is an id, a name, an id of Hugging Face, or a path.

    \b
    Examples:
      openness-bot show allenai/olmo-2
      openness-bot show "OLMo 2"
      openness-bot show allenai/olmo-2 --doubtful
      openness-bot show allenai/olmo-2 --format json
    """
    corpus = checkout.usable_corpus()
    board = checkout.board(corpus)
    row, assessment = model = checkout.model(corpus, board, given)
    if form == "json":
        click.echo(models_json(checkout, corpus, board, [model]))
        return 0
    beside = Beside(
        corpus.developers[row.entry.developer],
        checkout.study_ranks.get(row.entry.id),
        checkout.licenses.terms(assessment.license) if assessment.license is not None else None,
    )
    if doubtful:
        some = {criterion: assessment.ratings[criterion] for criterion in row.entry.doubtful}
        assessment = assessment.model_copy(update={"ratings": some})
    click.echo(model_text(board, row, assessment, beside, LANGUAGE.get()))
    return 0


def models_json(
    checkout: Checkout, corpus: Corpus, board: Leaderboard, models: Iterable[tuple[Row, Assessment]]
) -> str:
    """Return models in the format of leaderboard/leaderboard.json, without a line break at the end."""
    from bot.site.leaderboard_json import leaderboard_head, model_json  # takes a while to load
    from bot.site.ranked_models import RankedModels

    ranked = RankedModels(
        board, corpus.developers, checkout.study_ranks, checkout.record.provisional(), checkout.licenses
    )
    texts = [model_json(ranked, row, assessment) for row, assessment in models]
    return leaderboard_head(checkout.rubric) + ",\n".join(texts) + "\n]\n}"
