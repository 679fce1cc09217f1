"""`openness-bot agreement`: another index's classes against our levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.crosswalk import Index
from bot.board.reading.tree import Folder
from bot.sources.indexes.agreement import agreement
from bot.sources.indexes.agreement_text import as_json, as_text
from bot.sources.indexes.listing import read_listings

if TYPE_CHECKING:
    from bot.board.model.crosswalk import Crosswalk
    from bot.cli.checkout import Checkout
    from bot.sources.indexes.listing import ReadFile


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--format",
    "index",
    type=click.Choice([each.value for each in Index]),
    help="Whose files they are; by default those of the index of which most can be read.",
)
@click.option("--json", "for_programs", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(checkout: Checkout, folder: Path, index: str | None, for_programs: bool) -> int:
    """Compares another index with the assessments, criterion by criterion, for the models that both have.

    DIR holds a copy of its YAML files: the European Open Source AI Index (osai), the Model Openness Tool (mot). Models are
    the same by their Hugging Face id, or else by their name. Shows the share of ratings that are the same, Cohen's kappa, and
    the ratings that differ.

    \b
    Examples:
      openness-bot agreement ../main-database
      openness-bot agreement ../model_openness_tool/models --json > agreement.json
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
        raise click.UsageError(f"no file in {folder} can be read as one of an index. `openness-bot import` says why.")
    corpus = checkout.usable_corpus()
    if unread := len(files) - len(listings):
        click.echo(f"{unread:,} of {len(files):,} files can't be read; `openness-bot import` says why.", err=True)
    found = agreement(listings, corpus.entries.values(), crosswalk, checkout.rubric)
    click.echo(
        as_json(found, crosswalk) if for_programs else as_text(found, crosswalk, checkout.rubric), nl=not for_programs
    )
    return 0
