"""A model under the frameworks of others, for its page: the class it reaches, what is missing, what our ratings can't tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.frameworks import FrameworkVerdict, evaluate_framework
from bot.text.escaping import markdown_link, markdown_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.board.model.frameworks import FrameworkResult, Frameworks, PartResult
    from bot.board.model.rubric import Level

_ONE_CLASS = {
    FrameworkVerdict.MET: "meets it, as far as our ratings tell",
    FrameworkVerdict.NOT_MET: "does not meet it",
    FrameworkVerdict.CANNOT_TELL: "our ratings can't tell",
}


def frameworks_section(
    frameworks: Frameworks, levels: Mapping[str, Level], linked: Callable[[str], str]
) -> Iterator[str]:
    """Yield the paragraphs below the heading. `linked` returns Markdown for a criterion's id: its title as a link."""
    for framework in frameworks.frameworks:
        standing = evaluate_framework(framework, levels)
        yield f"**{markdown_link(framework.title, framework.source)}: {_reached(standing)}.**"
        yield "\n".join(f"- {line}" for line in _lines(standing, levels, linked))


def _reached(standing: FrameworkResult) -> str:
    if len(standing.classes) == 1:
        return _ONE_CLASS[standing.classes[0][1]]
    reached = [(each, verdict) for each, verdict, _ in standing.classes if verdict is not FrameworkVerdict.NOT_MET]
    if not reached:
        return "no class"
    each, verdict = reached[-1]
    return f"{'' if verdict is FrameworkVerdict.MET else 'at most '}{markdown_text(each.title)}"


def _lines(standing: FrameworkResult, levels: Mapping[str, Level], linked: Callable[[str], str]) -> Iterator[str]:
    """Yield what is missing in each class, and what our ratings can't tell about the classes where nothing is."""
    for each, verdict, parts in standing.classes:
        name = "" if len(standing.classes) == 1 else f"{markdown_text(each.title)}. "
        if missing := [_missing(one, levels, linked) for one in parts if one.verdict is FrameworkVerdict.NOT_MET]:
            yield f"{name}Missing: {'; '.join(missing)}."
        if verdict is FrameworkVerdict.NOT_MET:
            continue
        if unknown := [_lower(one.part.what) for one in parts if one.verdict is FrameworkVerdict.CANNOT_TELL]:
            yield f"{name}Our ratings can't tell: {'; '.join(unknown)}."
        if beyond := [
            markdown_text(one.part.beyond) for one in parts if one.verdict is FrameworkVerdict.MET and one.part.beyond
        ]:
            yield f"{name}Asked for beyond our criteria: {'; '.join(beyond)}."


def _missing(found: PartResult, levels: Mapping[str, Level], linked: Callable[[str], str]) -> str:
    because = ", ".join(f"{linked(criterion)} is {markdown_text(levels[criterion])}" for criterion in found.criteria)
    return f"{_lower(found.part.what)} ({because})"


def _lower(text: str) -> str:
    return markdown_text(text[:1].lower() + text[1:])
