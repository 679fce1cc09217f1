"""Commits and branches of the bot's own, made without the work tree or any setting of the checkout that it runs in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.git.repository import PushResult
from bot.text.catalogue import _

if TYPE_CHECKING:
    from pathlib import Path

    from bot.git.repository import Repository
    from bot.text.catalogue import Message

REMOTE, MAIN = "origin", "main"

_SETTINGS = (
    # Nothing of the checkout's own is run, and nothing is tidied up in it.
    ("core.hooksPath", os.devnull),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    # The folder has all files even if the checkout doesn't.
    ("core.sparseCheckout", "false"),
    ("submodule.recurse", "false"),
    ("i18n.commitEncoding", "UTF-8"),
    ("push.followTags", "false"),
    ("push.gpgSign", "false"),
)


class Identity(NamedTuple):
    """The author and committer of a commit."""

    name: str
    email: str


# The id is what GitHub links the account by.
ACTIONS_BOT = Identity("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")


@dataclass(frozen=True, slots=True)
class Pushed:
    """The branch has the commit now."""

    commit: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The branch had it already."""

    commit: str


@dataclass(frozen=True, slots=True)
class PushRefused:
    """The remote refused the push: a rule protects the branch, another one is in its way, or it has moved meanwhile."""

    branch: str
    is_protected: bool
    is_blocked: bool = False
    """Whether another branch has a name that leaves no room for this one: that of its folder, or one in it as a folder."""

    @property
    def is_lasting(self) -> bool:
        """Return whether only people can change that."""
        return self.is_protected or self.is_blocked

    @property
    def reason(self) -> Message:
        """A sentence for people, without its full stop."""
        if self.is_protected:
            return _("`%(branch)s` takes no pushes. Allow openness-bot to push to its own branches", branch=self.branch)
        if self.is_blocked:
            return _(
                "`%(branch)s` can't be made while there is a branch `%(folder)s` or `%(branch)s/...`. Rename or delete that one",
                branch=self.branch,
                folder=self.branch.partition("/")[0],
            )
        return _("`%(branch)s` has changed meanwhile, so another run answers", branch=self.branch)


BranchResult: TypeAlias = Pushed | Kept | PushRefused


def ref_of(branch: str) -> str:
    """Return the whole name of a branch."""
    return f"refs/heads/{branch}"


def without_settings(repository: Repository) -> Repository:
    """Return the same repository, for which hooks and settings of the checkout have no effect."""
    return repository.with_settings(_SETTINGS)


def private_folder(repository: Repository) -> Path:
    """Return the bot's own folder inside of .git, and create it where there is none."""
    folder = repository.private_file("openness-bot")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def commit_tree(repository: Repository, base: str, message: str, identity: Identity) -> str:
    """Commit the index of `repository` on top of `base`, and return the commit.

    Unlike `git commit` this runs no hook, signs nothing and moves no branch. The commit is as old as `base`: the same
    files on the same state give the same commit, and a second push of it is none.
    """
    # https://git-scm.com/docs/git-commit-tree#_date_formats
    date = f"@{repository.log('%ct', '--max-count=1', base)[0]} +0000"
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", identity.name), ("EMAIL", identity.email), ("DATE", date))
    }
    tree = repository.run("write-tree").decode().strip()
    made = repository.with_environment(people).run("commit-tree", tree, "-p", base, given=message.encode())
    return made.decode().strip()


def push_commit(repository: Repository, branch: str, commit: str, present: str) -> BranchResult:
    """Let a branch of the remote be `commit` where it still is `present`; either is empty for no branch.

    Raises GitError.
    """
    if commit == present:
        return Kept(present)
    answer = repository.push(REMOTE, commit, ref_of(branch), present)
    if answer is PushResult.TAKEN:
        return Pushed(commit)
    return PushRefused(branch, answer is PushResult.PROTECTED, answer is PushResult.BLOCKED)
