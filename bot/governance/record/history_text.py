"""History of a model's ratings, as text for terminals and as JSON for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from textwrap import fill
from typing import TYPE_CHECKING

from bot.board.model.rubric import Level
from bot.board.model.words import GLYPHS
from bot.board.ranking.terminal import WIDTH
from bot.governance.record.page import approvers, unmet_words
from bot.text.escaping import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.board.model.rubric import Rubric
    from bot.governance.record.decisions import Decision
    from bot.governance.record.history import RatingEvent

FORMAT_VERSION = "1.0.0"
_INDENT = " " * 14


@dataclass(frozen=True)
class ModelHistory:
    """Present ratings of a model, and every known change of each, newest first."""

    id: str
    model: str
    levels: Mapping[str, Level]
    """By criterion, only those that were asked for, in the rubric's order."""
    changes: Mapping[str, Sequence[RatingEvent]]
    uncommitted: frozenset[str]
    """The criteria whose ratings in the working tree aren't those of the last commit."""
    cut: bool
    """Whether older versions are missing because the clone is shallow."""
    in_git: bool
    """Whether the versions of the file are known, and not only the record."""


def as_text(history: ModelHistory, rubric: Rubric) -> str:
    """Return a paragraph for each criterion, and what is missing."""
    title = f"{one_line(history.model)} ({one_line(history.id)})"
    parts = [f"{title}\n{'=' * len(title)}"]
    titles = {criterion.id: criterion.title for criterion in rubric.criteria}
    for criterion, level in history.levels.items():
        lines = [f"{GLYPHS[level]} {one_line(titles[criterion])}: {rubric.levels[level].title}"]
        if criterion in history.uncommitted:
            lines.append(f"  {'now':<12}other than in the last commit: not committed yet")
        for event in history.changes[criterion]:
            lines += _event(event, rubric)
        if len(lines) == 1:
            lines.append(f"  {'':<12}nothing is known of how it came about")
        parts.append("\n".join(lines))
    parts += _limits(history)
    return "\n\n".join(parts)


def _limits(history: ModelHistory) -> Iterator[str]:
    if history.cut:
        yield "What is older isn't in this clone, which is shallow. `git fetch --unshallow` brings it."
    if not history.in_git:
        yield "This is no git repository, so only what is recorded under decisions/ could be told."


def _event(event: RatingEvent, rubric: Rubric) -> Iterator[str]:
    day = event.at.astimezone(UTC).date().isoformat()
    decision = event.decision
    if decision is None:
        source = f"commit {(event.commit or '')[:10]}, no decision is recorded"
    else:
        source = f"pull request #{decision.pull_request} ({', '.join(decision.classes)})"
    yield f"  {day:<12}{_change_text(event, rubric)}; {source}"
    if decision is None:
        if event.subject:
            yield from _wrapped(f"“{visible(one_line(event.subject))}”")
    else:
        for line in _decision(decision):
            yield from _wrapped(line)


def _change_text(event: RatingEvent, rubric: Rubric) -> str:
    before, after = (_level(level, rubric) for level in (event.before, event.after))
    if event.is_oldest_known:
        return f"{after or 'not rated'}, or already before"
    if event.before == event.after:
        return "other evidence, note or precedents"
    if not before:
        return f"rated {after}"
    return f"{before} → {after or 'not rated'}"


def _level(level: str | None, rubric: Rubric) -> str:
    if level is None:
        return ""
    return rubric.levels[Level(level)].title if level in list(Level) else visible(one_line(level))


def _decision(decision: Decision) -> Iterator[str]:
    yield f"approved by {visible(approvers(decision.approvals))}; merged by {visible(decision.merged_by.login)}"
    for recusal in decision.recusals:
        yield visible(f"not counted: {recusal.login}, who works for {' and '.join(recusal.developers)}")
    for concern in decision.concerns:
        settled = f"settled by {concern.resolved_by.login}" if concern.resolved_by else "not settled"
        reason = f" ({one_line(concern.reason)})" if concern.reason else ""
        name = one_line(concern.name)
        yield visible(f"concern “{name}” of {concern.raised_by.login}, {settled}{reason}")
    if decision.unmet:
        yield f"against the rules: {unmet_words(decision.unmet)}"
    if decision.provisional:
        yield "provisional: there were too few maintainers"
    yield visible(decision.url)


def _wrapped(text: str) -> Iterator[str]:
    yield fill(
        text,
        width=WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_on_hyphens=False,
        break_long_words=False,
    )


def as_json(history: ModelHistory) -> str:
    """Return the history as JSON in ASCII. `complete` is false where older changes may be unknown."""
    document = {
        "format_version": FORMAT_VERSION,
        "id": history.id,
        "model": history.model,
        "complete": history.in_git and not history.cut,
        "criteria": [
            {
                "criterion": criterion,
                "level": level.value,
                "committed": criterion not in history.uncommitted,
                "changes": [_change(event) for event in history.changes[criterion]],
            }
            for criterion, level in history.levels.items()
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _change(event: RatingEvent) -> dict[str, object]:
    decision = event.decision
    return {
        "at": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "before": event.before,
        "after": event.after,
        "oldest_known": event.is_oldest_known,
        "commit": event.commit,
        "decision": None if decision is None else decision.model_dump(mode="json", exclude={"models", "format"}),
    }
