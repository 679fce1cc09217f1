"""A place for commits that nobody trusts: what is fetched into it never becomes part of the repository itself."""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.git.repository import Repository


@contextmanager
def quarantined(repository: Repository) -> Iterator[Repository]:
    """Yield the repository with new objects in a folder of their own, which is deleted at the end.

    So a run on many pull requests needs the disk space of one, however much their branches hold.
    """
    # https://git-scm.com/docs/git#Documentation/git.txt-codeGITOBJECTDIRECTORYcode
    objects = repository.private_file("objects").resolve()
    folder = repository.private_file("openness-bot").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="quarantine-", dir=folder, ignore_cleanup_errors=True) as place:
        # A path in quotes may contain colons; it is read as a string in C.
        quoted = str(objects).replace("\\", "\\\\").replace('"', '\\"')
        yield repository.with_environment(
            {"GIT_OBJECT_DIRECTORY": place, "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{quoted}"'}
        )
