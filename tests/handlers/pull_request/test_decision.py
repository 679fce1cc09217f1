"""The actions on a pull request, decided from plain facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.board.model.problem import Problem, Severity
from bot.github.actions import (
    Acknowledge,
    Acknowledgement,
    AddLabels,
    Annotate,
    AnnotationLevel,
    DeleteComment,
    EditComment,
    KeepLinks,
    RemoveLabel,
    SetStatus,
    WriteComment,
)
from bot.github.facts import Facts, Review, Status, StatusRecord, StatusState
from bot.handlers.pull_request.decision import NOTHING, UNRATED_RULE, build_report
from bot.handlers.pull_request.decision import decide as decide_by
from bot.handlers.pull_request.facts import ChangedFile
from bot.handlers.pull_request.report import Outcome
from tests.handlers.pull_request.samples import (
    BOT,
    EFFECT,
    HEAD,
    MAINTAINER,
    NOW,
    OTHER_EFFECT,
    READER,
    REVIEWER,
    comment,
    contents,
    facts,
    judged,
    review,
)

if TYPE_CHECKING:
    from bot.github.facts import Comment
    from bot.handlers.pull_request.decision import ActionPlan
    from bot.handlers.pull_request.facts import Contents

ASSESSMENT = ChangedFile("assessments/example/one.yaml", "100644", "100644", 100)
CODE = ChangedFile("bot/board/model/rubric.py", "100644", "100644", 100)
RUBRIC = ChangedFile("schema/rubric.yaml", "100644", "100644", 100)
BOARD = ChangedFile("leaderboard/leaderboard.csv", "100644", "100644", 100)
ERROR = Problem(ASSESSMENT.path, 3, 1, "example-rule", "something is wrong", "Mend it.")
WARNING = replace(ERROR, severity=Severity.WARNING)
UNRATED = replace(ERROR, rule=UNRATED_RULE)
APPROVED = review(REVIEWER, "APPROVED")


def changed(*files: ChangedFile, **others: Any) -> Contents:
    return contents(changed=files or (ASSESSMENT,), **others)


def decide(known: Facts, found: Contents) -> ActionPlan:
    return decide_by(known, found, judged(known, found))


def kinds(decision: ActionPlan) -> list[type]:
    return [type(action) for action in decision.actions]


def after(known: Facts, decision: ActionPlan) -> Facts:  # noqa: C901 (one arm for each kind of action)
    """Return the facts once GitHub has carried everything out."""
    bodies = {one.id: one for one in known.comments}
    labels, status, annotated, reviews = set(known.pull.labels), known.status, known.annotated, list(known.reviews)
    records = known.records
    for action in decision.actions:
        match action:
            case WriteComment(body):
                bodies[100] = comment(body, BOT, 100)
            case EditComment(number, body):
                bodies[number] = comment(body, BOT, number)
            case DeleteComment(number):
                del bodies[number]
            case AddLabels(names):
                labels.update(names)
            case RemoveLabel(name):
                labels.remove(name)
            case Annotate():
                annotated = action.digest
            case Acknowledge(number, effect):
                bodies[number] = replace(bodies[number], reactions=bodies[number].reactions | {effect.value})
            case SetStatus():
                status = Status(action.state, action.description)
                records = (*records, StatusRecord(NOW, action.state, action.effect))
            case KeepLinks():
                raise AssertionError("it is kept by the run, and decided nowhere")
            case _:
                reviews.append(Review(BOT, review(BOT, "COMMENTED").state, known.pull.head, action.body, NOW))
    return replace(
        known,
        pull=replace(known.pull, labels=frozenset(labels)),
        comments=tuple(bodies.values()),
        reviews=tuple(reviews),
        status=status,
        annotated=annotated,
        records=records,
    )


@pytest.mark.parametrize(
    ("known", "found", "outcome", "state"),
    [
        (facts(), changed(), Outcome.WAITING, StatusState.PENDING),
        (facts(APPROVED), changed(), Outcome.READY, StatusState.SUCCESS),
        (facts(APPROVED), changed(problems=(WARNING,)), Outcome.READY, StatusState.SUCCESS),
        (facts(APPROVED), changed(problems=(ERROR,)), Outcome.TO_FIX, StatusState.FAILURE),
        (facts(APPROVED), changed(problems=(ERROR,), conflicts=("x",)), Outcome.CONFLICT, StatusState.FAILURE),
        (facts(APPROVED, is_draft=True), changed(), Outcome.DRAFT, StatusState.PENDING),
        (facts(APPROVED, is_draft=True), changed(problems=(ERROR,)), Outcome.TO_FIX, StatusState.FAILURE),
        (facts(APPROVED, is_draft=True), changed(problems=(UNRATED,)), Outcome.DRAFT, StatusState.PENDING),
        (facts(APPROVED, is_draft=True), changed(problems=(UNRATED, WARNING)), Outcome.DRAFT, StatusState.PENDING),
        (facts(APPROVED, is_draft=True), changed(problems=(UNRATED, ERROR)), Outcome.TO_FIX, StatusState.FAILURE),
        (facts(APPROVED), changed(problems=(UNRATED,)), Outcome.TO_FIX, StatusState.FAILURE),
        (
            facts(APPROVED, is_draft=True),
            changed(problems=(replace(UNRATED, severity=Severity.WARNING), ERROR)),
            Outcome.TO_FIX,
            StatusState.FAILURE,
        ),
        (
            facts(APPROVED, is_draft=True),
            changed(problems=(UNRATED,), conflicts=("README.md",)),
            Outcome.CONFLICT,
            StatusState.FAILURE,
        ),
        (facts(), changed(CODE), Outcome.WAITING, StatusState.PENDING),
        (facts(review(MAINTAINER, "APPROVED")), changed(CODE), Outcome.READY, StatusState.SUCCESS),
        (facts(), contents(), Outcome.READY, StatusState.SUCCESS),
        (facts(), changed(CODE, problems=(ERROR,)), Outcome.TO_FIX, StatusState.FAILURE),
        (facts(APPROVED), changed(CODE, ASSESSMENT), Outcome.WAITING, StatusState.PENDING),
        (facts(APPROVED), changed(RUBRIC), Outcome.WAITING, StatusState.PENDING),
        (facts(review(MAINTAINER, "APPROVED")), changed(CODE, ASSESSMENT), Outcome.READY, StatusState.SUCCESS),
        (facts(review(MAINTAINER, "APPROVED")), changed(RUBRIC), Outcome.READY, StatusState.SUCCESS),
        (facts(is_our_own=True), changed(BOARD), Outcome.READY, StatusState.SUCCESS),
        (facts(is_our_own=True), changed(BOARD, ASSESSMENT), Outcome.WAITING, StatusState.PENDING),
    ],
)
def test_the_verdict_and_the_status_that_follows_it(
    known: Facts, found: Contents, outcome: Outcome, state: StatusState
) -> None:
    assert build_report(known, found, judged(known, found)).outcome is outcome
    last = decide(known, found).actions[-1]
    assert isinstance(last, SetStatus)
    assert (last.commit, last.state) == (found.head, state)


@pytest.mark.parametrize(
    "found", [changed(), changed(problems=(ERROR, WARNING)), changed(CODE, ASSESSMENT), changed(conflicts=("x",))]
)
def test_deciding_again_after_everything_was_done_asks_for_nothing(found: Contents) -> None:
    known = facts(comments=(comment("/recheck"),), labels=frozenset({"rubric", "their own"}))
    first = decide(known, found)
    assert first.actions
    assert decide(after(known, first), found).actions == ()


def test_nothing_is_done_about_a_closed_pull_request() -> None:
    assert decide(facts(is_open=False), changed(problems=(ERROR,))) == NOTHING


def test_code_gets_a_comment_that_says_who_has_to_approve_it() -> None:
    assert kinds(decide(facts(), changed(CODE))) == [WriteComment, AddLabels, SetStatus]


def test_what_the_bot_itself_proposes_gets_no_comment_unless_people_stop_it() -> None:
    assert kinds(decide(facts(is_our_own=True), changed(BOARD))) == [SetStatus]
    held = facts(comments=(comment("/hold", MAINTAINER),), is_our_own=True)
    assert kinds(decide(held, changed(BOARD))) == [WriteComment, Acknowledge, SetStatus]


def test_a_refused_command_is_answered_even_without_any_other_message() -> None:
    refused = facts(comments=(comment("/hold", REVIEWER),), is_our_own=True)
    assert kinds(decide(refused, changed(BOARD))) == [WriteComment, Acknowledge, SetStatus]


def test_a_refused_command_is_answered_with_another_reaction() -> None:
    known = facts(comments=(comment("/hold\n/coi none", REVIEWER),))
    found = [action for action in decide(known, changed()).actions if isinstance(action, Acknowledge)]
    assert found == [Acknowledge(1, Acknowledgement.REFUSED), Acknowledge(1, Acknowledgement.DECLARED)]


def test_what_was_commented_once_stays_true() -> None:
    sticky = comment("<!-- openness-bot:comment -->\nAn old text.", BOT, 5)
    assert EditComment in kinds(decide(facts(comments=(sticky,)), changed(CODE)))


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        ((), [WriteComment]),
        ((comment("<!-- openness-bot:comment -->\nForged."),), [WriteComment]),
        ((comment("A word.\n<!-- openness-bot:comment -->", BOT),), [WriteComment]),
        ((comment("<!-- openness-bot:comment -->\nOld.", BOT, 4),), [EditComment]),
        (
            tuple(comment("<!-- openness-bot:comment -->\nOld.", BOT, number) for number in (9, 4, 7)),
            [EditComment, DeleteComment, DeleteComment],
        ),
    ],
)
def test_there_is_one_sticky_comment_known_by_marker_and_author(
    comments: tuple[Comment, ...], expected: list[type]
) -> None:
    actions = decide(facts(comments=comments), changed()).actions
    about = [action for action in actions if isinstance(action, WriteComment | EditComment | DeleteComment)]
    assert [type(action) for action in about] == expected
    numbers = [action.comment for action in about if not isinstance(action, WriteComment)]
    assert numbers == [4, 7, 9][: len(numbers)]


def test_line_ends_and_outer_white_space_are_no_reason_to_write() -> None:
    known = facts()
    (written,) = (action for action in decide(known, changed()).actions if isinstance(action, WriteComment))
    stored = comment(written.body.replace("\n", "\r\n").rstrip() + "\r\n\r\n", BOT, 4)
    assert WriteComment not in kinds(decide(facts(comments=(stored,)), changed()))
    assert EditComment not in kinds(decide(facts(comments=(stored,)), changed()))


def test_labels_of_people_stay_and_spelling_does_not_matter() -> None:
    known = facts(labels=frozenset({"Code", "Rubric", "their own"}))
    actions = decide(known, changed(CODE)).actions
    assert [action for action in actions if isinstance(action, AddLabels | RemoveLabel)] == [RemoveLabel("Rubric")]


def test_annotations_are_on_lines_of_the_head_only() -> None:
    assert Annotate in kinds(decide(facts(), changed(problems=(ERROR,))))
    moved = changed(problems=(ERROR,), moved=frozenset({ERROR.path}))
    assert Annotate not in kinds(decide(facts(), moved))


def test_annotations_that_no_longer_hold_are_replaced_by_none() -> None:
    (action,) = (one for one in decide(facts(annotated="an older one"), changed()).actions if isinstance(one, Annotate))
    assert action.annotations == ()


@pytest.mark.parametrize(
    ("said", "acknowledged"),
    [
        (comment("/recheck"), True),
        (comment("> /recheck"), False),
        (comment("/recheck", acknowledged=True), False),
        (comment("/recheck", BOT), False),
    ],
)
def test_each_command_is_acknowledged_once(said: Comment, acknowledged: bool) -> None:
    assert (Acknowledge in kinds(decide(facts(comments=(said,)), changed()))) is acknowledged


def test_whoever_writes_a_hundred_commands_gets_no_hundred_answers() -> None:
    many = tuple(comment("/recheck", number=number) for number in range(100))
    found = [action for action in decide(facts(comments=many), changed()).actions if isinstance(action, Acknowledge)]
    assert found == [Acknowledge(number, Acknowledgement.DONE) for number in range(95, 100)]


def test_no_crowd_of_commands_keeps_a_declaration_of_a_reviewer_from_being_acknowledged() -> None:
    said = (comment("/coi none", REVIEWER, 1), comment("/coi none", READER, 2))
    many = tuple(comment("/recheck", number=number) for number in range(100, 200))
    found = [
        action for action in decide(facts(comments=said + many), changed()).actions if isinstance(action, Acknowledge)
    ]
    assert found[0] == Acknowledge(1, Acknowledgement.DECLARED)
    assert found[1:] == [Acknowledge(number, Acknowledgement.DONE) for number in range(195, 200)]


def status_set(known: Facts, found: Contents) -> SetStatus | None:
    return next((one for one in decide(known, found).actions if isinstance(one, SetStatus)), None)


def on_record(status: Status, effect: str = EFFECT, **others: Any) -> Facts:
    """Return facts with a status that a run set for this effect."""
    return facts(status=status, records=(StatusRecord(NOW, status.state, effect),), **others)


def test_a_status_that_says_the_same_is_not_set_again() -> None:
    wanted = status_set(facts(), changed())
    assert wanted is not None
    assert wanted.effect == EFFECT
    there = Status(wanted.state, wanted.description)
    assert status_set(on_record(there), changed()) is None
    assert status_set(on_record(Status(StatusState.ERROR, wanted.description)), changed()) == wanted
    # What is approved from now on is another effect, or it is the first time that this pull request has the commit.
    assert status_set(on_record(there, OTHER_EFFECT), changed()) == wanted
    assert status_set(facts(status=there), changed()) == wanted


def test_without_an_effect_nothing_is_ready() -> None:
    for known, found in [
        (facts(), contents(digest="")),
        (facts(APPROVED), changed(digest="")),
        # What changes has no class, though it isn't what the publishing run generates.
        (facts(APPROVED), changed(BOARD)),
    ]:
        wanted = status_set(known, found)
        assert wanted is not None
        assert (wanted.state, wanted.description) == (StatusState.FAILURE, "Something has to be fixed.")


def test_pull_requests_with_one_commit_are_not_ready_and_have_one_status_together() -> None:
    one, other = facts(APPROVED, number=1, twins=(2,)), facts(APPROVED, number=2, twins=(1,))
    words = "#1 and #2 have the same commit: close all but one of them, or push another commit."
    assert (
        status_set(one, changed())
        == status_set(other, changed())
        == SetStatus(HEAD, StatusState.PENDING, words, EFFECT)
    )
    # Whichever was first, they don't write over each other for ever, also where only one of them has problems.
    for state, found in [(StatusState.PENDING, changed()), (StatusState.FAILURE, changed(problems=(ERROR,)))]:
        record = StatusRecord(NOW, state, found.effect)
        for there in (StatusState.PENDING, StatusState.FAILURE):
            assert status_set(replace(other, status=Status(there, words), records=(record,)), found) is None
        assert (
            status_set(replace(other, status=Status(StatusState.SUCCESS, words), records=(record,)), found) is not None
        )


def test_only_in_a_draft_are_criteria_without_a_level_no_errors_on_their_lines() -> None:
    found = changed(problems=(UNRATED, WARNING))
    for is_draft, shown in (
        (True, [AnnotationLevel.WARNING]),
        (False, [AnnotationLevel.FAILURE, AnnotationLevel.WARNING]),
    ):
        (annotate,) = (one for one in decide(facts(is_draft=is_draft), found).actions if isinstance(one, Annotate))
        assert [each.level for each in annotate.annotations] == shown


def test_a_draft_has_its_effect_on_record_too() -> None:
    wanted = status_set(facts(is_draft=True), changed())
    assert wanted is not None
    assert (wanted.state, wanted.effect) == (StatusState.PENDING, EFFECT)


def test_a_pull_request_into_another_branch_gets_no_status_that_the_default_branch_could_take_for_its_own() -> None:
    assert kinds(decide(facts(into_default=False), changed())) == [WriteComment]


def test_a_problem_of_no_file_is_not_annotated() -> None:
    everywhere = replace(ERROR, path="")
    assert Annotate not in kinds(decide(facts(), changed(problems=(everywhere,))))
