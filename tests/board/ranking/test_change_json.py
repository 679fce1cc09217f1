"""The difference between two leaderboards as JSON."""

from __future__ import annotations

import json

from bot.board.ranking.change_json import as_json
from tests.board.ranking.changes import ONE, OTHERS, change_of, rated
from tests.samples import assessment


def test_the_json_has_stable_keys() -> None:
    before = OTHERS | {"example/one": assessment(ratings={"paper": rated(url="https://example.org/old")})}
    raised = assessment(ratings={"paper": rated(), "code": rated()})
    change = as_json(change_of(before, OTHERS | {"example/one": raised})[0])
    shown = json.loads(json.dumps(change))
    (model,) = shown["models"]
    stated = {"url": "https://example.org/page", "where": "Section 1", "fact": "It is stated there."}
    assert {key: value for key, value in shown.items() if key not in ("models", "movers", "elsewhere")} == {
        "format_version": "1.2.0",
        "models_before": 4,
        "models_after": 4,
        "rubric_changed": False,
        "rubric_changes": [],
        "developers": [],
    }
    assert len(shown["elsewhere"]) == 13
    assert shown["elsewhere"][:2] == [
        {"weighting": "osd", "not_applicable": "zero", "movers": 1},
        {"weighting": "osaid", "not_applicable": "zero", "movers": 2},
    ]
    assert model["board"] == {
        "weighting": "ours",
        "not_applicable": "zero",
        "before": {"rank": 3, "score": 0.3333},
        "after": {"rank": 1, "score": 0.5},
    }
    assert model["ratings"] == [
        {"criterion": "code", "before": "closed", "after": "open", "evidence": [stated], "doubt": None, "note": None}
        | {"precedents": [], "disputed": {"before": None, "after": None}}
    ]
    assert model["evidence"] == [
        {
            "criterion": "paper",
            "level": "open",
            "added": [stated],
            "removed": [stated | {"url": "https://example.org/old"}],
            "doubtful": False,
            "doubt_changed": False,
            "note_changed": False,
            "precedents_changed": False,
            "disputed": {"before": None, "after": None},
        }
    ]
    assert model.keys() == {
        "kind", "id", "former_id", "model", "board", "other_ways", "ratings", "evidence", "artifacts", "facts"
    }  # fmt: skip
    assert shown["movers"] == [
        {
            "id": "example/beta",
            "model": "Example Beta",
            "before": 3,
            "after": 4,
            "causes": [{"kind": "rose-above", "id": "example/one"}],
            "further_causes": 0,
        }
    ]


def test_the_json_has_null_where_a_model_is_not_on_the_board() -> None:
    (model,) = as_json(change_of(OTHERS | ONE, OTHERS)[0])["models"]
    assert (model["kind"], model["board"]["after"]) == ("removed", None)
