"""Separate processes with limits: results of good work, and an end to endless work."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import bounded as module
from bot.board.model.problem import Problem
from bot.board.reading.snapshot import SnapshotError
from bot.bounded import LARGEST_MEMORY, BoundedProcess, InProcess, Limit, OverLimitError
from bot.git.repository import GitError, GitMemoryError, Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells processor times")


@pytest.fixture
def process() -> Iterator[BoundedProcess]:
    made = BoundedProcess(30)
    yield made
    made.end()


def inherited_names() -> list[str]:
    return list(os.environ)


def never_end() -> None:
    signal.pause()


def busy() -> None:
    while True:
        pass


def busy_program() -> None:
    subprocess.run([sys.executable, "-c", "while True: pass"], check=True)


def busy_helper_of_a_program() -> None:
    busy = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    subprocess.run([sys.executable, "-c", busy], check=True)


def take_all_memory() -> None:
    _ = bytearray(LARGEST_MEMORY)


def program_that_takes_all_memory() -> int:
    return subprocess.run([sys.executable, "-c", f"bytearray({LARGEST_MEMORY})"], check=False).returncode


def fall_over() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def large_result() -> bytes:
    return bytes((1 << 28) + 1)


def fail() -> None:
    raise SnapshotError("schema/rubric.yaml", [Problem("schema/rubric.yaml", 1, 1, "rule", "what", "Remedy.")])


def fail_as_a_bug() -> None:
    raise ZeroDivisionError("of a test")


def fail_unportably() -> None:
    class LocalError(Exception):
        """Error that can't be sent."""

    raise LocalError("of a test")


def test_no_process_is_started_before_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: pytest.fail("a process was started"))
    process = BoundedProcess(30)
    process.begin()
    process.end()


def test_a_process_inherits_no_secret(process: BoundedProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "example-token")
    monkeypatch.setenv("EXAMPLE_SETTING", "1")
    inherited = process.call(inherited_names)
    assert "GITHUB_TOKEN" not in inherited
    assert "EXAMPLE_SETTING" in inherited
    assert "GITHUB_TOKEN" in os.environ


def test_a_process_does_call_after_call(process: BoundedProcess) -> None:
    first = process.call(os.getpid)
    assert first != os.getpid()
    assert process.call(os.getpid) == first
    assert process.call(sorted, [2, 1], reverse=True) == [2, 1]


@pytest.mark.parametrize(
    ("act", "limits", "limit"),
    [
        (never_end, (0.5,), Limit.CLOCK),
        pytest.param(busy, (60, 0.5), Limit.TIME, marks=needs_linux),
        pytest.param(busy_program, (60, 0.5), Limit.TIME, marks=needs_linux),
        pytest.param(busy_helper_of_a_program, (20, 2), Limit.TIME, marks=needs_linux),
        pytest.param(take_all_memory, (60,), Limit.MEMORY, marks=needs_linux),
        (fall_over, (60,), Limit.BROKEN),
        (large_result, (60,), Limit.BROKEN),
    ],
)
def test_work_over_a_limit_is_given_up_and_the_next_call_works(
    act: Callable[[], object], limits: tuple[float, ...], limit: Limit
) -> None:
    process = BoundedProcess(*limits)
    try:
        with pytest.raises(OverLimitError) as caught:
            process.call(act)
        assert caught.value.limit is limit
        assert process.call(len, "abc") == 3
    finally:
        process.end()


@pytest.mark.thorough
@needs_linux
def test_a_program_that_is_started_has_the_limit_of_memory_too(process: BoundedProcess) -> None:
    assert process.call(program_that_takes_all_memory) == 1


def started_program(place: str) -> None:
    with subprocess.Popen(["sleep", "600"]) as program:
        Path(place).write_text(str(program.pid), "ascii")


@pytest.mark.thorough
def test_a_program_that_was_started_is_killed_with_its_process(tmp_path: Path) -> None:
    process = BoundedProcess(2)
    with pytest.raises(OverLimitError):
        process.call(started_program, str(tmp_path / "pid"))
    pid = int((tmp_path / "pid").read_text("ascii"))
    for _ in range(100):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text("ascii").split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the program still runs")


@needs_linux
def test_processor_time_counts_from_the_last_beginning(
    process: BoundedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    process.call(len, "")
    monkeypatch.setattr(module, "processor_seconds", lambda _: 100.0)
    process.begin()
    assert process._spent == 100.0


def test_an_error_is_raised_as_it_was_with_its_traceback_as_a_note(process: BoundedProcess) -> None:
    with pytest.raises(ZeroDivisionError, match="of a test") as caught:
        process.call(fail_as_a_bug)
    assert "fail_as_a_bug" in caught.value.__notes__[0]
    with pytest.raises(SnapshotError) as broken:
        process.call(fail)
    assert (broken.value.path, len(broken.value.problems)) == ("schema/rubric.yaml", 1)
    with pytest.raises(RuntimeError, match="LocalError"):
        process.call(fail_unportably)


@pytest.mark.thorough
def test_git_without_memory_is_over_the_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words = b"fatal: Out of memory, malloc failed (tried to allocate 1 bytes)"
    monkeypatch.setattr(Repository, "_started", lambda *_: subprocess.CompletedProcess([], 128, b"", words))
    with pytest.raises(GitMemoryError) as caught:
        Repository(tmp_path).run("status")
    assert isinstance(caught.value, GitError)
    assert isinstance(caught.value, MemoryError)


def not_start(connection: object) -> None:
    raise SystemExit


def test_a_process_that_does_not_start_is_no_fault_of_the_work(
    process: BoundedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_work", not_start)
    with pytest.raises(RuntimeError, match="doesn't start"):
        process.call(len, "")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows sends such signals to nobody")
def test_ctrl_c_does_not_interrupt_a_process_that_is_starting(
    process: BoundedProcess, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    wait = BoundedProcess._wait_until_ready

    def interrupt(process: BoundedProcess, connection: Connection) -> None:
        assert process._process is not None
        assert process._process.pid is not None
        os.kill(process._process.pid, signal.SIGINT)
        wait(process, connection)

    monkeypatch.setattr(BoundedProcess, "_wait_until_ready", interrupt)
    assert process.call(len, "abc") == 3
    assert capfd.readouterr().err == ""


@pytest.mark.thorough
def test_a_process_that_is_started_while_the_run_ends_is_ended_too(
    process: BoundedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[BaseProcess] = []
    start = module._start

    def ends_meanwhile(one: BaseProcess) -> None:
        start(one)
        started.append(one)
        process.end()

    monkeypatch.setattr(module, "_start", ends_meanwhile)
    with pytest.raises(RuntimeError, match="doesn't start"):
        process.call(len, "")
    assert not started[0].is_alive()


def test_without_a_process_a_function_is_called_as_it_is() -> None:
    worker = InProcess()
    worker.begin()
    assert worker.call(os.getpid) == os.getpid()
    worker.end()
