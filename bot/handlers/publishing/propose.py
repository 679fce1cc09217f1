"""Proposing: files that somebody asked for in an issue, as one commit on a branch of the bot's own.

Apart from publishing because these branches belong to people as soon as anybody else pushes to them: then they are left
alone. Each proposal begins anew on top of the main branch; what is there already is not pushed again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.git.repository import GitError, PushResult, Repository, blob_id
from bot.handlers.publishing.publish import ACTIONS_BOT, Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTINGS = (
    ("core.hooksPath", os.devnull),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("i18n.commitEncoding", "UTF-8"),
    ("push.followTags", "false"),
    ("push.gpgSign", "false"),
)


class Wanted(NamedTuple):
    """What a branch is to hold."""

    branch: str
    files: tuple[tuple[str, str], ...]
    """Paths with their whole texts."""
    message: str
    """Of the commit."""


# ---- what comes of it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pushed:
    """The branch has it now."""

    commit: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The branch had it already."""

    commit: str


@dataclass(frozen=True, slots=True)
class WouldPush:
    """The branch has something else, or isn't there, and nothing may be written."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """Somebody else has pushed to the branch: it is theirs now, and was left as it is."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The remote doesn't take it: a rule protects the branch, or somebody was faster. The reason is for people."""

    reason: str


Outcome: TypeAlias = Pushed | Kept | WouldPush | Foreign | Refused


# ---- proposing -------------------------------------------------------------------------------------------------------


def push_proposal(
    repository: Repository,
    remote: str,
    base: str,
    wanted: Wanted,
    *,
    identity: Identity = ACTIONS_BOT,
    apply: bool = True,
) -> Outcome:
    """Lets a branch of the remote hold these files on top of the commit `base`, as one commit of the bot's.

    The branch stays as it is where it holds just these changes on an older state of the main branch, and where anybody
    else has pushed to it. Killed at any moment, it leaves the branch as it was or whole. Raises GitError.
    """
    quiet = repository.with_settings(_SETTINGS)
    ref = f"refs/heads/{wanted.branch}"
    present = quiet.remote_refs(remote, ref).get(ref, "")
    if present:
        quiet.fetch_commit(remote, present)
        if not _is_own(quiet, base, present, identity):
            return Foreign()
        if _holds(quiet, present, wanted):
            return Kept(present)
    if not apply:
        return WouldPush()
    commit = _commit(quiet, base, wanted, identity)
    if commit == present:
        return Kept(present)
    match quiet.push(remote, commit, ref, present):
        case PushResult.TAKEN:
            return Pushed(commit)
        case PushResult.MOVED:
            return Refused(f"{wanted.branch} moved meanwhile, so another run answers")
        case PushResult.PROTECTED:
            return Refused(f"{wanted.branch} takes no pushes. Allow openness-bot to push to its own branches")


def withdraw_proposal(
    repository: Repository, remote: str, base: str, branch: str, *, identity: Identity = ACTIONS_BOT, apply: bool = True
) -> bool:
    """Deletes a branch of the bot's that nobody needs any more, with which GitHub closes its pull request.

    Returns whether it did, or would do it. What somebody else pushed to is left alone. Raises GitError.
    """
    quiet = repository.with_settings(_SETTINGS)
    ref = f"refs/heads/{branch}"
    present = quiet.remote_refs(remote, ref).get(ref)
    if present is None:
        return False
    quiet.fetch_commit(remote, present)
    if not _is_own(quiet, base, present, identity):
        return False
    return not apply or quiet.push(remote, "", ref, present) is PushResult.TAKEN


def _is_own(repository: Repository, base: str, commit: str, identity: Identity) -> bool:
    """Whether nothing but one commit of the bot's lies between the main branch and `commit`."""
    # `%x00`: no name can hold that, while it can hold anything else.
    lines = repository.log("%ae%x00%ce%x00%P", commit, f"^{base}")
    if not lines:
        return True  # it is merged, or it was never more than the main branch
    if len(lines) > 1:
        return False
    author, committer, parents = lines[0].split("\0")
    return author == committer == identity.email and len(parents.split()) == 1


def _holds(repository: Repository, commit: str, wanted: Wanted) -> bool:
    """Whether a commit of the bot's makes just these files, in these words."""
    try:
        changed = repository.run("diff-tree", "-r", "-z", "--no-renames", "--root", "--no-commit-id", commit)
        message = repository.run("cat-file", "commit", commit).partition(b"\n\n")[2]
    except GitError:
        return False
    fields = [field.decode("utf-8", "surrogateescape") for field in changed.split(b"\0") if field]
    # https://git-scm.com/docs/git-diff-tree#_raw_output_format: modes, ids and status, then the path
    found: Mapping[str, str] = {path: meta.split()[3] for meta, path in zip(fields[::2], fields[1::2], strict=True)}
    ids = {path: blob_id(text.encode(), len(commit)) for path, text in wanted.files}
    return found == ids and message.decode("utf-8", "replace").rstrip() == wanted.message.rstrip()


def _commit(repository: Repository, base: str, wanted: Wanted, identity: Identity) -> str:
    """The commit on top of `base`, made without a work tree: of the checkout, nothing is touched but its objects."""
    folder = repository.private_file("openness-bot")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="propose-", dir=folder, ignore_cleanup_errors=True) as place:
        alone = repository.with_environment({"GIT_INDEX_FILE": str(Path(place).resolve() / "index")})
        alone.run("read-tree", base)
        for path, text in wanted.files:
            blob = alone.run("hash-object", "-w", "--stdin", given=text.encode()).decode().strip()
            alone.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        tree = alone.run("write-tree").decode().strip()
        # As old as what it comes from: the same files on the same state are the same commit.
        date = f"@{alone.log('%ct', '--max-count=1', base)[0]} +0000"
        who = {f"GIT_{role}_NAME": identity.name for role in ("AUTHOR", "COMMITTER")}
        who |= {f"GIT_{role}_EMAIL": identity.email for role in ("AUTHOR", "COMMITTER")}
        who |= {f"GIT_{role}_DATE": date for role in ("AUTHOR", "COMMITTER")}
        made = alone.with_environment(who).run("commit-tree", tree, "-p", base, given=wanted.message.encode())
        return made.decode().strip()
