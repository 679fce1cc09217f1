"""Whether a pull request may be merged: each class, each boundary, each way to cheat."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.board.model.policy import ChangeClass
from bot.governance.judgement import ConditionKind, Discount, DiscountReason, LinkNeeds, Vote, judge
from tests.governance.samples import (
    ALICE,
    AUTHOR,
    BOB,
    CAROL,
    INSIDER,
    LAB,
    LINK,
    MAX,
    MAY,
    MEI,
    MIA,
    MOE,
    NOW,
    OLDER,
    OPS,
    OTHER,
    OTHER_EFFECT,
    PEOPLE,
    POLICY,
    READER,
    RENE,
    RITA,
    RIVAL,
    SQUASHED,
    STRANGER,
    TRIAGER,
    UDO,
    UNA,
    Sample,
    approvals,
    comment,
    declared,
    hours,
    next_due,
    policy,
    record,
    review,
    rule,
)

if TYPE_CHECKING:
    from bot.github.facts import Person


@dataclass(frozen=True)
class Row:
    """Differences from the sample, the kinds of conditions that they leave unmet, and who counts or doesn't."""

    facts: dict[str, Any]
    unmet: str = ""
    counted: tuple[Person, ...] | None = None
    discounted: dict[Person, DiscountReason] = field(default_factory=dict)


def row(unmet: str = "", counted: tuple[Person, ...] | None = None, **facts: Any) -> Row:
    """Return the conditions that aren't met; none means that it is ready."""
    return Row(facts, unmet, counted)


def cheat(*discounted: tuple[Person, DiscountReason], unmet: str = "approvals organisations", **facts: Any) -> Row:
    """Return a case in which one of two approvals doesn't count, for a reason."""
    return Row(facts, unmet, None, dict(discounted))


def lowered(unmet: str = "", **facts: Any) -> Row:
    """Return the facts of a lowered rating whose developer has no declared people, but was notified by a reviewer."""
    notified = {"comments": (comment(BOB, f"/notified {LAB} https://example.org/mail"),), "people": NOBODY_OF_THE_LAB}
    return Row({"classes": ("lowered",), "notified": frozenset({LAB}), **notified, **facts}, unmet)


def by_maintainers(change: str, of: int | None, days: timedelta, *people: Person, unmet: str = "") -> Row:
    """Return the facts of a change that maintainers decide, with a final comment period begun so long ago."""
    facts = {"classes": (change,), "maintainers": of, "reviews": approvals(*people), "waited": timedelta(days=50)}
    return Row(facts | {"comments": (comment(MIA, "/fcp", days),)}, unmet)


NEAR = hours(0, 1)
RUBRIC_OVER, GOVERNANCE_OVER = timedelta(days=10), timedelta(days=14)
A_YEAR_AGO, A_DAY_LONGER_AGO = date(2026, 3, 31), date(2026, 3, 30)
NOBODY_OF_THE_LAB = tuple(person for person in PEOPLE if person.id != INSIDER.id)


def of_insider(*bodies: str, **changes: Any) -> dict[str, Any]:
    """Return facts with an approval of the model's developer, which only these comments reveal, not the policy."""
    comments = tuple(comment(INSIDER, body, **changes) for body in bodies)
    return {"reviews": approvals(ALICE, INSIDER), "people": NOBODY_OF_THE_LAB, "comments": comments}


def who_left(last: date) -> dict[str, Any]:
    """Return facts with an approval of somebody who worked for the model's developer until that day."""
    return {"reviews": approvals(ALICE, INSIDER), "people": (*NOBODY_OF_THE_LAB, declared(INSIDER, LAB, end=last))}


def held(*bodies: str, by: Person = MIA, **changes: Any) -> dict[str, Any]:
    """Return facts with comments of one person, by default a maintainer."""
    return {"comments": tuple(comment(by, body, **changes) for body in bodies)}


NO_LINKS, TO_SEE = frozenset[str](), frozenset({LINK})
CASES: dict[str, Row] = {
    # ---- links
    "links that are being checked": row("links", links=LinkNeeds(False, NO_LINKS)),
    "links that are all fine": row(links=LinkNeeds(True, NO_LINKS)),
    "a page that nobody has looked at": row("links", links=LinkNeeds(True, TO_SEE)),
    "a page that a reviewer has looked at": row(**held(f"/seen {LINK}", by=BOB), links=LinkNeeds(True, TO_SEE)),
    "a page that a reader has looked at": row(
        "links", **held(f"/seen {LINK}", by=READER), links=LinkNeeds(True, TO_SEE)
    ),
    "a page that an author has looked at": row(
        "links", **held(f"/seen {LINK}", by=AUTHOR), links=LinkNeeds(True, TO_SEE)
    ),
    "a page that somebody of the developer has looked at": row(
        "links", **held(f"/seen {LINK}", by=INSIDER), links=LinkNeeds(True, TO_SEE)
    ),
    "a page that somebody has looked at who declares to be of the developer later": row(
        "links", **held(f"/seen {LINK}", f"/coi {LAB}", by=BOB), links=LinkNeeds(True, TO_SEE)
    ),
    "a page that somebody has looked at who edited what they declared": row(
        "links",
        comments=(comment(BOB, f"/coi {LAB}", edited=True, was_declaration=True), comment(BOB, f"/seen {LINK}")),
        links=LinkNeeds(True, TO_SEE),
    ),
    "a page that somebody of the developer has looked at, and then another reviewer": row(
        comments=(comment(INSIDER, f"/seen {LINK}"), comment(BOB, f"/seen {LINK}")), links=LinkNeeds(True, TO_SEE)
    ),
    "a page that somebody of another developer has looked at": row(
        **held(f"/seen {LINK}", by=RITA), links=LinkNeeds(True, TO_SEE)
    ),
    "a page that a reviewer has looked at before it was asked for": row(
        "links", **held(f"/seen {LINK}", by=BOB), links=LinkNeeds(False, NO_LINKS)
    ),
    "one of two pages that a reviewer has looked at": row(
        "links", **held(f"/seen {LINK}", by=BOB), links=LinkNeeds(True, TO_SEE | {f"{LINK}/other"})
    ),
    "links of a change that nobody decides": row(classes=(), reviews=(), links=LinkNeeds(False, NO_LINKS)),
    # ---- classes
    "a raised rating with two approvals of two organisations is ready": row(counted=(ALICE, RITA)),
    "nothing that anybody decides is ready": row(classes=(), reviews=()),
    "a typo needs one approval": row(classes=("typo",), reviews=approvals(ALICE), waited=hours(0)),
    "a typo needs one approval, not none": row("approvals", classes=("typo",), reviews=(), waited=hours(0)),
    "a typo may be approved by somebody who has declared nothing": row(classes=("typo",), reviews=approvals(UNA)),
    "code needs a maintainer": row(classes=("code",), reviews=approvals(MIA), waited=hours(0)),
    "code approved by reviewers alone": cheat(
        (ALICE, DiscountReason.NOT_A_MAINTAINER),
        (RITA, DiscountReason.NOT_A_MAINTAINER),
        classes=("code",),
        unmet="approvals",
    ),
    "evidence after 24 hours": row(classes=("evidence",), reviews=approvals(ALICE), waited=hours(24)),
    "evidence after 23 h 59 min": row("wait", classes=("evidence",), reviews=approvals(ALICE), waited=hours(24) - NEAR),
    "evidence that nobody approved": row("approvals", classes=("evidence",), reviews=()),
    "a new model after 72 hours": row(classes=("new-model",), waited=hours(72)),
    "a new model after 71 h 59 min": row("wait", classes=("new-model",), waited=hours(71, 59)),
    "a new model with one approval": row("approvals organisations", classes=("new-model",), reviews=approvals(ALICE)),
    "a raised rating after 72 hours": row(waited=hours(72)),
    "a raised rating after 71 h 59 min": row("wait", waited=hours(71, 59)),
    "a raised rating with one approval": row("approvals organisations", reviews=approvals(ALICE)),
    "a raised rating that nobody approved": row("approvals organisations", reviews=()),
    "a lowered rating after 168 hours": lowered(waited=hours(168)),
    "a lowered rating after 167 h 59 min": lowered("wait", waited=hours(167, 59)),
    "a lowered rating with one approval": lowered("approvals organisations", reviews=approvals(ALICE)),
    "a lowered rating of which the developer knows nothing": lowered("notified", comments=()),
    "a lowered rating of which a stranger says that the developer knows": lowered(
        "notified", comments=(comment(STRANGER, f"/notified {LAB} https://example.org/mail"),)
    ),
    "a lowered rating of which another developer was told": lowered(
        "notified", comments=(comment(BOB, f"/notified {RIVAL} https://example.org/mail"),)
    ),
    "a lowered rating of which nothing shows that the developer knows": lowered(
        "notified", comments=(comment(BOB, f"/notified {LAB}"),)
    ),
    "not-applicable after 168 hours": lowered(classes=("not-applicable",), waited=hours(168)),
    "a lowered rating whose developer has declared people, whom the bot names": lowered(comments=(), people=PEOPLE),
    "not-applicable after 167 h 59 min": lowered("wait", classes=("not-applicable",), waited=hours(167, 59)),
    # ---- shares of the maintainers, and final comment periods
    "the rubric by a majority of three": by_maintainers("rubric", 3, RUBRIC_OVER, MIA, MAX),
    "the rubric by one of three": by_maintainers("rubric", 3, RUBRIC_OVER, MIA, unmet="approvals"),
    "the rubric by half of four": by_maintainers("rubric", 4, RUBRIC_OVER, MIA, MAX, unmet="approvals"),
    "the rubric by a majority of four": by_maintainers("rubric", 4, RUBRIC_OVER, MIA, MAX, MEI),
    "the rubric by two of five": by_maintainers("rubric", 5, RUBRIC_OVER, MIA, MAX, unmet="approvals"),
    "the rubric by a majority of five": by_maintainers("rubric", 5, RUBRIC_OVER, MIA, MAX, MEI),
    "the rubric by a majority that reviewers complete": by_maintainers(
        "rubric", 3, RUBRIC_OVER, MIA, ALICE, BOB, unmet="approvals"
    ),
    "the rubric by a majority of nobody knows how many": by_maintainers(
        "rubric", None, RUBRIC_OVER, MIA, MAX, MEI, MOE, MAY, unmet="approvals"
    ),
    "the rubric after 9 days 23 h 59 min of final comments": by_maintainers(
        "rubric", 3, RUBRIC_OVER - NEAR, MIA, MAX, unmet="final-comment"
    ),
    "governance by two thirds of three": by_maintainers("governance", 3, GOVERNANCE_OVER, MIA, MAX),
    "governance by one of three": by_maintainers("governance", 3, GOVERNANCE_OVER, MIA, unmet="approvals"),
    "governance by two of four": by_maintainers("governance", 4, GOVERNANCE_OVER, MIA, MAX, unmet="approvals"),
    "governance by two thirds of four": by_maintainers("governance", 4, GOVERNANCE_OVER, MIA, MAX, MEI),
    "governance by three of five": by_maintainers("governance", 5, GOVERNANCE_OVER, MIA, MAX, MEI, unmet="approvals"),
    "governance by two thirds of five": by_maintainers("governance", 5, GOVERNANCE_OVER, MIA, MAX, MEI, MOE),
    "governance after 13 days 23 h 59 min of final comments": by_maintainers(
        "governance", 3, GOVERNANCE_OVER - NEAR, MIA, MAX, unmet="final-comment"
    ),
    "a final comment period that nobody began": row(
        "final-comment", classes=("rubric",), maintainers=3, reviews=approvals(MIA, MAX)
    ),
    "a final comment period that a reviewer began": row(
        "final-comment",
        classes=("rubric",),
        maintainers=3,
        reviews=approvals(MIA, MAX),
        **held("/fcp", by=ALICE, ago=timedelta(days=20)),
    ),
    "a final comment period from before the last commit": row(
        "final-comment",
        classes=("rubric",),
        maintainers=3,
        reviews=approvals(MIA, MAX),
        waited=timedelta(days=20) - NEAR,
        **held("/fcp", ago=timedelta(days=20)),
    ),
    "a final comment period from the moment of the last commit": row(
        classes=("rubric",),
        maintainers=3,
        reviews=approvals(MIA, MAX),
        waited=timedelta(days=20),
        **held("/fcp", ago=timedelta(days=20)),
    ),
    "a final comment period from while it was to be merged elsewhere": row(
        "final-comment",
        classes=("rubric",),
        maintainers=3,
        reviews=approvals(MIA, MAX),
        retargeted=timedelta(days=19),
        **held("/fcp", ago=timedelta(days=20)),
    ),
    # ---- the strictest of several classes
    "a raised rating together with a typo": row("wait", classes=("raised", "typo"), waited=hours(71)),
    "a raised and a lowered rating": lowered("wait", classes=("raised", "lowered"), waited=hours(167)),
    "a raised rating together with code needs maintainers": cheat(
        (ALICE, DiscountReason.NOT_A_MAINTAINER), (RITA, DiscountReason.NOT_A_MAINTAINER), classes=("raised", "code")
    ),
    "a raised rating together with the rubric needs everything of both": row(
        "organisations final-comment wait",
        classes=("raised", "rubric"),
        maintainers=3,
        reviews=approvals(MIA, MAX),
        people=tuple(one for one in PEOPLE if one.id != MAX.id),
        waited=hours(71),
    ),
    "a policy that the pull request brings along itself is one more class": row(
        "approvals organisations final-comment", classes=("raised", "governance"), maintainers=3
    ),
    # ---- few maintainers
    "with two maintainers one approval and twice the wait": row(
        maintainers=2, reviews=approvals(UNA), waited=hours(144)
    ),
    "with two maintainers less than twice the wait": row(
        "wait", maintainers=2, reviews=approvals(ALICE), waited=hours(143, 59)
    ),
    "with two maintainers no approval": row("approvals", maintainers=2, reviews=()),
    "with two maintainers the author's own approval": row("approvals", maintainers=2, reviews=approvals(AUTHOR)),
    "with two maintainers a conflict": row("approvals", maintainers=2, reviews=approvals(INSIDER)),
    "with two maintainers the developer still has to be told": lowered(
        "notified", maintainers=2, reviews=approvals(ALICE), comments=()
    ),
    "with three maintainers one approval isn't enough": row(
        "approvals organisations", maintainers=3, reviews=approvals(ALICE), waited=hours(144)
    ),
    "with three maintainers the wait is the usual one": row(maintainers=3, waited=hours(72)),
    "with two maintainers the rubric by one of them after twice the time": by_maintainers(
        "rubric", 2, 2 * RUBRIC_OVER, MAX
    ),
    "with two maintainers the rubric after less than twice the time": by_maintainers(
        "rubric", 2, 2 * RUBRIC_OVER - NEAR, MAX, unmet="final-comment"
    ),
    "with nobody knows how many maintainers the rules hold in full": row(
        "approvals organisations", maintainers=None, reviews=approvals(ALICE)
    ),
    # ---- organisations
    "two people without an employer here are two organisations": row(reviews=approvals(ALICE, BOB)),
    "two people of one organisation, of which one approval counts": cheat(
        (UNA, DiscountReason.RIVAL),
        reviews=approvals(RITA, UNA),
        people=(*PEOPLE, declared(UNA, RIVAL)),
    ),
    "two people of one organisation where there are no rivals": row(
        "organisations",
        reviews=approvals(RITA, UNA),
        people=(*PEOPLE, declared(UNA, RIVAL)),
        interested=frozenset(),
        counted=(RITA, UNA),
    ),
    "somebody of two organisations, after one of each": row(
        "organisations",
        reviews=approvals(UNA, RITA),
        people=(*PEOPLE, declared(UNA, RIVAL, OTHER)),
        interested=frozenset(),
    ),
    "somebody undeclared is of no organisation": row("organisations", reviews=approvals(ALICE, UNA)),
    "two undeclared people are of none": row("organisations", reviews=approvals(UNA, UDO)),
    "two declared people beside an undeclared one": row(reviews=approvals(UNA, ALICE, RITA)),
    "who declares in the conversation to work for nobody here is one": row(
        reviews=approvals(ALICE, UNA), comments=(comment(UNA, "/coi none"),)
    ),
    "who declares in the conversation a rival is one": row(
        reviews=approvals(ALICE, UNA), comments=(comment(UNA, f"/coi {RIVAL} I work there"),)
    ),
    "who declares somewhere that isn't known has declared nothing": row(
        "organisations", reviews=approvals(ALICE, UNA), comments=(comment(UNA, "/coi example-unheard-of"),)
    ),
    "a declaration for somebody else": row(
        "organisations", reviews=approvals(ALICE, UNA), comments=(comment(ALICE, "/coi none"),)
    ),
    "an edited declaration": row(
        "organisations", reviews=approvals(ALICE, UNA), comments=(comment(UNA, "/coi none", edited=True),)
    ),
    # ---- conflicts of interest and rivals
    "somebody of the model's developer": cheat((INSIDER, DiscountReason.CONFLICT), reviews=approvals(ALICE, INSIDER)),
    "somebody of the base model's developer": cheat(
        (RITA, DiscountReason.CONFLICT), interested=frozenset({LAB, RIVAL})
    ),
    "somebody who left the developer a year ago to the day": cheat(
        (INSIDER, DiscountReason.CONFLICT), **who_left(A_YEAR_AGO)
    ),
    "somebody who left the developer a year and a day ago": row(**who_left(A_DAY_LONGER_AGO)),
    "somebody who left a rival a year and a day ago is a rival no more": row(
        reviews=approvals(RENE, UNA), people=(*PEOPLE, declared(UNA, RIVAL, end=A_DAY_LONGER_AGO))
    ),
    "a second rival": cheat((RENE, DiscountReason.RIVAL), reviews=approvals(RITA, RENE)),
    "a second rival beside enough others": row(reviews=approvals(RITA, RENE, ALICE), counted=(RITA, ALICE)),
    "a rival whose approval doesn't count leaves room for another": row(
        reviews=(review(RITA, commit=OLDER), *approvals(RENE, ALICE)), counted=(RENE, ALICE)
    ),
    "a conflict that is declared in the conversation": cheat(
        (INSIDER, DiscountReason.CONFLICT), **of_insider(f"/coi {LAB} I work there")
    ),
    "a conflict that was declared is taken back with `none`": cheat(
        (INSIDER, DiscountReason.CONFLICT), **of_insider(f"/coi {LAB} I work there", "/coi none")
    ),
    "a conflict that is declared after `none`": cheat(
        (INSIDER, DiscountReason.CONFLICT), **of_insider("/coi none", f"/coi {LAB} I work there")
    ),
    "a conflict that was declared is taken back with another developer": cheat(
        (INSIDER, DiscountReason.CONFLICT), **of_insider(f"/coi {LAB}", f"/coi {RIVAL}")
    ),
    "a conflict that was declared is edited into `none`": cheat(
        (INSIDER, DiscountReason.CHANGED_DECLARATION), **of_insider("/coi none", edited=True, was_declaration=True)
    ),
    "a conflict that was declared is edited away": cheat(
        (INSIDER, DiscountReason.CHANGED_DECLARATION), **of_insider("Thanks!", edited=True, was_declaration=True)
    ),
    "a conflict that was declared is edited away and `none` said anew": cheat(
        (INSIDER, DiscountReason.CHANGED_DECLARATION),
        reviews=approvals(ALICE, INSIDER),
        people=NOBODY_OF_THE_LAB,
        comments=(comment(INSIDER, "Thanks!", edited=True, was_declaration=True), comment(INSIDER, "/coi none")),
    ),
    "a conflict that the policy knows is denied in the conversation": cheat(
        (INSIDER, DiscountReason.CONFLICT), reviews=approvals(ALICE, INSIDER), comments=(comment(INSIDER, "/coi none"),)
    ),
    "a conflict that was declared is denied by the policy": cheat(
        (INSIDER, DiscountReason.CONFLICT),
        **of_insider(f"/coi {LAB}") | {"people": (*NOBODY_OF_THE_LAB, declared(INSIDER))},
    ),
    # ---- whose approval counts
    "the author's own approval": cheat((AUTHOR, DiscountReason.AUTHOR), reviews=approvals(ALICE, AUTHOR)),
    "the author's own approval where GitHub didn't name them among the commits": cheat(
        (AUTHOR, DiscountReason.AUTHOR), reviews=approvals(ALICE, AUTHOR), authors=()
    ),
    "an approval by who wrote the second commit": cheat((RITA, DiscountReason.AUTHOR), authors=(AUTHOR, RITA)),
    "approvals by authors of commits alone": cheat(
        (ALICE, DiscountReason.AUTHOR), (RITA, DiscountReason.AUTHOR), authors=(AUTHOR, ALICE, RITA)
    ),
    "approvals while nobody knows who wrote the commits": row("authors-unknown", authors_known=False),
    "a bot's approval": cheat((OPS, DiscountReason.BOT), reviews=approvals(ALICE, OPS)),
    "a reader's approval": cheat((READER, DiscountReason.NO_RIGHT), reviews=approvals(ALICE, READER)),
    "an approval by somebody who triages": cheat((TRIAGER, DiscountReason.NO_RIGHT), reviews=approvals(ALICE, TRIAGER)),
    "a stranger's approval": cheat((STRANGER, DiscountReason.NO_RIGHT), reviews=approvals(ALICE, STRANGER)),
    "the same person twice": row("approvals organisations", reviews=approvals(ALICE, ALICE), counted=(ALICE,)),
    "a maintainer is a reviewer too": row(reviews=approvals(MIA, MAY)),
    # ---- which approval counts
    "an approval from before the last push": cheat(
        (RITA, DiscountReason.OLDER_COMMIT), reviews=(*approvals(ALICE), review(RITA, commit=OLDER))
    ),
    "an approval of a commit that is gone": cheat(
        (RITA, DiscountReason.OLDER_COMMIT), reviews=(*approvals(ALICE), review(RITA, commit=None))
    ),
    "an approval from before the commits were squashed to the same result": row(
        reviews=(*approvals(ALICE), review(RITA, commit=SQUASHED)), same=(SQUASHED,)
    ),
    "an approval of the head before one of an older commit": row(
        reviews=(*approvals(ALICE, RITA), review(RITA, commit=OLDER)), counted=(ALICE, RITA)
    ),
    "an approval of the head after one of an older commit": row(
        reviews=(review(RITA, commit=OLDER), *approvals(ALICE, RITA)), counted=(ALICE, RITA)
    ),
    "an approval from while it was to be merged elsewhere": cheat(
        (ALICE, DiscountReason.OTHER_BRANCH),
        reviews=(review(ALICE, ago=hours(81)), review(RITA, ago=hours(79))),
        retargeted=hours(80),
    ),
    "an approval at the very moment when it was turned here": cheat(
        (ALICE, DiscountReason.OTHER_BRANCH),
        reviews=(review(ALICE, ago=hours(80)), *approvals(RITA)),
        retargeted=hours(80),
    ),
    "waiting while it was to be merged elsewhere": row("wait", retargeted=hours(71, 59)),
    # ---- what was approved
    "an approval since the effect is on record": row(records=(record(hours(80)),)),
    "an approval before the effect changed": cheat(
        (ALICE, DiscountReason.OTHER_EFFECT),
        reviews=(review(ALICE, ago=hours(3)), *approvals(RITA)),
        records=(record(hours(80), OTHER_EFFECT), record(hours(2))),
    ),
    "an approval in the second in which the effect changed": cheat(
        (ALICE, DiscountReason.OTHER_EFFECT),
        reviews=(review(ALICE, ago=hours(2)), *approvals(RITA)),
        records=(record(hours(80), OTHER_EFFECT), record(hours(2))),
    ),
    "an approval of an effect that came back": row(
        reviews=(review(ALICE, ago=hours(9)), *approvals(RITA)),
        records=(record(hours(80)), record(hours(8), OTHER_EFFECT), record(hours(7))),
    ),
    "an approval of an effect that was there for a while": cheat(
        (ALICE, DiscountReason.OTHER_EFFECT),
        reviews=(review(ALICE, ago=hours(8)), *approvals(RITA)),
        records=(record(hours(80)), record(hours(9), OTHER_EFFECT), record(hours(7))),
    ),
    "an approval during a conflict": cheat(
        (ALICE, DiscountReason.OTHER_EFFECT),
        reviews=(review(ALICE, ago=hours(8)), *approvals(RITA)),
        records=(record(hours(80)), record(hours(9), "", "FAILURE"), record(hours(7))),
    ),
    "an approval while the bot had failed": row(
        reviews=(review(ALICE, ago=hours(8)), *approvals(RITA)),
        records=(record(hours(80)), record(hours(9), "", "ERROR"), record(hours(7))),
    ),
    "an approval before the bot had judged": row(
        reviews=(review(ALICE, ago=hours(8)), *approvals(RITA)), records=(record(hours(9), ""), record(hours(7)))
    ),
    "an approval before the bot had judged that it does something else": cheat(
        (ALICE, DiscountReason.OTHER_EFFECT),
        reviews=(review(ALICE, ago=hours(8)), *approvals(RITA)),
        records=(record(hours(9), ""), record(hours(7), OTHER_EFFECT), record(hours(6))),
    ),
    "an approval of the same effect before a squash": row(
        reviews=(*approvals(ALICE), review(RITA, commit=SQUASHED)),
        same=(SQUASHED,),
        former_records=(record(hours(80)),),
    ),
    "an approval of another effect before a squash": cheat(
        (RITA, DiscountReason.OTHER_EFFECT),
        reviews=(*approvals(ALICE), review(RITA, commit=SQUASHED)),
        same=(SQUASHED,),
        former_records=(record(hours(80), OTHER_EFFECT),),
    ),
    "approvals of what can't be told": row("approvals organisations", effect=""),
    "a change of no class that can't be told": row(classes=(), effect=""),
    "waiting as a draft": row("wait", is_draft=True),
    "a final comment period of a draft": row(
        "final-comment",
        classes=("rubric",),
        reviews=approvals(MIA, MAX, MEI),
        is_draft=True,
        **held("/fcp", ago=RUBRIC_OVER),
    ),
    "an objection of somebody whose role isn't known": row("roles-unknown", unknown_roles=(STRANGER,)),
    "words of a reviewer that somebody else edited": row(
        "altered-words", comments=(comment(BOB, "Nothing.", edited_at=NOW, editor=STRANGER),)
    ),
    "a commit of several pull requests": row("shared-commit", sharing=(1, 2)),
    "a commit of several pull requests that nobody decides on": row("shared-commit", classes=(), sharing=(1, 2)),
    "a commit with too many statuses": row("spent-commit", is_spent=True),
    "a dismissed approval": row("approvals organisations", reviews=(*approvals(ALICE), review(RITA, "DISMISSED"))),
    "a comment behind an approval takes nothing back": row(
        reviews=(*approvals(ALICE, RITA), review(RITA, "COMMENTED"))
    ),
    "a comment is no approval": row("approvals organisations", reviews=(*approvals(ALICE), review(RITA, "COMMENTED"))),
    # ---- objections
    "changes requested beside enough approvals": row(
        "changes-requested", reviews=(review(CAROL, "CHANGES_REQUESTED"), *approvals(ALICE, RITA))
    ),
    "changes requested on an older commit": row(
        "changes-requested", reviews=(review(CAROL, "CHANGES_REQUESTED", OLDER), *approvals(ALICE, RITA))
    ),
    "changes requested by somebody of the developer": row(
        "changes-requested", reviews=(review(INSIDER, "CHANGES_REQUESTED"), *approvals(ALICE, RITA))
    ),
    "changes requested and approved since": row(
        reviews=(review(RITA, "CHANGES_REQUESTED", OLDER), *approvals(ALICE, RITA))
    ),
    "approved and changes requested since": row(
        "changes-requested approvals organisations",
        reviews=(*approvals(ALICE, RITA), review(RITA, "CHANGES_REQUESTED")),
    ),
    "changes requested and dismissed": row(
        reviews=(review(CAROL, "CHANGES_REQUESTED"), *approvals(ALICE, RITA), review(CAROL, "DISMISSED"))
    ),
    "changes requested by a reader": row(reviews=(review(READER, "CHANGES_REQUESTED"), *approvals(ALICE, RITA))),
    "changes requested by the author": row(reviews=(review(AUTHOR, "CHANGES_REQUESTED"), *approvals(ALICE, RITA))),
    "changes requested by a bot": row(reviews=(review(OPS, "CHANGES_REQUESTED"), *approvals(ALICE, RITA))),
    "changes requested where nobody decides anything": row(
        "changes-requested", classes=(), reviews=(review(CAROL, "CHANGES_REQUESTED"),)
    ),
    "a concern": row("concern", **held("/concern sources", by=BOB)),
    "a concern where nobody decides anything": row("concern", classes=(), **held("/concern sources", by=BOB)),
    "a concern by somebody who reads": row(**held("/concern sources", by=READER)),
    "a concern that was resolved": row(**held("/concern sources", "/resolve sources", by=BOB)),
    "a concern that another reviewer resolves": row(
        "concern", comments=(comment(BOB, "/concern sources"), comment(ALICE, "/resolve sources all is well"))
    ),
    "a concern that a maintainer resolves with a reason": row(
        comments=(comment(BOB, "/concern sources"), comment(MIA, "/resolve sources they are named in section 2"))
    ),
    "a concern that a maintainer resolves without a reason": row(
        "concern", comments=(comment(BOB, "/concern sources"), comment(MIA, "/resolve sources"))
    ),
    "a concern that was resolved by an edited comment": row(
        "concern", comments=(comment(BOB, "/concern sources"), comment(BOB, "/resolve sources", edited=True))
    ),
    "a concern raised again": row(
        "concern", **held("/concern sources", "/resolve sources", "/concern sources", by=BOB)
    ),
    "one of two concerns resolved": row(
        "concern", **held("/concern sources", "/concern licence", "/resolve licence", by=BOB)
    ),
    "a hold": row("hold", **held("/hold")),
    "a hold where nobody decides anything": row("hold", classes=(), **held("/hold")),
    "a hold that another maintainer lifts": row(comments=(comment(MIA, "/hold"), comment(MAX, "/unhold"))),
    "a hold that a reviewer tries to lift": row("hold", comments=(comment(MIA, "/hold"), comment(ALICE, "/unhold"))),
    "a hold by a reviewer": row(**held("/hold", by=ALICE)),
    "a hold by a bot": row(**held("/hold", by=OPS)),
    # ---- reclassifying
    "reclassified upwards": row("wait", waited=hours(167), **held("/reclassify lowered")),
    "reclassified downwards": row("wait", waited=hours(71), **held("/reclassify typo")),
    "reclassified upwards and down again": row(
        "wait", waited=hours(167), **held("/reclassify not-applicable", "/reclassify lowered")
    ),
    "reclassified upwards, to which the author adds something graver": row(
        "approvals final-comment wait",
        classes=("raised", "rubric"),
        waited=hours(167),
        reviews=approvals(MIA, MAX),
        **held("/reclassify lowered"),
    ),
    "reclassified by a reviewer": row(waited=hours(72), **held("/reclassify lowered", by=ALICE)),
    "reclassified to what needs fewer approvals adds to what it is": row(
        "approvals organisations final-comment wait",
        maintainers=3,
        reviews=approvals(MIA),
        waited=hours(71),
        **held("/reclassify rubric"),
    ),
    # ---- commands that are none
    "a command in a quote": row(**held("> /hold")),
    "a command in what goes on with a quote": row(**held("> as was said\n/hold")),
    "a command in what goes on with a quote in a list": row(**held("- > as was said\n/hold")),
    "a command after a quote": row("hold", **held("> as was said\n\n/hold")),
    "a command in a quote of HTML": row(**held("<blockquote>\n/hold\n</blockquote>")),
    "a command in fenced code": row(**held("```\n/hold\n```")),
    "a command in code that goes on over lines": row(**held("`say\n/hold\nso`")),
    "a command in <pre>": row(**held("<pre>\n/hold\n</pre>")),
    "a command in a comment of HTML": row(**held("<!--\n/hold\n-->")),
    "an indented command": row(**held("    /hold")),
    "a command in the middle of a line": row(**held("Please /hold this")),
    "a command behind what is no end of a line": row(**held("Please\u2028/hold")),
    "a command in an edited comment": row(**held("/hold", edited=True)),
    "a command among other lines": row("hold", **held("I am away.\r\n/hold\r\nSee you!")),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_may_be_merged(case: Row) -> None:
    sample = Sample(**case.facts)
    found = judge(sample.case, sample.policy)
    unmet = dict.fromkeys(condition.kind for condition in found.conditions if not condition.met)
    assert (list(unmet), found.is_ready) == ([ConditionKind(word) for word in case.unmet.split()], not case.unmet)
    if case.counted is not None:
        assert tuple(vote.person for vote in found.votes) == case.counted
    reasons = {discount.person: discount.reason for discount in found.discounts}
    assert reasons.items() >= case.discounted.items()
    # Everybody's approval either counts or doesn't.
    assert not reasons.keys() & {vote.person for vote in found.votes}


def test_the_cases_have_every_class_need_and_discount() -> None:
    assert {each for case in CASES.values() for each in Sample(**case.facts).classes} == set(ChangeClass)
    assert {ConditionKind(word) for case in CASES.values() for word in case.unmet.split()} == set(ConditionKind)
    assert {reason for case in CASES.values() for reason in case.discounted.values()} == set(DiscountReason)


def judged(**facts: Any) -> Any:
    sample = Sample(**facts)
    return judge(sample.case, sample.policy)


def condition(kind: ConditionKind, **facts: Any) -> Any:
    (found,) = (one for one in judged(**facts).conditions if one.kind is kind)
    return found


def test_the_judgement_names_who_counts_for_which_organisation_and_conflicts() -> None:
    found = judged(reviews=approvals(UNA, RITA, INSIDER, ALICE))
    assert found.votes == (Vote(UNA, None, False), Vote(RITA, frozenset({RIVAL}), True), Vote(ALICE, frozenset(), True))
    assert found.discounts == (Discount(INSIDER, DiscountReason.CONFLICT, frozenset({LAB})),)


def test_a_condition_says_by_whom_it_is_met_and_how_much_is_missing() -> None:
    assert condition(ConditionKind.APPROVALS)[1:5] == (True, (ALICE.login, RITA.login), 2, 2)
    assert condition(ConditionKind.APPROVALS, reviews=approvals(UNA))[1:5] == (False, (UNA.login,), 1, 2)
    assert condition(ConditionKind.ORGANISATIONS, reviews=approvals(UNA, RITA))[1:5] == (False, (RITA.login,), 1, 2)
    assert condition(ConditionKind.APPROVALS, classes=("rubric",), maintainers=None).need is None
    asked = (review(CAROL, "CHANGES_REQUESTED"), review(BOB, "CHANGES_REQUESTED"))
    assert condition(ConditionKind.CHANGES_REQUESTED, reviews=asked).people == (BOB.login, CAROL.login)
    assert condition(ConditionKind.HOLD, **held("/hold")).people == (MIA.login,)
    lacking = condition(ConditionKind.NOTIFIED, classes=("lowered",), notified=frozenset({RIVAL, OTHER, "example-new"}))
    assert lacking.developers == ("example-new",)


def test_a_concern_stays_in_the_list_with_who_resolved_it() -> None:
    kept = condition(
        ConditionKind.CONCERN, comments=(comment(BOB, "/concern a b"), comment(MIA, "/resolve a b it is settled"))
    )
    assert (kept.met, kept.name, kept.people) == (True, "a b", (MIA.login,))


def test_what_only_time_moves_says_from_when_on() -> None:
    found = judged(waited=hours(71))
    assert next_due(found) == NOW + hours(1)
    assert next_due(judged()) is None
    begun = judged(classes=("rubric",), waited=timedelta(days=20), **held("/fcp", ago=timedelta(days=9)))
    assert next_due(begun) == NOW + timedelta(days=1)
    # Nobody has begun it, so no moment is known.
    assert next_due(judged(classes=("rubric",))) is None


def test_only_present_people_of_a_developer_to_notify_are_named() -> None:
    gone = declared(UNA, LAB, end=date(2026, 12, 1))
    facts: dict[str, Any] = {"notified": frozenset({LAB}), "people": (*PEOPLE, gone)}
    assert judged(classes=("lowered",), **facts).mentions == (INSIDER,)
    assert judged(classes=("raised",), **facts).mentions == ()


def test_a_notification_stays_valid_when_the_notified_person_leaves_later() -> None:
    leaving = (*NOBODY_OF_THE_LAB, declared(INSIDER, LAB, end=date(2027, 3, 30)))
    facts: dict[str, Any] = {"classes": ("lowered",), "notified": frozenset({LAB}), "people": leaving}
    assert condition(ConditionKind.NOTIFIED, **facts, waited=timedelta(days=8)).met
    # The head came up after they had left.
    assert not condition(ConditionKind.NOTIFIED, **facts, waited=hours(11)).met


def test_where_no_approval_is_needed_one_does_no_harm() -> None:
    lenient = policy(classes=POLICY.classes | {ChangeClass.TYPO: rule(0)})
    sample = Sample(classes=("typo",), authors_known=False)
    assert judge(sample.case, lenient).is_ready
    assert judge(replace(sample, reviews=()).case, lenient).is_ready


def test_one_organisation_may_be_asked_for_too() -> None:
    strict = policy(classes=POLICY.classes | {ChangeClass.TYPO: rule(1, organisations=1)})
    sample = Sample(classes=("typo",), reviews=approvals(UNA))
    assert not judge(sample.case, strict).is_ready
    assert judge(replace(sample, reviews=approvals(UNA, ALICE)).case, strict).is_ready


def test_an_organisation_counts_once_whatever_comes_in_between() -> None:
    people = (*PEOPLE, declared(UNA, RIVAL))
    found = judged(reviews=approvals(RITA, RENE, UNA), people=people, interested=frozenset())
    assert [vote.is_own_organisation for vote in found.votes] == [True, True, False]


def test_few_maintainers_make_it_provisional() -> None:
    assert [judged(maintainers=each).needs.provisional for each in (None, 0, 1, 2, 3)] == [False, *[True] * 3, False]


@pytest.mark.parametrize(
    ("facts", "is_told"),
    [
        ({}, False),
        ({"records": (record(hours(80)),)}, False),
        # Approvals were lost.
        ({"records": (record(hours(180), OTHER_EFFECT), record(hours(80))), "reviews": approvals(ALICE, ago=hours(90))}, True),
        # The wait runs again, then is over.
        ({"records": (record(hours(180), OTHER_EFFECT), record(hours(7))), "waited": hours(7)}, True),
        ({"records": (record(hours(180), OTHER_EFFECT), record(hours(80))), "waited": hours(80)}, False),
        # Nobody had approved, and nobody has to wait.
        ({"records": (record(hours(8), OTHER_EFFECT), record(hours(7))), "classes": ("typo",), "reviews": ()}, False),
        # A conflict is no other effect.
        ({"records": (record(hours(8), "", "FAILURE"), record(hours(7))), "waited": hours(7)}, False),
    ],
)  # fmt: skip
def test_that_it_begins_anew_is_told_where_that_makes_a_difference(facts: dict[str, Any], is_told: bool) -> None:
    found = judged(**facts)
    assert found.anew == (NOW - facts.get("waited", timedelta(days=100)) if is_told else None)


def test_a_final_comment_period_that_counts_no_more_is_begun_anew() -> None:
    assert condition(ConditionKind.FINAL_COMMENT, classes=("rubric",), waited=hours(1), **held("/fcp")).is_anew
    assert not condition(ConditionKind.FINAL_COMMENT, classes=("rubric",)).is_anew
