"""The difference between two leaderboards as plain data: which models change, which others move, and why.

Separate from the rendering, because the comment on a pull request, its status and the command line render the same
change.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.board.model.assessment import Assessment
from bot.board.model.identity import is_same_name
from bot.board.ranking.pairing import pair_rows
from bot.board.ranking.rubric_change import rubric_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from fractions import Fraction

    from bot.board.model.developer import Developer
    from bot.board.model.rating import Artifact, Availability, Evidence
    from bot.board.model.rubric import Level
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.ranking.scoring import Way

NAMED_CAUSES = 5
"""Changed models that a mover names at most; otherwise thousands of changes would name each other."""
_IN_ENTRY = ("model", "huggingface")
"""The keys about a model itself that are in its `Entry`."""
_FACTS = tuple(key for key in Assessment.model_fields if key not in (*_IN_ENTRY, "ratings"))
"""The others."""


class ChangeKind(StrEnum):
    """What happens to one model."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    """Its file has another path, and is about the same model; its ratings may change too."""
    RATINGS = "ratings"
    EVIDENCE = "evidence"
    """All levels stay; evidence, notes or facts about the model differ."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Rank of a model by one way of ranking, and its score in points."""

    rank: int
    score: Fraction


@dataclass(frozen=True, slots=True)
class Move:
    """Standings of a model by one way of ranking before and after a change; None while it is not on the board."""

    way: Way
    before: Standing | None
    after: Standing | None

    @property
    def step(self) -> int:
        """Return by how many ranks the model rises; for a model that enters or leaves, minus its rank."""
        if self.before is None or self.after is None:
            return -sum(standing.rank for standing in (self.before, self.after) if standing is not None)
        return self.before.rank - self.after.rank


@dataclass(frozen=True, slots=True)
class RatingChange:
    """A changed level of one criterion; `before` is None where there was no rating."""

    criterion: str
    before: Level | None
    after: Level
    evidence: tuple[Evidence, ...]
    """The evidence of the new rating."""
    note: str | None
    """The note of the new rating."""
    precedents: tuple[str, ...] = ()
    """The ids of the precedents that the new rating cites."""
    disputed: tuple[str | None, str | None] = (None, None)
    """The link to the open dispute about the rating, before and after."""
    doubt: str | None = None
    """Why the new rating is doubtful; None where it isn't."""

    @property
    def doubtful(self) -> bool:
        """Return whether the new rating says that it is doubtful."""
        return self.doubt is not None


@dataclass(frozen=True, slots=True)
class EvidenceChange:
    """A rating with an unchanged level but changed evidence, note, precedents, doubt or mark of a dispute."""

    criterion: str
    level: Level
    added: tuple[Evidence, ...]
    removed: tuple[Evidence, ...]
    note: bool
    """Whether the note differs."""
    precedents: bool = False
    """Whether the cited precedents differ."""
    disputed: tuple[str | None, str | None] = (None, None)
    """The link to the open dispute about the rating, before and after."""
    doubtful: bool = False
    """Whether the rating says that it is doubtful, after the change."""
    confidence: bool = False
    """Whether it was not doubtful before and is now, or the other way round."""
    doubt: str | None = None
    """Why the rating is doubtful, where that was not so or another reason was given before."""

    @property
    def only_disputed(self) -> bool:
        """Return whether only the link to the dispute is added, removed or changed."""
        otherwise = (
            self.added or self.removed or self.note or self.precedents or self.confidence or self.doubt is not None
        )
        return self.disputed[0] != self.disputed[1] and not otherwise


@dataclass(frozen=True, slots=True)
class ArtifactChange:
    """A change of what can be had of a model; None where nothing is said about the artifact."""

    artifact: str
    """Its id."""
    before: Availability | None
    after: Availability | None
    license: str | None
    """The license after the change."""
    added: tuple[Evidence, ...]
    removed: tuple[Evidence, ...]
    note: str | None
    """The note after the change."""


@dataclass(frozen=True, slots=True)
class ModelChange:
    """One changed model."""

    kind: ChangeKind
    id: str
    former_id: str | None
    """The id before the change, if it was a different one."""
    model: str
    """The name of the model, after the change if it is still there."""
    board: Move
    """The move by the way of ranking that the board is ordered by."""
    other_ways: tuple[Move, ...]
    """The moves by other ways of ranking whose `step` differs from that of `board`."""
    ratings: tuple[RatingChange, ...]
    evidence: tuple[EvidenceChange, ...]
    facts: tuple[str, ...]
    """The keys about the model itself that differ, such as `license`."""
    base_developers: frozenset[str] = frozenset()
    """The developers of its base models, before and after."""
    artifacts: tuple[ArtifactChange, ...] = ()
    """The artifacts of which something changes."""
    former_name: str | None = None
    """The name before the change, if it was another one, and not only written differently."""


class CauseKind(StrEnum):
    """How a changed model affects the rank of another: it now has a higher score than that one, or no longer has."""

    ROSE_ABOVE = "rose-above"
    NO_LONGER_ABOVE = "no-longer-above"
    ENTERED_ABOVE = "entered-above"
    LEFT_FROM_ABOVE = "left-from-above"


@dataclass(frozen=True, slots=True)
class Cause:
    """A changed model that affects the rank of another."""

    kind: CauseKind
    id: str


@dataclass(frozen=True, slots=True)
class Mover:
    """An unchanged model whose rank on the board differs."""

    id: str
    model: str
    before: int
    after: int
    causes: tuple[Cause, ...]
    """At most `NAMED_CAUSES` of the changed models that cause the move, in the order of the change."""
    further_causes: int
    """The number of causes beyond those."""


@dataclass(frozen=True, slots=True)
class DeveloperChange:
    """A changed key in a developer.yaml; every key of a developer that is added or removed."""

    id: str
    """The folder under `assessments/`."""
    key: str
    before: str | None
    """None where the key or the whole developer was missing."""
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """The whole difference. Models and movers are in the order of the board after the change."""

    models: tuple[ModelChange, ...]
    """Removed models are last, in the order of the board before."""
    developers: tuple[DeveloperChange, ...]
    """Ordered by id."""
    movers: tuple[Mover, ...]
    elsewhere: tuple[tuple[Way, int], ...]
    """For each other way of ranking that both sides have: the number of unchanged models whose rank differs."""
    models_before: int
    models_after: int
    rubric_changed: bool
    """Whether the rubric differs, which can move ranks without a changed model."""
    rubric_changes: tuple[str, ...]
    """The differences of the rubric in short phrases: plain text that is not escaped."""


def diff_leaderboards(
    before: Leaderboard,
    after: Leaderboard,
    assessments_before: Mapping[str, Assessment],
    assessments_after: Mapping[str, Assessment],
    developers_before: Mapping[str, Developer] = MappingProxyType({}),
    developers_after: Mapping[str, Developer] = MappingProxyType({}),
) -> Change:
    """Compare two leaderboards.

    Args:
        before: the board of the base.
        after: the board of the head.
        assessments_before: the assessments of the base by id; only those of changed files are needed.
        assessments_after: the same of the head. A changed model that is missing here has no evidence in the result.
        developers_before: the developers of the base by folder; only those of changed files are needed.
        developers_after: the same of the head. A developer that is missing on one side was added or removed.
    """
    comparison = _Comparison(before, after, assessments_before, assessments_after)
    models: list[ModelChange] = []
    changed: list[tuple[Row | None, Row | None]] = []
    unchanged: list[tuple[Row, Row]] = []
    for former, row in pair_rows(before, after):
        if (model := comparison.model_change(former, row)) is not None:
            models.append(model)
            changed.append((former, row))
        elif former is not None and row is not None:
            unchanged.append((former, row))
    return Change(
        models=tuple(models),
        developers=tuple(_developer_changes(developers_before, developers_after)),
        movers=tuple(_movers(comparison, unchanged, changed)),
        elsewhere=_elsewhere(before, after, unchanged),
        models_before=len(before.rows),
        models_after=len(after.rows),
        rubric_changed=before.rubric != after.rubric,
        rubric_changes=rubric_changes(before.rubric, after.rubric),
    )


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The two sides of a comparison."""

    before: Leaderboard
    after: Leaderboard
    assessments_before: Mapping[str, Assessment]
    assessments_after: Mapping[str, Assessment]

    def model_change(self, former: Row | None, row: Row | None) -> ModelChange | None:
        """Return the change of one model; None where nothing that the board or its pages show differs."""
        shown = row or former
        if shown is None or self._is_unchanged(former, row):
            return None
        old = self.assessments_before.get(former.entry.id) if former else None
        new = self.assessments_after.get(row.entry.id) if row else None
        ratings = self._ratings(former, row, new)
        evidence = _evidence(old, new)
        facts = _facts(former, row, old, new)
        kind = _kind(former, row, has_ratings=bool(ratings), has_others=bool(evidence or facts))
        if kind is None:
            return None
        moves = self._moves(former, row)
        return ModelChange(
            kind=kind,
            id=shown.entry.id,
            former_id=former.entry.id if former and kind is ChangeKind.RENAMED else None,
            model=shown.entry.model,
            board=moves[0],
            other_ways=tuple(move for move in moves[1:] if move.step != moves[0].step),
            ratings=ratings,
            evidence=evidence,
            facts=facts,
            base_developers=frozenset(
                base.partition("/")[0] for each in (old, new) if each is not None for base in each.base_models
            ),
            artifacts=_artifacts(old, new),
            former_name=_former_name(former, row),
        )

    def _is_unchanged(self, former: Row | None, row: Row | None) -> bool:
        """Return whether a model certainly did not change: a fast test for nearly all of 30,000 models."""
        if former is None or row is None or former.entry != row.entry:
            return False
        return row.entry.id not in self.assessments_after or row.entry.id not in self.assessments_before

    def _ratings(self, former: Row | None, row: Row | None, assessment: Assessment | None) -> tuple[RatingChange, ...]:
        if row is None:
            return ()
        old = _levels(self.before, former)
        disputed = [dict(each.entry.disputed) if each else {} for each in (former, row)]

        def change(criterion: str, level: Level) -> RatingChange:
            rating = assessment.ratings[criterion] if assessment else None
            return RatingChange(
                criterion,
                old.get(criterion),
                level,
                rating.evidence if rating else (),
                rating.note if rating else None,
                rating.precedents if rating else (),
                (disputed[0].get(criterion), disputed[1].get(criterion)),
                doubt=rating.doubt if rating else None,
            )

        levels = _levels(self.after, row)
        return tuple(change(criterion, level) for criterion, level in levels.items() if level is not old.get(criterion))

    def _moves(self, former: Row | None, row: Row | None) -> list[Move]:
        """Return the moves by the way that the board is ordered by, then by all others that both sides have."""
        default = self.after.default_way
        others = [way for way in self.after.scoring.ways if way != default and way in self.before.scoring.ways]
        return [
            Move(way, _standing(self.before, former, way_before), _standing(self.after, row, way))
            for way, way_before in [(default, self.before.default_way), *zip(others, others, strict=True)]
        ]


def _kind(former: Row | None, row: Row | None, *, has_ratings: bool, has_others: bool) -> ChangeKind | None:
    """Return the kind of a model's change, the first that applies; None where nothing differs."""
    if former is None:
        return ChangeKind.ADDED
    if row is None:
        return ChangeKind.REMOVED
    if former.entry.id != row.entry.id:
        return ChangeKind.RENAMED
    if has_ratings:
        return ChangeKind.RATINGS
    return ChangeKind.EVIDENCE if has_others else None


def _former_name(former: Row | None, row: Row | None) -> str | None:
    is_other = former and row and not is_same_name(former.entry.model, row.entry.model)
    return former.entry.model if former and is_other else None


def _standing(board: Leaderboard, row: Row | None, way: Way) -> Standing | None:
    return Standing(board.rank(row, way), board.score(row, way)) if row else None


def _levels(board: Leaderboard, row: Row | None) -> dict[str, Level]:
    criteria = (criterion.id for criterion in board.rubric.criteria)
    return dict(zip(criteria, row.entry.levels, strict=True)) if row else {}


def _evidence(old: Assessment | None, new: Assessment | None) -> tuple[EvidenceChange, ...]:
    if old is None or new is None:
        return ()
    return tuple(
        EvidenceChange(
            criterion,
            rating.level,
            added=tuple(evidence for evidence in rating.evidence if evidence not in former.evidence),
            removed=tuple(evidence for evidence in former.evidence if evidence not in rating.evidence),
            note=rating.note != former.note,
            precedents=rating.precedents != former.precedents,
            disputed=(former.disputed, rating.disputed),
            doubtful=rating.confidence is not None,
            confidence=rating.confidence != former.confidence,
            doubt=rating.doubt if rating.doubt != former.doubt else None,
        )
        for criterion, rating in new.ratings.items()
        if (former := old.ratings.get(criterion)) and former.level is rating.level and former != rating
    )


def _artifacts(old: Assessment | None, new: Assessment | None) -> tuple[ArtifactChange, ...]:
    if new is None:
        return ()
    before, after = old.artifacts if old else {}, new.artifacts
    differing = (key for key in dict.fromkeys((*after, *before)) if before.get(key) != after.get(key))
    return tuple(_artifact_change(key, before.get(key), after.get(key)) for key in differing)


def _artifact_change(key: str, was: Artifact | None, is_now: Artifact | None) -> ArtifactChange:
    old, new = was.evidence if was else (), is_now.evidence if is_now else ()
    return ArtifactChange(
        key,
        was.available if was else None,
        is_now.available if is_now else None,
        is_now.license if is_now else None,
        added=tuple(each for each in new if each not in old),
        removed=tuple(each for each in old if each not in new),
        note=is_now.note if is_now else None,
    )


def _facts(former: Row | None, row: Row | None, old: Assessment | None, new: Assessment | None) -> tuple[str, ...]:
    if former is None or row is None:
        return ()
    entries = ((key, getattr(former.entry, key), getattr(row.entry, key)) for key in _IN_ENTRY)
    differing = [key for key, was, is_now in entries if was != is_now]
    if old is not None and new is not None:
        differing += [key for key in _FACTS if getattr(old, key) != getattr(new, key)]
    return tuple(differing)


def _developer_changes(before: Mapping[str, Developer], after: Mapping[str, Developer]) -> Iterator[DeveloperChange]:
    for developer in sorted(before.keys() | after.keys()):
        old, new = (side[developer].model_dump(mode="json") if developer in side else {} for side in (before, after))
        for key in new or old:
            if old.get(key) != new.get(key):
                yield DeveloperChange(developer, key, old.get(key), new.get(key))


# ---- unchanged models ------------------------------------------------------------------------------------------------


def _movers(
    comparison: _Comparison, unchanged: Iterable[tuple[Row, Row]], changed: list[tuple[Row | None, Row | None]]
) -> Iterable[Mover]:
    """Yield the unchanged models whose rank differs.

    A rank is 1 plus the number of models with a higher score. So its difference is the number of changed models that
    have a higher score now, minus the number of those that had one. All models with the same score share the causes.
    """
    before = comparison.before.scoring.ways.index(comparison.before.default_way)
    after = comparison.after.scoring.ways.index(comparison.after.default_way)

    @cache
    def causes(score_before: int, score_after: int) -> tuple[tuple[Cause, ...], int]:
        found = (
            _cause(
                former,
                row,
                was_above=former is not None and former.scores[before] > score_before,
                is_above=row is not None and row.scores[after] > score_after,
            )
            for former, row in changed
        )
        given = [cause for cause in found if cause is not None]
        return tuple(islice(given, NAMED_CAUSES)), max(0, len(given) - NAMED_CAUSES)

    for former, row in unchanged:
        if former.ranks[before] != row.ranks[after]:
            named, further = causes(former.scores[before], row.scores[after])
            yield Mover(row.entry.id, row.entry.model, former.ranks[before], row.ranks[after], named, further)


def _cause(former: Row | None, row: Row | None, *, was_above: bool, is_above: bool) -> Cause | None:
    """Return how the changed model `former`, now `row`, affects a model that it was above and is above, or not."""
    shown = row or former
    if shown is None or was_above == is_above:
        return None
    if is_above:
        kind = CauseKind.ENTERED_ABOVE if former is None else CauseKind.ROSE_ABOVE
    else:
        kind = CauseKind.LEFT_FROM_ABOVE if row is None else CauseKind.NO_LONGER_ABOVE
    return Cause(kind, shown.entry.id)


def _elsewhere(
    before: Leaderboard, after: Leaderboard, unchanged: Iterable[tuple[Row, Row]]
) -> tuple[tuple[Way, int], ...]:
    """Return for each way but the board's own that both sides have: the number of these models whose rank differs."""
    old_ways, new_ways = before.scoring.ways, after.scoring.ways
    # Equal tuples mean equal ranks only where both sides have the same ways in the same order.
    differing = [
        (former.ranks, row.ranks) for former, row in unchanged if former.ranks != row.ranks or old_ways != new_ways
    ]
    places = [(way, old_ways.index(way), new) for new, way in enumerate(new_ways) if way in old_ways]
    return tuple(
        (way, sum(was[old] != is_now[new] for was, is_now in differing))
        for way, old, new in places
        if way != after.default_way
    )
