"""Every story of tests/github/scenarios, played against the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.github.scenario import play_to_end, stories

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = {
    "approved-by-a-maintainer",
    "comment-is-cut",
    "executable-with-a-hostile-path",
    "governed-dispute",
    "governed-lowered-and-told",
    "korean-with-a-problem",
    "links-fine",
    "merged",
    "model-deleted",
    "new-model-of-a-newcomer",
    "rating-raised",
    "recheck",
    "rubric-reweighted",
    "suggestions-are-not-repeated",
}
"""Stories that are played over HTTP every day, with a second run of the bot, which writes nothing."""


SLOW = {
    "3000-new-models",
    "already-in-the-base",
    "authors-amended-by-a-reviewer",
    "authors-amended-to-another-name",
    "authors-changed-while-rebasing",
    "authors-co-author-in-the-old-form",
    "authors-former-head-gone",
    "authors-in-the-base-already",
    "authors-merge-with-a-change",
    "authors-mistake-taken-back",
    "authors-moved-and-changed",
    "authors-of-a-stack",
    "authors-rebased-before-a-change",
    "authors-suggestion-committed",
    "base-got-the-same-model",
    "base-moved-same-file-elsewhere",
    "base-moved-with-another-model",
    "branch-named-like-ours-by-a-person",
    "by-a-bot-with-an-assessment",
    "by-a-deleted-account",
    "changes-requested-of-a-newcomer",
    "characters-beyond-the-first-plane",
    "code-fences",
    "conflict-of-a-draft-with-problems",
    "conflict-with-an-ancestor-without-rules",
    "developer-folder-renamed-everywhere",
    "draft-with-problems",
    "effect-comes-back",
    "effect-forced-away-and-back",
    "effect-hidden-behind-a-merge",
    "effect-raise-behind-a-typo-in-korean",
    "effect-update-branch",
    "four-models",
    "generated-file-beside-an-assessment",
    "governed-concern",
    "governed-conflict-hidden-again",
    "governed-developer-account-gone",
    "governed-developer-mentioned-once",
    "governed-developer-renamed-account",
    "governed-rubric-majority",
    "governed-turned-to-main",
    "head-forced-since-the-last-answer",
    "hold-edited-by-a-maintainer",
    "hold-edited-by-somebody-else-and-said-again",
    "hold-edited-by-somebody-else-in-korean",
    "html-and-images",
    "huge-assessment",
    "huge-file-elsewhere",
    "late-event-of-an-old-head",
    "links-asking-failed",
    "links-found-in-a-copy",
    "links-hidden-by-a-job",
    "links-hostile-page",
    "links-in-the-merge-queue",
    "links-in-the-merge-queue-found",
    "links-of-a-draft-with-errors",
    "links-of-a-new-model",
    "links-of-an-older-head",
    "links-report-about-others",
    "links-report-of-nonsense",
    "links-result-of-another-app",
    "links-seen",
    "links-seen-before-a-head-came-back",
    "links-seen-of-an-older-commit",
    "links-too-many",
    "many-other-files",
    "many-problems",
    "merge-queue-code-only",
    "merge-queue-held-beside-a-twin",
    "merge-queue-held-while-judged",
    "merge-queue-held-while-queued",
    "merge-queue-not-approved",
    "merge-queue-of-one-that-is-a-draft",
    "merge-queue-of-one-that-is-held",
    "merge-queue-of-one-that-was-closed",
    "merge-queue-of-the-publishing-run",
    "merge-queue-of-two",
    "merge-queue-of-two-and-a-twin",
    "merge-queue-of-two-rebased",
    "merge-queue-of-two-rebased-without-a-branch",
    "merge-queue-of-two-squashed",
    "merge-queue-of-two-squashed-without-a-branch",
    "merge-queue-on-an-older-main",
    "merge-queue-pushed-since",
    "merge-queue-undoes-another-by-rebase",
    "merge-queue-undoes-another-by-squash",
    "merge-queue-with-a-twin",
    "model-renamed-with-other-ratings",
    "policy-names-strangers",
    "raised-and-lowered-at-once",
    "ready-stale-base",
    "ready-stale-draft",
    "ready-stale-interest",
    "ready-stale-retarget",
    "ready-stale-review",
    "ready-stale-twin",
    "rubric-and-assessment",
    "rubric-and-code",
    "rubric-deleted",
    "rubric-reworded",
    "rubric-with-another-criterion",
    "several-problems-in-one-line-and-file",
    "study-table-edited",
    "tie-broken",
    "tie-made",
    "twin-that-is-held",
    "twin-that-was-closed",
    "two-sticky-comments",
    "unjudged-draft",
    "waited-as-a-draft-in-between",
    "waited-during-a-conflict",
    "waited-for-another-branch",
    "warnings-only",
}
"""Stories that only `make test-all` plays."""


@pytest.mark.parametrize(
    "folder", [each for each in stories() if each.name not in SLOW], ids=lambda folder: folder.name
)
def test_the_bot_answers_as_it_should(folder: Path, tmp_path: Path) -> None:
    check(folder, tmp_path, whole=folder.name in WHOLE)


@pytest.mark.thorough
@pytest.mark.parametrize("folder", stories(), ids=lambda folder: folder.name)
def test_the_bot_answers_the_same_over_http_and_another_run_writes_nothing(folder: Path, tmp_path: Path) -> None:
    check(folder, tmp_path, whole=True)


def check(folder: Path, place: Path, *, whole: bool) -> None:
    """Play a story, and compare the outcome with its golden files."""
    actions, comment = play_to_end(folder, place, whole=whole)
    golden = folder / "comment.md"
    assert actions == (folder / "actions.txt").read_text("utf-8")
    assert comment == (golden.read_text("utf-8") if golden.exists() else None)


def test_the_stories_that_are_named_here_exist() -> None:
    assert {folder.name for folder in stories()} >= WHOLE | SLOW
