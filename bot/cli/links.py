"""`openness-bot links`: ask for the links of a pull request, in a job with a token that may only read the repository."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.json_document import as_json
from bot.cli import known_evidence as web
from bot.cli.checkout import ProblemsFound
from bot.cli.documents import read_document
from bot.cli.evidence import EVERY
from bot.cli.options import contact_option
from bot.sources.evidence.link_check import LinkCheck, check_links
from bot.sources.evidence.link_report import WantedLinks, wanted_links_json_schema
from bot.sources.evidence.memory import Memory, StateError
from bot.sources.evidence.page_state import DAY
from bot.sources.evidence.readers import Readers
from bot.sources.evidence.report import LinkState
from bot.text.escaping import visible
from bot.text.shaping import count

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout


@click.command()
@click.argument("wanted", metavar="LIST", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Write the results here."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What `evidence verify` remembers. It is only read, and need not be there.",
)
@contact_option
@click.pass_obj
def command(checkout: Checkout, wanted: Path, report: Path, state: Path | None, contact: str | None) -> int:
    """Asks for the links in LIST, which `openness-bot pr --ask LIST` wrote, and writes what was found.

    For GitHub Actions: at most 60 pages and 90 seconds. Nothing of the pull request is read but this list, and nothing is
    remembered.

    \b
    Example:
      openness-bot links links.json --report report.json
    """
    links = read_document(wanted, WantedLinks, wanted_links_json_schema, "openness-bot pr --ask")
    visit = web.visitor(contact)
    try:
        with Memory.read(state) if state and state.exists() else Memory.in_memory() as known, Readers() as readers:
            run = LinkCheck(int(checkout.now.timestamp()), EVERY * DAY, visit, readers)
            found = asyncio.run(check_links(links, known, run))
    except StateError as error:
        raise ProblemsFound(visible(str(error))) from None
    report.write_text(as_json(found), encoding="utf-8", newline="\n")
    asked = sum(one.state is not LinkState.UNCHECKED for one in found.links)
    click.echo(f"Asked for {asked} of {count(len(found.links), 'link')}.")
    return 0
