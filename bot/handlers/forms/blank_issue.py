"""The one answer to a blank issue that speaks of a rating: it leads to the forms. Pure.

Silence is better than a wrong answer: a model has to be named as on the leaderboard, and a rating by a word that means one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.board.model.layout import FormKind, form_address
from bot.board.model.rubric import Level
from bot.github.commands import prose
from bot.handlers.forms.form_files import form_name
from bot.handlers.pull_request.language import is_korean
from bot.text.catalogue import SOURCE, _, data_text, languages
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.board.model.rubric import Rubric
    from bot.github.facts import Comment, Issue
    from bot.handlers.forms.base import Base

MARKER = "<!-- openness-bot:use-a-form -->"
"""The first line of the comment."""
_LONGEST_TEXT = 20_000
# For translators: all forms of the word that an issue about a rating may use, with commas between them.
_RATING_WORDS = _("rating, ratings, rated")


def lead_to_forms(issue: Issue, comments: Iterable[Comment], bot: int, base: Base) -> str | None:
    """Return the comment on a new issue that is no form; None where it gets none."""
    if any(comment.author.id == bot for comment in comments):
        return None
    text = "\n".join([issue.title, *prose(issue.body)])[:_LONGEST_TEXT]
    models = list(_named_models(text, base))
    if not models or not _speaks_of_rating(text, base.snapshot.rubric()):
        return None
    known = {template.language for template in base.templates}
    language = "ko" if "ko" in known and is_korean([issue.title, issue.body]) else SOURCE
    root = issue.url.rpartition("/issues/")[0]
    prefilled = {"model": models[0]} if len(models) == 1 else {}
    links = {
        kind.name: f"{root}/{form_address(form_name(kind, language), **prefilled)}"
        for kind in (FormKind.RATING, FormKind.DISPUTE)
    }
    return render("handlers/forms/use_a_form.md.j2", language, marker=MARKER, links=links)


def _named_models(text: str, base: Base) -> Iterator[str]:
    """Yield the ids of the models that a text names, each once."""
    small = text.lower()
    every = ((term, own) for own, entry in base.corpus.entries.items() for term in (own, entry.model))
    # The longest first, because it may begin with the name of another model.
    terms = sorted((each for each in every if each[0].lower() in small), key=lambda each: -len(each[0]))
    found: set[str] = set()
    for term, own in terms:
        # Without a digit or a slash, a name may be an ordinary word: then its capitals count.
        is_word = not re.search("[0-9/]", term)
        text, number = re.subn(_whole(term), " ", text, flags=0 if is_word else re.IGNORECASE)
        if number and own not in found:
            found.add(own)
            yield own


def _speaks_of_rating(text: str, rubric: Rubric) -> bool:
    """Return whether a text has a word for a rating, or names a criterion and a level. `open` alone is too common."""
    criteria = {criterion.id: criterion.title for criterion in rubric.criteria}
    levels = {level.value: rubric.levels[level].title for level in Level if level is not Level.OPEN}
    words = [word for each in languages() for word in _RATING_WORDS.translated(each).split(", ")]
    return _has(words, text) or (_has(_in_all_languages(criteria), text) and _has(_in_all_languages(levels), text))


def _in_all_languages(titles: dict[str, str]) -> list[str]:
    return [*titles, *(data_text(title).translated(each) for each in languages() for title in titles.values())]


def _has(words: Iterable[str], text: str) -> bool:
    return any(re.search(_whole(word), text, re.IGNORECASE) for word in words)


def _whole(term: str) -> str:
    """Return the pattern of a term that is not part of a longer one. Korean particles may follow it."""
    return rf"(?<![A-Za-z0-9]){re.escape(term)}(?![A-Za-z0-9]|[.-][A-Za-z0-9])"
