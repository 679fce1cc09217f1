"""GitHub Actions on this machine: starts the workflows that an event starts, and has `act` execute their jobs.

What act doesn't do is added here:

- Events: the filters of triggers (`files.py`), the end of a run as an event, the workflow files of the event's commit.
- Tokens: a job's token may do in the stand-in for GitHub what the job asks for and no more, and ends with it.
- Actions: `actions/` has a small stand-in for each that we use. Artifacts and caches are files.
- The machine: names are not resolved, and pauses in Python last an instant only (`machine/sitecustomize.py`). Code that
  is the same as this repository's is found compiled. The output of steps goes to files (`machine/bash`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode
from py_compile import compile as compile_file
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import matplotlib

from tests.github.standin import ACTIONS_BOT, Token
from tests.samples import ROOT
from tests.workflows.act import MACHINE, PROGRAMS, act
from tests.workflows.events import on_workflow_run
from tests.workflows.files import FOLDER, Workflow, parse

if TYPE_CHECKING:
    from tests.github.standin import StandIn
    from tests.github.standin.state import Access
    from tests.workflows.events import Event

ACTIONS = Path(__file__).parent / "actions"


@dataclass(frozen=True)
class JobRun:
    """A job that ran, or failed."""

    workflow: str
    job: str
    succeeded: bool
    log: str
    checked_out: str | None
    """The commit whose files it ran."""
    summary: str
    """What it left for the page of the run."""

    @property
    def name(self) -> str:
        return f"{self.workflow}:{self.job}"


class Actions:
    """The runs of the workflows of a stand-in. `folder` is where they work, each run in a new place."""

    def __init__(self, github: StandIn, folder: Path) -> None:
        self.github = github
        self.folder = folder
        self.caches = folder / "caches"
        self.caches.mkdir(parents=True)
        self.variables: dict[str, str] = {}
        """Additional environment variables of every step, such as the address of the hub."""
        self._started = 0

    def fire(self, *events: Event) -> list[JobRun]:
        """Run all that these events start, and what the end of that starts in turn."""
        found: list[JobRun] = []
        for event in events:
            for workflow in self.workflows(event.sha):
                if not workflow.starts_on(event.name, event.payload, event.paths):
                    continue
                found += self._run(workflow, event)
                found += self.fire(on_workflow_run(self.github, workflow.name, event)) if _may_chain(event) else []
        return found

    def workflows(self, commit: str) -> list[Workflow]:
        """Return the workflow files of a commit."""
        entries = self.github.git.tree(commit, f"{FOLDER}/")
        return [parse(Path(entry.path).stem, self.github.git.blob(entry.sha).decode()) for entry in entries]

    def _run(self, workflow: Workflow, event: Event) -> list[JobRun]:
        """Run a workflow; return its jobs in the order of the workflow file."""
        self._started += 1
        place = self.folder / f"{self._started}-{workflow.file}"
        place.mkdir()
        file = place / f"{workflow.file}.yml"
        file.write_text(workflow.text, "utf-8")
        token = f"token-of-{place.name}"
        tokens = {job.id: f"{token}-{job.id}" for job in workflow.jobs}  # as `machine/bash` calls them
        for job in workflow.jobs:
            self.github.tokens[tokens[job.id]] = Token(ACTIONS_BOT, _capped(workflow.permissions(job), event))
        results: dict[str, str] = {}
        summaries = dict.fromkeys(tokens, "")
        for entry in act(file, event, place / "act", self._variables(place), token, *_local_repositories(workflow)):
            if "jobResult" in entry:
                results[entry["jobID"]] = entry["jobResult"]
                self.github.tokens.pop(tokens[entry["jobID"]], None)
            elif entry.get("command") == "summary":
                summaries[entry["jobID"]] += entry["content"]
        for each in tokens.values():
            self.github.tokens.pop(each, None)
        return [
            JobRun(
                workflow.file,
                job,
                results[job] == "success",
                _log(place, job, token),
                _head(place, job),
                summaries[job],
            )
            for job in tokens
            if job in results
        ]

    def _variables(self, place: Path) -> dict[str, str]:
        return {
            "GITHUB_API_URL": self.github.url,
            "GITHUB_REPOSITORY": self.github.state.repo.full_name,
            "GITHUB_RUN_ID": str(990_000 + self._started),
            "GITHUB_SERVER_URL": self.github.url,
            "CACHES": str(self.caches),
            "COMPILED": str(_compiled()),
            "MACHINE": str(MACHINE),
            "MPLCONFIGDIR": matplotlib.get_configdir(),  # its list of fonts takes seconds to make
            "NO_PROXY": "127.0.0.1",
            "PROGRAMS": str(PROGRAMS),
            "PYTHONDONTWRITEBYTECODE": "1",
            "RUN": str(place),
            **self.variables,
        }


def _local_repositories(workflow: Workflow) -> set[str]:
    """Return the options that let act take our stand-ins for the actions of a workflow."""
    found = set()
    for job in workflow.jobs:
        for step in job.steps:
            action, _, version = step.get("uses", "").partition("@")
            if action:
                owner, name, *_ = action.split("/")
                assert (ACTIONS / name).is_dir(), f"there is no stand-in for {action}"
                found.add(f"--local-repository={owner}/{name}@{version}={ACTIONS / name}")
    return found


def _log(place: Path, job: str, token: str) -> str:
    """Return what the steps of a job have printed."""
    file = place / f"{job}.log"
    log = file.read_text("utf-8") if file.exists() else ""
    assert token not in log, "a token is in the log"
    return log


def _head(place: Path, job: str) -> str | None:
    file = place / f"{job}.head"
    return file.read_text("utf-8").strip() if file.exists() else None


@cache
def _compiled() -> Path:
    """Return a folder with this repository's own code compiled, at the paths where Python looks for that.

    Each file has the hash of its source, so that Python takes it for the same source and for no other.
    https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation
    """
    folder = Path(_FOLDER.name)
    for source in sorted((ROOT / "bot").rglob("*.py")):
        target = folder / cache_from_source(source.relative_to(ROOT))
        compile_file(str(source), str(target), doraise=True, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return folder


_FOLDER = TemporaryDirectory()


def _capped(granted: dict[str, str], event: Event) -> dict[str, Access]:
    """Return what a token may do: in runs of a fork's own commits no more than read, whatever they ask for."""
    capped = {kind: "read" if event.from_fork and access == "write" else access for kind, access in granted.items()}
    return cast("dict[str, Access]", capped)


def _may_chain(event: Event) -> bool:
    """Return whether the end of a run is an event again, which is so three times in a row; ours is after the first."""
    return event.name != "workflow_run"
