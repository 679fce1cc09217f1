"""Which jobs an event starts and in which concurrency group their run waits, evaluated by act.

act knows conditions of jobs and what they need, but neither filters of triggers nor groups of concurrency. So it gets
workflows derived from ours: each job keeps `if` and `needs`, and one more job has the group as its name.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.workflows.act import act
from tests.workflows.events import MAIN, Event
from tests.workflows.files import NAMES, workflow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.workflows.files import Workflow

RUN_ID = "991"
_GROUP = "group"
"""The id of the additional job."""


class Plan(NamedTuple):
    """A run of a workflow: its concurrency group, and the ids of the jobs that start, sorted."""

    group: str
    jobs: list[str]


def plans(
    event: str, payload: dict[str, Any], *, ref: str = MAIN, paths: Iterable[str] = (), failing: Iterable[str] = ()
) -> dict[str, Plan]:
    """Return the runs that an event starts, by the names of the workflow files. Jobs with ids in `failing` fail."""
    started = [name for name in NAMES if workflow(name).starts_on(event, payload, paths)]
    groups: dict[str, str] = {}
    jobs: dict[str, list[str]] = {name: [] for name in started}
    with TemporaryDirectory() as place:
        folder = Path(place, "workflows")
        folder.mkdir()
        for name in started:
            (folder / f"{name}.yml").write_text(json.dumps(_derived(workflow(name), set(failing))), "utf-8")
        variables = {"GITHUB_RUN_ID": RUN_ID, "GITHUB_REPOSITORY": "example-org/example-models"}
        happened = Event(event, payload, ref, "0" * 40)
        for entry in act(folder, happened, Path(place, "act"), variables, "no-token") if started else ():
            if "jobResult" in entry:
                name, _, group = entry["job"].strip().partition("/")
                if entry["jobID"] == _GROUP:
                    groups[name] = group
                else:
                    jobs[name].append(entry["jobID"])
    return {name: Plan(groups[name], sorted(jobs[name])) for name in started}


def _derived(found: Workflow, failing: set[str]) -> dict[str, Any]:
    jobs = {_GROUP: {"name": found.data["concurrency"]["group"]} | _ending("true")}
    for job in found.jobs:
        conditions = {key: job.data[key] for key in ("if", "needs") if key in job.data}
        jobs[job.id] = conditions | _ending("false" if job.id in failing else "true")
    return {"name": found.file, "on": list(found.triggers), "jobs": jobs}


def _ending(program: str) -> dict[str, Any]:
    """Return what a job does that only ends: a program takes the place of the shell."""
    return {"runs-on": "ubuntu-24.04", "steps": [{"run": ":", "shell": program}]}
