"""Disputes from beginning to end, by the command line of the bot against a stand-in for GitHub."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

import pytest

from bot.github import retry
from bot.github.gather import MOST_ROLES
from bot.governance.dispute_marker import LABEL
from bot.governance.record.decisions import Approval, as_json
from bot.handlers.disputes.issue import ASKED, STICKY
from bot.handlers.pull_request.comment import MARKER
from bot.text.escaping import visible
from tests.checkouts import MODELS, add_model, checkout, commit, edit, git, run, write
from tests.github.form_story import body, template
from tests.github.scenario import environment
from tests.github.standin import ACTIONS_BOT, BEGINNING, PUSH_TOKEN, TOKEN, Fault, StandIn
from tests.governance.record.entries import decision, model
from tests.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.checkouts import Ran
    from tests.github.standin import Pull
    from tests.github.standin.state import Issue

pytestmark = pytest.mark.thorough

MAKER, ASKER = "example-maker", "example-asker"
PANEL = ["example-ann", "example-ben", "example-cho", "example-dan", "example-eve", "example-fay"]
QUESTION = "/dispute example/two weights"


class DisputeRepository(NamedTuple):
    """A repository with disputes."""

    standin: StandIn
    work: Path
    """Somebody's checkout of main."""
    base: Path
    """A clone of main, in which the bot runs."""

    def bot(self, *arguments: str, token: str = PUSH_TOKEN) -> Ran:
        """Run the bot, at the present moment of the stand-in."""
        with (
            mock.patch.dict(os.environ, environment(self.standin) | {"GITHUB_TOKEN": token}),
            mock.patch.object(retry, "BETWEEN_WRITES", 0),
            mock.patch("bot.cli.clock", return_value=self.standin.now),
        ):
            return run(self.base, *arguments)

    def sweep(self) -> Ran:
        """Run as on a schedule; the run must work, and its log be harmless."""
        ran = self.bot("dispute", "--all", "--apply")
        assert ran.code == 0, ran.out + ran.err
        assert all(line == visible(line) and not line.startswith("::") for line in ran.out.splitlines())
        return ran

    def settled(self) -> bool:
        """Return whether another run writes nothing."""
        self.standin.forget_calls()
        self.sweep()
        return [call.path for call in self.standin.writes] == []

    def opened(self) -> Issue:
        """Open a dispute by a comment in an issue, and return it."""
        place = self.standin.open_issue(ASKER, "About a rating", "See below.")
        self.standin.comment(place.number, ASKER, f"It is under a free licence.\n{QUESTION}\n")
        assert self.bot("issue", "--number", str(place.number), "--apply").code == 0
        return self.disputes()[-1]

    def disputes(self) -> list[Issue]:
        return [issue for issue in self.standin.state.issues.values() if LABEL in issue.labels]

    def say(self, issue: Issue, login: str, text: str) -> None:
        self.standin.comment(issue.number, login, text)

    def sticky(self, number: int, first_line: str = STICKY) -> str:
        """Return the sticky comment in an issue or a pull request, below the marker; there is one."""
        comments = self.standin.state.comments_of(number)
        (own,) = [one for one in comments if one.user == ACTIONS_BOT and one.body.startswith(first_line)]
        return own.body.partition("\n")[2]

    def headline(self, issue: Issue) -> str:
        return self.sticky(issue.number).partition("\n")[0]

    def pulls(self, branch: str) -> list[Pull]:
        return [pull for pull in self.standin.state.pulls.values() if pull.head_ref == branch]

    def merge(self, pull: Pull) -> None:
        self.standin.merge(pull.number, PANEL[0])

    def file(self) -> str:
        """Return the assessment on main."""
        return self.standin.git.git("show", "refs/heads/main:assessments/example/two.yaml")

    def main(self, old: str, new: str) -> None:
        """Change the assessment on main as somebody else."""
        git(self.work, "fetch", "--quiet", self.standin.clone_url, "main")
        git(self.work, "checkout", "--quiet", "--detach", "FETCH_HEAD")
        edit(self.work / "assessments/example/two.yaml", old, new)
        commit(self.work)
        self.standin.branch(self.work, "main")


@contextmanager
def repository_in(place: Path) -> Iterator[DisputeRepository]:
    """Yield a repository with a developer's declared person, reviewers for a panel, and three models."""
    work = checkout(place / "work", MODELS)
    shutil.copytree(ROOT / ".github/ISSUE_TEMPLATE", work / ".github/ISSUE_TEMPLATE")
    quiet = {"NO_PROXY": "127.0.0.1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    dates = {name: BEGINNING.isoformat() for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")}
    with mock.patch.dict(os.environ, quiet | dates), StandIn(place / "github") as standin:
        people = [(MAKER, "      - {developer: example, from: 2024-01-01}"), *((login, "") for login in PANEL)]
        text = "people:\n" + "".join(_declared(standin, login, works) for login, works in people)
        edit(work / "governance.yml", "people: []\n", text)
        commit(work)
        standin.branch(work, "main")
        git(place, "clone", "--quiet", standin.clone_url, "base")
        for login in PANEL:
            standin.permission(login, "write")
        yield DisputeRepository(standin, work, place / "base")
        assert standin.violations == []


def _declared(standin: StandIn, login: str, works: str) -> str:
    number = standin.state.user(login).id
    developer = "      - developer: example\n        from: 2024-01-01\n" if works else ""
    none = "" if works else " []"
    return f"  - id: {number}\n    login: {login}\n    declared: 2026-01-01\n    affiliations:{none}\n{developer}"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[DisputeRepository]:
    with repository_in(tmp_path) as found:
        yield found


# ---- whole lives -----------------------------------------------------------------------------------------------------


def test_a_rating_is_upheld(repository: DisputeRepository) -> None:
    issue = repository.opened()
    assert issue.title == "Dispute: Example Two, Weights"
    assert issue.author == ACTIONS_BOT
    assert set(issue.labels) == {"dispute", "dispute: reply"}
    assert repository.headline(issue).startswith("⏳ **Waiting for the developer's reply, until ")
    (mark,) = repository.pulls(f"openness-bot/dispute-{issue.number}")
    assert f"#{mark.number}" in repository.sticky(issue.number)
    assert repository.settled()

    repository.merge(mark)
    assert f"    disputed: https://github.com/example-org/example-models/issues/{issue.number}\n" in repository.file()
    repository.sweep()
    assert f"#{mark.number}" not in repository.sticky(issue.number)
    assert repository.settled()

    repository.say(issue, MAKER, "The licence says otherwise.\n/reply")
    repository.say(issue, PANEL[0], "/vote upheld The licence forbids it.")
    repository.sweep()
    assert set(issue.labels) == {"dispute", "dispute: panel"}
    assert "example-ann [votes](#issuecomment-" in repository.sticky(issue.number)
    repository.say(issue, PANEL[1], "/vote upheld")
    repository.sweep()
    assert repository.headline(issue).startswith(
        "⚖️ **Decided: the rating stays as it is.** An appeal is possible until "
    )
    assert set(issue.labels) == {"dispute", "dispute: decided"}
    assert repository.settled()

    repository.standin.wait(days=13, hours=23)
    assert repository.settled()
    repository.standin.wait(hours=1)
    repository.sweep()
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    assert repository.headline(issue) == "✅ **Final: the rating stays as it is.**"
    assert set(issue.labels) == {"dispute", "dispute: final"}
    (settling,) = repository.pulls(f"openness-bot/dispute-{issue.number}-settled")
    assert repository.settled()

    repository.merge(settling)
    assert "disputed" not in repository.file()
    repository.sweep()
    assert not [ref for ref in repository.standin.git.refs() if "dispute" in ref]
    assert repository.settled()
    assert repository.bot("dispute", "--all").out == "No dispute waits for anything.\n"


def test_a_disputed_model_keeps_its_path_also_before_it_is_marked(repository: DisputeRepository) -> None:
    issue, work = repository.opened(), repository.work
    git(work, "checkout", "--quiet", "-B", "proposal")
    (work / "assessments/example/two.yaml").rename(work / "assessments/example/two-base.yaml")
    commit(work)
    pull = repository.standin.open_pull(work, author="example-author")

    def judged() -> str:
        assert repository.bot("pr", "--number", str(pull.number), "--apply").code == 0
        return repository.sticky(pull.number, MARKER)

    said = judged()
    assert said.startswith("❌ **1 problem to fix in 1 file.**")
    assert "calls this model `example/two`" in said
    assert f"example-models/issues/{issue.number}" in said
    repository.standin.close_issue(issue.number)
    assert "❌" not in judged()


def test_the_pull_request_changes_one_line_and_is_judged_at_once(repository: DisputeRepository) -> None:
    issue = repository.opened()
    (mark,) = repository.pulls(f"openness-bot/dispute-{issue.number}")
    changed = repository.standin.git.git("show", "--format=%an%n%B", "--unified=0", mark.head_sha).splitlines()
    added = [line for line in changed if line.startswith("+") and not line.startswith("+++")]
    assert added == [f"+    disputed: https://github.com/example-org/example-models/issues/{issue.number}"]
    assert not [line for line in changed if line.startswith("-") and not line.startswith("---")]
    assert changed[0] == "github-actions[bot]"
    status = [one for one in repository.standin.state.statuses if one.sha == mark.head_sha][-1]
    assert status.state == "pending"
    assert "approval" in (status.description or "")
    assert mark.title == "Mark as disputed: example/two, weights"


def test_no_crowd_of_later_votes_takes_a_decision_back_where_roles_are_asked_for_one_by_one(
    repository: DisputeRepository,
) -> None:
    issue = repository.opened()
    repository.say(issue, MAKER, "/reply")
    for login in PANEL[:2]:
        # As GitHub shows members of an organisation who hide that.
        repository.standin.comment(issue.number, login, "/vote upheld").author_association = "NONE"
    repository.standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN, times=None)
    repository.sweep()
    decided = repository.headline(issue)
    assert decided.startswith("⚖️ **Decided: the rating stays as it is.**")
    for number in range(MOST_ROLES):
        repository.say(issue, f"example-stranger-{number}", "/vote rejected")
    repository.sweep()
    assert repository.headline(issue) == decided


def test_an_amended_rating_keeps_its_mark_until_it_has_the_decided_level(repository: DisputeRepository) -> None:
    issue = repository.opened()
    repository.merge(repository.pulls(f"openness-bot/dispute-{issue.number}")[0])
    repository.standin.wait(days=14)
    for login in PANEL[:2]:
        repository.say(issue, login, "/vote amended open")
    repository.sweep()
    repository.standin.wait(days=14)
    repository.sweep()
    assert repository.headline(issue) == "⏳ **Final: the rating becomes `open`.** The file has yet to be changed."
    said = repository.sticky(issue.number)
    assert (
        "`level: open` under `weights` in [assessments/example/two.yaml](../blob/HEAD/assessments/example/two.yaml)"
        in said
    )
    assert "Nobody replied for the developer within 14 days." in said
    assert issue.state == "open"
    assert repository.settled()

    repository.main("  weights:\n    level: semi-open\n", "  weights:\n    level: open\n")
    repository.sweep()
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    assert repository.headline(issue) == "✅ **Final: the rating becomes `open`.**"
    (settling,) = repository.pulls(f"openness-bot/dispute-{issue.number}-settled")
    repository.merge(settling)
    assert "disputed" not in repository.file()
    repository.sweep()
    assert repository.settled()


def test_an_appeal_is_decided_by_others_and_a_rejected_question_is_closed_as_not_planned(
    repository: DisputeRepository,
) -> None:
    issue = repository.opened()
    repository.say(issue, MAKER, "/reply")
    for login in PANEL[:2]:
        repository.say(issue, login, "/vote upheld")
    repository.say(
        issue, ASKER, "/appeal There is a new version of it, with <b>another</b> licence; ask @example-boss."
    )
    for login in PANEL[1:4]:
        repository.say(issue, login, "/vote rejected")
    repository.sweep()
    assert (issue.state, issue.state_reason) == ("closed", "not_planned")
    said = repository.sticky(issue.number)
    assert said.startswith(
        "✅ **Final: rejected, because this is no question about the rating, which stays as it is.**"
    )
    assert "<b>" not in said
    assert "@example-boss" not in said.replace("<span>\\@</span>", "")
    assert "`/vote rejected` of example-ben: They have decided about this before" in said
    # The mark that nobody merged is taken back.
    (mark,) = repository.pulls(f"openness-bot/dispute-{issue.number}")
    assert mark.state == "closed"
    assert repository.settled()


# ---- opening ---------------------------------------------------------------------------------------------------------


def test_the_issue_holds_the_rating_the_question_and_how_it_goes_on(repository: DisputeRepository) -> None:
    issue = repository.opened()
    text = issue.body or ""
    asker = repository.standin.state.user(ASKER).id
    assert text.splitlines()[0] == f"<!-- openness-bot:dispute example/two weights {asker} semi-open -->"
    assert f"@{ASKER} disputes this rating ([#1](../issues/1#issuecomment-" in text
    assert "> It is under a free licence.\\\n> /dispute example/two weights" in text
    assert (
        "- [https://example.org/weights](https://example.org/weights), Section 1: It says so. (read on 2025-03-31)"
        in text.replace("&#58;", ":")
    )
    assert "No decision about this rating is recorded." in text
    assert f"(@{MAKER})" in text
    assert "until 2026-01-19 09:" in text
    assert f"of {ASKER}: Opened as #{issue.number}." in repository.sticky(1, ASKED)


def test_a_dispute_asked_for_in_a_pull_request_is_opened_and_marked_by_a_run_that_may_push(
    repository: DisputeRepository,
) -> None:
    git(repository.work, "checkout", "--quiet", "-b", "proposal")
    add_model(repository.work, "example/four", "oooooooooooooooo")
    commit(repository.work)
    pull = repository.standin.open_pull(repository.work, author="example-author")
    repository.standin.comment(pull.number, ASKER, QUESTION)
    ran = repository.bot("pr", "--number", str(pull.number), "--apply", token=TOKEN)
    assert ran.code == 0, ran.out
    (issue,) = repository.disputes()
    assert repository.pulls(f"openness-bot/dispute-{issue.number}") == []
    assert f"#{issue.number}." in repository.sticky(pull.number, ASKED)
    repository.sweep()
    assert len(repository.pulls(f"openness-bot/dispute-{issue.number}")) == 1
    assert repository.settled()
    repository.standin.forget_calls()
    assert repository.bot("pr", "--number", str(pull.number), "--apply", token=TOKEN).code == 0
    assert repository.standin.writes == []


def test_a_dispute_is_opened_too_where_it_is_asked_for_in_an_issue_that_is_closed(
    repository: DisputeRepository,
) -> None:
    place = repository.standin.open_issue(ASKER, "About a rating", "See below.")
    repository.standin.close_issue(place.number)
    repository.say(place, ASKER, QUESTION)
    assert repository.bot("issue", "--number", str(place.number), "--apply").code == 0
    (issue,) = repository.disputes()
    assert f"of {ASKER}: Opened as #{issue.number}." in repository.sticky(place.number, ASKED)


def test_a_form_leads_to_a_dispute_once(repository: DisputeRepository) -> None:
    form = template("dispute-a-rating")
    answers = {"model": "example/two", "criterion": "weights", "reason": "The licence is free."}
    place = repository.standin.open_issue(ASKER, "A form", body(form, answers), [form.label])
    for _ in range(2):
        assert repository.bot("issue", "--number", str(place.number), "--apply").code == 0
    (issue,) = repository.disputes()
    assert f"disputes this rating (#{place.number})" in (issue.body or "")
    assert "The licence is free." in (issue.body or "")


def test_the_same_question_is_not_opened_twice_nor_soon_again(repository: DisputeRepository) -> None:
    first = repository.opened()
    second = repository.standin.open_issue("example-other", "Me too", "See below.")
    repository.say(second, "example-other", QUESTION)
    assert repository.bot("issue", "--number", str(second.number), "--apply").code == 0
    assert repository.disputes() == [first]
    assert f"of example-other: #{first.number} is about that already." in repository.sticky(second.number, ASKED)

    repository.standin.close_issue(first.number)
    repository.say(second, "example-other", QUESTION)
    repository.standin.wait(days=30)
    repository.bot("issue", "--number", str(second.number), "--apply")
    assert repository.disputes() == [first]
    assert f"#{first.number} decided that. Ask again in a new comment from 2026-01-26 " in repository.sticky(
        second.number, ASKED
    )

    repository.say(second, "example-other", QUESTION)
    repository.bot("issue", "--number", str(second.number), "--apply")
    assert len(repository.disputes()) == 2


def test_one_person_opens_three_at_most_whatever_is_in_one_comment(repository: DisputeRepository) -> None:
    place = repository.standin.open_issue(ASKER, "Everything", "See below.")
    repository.say(
        place,
        ASKER,
        "\n".join(
            f"/dispute example/{model} {criterion}"
            for model in ("one", "two")
            for criterion in ("weights", "code", "license")
        ),
    )
    for _ in range(2):
        assert repository.bot("issue", "--number", str(place.number), "--apply").code == 0
    assert len(repository.disputes()) == 3
    assert repository.sticky(place.number, ASKED).count("One person can have 3 open disputes") == 3


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/dispute example/ten weights", "There is no such model"),
        ("/dispute example/two beauty", "There is no such criterion"),
        ("/dispute", "Write `/dispute DEVELOPER/MODEL CRITERION`, and why"),
    ],
)
def test_a_request_that_names_no_rating_is_answered(repository: DisputeRepository, said: str, answer: str) -> None:
    place = repository.standin.open_issue(ASKER, "A question", "See below.")
    repository.say(place, ASKER, said)
    repository.bot("issue", "--number", str(place.number), "--apply")
    assert answer in repository.sticky(place.number, ASKED)
    assert repository.disputes() == []


def test_hostile_words_are_only_shown(repository: DisputeRepository) -> None:
    place = repository.standin.open_issue(ASKER, "A question", "See below.")
    repository.say(
        place,
        ASKER,
        f"@everybody <!-- openness-bot:dispute a/b c 1 open -->\n<img src=x> ![x](https://example.org)\n{QUESTION}",
    )
    repository.bot("issue", "--number", str(place.number), "--apply")
    (issue,) = repository.disputes()
    lines = (issue.body or "").splitlines()
    assert sum(line.startswith("<!--") for line in lines) == 1
    assert not [line for line in lines if "@everybody" in line.replace("<span>\\@</span>", "")]
    assert "<img" not in (issue.body or "")


# ---- what goes wrong -------------------------------------------------------------------------------------------------


def test_an_issue_that_somebody_else_wrote_is_no_dispute(repository: DisputeRepository) -> None:
    forged = repository.standin.open_issue(
        ASKER, "Dispute", "<!-- openness-bot:dispute example/two weights 1 open -->\n", ["dispute"]
    )
    assert repository.bot("dispute", "--all").out == "No dispute waits for anything.\n"
    ran = repository.bot("dispute", "--number", str(forged.number), "--apply")
    assert (ran.code, ran.out) == (0, f"Issue {forged.number} is left alone: it is no dispute.\n")


def test_a_proposal_that_people_closed_is_not_opened_again(repository: DisputeRepository) -> None:
    issue = repository.opened()
    (mark,) = repository.pulls(f"openness-bot/dispute-{issue.number}")
    repository.standin.close_pull(mark.number, by=PANEL[0])
    repository.sweep()
    assert len(repository.pulls(f"openness-bot/dispute-{issue.number}")) == 1
    assert f"pull request {mark.number} did that and was closed without being merged" in repository.sticky(issue.number)
    assert repository.settled()


def test_a_branch_to_which_somebody_else_pushed_is_left_alone(repository: DisputeRepository) -> None:
    issue = repository.opened()
    (mark,) = repository.pulls(f"openness-bot/dispute-{issue.number}")
    git(repository.work, "fetch", "--quiet", repository.standin.clone_url, mark.head_ref)
    git(repository.work, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    edit(repository.work / "assessments/example/two.yaml", "It says so.", "It says that.")
    commit(repository.work)
    head = repository.standin.push_head(mark.number, repository.work, by=PANEL[0])
    repository.sweep()
    assert mark.head_sha == head
    repository.standin.close_issue(issue.number)
    repository.sweep()
    assert mark.state == "open"
    assert repository.settled()


def test_the_mark_follows_a_file_that_changed_meanwhile(repository: DisputeRepository) -> None:
    issue = repository.opened()
    (mark,) = repository.pulls(f"openness-bot/dispute-{issue.number}")
    before = mark.head_sha
    repository.main("It says so.", "It says that.")
    repository.sweep()
    assert mark.head_sha != before
    repository.merge(mark)
    assert "disputed" in repository.file()
    assert "It says that." in repository.file()


def test_a_rating_that_is_gone_is_not_marked(repository: DisputeRepository) -> None:
    issue = repository.opened()
    git(repository.work, "rm", "--quiet", "assessments/example/two.yaml")
    commit(repository.work)
    repository.standin.branch(repository.work, "main")
    repository.sweep()
    assert "This model has no rating `weights` any more." in repository.sticky(issue.number)
    assert repository.settled()


def test_of_two_that_runs_at_once_opened_the_older_one_goes_on(repository: DisputeRepository) -> None:
    first = repository.opened()
    second = repository.standin.open_issue(
        ACTIONS_BOT.login, first.title, first.body or "", ["dispute", "dispute: reply"]
    )
    repository.sweep()
    assert (first.state, second.state, second.state_reason) == ("open", "closed", "not_planned")
    assert f"**#{first.number} is about the same rating already.**" in repository.sticky(second.number)
    repository.sweep()
    # It stays the other's duplicate, and isn't reported as decided.
    assert f"**#{first.number} is about the same rating already.**" in repository.sticky(second.number)
    assert set(second.labels) == {"dispute", "dispute: final"}
    assert repository.settled()


def test_a_dispute_that_is_over_is_not_taken_up_again_when_the_rating_changes_later(
    repository: DisputeRepository,
) -> None:
    issue = repository.opened()
    repository.merge(repository.pulls(f"openness-bot/dispute-{issue.number}")[0])
    repository.say(issue, MAKER, "/reply")
    for login in PANEL[:2]:
        repository.say(issue, login, "/vote amended open")
    repository.standin.wait(days=14)
    repository.main("  weights:\n    level: semi-open\n", "  weights:\n    level: open\n")
    repository.sweep()
    repository.merge(repository.pulls(f"openness-bot/dispute-{issue.number}-settled")[0])
    repository.sweep()
    pulls = len(repository.standin.state.pulls)
    repository.main("  weights:\n    level: open\n", "  weights:\n    level: semi-open\n")
    repository.say(issue, "example-troll", "/recheck")
    assert repository.bot("issue", "--number", str(issue.number), "--apply").code == 0
    assert repository.headline(issue) == "✅ **Final: the rating becomes `open`.**"
    assert len(repository.standin.state.pulls) == pulls
    assert repository.settled()


def test_the_comment_about_a_decision_stays_when_a_vote_is_edited_afterwards(repository: DisputeRepository) -> None:
    issue = repository.opened()
    repository.say(issue, MAKER, "/reply")
    for login in PANEL[:2]:
        repository.say(issue, login, "/vote upheld")
    repository.standin.wait(days=14)
    repository.sweep()
    said = repository.sticky(issue.number)
    assert said.startswith("✅ **Final: the rating stays as it is.**")
    vote = next(one for one in repository.standin.state.comments_of(issue.number) if one.user.login == PANEL[1])
    repository.standin.edit_comment(vote.id, "/vote amended open")
    repository.standin.permission(PANEL[0], "read")
    repository.say(issue, "example-troll", "/vote rejected")
    assert repository.bot("issue", "--number", str(issue.number), "--apply").code == 0
    assert repository.sticky(issue.number) == said
    (reaction,) = repository.standin.state.comments_of(issue.number)[-1].reactions
    assert reaction.content == "confused"
    assert repository.settled()


def test_a_dispute_that_is_closed_on_its_first_day_mentions_no_missing_reply(
    repository: DisputeRepository,
) -> None:
    issue = repository.opened()
    repository.standin.close_issue(issue.number)
    repository.sweep()
    assert repository.headline(issue) == "✅ **Closed before a decision: the rating stays as it is.**"
    assert "Nobody replied" not in repository.sticky(issue.number)


def test_people_who_decided_the_rating_are_no_members_of_the_panel(repository: DisputeRepository) -> None:
    ids = [repository.standin.state.user(login).id for login in PANEL]
    git(repository.work, "checkout", "--quiet", "--detach", "main")
    tips = [git(repository.work, "rev-parse", "HEAD").strip()]
    for text in (f"Rate\n\nCo-authored-by: {PANEL[0]} <{ids[0]}+{PANEL[0]}@users.noreply.github.com>", "Show"):
        with mock.patch.dict(os.environ, {"GIT_AUTHOR_EMAIL": f"{PANEL[3]}@users.noreply.example.org"}):
            git(repository.work, "commit", "--quiet", "--allow-empty", "--message", text)
        tips.append(git(repository.work, "rev-parse", "HEAD").strip())
    raised, shown = model("example/two", raised=["weights"]), model("example/two", evidence=["weights"])
    for number, (what, who) in enumerate([(raised, 1), (shown, 2)], 1):
        agreed = (Approval(login=PANEL[who], id=ids[who], organisations=()),)
        day = BEGINNING - timedelta(days=9 - number)
        made = decision(number, what, before=tips[number - 1], commit=tips[number], approvals=agreed, merged_at=day)
        write(repository.work, made.path, as_json(made))
    commit(repository.work)
    repository.standin.branch(repository.work, "main")
    issue = repository.opened()
    repository.say(issue, MAKER, "/reply")
    for login in PANEL[:5]:
        repository.say(issue, login, "/vote upheld")
    repository.sweep()
    said = repository.sticky(issue.number)
    assert [login for login in PANEL if f"of {login}: They have decided about this before" in said] == PANEL[:4]
    assert [login for login in PANEL if f"{login} [votes]" in said] == PANEL[4:5]


def test_where_github_fails_after_the_issue_was_opened_the_next_run_goes_on(repository: DisputeRepository) -> None:
    repository.standin.faults.on("POST", r"/comments$", Fault.BAD_GATEWAY, times=None)
    place = repository.standin.open_issue(ASKER, "About a rating", "See below.")
    repository.say(place, ASKER, QUESTION)
    assert repository.bot("issue", "--number", str(place.number), "--apply").code == 1
    repository.standin.faults.clear()
    (issue,) = repository.disputes()
    repository.sweep()
    assert repository.headline(issue).startswith("⏳ **Waiting for the developer's reply")
    assert repository.bot("issue", "--number", str(place.number), "--apply").code == 0
    assert f"#{issue.number}." in repository.sticky(place.number, ASKED)
    assert repository.disputes() == [issue]
    assert repository.settled()


def test_commands_are_acknowledged_and_declarations_remembered(repository: DisputeRepository) -> None:
    issue = repository.opened()
    repository.standin.permission("example-new", "write")
    repository.say(issue, MAKER, "/reply")
    repository.say(issue, "example-new", "/vote upheld")
    repository.say(issue, "example-new", "/coi none\n/vote upheld")
    repository.sweep()
    said = [
        [each.content for each in one.reactions]
        for one in repository.standin.state.comments_of(issue.number)
        if one.user != ACTIONS_BOT
    ]
    assert said == [["rocket"], ["confused"], ["eyes", "rocket"]]
    assert "example-new [votes](#issuecomment-" in repository.sticky(issue.number)
    declared = repository.standin.state.comments_of(issue.number)[-1]
    repository.standin.edit_comment(declared.id, "/vote upheld")
    repository.sweep()
    assert "[votes]" not in repository.sticky(issue.number)
    assert repository.settled()


def test_a_dry_run_writes_nothing(repository: DisputeRepository) -> None:
    issue = repository.opened()
    repository.say(issue, MAKER, "/reply")
    repository.standin.forget_calls()
    ran = repository.bot("dispute", "--number", str(issue.number))
    assert ran.code == 0
    assert "Would edit the comment" in ran.out
    assert repository.standin.writes == []
