"""What Prometheus asks for: how dossiers stand, and what runs by night did on all machines.

Every process of a run writes its figures into the database while it works, so that whoever is asked, `heyan serve` or
the review page, answers the same for all machines; and a process that is gone takes no figures with it.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from flows.database import Database
from flows.database.tables import DossierRow, NightRow
from flows.errors import StorageFault, UsageError
from flows.ledger import State
from flows.run import Progress, Relay
from schemas.dossier import FileStatus
from schemas.report import Report, Summary, SummaryRow

# Seconds between two times that a process writes its figures down.
INTERVAL = 5.0

logger = logging.getLogger("heyan")


class NightOutcome(StrEnum):
    """How a run by night ended: with a report or a reason for every dossier, or before that."""

    COMPLETED = "completed"
    FAILED = "failed"


class Night(Relay):
    """Writes down what this process does in a run by night, and hands on to `progress` what it hears.

    Where the database does not answer, the run goes on, and its figures are written down later.
    """

    def __init__(self, database: Database, source: str, *, helps: bool, progress: Progress | None = None) -> None:
        super().__init__(progress)
        self._database = database
        now = time.time()
        self._row = NightRow(
            source=source,
            helps=helps,
            begun=now,
            seen=now,
            dossiers=0,
            errors=0,
            pages=0,
            reading_seconds=0.0,
            quarantined_files=0,
            untold=0,
        )
        self._lock = threading.Lock()
        self._write()

    def pages_read(self, pages: int, seconds: float) -> None:
        """Count pages, and the work on them."""
        super().pages_read(pages, seconds)
        with self._lock:
            self._row.pages += pages
            self._row.reading_seconds += seconds
        self._write_now_and_then()

    def reported(self, report: Report) -> None:
        """Count the files that were quarantined."""
        super().reported(report)
        with self._lock:
            self._row.quarantined_files += sum(file.status is FileStatus.QUARANTINED for file in report.files)

    def done(self, row: SummaryRow) -> None:
        """Count the dossier."""
        super().done(row)
        with self._lock:
            self._row.dossiers += 1
            self._row.errors += row.error is not None
        self._write_now_and_then()

    def end(self, summary: Summary | None, untold: int) -> None:
        """Write down how the run ended, None where it did not come to its end, and how many were not told of it."""
        with self._lock:
            self._row.ended = time.time()
            self._row.outcome = NightOutcome.FAILED if summary is None else NightOutcome.COMPLETED
            self._row.untold = untold
        self._write()

    def _write_now_and_then(self) -> None:
        if time.time() - self._row.seen >= INTERVAL:
            self._write()

    def _write(self) -> None:
        with self._lock, suppress(StorageFault, UsageError), self._database.session() as session:
            self._row.seen = time.time()
            self._row = session.merge(self._row)
            session.flush()
            session.expunge(self._row)


def metrics(database: Database) -> bytes:
    """Return all metrics in Prometheus' text format; where the database does not answer, that it does not."""
    return generate_latest(_registry(database))


def serve_metrics(host: str, port: int, database: Database) -> None:
    """Answer Prometheus from now on, in a thread of its own; raise UsageError where the port is taken."""
    try:
        start_http_server(port, host, registry=_registry(database))
    except OSError as error:
        raise UsageError(f"HEYAN_METRICS__PORT={port} 用不了（{host}：{error.strerror or error}），请换一个") from error


def _registry(database: Database) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Figures(database))
    return registry


class _Figures(Collector):
    """Reads the figures when they are asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[Metric]:
        """Return nothing: names are known when figures are."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield all figures."""
        try:
            found = [*self._dossiers(), *self._nights()]
        except (StorageFault, UsageError) as error:
            logger.warning("%s", error, extra={"event": "metrics.failed"})
            found = []
        yield GaugeMetricFamily("heyan_database_up", "1 where the database answers.", 1 if found else 0)
        yield from found

    def _dossiers(self) -> Iterator[Metric]:
        with self._database.session() as session:
            counts = dict(
                session.execute(select(DossierRow.state, func.count()).group_by(DossierRow.state)).tuples().all()
            )
            oldest = session.scalar(select(func.min(DossierRow.since)).where(DossierRow.state == State.WAITING))
        states = GaugeMetricFamily("heyan_dossiers", "Dossiers by state.", labels=["state"])
        for state in State:
            states.add_metric([state], counts.get(state, 0))
        yield states
        yield GaugeMetricFamily(
            "heyan_queue_age_seconds",
            "For how long the dossier that waits the longest has waited; 0 where none waits.",
            0.0 if oldest is None else max(time.time() - oldest, 0.0),
        )

    def _nights(self) -> Iterator[Metric]:
        sums = (NightRow.pages, NightRow.reading_seconds, NightRow.quarantined_files, NightRow.untold)
        with self._database.session() as session:
            pages, seconds, quarantined, untold = (
                session.execute(select(*(func.coalesce(func.sum(column), 0) for column in sums))).tuples().one()
            )
            outcomes = dict(
                session.execute(
                    select(NightRow.outcome, func.count())
                    .where(NightRow.ended.is_not(None), ~NightRow.helps)
                    .group_by(NightRow.outcome)
                )
                .tuples()
                .all()
            )
            own = select(NightRow).where(~NightRow.helps).order_by(NightRow.begun.desc()).limit(1)
            newest = session.scalar(own)
            last = session.scalar(own.where(NightRow.ended.is_not(None)))
            rate = 0.0
            if newest is not None:
                # All machines that shared it.
                shares = session.scalars(select(NightRow).where(NightRow.begun >= newest.begun)).all()
                length = max(one.seen for one in shares) - newest.begun
                rate = sum(one.pages for one in shares) / length if length > 0 else 0.0
            figures = None if last is None else (last.outcome, last.ended or 0.0, last.begun)
        yield CounterMetricFamily("heyan_pages_read", "Pages that were read, by all machines.", value=pages)
        yield GaugeMetricFamily(
            "heyan_pages_per_second",
            "Pages a second in the run by night that goes on or was the last, all machines.",
            rate,
        )
        yield CounterMetricFamily(
            "heyan_ocr_seconds",
            "Seconds of work on pages (drawing, recognising), added up over processes.",
            value=seconds,
        )
        yield CounterMetricFamily("heyan_quarantined_files", "Files that could not be read.", value=quarantined)
        yield CounterMetricFamily("heyan_notification_failures", "Messages that could not be sent.", value=untold)
        runs = CounterMetricFamily("heyan_runs", "Runs by night that ended, by outcome.", labels=["outcome"])
        for outcome in NightOutcome:
            runs.add_metric([outcome], outcomes.get(outcome, 0))
        yield runs
        if figures is None:
            return
        outcome, ended, begun = figures
        yield GaugeMetricFamily(
            "heyan_last_run_success",
            "1 where the last run by night came to its end.",
            int(outcome == NightOutcome.COMPLETED),
        )
        yield GaugeMetricFamily("heyan_last_run_timestamp_seconds", "When the last run by night ended.", ended)
        yield GaugeMetricFamily("heyan_last_run_duration_seconds", "How long it took.", ended - begun)
