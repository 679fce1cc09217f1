"""Every story of tests/github/scenarios, played against the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.github.scenario import play_to_end, stories

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = {
    "approved-by-a-maintainer",
    "by-a-bot-with-an-assessment",
    "changes-requested-then-approved",
    "comment-is-cut",
    "comment-updated-after-a-push",
    "conflict-appears-later",
    "draft-with-problems",
    "executable-with-a-hostile-path",
    "governed-concern-settled",
    "governed-dispute",
    "governed-lowered-and-told",
    "korean-with-a-problem",
    "labels-of-people-are-kept",
    "merged",
    "model-deleted",
    "new-model-of-a-newcomer",
    "rating-raised",
    "recheck",
    "rubric-reweighted",
    "suggestions-are-not-repeated",
    "two-sticky-comments",
}
"""Stories that are played over HTTP every day, with a second run of the bot, which writes nothing."""


SLOW = {
    "3000-new-models",
    "authors-amended-to-another-name",
    "authors-changed-while-rebasing",
    "authors-co-author-in-the-old-form",
    "authors-former-head-gone",
    "authors-in-the-base-already",
    "authors-merge-with-a-change",
    "authors-mistake-taken-back",
    "authors-of-a-stack",
    "authors-suggestion-committed",
    "base-moved-same-file-elsewhere",
    "base-moved-with-another-model",
    "developer-folder-renamed-everywhere",
    "effect-comes-back",
    "effect-forced-away-and-back",
    "effect-hidden-behind-a-merge",
    "effect-raise-behind-a-typo-in-korean",
    "four-models",
    "generated-file-beside-an-assessment",
    "hold-edited-by-a-maintainer",
    "hold-edited-by-somebody-else-and-said-again",
    "hold-edited-by-somebody-else-in-korean",
    "huge-assessment",
    "huge-file-elsewhere",
    "many-other-files",
    "many-problems",
    "merge-queue-code-only",
    "merge-queue-held-while-judged",
    "merge-queue-not-approved",
    "merge-queue-of-one-that-is-a-draft",
    "merge-queue-of-one-that-is-held",
    "merge-queue-of-one-that-was-closed",
    "merge-queue-of-the-publishing-run",
    "merge-queue-of-two-rebased",
    "merge-queue-of-two-rebased-without-a-branch",
    "merge-queue-of-two-squashed",
    "merge-queue-of-two-squashed-without-a-branch",
    "merge-queue-on-an-older-main",
    "merge-queue-pushed-since",
    "merge-queue-undoes-another-by-rebase",
    "merge-queue-undoes-another-by-squash",
    "model-renamed-with-other-ratings",
    "ready-stale-base",
    "ready-stale-draft",
    "ready-stale-interest",
    "ready-stale-retarget",
    "ready-stale-review",
    "ready-stale-twin",
    "rubric-and-assessment",
    "rubric-and-code",
    "tie-made",
    "twin-that-was-closed",
    "waited-as-a-draft-in-between",
    "waited-during-a-conflict",
    "waited-for-another-branch",
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
