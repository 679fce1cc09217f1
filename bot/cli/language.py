"""The language of the terminal. Generated documents and output for programs never depend on it."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import TYPE_CHECKING

import click

from bot.text.catalogue import SOURCE, languages, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "OPENNESS_BOT_LANGUAGE"
_LOCALE = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order of gettext

LANGUAGE: ContextVar[str] = ContextVar("LANGUAGE", default=SOURCE)
"""The code of the language in which messages are shown."""


def preferred_language(environment: Mapping[str, str]) -> str:
    """Return the first language of the environment that has a catalogue, English where none has one."""
    wanted = next((value for name in (VARIABLE, *_LOCALE) if (value := environment.get(name))), SOURCE)
    codes = (re.split(r"[_.@-]", each, maxsplit=1)[0].lower() for each in wanted.split(":"))
    return next((code for code in codes if code in languages()), SOURCE)


def shown(text: object) -> str:
    """Return a text in the language of the terminal."""
    return translate(text, LANGUAGE.get())


def say(text: str, *, err: bool = False) -> None:
    """Print a text in the language of the terminal; `err` prints it on standard error."""
    click.echo(shown(text), err=err)
