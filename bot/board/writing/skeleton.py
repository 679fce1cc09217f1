"""The commented skeletons that `openness-bot new` writes. They pass no check until everything is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.assessment import MODELINE, UNASSESSED, Modality, OrganisationKind
from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from bot.board.model.rubric import Criterion, Rubric


def assessment_skeleton(rubric: Rubric) -> str:
    """Return an assessment with all keys and no values, with questions and definitions as comments."""
    parts = [
        f"""{MODELINE.format("assessment")}
# Write the name and a level for each `unassessed`, then run `openness-bot check`. CONTRIBUTING.md shows a whole example.
model:            # the name, as its developer writes it
# released: 2025-03-12           # the day of the release, if it is known
modality: [text]  # one or more of: {", ".join(Modality)}
# huggingface: organisation/name # the main repository on Hugging Face, if there is one
# license: Apache-2.0            # an SPDX expression, or LicenseRef-Name, if weights are released
# base_models: [developer/model] # the models that it was made from, if any

# Every level but closed needs evidence. Copy these lines under a rating, without the leading "# ":
#     evidence:
#       - url: https://...        # a public page, if possible in a version that does not change
#         where: Section 2, Table 1
#         fact: What the page states, in your own words.
#         accessed: 2025-03-31    # the day on which you read it
#         quote: A few words of the source, exactly as they are written there (optional).
#         archived: https://...   # a copy in a public archive, such as the Wayback Machine (optional)
#     note: For the reader. For not-applicable it is needed, and says why the step does not exist.
#     precedents: [ruling]     # the rulings of schema/precedents.yaml that the level follows, if any
ratings:
"""
    ]
    for category in rubric.categories:
        parts.append(f"  # ---- {category.title} ----\n")
        parts += [criterion_skeleton(criterion) for criterion in category.criteria]
    return "".join(parts)


def criterion_skeleton(criterion: Criterion, level: str = UNASSESSED, comments: str = "", evidence: str = "") -> str:
    """Return a rating with its question and its definitions as comments.

    `comments` and the items of `evidence` are whole lines.
    """
    definitions = "".join(
        f"  #   {each}: {definition}\n" for each in Level if (definition := criterion.definition(each)) is not None
    )
    items = f"    evidence:\n{evidence}" if evidence else ""
    return f"  # {criterion.question}\n{definitions}{comments}  {criterion.id}:\n    level: {level}\n{items}"


def developer_skeleton(name: str = "", country: str = "", kind: str = "", url: str = "") -> str:
    """Return a developer file with all keys, and the values that are known, in YAML."""
    return f"""{MODELINE.format("developer")}
name: {name}  # the organisation
country: {country}  # where it is based, or International
kind: {kind}  # one of: {", ".join([*OrganisationKind][:2])},
#   {", ".join([*OrganisationKind][2:])}
url: {url}  # its own page; delete this line if there is none
"""
