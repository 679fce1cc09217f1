"""`openness-bot rank`: the leaderboard in the terminal, by any weighting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from bot.board.model.rubric import NotApplicable
from bot.board.ranking.leaderboard import ranking_json
from bot.board.ranking.scoring import Way
from bot.board.ranking.terminal import ranking_text
from bot.cli.checkout import known_word
from bot.cli.language import LANGUAGE
from bot.cli.options import complete_weightings, output_format, rubric_of
from bot.text.catalogue import _
from bot.text.escaping import one_line

if TYPE_CHECKING:
    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout


class _Rank(click.Command):
    """A command whose help lists the weightings of the checkout."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        rubric = rubric_of(context)
        if rubric is not None:
            with formatter.section("Weightings"):
                formatter.write_dl([(each.id, one_line(f"{each.name}: {each.source}")) for each in rubric.weightings])


@click.command(cls=_Rank)
@click.option(
    "--weighting",
    metavar="W",
    shell_complete=complete_weightings,
    help="A weighting's id; by default the board's own, the rubric's first.",
)
@click.option(
    "--not-applicable",
    type=click.Choice([counting.value for counting in NotApplicable]),
    help="Whether what doesn't exist counts zero (as in the study) or is excluded.",
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N rows.")
@click.option("--doubtful", is_flag=True, help="Only models with doubtful ratings, and why these are doubtful.")
@output_format
@click.pass_obj
def command(
    checkout: Checkout, weighting: str | None, not_applicable: str | None, top: int | None, doubtful: bool, form: str
) -> int:
    """Prints the leaderboard.

    \b
    Examples:
      openness-bot rank --top 10
      openness-bot rank --weighting osaid
      openness-bot rank --not-applicable excluded --format json
      openness-bot rank --doubtful
    """
    rubric = checkout.rubric
    known = [each.id for each in rubric.weightings]
    if weighting is not None and weighting not in known:
        raise known_word(_("there is no weighting `%(word)s`.", word=weighting), weighting, known)
    way = Way(
        weighting or rubric.default_weighting.id,
        NotApplicable(not_applicable) if not_applicable else rubric.default_counting,
    )
    corpus = checkout.usable_corpus()
    board = checkout.board(corpus)
    doubts = _doubts(corpus) if doubtful else None
    if form == "json":
        click.echo(json.dumps(ranking_json(board, way, top, doubts), indent=2, ensure_ascii=False))
    else:
        click.echo(ranking_text(board, corpus.developers, way, top, LANGUAGE.get(), doubts))
    return 0


def _doubts(corpus: Corpus) -> dict[str, dict[str, str]]:
    """Return why ratings are doubtful, by model and criterion; models without doubtful ratings are left out."""
    ids = [own for own, entry in corpus.entries.items() if entry.doubtful]
    return {
        own: {criterion: rating.doubt for criterion, rating in assessment.ratings.items() if rating.doubt is not None}
        for own, assessment in zip(ids, corpus.assessments(ids), strict=True)
    }
