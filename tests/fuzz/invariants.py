"""What holds for all bytes, as functions that raise AssertionError. Pytest and atheris call the same ones."""

from __future__ import annotations

import unicodedata

from bot.github.commands import Command, Verb, requests
from tests.fuzz.shown import shown_lines

VERBS = {f"/{verb}" for verb in Verb}
OTHERWISE_ANSWERED = {"li", "table", "select", "h1", "h2", "h3", "h4", "h5", "h6"}
"""Elements in which commands are answered as near misses, unless they begin a line as it was written."""


def check_heard_is_shown(data: bytes) -> None:
    """Commands that are heard are lines that GitHub shows, and commands that it shows as prose are heard."""
    body = data.decode("utf-8", "surrogatepass") if _is_text(data) else data.decode("latin-1")
    heard = [one for one in requests(body) if isinstance(one, Command)]
    shown = [(line, words) for line in shown_lines(body) if (words := _as_command(line.text))]
    lines = iter(shown)
    for command in heard:
        said = command.text.split()
        assert any(words[: len(said)] == said for _, words in lines), f"{command} is heard, but not shown"
    if "<template" in body.lower():
        return  # html5lib takes it for an element like any other, and shows what is behind one that nothing closes
    commands = iter(heard)
    for line, words in shown:
        if not line.inside & OTHERWISE_ANSWERED:
            assert any(f"/{command.verb}" == words[0] for command in commands), f"{line} is shown, but not heard"


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _as_command(text: str) -> list[str]:
    """Return the words of a line that begins with a verb, as people read them; else none."""
    words = text.split()
    read = [
        unicodedata.normalize("NFKC", "".join(c for c in word if unicodedata.category(c) != "Cf")) for word in words
    ]
    while read and not read[0]:
        del read[0], words[0]
    return [read[0].casefold(), *words[1:]] if read and read[0].casefold() in VERBS else []
