"""Sentences for people, in every language that has a catalogue. English is the source.

`_` and `ngettext` return a text that is English wherever it is used as a string, and knows its entry in the catalogue, so
that it can be shown in another language later, far from where it was written. A value in it can be such a text too. Values
are inserted by name, as in `_("no level is called `%(word)s`", word=word)`; never use an f-string or `%` in the call.

A catalogue is a file of gettext: `locale/ko.po`, and `locale/ko.mo`, which `make catalogue` compiles from it. Sentences of
templates are in the same catalogues (`bot.text.templates`).
"""

from __future__ import annotations

import gettext as standard
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

SOURCE = "en"
"""The language of the source code."""
LOCALE = Path(__file__).with_name("locale")
"""The folder of the catalogues, by language."""


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages, English first."""
    return (SOURCE, *sorted(file.stem for file in LOCALE.glob("*.mo")))


@cache
def _catalogue(language: str) -> standard.NullTranslations:
    """Return the catalogue of a language. Raises KeyError where there is none."""
    if language == SOURCE:
        return standard.NullTranslations()
    if language not in languages():
        raise KeyError(language)
    with (LOCALE / f"{language}.mo").open("rb") as file:
        return standard.GNUTranslations(file)


def look_up(language: str, singular: str, plural: str = "", number: int = 1) -> str:
    """Return an entry of a catalogue before its values are inserted; the English one where it isn't translated."""
    catalogue = _catalogue(language)
    if plural:
        return catalogue.ngettext(singular, plural, number)
    return catalogue.gettext(singular) if singular else ""  # the entry of the empty text is the header of the catalogue


def grouped(number: int) -> str:
    """Return a number with its thousands set apart: `1,234`."""
    return f"{number:,}"


class Message(str):
    """A sentence or phrase of the catalogue with its values.

    Its own words may hold code between backticks. How it is escaped depends on where it is shown.
    """

    __slots__ = ("number", "plural", "singular", "values")

    singular: str
    plural: str
    """Empty for a sentence without plural forms."""
    number: int
    values: Mapping[str, object]

    def __new__(cls, singular: str, plural: str, number: int, values: Mapping[str, object]) -> Self:
        """Return the text in English."""
        made = super().__new__(cls, (singular if not plural or number == 1 else plural) % values)
        made.singular, made.plural, made.number, made.values = singular, plural, number, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Message, (self.singular, self.plural, self.number, self.values)

    def pattern(self, language: str) -> str:
        """Return the text in a language before its values are inserted, where a percent sign is doubled."""
        return look_up(language, self.singular, self.plural, self.number)

    def translated(self, language: str) -> str:
        """Return the text in a language."""
        return self.pattern(language) % {name: translate(value, language) for name, value in self.values.items()}


class JoinedText(str):
    """Several texts, one after the other."""

    __slots__ = ("parts", "separator")

    separator: str
    parts: tuple[str, ...]

    def __new__(cls, separator: str, parts: Iterable[str]) -> Self:
        """Return the text in English."""
        texts = tuple(parts)
        made = super().__new__(cls, separator.join(texts))
        made.separator, made.parts = separator, texts
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return JoinedText, (self.separator, self.parts)

    def translated(self, language: str) -> str:
        """Return the text in a language."""
        return translate(self.separator, language).join(translate(part, language) for part in self.parts)


Translatable: TypeAlias = Message | JoinedText
"""English text that can be shown in other languages."""


def _(singular: str, /, **values: object) -> Message:
    """Return a sentence or phrase of the catalogue with its values."""
    return Message(singular, "", 1, values)


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> Message:
    """Return a sentence or phrase with the plural form of a number, which is its value `number`."""
    return Message(singular, plural, number, {"number": grouped(number), **values})


def data_text(text: str, /) -> Message:
    """Return a text of the rubric, of which the catalogues have the titles, questions and meanings."""
    return Message(text.replace("%", "%%"), "", 1, {})


def translate(text: object, language: str) -> str:
    """Return a text in a language, if it can be translated; anything else as it is."""
    return text.translated(language) if isinstance(text, Translatable) else str(text)


def code(text: str) -> Message:
    """Return a text of a contributor or a word of a format as a value of a sentence, where it is shown as code."""
    return Message("`%(code)s`", "", 1, {"code": text})


def listed(parts: Sequence[str], most: int) -> str:
    """Return `a, b, c`, or `a, b and 3 more` where there are more than `most`. Empty for no parts."""
    shown = JoinedText(", ", parts[:most])
    more = grouped(len(parts) - most)
    return _("%(words)s and %(number)s more", words=shown, number=more) if len(parts) > most else shown


def enumerated(parts: Iterable[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    *most, last = parts
    return _("%(words)s and %(last)s", words=JoinedText(", ", most), last=last) if most else last


def text_with(text: object, language: str, show: Callable[[str], str], show_code: Callable[[str], str]) -> str:
    """Return a text in a language for some format: `show` escapes words, `show_code` what is between backticks.

    `show` keeps the spaces at the ends. Of a sentence, its own backticks count, never those in the values of its contributors.
    """
    match text:
        case Message():
            return "".join(
                show_code(part % {name: translate(value, language) for name, value in text.values.items()})
                if number % 2
                else _words_with(part, text.values, language, show, show_code)
                for number, part in enumerate(text.pattern(language).split("`"))
            )
        case JoinedText():
            separator = translate(text.separator, language)
            return "".join(
                f"{show(separator) if number else ''}{text_with(part, language, show, show_code)}"
                for number, part in enumerate(text.parts)
            )
        case _:
            return show(str(text))


def _words_with(
    pattern: str,
    values: Mapping[str, object],
    language: str,
    show: Callable[[str], str],
    show_code: Callable[[str], str],
) -> str:
    """Return the words between two pieces of code. Values that are sentences too keep their own code."""
    if not any(isinstance(value, Translatable) for value in values.values()):
        return show(pattern % values)
    pieces = _PLACEHOLDER.split(pattern)
    return "".join(
        text_with(values[piece], language, show, show_code) if number % 2 else show(piece % {})
        for number, piece in enumerate(pieces)
    )


_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
