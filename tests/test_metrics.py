"""What Prometheus is told, from a real database and over HTTP."""

import socket
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from test_ledger import place

from flows.database import Database, open_database
from flows.errors import UsageError
from flows.ledger import Ledger, State, Worker
from flows.metrics import Night, metrics, serve_metrics
from schemas.dossier import File, FileStatus
from schemas.report import Report, Summary, SummaryRow, Verdict


def told(database: Database) -> dict[str, float]:
    """Return all samples by their names and labels."""
    return samples(metrics(database).decode())


def samples(text: str) -> dict[str, float]:
    return {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def database(database_url: str) -> Database:
    return open_database(database_url)


def test_before_anything_happened(database: Database) -> None:
    found = told(database)
    assert found["heyan_database_up"] == 1
    assert {found[f"heyan_dossiers{state}"] for state in State} == {0}
    assert (found["heyan_queue_age_seconds"], found["heyan_pages_read_total"]) == (0, 0)
    assert "heyan_last_run_success" not in found


def test_dossiers_by_state_and_how_long_the_oldest_waits(database: Database) -> None:
    ledger = Ledger(database, Worker.here())
    ledger.see([place("D-1"), place("D-2")])
    time.sleep(0.05)
    ledger.see([place("D-3")])
    assert ledger.claim(place("D-1")) is not None
    found = told(database)
    assert (found["heyan_dossierswaiting"], found["heyan_dossiersrunning"]) == (2, 1)
    assert 0.05 <= found["heyan_queue_age_seconds"] < 60


def test_what_the_machines_of_a_night_did_adds_up(database: Database) -> None:
    nights = [Night(database, "s3://intake", helps=helps) for helps in (False, True)]
    broken = File(path="a.pdf", sha256="", pages=0, status=FileStatus.QUARANTINED, reason="加密")
    for night in nights:
        night.pages_read(4, 2.5)
        night.reported(
            Report(programme="jilin-2022", dossier="D-1", received=None, verdict=Verdict.REVIEW, files=[broken])
        )
        night.done(SummaryRow(programme="jilin-2022", dossier="D-1", error="卷宗里没有文件"))
        night.end(Summary(), untold=0 if night is nights[1] else 2)
    found = told(database)
    assert found["heyan_pages_read_total"] == 8
    assert found["heyan_ocr_seconds_total"] == 5
    assert found["heyan_quarantined_files_total"] == 2
    assert found["heyan_notification_failures_total"] == 2
    assert found["heyan_pages_per_second"] > 0
    assert (found["heyan_runs_totalcompleted"], found["heyan_runs_totalfailed"]) == (1, 0)
    assert found["heyan_last_run_success"] == 1
    Night(database, "s3://intake", helps=False).end(None, untold=0)
    Night(database, "s3://intake", helps=False)
    found = told(database)
    assert (found["heyan_runs_totalfailed"], found["heyan_last_run_success"]) == (1, 0)
    assert time.time() - found["heyan_last_run_timestamp_seconds"] < 60


def test_it_is_answered_over_http_and_a_taken_port_is_named(database: Database) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve_metrics("127.0.0.1", port, database)
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert samples(answer.read().decode())["heyan_database_up"] == 1
    with pytest.raises(UsageError, match="HEYAN_METRICS__PORT"):
        serve_metrics("127.0.0.1", port, database)


def test_a_database_that_is_gone_is_said(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/heyan.sqlite")
    database.engine.dispose()
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "heyan.sqlite").write_bytes(b"none of ours" * 100)
    assert told(database) == {"heyan_database_up": 0}
