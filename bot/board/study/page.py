"""The recomputation of the study for terminals, as JSON, and as a page of the leaderboard, which explains the figures."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.board.model.words import decimal
from bot.board.study.tables import BENCHMARK_VALUES, CORRELATIONS, RANKS, RATINGS
from bot.text.escaping import html_content, markdown_text, one_line
from bot.text.tables import markdown_table, terminal_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.board.study.reproduction import (
        BenchmarkComparison,
        RankAgreement,
        RankingComparison,
        Reproduction,
        SameRatings,
    )
    from bot.board.study.tables import Correlation

FORMAT_VERSION = "1.0.0"
"""Of the JSON; it rises when a key is removed or changes its meaning."""

STUDY_FOLDER = "../studies/jeon-2025/"
"""Relative to `leaderboard/reproduction.md`."""

# Decimal places: the study printed two; recomputed correlations differ from the printed ones in the third.
_CORRELATION_PLACES = 3
_LINE_PLACES = 2
# Versions of Python sum floats in different ways; the JSON must not depend on them.
_JSON_PLACES = 6

_DASH = "–"


# ---- Terminal --------------------------------------------------------------------------------------------------------


def as_text(reproduction: Reproduction) -> str:
    """Return the figures as tables for a terminal, about 130 columns wide."""
    parts = [
        "Ranks: how well they agree with the printed ones (not-applicable counts 0)",
        _terminal_table(_AGREEMENT_HEADER, _agreement_rows(reproduction), "ll"),
        _living_sentence(reproduction),
        "",
        "Ranks of each model: as printed, from the study's ratings, from today's assessments",
        _terminal_table(
            ["Model", *(f"{r.weighting}\n{kind}" for r in reproduction.rankings for kind in _KINDS_OF_RANKS)],
            _all_ranks(reproduction),
        ),
        "",
        "Openness score and benchmarks: Pearson correlation r, regression line y = slope * x + intercept",
        _terminal_table(["Benchmark", *_CORRELATION_HEADER], _correlation_rows(reproduction), "ll"),
        "",
        f"Not applicable: scores and ranks with it as 0, and without it ({_weighting(reproduction)})",
        _terminal_table(_COUNTING_HEADER, _counting_rows(reproduction)),
        "",
        *_findings(reproduction, one_line),
    ]
    return "\n".join(parts) + "\n"


def _terminal_table(header: Sequence[str], rows: Sequence[Sequence[str]], words: str = "l") -> str:
    """Return a table for a terminal: columns of words, then columns of figures. The first column comes from data."""
    return terminal_table(header, [[one_line(row[0]), *row[1:]] for row in rows], words.ljust(len(header), "r"))


def _all_ranks(reproduction: Reproduction) -> list[list[str]]:
    columns = [_ranks_of(ranking) for ranking in reproduction.rankings]
    return [[score.model, *(rank for column in columns for rank in column[score.id])] for score in reproduction.scores]


# ---- JSON ------------------------------------------------------------------------------------------------------------


def as_json(reproduction: Reproduction) -> str:
    """Return the figures as JSON; numbers have six decimal places, undefined figures are null."""
    document = {
        "format_version": FORMAT_VERSION,
        "models": reproduction.models,
        "living_models": reproduction.living_models,
        "rankings": [
            {
                "column": ranking.column,
                "weighting": ranking.weighting,
                "study": _agreement_json(ranking.study),
                "living": _agreement_json(ranking.living),
            }
            for ranking in reproduction.rankings
        ],
        "benchmarks": [
            {
                "benchmark": benchmark.benchmark,
                **{key: _correlation_json(correlation) for key, correlation in _by_source(benchmark).items()},
            }
            for benchmark in reproduction.benchmarks
        ],
        "plotted_scores": {
            "models": len(reproduction.plotted),
            "equal": reproduction.equal_scores,
            "largest_difference": _rounded(reproduction.largest_score_difference),
        },
        "scores": [
            asdict(score) | {"zero": _rounded(float(score.zero)), "excluded": _rounded(float(score.excluded))}
            for score in reproduction.scores
        ],
        "moved_without_not_applicable": len(reproduction.moved),
        "same_ratings_different_ranks": [asdict(same) for same in reproduction.same_ratings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _agreement_json(agreement: RankAgreement) -> dict[str, Any]:
    return {
        "models": len(agreement.pairs),
        "spearman": _rounded(agreement.spearman),
        "exact": agreement.exact,
        "largest_difference": agreement.largest_difference,
        "ranks": [{"id": pair.id, "printed": pair.printed, "computed": pair.computed} for pair in agreement.pairs],
    }


def _correlation_json(correlation: Correlation) -> dict[str, Any]:
    figures = {key: _rounded(getattr(correlation, key)) for key in ("pearson", "slope", "intercept")}
    return {"models": correlation.models, **figures}


def _rounded(figure: float | None) -> float | None:
    """Return a rounded figure, zero without a sign."""
    return None if figure is None else round(figure, _JSON_PLACES) + 0.0


# ---- Page ------------------------------------------------------------------------------------------------------------


def as_page(reproduction: Reproduction, plots: Mapping[str, str] | None = None) -> str:
    """Return the page `leaderboard/reproduction.md`.

    `plots` are the addresses, relative to the page, of pictures of the score against a benchmark, by benchmark. All
    text from data is escaped.
    """
    sections = [
        _introduction(reproduction),
        _rank_section(reproduction),
        _score_section(reproduction),
        _correlation_section(reproduction, plots or {}),
    ]
    return "\n\n".join(part for section in sections for part in section) + "\n"


def _introduction(reproduction: Reproduction) -> list[str]:
    return [
        "<!-- Generated by `openness-bot build`. Do not edit: the next build overwrites it. -->",
        "# The 2025 study, recomputed",
        (
            "This leaderboard carries on a study: Jeon, Han, Lee, “Evaluating The Openness of Impactful AI Models "
            f"with A Focus on LLMs” (KIPS Transactions, 2025). It rated {reproduction.models} models, ranked them "
            "under several weightings, and compared their openness with their results on benchmarks. This page takes "
            f"the numbers that the study printed ([its tables]({STUDY_FOLDER})) and computes the same figures again, "
            "twice:"
        ),
        (
            "- **from the study's ratings**: with the ratings as the study printed them. This shows whether the code "
            "of this leaderboard does what the study did.\n- **from today's assessments**: with the ratings that "
            "stand under [assessments](../assessments/) now, of the same models. This shows what has changed since."
        ),
        "Both count *not applicable* as 0 points, as the study did.",
        _living_sentence(reproduction),
    ]


def _rank_section(reproduction: Reproduction) -> list[str]:
    parts = [
        "## Ranks",
        (
            f"The printed ranks are in [{RANKS}]({STUDY_FOLDER}{RANKS}), the ratings in "
            f"[{RATINGS}]({STUDY_FOLDER}{RATINGS}). Rank 1 is the most open; models with the same score share the "
            "smaller rank. Spearman's correlation is 1 when both orders are the same, and 0 when they have nothing in "
            "common."
        ),
        _table(_AGREEMENT_HEADER, _agreement_rows(reproduction), "ll"),
        (
            "OSAID stands for three weightings that have the same numbers, as in the study's figure 4: OSAID, "
            "Liesenfeld and White. The ranks do not come out exactly, and cannot: the study's printed ratings and its "
            "printed ranks come from slightly different states of its survey."
        ),
    ]
    if reproduction.same_ratings:
        parts.append("It shows most plainly where models have exactly the same printed ratings but different ranks:")
        parts.append("\n".join(f"- {_same_sentence(same, markdown_text)}" for same in reproduction.same_ratings))
        parts.append("No formula can give both ranks.")
    for number, ranking in enumerate(reproduction.rankings):
        title = f"{html_content(ranking.name)} (<code>{ranking.column}</code>): rank of each model"
        rows = [[score.model, *_ranks_of(ranking)[score.id]] for score in reproduction.scores]
        opened = " open" if number == 0 else ""
        parts.append(f"<details{opened}>\n<summary>{title}</summary>")
        parts.append(_table(["Model", "Printed", "From the study's ratings", "From today's assessments"], rows))
        parts.append("</details>")
    return parts


def _score_section(reproduction: Reproduction) -> list[str]:
    moved = reproduction.moved
    parts = [
        "## Scores, and what *not applicable* does to them",
        (
            f"The study plotted the scores of {len(reproduction.plotted)} models. {_scores_sentence(reproduction)} "
            "Only counting *not applicable* as 0 comes this close; what is left is again the different states of the "
            "survey."
        ),
        (
            "Leaving *not applicable* out instead (a step that does not exist can be neither open nor closed) is far "
            "off from the study's scores, but it is the fairer reading for base models, which were never fine-tuned. "
            "A reader should be able to see both, so the leaderboard has both."
        ),
    ]
    if moved:
        parts.append(_moved_sentence(reproduction, markdown_text))
    rows = _counting_rows(reproduction)
    if rows:
        parts.append(
            f"The models with *not applicable* among their printed ratings, by the weighting "
            f"`{_weighting(reproduction)}` (at most {decimal(reproduction.maximum)} points):"
        )
        parts.append(_table([part.replace("\n", " ") for part in _COUNTING_HEADER], rows))
    return parts


def _correlation_section(reproduction: Reproduction, plots: Mapping[str, str]) -> list[str]:
    parts = [
        "## Openness and benchmarks",
        (
            "The study set the openness scores against three benchmarks. For each there is Pearson's correlation *r* "
            "of openness score and benchmark (1 and -1 are a straight line, 0 is no linear relation), and the "
            "straight line that fits best, *y* = slope · *x* + intercept, where *x* is the score and *y* the "
            f"benchmark. The values are in [{BENCHMARK_VALUES}]({STUDY_FOLDER}{BENCHMARK_VALUES}), what the study "
            f"printed in [{CORRELATIONS}]({STUDY_FOLDER}{CORRELATIONS}). “From the plotted scores” takes the scores "
            "that the study's figures show; the benchmark values are the same in all rows."
        ),
    ]
    for benchmark in reproduction.benchmarks:
        parts.append(f"### {markdown_text(benchmark.title)}")
        parts.append(_table(_CORRELATION_HEADER, _correlations_of(benchmark)))
        if benchmark.benchmark in plots:
            caption = f"Openness score and {benchmark.title}, model by model"
            parts.append(f"![{markdown_text(caption)}]({plots[benchmark.benchmark]})")
    parts.append("### What the figures show")
    parts.append(
        f"- {_correlations_sentence(reproduction)}\n"
        "- The printed lines do not: they do not belong to the plotted points. A line through these points is steeper, "
        "as the tables show; whoever needs a line should take a recomputed one.\n"
        "- A correlation over so few models is no cause. One model more can change it."
    )
    return parts


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], words: str = "l") -> str:
    """Return a table of Markdown: columns of words, then columns of figures.

    The first column comes from data and is escaped; the minus of a figure must not get a backslash.
    """
    return markdown_table(header, [[markdown_text(row[0]), *row[1:]] for row in rows], words.ljust(len(header), "r"))


# ---- Rows and sentences that both text and page show -----------------------------------------------------------------

_KINDS_OF_RANKS = ("printed", "study", "today")
_AGREEMENT_HEADER = ("Weighting", "Ranks from", "Models", "Spearman", "Same rank", "Largest difference")
_CORRELATION_HEADER = ("Scores", "Models", "r", "Slope", "Intercept")
_COUNTING_HEADER = (
    "Model",
    "Criteria not\napplicable",
    "Score\nplotted",
    "Score,\nas 0",
    "Score,\nleft out",
    "Rank,\nas 0",
    "Rank,\nleft out",
)


def _agreement_rows(reproduction: Reproduction) -> list[list[str]]:
    return [
        [
            ranking.name,
            source,
            str(len(agreement.pairs)),
            _figure(agreement.spearman, _CORRELATION_PLACES),
            str(agreement.exact) if agreement.pairs else _DASH,
            _DASH if agreement.largest_difference is None else str(agreement.largest_difference),
        ]
        for ranking in reproduction.rankings
        for source, agreement in (("the study's ratings", ranking.study), ("today's assessments", ranking.living))
    ]


def _ranks_of(ranking: RankingComparison) -> dict[str, tuple[str, str, str]]:
    """Return the three `_KINDS_OF_RANKS` of each model by its id."""
    today = {pair.id: str(pair.computed) for pair in ranking.living.pairs}
    return {pair.id: (str(pair.printed), str(pair.computed), today.get(pair.id, _DASH)) for pair in ranking.study.pairs}


def _by_source(benchmark: BenchmarkComparison) -> dict[str, Correlation]:
    return {
        "printed": benchmark.printed,
        "plotted": benchmark.plotted.correlation,
        "recomputed": benchmark.recomputed.correlation,
        "living": benchmark.living.correlation,
    }


_SOURCES = {
    "printed": "as printed",
    "plotted": "from the plotted scores",
    "recomputed": "from the study's ratings",
    "living": "from today's assessments",
}


def _correlations_of(benchmark: BenchmarkComparison) -> list[list[str]]:
    return [
        [
            _SOURCES[source],
            str(correlation.models),
            _figure(correlation.pearson, _LINE_PLACES if source == "printed" else _CORRELATION_PLACES),
            _figure(correlation.slope, _LINE_PLACES),
            _figure(correlation.intercept, _LINE_PLACES),
        ]
        for source, correlation in _by_source(benchmark).items()
    ]


def _correlation_rows(reproduction: Reproduction) -> list[list[str]]:
    return [[benchmark.title, *row] for benchmark in reproduction.benchmarks for row in _correlations_of(benchmark)]


def _counting_rows(reproduction: Reproduction) -> list[list[str]]:
    return [
        [
            score.model,
            str(score.not_applicable),
            _figure(score.plotted, _LINE_PLACES),
            decimal(score.zero),
            decimal(score.excluded),
            str(score.zero_rank),
            str(score.excluded_rank),
        ]
        for score in reproduction.scores
        if score.not_applicable
    ]


def _weighting(reproduction: Reproduction) -> str:
    """Return the id of the study's own weighting."""
    return reproduction.rankings[0].weighting


def _living_sentence(reproduction: Reproduction) -> str:
    match reproduction.living_models:
        case 0:
            return "None of the study's models is assessed here today, so there are no figures of today."
        case reproduction.models:
            return "All of the study's models are assessed here today."
        case some:
            return (
                f"{some} of the study's {reproduction.models} models are assessed here today. They are ranked among "
                "themselves, and compared with the order in which the study ranked these same models."
            )


def _scores_sentence(reproduction: Reproduction) -> str:
    return (
        f"Recomputed from the printed ratings, {reproduction.equal_scores} of {len(reproduction.plotted)} are equal to "
        f"two decimals, and the largest difference is {_figure(reproduction.largest_score_difference, 3)} points."
    )


def _correlations_sentence(reproduction: Reproduction) -> str:
    pairs = [(each.printed.pearson, each.plotted.correlation.pearson) for each in reproduction.benchmarks]
    farthest = max((abs(one - other) for one, other in pairs if one is not None and other is not None), default=None)
    return (
        "The printed correlations come out: from the correlations of the plotted points they are at most "
        f"{_figure(farthest, _LINE_PLACES)} away."
    )


def _moved_sentence(reproduction: Reproduction, escaped: Callable[[str], str]) -> str:
    farthest = reproduction.moved[0]
    return (
        f"Leaving it out gives {len(reproduction.moved)} of the {reproduction.models} models another rank under "
        f"`{_weighting(reproduction)}`; {escaped(farthest.model)} moves farthest, from {farthest.zero_rank} to "
        f"{farthest.excluded_rank}."
    )


def _same_sentence(same: SameRatings, escaped: Callable[[str], str]) -> str:
    models = " and ".join(escaped(model) for model in same.models)
    ranks = " and ".join(map(str, same.printed))
    return f"{models} have the same printed ratings, but the printed ranks {ranks} under `{same.column}`."


def _findings(reproduction: Reproduction, escaped: Callable[[str], str]) -> list[str]:
    sentences = [_scores_sentence(reproduction)]
    if reproduction.moved:
        sentences.append(_moved_sentence(reproduction, escaped))
    return sentences + [_same_sentence(same, escaped) for same in reproduction.same_ratings]


def _figure(figure: float | None, places: int) -> str:
    """Return a figure with that many decimal places, zero without a sign; a dash for an undefined one."""
    return _DASH if figure is None else f"{figure:z.{places}f}"
