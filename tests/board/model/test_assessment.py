"""The pydantic model of an assessment file, and its agreement with the JSON Schema that is made from it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import TypeAdapter, ValidationError

from bot.board.model.assessment import Assessment, Entry, assessment_json_schema, assessment_type, entry, evidence_of
from bot.board.model.developer import Developer, developer_json_schema
from bot.board.model.links import EvidenceUrl
from bot.board.model.rubric import Level
from tests.board.model.values import BEYOND_JSON_SCHEMA, TODAY, rules_of_value
from tests.samples import assessment, document, rubric
from tests.thorough import examples


@cache
def checked_type() -> type[Assessment]:
    return assessment_type(rubric())


@cache
def json_schema() -> Draft202012Validator:
    return Draft202012Validator(assessment_json_schema(rubric()), format_checker=FormatChecker(formats=["date"]))


@cache
def developer_schema() -> Draft202012Validator:
    return Draft202012Validator(developer_json_schema(), format_checker=FormatChecker(formats=["date"]))


def rules_broken(content: object, model: type[Assessment | Developer] | None = None) -> list[str]:
    """Return the rules that the pydantic model reports for `content`."""
    try:
        (model or checked_type()).model_validate(content, context={"today": TODAY})
    except ValidationError as refused:
        return [error["type"] for error in refused.errors()]
    return []


def with_rating(**rating: object) -> dict[str, Any]:
    return document(ratings={"code": rating})


EVIDENCE = {"url": "https://example.org/paper", "fact": "It is described there."}
COPY = "https://web.archive.org/web/20250331120000/https://example.org/other"

# ---- whole documents -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (document(), []),
        (document(modality=["text", "image", "audio", "video"]), []),
        (document(modality=[]), ["too_short"]),
        (document(modality=["text", "text"]), ["repeated"]),
        (document(modality=["text", "smell"]), ["enum"]),
        (document(modality="text"), ["tuple_type"]),
        (document(modality=None), ["tuple_type"]),
        (document(released=None), ["empty"]),
        (document(huggingface=None), ["empty"]),
        (document(license=None), ["empty"]),
        (document(unknown="key"), ["extra_forbidden"]),
        (document(ratings={"criterion_0": {"level": "closed"}}), ["extra_forbidden"]),
        (document(ratings={"smell": {"level": "closed"}}), ["extra_forbidden"]),
        (document(ratings={"code": "closed"}), ["model_type"]),
        (with_rating(level="closed"), []),
        (with_rating(level="closed", evidence=[]), []),
        (with_rating(level="closed", note="Looked in the repository."), []),
        (with_rating(level="closed", note=None), ["empty"]),
        (with_rating(level="closed", note=""), ["text-blank"]),
        (with_rating(level="closed", evidence=None), ["tuple_type"]),
        (with_rating(level="Open", evidence=[EVIDENCE]), ["enum"]),
        (with_rating(level=1, evidence=[EVIDENCE]), ["enum"]),
        (with_rating(level=None), ["enum"]),
        (with_rating(evidence=[EVIDENCE]), ["missing"]),
        (with_rating(level="open", evidence=[EVIDENCE]), []),
        (with_rating(level="open"), ["evidence-missing"]),
        (with_rating(level="open", evidence=[]), ["evidence-missing"]),
        (with_rating(level="semi-open"), ["evidence-missing"]),
        (with_rating(level="not-applicable", evidence=[EVIDENCE], note="A base model."), []),
        (with_rating(level="not-applicable", evidence=[EVIDENCE]), ["note-missing"]),
        (with_rating(level="not-applicable", evidence=[EVIDENCE], note=None), ["empty"]),
        (with_rating(level="not-applicable", note="A base model."), ["evidence-missing"]),
        (with_rating(level="not-applicable"), ["evidence-missing", "note-missing"]),
        (with_rating(level="open", evidence=[{"url": EVIDENCE["url"]}]), ["missing"]),
        (with_rating(level="open", evidence=[{"fact": EVIDENCE["fact"]}]), ["missing"]),
        (with_rating(level="open", evidence=[EVIDENCE | {"where": None}]), ["empty"]),
        (with_rating(level="open", evidence=[EVIDENCE | {"accessed": None}]), ["empty"]),
        (with_rating(level="open", evidence=[EVIDENCE | {"quote": None}]), ["empty"]),
        (with_rating(level="open", evidence=[EVIDENCE | {"page": "3"}]), ["extra_forbidden"]),
        (with_rating(level="open", evidence=[EVIDENCE | {"quote": "as it stands", "accessed": "2026-11-20"}]), []),
        (with_rating(level="open", evidence=EVIDENCE), ["tuple_type"]),
        (with_rating(level="open", evidence=["https://example.org/paper"]), ["model_type"]),
        ([], ["model_type"]),
        (None, ["model_type"]),
        ("text", ["model_type"]),
    ],
)
def test_a_document_is_refused_for_exactly_the_rules_that_it_breaks(content: object, rules: list[str]) -> None:
    assert rules_broken(content) == rules


def test_every_problem_of_a_document_is_reported_at_once_and_with_its_place() -> None:
    content = document(released="soon", ratings={"code": {"level": "open"}, "paper": {"level": "ajar"}})
    with pytest.raises(ValidationError) as refused:
        checked_type().model_validate(content)
    assert {(error["loc"], error["type"]) for error in refused.value.errors()} == {
        (("released",), "date"),
        (("ratings", "code", "evidence"), "evidence-missing"),
        (("ratings", "paper", "level"), "enum"),
    }


def test_a_missing_criterion_is_refused() -> None:
    content = document()
    del content["ratings"]["tokenizer"]
    assert rules_broken(content) == ["missing"]


def test_without_a_clock_no_date_is_in_the_future() -> None:
    assert checked_type().model_validate(document(released="2999-01-01")).released == date(2999, 1, 1)


def test_ratings_stand_in_the_order_of_the_rubric_however_the_file_orders_them() -> None:
    content = document()
    content["ratings"] = dict(reversed(content["ratings"].items()))
    assert list(checked_type().model_validate(content).ratings) == [criterion.id for criterion in rubric().criteria]


def test_an_entry_keeps_what_ranking_needs() -> None:
    kept = entry("example/one", assessment("Example One", huggingface="example/one-7b"))
    levels = (Level.OPEN,) + (Level.CLOSED,) * 15
    assert kept == Entry("example/one", "Example One", "example/one-7b", levels, as_of="2026-11-20")
    assert kept.developer == "example"


DOUBTED = {"confidence": "doubtful", "doubt": "Nobody could read it."}


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (with_rating(level="closed", **DOUBTED), []),
        (with_rating(level="open", evidence=[EVIDENCE], **DOUBTED), []),
        (with_rating(level="closed", confidence="doubtful"), ["doubt-missing"]),
        (with_rating(level="closed", doubt="Nobody could read it."), ["doubt-alone"]),
        (with_rating(level="closed", confidence="doubtful", doubt=""), ["text-blank"]),
        (with_rating(level="closed", confidence="doubtful", doubt=None), ["empty"]),
        (with_rating(level="closed", confidence=None), ["empty"]),
        (with_rating(level="closed", confidence="sure", doubt="Why not?"), ["enum"]),
        (with_rating(level="closed", confidence=True), ["enum"]),
    ],
)
def test_a_doubtful_rating_says_why(content: dict[str, Any], rules: list[str]) -> None:
    assert rules_broken(content) == rules
    assert json_schema().is_valid(content) == (not rules)


def test_an_entry_names_its_doubtful_ratings() -> None:
    rated = assessment(ratings={"code": {"level": "closed", **DOUBTED}, "paper": {"level": "closed"}})
    assert rated.ratings["code"].doubt == "Nobody could read it."
    assert entry("example/one", rated).doubtful == ("code",)


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (document(variant="32B Instruct", parameters={"total": 32_000_000_000}), []),
        (document(parameters={"total": 671_000_000_000, "active": 37_000_000_000}), []),
        (document(parameters={"total": 7, "active": 7}), []),
        (document(parameters={"total": 7, "active": 8}), ["parameters-active"]),
        (document(parameters={"active": 7}), ["missing"]),
        (document(parameters={"total": 0}), ["greater_than_equal"]),
        (document(parameters={"total": 10**15 + 1}), ["less_than_equal"]),
        (document(parameters={"total": 7.5}), ["int_type"]),
        (document(parameters={"total": "7B"}), ["int_type"]),
        (document(parameters={"total": True}), ["int_type"]),
        (document(parameters={"total": 7, "active": None}), ["empty"]),
        (document(parameters=7), ["model_type"]),
        (document(parameters=None), ["empty"]),
        (document(variant=None), ["empty"]),
        (document(license_url="https://example.org/license"), []),
        (document(license_url="example.org/license"), ["url-scheme"]),
        (document(api_retired="2026-11-20"), []),
        (document(api_retired="2026-11"), ["date"]),
        (
            document(api_retired="2026-11-20", ratings={"api": {"level": "open", "evidence": [EVIDENCE]}}),
            ["retired-but-open"],
        ),
        (document(api_retired="2026-11-20", ratings={"api": {"level": "ajar"}}), ["enum"]),
    ],
)
def test_variant_parameters_link_of_the_license_and_the_end_of_the_api(
    content: dict[str, Any], rules: list[str]
) -> None:
    assert rules_broken(content) == rules
    assert json_schema().is_valid(content) == (not rules or set(rules) <= BEYOND_JSON_SCHEMA.keys())


def with_artifact(**artifact: object) -> dict[str, Any]:
    return document(artifacts={"training_code": artifact})


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (document(artifacts={}), []),
        (document(artifacts=None), ["model_type"]),
        (document(artifacts=["training_code"]), ["model_type"]),
        (document(artifacts={"training_code": None}), ["empty"]),
        (document(artifacts={"recipe": {"available": "no"}}), ["extra_forbidden"]),
        (with_artifact(available="no"), []),
        (with_artifact(available="no", evidence=[], note="Searched the repository."), []),
        (with_artifact(available="yes", license="MIT", evidence=[EVIDENCE]), []),
        (with_artifact(available="partly", evidence=[EVIDENCE], note="Only that of pre-training."), []),
        (with_artifact(available="yes"), ["evidence-missing"]),
        (with_artifact(available="partly", evidence=[]), ["evidence-missing"]),
        (with_artifact(available=True, evidence=[EVIDENCE]), ["enum"]),
        (with_artifact(available=False), ["enum"]),
        (with_artifact(license="MIT"), ["missing"]),
        (with_artifact(available="no", license=None), ["empty"]),
        (with_artifact(available="no", license="Example Licence"), ["license-not-spdx"]),
        (with_artifact(available="no", note=None), ["empty"]),
        (with_artifact(available="no", level="open"), ["extra_forbidden"]),
    ],
)
def test_an_artifact_says_whether_it_can_be_had(content: dict[str, Any], rules: list[str]) -> None:
    assert rules_broken(content) == rules
    assert json_schema().is_valid(content) == (not rules or set(rules) <= BEYOND_JSON_SCHEMA.keys())


def test_artifacts_are_in_the_order_of_the_rubric_and_those_that_are_not_named_are_left_out() -> None:
    written = {"training_data": {"available": "no"}, "inference_code": {"available": "no"}}
    assert list(assessment(artifacts=written).artifacts) == ["inference_code", "training_data"]
    assert assessment().artifacts == {}


def test_a_rubric_without_artifacts_allows_none() -> None:
    without_list = assessment_type(rubric().model_copy(update={"artifacts": ()}))
    assert rules_broken(with_artifact(available="no"), without_list) == ["extra_forbidden"]


def test_the_evidence_of_ratings_comes_before_that_of_artifacts() -> None:
    read = assessment(artifacts={"model_card": {"available": "yes", "evidence": [EVIDENCE]}})
    found = dict(evidence_of(read))
    assert next(iter(found)) == "weights"
    assert list(found)[-1] == "artifacts.model_card"
    assert [item.url for item in found["artifacts.model_card"]] == [EVIDENCE["url"]]


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (with_rating(level="closed", precedents=["as-of"], disputed="https://example.org/a/b/issues/12"), []),
        (document(base_models=["lab/one", "other-lab/two.5"]), []),
        (with_rating(level="closed", precedents=[]), ["too_short"]),
        (with_rating(level="closed", precedents=["as-of", "as-of"]), ["repeated"]),
        (with_rating(level="closed", disputed=None), ["empty"]),
        (with_rating(level="closed", disputed="https://example.org/a/b/pull/12"), ["issue-link"]),
        (with_rating(level="closed", disputed="http://example.org/a/b/issues/12"), ["issue-link"]),
        (with_rating(level="closed", disputed="https://wiki.internal/a/b/issues/12"), ["url-local"]),
        (document(base_models=[]), ["too_short"]),
        (document(base_models=["lab/one", "lab/one"]), ["repeated"]),
        (document(base_models=["lab/one", "Lab/One"]), ["model-id"]),
        (document(base_models=["lab/one", "lab/developer"]), ["model-id"]),
    ],
)
def test_precedents_disputes_and_base_models(content: dict[str, Any], rules: list[str]) -> None:
    assert rules_broken(content) == rules
    assert json_schema().is_valid(content) == (not rules or set(rules) <= BEYOND_JSON_SCHEMA.keys())


def test_an_entry_keeps_what_is_disputed() -> None:
    link = "https://example.org/a/b/issues/12"
    kept = entry("lab/one", assessment(ratings={"code": {"level": "closed", "disputed": link}}))
    assert kept.disputed == (("code", link),)


# ---- the JSON Schema says the same -----------------------------------------------------------------------------------

KEYS = ["model", "released", "modality", "huggingface", "license", "ratings", "level", "evidence", "note", "url",
        "where", "fact", "accessed", "quote", "precedents", "disputed", "base_models", "weights", "confidence", "doubt", "variant", "parameters", "total", "active",
        "license_url", "api_retired", "artifacts", "training_code", "available", "api", "data_filtering", "criterion_0", "Level", ""]  # fmt: skip
HOSTS = ["example.org", "sub.example.org", "localhost", "wiki.local", "bit.ly", "192.0.2.1", "[2001:db8::1]", "0x7f.1",
         "127.1", "1.2.3.4.5", "example", "exa_mple.org", "-a.org", "a-.org", "a..org", "example.org.", "EXAMPLE.ORG",
         "한국.kr", "xn--3e0b707e", "user@example.org", "user:pw@example.org", "example.org:443", "example.org:",
         "example.org:x", "example.1org", "example.o", "", "example.org\\", "e.g-1"]  # fmt: skip
SPACES = [" ", "\n", "\r", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u00a0", "\u1680", "\u180e", "\u2003", "\u2028",
          "\u202f", "\u3000", "\u200b", "\ufeff", "\u202e", "\x00", "\x7f"]  # fmt: skip

characters = st.characters(exclude_categories=["Cs"])
tails = st.lists(st.sampled_from(["/", "?", "#", "a", "%41", "@", ":", ",", ", ", "http://", "https://example.org", "|", "<",
                                  '"', "^", "{", "\\", "`", "[", "한", *SPACES]) | characters, max_size=5)  # fmt: skip
urls = st.builds(
    lambda scheme, host, tail: scheme + host + "".join(tail),
    st.sampled_from(["https://"] * 5 + ["http://", "HTTPS://", "ftp://", "//", "", " https://", "javascript:"]),
    st.sampled_from(HOSTS + ["example.org"] * len(HOSTS)),
    tails,
)
days = st.sampled_from(["2026-11-20", "2026-11-21", "2026-11-22", "2023-02-29", "2024-02-29", "0000-01-01", "2023-1-2",
                        "20230102", "2023-01-02\n", "２０２３-01-02", "2023-W01-1", "-2023-01-02", "2023-01-02T00:00:00Z"])  # fmt: skip
licences = st.lists(
    st.sampled_from(["MIT", "mit", "Apache-2.0", "OR", "AND", "WITH", "LicenseRef-x", "Classpath-exception-2.0", "(", ")",
                     "+", "_", "/", *SPACES]), max_size=6).map(" ".join)  # fmt: skip
hub_ids = st.lists(st.sampled_from(["example", "/", "-", ".", "..", "_", "A1", "한", "\n", " "]), max_size=6).map(
    "".join
)
texts = st.builds(
    lambda start, rest, end: start + rest + end,
    st.sampled_from(["", *SPACES]),
    st.text(characters, max_size=5) | st.sampled_from(["a" * 120, "a" * 121, "a" * 4000, "a" * 4001]),
    st.sampled_from(["", *SPACES]),
)
levels = st.sampled_from([*Level, "Open", "semi_open", "n/a", " open", "open\n"]).map(str)
modalities = st.lists(st.sampled_from(["text", "image", "audio", "video", "Text", "code"]), max_size=4)
disputes = st.sampled_from(["https://example.org/a/b/issues/12", "https://example.org/a/b/issues/12\n",
                            "https://example.org/a/b/issues/0", "https://example.org/a/../issues/1",
                            "https://example.org/a/b/pull/12", "http://example.org/a/b/issues/12",
                            "https://wiki.local/a/b/issues/1", "https://example.org/a/.b/issues/1#x"])  # fmt: skip
model_ids = st.sampled_from(["lab/one", "lab/one\n", "lab-1/one.2", "Lab/one", "lab", "lab/one/two", "lab/developer",
                             "lab/developer-2", "-lab/one", "lab/" + "a" * 64, "lab/" + "a" * 65])  # fmt: skip
odd = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2100), texts,
    # To JSON Schema, 7.0 is a whole number.
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    st.just([]), st.just({}), st.lists(texts, max_size=2), st.dictionaries(st.sampled_from(KEYS), texts, max_size=2),
)  # fmt: skip
counts = st.sampled_from([0, 1, 7, 10**15, 10**15 + 1])
evidence = st.fixed_dictionaries(
    {"url": urls, "fact": texts}, optional={"where": texts, "accessed": days, "quote": texts}
) | st.just(EVIDENCE)
fitting = {
    "model": texts,
    "released": days,
    "modality": modalities,
    "huggingface": hub_ids,
    "license": licences,
    "level": levels,
    "note": texts,
    "url": urls,
    "fact": texts,
    "where": texts,
    "accessed": days,
    "quote": texts,
    "evidence": st.lists(evidence, max_size=2),
    "precedents": st.lists(st.sampled_from(["as-of", "other", " ", ""]), max_size=3),
    "disputed": disputes,
    "confidence": st.sampled_from(["doubtful", "Doubtful", "sure"]),
    "doubt": texts,
    "variant": texts,
    "parameters": st.fixed_dictionaries({"total": counts}, optional={"active": counts}),
    "total": counts,
    "active": counts,
    "license_url": urls,
    "api_retired": days,
    "available": st.sampled_from(["yes", "partly", "no", "Yes", "none"]),
    "base_models": st.lists(model_ids, max_size=3),
    "name": texts,
    "country": texts,
    "kind": st.sampled_from(["single-company", "Single-company", "company"]),
}
VALID = [
    document(),
    document(released="2026-11-20", huggingface="example/one", license="MIT", modality=["text", "image"]),
    document(ratings={"code": {"level": "not-applicable", "evidence": [EVIDENCE, EVIDENCE], "note": "No such step."}}),
    document(
        ratings={"code": {"level": "semi-open", "evidence": [EVIDENCE]}, "paper": {"level": "closed", "evidence": []}}
    ),
    document(
        variant="7B",
        parameters={"total": 7, "active": 7},
        license_url="https://example.org/license",
        api_retired="2026-11-20",
        artifacts={
            "training_code": {"available": "partly", "license": "MIT", "evidence": [EVIDENCE], "note": "Half of it."}
        },
        ratings={"code": {"level": "closed", "confidence": "doubtful", "doubt": "It is old."}},
    ),
    document(
        base_models=["lab/zero"],
        ratings={"code": {"level": "closed", "precedents": ["as-of"], "disputed": "https://example.org/a/b/issues/12"}},
    ),
]


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every path in `content`, including the empty one."""
    match content:
        case dict():
            inner = [place for key, value in content.items() for place in places(value, (*path, key))]
        case list():
            inner = [place for number, value in enumerate(content) for place in places(value, (*path, number))]
        case _:
            inner = []
    return [path, *inner]


def replaced(content: Any, path: tuple[Any, ...], change: Any) -> Any:
    """Return `content` with `change` applied to the value at `path`."""
    if not path:
        return change(content)
    copy = deepcopy(content)
    container = copy
    for step in path[:-1]:
        container = container[step]
    container[path[-1]] = change(container[path[-1]])
    return copy


@st.composite
def mutated(draw: st.DrawFn, valid: list[dict[str, Any]]) -> Any:
    """Draw a valid document with one to three changes, most of which break it."""
    content: Any = draw(st.sampled_from(valid))
    for _ in range(draw(st.integers(1, 3))):
        content = draw(mutation(content))
    return content


@st.composite
def mutation(draw: st.DrawFn, content: Any) -> Any:
    """Draw one change: another value, a key more or less, or the same value in another shape."""
    place = draw(st.sampled_from(places(content)[1:] or [()]))
    match draw(st.sampled_from(["fitting", "fitting", "fitting", "odd", "without", "with", "shape"])):
        case "fitting" if place and place[-1] in fitting:
            value = draw(fitting[place[-1]])
            return replaced(content, place, lambda _: value)
        case "without" if place:
            return replaced(content, place[:-1], lambda whole: without(whole, place[-1]))
        case "with":
            key = draw(st.sampled_from(KEYS))
            value = draw(fitting.get(key, odd) | odd)
            return replaced(content, place, lambda old: {**old, key: value} if isinstance(old, dict) else value)
        case "shape":
            shape = draw(st.sampled_from([lambda old: [old], lambda old: {"level": old}, lambda old: f"{old}\n", str]))
            return replaced(content, place, shape)
        case _:
            value = draw(odd)
            return replaced(content, place, lambda _: value)


def without(whole: Any, step: Any) -> Any:
    if isinstance(whole, dict):
        return {key: value for key, value in whole.items() if key != step}
    return [value for number, value in enumerate(whole) if number != step]


def assert_same_verdict(content: Any, schema: Draft202012Validator, model: type[Assessment | Developer]) -> None:
    rules = rules_broken(content, model)
    accepted = schema.is_valid(content)
    if not rules:
        assert accepted, [error.message for error in schema.iter_errors(content)]
    elif accepted:
        assert set(rules) <= BEYOND_JSON_SCHEMA.keys(), rules


@pytest.mark.thorough
@settings(max_examples=examples(1500), deadline=None)
@given(mutated(VALID))
def test_json_schema_and_model_accept_and_refuse_the_same_documents(content: Any) -> None:
    assert_same_verdict(content, json_schema(), checked_type())


@settings(max_examples=examples(300), deadline=None)
@given(mutated([{"name": "Example Lab", "country": "Korea", "kind": "single-company", "url": "https://example.org/"}]))
def test_json_schema_and_model_of_a_developer_accept_and_refuse_the_same(content: Any) -> None:
    assert_same_verdict(content, developer_schema(), Developer)


@settings(max_examples=examples(1000), deadline=None)
@given(urls)
def test_json_schema_and_model_accept_and_refuse_the_same_links(url: str) -> None:
    schema = Draft202012Validator(TypeAdapter(EvidenceUrl).json_schema())
    rules = rules_of_value(EvidenceUrl, url)
    assert schema.is_valid(url) == (not rules) or set(rules) <= BEYOND_JSON_SCHEMA.keys()


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("date-in-future", document(released="2030-01-01")),
        ("license-not-spdx", document(license="Example Licence")),
        ("parameters-active", document(parameters={"total": 7, "active": 8})),
        ("url-local", with_rating(level="open", evidence=[EVIDENCE | {"url": "https://wiki.internal/"}])),
        ("url-shortener", with_rating(level="open", evidence=[EVIDENCE | {"url": "https://bit.ly/example"}])),
        ("url-punycode", with_rating(level="open", evidence=[EVIDENCE | {"url": "https://xn--a.example.org/"}])),
        ("archived-other-page", with_rating(level="open", evidence=[EVIDENCE | {"archived": COPY}])),
        *(
            (
                "date-in-future",
                with_rating(level="open", evidence=[EVIDENCE | {"archived": f"{each}/{EVIDENCE['url']}"}]),
            )
            for each in ("https://web.archive.org/web/20991231120000id_", "https://archive.today/20991231120000")
        ),
    ],
)
def test_only_what_json_schema_cannot_say_is_left_to_the_model(rule: str, content: dict[str, Any]) -> None:
    assert rules_broken(content) == [rule]
    assert json_schema().is_valid(content)


def test_each_rule_beyond_json_schema_is_shown_above() -> None:
    shown = next(
        mark.args[1]
        for mark in test_only_what_json_schema_cannot_say_is_left_to_the_model.pytestmark
        if mark.name == "parametrize"
    )
    assert {rule for rule, _ in shown} == BEYOND_JSON_SCHEMA.keys()


def test_the_json_schemas_are_valid_json_schemas() -> None:
    Draft202012Validator.check_schema(assessment_json_schema(rubric()))
    Draft202012Validator.check_schema(developer_json_schema())


def test_the_json_schema_names_every_criterion_with_its_definitions() -> None:
    ratings = assessment_json_schema(rubric())["$defs"]["Ratings"]
    assert ratings["required"] == [criterion.id for criterion in rubric().criteria]
    for criterion in rubric().criteria:
        shown = ratings["properties"][criterion.id]
        assert criterion.title == shown["title"]
        assert criterion.open in shown["description"]
