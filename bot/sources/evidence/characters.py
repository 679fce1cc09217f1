"""Decoding of a page by its byte order mark, as UTF-8 if it is valid as that, as declared, or by a careful guess. Pure."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

_LABEL = r"[\"']?\s*([A-Za-z0-9_.:-]{1,40})"
_CHARSET = re.compile(rf";\s*charset\s*=\s*{_LABEL}", re.IGNORECASE)
_META = re.compile(rf"<meta\b[^>]{{0,400}}?\bcharset\s*=\s*{_LABEL}".encode(), re.IGNORECASE)
_XML = re.compile(rf"\A\s*<\?xml\b[^>]{{0,200}}?\bencoding\s*=\s*{_LABEL}".encode(), re.IGNORECASE)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# By Python's names. Its other codecs are not charsets (rot13, zip), or very slow (punycode).
_NAMES = (
    "utf-8 utf-16 utf-16-le utf-16-be gbk gb18030 big5 big5hkscs euc_jp iso2022_jp cp932 cp949 koi8-r koi8-u mac-roman "
    "mac-cyrillic cp866 cp874 tis-620"
)
_KNOWN = {
    *_NAMES.split(),
    *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(2, 17)),
}
# Browsers read these labels as a larger charset: https://encoding.spec.whatwg.org/#names-and-labels
_SUPERSETS = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gbk", "euc_kr": "cp949", "shift_jis": "cp932"}
_DECLARATION_WITHIN = 4096
"""Bytes at the beginning of an HTML page in which its declaration is looked for."""
_MOST_UNDECODED = 0.005
"""Share of the characters beyond ASCII that may be undecodable without harm, such as a stray byte in a long text."""
_SURE = 0.8
"""Share of the characters beyond ASCII that are usual in a language, from which on a guess counts as sure."""


def decode(data: bytes, content_type: str, *, is_html: bool) -> tuple[str, str]:
    """Return the text of a page, and a phrase about what could not be decoded; empty where that is nothing.

    A text that is valid UTF-8 is no other charset, whatever is declared. Without a declaration it may be an East Asian or a
    Western one.
    """
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(codec, "replace"), codec)
    declared = _declared(data, content_type, is_html=is_html)
    if not (declared or "").startswith("utf-16") and not data.isascii():
        with suppress(UnicodeDecodeError):
            # The last character may be cut off.
            text = codecs.getincrementaldecoder("utf-8")().decode(data)
            if not text.isascii():
                return _checked(text, "utf-8")
        # ISO-2022-JP is ASCII, so nothing is guessed that is declared and possible.
        declared = declared if declared and not _checked(data.decode(declared, "replace"), declared)[1] else None
        declared = declared or _guess(data)
    codec = declared or "utf-8"
    return _checked(data.decode(codec, "replace"), codec)


def _declared(data: bytes, content_type: str, *, is_html: bool) -> str | None:
    """Return the charset that the server says, or the page itself."""
    by_server = _CHARSET.search(content_type)
    known = _codec(by_server[1]) if by_server else None
    if known is None and is_html:
        beginning = data[:_DECLARATION_WITHIN]
        found = _META.search(beginning) or _XML.search(beginning)
        known = _codec(found[1].decode("ascii")) if found else None
        # The declaration was read as ASCII, so the page cannot be UTF-16.
        known = None if known and known.startswith("utf-16") else known
    return known


def _checked(text: str, codec: str) -> tuple[str, str]:
    """Return the text, with a phrase where too much of it could not be decoded."""
    lost = text.count("\ufffd")
    beyond = sum(map(len, _BEYOND_ASCII.findall(text))) if lost else 0
    is_lost = lost > _MOST_UNDECODED * beyond
    return text, f"some of its characters are lost, which were read as {codec.upper()}" if is_lost else ""


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_HAN = "\u4e00-\u9fff"
_USUAL = {
    "cp949": re.compile("[\uac00-\ud7a3]"),
    "euc_jp": re.compile(f"[\u3040-\u30ff{_HAN}]"),
    "cp932": re.compile(f"[\u3040-\u30ff{_HAN}]"),
    "gb18030": re.compile(f"[{_HAN}\u3000-\u303f\uff00-\uff5e\u2010-\u2026]"),
    "cp1252": re.compile("[\u00a0-\u00ff‘’“”–—…€]"),
}
"""Usual characters beyond ASCII by charset, in the order in which these are tried: Korean bytes are Chinese ones too."""
_KANA = re.compile("[\u3040-\u30ff]")


def _guess(data: bytes) -> str | None:
    """Return the charset of a text that declares none, if it can be only one."""
    for codec, usual in _USUAL.items():
        runs = _BEYOND_ASCII.findall(data[:_SAMPLE].decode(codec, "replace"))
        beyond = "".join(runs)
        # Letters with accents are among others, those of East Asia among themselves.
        if codec == "cp1252":
            is_likely = len(beyond) < _WESTERN_RUN * len(runs)
        else:
            is_likely = len(beyond) >= max(_FEW, _EAST_ASIAN_RUN * len(runs))
        is_japanese = codec not in ("euc_jp", "cp932") or len(_KANA.findall(beyond)) > _LEAST_KANA * len(beyond)
        fits = len(usual.findall(beyond)) >= _SURE * len(beyond) and beyond.count("\ufffd") <= 1
        if is_likely and is_japanese and fits:
            return codec
    return None


_LEAST_KANA = 0.2
"""Share of the characters beyond ASCII that are kana in a Japanese text; more than this."""
_WESTERN_RUN, _EAST_ASIAN_RUN = 1.5, 2
"""Characters beyond ASCII that follow each other on average: fewer in Western texts, at least so many in East Asian ones."""
_FEW = 6
"""Characters beyond ASCII that a text has at least if its East Asian charset is guessed."""
_SAMPLE = 1 << 16
"""Bytes of a text by which its charset is guessed."""


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _SUPERSETS.get(name, name)
    return name if name in _KNOWN else None
