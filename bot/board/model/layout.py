"""Paths of the files in the repository, and the purpose of a file by its path."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from bot.text.anchors import heading_anchor
from bot.text.markers import GeneratedPart

if TYPE_CHECKING:
    from bot.board.model.rubric import Criterion

ASSESSMENTS = "assessments"
RUBRIC = "schema/rubric.yaml"
PRECEDENTS = "schema/precedents.yaml"
DRAFTS = "drafts"
"""Drafts that nobody has worked on yet; no part of the repository."""
CROSSWALKS = "schema/crosswalks"
"""How the parts of other indexes correspond to the criteria."""
FRAMEWORKS = "schema/frameworks.yaml"
"""What frameworks of others require, and which ratings show it."""
LICENSES = "schema/licenses.yaml"
"""What each license restricts."""
GENERATED = "leaderboard"
"""All files in it are generated; the build removes those that it does not generate."""
CANDIDATES = f"{GENERATED}/candidates.md"
EVIDENCE = f"{GENERATED}/evidence.md"
STORED_QUOTES = "evidence/quotes.csv"
"""The quotes that were checked against stored copies of their pages."""
KEPT = (CANDIDATES, EVIDENCE)
"""Pages that other commands generate from data of other sites; the build leaves them unchanged."""
STUDIES = "studies"
DECISIONS = "decisions"
"""The record of merged changes, written by the publishing run."""
POLICY = "governance.yml"
GOVERNANCE = "GOVERNANCE.md"
"""Written by hand, except for the table of the policy between its markers."""
README = "README.md"
"""Written by hand, except for the leaderboard between its markers; the same in other languages."""
READMES = {"en": README, "ko": "README.ko.md"}
"""By language. Only the first has to exist."""
PARTLY_GENERATED = (*READMES.values(), GOVERNANCE)
DOCUMENTS = (RUBRIC, PRECEDENTS, POLICY, FRAMEWORKS, LICENSES, *PARTLY_GENERATED)
"""The files of which there is one each."""

FORMS = ".github/ISSUE_TEMPLATE"


class FormKind(StrEnum):
    """The purposes of issue forms, by the names of their files."""

    MODEL = "propose-a-model"
    RATING = "correct-a-rating"
    DISPUTE = "dispute-a-rating"
    DEAD_LINK = "report-a-dead-link"


BOT_BRANCHES = "openness-bot/"
"""How the names of all branches begin that the bot pushes to."""
PROPOSAL_BRANCH = f"{BOT_BRANCHES}leaderboard"
"""The branch from which a new leaderboard is proposed where the main branch does not accept pushes."""

# GitHub reads CODEOWNERS from any of three places.
# https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
_OF_GOVERNANCE = frozenset(
    {
        POLICY,
        GOVERNANCE,
        "CODEOWNERS",
        ".github/CODEOWNERS",
        "docs/CODEOWNERS",
        # The code that decides what a change is, whose word counts, and when enough has been said. What only shows, fetches
        # or writes is code like all other.
        "bot/board/model/identity.py",
        "bot/board/model/layout.py",
        "bot/board/model/policy.py",
        "bot/board/ranking/change.py",
        "bot/board/ranking/pairing.py",
        "bot/board/reading/organisations.py",
        "bot/git/commits.py",
        "bot/github/commands.py",
        "bot/handlers/disputes/admission.py",
        "bot/handlers/disputes/state.py",
        "bot/handlers/pull_request/accounts.py",
        "bot/handlers/pull_request/authors.py",
        "bot/handlers/pull_request/case.py",
        "bot/handlers/pull_request/changed.py",
        "bot/handlers/pull_request/classes.py",
        "bot/handlers/pull_request/decision.py",
        "bot/handlers/pull_request/effect.py",
        "bot/handlers/pull_request/former.py",
        "bot/handlers/pull_request/marks.py",
        "bot/handlers/pull_request/merge_group.py",
        "bot/handlers/pull_request/merge_queue.py",
    }
)
_GOVERNING_CODE = "bot/governance/"
_RULES = frozenset({RUBRIC, PRECEDENTS, FRAMEWORKS, LICENSES})
_SCHEMA = re.compile(r"schema/[^/]+\.schema\.json")
_FORM = re.compile(rf"{re.escape(FORMS)}/(?:{'|'.join(FormKind)})(?:\.[a-z]{{2,3}})?\.yml")
"""In any language."""


_SCHEMAS = {
    RUBRIC: "rubric",
    PRECEDENTS: "precedents",
    FRAMEWORKS: "frameworks",
    LICENSES: "licenses",
    POLICY: "governance",
}


def schema_of(path: str) -> str:
    """Return the path of the JSON Schema of a data file."""
    other = "developer" if path.endswith("/developer.yaml") else "assessment"
    return f"schema/{_SCHEMAS.get(path) or ('crosswalk' if path.startswith(CROSSWALKS) else other)}.schema.json"


class FilePurpose(StrEnum):
    """What a file is for."""

    ASSESSMENT = "assessment"
    """Assessments and developers."""
    RUBRIC = "rubric"
    """The rubric, the precedents that say what it means, the licenses, and what its criteria mean to others."""
    GENERATED = "generated"
    """Output of `openness-bot build`, except for the README, which is only partly generated."""
    GOVERNANCE = "governance"
    """The policy, its description, the code that applies it, and the owners of the code."""
    STUDY = "study"
    """The tables of a study, which are never edited."""
    OTHER = "other"


def purpose_of(path: str) -> FilePurpose:
    """Return the purpose of the file at `path`."""
    if path in _RULES or path.startswith(f"{CROSSWALKS}/"):
        return FilePurpose.RUBRIC
    if path in _OF_GOVERNANCE or path.startswith(_GOVERNING_CODE):
        return FilePurpose.GOVERNANCE
    if _SCHEMA.fullmatch(path) or _FORM.fullmatch(path):
        return FilePurpose.GENERATED
    parts = {
        ASSESSMENTS: FilePurpose.ASSESSMENT,
        GENERATED: FilePurpose.GENERATED,
        DECISIONS: FilePurpose.GENERATED,
        STUDIES: FilePurpose.STUDY,
    }
    return parts.get(path.partition("/")[0], FilePurpose.OTHER)


def branch_of(issue: int) -> str:
    """Return the branch from which the bot proposes what a form requests."""
    return f"{BOT_BRANCHES}issue-{issue}"


def issue_of(branch: str) -> int | None:
    """Return the number of the issue whose form a branch is for; None for other branches."""
    number = branch.removeprefix(f"{BOT_BRANCHES}issue-")
    is_ours = branch != number and number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if is_ours else None


POLICY_TABLE = GeneratedPart(GOVERNANCE, "governance")


def page_path(model_id: str) -> str:
    """Return the path of a model's page, relative to the root of the repository."""
    return f"leaderboard/models/{model_id}.md"


def anchor(criterion: Criterion) -> str:
    """Return the anchor of the heading of a criterion's section on model pages."""
    return heading_anchor(criterion.title)


ARTIFACTS_ANCHOR = "what-can-be-had"
"""The anchor of the heading of a model's artifacts on model pages."""

BOARDS = {language: GeneratedPart(file, "leaderboard") for language, file in READMES.items()}
"""The generated part of README.md in each language."""


def assessment_path(assessment_id: str) -> str:
    """Return the path of the file of `developer/model`."""
    return f"{ASSESSMENTS}/{assessment_id}.yaml"


def form_address(template: str, /, **fields: str) -> str:
    """Return the address of an issue form such as `correct-a-rating.yml`, relative to the page of the repository.

    `fields` are answers that are filled in already, by the id of their field. GitHub fills in text fields only.
    https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema#keys
    """
    return f"issues/new?{urlencode({'template': template, **fields}, safe='/', quote_via=quote)}"
