"""The catalogues of sentences: translation now and later, and the values in them."""

from __future__ import annotations

import pickle

import pytest

from bot.text.catalogue import JoinedText, _, data_text, enumerated, languages, ngettext, text_with, translate
from tools.catalogue import LOCALE


def test_every_language_has_a_source_and_a_compiled_catalogue() -> None:
    assert languages()[0] == "en"
    assert sorted(file.stem for file in LOCALE.glob("*.po")) == list(languages()[1:])


def test_a_sentence_is_english_until_it_is_translated() -> None:
    title = data_text("Weights")
    assert title == "Weights"
    assert f"{title}!" == "Weights!"
    assert translate(title, "ko") == "가중치"
    assert translate("Weights", "ko") == "Weights"


def test_an_empty_text_is_empty_in_every_language() -> None:
    assert [translate(data_text(""), language) for language in languages()] == [""] * len(languages())


def test_values_are_translated_with_their_sentence() -> None:
    listed = enumerated([data_text("Weights"), data_text("Code"), "x"])
    assert listed == "Weights, Code and x"
    assert translate(listed, "ko") == "가중치, 코드, x"


def test_a_number_decides_the_form_and_has_its_thousands_set_apart() -> None:
    assert [ngettext("one link", "%(number)s links", number) for number in (1, 2, 1234)] == [
        "one link",
        "2 links",
        "1,234 links",
    ]


def test_a_sentence_survives_the_way_to_another_process() -> None:
    for text in (data_text("Weights"), enumerated([data_text("Weights"), data_text("Code")])):
        again = pickle.loads(pickle.dumps(text))  # noqa: S301  # our own
        assert translate(again, "ko") == translate(text, "ko")


def test_only_the_backticks_of_the_sentence_make_code() -> None:
    sentence = _("`%(word)s` is no level%(end)s", word="a`b", end="`x`")
    assert text_with(sentence, "en", str.upper, lambda code: f"<{code}>") == "<a`b> IS NO LEVEL`X`"


def test_a_sentence_in_a_sentence_keeps_its_own_code() -> None:
    inner = _("write `%(key)s`", key="level")
    outer = _("First %(what)s, then push.", what=JoinedText(" + ", [inner, "*"]))
    assert text_with(outer, "en", str.upper, lambda code: f"<{code}>") == "FIRST WRITE <level> + *, THEN PUSH."


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        translate(data_text("Weights"), "xx")
