"""The build: all files are written once and whole, and have the same bytes on every machine."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.site.marks import MARK_FILES
from tests.checkouts import MODELS, add_model, checkout, edit, files, run, started, study_checkout, write
from tests.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Damage = Callable[[Path], Any]

PAGE = "leaderboard/models/example/one.md"
GENERATED = {
    "README.md",
    "decisions/README.md",
    "schema/assessment.schema.json",
    "schema/crosswalk.schema.json",
    "schema/decision.schema.json",
    "schema/developer.schema.json",
    "schema/evidence-report.schema.json",
    "schema/frameworks.schema.json",
    "schema/governance.schema.json",
    "schema/hub-drift.schema.json",
    "schema/licenses.schema.json",
    "schema/leaderboard.schema.json",
    "schema/link-report.schema.json",
    "schema/precedents.schema.json",
    "schema/rubric.schema.json",
    "leaderboard/leaderboard.csv",
    "leaderboard/leaderboard.excel.csv",
    "leaderboard/leaderboard.json",
    "leaderboard/ratings.csv",
    "leaderboard/README.md",
    *MARK_FILES,
    "leaderboard/plots/heat-map.svg",
    "leaderboard/plots/heat-map-dark.svg",
    PAGE,
    "leaderboard/models/example/two.md",
    "leaderboard/models/example-labs/three.md",
}


@pytest.fixture(scope="module")
def once_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = checkout(tmp_path_factory.mktemp("built"))
    assert run(root, "build").code == 0
    return root


@pytest.fixture
def built(once_built: Path, tmp_path: Path) -> Path:
    """Return a built checkout for this test alone."""
    return Path(shutil.copytree(once_built, tmp_path / "built", symlinks=True))


def change(root: Path) -> None:
    """Add a model, remove one, and change the rating of one."""
    add_model(root, "example/four", "osososososososos")
    (root / "assessments/example-labs/three.yaml").unlink()
    edit(root / "assessments/example/two.yaml", "level: semi-open", "level: open")


# ---- what is written -------------------------------------------------------------------------------------------------


def test_a_build_lists_all_files_that_it_writes(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    before = files(root)
    code, out, err = run(root, "build")
    assert (code, err) == (0, "")
    written = {path for path, content in files(root).items() if before.get(path) != content}
    assert written == GENERATED
    assert out.splitlines()[-1] == "3 models; done."
    assert {line.removeprefix("wrote ") for line in out.splitlines()[:-1]} == GENERATED


def test_generated_files_can_be_read_by_everybody(built: Path) -> None:
    modes = {path: stat.S_IMODE((built / path).stat().st_mode) for path in GENERATED - {"README.md"}}
    assert set(modes.values()) == {0o644}, modes


@pytest.mark.thorough
def test_a_file_keeps_its_mode_when_it_is_rewritten(built: Path) -> None:
    (built / "README.md").chmod(0o664)
    change(built)
    run(built, "build")
    assert stat.S_IMODE((built / "README.md").stat().st_mode) == 0o664


def test_a_second_build_touches_nothing(built: Path) -> None:
    def stamps() -> dict[str, tuple[int, int]]:
        return {path: ((built / path).stat().st_mtime_ns, (built / path).stat().st_ino) for path in files(built)}

    before = stamps()
    assert run(built, "build") == (0, "3 models; everything is up to date.\n", "")
    assert stamps() == before


def test_a_build_writes_only_the_files_that_a_change_affects(built: Path) -> None:
    edit(built / "assessments/example/two.yaml", "fact: It says so.", "fact: It says something else.")
    out = run(built, "build").out.splitlines()
    assert set(out[:-1]) == {
        "wrote leaderboard/models/example/two.md",
        "wrote leaderboard/leaderboard.json",
    }


def test_left_over_files_are_removed_with_their_folder(built: Path) -> None:
    (built / "assessments/example-labs/three.yaml").unlink()
    write(built, "leaderboard/notes.txt", "Mine.\n")
    out = run(built, "build").out
    assert "removed leaderboard/models/example-labs/three.md\n" in out
    assert "removed leaderboard/notes.txt\n" in out
    assert not (built / "leaderboard/models/example-labs").exists()
    assert run(built, "build", "--check").code == 0


@pytest.mark.thorough
def test_a_hundred_and_one_models_have_a_second_page_and_a_hundred_have_none(tmp_path: Path) -> None:
    root = checkout(tmp_path, {f"example/model-{number}": "sosososososososo" for number in range(101)})
    assert run(root, "build").code == 0
    second = (root / "leaderboard/page-2.md").read_text("utf-8")
    assert second.count('<th scope="row"') == 1
    assert "(page-2.md)" in (root / "leaderboard/README.md").read_text("utf-8")
    (root / "assessments/example/model-7.yaml").unlink()
    assert "removed leaderboard/page-2.md\n" in run(root, "build").out
    assert not (root / "leaderboard/page-2.md").exists()
    assert "page-2" not in (root / "leaderboard/README.md").read_text("utf-8")


def test_a_translation_of_the_readme_that_has_the_markers_gets_the_board(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    write(root, "README.ko.md", "# 모델\n\n<!-- leaderboard:begin -->\n<!-- leaderboard:end -->\n\n끝.\n")
    out = run(root, "build").out
    assert "wrote README.ko.md\n" in out
    assert "wrote leaderboard/plots/heat-map-ko.svg\n" in out
    text = (root / "README.ko.md").read_text("utf-8")
    assert "## 순위표" in text
    assert text.endswith("\n\n끝.\n")
    assert "(leaderboard/models/example/one.md)" in text
    write(root, "README.ko.md", "# 모델\n")
    assert "removed leaderboard/plots/heat-map-ko.svg\n" in run(root, "build").out
    assert (root / "README.ko.md").read_text("utf-8") == "# 모델\n"


def test_a_translation_with_half_the_markers_stops_the_build(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    write(root, "README.ko.md", "# 모델\n\n<!-- leaderboard:begin -->\n")
    ran = run(root, "build")
    assert (ran.code, "README.ko.md needs one line" in ran.err) == (1, True)


def test_a_checkout_without_assessments_has_an_empty_board(tmp_path: Path) -> None:
    root = checkout(tmp_path, {})
    assert run(root, "build").out.endswith("0 models; done.\n")
    assert "No model has been assessed yet." in (root / "README.md").read_text("utf-8")
    assert run(root, "build", "--check").code == 0
    add_model(root, "example/one", MODELS["example/one"])
    assert run(root, "build").code == 0
    assert (root / PAGE).exists()


def test_the_last_model_can_be_removed(built: Path) -> None:
    shutil.rmtree(built / "assessments")
    (built / "assessments").mkdir()
    assert run(built, "build").code == 0
    assert [file.name for file in (built / "leaderboard").rglob("*.md")] == ["README.md"]
    assert run(built, "build", "--check").code == 0


@pytest.mark.parametrize("command", ["check", "build", "rank"])
def test_a_missing_folder_of_assessments_is_no_empty_board(command: str, built: Path) -> None:
    before = files(built)
    shutil.rmtree(built / "assessments")
    code, out, err = run(built, command)
    assert (code, out) == (2, "")
    assert "there is no folder assessments in" in err
    assert files(built) == {path: data for path, data in before.items() if not path.startswith("assessments/")}


@pytest.mark.thorough
def test_two_builds_at_once_wait_for_each_other(built: Path) -> None:
    edit(built / "assessments/example/two.yaml", "model: Example Two", "model: Example Second")
    command = [sys.executable, "-m", "bot", "--root", str(built), "build"]
    builds = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True) for _ in range(3)
    ]
    ends = [(*build.communicate(), build.returncode) for build in builds]
    assert [(err, code) for _, err, code in ends] == [("", 0)] * 3
    assert run(built, "build", "--check").code == 0


@pytest.mark.thorough
def test_a_build_with_the_study_has_its_pages_and_one_without_has_none(built: Path) -> None:
    assert not (built / "leaderboard/reproduction.md").exists()
    shutil.copytree(ROOT / "studies", built / "studies")
    assert run(built, "build").code == 0
    assert (built / "leaderboard/reproduction.md").exists()
    plots = {file.stem for file in (built / "leaderboard/plots").iterdir()}
    names = {"heat-map", "elo", "elo-2025", "gpqa", "gpqa-2025", "mmlu", "mmlu-2025"}
    assert plots == names | {f"{name}-dark" for name in names}


# ---- stale files -----------------------------------------------------------------------------------------------------


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def _one_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


STALE: dict[str, tuple[Damage, str]] = {
    "an edited table in the README": (lambda root: edit(root / "README.md", "|**1**", "|**2**"), "stale README.md"),
    "an edited page": (lambda root: edit(root / PAGE, "How open", "How very open"), f"stale {PAGE}"),
    "a page with something behind it": (lambda root: _append(root / PAGE, "x"), f"stale {PAGE}"),
    "a page that was cut short": (lambda root: os.truncate(root / PAGE, 100), f"stale {PAGE}"),
    "a deleted page": (lambda root: (root / PAGE).unlink(), f"stale {PAGE}"),
    "the page of a removed model": (
        lambda root: write(root, "leaderboard/models/example/gone.md", "# Gone\n"),
        "left over leaderboard/models/example/gone.md",
    ),
    "a stale schema": (
        lambda root: write(root, "schema/developer.schema.json", "{}\n"),
        "stale schema/developer.schema.json",
    ),
    "a missing schema": (
        lambda root: (root / "schema/leaderboard.schema.json").unlink(),
        "stale schema/leaderboard.schema.json",
    ),
    "a stale plot": (
        lambda root: edit(root / "leaderboard/plots/heat-map.svg", "svg", "gvs"),
        "stale leaderboard/plots/heat-map.svg",
    ),
    "JSON with one bit changed": (
        lambda root: _one_bit(root / "leaderboard/leaderboard.json"),
        "stale leaderboard/leaderboard.json",
    ),
    "an empty CSV": (
        lambda root: write(root, "leaderboard/leaderboard.csv", ""),
        "stale leaderboard/leaderboard.csv",
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("case", STALE)
def test_check_names_what_is_stale_and_changes_nothing(case: str, built: Path) -> None:
    damage, expected = STALE[case]
    damage(built)
    before = files(built)
    code, out, _ = run(built, "build", "--check")
    assert code == 1
    assert out.splitlines() == [expected, "Run `openness-bot build` and commit what it writes."]
    assert files(built) == before
    assert run(built, "build").code == 0
    assert run(built, "build", "--check").code == 0


def test_check_of_a_checkout_that_was_never_built_creates_nothing(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    before = files(root)
    code, out, _ = run(root, "build", "--check")
    assert code == 1
    assert {line.removeprefix("stale ") for line in out.splitlines()[:-1]} == GENERATED
    assert files(root) == before
    assert not (root / "leaderboard").exists()


@pytest.mark.thorough
def test_the_table_of_the_policy_is_built_into_the_governance_where_there_is_one(built: Path) -> None:
    assert not (built / "GOVERNANCE.md").exists()
    file = write(built, "GOVERNANCE.md", "# Rules\n\n<!-- governance:begin -->\n<!-- governance:end -->\n\nThe end.\n")
    assert run(built, "build", "--check").out.splitlines()[0] == "stale GOVERNANCE.md"
    assert run(built, "build").out.splitlines()[0] == "wrote GOVERNANCE.md"
    assert "| 24 hours |" in file.read_text("utf-8")
    edit(built / "governance.yml", "wait_hours: 24", "wait_hours: 25")
    assert run(built, "build", "--check").out.splitlines()[0] == "stale GOVERNANCE.md"
    assert run(built, "build").code == 0
    assert "| 25 hours |" in file.read_text("utf-8")
    assert file.read_text("utf-8").endswith("\n\nThe end.\n")


def test_a_governance_without_markers_stops_the_build_before_anything_is_written(built: Path) -> None:
    write(built, "GOVERNANCE.md", "# Rules\n")
    change(built)
    before = files(built)
    code, _, err = run(built, "build")
    assert code == 1
    assert "GOVERNANCE.md needs one line `<!-- governance:begin -->`" in err
    assert files(built) == before


# ---- the same bytes everywhere ---------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_two_machines_build_the_same_bytes(tmp_path: Path) -> None:
    here, there = checkout(tmp_path / "here"), tmp_path / "there"
    checkout(there, dict(reversed(MODELS.items())))
    for root in (here, there):
        shutil.copytree(ROOT / "studies", root / "studies")
    first = {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
    second = {"PYTHONHASHSEED": "4242", "TZ": "Etc/GMT+12", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
    assert started(["--root", "here", "build"], tmp_path, **first).code == 0
    assert started(["build"], there / "assessments", **second).code == 0
    assert files(here) == files(there)


# ---- builds that fail -------------------------------------------------------------------------------------------------

READMES = {
    "no README": (None, "there is no README.md"),
    "no markers": ("# Models\n", "found: none"),
    "markers twice": (
        "<!-- leaderboard:begin -->\n<!-- leaderboard:end -->\n" * 2,
        "found: leaderboard:begin, leaderboard:end, leaderboard:begin, leaderboard:end",
    ),
    "markers in the wrong order": (
        "<!-- leaderboard:end -->\n<!-- leaderboard:begin -->\n",
        "found: leaderboard:end, leaderboard:begin",
    ),
    "no end": ("<!-- leaderboard:begin -->\n", "found: leaderboard:begin"),
}


@pytest.mark.parametrize("mode", [(), ("--check",)])
@pytest.mark.parametrize("case", READMES)
def test_a_readme_without_markers_stops_the_build_before_anything_is_written(
    case: str, mode: tuple[str, ...], tmp_path: Path
) -> None:
    text, expected = READMES[case]
    root = checkout(tmp_path)
    (root / "README.md").unlink()
    if text is not None:
        write(root, "README.md", text)
    before = files(root)
    code, out, err = run(root, "build", *mode)
    assert (code, out) == (1, "")
    assert expected in err
    assert len(err.splitlines()) == 1
    assert files(root) == before


BROKEN: dict[str, tuple[Damage, str]] = {
    "a rating of another level": (
        lambda root: edit(root / "assessments/example/two.yaml", "level: semi-open", "level: ajar"),
        "assessments/example/two.yaml:14:12: ",
    ),
    "no developer file": (
        lambda root: (root / "assessments/example/developer.yaml").unlink(),
        "the folder `assessments/example` has no `developer.yaml`",
    ),
    "two files for one model": (
        lambda root: shutil.copy(root / "assessments/example/two.yaml", root / "assessments/example/too.yaml"),
        "assessments/example/too.yaml",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_assessment_stops_the_build_before_anything_is_written(case: str, built: Path) -> None:
    damage, expected = BROKEN[case]
    change(built)
    damage(built)
    before = files(built)
    code, out, err = run(built, "build")
    assert (code, out) == (1, "")
    assert err.startswith("Error: fix these first.\n")
    assert expected in err
    assert files(built) == before


@pytest.mark.thorough
def test_warnings_do_not_stop_the_build(built: Path) -> None:
    edit(built / "assessments/example/two.yaml", "        where: Section 1\n", "")
    assert run(built, "build").code == 0


@contextmanager
def unprivileged_user() -> Iterator[None]:
    """Become a user to whom permissions apply, because the tests may be run by root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("locked", ["leaderboard", "leaderboard/models/example", "schema", "."])
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no such permissions here")
def test_a_folder_without_write_permission_is_named_without_a_traceback(locked: str, once_built: Path) -> None:
    # Not below pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory() as place:
        root = Path(shutil.copytree(once_built, Path(place) / "built"))
        change(root)
        write(root, "schema/developer.schema.json", "{}\n")
        for folder in (Path(place), *(path for path in root.rglob("*") if path.is_dir()), root):
            folder.chmod(0o777)
        (root / locked).chmod(0o555)
        before = files(root)
        with unprivileged_user():
            code, _, err = run(root, "build")
        (root / locked).chmod(0o777)
        assert code == 1
        assert err.startswith(f"Error: {root / locked}")
        assert err.endswith("can't be written: Permission denied. Fix that and run this again.\n")
        assert len(err.splitlines()) == 1
        left = files(root)
        assert before.keys() - left.keys() == set()
        assert run(root, "build").code == 0


def test_a_full_disk_is_named_without_a_traceback(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    change(built)
    before = files(built)
    monkeypatch.setattr(Path, "replace", full)
    code, _, err = run(built, "build")
    assert (code, err) == (
        1,
        "Error: a generated file can't be written: No space left on device. Fix that and run this again.\n",
    )
    assert files(built) == before


def test_a_file_where_a_folder_belongs_is_named(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    write(root, "leaderboard", "a file\n")
    code, _, err = run(root, "build")
    assert code == 1
    assert err.startswith(f"Error: {root / 'leaderboard'}")


def test_a_folder_where_a_file_belongs_is_named(built: Path) -> None:
    (built / PAGE).unlink()
    (built / PAGE).mkdir()
    code, _, err = run(built, "build")
    assert code == 1
    assert err == f"Error: {built / PAGE} can't be written: Is a directory. Fix that and run this again.\n"


# ---- killed in the middle --------------------------------------------------------------------------------------------


class Killed(BaseException):
    """An exception that nothing catches."""


@pytest.mark.thorough
def test_a_build_that_is_killed_at_any_write_leaves_whole_files_and_the_next_one_completes_it(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(built)
    before = files(built)
    whole = Path(shutil.copytree(built, tmp_path / "whole"))
    run(whole, "build")
    after = files(whole)

    replace = Path.replace
    for last in itertools.count():
        root = Path(shutil.copytree(built, tmp_path / f"killed-{last}"))
        writes = itertools.count()

        def dying(self: Path, target: Path, writes: Iterator[int] = writes, last: int = last) -> Path:
            if next(writes) == last:
                raise Killed
            return replace(self, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", dying)
            try:
                run(root, "build")
                break
            except Killed:
                pass
        left = files(root)
        assert all(content in (before.get(path), after.get(path)) for path, content in left.items()), last
        assert sum(left.get(path) != content for path, content in before.items()) <= last
        assert run(root, "build").code == 0
        assert files(root) == after
    assert last == 10  # README, the leaderboard, two heat maps, four data files, two pages


@pytest.mark.thorough
def test_a_build_that_the_system_kills_leaves_nothing_that_the_next_one_keeps(built: Path) -> None:
    change(built)
    script = (
        "import os, signal, pathlib\n"
        "from bot.cli import main\n"
        "pathlib.Path.replace = lambda self, target: os.kill(os.getpid(), signal.SIGKILL)\n"
        "main(['build'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=built, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert run(built, "build").code == 0
    assert not [path for path in files(built) if Path(path).name.startswith(".")]
    assert run(built, "build", "--check").code == 0


# ---- symbolic links --------------------------------------------------------------------------------------------------

LINKED = {
    "a page": PAGE,
    "a data file": "leaderboard/leaderboard.json",
    "the folder of a developer": "leaderboard/models/example",
    "the whole folder": "leaderboard",
}


def test_nothing_is_written_through_a_link_in_place_of_the_schemas(built: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (built / "schema").rename(elsewhere)
    (elsewhere / "assessment.schema.json").unlink()
    (built / "schema").symlink_to(elsewhere)
    code, out, err = run(built, "build")
    assert (code, out) == (1, "")
    assert err.startswith("Error: schema is a symbolic link")
    assert not (elsewhere / "assessment.schema.json").exists()


@pytest.mark.thorough
@pytest.mark.parametrize("case", LINKED)
def test_a_link_in_place_of_a_generated_file_is_replaced_and_not_followed(
    case: str, built: Path, tmp_path: Path
) -> None:
    place = built / LINKED[case]
    expected = files(built)
    target = tmp_path / "elsewhere"
    place.rename(target)
    place.symlink_to(target)
    kept = files(target) if target.is_dir() else target.read_bytes()

    code, out, _ = run(built, "build", "--check")
    assert code == 1
    assert LINKED[case] in out
    assert place.is_symlink()

    change(built)
    assert run(built, "build").code == 0
    assert not place.is_symlink()
    assert (files(target) if target.is_dir() else target.read_bytes()) == kept
    assert not [path for path in built.rglob("*") if path.is_symlink()]
    gone = {"assessments/example-labs/three.yaml", "leaderboard/models/example-labs/three.md"}
    assert expected.keys() - files(built).keys() == gone


def test_a_link_is_replaced_by_a_file_with_the_usual_mode(built: Path, tmp_path: Path) -> None:
    target = write(tmp_path, "secret.sh", "#!/bin/sh\n")
    target.chmod(0o700)
    (built / PAGE).unlink()
    (built / PAGE).symlink_to(target)
    run(built, "build")
    assert stat.S_IMODE((built / PAGE).lstat().st_mode) == 0o644
    assert target.read_text() == "#!/bin/sh\n"


# ---- the rubric is data ----------------------------------------------------------------------------------------------

CRITERION = """      - id: governance
        title: Governance
        short: Go
        question: Is it public who decides about the model?
        open: All decisions are.
        semi-open: Some decisions are.
        closed: None.
  - id: accessibility
"""
WEIGHTING = """  - id: example
    name: Example Weighting
    source: Nobody in particular
    weights: {basic: 2, accessibility: 0.25, methodology: 0, data: 0}
  - id: osd
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the study's models with one more criterion and one more weighting, added by editing YAML only."""
    root = study_checkout(tmp_path_factory.mktemp("extended"))
    edit(root / "schema/rubric.yaml", "  - id: accessibility\n", CRITERION)
    edit(root / "schema/rubric.yaml", "  - id: osd\n", WEIGHTING)
    for file in (root / "assessments").rglob("*.yaml"):
        if file.name != "developer.yaml":
            file.write_text(file.read_text("utf-8").rstrip("\n") + "\n  governance:\n    level: closed\n", "utf-8")
    edit(
        root / "assessments/openai/gpt-2.yaml",
        "  governance:\n    level: closed\n",
        "  governance:\n    level: open\n    evidence:\n      - url: https://example.org/governance\n"
        "        where: Page 1\n        fact: Everything is decided in public.\n        accessed: 2025-03-31\n",
    )
    return root


def test_a_criterion_without_ratings_is_an_error_in_every_assessment(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    edit(root / "schema/rubric.yaml", "  - id: accessibility\n", CRITERION)
    code, out, _ = run(root, "check")
    assert code == 1
    for model_id in MODELS:
        assert f"assessments/{model_id}.yaml:" in out
    assert "3 errors" in out
    assert "governance" in out


@pytest.mark.thorough
def test_a_new_criterion_and_weighting_need_no_code(extended: Path) -> None:
    assert run(extended, "check").code == 0
    assert run(extended, "build").code == 0
    assert run(extended, "build", "--check").code == 0
    page = (extended / "leaderboard/models/openai/gpt-2.md").read_text("utf-8")
    assert "Governance" in page
    assert "Example Weighting" in page
    board = (extended / "leaderboard/README.md").read_text("utf-8")
    assert 'title="Governance: open"' in board
    assert "Example Weighting" in board
    for name in ("leaderboard/leaderboard.json", "leaderboard/ratings.csv", "schema/assessment.schema.json"):
        assert "governance" in (extended / name).read_text("utf-8"), name
    assert "rank_example_zero" in (extended / "leaderboard/leaderboard.csv").read_text("utf-8")


def test_a_new_criterion_and_weighting_are_shown_by_every_command(extended: Path) -> None:
    ranked = run(extended, "rank", "--weighting", "example", "--top", "3")
    assert ranked.code == 0
    assert "Score of 2.25" in ranked.out.replace("\n", " ")
    assert "ranked by Example Weighting" in ranked.out
    shown = run(extended, "show", "openai/gpt-2").out
    assert "● Governance: open" in shown
    assert "Example Weighting" in shown
    compared = run(extended, "compare", "openai/gpt-2", "openai/gpt-3").out
    assert "Governance" in compared
    run(extended, "new", "example/one")
    skeleton = (extended / "assessments/example/one.yaml").read_text("utf-8")
    shutil.rmtree(extended / "assessments/example")
    assert "Is it public who decides about the model?" in skeleton


@pytest.mark.thorough
def test_a_larger_rubric_does_not_change_the_reproduced_study(extended: Path, tmp_path: Path) -> None:
    studied = study_checkout(tmp_path)
    for form in ("text", "json"):
        assert run(extended, "reproduce", "--format", form) == run(studied, "reproduce", "--format", form)


@pytest.mark.thorough
def test_a_weighting_can_be_removed_and_titles_can_be_renamed(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    rubric = root / "schema/rubric.yaml"
    text = rubric.read_text("utf-8")
    start, end = text.index("  - id: osd\n"), text.index("  - id: osaid\n")
    rubric.write_text(text[:start] + text[end:], "utf-8")
    edit(rubric, "title: Weights", "title: Parameters & such")
    edit(rubric, "title: Basic openness", "title: The first things")
    edit(rubric, "name: Liu", "name: Example People")
    for command in (["check"], ["build"], ["build", "--check"], ["rank"], ["show", "example/one"]):
        assert run(root, *command).code == 0, command
    page = (root / PAGE).read_text("utf-8")
    board = (root / "leaderboard/README.md").read_text("utf-8")
    for text in (page, board):
        assert "Example People" in text
        assert "OSD" not in text
    assert "#parameters--such" in board
    assert "## The first things" in page
    assert "Parameters & such: open" in run(root, "show", "example/one").out
    assert "The first" in run(root, "rank").out
    unknown = run(root, "rank", "--weighting", "osd")
    assert unknown.code == 2
    assert "there is no weighting `osd`. Did you mean " in unknown.err
