"""Workflow files as data, and which of them an event starts.

Every value is a text, as it was written: to YAML 1.1 the key `on` would be true.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from tests.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FOLDER = ".github/workflows"
MONDAY, THURSDAY = "23 4 * * 1", "23 4 * * 4"
"""When `evidence.yml` runs."""
NAMES = sorted(file.stem for file in (ROOT / FOLDER).glob("*.yml"))


class Job(NamedTuple):
    """A job of a workflow."""

    workflow: str
    id: str
    data: dict[str, Any]

    @property
    def steps(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data["steps"]
        return found

    @property
    def runs(self) -> list[str]:
        """Return the scripts of its steps."""
        return [step["run"] for step in self.steps if "run" in step]


@dataclass(frozen=True)
class Workflow:
    """A workflow file; `file` is its name without the ending."""

    file: str
    text: str
    data: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.data["name"])

    @property
    def triggers(self) -> dict[str, Any]:
        """Return the events with their filters, empty where there are none."""
        return {event: filters or {} for event, filters in self.data["on"].items()}

    @property
    def jobs(self) -> list[Job]:
        return [Job(self.file, key, data) for key, data in self.data["jobs"].items()]

    def permissions(self, job: Job) -> dict[str, str]:
        """Return what the token of a job may do."""
        granted: dict[str, str] = job.data.get("permissions", self.data["permissions"])
        assert isinstance(granted, dict), "permissions are listed one by one"
        return granted

    def starts_on(self, event: str, payload: Mapping[str, Any], paths: Iterable[str] = ()) -> bool:
        """Return whether an event starts it. `paths` are those that a push or a pull request changes."""
        if event not in self.triggers:
            return False
        if event in ("workflow_dispatch", "schedule"):
            return bool(payload["workflow"] == f"{FOLDER}/{self.file}.yml")
        filters = dict(self.triggers[event]) if isinstance(self.triggers[event], dict) else {}
        types = filters.pop("types", None)
        branches = filters.pop("branches", None)
        tags = filters.pop("tags", None)
        names = filters.pop("workflows", None)
        wanted, ignored = filters.pop("paths", None), filters.pop("paths-ignore", None)
        assert not filters, f"a filter that isn't known here: {filters}"
        return (
            (types is None or payload["action"] in types)
            and (branches is None or payload["ref"].removeprefix("refs/heads/") in branches)
            and (tags is None or _fits(payload["ref"].removeprefix("refs/tags/"), tags))
            and (names is None or payload["workflow_run"]["name"] in names)
            and (wanted is None or any(_fits(path, wanted) for path in paths))
            and (ignored is None or not all(_fits(path, ignored) for path in paths))
        )


def parse(file: str, text: str) -> Workflow:
    """Parse a workflow file."""
    return Workflow(file, text, yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506  # texts only: nothing is constructed


@cache
def workflow(file: str) -> Workflow:
    """Return one of this repository's workflows, by the name of its file without the ending."""
    return parse(file, (ROOT / FOLDER / f"{file}.yml").read_text("utf-8"))


def all_jobs() -> Iterator[Job]:
    """Yield every job of every workflow of this repository."""
    for name in NAMES:
        yield from workflow(name).jobs


def _fits(path: str, patterns: list[str]) -> bool:
    """Return whether a path fits one of GitHub's patterns: `*` stays in a folder, `**` doesn't."""
    for pattern in patterns:
        assert not re.search(r"[?+\[\]!]", pattern), f"a pattern that isn't known here: {pattern}"
        parts = re.split(r"(\*\*|\*)", pattern)
        signs = {"**": ".*", "*": "[^/]*"}
        if re.fullmatch("".join(signs.get(part, re.escape(part)) for part in parts), path):
            return True
    return False
