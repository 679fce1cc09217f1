"""What is remembered of pages and quotes between runs, in one SQLite file.

A batch is written in one transaction, so that a run which is killed leaves the file whole. A file that isn't ours, is broken
or comes from a newer version is named and left as it is.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Self

from bot.sources.evidence.known import ArchiveCopy, PageState, QuoteResult
from bot.sources.evidence.report import LinkState, QuoteStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

_APPLICATION = 0x4F42_4556
"""Stands in the head of the file, by which it is known as ours: `OBEV`."""
_VERSION = 1
_SECONDS_TO_WAIT = 10
"""For another run that is writing."""
_LATEST = 253_402_300_799
"""The last second of the year 9999, which is the last that has a date here."""
_LONGEST_TEXT = 8000
"""Characters that are kept of what a page or a server says."""

# By table: the columns of its key, and the others. The first of those is a moment in seconds since 1970, after which one
# row is newer than another; the rest only decides between two of the same moment, so that merging has one result.
_TABLES = {
    "pages": (
        ("url",),
        (
            "checked",
            "state",
            "why",
            "place",
            "failures",
            "first_failure",
            "last_failure",
            "ask_after",
            "etag",
            "last_modified",
        ),
    ),
    "quotes": (("url", "words"), ("checked", "said", "closest", "why")),
    "copies": (("url",), ("asked", "place")),
}
_NUMBERS = ("checked", "failures", "first_failure", "last_failure", "ask_after", "asked")


class StateError(Exception):
    """The file can't be used; the message is for people, and names it."""


class Memory:
    """What is known, with a file behind it or, without one, until it is closed."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    @classmethod
    def open(cls, file: Path) -> Self:
        """The memory in `file`, which is made, with its folder, where there is none. Raises StateError."""
        with _named(str(file)):
            file.parent.mkdir(parents=True, exist_ok=True)
            return cls._on(sqlite3.connect(file, timeout=_SECONDS_TO_WAIT, isolation_level=None), str(file))

    @classmethod
    def read(cls, file: Path) -> Self:
        """The memory in a file that is there, and isn't made. Raises StateError."""
        with _named(str(file)):
            # Not `ro`: what a killed run left unfinished has to be taken back before anything can be read.
            address = f"{file.resolve().as_uri()}?mode=rw"
            connection = sqlite3.connect(address, uri=True, timeout=_SECONDS_TO_WAIT, isolation_level=None)
            return cls._on(connection, str(file))

    @classmethod
    def in_memory(cls) -> Self:
        """One without a file."""
        return cls._on(sqlite3.connect(":memory:", isolation_level=None), "memory")

    @classmethod
    def _on(cls, connection: sqlite3.Connection, name: str) -> Self:
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            _check(connection, name)
        except BaseException:
            connection.close()
            raise
        return cls(connection, name)

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- reading ----

    def pages(self) -> dict[str, PageState]:
        """What is known of each page, by its address. Raises StateError."""
        found = (dict(zip(_columns("pages"), row, strict=True)) for row in self._rows("pages"))
        with _named(self._name):
            return {row["url"]: PageState(**{**row, "state": LinkState(row["state"])}) for row in found}

    def quotes(self) -> dict[tuple[str, str], QuoteResult]:
        """What is known of each quote, by address and words. Raises StateError."""
        with _named(self._name):
            return {
                (url, words): QuoteResult(words, QuoteStatus(said), closest, why, checked)
                for url, words, checked, said, closest, why in self._rows("quotes")
            }

    def copies(self) -> dict[str, ArchiveCopy]:
        """What an archive said of each page, by its address. Raises StateError."""
        return {url: ArchiveCopy(place, asked) for url, asked, place in self._rows("copies")}

    def _rows(self, table: str) -> Iterator[tuple]:  # type: ignore[type-arg]  # of what the table holds
        with _named(self._name):
            names = _columns(table)
            for row in self._connection.execute(f"SELECT {', '.join(names)} FROM {table}"):  # noqa: S608 (our own words)
                if not all(map(_fits, names, row)):
                    raise StateError(_foreign(self._name))
                yield row

    # ---- writing ----

    def record(
        self,
        pages: Iterable[PageState] = (),
        quotes: Iterable[tuple[str, QuoteResult]] = (),
        copies: Iterable[tuple[str, ArchiveCopy]] = (),
    ) -> None:
        """Puts this in the place of what was known of the same, all of it or nothing. Raises StateError."""
        with self._at_once():
            self._put("pages", ([getattr(known, name) for name in _columns("pages")] for known in pages))
            self._put(
                "quotes", ([url, told.words, told.checked, told.said, told.closest, told.why] for url, told in quotes)
            )
            self._put("copies", ([url, copy.asked, copy.place] for url, copy in copies))

    def forget_all_but(self, quotes: Collection[tuple[str, str]], pages: Collection[str]) -> int:
        """Forgets the other pages and quotes; returns how many pages that were. Raises StateError."""
        with _named(self._name):
            listed = [url for (url,) in self._connection.execute("SELECT url FROM pages UNION SELECT url FROM copies")]
            gone = [(url,) for url in listed if url not in pages]
            said = self._connection.execute("SELECT url, words FROM quotes").fetchall()
        with self._at_once():
            self._connection.executemany("DELETE FROM pages WHERE url = ?", gone)
            self._connection.executemany("DELETE FROM copies WHERE url = ?", gone)
            unsaid = [pair for pair in said if pair not in quotes]
            self._connection.executemany("DELETE FROM quotes WHERE url = ? AND words = ?", unsaid)
        return len(gone)

    def merge(self, other: Memory) -> None:
        """Takes over what `other` knows better: of each page, quote and copy the newest counts. Raises StateError.

        In whatever order several are merged, the result is the same.
        """
        with self._at_once():
            for table in _TABLES:
                self._put(table, other._rows(table), only_newer=True)

    def _put(self, table: str, rows: Iterable[Iterable[str | int]], *, only_newer: bool = False) -> None:
        key, others = _TABLES[table]
        names = ", ".join(_columns(table))
        marks = ", ".join("?" * len(_columns(table)))
        changes = ", ".join(f"{name} = excluded.{name}" for name in others)
        command = (
            f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"  # noqa: S608
        )
        if only_newer:
            new, old = (", ".join(f"{of}.{name}" for name in others) for of in ("excluded", table))
            command += f" WHERE ({new}) > ({old})"
        self._connection.executemany(command, (tuple(map(_kept, row)) for row in rows))

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Everything that is written meanwhile, or nothing of it."""
        with _named(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # Where the disk is full SQLite has taken it back already, and says why only once.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def merge(target: Path, sources: Iterable[Path]) -> None:
    """Brings what all of these files know together in `target`, which need not be there. Raises StateError."""
    with closing(Memory.open(target)) as memory:
        for source in sources:
            with closing(Memory.read(source)) as other:
                memory.merge(other)


# ---- the file --------------------------------------------------------------------------------------------------------


def _columns(table: str) -> tuple[str, ...]:
    key, others = _TABLES[table]
    return (*key, *others)


_WORDS = {"state": frozenset(LinkState), "said": frozenset(QuoteStatus)}


def _fits(column: str, value: object) -> bool:
    """Whether a column may hold this."""
    if column in _NUMBERS:
        return type(value) is int and 0 <= value <= _LATEST
    return type(value) is str and (column not in _WORDS or value in _WORDS[column])


def _kept(value: str | int) -> str | int:
    """A value as it can be kept: half surrogates, which no file can hold, as question marks."""
    return value if isinstance(value, int) else value[:_LONGEST_TEXT].encode("utf-8", "replace").decode()


def _check(connection: sqlite3.Connection, name: str) -> None:
    """Sees to it that the file is ours, and makes its tables where it is new. Raises StateError."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not tables and not application and not version:
        _make(connection)
    elif application != _APPLICATION:
        raise StateError(_foreign(name))
    elif version != _VERSION:
        raise StateError(
            f"{name} was written by another version of openness-bot (its format is {version}, and this one knows "
            f"{_VERSION}). Update openness-bot, or name another file with --state."
        )


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    # Another run may have been faster.
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        for table, (key, others) in _TABLES.items():
            columns = ", ".join(
                f"{name} {'INTEGER' if name in _NUMBERS else 'TEXT'} NOT NULL" for name in (*key, *others)
            )
            connection.execute(f"CREATE TABLE {table} ({columns}, PRIMARY KEY ({', '.join(key)})) WITHOUT ROWID")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")


def _foreign(name: str) -> str:
    return (
        f"{name} isn't what verification remembers: it is another file, or broken. It was left as it is. Name another one "
        "with --state, or delete it: then all pages are asked for again."
    )


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Says in words, with the name of the file, what SQLite and its values raise."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StateError(f"{name} can't be used: {error}.") from None
    except (sqlite3.DatabaseError, ValueError, TypeError):
        raise StateError(_foreign(name)) from None
    except OSError as error:
        raise StateError(f"{name} can't be used: {error.strerror}.") from None
