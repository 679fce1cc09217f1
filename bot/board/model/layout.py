"""Where everything lies in the repository, and what a file is for by its path."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.text.markers import GeneratedPart

if TYPE_CHECKING:
    from bot.board.model.rubric import Criterion

ASSESSMENTS = "assessments"
RUBRIC = "schema/rubric.yaml"
PRECEDENTS = "schema/precedents.yaml"
DRAFTS = "drafts"
"""Where drafts are written that nobody has worked on yet; no part of the repository."""
CROSSWALKS = "schema/crosswalks"
"""How the parts of other indexes correspond to the criteria."""
FRAMEWORKS = "schema/frameworks.yaml"
"""What frameworks of others ask for, and which of our ratings tell."""
GENERATED = "leaderboard"
"""All files in it are generated; one that no longer comes from anything is removed."""
CANDIDATES = f"{GENERATED}/candidates.md"
EVIDENCE = f"{GENERATED}/evidence.md"
KEPT = (CANDIDATES, EVIDENCE)
"""Those that come from what others publish, by commands of their own: the build leaves them as they are."""
STUDIES = "studies"
DECISIONS = "decisions"
"""The record of what was merged, which the publishing run writes."""
POLICY = "governance.yml"
GOVERNANCE = "GOVERNANCE.md"
"""Written by hand, but for the table of the policy between its markers."""
README = "README.md"
"""Written by hand, but for the leaderboard between its markers."""
PARTLY_GENERATED = (README, GOVERNANCE)
DOCUMENTS = (RUBRIC, PRECEDENTS, POLICY, FRAMEWORKS, *PARTLY_GENERATED)
"""The files of which there is one each."""

PROPOSAL_BRANCH = "openness-bot/leaderboard"
"""The one branch from which a new leaderboard is proposed where the main branch takes no pushes."""

# GitHub reads the owners of the code from any of three places.
_OF_GOVERNANCE = (POLICY, GOVERNANCE, "CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS")
_SCHEMA = re.compile(r"schema/[^/]+\.schema\.json")


class Part(StrEnum):
    """What a file is for."""

    ASSESSMENT = "assessment"
    """Assessments and developers."""
    RUBRIC = "rubric"
    """The rubric, and the precedents that say what it means."""
    GENERATED = "generated"
    """What `openness-bot build` writes, but for the README, which is only partly generated."""
    GOVERNANCE = "governance"
    """The policy, what is written about it, and who owns the code."""
    STUDY = "study"
    """The tables of a study, which nobody edits."""
    OTHER = "other"


def part_of(path: str) -> Part:
    """What the file at `path` is for."""
    if path in (RUBRIC, PRECEDENTS):
        return Part.RUBRIC
    if path in _OF_GOVERNANCE:
        return Part.GOVERNANCE
    if _SCHEMA.fullmatch(path):
        return Part.GENERATED
    parts = {ASSESSMENTS: Part.ASSESSMENT, GENERATED: Part.GENERATED, DECISIONS: Part.GENERATED, STUDIES: Part.STUDY}
    return parts.get(path.partition("/")[0], Part.OTHER)


def branch_of(issue: int) -> str:
    """The branch from which the bot proposes what a form asks for."""
    return f"openness-bot/issue-{issue}"


def issue_of(branch: str) -> int | None:
    """The issue whose form a branch is for; None for other branches."""
    number = branch.removeprefix("openness-bot/issue-")
    is_ours = branch != number and number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if is_ours else None


POLICY_TABLE = GeneratedPart(GOVERNANCE, "governance")


def page_path(model_id: str) -> str:
    """Where the page of a model lies, relative to the root of the repository."""
    return f"leaderboard/models/{model_id}.md"


def source_path(model_id: str) -> str:
    """Where the assessment of a model lies, relative to the root of the repository."""
    return f"assessments/{model_id}.yaml"


def anchor(criterion: Criterion) -> str:
    """The anchor of a criterion's section on every model page: what GitHub makes of the heading.

    GitHub keeps letters, digits, underscores and hyphens, in small letters, with hyphens for spaces.
    """
    return re.sub(r"[^\w\- ]", "", criterion.title.strip().lower()).replace(" ", "-")


BOARD = GeneratedPart(README, "leaderboard")
