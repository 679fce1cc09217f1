"""The table of rooms in docs/architecture.md: every module stands in it, and imports point down it."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULES = sorted((ROOT / "bot").rglob("*.py"))


@cache
def rooms() -> list[list[str]]:
    """The rows of the table, from the top: folders with a slash at their end, and files."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = text.partition("| room | holds |")[2].partition("\n\n")[0]
    return [re.findall(r"`(bot/[^`]+)`", line.split("|")[1]) for line in table.splitlines() if "`bot/" in line]


def row_of(path: str) -> int:
    """The row in which a module stands."""
    found = [number for number, places in enumerate(rooms()) if any(path.startswith(place) for place in places)]
    assert len(found) == 1, f"{path} stands in {len(found)} rows"
    return found[0]


def imported(file: Path) -> Iterator[str]:
    """The modules of ours that a module imports, for types too, as paths."""
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bot."):
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                path = ROOT / (name.replace(".", "/") + ".py")
                if path.exists():
                    yield path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_imports_point_down_the_table_of_rooms(file: Path) -> None:
    path = file.relative_to(ROOT).as_posix()
    if file.name in ("__init__.py", "__main__.py") and file.parent.name == "bot":
        return
    row = row_of(path)
    up = [other for other in imported(file) if row_of(other) < row]
    assert up == []


def test_the_table_names_nothing_that_is_not_there() -> None:
    places = [place for row in rooms() for place in row]
    assert len(places) > 15
    assert [place for place in places if not (ROOT / place).exists()] == []
