"""The catalogues of sentences in other languages: `python -m tools.catalogue` (`make catalogue`) brings them up to date.

Extracts all sentences from the code, the templates and the rubric; writes each `bot/text/locale/LANGUAGE.po` with the
translations that it has, the new sentences empty; and compiles it to `LANGUAGE.mo`, which the bot reads. A new language is an
empty file `LANGUAGE.po`. `--merge FILE` takes translations from another .po first: for a conflict between two branches.
`--check` writes nothing, and exits with 1 if something is missing or stale.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "bot/text/locale"
_METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
_OPTIONS = {"**.j2": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
_KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{[a-z0-9_.]+\}")
_TRANSLATED_KEYS = {
    "schema/rubric.yaml": ("title", "question", "meaning", "open", "semi-open", "closed", "shown_as"),
    "schema/frameworks.yaml": ("sentence",),
    "governance.yml": ("title",),
}
"""Keys of files whose texts are shown in other languages."""


class _TimelessCatalog(Catalog):
    """A catalogue whose head holds what is needed to read it, and nothing that changes by itself."""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", self.plural_forms)]

    mime_headers = property(_get_mime_headers)


def template(*, with_data: bool = True) -> Catalog:
    """Return all sentences, without translations; `with_data` says whether also those of the rubric and other data."""
    found = Catalog()
    for file, _, message, comments, context in extract_from_dir(
        ROOT / "bot", _METHODS, _OPTIONS, _KEYWORDS, strip_comment_tags=True
    ):
        found.add(message, None, [(f"bot/{file}", 0)], auto_comments=comments, context=context)
    for file, keys in _TRANSLATED_KEYS.items() if with_data else ():
        for text in _texts(yaml.safe_load((ROOT / file).read_text("utf-8")), keys):
            found.add(text.replace("%", "%%"), None, [(file, 0)])
    return found


def _texts(part: object, keys: Sequence[str]) -> Iterator[str]:
    match part:
        case dict():
            for key, value in part.items():
                if key in keys and isinstance(value, str):
                    yield value
                else:
                    yield from _texts(value, keys)
        case list():
            for each in part:
                yield from _texts(each, keys)


def updated(language: str, sentences: Catalog, others: Sequence[Path] = ()) -> Catalog:
    """Return the catalogue of a language with exactly these sentences, and the translations that there are."""
    known: dict[Any, Any] = {}
    for path in (*others, LOCALE / f"{language}.po"):
        with path.open("rb") as file:
            known |= {
                each.id: each.string for each in read_po(file, locale=language) if each.id and _is_full(each.string)
            }
    made = _TimelessCatalog(locale=language, fuzzy=False)
    for each in sentences:
        if each.id:
            made.add(each.id, known.get(each.id), each.locations, each.flags, each.auto_comments)
    return made


def _is_full(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def faults(catalogue: Catalog) -> list[str]:
    """Return what is missing in a catalogue: translations, or values in them."""
    found = []
    for each in catalogue:
        if not each.id:
            continue
        forms = each.string if isinstance(each.string, tuple | list) else (each.string or "",)
        if not all(forms):
            found.append(f"not translated: {each.id!r}")
            continue
        ids = each.id if isinstance(each.id, tuple | list) else (each.id,)
        wanted = [set(_PLACEHOLDER.findall(one)) for one in ids]
        # One of several may have its number in words, as in `one link`.
        found += [
            f"other values than in English: {form!r}"
            for form in forms
            if set(_PLACEHOLDER.findall(form)) not in ([*wanted, wanted[-1] - {"%(number)s"}] if wanted else [])
        ]
        found += [
            f"a percent sign that isn't doubled: {text!r}"
            for text in (*ids, *forms)
            if "%" in _PLACEHOLDER.sub("", text).replace("%%", "")
        ]
        found += [f"the backticks don't come in pairs: {text!r}" for text in (*ids, *forms) if text.count("`") % 2]
    return found


def as_po(catalogue: Catalog) -> bytes:
    """Return the text of a .po file: sorted, without days, names and lines, so that it changes only with the sentences."""
    buffer = io.BytesIO()
    catalogue.header_comment = f"# The sentences in {catalogue.locale_identifier}: see tools/catalogue.py."
    write_po(buffer, catalogue, width=0, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return the compiled catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Update or check all catalogues; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--merge", type=Path, action="append", default=[])
    chosen = parser.parse_args(arguments)
    sentences, stale = template(), []
    for path in sorted(LOCALE.glob("*.po")):
        catalogue = updated(path.stem, sentences, chosen.merge)
        missing = faults(catalogue)
        print(*(f"{path.name}: {each}" for each in missing), sep="\n", end="\n" if missing else "")
        print(f"{path.name}: {len(catalogue)} sentences, {len(missing)} to do")
        for file, data in ((path, as_po(catalogue)), (path.with_suffix(".mo"), as_mo(catalogue))):
            if not file.exists() or file.read_bytes() != data:
                stale.append(file.name)
                if not chosen.check:
                    file.write_bytes(data)
        if missing:
            stale.append(path.name)
    return int(bool(stale) and chosen.check)


if __name__ == "__main__":
    sys.exit(main())
