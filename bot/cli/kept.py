"""Write a page that is generated from external data, and that `build` does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import GENERATED
from bot.cli.checkout import ProblemsFound
from bot.site.build import OutputSink, exclusive_lock

if TYPE_CHECKING:
    from pathlib import Path


def write_kept(root: Path, path: str, text: str) -> str:
    """Write a page below `leaderboard/` where it differs; return what was done, in words. Raises ProblemsFound."""
    if (root / GENERATED).is_symlink():
        raise ProblemsFound(f"{GENERATED} is a symbolic link, so the page would land elsewhere. Make it a folder.")
    target = OutputSink(root)
    with exclusive_lock(root):
        target.put(path, text)
    return f"wrote {path}" if target.changed else f"{path} is up to date"
