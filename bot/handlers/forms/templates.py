"""Reads the issue forms of the base branch: their fields, headings, choices and language.

The files in `.github/ISSUE_TEMPLATE/` are the one place for headings and choices; nothing here repeats them.
https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = ".github/ISSUE_TEMPLATE"


class FormKind(StrEnum):
    """The purposes of forms, by the names of their files."""

    MODEL = "propose-a-model"
    RATING = "correct-a-rating"
    DISPUTE = "dispute-a-rating"
    DEAD_LINK = "report-a-dead-link"


class Language(StrEnum):
    """The languages of forms, by the endings of their names; English has none."""

    ENGLISH = "en"
    KOREAN = "ko"


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


@dataclass(frozen=True, slots=True)
class Template:
    """One issue form in one language."""

    kind: FormKind
    language: Language
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


def paths() -> dict[str, tuple[FormKind, Language]]:
    """Return the paths of all forms."""
    endings = {Language.ENGLISH: "", Language.KOREAN: f".{Language.KOREAN}"}
    return {
        f"{FOLDER}/{kind}{ending}.yml": (kind, language) for kind in FormKind for language, ending in endings.items()
    }


def read_templates(texts: Mapping[str, str]) -> tuple[Template, ...]:
    """Return the forms in these files, which are given by their paths. Raises TemplateError."""
    return tuple(_template(path, *known, texts[path]) for path, known in paths().items() if path in texts)


@cache
def _template(path: str, kind: FormKind, language: Language, text: str) -> Template:
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
    )


_MEANT = re.compile(r"(?P<words>.*)\((?P<id>[a-z0-9_-]+)\)\s*")


def choice_id(option: str) -> str:
    """Return the id that an option means: `weights` for `Weights (weights)`, and a bare option itself."""
    found = _MEANT.fullmatch(option)
    return found["id"] if found else option.strip()


def choice_names(templates: tuple[Template, ...], field_id: str) -> dict[str, str]:
    """Return the names of the options of a field in all languages, in small letters, each with its id."""
    found: dict[str, str] = {}
    for template in templates:
        for field in template.fields:
            for option in field.options if field.id == field_id else ():
                words = _MEANT.fullmatch(option)
                found |= {
                    name_key(name): choice_id(option) for name in (choice_id(option), words["words"] if words else "")
                }
    found.pop("", None)
    return found
