"""Accounts in the policy: ids stay, logins change hands, and nobody is mentioned who may be a stranger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.board.model.policy import Affiliation, ChangeClass, DeclaredPerson
from bot.board.ranking.change import ChangeKind
from bot.github.facts import Person
from bot.governance.judgement import ConditionKind, judge
from bot.handlers.pull_request.accounts import (
    MOST_ACCOUNTS,
    DeclaredAccount,
    account_problems,
    already_mentioned,
    declared_anew,
)
from bot.handlers.pull_request.case import EffectHistory, build_review_case
from bot.handlers.pull_request.comment import as_comment
from tests.handlers.pull_request.samples import ALONE, NOW, POLICY, RULES, facts
from tests.handlers.pull_request.test_classes import LOWER, changing, model, policy_that_tells
from tests.handlers.pull_request.test_comment import report

DAY = date(2026, 1, 1)
ONE, TWO = (
    DeclaredPerson(
        id=number,
        login=login,
        declared=DAY,
        affiliations=(Affiliation.model_validate({"developer": "example", "from": DAY}),),
    )
    for number, login in ((777001, "example-insider"), (777002, "example-other"))
)
TEXT = "people:\n  - id: 777001\n    login: example-insider\n  - id: 777002\n    login: 'example-other'\n"


def test_only_accounts_that_the_base_does_not_name_so_are_compared() -> None:
    before = POLICY.model_copy(update={"people": (ONE,)})
    after = POLICY.model_copy(update={"people": (ONE, TWO)})
    assert declared_anew(before, after, TEXT) == (DeclaredAccount(777002, "example-other", 5),)
    renamed = POLICY.model_copy(update={"people": (ONE.model_copy(update={"login": "example-renamed"}),)})
    assert declared_anew(before, renamed, "") == (DeclaredAccount(777001, "example-renamed", 1),)
    assert declared_anew(before, None, TEXT) == ()


@pytest.mark.parametrize(
    ("present", "rules"),
    [
        ("example-insider", []),
        ("Example-Insider", []),
        ("example-stranger", ["login-of-another"]),
        (None, ["unknown-account"]),
    ],
)
def test_id_and_login_have_to_belong_together(present: str | None, rules: list[str]) -> None:
    found = list(account_problems([DeclaredAccount(777001, "example-insider", 3)], {777001: present}))
    assert [(one.rule, one.path, one.line) for one in found] == [(rule, "governance.yml", 3) for rule in rules]


def test_an_account_that_was_not_looked_up_is_refused() -> None:
    many = [DeclaredAccount(number, f"example-{number}", 1) for number in range(1, MOST_ACCOUNTS + 3)]
    logins: dict[int, str | None] = {one.id: one.login for one in many[:MOST_ACCOUNTS]}
    assert [one.rule for one in account_problems(many, logins)] == ["too-many-accounts"]


@pytest.mark.parametrize(
    ("comment", "known"),
    [
        ("For your information, as their developer: @example-insider.", {777001: "example-insider"}),
        ("For your information, as their developer: @someone, @Example-Insider.", {777001: "example-insider"}),
        ("For your information, as their developer: @example-insider-2.", {}),
        ("- For your information, as their developer: @example-insider.", {}),
        ("@example-insider", {}),
    ],
)
def test_only_who_the_bot_mentioned_already_is_not_looked_up(comment: str, known: dict[int, str]) -> None:
    assert already_mentioned([f"Text.\n\n{comment}\n"], [Person(777001, "example-insider")]) == known


@pytest.mark.parametrize(
    ("login", "mentioned", "said", "is_told"),
    [
        ("example-insider", "@example-insider", "", True),
        ("EXAMPLE-insider", "@EXAMPLE-insider", "", True),
        ("example-renamed", "@example-renamed", "correct the `login` there", True),
        (None, "", "remove the person there, and tell the developer", False),
    ],
)
def test_nobody_is_mentioned_by_a_login_that_is_a_strangers(
    login: str | None, mentioned: str, said: str, *, is_told: bool
) -> None:
    policy = policy_that_tells(ChangeClass.LOWERED).model_copy(update={"people": (ONE,)})
    found = replace(changing(model(ChangeKind.RATINGS, ratings=(LOWER,))), rules=replace(RULES, policy=policy))
    case = build_review_case(facts(), found, NOW, EffectHistory(NOW), ALONE)
    assert [one.login for one in judge(case, policy).mentions] == ["example-insider"]
    judgement = judge(replace(case, logins={777001: login}), policy)
    text = as_comment(report(judgement=judgement, rules=replace(RULES, policy=policy)))
    assert [word for word in text.replace(".", " ").split() if word.startswith("@")] == [mentioned] * bool(mentioned)
    assert said in text
    assert ("Another person may have that login today." in text) == bool(said)
    (told,) = (one for one in judgement.conditions if one.kind is ConditionKind.NOTIFIED)
    assert told.met is is_told
