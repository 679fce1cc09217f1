"""`openness-bot build`: generate README.md, GOVERNANCE.md, decisions/README.md, leaderboard/ and the schemas."""

from __future__ import annotations

import zlib
from contextlib import nullcontext
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import click

from bot.board.model.assessment import assessment_type
from bot.board.model.layout import FORMS, FRAMEWORKS, LICENSES, POLICY, PRECEDENTS, RUBRIC
from bot.cli.checkout import ProblemsFound, joined, track, unreadable, unwritable
from bot.cli.language import say
from bot.handlers.forms.form_files import form_documents
from bot.site.build import Models, OutputSink, build, exclusive_lock
from bot.site.cache import RenderCache, rules_fingerprint
from bot.site.data_files import data_files
from bot.site.ranked_models import RankedModels
from bot.site.site import Site
from bot.text.catalogue import _, ngettext
from bot.text.markers import MarkersError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.model.assessment import Assessment
    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout
    from bot.site.build import OutputChange
    from bot.site.document import Document
    from bot.text.catalogue import Message


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail and name what is stale.")
@click.option(
    "--full", is_flag=True, help="Read and render everything, also what has not changed since the last build."
)
@click.pass_obj
def command(checkout: Checkout, check: bool, full: bool) -> int:
    """Writes README.md, GOVERNANCE.md, leaderboard/, the issue forms and the JSON Schemas, where they differ from the data.

    \b
    Examples:
      openness-bot build
      openness-bot build --check
    """
    sink = OutputSink(checkout.root, writes=not check)
    with nullcontext() if check else exclusive_lock(checkout.root):
        models = build_into(sink, checkout, full=full)
    for change in sorted(sink.changed, key=lambda change: change.path):
        say(_in_words(change))
    if check and sink.changed:
        say(_("Run `openness-bot build` and commit what it writes."))
        return 1
    if sink.changed:
        say(ngettext("one model; done.", "%(number)s models; done.", models))
    else:
        say(ngettext("one model; everything is up to date.", "%(number)s models; everything is up to date.", models))
    return 0


def _in_words(change: OutputChange) -> Message:
    match change.how:
        case "wrote":
            return _("wrote %(path)s", path=change.path)
        case "removed":
            return _("removed %(path)s", path=change.path)
        case "stale":
            return _("stale %(path)s", path=change.path)
        case _:
            return _("left over %(path)s", path=change.path)


def build_into(sink: OutputSink, checkout: Checkout, *, full: bool = False) -> int:
    """Send all generated files of a checkout to `sink`; return the number of models.

    Raises ProblemsFound when the assessments have errors or a file can't be written, UsageError when it is no checkout.
    """
    packed = _PackedAssessments(checkout)
    corpus = checkout.sound_corpus(reread=full, take=packed.put)
    if (checkout.root / "schema").is_symlink():
        raise ProblemsFound(
            _("schema is a symbolic link, so what is written there would land elsewhere. Make it a folder.")
        )
    board, record = checkout.board(corpus), checkout.record
    site = Site(
        RankedModels(board, corpus.developers, checkout.study_ranks, record.provisional(), checkout.licenses),
        checkout.reproduction(corpus),
        precedents=checkout.snapshot.precedents(),
        policy=checkout.policy,
        record=record,
        frameworks=checkout.frameworks,
    )

    @lru_cache(maxsize=1)  # several files have parts about a model
    def assessment(own: str) -> Assessment:
        return packed.get(own) or next(corpus.assessments([own]))

    inputs = [
        site.model_inputs(row, str(corpus.files[row.entry.id].blob), partial(assessment, row.entry.id))
        for row in board.rows
    ]
    models = Models(inputs, site.model_page, data_files(site.models), track("Building"))
    try:
        documents = [*_forms(checkout, corpus), *site.documents(checkout.readmes, checkout.governance)]
        build(models, documents, sink, _cache(checkout, full=full))
    except MarkersError as error:
        raise ProblemsFound(error.args[0]) from None
    except OSError as error:
        where = error.filename2 or error.filename or _("a generated file")
        failed = (unwritable if sink.writes else unreadable)(where, error.strerror)
        raise ProblemsFound(joined(failed, _("Fix that and run this again."))) from None
    return len(board.rows)


def _forms(checkout: Checkout, corpus: Corpus) -> Iterator[Document]:
    """Return the issue forms, where the checkout has a folder for them."""
    folder = checkout.root / FORMS
    if folder.is_dir() and not (folder.is_symlink() or folder.parent.is_symlink()):
        models = (entry.model for entry in corpus.entries.values())
        yield from form_documents(checkout.rubric, models, (each.name for each in corpus.developers.values()))


def _cache(checkout: Checkout, *, full: bool) -> RenderCache:
    """Return what was rendered in this repository before by the same code and rules; nothing where it is no repository."""
    if checkout.repository is None:
        return RenderCache()
    rules = [checkout.snapshot.content(path) for path in (RUBRIC, PRECEDENTS, FRAMEWORKS, LICENSES, POLICY)]
    file = checkout.repository.private_file("openness-bot/rendered.json")
    return RenderCache(file, rules_fingerprint(rules), empty=full)


class _PackedAssessments:
    """Assessments that were read for the ranking, until their pages are rendered. Packed, 30,000 fit into 100 MB."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout
        self._packed: dict[str, bytes] = {}

    def put(self, model_id: str, assessment: Assessment) -> None:
        # `ratings` is a dictionary, of which pydantic warns because its declared type is another one.
        text = assessment.model_dump_json(exclude_unset=True, warnings=False)
        self._packed[model_id] = zlib.compress(text.encode("utf-8"), 1)

    def get(self, model_id: str) -> Assessment | None:
        """Return an assessment, and forget it; None where it was not read."""
        packed = self._packed.pop(model_id, None)
        if packed is None:
            return None
        read_by, context = assessment_type(self._checkout.rubric), {"today": self._checkout.today}
        return read_by.model_validate_json(zlib.decompress(packed), context=context)
