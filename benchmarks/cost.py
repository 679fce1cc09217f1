"""The cost of a process, as the operating system accounts for it."""

from __future__ import annotations

import os
import statistics
import sys
import time
from dataclasses import astuple, dataclass
from pathlib import Path

from benchmarks.generator import HERE


@dataclass(frozen=True)
class Cost:
    """The cost of one process and its children."""

    seconds: float
    """Wall time."""
    processor: float
    """Processor time, in seconds."""
    mebibytes: float
    """Peak memory."""


def run(root: Path, command: list[str], expected: int = 0, code: Path = HERE) -> Cost:
    """Run a command in `root` with the modules in the folder `code`; return its cost.

    Raises SystemExit when it ends with another code than `expected`.
    """
    devices = os.open(os.devnull, os.O_RDWR)
    start = time.perf_counter()
    here = Path.cwd()
    os.chdir(root)
    try:
        process = os.posix_spawn(
            command[0],
            command,
            {**os.environ, "PYTHONPATH": str(code)},
            file_actions=[(os.POSIX_SPAWN_DUP2, devices, 1), (os.POSIX_SPAWN_DUP2, devices, 2)],
        )
    finally:
        os.chdir(here)
        os.close(devices)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != expected:
        raise SystemExit(f"{' '.join(command[:6])} … ended with {os.waitstatus_to_exitcode(status)} in {root}")
    # Linux counts in KiB, macOS in bytes.
    mebibytes = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Cost(seconds, usage.ru_utime + usage.ru_stime, mebibytes)


def median(costs: list[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(*map(statistics.median, zip(*map(astuple, costs), strict=True)))
