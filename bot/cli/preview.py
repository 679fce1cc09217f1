"""`openness-bot preview`: what the files in the folder, committed or not, would change on the leaderboard of a commit."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.board.model.problem import Severity
from bot.board.ranking import change_json, change_report
from bot.board.ranking.leaderboard import rank_entries
from bot.board.ranking.scoring import Scoring
from bot.board.reading.corpus import Scope
from bot.board.reading.differences import compare_corpora, differing
from bot.board.reading.snapshot import Snapshot
from bot.board.reading.tree import Commit
from bot.cli.checkout import ProblemsFound
from bot.cli.language import say
from bot.cli.options import output_format
from bot.git.repository import GitError, Repository
from bot.text.catalogue import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout
    from bot.text.catalogue import Message


@click.command()
@click.option("--base", required=True, metavar="REF", help="The commit to compare with: a branch, a tag, an id.")
@output_format
@click.pass_obj
def command(checkout: Checkout, base: str, form: str) -> int:
    """Shows the rank change of the working tree against the commit REF, as Markdown that reviewers will see.

    Each side is read and ranked by its own rubric, so that a change of the rubric shows as well.

    \b
    Examples:
      openness-bot preview --base origin/main
      openness-bot preview --base HEAD~1 --format json
    """
    checkout.require_rubric()
    if checkout.repository is None:
        raise click.UsageError(_no_repository(checkout.root, base))
    try:
        _warn_of_newer(checkout.repository, base)
        with _without_garbage_collection():
            base_snapshot, before, after = _both(checkout, checkout.repository, base)
    except GitError as error:
        raise click.UsageError(str(error)) from None
    errors = [problem for problem in after.problems if problem.severity is Severity.ERROR]
    if errors:
        raise ProblemsFound.listing(_("fix these first."), errors)
    # By the same rubric the two boards share what was computed of each model.
    rubric = base_snapshot.rubric()
    scoring = checkout.scoring if rubric == checkout.rubric else Scoring(rubric)
    with _without_garbage_collection():
        boards = rank_entries(before.entries.values(), scoring), checkout.board(after)
    change = compare_corpora(before, after, boards)
    if form == "json":
        click.echo(json.dumps(change_json.as_json(change), indent=2, ensure_ascii=False))
    else:
        click.echo(change_report.as_markdown(change, boards[1]).text, nl=False)
    return 0


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause garbage collection while two boards are made of many small objects that all stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _warn_of_newer(repository: Repository, base: str) -> None:
    """Print a note when the base has moved on: what was done there since looks undone by the working tree."""
    if newer := repository.commits_beyond_head(repository.commit(base)):
        say(
            ngettext(
                "Note: %(base)s has one commit that you don't have, and what it did looks undone below. To see your own "
                "change only: `openness-bot preview --base $(git merge-base HEAD %(base)s)`",
                "Note: %(base)s has %(number)s commits that you don't have, and what they did looks undone below. To see "
                "your own change only: `openness-bot preview --base $(git merge-base HEAD %(base)s)`",
                newer,
                base=base,
            ),
            err=True,
        )


def _no_repository(root: Path, base: str) -> Message:
    """Return why nothing can be compared: git is missing, refuses the folder, or has another one as its top."""
    try:
        top = Repository(root).run("rev-parse", "--show-toplevel").decode().strip()
    except GitError as error:
        return _("there is no commit `%(ref)s` to compare with. %(reason)s", ref=base, reason=error)
    return _(
        "%(folder)s is not the top folder of its git repository, which is %(top)s. Name a checkout with `--root`.",
        folder=root,
        top=top,
    )


def _both(checkout: Checkout, repository: Repository, base: str) -> tuple[Snapshot, Corpus, Corpus]:
    """Return the commit, its corpus, and the corpus of the folder with the problems of what differs."""
    before = Snapshot(Commit(repository, repository.commit(base)), checkout.today, fallback=checkout.snapshot)
    if not before.is_like_fallback():
        # By another rubric any file may be wrong, and cached entries do not apply.
        return before, before.corpus(Scope(selected=lambda _: False)), checkout.corpus()
    after = checkout.corpus(differing(before.tree, checkout.snapshot.tree))
    return before, before.corpus(Scope(selected=lambda _: False)), after
