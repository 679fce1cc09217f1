"""The state of pages, quotes and copies between runs, in one SQLite file.

A batch is written in one transaction, so that a killed run leaves the file intact. A file of another program or version, or
a broken one, is reported and not changed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Self

from bot.sources.evidence.page_state import ArchiveCopy, PageState, QuoteResult
from bot.sources.evidence.report import LinkState, QuoteStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

_APPLICATION = 0x4F42_4556
"""SQLite's application id of the file: `OBEV`."""
_VERSION = 1
_SECONDS_TO_WAIT = 10
"""For the lock of another run."""
_LATEST = 253_402_300_799
"""The last second of the year 9999, the latest year of `datetime`."""
_LONGEST_TEXT = 8000
"""Characters kept of any text."""

# By table: the columns of its key, and the others. The first of the others is a time in seconds since 1970, by which the newer
# row is known; the rest only orders two rows of the same time, so that merging is deterministic.
_TABLES = {
    "pages": (
        ("url",),
        (
            "checked", "state", "why", "place", "failures", "first_failure", "last_failure", "ask_after", "etag",
            "last_modified",
        ),
    ),
    "quotes": (("url", "words"), ("checked", "said", "closest", "why")),
    "copies": (("url",), ("asked", "place")),
}  # fmt: skip
_NUMBERS = ("checked", "failures", "first_failure", "last_failure", "ask_after", "asked")


class StateError(Exception):
    """The file cannot be used; the message is for people, and names it."""


class Memory:
    """State of pages, quotes and copies, in a file or in the main memory."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    @classmethod
    def open(cls, file: Path) -> Self:
        """Open a file for writing; create it and its folder where they do not exist. Raises StateError."""
        with _errors_of(str(file)):
            file.parent.mkdir(parents=True, exist_ok=True)
            return cls._connect(str(file), str(file))

    @classmethod
    def read(cls, file: Path) -> Self:
        """Open an existing file. Raises StateError."""
        with _errors_of(str(file)):
            # Not `ro`: the journal of a killed run has to be rolled back before anything can be read.
            return cls._connect(f"{file.resolve().as_uri()}?mode=rw", str(file))

    @classmethod
    def in_memory(cls) -> Self:
        """Return an empty memory without a file."""
        return cls._connect(":memory:", "memory")

    @classmethod
    def _connect(cls, address: str, name: str) -> Self:
        uri = address.startswith("file:")
        connection = sqlite3.connect(address, uri=uri, timeout=_SECONDS_TO_WAIT, isolation_level=None)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            _check(connection, name)
        except BaseException:
            connection.close()
            raise
        return cls(connection, name)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pages(self) -> dict[str, PageState]:
        """Return the state of each page by its URL. Raises StateError."""
        found = (dict(zip(_columns("pages"), row, strict=True)) for row in self._rows("pages"))
        with _errors_of(self._name):
            return {row["url"]: PageState(**{**row, "state": LinkState(row["state"])}) for row in found}

    def quotes(self) -> dict[tuple[str, str], QuoteResult]:
        """Return the result of each quote, by URL and words. Raises StateError."""
        with _errors_of(self._name):
            return {
                (url, words): QuoteResult(words, QuoteStatus(said), closest, why, checked)
                for url, words, checked, said, closest, why in self._rows("quotes")
            }

    def copies(self) -> dict[str, ArchiveCopy]:
        """Return the archive's answer for each page, by its URL. Raises StateError."""
        return {url: ArchiveCopy(place, asked) for url, asked, place in self._rows("copies")}

    def _rows(self, table: str) -> Iterator[tuple]:  # type: ignore[type-arg]  # of what the table holds
        with _errors_of(self._name):
            names = _columns(table)
            for row in self._connection.execute(f"SELECT {', '.join(names)} FROM {table}"):  # noqa: S608 (our own words)
                if not all(map(_fits, names, row)):
                    raise StateError(_foreign(self._name))
                yield row

    def record(
        self,
        pages: Iterable[PageState] = (),
        quotes: Iterable[tuple[str, QuoteResult]] = (),
        copies: Iterable[tuple[str, ArchiveCopy]] = (),
    ) -> None:
        """Insert or replace these rows, all or none of them. Raises StateError."""
        with self._at_once():
            self._put("pages", ([getattr(known, name) for name in _columns("pages")] for known in pages))
            self._put("quotes", ([url, one.words, one.checked, one.said, one.closest, one.why] for url, one in quotes))
            self._put("copies", ([url, copy.asked, copy.place] for url, copy in copies))

    def forget_all_but(self, quotes: Collection[tuple[str, str]], pages: Collection[str]) -> int:
        """Delete all other pages and quotes; return the number of deleted pages. Raises StateError."""
        with _errors_of(self._name):
            listed = [url for (url,) in self._connection.execute("SELECT url FROM pages UNION SELECT url FROM copies")]
            gone = [(url,) for url in listed if url not in pages]
            pairs = self._connection.execute("SELECT url, words FROM quotes").fetchall()
        with self._at_once():
            self._connection.executemany("DELETE FROM pages WHERE url = ?", gone)
            self._connection.executemany("DELETE FROM copies WHERE url = ?", gone)
            others = [pair for pair in pairs if pair not in quotes]
            self._connection.executemany("DELETE FROM quotes WHERE url = ? AND words = ?", others)
        return len(gone)

    def merge(self, other: Memory) -> None:
        """Take over the rows of `other` that are newer; the order of several merges doesn't matter. Raises StateError."""
        with self._at_once():
            for table in _TABLES:
                self._put(table, other._rows(table), only_newer=True)

    def _put(self, table: str, rows: Iterable[Iterable[str | int]], *, only_newer: bool = False) -> None:
        key, others = (", ".join(columns) for columns in _TABLES[table])
        new, old = (", ".join(f"{of}.{name}" for name in _TABLES[table][1]) for of in ("excluded", table))
        marks = ", ".join("?" * len(_columns(table)))
        command = f"INSERT INTO {table} ({key}, {others}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE"  # noqa: S608
        command += f" SET ({others}) = ({new})" + (f" WHERE ({new}) > ({old})" if only_newer else "")
        self._connection.executemany(command, (tuple(map(_storable, row)) for row in rows))

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Write everything inside of the block in one transaction."""
        with _errors_of(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # When the disk is full SQLite has rolled back already, and a second ROLLBACK would hide the reason.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def merge(target: Path, sources: Iterable[Path]) -> None:
    """Merge all of these files into `target`, which is created where it does not exist. Raises StateError."""
    with closing(Memory.open(target)) as memory:
        for source in sources:
            with closing(Memory.read(source)) as other:
                memory.merge(other)


def _columns(table: str) -> tuple[str, ...]:
    key, others = _TABLES[table]
    return (*key, *others)


_WORDS = {"state": frozenset(LinkState), "said": frozenset(QuoteStatus)}


def _fits(column: str, value: object) -> bool:
    if column in _NUMBERS:
        return type(value) is int and 0 <= value <= _LATEST
    return type(value) is str and (column not in _WORDS or value in _WORDS[column])


def _storable(value: str | int) -> str | int:
    """Return a value that SQLite can store: long texts cut, lone surrogates as question marks."""
    return value if isinstance(value, int) else value[:_LONGEST_TEXT].encode("utf-8", "replace").decode()


def _check(connection: sqlite3.Connection, name: str) -> None:
    """Check that the file is ours, and create the tables of a new one. Raises StateError."""
    questions = ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    application, version, tables = (connection.execute(each).fetchone()[0] for each in questions)
    if not tables and not application and not version:
        _create_tables(connection)
    elif application != _APPLICATION:
        raise StateError(_foreign(name))
    elif version != _VERSION:
        raise StateError(
            f"{name} was written by another version of openness-bot (its format is {version}, and this one knows "
            f"{_VERSION}). Update openness-bot, or name another file with --state."
        )


def _create_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    # Another run may have created them meanwhile.
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        for table, (key, others) in _TABLES.items():
            kinds = {name: "INTEGER" if name in _NUMBERS else "TEXT" for name in (*key, *others)}
            columns = ", ".join(f"{name} {kind} NOT NULL" for name, kind in kinds.items())
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
def _errors_of(name: str) -> Iterator[None]:
    """Turn the exceptions of SQLite and of its values into StateError with the name of the file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StateError(f"{name} can't be used: {error}.") from None
    except (sqlite3.DatabaseError, ValueError, TypeError):
        raise StateError(_foreign(name)) from None
    except OSError as error:
        raise StateError(f"{name} can't be used: {error.strerror}.") from None
