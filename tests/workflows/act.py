"""The start of `act`, which executes jobs of workflows on this machine, without containers and without a network.

What it does differently from GitHub, as of version 0.2.89:

- It applies no filters of triggers, and knows neither groups of concurrency nor permissions of tokens.
- It starts jobs that don't need each other in any order, and leaves `strategy.job-index` empty.
- Steps have a terminal, and what a failing one prints last may be lost: so `machine/bash` writes it to a file.
- Before each job it asks for node, which needn't be there: `machine/node` answers.
- Its dry run executes the scripts of steps in this mode: don't use it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.workflows.events import Event

MACHINE = Path(__file__).parent / "machine"
PROGRAMS = Path(sys.executable).parent
_LONGEST = 900
"""Seconds that act may take."""


def act(
    workflows: Path, event: Event, folder: Path, variables: Mapping[str, str], token: str, *options: str
) -> Iterator[dict[str, Any]]:
    """Start what an event starts of a workflow file, or of those in a folder; yield the entries of act's log.

    All that act writes and reads besides is in `folder`. `variables` are in the environment of all steps.
    Raises AssertionError when act ends with an error for another reason than that a job failed.
    """
    folder.mkdir(exist_ok=True)
    payload = folder / "event.json"
    payload.write_text(json.dumps(event.payload), "utf-8")
    command = [PROGRAMS / "act", event.name, "--json", "--workflows", workflows, "--eventpath", payload]
    command += ["--directory", folder, "--action-cache-path", folder, "--action-offline-mode", "--no-cache-server"]
    command += ["--platform", "ubuntu-24.04=-self-hosted", "--concurrent-jobs", "1", "--no-skip-checkout", "--rm"]
    # Without a token act would look for that of whoever runs the tests. SHA_REF is its name for the commit.
    command += [f"--secret=GITHUB_TOKEN={token}"]
    settings = {"GITHUB_REF": event.ref, "SHA_REF": event.sha, **variables}
    command += [f"--env={name}={value}" for name, value in settings.items()]
    machine = {
        "ACT_DISABLE_VERSION_CHECK": "1",  # else it asks a server of its own for news
        # Also where act looks for its own settings: nobody's are used.
        **dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(folder)),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(MACHINE), os.environ["PATH"]]),
    }
    with (folder / "errors").open("w+") as errors:
        running = subprocess.Popen(
            [*map(str, command), *options],
            cwd=folder,
            env=machine,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        timer = Timer(_LONGEST, running.kill)
        timer.daemon = True
        timer.start()
        has_failed = False
        with running:
            assert running.stdout
            for line in running.stdout:
                entry = json.loads(line)
                has_failed = has_failed or entry.get("jobResult") == "failure"
                yield entry
        timer.cancel()
        errors.seek(0)
        assert running.returncode == (1 if has_failed else 0), errors.read()
