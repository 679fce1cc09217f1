"""Merging a pull request: the commit in git and the new state of the pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.github.standin.repository import BareRepository
    from tests.github.standin.state import Pull, State, User


def merge(
    state: State, git: BareRepository, pull: Pull, user: User, message: str | None = None, *, squash: bool = False,
    rebase: bool = False,
) -> str:  # fmt: skip
    """Merge into the branch as it is now, and return the id of the new commit. There must be no conflict."""
    base = git.resolve(f"refs/heads/{pull.base_ref}")
    assert base is not None, f"there is no branch {pull.base_ref}"
    now = state.clock.tick()
    owner = pull.head_repo.owner if pull.head_repo else pull.author
    usual = f"{pull.title} (#{pull.number})" if squash else ""
    usual = usual or f"Merge pull request #{pull.number} from {owner.login}/{pull.head_ref}\n\n{pull.title}"
    if rebase:
        pull.rebased = git.rebase(base, pull.head_sha, user, now)
        sha = pull.rebased[-1]
    else:
        sha = git.merge(base, pull.head_sha, message or usual, user, now, squash=squash)
    git.set_ref(f"refs/heads/{pull.base_ref}", sha)
    pull.state, pull.closed_at, pull.merged_at, pull.updated_at = "closed", now, now, now
    pull.merged_by, pull.merge_commit_sha, pull.base_sha = user, sha, base
    state.record(pull.number, user, "merged", commit_id=sha)
    state.record(pull.number, user, "closed")
    return sha
