"""`openness-bot evidence quote`: search a page for a quote."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.board.reading.source import UNSEEN
from bot.board.writing.rewriting import scalar
from bot.cli import known_evidence as web
from bot.cli.checkout import ProblemsFound, joined, unreadable
from bot.cli.language import LANGUAGE, say
from bot.cli.options import output_format
from bot.sources.evidence.content import content_path, has_content_url, through_content
from bot.sources.evidence.judging import judge
from bot.sources.evidence.pages import Unreadable
from bot.sources.evidence.quote_text import quote_answer, quote_json
from bot.sources.evidence.quotes import LONGEST_QUOTE, ExactMatch, NoMatch
from bot.sources.evidence.readers import ReadingJob, find_in_process
from bot.sources.evidence.report import LinkState
from bot.sources.evidence.spelling import join_lines
from bot.sources.web.outcome import Fetched, NoAnswer, Outcome, PageRequest, Trouble
from bot.text.catalogue import _, grouped
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sources.evidence.pages import Page
    from bot.sources.evidence.quotes import NearMatch
    from bot.sources.evidence.verification import Take


class _PageType(click.ParamType[Any]):
    """A URL as text, or an existing file as a path."""

    name = "page"
    _file = click.Path(exists=True, dir_okay=False, path_type=Path)

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> str | Path:
        """Return a URL unchanged, and a file as a path."""
        if isinstance(value, str) and re.match(r"https?://", value, re.IGNORECASE):
            return value
        return Path(self._file.convert(value, param, context))  # type: ignore[arg-type]  # click's own is no wider


@click.command("quote")
@click.argument("page", type=_PageType(), metavar="FILE|URL")
@click.argument("words")
@output_format
def quote_command(page: Path | str, words: str, form: str) -> int:
    """Says whether a page says WORDS, and where, with the line for the assessment.

    The page is a FILE that you saved, or a URL, which is fetched. White space, hyphenation, ligatures and the kind of
    quotation marks make no difference. If the page doesn't say them, the closest passage is shown. An ellipsis, … or
    [...], joins words from different places.

    \b
    Examples:
      openness-bot evidence quote report.pdf "for non-commercial purposes only"
      openness-bot evidence quote README.md "The weights [...] are released"
      openness-bot evidence quote https://example.org/license "for research"
    """
    if not any(letter.isalnum() for letter in words):
        raise click.UsageError(_("there are no words to look for. Write some of the page's, in quotation marks."))
    if len(words) > LONGEST_QUOTE:
        raise click.UsageError(
            _("a quote has at most %(number)s characters: a few words are enough.", number=grouped(LONGEST_QUOTE))
        )
    got, address = _fetch(page) if isinstance(page, str) else (None, None)
    read, answer = _read(page, got, words)
    if got and not isinstance(answer, ExactMatch):
        _refuse_other_pages(str(page), got)
    if form == "json":
        click.echo(json.dumps(quote_json(read, answer) | {"read_from": address}, indent=2, ensure_ascii=False))
    else:
        if address and has_content_url(str(page)):
            say(_("The text of this page was read from %(address)s.", address=visible(address)))
        click.echo(quote_answer(str(page), read, answer, LANGUAGE.get()), nl=False)
        if not isinstance(answer, NoMatch):
            quote = UNSEEN.sub("", join_lines(words if isinstance(answer, ExactMatch) else answer.passage))
            say(_("For the assessment, under the `url` of this page:"))
            click.echo(f"        quote: {scalar(quote)}")
    return 0 if isinstance(answer, ExactMatch) else 1


def _read(page: Path | str, got: Fetched | None, words: str) -> tuple[Page, ExactMatch | NearMatch | NoMatch]:
    """Return the page, and the match of the words. Raises ProblemsFound where it cannot be read."""
    job = (
        ReadingJob(got.data, got.content_type, content_path(str(page), got.hops), got.whole, (words,))
        if got
        else ReadingJob(
            Path(page).read_bytes(), mimetypes.guess_type(str(page))[0] or "", Path(page).name, True, (words,)
        )
    )
    found = find_in_process(job)
    if isinstance(found, str):
        raise ProblemsFound(unreadable(visible(str(page)), visible(found)))
    if isinstance(found, Unreadable):
        raise ProblemsFound(unreadable(visible(str(page)), visible(found.reason)))
    return found


def _fetch(url: str) -> tuple[Fetched, str]:
    """Fetch the content of the page, and return it with its address. Raises ProblemsFound where that is not the page."""
    asked: list[str] = []
    outcomes: list[Outcome] = []

    async def visit(wanted: Iterable[PageRequest], take: Take) -> None:
        pages = list(wanted)
        asked.extend(page.url for page in pages)
        await web.visitor()(pages, take)

    async def keep(_: PageRequest, outcome: Outcome) -> None:
        outcomes.append(outcome)

    asyncio.run(through_content(visit)([PageRequest(url.partition("#")[0])], keep))
    match outcomes:
        case [Fetched() as got]:
            return got, asked[-1]
        case [NoAnswer(trouble=Trouble.NETWORK)]:
            raise ProblemsFound(_("there is no network here. Save the page elsewhere, and name its file."))
    _refuse_other_pages(url, outcomes[0])
    raise ProblemsFound(_("%(path)s can't be read.", path=visible(url)))


def _refuse_other_pages(url: str, outcome: Outcome) -> None:
    """Raise ProblemsFound where the answer is not the page."""
    finding = judge(url, outcome)
    if finding is None:
        return
    match finding.state:
        case LinkState.BLOCKED:
            remedy = _("Save the page in your browser, and name the file instead.")
        case LinkState.GONE:
            remedy = _("Check the address in your browser.")
        case LinkState.UNREACHABLE:
            remedy = _("Try again later, or save the page in your browser and name the file instead.")
        case _:
            return
    raise ProblemsFound(joined(unreadable(visible(url), visible(finding.why)), remedy))
