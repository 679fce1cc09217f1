"""What holds for every pull request, whatever people do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.governance.facts import Comment, Person, Review, ReviewState
from bot.governance.judgement import Case, Judgement, Kind, judge
from bot.governance.policy import ChangeClass, DeclaredPerson, Interests, Policy, needs
from tests.governance.samples import (
    ALICE,
    AUTHOR,
    BOB,
    HEAD,
    INSIDER,
    LAB,
    MAX,
    MIA,
    NOW,
    OLDER,
    OPS,
    OTHER,
    POLICY,
    READER,
    RENE,
    RITA,
    RIVAL,
    SQUASHED,
    UDO,
    UNA,
    Sample,
    declared,
    policy,
    rule,
    said,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PROPERTY = settings(deadline=None, derandomize=True, max_examples=300)

EVERYBODY = (AUTHOR, ALICE, BOB, INSIDER, MAX, MIA, OPS, READER, RENE, RITA, UDO, UNA)
DEVELOPERS = (LAB, RIVAL, OTHER)

people = st.sampled_from(EVERYBODY)
moments = st.integers(0, 400).map(lambda number: NOW - timedelta(days=50) + timedelta(hours=3 * number))
days = st.integers(-800, 100).map(lambda number: NOW.date() + timedelta(days=number))


def reviews_of(*states: ReviewState) -> SearchStrategy[Review]:
    return st.builds(
        Review,
        author=people,
        state=st.sampled_from(states),
        commit=st.sampled_from((*(HEAD,) * 6, SQUASHED, OLDER, None)),
        body=st.just(""),
        at=moments,
    )


LINES = (
    "/hold", "/unhold", "/fcp", "/recheck", "/coi none", *(f"/coi {each} I work there" for each in DEVELOPERS),
    "/concern sources", "/concern licence", "/resolve sources", "/resolve licence it is settled",
    f"/notified {LAB} https://example.org/mail", *(f"/reclassify {each}" for each in ChangeClass), "> /hold", "Thanks!",
)  # fmt: skip
comments = st.builds(
    Comment,
    id=st.integers(1, 99),
    author=people,
    body=st.sampled_from(LINES),
    at=moments,
    edited=st.sampled_from((False, False, False, True)),
    was_declaration=st.sampled_from((False, False, False, True)),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Pull requests of any kind. What is about models concerns at least one developer."""
    found = draw(st.frozensets(st.sampled_from(ChangeClass), max_size=3))
    sample = Sample(
        classes=tuple(found),
        waited=timedelta(hours=draw(st.integers(0, 500))),
        maintainers=draw(st.none() | st.integers(0, 5)),
        reviews=tuple(
            draw(st.lists(st.one_of(reviews_of(ReviewState.APPROVED), reviews_of(*ReviewState)), max_size=8))
        ),
        comments=tuple(draw(st.lists(comments, max_size=5))),
        interested=draw(st.frozensets(st.sampled_from(DEVELOPERS), min_size=1)),
        notified=draw(st.sampled_from((frozenset(), frozenset({LAB})))),
        authors=tuple(draw(st.lists(people, max_size=2))),
        authors_known=draw(st.sampled_from((True, True, False))),
        same=draw(st.sampled_from(((), (SQUASHED,)))),
        retargeted=draw(st.none() | st.integers(0, 300).map(lambda number: timedelta(hours=number))),
    )
    return sample.case


affiliated = st.lists(
    st.builds(
        lambda person, developers, end: declared(person, *developers, end=end),
        people.filter(lambda person: not person.is_bot),
        st.lists(st.sampled_from(DEVELOPERS), max_size=2, unique=True),
        st.none() | days,
    ),
    max_size=10,
    unique_by=lambda person: person.id,
)
# Also rules under which nobody's approval is needed, or from one organisation.
policies = st.builds(
    lambda known, rivals, approvals, organisations: policy(
        tuple(known),
        interests=Interests(months=12, rival_approvals=rivals),
        classes=POLICY.classes | {ChangeClass.TYPO: rule(approvals, organisations=organisations)},
    ),
    affiliated,
    st.integers(0, 1),
    st.integers(0, 2),
    st.integers(0, 3),
)


def is_no_readier(after: Judgement, before: Judgement) -> bool:
    """Whether nothing is met now that wasn't, and it isn't ready where it wasn't."""
    return unmet(before) <= unmet(after) and (before.is_ready or not after.is_ready)


def unmet(found: Judgement) -> set[Kind]:
    """What doesn't hold; but for what is only asked where somebody has approved."""
    return {one.kind for one in found.conditions if not one.met} - {Kind.AUTHORS_UNKNOWN}


@PROPERTY
@given(cases(), policies, st.lists(reviews_of(ReviewState.APPROVED), min_size=1, max_size=4))
def test_more_approvals_never_make_a_pull_request_less_ready(case: Case, rules: Policy, more: list[Review]) -> None:
    before, after = judge(case, rules), judge(replace(case, reviews=(*case.reviews, *more)), rules)
    assert is_no_readier(before, after)
    assert len(after.votes) >= len(before.votes)


@PROPERTY
@given(cases(), policies, people.filter(lambda person: not person.is_bot), st.booleans())
def test_a_conflict_never_makes_a_pull_request_more_ready(
    case: Case, rules: Policy, whom: Person, by_policy: bool
) -> None:
    conflict = min(case.interested)
    if by_policy:
        known = [one for one in rules.people if one.id == whom.id]
        kept = [each for one in known for each in one.affiliations]
        more = DeclaredPerson(
            id=whom.id,
            login=whom.login,
            declared=date(2026, 11, 21),
            affiliations=(*kept, *declared(whom, conflict).affiliations),
        )
        # Where somebody belongs to the developer who is to be told, the bot names them: that is what being told means.
        assume(conflict not in case.notified)
        others = tuple(one for one in rules.people if one.id != whom.id)
        after = judge(case, policy((*others, more), interests=rules.interests, classes=rules.classes))
    else:
        after = judge(replace(case, comments=(*case.comments, said(whom, f"/coi {conflict}"))), rules)
    before = judge(case, rules)
    assert is_no_readier(after, before)
    assert len(after.votes) <= len(before.votes)


@PROPERTY
@given(cases(), policies, st.integers(0, 20_000))
def test_time_alone_never_makes_a_pull_request_less_ready(case: Case, rules: Policy, hours: int) -> None:
    before, after = judge(case, rules), judge(replace(case, now=case.now + timedelta(hours=hours)), rules)
    assert is_no_readier(before, after)


@PROPERTY
@given(cases(), policies)
def test_what_only_waits_is_ready_at_the_last_moment_that_is_named(case: Case, rules: Policy) -> None:
    found = judge(case, rules)
    for _ in range(5):
        if (moment := found.next_moment) is None:
            break
        assert moment > case.now
        case = replace(case, now=moment)
        found = judge(case, rules)
    assert found.next_moment is None


@PROPERTY
@given(cases(), policies, people, st.sampled_from((OLDER, None)))
def test_an_approval_of_an_older_commit_changes_nothing(
    case: Case, rules: Policy, whom: Person, commit: str | None
) -> None:
    # Whoever had asked for changes takes that back by any approval.
    assume(all(one.state is not ReviewState.CHANGES_REQUESTED for one in case.reviews if one.author == whom))
    late = Review(whom, ReviewState.APPROVED, commit, "", NOW)
    before, after = judge(case, rules), judge(replace(case, reviews=(*case.reviews, late)), rules)
    assert (after.conditions, after.votes) == (before.conditions, before.votes)


@PROPERTY
@given(cases(), policies, st.data())
def test_the_order_of_unrelated_comments_does_not_matter(case: Case, rules: Policy, data: st.DataObject) -> None:
    independent = [
        said(UNA, "/coi none"),
        said(UDO, f"/coi {LAB}"),
        said(BOB, "/concern data"),
        said(RITA, f"/notified {LAB} https://example.org/mail"),
        said(READER, "/hold"),
        said(AUTHOR, "> /hold\n\nThanks!"),
    ]
    first = judge(replace(case, comments=tuple(independent)), rules)
    mixed = tuple(data.draw(st.permutations(independent)))
    second = judge(replace(case, comments=mixed), rules)
    assert (first.conditions, first.votes, first.discounts) == (second.conditions, second.votes, second.discounts)


@PROPERTY
@given(cases(), policies, st.integers(0, 5), people)
def test_idle_talk_changes_nothing(case: Case, rules: Policy, at: int, whom: Person) -> None:
    talk = said(whom, "Thanks! As I wrote: /hold\n\n    /hold\n\n`/concern`")
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
@given(cases(), policies, st.sampled_from(ChangeClass))
def test_one_more_class_never_makes_a_pull_request_more_ready(case: Case, rules: Policy, more: ChangeClass) -> None:
    assume(case.classes or not more)
    found = case.classes | {more}
    graver = replace(case, classes=found, place=replace(case.place, found=found))
    assert is_no_readier(judge(graver, rules), judge(case, rules))


@PROPERTY
@given(cases(), policies)
def test_judging_the_same_twice_gives_the_same(case: Case, rules: Policy) -> None:
    again = policy(rules.people, interests=rules.interests, classes=rules.classes)
    assert judge(case, rules) == judge(case, rules) == judge(case, again)


@PROPERTY
@given(cases(), policies)
def test_nobody_counts_who_wrote_it_or_is_a_bot_or_has_a_conflict(case: Case, rules: Policy) -> None:
    found = judge(case, rules)
    for vote in found.votes:
        assert vote.person.id not in case.authors | {case.author.id}
        assert not vote.person.is_bot
        assert not (vote.interests or frozenset()) & case.interested
        assert case.roles[vote.person.id].is_reviewer
    assert sum(bool(vote.interests) for vote in found.votes) <= rules.interests.rival_approvals
    assert len({vote.person.id for vote in found.votes}) == len(found.votes)
