"""A catalogue into a SQL database: no Akeneo anywhere, and all that an import has nevertheless.

Two command classes go into two tables in batches, a transaction each, one statement an item. An
article whose category has not come yet waits for it; one that the database refuses fails alone,
with the reason. The second time everything is updated.

``SHOP_DATABASE=postgresql://user:password@host/shop`` takes PostgreSQL instead of a file of SQLite,
with the same statements; it needs ``pip install psycopg``.

Prints:
    finished_with_failures: 106 read, 104 created, 2 failed
    dispatch:104 cup: A price is not negative.
    dispatch:105 fork: There is no category cutlery.
    mug-1 of mugs costs 1001
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from typing import Any, ClassVar, Self

from attrs import asdict, frozen

from importbus.adapters.config import load_config
from importbus.adapters.wiring import open_bus
from importbus.bus import Batch, CommandBus, Outcome, SinkUnavailable, Upsertable

TABLES = (
    "CREATE TABLE IF NOT EXISTS category"
    " (code VARCHAR(40) PRIMARY KEY, title TEXT NOT NULL, changes INTEGER DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS article"
    " (sku VARCHAR(40) PRIMARY KEY, category VARCHAR(40) REFERENCES category,"
    " cents INTEGER CHECK (cents >= 0), changes INTEGER DEFAULT 0)",
)


@frozen
class Row(Upsertable):
    """A command that writes a row; of two for one row only the newer one is written."""

    statement: ClassVar[str]

    def fold(self, newer: Self) -> Self:
        """A command says the whole row."""
        return newer


@frozen
class PutCategory(Row):
    """Write a category."""

    resource: ClassVar[str] = "category"
    statement: ClassVar[str] = (
        "INSERT INTO category (code, title) VALUES (:code, :title)"
        " ON CONFLICT (code) DO UPDATE SET title = excluded.title, changes = category.changes + 1"
        " RETURNING changes"
    )

    code: str
    title: str

    @property
    def key(self) -> str:
        """Its code."""
        return self.code


@frozen
class PutArticle(Row):
    """Write an article; ``cents`` is its price."""

    resource: ClassVar[str] = "article"
    statement: ClassVar[str] = (
        "INSERT INTO article (sku, category, cents) VALUES (:sku, :category, :cents)"
        " ON CONFLICT (sku) DO UPDATE SET category = excluded.category, cents = excluded.cents,"
        " changes = article.changes + 1 RETURNING changes"
    )

    sku: str
    category: str
    cents: int

    @property
    def key(self) -> str:
        """What it is ordered by."""
        return self.sku


@frozen
class Database:
    """A database by its driver, which follows PEP 249: its errors, and how it writes parameters."""

    connect: Callable[[], Any]
    driver: Any
    marked: Callable[[str], str] = str

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Hold a cursor in a transaction: all of it, or nothing.

        Raises:
            SinkUnavailable: The database cannot be reached: the batch comes again.
        """
        try:
            with closing(self.connect()) as connection, connection:
                yield connection.cursor()
        except self.driver.OperationalError as error:
            raise SinkUnavailable(f"The database is out of reach: {error}") from error


def sqlite(path: str) -> Database:
    """Return a file of SQLite."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level="IMMEDIATE")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    return Database(connect, sqlite3)


def postgresql(url: str) -> Database:
    """Return a database of PostgreSQL, whose driver writes ``%(sku)s`` for ``:sku``."""
    psycopg = import_module("psycopg")
    names = ("code", "title", "sku", "category", "cents")

    def marked(statement: str) -> str:
        for name in names:
            statement = statement.replace(f":{name}", f"%({name})s")
        return statement

    return Database(lambda: psycopg.connect(url), psycopg, marked)


@frozen
class SqlSink:
    """Writes batches of rows, each batch in a transaction and each row with its outcome."""

    database: Database

    def write(self, batch: Batch[Row], /) -> list[Outcome]:
        """Write the rows of *batch*."""
        with self.database.transaction() as cursor:
            return [self._write(cursor, row) for row in batch.items]

    def probe(self) -> None:
        """Look whether the database is there; asked while it was not."""
        with self.database.transaction() as cursor:
            cursor.execute("SELECT 1")

    def _write(self, cursor: Any, row: Row) -> Outcome:
        """Write one row; what is refused is undone by itself, and spoils nothing for the others."""
        cursor.execute("SAVEPOINT item")
        try:
            cursor.execute(self.database.marked(row.statement), asdict(row))
            (changes,) = cursor.fetchone()
        except self.database.driver.IntegrityError as error:
            cursor.execute("ROLLBACK TO SAVEPOINT item")
            return refused(row, error)
        cursor.execute("RELEASE SAVEPOINT item")
        return Outcome.updated() if changes else Outcome.created()


def refused(row: Row, error: Exception) -> Outcome:
    """Return how a row ends that the database refuses.

    One whose category is missing waits: the import may still bring it, whatever the order of its
    commands. When nothing it waits for comes, it fails with this reason.
    """
    codes = getattr(error, "sqlite_errorname", None), getattr(error, "sqlstate", None)
    if isinstance(row, PutArticle) and {"SQLITE_CONSTRAINT_FOREIGNKEY", "23503"} & {*codes}:
        wants = [f"category:{row.category}"]
        return Outcome.parked(f"There is no category {row.category}.", wants=wants)
    if {"SQLITE_CONSTRAINT_CHECK", "23514"} & {*codes}:
        return Outcome.failed("A price is not negative.")
    return Outcome.failed(str(error))


def import_shop(bus: CommandBus) -> None:
    """Dispatch a catalogue in a bad order, and show what became of it."""
    with bus.importing(label="shop") as run:
        for number in range(102):
            bus.dispatch(PutArticle(f"mug-{number}", "mugs", 1000 + number))
        bus.dispatch(PutCategory("mugs", "Mugs"))
        bus.dispatch(PutArticle("cup", "mugs", -1))
        bus.dispatch(PutArticle("fork", "cutlery", 300))
        bus.dispatch(PutArticle("saucer", "mugs", 500))
    counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(run.report.outcomes.items()))
    print(f"{run.report.state}: {run.report.read} read, {counts}")
    for failure in run.failures():
        print(failure.position, f"{failure.key}:", failure.errors[0].message)


def main() -> None:
    """Make the tables, import, and look at one article."""
    url = os.environ.get("SHOP_DATABASE", "")
    database = postgresql(url) if url else sqlite("shop.db")
    with suppress(database.driver.ProgrammingError), database.transaction() as cursor:
        for statement in TABLES:
            cursor.execute(statement)
    with open_bus(load_config(None, os.environ)) as bus:
        for command_type in (PutCategory, PutArticle):
            bus.register_sink(command_type, SqlSink(database))
        import_shop(bus)
    with database.transaction() as cursor:
        cursor.execute("SELECT sku, category, cents FROM article WHERE sku = 'mug-1'")
        print("{} of {} costs {}".format(*cursor.fetchone()))


if __name__ == "__main__":
    main()
