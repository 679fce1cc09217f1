"""Who wrote what a pull request does: from GitHub's accounts and git's commits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from bot.git.commits import GitCommit, commits_beyond, is_automatic_merge
from bot.git.repository import Repository
from bot.github.facts import Person, PullCommit, TimelineEvent, TimelineKind
from bot.governance.judgement import UnknownAuthors
from bot.handlers.pull_request import authors
from bot.handlers.pull_request.authors import (
    MOST_FORCED,
    Answers,
    Authors,
    CommitHistory,
    FormerHead,
    doubtful,
    find_authors,
    has_other_committers,
    matters,
    read_commit_history,
    replaced_heads,
    unasked,
)
from bot.handlers.pull_request.contents import read_contents
from tests.checkouts import commit, committed_checkout, git, write
from tests.governance.samples import ALICE, AUTHOR, BOB, approvals, comment
from tests.handlers.pull_request import samples
from tests.handlers.pull_request.samples import pull

if TYPE_CHECKING:
    from pathlib import Path

    from bot.github.facts import Facts, Review

NOW = datetime(2026, 1, 5, tzinfo=UTC)
BOT = 41898282
BOTS = f"{BOT}+github-actions[bot]@users.noreply.github.com"
HERS, HIS = "alice@example.org", "author@example.org"


def facts(*reviews: Review, **changes: Any) -> Facts:
    return replace(samples.facts(*reviews), **changes)


def made(ident: str, author: str = HIS, *co_authors: str, committer: str | None = None) -> GitCommit:
    return GitCommit(ident, ("parent",), author, frozenset({author, *co_authors}), committer or author)


def told(ident: str, *people: Person, committer: Person | None = None) -> PullCommit:
    return PullCommit(ident, ("parent",), frozenset(one.id for one in people), committer.id if committer else None)


def former(*commits: GitCommit, relevant: bool = True, result: str | None = None) -> FormerHead:
    return FormerHead(commits, frozenset(one.id for one in commits) if relevant else frozenset(), result)


def history(own: tuple[GitCommit, ...] = (made("a"),), *heads: FormerHead, is_complete: bool = True) -> CommitHistory:
    return CommitHistory(own, heads, is_complete, "result")


MINE = told("a", AUTHOR, committer=AUTHOR)
HER_OLD = former(made("b", HERS))
SAME = former(made("b"), result="result")
CASES: dict[str, tuple[Any, Any, dict[str, Any], set[Person], UnknownAuthors | None]] = {
    "one commit of their own": ((MINE,), history(), {}, {AUTHOR}, None),
    "a commit of another person": ((told("a", ALICE, committer=ALICE),), history(), {}, {AUTHOR, ALICE}, None),
    "a co-author": ((told("a", AUTHOR, ALICE),), history(), {}, {AUTHOR, ALICE}, None),
    "committed by another": ((told("a", AUTHOR, committer=ALICE),), history(), {}, {AUTHOR, ALICE}, None),
    "rebased by another": (
        (told("a", AUTHOR, committer=ALICE),),
        history((made("a"),), SAME),
        {"commits": {"b": told("b", AUTHOR, committer=AUTHOR)}},
        {AUTHOR},
        None,
    ),
    "rebased by another who had committed it before": (
        (told("a", AUTHOR, committer=ALICE),),
        history((made("a"),), SAME),
        {"commits": {"b": told("b", AUTHOR, committer=ALICE)}},
        {AUTHOR, ALICE},
        None,
    ),
    "rebased by another, of a head that GitHub does not know": (
        (told("a", AUTHOR, committer=ALICE),),
        history((made("a"),), former(made("b"), relevant=False, result="result")),
        {},
        {AUTHOR, ALICE},
        None,
    ),
    "amended to another name": (
        (MINE,), history((made("a"),), HER_OLD), {"commits": {"b": told("b", ALICE)}}, {AUTHOR, ALICE}, None,
    ),
    "a former commit by nobody whom GitHub knows": (
        (MINE,), history((made("a"),), HER_OLD), {"commits": {"b": told("b")}}, {AUTHOR}, None,
    ),
    "a former commit that GitHub does not have": (
        (MINE,), history((made("a"),), HER_OLD), {}, {AUTHOR}, UnknownAuthors.FORMER,
    ),
    "a former commit elsewhere": (
        (MINE,), history((made("a"),), former(made("b", HERS), relevant=False)), {}, {AUTHOR}, None,
    ),
    "a former commit by the same person": ((MINE,), history((made("a"),), former(made("b"))), {}, {AUTHOR}, None),
    "a former commit of theirs, changed by another": (
        (MINE,),
        history((made("a"),), former(made("b", committer=HERS), result="hers"), former(made("c"), result="his")),
        {"commits": {"b": told("b", AUTHOR, committer=ALICE), "c": told("c", AUTHOR, committer=AUTHOR)}},
        {AUTHOR, ALICE},
        None,
    ),
    "a former commit of theirs, changed by another, and the same again": (
        (MINE,),
        history((made("a"),), former(made("c"), result="hers"), former(made("b", committer=HERS), result="hers")),
        {"commits": {"b": told("b", AUTHOR, committer=ALICE), "c": told("c", AUTHOR, committer=AUTHOR)}},
        {AUTHOR, ALICE},
        None,
    ),
    "a former commit of theirs, rebased by another": (
        (MINE,),
        history((made("a"),), former(made("b", committer=HERS), result="his"), former(made("c"), result="his")),
        {"commits": {"b": told("b", AUTHOR, committer=ALICE), "c": told("c", AUTHOR, committer=AUTHOR)}},
        {AUTHOR},
        None,
    ),
    "a former commit of theirs, made on the pages of GitHub": (
        (MINE,), history((made("a"),), former(made("b", committer="noreply@github.com"))), {}, {AUTHOR}, None,
    ),
    "a former co-author": (
        (MINE,),
        history((made("a"),), former(made("b", HIS, HERS))),
        {"commits": {"b": told("b", AUTHOR, ALICE)}},
        {AUTHOR, ALICE},
        None,
    ),
    "a present co-author, whom GitHub does not take for one": (
        (MINE,),
        history((made("a", HIS, HERS),), HER_OLD),
        {"commits": {"b": told("b", ALICE)}},
        {AUTHOR, ALICE},
        None,
    ),
    "a former head is gone": ((MINE,), None, {}, {AUTHOR}, UnknownAuthors.FORMER),
    "more commits than GitHub lists": (None, history(), {}, {AUTHOR}, UnknownAuthors.TOO_MANY),
    "more commits than anybody looks at": ((MINE,), history(is_complete=False), {}, {AUTHOR}, UnknownAuthors.TOO_MANY),
    "a commit that GitHub does not list": ((), history(), {}, {AUTHOR}, UnknownAuthors.TOO_MANY),
    "a form": ((MINE,), history(), {"reporters": frozenset({BOB.id})}, {AUTHOR, BOB}, None),
    "a form of which GitHub does not tell all writers": (
        (MINE,), history(), {"are_reporters_known": False}, {AUTHOR}, UnknownAuthors.REPORTERS,
    ),
    "in the bot's name": ((told("a"),), history((made("a", BOTS),)), {}, {AUTHOR}, UnknownAuthors.NOT_MADE),
    "committed in the bot's name": (
        (MINE,), history((made("a", committer=BOTS),)), {}, {AUTHOR}, UnknownAuthors.NOT_MADE,
    ),
    "made by the bot, and rebased": (
        (told("a"),), history((made("a", BOTS),), former(made("b", BOTS), result="result")), {"made": frozenset({"b"})},
        {AUTHOR}, None,
    ),
    "made by the bot, and changed": (
        (told("a"),), history((made("a", BOTS),), former(made("b", BOTS), result="other")), {"made": frozenset({"b"})},
        {AUTHOR}, UnknownAuthors.NOT_MADE,
    ),
    "of somebody's whole head only a part is the bot's": (
        (told("a"),),
        history((made("a", BOTS),), former(made("c", BOTS), made("b", BOTS), result="result")),
        {"made": frozenset({"b"})}, {AUTHOR}, UnknownAuthors.NOT_MADE,
    ),
    "made by the bot": ((told("a"),), history((made("a", BOTS),)), {"made": frozenset({"a"})}, {AUTHOR}, None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_authors_of_an_effect(case: str) -> None:
    commits, found, answers, people, unknown = CASES[case]
    authors = find_authors(facts(commits=commits, bot=BOT), found, Answers(**answers))
    assert (authors.people, authors.unknown) == (frozenset(one.id for one in people), unknown)


def test_the_commit_is_named_whose_author_is_not_known() -> None:
    bot, lost = history((made("a", BOTS),)), history((made("a"),), HER_OLD)
    assert find_authors(facts(commits=(told("a"),), bot=BOT), bot, Answers()).commit == "a"
    assert find_authors(facts(commits=(MINE,)), lost, Answers()) == Authors(
        frozenset({AUTHOR.id}), UnknownAuthors.FORMER, "b"
    )


@pytest.mark.parametrize(
    ("branch", "commit", "people", "expected"),
    [
        ("", made("a", BOTS), (), ("a",)),
        ("", made("a", HIS, BOTS), (AUTHOR,), ()),
        ("", made("a", "5+github-actions[bot]@users.noreply.github.com"), (), ()),
        ("", made("a", "nobody@example.org"), (), ()),
        ("openness-bot/issue-7", made("a", "nobody@example.org"), (), ("a",)),
        ("openness-bot/issue-7", made("a", HERS), (ALICE,), ()),
        ("openness-bot/issue-7", made("a", BOTS, HERS), (ALICE,), ("a",)),
    ],
)
def test_a_commit_is_doubtful_in_the_bot_s_name_or_of_nobody_on_its_branch(
    branch: str, commit: GitCommit, people: tuple[Person, ...], expected: tuple[str, ...]
) -> None:
    known = facts(bot=BOT, pull=pull(branch=branch), commits=(told("a", *people),))
    assert doubtful(known, history((commit,))) == expected


def test_github_is_asked_only_about_former_commits_with_other_addresses() -> None:
    heads = (
        former(made("b"), made("c", HERS)),
        former(made("c", HERS), made("a", HERS)),
        former(made("d"), result="result"),
        former(made("e", committer=HERS), result="other"),
        former(made("f"), result="other"),
        former(made("g"), result="another"),
    )
    assert unasked(facts(commits=(MINE,)), history((made("a"),), *heads)) == ("c", "d", "e", "f")


def forced(before: str | None) -> TimelineEvent:
    return TimelineEvent(TimelineKind.FORCE_PUSHED, NOW, before, "after")


@pytest.mark.parametrize(
    ("timeline", "expected"),
    [
        ((), ()),
        ((TimelineEvent(TimelineKind.CLOSED, NOW),), ()),
        ((forced("a"), forced("b"), forced("a")), ("b", "a")),
        ((forced("a"), forced(None)), None),
        (
            tuple(forced(str(one)) for one in range(MOST_FORCED)),
            tuple(str(one) for one in reversed(range(MOST_FORCED))),
        ),
        (tuple(forced(str(one)) for one in range(MOST_FORCED + 1)), None),
    ],
)
def test_the_heads_that_were_replaced(timeline: tuple[TimelineEvent, ...], expected: tuple[str, ...] | None) -> None:
    assert replaced_heads(facts(timeline=timeline)) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (facts(), False),
        (facts(*approvals(ALICE)), True),
        (facts(*approvals(Person(9, "example[bot]", is_bot=True))), False),
        (facts(comments=(comment(ALICE, "/recheck"),)), False),
        (facts(comments=(comment(ALICE, "/unhold"),)), True),
        (facts(comments=(comment(ALICE, "/resolve the date"),)), True),
        (facts(comments=(comment(ALICE, "/notified example there"),)), True),
        (facts(comments=(comment(AUTHOR, "/unhold"),)), False),
    ],
)
def test_authors_matter_where_somebody_s_word_depends_on_them(known: Any, expected: bool) -> None:
    assert matters(known) is expected


def test_committers_matter_where_they_are_no_authors() -> None:
    assert not has_other_committers(facts(commits=(MINE, told("b", ALICE))))
    assert has_other_committers(facts(commits=(told("a", AUTHOR, committer=ALICE),)))
    assert not has_other_committers(facts(commits=None))


# ---- git -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return committed_checkout(tmp_path / "root")


def test_the_people_in_a_commit_are_read_from_git(root: Path) -> None:
    base = git(root, "rev-parse", "HEAD").strip()
    write(root, "docs/a.md", "A\n")
    message = "A\n\nCo-Authored-By: X <X@Example.org>\n\n  co-authored-by: Y<y@example.org>\n\nText <z@example.org>"
    git(root, "config", "log.showSignature", "true")
    head = commit(root, message)
    (found,) = commits_beyond(Repository(root), head, [base], 5)
    assert found == GitCommit(
        head,
        (base,),
        "somebody@example.org",
        frozenset({"somebody@example.org", "x@example.org", "y@example.org"}),
        "somebody@example.org",
    )
    assert commits_beyond(Repository(root), head, [base], 5, ["docs/b.md"]) == []
    assert commits_beyond(Repository(root), head, [base], 5, ["docs/a.md"]) == [found]
    assert commits_beyond(Repository(root), head, [head], 5) == []


@pytest.mark.parametrize(
    ("change", "expected"), [("", True), ("More.\n", False)], ids=["as git merges", "with a change"]
)
def test_a_merge_is_automatic_if_git_would_make_the_same(change: str, expected: bool, root: Path) -> None:
    repository = Repository(root)
    write(root, "docs/a.md", "A\n")
    ours = commit(root)
    git(root, "checkout", "--quiet", "-b", "other", "HEAD~1")
    write(root, "docs/b.md", "B\n")
    commit(root)
    git(root, "merge", "--quiet", "--no-ff", "--no-commit", ours)
    if change:
        write(root, "docs/c.md", change)
    (merge, *_) = commits_beyond(repository, commit(root), [ours], 5)
    assert len(merge.parents) == 2
    assert is_automatic_merge(repository, merge) is expected
    assert not is_automatic_merge(repository, replaced_parents(merge))


def replaced_parents(merge: GitCommit) -> GitCommit:
    return merge._replace(parents=merge.parents[:1])


def test_a_merge_of_conflicts_is_somebody_s_work(root: Path) -> None:
    write(root, "docs/a.md", "A\n")
    ours = commit(root)
    git(root, "checkout", "--quiet", "-b", "other", "HEAD~1")
    write(root, "docs/a.md", "B\n")
    commit(root)
    git(root, "merge", "--quiet", "--no-ff", "--no-commit", "-X", "ours", ours)
    (merge, *_) = commits_beyond(Repository(root), commit(root), [ours], 5)
    assert not is_automatic_merge(Repository(root), merge)


@pytest.mark.parametrize(("most", "counts"), [(authors._LONGEST_PATHS, False), (0, True)])
def test_where_more_changes_than_git_can_be_told_all_former_commits_count(most: int, counts: bool, root: Path) -> None:
    repository, base = Repository(root), git(root, "rev-parse", "HEAD").strip()
    write(root, "docs/a.md", "A\n")
    old = commit(root)
    git(root, "checkout", "--quiet", "-b", "other", base)
    write(root, "docs/b.md", "B\n")
    contents = read_contents(repository, base, commit(root), NOW.date())
    with mock.patch.object(authors, "_LONGEST_PATHS", most):
        (head,) = read_commit_history(repository, contents, [old]).former
    assert (old in head.relevant) is counts
