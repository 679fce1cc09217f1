"""The invariants of fuzzing hold for all seeds, for what fuzzing found, and for a few inputs made by hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.invariants import CHECKS
from tests.fuzz.run import SEEDS
from tests.samples import ROOT
from tests.thorough import examples

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(path for path in SEEDS.rglob("*") if path.is_file())


@pytest.mark.parametrize("seed", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_invariant_holds_for_the_seed(seed: Path) -> None:
    CHECKS[seed.parent.name](seed.read_bytes())


@pytest.mark.parametrize("name", CHECKS)
@settings(deadline=None, max_examples=examples(100))
@given(data=st.data())
def test_the_invariant_holds_for_seeds_cut_and_joined(name: str, data: st.DataObject) -> None:
    seeds = [path.read_bytes() for path in FILES if path.parent.name == name]
    pieces = st.one_of(st.binary(max_size=8), st.sampled_from(seeds).flatmap(_cut))
    CHECKS[name](b"".join(data.draw(st.lists(pieces, max_size=4))))


def _cut(seed: bytes) -> st.SearchStrategy[bytes]:
    ends = st.tuples(st.integers(0, len(seed)), st.integers(0, len(seed)))
    return ends.map(lambda two: seed[min(two) : max(two)])


def test_every_harness_has_seeds_and_is_run_by_make() -> None:
    assert {path.parent.name for path in FILES} == set(CHECKS)
    (line,) = [line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if line.startswith("FUZZ ?= ")]
    assert line.split()[2:] == list(CHECKS)
