"""`openness-bot build`: generate README.md, GOVERNANCE.md, decisions/README.md, leaderboard/ and the schemas."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from bot.cli.checkout import ProblemsFound, track
from bot.site.build import OutputSink, build, exclusive_lock
from bot.site.ranked_models import RankedModels
from bot.site.site import Site
from bot.text.markers import MarkersError

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail and name what is stale.")
@click.pass_obj
def command(checkout: Checkout, check: bool) -> int:
    """Writes README.md, GOVERNANCE.md, leaderboard/ and the JSON Schemas, where they differ from what the data say.

    \b
    Examples:
      openness-bot build
      openness-bot build --check
    """
    sink = OutputSink(checkout.root, writes=not check)
    with nullcontext() if check else exclusive_lock(checkout.root):
        models = build_into(sink, checkout)
    for how, path in sink.changed:
        click.echo(f"{how} {path}")
    if check and sink.changed:
        click.echo("Run `openness-bot build` and commit what it writes.")
        return 1
    click.echo(f"{models:,} models; {'everything is up to date' if not sink.changed else 'done'}.")
    return 0


def build_into(sink: OutputSink, checkout: Checkout) -> int:
    """Send all generated files of a checkout to `sink`; return the number of models.

    Raises ProblemsFound when the assessments have errors or a file can't be written, UsageError when it is no checkout.
    """
    corpus = checkout.sound_corpus()
    if (checkout.root / "schema").is_symlink():
        raise ProblemsFound(
            "schema is a symbolic link, so what is written there would land elsewhere. Make it a folder."
        )
    board, record = checkout.board(corpus), checkout.record
    site = Site(
        RankedModels(board, corpus.developers, checkout.study_ranks, record.provisional()),
        checkout.reproduction(corpus),
        precedents=checkout.snapshot.precedents(),
        policy=checkout.policy,
        record=record,
        frameworks=checkout.frameworks,
    )
    ids = [row.entry.id for row in board.rows]
    assessments = corpus.assessments(track("Building")(ids))
    try:
        build(site, checkout.readme, zip(board.rows, assessments, strict=True), sink, checkout.governance)
    except MarkersError as error:
        raise ProblemsFound(str(error)) from None
    except OSError as error:
        where = error.filename2 or error.filename or "a generated file"
        doing = "written" if sink.writes else "compared"
        raise ProblemsFound(f"{where} can't be {doing}: {error.strerror}. Mend that and run this again.") from None
    return len(board.rows)
