"""The sticky comment on a form, in the language of the form; the text of its pull request, and of the commit.

They depend on nothing but the present state, so that what hasn't changed is not written again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import FormKind, form_address
from bot.board.model.problem import Problem
from bot.board.reading.problem_groups import group_problems
from bot.board.writing.rewriting import scalar
from bot.board.writing.skeleton import developer_skeleton
from bot.handlers.forms.decision import MARKER, FormRefused
from bot.handlers.forms.form_files import form_name
from bot.handlers.forms.proposal import DeadLink, pasted_developer
from bot.text.catalogue import SOURCE, Translatable, _, translate
from bot.text.escaping import visible_line
from bot.text.shaping import clip
from bot.text.templates import render

if TYPE_CHECKING:
    from bot.github.facts import Person
    from bot.handlers.forms.decision import Reply
    from bot.handlers.forms.form_files import Template
    from bot.handlers.forms.issue_form import Form
    from bot.handlers.forms.proposal import FormChange

MOST_LISTED = 100
"""Problems, or ratings that cite a page."""
LARGEST_COMMENT = 60_000
"""In bytes. GitHub takes 65,536 characters, and may add to them."""
_LONGEST_WORDS = 400


def as_comment(reply: Reply, form: Form) -> str:
    """Return the sticky comment in Markdown, not larger than `LARGEST_COMMENT`."""
    refused = reply.problems if isinstance(reply, FormRefused) else ()
    problems = group_problems(
        [Problem(one.field, 1, 1, one.rule, one.what, one.remedy, excerpt=one.place) for one in refused]
    )
    citations = reply.citations if isinstance(reply, DeadLink) else ()
    is_new = any(group.rule == "new-developer" for group in problems)
    correction = form_name(FormKind.RATING, form.template.language)
    most = MOST_LISTED
    while True:
        text = render(
            "handlers/forms/reply.md.j2",
            form.template.language,
            marker=MARKER,
            kind=type(reply).__name__,
            reply=reply,
            template=form.template,
            problems=problems[:most],
            brief=_brief,
            citations=citations[:most],
            correct=lambda one: f"../{form_address(correction, model=one.model, criterion=one.criterion)}",
            developer=_developer_lines(form) if is_new else "",
            more=max(0, len(problems or citations) - most),
        )
        if len(text.encode()) <= LARGEST_COMMENT:
            return text
        most //= 2  # escaping makes several characters of one


def _developer_lines(form: Form) -> str:
    """Return the lines about the developer that the form gives, to be filled in."""
    answers = {**form.answers, **pasted_developer(form["developer"])}
    keys = ("developer", "country", "kind", "developer_url")
    values = (clip(visible_line(answers.get(key, "")), _LONGEST_WORDS) for key in keys)
    return developer_skeleton(*(scalar(text) if text else "" for text in values)).partition("\n")[2]


def _brief(text: str) -> str:
    """Return a text, cut if it is so long that a contributor must have written it; in our sentences their words are cut."""
    return text if isinstance(text, Translatable) else clip(text, _LONGEST_WORDS)


def pull_body(change: FormChange, issue: int, author: Person, template: Template) -> str:
    """Return the text of the pull request."""
    language = template.language
    text = render(
        "handlers/forms/pull_request.md.j2",
        change=change,
        issue=issue,
        author=author.login,
        form=template.kind.replace("-", " ").capitalize(),
        language_note="" if language == SOURCE else translate(_("The form is in English."), language),
    )
    return text.strip()


def commit_message(change: FormChange, issue: int, author: Person) -> str:
    """Return the message of the commit, with the reporter as its co-author."""
    address = f"{author.id}+{author.login}@users.noreply.github.com"
    return f"{change.subject}\n\nAsked for with a form in #{issue}.\n\nCo-authored-by: {author.login} <{address}>\n"
