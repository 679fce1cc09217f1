"""Agreement with another index, for a terminal and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.board.model.words import decimal
from bot.text.catalogue import SOURCE, _, data_text, translate
from bot.text.escaping import visible
from bot.text.tables import terminal_table
from bot.text.templates import render

if TYPE_CHECKING:
    from bot.board.model.crosswalk import Crosswalk
    from bot.board.model.rubric import Rubric
    from bot.sources.indexes.agreement import Agreement, AgreementRate, ModelMatch

FORMAT_VERSION = "1.0.0"
"""Of the JSON; it rises when a key changes its meaning or is removed."""

_PLACES = 4


def as_text(agreement: Agreement, crosswalk: Crosswalk, rubric: Rubric, language: str = SOURCE) -> str:
    """Return the models, the figures of each criterion, and the disagreements; without a line break at the end."""
    rates = ((criterion, agreement.criteria.get(criterion.id)) for criterion in rubric.criteria)
    figures = [
        [translate(data_text(one.title), language), *_figures(rate)] for one, rate in rates if rate and rate.compared
    ]
    total = _figures(agreement.total)
    return render(
        "sources/indexes/agreement.txt.j2",
        language,
        index=crosswalk.title,
        table=lambda header, rows, alignment="": terminal_table(header, rows, alignment or "l" * len(header)),
        matches=[_named(match, language) for match in agreement.matches],
        left_out=[_named(match, language) for match in agreement.left_out],
        figures=figures,
        total=total,
        undefined=_UNDEFINED,
        is_undefined=any(row[-1] == _UNDEFINED for row in [*figures, total]),
        disagreements=[
            [*one[:2], one.ours.value, one.theirs.value, visible(one.path)] for one in agreement.disagreements
        ],
    ).rstrip("\n")


_UNDEFINED = "–"


def _named(match: ModelMatch, language: str) -> list[str]:
    return [match.id, visible(match.path), translate(_("name"), language) if match.by == "name" else "Hugging Face"]


def _figures(rate: AgreementRate) -> list[str]:
    percent = _UNDEFINED if rate.share is None else f"{decimal(rate.share * 100, 0)} %"
    return [str(rate.compared), str(rate.agreed), percent, decimal(rate.kappa)]


def as_json(agreement: Agreement, crosswalk: Crosswalk) -> str:
    """Return the same as JSON; shares and kappa are numbers with four places, or null where they are undefined."""
    document = {
        "format_version": FORMAT_VERSION,
        "index": {"title": crosswalk.title, "source": crosswalk.source},
        "models": [_match(match) for match in agreement.matches],
        "left_out": [_match(match) for match in agreement.left_out],
        "criteria": {criterion: _share(share) for criterion, share in agreement.criteria.items()},
        "total": _share(agreement.total),
        "disagreements": [
            {
                "id": one.id,
                "criterion": one.criterion,
                "ours": one.ours.value,
                "theirs": one.theirs.value,
                "degrees": one.degrees,
                "file": _file(one.path),
            }
            for one in agreement.disagreements
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _match(match: ModelMatch) -> dict[str, str]:
    return {"id": match.id, "file": _file(match.path), "by": match.by}


def _file(path: str) -> str:
    return path.encode("utf-8", "replace").decode()


def _share(rate: AgreementRate) -> dict[str, Any]:
    shares = {"share": rate.share, "kappa": rate.kappa}
    rounded = {key: None if one is None else round(float(one), _PLACES) for key, one in shares.items()}
    return {"compared": rate.compared, "agreed": rate.agreed, **rounded}
