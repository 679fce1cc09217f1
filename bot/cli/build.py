"""`openness-bot build`: generate README.md, GOVERNANCE.md, decisions/README.md, leaderboard/, issue forms and schemas."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from bot.board.model.layout import FORMS
from bot.cli.checkout import ProblemsFound, track
from bot.handlers.forms.form_files import form_outputs
from bot.site.build import OutputSink, build, exclusive_lock
from bot.site.ranked_models import RankedModels
from bot.site.site import Site
from bot.text.markers import MarkersError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout
    from bot.site.site import Output


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail and name what is stale.")
@click.pass_obj
def command(checkout: Checkout, check: bool) -> int:
    """Writes README.md, GOVERNANCE.md, leaderboard/, the issue forms and the JSON Schemas, where they differ from the data.

    \b
    Examples:
      openness-bot build
      openness-bot build --check
    """
    sink = OutputSink(checkout.root, writes=not check)
    with nullcontext() if check else exclusive_lock(checkout.root):
        models = build_into(sink, checkout)
    for how, path in sink.changed:
        click.echo(f"{how} {path}")
    if check and sink.changed:
        click.echo("Run `openness-bot build` and commit what it writes.")
        return 1
    click.echo(f"{models:,} models; {'everything is up to date' if not sink.changed else 'done'}.")
    return 0


def build_into(sink: OutputSink, checkout: Checkout) -> int:
    """Send all generated files of a checkout to `sink`; return the number of models.

    Raises ProblemsFound when the assessments have errors or a file can't be written, UsageError when it is no checkout.
    """
    corpus = checkout.sound_corpus()
    if (checkout.root / "schema").is_symlink():
        raise ProblemsFound(
            "schema is a symbolic link, so what is written there would land elsewhere. Make it a folder."
        )
    board, record = checkout.board(corpus), checkout.record
    site = Site(
        RankedModels(board, corpus.developers, checkout.study_ranks, record.provisional()),
        checkout.reproduction(corpus),
        precedents=checkout.snapshot.precedents(),
        policy=checkout.policy,
        record=record,
        frameworks=checkout.frameworks,
    )
    ids = [row.entry.id for row in board.rows]
    assessments = corpus.assessments(track("Building")(ids))
    try:
        rows = zip(board.rows, assessments, strict=True)
        build(site, checkout.readme, rows, sink, checkout.governance, _forms(checkout, corpus))
    except MarkersError as error:
        raise ProblemsFound(str(error)) from None
    except OSError as error:
        where = error.filename2 or error.filename or "a generated file"
        doing = "written" if sink.writes else "compared"
        raise ProblemsFound(f"{where} can't be {doing}: {error.strerror}. Mend that and run this again.") from None
    return len(board.rows)


def _forms(checkout: Checkout, corpus: Corpus) -> Iterator[Output]:
    """Return the issue forms, where the checkout has a folder for them."""
    folder = checkout.root / FORMS
    if folder.is_dir() and not (folder.is_symlink() or folder.parent.is_symlink()):
        models = (entry.model for entry in corpus.entries.values())
        yield from form_outputs(checkout.rubric, models, (each.name for each in corpus.developers.values()))
