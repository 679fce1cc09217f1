"""The rubric (`schema/rubric.yaml`): levels, categories, criteria, weightings.

A new criterion or weighting is an edit of that file. This module defines its shape and computes the unit in which all
scores are whole numbers.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import chain
from math import lcm
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from bot.board.model.fields import refuse
from bot.text.anchors import heading_anchor
from bot.text.catalogue import JoinedText, _, code
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.text.catalogue import Message

_LARGEST_SCALE = 1 << 1024
"""The largest scale of scores. The study's rubric needs 2,880; whole weights that make 100 together need 136 bits."""


class Level(StrEnum):
    """How open a criterion is."""

    OPEN = "open"
    SEMI_OPEN = "semi-open"
    CLOSED = "closed"
    NOT_APPLICABLE = "not-applicable"

    # Levels are looked up by the million, and Enum's own hash is implemented in Python.
    __hash__ = str.__hash__


class NotApplicable(StrEnum):
    """The two ways in which `not-applicable` enters a category score."""

    ZERO = "zero"
    EXCLUDED = "excluded"


_NUMBER = _("Write a number such as `1` or `0.5`, without quotes.")


def _exact(value: object) -> Fraction:
    """Return a decimal number as an exact fraction, so that scores have no rounding errors."""
    if isinstance(value, Decimal) and value.is_finite():
        return Fraction(value)
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    return refuse("value", _("`%(value)s` is not a number", value=shorten(str(value))), _NUMBER)


Number = Annotated[Fraction, BeforeValidator(_exact), Field(ge=0), WithJsonSchema({"type": "number", "minimum": 0})]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class _RubricModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class LevelMeaning(_RubricModel):
    """Title, points and general meaning of one level."""

    title: Text
    points: Number
    meaning: Text


class Criterion(_RubricModel):
    """One of the questions that an assessment answers, with the definition of each level."""

    id: Slug
    title: Text
    """The heading of its section on model pages, whose anchor others link to."""
    shown_as: Text | None = None
    """The title where there is no question beside it, if that is another."""
    short: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,3}$")]
    question: Text
    open: Text
    semi_open: Annotated[Text, Field(alias="semi-open")]
    closed: Text

    @property
    def shown(self) -> str:
        """Return the title where there is no question beside it."""
        return self.shown_as or self.title

    def definition(self, level: Level) -> str | None:
        """Return the definition of `level`; None for not-applicable, which means the same for all criteria."""
        return {Level.OPEN: self.open, Level.SEMI_OPEN: self.semi_open, Level.CLOSED: self.closed}.get(level)


class Category(_RubricModel):
    """A group of criteria that share one score."""

    id: Slug
    title: Text
    shown_as: Text | None = None
    """The title in tables and plots, if that is another."""
    level_titles: dict[Level, Text] = Field(default_factory=dict)
    """The titles of levels for its criteria, where they are others than those of all criteria."""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    @property
    def shown(self) -> str:
        """Return the title in tables and plots."""
        return self.shown_as or self.title


class ArtifactKind(_RubricModel):
    """Something besides the weights that can be had of a model, or not, such as its training code."""

    id: Slug
    title: Text
    question: Text


class Weighting(_RubricModel):
    """How much each category counts: `weights` maps every category id to a number."""

    id: Slug
    name: Text
    source: Text
    weights: dict[str, Number]


class Counting(_RubricModel):
    """Title and meaning of one way of counting not-applicable."""

    id: NotApplicable
    title: Text
    meaning: Text


class Rubric(_RubricModel):
    """The whole rubric, in the order in which it is shown to people."""

    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    levels: dict[Level, LevelMeaning]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    weightings: Annotated[tuple[Weighting, ...], Field(min_length=1)]
    not_applicable: tuple[Counting, Counting]
    artifacts: tuple[ArtifactKind, ...] = ()
    """What an assessment may list under `artifacts`; where there are none, it may not have that key."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if missing := set(Level) - set(self.levels):
            words = JoinedText(", ", map(code, sorted(missing)))
            refuse("value", _("these levels are missing under `levels`: %(words)s", words=words), _("Add them."))
        points = [self.levels[level].points for level in (Level.CLOSED, Level.SEMI_OPEN, Level.OPEN)]
        if points != sorted(points) or self.levels[Level.NOT_APPLICABLE].points != 0:
            what = _("the points of the levels are not in order")
            remedy = _("`closed` must have the fewest points, `open` the most, and `not-applicable` must have `0`.")
            refuse("value", what, remedy)
        named: dict[Message, list[str]] = {
            _("the category"): [category.id for category in self.categories],
            _("the criterion"): [criterion.id for criterion in self.criteria],
            _("the short name"): [criterion.short for criterion in self.criteria],
            # Headings of one page, whose anchors ignore case and punctuation.
            _("the title"): [
                *(heading_anchor(category.title) for category in self.categories),
                *(heading_anchor(criterion.title) for criterion in self.criteria),
            ],
            _("the artifact"): [artifact.id for artifact in self.artifacts],
            _("the weighting"): [weighting.id for weighting in self.weightings],
            _("the way of counting not-applicable"): [counting.id.value for counting in self.not_applicable],
        }
        for kind, ids in named.items():
            if repeated := [name for name, count in Counter(ids).items() if count > 1]:
                what = _("%(kind)s `%(name)s` is defined twice", kind=kind, name=repeated[0])
                refuse("value", what, _("Give one of the two another name."))
        expected = {category.id for category in self.categories}
        for weighting in self.weightings:
            if set(weighting.weights) != expected:
                what = _(
                    "the weighting `%(name)s` does not have exactly one weight for each category", name=weighting.id
                )
                words = JoinedText(", ", map(code, sorted(expected)))
                refuse("value", what, _("Write one weight for each of: %(words)s.", words=words))
            if not any(weighting.weights.values()):
                what = _("all weights of the weighting `%(name)s` are 0", name=weighting.id)
                refuse("value", what, _("Write a number greater than 0 for one category at least."))
        if self.scale > _LARGEST_SCALE:
            what = _("the points and weights have too many digits to compute exact scores")
            refuse("value", what, _("Write points and weights with fewer decimal places."))
        return self

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Return all criteria, category by category."""
        return tuple(criterion for category in self.categories for criterion in category.criteria)

    def level_title(self, criterion: str, level: Level) -> str:
        """Return the title of a level for a criterion's id, such as `disclosed` for the level `open` of what is only described."""
        return self._level_titles.get((criterion, level)) or self.levels[level].title

    @cached_property
    def _level_titles(self) -> dict[tuple[str, Level], str]:
        return {
            (criterion.id, level): title
            for category in self.categories
            for criterion in category.criteria
            for level, title in category.level_titles.items()
        }

    @cached_property
    def default_weighting(self) -> Weighting:
        """Return the weighting that the leaderboard is ordered by: the first."""
        return self.weightings[0]

    @cached_property
    def default_counting(self) -> NotApplicable:
        """Return the way of counting not-applicable that the leaderboard is ordered by: the first."""
        return self.not_applicable[0].id

    def weighting(self, weighting_id: str) -> Weighting:
        """Return the weighting with that id. Raises KeyError if there is none."""
        for weighting in self.weightings:
            if weighting.id == weighting_id:
                return weighting
        raise KeyError(weighting_id)

    def counting(self, counting_id: NotApplicable) -> Counting:
        """Return the title and meaning of a way of counting not-applicable."""
        return next(each for each in self.not_applicable if each.id is counting_id)

    def maximum(self, weighting: Weighting) -> Fraction:
        """Return the score of a model that is open in all criteria."""
        return sum(weighting.weights.values(), Fraction(0)) * self.levels[Level.OPEN].points

    @cached_property
    def scale(self) -> int:
        """Return the units per point: every score under every weighting and counting is a whole number of 1/scale.

        Scores are such integers, so that comparing is exact and sorting fast. Where it exceeds `_LARGEST_SCALE` it is some
        number above that.
        """
        points = (meaning.points.denominator for meaning in self.levels.values())
        counts = range(1, max(len(category.criteria) for category in self.categories) + 1)
        weights = (weight.denominator for weighting in self.weightings for weight in weighting.weights.values())
        rescaling = chain.from_iterable(_rescaling(tuple(each.weights.values())) for each in self.weightings)
        scale = 1
        for factors in (points, counts, weights, rescaling):
            part = 1
            for factor in factors:
                part = lcm(part, factor)
                if scale * part > _LARGEST_SCALE:
                    return scale * part
            scale *= part
        return scale


def _rescaling(weights: tuple[Fraction, ...]) -> Iterator[int]:
    """Yield the numerators of the parts of the whole weight that categories have together, for each set of categories.

    Equal sums are counted once, so that this ends soon: their number grows with the size of the numbers, and each new one
    makes the scale greater, which is limited.
    """
    total, seen = sum(weights), {Fraction(0)}
    for weight in weights:
        new = {known + weight for known in seen} - seen
        seen |= new
        yield from ((part / total).numerator for part in new)
