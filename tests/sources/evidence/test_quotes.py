"""Exact matches, near matches, and quotes without a match."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.sources.evidence.quotes import (
    ALIKE,
    LONGEST_OMISSION,
    MOST_PARTS,
    ExactMatch,
    NearMatch,
    NoMatch,
    Searchable,
    _best_end,
)
from bot.sources.evidence.spelling import composed
from tests.thorough import examples


def find(quote: str, text: str) -> ExactMatch | NearMatch | NoMatch:
    return Searchable(text).find(quote)


# ---- found -----------------------------------------------------------------------------------------------------------

SAID = {
    "as it stands": ("the weights are open", "Here the weights are open."),
    "wrapped": ("the weights are open", "the weights\n  are\topen"),
    "spaces that do not break": ("1 billion tokens", "1\u00a0billion\u202ftokens"),
    "hyphenated at the end of a line": ("released weights", "re-\nleased weights"),
    "hyphenated with blanks around the break": ("released weights", "re- \n  leased weights"),
    "a hyphen that stood at the end of a line": ("open-source licence", "open-\nsource licence"),
    "soft hyphens": ("released weights", "re\u00adleased weights"),
    "a soft hyphen at the end of a line": ("released weights", "re\u00ad\nleased weights"),
    "a soft hyphen in the quote": ("re\u00adleased weights", "released weights"),
    "a soft hyphen beside a space": ("released weights", "released\u00ad weights"),
    "a hyphen that never breaks": ("open-source", "open\u2011source"),
    "ligatures": ("five efficient files", "\ufb01ve e\ufb03cient \ufb01les"),
    "ligatures in the quote": ("\ufb01ve files", "five files"),
    "full width": ("Apache 2.0", "Ａｐａｃｈｅ ２．０"),
    "letters of formulas": ("where x is", "where \U0001d465 is"),
    "typographic quotation marks": ('the "open" model', "the “open” model"),
    "quotation marks of others": ('the "open" model', "the „open“ model, the «open» model"),
    "apostrophes": ("the model's weights don't", "the model’s weights don’t"),
    "dashes": ("pages 1-5 - all", "pages 1–5 — all"),
    "dashes without spaces": ("weights - all of them", "weights—all of them"),
    "dots": ("and so on...", "and so on…"),
    "accents that combine": ("café", "cafe\u0301"),
    "zero-width characters": ("released weights", "re\u200bleased\ufeff weights"),
    "an ellipsis": ("the weights … are open", "the weights of all sizes are open"),
    "an ellipsis in brackets": ("the weights [...] are open", "the weights of all sizes are open"),
    "an ellipsis of one character in brackets": ("the weights [ … ] open", "the weights of all sizes are open"),
    "an ellipsis that stands for nothing": ("the weights … are open", "the weights are open"),
    "an ellipsis at the ends": ("… weights are …", "the weights are open"),
    "an ellipsis whose first words stand twice": (
        "weights … are open",
        "weights" + " x" * LONGEST_OMISSION + " weights are open",
    ),
    "as much left out as may be": ("a … b", "a" + " " * 5000 + "b"),
    "as long as may be quoted": ("a" * 4000, "a" * 4000),
    "Korean": ("모델의 가중치는 공개되어 있다", "이 모델의 가중치는 공개되어 있다."),
    "Korean, wrapped within a word": ("모델의 가중치는 공개되어 있다", "모델의 가중\n치는 공개되어\n있다"),
    "Korean with another spacing": ("모델의 가중치는 공개되어 있다", "모델의 가중치는 공개 되어있다"),
    "Korean, without its particle": ("가중치", "모델의 가중치는"),
    "Korean of single letters": ("가중치", "\u1100\u1161\u110c\u116e\u11bc\u110e\u1175"),
    "Chinese, wrapped": ("我们发布了模型权重", "我们发布了\n模型权重"),
    "Japanese with Latin": ("オープンな LLM です", "これはオープンなLLMです"),
    "a hyphen at its beginning": ("-5 degrees", "it has -5 degrees"),
    "a hyphen at its end": ("pre-", "pre- and post-training"),
    "as many parts as may be joined": (" … ".join("a" * 16), "a " * 100),
    "a list's hyphen": ("- weights\n- code", "- weights\n- code"),
    "a number behind a sign": ("1.5 billion", "$1.5 billion"),
    "only signs": ("%", "5 %"),
    "a sign that stands for itself alone": ("℗ 2025", "℗ 2025"),
    "Arabic letters in isolated forms": ("\u0627\u0644", "\ufe8d\ufedd"),
    "Arabic letters in joined forms": ("\u0644\u0644\u0644", "\ufedf\ufee0\ufede"),
    "narrow letters": ("\u30a2", "\uff71"),
}


@pytest.mark.parametrize("case", SAID)
def test_typographic_differences_are_ignored(case: str) -> None:
    quote, text = SAID[case]
    assert isinstance(find(quote, text), ExactMatch)


def test_the_span_and_the_passage_of_a_match_are_returned() -> None:
    text = "One.\nThe  wei-\nghts are “open”. Two."
    found = find('weights are "open"', text)
    assert isinstance(found, ExactMatch)
    assert text[found.start : found.end] == "wei-\nghts are “open”"
    assert found.passage == "weights are “open”"


def test_the_first_place_counts() -> None:
    found = find("a b", "xa b. a  b a b")
    assert isinstance(found, ExactMatch)
    assert found.start == 6


def test_what_an_ellipsis_left_out_is_not_in_the_passage() -> None:
    found = find("the weights … open", "Now the weights of all sizes are open.")
    assert found == ExactMatch(4, 37, "the weights … open")
    found = find("the … weights … are", "Now the weights of all sizes are open.")
    assert found == ExactMatch(4, 32, "the … weights … are")


def test_a_letter_keeps_thirty_accents_and_the_next_as_many() -> None:
    accents = "\u0323" * 30
    assert composed(f"q{accents}\u0323¡{accents}\u0323") == f"q{accents}¡{accents}"


def test_a_text_that_was_prepared_answers_more_than_once() -> None:
    text = Searchable("ﬁve weights are open")
    assert [type(text.find(quote)) for quote in ("five weights", "are open", "closed")] == [
        ExactMatch,
        ExactMatch,
        NoMatch,
    ]
    assert text.text == "five weights are open"


# ---- not found -------------------------------------------------------------------------------------------------------

NOT_SAID = {
    "another word": ("the weights are open", "the weights are closed"),
    "another case": ("the weights are open", "The weights are open"),
    "another order": ("open weights", "weights open"),
    "a part of a word": ("open weights", "reopen weights"),
    "the beginning of a word": ("weights are open", "weights are opened"),
    "a part of a number": ("5 billion tokens", "1.5 billion tokens"),
    "the beginning of a number": ("it has 1.5", "it has 1.57 of them"),
    "the beginning of a number with more behind the point": ("it has 15", "it has 15.7"),
    "without its space": ("open weights", "openweights"),
    "with a space": ("openweights", "open weights"),
    "a space for a hyphen": ("open source", "open-source"),
    "a space for an invisible character": ("re leased weights", "re\u200bleased weights"),
    "a space for a soft hyphen": ("re leased weights", "re\u00adleased weights"),
    "without its hyphen": ("opensource", "open-source"),
    "a range for a number": ("1020 tokens", "10-\n20 tokens"),
    "without its minus": ("-5 degrees", "it has 5 degrees"),
    "without the hyphen at its end": ("pre-", "pre and post training"),
    "powers": ("102 tokens", "10² tokens"),
    "fractions": ("1/2 of them", "½ of them"),
    "without its accent": ("cafe", "café"),
    "without its comma": ("weights code", "weights, code"),
    "parts in another order": ("are open … the weights", "the weights are open"),
    "parts of which one is missing": ("the weights … are closed", "the weights are open"),
    "parts that are far apart": ("the weights … are open", "the weights" + " x" * LONGEST_OMISSION + " are open"),
    "more left out than may be": ("a … b", "a" + " " * 5001 + "b"),
    "parts that overlap": ("a b … b c", "a b c"),
    "another Korean word": ("가중치는 비공개이다", "가중치는 공개이다"),
    "a Korean word whose prefix ends the line before": ("공개된 모델", "비\n공개된 모델"),
    "nothing": ("", "the weights"),
    "only an ellipsis": ("…", "the weights"),
    "only spaces and hyphens": (" - ", "a - b"),
    "in an empty text": ("the weights", ""),
    "in a text of spaces": ("the weights", " \n-"),
    "more than may be quoted": ("a" * 4001, "a" * 4001),
    "more parts than may be joined": ("a…" * 17, "a " * 100),
}


@pytest.mark.parametrize("case", NOT_SAID)
def test_other_differences_are_not_ignored(case: str) -> None:
    quote, text = NOT_SAID[case]
    assert not isinstance(find(quote, text), ExactMatch)


def test_in_a_loose_text_spaces_do_not_count_but_all_else_does() -> None:
    text = Searchable("Theweights are re leased under alicence.", loose=True)
    assert isinstance(text.find("The weights are released under a licence"), ExactMatch)
    assert isinstance(text.find("The weights are released under the licence"), NearMatch)
    assert isinstance(text.find("he weights are released"), NearMatch)


NUMBERS = {
    "cells of a table": ("3 2", "3 2", "32"),
    "lines": ("of 7\n000 tokens", "7 000", "7000"),
    "set apart": ("15\u20632 x", "15 2", "152"),
    "a power": ("10\u206124\u2062 x", "10 24", "1024"),
    "a power with a minus": ("10\u2061-4\u2062 x", "10-4", "104"),
    "the end of a sentence": ("in 2023. 15 x", "2023. 15", "2023.15"),
    "a space before a point": ("in 1 .5 x", "1 .5", "1.5"),
    "a number below zero": ("10 -3 x", "10 -3", "10-3"),
    "a range": ("10-3 x", "10-3", "10 -3"),
    "a range with spaces": ("10 – 3 x", "10 - 3", "10 3"),
    "a range over two lines": ("10-\n3 x", "10-3", "103"),
    "a soft hyphen at the end of a line": ("10\u00ad\n20 x", "10-20", "1020"),
    "a mark between two numbers": ("as in 3.\u20611\u20625 x", "3. 5", "3.5"),
    "small raised figures": ("10² 3 x", "10² 3", "10²3"),
}


@pytest.mark.parametrize("loose", [False, True])
@pytest.mark.parametrize("case", NUMBERS)
def test_between_two_figures_a_separation_stays_one(case: str, loose: bool) -> None:
    shown, said, not_said = NUMBERS[case]
    text = Searchable(shown, loose=loose)
    assert isinstance(text.find(said), ExactMatch)
    assert not isinstance(text.find(not_said), ExactMatch)


NOTES = {
    "behind a word": ("15 trillion tokens\u20613\u2062 of it", "tokens of it", True),
    "with the mark": ("15 trillion tokens\u20613\u2062 of it", "tokens3 of it", True),
    "behind a sign": ("all tokens.\u2061*\u2062 We", "tokens. We", True),
    "in brackets behind a figure": ("7 of 9\u2061[2]\u2062 x", "9 x", True),
    "a power": ("of 10\u206124\u2062 x", "10 x", False),
    "a short word, which may be a symbol": ("of xy\u20612\u2062 x", "xy x", False),
    "words, which are no mark": ("weights\u2061not\u2062 open", "weights open", False),
    "the number of an item": ("one\n\u20612.\u2062 two", "one two", True),
    "the number of an item, quoted": ("one\n\u20612.\u2062 two", "one 2. two", True),
    "the sign of an item": ("one\n• two", "one two", True),
    "a sign within a line": ("one • two", "one two", False),
}


@pytest.mark.parametrize("case", NOTES)
def test_marks_of_footnotes_and_items_may_be_left_out(case: str) -> None:
    text, quote, is_said = NOTES[case]
    assert isinstance(find(quote, text), ExactMatch) is is_said


CLOSEST = {
    "a misspelt word": ("the wieghts are open", "We say: the weights are open. Yes.", "the weights are open"),
    "another case": ("The Weights are open", "We say: the weights are open. Yes.", "the weights are open"),
    "another case, behind letters that are longer in lower case": (
        "the weights are open",
        f"{'İ' * 40}. The Weights are open. Yes.",
        "The Weights are open",
    ),
    "a word left out": ("weights are all open", "We say: the weights are open. Yes.", "weights are open"),
    "a space left out": ("the weightsare open", "We say: the weights are open. Yes.", "the weights are open"),
    "half a word": ("he weights are ope", "We say: the weights are open. Yes.", "the weights are open"),
    "an ellipsis": ("the wieghts … open", "We say: the weights are open. Yes.", "the weights … open"),
    "Korean": ("가중치는 비공개되어 있다", "모델의 가중치는 공개되어 있다. 끝.", "가중치는 공개되어 있다"),
    "Korean with another letter": ("가나바라마", "가나다라마.", "가나다라마"),
    "Korean with a letter more": ("가나라마바사", "가나다라마바사.", "가나다라마바사"),
    "three of five letters": ("abcde", "abcxy.", "abcxy"),
    "hyphenated": ("weights are relaesed", "the weights are re-\nleased", "weights are released"),
}


FILLER = "Something else, and more of it. " * 2000


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), (FILLER, ""), ("", f" {FILLER}")], ids=["short", "end of a long", "start of a long"]
)
@pytest.mark.parametrize("case", CLOSEST)
def test_the_closest_passage_consists_of_whole_words(case: str, before: str, after: str) -> None:
    quote, text, closest = CLOSEST[case]
    near = find(quote, before + text + after)
    assert isinstance(near, NearMatch)
    assert near.passage == closest
    assert len(before) <= near.start < near.end <= len(before + text)
    assert ALIKE <= near.score < 1


def test_a_part_that_is_absent_leaves_the_closest_passage_of_the_others() -> None:
    assert find("x … the weights", "the weights are open") == NearMatch(0, 11, "the weights", 10 / 11)


@pytest.mark.parametrize(
    ("quote", "text", "closest"),
    [
        ("x … the weights", "the weights are open. " * 2000, "the weights"),
        ("abcde … the weights", "abcxy: the weights", "abcxy … the weights"),
        ("abcde … the weights", "abwxy: the weights", "the weights"),
    ],
)
def test_a_part_counts_as_absent_when_more_than_two_fifths_of_its_letters_differ(
    quote: str, text: str, closest: str
) -> None:
    near = find(quote, text)
    assert isinstance(near, NearMatch)
    assert near.passage == closest


@pytest.mark.parametrize("text", ["{}ab", "ab {}"], ids=["at the end", "at the start"])
def test_two_letters_are_found_among_many_places_with_one_of_them(text: str) -> None:
    near = find("a b", text.format("bbbb xxxx xxxx xxxx " * 2000))
    assert isinstance(near, NearMatch)
    assert near.passage == "ab"


@pytest.mark.parametrize(("letters", "found"), [(20_000, NearMatch), (20_001, NoMatch)])
def test_a_single_letter_is_searched_in_texts_of_up_to_twenty_thousand_letters(letters: int, found: type) -> None:
    assert isinstance(find("a", "b" * (letters - 2) + " ab"), found)


def plain_best_end(pattern: str, text: str, *, anchored: bool) -> tuple[int, int]:
    """Return the same as `_best_end` by the plain table of Levenshtein distances."""
    row = list(range(len(text) + 1)) if anchored else [0] * (len(text) + 1)
    for number, letter in enumerate(pattern, 1):
        above, row = row, [number]
        for place, other in enumerate(text, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (letter != other)))
    return min(row), row.index(min(row))


@settings(max_examples=examples(300), deadline=None)
@given(st.text("abc", min_size=1, max_size=8), st.text("abc", max_size=16), st.booleans())
@example("a", "b", True)
@example("ab", "xabxab", False)
def test_the_closest_passage_is_that_of_the_plain_table(pattern: str, text: str, anchored: bool) -> None:
    assert _best_end(pattern, text, anchored=anchored) == plain_best_end(pattern, text, anchored=anchored)


@pytest.mark.parametrize("quote", ["nothing of that kind", "xyz", "q", "완전히 다른 말"])
def test_a_quote_unlike_any_passage_has_no_match(quote: str) -> None:
    assert find(quote, "The weights are open. " * 3000) == NoMatch()


# ---- properties ------------------------------------------------------------------------------------------------------

WORDS = st.text("abcfilné", min_size=1, max_size=7)
TEXTS = st.lists(WORDS, min_size=3, max_size=30)
LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}


@st.composite
def typeset(draw: st.DrawFn, words: list[str]) -> str:
    """Draw a typeset form of the words."""
    text = []
    for word in words:
        shown = word
        for letters, ligature in LIGATURES.items():
            if letters in shown and draw(st.booleans()):
                shown = shown.replace(letters, ligature)
        if len(shown) > 1 and draw(st.booleans()):
            place = draw(st.integers(1, len(shown) - 1))
            mark = draw(st.sampled_from(["-\n", "- \n  ", "\u00ad", "\u00ad\n", "\u200b", "‐\n", "-\r\n"]))
            shown = shown[:place] + mark + shown[place:]
        text.append(draw(st.sampled_from(['"{}"', "“{}”", "„{}“", "«{}»"])).format(shown))
        text.append(draw(st.sampled_from([" ", "\n", "\r\n", "  ", "\t", "\u00a0", "\n\n", "\u2009", "\x0c"])))
    return "".join(text)


@settings(deadline=None)
@given(st.data(), TEXTS)
def test_a_quote_is_found_however_its_text_is_typeset(data: st.DataObject, words: list[str]) -> None:
    text = data.draw(typeset(words))
    first = data.draw(st.integers(0, len(words) - 1))
    quoted = words[first : data.draw(st.integers(first + 1, len(words)))]
    quote = data.draw(st.sampled_from(['"{}"', "”{}“"])).format('" "'.join(quoted))
    found = find(quote, text)
    assert isinstance(found, ExactMatch)
    kept = data.draw(st.lists(st.sampled_from(range(len(words))), min_size=1, max_size=5, unique=True))
    joined = " … ".join(words[number] for number in sorted(kept))
    assert isinstance(find(joined, text), ExactMatch)


@settings(deadline=None)
@given(st.data(), TEXTS)
def test_what_has_a_letter_that_is_not_there_is_never_found(data: st.DataObject, words: list[str]) -> None:
    text = data.draw(typeset(words))
    place = data.draw(st.integers(0, len(words) - 1))
    quote = " ".join(
        [*words[:place], data.draw(st.sampled_from(["x", words[place] + "y", "z" + words[place]])), *words[place:]]
    )
    assert not isinstance(find(quote, text), ExactMatch)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_words_are_found_only_where_they_stand_as_words(words: list[str], others: list[str]) -> None:
    quoted = others[:3]
    said = any(words[number : number + 3] == quoted for number in range(len(words)))
    assert isinstance(find(" ".join(quoted), " ".join(words)), ExactMatch) == said


@settings(deadline=None)
@given(st.data(), st.lists(st.integers(0, 999).map(str), min_size=2, max_size=6), st.booleans())
def test_two_numbers_are_never_one(data: st.DataObject, numbers: list[str], loose: bool) -> None:
    gaps = [data.draw(st.sampled_from([" ", "\n", "\u00a0", "  ", "\u2063", " \u2063\n", "\u2062"])) for _ in numbers]
    text = Searchable("".join(gap + number for gap, number in zip(gaps, numbers, strict=True)), loose=loose)
    first = data.draw(st.integers(0, len(numbers) - 2))
    joined = numbers[first] + numbers[first + 1]
    assert isinstance(text.find(joined), ExactMatch) == (joined in numbers)
    assert isinstance(text.find(f"{numbers[first]} {numbers[first + 1]}"), ExactMatch)


ANY = st.text(st.one_of(st.characters(), st.sampled_from(' -\n\u00ad“"…[.]1.5가ﬁ\u2061\u2062\u2063')), max_size=60)


@settings(max_examples=examples(300), deadline=None)
@given(ANY, ANY, st.booleans())
@example("…", "…", False)
@example("-", "-", True)
@example("İ", "x İ i", False)
def test_no_text_is_too_strange(quote: str, text: str, loose: bool) -> None:
    prepared = Searchable(text, loose=loose)
    answer = prepared.find(quote)
    match answer:
        case ExactMatch() | NearMatch():
            assert 0 <= answer.start < answer.end <= len(prepared.text)
            assert answer.passage
    assert find(quote, text) == Searchable(text).find(quote)


@settings(deadline=None)
@given(ANY)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert composed(composed(text)) == composed(text)


@settings(deadline=None)
@given(TEXTS, st.text("abcx", min_size=1, max_size=5), st.integers(0, 20))
def test_the_closest_passage_can_be_quoted(words: list[str], other: str, place: int) -> None:
    text = " ".join(words)
    near = find(" ".join([*words[: place % len(words)], other, *words[place % len(words) :]]), text)
    if isinstance(near, NearMatch):
        assert isinstance(find(near.passage, text), ExactMatch)


# ---- hostile texts ---------------------------------------------------------------------------------------------------

HUGE = 300_000
ENDLESS = {
    "one letter": ("a" * 2000 + "b" + "a" * 1900, "a" * HUGE),
    "one letter and spaces": ("aa" * 1000, "a " * (HUGE // 2)),
    "spaces": ("a b", " " * HUGE),
    "hyphens": ("aa-a b", "a-\n" * (HUGE // 3)),
    "hyphens only": ("a b", "-" * HUGE + "\n" * HUGE),
    "two letters": ("ab" * 1900 + "a … b", "ab" * (HUGE // 2)),
    "as many parts as possible": (" … ".join("a" * MOST_PARTS), "a " * (HUGE // 2)),
    "accents": ("e\u0301", "e" + "\u0301\u0316" * HUGE),
}


@pytest.mark.thorough
@pytest.mark.parametrize("case", ENDLESS)
def test_no_text_takes_more_work_than_its_length_is_worth(case: str) -> None:
    quote, text = ENDLESS[case]
    assert isinstance(find(quote, text), ExactMatch | NearMatch | NoMatch)
