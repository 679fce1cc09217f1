"""Agreement with another index, for a terminal and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from bot.board.model.words import decimal
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from bot.board.model.crosswalk import Crosswalk
    from bot.board.model.rubric import Rubric
    from bot.sources.indexes.agreement import Agreement, AgreementRate, ModelMatch

FORMAT_VERSION = "1.0.0"
"""Of the JSON; it rises when a key changes its meaning or is removed."""

_BY = {"huggingface": "Hugging Face id", "name": "name"}
_PLACES = 4


def as_text(agreement: Agreement, crosswalk: Crosswalk, rubric: Rubric) -> str:
    """Return the models, the figures of each criterion, and the disagreements; without a line break at the end."""
    matches = agreement.matches
    parts = [f"{_models(len(matches))} here and in the {crosswalk.title}."]
    if matches:
        parts.append(_table(["model", "their file", "known by"], [_named(match) for match in matches]))
    if agreement.left_out:
        rows = [_named(match) for match in agreement.left_out]
        parts.append(f"Left out, as another file is about the same model:\n{_table(['model', 'their file', ''], rows)}")
    if agreement.total.compared:
        titles = {criterion.id: criterion.title for criterion in rubric.criteria}
        rows = [[titles[one], *_figures(share)] for one, share in agreement.criteria.items() if share.compared]
        rows.append(["all", *_figures(agreement.total)])
        parts.append(_table(["criterion", "ratings", "the same", "share", "Cohen's kappa"], rows, "lrrrr"))
        if any(row[-1] == _UNDEFINED for row in rows):
            parts.append(f"{_UNDEFINED}: not defined, as both have one and the same level everywhere.")
    elif matches:
        parts.append("They say nothing of what is rated here, so there is nothing to compare.")
    if agreement.disagreements:
        rows = [
            [one.id, one.criterion, one.ours.value, one.theirs.value, visible(one.path)]
            for one in agreement.disagreements
        ]
        parts.append(
            "Worth a look, the farthest apart first. The questions aren't the same (docs/imports.md), so neither side\n"
            f"need be wrong.\n{_table(['model', 'criterion', 'here', 'there', 'their file'], rows)}"
        )
    return "\n\n".join(parts)


_UNDEFINED = "–"


def _models(count: int) -> str:
    return "1 model is" if count == 1 else f"{count} models are"


def _named(match: ModelMatch) -> list[str]:
    return [match.id, visible(match.path), _BY[match.by]]


def _figures(share: AgreementRate) -> list[str]:
    return [str(share.compared), str(share.agreed), _percent(share.share), decimal(share.kappa)]


def _percent(share: Fraction | None) -> str:
    return "–" if share is None else f"{decimal(share * 100, 0)} %"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], alignment: str = "") -> str:
    return tabulate(
        rows, header, tablefmt="simple", disable_numparse=True, colalign=tuple(map(_ALIGNED.get, alignment))
    )


_ALIGNED = {"l": "left", "r": "right"}


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


def _share(share: AgreementRate) -> dict[str, Any]:
    return {
        "compared": share.compared,
        "agreed": share.agreed,
        "share": _number(share.share),
        "kappa": _number(share.kappa),
    }


def _number(number: Fraction | None) -> float | None:
    return None if number is None else round(float(number), _PLACES)
