"""`openness-bot check`: every problem of assessments, precedents, policy and correspondences, with its place and its remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.layout import ASSESSMENTS, CROSSWALKS, FRAMEWORKS, POLICY, PRECEDENTS
from bot.board.model.problem import Severity
from bot.board.reading import problem_text as problem_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cli.checkout import Checkout

# What may be named beside the files below assessments/; the whole checkout as well.
_FILES = (".", ASSESSMENTS, POLICY, PRECEDENTS, FRAMEWORKS, CROSSWALKS)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are printed: for people, for programs, or as annotations in GitHub Actions.",
)
@click.pass_obj
def command(checkout: Checkout, paths: tuple[Path, ...], form: str) -> int:
    """Checks all assessments, precedents, governance.yml and what others ask, or those at PATHS (files or folders).

    \b
    Examples:
      openness-bot check
      openness-bot check governance.yml
      openness-bot check assessments/example/one.yaml
      openness-bot check --format json > problems.json
    """  # noqa: D301 (click wants the character itself)
    _ = checkout.rubric  # says what is wrong with the checkout before anything else
    selected = _selection(checkout.root, paths)
    corpus = checkout.corpus(selected)
    checked = sum(selected(file.path) for file in corpus.tree.files(ASSESSMENTS))
    checked += sum(map(selected, checkout.documents()))
    match form:
        case "json":
            click.echo(problem_texts.as_json(corpus.problems, checked), nl=False)
        case "github":
            click.echo(problem_texts.as_github(corpus.problems), nl=False)
        case _:
            click.echo(problem_texts.as_text(corpus.problems), nl=False)
            click.echo(problem_texts.summary(corpus.problems, checked))
    return 1 if any(problem.severity is Severity.ERROR for problem in corpus.problems) else 0


def _selection(root: Path, paths: tuple[Path, ...]) -> Callable[[str], bool]:
    """Whether a file is at or below one of the paths that were named."""
    if not paths:
        return lambda _: True
    chosen = [_inside(root, path) for path in paths]
    if "." in chosen:
        return lambda _: True
    return lambda path: any(path == one or path.startswith(f"{one}/") for one in chosen)


def _inside(root: Path, path: Path) -> str:
    """The path relative to the root, with slashes. A link is named, not followed: its own path is what is checked."""
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
