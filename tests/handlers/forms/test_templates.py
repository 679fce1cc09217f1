"""The issue forms of this repository: the same in both languages, and in step with the rubric and the format."""

from __future__ import annotations

import pytest
import yaml

from bot.board.model.assessment import Modality, OrganisationKind
from bot.board.model.rubric import Level
from bot.handlers.forms.templates import (
    FOLDER,
    FormKind,
    Language,
    Template,
    TemplateError,
    choice_id,
    choice_names,
    paths,
    read_templates,
)
from tests.samples import ROOT, rubric
from tests.test_schemas import check_jsonschema

FORMS = sorted((ROOT / FOLDER).glob("*.yml"))


def templates() -> tuple[Template, ...]:
    return read_templates({path: (ROOT / path).read_text("utf-8") for path in paths()})


def of(kind: FormKind, language: Language) -> Template:
    return next(each for each in templates() if (each.kind, each.language) == (kind, language))


def test_these_are_all_forms() -> None:
    assert {file.name for file in FORMS} == {path.rpartition("/")[2] for path in paths()} | {"config.yml"}
    assert len(templates()) == 8


@pytest.mark.parametrize("kind", ["forms", "config"])
def test_every_form_fits_githubs_schema(kind: str) -> None:
    # All at once: the program says which one doesn't, and takes a second to begin.
    files = [file for file in FORMS if (file.name == "config.yml") is (kind == "config")]
    checked = check_jsonschema("--builtin-schema", f"vendor.github-issue-{kind}", *files)
    assert checked == (0, "ok -- validation done\n")


@pytest.mark.parametrize("kind", list(FormKind))
def test_both_languages_ask_for_the_same(kind: FormKind) -> None:
    english, korean = of(kind, Language.ENGLISH), of(kind, Language.KOREAN)
    assert english.label == korean.label
    for one, other in zip(english.fields, korean.fields, strict=True):
        assert (one.id, one.type, one.required, one.rendered) == (other.id, other.type, other.required, other.rendered)
        assert list(map(choice_id, one.options)) == list(map(choice_id, other.options))


def test_the_languages_have_no_heading_in_common() -> None:
    for kind in FormKind:
        english, korean = ({field.label for field in of(kind, each).fields} for each in Language)
        assert not english & korean


def test_labels_tell_the_kinds_apart() -> None:
    assert len({each.label for each in templates()}) == len(FormKind)


@pytest.mark.parametrize("language", list(Language))
def test_the_choices_are_those_of_the_rubric_and_of_the_format(language: Language) -> None:
    rating, dispute, model = (of(kind, language) for kind in (FormKind.RATING, FormKind.DISPUTE, FormKind.MODEL))
    # A criterion that the rubric gained since may follow: tests/live checks that it is one.
    criteria = [criterion.id for criterion in rubric().criteria]
    for form in (rating, dispute):
        assert [
            found for option in form.field("criterion").options if (found := choice_id(option)) in criteria
        ] == criteria
    assert [choice_id(option) for option in rating.field("level").options] == list(Level)
    assert [choice_id(option) for option in model.field("modality").options] == list(Modality)
    assert [choice_id(option) for option in model.field("kind").options] == list(OrganisationKind)


def test_criteria_and_levels_are_known_by_their_names_in_any_language() -> None:
    assert choice_names(templates(), "criterion")["가중치"] == "weights"
    assert choice_names(templates(), "criterion")["weights"] == "weights"
    assert choice_names(templates(), "level")["부분 공개"] == "semi-open"


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.name)
def test_ids_and_labels_are_what_github_takes(file: object) -> None:
    said = yaml.safe_load((ROOT / FOLDER / str(file)).read_text("utf-8"))
    for part in said.get("body", []):
        if part["type"] != "markdown":
            assert part["attributes"]["label"].strip()
            assert part["id"].replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "body: nothing",
        "labels: [x]\nbody:\n  - type: input\n",
        "labels: [x]\nbody:\n  - {type: slider, id: a, attributes: {label: A}}\n",
        "labels: []\nbody: []\n",
        "labels: [x]\nbody: [}",
        "labels: [x]\nbody:\n  - {type: input, id: a, attributes: {label: A}}\n  - {type: input, id: a, attributes: {label: B}}\n",
        "labels: [x]\nbody:\n  - {type: input, id: a, attributes: {label: A}}\n  - {type: input, id: b, attributes: {label: A}}\n",
    ],
)
def test_a_broken_form_is_an_error_for_maintainers(text: str) -> None:
    with pytest.raises(TemplateError, match="propose-a-model"):
        read_templates({f"{FOLDER}/propose-a-model.yml": text})
