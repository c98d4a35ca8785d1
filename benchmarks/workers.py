"""Pages a second with one worker and with several, in one run on the same dossiers, and what each process holds.

`python -m benchmarks.workers --help`. Dossiers are read and judged in turn by one worker and by several, after each has
loaded its engine: starting is `benchmarks.startup`'s. What does not scale shows as CPU seconds that the processes did
not use. With `--long` a PDF of so many pages is read instead, by one worker: its memory is what there is to see.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pypdfium2
from rich.console import Console
from rich.table import Table

from flows.reports import write_report
from flows.verify import read_files, verify_dossier
from flows.workers import Workers, cores
from schemas.settings import Limits, Settings
from validators import programmes

PACKETS = Path(__file__).parents[1] / "samples" / "packets"
# A4 in points.
WIDTH, HEIGHT = 595, 842


@dataclass(frozen=True)
class Run:
    """What one way of doing it took; `used` is CPU seconds, of the asking process and of the workers."""

    pages: int
    seconds: float
    used: tuple[float, float]
    peaks: list[int]


def main() -> None:
    """Run, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--packets", type=Path, default=PACKETS, help="<notice>/<dossier>/<files>")
    arguments.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--long", type=int, metavar="PAGES", help="read a PDF of so many pages by one worker")
    chosen = arguments.parse_args()
    console = Console(width=110)
    if chosen.long:
        with tempfile.TemporaryDirectory() as temporary:
            show(console, {1: [read_long(Path(temporary), chosen.long)]})
        return
    runs: dict[int, list[Run]] = {count: [] for count in chosen.workers}
    for _ in range(chosen.rounds):
        for count, own in runs.items():
            own.append(verify_all(chosen.packets, count))
    show(console, runs)


def verify_all(packets: Path, count: int) -> Run:
    """Verify all dossiers with so many workers, which have their engines."""
    places = sorted(path for path in packets.glob("*/*") if path.is_dir())
    settings = Settings(workers=count)
    # One thread each, however many there are.
    settings.ocr.threads = 1
    with tempfile.TemporaryDirectory() as temporary, Workers(settings) as workers:
        folder = Path(temporary)
        warm = [file for file in sorted(places[0].rglob("*")) if file.is_file() and file.name != "dossier.toml"]
        for number in range(count):
            read_files([(f"{number}/{one.name}", one) for one in warm], workers=workers, limits=Limits(), work=folder)

        def verify(place: Path) -> int:
            programme = programmes.load(place.parent.name)
            with tempfile.TemporaryDirectory(dir=folder) as work:
                report, pages = verify_dossier(
                    place,
                    programme=place.parent.name,
                    name=place.name,
                    workers=workers,
                    limits=settings.limits,
                    work=Path(work),
                )
                workers.call(write_report, report, pages, programme, folder / "reports")
            return len(pages)

        with _Measured() as measured, ThreadPoolExecutor(count + 1) as threads:
            pages = sum(threads.map(verify, places))
        return measured.run(pages)


def read_long(folder: Path, pages: int) -> Run:
    """Read a PDF of so many pages, every fifth alike, as a scan of a book with many forms is."""
    path = folder / "long.pdf"
    make_long(path, pages)
    limits = Limits(pages=pages)
    with Workers(Settings(workers=1, limits=limits), kept=folder / "kept") as workers:
        # It is there.
        workers.call(os.getpid)
        with _Measured() as measured:
            _, read = read_files([(path.name, path)], workers=workers, limits=limits, work=folder)
        return measured.run(len(read))


def make_long(path: Path, pages: int) -> None:
    """Write a PDF of so many pages, which show five sample pages in turn."""
    pictures = sorted((PACKETS / "jilin-2022" / "JL-0002").glob("IMG_000[1-5].jpg"))
    document = pypdfium2.PdfDocument.new()
    for number in range(pages):
        page = document.new_page(WIDTH, HEIGHT)
        picture = pypdfium2.PdfImage.new(document)
        picture.load_jpeg(pictures[number % len(pictures)])
        picture.set_matrix(pypdfium2.PdfMatrix().scale(WIDTH, HEIGHT))
        page.insert_obj(picture)
        page.gen_content()
        page.close()
    document.save(path)


class _Measured:
    """Measures what is done in its context, by this process and its workers."""

    def __enter__(self) -> "_Measured":
        self._workers = [psutil.Process(process.pid) for process in multiprocessing.active_children()]
        self._before = self._used()
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self._seconds = time.perf_counter() - self._began
        self._after = self._used()
        self._peaks = [_peak(process.pid) for process in (psutil.Process(), *self._workers)]

    def run(self, pages: int) -> Run:
        """Return what was measured."""
        own, others = (after - before for after, before in zip(self._after, self._before, strict=True))
        return Run(pages, self._seconds, (own, others), self._peaks)

    def _used(self) -> tuple[float, float]:
        own, *others = (sum(process.cpu_times()[:2]) for process in (psutil.Process(), *self._workers))
        return own, sum(others)


def _peak(process: int) -> int:
    """Return the most memory that a process held, in MB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) * 1024 / 1e6)


def show(console: Console, runs: dict[int, list[Run]]) -> None:
    """Print the fastest run of each number of workers."""
    table = Table("workers", title=f"{next(iter(runs.values()))[0].pages} pages")
    for column in ("pages/s", "by the first", "CPU s asking", "CPU s working", "CPU ms/page", "cores used", "peak MB"):
        table.add_column(column, justify="right")
    first: float | None = None
    for count, own in runs.items():
        best = min(own, key=lambda run: run.seconds)
        speed = best.pages / best.seconds
        first = first or speed
        table.add_row(
            str(count),
            f"{speed:.2f}",
            f"{speed / first:.2f}",
            f"{best.used[0]:.1f}",
            f"{best.used[1]:.1f}",
            f"{1000 * sum(best.used) / best.pages:.0f}",
            f"{sum(best.used) / best.seconds:.2f}",
            " + ".join(str(peak) for peak in best.peaks),
        )
    console.print(table)
    console.print(f"load of the machine over the last minute: {os.getloadavg()[0]:.1f}, cores: {cores()}")


if __name__ == "__main__":
    main()
