"""`openness-bot preview`: what the files as they lie in the folder would do to the leaderboard of a commit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from bot.change import compare
from bot.cli.checkout import ProblemsFound
from bot.git import GitError
from bot.problem import Severity
from bot.reading.corpus import FOLDER
from bot.reading.tree import Commit, Folder
from bot.rendering import change_report
from bot.rendering import problems as problem_texts

if TYPE_CHECKING:
    from bot.assessment import Assessment
    from bot.cli.checkout import Checkout
    from bot.git import Repository
    from bot.reading.corpus import Corpus


@click.command()
@click.option("--base", required=True, metavar="REF", help="The commit to compare with: a branch, a tag, an id.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    show_default=True,
    help="For reviewers, or for programs.",
)
@click.pass_obj
def command(checkout: Checkout, base: str, form: str) -> int:
    r"""Shows the rank change of the working tree against the commit REF, as reviewers will see it.

    Both sides are ranked by the rubric of the working tree.

    \b
    Examples:
      openness-bot preview --base origin/main
      openness-bot preview --base HEAD~1 --format json
    """
    _ = checkout.rubric
    if checkout.repository is None:
        raise click.UsageError(
            f"{checkout.root} is not the top folder of a git repository, so there is no {base!r} in it."
        )
    try:
        before, after = _both(checkout, checkout.repository, base)
    except GitError as error:
        raise click.UsageError(str(error)) from None
    errors = [problem for problem in after.problems if problem.severity is Severity.ERROR]
    if errors:
        raise ProblemsFound(f"mend these first.\n{problem_texts.as_text(errors)}")
    boards = checkout.board(before), checkout.board(after)
    change = compare(*boards, *(_changed(one, other) for one, other in ((before, after), (after, before))))
    if form == "json":
        click.echo(json.dumps(change_report.as_json(change), indent=2, ensure_ascii=False))
    else:
        click.echo(change_report.as_markdown(change, boards[1]), nl=False)
    return 0


def _both(checkout: Checkout, repository: Repository, base: str) -> tuple[Corpus, Corpus]:
    """The corpus of the commit, and that of the folder with the problems of what differs from it."""
    commit, folder = Commit(repository, repository.commit(base)), Folder(checkout.root, repository)
    old = {file.path: file.blob for file in commit.files(FOLDER)}
    differing = {file.path for file in folder.files(FOLDER) if file.blob is None or old.get(file.path) != file.blob}
    return checkout.corpus(lambda _: False, commit), checkout.corpus(differing.__contains__, folder)


def _changed(one: Corpus, other: Corpus) -> dict[str, Assessment]:
    """The whole assessments of `one` whose files aren't known to be the same in `other`."""
    same = {
        assessment_id
        for assessment_id, file in one.files.items()
        if file.blob is not None and assessment_id in other.files and file.blob == other.files[assessment_id].blob
    }
    ids = [assessment_id for assessment_id in one.entries if assessment_id not in same]
    return dict(zip(ids, one.assessments(ids), strict=True))
