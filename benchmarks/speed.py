"""Where the time goes: CPU seconds a page by stage, pages/s, memory, and what of it is the networks' own.

`python -m benchmarks.speed --help`. A fixed set of dossiers, of every template family and every kind of file, goes the
way that users' dossiers go, in one process. CPU seconds are told apart by stage: wall clock says little on a machine
that does other things as well. The overhead is all CPU time by that of the networks alone.
"""

import argparse
import functools
import importlib
import importlib.util
import inspect
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from extractors.dossier import Member, ReadSpan, read_span, survey
from extractors.reading import Reader
from flows import reports
from flows.verify import verify_dossier
from flows.workers import SPAN
from samples.generator import dossiers, packets
from samples.generator.notices import PROGRAMMES
from samples.generator.setting import FAMILIES
from schemas.settings import Limits, OcrSettings, Settings
from validators import programmes

LOADING = "load the models"
# What counts as which stage, in the order of a page's way. Whatever a stage calls belongs to it.
STAGES: dict[str, tuple[str, ...]] = {
    LOADING: ("extractors.engine.Engine.__init__",),
    "unpack, decode, render": (
        "extractors.dossier.expand",
        "extractors.dossier.count_sheets",
        "extractors.dossier.open_sheets",
    ),
    "compare text layer": ("extractors.reading.agrees",),
    "flatten": ("extractors.reading.flattened",),
    "tell blank pages": ("extractors.reading.is_blank", "extractors.reading.ink_part"),
    "detect": ("extractors.engine.Engine.detect",),
    "set upright": ("extractors.reading.Reader._upright", "extractors.reading._deskewed"),
    "recognise": ("extractors.engine.Engine.recognise",),
    "cut lines out": ("extractors.reading.cut_out",),
    "seals": (
        "extractors.reading.find_seals",
        "extractors.reading.read_name",
        "extractors.reading.Reader._under_seals",
        "extractors.reading.Reader._certain",
    ),
    "rulings": ("extractors.reading.find_rulings",),
    "bar codes": ("extractors.reading.read_barcodes",),
    "store the page": ("extractors.reading._page",),
    "split, extract": ("extractors.dossier.read_documents",),
    "rules": ("validators.check",),
    "report": ("flows.reports.write_report",),
}
REST = "the rest"


@dataclass
class Clock:
    """CPU seconds and calls by stage, and the seconds within the networks."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: Counter[str] = field(default_factory=Counter[str])
    networks: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _running: bool = False

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Count what is done meanwhile to a stage, unless it is part of another one."""
        if self._running:
            yield
            return
        self._running, started = True, time.process_time()
        try:
            yield
        finally:
            self.seconds[name] += time.process_time() - started
            self.calls[name] += 1
            self._running = False

    def timed(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """Return a function that does the same and is counted to a stage."""
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def steps(*args: Any, **kwargs: Any) -> Iterator[Any]:
                items = function(*args, **kwargs)
                while True:
                    with self.stage(name):
                        item = next(items, self)
                    if item is self:
                        return
                    yield item

            return steps

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name):
                return function(*args, **kwargs)

        return call

    def timed_network(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """Return a session's `run` that is counted: the input of recognition is lines, all of one height."""

        @functools.wraps(run)
        def call(session: Any, names: Any, feeds: dict[str, Any], *rest: Any) -> Any:
            started = time.process_time()
            result = run(session, names, feeds, *rest)
            shape = next(iter(feeds.values())).shape
            self.networks["recognition" if shape[2] == 48 else "detection"] += time.process_time() - started
            return result

        return call


class OneProcess:
    """Does in this process what `flows.workers.Workers` has done by others, so that a clock sees it."""

    def __init__(self, settings: OcrSettings) -> None:
        self._reader = Reader(settings)

    def survey(self, files: Sequence[tuple[str, Path]], limits: Limits, work: Path) -> list[Member]:
        """Return what there is to read in a dossier's files."""
        return [member for name, path in files for member in survey(name, path, limits=limits, work=work)]

    def read(
        self,
        members: Sequence[Member],
        limits: Limits,
        work: Path,
        progress: Callable[[int, float], None] | None = None,
    ) -> list[list[ReadSpan]]:
        """Read all sheets of files."""
        del progress
        return [
            [read_span(span, reader=self._reader, limits=limits, work=work) for span in member.spans(SPAN)]
            for member in members
        ]

    def call(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """Call a function."""
        return function(*arguments, **named)


def main() -> None:
    """Make the dossiers, verify them under the clock, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=200, help="at least so many")
    arguments.add_argument("--seed", type=int, default=20261121)
    arguments.add_argument("--threads", type=int, default=1, help="of the engine; 0: one for each core")
    arguments.add_argument("--packets", type=Path, help="keep the dossiers in this folder, or take those there")
    chosen = arguments.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.packets or Path(temporary) / "packets"
        if not folder.is_dir():
            made = make(folder, Path(temporary) / "truth", chosen.pages, chosen.seed)
            console.print(f"seed {chosen.seed}: " + ", ".join(f"{name} {count}" for name, count in made.items()))
        settings = Settings()
        settings.ocr.threads = chosen.threads
        show(console, *measure(folder, Path(temporary) / "reports", settings))


def make(folder: Path, truth: Path, pages: int, seed: int) -> Counter[str]:
    """Make dossiers of every kind of file in turn until there are enough pages; count these by what they are."""
    counts: Counter[str] = Counter()
    number = 0
    while counts.total() < pages:
        container = packets.CONTAINERS[number % len(packets.CONTAINERS)]
        made = dossiers.make(
            folder,
            truth,
            Random(f"{seed}/{number}"),
            programme=PROGRAMMES[number % len(PROGRAMMES)],
            name=f"D-{number + 1:04}",
            container=container,
            quality=dossiers.QUALITIES[number * 3 % len(dossiers.QUALITIES)],
            family=FAMILIES[number % len(FAMILIES)],
        )
        counts.update(f"{container} {placed.quality}" for placed in made.placed)
        number += 1
    return counts


def measure(folder: Path, out: Path, settings: Settings) -> tuple[Clock, int, float, float]:
    """Verify all dossiers in `folder`; return the clock, the pages, and all CPU and wall clock seconds."""
    clock, read = Clock(), 0
    for stage, names in STAGES.items():
        for name in names:
            _wrap(name, functools.partial(clock.timed, name=stage))
    _wrap("onnxruntime.InferenceSession.run", clock.timed_network)
    wall, cpu = time.perf_counter(), time.process_time()
    workers: Any = OneProcess(settings.ocr)
    for place in sorted(folder.glob("*/D-*")):
        with tempfile.TemporaryDirectory() as work:
            programme, name = place.parent.name, place.name
            report, pages = verify_dossier(
                place, programme=programme, name=name, workers=workers, limits=settings.limits, work=Path(work)
            )
            reports.write_report(report, pages, programmes.load(programme), out)
        read += len(pages)
    return clock, read, time.process_time() - cpu, time.perf_counter() - wall


def _wrap(name: str, wrapper: Callable[[Any], Any]) -> None:
    """Put a wrapper around a function, or a class's method, where its callers look it up."""
    parts = name.split(".")
    at = next(at for at in range(len(parts) - 1, 0, -1) if _is_module(".".join(parts[:at])))
    owner: Any = importlib.import_module(".".join(parts[:at]))
    for part in parts[at:-1]:
        owner = getattr(owner, part)
    setattr(owner, parts[-1], wrapper(getattr(owner, parts[-1])))


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def show(console: Console, clock: Clock, pages: int, cpu: float, wall: float) -> None:
    """Print what was measured."""
    loading = clock.seconds[LOADING]
    rows = {**{name: clock.seconds[name] for name in STAGES}, REST: cpu - sum(clock.seconds.values())}
    table = Table("stage", title=f"{pages} pages")
    for column in ("calls", "CPU s", "CPU ms/page", "%"):
        table.add_column(column, justify="right")
    for name, seconds in rows.items():
        part = f"{seconds / (cpu - loading):.1%}" if name != LOADING else ""
        calls = str(clock.calls[name]) if name != REST else ""
        table.add_row(name, calls, f"{seconds:.2f}", f"{1000 * seconds / pages:.1f}", part)
    console.print(table)
    networks = sum(clock.networks.values())
    shares = ", ".join(f"{name} {seconds / pages:.3f}" for name, seconds in clock.networks.items())
    console.print(f"CPU s/page: {(cpu - loading) / pages:.3f}; in the networks {networks / pages:.3f} ({shares})")
    console.print(f"overhead (all CPU / networks): {(cpu - loading) / networks:.2f}")
    console.print(f"pages/s by the clock on the wall: {pages / (wall - loading):.2f}")
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    console.print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
