"""Statuses and check runs of commits, and the runs of workflows."""

from __future__ import annotations

from typing import Any

from tests.github.standin.answers import repo_answer, repo_url
from tests.github.standin.asking import NOT_FOUND, Answer, Ask, RefusedError, endpoint, invalid
from tests.github.standin.conversation_answers import (
    annotation_answer,
    check_run_answer,
    status_answer,
    workflow_run_answer,
)
from tests.github.standin.limits import DESCRIPTION, STATUSES
from tests.github.standin.state import Annotation, CheckRun, Status

_REPO = "/repos/{owner}/{repo}"
_RUN = f"{_REPO}/check-runs/{{check_run_id}}"


# ---- statuses --------------------------------------------------------------------------------------------------------


def _statuses(ask: Ask, sha: str) -> list[Status]:
    """Return the statuses of a commit, the newest first."""
    return [status for status in reversed(ask.state.statuses) if status.sha == sha]


@endpoint("POST", f"{_REPO}/statuses/{{sha}}", "statuses")
def status_set(ask: Ask) -> Answer:
    sha, body = ask.params["sha"], ask.body
    if not ask.git.has_commit(sha):
        raise RefusedError(422, f"No commit found for SHA: {sha}")
    context, description = body.get("context", "default"), body.get("description")
    if len(description or "") > DESCRIPTION:
        raise invalid("Status", "description", f"description is too long (maximum is {DESCRIPTION} characters)")
    if sum(status.context == context for status in _statuses(ask, sha)) >= STATUSES:
        raise invalid("Status", "base", "This SHA and context has reached the maximum number of statuses.")
    status = Status(
        ask.state.new_id("status"), sha, context, body["state"], description, body.get("target_url"), ask.user,
        ask.state.clock.tick(),
    )  # fmt: skip
    ask.state.statuses.append(status)
    return Answer(201, status_answer(ask, status))


@endpoint("GET", f"{_REPO}/commits/{{ref}}/statuses", "statuses")
@endpoint("GET", f"{_REPO}/statuses/{{sha}}", "statuses")
def statuses(ask: Ask) -> Answer:
    sha = ask.commit("ref" if "ref" in ask.params else "sha")
    return ask.page(_statuses(ask, sha), lambda status: status_answer(ask, status))


@endpoint("GET", f"{_REPO}/commits/{{ref}}/status", "statuses")
def combined_status(ask: Ask) -> Answer:
    sha = ask.commit()
    latest: dict[str, Status] = {}
    for status in _statuses(ask, sha):
        latest.setdefault(status.context, status)
    states = {status.state for status in latest.values()}
    worst = "failure" if states & {"failure", "error"} else "success" if states == {"success"} else "pending"
    page = ask.page(list(latest.values()), lambda status: status_answer(ask, status))
    url = f"{repo_url(ask)}/commits/{sha}"
    shown = {
        "state": worst, "statuses": page.body, "sha": sha, "total_count": len(latest),
        "repository": repo_answer(ask, ask.state.repo), "commit_url": url, "url": f"{url}/status",
    }  # fmt: skip
    return Answer(200, shown, page.link)


# ---- check runs ------------------------------------------------------------------------------------------------------


def _check_run(ask: Ask) -> CheckRun:
    try:
        return ask.state.check_runs[int(ask.params["check_run_id"])]
    except KeyError:
        raise RefusedError(404, NOT_FOUND) from None


@endpoint("POST", f"{_REPO}/check-runs", "checks")
def check_run_made(ask: Ask) -> Answer:
    body, sha = ask.body, ask.body["head_sha"]
    if not ask.git.has_commit(sha):
        raise RefusedError(422, f"No commit found for SHA: {sha}")
    ident, now = ask.state.new_id("check"), ask.state.clock.tick()
    run = CheckRun(ident, body["name"], sha, "queued", None, None, "", now, None)
    ask.state.check_runs[ident] = run
    _write(ask, run, body)
    return Answer(201, check_run_answer(ask, run))


@endpoint("PATCH", _RUN, "checks")
def check_run_changed(ask: Ask) -> Answer:
    run = _check_run(ask)
    ask.state.clock.tick()
    _write(ask, run, ask.body)
    return Answer(200, check_run_answer(ask, run))


def _write(ask: Ask, run: CheckRun, body: dict[str, Any]) -> None:
    """Apply a request to a check run. Annotations add up over several requests, of at most 50 each."""
    run.name, run.details_url = body.get("name", run.name), body.get("details_url", run.details_url)
    run.external_id, run.status = body.get("external_id", run.external_id), body.get("status", run.status)
    if conclusion := body.get("conclusion"):
        run.conclusion, run.status, run.completed_at = conclusion, "completed", ask.state.clock.now()
    output = body.get("output", {})
    run.title, run.summary = output.get("title", run.title), output.get("summary", run.summary)
    run.text = output.get("text", run.text)
    for sent in output.get("annotations", []):
        needed = (sent[name] for name in ("path", "start_line", "end_line", "annotation_level", "message"))
        rest = (sent.get(name) for name in ("title", "raw_details", "start_column", "end_column"))
        run.annotations.append(Annotation(*needed, *rest))


@endpoint("GET", _RUN, "checks")
def check_run(ask: Ask) -> Answer:
    return Answer(200, check_run_answer(ask, _check_run(ask)))


@endpoint("GET", f"{_RUN}/annotations", "checks")
def annotations_of(ask: Ask) -> Answer:
    run = _check_run(ask)
    return ask.page(run.annotations, lambda annotation: annotation_answer(ask, run, annotation))


@endpoint("GET", f"{_REPO}/commits/{{ref}}/check-runs", "checks")
def check_runs(ask: Ask) -> Answer:
    sha, name, status = ask.commit(), ask.query.get("check_name"), ask.query.get("status")
    found = [run for run in reversed(ask.state.check_runs.values()) if run.head_sha == sha]
    if ask.query.get("filter", "latest") == "latest":
        latest: dict[str, CheckRun] = {}
        for run in found:
            latest.setdefault(run.name, run)
        found = list(latest.values())
    found = [run for run in found if name in (None, run.name) and status in (None, run.status)]
    page = ask.page(found, lambda run: check_run_answer(ask, run))
    return Answer(200, {"total_count": len(found), "check_runs": page.body}, page.link)


# ---- workflows -------------------------------------------------------------------------------------------------------


@endpoint("GET", f"{_REPO}/actions/runs/{{run_id}}", "actions")
def workflow_run(ask: Ask) -> Answer:
    run = ask.state.workflow_runs.get(int(ask.params["run_id"]))
    if run is None:
        raise RefusedError(404, NOT_FOUND)
    return Answer(200, workflow_run_answer(ask, run))
