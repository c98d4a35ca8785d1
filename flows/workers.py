"""The processes that do the work of a run: each opens files, reads pages and checks dossiers with its own engine.

What comes out of a packet is handled here only: a file that hangs or kills the process that handles it costs that
process, which is replaced, and the file is quarantined. So it is where a library raises what nobody expected of it.

What opens and reads is loaded in these processes only, while the one that asks looks for dossiers.
"""

# ruff: noqa: PLC0415

import ctypes
import importlib
import logging
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from extractors.models import EngineError
from extractors.spans import Member, ReadSpan, Span
from flows.errors import DossierError
from flows.processes import OutOfTime, ProcessDied, Processes
from schemas.settings import Limits, OcrSettings, Settings

if TYPE_CHECKING:
    from extractors.page_cache import ReadsSheets
    from extractors.reading import Reader

# Bytes that one process may come to take.
MEMORY = 1_500_000_000
# So often a file is opened, a page read, a dossier judged where its process dies: something else may have killed it.
TRIES = 3
# Pages that one process reads in one go: enough that opening the file is nothing beside it.
SPAN = 4

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger("heyan")

# What is no fault of the file at hand: the run was stopped, no engine, nowhere to write or nothing to read from.
_NOT_THE_FILES = (CancelledError, EngineError, OSError, sqlite3.Error)

# What reads in this process, where it is one that reads.
_reader: "ReadsSheets | None" = None


class Workers:
    """Processes that read and check; any thread may call them. Leaving the context ends them, whatever they do."""

    def __init__(
        self, settings: Settings, make_reader: "Callable[[OcrSettings], Reader] | None" = None, kept: Path | None = None
    ) -> None:
        """Start the processes; each makes its reader by `make_reader`. Pages that were read are kept in `kept`."""
        self.count = settings.workers or max(min(cores(), memory() // MEMORY), 1)
        self._check_seconds = settings.limits.check_seconds
        ocr = settings.ocr
        if not ocr.threads:
            ocr = ocr.model_copy(update={"threads": max(cores() // self.count, 1)})
        days = settings.privacy.retention_days
        seconds = None if days is None else days * 86_400.0
        _ask_for_large_pages()
        self._processes = Processes(
            self.count, _begin, make_reader, ocr, kept, settings.kept_bytes, seconds, settings.limits.worker_bytes
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End all processes; who waits for an answer gets CancelledError."""
        self._processes.stop()

    def survey(self, files: Sequence[tuple[str, Path]], limits: Limits, work: Path) -> list[Member]:
        """Return what there is to read in a dossier's files, given as (name, path)."""
        jobs = [
            self._processes.submit(limits.page_seconds, TRIES, _survey, name, path, limits=limits, work=work)
            for name, path in files
        ]
        members: list[Member] = []
        for (name, path), job in zip(files, jobs, strict=True):
            try:
                members.extend(job.result())
            except _NOT_THE_FILES:
                raise
            except Exception as error:
                members.append(Member(name, path, "", reason=_lost(error, "文件打不开", limits, file=name)))
        return members

    def read(
        self,
        members: Sequence[Member],
        limits: Limits,
        work: Path,
        progress: Callable[[int, float], None] | None = None,
    ) -> list[list[ReadSpan]]:
        """Read all sheets of a dossier's files, several at a time; return each file's in their order."""
        sheets = sum(member.sheets for member in members)
        length = min(SPAN, max(-(-sheets // self.count), 1))
        jobs = [[(span, self._read(span, limits, work)) for span in member.spans(length)] for member in members]
        read: list[list[ReadSpan]] = []
        spent = 0.0
        try:
            for own in jobs:
                read.append([])
                for span, job in own:
                    if spent > limits.dossier_seconds and job.cancel():
                        read[-1].append(ReadSpan(reason=_not_begun(span, limits)))
                        continue
                    for one in self._finished(span, job, limits, work):
                        read[-1].append(one)
                        spent += one.seconds
                        if progress is not None:
                            progress(len(one.pages), one.seconds)
        finally:
            for own in jobs:
                for _, job in own:
                    job.cancel()
        return read

    def call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in one of the processes and return its answer. Raises DossierError where it gives none."""
        try:
            return self._processes.submit(self._check_seconds, TRIES, function, *args, **kwargs).result()
        except ProcessDied as error:
            raise DossierError("核验的进程意外结束（可能内存不足），请再次核验") from error
        except OutOfTime as error:
            raise DossierError(
                f"读完之后核验或写报告超过 {self._check_seconds:g} 秒（limits.check_seconds），已放弃"
            ) from error

    def _read(self, span: Span, limits: Limits, work: Path) -> "Future[ReadSpan]":
        seconds = limits.page_seconds * len(span.numbers)
        # Each of several pages has a turn for itself.
        tries = TRIES if len(span.numbers) == 1 else 1
        return self._processes.submit(seconds, tries, _read_span, span, limits=limits, work=work)

    def _finished(self, span: Span, job: "Future[ReadSpan]", limits: Limits, work: Path) -> Iterator[ReadSpan]:
        """Yield what came of a span; where it cost its process, each of its sheets is tried for itself."""
        try:
            yield job.result()
        except _NOT_THE_FILES:
            raise
        except Exception as error:
            if len(span.numbers) == 1:
                yield ReadSpan(
                    reason=_lost(error, f"第 {span.numbers[0]} 页不能读", limits, file=span.name, page=span.numbers[0]),
                    seconds=limits.page_seconds if isinstance(error, OutOfTime) else 0.0,
                )
                return
            singles = [Span(span.name, span.path, range(one, one + 1)) for one in span.numbers]
            for single, again in [(single, self._read(single, limits, work)) for single in singles]:
                yield from self._finished(single, again, limits, work)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """Return the bytes of memory that this machine, or the container this process runs in, has."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")] if hasattr(os, "sysconf") else [sys.maxsize]
    with suppress(OSError, ValueError):
        # cgroup v2; "max" where there is no limit.
        limits.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(limits)


def _lost(error: Exception, what: str, limits: Limits, **where: str | int) -> str:
    """Say why nothing came of a file or page, and log it; `where` is the `file`, and the `page`."""
    if isinstance(error, OutOfTime):
        reason = f"{what}：超过 {limits.page_seconds:g} 秒（limits.page_seconds），已放弃，请重新扫描或导出后提交"
    elif isinstance(error, MemoryError):
        reason = f"{what}：所需内存超过 {limits.worker_bytes:,} 字节（limits.worker_bytes），请拆分或重新扫描后提交"
    elif isinstance(error, ProcessDied):
        reason = f"{what}：处理它的进程意外结束，文件可能已损坏，请重新扫描或导出后提交"
    else:
        logger.error("%s", what, exc_info=error, extra=where)
        return f"{what}：程序出错（{type(error).__name__}），文件可能已损坏，请重新扫描或导出后提交"
    logger.warning("%s", reason, extra={"event": "page.lost", **where})
    return reason


def _not_begun(span: Span, limits: Limits) -> str:
    """Say why a span was not read at all."""
    return (
        f"从第 {span.numbers[0]} 页起没有读：读这个卷宗已超过 {limits.dossier_seconds:g} 秒（limits.dossier_seconds），"
        "请分成几个卷宗提交"
    )


def _begin(
    make_reader: "Callable[[OcrSettings], Reader] | None",
    ocr: OcrSettings,
    kept: Path | None,
    size: int,
    seconds: float | None,
    most: int,
) -> None:
    """Load what opens and reads, in a process that does: no page's time begins before."""
    global _reader  # noqa: PLW0603 - one reader a process: its engine takes seconds to load
    import cv2

    importlib.import_module("extractors.dossier")
    from extractors.page_cache import RememberingReader
    from extractors.reading import Reader

    # What a GPU's libraries map is not what a file asks for.
    if ocr.device == "cpu":
        _bound_memory(most)
    _give_memory_back()
    # There is a process for every core already.
    cv2.setNumThreads(ocr.threads)
    _reader = (make_reader or Reader)(ocr)
    if kept is not None and size:
        # Where nothing can be kept, pages are read anew.
        with suppress(OSError, sqlite3.Error):
            _reader = RememberingReader(_reader, ocr, kept, size, seconds)


def _ask_for_large_pages() -> None:
    """Have glibc ask for large pages in processes to come: they take and give back megabytes, page by page else.

    Linux gives them where it is set to (`madvise`). What the user set stays as it is.
    """
    tunables = os.environ.get("GLIBC_TUNABLES", "")
    if "glibc.malloc.hugetlb" not in tunables:
        os.environ["GLIBC_TUNABLES"] = f"{tunables}:glibc.malloc.hugetlb=1".lstrip(":")


def _give_memory_back() -> None:
    """Have glibc give large blocks back: every shape of a network's input takes others, which would lie in between."""
    with suppress(AttributeError, OSError, TypeError):
        # M_MMAP_THRESHOLD, in bytes. Left to itself it rises up to 32 MB.
        ctypes.CDLL(None).mallopt(-3, 4_000_000)


def _bound_memory(most: int) -> None:
    """Let this process take no more private memory than so many bytes: a file that asks for more costs itself only."""
    # Windows has no such bound.
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _survey(name: str, path: Path, *, limits: Limits, work: Path) -> list[Member]:
    from extractors.dossier import survey

    return survey(name, path, limits=limits, work=work)


def _read_span(span: Span, *, limits: Limits, work: Path) -> ReadSpan:
    from extractors.dossier import read_span

    if _reader is None:
        raise RuntimeError("this process does not read")
    started = time.monotonic()
    read = read_span(span, reader=_reader, limits=limits, work=work)
    read.seconds = time.monotonic() - started
    return read
