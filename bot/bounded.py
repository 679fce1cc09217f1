"""Work on hostile data in a separate process, with limits of time and memory that are enforced from outside.

All such work is meant to be bounded in itself; this is for what nobody thought of. The process is killed together with the
programs that it started, without harm to the others.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import signal
import traceback
from contextlib import contextmanager, suppress
from enum import StrEnum
from multiprocessing import resource_tracker
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

LARGEST_MEMORY = 1 << 30
"""Bytes of a process, where the system can limit them."""
LARGEST_FILE = 1 << 29
"""Bytes of a file that it writes, such as a pack that git fetches, where the system can limit them."""
_LARGEST_RESULT = 1 << 28
_LONGEST_START = 60
_LOOK_EVERY = 0.1
"""Seconds between two looks at the processor time of a process."""
_READY = "ready"

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Limit(StrEnum):
    """Reason why a process was given up."""

    TIME = "it takes too much processor time"
    CLOCK = "it takes too long by the clock"
    """It may be the fault of the machine or of the network."""
    MEMORY = "it takes too much memory"
    BROKEN = "it broke down"
    """The process ended by itself, as after a fault of a library in C."""


class OverLimitError(Exception):
    """Work that was given up."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit)
        self.limit = limit


class InProcess:
    """Calls functions in this process, without any limit: nothing is counted, started or ended."""

    def begin(self) -> None:
        """Do nothing."""

    def call(
        self, function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
    ) -> Result:
        """Call the function."""
        return function(*arguments, **named)

    def end(self) -> None:
        """Do nothing."""


class BoundedProcess:
    """A process that is started when needed, and replaced after it was killed. All it gets and returns is picklable.

    Memory is limited to `LARGEST_MEMORY`, for each program that it starts too.
    """

    def __init__(self, seconds: float, processor_seconds: float | None = None) -> None:
        self.seconds = seconds
        """By the clock, for each call."""
        self.most_processor_seconds = processor_seconds
        """Of all calls since the last `begin`, with the programs that they start; only Linux tells them."""
        self._process: BaseProcess | None = None
        self._ours: Connection | None = None
        self._spent = 0.0
        """Processor seconds of the process before the last `begin`."""
        self._lock = Lock()
        """Guards against a thread that ends the process while another one starts it."""
        self._ended = False

    def begin(self) -> None:
        """Begin to count processor time anew."""
        self._spent = self._processor_seconds()

    def call(
        self, function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
    ) -> Result:
        """Return the result of a call in the process. Raises what the function raises, and OverLimitError."""
        connection = self._started()
        try:
            connection.send((function, arguments, named))
            self._wait(connection)
            kind, value = pickle.loads(connection.recv_bytes(_LARGEST_RESULT))  # noqa: S301  # our own code made it
        except (OSError, EOFError):
            self.stop()
            raise OverLimitError(Limit.BROKEN) from None
        except OverLimitError:
            self.stop()
            raise
        if kind is _Answer.RESULT:
            return value  # type: ignore[no-any-return]
        if kind is _Answer.OVER:
            # Parts of a result may be left in it.
            self.stop()
            raise OverLimitError(value)
        raise value

    def _wait(self, connection: Connection) -> None:
        """Wait for a result. Raises OverLimitError."""
        until = monotonic() + self.seconds
        while not connection.poll(max(0.0, min(_LOOK_EVERY, until - monotonic()))):
            most = self.most_processor_seconds
            if most is not None and self._processor_seconds() - self._spent > most:
                raise OverLimitError(Limit.TIME)
            if monotonic() >= until:
                raise OverLimitError(Limit.CLOCK)

    def _processor_seconds(self) -> float:
        process = self._process
        return 0.0 if process is None or process.pid is None else processor_seconds(process.pid)

    def _started(self) -> Connection:
        """Return the connection to a process that is ready. Raises RuntimeError where none can be started."""
        if self._ours is None or self._process is None or not self._process.is_alive():
            self.stop()
            # `spawn`: a forked process would inherit open connections and the pipes of the other processes.
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            with _without_secrets():
                _start(process)
            theirs.close()
            with self._lock:
                self._process, self._ours, ended = process, ours, self._ended
            if ended:
                self.stop()
            self._wait_until_ready(ours)
            self.begin()
            return ours
        return self._ours

    def _wait_until_ready(self, connection: Connection) -> None:
        """Wait, so that the time or failure of the start does not count for the work."""
        with suppress(OSError, EOFError):
            if connection.poll(_LONGEST_START) and connection.recv() == _READY:
                return
        self.stop()
        raise RuntimeError("the process for work within limits doesn't start")

    def stop(self) -> None:
        """Kill the process and what it started; the next call starts another."""
        with self._lock:
            process, ours, self._process, self._ours = self._process, self._ours, None, None
        if process is not None:
            _kill(process)
            process.join()
        if ours is not None:
            with suppress(OSError):
                ours.close()

    def end(self) -> None:
        """Kill the process for good, also while it is being started."""
        with self._lock:
            self._ended = True
        self.stop()


IN_PROCESS = InProcess()
Worker: TypeAlias = InProcess | BoundedProcess
"""Calls functions, within limits or not."""


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and of all below it, such as the helpers of git; 0 where it isn't told."""
    processes = [str(pid)]
    for one in processes:  # which grows
        with suppress(OSError):
            processes += Path(f"/proc/{one}/task/{one}/children").read_text("ascii").split()
    return sum(map(_ticks, processes)) / _TICKS if _TICKS else 0.0


_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0


def _ticks(pid: str) -> int:
    with suppress(OSError):
        # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name, in brackets, may contain anything; then
        # the fields from the third on, of which 14 to 17 are utime, stime, cutime and cstime.
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return sum(map(int, fields[11:15]))
    return 0


def _kill(process: BaseProcess) -> None:
    # It leads a group of its own, unless it was killed before it could say so.
    if process.pid is not None and hasattr(os, "killpg"):
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


_SECRET = re.compile("TOKEN|SECRET|PASSWORD", re.IGNORECASE)
_STARTING = Lock()
"""Guards the environment, which all threads share."""


@contextmanager
def _without_secrets() -> Iterator[None]:
    """Take what only this process has to know out of the environment that others inherit."""
    with _STARTING:
        secrets = {name: value for name, value in os.environ.items() if _SECRET.search(name)}
        for name in secrets:
            del os.environ[name]
        try:
            yield
        finally:
            os.environ.update(secrets)


def _start(process: BaseProcess) -> None:
    """Start a process that never receives Ctrl-C, not even before it can ignore the signal itself."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        process.start()
        return
    # First, because its start unblocks the signal again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ---- in the process --------------------------------------------------------------------------------------------------


class _Answer(StrEnum):
    RESULT = "result"
    RAISED = "raised"
    OVER = "over"


def _work(connection: Connection) -> None:
    """Answer call after call until the connection is closed: the main function of a process."""
    # Ctrl-C ends the parent, which closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    _limit_process()
    with suppress(EOFError, OSError):
        connection.send(_READY)
        while True:
            connection.send_bytes(_answer(*connection.recv()))


def _answer(function: Callable[..., Any], arguments: Iterable[Any], named: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((_Answer.RESULT, function(*arguments, **named)))
    except MemoryError:
        return pickle.dumps((_Answer.OVER, Limit.MEMORY))
    except Exception as error:
        error.add_note(traceback.format_exc())  # a traceback itself can't be sent
        return pickle.dumps((_Answer.RAISED, _portable(error)))


def _portable(error: Exception) -> Exception:
    """Return the error, or one with its words where it can't be sent."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
    except Exception:
        return RuntimeError(traceback.format_exc())
    return error


def _limit_process() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    # Not the address space: git maps whole packs into that, which costs no memory.
    for kind, most in ((resource.RLIMIT_DATA, LARGEST_MEMORY), (resource.RLIMIT_FSIZE, LARGEST_FILE)):
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
