"""Soft errors: pages with status 200 that only say "not found", or ask for a captcha.

Detected by a title or heading without other words, on a short page: articles *about* such errors are longer.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.sources.evidence.html_text import sections
from bot.text.html_tree import parse_html

_SHORT = 2000
"""Most characters of readable text on such a page, including menus."""


class SoftError(StrEnum):
    """Kind of error page, as a phrase after "it"."""

    NOT_FOUND = "says that there is no such page"
    CHALLENGE = "wants to see a person first"


_LONGEST_TITLE = 200
_SEPARATOR = re.compile(r"\s+[|·•–—:»›~-]+\s+|\s*[|·•»›]\s*|[:!,.。！，：]+\s*|\s*—\s*")

_WHAT = (
    r"(?:web ?page|page|file|site|url|document|resource|content|repository|repo|model|dataset|article|post|space|project|"
    r"branch|commit|path|address|item)"
)
_MISSING = (
    r"(?:(?:is |was |were )?not found|(?:can(?:no|')t|can not|could ?n[o']t|could not) be (?:found|located|displayed)|"
    r"(?:does ?n[o']t|does not) exist(?: any ?more| here)?|no longer (?:exists|available|here)|(?:is |was )?missing|"
    r"(?:has been|was) (?:removed|deleted)|(?:is )?gone|"
    r"is(?: not|n't) (?:available|here|there)(?: any ?more)?)"
)
_ENGLISH = (
    rf"(?:(?:the|this|that|requested|your) )*{_WHAT}(?: (?:you|that|which|requested|are|were|was|is|looking|for)){{0,6}} {_MISSING}"
    rf"|not found|nothing (?:was )?found(?: here)?|nothing (?:to see )?here"
    rf"|(?:we |i )?(?:can(?:no|')t|can not|could ?n[o']t|could not) find (?:the|this|that|your|a) {_WHAT}(?: you.{{0,40}})?"
    rf"|(?:there is |there's )?no such {_WHAT}"
)
_KOREAN = (
    r"(?:.{0,12})?(?:페이지|문서|파일|주소)(?:를|을|가|이|는|은)? ?(?:찾을 수 ?없.{0,8}|존재하지 ?않.{0,8}|없습니다|없음)"
    r"|(?:존재하지 ?않는|찾을 수 ?없는|없는|삭제된) ?(?:페이지|문서|파일|주소).{0,6}"
)
_CHINESE = (
    r".{0,10}(?:页面|網頁|网页|頁面|文件|内容|页)(?:已?不存在|未找到|找不到了?|没有找到|沒有找到|走丢了|不见了|無法找到|无法找到|已被?删除).{0,4}"
    r"|.{0,6}(?:找不到|未找到|无法找到|無法找到|没有找到|沒有找到).{0,8}(?:页面|网页|頁面|網頁|文件|内容)|页面走丢了"
)
_FRENCH = (
    r"(?:(?:la|cette|votre) )?page (?:demandée |recherchée |que vous .{3,40} )?(?:est )?"
    r"(?:introuvable|non trouvée|inexistante|n'existe (?:pas|plus)|n'a pas (?:été|pu être) trouvée|n'est plus disponible)"
)
_GERMAN = (
    r"(?:(?:die|diese) )?(?:(?:angeforderte|gesuchte|gewünschte) )?(?:web)?seite "
    r"(?:(?:wurde |konnte )?(?:leider )?nicht gefunden(?: werden)?|existiert (?:leider )?nicht(?: mehr)?|"
    r"(?:ist )?nicht (?:mehr )?(?:verfügbar|vorhanden))"
)
_NOT_FOUND = re.compile("|".join((_ENGLISH, _KOREAN, _CHINESE, _FRENCH, _GERMAN)))
_CHALLENGES = re.compile(
    r"just a moment|attention required|are you a (?:robot|human)\??|robot (?:check|or human\??)|bot (?:check|verification)|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|(?:human|security|captcha) (?:verification|check|challenge)|"
    r"checking your browser.{0,40}|pardon our interruption|client challenge|(?:\w+ ){0,2}(?:re|h)?captcha|access (?:to this page has been )?denied|one moment,? please|ddos-guard|"
    r"(?:사람|로봇)(?:인지|이) .{0,8}확인.{0,4}|보안 ?문자.{0,6}|안전验证|安全验证|人机验证|验证码|安全检查|"
    r"vérification de sécurité|un instant|einen moment(?: bitte)?|sicherheits(?:überprüfung|prüfung)"
)
_INTERJECTIONS = (
    r"(?:oops|whoops|sorry|uh[ -]oh|https?|error|status|code|erreur|fehler|오류|错误|錯誤|죄송합니다|抱歉|404|!1)"
)
_BEFORE = re.compile(rf"^(?:\W*(?<!\w){_INTERJECTIONS}(?!\w))*\W*")
_AFTER = re.compile(rf"\W*(?:(?<!\w){_INTERJECTIONS}(?!\w)\W*)*$")


def soft_error(page: str) -> SoftError | None:
    """Return the kind of error that an HTML page shows; None for any other page."""
    error = next((found for title in _titles(page) if (found := _error_in(title))), None)
    if error is None:
        return None
    readable = sum(len(section.text.strip()) for section in sections(page)[0])
    return error if readable <= _SHORT else None


def _titles(page: str) -> list[str]:
    root = parse_html(page, scripting=True)
    if root is None:
        return []
    headings = root.css("h1, h2, h3, h4, h5, h6")
    found = [*root.css("head > title")[:1], *(headings if len(headings) == 1 else [])]
    return [text for one in found if len(text := one.text()) <= _LONGEST_TITLE]


def _error_in(title: str) -> SoftError | None:
    text = " ".join(title.lower().replace("’", "'").split())
    for part in (text, *_SEPARATOR.split(text)):
        words = _AFTER.sub("", _BEFORE.sub("", part))
        if _NOT_FOUND.fullmatch(words) or (words in ("", "page") and "404" in part):
            return SoftError.NOT_FOUND
        if _CHALLENGES.fullmatch(words):
            return SoftError.CHALLENGE
    return None
