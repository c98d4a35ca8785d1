"""Real databases for tests: a SQLite file, and a PostgreSQL server of their own, no root."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL server; return the address of its own database."""
    from postgresql_server import PostgreSQLServer  # noqa: PLC0415 - only where it is wanted

    server = PostgreSQLServer()
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database, of both kinds in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/heyan.sqlite"
    return new_database(request.getfixturevalue("postgresql"))


def new_database(server: str) -> str:
    """Make an empty database on a server and return its address."""
    name = f"heyan_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")
