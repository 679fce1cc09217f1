"""Write a file that is generated from external data, and that `build` does not change."""

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
    """Write a file all at once where it differs; return what was done. Raises ProblemsFound."""
    for folder in (GENERATED, path.partition("/")[0]):
        if (root / folder).is_symlink():
            raise ProblemsFound(_("%(path)s is a symbolic link. Make it a folder.", path=folder))
    target = OutputSink(root)
    with exclusive_lock(root):
        target.put(path, target.digest(path), text.encode("utf-8"))
    return wrote(path) if target.changed else _("%(path)s is up to date", path=path)
