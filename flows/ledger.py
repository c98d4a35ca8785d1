"""The ledger: which dossiers there are, of which files, in what state, and what came of them.

A dossier is claimed before it is verified, by one worker at a time. A claim runs out where its worker neither renews
nor settles it, and at once where that worker's process is known to be gone: whoever comes next takes it over.
"""

import hashlib
import json
import os
import platform
import threading
import time
import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import groupby

import psutil
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from extractors.code_digest import code_digest, code_in
from flows.database import Database
from flows.database.tables import DossierRow, FileRow, ReportRow
from flows.desk.entering import enter_report
from flows.errors import StorageFault, UsageError
from flows.sources import Place
from schemas.finding import Finding
from schemas.report import Report, SummaryRow
from schemas.settings import Settings

# A dossier that failed so often by itself is given up until somebody retries it.
ATTEMPTS = 3
# Seconds for which a claim holds without being renewed, and between two renewals.
LEASE, RENEWAL = 120.0, 20.0

# So many dossiers are asked for at once: a statement takes 32,766 values at most (SQLite).
BATCH = 1000

# Beside our own code these decide what a report says.
_PACKAGES = ("paddleocr", "paddlex", "rapidocr", "pypdfium2", "pillow", "rapidfuzz", "zxing-cpp")
_FINDINGS = TypeAdapter(list[Finding])
# Names by which an upload that is not finished is known.
_UNFINISHED = (".part", ".partial", ".crdownload", ".filepart", ".tmp", ".uploading")


class State(StrEnum):
    """Of a dossier: not verified as its files are now, being verified, reported, given up for now, given up."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Worker:
    """A process that verifies: on which machine, since when. `run` tells apart what it does."""

    machine: str
    process: int
    started: float
    run: str = field(default_factory=lambda: uuid.uuid4().hex)

    @classmethod
    def here(cls, run: str | None = None) -> "Worker":
        """Return this process; `run` is that of another one, of which it does a part."""
        here = (_machine(), os.getpid(), psutil.Process().create_time())
        return cls(*here) if run is None else cls(*here, run)

    @staticmethod
    def run_of(name: str) -> str:
        """Return the run of a worker, by what `str` made of it."""
        return name.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.machine}/{self.process}/{self.started:.2f}/{self.run}"

    @staticmethod
    def is_gone(name: str) -> bool:
        """Say whether a worker, by what `str` made of it, is known to be gone: of this machine, and not running."""
        machine, process, started, _ = name.split("/")
        if machine != _machine():
            return False
        try:
            known = psutil.Process(int(process))
            # One that was killed may stand in the list until its parent looks at it.
            return known.status() == psutil.STATUS_ZOMBIE or f"{known.create_time():.2f}" != started
        except psutil.Error:
            return True


@dataclass(frozen=True)
class Claim:
    """A dossier that this worker verifies, as its files were when it was claimed.

    `earlier` is the revision of the report that the new one comes after; 0 where there is none, or where it is of the
    same run and the same files: then the new one takes its place. `said` is the digest of what was reported last.
    """

    place: Place
    files: str
    earlier: int
    said: str | None

    def is_news(self, report: Report) -> bool:
        """Say whether a report says anything else than the one that comes before it."""
        return self.said != report_digest(report)


@dataclass(frozen=True)
class Entry:
    """What the ledger knows of a dossier. `row` and `findings` are of its latest report, if it has one.

    `findings` are as they are kept (`unpack_findings`): those of thousands of dossiers would be gigabytes as objects.
    """

    programme: str
    dossier: str
    state: State
    since: float
    attempts: int
    error: str | None
    revision: int
    is_current: bool
    """Whether the latest report is of the files as they were last seen."""
    made_by: str | None
    run: str | None
    failed_in: str | None
    """The run in which it failed by itself, where it did and was not tried again since."""
    row: SummaryRow | None
    findings: str | None


class Ledger:
    """Dossiers by programme and name, in a database that several workers may share."""

    def __init__(self, database: Database, worker: Worker) -> None:
        self._database = database
        self._worker = worker

    def see(self, places: Iterable[Place]) -> None:
        """Take down the files that dossiers have now; one whose files changed waits to be verified anew.

        Any number of workers may see the same dossiers at the same time.
        """
        for programme, batch in _batches(places):
            seen = {place.name: (place, _digest_of(place)) for place in batch}
            chosen = DossierRow.programme == programme, DossierRow.dossier.in_(seen)
            with self._database.session() as session:
                known = dict(
                    session.execute(select(DossierRow.dossier, DossierRow.files).where(*chosen)).tuples().all()
                )
            # Mostly nothing changed, and nobody has to wait for anybody.
            if changed := {name: one for name, one in seen.items() if known.get(name) != one[1]}:
                self._take_down(programme, changed)

    def _take_down(self, programme: str, seen: dict[str, tuple[Place, str]]) -> None:
        """Take down dossiers that are new or changed, by their names in order, with the digests of their files."""
        now = time.time()
        with self._database.session() as session:
            added = _add(
                session,
                [
                    {"programme": programme, "dossier": name, "files": digest, "state": State.WAITING, "since": now}
                    for name, (_, digest) in seen.items()
                ],
            )
            rows = session.scalars(
                select(DossierRow)
                .where(DossierRow.programme == programme, DossierRow.dossier.in_(seen.keys() - added))
                .order_by(DossierRow.dossier)
                .with_for_update()
            )
            changed = [row for row in rows if row.files != seen[row.dossier][1]]
            for row in changed:
                row.files, row.attempts = seen[row.dossier][1], 0
                if row.state != State.RUNNING:
                    _turn(row, State.WAITING, now)
            _replace_files(session, programme, [seen[name][0] for name in (*added, *(row.dossier for row in changed))])

    @property
    def run(self) -> str:
        """What tells this run apart from others."""
        return self._worker.run

    def claim(self, place: Place, *, since: float | None = None) -> Claim | None:
        """Claim a dossier, whatever its state; None where another worker has it.

        None as well where `since` is given, an entry's, and the dossier's state changed after that: what was decided by
        the entry holds no longer. A claim counts as an attempt until it is settled: a dossier that ends its worker has
        had one.
        """
        now = time.time()
        with self._database.session() as session:
            row = _row(session, place.programme, place.name, lock=True)
            if row is None or (row.state == State.RUNNING and not _is_free(row, now)):
                return None
            if since is not None and row.since != since:
                return None
            if row.state == State.RUNNING and row.attempts >= ATTEMPTS:
                # None of its workers lived to say what went wrong.
                row.error = f"核验它的进程 {row.attempts} 次意外结束（可能内存不足），没有再试"
                _turn(row, State.QUARANTINED, now)
                return None
            row.attempts += 1
            row.worker, row.lease = str(self._worker), now + LEASE
            _turn(row, State.RUNNING, now)
            takes_its_place = row.run == self.run and row.reported_files == row.files
            return Claim(place, row.files, 0 if takes_its_place else row.revision, row.sha256)

    def holds(self, claim: Claim) -> bool:
        """Say whether a claim is still this worker's, and hold it for longer.

        A machine that slept, or did not reach the database for long, must not put what it made over what another made
        since.
        """
        with self._database.session() as session:
            row = _row(session, claim.place.programme, claim.place.name, lock=True)
            if row is None or row.worker != str(self._worker) or row.state != State.RUNNING:
                return False
            row.lease = time.time() + LEASE
            return True

    @contextmanager
    def renewing(self) -> Generator[None]:
        """Hold this worker's claims for as long as the context lasts."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(RENEWAL):
                # Where the database is gone for longer than a claim holds, others may take it over.
                with suppress(StorageFault, UsageError):
                    self.renew()

        thread = threading.Thread(target=renew, name="claims", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def renew(self) -> None:
        """Hold this worker's claims for longer."""
        with self._database.session() as session:
            session.execute(
                update(DossierRow)
                .where(DossierRow.worker == str(self._worker), DossierRow.state == State.RUNNING)
                .values(lease=time.time() + LEASE)
            )

    def report(self, claim: Claim, report: Report, row: SummaryRow, *, made_by: str) -> None:
        """Settle a claim by the report that was made, with its row of the summary.

        Where the dossier's files changed meanwhile, it waits again. A report that says what the one before said is the
        same revision.
        """
        now = time.time()
        sha256 = report_digest(report)
        with self._database.session() as session:
            known = _row(session, claim.place.programme, claim.place.name, lock=True)
            if known is None or known.worker != str(self._worker):
                return
            is_new = known.sha256 != sha256
            # What a run says of the same files once more takes the place of what it said before.
            if (known.run != self.run or known.reported_files != claim.files) and is_new:
                known.revision += 1
            key = {"programme": known.programme, "dossier": known.dossier, "revision": known.revision}
            made = ReportRow(**key, made=now, verdict=str(report.verdict), files=claim.files, sha256=sha256)
            session.merge(made)
            known.reported_files, known.sha256, known.made_by, known.run = claim.files, sha256, made_by, self.run
            known.summary = row.model_dump_json()
            known.findings = pack_findings(report.findings)
            known.attempts, known.error = 0, None
            _turn(known, State.DONE if known.files == claim.files else State.WAITING, now)
            enter_report(
                session,
                report,
                row,
                revision=known.revision,
                run=self.run,
                files=claim.files,
                is_new=is_new,
                now=now,
            )
            for file in report.files:
                session.execute(
                    update(FileRow)
                    .where(*_of(FileRow, known.programme, known.dossier), FileRow.name == file.path)
                    .values(sha256=file.sha256)
                )

    def fail(self, claim: Claim, error: str, *, is_its_own: bool) -> None:
        """Settle a claim by an error; a dossier that fails too often by itself is given up until it is retried."""
        with self._database.session() as session:
            row = _row(session, claim.place.programme, claim.place.name, lock=True)
            if row is None or row.worker != str(self._worker):
                return
            row.error = error
            row.attempts -= 0 if is_its_own else 1
            _turn(row, State.QUARANTINED if row.attempts >= ATTEMPTS else State.FAILED, time.time())
            # What failed by itself fails on every machine; what this one could not do, another may.
            row.worker = str(self._worker) if is_its_own else None

    def release(self, claim: Claim) -> None:
        """Give a claim back, as if the dossier had not been begun."""
        with self._database.session() as session:
            row = _row(session, claim.place.programme, claim.place.name, lock=True)
            if row is None or row.worker != str(self._worker):
                return
            row.attempts -= 1
            _turn(row, State.WAITING, time.time())

    def retry(self, programme: str | None = None, dossier: str | None = None) -> int:
        """Let failed and quarantined dossiers have their turn anew; return how many."""
        chosen = DossierRow.state.in_([State.FAILED, State.QUARANTINED])
        if programme is not None:
            chosen &= DossierRow.programme == programme
        if dossier is not None:
            chosen &= DossierRow.dossier == dossier
        with self._database.session() as session:
            rows = session.scalars(select(DossierRow).where(chosen).with_for_update()).all()
            for row in rows:
                row.attempts = 0
                _turn(row, State.WAITING, time.time())
            return len(rows)

    def entry(self, programme: str, dossier: str) -> Entry | None:
        """Return what is known of a dossier; None where it was never seen."""
        with self._database.session() as session:
            row = _row(session, programme, dossier)
            return None if row is None else _entry(row)

    def look_up(self, places: Iterable[Place]) -> dict[Place, Entry]:
        """Return what is known of many dossiers; one that was never seen is left out."""
        found: dict[Place, Entry] = {}
        for programme, batch in _batches(places):
            named = {place.name: place for place in batch}
            with self._database.session() as session:
                rows = session.scalars(
                    select(DossierRow)
                    .where(DossierRow.programme == programme, DossierRow.dossier.in_(named))
                    .order_by(DossierRow.dossier)
                )
                found |= {named[row.dossier]: _entry(row) for row in rows}
        return found

    def entries(self, states: Iterable[State] = tuple(State)) -> list[Entry]:
        """Return the dossiers in some states, by programme and name."""
        with self._database.session() as session:
            rows = session.scalars(
                select(DossierRow)
                .where(DossierRow.state.in_(list(states)))
                .order_by(DossierRow.programme, DossierRow.dossier)
            )
            return [_entry(row) for row in rows]

    def counts(self) -> dict[State, int]:
        """Return how many dossiers there are in each state."""
        with self._database.session() as session:
            rows = session.execute(select(DossierRow.state, func.count()).group_by(DossierRow.state)).tuples().all()
        return {state: dict(rows).get(state, 0) for state in State}


def pack_findings(findings: list[Finding]) -> str:
    """Return findings as they are kept."""
    return _FINDINGS.dump_json(findings).decode()


def unpack_findings(packed: str | None) -> list[Finding]:
    """Return findings that were kept; none where there was no report."""
    return [] if packed is None else _FINDINGS.validate_json(packed)


def is_settled(place: Place, seconds: float) -> bool:
    """Say whether a dossier is whole: nothing of it came in the last seconds, or is still on its way."""
    newest = max((one.modified for one in place.files), default=0.0)
    return newest <= time.time() - seconds and not any(one.name.lower().endswith(_UNFINISHED) for one in place.files)


def made_by(settings: Settings) -> str:
    """Return what changes with all that decides a report beside the files: the program, its notices, models, limits."""
    packages = ("schemas", "extractors", "validators", "flows")
    program = code_digest((file for one in packages for file in code_in(files(one), below=True)), _PACKAGES)
    used = json.dumps(
        [
            settings.ocr.model_dump(mode="json"),
            settings.limits.model_dump(mode="json"),
            settings.confidence.model_dump(mode="json"),
            settings.privacy.full_identity_numbers,
        ]
    )
    return hashlib.sha256(f"{program}\n{used}".encode()).hexdigest()


def report_digest(report: Report) -> str:
    """Return what tells a report from another."""
    return hashlib.sha256(report.model_dump_json().encode()).hexdigest()


def _digest_of(place: Place) -> str:
    listed = sorted((one.name, one.size, one.mark) for one in place.files)
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def _of(
    table: type[DossierRow | FileRow], programme: str, dossier: str
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.programme == programme, table.dossier == dossier


def _row(session: Session, programme: str, dossier: str, *, lock: bool = False) -> DossierRow | None:
    chosen = select(DossierRow).where(*_of(DossierRow, programme, dossier))
    return session.scalar(chosen.with_for_update() if lock else chosen)


def _turn(row: DossierRow, state: State, now: float) -> None:
    row.state, row.since = state, now
    if state != State.RUNNING:
        row.worker = row.lease = None


def _is_free(row: DossierRow, now: float) -> bool:
    """Say whether nobody works on a dossier that is being verified."""
    return row.lease is None or row.lease < now or row.worker is None or Worker.is_gone(row.worker)


def _batches(places: Iterable[Place]) -> Iterator[tuple[str, list[Place]]]:
    """Yield dossiers of one programme, by name, as many as are asked for at once.

    All workers lock rows in this order: none waits for another that waits for it.
    """
    for programme, own in groupby(sorted(places, key=lambda one: (one.programme, one.name)), lambda one: one.programme):
        named = list(own)
        for start in range(0, len(named), BATCH):
            yield programme, named[start : start + BATCH]


def _add(session: Session, rows: Sequence[dict[str, object]]) -> set[str]:
    """Add the dossiers that are not known yet, whoever else adds them; return the names of those that were added."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = dialect.insert(DossierRow).on_conflict_do_nothing().returning(DossierRow.dossier)
    return set(session.scalars(added, rows))


def _replace_files(session: Session, programme: str, places: Sequence[Place]) -> None:
    names = [place.name for place in places]
    session.execute(delete(FileRow).where(FileRow.programme == programme, FileRow.dossier.in_(names)))
    files = [
        {"programme": programme, "dossier": place.name, "name": one.name, "size": one.size, "mark": one.mark}
        for place in places
        for one in place.files
    ]
    if files:
        session.execute(insert(FileRow), files)


def _entry(row: DossierRow) -> Entry:
    return Entry(
        programme=row.programme,
        dossier=row.dossier,
        state=State(row.state),
        since=row.since,
        attempts=row.attempts,
        error=row.error,
        revision=row.revision,
        is_current=row.reported_files == row.files,
        made_by=row.made_by,
        run=row.run,
        failed_in=Worker.run_of(row.worker) if row.state == State.FAILED and row.worker is not None else None,
        row=None if row.summary is None else SummaryRow.model_validate_json(row.summary),
        findings=row.findings,
    )


@cache
def _machine() -> str:
    """Return what this machine is known by: a name, and what changes when it starts anew or is copied."""
    return f"{platform.node()}-{uuid.getnode():x}-{psutil.boot_time():.0f}".replace("/", "-")
