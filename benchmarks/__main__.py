"""`make bench`: measure the figures of docs/performance.md in one run on this machine.

Each figure is of a whole process, as the operating system accounts for it: wall time, processor time and peak memory.
Ratios are of processor time, which does not depend on other programs. `check-jsonschema` runs on the same files.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from tabulate import tabulate

from benchmarks.builds import builds
from benchmarks.cost import Cost, median, run
from benchmarks.evidence import evidence
from benchmarks.generator import HERE, generate, listing

SIZES = (300, 3_000, 30_000)
LISTINGS = (100_000, 1_000_000)
"""Models in a listing of the hub."""
RUNS = {1: 9, 300: 9, 3_000: 3, 30_000: 3}
BOT = [sys.executable, "-m", "bot"]
GENERIC = [
    sys.executable,
    "-m",
    "check_jsonschema",
    "--schemafile",
    "schema/assessment.schema.json",
    "--color",
    "never",
]
BEGIN, END = "<!-- figures:begin -->\n", "<!-- figures:end -->\n"


def forget(root: Path) -> None:
    """Remove the cache and all generated files, so that the next run is a cold one."""
    shutil.rmtree(root / ".git/openness-bot", ignore_errors=True)
    shutil.rmtree(root / "leaderboard", ignore_errors=True)


def cold(root: Path, command: list[str], runs: int) -> Cost:
    """Return the median cost of a command without a cache or generated files."""
    costs = []
    for _ in range(runs):
        forget(root)
        costs.append(run(root, command))
    return median(costs)


def preview(root: Path, runs: int) -> Cost:
    """Return the median cost of `preview` after a check, with one change in one file."""
    run(root, [*BOT, "check"])
    file = next((root / "assessments").glob("*/model-*.yaml"))
    before = file.read_text("utf-8")
    file.write_text(before.replace("released: 20", "released: 19", 1), "utf-8")
    try:
        return median([run(root, [*BOT, "preview", "--base", "HEAD"]) for _ in range(runs)])
    finally:
        file.write_text(before, "utf-8")


def measure(size: int, folder: Path) -> dict[str, Cost]:
    """Return the cost of each command with `size` assessments."""
    root = folder / str(size)
    root.mkdir()
    generate(root, size)
    files = sorted(str(file.relative_to(root)) for file in (root / "assessments").glob("*/model-*.yaml"))
    runs = RUNS.get(size, 3)
    costs = {
        "check": cold(root, [*BOT, "check"], runs),
        "generic": median([run(root, [*GENERIC, *files]) for _ in range(1 if size > 300 else runs)]),
        "build": cold(root, [*BOT, "build"], 1 if size > 3_000 else runs),
        "preview": preview(root, runs),
    }
    shutil.rmtree(root)
    return costs


def candidates() -> str:
    """Measure the choice of candidates from a saved listing; return the line about it."""
    with tempfile.TemporaryDirectory(prefix="openness-bench-") as name:
        root = Path(name)
        generate(root, 1)
        costs = {}
        for size in (1, *LISTINGS):
            print(f"measuring a listing of {size:,} models …", file=sys.stderr)
            listing(root / "listing.csv", size)
            command = [*BOT, "candidates", "--from", "listing.csv"]
            costs[size] = median([run(root, command) for _ in range(3)])
        by_name = run(root, [*command, "--by-name"])
    start_up = costs.pop(1)
    small, large = costs
    growth = (
        (costs[large].processor - start_up.processor) / (costs[small].processor - start_up.processor) * small / large
    )
    return (
        f"- `candidates` from a listing of {large:,} models (goal: below 60 s): {costs[large].seconds:.0f} s, "
        f"{costs[large].mebibytes:.0f} MiB; by name {by_name.seconds:.0f} s, {by_name.mebibytes:.0f} MiB. Processor time per model "
        f"beyond start-up against {small:,}: {growth:.2f}."
    )


def report(sizes: list[int]) -> str:
    """Measure everything; return the figures as Markdown."""
    with tempfile.TemporaryDirectory(prefix="openness-bench-") as name:
        folder = Path(name)
        start_up = measure(1, folder)
        results = {}
        for size in sizes:
            print(f"measuring {size:,} assessments …", file=sys.stderr)
            results[size] = measure(size, folder)
    rows = []
    for size, costs in results.items():
        for name, label in {
            "check": "`check`, cold",
            "build": "`build`, cold",
            "preview": "`preview`, one file changed",
            "generic": "check-jsonschema",
        }.items():
            net = max(costs[name].processor - start_up[name].processor, 0) / size * 1000
            per_file = "" if name == "preview" else f"{costs[name].processor / size * 1000:.2f}"
            rows.append([
                f"{size:,}",
                label,
                f"{costs[name].seconds:.2f}",
                f"{costs[name].processor:.2f}",
                per_file,
                per_file and f"{net:.2f}",
                f"{costs[name].mebibytes:.0f}",
            ])  # fmt: skip
    header = ["assessments", "command", "seconds", "processor seconds"]
    header += ["ms per file", "ms per file beyond start-up", "peak MiB"]
    table = tabulate(rows, header, tablefmt="github", disable_numparse=True, colalign=("right", "left", *["right"] * 5))
    return "\n".join((machine(), "", table, "", *goals(results, start_up), builds(), candidates(), evidence(), ""))


def machine() -> str:
    """Return a sentence about the machine."""
    versions = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return f"Measured with {versions}, {os.cpu_count()} cores; every command uses one of them; milliseconds per file are processor time."


def goals(results: dict[int, dict[str, Cost]], start_up: dict[str, Cost]) -> list[str]:
    """Return a line for each goal with the measured figure."""

    def net(size: int, name: str) -> float:
        return (results[size][name].processor - start_up[name].processor) / size

    small, large = min(results), max(results)
    ratios = ", ".join(
        f"{results[size]['generic'].processor / results[size]['check'].processor:.0f} times at {size:,}"
        for size in results
    )
    return [
        f"- `check` against check-jsonschema, processor time of whole processes (goal: at least 10 times as fast): {ratios}.",
        (
            f"- Cost of `check` per file beyond start-up at {large:,} against {small:,} (goal: within a third): "
            f"{net(large, 'check') / net(small, 'check'):.2f}; of `build`: {net(large, 'build') / net(small, 'build'):.2f}."
        ),
        (
            f"- Peak memory at {large:,} (goal: below 400 MiB): `check` {results[large]['check'].mebibytes:.0f} MiB, "
            f"`build` {results[large]['build'].mebibytes:.0f} MiB, `preview` {results[large]['preview'].mebibytes:.0f} MiB."
        ),
        (
            f"- `preview` of one changed file among {large:,} against a cold `check` of all (goal: at least 20 times as fast): "
            f"{results[large]['check'].processor / results[large]['preview'].processor:.0f} times in processor time, "
            f"{results[large]['check'].seconds / results[large]['preview'].seconds:.0f} in wall time."
        ),
        (
            f"- Start-up (one assessment): `check` {start_up['check'].processor:.2f} s, "
            f"check-jsonschema {start_up['generic'].processor:.2f} s."
        ),
    ]


def main() -> None:
    """Measure, print, and write the figures into docs/performance.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of assessments")
    parser.add_argument("--print", action="store_true", help="only print, leave docs/performance.md as it is")
    parser.add_argument("--candidates", action="store_true", help="only measure and print the choice of candidates")
    parser.add_argument("--evidence", action="store_true", help="only measure and print how fast pages are asked for")
    parser.add_argument("--builds", action="store_true", help="only measure and print builds after small changes")
    parser.add_argument(
        "--against", metavar="COMMIT", help="with --builds: an earlier commit to compare full builds with"
    )
    arguments = parser.parse_args()
    if arguments.builds:
        print(builds(arguments.against))
        return
    if arguments.candidates:
        print(candidates())
        return
    if arguments.evidence:
        print(evidence())
        return
    figures = report(arguments.sizes)
    print(figures)
    if not arguments.print:
        page = HERE / "docs/performance.md"
        before, _, rest = page.read_text("utf-8").partition(BEGIN)
        page.write_text(f"{before}{BEGIN}\n{figures}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
