"""Dates, licences, hub ids and texts, and the reasons for refusing others."""

from __future__ import annotations

import pytest

from bot.board.model.fields import Day, HubId, License, Line, Text
from tests.board.model.values import rules_of_value


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
def test_an_invalid_or_future_day_is_refused(day: object, rule: str) -> None:
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


@pytest.mark.parametrize(
    "hub_id",
    [
        "example/one",
        "Example-Lab/One-7B.v1_2",
        "e/1",
        "example/one.-two",
        "ex_1/a-b.c",
        f"{'e' * 96}/{'a' * 96}",
        f"example-organisation/{'a' * 90}",
    ],
)
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
        ("example/" + "a" * 97, "hub-id"),
        ("e" * 97 + "/one", "hub-id"),
        ("example/one--two", "hub-id"),
        ("exam..ple/one", "hub-id"),
        ("example/one.git", "hub-id"),
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
def test_a_text_is_not_blank_and_a_name_is_on_one_line(kind: object, text: object, rules: list[str]) -> None:
    assert rules_of_value(kind, text) == rules
