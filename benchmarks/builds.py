"""Builds after a change of one file among thousands, and full builds beside those of an earlier commit."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median as middle
from typing import TYPE_CHECKING

from benchmarks.cost import Cost, median, run
from benchmarks.generator import HERE, generate, git

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 5_000
PAIRS = 3
BUILD = [sys.executable, "-m", "bot", "build"]


def builds(reference: str | None = None) -> str:
    """Measure builds of 5,000 models; return the lines about them. `reference` is a commit to compare full builds with."""
    with tempfile.TemporaryDirectory(prefix="openness-bench-") as name:
        root = Path(name, "models")
        root.mkdir()
        print(f"measuring builds of {SIZE:,} models …", file=sys.stderr)
        generate(root, SIZE)
        lines = [] if reference is None else [_pairs(root, reference, Path(name, "reference"))]
        full = run(root, [*BUILD, "--full"])
        nothing = median([run(root, BUILD) for _ in range(PAIRS)])
        fact, _ = _after(root, lambda text: text.replace("fact: The", "fact: Some", 1))
        level, written = _after(root, lambda text: text.replace("level: semi-open", "level: open", 1))
    return "\n".join([
        *lines,
        (
            f"- `build` of {SIZE:,} models: full {_words(full)}; nothing changed {_words(nothing)} (goal: 2 s), "
            f"{nothing.processor / full.processor:.0%} of a full one; one fact changed {_words(fact)} (goal: 3 s)."
        ),
        (
            f"- One level changed, which changes ranks on {written:,} pages: {_words(level)}, "
            f"{level.processor / full.processor:.0%} of a full build."
        ),
    ])  # fmt: skip


def _words(cost: Cost) -> str:
    return f"{cost.seconds:.1f} s ({cost.processor:.1f} s of processor time, {cost.mebibytes:.0f} MiB)"


def _after(root: Path, edit: Callable[[str], str]) -> tuple[Cost, int]:
    """Return the median cost of a build after an edit of one of some assessments, and of the number of pages it writes."""
    costs, pages = [], []
    for number in range(PAIRS):
        file = next((root / "assessments").glob(f"*/model-{(2 * number + 1) * SIZE // (2 * PAIRS)}.yaml"))
        run(root, BUILD)
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--allow-empty", "--message=Built")
        file.write_text(edit(file.read_text("utf-8")), "utf-8")
        costs.append(run(root, BUILD))
        changed = subprocess.run(["git", "-C", root, "diff", "--name-only"], capture_output=True, check=True, text=True)
        pages.append(changed.stdout.count("leaderboard/models/"))
    return median(costs), int(middle(pages))


def _pairs(root: Path, reference: str, code: Path) -> str:
    """Measure full builds by turns with the code of a commit and with this one; return the line about them."""
    subprocess.run(["git", "-C", HERE, "worktree", "add", "--quiet", "--detach", code, reference], check=True)
    former = Path(shutil.copytree(root, code.with_name("former")))
    shutil.rmtree(former / "schema")
    shutil.copytree(code / "schema", former / "schema")
    try:
        pairs = [(run(former, BUILD, code=code), run(root, [*BUILD, "--full"])) for _ in range(PAIRS)]
    finally:
        subprocess.run(["git", "-C", HERE, "worktree", "remove", "--force", code], check=True)
    ratio = middle(now.processor / before.processor for before, now in pairs)
    return (
        f"- Full `build` of {SIZE:,} models against that of {reference} (goal: no slower), processor time, "
        f"median of {PAIRS} pairs in one run: {ratio:.2f}."
    )
