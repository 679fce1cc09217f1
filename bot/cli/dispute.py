"""`openness-bot dispute`: the issues in which ratings are disputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.options import apply_option
from bot.cli.pr import prepared_run
from bot.cli.publish import committer, run_settings
from bot.handlers.disputes.run import DisputeRun

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@click.option("--number", type=click.IntRange(min=1), metavar="N", help="The number of the issue of a dispute.")
@click.option("--all", "every", is_flag=True, help="All disputes that aren't over.")
@apply_option
@click.pass_obj
def command(checkout: Checkout, number: int | None, every: bool, apply: bool) -> int:
    """Updates the issues of disputes: whose turn it is, the votes, the decision, and until when.

    Also proposes the mark in the file of a rating while it is disputed, and removes it when the dispute is over.
    GITHUB_TOKEN and GITHUB_REPOSITORY name the account and the repository, OPENNESS_BOT_NAME and OPENNESS_BOT_EMAIL the
    committer.

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
