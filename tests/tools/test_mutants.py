"""`make mutants`: which mutants are made, which are drawn, and what is counted, in a small package with its tests."""

from __future__ import annotations

from contextlib import chdir
from typing import TYPE_CHECKING

import pytest

from tools.mutants import EQUIVALENT, PACKAGES, ROOT, Change, Result, equivalents, measure, mutants, sample

if TYPE_CHECKING:
    from pathlib import Path

MODULE = '''"""Prices."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction


@cache
def price(age: int | None, *, member: bool = False) -> Fraction | int:
    """Return the price of a ticket."""
    if age is None or age > 17:
        return 8
    return 5
'''
TESTS = """from bot.prices import price


def test_children_pay_less_than_adults() -> None:
    assert price(17) < price(18) == 8
    assert price(None) == 8
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one module and its tests."""
    for path, text in {"bot/__init__.py": "", "bot/prices.py": MODULE, "tests/test_prices.py": TESTS}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nmarkers = ["thorough"]\n', "utf-8")
    monkeypatch.setitem(PACKAGES, "bot/prices.py", "tests")
    return tmp_path


def test_annotations_decorators_markers_and_imports_of_types_are_left_alone(package: Path) -> None:
    changes = {mutant.change(package) for mutant in mutants(package, "bot/prices.py")}
    assert {(change.line, change.becomes) for change in changes} == {
        ("if age is None or age > 17:", "if age is None and age > 17:"),
        ("if age is None or age > 17:", "if age is None or age <= 17:"),
        ("if age is None or age > 17:", "if age is None or age > 16:"),
        ("if age is None or age > 17:", "if age is None or age > 18:"),
        ("if age is None or age > 17:", "if age is None or age >= 17:"),
        ("if age is None or age > 17:", "if age is not None or age > 17:"),
        ("if age is None or age > 17:", "if not age is None or age > 17:"),
        (
            "def price(age: int | None, *, member: bool = False) -> Fraction | int:",
            "def price(age: int | None, *, member: bool = True) -> Fraction | int:",
        ),
        ("return 5", "return 4"),
        ("return 5", "return 6"),
        ("return 8", "return 7"),
        ("return 8", "return 9"),
    }


def test_the_sample_stays_the_same_when_other_lines_change(package: Path) -> None:
    before = {mutant.identity for mutant in sample(mutants(package, "bot/prices.py"), 5, 0)}
    (package / "bot/prices.py").write_text(MODULE.replace('"""Prices."""', '"""Prices of\n\ntickets."""'), "utf-8")
    assert {mutant.identity for mutant in sample(mutants(package, "bot/prices.py"), 5, 0)} == before
    assert len(before) == 5


def test_another_seed_draws_another_sample(package: Path) -> None:
    first, second = (sample(mutants(package, "bot/prices.py"), 5, seed) for seed in (0, 1))
    assert first != second


def test_all_mutants_are_drawn_without_a_size(package: Path) -> None:
    every = list(mutants(package, "bot/prices.py"))
    assert sorted(sample(every, None, 0)) == sorted(every)


@pytest.mark.thorough
def test_killed_equivalent_and_surviving_mutants_are_counted(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = {
        Change(
            "bot/prices.py",
            "def price(age: int | None, *, member: bool = False) -> Fraction | int:",
            "def price(age: int | None, *, member: bool = True) -> Fraction | int:",
        ): "not used yet"
    }
    with chdir(package):
        result = measure(package, "bot/prices.py", None, 0, known)
    assert result.survivors == [
        "bot/prices.py:17: `return 5` -> `return 6`",
        "bot/prices.py:17: `return 5` -> `return 4`",
    ]
    assert str(result) == "12 mutants, 1 equivalent, 9 killed, 2 survived: 81.8% killed"
    assert capsys.readouterr().out.splitlines() == result.survivors
    assert (package / "bot/prices.py").read_text("utf-8") == MODULE


@pytest.mark.thorough
def test_nothing_is_measured_with_tests_that_fail_without_a_mutant(package: Path) -> None:
    (package / "tests/test_prices.py").write_text(TESTS.replace("== 8", "== 9"), "utf-8")
    with chdir(package), pytest.raises(RuntimeError, match=r"The tests fail without a mutant: .*test_prices\.py"):
        measure(package, "bot/prices.py", 1, 0, {})


def test_equivalent_mutants_do_not_count_in_the_share() -> None:
    assert str(Result(killed=2, equivalent=7) + Result(killed=1, survivors=["x"])).endswith("75.0% killed")
    assert str(Result(equivalent=1)).endswith("none killed")


def test_each_equivalent_mutant_has_a_reason_and_a_line_that_exists() -> None:
    for change, reason in equivalents(EQUIVALENT).items():
        assert reason
        assert change.line in map(str.strip, (ROOT / change.path).read_text("utf-8").splitlines()), change
