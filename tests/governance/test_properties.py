"""Properties of every pull request, whatever people do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, TypeVar

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.board.model.policy import ChangeClass, DeclaredPerson, Interests, Policy, needs
from bot.github.facts import Comment, Person, Review, ReviewState, StatusRecord, StatusState
from bot.governance.effect_history import judgements
from bot.governance.judgement import ConditionKind, Judgement, LinkNeeds, ReviewCase, judge
from tests.governance.samples import (
    ALICE,
    AUTHOR,
    BOB,
    EFFECT,
    HEAD,
    INSIDER,
    LAB,
    LINK,
    MAX,
    MIA,
    NOW,
    OLDER,
    OPS,
    OTHER,
    OTHER_EFFECT,
    POLICY,
    READER,
    RENE,
    RITA,
    RIVAL,
    SQUASHED,
    UDO,
    UNA,
    Sample,
    comment,
    declared,
    next_due,
    policy,
    record,
    rule,
)
from tests.thorough import examples

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Thing = TypeVar("Thing")

# Pull requests are made from one number each: put together piece by piece by hypothesis they would take minutes.
PROPERTY = settings(
    deadline=None, derandomize=True, max_examples=examples(500), suppress_health_check=list(HealthCheck)
)

EVERYBODY = (AUTHOR, ALICE, BOB, INSIDER, MAX, MIA, OPS, READER, RENE, RITA, UDO, UNA)
PEOPLE = tuple(person for person in EVERYBODY if not person.is_bot)
DEVELOPERS = (LAB, RIVAL, OTHER)
APPROVED = ReviewState.APPROVED
LINES = (
    "/hold", "/unhold", "/fcp", "/fcp", "/recheck", "/coi none", *(f"/coi {each} I work there" for each in DEVELOPERS),
    "/concern sources", "/concern licence", "/resolve sources", "/resolve licence it is settled",
    f"/notified {LAB} https://example.org/mail", *(f"/reclassify {each}" for each in ChangeClass), "> /hold", "Thanks!",
    f"/seen {LINK}", f"/seen {LINK}/other",
)  # fmt: skip


def seeded(number: int) -> Random:
    """Return a random generator with this seed."""
    return Random(number)  # nothing secret is made of it


def some(chance: Random, things: Sequence[Thing], most: int) -> list[Thing]:
    """Draw at most `most` of these, with repetition."""
    return chance.choices(things, k=chance.randint(0, most))


def a_moment(chance: Random) -> datetime:
    return NOW - timedelta(hours=chance.randint(0, 1200))


def a_review(chance: Random, *states: ReviewState) -> Review:
    commit = chance.choice((*(HEAD,) * 6, SQUASHED, OLDER, None))
    return Review(chance.choice(EVERYBODY), chance.choice(states), commit, "", a_moment(chance))


def a_comment(chance: Random) -> Comment:
    author, at, edited = chance.choice((MIA, MAX, *EVERYBODY)), a_moment(chance), chance.random() < 0.1
    return Comment(
        id=1,
        author=author,
        body=chance.choice(LINES),
        at=at,
        edited_at=at if edited else None,
        editor=author if edited else None,
        was_declaration=chance.random() < 0.05,
    )


def some_records(chance: Random) -> tuple[StatusRecord, ...]:
    """Draw the effects on record of a commit, mostly the present one."""
    kinds = ((EFFECT, "PENDING"), (EFFECT, "SUCCESS"), (OTHER_EFFECT, "PENDING"), ("", "FAILURE"), ("", "ERROR"))
    drawn = [
        record(timedelta(hours=chance.randint(0, 1200)), *chance.choice(kinds))
        for _ in range(chance.choice((0, 0, 1, 3)))
    ]
    return tuple(sorted(drawn))


def a_case(number: int) -> ReviewCase:
    """Return a pull request of any kind. What is about models concerns at least one developer."""
    chance = seeded(number)
    return Sample(
        classes=tuple(dict.fromkeys(some(chance, list(ChangeClass), 3))),
        waited=timedelta(hours=chance.randint(0, 1200)),
        maintainers=chance.choice((None, 1, 2, 3, 3, 4, 5)),
        reviews=tuple(
            a_review(chance, *chance.choice(((APPROVED,), tuple(ReviewState)))) for _ in range(chance.randint(0, 8))
        ),
        comments=tuple(a_comment(chance) for _ in range(chance.choice((0, 1, 1, 2, 3, 5)))),
        interested=frozenset((LAB, *some(chance, DEVELOPERS, 1))),
        notified=chance.choice((frozenset(), frozenset({LAB}))),
        authors=tuple(some(chance, EVERYBODY, 2)),
        authors_known=chance.random() < 0.8,
        same=chance.choice(((), (SQUASHED,))),
        records=some_records(chance),
        former_records=some_records(chance),
        retargeted=chance.choice((None, timedelta(hours=chance.randint(0, 1200)))),
        links=chance.choice((None, None, LinkNeeds(chance.random() < 0.7, frozenset(some(chance, (LINK,), 1))))),
    ).case


def a_policy(number: int) -> Policy:
    """Draw a policy with any people, and also with rules that need no approval, or only one organisation."""
    chance = seeded(number)
    return policy(
        tuple(
            declared(
                person,
                *dict.fromkeys(some(chance, DEVELOPERS, 2)),
                end=chance.choice(
                    (
                        None,
                        NOW.date() + timedelta(days=chance.choice((chance.randint(-400, 40), chance.randint(-40, 40)))),
                    )
                ),
            )
            for person in chance.sample(PEOPLE, chance.randint(0, len(PEOPLE)))
        ),
        interests=Interests(months=12, rival_approvals=chance.randint(0, 1)),
        classes=POLICY.classes
        | {ChangeClass.TYPO: rule(chance.randint(0, 2), organisations=chance.choice((0, 0, 1, 2, 3)))},
    )


def more_of(number: int) -> list[Review]:
    """Draw one to three approvals."""
    chance = seeded(number)
    return [a_review(chance, APPROVED) for _ in range(chance.randint(1, 3))]


numbers = st.integers(0, 10**9)
cases, more_approvals = numbers.map(a_case), numbers.map(more_of)
policies = st.sampled_from([a_policy(number) for number in range(100)])


def is_no_readier(after: Judgement, before: Judgement) -> bool:
    """Return whether nothing is met or ready now that wasn't before."""
    return unmet(before) <= unmet(after) and (before.is_ready or not after.is_ready)


def unmet(found: Judgement) -> set[ConditionKind]:
    """Return the conditions that aren't met, without those that only apply where somebody has approved."""
    return {one.kind for one in found.conditions if not one.met} - {ConditionKind.AUTHORS_UNKNOWN}


@PROPERTY
@given(cases, policies, more_approvals)
def test_more_approvals_never_make_a_pull_request_less_ready(
    case: ReviewCase, rules: Policy, more: list[Review]
) -> None:
    before, after = judge(case, rules), judge(replace(case, reviews=(*case.reviews, *more)), rules)
    assert is_no_readier(before, after)
    assert len(after.votes) >= len(before.votes)


@PROPERTY
@given(cases, policies, st.sampled_from(PEOPLE), st.booleans())
def test_a_conflict_never_makes_a_pull_request_more_ready(
    case: ReviewCase, rules: Policy, whom: Person, by_policy: bool
) -> None:
    conflict = min(case.interested)
    before = judge(case, rules)
    if by_policy:
        known = [one for one in rules.people if one.id == whom.id]
        kept = [each for one in known for each in one.affiliations]
        more = DeclaredPerson(
            id=whom.id,
            login=whom.login,
            declared=date(2026, 11, 21),
            affiliations=(*kept, *declared(whom, conflict).affiliations),
        )
        # If somebody belongs to the developer to notify, the bot mentions them: that is the notification.
        assume(all(conflict not in condition.developers for condition in before.conditions))
        others = tuple(one for one in rules.people if one.id != whom.id)
        after = judge(case, policy((*others, more), interests=rules.interests, classes=rules.classes))
    else:
        after = judge(replace(case, comments=(*case.comments, comment(whom, f"/coi {conflict}"))), rules)
    assert is_no_readier(after, before)
    assert len(after.votes) <= len(before.votes)


@PROPERTY
@given(cases, policies, st.integers(0, 20_000))
def test_time_alone_never_makes_a_pull_request_less_ready(case: ReviewCase, rules: Policy, hours: int) -> None:
    before, after = judge(case, rules), judge(replace(case, now=case.now + timedelta(hours=hours)), rules)
    assert is_no_readier(before, after)


@PROPERTY
@given(cases, policies)
def test_what_only_waits_is_ready_at_the_last_moment_that_is_named(case: ReviewCase, rules: Policy) -> None:
    found = judge(case, rules)
    for _ in range(5):
        if (moment := next_due(found)) is None:
            break
        assert moment > case.now
        case = replace(case, now=moment)
        found = judge(case, rules)
    assert next_due(found) is None


@PROPERTY
@given(cases, policies, st.sampled_from(EVERYBODY), st.sampled_from((OLDER, None)))
def test_an_approval_of_an_older_commit_changes_nothing(
    case: ReviewCase, rules: Policy, whom: Person, commit: str | None
) -> None:
    # Whoever had asked for changes takes that back by any approval.
    assume(all(one.state is not ReviewState.CHANGES_REQUESTED for one in case.reviews if one.author == whom))
    late = Review(whom, ReviewState.APPROVED, commit, "", NOW)
    before, after = judge(case, rules), judge(replace(case, reviews=(*case.reviews, late)), rules)
    assert (after.conditions, after.votes) == (before.conditions, before.votes)


@PROPERTY
@given(cases, policies, st.data())
def test_the_order_of_unrelated_comments_does_not_matter(case: ReviewCase, rules: Policy, data: st.DataObject) -> None:
    independent = [
        comment(UNA, "/coi none"),
        comment(UDO, f"/coi {LAB}"),
        comment(BOB, "/concern data"),
        comment(RITA, f"/notified {LAB} https://example.org/mail"),
        comment(READER, "/hold"),
        comment(AUTHOR, "> /hold\n\nThanks!"),
    ]
    first = judge(replace(case, comments=tuple(independent)), rules)
    mixed = tuple(data.draw(st.permutations(independent)))
    second = judge(replace(case, comments=mixed), rules)
    assert (first.conditions, first.votes, first.discounts) == (second.conditions, second.votes, second.discounts)


@PROPERTY
@given(cases, policies, st.integers(0, 5), st.sampled_from(EVERYBODY))
def test_idle_talk_changes_nothing(case: ReviewCase, rules: Policy, at: int, whom: Person) -> None:
    talk = comment(whom, "Thanks! As I wrote: /hold\n\n    /hold\n\n`/concern`")
    before = judge(case, rules)
    after = judge(replace(case, comments=(*case.comments[:at], talk, *case.comments[at:])), rules)
    assert before == after


@PROPERTY
@given(st.frozensets(st.sampled_from(ChangeClass)), st.sampled_from(ChangeClass), st.none() | st.integers(0, 9))
def test_one_more_class_never_needs_less(
    found: frozenset[ChangeClass], more: ChangeClass, maintainers: int | None
) -> None:
    less, all_of_it = needs(POLICY, found, maintainers), needs(POLICY, found | {more}, maintainers)
    assert all_of_it.approvals is None or (less.approvals is not None and all_of_it.approvals >= less.approvals)
    assert all_of_it.approvers >= less.approvers or all_of_it.approvers == "maintainers"
    assert all_of_it.organisations >= less.organisations
    assert all_of_it.wait_hours >= less.wait_hours
    assert all_of_it.final_comment_days >= less.final_comment_days
    assert all_of_it.notify_developer >= less.notify_developer


@PROPERTY
@given(cases, policies, st.sampled_from(ChangeClass))
def test_one_more_class_never_makes_a_pull_request_more_ready(
    case: ReviewCase, rules: Policy, more: ChangeClass
) -> None:
    assume(case.classes or not more)
    found = case.classes | {more}
    telling = rules.classes[more].notify_developer
    told = case.notified | {model.partition("/")[0] for model in case.models} if telling else case.notified
    graver = replace(case, classes=found, notified=told, context=replace(case.context, found=found))
    assert is_no_readier(judge(graver, rules), judge(case, rules))


@PROPERTY
@given(cases, policies)
def test_another_effect_never_makes_a_pull_request_more_ready(case: ReviewCase, rules: Policy) -> None:
    new = StatusRecord(case.now, StatusState.PENDING, "a" * 20)
    records = {commit: (*known, new) for commit, known in case.records.items()}
    after = replace(case, effect=new.effect, since=case.now, changed=True, records=records)
    # Where no effect was on record, an approval counts for the first one that is.
    assume(all(judgements(known) for known in case.records.values()))
    assert is_no_readier(judge(after, rules), judge(case, rules))


@PROPERTY
@given(cases, policies)
def test_what_nobody_knows_gets_no_approval(case: ReviewCase, rules: Policy) -> None:
    assert judge(replace(case, effect=""), rules).votes == ()


@PROPERTY
@given(cases, policies)
def test_judging_the_same_twice_gives_the_same(case: ReviewCase, rules: Policy) -> None:
    again = policy(rules.people, interests=rules.interests, classes=rules.classes)
    assert judge(case, rules) == judge(case, rules) == judge(case, again)


@PROPERTY
@given(cases, policies)
def test_nobody_counts_who_wrote_it_or_is_a_bot_or_has_a_conflict(case: ReviewCase, rules: Policy) -> None:
    found = judge(case, rules)
    for vote in found.votes:
        assert vote.person.id not in case.authors | {case.author.id}
        assert not vote.person.is_bot
        assert not (vote.interests or frozenset()) & case.interested
        assert case.roles[vote.person.id].is_reviewer
    assert sum(bool(vote.interests) for vote in found.votes) <= rules.interests.rival_approvals
    assert len({vote.person.id for vote in found.votes}) == len(found.votes)
