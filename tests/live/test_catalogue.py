"""The catalogues of sentences are complete and current.

Sentences of data, such as the titles of the rubric, are English until somebody translates them: a change of data breaks no test.
"""

from __future__ import annotations

import pytest
from babel.messages.pofile import read_po

from bot.text.catalogue import languages
from tools.catalogue import LOCALE, as_mo, as_po, faults, template, updated


@pytest.mark.parametrize("language", languages()[1:])
def test_a_catalogue_has_every_sentence_of_the_code_with_all_its_values(language: str) -> None:
    assert faults(updated(language, template(with_data=False))) == []


@pytest.mark.parametrize("language", languages()[1:])
def test_a_catalogue_is_compiled_from_its_source(language: str) -> None:
    with (LOCALE / f"{language}.po").open("rb") as file:
        present = updated(language, read_po(file, locale=language))
    assert (LOCALE / f"{language}.po").read_bytes() == as_po(present)
    assert (LOCALE / f"{language}.mo").read_bytes() == as_mo(present)
