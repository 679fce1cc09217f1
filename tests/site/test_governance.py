"""The table of the policy in GOVERNANCE.md: the same as governance.yml, and no text in that can break it."""

from __future__ import annotations

import pytest

from bot.board.model.policy import ChangeClass, Policy
from bot.board.reading.document import read_policy
from bot.site.governance import policy_section
from tests.samples import DATA
from tests.site.page import rendered

TEXT = (DATA / "governance.yml").read_text("utf-8")


def policy(*edits: tuple[str, str]) -> Policy:
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    read = read_policy("governance.yml", text.encode()).value
    assert read is not None
    return read


def rows(read: Policy) -> dict[str, list[str]]:
    """Return the cells of each class's row as readers see them, by the class's name."""
    shown = rendered(policy_section(read)).rows[1:]
    assert len(shown) == len(ChangeClass)
    return dict(zip(ChangeClass, shown, strict=True))


def test_each_class_has_a_row_in_the_order_of_severity() -> None:
    for name, cells in rows(policy()).items():
        assert name in cells[0]
        assert policy().classes[ChangeClass(name)].title in cells[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("typo", ["1 reviewer", "–", "–", "–"]),
        ("code", ["1 maintainer", "–", "–", "–"]),
        ("evidence", ["1 reviewer", "–", "24 hours", "–"]),
        ("new-model", ["2 reviewers", "2", "72 hours (3 days)", "–"]),
        ("raised", ["2 reviewers", "2", "72 hours (3 days)", "–"]),
        ("lowered", ["2 reviewers", "2", "168 hours (7 days)", "the developer is told"]),
        ("not-applicable", ["2 reviewers", "2", "168 hours (7 days)", "the developer is told"]),
        ("rubric", ["a majority of the maintainers", "–", "–", "final comment period of 10 days"]),
        ("governance", ["two thirds of the maintainers", "–", "–", "final comment period of 14 days"]),
    ],
)
def test_a_row_shows_what_the_class_needs(name: str, expected: list[str]) -> None:
    assert rows(policy())[name][2:] == expected


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("months: 12", "months: 1"), "no more than 1 month ago"),
        (("rival_approvals: 1", "rival_approvals: 0"), "At most 0 approvals by people of rival developers count."),
        (("  maintainers: 3", "  maintainers: 5"), "fewer than 5 maintainers, 1 approval is enough"),
        (("wait_factor: 2", "wait_factor: 3"), "3 times as long"),
        (("wait_factor: 2", "wait_factor: 1"), "from whichever organisation. What is merged meanwhile is provisional."),
        (("reply_days: 14", "reply_days: 10"), "The developer has 10 days to reply"),
        (("panel: 3", "panel: 5"), "A panel of 5 decides"),
        (("return_days: 21", "return_days: 1"), "can return after 1 day."),
        (("wait_hours: 24", "wait_hours: 36"), "| 36 hours |"),
        (("version: 1.0.0", "version: 1.2.0"), "version 1"),
    ],
)
def test_every_number_comes_from_the_policy(edit: tuple[str, str], expected: str) -> None:
    assert expected in policy_section(policy(edit))


def test_texts_of_the_policy_cannot_break_the_table() -> None:
    hostile = "a | b <img src=x> [c](https://example.org) @example\\n"
    read = policy(("title: typo or metadata", f'title: "{hostile}"'))
    section = policy_section(read)
    assert len(rendered(section).rows) == len(ChangeClass) + 1
    assert "<img" not in section
    assert "[c](" not in section


def test_the_table_can_be_korean() -> None:
    section = policy_section(policy(), "ko")
    assert "| 검토자 2명 | 2 | 168시간 (7일) | 개발사에 알림 |" in section
    assert "- **이의 제기.** 개발사는 14일 안에 답할 수 있습니다." in section
