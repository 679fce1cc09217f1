"""Changes on the hub as JSON, and for any answer of a hub. Further cases are in tests/cli/test_draft.py."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from bot.board.model.json_document import as_json
from bot.board.model.rubric import Level
from bot.sources.hub.drift import Drift, HubChangeKind, as_text, changes, gone
from bot.sources.hub.model import parse_hub_model
from tests.samples import assessment
from tests.sources.hub.test_drafting import ANSWERS

SHA = "0123456789abcdef0123456789abcdef01234567"


def about(hub_id: str, *pins: str, **more: Any) -> Any:
    """Return an assessment of a model on the hub, with links to these commits of its repository."""
    evidence = [
        {"url": f"https://huggingface.co/{hub_id}/tree/{pin}", "where": "Files", "fact": "They are there."}
        for pin in pins
    ]
    ratings = {"weights": {"level": "open", "evidence": evidence}} if evidence else {}
    return assessment(huggingface=hub_id, ratings=ratings, **more)


@settings(deadline=None)
@given(answer=ANSWERS)
def test_changes_can_be_read_again_for_any_answer_of_a_hub(answer: dict[str, Any]) -> None:
    model = parse_hub_model(answer | {"sha": SHA})
    assert model is not None
    for ours in (about(model.id, "a" * 40, license="Apache-2.0"), about("example/other", license="LicenseRef-Example")):
        drift = Drift(changes=tuple(changes("example/one", ours, model)))
        assert Drift.model_validate_json(as_json(drift)) == drift
        assert not any(line.startswith("::") for line in as_text(drift, 1).splitlines())


def test_of_very_many_commits_the_first_are_named() -> None:
    model = parse_hub_model({"id": "example/one", "sha": SHA, "gated": False})
    assert model is not None
    pins = [f"{number:040x}" for number in range(1, 300)]
    (change,) = changes("example/one", about("example/one", *pins), model)
    assert (change.kind, change.was) == (HubChangeKind.REVISION, ", ".join(pins[:5]))


def test_an_assessment_without_a_repository_has_no_changes() -> None:
    model = parse_hub_model({"id": "example/one", "sha": SHA, "gated": "manual"})
    assert model is not None
    assert assessment().ratings["weights"].level is Level.OPEN
    assert list(changes("example/one", assessment(), model)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        '{"version": 2, "changes": [], "unasked": []}',
        '{"version": 1, "changes": [], "more": []}',
        '{"version": 1, "changes": [{"model": "example/one"}]}',
        '{"version": 1, "changes": "none"}',
        as_json(Drift(changes=(gone("example/one", "example/one", HubChangeKind.DELETED),))).replace(
            "deleted", "moved"
        ),
        as_json(Drift(changes=(gone("example/one", "example/one", HubChangeKind.DELETED),))).replace(
            "https://", "file://"
        ),
        as_json(Drift(changes=(gone("example/one", "example/one", HubChangeKind.DELETED),))).replace(
            '"example/one"', '"../one"'
        ),
    ],
)
def test_what_has_another_shape_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Drift.model_validate_json(wrong)
