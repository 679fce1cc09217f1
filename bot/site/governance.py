"""The policy in GOVERNANCE.md: a table of what each class of changes needs, and a list of the other numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.policy import ChangeClass
from bot.text.catalogue import SOURCE
from bot.text.templates import render

if TYPE_CHECKING:
    from bot.board.model.policy import Policy


def policy_section(policy: Policy, language: str = SOURCE) -> str:
    """Return the text between the markers in GOVERNANCE.md."""
    classes = [(each.value, policy.classes[each]) for each in ChangeClass]
    return render("site/policy.md.j2", language, classes=classes, policy=policy)
