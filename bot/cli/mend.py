"""`openness-bot mend`: the issue and the pull request about what `evidence report` and `draft --update` found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.documents import read_document
from bot.cli.options import apply_option, ask_option
from bot.cli.pr import prepared_run, write_wanted
from bot.cli.publish import committer, run_settings
from bot.handlers.upkeep.run import UpkeepRun
from bot.sources.evidence.report import EvidenceReport, report_json_schema
from bot.sources.hub.drift import Drift, drift_json_schema

if TYPE_CHECKING:
    from bot.cli.checkout import Checkout

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--report", "report", type=_FILE, required=True, help="The output of `openness-bot evidence report --format json`."
)
@click.option("--hub", type=_FILE, help="The output of `openness-bot draft --update --format json`.")
@ask_option
@apply_option
@click.pass_obj
def command(checkout: Checkout, report: Path, hub: Path | None, ask: Path | None, apply: bool) -> int:
    """Updates the issue about evidence that needs fixing, and proposes the new addresses of pages that moved.

    For GitHub Actions, after the pages were fetched. GITHUB_TOKEN and GITHUB_REPOSITORY name the account and the
    repository, OPENNESS_BOT_NAME and OPENNESS_BOT_EMAIL the committer. Without --hub the issue keeps its part about the hub.

    \b
    Examples:
      openness-bot mend --report report.json
      openness-bot mend --report report.json --hub hub.json --apply
    """
    found = read_document(report, EvidenceReport, report_json_schema, "openness-bot evidence report --format json")
    drift = (
        None
        if hub is None
        else read_document(hub, Drift, drift_json_schema, "openness-bot draft --update --format json")
    )
    settings = run_settings()
    with prepared_run(checkout, settings, apply=apply) as run:
        worked = UpkeepRun(run, committer()).update(found, drift)
        write_wanted(run, settings, ask)
        return 0 if worked else 1
