"""Templates: values are escaped for the format, sentences are translated, and what is missing is an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import jinja2
import pytest

from bot.text import templates
from bot.text.catalogue import JoinedText, data_text

if TYPE_CHECKING:
    from pathlib import Path

Shown = Callable[..., str]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "area/templates").mkdir(parents=True)
    monkeypatch.setattr(templates, "_BOT", tmp_path)
    templates.environment.cache_clear()
    return tmp_path


@pytest.fixture
def shown(root: Path) -> Shown:
    def render(source: str, ending: str = ".md.j2", language: str = "en", **values: object) -> str:
        (root / f"area/templates/page{ending}").write_text(source, "utf-8")
        templates.environment.cache_clear()
        return templates.render(f"area/page{ending}", language, **values)

    return render


HOSTILE = '@all <b> | *x* ](y) "q" #1'


def test_values_are_escaped_for_the_format(shown: Shown) -> None:
    assert shown("{{ x }}", x=HOSTILE) == (
        '<span>\\@</span>all &lt;b&gt; &#124; \\*x\\* \\](y) "q" <span>\\#</span>1\n'
    )
    assert shown("{{ x }}", ".html.j2", x=HOSTILE) == (
        "<span>@</span>all &lt;b&gt; | *x* ](y) &quot;q&quot; <span>#</span>1"
    )
    assert shown("a: {{ x }}", ".yml.j2", x=HOSTILE) == 'a: "@all <b> | *x* ](y) \\"q\\" #1"'
    assert shown("{{ x }}", ".txt.j2", x="a\u202eb") == "a\\u202eb"


def test_results_of_macros_and_filters_are_not_escaped_again(shown: Shown) -> None:
    source = (
        "{% macro bold(x) %}**{{ x }}**{% endmacro %}{{ bold(x) }} {{ x | code }} {{ ['*', bold('y')] | join(' · ') }}"
    )
    assert shown(source, x="*") == "**\\*** `*` \\* · **y**\n"


def test_a_value_of_an_attribute_is_escaped_without_elements(shown: Shown) -> None:
    assert shown('<a title="{{ x | attribute }}">', ".html.j2", x='@a "b" <c> &') == (
        '<a title="@a &quot;b&quot; &lt;c&gt; &amp;">'
    )


def test_leaving_escaping_out_takes_a_word(shown: Shown) -> None:
    assert shown("{{ x }} {{ x | unescaped }}", x="*a*") == "\\*a\\* *a*\n"


@pytest.mark.parametrize("name", ["e", "escape", "forceescape", "safe", "tojson", "urlize", "xmlattr"])
def test_nothing_else_leaves_it_out(name: str, shown: Shown) -> None:
    with pytest.raises(jinja2.TemplateAssertionError):
        shown(f"{{{{ x | {name} }}}}", x="*a*")


def test_sentences_and_values_are_in_the_language_of_the_document(shown: Shown) -> None:
    source = "{% trans %}Weights{% endtrans %}, {{ _('Code') }}, {{ title }}: {{ language }}"
    assert shown(source, language="ko", title=data_text("Paper")) == "가중치, 코드, 논문: ko\n"


def test_values_in_sentences_are_escaped(shown: Shown) -> None:
    source = "{% trans number=n, x=x %}one *link* of {{ x }}{% pluralize %}{{ number }} *links* of {{ x }}, 100%{% endtrans %}"
    assert shown(source, n=1, x="*") == "one *link* of \\*\n"
    assert shown(source, n=1234, x="*") == "1,234 *links* of \\*, 100%\n"


def test_what_is_missing_is_an_error(shown: Shown) -> None:
    with pytest.raises(jinja2.UndefinedError):
        shown("{{ x }}")


def test_a_template_of_another_format_can_not_be_included(shown: Shown, root: Path) -> None:
    (root / "area/templates/part.html.j2").write_text("<b>")
    with pytest.raises(ValueError, match="another format"):
        shown("{% include 'area/part.html.j2' %}")


def test_a_document_of_markdown_has_single_blank_lines(shown: Shown) -> None:
    assert shown("\n\na\n\n{% if false %}\nb\n{% endif %}\n\n\nc\n\n") == "a\n\nc\n"


def test_only_the_beginning_of_a_sentence_is_escaped_as_that_of_a_line(shown: Shown) -> None:
    def sentence(first: str, second: str) -> JoinedText:
        return JoinedText(": ", [first, second])

    assert shown("{{ x }}", x=sentence("- a", "- b")) == "\\- a: - b\n"
    assert shown("{{ x }}", x=sentence("", "1. b")) == "\\: 1. b\n"
    assert shown("{{ x }}", x=sentence("x", "gh-1")) == "x: gh<span>&#45;</span>1\n"


def test_a_line_of_html_in_markdown_is_escaped_as_html(shown: Shown) -> None:
    assert shown("<b>{{ x | in_html }}</b> {{ y | in_html }}", x="*<b>@", y=data_text("Code"), language="ko") == (
        "<b>*&lt;b&gt;<span>@</span></b> 코드\n"
    )


def test_as_many_lines_are_shown_as_fit(shown: Shown) -> None:
    source = "{% set rows %}\n{% for x in xs %}\n- {{ x }}\n{% endfor %}\n{% endset %}\n{{ rows.splitlines() | fitting(12) | join('\\n') }}"
    assert shown(source, xs=["a", "*", "c\nd", "e"]) == "- a\n- \\*\n"


def test_links_announce_nothing_in_other_projects(shown: Shown) -> None:
    url = "https://github.com/example/one/issues/1"
    assert (
        shown("{{ 'x' | link(url | unreferenced) }}", url=url) == f"[x]({url.replace('github', 'redirect.github')})\n"
    )


def test_what_cannot_be_seen_is_shown_as_its_number(shown: Shown) -> None:
    assert shown("{{ x | visible_line }}", x="a\u202eb") == "a\\\\u202eb\n"
