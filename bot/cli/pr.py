"""`openness-bot pr`: the answer to a pull request."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.board.model.json_document import as_json
from bot.bounded import BoundedProcess
from bot.cli.checkout import ProblemsFound
from bot.cli.documents import read_document
from bot.cli.options import apply_option, ask_option, event_option
from bot.cli.publish import remote_repository, run_settings
from bot.github.client import connect
from bot.github.event import (
    AllPullRequests,
    EventError,
    HeadCommit,
    IrrelevantEvent,
    MergeGroup,
    OnePullRequest,
    read_event,
)
from bot.github.failure import CallFailedError, describe_error
from bot.handlers.disputes.run import DisputeRun
from bot.handlers.pull_request.merge_queue import MergeGroupRun
from bot.handlers.pull_request.paths import LONGEST_CHECK
from bot.handlers.pull_request.run import LinkResult, Run
from bot.handlers.pull_request.sweep import pulls_to_look_at, world_of
from bot.sources.evidence.link_report import LinkReport, link_report_json_schema
from bot.text.shaping import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from bot.bounded import Worker
    from bot.cli.checkout import Checkout
    from bot.github.client import OpenPull
    from bot.github.event import Subject
    from bot.github.settings import Settings
    from bot.handlers.pull_request.decision import ActionPlan


Subjects = TypeVar("Subjects")

LONGEST_WAIT = 120
"""Seconds that reading the contents of a pull request may take, or fetching its commits."""
RESERVED_CALLS = 150
"""Of the calls that GitHub takes in an hour, so many are left by a sweep to the runs of people who wait for them."""
LARGEST_EVENT = 25 * 1024 * 1024
"""Bytes of the largest event that GitHub sends."""


@click.command()
@event_option
@click.option("--number", type=click.IntRange(min=1), metavar="N", help="The number of a pull request.")
@click.option("--all", "every", is_flag=True, help="All open pull requests.")
@ask_option
@click.option(
    "--links",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The report of `openness-bot links`, with --number. Without the file, asking has failed.",
)
@apply_option
@click.pass_obj
def command(
    checkout: Checkout,
    event: Path | None,
    number: int | None,
    every: bool,
    ask: Path | None,
    links: Path | None,
    apply: bool,
) -> int:
    """Judges a pull request: its problems, its effect on the board, and what is missing before the merge.

    Its head is fetched from origin and read as data, never checked out; the code is this checkout's, the rubric the base
    branch's. GITHUB_TOKEN and GITHUB_REPOSITORY name the account and the repository.

    \b
    Examples:
      openness-bot pr --number 12
      openness-bot pr --event "$GITHUB_EVENT_PATH" --ask links.json --apply
      openness-bot pr --number 12 --links report.json --apply
      openness-bot pr --all --apply
    """
    if (event is not None) + (number is not None) + every != 1:
        raise click.UsageError("name one of --event FILE, --number N and --all.")
    if links is not None and (number is None or ask is not None):
        raise click.UsageError("--links is about one pull request: name it by --number N, without --ask.")

    settings = run_settings()
    if event is not None:
        subject: Subject = subject_in(event, read_event)
    else:
        subject = AllPullRequests() if number is None else OnePullRequest(number, None)
    result, is_usable = (None, True) if links is None else _link_result(links)
    with prepared_run(checkout, settings, apply=apply, links=result) as run:
        code = _answer(run, subject, settings)
        write_wanted(run, settings, ask)
        return code if is_usable else max(code, 1)


def _link_result(file: Path) -> tuple[LinkResult, bool]:
    """Return what a job found about links, and whether it can be used: a report that is none is a failure of that job."""
    if not file.exists():
        click.echo("There is no report: the job that asks for links has failed.")
        return LinkResult(None), True
    try:
        found = read_document(file, LinkReport, link_report_json_schema, "openness-bot links")
    except ProblemsFound as error:
        click.echo(f"Failed: {error}")
        return LinkResult(None), False
    return LinkResult(found), True


def write_wanted(run: Run, settings: Settings, ask: Path | None) -> None:
    """Write the links to ask for, and for which pull request, where there are any and these are wanted."""
    if ask is None or len(run.to_ask) != 1:
        return  # An event is about one pull request.
    ((number, wanted),) = run.to_ask.items()
    ask.write_text(as_json(wanted), encoding="utf-8", newline="\n")
    click.echo(f"{count(len(wanted.links), 'link')} of pull request {number} to ask for.")
    if settings.output_file is not None:
        with settings.output_file.open("a", encoding="utf-8") as output:
            output.write(f"pull={number}\n")


@contextmanager
def prepared_run(
    checkout: Checkout, settings: Settings, *, apply: bool, links: LinkResult | None = None
) -> Iterator[Run]:
    """Yield the run of a command. Raises UsageError."""
    client, repository = connect(settings), remote_repository(checkout, "fetch from", settings)
    worker = new_worker()
    try:
        yield Run(client, repository, checkout.now, apply, click.echo, worker, links)
    finally:
        worker.end()


def new_worker() -> Worker:
    """Return a process that judges pull requests within limits."""
    return BoundedProcess(LONGEST_WAIT, LONGEST_CHECK)


def _answer(run: Run, subject: Subject, settings: Settings) -> int:
    try:
        match subject:
            case IrrelevantEvent(reason):
                click.echo(f"Nothing to do: {reason}.")
                return 0
            case OnePullRequest(number, head):
                return _summarised(run, settings, [_judged(run, number, head)])
            case MergeGroup():
                return _summarised(run, settings, [MergeGroupRun(run, subject).answer()])
            case HeadCommit(sha):
                pulls = [(pull.number, sha) for pull in run.client.open_pulls().pulls if pull.head == sha]
                if not pulls:
                    click.echo(f"Nothing to do: no open pull request has the head {sha[:7]}.")
                return _summarised(run, settings, [_judged(run, *pull) for pull in pulls])
            case AllPullRequests():
                return 0 if _sweep(run) else 1
    except CallFailedError as error:
        raise ProblemsFound(f"{describe_error(error)}.") from None


def _judged(run: Run, number: int, head: str | None, updated: datetime | None = None) -> ActionPlan | None:
    """Judge a pull request and open the disputes that people request in it; return None when anything failed.

    `updated` is for a sweep: when the pull request had last changed.
    """
    plan = run.answer(number, head, updated)
    if plan is None or not plan.disputes:
        return plan
    # The marks in the files are proposed by a run whose token may push.
    disputes = DisputeRun(run, may_propose=False)
    return plan if disputes.opener.open_requested(plan.disputes, number) else None


def _sweep(run: Run) -> bool:
    """Judge all open pull requests that need it, and return whether that worked."""
    listed = run.client.open_pulls()
    waiting = pulls_to_look_at(listed.pulls, world_of(listed.base_tip, run.client.people()), run.now)
    worked = True
    for place, pull in enumerate(waiting):
        left = run.client.calls_left
        if left is not None and left < RESERVED_CALLS:
            click.echo(
                f"Stopped: GitHub takes {left} more calls this hour. The next sweep looks at the other {len(waiting) - place}."
            )
            break
        worked &= _one_of_all(run, pull)
    if unchanged := len(listed.pulls) - len(waiting):
        click.echo(f"Nothing has changed in {count(unchanged, 'other pull request')}.")
    return worked


def _one_of_all(run: Run, pull: OpenPull) -> bool:
    """Judge one pull request of many and return whether that worked. A bug doesn't prevent the others."""
    number = pull.number
    click.echo(f"Pull request {number}:")
    try:
        plan = _judged(run, number, pull.head, pull.updated)
    except Exception as error:
        click.echo(
            f"Failed: a bug in openness-bot ({type(error).__name__}). `openness-bot pr --number {number}` shows it."
        )
        return False
    return plan is not None


def _summarised(run: Run, settings: Settings, plans: Iterable[ActionPlan | None]) -> int:
    """Write the reports to the summary of the job, and return the exit code."""
    plans = list(plans)
    reports = [plan.report for plan in plans if plan is not None and plan.report]
    if run.apply and settings.summary_file is not None and reports:
        with settings.summary_file.open("a", encoding="utf-8") as summary:
            summary.write("\n\n".join(reports) + "\n")
    return 1 if None in plans else 0


def subject_in(event: Path, read: Callable[[object], Subjects]) -> Subjects:
    """Return the subject of the event in a file, as `read` parses it. Raises UsageError."""
    if event.stat().st_size > LARGEST_EVENT:
        raise click.UsageError("the event is larger than any that GitHub sends.")
    try:
        return read(json.loads(event.read_bytes()))
    except (ValueError, RecursionError):
        raise click.UsageError(f"{event} is no JSON.") from None
    except EventError as error:
        raise click.UsageError(str(error)) from None
