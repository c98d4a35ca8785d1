"""Broken files by the thousand through the opening of files: each must end as pages or as a reason, and soon.

`python -m benchmarks.fuzz --count 20000 --seed 20261121`. Every input is made from a seed and its number, so that it
can be made again; those that crash, hang, or raise anything but a reason are kept in a folder.
"""

import argparse
import math
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from benchmarks.mutations import Seed, mutated, seeds
from extractors.dossier import survey
from extractors.opening import BrokenSheet, UnreadableFile, open_sheets
from extractors.spans import Member
from flows.processes import OutOfTime, ProcessDied, Processes
from schemas.settings import Limits

# Of a long file the first and the last pages are opened: what is between them is alike.
PAGES_EACH_END = 4
# Wall clock to CPU time at which an input is given up: a busy machine is no fault of its.
WALL = 10
# No side of a sheet is longer, whatever the file says.
LONGEST_SIDE = 3500


class Outcome(StrEnum):
    """What came of an input; all from `CRASHED` on must not be."""

    PAGES = "pages"
    BOTH = "pages and a reason"
    REASON = "a reason"
    CRASHED = "process lost"
    HANGS = "over its time"
    RAISED = "raised"
    SILENT = "neither"


FAILURES = (Outcome.CRASHED, Outcome.HANGS, Outcome.RAISED, Outcome.SILENT)


@dataclass(frozen=True)
class Result:
    """What came of one input, its CPU seconds, and the most memory its process ever took, in bytes."""

    number: int
    kind: str
    outcome: Outcome
    detail: str = ""
    seconds: float = 0.0
    memory: int = 0


def main() -> None:
    """Send inputs through and print what came of them; the exit status is 1 where any failed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=20_000, help="inputs")
    arguments.add_argument("--seed", type=int, default=20261121)
    arguments.add_argument("--first", type=int, default=0, help="number of the first input")
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--seconds", type=float, default=Limits().page_seconds, help="CPU time an input may take")
    arguments.add_argument("--folder", type=Path, default=Path("out/fuzz"), help="keeps inputs that failed")
    chosen = arguments.parse_args()
    started = time.monotonic()
    results: list[Result] = []
    numbers = range(chosen.first, chosen.first + chosen.count)
    # Whoever ends it sees what came of it so far.
    with suppress(KeyboardInterrupt):
        for result in run(numbers, chosen.seed, chosen.folder, chosen.seconds, chosen.workers):
            results.append(result)
            if result.outcome in FAILURES:
                print(f"{result.number} {result.kind} {result.outcome}: {result.detail}", flush=True)
            if len(results) % 1000 == 0:
                print(f"{len(results):,} of {chosen.count:,}", file=sys.stderr, flush=True)
    _print(results, time.monotonic() - started)
    sys.exit(any(result.outcome in FAILURES for result in results))


def run(numbers: range, seed: int, folder: Path, seconds: float, workers: int = 1) -> Iterator[Result]:
    """Make the inputs with these numbers and send each through; yield what came of them, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="heyan-fuzz-") as name:
        work = Path(name)
        processes = Processes(workers, _begin, seed, work)
        waiting: deque[tuple[int, Future[Result]]] = deque()
        try:
            for number in numbers:
                waiting.append((number, processes.submit(WALL * seconds, 1, _try, number)))
                if len(waiting) > 4 * workers:
                    yield _finished(*waiting.popleft(), folder, work, seed, seconds)
            while waiting:
                yield _finished(*waiting.popleft(), folder, work, seed, seconds)
        finally:
            processes.stop()


def _finished(number: int, job: "Future[Result]", folder: Path, work: Path, seed: int, seconds: float) -> Result:
    try:
        result = job.result()
    except OutOfTime:
        result = Result(number, _kind(work, number), Outcome.HANGS)
    except ProcessDied:
        result = Result(number, _kind(work, number), Outcome.CRASHED)
    if result.seconds > seconds:
        result = replace(result, outcome=Outcome.HANGS)
    path = _place(work, number)
    if result.outcome in FAILURES and path.exists():
        shutil.copy(path, folder / f"{seed}-{number}-{result.outcome.replace(' ', '-')}.bin")
    path.unlink(missing_ok=True)
    return result


def _kind(work: Path, number: int) -> str:
    path = _place(work, number)
    return path.with_suffix(".kind").read_text() if path.with_suffix(".kind").exists() else "?"


def _place(work: Path, number: int) -> Path:
    return work / f"{number}.bin"


_seed = 0
_work = Path()
_whole: list[Seed] = []


def _begin(seed: int, work: Path) -> None:
    global _seed, _work
    _seed, _work = seed, work
    _whole.extend(seeds())
    most = Limits().worker_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Libraries in C complain about every file.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _try(number: int) -> Result:
    seed, content = mutated(_whole, Random(f"{_seed} {number}"))
    path = _place(_work, number)
    path.with_suffix(".kind").write_text(f"{seed.kind} {seed.name}")
    path.write_bytes(content)
    started = time.process_time()
    with tempfile.TemporaryDirectory(dir=_work) as unpacked:
        try:
            outcome, detail = opened(path, Limits(), Path(unpacked))
        except Exception as error:
            places = traceback.extract_tb(error.__traceback__)[-3:]
            where = " < ".join(f"{Path(place.filename).name}:{place.lineno}" for place in reversed(places))
            outcome, detail = Outcome.RAISED, f"{type(error).__name__}: {error} ({where})"
    seconds = time.process_time() - started
    path.with_suffix(".kind").unlink()
    return Result(number, f"{seed.kind} {seed.name}", outcome, detail, seconds, _peak())


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def opened(path: Path, limits: Limits, work: Path) -> tuple[Outcome, str]:
    """Send a file the way a dossier's goes, up to its page images; return what came of it, with its first reason."""
    pages = 0
    reasons: list[str] = []
    for member in survey(path.name, path, limits=limits, work=work):
        if member.path != path and work not in member.path.parents:
            return Outcome.SILENT, f"written to {member.path}"
        if member.reason is not None:
            reasons.append(member.reason)
            continue
        if not member.sheets:
            return Outcome.SILENT, f"{member.name} has no sheets and no reason"
        for numbers in _ends(member):
            try:
                for wanted, sheet in zip(numbers, open_sheets(member.path, member.name, limits, numbers), strict=True):
                    if sheet.number != wanted:
                        return Outcome.SILENT, f"page {sheet.number} for {wanted}"
                    if isinstance(sheet, BrokenSheet):
                        reasons.append(f"page {sheet.number}")
                        continue
                    if (
                        sheet.image.ndim != 3
                        or not 0 < min(sheet.image.shape) <= max(sheet.image.shape) <= LONGEST_SIDE
                    ):
                        return Outcome.SILENT, f"an image of {sheet.image.shape}"
                    if sheet.dpi is not None and not math.isfinite(sheet.dpi):
                        return Outcome.SILENT, f"{sheet.dpi} dpi"
                    pages += 1
            except UnreadableFile as error:
                reasons.append(error.reason)
    if not pages and not reasons:
        return Outcome.SILENT, "nothing came of it"
    outcome = Outcome.REASON if not pages else Outcome.BOTH if reasons else Outcome.PAGES
    return outcome, reasons[0] if reasons else ""


def _ends(member: Member) -> Sequence[range]:
    if member.sheets <= 2 * PAGES_EACH_END:
        return [range(1, member.sheets + 1)]
    last = member.sheets - PAGES_EACH_END + 1
    return [range(1, PAGES_EACH_END + 1), range(last, member.sheets + 1)]


def _print(results: Sequence[Result], seconds: float) -> None:
    table = Table("kind", *(outcome.value for outcome in Outcome), "most CPU seconds", title="outcomes")
    for kind in sorted({result.kind.split()[0] for result in results}):
        own = [result for result in results if result.kind.split()[0] == kind]
        counts = Counter(result.outcome for result in own)
        slowest = max(own, key=lambda result: result.seconds)
        table.add_row(kind, *(f"{counts[one]:,}" for one in Outcome), f"{slowest.seconds:.1f} (input {slowest.number})")
    counts = Counter(result.outcome for result in results)
    table.add_row("all", *(f"{counts[one]:,}" for one in Outcome), "", style="bold")
    Console(width=140).print(table)
    cpu = sum(result.seconds for result in results)
    print(
        f"{len(results):,} inputs, {len(results) / seconds:.1f} a second of wall clock,"
        f" {len(results) / max(cpu, 1e-9):.1f} a second of CPU time;"
        f" most memory {max(result.memory for result in results) / 1e6:,.0f} MB"
    )


if __name__ == "__main__":
    main()
