"""`openness-bot compare`: two models side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checkouts import checkout, run
from tests.samples import rubric

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = {"example/one": "oooooooooooooooo", "example/two": "osoooooooooooooo", "example/base": "cccccccccnncnncc"}
    return checkout(tmp_path_factory.mktemp("compare"), models)


def signs(out: str) -> list[str]:
    """Return the mark between the two columns, for each criterion."""
    rows = out.splitlines()[2 : 2 + len(rubric().criteria)]
    return [next((sign for sign in "←→~" if sign in row), "") for row in rows]


def test_an_arrow_points_to_the_more_open_one(root: Path) -> None:
    code, out, err = run(root, "compare", "example/one", "example/two")
    assert (code, err) == (0, "")
    assert signs(out) == ["", "←", *[""] * 14]
    assert "They differ in 1 of 16 criteria." in out
    assert signs(run(root, "compare", "example/two", "example/one").out) == ["", "→", *[""] * 14]


def test_only_what_differs_is_shown_with_its_evidence(root: Path) -> None:
    out = run(root, "compare", "example/one", "example/two").out
    assert out.count("https://example.org/code") == 2
    assert "https://example.org/weights" not in out


def test_what_does_not_exist_is_not_compared(root: Path) -> None:
    out = run(root, "compare", "example/one", "assessments/example/base.yaml").out
    assert signs(out) == [*["←"] * 9, "~", "~", "←", "~", "~", "←", "←"]


def test_a_model_is_like_itself(root: Path) -> None:
    code, out, _ = run(root, "compare", "example/one", "example/one")
    assert code == 0
    assert "They differ in 0 of 16 criteria." in out


REFUSED = {
    ("example/one", "example/tow"): "there is no model `example/tow`. Did you mean example/two?",
    ("example/oen", "example/two"): "there is no model `example/oen`. Did you mean example/one?",
    ("example/one",): "Missing argument 'B'.",
    ("example/one", "example/two", "example/base"): "Got unexpected extra argument (example/base)",
}


@pytest.mark.parametrize("names", REFUSED)
def test_anything_but_two_models_is_refused(names: tuple[str, ...], root: Path) -> None:
    code, out, err = run(root, "compare", *names)
    assert (code, out) == (2, "")
    assert f"Error: {REFUSED[names]}" in err
