"""Commands of the `git` program. The only module that starts it."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path


LONGEST_WAIT = 300
"""Seconds for one git command. A clone of a large repository takes less."""


# Settings and variables of a user, of a hook that runs the bot or of a machine must not change results. Both are overridden
# here, and nowhere else.
_KEPT = (
    "GIT_CONFIG",
    "GIT_SSH",
    "GIT_SSL_",
    "GIT_HTTP_",
    "GIT_PROXY_",
    "GIT_CURL_VERBOSE",
    "GIT_ALLOW_PROTOCOL",
    "GIT_EXEC_PATH",
)
"""Beginnings of the variables for git that are passed on: how a remote is reached, and settings, most of which are overridden."""
_VARIABLES = {
    # git must not ask for a password, and its messages must be English, because they are matched below.
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "LC_ALL": "C",
    # `refs/replace/` would show another history.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ATTR_NOSYSTEM": "1",
}
_SETTINGS = (
    # No program that the configuration may start, and no hook.
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "gc.auto=0",
    "maintenance.auto=false",
    # Bytes are what is in the file.
    "core.autocrlf=false",
    "core.eol=lf",
    "core.safecrlf=false",
    "core.quotePath=true",
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
    # Differences, and merges as GitHub makes them.
    "color.ui=false",
    "diff.algorithm=histogram",
    "diff.colorMoved=no",
    "diff.indentHeuristic=true",
    "diff.mnemonicPrefix=false",
    "diff.noprefix=false",
    "diff.renameLimit=1000",
    "diff.renames=true",
    "diff.submodule=short",
    "diff.suppressBlankEmpty=false",
    "merge.conflictStyle=merge",
    "merge.directoryRenames=conflict",
    "merge.renameLimit=7000",
    "merge.renames=true",
    "merge.renormalize=false",
    "status.renames=true",
    # Only what is named is fetched, pushed or checked out.
    "push.followTags=false",
    "push.gpgSign=false",
    "submodule.recurse=false",
)


class GitError(Exception):
    """A git command failed; the message is for people."""


class UnreachableError(GitError):
    """The remote can't be reached or had an internal failure: the same command may succeed later."""


class NotServedError(UnreachableError):
    """The remote doesn't give a commit: it has it no more, or not yet."""


class GitMemoryError(GitError, MemoryError):
    """Git needs more memory, or a larger file, than its process may have."""


class PushResult(StrEnum):
    """Result of a push."""

    TAKEN = "taken"
    MOVED = "moved"
    """The branch is no longer at the expected commit: somebody else was faster."""
    PROTECTED = "protected"
    """A rule of the remote forbids pushes to the branch."""
    BLOCKED = "blocked"
    """A branch has the name of a folder that the branch would be in."""


class MergeResult(NamedTuple):
    """Result of merging two commits."""

    tree: str
    """The id of the merged tree; with conflicts, of a tree with conflict markers."""
    conflicts: tuple[str, ...]


class Blob(NamedTuple):
    """A file in a commit or in the index."""

    path: str
    mode: str
    """In git's notation: 100644 file, 100755 executable file, 120000 symbolic link, 160000 submodule."""
    id: str
    size: int | None = None
    """In bytes; None where unknown."""


@dataclass(frozen=True)
class Repository:
    """The git repository with the work tree `root`."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Variables for git besides those of this process. They may contain a secret and are never shown."""

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Run `git` and return its output. `given` is its input. Raises GitError with git's own message."""
        return self._completed(arguments, given).stdout

    def _completed(
        self, arguments: Sequence[str], given: bytes = b"", codes: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[bytes]:
        done = self._started(arguments, given)
        if done.returncode not in codes:
            raise _failure(arguments, done)
        return done

    def _started(self, arguments: Sequence[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                self._command(*arguments),
                input=given,
                capture_output=True,
                env=self._variables,
                timeout=LONGEST_WAIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise GitError(f"git {arguments[0]}: not done after {LONGEST_WAIT} seconds") from None
        except OSError as error:
            raise _not_started(error) from error

    def _process(self, command: Sequence[str], given: IO[bytes] | int = subprocess.PIPE) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(command, stdin=given, stdout=subprocess.PIPE, env=self._variables)
        except OSError as error:
            raise _not_started(error) from error

    def _command(self, *arguments: str) -> list[str]:
        settings = (word for setting in _SETTINGS for word in ("-c", setting))
        # No refreshed index.
        return ["git", "--no-optional-locks", "-C", str(self.root), *settings, *arguments]

    def fields(self, *arguments: str, given: bytes) -> Iterator[str]:
        """Yield the fields of the output of a git command with `-z` while it runs; closing the iterator stops it."""
        with TemporaryFile() as asked:  # a pipe would have to be written while the other one is read
            asked.write(given)
            asked.seek(0)
            with self._process(self._command(*arguments), asked) as process:
                printed, rest = _pipe(process.stdout), b""
                try:
                    while piece := os.read(printed.fileno(), 1 << 16):
                        *whole, rest = (rest + piece).split(b"\0")
                        yield from map(_text, whole)
                    yield from filter(None, [_text(rest)])
                    if code := process.wait():
                        raise GitError(f"git {arguments[0]}: exit code {code}")
                finally:
                    process.kill()

    def commit(self, ref: str) -> str:
        """Return the id of the commit that `ref` names. Raises GitError if there is none."""
        if ref.startswith("-"):
            raise GitError(f"`{ref}` is no commit: a name can't begin with a hyphen")
        try:
            return self.run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
        except GitError:
            raise GitError(f"there is no commit `{ref}` here. Name a branch, a tag or a commit id.") from None

    def commits_beyond_head(self, commit: str) -> int:
        """Return the number of ancestors of `commit`, itself included, that HEAD does not have."""
        try:
            return int(self.run("rev-list", "--count", f"HEAD..{commit}"))
        except GitError:  # HEAD is on a branch without commits
            return 0

    def private_file(self, name: str) -> Path:
        """Return a path inside the .git folder, where files are never committed."""
        return self.root / self.run("rev-parse", "--git-path", name).decode().strip()

    def tree(self, commit: str, *places: str) -> list[Blob]:
        """Return the files of a commit at or below these paths, ordered by path."""
        # A path itself is listed where it is no folder but a file, a symbolic link or a submodule.
        listed = self.run("ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--", *places)
        entries = (line.partition("\t") for line in _fields(listed))
        parts = ((meta.split(), path) for meta, _, path in entries)
        return [Blob(path, mode, one, None if size == "-" else int(size)) for (mode, _, one, size), path in parts]

    def fetch_commit(self, remote: str, commit: str) -> None:
        """Fetch a commit with its history by its id. Nothing is checked out and no branch moves."""
        if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
            raise GitError(f"`{commit}` is no whole commit id")
        if not self.has_commit(commit):
            self.run(
                "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", remote, commit
            )

    def fetch_branch(self, remote: str, branch: str) -> str:
        """Fetch the tip of a branch of the remote; return its commit. No branch of this repository moves."""
        ref = f"refs/heads/{branch}"
        tip = self.remote_refs(remote, ref).get(ref)
        if tip is None:
            raise GitError(f"there is no branch `{branch}` on {remote}")
        self.fetch_commit(remote, tip)
        return tip

    def has_commit(self, commit: str) -> bool:
        """Return whether the repository has the commit with this id."""
        try:
            self.run("cat-file", "-e", f"{commit}^{{commit}}")
        except GitError:
            return False
        return True

    def merge_base(self, one: str, other: str) -> str | None:
        """Return a best common ancestor of two commits; None if they have no common history."""
        done = self._completed(["merge-base", one, other], codes=(0, 1))
        return done.stdout.decode().split()[0] if done.returncode == 0 else None

    def merged(self, one: str, other: str) -> MergeResult:
        """Merge two commits without a work tree."""
        command = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", one, other]
        # 0 means no conflicts, 1 conflicts; the tree is first in both cases.
        tree, *conflicts = _fields(self._completed(command, codes=(0, 1)).stdout)
        return MergeResult(tree, tuple(conflicts))

    def sizes(self, ids: Iterable[str]) -> list[int]:
        """Return the sizes in bytes of these blobs, in order."""
        asked = "".join(f"{blob_id}\n" for blob_id in ids).encode()
        answers = self.run("cat-file", "--batch-check=%(objectsize)", given=asked).split(b"\n")[:-1]
        try:
            return [int(answer) for answer in answers]
        except ValueError:
            raise GitError("a file is missing from the repository") from None

    def diff(self, before: str, after: str, paths: Iterable[str]) -> str:
        """Return the differences of these files between two commits as `git diff` prints them, with renames."""
        options = [
            *("--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--full-index", "--find-renames"),
            *("--unified=3", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/", "--diff-algorithm=myers"),
            f"-O{os.devnull}",
        ]
        return _text(self.run("--literal-pathspecs", "diff", *options, before, after, "--", *paths))

    def unchanged(self, folder: str) -> dict[str, str]:
        """Return the blob ids by path of the files below `folder` that are the same in work tree and index."""
        status = self.run(
            "status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules", "--", folder
        )
        # X is the index against HEAD, Y the work tree against the index: only Y matters here.
        changed = {line[3:] for line in _fields(status) if line[1] != " "}
        listed = (line.partition("\t") for line in _fields(self.run("ls-files", "-z", "-v", "--stage", "--", folder)))
        # H: neither `assume-unchanged` nor `skip-worktree`, for which git does not look at the work tree.
        index = {path: meta.split(" ")[2] for meta, _, path in listed if meta.startswith("H 100")}
        return {path: own for path, own in index.items() if path not in changed}

    def blobs(self, ids: list[str]) -> Iterator[bytes]:
        """Yield the contents of these blobs, in order, from one git process."""
        if not ids:
            return
        with self._process(self._command("cat-file", "--batch")) as process:
            asked, answered = _pipe(process.stdin), _pipe(process.stdout)
            for blob_id in ids:
                asked.write(f"{blob_id}\n".encode())
                asked.flush()
                header = answered.readline().split()
                if len(header) != 3 or header[1] != b"blob":
                    raise GitError(f"the file with id {blob_id} is missing from the repository")
                size = int(header[2])
                data = answered.read(size)
                answered.read(1)  # the line break behind it
                yield data
            asked.close()

    # ---- its environment, and the remote -----------------------------------------------------------------------------

    @property
    def _variables(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)
        }
        return inherited | _VARIABLES | dict(self.environment)

    def with_environment(self, variables: Mapping[str, str]) -> Repository:
        """Return the repository with further environment variables for git."""
        return replace(self, environment={**self.environment, **variables})

    def with_settings(self, settings: Iterable[tuple[str, str]]) -> Repository:
        """Return the repository with further settings for git.

        They are passed in the environment, because all users of a machine can see the arguments of its processes.
        """
        first, added = int(self._variables.get("GIT_CONFIG_COUNT") or 0), list(settings)
        variables = {"GIT_CONFIG_COUNT": str(first + len(added))}
        for number, (key, value) in enumerate(added, first):
            variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return self.with_environment(variables)

    def log(self, form: str, *arguments: str) -> list[str]:
        """Return a line for each commit that `git rev-list` lists, newest first. `form` is as in `git log --format`."""
        # Unlike `git log` this ignores settings, but prints an additional line before each commit.
        listed = self.run("rev-list", f"--format=>{form}", *arguments).decode("utf-8", "replace").split("\n")
        return [line[1:] for line in listed if line.startswith(">")]

    def remote_refs(self, remote: str, *refs: str) -> dict[str, str]:
        """Return the ids of those of `refs` (full names such as `refs/heads/main`) that the remote has, in one request."""
        listed = _text(self.run("ls-remote", "--quiet", remote, *refs)).split("\n")
        found = {ref: object_id for object_id, _, ref in (line.partition("\t") for line in listed)}
        # `ls-remote` also lists longer names with the same end.
        return {ref: found[ref] for ref in refs if ref in found}

    def push(self, remote: str, commit: str, ref: str, expected: str) -> PushResult:
        """Set `ref` of the remote to `commit` if it still is `expected`; an empty string means that there is no such ref.

        Raises GitError for other failures. After UnreachableError the push may or may not have been done.
        """
        # Nothing is forced where `commit` is a descendant of `expected`. A plain push would also succeed after a branch
        # was reset meanwhile, and restore the commits that were removed.
        lease = f"--force-with-lease={ref}:{expected}"
        options = ["--porcelain", "--no-progress", "--no-verify", "--recurse-submodules=no", lease]
        command = ["push", *options, remote, f"{commit}:{ref}"]
        done = self._started(command)
        if done.returncode == 0:
            return PushResult.TAKEN
        # https://git-scm.com/docs/git-push#_output: flag, tab, from:to, tab, summary (reason)
        lines = (line.split("\t") for line in _text(done.stdout).split("\n"))
        reason = next((line[2] for line in lines if len(line) == 3 and line[1].endswith(f":{ref}")), "")
        if _PROTECTED.search(reason) or (reason and _PROTECTED.search(_text(done.stderr))):
            return PushResult.PROTECTED
        if _BLOCKED.search(reason) or (reason and _BLOCKED.search(_text(done.stderr))):
            return PushResult.BLOCKED
        if reason.startswith("[rejected]") or _MOVED.search(reason):
            return PushResult.MOVED
        if reason.startswith("[remote failure]") or _PASSING.search(reason):
            raise UnreachableError(f"git push: {reason}")
        raise _failure(command, done)


# git's messages about two simultaneous pushes to one branch: the ref is locked, or has changed since the start.
_MOVED = re.compile(r"cannot lock ref|incorrect old value|reference already exists|failed to (?:update ref|lock)")
# A ref is a file, so a branch `a` and a branch `a/b` exclude each other.
_BLOCKED = re.compile(r"'refs/heads/[^']+' exists; cannot create|there are still refs under|directory[ /]file conflict")
# GitHub's messages about protected branches (GH006) and rule sets (GH013).
# https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/troubleshooting-required-status-checks
# https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/troubleshooting-rules
_PROTECTED = re.compile(r"protected branch hook declined|repository rule violations|\bGH0(?:06|13)\b")
_PASSING = re.compile(
    r"Could not resolve host|Couldn't connect|Failed to connect|Connection (?:refused|reset|timed out|closed)"
    r"|Operation (?:timed out|too slow)|unable to connect to|unexpected disconnect|early EOF|hung up|RPC failed"
    r"|returned error: (?:429|5[0-9][0-9])|Internal Server Error|Empty reply from server|(?:SSL|TLS|gnutls)\w* .*error",
    re.IGNORECASE,
)
_NOT_SERVED = re.compile(r"upload-pack: not our ref|unadvertised object")
# 25 is SIGXFSZ: a file larger than allowed.
_MEMORY = re.compile(r"[Oo]ut of memory|Cannot allocate memory|File too large|died of signal 25")


@contextmanager
def quarantined(repository: Repository) -> Iterator[Repository]:
    """Yield the repository with new objects in a folder of their own, which is deleted at the end.

    Nothing that is fetched becomes part of the repository itself, and many pull requests need the disk space of one.
    """
    # https://git-scm.com/docs/git#Documentation/git.txt-codeGITOBJECTDIRECTORYcode
    objects = repository.private_file("objects").resolve()
    folder = repository.private_file("openness-bot").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="quarantine-", dir=folder, ignore_cleanup_errors=True) as place:
        # A path in quotes may contain colons; it is read as a string in C.
        quoted = str(objects).replace("\\", "\\\\").replace('"', '\\"')
        yield repository.with_environment(
            {"GIT_OBJECT_DIRECTORY": place, "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{quoted}"'}
        )


def authorization(server: str, token: str) -> list[tuple[str, str]]:
    """Return the settings for `Repository.with_settings` that authorise git at a GitHub server (its address) by `token`."""
    # https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
    secret = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    key = f"http.{server.rstrip('/')}/.extraHeader"
    # An empty value removes the header of a checkout that keeps its own token: GitHub refuses two of them.
    return [(key, ""), (key, f"AUTHORIZATION: basic {secret}")]


def _failure(arguments: Sequence[str], done: subprocess.CompletedProcess[bytes]) -> GitError:
    words = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
    kinds = ((NotServedError, _NOT_SERVED), (UnreachableError, _PASSING), (GitMemoryError, _MEMORY))
    kind: type[GitError] = next((kind for kind, said in kinds if said.search(words)), GitError)
    return kind(f"git {arguments[0]}: {words}")


def _not_started(error: OSError) -> GitError:
    return GitError(f"git can't be started: {error.strerror}. Install git and try again.")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise GitError("git gave no pipe")
    return pipe


def _text(printed: bytes) -> str:
    # Paths are bytes to git. What isn't UTF-8 is decoded as Python's functions for the file system do.
    return printed.decode("utf-8", "surrogateescape")


def _fields(printed: bytes) -> list[str]:
    return [field for field in _text(printed).split("\0") if field]


def blob_id(data: bytes, length: int = 40) -> str:
    """Return the id that git gives these bytes. `length` is 64 in repositories that use SHA-256."""
    new = hashlib.sha256 if length == 64 else hashlib.sha1
    return new(b"blob %d\0" % len(data) + data).hexdigest()
