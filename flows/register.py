"""The register: what dossiers of this run and of earlier ones left behind to be compared with, in one SQLite file."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from flows.errors import StorageFault, UsageError
from schemas.elsewhere import Applicant, Elsewhere, Entry, KeptPage, KeptPerson
from validators.reuse import find_elsewhere
from validators.same_page import PageText, lengths_of_one_page, similar

FILE = "heyan.sqlite"
"""The register's name in the folder of reports."""

# A register of another layout is refused: emptied in silence it would let pass what it knew.
VERSION = 1
# Seconds to wait while another run writes.
PATIENCE = 30.0

_LAYOUT = f"""
CREATE TABLE IF NOT EXISTS dossiers (
    programme TEXT NOT NULL, dossier TEXT NOT NULL, applicant TEXT NOT NULL, elsewhere TEXT,
    PRIMARY KEY (programme, dossier)
);
CREATE TABLE IF NOT EXISTS pages (
    programme TEXT NOT NULL, dossier TEXT NOT NULL, length INTEGER NOT NULL, characters TEXT NOT NULL,
    page TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS people (
    programme TEXT NOT NULL, dossier TEXT NOT NULL, id_number TEXT NOT NULL, person TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS pages_by_length ON pages (length);
CREATE INDEX IF NOT EXISTS pages_by_dossier ON pages (programme, dossier);
CREATE INDEX IF NOT EXISTS people_by_number ON people (id_number);
CREATE INDEX IF NOT EXISTS people_by_dossier ON people (programme, dossier);
PRAGMA user_version = {VERSION};
"""


class Register:
    """Entries of dossiers by programme and name, and what each was told of the others when it was entered.

    Every call opens the file anew, so that any thread may make it.

    All calls raise StorageFault while another run keeps the file, UsageError where it is no register.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as database:
            [version] = database.execute("PRAGMA user_version").fetchone()
            if version == 0:
                database.executescript(f"BEGIN; {_LAYOUT} COMMIT;")
            elif version != VERSION:
                raise UsageError(f"登记册 {path} 由另一版本写成（{version}，应为 {VERSION}），请移走后重新核验")

    def enter(self, entry: Entry) -> Elsewhere:
        """Enter a dossier in place of what it left behind before; return what of it stands elsewhere too."""
        self._keep(entry)
        elsewhere = find_elsewhere(entry, self._others(entry))
        with self._open() as database:
            database.execute(
                "UPDATE dossiers SET elsewhere = ? WHERE programme = ? AND dossier = ?",
                (elsewhere.model_dump_json(), entry.programme, entry.dossier),
            )
        return elsewhere

    def has_news(self, programme: str, dossier: str) -> bool:
        """Say whether what was told when a dossier was entered is no longer all, or no longer true."""
        entry, told = self._entry(programme, dossier)
        return told != find_elsewhere(entry, self._others(entry))

    def _keep(self, entry: Entry) -> None:
        key = (entry.programme, entry.dossier)
        with self._open() as database:
            for table in ("dossiers", "pages", "people"):
                database.execute(f"DELETE FROM {table} WHERE programme = ? AND dossier = ?", key)  # noqa: S608
            database.execute("INSERT INTO dossiers VALUES (?, ?, ?, NULL)", (*key, entry.applicant.model_dump_json()))
            texts = [(PageText(page.lines), page) for page in entry.pages]
            database.executemany(
                "INSERT INTO pages VALUES (?, ?, ?, ?, ?)",
                [
                    (*key, text.length, text.characters, page.model_dump_json(exclude_defaults=True))
                    for text, page in texts
                ],
            )
            database.executemany(
                "INSERT INTO people VALUES (?, ?, ?, ?)",
                [(*key, person.id_number, person.model_dump_json()) for person in entry.people],
            )

    def _entry(self, programme: str, dossier: str) -> tuple[Entry, Elsewhere | None]:
        """Return what a dossier left behind, and what was told then; nothing of one that was never entered."""
        key = (programme, dossier)
        with self._open() as database:
            found = database.execute(
                "SELECT applicant, elsewhere FROM dossiers WHERE programme = ? AND dossier = ?", key
            ).fetchone()
            if found is None:
                return Entry(programme=programme, dossier=dossier, applicant=Applicant()), Elsewhere()
            applicant, told = found
            pages = database.execute("SELECT page FROM pages WHERE programme = ? AND dossier = ? ORDER BY rowid", key)
            people = database.execute(
                "SELECT person FROM people WHERE programme = ? AND dossier = ? ORDER BY rowid", key
            )
            entry = Entry(
                programme=programme,
                dossier=dossier,
                applicant=Applicant.model_validate_json(applicant),
                pages=[KeptPage.model_validate_json(page) for (page,) in pages],
                people=[KeptPerson.model_validate_json(person) for (person,) in people],
            )
            return entry, None if told is None else Elsewhere.model_validate_json(told)

    def _others(self, entry: Entry) -> list[Entry]:
        """Return the other dossiers that may share pages or people with this one, with those pages and people only."""
        others: dict[tuple[str, str], Entry] = {}
        own = (entry.programme, entry.dossier)
        with self._open() as database:

            def other(key: tuple[str, str]) -> Entry:
                if key not in others:
                    [applicant] = database.execute(
                        "SELECT applicant FROM dossiers WHERE programme = ? AND dossier = ?", key
                    ).fetchone()
                    others[key] = Entry(
                        programme=key[0], dossier=key[1], applicant=Applicant.model_validate_json(applicant)
                    )
                return others[key]

            near: set[int] = set()
            for text in (PageText(page.lines) for page in entry.pages):
                rows = database.execute(
                    "SELECT rowid, characters FROM pages"
                    " WHERE length BETWEEN ? AND ? AND (programme, dossier) <> (?, ?)",
                    (*lengths_of_one_page(text.length), *own),
                )
                near |= {number for number, characters in rows if similar(text.characters, characters)}
            for number in sorted(near):
                programme, dossier, page = database.execute(
                    "SELECT programme, dossier, page FROM pages WHERE rowid = ?", (number,)
                ).fetchone()
                other((programme, dossier)).pages.append(KeptPage.model_validate_json(page))
            for number in sorted({person.id_number for person in entry.people}):
                for programme, dossier, person in database.execute(
                    "SELECT programme, dossier, person FROM people"
                    " WHERE id_number = ? AND (programme, dossier) <> (?, ?) ORDER BY rowid",
                    (number, *own),
                ):
                    other((programme, dossier)).people.append(KeptPerson.model_validate_json(person))
        return list(others.values())

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        """Open the file for one transaction."""
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as database, database:
                yield database
        except sqlite3.OperationalError as error:
            raise StorageFault(f"登记册 {self.path} 读写不成（{error}）") from error
        except sqlite3.DatabaseError as error:
            raise UsageError(f"登记册 {self.path} 已损坏（{error}），请移走后重新核验") from error
