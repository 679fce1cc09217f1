"""Tolerant reader of another index's files, which are hostile and follow no rules of ours.

Everything readable is taken; everything else becomes a problem with its place, and never an exception. Nothing is trusted:
classes become suggestions, and links become evidence to check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pydantic import TypeAdapter, ValidationError

from bot.board.model.crosswalk import Index
from bot.board.model.fields import is_hub_id
from bot.board.model.links import EvidenceUrl
from bot.board.model.problem import Problem, Severity
from bot.board.model.rubric import Level
from bot.board.reading.document import first_problems
from bot.board.reading.source import LARGEST_FILE, UNSEEN, decode, too_large
from bot.board.reading.strict_yaml import Place, compose
from bot.board.reading.tree import FileKind
from bot.text.sameness import name_key
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.board.model.assessment import Modality
    from bot.board.model.crosswalk import Crosswalk
    from bot.board.reading.source import Source
    from bot.board.reading.tree import Tree

NESTING = 5
"""Levels of both formats: document, release, components, component; and one more for lists of links."""

_URL = TypeAdapter(EvidenceUrl)
_HUB_PAGE = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/([^/?#]+/[^/?#]+)", re.IGNORECASE)
_OTHER_HUB_PAGES = re.compile(
    r"(?:datasets|spaces|papers|collections|docs|blog|organizations|join|settings)/", re.IGNORECASE
)
_NO_SCHEME = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:[/?#:].*)?")
_OPENNESS = (Level.OPEN, Level.SEMI_OPEN, Level.CLOSED)
"""From the most open one."""
_NEAR = 0.8
"""Least similarity of a misspelt class to the one that it is read as."""


class ListedPart(NamedTuple):
    """Class and links of one part of a model."""

    name: str
    """As the crosswalk spells it."""
    said: str
    """Its class; empty where there is none."""
    links: tuple[str, ...]
    """Valid as evidence."""


@dataclass(frozen=True)
class Listing:
    """One model in another index. All texts are hostile, but on one line and without invisible characters."""

    path: str
    name: str
    developer: str
    huggingface: str | None
    names: tuple[str, ...]
    modality: tuple[Modality, ...]
    released: str
    license: str
    parts: tuple[ListedPart, ...]

    def levels(self, crosswalk: Crosswalk) -> dict[str, Level]:
        """Return the levels that the classes suggest, by criterion; of several parts the most open one.

        A part that is not listed, or has no class, suggests nothing: it is unknown, not closed.
        """
        found: dict[str, Level] = {}
        for part in self.parts:
            criterion = crosswalk.parts[part.name].level
            level = crosswalk.levels.get(name_key(part.said))
            if criterion is not None and level in _OPENNESS:
                found[criterion] = min(found.get(criterion, Level.CLOSED), level, key=_OPENNESS.index)
        return found


class ReadFile(NamedTuple):
    """One file of a folder: its listing, if it has one, and its problems."""

    path: str
    listing: Listing | None
    problems: list[Problem]


_ENDINGS = (".yaml", ".yml")


def read_listings(tree: Tree, folder: str, index: Index, crosswalk: Crosswalk) -> Iterator[ReadFile]:
    """Read all YAML files below a folder, ordered by path. Special and large files are not opened."""
    listed = tree.files(folder)
    files = [file for file in listed if file.path.lower().endswith(_ENDINGS) or file.kind is FileKind.LOCKED]
    plain = [file for file in files if file.kind is FileKind.FILE and file.size <= LARGEST_FILE]
    contents = tree.read(plain)
    for file in files:
        if file.kind is not FileKind.FILE:
            problem = whole_file(file.path, "no-file", f"this is a {file.kind}", "Only plain files are opened.")
            yield ReadFile(file.path, None, [problem])
        elif file.size > LARGEST_FILE:
            yield ReadFile(file.path, None, [too_large(file.path, file.size)])
        elif (data := next(contents)) is None:
            problem = whole_file(file.path, "unreadable", "the file can't be opened", "Look at its permissions.")
            yield ReadFile(file.path, None, [problem])
        else:
            yield ReadFile(file.path, *read_listing(file.path, data, index, crosswalk))


def whole_file(path: str, rule: str, what: str, remedy: str) -> Problem:
    """Return a problem of a file as a whole."""
    return Problem(path, 1, 1, rule, what, remedy)


def read_listing(path: str, data: bytes, index: Index, crosswalk: Crosswalk) -> tuple[Listing | None, list[Problem]]:
    """Return the listing of a file, or None, and its problems: errors where there is no listing, else warnings."""
    source, problems = decode(path, data)
    if source is None:
        return None, problems
    composed = compose(source, NESTING)
    # Other indexes are read as they are, without rules of ours for their spelling.
    problems += (problem for problem in composed.problems if problem.rule != "ambiguous")
    if not composed.complete or composed.place is None:
        return None, first_problems(problems)
    file = _ListingReader(source, crosswalk)
    top = _Node(composed.value, composed.place)
    listing = _osai(file, top) if index is Index.OSAI else _mot(file, top)
    if listing is not None:
        problems = [replace(problem, severity=Severity.WARNING) for problem in problems]
    return listing, first_problems([*problems, *dict.fromkeys(file.problems)])


# ---- the European Open Source AI Index -------------------------------------------------------------------------------

# The second name of each pair is that of the index from 2023 to 2025.
_SYSTEM = ("system", "project")
_OF_SYSTEM = (
    "name", "link", "type", "performanceclass", "basemodelname", "endmodelname", "endmodellicense", "releasedate", "notes",
    "llmbase", "rlbase", "license",
)  # fmt: skip
_WEIGHTS = ("weights_endmodel", "rlweights")


def _osai(file: _ListingReader, top: _Node) -> Listing | None:
    system = next((value for key in _SYSTEM if (value := top.get(key)) is not None), None)
    if system is None or not isinstance(system.value, dict):
        file.fail(top, "no-listing", "there is no `system:` with keys", "No system is listed here.")
        return None
    file.known_keys(top, (*_SYSTEM, "org", *file.crosswalk.parts))
    file.known_keys(system, _OF_SYSTEM)
    org = top.get("org") or _NOTHING
    file.known_keys(org, ("name", "link", "notes"))
    parts = []
    for name in file.crosswalk.parts:
        part = top.get(name)
        if part is not None and part.value is not None:
            file.known_keys(part, ("class", "link", "notes"))
            parts.append(ListedPart(name, file.word(part.get("class")), file.links(part.get("link"))))
    pages = [*(link for part in parts if part.name in _WEIGHTS for link in part.links), file.text(system.get("link"))]
    names = file.text(system.get("name")), file.text(system.get("endmodelname"))
    listing = Listing(
        path=file.source.path,
        name=names[0],
        developer=file.text(org.get("name")),
        huggingface=_first_hub_id(pages),
        names=_distinct(names),
        modality=file.modalities(file.text(system.get("type"))),
        released=file.text(system.get("releasedate")),
        license=file.text(system.get("endmodellicense")) or file.text(system.get("license")),
        parts=tuple(parts),
    )
    return listing if file.has_name(system, listing.name) else None


# ---- the Model Openness Tool -----------------------------------------------------------------------------------------

_OF_RELEASE = (
    "name", "version", "date", "license", "type", "architecture", "treatment", "origin", "producer", "contact", "repository",
    "huggingface", "components",
)  # fmt: skip
_OF_COMPONENT = ("name", "description", "license", "license_path", "component_path")
_FINAL = "Model parameters (Final)"
# People write these in place of a licence.
_NOT_INCLUDED = "not include"
_UNDISCLOSED = "undisclosed"


def _mot(file: _ListingReader, top: _Node) -> Listing | None:
    release = top.get("release")
    if release is None or not isinstance(release.value, dict):
        file.fail(top, "no-listing", "there is no `release:` with keys", "No model is listed here.")
        return None
    file.known_keys(top, ("framework", "release"))
    file.known_keys(release, _OF_RELEASE)
    components = _components(file, release)
    whole = (release.get("license") or _NOTHING).get("distribution") or _NOTHING
    final = components.get(_FINAL, _NOTHING)
    license_ = file.text(final.get("license")) or file.text(whole.get("name"))
    parts = [
        ListedPart("license", license_, (*file.links(final.get("license_path")), *file.links(whole.get("path")))),
        ListedPart("huggingface", "", file.links(release.get("huggingface"), hub=True)),
        ListedPart("repository", "", file.links(release.get("repository"))),
    ]
    for name, component in components.items():
        said = _UNDISCLOSED if file.text(component.get("license")).casefold() == _UNDISCLOSED else "included"
        parts.append(ListedPart(name, said, file.links(component.get("component_path"))))
    name = file.text(release.get("name"))
    listing = Listing(
        path=file.source.path,
        name=name,
        developer=file.text(release.get("producer")),
        huggingface=_first_hub_id([file.text(release.get("huggingface"))]),
        names=_distinct((name, f"{name} {file.text(release.get('version'))}" if name else "")),
        modality=file.modalities(file.text(release.get("type"))),
        released=file.text(release.get("date")),
        license=license_,
        parts=tuple(part for part in parts if part.said or part.links),
    )
    return listing if file.has_name(release, name) else None


def _components(file: _ListingReader, release: _Node) -> dict[str, _Node]:
    found: dict[str, _Node] = {}
    for component in (release.get("components") or _NOTHING).items():
        file.known_keys(component, _OF_COMPONENT)
        said, place = file.text(component.get("name")), (component.get("name") or component).place
        name = file.names.get(name_key(said))
        if name is None:
            file.note(place, "stray-part", f"`{shorten(said)}` is no component")
        elif name in found:
            file.note(place, "repeated-part", f"`{name}` stands here a second time", "The first one was read.")
        elif _NOT_INCLUDED in file.text(component.get("license")).casefold():
            file.note(place, "not-included", f"the licence says that `{name}` isn't included")
        else:
            found[name] = component
    return found


# ---- values and their problems ---------------------------------------------------------------------------------------


class _Node(NamedTuple):
    """A value of a file, and its place."""

    value: object
    place: Place

    def get(self, key: str) -> _Node | None:
        """Return the value of a key, where there is one."""
        if isinstance(self.value, dict) and isinstance(self.place.items, dict) and key in self.value:
            return _Node(self.value[key], self.place.items[key])
        return None

    def items(self) -> list[_Node]:
        """Return the items of a list; none of anything else."""
        if isinstance(self.value, list) and isinstance(self.place.items, list):
            return [_Node(*item) for item in zip(self.value, self.place.items, strict=True)]
        return []


_NOTHING = _Node(None, Place(None, None))


@dataclass(frozen=True)
class _ListingReader:
    """Reader of one file, which collects its problems."""

    source: Source
    crosswalk: Crosswalk
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the crosswalk's parts, by the name in lower case."""
        return {name_key(name): name for name in self.crosswalk.parts}

    def note(self, place: Place, rule: str, what: str, remedy: str = "It was left out.") -> None:
        """Add a warning about the value at `place`."""
        self.problems.append(self.source.problem(place.span, rule, what, remedy, Severity.WARNING))

    def fail(self, home: _Node, rule: str, what: str, remedy: str) -> None:
        """Add the error because of which there is no listing."""
        self.problems.append(self.source.problem(home.place.span, rule, what, remedy, Severity.ERROR))

    def known_keys(self, mapping: _Node, known: Iterable[str]) -> None:
        """Add problems for keys that are not `known`, and for values without keys."""
        if not isinstance(mapping.value, dict):
            if mapping.value is not None:
                self.note(mapping.place, "wrong-type", "keys and values belong here")
            return
        expected = set(known)
        for key in mapping.value:
            event = (mapping.place.keys or {}).get(key)
            if key not in expected and event is not None:
                place = Place(event.start_mark, event.end_mark)
                self.note(place, "stray-key", f"the key `{shorten(key)}` doesn't belong here")

    def text(self, value: _Node | None) -> str:
        """Return a value as written, on one line and without invisible characters; empty where it is not a text."""
        match value:
            case None | _Node(value=None):
                return ""
            case _Node(value=str(text)):
                return " ".join(UNSEEN.sub(" ", text).split())
            case _Node(value=list() | dict()):
                self.note(value.place, "wrong-type", "text belongs here")
                return ""
            case _Node(place=Place(start=start, end=end)):
                return self.source.line(start.line)[start.column : end.column]

    def word(self, value: _Node | None) -> str:
        """Return a class as the crosswalk spells it, or an empty text."""
        said = self.text(value)
        known = self.crosswalk.levels
        if value is None or not said or name_key(said) in known:
            return said
        near = next(iter(get_close_matches(name_key(said[:60]), known, n=1, cutoff=_NEAR)), "")
        remedy = f"It was read as `{near}`." if near else "It was left out."
        self.note(value.place, "unknown-class", f"`{shorten(said)}` is no class", remedy)
        return near

    def links(self, value: _Node | None, *, hub: bool = False) -> tuple[str, ...]:
        """Return the links in any notation; with `hub` also from ids of models."""
        items = (value.items() or [value]) if value is not None else []
        return tuple(dict.fromkeys(chain.from_iterable(self._links(item, hub=hub) for item in items)))

    def _links(self, value: _Node, *, hub: bool) -> Iterator[str]:
        split = (piece.strip(",;") for piece in re.split(r"[,;](?=https?:|www\.)|\s+", self.text(value)))
        pieces = list(filter(None, split))
        links = {piece: link for piece in pieces if (link := _link(piece, hub=hub)) is not None}
        if len(links) < len(set(pieces)):
            words = shorten(" ".join(piece for piece in pieces if piece not in links))
            self.note(value.place, "no-link", f"`{words}` is no link")
        if len(links) > 1:
            self.note(value.place, "several-links", "several links stand in one text", "They were taken apart.")
        for piece, link in links.items():
            if link != piece:
                self.note(value.place, "no-scheme", f"`{shorten(piece)}` has no https://", "It was added.")
            try:
                yield _URL.validate_python(link)
            except ValidationError as error:
                details = error.errors(include_url=False)[0]
                what = (details.get("ctx") or {}).get("what", "the link is too long")
                self.note(value.place, "bad-link", f"`{shorten(piece)}`: {what}")

    def has_name(self, home: _Node, name: str) -> bool:
        """Return whether the model has a name; add a problem at `home` otherwise."""
        if not name:
            self.fail(home, "no-name", "the model has no name", "Nothing can be told of it.")
        return bool(name)

    def modalities(self, kinds: str) -> tuple[Modality, ...]:
        """Return the known modalities in a text."""
        known = (self.crosswalk.modalities.get(word) for word in re.split(r"[\s,;/]+", kinds.casefold()))
        return tuple(dict.fromkeys(modality for modality in known if modality is not None))


def _link(piece: str, *, hub: bool) -> str | None:
    """Return a word as a link with a scheme; None where it is no link."""
    if ":/" in piece:
        return piece
    if hub and _is_hub_id(piece):
        return f"https://huggingface.co/{piece}"
    return f"https://{piece}" if _NO_SCHEME.fullmatch(piece) else None


def _is_hub_id(text: str) -> bool:
    return is_hub_id(text) and _OTHER_HUB_PAGES.match(text) is None


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _first_hub_id(pages: Iterable[str]) -> str | None:
    """Return the id of the first model on Hugging Face, by its page or its id; None without any."""
    found = (named[1] if (named := _HUB_PAGE.match(page)) else page for page in pages)
    return next(filter(_is_hub_id, found), None)
