"""Parses ratings from one text: for each a line `criterion: level`, below it addresses and what they state.

    weights: open
    https://example.org/model/files
    where: Files
    fact: All weight shards can be downloaded without asking anybody.

    paper: closed
    note: Looked on the developer's page and on arXiv.

What follows an address on its line is its fact. A line that begins with no known word continues the text above it. A criterion
without a level and without anything below it is one that nobody rated, and lines that begin with `#` are comments: the form
comes with both. What is written as in a file, with a `level:` of its own, is read as YAML instead, by the strict reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.model.assessment import NESTING, UNASSESSED
from bot.board.model.rubric import Level
from bot.board.reading.source import Source
from bot.board.reading.strict_yaml import compose
from bot.handlers.forms.answers import RATING, bare_address, iso_day
from bot.handlers.forms.issue_form import LONGEST_SHOWN, collapse_spaces
from bot.text.catalogue import JoinedText, _, code, ngettext
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.board.model.rating import Rating
    from bot.handlers.forms.answers import Checks

FIELD = "ratings"

_OF_EVIDENCE = ("where", "fact", "accessed", "quote", "archived")
_OF_RATING = ("level", "confidence", "doubt", "evidence", "note", "precedents", "disputed")
_WITHOUT_FIELD = ("variant", "parameters", "license_url", "api_retired", "artifacts")
"""Keys of an assessment for which the form has no field."""
_IGNORED = re.compile(r"\s*(?:#.*|```[a-z]*\s*)")
_BULLET = re.compile(r"^(?:[-*+]|[0-9]{1,2}[.)]) (?=\S)")
_KEYED = re.compile(r"(?P<key>[^:：]{1,60}?)\s*[:：](?!//)\s*(?P<rest>.*)")
_ADDRESS = re.compile(r"(?:url\s*[:：]\s*)?\"?(?P<url>https?://[^\s\"]+)\"?\s*(?P<rest>.*)", re.IGNORECASE)
_IN_YAML = re.compile(r"^[ \t]+level[ \t]*:", re.MULTILINE)
_UNRATED = re.compile(r"(?P<name>[^\s:#][^:#]*):\s*(?:#.*)?")


def word_key(word: str) -> str:
    """Return the key by which the name of a criterion or level is found: spaces, hyphens and underscores don't count."""
    return re.sub(r"[\s_*`\"'-]+", "", name_key(word))


class Names(NamedTuple):
    """The ids of criteria and levels by the keys of their names in any language."""

    criteria: Mapping[str, str]
    levels: Mapping[str, str]

    def level(self, word: str) -> str | None:
        """Return the level with this name; None where there is none."""
        return self.levels.get(word_key(word).rstrip("."))


class PastedRatings(NamedTuple):
    """The ratings in a text."""

    ratings: dict[str, Rating]
    """By criterion."""
    facts: dict[str, str]
    """What a whole file says beside its ratings, by key."""
    more: dict[str, Any]
    """The values of those of its keys for which the form has no field."""


def read_ratings(text: str, names: Names, checks: Checks) -> PastedRatings:
    """Return the ratings in `text`, and add its problems to `checks`."""
    # Empty lines stay in their place, so that the strict reader counts right.
    lines = ["" if _IGNORED.fullmatch(line) else line for line in text.split("\n")]
    facts: dict[str, Any] = {}
    if _IN_YAML.search("\n".join(lines)):
        facts, written = _read_yaml(lines, names, checks)
    else:
        written = [each.values() for each in _read_lines(lines, names, checks)]
    ratings: dict[str, Rating] = {}
    found = [(criterion, values) for criterion, values in written if values]
    for number, (criterion, values) in enumerate(found):
        if criterion in (earlier for earlier, _values in found[:number]):
            what = ngettext(
                "%(criterion)s is rated twice",
                "%(number)s criteria are rated twice: %(criterion)s",
                1,
                criterion=code(criterion),
            )
            checks.refuse(FIELD, "criterion-twice", what, _("Keep one of the two ratings."))
        elif "level" not in values:
            what = ngettext(
                "there is no level for %(criterion)s",
                "%(number)s criteria have no level: %(criterion)s",
                1,
                criterion=code(criterion),
            )
            checks.refuse(FIELD, "level-missing", what, _("Write it behind the colon: %(levels)s.", levels=_levels()))
        elif (rating := checks.value(RATING, FIELD, values, place=criterion)) is not None:
            ratings[criterion] = rating
    shown = {key: ", ".join(map(str, one)) if isinstance(one, list) else str(one) for key, one in facts.items()}
    return PastedRatings(ratings, shown, {key: facts[key] for key in _WITHOUT_FIELD if key in facts})


def _levels() -> JoinedText:
    return JoinedText(", ", map(code, Level))


def _shown(text: str) -> str:
    return code(collapse_spaces(text)[:LONGEST_SHOWN])


def refuse_level(word: str, place: str, checks: Checks) -> None:
    """Refuse a word that is no level."""
    what = ngettext("%(word)s is not a level", "%(number)s values are not levels: %(word)s", 1, word=_shown(word))
    checks.refuse(FIELD, "no-such-level", what, _("Write one of these: %(words)s.", words=_levels()), place)


def criterion_remedy(word: str, criteria: Mapping[str, str]) -> str:
    """Return which criterion may be meant by a word."""
    near = get_close_matches(word_key(word), list(criteria), n=1, cutoff=0.6)
    if near:
        return _("Did you mean %(word)s?", word=code(criteria[near[0]]))
    ids: Iterable[str] = dict.fromkeys(criteria.values())
    return _("Write one of these: %(words)s.", words=JoinedText(", ", map(code, ids)))


def _refuse_criterion(word: str, names: Names, checks: Checks) -> None:
    what = ngettext("%(word)s is not a criterion", "%(number)s words are not criteria: %(word)s", 1, word=_shown(word))
    checks.refuse(FIELD, "no-such-criterion", what, criterion_remedy(word, names.criteria))


# ---- line by line ----------------------------------------------------------------------------------------------------


@dataclass
class _RatingText:
    """One rating while it is being parsed."""

    criterion: str
    parts: dict[str, Any]
    last: tuple[dict[str, Any], str] | None = None
    """The text that the next line continues."""
    evidence: list[dict[str, Any]] = field(default_factory=list)

    def values(self) -> tuple[str, dict[str, Any]]:
        """Return the criterion and what is written about it."""
        parts = {key: unquoted(text) for key, text in self.parts.items()}
        if "precedents" in parts:
            parts["precedents"] = re.findall(r"[^\s,\[\]]+", parts["precedents"])
        evidence = [_tidied({key: unquoted(text) for key, text in item.items()}) for item in self.evidence]
        return self.criterion, parts | ({"evidence": evidence} if evidence else {})


def _read_lines(lines: Iterable[str], names: Names, checks: Checks) -> list[_RatingText]:
    found: list[_RatingText] = []
    for line in lines:
        words = _BULLET.sub("", collapse_spaces(line))
        if not words:
            continue
        if (begun := _begin(words, names, checks)) is not None:
            found.append(begun)
        elif not found or not _continue(found[-1], words, names, checks):
            what = ngettext(
                "%(line)s is not understood", "%(number)s lines are not understood: %(line)s", 1, line=_shown(words)
            )
            remedy = _(
                "Begin each rating with a line such as `%(criterion)s: open`, and write the address of a page below it.",
                criterion=next(iter(names.criteria.values())),
            )
            checks.refuse(FIELD, "line-unclear", what, remedy)
            if not found:
                return []
    return found


def _begin(words: str, names: Names, checks: Checks) -> _RatingText | None:
    """Return the rating that begins with this line; None where none does."""
    keyed = _KEYED.fullmatch(words)
    if keyed is None:
        return None
    key = word_key(keyed["key"])
    criterion = names.criteria.get(key)
    rest, _hash, comment = (part.strip() for part in f" {keyed['rest']}".partition(" #"))
    level = names.level(rest)
    if criterion is not None:
        if rest and level is None:
            refuse_level(rest, criterion, checks)
            return _RatingText(criterion, {"level": Level.CLOSED.value, "note": "?"})
        if not rest and (late := names.level(comment.rpartition(" ")[2])):
            what = _("%(level)s is behind the #, where it is only a comment", level=code(late))
            checks.refuse(FIELD, "level-in-comment", what, _("Write the level between the colon and the #."), criterion)
            level = late
        return _RatingText(criterion, {"level": level} if level else {})
    if level is not None and key not in (*_OF_EVIDENCE, *_OF_RATING):
        _refuse_criterion(keyed["key"], names, checks)
        return _RatingText(keyed["key"], {"level": Level.CLOSED.value, "note": "?"})
    return None


def _continue(current: _RatingText, words: str, names: Names, checks: Checks) -> bool:
    """Add a line to the rating; return whether it belongs to it."""
    if address := _ADDRESS.fullmatch(bare_address(words)):
        item: dict[str, Any] = {"url": address["url"]}
        current.evidence.append(item)
        current.last = (item, "fact")
        if rest := re.sub(r"^[-–—|:]\s*", "", address["rest"]):
            item["fact"] = rest
        return True
    keyed = _KEYED.fullmatch(words)
    key = name_key(keyed["key"]).strip("*`") if keyed else ""
    rest = keyed["rest"].removeprefix("**").strip() if keyed else ""
    if key in ("evidence", "disputed"):
        return key == "evidence" and not rest
    if key == "level":
        level = names.level(rest)
        if level is None:
            refuse_level(rest, current.criterion, checks)
        return _put(current, current.parts, key, level or Level.CLOSED.value)
    if key in _OF_RATING:
        return _put(current, current.parts, key, rest)
    if key in _OF_EVIDENCE and current.evidence:
        return _put(current, current.evidence[-1], key, rest)
    if current.last is None:
        return False
    home, name = current.last
    home[name] = f"{home[name]} {words}" if name in home else words
    return True


def _put(current: _RatingText, home: dict[str, Any], key: str, text: str) -> bool:
    if key in home:
        return False
    if text:
        home[key] = text
    current.last = (home, key)
    return True


def unquoted(text: Any) -> Any:
    """Return a text that is in quotation marks as YAML means it; anything else as it is."""
    if not isinstance(text, str) or not text.startswith(('"', "'")):
        return text
    composed = compose(Source("", f"key: {text}\n"), 1)
    value = composed.value.get("key") if isinstance(composed.value, dict) and not composed.problems else None
    return value if isinstance(value, str) else text


def _tidied(item: dict[str, Any]) -> dict[str, Any]:
    """Return evidence with its address and its day in the form that the files have."""
    tidy = {"url": bare_address, "archived": bare_address, "accessed": iso_day}
    return {key: tidy[key](text) if key in tidy and isinstance(text, str) else text for key, text in item.items()}


# ---- as in a file ----------------------------------------------------------------------------------------------------


def _read_yaml(
    lines: list[str], names: Names, checks: Checks
) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    """Return the facts of a file, and the values of each rating by its criterion."""
    kept = [line if rated else "" for line, rated in zip(lines, _rated(lines, names), strict=True)]
    composed = compose(Source("", "\n".join([*kept, ""])), NESTING)
    for problem in composed.problems:
        checks.refuse(FIELD, problem.rule, problem.what, problem.remedy, problem.excerpt.strip()[:LONGEST_SHOWN])
    whole = composed.value if isinstance(composed.value, dict) else {}
    ratings = whole.get("ratings")
    facts = {key: value for key, value in whole.items() if key != "ratings"} if isinstance(ratings, dict) else {}
    found = []
    for name, value in (ratings if isinstance(ratings, dict) else whole).items():
        criterion = names.criteria.get(word_key(name))
        if criterion is None:
            _refuse_criterion(name, names, checks)
        else:
            found.append((criterion, _yaml_values(criterion, value, names, checks)))
    return facts, found


def _rated(lines: list[str], names: Names) -> list[bool]:
    """Return for each line whether it is more than a criterion that nobody rated."""
    found, following = list[bool](), ""
    for line in reversed(lines):
        unrated = _UNRATED.fullmatch(line.rstrip())
        is_inside = following.startswith((" ", "\t")) and word_key(following.partition(":")[0]) not in names.criteria
        found.append(unrated is None or word_key(unrated["name"]) not in names.criteria or is_inside)
        following = line if line.strip() else following
    return found[::-1]


def _yaml_values(criterion: str, value: object, names: Names, checks: Checks) -> dict[str, Any]:
    """Return what is written about a criterion; nothing where it isn't rated."""
    values: dict[str, Any] = dict(value) if isinstance(value, dict) else {"level": value}
    word = values.pop("level", None)
    if word is not None and word != UNASSESSED:
        level = names.level(str(word))
        # What the strict reader doesn't take as text is a problem already.
        if level is None and isinstance(word, str):
            refuse_level(word, criterion, checks)
        values["level"] = level or Level.CLOSED.value
    evidence = values.get("evidence")
    if isinstance(evidence, list):
        values["evidence"] = [_tidied(item) if isinstance(item, dict) else item for item in evidence]
    return values
