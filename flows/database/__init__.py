"""The database that runs share, for the ledger and the register: a SQLite file, or PostgreSQL for several machines."""

from flows.database.connection import FILE, Database, open_database

__all__ = ["FILE", "Database", "open_database"]
