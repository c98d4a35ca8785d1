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
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from extractors.models import EngineError
from flows.database import FILE, open_database
from flows.errors import DossierError, IncompleteError, StorageFault, UsageError
from flows.ledger import Claim, Ledger, State, Worker, is_settled, made_by
from flows.packet import is_safe
from flows.register import Register
from flows.reports import earlier_reports, keep_earlier, summarise, write_report, write_summary
from flows.sources import Place, Source, open_source
from flows.verify import verify_dossier
from flows.workers import Workers
from schemas.finding import Finding
from schemas.report import Summary, SummaryRow
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

    def pages_read(self, pages: int) -> None:
        """Hear how many more pages were read."""

    def done(self, row: SummaryRow) -> None:
        """Hear what came of a dossier."""


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
    """What came of a dossier."""

    row: SummaryRow
    findings: list[Finding] = field(default_factory=list[Finding])


def verify_source(
    source: str,
    programme: str | None,
    out: Path,
    settings: Settings,
    *,
    call: Call = patiently,
    progress: Progress | None = None,
    by_night: bool = False,
) -> Summary:
    """Verify the dossiers of a source and write their reports and the summary into `out`.

    A dossier that was reported on before, and of which nothing changed since, keeps its report; so does one after the
    program or its settings changed where `by_night` is set: what reviewers work on does not change by itself. By night
    dossiers that are still being uploaded wait, and those that failed too often are left to the operator.

    A dossier that cannot be reported on stands in the summary with its error. Raises UsageError where the source, the
    programme, `out` or the settings do not allow any work, StorageFault where the source or the database does not
    answer, and IncompleteError where only the summary could not be delivered.
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
    ledger = Ledger(database, Worker.here())
    places = [place for place in found.places if not by_night or is_settled(place, settings.night.settle_seconds)]
    progress.found(len(places), found.strays)
    with ledger.renewing(), ExitStack() as stack:
        run = _Run(where, folder, settings, ledger, Register(database), call, progress, stack, by_night=by_night)
        patiently("take down dossiers", ledger.see, [place for place in places if _refusal(place) is None])
        verified = run.verify_all(places)
        trouble: str | None = None
        try:
            news = call("compare dossiers", run.with_news, places)
        except (StorageFault, UsageError) as error:
            news, trouble = list[Place](), f"报告已写在 {out}，但没有再次互相比对：{error}"
        again = [place for place in news if verified[place].row.error is None]
        progress.again(len(again))
        verified |= run.verify_all(again, again=True)
    summary = Summary(dossiers=[outcome.row for outcome in verified.values()])
    written = write_summary(summary, [outcome.findings for outcome in verified.values()], out)
    try:
        call("deliver summary", where.deliver, {path.name: path for path in written})
    except (StorageFault, UsageError) as error:
        trouble = f"汇总已写在 {out}，但没有写回存储：{error}"
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
    settings: Settings
    ledger: Ledger
    register: Register
    call: Call
    progress: Progress
    stack: ExitStack
    by_night: bool

    @cached_property
    def workers(self) -> Workers:
        """The processes that read and check."""
        return self.stack.enter_context(Workers(self.settings, kept=self.out / KEPT))

    @cached_property
    def made_by(self) -> str:
        """What the reports of this run are made by."""
        return made_by(self.settings)

    def verify_all(self, places: Sequence[Place], *, again: bool = False) -> dict[Place, Outcome]:
        """Verify dossiers, as many at a time as keep all workers busy while one's pages are collected.

        Those with a report keep it, unless their turn comes `again`. What others have claimed comes last.
        """
        verified: dict[Place, Outcome] = {}
        if not again:
            known = ((place, self._known(place)) for place in places if _refusal(place) is None)
            verified = {place: outcome for place, outcome in known if outcome is not None}
            for outcome in verified.values():
                self.progress.kept(outcome.row)
        while left := [place for place in places if place not in verified]:
            turns = self._take_turns(left, again=again)
            verified |= {place: outcome for place, outcome in zip(left, turns, strict=True) if outcome is not None}
            if None in turns:
                time.sleep(POLL)
        return {place: verified[place] for place in places}

    def _take_turns(self, places: Sequence[Place], *, again: bool) -> list[Outcome | None]:
        with ThreadPoolExecutor(self.workers.count + 1) as threads:
            # A step called as a task finds its run by the context.
            jobs = [threads.submit(copy_context().run, self.verify, place, again=again) for place in places]
            try:
                return [job.result() for job in jobs]
            except BaseException:
                for job in jobs:
                    job.cancel()
                self.workers.stop()
                raise

    def verify(self, place: Place, *, again: bool = False) -> Outcome | None:
        """Verify one dossier and write its report; whatever goes wrong stays in its row of the summary.

        None where another worker has claimed it and is not done.
        """
        outcome = Outcome(SummaryRow(programme=place.programme, dossier=place.name, error=_refusal(place)))
        started = time.monotonic()
        claim: Claim | None = None
        is_its_own = True
        try:
            if outcome.row.error is None:
                if not again and (known := self._known(place)) is not None:
                    self.progress.kept(known.row)
                    return known
                claim = patiently("claim", self.ledger.claim, place)
                if claim is None:
                    return None
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
        outcome.row.seconds = round(time.monotonic() - started, 2)
        if claim is not None:
            # Where not even this can be written down, the claim runs out.
            with suppress(StorageFault, UsageError):
                self.ledger.fail(claim, outcome.row.error or "", is_its_own=is_its_own)
        self.progress.done(outcome.row)
        return outcome

    def _report(self, claim: Claim, started: float) -> Outcome:
        """Verify a claimed dossier, and put its report where it belongs, and then into the ledger."""
        place = claim.place
        with tempfile.TemporaryDirectory(prefix="heyan-") as folder:
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
                progress=self.progress.pages_read,
            )
            self._keep_earlier(place)
            written = self.workers.call(write_report, report, pages, programmes.load(place.programme), self.out)
        row = summarise(report, len(pages))
        reports = {path.relative_to(self.out).as_posix(): path for path in written}
        self.call(f"deliver {place.name}", self.source.deliver, reports)
        row.seconds = round(time.monotonic() - started, 2)
        patiently("enter report", self.ledger.report, claim, report, row, made_by=self.made_by)
        self.progress.done(row)
        return Outcome(row, report.findings)

    def _keep_earlier(self, place: Place) -> None:
        """Keep the report of an earlier run beside the one that takes its place."""
        entry = patiently("look up", self.ledger.entry, place.programme, place.name)
        if entry is None or not entry.revision or entry.run == self.ledger.run:
            return
        reports = earlier_reports(place.programme, place.name, entry.revision)
        keep_earlier(reports, self.out)
        self.call(f"keep {place.name}", self.source.keep, reports)

    def _known(self, place: Place) -> Outcome | None:
        """Return what came of a dossier of which nothing changed since; None where it has to be verified."""
        entry = patiently("look up", self.ledger.entry, place.programme, place.name)
        if entry is None:
            return None
        if self.by_night and entry.state == State.QUARANTINED:
            return Outcome(SummaryRow(programme=place.programme, dossier=place.name, error=entry.error))
        if entry.state != State.DONE or entry.row is None or not entry.is_current:
            return None
        if entry.made_by != self.made_by and not self.by_night:
            return None
        report = f"{place.programme}/{place.name}/report.json"
        return Outcome(entry.row, entry.findings) if patiently("look up", self.source.has, report) else None

    def with_news(self, places: Sequence[Place]) -> list[Place]:
        """Return the dossiers that share something with others entered after them."""
        return [place for place in places if self.register.has_news(place.programme, place.name)]


def _refusal(place: Place) -> str | None:
    """Say why a dossier cannot be verified at all; None where it can."""
    if place.programme not in programmes.known():
        return _unknown(place.programme)
    if not is_safe(place.name) or "/" in place.name:
        return "卷宗名称不能用作文件夹名，请改名"
    return None


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
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{place.programme}/{place.name}\n{''.join(traceback.format_exception(error))}\n")
    return log
