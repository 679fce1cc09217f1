"""A stand-in for GitHub, for tests: REST and git over HTTP on the loopback interface, a real bare repository behind it.

What files, diffs, ids and merges are comes from git; the rest is in plain dataclasses (`state`). Every request and every
answer is held against GitHub's own description of its API, and what doesn't fit is in `violations`.

    def test_something(standin: StandIn, tmp_path: Path) -> None:     # the fixture asserts that nothing was violated
        folder = checkout(tmp_path / "work")                          # tests/checkouts.py
        commit(folder)
        standin.branch(folder, "main")                                # the repository's main is at the folder's HEAD
        add_model(folder, "example/new", "oooooooooooooooo")
        commit(folder)
        pull = standin.open_pull(folder, author="example-author")     # from a fork; fork=False: from a branch of ours
        github = Github(base_url=standin.url, auth=Auth.Token(TOKEN), ...)

Seeding, returning what is made: `branch`, `open_pull`, `push_head` (by force too), `retarget(number, branch)`, `merge`,
`close_pull`, `delete_fork`, `review`, `status`, `workflow_run`, `permission(login, role)`,
`token(name, login, pull_requests="write", ...)`, `protect("main")`; `open_issue(author, title, body, labels)`, `close_issue`;
and for pull requests and issues alike `edit_issue(number, body=...)`, `reopen`, `label`, `comment`, `edit_comment(id, body)`,
`delete_comment(id, by)`. Both have their numbers from one sequence. Whoever does something without being named (`by`) is the
author. `standin.state` has it all to look at and to change: `pulls[number]`, `issues[number]`, `comments[id]`, `events`,
`statuses`, `check_runs[id]`, `labels`, `permissions`, `user(login)`, `fork(login)`. `standin.git` is the bare repository:
`resolve`, `refs`, `commits`, `git(...)`.

Time: the clock ticks a second per event. `standin.wait(days=3, hours=1)` lets it move on, and `standin.now` is what a run of
the bot takes for the present. Commits have the dates that git gave them, which are on another clock.

Events (`GET /issues/N/events`) are told of forced pushes, other base branches, deleted comments, labels, closing, reopening
and merging, whether they were seeded or asked for over REST or git. Roles (`GET /collaborators`) are `state.permissions`; the
owner has one only if it is there. Whom GitHub refuses the list: `standin.token("reader", login)` of a person who can't push,
or `standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN)`.

Tokens: `TOKEN` is the GITHUB_TOKEN of a workflow that may write anything but contents (`github-actions[bot]`),
`PUSH_TOKEN` may push as well. `standin.tokens[...] = Token(user, {"statuses": "write"})` for others. Of an issue that is no
pull request nothing can be read or written without the permission for issues.

git: `standin.clone_url` for clone, fetch (any commit by its id, `refs/pull/N/head` too) and push.

Faults, counted from the moment of arming (`Fault` lists the kinds):

    standin.faults.nth(3, Fault.BAD_GATEWAY)                          # the third call from now; always=True: and after
    standin.faults.on("POST", r"/comments$", Fault.DROP_AFTER)        # the next such call; times=None: every one
    standin.before(3, lambda: standin.push_head(1, folder))           # right before the third call is answered
    standin.state.pulls[1].mergeable_unknown = True                   # GitHub has not computed it yet
    standin.state.deleted.add("example-author")                       # an account is gone; see also `delete_fork`

What it saw: `standin.calls` (method, path, query, body, login, status, fault), `standin.writes` (those that change
something, pushes included), `standin.git_calls`, `forget_calls()` before a second run.
"""

from tests.github.standin.asking import Ask
from tests.github.standin.calls import Call
from tests.github.standin.faults import Fault, Faults
from tests.github.standin.standin import PUSH_TOKEN, TOKEN, StandIn
from tests.github.standin.state import ACTIONS_BOT, BEGINNING, Event, Issue, Pull, State, Token, User

__all__ = [
    "ACTIONS_BOT",
    "BEGINNING",
    "PUSH_TOKEN",
    "TOKEN",
    "Ask",
    "Call",
    "Event",
    "Fault",
    "Faults",
    "Issue",
    "Pull",
    "StandIn",
    "State",
    "Token",
    "User",
]
