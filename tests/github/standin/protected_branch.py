"""A hook of git that refuses pushes in the words that GitHub uses for a protected branch.

git calls it as `proc-receive` for the refs in `receive.procReceiveRefs`, and takes the reason of a refusal from what it
says, which no other hook can choose: https://git-scm.com/docs/githooks#proc-receive. It runs as a program of its own,
with nothing but the standard library.
"""

from __future__ import annotations

import sys


def _lines() -> list[bytes]:
    """Read packet lines up to the next flush packet."""
    found: list[bytes] = []
    while size := int(sys.stdin.buffer.read(4) or b"0", 16):
        found.append(sys.stdin.buffer.read(size - 4).rstrip(b"\n"))
    return found


def _say(*lines: bytes) -> None:
    for line in lines:
        sys.stdout.buffer.write(b"%04x%s" % (len(line) + 4, line))
    sys.stdout.buffer.write(b"0000")
    sys.stdout.buffer.flush()


def refuse() -> None:
    """Answer every update with a refusal."""
    offered = _lines()[0]
    _say(b"version=1\0push-options" if b"push-options" in offered else b"version=1\0")
    refs = [line.split(b" ")[2] for line in _lines()]
    if b"push-options" in offered:
        _lines()
    for ref in refs:
        told = f"error: GH006: Protected branch update failed for {ref.decode()}.\n"
        sys.stderr.write(f"{told}error: Changes must be made through a pull request.\n")
    _say(*(b"ng %s protected branch hook declined" % ref for ref in refs))


if __name__ == "__main__":
    refuse()
