"""Run one fuzzing harness: `python -m tests.fuzz.run NAME [options of libFuzzer]`. Needs atheris.

The inputs are those under `tests/fuzz/seeds/NAME` and what earlier runs found, in `.fuzz/NAME`. An input that breaks the
invariant is written there too: add it to `tests/fuzz/seeds/NAME` together with the fix.
"""

from __future__ import annotations

import sys
from pathlib import Path

SEEDS = Path(__file__).parent / "seeds"
FOUND = Path(".fuzz")


def main(name: str, *options: str) -> None:
    """Fuzz until libFuzzer is done, which ends the process: with an error where an input breaks the invariant."""
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with atheris.instrument_imports(include=["bot", "yaml"]):
        from tests.fuzz.invariants import CHECKS

    corpus = FOUND / name
    corpus.mkdir(parents=True, exist_ok=True)
    limits = ["-max_len=4096", "-timeout=20", "-rss_limit_mb=2048", f"-artifact_prefix={corpus}/failed-"]
    atheris.Setup(["fuzz", *limits, *options, str(corpus), str(SEEDS / name)], CHECKS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
