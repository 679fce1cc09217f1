"""`openness-bot new`: a commented skeleton for a model that nobody has assessed yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from bot.board.model.layout import ASSESSMENTS, assessment_path
from bot.board.reading.corpus import is_assessment_path
from bot.board.writing.skeleton import assessment_skeleton, developer_skeleton
from bot.cli.checkout import ProblemsFound

if TYPE_CHECKING:
    from pathlib import Path

    from bot.cli.checkout import Checkout


@click.command()
@click.argument("assessment_id", metavar="DEVELOPER/MODEL")
@click.pass_obj
def command(checkout: Checkout, assessment_id: str) -> None:
    """Writes a skeleton for DEVELOPER/MODEL, with every question and definition as comments.

    A folder without developer.yaml gets that too. Nothing that exists is overwritten.

    \b
    Example:
      openness-bot new example/one
    """
    name = assessment_id.removeprefix(f"{ASSESSMENTS}/").removesuffix(".yaml")
    if not is_assessment_path(assessment_path(name)):
        raise click.UsageError(_invalid_name(assessment_id, name))
    file = checkout.root / assessment_path(name)
    if file.exists() or file.is_symlink():
        raise click.UsageError(f"{assessment_path(name)} exists already: edit it instead.")
    skeletons = {file: assessment_skeleton(checkout.rubric)}
    developer = file.parent / "developer.yaml"
    if not (developer.exists() or developer.is_symlink()):
        skeletons[developer] = developer_skeleton()
    for path, text in skeletons.items():
        _create(path, text)
        click.echo(f"wrote {ASSESSMENTS}/{path.parent.name}/{path.name}")
    filled = "them" if len(skeletons) > 1 else "it"
    click.echo(f"Fill {filled} in, then run: openness-bot check {ASSESSMENTS}/{file.parent.name}")


def _invalid_name(given: str, name: str) -> str:
    """Return what is wrong with a name that no assessment can have, and the nearest valid one."""
    if name.endswith("/developer"):
        return f"{given!r} is where it says who the developer is: give the model another name."
    plain = re.sub(r"[^a-z0-9./]+", "-", name.lower()).strip("-")
    guess = f" Perhaps {plain}." if is_assessment_path(assessment_path(plain)) else ""
    return (
        f"{given!r} is no DEVELOPER/MODEL: two names with a slash between them, each of small letters a to z and "
        f"digits, joined by hyphens or dots.{guess}"
    )


def _create(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except OSError as error:
        raise ProblemsFound(f"{path} can't be written: {error.strerror}.") from None
