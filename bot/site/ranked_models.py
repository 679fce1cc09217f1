"""The models of a leaderboard with everything that readers are shown beside their scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from bot.board.model.licenses import NO_LICENSES, Licenses
from bot.board.ranking.ranges import rank_ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.assessment import Assessment
    from bot.board.model.developer import Developer
    from bot.board.model.licenses import LicenseTerms
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.board.ranking.ranges import RankRange


@dataclass(frozen=True)
class RankedModels:
    """A leaderboard with what its rows don't hold. All mappings but `developers` are by the model's id."""

    board: Leaderboard
    developers: Mapping[str, Developer]
    """By the name of the developer's folder."""
    study_ranks: Mapping[str, int] = field(default_factory=dict)
    """The rank that the 2025 study printed, for the models in it."""
    provisional: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The criteria whose ratings were merged while there were fewer than three maintainers."""

    licenses: Licenses = NO_LICENSES

    def license_terms(self, assessment: Assessment) -> LicenseTerms | None:
        """Return what the license of a model permits; None where it has none, or one that is not listed."""
        return self.licenses.terms(assessment.license) if assessment.license is not None else None

    def developer(self, row: Row) -> Developer:
        """Return who made the model."""
        return self.developers[row.entry.developer]

    def study_rank(self, row: Row) -> int | None:
        """Return the rank that the 2025 study printed; None if the model was not in it."""
        return self.study_ranks.get(row.entry.id)

    def provisional_criteria(self, row: Row) -> frozenset[str]:
        """Return the ids of the criteria whose ratings are provisional."""
        return self.provisional.get(row.entry.id, frozenset())

    def doubtful_criteria(self, row: Row) -> tuple[str, ...]:
        """Return the ids of the criteria whose ratings are doubtful, in the rubric's order."""
        return row.entry.doubtful

    def range(self, row: Row) -> RankRange:
        """Return the ranks that the model can have: see `bot.board.ranking.ranges`."""
        return self._ranges[row.entry.id]

    @cached_property
    def _ranges(self) -> dict[str, RankRange]:
        return rank_ranges(self.board)
