"""Where everything lies in the repository, and what a file is for by its path."""

from __future__ import annotations

import re
from enum import StrEnum

ASSESSMENTS = "assessments"
RUBRIC = "schema/rubric.yaml"
GENERATED = "leaderboard"
"""All files in it are generated; one that no longer comes from anything is removed."""
STUDIES = "studies"
README = "README.md"
"""Written by hand, but for the leaderboard between its markers."""

PROPOSAL_BRANCH = "openness-bot/leaderboard"
"""The one branch from which a new leaderboard is proposed where the main branch takes no pushes."""

_SCHEMA = re.compile(r"schema/[^/]+\.schema\.json")


class Part(StrEnum):
    """What a file is for."""

    ASSESSMENT = "assessment"
    """Assessments and developers."""
    RUBRIC = "rubric"
    GENERATED = "generated"
    """What `openness-bot build` writes, but for the README, which is only partly generated."""
    STUDY = "study"
    """The tables of a study, which nobody edits."""
    OTHER = "other"


def part_of(path: str) -> Part:
    """What the file at `path` is for."""
    if path == RUBRIC:
        return Part.RUBRIC
    if _SCHEMA.fullmatch(path):
        return Part.GENERATED
    parts = {ASSESSMENTS: Part.ASSESSMENT, GENERATED: Part.GENERATED, STUDIES: Part.STUDY}
    return parts.get(path.partition("/")[0], Part.OTHER)
