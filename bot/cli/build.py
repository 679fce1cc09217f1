"""`openness-bot build`: README.md, GOVERNANCE.md, decisions/README.md and everything under leaderboard/, from the data."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from bot.cli.checkout import ProblemsFound, track
from bot.site.build import Compared, Written, alone, build
from bot.site.site import Site
from bot.text.markers import MarkersMissing

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout
    from bot.site.build import Target


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail and name what is stale.")
@click.pass_obj
def command(checkout: Checkout, check: bool) -> int:
    """Writes README.md, GOVERNANCE.md, leaderboard/ and the JSON Schemas, where they differ from what the data say.

    \b
    Examples:
      openness-bot build
      openness-bot build --check
    """  # noqa: D301 (click wants the character itself)
    target = Compared(checkout.root) if check else Written(checkout.root)
    with nullcontext() if check else alone(checkout.root):
        models = build_into(target, checkout)
    for how, path in target.changed:
        click.echo(f"{how} {path}")
    if check and target.changed:
        click.echo("Run `openness-bot build` and commit what it writes.")
        return 1
    click.echo(f"{models:,} models; {'everything is up to date' if not target.changed else 'done'}.")
    return 0


def build_into(target: Target, checkout: Checkout) -> int:
    """Sends everything that is generated from a checkout to `target`; returns the number of models.

    Raises ProblemsFound when the assessments have errors or a file can't be written, UsageError when it is no checkout.
    """
    corpus = checkout.sound_corpus()
    if (checkout.root / "schema").is_symlink():
        raise ProblemsFound(
            "schema is a symbolic link, so what is written there would land elsewhere. Make it a folder."
        )
    board, record = checkout.board(corpus), checkout.record
    site = Site(
        board,
        corpus.developers,
        checkout.study_ranks,
        checkout.reproduction(corpus),
        precedents=checkout.snapshot.precedents(),
        provisional=record.provisional(),
        policy=checkout.policy,
        record=record,
        frameworks=checkout.frameworks,
    )
    ids = [row.entry.id for row in board.rows]
    assessments = corpus.assessments(track("Building")(ids))
    try:
        build(site, checkout.readme, zip(board.rows, assessments, strict=True), target, checkout.governance)
    except MarkersMissing as error:
        raise ProblemsFound(str(error)) from None
    except OSError as error:
        where = error.filename2 or error.filename or "a generated file"
        doing = "written" if isinstance(target, Written) else "compared"
        raise ProblemsFound(f"{where} can't be {doing}: {error.strerror}. Mend that and run this again.") from None
    return len(board.rows)
