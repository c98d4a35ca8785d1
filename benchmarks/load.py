"""A night over a thousand small dossiers: S3, PostgreSQL, a Prefect server, and two workers that pull from one pool.

`python -m benchmarks.load --help`. None may be lost, no process may grow with the number of dossiers, and it is said
what a dossier costs beside its own work: CPU seconds by process, beside those of `heyan verify` on the same dossiers in
a folder, without any server. CPU seconds tell more than the clock where the machine does other things as well.
"""

import argparse
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import psutil
import psycopg
from minio import Minio
from rich.console import Console
from rich.table import Table

from tests.databases import new_database
from tests.postgresql_server import PostgreSQLServer
from tests.prefect_server import Prefect, prefect_server
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server

ROOT = Path(__file__).parents[1]
PROGRAMME, BUCKET, POOL = "jilin-2022", "load", "heyan"
# Seconds between two looks at the processes.
INTERVAL = 2.0


@dataclass
class Measured:
    """What a kind of process took: CPU seconds of each, and the memory of all over time, in MB by seconds.

    Memory that several processes share counts once.
    """

    cpu: dict[int, float] = field(default_factory=dict[int, float])
    memory: defaultdict[float, float] = field(default_factory=lambda: defaultdict(float))


@dataclass
class Run:
    """One way of verifying all: seconds, dossiers with a report, and what each kind of process took."""

    seconds: float
    reported: int
    kinds: dict[str, Measured]


def main() -> None:
    """Make dossiers, verify them both ways, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dossiers", type=int, default=1000)
    arguments.add_argument("--in-folder", type=int, metavar="DOSSIERS", help="of these in a folder (default: all)")
    arguments.add_argument("--workers", type=int, default=2)
    chosen = arguments.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        packets = make(folder / "packets", chosen.dossiers)
        show(console, "servers", with_servers(folder, packets, chosen.workers), chosen.dossiers)
        for path in sorted(packets.glob("*/*"))[chosen.in_folder or chosen.dossiers :]:
            shutil.rmtree(path)
        show(console, "folder", in_folder(folder, packets, chosen.workers), chosen.in_folder or chosen.dossiers)


def make(folder: Path, dossiers: int) -> Path:
    """Write so many dossiers of one digital page: ten pages in turn, which are read once and remembered.

    They are too short to be compared with one another.
    """
    for number in range(dossiers):
        own = folder / PROGRAMME / f"JL-{number:05}"
        own.mkdir(parents=True)
        pdf = pikepdf.new()
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        page.obj.Contents = pdf.make_stream(f"BT /F1 18 Tf 72 700 Td (Sample sheet {number % 10}) Tj ET".encode())
        pdf.save(own / "packet.pdf")
    return folder


def in_folder(folder: Path, packets: Path, workers: int) -> Run:
    """Verify the dossiers in a folder, by one command with so many processes."""
    out = folder / "local"
    environment = _environment() | {"HEYAN_WORKERS": str(workers)}
    command = [sys.executable, "-c", "from apps.cli import main; main()", "verify", str(packets), "--out", str(out)]
    with Watch() as watch:
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            watch.add("heyan", process.pid)
        return watch.run(_reported(json.loads((out / "summary.json").read_bytes())))


def with_servers(folder: Path, packets: Path, workers: int) -> Run:
    """Verify the dossiers in a bucket, by workers of a Prefect pool, each with one process that reads."""
    (folder / "s3").mkdir()
    s3 = S3Server(folder / "s3")
    postgresql = PostgreSQLServer()
    with ExitStack() as stack:
        postgresql.start()
        stack.callback(postgresql.stop)
        s3.start()
        stack.callback(s3.stop)
        client = Minio(s3.endpoint.removeprefix("http://"), ACCESS_KEY, SECRET_KEY, secure=False)
        _upload(client, packets)
        database = new_database(postgresql.url)
        before = {process.pid for process in psutil.Process().children(recursive=True)}
        prefect = stack.enter_context(prefect_server(folder / "prefect", new_database(postgresql.url)))
        [server] = {process.pid for process in psutil.Process().children()} - before
        environment = _environment() | {
            "PREFECT_API_URL": prefect.url,
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "HEYAN_S3__ENDPOINT": s3.endpoint,
            "HEYAN_S3__ACCESS_KEY": ACCESS_KEY,
            "HEYAN_S3__SECRET_KEY": SECRET_KEY,
            "HEYAN_DATABASE": database,
            "HEYAN_NIGHT__SOURCE": f"s3://{BUCKET}",
            "HEYAN_NIGHT__SETTLE_SECONDS": "0",
            "HEYAN_WORKERS": "1",
        }
        deployment = _deploy(prefect, folder, environment)
        own = [stack.enter_context(_worker(folder / f"machine-{number}", environment)) for number in range(workers)]
        while len(prefect.ask("POST", f"work_pools/{POOL}/workers/filter")) < workers:
            time.sleep(0.5)
        with Watch() as watch:
            for process in before:
                watch.add("s3", process)
            watch.add("postgresql", postgresql.process)
            watch.add("prefect server", server)
            for process in own:
                watch.add("prefect worker", process)
            run = prefect.run_deployment(deployment, out="reports")
            _wait(prefect, run["id"])
            summary = client.get_object(BUCKET, "reports/summary.json").read()
            measured = watch.run(_reported(json.loads(summary)))
        with psycopg.connect(database) as connection:
            states = connection.execute("SELECT state, revision, count(*) FROM dossiers GROUP BY 1, 2").fetchall()
        print("ledger (state, revision, dossiers):", states)
    return measured


def _environment() -> dict[str, str]:
    """Return an environment without settings of who runs this."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("HEYAN_", "PREFECT_"))}
    return own | {"OMP_NUM_THREADS": "1"}


def _upload(client: Minio, packets: Path) -> None:
    client.make_bucket(BUCKET)

    def put(path: Path) -> None:
        content = path.read_bytes()
        client.put_object(BUCKET, path.relative_to(packets).as_posix(), io.BytesIO(content), len(content))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put, packets.rglob("*.pdf")))


def _deploy(prefect: Prefect, folder: Path, environment: dict[str, str]) -> dict[str, object]:
    """Give the flow to a pool, as prefect.yaml says; return the deployment."""
    own = environment | {"PREFECT_HOME": str(folder / "deploying")}
    for command in (["work-pool", "create", POOL, "--type", "process"], ["--no-prompt", "deploy", "--all"]):
        whole = [sys.executable, "-m", "prefect", *command]
        subprocess.run(whole, cwd=ROOT, env=own, check=True, capture_output=True)
    deployment = prefect.deployment("nightly")
    if deployment is None:
        raise RuntimeError("nothing was deployed")
    prefect.ask("PATCH", f"deployments/{deployment['id']}", paused=True)
    return deployment


@contextmanager
def _worker(folder: Path, environment: dict[str, str]) -> Iterator[int]:
    """Have a worker that pulls from the pool, in a folder of its own; yield its process."""
    folder.mkdir()
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process", "--limit", "1"]
    own = environment | {"PREFECT_HOME": str(folder / "home"), "TMPDIR": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=own, stdout=log, stderr=log)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _wait(prefect: Prefect, run: str) -> None:
    """Wait until a run has ended, and those that help it."""
    while True:
        runs = prefect.filter("flow_runs", limit=200)
        if all(one["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} for one in runs):
            [own] = [one for one in runs if one["id"] == run]
            if own["state_type"] != "COMPLETED":
                raise RuntimeError(f"the night ended as {own['state_name']}")
            return
        time.sleep(1)


def _reported(summary: dict[str, list[dict[str, object]]]) -> int:
    return sum(row["error"] is None for row in summary["dossiers"])


class Watch:
    """Looks at processes and all that they start, for as long as its context lasts."""

    def __init__(self) -> None:
        self._roots: dict[int, str] = {}
        self._known: dict[int, tuple[str, psutil.Process]] = {}
        self._base: dict[int, float] = {}
        self._kinds: defaultdict[str, Measured] = defaultdict(Measured)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_on)

    def __enter__(self) -> "Watch":
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def add(self, kind: str, process: int) -> None:
        """Look at a process from now on."""
        self._roots[process] = kind

    def run(self, reported: int) -> Run:
        """Return what was seen."""
        return Run(time.monotonic() - self._began, reported, dict(self._kinds))

    def _look_on(self) -> None:
        while not self._ended.wait(INTERVAL):
            for root, kind in list(self._roots.items()):
                with suppress(psutil.Error):
                    own = psutil.Process(root)
                    for process in (own, *own.children(recursive=True)):
                        if process.pid not in self._known:
                            self._known[process.pid] = (_kind(process, kind), process)
            now = time.monotonic() - self._began
            for number, (kind, process) in self._known.items():
                with suppress(psutil.Error):
                    used = sum(process.cpu_times()[:2])
                    # What was used before is none of ours.
                    base = self._base.setdefault(number, used if now < 2 * INTERVAL else 0.0)
                    self._kinds[kind].cpu[number] = used - base
                    self._kinds[kind].memory[now] += process.memory_full_info().pss / 1e6


def _kind(process: psutil.Process, root: str) -> str:
    """Tell the processes of a worker apart: those that read and judge, those that run the flow, the worker itself."""
    command = " ".join(process.cmdline())
    if "spawn_main" in command:
        return "reading and judging"
    if root == "prefect worker" and "worker start" not in command:
        return "flow runs"
    return root


def show(console: Console, name: str, run: Run, dossiers: int) -> None:
    """Print what a dossier costs, and what the processes of each kind hold over time."""
    table = Table("process", title=f"{name}: {run.reported} of {dossiers} reported in {run.seconds:.0f} s")
    for column in ("processes", "CPU s", "CPU ms/dossier", "MB at 40 %", "at 60 %", "at 80 %", "at 90 %"):
        table.add_column(column, justify="right")
    for kind, measured in run.kinds.items():
        used = sum(measured.cpu.values())
        sizes = (f"{_held(measured, run.seconds * part / 10):.0f}" for part in (4, 6, 8, 9))
        table.add_row(kind, str(len(measured.cpu)), f"{used:.1f}", f"{1000 * used / dossiers:.0f}", *sizes)
    console.print(table)
    console.print(f"load of the machine over the last minute: {os.getloadavg()[0]:.1f}")


def _held(measured: Measured, at: float) -> float:
    """Return the memory of all processes of a kind about a moment, by the median of what was seen around it."""
    seen = sorted(measured.memory.items(), key=lambda one: abs(one[0] - at))
    return statistics.median(size for _, size in seen[:9])


if __name__ == "__main__":
    main()
