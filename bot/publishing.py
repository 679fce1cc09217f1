"""Publishing: what `build` makes of the remote's main branch is committed there, or proposed where it is protected.

With it go the entries of the record of decisions that are missing there.

Apart from the commands because it has to hold against everything that happens meanwhile: somebody else's push, another
publisher, a killed run. Each attempt begins anew with what the remote has, and generated text is never merged or rebased.
The checkout that it is started in lends its objects only: the files lie in a folder of their own inside of .git.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.build import alone
from bot.git import Answer, GitError, Repository, UnreachableError
from bot.layout import (
    ASSESSMENTS,
    DECISIONS,
    FRAMEWORKS,
    GENERATED,
    GOVERNANCE,
    POLICY,
    PRECEDENTS,
    PROPOSAL_BRANCH,
    README,
    RUBRIC,
    STUDIES,
)
from bot.rendering.commit_message import commit_message, rank_moves, ranks_in, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.rendering.commit_message import Source

ATTEMPTS = 5

# Anything else that lies in the folder after the build is not committed.
_GENERATED = (README, GENERATED, ":(glob)schema/*.schema.json")
# What decides what is generated.
_INPUTS = (ASSESSMENTS, RUBRIC, PRECEDENTS, FRAMEWORKS, POLICY, STUDIES, "bot")
_TABLE = f"{GENERATED}/leaderboard.csv"


class PublishError(Exception):
    """Publishing failed, and the same would fail again; the message is for people."""


class Identity(NamedTuple):
    """Who commits."""

    name: str
    email: str


# The id is what GitHub links the account by.
ACTIONS_BOT = Identity("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")


# ---- what comes of it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UpToDate:
    """There is nothing to publish."""

    base: str
    """The commit of the main branch that this is about."""


@dataclass(frozen=True, slots=True)
class WouldPublish:
    """What would be committed."""

    message: str
    paths: tuple[str, ...]
    """What the commit would change."""


@dataclass(frozen=True, slots=True)
class Published:
    """The main branch has it."""

    commit: str
    subject: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """The main branch is protected, and a pull request has it."""

    number: int
    commit: str
    subject: str


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The main branch moved during each attempt."""

    attempts: int


Outcome: TypeAlias = UpToDate | WouldPublish | Published | Proposed | GaveUp


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request that there has to be: to be opened, or changed where it is open already and says something else."""

    branch: str
    base: str
    title: str
    body: str


_PROPOSAL = """{body}

`{base}` takes no pushes, so the new leaderboard waits here. It holds nothing but what `openness-bot build` writes from the \
other files on `{base}`. Merge it as it is: what is edited here is overwritten when `{base}` moves."""


# ---- publishing ------------------------------------------------------------------------------------------------------


def no_record(_base: str) -> Mapping[str, str]:
    """No entries, where nobody keeps a record."""
    return {}


def publish(
    repository: Repository,
    build: Callable[[Path], object],
    propose: Callable[[Proposal], int],
    pause: Callable[[float], object],
    *,
    record: Callable[[str], Mapping[str, str]] = no_record,
    identity: Identity = ACTIONS_BOT,
    remote: str = "origin",
    branch: str = "main",
    apply: bool = True,
) -> Outcome:
    """Brings what is generated on the main branch of a remote up to date.

    Killed at any moment, it leaves the remote as it was or whole, and the next run goes on from there. Two in one checkout
    wait for each other.

    Args:
        repository: the checkout that it is started in, whose files and branches stay as they are.
        build: writes everything that is generated into the files of the main branch, which lie in a folder.
        propose: sees to it that there is this pull request, and returns its number.
        pause: waits so many seconds.
        record: by path, the texts of the entries that are missing on the main branch with this tip, which is here. It is
            asked before each build. What is there already stays as it is.
        identity: who commits.
        remote: where to publish.
        branch: the main branch.
        apply: False to find out only what would be done: nothing is pushed, proposed or withdrawn.

    Raises PublishError, and whatever `build`, `propose` and `record` raise.
    """
    folder = repository.private_file("openness-bot")
    folder.mkdir(parents=True, exist_ok=True)
    publisher = _Publisher(
        repository.with_settings(_SETTINGS), folder, remote, branch, build, propose, record, identity, apply
    )
    with alone(folder):
        for attempt in range(1, ATTEMPTS + 1):
            if attempt > 1:
                pause(2.0 ** (attempt - 2))
            try:
                outcome = publisher.attempt(attempt)
            except UnreachableError as error:
                # A push may have worked all the same. Then the next attempt finds nothing to do.
                if attempt == ATTEMPTS:
                    raise PublishError(f"the remote can't be reached: {error}") from error
                continue
            except GitError as error:
                raise PublishError(str(error)) from error
            if outcome is not None:
                return outcome
    return GaveUp(ATTEMPTS)


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


class _Draft(NamedTuple):
    """A commit on top of the main branch, which nothing refers to yet."""

    commit: str
    message: str
    paths: tuple[str, ...]

    @property
    def subject(self) -> str:
        return self.message.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class _Publisher:
    repository: Repository
    folder: Path
    remote: str
    branch: str
    build: Callable[[Path], object]
    propose: Callable[[Proposal], int]
    record: Callable[[str], Mapping[str, str]]
    identity: Identity
    apply: bool

    def attempt(self, number: int) -> Outcome | None:
        """One attempt from the start; None where the remote moved meanwhile."""
        main, proposal = f"refs/heads/{self.branch}", f"refs/heads/{PROPOSAL_BRANCH}"
        # Both at one moment, and before anything else: what is proposed replaces only a proposal for an older state.
        refs = self.repository.remote_refs(self.remote, main, proposal)
        if main not in refs:
            raise PublishError(f"the remote {self.remote} has no branch {self.branch}.")
        self.repository.fetch_commit(self.remote, refs[main])
        draft = self._draft(refs[main])
        if draft is None:
            self._withdraw(refs.get(proposal))
            return UpToDate(refs[main])
        if not self.apply:
            return WouldPublish(draft.message, draft.paths)
        match self.repository.push(self.remote, draft.commit, main, refs[main]):
            case Answer.TAKEN:
                self._withdraw(refs.get(proposal))
                return Published(draft.commit, draft.subject, number)
            case Answer.PROTECTED:
                return self._propose(draft, refs.get(proposal, ""))
        return None

    def _draft(self, base: str) -> _Draft | None:
        """What the build makes of the commit `base` with the missing entries; None where all that is there already."""
        entries = self.record(base)
        with self._files(base) as files:
            for path, text in entries.items():
                _add(files.root / path, text)
            self.build(files.root)
            # By force, because a .gitignore of this machine or a developer called `dist` must not hide a page.
            # To git a path that isn't there is a mistake.
            optional = [path for path in (GOVERNANCE, DECISIONS) if (files.root / path).exists()]
            files.run("add", "--all", "--force", "--", *_GENERATED, *optional)
            names = files.run("diff-index", "--cached", "--name-only", "--no-renames", "-z", base)
            paths = tuple(name.decode("utf-8", "replace") for name in names.split(b"\0") if name)
            if not paths:
                return None
            before, after = self._ranks(files, f"{base}:{_TABLE}"), self._ranks(files, f":{_TABLE}")
            moves = None if before is None else rank_moves(before, after or {})
            message = commit_message(moves, self._sources(base))
            return _Draft(self._commit(files, base, message), message, paths)

    @contextmanager
    def _files(self, commit: str) -> Iterator[Repository]:
        """The files of a commit in a new folder, with an index of their own."""
        # What a killed run left. It may have left a git as well that still writes there: so the new one is elsewhere.
        for left in self.folder.glob("publish-*"):
            shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(prefix="publish-", dir=self.folder, ignore_cleanup_errors=True) as place:
            root = Path(place).resolve() / "files"
            root.mkdir()
            files = Repository(root, self.repository.environment).with_environment(
                {
                    "GIT_DIR": self.repository.run("rev-parse", "--absolute-git-dir").decode().strip(),
                    "GIT_WORK_TREE": str(root),
                    "GIT_INDEX_FILE": str(root.with_name("index")),
                }
            )
            files.run("read-tree", "--reset", "-u", commit)
            yield files

    def _ranks(self, files: Repository, table: str) -> dict[str, int] | None:
        try:
            return ranks_in(files.run("cat-file", "blob", table))
        except GitError:
            return None

    def _sources(self, base: str) -> list[Source]:
        """The merges since the last publication that something generated can come from, newest first."""
        published = self.repository.log("%H", "--first-parent", "--max-count=1", base, "--", GENERATED, DECISIONS)
        # Both pages and inputs are in the oldest commit of a shallow clone, and perhaps in one made by hand. Then it
        # isn't known which merges they are, but that all of them are in the main branch.
        since = [f"{published[0]}..{base}", "--", *_INPUTS] if published else []
        lines = self.repository.log("%H %s", "--first-parent", *since) if since else []
        lines = lines or self.repository.log("%H %s", "--max-count=1", base)
        return [source_of(*line.split(" ", 1)) for line in lines]

    def _commit(self, files: Repository, base: str, message: str) -> str:
        # As old as what it comes from: the same state then gives the same commit, whoever publishes it, and a second
        # push of it is none. https://git-scm.com/docs/git-commit-tree#_date_formats
        date = f"@{self.repository.log('%ct', '--max-count=1', base)[0]} +0000"
        who: dict[str, str] = {}
        for role in ("AUTHOR", "COMMITTER"):
            who |= {f"GIT_{role}_NAME": self.identity.name, f"GIT_{role}_EMAIL": self.identity.email}
            who[f"GIT_{role}_DATE"] = date
        tree = files.run("write-tree").decode().strip()
        # Unlike `git commit` this runs no hook, signs nothing and moves no branch.
        return files.with_environment(who).run("commit-tree", tree, "-p", base, given=message.encode()).decode().strip()

    def _propose(self, draft: _Draft, present: str) -> Outcome | None:
        """A pull request instead of a push. `present` is the commit of its branch, empty where there is none."""
        if present != draft.commit:
            match self.repository.push(self.remote, draft.commit, f"refs/heads/{PROPOSAL_BRANCH}", present):
                case Answer.MOVED:
                    return None
                case Answer.PROTECTED:
                    raise PublishError(
                        f"neither {self.branch} nor {PROPOSAL_BRANCH} takes pushes. Allow openness-bot to push to one."
                    )
        # Also where the branch was there: the run that pushed it may not have come so far.
        body = _PROPOSAL.format(body=draft.message.partition("\n")[2].strip(), base=self.branch)
        number = self.propose(Proposal(PROPOSAL_BRANCH, self.branch, draft.subject, body))
        return Proposed(number, draft.commit, draft.subject)

    def _withdraw(self, present: str | None) -> None:
        """Deletes the branch of a proposal that nobody needs any more, with which GitHub closes its pull request.

        Merging it later would bring an old leaderboard back.
        """
        if present is None or not self.apply:
            return
        try:
            answer = self.repository.push(self.remote, "", f"refs/heads/{PROPOSAL_BRANCH}", present)
        except UnreachableError:
            raise
        except GitError as error:
            raise PublishError(f"{_OUTDATED} {error}") from error
        if answer is Answer.PROTECTED:
            raise PublishError(f"{_OUTDATED} It is protected.")


def _add(place: Path, text: str) -> None:
    """Writes an entry where there is none."""
    if place.parent.is_symlink() or (place.parent.exists() and not place.parent.is_dir()):
        raise PublishError(
            f"{DECISIONS} is no folder on the main branch, so nothing can be recorded there. Make it one."
        )
    place.parent.mkdir(exist_ok=True)
    if not os.path.lexists(place):
        place.write_text(text, encoding="utf-8", newline="\n")


_OUTDATED = f"the leaderboard is up to date, but the branch {PROPOSAL_BRANCH} can't be deleted: do it by hand."
