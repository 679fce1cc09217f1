"""`openness-bot evidence quote`: whether a page says some words, for those who write an assessment."""

from __future__ import annotations

import asyncio
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.board.reading.source import UNSEEN
from bot.board.writing.rewriting import scalar
from bot.cli import visitor as web
from bot.cli.checkout import ProblemsFound
from bot.sources.evidence.addresses import path_of
from bot.sources.evidence.judging import judge
from bot.sources.evidence.pages import Unreadable
from bot.sources.evidence.quote_text import quote_answer
from bot.sources.evidence.quotes import LONGEST_QUOTE, Found, Missing, one_line
from bot.sources.evidence.readers import Job, find_apart
from bot.sources.evidence.report import State
from bot.sources.web.outcome import Got, NoAnswer, Outcome, Trouble, Wanted
from bot.text.escaping import visible

if TYPE_CHECKING:
    from bot.sources.evidence.pages import Page
    from bot.sources.evidence.quotes import Near


class _PageType(click.ParamType[Any]):
    """An address, as text, or a file that is there, as a path."""

    name = "page"
    _file = click.Path(exists=True, dir_okay=False, path_type=Path)

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> str | Path:
        """An address stays as it is."""
        if isinstance(value, str) and re.match(r"https?://", value, re.IGNORECASE):
            return value
        return Path(self._file.convert(value, param, context))  # type: ignore[arg-type]  # click's own is no wider


@click.command("quote")
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
    """
    if not any(letter.isalnum() for letter in words):
        raise click.UsageError("there are no words to look for. Write some of the page's, in quotation marks.")
    if len(words) > LONGEST_QUOTE:
        raise click.UsageError(f"a quote has at most {LONGEST_QUOTE:,} characters: a few words are enough.")
    got = _fetched(page) if isinstance(page, str) else None
    read, answer = _read(page, got, words)
    if got and not isinstance(answer, Found):
        _refuse_what_is_no_page(str(page), got)
    click.echo(quote_answer(str(page), read, answer), nl=False)
    if not isinstance(answer, Missing):
        quote = UNSEEN.sub("", one_line(words if isinstance(answer, Found) else answer.passage))
        click.echo(f"For the assessment, under the `url` of this page:\n        quote: {scalar(quote)}")
    return 0 if isinstance(answer, Found) else 1


def _read(page: Path | str, got: Got | None, words: str) -> tuple[Page, Found | Near | Missing]:
    """The page, and whether it says the words. Raises ProblemsFound where it can't be read."""
    job = (
        Job(got.data, got.content_type, path_of(_end(str(page), got)), got.whole, (words,))
        if got
        else Job(Path(page).read_bytes(), mimetypes.guess_type(str(page))[0] or "", Path(page).name, True, (words,))
    )
    found = find_apart(job)
    if isinstance(found, str):
        raise ProblemsFound(f"{visible(str(page))} can't be read: {visible(found)}.")
    if isinstance(found, Unreadable):
        raise ProblemsFound(f"{visible(str(page))} can't be read: {visible(found.reason)}.")
    return found


def _end(url: str, got: Got) -> str:
    return got.hops[-1].url if got.hops else url


def _fetched(url: str) -> Got:
    """What the server sends. Raises ProblemsFound when that isn't the page."""
    outcomes: list[Outcome] = []

    async def take(_: Wanted, outcome: Outcome) -> None:
        outcomes.append(outcome)

    async def ask() -> None:
        await web.visitor()([Wanted(url.partition("#")[0])], take)

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
