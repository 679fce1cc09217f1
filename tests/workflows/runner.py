"""GitHub Actions in small: starts the workflows that an event starts, and runs the steps of their jobs in order.

Scripts run in bash with the environment that GitHub gives them and nothing of this machine's but its programs. A job's
token may do in the stand-in for GitHub what the job asks for and no more, and ends with it. The two actions that we use are
acted out: `checkout` by git over HTTP, `setup-python` by letting `make` find the packages of this interpreter installed.
Code is always the checkout's own. Two things are quicker than there: programs in Python pause for an instant only
(`machine/`), and find code compiled that is the same as this repository's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode
from py_compile import compile as compile_file
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import matplotlib

from tests.github.standin import ACTIONS_BOT, Token
from tests.samples import ROOT
from tests.workflows.events import on_workflow_run
from tests.workflows.expressions import interpolate, is_met
from tests.workflows.files import FOLDER, Job, Workflow, parse

if TYPE_CHECKING:
    from tests.github.standin import StandIn
    from tests.github.standin.state import Access
    from tests.workflows.events import Event

_LONGEST = 120
"""Seconds that a step may take."""
_MACHINE = Path(__file__).parent / "machine"


@dataclass(frozen=True)
class JobRun:
    """A job that ran, or failed."""

    job: Job
    group: str
    """The line that it waited in."""
    succeeded: bool
    log: str
    checked_out: str | None
    """The commit whose files it ran."""
    summary: str
    """What it left for the page of the run."""

    @property
    def name(self) -> str:
        return f"{self.job.workflow}:{self.job.id}"


class Actions:
    """The runs of the workflows of a stand-in. `folder` is where they work, each job in a new place."""

    def __init__(self, github: StandIn, folder: Path) -> None:
        self.github = github
        self.folder = folder
        self._started = 0

    def fire(self, *events: Event) -> list[JobRun]:
        """Runs all that these events start, and what the end of that starts in turn."""
        found: list[JobRun] = []
        for event in events:
            for workflow in self.workflows(event.sha):
                if not workflow.starts_on(event.name, event.payload, event.paths):
                    continue
                found += self._run(workflow, event)
                found += self.fire(on_workflow_run(self.github, workflow.name, event)) if _may_chain(event) else []
        return found

    def workflows(self, commit: str) -> list[Workflow]:
        """The workflow files of a commit."""
        entries = self.github.git.tree(commit, f"{FOLDER}/")
        return [parse(Path(entry.path).stem, self.github.git.blob(entry.sha).decode()) for entry in entries]

    def _run(self, workflow: Workflow, event: Event) -> list[JobRun]:
        self._started += 1
        context = _context(self.github, event, self._started)
        group = interpolate(workflow.data["concurrency"]["group"], context)
        jobs = [job for job in workflow.jobs if is_met(job.data.get("if"), context)]
        return [self._job(workflow, job, event, context, group) for job in jobs]

    def _job(self, workflow: Workflow, job: Job, event: Event, context: dict[str, Any], group: str) -> JobRun:
        place = self.folder / f"{self._started}-{job.workflow}-{job.id}"
        assert not {"needs", "strategy", "container", "services", "env", "defaults", "outputs"} & job.data.keys()
        assert not {"env", "defaults"} & workflow.data.keys()
        token = f"token-of-{place.name}"
        granted = workflow.permissions(job)
        self.github.tokens[token] = Token(ACTIONS_BOT, _capped(granted, event))
        context = {"github": context["github"] | {"token": token}}
        machine = _Machine(self.github, place, event, context)
        try:
            for step in job.steps:
                if not machine.run(step):
                    break
        finally:
            del self.github.tokens[token]
        assert token not in machine.log, "a token stands in the log"
        summary = "".join(file.read_text("utf-8") for file in sorted(place.glob("summary-*")))
        return JobRun(job, group, machine.succeeded, machine.log, machine.checked_out, summary)


class _Machine:
    """The machine that a job runs on."""

    def __init__(self, github: StandIn, place: Path, event: Event, context: dict[str, Any]) -> None:
        self.github, self.place, self.event, self.context = github, place, event, context
        self.workspace = place / "workspace"
        self.log = ""
        self.succeeded = True
        self.checked_out: str | None = None
        self._steps = 0
        for folder in (self.workspace, place / "home"):
            folder.mkdir(parents=True)
        (place / "event.json").write_text(json.dumps(event.payload), "utf-8")

    def run(self, step: dict[str, Any]) -> bool:
        """Runs a step and says whether to go on."""
        assert step.keys() <= {"name", "uses", "with", "run", "env"}, "a step has something that isn't acted out here"
        self._steps += 1
        action = step.get("uses", "").partition("@")[0]
        settings = {name: interpolate(value, self.context) for name, value in step.get("with", {}).items()}
        match action:
            case "":
                self._script(interpolate(step["run"], self.context), step.get("env", {}))
            case "actions/checkout":
                self._check_out(**{name.replace("-", "_"): value for name, value in settings.items()})
            case "actions/setup-python":
                self._install(**{name.replace("-", "_"): value for name, value in settings.items()})
            case _:
                raise AssertionError(f"{action} isn't acted out here")
        return self.succeeded

    def _script(self, script: str, env: dict[str, str]) -> None:
        file = self.place / f"step-{self._steps}.sh"
        file.write_text(script, "utf-8")
        # What GitHub starts where a step names no shell.
        ran = subprocess.run(
            ["bash", "-e", str(file)],
            cwd=self.workspace,
            env=self._environment() | {name: interpolate(value, self.context) for name, value in env.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_LONGEST,
            check=False,
        )
        self.log += f"$ {script.strip()}\n{ran.stdout.decode('utf-8')}"
        self.succeeded = ran.returncode == 0

    def _environment(self) -> dict[str, str]:
        """https://docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables."""
        known = self.context["github"]
        github = {
            "ACTIONS": "true",
            "API_URL": self.github.url,
            "EVENT_NAME": self.event.name,
            "EVENT_PATH": str(self.place / "event.json"),
            "REF": self.event.ref,
            "REF_NAME": known["ref_name"],
            "REPOSITORY": self.github.state.repo.full_name,
            "RUN_ID": known["run_id"],
            "SERVER_URL": self.github.url,
            "SHA": self.event.sha,
            "STEP_SUMMARY": str(self.place / f"summary-{self._steps}"),
            "WORKSPACE": str(self.workspace),
        }
        return {f"GITHUB_{name}": value for name, value in github.items()} | {
            "CI": "true",
            "HOME": str(self.place / "home"),
            "LANG": "C.UTF-8",
            "MPLCONFIGDIR": matplotlib.get_configdir(),  # its list of fonts takes seconds to make
            "NO_PROXY": "127.0.0.1",
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join([str(self.workspace), str(_MACHINE)]),
        }

    # ---- actions -----------------------------------------------------------------------------------------------------

    def _check_out(self, *, persist_credentials: str, ref: str = "", fetch_depth: str = "1") -> None:
        """As actions/checkout: without a ref what the event is about, and with depth 0 all branches whole."""
        assert persist_credentials == "false"
        assert self.github.tokens[self.context["github"]["token"]].may("read", "contents")
        refs = [ref or self.event.sha]
        refs += ["+refs/heads/*:refs/remotes/origin/*"] if fetch_depth == "0" else []
        self._git("init", "--quiet", "--initial-branch", "main")
        self._git("remote", "add", "origin", self.github.clone_url)
        self._git(
            "fetch", "--quiet", "--no-tags", *([] if fetch_depth == "0" else ["--depth", fetch_depth]), "origin", *refs
        )
        branch = (ref or self.event.ref).removeprefix("refs/heads/")
        self._git("checkout", "--quiet", *([] if branch.startswith("refs/") else ["-B", branch]), "FETCH_HEAD")
        self.checked_out = self._git("rev-parse", "HEAD")
        for path, code in _compiled().items():
            if (file := self.workspace / path).parent.parent.is_dir():
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(code)

    def _git(self, *arguments: str) -> str:
        environment = {name: value for name, value in self._environment().items() if name != "PYTHONPATH"}
        command = ["git", "-C", str(self.workspace), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout.strip()

    def _install(self, *, python_version: str) -> None:
        """Lets make find that everything is installed already: there is no network here."""
        assert python_version
        venv = self.workspace / ".venv"
        venv.mkdir()
        (venv / "bin").symlink_to(Path(sys.executable).parent)
        for stamp in (".run", ".dev"):
            (venv / stamp).touch()


@cache
def _compiled() -> dict[str, bytes]:
    """This repository's own code compiled, by the paths where Python looks for that.

    Each has the hash of its source, so that Python takes it for the same source and for no other.
    https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation
    """
    found = {}
    with TemporaryDirectory() as place:
        for source in sorted((ROOT / "bot").rglob("*.py")):
            compiled = Path(place, "compiled")
            compile_file(str(source), str(compiled), doraise=True, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
            found[cache_from_source(source.relative_to(ROOT))] = compiled.read_bytes()
    return found


def _context(github: StandIn, event: Event, number: int) -> dict[str, Any]:
    return {
        "github": {
            "event": event.payload,
            "event_name": event.name,
            "ref": event.ref,
            "ref_name": event.ref.removeprefix("refs/heads/"),
            "repository": github.state.repo.full_name,
            "run_id": str(990_000 + number),
            "sha": event.sha,
        }
    }


def _capped(granted: dict[str, str], event: Event) -> dict[str, Access]:
    """Runs of a fork's own commits get no more than reading, whatever they ask for."""
    capped = {kind: "read" if event.from_fork and access == "write" else access for kind, access in granted.items()}
    return cast("dict[str, Access]", capped)


def _may_chain(event: Event) -> bool:
    """Whether the end of a run is an event again, which is so three times in a row; ours is after the first."""
    return event.name != "workflow_run"
