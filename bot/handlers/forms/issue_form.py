"""The body of an issue that was opened with a form, as GitHub writes it, to what was answered.

A body is `### Heading` for each field with the answer below it, `_No response_` where there is none, `- [X]` before what
was ticked, and carriage returns at the ends of lines where a browser put them. Whoever opened the issue can edit it into
anything: only the headings of the form, in its order, count, and what is between them is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.handlers.forms.templates import FieldType, meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.handlers.forms.templates import Asked, Template

LARGEST_BODY = 64 * 1024
"""In characters: GitHub takes no longer one."""
NO_RESPONSE = "_No response_"

# One that isn't closed hides all that follows, as on GitHub's page.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BOX = re.compile(r"[-*] \[(?P<tick>[ xX])\] (?P<label>.*)")
_FENCE = re.compile(r"(?P<fence>`{3,20})[a-z]*\n(?P<inner>.*?)\n?(?P=fence)", re.DOTALL)


class FieldProblem(NamedTuple):
    """What is wrong with one answer. Its texts may hold what was answered: they are hostile."""

    field: str
    """The id of the field; empty where it is about the form as a whole."""
    rule: str
    what: str
    """A phrase without a full stop, in English."""
    remedy: str
    """Whole sentences, in English."""
    detail: str = ""
    """What the words are about, in the same words in every language: an id, a number, a name."""
    place: str = ""
    """Where in a long answer it stands: a criterion."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that somebody filled in."""

    template: Template
    answers: Mapping[str, str]
    """By field; empty where there is no answer. Of what was chosen, the ids, with spaces between several."""
    problems: tuple[FieldProblem, ...]

    def __getitem__(self, field_id: str) -> str:
        """The answer to a field; empty where there is none."""
        return self.answers.get(field_id, "")

    def line(self, field_id: str) -> str:
        """The answer on one line."""
        return one_line(self[field_id])


def one_line(text: str) -> str:
    """`text` with single spaces between its words and none around it."""
    return " ".join(text.split())


def recognised(body: str, labels: Iterable[str], templates: Sequence[Template], *, answered: bool) -> Form | None:
    """The form that an issue is; None when it is none, and is to be left alone.

    An issue is a form by its headings. By the label alone too, as long as any of them is left: then it says what is
    missing. Where a label isn't there, the issue has to be a whole form that the bot hasn't `answered` yet: GitHub gives
    labels only where the repository has them, and who takes the label off later doesn't want to be answered any more.
    """
    present = set(labels)
    whole = [(template, headings(template, _lines(body))) for template in templates if len(body) <= LARGEST_BODY]
    for template, found in whole:
        if None not in found and (template.label in present or not answered):
            return parsed(template, body)
    # The one with the most headings, of those whose label is there.
    labelled = [(len(found) - found.count(None), template) for template, found in whole if template.label in present]
    count, nearest = max(labelled, key=lambda one: one[0], default=(0, templates[0] if templates else None))
    return parsed(nearest, body) if nearest is not None and count else None


def parsed(template: Template, body: str) -> Form:
    """The answers in a body, and what is wrong with them as far as the form itself says."""
    lines = _lines(body)
    places = headings(template, lines)
    answers: dict[str, str] = {}
    problems: list[FieldProblem] = []
    for number, (field, start) in enumerate(zip(template.fields, places, strict=True)):
        if start is None:
            problems.append(_missing(field))
            continue
        end = next((place for place in places[number + 1 :] if place is not None), len(lines))
        inside = lines[start + 1 : end]
        if _heading(field) in inside:
            problems.append(_twice(field))
            continue
        answer, problem = _answer(field, "\n".join(inside))
        answers[field.id] = answer
        if problem is not None:
            problems.append(problem)
    return Form(template, answers, tuple(problems))


def headings(template: Template, lines: Sequence[str]) -> list[int | None]:
    """The line of each field's heading, in the order of the form: those before the last one that was found are over."""
    found: list[int | None] = []
    start = 0
    for field in template.fields:
        place = next((number for number in range(start, len(lines)) if lines[number] == _heading(field)), None)
        found.append(place)
        start = start if place is None else place + 1
    return found


def _lines(body: str) -> list[str]:
    # Not `splitlines`, to which form feeds and their kind are ends of lines too.
    return [line.rstrip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _heading(field: Asked) -> str:
    return f"### {field.label}"


def _answer(field: Asked, text: str) -> tuple[str, FieldProblem | None]:
    text = _COMMENT.sub("", text).strip()
    if text == NO_RESPONSE or (field.type is FieldType.DROPDOWN and text == "None"):
        text = ""
    if field.rendered and (fence := _FENCE.fullmatch(text)):
        text = fence["inner"].strip("\n")
    problem = None
    if field.type is FieldType.CHECKBOXES:
        boxes = [box for line in text.split("\n") if (box := _BOX.fullmatch(line.strip()))]
        chosen = [box["label"].strip() for box in boxes if box["tick"] != " "]
        text, problem = _chosen(field, chosen)
    elif field.type is FieldType.DROPDOWN and text:
        text, problem = _chosen(field, [text])
    if problem is None and field.required and not text:
        problem = FieldProblem(
            field.id,
            "answer-missing",
            "there is no answer",
            "Write it below the heading, in place of what stands there.",
        )
    return text, problem


def _chosen(field: Asked, chosen: list[str]) -> tuple[str, FieldProblem | None]:
    unknown = [one for one in chosen if one not in field.options]
    if unknown:
        known = ", ".join(field.options)
        return "", FieldProblem(
            field.id, "no-such-choice", "this can't be chosen", f"Write one of these: {known}.", detail=known
        )
    return " ".join(meant(one) for one in chosen), None


def _missing(field: Asked) -> FieldProblem:
    return FieldProblem(
        field.id,
        "heading-missing",
        "its heading is not there, or not in its place",
        f"Write `{_heading(field)}` on a line of its own, with the answer below it, or open a new form.",
        detail=_heading(field),
    )


def _twice(field: Asked) -> FieldProblem:
    return FieldProblem(
        field.id,
        "heading-twice",
        "its heading stands there more than once, so that it isn't clear where the answer ends",
        f"Leave `{_heading(field)}` only where the form put it.",
        detail=_heading(field),
    )
