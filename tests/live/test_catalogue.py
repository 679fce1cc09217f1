"""The catalogues of sentences are complete and current, also for the titles and questions of this board's rubric."""

from __future__ import annotations

import pytest

from bot.text.catalogue import languages
from tools.catalogue import LOCALE, as_mo, as_po, faults, template, updated


@pytest.mark.parametrize("language", languages()[1:])
def test_a_catalogue_has_every_sentence_with_all_its_values(language: str) -> None:
    assert faults(updated(language, template())) == []


@pytest.mark.parametrize("language", languages()[1:])
def test_a_catalogue_is_what_make_catalogue_writes(language: str) -> None:
    catalogue = updated(language, template())
    assert (LOCALE / f"{language}.po").read_bytes() == as_po(catalogue)
    assert (LOCALE / f"{language}.mo").read_bytes() == as_mo(catalogue)
