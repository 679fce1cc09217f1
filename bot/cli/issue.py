"""`openness-bot issue`: the answer to an issue that was opened with a form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import apply_option, ask_option, event_option
from bot.cli.pr import prepared_run, subject_in, write_wanted
from bot.cli.publish import committer, run_settings
from bot.github.event import IrrelevantEvent, OneIssue, read_issue_event
from bot.handlers.disputes.run import DisputeRun
from bot.handlers.forms.run import IssueRun

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@event_option
@click.option("--number", type=click.IntRange(min=1), metavar="N", help="The number of an issue.")
@ask_option
@apply_option
@click.pass_obj
def command(checkout: Checkout, event: Path | None, number: int | None, ask: Path | None, apply: bool) -> int:
    """Answers an issue that is a form: proposes what it asks for, or says what is wrong, field by field.

    A new issue that speaks of a rating is answered with links to the forms. Every other issue is left alone.
    GITHUB_TOKEN and GITHUB_REPOSITORY name the account and the repository, OPENNESS_BOT_NAME and OPENNESS_BOT_EMAIL
    the committer.

    \b
    Examples:
      openness-bot issue --number 12
      openness-bot issue --event "$GITHUB_EVENT_PATH" --ask links.json --apply
    """
    match event, number:
        case Path() as file, None:
            subject = subject_in(file, read_issue_event)
        case None, int() as named:
            subject = OneIssue(named)
        case _:
            raise click.UsageError("name one of --event FILE and --number N.")
    settings = run_settings()
    if isinstance(subject, IrrelevantEvent):
        click.echo(f"Nothing to do: {subject.reason}.")
        return 0
    with prepared_run(checkout, settings, apply=apply) as run:
        issues = IssueRun(run, DisputeRun(run, committer()), committer())
        worked = issues.answer(subject.number, is_new=subject.is_new)
        write_wanted(run, settings, ask)
        return 0 if worked else 1
