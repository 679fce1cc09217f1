"""`openness-bot preview`: how the files of the work tree would change the leaderboard of a commit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.board.reading.document import Reader
from tests.checkouts import (
    DEVELOPER,
    MODELS,
    add_model,
    checkout,
    commit,
    developer_text,
    edit,
    files,
    git,
    model_text,
    run,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.board.model.developer import Developer
    from bot.board.reading.document import Reading

    Edit = Callable[[Path], Any]

ONE, TWO, THREE = (f"assessments/{model_id}.yaml" for model_id in MODELS)
LAB = "assessments/example/developer.yaml"
CRITERION = """      - id: governance
        title: Governance
        short: Go
        question: Is it public who decides about the model?
        open: All decisions are.
        semi-open: Some decisions are.
        closed: None.
  - id: accessibility
"""


@pytest.fixture(scope="module")
def once_committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = checkout(tmp_path_factory.mktemp("committed"))
    commit(root)
    return root


@pytest.fixture
def root(once_committed: Path, tmp_path: Path) -> Path:
    """Return a repository for this test alone, with one commit and nothing changed since."""
    return Path(shutil.copytree(once_committed, tmp_path / "root"))


def first_line(root: Path, *arguments: str) -> str:
    code, out, err = run(root, "preview", "--base", "HEAD", *arguments)
    assert (code, err) == (0, "")
    return out.splitlines()[0]


# ---- what changes ----------------------------------------------------------------------------------------------------


def _rename(root: Path) -> None:
    (root / TWO).rename(root / "assessments/example/second.yaml")


def _as_on_windows(root: Path) -> Path:
    git(root, "config", "core.autocrlf", "true")
    for file in (root / ONE, root / TWO):
        file.unlink()
    git(root, "checkout", "--", ".")
    assert b"\r\n" in (root / ONE).read_bytes()
    return root


CHANGES: dict[str, tuple[Edit, str]] = {
    "nothing": (lambda root: None, "Nothing on the board changes."),
    "a file that was written again": (
        lambda root: (root / TWO).write_bytes((root / TWO).read_bytes()),
        "Nothing on the board changes.",
    ),
    "a comment": (
        lambda root: edit(root / TWO, "ratings:", "# Looked at twice.\nratings:"),
        "Nothing on the board changes.",
    ),
    "a developer": (
        lambda root: edit(root / LAB, "Example Lab", "Example Laboratory"),
        "The developer `example` changes: name Example Lab → Example Laboratory. No model moves.",
    ),
    "a developer's country and page": (
        lambda root: edit(edit(root / LAB, "International\n", "Utopia\n"), "url: https://example.org\n", ""),
        (
            "The developer `example` changes: country International → Utopia, url https&#58;//example.org → –. "
            "No model moves."
        ),
    ),
    "a developer who is written otherwise": (
        lambda root: edit(root / LAB, "country:", "# Looked at twice.\ncountry:"),
        "Nothing on the board changes.",
    ),
    "a developer with line ends as on Windows": (
        lambda root: (root / LAB).write_bytes((root / LAB).read_bytes().replace(b"\n", b"\r\n")),
        "Nothing on the board changes.",
    ),
    "a developer without models": (
        lambda root: write(root, "assessments/example-inc/developer.yaml", developer_text("example-inc")),
        (
            "The developer `example-inc` is new: Example Inc, International, single-research-institute, "
            "https&#58;//example.org/example-inc. No model moves."
        ),
    ),
    "a model of a new developer": (
        lambda root: add_model(root, "example-inc/four", "cccccccccccccccc"),
        (
            "Example Inc Four enters at rank 3 of 4 (0.00 of 4 points). The developer `example-inc` is new: Example Inc, "
            "International, single-research-institute, https&#58;//example.org/example-inc. No other model moves."
        ),
    ),
    "what is no assessment": (
        lambda root: edit(root / "README.md", "Models", "Example"),
        "Nothing on the board changes.",
    ),
    "a rating that goes up": (
        lambda root: edit(root / TWO, "level: semi-open", "level: open"),
        "Example Two stays at rank 2 (2.00 → 2.08 of 4 points). No other model moves.",
    ),
    "a rating that goes down": (
        lambda root: write(root, ONE, model_text("Example One", "cccccccccccccccc")),
        "Example One falls from rank 1 to 2 (4.00 → 0.00 of 4 points). Example Two and Example Labs Three move up one place.",
    ),
    "an untracked file": (
        lambda root: add_model(root, "example/four", "oooooooooooooooc"),
        "Example Four enters at rank 2 of 4 (3.75 of 4 points). Example Two and Example Labs Three move down one place.",
    ),
    "a staged file": (
        lambda root: (add_model(root, "example/four", "oooooooooooooooc"), git(root, "add", "-A")),
        "Example Four enters at rank 2 of 4 (3.75 of 4 points). Example Two and Example Labs Three move down one place.",
    ),
    "a staged change with another on top of it": (
        lambda root: (
            edit(root / TWO, "level: semi-open", "level: open"),
            git(root, "add", "-A"),
            edit(root / TWO, "level: open", "level: closed"),
        ),
        "Example Two stays at rank 2 (2.00 → 1.92 of 4 points). No other model moves.",
    ),
    "a staged change that was taken back in the folder": (
        lambda root: (
            edit(root / TWO, "level: semi-open", "level: open"),
            git(root, "add", "-A"),
            edit(root / TWO, "level: open", "level: semi-open"),
        ),
        "Nothing on the board changes.",
    ),
    "a deleted file": (
        lambda root: (root / TWO).unlink(),
        "Example Two leaves the board, where it had rank 2 of 3. Example Labs Three moves up one place.",
    ),
    "a staged deletion": (
        lambda root: git(root, "rm", "-q", TWO),
        "Example Two leaves the board, where it had rank 2 of 3. Example Labs Three moves up one place.",
    ),
    "a renamed file": (
        _rename,
        "Example Two is renamed from `example/two` to `example/second`. No other model moves.",
    ),
    "other evidence": (
        lambda root: edit(root / TWO, "https://example.org/weights", "https://example.org/files"),
        "Example Two keeps all its ratings; only evidence or notes (Weights) change. No other model moves.",
    ),
    "another licence": (
        lambda root: edit(root / TWO, "ratings:", "license: Apache-2.0\nratings:"),
        "Example Two keeps all its ratings; only facts about the model (license) change. No other model moves.",
    ),
    "line ends as on Windows": (_as_on_windows, "Nothing on the board changes."),
    "a rating that goes up, with line ends as on Windows": (
        lambda root: (
            _as_on_windows(root),
            (root / TWO).write_bytes((root / TWO).read_bytes().replace(b"level: semi-open", b"level: open", 1)),
        ),
        "Example Two stays at rank 2 (2.00 → 2.08 of 4 points). No other model moves.",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_the_first_line_says_what_changes(case: str, root: Path) -> None:
    change, expected = CHANGES[case]
    change(root)
    # Once without and once with the cache of the first reading.
    assert first_line(root) == expected
    assert first_line(root) == expected


def test_a_preview_changes_no_file_and_no_index(root: Path) -> None:
    add_model(root, "example/four", "oooooooooooooooc")
    git(root, "status")  # which refreshes the index

    def state() -> object:
        return (
            files(root),
            (root / ".git/index").read_bytes(),
            git(root, "--no-optional-locks", "status", "--porcelain"),
        )

    before = state()
    first_line(root)
    assert state() == before


def test_any_name_of_a_commit_will_do(root: Path) -> None:
    git(root, "tag", "v1")
    edit(root / TWO, "level: semi-open", "level: open")
    commit(root)
    git(root, "branch", "topic")
    changed = "Example Two stays at rank 2 (2.00 → 2.08 of 4 points). No other model moves."
    names = {
        "HEAD~1": changed,
        "v1": changed,
        "topic": "Nothing on the board changes.",
        "HEAD": "Nothing on the board changes.",
    }
    names[git(root, "rev-parse", "--short", "HEAD~1").strip()] = changed
    for name, expected in names.items():
        assert run(root, "preview", "--base", name).out.splitlines()[0] == expected, name


def test_a_detached_head_is_as_good_as_a_branch(root: Path) -> None:
    git(root, "checkout", "--quiet", "--detach")
    (root / TWO).unlink()
    assert first_line(root).startswith("Example Two leaves the board")


def test_a_preview_can_be_started_in_any_folder_of_the_checkout(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.cli import main

    (root / TWO).unlink()
    monkeypatch.chdir(root / "assessments/example")
    assert main(["preview", "--base", "HEAD"]) == 0


def test_json_has_the_same_in_a_shape_that_programs_read(root: Path) -> None:
    edit(root / TWO, "level: semi-open", "level: open")
    add_model(root, "example/four", "oooooooooooooooc")
    code, out, _ = run(root, "preview", "--base", "HEAD", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert document.keys() == {
        "format_version",
        "models_before",
        "models_after",
        "rubric_changed",
        "rubric_changes",
        "models",
        "developers",
        "movers",
        "elsewhere",
    }
    assert (document["models_before"], document["models_after"], document["rubric_changed"]) == (3, 4, False)
    assert [(model["id"], model["kind"]) for model in document["models"]] == [
        ("example/four", "added"),
        ("example/two", "ratings"),
    ]
    assert document["models"][0]["board"] == {
        "weighting": "ours",
        "not_applicable": "zero",
        "before": None,
        "after": {"rank": 2, "score": 3.75},
    }
    (rating,) = document["models"][1]["ratings"]
    assert (rating["criterion"], rating["before"], rating["after"]) == ("weights", "semi-open", "open")
    assert rating["evidence"][0]["accessed"] == "2025-03-31"
    assert [(mover["id"], mover["before"], mover["after"]) for mover in document["movers"]] == [
        ("example-labs/three", 3, 4)
    ]


# ---- problems --------------------------------------------------------------------------------------------------------


def _break(file: Path) -> None:
    edit(file, "level: ", "level: very ")


def test_a_broken_file_of_the_change_is_reported_like_by_check(root: Path) -> None:
    _break(root / TWO)
    code, out, err = run(root, "preview", "--base", "HEAD")
    assert (code, out) == (1, "")
    assert err.startswith(f"Error: fix these first.\n{TWO}:6:12: ")


def test_a_broken_file_that_the_change_does_not_touch_stays_out_of_the_way(root: Path) -> None:
    _break(root / THREE)
    commit(root)
    edit(root / TWO, "level: semi-open", "level: open")
    assert first_line(root) == "Example Two stays at rank 2 (2.00 → 2.08 of 4 points). No other model moves."


def test_a_file_that_was_broken_and_is_mended_enters_the_board(root: Path) -> None:
    _break(root / TWO)
    commit(root)
    edit(root / TWO, "level: very ", "level: ")
    assert (
        first_line(root)
        == "Example Two enters at rank 2 of 3 (2.00 of 4 points). Example Labs Three moves down one place."
    )


def test_a_deleted_developer_file_is_missed(root: Path) -> None:
    (root / "assessments/example/developer.yaml").unlink()
    code, _, err = run(root, "preview", "--base", "HEAD")
    assert code == 1
    assert "the folder `assessments/example` has no `developer.yaml`" in err


def test_a_whole_folder_can_leave(root: Path) -> None:
    shutil.rmtree(root / "assessments/example-labs")
    assert first_line(root) == (
        "Example Labs Three leaves the board, where it had rank 3 of 3. The developer `example-labs` leaves. "
        "No other model moves."
    )


def test_the_last_model_can_leave_and_the_first_can_come(root: Path) -> None:
    for folder in (root / "assessments").iterdir():
        shutil.rmtree(folder)
    assert first_line(root).endswith(
        "Example Labs Three leaves the board, where it had rank 3 of 3. The developer `example` leaves. "
        "The developer `example-labs` leaves. No other model moves."
    )
    commit(root)
    write(root, "assessments/example/developer.yaml", DEVELOPER)
    add_model(root, "example/one", MODELS["example/one"])
    assert first_line(root) == (
        "Example One enters at rank 1 of 1 (4.00 of 4 points). The developer `example` is new: Example Lab, International, single-research-institute, https&#58;//example.org. No other model moves."
    )


# ---- the rubric ------------------------------------------------------------------------------------------------------


def test_another_weight_moves_models_and_is_reported_as_the_cause(root: Path) -> None:
    add_model(root, "example/four", "oooooooooccccccc")
    add_model(root, "example/five", "ccccccccoooooooo")
    commit(root)
    edit(root / "schema/rubric.yaml", "{basic: 1, accessibility: 1,", "{basic: 0.5, accessibility: 0.5,")
    code, out, _ = run(root, "preview", "--base", "HEAD")
    assert code == 0
    assert out.splitlines()[0] == "The rubric changes. Example Four moves down one place."


OSAID = "weights: {basic: 1, accessibility: 0.5, methodology: 0, data: 1}"


def test_a_weighting_that_does_not_order_the_board_is_not_reported_as_moving_nobody(root: Path) -> None:
    add_model(root, "example/four", "oooooocccccccccc")
    add_model(root, "example/five", "ccccccoooooccccc")
    commit(root)
    edit(root / "schema/rubric.yaml", OSAID, "weights: {basic: 0, accessibility: 5, methodology: 0, data: 1}")
    code, out, _ = run(root, "preview", "--base", "HEAD")
    assert code == 0
    sentence, elsewhere, rubric = out.strip().split("\n\n")
    assert sentence == "The rubric changes. No model moves on the board."
    assert rubric.startswith("In the rubric: the weighting OSAID counts Basic openness 0 instead of 1, ")
    assert elsewhere == "By other ways of ranking: 4 models move by OSAID."


def test_a_developer_is_compared_when_the_rubric_changes_too(root: Path) -> None:
    edit(root / "schema/rubric.yaml", OSAID, "weights: {basic: 2, accessibility: 0.5, methodology: 0, data: 1}")
    edit(root / LAB, "country: International", "country: Utopia")
    code, out, _ = run(root, "preview", "--base", "HEAD", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert document["developers"] == [{"id": "example", "key": "country", "before": "International", "after": "Utopia"}]
    assert document["rubric_changes"] == ["the weighting OSAID counts Basic openness 2 instead of 1"]


def test_developers_are_read_only_where_one_differs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root / TWO, "level: semi-open", "level: open")
    read: list[str] = []
    original = Reader.developer

    def developer(self: Reader, path: str, data: bytes) -> Reading[Developer]:
        read.append(path)
        return original(self, path, data)

    monkeypatch.setattr(Reader, "developer", developer)
    assert first_line(root).startswith("Example Two stays")
    assert read == []
    edit(root / LAB, "country: International", "country: Utopia")
    assert "The developer `example` changes: country International → Utopia." in first_line(root)
    # Another may have the same name or page.
    assert set(read) == {LAB, "assessments/example-labs/developer.yaml"}


def test_a_developer_file_that_was_broken_and_is_mended_is_new(root: Path) -> None:
    edit(root / LAB, "country:", "county:")
    commit(root)
    edit(root / LAB, "county:", "country:")
    assert (
        first_line(root)
        == "The developer `example` is new: Example Lab, International, single-research-institute, https&#58;//example.org. No model moves."
    )


def test_a_comment_in_the_rubric_changes_nothing(root: Path) -> None:
    edit(root / "schema/rubric.yaml", "version:", "# Nothing new.\nversion:")
    assert first_line(root) == "Nothing on the board changes."


def test_a_new_criterion_shows_what_each_model_is_rated(root: Path) -> None:
    edit(root / "schema/rubric.yaml", "  - id: accessibility\n", CRITERION)
    for path in (ONE, TWO, THREE):
        write(root, path, (root / path).read_text("utf-8") + "  governance:\n    level: closed\n")
    code, out, _ = run(root, "preview", "--base", "HEAD")
    assert code == 0
    assert out.startswith("The rubric changes. Example One stays at rank 1 (4.00 → 3.86 of 4 points). ")
    assert "| Governance | ○&nbsp;closed | none |" in out


def test_a_new_criterion_without_ratings_is_asked_for_in_files_that_did_not_change(root: Path) -> None:
    edit(root / "schema/rubric.yaml", "  - id: accessibility\n", CRITERION)
    code, _, err = run(root, "preview", "--base", "HEAD")
    assert code == 1
    assert all(path in err for path in (ONE, TWO, THREE))


@pytest.mark.parametrize("rubric", ["levels: [\n", "version: 1.0.0\n", None])
def test_a_base_without_a_usable_rubric_is_read_by_the_present_one(rubric: str | None, root: Path) -> None:
    present = (root / "schema/rubric.yaml").read_text("utf-8")
    (root / "schema/rubric.yaml").unlink()
    if rubric is not None:
        write(root, "schema/rubric.yaml", rubric)
    commit(root)
    write(root, "schema/rubric.yaml", present)
    (root / TWO).unlink()
    assert first_line(root).startswith("Example Two leaves the board")


# ---- wrong usage -----------------------------------------------------------------------------------------------------

NO_BASE = {
    "nowhere": "there is no commit `nowhere` here. Name a branch, a tag or a commit id.",
    "": "there is no commit `` here. Name a branch, a tag or a commit id.",
    "HEAD:README.md": "there is no commit `HEAD:README.md` here. Name a branch, a tag or a commit id.",
    "HEAD^{tree}": "there is no commit `HEAD^{tree}` here. Name a branch, a tag or a commit id.",
    "HEAD..HEAD": "there is no commit `HEAD..HEAD` here. Name a branch, a tag or a commit id.",
    "-n": "`-n` is no commit: a name can't begin with a hyphen",
    "--upload-pack=true": "`--upload-pack=true` is no commit: a name can't begin with a hyphen",
    "a\nb": "there is no commit",
}


@pytest.mark.parametrize("base", NO_BASE)
def test_a_base_that_is_no_commit_is_named(base: str, root: Path) -> None:
    code, out, err = run(root, "preview", f"--base={base}")
    assert (code, out) == (2, "")
    assert f"Error: {NO_BASE[base]}" in err
    assert "Traceback" not in err


def test_a_base_is_needed(root: Path) -> None:
    code, _, err = run(root, "preview")
    assert code == 2
    assert "Missing option '--base'" in err


def test_a_folder_that_is_no_repository_is_named(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    code, _, err = run(root, "preview", "--base", "HEAD")
    assert code == 2
    expected = "Error: there is no commit `HEAD` to compare with. git rev-parse: fatal: not a git repository"
    assert err.splitlines()[-1].startswith(expected)


def test_a_folder_inside_another_repository_is_no_repository(root: Path) -> None:
    inside = checkout(root / "inside")
    code, _, err = run(inside, "preview", "--base", "HEAD")
    assert code == 2
    assert err.splitlines()[-1] == (
        f"Error: {inside} is not the top folder of its git repository, which is {root}. Name a checkout with `--root`."
    )


def test_a_repository_without_commits_has_no_base(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    git(root, "init", "--quiet")
    code, _, err = run(root, "preview", "--base", "HEAD")
    assert code == 2
    assert err.splitlines()[-1].startswith("Error: there is no commit `HEAD` here.")


def test_without_git_the_message_is_to_install_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    code, _, err = run(root, "preview", "--base", "HEAD")
    assert code == 2
    assert err.splitlines()[-1].endswith("git can't be started: No such file or directory. Install git and try again.")


def test_a_base_that_has_moved_on_is_pointed_out(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "mine")
    git(root, "checkout", "--quiet", "-b", "theirs")
    (root / THREE).unlink()
    commit(root)
    git(root, "checkout", "--quiet", "mine")
    code, out, err = run(root, "preview", "--base", "theirs")
    assert (code, "enters" in out) == (0, True)
    assert err.startswith("Note: theirs has one commit that you don't have, and what it did looks undone below.")
    assert "--base $(git merge-base HEAD theirs)" in err
