"""Bodies of issues as GitHub writes them, and as people edit them, to answers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.layout import FormKind
from bot.handlers.forms.form_files import FieldType, FormField, Template
from bot.handlers.forms.issue_form import LARGEST_BODY, parse, recognise
from bot.text.catalogue import languages
from tests.handlers.forms.test_form_files import of, templates

FORM = Template(
    FormKind.RATING,
    "en",
    "form",
    (
        FormField("name", "Name", FieldType.INPUT, required=True),
        FormField("text", "Long text", FieldType.TEXTAREA, required=False),
        FormField("kind", "Kind", FieldType.DROPDOWN, required=False, options=("One (one)", "Two (two)")),
        FormField("boxes", "Boxes", FieldType.CHECKBOXES, required=False, options=("text", "이미지 (image)", "audio")),
        FormField("code", "Code", FieldType.TEXTAREA, required=False, rendered=True, value="# Begin here."),
    ),
)
WHOLE = """### Name

Example

### Long text

First line

Third line

### Kind

Two (two)

### Boxes

- [X] text
- [x] 이미지 (image)
- [ ] audio

### Code

```text
weights: open
```"""
EMPTY = """### Name

Example

### Long text

_No response_

### Kind

_No response_

### Boxes

- [ ] text
- [ ] 이미지 (image)
- [ ] audio

### Code

```text

```"""
SAID = {
    "name": "Example",
    "text": "First line\n\nThird line",
    "kind": "two",
    "boxes": "text image",
    "code": "weights: open",
}
NOTHING = {"name": "Example", "text": "", "kind": "", "boxes": "", "code": ""}

BODIES: dict[str, tuple[str, dict[str, str]]] = {
    "as GitHub writes it": (WHOLE, SAID),
    "with carriage returns, as browsers send it": (WHOLE.replace("\n", "\r\n"), SAID),
    "with old ends of lines": (WHOLE.replace("\n", "\r"), SAID),
    "with white space at the ends of lines": (WHOLE.replace("\n", "  \n"), SAID),
    "with an empty line at both ends": (f"\n\n{WHOLE}\n\n", SAID),
    "without answers": (EMPTY, NOTHING),
    "with the word for nothing of dropdowns": (EMPTY.replace("### Kind\n\n_No response_", "### Kind\n\nNone"), NOTHING),
    "with no response in the rendered field": (EMPTY.replace("```text\n\n```", "_No response_"), NOTHING),
    "without empty lines": (WHOLE.replace("\n\n", "\n"), SAID | {"text": "First line\nThird line"}),
    "with text before the first heading": (f"Hello!\n\n{WHOLE}", SAID),
    "with a heading of somebody's own in an answer": (
        WHOLE.replace("Third line", "### My heading"),
        SAID | {"text": "First line\n\n### My heading"},
    ),
    "with a heading that is over in a later answer": (
        WHOLE.replace("Third line", "### Name"),
        SAID | {"text": "First line\n\n### Name"},
    ),
    "with a heading of another depth": (
        WHOLE.replace("Third line", "## Kind\n#### Kind\n ### Kind"),
        SAID | {"text": "First line\n\n## Kind\n#### Kind\n ### Kind"},
    ),
    "with a comment of HTML": (WHOLE.replace("Third line", "<!-- hidden\n### Foo\n-->Third line"), SAID),
    "with a comment that isn't closed": (WHOLE.replace("Third line", "<!-- hidden"), SAID | {"text": "First line"}),
    "with a code block in a code block": (
        WHOLE.replace("```text\nweights: open\n```", "````text\n```\nweights: open\n```\n````"),
        SAID | {"code": "```\nweights: open\n```"},
    ),
    "with a choice in other words": (WHOLE.replace("Two (two)", "Second (two)"), SAID),
    "with only the id of a choice": (WHOLE.replace("Two (two)", "two"), SAID),
    "with the text that the field begins with": (
        WHOLE.replace("weights: open", "# Begin here."),
        SAID | {"code": ""},
    ),
    "with a form feed, which ends no line": (WHOLE.replace("Third line", "Third\x0c### Kind"), SAID | {"text": "First line\n\nThird\x0c### Kind"}),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_read(name: str) -> None:
    body, answers = BODIES[name]
    form = parse(FORM, body)
    assert form.answers == answers
    assert form.problems == ()


@pytest.mark.parametrize(
    ("old", "new", "field", "rule"),
    [
        ("### Name\n\nExample", "### Name\n\n_No response_", "name", "answer-missing"),
        ("### Name\n\nExample", "### Name", "name", "answer-missing"),
        ("### Name\n\nExample", "### Name\n\n<!-- Example -->", "name", "answer-missing"),
        ("### Name", "### Names", "name", "heading-missing"),
        ("### Kind", "Kind", "kind", "heading-missing"),
        ("Two (two)", "Three (three)", "kind", "no-such-choice"),
        ("Two (two)", "Two (two)\n\nOne (one)", "kind", "no-such-choice"),
        ("- [X] text", "- [X] smell", "boxes", "no-such-choice"),
        ("Third line", "### Kind", "kind", "heading-twice"),
        ("Third line", "### Long text", "text", "heading-twice"),
    ],
)
def test_a_problem_is_reported_at_its_field(old: str, new: str, field: str, rule: str) -> None:
    form = parse(FORM, WHOLE.replace(old, new))
    assert (field, rule) in [(problem.field, problem.rule) for problem in form.problems]


def test_headings_in_another_order_are_missing() -> None:
    form = parse(FORM, "### Long text\n\nB\n\n### Name\n\nA\n\n### Kind\n\n### Boxes\n\n### Code\n")
    assert [(problem.field, problem.rule) for problem in form.problems] == [("text", "heading-missing")]


# ---- whether it is a form --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "labels", "answered", "expected"),
    [
        (WHOLE, ["form"], False, True),
        (WHOLE, ["form"], True, True),
        (WHOLE, [], False, True),  # GitHub gives labels only where there are
        (WHOLE, [], True, False),  # somebody took the label off
        (WHOLE, ["dispute"], True, False),
        ("### Name\n\nExample", ["form"], False, True),  # something is left of it
        ("### Name\n\nExample", [], False, False),
        ("Please help.", ["form"], False, False),
        ("", ["form"], False, False),
        (WHOLE + "x" * LARGEST_BODY, ["form"], False, False),
    ],
)
def test_an_issue_is_a_form_by_its_label_and_its_headings(
    body: str, labels: list[str], answered: bool, expected: bool
) -> None:
    assert (recognise(body, labels, [FORM], answered=answered) is not None) is expected


@pytest.mark.parametrize("language", languages())
def test_the_language_is_that_of_the_headings(language: str) -> None:
    wanted = of(FormKind.DEAD_LINK, language)
    body = "\n\n".join(f"### {field.label}\n\nhttps://example.org" for field in wanted.fields)
    form = recognise(body, [wanted.label], templates(), answered=False)
    assert form is not None
    assert form.template == wanted


# ---- hostile ones ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["<!--", "### Name\n", "`" * 30 + "\n", "- [X] \n", "(", "### ", "\r", "[", " \t"])
def test_a_body_that_was_made_to_take_long_does_not(part: str) -> None:
    body = f"{WHOLE}\n{part * (LARGEST_BODY // len(part))}"[:LARGEST_BODY]
    begun = time.process_time()
    recognise(body, ["form"], [FORM], answered=False)
    assert time.process_time() - begun < 5


@given(st.text(max_size=300))
def test_an_answer_never_becomes_another_fields(text: str) -> None:
    form = parse(FORM, WHOLE.replace("Third line", text))
    others = {key: answer for key, answer in form.answers.items() if key != "text"}
    assert form.problems or others == {key: answer for key, answer in SAID.items() if key != "text"}
