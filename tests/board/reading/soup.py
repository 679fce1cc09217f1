"""What a reader may be given: any bytes, YAML-like nonsense, and valid files with a few changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.board.reading.golden import BASE, FIRST
from tests.samples import DATA

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

VALID = [(BASE / FIRST).read_text("utf-8"), (DATA / "assessments/example-college/aster.yaml").read_text("utf-8")]

# fmt: off
PIECES = [
    "[", "]", "{", "}", ":", ": ", ",", "- ", "-", "? ", "&a ", "*a", "!", "!!str ", "#", " #", "%", "|", ">", "'", '"',
    "\\", "\n", "\n  ", "\n    ", " ", "  ", "\t", "@", "`", "---", "...", "<<: ", "é", "가", "\u00a0", "\u0085", "\u2028",
    "\u202e", "\ue000", "\ufeff", "\0", "\x07", "\r", "\r\n", "~", "null", "yes", "1", "1e3", "0o7", ".nan", "a",
    "model: ", "ratings:\n", "level: open", "\\u202e", "\\t", "\\x", "\\U00110000", "\\ud800", "2026-11-20",
]
# fmt: on
soup = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@st.composite
def changed(draw: st.DrawFn) -> str:
    """Draw a valid file with up to three places overwritten."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[start + draw(st.integers(0, 20)) :]
    return text


texts: SearchStrategy[str] = st.one_of(soup, changed())
anything: SearchStrategy[bytes] = st.one_of(st.binary(max_size=300), texts.map(str.encode))
