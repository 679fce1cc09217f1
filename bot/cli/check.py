"""`openness-bot check`: all problems of assessments, precedents, policy and correspondences, with place and remedy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.layout import ASSESSMENTS, CROSSWALKS, FRAMEWORKS, LICENSES, POLICY, PRECEDENTS
from bot.board.model.problem import Problem, Severity
from bot.board.reading import problem_text
from bot.cli.language import LANGUAGE, say
from bot.git.repository import GitError
from bot.text.catalogue import Message, _, enumerated, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cli.checkout import Checkout
    from bot.git.repository import Repository

# The paths that may be named besides files below assessments/ and schema/crosswalks/.
_FILES = (".", ASSESSMENTS, POLICY, PRECEDENTS, FRAMEWORKS, LICENSES, CROSSWALKS)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are printed: for people, for programs, or as annotations in GitHub Actions.",
)
@click.option(
    "--changed-since",
    metavar="REF",
    help="Only count the warnings of files that have not changed since the commit where REF and this branch part.",
)
@click.option(
    "--all-warnings", is_flag=True, help="Show the warnings of all files, not only of those that you changed."
)
@click.pass_obj
def command(
    checkout: Checkout, paths: tuple[Path, ...], output_format: str, changed_since: str | None, all_warnings: bool
) -> int:
    """Checks all assessments, precedents, governance.yml and what others ask, or those at PATHS (files or folders).

    Errors are shown last. Warnings of files that you did not change are only counted, unless you name the files.

    \b
    Examples:
      openness-bot check
      openness-bot check governance.yml
      openness-bot check assessments/example/one.yaml
      openness-bot check --changed-since origin/main
      openness-bot check --format json > problems.json
    """
    _rubric = checkout.rubric  # first of all, report what is wrong with the checkout
    selected = _selection(checkout.root, paths)
    corpus = checkout.corpus(selected)
    if selected("."):
        corpus.problems = sorted([*corpus.problems, *checkout.misplaced(corpus)])
    checked = sum(selected(file.path) for file in corpus.tree.files(ASSESSMENTS))
    checked += sum(map(selected, checkout.documents()))
    changed = None
    if not all_warnings and (changed_since or (output_format == "text" and selected("."))):
        changed = _changed_paths(checkout, changed_since)
    shown, counted = list[Problem](), list[Problem]()
    for each in corpus.problems:
        is_shown = each.severity is Severity.ERROR or changed is None or each.path in changed
        (shown if is_shown else counted).append(each)
    match output_format:
        case "json":
            click.echo(problem_text.as_json(corpus.problems, checked), nl=False)
        case "github":
            click.echo(problem_text.as_github(shown), nl=False)
        case _:
            errors_last = sorted(shown, key=lambda problem: problem.severity is Severity.ERROR)
            click.echo(problem_text.as_text(errors_last, LANGUAGE.get()), nl=False)
            if counted:
                say(_unshown(counted))
            say(problem_text.summary(corpus.problems, checked))
    return 1 if any(problem.severity is Severity.ERROR for problem in corpus.problems) else 0


def _changed_paths(checkout: Checkout, since: str | None) -> frozenset[str] | None:
    """Return the files that differ from HEAD, or from where it and `since` part; None where git doesn't know.

    Raises UsageError when there is no such commit.
    """
    try:
        return _paths_since(checkout.repository, since) if checkout.repository is not None else None
    except GitError as error:
        if since is None:  # there is no commit yet
            return None
        raise click.UsageError(_("--changed-since %(ref)s: %(error)s", ref=since, error=error)) from None


def _paths_since(repository: Repository, since: str | None) -> frozenset[str]:
    base = repository.commit("HEAD")
    if since is not None:
        base = repository.merge_base(repository.commit(since), base) or base
    changed = repository.run("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", base, "--")
    new = repository.run("ls-files", "-z", "--others", "--exclude-standard")
    return frozenset(map(os.fsdecode, (changed + new).split(b"\0")))


def _unshown(warnings: list[Problem]) -> Message:
    return _(
        "%(warnings)s in %(files)s that you did not change: `%(command)s` shows them.",
        warnings=ngettext("%(number)s warning", "%(number)s warnings", len(warnings)),
        files=ngettext("%(number)s file", "%(number)s files", len({warning.path for warning in warnings})),
        command="openness-bot check --all-warnings",
    )


def _selection(root: Path, paths: tuple[Path, ...]) -> Callable[[str], bool]:
    """Return whether a file is at or below one of the named paths."""
    if not paths:
        return lambda _: True
    chosen = [_inside(root, path) for path in paths]
    if "." in chosen:
        return lambda _: True
    return lambda path: any(path == one or path.startswith(f"{one}/") for one in chosen)


def _inside(root: Path, path: Path) -> str:
    """Return the path relative to the root, with slashes. Links are not followed: the link itself is checked."""
    absolute = path.parent.resolve() / path.name if path.name else path.resolve()
    try:
        relative = absolute.relative_to(root.resolve()).as_posix()
    except ValueError:
        message = _("%(path)s is not in %(root)s. Name the other checkout with `--root`.", path=path, root=root)
        raise click.UsageError(message) from None
    if relative not in _FILES and not relative.startswith((f"{ASSESSMENTS}/", f"{CROSSWALKS}/")):
        places = enumerated([f"{ASSESSMENTS}/", POLICY, PRECEDENTS, FRAMEWORKS, LICENSES, f"{CROSSWALKS}/"])
        raise click.UsageError(_("%(path)s is not checked. Name a path of %(places)s.", path=path, places=places))
    return relative
