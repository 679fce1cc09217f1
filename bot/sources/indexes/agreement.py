"""Agreement with another index about the models of both: its classes against our levels, per criterion.

The criteria of both are similar at best (`schema/crosswalks/`), so a disagreement is a reason to look, and no proof.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.fields import short_name
from bot.board.model.rubric import Level
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bot.board.model.assessment import Entry
    from bot.board.model.crosswalk import Crosswalk
    from bot.board.model.rubric import Rubric
    from bot.sources.indexes.listing import Listing

_DEGREES = {Level.CLOSED: 0, Level.SEMI_OPEN: 1, Level.OPEN: 2}

Pair = tuple[Level, Level]
"""Their level, by the crosswalk, and ours."""


class ModelMatch(NamedTuple):
    """A model of both."""

    id: str
    """Of our assessment."""
    path: str
    """Of their file."""
    by: str
    """Common property: `huggingface` or `name`."""


class Disagreement(NamedTuple):
    """A rating that differs."""

    id: str
    criterion: str
    ours: Level
    theirs: Level
    path: str
    """Of their file."""

    @property
    def degrees(self) -> int:
        """Distance of the two levels: 1, or 2 from open to closed."""
        return abs(_DEGREES[self.ours] - _DEGREES[self.theirs])


class AgreementRate(NamedTuple):
    """Agreement of two columns of levels."""

    compared: int
    agreed: int
    kappa: Fraction | None
    """Cohen's kappa; None where it is undefined."""

    @property
    def share(self) -> Fraction | None:
        """Share of equal ratings; None where there are none."""
        return Fraction(self.agreed, self.compared) if self.compared else None


class Agreement(NamedTuple):
    """The comparison with one index."""

    matches: tuple[ModelMatch, ...]
    """By id."""
    left_out: tuple[ModelMatch, ...]
    """Further files about a model with a match."""
    criteria: Mapping[str, AgreementRate]
    """Of the criteria in the crosswalk, in the rubric's order."""
    total: AgreementRate
    disagreements: tuple[Disagreement, ...]
    """By descending distance, then by id and in the rubric's order."""


def kappa(pairs: Collection[Pair]) -> Fraction | None:
    """Return Cohen's kappa, (po - pe) / (1 - pe): agreement beyond chance, 1 at most.

    po is the share of equal pairs; pe is the sum over all levels of the product of their shares in the two columns (J. Cohen,
    "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20 (1960), 37-46). Unweighted:
    semi-open for closed counts as much as open for closed. None where it is undefined: without pairs, and where both columns
    contain only one and the same level, so that pe is 1.
    """
    count = len(pairs)
    if not count:
        return None
    theirs, ours = Counter(their for their, _ in pairs), Counter(our for _, our in pairs)
    observed = Fraction(sum(their == our for their, our in pairs), count)
    expected = Fraction(sum(theirs[level] * ours[level] for level in Level), count**2)
    return None if expected == 1 else (observed - expected) / (1 - expected)


def share(pairs: Collection[Pair]) -> AgreementRate:
    """Return the agreement of these pairs."""
    return AgreementRate(len(pairs), sum(their == our for their, our in pairs), kappa(pairs))


def agreement(listings: Sequence[Listing], entries: Iterable[Entry], crosswalk: Crosswalk, rubric: Rubric) -> Agreement:
    """Compare the ratings of models of the same hub id or else name, but not-applicable ones here and missing ones there."""
    known = {entry.id: entry for entry in entries}
    matches, left_out = _matches(listings, known.values())
    by_path = {listing.path: listing for listing in listings}
    compared = {part.level for part in crosswalk.parts.values()}
    pairs: dict[str, list[Pair]] = {one.id: [] for one in rubric.criteria if one.id in compared}
    disagreements = []
    for match in matches:
        levels = by_path[match.path].levels(crosswalk)
        for criterion, ours in zip(rubric.criteria, known[match.id].levels, strict=True):
            theirs = levels.get(criterion.id)
            if theirs is None or ours is Level.NOT_APPLICABLE:
                continue
            pairs[criterion.id].append((theirs, ours))
            if theirs is not ours:
                disagreements.append(Disagreement(match.id, criterion.id, ours, theirs, match.path))
    return Agreement(
        matches=matches,
        left_out=left_out,
        criteria={criterion: share(each) for criterion, each in pairs.items()},
        total=share([pair for each in pairs.values() for pair in each]),
        disagreements=tuple(sorted(disagreements, key=lambda one: -one.degrees)),
    )


class AssessedModels:
    """Our models by hub id and by name."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.by_hub: dict[str, Entry] = {}
        self.by_name: dict[str, list[Entry]] = {}
        for entry in entries:
            if entry.huggingface:
                self.by_hub.setdefault(name_key(entry.huggingface), entry)
            # The short name of a name in another script is empty.
            if name := short_name(entry.model):
                self.by_name.setdefault(name, []).append(entry)

    def entry(self, listing: Listing) -> tuple[Entry, str] | None:
        """Return the entry of a listed model, and `huggingface` or `name`; None where there is no unique one."""
        hub = name_key(listing.huggingface or "")
        if hub in self.by_hub:
            return self.by_hub[hub], "huggingface"
        for name in listing.names:
            found = self.by_name.get(short_name(name), [])
            if len(found) == 1:
                return found[0], "name"
        return None


def _matches(
    listings: Iterable[Listing], entries: Iterable[Entry]
) -> tuple[tuple[ModelMatch, ...], tuple[ModelMatch, ...]]:
    """Return the models of both, each once, by hub id before name and then by path; and the other matches."""
    known = AssessedModels(entries)
    same = ((listing.path, known.entry(listing)) for listing in listings)
    found = [ModelMatch(entry[0].id, path, entry[1]) for path, entry in same if entry]
    best: dict[str, ModelMatch] = {}
    for match in sorted(found, key=lambda one: (one.by, one.path)):  # `huggingface` comes before `name`
        best.setdefault(match.id, match)
    chosen = set(best.values())
    return tuple(sorted(chosen)), tuple(sorted(match for match in found if match not in chosen))
