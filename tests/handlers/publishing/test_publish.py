"""Publication against real repositories: whatever happens meanwhile, main has nothing or all of it, exactly once.

What is built is small here (a table of ranks, a page for each model), because the real build has tests of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from bot.board.model.layout import PROPOSAL_BRANCH
from bot.git.repository import Repository
from bot.handlers.publishing.branches import Identity
from bot.handlers.publishing.commit_message import ranks_in
from bot.handlers.publishing.publish import (
    ATTEMPTS,
    LARGEST_PAGE,
    GaveUp,
    LeaderboardProposed,
    Published,
    Publisher,
    PublishError,
    UpToDate,
    WouldPublish,
    page_in,
)
from tests.checkouts import commit, edit, files, git, write
from tests.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bot.handlers.publishing.propose import Proposal
    from bot.handlers.publishing.publish import PublishResult

SCORES = {"example/one": 9, "example/two": 5, "example-labs/three": 1}
BOT = Identity("Example Bot", "bot@example.org")


@pytest.fixture(autouse=True)
def alone_with_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Isolate git from the configuration of this machine."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


# ---- a small world ---------------------------------------------------------------------------------------------------


def build(root: Path) -> None:
    """Build ranks by the number in each assessment, in place of the real build."""
    scores = {
        file.relative_to(root / "assessments").with_suffix("").as_posix(): int(file.read_text())
        for file in (root / "assessments").glob("*/*.yaml")
    }
    if any(score < 0 for score in scores.values()):
        raise ValueError("mend these first")
    rows = [f"{1 + sum(other > own for other in scores.values())},{name}" for name, own in sorted(scores.items())]
    write(root, "leaderboard/leaderboard.csv", "\n".join(["rank,id", *rows, ""]))
    for page in (root / "leaderboard/models").rglob("*.md"):
        page.unlink()
    for name, score in scores.items():
        write(root, f"leaderboard/models/{name}.md", f"{score}\n")
    write(root, "README.md", f"{len(scores)} models\n")
    write(root, "schema/example.schema.json", "{}\n")


def rate(root: Path, **scores: int) -> None:
    """Write assessments, `one=3` as example/one."""
    for name, score in scores.items():
        write(root, f"assessments/example/{name}.yaml", f"{score}\n")


class World:
    """A bare remote, the clone of a contributor who merges, and the checkout that publishes."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.remote = place / "remote.git"
        self.contributor = place / "contributor"
        self.checkout = place / "checkout"
        self.pauses: list[float] = []
        self.proposals: list[Proposal] = []
        self.made: set[str] = set()
        """The commits that were proposed, which the bot says it made."""

    @classmethod
    def created(cls, place: Path) -> World:
        world = cls(place)
        world.contributor.mkdir()
        for name, score in SCORES.items():
            write(world.contributor, f"assessments/{name}.yaml", f"{score}\n")
        write(world.contributor, "schema/rubric.yaml", "version: 1\n")
        build(world.contributor)
        commit(world.contributor)
        git(place, "clone", "--quiet", "--bare", str(world.contributor), str(world.remote))
        world.clone("checkout")
        return world

    def copy(self, place: Path) -> World:
        shutil.copytree(self.place, place, dirs_exist_ok=True)
        copied = World(place)
        git(copied.checkout, "remote", "set-url", "origin", copied.remote.as_uri())
        # The copied files have other times than git remembers.
        git(copied.checkout, "status")
        return copied

    def clone(self, name: str, *options: str) -> Path:
        git(self.place, "clone", "--quiet", *options, self.remote.as_uri(), str(self.place / name))
        return self.place / name

    def merge(self, subject: str = "Merge pull request #45 from example/branch", **scores: int) -> str:
        """Change assessments on main as the contributor; return the commit."""
        git(self.contributor, "pull", "--quiet", "--ff-only", str(self.remote), "main")
        rate(self.contributor, **scores)
        git(self.contributor, "add", "--all")
        git(self.contributor, "commit", "--quiet", "--allow-empty", "--message", subject)
        # Not pushed, because a merge on GitHub is none either: no rule refuses it.
        git(self.remote, "fetch", "--quiet", str(self.contributor), "+HEAD:refs/heads/main")
        return self.main()

    def publish(
        self,
        checkout: Path | None = None,
        *,
        build: Callable[[Path], object] = build,
        record: Callable[[str], Mapping[str, str]] = lambda _base: {},
        identity: Identity = BOT,
        apply: bool = True,
    ) -> PublishResult:
        def propose(proposal: Proposal, made: str) -> int:
            self.made.add(made)
            self.proposals.append(proposal)
            return 7

        return Publisher(
            repository=Repository(checkout or self.checkout),
            build=build,
            propose=propose,
            pause=self.pauses.append,
            record=record,
            is_made=self.made.__contains__,
            identity=identity,
            apply=apply,
        ).publish()

    def refs(self) -> dict[str, str]:
        """Return the branches of the remote."""
        lines = git(self.remote, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split(" ") for line in lines)

    def main(self) -> str:
        return self.refs()["refs/heads/main"]

    def show(self, what: str, form: str = "%B") -> str:
        return git(self.remote, "show", "--no-patch", f"--format={form}", what).strip()

    def table(self, ref: str = "main") -> dict[str, int]:
        return ranks_in(git(self.remote, "show", f"{ref}:leaderboard/leaderboard.csv").encode()) or {}

    def stale(self, ref: str = "main") -> set[str]:
        """Return the generated files that don't fit the commit's own assessments."""
        root = self.place / "looked-at"
        git(self.place, "clone", "--quiet", "--shared", "--no-checkout", str(self.remote), str(root))
        git(root, "checkout", "--quiet", git(self.remote, "rev-parse", ref).strip())
        before = files(root)
        build(root)
        after = files(root)
        shutil.rmtree(root)
        return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}

    def hook(self, name: str, script: str) -> Path:
        hook = write(self.remote, f"hooks/{name}", script)
        hook.chmod(0o755)
        return hook


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.created(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    return template.copy(tmp_path)


def left_in(checkout: Path) -> list[str]:
    """Return what publishing left inside of .git."""
    return sorted(path.name for path in (checkout / ".git/openness-bot").iterdir())


# ---- publishing ------------------------------------------------------------------------------------------------------


def test_nothing_is_published_where_everything_is_up_to_date(world: World) -> None:
    before = world.refs()
    assert world.publish() == UpToDate(before["refs/heads/main"])
    assert world.refs() == before
    assert left_in(world.checkout) == []


def test_what_a_merge_changes_is_published_once(world: World) -> None:
    merged = world.merge(two=12)
    outcome = world.publish()
    assert isinstance(outcome, Published)
    assert (outcome.commit, outcome.attempts) == (world.main(), 1)
    assert world.show("main", "%P") == merged
    assert world.table() == {"example/two": 1, "example/one": 2, "example-labs/three": 3}
    assert world.stale() == set()
    assert world.publish() == UpToDate(outcome.commit)
    assert (world.pauses, world.proposals) == ([], [])


def test_pages_are_removed_and_added_with_their_models(world: World) -> None:
    (world.contributor / "assessments/example/one.yaml").unlink()
    world.merge(four=4)
    world.publish()
    changed = git(world.remote, "show", "--format=", "--name-status", "main").split("\n")
    assert "D\tleaderboard/models/example/one.md" in changed
    assert "A\tleaderboard/models/example/four.md" in changed


def test_all_generated_files_and_no_others_are_committed_even_if_git_ignores_them(world: World) -> None:
    write(world.contributor, ".gitignore", "dist/\n*.csv\n")
    write(world.contributor, "assessments/dist/model.yaml", "6\n")
    git(world.contributor, "add", "--force", "assessments/dist/model.yaml")
    world.merge()

    def careless(root: Path) -> None:
        build(root)
        write(root, "assessments/example/one.yaml", "100\n")
        write(root, "notes.txt", "stray\n")
        write(root, "schema/rubric.yaml", "changed\n")

    world.publish(build=careless)
    changed = git(world.remote, "show", "--format=", "--name-only", "main").split()
    assert changed == ["README.md", "leaderboard/leaderboard.csv", "leaderboard/models/dist/model.md"]


def test_the_commit_is_as_old_as_its_parent_and_by_the_given_identity(world: World) -> None:
    merged = world.merge(two=12)
    world.publish(identity=Identity("Beispiel Bot [ö]", "1+bot[bot]@users.noreply.example.org"))
    who = "Beispiel Bot [ö] 1+bot[bot]@users.noreply.example.org"
    assert world.show("main", "%an %ae") == world.show("main", "%cn %ce") == who
    assert world.show("main", "%at %ct") == world.show(merged, "%ct %ct")


def test_entries_of_the_record_are_published_with_the_leaderboard_and_present_ones_stay(world: World) -> None:
    asked: list[str] = []

    def record(base: str) -> Mapping[str, str]:
        asked.append(base)
        return {"decisions/45.json": f"{len(asked)}\n"}

    merged = world.merge(two=12)
    assert isinstance(world.publish(record=record), Published)
    assert asked == [merged]
    changed = git(world.remote, "show", "--format=", "--name-status", "main").split("\n")
    assert {"A\tdecisions/45.json", "M\tleaderboard/leaderboard.csv"} <= set(changed)
    before = world.refs()
    assert isinstance(world.publish(record=record), UpToDate)
    assert world.refs() == before
    assert world.show("main:decisions/45.json") == "1"


def test_an_entry_alone_is_published(world: World) -> None:
    assert isinstance(world.publish(record=lambda _: {"decisions/45.json": "{}\n"}), Published)
    assert git(world.remote, "show", "--format=", "--name-only", "main").split() == ["decisions/45.json"]
    assert isinstance(world.publish(), UpToDate)


def test_an_entry_is_written_through_no_link(world: World) -> None:
    elsewhere = world.place / "elsewhere"
    elsewhere.mkdir()
    (world.contributor / "decisions").symlink_to(elsewhere)
    world.merge(two=12)
    with pytest.raises(PublishError, match="decisions is no folder"):
        world.publish(record=lambda _: {"decisions/45.json": "{}\n"})
    assert list(elsewhere.iterdir()) == []


@pytest.mark.thorough
def test_the_same_state_gives_the_same_commit_in_every_clone(world: World) -> None:
    world.merge(two=12)
    before = world.main()
    first = world.publish()
    git(world.remote, "update-ref", "refs/heads/main", before)
    assert world.publish(world.clone("other")) == first


def test_git_tidies_nothing_up_in_the_checkout(world: World) -> None:
    settings = {"maintenance.gc.enabled": "false", "maintenance.commit-graph.enabled": "true"}
    for key, value in (settings | {"maintenance.commit-graph.auto": "-1", "maintenance.autoDetach": "false"}).items():
        git(world.checkout, "config", key, value)
    world.merge(two=12)
    assert isinstance(world.publish(), Published)
    assert not (world.checkout / ".git/objects/info/commit-graphs").exists()


def test_the_checkout_and_what_is_not_committed_there_stay_as_they_are(world: World) -> None:
    edit(world.checkout / "README.md", "models", "models of mine")
    write(world.checkout, "assessments/example/two.yaml", "-1\n")
    git(world.checkout, "add", "assessments/example/two.yaml")
    write(world.checkout, "new.txt", "mine\n")
    git(world.checkout, "checkout", "--quiet", "-b", "own")

    def state() -> tuple[dict[str, bytes], bytes, str, str]:
        refs = git(world.checkout, "for-each-ref", "refs/heads")
        index = (world.checkout / ".git/index").read_bytes()
        return files(world.checkout), index, refs, git(world.checkout, "status", "--porcelain", "--branch")

    before = state()
    names = set((world.checkout / ".git").iterdir())
    world.merge(two=12)
    assert isinstance(world.publish(), Published)
    assert state() == before
    assert set((world.checkout / ".git").iterdir()) - names == {world.checkout / ".git/openness-bot"}
    assert git(world.checkout, "worktree", "list").count("\n") == 1


def test_it_works_from_a_second_work_tree_too(world: World) -> None:
    second = world.place / "second"
    git(world.checkout, "worktree", "add", "--quiet", "--detach", str(second))
    world.merge(two=12)
    assert isinstance(world.publish(second), Published)
    assert world.stale() == set()


def test_settings_and_hooks_of_the_checkout_have_no_effect(world: World) -> None:
    for key, value in {
        "core.sparseCheckout": "true",
        "commit.gpgSign": "true",
        "push.gpgSign": "true",
        "push.followTags": "true",
        "i18n.commitEncoding": "ISO-8859-1",
        "fetch.prune": "true",
        "user.name": "Somebody Else",
    }.items():
        git(world.checkout, "config", key, value)
    write(world.checkout, ".git/info/sparse-checkout", "/README.md\n")
    git(world.checkout, "tag", "--annotate", "v1", "--message", "Mine")
    started = world.place / "started"
    for name in ("pre-commit", "commit-msg", "pre-push", "post-checkout", "post-index-change", "reference-transaction"):
        write(world.checkout, f".git/hooks/{name}", f"#!/bin/sh\necho {name} >> {started}\nexit 1\n").chmod(0o755)
    world.merge(two=12)
    assert isinstance(world.publish(), Published)
    assert world.show("main").startswith("Leaderboard: example/two 2 → 1, example/one 1 → 2\n")
    assert world.show("main", "%an %e") == "Example Bot"
    assert world.stale() == set()
    assert not started.exists()
    assert "refs/tags/v1" not in world.refs()


@pytest.mark.thorough
@pytest.mark.parametrize("depth", [1, 2])
def test_a_shallow_clone_publishes_too_and_stays_shallow(depth: int, world: World) -> None:
    world.merge(one=10)
    merged = world.merge(two=12)
    shallow = world.clone("shallow", f"--depth={depth}")
    later = world.merge("A later one (#46)", two=13)
    outcome = world.publish(shallow)
    assert isinstance(outcome, Published)
    assert world.stale() == set()
    sources = [line for line in world.show("main").splitlines() if line.startswith("From ")]
    assert sources[0] == f"From {later[:10]} (#46)"
    assert sources[1:2] == ([f"From {merged[:10]} (#45)"] if depth == 2 else [])
    assert git(shallow, "rev-parse", "--is-shallow-repository").strip() == "true"


def test_a_shallow_clone_of_nothing_but_the_merge_knows_it(world: World) -> None:
    merged = world.merge(two=12)
    world.publish(world.clone("shallow", "--depth=1"))
    assert world.show("main").endswith(f"\n\nFrom {merged[:10]} (#45)")


def test_a_dry_run_tells_everything_and_changes_nothing(world: World) -> None:
    world.merge(two=12)
    refs, before = world.refs(), files(world.checkout)
    outcome = world.publish(apply=False)
    assert isinstance(outcome, WouldPublish)
    assert outcome.paths == ("leaderboard/leaderboard.csv", "leaderboard/models/example/two.md")
    assert (world.refs(), files(world.checkout), world.proposals) == (refs, before, [])
    assert left_in(world.checkout) == []
    published = world.publish()
    assert isinstance(published, Published)
    assert world.show("main") == outcome.message.strip()


def test_a_main_that_cannot_be_built_stops_publishing_before_anything_is_written(world: World) -> None:
    world.merge(two=-1)
    refs = world.refs()
    with pytest.raises(ValueError, match="mend these first"):
        world.publish()
    assert world.refs() == refs
    assert left_in(world.checkout) == []


# ---- messages --------------------------------------------------------------------------------------------------------


def test_the_message_names_the_models_that_moved_and_the_merges(world: World) -> None:
    first = world.merge("Merge pull request #45 from fixes/4", two=12)
    world.merge("Only words (#99)")
    second = world.merge("Rate four, fixes #1 @example [skip ci] (#46)", four=3)
    world.publish()
    assert world.show("main") == (
        "Leaderboard: example/four enters at 3, example/two 2 → 1, 2 others move\n"
        "\n"
        "- `example/four` enters at 3\n"
        "- `example/two` 2 → 1\n"
        "- `example/one` 1 → 2\n"
        "- `example-labs/three` 3 → 4\n"
        "\n"
        f"From {second[:10]} (#46)\n"
        f"From {first[:10]} (#45)"
    )
    third = world.merge("Another page (#47)", four=2)
    world.publish()
    assert world.show("main") == f"Leaderboard: no rank changes\n\nFrom {third[:10]} (#47)"


@pytest.mark.parametrize(
    ("table", "subject"),
    [
        (None, "First leaderboard"),
        ("", "Leaderboard: example/one enters at 1, 2 others move"),
        ("rank,id\n", "Leaderboard: example/one enters at 1, 2 others move"),
        ("rank,id\n1,fixes #1\n", "First leaderboard"),
        ("rank,id\n1\n", "First leaderboard"),
        ("rank,id\n7,example/one\n", "First leaderboard"),
        ("rank,id\n1,example/one\n", "Leaderboard: example/two enters at 2, example-labs/three enters at 3"),
    ],
)
def test_a_table_that_was_damaged_on_main_is_written_anew(table: str | None, subject: str, world: World) -> None:
    file = world.contributor / "leaderboard/leaderboard.csv"
    if table is None:
        file.unlink()
    else:
        file.write_text(table)
    merged = world.merge()
    world.publish()
    assert world.stale() == set()
    head, _, body = world.show("main").partition("\n\n")
    assert head == subject
    assert body.endswith(f"From {merged[:10]} (#45)")


# ---- others push as well ---------------------------------------------------------------------------------------------


def meanwhile(happens: Callable[[int], object]) -> Callable[[Path], None]:
    """Return a build during which `happens` is called with the number of the attempt."""
    attempts = 0

    def building(root: Path) -> None:
        nonlocal attempts
        attempts += 1
        happens(attempts)
        build(root)

    return building


def test_a_merge_between_fetch_and_push_is_taken_in_by_a_second_attempt(world: World) -> None:
    world.merge(two=12)
    outcome = world.publish(build=meanwhile(lambda attempt: world.merge(four=20) if attempt == 1 else None))
    assert isinstance(outcome, Published)
    assert (outcome.attempts, world.pauses) == (2, [1])
    assert list(world.table()) == ["example-labs/three", "example/four", "example/one", "example/two"]
    assert world.stale() == set()
    assert git(world.remote, "rev-list", "--count", "main").strip() == "4"


@pytest.mark.thorough
def test_a_publisher_that_is_always_too_late_gives_up_after_growing_pauses(world: World) -> None:
    world.merge(two=12)
    outcome = world.publish(build=meanwhile(lambda attempt: world.merge(one=20 + attempt)))
    assert outcome == GaveUp(ATTEMPTS) == GaveUp(5)
    assert world.pauses == [1, 2, 4, 8]
    assert left_in(world.checkout) == []
    assert isinstance(world.publish(), Published)


def test_a_main_that_was_set_back_meanwhile_is_not_brought_back(world: World) -> None:
    before = world.main()
    world.merge(two=12)

    def set_back(attempt: int) -> None:
        git(world.remote, "update-ref", "refs/heads/main", before)

    assert world.publish(build=meanwhile(set_back)) == UpToDate(before)
    assert world.main() == before


@pytest.mark.parametrize("refusal", ["cannot lock ref 'refs/heads/main'", "incorrect old value provided"])
def test_a_push_that_loses_inside_the_remote_is_tried_again(refusal: str, world: World) -> None:
    world.merge(two=12)
    refuse_in_protocol(world, refusal)
    outcome = world.publish(
        build=meanwhile(lambda attempt: git(world.remote, "config", "--unset", RULED) if attempt == 2 else None)
    )
    assert isinstance(outcome, Published)
    assert outcome.attempts == 2


@pytest.mark.thorough
def test_publishers_in_several_clones_at_once_make_one_commit(world: World) -> None:
    merged = world.merge(two=12)
    clones = [world.clone(f"clone-{number}") for number in range(3)]
    ready = threading.Barrier(len(clones))
    first = [meanwhile(lambda attempt: ready.wait(60) if attempt == 1 else None) for _ in clones]
    with ThreadPoolExecutor() as threads:
        outcomes = list(
            threads.map(lambda each: world.publish(each[0], build=each[1]), zip(clones, first, strict=True))
        )
    # The same commit from each: who comes later finds it there, before or after the refusal of a push of its own.
    assert {type(outcome) for outcome in outcomes} <= {Published, UpToDate}
    assert Published in {type(outcome) for outcome in outcomes}
    assert world.show("main", "%P") == merged
    assert world.stale() == set()


def test_publishers_in_one_checkout_wait_for_each_other(world: World) -> None:
    world.merge(two=12)
    inside, most = 0, 0

    def counted(root: Path) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        build(root)
        inside -= 1

    with ThreadPoolExecutor() as threads:
        outcomes = list(threads.map(lambda _: world.publish(build=counted), range(4)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Published", *["UpToDate"] * 3]
    assert most == 1
    assert left_in(world.checkout) == []


# ---- a protected main ------------------------------------------------------------------------------------------------

RULED = "receive.procReceiveRefs"
BRANCH = f"refs/heads/{PROPOSAL_BRANCH}"

# https://git-scm.com/docs/githooks#proc-receive, as far as it takes to refuse.
PROC_RECEIVE = """#!{python}
import sys
def read():
    size = int(sys.stdin.buffer.read(4), 16)
    return sys.stdin.buffer.read(size - 4) if size else None
def write(*lines):
    for line in lines:
        sys.stdout.buffer.write(b"%04x%s" % (len(line) + 4, line))
    sys.stdout.buffer.write(b"0000")
    sys.stdout.buffer.flush()
while read():
    pass
write(b"version=1\\n")
refs = []
while line := read():
    refs.append(line.split()[2])
print({words!r}, file=sys.stderr)
write(*[b"ng %s %s\\n" % (ref, {refusal!r}) for ref in refs])
"""


def refuse_in_protocol(world: World, refusal: str, words: str = "", refs: str = "refs/heads/main") -> None:
    """Make the remote refuse pushes as GitHub does: with a reason of its own."""
    world.hook("proc-receive", PROC_RECEIVE.format(python=sys.executable, words=words, refusal=refusal.encode()))
    git(world.remote, "config", RULED, refs)


def refuse_by_hook(world: World, words: str) -> None:
    """Make the remote refuse pushes as GitHub Enterprise Server does: a hook declines with a message."""
    world.hook("update", f'#!/bin/sh\n[ "$1" != refs/heads/main ] || {{ echo "{words}" >&2; exit 1; }}\n')


PROTECTED: dict[str, Callable[[World], None]] = {
    "a protected branch": lambda world: refuse_in_protocol(
        world, "protected branch hook declined", "error: GH006: Protected branch update failed for refs/heads/main."
    ),
    "a rule set": lambda world: refuse_in_protocol(
        world,
        "push declined due to repository rule violations",
        "error: GH013: Repository rule violations found for refs/heads/main.",
    ),
    "an older server": lambda world: refuse_by_hook(world, "error: GH006: Protected branch update failed"),
}


@pytest.mark.parametrize("case", PROTECTED)
def test_where_main_is_protected_a_pull_request_has_the_commit(case: str, world: World) -> None:
    PROTECTED[case](world)
    merged = world.merge(two=12)
    outcome = world.publish()
    assert isinstance(outcome, LeaderboardProposed)
    assert (outcome.number, world.pauses) == (7, [])
    assert world.refs() == {"refs/heads/main": merged, BRANCH: outcome.commit}
    assert world.stale(PROPOSAL_BRANCH) == set()
    [proposal] = world.proposals
    assert proposal.branch == PROPOSAL_BRANCH
    assert proposal.title == outcome.subject == "Leaderboard: example/two 2 → 1, example/one 1 → 2"
    assert proposal.body.startswith(f"From {merged[:10]} (#45)\n\n`main` takes no pushes")


def test_a_second_run_proposes_the_same_and_pushes_nothing(world: World) -> None:
    PROTECTED["a protected branch"](world)
    world.merge(two=12)
    first = world.publish()
    pushes = world.place / "pushes"
    world.hook("post-receive", f"#!/bin/sh\ncat >> {pushes}\n")
    assert world.publish(world.clone("other")) == first
    assert not pushes.exists()
    # Not known to be there: the first run may have been killed before.
    assert world.proposals == [world.proposals[0]] * 2


@pytest.mark.thorough
def test_a_later_merge_changes_the_same_branch_in_place(world: World) -> None:
    PROTECTED["a protected branch"](world)
    world.merge(two=12)
    world.publish()
    later = world.merge("Later (#46)", four=30)
    outcome = world.publish(world.clone("other"))
    assert isinstance(outcome, LeaderboardProposed)
    assert world.refs() == {"refs/heads/main": later, BRANCH: outcome.commit}
    assert world.show(PROPOSAL_BRANCH, "%P") == later
    assert world.table(PROPOSAL_BRANCH)["example/four"] == 1


@pytest.mark.thorough
def test_what_others_push_to_the_branch_of_the_proposal_meanwhile_is_not_overwritten_unseen(world: World) -> None:
    PROTECTED["a protected branch"](world)
    merged = world.merge(two=12)

    def newer_proposal(attempt: int) -> None:
        if attempt == 1:
            git(world.contributor, "push", "--quiet", "--force", str(world.remote), f"HEAD:{BRANCH}")

    outcome = world.publish(build=meanwhile(newer_proposal))
    assert isinstance(outcome, LeaderboardProposed)
    assert world.pauses == [1]
    assert world.show(PROPOSAL_BRANCH, "%P") == merged


@pytest.mark.thorough
def test_a_proposal_that_was_merged_is_withdrawn_with_its_branch(world: World) -> None:
    PROTECTED["a protected branch"](world)
    world.merge(two=12)
    proposed = world.publish()
    assert isinstance(proposed, LeaderboardProposed)
    git(world.remote, "update-ref", "refs/heads/main", proposed.commit)
    assert isinstance(world.publish(apply=False), UpToDate)
    assert BRANCH in world.refs()
    assert world.publish() == UpToDate(proposed.commit)
    assert world.refs() == {"refs/heads/main": proposed.commit}


@pytest.mark.thorough
def test_a_proposal_is_withdrawn_when_main_went_back_or_takes_pushes_again(world: World) -> None:
    PROTECTED["a protected branch"](world)
    world.merge(two=12)
    world.publish()
    world.merge(two=5)
    assert isinstance(world.publish(), UpToDate)
    assert BRANCH not in world.refs()
    world.merge(two=13)
    assert isinstance(world.publish(), LeaderboardProposed)
    git(world.remote, "config", "--unset", RULED)
    assert isinstance(world.publish(), Published)
    assert BRANCH not in world.refs()


def test_where_no_branch_takes_pushes_an_error_says_so(world: World) -> None:
    refuse_in_protocol(world, "push declined due to repository rule violations", refs="refs/heads")
    world.merge(two=12)
    with pytest.raises(PublishError, match=f"neither main nor {PROPOSAL_BRANCH} takes pushes"):
        world.publish()
    assert world.proposals == []


# ---- a remote in trouble ---------------------------------------------------------------------------------------------


def test_an_unknown_refusal_is_reported_in_the_words_of_the_remote(world: World) -> None:
    world.merge(two=12)
    world.hook("update", "#!/bin/sh\necho out of paper >&2\nexit 1\n")
    with pytest.raises(PublishError, match=r"(?s)git push: .*out of paper"):
        world.publish()
    assert world.pauses == []


def test_a_missing_branch_and_a_missing_remote_are_named(world: World) -> None:
    git(world.remote, "update-ref", "-d", "refs/heads/main")
    with pytest.raises(PublishError, match="the remote origin has no branch main"):
        world.publish()
    world.remote.rename(world.place / "gone")
    with pytest.raises(PublishError, match=r"git ls-remote: .*does not appear to be a git repository"):
        world.publish()


class Failing:
    """A git that fails to reach the remote so many times, before or after it did what it was asked."""

    def __init__(self, times: int, command: str, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
        self.left = times
        started = Repository._started

        def failing(
            repository: Repository, arguments: list[str], given: bytes = b""
        ) -> subprocess.CompletedProcess[bytes]:
            done = started(repository, arguments, given) if after or arguments[0] != command or not self.left else None
            if arguments[0] == command and self.left:
                self.left -= 1
                words = b"fatal: unable to access 'https://git.example.org/': Could not resolve host: git.example.org"
                return subprocess.CompletedProcess([], 128, b"", words)
            assert done is not None
            return done

        monkeypatch.setattr(Repository, "_started", failing)


@pytest.mark.parametrize("command", ["ls-remote", "push"])
def test_a_remote_that_cannot_be_reached_for_a_while_is_tried_again(
    command: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.merge(two=12)
    Failing(2, command, monkeypatch, after=False)
    outcome = world.publish()
    assert isinstance(outcome, Published)
    assert (outcome.attempts, world.pauses) == (3, [1, 2])


def test_a_remote_that_cannot_be_reached_at_all_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Failing(100, "ls-remote", monkeypatch, after=False)
    with pytest.raises(PublishError, match=r"the remote can't be reached: git ls-remote: .*Could not resolve host"):
        world.publish()
    assert world.pauses == [1, 2, 4, 8]


def test_a_push_whose_answer_was_lost_is_not_made_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    merged = world.merge(two=12)
    Failing(1, "push", monkeypatch, after=True)
    assert world.publish() == UpToDate(world.main())
    assert world.show("main", "%P") == merged


# ---- killed ----------------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from bot.git.repository import Repository
from bot.handlers.publishing.publish import Publisher
from tests.handlers.publishing.test_publish import BOT, build

def dying(last):
    started, steps = Repository._started, 0
    def step():
        nonlocal steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)
    def counted(repository, arguments, given=b""):
        step()
        return started(repository, arguments, given)
    def built(root):
        (root / "README.md").write_text("half")
        step()
        build(root)
    def propose(proposal, commit):
        step()
        return 7
    Repository._started = counted
    return built, propose, step

for last, folder in enumerate(sys.argv[1:], 1):
    child = os.fork()
    if not child:
        built, propose, step = dying(last)
        repository = Repository(Path(folder))
        Publisher(repository=repository, build=built, propose=propose, pause=print, identity=BOT).publish()
        step()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else "finished", os.waitstatus_to_exitcode(status))
"""


def steps_of(world: World, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how often a publisher that isn't killed calls git, builds or proposes, plus one for the time after that."""
    started, calls = Repository._started, []

    def counted(repository: Repository, arguments: list[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        calls.append(arguments)
        return started(repository, arguments, given)

    with monkeypatch.context() as patched:
        patched.setattr(Repository, "_started", counted)
        world.publish()
    return len(calls) + len(["build"]) + len(world.proposals) + 1


def killed_at_every_step(worlds: list[World]) -> list[str]:
    """Return how a publisher in each of these worlds ended: the first is killed at its first step, and so on."""
    script = KILLED.format(tests=str(ROOT))
    command = [sys.executable, "-c", script, *(str(world.checkout) for world in worlds)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return done.stdout.splitlines()


@pytest.mark.thorough
@pytest.mark.parametrize("protected", [False, True], ids=["open", "protected"])
def test_a_publisher_that_is_killed_at_any_step_leaves_nothing_by_halves_and_the_next_one_repairs_it(
    protected: bool, world: World, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = world.merge(two=12)
    if protected:
        PROTECTED["an older server"](world)
    edit(world.checkout / "README.md", "models", "models of mine")
    steps = steps_of(world.copy(tmp_path_factory.mktemp("counted")), monkeypatch)
    worlds = [world.copy(tmp_path_factory.mktemp("killed")) for _ in range(steps + 1)]
    assert killed_at_every_step(worlds) == ["killed -9"] * steps + ["finished 0"]

    # The same state gives the same commit, so that one look at what is right is enough.
    outcome = world.publish()
    assert isinstance(outcome, LeaderboardProposed if protected else Published)
    assert world.stale(PROPOSAL_BRANCH if protected else "main") == set()
    nothing = {"refs/heads/main": merged}
    everything = nothing | {BRANCH if protected else "refs/heads/main": outcome.commit}
    found = [killed.refs() for killed in worlds]
    assert found == [nothing] * found.count(nothing) + [everything] * found.count(everything)
    assert nothing in found
    assert everything in found[:-1]

    for killed in worlds:
        again = killed.publish()
        assert again == outcome if protected else isinstance(again, Published | UpToDate)
        assert killed.refs() == everything
        assert left_in(killed.checkout) == []
        assert files(killed.checkout) == files(world.checkout)
        assert git(killed.checkout, "status", "--porcelain") == " M README.md\n"


# ---- pages that no build makes ---------------------------------------------------------------------------------------

PAGE = "leaderboard/candidates.md"
TEXT = "<!-- Generated by `openness-bot candidates --write`. Do not edit. -->\n\n# Candidates\n"


def publish_pages(world: World, **pages: str) -> PublishResult:
    """Publish with these pages of leaderboard/."""
    texts = {f"leaderboard/{name}.md": text for name, text in pages.items()}

    def propose(_: Proposal, made: str) -> int:
        world.made.add(made)
        return 7

    return Publisher(
        repository=Repository(world.checkout),
        build=build,
        propose=propose,
        pause=world.pauses.append,
        pages=texts,
        is_made=world.made.__contains__,
        identity=BOT,
    ).publish()


def test_a_new_page_alone_is_a_reason_to_publish_and_the_message_names_it(world: World) -> None:
    outcome = publish_pages(world, candidates=TEXT)
    assert isinstance(outcome, Published)
    assert outcome.subject == "Leaderboard: new candidates.md"
    assert git(world.remote, "show", f"main:{PAGE}") == TEXT
    assert git(world.remote, "diff", "--name-only", "main~1", "main").split() == [PAGE]
    assert isinstance(publish_pages(world, candidates=TEXT), UpToDate)
    # And no later publication takes it away.
    assert isinstance(world.publish(), UpToDate)


def test_a_page_goes_into_the_same_commit_as_what_a_merge_changed(world: World) -> None:
    world.merge(one=1)
    outcome = publish_pages(world, candidates=TEXT, evidence=TEXT)
    assert isinstance(outcome, Published)
    message = git(world.remote, "log", "-1", "--format=%B", "main")
    assert "With new candidates.md and evidence.md" in message
    assert "(#45)" in message
    changed = git(world.remote, "diff", "--name-only", "main~1", "main").split()
    assert {PAGE, "leaderboard/evidence.md", "leaderboard/leaderboard.csv"} <= set(changed)


def test_a_page_replaces_whatever_is_at_its_path(world: World) -> None:
    git(world.contributor, "pull", "--quiet", "--ff-only", str(world.remote), "main")
    (world.contributor / PAGE).symlink_to("../README.md")
    git(world.contributor, "add", "--all")
    git(world.contributor, "commit", "--quiet", "--message", "A link")
    git(world.remote, "fetch", "--quiet", str(world.contributor), "+HEAD:refs/heads/main")
    readme = git(world.remote, "show", "main:README.md")
    assert isinstance(publish_pages(world, candidates=TEXT), Published)
    assert git(world.remote, "ls-tree", "main", PAGE).startswith("100644 blob")
    assert git(world.remote, "show", f"main:{PAGE}") == TEXT
    assert git(world.remote, "show", "main:README.md") == readme


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "first line"),
        (b"# Candidates\n", "first line"),
        (b"\n" + TEXT.encode(), "first line"),
        (b"<!-- Generated by `openness-bot x` <script> -->\n", "first line"),
        (TEXT.encode() + b"\xff", "UTF-8"),
        (TEXT.encode() + b"\x1b[31m", "control characters"),
        (TEXT.encode() + b"\r\n", "control characters"),
        (TEXT.encode() + b"x" * LARGEST_PAGE, "larger than 16 MiB"),
    ],
)
def test_a_page_that_was_not_generated_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        page_in(data)


def test_a_generated_page_is_taken_as_it_is() -> None:
    assert page_in(f"{TEXT}한국어\n".encode()) == f"{TEXT}한국어\n"
    assert len(page_in(TEXT.encode().ljust(LARGEST_PAGE, b"x"))) == LARGEST_PAGE == 16 * 1024 * 1024


@pytest.mark.thorough
def test_a_dry_run_leaves_pages_that_wait_to_be_merged_as_they_are(world: World) -> None:
    PROTECTED["a protected branch"](world)
    assert isinstance(publish_pages(world, candidates=TEXT), LeaderboardProposed)
    before = world.refs()
    assert world.publish(apply=False) == UpToDate(before["refs/heads/main"])
    assert (world.refs(), world.proposals) == (before, [])


@pytest.mark.thorough
def test_a_page_that_waits_to_be_merged_is_not_lost_when_something_else_is_published(world: World) -> None:
    PROTECTED["a protected branch"](world)
    assert isinstance(publish_pages(world, candidates=TEXT, evidence=TEXT), LeaderboardProposed)
    # Nothing else is new.
    first = world.refs()[BRANCH]
    assert isinstance(world.publish(), LeaderboardProposed)
    assert world.refs()[BRANCH] == first
    # A merge changes the board.
    world.merge(one=1)
    assert isinstance(world.publish(), LeaderboardProposed)
    assert git(world.remote, "show", f"{PROPOSAL_BRANCH}:{PAGE}") == TEXT
    assert world.table(PROPOSAL_BRANCH)["example/one"] == 2
    # A newer page takes the place of one of them.
    assert isinstance(publish_pages(world, evidence=f"{TEXT}More.\n"), LeaderboardProposed)
    assert git(world.remote, "show", f"{PROPOSAL_BRANCH}:{PAGE}") == TEXT
    assert git(world.remote, "show", f"{PROPOSAL_BRANCH}:leaderboard/evidence.md") == f"{TEXT}More.\n"
    # Merged, it is done.
    git(world.remote, "update-ref", "refs/heads/main", BRANCH)
    assert isinstance(world.publish(), UpToDate)
    assert BRANCH not in world.refs()


@pytest.mark.parametrize("text", [TEXT, "# Not generated\n"])
def test_what_somebody_pushes_to_the_proposal_never_reaches_main_by_itself(world: World, text: str) -> None:
    git(world.contributor, "pull", "--quiet", "--ff-only", str(world.remote), "main")
    write(world.contributor, PAGE, text)
    commit(world.contributor)
    git(world.remote, "fetch", "--quiet", str(world.contributor), f"+HEAD:{BRANCH}")
    git(world.contributor, "reset", "--quiet", "--hard", "HEAD~1")
    world.merge(one=1)
    assert isinstance(world.publish(), Published)
    assert PAGE not in git(world.remote, "ls-tree", "-r", "--name-only", "main")


def test_what_somebody_pushes_to_the_proposal_is_not_proposed_again_in_the_name_of_the_bot(world: World) -> None:
    PROTECTED["a protected branch"](world)
    assert isinstance(publish_pages(world, candidates=TEXT), LeaderboardProposed)
    git(world.contributor, "fetch", "--quiet", str(world.remote), BRANCH)
    git(world.contributor, "checkout", "--quiet", "FETCH_HEAD")
    write(world.contributor, PAGE, f"{TEXT}Forged.\n")
    commit(world.contributor)
    git(world.remote, "fetch", "--quiet", str(world.contributor), f"+HEAD:{BRANCH}")
    git(world.contributor, "checkout", "--quiet", "main")
    world.merge(one=1)
    assert isinstance(world.publish(), LeaderboardProposed)
    assert PAGE not in git(world.remote, "ls-tree", "-r", "--name-only", PROPOSAL_BRANCH)
