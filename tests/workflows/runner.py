"""GitHub Actions in small: starts the workflows that an event starts, and runs the steps of their jobs in order.

Scripts run in bash with the environment that GitHub gives them and nothing of this machine's but its programs. A job's
token may do in the stand-in for GitHub what the job asks for and no more, and ends with it. The actions that we use are
acted out: `checkout` by git over HTTP, `setup-python` by letting `make` find the packages of this interpreter installed, the
artifacts of a run and the caches of the repository in memory. Jobs that need others run after them, one for each value of a
matrix. There is no network: names are refused at once (`machine/`). Code is always the checkout's own. Two things are quicker than there: programs in Python pause for an instant only
(`machine/`), and find code compiled that is the same as this repository's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode
from py_compile import compile as compile_file
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import matplotlib

from tests.github.standin import ACTIONS_BOT, Token
from tests.samples import ROOT
from tests.workflows.events import on_workflow_run
from tests.workflows.expressions import asks_for_the_status, evaluate, interpolate, is_met
from tests.workflows.files import FOLDER, Job, Workflow, parse

if TYPE_CHECKING:
    from collections.abc import Callable

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
    outputs: dict[str, str] = field(default_factory=dict)
    """What it tells jobs that need it."""

    @property
    def name(self) -> str:
        return f"{self.job.workflow}:{self.job.id}"


class Actions:
    """The runs of the workflows of a stand-in. `folder` is where they work, each job in a new place."""

    def __init__(self, github: StandIn, folder: Path) -> None:
        self.github = github
        self.folder = folder
        self.caches: dict[str, bytes] = {}
        """What jobs have kept, by key, the oldest first."""
        self.variables: dict[str, str] = {}
        """What is in the environment of every step besides, such as where the hub is."""
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
        stores = _Stores(self.caches, {}, self.variables)
        results: dict[str, dict[str, Any]] = {}
        found: list[JobRun] = []
        for job in workflow.jobs:  # which stand below those that they need
            needs = _listed(job.data.get("needs", []))
            here = context | {"needs": {name: results[name] for name in needs}} if needs else context
            results[job.id] = {"result": "skipped", "outputs": {}}
            if not _starts(job, here, [results[name]["result"] for name in needs]):
                continue
            runs = [self._job(workflow, job, event, each, group, stores) for each in _matrix(job, here)]
            found += runs
            succeeded = all(run.succeeded for run in runs)
            results[job.id] = {"result": "success" if succeeded else "failure", "outputs": runs[-1].outputs}
        return found

    def _job(
        self, workflow: Workflow, job: Job, event: Event, context: dict[str, Any], group: str, stores: _Stores
    ) -> JobRun:
        number = f"-{context['strategy']['job-index']}" if "strategy" in context else ""
        place = self.folder / f"{self._started}-{job.workflow}-{job.id}{number}"
        assert not {"container", "services", "env", "defaults"} & job.data.keys()
        assert not {"env", "defaults"} & workflow.data.keys()
        token = f"token-of-{place.name}"
        granted = workflow.permissions(job)
        self.github.tokens[token] = Token(ACTIONS_BOT, _capped(granted, event))
        context = context | {"github": context["github"] | {"token": token}, "steps": {}}
        machine = _Machine(self.github, place, event, context, stores)
        try:
            for step in job.steps:
                machine.run(step)
        finally:
            del self.github.tokens[token]
        assert token not in machine.log, "a token stands in the log"
        summary = "".join(file.read_text("utf-8") for file in sorted(place.glob("summary-*")))
        outputs = {name: interpolate(value, context) for name, value in job.data.get("outputs", {}).items()}
        own = job.data.get("concurrency", {}).get("group")
        line = group if own is None else interpolate(own, context)
        return JobRun(job, line, machine.succeeded, machine.log, machine.checked_out, summary, outputs)


class _Stores(NamedTuple):
    """What jobs leave for others, and what they all find."""

    caches: dict[str, bytes]
    artifacts: dict[str, dict[str, bytes]]
    """Of one run, by name: files by their paths."""
    variables: dict[str, str]


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _starts(job: Job, context: dict[str, Any], results: list[str]) -> bool:
    """Whether a job runs, after those that it needs came to these results."""
    condition = job.data.get("if")
    unharmed = asks_for_the_status(condition) or all(result == "success" for result in results)
    return unharmed and is_met(condition, context)


def _matrix(job: Job, context: dict[str, Any]) -> list[dict[str, Any]]:
    """The context of each job that a matrix of one dimension makes of this one; without a matrix its own."""
    strategy = job.data.get("strategy")
    if strategy is None:
        return [context]
    assert strategy.keys() <= {"fail-fast", "max-parallel", "matrix"}
    ((name, values),) = strategy["matrix"].items()
    found = evaluate(values.strip().removeprefix("${{").removesuffix("}}"), context)
    assert isinstance(found, list)
    assert found, "GitHub takes no empty matrix"
    return [context | {"matrix": {name: each}, "strategy": {"job-index": index}} for index, each in enumerate(found)]


class _Machine:
    """The machine that a job runs on."""

    def __init__(self, github: StandIn, place: Path, event: Event, context: dict[str, Any], stores: _Stores) -> None:
        self.github, self.place, self.event, self.context, self.stores = github, place, event, context, stores
        self.workspace = place / "workspace"
        self.log = ""
        self.succeeded = True
        self.checked_out: str | None = None
        self._steps = 0
        for folder in (self.workspace, place / "home"):
            folder.mkdir(parents=True)
        (place / "event.json").write_text(json.dumps(event.payload), "utf-8")

    def run(self, step: dict[str, Any]) -> None:
        """Runs a step, unless its condition or what failed before is against it."""
        known = {"name", "id", "if", "uses", "with", "run", "env", "timeout-minutes"}
        assert step.keys() <= known, "a step has something that isn't acted out here"
        self._steps += 1
        condition = step.get("if")
        if not (self.succeeded or asks_for_the_status(condition)) or not is_met(condition, self.context):
            return
        action = step.get("uses", "").partition("@")[0]
        settings = {
            name.replace("-", "_"): interpolate(value, self.context) for name, value in step.get("with", {}).items()
        }
        if not action:
            self._script(interpolate(step["run"], self.context), step.get("env", {}))
            self.context["steps"][step.get("id", "")] = {"outputs": self._outputs()}
            return
        actions: dict[str, Callable[..., None]] = {
            "actions/checkout": self._check_out,
            "actions/setup-python": self._install,
            "actions/cache/restore": self._restore,
            "actions/cache/save": self._save,
            "actions/upload-artifact": self._upload,
            "actions/download-artifact": self._download,
        }
        assert action in actions, f"{action} isn't acted out here"
        actions[action](**settings)

    def _outputs(self) -> dict[str, str]:
        """What the last step has told others, a line each."""
        file = self.place / f"output-{self._steps}"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        return dict(line.split("=", 1) for line in lines)

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
        self.succeeded = self.succeeded and ran.returncode == 0

    def _environment(self) -> dict[str, str]:
        """https://docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables."""
        known = self.context["github"]
        github = {
            "ACTIONS": "true",
            "API_URL": self.github.url,
            "EVENT_NAME": self.event.name,
            "EVENT_PATH": str(self.place / "event.json"),
            "OUTPUT": str(self.place / f"output-{self._steps}"),
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
            **self.stores.variables,
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

    def _restore(self, *, path: str, key: str, restore_keys: str = "") -> None:
        """As actions/cache/restore: the cache with this key, or else the newest whose key begins with the other."""
        keys = [each for each in self.stores.caches if each == key]
        keys += [each for each in reversed(self.stores.caches) if restore_keys and each.startswith(restore_keys)]
        if keys:
            (self.workspace / path).write_bytes(self.stores.caches[keys[0]])

    def _save(self, *, path: str, key: str) -> None:
        assert key not in self.stores.caches, "a cache is never overwritten"
        self.stores.caches[key] = (self.workspace / path).read_bytes()

    def _upload(self, *, name: str, path: str, if_no_files_found: str, overwrite: str, retention_days: str) -> None:
        """As actions/upload-artifact of one file, which is what we leave."""
        assert not set(name) & set('":<>|*?\r\n\\/'), "GitHub refuses such names"
        assert (if_no_files_found, overwrite) == ("error", "true")
        assert 1 <= int(retention_days) <= 90
        file = self.workspace / path
        if not file.is_file():
            self.log += f"No files were found with the provided path: {path}.\n"
            self.succeeded = False
            return
        self.stores.artifacts[name] = {file.name: file.read_bytes()}

    def _download(self, *, pattern: str, path: str, merge_multiple: str = "false") -> None:
        """As actions/download-artifact: a folder for each artifact, unless there is one or they are to be merged."""
        found = {name: files for name, files in self.stores.artifacts.items() if fnmatch(name, pattern)}
        for name, files in found.items():
            is_flat = merge_multiple == "true" or len(found) == 1
            folder = self.workspace / path / ("" if is_flat else name)
            folder.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                (folder / file).write_bytes(data)


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
            "run_attempt": "1",
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
