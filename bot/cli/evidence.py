"""`openness-bot evidence`: whether the cited pages are there, and what they say."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.checkout import ProblemsFound, track
from bot.cli.kept import write_kept
from bot.evidence.addresses import path_of
from bot.evidence.cited import added, evidence_of, pages_of, shard_of, shards_for
from bot.evidence.known import DAY, report_on
from bot.evidence.memory import Memory, StateError, merge
from bot.evidence.pages import Unreadable, read_page
from bot.evidence.quotes import LONGEST_QUOTE, Found, Missing, one_line
from bot.evidence.readers import Readers
from bot.evidence.report import State
from bot.forms.rewriting import scalar
from bot.git import GitError
from bot.judging import judge
from bot.layout import ASSESSMENTS, EVIDENCE
from bot.reading.corpus import assessment_path
from bot.reading.differences import differing
from bot.reading.source import UNSEEN
from bot.reading.tree import Commit
from bot.rendering.evidence import as_json, as_page, as_text, is_wrong
from bot.rendering.problems import visible
from bot.rendering.quote import quote_answer
from bot.verification import NoNetworkError, Plan, due_pages, keep, verify
from bot.web.outcome import Got, NoAnswer, Outcome, Trouble, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from bot.cli.checkout import Checkout
    from bot.evidence.cited import Cited, CitedPage
    from bot.evidence.report import Checked, Report
    from bot.reading.corpus import Corpus
    from bot.verification import Run, Visit

STATE = "openness-bot/evidence.sqlite"
"""Where the state lies in the .git folder, unless another file is named."""
EVERY = 6
"""Days after which a page that answered is asked for again: one less than a week, as no week's run is on the minute."""
_MOST_SHARDS = 256
"""Jobs that one matrix of GitHub Actions may have."""


@click.group()
def command() -> None:
    """Verifies that the cited pages are there and say what they are quoted with.

    \b
    Examples:
      openness-bot evidence verify assessments/example
      openness-bot evidence verify --changed-since origin/main
      openness-bot evidence report --json
      openness-bot evidence quote report.pdf "for non-commercial purposes only"
      openness-bot evidence quote https://example.org/license "for research"
    """  # noqa: D301 (click wants the character itself)


def visitor(contact: str | None = None) -> Visit:
    """Asks the web, politely; `contact` is the page that our name leads to. Raises UsageError where that is no address."""
    from bot.web.manners import Manners  # here, because most commands need no network
    from bot.web.visiting import visit

    try:
        return partial(visit, manners=Manners(address=contact))
    except ValueError as error:
        raise click.UsageError(f"--contact: {error}.") from None


# ---- options ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shard:
    number: int
    of: int


class _ShardType(click.ParamType[_Shard]):
    name = "N/M"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> _Shard:
        """Reads `2/3`: the second of three."""
        if isinstance(value, _Shard):
            return value
        found = re.fullmatch(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})", str(value))
        if found is None or int(found[1]) > int(found[2]):
            self.fail(f"{value!r} is no shard. Write which of how many, such as 2/3.", param, context)
        return _Shard(int(found[1]), int(found[2]))


_state = click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"The file that remembers what is known. By default .git/{STATE}.",
)
_json = click.option("--json", "as_data", is_flag=True, help="Print JSON instead of text.")
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
    help="After how many days a page that answered is asked for again.",
)


# ---- verify ----------------------------------------------------------------------------------------------------------


@command.command("verify")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--changed-since", "ref", metavar="REF", help="Only links and quotes that are new against this commit.")
@_state
@click.option(
    "--shard", type=_ShardType(), metavar="N/M", help="Only the hosts of this part, for more than one machine."
)
@_json
@_report
@_write
@click.option(
    "--archive", is_flag=True, help="Look for an archive's copy of all pages that name none, not only of lost ones."
)
@_every
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    metavar="N",
    help="Ask for no longer than this; what there is no time for stays due.",
)
@click.option("--contact", metavar="URL", help="The page that our name leads those to whose servers are asked.")
@click.pass_obj
def verify_command(
    checkout: Checkout,
    paths: tuple[Path, ...],
    ref: str | None,
    state: Path | None,
    shard: _Shard | None,
    as_data: bool,
    report_file: Path | None,
    write: bool,
    archive: bool,
    every: int,
    minutes: float | None,
    contact: str | None,
) -> int:
    """Asks for all cited pages that are due, or those of PATHS (files or folders), and says what is wrong with them.

    A page is asked for about once a week, one that failed at each run; what is known is remembered between runs. Something
    is wrong where a page is gone, no longer says what it is quoted with, or failed on three runs over seven days.

    \b
    Examples:
      openness-bot evidence verify
      openness-bot evidence verify assessments/example/one.yaml
      openness-bot evidence verify --changed-since origin/main
      openness-bot evidence verify --shard 2/3 --state shard-2.sqlite
    """  # noqa: D301 (click wants the character itself)
    _ = checkout.rubric  # says what is wrong with the checkout before anything else
    if write and shard:
        raise click.UsageError(
            "--write needs to know of all evidence, and a shard knows its part. Merge the shards first: "
            "`openness-bot evidence merge`, then `openness-bot evidence report --write`."
        )
    corpus = checkout.usable_corpus()
    everything = _evidence(corpus)
    chosen = _chosen(checkout, corpus, everything, paths, ref)
    if shard:
        chosen = [cited for cited in chosen if shard_of(cited.page, shard.of) == shard.number]
    plan = Plan(
        pages=pages_of(chosen),
        now=int(checkout.now.timestamp()),
        every=every * DAY,
        copies_of_all=archive,
        cited=None if paths or ref is not None else _cited(corpus, everything),
        seconds=None if minutes is None else minutes * 60,
    )
    with _memory(checkout, state, to_write=True) as memory:
        run = _run(plan, memory, visitor(contact))
        report = _reported(chosen, memory)
        if write:
            # On standard error, so that standard output is the report alone.
            click.echo(_written(checkout, corpus, _reported(everything, memory)), err=True)
    _say_how(run)
    return max(_shown(checkout, report, as_data=as_data, report_file=report_file), 1 if run.unreachable_hosts else 0)


def _run(plan: Plan, memory: Memory, visit: Visit) -> Run:
    with ExitStack() as stack:

        def count(pages: int) -> Callable[[], None]:
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
                return asyncio.run(verify(plan, memory, visit, readers=readers, track=count))
        except NoNetworkError:
            raise ProblemsFound(
                "there is no network here, so no page can be asked for. Nothing was remembered; run this again once there "
                "is one. `openness-bot evidence report` shows what is known without it."
            ) from None


def _say_how(run: Run) -> None:
    """What the run did, beside what is known now."""
    pages = "1 page" if run.asked == 1 else f"{run.asked:,} pages"
    click.echo(f"asked for {pages}; {run.not_due:,} not due", err=True)
    if run.unasked:
        click.echo(f"for {run.unasked:,} there was no network any more: they are asked for by the next run", err=True)
    if run.out_of_time:
        click.echo(f"for {run.out_of_time:,} there was no time: they are asked for by the next run", err=True)
    if run.unreachable_hosts:
        click.echo(
            f"Most hosts could not be reached ({run.unreachable_hosts:,} of {run.hosts:,}), so it is probably this machine's "
            "network: no failure was recorded. Run this again, or elsewhere.",
            err=True,
        )


# ---- which evidence --------------------------------------------------------------------------------------------------


def _evidence(corpus: Corpus) -> list[Cited]:
    """All evidence of the assessments without errors."""
    ids = list(corpus.entries)
    return list(evidence_of(zip(track("Reading")(ids), corpus.assessments(ids), strict=True)))


def _cited(corpus: Corpus, everything: list[Cited]) -> list[CitedPage] | None:
    """All pages that anything cites; None where that isn't known, as a file with errors may cite others."""
    return pages_of(everything) if len(corpus.entries) == len(corpus.files) else None


def _chosen(
    checkout: Checkout, corpus: Corpus, everything: list[Cited], paths: tuple[Path, ...], ref: str | None
) -> list[Cited]:
    """The evidence that was asked about."""
    chosen = everything
    if paths:
        inside = [_inside(checkout.root, path) for path in paths]
        chosen = [cited for cited in chosen if _is_below(assessment_path(cited.model), inside)]
    return _changed(checkout, corpus, chosen, ref) if ref is not None else chosen


def _is_below(path: str, places: Collection[str]) -> bool:
    return any(place == "." or path == place or path.startswith(f"{place}/") for place in places)


def _inside(root: Path, path: Path) -> str:
    """The path relative to the root, with slashes."""
    try:
        relative = path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise click.UsageError(f"{path} is not in {root}. Name the other checkout with --root.") from None
    if relative not in (".", ASSESSMENTS) and not relative.startswith(f"{ASSESSMENTS}/"):
        raise click.UsageError(f"{path} cites nothing: assessments lie under {ASSESSMENTS}/.")
    return relative


def _changed(checkout: Checkout, corpus: Corpus, chosen: list[Cited], ref: str) -> list[Cited]:
    """The evidence whose link or quote wasn't there where our history and that of `ref` part."""
    repository = checkout.repository
    if repository is None:
        raise click.UsageError(
            f"{checkout.root} is not the top folder of a git repository, so there is no commit `{ref}`."
        )
    try:
        base = repository.merge_base(repository.commit(ref), repository.commit("HEAD"))
        if base is None:
            raise click.UsageError(f"`{ref}` and HEAD have no history in common, so nothing can be compared.")
        before = Commit(repository, base)
        differs = differing(before, corpus.tree)
        changed = [cited for cited in chosen if differs(assessment_path(cited.model))]
        wanted = {assessment_path(cited.model) for cited in changed}
        files = [file for file in before.files(ASSESSMENTS) if file.path in wanted]
        # What can't be read any more, by the rubric of today, is taken for new.
        read = (
            (
                file.path.removeprefix(f"{ASSESSMENTS}/").removesuffix(".yaml"),
                checkout.reader.assessment(file.path, data).value,
            )
            for file, data in zip(files, before.read(files), strict=True)
        )
        return list(added(changed, list(evidence_of((model, value) for model, value in read if value is not None))))
    except GitError as error:
        raise click.UsageError(str(error)) from None


# ---- what is known ---------------------------------------------------------------------------------------------------


@contextmanager
def _memory(checkout: Checkout, state: Path | None, *, to_write: bool) -> Iterator[Memory]:
    """The memory in the file that was named, or in the repository's own. Raises ProblemsFound when it can't be used."""
    try:
        with _opened(checkout, state, to_write=to_write) as memory:
            yield memory
    except StateError as error:
        raise ProblemsFound(visible(str(error))) from None


def _opened(checkout: Checkout, state: Path | None, *, to_write: bool) -> Memory:
    if state is None and checkout.repository is None:
        if to_write:
            click.echo(
                f"Nothing will be remembered, as {checkout.root} is no git repository. Name a file with --state.",
                err=True,
            )
        return Memory.passing()
    file = state or _own_state(checkout)
    if to_write:
        return Memory.open(file)
    if state is not None and not state.exists():
        raise click.UsageError(f"there is no file {state}. `openness-bot evidence verify --state {state}` makes it.")
    return Memory.read(file) if file.exists() else Memory.passing()


def _own_state(checkout: Checkout) -> Path:
    if checkout.repository is None:
        raise click.UsageError(f"{checkout.root} is no git repository. Name a file with --state.")
    return checkout.repository.private_file(STATE)


def _reported(evidence: Iterable[Cited], memory: Memory) -> Report:
    quotes = memory.quotes()
    return report_on(evidence, memory.pages(), lambda url, words: quotes.get((url, words)), memory.copies())


def _shown(checkout: Checkout, report: Report, *, as_data: bool, report_file: Path | None) -> int:
    """Prints the report; the exit code."""
    if report_file:
        report_file.write_text(as_json(report), encoding="utf-8", newline="\n")
    click.echo(as_json(report) if as_data else as_text(report, _lines(checkout.root)), nl=False)
    return 1 if any(map(is_wrong, report.evidence)) else 0


def _lines(root: Path) -> Callable[[Checked], int | None]:
    """On which line of its file the link of a piece of evidence stands, as far as a look at the text can tell."""

    @cache
    def text(path: str) -> list[str]:
        try:
            return (root / path).read_text("utf-8", "replace").split("\n")
        except OSError:
            return []

    def line_of(one: Checked) -> int | None:
        criterion = re.compile(rf" +[\"']?{re.escape(one.criterion)}[\"']?:\s*(?:#.*)?")
        url = re.compile(rf"[ -]*[\"']?url[\"']?: *[\"']?{re.escape(one.url)}[\"']?\s*(?:#.*)?")
        is_below = False
        for number, line in enumerate(text(assessment_path(one.model)), 1):
            is_below = is_below or criterion.fullmatch(line) is not None
            if is_below and url.fullmatch(line):
                return number
        return None

    return line_of


def _written(checkout: Checkout, corpus: Corpus, report: Report) -> str:
    names = {model: entry.model for model, entry in corpus.entries.items()}
    return write_kept(checkout.root, EVIDENCE, as_page(report, names, checkout.rubric))


# ---- the state by itself ---------------------------------------------------------------------------------------------


@command.command("report")
@_state
@_json
@_report
@_write
@click.pass_obj
def report_command(checkout: Checkout, state: Path | None, as_data: bool, report_file: Path | None, write: bool) -> int:
    """Says what is known of all evidence, without asking anybody.

    \b
    Examples:
      openness-bot evidence report
      openness-bot evidence report --state merged.sqlite --json
      openness-bot evidence report --write
    """  # noqa: D301 (click wants the character itself)
    _ = checkout.rubric
    corpus = checkout.usable_corpus()
    with _memory(checkout, state, to_write=False) as memory:
        report = _reported(_evidence(corpus), memory)
    if write:
        click.echo(_written(checkout, corpus, report), err=True)
    return _shown(checkout, report, as_data=as_data, report_file=report_file)


@command.command("merge")
@_state
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def merge_command(checkout: Checkout, state: Path | None, files: tuple[Path, ...]) -> int:
    """Brings the states of several shards, FILES, together: of each page the newest knowledge counts.

    What nothing in the checkout cites any more is forgotten.

    \b
    Example:
      openness-bot evidence merge --state merged.sqlite shard-1.sqlite shard-2.sqlite
    """  # noqa: D301 (click wants the character itself)
    _ = checkout.rubric
    corpus = checkout.usable_corpus()
    target = state or _own_state(checkout)
    try:
        merge(target, [file for file in files if file.resolve() != target.resolve()])
        with Memory.read(target) as memory:
            if (cited := _cited(corpus, _evidence(corpus))) is not None:
                keep(memory, cited)
            pages = len(memory.pages())
    except StateError as error:
        raise ProblemsFound(visible(str(error))) from None
    click.echo(f"{visible(str(target))} knows of {pages:,} pages")
    return 0


@command.command("shards")
@click.option(
    "--most", type=click.IntRange(1, _MOST_SHARDS), default=8, show_default=True, metavar="N", help="At most so many."
)
@_state
@_every
@click.pass_obj
def shards_command(checkout: Checkout, most: int, state: Path | None, every: int) -> int:
    """Prints over which shards it is worth spreading what is due, as JSON for the matrix of a workflow.

    \b
    Example:
      openness-bot evidence shards --most 8
    """  # noqa: D301 (click wants the character itself)
    _ = checkout.rubric
    pages = pages_of(_evidence(checkout.usable_corpus()))
    # Before the first run there is no file yet.
    named = state if state is None or state.exists() else None
    with _memory(checkout, named, to_write=False) if named or state is None else Memory.passing() as memory:
        due = due_pages(pages, memory.pages(), memory.quotes().keys(), int(checkout.now.timestamp()), every * DAY)
    number = shards_for((page.url for page in due), most)
    click.echo(json.dumps([f"{each}/{number}" for each in range(1, number + 1)]))
    return 0


# ---- quote -----------------------------------------------------------------------------------------------------------


class _PageType(click.ParamType[Any]):
    """An address, as text, or a file that is there, as a path."""

    name = "page"
    _file = click.Path(exists=True, dir_okay=False, path_type=Path)

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> str | Path:
        """An address stays as it is."""
        if isinstance(value, str) and re.match(r"https?://", value, re.IGNORECASE):
            return value
        return Path(self._file.convert(value, param, context))  # type: ignore[arg-type]  # click's own is no wider


@command.command("quote")
@click.argument("page", type=_PageType(), metavar="FILE|URL")
@click.argument("words")
def quote_command(page: Path | str, words: str) -> int:
    """Says whether a page says WORDS, and where, with the line for the assessment.

    The page is a FILE that you saved, or a URL, which is asked for. White space, hyphenation, ligatures and the kind of
    quotation marks make no difference. Where it doesn't say them it shows the closest passage. An ellipsis, … or [...],
    joins words that stand apart.

    \b
    Examples:
      openness-bot evidence quote report.pdf "for non-commercial purposes only"
      openness-bot evidence quote README.md "The weights [...] are released"
      openness-bot evidence quote https://example.org/license "for research"
    """  # noqa: D301 (click wants the character itself)
    if not any(letter.isalnum() for letter in words):
        raise click.UsageError("there are no words to look for. Write some of the page's, in quotation marks.")
    if len(words) > LONGEST_QUOTE:
        raise click.UsageError(f"a quote has at most {LONGEST_QUOTE:,} characters: a few words are enough.")
    got = _fetched(page) if isinstance(page, str) else None
    read = (
        read_page(got.data, got.content_type, path=path_of(_end(str(page), got)))
        if got
        else read_page(Path(page).read_bytes(), mimetypes.guess_type(str(page))[0] or "", path=Path(page).name)
    )
    if isinstance(read, Unreadable):
        raise ProblemsFound(f"{visible(str(page))} can't be read: {visible(read.reason)}.")
    answer = read.searchable().find(words)
    if got and not isinstance(answer, Found):
        _refuse_what_is_no_page(str(page), got)
    click.echo(quote_answer(str(page), read, answer), nl=False)
    if not isinstance(answer, Missing):
        quote = UNSEEN.sub("", one_line(words if isinstance(answer, Found) else answer.passage))
        click.echo(f"For the assessment, under the `url` of this page:\n        quote: {scalar(quote)}")
    return 0 if isinstance(answer, Found) else 1


def _end(url: str, got: Got) -> str:
    return got.hops[-1].url if got.hops else url


def _fetched(url: str) -> Got:
    """What the server sends. Raises ProblemsFound when that isn't the page."""
    outcomes: list[Outcome] = []

    async def take(_: Wanted, outcome: Outcome) -> None:
        outcomes.append(outcome)

    async def ask() -> None:
        await visitor()([Wanted(url.partition("#")[0])], take)

    asyncio.run(ask())
    match outcomes:
        case [Got() as got]:
            return got
        case [NoAnswer(trouble=Trouble.NETWORK)]:
            raise ProblemsFound("there is no network here. A page that you saved can be named instead: its file.")
    _refuse_what_is_no_page(url, outcomes[0])
    raise ProblemsFound(f"{visible(url)} can't be read.")


def _refuse_what_is_no_page(url: str, outcome: Outcome) -> None:
    """Raises ProblemsFound where an answer isn't the page that was asked for."""
    finding = judge(url, outcome)
    match finding.state if finding else None:
        case State.BLOCKED:
            remedy = "Save the page in your browser, and name the file instead."
        case State.GONE:
            remedy = "Check the address in your browser."
        case State.UNREACHABLE:
            remedy = "Try again later, or save the page in your browser and name the file instead."
        case _:
            return
    raise ProblemsFound(f"{visible(url)} can't be read: {visible(finding.why if finding else '')}. {remedy}")
