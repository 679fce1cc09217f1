"""`openness-bot new`: a commented skeleton for a model that nobody has assessed yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from bot.board.model.layout import ASSESSMENTS, assessment_path
from bot.board.reading.corpus import is_assessment_path
from bot.board.writing.skeleton import assessment_skeleton, developer_skeleton
from bot.cli.checkout import ProblemsFound, joined, unwritable
from bot.cli.language import say
from bot.text.catalogue import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.cli.checkout import Checkout
    from bot.text.catalogue import Message


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
        raise click.UsageError(_("%(path)s exists already: edit it instead.", path=assessment_path(name)))
    skeletons = write_assessment(file, assessment_skeleton(checkout.rubric))
    say(
        ngettext(
            "Fill it in, then run: `openness-bot check %(folder)s`",
            "Fill them in, then run: `openness-bot check %(folder)s`",
            skeletons,
            folder=f"{ASSESSMENTS}/{file.parent.name}",
        )
    )


def write_assessment(file: Path, text: str) -> int:
    """Write a new assessment, with a skeleton of developer.yaml where there is none; return the number of files."""
    texts = {file: text}
    developer = file.parent / "developer.yaml"
    if not (developer.exists() or developer.is_symlink()):
        texts[developer] = developer_skeleton()
    create_files(texts)
    for path in texts:
        say(wrote(f"{ASSESSMENTS}/{file.parent.name}/{path.name}"))
    return len(texts)


def wrote(path: object) -> Message:
    """Return that a file was written."""
    return _("wrote %(path)s", path=path)


def _invalid_name(given: str, name: str) -> str:
    """Return what is wrong with a name that no assessment can have, and the nearest valid one."""
    if name.endswith("/developer"):
        return _("`%(name)s` would be the file about the developer: give the model another name.", name=given)
    plain = re.sub(r"[^a-z0-9./]+", "-", name.lower()).strip("-")
    return joined(
        _(
            "`%(name)s` can't be the id of a model. Write DEVELOPER/MODEL: two names with a slash between them, each of small "
            "letters a to z and digits, joined by hyphens or dots.",
            name=given,
        ),
        _("Did you mean %(word)s?", word=plain) if is_assessment_path(assessment_path(plain)) else "",
    )


def create_files(texts: Mapping[Path, str]) -> None:
    """Write new files, all or none of them. Raises ProblemsFound."""
    begun: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as opened:
                begun.append(path)
                opened.write(text)
    except OSError as error:
        for each in begun:
            each.unlink(missing_ok=True)
        raise ProblemsFound(unwritable(path, error.strerror)) from None
