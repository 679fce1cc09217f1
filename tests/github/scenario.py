"""Pull requests as short stories: the actions of people in order, and GitHub's whole state after the bot's run.

Each folder of tests/github/scenarios has a `story.yaml` and two goldens, `actions.txt` and `comment.md` (missing where the
bot writes no comment). tests/github/README.md explains the stories.

    python -m tests.github.scenario add NAME     begins a new story, to be edited
    python -m tests.github.scenario update       rewrites all goldens; read the diff before you keep it
    python -m tests.github.scenario update NAME  those of one story
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import yaml

from bot.github import retry
from bot.github.client import MADE
from bot.handlers.pull_request.comment import MARKER
from bot.handlers.pull_request.contents import read_contents
from bot.text.escaping import visible
from tests.checkouts import add_model, clone, commit, committed_checkout, edit, git, run, temporary_folder, write
from tests.github import links
from tests.github.standin import ACTIONS_BOT, BEGINNING, TOKEN, Fault, StandIn
from tests.github.standin.direct import called_directly
from tests.github.standin.repository import link_missing
from tests.samples import DATA, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from bot.git.repository import Repository
    from bot.handlers.pull_request.facts import Contents
    from tests.checkouts import Ran
    from tests.github.standin import Pull
    from tests.github.standin.state import Comment

SCENARIOS = ROOT / "tests/github/scenarios"
MOST_CALLS = 10
"""Of a usual run, whatever the number of files."""
TEMPLATE = """\
about: What happens, and why that is worth a story.
head:
  - model: example/two osssssssssssssss
"""


class Story(NamedTuple):
    """A pull request with the steps before it and in it."""

    name: str
    about: str
    main: list[dict[str, Any]]
    """Steps on main before the pull request, after the usual three models."""
    head: list[dict[str, Any]]
    meanwhile: list[dict[str, Any]]
    """Steps on main since the pull request was begun."""
    pull: dict[str, Any]
    """How it is opened: author, fork, draft, labels, ..."""
    roles: dict[str, Any]
    talk: list[dict[str, Any]]
    """Actions of people and earlier runs of the bot since it was opened, in order."""
    event: str
    during: dict[str, Any]
    """Steps that are pushed, or events, right before a call of the bot is answered: `{call: 6, head: [...]}`."""
    calls: int
    """How many calls the run may take."""


class Outcome(NamedTuple):
    """The bot's output and GitHub's state after a run."""

    actions: str
    comment: str | None


def stories() -> list[Path]:
    """Return the folders of all stories, by name."""
    return sorted(folder for folder in SCENARIOS.iterdir() if (folder / "story.yaml").is_file())


def read_story(folder: Path) -> Story:
    """Return the story in a folder."""
    content = yaml.safe_load((folder / "story.yaml").read_text("utf-8"))
    lists = {key: content.pop(key, []) for key in ("main", "head", "meanwhile", "talk")}
    parts = {key: content.pop(key, {}) for key in ("pull", "roles", "during")}
    found = Story(
        folder.name, content.pop("about"), **lists, **parts, event=content.pop("event", "pull_request"),
        calls=content.pop("calls", MOST_CALLS),
    )  # fmt: skip
    assert not content, f"{folder.name}: unknown keys {sorted(content)}"
    return found


# ---- steps -----------------------------------------------------------------------------------------------------------


def take(root: Path, steps: list[dict[str, Any]]) -> None:
    """Apply the steps in a work tree, and commit."""
    people, message = {}, "A change"
    for verb, said in _each(steps):
        match verb:
            case "by":
                people = _people(said)
            case "message":
                message = said
            case _:
                _STEPS[verb](root, said)
    with mock.patch.dict(os.environ, people):
        commit(root, message)


def _people(said: str | list[str]) -> dict[str, str]:
    """Return who commits: a person, or an author and a committer, as logins or addresses."""
    author, committer = (said, said) if isinstance(said, str) else said
    found = {}
    for role, who in (("AUTHOR", author), ("COMMITTER", committer)):
        found[f"GIT_{role}_NAME"] = who.partition("@")[0]
        found[f"GIT_{role}_EMAIL"] = who if "@" in who else f"{who}@users.noreply.example.org"
    return found


def _each(steps: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for step in steps:
        ((verb, said),) = step.items()
        yield verb, said


def _model(root: Path, said: str) -> None:
    model_id, levels = said.split()
    add_model(root, model_id, levels)


def _edit(root: Path, said: list[str]) -> None:
    path, old, new = said
    edit(root / path, old, new)


def _rename(root: Path, said: list[str]) -> None:
    old, new = (root / path for path in said)
    new.parent.mkdir(parents=True, exist_ok=True)
    old.rename(new)


def _link(root: Path, said: list[str]) -> None:
    place, target = root / said[0], said[1]
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def _submodule(root: Path, said: str) -> None:
    git(root, "add", "--all")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{said}")
    (root / said).mkdir(parents=True, exist_ok=True)


def _many(root: Path, said: int) -> None:
    for number in range(said):
        add_model(root, f"example-many/model-{number:04}", "ocsocsocsocsocso"[number % 5 :] + "o" * (number % 5))


def _replace(root: Path, said: list[str]) -> None:
    pattern, old, new = said
    for file in sorted(root.glob(pattern)):
        if old in file.read_text("utf-8"):
            edit(file, old, new)


def _bytes(root: Path, said: list[str]) -> None:
    path, digits = said
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(bytes.fromhex(digits))


def _repeat(root: Path, said: list[Any]) -> None:
    path, text, times = said
    write(root, path, text * times)


def _cite(root: Path, model_id: str, criterion: str, url: str, quote: str = "", archived: str = "") -> None:
    """Let a rating cite another page."""
    lines = [f"      - url: {url}\n"]
    lines += [f"        quote: {json.dumps(quote)}\n"] if quote else []
    lines += [f"        archived: {archived}\n"] if archived else []
    edit(root / f"assessments/{model_id}.yaml", f"      - url: https://example.org/{criterion}\n", "".join(lines))


def _cite_many(root: Path, model_id: str, criterion: str, number: int) -> None:
    """Let a rating cite many pages."""
    rest = "        where: Section 1\n        fact: It says so.\n        accessed: 2025-03-31\n"
    items = [f"      - url: https://paper.example.org/page-{each:03}\n" for each in range(1, number + 1)]
    edit(root / f"assessments/{model_id}.yaml", f"      - url: https://example.org/{criterion}\n", rest.join(items))


_STEPS: dict[str, Callable[[Path, Any], object]] = {
    "model": _model,
    "write": lambda root, said: write(root, *said),
    "edit": _edit,
    "copy": lambda root, said: write(root, said, (DATA / said).read_text("utf-8")),
    "delete": lambda root, said: (root / said).unlink(),
    "rename": _rename,
    "link": _link,
    "executable": lambda root, said: (root / said).chmod(0o755),
    "submodule": _submodule,
    "many": _many,
    "repeat": _repeat,
    "bytes": _bytes,
    "replace": _replace,
    "pages": lambda root, said: [write(root, f"docs/page-{number}.md", "Text.\n") for number in range(said)],
    "restart": lambda root, said: git(root, "reset", "--quiet", "--hard", said),
    "merge": lambda root, said: git(root, "merge", "--quiet", "--no-ff", "--no-commit", said),
    "merge-ours": lambda root, said: git(root, "merge", "--quiet", "--no-commit", "--strategy=ours", said),
    "evidence-rules": lambda root, said: edit(root / "governance.yml", "people: []", f"{links.rules(said)}people: []"),
    "cite": lambda root, said: _cite(root, *said),
    "cite-many": lambda root, said: _cite_many(root, *said),
    "orphan": lambda root, _: git(root, "checkout", "--quiet", "--orphan", "elsewhere"),
}


# ---- playing ---------------------------------------------------------------------------------------------------------


class Stage(NamedTuple):
    """The environment in which a story is played."""

    standin: StandIn
    pull: Pull
    work: Path
    """The contributor's checkout."""
    base: Path
    """A clone of main, in which the bot runs."""
    over_http: bool
    """Whether the bot calls the stand-in over HTTP instead of in memory."""


@contextmanager
def play(story: Story, place: Path, *, over_http: bool = True) -> Iterator[Stage]:
    """Yield the stand-in in the state that the story describes."""
    quiet = {"NO_PROXY": "127.0.0.1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    dates = {name: BEGINNING.isoformat() for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")}
    with mock.patch.dict(os.environ, quiet | dates), StandIn(place / "github") as standin:
        begun = _begun(json.dumps([story.main, story.head]))
        work = Path(shutil.copytree(begun / "work", place / "contributor", symlinks=True))
        base = clone(begun / "base", place / "base", standin.clone_url if over_http else str(standin.git.path))
        if not over_http:
            link_missing(work / ".git/objects", base / ".git/objects")
        for branch in {"main": None, story.pull.get("base", "main"): None}:
            standin.branch(work, branch, "main")
        for login, role in story.roles.items():
            standin.permission(login, role)
        stage = Stage(standin, standin.open_pull(work, **(_USUAL | story.pull)), work, base, over_http)
        for verb, said in _each(story.talk):
            _TALK[verb](stage, said)
        if story.meanwhile:
            git(work, "checkout", "--quiet", standin.git.resolve("refs/heads/main") or "")
            take(work, story.meanwhile)
            standin.branch(work, "main")
        if story.during:
            standin.before(story.during["call"], lambda: _meanwhile(stage, story.during))
        standin.forget_calls()
        yield stage


@cache
def _begun(steps: str) -> Path:
    """Return a contributor's checkout after all steps of a story, and one of main, both to be copied."""
    main, head = json.loads(steps)
    folder = temporary_folder()
    base = committed_checkout(folder / "base")
    if main:
        take(base, main)
    work = Path(shutil.copytree(base, folder / "work", symlinks=True))
    git(work, "checkout", "--quiet", "-b", "proposal")
    take(work, head)
    return folder


def _meanwhile(stage: Stage, during: dict[str, Any]) -> None:
    for verb, said in [*_each(during.get("talk", [])), *([("push", during["head"])] if "head" in during else [])]:
        _TALK[verb](stage, said)


_USUAL = {"author": "example-author", "author_association": "CONTRIBUTOR"}


def _push(stage: Stage, steps: list[dict[str, Any]]) -> None:
    git(stage.work, "checkout", "--quiet", "proposal")
    take(stage.work, steps)
    stage.standin.push_head(stage.pull.number, stage.work)


def _forget_former_heads(stage: Stage) -> None:
    """Let GitHub delete the commits that forced pushes replaced."""
    events = stage.standin.state.events
    events[:] = [replace(event, before=None) for event in events]


def _move_main(stage: Stage, steps: list[dict[str, Any]]) -> None:
    git(stage.work, "checkout", "--quiet", "-B", "main", stage.standin.git.resolve("refs/heads/main") or "")
    take(stage.work, steps)
    stage.standin.branch(stage.work, "main")
    git(stage.work, "checkout", "--quiet", "proposal")


def _force(stage: Stage, said: str) -> None:
    git(stage.work, "checkout", "--quiet", "-B", "proposal", said)
    stage.standin.push_head(stage.pull.number, stage.work)


def _twin(stage: Stage, said: dict[str, Any]) -> None:
    stage.standin.open_pull(stage.work, stage.pull.head_sha, **(_USUAL | said))


def _elsewhere(stage: Stage, said: dict[str, Any]) -> None:
    """Let the same things happen in another pull request."""
    other = stage._replace(pull=stage.standin.state.pulls[said["number"]])
    for verb, given in _each(said["talk"]):
        _TALK[verb](other, given)


def _queue(stage: Stage, said: dict[str, Any]) -> None:
    """Add a pull request to the merge queue, behind those of `behind`; of these, only `branches` still have a branch."""
    git_of, pulls = stage.standin.git, stage.standin.state.pulls
    base = tip = said.get("base") or git_of.resolve("refs/heads/main") or ""
    for number in (*said.get("behind", ()), stage.pull.number):
        pull, how = pulls[number], said.get("how", "merge")
        if how == "rebase":
            tip = git_of.rebase(tip, pull.head_sha, pull.author, BEGINNING)[-1]
        else:
            tip = git_of.merge(
                tip, pull.head_sha, f"{pull.title} (#{number})", pull.author, BEGINNING, squash=how == "squash"
            )
        if number == stage.pull.number or number in said.get("branches", said.get("behind", ())):
            git_of.set_ref(f"refs/heads/gh-readonly-queue/main/pr-{number}-{base}", tip)


def _another(stage: Stage, said: dict[str, Any]) -> None:
    git(stage.work, "checkout", "--quiet", "--detach", stage.standin.git.resolve("refs/heads/main") or "")
    take(stage.work, said.pop("head"))
    stage.standin.open_pull(stage.work, **(_USUAL | said))
    git(stage.work, "checkout", "--quiet", "proposal")


def _ask_for_links(stage: Stage, pages: dict[str, Any]) -> None:
    """Run the job that asks for links, on the list that the first job has left."""
    pages = dict(pages)
    limits = {key: pages.pop(key) for key in ("seconds", "most") if key in pages}
    others = pages.pop("others", None)
    if others is not None:
        wanted = json.loads((stage.base.parent / links.WANTED).read_text("utf-8"))["links"]
        pages = {each["url"]: others for each in wanted} | pages
    done = links.ask(stage.base, stage.base.parent, pages, **limits)
    assert done.code == 0, done.err


def _edit_by(stage: Stage, said: list[str]) -> None:
    login, text = said
    stage.standin.edit_comment(list(stage.standin.state.comments)[-1], text, by=login)


def _crowd(stage: Stage, said: list[Any]) -> None:
    login, text, times = said
    for number in range(times):
        stage.standin.comment(stage.pull.number, login, text.format(number + 1))


_TALK: dict[str, Callable[[Stage, Any], object]] = {
    "comment": lambda stage, said: stage.standin.comment(stage.pull.number, *said),
    "comments": _crowd,
    "crowd": lambda stage, said: [
        stage.standin.comment(stage.pull.number, f"example-stranger-{number}", said[1]) for number in range(said[0])
    ],
    "review": lambda stage, said: stage.standin.review(stage.pull.number, *said),
    "push": _push,
    "forget-former-heads": lambda stage, _: _forget_former_heads(stage),
    "main": _move_main,
    "force": _force,
    "twin": _twin,
    "elsewhere": _elsewhere,
    "queue": _queue,
    "reopen": lambda stage, _: stage.standin.reopen(stage.pull.number),
    "draft": lambda stage, _: stage.standin.draft(stage.pull.number),
    "ready": lambda stage, _: stage.standin.ready(stage.pull.number),
    "bot": lambda stage, event: answer(event, stage),
    "links": _ask_for_links,
    "forge-report": lambda stage, said: links.forge(stage.base.parent, said),
    "forge-result": lambda stage, said: stage.standin.check_run(stage.pull.head_sha, **said),
    "no-report": lambda stage, _: (stage.base.parent / links.REPORT).unlink(missing_ok=True),
    "label": lambda stage, said: stage.pull.labels.append(stage.standin.state.label(said).name),
    "close": lambda stage, _: stage.standin.close_pull(stage.pull.number),
    "merge": lambda stage, said: stage.standin.merge(stage.pull.number, said),
    "made": lambda stage, _: stage.standin.status(stage.pull.head_sha, MADE, "success", "made by the bot"),
    "lock": lambda stage, _: stage.standin.lock_conversation(stage.pull.number),
    "delete-fork": lambda stage, said: stage.standin.delete_fork(said),
    "delete-account": lambda stage, said: stage.standin.state.deleted.add(said),
    "delete-comments": lambda stage, _: stage.standin.state.comments.clear(),
    "another": _another,
    "wait": lambda stage, said: stage.standin.wait(**said),
    "edit-comment": lambda stage, said: stage.standin.edit_comment(list(stage.standin.state.comments)[-1], said),
    "edit-comment-by": _edit_by,
    "touch-comment": lambda stage, _: stage.standin.touch_comment(list(stage.standin.state.comments)[-1]),
    "delete-comment": lambda stage, said: stage.standin.delete_comment(list(stage.standin.state.comments)[-1], said),
    "retarget": lambda stage, said: stage.standin.retarget(stage.pull.number, said),
    "refuse": lambda stage, said: stage.standin.faults.on("GET", said, Fault.FORBIDDEN, times=None),
}


def answer(event: str, stage: Stage, *, apply: bool = True) -> Ran:
    """Run `openness-bot pr --event FILE --apply` as the workflow does."""
    file = stage.base.parent / "event.json"
    if event == "links":
        said = ["--number", str(stage.pull.number), "--links", str(stage.base.parent / links.REPORT)]
    else:
        file.write_text(json.dumps(_event(event, stage.standin, stage.pull)), "utf-8")
        said = ["--event", str(file)]
    if event in ("pull_request", "issue_comment"):
        said += ["--ask", str(stage.base.parent / links.WANTED)]
    with (
        mock.patch.dict(os.environ, environment(stage.standin)),
        mock.patch.object(retry, "BETWEEN_WRITES", 0),
        mock.patch("bot.cli.clock", return_value=stage.standin.now),
        nullcontext() if stage.over_http else _in_memory(stage.standin),
    ):
        return run(stage.base, "pr", *said, *["--apply"] * apply)


@contextmanager
def _in_memory(standin: StandIn) -> Iterator[None]:
    """Call the stand-in without HTTP, and cache what the bot reads from the same two commits in all stories."""

    def remembered(
        repository: Repository, base: str, head: str, today: date, *, may_generate: bool = False
    ) -> Contents:
        key = (base, head, today, may_generate)
        if key not in _contents:
            _contents[key] = read_contents(repository, base, head, today, may_generate=may_generate)
        return _contents[key]

    with called_directly(standin), mock.patch("bot.handlers.pull_request.run.read_contents", remembered):
        yield


_contents: dict[tuple[str, str, date, bool], Contents] = {}


def environment(standin: StandIn) -> dict[str, str]:
    """Return the variables that GitHub Actions and the workflow set in the environment."""
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_REPOSITORY": standin.state.repo.full_name,
        "GITHUB_API_URL": standin.url,
        "GITHUB_SERVER_URL": standin.url,
        "GITHUB_RUN_ID": "17",
        "GITHUB_OUTPUT": "",
        "GITHUB_STEP_SUMMARY": "",
    }


def _event(event: str, standin: StandIn, pull: Pull) -> dict[str, Any]:
    """Return the part of an event that the bot reads; tests/github/events has whole events."""
    match event:
        case "pull_request":
            said = {"number": pull.number, "state": pull.state, "head": {"sha": pull.head_sha}}
            return {"action": "synchronize", "pull_request": said}
        case "issue_comment":
            return {
                "action": "created",
                "issue": {"number": pull.number, "state": pull.state, "pull_request": {}},
                "comment": {"id": max(standin.state.comments)},
            }
        case "workflow_run":
            return {"action": "completed", "workflow_run": {"head_sha": pull.head_sha}}
        case "schedule":
            return {"schedule": "7 * * * *"}
        case "merge_group":
            ref, sha = _queued(standin, pull)
            group = {"head_sha": sha, "head_ref": ref, "base_ref": f"refs/heads/{pull.base_ref}"}
            return {"action": "checks_requested", "merge_group": group}
    raise AssertionError(f"there is no event {event}")


def _queued(standin: StandIn, pull: Pull) -> tuple[str, str]:
    """Return the branch and the commit that the merge queue made for a pull request; without a queue it is made now."""
    folder = f"refs/heads/gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-"
    base = standin.git.resolve(f"refs/heads/{pull.base_ref}") or ""
    if not standin.git.refs(folder):
        sha = standin.git.merge(base, pull.head_sha, "Merge", pull.author, BEGINNING)
        standin.git.set_ref(f"{folder}{base}", sha)
    return next(iter(standin.git.refs(folder).items()))


def outcome(story: Story, ran: Ran, stage: Stage) -> Outcome:
    """Return the bot's output and GitHub's state, without the parts that are independent of the run."""
    standin, pull = stage.standin, stage.pull
    state, bot = standin.state, standin.state.user(ACTIONS_BOT.login)
    said = [line.replace(f"{stage.base.parent}/", "") for line in (*ran.out.splitlines(), *ran.err.splitlines())]
    lines = [story.about, "", f"exit code {ran.code}", *said, ""]
    lines += [f"status of {one.sha[:7]}: {one.state}: {one.description}" for one in state.statuses]
    lines += [f"label: {label}" for label in sorted(pull.labels)]
    for check in state.check_runs.values():
        of = f" of {check.head_sha[:7]}" * (check.head_sha != pull.head_sha)
        lines += ["", f"check run {check.name}{of}: {check.conclusion}: {check.title}"]
        lines += [*(check.summary or "").splitlines(), *map(_annotation, check.annotations)]
    for review in pull.reviews:
        if review.user == bot:
            lines += ["", "review:", *review.body.splitlines()]
            for remark in review.comments:
                start = f"{remark.start_line}-" if remark.start_line else ""
                lines += ["", f"on {remark.path}:{start}{remark.line}:", *remark.body.splitlines()]
    lines += _conversation(stage)
    own = [comment.body for comment in state.comments_of(pull.number) if _is_sticky(comment)]
    assert len(own) <= 1, "more than one sticky comment"
    heads = _heads(stage)
    text = without_sizes("\n".join(line.rstrip() for line in lines).rstrip() + "\n")
    return Outcome(_named(text, heads), f"{_named(own[0], heads)}\n" if own else None)


def without_sizes(log: str) -> str:
    """Return a log without the lengths of the bot's texts, which nobody reviews in a golden file."""
    return re.sub(r" \([0-9,]+ characters\)", "", log)


def _conversation(stage: Stage) -> Iterator[str]:
    """Return the bot's reactions, its other comments, and the issues that it opened."""
    for comment in stage.standin.state.comments.values():
        if comment.reactions:
            yield f"reaction to {comment.body!r}: {', '.join(each.content for each in comment.reactions)}"
        if comment.number != stage.pull.number and _is_sticky(comment):
            yield f"comment in pull request {comment.number}: {comment.body.splitlines()[1]}"
        elif comment.user == ACTIONS_BOT and not _is_sticky(comment):
            yield from ("", f"another comment, in {comment.number}:", *comment.body.splitlines())
    for issue in stage.standin.state.issues.values():
        if issue.author == ACTIONS_BOT:
            yield from ("", f"issue {issue.number}: {issue.title} [{', '.join(sorted(issue.labels))}]")
            yield from (issue.body or "").splitlines()


def _is_sticky(comment: Comment) -> bool:
    return comment.user == ACTIONS_BOT and comment.body.startswith(MARKER)


def _heads(stage: Stage) -> dict[str, str]:
    """Return names for the commits in goldens, which stay the same when the ids change."""
    named = {pull.head_sha: f"HEAD-OF-{number}" for number, pull in stage.standin.state.pulls.items()}
    named[stage.pull.head_sha] = "HEAD"
    pushed = git(stage.work, "rev-list", "--reverse", "--reflog").split()
    former = (sha for sha in [*pushed, *(one.sha for one in stage.standin.state.statuses)] if sha not in named)
    return named | {sha: f"OTHER-{number}" for number, sha in enumerate(dict.fromkeys(former), 1)}


def _named(text: str, heads: dict[str, str]) -> str:
    for sha, name in heads.items():
        text = re.sub(rf"\b{sha[:7]}(?:{sha[7:10]}(?:{sha[10:]})?)?\b", name, text)
    return text


def _annotation(said: Any) -> str:
    return f"{visible(said.path)}:{said.start_line} [{said.annotation_level}] {said.title}: {said.message}"


def play_to_end(folder: Path, place: Path, *, whole: bool = True) -> Outcome:
    """Play a story to its end.

    With `whole` it is played over HTTP, and the bot runs once more, which writes nothing.
    """
    story = read_story(folder)
    with play(story, place, over_http=whole) as stage:
        standin = stage.standin
        ran = answer(story.event, stage)
        calls = len(standin.calls)
        assert calls <= story.calls, f"{calls} calls:\n" + "\n".join(
            f"{one.method} {one.path}" for one in standin.calls
        )
        assert not re.search(r"^\s*::|##\[", ran.out + ran.err, re.MULTILINE), "a command for the runner in the log"
        found = outcome(story, ran, stage)
        # Failures and the status of a merge queue are reported on each run.
        if whole and not story.during and ran.code == 0 and story.event != "merge_group":
            standin.forget_calls()
            # What was found is kept again each time that somebody has asked.
            again = answer("pull_request" if story.event == "links" else story.event, stage)
            assert (again.code, standin.writes) == (0, []), again.out
        assert standin.violations == [], standin.violations
        return found


# ---- command line ----------------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Begin a story, or rewrite goldens."""
    match arguments:
        case ["add", name]:
            folder = SCENARIOS / name
            folder.mkdir(parents=True)
            (folder / "story.yaml").write_text(TEMPLATE, "utf-8")
            sys.stdout.write(f"Edit {folder / 'story.yaml'}, then: python -m tests.github.scenario update {name}\n")
        case ["update", *names]:
            for folder in [SCENARIOS / name for name in names] or stories():
                _update(folder)
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    return 0


def _update(folder: Path) -> None:
    place = Path(tempfile.mkdtemp())
    try:
        actions, comment = play_to_end(folder, place)
    finally:
        shutil.rmtree(place)
    (folder / "actions.txt").write_text(actions, "utf-8")
    golden = folder / "comment.md"
    if comment is None:
        golden.unlink(missing_ok=True)
    else:
        golden.write_text(comment, "utf-8")
    sys.stdout.write(f"{folder.name}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
