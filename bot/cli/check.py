"""`openness-bot check`: all problems of assessments, precedents, policy and correspondences, with place and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.layout import ASSESSMENTS, CROSSWALKS, FRAMEWORKS, POLICY, PRECEDENTS
from bot.board.model.problem import Severity
from bot.board.reading import problem_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cli.checkout import Checkout

# The paths that may be named besides files below assessments/ and schema/crosswalks/.
_FILES = (".", ASSESSMENTS, POLICY, PRECEDENTS, FRAMEWORKS, CROSSWALKS)


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
@click.pass_obj
def command(checkout: Checkout, paths: tuple[Path, ...], output_format: str) -> int:
    """Checks all assessments, precedents, governance.yml and what others ask, or those at PATHS (files or folders).

    \b
    Examples:
      openness-bot check
      openness-bot check governance.yml
      openness-bot check assessments/example/one.yaml
      openness-bot check --format json > problems.json
    """
    _ = checkout.rubric  # first of all, report what is wrong with the checkout
    selected = _selection(checkout.root, paths)
    corpus = checkout.corpus(selected)
    if selected("."):
        corpus.problems = sorted([*corpus.problems, *checkout.misplaced(corpus)])
    checked = sum(selected(file.path) for file in corpus.tree.files(ASSESSMENTS))
    checked += sum(map(selected, checkout.documents()))
    match output_format:
        case "json":
            click.echo(problem_text.as_json(corpus.problems, checked), nl=False)
        case "github":
            click.echo(problem_text.as_github(corpus.problems), nl=False)
        case _:
            click.echo(problem_text.as_text(corpus.problems), nl=False)
            click.echo(problem_text.summary(corpus.problems, checked))
    return 1 if any(problem.severity is Severity.ERROR for problem in corpus.problems) else 0


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
        raise click.UsageError(f"{path} is not in {root}. Name the other checkout with --root.") from None
    if relative not in _FILES and not relative.startswith((f"{ASSESSMENTS}/", f"{CROSSWALKS}/")):
        raise click.UsageError(
            f"{path} is not checked: assessments lie under {ASSESSMENTS}/, and there are {POLICY}, {PRECEDENTS}, "
            f"{FRAMEWORKS} and {CROSSWALKS}/."
        )
    return relative
