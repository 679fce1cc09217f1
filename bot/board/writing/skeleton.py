"""The commented skeletons that `openness-bot new` writes. They pass no check until every blank is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.assessment import MODELINE, Modality, OrganisationKind
from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from bot.board.model.rubric import Criterion, Rubric


def assessment_skeleton(rubric: Rubric) -> str:
    """Return an assessment with all keys and no values, with questions and definitions as comments."""
    parts = [
        f"""{MODELINE.format("assessment")}
# Fill in what stands empty, then run `openness-bot check`. CONTRIBUTING.md shows a whole example.
model:            # the name, as its developer writes it
# released: 2025-03-12          # the day of the release; leave it out if it is not known
modality: [text]  # one or more of: {", ".join(Modality)}
# huggingface: organisation/name   # the main repository on Hugging Face, if there is one
# license: Apache-2.0           # an SPDX expression, or LicenseRef-Name; leave it out if nothing is released
# base_models: [developer/model]   # the models that it was made from, if any

# Every level but closed needs evidence. Copy these lines under a rating, without the leading "# ":
#     evidence:
#       - url: https://...        # a public page; better a fixed version than a branch
#         where: Section 2, Table 1
#         fact: What the page states, in your own words.
#         accessed: 2025-03-31    # the day you read it there
#         quote: A few words of the source, exactly as they stand there (optional).
#         archived: https://...   # a copy in a public archive, such as the Wayback Machine (optional)
#     note: For the reader (optional, but needed with not-applicable, to say why the step does not exist).
#     precedents: [click-through] # the rulings of schema/precedents.yaml that the level follows, if any.
ratings:
"""
    ]
    for category in rubric.categories:
        parts.append(f"  # ---- {category.title} ----\n")
        parts += [criterion_skeleton(criterion) for criterion in category.criteria]
    return "".join(parts)


def criterion_skeleton(criterion: Criterion) -> str:
    """Return a rating without a level, with the question and the definitions as comments."""
    definitions = "".join(
        f"  #   {level}: {definition}\n" for level in Level if (definition := criterion.definition(level)) is not None
    )
    return f"  # {criterion.question}\n{definitions}  {criterion.id}:\n    level:\n"


def developer_skeleton() -> str:
    """Return a developer file with all keys and no values."""
    return f"""{MODELINE.format("developer")}
name:      # the organisation
country:   # where it is based; International where that is no one country
kind:      # one of: {", ".join(OrganisationKind)}
# url: https://...   # its own page
"""
