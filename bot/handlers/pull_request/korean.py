"""Texts of the comment in Korean, beside the English ones, for contributors who write Korean or ask for it.

Reviewers read the English, so nothing is in Korean alone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.board.model.policy import Approvers
from bot.board.model.problem import Severity
from bot.github.commands import prose
from bot.governance.conversation import Refusal
from bot.governance.judgement import ConditionKind, UnknownAuthors
from bot.handlers.pull_request.checklist import MOST_REFUSALS, moment, people, quoted, request_code
from bot.handlers.pull_request.report import OBJECTIONS, Outcome
from bot.text.messages import visible_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.governance.judgement import Condition
    from bot.handlers.pull_request.report import Report

_HANGUL = re.compile("[가-힣]")
_LETTER = re.compile(r"[^\W\d_]")
_KOREAN_END = re.compile(r"(?:^|\s)[가-힣]{2,}[.!?~…]*\s*$")
_NOT_WORDS = re.compile(r"https?://\S+|`[^`]*`")
_BOX = re.compile(r"\s*\[(?P<mark>[ xX])\]")
_LONGEST_TEXT = 20_000


# ---- detection of Korean ---------------------------------------------------------------------------------------------


def is_korean(texts: Iterable[str]) -> bool:
    """Return whether one of these texts has a line of Korean, or a ticked box with one.

    A third of its letters are Hangul, or its last word is: the names of models are Latin, and a Korean sentence ends in its verb.
    Quotes and code are ignored, and so are boxes that aren't ticked, which the template has.
    """
    # Browsers on some systems send Korean decomposed into letters.
    composed = (unicodedata.normalize("NFC", text[:_LONGEST_TEXT]) for text in texts)
    korean = (text for text in composed if _HANGUL.search(text))
    return any(_is_korean(line) for text in korean for line in prose(text))


def _is_korean(line: str) -> bool:
    box = _BOX.match(line)
    if box and box["mark"] == " ":
        return False
    words = _NOT_WORDS.sub("", line)
    hangul = len(_HANGUL.findall(words))
    return hangul > 1 and (3 * hangul >= len(_LETTER.findall(words)) or _KOREAN_END.search(words) is not None)


# ---- texts -----------------------------------------------------------------------------------------------------------


def opening(report: Report) -> str:
    """Return the verdict and the next step, as Markdown."""
    return f"**{_verdict(report)}** {_next_step(report)}".rstrip()


def lines(report: Report) -> list[str]:
    """Return the conditions, and the commands that did nothing, each as Markdown on one line."""
    conditions = [f"{'✅' if one.met else '⏳'} {_LINES[one.kind](one)}" for one in report.conditions]
    return [*_anew(report), *conditions, *_refusals(report)]


def _anew(report: Report) -> list[str]:
    anew = report.judgement.anew if report.conditions else None
    if anew is None:
        return []
    return [
        f"병합하면 기준 브랜치에 생기는 변화가 달라져서, 승인과 기다리는 시간은 {moment(anew)}부터 새로 시작합니다."
    ]


def _verdict(report: Report) -> str:
    errors = [problem for problem in report.problems if problem.severity is Severity.ERROR]
    match report.outcome:
        case Outcome.CONFLICT:
            return f"기준 브랜치와 충돌하는 파일이 {len(report.conflicts):,}개 있어 먼저 합쳐야 합니다."
        case Outcome.TO_FIX:
            files = len({problem.path for problem in errors})
            return f"파일 {files:,}개에 고쳐야 할 문제가 {len(errors):,}개 있습니다."
        case Outcome.DRAFT:
            return "지금까지 문제가 없으며, 아직 초안입니다."
        case Outcome.WAITING:
            return "문제를 찾지 못했습니다. 아직 남은 조건이 있습니다."
        case Outcome.READY:
            return "병합할 준비가 되었습니다." if report.conditions else "문제를 찾지 못했습니다."


def _next_step(report: Report) -> str:
    match report.outcome:
        case Outcome.CONFLICT:
            return (
                "이 페이지 맨 아래의 *Resolve conflicts*를 누르고, 양쪽에서 맞는 내용을 남겨 커밋해 주세요. 순위의 변화는 그다음에 "
                "보여 드립니다."
            )
        case Outcome.TO_FIX:
            return (
                "GitHub에서 고치려면 *Files changed*를 열고, 파일 옆의 ⋯와 *Edit file*을 차례로 눌러 고친 뒤 커밋해 주세요. 줄에 달린 "
                "댓글에 *Commit suggestion*이 있으면 누르기만 해도 고쳐집니다. 고치면 모두 저절로 다시 확인합니다."
            )
        case Outcome.DRAFT:
            return "다 되면 아래의 *Ready for review*를 눌러 주세요."
        case Outcome.WAITING if any(one.kind in OBJECTIONS and not one.met for one in report.conditions):
            return "의견이 달렸습니다. 내용을 고치거나 그곳에 답해 주세요."
        case Outcome.WAITING:
            return "이제 검토자가 살펴봅니다. 지금 더 하실 일은 없습니다."
        case Outcome.READY:
            return ""


def _refusals(report: Report) -> list[str]:
    results = report.judgement.refused
    return [
        f"{request_code(one.command, meant='(혹시 {} 명령인가요?)')} ({people([one.comment.author.login])}): {_REFUSALS[one.refusal]}"
        for one in results[-MOST_REFUSALS:]
        if one.refusal in _REFUSALS
    ]


def _approvals(condition: Condition) -> str:
    who = "관리자" if condition.approvers is Approvers.MAINTAINERS else "검토자"
    if condition.need is None:
        return f"{who}의 승인{_by(condition)}: GitHub이 관리자 목록을 알려 주지 않아 몇 명이 필요한지 알 수 없습니다."
    return f"{who}의 승인: {condition.need}명 가운데 {condition.have}명{_by(condition)}."


def _organisations(condition: Condition) -> str:
    how = " 승인하는 분은 `/coi none` 또는 `/coi 개발사 이유`로 소속을 밝혀 주세요." * (not condition.met)
    return f"서로 다른 소속: {condition.need}곳 가운데 {condition.have}곳{_by(condition)}.{how}"


def _notified(condition: Condition) -> str:
    if condition.met:
        return f"개발사에 알렸습니다{_by(condition)}."
    first = condition.developers[0]
    return (
        f"{people(condition.developers)}의 담당자로 등록된 사람이 없습니다. 검토자가 그 개발사의 문의 창구에 알린 뒤 "
        f"`/notified {first} 링크`라고 댓글을 답니다."
    )


def _concern(condition: Condition) -> str:
    by = people(condition.people)
    if condition.met:
        return f"우려 {quoted(condition.name)}: 해결되었습니다({by})."
    return f"우려 {quoted(condition.name)}({by}): 제기한 사람이나, 이유를 적은 관리자가 `/resolve`로 해결합니다."


def _final_comment(condition: Condition) -> str:
    period = f"{condition.days}일의 마지막 의견 수렴 기간"
    if condition.due is None and condition.is_anew:
        return f"{period}: 전에 시작한 기간은 더는 세지 않으므로, 관리자가 `/fcp`로 새로 시작합니다."
    if condition.due is None:
        return f"{period}: 관리자가 `/fcp`로 시작합니다."
    return f"{period}: {'끝났습니다' if condition.met else f'{moment(condition.due)}까지입니다'}."


def _wait(condition: Condition) -> str:
    if condition.due is None:
        return "기다리는 시간: 검토할 준비가 되면 시작합니다."
    return f"기다리는 시간: {'지났습니다' if condition.met else f'{moment(condition.due)}까지입니다'}."


_UNKNOWN_AUTHORS: dict[UnknownAuthors, str] = {
    UnknownAuthors.TOO_MANY: "커밋이 너무 많아 누가 작성했는지 모두 알 수 없습니다. 커밋을 하나로 합쳐(squash) 주세요.",
    UnknownAuthors.FORMER: (
        "강제 푸시 이전의 내용을 누가 작성했는지 더는 알 수 없어서, 누구의 승인이 독립적인지 판단할 수 없습니다. 같은 브랜치에서 풀 리퀘스트를 새로 열어 주세요."
    ),
    UnknownAuthors.REPORTERS: (
        "양식의 답변을 누가 작성했는지 더는 알 수 없어서, 누구의 승인이 독립적인지 판단할 수 없습니다. 다른 브랜치에서 제안해 주세요."
    ),
    UnknownAuthors.NOT_MADE: (
        "커밋 {}은(는) 봇의 이름으로 되어 있지만 봇이 만들지 않아서, 누가 작성했는지 알 수 없습니다. 작성한 분이 자신의 이름으로 고치거나"
        "(`git commit --amend --reset-author`), 다른 브랜치에서 제안해 주세요. 봇 말고는 아무도 이 브랜치에 쓰지 않았다면 양식의 이슈에 `/recheck`라고 댓글을 "
        "달아 주세요."
    ),
}


_LINES: dict[ConditionKind, Callable[[Condition], str]] = {
    ConditionKind.SHARED_COMMIT: lambda one: (
        f"{', '.join(f'#{number}' for number in one.pulls)}의 커밋이 같아서 상태도 하나뿐입니다. 하나만 남기고 닫거나 새 커밋을 "
        "올린 다음, `/recheck`라고 댓글을 달아 주세요."
    ),
    ConditionKind.SPENT_COMMIT: lambda _: (
        "이 커밋에는 상태가 너무 많이 기록되어 GitHub이 곧 더 받지 않습니다. 새 커밋을 올려 주세요. 빈 커밋이어도 되고"
        "(`git commit --allow-empty`), 승인과 대기 시간은 그대로 유지됩니다."
    ),
    ConditionKind.HOLD: lambda one: (
        f"{people(one.people)}의 요청으로 보류되었습니다. 관리자가 `/unhold`라고 댓글을 달면 풀립니다."
    ),
    ConditionKind.ALTERED_WORDS: lambda one: (
        f"{people(one.people[1:])} 님이 {people(one.people[:1])} 님의 댓글을 고쳐서 원래 내용을 알 수 없습니다. "
        f"{people(one.people[:1])} 님이 필요한 명령을 다시 댓글로 달거나, 다른 관리자가 `/unhold`라고 댓글을 달아야 합니다."
    ),
    ConditionKind.ROLES_UNKNOWN: lambda one: (
        f"{people(one.people)}의 반대: GitHub이 이 저장소의 사람 목록을 봇에 알려 주지 않아 검토자인지 알 수 없습니다. 관리자가 해당하지 "
        "않는 댓글을 지우거나, 봇의 토큰에 목록을 볼 권한을 주어야 합니다."
    ),
    ConditionKind.CHANGES_REQUESTED: lambda one: (
        f"변경 요청: {people(one.people)}. 요청한 분이 승인하거나 요청이 철회되어야 합니다."
    ),
    ConditionKind.CONCERN: _concern,
    ConditionKind.AUTHORS_UNKNOWN: lambda one: _UNKNOWN_AUTHORS[one.unknown].format(visible_code(one.name[:10])),
    ConditionKind.APPROVALS: _approvals,
    ConditionKind.ORGANISATIONS: _organisations,
    ConditionKind.NOTIFIED: _notified,
    ConditionKind.FINAL_COMMENT: _final_comment,
    ConditionKind.WAIT: _wait,
}

_REFUSALS = {
    Refusal.EDITED: "고친 댓글은 효력이 없습니다. 새 댓글에 다시 적어 주세요.",
    Refusal.NEAR_MISS: "명령으로 읽지 못해 아무 일도 하지 않았습니다. 새 댓글에서 줄 맨 앞에 명령만 적고, 그 뒤에는 빈칸을 두어 주세요. 목록, 인용, 표, 코드 안에서는 명령이 되지 않습니다.",
    Refusal.NOT_A_REVIEWER: "쓰기 권한이 있는 검토자만 할 수 있습니다.",
    Refusal.NOT_A_MAINTAINER: "관리자만 할 수 있습니다.",
    Refusal.NOT_DECLARED: "모델 개발사의 담당자로 등록된 사람만 할 수 있습니다.",
    Refusal.INCOMPLETE: "뒤에 빠지거나 남는 말이 있습니다. 명령은 GOVERNANCE.md에 있습니다.",
    Refusal.UNKNOWN_DEVELOPER: "없는 개발사입니다. `assessments/` 아래의 폴더 이름을 적어 주세요.",
    Refusal.UNKNOWN_MODEL: "없는 모델입니다. 파일 경로에 있는 대로 `개발사/모델`을 적어 주세요.",
    Refusal.UNKNOWN_CRITERION: "없는 기준입니다. `schema/rubric.yaml`에 있는 ID를 적어 주세요.",
    Refusal.UNKNOWN_CLASS: "없는 변경 종류입니다. GOVERNANCE.md에 목록이 있습니다.",
    Refusal.NOT_STRICTER: "원래보다 엄격한 종류가 아닙니다.",
    Refusal.NO_SUCH_CONCERN: "이 이름으로 열린 우려가 없습니다.",
    Refusal.CONCERN_EXISTS: "이 이름의 우려가 이미 열려 있습니다.",
    Refusal.NOT_YOUR_CONCERN: "우려를 제기한 사람이나, 이유를 적은 관리자만 할 수 있습니다.",
    Refusal.OWN: "변경을 작성한 사람은 할 수 없습니다.",
    Refusal.NOT_ON_HOLD: "보류된 상태가 아닙니다.",
    Refusal.NO_FINAL_COMMENT_PERIOD: "이 종류의 변경에는 마지막 의견 수렴 기간이 없습니다.",
    Refusal.NOT_HERE: "이의 제기 이슈에서 쓰는 명령입니다.",
}


def _by(condition: Condition) -> str:
    return f"({people(condition.people)})" if condition.people else ""
