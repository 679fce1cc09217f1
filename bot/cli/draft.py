"""`openness-bot draft`: a draft from the data on Hugging Face, and changes there since an assessment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.assessment import UNASSESSED
from bot.board.model.fields import is_hub_id
from bot.board.model.json_document import as_json
from bot.board.model.layout import ASSESSMENTS, assessment_path
from bot.board.reading.lookup import hub_id_in
from bot.board.writing.skeleton import draft_errors
from bot.cli.checkout import ProblemsFound, joined
from bot.cli.language import LANGUAGE, say
from bot.cli.new import create_files, write_assessment, wrote
from bot.cli.options import complete_developers, complete_models, output_format
from bot.sources.hub.drafting import HUB, assessed_already, draft, draft_id
from bot.sources.hub.drift import Drift, as_text
from bot.text.catalogue import _, ngettext
from bot.text.escaping import visible
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bot.board.model.assessment import Assessment
    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout
    from bot.sources.hub.comparing import NamedRepository

_NO_MODELS = ("datasets", "spaces", "papers", "collections", "docs", "blog", "api")
"""Parts of the hub's site whose addresses look like those of models."""


@click.command()
@click.argument("names", metavar="[HUB_ID]...", nargs=-1, shell_complete=complete_models)
@click.option(
    "--developer",
    metavar="NAME",
    shell_complete=complete_developers,
    help="The folder under assessments/. By default the one of the same organisation.",
)
@click.option("--out", metavar="FILE", help="Write the draft there instead; - prints it.")
@click.option("--update", is_flag=True, help="Say what has changed on the hub since assessments were written.")
@output_format
@click.pass_obj
def command(
    checkout: Checkout,
    names: tuple[str, ...],
    developer: str | None,
    out: str | None,
    update: bool,
    form: str,
) -> int:
    """Writes a draft of the assessment of a model from what Hugging Face says of it.

    The draft has as evidence what can be proved, each link pinned to a commit, and as comments what it may mean. No
    level is set, so that `openness-bot check` refuses the draft until somebody has judged. Nothing that exists is
    overwritten, and no weights are downloaded. HF_ENDPOINT names another hub, HF_TOKEN signs in.

    With --update, the assessments that name a repository are compared with it, all of them or the given models (by id,
    name, id of Hugging Face, or path): its licence, whether it is gated, deleted, renamed or disabled, and newer commits
    than the evidence links. The exit code is 0 if nothing has changed, and 1 if something has or couldn't be asked.

    \b
    Examples:
      openness-bot draft allenai/OLMo-2-1124-7B
      openness-bot draft https://huggingface.co/allenai/OLMo-2-1124-7B --out -
      openness-bot draft --update
      openness-bot draft --update allenai/olmo-2 --format json
    """
    checkout.require_rubric()
    if update:
        if developer is not None or out is not None:
            raise click.UsageError(_("`--update` writes no draft: leave out `--developer` and `--out`."))
        return _update(checkout, names, as_document=form == "json")
    if form == "json":
        raise click.UsageError(_("`--format json` is for `--update`; a draft is YAML."))
    if len(names) != 1:
        raise click.UsageError(_("one model at a time: write its id on Hugging Face, ORGANISATION/NAME."))
    _draft(checkout, _hub_id(names[0]), developer, out)
    return 0


def _hub_id(given: str) -> str:
    """Return the id of a model, given as such or as the address of one of its pages. Raises UsageError."""
    endpoint = f"{_endpoint()}/"
    name = hub_id_in(given.replace(endpoint, f"{HUB}/", 1) if given.startswith(endpoint) else given)
    if name.partition("/")[0].lower() in _NO_MODELS:
        raise click.UsageError(_("`%(name)s` is not a model. Write the id of a model, ORGANISATION/NAME.", name=given))
    if not is_hub_id(name):
        raise click.UsageError(
            joined(
                _(
                    "`%(name)s` is no id of a model on Hugging Face: write ORGANISATION/NAME, or the address of its page.",
                    name=given,
                ),
                ""
                if "/" in name
                else _("Old models without an organisation have one too: see the address of the page."),
            )
        )
    return name


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or HUB


def _known(corpus: Corpus) -> list[tuple[str, str | None]]:
    """Return all assessments with their hub ids, including those with errors, such as drafts."""
    broken = [(own, names.huggingface) for own, names in corpus.broken.items()]
    return sorted([*broken, *((own, entry.huggingface) for own, entry in corpus.entries.items())])


# ---- a draft ---------------------------------------------------------------------------------------------------------


def _draft(checkout: Checkout, hub_id: str, developer: str | None, out: str | None) -> None:
    from bot.sources.hub.failure import HubError  # imported here, because the library is slow to load
    from bot.sources.hub.models import fetch_repository

    corpus = checkout.corpus()
    known = _known(corpus)
    target = None if out in (None, "-") else Path(str(out))
    if target is not None and (target.exists() or target.is_symlink()):
        raise click.UsageError(_("%(path)s exists already, and nothing is overwritten. Name another file.", path=out))
    _refuse_assessed(hub_id, known)
    _id_for(hub_id, developer, known, corpus)
    try:
        repository = fetch_repository(_endpoint(), hub_id)
    except HubError as error:
        raise ProblemsFound(visible(str(error))) from None
    now = repository.model.id
    if now != hub_id:
        say(_("%(old)s is called %(new)s on the hub now, so the draft is about that.", old=hub_id, new=now), err=True)
        _refuse_assessed(now, known)
    made = _id_for(now, developer, known, corpus)
    assessed = {name_key(other): own for own, other in known if other is not None}
    text = draft(repository, checkout.rubric, assessed, checkout.today)
    if wrong := draft_errors(made, text, checkout.reader, {UNASSESSED}):
        raise ProblemsFound.listing(
            _("what the hub says can't be written as a draft. Begin with `openness-bot new %(model)s`.", model=made),
            wrong[:3],
        )
    if _endpoint() != HUB:
        source = visible(_endpoint())
        say(_("Read from %(address)s; the links in the draft lead to %(hub)s.", address=source, hub=HUB), err=True)
    if out == "-":
        click.echo(text, nl=False)
    elif target is not None:
        create_files({target: text})
        say(wrote(visible(str(target))))
    else:
        _write(checkout, made, text)


def _refuse_assessed(hub_id: str, known: Iterable[tuple[str, str | None]]) -> None:
    if (own := assessed_already(hub_id, known)) is not None:
        raise click.UsageError(
            joined(
                _("%(model)s is assessed already, in %(path)s.", model=hub_id, path=assessment_path(own)),
                _("`openness-bot draft --update %(model)s` says what has changed on the hub since.", model=own),
            )
        )


def _id_for(hub_id: str, developer: str | None, known: list[tuple[str, str | None]], corpus: Corpus) -> str:
    """Return the id of the draft. Raises UsageError where there is none, ProblemsFound where it exists already."""
    folders = {file.path.split("/")[1] for file in corpus.tree.files(ASSESSMENTS) if file.path.count("/") > 1}
    made = draft_id(hub_id, developer, known, folders)
    if made is None and developer is not None:
        raise click.UsageError(
            _(
                "`%(name)s` can't be a folder under %(folder)s/: write small letters a to z and digits, joined by hyphens or "
                "dots.",
                name=developer,
                folder=ASSESSMENTS,
            )
        )
    if made is None:
        raise click.UsageError(
            _("%(model)s gives no path. Begin with `openness-bot new DEVELOPER/MODEL`.", model=hub_id)
        )
    name = name_key(hub_id.partition("/")[2])
    same = [own for own, entry in corpus.entries.items() if name_key(entry.model) == name]
    if same and made not in same:
        raise ProblemsFound(
            _(
                "%(path)s has the same name, so it may be about %(model)s. If so, write `huggingface: %(model)s` there; if not, "
                "begin with `openness-bot new %(id)s` and another name.",
                path=assessment_path(same[0]),
                model=hub_id,
                id=made,
            )
        )
    return made


def _write(checkout: Checkout, made: str, text: str) -> None:
    """Write the draft into the folder of assessments, with a developer.yaml where there is none."""
    file = checkout.root / assessment_path(made)
    if file.exists() or file.is_symlink():
        raise ProblemsFound(
            _("%(path)s exists already: edit it, or name another file with `--out`.", path=assessment_path(made))
        )
    for folder in (file.parent.parent, file.parent):
        if folder.is_symlink():
            raise ProblemsFound(_("%(path)s is a symbolic link. Name a file with `--out`.", path=folder))
    write_assessment(file, text)
    say(
        ngettext(
            "One criterion is left to judge: the first lines of the draft say how. Then run: `openness-bot check %(folder)s`",
            "%(number)s criteria are left to judge: the first lines of the draft say how. Then run: `openness-bot check "
            "%(folder)s`",
            len(checkout.rubric.criteria),
            folder=f"{ASSESSMENTS}/{file.parent.name}",
        )
    )


# ---- changes ---------------------------------------------------------------------------------------------------------


def _update(checkout: Checkout, names: Sequence[str], *, as_document: bool) -> int:
    corpus = checkout.corpus()
    known = [(own, other) for own, other in _known(corpus) if other is not None and is_hub_id(other)]
    if names:
        known = _named(checkout, names, known, corpus)
    if not known:
        if as_document:
            click.echo(as_json(Drift()), nl=False)
        else:
            say(_("No assessment names a repository on Hugging Face."))
        return 0
    from bot.sources.hub.comparing import (  # imported here, because the library is slow to load
        NamedRepository,
        compare_with_hub,
        nothing_asked,
    )
    from bot.sources.hub.failure import HubError

    def reading(own: str) -> Callable[[], Assessment] | None:
        return (lambda: next(corpus.assessments([own]))) if own in corpus.entries else None

    named = [NamedRepository(own, other, reading(own)) for own, other in known]
    try:
        drift = compare_with_hub(_endpoint(), _with_progress(named))
    except HubError as error:
        if as_document:
            click.echo(as_json(nothing_asked(named, error)), nl=False)
        raise ProblemsFound(visible(str(error))) from None
    click.echo(as_json(drift) if as_document else as_text(drift, len(known), LANGUAGE.get()), nl=False)
    return 1 if drift.changes or drift.unasked else 0


def _named(
    checkout: Checkout, names: Sequence[str], known: list[tuple[str, str]], corpus: Corpus
) -> list[tuple[str, str]]:
    """Return the assessments that are named, with their ids on the hub. Raises UsageError."""
    found = {checkout.model_id(corpus, name) for name in names}
    for own in sorted(found - dict(known).keys()):
        raise click.UsageError(_("%(path)s names no repository with `huggingface:`.", path=assessment_path(own)))
    return [pair for pair in known if pair[0] in found]


def _with_progress(named: list[NamedRepository]) -> Iterator[NamedRepository]:
    if not sys.stderr.isatty():
        yield from named
        return
    with click.progressbar(named, label="Asking", file=sys.stderr) as bar:
        yield from bar
