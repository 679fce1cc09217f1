"""`openness-bot dispute`: the issues in which ratings are disputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.pr import prepared_run, run_settings
from bot.cli.publish import committer
from bot.handlers.disputes.run import DisputeRun

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@click.option("--number", type=click.IntRange(min=1), metavar="N", help="The number of the issue of a dispute.")
@click.option("--all", "every", is_flag=True, help="All disputes that aren't done.")
@click.option("--apply", is_flag=True, help="Write to GitHub. Without it nothing is written, only told.")
@click.pass_obj
def command(checkout: Checkout, number: int | None, every: bool, apply: bool) -> int:
    """Says how disputes stand: who is to reply, how the panel votes, what is decided, and until when.

    Also proposes the mark in the file of a rating while it is disputed, and takes it away when the dispute is over.
    GITHUB_TOKEN and GITHUB_REPOSITORY say where and as whom; OPENNESS_BOT_NAME and OPENNESS_BOT_EMAIL who commits.

    \b
    Examples:
      openness-bot dispute --number 12
      openness-bot dispute --all --apply
    """
    if (number is not None) + every != 1:
        raise click.UsageError("name one of --number N and --all.")
    settings = run_settings()
    with prepared_run(checkout, settings, apply=apply) as run:
        disputes = DisputeRun(run, committer())
        return 0 if (disputes.update_all() if number is None else disputes.update(number)) else 1
