"""The purpose of a file by its path, and branches by the numbers of issues."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.board.model import layout
from bot.board.model.layout import FilePurpose, branch_of, form_address, issue_of, purpose_of
from tests.samples import ROOT


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("assessments/example/one.yaml", FilePurpose.ASSESSMENT),
        ("assessments/example/developer.yaml", FilePurpose.ASSESSMENT),
        ("schema/rubric.yaml", FilePurpose.RUBRIC),
        ("schema/precedents.yaml", FilePurpose.RUBRIC),
        ("schema/assessment.schema.json", FilePurpose.GENERATED),
        ("schema/frameworks.yaml", FilePurpose.RUBRIC),
        ("schema/licenses.yaml", FilePurpose.RUBRIC),
        ("schema/crosswalks/osai.yaml", FilePurpose.RUBRIC),
        ("schema/crosswalks.yaml", FilePurpose.OTHER),
        ("schema/deep/assessment.schema.json", FilePurpose.OTHER),
        ("leaderboard/models/example/one.md", FilePurpose.GENERATED),
        ("decisions/2026/1.json", FilePurpose.GENERATED),
        ("governance.yml", FilePurpose.GOVERNANCE),
        ("GOVERNANCE.md", FilePurpose.GOVERNANCE),
        ("CODEOWNERS", FilePurpose.GOVERNANCE),
        (".github/CODEOWNERS", FilePurpose.GOVERNANCE),
        ("docs/CODEOWNERS", FilePurpose.GOVERNANCE),
        ("studies/jeon-2025/ranks.csv", FilePurpose.STUDY),
        ("README.md", FilePurpose.OTHER),
        ("bot/governance/judgement.py", FilePurpose.GOVERNANCE),
        ("bot/governance/record/page.py", FilePurpose.GOVERNANCE),
        ("bot/governance.py", FilePurpose.OTHER),
        ("bot/handlers/pull_request/classes.py", FilePurpose.GOVERNANCE),
        ("bot/board/model/layout.py", FilePurpose.GOVERNANCE),
        ("bot/board/ranking/change.py", FilePurpose.GOVERNANCE),
        ("bot/board/reading/organisations.py", FilePurpose.GOVERNANCE),
        ("bot/git/commits.py", FilePurpose.GOVERNANCE),
        ("bot/github/commands.py", FilePurpose.GOVERNANCE),
        ("bot/handlers/pull_request/changed.py", FilePurpose.GOVERNANCE),
        ("bot/board/model/rubric.py", FilePurpose.OTHER),
        (".github/workflows/review.yml", FilePurpose.OTHER),
    ],
)
def test_the_purpose_of_a_file_is_known_by_its_path(path: str, purpose: FilePurpose) -> None:
    assert purpose_of(path) is purpose


def test_code_that_decides_is_where_the_layout_says() -> None:
    named = {path for path in layout._OF_GOVERNANCE if path.startswith("bot/")}
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("number", [1, 12, 999_999, 999_999_999])
def test_the_name_of_a_branch_has_the_number_of_its_issue(number: int) -> None:
    assert issue_of(branch_of(number)) == number


@pytest.mark.parametrize(
    "branch",
    [
        "main",
        "openness-bot/leaderboard",
        "openness-bot/issue-",
        "openness-bot/issue-x",
        "openness-bot/issue-١",
        "openness-bot/issue-1000000000",
    ],
)
def test_other_branches_are_for_no_issue(branch: str) -> None:
    assert issue_of(branch) is None


def test_the_address_of_a_form_holds_its_answers_whatever_they_contain() -> None:
    answers = {"model": "example-lab/example-model", "criterion": "A & B=C #1 + 가 ?"}
    address = form_address("correct-a-rating.yml", **answers)
    assert address.startswith("issues/new?template=correct-a-rating.yml&model=example-lab/example-model&criterion=A%20")
    assert dict(parse_qsl(urlsplit(address).query, strict_parsing=True)) == {
        "template": "correct-a-rating.yml",
        **answers,
    }
    assert not re.search(r"[\s()<>\[\]|\"']", address)
