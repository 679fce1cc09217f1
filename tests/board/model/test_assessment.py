"""The pydantic model of a file, and that the JSON Schema made from it says the same."""

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

from bot.board.model.assessment import (
    BEYOND_JSON_SCHEMA,
    Assessment,
    Developer,
    Entry,
    assessment_json_schema,
    assessment_type,
    developer_json_schema,
    entry,
)
from bot.board.model.fields import Day, HubId, License, Line, Text
from bot.board.model.links import EvidenceUrl
from bot.board.model.rubric import Level
from tests.samples import assessment, document, rubric
from tests.thorough import examples

TODAY = date(2026, 11, 20)


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
    """The rules that the pydantic model says `content` breaks."""
    try:
        (model or checked_type()).model_validate(content, context={"today": TODAY})
    except ValidationError as refused:
        return [error["type"] for error in refused.errors()]
    return []


def rules_of_value(kind: Any, value: object) -> list[str]:
    try:
        TypeAdapter(kind).validate_python(value, context={"today": TODAY})
    except ValidationError as refused:
        return [error["type"] for error in refused.errors()]
    return []


def with_rating(**rating: object) -> dict[str, Any]:
    return document(ratings={"code": rating})


EVIDENCE = {"url": "https://example.org/paper", "fact": "It is described there."}

# ---- single values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org/",
        "https://sub.example-one.org:8443/a/b.html?x=1&y=%20#part-2",
        "https://example.org/wiki/한국어",
        "https://example.org/a,b;c=(d)!*'~[0]",
        "https://xn--9t4b11yi5a.com/",
        "https://example.org/@someone/v1.2",
        "https://example.org?first=https://example.com/",
        "https://3d.example.org/",
        "https://example.org/" + "a" * 1900,
    ],
)
def test_the_address_of_a_public_page_is_evidence(url: str) -> None:
    assert rules_of_value(EvidenceUrl, url) == []


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("", "url-scheme"),
        ("example.org/paper", "url-scheme"),
        ("//example.org/paper", "url-scheme"),
        ("HTTPS://example.org/", "url-scheme"),
        ("ftp://example.org/", "url-scheme"),
        ("javascript:alert(1)", "url-scheme"),
        ("data:text/html,hello", "url-scheme"),
        ("https:///paper", "url-host"),
        ("https://", "url-host"),
        ("https://.example.org/", "url-host"),
        ("https://example..org/", "url-host"),
        ("https://example.org./", "url-host"),
        ("https://-example.org/", "url-host"),
        ("https://example-.org/", "url-host"),
        ("https://ex_ample.org/", "url-host"),
        ("https://example.o/", "url-host"),
        ("https://еxample.org/", "url-host"),  # a Cyrillic first letter
        ("https://example.org:port/", "url-host"),
        ("https://example.org;/paper", "url-host"),
        ("https://x.bit.ly/abc", "url-shortener"),
        ("https://aka.ms/abc", "url-shortener"),
        ("https://127.0.0.1.nip.io/", "url-local"),
        ("https://lvh.me/", "url-local"),
        ("https://example.org:80;/paper", "url-host"),
        ("https://example.org\\@example.com/", "url-userinfo"),
        ("https://user@example.org/", "url-userinfo"),
        ("https://user:secret@example.org/", "url-userinfo"),
        ("https://192.0.2.1/", "url-ip-address"),
        ("https://192.0.2.1:8080/", "url-ip-address"),
        ("https://3221225985/", "url-ip-address"),
        ("https://0xC0000201/", "url-ip-address"),
        ("https://0300.0.2.1/", "url-ip-address"),
        ("https://[2001:db8::1]/", "url-ip-address"),
        ("https://192.0.2.1./", "url-ip-address"),
        ("https://localhost/", "url-local"),
        ("https://localhost:8000/", "url-local"),
        ("https://intranet/", "url-local"),
        ("https://wiki.corp/", "url-local"),
        ("https://Printer.LOCAL/", "url-local"),
        ("https://printer.local:631/", "url-local"),
        ("https://model.example", "url-local"),
        ("https://bit.ly/abc", "url-shortener"),
        ("https://www.bit.ly/abc", "url-shortener"),
        ("https://T.CO/abc", "url-shortener"),
        ("https://example.org/a b", "url-whitespace"),
        (" https://example.org/", "url-whitespace"),
        ("https://example.org/\n", "url-whitespace"),
        ("https://example.org/\u00a0", "url-whitespace"),
        ("https://example.org/\u3000x", "url-whitespace"),
        ("https://example.org/, https://example.com/", "url-list"),
        ("https://example.org/,https://example.com/", "url-list"),
        ("https://example.org/<script>", "url-character"),
        ('https://example.org/"', "url-character"),
        ("https://example.org/a|b", "url-character"),
        ("https://example.org/`a`", "url-character"),
        ("https://example.org/\x7f", "url-character"),
        ("https://example.org/" + "a" * 2000, "string_too_long"),
        (7, "string_type"),
        (None, "string_type"),
    ],
)
def test_what_is_no_address_of_a_public_page_is_refused_with_the_reason(url: object, rule: str) -> None:
    assert rules_of_value(EvidenceUrl, url) == [rule]


@pytest.mark.parametrize("day", ["2019-02-14", "2024-02-29", "2026-11-20", "2026-11-21", "0001-01-01"])
def test_a_day_up_to_tomorrow_is_a_date(day: str) -> None:
    assert rules_of_value(Day, day) == []


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        ("2026-11-22", "date-in-future"),
        ("9999-12-31", "date-in-future"),
        ("2023-02-29", "date"),
        ("2023-13-01", "date"),
        ("2023-00-10", "date"),
        ("0000-01-01", "date"),
        ("2023-1-2", "date"),
        ("20230102", "date"),
        ("2023-W01-1", "date"),
        ("2023-01-02T00:00:00", "date"),
        ("2023-01-02\n", "date"),
        ("２０２３-01-02", "date"),
        ("March 2023", "date"),
        ("2023", "date"),
        ("", "date"),
        (2023, "date"),
        (20230102.0, "date"),
        (True, "date"),
        (["2023-01-02"], "date"),
    ],
)
def test_what_is_no_day_or_lies_in_the_future_is_no_date(day: object, rule: str) -> None:
    assert rules_of_value(Day, day) == [rule]


@pytest.mark.parametrize(
    "expression",
    ["MIT", "Apache-2.0", "CC-BY-NC-4.0", "LicenseRef-Example-Terms", "Apache-2.0 OR MIT", "GPL-2.0-or-later"],
)
def test_an_spdx_expression_is_a_licence(expression: str) -> None:
    assert rules_of_value(License, expression) == []


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("", "license"),
        ("MIT\n", "license"),
        ("Llama 3.1 Community License", "license-not-spdx"),
        ("apache-2.0", "license-not-spdx"),
        ("Apache 2.0", "license-not-spdx"),
        ("MIT OR", "license-not-spdx"),
        ("MIT (MIT)", "license-not-spdx"),
        ("()", "license-not-spdx"),
        ("MIT AND (Apache-2.0", "license-not-spdx"),
        ("(" * 99 + "MIT" + ")" * 97, "license-not-spdx"),
        ("LicenseRef-", "license-not-spdx"),
        ("LicenseRef-Example_Terms", "license"),
        ("custom/terms", "license"),
        ("M" * 201, "string_too_long"),
        (2.0, "string_type"),
    ],
)
def test_what_is_no_spdx_expression_is_no_licence(expression: object, rule: str) -> None:
    assert rules_of_value(License, expression) == [rule]


@pytest.mark.parametrize("hub_id", ["example/one", "Example-Lab/One-7B.v1_2", "e/1", "example/one--two", "ex_1/a..b"])
def test_organisation_and_name_are_a_hub_id(hub_id: str) -> None:
    assert rules_of_value(HubId, hub_id) == []


@pytest.mark.parametrize(
    ("hub_id", "rule"),
    [
        ("one", "hub-id"),
        ("https://huggingface.co/example/one", "hub-id"),
        ("example/one/two", "hub-id"),
        ("example/", "hub-id"),
        ("/one", "hub-id"),
        ("../one", "hub-id"),
        ("example/..", "hub-id"),
        ("example/.one", "hub-id"),
        ("example/one.", "hub-id"),
        ("-example/one", "hub-id"),
        ("example/one two", "hub-id"),
        ("example/one\n", "hub-id"),
        ("example/하나", "hub-id"),
        ("example/" + "a" * 96, "string_too_long"),
        (None, "string_type"),
    ],
)
def test_what_is_no_hub_id_is_refused(hub_id: object, rule: str) -> None:
    assert rules_of_value(HubId, hub_id) == [rule]


@pytest.mark.parametrize(
    ("kind", "text", "rules"),
    [
        (Text, "Section 3", []),
        (Text, "한국어로 된 설명", []),
        (Text, "Two\nlines", []),
        (Text, "a" * 4000, []),
        (Text, "a" * 4001, ["string_too_long"]),
        (Text, "", ["text-blank"]),
        (Text, " Section 3", ["text-blank"]),
        (Text, "\nSection 3", ["text-blank"]),
        *(
            (kind, blank, ["text-blank"])
            for kind in (Text, Line)
            for blank in ("\u3000", "\u2003x", "\u00a0", "\u2028")
        ),
        (Text, 3, ["string_type"]),
        (Line, "Example One", []),
        (Line, "a" * 120, []),
        (Line, "a" * 121, ["string_too_long"]),
        (Line, "Example\nOne", ["text-lines"]),
        (Line, "Example One\n", ["text-lines"]),
        (Line, "Example\rOne", ["text-lines"]),
        (Line, "", ["text-blank"]),
        (Line, True, ["string_type"]),
    ],
)
def test_a_text_says_something_and_a_name_says_it_on_one_line(kind: object, text: object, rules: list[str]) -> None:
    assert rules_of_value(kind, text) == rules


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


def test_without_a_clock_no_date_lies_in_the_future() -> None:
    assert checked_type().model_validate(document(released="2999-01-01")).released == date(2999, 1, 1)


def test_ratings_stand_in_the_order_of_the_rubric_however_the_file_orders_them() -> None:
    content = document()
    content["ratings"] = dict(reversed(content["ratings"].items()))
    assert list(checked_type().model_validate(content).ratings) == [criterion.id for criterion in rubric().criteria]


def test_an_entry_keeps_what_ranking_needs() -> None:
    kept = entry("example/one", assessment("Example One", huggingface="example/one-7b"))
    assert kept == Entry("example/one", "Example One", "example/one-7b", (Level.OPEN,) + (Level.CLOSED,) * 15)
    assert kept.developer == "example"


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
        "where", "fact", "accessed", "quote", "precedents", "disputed", "base_models", "weights", "data_filtering", "criterion_0", "Level", ""]  # fmt: skip
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
    st.none(), st.booleans(), st.integers(-2, 2100), st.floats(allow_nan=False), texts,
    st.just([]), st.just({}), st.lists(texts, max_size=2), st.dictionaries(st.sampled_from(KEYS), texts, max_size=2),
)  # fmt: skip
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
        base_models=["lab/zero"],
        ratings={"code": {"level": "closed", "precedents": ["as-of"], "disputed": "https://example.org/a/b/issues/12"}},
    ),
]


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in `content`, the whole included."""
    match content:
        case dict():
            inner = [place for key, value in content.items() for place in places(value, (*path, key))]
        case list():
            inner = [place for number, value in enumerate(content) for place in places(value, (*path, number))]
        case _:
            inner = []
    return [path, *inner]


def replaced(content: Any, path: tuple[Any, ...], change: Any) -> Any:
    """`content` with `change` applied to what stands at `path`."""
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
    """A valid document after one to three changes, most of which break it."""
    content: Any = draw(st.sampled_from(valid))
    for _ in range(draw(st.integers(1, 3))):
        content = draw(mutation(content))
    return content


@st.composite
def mutation(draw: st.DrawFn, content: Any) -> Any:
    """One change: another value, a key more or less, or the same value in another shape."""
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
        ("url-local", with_rating(level="open", evidence=[EVIDENCE | {"url": "https://wiki.internal/"}])),
        ("url-shortener", with_rating(level="open", evidence=[EVIDENCE | {"url": "https://bit.ly/example"}])),
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
