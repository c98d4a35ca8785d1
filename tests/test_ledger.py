"""The ledger and the database under it, in SQLite and in PostgreSQL."""

import multiprocessing
import os
import pickle
import signal
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from flows import ledger as ledger_module
from flows.database import Database, open_database
from flows.database.tables import Base
from flows.errors import StorageFault, UsageError
from flows.ledger import ATTEMPTS, Claim, Ledger, State, Worker, is_settled
from flows.sources import Place
from flows.sources.base import PlacedFile
from schemas.report import Report, SummaryRow, Verdict

OLD = 1_000.0


def place(name: str = "D-1", *files: PlacedFile) -> Place:
    return Place("jilin-2022", name, f"in/{name}", files or (PlacedFile("packet.pdf", 10, "a", OLD),))


def report(name: str = "D-1", verdict: Verdict = Verdict.ACCEPT) -> tuple[Report, SummaryRow]:
    return (
        Report(programme="jilin-2022", dossier=name, received=None, verdict=verdict),
        SummaryRow(programme="jilin-2022", dossier=name, verdict=verdict, pages=3),
    )


@pytest.fixture
def database(database_url: str) -> Database:
    return open_database(database_url)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, Worker.here())


def claimed(ledger: Ledger, one: Place) -> Claim:
    claim = ledger.claim(one)
    assert claim is not None
    return claim


def test_a_process_keeps_its_connections_to_a_server_from_job_to_job() -> None:
    database = Database("postgresql+psycopg://heyan@127.0.0.1/heyan")
    assert pickle.loads(pickle.dumps(database)).engine is database.engine  # noqa: S301 - our own


class TestLayout:
    def test_the_migrations_make_the_tables_that_the_code_means(self, database: Database) -> None:
        with database.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []

    def test_it_may_be_opened_by_many_at_once(self, database_url: str) -> None:
        failed: list[BaseException] = []

        def open_it() -> None:
            try:
                open_database(database_url)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=open_it) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed

    def test_it_waits_for_who_opened_the_new_file_first(self, tmp_path: Path) -> None:
        first = sqlite3.connect(tmp_path / "heyan.sqlite", isolation_level=None, check_same_thread=False)
        first.execute("BEGIN IMMEDIATE")
        finished = threading.Timer(0.3, first.close)
        finished.start()
        open_database(f"sqlite:///{tmp_path}/heyan.sqlite")
        finished.join()

    def test_a_later_layout_is_refused(self, database: Database) -> None:
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(UsageError, match="更新的版本"):
            open_database(database.url)

    def test_another_program_s_database_is_refused(self, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "other.sqlite") as other:
            other.execute("CREATE TABLE pages (id INTEGER)")
        with pytest.raises(UsageError, match=r"other\.sqlite"):
            open_database(f"sqlite:///{tmp_path}/other.sqlite")

    @pytest.mark.parametrize("url", ["nowhere", "mysql://a:b@c/d"])
    def test_an_address_that_is_none_is_refused(self, url: str) -> None:
        with pytest.raises(UsageError, match="HEYAN_DATABASE"):
            open_database(url)

    def test_a_server_that_does_not_answer_is_a_fault_without_its_password(self) -> None:
        with pytest.raises(StorageFault) as fault:
            open_database("postgresql://heyan:secret@127.0.0.1:1/heyan")
        assert "127.0.0.1" in str(fault.value)
        assert "secret" not in str(fault.value)


class TestStates:
    def test_a_dossier_is_verified_once(self, ledger: Ledger) -> None:
        ledger.see([place()])
        assert ledger.counts()[State.WAITING] == 1
        ledger.report(claimed(ledger, place()), *report(), made_by="1")
        ledger.see([place()])
        entry = ledger.entry("jilin-2022", "D-1")
        assert entry is not None
        assert (entry.state, entry.is_current, entry.revision, entry.attempts) == (State.DONE, True, 1, 0)
        assert entry.row is not None
        assert entry.row.pages == 3

    def test_a_late_file_has_it_wait_again_and_makes_another_revision(self, database: Database) -> None:
        first = Ledger(database, Worker.here())
        first.see([place()])
        first.report(claimed(first, place()), *report(), made_by="1")
        late = place("D-1", *place().files, PlacedFile("late.pdf", 5, "b", OLD))
        second = Ledger(database, Worker.here())
        second.see([late])
        entry = second.entry("jilin-2022", "D-1")
        assert entry is not None
        assert (entry.state, entry.is_current) == (State.WAITING, False)
        second.report(claimed(second, late), *report(verdict=Verdict.RETURN), made_by="1")
        entry = second.entry("jilin-2022", "D-1")
        assert entry is not None
        assert (entry.state, entry.is_current, entry.revision) == (State.DONE, True, 2)

    def test_a_file_that_comes_while_it_is_verified_has_it_wait_again(self, ledger: Ledger) -> None:
        ledger.see([place()])
        claim = claimed(ledger, place())
        ledger.see([place("D-1", PlacedFile("packet.pdf", 11, "b", OLD))])
        ledger.report(claim, *report(), made_by="1")
        assert ledger.counts()[State.WAITING] == 1

    def test_it_is_given_up_after_so_many_failures_until_it_is_retried(self, ledger: Ledger) -> None:
        ledger.see([place()])
        for _ in range(ATTEMPTS - 1):
            ledger.fail(claimed(ledger, place()), "卷宗里没有文件", is_its_own=True)
            assert ledger.counts()[State.FAILED] == 1
        for _ in range(5):
            ledger.fail(claimed(ledger, place()), "存储连不上", is_its_own=False)
            assert ledger.counts()[State.FAILED] == 1
        ledger.fail(claimed(ledger, place()), "卷宗里没有文件", is_its_own=True)
        [entry] = ledger.entries([State.QUARANTINED])
        assert entry.error == "卷宗里没有文件"
        assert ledger.retry(dossier="D-2") == 0
        assert ledger.retry(dossier="D-1") == 1
        assert ledger.counts()[State.WAITING] == 1

    def test_a_report_that_says_the_same_again_is_no_other_revision(self, database: Database) -> None:
        said: list[tuple[bool, int]] = []
        for verdict, *files in (
            (Verdict.ACCEPT, PlacedFile("packet.pdf", 10, "a", OLD)),
            (Verdict.ACCEPT, PlacedFile("packet.pdf", 10, "b", OLD)),
            (Verdict.REVIEW, PlacedFile("packet.pdf", 10, "b", OLD)),
        ):
            run = Ledger(database, Worker.here())
            run.see([place("D-1", *files)])
            claim = claimed(run, place("D-1", *files))
            made, row = report(verdict=verdict)
            is_news = claim.is_news(made)
            run.report(claim, made, row, made_by="1")
            [entry] = run.entries([State.DONE])
            said.append((is_news, entry.revision))
        assert said == [(True, 1), (False, 1), (True, 2)]

    def test_a_claim_that_is_released_never_was(self, ledger: Ledger) -> None:
        ledger.see([place()])
        ledger.release(claimed(ledger, place()))
        [entry] = ledger.entries([State.WAITING])
        assert entry.attempts == 0


def _claim_and_wait(url: str, claims: Any) -> None:
    ledger = Ledger(open_database(url), Worker.here())
    claims.put(ledger.claim(place()) is not None)
    time.sleep(60)


class TestClaims:
    def test_one_worker_at_a_time(self, database: Database) -> None:
        ledgers = [Ledger(database, Worker.here()) for _ in range(8)]
        ledgers[0].see([place()])
        claims: list[Claim | None] = []

        def claim(one: Ledger) -> None:
            claims.append(one.claim(place()))

        threads = [threading.Thread(target=claim, args=(one,)) for one in ledgers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(one is not None for one in claims) == 1

    def test_a_killed_process_loses_its_claim_at_once_and_too_many_give_it_up(self, database: Database) -> None:
        own = Ledger(database, Worker.here())
        own.see([place()])
        context = multiprocessing.get_context("spawn")
        for _ in range(ATTEMPTS):
            claims = context.Queue()
            other = context.Process(target=_claim_and_wait, args=(database.url, claims))
            other.start()
            assert claims.get(timeout=60)
            assert own.claim(place()) is None
            assert other.pid is not None
            os.kill(other.pid, signal.SIGKILL)
            # It stands in the list of processes until we look at it.
            os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert own.claim(place()) is None
        [entry] = own.entries([State.QUARANTINED])
        assert "意外结束" in (entry.error or "")

    def test_of_another_machine_a_claim_runs_out(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        elsewhere = Ledger(database, Worker("another-machine", 1, 0.0))
        own = Ledger(database, Worker.here())
        own.see([place()])
        claim = claimed(elsewhere, place())
        assert own.claim(place()) is None
        assert elsewhere.holds(claim)
        elsewhere.renew()
        assert own.claim(place()) is None
        monkeypatch.setattr(ledger_module, "LEASE", -1.0)
        elsewhere.renew()
        monkeypatch.undo()
        assert own.claim(place()) is not None
        # What the other still brings changes nothing.
        assert not elsewhere.holds(claim)
        elsewhere.report(claim, *report(), made_by="1")
        elsewhere.fail(claim, "太晚", is_its_own=True)
        assert own.counts()[State.RUNNING] == 1


@pytest.mark.parametrize(
    ("seconds_ago", "expected"),
    [({"a.pdf": 9_000}, True), ({"a.pdf": 9_000, "b.pdf": 1}, False), ({"a.pdf.part": 9_000}, False)],
)
def test_a_dossier_that_is_still_being_uploaded_waits(seconds_ago: dict[str, float], expected: bool) -> None:
    files = [PlacedFile(name, 1, "", time.time() - seconds) for name, seconds in seconds_ago.items()]
    assert is_settled(place("D-1", *files), 600) is expected


class TestMany:
    PLACES = tuple(place(f"D-{number:04}") for number in range(ledger_module.BATCH + 50))

    def test_more_than_are_asked_for_at_once_are_seen_and_looked_up(self, ledger: Ledger) -> None:
        one, other = self.PLACES[0], self.PLACES[-1]
        ledger.see(self.PLACES)
        ledger.report(claimed(ledger, other), *report(other.name), made_by="1")
        before = ledger.look_up(self.PLACES)
        assert list(before) == list(self.PLACES)
        assert before[other].state == State.DONE
        ledger.see([place(one.name, PlacedFile("packet.pdf", 11, "b", OLD)), *self.PLACES[1:], place("new")])
        after = ledger.look_up([*self.PLACES, place("never")])
        assert list(after) == list(self.PLACES)
        assert [known for known in self.PLACES if after[known] != before[known]] == [one]

    def test_several_workers_see_the_same_dossiers_at_once(self, database: Database) -> None:
        failed: list[BaseException] = []
        together = threading.Barrier(4)

        def see(number: int) -> None:
            changed = (place(one.name, PlacedFile(f"{number}.pdf", 1, "c", OLD)) for one in self.PLACES[::2])
            try:
                together.wait()
                Ledger(database, Worker.here()).see(reversed(self.PLACES))
                together.wait()
                Ledger(database, Worker.here()).see(changed)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=see, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        assert Ledger(database, Worker.here()).counts()[State.WAITING] == len(self.PLACES)
        with database.engine.connect() as connection:
            names = connection.execute(text("SELECT dossier, name FROM files ORDER BY dossier")).tuples().all()
        # Of each the files of one worker, not of two.
        assert [dossier for dossier, _ in names] == [one.name for one in self.PLACES]
        assert {name for dossier, name in names if dossier == self.PLACES[1].name} == {"packet.pdf"}
        assert all(name != "packet.pdf" for dossier, name in names if dossier == self.PLACES[0].name)

    def test_what_another_did_since_it_was_looked_up_is_not_done_again(self, database: Database) -> None:
        own, other = Ledger(database, Worker.here()), Ledger(database, Worker.here())
        own.see([place()])
        entry = own.look_up([place()])[place()]
        other.report(claimed(other, place()), *report(), made_by="1")
        assert own.claim(place(), since=entry.since) is None
        assert own.claim(place(), since=own.look_up([place()])[place()].since) is not None
