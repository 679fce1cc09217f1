"""An assessment file in which one rating says something else, and everything else stays as it is, byte for byte.

Only the lines of that rating go through ruamel.yaml, which keeps comments, order and quotation marks. What comes of it is
read again by the strict reader, so that a file either says exactly what was wanted or isn't rewritten at all.
"""

from __future__ import annotations

import io
import json
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from bot.board.model.assessment import NESTING
from bot.board.reading.source import Source
from bot.board.reading.strict_yaml import compose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.assessment import Evidence
    from bot.board.model.rubric import Level
    from bot.board.reading.strict_yaml import Composed

_ORDER = ("level", "evidence", "note", "precedents", "disputed")
_WIDTH = 1 << 20
"""Wider than any file: lines are never folded."""


class NotRewritableError(Exception):
    """The file is broken, or written so that one rating can't be changed alone; the message is for people."""


# ---- what a rating is to say -----------------------------------------------------------------------------------------


def with_rating(
    text: str, criterion: str, level: Level, evidence: Evidence | None = None, note: str | None = None
) -> str:
    """The file `text` with this level of a criterion.

    The new evidence takes the place of what the rating has from the same page, else it is added; a new note takes the
    place of the old one. Raises NotRewritableError.
    """
    rating = {**_rating(text, criterion), "level": level.value}
    if evidence is not None:
        item = evidence_item(evidence)
        kept = list(rating.get("evidence") or [])
        same = [number for number, one in enumerate(kept) if isinstance(one, dict) and one.get("url") == item["url"]]
        if same and "archived" in kept[same[0]]:
            item.setdefault("archived", kept[same[0]]["archived"])
        rating["evidence"] = (
            [item if number == same[0] else one for number, one in enumerate(kept)] if same else [*kept, item]
        )
    if note is not None:
        rating["note"] = note
    return rewrite_rating(text, criterion, rating)


def with_disputed(text: str, criterion: str, url: str | None) -> str:
    """The file `text` in which a rating is disputed in the issue `url`, or with None isn't any more. Raises NotRewritableError."""
    rating = _rating(text, criterion)
    rating.pop("disputed", None)
    return rewrite_rating(text, criterion, rating if url is None else {**rating, "disputed": url})


def with_moved_page(text: str, criterion: str, url: str, place: str) -> str:
    """The file `text` in which the evidence of a rating that cites `url` cites `place`. Raises NotRewritableError."""
    rating = _rating(text, criterion)
    kept = rating.get("evidence")
    items = kept if isinstance(kept, list) else []
    moved = [{**one, "url": place} if isinstance(one, dict) and one.get("url") == url else one for one in items]
    return rewrite_rating(text, criterion, {**rating, "evidence": moved} if items else rating)


def evidence_item(evidence: Evidence) -> dict[str, str]:
    """What an item of a list of evidence says, in the order of its keys."""
    said = {
        "url": evidence.url,
        "where": evidence.where,
        "fact": evidence.fact,
        "accessed": evidence.accessed.isoformat() if evidence.accessed else None,
        "quote": evidence.quote,
        "archived": evidence.archived,
    }
    return {key: value for key, value in said.items() if value is not None}


def _rating(text: str, criterion: str) -> dict[str, Any]:
    rating = _ratings(_composed(text)).get(criterion)
    if not isinstance(rating, dict):
        raise NotRewritableError(f"the file has no rating of {criterion}")
    return dict(rating)


# What is read here is never changed, and of each file more than one thing is asked.
@lru_cache(maxsize=4)
def _composed(text: str) -> Composed:
    composed = compose(Source("", text), NESTING)
    if composed.problems or not composed.complete:
        raise NotRewritableError("the file has problems of its own, which have to be mended first")
    return composed


def _ratings(composed: Composed) -> dict[str, Any]:
    ratings = composed.value.get("ratings") if isinstance(composed.value, dict) else None
    if not isinstance(ratings, dict):
        raise NotRewritableError("the file has no ratings")
    return ratings


# ---- writing it ------------------------------------------------------------------------------------------------------


class _Block(NamedTuple):
    """The lines of one rating."""

    first: int
    """From 0."""
    end: int
    """The line behind the last one."""
    indentation: int


def rewrite_rating(text: str, criterion: str, rating: Mapping[str, Any]) -> str:
    """The file `text` in which the rating of `criterion` says `rating`, in the words of YAML. Raises NotRewritableError."""
    composed = _composed(text)
    ratings = _ratings(composed)
    if ratings.get(criterion) == dict(rating):
        return text
    lines = text.split("\n")
    block = _block(composed, criterion, lines)
    old = [line[block.indentation :] for line in lines[block.first : block.end]]
    new = _reworded("\n".join(old) + "\n", criterion, rating).removesuffix("\n").split("\n")
    indented = [f"{' ' * block.indentation}{line}" if line else "" for line in new]
    result = "\n".join([*lines[: block.first], *indented, *lines[block.end :]])
    whole: Any = composed.value
    if _composed(result).value != {**whole, "ratings": {**ratings, criterion: dict(rating)}}:
        raise _not_alone(criterion)
    return result


def _block(composed: Composed, criterion: str, lines: list[str]) -> _Block:
    """Where a rating stands. Comments and empty lines behind it belong to what follows."""
    place: Any = composed.place
    inside = place.items["ratings"].keys or {}
    marks = [event.start_mark for event in (*place.keys.values(), *inside.values())]
    start = inside[criterion].start_mark
    end = min((mark.line for mark in marks if mark.line > start.line), default=len(lines))
    while end > start.line + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    block = _Block(start.line, end, start.column)
    inner = (line[: block.indentation].strip() for line in lines[block.first : block.end])
    if any(inner) or "\r" in "".join(lines[block.first : block.end]):
        raise _not_alone(criterion)
    return block


def _not_alone(criterion: str) -> NotRewritableError:
    return NotRewritableError(f"the rating of {criterion} is written so that a machine can't change it alone")


def _reworded(block: str, criterion: str, rating: Mapping[str, Any]) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        document = yaml.load(block)
        if _written(yaml, document) != block or not isinstance(document.get(criterion), CommentedMap):
            raise _not_alone(criterion)
        _merge(document[criterion], rating)
        return _written(yaml, document)
    except (YAMLError, ValueError, AttributeError) as error:
        raise _not_alone(criterion) from error


def _written(yaml: YAML, document: object) -> str:
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _merge(present: CommentedMap, wanted: Mapping[str, Any]) -> None:
    """Lets `present` say what `wanted` does, and touches nothing that does already."""
    for key in [key for key in present if key not in wanted]:
        del present[key]
    for key, value in sorted(wanted.items(), key=lambda item: _ORDER.index(item[0])):
        if key not in present:
            before = _ORDER[: _ORDER.index(key)]
            present.insert(sum(other in present for other in before), key, _styled(value, key))
        elif isinstance(value, list) and isinstance(present[key], CommentedSeq):
            _merge_list(present[key], value)
        elif _plain(present[key]) != value:
            present[key] = _styled(value, key)


def _merge_list(present: CommentedSeq, wanted: list[Any]) -> None:
    while len(present) > len(wanted):
        del present[-1]
    for number, value in enumerate(wanted):
        if number == len(present):
            present.append(_styled(value))
        elif isinstance(value, dict) and isinstance(present[number], CommentedMap) and [*value] == [*present[number]]:
            # Only what differs is written anew, so that the comments in the item stay.
            for key in [key for key in value if _plain(present[number][key]) != value[key]]:
                present[number][key] = _styled(value[key], key)
        elif _plain(present[number]) != value:
            present[number] = _styled(value)


def _plain(value: object) -> object:
    """A value of ruamel.yaml's as the strict reader says it."""
    match value:
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
        case str():
            return str(value)
        case _:
            return value


def _styled(value: object, key: str = "") -> object:
    """A value as ruamel.yaml writes it in the style of our files."""
    match value:
        case dict():
            return CommentedMap({each: _styled(inner, each) for each, inner in value.items()})
        case list():
            return CommentedSeq([_styled(each) for each in value])
        case str() if key == "accessed":
            return date.fromisoformat(value)
        case str() if scalar(value) != value:
            return DoubleQuotedScalarString(value)
        case _:
            return value


def scalar(text: str) -> str:
    """`text` on one line of YAML behind a key: plain where the strict reader takes that for the same, else in quotes."""
    composed = compose(Source("", f"key: {text}\n"), 1)
    is_plain = composed.complete and not composed.problems and composed.value == {"key": text}
    return text if is_plain else json.dumps(text, ensure_ascii=False)
