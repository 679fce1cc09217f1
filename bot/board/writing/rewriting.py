"""Changing one rating in the text of an assessment file; everything else stays the same, byte for byte.

Only the lines of that rating are written by ruamel.yaml, which keeps comments, order and quotation marks. The strict
reader reads the result again: it has exactly the wanted values, or the file is not rewritten at all.
"""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from bot.board.model.assessment import API, NESTING, evidence_place
from bot.board.model.fields import parse_day
from bot.board.model.rubric import Level
from bot.board.reading.source import Source
from bot.board.reading.strict_yaml import compose
from bot.text.catalogue import _
from bot.text.sameness import normal_url, passage_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.rating import Evidence
    from bot.board.reading.strict_yaml import Composed

_ORDER = (
    *("level", "available", "confidence", "doubt", "license"),
    *("evidence", "note", "precedents", "disputed"),
)
"""Of the keys of a rating or an artifact."""
_WIDTH = 1 << 20
"""More than the length of any file, so that lines are never folded."""


class NotRewritableError(Exception):
    """The file has errors, or its form does not allow changing one rating alone; the message is for people."""


# ---- changes of a rating ---------------------------------------------------------------------------------------------


def with_rating(
    text: str, criterion: str, level: Level, evidence: Evidence | None = None, note: str | None = None
) -> str:
    """Return the file `text` with this level of a criterion.

    New evidence replaces the rating's first evidence from the same page, otherwise it is appended; a new note replaces
    the old one. What was said of another level goes: its doubt, and the day on which an API was retired that is not closed any
    more. Raises NotRewritableError.
    """
    rating = _rating(text, criterion)
    if rating.get("level") != level.value:
        rating = {key: value for key, value in rating.items() if key not in ("confidence", "doubt")}
    rating["level"] = level.value
    if evidence is not None:
        item = evidence_item(evidence)
        kept = list(rating.get("evidence") or [])
        key = passage_key(item["url"])
        same = [number for number, one in enumerate(kept) if passage_key(_url(one)) == key]
        place = same[0] if same else len(kept)
        if same and "archived" in kept[place]:
            item.setdefault("archived", kept[place]["archived"])
        rating["evidence"] = [*kept[:place], item, *kept[place + 1 :]]
    if note is not None:
        rating["note"] = note
    if criterion == API and level is not Level.CLOSED:
        text = _without_key(text, "api_retired")
    return rewrite_rating(text, criterion, rating)


def _without_key(text: str, key: str) -> str:
    """Return the file without a key of one line; the same text where it has none. Raises NotRewritableError."""
    composed = _composed(text)
    place, value = composed.place, composed.value
    if not isinstance(value, dict) or key not in value or place is None or not place.keys:
        return text
    line = place.keys[key].start_mark.line
    result = "\n".join(one for number, one in enumerate(text.split("\n")) if number != line)
    if _plain(_composed(result).value) != _plain({name: each for name, each in value.items() if name != key}):
        raise _not_alone(key)
    return result


def with_disputed(text: str, criterion: str, url: str | None) -> str:
    """Return the file `text` with a rating disputed in the issue `url`, or undisputed. Raises NotRewritableError."""
    rating = _rating(text, criterion)
    rating.pop("disputed", None)
    return rewrite_rating(text, criterion, rating if url is None else {**rating, "disputed": url})


def with_moved_page(text: str, criterion: str, url: str, place: str) -> str:
    """Return the file `text` with the address `place` instead of `url` in the evidence of a rating.

    `criterion` may also name an artifact, as `artifacts.ID`. Raises NotRewritableError.
    """
    rating = _rating(text, criterion)
    kept = rating.get("evidence")
    items = kept if isinstance(kept, list) else []
    moving = normal_url(url)
    moved = [{**one, "url": place} if normal_url(_url(one)) == moving else one for one in items]
    return rewrite_rating(text, criterion, {**rating, "evidence": moved} if items else rating)


def _url(item: object) -> str:
    """Return the link of an item of evidence; empty where it has none."""
    url = item.get("url") if isinstance(item, dict) else None
    return url if isinstance(url, str) else ""


def evidence_item(evidence: Evidence) -> dict[str, str]:
    """Return evidence as an item of the file's list, in the order of its keys."""
    item: dict[str, str] = evidence.model_dump(mode="json", exclude_none=True)
    return item


def _rating(text: str, criterion: str) -> dict[str, Any]:
    group, key = evidence_place(criterion)
    rating = _group(_composed(text), group).get(key)
    if not isinstance(rating, dict):
        raise NotRewritableError(_("the file has no rating of %(criterion)s", criterion=criterion))
    return dict(rating)


# The results are never modified, and of each file several are needed.
@lru_cache(maxsize=4)
def _composed(text: str) -> Composed:
    composed = compose(Source("", text), NESTING)
    if composed.problems or not composed.complete:
        raise NotRewritableError(_("the file has problems of its own, which have to be fixed first"))
    return composed


def _group(composed: Composed, group: str) -> dict[str, Any]:
    found = composed.value.get(group) if isinstance(composed.value, dict) else None
    if not isinstance(found, dict):
        raise NotRewritableError(_("the file has no `%(key)s`", key=group))
    return found


# ---- writing ---------------------------------------------------------------------------------------------------------


def rewrite_rating(text: str, criterion: str, rating: Mapping[str, Any]) -> str:
    """Return the file `text` with the plain values `rating` as the rating of `criterion`. Raises NotRewritableError."""
    composed = _composed(text)
    group, key = evidence_place(criterion)
    present = _group(composed, group)
    if _plain(present.get(key)) == _plain(dict(rating)):
        return text
    lines = text.split("\n")
    first, end, indentation = _block(composed, criterion, lines)
    old = [line[indentation:] for line in lines[first:end]]
    new = _rewritten_block("\n".join(old) + "\n", key, rating).removesuffix("\n").split("\n")
    indented = [f"{' ' * indentation}{line}" if line else "" for line in new]
    result = "\n".join([*lines[:first], *indented, *lines[end:]])
    whole: Any = composed.value
    if _plain(_composed(result).value) != _plain({**whole, group: {**present, key: dict(rating)}}):
        raise _not_alone(criterion)
    return result


def _block(composed: Composed, criterion: str, lines: list[str]) -> tuple[int, int, int]:
    """Return the first line of a rating, from 0, the line after its last one, and its indentation. Comments and empty lines after it belong to what follows."""
    place: Any = composed.place
    group, key = evidence_place(criterion)
    inside = place.items[group].keys or {}
    marks = [event.start_mark for event in (*place.keys.values(), *inside.values())]
    start = inside[key].start_mark
    end = min((mark.line for mark in marks if mark.line > start.line), default=len(lines))
    while end > start.line + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    own = lines[start.line : end]
    if any(line[: start.column].strip() for line in own) or "\r" in "".join(own):
        raise _not_alone(criterion)
    return start.line, end, start.column


def _not_alone(criterion: str) -> NotRewritableError:
    return NotRewritableError(
        _("the rating of %(criterion)s is written so that a program can't change it alone", criterion=criterion)
    )


def as_lines(values: Mapping[str, Any]) -> str:
    """Return plain values as lines of a file; nothing where there are none."""
    return _dumped(_yaml(), _in_our_style(dict(values))) if values else ""


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    # The same day twice is one object, which would become an anchor and its alias.
    yaml.representer.ignore_aliases = lambda _value: True
    return yaml


def _rewritten_block(block: str, criterion: str, rating: Mapping[str, Any]) -> str:
    yaml = _yaml()
    try:
        document = yaml.load(block)
        if _dumped(yaml, document) != block or not isinstance(document.get(criterion), CommentedMap):
            raise _not_alone(criterion)
        _merge(document[criterion], rating)
        return _dumped(yaml, document)
    except (YAMLError, ValueError, AttributeError) as error:
        raise _not_alone(criterion) from error


def _dumped(yaml: YAML, document: object) -> str:
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _merge(present: CommentedMap, wanted: Mapping[str, Any]) -> None:
    """Change `present` to `wanted`; equal values are not touched, so that they keep their form."""
    for key in [key for key in present if key not in wanted]:
        del present[key]
    for key, value in sorted(wanted.items(), key=lambda item: _ORDER.index(item[0])):
        if key not in present:
            before = _ORDER[: _ORDER.index(key)]
            present.insert(sum(other in present for other in before), key, _in_our_style(value, key))
        elif isinstance(value, list) and isinstance(present[key], CommentedSeq):
            _merge_list(present[key], value)
        elif _plain(present[key]) != _plain(value):
            present[key] = _in_our_style(value, key)


def _merge_list(present: CommentedSeq, wanted: list[Any]) -> None:
    while len(present) > len(wanted):
        del present[-1]
    for number, value in enumerate(wanted):
        if number == len(present):
            present.append(_in_our_style(value))
        elif isinstance(value, dict) and isinstance(present[number], CommentedMap) and [*value] == [*present[number]]:
            # Only what differs is replaced, so that comments in the item stay.
            for key in [key for key in value if _plain(present[number][key]) != _plain(value[key])]:
                present[number][key] = _in_our_style(value[key], key)
        elif _plain(present[number]) != _plain(value):
            present[number] = _in_our_style(value)


def _plain(value: object) -> object:
    """Return a value of ruamel.yaml or of the strict reader with days as text, as in evidence."""
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


def _in_our_style(value: object, key: str = "") -> object:
    """Return a value that ruamel.yaml writes in the style of our files."""
    match value:
        case dict():
            return CommentedMap({each: _in_our_style(inner, each) for each, inner in value.items()})
        case list():
            return CommentedSeq([_in_our_style(each) for each in value])
        case str() if key == "accessed" and (day := parse_day(value)):
            return day
        case str() if scalar(value) != value:
            return DoubleQuotedScalarString(value)
        case Decimal():
            return str(value)
        case _:
            return value


def scalar(text: str) -> str:
    """Return `text` as a YAML value on one line: without quotes if the strict reader reads that as the same text."""
    composed = compose(Source("", f"key: {text}\n"), 1)
    is_plain = composed.complete and not composed.problems and composed.value == {"key": text}
    return text if is_plain else json.dumps(text, ensure_ascii=False)
