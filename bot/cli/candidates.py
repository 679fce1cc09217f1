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
from bot.board.reading.lookup import hub_id_in
from bot.cli.checkout import ProblemsFound, joined, near, unreadable, unwritable
from bot.cli.kept import write_kept
from bot.cli.language import LANGUAGE, say
from bot.cli.options import output_format
from bot.sources.hub.candidates import COLUMNS, Children, ListingError, as_cells, rank_models, read_listing
from bot.sources.hub.candidates_text import as_issue, as_json, as_page, as_text
from bot.text.catalogue import _, ngettext
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
    "--by-name", is_flag=True, help="Count as children the models with this one's name in theirs, as the study did."
)
@click.option("--top", type=click.IntRange(min=1), default=15, show_default=True, metavar="N", help="How many models.")
@output_format
@click.option("--write", is_flag=True, help=f"Write {CANDIDATES} instead.")
@click.option(
    "--issue", metavar="HUB_ID", help="Print the text of an issue that asks for this model's assessment instead."
)
@click.pass_obj
def command(checkout: Checkout, /, file: Path | None, save: Path | None, by_name: bool, top: int, **output: Any) -> int:
    """Lists the models with the greatest impact on Hugging Face, and whether they are assessed.

    Impact is the study's: child models, likes and last month's downloads. The hub lists hundreds of thousands of models for
    text generation, which takes minutes. HF_ENDPOINT names another hub, HF_TOKEN signs in.

    \b
    Examples:
      openness-bot candidates --save listing.csv
      openness-bot candidates --from listing.csv --top 30
      openness-bot candidates --from listing.csv --issue facebook/opt-125m
    """
    checkout.require_rubric()
    issue: str | None = output["issue"]
    if file and save:
        raise click.UsageError(
            _("`--save` saves what the hub lists, and `--from` reads what is saved already: name one of them.")
        )
    if (output["form"] == "json") + output["write"] + (issue is not None) > 1:
        raise click.UsageError(_("`--format json`, `--write` and `--issue` all say what to print: name one of them."))
    entries = checkout.usable_corpus().entries.values()
    assessed = {name_key(entry.huggingface): entry.id for entry in entries if entry.huggingface is not None}
    rows = _read_saved(file) if file else _list_hub(checkout, save)
    ranking = rank_models(rows, top, Children.NAME if by_name else Children.BASE_MODEL, assessed)
    if not ranking.models:
        raise ProblemsFound(_("the listing has no models, so there is nothing to choose from."))
    if ranking.repeated:
        text = ngettext(
            "One row names a model again. The first row of a model counts.",
            "%(number)s rows name a model again. The first row of a model counts.",
            ranking.repeated,
        )
        say(text, err=True)
    if issue is not None:
        click.echo(_issue(ranking, issue, len(checkout.rubric.criteria)), nl=False)
    elif output["write"]:
        say(write_kept(checkout.root, CANDIDATES, as_page(ranking)))
    elif output["form"] == "json":
        click.echo(as_json(ranking), nl=False)
    else:
        click.echo(as_text(ranking, LANGUAGE.get()), nl=False)
    return 0


def _read_saved(file: Path) -> Iterator[ListedModel]:
    try:
        # Bytes that are not UTF-8 become surrogates, which no id contains, so that the line is refused.
        with file.open(encoding="utf-8", errors="surrogateescape", newline="") as opened:
            yield from read_listing(opened.readline)
    except ListingError as error:
        raise ProblemsFound(visible(f"{file}, {error}.")) from None
    except OSError as error:
        raise ProblemsFound(unreadable(file, error.strerror)) from None


def _list_hub(checkout: Checkout, save: Path | None) -> Iterator[ListedModel]:
    """Yield the rows of the hub's listing, and save them in `save`."""
    # Imported here, because `--from` needs no network.
    from bot.sources.hub.failure import DEFAULT_ENDPOINT, HubError
    from bot.sources.hub.models import listed_models

    left_out: list[str] = []
    endpoint = os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT
    rows = _with_progress(listed_models(endpoint, checkout.today, left_out.append))
    try:
        yield from _saved(rows, save) if save else rows
    except HubError as error:
        hint = _("A listing that was saved can be read with `--from`.")
        raise ProblemsFound(joined(visible(str(error)), hint)) from None
    if left_out:
        text = ngettext(
            "One model is left out, because its id or its counts can't be used: %(first)s",
            "%(number)s models are left out, because their ids or counts can't be used. The first is %(first)s",
            len(left_out),
            first=visible(left_out[0]),
        )
        say(text, err=True)


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
        raise ProblemsFound(unwritable(place, error.strerror)) from None
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
    say(_("saved the listing in %(path)s", path=place), err=True)


def _issue(ranking: Ranking, hub_id: str, criteria: int) -> str:
    candidates = {name_key(candidate.id): candidate for candidate in ranking.candidates}
    candidate = candidates.get(name_key(hub_id_in(hub_id)))
    if candidate is None:
        what = ngettext(
            "`%(name)s` is not the first candidate; `--top` raises the number.",
            "`%(name)s` is not among the first %(number)s candidates; `--top` raises that number.",
            len(candidates),
            name=hub_id,
        )
        raise click.UsageError(joined(what, near(hub_id, candidates)))
    if candidate.assessment is not None:
        path = assessment_path(candidate.assessment)
        raise click.UsageError(_("%(model)s is assessed already, in %(path)s.", model=candidate.id, path=path))
    return as_issue(ranking, candidate, criteria)
