"""Parses the body of an issue that was opened with a form.

GitHub writes `### Heading` for each field with the answer below it, `_No response_` where there is none, `- [X]` before what
was ticked, and carriage returns at the ends of lines where a browser put them. The author of the issue can edit it into
anything: only the headings of the form, in its order, count, and everything between them is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.handlers.forms.form_files import FieldType, choice_id
from bot.text.catalogue import JoinedText, _, code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.handlers.forms.form_files import FormField, Template

LARGEST_BODY = 64 * 1024
"""In characters; GitHub takes no longer one."""
NO_RESPONSE = "_No response_"
LONGEST_SHOWN = 60
"""Characters of an answer that a problem shows."""

# One that isn't closed hides all that follows, as on GitHub's page.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BOX = re.compile(r"[-*] \[(?P<tick>[ xX])\] (?P<label>.*)")
_FENCE = re.compile(r"(?P<fence>`{3,20})[a-z]*\n(?P<inner>.*?)\n?(?P=fence)", re.DOTALL)


class FieldProblem(NamedTuple):
    """A problem with one answer. Its texts may contain the answer: they are hostile."""

    field: str
    """The id of the field; empty for a problem of the form as a whole."""
    rule: str
    what: str
    """A phrase without a full stop."""
    remedy: str
    """Whole sentences."""
    place: str = ""
    """The criterion, in an answer about several."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that somebody filled in."""

    template: Template
    answers: Mapping[str, str]
    """By field; empty where there is no answer. Of a choice, the ids, with spaces between several."""
    problems: tuple[FieldProblem, ...]

    def __getitem__(self, field_id: str) -> str:
        """Return the answer to a field; empty where there is none."""
        return self.answers.get(field_id, "")

    def line(self, field_id: str) -> str:
        """Return the answer to a field on one line."""
        return collapse_spaces(self[field_id])


def collapse_spaces(text: str) -> str:
    """Return `text` with single spaces between its words and none around it."""
    return " ".join(text.split())


def recognise(body: str, labels: Iterable[str], templates: Sequence[Template], *, answered: bool) -> Form | None:
    """Return the form that an issue is; None where it is none, and is to be left alone.

    An issue is a form by its headings; with the label of a form, one of them is enough, and the others are problems.
    Without the label, the issue has to be a whole form that the bot hasn't `answered` yet: GitHub adds labels only where the
    repository has them, and somebody who removes the label later wants no more answers.
    """
    present = set(labels)
    whole = [(template, headings(template, _lines(body))) for template in templates if len(body) <= LARGEST_BODY]
    for template, found in whole:
        if None not in found and (template.label in present or not answered):
            return parse(template, body)
    # The one with the most headings, of those whose label is there.
    labelled = [(len(found) - found.count(None), template) for template, found in whole if template.label in present]
    count, nearest = max(labelled, key=lambda one: one[0], default=(0, templates[0] if templates else None))
    return parse(nearest, body) if nearest is not None and count else None


def parse(template: Template, body: str) -> Form:
    """Return the answers in a body, and their problems as far as the form itself defines them."""
    lines = _lines(body)
    places = headings(template, lines)
    answers: dict[str, str] = {}
    problems: list[FieldProblem] = []
    for number, (field, start) in enumerate(zip(template.fields, places, strict=True)):
        if start is None:
            what = _("its heading is missing, or not in its place")
            remedy = _(
                "Write %(heading)s on a line of its own, with the answer below it.", heading=code(_heading(field))
            )
            problems.append(FieldProblem(field.id, "heading-missing", what, remedy))
            continue
        end = next((place for place in places[number + 1 :] if place is not None), len(lines))
        inside = lines[start + 1 : end]
        if _heading(field) in inside:
            what = _("its heading is there more than once, so it is not clear where the answer ends")
            remedy = _("Keep %(heading)s only where the form put it.", heading=code(_heading(field)))
            problems.append(FieldProblem(field.id, "heading-twice", what, remedy))
            continue
        answer, problem = _answer(field, "\n".join(inside))
        answers[field.id] = answer
        if problem is not None:
            problems.append(problem)
    return Form(template, answers, tuple(problems))


def headings(template: Template, lines: Sequence[str]) -> list[int | None]:
    """Return the line of each field's heading, each below the one before; None for a heading that isn't there."""
    found: list[int | None] = []
    start = 0
    for field in template.fields:
        place = next((number for number in range(start, len(lines)) if lines[number] == _heading(field)), None)
        found.append(place)
        start = start if place is None else place + 1
    return found


def _lines(body: str) -> list[str]:
    # Not `splitlines`, which also ends lines at form feeds and the like.
    return [line.rstrip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _heading(field: FormField) -> str:
    return f"### {field.label}"


def _answer(field: FormField, text: str) -> tuple[str, FieldProblem | None]:
    text = _COMMENT.sub("", text).strip()
    if text == NO_RESPONSE or (field.type is FieldType.DROPDOWN and text == "None"):
        text = ""
    if field.rendered and (fence := _FENCE.fullmatch(text)):
        text = fence["inner"].strip("\n")
    if text.strip() == field.value:
        text = ""
    problem = None
    if field.type is FieldType.CHECKBOXES:
        boxes = [box for line in text.split("\n") if (box := _BOX.fullmatch(line.strip()))]
        chosen = [box["label"].strip() for box in boxes if box["tick"] != " "]
        text, problem = _chosen(field, chosen)
    elif field.type is FieldType.DROPDOWN and text:
        text, problem = _chosen(field, [text])
    if problem is None and field.required and not text:
        problem = FieldProblem(field.id, "answer-missing", _("there is no answer"), _("Write it below this heading."))
    return text, problem


def _chosen(field: FormField, chosen: list[str]) -> tuple[str, FieldProblem | None]:
    known = {choice_id(option): option for option in field.options}
    if wrong := [one for one in chosen if choice_id(one) not in known]:
        what = _("%(answer)s can't be chosen", answer=code(wrong[0][:LONGEST_SHOWN]))
        options = JoinedText(", ", map(code, field.options))
        remedy = _("Choose one of these, and write it in exactly these words: %(options)s.", options=options)
        return "", FieldProblem(field.id, "no-such-choice", what, remedy)
    return " ".join(choice_id(one) for one in chosen), None
