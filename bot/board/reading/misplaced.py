"""Assessments and developers in files where nobody looks for them, such as `models/example.yaml`.

A file elsewhere has no effect, so it would be merged as code and never be seen again. Only the keys at the beginnings of
its lines are looked at, which is cheap enough for every YAML file of a repository.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.board.model.fields import short_name
from bot.board.model.layout import ASSESSMENTS, CROSSWALKS, DOCUMENTS, DRAFTS, STUDIES, assessment_path
from bot.board.model.problem import Problem
from bot.text.catalogue import JoinedText, _
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bot.board.model.assessment import Entry

_ELSEWHERE = frozenset({"tests", STUDIES, ASSESSMENTS})
"""Folders in which such files are samples, old, or read."""
# Editors on Windows write `one.yaml.txt`.
_ENDING = re.compile(r"(?:\.ya?ml)+(?:\.txt)?$", re.IGNORECASE)
_ANY_FOLDER = frozenset(
    {"assessment", "assessments", "data", "developer", "developers", "docs", "model", "models", "schema", DRAFTS}
)
"""Names of folders that say nothing about a developer."""
_LONGEST = 64
"""Characters of a part of a path."""
_MODEL, _OWNER = "MODEL", "DEVELOPER"


def may_be_misplaced(path: str) -> bool:
    """Return whether a file could be an assessment in a wrong place, by its path alone."""
    is_read = path in DOCUMENTS or path.startswith(f"{CROSSWALKS}/")
    return bool(_ENDING.search(path)) and not is_read and path.partition("/")[0] not in _ELSEWHERE


def owners_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the developer's folder by organisation on Hugging Face, in small letters."""
    return {
        name_key(entry.huggingface.partition("/")[0]): entry.developer
        for entry in entries
        if entry.huggingface is not None
    }


def misplaced_problem(path: str, data: bytes, owners: Mapping[str, str], developers: Collection[str]) -> Problem | None:
    """Return the problem of a file that looks like an assessment or a developer; None for any other.

    `owners` are as `owners_of` returns them, `developers` the folders under `assessments/`.
    """
    # What Windows calls Unicode has a zero byte beside each letter.
    text = data.replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff\ufffd")
    is_assessment = _has(text, "model") and (_has(text, "ratings") or _has(text, "modality"))
    is_developer = _has(text, "name") and _has(text, "country") and _has(text, "kind")
    if not (is_assessment or is_developer):
        return None
    if is_assessment:
        what = _("this looks like an assessment, but it is not read in this folder")
    else:
        what = _("this looks like the file of a developer, but it is not read in this folder")
    place = right_path(path, text if is_assessment else "", owners, developers, is_developer=not is_assessment)
    remedy = JoinedText(" ", [moved(place), _("If it is something else, rename its first keys.")])
    return Problem(path, 1, 1, "misplaced", what, remedy)


def moved(place: str) -> str:
    """Return the sentences that ask to move a file to `place`, which may have placeholders."""
    explained = (sentence for name, sentence in _PLACEHOLDERS.items() if f"/{name}" in place)
    return JoinedText(" ", [_("Move it to `%(place)s`.", place=place), *explained])


_PLACEHOLDERS = {
    _OWNER: _("Instead of `DEVELOPER`, write the folder of its developer."),
    _MODEL: _("Instead of `MODEL`, write the name of the model in letters a to z and digits."),
}


def right_path(
    path: str, text: str, owners: Mapping[str, str], developers: Collection[str], *, is_developer: bool = False
) -> str:
    """Return where a file belongs, by its path and its text. What can't be told is a word in capital letters."""
    *folders, name = path.split("/")
    organisation, _, repository = _value(text, "huggingface").partition("/")
    stem = _ENDING.sub("", name)
    own = "developer" if is_developer else _slug(stem) or _slug(repository) or _slug(_value(text, "model"))
    parents = [*folders, stem] if is_developer else folders
    above = [short for folder in reversed(parents) if (short := _slug(folder)) and short not in _ANY_FOLDER]
    known = [folder for folder in above if folder in developers]
    owner = owners.get(name_key(organisation)) or next(iter([*known, *above[-1:]]), "") or _slug(organisation)
    return assessment_path(
        "/".join(part if 0 < len(part) <= _LONGEST else other for part, other in ((owner, _OWNER), (own, _MODEL)))
    )


def _slug(name: str) -> str:
    """Return a name as a part of a path; letters beyond a to z are left out without a gap."""
    return short_name(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())


def _has(text: str, key: str) -> bool:
    return re.search(rf"^[\"']?{key}[\"']? *:", text, re.MULTILINE) is not None


def _value(text: str, key: str) -> str:
    found = re.search(rf"^[\"']?{key}[\"']? *:(.*)$", text, re.MULTILINE)
    return found[1].partition(" #")[0].strip(" \t\r'\"") if found else ""
