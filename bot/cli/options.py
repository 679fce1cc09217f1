"""Arguments and options that several commands have, and how a shell completes them.

Completion reads files without checking them, and prints nothing but what can follow: no error, no warning.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from bot.board.model.layout import ASSESSMENTS, RUBRIC
from bot.board.reading.document import read_rubric
from bot.cli.checkout import Checkout
from bot.text.escaping import visible_line
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.board.model.rubric import Rubric

_NAME = re.compile(r"^model:[ \t]+[\"']?([^\r\n]{1,120}?)[\"']?[ \t]*(?:#.*)?$", re.MULTILINE)
_HEAD = 1000
"""Bytes at the beginning of an assessment in which its name is looked for."""


output_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
event_option = click.option(
    "--event",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The event that GitHub Actions leaves at GITHUB_EVENT_PATH.",
)
apply_option = click.option(
    "--apply", is_flag=True, help="Write to GitHub. Without it, only show what would be written."
)


contact_option = click.option(
    "--contact", metavar="URL", help="The page about us in the User-Agent, for those whose servers are asked."
)


ask_option = click.option(
    "--ask",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the links to ask for into FILE, and the number of the pull request to GITHUB_OUTPUT, if there are any.",
)


def model_argument(name: str, metavar: str = "MODEL") -> Callable[[Any], Any]:
    """Return an argument that is completed by the models; `Checkout.model_id` reads it."""
    return click.argument(name, metavar=metavar, shell_complete=complete_models)


def complete_models(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the ids that begin with `begun`, or else those of the models whose names do, with the names as help."""
    folder = _root(context) / ASSESSMENTS
    names = {
        file.relative_to(folder).with_suffix("").as_posix(): file
        for file in folder.glob("*/*.yaml")
        if file.name != "developer.yaml"
    }
    names = dict(sorted(names.items()))
    own = [CompletionItem(each, help=_name(file)) for each, file in names.items() if each.startswith(begun)]
    return own or [
        CompletionItem(each, help=name)
        for each, file in names.items()
        if name_key(name := _name(file)).startswith(name_key(begun))
    ]


def complete_developers(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the folders of developers that begin with `begun`."""
    folders = sorted(file.name for file in (_root(context) / ASSESSMENTS).glob("*/"))
    return [CompletionItem(name) for name in folders if name.startswith(begun)]


def rubric_of(context: click.Context) -> Rubric | None:
    """Return the rubric of the checkout that a command is called in; None where there is none that can be used."""
    try:
        return read_rubric(RUBRIC, (_root(context) / RUBRIC).read_bytes()).value
    except OSError:
        return None


def _root(context: click.Context) -> Path:
    # While a shell asks, no command runs, and so none has made a checkout.
    root: Path | None = context.find_root().params.get("root")
    return root or Checkout.around(Path.cwd())


def _name(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            found = _NAME.search(opened.read(_HEAD).decode("utf-8", "replace"))
    except OSError:
        return ""
    return visible_line(found[1]) if found else ""


def _of_rubric(words: Callable[[Rubric], Iterable[tuple[str, str]]]) -> Callable[..., list[CompletionItem]]:
    """Return a completion by ids of the rubric, each with what it is called as help."""

    def complete(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        rubric = rubric_of(context)
        found = words(rubric) if rubric else ()
        return [CompletionItem(word, help=visible_line(title)) for word, title in found if word.startswith(begun)]

    return complete


complete_criteria = _of_rubric(lambda rubric: ((each.id, each.title) for each in rubric.criteria))
complete_weightings = _of_rubric(lambda rubric: ((each.id, each.name) for each in rubric.weightings))
