"""A run over a source: every dossier fetched, verified and reported, then the summary over all.

A dossier's report is written as soon as it is verified, and says what it shares with dossiers that the register
(`flows.register`) knows by then. Where a later one changes that, the dossier is verified once more at the end
of the run: reuse is rare, and so neither pages nor images need to be kept meanwhile. A run that is cut off leaves whole
reports, and the register knows enough for the next one to say the rest at once.

The steps are plain functions. `Call` says how they are called: `patiently` here, as Prefect tasks in `flows.nightly`.
Both try a step again after a storage fault, at the same intervals.
"""

import logging
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from extractors.models import EngineError
from flows.database import FILE, Database, open_database
from flows.desk.entering import has_acts
from flows.errors import DossierError, IncompleteError, StorageFault, UsageError
from flows.ledger import Claim, Entry, Ledger, State, Worker, is_settled, made_by, pack_findings, unpack_findings
from flows.logs import about
from flows.packet import is_safe
from flows.privacy import mask_text, masked
from flows.register import Register
from flows.reports import earlier_reports, keep_earlier, summarise, write_report, write_summary
from flows.sources import Place, Source, open_source
from flows.verify import verify_dossier
from flows.workers import Workers
from flows.working import working_folder
from schemas.dossier import FileStatus
from schemas.report import Report, Summary, SummaryRow
from schemas.settings import Settings
from validators import programmes

RETRY_DELAYS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try after a storage fault."""

POLL = 1.0
"""Seconds between two looks at whether another worker is done with a dossier."""

KEPT = "heyan.pages"
"""The folder, in that of the reports, of pages that need not be read again."""

logger = logging.getLogger("heyan")

P = ParamSpec("P")
T = TypeVar("T")


class Call(Protocol):
    """Calls one step of the run, under a title that says which."""

    def __call__(self, title: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` and return its answer."""
        ...


class Progress:
    """Hears how the run goes; this one shows nothing."""

    def found(self, dossiers: int, strays: list[str]) -> None:
        """Hear of so many dossiers, and of files that lie in none."""

    def again(self, dossiers: int) -> None:
        """Hear of so many that have their turn once more, as later ones share something with them."""

    def kept(self, row: SummaryRow) -> None:
        """Hear of a dossier that keeps its report, as nothing changed."""

    def begun(self, place: Place) -> None:
        """Hear whose turn it is."""

    def pages_read(self, pages: int, seconds: float) -> None:
        """Hear how many more pages were read, and how long a process worked on them."""

    def reported(self, report: Report) -> None:
        """Hear of a report that was made."""

    def done(self, row: SummaryRow) -> None:
        """Hear what came of a dossier."""


class Relay(Progress):
    """Hands on what it hears; who wants to hear something on its way overrides that."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress or Progress()

    def found(self, dossiers: int, strays: list[str]) -> None:
        """Hand it on."""
        self._progress.found(dossiers, strays)

    def again(self, dossiers: int) -> None:
        """Hand it on."""
        self._progress.again(dossiers)

    def kept(self, row: SummaryRow) -> None:
        """Hand it on."""
        self._progress.kept(row)

    def begun(self, place: Place) -> None:
        """Hand it on."""
        self._progress.begun(place)

    def pages_read(self, pages: int, seconds: float) -> None:
        """Hand it on."""
        self._progress.pages_read(pages, seconds)

    def reported(self, report: Report) -> None:
        """Hand it on."""
        self._progress.reported(report)

    def done(self, row: SummaryRow) -> None:
        """Hand it on."""
        self._progress.done(row)


def patiently(title: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a step, and again after a storage fault."""
    del title
    for delay in RETRY_DELAYS:
        try:
            return function(*args, **kwargs)
        except StorageFault as fault:
            logger.warning("%s，%g 秒后再试", fault, delay)
            time.sleep(delay)
    return function(*args, **kwargs)


@dataclass
class Outcome:
    """What came of a dossier; its findings as the ledger keeps them."""

    row: SummaryRow
    findings: str | None = None


def verify_source(
    source: str,
    programme: str | None,
    out: Path,
    settings: Settings,
    *,
    call: Call = patiently,
    progress: Progress | None = None,
    by_night: bool = False,
    helps: str | None = None,
    call_others: Callable[[str, int], None] | None = None,
) -> Summary:
    """Verify the dossiers of a source and write their reports and the summary into `out`.

    A dossier that was reported on before, and of which nothing changed since, keeps its report; so does one after the
    program or its settings changed where `by_night` is set: what reviewers work on does not change by itself. By night
    dossiers that are still being uploaded wait, and those that failed too often are left to the operator.

    A dossier that cannot be reported on stands in the summary with its error. Raises UsageError where the source, the
    programme, `out` or the settings do not allow any work, StorageFault where the source or the database does not
    answer, and IncompleteError where only the summary could not be delivered.

    Several machines may share a run. `call_others` hears its name, and how many dossiers it has to verify. A run that
    `helps` the one of that name verifies what no other has claimed, and returns what it saw done: comparing and summing
    up is left to the one it helps.
    """
    progress = progress or Progress()
    if programme is not None and programme not in programmes.known():
        raise UsageError(_unknown(programme))
    where = open_source(source, programme, out, settings)
    found = call("find dossiers", where.find)
    if not found.places and not by_night:
        layout = "<卷宗>/<文件>" if programme else "<通知>/<卷宗>/<文件>，或用 --programme 指明通知"
        raise UsageError(f"SOURCE 里没有卷宗：{source} 下应为 {layout}")
    _prepare(out)
    # For the workers, wherever they stand.
    folder = out.absolute()
    database = patiently("open database", open_database, database_url(settings, folder))
    ledger = Ledger(database, Worker.here(helps))
    places = [place for place in found.places if not by_night or is_settled(place, settings.night.settle_seconds)]
    progress.found(len(places), found.strays)
    with about(run=ledger.run), ledger.renewing(), working_folder() as work, ExitStack() as stack:
        logger.info("开始核验", extra={"event": "run.begun", "source": source, "dossiers": len(places)})
        run = _Run(where, folder, work, settings, ledger, database, call, progress, stack, by_night=by_night)
        patiently("take down dossiers", ledger.see, [place for place in places if _refusal(place) is None])
        if helps is not None:
            return Summary(dossiers=[outcome.row for outcome in run.verify_free(places).values()])
        verified = run.verify_all(places, call_others=call_others)
        trouble: str | None = None
        try:
            news = call("compare dossiers", run.with_news, places)
        except (StorageFault, UsageError) as error:
            news, trouble = list[Place](), f"报告已写在 {out}，但没有再次互相比对：{error}"
        again = [place for place in news if verified[place].row.error is None]
        progress.again(len(again))
        verified |= run.verify_all(again, again=True)
    summary = Summary(dossiers=[outcome.row for outcome in verified.values()])
    written = write_summary(summary, (unpack_findings(outcome.findings) for outcome in verified.values()), out)
    try:
        call("deliver summary", where.deliver, {path.name: path for path in written})
    except (StorageFault, UsageError) as error:
        trouble = f"汇总已写在 {out}，但没有写回存储：{error}"
    errors = sum(row.error is not None for row in summary.dossiers)
    ended = {"run": ledger.run, "dossiers": len(summary.dossiers), "errors": errors}
    logger.info("核验完成", extra={"event": "run.ended", "source": source, **ended})
    if trouble is not None:
        raise IncompleteError(trouble)
    return summary


def database_url(settings: Settings, out: Path) -> str:
    """Return the address of the database: the one that is set, or a file in the folder of reports."""
    return settings.database.get_secret_value() if settings.database else f"sqlite:///{out / FILE}"


@dataclass
class _Run:
    """What every dossier of a run is verified with; the workers are there once one is needed."""

    source: Source
    out: Path
    work: Path
    settings: Settings
    ledger: Ledger
    database: Database
    call: Call
    progress: Progress
    stack: ExitStack
    by_night: bool

    @cached_property
    def workers(self) -> Workers:
        """The processes that read and check."""
        return self.stack.enter_context(Workers(self.settings, kept=self.out / KEPT))

    @cached_property
    def register(self) -> Register:
        """What dossiers are compared with."""
        return Register(self.database)

    @cached_property
    def made_by(self) -> str:
        """What the reports of this run are made by."""
        return made_by(self.settings)

    def verify_all(
        self, places: Sequence[Place], *, again: bool = False, call_others: Callable[[str, int], None] | None = None
    ) -> dict[Place, Outcome]:
        """Verify dossiers, and wait for those that others have claimed.

        Those with a report keep it, unless their turn comes `again`.
        """
        verified = self.verify_free(places, again=again, call_others=call_others)
        while left := [place for place in places if place not in verified]:
            time.sleep(POLL)
            verified |= self.verify_free(left)
        return {place: verified[place] for place in places}

    def verify_free(
        self, places: Sequence[Place], *, again: bool = False, call_others: Callable[[str, int], None] | None = None
    ) -> dict[Place, Outcome]:
        """Verify dossiers but those that another worker has, and return what came of all but these.

        As many are under way at a time as keep all workers busy while one's pages are collected.
        """
        try:
            entries = patiently("look up", self.ledger.look_up, [place for place in places if _refusal(place) is None])
            # What another worker did meanwhile is not done again.
            verified = {} if again else self._kept(entries)
        except (StorageFault, UsageError) as error:
            return {place: Outcome(_row(place, str(error))) for place in places}
        for outcome in verified.values():
            self.progress.kept(outcome.row)
        left = [place for place in places if place not in verified]
        if call_others is not None:
            call_others(self.ledger.run, len(left))
        if not left:
            return verified
        turns = self._take_turns(left, entries)
        return verified | {place: outcome for place, outcome in zip(left, turns, strict=True) if outcome is not None}

    def _take_turns(self, places: Sequence[Place], entries: Mapping[Place, Entry]) -> list[Outcome | None]:
        with ThreadPoolExecutor(self.workers.count + 1) as threads:
            # A step called as a task finds its run by the context.
            jobs = [threads.submit(copy_context().run, self.verify, place, entries.get(place)) for place in places]
            try:
                return [job.result() for job in jobs]
            except BaseException:
                for job in jobs:
                    job.cancel()
                self.workers.stop()
                raise

    def verify(self, place: Place, entry: Entry | None) -> Outcome | None:
        """Verify one dossier and write its report; whatever goes wrong stays in its row of the summary.

        None where another worker has claimed it, or did something about it since it was looked up as `entry`.
        """
        with about(programme=place.programme, dossier=place.name):
            return self._verify(place, entry)

    def _verify(self, place: Place, entry: Entry | None) -> Outcome | None:
        outcome = Outcome(_row(place, _refusal(place)))
        started = time.monotonic()
        claim: Claim | None = None
        is_its_own = True
        try:
            if outcome.row.error is None:
                claim = patiently("claim", self.ledger.claim, place, since=None if entry is None else entry.since)
                if claim is None:
                    return None
                logger.info("开始核验", extra={"event": "dossier.begun"})
                self.progress.begun(place)
                return self._report(claim, started)
        except (CancelledError, EngineError) as error:
            # The run is stopped: this is no fault of the dossier's.
            if claim is not None:
                with suppress(StorageFault, UsageError):
                    self.ledger.release(claim)
            if isinstance(error, EngineError):
                raise UsageError(str(error)) from error
            raise
        except DossierError as error:
            outcome.row.error = str(error)
        except (StorageFault, UsageError) as error:
            outcome.row.error, is_its_own = str(error), False
        except OSError as error:
            outcome.row.error = f"无法读写：{error.filename or self.out}（{error.strerror or error}）"
            is_its_own = False
        except Exception as error:
            # A bad dossier never stops the run.
            log = _record(error, place, self.out)
            outcome.row.error = f"程序出错（{type(error).__name__}），详情在 {log}"
        outcome.row.error = mask_text(outcome.row.error or "")
        outcome.row.seconds = round(time.monotonic() - started, 2)
        if claim is not None:
            # Where not even this can be written down, the claim runs out.
            with suppress(StorageFault, UsageError):
                self.ledger.fail(claim, outcome.row.error, is_its_own=is_its_own)
        seconds = {"seconds": outcome.row.seconds}
        logger.error("%s", outcome.row.error, extra={"event": "dossier.failed", **seconds})
        self.progress.done(outcome.row)
        return outcome

    def _report(self, claim: Claim, started: float) -> Outcome | None:
        """Verify a claimed dossier, and put its report where it belongs, and then into the ledger.

        None where the claim ran out meanwhile, and the dossier is another worker's.
        """
        place = claim.place
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            work = Path(folder)
            fetched = self.call(f"fetch {place.name}", self.source.fetch, place, work)
            report, pages = self.call(
                f"verify {place.name}",
                verify_dossier,
                fetched.folder,
                programme=place.programme,
                name=place.name,
                workers=self.workers,
                limits=self.settings.limits,
                work=work,
                refused=fetched.refused,
                apart=fetched.apart,
                register=self.register,
                thresholds=self.settings.confidence,
                progress=self.progress.pages_read,
            )
            if not patiently("hold claim", self.ledger.holds, claim):
                return None
            is_full = self.settings.privacy.full_identity_numbers
            shown = report if is_full else masked(report)
            if claim.is_news(shown):
                self._keep_earlier(claim)
            notice = programmes.load(place.programme)
            written = self.workers.call(write_report, report, pages, notice, self.out, full_identity_numbers=is_full)
        row = summarise(shown, len(pages))
        reports = {path.relative_to(self.out).as_posix(): path for path in written}
        self.call(f"deliver {place.name}", self.source.deliver, reports)
        row.seconds = round(time.monotonic() - started, 2)
        patiently("enter report", self.ledger.report, claim, shown, row, made_by=self.made_by)
        self._carry_over(place)
        _log_report(shown, row)
        self.progress.reported(shown)
        self.progress.done(row)
        return Outcome(row, pack_findings(shown.findings))

    def _carry_over(self, place: Place) -> None:
        """Put what reviewers corrected to the new report as well."""
        if not patiently("look up", has_acts, self.database, place.programme, place.name):
            return
        from flows.desk.desk import CORRECTED, Desk  # noqa: PLC0415 - few dossiers have been at the desk already
        from flows.desk.files import Folder  # noqa: PLC0415

        desk = Desk(
            self.database,
            Folder(self.out),
            thresholds=self.settings.confidence,
            full_identity_numbers=self.settings.privacy.full_identity_numbers,
        )
        if patiently("carry over", desk.settle, place.programme, place.name):
            name = f"{place.programme}/{place.name}/{CORRECTED}"
            self.call(f"deliver corrections of {place.name}", self.source.deliver, {name: self.out / name})

    def _keep_earlier(self, claim: Claim) -> None:
        """Keep the report of an earlier run beside the one that takes its place."""
        if not claim.earlier:
            return
        reports = earlier_reports(claim.place.programme, claim.place.name, claim.earlier)
        keep_earlier(reports, self.out)
        self.call(f"keep {claim.place.name}", self.source.keep, reports)

    def _kept(self, entries: Mapping[Place, Entry]) -> dict[Place, Outcome]:
        """Return what came of the dossiers of which nothing changed since; the others have to be verified."""
        given_up = {
            place: Outcome(_row(place, entry.error))
            for place, entry in entries.items()
            # Another machine of this run may have tried it.
            if entry.failed_in == self.ledger.run or (self.by_night and entry.state == State.QUARANTINED)
        }
        done = {
            f"{place.programme}/{place.name}/report.json": (place, Outcome(entry.row, entry.findings))
            for place, entry in entries.items()
            if entry.state == State.DONE and entry.row is not None and entry.is_current
            # What reviewers work on does not change by itself.
            if self.by_night or entry.made_by == self.made_by
        }
        there = patiently("look up", self.source.existing, done)
        return given_up | {place: outcome for report, (place, outcome) in done.items() if report in there}

    def with_news(self, places: Sequence[Place]) -> list[Place]:
        """Return the dossiers that share something with others entered after them."""
        stirred = self.register.stirred()
        return [
            place
            for place in places
            if (place.programme, place.name) in stirred and self.register.has_news(place.programme, place.name)
        ]


def _log_report(report: Report, row: SummaryRow) -> None:
    """Log a report, and each file that was quarantined."""
    for file in report.files:
        if file.status is FileStatus.QUARANTINED:
            logger.warning("%s", file.reason, extra={"event": "file.quarantined", "file": file.path})
    figures = {"verdict": str(report.verdict), "pages": row.pages, "seconds": row.seconds}
    logger.info("已出报告", extra={"event": "dossier.reported", **figures})


def _refusal(place: Place) -> str | None:
    """Say why a dossier cannot be verified at all; None where it can."""
    if place.programme not in programmes.known():
        return _unknown(place.programme)
    if not is_safe(place.name) or "/" in place.name:
        return "卷宗名称不能用作文件夹名，请改名"
    return None


def _row(place: Place, error: str | None) -> SummaryRow:
    """Return the summary's row of a dossier that has no report."""
    return SummaryRow(programme=place.programme, dossier=place.name, error=error)


def _unknown(programme: str) -> str:
    return f"没有这个通知：{programme}（有 {'、'.join(programmes.known())}）"


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise UsageError(f"--out 不能写：{out}（{error.strerror}）") from error


def _record(error: Exception, place: Place, out: Path) -> Path:
    """Keep what a developer needs to see of an error that nobody expected."""
    log = out / "heyan.log"
    log.touch(mode=0o600)
    lines = mask_text("".join(traceback.format_exception(error)))
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{place.programme}/{place.name}\n{lines}\n")
    return log
