"""The comment on a pull request: what it says in each case, that nobody's words can do anything in it, and its size."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.board.model.policy import ChangeClass, needs
from bot.board.model.problem import Problem, Severity
from bot.github.commands import Command, Verb
from bot.github.facts import Person
from bot.governance.conversation import CommandResult, Conversation, Refusal
from bot.governance.judgement import Condition, ConditionKind, Discount, DiscountReason, Judgement
from bot.handlers.pull_request import checklist
from bot.handlers.pull_request.comment import (
    COMMENT_LIMIT,
    MARKER,
    as_comment,
    as_summary,
    sentence,
    status_line,
    verdict,
)
from bot.handlers.pull_request.report import Outcome, Report
from tests.board.ranking.changes import ONE, OTHERS, change_of, copies, opened, rated
from tests.handlers.pull_request.samples import NOW, POLICY, comment
from tests.samples import assessment
from tests.site.boards import HOSTILE_NAMES
from tests.site.page import html_of, page_of, rendered
from tests.thorough import examples

if TYPE_CHECKING:
    from bot.board.model.assessment import Assessment

APPROVAL = Condition(ConditionKind.APPROVALS, met=False, need=1)
TOLD = Condition(ConditionKind.NOTIFIED, met=True)
ASKED = Condition(ConditionKind.CHANGES_REQUESTED, met=False, people=("example-reviewer",))
FOOTER = "<sub>Judged at commit 0123456789. To have it judged again, comment `/recheck`.</sub>"
PROBLEM = Problem(
    "assessments/example/one.yaml", 9, 12, "unknown-level", "`opne` is no level", "Did you mean `open`?",
    excerpt="    level: opne", width=4,
)  # fmt: skip
WARNING = replace(
    PROBLEM, line=11, what="the link is not encrypted", remedy="Use https:// if the site has it.",
    severity=Severity.WARNING, excerpt="      - url: http://example.org/weights",
)  # fmt: skip


def judgement(*conditions: Condition, **changes: Any) -> Judgement:
    """Return a judgement with these conditions."""
    stated: dict[str, Any] = {
        "classes": frozenset({ChangeClass.RAISED}),
        "needs": needs(POLICY, [ChangeClass.RAISED], 3),
        "conditions": conditions,
        "votes": (),
        "discounts": (),
        "concerns": (),
        "results": (),
        "mentions": (),
        "conversation": Conversation(),
    }
    return Judgement(**stated | changes)


NOBODY = judgement(classes=frozenset())


def report(**changes: Any) -> Report:
    """Return a report on a pull request that waits for approval and changes nothing on the board."""
    stated: dict[str, Any] = {
        "outcome": Outcome.WAITING,
        "head": "0123456789abcdef0123456789abcdef01234567",
        "base": "main",
        "conflicts": (),
        "problems": (),
        "change": None,
        "board": None,
        "judgement": judgement(TOLD, APPROVAL),
        "policy": POLICY,
        "other_files": (),
        "welcome": False,
    }
    return Report(**stated | changes)


def changing(before: dict[str, Assessment], after: dict[str, Assessment], **changes: Any) -> Report:
    change, board = change_of(before, after)
    return report(change=change, board=board, **changes)


RAISED = OTHERS | {"example/one": opened("code", "paper", "license")}


def parts(text: str) -> list[str]:
    """Return the paragraphs of a comment without its marker and its footer."""
    assert text.startswith(f"{MARKER}\n")
    assert text.endswith(f"\n\n{FOOTER}\n")
    return text.removeprefix(f"{MARKER}\n").removesuffix(f"\n\n{FOOTER}\n").split("\n\n")


# ---- one sentence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"outcome": Outcome.CONFLICT, "conflicts": ("a.yaml", "b.yaml")},
            "2 files conflict with main and must be brought together first.",
        ),
        (
            {"outcome": Outcome.CONFLICT, "conflicts": ("a.yaml",), "base": "a\u202e*b*"},
            "1 file conflicts with a\\u202e*b* and must be brought together first.",
        ),
        ({"outcome": Outcome.TO_FIX, "problems": (PROBLEM, WARNING)}, "1 problem to mend in 1 file."),
        (
            {"outcome": Outcome.TO_FIX, "problems": (PROBLEM, PROBLEM, replace(PROBLEM, path="b.yaml"))},
            "3 problems to mend in 2 files.",
        ),
        ({"outcome": Outcome.TO_FIX}, "Something is still to mend."),
        ({"outcome": Outcome.DRAFT}, "No problems so far; this is still a draft."),
        ({}, "No problems found; waiting for 1 approval by reviewers."),
        (
            {"judgement": judgement(ASKED, APPROVAL)},
            "No problems found; waiting for whoever asked for changes and 1 approval by reviewers.",
        ),
        ({"outcome": Outcome.READY}, "Ready to merge: all requirements are met."),
        (
            {"outcome": Outcome.READY, "judgement": NOBODY},
            "Nothing for the bot to judge.",
        ),
    ],
)
def test_the_verdict_is_one_plain_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert verdict(report(**changes)) == sentence


def test_the_status_says_the_verdict_and_what_changes_as_far_as_there_is_room() -> None:
    raised = changing(OTHERS | ONE, RAISED, outcome=Outcome.READY)
    line = status_line(raised)
    assert line.startswith("Ready to merge: all requirements are met. Example One rises from rank 4 to 1 (0.17 to 0.67")
    assert line.endswith("…")
    assert len(line) <= 140
    assert status_line(replace(raised, outcome=Outcome.TO_FIX, problems=(PROBLEM,))) == "1 problem to mend in 1 file."


def test_the_status_has_no_characters_that_github_refuses_there() -> None:
    line = status_line(changing({}, {"example/one": opened(model="🤖 One\u202e")}, outcome=Outcome.DRAFT))
    assert "still a draft. \ufffd One\ufffd enters" in line


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_a_raised_rating_that_waits_for_approval() -> None:
    text = as_comment(changing(OTHERS | ONE, RAISED))
    assert parts(text)[:8] == [
        "⏳ **No problems found; waiting for 1 approval by reviewers.**",
        "### Before the merge",
        "Class: *raised* ([what that needs](../blob/HEAD/GOVERNANCE.md)).",
        "- ✅ The developer is told.\n- ⏳ Approvals by reviewers: 0 of 1.",
        "### On the board",
        "Example One rises from rank 4 to 1 (0.17 to 0.67 of 4 points); 3 other models move by Equal weights.",
        "By other ways of ranking: 3 other models move by OSD, OSAID, Liesenfeld, Liu, Eiras, White.",
        "#### Example One",
    ]
    assert "\n\n#### 3 other models that move\n\n| Model |" in text


def test_problems_are_said_with_their_line_and_remedy_and_warnings_are_folded() -> None:
    text = as_comment(report(outcome=Outcome.TO_FIX, problems=(PROBLEM, WARNING), judgement=NOBODY))
    assert parts(text) == [
        "❌ **1 problem to mend in 1 file.**",
        "### To mend",
        "**`assessments/example/one.yaml`**",
        "- **Line 9:** `opne` is no level. Did you mean `open`?<br>`level: opne`",
        "<details>\n<summary>1 warning: worth a look, but nothing that stops the merge</summary>",
        "**`assessments/example/one.yaml`**",
        (
            "- **Line 11:** The link is not encrypted. Use https&#58;// if the site has it."
            "<br>`- url: http://example.org/weights`"
        ),
        "</details>",
    ]


def test_that_the_board_is_shown_later_is_said_only_where_something_of_it_changes() -> None:
    broken = report(outcome=Outcome.TO_FIX, problems=(PROBLEM,))
    later = "What changes on the board is shown once this is mended."
    assert later in as_comment(broken)
    assert later not in as_comment(replace(broken, judgement=NOBODY))
    assert later not in as_comment(replace(broken, outcome=Outcome.CONFLICT, conflicts=("README.md",)))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("assessments/example/two.yaml has the same name", "assessments/example/two.yaml has the same name."),
        ("pretraining_method is missing", "pretraining\\_method is missing."),
        ("a tab stands here", "A tab stands here."),
        ("`opne` is no level", "`opne` is no level."),
    ],
)
def test_a_sentence_begins_with_a_capital_letter_but_a_path_stays_as_it_is(what: str, said: str) -> None:
    assert f"- **Line 9:** {said}" in as_comment(report(problems=(replace(PROBLEM, what=what),)))


def test_while_something_is_to_mend_only_what_people_said_against_it_is_shown() -> None:
    heading = "### Before the merge"
    broken = report(outcome=Outcome.TO_FIX, problems=(PROBLEM,))
    assert heading not in as_comment(broken)
    objected = as_comment(replace(broken, judgement=judgement(ASKED, APPROVAL)))
    assert f"{heading}\n\n- ⏳ Changes requested by example-reviewer: until they approve" in objected
    assert "Approvals" not in objected
    assert heading in as_comment(report(outcome=Outcome.DRAFT))


def test_a_problem_of_a_whole_file_has_no_line_and_two_of_one_line_show_it_once() -> None:
    whole = replace(PROBLEM, path="assessments/a b.yaml", line=1, excerpt="", what="this is a symbolic link")
    problems = (whole, PROBLEM, replace(PROBLEM, column=13), replace(PROBLEM, line=10))
    page = rendered(as_comment(report(outcome=Outcome.TO_FIX, problems=problems)))
    assert "assessments/a b.yaml This is a symbolic link. Did" in page.words
    assert page.text.count("level: opne") == 2


def test_a_long_line_is_shown_around_its_problem() -> None:
    text = as_comment(report(problems=(replace(PROBLEM, excerpt="a" * 500 + "opne" + "b" * 500, column=501),)))
    assert f"<br>`…{'a' * 50}opne{'b' * 46}…`" in text


def test_beyond_ten_problems_are_folded_and_each_file_is_named_again() -> None:
    problems = tuple(replace(PROBLEM, line=line) for line in range(1, 14))
    text = as_comment(report(outcome=Outcome.TO_FIX, problems=problems))
    first, _, further = text.partition("<details>\n<summary>3 more problems</summary>\n\n")
    assert first.count("- **Line ") == 10
    assert further.startswith("**`assessments/example/one.yaml`**\n\n- **Line 11:** ")


def test_files_with_errors_count_as_they_were_where_others_change() -> None:
    broken = changing(OTHERS | ONE, RAISED, outcome=Outcome.TO_FIX, problems=(PROBLEM,))
    said = "### On the board\n\nFiles with errors count as they were before this pull request.\n\nExample One rises"
    assert said in as_comment(broken)
    assert "Files with errors" not in as_comment(replace(broken, problems=(WARNING,)))


def test_conflicts_are_named_with_what_to_do() -> None:
    conflict = report(outcome=Outcome.CONFLICT, conflicts=("assessments/example/one.yaml", "README.md"))
    assert parts(as_comment(conflict)) == [
        "❌ **2 files conflict with main and must be brought together first.**",
        "Both this pull request and `main` changed the same lines, or one deleted what the other changed:",
        "- `assessments/example/one.yaml`\n- `README.md`",
        (
            "Press *Resolve conflicts* at the end of this page, keep what is right of both sides, and commit. Or merge "
            "`main` into your branch with git. What this does to the board is shown after that."
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        (
            {"outcome": Outcome.TO_FIX, "problems": (PROBLEM,)},
            "open *Files changed*, press ⋯ beside the file, then *Edit",
        ),
        ({"outcome": Outcome.CONFLICT, "conflicts": ("a",)}, "contribution! One thing comes first:"),
        ({"outcome": Outcome.DRAFT}, "contribution! When you are done, press *Ready for review* below."),
        ({}, "contribution! Reviewers look at it next; there is nothing more for you to do now."),
        (
            {"judgement": judgement(ASKED)},
            "contribution! A reviewer asks for something: change it,",
        ),
    ],
)
def test_a_first_contribution_is_welcomed_with_the_next_step(changes: dict[str, Any], step: str) -> None:
    text = as_comment(report(welcome=True, **changes))
    assert parts(text)[1].startswith("Welcome, and thank you for your first contribution! ")
    assert step in parts(text)[1]
    assert "Welcome" not in as_comment(report(**changes))


def test_people_are_named_without_calling_them() -> None:
    people = tuple(f"example-{number}" for number in range(12))
    conditions = (APPROVAL._replace(met=True, have=1, people=("octo-example",)), ASKED._replace(people=people))
    *_, listed = parts(as_comment(report(judgement=judgement(*conditions))))
    assert listed.splitlines()[0] == "- ✅ Approvals by reviewers: 1 of 1 (octo-example)."
    assert f"Changes requested by {', '.join(people[:10])}, 2 more: until" in listed


STRANGER, MATE = Person(1, "example-stranger"), Person(2, "example-mate")


def test_whose_approval_does_not_count_is_said_with_the_reason() -> None:
    discounts = (
        Discount(MATE, DiscountReason.CONFLICT, frozenset({"example"})),
        Discount(STRANGER, DiscountReason.NO_RIGHT),
        Discount(STRANGER, DiscountReason.OLDER_COMMIT),
    )
    text = as_comment(report(judgement=judgement(APPROVAL, discounts=discounts)))
    said = "Approvals that don't count: example-mate (works for example), example-stranger (of an older commit)."
    assert said in text


def test_commands_that_did_nothing_are_said_with_who_may() -> None:
    said = comment("/hold <b>", MATE)
    answer = CommandResult(said, Command(Verb.HOLD, ("<b>",)), Refusal.NOT_A_MAINTAINER)
    text = as_comment(report(judgement=judgement(APPROVAL, results=(answer,) * 9)))
    assert text.count("- <code>/hold &lt;b&gt;</code> of example-mate: only maintainers may.") == 5


def test_every_condition_reason_and_refusal_has_words() -> None:
    for kind in ConditionKind:
        for met in (False, True):
            one = Condition(kind, met=met, people=("a",), developers=("example",), name="why", due=NOW)
            assert checklist.line(one)
            assert checklist.missing(one)
    for reason in DiscountReason:
        assert (checklist.discounts_line([Discount(MATE, reason)]) != "") is (
            reason not in (DiscountReason.BOT, DiscountReason.NO_RIGHT)
        )
    # Those behind it belong to disputes.
    for refusal in list(Refusal)[: list(Refusal).index(Refusal.NOT_HERE) + 1]:
        assert checklist.refusals([CommandResult(comment("/hold"), Command(Verb.HOLD, ()), refusal)])


def test_a_moment_is_never_said_earlier_than_it_is() -> None:
    assert checklist.moment(NOW) == "2026-11-21 12:00 UTC"
    assert checklist.moment(NOW + timedelta(microseconds=1)) == "2026-11-21 12:01 UTC"


def test_only_the_declared_people_of_a_developer_are_called() -> None:
    text = as_comment(report(judgement=judgement(APPROVAL, mentions=(MATE,))))
    assert "For your information, as their developer: @example-mate." in text
    assert "@" not in as_comment(report())


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["docs/data.md"], "1 other file (`docs/data.md`): CI and a maintainer judge it."),
        (["a", "b"], "2 other files (`a`, `b`): CI and a maintainer judge those."),
        (["a"] * 12, f"12 other files ({'`a`, ' * 10}2 more): CI and a maintainer judge those."),
    ],
)
def test_other_files_are_left_to_others(paths: list[str], said: str) -> None:
    assert parts(as_comment(report(other_files=tuple(paths))))[-1] == f"This pull request also changes {said}"


def test_the_summary_is_the_comment_without_its_marker_where_nothing_is_left_out() -> None:
    for each in (changing(OTHERS | ONE, RAISED), report(outcome=Outcome.TO_FIX, problems=(PROBLEM, WARNING))):
        assert MARKER + "\n" + as_summary(each) == as_comment(each)


# ---- hostile words ---------------------------------------------------------------------------------------------------

HOSTILE = [
    *HOSTILE_NAMES,
    MARKER,
    f"`{MARKER}`",
    "a` <!-- `b",
    "</details></code></sub>@example <details>",
    "```\n@example\n```",
    "x\n\n- [ ] y\n***\n\n    z",
    "\u2028@example\u2029#1\x00",
    "<picture><source srcset=https://evil.test/x.png>",
    "````` `",
    "[x]: https://evil.test/ 'y'",
    "\\`@example`\\",
    "a`b``c```d",
]
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from([*HOSTILE, "`", "``", " ", "\n", "<!--", "-->", "@a", "#1", "a", "\\"]), max_size=4).map(
        "".join
    ),
    st.text(max_size=30),
)
PROBLEMS = st.builds(
    Problem,
    path=TEXTS,
    line=st.integers(1, 3),
    column=st.integers(1, 40),
    rule=st.just("rule"),
    what=TEXTS.map("`{}` is no level".format) | TEXTS,
    remedy=TEXTS.map("Did you mean `{}`?".format) | TEXTS,
    severity=st.sampled_from(Severity),
    excerpt=TEXTS,
)
SHOWN = {"p", "strong", "em", "code", "br", "h3", "h4", "ul", "li", "details", "summary", "sub", "span"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td", "a"}


def assert_harmless(markdown: str) -> None:
    assert "<!--" not in markdown.removeprefix(MARKER)
    html = html_of(markdown)
    page = page_of(html)
    assert set(page.elements) <= SHOWN | TABLE
    assert set(page.links) <= {"https://example.org/page", "https://example.org/weights", "../blob/HEAD/GOVERNANCE.md"}
    # What GitHub does after Markdown passes over code, and sees no name where an element stands between.
    bare = re.sub(r"<code>.*?</code>", "<code></code>", html, flags=re.DOTALL)
    assert not re.search(r"@\w", bare)
    assert not re.search(r"#[0-9]|\bgh-[0-9]", re.sub("&#[0-9]+;", "", bare), re.IGNORECASE)
    assert not re.search(r"\$[^<]", bare)
    for tag in ("details", "summary", "sub", "code", "table", "ul", "li", "p", "strong", "span"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>")


@settings(max_examples=examples(200), deadline=None)
@given(
    problems=st.lists(PROBLEMS, max_size=5),
    conflicts=st.lists(TEXTS, max_size=2),
    others=st.lists(TEXTS, max_size=2),
    people=st.lists(TEXTS, max_size=2),
    base=TEXTS,
    outcome=st.sampled_from(Outcome),
    korean=st.booleans(),
)
@example(
    problems=[replace(PROBLEM, excerpt=MARKER, what=f"`{MARKER}` is no level")],
    conflicts=[MARKER],
    others=[MARKER],
    people=[MARKER],
    base=MARKER,
    outcome=Outcome.CONFLICT,
    korean=True,
)
def test_whatever_words_are_in_a_report_they_are_shown_and_do_nothing(
    problems: list[Problem],
    conflicts: list[str],
    others: list[str],
    people: list[str],
    base: str,
    outcome: Outcome,
    *,
    korean: bool,
) -> None:
    hostile = report(
        problems=tuple(problems),
        conflicts=tuple(conflicts),
        other_files=tuple(others),
        judgement=judgement(ASKED._replace(people=tuple(people))),
        base=base,
        outcome=outcome,
        korean=korean,
    )
    assert_harmless(as_comment(hostile))
    assert_harmless(as_summary(hostile))
    assert len(status_line(hostile)) <= 140
    assert status_line(hostile).isprintable()
    for problem in problems:
        assert "\n" not in sentence(problem, in_korean=korean)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_whatever_a_model_is_called_it_does_nothing(name: str) -> None:
    new = assessment("placeholder", ratings={"code": rated(fact=name, where=name)}).model_copy(update={"model": name})
    hostile = changing(OTHERS, OTHERS | {"example/new": new, "example/none": opened("code")})
    assert_harmless(as_comment(hostile))
    assert status_line(hostile).isprintable()


def test_what_a_contributor_wrote_is_shown_as_it_is() -> None:
    problem = replace(
        PROBLEM, what="`a|b <i>` is no level", remedy="Did you mean `x`, `y`?", excerpt="a: ``b`` <!-- c -->"
    )
    page = rendered(as_comment(report(outcome=Outcome.TO_FIX, problems=(problem,))))
    assert "Line 9: a|b <i> is no level. Did you mean x, y?a: ``b`` <!-- c -->" in page.words


# ---- sizes -----------------------------------------------------------------------------------------------------------

LONG = "한@" * 200
MANY = tuple(
    replace(PROBLEM, path=f"assessments/example/m{number // 20}.yaml", line=number + 1, excerpt=f"level: opne{number}")
    for number in range(3000)
)
MOVED = changing(
    copies(opened("code"), "Example S{}", 2000),
    copies(opened("code"), "Example S{}", 2000) | {"n/n": opened("code", "api")},
)
WORDY = assessment(ratings={name: rated(fact=LONG, where=LONG) for name in ("code", "paper", "api")})
CHANGED = changing({}, copies(WORDY, "Example N{} " + "@한" * 30, 400))


@pytest.mark.parametrize(
    "large",
    [
        report(outcome=Outcome.TO_FIX, problems=MANY),
        report(outcome=Outcome.TO_FIX, problems=tuple(replace(each, severity=Severity.WARNING) for each in MANY)),
        replace(MOVED, problems=MANY),
        MOVED,
        replace(CHANGED, problems=(PROBLEM,)),
        report(
            problems=tuple(replace(each, path=LONG * 20 + each.path, excerpt=LONG * 99, what=LONG) for each in MANY)
        ),
        report(conflicts=(LONG,) * 3000, other_files=(LONG,) * 3000, base=LONG, outcome=Outcome.CONFLICT),
        report(judgement=judgement(*(ASKED._replace(people=(LONG,) * 99),) * 30), welcome=True),
    ],
    ids=["problems", "warnings", "problems and movers", "movers", "models", "long problems", "files", "people"],
)
@pytest.mark.parametrize("limit", [COMMENT_LIMIT, 20_000])
def test_a_comment_stays_within_its_limit_and_is_whole_markdown(large: Report, limit: int) -> None:
    text = as_comment(large, limit)
    assert len(text.encode()) <= limit
    assert_harmless(text)
    assert text.endswith(f"{FOOTER}\n")
    assert len(as_summary(large).encode()) <= 1_000_000


POINTER = "This comment is cut: the summary of the job has everything. The status `openness-bot` links to it."


def test_what_is_left_out_is_counted_and_stands_in_the_summary() -> None:
    many = report(outcome=Outcome.TO_FIX, problems=MANY)
    text, summary = as_comment(many), as_summary(many)
    shown = text.count("- **Line ")
    assert f"<summary>{shown - 10} more problems</summary>" in text
    assert f"\n\nNot shown here: {3000 - shown:,} errors.\n\n" in text
    assert POINTER in text
    assert summary.count("- **Line ") == 3000
    assert "is cut" not in summary


def test_models_that_only_move_are_left_out_before_problems_are() -> None:
    text, summary = as_comment(MOVED), as_summary(MOVED)
    assert "and 1900 more models" in text
    assert POINTER in text
    assert summary.count("| Example S") == 2000
    both = as_comment(replace(MOVED, outcome=Outcome.TO_FIX, problems=MANY))
    assert both.count("- **Line ") > 300
    assert "### On the board" in both


def test_the_summary_says_when_even_it_is_cut() -> None:
    long = report(outcome=Outcome.TO_FIX, problems=MANY * 9)
    assert "`openness-bot preview` in a checkout shows everything." in as_summary(long)
