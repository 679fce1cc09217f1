"""A board of somebody else: other criteria, points and words; no study, frameworks, policy, precedents and finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
import yaml

from tests.checkouts import DEVELOPER, README, files, run, write
from tests.samples import rubric
from tests.site.page import rendered

if TYPE_CHECKING:
    from pathlib import Path

LEVELS = {"open": ("ouvert", 2), "semi-open": ("partiel", 1), "closed": ("fermé", 0), "not-applicable": ("néant", 0)}
CRITERIA = {"poids": ["parametres", "carte"], "audit": ["tiers"], "suivi": ["incidents"]}
RUBRIC = {
    "version": "0.1.0",
    "levels": {id_: {"title": title, "points": points, "meaning": "."} for id_, (title, points) in LEVELS.items()},
    "categories": [
        {
            "id": category,
            "title": category.title(),
            "criteria": [
                {
                    "id": each,
                    "title": f"{each.title()} | là",
                    "short": each[:2],
                    "question": f"{each} ?",
                    "open": "oui",
                    "semi-open": "un peu",
                    "closed": "non",
                }
                for each in criteria
            ],
        }
        for category, criteria in CRITERIA.items()
    ],
    "weightings": [{"id": "egal", "name": "Égal", "source": "nous", "weights": dict.fromkeys(CRITERIA, 1)}],
    "not_applicable": [
        {"id": "zero", "title": "compte 0", "meaning": "."},
        {"id": "excluded", "title": "exclu", "meaning": "."},
    ],
}
MODEL = {
    "model": "Œuvre",
    "modality": ["text"],
    "ratings": {
        each: {"level": "open", "evidence": [{"url": f"https://example.org/{each}", "fact": "Oui."}]}
        for criteria in CRITERIA.values()
        for each in criteria
    },
}


@pytest.fixture(params=[0, 1, pytest.param(101, marks=pytest.mark.thorough)], ids="{} models".format)
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write(tmp_path, "README.md", README)
    write(tmp_path, "schema/rubric.yaml", yaml.safe_dump(RUBRIC, allow_unicode=True))
    (tmp_path / "assessments").mkdir()
    (tmp_path / ".github/ISSUE_TEMPLATE").mkdir(parents=True)
    for number in range(request.param):
        write(tmp_path, "assessments/exemple/developer.yaml", DEVELOPER)
        model = MODEL | {"model": f"Œuvre {number}"}
        write(tmp_path, f"assessments/exemple/m{number}.yaml", yaml.safe_dump(model, allow_unicode=True))
    ran = run(tmp_path, "build")
    assert ran.code == 0, ran.err
    return tmp_path


def test_nothing_of_this_rubric_is_on_a_board_with_another(board: Path) -> None:
    assert run(board, "build", "--check").code == 0
    assert run(board, "new", "exemple-labs/neuf").code == 0
    ours = {each.id for each in rubric().criteria} - {
        "license",
        "code",
        "paper",
        "api",
        "weights",
        "software",
        "hardware",
    }
    words = re.compile("|".join([*ours, "2025 study", "training code", "click-through", "All weights", "from 0 to 1"]))
    for path, text in files(board).items():
        if path.endswith((".md", ".yml", ".yaml", ".csv", "leaderboard.json")):
            assert not words.search(text.decode("utf-8")), path


def test_every_link_of_a_page_leads_to_a_file(board: Path) -> None:
    for path in board.rglob("*.md"):
        for link in rendered(path.read_text("utf-8")).links:
            target = unquote(link.partition("#")[0])
            if target and not re.match("https?:", target) and "issues/new" not in target:
                assert (path.parent / target).exists(), (path, link)
