"""Stories of issues that were opened with a form: described in `forms/`, played with the bot against the stand-in.

python -m tests.github.form_story update [NAME ...]    # rewrite the goldens, then read the diff
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import yaml

from bot.github import retry
from bot.handlers.forms.form_files import FieldType, Template, read_templates
from tests.checkouts import MODELS, checkout, clone, commit, edit, git, run, write
from tests.github import links
from tests.github.scenario import environment, without_sizes
from tests.github.standin import ACTIONS_BOT, BEGINNING, PUSH_TOKEN, Fault, StandIn
from tests.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.checkouts import Ran
    from tests.github.standin import Pull
    from tests.github.standin.state import Issue

FORMS = Path(__file__).parent / "forms"
GOLDEN = "outcome.md"
MAINTAINER = "example-maintainer"


def stories() -> list[Path]:
    """Return the folders of all stories, by name."""
    return sorted(folder for folder in FORMS.iterdir() if (folder / "story.yaml").is_file())


# ---- bodies of issues ------------------------------------------------------------------------------------------------


def template(stem: str) -> Template:
    """Return a form of this repository."""
    path = f".github/ISSUE_TEMPLATE/{stem}.yml"
    (found,) = read_templates({path: (ROOT / path).read_text("utf-8")})
    return found


def body(form: Template, answers: Mapping[str, Any]) -> str:
    """Return the body that GitHub makes of the answers; ids of choices become the texts of their options."""
    assert answers.keys() <= {field.id for field in form.fields}, sorted(answers)
    parts = []
    for field in form.fields:
        answer = answers.get(field.id)
        match field.type:
            case FieldType.CHECKBOXES:
                ticked = answer or []
                lines = [f"- [{'X' if _is_chosen(option, ticked) else ' '}] {option}" for option in field.options]
                text = "\n".join(lines)
            case FieldType.DROPDOWN if answer:
                text = next(option for option in field.options if _is_chosen(option, [answer]))
            case _:
                answer = answer or field.value
                text = str(answer).rstrip("\n") if answer else "_No response_"
                if field.rendered and answer:
                    text = f"```text\n{text}\n```"
        parts.append(f"### {field.label}\n\n{text}")
    return "\n\n".join(parts)


def _is_chosen(option: str, ids: list[str]) -> bool:
    return option in ids or any(option.endswith(f"({one})") for one in ids)


# ---- playing ---------------------------------------------------------------------------------------------------------


class Stage(NamedTuple):
    """The environment in which a story is played."""

    standin: StandIn
    issue: Issue
    work: Path
    """Somebody's checkout of main."""
    base: Path
    """A clone of main, in which the bot runs."""
    ran: list[Ran]
    """Results of the bot's runs."""

    @property
    def branch(self) -> str:
        return f"openness-bot/issue-{self.issue.number}"

    @property
    def pull(self) -> Pull | None:
        """Return the newest pull request from the branch of the form."""
        found = [pull for pull in self.standin.state.pulls.values() if pull.head_ref == self.branch]
        return found[-1] if found else None


@contextmanager
def play(folder: Path, place: Path) -> Iterator[Stage]:
    """Yield the stand-in in the state that the story describes, including the bot's last run."""
    content: dict[str, Any] = yaml.safe_load((folder / "story.yaml").read_text("utf-8"))
    work = checkout(place / "work", MODELS)
    shutil.copytree(ROOT / ".github/ISSUE_TEMPLATE", work / ".github/ISSUE_TEMPLATE")
    quiet = {"NO_PROXY": "127.0.0.1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    dates = {name: BEGINNING.isoformat() for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")}
    with mock.patch.dict(os.environ, quiet | dates), StandIn(place / "github") as standin:
        for change in content.get("main", []):
            _change(work, change)
        commit(work)
        standin.branch(work, "main")
        base = clone(work, place / "base", standin.clone_url)
        standin.permission(MAINTAINER, "maintain")
        for earlier in content.get("before", []):
            standin.open_issue(**earlier)
        form = template(content["form"]) if "form" in content else None
        text = content["body"] if "body" in content else body(form, content["answers"]) if form else ""
        labels = content.get("labels", [form.label] if form else [])
        issue = standin.open_issue(
            content.get("author", "example-author"), content.get("title", "A form"), text, labels
        )
        stage = Stage(standin, issue, work, base, [])
        for step in content.get("then", [{"bot": None}]):
            ((verb, said),) = step.items()
            _TALK[verb](stage, said)
        yield stage


def _change(work: Path, said: list[str]) -> None:
    path, *texts = said
    if len(texts) == 1:
        write(work, path, texts[0])
    else:
        edit(work / path, *texts)


def answer(stage: Stage, *, apply: bool = True, action: str = "") -> Ran:
    """Run `openness-bot issue --number N --apply`, or with the event of an `action` on the issue."""
    subject = ["--number", str(stage.issue.number)]
    if action:
        event = {"action": action, "issue": {"number": stage.issue.number, "state": stage.issue.state}}
        (stage.base.parent / "event.json").write_text(json.dumps(event), "utf-8")
        subject = ["--event", str(stage.base.parent / "event.json")]
    with (
        mock.patch.dict(os.environ, environment(stage.standin) | {"GITHUB_TOKEN": PUSH_TOKEN}),
        mock.patch.object(retry, "BETWEEN_WRITES", 0),
        mock.patch("bot.cli.clock", return_value=stage.standin.now),
    ):
        subject += ["--ask", str(stage.base.parent / links.WANTED)]
        ran = run(stage.base, "issue", *subject, *["--apply"] * apply)
    stage.ran.append(ran)
    return ran


def _ask_for_links(stage: Stage, pages: dict[str, Any]) -> None:
    """Run the two jobs that follow: ask for the links of the pull request, and judge it again."""
    assert links.ask(stage.base, stage.base.parent, pages).code == 0
    report = str(stage.base.parent / links.REPORT)
    with (
        mock.patch.dict(os.environ, environment(stage.standin)),
        mock.patch.object(retry, "BETWEEN_WRITES", 0),
        mock.patch("bot.cli.clock", return_value=stage.standin.now),
    ):
        stage.ran.append(run(stage.base, "pr", "--number", str(_number(stage)), "--links", report, "--apply"))


def _edit_form(stage: Stage, said: dict[str, Any]) -> None:
    form = template(said.pop("form"))
    stage.standin.edit_issue(stage.issue.number, body=body(form, said["answers"]))


def _push_by_somebody(stage: Stage, said: list[str]) -> None:
    """Commit to the branch of the form as somebody does on GitHub's page."""
    assert stage.pull
    git(stage.work, "fetch", "--quiet", stage.standin.clone_url, stage.branch)
    git(stage.work, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    _change(stage.work, said)
    commit(stage.work)
    stage.standin.push_head(stage.pull.number, stage.work, by=MAINTAINER)


def _main_moves(stage: Stage, said: list[str]) -> None:
    git(stage.work, "checkout", "--quiet", "--detach", stage.standin.git.resolve("refs/heads/main") or "")
    _change(stage.work, said)
    commit(stage.work)
    stage.standin.branch(stage.work, "main")


def _number(stage: Stage) -> int:
    assert stage.pull
    return stage.pull.number


_TALK: dict[str, Callable[[Stage, Any], object]] = {
    "bot": lambda stage, action: answer(stage, action=action or ""),
    "dry-run": lambda stage, _: answer(stage, apply=False),
    "links": _ask_for_links,
    "edit": _edit_form,
    "body": lambda stage, said: stage.standin.edit_issue(stage.issue.number, body=said),
    "comment": lambda stage, said: stage.standin.comment(stage.issue.number, *said),
    "label": lambda stage, said: stage.standin.label(stage.issue.number, *said),
    "lock": lambda stage, _: stage.standin.lock_conversation(stage.issue.number),
    "close": lambda stage, _: stage.standin.close_issue(stage.issue.number),
    "close-pull": lambda stage, _: stage.standin.close_pull(_number(stage), by=MAINTAINER),
    "reopen-pull": lambda stage, _: stage.standin.reopen(_number(stage), by=MAINTAINER),
    "merge": lambda stage, _: stage.standin.merge(_number(stage), MAINTAINER),
    "push": _push_by_somebody,
    "main": _main_moves,
    "protect": lambda stage, said: stage.standin.protect(said),
    "branch": lambda stage, said: stage.standin.git.set_ref(
        f"refs/heads/{said}", stage.standin.git.resolve("refs/heads/main") or ""
    ),
    "forbid-pull-requests": lambda stage, _: stage.standin.faults.on(
        "POST", "/pulls$", Fault.NO_PULL_REQUESTS, times=None
    ),
    "permit-pull-requests": lambda stage, _: stage.standin.faults.clear(),
    "many": lambda stage, said: _earlier_proposals(stage, **said),
}


def _earlier_proposals(stage: Stage, author: str, number: int) -> None:
    """Open earlier forms of the same person, with open pull requests."""
    for _ in range(number):
        issue = stage.standin.open_issue(author, "Another form", "")
        ref = f"openness-bot/issue-{issue.number}"
        stage.standin.open_pull(stage.work, author=ACTIONS_BOT.login, head_ref=ref, fork=False)


# ---- outcome ---------------------------------------------------------------------------------------------------------


def outcome(folder: Path, stage: Stage) -> str:
    """Return the bot's last output and GitHub's state as Markdown."""
    about = yaml.safe_load((folder / "story.yaml").read_text("utf-8"))["about"]
    state, pull, ran = stage.standin.state, stage.pull, stage.ran[-1]
    log = "\n".join(f"    {line}" for line in [f"exit code {ran.code}", *ran.out.splitlines(), *ran.err.splitlines()])
    parts = [about, f"## Log\n\n{log}"]
    written = [one for one in state.comments_of(stage.issue.number) if one.user.login == ACTIONS_BOT.login]
    parts += [f"## Comment in the issue\n\n{one.body.rstrip()}" for one in written]
    if stage.issue.labels:
        parts.append(f"## Labels\n\n{', '.join(stage.issue.labels)}")
    reactions = [one.content for comment in state.comments_of(stage.issue.number) for one in comment.reactions]
    if reactions:
        parts.append(f"## Reactions\n\n{', '.join(reactions)}")
    if pull is not None:
        said = f"{pull.title}\n\n{pull.body or ''}"
        parts.append(f"## Pull request ({'draft, ' if pull.draft else ''}{pull.state})\n\n{said}")
        statuses = [one for one in state.statuses if one.sha == pull.head_sha]
        parts += [f"## Status\n\n{statuses[-1].state}: {statuses[-1].description}"] if statuses else []
        message = stage.standin.git.git("log", "-1", "--format=%an <%ae>%n%n%B", pull.head_sha).strip()
        parts.append(f"## Commit\n\n{_indented(message)}")
        diff = stage.standin.git.git("show", "--format=", "--unified=1", "--no-color", pull.head_sha)
        parts.append(f"## Diff\n\n{_indented(diff.rstrip())}")
    ids = {pull.head_sha: "HEAD"} if pull else {}
    text = without_sizes("\n\n".join(parts) + "\n").replace(stage.standin.url, "https://github.example")
    for sha, name in ids.items():
        text = text.replace(sha[:10], name).replace(sha[:7], name)
    return text


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def update(names: list[str]) -> None:
    """Rewrite the goldens."""
    for folder in stories():
        if names and folder.name not in names:
            continue
        with TemporaryDirectory() as place, play(folder, Path(place)) as stage:
            (folder / GOLDEN).write_text(outcome(folder, stage), "utf-8")
        print(folder.name)  # noqa: T201


if __name__ == "__main__":
    assert sys.argv[1] == "update"
    update(sys.argv[2:])
