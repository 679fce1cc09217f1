"""`openness-bot agreement`: another index's classes against our levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.crosswalk import Index
from bot.board.reading.tree import Folder
from bot.cli.language import LANGUAGE, say
from bot.cli.options import output_format
from bot.sources.indexes.agreement import agreement
from bot.sources.indexes.agreement_text import as_json, as_text
from bot.sources.indexes.listing import read_listings
from bot.text.catalogue import _, ngettext

if TYPE_CHECKING:
    from bot.board.model.crosswalk import Crosswalk
    from bot.cli.checkout import Checkout
    from bot.sources.indexes.listing import ReadFile


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--index",
    type=click.Choice([each.value for each in Index]),
    help="Whose files they are; by default those of the index of which most can be read.",
)
@output_format
@click.pass_obj
def command(checkout: Checkout, folder: Path, index: str | None, form: str) -> int:
    """Compares another index with the assessments, criterion by criterion, for the models that both have.

    DIR holds a copy of its YAML files: the European Open Source AI Index (osai), the Model Openness Tool (mot). Models are
    matched by their Hugging Face id, or else by their name. Shows the share of ratings that are the same, Cohen's kappa, and
    the ratings that differ.

    \b
    Examples:
      openness-bot agreement ../main-database
      openness-bot agreement ../model_openness_tool/models --format json > agreement.json
    """
    place = folder.resolve()
    tree = Folder(place.parent)
    tried: list[tuple[Crosswalk, list[ReadFile]]] = []
    for each in Index if index is None else (Index(index),):
        crosswalk = checkout.crosswalk(each)
        tried.append((crosswalk, list(read_listings(tree, place.name, each, crosswalk))))
    crosswalk, files = max(tried, key=lambda one: sum(file.listing is not None for file in one[1]))
    listings = [file.listing for file in files if file.listing is not None]
    if not listings:
        raise click.UsageError(
            _("no file in %(folder)s can be read as one of an index. `openness-bot import` says why.", folder=folder)
        )
    corpus = checkout.usable_corpus()
    if unread := len(files) - len(listings):
        say(
            ngettext(
                "One file can't be read; `openness-bot import` says why.",
                "%(number)s files can't be read; `openness-bot import` says why.",
                unread,
            ),
            err=True,
        )
    found = agreement(listings, corpus.entries.values(), crosswalk, checkout.rubric)
    if form == "json":
        click.echo(as_json(found, crosswalk), nl=False)
    else:
        click.echo(as_text(found, crosswalk, checkout.rubric, LANGUAGE.get()))
    return 0
