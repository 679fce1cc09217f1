"""`openness-bot preview`: what the files as they lie in the folder would do to the leaderboard of a commit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from bot.change import compare
from bot.cli.checkout import RUBRIC, ProblemsFound
from bot.git import GitError, Repository
from bot.leaderboard import rank_entries
from bot.problem import Severity
from bot.reading.corpus import FOLDER, assessment_path, is_assessment_path, read_corpus
from bot.reading.document import Reader, read_rubric
from bot.reading.source import LARGEST_FILE
from bot.reading.tree import Commit, FileKind, Folder
from bot.rendering import change_json, change_report
from bot.rendering import problems as problem_texts
from bot.scoring import Scoring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.assessment import Assessment, Developer
    from bot.cli.checkout import Checkout
    from bot.reading.corpus import Corpus
    from bot.reading.tree import TreeFile
    from bot.rubric import Rubric


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
    """Shows the rank change of the working tree against the commit REF, as reviewers will see it.

    Each side is read and ranked by its own rubric, so that a change of the rubric shows as well.

    \b
    Examples:
      openness-bot preview --base origin/main
      openness-bot preview --base HEAD~1 --format json
    """  # noqa: D301 (click wants the character itself)
    _ = checkout.rubric
    if checkout.repository is None:
        raise click.UsageError(_no_repository(checkout.root, base))
    try:
        _warn_of_newer(checkout.repository, base)
        base_rubric, before, after = _both(checkout, checkout.repository, base)
    except GitError as error:
        raise click.UsageError(str(error)) from None
    errors = [problem for problem in after.problems if problem.severity is Severity.ERROR]
    if errors:
        raise ProblemsFound(f"mend these first.\n{problem_texts.as_text(errors)}")
    # By the same rubric the two boards share what was computed of each model.
    scoring = checkout.scoring if base_rubric == checkout.rubric else Scoring(base_rubric)
    boards = rank_entries(before.entries.values(), scoring), checkout.board(after)
    change = compare(
        *boards,
        _changed(before, after),
        _changed(after, before),
        _changed_developers(before, after),
        _changed_developers(after, before),
    )
    if form == "json":
        click.echo(json.dumps(change_json.as_json(change), indent=2, ensure_ascii=False))
    else:
        click.echo(change_report.as_markdown(change, boards[1]), nl=False)
    return 0


def _warn_of_newer(repository: Repository, base: str) -> None:
    """Says so when the base has moved on: what was done there since looks undone by the working tree."""
    if newer := repository.commits_beyond_head(repository.commit(base)):
        commits = "1 commit" if newer == 1 else f"{newer:,} commits"
        click.echo(
            f"Note: {base} has {commits} that you don't have, and what they did looks undone below. To see your own "
            f"change only: openness-bot preview --base $(git merge-base HEAD {base})",
            err=True,
        )


def _no_repository(root: Path, base: str) -> str:
    """Why there is nothing to compare with: git isn't there, refuses the folder, or has another one as its top."""
    try:
        top = Repository(root).run("rev-parse", "--show-toplevel").decode().strip()
    except GitError as error:
        return f"there is no commit `{base}` to compare with. {error}"
    return f"{root} is not the top folder of its git repository, which is {top}. Name a checkout with --root."


def _both(checkout: Checkout, repository: Repository, base: str) -> tuple[Rubric, Corpus, Corpus]:
    """Rubric and corpus of the commit, and the corpus of the folder with the problems of what differs from it."""
    commit, folder = Commit(repository, repository.commit(base)), Folder(checkout.root, repository)
    rubric = _rubric_of(commit) or checkout.rubric
    if rubric != checkout.rubric:
        # By another rubric any file may be wrong, and nothing that was kept of earlier readings is of use.
        before = read_corpus(commit, Reader(rubric, checkout.today), selected=lambda _: False)
        return rubric, before, checkout.corpus(tree=folder)
    return rubric, checkout.corpus(lambda _: False, commit), checkout.corpus(_differing(commit, folder), folder)


def _rubric_of(commit: Commit) -> Rubric | None:
    """The rubric of a commit, or None where it has none that can be used."""
    try:
        text = commit.repository.run("cat-file", "blob", f"{commit.commit}:{RUBRIC}")
    except GitError:
        return None
    return read_rubric(RUBRIC, text).value


def _differing(commit: Commit, folder: Folder) -> Callable[[str], bool]:
    """Whether a path of the folder is not known to be the same in the commit, or has lost its developer.yaml."""
    old = {file.path: file.blob for file in commit.files(FOLDER)}
    new = {file.path: file.blob for file in folder.files(FOLDER)}
    differing = {path for path, blob in new.items() if blob is None or old.get(path) != blob}
    orphaned = {
        path.removesuffix("developer.yaml") for path in old.keys() - new.keys() if path.endswith("/developer.yaml")
    }
    return lambda path: path in differing or f"{path.rpartition('/')[0]}/" in orphaned


def _changed(one: Corpus, other: Corpus) -> dict[str, Assessment]:
    """The whole assessments of `one` whose files aren't known to be the same in `other`."""
    same = {
        assessment_id
        for assessment_id, file in one.files.items()
        if file.blob is not None and assessment_id in other.files and file.blob == other.files[assessment_id].blob
    }
    ids = [assessment_id for assessment_id in one.entries if assessment_id not in same]
    return dict(zip(ids, one.assessments(ids), strict=True))


def _changed_developers(one: Corpus, other: Corpus) -> dict[str, Developer]:
    """The developers of `one`, by folder, whose files aren't known to be the same in `other`."""
    blobs = {file.path: file.blob for file in other.tree.files(FOLDER)}
    files = [
        file
        for file in one.tree.files(FOLDER)
        if _is_developer(file) and (file.blob is None or file.blob != blobs.get(file.path))
    ]
    readings = (
        one.reader.developer(file.path, data or b"") for file, data in zip(files, one.tree.read(files), strict=True)
    )
    found = {file.path.split("/")[1]: reading.value for file, reading in zip(files, readings, strict=True)}
    return {developer: value for developer, value in found.items() if value is not None}


def _is_developer(file: TreeFile) -> bool:
    """Whether this is a developer.yaml that can be read, in a folder where assessments may lie."""
    folder, _, name = file.path.removeprefix(f"{FOLDER}/").rpartition("/")
    fits = name == "developer.yaml" and is_assessment_path(assessment_path(f"{folder}/model"))
    return fits and file.kind is FileKind.FILE and file.size <= LARGEST_FILE
