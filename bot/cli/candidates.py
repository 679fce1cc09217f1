"""`openness-bot candidates`: the models to assess next, by their impact on the hub."""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.board.model.layout import CANDIDATES, assessment_path
from bot.cli.checkout import ProblemsFound, near
from bot.cli.kept import write_kept
from bot.sources.hub.candidates import COLUMNS, Children, ListingError, as_cells, rank_models, read_listing
from bot.sources.hub.candidates_text import as_issue, as_json, as_page, as_text
from bot.text.escaping import visible
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.cli.checkout import Checkout
    from bot.sources.hub.candidates import ListedModel, Ranking


@click.command()
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A listing that was saved as CSV, instead of asking the hub.",
)
@click.option(
    "--save", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Keep the hub's listing as CSV."
)
@click.option(
    "--by-name", is_flag=True, help="Count as children what has the model's name in its own, as the study did."
)
@click.option("--top", type=click.IntRange(min=1), default=15, show_default=True, metavar="N", help="How many models.")
@click.option("--json", "form", flag_value="json", help="Print JSON instead of a table.")
@click.option("--write", "form", flag_value="write", help=f"Write {CANDIDATES} instead.")
@click.option(
    "--issue", metavar="HUB_ID", help="Print the text of an issue that asks for this model's assessment instead."
)
@click.pass_obj
def command(checkout: Checkout, /, file: Path | None, save: Path | None, by_name: bool, top: int, **output: Any) -> int:
    """Lists the models with the greatest impact on Hugging Face, and which of them are assessed.

    Impact is the study's: child models, likes and last month's downloads. The hub lists hundreds of thousands of models for
    text generation, which takes minutes. HF_ENDPOINT names another hub, HF_TOKEN signs in.

    \b
    Examples:
      openness-bot candidates --save listing.csv
      openness-bot candidates --from listing.csv --top 30
      openness-bot candidates --from listing.csv --issue facebook/opt-125m
    """
    form: str | None = output["form"]
    issue: str | None = output["issue"]
    _ = checkout.rubric  # reports problems of the checkout before anything else
    if file and save:
        raise click.UsageError(
            "--save keeps what the hub lists, but --from reads what is kept already: name one of them."
        )
    if form and issue is not None:
        raise click.UsageError(f"--{form} and --issue both say what to print: name one of them.")
    entries = checkout.usable_corpus().entries.values()
    assessed = {name_key(entry.huggingface): entry.id for entry in entries if entry.huggingface is not None}
    rows = _read_saved(file) if file else _list_hub(checkout, save)
    ranking = rank_models(rows, top, Children.NAME if by_name else Children.BASE_MODEL, assessed)
    if not ranking.models:
        raise ProblemsFound("the listing has no models, so there is nothing to choose from.")
    if ranking.repeated:
        click.echo(f"Rows that name a model again: {ranking.repeated:,}. The first one of each counts.", err=True)
    if issue is not None:
        click.echo(_issue(ranking, issue, len(checkout.rubric.criteria)), nl=False)
    elif form == "write":
        click.echo(write_kept(checkout.root, CANDIDATES, as_page(ranking)))
    else:
        click.echo((as_json if form == "json" else as_text)(ranking), nl=False)
    return 0


def _read_saved(file: Path) -> Iterator[ListedModel]:
    try:
        # Bytes that are not UTF-8 become surrogates, which no id contains, so that the line is refused.
        with file.open(encoding="utf-8", errors="surrogateescape", newline="") as opened:
            yield from read_listing(opened.readline)
    except ListingError as error:
        raise ProblemsFound(visible(f"{file}, {error}.")) from None
    except OSError as error:
        raise ProblemsFound(f"{file} can't be read: {error.strerror}.") from None


def _list_hub(checkout: Checkout, save: Path | None) -> Iterator[ListedModel]:
    """Yield the rows of the hub's listing, and save them in `save`."""
    # Imported here, because `--from` needs no network.
    from bot.sources.hub.failure import DEFAULT_ENDPOINT, HubError
    from bot.sources.hub.listing import listed_models

    left_out: list[str] = []
    endpoint = os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT
    rows = _with_progress(listed_models(endpoint, checkout.today, left_out.append))
    try:
        yield from _saved(rows, save) if save else rows
    except HubError as error:
        raise ProblemsFound(f"{visible(str(error))} A listing that was kept can be read with --from.") from None
    if left_out:
        first = visible(left_out[0])
        click.echo(f"Left out, because their ids or counts can't be used: {len(left_out):,}, first {first}.", err=True)


def _with_progress(rows: Iterator[ListedModel]) -> Iterator[ListedModel]:
    """Yield the rows, with a counter in a terminal: the hub does not say how many there will be."""
    if not sys.stderr.isatty():
        yield from rows
        return
    with click.progressbar(rows, label="Listing", show_pos=True, update_min_steps=1000, file=sys.stderr) as bar:
        yield from bar


def _saved(rows: Iterator[ListedModel], place: Path) -> Iterator[ListedModel]:
    """Yield the rows and write them into a file at `place`, which only exists once it is complete."""
    try:
        descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".")
    except OSError as error:
        raise ProblemsFound(f"{place} can't be written: {error.strerror}.") from None
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in rows:
                writer.writerow(as_cells(row))
                yield row
        beside.chmod(0o644)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    click.echo(f"kept the listing in {place}", err=True)


def _issue(ranking: Ranking, hub_id: str, criteria: int) -> str:
    candidates = {name_key(candidate.id): candidate for candidate in ranking.candidates}
    candidate = candidates.get(name_key(hub_id))
    if candidate is None:
        raise click.UsageError(
            f"{hub_id!r} is not among the first {len(candidates)}; --top raises that number.{near(hub_id, candidates)}"
        )
    if candidate.assessment is not None:
        raise click.UsageError(f"{candidate.id} is assessed already, in {assessment_path(candidate.assessment)}.")
    return as_issue(ranking, candidate, criteria)
