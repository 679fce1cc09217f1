"""Candidates for assessment: for a terminal, as JSON, as a page of the leaderboard, and as the text of an issue."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.sources.hub.candidates import Children
from bot.text.catalogue import SOURCE, JoinedText, _, grouped, ngettext, translate
from bot.text.escaping import one_line
from bot.text.tables import terminal_table
from bot.text.templates import render

if TYPE_CHECKING:
    from bot.sources.hub.candidates import Candidate, Ranking

FORMAT_VERSION = "1.0.0"
"""Of the JSON; its major number rises when a key changes its meaning or is removed."""

# The last digits of a sum of floats differ between versions of Python.
_JSON_PLACES = 6

_CHILDREN = {
    Children.BASE_MODEL: _("Child models are the models of the listing that name this one as their base model."),
    Children.NAME: _("Child models are the models of the listing with this one's name in theirs."),
}


def as_text(ranking: Ranking, language: str = SOURCE) -> str:
    """Return the candidates as a table for a terminal, with their source; ends with a line break."""
    rows = [
        [
            str(each.rank),
            one_line(each.id),
            *map(grouped, (each.children, each.likes, each.downloads)),
            f"{each.score:.3f}",
            each.assessment or translate(_("none yet"), language),
        ]
        for each in ranking.candidates
    ]
    titles = (_("Rank"), _("Model"), _("Child models"), _("Likes"), _("Downloads"), _("Score"), _("Assessment"))
    table = terminal_table([translate(title, language) for title in titles], rows, "rlrrrrl")
    return f"{table}\n\n{translate(JoinedText(' ', [_summary(ranking), _CHILDREN[ranking.children]]), language)}\n"


def as_json(ranking: Ranking) -> str:
    """Return the candidates as JSON, scores to six places; ends with a line break."""
    document = {
        "format_version": FORMAT_VERSION,
        "models": ranking.models,
        "listed": str(ranking.listed),
        "children": ranking.children.value,
        "candidates": list(map(_candidate, ranking.candidates)),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _candidate(one: Candidate) -> dict[str, object]:
    scores = zip(("children", "likes", "downloads"), one.scores, strict=True)
    rounded = {name: round(score, _JSON_PLACES) for name, score in scores}
    return asdict(one) | {"scores": rounded, "score": round(one.score, _JSON_PLACES)}


def as_page(ranking: Ranking) -> str:
    """Return the page `leaderboard/candidates.md`, dated by the listing."""
    children, candidates = _CHILDREN[ranking.children], ranking.candidates
    return render("sources/hub/candidates.md.j2", summary=_summary(ranking), children=children, candidates=candidates)


def as_issue(ranking: Ranking, candidate: Candidate, criteria: int) -> str:
    """Return the title and text of an issue that asks for an assessment by so many criteria, without links to files."""
    return render("sources/hub/candidate_issue.md.j2", ranking=ranking, candidate=candidate, criteria=criteria)


def _summary(ranking: Ranking) -> JoinedText:
    assessed = sum(candidate.assessment is not None for candidate in ranking.candidates)
    shown = _(
        "The first %(shown)s of %(models)s models for text generation that Hugging Face listed on %(day)s.",
        shown=len(ranking.candidates),
        models=grouped(ranking.models),
        day=ranking.listed,
    )
    return JoinedText(" ", [shown, ngettext("One of them is assessed.", "%(number)s of them are assessed.", assessed)])
