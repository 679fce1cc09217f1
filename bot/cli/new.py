"""`openness-bot new`: a commented skeleton for a model that nobody has assessed yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from bot.reading.corpus import FOLDER, assessment_path, is_assessment_path
from bot.rendering.skeleton import assessment_skeleton, developer_skeleton

if TYPE_CHECKING:
    from pathlib import Path

    from bot.cli.checkout import Checkout


@click.command()
@click.argument("assessment_id", metavar="DEVELOPER/MODEL")
@click.pass_obj
def command(checkout: Checkout, assessment_id: str) -> None:
    r"""Writes a skeleton for DEVELOPER/MODEL, with every question and definition as comments.

    A folder without developer.yaml gets that too. Nothing that exists is overwritten.

    \b
    Example:
      openness-bot new example/one
    """
    if not is_assessment_path(assessment_path(assessment_id)):
        plain = re.sub(r"[^a-z0-9./]+", "-", assessment_id.lower()).strip("-")
        guess = f" Perhaps {plain}." if is_assessment_path(assessment_path(plain)) else ""
        raise click.UsageError(
            f"{assessment_id!r} is no DEVELOPER/MODEL: small letters a to z and digits, joined by hyphens or dots.{guess}"
        )
    file = checkout.root / assessment_path(assessment_id)
    if file.exists() or file.is_symlink():
        raise click.UsageError(f"{assessment_path(assessment_id)} exists already: edit it instead.")
    skeletons = {file: assessment_skeleton(checkout.rubric)}
    if not (file.parent / "developer.yaml").exists():
        skeletons[file.parent / "developer.yaml"] = developer_skeleton()
    for path, text in skeletons.items():
        _create(path, text)
        click.echo(f"wrote {FOLDER}/{path.parent.name}/{path.name}")
    click.echo(f"Fill them in, then run: openness-bot check {FOLDER}/{file.parent.name}")


def _create(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except OSError as error:
        raise click.UsageError(f"{path} can't be written: {error.strerror}.") from None
