"""Where everything lies in the repository, and what a file is for by its path."""

from __future__ import annotations

import re
from enum import StrEnum

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
