"""Sample data for tests: the frozen rubric of tests/data, and obviously fictional models."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.board.model.assessment import Assessment, Entry, assessment_type, entry
from bot.board.model.developer import Developer
from bot.board.model.rubric import Level, Rubric

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests/data"
"""Frozen data with the layout of this repository: rubric, precedents, policy, and fictional assessments."""


@cache
def rubric() -> Rubric:
    """Return the frozen rubric."""
    return read_rubric(DATA)


def read_rubric(root: Path) -> Rubric:
    """Return the rubric below a folder."""
    return Rubric.model_validate(_exact(yaml.safe_load((root / "schema/rubric.yaml").read_text("utf-8"))))


def _exact(value: Any) -> Any:
    match value:
        case dict():
            return {key: _exact(part) for key, part in value.items()}
        case list():
            return [_exact(part) for part in value]
        case float():
            return Decimal(str(value))
        case _:
            return value


def document(model: str = "Example One", **changes: Any) -> dict[str, Any]:
    """Return a valid assessment document: all closed but the weights. `ratings` in `changes` are merged in."""
    ratings: dict[str, Any] = {criterion.id: {"level": "closed"} for criterion in rubric().criteria}
    ratings["weights"] = {
        "level": "open",
        "evidence": [
            {
                "url": "https://example.org/weights",
                "where": "Files",
                "fact": "All weights can be downloaded.",
                "accessed": "2026-11-20",
            }
        ],
    }
    ratings |= changes.pop("ratings", {})
    return {"model": model, "modality": ["text"], **changes, "ratings": ratings}


def assessment(model: str = "Example One", **changes: Any) -> Assessment:
    """Return a valid assessment; see `document`."""
    return assessment_type(rubric()).model_validate(document(model, **changes))


def developer(name: str = "Example Lab") -> Developer:
    """Return a valid developer."""
    return Developer.model_validate(
        {"name": name, "country": "International", "kind": "single-research-institute", "url": "https://example.org/"}
    )


def entry_with(levels: str, assessment_id: str = "example/one", model: str | None = None) -> Entry:
    """Return an entry; its levels are spelt with one letter each: o(pen), s(emi-open), c(losed), n(ot-applicable)."""
    names = {"o": Level.OPEN, "s": Level.SEMI_OPEN, "c": Level.CLOSED, "n": Level.NOT_APPLICABLE}
    return Entry(assessment_id, model or assessment_id, None, tuple(names[letter] for letter in levels))


__all__ = ["DATA", "ROOT", "assessment", "developer", "document", "entry", "entry_with", "read_rubric", "rubric"]
