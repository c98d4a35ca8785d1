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
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from extractors.models import EngineError
from flows.errors import DossierError, IncompleteError, StorageFault, UsageError
from flows.packet import is_safe
from flows.register import FILE, Register
from flows.reports import summarise, write_report, write_summary
from flows.sources import Place, Source, open_source
from flows.verify import verify_dossier
from flows.workers import Workers
from schemas.finding import Finding
from schemas.report import Summary, SummaryRow
from schemas.settings import Limits, Settings
from validators import programmes

RETRY_DELAYS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try after a storage fault."""

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


def verify_source(
    source: str,
    programme: str | None,
    out: Path,
    settings: Settings,
    *,
    call: Call = patiently,
    progress: Progress | None = None,
) -> Summary:
    """Verify all dossiers of a source and write their reports and the summary into `out`.

    A dossier that cannot be reported on stands in the summary with its error. Raises UsageError where the source, the
    programme, `out` or the settings do not allow any work, StorageFault where the source does not answer, and
    IncompleteError where only the summary could not be delivered.
    """
    progress = progress or Progress()
    if programme is not None and programme not in programmes.known():
        raise UsageError(_unknown(programme))
    where = open_source(source, programme, out, settings)
    found = call("find dossiers", where.find)
    if not found.places:
        layout = "<卷宗>/<文件>" if programme else "<通知>/<卷宗>/<文件>，或用 --programme 指明通知"
        raise UsageError(f"SOURCE 里没有卷宗：{source} 下应为 {layout}")
    _prepare(out)
    # For the workers, wherever they stand.
    folder = out.absolute()
    progress.found(len(found.places), found.strays)
    with Workers(settings, kept=folder / KEPT) as workers:
        run = _Run(where, folder, settings.limits, workers, Register(folder / FILE), call, progress)
        verified = dict(zip(found.places, run.verify_all(found.places), strict=True))
        trouble: str | None = None
        try:
            news = call("compare dossiers", run.with_news, found.places)
        except (StorageFault, UsageError) as error:
            news, trouble = list[Place](), f"报告已写在 {out}，但没有再次互相比对：{error}"
        again = [place for place in news if verified[place][0].error is None]
        progress.again(len(again))
        for place, (row, findings) in zip(again, run.verify_all(again), strict=True):
            row.seconds = round(row.seconds + verified[place][0].seconds, 2)
            verified[place] = row, findings
    summary = Summary(dossiers=[row for row, _ in verified.values()])
    written = write_summary(summary, [findings for _, findings in verified.values()], out)
    try:
        call("deliver summary", where.deliver, {path.name: path for path in written})
    except (StorageFault, UsageError) as error:
        trouble = f"汇总已写在 {out}，但没有写回存储：{error}"
    if trouble is not None:
        raise IncompleteError(trouble)
    return summary


@dataclass(frozen=True)
class _Run:
    """What every dossier of a run is verified with."""

    source: Source
    out: Path
    limits: Limits
    workers: Workers
    register: Register
    call: Call
    progress: Progress

    def verify_all(self, places: Sequence[Place]) -> list[tuple[SummaryRow, list[Finding]]]:
        """Verify dossiers, as many at a time as keep all workers busy while one's pages are collected."""
        with ThreadPoolExecutor(self.workers.count + 1) as threads:
            # A step called as a task finds its run by the context.
            jobs = [threads.submit(copy_context().run, self.verify, place) for place in places]
            try:
                return [job.result() for job in jobs]
            except BaseException:
                for job in jobs:
                    job.cancel()
                self.workers.stop()
                raise

    def verify(self, place: Place) -> tuple[SummaryRow, list[Finding]]:
        """Verify one dossier and write its report; whatever goes wrong stays in its row of the summary."""
        self.progress.begun(place)
        started = time.monotonic()
        row = SummaryRow(programme=place.programme, dossier=place.name)
        findings: list[Finding] = []
        try:
            if place.programme not in programmes.known():
                raise DossierError(_unknown(place.programme))
            if not is_safe(place.name) or "/" in place.name:
                raise DossierError("卷宗名称不能用作文件夹名，请改名")
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
                    limits=self.limits,
                    work=work,
                    refused=fetched.refused,
                    apart=fetched.apart,
                    register=self.register,
                    progress=self.progress.pages_read,
                )
                written = self.workers.call(write_report, report, pages, programmes.load(place.programme), self.out)
            row, findings = summarise(report, len(pages)), report.findings
            reports = {path.relative_to(self.out).as_posix(): path for path in written}
            self.call(f"deliver {place.name}", self.source.deliver, reports)
        except CancelledError:
            # The run was stopped: this is no fault of the dossier's.
            raise
        except EngineError as error:
            raise UsageError(str(error)) from error
        except (DossierError, StorageFault, UsageError) as error:
            row.error = str(error)
        except OSError as error:
            row.error = f"无法读写：{error.filename or self.out}（{error.strerror or error}）"
        except Exception as error:
            # A bad dossier never stops the run.
            log = _record(error, place, self.out)
            row.error = f"程序出错（{type(error).__name__}），详情在 {log}"
        row.seconds = round(time.monotonic() - started, 2)
        self.progress.done(row)
        return row, findings

    def with_news(self, places: Sequence[Place]) -> list[Place]:
        """Return the dossiers that share something with others entered after them."""
        return [place for place in places if self.register.has_news(place.programme, place.name)]


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
