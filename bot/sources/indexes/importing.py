"""A model of another index to a draft of an assessment: its links as candidates for evidence, its classes as comments.

A draft rates nothing. Each level is `unassessed`, and what each page shows stands empty, so that `check` refuses it until
somebody has read the pages and judged by our rubric.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.assessment import MODELINE, UNASSESSED
from bot.board.model.fields import short_name
from bot.board.model.problem import Severity
from bot.board.reading.corpus import assessment_path, folded, is_assessment_path
from bot.board.reading.source import shorten
from bot.board.writing.rewriting import scalar
from bot.board.writing.skeleton import criterion_skeleton
from bot.sources.indexes.listing import whole_file
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.assessment import Developer
    from bot.board.model.crosswalk import Crosswalk
    from bot.board.model.problem import Problem
    from bot.board.model.rubric import Criterion, Rubric
    from bot.board.reading.document import Reader
    from bot.sources.indexes.agreement import Known
    from bot.sources.indexes.listing import Listing

LEFT_TO_DO = (UNASSESSED, "empty")
"""The rules of problems that a draft has by design: levels that nobody has judged, and what stands empty."""


class Draft(NamedTuple):
    """A draft of an assessment."""

    id: str
    """`developer/model`."""
    text: str


def drafted(
    listing: Listing,
    crosswalk: Crosswalk,
    known: Known,
    developers: Mapping[str, Developer],
    reader: Reader,
    rubric: Rubric,
) -> Draft | list[Problem]:
    """The draft of a model that has no assessment yet, or why there is none.

    `known` are the models that have one, `developers` those with a folder, by its name.
    """
    if (found := known.entry(listing)) is not None:
        what = f"{assessment_path(found[0].id)} is about this model already"
        return [whole_file(listing.path, "assessed", what, "`openness-bot agreement` compares the two.")]
    made = draft_id(listing, developers)
    if made is None:
        what = f"no path can be made of the names `{shorten(listing.developer)}` and `{shorten(listing.name)}`"
        return [whole_file(listing.path, "short-name", what, "Begin with `openness-bot new` instead.")]
    text = draft(listing, crosswalk, rubric)
    wrong = faults(assessment_path(made), text, reader)
    told = [
        whole_file(
            listing.path, problem.rule, f"in the draft, {problem.what}", "Begin with `openness-bot new` instead."
        )
        for problem in wrong
    ]
    return told or Draft(made, text)


def draft_id(listing: Listing, developers: Mapping[str, Developer]) -> str | None:
    """`developer/model` by the names in the listing; None where they can't be written in an address.

    A developer of `developers` (by folder) is known by its name.
    """
    known = {folded(developer.name): folder for folder, developer in developers.items()}
    developer, model = (short_name(name)[:64].rstrip("-.") for name in (listing.developer, listing.name))
    made = f"{known.get(folded(listing.developer), developer)}/{model}"
    return made if is_assessment_path(assessment_path(made)) else None


def draft(listing: Listing, crosswalk: Crosswalk, rubric: Rubric) -> str:
    """The text of an assessment in which everything is left to do."""
    facts = [f"{MODELINE.format('assessment')}\n", _head(listing, crosswalk), f"model: {scalar(listing.name)}\n"]
    if listing.released:
        facts.append(f"# released:     # there: {_comment(listing.released)}\n")
    facts.append(f"modality: [{', '.join(listing.modality)}]\n" if listing.modality else "modality:\n")
    if listing.huggingface is not None:
        facts.append(f"huggingface: {scalar(listing.huggingface)}\n")
    if listing.license:
        facts.append(f"# license:      # there: {_comment(listing.license)}\n")
    parts = [*facts, "ratings:\n"]
    for category in rubric.categories:
        parts.append(f"  # ---- {category.title} ----\n")
        parts += [_rating(criterion, listing, crosswalk) for criterion in category.criteria]
    return "".join(parts)


def _head(listing: Listing, crosswalk: Crosswalk) -> str:
    return (
        f"# A draft from the {crosswalk.title}, {crosswalk.source}, file {_comment(listing.path)}\n"
        f"# Terms of that index: {crosswalk.terms}\n"
        "# Its links are candidates: open each and write where and what it shows, or delete the item. What it says of a\n"
        "# level is by its own questions; what it doesn't list is unknown, not closed. Rate by the definitions below, then\n"
        "# run `openness-bot check`, and delete these lines.\n"
    )


def _rating(criterion: Criterion, listing: Listing, crosswalk: Crosswalk) -> str:
    """A criterion without a level, with the classes and links that may be about it."""
    said: list[str] = []
    links: list[str] = []
    for part in listing.parts:
        correspondence = crosswalk.parts[part.name]
        if criterion.id == correspondence.level and part.said:
            level = crosswalk.levels.get(part.said.casefold())
            suggested = f", which suggests {level}" if level is not None else ""
            said.append(f"  # There, {part.name}: {_comment(part.said)}{suggested}.\n")
        if criterion.id in correspondence.links:
            links += part.links
    items = [f"      - url: {scalar(link)}\n        where:\n        fact:\n" for link in dict.fromkeys(links)]
    asked, _ = criterion_skeleton(criterion).split(f"  {criterion.id}:\n", 1)
    evidence = f"    evidence:\n{''.join(items)}" if items else ""
    return f"{asked}{''.join(said)}  {criterion.id}:\n    level: {UNASSESSED}\n{evidence}"


def _comment(text: str) -> str:
    """Words of theirs that end no comment."""
    return visible(shorten(text))


def faults(path: str, text: str, reader: Reader) -> list[Problem]:
    """What is wrong with a draft beyond what is left to do: then it isn't worth writing."""
    problems = reader.assessment(path, text.encode("utf-8", "surrogatepass")).problems
    return [problem for problem in problems if problem.severity is Severity.ERROR and problem.rule not in LEFT_TO_DO]
