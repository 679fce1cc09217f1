"""Behaviour of all commands: help, wrong usage, and failures without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import pytest

from bot.cli import COMMANDS, main
from bot.cli.checkout import Checkout
from tests.checkouts import checkout, commit, edit, run, started, write
from tests.samples import DATA, ROOT

USED = {
    "check": ["check"],
    "build": ["build"],
    "preview": ["preview", "--base", "HEAD"],
    "show": ["show", "example/one"],
    "history": ["history", "example/one"],
    "rank": ["rank"],
    "compare": ["compare", "example/one", "example/two"],
    "candidates": ["candidates", "--from", str(ROOT / "tests/sources/hub/candidates.csv")],
    "new": ["new", "example/four"],
    "draft": ["draft", "--update"],
    "import": ["import", "osai", "."],
    "agreement": ["agreement", "."],
    "evidence": ["evidence", "quote", str(ROOT / "LICENSE"), "Apache License"],
    "reproduce": ["reproduce"],
    "links": ["links", str(ROOT / "tests/github/links.json"), "--report", os.devnull],
    "pr": ["pr", "--number", "1"],
    "issue": ["issue", "--number", "1"],
    "dispute": ["dispute", "--number", "1"],
    "mend": ["mend", "--report", str(ROOT / "tests/github/report.json")],
    "publish": ["publish"],
}
"""Each command as somebody would use it."""

THOROUGH = pytest.mark.thorough
EVERY_COMMAND = pytest.mark.parametrize("command", COMMANDS)
# These write on the page itself that the rubric can't be used, and read it from the base branch.
_ON_GITHUB = ("pr", "issue", "dispute", "mend")
# The search for a quote on a page needs no checkout.
_WITHOUT_A_RUBRIC = (*_ON_GITHUB, "evidence", "links")
EVERY_COMMAND_WITH_A_RUBRIC = pytest.mark.parametrize(
    "command", [name for name in COMMANDS if name not in _WITHOUT_A_RUBRIC]
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository in which every command has something to do; no test changes it."""
    root = checkout(tmp_path_factory.mktemp("help"))
    commit(root)
    return root


# ---- help ------------------------------------------------------------------------------------------------------------


@EVERY_COMMAND
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help_with_examples_on_lines_of_their_own(
    command: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([command, option]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    heading = next(number for number, line in enumerate(lines) if line in ("Example:", "Examples:"))
    examples = lines[heading + 1 : lines.index("", heading)]
    assert examples
    assert all(example.startswith(f"openness-bot {command}") for example in examples)
    assert "\\b" not in " ".join(lines)


def test_help_lists_the_commands_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {command} " in out for command in COMMANDS)
    assert "Exit codes: 0 fine, 1 problems found, 2 wrong usage, 3 a bug" in out
    assert "\n    openness-bot rank --top 10                 the head of the leaderboard\n" in out


def test_help_is_there_outside_of_a_checkout(tmp_path: Path) -> None:
    assert started(["rank", "--help"], tmp_path).code == 0


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"openness-bot, version {version('openness-bot')}\n"


# ---- wrong usage -----------------------------------------------------------------------------------------------------

WRONG = {
    ("rnak",): "No such command 'rnak'. Did you mean rank?",
    ("zzz",): "No such command 'zzz'.",
    ("rank", "--topp", "3"): "No such option '--topp'. Did you mean '--top'?",
    ("rank", "--top"): "Option '--top' requires an argument.",
    ("--rot", ".", "rank"): "No such option '--rot'. Did you mean '--root'?",
    ("--root", "nowhere", "rank"): "Invalid value for '--root': Directory 'nowhere' does not exist.",
    ("--root", "README.md", "rank"): "Invalid value for '--root': Directory 'README.md' is a file.",
    ("check", "nowhere.yaml"): "Invalid value for '[PATHS]...': Path 'nowhere.yaml' does not exist.",
    ("check", "--format", "yaml"): "Invalid value for '--format': 'yaml' is not one of 'text', 'json', 'github'.",
    ("show",): "Missing argument 'MODEL'.",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_is_refused_with_what_would_be_right(
    arguments: tuple[str, ...], root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main(list(arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[-1] == f"Error: {WRONG[arguments]}"


@EVERY_COMMAND_WITH_A_RUBRIC
def test_a_folder_that_is_no_checkout_is_named_in_one_line(command: str, tmp_path: Path) -> None:
    code, out, err = run(tmp_path, *USED[command])
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == (
        f"Error: there is no schema/rubric.yaml in {tmp_path}. Run this inside a checkout, or name one with `--root`."
    )
    assert list(tmp_path.iterdir()) == []


@EVERY_COMMAND
def test_root_names_another_checkout(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = checkout(tmp_path / "there")
    commit(root)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    expected = {
        "import": (1, "Error: schema/crosswalks/osai.yaml can't be read"),
        "agreement": (1, "Error: schema/crosswalks/osai.yaml can't be read"),
        "reproduce": (1, "Error: there is no studies/jeon-2025 here"),
        "pr": (2, "Error: GITHUB_REPOSITORY is not set."),
        "issue": (2, "Error: GITHUB_REPOSITORY is not set."),
        "dispute": (2, "Error: GITHUB_REPOSITORY is not set."),
        "mend": (2, "Error: GITHUB_REPOSITORY is not set."),
        "publish": (2, "Error: there is no remote origin to publish to."),
    }
    code, _, err = run(root, *USED[command])
    wanted, words = expected.get(command, (0, ""))
    assert (code, words in err) == (wanted, True)
    assert list((tmp_path / "here").iterdir()) == []


def test_the_nearest_checkout_upwards_is_the_one_to_work_on(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root / "assessments/example")
    assert main(["rank", "--top", "1"]) == 0
    assert "Example One" in capsys.readouterr().out


# ---- what is broken --------------------------------------------------------------------------------------------------

RUBRICS = {
    "a list that is never closed": ("levels:\n", "levels: [\n", "schema/rubric.yaml:"),
    "a weight that is no number": ("weights: {basic: 1,", "weights: {basic: much,", "schema/rubric.yaml:"),
    "a key that does not exist": ("    points: 1\n", "    points: 1\n    colour: green\n", "schema/rubric.yaml:11:5: "),
    "a question that is missing": (
        "        question: Can the trained weights be downloaded?\n",
        "",
        "schema/rubric.yaml:",
    ),
}


@pytest.mark.parametrize("case", RUBRICS)
@EVERY_COMMAND_WITH_A_RUBRIC
def test_a_broken_rubric_is_named_with_its_place(case: str, command: str, tmp_path: Path) -> None:
    root = checkout(tmp_path)
    old, new, place = RUBRICS[case]
    edit(root / "schema/rubric.yaml", old, new)
    code, out, err = run(root, *USED[command])
    assert (code, out) == (1, "")
    first, second, *_ = err.splitlines()
    assert first == "Error: schema/rubric.yaml can't be used."
    assert second.startswith(place)
    line, column = second.split(":")[1:3]
    assert line.isdecimal()
    assert column.isdecimal()


@pytest.mark.parametrize("path", ["README.md", "studies/jeon-2025/ranks.csv"])
def test_a_file_that_is_not_utf_8_is_named(path: str, tmp_path: Path) -> None:
    root = checkout(tmp_path)
    write(root, path, "").write_bytes(b"caf\xe9\n")
    code, out, err = run(root, "build")
    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {path} ")
    assert "UTF-8" in err


@EVERY_COMMAND_WITH_A_RUBRIC
def test_a_bug_is_called_a_bug(command: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Checkout) -> NoReturn:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(Checkout, "rubric", property(broken))
    code, out, err = run(root, *USED[command])
    assert (code, out) == (3, "")
    assert "Traceback (most recent call last):" in err
    assert err.splitlines()[-2:] == [
        "| ZeroDivisionError: by zero",
        "This is a bug in openness-bot, not a mistake of yours. Please report it with the lines above.",
    ]


@EVERY_COMMAND_WITH_A_RUBRIC
def test_somebody_may_stop_a_command(command: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(self: Checkout) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(Checkout, "rubric", property(stopped))
    code, out, err = run(root, *USED[command])
    assert (code, out, err.strip()) == (1, "", "Stopped.")


# ---- terminals and pipes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["rank"],
        *(
            pytest.param(one, marks=THOROUGH)
            for one in (["show", "example/one"], ["check"], ["preview", "--base", "HEAD"])
        ),
    ],
)
def test_a_reader_that_goes_away_is_no_failure_to_talk_about(arguments: list[str], root: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "--root", str(root), *arguments],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            cwd=root,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)
    assert done.stderr == b""
    assert done.returncode in (0, 1)


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, pytest.param({"LC_ALL": "C", "PYTHONUTF8": "0"}, marks=THOROUGH)],
)
@pytest.mark.parametrize(
    "arguments",
    [["rank"], pytest.param(["show", "example/nowhere"], marks=THOROUGH), ["rank", "--weighting", "wß"]],
)
def test_a_terminal_without_special_characters_is_no_obstacle(
    environment: dict[str, str], arguments: list[str], root: Path
) -> None:
    done = started(arguments, root, **environment)
    assert done.code == (0 if arguments == ["rank"] else 2)
    assert "Traceback" not in done.err
    assert "Error: " in done.err or "Example One" in done.out


def test_a_full_disk_is_no_bug() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "bot", "--root", str(DATA), "rank", "--top", "1"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("Error: output: No space left on device.")


def test_a_folder_that_is_gone_is_no_bug(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); from bot.cli import run; run()"
    command = [sys.executable, "-c", script, "rank"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
