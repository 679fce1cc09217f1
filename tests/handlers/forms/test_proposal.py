"""Changes that forms ask for: whatever is in a form, a file either passes the check or there is none."""

from __future__ import annotations

import re
from datetime import date
from time import process_time
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.board.model.layout import FormKind
from bot.board.model.rubric import Level
from bot.board.reading.snapshot import Snapshot
from bot.board.writing.rewriting import with_disputed
from bot.handlers.disputes.admission import DisputeForm
from bot.handlers.forms.answers import Checks
from bot.handlers.forms.base import Base, read_base
from bot.handlers.forms.form_files import FieldType
from bot.handlers.forms.issue_form import Form, parse
from bot.handlers.forms.proposal import (
    DeadLink,
    FormChange,
    ask_dispute,
    correct_rating,
    model_named,
    propose_model,
    report_dead_link,
)
from bot.text.catalogue import languages
from tests.board.reading.trees import TWO, Texts
from tests.checkouts import DEVELOPER, model_text
from tests.github.form_story import body
from tests.handlers.forms.test_form_files import of, templates
from tests.samples import DATA, rubric
from tests.thorough import examples

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = date(2026, 1, 1)
TEXTS = {
    "schema/rubric.yaml": (DATA / "schema/rubric.yaml").read_text("utf-8"),
    "assessments/example/developer.yaml": DEVELOPER,
    "assessments/example/one.yaml": model_text("Example One", "o" * 16),
    "assessments/example/two.yaml": model_text("Example Two", "s" * 16),
    "assessments/example-labs/three.yaml": "model: broken\n",
}


def base(**changed: str) -> Base:
    """Return a main branch with two models without errors and a broken one."""
    snapshot = Snapshot(Texts(TEXTS | changed), TODAY)
    return read_base(snapshot, templates())


BASE = base()


def filled(kind: FormKind, answers: Mapping[str, object], language: str = "en") -> Form:
    template = of(kind, language)
    return parse(template, body(template, answers))


RATING: dict[str, object] = {
    "model": "example/two",
    "criterion": "weights",
    "level": "open",
    "url": "https://example.org/x",
    "fact": "So.",
}
MODEL: dict[str, object] = {"model": "Example Four", "developer": "Example Lab", "modality": ["text"]}


# ---- which model -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        "example/two",
        "Example Two",
        "example  two",
        "EXAMPLE TWO",
        "assessments/example/two.yaml",
        "https://github.com/example-org/example-models/blob/main/assessments/example/two.yaml",
        "https://github.com/example-org/example-models/blob/main/leaderboard/models/example/two.md",
        "leaderboard/models/example/two.md",
        "<https://github.com/example-org/example-models/blob/main/assessments/example/two.yaml>",
        "**Example Two**",
        "`example/two`",
    ],
)
def test_a_model_can_be_named_in_many_ways(answer: str) -> None:
    assert model_named(answer, BASE, Checks(TODAY)) == "example/two"


@pytest.mark.parametrize(
    ("answer", "guess"),
    [("example/tow", "example/two"), ("Exampel Two", "example/two"), ("Quite another", ""), ("x" * 60_000, "")],
)
def test_an_unknown_model_is_refused_with_the_nearest_one(answer: str, guess: str) -> None:
    checks = Checks(TODAY)
    assert model_named(answer, BASE, checks) is None
    (problem,) = checks.problems
    assert problem.rule == "no-such-model"
    assert (f"Did you mean `{guess}`?" == problem.remedy) is bool(guess)


# ---- rules of their own ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"url": ""}, "url", "answer-missing"),
        ({"fact": ""}, "fact", "answer-missing"),
        ({"url": "", "fact": ""}, "url", "reason-missing"),
        ({"level": "closed", "url": "", "fact": ""}, "url", "reason-missing"),
        ({"level": "not-applicable"}, "note", "note-missing"),
        ({"level": "semi-open", "url": "", "fact": ""}, "level", "nothing-changes"),
        ({"level": "semi-open", "url": "", "fact": "", "note": "Read on that day."}, "level", "nothing-changes"),
        ({"model": "example-labs/three"}, "model", "file-broken"),
        ({"accessed": "2026-01-03"}, "accessed", "date-in-future"),
        ({"fact": "x" * 4001}, "fact", "too-long"),
        ({"note": "a\u202eb"}, "note", "unseen-character"),
        ({"url": "https://10.0.0.1/x"}, "url", "url-ip-address"),
    ],
)
def test_a_correction_is_refused(changes: dict[str, str], field: str, rule: str) -> None:
    found = correct_rating(filled(FormKind.RATING, RATING | changes), BASE)
    assert not isinstance(found, FormChange)
    assert [(problem.field, problem.rule) for problem in found] == [(field, rule)]


@pytest.mark.parametrize(("level", "expected"), [("open", True), ("semi-open", False)])
def test_a_change_of_a_disputed_level_mentions_the_dispute(level: str, expected: bool) -> None:
    issue = "https://github.com/example-org/example-models/issues/7"
    disputed = with_disputed(TEXTS[TWO], "weights", issue)
    found = correct_rating(filled(FormKind.RATING, RATING | {"level": level}), base(**{TWO: disputed}))
    assert isinstance(found, FormChange)
    assert any("disputed" in hint for hint in found.hints) is expected
    assert f"    disputed: {issue}\n" in found.files[0][1]


@pytest.mark.parametrize(
    ("level", "hint", "lines"), [("open", "former level was deleted", 0), ("semi-open", "stays doubtful", 1)]
)
def test_a_correction_of_a_doubtful_rating_says_what_becomes_of_the_doubt(level: str, hint: str, lines: int) -> None:
    doubted = "    level: semi-open\n    confidence: doubtful\n    doubt: It may be open.\n"
    text = TEXTS[TWO].replace("    level: semi-open\n", doubted, 1)
    found = correct_rating(filled(FormKind.RATING, RATING | {"level": level}), base(**{TWO: text}))
    assert isinstance(found, FormChange)
    assert sum(hint in each for each in found.hints) == 1
    assert sum("doubt" in each for each in found.hints) == 1
    assert found.files[0][1].count("doubt: It may be open.") == lines


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.SEMI_OPEN])
def test_a_correction_is_the_same_in_both_languages(level: Level) -> None:
    answers = RATING | {"level": level.value, "note": "A note."}
    english, korean = (correct_rating(filled(FormKind.RATING, answers, each), BASE) for each in languages())
    assert isinstance(english, FormChange)
    assert english == korean


def test_a_model_without_ratings_claims_nothing() -> None:
    found = propose_model(filled(FormKind.MODEL, MODEL), BASE)
    assert isinstance(found, FormChange)
    assert found.missing == tuple(criterion.id for criterion in rubric().criteria)
    ((path, text),) = found.files
    reading = BASE.snapshot.reader.assessment(path, text.encode())
    assert reading.value is None
    # Each criterion without a rating is a problem, and there is no other.
    assert {problem.rule for problem in reading.problems} == {"unassessed"}
    assert text.count("    level: unassessed\n") == len(found.missing)


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"modality": []}, "modality", "answer-missing"),
        ({"model": "example one"}, "model", "two-files-for-one-model"),
        ({"model_id": "one"}, "model_id", "two-files-for-one-model"),
        ({"model_id": "../one"}, "model_id", "short-name"),
        ({"model_id": "developer"}, "model_id", "short-name"),
        ({"model_id": "a" * 65}, "model_id", "short-name"),
        ({"model_id": "con"}, "model_id", "short-name"),
        ({"model": "AUX"}, "model_id", "short-name"),
        ({"model": "Example/One"}, "model", "two-files-for-one-model"),
        ({"model": "예시"}, "model_id", "short-name"),
        ({"license": "apache-2.0"}, "license", "license-not-spdx"),
        ({"base_models": "Nobody's Model"}, "base_models", "model-id"),
        ({"ratings": "weights:\nhttps://example.org/x So."}, "ratings", "level-missing"),
        ({"developer": "name: Example Six\ncountry: France\nkind: club"}, "kind", "no-such-choice"),
        ({"base_models": "example, " * 1000}, "base_models", "too-long"),
    ],
)
def test_a_new_model_is_refused(changes: dict[str, object], field: str, rule: str) -> None:
    found = propose_model(filled(FormKind.MODEL, MODEL | changes), BASE)
    assert not isinstance(found, FormChange)
    assert [(problem.field, problem.rule) for problem in found] == [(field, rule)]


@pytest.mark.parametrize(
    ("name", "short"),
    [("Présage 2.5", "presage-2.5"), ("Ｆｕｌｌ", "full"), ("../../x", "x"), ("a\u2028level: open", "a-level-open")],
)
def test_the_short_name_is_made_of_the_letters_of_the_name(name: str, short: str) -> None:
    found = propose_model(filled(FormKind.MODEL, MODEL | {"model": name, "developer": "example"}), BASE)
    assert isinstance(found, FormChange)
    assert found.subject == f"Add example/{short}"


def test_a_new_developer_needs_what_a_developers_file_does() -> None:
    answers = MODEL | {"developer": "Example Foundation: a test"}
    found = propose_model(filled(FormKind.MODEL, answers), BASE)
    assert not isinstance(found, FormChange)
    assert [(problem.field, problem.rule) for problem in found] == [("developer", "new-developer")]
    answers |= {"country": "yes", "kind": "single-company", "developer_url": "https://example.org"}
    found = propose_model(filled(FormKind.MODEL, answers), BASE)
    assert isinstance(found, FormChange)
    path, text = found.files[1]
    assert path == "assessments/example-foundation-a-test/developer.yaml"
    developer = BASE.snapshot.reader.developer(path, text.encode()).value
    assert developer is not None
    assert (developer.name, developer.country) == ("Example Foundation: a test", "yes")


def test_a_model_of_the_same_repository_on_the_hub_is_the_same_whatever_it_is_called() -> None:
    one = "assessments/example/one.yaml"
    known = TEXTS[one].replace("model: Example One\n", "model: Example One\nhuggingface: Example-Org/One\n")
    answers = MODEL | {"huggingface": "https://huggingface.co/example-org/one"}
    found = propose_model(filled(FormKind.MODEL, answers), base(**{one: known}))
    assert not isinstance(found, FormChange)
    assert [(problem.field, problem.rule, problem.what) for problem in found] == [
        ("huggingface", "two-files-for-one-model", "`example/one` is the same model")
    ]


def test_a_developer_whose_short_name_is_a_folder_already_is_that_developer() -> None:
    found = propose_model(filled(FormKind.MODEL, MODEL | {"developer": "Example Labs"}), BASE)
    assert isinstance(found, FormChange)
    assert [path for path, _ in found.files] == ["assessments/example-labs/example-four.yaml"]
    given = MODEL | {"developer": "Another Lab", "developer_id": "example-labs", "country": "France"}
    refused = propose_model(filled(FormKind.MODEL, given | {"kind": "single-company"}), BASE)
    assert not isinstance(refused, FormChange)
    assert [(problem.field, problem.rule) for problem in refused] == [("developer_id", "short-name-taken")]


def test_a_new_developer_without_an_address_has_none_in_the_file() -> None:
    answers = MODEL | {"developer": "Another Lab", "country": "France", "kind": "single-company"}
    found = propose_model(filled(FormKind.MODEL, answers), BASE)
    assert isinstance(found, FormChange)
    _, text = found.files[1]
    assert text.splitlines()[1:] == ["name: Another Lab", "country: France", "kind: single-company"]


PASTED = """variant: "7B: Instruct"
parameters: {total: 7000000000, active: 2000000000}
license_url: https://example.org/license
api_retired: 2025-06-01
artifacts:
  training_code:
    available: "yes"
    license: MIT
    evidence:
      - url: https://example.org/code
        where: "Files: all"
        fact: "no"
        accessed: 2025-06-01
  model_card: {available: "no"}
ratings:
  api:
    level: closed
    confidence: doubtful
    doubt: "Some say: it is back."
"""


def test_a_whole_file_in_the_form_keeps_what_the_form_does_not_ask_for() -> None:
    found = propose_model(filled(FormKind.MODEL, MODEL | {"ratings": PASTED}), BASE)
    assert isinstance(found, FormChange)
    written, pasted = (yaml.safe_load(text) for text in (found.files[0][1], PASTED))
    assert {key: written[key] for key in pasted if key != "ratings"} == {
        key: value for key, value in pasted.items() if key != "ratings"
    }
    assert written["ratings"]["api"] == pasted["ratings"]["api"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("parameters: {total: 7000000000, active: 2000000000}", "parameters: 7B", "wrong-type"),
        ("total: 7000000000", "total: 7.5", "wrong-type"),
        ("accessed: 2025-06-01", "accessed: May", "date"),
        ('available: "no"', "available: no", "ambiguous"),
        ("training_code:", "recipe:", "unknown-key"),
        ("api_retired: 2025-06-01", "api_retired: soon", "date"),
        ("license_url: https://", "license_url: javascript:", "url-scheme"),
        ("    confidence: doubtful\n", "", "doubt-alone"),
    ],
)
def test_what_is_wrong_in_a_whole_file_is_said(old: str, new: str, rule: str) -> None:
    assert old in PASTED
    found = propose_model(filled(FormKind.MODEL, MODEL | {"ratings": PASTED.replace(old, new, 1)}), BASE)
    assert not isinstance(found, FormChange)
    assert [problem.rule for problem in found] == [rule]


def test_a_rating_of_a_new_model_has_all_that_was_given() -> None:
    ratings = "weights: open\nhttps://example.org/x\nwhere: Here\nfact: So.\n\npaper: closed\nnote: Looked for it."
    found = propose_model(filled(FormKind.MODEL, MODEL | {"ratings": ratings}), BASE)
    assert isinstance(found, FormChange)
    _, text = found.files[0]
    assert (
        "  weights:\n    level: open\n    evidence:\n"
        "      - url: https://example.org/x\n        where: Here\n        fact: So.\n" in text
    )
    assert "  paper:\n    level: closed\n    note: Looked for it.\n" in text


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ({"released": "2025.3.12"}, "released: 2025-03-12"),
        ({"released": "2025/03/12"}, "released: 2025-03-12"),
        ({"released": "2025. 3. 12."}, "released: 2025-03-12"),
        ({"released": "2025년 3월 12일"}, "released: 2025-03-12"),
        ({"released": "２０２５-０３-１２"}, "released: 2025-03-12"),
        ({"huggingface": "https://huggingface.co/example/four"}, "huggingface: example/four"),
        ({"huggingface": "<https://hf.co/example/four/blob/main/README.md>"}, "huggingface: example/four"),
        ({"license": "`Apache-2.0`"}, "license: Apache-2.0"),
        ({"base_models": "Example One"}, "base_models: [example/one]"),
        ({"base_models": "Example One, example/two"}, "base_models: [example/one, example/two]"),
        ({"base_models": "example/one other-lab/base"}, "base_models: [example/one, other-lab/base]"),
        ({"base_models": "Example One\nexample/one"}, "base_models: [example/one]"),
    ],
)
def test_what_certainly_means_a_value_is_read_as_that_value(answers: dict[str, object], line: str) -> None:
    found = propose_model(filled(FormKind.MODEL, MODEL | answers), BASE)
    assert isinstance(found, FormChange), found
    assert line in found.files[0][1].splitlines()


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("model", "`" * 4_000 + "x"),
        ("ratings", "weights:\n  level: open\nx\n" + "\n" * 20_000 + "x"),
        ("ratings", "weights: open\n" + "[" * 60_000),
    ],
)
def test_the_longest_answer_is_read_in_a_moment(field: str, answer: str) -> None:
    before = process_time()
    propose_model(filled(FormKind.MODEL, MODEL | {field: answer}), BASE)
    assert process_time() - before < 2


@pytest.mark.parametrize("day", ["3/12/2025", "2025-13-01", "12.3.25", "2025", "2025-03-12 or later"])
def test_a_day_that_could_mean_another_is_refused(day: str) -> None:
    found = propose_model(filled(FormKind.MODEL, MODEL | {"released": day}), BASE)
    assert not isinstance(found, FormChange)
    assert [(problem.field, problem.rule) for problem in found] == [("released", "date")]


@pytest.mark.parametrize(
    "criterion",
    ["weights", "Weights", "가중치", "Weights (weights)", "가중치 (weights)", "`weights`", " WEIGHTS "],
)
def test_a_criterion_can_be_named_in_any_language(criterion: str) -> None:
    found = correct_rating(filled(FormKind.RATING, RATING | {"criterion": criterion}), BASE)
    assert isinstance(found, FormChange)
    assert found.subject == "example/two: rate weights open"


def test_no_remedy_of_a_form_speaks_of_keys_or_commands() -> None:
    wrong: dict[str, object] = {
        "developer": "Example Six",
        "released": "soon",
        "huggingface": "x",
        "license": "none",
        "base_models": "x y",
        "ratings": "weights: open\n\npaper: not-applicable\nhttps://example.org So.\naccessed: soon\ncode: maybe\nhttps://bit.ly/x y",
    }
    found = propose_model(filled(FormKind.MODEL, MODEL | wrong), BASE)
    assert not isinstance(found, FormChange)
    assert len(found) >= 9
    for problem in found:
        assert not re.search(r"\bkeys?\b|openness-bot|leave .* out\b", problem.remedy), problem


# ---- forms that change no file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://example.org/weights", 2),
        ("http://www.example.org/weights/#here", 2),
        ("It was <https://example.org/weights>", 2),
        ("https://example.org/weights?page=2", 0),
        ("https://example.org", 0),
    ],
)
def test_a_page_is_found_whatever_hangs_on_its_address(url: str, number: int) -> None:
    found = report_dead_link(filled(FormKind.DEAD_LINK, {"url": url}), BASE)
    assert isinstance(found, DeadLink)
    assert len(found.citations) == number


def test_a_dispute_keeps_its_reason_as_it_was_written() -> None:
    said = {"model": "Example Two", "criterion": "api", "reason": "First.\n\nSecond."}
    found = ask_dispute(filled(FormKind.DISPUTE, said), BASE)
    assert found == DisputeForm("example/two", "api", "First.\n\nSecond.", None)


# ---- whatever is filled in -------------------------------------------------------------------------------------------

ODD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["a: b", "- x", "yes", "'", '"', "#", "https://example.org/x", "2025-01-01", "x\ny: z", "\u2028level: open"]),
)  # fmt: skip
FREE = (FieldType.INPUT, FieldType.TEXTAREA)


@settings(derandomize=True, deadline=None, max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_nothing_of_a_form_reaches_a_file_unchecked(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([FormKind.MODEL, FormKind.RATING]))
    sound = RATING if kind is FormKind.RATING else MODEL | {"ratings": "weights: open\nhttps://example.org/x So."}
    free = [field.id for field in of(kind, "en").fields if field.type in FREE]
    odd = data.draw(st.dictionaries(st.sampled_from(free), ODD, max_size=3))
    form = filled(kind, sound | odd)
    found = correct_rating(form, BASE) if kind is FormKind.RATING else propose_model(form, BASE)
    if not isinstance(found, FormChange):
        assert found
        return
    for path, text in found.files:
        if path.endswith("/developer.yaml"):
            assert BASE.snapshot.reader.developer(path, text.encode()).value is not None
            continue
        whole = text.replace("    level: unassessed\n", "    level: closed\n")
        reading = BASE.snapshot.reader.assessment(path, whole.encode())
        assert reading.value is not None
        levels = [rating.level for rating in reading.value.ratings.values()]
        expected = Level.SEMI_OPEN if kind is FormKind.RATING else Level.CLOSED
        assert levels[1:] == [expected] * 15
