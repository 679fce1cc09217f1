"""`openness-bot evidence`: verify the cited pages and their quotes."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.layout import ASSESSMENTS, EVIDENCE, assessment_path
from bot.board.reading.differences import differing
from bot.board.reading.tree import Commit
from bot.cli import known_evidence as web
from bot.cli.checkout import ProblemsFound
from bot.cli.evidence_copies import copies_command
from bot.cli.evidence_quote import quote_command
from bot.cli.known_evidence import STATE, all_pages, opened_memory, own_state, read_evidence, reported, show, write_page
from bot.cli.language import LANGUAGE, say
from bot.cli.options import contact_option, output_format
from bot.git.repository import GitError
from bot.sources.evidence.cited import citations, cited_pages, new_citations, shard_of, shards_for
from bot.sources.evidence.figures import FigureCounter
from bot.sources.evidence.memory import Memory, StateError, merge
from bot.sources.evidence.page_state import DAY
from bot.sources.evidence.readers import Readers
from bot.sources.evidence.verification import NoNetworkError, Plan, due_pages, keep, verify
from bot.text.catalogue import _, ngettext
from bot.text.escaping import visible
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout
    from bot.sources.evidence.cited import Citation
    from bot.sources.evidence.verification import VerificationResult, Visit

EVERY = 6
"""Days after which a page that answered is fetched again: one less than a week, as weekly runs are never on the minute."""
_MOST_SHARDS = 256
"""Jobs that one matrix of GitHub Actions may have."""


@click.group()
def command() -> None:
    """Verifies that the cited pages are there and say what they are quoted with.

    \b
    Examples:
      openness-bot evidence verify assessments/example
      openness-bot evidence verify --changed-since origin/main
      openness-bot evidence report --format json
      openness-bot evidence quote report.pdf "for non-commercial purposes only"
      openness-bot evidence quote https://example.org/license "for research"
    """


command.add_command(quote_command)
command.add_command(copies_command)


# ---- options ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shard:
    number: int
    of: int


class _ShardType(click.ParamType[_Shard]):
    name = "N/M"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> _Shard:
        """Parse `2/3`: the second of three."""
        if isinstance(value, _Shard):
            return value
        found = re.fullmatch(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})", str(value))
        if found is None or int(found[1]) > int(found[2]):
            self.fail(_("`%(word)s` is no shard. Write which of how many, such as 2/3.", word=value), param, context)
        return _Shard(int(found[1]), int(found[2]))


_state = click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"The file that remembers what is known. By default .git/{STATE}.",
)
_report = click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the JSON into a file as well.",
)
_write = click.option("--write", is_flag=True, help=f"Write {EVIDENCE} as well, on all evidence.")
_every = click.option(
    "--every",
    type=click.IntRange(0, 3650),
    default=EVERY,
    show_default=True,
    metavar="DAYS",
    help="After how many days a page that answered is fetched again.",
)


# ---- verify ----------------------------------------------------------------------------------------------------------


@command.command("verify")
@click.argument("places", metavar="[PATH|MODEL]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--changed-since", "ref", metavar="REF", help="Only links and quotes that are new against this commit.")
@_state
@click.option(
    "--shard", type=_ShardType(), metavar="N/M", help="Only the hosts of this part, for more than one machine."
)
@output_format
@_report
@_write
@click.option(
    "--archive", is_flag=True, help="Look for an archive's copy of all pages that name none, not only of lost ones."
)
@_every
@click.option(
    "--minutes",
    type=click.IntRange(1),
    metavar="N",
    help="Fetch for no longer than this; pages that are left stay due.",
)
@contact_option
@click.pass_obj
def verify_command(
    checkout: Checkout,
    places: tuple[Path, ...],
    ref: str | None,
    state: Path | None,
    shard: _Shard | None,
    form: str,
    report_file: Path | None,
    write: bool,
    archive: bool,
    every: int,
    minutes: int | None,
    contact: str | None,
) -> int:
    """Fetches all cited pages that are due, or those that the given files, folders or models cite, and says what is wrong.

    A page is fetched about once a week, one that failed at each run; what is known is remembered between runs. Something
    is wrong where a page is gone, no longer contains its quote, or failed on three runs over seven days.

    \b
    Examples:
      openness-bot evidence verify
      openness-bot evidence verify "OLMo 2" assessments/example
      openness-bot evidence verify --changed-since origin/main
      openness-bot evidence verify --shard 2/3 --state shard-2.sqlite
    """
    if write and shard:
        raise click.UsageError(
            _(
                "`--write` needs all evidence, and a shard knows only its part. Merge the shards first: `openness-bot evidence "
                "merge`, then `openness-bot evidence report --write`."
            )
        )
    corpus, everything = read_evidence(checkout)
    chosen = _chosen(checkout, corpus, everything, places)
    if ref is not None:
        chosen = _changed(checkout, corpus, chosen, ref)
    if shard:
        chosen = [cited for cited in chosen if shard_of(cited.page, shard.of) == shard.number]
    plan = Plan(
        pages=cited_pages(chosen),
        now=int(checkout.now.timestamp()),
        every=every * DAY,
        copies_of_all=archive,
        cited=None if places or ref is not None else all_pages(corpus, everything),
        seconds=None if minutes is None else minutes * 60,
    )
    # The corpus stays until the end: without this, garbage collection of it takes a tenth of the time.
    gc.freeze()
    with opened_memory(checkout, state, to_write=True) as memory:
        run = _run(plan, memory, web.visitor(contact))
        report = reported(chosen, memory)
        if write:
            write_page(checkout, corpus, reported(everything, memory))
    click.echo(render("cli/fetched.txt.j2", LANGUAGE.get(), run=run), err=True, nl=False)
    code = show(checkout, report, as_data=form == "json", report_file=report_file)
    return max(code, 1 if run.unreachable_hosts else 0)


def _run(plan: Plan, memory: Memory, visit: Visit) -> VerificationResult:
    with ExitStack() as stack:

        def track(pages: int) -> Callable[[], None]:
            if not pages or not sys.stderr.isatty():
                return lambda: None
            bar = stack.enter_context(
                click.progressbar(
                    length=pages, label="Asking", show_pos=True, update_min_steps=1 + pages // 500, file=sys.stderr
                )
            )
            return lambda: bar.update(1)

        try:
            with Readers() as readers:
                return asyncio.run(verify(plan, memory, visit, readers=readers, track=track))
        except NoNetworkError:
            raise ProblemsFound(
                _(
                    "there is no network here, so no page can be fetched, and nothing was recorded. `openness-bot evidence "
                    "report` shows what is known."
                )
            ) from None


# ---- which evidence --------------------------------------------------------------------------------------------------


def _chosen(checkout: Checkout, corpus: Corpus, everything: list[Citation], places: tuple[Path, ...]) -> list[Citation]:
    """Return the evidence in these files, folders and models; all where none is named."""
    inside = [_inside(checkout, corpus, place) for place in places] or ["."]
    return [cited for cited in everything if _is_below(assessment_path(cited.model), inside)]


def _is_below(path: str, places: Collection[str]) -> bool:
    return any(place == "." or path == place or path.startswith(f"{place}/") for place in places)


def _inside(checkout: Checkout, corpus: Corpus, place: Path) -> str:
    """Return the path of a file or folder relative to the root, or that of a model's file. Raises UsageError."""
    if not place.exists():
        return assessment_path(checkout.model_id(corpus, str(place)))
    relative = checkout.relative(place)
    if relative not in (".", ASSESSMENTS) and not relative.startswith(f"{ASSESSMENTS}/"):
        raise click.UsageError(
            _("%(path)s cites nothing: assessments are under %(folder)s/.", path=place, folder=ASSESSMENTS)
        )
    return relative


def _changed(checkout: Checkout, corpus: Corpus, chosen: list[Citation], ref: str) -> list[Citation]:
    """Return the evidence whose link or quote is new against the merge base with `ref`."""
    repository = checkout.repository
    if repository is None:
        raise click.UsageError(
            _(
                "%(folder)s is not the top folder of a git repository, so there is no commit `%(ref)s`.",
                folder=checkout.root,
                ref=ref,
            )
        )
    try:
        base = repository.merge_base(repository.commit(ref), repository.commit("HEAD"))
        if base is None:
            raise click.UsageError(_("`%(ref)s` and HEAD have no commit in common.", ref=ref))
        before = Commit(repository, base)
        differs = differing(before, corpus.tree)
        changed = [cited for cited in chosen if differs(assessment_path(cited.model))]
        wanted = {assessment_path(cited.model) for cited in changed}
        files = [file for file in before.files(ASSESSMENTS) if file.path in wanted]
        # Files that are invalid by today's rubric count as new.
        read = (
            (
                file.path.removeprefix(f"{ASSESSMENTS}/").removesuffix(".yaml"),
                checkout.reader.assessment(file.path, data).value,
            )
            for file, data in zip(files, before.read(files), strict=True)
        )
        return list(
            new_citations(changed, list(citations((model, value) for model, value in read if value is not None)))
        )
    except GitError as error:
        raise click.UsageError(str(error)) from None


# ---- the state by itself ---------------------------------------------------------------------------------------------


@command.command("report")
@_state
@output_format
@_report
@_write
@click.pass_obj
def report_command(checkout: Checkout, state: Path | None, form: str, report_file: Path | None, write: bool) -> int:
    """Says what is known of all evidence, without fetching anything, with figures on confidence, quotes and addresses.

    \b
    Examples:
      openness-bot evidence report
      openness-bot evidence report --state merged.sqlite --format json
      openness-bot evidence report --write
    """
    counter = FigureCounter()
    corpus, everything = read_evidence(checkout, counter)
    with opened_memory(checkout, state, to_write=False) as memory:
        report = reported(everything, memory).model_copy(update={"figures": counter.figures})
    if write:
        write_page(checkout, corpus, report)
    return show(checkout, report, as_data=form == "json", report_file=report_file)


@command.command("merge")
@_state
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def merge_command(checkout: Checkout, state: Path | None, files: tuple[Path, ...]) -> int:
    """Merges the states of several shards, FILES: of each page the newest counts.

    Pages that nothing in the checkout cites any more are removed.

    \b
    Example:
      openness-bot evidence merge --state merged.sqlite shard-1.sqlite shard-2.sqlite
    """
    corpus, everything = read_evidence(checkout)
    target = state or own_state(checkout)
    try:
        merge(target, [file for file in files if file.resolve() != target.resolve()])
        with Memory.read(target) as memory:
            if (cited := all_pages(corpus, everything)) is not None:
                keep(memory, cited)
            pages = len(memory.pages())
    except StateError as error:
        raise ProblemsFound(visible(str(error))) from None
    path = visible(str(target))
    say(ngettext("%(path)s has one page.", "%(path)s has %(number)s pages.", pages, path=path))
    return 0


@command.command("shards")
@click.option(
    "--most", type=click.IntRange(1, _MOST_SHARDS), default=8, show_default=True, metavar="N", help="At most so many."
)
@_state
@_every
@click.pass_obj
def shards_command(checkout: Checkout, most: int, state: Path | None, every: int) -> int:
    """Prints the shards that are worth it for what is due, as JSON for the matrix of a workflow.

    \b
    Example:
      openness-bot evidence shards --most 8
    """
    pages = cited_pages(read_evidence(checkout)[1])
    # Before the first run there is no file yet.
    named = state if state is None or state.exists() else None
    with opened_memory(checkout, named, to_write=False) if named or state is None else Memory.in_memory() as memory:
        due = due_pages(pages, memory.pages(), memory.quotes().keys(), int(checkout.now.timestamp()), every * DAY)
    number = shards_for((page.url for page in due), most)
    click.echo(json.dumps([f"{each}/{number}" for each in range(1, number + 1)]))
    return 0
