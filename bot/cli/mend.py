"""`openness-bot mend`: the issue and the pull request about what `evidence report` and `draft --update` found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from pydantic import BaseModel, ValidationError

from bot.board.reading.json_schema import schema_violation
from bot.cli.checkout import ProblemsFound
from bot.cli.options import apply_option
from bot.cli.pr import prepared_run
from bot.cli.publish import committer, run_settings
from bot.handlers.upkeep.run import UpkeepRun
from bot.sources.evidence.report import EvidenceReport, report_json_schema
from bot.sources.hub.drift import Drift, drift_json_schema
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cli.checkout import Checkout

LARGEST = 256 * 1024 * 1024
"""In bytes; a report of 50,000 pages with long quotes has about a quarter of this."""

Found = TypeVar("Found", bound=BaseModel)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--report", "report", type=_FILE, required=True, help="The output of `openness-bot evidence report --format json`."
)
@click.option("--hub", type=_FILE, help="The output of `openness-bot draft --update --format json`.")
@apply_option
@click.pass_obj
def command(checkout: Checkout, report: Path, hub: Path | None, apply: bool) -> int:
    """Updates the issue about evidence that needs fixing, and proposes the new addresses of pages that moved.

    For GitHub Actions, after the pages were fetched. GITHUB_TOKEN and GITHUB_REPOSITORY name the account and the
    repository, OPENNESS_BOT_NAME and OPENNESS_BOT_EMAIL the committer. Without --hub the issue keeps its part about the hub.

    \b
    Examples:
      openness-bot mend --report report.json
      openness-bot mend --report report.json --hub hub.json --apply
    """
    found = _read(report, EvidenceReport, report_json_schema, "openness-bot evidence report --format json")
    drift = None if hub is None else _read(hub, Drift, drift_json_schema, "openness-bot draft --update --format json")
    settings = run_settings()
    with prepared_run(checkout, settings, apply=apply) as run:
        return 0 if UpkeepRun(run, committer()).update(found, drift) else 1


def _read(file: Path, model: type[Found], schema: Callable[[], dict[str, Any]], origin: str) -> Found:
    """Return the content of a file, validated by its model and its published schema.

    Raises ProblemsFound where that is not what the command `origin` prints.
    """
    if file.stat().st_size > LARGEST:
        raise ProblemsFound(
            f"{file} is larger than {LARGEST >> 20} MiB, which no report is. Make it anew with: {origin}"
        )
    data = file.read_bytes()
    try:
        found = model.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = visible(".".join(map(str, first["loc"]))[:100])
        violation = f"{f'{place}: ' if place else ''}{visible(first['msg'][:200])}"
    else:
        violation = schema_violation(json.loads(data), schema) or ""
    if violation:
        raise ProblemsFound(f"{file} is not what `{origin}` prints: {violation}. Make it anew with that command.")
    return found
