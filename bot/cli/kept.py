"""Write a page that is generated from external data, and that `build` does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import GENERATED
from bot.cli.checkout import ProblemsFound
from bot.cli.new import wrote
from bot.site.build import OutputSink, exclusive_lock
from bot.text.catalogue import _

if TYPE_CHECKING:
    from pathlib import Path

    from bot.text.catalogue import Message


def write_kept(root: Path, path: str, text: str) -> Message:
    """Write a page below `leaderboard/` where it differs; return what was done. Raises ProblemsFound."""
    if (root / GENERATED).is_symlink():
        raise ProblemsFound(_("%(path)s is a symbolic link. Make it a folder.", path=GENERATED))
    target = OutputSink(root)
    with exclusive_lock(root):
        target.put(path, target.digest(path), text.encode("utf-8"))
    return wrote(path) if target.changed else _("%(path)s is up to date", path=path)
