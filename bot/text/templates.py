"""Documents for people as Jinja templates, in the folder `templates` of the package whose text they are.

The ending of a template's name says what it makes, and so how values are escaped: `.md.j2` makes Markdown, `.html.j2` HTML,
`.yml.j2` YAML, and `.txt.j2` plain text; `.j2` alone has parts of documents of any format. Every value that is inserted is
escaped, unless it is the result of a macro, of another template or of a filter below, or `unescaped` is written behind it. A
value that can be translated is shown in the language of the document; a text of the rubric takes the filter `data_text`.

Sentences are in `{% trans %}` blocks, or in `_("...")`: they are in the format of the document, and the values in them are
escaped. The number that decides about a plural form is called `number`, and is shown with its thousands set apart. In YAML a
sentence is a value of its own behind `quoted`, or stands on a line of a block (`value: |`), as `line` makes any text.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from bot.text.catalogue import SOURCE, Translatable, data_text, grouped, look_up, text_with, translate
from bot.text.escaping import (
    code_span,
    html_content,
    html_text,
    markdown_link,
    markdown_text,
    one_line,
    unreferenced,
    visible_line,
)
from bot.text.messages import visible_code
from bot.text.shaping import clip, fitting
from bot.text.tables import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2.compiler import Frame
    from jinja2.nodes import Expr

_BOT = Path(__file__).parent.parent


class _CodeGenerator(CodeGenerator):
    """Jinja's compiler without the second escaping of every value, which `finalize` has escaped: a sixth of the time."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:  # noqa: ARG002
        self.write(finalize.src or "")

    def _output_child_post(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:  # noqa: ARG002
        self.write(")" if finalize.src else "")


_FOREIGN_FILTERS = ("e", "escape", "forceescape", "safe", "tojson", "urlize", "xmlattr")
"""Filters of Jinja's whose results count as escaped, but only for HTML, or not at all."""
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def render(name: str, language: str = SOURCE, block: str = "", /, **values: object) -> str:
    """Return a document from a template: `render("site/model.md.j2")` is made from `bot/site/templates/model.md.j2`.

    Of a `block` of the template only that is rendered; what is set outside of it is not known there. In Markdown one blank
    line is left of several, and none at the beginning and the end. Raises jinja2.TemplateError.
    """
    template = environment(_ending(name), language).get_template(name)
    text = "".join(template.blocks[block](template.new_context(values))) if block else template.render(values)
    return f"{_BLANK_LINES.sub(chr(10) * 2, text).strip(chr(10))}\n" if name.endswith(".md.j2") else text


def macros(name: str, /, language: str = SOURCE, ending: str = "") -> Any:
    """Return the macros of a template, whose results are escaped: for parts of a document of which as many are shown as fit.

    `ending` says for which format, where its name doesn't.
    """
    return environment(ending or _ending(name), language).get_template(name).module


@cache
def environment(ending: str, language: str) -> Environment:
    """Return the environment for templates with an ending such as `.md.j2`, in a language."""
    escape = partial(_ESCAPES[ending], language)

    def finalize(value: object) -> Markup:
        return value if isinstance(value, Markup) else Markup(escape(value))  # noqa: S704  # escaped

    made = Environment(
        loader=FunctionLoader(partial(_source, ending)),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.code_generator_class = _CodeGenerator
    made.policies["ext.i18n.trimmed"] = True
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # of the extension: values are arguments of the call

    line = partial(_line, language)
    inside = line if ending == ".yml.j2" else escape
    # Cached, because a document repeats its labels.
    label = lru_cache(maxsize=1 << 10)(lambda singular: _insert(look_up(language, singular), {}, inside))

    def gettext(singular: str, /, **inserted: object) -> Markup:
        return _insert(look_up(language, singular), inserted, inside) if inserted else label(singular)

    def ngettext(singular: str, plural: str, number: int, /, **inserted: object) -> Markup:
        inserted = {name: grouped(number) if name in ("num", "number") else value for name, value in inserted.items()}
        return _insert(look_up(language, singular, plural, number), inserted, inside)

    made.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext, "language": language}
    for name in _FOREIGN_FILTERS:
        del made.filters[name]
    made.filters |= _FILTERS | {
        "code": _markup(_code_in_text if ending == ".txt.j2" else code_span),
        # Cached, because the pages of all models repeat the texts of the rubric.
        "data_text": lru_cache(maxsize=1 << 10)(lambda text: finalize(data_text(text))),
        "wrapped": partial(_wrapped, language),
        "translated": lambda value: translate(value, language),
        "in_html": lambda value: Markup(_html(language, value)),  # noqa: S704  # escaped
        "join": partial(_joined, finalize),
        "quoted": _markup(partial(_yaml, language)),
        "line": _markup(line),
    }
    return made


def _joined(finalize: Callable[[object], Markup], values: Iterable[object], separator: str = "") -> Markup:
    return Markup(separator).join(map(finalize, values))  # noqa: S704  # separators are written in templates


def _wrapped(language: str, value: object, width: int, indent: str) -> Markup:
    return Markup(wrapped(visible_line(translate(value, language)), width, indent))  # noqa: S704  # for terminals


def _source(ending: str, name: str) -> tuple[str, str, Callable[[], bool]]:
    if _ending(name) not in (ending, ".j2"):
        raise ValueError(f"{name} makes another format than {ending}, and would be escaped wrongly")
    package, _, file = name.rpartition("/")
    path = _BOT / package / "templates" / file
    return path.read_text("utf-8"), str(path), lambda: True


def _ending(name: str) -> str:
    return name[name.index(".", name.rfind("/")) :]


def _insert(pattern: str, values: dict[str, Any], escape: Callable[[object], str]) -> Markup:
    shown = {name: value if isinstance(value, Markup) else escape(value) for name, value in values.items()}
    return Markup(pattern % shown)  # noqa: S704  # the pattern is ours, and the values are escaped


# ---- formats ---------------------------------------------------------------------------------------------------------


def markdown_of(language: str, value: object) -> str:
    """Return a text in a language as words of one line of Markdown."""
    if not isinstance(value, Translatable):
        return markdown_text(str(value))
    shown = list[str]()

    def words(text: str) -> str:
        # What means something at the beginning of a line is escaped in the first words only.
        before = "." if any(shown) else ""
        shown.append(text.strip())
        left, right = " " * text.startswith(" "), " " * (text.endswith(" ") and bool(text.strip()))
        return f"{left}{markdown_text(before + visible_line(text)).removeprefix(before)}{right}"

    def code(text: str) -> str:
        shown.append(text)
        return visible_code(text)

    return text_with(value, language, words, code)


def _html(language: str, value: object) -> str:
    return html_content(translate(value, language))


def _yaml(language: str, value: object) -> str:
    # JSON is YAML, but for a few characters that YAML doesn't accept in quotes. The space at the end of a title counts.
    text = translate(value, language)
    return json.dumps(f"{one_line(text)}{' ' * text.endswith(' ')}", ensure_ascii=False)


def _line(language: str, value: object) -> str:
    return one_line(translate(value, language))


def _code_in_text(text: str) -> str:
    return f"`{visible_line(text)}`"


_ESCAPES: dict[str, Callable[[str, object], str]] = {
    ".md.j2": markdown_of,
    ".html.j2": _html,
    ".yml.j2": _yaml,
    ".txt.j2": lambda language, value: visible_line(translate(value, language)),
}


def _markup(function: Callable[..., str]) -> Callable[..., Markup]:
    """Return a filter whose result is escaped already."""
    return lambda *arguments, **named: Markup(function(*arguments, **named))  # noqa: S704


_FILTERS: dict[str, Callable[..., Any]] = {
    "unescaped": Markup,
    "visible_code": _markup(visible_code),
    "link": _markup(markdown_link),
    "attribute": _markup(html_text),
    "clip": clip,
    "fitting": fitting,
    "grouped": grouped,
    "unreferenced": unreferenced,
    "visible_line": visible_line,
}
"""`text | code`, `text | link(url)` and `text | visible_code` are Markdown; `text | in_html` is for a line of HTML in it, and
`text | wrapped(width, indent)` for terminals;
`text | attribute` is the value of an attribute in HTML."""
