"""The recomputation of the study for terminals, as JSON, and as a page of the leaderboard, which explains the figures."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from bot.board.model.words import decimal
from bot.text.catalogue import SOURCE, _, enumerated, translate
from bot.text.escaping import markdown_text, one_line
from bot.text.tables import markdown_table, terminal_table
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.board.study.reproduction import (
        BenchmarkComparison,
        RankAgreement,
        RankingComparison,
        Reproduction,
    )
    from bot.board.study.tables import Correlation

FORMAT_VERSION = "1.0.0"
"""Of the JSON; it rises when a key is removed or changes its meaning."""

# Decimal places: the study printed two; recomputed correlations differ from the printed ones in the third.
_CORRELATION_PLACES = 3
_LINE_PLACES = 2
# Versions of Python sum floats in different ways; the JSON must not depend on them.
_JSON_PLACES = 6

_DASH = "–"


def as_text(reproduction: Reproduction, language: str = SOURCE) -> str:
    """Return the figures as tables for a terminal, about 130 columns wide."""
    kinds = [_("printed"), _("study"), _("today")]
    columns = [f"{each.weighting}\n{translate(kind, language)}" for each in reproduction.rankings for kind in kinds]
    ranks = [_ranks_of(ranking) for ranking in reproduction.rankings]
    correlations = [[each.title, *row] for each in reproduction.benchmarks for row in _correlations_of(each)]
    table = partial(_table, language, one_line, terminal_table)
    return render(
        "board/study/study.txt.j2",
        language,
        ranks=table(
            [_("Model"), *columns],
            [[score.model, *(rank for own in ranks for rank in own[score.id])] for score in reproduction.scores],
        ),
        correlations=table([_("Benchmark"), *_CORRELATION_HEADER], correlations, "ll"),
        **_shared(reproduction, table),
    )


def as_page(reproduction: Reproduction, plots: Mapping[str, str] | None = None, language: str = SOURCE) -> str:
    """Return the page `leaderboard/reproduction.md`.

    `plots` are the addresses, relative to the page, of pictures of the score against a benchmark, by benchmark. Each has a
    twin for dark pages, `NAME-dark.svg`.
    """
    pairs = [(each.printed.pearson, each.plotted.correlation.pearson) for each in reproduction.benchmarks]
    # The minus of a figure must not get a backslash.
    table = partial(_table, language, markdown_text, markdown_table)
    return render(
        "board/study/study.md.j2",
        language,
        benchmarks=[
            (each.title, table(_CORRELATION_HEADER, _correlations_of(each)), (plots or {}).get(each.benchmark))
            for each in reproduction.benchmarks
        ],
        farthest=max((abs(one - other) for one, other in pairs if one is not None and other is not None), default=None),
        maximum=decimal(reproduction.maximum),
        rankings=[
            (each, table(_RANKS_HEADER, [[one.model, *_ranks_of(each)[one.id]] for one in reproduction.scores]))
            for each in reproduction.rankings
        ],
        **_shared(reproduction, table),
    )


def _table(
    language: str,
    escape: Callable[[str], str],
    make: Callable[[Sequence[str], Sequence[Sequence[str]], str], str],
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    words: str = "l",
) -> Markup:
    """Return a table: columns of words, then columns of figures. The first column comes from data."""
    cells = [[escape(translate(row[0], language)), *(translate(cell, language) for cell in row[1:])] for row in rows]
    columns = [translate(each, language) for each in header]
    return Markup(make(columns, cells, words.ljust(len(header), "r")))  # noqa: S704  # escaped


def _shared(reproduction: Reproduction, table: Callable[..., Markup]) -> dict[str, Any]:
    """Return the tables and values that both text and page show."""
    return {
        "agreement": table(_AGREEMENT_HEADER, _agreement_rows(reproduction), "ll"),
        "counting": table(_COUNTING_HEADER, _counting_rows(reproduction)),
        "enumerated": enumerated,
        "figure": _figure,
        "reproduction": reproduction,
    }


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
        "ranks": [asdict(pair) for pair in agreement.pairs],
    }


def _correlation_json(correlation: Correlation) -> dict[str, Any]:
    figures = {key: _rounded(getattr(correlation, key)) for key in ("pearson", "slope", "intercept")}
    return {"models": correlation.models, **figures}


def _rounded(figure: float | None) -> float | None:
    """Return a rounded figure, zero without a sign."""
    return None if figure is None else round(figure, _JSON_PLACES) + 0.0


# ---- rows and sentences -----------------------------------------------------------------

_AGREEMENT_HEADER = (
    _("Weighting"), _("Ranks from"), _("Models"), _("Spearman"), _("Same rank"), _("Largest difference")
)  # fmt: skip
_CORRELATION_HEADER = (_("Scores"), _("Models"), "r", _("95 %% interval of r"), _("Slope"), _("Intercept"))
_RANKS_HEADER = (_("Model"), _("Printed"), _("From the study's ratings"), _("From today's assessments"))
_COUNTING_HEADER = (
    _("Model"),
    _("Criteria not applicable"),
    _("Score plotted"),
    _("Score, as 0"),
    _("Score, left out"),
    _("Rank, as 0"),
    _("Rank, left out"),
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
        for source, agreement in ((_("the study's ratings"), ranking.study), (_("today's assessments"), ranking.living))
    ]


def _ranks_of(ranking: RankingComparison) -> dict[str, tuple[str, str, str]]:
    """Return the printed rank, that of the study's ratings and that of today of each model, by its id."""
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
    "printed": _("as printed"),
    "plotted": _("from the plotted scores"),
    "recomputed": _("from the study's ratings"),
    "living": _("from today's assessments"),
}


def _correlations_of(benchmark: BenchmarkComparison) -> list[list[str]]:
    return [
        [
            _SOURCES[source],
            str(correlation.models),
            _figure(correlation.pearson, _LINE_PLACES if source == "printed" else _CORRELATION_PLACES),
            _interval(correlation),
            _figure(correlation.slope, _LINE_PLACES),
            _figure(correlation.intercept, _LINE_PLACES),
        ]
        for source, correlation in _by_source(benchmark).items()
    ]


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


def _interval(correlation: Correlation) -> str:
    if correlation.interval is None:
        return _DASH
    low, high = (_figure(limit, _LINE_PLACES) for limit in correlation.interval)
    return _("%(low)s to %(high)s", low=low, high=high)


def _figure(figure: float | None, places: int) -> str:
    """Return a figure with that many decimal places, zero without a sign; a dash for an undefined one."""
    return _DASH if figure is None else f"{figure:z.{places}f}"
