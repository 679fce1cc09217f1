"""The issue forms of a repository: written by the build, and read from the base branch for their headings and choices.

Each is made from a template for every language that has a catalogue, with the criteria, levels, developers and models of the
data. The bot reads the answers by the files on the base branch, so that an issue fits the form that its author saw.
https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.board.model.layout import FORMS, FormKind
from bot.board.model.rubric import Level
from bot.site.document import Document
from bot.text.catalogue import SOURCE, JoinedText, data_text, languages
from bot.text.escaping import markdown_text
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.board.model.rubric import Rubric

MOST_NAMES = 100
"""Models or developers that a form lists; where there are more, people look for them on the leaderboard."""


class FieldType(StrEnum):
    """The ways to fill in a field."""

    INPUT = "input"
    TEXTAREA = "textarea"
    DROPDOWN = "dropdown"
    CHECKBOXES = "checkboxes"


class FormField(NamedTuple):
    """A field of a form."""

    id: str
    label: str
    """Its heading in the issue."""
    type: FieldType
    required: bool
    options: tuple[str, ...] = ()
    rendered: bool = False
    """Whether GitHub puts the answer into a code block."""
    value: str = ""
    """The text that the answer begins with."""


@dataclass(frozen=True, slots=True)
class Template:
    """One issue form in one language."""

    kind: FormKind
    language: str
    label: str
    """The label that GitHub gives to its issues, where the repository has it."""
    fields: tuple[FormField, ...]

    def field(self, field_id: str) -> FormField:
        """Return the field with this id. Raises KeyError."""
        for field in self.fields:
            if field.id == field_id:
                return field
        raise KeyError(field_id)


class TemplateError(Exception):
    """A form of the base branch can't be used; the message is for maintainers."""


def form_name(kind: FormKind, language: str) -> str:
    """Return the name of a form's file: English ones have no ending for the language."""
    return f"{kind}.yml" if language == SOURCE else f"{kind}.{language}.yml"


def paths() -> dict[str, tuple[FormKind, str]]:
    """Return the paths of all forms."""
    return {f"{FORMS}/{form_name(kind, language)}": (kind, language) for kind in FormKind for language in languages()}


def form_documents(rubric: Rubric, models: Iterable[str], developers: Iterable[str]) -> Iterator[Document]:
    """Yield all forms. `models` and `developers` are the names on the leaderboard."""
    names = {"models": _listed(models), "developers": _listed(developers)}
    for path, (kind, language) in paths().items():
        yield Document(path, names, partial(_form, kind, language, rubric, names))


def _form(kind: FormKind, language: str, rubric: Rubric, names: Mapping[str, str]) -> str:
    titles = {level: data_text(rubric.levels[level].title).translated(language) for level in Level}
    levels = [level if title.replace(" ", "-") == level else f"{title} ({level})" for level, title in titles.items()]
    return render(
        f"handlers/forms/{kind}.yml.j2",
        language,
        criteria=JoinedText(", ", (data_text(criterion.title) for criterion in rubric.criteria)),
        questions={criterion.id: data_text(criterion.question) for criterion in rubric.criteria},
        example=rubric.criteria[0].id,
        levels=levels,
        known=", ".join(levels),
        **names,
    )


def _listed(names: Iterable[str]) -> str:
    """Return names as Markdown; nothing where there are too many."""
    unique = sorted(set(names), key=lambda name: (name.casefold(), name))
    return " · ".join(map(markdown_text, unique)) if len(unique) <= MOST_NAMES else ""


def read_templates(texts: Mapping[str, str]) -> tuple[Template, ...]:
    """Return the forms in these files, which are given by their paths. Raises TemplateError."""
    return tuple(_template(path, *known, texts[path]) for path, known in paths().items() if path in texts)


@cache
def _template(path: str, kind: FormKind, language: str, text: str) -> Template:
    try:
        form = YAML(typ="safe", pure=True).load(text)
        fields = tuple(_field(part) for part in form["body"] if part["type"] != "markdown")
        labels = form["labels"]
        label = labels if isinstance(labels, str) else labels[0]
    except (YAMLError, KeyError, TypeError, ValueError, IndexError) as error:
        raise TemplateError(f"{path} is no issue form that the bot can read ({type(error).__name__})") from None
    for what in (Counter(field.id for field in fields), Counter(field.label for field in fields)):
        if twice := [name for name, number in what.items() if number > 1]:
            raise TemplateError(f"{path} has two fields called {twice[0]}")
    return Template(kind, language, str(label), fields)


def _field(part: dict[str, Any]) -> FormField:
    attributes = part["attributes"]
    options = [one["label"] if isinstance(one, dict) else one for one in attributes.get("options", [])]
    return FormField(
        id=str(part["id"]),
        label=" ".join(str(attributes["label"]).split()),
        type=FieldType(part["type"]),
        required=bool(part.get("validations", {}).get("required", False)),
        options=tuple(map(str, options)),
        rendered="render" in attributes,
        value=str(attributes.get("value", "")).strip(),
    )


_MEANT = re.compile(r"(?P<words>.*)\((?P<id>[a-z0-9_-]+)\)\s*")


def choice_id(option: str) -> str:
    """Return the id that an option means: `weights` for `Weights (weights)`, and a bare option itself."""
    found = _MEANT.fullmatch(option)
    return found["id"] if found else option.strip()
