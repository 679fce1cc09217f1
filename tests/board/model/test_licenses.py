"""Licenses: what their restrictions mean for a model, one by one and together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from bot.board.model.json_document import data_file_schema
from bot.board.model.layout import LICENSES
from bot.board.model.licenses import MODELINE, CommercialUse, Licenses, OpenList, Restriction, license_ids
from bot.board.model.rubric import Level
from bot.board.reading.document import read_licenses
from tests.checkouts import checkout, edit, run, write
from tests.samples import DATA, rubric

if TYPE_CHECKING:
    from pathlib import Path


def frozen() -> Licenses:
    value, problems, _ = read_licenses(LICENSES, (DATA / LICENSES).read_bytes(), rubric())
    assert value is not None, problems
    return value


EVIDENCE = {"url": "https://example.org/license", "fact": "It says so."}


def listed(**changes: Any) -> dict[str, Any]:
    """Return a document with one license."""
    entry = {"id": "MIT", "name": "MIT License", "url": "https://example.org/mit", "restricts": [], **changes}
    return {"criterion": "license", "most_restrictions": {"open": 0, "semi-open": 2}, "licenses": [entry]}


def rules_broken(content: dict[str, Any]) -> list[str]:
    try:
        Licenses.model_validate(content, context={"criteria": ["license"]})
    except ValidationError as refused:
        return [error["type"] for error in refused.errors()]
    return []


RESEARCH = ["use", "modification", "commercial-use"]


@pytest.mark.parametrize(
    ("content", "rules", "beyond"),
    [
        (listed(), [], []),
        (listed(restricts=["use"], evidence=[EVIDENCE]), [], []),
        (listed(restricts=["use"]), ["evidence-missing"], []),
        (listed(restricts=["use", "use"], evidence=[EVIDENCE]), ["repeated"], []),
        (listed(restricts=["usage"], evidence=[EVIDENCE]), ["enum"], []),
        (listed(restricts=None), ["tuple_type"], []),
        (listed(only_for="research", restricts=RESEARCH, evidence=[EVIDENCE]), [], []),
        (listed(only_for="research", restricts=["use"], evidence=[EVIDENCE]), ["restriction-missing"], ["purpose"]),
        (listed(only_for="non-commercial"), ["restriction-missing"], ["purpose"]),
        (listed(only_for="teaching"), ["enum"], []),
        (listed(listed_by=["osi", "open-definition"]), [], []),
        (listed(listed_by=["fsf"]), ["enum"], []),
        (listed(id="Example Licence"), ["license-not-spdx"], ["SPDX"]),
        (listed(url="http://example.org/mit"), [], []),
        (listed(url=None), ["string_type"], []),
        (listed() | {"criterion": "licence"}, ["unknown-criterion"], ["rubric"]),
        (listed() | {"most_restrictions": {"open": -1}}, ["greater_than_equal"], []),
    ],
)
def test_a_license_is_refused_for_exactly_the_rules_that_it_breaks(
    content: dict[str, Any], rules: list[str], beyond: list[str]
) -> None:
    schema = Draft202012Validator(data_file_schema(Licenses, "licenses", "What licenses restrict"))
    assert rules_broken(content) == rules
    assert schema.is_valid(content) == (not rules or bool(beyond))


def test_no_license_is_listed_twice() -> None:
    content = listed()
    assert rules_broken(content | {"licenses": content["licenses"] * 2}) == ["repeated"]


NONE, USE, MODIFICATION, COMMERCIAL = (), Restriction.USE, Restriction.MODIFICATION, Restriction.COMMERCIAL_USE
YES, LIMITED, NO = CommercialUse.YES, CommercialUse.LIMITED, CommercialUse.NO
OSI, DATA_LIST = OpenList.OSI, OpenList.OPEN_DEFINITION


@pytest.mark.parametrize(
    ("expression", "restricts", "commercial", "lists", "level"),
    [
        ("Apache-2.0", NONE, YES, {OSI}, Level.OPEN),
        ("CC-BY-4.0", NONE, YES, {DATA_LIST}, Level.OPEN),
        ("LicenseRef-Modified-MIT", NONE, YES, set(), Level.OPEN),
        ("LicenseRef-Gemma", (USE,), YES, set(), Level.SEMI_OPEN),
        ("LicenseRef-Qwen", (COMMERCIAL,), LIMITED, set(), Level.SEMI_OPEN),
        ("LicenseRef-Llama-3.3", (USE, COMMERCIAL), LIMITED, set(), Level.SEMI_OPEN),
        ("CC-BY-NC-4.0", (COMMERCIAL,), NO, set(), Level.SEMI_OPEN),
        ("LicenseRef-EXAONE-1.1-NC", (USE, MODIFICATION, COMMERCIAL), NO, set(), Level.CLOSED),
        ("LicenseRef-OPT-175B", tuple(Restriction), NO, set(), Level.CLOSED),
        ("MIT AND LicenseRef-Gemma", (USE,), YES, set(), Level.SEMI_OPEN),
        ("MIT AND Apache-2.0", NONE, YES, {OSI}, Level.OPEN),
        ("MIT OR LicenseRef-OPT-175B", NONE, YES, {OSI}, Level.OPEN),
        ("LicenseRef-Gemma AND (MIT OR CC-BY-NC-4.0)", (USE,), YES, set(), Level.SEMI_OPEN),
        ("MIT OR LicenseRef-Gemma AND CC-BY-NC-4.0", NONE, YES, {OSI}, Level.OPEN),
        ("LicenseRef-Gemma AND CC-BY-NC-4.0", (USE, COMMERCIAL), NO, set(), Level.SEMI_OPEN),
        ("Apache-2.0 WITH LLVM-exception", NONE, YES, {OSI}, Level.OPEN),
        ("Apache-2.0+", NONE, YES, {OSI}, Level.OPEN),
        # Whoever may choose a license takes the one that permits what they want.
        ("Apache-2.0 OR CC-BY-4.0", NONE, YES, {OSI, DATA_LIST}, Level.OPEN),
        ("CC-BY-NC-4.0 OR LicenseRef-Llama-3.3", (COMMERCIAL,), LIMITED, set(), Level.SEMI_OPEN),
        ("CC-BY-NC-4.0 OR LicenseRef-Gemma", (USE,), YES, set(), Level.SEMI_OPEN),
        ("(CC-BY-NC-4.0 OR MIT) AND (CC-BY-NC-4.0 OR Apache-2.0)", NONE, YES, {OSI}, Level.OPEN),
        ("MIT AND CC-BY-4.0", NONE, YES, set(), Level.OPEN),
    ],
)
def test_what_a_license_permits(
    expression: str, restricts: tuple[Restriction, ...], commercial: CommercialUse, lists: set[OpenList], level: Level
) -> None:
    terms = frozen().terms(expression)
    assert terms is not None
    assert (terms.restricts, terms.commercial_use) == (restricts, commercial)
    assert {one for one in OpenList if terms.is_listed_by([one])} == lists
    assert frozen().level(terms) is level


def test_licenses_that_have_to_be_kept_together_may_be_on_different_lists() -> None:
    terms = frozen().terms("MIT AND CC-BY-4.0")
    assert terms is not None
    assert terms.is_listed_by([*OpenList])
    terms = frozen().terms("MIT AND CC-BY-NC-4.0")
    assert terms is not None
    assert not terms.is_listed_by([*OpenList])


@pytest.mark.parametrize("without", ["criterion", "most_restrictions"])
def test_a_rubric_need_not_have_a_criterion_that_counts_restrictions(tmp_path: Path, without: str) -> None:
    root = checkout(tmp_path)
    kept = {"criterion": "criterion: license\n", "most_restrictions": "most_restrictions: {open: 0}\n"}
    text = "".join(line for key, line in kept.items() if key != without)
    entry = "licenses:\n  - {id: MIT, name: MIT, url: https://example.org/mit, restricts: []}\n"
    write(root, LICENSES, f"{MODELINE}\n{text}{entry}")
    for file in (root / "assessments/example").glob("[!d]*.yaml"):
        edit(file, "modality:", "license: MIT\nmodality:")
    for command in ("check", "build"):
        assert run(root, command).code == 0
    assert "license restricts" not in run(root, "check").out


@pytest.mark.parametrize(
    ("expression", "unknown"),
    [
        ("LicenseRef-Own", ("LicenseRef-Own",)),
        ("MIT OR (LicenseRef-Own AND LicenseRef-Two) OR LicenseRef-Own", ("LicenseRef-Own", "LicenseRef-Two")),
        ("MIT", ()),
    ],
)
def test_a_license_that_is_not_listed_permits_nobody_knows_what(expression: str, unknown: tuple[str, ...]) -> None:
    assert frozen().unknown(expression) == unknown
    assert (frozen().terms(expression) is None) == bool(unknown)


def test_an_exception_is_no_license() -> None:
    assert list(license_ids("(Apache-2.0 WITH LLVM-exception) AND MIT+")) == ["Apache-2.0", "MIT"]


@pytest.mark.parametrize("named", [[], [LICENSES]])
def test_check_reads_the_licenses(tmp_path: Path, named: list[str]) -> None:
    root = checkout(tmp_path)
    (root / LICENSES).write_text("licenses: none\n", "utf-8")
    ran = run(root, "check", *(str(root / one) for one in named))
    assert ran.code == 1
    assert "schema/licenses.yaml:1:" in ran.out
    assert run(root, "build").code == 1
