"""Small documents with the traits of real pages, each with quotes that are on it and quotes that are not."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from bot.sources.evidence.pages import Page, read_page
from bot.sources.evidence.quotes import ExactMatch
from bot.sources.evidence.readers import ReadingJob, search_quotes
from bot.sources.evidence.report import QuoteStatus
from bot.sources.evidence.spelling import join_lines
from tests.sources.evidence.pdfs import WITHOUT_LETTERS, pdf, pdf_of


class Document(NamedTuple):
    """A page, and what it says."""

    data: bytes
    path: str
    says: tuple[str, ...]
    says_not: tuple[str, ...]


def drawn(operations: str) -> bytes:
    return pdf_of(f"BT /F 10 Tf 50 700 Td {operations} ET".encode("cp1252"))


def html(text: str, says: tuple[str, ...], says_not: tuple[str, ...] = ()) -> Document:
    return Document(f"<!doctype html><meta charset=utf-8>{text}".encode(), "page.html", says, says_not)


def markdown(text: str, says: tuple[str, ...], says_not: tuple[str, ...] = ()) -> Document:
    return Document(text.encode(), "README.md", says, says_not)


DOCUMENTS = {
    # ---- numbers ----
    "PDF: cells of a table": Document(
        drawn("(Num. Heads) Tj 90 0 Td (3) Tj 30 0 Td (2) Tj 30 0 Td (-5) Tj"),
        "a.pdf",
        ("Num. Heads 3 2", "Num. Heads", "3 2 -5"),
        ("Num. Heads 32", "32", "2-5", "3 2-5"),
    ),
    "PDF: a number at the end of a line, and the next at the beginning of one": Document(
        pdf(["Table 1", "5 models of 7", "000 tokens"]),
        "a.pdf",
        ("Table 1", "5 models", "Table 1 5 models"),
        ("15 models", "Table 15 models", "7000 tokens"),
    ),
    "PDF: the number of a list and a number": Document(
        pdf(["1. 5 models", "in 2023. 15 of them"]),
        "a.pdf",
        ("5 models", "1. 5 models", "2023. 15"),
        ("1.5 models", "2023.15"),
    ),
    "PDF: a power": Document(
        drawn(
            "(of 10) Tj /F 7 Tf 4 Ts (24) Tj /F 10 Tf 0 Ts ( FLOPs, 10) Tj /F 7 Tf 4 Ts (-4) Tj 0 Ts /F 10 Tf ( more) Tj"
        ),
        "a.pdf",
        ("10 24 FLOPs", "of 10", "10-4 more", "10 -4 more"),
        ("1024 FLOPs", "10 FLOPs", "104 more"),
    ),
    "PDF: an index": Document(
        drawn("(CO) Tj /F 7 Tf -2 Ts (2) Tj 0 Ts /F 10 Tf ( of x) Tj /F 7 Tf -2 Ts (1) Tj 0 Ts /F 10 Tf (5) Tj"),
        "a.pdf",
        ("CO2 of", "of x1 5"),
        ("x15", "of x 15"),
    ),
    "HTML: a power": html(
        "<p>15<sup>2</sup> trillion of 10<sup>24</sup> FLOPs",
        ("15 2 trillion", "10 24 FLOPs"),
        ("152 trillion", "15 trillion", "1024 FLOPs"),
    ),
    "HTML: cells and lines": html(
        "<table><tr><td>Heads<td>3<td>2<tr><td>1</table>5 models<br>7",
        ("Heads 3 2", "2 1"),
        ("Heads 32", "15 models", "57"),
    ),
    "Markdown: stars between figures": markdown(
        "2**3 shards\n\n2**3 and 4**5 shards, `7**8` too",
        ("2**3 shards", "7**8", "2 3 and 4 5"),
        ("23 shards", "45 shards"),
    ),
    "Markdown: cells of a table": markdown(
        "| Heads | n |\n|---|---|\n| 3 | 2 |\n| 1 | 5 |", ("3 2", "1 5"), ("32", "15", "21")
    ),
    "Markdown: a power": markdown("trained on 15<sup>2</sup> trillion", ("15 2 trillion",), ("152 trillion",)),
    # ---- footnotes ----
    "PDF: the mark of a footnote": Document(
        drawn(
            "(on 15 trillion tokens) Tj /F 7 Tf 4 Ts (3,4) Tj /F 10 Tf 0 Ts ( of the web) Tj 0 -20 Td /F 7 Tf 4 Ts (3) Tj 0 Ts /F 10 Tf (We count) Tj"
        ),
        "a.pdf",
        ("15 trillion tokens of the web", "tokens3,4 of the web", "trillion tokens", "We count"),
        ("tokens34", "tokens 3,4,3"),
    ),
    "HTML: marks of footnotes": html(
        '<p>15 trillion tokens<sup><a href="#f">1</a></sup>. All of them<sup>[2]</sup>, at 7 of 9<sup>[3]</sup> sites',
        ("trillion tokens.", "trillion tokens1.", "All of them, at 7", "7 of 9 sites", "them[2], at"),
        ("93 sites", "tokens2"),
    ),
    "Markdown: marks of footnotes": markdown(
        "Trained on the web[^1].\n\n[^1]: Of 2024.", ("Trained on the web.", "Of 2024."), ("the web2",)
    ),
    # ---- spaces ----
    "PDF: tight lines": Document(
        pdf(["The weightsare re-", "leased to anyuser."]),
        "a.pdf",
        ("The weights are released to any user.",),
        ("to anyone",),
    ),
    "PDF: words that are drawn letter by letter": Document(
        drawn("(w) Tj 7 0 Td (e) Tj 6 0 Td (ights) Tj 40 0 Td (are) Tj 18 0 Td (open) Tj"),
        "a.pdf",
        ("weights are open",),
        ("weight are open",),
    ),
    "PDF: accents that are drawn by themselves": Document(
        drawn(r"[(Gr\264) 444 (egoire of the 3 teams, 15) 0 ( tokens) 0 (2)] TJ"),
        "a.pdf",
        ("Grégoire of the 3 teams, 15 tokens2",),
        ("Gregoire of the",),
    ),
    "PDF: text beside the page": Document(
        drawn("(The weights) Tj 900 0 Td (are open) Tj -900 -12 Td (3) Tj 700 0 Td (9) Tj -690 0 Td (2) Tj"),
        "a.pdf",
        ("The weights", "3 2"),
        ("are open", "32", "9"),
    ),
    "PDF: white letters on something": Document(
        pdf_of(b"0 g 40 690 200 30 re f BT 1 g /F 10 Tf 50 700 Td (The weights) Tj ET"), "a.pdf", ("The weights",), ()
    ),
    "PDF: two columns": Document(
        drawn(
            "(The weights are) Tj 250 0 Td (It was trained on) Tj -250 -12 Td (released.) Tj 250 0 Td (2 trillion tokens.) Tj"
        ),
        "a.pdf",
        ("The weights are", "2 trillion tokens."),
        ("weights are closed",),
    ),
    "HTML: elements within a line": html(
        "<p><b>L</b>icense: non<em>commercial</em> <span>Params</span><span>7B</span><span>Licence</span><span>Apache 2.0</span>",
        ("License: noncommercial", "Params 7B", "Licence Apache 2.0", "Apache 2.0"),
        ("commercial", "icense", "Param", "7 B"),
    ),
    "HTML: elements that touch, which a style sheet may set apart": html(
        "<p><span>3</span><span>2</span> models <b>Heads</b><b>64</b> <a>One</a><a>Two</a> <i>non</i><i>commercial</i> "
        "<i>1</i><i>.</i><i>5</i> <i>a</i><i>(b)</i><i>,</i><i>c</i> <i>모</i><i>델</i> <i>-</i><i>7</i> <i>A</i><i>100</i>",
        ("3 2 models", "Heads 64", "One Two", "non commercial", "1.5", "a(b), c", "모델", "-7", "A 100"),
        ("32 models", "2 models", "Heads64", "OneTwo", "noncommercial", "commercial", "5", "7", "A100"),
    ),
    "HTML: pictures and fields between words": html(
        "<p>un<img>limited <button>Open</button><button>Closed</button> Heads <input value=3>2",
        ("Open Closed", "Heads 2"),
        ("unlimited", "OpenClosed", "Heads2"),
    ),
    "HTML: what is struck out": html(
        "<p>weights are <del>open</del> <s>free</s> closed", ("weights are closed",), ("are open", "free")
    ),
    "Markdown: what is struck out": markdown(
        "weights are ~~open~~ closed, 1~5 of 10~20", ("weights are closed", "1~5 of 10~20"), ("are open", "15 of")
    ),
    # ---- what is before or behind the words changes them ----
    "text: a minus": Document(
        b"at -5 degrees, 2020-2024, (-0.5) and \xe2\x88\x927 of Qwen3-235B",
        "a.txt",
        ("-5 degrees", "2024", "-7 of", "235B"),
        ("5 degrees", "0.5", "7 of"),
    ),
    "text: a prefix that denies": Document(
        b"for non-commercial use, un-limited, Non-Open, pre-training data",
        "a.txt",
        ("non-commercial use", "un-limited", "training data"),
        ("commercial use", "limited", "Open"),
    ),
    "text: Korean and Chinese prefixes that deny": Document(
        "비공개 모델, 공개 코드, 상업적 이용, 비상업적 용도, 소비 전력, 不公开权重, 公开代码".encode(),
        "a.txt",
        ("비공개 모델", "공개 코드", "상업적 이용", "전력", "不公开权重", "公开代码"),
        ("공개 모델", "상업적 용도", "公开权重"),
    ),
    "text: powers with a minus": Document(
        "10^-5 rate, 2e-6 decay, 3·7 units".encode(),
        "a.txt",
        ("10^-5 rate", "2e-6 decay"),
        ("5 rate", "6 decay", "7 units"),
    ),
    "text: numbers and names with signs": Document(
        "10^24 FLOPs, 10^{25} x, 2**3 shards, 1/2 of, 3⁄4 of, 1'000 models, 1_000 units, max_new_tokens".encode(),
        "a.txt",
        ("10^24 FLOPs", "1/2 of", "1'000 models", "max_new_tokens"),
        ("24 FLOPs", "25} x", "3 shards", "2 of", "4 of", "000 models", "000 units", "tokens", "max"),
    ),
    "HTML: what is raised belongs to what is before it": html(
        "<p>10<sup>24</sup> FLOPs and the web<sup>2</sup> models",
        ("10 24 FLOPs", "the web models"),
        ("24 FLOPs", "2 models"),
    ),
    "JSON: a key and its value": Document(
        b'{"open": "weights", "closed": ["data", "code"]}',
        "a.json",
        ("weights", '"open": "weights"'),
        ("open weights", "weights closed", "data code"),
    ),
    # ---- what is not seen ----
    "HTML: what is hidden": html(
        "<p>weights are <span hidden>not</span> open<!-- and free --><script>closed</script>",
        ("weights are open",),
        ("not open", "free", "closed"),
    ),
    "Markdown: entities": markdown("R&amp;D &lt;b&gt; costs", ("R&D <b> costs",), ("R&amp;D",)),
    "Markdown: brackets within a link": markdown(
        "[Report [2024] (v2)](https://example.org/a_(b)) is [here][1].\n\n[1]: https://example.org",
        ("Report [2024] (v2) is here.",),
        ("example.org",),
    ),
    "Markdown: names with underscores and stars": markdown(
        "use max_new_tokens and `__init__`, 4 * 5 * 6, **bold**, _em_ and snake_*case*_name",
        ("use max_new_tokens and __init__, 4 * 5 * 6, bold, em and",),
        ("maxnewtokens", "4 5 6", "**bold**"),
    ),
    "Markdown: HTML, comments and code": markdown(
        "<div align=center><b>Open</b> weights</div>\n\n<!-- closed -->\n\n```\nlicense = *mit*\n```",
        ("Open weights", "license = *mit*"),
        ("closed", "license = mit"),
    ),
    "Markdown: lists": markdown(
        "1. The weights\n2. The code\n\n- with data\n- and logs",
        ("The weights The code", "2. The code", "with data and logs"),
        ("The weights 3",),
    ),
    "Markdown: metadata of a card": markdown(
        "---\nlicense: apache-2.0\n---\n# One", ("license: apache-2.0", "One"), ("license: mit",)
    ),
    # ---- characters ----
    "text: Korean that declares nothing": Document(
        "모델의 가중치는 공개되어 있다".encode("euc_kr"), "a.txt", ("가중치는 공개되어",), ("가중치는 비공개",)
    ),
    "text: Chinese that declares nothing": Document(
        "我们发布了模型权重和训练数据".encode("gb18030"), "a.txt", ("模型权重",), ("模型代码",)
    ),
    "HTML: UTF-8 that declares EUC-KR": Document(
        "<meta charset=euc-kr><p>모델의 가중치는 공개".encode(), "a.html", ("가중치는 공개",), ("가중치는 비공개",)
    ),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_what_a_page_says_is_found_and_nothing_else(case: str) -> None:
    document = DOCUMENTS[case]
    page = read_page(document.data, "", document.path)
    assert isinstance(page, Page), page
    assert page.whole
    text = page.searchable()
    assert [quote for quote in document.says if not isinstance(text.find(quote), ExactMatch)] == []
    assert [quote for quote in document.says_not if isinstance(text.find(quote), ExactMatch)] == []


@pytest.mark.parametrize("case", DOCUMENTS)
def test_all_of_a_page_can_be_quoted_as_it_is_offered(case: str) -> None:
    page = read_page(DOCUMENTS[case].data, "", DOCUMENTS[case].path)
    assert isinstance(page, Page)
    text = page.searchable()
    for line in page.text.splitlines():
        assert isinstance(text.find(join_lines(line)), ExactMatch), line


IMAGE = b"q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q"
UNKNOWN = {
    "letters that are drawings with numbers": (
        pdf_of(b"BT /F 10 Tf 50 700 Td (\1\2\3\1\2\3\1\2) Tj ET", font=WITHOUT_LETTERS),
        "a.pdf",
        "its page 1 has letters that can't be decoded",
    ),
    "letters without ink": (
        drawn("(The code) Tj 3 Tr ( and the weights) Tj"),
        "a.pdf",
        "its page 1 has text that is not shown",
    ),
    "white letters on white": (
        drawn("(The code) Tj 1 g ( and the weights) Tj"),
        "a.pdf",
        "its page 1 has text that is not shown",
    ),
    "a picture with letters that are recognised": (
        pdf_of(IMAGE + b" BT 3 Tr /F 10 Tf 50 700 Td (the weights) Tj ET"),
        "a.pdf",
        "it is a PDF without text that can be read: its page 1 is a picture",
    ),
    "a page that is a picture": (
        pdf_of(b"BT /F 10 Tf 50 700 Td (The code) Tj ET", IMAGE),
        "a.pdf",
        "its page 2 is a picture",
    ),
    "nothing but pictures": (
        pdf_of(IMAGE),
        "a.pdf",
        "it is a PDF without text that can be read: its page 1 is a picture",
    ),
    "a PDF that is cut off": (pdf(["The code"]).replace(b"%%EOF", b""), "a.pdf", "its end is missing"),
    "characters of an unknown charset": (bytes(range(0x80, 0x100)) * 3, "a.txt", "some of its characters are lost"),
    "characters that were lost before": (
        "The \ufffd\ufffd of \ufffd".encode(),
        "a.html",
        "some of its characters are lost",
    ),
    "elements without end": (b"<div>" * 2000, "a.html", "it has too many parts, or parts too deep in each other"),
    "a pointer to a file": (b"version https://git-lfs.github.com/spec/v1\n", "a.pdf", "it is only a pointer"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_cannot_be_read_is_not_said_to_be_missing(case: str) -> None:
    data, path, why = UNKNOWN[case]
    (result,) = search_quotes(ReadingJob(data, "", path, True, ("the weights",)))
    assert result.said is QuoteStatus.UNKNOWN
    assert result.why.startswith(why)
