"""The one comment that the bot keeps on a form, in the language of the form.

It depends on nothing but what is so now, so that what hasn't changed is not written again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from bot.board.reading.corpus import assessment_path
from bot.github.facts import PullState
from bot.handlers.disputes.course import AlreadyOpen, ReturnsLater, Served
from bot.handlers.disputes.course import TooMany as TooManyDisputes
from bot.handlers.forms.decision import Over, Proposed, TakenOver, ToMend, TooManyProposals
from bot.handlers.forms.facts import MARKER
from bot.handlers.forms.korean import WORDS
from bot.handlers.forms.proposal import DeadLink, Hint
from bot.handlers.forms.templates import FormKind, Language
from bot.text.escaping import code_span, markdown_text, visible_line
from bot.text.messages import message_markdown
from bot.text.shaping import clip

if TYPE_CHECKING:
    from bot.github.facts import Person, ProposedPull
    from bot.handlers.forms.decision import Admission, Reply
    from bot.handlers.forms.issue_form import FieldProblem, Form
    from bot.handlers.forms.proposal import Proposal
    from bot.handlers.forms.templates import Template

_OfProposals: TypeAlias = ToMend | Proposed | TakenOver | Over | TooManyProposals

MOST_PROBLEMS = 30
MOST_CITATIONS = 100
_LONGEST_WORDS = 400
_ROOM = 40_000
"""Characters for problems: escaping can make many of one."""


# ---- in the issue ----------------------------------------------------------------------------------------------------


def as_comment(reply: Reply, form: Form) -> str:
    """The sticky comment in Markdown, of less than the 65,536 characters that GitHub takes."""
    korean = form.template.language is Language.KOREAN
    match reply:
        case DeadLink():
            words = (_korean_link if korean else _english_link)(reply)
        case Served() | AlreadyOpen() | ReturnsLater() | TooManyDisputes():
            words = (_korean_dispute if korean else _english_dispute)(reply)
        case _:
            words = (_korean if korean else _english)(reply, form)
    return f"{MARKER}\n{words}\n"


def _english(reply: _OfProposals, form: Form) -> str:
    match reply:
        case ToMend(problems, pull):
            stays = f" Until then pull request #{pull.number} stays as it is." if pull else ""
            return (
                f"❌ **The form can't be used like this yet.**\n\n{_problems(problems, form.template)}\n\n"
                f"Edit the text of this issue (⋯, then *Edit*) below these headings; the bot looks at it again.{stays}"
            )
        case Proposed(proposal, pull):
            return (
                f"✅ **Pull request #{pull.number} proposes this.** The bot checks it there, and people decide on it.\n\n"
                f"{_rest(proposal, pull)}"
                "To change it, edit the text of this issue: the pull request follows, until somebody else works on it."
            )
        case TakenOver(pull):
            where = f" in #{pull.number}" if pull else ""
            return (
                f"⏸️ **Somebody else works on this by now{where}.** So what is edited here changes nothing there any more. "
                "Say in a comment what should be different."
            )
        case Over(pull):
            if pull.state is PullState.MERGED:
                return f"✅ **Pull request #{pull.number} was merged.** For anything else open a new form."
            return (
                f"⏸️ **Pull request #{pull.number} was closed without being merged.** Its conversation says why. The bot opens "
                "no other one for this form; when it is reopened, editing this issue changes it again."
            )
        case TooManyProposals(most, of_all):
            whose = "from forms" if of_all else "from your forms"
            return (
                f"⏳ **Nothing is wrong with this form, but {most} pull requests {whose} are open already.** When one of "
                "them is merged or closed, write `/recheck` in a comment here."
            )


def _english_link(link: DeadLink) -> str:
    url, citations = link
    if not citations:
        return (
            f"❔ **No assessment cites {_code(url)}.** Look whether that is the whole address as it stands in the "
            "assessment; edit this issue if it isn't."
        )
    return (
        f"🔎 **{len(citations)} {'rating cites' if len(citations) == 1 else 'ratings cite'} {_code(url)}:**\n\n"
        f"{_citations(link)}\n\nWhoever knows where the page is now, or an archived copy, can correct the "
        "evidence with the form *Correct a rating*. The level stays as it is until somebody shows otherwise."
    )


def _english_dispute(reply: Admission) -> str:
    match reply:
        case Served(number):
            return f"✅ **The dispute is #{number}.** It goes on there; what is edited here changes nothing any more."
        case AlreadyOpen(number):
            return f"⏸️ **This rating is being disputed in #{number} already.** Say there what you know."
        case ReturnsLater(number, until):
            return (
                f"⏸️ **This was decided in #{number} not long ago.** It can be asked again from {until:%Y-%m-%d %H:%M} UTC "
                "on: then write `/recheck` in a comment here."
            )
        case TooManyDisputes(most, of_all):
            there = f"There are {most} open disputes" if of_all else f"You have {most} open disputes"
            return f"⏳ **{there} already.** When one is over, write `/recheck` in a comment here."


def _korean(reply: _OfProposals, form: Form) -> str:
    match reply:
        case ToMend(problems, pull):
            stays = f" 그때까지 풀 리퀘스트 #{pull.number}은(는) 지금 그대로 둡니다." if pull else ""
            return (
                f"❌ **아직 이 양식을 사용할 수 없습니다.**\n\n{_problems(problems, form.template)}\n\n"
                f"이 이슈의 글(⋯, *Edit*)에서 해당 제목 아래를 고쳐 주세요. 고치면 봇이 다시 확인합니다.{stays}"
            )
        case Proposed(proposal, pull):
            return (
                f"✅ **풀 리퀘스트 #{pull.number}에서 제안했습니다.** 그곳에서 봇이 내용을 확인하고, 받아들일지는 사람이 결정합니다."
                f"\n\n{_rest_in_korean(proposal, pull)}"
                "바꾸고 싶으면 이 이슈의 글을 고쳐 주세요. 다른 사람이 작업을 시작하기 전까지는 풀 리퀘스트도 함께 바뀝니다."
            )
        case TakenOver(pull):
            where = f" #{pull.number}에서" if pull else ""
            return (
                f"⏸️ **이제 다른 사람이{where} 작업하고 있습니다.** 그래서 여기에서 글을 고쳐도 반영되지 않습니다. "
                "달라져야 할 점이 있으면 댓글로 알려 주세요."
            )
        case Over(pull):
            if pull.state is PullState.MERGED:
                return (
                    f"✅ **풀 리퀘스트 #{pull.number}이(가) 병합되었습니다.** 다른 내용이 있으면 새 양식을 열어 주세요."
                )
            return (
                f"⏸️ **풀 리퀘스트 #{pull.number}이(가) 병합되지 않고 닫혔습니다.** 이유는 그곳의 대화에 있습니다. 이 양식으로는 다른 풀 "
                "리퀘스트를 열지 않습니다. 그 풀 리퀘스트가 다시 열리면 이 이슈를 고쳐 내용을 바꿀 수 있습니다."
            )
        case TooManyProposals(most, of_all):
            whose = "양식으로 열린" if of_all else "보내 주신 양식으로 열린"
            return (
                f"⏳ **양식에는 문제가 없지만, {whose} 풀 리퀘스트가 이미 {most}개 있습니다.** 그중 하나가 병합되거나 닫히면 여기에 "
                "댓글로 `/recheck`라고 적어 주세요."
            )


def _korean_link(link: DeadLink) -> str:
    url, citations = link
    if not citations:
        return (
            f"❔ **{_code(url)} 주소를 인용한 평가가 없습니다.** 평가에 적힌 전체 주소가 맞는지 확인하고, 아니라면 이 이슈를 "
            "고쳐 주세요."
        )
    return (
        f"🔎 **{_code(url)} 주소를 인용한 등급이 {len(citations)}개 있습니다.**\n\n{_citations(link)}\n\n페이지가 옮겨 간 곳이나 보관된 "
        "사본을 아는 분은 *등급 바로잡기* 양식으로 근거를 고칠 수 있습니다. 다른 근거가 나올 때까지 등급은 그대로입니다."
    )


def _korean_dispute(reply: Admission) -> str:
    match reply:
        case Served(number):
            return f"✅ **이의 제기는 #{number}에서 진행됩니다.** 여기에서 글을 고쳐도 더는 반영되지 않습니다."
        case AlreadyOpen(number):
            return f"⏸️ **이 등급에 대한 이의 제기가 이미 #{number}에서 진행되고 있습니다.** 아는 내용을 그곳에 적어 주세요."
        case ReturnsLater(number, until):
            return (
                f"⏸️ **얼마 전 #{number}에서 결정된 문제입니다.** {until:%Y-%m-%d %H:%M}(UTC)부터 다시 제기할 수 있습니다. 그때 여기에 "
                "댓글로 `/recheck`라고 적어 주세요."
            )
        case TooManyDisputes(most, of_all):
            whose = "진행 중인 이의 제기가" if of_all else "보내 주신 이의 제기 가운데 진행 중인 것이"
            return f"⏳ **{whose} 이미 {most}건 있습니다.** 하나가 끝나면 여기에 댓글로 `/recheck`라고 적어 주세요."


def _problems(problems: tuple[FieldProblem, ...], template: Template) -> str:
    lines: list[str] = []
    for problem in problems[:MOST_PROBLEMS]:
        line = _problem(problem, template)
        if sum(map(len, lines)) + len(line) > _ROOM:
            break
        lines.append(line)
    if rest := len(problems) - len(lines):
        lines.append(f"- … {rest}개 더 있습니다." if template.language is Language.KOREAN else f"- and {rest} more")
    return "\n".join(lines)


def _problem(problem: FieldProblem, template: Template) -> str:
    label = template.field(problem.field).label if problem.field else ""
    place = f" ({_text(problem.place)})" if problem.place else ""
    whose = f"**{markdown_text(label)}**{place}: " if label else ""
    return f"- {whose}{_words(problem, template.language)}"


def _words(problem: FieldProblem, language: Language) -> str:
    said = WORDS.get(problem.rule) if language is Language.KOREAN else None
    if said is None:
        return message_markdown(f"{problem.what}. {problem.remedy}", _LONGEST_WORDS)
    # What the rule's own words leave out is where the detail is a guess.
    guess = problem.detail if problem.detail and "{}" not in said else ""
    words = said.replace("{}", _text(problem.detail))
    return f"{words} 혹시 {_text(guess)} 인가요?" if guess else words


def _rest(proposal: Proposal, pull: ProposedPull) -> str:
    """What else there is to say of a proposal."""
    parts = [_HINTS[hint] for hint in proposal.hints]
    if proposal.missing:
        draft = ", and is a draft until then" if pull.is_draft else ""
        parts.append(
            f"{len(proposal.missing)} of the criteria have no rating yet: {_ids(proposal.missing)}. The file leaves them empty, "
            f"because nobody has said anything about them; the pull request can't be merged before they are filled in{draft}. "
            "Add what you can show under *Ratings* in this issue, or let others do it in the pull request."
        )
    elif pull.is_draft:
        parts.append("The pull request is still a draft: a reviewer marks it as ready for review.")
    return "".join(f"{part}\n\n" for part in parts)


_HINTS = {
    Hint.DISPUTED: "The rating is disputed: the issue that its `disputed:` links to decides on the level. Evidence is welcome there.",
    Hint.NOTE_STAYS: "The rating's present note stays, although the level changes: look whether it still fits.",
    Hint.EVIDENCE_STAYS: "The evidence that the rating has already stays there.",
    Hint.DEVELOPER_KNOWN: "The developer is here already, so what the form says of the developer was not used.",
}


def _rest_in_korean(proposal: Proposal, pull: ProposedPull) -> str:
    parts = [_HINTS_IN_KOREAN[hint] for hint in proposal.hints]
    if proposal.missing:
        draft = " 그때까지 초안으로 둡니다." if pull.is_draft else ""
        parts.append(
            f"아직 등급이 없는 기준이 {len(proposal.missing)}개 있습니다: {_ids(proposal.missing)}. 아무도 말하지 않은 내용을 지어낼 수 없으므로 "
            f"파일에는 빈칸으로 남겨 두었습니다. 빈칸이 모두 채워져야 병합할 수 있습니다.{draft} 보일 수 있는 근거가 있으면 이 이슈의 *등급* "
            "아래에 더해 주시고, 나머지는 다른 분들이 풀 리퀘스트에서 채울 수 있습니다."
        )
    elif pull.is_draft:
        parts.append("풀 리퀘스트는 아직 초안입니다. 검토자가 검토 준비 완료로 표시합니다.")
    return "".join(f"{part}\n\n" for part in parts)


_HINTS_IN_KOREAN = {
    Hint.DISPUTED: "이의가 제기된 등급입니다. 등급은 파일의 `disputed:`에 적힌 이슈에서 결정됩니다. 근거가 있으면 그곳에도 알려 주세요.",
    Hint.NOTE_STAYS: "등급은 바뀌지만 지금 있는 설명은 그대로 남습니다. 아직 맞는 설명인지 확인해 주세요.",
    Hint.EVIDENCE_STAYS: "지금 있는 근거는 그대로 남습니다.",
    Hint.DEVELOPER_KNOWN: "이미 순위표에 있는 개발사이므로, 양식에 적은 개발사 정보는 쓰지 않았습니다.",
}


def _citations(link: DeadLink) -> str:
    lines = [
        f"- {code_span(assessment_path(model))}: {code_span(criterion)}"
        for model, criterion in link.citations[:MOST_CITATIONS]
    ]
    if rest := len(link.citations) - len(lines):
        lines.append(f"- … +{rest}")
    return "\n".join(lines)


# ---- the pull request and its commit ---------------------------------------------------------------------------------


def pull_body(proposal: Proposal, issue: int, author: Person, template: Template) -> str:
    """What the pull request says, in English: everybody who reviews reads it. Of a Korean form it says so in Korean."""
    form = {FormKind.MODEL: "Propose a model", FormKind.RATING: "Correct a rating"}[template.kind]
    parts = [
        f"{code_span(author.login)} asked for this with the form *{form}* in #{issue}. Closes #{issue}.",
        *(_HINTS[hint] for hint in proposal.hints),
    ]
    if proposal.missing:
        parts.append(
            f"Nobody has rated these criteria yet: {_ids(proposal.missing)}. Their `level:` stands empty in the file, with the "
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


def commit_message(proposal: Proposal, issue: int, author: Person) -> str:
    """The message of the commit, with the reporter as its co-author."""
    address = f"{author.id}+{author.login}@users.noreply.github.com"
    return f"{proposal.subject}\n\nAsked for with a form in #{issue}.\n\nCo-authored-by: {author.login} <{address}>\n"


# ---- harmless text ---------------------------------------------------------------------------------------------------


def _ids(ids: tuple[str, ...]) -> str:
    return ", ".join(code_span(one) for one in ids)


def _text(text: str) -> str:
    return markdown_text(clip(visible_line(text), _LONGEST_WORDS))


def _code(url: str) -> str:
    return code_span(clip(visible_line(url), _LONGEST_WORDS))
