"""What the workflows are: valid, pinned, least privileged, and never a way for a pull request to run with a token."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.board.model.layout import FilePurpose, purpose_of
from bot.github.commands import Verb
from bot.handlers.pull_request.labels import LABELS
from tests.samples import ROOT
from tests.test_schemas import check_jsonschema
from tests.workflows.expressions import UnknownExpression, interpolate, is_met
from tests.workflows.files import FOLDER, NAMES, Job, all_jobs, workflow

JOBS = [pytest.param(job, id=f"{job.workflow}:{job.id}") for job in all_jobs()]
WITH_TOKEN = ["pull-request", "reviewed", "sweep", "publish", "issues", "evidence"]
"""Those that can write."""
ASKING = [job for job in workflow("evidence").jobs if job.data["permissions"] == {"contents": "read"}]
"""The jobs that meet pages of anybody's."""
JUDGING = {"contents": "read", "pull-requests": "write", "issues": "write", "checks": "write", "statuses": "write"}


ACTIONS = "checkout|setup-python|cache/restore|cache/save|upload-artifact|download-artifact"


def tool(name: str) -> str:
    """A program that lies beside this interpreter."""
    return str(Path(sys.executable).parent / name)


def text_of(name: str) -> str:
    return (ROOT / FOLDER / f"{name}.yml").read_text("utf-8")


# ---- the linters' view -----------------------------------------------------------------------------------------------


def test_these_are_all_workflows() -> None:
    assert {"ci", "review", *WITH_TOKEN} == set(NAMES)
    assert sorted(path.name for path in (ROOT / FOLDER).iterdir()) == [f"{name}.yml" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_fits_githubs_schema(name: str) -> None:
    checked = check_jsonschema("--builtin-schema", "vendor.github-workflows", ROOT / FOLDER / f"{name}.yml")
    assert checked == (0, "ok -- validation done\n")


def test_the_configuration_of_dependabot_fits_its_schema() -> None:
    checked = check_jsonschema("--builtin-schema", "vendor.dependabot", ROOT / ".github/dependabot.yml")
    assert checked == (0, "ok -- validation done\n")


def zizmor(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        tool("zizmor"),
        "--pedantic",
        "--offline",
        "--no-progress",
        "--color=never",
        *arguments,
        str(ROOT / ".github"),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_zizmor_finds_nothing() -> None:
    found = zizmor("--quiet", "--format", "plain")
    assert found.returncode == 0, found.stdout + found.stderr


def test_what_zizmor_is_told_to_ignore_is_a_trigger_with_its_reason_above_it() -> None:
    ignored = []
    for name in NAMES:
        lines = text_of(name).splitlines()
        for number, line in enumerate(lines):
            if "zizmor:" in line:
                assert line.endswith("# zizmor: ignore[dangerous-triggers]"), line
                assert lines[number - 1].strip().startswith("# "), f"{name}: no reason above {line}"
                ignored.append(line.partition(":")[0].strip())
    assert sorted(ignored) == ["issue_comment", "issue_comment", "pull_request_target", "workflow_run"]
    # All that there is without them are these four.
    assert len(re.findall(r"^error\[|^warning\[|^help\[|^info\[", zizmor("--no-ignores").stdout, re.MULTILINE)) == 4


@pytest.mark.parametrize(
    "name",
    [
        "zizmor --pedantic --offline",
        "vendor.github-workflows",
        "vendor.dependabot",
        "vendor.github-issue",
        "ruff",
        "mypy",
    ],
)
def test_make_lint_runs_it(name: str) -> None:
    lint = (ROOT / "Makefile").read_text("utf-8").partition("\nlint:")[2].partition("\n\n")[0]
    assert name in lint
    assert "make lint" in (ROOT / ".ci/run").read_text("utf-8")


# ---- every job -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_grants_nothing_to_all_of_its_jobs(name: str) -> None:
    assert workflow(name).data["permissions"] == {}


@pytest.mark.parametrize("job", JOBS)
def test_a_job_says_what_it_may_do_how_long_it_may_take_and_on_which_machine(job: Job) -> None:
    assert isinstance(job.data["permissions"], dict)
    longest = 60 if job.workflow in ("sweep", "evidence") else 20  # which look at many
    assert 1 <= int(job.data["timeout-minutes"]) <= longest
    assert re.fullmatch(r"ubuntu-\d+\.\d+", job.data["runs-on"])


@pytest.mark.parametrize(
    ("name", "job", "permissions"),
    [
        ("ci", "test", {"contents": "read"}),
        ("pull-request", "pull-request", JUDGING),
        ("pull-request", "merge-group", {"contents": "read", "statuses": "write"}),
        ("review", "signal", {}),
        ("reviewed", "pull-request", JUDGING),
        ("sweep", "sweep", JUDGING),
        ("sweep", "disputes", JUDGING | {"contents": "write"}),
        ("publish", "publish", {"contents": "write", "pull-requests": "write", "statuses": "read"}),
        ("issues", "issue", JUDGING | {"contents": "write"}),
        *(("evidence", job, {"contents": "read"}) for job in ("plan", "verify", "hub", "candidates", "collect")),
        ("evidence", "mend", JUDGING | {"contents": "write"}),
        ("evidence", "publish", {"contents": "write", "pull-requests": "write", "statuses": "read"}),
    ],
)
def test_a_job_may_do_this_and_no_more(name: str, job: str, permissions: dict[str, str]) -> None:
    (found,) = [each for each in workflow(name).jobs if each.id == job]
    assert found.data["permissions"] == permissions


def test_the_jobs_above_are_all_jobs() -> None:
    assert len(JOBS) == 16


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_pinned_by_commit_with_their_version(name: str) -> None:
    used = re.findall(r"^\s*(?:- )?uses: *(.*)$", text_of(name), re.MULTILINE)
    steps = [step for job in workflow(name).jobs for step in job.steps if "uses" in step]
    assert len(used) == len(steps)
    for each in used:
        assert re.fullmatch(rf"actions/({ACTIONS})@[0-9a-f]{{40}} # v\d+\.\d+\.\d+", each), each


def test_an_action_is_the_same_commit_everywhere() -> None:
    used = {step["uses"] for job in all_jobs() for step in job.steps if "uses" in step}
    assert len(used) == len({each.partition("@")[0] for each in used}) == 6


@pytest.mark.parametrize("job", JOBS)
def test_no_script_has_an_expression_in_it(job: Job) -> None:
    assert job.runs
    assert not [script for script in job.runs if "${{" in script]


@pytest.mark.parametrize("job", JOBS)
def test_only_the_bot_itself_sees_the_token(job: Job) -> None:
    assert "env" not in workflow(job.workflow).data
    assert "env" not in job.data
    for step in job.steps:
        if step.get("env") == {"SHARD": "${{ matrix.shard }}"}:
            assert job in ASKING
        elif "env" in step:
            assert step["env"] == {"GITHUB_TOKEN": "${{ github.token }}"}
            # Before it only what makes its arguments.
            assert re.fullmatch(r"(?:(?:if|for) [^\n]+\n)?\.venv/bin/openness-bot [^\n]+\n?", step["run"])
            assert job not in ASKING
    assert "secrets" not in text_of(job.workflow)


@pytest.mark.parametrize("job", JOBS)
def test_a_checkout_keeps_no_credentials_and_never_takes_the_pull_request(job: Job) -> None:
    for step in job.steps:
        if step.get("uses", "").startswith("actions/checkout@"):
            settings = dict(step["with"])
            assert settings.pop("persist-credentials") == "false"
            ref, depth = settings.pop("ref", None), settings.pop("fetch-depth", None)
            assert not settings
            if job.workflow == "ci":
                assert ref is None  # what the event is about: it has nothing that it could be robbed of
            else:
                assert ref == ("main" if job.id == "publish" else "${{ github.event.repository.default_branch }}")
                # Where head and base part may lie far back. Who only reads assessments needs no history.
                assert depth == (None if job in ASKING else "0")


@pytest.mark.parametrize(
    "job", [pytest.param(job, id=job.id) for name in WITH_TOKEN for job in workflow(name).jobs if job not in ASKING]
)
def test_what_can_write_runs_these_steps_and_nothing_else(job: Job) -> None:
    kinds = [step["uses"].partition("@")[0] if "uses" in step else step["run"] for step in job.steps]
    assert kinds[:3] == ["actions/checkout", "actions/setup-python", "make install"]
    *fetched, command = kinds[3:]
    assert fetched == (["actions/download-artifact"] if job.workflow == "evidence" else [])
    assert re.fullmatch(
        r'\.venv/bin/openness-bot ((pr|issue) --event "\$GITHUB_EVENT_PATH"|(pr|dispute) --all|publish) --apply'
        r"|if \[ -f found/hub\.json \]; then set -- --hub found/hub\.json; fi\n"
        r'\.venv/bin/openness-bot mend --report found/report\.json "\$@" --apply\n'
        r'|for page in found/\*\.md; do set -- "\$@" --page "\$page"; done\n'
        r'\.venv/bin/openness-bot publish --apply "\$@"\n',
        command,
    )


@pytest.mark.parametrize("name", NAMES)
def test_there_are_no_caches_and_artifacts_but_of_evidence(name: str) -> None:
    for job in workflow(name).jobs:
        for step in job.steps:
            if step.get("uses", "").startswith("actions/setup-python@"):
                assert step["with"].keys() == {"python-version"}
    used = re.search(r"actions/cache|artifact@|gh run", text_of(name)) is not None
    assert used is (name == "evidence")


def test_what_can_write_takes_only_what_was_found_and_keeps_it_apart_from_its_code() -> None:
    for job in workflow("evidence").jobs:
        taken = [step["with"] for step in job.steps if "download-artifact" in step.get("uses", "")]
        kept = [step for step in job.steps if re.search(r"actions/cache|upload-artifact", step.get("uses", ""))]
        if job in ASKING:
            continue
        assert [(settings["pattern"], settings["path"]) for settings in taken] == [
            ("finding-*" if job.id == "mend" else "page-*", "found")
        ]
        assert kept == []


def test_the_weekly_run_is_twice_a_week_and_lists_candidates_once() -> None:
    found = workflow("evidence")
    monday, thursday = (each["cron"] for each in found.triggers["schedule"])
    (job,) = [each for each in found.jobs if each.id == "candidates"]
    for cron, expected in ((monday, True), (thursday, False)):
        assert re.fullmatch(r"[1-9]\d? \d+ \* \* [14]", cron)
        here = context("schedule", {"schedule": cron, "repository": {"fork": False}})
        assert is_met(job.data["if"], here) is expected
    assert is_met(job.data["if"], context("workflow_dispatch", {"repository": {"fork": False}}))


@pytest.mark.parametrize("job", ["plan", "hub", "candidates"])
def test_evidence_is_not_asked_for_in_forks_and_from_other_branches(job: str) -> None:
    (found,) = [each for each in workflow("evidence").jobs if each.id == job]
    assert "needs" not in found.data
    here = context("workflow_dispatch", {"repository": {"fork": True}})
    assert not is_met(found.data["if"], here)
    here = context("workflow_dispatch", {"repository": {"fork": False}})
    here["github"]["ref"] = "refs/heads/other"
    assert not is_met(found.data["if"], here)


def test_the_signal_does_nothing_but_end() -> None:
    (job,) = workflow("review").jobs
    assert [list(step) for step in job.steps] == [["name", "run"]]
    assert re.fullmatch(r'echo "[A-Za-z .]+"', job.runs[0])
    assert workflow("reviewed").triggers["workflow_run"] == {"workflows": ["Review"], "types": ["completed"]}
    assert workflow("review").name == "Review"


# ---- who waits for whom ----------------------------------------------------------------------------------------------

PULL: dict[str, Any] = {"action": "opened", "pull_request": {"number": 7}}
COMMENT: dict[str, Any] = {
    "action": "created",
    "issue": {"number": 7, "pull_request": {"url": "https://example.org"}},
    "comment": {"body": "/recheck", "user": {"type": "User"}},
}
GROUP: dict[str, Any] = {"action": "checks_requested", "merge_group": {"head_sha": "0123abcd"}}
RECHECK_ON_AN_ISSUE = COMMENT | {"issue": {"number": 7}}


def saying(body: str) -> dict[str, Any]:
    """Somebody's comment on a pull request."""
    return COMMENT | {"comment": {"body": body, "user": {"type": "User"}}}


CHATTER = COMMENT | {"comment": {"body": "Thanks!", "user": {"type": "User"}}}
OF_THE_BOT = COMMENT | {"comment": {"body": "Write /recheck", "user": {"type": "Bot"}}}


def context(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"github": {"event_name": event, "event": payload, "run_id": "991", "ref": "refs/heads/main"}}


@pytest.mark.parametrize(
    ("event", "payload", "group", "jobs"),
    [
        ("pull_request_target", PULL, "openness-bot-7", ["pull-request"]),
        ("issue_comment", COMMENT, "openness-bot-7", ["pull-request"]),
        *(("issue_comment", saying(f"/{verb}"), "openness-bot-7", ["pull-request"]) for verb in Verb),
        ("issue_comment", RECHECK_ON_AN_ISSUE, "openness-bot-7", []),  # no pull request has that number
        ("issue_comment", CHATTER, "openness-bot-991", []),
        ("issue_comment", OF_THE_BOT, "openness-bot-991", []),
        ("merge_group", GROUP, "openness-bot-0123abcd", ["merge-group"]),
    ],
)
def test_a_pull_request_has_one_line_in_which_only_those_wait_that_judge_it(
    event: str, payload: dict[str, Any], group: str, jobs: list[str]
) -> None:
    found = workflow("pull-request")
    assert found.starts_on(event, payload)
    here = context(event, payload)
    assert interpolate(found.data["concurrency"]["group"], here) == group
    assert [job.id for job in found.jobs if is_met(job.data.get("if"), here)] == jobs


ISSUE: dict[str, Any] = {"action": "opened", "issue": {"number": 7}, "sender": {"type": "User"}}


@pytest.mark.parametrize(
    ("event", "payload", "group", "jobs"),
    [
        ("issues", ISSUE, "openness-bot-issue-7", ["issue"]),
        ("issues", ISSUE | {"action": "edited"}, "openness-bot-issue-7", ["issue"]),
        ("issues", ISSUE | {"action": "reopened"}, "openness-bot-issue-7", ["issue"]),
        ("issues", ISSUE | {"sender": {"type": "Bot"}}, "openness-bot-issue-7", []),
        ("issue_comment", RECHECK_ON_AN_ISSUE, "openness-bot-issue-7", ["issue"]),
        ("issue_comment", COMMENT, "openness-bot-issue-991", []),  # of a pull request
        ("issue_comment", CHATTER | {"issue": {"number": 7}}, "openness-bot-issue-991", []),
        ("issue_comment", OF_THE_BOT | {"issue": {"number": 7}}, "openness-bot-issue-991", []),
    ],
)
def test_an_issue_has_one_line_in_which_only_those_wait_that_answer_it(
    event: str, payload: dict[str, Any], group: str, jobs: list[str]
) -> None:
    found = workflow("issues")
    assert found.starts_on(event, payload)
    here = context(event, payload)
    assert interpolate(found.data["concurrency"]["group"], here) == group
    assert [job.id for job in found.jobs if is_met(job.data.get("if"), here)] == jobs


@pytest.mark.parametrize("action", ["closed", "labeled", "assigned", "deleted", "transferred"])
def test_what_changes_nothing_about_a_form_starts_nothing(action: str) -> None:
    assert not workflow("issues").starts_on("issues", ISSUE | {"action": action})


@pytest.mark.parametrize(
    ("name", "payload", "group"),
    [
        ("reviewed", {"workflow_run": {"head_sha": "0123abcd"}}, "openness-bot-0123abcd"),
        ("review", {"pull_request": {"number": 7}}, "review-7"),
        ("sweep", {}, "openness-bot-sweep"),
        ("publish", {}, "openness-bot-publish"),
        ("evidence", {}, "openness-bot-evidence"),
        ("ci", {"pull_request": {"number": 7}}, "ci-7"),
        ("ci", {}, "ci-refs/heads/main"),
    ],
)
def test_the_line_of_the_other_workflows(name: str, payload: dict[str, Any], group: str) -> None:
    assert interpolate(workflow(name).data["concurrency"]["group"], context("push", payload)) == group


def test_both_that_publish_wait_in_one_line() -> None:
    (job,) = [each for each in workflow("evidence").jobs if each.id == "publish"]
    assert job.data["concurrency"] == workflow("publish").data["concurrency"]


def test_only_ci_is_stopped_in_the_middle() -> None:
    stopped = {name: workflow(name).data["concurrency"]["cancel-in-progress"] for name in NAMES}
    assert stopped == dict.fromkeys(NAMES, "false") | {"ci": "true"}


@pytest.mark.parametrize("action", ["closed", "labeled", "assigned", "review_requested"])
def test_what_changes_nothing_about_a_pull_request_starts_nothing(action: str) -> None:
    assert not workflow("pull-request").starts_on("pull_request_target", PULL | {"action": action})


@pytest.mark.parametrize(
    "action", ["opened", "synchronize", "reopened", "edited", "ready_for_review", "converted_to_draft"]
)
def test_what_changes_a_pull_request_starts_the_bot(action: str) -> None:
    assert workflow("pull-request").starts_on("pull_request_target", PULL | {"action": action})


# ---- what starts publishing, the sweep and CI ------------------------------------------------------------------------

GENERATED = [
    "README.md",
    "GOVERNANCE.md",
    "decisions/README.md",
    "decisions/45.json",
    "leaderboard/leaderboard.json",
    "leaderboard/models/example/one.md",
    "schema/assessment.schema.json",
]
MAIN = {"ref": "refs/heads/main"}


def tracked() -> list[str]:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False)
    return [path for path in listed.stdout.decode().split("\0") if path]


@pytest.mark.parametrize("name", NAMES)
def test_what_publishing_writes_starts_nothing(name: str) -> None:
    written = GENERATED + [path for path in tracked() if purpose_of(path) is FilePurpose.GENERATED]
    assert not workflow(name).starts_on("push", MAIN, written)


@pytest.mark.parametrize(
    "path",
    [
        "assessments/example/one.yaml",
        "schema/rubric.yaml",
        "schema/precedents.yaml",
        "governance.yml",
        "studies/jeon-2025/rubric.yaml",
        "bot/board/ranking/scoring.py",
        "bot/site/plots/drawing.py",
        "pyproject.toml",
        "requirements/run.txt",
    ],
)
def test_what_the_board_is_made_of_starts_publishing(path: str) -> None:
    assert workflow("publish").starts_on("push", MAIN, [path, "README.md"])
    assert not workflow("publish").starts_on("push", {"ref": "refs/heads/other"}, [path])


@pytest.mark.parametrize(
    "path", ["docs/operating.md", "tests/site/test_build.py", "Makefile", ".github/dependabot.yml"]
)
def test_what_the_board_does_not_depend_on_starts_no_publishing(path: str) -> None:
    assert not workflow("publish").starts_on("push", MAIN, [path])


@pytest.mark.parametrize(
    "path",
    [
        "assessments/example/one.yaml",
        "assessments/example/developer.yaml",
        "schema/rubric.yaml",
        "schema/precedents.yaml",
        "governance.yml",
    ],
)
def test_what_pull_requests_are_judged_by_has_them_judged_again(path: str) -> None:
    assert workflow("sweep").starts_on("push", MAIN, [path, "bot/board/ranking/scoring.py"])
    assert not workflow("sweep").starts_on("push", {"ref": "refs/heads/other"}, [path])


@pytest.mark.parametrize(
    "path", ["README.md", "docs/operating.md", "tests/site/test_build.py", "studies/jeon-2025/rubric.yaml"]
)
def test_what_they_are_not_judged_by_waits_for_the_next_regular_sweep(path: str) -> None:
    assert not workflow("sweep").starts_on("push", MAIN, [path])


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["assessments/example/one.yaml"], False),
        (["assessments/example/one.yaml", "assessments/example/developer.yaml"], False),
        (["assessments/example/one.yaml", "bot/board/ranking/scoring.py"], True),
        (["schema/rubric.yaml"], True),
        (["README.md"], True),
    ],
)
def test_contributors_of_assessments_do_not_see_ci(paths: list[str], expected: bool) -> None:
    assert workflow("ci").starts_on("pull_request", PULL, paths) is expected


@pytest.mark.parametrize("fork", [False, True])
def test_publishing_stays_out_of_forks_and_of_other_branches(fork: bool) -> None:
    (job,) = workflow("publish").jobs
    here = context("push", {"repository": {"fork": fork}})
    assert is_met(job.data["if"], here) is not fork
    here["github"]["ref"] = "refs/heads/other"
    assert not is_met(job.data["if"], here)


def test_the_evaluator_knows_every_expression_and_would_say_if_it_did_not() -> None:
    with pytest.raises(UnknownExpression):
        is_met("github.event_name == format('{0}', 1)", context("push", {}))


# ---- what is written about them --------------------------------------------------------------------------------------


def test_the_guide_for_operators_names_every_workflow_and_every_label() -> None:
    guide = (ROOT / "docs/operating.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}.yml`" not in guide] == []
    assert [label for label in LABELS if f"`{label}`" not in guide and f'"{label}"' not in guide] == []
