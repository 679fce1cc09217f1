"""From a model of another index to a draft of an assessment: links become evidence to check, classes become comments.

No level is set: each is `unassessed`, and the fact of each link is empty, so that `check` refuses the draft until somebody has
read the pages and rated the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.assessment import MODELINE, UNASSESSED
from bot.board.model.fields import short_name
from bot.board.model.layout import assessment_path
from bot.board.reading.corpus import is_assessment_path
from bot.board.writing.rewriting import scalar
from bot.board.writing.skeleton import draft_errors, draft_ratings
from bot.sources.indexes.listing import whole_file
from bot.text.escaping import visible
from bot.text.sameness import name_key
from bot.text.shaping import shorten
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.crosswalk import Crosswalk
    from bot.board.model.developer import Developer
    from bot.board.model.problem import Problem
    from bot.board.model.rubric import Criterion, Rubric
    from bot.board.reading.document import Reader
    from bot.sources.indexes.agreement import AssessedModels
    from bot.sources.indexes.listing import Listing

LEFT_TO_DO = (UNASSESSED, "empty")
"""Rules that a draft violates by design: levels that are not set, and empty values."""
_INSTEAD = "Begin with `openness-bot new` instead."


class Draft(NamedTuple):
    """A draft of an assessment."""

    id: str
    """`developer/model`."""
    text: str


def drafted(
    listing: Listing,
    crosswalk: Crosswalk,
    known: AssessedModels,
    developers: Mapping[str, Developer],
    reader: Reader,
    rubric: Rubric,
) -> Draft | list[Problem]:
    """Return the draft of a model without an assessment, or the reason why there is none. Developers are by folder."""
    if (found := known.entry(listing)) is not None:
        what = f"{assessment_path(found[0].id)} is about this model already"
        return [whole_file(listing.path, "assessed", what, "`openness-bot agreement` compares the two.")]
    made = draft_id(listing, developers)
    if made is None:
        what = f"no path can be made of the names `{shorten(listing.developer)}` and `{shorten(listing.name)}`"
        return [whole_file(listing.path, "short-name", what, _INSTEAD)]
    text = draft(listing, crosswalk, rubric)
    wrong = [(one.rule, f"in the draft, {one.what}") for one in draft_errors(made, text, reader, LEFT_TO_DO)]
    return [whole_file(listing.path, *one, _INSTEAD) for one in wrong] or Draft(made, text)


def draft_id(listing: Listing, developers: Mapping[str, Developer]) -> str | None:
    """Return `developer/model` by the names of the listing and of developers, by folder; None where that is no path."""
    known = {name_key(developer.name): folder for folder, developer in developers.items()}
    developer, model = (short_name(name)[:64].rstrip("-.") for name in (listing.developer, listing.name))
    made = f"{known.get(name_key(listing.developer), developer)}/{model}"
    return made if is_assessment_path(assessment_path(made)) else None


def draft(listing: Listing, crosswalk: Crosswalk, rubric: Rubric) -> str:
    """Return the text of an assessment without levels."""
    head = render(
        "sources/indexes/draft.yml.j2",
        modeline=MODELINE.format("assessment"),
        listing=listing,
        crosswalk=crosswalk,
        scalar=scalar,
        shown=_comment,
    )
    return head + draft_ratings(rubric, lambda criterion: _notes(criterion, listing, crosswalk))


def _notes(criterion: Criterion, listing: Listing, crosswalk: Crosswalk) -> tuple[list[str], list[str]]:
    """Return the classes and links that may concern a criterion, as comments and items of evidence."""
    classes: list[str] = []
    links: list[str] = []
    for part in listing.parts:
        correspondence = crosswalk.parts[part.name]
        if criterion.id == correspondence.level and part.said:
            level = crosswalk.levels.get(name_key(part.said))
            suggested = f", which suggests {level}" if level is not None else ""
            classes.append(f"  # There, {part.name}: {_comment(part.said)}{suggested}.\n")
        if criterion.id in correspondence.links:
            links += part.links
    return classes, [f"      - url: {scalar(link)}\n        where:\n        fact:\n" for link in dict.fromkeys(links)]


def _comment(text: str) -> str:
    """Return hostile text that cannot end a comment."""
    return visible(shorten(text))
