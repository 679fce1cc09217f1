"""`openness-bot import`: drafts of assessments from the files of another index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.crosswalk import Index
from bot.board.model.layout import DRAFTS
from bot.board.reading.problem_text import as_text
from bot.board.reading.tree import Folder
from bot.cli.checkout import ProblemsFound, joined
from bot.cli.language import LANGUAGE, say
from bot.sources.indexes.agreement import AssessedModels
from bot.sources.indexes.importing import drafted
from bot.sources.indexes.listing import read_listings, whole_file
from bot.text.catalogue import _, ngettext
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.problem import Problem
    from bot.cli.checkout import Checkout
    from bot.sources.indexes.importing import Draft


@click.command()
@click.argument("index", type=click.Choice([each.value for each in Index]))
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--to",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Where drafts are written; by default {DRAFTS}/ of the checkout.",
)
@click.pass_obj
def command(checkout: Checkout, index: str, folder: Path, to: Path | None) -> int:
    """Writes drafts from a copy of another index: the European Open Source AI Index (osai), the Model Openness Tool (mot).

    A draft rates nothing: it has their links as candidates for evidence, and what they say of a level as comments.
    No file that exists is overwritten, and a model that has an assessment gets no draft. Every YAML file below DIR ends as
    written, or is named with the reason why not.

    \b
    Examples:
      openness-bot import osai ../main-database
      openness-bot import mot ../model_openness_tool/models --to ../drafts
    """
    kind = Index(index)
    crosswalk = checkout.crosswalk(kind)
    corpus = checkout.usable_corpus()
    known = AssessedModels(corpus.entries.values())
    target = checkout.root / DRAFTS if to is None else to
    if to is None and target.is_symlink():
        raise ProblemsFound(_("%(path)s is a symbolic link. Name the folder that is meant with `--to`.", path=target))
    place = folder.resolve()
    written: dict[str, str] = {}
    left_out = 0
    for file in read_listings(Folder(place.parent), place.name, kind, crosswalk):
        made: Draft | list[Problem] = []
        if file.listing is not None:
            made = drafted(file.listing, crosswalk, known, corpus.developers, checkout.reader, checkout.rubric)
        if not isinstance(made, list):
            made = _written(target, made, file.path, written)
        if isinstance(made, list):
            left_out += 1
            say(_("left out %(path)s", path=visible(file.path)))
        else:
            written[made.id] = file.path
            path = visible(f"{target / made.id}.yaml")
            say(_("wrote %(path)s from %(source)s", path=path, source=visible(file.path)))
        click.echo(as_text([*file.problems, *(made if isinstance(made, list) else [])], LANGUAGE.get()), nl=False)
    say(_summary(len(written), left_out))
    return 1 if left_out or not written else 0


def _written(target: Path, draft: Draft, path: str, written: Mapping[str, str]) -> Draft | list[Problem]:
    """Write the draft; return it, or the reason why not. `written` are the drafts of this run with their sources."""
    if draft.id in written:
        what = _("%(path)s is a draft of %(model)s already", path=visible(written[draft.id]), model=draft.id)
        return [whole_file(path, "same-names", what, _("Where it is another model, change its name there."))]
    reason = _create(target, draft)
    if reason is not None:
        return [whole_file(path, "not-written", reason, _("Move it away, or name another folder with `--to`."))]
    return draft


def _summary(written: int, left_out: int) -> str:
    if not written and not left_out:
        return _("There is no YAML file in this folder.")
    return joined(
        ngettext("One draft written.", "%(number)s drafts written.", written),
        ngettext("One file left out.", "%(number)s files left out.", left_out),
        _("Fill the drafts in, then move them to assessments/ and run `openness-bot check`.") if written else "",
    )


def _create(target: Path, draft: Draft) -> str | None:
    """Write a draft, or return the reason why not. Nothing is overwritten, and no symbolic link is followed."""
    file = target / f"{draft.id}.yaml"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _("the folder %(path)s can't be made: %(reason)s", path=file.parent, reason=error.strerror)
    if file.parent.is_symlink():
        return _("%(path)s is a symbolic link", path=file.parent)
    try:
        opened = file.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        return _("%(path)s exists already", path=file)
    except OSError as error:
        return _not_written(file, error)
    try:
        with opened:
            opened.write(draft.text)
    except OSError as error:
        file.unlink(missing_ok=True)
        return _not_written(file, error)
    return None


def _not_written(file: Path, error: OSError) -> str:
    return _("%(path)s can't be written: %(reason)s", path=file, reason=error.strerror)
