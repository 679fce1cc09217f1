"""`openness-bot evidence`: what the cited pages say."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import click

from bot.cli.checkout import ProblemsFound
from bot.evidence.pages import Unreadable, read_page
from bot.evidence.quotes import LONGEST_QUOTE, Found, Missing, one_line
from bot.forms.rewriting import scalar
from bot.reading.source import UNSEEN
from bot.rendering.problems import visible
from bot.rendering.quote import quote_answer


@click.group()
def command() -> None:
    """Looks at what the cited pages say.

    \b
    Example:
      openness-bot evidence quote report.pdf "for non-commercial purposes only"
    """  # noqa: D301 (click wants the character itself)


@command.command("quote")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("words")
def quote_command(file: Path, words: str) -> int:
    """Says whether FILE, a page that you saved, says WORDS, and where, with the line for the assessment.

    White space, hyphenation, ligatures and the kind of quotation marks make no difference. Where it doesn't say them it
    shows the closest passage. An ellipsis, … or [...], joins words that stand apart.

    \b
    Examples:
      openness-bot evidence quote report.pdf "for non-commercial purposes only"
      openness-bot evidence quote README.md "The weights [...] are released"
    """  # noqa: D301 (click wants the character itself)
    if not any(letter.isalnum() for letter in words):
        raise click.UsageError("there are no words to look for. Write some of the page's, in quotation marks.")
    if len(words) > LONGEST_QUOTE:
        raise click.UsageError(f"a quote has at most {LONGEST_QUOTE:,} characters: a few words are enough.")
    page = read_page(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "", path=file.name)
    if isinstance(page, Unreadable):
        raise ProblemsFound(f"{visible(str(file))} can't be read: {visible(page.reason)}.")
    answer = page.searchable().find(words)
    click.echo(quote_answer(str(file), page, answer), nl=False)
    if not isinstance(answer, Missing):
        quote = UNSEEN.sub("", one_line(words if isinstance(answer, Found) else answer.passage))
        click.echo(f"For the assessment, under the `url` of this page:\n        quote: {scalar(quote)}")
    return 0 if isinstance(answer, Found) else 1
