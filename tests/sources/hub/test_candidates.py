"""The choice of models by impact: the study's formula, for any order and any counts."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from math import log
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.hub.candidates import (
    COLUMNS,
    LONGEST_LINE,
    Children,
    ListedModel,
    ListingError,
    as_cells,
    rank_models,
    read_listing,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sources.hub.candidates import Ranking

DAY = date(2026, 11, 20)


def row(hub_id: str, likes: int = 0, downloads: int = 0, *base_models: str) -> ListedModel:
    return ListedModel(hub_id, likes, downloads, base_models, DAY)


def standing(ranking: Ranking) -> list[tuple[int, str, float]]:
    return [(candidate.rank, candidate.id, round(candidate.score, 3)) for candidate in ranking.candidates]


# ---- the formula -----------------------------------------------------------------------------------------------------

CASES: dict[str, tuple[list[ListedModel], list[tuple[int, str, float]]]] = {
    "an empty listing": ([], []),
    "one model, which has nobody to stand out from": ([row("example/one", 5, 6)], [(1, "example/one", 0.0)]),
    "columns in which all are the same": (
        [row("example/b", 7, 9), row("example/a", 7, 9)],
        [(1, "example/a", 0.0), (1, "example/b", 0.0)],
    ),
    "the first of all three and the last of all three": (
        [row("example/low"), row("example/high", 9, 99), row("example/child", 0, 0, "example/high")],
        [(1, "example/high", 3.0), (2, "example/child", 0.0), (2, "example/low", 0.0)],
    ),
    # ln(4) / ln(16) is a half
    "half way, by logarithm": (
        [row("example/a", 15), row("example/b", 3), row("example/c", 0)],
        [(1, "example/a", 1.0), (2, "example/b", 0.5), (3, "example/c", 0.0)],
    ),
    "the smallest count is 0 points, whatever it is": (
        [row("example/a", 63), row("example/b", 15), row("example/c", 3)],
        [(1, "example/a", 1.0), (2, "example/b", 0.5), (3, "example/c", 0.0)],
    ),
    "counts that are too large to be told apart": (
        [row("example/a", 10**15 - 2), row("example/b", 10**15 - 1)],
        [(1, "example/a", 0.0), (1, "example/b", 0.0)],
    ),
    "base models in other letters, named twice, or the model itself": (
        [row("Example/One", 0, 0, "example/one"), row("example/two", 0, 0, "EXAMPLE/ONE", "example/one")],
        [(1, "Example/One", 1.0), (2, "example/two", 0.0)],
    ),
    "a base model that isn't listed": ([row("example/one", 0, 0, "example/elsewhere")], [(1, "example/one", 0.0)]),
    "a model that is listed twice counts as it came first": (
        [row("example/one", 1), row("Example/ONE", 99), row("example/two", 3)],
        [(1, "example/two", 1.0), (2, "example/one", 0.0)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_models_stand_by_the_formula_of_the_study(case: str) -> None:
    rows, expected = CASES[case]
    assert standing(rank_models(rows, top=15)) == expected


def test_models_that_were_listed_again_are_counted() -> None:
    ranking = rank_models([row("example/one"), row("example/One"), row("example/two")], top=1)
    assert (ranking.models, ranking.repeated, len(ranking.candidates)) == (2, 1, 1)


@pytest.mark.parametrize("rows", [[row("example/one", -1)], [row("example/one", 0, -5)]])
def test_a_negative_count_is_refused_by_name(rows: list[ListedModel]) -> None:
    with pytest.raises(ValueError, match="example/one has a count below 0"):
        rank_models(rows, top=1)


def test_assessments_are_found_whatever_the_capitals() -> None:
    ranking = rank_models([row("Example/One"), row("example/two")], 2, assessed={"example/one": "example/uno"})
    assert [candidate.assessment for candidate in ranking.candidates] == ["example/uno", None]


BY_NAME = {
    ("example/one", "other/one-chat", "other/ONE-chat-v2", "other/alone"): [3, 1, 0, 0],
    ("example/one", "other/one"): [1, 1],
    ("example/a", "example/b", "a/bcd"): [0, 1, 0],
    ("example/abababab", "example/abab"): [0, 1],
    ("one/other", "example/two"): [0, 0],
    ("gpt2", "example/gpt2-large"): [1, 0],
    ("example/a-name-of-more-than-16", "other/my-a-name-of-more-than-16-yes"): [1, 0],
}


@pytest.mark.parametrize("ids", BY_NAME)
def test_children_by_name_contain_the_name_behind_the_slash(ids: tuple[str, ...]) -> None:
    ranking = rank_models(map(row, ids), len(ids), Children.NAME)
    counts = {candidate.id: candidate.children for candidate in ranking.candidates}
    assert [counts[each] for each in ids] == BY_NAME[ids]


THE_15_OF_THE_STUDY = [
    "meta-llama/Meta-Llama-3-8B",
    "deepseek-ai/DeepSeek-R1",
    "meta-llama/Llama-2-7b-hf",
    "openai-community/gpt2",
    "mistralai/Mistral-7B-v0.1",
    "mistralai/Mixtral-8x7B-v0.1",
    "Qwen/Qwen2.5-7B",
    "microsoft/Phi-3-mini-4k-instruct",
    "Qwen/QwQ-32B",
    "deepseek-ai/DeepSeek-V3",
    "bigcode/starcoder",
    "facebook/opt-125m",
    "microsoft/phi-2",
    "google/gemma-7b",
    "google/gemma-2-9b",
]


def test_the_15_models_of_the_study_have_its_order_with_constructed_counts() -> None:
    """No evidence about these models: the study doesn't print its counts, so these are made up, each less than the one before.

    It shows that the first 15 are cut off where they should be, in order, with those behind them left out.
    """
    rows = []
    for place, hub_id in enumerate(THE_15_OF_THE_STUDY):
        rows.append(row(hub_id, 9000 - 400 * place, 5_000_000 - 250_000 * place))
        rows += [row(f"example/{place}-{child}", 1, 20, hub_id) for child in range(40 - 2 * place)]
    file = StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([COLUMNS, *map(as_cells, reversed(rows))])
    file.seek(0)
    ranking = rank_models(read_listing(file.readline), top=15)
    assert [candidate.id for candidate in ranking.candidates] == THE_15_OF_THE_STUDY
    assert [candidate.rank for candidate in ranking.candidates] == list(range(1, 16))


# ---- properties ------------------------------------------------------------------------------------------------------

NAMES = st.from_regex(r"[AaBb][AaBb-]{0,20}", fullmatch=True)
IDS = st.builds("{}/{}".format, st.sampled_from(["x", "y"]), NAMES)
COUNTS = st.integers(0, 10) | st.integers(0, 10**15 - 1)


@st.composite
def listings(draw: st.DrawFn) -> list[ListedModel]:
    ids = draw(st.lists(IDS, unique_by=str.lower, max_size=12))
    bases = st.lists(st.sampled_from(ids) | IDS, max_size=3) if ids else st.just([])
    return [row(each, draw(COUNTS), draw(COUNTS), *draw(bases)) for each in ids]


@given(listings(), st.sampled_from(Children), st.data())
def test_the_order_of_the_rows_does_not_matter(
    rows: list[ListedModel], children: Children, data: st.DataObject
) -> None:
    other = data.draw(st.permutations(rows))
    assert rank_models(other, 5, children) == rank_models(rows, 5, children)


@given(listings(), st.sampled_from(Children), st.integers(1, 15))
def test_scores_lie_between_0_and_3_and_fall(rows: list[ListedModel], children: Children, top: int) -> None:
    candidates = rank_models(rows, top, children).candidates
    assert len(candidates) == min(top, len(rows))
    assert all(0 <= score <= 1 for candidate in candidates for score in candidate.scores)
    assert all(0 <= candidate.score <= 3 for candidate in candidates)
    places = [(-candidate.score, candidate.id.lower()) for candidate in candidates]
    assert places == sorted(places)
    for candidate in candidates:
        assert candidate.rank == 1 + sum(other.score > candidate.score for other in candidates)


@given(listings())
def test_children_are_those_that_one_finds_by_looking_at_each_pair(rows: list[ListedModel]) -> None:
    def is_child(child: ListedModel, parent: ListedModel, children: Children) -> bool:
        if child is parent:
            return False
        if children is Children.BASE_MODEL:
            return parent.id.lower() in map(str.lower, child.base_models)
        return parent.id.partition("/")[2].lower() in child.id.partition("/")[2].lower()

    for children in Children:
        found = {candidate.id: candidate.children for candidate in rank_models(rows, 99, children).candidates}
        assert found == {each.id: sum(is_child(other, each, children) for other in rows) for each in rows}


@given(listings())
def test_scores_are_the_formula_written_out(rows: list[ListedModel]) -> None:
    candidates = rank_models(rows, 99).candidates

    def written_out(counts: Sequence[int]) -> list[float]:
        ys = [log(count + 1) for count in counts]
        return [(y - min(ys)) / (max(ys) - min(ys)) if max(ys) - min(ys) > 1e-9 else 0 for y in ys]

    columns = [
        written_out([candidate.children for candidate in candidates]),
        written_out([candidate.likes for candidate in candidates]),
        written_out([candidate.downloads for candidate in candidates]),
    ]
    for number, candidate in enumerate(candidates):
        near = any(0 < max(each) - min(each) < 1e-6 for each in _logarithms(rows))
        assert near or candidate.score == pytest.approx(sum(column[number] for column in columns), abs=1e-6)


def _logarithms(rows: list[ListedModel]) -> list[list[float]]:
    """Return the columns whose values, if nearly equal, can't be compared in floating point."""
    return [[log(each.likes + 1) for each in rows], [log(each.downloads + 1) for each in rows]]


@given(listings())
def test_what_is_kept_as_csv_is_read_again(rows: list[ListedModel]) -> None:
    file = StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([COLUMNS, *map(as_cells, rows)])
    file.seek(0)
    assert list(read_listing(file.readline)) == rows


@given(st.text())
def test_any_other_text_is_refused_in_words(text: str) -> None:
    for file in (text, f"{','.join(COLUMNS)}\n{text}"):
        try:
            rank_models(read_listing(StringIO(file, newline="").readline), 3)
        except ListingError as error:
            assert str(error).startswith("line ")  # noqa: PT017 (there may be no error)


# ---- CSV -------------------------------------------------------------------------------------------------------------

HEADER = "id,likes,downloads,base_models,listed\n"
GOOD = "example/one,1,2,,2026-11-20\n"
REFUSED = {
    "": "line 1: this should be `id,likes,downloads,base_models,listed`, but is ``",
    "id,likes\n": "line 1: this should be `id,likes,downloads,base_models,listed`, but is `id,likes`",
    f"\ufeff{HEADER}": "line 1: this should be",
    f"{HEADER}{GOOD}example/two,1,2\n": "line 3: there should be 5 cells, but there are 3",
    f"{HEADER}{GOOD}\n": "line 3: there should be 5 cells, but there are 0",
    f"{HEADER}example/one,-5,2,,2026-11-20\n": "line 2: `-5` in the column `likes` is no count; write a whole number from 0",
    f"{HEADER}example/one,,2,,2026-11-20\n": "line 2: `` in the column `likes` is no count",
    f"{HEADER}example/one,1,2.5,,2026-11-20\n": "line 2: `2.5` in the column `downloads` is no count",
    f"{HEADER}example/one,1,nan,,2026-11-20\n": "line 2: `nan` in the column `downloads` is no count",
    f"{HEADER}example/one,٣,1,,2026-11-20\n": "line 2: `٣` in the column `likes` is no count",
    f"{HEADER}example/one,1,{10**15},,2026-11-20\n": "line 2: `1000000000000000` in the column `downloads` is no count",
    f"{HEADER}=1+1,1,2,,2026-11-20\n": "line 2: `=1+1` in the column `id` is no id of a model; write `organisation/name`",
    f"{HEADER}a/b/c,1,2,,2026-11-20\n": "line 2: `a/b/c` in the column `id` is no id of a model",
    f"{HEADER}example/caf\udce9,1,2,,2026-11-20\n": "line 2: `example/caf\udce9` in the column `id` is no id of a model",
    f"{HEADER}example/one,1,2,a/b  c/d,2026-11-20\n": "line 2: `` in the column `base_models` is no id of a model",
    f"{HEADER}example/one,1,2,,20.11.2026\n": "line 2: `20.11.2026` in the column `listed` is no day",
    f"{HEADER}example/one,1,2,,2026-02-30\n": "line 2: `2026-02-30` in the column `listed` is no day",
    f"{HEADER}{GOOD}example/two,1,2,,2026-11-21\n": "line 3: `listed` is 2026-11-21, but 2026-11-20 in the lines above",
    f'{HEADER}"example/one,1,2,,2026-11-20\n': "line 2: this is no CSV: unexpected end of data",
    f"{HEADER}{GOOD}{'a' * LONGEST_LINE}": "line 3: the line is longer than 65,536 characters",
}


@pytest.mark.parametrize("text", REFUSED, ids=REFUSED.values())
def test_what_is_no_listing_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ListingError) as refused:
        list(read_listing(StringIO(text, newline="").readline))
    assert str(refused.value).startswith(REFUSED[text])


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_may_end_as_they_do_on_windows(ending: str) -> None:
    text = f"{HEADER}{GOOD}".replace("\n", ending)
    assert list(read_listing(StringIO(text, newline="").readline)) == [row("example/one", 1, 2)]
