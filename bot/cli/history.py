"""`openness-bot history`: why the ratings of a model are what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.board.model.layout import assessment_path
from bot.cli.checkout import known_word
from bot.cli.language import LANGUAGE, say
from bot.cli.options import complete_criteria, model_argument, output_format
from bot.git.repository import GitError
from bot.git.versions import Versions, versions
from bot.governance.record.history import RatedVersion, rating_events
from bot.governance.record.history_text import ModelHistory, as_json, as_text
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cli.checkout import Checkout

_NOTHING = Versions((), (), cut=False)


@click.command()
@model_argument("given")
@click.option(
    "--criterion",
    metavar="CRITERION",
    shell_complete=complete_criteria,
    help="Only this criterion, by its id. All by default.",
)
@output_format
@click.pass_obj
def command(checkout: Checkout, given: str, criterion: str | None, form: str) -> int:
    """Tells why the ratings of a model are what they are: every change, who agreed to it for whom, and where.

    Changes come from git, along the first parents of HEAD, and decisions from decisions/. In a shallow clone, or outside
    of git, it tells what it can. MODEL is an id, a name, an id of Hugging Face, or a path.

    \b
    Examples:
      openness-bot history allenai/olmo-2
      openness-bot history allenai/olmo-2 --criterion weights
    """
    criteria = [one.id for one in checkout.rubric.criteria]
    if criterion is not None and criterion not in criteria:
        raise known_word(_("there is no criterion `%(word)s`.", word=criterion), criterion, criteria)
    corpus = checkout.usable_corpus()
    row, assessment = checkout.model(corpus, checkout.board(corpus), given)
    path = assessment_path(row.entry.id)
    known = _versions(checkout, path)
    rated = [
        RatedVersion(one.commit, one.at, one.subject, _ratings(checkout, one.path, one.data)) for one in known.versions
    ]
    present = _ratings(checkout, path, (checkout.root / path).read_bytes())
    committed = rated[0].ratings if rated else {}
    asked = [criterion] if criterion is not None else criteria
    steps = checkout.record.of(row.entry.id)
    history = ModelHistory(
        id=row.entry.id,
        model=assessment.model,
        levels={one: assessment.ratings[one].level for one in asked},
        changes={one: rating_events(one, rated, steps, known.line, cut=known.cut) for one in asked},
        uncommitted=frozenset(one for one in asked if checkout.repository and present.get(one) != committed.get(one)),
        cut=known.cut,
        in_git=checkout.repository is not None,
    )
    click.echo(
        as_json(history) if form == "json" else as_text(history, checkout.rubric, LANGUAGE.get()), nl=form != "json"
    )
    return 0


def _versions(checkout: Checkout, path: str) -> Versions:
    if checkout.repository is None:
        return _NOTHING
    try:
        return versions(checkout.repository, path)
    except GitError as error:
        reason = " ".join(str(error).split())
        say(_("git can't list the versions of %(path)s: %(reason)s", path=path, reason=reason), err=True)
        return _NOTHING


def _ratings(checkout: Checkout, path: str, data: bytes) -> Mapping[str, object]:
    """Return the ratings of a file as plain YAML, even where they break rules of today."""
    plain = checkout.reader.assessment(path, data).plain
    ratings = plain.get("ratings") if isinstance(plain, dict) else None
    return ratings if isinstance(ratings, dict) else {}
