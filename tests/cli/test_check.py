"""`openness-bot check`, as people and workflows start it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.board.model.layout import PRECEDENTS
from bot.board.reading import corpus
from bot.cli import BUG, FINE, PROBLEMS_FOUND, WRONG_USAGE, main
from tests.board.reading.golden import FIRST
from tests.board.reading.trees import (
    TWO,
    assessment_text,
    base_tree,
    commit_all,
    developer_text,
    git,
    repository,
    write,
)
from tests.samples import DATA


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout with one valid assessment, which is the current folder."""
    (tmp_path / "schema").mkdir()
    shutil.copy(DATA / "schema/rubric.yaml", tmp_path / "schema")
    monkeypatch.chdir(tmp_path)
    return base_tree(tmp_path)


def broken(root: Path, path: str = TWO, model: str = "Example Two") -> None:
    write(root, path, assessment_text(model).replace("[text]", "[txet]"))


# ---- exit codes ------------------------------------------------------------------------------------------------------


def test_sound_files_are_fine(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == FINE == 0
    assert capsys.readouterr() == ("3 files checked: no problems.\n", "")


def test_an_error_is_reported_and_makes_the_exit_code_1(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken(root)
    assert main(["check"]) == PROBLEMS_FOUND == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"{TWO}:4:12: `txet` is not allowed under `modality`. Did you mean `text`?")
    assert out.endswith("4 files checked: 1 error.\n")
    assert err == ""


def test_a_warning_alone_is_fine(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (root / FIRST).read_text("utf-8")
    write(root, FIRST, text.replace("https://example.org/weights", "http://example.org/weights"))
    assert main(["check"]) == FINE
    assert ": warning: a link of `weights` is not encrypted." in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "nowhere.yaml"],
        ["check", "--format", "xml"],
        ["check", "--fromat", "json"],
        ["check", "schema/rubric.yaml"],
        ["check", "/"],
        ["chekc"],
        ["--root", "nowhere", "check"],
        ["--root", "assessments", "check"],
    ],
)
def test_wrong_usage_is_reported_and_makes_the_exit_code_2(
    arguments: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == WRONG_USAGE == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Error: " in err
    assert "Traceback" not in err


def test_a_bug_is_called_one_and_makes_the_exit_code_3(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(corpus, "_twins", lambda *_: 1 / 0)
    assert main(["check"]) == BUG == 3
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert "This is a bug in openness-bot, not a mistake of yours." in err


def test_a_broken_rubric_is_reported_before_anything_else(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, "schema/rubric.yaml", "version: 1.0.0\n")
    broken(root)
    assert main(["check"]) == PROBLEMS_FOUND
    out, err = capsys.readouterr()
    assert "schema/rubric.yaml:1:1:" in err
    assert TWO not in out + err


def test_problems_of_the_precedents_are_reported_with_the_others(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (root / PRECEDENTS).read_text("utf-8")
    write(root, PRECEDENTS, text.replace("[weights]", "[wieghts]"))
    assert main(["check"]) == PROBLEMS_FOUND
    assert capsys.readouterr().out.startswith(
        f"{PRECEDENTS}:4:16: there is no criterion `wieghts`. Did you mean `weights`?"
    )
    assert main(["check", PRECEDENTS]) == PROBLEMS_FOUND
    assert capsys.readouterr().out.endswith("1 file checked: 1 error.\n")
    assert main(["check", "assessments"]) == FINE


def test_without_a_file_of_precedents_none_may_be_cited(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        root,
        FIRST,
        (root / FIRST).read_text("utf-8").replace("level: closed\n", "level: closed\n    precedents: [as-of]\n", 1),
    )
    assert main(["check"]) == FINE
    (root / PRECEDENTS).unlink()
    capsys.readouterr()
    assert main(["check"]) == PROBLEMS_FOUND
    assert "there is no precedent `as-of`. There are no precedents about this criterion yet." in capsys.readouterr().out


# ---- where -----------------------------------------------------------------------------------------------------------


def test_a_root_that_is_named_is_checked_instead_of_the_current_folder(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(root)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert main(["check"]) == WRONG_USAGE
    assert main(["--root", str(root), "check"]) == PROBLEMS_FOUND


@pytest.mark.parametrize("folder", ["assessments", "assessments/example", "schema"])
def test_from_a_folder_inside_the_checkout_all_is_checked(
    folder: str, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(root)
    monkeypatch.chdir(root / folder)
    assert main(["check"]) == PROBLEMS_FOUND
    assert capsys.readouterr().out.startswith(f"{TWO}:")


def test_a_path_is_taken_from_the_current_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(root)
    monkeypatch.chdir(root / "assessments/example")
    assert main(["check", "one.yaml"]) == FINE
    assert main(["check", "two.yaml"]) == PROBLEMS_FOUND


@pytest.mark.parametrize("is_repository", [False, True])
def test_a_git_repository_makes_no_difference_and_stays_as_it_is(
    is_repository: bool, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(root)
    if is_repository:
        repo = repository(root)
    for _ in range(2):  # the second time with the cache of the first
        assert main(["check", FIRST]) == FINE
        assert main(["check"]) == PROBLEMS_FOUND
        assert capsys.readouterr().out.endswith("4 files checked: 1 error.\n")
    if is_repository:
        assert repo.run("status", "--porcelain") == b""


# ---- warnings of other files -----------------------------------------------------------------------------------------

UNSHOWN = "1 warning in 1 file that you did not change: `openness-bot check --all-warnings` shows them.\n"


@pytest.fixture
def warned(root: Path) -> Path:
    """Return a repository in whose only commit one file has a warning."""
    text = (root / FIRST).read_text("utf-8")
    write(root, FIRST, text.replace("https://example.org/weights", "http://example.org/weights"))
    repository(root)
    return root


@pytest.mark.parametrize(
    ("arguments", "is_shown"),
    [
        ([], False),
        (["."], False),
        (["--changed-since", "HEAD"], False),
        (["--changed-since", "main", "--format", "github"], False),
        (["--all-warnings"], True),
        (["--changed-since", "HEAD", "--all-warnings"], True),
        ([FIRST], True),
        (["assessments/example"], True),
        (["--format", "json"], True),
        (["--format", "json", "--changed-since", "HEAD"], True),
        (["--format", "github"], True),
    ],
)
def test_warnings_of_files_that_nobody_changed_are_only_counted(
    arguments: list[str], is_shown: bool, warned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == FINE
    out = capsys.readouterr().out
    assert ("plain-http" in out) == is_shown
    assert (UNSHOWN in out) == (not is_shown and "github" not in arguments)


def test_a_warning_of_a_changed_or_new_file_is_shown(warned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(warned, FIRST, (warned / FIRST).read_text("utf-8").replace("where: Files", "where: Its files"))
    write(
        warned, TWO, (warned / FIRST).read_text("utf-8").replace("ample One", "ample Two").replace("example/one", "e/2")
    )
    assert main(["check"]) == FINE
    assert capsys.readouterr().out.count("plain-http") == 2


def test_what_changed_since_a_branch_is_what_this_branch_changed(
    warned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(warned, "branch", "before")
    write(warned, FIRST, (warned / FIRST).read_text("utf-8").replace("where: Files", "where: Its files"))
    commit_all(warned)
    assert main(["check"]) == FINE
    assert capsys.readouterr().out.startswith(UNSHOWN)
    assert main(["check", "--changed-since", "before"]) == FINE
    assert "plain-http" in capsys.readouterr().out


def test_errors_are_shown_last_and_always(warned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken(warned, "assessments/example/a.yaml")
    commit_all(warned)
    assert main(["check", "--all-warnings"]) == PROBLEMS_FOUND
    out = capsys.readouterr().out
    assert out.index("[plain-http]") < out.index("[unknown-word]")
    assert main(["check", "--changed-since", "HEAD"]) == PROBLEMS_FOUND
    assert "[unknown-word]" in capsys.readouterr().out


def test_a_commit_that_is_not_there_is_wrong_usage(warned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--changed-since", "nowhere"]) == WRONG_USAGE
    assert "there is no commit `nowhere` here" in capsys.readouterr().err


# ---- the policy ------------------------------------------------------------------------------------------------------

PERSON = (
    "people:\n- {id: 5, login: example, declared: 2026-11-21, affiliations: [{developer: exampel, from: 2026-01-01}]}\n"
)


@pytest.fixture
def policy(root: Path) -> str:
    """Return the text of a valid policy, after writing it into the checkout."""
    text = (DATA / "governance.yml").read_text("utf-8")
    write(root, "governance.yml", text)
    return text


@pytest.mark.parametrize("arguments", [[], ["."], ["governance.yml"]])
def test_the_policy_is_one_of_the_files(arguments: list[str], root: Path, policy: str) -> None:
    assert main(["check", *arguments]) == FINE
    write(root, "governance.yml", policy.replace("version: ", "verison: "))
    assert main(["check", *arguments]) == PROBLEMS_FOUND
    assert main(["check", "assessments"]) == FINE


def test_the_policy_is_counted(policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert policy
    assert main(["check", "governance.yml"]) == FINE
    assert capsys.readouterr().out == "1 file checked: no problems.\n"


def test_an_unknown_developer_is_reported_with_the_nearest(
    root: Path, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "governance.yml", policy.replace("people: []\n", PERSON))
    assert main(["check"]) == PROBLEMS_FOUND
    out = capsys.readouterr().out
    assert out.startswith("governance.yml:")
    assert "there is no developer `exampel`. Did you mean `example`? [unknown-developer]" in out
    assert "^~~~~~~" in out
    assert main(["check", "assessments"]) == FINE


def test_a_developer_with_a_broken_file_is_no_unknown_one(
    root: Path, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, "governance.yml", policy.replace("people: []\n", PERSON.replace("exampel", "example")))
    write(root, "assessments/example/developer.yaml", "name: 1\n")
    assert main(["check"]) == PROBLEMS_FOUND
    assert "unknown-developer" not in capsys.readouterr().out


# ---- a selection -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "checked", "with_problems"),
    [
        (["assessments/example/one.yaml"], 1, []),
        (["assessments/example/two.yaml"], 1, ["two"]),
        (["assessments/example"], 3, ["two"]),
        (["assessments/other/"], 2, ["three"]),
        (["assessments"], 5, ["two", "three"]),
        (["."], 6, ["two", "three"]),
        (["assessments/example/one.yaml", "assessments/other"], 3, ["three"]),
        (["./assessments/../assessments/other/three.yaml", "assessments/other/three.yaml"], 1, ["three"]),
    ],
)
def test_only_problems_of_the_named_paths_are_reported(
    paths: list[str], checked: int, with_problems: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(root)
    broken(root, "assessments/other/three.yaml", "Example Three")
    write(root, "assessments/other/developer.yaml", developer_text("Other Lab"))
    assert main(["check", "--format", "json", *paths]) == (PROBLEMS_FOUND if with_problems else FINE)
    document = json.loads(capsys.readouterr().out)
    assert document["files_checked"] == checked
    assert [problem["path"].split("/")[-1] for problem in document["problems"]] == [
        f"{name}.yaml" for name in with_problems
    ]


def test_a_broken_file_outside_the_selection_is_not_reported_but_its_duplicate_inside_is(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(root, model="Example One")
    assert main(["check", FIRST]) == PROBLEMS_FOUND
    out = capsys.readouterr().out
    assert f"the model in `{TWO}` has the same name" in out
    assert "txet" not in out


def test_an_assessment_in_a_wrong_place_is_a_problem_and_the_right_one_is_named(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in ("models/two.yaml", ".venv/two.yaml", "tools/two.yaml", "tests/two.yaml"):
        write(root, path, assessment_text("Example Two", "example/two"))
    write(root, "tools/pyvenv.cfg", "")
    assert main(["check"]) == PROBLEMS_FOUND
    out = capsys.readouterr().out
    assert "models/two.yaml:1:1: this looks like an assessment" in out
    assert "Move it to `assessments/example/two.yaml`." in out
    assert out.count("[misplaced]") == 1
    assert main(["check", "assessments"]) == FINE


def test_a_link_is_checked_as_the_link_that_it_is(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / TWO).symlink_to("one.yaml")
    assert main(["check", TWO]) == PROBLEMS_FOUND
    assert capsys.readouterr().out.startswith(f"{TWO}:1:1: this is a symbolic link")


# ---- formats ---------------------------------------------------------------------------------------------------------


def test_annotations_are_nothing_but_commands(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken(root)
    assert main(["check", "--format", "github"]) == PROBLEMS_FOUND
    out = capsys.readouterr().out
    assert out.startswith(f"::error file={TWO},line=")
    assert out.count("\n") == 1


def test_the_installed_command_prints_and_exits_as_it_should(root: Path) -> None:
    broken(root)
    command = [str(Path(sys.executable).with_name("openness-bot")), "check"]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (PROBLEMS_FOUND, b"")
    assert done.stdout.decode("utf-8").endswith("4 files checked: 1 error.\n")
