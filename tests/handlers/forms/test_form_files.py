"""The issue forms of this repository: the same in both languages, and in step with the rubric and the format."""

from __future__ import annotations

import pytest
import yaml

from bot.board.model.assessment import Modality
from bot.board.model.developer import OrganisationKind
from bot.board.model.layout import FORMS as FOLDER
from bot.board.model.layout import FilePurpose, FormKind, purpose_of
from bot.board.model.rubric import Level
from bot.handlers.forms.form_files import (
    MOST_NAMES,
    FieldType,
    Template,
    TemplateError,
    choice_id,
    form_documents,
    paths,
    read_templates,
)
from bot.text.catalogue import languages
from tests.samples import ROOT, rubric
from tests.test_schemas import check_jsonschema

FORMS = sorted((ROOT / FOLDER).glob("*.yml"))


def templates() -> tuple[Template, ...]:
    return read_templates({path: (ROOT / path).read_text("utf-8") for path in paths()})


def template_of(stem: str) -> Template:
    """Return a form of this repository by the name of its file, without the ending."""
    (found,) = read_templates({(path := f"{FOLDER}/{stem}.yml"): (ROOT / path).read_text("utf-8")})
    return found


def of(kind: FormKind, language: str) -> Template:
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
    english, korean = of(kind, "en"), of(kind, "ko")
    assert english.label == korean.label
    for one, other in zip(english.fields, korean.fields, strict=True):
        assert (one.id, one.type, one.required, one.rendered) == (other.id, other.type, other.required, other.rendered)
        assert list(map(choice_id, one.options)) == list(map(choice_id, other.options))


def test_the_languages_have_no_heading_in_common() -> None:
    for kind in FormKind:
        english, korean = ({field.label for field in of(kind, each).fields} for each in languages())
        assert not english & korean


def test_labels_tell_the_kinds_apart() -> None:
    assert len({each.label for each in templates()}) == len(FormKind)


@pytest.mark.parametrize("language", languages())
def test_the_choices_are_those_of_the_rubric_and_of_the_format(language: str) -> None:
    rating, dispute, model = (of(kind, language) for kind in (FormKind.RATING, FormKind.DISPUTE, FormKind.MODEL))
    for form in (rating, dispute):
        # GitHub fills in text fields from a link, and no lists.
        assert {form.field(each).type for each in ("model", "criterion")} == {FieldType.INPUT}
    assert [choice_id(option) for option in rating.field("level").options] == list(Level)
    assert [choice_id(option) for option in model.field("modality").options] == list(Modality)
    assert [choice_id(option) for option in model.field("kind").options] == list(OrganisationKind)


def made(models: list[str] = [], developers: list[str] = []) -> dict[str, str]:  # noqa: B006  # never changed
    return {each.path: str(each.render()) for each in form_documents(rubric(), models, developers)}


def test_forms_are_made_for_every_language_and_are_generated_files() -> None:
    texts = made(["Example One"])
    assert texts.keys() == paths().keys()
    assert {purpose_of(path) for path in texts} == {FilePurpose.GENERATED}
    assert purpose_of(f"{FOLDER}/config.yml") is FilePurpose.OTHER
    assert purpose_of(f"{FOLDER}/own-form.yml") is FilePurpose.OTHER
    assert read_templates(texts)


def test_hostile_names_stay_text_of_the_form() -> None:
    hostile = "x\n- type: input\u2028 @all <b> | [a](b) {{ 1 }} {% raw %} \"'"
    for path, text in made([hostile], [hostile]).items():
        plain, odd = (yaml.safe_load(each) for each in (made(["x"], ["x"])[path], text))
        assert [part["type"] for part in odd["body"]] == [part["type"] for part in plain["body"]]
        assert "@all" not in text
        assert "<b>" not in text


def test_a_form_lists_names_only_where_people_can_look_through_them() -> None:
    few, many = (made([f"Example {number}" for number in range(most)]) for most in (MOST_NAMES, MOST_NAMES + 1))
    path = f"{FOLDER}/correct-a-rating.yml"
    assert "Example 70 · Example 71" in few[path]
    assert "Example 70" not in many[path]


def test_the_field_for_ratings_begins_with_every_criterion_and_its_question() -> None:
    for template in read_templates(made()):
        if template.kind is FormKind.MODEL:
            lines = template.field("ratings").value.splitlines()
            criteria = [line.partition(":")[0] for line in lines if not line.startswith("#")]
            assert criteria == [criterion.id for criterion in rubric().criteria]
    english = next(each for each in read_templates(made()) if each.kind is FormKind.MODEL and each.language == "en")
    assert f"weights:  # {rubric().criteria[0].question}" in english.field("ratings").value


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
