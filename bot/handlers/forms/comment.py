"""The sticky comment on a form, in the language of the form; the text of its pull request, and of the commit.

They depend on nothing but the present state, so that what hasn't changed is not written again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.board.model.layout import assessment_path
from bot.github.facts import PullState
from bot.handlers.disputes.admission import AlreadyOpen, DisputeOpened, ReturnsLater, TooManyDisputes
from bot.handlers.forms.decision import MARKER, FormRefused, NotProposed, Over, Proposed, TakenOver, TooManyProposals
from bot.handlers.forms.messages import KOREAN, REPLIES
from bot.handlers.forms.proposal import DeadLink
from bot.handlers.forms.templates import FormKind, Language
from bot.text.catalogue import translate
from bot.text.escaping import code_span, markdown_text, visible_line
from bot.text.messages import message_markdown
from bot.text.shaping import clip

if TYPE_CHECKING:
    from bot.github.facts import Person, ProposedPull
    from bot.handlers.forms.decision import DisputeReply, Reply
    from bot.handlers.forms.issue_form import FieldProblem, Form
    from bot.handlers.forms.proposal import CitingRating, FormChange
    from bot.handlers.forms.templates import Template

MOST_PROBLEMS = 30
MOST_CITATIONS = 100
_LONGEST_WORDS = 400
_LONGEST_PROBLEMS = 40_000
"""In characters, of all together: escaping can make many of one."""


def as_comment(reply: Reply, form: Form) -> str:
    """Return the sticky comment in Markdown, of less than the 65,536 characters that GitHub takes."""
    return f"{MARKER}\n{_reply(reply, form.template)}\n"


def _say(language: Language, key: str, **values: object) -> str:
    return REPLIES[key][language is Language.KOREAN].format(**values)


def _reply(reply: Reply, template: Template) -> str:
    say = partial(_say, template.language)
    match reply:
        case FormRefused(problems, pull):
            stays = say("stays", number=pull.number) if pull else ""
            return say("refused", problems=_problems(problems, template), stays=stays)
        case Proposed(change, pull):
            return say("proposed", number=pull.number, rest=_rest(change, pull, template.language))
        case TakenOver(pull):
            return say("taken-over", where=say("where", number=pull.number) if pull else "")
        case NotProposed(link, obstacle):
            return say("not-opened", link=link) if link else say("not-pushed", obstacle=_text(obstacle))
        case Over(pull):
            return say("merged" if pull.state is PullState.MERGED else "closed", number=pull.number)
        case TooManyProposals(most, of_all):
            whose = say("proposals-of-all" if of_all else "proposals-of-one")
            return say("too-many-proposals", most=most, whose=whose)
        case _:
            return _reply_without_proposal(reply, template.language)


def _reply_without_proposal(reply: DeadLink | DisputeReply, language: Language) -> str:
    say = partial(_say, language)
    match reply:
        case DeadLink(url, ()):
            return say("not-cited", url=_code(url))
        case DeadLink(url, citations):
            verb = "rating cites" if len(citations) == 1 else "ratings cite"
            shown = _citations(citations)
            return say("cited", url=_code(url), number=len(citations), verb=verb, citations=shown)
        case DisputeOpened(number):
            return say("dispute-opened", number=number)
        case AlreadyOpen(number):
            return say("already-open", number=number)
        case ReturnsLater(number, until):
            return say("returns-later", number=number, until=until)
        case TooManyDisputes(most, of_all):
            there = say("disputes-of-all" if of_all else "disputes-of-one", most=most)
            return say("too-many-disputes", most=most, there=there)


def _problems(problems: tuple[FieldProblem, ...], template: Template) -> str:
    lines: list[str] = []
    for problem in problems[:MOST_PROBLEMS]:
        line = _problem(problem, template)
        if sum(map(len, lines)) + len(line) > _LONGEST_PROBLEMS:
            break
        lines.append(line)
    if rest := len(problems) - len(lines):
        lines.append(_say(template.language, "more-problems", number=rest))
    return "\n".join(lines)


def _problem(problem: FieldProblem, template: Template) -> str:
    label = template.field(problem.field).label if problem.field else ""
    place = f" ({_text(problem.place)})" if problem.place else ""
    whose = f"**{markdown_text(label)}**{place}: " if label else ""
    return f"- {whose}{_words(problem, template.language)}"


def _words(problem: FieldProblem, language: Language) -> str:
    words = KOREAN.get(problem.rule) if language is Language.KOREAN else None
    if words is None:
        shown = f"{translate(problem.what, language)}. {translate(problem.remedy, language)}"
        return message_markdown(shown, _LONGEST_WORDS)
    # Where the rule's words have no place for the detail, it is a guess at what was meant.
    guess = problem.detail if problem.detail and "{}" not in words else ""
    words = words.replace("{}", _text(problem.detail))
    return f"{words} 혹시 {_text(guess)} 인가요?" if guess else words


def _rest(change: FormChange, pull: ProposedPull, language: Language) -> str:
    say = partial(_say, language)
    parts = [say(hint) for hint in change.hints]
    if change.missing:
        draft = say("draft-until-then") if pull.is_draft else ""
        parts.append(say("missing", number=len(change.missing), criteria=_ids(change.missing), draft=draft))
    elif pull.is_draft:
        parts.append(say("still-a-draft"))
    return "".join(f"{part}\n\n" for part in parts)


def _citations(citations: tuple[CitingRating, ...]) -> str:
    lines = [
        f"- {code_span(assessment_path(model))}: {code_span(criterion)}"
        for model, criterion in citations[:MOST_CITATIONS]
    ]
    if rest := len(citations) - len(lines):
        lines.append(f"- … +{rest}")
    return "\n".join(lines)


def pull_body(change: FormChange, issue: int, author: Person, template: Template) -> str:
    """Return the text of the pull request: in English, as all reviewers read it, with a line of Korean for a Korean form."""
    form = {FormKind.MODEL: "Propose a model", FormKind.RATING: "Correct a rating"}[template.kind]
    parts = [
        f"{code_span(author.login)} asked for this with the form *{form}* in #{issue}. Closes #{issue}.",
        *(_say(Language.ENGLISH, hint) for hint in change.hints),
    ]
    if change.missing:
        parts.append(
            f"Nobody has rated these criteria yet: {_ids(change.missing)}. Their `level:` stands empty in the file, with the "
            "definitions above it, and the check fails until they are filled in: here in the pull request, or in the form. "
            "A draft is to be marked as ready for review then."
        )
    parts.append(
        "While nobody else pushes to this branch, editing the form changes it. The reporter is a co-author, whose approval "
        "doesn't count."
    )
    if template.language is Language.KOREAN:
        parts.append(f"#{issue}의 한국어 양식으로 제안되었습니다.")
    return "\n\n".join(parts)


def commit_message(change: FormChange, issue: int, author: Person) -> str:
    """Return the message of the commit, with the reporter as its co-author."""
    address = f"{author.id}+{author.login}@users.noreply.github.com"
    return f"{change.subject}\n\nAsked for with a form in #{issue}.\n\nCo-authored-by: {author.login} <{address}>\n"


def _ids(ids: tuple[str, ...]) -> str:
    return ", ".join(code_span(one) for one in ids)


def _text(text: str) -> str:
    return markdown_text(clip(visible_line(text), _LONGEST_WORDS))


def _code(url: str) -> str:
    return code_span(clip(visible_line(url), _LONGEST_WORDS))
