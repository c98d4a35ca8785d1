"""How long a dossier of three pages takes, start-up included, by the time of its reading alone.

`python -m benchmarks.startup --help`. The same pages are read by one engine that is loaded and warm, by one that is
loaded for them in a process of its own, then verified by `heyan verify`, in turn; the shortest of each is taken. CPU
seconds tell more than the clock on the wall where the machine does other things as well.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from extractors.opening import Sheet, count_sheets, open_sheets
from extractors.reading import Reader
from flows.workers import cores
from schemas.settings import Limits, OcrSettings

SAMPLE = Path(__file__).parents[1] / "samples" / "packets" / "jilin-2022" / "JL-0002"
PAGES = ("IMG_0001.jpg", "IMG_0002.jpg", "IMG_0003.jpg")


def main() -> None:
    """Read, verify, print the ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--workers", type=int, nargs="+", default=[1, cores()])
    # What this program calls itself for.
    arguments.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.read is not None:
        _read_all(chosen.read)
        return
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        dossier = folder / "packets" / "jilin-2022" / SAMPLE.name
        dossier.mkdir(parents=True)
        for page in PAGES:
            shutil.copy(SAMPLE / page, dossier)
        reader = Reader(OcrSettings(threads=1))
        sheets = [sheet for page in PAGES for sheet in _sheets(dossier / page)]
        reading: list[tuple[float, float]] = []
        apart: list[tuple[float, float]] = []
        verifying: dict[int, list[tuple[float, float]]] = {count: [] for count in chosen.workers}
        _read(reader, sheets, folder)
        for _ in range(chosen.rounds):
            reading.append(_timed(lambda: _read(reader, sheets, folder), resource.RUSAGE_SELF))
            apart.append(_timed(lambda: _read_apart(dossier), resource.RUSAGE_CHILDREN))
            for count, times in verifying.items():
                times.append(_timed(lambda workers=count: _verify(folder, workers), resource.RUSAGE_CHILDREN))
    table = Table("", title=f"{len(sheets)} pages, the shortest of {chosen.rounds}")
    for column in ("wall s", "by reading", "CPU s", "by reading"):
        table.add_column(column, justify="right")
    alone = [min(times) for times in zip(*reading, strict=True)]
    table.add_row("reading alone, engine warm, one thread", f"{alone[0]:.2f}", "", f"{alone[1]:.2f}", "")
    others = {f"heyan verify, workers = {count}": times for count, times in verifying.items()}
    for name, times in {"reading alone, in a process of its own": apart, **others}.items():
        whole = [min(kind) for kind in zip(*times, strict=True)]
        cells = [text for one, own in zip(whole, alone, strict=True) for text in (f"{one:.2f}", f"{one / own:.2f}")]
        table.add_row(name, *cells)
    console.print(table)
    console.print(f"load of the machine over the last minute: {os.getloadavg()[0]:.1f}, cores: {cores()}")


def _sheets(path: Path) -> list[Sheet]:
    numbers = range(1, count_sheets(path, path.name, Limits()) + 1)
    return [sheet for sheet in open_sheets(path, path.name, Limits(), numbers) if isinstance(sheet, Sheet)]


def _read(reader: Reader, sheets: list[Sheet], work: Path) -> None:
    for sheet in sheets:
        reader.read(sheet, work)


def _read_apart(dossier: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.startup", "--read", dossier]
    subprocess.run(command, check=True, capture_output=True)


def _read_all(dossier: Path) -> None:
    """Read the pages in a folder, from nothing."""
    reader = Reader(OcrSettings(threads=1))
    with tempfile.TemporaryDirectory() as work:
        _read(reader, [sheet for page in PAGES for sheet in _sheets(dossier / page)], Path(work))


def _verify(folder: Path, workers: int) -> None:
    environment = {**os.environ, "HEYAN_WORKERS": str(workers), "HEYAN_KEPT_BYTES": "0"}
    command = [Path(sys.executable).parent / "heyan", "verify", "packets", "--out", "reports"]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    # What was reported on is not verified again.
    shutil.rmtree(folder / "reports")


def _timed(function: Callable[[], None], whose: int) -> tuple[float, float]:
    """Return the seconds a function takes, by the clock on the wall and of CPU."""
    wall, before = time.perf_counter(), resource.getrusage(whose)
    function()
    wall, after = time.perf_counter() - wall, resource.getrusage(whose)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
