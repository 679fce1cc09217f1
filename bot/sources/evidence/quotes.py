"""Search for a quote in a text, whatever its line breaks, hyphenation and typography, and for the closest passage.

Pure text: no files, no network, and bounded work on any input.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bot.sources.evidence.spelling import (
    ANY_APART,
    APART,
    BORDER,
    CJK,
    ELLIPSIS,
    FOOTNOTE_MARK,
    GAP,
    HYPHENATED,
    RAISED_BEGINS,
    RUN,
    TOUCHING,
    between_letters,
    composed,
    join_lines,
    lower,
    untypographic,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_QUOTE = 4000
"""Characters, as in the schema of assessments; a longer quote is never found."""
MOST_PARTS = 16
"""Parts that a quote may join by ellipses."""
LONGEST_OMISSION = 5000
"""Most characters that an ellipsis may stand for, about two pages."""
ALIKE = 0.6
"""Least score of a near match."""

_CHECKS = 4_000_000
"""Most characters of possible matches that are compared; only hostile texts need more."""
_LONGEST_WORD = 60
_PLACES = 2000
"""Most occurrences of a seed that are counted."""
_SEEDS = 64
_CANDIDATES = 8
_SEARCHED_WHOLE = 20_000
"""Most characters of a text that is compared as a whole."""


@dataclass(frozen=True, slots=True)
class ExactMatch:
    """The text contains the quote."""

    start: int
    """Span in `Searchable.text`, including the text that an ellipsis stands for."""
    end: int
    passage: str
    """The text of the match, on one line."""


@dataclass(frozen=True, slots=True)
class NearMatch:
    """The text contains something similar."""

    start: int
    end: int
    passage: str
    """The closest passage, in whole words on one line."""
    score: float
    """Similarity, above 0 and below 1: the share of letters that need no change."""


@dataclass(frozen=True, slots=True)
class NoMatch:
    """The text contains nothing similar."""


# ---- gaps between letters --------------------------------------------------------------------------------------------

_NOTHING, _SPACE, _HYPHEN, _BREAK, _MINUS = 1, 2, 4, 8, 16
_ENDS_NUMBER = re.compile(r"[\d²³¹⁰-₉][.,]?\Z")
_BEGINS_NUMBER = re.compile(r"[.,]?[\d²³¹⁰-₉]")


def _meaning(text: str, start: int, end: int, *, loose: bool) -> int:
    """Return the flags of what the gap `text[start:end]` may stand for: nothing, a space, a hyphen or dash.

    Between two numbers a space is only a space, also in a loose text, and a hyphen that begins the second one is a minus.
    """
    if (gap := text[start:end]) != " ":
        gap = untypographic(gap)
    is_apart = ANY_APART.search(gap) is not None
    spaced = is_apart or any(character.isspace() for character in gap)
    between_numbers = _ENDS_NUMBER.search(text[max(start - 2, 0) : start]) and _BEGINS_NUMBER.match(text, end)
    if "-" in gap:
        if between_numbers and is_apart:
            return _HYPHEN | _MINUS
        if between_numbers and gap[0].isspace() and gap[-1] == "-":
            return _MINUS
        ends_line = HYPHENATED.fullmatch(text, start, end) and between_letters(text, start, end)
        return _NOTHING | _HYPHEN if ends_line else _HYPHEN
    if "\xad" in gap:
        if between_numbers and spaced:
            return _HYPHEN | _BREAK
        return _NOTHING | _HYPHEN | (_SPACE if spaced else 0)
    if not spaced:
        return _NOTHING | (_SPACE if loose else 0)
    if between_numbers:
        return _BREAK
    # Chinese and Japanese have no spaces, Korean lines break within words, and all use spaces freely around Latin letters.
    free = loose or CJK.match(text[start - 1 : start]) or CJK.match(text, end)
    if is_apart:
        joins = BORDER in gap and text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()
        return _SPACE if joins and not free else _SPACE | _NOTHING
    return _SPACE | _NOTHING if free else _SPACE


def _gaps(text: str, plain: str, start: int, end: int, *, loose: bool) -> Iterator[tuple[int, int]]:
    """Yield, for each gap inside `text[start:end]`, the number of letters before it and its meaning."""
    skipped = start
    for found in GAP.finditer(plain, start, end):
        yield found.start() - skipped, _meaning(text, *found.span(), loose=loose)
        skipped += found.end() - found.start()


class _QuotePart(NamedTuple):
    """A part of a quote, between two ellipses."""

    plain: str
    letters: str
    """Without gaps."""
    gaps: dict[int, int]
    """Meaning of each gap, by the number of letters before it."""
    begins_with_hyphen: bool
    ends_with_hyphen: bool


def _parse_part(words: str, *, loose: bool) -> _QuotePart | None:
    """Return the words in the form that is searched for; None where they contain only gaps."""
    text = composed(words)
    plain = untypographic(text)
    runs = [run.span() for run in RUN.finditer(plain)]
    if not runs:
        return None
    start, end = runs[0][0], runs[-1][1]
    gaps = dict(_gaps(text, plain, start, end, loose=loose))
    hyphens = plain[max(start - 1, 0) : start] == "-", plain[end : end + 1] == "-"
    return _QuotePart(plain[start:end], GAP.sub("", plain), gaps, *hyphens)


# ---- searching -------------------------------------------------------------------------------------------------------


_AROUND = 12
"""Characters around an end of a match that tell whether it is one."""
_OF_NUMBERS = r"(?:[.,/⁄'’·٫٬]|\^\{?|\*\*)"
_IN_A_WORD = [
    (re.compile(one), re.compile(other))
    for one, other in (
        (r"\d\Z", rf"{_OF_NUMBERS}\d"),
        (rf"\d{_OF_NUMBERS}\Z", r"\d"),
        (r"[^\W_]\Z", r"_+[^\W_]"),
        (r"[^\W_]_+\Z", r"[^\W_]"),
    )
]
"""Text before and after a place within a number or a name, such as 1.5, 1/2, 10^24 or max_tokens."""
_CHANGES_NUMBER = re.compile(rf"(?:(?:\A|[\s(\[{{=<>~≈±:;,|^]|\d[eE])[-−–]|\S{RAISED_BEGINS})\Z")
"""Before a number: a minus, or that it is a power of something."""
_CHANGES_WORD = re.compile(
    r"(?<![^\W_])(?:non|un|not|anti|semi|quasi|pseudo)[-‐‑–\xad]\s*\Z|[비미불무不非未无無没沒]\Z|(?<![가-힣])[비미불무]\n\Z",
    re.IGNORECASE,
)
"""Before a word: a prefix that denies it, such as that of the Korean word for closed, which is in front of the one for open."""


class _Chain(NamedTuple):
    """A match of one part of a quote, and those of the parts before it."""

    start: int
    end: int
    before: _Chain | None

    def spans(self) -> list[tuple[int, int]]:
        return [*(self.before.spans() if self.before else []), (self.start, self.end)]


class Searchable:
    """A text prepared for searching; preparation takes longer than a search.

    In a `loose` text spaces are ignored, because its source does not define them, as in PDF.
    """

    def __init__(self, text: str, *, loose: bool = False) -> None:
        self.text = composed(text)
        self.loose = loose
        self._plain = untypographic(self.text)

    @cached_property
    def _without_notes(self) -> Searchable | None:
        """The same text without the marks of footnotes, with the same offsets; None where it has none."""
        bare = FOOTNOTE_MARK.sub(lambda found: APART * len(found[0]), self.text)
        return Searchable(bare, loose=self.loose) if bare != self.text else None

    @cached_property
    def _letters(self) -> str:
        return GAP.sub("", self._plain)

    @cached_property
    def _lowered(self) -> str:
        return lower(self._letters)

    @cached_property
    def _skipped(self) -> tuple[array[int], array[int]]:
        """For each gap, the number of letters before it, and of other characters up to its end."""
        before, skipped, total = array("L"), array("L"), 0
        for found in GAP.finditer(self._plain):
            start, end = found.span()
            before.append(start - total)
            total += end - start
            skipped.append(total)
        return before, skipped

    def _place(self, letter: int) -> int:
        """Return the offset in the text of the letter with this number."""
        before, skipped = self._skipped
        gap = bisect_right(before, letter)
        return letter + (skipped[gap - 1] if gap else 0)

    def _span(self, first: int, end: int) -> tuple[int, int]:
        return self._place(first), self._place(end - 1) + 1

    # ---- exactly ----

    def find(self, quote: str) -> ExactMatch | NearMatch | NoMatch:
        """Return the first exact match of `quote`, or else the closest passage.

        White space, hyphenation, ligatures, and the kind of quotation marks and dashes are ignored; letters, their case,
        digits and punctuation must be the same. `…` or `[...]` joins parts that follow each other within
        `LONGEST_OMISSION`.
        """
        words = ELLIPSIS.split(quote) if len(quote) <= LONGEST_QUOTE else []
        parts = [part for part in (_parse_part(each, loose=self.loose) for each in words) if part]
        if not 0 < len(parts) <= MOST_PARTS:
            return NoMatch()
        without = self._without_notes
        return self._find_exact(parts) or (without and without._find_exact(parts)) or self._find_near(parts)

    def _find_exact(self, parts: list[_QuotePart]) -> ExactMatch | None:
        """Return the first match of the parts in their order."""
        if any(part.letters not in self._letters for part in parts):
            return None
        if len(parts) == 1:
            span = next(self._hits(parts[0], _CHECKS), None)
            return span and ExactMatch(*span, self._joined([span]))
        chains = [_Chain(*span, None) for span in self._hits(parts[0], _CHECKS // len(parts))]
        for part in parts[1:]:
            ends = [chain.end for chain in chains]
            longer = []
            for start, end in self._hits(part, _CHECKS // len(parts)):
                latest = bisect_right(ends, start) - 1
                if latest >= 0 and start - ends[latest] <= LONGEST_OMISSION:
                    longer.append(_Chain(start, end, chains[latest]))
            chains = longer
        if not chains:
            return None
        spans = chains[0].spans()
        return ExactMatch(spans[0][0], spans[-1][1], self._joined(spans))

    def _joined(self, spans: list[tuple[int, int]]) -> str:
        return " … ".join(join_lines(self.text[start:end]) for start, end in spans)

    def _hits(self, part: _QuotePart, work: int) -> Iterator[tuple[int, int]]:
        """Yield the matches of one part in order, up to a limit of `work` characters."""
        letters = self._letters
        first = letters.find(part.letters)
        while first >= 0 and work > 0:
            start, end = self._span(first, first + len(part.letters))
            work -= end - start + 16
            # No word or number continues at either end: `reopened` does not match `open`, nor 1.5 match 5.
            is_whole = not (self._goes_on(start) or self._goes_on(end))
            changed = not part.begins_with_hyphen and self._is_changed(start)
            if is_whole and not changed and self._has_same_gaps(part, start, end):
                yield start, end
            first = letters.find(part.letters, first + 1)

    def _has_same_gaps(self, part: _QuotePart, start: int, end: int) -> bool:
        """Return whether the gaps between the letters have the same meaning as in the part."""
        if part.begins_with_hyphen and TOUCHING.sub("", self._plain[max(start - 2, 0) : start])[-1:] != "-":
            return False
        if part.ends_with_hyphen and TOUCHING.sub("", self._plain[end : end + 2])[:1] != "-":
            return False
        if self._plain[start:end] == part.plain:
            return True
        nothing = _NOTHING | (_SPACE if self.loose else 0)
        seen = set()
        for place, meaning in _gaps(self.text, self._plain, start, end, loose=self.loose):
            if not part.gaps.get(place, nothing) & meaning:
                return False
            seen.add(place)
        return all(meaning & nothing for place, meaning in part.gaps.items() if place not in seen)

    def _goes_on(self, place: int) -> bool:
        if not 0 < place < len(self.text):
            return False
        near = self.text[max(place - _AROUND, 0) : place], self.text[place : place + _AROUND]
        left, right = (TOUCHING.sub("", each) for each in near)
        before, after = left[-1:], right[:1]
        if near[0][-1] in (APART, BORDER) or near[1][0] in (APART, BORDER):
            # Text that is set apart is a word of its own, unless this may be the middle of a word.
            touching = any(BORDER in each for each in near)
            if (before.islower() and after.islower()) or (touching and before.isdigit() and after.isdigit()):
                return True
            if not touching:
                return False
        elif before.isalnum() and after.isalnum():
            return not (CJK.match(before) or CJK.match(after))
        return any(one.search(left) and other.match(right) for one, other in _IN_A_WORD)

    def _is_changed(self, start: int) -> bool:
        """Return whether what is before this place changes the meaning: a minus, a prefix such as `non-`, the base of a power."""
        before = TOUCHING.sub("", self.text[max(start - _AROUND, 0) : start])
        pattern = _CHANGES_NUMBER if self.text[start : start + 1].isdigit() else _CHANGES_WORD
        return pattern.search(before) is not None

    # ---- nearly ----

    def _find_near(self, parts: list[_QuotePart]) -> NearMatch | NoMatch:
        """Return the closest passage of each part, in any order."""
        spans, same, total = set(), 0, sum(len(part.letters) for part in parts)
        for part in parts:
            if (closest := self._closest(lower(part.letters))) is not None:
                span = self._whole_words(*self._span(*closest))
                spans.add(span)
                own = GAP.sub("", self._plain[slice(*span)])
                same += len(part.letters) - _best_end(part.letters, own)[0]
        # A passage with the same letters differs in something else, such as spaces.
        score = min(same / total, 0.99)
        if score < ALIKE:
            return NoMatch()
        ordered = sorted(spans)
        return NearMatch(ordered[0][0], max(end for _, end in ordered), self._joined(ordered), score)

    def _closest(self, letters: str) -> tuple[int, int] | None:
        """Return the span of letters that needs the fewest changes; in a long text, only of the likely windows."""
        text, size = self._lowered, len(letters)
        windows = [(0, len(text))] if len(text) <= _SEARCHED_WHOLE else self._windows(letters)
        found = ((start, *_best_end(letters, text[start:stop])) for start, stop in windows)
        distance, end = min(((distance, start + end) for start, distance, end in found), default=(size, 0))
        if distance >= size * (1 - ALIKE) + 1 or end == 0:
            return None
        before = text[max(0, end - 2 * size) : end]
        return end - _best_end(letters[::-1], before[::-1], anchored=True)[1], end

    def _windows(self, letters: str) -> list[tuple[int, int]]:
        """Return the windows of the text with the most seeds, which are short runs of the quote's letters, in order."""
        text, size = self._lowered, len(letters)
        length = max(2, min(6, size // 4))
        step = max(1, (size - length + 1) // _SEEDS)
        width = max(8, size // 4)
        votes: Counter[int] = Counter()
        for offset in range(0, size - length + 1, step):
            seed = letters[offset : offset + length]
            place = text.find(seed)
            for _ in range(_PLACES):
                if place < 0:
                    break
                votes[(place - offset) // width] += 1
                place = text.find(seed, place + 1)
        ranked = sorted(votes, key=lambda bucket: (-votes[bucket] - votes[bucket + 1], bucket))
        return [
            (max(0, bucket * width - size // 2), min(len(text), (bucket + 2) * width + size + size // 2))
            for bucket in ranked[:_CANDIDATES]
        ]

    def _whole_words(self, start: int, end: int) -> tuple[int, int]:
        """Return the span extended to whole words and numbers."""
        before = range(start, start - _LONGEST_WORD, -1)
        first = next((place for place in before if not (self._goes_on(place) or self._is_changed(place))), start)
        last = next((place for place in range(end, end + _LONGEST_WORD) if not self._goes_on(place)), end)
        return first, last


def _best_end(pattern: str, text: str, *, anchored: bool = False) -> tuple[int, int]:
    """Return the fewest changes that turn `pattern` into a part of `text` (its beginning, if anchored), and its end.

    Myers: "A fast bit-vector algorithm for approximate string matching based on dynamic programming" (1999). A column
    of the table is one integer, so that the time depends on the lengths alone.
    """
    size = len(pattern)
    mask, last, carry = (1 << size) - 1, 1 << (size - 1), int(anchored)
    places: dict[str, int] = {}
    for number, letter in enumerate(pattern):
        places[letter] = places.get(letter, 0) | 1 << number
    more, less, distance = mask, 0, size
    best = (size, 0)
    for number, letter in enumerate(text, 1):
        same = places.get(letter, 0)
        vertical = same | less
        horizontal = (((same & more) + more) ^ more) | same
        up = (less | ~(horizontal | more)) & mask
        down = more & horizontal
        if up & last:
            distance += 1
        elif down & last:
            distance -= 1
        up = (up << 1 | carry) & mask
        down = down << 1 & mask
        more = (down | ~(vertical | up)) & mask
        less = up & vertical
        if distance < best[0]:
            best = (distance, number)
    return best
