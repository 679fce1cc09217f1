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
    next_step,
    sentence,
    status_line,
    verdict,
)
from bot.handlers.pull_request.facts import ChangedFile
from bot.handlers.pull_request.report import Outcome, Report
from bot.text.catalogue import ngettext
from bot.text.templates import macros
from tests.board.ranking.changes import ONE, OTHERS, change_of, copies, opened, rated
from tests.handlers.pull_request.samples import NOW, POLICY, comment, contents, pull
from tests.samples import assessment
from tests.site.boards import HOSTILE_NAMES
from tests.site.page import html_of, page_of, rendered
from tests.thorough import examples

if TYPE_CHECKING:
    from bot.board.model.assessment import Assessment

APPROVAL = Condition(ConditionKind.APPROVALS, met=False, need=1)
TOLD = Condition(ConditionKind.NOTIFIED, met=True, people=("example-told",))
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
FIX = "The author fixes what is listed here, and everything is checked again."


def altered(before: Report, **changes: Any) -> Report:
    """Return a report with other facts: of its own, of the pull request, or of its contents."""
    own = {key: changes.pop(key) for key in ("outcome", "judgement", "language") if key in changes}
    opened = {key: changes.pop(key) for key in ("base", "is_first", "author") if key in changes}
    if "other_files" in changes:
        changes["changed"] = tuple(ChangedFile(path, "", "", 1) for path in changes.pop("other_files"))
    return replace(before, pull=replace(before.pull, **opened), contents=replace(before.contents, **changes), **own)


def report(**changes: Any) -> Report:
    """Return a report on a pull request that waits for approval and changes nothing on the board."""
    plain = Report(Outcome.WAITING, pull(), contents(head="0123456789abcdef" * 2), judgement(TOLD, APPROVAL))
    return altered(plain, **changes)


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
            "2 files conflict with main.",
        ),
        (
            {"outcome": Outcome.CONFLICT, "conflicts": ("a.yaml",), "base": "a\u202e*b*"},
            "1 file conflicts with a\\u202e*b*.",
        ),
        ({"outcome": Outcome.TO_FIX, "problems": (PROBLEM, WARNING)}, "1 problem to fix in 1 file."),
        (
            {"outcome": Outcome.TO_FIX, "problems": (PROBLEM, PROBLEM, replace(PROBLEM, path="b.yaml"))},
            "3 problems to fix in 2 files.",
        ),
        ({"outcome": Outcome.TO_FIX}, "Something has to be fixed."),
        ({"outcome": Outcome.DRAFT}, "No problems so far; this is still a draft."),
        ({}, "No problems found; waiting for 1 approval by a reviewer."),
        (
            {"judgement": judgement(ASKED, APPROVAL)},
            "No problems found; waiting for the changes that example-reviewer asked for and 1 approval by a reviewer.",
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


def test_the_status_has_the_verdict_and_the_changes_that_fit() -> None:
    raised = changing(OTHERS | ONE, RAISED, outcome=Outcome.READY)
    line = status_line(raised)
    assert line.startswith("Ready to merge: all requirements are met. Example One rises from rank 4 to 1 (0.17 → 0.")
    assert line.endswith("…")
    assert len(line) <= 140
    assert status_line(altered(raised, outcome=Outcome.TO_FIX, problems=(PROBLEM,))) == "1 problem to fix in 1 file."


def test_the_status_has_no_characters_that_github_refuses_there() -> None:
    line = status_line(changing({}, {"example/one": opened(model="🤖 One\u202e")}, outcome=Outcome.DRAFT))
    assert "still a draft. \ufffd One\\u202e enters" in line


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_a_raised_rating_that_waits_for_approval() -> None:
    text = as_comment(changing(OTHERS | ONE, RAISED))
    assert parts(text)[:7] == [
        "⏳ **No problems found; waiting for 1 approval by a reviewer.**",
        "Nothing to do for the author; a reviewer reads the evidence and approves.",
        "Class: *raised* ([what that needs](../blob/HEAD/GOVERNANCE.md#what-a-change-needs)).",
        "### Before the merge",
        "- ✅ The developer is told (example-told).",
        "### On the board",
        (
            "Example One rises from rank 4 to 1 (0.17 → 0.67 of 4 points). Example Alpha, Example Gamma and Example Beta move "
            "down one place."
        ),
    ]
    assert "#### " not in text


def test_problems_are_shown_with_their_line_and_remedy_and_warnings_are_folded() -> None:
    text = as_comment(report(outcome=Outcome.TO_FIX, problems=(PROBLEM, WARNING), judgement=NOBODY))
    assert parts(text) == [
        "❌ **1 problem to fix in 1 file.**",
        FIX,
        "### To fix",
        "**`assessments/example/one.yaml`**",
        "- **Line 9:** `opne` is no level. Did you mean `open`?<br>`level: opne`",
        "<details>\n<summary>1 warning: worth a look, but it does not stop the merge</summary>",
        "**`assessments/example/one.yaml`**",
        (
            "- **Line 11:** The link is not encrypted. Use https&#58;// if the site has it."
            "<br>`- url: http://example.org/weights`"
        ),
        "</details>",
    ]


def test_a_later_leaderboard_is_announced_only_if_it_changes() -> None:
    broken = report(outcome=Outcome.TO_FIX, problems=(PROBLEM,))
    later = "What changes on the board is shown after that."
    assert later in as_comment(broken)
    assert later not in as_comment(altered(broken, judgement=NOBODY))
    unchanged = changing(OTHERS, OTHERS, outcome=Outcome.TO_FIX, problems=(PROBLEM,))
    assert later in as_comment(unchanged)
    assert "Nothing on the board" not in as_comment(unchanged)
    assert as_comment(altered(broken, outcome=Outcome.CONFLICT, conflicts=("README.md",))).count(later) == 1


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


def test_while_there_are_problems_only_objections_of_people_are_shown() -> None:
    heading = "### Before the merge"
    broken = report(outcome=Outcome.TO_FIX, problems=(PROBLEM,))
    assert heading not in as_comment(broken)
    objected = as_comment(altered(broken, judgement=judgement(ASKED, APPROVAL)))
    assert f"{heading}\n\n- ⏳ Changes requested by example-reviewer: until they approve" in objected
    assert "Approvals" not in objected
    assert heading in as_comment(report(outcome=Outcome.DRAFT))


def test_what_the_verdict_says_is_not_said_again() -> None:
    conditions = (APPROVAL, Condition(ConditionKind.WAIT, met=False, due=NOW))
    waits = as_comment(report(judgement=judgement(*conditions)))
    assert "waiting until 2026-11-21 12:00 UTC for 1 approval by a reviewer.**" in waits
    assert "- ⏳" not in waits
    one = as_comment(report(judgement=judgement(APPROVAL._replace(need=2, have=1, people=("example-ann",)))))
    assert "- ⏳ Approvals by reviewers: 1 of 2 (example-ann)." in one
    told = as_comment(report(judgement=judgement(TOLD._replace(people=()), APPROVAL)))
    assert "is told" not in told


def test_a_problem_of_a_whole_file_has_no_line_and_two_of_one_line_show_it_once() -> None:
    whole = replace(PROBLEM, path="assessments/a b.yaml", line=1, excerpt="", what="this is a symbolic link")
    other = replace(PROBLEM, what="it is something else")
    problems = (whole, PROBLEM, replace(other, column=13), replace(PROBLEM, line=10, what="and here"))
    page = rendered(as_comment(report(outcome=Outcome.TO_FIX, problems=problems)))
    assert "assessments/a b.yaml This is a symbolic link. Did" in page.words
    assert page.text.count("level: opne") == 2


@pytest.mark.parametrize(
    ("excerpt", "column", "shown"),
    [
        ("a" * 500 + "opne" + "b" * 500, 501, f"…{'a' * 50}opne{'b' * 46}…"),
        ("a" * 500 + "opne" + "b" * 46, 501, f"…{'a' * 50}opne{'b' * 46}"),
        ("a" * 500 + "opne" + "b" * 47, 501, f"…{'a' * 50}opne{'b' * 46}…"),
        ("a" * 50 + "opne" + "b" * 500, 51, f"{'a' * 50}opne{'b' * 46}…"),
        ("a" * 51 + "opne" + "b" * 500, 52, f"…{'a' * 50}opne{'b' * 46}…"),
        ("a" * 90 + "opne" + "b" * 6, 91, f"{'a' * 90}opne{'b' * 6}"),
        ("a" * 90 + "opne" + "b" * 7, 91, f"…{'a' * 50}opne{'b' * 7}"),
    ],
)
def test_a_long_line_is_shown_around_its_problem(excerpt: str, column: int, shown: str) -> None:
    text = as_comment(report(problems=(replace(PROBLEM, excerpt=excerpt, column=column),)))
    assert f"<br>`{shown}`" in text


def test_beyond_ten_problems_are_folded_and_each_file_is_named_again() -> None:
    problems = tuple(replace(PROBLEM, line=line, what=f"`opne{line}` is no level") for line in range(1, 14))
    text = as_comment(report(outcome=Outcome.TO_FIX, problems=problems))
    first, _, further = text.partition("<details>\n<summary>3 more problems</summary>\n\n")
    assert first.count("- **Line ") == 10
    assert further.startswith("**`assessments/example/one.yaml`**\n\n- **Line 11:** ")


def test_files_with_errors_count_as_they_were_where_others_change() -> None:
    broken = changing(OTHERS | ONE, RAISED, outcome=Outcome.TO_FIX, problems=(PROBLEM,))
    said = "### On the board\n\nFiles with errors count as they were before this pull request.\n\nExample One rises"
    assert said in as_comment(broken)
    assert "Files with errors" not in as_comment(altered(broken, problems=(WARNING,)))


def test_conflicts_are_named_with_what_to_do() -> None:
    conflict = report(outcome=Outcome.CONFLICT, conflicts=("assessments/example/one.yaml", "README.md"))
    assert parts(as_comment(conflict)) == [
        "❌ **2 files conflict with main.**",
        (
            "The author presses *Resolve conflicts* at the end of this page, keeps what is right of both sides, and commits; or "
            "merges `main` into the branch with git. What changes on the board is shown after that."
        ),
        "- `assessments/example/one.yaml`\n- `README.md`",
    ]


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        (
            {"outcome": Outcome.TO_FIX, "problems": (PROBLEM,)},
            "On GitHub: open *Files changed*, press ⋯ beside the file, then *Edit",
        ),
        ({"outcome": Outcome.CONFLICT, "conflicts": ("a",)}, "contribution! The author presses *Resolve conflicts*"),
        ({"outcome": Outcome.DRAFT}, "contribution! The author presses *Ready for review* below when it is done."),
        ({}, "contribution! Nothing to do for the author; a reviewer reads the evidence and approves."),
        (
            {"judgement": judgement(ASKED)},
            "contribution! The author changes what a reviewer asks for, or answers there.",
        ),
    ],
)
def test_a_first_contribution_is_welcomed_with_the_next_step(changes: dict[str, Any], step: str) -> None:
    text = as_comment(report(is_first=True, **changes))
    assert parts(text)[1].startswith("Welcome, and thank you for your first contribution! ")
    assert step in parts(text)[1]
    assert "Welcome" not in as_comment(report(**changes))


WAIT = Condition(ConditionKind.WAIT, met=False, due=NOW)


@pytest.mark.parametrize(
    ("conditions", "step"),
    [
        ([APPROVAL, ASKED], "answer"),
        ([APPROVAL, Condition(ConditionKind.HOLD, met=False, people=("example-mia",))], "decide"),
        ([APPROVAL, Condition(ConditionKind.SPENT_COMMIT, met=False)], "see"),
        ([WAIT, APPROVAL], "approve"),
        ([WAIT, Condition(ConditionKind.ORGANISATIONS, met=False, have=1, need=2)], "approve"),
        ([WAIT, Condition(ConditionKind.NOTIFIED, met=False, developers=("example",))], "notify"),
        ([Condition(ConditionKind.FINAL_COMMENT, met=False, days=10)], "begin"),
        ([Condition(ConditionKind.FINAL_COMMENT, met=False, days=10, due=NOW)], "wait"),
        ([WAIT], "wait"),
    ],
)
def test_the_next_step_is_that_of_the_first_condition_that_asks_somebody(
    conditions: list[Condition], step: str
) -> None:
    given = report(judgement=judgement(*conditions))
    assert next_step(given) == step
    assert parts(as_comment(given))[1].endswith(".")


def test_people_are_named_without_calling_them() -> None:
    people = tuple(f"example-{number}" for number in range(12))
    conditions = (APPROVAL._replace(met=True, have=1, people=("octo-example",)), ASKED._replace(people=people))
    *_, listed = parts(as_comment(report(judgement=judgement(*conditions))))
    assert listed.splitlines()[0] == "- ✅ Approvals by reviewers: 1 of 1 (octo-example)."
    assert f"Changes requested by {', '.join(people[:10])} and 2 more: until" in listed


STRANGER, MATE = Person(1, "example-stranger"), Person(2, "example-mate")


def test_an_approval_that_does_not_count_is_shown_with_the_reason() -> None:
    discounts = (
        Discount(MATE, DiscountReason.CONFLICT, frozenset({"example"})),
        Discount(STRANGER, DiscountReason.NO_RIGHT),
        Discount(STRANGER, DiscountReason.OLDER_COMMIT),
    )
    text = as_comment(report(judgement=judgement(APPROVAL, discounts=discounts)))
    said = "Approvals that do not count: example-mate (works for example), example-stranger (of an older commit)."
    assert said in text


def test_commands_without_effect_are_shown_with_the_people_who_may_give_them() -> None:
    said = comment("/hold <b>", MATE)
    answer = CommandResult(said, Command(Verb.HOLD, ("<b>",)), Refusal.NOT_A_MAINTAINER)
    text = as_comment(report(judgement=judgement(APPROVAL, results=(answer,) * 9)))
    assert text.count("- <code>/hold &lt;b&gt;</code> of example-mate: Only maintainers may do this.") == 5


def test_every_condition_reason_and_refusal_has_words() -> None:
    for kind in ConditionKind:
        for met in (False, True):
            one = Condition(kind, met=met, people=("a",), have=1, need=1, developers=("example",), name="why", due=NOW)
            assert checklist.missing(one)
            text = as_comment(report(outcome=Outcome.READY, judgement=judgement(one)))
            assert kind is ConditionKind.WAIT or re.search(r"^- (✅|⏳) \w", text, re.MULTILINE)
    for reason in DiscountReason:
        text = as_comment(report(judgement=judgement(APPROVAL, discounts=(Discount(MATE, reason),))))
        mentioned = reason not in (DiscountReason.BOT, DiscountReason.NO_RIGHT)
        assert bool(re.search(r"not count: example-mate \(\w", text)) is mentioned
    # Those behind it belong to disputes.
    for refusal in list(Refusal)[: list(Refusal).index(Refusal.NOT_HERE) + 1]:
        assert macros("handlers/pull_request/refusals.md.j2").refusals[refusal]


def test_a_moment_is_never_shown_earlier_than_it_is() -> None:
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
        (["a", "b"], "2 other files (`a`, `b`): CI and a maintainer judge them."),
        (["a"] * 12, f"12 other files ({'`a`, ' * 10}…): CI and a maintainer judge them."),
    ],
)
def test_other_files_are_left_to_others(paths: list[str], said: str) -> None:
    assert parts(as_comment(report(other_files=tuple(paths))))[-1] == f"This pull request also changes {said}"
    code_only = judgement(APPROVAL, classes=frozenset({ChangeClass.CODE}))
    assert "also changes" not in as_comment(report(other_files=tuple(paths), judgement=code_only))


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
SHOWN = {"p", "strong", "em", "code", "br", "h3", "h4", "ul", "li", "details", "summary", "sub", "span", "hr"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td", "a"}


def assert_harmless(markdown: str) -> None:
    assert "<!--" not in markdown.removeprefix(MARKER)
    html = html_of(markdown)
    page = page_of(html)
    assert set(page.elements) <= SHOWN | TABLE
    assert set(page.links) <= {
        "https://example.org/page",
        "https://example.org/weights",
        "../blob/HEAD/GOVERNANCE.md#what-a-change-needs",
    }
    # GitHub's steps after Markdown skip code, and see no name that an element splits.
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
        language="ko" if korean else "en",
    )
    assert_harmless(as_comment(hostile))
    assert_harmless(as_summary(hostile))
    assert len(status_line(hostile)) <= 140
    assert status_line(hostile).isprintable()
    for problem in problems:
        assert "\n" not in sentence(problem, "ko" if korean else "en")


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
    replace(
        PROBLEM,
        path=f"assessments/example/m{number // 20}.yaml",
        line=number + 1,
        what=f"`opne{number}` is no level",
        excerpt=f"level: opne{number}",
    )
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
        altered(MOVED, problems=MANY),
        MOVED,
        altered(CHANGED, problems=(PROBLEM,)),
        report(
            problems=tuple(replace(each, path=LONG * 20 + each.path, excerpt=LONG * 99, what=LONG) for each in MANY)
        ),
        report(conflicts=(LONG,) * 3000, other_files=(LONG,) * 3000, base=LONG, outcome=Outcome.CONFLICT),
        report(judgement=judgement(*(ASKED._replace(people=(LONG,) * 99),) * 30), is_first=True),
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


def test_what_is_left_out_is_counted_and_is_in_the_summary() -> None:
    many = report(outcome=Outcome.TO_FIX, problems=MANY)
    text, everything = as_comment(many), as_summary(many)
    shown = text.count("- **Line ")
    assert f"<summary>{shown - 10} more problems</summary>" in text
    assert f"\n\n{3000 - shown:,} problems are not shown here.\n\n" in text
    assert POINTER in text
    assert everything.count("- **Line ") == 3000
    assert "is cut" not in everything


def test_the_names_of_conflicting_files_are_counted_where_they_do_not_fit() -> None:
    text = as_comment(report(outcome=Outcome.CONFLICT, conflicts=tuple(f"{number:090}" for number in range(3000))))
    shown = text.count("- `0")
    assert 500 < shown < 3000
    assert f"`\n- and {3000 - shown:,} more\n" in text
    assert POINTER in text


def test_models_are_left_out_before_problems_are() -> None:
    both = as_comment(altered(CHANGED, outcome=Outcome.TO_FIX, problems=MANY))
    assert both.count("- **Line ") > 250
    assert "### On the board" in both
    assert re.search("[0-9]+ more changed models would not fit here", both)


def test_models_that_only_move_are_counted() -> None:
    assert "2,000 other models move down one place." in as_comment(MOVED)
    assert POINTER not in as_comment(MOVED)


def test_the_summary_says_when_even_it_is_cut() -> None:
    long = report(outcome=Outcome.TO_FIX, problems=tuple(replace(one, what=f"{one.line} {LONG}") for one in MANY))
    assert "`openness-bot preview` in a checkout shows everything." in as_summary(long)


# ---- repeated problems, and drafts -----------------------------------------------------------------------------------


def test_problems_with_the_same_sentence_are_one_line_with_all_lines() -> None:
    def missing(criterion: str, line: int) -> Problem:
        what = ngettext(
            "%(number)s link to `%(criterion)s`", "%(number)s links to %(criterion)s", 1, criterion=criterion
        )
        return replace(PROBLEM, line=line, what=what, excerpt=f"{criterion}:")

    text = as_comment(report(outcome=Outcome.TO_FIX, problems=(missing("code", 3), missing("paper", 9))))
    assert "2 problems to fix in 1 file." in text
    assert "- **Lines 3, 9:** 2 links to code, paper. Did you mean `open`?\n" in text


def test_the_same_problem_in_more_than_two_files_is_one_line_with_the_files() -> None:
    files = tuple(replace(PROBLEM, path=f"assessments/example/m{number:02}.yaml") for number in range(12))
    assert "**In " not in as_comment(report(outcome=Outcome.TO_FIX, problems=files[:2]))
    text = as_comment(report(outcome=Outcome.TO_FIX, problems=(*files, replace(PROBLEM, what="something else"))))
    named = ", ".join(f"`assessments/example/m{number:02}.yaml`:9" for number in range(10))
    assert f"- **In 12 files:** `opne` is no level. Did you mean `open`?<br>{named}, …\n" in text
    assert "**`assessments/example/one.yaml`**\n\n- **Line 9:** Something else." in text
    everything = as_summary(report(outcome=Outcome.TO_FIX, problems=files))
    assert "`assessments/example/m11.yaml`:9\n" in everything


UNRATED = replace(PROBLEM, rule="unassessed", what="2 criteria are left to judge: `code`, `paper`")


def test_a_draft_says_once_which_criteria_are_left_to_rate() -> None:
    draft = changing(OTHERS, OTHERS, outcome=Outcome.DRAFT, problems=(UNRATED,), judgement=NOBODY)
    assert parts(as_comment(draft)) == [
        "⏳ **This draft is not complete: 2 criteria are left to rate.**",
        "The author writes a level and its evidence for what is left, then presses *Ready for review* below:",
        "- `assessments/example/one.yaml`: Code, Paper",
        "What changes on the board is shown after that.",
    ]
    assert status_line(draft) == "This draft is not complete: 2 criteria are left to rate."
    korean = as_comment(altered(draft, language="ko"))
    assert "- `assessments/example/one.yaml`: 코드, 논문\n" in korean


@pytest.mark.parametrize("problems", [(), (UNRATED,)])
def test_nobody_is_told_to_press_what_only_the_bot_and_reviewers_can_press(problems: tuple[Problem, ...]) -> None:
    """The bot is the author of what it proposes for a form."""
    draft = changing(OTHERS, OTHERS, outcome=Outcome.DRAFT, problems=problems, judgement=NOBODY)
    draft = altered(draft, author=draft.pull.author._replace(is_bot=True))
    assert "reviewer" in parts(as_comment(draft))[1]
    assert "The author" not in as_comment(draft)
