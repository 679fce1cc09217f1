"""Faults of GitHub at each call of a run in turn.

Afterwards either everything is correct, or the run failed and the status shows that. The next run corrects it, and the
one after that has nothing to write. Tests whose faults leave something twice explain it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn
from unittest import mock

import pytest

from bot.bounded import InProcess
from bot.cli import pr
from bot.git.repository import Repository
from bot.github.client import CONTEXT, LINES, connect
from bot.github.retry import LONGEST_WAIT
from bot.handlers.pull_request.comment import MARKER
from bot.handlers.pull_request.contents import read_contents
from bot.handlers.pull_request.run import BEGUN
from tests.checkouts import git
from tests.github import scenario
from tests.github.standin import ACTIONS_BOT, TOKEN, Fault, calls
from tests.github.standin.faults import error_answer
from tests.github.standin.state import CheckRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.github.client import Client
    from bot.github.settings import Settings
    from tests.checkouts import Ran
    from tests.github.scenario import Stage
    from tests.github.standin import Pull, StandIn, State
    from tests.github.standin.state import Status

pytestmark = pytest.mark.thorough

STORY = """\
about: A newcomer raises a model and misspells a level; a reviewer has approved, and a command waits for its reaction.
head:
  - edit: [assessments/example/one.yaml, "level: open", "level: opne"]
  - model: example/two oooossssssssssss
pull: {author_association: FIRST_TIME_CONTRIBUTOR, labels: [rating lowered, kept]}
roles: {example-reviewer: write}
talk:
  - comment: [example-author, /recheck]
  - review: [example-reviewer, APPROVED]
"""
FIRST_RUN = (
    "GET conversation", "GET people", "GET statuses", "GET check runs", "GET pull request again", "POST comment", "POST labels", "DELETE label", "POST check run",
    "POST review", "POST reaction", "POST status",
)  # fmt: skip
"""The calls of a run on a pull request that the bot hasn't seen."""
LATER_RUN = (*FIRST_RUN[: FIRST_RUN.index("POST comment")], "PATCH comment", "DELETE comment")
"""Those of a run that finds an outdated comment and another one too many, and a status that may stay."""
LISTS = ("GET conversation", "GET statuses", "GET check runs")
STRUCK = {"GET conversation": "query Conversation", "GET statuses": "statuses", "GET check runs": "check-runs"}
NOT_REPEATED = ("POST comment", "POST check run", "POST review")
"""What would be there twice if an answer was lost and the call was made again."""

LIMITED = (Fault.SECONDARY_RATE_LIMIT, Fault.TOO_MANY_REQUESTS)
BROKEN = (Fault.BAD_GATEWAY, Fault.DROP_BEFORE, Fault.DROP_AFTER)  # `test_client.py` tests the other 5xx
REFUSED = (Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.UNPROCESSABLE)
ANYWHERE = (*LIMITED, *BROKEN, *REFUSED, Fault.TIMEOUT)
SHORT = 0.5
"""Seconds until a client gives a call up that is to time out."""
ASK_FOR_TIP = Repository.fetch_branch
SECRETS = (TOKEN, base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode())


@dataclass
class World:
    """A pull request on which the bot runs repeatedly, each time from the same beginning."""

    stage: Stage
    beginnings: dict[str, State] = field(default_factory=dict)
    right: dict[str, Any] = field(default_factory=dict)
    """The picture after a run without faults."""
    waits: list[float] = field(default_factory=list)
    """The pauses of the last run in seconds, which tests skip."""
    timeout: float = 30

    @property
    def standin(self) -> StandIn:
        return self.stage.standin

    @property
    def pull(self) -> Pull:
        return self.standin.state.pulls[1]

    @property
    def begun(self) -> tuple[str, str, str]:
        """The status at the beginning."""
        return "pending", BEGUN, f"{self.standin.url}/example-org/example-models/actions/runs/17?pr=1"

    def begin(self, beginning: str = "first") -> None:
        """Restore a beginning. Calls are counted from here."""
        self.standin.faults.clear()
        self.standin.faults.delay = 60  # nobody waits for it
        self.standin.state = self.beginnings[beginning].copy()
        self.standin.before_last_write = None
        self.standin.forget_calls()
        self.timeout = 30

    def answer(self, event: str = "pull_request") -> Ran:
        """Run the bot, and check that it never shows a traceback or the token."""
        self.waits.clear()
        with mock.patch.object(pr, "connect", self._connect), mock.patch.object(pr, "new_worker", InProcess):
            ran = scenario.answer(event, self.stage._replace(pull=self.pull))
        printed = ran.out + ran.err
        assert ran.code in (0, 1), printed
        assert not re.search(r"traceback|bug in openness-bot", printed, re.IGNORECASE), printed
        assert not [secret for secret in SECRETS if secret in printed], printed
        return ran

    def _connect(self, settings: Settings) -> Client:
        return connect(settings, pause=self.waits.append, timeout=self.timeout)

    def assert_healed(self) -> None:
        """Check that the next run corrects everything, and that the one after it has nothing to write."""
        self.standin.faults.clear()
        self.timeout = 30
        if picture(self.standin) == self.right:
            self.assert_at_rest()
            return
        ran = self.answer()
        assert (ran.code, picture(self.standin)) == (0, self.right), ran.out
        self.assert_at_rest()

    def assert_at_rest(self) -> None:
        """Check that another run has nothing to write."""
        self.standin.forget_calls()
        ran = self.answer()
        assert (ran.code, ran.out, self.standin.writes) == (0, "Pull request 1 is as it should be.\n", [])

    def assert_failed(self, ran: Ran) -> None:
        """Check that the run failed, and that the status shows it."""
        assert (ran.code, picture(self.standin)["status"][0]) == (1, "error"), ran.out
        _, words, url = picture(self.standin)["status"]
        assert words.startswith("The bot ")
        assert url.endswith("/actions/runs/17?pr=1")
        assert "Failed: " in ran.out


def picture(standin: StandIn) -> dict[str, Any]:
    """Return everything that people see of pull request 1, without times and numbers of calls."""
    state, pull = standin.state, standin.state.pulls[1]
    statuses = [one for one in state.statuses if (one.sha, one.context) == (pull.head_sha, CONTEXT)]
    return {
        "comments": [
            (one.user.login, one.body, [(reaction.user.login, reaction.content) for reaction in one.reactions])
            for one in state.comments_of(1)
        ],
        "labels": sorted(pull.labels),
        "check runs": [
            (one.name, one.external_id, one.conclusion, one.title, one.summary, one.annotations)
            for one in state.check_runs.values()
            if one.head_sha == pull.head_sha
        ],
        "reviews": [
            (one.user.login, one.state, one.body, one.commit_id, [(said.path, said.line, said.body) for said in one.comments])
            for one in pull.reviews
        ],
        "status": (statuses[-1].state, statuses[-1].description, page_of(statuses[-1])) if statuses else None,
    }  # fmt: skip


def page_of(status: Status) -> str:
    """Return a status's link without what it remembers of the look, which has times in it."""
    return (status.target_url or "").partition("&world=")[0]


def play(place: Path, story: str = STORY) -> Iterator[World]:
    """Yield a world in which each beginning has been played once. Results of git for two commits are cached."""
    folder = place / "story"
    folder.mkdir()
    (folder / "story.yaml").write_text(story, "utf-8")
    steps = scenario.read_story(folder)
    with (
        mock.patch("bot.handlers.pull_request.run.read_contents", cache(read_contents)),
        scenario.play(steps, place) as stage,
    ):
        world, standin = World(stage), stage.standin
        # Written by an earlier run that failed after that; another test covers how it is written.
        standin.status(world.pull.head_sha, CONTEXT, *world.begun)
        world.beginnings["first"] = standin.state.copy()
        assert world.answer().code == 0
        world.right = picture(standin)
        standin.comment(1, ACTIONS_BOT.login, f"{MARKER}\nOnce more")
        sticky = next(one for one in standin.state.comments.values() if one.user == ACTIONS_BOT)
        sticky.body = f"{MARKER}\nOutdated"
        world.beginnings["later"] = standin.state.copy()
        world.begin()
        yield world
        assert standin.violations == []


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    # No branch moves here, and fetching its tip takes half of the time of a run.
    with mock.patch.object(Repository, "fetch_branch", cache(ASK_FOR_TIP)):
        yield from play(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def world(played: World) -> World:
    played.begin()
    return played


def made(standin: StandIn) -> list[str]:
    """Return the method and the address of each call, without the common prefix, and the name of each query."""
    return [
        call.operation or f"{call.method} {call.path.removeprefix('/repos/example-org/example-models')}"
        for call in standin.calls
    ]


# ---- one fault at each call ------------------------------------------------------------------------------------------


def test_these_are_the_calls_of_a_run(world: World) -> None:
    assert world.answer().code == 0
    sha = world.pull.head_sha
    first = [
        "query Conversation", "GET /collaborators", f"GET /commits/{sha}/statuses",
        f"GET /commits/{sha}/check-runs", "GET /pulls/1", "POST /issues/1/comments", "POST /issues/1/labels",
        "DELETE /issues/1/labels/rating%20lowered", "POST /check-runs", "POST /pulls/1/reviews",
        "mutation Acknowledge", f"POST /statuses/{sha}",
    ]  # fmt: skip
    assert made(world.standin) == first
    assert len(first) == len(FIRST_RUN)
    assert picture(world.standin) == world.right
    world.begin("later")
    assert world.answer().code == 0
    assert made(world.standin) == [*first[:5], "PATCH /issues/comments/40002", "DELETE /issues/comments/40003"]
    assert len(world.standin.calls) == len(LATER_RUN)
    assert picture(world.standin) == world.right
    world.assert_at_rest()


@pytest.mark.parametrize("fault", ANYWHERE)
@pytest.mark.parametrize("name", FIRST_RUN)
def test_a_fault_at_one_call_ends_in_the_right_state_or_in_a_status_that_says_error(
    name: str, fault: Fault, world: World
) -> None:
    assert_endured(world, FIRST_RUN.index(name) + 1, name, fault)


@pytest.mark.parametrize("fault", ANYWHERE)
@pytest.mark.parametrize("name", LATER_RUN[FIRST_RUN.index("GET pull request again") :])
def test_a_fault_where_the_status_was_to_stay_is_still_reported_by_a_status(
    name: str, fault: Fault, world: World
) -> None:
    world.begin("later")
    assert_endured(world, LATER_RUN.index(name) + 1, name, fault)


def assert_endured(world: World, number: int, name: str, fault: Fault) -> None:
    world.timeout = SHORT if fault is Fault.TIMEOUT else world.timeout
    world.standin.faults.nth(number, fault)
    ran = world.answer()
    assert [call.fault for call in world.standin.calls].count(fault) == 1
    if name == "GET people" and fault in (Fault.FORBIDDEN, Fault.NOT_FOUND):
        # Then the role of everybody who may count is requested separately.
        assert (ran.code, picture(world.standin)) == (0, world.right)
    elif (name, fault) == ("POST review", Fault.UNPROCESSABLE):
        # GitHub doesn't show the line. Suggestions are a convenience, and the comment contains the same.
        assert (ran.code, "Failed: suggest 1 change" in ran.out) == (0, True)
        assert [part for part, value in picture(world.standin).items() if value != world.right[part]] == ["reviews"]
    elif fault is Fault.TIMEOUT and ran.code == 0:
        assert picture(world.standin) == world.right  # on a busy machine other calls may time out as well
    elif fault in LIMITED or (fault not in REFUSED and name not in NOT_REPEATED):
        assert (ran.code, picture(world.standin)) == (0, world.right), ran.out
    else:
        world.assert_failed(ran)
    world.assert_healed()


def test_a_pull_request_of_which_github_does_not_know_yet_whether_it_can_be_merged(world: World) -> None:
    world.standin.faults.nth(FIRST_RUN.index("GET pull request again") + 1, Fault.MERGEABLE_NULL)
    assert world.answer().code == 0
    assert picture(world.standin) == world.right
    world.assert_at_rest()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_lacks_what_an_earlier_run_wrote(name: str, world: World) -> None:
    """The second comment is deleted. A check run or a review can't be deleted and stays twice.

    Of check runs of one name on a commit GitHub shows the newest; of the suggestions people see both. That takes a list
    without the writes before this run, and the workflow allows only one run per pull request at a time.
    """
    assert world.answer().code == 0
    world.standin.before_last_write = world.beginnings["first"].copy()
    world.standin.forget_calls()
    world.standin.faults.nth(FIRST_RUN.index(name) + 1, Fault.STALE_LIST)
    assert world.answer().code == 0
    struck = [call.operation or call.path.rpartition("/")[2] for call in world.standin.calls if call.fault]
    assert struck == [STRUCK[name]]
    assert world.standin.writes
    if twice := {"GET conversation": "reviews", "GET check runs": "check runs"}.get(name):
        parts = picture(world.standin)[twice]
        assert parts == [*world.right[twice], world.right[twice][-1]]
        if name == "GET conversation":
            assert world.answer().code == 0  # deletes the second comment
        assert picture(world.standin) == world.right | {twice: parts}
        world.assert_at_rest()
    else:
        assert picture(world.standin) == world.right
        world.assert_at_rest()


@pytest.mark.parametrize("event", ["issue_comment", "workflow_run", "schedule"])
@pytest.mark.parametrize("fault", [Fault.BAD_GATEWAY, Fault.NOT_FOUND, Fault.FORBIDDEN])
def test_where_nothing_says_which_commit_the_exit_code_says_that_it_failed(
    fault: Fault, event: str, world: World
) -> None:
    world.standin.faults.on("*", "", fault, times=None)
    ran = world.answer(event)
    assert ran.code == 1
    assert world.standin.writes == []
    assert len((ran.out + ran.err).splitlines()) == 1
    assert re.match("(Failed|Error): (GitHub answered|there is no pull request 1)", ran.out + ran.err)
    world.assert_healed()


# ---- lasting faults --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "part", "kind", "said"),
    [
        ("*", r"/labels", "labels", "labels", ["add the labels rating raised", "remove the label rating lowered"]),
        ("POST", r"/issues/1/comments$", "comments", "comment", ["write the comment"]),
        ("POST", r"/graphql mutation", "comments", "reaction", ["react to the comment 40001"]),
        ("POST", r"/check-runs$", "check runs", "annotations", ["annotate 1 line of"]),
        ("POST", r"/reviews$", "reviews", "suggestions", ["suggest 1 change to"]),
    ],
)
def test_a_token_that_may_not_do_one_thing_does_all_others(
    method: str, path: str, part: str, kind: str, said: list[str], world: World
) -> None:
    before = picture(world.standin)
    world.standin.faults.on(method, path, Fault.FORBIDDEN, times=None)
    for _ in range(2):
        ran = world.answer()
        world.assert_failed(ran)
        found = picture(world.standin)
        assert found["status"][1] == f"The bot could not do everything: {kind}; see the log"
        # one of the two comments exists: the reaction or the sticky one
        assert found[part] == before[part] or (part == "comments" and found[part] != world.right[part])
        assert [name for name, value in found.items() if value != world.right[name]] == [part, "status"]
        failures = [line for line in ran.out.splitlines() if line.startswith("Failed: ")]
        assert [line for line, words in zip(failures, said, strict=True) if words not in line] == []
        assert all(line.endswith("GitHub answered 403: Resource not accessible by integration") for line in failures)
    # GitHub accepts a thousand statuses for a commit, and a sweep runs every half hour.
    assert [one.state for one in world.standin.state.statuses] == ["pending", "error"]
    if kind != "comment":
        world.assert_healed()
        return
    # the comment comes after the newer comments
    world.standin.faults.clear()
    assert world.answer().code == 0
    assert sorted(picture(world.standin)["comments"]) == sorted(world.right["comments"])
    world.assert_at_rest()


def test_a_token_that_may_not_set_a_status_does_all_else_and_fails(world: World) -> None:
    world.standin.faults.on("POST", r"/statuses/", Fault.FORBIDDEN, times=None)
    ran = world.answer()
    assert ran.code == 1
    assert picture(world.standin) == world.right | {"status": world.begun}
    assert re.findall(r"Failed: set the status openness-bot of \w+ to (\w+)", ran.out) == ["failure", "error"]
    world.assert_healed()


def test_no_earlier_success_remains_when_the_new_status_is_refused_once(world: World) -> None:
    world.standin.status(world.pull.head_sha, CONTEXT, "success", "Out of date")
    world.standin.faults.on("POST", r"/statuses/", Fault.UNPROCESSABLE)
    world.assert_failed(world.answer())
    world.assert_healed()


@pytest.mark.parametrize("method", ["*", "POST"])
@pytest.mark.parametrize("seconds", [1, 13, 40, 61])
def test_a_rate_limit_that_lasts_is_given_up_within_a_minute(
    seconds: int, method: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def patient(fault: Fault) -> tuple[int, dict[str, Any] | str, dict[str, str]]:
        return (*error_answer(fault)[:2], {"Retry-After": str(seconds)})

    monkeypatch.setattr(calls, "error_answer", patient)
    world.standin.faults.on(method, "", Fault.SECONDARY_RATE_LIMIT, times=None)
    ran = world.answer()
    assert ran.code == 1
    assert "Done: set the status" not in ran.out
    assert sum(world.waits) <= LONGEST_WAIT
    assert "You have exceeded a secondary rate limit" in ran.out
    assert picture(world.standin)["status"] == world.begun
    monkeypatch.undo()
    if method == "*":
        world.assert_healed()


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.BAD_GATEWAY])
@pytest.mark.parametrize("number", range(1, len(FIRST_RUN) + 1))
def test_github_goes_down_in_the_middle_and_stays_down(number: int, fault: Fault, world: World) -> None:
    world.standin.faults.nth(number, fault, always=True)
    ran = world.answer()
    assert (ran.code, ran.err) == (1, "")
    words = "the connection to GitHub failed" if fault is Fault.DROP_BEFORE else f"GitHub answered {fault}"
    failures = [line for line in ran.out.splitlines() if line.startswith("Failed: ")]
    assert [line for line in failures if not line.endswith(words)] == []
    assert len(failures) >= 2  # the action, and the status
    assert picture(world.standin)["status"] == world.begun
    assert sum(world.waits) <= LONGEST_WAIT
    world.assert_healed()


def test_git_that_can_not_reach_github_is_a_failure_of_the_bot(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Repository, "fetch_branch", ASK_FOR_TIP)
    url = git(world.stage.base, "remote", "get-url", "origin").strip()
    git(world.stage.base, "remote", "set-url", "origin", "http://127.0.0.1:9/example-org/example-models.git")
    try:
        ran = world.answer()
    finally:
        git(world.stage.base, "remote", "set-url", "origin", url)
    world.assert_failed(ran)
    assert ran.out.startswith("Failed: git fetch: ")
    assert len(ran.out.splitlines()) == 1
    world.assert_healed()


def test_annotations_go_with_their_problems_though_a_failure_came_between(tmp_path: Path) -> None:
    """Another base can remove the problems of a commit; a failure in between must not hide that it had some."""
    story = "about: A model is raised.\nhead:\n  - model: example/two oooossssssssssss\n"
    for world in play(tmp_path, story):
        standin, head = world.standin, world.pull.head_sha
        made, now = standin.state.new_id("check"), standin.now
        words = "The bot could not do everything: labels; see the log"
        standin.state.check_runs[made] = CheckRun(made, LINES, head, "completed", "neutral", None, "of old", now, now)
        standin.status(head, CONTEXT, "error", words)
        assert world.answer().code == 0
        found = picture(standin)
        assert [conclusion for _, _, conclusion, *_ in found.pop("check runs")] == ["neutral", "success"]
        assert found.items() <= world.right.items()
        world.assert_at_rest()


def test_a_new_head_has_a_status_before_anything_is_judged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends the run, a commit that wasn't judged must not look judged; nor by another check of that name."""
    del world.standin.state.statuses[:]

    def dying(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bot.handlers.pull_request.run.read_contents", dying)
        world.answer()
    assert picture(world.standin)["status"][:2] == ("pending", BEGUN)
    world.assert_healed()


def test_a_commit_that_another_pull_request_has_shown_is_begun_with_again(world: World) -> None:
    (status,) = world.standin.state.statuses
    status.target_url = f"{status.target_url}2"
    assert world.answer().code == 0
    said = [(one.state, page_of(one).partition("?")[2]) for one in world.standin.state.statuses]
    assert said == [("pending", "pr=12"), ("pending", "pr=1"), ("failure", "pr=1")]
    assert picture(world.standin) == world.right
    world.assert_at_rest()


def test_a_first_status_that_is_refused_is_only_reported(world: World) -> None:
    del world.standin.state.statuses[:]
    world.standin.faults.on("POST", r"/statuses/", Fault.FORBIDDEN)
    ran = world.answer()
    assert ran.out.startswith("Failed: set the status openness-bot of ")
    assert (ran.code, picture(world.standin)) == (0, world.right)


def test_an_approval_that_is_taken_back_during_the_run_makes_no_success(tmp_path: Path) -> None:
    story = """
about: An approved note.
head:
  - edit: [assessments/example/two.yaml, "Read on that day.", "Read on this day."]
roles: {example-reviewer: write}
talk:
  - review: [example-reviewer]
"""
    (tmp_path / "notified").mkdir()
    for world in play(tmp_path / "notified", story):
        assert world.right["status"][0] == "success"
        asked = FIRST_RUN.index("GET statuses") + 1
        world.standin.before(asked, lambda: setattr(world.pull.reviews[0], "state", "DISMISSED"))  # noqa: B023
        ran = world.answer()
        assert "Judging again: pull request 1 has other reviews by now" in ran.out
        assert picture(world.standin)["status"][0] == "pending"
        world.assert_at_rest()
        assert picture(world.standin)["status"][0] == "pending"
