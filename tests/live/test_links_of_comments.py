"""Links in the bot's comments lead to sections that this repository's documents have."""

from __future__ import annotations

import re

from bot.board.model.layout import GOVERNANCE
from bot.handlers.pull_request.comment import CLASSES_ANCHOR
from bot.text.anchors import heading_anchor
from tests.samples import ROOT


def test_what_a_class_of_change_needs_is_a_section_of_the_governance() -> None:
    headings = re.findall("^#+ (.*)$", (ROOT / GOVERNANCE).read_text("utf-8"), re.MULTILINE)
    assert CLASSES_ANCHOR in map(heading_anchor, headings)
