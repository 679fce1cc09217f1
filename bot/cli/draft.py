"""`openness-bot draft`: a draft from the data on Hugging Face, and changes there since an assessment."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.model.assessment import UNASSESSED
from bot.board.model.layout import ASSESSMENTS, assessment_path
from bot.board.reading.problem_text import as_text as problems_text
from bot.board.writing.drafts import draft_errors
from bot.board.writing.skeleton import developer_skeleton
from bot.cli.checkout import ProblemsFound, near
from bot.sources.hub.drafting import HUB, assessed_already, draft, draft_id
from bot.sources.hub.drift import Drift
from bot.sources.hub.drift_text import as_json, as_text
from bot.sources.hub.model import is_hub_id
from bot.text.escaping import visible
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bot.board.model.assessment import Assessment
    from bot.board.reading.corpus import Corpus
    from bot.cli.checkout import Checkout
    from bot.sources.hub.comparing import NamedRepository

_PAGE = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/", re.IGNORECASE)
_NO_MODELS = {
    "datasets": "a dataset", "spaces": "a Space", "papers": "a paper", "collections": "a collection",
    "docs": "documentation", "blog": "a blog post", "api": "an address of the API",
}  # fmt: skip


@click.command()
@click.argument("names", metavar="[HUB_ID]...", nargs=-1)
@click.option(
    "--developer", metavar="NAME", help="The folder under assessments/. By default the one of the same organisation."
)
@click.option("--out", metavar="FILE", help="Write the draft there instead; - prints it.")
@click.option("--update", is_flag=True, help="Say what has changed on the hub since assessments were written.")
@click.option("--json", "as_document", is_flag=True, help="With --update: print JSON.")
@click.pass_obj
def command(
    checkout: Checkout,
    names: tuple[str, ...],
    developer: str | None,
    out: str | None,
    update: bool,
    as_document: bool,
) -> int:
    """Writes a draft of the assessment of a model from what Hugging Face says of it.

    What can be proved stands in it as evidence, each link pinned to a commit; what it may mean, as hints in comments. No
    level is set, so that `openness-bot check` refuses the draft until somebody has judged. Nothing that exists is
    overwritten, and no weights are downloaded. HF_ENDPOINT names another hub, HF_TOKEN signs in.

    With --update, all assessments that name a repository are compared with it, or those of which DEVELOPER/MODEL or HUB_ID
    is given: its licence, whether it is gated, deleted, renamed or disabled, and newer commits than the evidence links.
    The exit code is 0 if nothing has changed, and 1 if something has or couldn't be asked.

    \b
    Examples:
      openness-bot draft allenai/OLMo-2-1124-7B
      openness-bot draft https://huggingface.co/allenai/OLMo-2-1124-7B --out -
      openness-bot draft --update
      openness-bot draft --update allenai/olmo-2 --json
    """
    _ = checkout.rubric  # reports problems of the checkout before anything else
    if update:
        if developer is not None or out is not None:
            raise click.UsageError("--update writes no draft, so that --developer and --out say nothing to it.")
        return _update(checkout, names, as_document=as_document)
    if as_document:
        raise click.UsageError("--json is for --update; a draft is YAML.")
    if len(names) != 1:
        raise click.UsageError("one model at a time: write its id on Hugging Face, ORGANISATION/NAME.")
    _draft(checkout, _hub_id(names[0]), developer, out)
    return 0


def _hub_id(given: str) -> str:
    """Return the id of a model, given as such or as the URL of one of its pages. Raises UsageError."""
    endpoint = f"{_endpoint()}/"
    path = given.removeprefix(endpoint) if given.startswith(endpoint) else _PAGE.sub("", given, count=1)
    parts = re.split(r"[?#]", path, maxsplit=1)[0].strip("/").split("/")
    kind = _NO_MODELS.get(parts[0].lower())
    if kind is not None and len(parts) > 1:
        raise click.UsageError(f"{given!r} is {kind}, not a model. Give the id of a model, ORGANISATION/NAME.")
    # A URL may continue after the id, as in `/tree/main`.
    name = "/".join(parts[:2] if path != given else parts)
    if not is_hub_id(name):
        old = (
            " Old models without an organisation have one too: see the address of the page." if "/" not in name else ""
        )
        raise click.UsageError(
            f"{given!r} is no id of a model on Hugging Face: write ORGANISATION/NAME, or the address of its page.{old}"
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
        raise click.UsageError(f"{out} exists already, and nothing is overwritten. Name another file.")
    _refuse_assessed(hub_id, known)
    _id_for(hub_id, developer, known, corpus)
    try:
        repository = fetch_repository(_endpoint(), hub_id)
    except HubError as error:
        raise ProblemsFound(visible(str(error))) from None
    now = repository.model.id
    if now != hub_id:
        click.echo(f"{hub_id} is called {now} on the hub now, so the draft is about that.", err=True)
        _refuse_assessed(now, known)
    made = _id_for(now, developer, known, corpus)
    assessed = {name_key(other): own for own, other in known if other is not None}
    text = draft(repository, checkout.rubric, assessed, checkout.today)
    if wrong := draft_errors(made, text, checkout.reader, {UNASSESSED}):
        problems = problems_text(wrong[:3])
        raise ProblemsFound(
            f"what the hub says can't be written as a draft.\n{problems}Begin with `openness-bot new {made}`."
        )
    if _endpoint() != HUB:
        click.echo(f"Read from {visible(_endpoint())}; the links in the draft lead to {HUB}.", err=True)
    if out == "-":
        click.echo(text, nl=False)
    elif target is not None:
        _create({target: text})
        click.echo(f"wrote {visible(str(target))}")
    else:
        _write(checkout, made, text)


def _refuse_assessed(hub_id: str, known: Iterable[tuple[str, str | None]]) -> None:
    if (own := assessed_already(hub_id, known)) is not None:
        raise click.UsageError(
            f"{hub_id} is assessed already, in {assessment_path(own)}. What has changed on the hub since, "
            f"`openness-bot draft --update {own}` says."
        )


def _id_for(hub_id: str, developer: str | None, known: list[tuple[str, str | None]], corpus: Corpus) -> str:
    """Return the id of the draft. Raises UsageError where there is none, ProblemsFound where it exists already."""
    folders = {file.path.split("/")[1] for file in corpus.tree.files(ASSESSMENTS) if file.path.count("/") > 1}
    made = draft_id(hub_id, developer, known, folders)
    if made is None and developer is not None:
        raise click.UsageError(
            f"the folder {developer!r} can't stand under {ASSESSMENTS}/: small letters a to z and digits, joined by hyphens "
            "or dots."
        )
    if made is None:
        raise click.UsageError(
            f"a path under {ASSESSMENTS}/ can't be made of {hub_id}. Begin with `openness-bot new DEVELOPER/MODEL`."
        )
    name = name_key(hub_id.partition("/")[2])
    same = [own for own, entry in corpus.entries.items() if name_key(entry.model) == name]
    if same and made not in same:
        raise ProblemsFound(
            f"{assessment_path(same[0])} has the same name, so it may be about {hub_id}. If so, write "
            f"`huggingface: {hub_id}` there; else begin with `openness-bot new {made}` and another name."
        )
    return made


def _write(checkout: Checkout, made: str, text: str) -> None:
    """Write the draft into the folder of assessments, with a developer.yaml where there is none."""
    file = checkout.root / assessment_path(made)
    if file.exists() or file.is_symlink():
        raise ProblemsFound(f"{assessment_path(made)} exists already: edit it, or name another file with --out.")
    for folder in (file.parent.parent, file.parent):
        if folder.is_symlink():
            raise ProblemsFound(
                f"{folder} is a symbolic link, so the draft would land elsewhere. Name a file with --out."
            )
    texts = {file: text}
    maker = file.parent / "developer.yaml"
    if not (maker.exists() or maker.is_symlink()):
        texts[maker] = developer_skeleton()
    _create(texts)
    for path in texts:
        click.echo(f"wrote {ASSESSMENTS}/{path.parent.name}/{path.name}")
    click.echo(
        f"All {len(checkout.rubric.criteria)} criteria are left to judge: the first lines of the draft say how. "
        f"Then run: openness-bot check {ASSESSMENTS}/{file.parent.name}"
    )


def _create(texts: Mapping[Path, str]) -> None:
    """Write new files, all or none of them."""
    begun: list[Path] = []
    done = False
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as opened:
                begun.append(path)
                opened.write(text)
        done = True
    except OSError as error:
        raise ProblemsFound(f"{path} can't be written: {error.strerror}.") from None
    finally:
        for path in begun if not done else []:
            path.unlink(missing_ok=True)


# ---- changes ---------------------------------------------------------------------------------------------------------


def _update(checkout: Checkout, names: Sequence[str], *, as_document: bool) -> int:
    corpus = checkout.corpus()
    known = [(own, other) for own, other in _known(corpus) if other is not None and is_hub_id(other)]
    if names:
        known = _named(names, known, corpus)
    if not known:
        click.echo(as_json(Drift()) if as_document else "No assessment names a repository on Hugging Face.\n", nl=False)
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
    click.echo(as_json(drift) if as_document else as_text(drift, len(known)), nl=False)
    return 1 if drift.changes or drift.unasked else 0


def _named(names: Sequence[str], known: list[tuple[str, str]], corpus: Corpus) -> list[tuple[str, str]]:
    """Return the assessments with these ids, or with these ids on the hub. Raises UsageError."""
    found = set()
    for name in names:
        own = name.removeprefix(f"{ASSESSMENTS}/").removesuffix(".yaml")
        if own not in corpus.files:
            hub_id = _hub_id(name)
            own = assessed_already(hub_id, known) or ""
            if not own:
                also = near(hub_id, [each for pair in known for each in pair])
                raise click.UsageError(f"no assessment is called {name!r}, or names it with `huggingface:`.{also}")
        if own not in dict(known):
            raise click.UsageError(f"{assessment_path(own)} names no repository with `huggingface:`.")
        found.add(own)
    return [pair for pair in known if pair[0] in found]


def _with_progress(named: list[NamedRepository]) -> Iterator[NamedRepository]:
    if not sys.stderr.isatty():
        yield from named
        return
    with click.progressbar(named, label="Asking", file=sys.stderr) as bar:
        yield from bar
