"""Runs on findings about evidence, by the command line of the bot against a stand-in for GitHub."""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import pytest

from bot.github import retry
from bot.governance.record.decisions import as_json
from bot.handlers.upkeep.findings import LABEL, MARKER, TITLE
from bot.handlers.upkeep.moved_pages import BRANCH, MOST_MOVES
from bot.text.escaping import visible
from tests.checkouts import MODELS, checkout, clone, commit, edit, git, run, started, write
from tests.github.scenario import environment
from tests.github.standin import ACTIONS_BOT, BEGINNING, PUSH_TOKEN, Fault, StandIn, Token
from tests.github.standin.direct import called_directly
from tests.github.test_races import during
from tests.governance.record.entries import decision, model
from tests.thorough import is_thorough

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.checkouts import Ran
    from tests.github.standin import Pull
    from tests.github.standin.state import Access, Issue

REVIEWER = "example-reviewer"
TWO = "example/two"
MODELINE_OF_TWO = "model: Example Two\n"


def url(criterion: str) -> str:
    """Return what the sample models cite under a criterion."""
    return f"https://example.org/{criterion}"


def checked(criterion: str = "weights", model_id: str = TWO, **said: Any) -> dict[str, Any]:
    """Return a piece of evidence that is fine, but for what is given."""
    return {"model": model_id, "criterion": criterion, "url": url(criterion), "state": "fine"} | said


def dead(criterion: str = "weights", model_id: str = TWO, **said: Any) -> dict[str, Any]:
    gone = {"state": "gone", "dead": True, "failures": 3, "since": "2026-01-02", "why": "the server says 404"}
    return checked(criterion, model_id, **(gone | said))


def moved(criterion: str = "code", model_id: str = TWO, place: str = "https://example.org/new/place") -> dict[str, Any]:
    return checked(criterion, model_id, state="moved", place=place)


def on_hub(**said: str) -> dict[str, Any]:
    """Return a change of a model's licence on the hub."""
    change = {"model": TWO, "huggingface": "example-org/two", "kind": "licence", "was": "mit", "now": "other"}
    return change | {"url": "https://huggingface.co/example-org/two"} | said


SILENCE: dict[str, Any] = {"unasked": []}
"""The models about which the hub gives no answer."""


class UpkeepRepository(NamedTuple):
    """A repository with evidence that may need fixing."""

    standin: StandIn
    work: Path
    """Somebody's checkout of main."""
    base: Path
    """A clone of main, in which the bot runs."""
    twice: bool
    """Whether each run is followed by a check that another run writes nothing."""

    def run_upkeep(
        self,
        *evidence: dict[str, Any],
        hub: list[dict[str, Any]] | None = None,
        apply: bool = True,
        token: str = PUSH_TOKEN,
    ) -> Ran:
        """Run on these findings, at the present moment of the stand-in."""
        report, drift = self.base.parent / "report.json", self.base.parent / "hub.json"
        report.write_text(json.dumps({"version": 1, "evidence": evidence}), "utf-8")
        drift.write_text(json.dumps({"version": 1, "changes": hub or []} | SILENCE), "utf-8")
        options = ["--apply"] * apply + ([] if hub is None else ["--hub", str(drift)])
        with (
            mock.patch.dict(os.environ, environment(self.standin) | {"GITHUB_TOKEN": token}),
            mock.patch.object(retry, "BETWEEN_WRITES", 0),
            mock.patch("bot.cli.clock", return_value=self.standin.now),
            nullcontext() if is_thorough() else called_directly(self.standin),
        ):
            ran = run(self.base, "mend", "--report", str(report), *options)
        assert all(line == visible(line) and not line.startswith("::") for line in ran.out.splitlines())
        return ran

    def text_after(self, *evidence: dict[str, Any], hub: list[dict[str, Any]] | None = None) -> str:
        """Return the issue's text after a run, which must work."""
        ran = self.run_upkeep(*evidence, hub=hub)
        assert ran.code == 0, ran.out + ran.err
        if self.twice:
            self.writes_nothing(*evidence, hub=hub)
        return self.issue.body or ""

    def writes_nothing(self, *evidence: dict[str, Any], hub: list[dict[str, Any]] | None = None) -> None:
        """Check that another run on the same findings has nothing to write."""
        self.standin.forget_calls()
        assert self.run_upkeep(*evidence, hub=hub).code == 0
        assert [(call.method, call.path) for call in self.standin.writes] == []

    @property
    def issue(self) -> Issue:
        """The one issue about evidence."""
        (found,) = [one for one in self.standin.state.issues.values() if LABEL in one.labels]
        return found

    def pulls(self) -> list[Pull]:
        """Return the bot's pull requests for pages that moved, the oldest first."""
        return [pull for pull in self.standin.state.pulls.values() if pull.head_ref == BRANCH]

    def file(self, model_id: str = TWO, ref: str = "refs/heads/main") -> str:
        """Return an assessment on a branch."""
        return self.standin.git.git("show", f"{ref}:assessments/{model_id}.yaml")

    def main(self, old: str, new: str, path: str = f"assessments/{TWO}.yaml") -> None:
        """Change a file on main as somebody else."""
        git(self.work, "fetch", "--quiet", str(self.standin.git.path), "main")
        git(self.work, "checkout", "--quiet", "--detach", "FETCH_HEAD")
        edit(self.work / path, old, new)
        commit(self.work)
        self.standin.branch(self.work, "main")


@contextmanager
def repository_in(place: Path, *, twice: bool = True) -> Iterator[UpkeepRepository]:
    work = checkout(place / "work", MODELS)
    edit(work / f"assessments/{TWO}.yaml", MODELINE_OF_TWO, f"{MODELINE_OF_TWO}huggingface: example-org/two\n")
    write(work, "decisions/5.json", as_json(decision(5, model(TWO, raised=["weights"]))))
    quiet = {"NO_PROXY": "127.0.0.1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    dates = {name: BEGINNING.isoformat() for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")}
    with mock.patch.dict(os.environ, quiet | dates), StandIn(place / "github") as standin:
        commit(work)
        standin.branch(work, "main")
        base = clone(work, place / "base", standin.clone_url)
        standin.permission(REVIEWER, "write")
        yield UpkeepRepository(standin, work, base, twice)
        assert standin.violations == []


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.thorough)], ids=["once", "twice"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[UpkeepRepository]:
    """Yield a repository; only in thorough tests with HTTP and a second run after each, which must write nothing."""
    with repository_in(tmp_path, twice=request.param) as found:
        yield found


# ---- the issue -------------------------------------------------------------------------------------------------------


def test_nothing_is_opened_while_nothing_needs_fixing(repository: UpkeepRepository) -> None:
    ran = repository.run_upkeep(
        checked(), checked("code", state="gone", failures=1), checked("paper", state="blocked"), hub=[]
    )
    assert ran == (0, "The issue about evidence is as it should be.\n", "")
    assert repository.standin.writes == []


def test_the_issue_names_what_is_broken_its_line_and_people_who_know_it(repository: UpkeepRepository) -> None:
    copy = "https://web.archive.org/web/20260101000000/https://example.org/weights"
    repository.main("        fact: It says so.\n", "        fact: It says so.\n        quote: all of it\n")
    quoted = {"words": "all of it", "said": "near", "closest": "most of it"}
    text = repository.text_after(
        checked("weights", state="changed", quoted=quoted),
        dead("code", copy_found=copy),
        checked("paper", state="unreachable", failures=2),
        moved("architecture"),
        hub=[on_hub()],
    )
    assert repository.issue.title == TITLE
    assert repository.issue.author == ACTIONS_BOT
    assert text.splitlines()[0] == MARKER
    assert "**1 dead page, 1 changed page, 1 page that moved.**" in text
    lines = text.splitlines()
    (wrong,) = [line for line in lines if line.startswith("- **Dead**")]
    assert wrong.startswith("- **Dead**, `code`, [line ")
    assert "the server says 404; it has failed since 2026-01-02)." in wrong
    assert f"`archived: {copy}`" in wrong
    number = int(wrong.partition("[line ")[2].partition("]")[0])
    assert repository.file().splitlines()[number - 1].strip() == f"- url: {url('code')}"
    (changed,) = [line for line in lines if line.startswith("- **Changed**")]
    assert changed.endswith("no longer says “all of it”. Closest to it: “most of it”.")
    assert lines.index(wrong) < lines.index(changed)
    assert "[its page](../blob/HEAD/leaderboard/models/example/two.md)" in text
    assert "Decided about it last: `example-author`, `example-reviewer`." in text
    assert "One thing has changed on the hub since the models were assessed." in text
    assert "One more page failed when the bot asked last." in text
    assert (
        "- `example/two`, [example-org/two](https://huggingface.co/example-org/two): the licence was mit, and is other."
        in text
    )
    (pull,) = repository.pulls()
    assert f"look at pull request #{pull.number}" in text


@pytest.mark.thorough
def test_the_issue_is_edited_closed_and_opened_again(repository: UpkeepRepository) -> None:
    repository.text_after(dead())
    issue = repository.issue
    assert "2 dead pages" in repository.text_after(dead(), dead("code"))
    repository.standin.comment(issue.number, "example-author", "I look at it. /recheck")
    assert "✅" in repository.text_after(checked())
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    assert "**1 dead page.**" in repository.text_after(dead("paper"))
    assert (issue.state, repository.issue.number) == ("open", issue.number)
    repository.writes_nothing(dead("paper"))


@pytest.mark.thorough
def test_a_person_who_closes_it_as_not_planned_has_switched_it_off(repository: UpkeepRepository) -> None:
    repository.text_after(dead())
    repository.standin.state.set_open_or_closed(
        repository.issue, "closed", repository.standin.state.user(REVIEWER), "not_planned"
    )
    repository.standin.forget_calls()
    ran = repository.run_upkeep(dead(), dead("code"))
    assert "was closed as not planned, so it is not updated" in ran.out
    assert repository.standin.writes == []
    repository.standin.reopen(repository.issue.number)
    assert "2 dead pages" in repository.text_after(dead(), dead("code"))


def test_issues_of_others_and_other_issues_of_the_bot_are_left_alone(repository: UpkeepRepository) -> None:
    theirs = repository.standin.open_issue("example-author", TITLE, f"{MARKER}\nAll is well.", [LABEL])
    own = repository.standin.open_issue(ACTIONS_BOT.login, "A dispute", "Of the bot's.", [LABEL])
    repository.run_upkeep(dead())
    assert (theirs.body, own.body) == (f"{MARKER}\nAll is well.", "Of the bot's.")
    assert len(repository.standin.state.issues) == 3


def test_of_two_that_a_race_left_the_younger_is_closed(repository: UpkeepRepository) -> None:
    repository.run_upkeep(dead())
    twin = repository.standin.open_issue(ACTIONS_BOT.login, TITLE, repository.issue.body or "", [LABEL])
    assert repository.run_upkeep(dead()).code == 0
    assert (twin.state, twin.state_reason) == ("closed", "not_planned")
    assert next(iter(repository.standin.state.issues.values())).state == "open"
    repository.standin.forget_calls()
    repository.run_upkeep(dead())
    assert repository.standin.writes == []


@pytest.mark.parametrize("written", ["{}#part", "'{}#part'  # of the release", '"{}#part" # see'])
def test_the_line_of_a_part_of_a_page_is_found(repository: UpkeepRepository, written: str) -> None:
    repository.main(f"url: {url('code')}\n", f"url: {written.format(url('code'))}\n")
    assert "- **Dead**, `code`, [line " in repository.text_after(dead("code", url=f"{url('code')}#part"))


def test_what_was_fixed_since_the_report_is_left_out(repository: UpkeepRepository) -> None:
    findings = [
        dead("weights", url="https://example.org/other"),
        dead("weights", "example/nobody"),
        dead("nonsense"),
        dead("weights", "../../etc/passwd"),
        checked("code", state="changed", quoted={"words": "not quoted here", "said": "missing"}),
        moved("paper") | {"url": "https://example.org/mended"},
    ]
    ran = repository.run_upkeep(
        *findings, hub=[on_hub(huggingface="example-org/other"), on_hub(model="example/nobody")]
    )
    assert ran == (0, "The issue about evidence is as it should be.\n", "")
    assert repository.standin.writes == []


def test_a_dead_page_of_which_the_file_names_a_copy_by_now_is_fixed(repository: UpkeepRepository) -> None:
    copy = "https://web.archive.org/web/20260101000000/https://example.org/weights"
    repository.main("        fact: It says so.\n", f"        fact: It says so.\n        archived: {copy}\n")
    assert repository.run_upkeep(dead()) == (0, "The issue about evidence is as it should be.\n", "")


@pytest.mark.thorough
def test_where_the_hub_was_not_asked_the_issue_keeps_its_part_about_it(repository: UpkeepRepository) -> None:
    assert "the licence was mit" in repository.text_after(dead(), hub=[on_hub()])
    assert "the licence was mit" in repository.text_after(dead("code"))
    assert "the licence was mit" in repository.text_after(checked())
    assert repository.issue.closed_at is None
    # Nor when it answered for none of them.
    silent = {"model": TWO, "huggingface": "example-org/two", "why": "It is too busy."}
    with mock.patch.dict(SILENCE, {"unasked": [silent]}):
        assert "the licence was mit" in repository.text_after(checked(), hub=[])
    assert "✅" in repository.text_after(checked(), hub=[])
    assert repository.issue.closed_at is not None


@pytest.mark.thorough
def test_while_a_part_of_the_hub_is_silent_the_issue_is_not_closed_for_its_answer(repository: UpkeepRepository) -> None:
    repository.main("modality:", "huggingface: example-org/one\nmodality:", "assessments/example/one.yaml")
    assert "the licence was mit" in repository.text_after(hub=[on_hub()])
    silent = {"model": TWO, "huggingface": "example-org/two", "why": "It is too busy."}
    with mock.patch.dict(SILENCE, {"unasked": [silent]}):
        assert "the licence was mit" in repository.text_after(hub=[])
        assert "so the issue keeps its part about the hub" in repository.run_upkeep(hub=[]).out
    assert repository.issue.closed_at is None
    # It is never asked about a file with errors.
    with mock.patch.dict(SILENCE, {"unasked": [silent | {"model": "example/broken"}]}):
        assert "✅" in repository.text_after(hub=[])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (on_hub(kind="gated", was="weights rated open", now="gated"), "it is gated now: weights rated open; gated."),
        (on_hub(kind="ungated", was="weights rated semi-open"), "it is no longer gated: weights rated semi-open."),
        (on_hub(kind="deleted"), "it is deleted, or private."),
        (on_hub(kind="disabled"), "the hub has disabled it."),
        (on_hub(kind="renamed", now="example-org/three"), "its name is example-org/three now."),
        (on_hub(kind="revision", was="abc", now="def"), "the evidence is about revision abc; the newest is def."),
    ],
)
def test_each_change_on_the_hub_has_its_words(repository: UpkeepRepository, change: dict[str, Any], words: str) -> None:
    assert words in repository.text_after(hub=[change])


# ---- hostile text and limits -----------------------------------------------------------------------------------------

MEAN = "<img src=x onerror=alert(1)> @example-boss #1 [x](javascript:alert(1)) | `a` -->"
NASTY = "<img src=x onerror=alert(1)> @example-boss #1 [x](javascript:alert(1)) | `a`\n::error::boom\x1b[31m\u202e"


def test_hostile_words_are_shown_as_words(repository: UpkeepRepository) -> None:
    repository.main("        fact: It says so.\n", "        fact: It says so.\n        quote: all of it\n")
    quoted = {"words": "all of it", "said": "near", "closest": NASTY}
    text = repository.text_after(
        checked("weights", state="changed", quoted=quoted),
        dead("code", why=NASTY, copy_found=f"https://example.org/{NASTY}"),
        moved("paper", place=f"javascript:alert(1)//{NASTY}"),
        hub=[on_hub(was=MEAN, now=MEAN)],
    )
    assert "<img" not in text
    assert "@example-boss" not in text.replace("<span>\\@</span>", "")
    assert "](javascript:" not in text.replace("\\]", "")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "::error::" not in text
    assert repository.pulls() == []
    assert "To be changed by hand, because the new address can't be cited as evidence." in text


def test_findings_that_do_not_fit_are_counted(repository: UpkeepRepository) -> None:
    criteria = ["weights", "code", "license", "paper", "architecture", "tokenizer", "hardware", "software", "api"]
    long = "@" * 5000
    findings = [dead(criterion, model_id, why=long) for model_id in ("example/one", TWO) for criterion in criteria]
    # An address that fills a whole line hides no other.
    findings.append(dead("rl_data", copy_found=f"https://example.org/{'_' * 1900}"))
    text = repository.text_after(*findings, hub=[on_hub(now=f"{number}{long[:300]}") for number in range(300)])
    assert len(text.encode()) < 65_536
    assert re.search(r"\nThere are [1-9] findings more, for which there is no room here: ", text)
    assert "its addresses are too long to be shown here." in text
    assert "- and 297 more: `openness-bot draft --update` shows them" in text


def test_a_report_is_held_to_its_published_schema(
    repository: UpkeepRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    stricter = {"properties": {"evidence": {"minItems": 1}}}
    monkeypatch.setattr("bot.cli.mend.report_json_schema", lambda: stricter)
    with mock.patch.dict(os.environ, environment(repository.standin)):
        ran = run(repository.base, "mend", "--report", str(_sound(repository)), "--apply")
    assert ran.code == 1
    assert "`openness-bot evidence report --format json` prints: `evidence`: [] should be non-empty." in ran.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "EOF"),
        (b"not json", "is not what"),
        (b"[]", "is not what"),
        (b'{"version": 2, "evidence": []}', "version"),
        (b'{"version": 1, "evidence": [{"model": 3}]}', "evidence.0.model"),
        (b'{"version": 1, "evidence": [], "more": 1}', "more"),
        (b'{"version": 1, "evidence": [], "\\u001b[31m": 1}', "prints: \\u001b[31m: Extra inputs"),
        (b"[" * 100_000, "recursion"),
        (b"\xff\xfe", "is not what"),
        (b'{"version": 1, "evidence": [{"model": "\\ud800"}]}', "hex escape"),
    ],
)
def test_an_invalid_report_is_refused_and_nothing_is_written(
    repository: UpkeepRepository, content: bytes, message: str
) -> None:
    file = repository.base.parent / "broken.json"
    file.write_bytes(content)
    with mock.patch.dict(os.environ, environment(repository.standin)):
        for options in (["--report", str(file)], ["--report", str(_sound(repository)), "--hub", str(file)]):
            ran = run(repository.base, "mend", *options, "--apply")
            assert ran.code == 1
            assert "Make it anew with that command." in ran.err
            assert message in ran.err or "--hub" in options
            assert "\x1b" not in ran.err
    assert repository.standin.calls == []


def test_a_report_that_is_too_large_is_not_read(repository: UpkeepRepository) -> None:
    with mock.patch("bot.cli.documents.LARGEST", 10):
        ran = run(repository.base, "mend", "--report", str(_sound(repository)))
    assert (ran.code, ran.out) == (1, "")
    assert "which no report is. Make it anew with: openness-bot evidence report --format json" in ran.err


def _sound(repository: UpkeepRepository) -> Path:
    file = repository.base.parent / "sound.json"
    file.write_text('{"version": 1, "evidence": []}', "utf-8")
    return file


def test_a_dry_run_writes_nothing_and_says_what_it_would_do(repository: UpkeepRepository) -> None:
    ran = repository.run_upkeep(dead(), moved(), apply=False)
    assert ran.code == 0
    assert f"Would propose {BRANCH}: Moved pages" in ran.out
    assert f"Would open an issue: {TITLE} (" in ran.out
    assert repository.standin.writes == []


# ---- pages that moved ------------------------------------------------------------------------------------------------


def test_moved_pages_are_proposed_judged_and_kept_up_to_date(repository: UpkeepRepository) -> None:
    text = repository.text_after(moved("code"), moved("code", "example/one"))
    (pull,) = repository.pulls()
    assert f"#{pull.number}" in text
    changed = repository.standin.git.git("show", "--format=%an", "--unified=0", pull.head_sha).splitlines()
    assert [line for line in changed if line.startswith("+ ")] == ["+      - url: https://example.org/new/place"] * 2
    assert [line for line in changed if line.startswith("- ")] == [f"-      - url: {url('code')}"] * 2
    message = repository.standin.git.commit(pull.head_sha).message
    assert message.splitlines() == [pull.title, "", "- example/two", "- example/one"]
    status = [one for one in repository.standin.state.statuses if one.sha == pull.head_sha][-1]
    assert status.state == "pending"
    assert "approval" in (status.description or "")
    assert "### Example Two\n\n| criterion | was | is now |" in (pull.body or "")
    assert f"[{url('code')}]({url('code')})" in (pull.body or "").replace("&#58;", ":")

    head = pull.head_sha
    repository.text_after(moved("code"), moved("paper", place="https://example.org/new/paper"))
    assert len(repository.pulls()) == 1
    assert pull.head_sha != head
    assert "Example One" not in (pull.body or "")

    repository.standin.merge(pull.number, REVIEWER)
    assert "url: https://example.org/new/paper" in repository.file()
    # The report is older than the merge.
    assert "✅" in repository.text_after(moved("code"), moved("paper", place="https://example.org/new/paper"))
    assert len(repository.pulls()) == 1
    repository.text_after(moved("hardware"), dead())
    assert len(repository.pulls()) == 2


@pytest.mark.thorough
def test_comments_and_order_in_the_file_stay(repository: UpkeepRepository) -> None:
    repository.main(
        f"      - url: {url('code')}\n", f"      - url: {url('code')}  # of the release\n        # see below\n"
    )
    before = repository.file()
    repository.text_after(moved("code"))
    after = repository.file(ref=repository.pulls()[0].head_sha)
    assert after == before.replace(f"{url('code')}  #", "https://example.org/new/place #")


@pytest.mark.thorough
def test_a_move_that_would_make_a_problem_stays_in_the_issue(repository: UpkeepRepository) -> None:
    text = repository.text_after(
        moved("code", place=url("code")),
        moved("weights", place="http://169.254.169.254/"),
        moved("paper", place="https://bit.ly/x"),
        moved("hardware", place="https://github.com/example-org/code/blob/main/README.md"),
        moved("software"),
    )
    (pull,) = repository.pulls()
    assert (pull.body or "").count("https&#58;//example.org/new/place](") == 1
    assert text.count("by hand, because") == 3
    assert "leads to a branch, whose files can change" in text


def test_a_rating_that_cites_the_new_place_already_is_fixed_by_hand(repository: UpkeepRepository) -> None:
    repository.main(
        f"      - url: {url('code')}\n",
        f"      - url: https://example.org/new/place\n        where: Here\n        fact: So.\n      - url: {url('code')}\n",
    )
    assert (
        "by hand, because the file would have a problem: this rating has the same link on line"
        in repository.text_after(moved("code"))
    )
    assert repository.pulls() == []


@pytest.mark.parametrize(
    ("quoted", "is_proposed"),
    [
        ({"words": "all  of it", "said": "found"}, True),
        ({"words": "all of it", "said": "unknown"}, False),  # as on a page that scripts fill
        ({"words": "most of it", "said": "found"}, False),  # the quote is newer than the report
        (None, False),
    ],
)
def test_a_move_is_only_proposed_to_where_the_quote_was_found(
    repository: UpkeepRepository, quoted: dict[str, str] | None, is_proposed: bool
) -> None:
    old = f"      - url: {url('code')}\n"
    repository.main(old, f"{old}        quote: all of it\n")
    text = repository.text_after(moved("code") | {"quoted": quoted})
    assert len(repository.pulls()) == is_proposed
    assert ("by hand, because it isn't known whether the new page contains the quote." in text) is not is_proposed


@pytest.mark.thorough
def test_it_is_withdrawn_when_nothing_is_left_and_proposed_again_later(repository: UpkeepRepository) -> None:
    repository.text_after(moved(), dead())
    (first,) = repository.pulls()
    repository.text_after(checked(), dead())
    assert first.state == "closed"
    assert not [ref for ref in repository.standin.git.refs() if BRANCH in ref]
    repository.text_after(moved(), dead())
    assert [pull.state for pull in repository.pulls()] == ["closed", "open"]


@pytest.mark.thorough
def test_what_a_person_turned_down_is_not_proposed_again_and_other_moves_are(repository: UpkeepRepository) -> None:
    repository.text_after(moved("code"))
    (first,) = repository.pulls()
    repository.standin.close_pull(first.number)
    text = repository.text_after(moved("code"))
    assert f"by hand, because pull request {first.number} proposed it and was closed" in text
    assert len(repository.pulls()) == 1
    repository.text_after(moved("code"), moved("paper"))
    assert [pull.state for pull in repository.pulls()] == ["closed", "open"]
    assert "`code`" not in (repository.pulls()[1].body or "")
    # In another place than proposed.
    repository.text_after(moved("code", place="https://example.org/newest"), moved("paper"))
    assert "`code`" in (repository.pulls()[1].body or "")


@pytest.mark.thorough
def test_a_branch_to_which_somebody_else_pushed_is_left_alone(repository: UpkeepRepository) -> None:
    repository.text_after(moved("code"))
    (pull,) = repository.pulls()
    git(repository.work, "fetch", "--quiet", repository.standin.clone_url, BRANCH)
    git(repository.work, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    edit(repository.work / f"assessments/{TWO}.yaml", "where: Section 1", "where: Section 2")
    commit(repository.work)
    repository.standin.push_head(pull.number, repository.work)
    theirs, body = pull.head_sha, pull.body
    repository.text_after(moved("code"), moved("paper"))
    assert (pull.head_sha, pull.body) == (theirs, body)
    repository.text_after(checked(), dead())
    assert pull.state == "open"


@pytest.mark.thorough
def test_no_pull_request_holds_more_than_anybody_looks_at(repository: UpkeepRepository) -> None:
    assert MOST_MOVES == 200
    with mock.patch("bot.handlers.upkeep.moved_pages.MOST_MOVES", 2):
        text = repository.text_after(*(moved(criterion) for criterion in ("code", "paper", "hardware")))
    assert (repository.pulls()[0].body or "").count("https://example.org/new/place)") == 2
    assert "so it waits for the next one" in text


# ---- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(1, 15))
def test_whichever_answer_is_lost_the_next_run_repairs_it(repository: UpkeepRepository, number: int) -> None:
    findings = [dead(), moved("code")]
    repository.standin.faults.nth(number, Fault.DROP_AFTER)
    with mock.patch.object(retry, "TRIES", 1):
        repository.run_upkeep(*findings, hub=[])
    repository.text_after(*findings, hub=[])
    assert [pull.state for pull in repository.pulls()] == ["open"]
    assert len(repository.standin.state.issues) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("number", [2, 5, 8])
def test_after_two_runs_at_once_there_is_one_issue_and_one_pull_request(
    repository: UpkeepRepository, number: int
) -> None:
    report = str(repository.base.parent / "report.json")
    other = repository.base.with_name("other")
    git(repository.base.parent, "clone", "--quiet", repository.standin.clone_url, "other")
    meanwhile: list[Ran] = []

    def run_another() -> None:
        meanwhile.append(started(["mend", "--report", report, "--apply"], other))

    during(repository.standin, number, run_another)
    repository.run_upkeep(dead(), moved())
    assert [ran.code for ran in meanwhile] == [0]
    repository.run_upkeep(dead(), moved())
    still = [issue for issue in repository.standin.state.issues.values() if issue.state == "open"]
    assert (len(still), [pull.state for pull in repository.pulls()]) == (1, ["open"])
    repository.standin.forget_calls()
    assert repository.run_upkeep(dead(), moved()).code == 0
    assert repository.standin.writes == []


@pytest.mark.thorough
@pytest.mark.parametrize("missing", ["contents", "issues", "pull-requests", "statuses"])
def test_without_a_permission_that_it_needs_it_says_so_and_fails(repository: UpkeepRepository, missing: str) -> None:
    kinds = ("contents", "issues", "pull-requests", "statuses", "checks")
    granted: dict[str, Access] = {kind: "read" if kind == missing else "write" for kind in kinds}
    repository.standin.tokens["short"] = Token(ACTIONS_BOT, granted)
    ran = repository.run_upkeep(dead(), moved(), token="short")  # noqa: S106 (a password of nothing)
    assert ran.code == 1
    assert "Failed: " in ran.out
    repository.text_after(dead(), moved())


@pytest.mark.thorough
def test_other_pull_requests_are_left_alone(repository: UpkeepRepository) -> None:
    git(repository.work, "checkout", "--quiet", "--detach")
    write(repository.work, "docs/notes.md", "# Notes\n")
    commit(repository.work)
    other = repository.standin.open_pull(repository.work, author="example-author")
    repository.text_after(dead(), moved("code"))
    assert [one.sha for one in repository.standin.state.statuses if one.sha == other.head_sha] == []
    assert repository.standin.state.comments_of(other.number) == []
