"""The digest of what a merge does, from real git repositories: what keeps it, and what changes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.board.model.problem import Problem, Severity
from bot.git.repository import GitError, Repository
from bot.handlers.pull_request.contents import read_contents
from bot.handlers.pull_request.effect import digest_effect
from tests.checkouts import add_model, checkout, commit, edit, git, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.handlers.pull_request.facts import Contents

TODAY = date(2026, 11, 21)
ONE, TWO = "assessments/example/one.yaml", "assessments/example/two.yaml"
LINES = "".join(f"Line {number}.\n" for number in range(100))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository on `main` with three models, a long page and a program."""
    place = checkout(tmp_path / "repository")
    write(place, "docs/page.md", LINES)
    write(place, "tool.py", "def one():\n    pass\n\n\n\n\n\n\ndef two():\n    pass\n")
    (place / "docs/image.bin").write_bytes(b"\0\1\2")
    commit(place)
    git(place, "branch", "--move", "main")
    git(place, "checkout", "--quiet", "-b", "proposal")
    return place


def read(root: Path, head: str = "proposal", *, ours: bool = False) -> Contents:
    repository = Repository(root)
    return read_contents(repository, repository.commit("main"), repository.commit(head), TODAY, may_generate=ours)


def on(root: Path, branch: str, *changes: Callable[[Path], object]) -> None:
    git(root, "checkout", "--quiet", branch)
    for change in changes:
        change(root)
    commit(root)


def raised(path: str = ONE, old: str = "level: open", new: str = "level: semi-open") -> Callable[[Path], object]:
    return lambda root: edit(root / path, old, new)


def line(number: int, path: str = "docs/page.md") -> Callable[[Path], object]:
    return lambda root: edit(root / path, f"Line {number}.\n", f"Another line {number}.\n")


def last_note(root: Path) -> None:
    text = (root / ONE).read_text("utf-8")
    place = text.rindex("Read on that day.")
    write(root, ONE, f"{text[:place]}Read on another day.\n")


def test_another_commit_with_the_same_changes_has_the_same_effect(root: Path) -> None:
    on(root, "proposal", raised(), line(5))
    on(root, "proposal", raised(TWO, "semi-open", "open"))
    before = read(root).effect
    assert len(before) == 20
    git(root, "checkout", "--quiet", "main")
    git(root, "checkout", "--quiet", "-b", "squashed")
    git(root, "merge", "--quiet", "--squash", "proposal")
    commit(root)
    assert read(root, "squashed").effect == before


@pytest.mark.parametrize("how", ["merge", "rebase", "nothing"])
@pytest.mark.parametrize(
    "elsewhere",
    [
        line(90),
        last_note,
        lambda root: add_model(root, "example/four", "oooooooooooooooo"),
        lambda root: edit(root / "README.md", "The end.", "Another end."),
    ],
)
def test_what_happens_elsewhere_on_the_base_changes_no_effect(
    root: Path, elsewhere: Callable[[Path], object], how: str
) -> None:
    on(root, "proposal", raised(), line(5))
    before = read(root).effect
    on(root, "main", elsewhere)
    git(root, "checkout", "--quiet", "proposal")
    if how != "nothing":
        git(root, how, "--quiet", "main")
    assert read(root).effect == before


def test_a_raise_that_the_base_undoes_is_another_effect(root: Path) -> None:
    """The base has the raise already, so that the pull request looks like a typo; then the base takes it back."""
    fix = lambda root: edit(root / TWO, "Read on that day.", "Read on this day.")  # noqa: E731
    on(root, "proposal", raised(), fix)
    on(root, "main", raised())
    typo = read(root)
    on(root, "main", lambda root: edit(root / ONE, "level: semi-open", "level: open"))
    graver = read(root)
    assert len(typo.change.models if typo.change else ()) == 1
    assert typo.effect != graver.effect
    # And back again.
    on(root, "main", raised())
    assert read(root).effect == typo.effect


def changed_effects(root: Path, one: Callable[[Path], object], other: Callable[[Path], object]) -> tuple[str, str]:
    """Return the effects of two pull requests."""
    on(root, "proposal", one)
    git(root, "checkout", "--quiet", "main")
    git(root, "checkout", "--quiet", "-b", "other")
    on(root, "other", other)
    return read(root).effect, read(root, "other").effect


def nth(path: str, old: str, new: str, number: int) -> Callable[[Path], object]:
    """Replace the `number`th of many equal texts."""

    def change(root: Path) -> None:
        parts = (root / path).read_text("utf-8").split(old)
        write(root, path, old.join(parts[:number]) + new + old.join(parts[number:]))

    return change


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Equal lines at another place: another rating, another value of the policy, another function.
        (nth(ONE, "level: open", "level: closed", 1), nth(ONE, "level: open", "level: closed", 2)),
        (nth(ONE, "Read on that day.", "Read today.", 1), nth(ONE, "Read on that day.", "Read today.", 2)),
        (nth("governance.yml", "wait_hours: 72", "wait_hours: 0", 1), nth("governance.yml", "wait_hours: 72", "wait_hours: 0", 2)),
        (nth("tool.py", "    pass\n", "    return 1\n", 1), nth("tool.py", "    pass\n", "    return 1\n", 2)),
        # Another value, another path, another mode, another binary file, no file.
        (raised(), raised(new="level: closed")),
        (raised(), raised(TWO, "semi-open", "open")),
        (line(5), lambda root: write(root, "docs/other.md", LINES)),
        (lambda root: (root / "tool.py").chmod(0o755), line(5)),
        (lambda root: (root / "docs/image.bin").write_bytes(b"\0\1"), lambda root: (root / "docs/image.bin").write_bytes(b"\0\2")),
        (lambda root: (root / "docs/image.bin").unlink(), lambda root: (root / "docs/image.bin").write_bytes(b"")),
        (lambda root: write(root, "docs/empty.md", ""), lambda root: write(root, "docs/void.md", "")),
        (lambda root: write(root, "docs/end.md", "A"), lambda root: write(root, "docs/end.md", "A\n")),
        # Lines that look like those of a diff.
        (lambda root: write(root, "docs/a.md", "@@ -1 +1 @@\n"), lambda root: write(root, "docs/a.md", "@@ -1 +2 @@\n")),
        (lambda root: write(root, "docs/a.md", "diff --git a b\n-x\n"), lambda root: write(root, "docs/a.md", "diff --git a b\n-y\n")),
    ],
)  # fmt: skip
def test_another_change_is_another_effect(
    root: Path, one: Callable[[Path], object], other: Callable[[Path], object]
) -> None:
    effects = changed_effects(root, one, other)
    assert "" not in effects
    assert effects[0] != effects[1]


def test_equal_lines_of_the_rules_at_another_place_are_another_effect(root: Path) -> None:
    """Three lines around a change don't tell which of two classes it is about, but the places of values do."""
    text = "classes:\n" + "".join(f"  {name}:\n" + "    same: 1\n" * 8 + "    wait: 72\n" for name in ("one", "two"))
    git(root, "checkout", "--quiet", "main")
    on(root, "main", lambda root: write(root, "schema/precedents.yaml", text))
    found = []
    for number in (1, 2):
        git(root, "checkout", "--quiet", "-B", "proposal", "main")
        on(root, "proposal", raised(), nth("schema/precedents.yaml", "wait: 72", "wait: 0", number))
        # As if it were valid.
        found.append(digest_effect(Repository(root), replace(read(root), problems=())))
    assert found[0] != found[1]


def test_nothing_is_an_effect_too_but_conflicts_and_errors_are_none(root: Path) -> None:
    assert read(root, "main").effect
    on(root, "proposal", raised(new="level: half-open"))
    assert read(root).effect == ""
    git(root, "checkout", "--quiet", "-B", "proposal", "main")
    on(root, "proposal", raised(new="level: closed"))
    on(root, "main", raised())
    found = read(root)
    assert (bool(found.conflicts), found.effect) == (True, "")


def test_the_publishing_runs_own_change_has_an_effect(root: Path) -> None:
    on(root, "proposal", lambda root: write(root, "leaderboard/board.csv", "rank\n"))
    assert read(root, ours=True).effect
    assert read(root).effect == ""


def test_an_effect_that_can_not_be_established_is_an_error(root: Path) -> None:
    on(root, "proposal", raised())
    found = read(root)
    for unknown in (replace(found, change=None), replace(found, tree="")):
        with pytest.raises(GitError):
            digest_effect(Repository(root), unknown)


def objects_of(root: Path, *names: str) -> list[Path]:
    ids = [git(root, "rev-parse", name).strip() for name in names]
    return [root / ".git/objects" / one[:2] / one[2:] for one in ids]


@pytest.mark.parametrize("what", ["^{tree}", ":assessments", ":assessments/example", f":{ONE}"])
def test_a_head_that_git_can_not_read_is_no_change_of_nothing(root: Path, what: str) -> None:
    on(root, "proposal", raised())
    (lost,) = objects_of(root, f"proposal{what}")
    git(root, "checkout", "--quiet", "main")
    lost.unlink()
    with pytest.raises(GitError):
        read(root)


def test_a_problem_that_is_found_elsewhere_leaves_the_effect_open_too(root: Path) -> None:
    on(root, "proposal", raised())
    found = read(root)
    problem = Problem(ONE, 1, 1, "example-rule", "something is wrong", "Mend it.")
    assert replace(found, problems=(problem,)).effect == ""
    assert replace(found, problems=(replace(problem, severity=Severity.WARNING),)).effect == found.effect
