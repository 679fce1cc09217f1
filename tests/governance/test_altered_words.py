"""Words of reviewers that somebody else edited, and objections of people whose role isn't known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.governance.judgement import ConditionKind, judge
from tests.governance.samples import AN_HOUR, AUTHOR, BOB, CAROL, MAX, MIA, NOW, OPS, READER, Sample, comment

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.github.facts import Comment, Person

GHOST_EDITOR = replace(comment(READER, ""), body="").author._replace(id=10137, login="ghost")


def altered(author: Person, editor: Person, ago: timedelta = AN_HOUR, body: str = "Looks good.") -> Comment:
    """Return a comment of five hours ago that somebody edited since."""
    return replace(comment(author, body, 5 * AN_HOUR), edited_at=NOW - ago, editor=editor)


def unmet(*comments: Comment) -> list[tuple[ConditionKind, tuple[str, ...]]]:
    sample = Sample(comments=comments)
    return [(one.kind, one.people) for one in judge(sample.case, sample.policy).conditions if not one.met]


IS_ALTERED = [(ConditionKind.ALTERED_WORDS, (MIA.login, BOB.login))]
CASES = {
    "by another reviewer": (True, [altered(MIA, BOB)]),
    "by its author": (False, [altered(MIA, MIA)]),
    "of somebody who reads": (False, [altered(READER, BOB)]),
    "of a bot": (False, [altered(OPS, BOB)]),
    "its author has spoken before": (True, [comment(MIA, "Hello", 2 * AN_HOUR), altered(MIA, BOB)]),
    "its author has spoken since": (False, [altered(MIA, BOB), comment(MIA, "It was nothing.", AN_HOUR / 2)]),
    "somebody else has spoken since": (True, [altered(MIA, BOB), comment(CAROL, "It was nothing.", AN_HOUR / 2)]),
    "edited again since its author spoke": (
        True, [altered(MIA, BOB), comment(MIA, "It was nothing.", 2 * AN_HOUR), altered(MIA, BOB, AN_HOUR)],
    ),
    "a maintainer ends it": (False, [altered(MIA, BOB), comment(MAX, "/unhold", AN_HOUR / 2)]),
    "a maintainer said /unhold before": (True, [altered(MIA, BOB), comment(MAX, "/unhold", 2 * AN_HOUR)]),
    "a reviewer can't end it": (True, [altered(MIA, BOB), comment(CAROL, "/unhold", AN_HOUR / 2)]),
}  # fmt: skip


@pytest.mark.parametrize(("is_altered", "comments"), CASES.values(), ids=CASES)
def test_words_that_somebody_else_edited_stop_the_merge(is_altered: bool, comments: list[Comment]) -> None:
    assert unmet(*comments) == (IS_ALTERED if is_altered else [])


def test_who_edited_them_does_not_say_that_they_no_longer_matter() -> None:
    said = [altered(BOB, MIA), comment(MIA, "/unhold", AN_HOUR / 2)]
    assert unmet(*said) == [(ConditionKind.ALTERED_WORDS, (BOB.login, MIA.login))]


def test_the_author_of_the_change_does_not_end_it() -> None:
    sample = Sample(comments=(altered(MIA, BOB), comment(AUTHOR, "/unhold", AN_HOUR / 2)))
    roles = {**sample.case.roles, AUTHOR.id: sample.case.roles[MAX.id]}
    case = replace(sample.case, roles=roles, context=replace(sample.case.context, authors=frozenset({AUTHOR.id})))
    assert [one.kind for one in judge(case, sample.policy).conditions if not one.met] == [ConditionKind.ALTERED_WORDS]


def test_an_editor_whose_account_is_gone_is_somebody_else() -> None:
    assert unmet(altered(MIA, GHOST_EDITOR)) == [(ConditionKind.ALTERED_WORDS, (MIA.login, "ghost"))]


def test_commands_that_somebody_else_wrote_into_a_comment_do_nothing() -> None:
    assert unmet(altered(MIA, BOB, body="/hold")) == IS_ALTERED


@pytest.mark.parametrize("classes", [(), ("typo",), ("raised",)])
def test_an_objection_of_somebody_whose_role_is_not_known_stops_the_merge(classes: tuple[str, ...]) -> None:
    sample = Sample(classes=classes)
    case = replace(sample.case, unknown_roles=(READER,))
    found = judge(case, sample.policy)
    assert not found.is_ready
    assert [(one.kind, one.people) for one in found.conditions if not one.met] == [
        (ConditionKind.ROLES_UNKNOWN, (READER.login,))
    ]
