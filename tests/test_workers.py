"""The processes of a run: what a page can do to them, and what is left of the file that holds it."""

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from extractors.opening import Sheet
from extractors.reading import Reader
from extractors.spans import file_of
from flows.errors import DossierError
from flows.verify import read_files
from flows.workers import Workers
from schemas.dossier import File, FileStatus
from schemas.page import Page
from schemas.settings import Limits, Settings

DIGITAL = Path(__file__).parent / "resources" / "digital.pdf"


class Fragile(Reader):
    """Reads nothing, and does on some pages what a broken one may do to a real reader."""

    def read(self, sheet: Sheet, work: Path) -> Page:
        if "crash" in sheet.file and sheet.number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        if "unlucky" in sheet.file and not (met := work / "met").exists():
            # As where another process takes all memory.
            met.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if "hang" in sheet.file and sheet.number == 3:
            time.sleep(60)
        return Page(file=sheet.file, number=sheet.number, width=1, height=1, source="ocr")


@pytest.fixture(scope="module")
def fragile() -> Iterator[Workers]:
    with Workers(Settings(workers=2), Fragile) as workers:
        yield workers


def packet(path: Path, pages: int) -> tuple[str, Path]:
    with pikepdf.open(DIGITAL) as one, pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.pages.append(one.pages[0])
        pdf.save(path)
    return path.name, path


def read(workers: Workers, folder: Path, **packets: int) -> tuple[dict[str, File], list[tuple[str, int]]]:
    """Read packets of so many pages each; return the files by name, and the places of the pages."""
    files = [packet(folder / f"{name}.pdf", pages) for name, pages in packets.items()]
    found, pages = read_files(files, workers=workers, limits=Limits(page_seconds=3), work=folder)
    return {file.path: file for file in found}, [(page.file, page.number) for page in pages]


def test_pages_come_in_the_order_of_their_files_whoever_read_them(fragile: Workers, tmp_path: Path) -> None:
    files, pages = read(fragile, tmp_path, b=9, a=3)
    assert pages == [("a.pdf", number) for number in range(1, 4)] + [("b.pdf", number) for number in range(1, 10)]
    assert [file.pages for file in files.values()] == [3, 9]
    assert all(file.status is FileStatus.READ for file in files.values())


def test_a_page_that_kills_its_process_costs_that_page_only(fragile: Workers, tmp_path: Path) -> None:
    files, pages = read(fragile, tmp_path, crash=5, whole=4)
    assert [place for place in pages if place[0] == "crash.pdf"] == [("crash.pdf", number) for number in (1, 3, 4, 5)]
    assert files["crash.pdf"].status is FileStatus.QUARANTINED
    assert "第 2 页" in (files["crash.pdf"].reason or "")
    assert files["whole.pdf"].status is FileStatus.READ


def test_a_page_at_which_something_else_killed_the_process_is_read_again(fragile: Workers, tmp_path: Path) -> None:
    files, pages = read(fragile, tmp_path, unlucky=1)
    assert pages == [("unlucky.pdf", 1)]
    assert files["unlucky.pdf"].status is FileStatus.READ


def test_a_page_that_hangs_is_given_up(fragile: Workers, tmp_path: Path) -> None:
    files, pages = read(fragile, tmp_path, hang=4)
    assert [number for _, number in pages] == [1, 2, 4]
    assert "第 3 页" in (files["hang.pdf"].reason or "")
    assert "limits.page_seconds" in (files["hang.pdf"].reason or "")


def test_all_that_is_missing_of_a_file_is_said(fragile: Workers, tmp_path: Path) -> None:
    name, path = packet(tmp_path / "crash.pdf", 3)
    [member] = fragile.survey([(name, path)], Limits(), tmp_path)
    [spans] = fragile.read([member], Limits(page_seconds=3), tmp_path)
    file = file_of(member, spans)
    assert (file.pages, file.status) == (2, FileStatus.QUARANTINED)


def still_at_work(group: int) -> list[str]:
    """Return the processes of a group that have not ended within ten seconds."""
    alive: list[str] = []
    for _ in range(100):
        stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
        # proc(5): number, (name), state, parent, group
        fields = [(stat, stat.rpartition(")")[2].split()) for stat in stats]
        alive = [stat for stat, (state, _, its, *_) in fields if its == str(group) and state != "Z"]
        if not alive:
            break
        time.sleep(0.1)
    return alive


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_leaves_no_process_and_no_page(tmp_path: Path, ended_by: signal.Signals) -> None:
    for number in range(4):
        (tmp_path / f"in/jilin-2022/JL-{number}").mkdir(parents=True)
        packet(tmp_path / f"in/jilin-2022/JL-{number}/a.pdf", 40)
    environment = {**os.environ, "TMPDIR": str(tmp_path / "work"), "HEYAN_KEPT_BYTES": "0"}
    (tmp_path / "work").mkdir()
    command = [Path(sys.executable).parent / "heyan", "verify", "in"]
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What a shell runs in the background ignores it, and so would this run.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as run:
        deadline = time.monotonic() + 120
        while not list((tmp_path / "work").glob("heyan-*/work/*")) and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(2)
        run.send_signal(ended_by)
        _, errors = run.communicate(timeout=60)
    assert run.returncode in {130, 128 + ended_by}
    assert "Traceback" not in errors
    assert not list((tmp_path / "work").glob("heyan-*"))
    assert not still_at_work(run.pid)


def test_a_process_in_the_middle_of_its_job_ends_with_the_run_that_is_killed(tmp_path: Path) -> None:
    code = """
from flows.processes import Processes
if __name__ == "__main__":
    Processes(1, int).submit(None, 1, exec, "import time; print('at work', flush=True); time.sleep(600)").result()
"""
    (tmp_path / "run.py").write_text(code)
    command = [sys.executable, tmp_path / "run.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as run:  # noqa: S603
        assert run.stdout is not None
        assert run.stdout.readline() == "at work\n"
        run.kill()
    assert not still_at_work(run.pid)


def test_processes_that_die_while_they_wait_are_replaced(tmp_path: Path) -> None:
    with Workers(Settings(workers=2), Fragile) as workers:
        files, _ = read(workers, tmp_path, first=4)
        assert files["first.pdf"].status is FileStatus.READ
        idle = multiprocessing.active_children()
        for process in idle:
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
        files, pages = read(workers, tmp_path, second=5)
        assert files["second.pdf"].status is FileStatus.READ
        assert len(pages) == 5
        assert workers.call(os.getpid) not in {process.pid for process in idle}


def test_judging_that_takes_too_long_is_given_up_and_the_next_goes_on(tmp_path: Path) -> None:
    with Workers(Settings(workers=1, limits=Limits(check_seconds=0.5)), Fragile) as workers:
        first = workers.call(os.getpid)
        with pytest.raises(DossierError, match="check_seconds"):
            workers.call(time.sleep, 60)
        assert workers.call(os.getpid) != first


LARGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


@pytest.mark.skipif(
    not LARGE_PAGES.is_file() or "[madvise]" not in LARGE_PAGES.read_text(),
    reason="this system does not leave it to programs whether they take large pages",
)
def test_what_takes_much_memory_takes_it_in_large_pages(fragile: Workers) -> None:
    assert fragile.call(large_pages_of, 64 << 20) >= 64 << 20


def large_pages_of(size: int) -> int:
    """Take so many bytes; return how many of this process's may lie in large pages."""
    taken = bytearray(size)
    areas = Path("/proc/self/smaps").read_text(encoding="ascii").split("VmFlags:")
    sizes = [
        1024 * int(line.split()[1])
        for area, flags in itertools.pairwise(areas)
        if "hg" in flags.splitlines()[0].split()
        for line in area.splitlines()
        if line.startswith("Size:")
    ]
    del taken
    return sum(sizes)


def test_what_is_raised_in_a_process_is_raised_here(fragile: Workers) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        fragile.call(divmod, 1, 0)
    # Where it went wrong there is said as well.
    assert any("divmod" in note or "_answered" in note for note in caught.value.__notes__)
