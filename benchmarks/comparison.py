"""Heyan beside other tools, in one run on the same pages: speed, CPU time and character error rates.

`make bench-others`, or `python -m benchmarks.comparison --help`. Dossiers are made as applicants mail them (PDF files:
of scans, from a word processor, of both), and every tool gets them in the form it takes: Heyan the dossiers, OCRmyPDF
and docling the PDF files, those that read images the pages as Heyan renders them, rendered beforehand. There are two
sets of pages:

- *full dossiers*: all pages. Heyan verifies the dossiers, down to the reports; the others only read. What Heyan need
  not recognise (pages with a text layer that says what they show) is part of its speed here.
- *every line*: the scanned pages alone, every line of which is read by every tool.

Tools read scanned and other pages apart, one set after the other, so that full dossiers are the sum of both. Each runs
in a process and an environment of its own (`benchmarks/recognisers`, made by uv on first use, nothing of it comes into
this project's), alone, on the same cores. Loading, and a first strip of a page, are told apart. A tool that is not
installed, fails or takes longer than the limit costs its own row only; what was measured is kept in OUT/results.json.
How errors are counted: `benchmarks.reading_errors`.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.printed_text import printed_text
from benchmarks.reading_errors import Errors, compare
from extractors import models
from extractors.opening import BrokenSheet, open_sheets
from flows.workers import cores
from samples.generator import dossiers, packets
from samples.generator.notices import PROGRAMMES
from samples.generator.setting import FAMILIES
from schemas.settings import Limits

# In turn. Every tool takes PDF files, or pages of them; archives and photographs only Heyan opens by itself.
CONTAINERS = ("mixed_pdf", "scanned_pdf", "rotated_pdf", "digital_pdf")
QUALITIES = ("office", "poor", "worn", "fine", "copy", "photo")
# More than this part of its characters wrong: the page was not read, mostly because it is turned.
LOST = 0.5
_SCRIPTS = Path(__file__).parent / "recognisers"


@dataclass(frozen=True)
class Tool:
    """A tool's script, and what it cannot do that a dossier asks for."""

    name: str
    script: str
    cannot: str


HEYAN = Tool("Heyan", "with_heyan.py", "")
_LINES_ONLY = "no text layers, no seals, no documents, fields or rules"
TOOLS = (
    HEYAN,
    Tool("PaddleOCR 3.7 pipeline", "with_paddleocr.py", f"turned pages (without more models); {_LINES_ONLY}"),
    Tool("RapidOCR", "with_rapidocr.py", _LINES_ONLY),
    Tool("Tesseract chi_sim", "with_tesseract.py", f"turned pages (unless asked); {_LINES_ONLY}"),
    Tool(
        "OCRmyPDF chi_sim",
        "with_ocrmypdf.py",
        "turned pages (unless asked); trusts every text layer; no seals, no documents, fields or rules",
    ),
    Tool(
        "docling with RapidOCR",
        "with_docling.py",
        "ran without layout and table models; no seals, no fields or rules",
    ),
)


@dataclass(frozen=True)
class Sheet:
    """A page: its text, the quality of its scan (`digital` where it was not scanned) and its rendered image."""

    text: str
    quality: str
    image: Path


@dataclass
class Pages:
    """A set of pages, as `benchmarks.recognisers.measured` has them, with what is on them."""

    sheets: list[Sheet] = field(default_factory=list[Sheet])
    files: list[Path] = field(default_factory=list[Path])
    dossiers: list[Path] = field(default_factory=list[Path])

    def request(self) -> dict[str, list[str]]:
        """Return it as a script takes it."""
        return {
            "images": [str(sheet.image) for sheet in self.sheets],
            "files": [str(path) for path in self.files],
            "dossiers": [str(path) for path in self.dossiers],
        }


@dataclass
class Seconds:
    """What reading took: pages, wall clock and CPU seconds."""

    pages: int = 0
    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: "Seconds") -> "Seconds":
        """Put two sets of pages together."""
        return Seconds(self.pages + other.pages, self.wall + other.wall, self.cpu + other.cpu)


@dataclass
class Result:
    """What a tool did. `trouble` says why it did nothing, or not all; `lost` are pages that it did not read."""

    tool: Tool
    loading: float = 0.0
    sets: dict[str, Seconds] = field(default_factory=dict[str, Seconds])
    errors: dict[str, Errors] = field(default_factory=dict[str, Errors])
    lost: list[str] = field(default_factory=list[str])
    trouble: str = ""

    def full(self) -> Seconds:
        """Return what full dossiers took."""
        return self.sets.get("dossiers") or self.every_line() + self.sets.get("digital", Seconds())

    def every_line(self) -> Seconds:
        """Return what the scanned pages took."""
        return self.sets.get("scanned", Seconds())


def main() -> None:
    """Make the pages, let every tool read them, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pages", type=int, default=36, help="at least so many, in whole dossiers")
    arguments.add_argument("--seed", type=int, default=20261121)
    arguments.add_argument("--minutes", type=float, default=5.0, help="that a tool may take, loading included")
    arguments.add_argument("--tools", nargs="*", help="only those whose names begin so, and Heyan")
    arguments.add_argument("--out", type=Path, default=Path("reports") / "others", help="for results.json and logs")
    chosen = arguments.parse_args()
    # Wide enough that no cell is parted: the tables are Markdown.
    console = Console(width=240)
    tools = [tool for tool in TOOLS if tool is HEYAN or _is_chosen(tool, chosen.tools)]
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sets = make(Path(folder), chosen.pages, chosen.seed)
        about = describe(sets, chosen.seed)
        console.print(about)
        results: list[Result] = []
        for tool in tools:
            try:
                results.append(measure(tool, sets, Path(folder), chosen.out, chosen.minutes * 60, console))
            except Exception as error:
                # It costs its own row only.
                results.append(Result(tool, trouble=f"failed: {type(error).__name__} {error}"))
            kept = {"about": about, "results": [asdict(result) for result in results]}
            (chosen.out / "results.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    show(console, results)


def _is_chosen(tool: Tool, wanted: Sequence[str] | None) -> bool:
    return wanted is None or any(tool.name.lower().startswith(one.lower()) for one in wanted)


def describe(sets: dict[str, Pages], seed: int) -> str:
    """Say what was made and where it runs."""
    qualities = Counter(sheet.quality for sheet in sets["dossiers"].sheets)
    counts = ", ".join(f"{count} {quality}" for quality, count in sorted(qualities.items()))
    characters = sum(compare(sheet.text, "").length for sheet in sets["dossiers"].sheets)
    whole = sets["dossiers"]
    return (
        f"{len(whole.dossiers)} dossiers, {len(whole.sheets)} pages ({counts}), {characters} characters, seed {seed}; "
        f"{cores()} cores of {_processor()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def make(folder: Path, pages: int, seed: int) -> dict[str, Pages]:
    """Make whole dossiers until there are enough pages: the sets `dossiers`, `scanned` and `digital`."""
    sets = {name: Pages() for name in ("dossiers", "scanned", "digital")}
    number = 0
    while len(sets["dossiers"].sheets) < pages:
        made = dossiers.make(
            folder / "packets",
            folder / "truth",
            Random(f"others/{seed}/{number}"),
            programme=PROGRAMMES[-number % len(PROGRAMMES)],
            name=f"D-{number + 1:04}",
            container=CONTAINERS[number % len(CONTAINERS)],
            quality=QUALITIES[number % len(QUALITIES)],
            family=FAMILIES[number % len(FAMILIES)],
        )
        _add(made, folder, sets)
        number += 1
    return sets


def _add(made: dossiers.Made, folder: Path, sets: dict[str, Pages]) -> None:
    """Add a dossier's pages to the sets: rendered, and its file parted into scanned pages and others."""
    truth = made.truth
    whole = folder / "packets" / truth.parent.name / truth.stem / made.placed[0].file
    sheets = list(_sheets(made, whole, folder / "images" / truth.stem))
    sets["dossiers"].sheets += sheets
    sets["dossiers"].files.append(whole)
    sets["dossiers"].dossiers.append(whole.parent)
    for name in ("scanned", "digital"):
        chosen = [place for place, sheet in enumerate(sheets) if (sheet.quality == "digital") == (name == "digital")]
        if chosen:
            part = folder / "parts" / f"{truth.stem}-{name}.pdf"
            part.parent.mkdir(exist_ok=True)
            with pikepdf.open(whole) as source, pikepdf.new() as target:
                target.pages.extend([source.pages[place] for place in chosen])
                target.save(part)
            sets[name].sheets += [sheets[place] for place in chosen]
            sets[name].files.append(part)


def _sheets(made: dossiers.Made, path: Path, images: Path) -> Iterator[Sheet]:
    images.mkdir(parents=True)
    placed: Sequence[packets.Placed] = made.placed
    with pypdfium2.PdfDocument(made.pdf) as document:
        for one, sheet in zip(placed, open_sheets(path, path.name, Limits(), range(1, len(placed) + 1)), strict=True):
            if isinstance(sheet, BrokenSheet):
                raise TypeError(f"{path} {one.page}")
            number = one.sheet.number
            text = printed_text(document, number) if number is not None else ""
            image = images / f"{one.page:03}.png"
            # With its resolution, which Tesseract asks for.
            Image.fromarray(sheet.image[:, :, ::-1]).save(image, compress_level=1, dpi=(sheet.dpi, sheet.dpi))
            yield Sheet(text, one.quality, image)


def measure(tool: Tool, sets: dict[str, Pages], folder: Path, out: Path, limit: float, console: Console) -> Result:
    """Let a tool read the sets, for at most `limit` seconds."""
    result = Result(tool)
    names = ("scanned", "dossiers" if tool is HEYAN else "digital")
    wanted = {name: sets[name] for name in names if sets[name].sheets}
    log = out / f"{Path(tool.script).stem}.log"
    with log.open("w", encoding="utf-8") as stream:
        command = _command(tool, stream)
        if command is None:
            result.trouble = f"not installed: {_last_line(log)}"
            console.print(f"{tool.name}: {result.trouble}")
            return result
        request = folder / "request.json"
        request.write_text(json.dumps(_request(wanted, folder)), encoding="utf-8")
        started = time.monotonic()
        # In a session of its own, so that it is ended with its children.
        process = subprocess.Popen(
            [*command, request],
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(_SCRIPTS.parents[1]) if tool is HEYAN else ""},
        )
        is_late = threading.Event()
        timer = threading.Timer(limit, lambda: (is_late.set(), _end(process)))
        timer.start()
        try:
            _listen(process, wanted, result, console)
            code = process.wait()
        finally:
            timer.cancel()
            _end(process)
    pages = sum(len(one.sheets) for one in wanted.values())
    done = sum(one.pages for one in result.sets.values())
    if is_late.is_set():
        result.trouble = f"ended after {limit / 60:g} minutes, {done} of {pages} pages"
    elif code or done < pages:
        result.trouble = f"failed after {done} of {pages} pages: {_last_line(log)}"
    trouble = f": {result.trouble}" if result.trouble else ""
    console.print(f"{tool.name}: {time.monotonic() - started:.0f} s{trouble}")
    return result


def _command(tool: Tool, log: Any) -> list[str] | None:
    """Return how a tool's script is called, in its own environment; None where that cannot be made."""
    script = str(_SCRIPTS / tool.script)
    if tool is HEYAN:
        return [sys.executable, script]
    # uv says where it is to what it runs.
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        print("uv", file=log, flush=True)
        return None
    # Folders of wheels that pip is told of serve as well.
    environment = {"UV_FIND_LINKS": os.environ.get("PIP_FIND_LINKS", "")} | os.environ
    made = subprocess.run([uv, "sync", "--script", script], stdout=log, stderr=log, env=environment, check=False)
    return None if made.returncode else [uv, "run", "--script", script]


def _request(wanted: dict[str, Pages], folder: Path) -> dict[str, Any]:
    """Return what a script is told: the sets, and the head of a page to begin with."""
    page = next(iter(wanted.values())).sheets[0].image
    image, file = folder / "first.png", folder / "first.pdf"
    with Image.open(page) as whole:
        head = whole.crop((0, 0, whole.width, whole.height // 6))
        head.save(image, dpi=whole.info["dpi"])
        head.save(file)
    first = Pages([Sheet("", "", image)], [file])
    return {
        "cores": cores(),
        "models": {
            "text_detection_model_name": models.DETECTION_MODEL,
            "text_detection_model_dir": str(models.detection_folder()),
            "text_recognition_model_name": models.RECOGNITION_MODEL,
            "text_recognition_model_dir": str(models.recognition_folder()),
        },
        "first": first.request(),
        "sets": {name: pages.request() for name, pages in wanted.items()},
    }


def _listen(process: "subprocess.Popen[str]", wanted: dict[str, Pages], result: Result, console: Console) -> None:
    """Take the answers of a script as they come."""
    total = sum(len(pages.sheets) for pages in wanted.values())
    texts: list[tuple[str, Sheet, str]] = []
    for line in process.stdout or ():
        if not line.endswith("\n"):
            # It was ended while it wrote.
            break
        answer = json.loads(line)
        if "loaded" in answer:
            result.loading = answer["wall"]
            continue
        name = answer["set"]
        taken = result.sets.setdefault(name, Seconds())
        taken.wall, taken.cpu = answer["wall"], answer["cpu"]
        if "done" in answer:
            continue
        sheet = wanted[name].sheets[taken.pages]
        taken.pages += 1
        done = sum(one.pages for one in result.sets.values())
        if done % 10 == 0:
            console.print(f"{result.tool.name}: {done} of {total} pages")
        texts.append((name, sheet, answer["text"]))
    # Now that nobody's clock runs.
    for name, sheet, text in texts:
        # Scanned pages of a dossier were read before, every line of them.
        if name != "dossiers" or sheet.quality == "digital":
            errors = compare(sheet.text, text)
            result.errors[sheet.quality] = result.errors.get(sheet.quality, Errors()) + errors
            if errors.length and errors.rate > LOST:
                result.lost.append(f"{sheet.image.parent.name}#{sheet.image.stem} {sheet.quality}")


def _end(process: "subprocess.Popen[str]") -> None:
    """End a tool and whatever it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else f"see {log}"


def show(console: Console, results: Sequence[Result]) -> None:
    """Print what was measured: the speeds, the errors, what each cannot do."""
    own = results[0]
    console.print(_speeds("Full dossiers", [(one, one.full()) for one in results], own.full()))
    console.print(
        _speeds("Every line of scanned pages", [(one, one.every_line()) for one in results], own.every_line())
    )
    console.print(_errors(results))
    table = Table("tool", "loading (s)", "trouble", "cannot", title="Beside reading", box=box.MARKDOWN)
    for result in results:
        table.add_row(result.tool.name, f"{result.loading:.1f}", result.trouble, result.tool.cannot)
    console.print(table)


def _speeds(title: str, rows: Sequence[tuple[Result, Seconds]], own: Seconds) -> Table:
    table = Table("tool", title=title, box=box.MARKDOWN)
    for column in ("pages", "pages/s", "Heyan is faster by", "CPU s/page", "cores used"):
        table.add_column(column, justify="right")
    for result, taken in rows:
        if not taken.pages or not taken.wall:
            table.add_row(result.tool.name)
            continue
        speed = taken.pages / taken.wall
        factor = own.pages / own.wall / speed if own.wall else 0.0
        table.add_row(
            result.tool.name,
            str(taken.pages),
            f"{speed:.3f}",
            f"{factor:.2f}" if taken is not own else "",
            f"{taken.cpu / taken.pages:.2f}",
            f"{taken.cpu / taken.wall:.2f}",
        )
    return table


def _errors(results: Sequence[Result]) -> Table:
    """Return the error rates by the quality of the scan."""
    qualities = [one for one in (*QUALITIES, "digital") if any(one in result.errors for result in results)]
    table = Table("tool", title="Character error rate (characters missing or too many, in any order)", box=box.MARKDOWN)
    for column in (*qualities, "scanned", "pages lost"):
        table.add_column(column, justify="right")
    for result in results:
        scanned = sum((one for quality, one in result.errors.items() if quality != "digital"), Errors())
        cells = [_rate(result.errors.get(quality)) for quality in qualities]
        table.add_row(result.tool.name, *cells, _rate(scanned), str(len(result.lost)) if result.errors else "")
    return table


def _rate(errors: Errors | None) -> str:
    return f"{errors.rate:.2%} ({errors.bag_rate:.2%})" if errors is not None and errors.length else ""


if __name__ == "__main__":
    main()
