"""Two corpora to the change that lies between them: what the command line and the answer to a pull request share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.change import compare
from bot.reading.differences import changed_assessments, changed_developers

if TYPE_CHECKING:
    from bot.change import Change
    from bot.leaderboard import Leaderboard
    from bot.reading.corpus import Corpus


def compare_corpora(before: Corpus, after: Corpus, boards: tuple[Leaderboard, Leaderboard]) -> Change:
    """What lies between two corpora, of which only the files that differ are read again. `boards` are theirs."""
    return compare(
        *boards,
        changed_assessments(before, after),
        changed_assessments(after, before),
        changed_developers(before, after),
        changed_developers(after, before),
    )
