"""`make demo`: one pull request from its opening to the published README, against the stand-in for GitHub on loopback.

A newcomer adds a fictional model to a copy of the data of tests/data, with a mistake; fixes it; two reviewers approve
and say that they work for no developer; three days pass; the pull request is merged and the leaderboard published. Every
step runs the commands that the workflows run.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from bot.github import retry
from tests.checkouts import add_model, commit, edit, git, run, sample_checkout
from tests.github.reading_aloud import WIDTH, as_seen
from tests.github.scenario import environment
from tests.github.standin import PUSH_TOKEN, StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.github.standin import Pull

MODEL = "example/one"
LEVELS = "oooooosocoooosss"
REVIEWERS = ("example-ann", "example-ben")
MAINTAINERS = ("example-cat", "example-dan", "example-eve")


def main() -> int:
    """Play the demo; return 0 if the README has the new model at the end."""
    place = Path(tempfile.mkdtemp(prefix="openness-demo-"))
    try:
        with StandIn(place / "github") as standin, _quiet(standin):
            return _play(standin, place)
    finally:
        shutil.rmtree(place)


@contextmanager
def _quiet(standin: StandIn) -> Iterator[None]:
    """Set the environment of a workflow, without this machine's git configuration and without the pauses."""
    git_alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "NO_PROXY": "127.0.0.1"}
    with mock.patch.dict(os.environ, environment(standin) | git_alone), mock.patch.object(retry, "BETWEEN_WRITES", 0):
        yield


def _play(standin: StandIn, place: Path) -> int:
    folder = sample_checkout(place / "contributor")
    commit(folder)
    standin.branch(folder, "main")
    for login in REVIEWERS:
        standin.permission(login, "write")
    for login in MAINTAINERS:
        standin.permission(login, "maintain")
    clone = place / "base"
    git(place, "clone", "--quiet", standin.clone_url, str(clone))
    standin.wait(seconds=round((datetime.now(UTC) - standin.now).total_seconds()))  # no future dates

    def judge() -> None:
        with mock.patch("bot.cli.clock", return_value=standin.now):
            ran = run(clone, "pr", "--number", str(pull.number), "--apply")
        _say(ran.out + ran.err)
        _show(standin, pull)

    git(folder, "checkout", "--quiet", "-b", "add-a-model")
    file = add_model(folder, MODEL, LEVELS)
    edit(file, "level: semi-open", "level: semiopen")
    commit(folder)
    pull = standin.open_pull(folder, author="example-newcomer")
    _title("A newcomer opens a pull request from a fork: a new model, and one level misspelt")
    judge()

    edit(file, "level: semiopen", "level: semi-open")
    commit(folder)
    standin.push_head(pull.number, folder)
    _title("The newcomer takes over the suggestion")
    judge()

    for login in REVIEWERS:
        standin.review(pull.number, login)
        standin.comment(pull.number, login, "/coi none")
    _title("Two reviewers approve, and say that they work for no developer")
    judge()

    standin.wait(days=3)
    _title("Three days later, the scheduled run")
    judge()

    standin.merge(pull.number)
    _title("The pull request is merged, and the leaderboard published")
    with mock.patch.dict(os.environ, {"GITHUB_TOKEN": PUSH_TOKEN}):
        ran = run(clone, "publish", "--apply")
    _say(ran.out + ran.err)
    _say(standin.git.git("log", "-1", "--format=%an%n%B", "refs/heads/main"))
    readme = standin.git.git("show", "refs/heads/main:README.md")
    rows = [line for line in readme.splitlines() if f"leaderboard/models/{MODEL}.md" in line]
    _title("What the README says now")
    _say("\n".join(map(_cells, rows)) or "The new model is not there.")
    return 0 if rows and not standin.violations else 1


def _show(standin: StandIn, pull: Pull) -> None:
    """Print the comment and the status as a reviewer sees them."""
    for comment in standin.state.comments.values():
        _say(_framed(as_seen(comment.body)))
    status = [one for one in standin.state.statuses if one.sha == pull.head_sha][-1]
    _say(f"openness-bot: {status.state}: {status.description}")


def _framed(text: str) -> str:
    return "\n".join(f"│ {line}" for line in text.splitlines())


def _cells(row: str) -> str:
    """Return a row of the README's table as text."""
    return as_seen(f"| | | | |\n|-|-|-|-|\n{row}\n")


def _title(words: str) -> None:
    _say(f"\n{'═' * WIDTH}\n{words}\n{'═' * WIDTH}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text.rstrip()}\n")


if __name__ == "__main__":
    sys.exit(main())
