"""The contents of a pull request, read from real git repositories."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.board.ranking.change import ChangeKind
from bot.board.reading.snapshot import SnapshotError
from bot.git.repository import GitError, Repository
from bot.handlers.pull_request import contents as contents_module
from bot.handlers.pull_request.contents import read_contents
from tests.checkouts import add_model, checkout, commit, edit, git, model_text, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.handlers.pull_request.facts import Contents

TODAY = date(2026, 11, 21)
ONE = "assessments/example/one.yaml"
TWO = "assessments/example/two.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository on `main` with three models; tests go on from there on a branch of their own."""
    place = checkout(tmp_path / "repository")
    commit(place)
    git(place, "branch", "--move", "main")
    git(place, "checkout", "--quiet", "-b", "proposal")
    return place


def read(root: Path, base: str = "main", *, ours: bool = False) -> Contents:
    """Commit everything in the working tree, and return its contents."""
    head = commit(root)
    repository = Repository(root)
    return read_contents(repository, repository.commit(base), head, TODAY, may_generate=ours)


def rules(found: Contents) -> list[tuple[str, str]]:
    return [(problem.path, problem.rule) for problem in found.problems]


def raise_two(root: Path) -> None:
    add_model(root, "example/two", "oooooooooooooooo")


def change_the_end_on_main(root: Path) -> None:
    """Change the last note of the first model on main, and check the proposal out again."""
    git(root, "checkout", "--quiet", "main")
    text = (root / ONE).read_text("utf-8")
    last = text.rindex("Read on that day.")
    write(root, ONE, f"{text[:last]}Read on another day.\n")
    commit(root)
    git(root, "checkout", "--quiet", "proposal")


# ---- what changes ----------------------------------------------------------------------------------------------------


def test_a_raise_is_compared_with_the_base(root: Path) -> None:
    raise_two(root)
    found = read(root)
    assert [file.path for file in found.changed] == [TWO]
    assert rules(found) == []
    assert found.change is not None
    (model,) = found.change.models
    assert (model.kind, model.id, len(model.ratings)) == (ChangeKind.RATINGS, "example/two", 16)


def test_nothing_of_the_board_changes(root: Path) -> None:
    write(root, "docs/page.md", "Words.\n")
    found = read(root)
    assert (found.change, found.board, rules(found)) == (None, None, [])


def test_what_happened_on_the_base_meanwhile_is_not_undone(root: Path) -> None:
    raise_two(root)
    commit(root)
    git(root, "checkout", "--quiet", "main")
    add_model(root, "example/four", "ssssccccssssssss")
    commit(root)
    git(root, "checkout", "--quiet", "proposal")
    found = read(root)
    assert found.change is not None
    assert [model.id for model in found.change.models] == ["example/two"]
    assert (found.change.models_before, found.change.models_after) == (4, 4)


def test_both_sides_may_change_one_file_at_different_places(root: Path) -> None:
    edit(root / ONE, "level: open", "level: semi-open")
    commit(root)
    change_the_end_on_main(root)
    found = read(root)
    assert found.conflicts == ()
    assert found.change is not None
    assert [len(model.ratings) for model in found.change.models] == [1]


def test_a_conflict_leaves_the_ranks_untold_but_not_the_problems(root: Path) -> None:
    edit(root / ONE, "level: open", "level: semi-open")
    edit(root / TWO, "level: semi-open", "level: half-open")
    commit(root)
    git(root, "checkout", "--quiet", "main")
    edit(root / ONE, "level: open", "level: closed")
    commit(root)
    git(root, "checkout", "--quiet", "proposal")
    found = read(root)
    assert found.conflicts == (ONE,)
    assert found.change is None
    assert {path for path, _ in rules(found)} == {TWO}


def test_a_branch_without_common_history_is_refused(root: Path) -> None:
    git(root, "checkout", "--quiet", "--orphan", "elsewhere")
    raise_two(root)
    assert rules(read(root)) == [("", "unrelated")]


# ---- problems --------------------------------------------------------------------------------------------------------


def test_a_file_with_errors_counts_as_it_was(root: Path) -> None:
    edit(root / ONE, "level: open", "level: half-open")
    raise_two(root)
    found = read(root)
    assert {path for path, _ in rules(found)} == {ONE}
    assert found.change is not None
    assert [model.id for model in found.change.models] == ["example/two"]
    assert found.change.models_after == 3


def test_a_new_file_with_errors_does_not_enter(root: Path) -> None:
    write(root, "assessments/example/four.yaml", "model: [\n")
    found = read(root)
    assert rules(found)
    assert found.change is not None
    assert (found.change.models, found.change.models_after) == ((), 3)


def test_two_files_for_one_model_do_not_enter_twice(root: Path) -> None:
    write(root, "assessments/example/four.yaml", model_text("Example One", "oooooooooooooooo"))
    found = read(root)
    assert rules(found) == [("assessments/example/four.yaml", "two-files-for-one-model")]
    assert found.change is not None
    assert found.change.models_after == 3


def test_problems_that_the_base_has_are_not_this_ones(root: Path) -> None:
    git(root, "checkout", "--quiet", "main")
    edit(root / ONE, "level: open", "level: half-open")
    commit(root)
    git(root, "checkout", "--quiet", "-B", "proposal")
    raise_two(root)
    found = read(root)
    assert rules(found) == []
    assert found.change is not None
    assert [model.id for model in found.change.models] == ["example/two"]


@pytest.mark.parametrize(
    ("path", "mode", "rule"),
    [
        (ONE, "link", "symbolic-link"),
        ("docs/page.md", "link", "symbolic-link"),
        (ONE, "executable", "executable"),
        ("schema/rubric.yaml", "executable", "executable"),
        ("assessments/example/Four.yaml", "plain", "path"),
        ("docs/a\u202epage.md", "plain", "odd-path"),
        ("docs/back\\slash.md", "plain", "odd-path"),
        ("leaderboard/leaderboard.csv", "plain", "generated-file"),
        ("schema/assessment.schema.json", "plain", "generated-file"),
        ("studies/jeon-2025/ratings.csv", "plain", "study-table"),
    ],
)
def test_what_is_refused_unopened(root: Path, path: str, mode: str, rule: str) -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    if mode == "link":
        place.unlink(missing_ok=True)
        place.symlink_to("/etc/hostname")
    elif not place.exists():
        place.write_text("Words.\n")
    if mode == "executable":
        place.chmod(0o755)
    assert (path, 1, 1, rule) in [(one.path, one.line, one.column, one.rule) for one in read(root).problems]


def test_programs_of_the_code_may_be_programs(root: Path) -> None:
    write(root, "tool", "#!/bin/sh\n").chmod(0o755)
    assert rules(read(root)) == []


def test_a_submodule_is_refused(root: Path) -> None:
    for path in ("assessments/example/four.yaml", "library"):
        git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{path}")
    git(root, "commit", "--quiet", "--message", "Submodules")
    repository = Repository(root)
    found = read_contents(repository, repository.commit("main"), repository.commit("HEAD"), TODAY)
    assert dict(rules(found)) == {"assessments/example/four.yaml": "special-file", "library": "submodule"}


def test_large_files_are_refused_unread(root: Path) -> None:
    write(root, "assessments/example/four.yaml", "#" * 100_000)
    write(root, "docs/film.txt", "#" * (5 * 1024 * 1024 + 1))
    assert {rule for _, rule in rules(read(root))} == {"file-too-large"}


def test_more_files_than_anybody_could_judge(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents_module, "MOST_FILES", 3)
    for number in range(5):
        write(root, f"docs/{number}.md", "Words.\n")
    found = read(root)
    assert rules(found) == [("", "too-many-files")]
    assert found.changed == ()


def test_a_tree_of_few_bytes_that_expands_to_billions_of_files(root: Path) -> None:
    # Ten entries in each of ten levels, all of them the tree below: 10^10 files. Git is asked for the first ones only.
    blob = git(root, "hash-object", "-w", "README.md").strip()
    lines = f"100644 blob {blob}\tf\n"
    for _ in range(10):
        tree = _tree(root, lines)
        lines = "".join(f"040000 tree {tree}\td{number}\n" for number in range(10))
    top = git(root, "ls-tree", "HEAD") + f"040000 tree {_tree(root, lines)}\tbomb\n"
    head = git(root, "commit-tree", _tree(root, top), "-p", "HEAD", "-m", "A change").strip()
    repository = Repository(root)
    found = read_contents(repository, repository.commit("main"), head, TODAY)
    assert rules(found) == [("", "too-many-files")]


def _tree(root: Path, lines: str) -> str:
    made = subprocess.run(["git", "-C", str(root), "mktree"], input=lines, capture_output=True, text=True, check=True)
    return made.stdout.strip()


# ---- README, rubric --------------------------------------------------------------------------------------------------


def test_the_generated_part_of_the_readme_is_not_edited(root: Path) -> None:
    edit(root / "README.md", "<!-- leaderboard:end -->", "My model is best.\n<!-- leaderboard:end -->")
    assert rules(read(root)) == [("README.md", "generated-file")]


def test_the_generated_part_of_a_translation_is_not_edited_and_keeps_its_place(root: Path) -> None:
    on_main(root, "README.ko.md", "# 모델\n\n<!-- leaderboard:begin -->\n둘.\n<!-- leaderboard:end -->\n\n끝.\n")
    edit(root / "README.ko.md", "둘.", "하나.")
    assert rules(read(root)) == [("README.ko.md", "generated-file")]
    assert rules(read(root, ours=True)) == []
    edit(root / "README.ko.md", "<!-- leaderboard:end -->", "")
    assert rules(read(root)) == [("README.ko.md", "readme-markers")]


def test_the_rest_of_the_readme_may_be_edited(root: Path) -> None:
    edit(root / "README.md", "The end.", "Goodbye.")
    assert rules(read(root)) == []


def test_the_place_of_the_leaderboard_stays(root: Path) -> None:
    edit(root / "README.md", "<!-- leaderboard:end -->", "")
    assert rules(read(root)) == [("README.md", "readme-markers")]


def test_the_publishing_run_may_write_what_is_generated(root: Path) -> None:
    edit(root / "README.md", "<!-- leaderboard:end -->", "A table.\n<!-- leaderboard:end -->")
    write(root, "leaderboard/leaderboard.csv", "rank\n")
    assert rules(read(root, ours=True)) == []


def on_main(root: Path, path: str, text: str) -> None:
    """Commit a file to main, and restart the branch from there."""
    git(root, "checkout", "--quiet", "main")
    write(root, path, text)
    commit(root)
    git(root, "checkout", "--quiet", "-B", "proposal")


GOVERNANCE = "# Governance\n\n<!-- governance:begin -->\nTwo approvals.\n<!-- governance:end -->\n"


def test_the_table_of_the_policy_is_not_edited_and_keeps_its_place(root: Path) -> None:
    on_main(root, "GOVERNANCE.md", GOVERNANCE)
    edit(root / "GOVERNANCE.md", "<!-- governance:end -->", "Nobody has to wait.\n<!-- governance:end -->")
    assert rules(read(root)) == [("GOVERNANCE.md", "generated-file")]
    edit(root / "GOVERNANCE.md", "<!-- governance:end -->", "")
    assert rules(read(root)) == [("GOVERNANCE.md", "readme-markers")]


@pytest.mark.parametrize("name", ["README.md", "GOVERNANCE.md"])
def test_on_the_branch_of_the_publishing_run_nobody_writes_by_hand(root: Path, name: str) -> None:
    on_main(root, "GOVERNANCE.md", GOVERNANCE)
    (root / name).write_text((root / name).read_text("utf-8") + "\nWhoever is first decides.\n", "utf-8")
    write(root, "leaderboard/leaderboard.csv", "rank\n")
    assert rules(read(root)) == [("leaderboard/leaderboard.csv", "generated-file")]
    assert rules(read(root, ours=True)) == [(name, "proposal-edited")]


@pytest.mark.parametrize("text", ["{}\n", None])
def test_the_publishing_run_adds_entries_to_the_record_and_rewrites_none(root: Path, text: str | None) -> None:
    on_main(root, "decisions/7.json", "[]\n")
    write(root, "decisions/8.json", "[]\n")
    write(root, "decisions/README.md", "Two decisions.\n")
    assert rules(read(root, ours=True)) == []
    if text is None:
        (root / "decisions/7.json").unlink()
    else:
        write(root, "decisions/7.json", text)
    assert rules(read(root, ours=True)) == [("decisions/7.json", "proposal-edited")]


def test_another_rubric_shows_its_effect(root: Path) -> None:
    edit(root / "schema/rubric.yaml", "points: 0.5", "points: 0.25")
    found = read(root)
    assert rules(found) == []
    assert found.change is not None
    assert found.change.rubric_changed


def test_a_broken_rubric_is_reported_and_the_base_judges_by_its_own(root: Path) -> None:
    write(root, "schema/rubric.yaml", "criteria: [\n")
    raise_two(root)
    found = read(root)
    assert {path for path, _ in rules(found)} == {"schema/rubric.yaml"}
    assert found.change is not None
    assert [model.id for model in found.change.models] == ["example/two"]


def test_a_rubric_that_is_taken_away(root: Path) -> None:
    (root / "schema/rubric.yaml").unlink()
    assert rules(read(root)) == [("schema/rubric.yaml", "no-rubric")]


def test_a_problem_of_a_whole_file_is_at_its_first_character(root: Path) -> None:
    for path in ("schema/rubric.yaml", "governance.yml"):
        (root / path).unlink()
    edit(root / "README.md", "<!-- leaderboard:begin -->\n", "")
    write(root, "leaderboard/leaderboard.json", "{}\n")
    assert {(problem.rule, problem.line, problem.column) for problem in read(root).problems} == {
        ("no-rubric", 1, 1),
        ("no-policy", 1, 1),
        ("readme-markers", 1, 1),
        ("generated-file", 1, 1),
    }


def test_the_developers_of_both_sides_are_known_but_the_models_only_of_the_base(root: Path) -> None:
    add_model(root, "another/zwei", "oooooooooooooooo")
    (root / "assessments/example-labs/three.yaml").unlink()
    rules_of_base = read(root).rules
    assert rules_of_base.developers == {"another", "example", "example-labs"}
    assert rules_of_base.models == {"example/one", "example/two", "example-labs/three"}


def test_a_rubric_that_the_files_do_not_fit_moves_nobody_yet(root: Path) -> None:
    edit(root / "schema/rubric.yaml", "id: tokenizer", "id: token_splitter")
    found = read(root)
    assert {path for path, _ in rules(found)} >= {ONE, TWO}
    assert found.change is None


def test_a_base_without_rubric_is_nobody_elses_fault(root: Path) -> None:
    git(root, "checkout", "--quiet", "main")
    (root / "schema/rubric.yaml").unlink()
    commit(root)
    git(root, "checkout", "--quiet", "-B", "proposal")
    raise_two(root)
    with pytest.raises(SnapshotError, match="on the base branch"):
        read(root)


# ---- lines that take comments ----------------------------------------------------------------------------------------


def level_line(root: Path) -> int:
    """Return the line number of the first level of the first model."""
    lines = (root / ONE).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if "level: open" in line)


def test_lines_around_a_change_take_comments(root: Path) -> None:
    place = level_line(root)
    edit(root / ONE, "level: open", "level: opne")
    found = read(root)
    (problem,) = found.problems
    assert problem.line == place
    assert found.lines[ONE] == frozenset(range(place - 3, place + 4))


def test_lines_are_asked_for_only_where_something_can_be_mended_mechanically(root: Path) -> None:
    edit(root / ONE, "level: open", "level: much")
    found = read(root)
    assert rules(found)
    assert found.lines == {}


def test_of_a_renamed_file_only_what_differs_takes_comments(root: Path) -> None:
    place = level_line(root)
    (root / ONE).rename(root / "assessments/example/first.yaml")
    edit(root / "assessments/example/first.yaml", "level: open", "level: opne")
    found = read(root)
    assert found.lines["assessments/example/first.yaml"] == frozenset(range(place - 3, place + 4))


def test_content_that_looks_like_a_diff_moves_no_lines(root: Path) -> None:
    edit(root / ONE, "level: open", "level: opne\n++ b/assessments/example/two.yaml\n@ -1 +1,99 @@")
    found = read(root)
    assert found.lines.keys() <= {ONE}


def test_lines_of_a_file_that_the_base_changed_too_are_not_the_heads(root: Path) -> None:
    edit(root / ONE, "level: open", "level: opne")
    commit(root)
    change_the_end_on_main(root)
    found = read(root)
    assert len(found.problems) == 1
    assert found.moved == {ONE}
    assert found.lines == {}


# ---- what somebody might try -----------------------------------------------------------------------------------------


def at(root: Path, date_: str, *arguments: str) -> str:
    """Run a git command at another time."""
    environment = os.environ | {"GIT_AUTHOR_DATE": date_, "GIT_COMMITTER_DATE": date_}
    who = ["-c", "user.name=Example", "-c", "user.email=somebody@example.org"]
    command = ["git", "-C", str(root), *who, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout.strip()


def test_what_the_merge_does_counts_where_there_are_two_common_ancestors(root: Path) -> None:
    # The first pull request is merged; the next head of its branch merges an older main, but keeps its own tree. By the
    # dates the first head is the common ancestor that git names, from which the second differs in nothing.
    old_main = git(root, "rev-parse", "main").strip()
    write(root, "docs/first.md", "Words.\n")
    git(root, "add", "--all")
    at(root, "2099-01-01T00:00:00Z", "commit", "--quiet", "--message", "First")
    first = git(root, "rev-parse", "HEAD").strip()
    git(root, "checkout", "--quiet", "main")
    add_model(root, "example/rival", "oooooooooooooooo")
    middle = commit(root)
    at(root, "2098-01-01T00:00:00Z", "merge", "--quiet", "--no-ff", "--message", "Merge", first)
    tree = git(root, "rev-parse", f"{first}^{{tree}}").strip()
    head = at(root, "2098-06-01T00:00:00Z", "commit-tree", tree, "-p", first, "-p", middle, "-m", "Second")
    assert old_main != middle
    repository = Repository(root)
    found = read_contents(repository, repository.commit("main"), head, TODAY)
    assert git(
        root, "ls-tree", "--name-only", repository.merged("main", head).tree, "assessments/example/"
    ).split() == [
        "assessments/example/developer.yaml",
        ONE,
        TWO,
    ]
    assert [file.path for file in found.changed] == ["assessments/example/rival.yaml"]
    assert found.change is not None
    assert [model.kind for model in found.change.models] == [ChangeKind.REMOVED]


def test_a_wide_tree_that_expands_to_many_millions_of_files(root: Path) -> None:
    blob = git(root, "hash-object", "-w", "README.md").strip()
    files = _tree(root, "".join(f"100644 blob {blob}\tfile-{number}\n" for number in range(3_000)))
    folders = _tree(root, "".join(f"040000 tree {files}\tfolder-{number}\n" for number in range(9_000)))
    top = _tree(root, git(root, "ls-tree", "HEAD") + f"040000 tree {folders}\tbomb\n")
    head = git(root, "commit-tree", top, "-p", "HEAD", "-m", "A change").strip()
    repository = Repository(root)
    assert rules(read_contents(repository, repository.commit("main"), head, TODAY)) == [("", "too-many-files")]


def test_more_text_than_anybody_could_judge_is_neither_merged_nor_read(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents_module, "MOST_BYTES", 1_000)
    monkeypatch.setattr(Repository, "merged", lambda *_: pytest.fail("it was merged"))
    write(root, "assessments/example/four.yaml", "#" * 1_001)
    assert rules(read(root)) == [("", "too-many-bytes")]


def test_a_huge_file_beside_a_mendable_one_is_not_compared(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[list[str]] = []
    diff = Repository.diff

    def recorded(self: Repository, before: str, after: str, paths: Iterable[str]) -> str:
        compared.append(list(paths))
        return diff(self, before, after, compared[-1])

    monkeypatch.setattr(Repository, "diff", recorded)
    edit(root / ONE, "level: open", "level: opne")
    write(root, "assessments/example/four.yaml", "\n" * 1_000_000)
    assert read(root).lines.keys() == {ONE}
    assert compared == [[ONE]]


def test_a_renamed_model_with_a_mistake_does_not_leave_the_board(root: Path) -> None:
    (root / ONE).rename(root / "assessments/example/first.yaml")
    edit(root / "assessments/example/first.yaml", "level: open", "level: much")
    found = read(root)
    assert rules(found) == [("assessments/example/first.yaml", "unknown-level")]
    assert found.change is not None
    assert (found.change.models, found.change.models_after) == ((), 3)


@pytest.mark.parametrize(
    "path", ["docs/a\n::error::page.md", "Assessments/example/four.yaml", "LEADERBOARD/x.md", "docs/a\rb.md"]
)
def test_odd_paths_are_refused_wherever_they_are(root: Path, path: str) -> None:
    write(root, path, "Words.\n")
    assert rules(read(root)) == [(path, "odd-path")]


def test_a_readme_may_get_its_markers_back(root: Path) -> None:
    git(root, "checkout", "--quiet", "main")
    text = (root / "README.md").read_text("utf-8")
    write(root, "README.md", "# Models\n")
    commit(root)
    git(root, "checkout", "--quiet", "-B", "proposal")
    write(root, "README.md", text)
    assert rules(read(root)) == []


def test_the_publishing_run_writes_nothing_but_what_is_generated(root: Path) -> None:
    write(root, "leaderboard/leaderboard.csv", "rank\n")
    raise_two(root)
    assert rules(read(root, ours=True)) == [("leaderboard/leaderboard.csv", "generated-file")]


def test_a_broken_repository_is_not_the_contributors_mistake(root: Path) -> None:
    with pytest.raises(GitError):
        read_contents(Repository(root), git(root, "rev-parse", "main").strip(), "1" * 40, TODAY)


# ---- frameworks ------------------------------------------------------------------------------------------------------

FRAMEWORKS = "schema/frameworks.yaml"
ASKED = """frameworks:
  - id: example
    title: Example Definition
    source: https://example.org/definition
    classes:
      - title: Open
        parts: [{what: Tokenizer, met: {tokenizer: [open]}}]
"""


def ask_on_main(root: Path, text: str = ASKED) -> None:
    write(root, FRAMEWORKS, text)
    commit(root)
    git(root, "branch", "--force", "main")


def test_a_rubric_without_a_criterion_of_a_framework_is_reported(root: Path) -> None:
    ask_on_main(root)
    edit(root / "schema/rubric.yaml", "id: tokenizer", "id: token_splitter")
    assert (FRAMEWORKS, "unknown-criterion") in rules(read(root))


def test_broken_frameworks_are_reported_but_not_those_of_the_base(root: Path) -> None:
    ask_on_main(root)
    write(root, FRAMEWORKS, ASKED.replace("[open]", "[opne]"))
    assert [path for path, _ in rules(read(root))] == [FRAMEWORKS]
    git(root, "branch", "--force", "main")
    edit(root / "schema/rubric.yaml", "points: 0.5", "points: 0.25")
    assert rules(read(root)) == []


# ---- precedents ------------------------------------------------------------------------------------------------------

PRECEDENTS = "schema/precedents.yaml"
DECIDED = """# yaml-language-server: $schema=precedents.schema.json
precedents:
  - id: as-of
    question: Which state is rated?
    ruling: Today's.
    decision: docs/data.md
"""


DOCUMENT = "docs/data.md"


def cite(root: Path, precedent: str) -> None:
    edit(root / ONE, "    level: open\n", f"    level: open\n    precedents: [{precedent}]\n")


def decide_on_main(root: Path) -> None:
    """Add a precedent to main, and a model that cites it; begin the proposal there."""
    write(root, PRECEDENTS, DECIDED)
    write(root, DOCUMENT, "# Data\n")
    edit(root / TWO, "    level: semi-open\n", "    level: semi-open\n    precedents: [as-of]\n")
    commit(root)
    git(root, "branch", "--force", "main")


def test_a_pull_request_may_add_a_precedent_and_cite_it(root: Path) -> None:
    write(root, PRECEDENTS, DECIDED)
    write(root, DOCUMENT, "# Data\n")
    cite(root, "as-of")
    found = read(root)
    assert rules(found) == []
    assert found.change is not None
    assert [(model.id, model.evidence[0].precedents) for model in found.change.models] == [("example/one", True)]


def test_a_precedent_that_nobody_decided_is_refused(root: Path) -> None:
    decide_on_main(root)
    cite(root, "as-off")
    assert rules(read(root)) == [(ONE, "unknown-precedent")]


def test_a_precedent_that_is_taken_away_is_missed_where_it_is_cited(root: Path) -> None:
    decide_on_main(root)
    write(root, PRECEDENTS, DECIDED.replace("as-of", "another"))
    found = read(root)
    assert rules(found) == [(TWO, "unknown-precedent")]
    # What it cites is wrong now, and it counts as it was.
    assert found.change is not None
    assert found.change.models == ()


def test_broken_precedents_are_reported_and_nothing_that_cites_them(root: Path) -> None:
    decide_on_main(root)
    write(root, PRECEDENTS, DECIDED.replace("    ruling: Today's.\n", ""))
    cite(root, "as-of")
    assert rules(read(root)) == [(PRECEDENTS, "missing-key")]


def test_broken_precedents_of_the_base_are_nobody_elses_fault(root: Path) -> None:
    decide_on_main(root)
    write(root, PRECEDENTS, DECIDED.replace("    ruling: Today's.\n", ""))
    commit(root)
    git(root, "branch", "--force", "main")
    raise_two(root)
    found = read(root)
    assert rules(found) == []
    assert found.change is not None
    assert [model.id for model in found.change.models] == ["example/two"]


def test_new_precedents_bring_no_warnings_about_other_files(root: Path) -> None:
    edit(root / TWO, "https://example.org/weights", "http://example.org/weights")
    commit(root)
    git(root, "branch", "--force", "main")
    write(root, PRECEDENTS, DECIDED)
    write(root, DOCUMENT, "# Data\n")
    assert rules(read(root)) == []
