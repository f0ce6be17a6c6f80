"""The one door to the database: the engine, its transactions, and the version of its tables.

Knows SQLite and PostgreSQL and how each is kept safe; must not know a query, nor what the tables
mean.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase

from subscribers.faults import Fault, explain, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from alembic.config import Config
    from sqlalchemy import URL, Dialect
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

# Every revision that this program can bring up to date, oldest first; the last is what it works
# with. They are written here because asking Alembic takes longer to import than most commands take
# to run.
REVISIONS = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011",
)  # fmt: skip

_LOCK_WAIT_SECONDS = 10
# Any number will do, as long as every copy of the program asks for the same one.
_MIGRATION_LOCK = 7_402_001

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only for a column that says INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on the way in and on the way out, on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a time zone: nobody could say later when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value!r} has no time zone"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say UTC aloud: SQLite gives no zone, PostgreSQL the zone of the session."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table of the product is declared on, whichever package it belongs to."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - SQLAlchemy's own protocol


metadata = Base.metadata


class Database:
    """A database by its address: `sqlite:///file.db` or `postgresql://user:password@host/name`.

    Nothing is opened until the first use. Every failure that a person can do something about comes
    out as a `DatabaseError`.
    """

    def __init__(self, url: str) -> None:
        self.url = _parse_url(url)
        self.name = _readable_name(self.url)
        self.engine = _make_engine(self.url)
        # A driver warns about connections that are open when the program ends.
        weakref.finalize(self, self.engine.dispose)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose work sees one moment of the database and is never kept."""
        with self._explained(), self.engine.connect() as connection, connection.begin() as work:
            try:
                yield connection
            finally:
                if work.is_active:
                    work.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose work is kept when the block ends, and undone when it raises."""
        writer = self.engine.execution_options(begin="IMMEDIATE")
        with self._explained(), writer.begin() as connection:
            yield connection

    @contextmanager
    def writer(self, patience: float) -> Iterator[Writer]:
        """One connection for many short transactions: taking one from the pool costs as much as a commit.

        One that finds a file locked fails after `patience` seconds, for it may run where others wait.
        """
        engine = self.engine.execution_options(begin="IMMEDIATE")
        is_near = self.engine.dialect.name == "sqlite"
        with self._explained(), engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            if is_near:
                driver.execute(f"PRAGMA busy_timeout = {patience * 1000:.0f}")
            try:
                yield Writer(connection, self._explained, is_near)
            finally:
                if is_near:
                    driver.execute(f"PRAGMA busy_timeout = {_LOCK_WAIT_SECONDS * 1000}")

    def migrate(self) -> str:
        """Make or update the tables, all or nothing, and return the revision they are at.

        Two processes may ask at once: the second waits and finds the work done.
        """
        with self._rebuilder() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            found = _revision(connection)
            if found is not None and found not in REVISIONS:
                raise fault(Fault.NEWER, self.name)
            if found != REVISIONS[-1]:
                _upgrade(connection)
        return REVISIONS[-1]

    @contextmanager
    def _rebuilder(self) -> Iterator[Connection]:
        """A writer that may rebuild tables: SQLite drops the old one, which must not take others along."""
        engine = self.engine.execution_options(begin="IMMEDIATE")
        with self._explained(), engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            is_sqlite = connection.dialect.name == "sqlite"
            if is_sqlite:
                driver.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
                    if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise fault(Fault.DAMAGED, self.name)
            finally:
                if is_sqlite:
                    driver.execute("PRAGMA foreign_keys = ON")

    def check_schema(self) -> None:
        """Raise `DatabaseError` unless the tables are the ones that this program works with."""
        if not self.exists():
            raise fault(Fault.MISSING, self.name)
        with self.read() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is None:
            raise fault(Fault.MISSING, self.name)
        if found != REVISIONS[-1]:
            raise fault(Fault.OLDER if found in REVISIONS else Fault.NEWER, self.name)

    def exists(self) -> bool:
        """Whether there is anything to open; a server is taken to be there until it is asked."""
        if self.url.get_backend_name() != "sqlite" or not self.url.database:
            return True
        return Path(self.url.database).exists()

    def dispose(self) -> None:
        """Close every idle connection."""
        self.engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            told = explain(error, self.name)
            if told is error:
                raise
            raise told from error


class Writer:
    """A connection that is kept. Not for use by two threads at once."""

    def __init__(
        self,
        connection: Connection,
        explained: Callable[[], AbstractContextManager[None]],
        is_near: bool,
    ) -> None:
        self._connection = connection
        self._explained = explained
        self.is_near = is_near
        """Whether it writes to a file, with no server to wait for."""

    @contextmanager
    def write(self, *, at_once: bool = False) -> Iterator[Connection]:
        """One transaction, kept when the block ends, and undone when it raises.

        `at_once` is for what a server is asked in one statement, which is a transaction by itself: it is
        spared the way there for the beginning and the end of one.
        """
        with self._explained(), self._autocommitting(at_once), self._connection.begin():
            yield self._connection

    @contextmanager
    def _autocommitting(self, at_once: bool) -> Iterator[None]:
        if self.is_near or not at_once:
            yield
            return
        driver: Any = self._connection.connection.driver_connection
        driver.autocommit = True
        try:
            yield
        finally:
            if not driver.closed:
                driver.autocommit = False


def script_config() -> Config:
    """Alembic's configuration: where the migration scripts are, and nothing else."""
    from alembic.config import Config  # noqa: PLC0415 - slow to import, and only a migration needs it

    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - as above

    config = script_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _parse_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The text is not repeated: it may be a mistyped address with a password in it.
        raise fault(Fault.URL, "database") from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql", "postgres"}:
        raise fault(Fault.URL, parsed.render_as_string(hide_password=True))
    if parsed.get_backend_name() == "sqlite":
        return parsed.set(drivername="sqlite+pysqlite")
    return parsed.set(drivername="postgresql+psycopg")


def _readable_name(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return url.database or "the database in memory"
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _make_engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            return _make_sqlite_engine(url)
        wait = {"connect_timeout": _LOCK_WAIT_SECONDS}
        # A statement's values are people's addresses, and its errors end up in logs.
        return create_engine(url, connect_args=wait, pool_pre_ping=True, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise fault(Fault.URL, _readable_name(url)) from error


def _make_sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own way of opening transactions leaves out DDL and cannot take the write lock at
    # once, so it is switched off and `_begin_sqlite` says BEGIN.
    driver: Any = connection
    driver.isolation_level = None
    for pragma in (
        f"busy_timeout = {_LOCK_WAIT_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        driver.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that starts as a reader cannot wait for another writer: SQLite tells it at once that
    # it is locked.
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
