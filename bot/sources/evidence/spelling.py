"""The spelling of a text that is searched for quotes: presentation forms, typography, and the signs for what is set apart. Pure."""

from __future__ import annotations

import re
import unicodedata

# Differences of presentation: ligatures, full width, letters of formulas, forms of Arabic letters. Not 10² or ½, which
# NFKC would turn into 102 and 1/2.
_STYLES = ("<compat>", "<font>", "<wide>", "<narrow>", "<initial>", "<medial>", "<final>", "<isolated>")
_STYLED = re.compile(
    r"[\u0132\u0133\u0149\u017f\u01c4-\u01cc\u2026\u2100-\u217f\ufb00-\ufb17\ufb20-\ufb29\ufb4f\ufb50-\ufdff"
    r"\ufe30-\ufe6f\ufe70-\ufefc\uff01-\uffee\U0001d400-\U0001d7ff]"
)
_SAME = {"'": "‘’‚‛′ʼ‹›`´", '"': "“”„‟″«»", "-": "‐‑‒–—―−⁃"}
_INVISIBLE = "\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
APART = "\u2063"
"""Sign in a text for what is set apart without a space, such as an index. It reads like a space or like nothing.

Between figures it reads only like a space."""
BETWEEN_FIGURES = "\u2064"
"""Sign in a text for what separates figures, but not letters, such as an element within a word."""
BORDER = "\u2065"
"""Sign in a text between elements within a line that touch, which a style sheet may set apart.

It reads like a space, and like nothing where that joins no word or number."""
RAISED_BEGINS, RAISED_ENDS = "\u2061", "\u2062"
"""Signs in a text around what is raised, such as a power or the mark of a footnote; they set it apart too."""
SIGNS = re.compile(f"[{APART}{BETWEEN_FIGURES}{BORDER}{RAISED_BEGINS}{RAISED_ENDS}]")
ANY_APART = re.compile(f"[{APART}{BORDER}{RAISED_BEGINS}{RAISED_ENDS}]")
"""Signs that set something apart for letters too."""
TOUCHING = re.compile(f"[{APART}{BORDER}]+")
"""Signs that may read like nothing."""
_AFTER_WORDS = r"(?:(?<=[^\W\d_]{3})|(?<=[\u3040-\u9fff\uac00-\ud7a3.,;:!?)\]’”\"'%]))"
_MARK = r"(?:[0-9]{1,3}(?:[,–-][0-9]{1,3})?|[*†‡§¶]{1,3}|[a-z])"
FOOTNOTE_MARK = re.compile(
    rf"{_AFTER_WORDS}{RAISED_BEGINS}{_MARK}{RAISED_ENDS}|{RAISED_BEGINS}\[[^\W_]{{1,3}}\]{RAISED_ENDS}"
    rf"|^{RAISED_BEGINS}[0-9]{{1,6}}\.{RAISED_ENDS}|^[•●○■□▪◦‣❖➢◆◇▶※ㅇ][ \t]",
    re.MULTILINE,
)
"""Mark of a footnote: raised behind a word or a sign, or in brackets. Behind a figure it may be a power.

Also the sign or number of a list's item."""

GAP = re.compile(rf"[\s\-\xad{_INVISIBLE}]+")
RUN = re.compile(rf"[^\s\-\xad{_INVISIBLE}]+")
HYPHENATED = re.compile(rf"[-‐\xad][^\S\n{_INVISIBLE}]*\n[\s{_INVISIBLE}]*")
CJK = re.compile("[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")
ELLIPSIS = re.compile(r"\[ ?(?:\.\.\.|…) ?\]|\( ?(?:\.\.\.|…) ?\)|…")


def with_fewer_signs(text: str) -> str:
    """Return `text` with the signs for what is set apart only where they separate something."""
    if SIGNS.search(text) is None:
        return text
    text = re.sub(rf"(?<=\d){BETWEEN_FIGURES}+(?=\d)", APART, text).replace(BETWEEN_FIGURES, "")
    text = re.sub(rf"{RAISED_BEGINS}([^\W\d_]{{2,}}|){RAISED_ENDS}", r"\1", text)
    text = TOUCHING.sub(lambda found: BORDER if BORDER in found[0] else APART, text)
    return re.sub(rf"(?<!\S){TOUCHING.pattern}|{TOUCHING.pattern}(?=\s|\Z)", "", text)


def composed(text: str) -> str:
    """Return `text` with presentation forms such as ligatures replaced by plain letters, in NFC."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MANY_SIGNS.sub(_fewer_accents, _STYLED.sub(_plain_letters, text)))


# Sorting the accents of one letter takes quadratic time. 30 is the limit of the Stream-Safe Text Format (UAX 15).
_MANY_SIGNS = re.compile(r"[^\w\s\x00-\x7f]{31,}")


def _fewer_accents(found: re.Match[str]) -> str:
    kept, run = [], 0
    for sign in found[0]:
        run = run + 1 if unicodedata.category(sign) in ("Mn", "Mc", "Me") else 0
        if run <= 30:
            kept.append(sign)
    return "".join(kept)


def _plain_letters(found: re.Match[str]) -> str:
    style, *codes = unicodedata.decomposition(found[0]).split() or [""]
    return "".join(chr(int(code, 16)) for code in codes) if style in _STYLES else found[0]


def untypographic(text: str) -> str:
    """Return `text` with plain quotation marks, apostrophes and hyphens; of the same length."""
    for plain, others in _SAME.items():
        for other in others:
            text = text.replace(other, plain)
    return text


def lower(text: str) -> str:
    """Return `text` in lower case, of the same length."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def join_lines(text: str) -> str:
    """Return `text` on one line: words hyphenated at the end of a line joined, white space as one space."""
    pieces, done = [], 0
    for found in HYPHENATED.finditer(text):
        if between_letters(text, found.start(), found.end()):
            pieces.append(text[done : found.start()])
            done = found.end()
    joined = re.sub(
        rf"(?<=\d)[{_INVISIBLE}]*{ANY_APART.pattern}[{_INVISIBLE}]*(?=\d)", " ", "".join([*pieces, text[done:]])
    )
    joined = re.sub(rf"(?<=[^\W_])[{_INVISIBLE}]*{BORDER}[{_INVISIBLE}]*(?=[^\W_])", " ", joined)
    return " ".join(re.sub(rf"[\xad{_INVISIBLE}]", "", joined).split())


def between_letters(text: str, start: int, end: int) -> bool:
    """Return whether there are letters on both sides of `text[start:end]`."""
    return text[start - 1 : start].isalpha() and text[end : end + 1].isalpha()
