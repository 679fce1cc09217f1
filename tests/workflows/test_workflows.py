"""Properties of the workflows: valid, pinned, least privileged, and no way for a pull request to run with a token."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.board.model.layout import FilePurpose, purpose_of
from bot.github.commands import MAY_BEGIN
from bot.handlers.pull_request.labels import LABELS
from tests.samples import ROOT
from tests.test_schemas import check_jsonschema
from tests.workflows.events import MAIN
from tests.workflows.files import FOLDER, MONDAY, NAMES, THURSDAY, Job, all_jobs, workflow
from tests.workflows.planning import RUN_ID, Plan, plans

HERE = Path(__file__).parent
NOT_EXECUTED = {"ossf/scorecard-action", "github/codeql-action/upload-sarif"}
"""The actions without a stand-in, because they are the service itself."""
JOBS = [pytest.param(job, id=f"{job.workflow}:{job.id}") for job in all_jobs()]
WITH_TOKEN = ["pull-request", "reviewed", "sweep", "publish", "issues", "evidence"]
"""Those that can write."""
ASKING = [job for name in WITH_TOKEN for job in workflow(name).jobs if job.data["permissions"] == {"contents": "read"}]
"""The jobs that meet pages of anybody's."""
JUDGING = {"contents": "read", "pull-requests": "write", "issues": "write", "checks": "write", "statuses": "write"}

ASKING_FOR_LINKS = {"pull-request": "pull-request", "issues": "issue", "evidence": "mend"}
"""By workflow whose pull requests may have new links, the job that judges them first."""
PUBLISHING = {"contents": "write", "pull-requests": "write", "issues": "read", "statuses": "write"}


ACTIONS = (
    "actions/(?:attest|checkout|setup-python|cache/restore|cache/save|upload-artifact|download-artifact)"
    "|github/codeql-action/upload-sarif|ossf/scorecard-action|pypa/gh-action-pypi-publish"
)


def tool(name: str) -> str:
    """Return the path of a program that is installed beside this interpreter."""
    return str(Path(sys.executable).parent / name)


def text_of(name: str) -> str:
    return (ROOT / FOLDER / f"{name}.yml").read_text("utf-8")


# ---- the linters' view -----------------------------------------------------------------------------------------------


def test_these_are_all_workflows() -> None:
    assert {"ci", "release", "review", "supply-chain", *WITH_TOKEN} == set(NAMES)
    assert sorted(path.name for path in (ROOT / FOLDER).iterdir()) == [f"{name}.yml" for name in NAMES]


def test_all_workflows_fit_githubs_schema() -> None:
    files = [ROOT / FOLDER / f"{name}.yml" for name in NAMES]
    checked = check_jsonschema("--builtin-schema", "vendor.github-workflows", *files)
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


def test_zizmor_ignores_only_triggers_with_a_reason_above_them() -> None:
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
        ("ci", "versions", {"contents": "read"}),
        ("release", "build", {"contents": "read"}),
        ("release", "attest", {"id-token": "write", "attestations": "write"}),
        ("release", "publish", {"id-token": "write"}),
        ("release", "announce", {"contents": "write"}),
        ("supply-chain", "vulnerabilities", {"contents": "read"}),
        ("supply-chain", "scorecard", {"contents": "read", "security-events": "write", "id-token": "write"}),
        ("pull-request", "pull-request", JUDGING),
        (
            "pull-request",
            "merge-group",
            {"contents": "read", "pull-requests": "read", "checks": "read", "statuses": "write"},
        ),
        *((name, "links", {"contents": "read"}) for name in ASKING_FOR_LINKS),
        *((name, "judge", JUDGING) for name in ASKING_FOR_LINKS),
        ("review", "signal", {}),
        ("reviewed", "pull-request", JUDGING),
        ("sweep", "sweep", JUDGING),
        ("sweep", "disputes", JUDGING | {"contents": "write"}),
        ("publish", "publish", PUBLISHING),
        ("issues", "issue", JUDGING | {"contents": "write"}),
        *(("evidence", job, {"contents": "read"}) for job in ("plan", "verify", "hub", "candidates", "collect")),
        ("evidence", "mend", JUDGING | {"contents": "write"}),
        ("evidence", "publish", PUBLISHING),
    ],
)
def test_a_job_may_do_this_and_no_more(name: str, job: str, permissions: dict[str, str]) -> None:
    (found,) = [each for each in workflow(name).jobs if each.id == job]
    assert found.data["permissions"] == permissions


def test_the_jobs_above_are_all_jobs() -> None:
    assert len(JOBS) == 29


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_pinned_by_commit_with_their_version(name: str) -> None:
    used = re.findall(r"^\s*(?:- )?uses: *(.*)$", text_of(name), re.MULTILINE)
    steps = [step for job in workflow(name).jobs for step in job.steps if "uses" in step]
    assert len(used) == len(steps)
    for each in used:
        assert re.fullmatch(rf"({ACTIONS})@[0-9a-f]{{40}} # v\d+\.\d+\.\d+", each), each


def test_an_action_is_the_same_commit_everywhere() -> None:
    used = {step["uses"] for job in all_jobs() for step in job.steps if "uses" in step}
    assert len(used) == len({each.partition("@")[0] for each in used}) == 10


@pytest.mark.parametrize("job", JOBS)
def test_an_action_gets_only_inputs_that_our_stand_in_for_it_has(job: Job) -> None:
    for step in job.steps:
        if "uses" in step:
            action = step["uses"].partition("@")[0]
            if action in NOT_EXECUTED:
                continue
            stand_in = HERE / "actions" / action.partition("/")[2] / "action.yml"
            inputs = yaml.safe_load(stand_in.read_text("utf-8"))["inputs"]
            required = {name for name, setting in inputs.items() if setting.get("required")}
            assert required <= step.get("with", {}).keys() <= inputs.keys(), step["name"]


def test_an_artifact_must_be_there_and_is_kept_for_days() -> None:
    steps = [step for job in all_jobs() for step in job.steps if "upload-artifact" in step.get("uses", "")]
    for settings in (step["with"] for step in steps):
        assert (settings["if-no-files-found"], settings["overwrite"]) == ("error", "true")
        assert 1 <= int(settings["retention-days"]) <= 90
    # Each job of a matrix gives this one a name of its own. act leaves `strategy.job-index` empty.
    assert [step["with"]["name"] for step in steps if "${{" in step["with"]["name"]] == [
        "shard-${{ strategy.job-index }}"
    ]


@pytest.mark.parametrize("job", JOBS)
def test_no_script_has_an_expression_in_it(job: Job) -> None:
    assert not [script for script in job.runs if "${{" in script]


@pytest.mark.parametrize("job", JOBS)
def test_only_the_bot_itself_sees_the_token(job: Job) -> None:
    assert "env" not in workflow(job.workflow).data
    assert "env" not in job.data
    for step in job.steps:
        if step.get("env") == {"SHARD": "${{ matrix.shard }}"}:
            assert job in ASKING
        elif (job.workflow, job.id) == ("release", "announce"):
            assert step.get("run", "").startswith("gh release create ") is ("env" in step)
        elif "env" in step:
            first = ASKING_FOR_LINKS.get(job.workflow)
            number = {"PULL": f"${{{{ needs.{first}.outputs.pull }}}}"} if job.id == "judge" else {}
            assert step["env"] == {"GITHUB_TOKEN": "${{ github.token }}"} | number
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
            if job.workflow in ("ci", "release", "supply-chain"):
                # What the event is about: a pull request with nothing that it could be robbed of, a tag, or `main`.
                assert ref is None
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
    # What is left for another job is left last.
    left = kinds.pop() if ASKING_FOR_LINKS.get(job.workflow) == job.id else None
    assert left in (None, "actions/upload-artifact")
    *fetched, command = kinds[3:]
    assert fetched == (["actions/download-artifact"] if job.workflow == "evidence" or job.id == "judge" else [])
    assert re.fullmatch(
        r'\.venv/bin/openness-bot ((pr|issue) --event "\$GITHUB_EVENT_PATH"( --ask links\.json)?|(pr|dispute) --all|publish) --apply'
        r'|\.venv/bin/openness-bot pr --number "\$PULL" --links found/links-report\.json --apply'
        r"|if \[ -f found/hub\.json \]; then set -- --hub found/hub\.json; fi\n"
        r'\.venv/bin/openness-bot mend --report found/report\.json "\$@" --ask links\.json --apply\n'
        r'|for page in found/\*\.md; do set -- "\$@" --page "\$page"; done\n'
        r'\.venv/bin/openness-bot publish --apply "\$@"\n',
        command,
    )


@pytest.mark.parametrize("name", NAMES)
def test_there_are_no_caches_and_artifacts_but_of_evidence_links_and_releases(name: str) -> None:
    for job in workflow(name).jobs:
        for step in job.steps:
            if step.get("uses", "").startswith("actions/setup-python@"):
                assert step["with"].keys() == {"python-version"}
    used = re.search(r"actions/cache|artifact@|gh run", text_of(name)) is not None
    assert used is (name in (*ASKING_FOR_LINKS, "release"))


def test_what_can_write_takes_only_what_was_found_and_keeps_it_apart_from_its_code() -> None:
    patterns = {"mend": ["finding-*"], "publish": ["page-*"], "judge": ["found-*"]}
    for job in (job for name in ASKING_FOR_LINKS for job in workflow(name).jobs if job not in ASKING):
        taken = [step["with"] for step in job.steps if "download-artifact" in step.get("uses", "")]
        kept = [step for step in job.steps if re.search(r"actions/cache|upload-artifact", step.get("uses", ""))]
        assert [(settings["pattern"], settings["path"]) for settings in taken] == [
            (pattern, "found") for pattern in patterns.get(job.id, [])
        ]
        leaves = ASKING_FOR_LINKS[job.workflow] == job.id
        assert [step["with"]["path"] for step in kept] == ["links.json"] * leaves


@pytest.mark.parametrize(("name", "first"), ASKING_FOR_LINKS.items())
def test_links_are_asked_for_by_a_job_that_gets_nothing_else_and_saves_nothing(name: str, first: str) -> None:
    jobs = {job.id: job for job in workflow(name).jobs}
    links, judge = jobs["links"], jobs["judge"]
    assert [step["uses"].partition("@")[0] for step in links.steps if "uses" in step] == [
        "actions/checkout",
        "actions/setup-python",
        "actions/download-artifact",
        "actions/cache/restore",
        "actions/upload-artifact",
    ]
    assert links.steps[3]["with"] == {"name": "wanted-links", "path": "wanted"}
    assert not any("env" in step for step in links.steps)
    assert (links.data["needs"], judge.data["needs"]) == (first, [first, "links"])
    # Also where asking failed, but not where the first job did.
    condition = f"${{{{ !cancelled() && needs.{first}.result == 'success' && needs.{first}.outputs.pull }}}}"
    assert links.data["if"] == judge.data["if"] == condition
    # Everywhere the same, but for the name of the job before.
    others = {job.id: job for job in workflow("pull-request").jobs}
    for job, other in ((links, others["links"]), (judge, others["judge"])):
        assert str(job.steps).replace(f"needs.{first}.", "") == str(other.steps).replace("needs.pull-request.", "")


def test_only_the_weekly_run_saves_what_is_known_of_pages() -> None:
    saving = {job.workflow for job in all_jobs() for step in job.steps if "cache/save" in step.get("uses", "")}
    assert saving == {"evidence"}


def test_the_weekly_run_is_twice_a_week() -> None:
    assert [each["cron"] for each in workflow("evidence").triggers["schedule"]] == [MONDAY, THURSDAY]
    for cron in (MONDAY, THURSDAY):
        assert re.fullmatch(r"[1-9]\d? \d+ \* \* [14]", cron)


def test_the_signal_does_nothing_but_end() -> None:
    (job,) = workflow("review").jobs
    assert [list(step) for step in job.steps] == [["name", "run"]]
    assert re.fullmatch(r'echo "[A-Za-z .]+"', job.runs[0])
    assert workflow("reviewed").triggers["workflow_run"] == {"workflows": ["Review"], "types": ["completed"]}
    assert workflow("review").name == "Review"


# ---- who waits for whom ----------------------------------------------------------------------------------------------

PULL: dict[str, Any] = {"action": "opened", "pull_request": {"number": 7, "base": {"ref": "main"}}}
ISSUE: dict[str, Any] = {"action": "opened", "issue": {"number": 7}, "sender": {"type": "User"}}
GROUP: dict[str, Any] = {"action": "checks_requested", "merge_group": {"head_sha": "0123abcd"}}
RUN: dict[str, Any] = {"action": "completed", "workflow_run": {"name": "Review", "head_sha": "0123abcd"}}
OURS: dict[str, Any] = {"ref": MAIN, "repository": {"fork": False}}
FORK: dict[str, Any] = OURS | {"repository": {"fork": True}}

ALL_OF_EVIDENCE = ["candidates", "collect", "hub", "mend", "plan", "publish", "verify"]


def comment(body: str, *, user: str = "User", pull: bool = True) -> dict[str, Any]:
    """Return the event of a comment on a pull request or an issue."""
    issue = {"number": 7} | ({"pull_request": {"url": "https://example.org"}} if pull else {})
    return {"action": "created", "issue": issue, "comment": {"body": body, "user": {"type": user}}}


def of_file(name: str, **more: Any) -> dict[str, Any]:
    """Return the event of a workflow that is started by the clock or by hand."""
    return OURS | {"workflow": f"{FOLDER}/{name}.yml"} | more


# A comment starts two workflows. One without a job to do waits in no concurrency group that others wait in.
JUDGED = {"pull-request": Plan("openness-bot-7", ["pull-request"]), "issues": Plan(f"openness-bot-issue-{RUN_ID}", [])}
# No pull request has the number of an issue, so that nothing else waits in that group.
ANSWERED = {"pull-request": Plan("openness-bot-7", []), "issues": Plan("openness-bot-issue-7", ["issue"])}
LEFT_ALONE = {"pull-request": Plan(f"openness-bot-{RUN_ID}", []), "issues": Plan(f"openness-bot-issue-{RUN_ID}", [])}


@pytest.mark.parametrize(
    ("event", "payload", "expected"),
    [
        ("pull_request", PULL, {"ci": Plan("ci-7", ["test", "versions"])}),
        ("pull_request_target", PULL, {"pull-request": Plan("openness-bot-7", ["pull-request"])}),
        ("merge_group", GROUP, {"pull-request": Plan("openness-bot-0123abcd", ["merge-group"])}),
        ("pull_request_review", PULL | {"action": "submitted"}, {"review": Plan("review-7", ["signal"])}),
        ("workflow_run", RUN, {"reviewed": Plan("openness-bot-0123abcd", ["pull-request"])}),
        ("issue_comment", comment("/recheck"), JUDGED),
        ("issue_comment", comment("As I said:\n\n/coi none"), JUDGED),
        *(("issue_comment", comment(f"{each}hold"), JUDGED) for each in MAY_BEGIN),
        *(("issue_comment", comment(f"{each}recheck", pull=False), ANSWERED) for each in MAY_BEGIN),
        ("issue_comment", comment("Thanks!"), LEFT_ALONE),
        ("issue_comment", comment("Write /recheck", user="Bot"), LEFT_ALONE),
        ("issue_comment", comment("/recheck", pull=False), ANSWERED),
        ("issue_comment", comment("Thanks!", pull=False), LEFT_ALONE),
        ("issue_comment", comment("Write /recheck", user="Bot", pull=False), LEFT_ALONE),
        *(
            ("issues", ISSUE | {"action": action}, {"issues": Plan("openness-bot-issue-7", ["issue"])})
            for action in ("opened", "edited", "reopened")
        ),
        ("issues", ISSUE | {"sender": {"type": "Bot"}}, {"issues": Plan("openness-bot-issue-7", [])}),
        ("schedule", of_file("sweep"), {"sweep": Plan(f"openness-bot-sweep-{RUN_ID}", ["disputes", "sweep"])}),
        ("workflow_dispatch", of_file("sweep"), {"sweep": Plan("openness-bot-sweep", ["disputes", "sweep"])}),
        ("schedule", of_file("publish"), {"publish": Plan(f"openness-bot-publish-{RUN_ID}", ["publish"])}),
        ("schedule", of_file("publish", **FORK), {"publish": Plan(f"openness-bot-publish-{RUN_ID}", [])}),
        (
            "schedule",
            of_file("evidence", schedule=MONDAY),
            {"evidence": Plan("openness-bot-evidence", ALL_OF_EVIDENCE)},
        ),
        (
            "schedule",
            of_file("evidence", schedule=THURSDAY),
            {"evidence": Plan("openness-bot-evidence", [job for job in ALL_OF_EVIDENCE if job != "candidates"])},
        ),
        ("workflow_dispatch", of_file("evidence"), {"evidence": Plan("openness-bot-evidence", ALL_OF_EVIDENCE)}),
        ("workflow_dispatch", of_file("publish"), {"publish": Plan("openness-bot-publish", ["publish"])}),
        (
            "schedule",
            of_file("supply-chain"),
            {"supply-chain": Plan("supply-chain", ["scorecard", "vulnerabilities"])},
        ),
        (
            "schedule",
            of_file("supply-chain", repository={"fork": False, "private": True}),
            {"supply-chain": Plan("supply-chain", ["vulnerabilities"])},
        ),
        # Not in the forks of contributors:
        ("schedule", of_file("supply-chain", **FORK), {"supply-chain": Plan("supply-chain", [])}),
        ("workflow_dispatch", FORK | of_file("evidence", **FORK), {"evidence": Plan("openness-bot-evidence", [])}),
        ("workflow_dispatch", FORK | of_file("publish", **FORK), {"publish": Plan("openness-bot-publish", [])}),
    ],
)
def test_an_event_starts_these_jobs_in_this_concurrency_group(
    event: str, payload: dict[str, Any], expected: dict[str, Plan]
) -> None:
    assert plans(event, payload, paths=["schema/rubric.yaml"]) == expected


@pytest.mark.parametrize(
    ("payload", "publishing"),
    [(OURS, ["publish"]), (FORK, [])],
)
def test_a_push_to_main_starts_ci_publishing_and_the_sweep(payload: dict[str, Any], publishing: list[str]) -> None:
    assert plans("push", payload, paths=["schema/rubric.yaml"]) == {
        "ci": Plan("ci-refs/heads/main", ["test", "versions"]),
        "publish": Plan("openness-bot-publish", publishing),
        "sweep": Plan("openness-bot-sweep", ["disputes", "sweep"]),
    }


@pytest.mark.parametrize(("fork", "jobs"), [(False, ["announce", "attest", "build", "publish"]), (True, [])])
def test_a_tag_of_a_version_starts_the_release_and_nothing_else(fork: bool, jobs: list[str]) -> None:
    ref = "refs/tags/v1.2.0"
    payload = {"ref": ref, "repository": {"fork": fork}}
    assert plans("push", payload, ref=ref) == {"release": Plan(f"release-{ref}", jobs)}


def test_nothing_is_published_that_was_not_attested_and_nothing_announced_that_was_not_published() -> None:
    ref = "refs/tags/v1.2.0"
    payload = {"ref": ref, "repository": {"fork": False}}
    (plan,) = plans("push", payload, ref=ref, failing=["attest"]).values()
    assert plan.jobs == ["attest", "build"]
    (plan,) = plans("push", payload, ref=ref, failing=["publish"]).values()
    assert plan.jobs == ["attest", "build", "publish"]


def test_a_push_of_documents_starts_ci_alone() -> None:
    assert list(plans("push", OURS, paths=["docs/notes.md"])) == ["ci"]


@pytest.mark.parametrize("name", ["evidence", "publish"])
def test_nothing_is_published_or_asked_for_from_other_branches(name: str) -> None:
    (plan,) = plans("workflow_dispatch", of_file(name, ref="refs/heads/other"), ref="refs/heads/other").values()
    assert plan.jobs == []


@pytest.mark.parametrize(
    ("failing", "left_out"),
    [
        (["verify", "hub", "candidates"], []),
        (["plan"], ["verify", "collect", "mend"]),
        (["collect"], ["mend"]),
        (["collect", "candidates"], ["mend", "publish"]),
    ],
)
def test_where_a_job_of_the_weekly_run_fails_those_that_can_do_without_it_run(
    failing: list[str], left_out: list[str]
) -> None:
    (plan,) = plans("schedule", of_file("evidence", schedule=MONDAY), failing=failing).values()
    assert plan.jobs == [job for job in ALL_OF_EVIDENCE if job not in left_out]


@pytest.mark.parametrize("action", ["closed", "labeled", "assigned", "deleted", "transferred"])
def test_what_changes_nothing_about_a_form_starts_nothing(action: str) -> None:
    assert not workflow("issues").starts_on("issues", ISSUE | {"action": action})


@pytest.mark.parametrize("name", ["sweep", "publish"])
def test_what_heals_the_rest_starts_by_the_clock_in_a_group_that_nobody_can_name(name: str) -> None:
    assert workflow(name).triggers["schedule"]
    (plan,) = plans("schedule", of_file(name)).values()
    assert plan.group == f"openness-bot-{name}-{RUN_ID}"


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
    "README.ko.md",
    "GOVERNANCE.md",
    "decisions/README.md",
    "decisions/45.json",
    "leaderboard/leaderboard.json",
    "leaderboard/models/example/one.md",
    "schema/assessment.schema.json",
]


def tracked() -> list[str]:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False)
    return [path for path in listed.stdout.decode().split("\0") if path]


@pytest.mark.parametrize("name", NAMES)
def test_what_publishing_writes_starts_nothing(name: str) -> None:
    written = GENERATED + [path for path in tracked() if purpose_of(path) is FilePurpose.GENERATED]
    assert not workflow(name).starts_on("push", OURS, written)


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
    assert workflow("publish").starts_on("push", OURS, [path, "README.md"])
    assert not workflow("publish").starts_on("push", {"ref": "refs/heads/other"}, [path])


@pytest.mark.parametrize(
    "path", ["docs/operating.md", "tests/site/test_build.py", "Makefile", ".github/dependabot.yml"]
)
def test_what_the_board_does_not_depend_on_starts_no_publishing(path: str) -> None:
    assert not workflow("publish").starts_on("push", OURS, [path])


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
    assert workflow("sweep").starts_on("push", OURS, [path, "bot/board/ranking/scoring.py"])
    assert not workflow("sweep").starts_on("push", {"ref": "refs/heads/other"}, [path])


@pytest.mark.parametrize(
    "path", ["README.md", "docs/operating.md", "tests/site/test_build.py", "studies/jeon-2025/rubric.yaml"]
)
def test_what_they_are_not_judged_by_waits_for_the_next_regular_sweep(path: str) -> None:
    assert not workflow("sweep").starts_on("push", OURS, [path])


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


# ---- what is written about them --------------------------------------------------------------------------------------


def test_the_guide_for_operators_names_every_workflow_and_every_label() -> None:
    guide = (ROOT / "docs/operating.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}.yml`" not in guide] == []
    assert [label for label in LABELS if f"`{label}`" not in guide and f'"{label}"' not in guide] == []
