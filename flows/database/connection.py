"""Connections, transactions and the layout's versions."""

import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, exc, inspect, make_url, text
from sqlalchemy.orm import Session

from flows.errors import StorageFault, UsageError

FILE = "heyan.sqlite"
"""The database's name in the folder of reports, where no other is set."""

# Seconds to wait while another run writes.
PATIENCE = 30
# Any number, so that one process at a time lays the tables out.
_LAYOUT_LOCK = 4_827_001


@dataclass(frozen=True)
class Database:
    """A database by its URL; it may be handed to other processes, each connects for itself.

    `session` raises StorageFault while another run keeps the database or it does not answer, UsageError where it is
    none of ours.
    """

    url: str

    def __getstate__(self) -> dict[str, str]:
        return {"url": self.url}

    def __setstate__(self, state: dict[str, str]) -> None:
        object.__setattr__(self, "url", state["url"])

    @property
    def name(self) -> str:
        """Return how messages call it: a file by its path, a server without the password."""
        url = make_url(self.url)
        return str(url.database) if url.drivername.startswith("sqlite") else url.render_as_string(hide_password=True)

    @contextmanager
    def session(self) -> Generator[Session]:
        """Open one transaction: committed at the end, rolled back on an error."""
        with self.faults(), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Open a transaction that only reads: in SQLite it waits for no writer, and no writer waits for it."""
        with self.faults(), self.engine.connect() as connection:
            reader = connection.execution_options(reads_only=True)
            with Session(reader) as session, session.begin():
                yield session

    @contextmanager
    def faults(self) -> Generator[None]:
        """Turn the database's errors into ours."""
        try:
            yield
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
            raise StorageFault(f"数据库 {self.name} 读写不成（{_reason(error)}）") from error
        except exc.DatabaseError as error:
            raise UsageError(
                f"数据库 {self.name} 已损坏或不是核验的数据库（{_reason(error)}），请移走后重新核验"
            ) from error

    @cached_property
    def engine(self) -> Engine:
        """The connections of this process."""
        url = make_url(self.url)
        if url.drivername.startswith("sqlite"):
            engine = create_engine(url, connect_args={"timeout": PATIENCE})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        return _connections_to_server(self.url)


@cache
def _connections_to_server(url: str) -> Engine:
    """Return the connections of this process: a Database comes anew with every job that it is handed over with."""
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE})


def open_database(url: str) -> Database:
    """Return the database at a URL, laid out as this version needs it.

    Raises UsageError where the URL is wrong or the database was laid out by a later version.
    """
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise UsageError("设置 HEYAN_DATABASE 不是数据库的地址，应如 postgresql://用户:密码@主机/库名") from error
    kind = parsed.get_backend_name()
    if kind in {"postgresql", "postgres"}:
        url = parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    elif kind != "sqlite":
        raise UsageError(f"设置 HEYAN_DATABASE 的数据库 {kind} 不支持，可用 postgresql 或 sqlite")
    elif parsed.database:
        # For its owner only; SQLite gives the files beside it the same rights.
        with suppress(OSError):
            Path(parsed.database).touch(mode=0o600, exist_ok=False)
    database = Database(url)
    with database.faults():
        _upgrade(database)
    return database


def _upgrade(database: Database) -> None:
    """Lay the tables out, or bring them to the newest layout; one process at a time."""
    # Loading Alembic takes longer than a look at the version.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "flows.database:migrations")
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LAYOUT_LOCK})
        names = inspect(connection).get_table_names()
        if names and "alembic_version" not in names:
            raise UsageError(f"数据库 {database.name} 不是这一版本的，请移走后重新核验")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise UsageError(f"数据库 {database.name} 由更新的版本写成，请用那个版本，或移走后重新核验") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # SQLAlchemy says when a transaction begins, not the driver (see `_begin_sqlite`).
    connection.isolation_level = None
    cursor = connection.cursor()
    # Readers do not wait for the writer, and a commit is durable at the next checkpoint at the latest.
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    # Where several open a new file at once, SQLite refuses all but one at once, whatever patience it was given.
    until = time.monotonic() + PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    # A transaction that reads first and writes then must not find another's write in between.
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _reason(error: exc.DBAPIError | exc.TimeoutError) -> str:
    original = getattr(error, "orig", None) or error
    return (str(original).strip().splitlines() or [type(original).__name__])[0]
