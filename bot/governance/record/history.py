"""History of a rating: each change of it, from the versions of its file and the decisions about it. Pure."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.governance.record.decisions import Decision, ModelDecision


class RatedVersion(NamedTuple):
    """Ratings of a file in one commit."""

    commit: str
    at: datetime
    subject: str
    ratings: Mapping[str, object]
    """By criterion, as plain YAML, whatever the rubric was at that time; empty where the file had none that is usable."""


class RatingEvent(NamedTuple):
    """Change of one rating."""

    at: datetime
    """When it came to the main branch."""
    before: str | None
    """The level before; None where there was no rating, or it isn't known."""
    after: str | None
    """The level since then; the same as before where evidence, note or precedents changed."""
    commit: str | None
    """The commit; None where only the record has the change."""
    subject: str
    """The first line of the commit's message; empty without commit."""
    decision: Decision | None
    """The decision behind it; None where none is recorded."""
    is_oldest_known: bool = False
    """Whether the rating may be older than this: the clone begins here."""


def rating_events(
    criterion: str,
    versions: Sequence[RatedVersion],
    steps: Sequence[ModelDecision],
    line: Sequence[str],
    *,
    cut: bool = False,
) -> list[RatingEvent]:
    """Return the changes of one rating, newest first.

    Args:
        criterion: the id of the rating's criterion.
        versions: the versions of the model's file, newest first.
        steps: the decisions about the model.
        line: the first parents of the main branch, newest first, by which versions and decisions are matched.
        cut: whether the oldest version is only the oldest that is known.
    """
    decided = _by_commit(steps, line)
    known = {decided[version.commit].decision.pull_request for version in versions if version.commit in decided}
    if cut and versions and versions[-1].commit in decided:
        known.discard(decided[versions[-1].commit].decision.pull_request)
    found = []
    for version, older in zip_longest(versions, versions[1:]):
        was = older.ratings.get(criterion) if older else None
        rating = version.ratings.get(criterion)
        if rating == was:
            continue
        step = decided.get(version.commit)
        is_first = cut and older is None
        found.append(
            RatingEvent(
                at=version.at,
                before=level_of(was),
                after=level_of(rating),
                commit=version.commit,
                subject=version.subject,
                decision=None if step is None or is_first else step.decision,
                is_oldest_known=is_first,
            )
        )
    found += _only_recorded(criterion, [step for step in steps if step.decision.pull_request not in known])
    return sorted(found, key=lambda one: one.at, reverse=True)


def _by_commit(steps: Iterable[ModelDecision], line: Sequence[str]) -> dict[str, ModelDecision]:
    """Return the decision behind each commit. A pull request merged by rebasing has several commits."""
    places = {commit: place for place, commit in enumerate(line)}
    found: dict[str, ModelDecision] = {}
    for step in steps:
        last = places.get(step.decision.commit)
        if last is not None:
            before = places.get(step.decision.before, last + 1)
            found |= dict.fromkeys(line[last : max(before, last + 1)], step)
    return found


def _only_recorded(criterion: str, steps: Iterable[ModelDecision]) -> list[RatingEvent]:
    """Return the changes that only the record has, outside of git or before a shallow clone begins."""
    found = []
    for decision, model in steps:
        move = next((one for one in model.ratings if one.criterion == criterion), None)
        if move is not None:
            before = None if move.before is None else move.before.value
            found.append(RatingEvent(decision.merged_at, before, move.after.value, None, "", decision))
        elif criterion in model.evidence:
            found.append(RatingEvent(decision.merged_at, None, None, None, "", decision))
    return found


def level_of(rating: object) -> str | None:
    """Return the level of a rating in plain YAML; None where it has none."""
    level = rating.get("level") if isinstance(rating, dict) else None
    return level if isinstance(level, str) else None
