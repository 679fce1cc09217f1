"""Soft errors: pages with status 200 that only say "not found", or ask for a captcha.

Detected by a title or heading without other words, on a short page: articles *about* such errors are longer.
"""

from __future__ import annotations

import html
import re
from enum import StrEnum

from bot.sources.evidence.html_text import sections

_SHORT = 2000
"""Most characters of readable text on such a page, including menus."""


class SoftError(StrEnum):
    """Kind of error page, as a phrase after "it"."""

    NOT_FOUND = "says that there is no such page"
    CHALLENGE = "wants to see a person first"


# Bounded repetitions: a hostile page that opens many elements and closes none must not cause quadratic work.
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_HEADING = re.compile(r"<h([1-6])\b[^>]{0,200}>(.{0,200}?)</h\1", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,500}>")
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
    """Return the kind of error that the beginning of an HTML page shows; None for any other page."""
    error = next((found for title in _titles(page) if (found := _error_in(title))), None)
    if error is None:
        return None
    readable = sum(len(section.text.strip()) for section in sections(page)[0])
    return error if readable <= _SHORT else None


def _titles(page: str) -> list[str]:
    titles = [found[1] for found in [_TITLE.search(page)] if found]
    headings = [found[2] for found, _ in zip(_HEADING.finditer(page), range(2), strict=False)]
    return titles + (headings if len(headings) == 1 else [])


def _error_in(title: str) -> SoftError | None:
    text = " ".join(html.unescape(_TAG.sub(" ", title)).lower().replace("’", "'").split())
    for part in (text, *_SEPARATOR.split(text)):
        words = _AFTER.sub("", _BEFORE.sub("", part))
        if _NOT_FOUND.fullmatch(words) or (words in ("", "page") and "404" in part):
            return SoftError.NOT_FOUND
        if _CHALLENGES.fullmatch(words):
            return SoftError.CHALLENGE
    return None
