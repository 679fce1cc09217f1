"""The page of one model: its ratings at a glance, score and rank, the frameworks of others, each rating with its evidence."""

from __future__ import annotations

import re
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from bot.board.model.assessment import API
from bot.board.model.developer import OrganisationKind
from bot.board.model.frameworks import NO_FRAMEWORKS, FrameworkVerdict, evaluate_framework, facts_of
from bot.board.model.layout import ARTIFACTS_ANCHOR, anchor, assessment_path, form_address
from bot.board.model.precedents import NO_PRECEDENTS
from bot.board.model.rating import Availability
from bot.board.model.rubric import Level
from bot.board.model.words import (
    AVAILABLE,
    GLYPHS,
    PROVISIONAL,
    decimal,
    license_in_words,
    parameters_in_words,
    shortest,
)
from bot.board.ranking.scoring import Way, category_weights
from bot.site.document import Part
from bot.site.marks import LEVEL_MARKS
from bot.text.catalogue import SOURCE, _
from bot.text.escaping import link_destination, markdown_link, markdown_text
from bot.text.templates import macros, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from bot.board.model.assessment import Assessment
    from bot.board.model.frameworks import Asked, Framework, FrameworkClass, Frameworks, PartResult
    from bot.board.model.licenses import Licenses
    from bot.board.model.precedents import Precedent, Precedents
    from bot.board.model.rating import Artifact, Evidence, Rating
    from bot.board.model.rubric import ArtifactKind, Criterion, Rubric, Weighting
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.ranking.scoring import Scoring
    from bot.site.document import ModelInputs
    from bot.site.ranked_models import RankedModels
    from bot.text.catalogue import Message

    _History = Callable[[str], str]

_REPOSITORY = "../../../../../"
"""The path from a page on GitHub, `/OWNER/NAME/blob/BRANCH/leaderboard/models/DEVELOPER/MODEL.md`, to `/OWNER/NAME/`."""

_KINDS = {
    OrganisationKind.SINGLE_COMPANY: _("single company"),
    OrganisationKind.SINGLE_RESEARCH_INSTITUTE: _("single research institute"),
    OrganisationKind.MULTI_ORGANISATION_INSTITUTE: _("institute of several organisations"),
    OrganisationKind.COMPANY_SPONSORED_GRASSROOTS: _("grassroots, sponsored by a company"),
    OrganisationKind.NON_PROFIT_SPONSORED_GRASSROOTS: _("grassroots, sponsored by a non-profit"),
}
_DOUBTFUL, _DISPUTED, _PROVISIONAL, _UNVERIFIED = _("doubtful"), _("disputed"), _("provisional"), _("not verified")
_NEXT = {Level.CLOSED: Level.SEMI_OPEN, Level.SEMI_OPEN: Level.OPEN}


def page_parts(
    models: RankedModels,
    model: ModelInputs,
    history: _History = lambda *_: "",
    precedents: Precedents = NO_PRECEDENTS,
    frameworks: Frameworks = NO_FRAMEWORKS,
) -> Iterator[Part]:
    """Yield the parts of the page of a model in Markdown: the blocks of its template, with a blank line between them.

    `history` returns Markdown about the decisions on a model, from its id.
    """
    ranked = cache(partial(_ranked, models, model.row))
    assessed = cache(partial(_assessed, models, model, history, precedents, frameworks))
    for name, key, values in (
        ("glance", model.assessment_key, assessed),
        ("rank", model.board_key, ranked),
        ("ratings", model.assessment_key, assessed),
        ("scores", model.board_key, ranked),
    ):
        yield Part(f"{name} {key}", partial(_block, name, values))


def _block(name: str, values: Callable[[], dict[str, Any]]) -> str:
    blank = "" if name == "glance" else "\n"
    return f"{blank}{render('site/model.md.j2', SOURCE, name, **values())}"


def _ranked(models: RankedModels, row: Row) -> dict[str, Any]:
    """Return the values of the blocks about a model's place on the board."""
    board = models.board
    return {
        "models": len(board.rows),
        "most": shortest(board.rubric.levels[Level.OPEN].points),
        "range": models.range(row),
        "rank": board.rank(row),
        "repeated": _repeated_texts(board.scoring),
        "rubric": board.rubric,
        "scores": _scores(board, row),
        "study_rank": models.study_rank(row),
    }


def _assessed(
    models: RankedModels, model: ModelInputs, history: _History, precedents: Precedents, frameworks: Frameworks
) -> dict[str, Any]:
    """Return the values of the other blocks, which depend on no other model's ratings."""
    board, row, assessment = models.board, model.row, model.assessment()
    model_id, developer, repeated = row.entry.id, models.developer(row), _repeated_texts(board.scoring)
    provisional = models.provisional_criteria(row)
    ratings = {
        criterion: _shown_rating(criterion, assessment, repeated, precedents, is_provisional=criterion in provisional)
        for criterion in assessment.ratings
    }
    return {
        "assessment": assessment,
        "base_models": [(board.by_id.get(each), quote(each), each) for each in assessment.base_models],
        "categories": [(shown, title, [ratings[each] for each in ids]) for shown, title, ids in repeated.categories],
        "correct": _REPOSITORY + form_address("correct-a-rating.yml", model=model_id),
        "developer": developer,
        "dispute": _REPOSITORY + form_address("dispute-a-rating.yml", model=model_id),
        "file": assessment_path(model_id),
        "frameworks": list(_frameworks(frameworks, models, row)),
        "history": history(model_id),
        "hub": f"https://huggingface.co/{assessment.huggingface}",
        "kind": _KINDS[developer.kind],
        "levels": row.entry.levels,
        "license": assessment.license and _license(assessment.license, models.licenses),
        "artifacts": (artifacts := _artifacts(board.rubric, assessment)),
        "artifact_kinds": {kind.id: kind for kind in board.rubric.artifacts},
        "artifacts_by_id": {one.kind.id: one for one in artifacts},
        "artifacts_anchor": ARTIFACTS_ANCHOR,
        "parameters": assessment.parameters
        and [
            parameters_in_words(number)
            for number in (assessment.parameters.total, assessment.parameters.active)
            if number is not None
        ],
        "terms": (terms := models.license_terms(assessment)) and license_in_words(terms),
        "provisional": PROVISIONAL,
        "repeated": repeated,
        "texts": {criterion: one.texts for criterion, one in ratings.items()},
    }


def _license(expression: str, licenses: Licenses) -> str:
    """Return an SPDX expression as Markdown, with a link from each id to its text."""
    parts = re.split("([ ()+]+)", expression)
    return "".join(part if number % 2 else _license_word(part, licenses) for number, part in enumerate(parts))


def _license_word(word: str, licenses: Licenses) -> str:
    if word in {"", "AND", "OR", "WITH"} or word.startswith(("LicenseRef-", "DocumentRef-", "AdditionRef-")):
        listed = licenses.by_id.get(word)
        return markdown_link(word, listed.url) if listed else markdown_text(word)
    return markdown_link(word, f"https://spdx.org/licenses/{word}.html")


# ---- what the pages of all models repeat -----------------------------------------------------------------------------


class _RatingTexts(NamedTuple):
    """What the page says about a criterion because of its level, as Markdown."""

    glance: Markup
    """The picture of the level and the title, with a link to the section."""
    link: Markup
    """The title with a link to the section, and the level."""
    head: Markup
    """Heading, question and level."""
    definition: Markup
    next_level: Markup
    """What the level asks that is better by one; empty for `open` and `not-applicable`."""


class _RepeatedTexts(NamedTuple):
    """What the pages of all models of a board repeat, as Markdown, so that it is made and escaped once."""

    categories: list[tuple[Markup, Markup, list[str]]]
    """Title in tables, title, and criteria of each category."""
    levels: dict[Level, Markup]
    """The glyph and the title of each level."""
    ratings: dict[tuple[str, Level], _RatingTexts]
    """By the id of the criterion, and the level."""
    maximum: str
    """The highest score."""
    weightings: dict[str, Markup]
    """The first cells of the row of each weighting."""


@lru_cache(maxsize=2)
def _repeated_texts(scoring: Scoring) -> _RepeatedTexts:
    rubric, made = scoring.rubric, macros("site/repeated.md.j2")
    levels = {level: made.level(GLYPHS[level], meaning.title) for level, meaning in rubric.levels.items()}
    maxima = {each.id: f"{float(rubric.maximum(each)):g}" for each in rubric.weightings}

    def texts(criterion: Criterion, level: Level) -> _RatingTexts:
        title, place, better = rubric.level_title(criterion.id, level), anchor(criterion), _NEXT.get(level)
        asked = better and made.level(GLYPHS[better], rubric.level_title(criterion.id, better))
        return _RatingTexts(
            made.glance(LEVEL_MARKS[level], title, criterion, place),
            made.missing(made.link(criterion, place), made.level(GLYPHS[level], title)),
            made.head(criterion, GLYPHS[level], title),
            made.definition(criterion.definition(level) or rubric.levels[level].meaning),
            made.next_level(asked, criterion.definition(better)) if better else Markup(),
        )

    return _RepeatedTexts(
        [
            (made.title(each.shown), made.title(each.title), [criterion.id for criterion in each.criteria])
            for each in rubric.categories
        ],
        levels,
        {(criterion.id, level): texts(criterion, level) for criterion in rubric.criteria for level in Level},
        maxima[rubric.default_weighting.id],
        {each.id: made.weights(each, weights_in_words(rubric, each), maxima[each.id]) for each in rubric.weightings},
    )


def weights_in_words(rubric: Rubric, weighting: Weighting) -> str:
    """Return the weights in the order of the rubric's categories, such as `1 · 0.5 · 0 · 1`."""
    return " · ".join(f"{float(weight):g}" for weight in category_weights(rubric, weighting))


# A page often cites one source for several criteria, read on one day.
@lru_cache(maxsize=1 << 8)
def _source(url: str) -> Markup:
    """Return a link to `url` that shows host and path, shortened in the middle where they are long."""
    shown = re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/")
    return Markup(markdown_link(shown if len(shown) <= 60 else f"{shown[:38]}…{shown[-20:]}", url))  # noqa: S704  # escaped


@lru_cache(maxsize=1 << 8)
def _read_on(day: date | None) -> Markup:
    """Return when somebody read a page."""
    text: Markup = macros("site/repeated.md.j2").read_on(day)
    return text


# ---- ratings ---------------------------------------------------------------------------------------------------------


class _ShownRating(NamedTuple):
    """A rating as its page shows it."""

    criterion: str
    rating: Rating
    texts: _RatingTexts
    marks: list[Message]
    """Why the rating is not settled; mostly empty."""
    is_provisional: bool
    retired: date | None
    """Since when no public API serves the model; only of the criterion that asks for one."""
    evidence: list[tuple[Markup, Markup, Evidence]]
    """The evidence with a link to it, and when somebody read it."""
    precedents: list[tuple[Precedent, str]]
    """The precedents that are cited, each with the destination of a link to its decision."""


def _shown_rating(
    criterion: str, assessment: Assessment, repeated: _RepeatedTexts, precedents: Precedents, *, is_provisional: bool
) -> _ShownRating:
    rating = assessment.ratings[criterion]
    marks = [_DOUBTFUL] * (rating.confidence is not None)
    marks += [_DISPUTED] * (rating.disputed is not None)
    marks += [_PROVISIONAL] * is_provisional
    marks += [_UNVERIFIED] * (bool(rating.evidence) and not any(one.accessed for one in rating.evidence))
    return _ShownRating(
        criterion,
        rating,
        repeated.ratings[criterion, rating.level],
        marks,
        is_provisional,
        assessment.api_retired if criterion == API else None,
        [(_source(one.url), _read_on(one.accessed), one) for one in rating.evidence],
        [(one, _decision(one)) for each in rating.precedents if (one := precedents.by_id.get(each))],
    )


def _decision(precedent: Precedent) -> str:
    link = precedent.decision
    return (link_destination(link) or "") if "://" in link else f"../../../{quote(link, safe='/#')}"


# ---- what can be had -------------------------------------------------------------------------------------------------

_AVAILABLE_AS = {Availability.YES: Level.OPEN, Availability.PARTLY: Level.SEMI_OPEN, Availability.NO: Level.CLOSED}
"""The levels whose marks show whether an artifact can be had."""


class _ShownArtifact(NamedTuple):
    """An artifact as the page shows it."""

    kind: ArtifactKind
    artifact: Artifact
    glance: Markup
    """The picture and the title, with a link to the section."""
    available: Message
    license: str
    evidence: list[tuple[Markup, Markup, Evidence]]


def _artifacts(rubric: Rubric, assessment: Assessment) -> list[_ShownArtifact]:
    """Return what the assessment says about artifacts, in the order of the rubric."""
    made = macros("site/repeated.md.j2")
    return [
        _ShownArtifact(
            kind,
            own,
            made.artifact(LEVEL_MARKS[_AVAILABLE_AS[own.available]], AVAILABLE[own.available], kind, ARTIFACTS_ANCHOR),
            AVAILABLE[own.available],
            markdown_text(own.license or ""),
            [(_source(one.url), _read_on(one.accessed), one) for one in own.evidence],
        )
        for kind in rubric.artifacts
        if (own := assessment.artifacts.get(kind.id)) is not None
    ]


# ---- frameworks ------------------------------------------------------------------------------------------------------


class _ClassOutcome(NamedTuple):
    """A class of a framework as the page shows it."""

    each: FrameworkClass
    verdict: FrameworkVerdict
    missing: list[tuple[str, list[Asked]]]
    """Requirements that are not met, each with what shows it."""
    unknown: list[tuple[str, list[Asked]]]
    """Requirements of which it is not known whether they are met; empty where others are missing."""
    beyond: list[str]
    """What is asked for beyond the criteria of requirements that are met."""


def _frameworks(
    frameworks: Frameworks, models: RankedModels, row: Row
) -> Iterator[tuple[Framework, FrameworkClass | None, list[_ClassOutcome]]]:
    """Yield each framework with the highest class that is met, and all its classes."""
    rubric = models.board.rubric
    facts = facts_of(row.entry, [criterion.id for criterion in rubric.criteria])
    kinds = {kind.id: kind for kind in rubric.artifacts}
    for framework in frameworks.frameworks:
        result = evaluate_framework(framework, facts, models.licenses)
        yield framework, result.highest, [_outcome(*each, kinds) for each in result.classes]


def _outcome(
    each: FrameworkClass, verdict: FrameworkVerdict, parts: tuple[PartResult, ...], kinds: Mapping[str, ArtifactKind]
) -> _ClassOutcome:
    by_verdict = {one: [part for part in parts if part.verdict is one] for one in FrameworkVerdict}
    is_open = verdict is not FrameworkVerdict.NOT_MET
    return _ClassOutcome(
        each,
        verdict,
        [(one.part.what, list(one.missing)) for one in by_verdict[FrameworkVerdict.NOT_MET]],
        [(one.part.what, _unknown(one, kinds)) for one in by_verdict[FrameworkVerdict.NOT_KNOWN] if is_open],
        [one.part.beyond for one in by_verdict[FrameworkVerdict.MET] if is_open and one.part.beyond],
    )


def _unknown(part: PartResult, kinds: Mapping[str, ArtifactKind]) -> list[Asked]:
    """Return what would have to be known of a part; nothing where that only repeats what the part asks."""
    own = list(part.unknown)
    is_same = len(own) == 1 and own[0].id in kinds and kinds[own[0].id].title == part.part.what
    return [] if is_same else own


# ---- scores ----------------------------------------------------------------------------------------------------------


class _Scores(NamedTuple):
    """All scores and ranks of a model. Cells are for each way of counting not-applicable."""

    score: str
    """By the board's own way."""
    categories: list[str]
    """The cells of each category."""
    weightings: dict[str, str]
    """The cells with score and rank, by the id of the weighting."""


def _scores(board: Leaderboard, row: Row) -> _Scores:
    columns = [board.category_scores(row, counting.id) for counting in board.rubric.not_applicable]
    cells = {
        way: f"{decimal(board.scoring.points(score))} | {rank}"
        for way, score, rank in zip(board.scoring.ways, row.scores, row.ranks, strict=True)
    }
    score, _, rank = cells[board.default_way].partition(" | ")
    cells[board.default_way] = f"**{score}** | **{rank}**"
    return _Scores(
        score,
        [" | ".join(map(decimal, scores)) for scores in zip(*columns, strict=True)],
        {
            weighting.id: " | ".join(cells[Way(weighting.id, counting.id)] for counting in board.rubric.not_applicable)
            for weighting in board.rubric.weightings
        },
    )
