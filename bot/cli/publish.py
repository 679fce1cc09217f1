"""`openness-bot publish`: generated files and the record of decisions on the remote's main branch, after each merge."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

import click

from bot.board.model.layout import KEPT
from bot.cli.checkout import Checkout, ProblemsFound
from bot.git.repository import GitError, authorization
from bot.github.settings import SettingsError, read_settings
from bot.handlers.publishing.branches import ACTIONS_BOT, MAIN, REMOTE, Identity
from bot.handlers.publishing.publish import (
    LARGEST_PAGE,
    GaveUp,
    LeaderboardProposed,
    Published,
    Publisher,
    PublishError,
    UpToDate,
    WouldPublish,
    page_in,
)
from bot.site.build import OutputSink
from bot.text.escaping import visible

if TYPE_CHECKING:
    from bot.git.repository import Repository
    from bot.github.settings import Settings
    from bot.handlers.publishing.propose import Proposal
    from bot.handlers.publishing.publish import PublishResult
    from bot.handlers.publishing.record import Recorder

_PAGES = {path.rpartition("/")[2]: path for path in KEPT}
_MOST_PATHS = 40


@click.command()
@click.option(
    "--page",
    "pages",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help=f"A page that no build makes, to be pushed too: {', '.join(_PAGES)}. Can be repeated.",
)
@click.option("--apply", is_flag=True, help="Commit and push. Without it, only show what would be pushed.")
@click.pass_obj
def command(checkout: Checkout, pages: tuple[Path, ...], apply: bool) -> int:
    """Builds the newest main of origin, and pushes what has changed.

    For GitHub Actions, after each merge. The record of each merge that has none yet, under decisions/, is pushed too. The
    files of this checkout are neither used nor changed. Where main is protected, a pull request gets the commit instead.
    Without GITHUB_TOKEN nothing is recorded; OPENNESS_BOT_NAME and OPENNESS_BOT_EMAIL name the committer. Exits with 1
    when a record has to wait for the next run.

    \b
    Examples:
      openness-bot publish
      openness-bot publish --apply
      openness-bot publish --apply --page found/candidates.md
    """
    from bot.cli.build import build_into  # here, because `dispute` and `issue` need this module and no plotting library

    _ = checkout.rubric
    texts = _texts(pages)

    def build(root: Path) -> None:
        try:
            build_into(OutputSink(root), Checkout(root, checkout.now))
        except click.UsageError:
            raise ProblemsFound(f"{MAIN} of {REMOTE} has no schema/rubric.yaml, or no assessments.") from None

    settings = run_settings() if _has_token() else None
    repository = remote_repository(checkout, "publish to", settings)
    record = _recorder(repository, settings)
    try:
        result = Publisher(
            repository=repository,
            build=build,
            propose=_propose,
            pause=_pause,
            record=record,
            pages=texts,
            is_made=_is_made,
            identity=committer(),
            apply=apply,
        ).publish()
    except PublishError as error:
        raise ProblemsFound(_harmless(error)) from None
    gave_up = isinstance(result, GaveUp)
    click.echo(_describe(result), err=gave_up)
    if gave_up:
        return 1
    for note in record.notes:
        click.echo(note, err=True)
    return 1 if record.failed else 0


def _texts(pages: tuple[Path, ...]) -> dict[str, str]:
    """Return the texts of pages that no build makes, by their paths. Raises UsageError and ProblemsFound."""
    texts: dict[str, str] = {}
    for file in pages:
        path = _PAGES.get(file.name)
        if path is None or path in texts:
            wrong = "is no page of that kind" if path is None else "is named twice"
            raise click.UsageError(
                f"{visible(file.name)} {wrong}. Name each of these at most once: {', '.join(_PAGES)}."
            )
        try:
            # One byte more than may be there, whatever the file really is.
            with file.open("rb") as opened:
                texts[path] = page_in(opened.read(LARGEST_PAGE + 1))
        except ValueError as error:
            raise ProblemsFound(f"{visible(str(file))} can't be published: {error}. Generate it anew.") from None
    return texts


def run_settings() -> Settings:
    """Return where and as whom a run writes. Raises UsageError."""
    try:
        return read_settings(os.environ)
    except SettingsError as error:
        raise click.UsageError(str(error)) from None


def _has_token() -> bool:
    return bool(os.environ.get("GITHUB_TOKEN", "").strip())


def _recorder(repository: Repository, settings: Settings | None) -> Recorder:
    from bot.github.client import connect
    from bot.handlers.publishing.record import Recorder

    client = None if settings is None else connect(settings)
    home = "" if settings is None else f"{settings.server_url}/{settings.repository}"
    return Recorder(repository, client, home)


def remote_repository(checkout: Checkout, purpose: str, settings: Settings | None) -> Repository:
    """Return the checkout's repository, which needs the remote to `purpose`. Raises UsageError.

    Without settings git finds its own ways, as on a person's machine.
    """
    repository = checkout.repository
    if repository is None:
        raise click.UsageError(
            f"{checkout.root} is not the top folder of a git repository that can be read, so there is nothing to "
            f"{purpose}. Name another checkout with --root."
        )
    try:
        repository.run("remote", "get-url", REMOTE)
    except GitError:
        raise click.UsageError(
            f"there is no remote {REMOTE} to {purpose}. Add it with: git remote add {REMOTE} URL"
        ) from None
    if settings is None:
        return repository
    return repository.with_settings(authorization(settings.server_url, settings.token))


def committer() -> Identity:
    """Return the committer that the environment names, or else GitHub Actions'."""
    # What a workflow takes from a variable that doesn't exist is empty.
    name, email = (os.environ.get(f"OPENNESS_BOT_{part}", "").strip() for part in ("NAME", "EMAIL"))
    return Identity(name or ACTIONS_BOT.name, email or ACTIONS_BOT.email)


def _propose(proposal: Proposal, commit: str) -> int:
    # Only now: where main takes pushes, GitHub isn't asked anything.
    from bot.github.client import connect
    from bot.github.failure import CallFailedError
    from bot.handlers.publishing.propose import open_pull_request

    try:
        client = connect(read_settings(os.environ))
        client.mark_made(commit)
        return open_pull_request(client, proposal)
    except (SettingsError, CallFailedError) as error:
        raise ProblemsFound(
            f"{MAIN} takes no pushes, so the branch {proposal.branch} has the new leaderboard; but its pull request "
            f"can't be opened. {_harmless(error)}"
        ) from None


def _is_made(commit: str) -> bool:
    from bot.github.client import connect
    from bot.github.failure import CallFailedError

    try:
        return _has_token() and connect(run_settings()).is_made(commit)
    except CallFailedError as error:
        raise ProblemsFound(f"GitHub doesn't say who made the commit {commit[:10]}. {_harmless(error)}") from None


def _pause(seconds: float) -> None:
    # Two that were refused together shouldn't come back together.
    time.sleep(seconds * SystemRandom().uniform(1, 1.5))


def _harmless(error: Exception) -> str:
    return visible(" ".join(str(error).split()))


def _describe(result: PublishResult) -> str:
    match result:
        case UpToDate(base):
            return f"{MAIN} ({base[:10]}) is up to date; nothing to publish."
        case Published(commit, subject, attempts):
            again = f", at attempt {attempts}" if attempts > 1 else ""
            return f"Pushed {commit[:10]} to {MAIN}{again}. {subject}"
        case LeaderboardProposed(number, commit, subject):
            return f"{MAIN} takes no pushes: pull request #{number} has {commit[:10]}. {subject}"
        case WouldPublish(message, paths):
            lines = [f"  {line}".rstrip() for line in message.splitlines()]
            changed = [f"  {visible(path)}" for path in paths[:_MOST_PATHS]]
            if len(paths) > _MOST_PATHS:
                changed.append(f"  and {len(paths) - _MOST_PATHS:,} more")
            parts = [f"Would commit to {MAIN}:\n", *lines, "\nwith changes of:\n", *changed]
            return "\n".join([*parts, "\nNothing was written. To publish it: openness-bot publish --apply"])
        case GaveUp(attempts):
            return (
                f"Error: {MAIN} moved during each of {attempts} attempts, so nothing was published. Run this again when "
                "less is merged."
            )
