"""The stand-in as tests use it: start, seed, and inspect."""

from __future__ import annotations

import shlex
import sys
from datetime import timedelta
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

from tests.github.standin import protected_branch
from tests.github.standin.asking import Answer, RefusedError
from tests.github.standin.conversation_answers import association
from tests.github.standin.faults import Faults
from tests.github.standin.merging import merge
from tests.github.standin.repository import BareRepository
from tests.github.standin.server import Server
from tests.github.standin.state import (
    ACTIONS_BOT,
    Access,
    CheckRun,
    Comment,
    Conversation,
    EventName,
    Issue,
    OpenOrClosed,
    Permission,
    Pull,
    Reaction,
    Repo,
    Review,
    ReviewState,
    State,
    StateReason,
    Status,
    Token,
    User,
    WorkflowRun,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from types import TracebackType

    from tests.github.standin.calls import Call

TOKEN = "example-token"  # noqa: S105  # a password of nothing
"""The token that every stand-in knows: `GITHUB_TOKEN` of a workflow that may do anything but write contents."""
PUSH_TOKEN = "example-push-token"  # noqa: S105
"""The same for a workflow that may write contents."""
_WORKFLOW: dict[str, Access] = {
    "contents": "read", "pull-requests": "write", "issues": "write", "statuses": "write", "checks": "write",
    "actions": "read",
}  # fmt: skip


class StandIn:
    """A GitHub with one repository, whose git side is in `folder`. See the package for how to use it."""

    def __init__(self, folder: Path, full_name: str = "example-org/example-models") -> None:
        self.lock = RLock()
        owner, name = full_name.split("/")
        self.state = State(Repo(0, User(0, owner), name))
        self.state.repo = Repo(self.state.new_id("repo"), self.state.user(owner), name)
        self.state.users[ACTIONS_BOT.login] = ACTIONS_BOT
        self.git = BareRepository(folder / "stand-in.git")
        self.tokens = {
            TOKEN: Token(ACTIONS_BOT, _WORKFLOW),
            PUSH_TOKEN: Token(ACTIONS_BOT, _WORKFLOW | {"contents": "write"}),
        }
        self.faults = Faults()
        self.calls: list[Call] = []
        self.git_calls: list[Call] = []
        self.violations: list[str] = []
        self.before_last_write: State | None = None
        self.web = "https://github.com"
        self._hooks: list[tuple[int, Callable[[], object]]] = []
        self._counted = 0
        self._server = Server(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server."""
        self._server.close()

    # ---- addresses and calls -----------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """PyGithub's `base_url`."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def clone_url(self) -> str:
        """The address for `git clone`."""
        return f"{self.url}/{self.state.repo.full_name}.git"

    @property
    def writes(self) -> list[Call]:
        """Every call with a method that writes, pushes included, whether or not it changed something."""
        pushes = [call for call in self.git_calls if call.method == "POST" and call.path.endswith("/git-receive-pack")]
        return [call for call in self.calls if call.is_write] + pushes

    def forget_calls(self) -> None:
        """Reset the counts before a second run."""
        self.calls.clear()
        self.git_calls.clear()

    def violated(self, message: str) -> Answer:
        """Record a violation of GitHub's description, and return the answer to it."""
        self.violations.append(message)
        return RefusedError(500, f"Stand-in: {message}").answer

    def before(self, number: int, change: Callable[[], object]) -> None:
        """Call `change` right before the `number`th REST call from now on is answered."""
        self._hooks.append((self._counted + number, change))

    def run_hooks(self) -> None:
        """Call the changes that are due before the current call."""
        self._counted += 1
        due = [change for number, change in self._hooks if number == self._counted]
        for change in due:
            change()

    # ---- seeding -----------------------------------------------------------------------------------------------------

    def token(self, name: str, login: str, *, installation: bool = False, **permissions: Access) -> Token:
        """Create the token `name` of `login`, with permissions like `pull_requests="write"`."""
        granted = {kind.replace("_", "-"): access for kind, access in permissions.items()}
        self.tokens[name] = Token(self.state.user(login), granted, installation)
        return self.tokens[name]

    def permission(self, login: str, permission: Permission) -> User:
        """Give an account a role in the repository."""
        self.state.permissions[login] = permission
        return self.state.user(login)

    def branch(self, folder: Path, name: str = "main", commit: str = "HEAD") -> str:
        """Point a branch at a commit of a checkout, by force; return the commit's id."""
        with self.lock:
            return self.git.fetch_from(folder, commit, f"refs/heads/{name}")

    def open_pull(
        self, folder: Path, commit: str = "HEAD", *, author: str = "example-author", title: str = "Add a model",
        body: str | None = None, base: str = "main", head_ref: str = "add-model", fork: bool = True,
        draft: bool = False, labels: Iterable[str] = (), author_association: str | None = None,
        number: int | None = None,
    ) -> Pull:  # fmt: skip
        """Open a pull request with a commit of a checkout as its head, from a fork or from the repository."""
        with self.lock:
            number = number or self.state.next_number()
            repo = self.state.fork(author) if fork else self.state.repo
            base_sha = self.git.resolve(f"refs/heads/{base}")
            assert base_sha, f"there is no branch {base} yet"
            head = self._take_head(number, folder, commit, None if fork else head_ref)
            now, who = self.state.clock.tick(), self.state.user(author)
            pull = Pull(
                self.state.new_id("pull"), number, title, body, who, base, base_sha, head_ref, head, repo, now, now,
                draft, author_association=author_association or self._association(author),
            )  # fmt: skip
            self.state.pulls[number] = pull
            self.state.set_labels(pull, labels, who)
            return pull

    def push_head(self, number: int, folder: Path, commit: str = "HEAD", *, by: str | None = None) -> str:
        """Give a pull request another head, by force if needed, and move GitHub's `base.sha` to the branch's tip.

        Without `by` its author pushes.
        """
        with self.lock:
            pull = self.state.pulls[number]
            head = self._take_head(number, folder, commit, None if self._is_fork(pull) else pull.head_ref)
            self._head_moved(pull, head, self._who(by, pull))
            return head

    def follow_branches(self, user: User | None = None) -> None:
        """Update the heads of the repository's own pull requests to their branches' tips after a push by `user`.

        Close those whose branch was deleted.
        """
        with self.lock:
            tips = self.git.refs("refs/heads/")
            for pull in self.state.pulls.values():
                if pull.state != "open" or self._is_fork(pull):
                    continue
                tip = tips.get(f"refs/heads/{pull.head_ref}")
                if tip is None:
                    self.state.clock.tick()
                    self.state.set_open_or_closed(pull, "closed", user or pull.author)
                elif tip != pull.head_sha:
                    self._head_moved(pull, tip, user or pull.author)

    def merge(
        self, number: int, login: str = "example-maintainer", *, squash: bool = False, rebase: bool = False
    ) -> str:
        """Merge a pull request as a person does; return the id of the new commit, or of the last."""
        with self.lock:
            return merge(
                self.state, self.git, self.state.pulls[number], self.state.user(login), squash=squash, rebase=rebase
            )

    def delete_fork(self, login: str) -> None:
        """Delete a fork as its owner: its pull requests stay, without their origin."""
        with self.lock:
            gone = self.state.forks.pop(login)
            for pull in self.state.pulls.values():
                pull.head_repo = None if pull.head_repo == gone else pull.head_repo

    def retarget(self, number: int, branch: str, *, by: str | None = None, automatically: bool = False) -> None:
        """Change the base branch of a pull request to another, which must exist; without `by` as its author.

        GitHub does so `automatically` when the base branch is merged and deleted.
        """
        with self.lock:
            pull, base = self.state.pulls[number], self.git.resolve(f"refs/heads/{branch}")
            assert base, f"there is no branch {branch} yet"
            pull.base_ref, pull.base_sha, pull.updated_at = branch, base, self.state.clock.tick()
            event: EventName = "automatic_base_change_succeeded" if automatically else "base_ref_changed"
            self.state.record(number, self._who(by, pull), event)

    def close_pull(self, number: int, *, by: str | None = None) -> None:
        """Close a pull request without merging it; without `by` as its author."""
        self._open_or_close(number, "closed", by)

    def open_issue(
        self, author: str, title: str, body: str | None = None, labels: Iterable[str] = (), *,
        author_association: str | None = None, number: int | None = None,
    ) -> Issue:  # fmt: skip
        """Open an issue from a form that gives it labels."""
        with self.lock:
            number = number or self.state.next_number()
            now, who = self.state.clock.tick(), self.state.user(author)
            issue = Issue(
                self.state.new_id("issue"), number, title, body, who, now, now,
                author_association=author_association or self._association(author),
            )  # fmt: skip
            self.state.issues[number] = issue
            self.state.set_labels(issue, labels, who)
            return issue

    def edit_issue(
        self, number: int, *, title: str | None = None, body: str | None = None, by: str | None = None
    ) -> None:
        """Edit the body of an issue or a pull request; without `by` its author does."""
        with self.lock:
            one = self._conversation(number)
            one.title, one.body = title or one.title, one.body if body is None else body
            one.updated_at = self.state.clock.tick()
            if body is not None:
                one.edited_at, one.editor = one.updated_at, self._who(by, one)

    def close_issue(self, number: int, *, by: str | None = None, reason: StateReason = "completed") -> None:
        """Close an issue; without `by` as its author."""
        self._open_or_close(number, "closed", by, reason)

    def reopen(self, number: int, *, by: str | None = None) -> None:
        """Reopen an issue or a pull request; without `by` as its author."""
        self._open_or_close(number, "open", by)

    def label(self, number: int, *names: str, by: str | None = None) -> None:
        """Give an issue or a pull request these labels and no others; without `by` as its author."""
        with self.lock:
            one = self._conversation(number)
            one.updated_at = self.state.clock.tick()
            self.state.set_labels(one, names, self._who(by, one))

    def comment(self, number: int, login: str, body: str) -> Comment:
        """Comment on a pull request or an issue."""
        with self.lock:
            now, ident = self.state.clock.tick(), self.state.new_id("comment")
            who = self._association(login)
            comment = Comment(ident, number, self.state.user(login), body, now, now, author_association=who)
            self.state.comments[ident] = comment
            self._conversation(number).updated_at = now
            return comment

    def edit_comment(self, ident: int, body: str, *, by: str | None = None) -> Comment:
        """Edit the text of a comment; without `by` as its author."""
        with self.lock:
            comment = self.state.comments[ident]
            comment.editor = self.state.user(by) if by else comment.user
            comment.body, comment.edited_at = body, self.state.clock.tick()
            comment.updated_at = comment.edited_at
            return comment

    def edit_review(self, number: int, body: str, *, by: str | None = None) -> Review:
        """Edit the text of the latest review of a pull request; without `by` as its author."""
        with self.lock:
            review = self.state.pulls[number].reviews[-1]
            review.editor = self.state.user(by) if by else review.user
            review.body, review.edited_at = body, self.state.clock.tick()
            return review

    def touch_comment(self, ident: int) -> None:
        """Change the `updated_at` of a comment that nobody edits, as GitHub does for reasons of its own."""
        with self.lock:
            self.state.comments[ident].updated_at = self.state.clock.tick()

    def react(self, ident: int, login: str, content: str) -> None:
        """React to a comment, which anybody can; its `updated_at` doesn't change."""
        with self.lock:
            user, at = self.state.user(login), self.state.clock.tick()
            self.state.comments[ident].reactions.append(Reaction(self.state.new_id("reaction"), user, content, at))

    def lock_conversation(self, number: int) -> None:
        """Lock a conversation: only people who can push may still comment or react."""
        with self.lock:
            self._conversation(number).locked = True

    def draft(self, number: int, *, by: str | None = None) -> None:
        """Convert a pull request to a draft; without `by` as its author."""
        self._draft(number, by, "convert_to_draft")

    def ready(self, number: int, *, by: str | None = None) -> None:
        """Mark a draft as ready for review; without `by` as its author."""
        self._draft(number, by, "ready_for_review")

    def delete_comment(self, ident: int, by: str) -> None:
        """Delete a comment. GitHub then shows that one was deleted and by whom, not whose it was."""
        with self.lock:
            comment = self.state.comments.pop(ident)
            self._conversation(comment.number).updated_at = self.state.clock.tick()
            self.state.record(comment.number, self.state.user(by), "comment_deleted")

    def review(
        self, number: int, login: str, state: ReviewState = "APPROVED", body: str = "", commit: str | None = None
    ) -> Review:
        """Review a pull request, at its head or at another commit."""
        with self.lock:
            pull, now = self.state.pulls[number], self.state.clock.tick()
            at = commit or pull.head_sha
            review = Review(self.state.new_id("review"), self.state.user(login), state, body, at, now)
            pull.reviews.append(review)
            pull.updated_at = now
            return review

    def status(
        self, sha: str, context: str, state: str, description: str | None = None, target_url: str | None = None
    ) -> Status:
        """Set a status as a workflow does."""
        with self.lock:
            ident, now = self.state.new_id("status"), self.state.clock.tick()
            status = Status(ident, sha, context, state, description, target_url, ACTIONS_BOT, now)
            self.state.statuses.append(status)
            return status

    def check_run(self, sha: str, name: str, text: str | None, app: str) -> CheckRun:
        """Add a check run as an app does; without a text as GitHub itself does for the job of a workflow."""
        with self.lock:
            ident, now = self.state.new_id("check"), self.state.clock.tick()
            run = CheckRun(ident, name, sha, "completed", "neutral", None, "", now, now, "A title", "", text, app=app)
            self.state.check_runs[ident] = run
            return run

    def workflow_run(self, number: int, path: str = ".github/workflows/check.yml", **changes: Any) -> WorkflowRun:
        """Add a run of a workflow for a pull request."""
        with self.lock:
            pull, now = self.state.pulls[number], self.state.clock.tick()
            repo = pull.head_repo or self.state.repo
            fields: dict[str, Any] = {"event": "pull_request", "status": "completed", "conclusion": "success"} | changes
            run = WorkflowRun(
                self.state.new_id("run"), pull.head_sha, pull.head_ref, repo, path=path, actor=pull.author,
                created_at=now, **fields,
            )  # fmt: skip
            self.state.workflow_runs[run.id] = run
            return run

    def protect(self, branch: str) -> None:
        """Refuse pushes to this branch with GitHub's message; merging pull requests still works."""
        self.state.protected.add(branch)
        self.git.git("config", "--add", "receive.procReceiveRefs", f"refs/heads/{branch}")
        hook = self.git.path / "hooks/proc-receive"
        program = shlex.join([sys.executable, "-I", str(Path(protected_branch.__file__))])
        hook.write_text(f"#!/bin/sh\nexec {program}\n", "utf-8")
        hook.chmod(0o755)

    @property
    def now(self) -> datetime:
        """The instant of the last event, or the end of a wait since then."""
        return self.state.clock.now()

    def wait(self, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> datetime:
        """Let time pass without events; return the new instant."""
        with self.lock:
            return self.state.clock.wait(round(timedelta(days, seconds, 0, 0, minutes, hours).total_seconds()))

    def _association(self, login: str) -> str:
        return association(self.state, login)

    def _is_fork(self, pull: Pull) -> bool:
        return pull.head_repo != self.state.repo

    def _conversation(self, number: int) -> Conversation:
        found = self.state.conversation(number)
        assert found, f"there is neither a pull request nor an issue {number}"
        return found

    def _who(self, login: str | None, one: Conversation) -> User:
        return self.state.user(login) if login else one.author

    def _open_or_close(
        self, number: int, wanted: OpenOrClosed, by: str | None, reason: StateReason | None = None
    ) -> None:
        with self.lock:
            one = self._conversation(number)
            self.state.clock.tick()
            self.state.set_open_or_closed(one, wanted, self._who(by, one), reason)

    def _draft(self, number: int, by: str | None, event: EventName) -> None:
        with self.lock:
            pull = self.state.pulls[number]
            pull.draft, pull.updated_at = event == "convert_to_draft", self.state.clock.tick()
            self.state.record(number, self._who(by, pull), event)

    def _head_moved(self, pull: Pull, head: str, user: User) -> None:
        self.git.set_ref(f"refs/pull/{pull.number}/head", head)
        is_forced = not self.git.is_ancestor(pull.head_sha, head)
        before, pull.head_sha, pull.updated_at = pull.head_sha, head, self.state.clock.tick()
        if is_forced:
            self.state.record(pull.number, user, "head_ref_force_pushed", commit_id=head, before=before)
        pull.base_sha = self.git.resolve(f"refs/heads/{pull.base_ref}") or pull.base_sha

    def _take_head(self, number: int, folder: Path, commit: str, branch: str | None) -> str:
        sha = self.git.fetch_from(folder, commit, f"refs/pull/{number}/head")
        if branch:
            self.git.set_ref(f"refs/heads/{branch}", sha)
        return sha
