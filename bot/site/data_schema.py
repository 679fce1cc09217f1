"""The JSON Schema of leaderboard.json: what people who build on the data may rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.board.model.assessment import Modality, OrganisationKind
from bot.board.model.rubric import Level, NotApplicable
from bot.site.data_files import DATA_LICENSE, FORMAT_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.board.model.rubric import Rubric


def _text(description: str, **more: object) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _count(description: str, kind: str = "number", minimum: int = 0) -> dict[str, Any]:
    return {"type": kind, "minimum": minimum, "description": description}


def _list(description: str, items: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"type": "array", "items": items, "description": description, **more}


def _object(description: str, optional: Iterable[str] = (), /, **properties: dict[str, Any]) -> dict[str, Any]:
    """A closed object: all properties are there but the optional ones, and no others."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def leaderboard_json_schema(rubric: Rubric) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of leaderboard/leaderboard.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "leaderboard.schema.json",
        "title": "Openness leaderboard",
        **_object(
            "All assessed models, with the rubric that ranks them.",
            format_version=_text("Version of this format; a new first number breaks readers.", const=FORMAT_VERSION),
            rubric_version=_text("Version of the rubric."),
            license=_text("License of this data, an SPDX id.", const=DATA_LICENSE),
            default=_object("The way of ranking that the models are ordered by.", **_way(rubric)),
            **_rubric_schema(rubric),
            models=_list("The models, the most open first; ties in the order of their names.", _model_schema(rubric)),
        ),
    }


def _way(rubric: Rubric) -> dict[str, Any]:
    return {
        "weighting": _text("Id of the weighting.", enum=[weighting.id for weighting in rubric.weightings]),
        "not_applicable": _text("How not-applicable counts.", enum=[counting.value for counting in NotApplicable]),
    }


def _rubric_schema(rubric: Rubric) -> dict[str, Any]:
    levels = [level.value for level in Level]
    categories = [category.id for category in rubric.categories]
    level = _object(
        "A level.",
        id=_text("Id of the level.", enum=levels),
        title=_text("What people call it."),
        points=_count("Points for each criterion at this level."),
        meaning=_text("What it means in general."),
    )
    counting = _object(
        "A way of counting not-applicable.",
        id=_text("Its id.", enum=[counting.value for counting in NotApplicable]),
        title=_text("What people call it."),
        meaning=_text("What it does to a score."),
    )
    weighting = _object(
        "A weighting.",
        id=_text("Its id."),
        name=_text("What people call it."),
        source=_text("Where it comes from."),
        weights=_object("Weight of each category.", **{id_: _count(f"Weight of {id_}.") for id_ in categories}),
        maximum=_count("Score of a model that is open in everything."),
    )
    category = _object("A category.", id=_text("Its id.", enum=categories), title=_text("What people call it."))
    criterion_texts = {
        "id": _text("Its id.", enum=[criterion.id for criterion in rubric.criteria]),
        "title": _text("What people call it."),
        "short": _text("Two or three characters for narrow columns."),
        "question": _text("The question that the level answers."),
        **{name: _text(f"What {name} means here.") for name in levels[:3]},
    }
    criterion = _object("A criterion.", category=_text("Id of its category.", enum=categories), **criterion_texts)
    return {
        "levels": _list("The levels, the most open first.", level),
        "not_applicable": _list("The ways of counting not-applicable, the default first.", counting),
        "weightings": _list("The weightings, the default first.", weighting),
        "categories": _list("The categories, in order.", category),
        "criteria": _list("The criteria, category by category.", criterion),
    }


def _model_schema(rubric: Rubric) -> dict[str, Any]:
    developer = _object(
        "Who made it.",
        ["url"],
        id=_text("The developer's folder under assessments/."),
        name=_text("Name of the organisation."),
        country=_text("Where it is based."),
        kind=_text("Its organisational model.", enum=[kind.value for kind in OrganisationKind]),
        url=_text("Its own page.", format="uri"),
    )
    scores = {category.id: _optional_number(category.title) for category in rubric.categories}
    ranking = _object(
        "A rank by one way of ranking.",
        **_way(rubric),
        rank=_count("1 is the most open; ties share the smaller rank.", "integer", 1),
        score=_count("Score in points, rounded to four decimals."),
    )
    return _object(
        "A model.",
        ["released", "huggingface", "license", "base_models", "study_2025_rank"],
        id=_text("developer/model."),
        model=_text("Its name."),
        developer=developer,
        released=_text("Day of the release; missing if not known.", format="date"),
        modality=_list(
            "What it takes in or gives out.", _text("A modality.", enum=[modality.value for modality in Modality])
        ),
        huggingface=_text("Id of its main repository on Hugging Face."),
        license=_text("License of the weights, an SPDX expression; missing if none is stated."),
        base_models=_list(
            "The models that it was made from; missing if none is stated.",
            _text("developer/model; it need not be among the models here."),
            minItems=1,
        ),
        page=_text("Path of its page in the repository."),
        source=_text("Path of its assessment in the repository."),
        rank=_count("Rank by the default way.", "integer", 1),
        score=_count("Score by the default way, rounded to four decimals."),
        score_exact=_text("The same score as a whole number or a fraction.", pattern="^[0-9]+(/[0-9]+)?$"),
        category_scores=_object("Score of each category, from 0 to the points of open.", **scores),
        study_2025_rank=_count("Rank that the study of 2025 printed; missing if it was not in it.", "integer", 1),
        rankings=_list("Its rank by every way of ranking.", ranking),
        ratings=_object(
            "A rating for each criterion.", **{one.id: _rating_schema(one.question) for one in rubric.criteria}
        ),
    )


def _optional_number(title: str) -> dict[str, Any]:
    return _count(f"{title}, rounded to four decimals; null where nothing is applicable.") | {
        "type": ["number", "null"]
    }


def _rating_schema(question: str) -> dict[str, Any]:
    evidence = _object(
        "A public page that shows it.",
        ["where", "accessed", "quote", "archived"],
        url=_text("Its address.", format="uri"),
        where=_text("Where on the page."),
        fact=_text("What the page states, in the words of the contributor."),
        accessed=_text("Day on which somebody read it there; missing while nobody has.", format="date"),
        quote=_text("A few words of the source."),
        archived=_text("A copy of the page in a public archive; missing where none is named.", format="uri"),
    )
    return _object(
        question,
        ["disputed", "provisional", "note", "precedents"],
        level=_text("The level.", enum=[level.value for level in Level]),
        disputed=_text("The open dispute about it; missing if there is none.", format="uri"),
        provisional={
            "type": "boolean",
            "const": True,
            "description": "There if it was merged while there were fewer than three maintainers; missing otherwise.",
        },
        note=_text("A note for the reader."),
        precedents=_list(
            "The precedents that it follows; missing if none is cited.",
            _text("Id of a precedent in schema/precedents.yaml."),
            minItems=1,
        ),
        evidence=_list("What shows it; empty where nothing does.", evidence),
    )
