"""Kill rounds: whatever a night needs is ended by SIGKILL at random moments, and started again on the same data.

Nights go on without end on two machines (processes of their own, which share nothing but the servers), new dossiers and
late files come in meanwhile. What is there in the end, and what anybody may see until then, is compared with nights on
the same files that nothing disturbs.
"""

# ruff: noqa: S603 - the commands are ours

import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, ClassVar, TypeVar

import openpyxl
import pikepdf
import psutil
import psycopg
import urllib3
from minio import Minio
from minio.error import MinioException
from psycopg.rows import dict_row

from flows.ledger import State
from flows.run import KEPT
from tests.databases import new_database
from tests.postgresql_server import PostgreSQLServer
from tests.prefect_server import PrefectServer
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server

RESOURCES = Path(__file__).parent / "resources"
NIGHTS = Path(__file__).parent / "nights.py"
SCAN_NAME, SCAN = "scan.jpg", Path(__file__).parents[1] / "samples/packets/jilin-2022/JL-0002/IMG_0009.jpg"
PROGRAMME = "jilin-2022"
# Seconds in which everything has to be done once nothing is killed any more.
PATIENCE = 600


# What comes in


@dataclass(frozen=True)
class Item:
    """A file that comes in; `after` names the dossiers that must have a report before: it changes what they say."""

    dossier: str
    name: str
    content: bytes
    after: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{PROGRAMME}/{self.dossier}/{self.name}"


def items(dossiers: int) -> list[Item]:
    """Return the files of so many dossiers: small, a few pages in turn, which are read once.

    Every third has a late file. The last is a scan, of which two come, so that an engine reads; and two share a page,
    which the first to come can be told only once the other is there.
    """
    made: list[Item] = []
    for number in range(dossiers):
        name = f"JL-{number:03}"
        made.append(Item(name, "packet.pdf", _pdf(f"Sample sheet {number % 5}")))
        if number % 3 == 0:
            late = _pdf(f"Late sheet {number % 4}")
            made.append(Item(name, "late.pdf", late, after=(name,)))
    shared = (RESOURCES / "digital.pdf").read_bytes()
    made += [Item("JL-first", "packet.pdf", shared), Item("JL-second", "packet.pdf", shared, after=("JL-first",))]
    made += [Item("JL-scan", "packet.pdf", _pdf("Sheet beside a scan"))]
    made += [Item("JL-scan", SCAN_NAME, SCAN.read_bytes(), after=("JL-scan",))]
    return made


def revisions(coming: list[Item]) -> dict[str, int]:
    """Return how many reports each dossier comes to have: one, and another for each item that changes what it says."""
    counts = Counter({item.dossier: 1 for item in coming})
    counts.update(name for item in coming for name in item.after)
    return dict(counts)


def _pdf(text: str) -> bytes:
    """Return a PDF of one page with a line of text, too short to be compared with other dossiers' pages."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    page.obj.Contents = pdf.make_stream(f"BT /F1 18 Tf 72 700 Td ({text}) Tj ET".encode())
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


# What is killed


class Machine:
    """One that has nights without end: a process that runs the flow, and the processes that it works with."""

    def __init__(self, source: str, out: Path, environment: dict[str, str]) -> None:
        self.out = out
        out.mkdir(parents=True, exist_ok=True)
        self._environment = {**os.environ, **environment, "TMPDIR": str(out.parent)}
        self._command = [sys.executable, NIGHTS, source, str(out)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.out.parent / "nights.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)

    def one_night(self) -> None:
        """Have one night, and no other."""
        with (self.out.parent / "nights.log").open("ab") as log:
            subprocess.run([*self._command, "once"], env=self._environment, stdout=log, stderr=log, check=True)

    def retry(self) -> None:
        """Have what was given up tried again, as an operator does."""
        with (self.out.parent / "nights.log").open("ab") as log:
            command = [sys.executable, "-c", "from apps.cli import main; main()", "retry", "--out", str(self.out)]
            subprocess.run(command, env=self._environment, stdout=log, stderr=log, check=True)

    def kill(self) -> None:
        """End the process that runs the flow; those that it works with have to end by themselves."""
        assert self._process is not None
        assert self._process.poll() is None, (self.out.parent / "nights.log").read_text()
        left = self._own()
        self._process.kill()
        self._process.wait()
        _, alive = psutil.wait_procs(left, timeout=60)
        assert not alive, f"they outlived the process that they work for: {alive}"

    def kill_worker(self, random: Random) -> None:
        """End one of the processes that open, read and judge, where there is one."""
        workers = [process for process in self._own() if _is_worker(process)]
        if workers:
            with suppress(psutil.NoSuchProcess):
                random.choice(workers).kill()

    def _own(self) -> list[psutil.Process]:
        assert self._process is not None
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self._process.pid).children(recursive=True)
        return []


def _is_worker(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any("spawn_main" in part for part in process.cmdline())
    return False


def kill_tree(process: int) -> None:
    """End a process and all that it started, at once."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(process)
        # It starts no other meanwhile.
        root.suspend()
        tree = [root, *root.children(recursive=True)]
        for one in tree:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(tree, timeout=20)


# What is there to see


@dataclass
class Storage:
    """A bucket and a database, as anybody may look at them."""

    s3: S3Server
    bucket: str
    database: str

    def __post_init__(self) -> None:
        self.client = Minio(
            self.s3.endpoint.removeprefix("http://"),
            ACCESS_KEY,
            SECRET_KEY,
            secure=False,
            http_client=urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=10), retries=False, maxsize=4),
        )

    def put(self, item: Item) -> None:
        """Send a file in, for as long as it takes."""
        persistently(lambda: self.client.put_object(self.bucket, item.key, io.BytesIO(item.content), len(item.content)))

    def reports(self, prefix: str = "reports/") -> dict[str, bytes]:
        """Return what lies in the bucket as reports."""
        keys = [str(one.object_name) for one in self.client.list_objects(self.bucket, prefix, recursive=True)]
        return {key.removeprefix("reports/"): self._content(key) for key in keys}

    def _content(self, key: str) -> bytes:
        answer = self.client.get_object(self.bucket, key)
        try:
            return answer.read()
        finally:
            answer.close()
            answer.release_conn()

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table of the ledger's."""
        with psycopg.connect(self.database, connect_timeout=5, row_factory=dict_row) as connection:
            return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3".encode()).fetchall()  # noqa: S608

    def states(self) -> dict[str, tuple[str, int, bool]]:
        """Return each dossier's state, how many reports it has, and whether the last is of the files as they are."""
        return {
            row["dossier"]: (row["state"], row["revision"], row["files"] == row["reported_files"])
            for row in self.rows("dossiers")
        }

    def running(self) -> int:
        """Return how many dossiers are being verified."""
        return sum(state == State.RUNNING for state, _, _ in self.states().values())


T = TypeVar("T")

FAULTS = (MinioException, urllib3.exceptions.HTTPError, OSError, psycopg.Error)


def persistently(function: Callable[[], T]) -> T:
    """Call a function until no server is away."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return function()
        except FAULTS:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@dataclass
class Watcher:
    """Looks at every report that anybody may see, again and again, and keeps what nobody should see."""

    storage: Storage
    folders: list[Path]
    allowed: dict[str, set[bytes]]
    wrong: dict[str, bytes] = field(default_factory=dict[str, bytes])
    looks: Counter[str] = field(default_factory=Counter[str])

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look for as long as the context lasts."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(0.2):
                self.look()

        with ThreadPoolExecutor(1) as threads:
            watched = threads.submit(watch)
            try:
                yield
            finally:
                ended.set()
            watched.result()

    def look(self) -> None:
        """Look once."""
        for folder in self.folders:
            for path in folder.glob(f"{PROGRAMME}/*/**/[!.]*.*"):
                self._see(path.relative_to(folder).as_posix(), path.read_bytes())
        # While it is away, nobody sees anything.
        with suppress(*FAULTS):
            for name, content in self.storage.reports(f"reports/{PROGRAMME}/").items():
                self._see(name, content)

    def _see(self, name: str, content: bytes) -> None:
        self.looks[name] += 1
        if content not in self.allowed.get(_current(name), ()):
            self.wrong[f"{name} {self.looks[name]}"] = content


def _current(name: str) -> str:
    """Return the name of a report, whether it is kept as an earlier one or not."""
    parts = name.split("/")
    return "/".join([*parts[:2], parts[-1]])


@dataclass
class Outcome:
    """What there is in the end, without what differs from night to night: points in time, seconds, who did it."""

    dossiers: dict[str, dict[str, Any]]
    files: list[dict[str, Any]]
    made: list[dict[str, Any]]
    register: list[dict[str, Any]]
    reports: dict[str, bytes]
    summary: list[dict[str, Any]]
    sheets: dict[str, list[tuple[Any, ...]]]

    @classmethod
    def of(cls, storage: Storage) -> "Outcome":
        dossiers = {
            row["dossier"]: {name: value for name, value in row.items() if name not in {"since", "run"}}
            for row in storage.rows("dossiers")
        }
        for row in dossiers.values():
            row["summary"] = _without_seconds(json.loads(row["summary"]))
        reports = storage.reports()
        rows = json.loads(reports.pop("summary.json"))["dossiers"]
        return cls(
            dossiers,
            storage.rows("files"),
            [_without(row, "made") for row in storage.rows("reports")],
            storage.rows("applicants"),
            {name: content for name, content in reports.items() if name != "summary.xlsx"},
            [_without_seconds(row) for row in rows],
            _sheets(reports["summary.xlsx"]),
        )


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _without_seconds(row: dict[str, Any]) -> dict[str, Any]:
    return _without(row, "seconds")


def _sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Return the cells of a workbook by sheet, but for the column of seconds."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets: dict[str, list[tuple[Any, ...]]] = {}
    for sheet in book.worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        left = [place for place, title in enumerate(head) if title != "用时（秒）"]
        sheets[sheet.title] = [tuple(row[place] for place in left) for row in (head, *rows)]
    return sheets


# The rounds


@dataclass(frozen=True)
class Kill:
    """What was killed, how many dossiers were being verified then, and how many seconds it was away."""

    target: str
    running: int
    away: float


class World:
    """The servers, and two machines that have nights on one bucket."""

    # What is killed how often: Prefect's server takes longest to come again.
    TARGETS: ClassVar = {"night": 12, "worker": 12, "s3": 10, "postgresql": 10, "prefect": 6}

    def __init__(self, folder: Path, coming: list[Item]) -> None:
        self.folder = folder
        self.coming = coming
        (folder / "s3").mkdir(parents=True)
        self.s3 = S3Server(folder / "s3")
        self.postgresql = PostgreSQLServer()
        self.stack = ExitStack()

    def __enter__(self) -> "World":
        self.postgresql.start()
        self.stack.callback(self.postgresql.stop)
        self.prefect = PrefectServer(self.folder / "prefect", new_database(self.postgresql.url))
        self.prefect.start()
        self.stack.callback(self.prefect.stop)
        self.s3.start()
        self.stack.callback(self.s3.stop)
        self.prefect.wait_until_it_answers()
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def storage(self, name: str) -> Storage:
        """Make an empty bucket and an empty database."""
        storage = Storage(self.s3, name, new_database(self.postgresql.url))
        storage.client.make_bucket(name)
        return storage

    def machine(self, storage: Storage, name: str, kept: Path | None = None, *, with_prefect: bool = True) -> Machine:
        """Return a machine; its nights are not begun. It has the pages in `kept`, which were read before."""
        if kept is not None:
            shutil.copytree(kept, self.folder / name / "out" / KEPT)
        environment = {
            "HEYAN_S3__ENDPOINT": self.s3.endpoint,
            "HEYAN_S3__ACCESS_KEY": ACCESS_KEY,
            "HEYAN_S3__SECRET_KEY": SECRET_KEY,
            "HEYAN_DATABASE": storage.database,
            "HEYAN_NIGHT__SETTLE_SECONDS": "0",
            "HEYAN_WORKERS": "1",
            "PREFECT_API_URL": self.prefect.url if with_prefect else "",
            "PREFECT_HOME": str(self.folder / name / "prefect"),
            "OMP_NUM_THREADS": "1",
        }
        return Machine(f"s3://{storage.bucket}", self.folder / name / "out", environment)

    def undisturbed(self) -> "Quiet":
        """Have nights that nothing disturbs; return what comes of them, and every report there was to see."""
        storage = self.storage("undisturbed")
        machine = self.machine(storage, "quiet")
        scans = [item for item in self.coming if item.name == SCAN_NAME]
        for batch in (
            [item for item in self.coming if not item.after],
            [item for item in self.coming if item.after and item not in scans],
        ):
            for item in batch:
                storage.put(item)
            machine.one_night()
        # What is kept of the pages spares other machines the reading, but for the scans.
        kept = self.folder / "kept"
        shutil.copytree(machine.out / KEPT, kept)
        for item in scans:
            storage.put(item)
        machine.one_night()
        outcome = Outcome.of(storage)
        seen: defaultdict[str, set[bytes]] = defaultdict(set)
        for name, content in outcome.reports.items():
            seen[_current(name)].add(content)
        return Quiet(outcome, dict(seen), kept)

    def disturbed(self, quiet: "Quiet", rounds: int, seed: int) -> "Disturbed":
        """Have nights in which something is killed so many times, until all is done; return what comes of them."""
        random = Random(seed)
        storage = self.storage("disturbed")
        # The second one goes on while Prefect's server is away.
        machines = [self.machine(storage, name, quiet.kept, with_prefect=name == "one") for name in ("one", "two")]
        watcher = Watcher(storage, [machine.out for machine in machines], quiet.seen)
        sending = _Sending(storage, random.sample(self.coming, len(self.coming)))
        kills: list[Kill] = []
        with watcher.watching():
            for machine in machines:
                machine.start()
            for target in self._targets(rounds, random):
                sending.send_next()
                machine = random.choice(machines)
                # Mostly in the middle of work, sometimes at any other moment.
                if random.random() < 0.8:
                    self._wait_for_work(storage)
                time.sleep(random.uniform(0, 0.6))
                kills.append(self._kill(target, machine, storage, random))
            deadline = time.monotonic() + PATIENCE
            wanted = {name: (State.DONE, count, True) for name, count in revisions(self.coming).items()}
            while (states := persistently(storage.states)) != wanted:
                assert time.monotonic() < deadline, {name: states.get(name) for name in wanted}
                # Chance may strike one dossier so often that it is taken for the one that ends its processes.
                if any(state == State.QUARANTINED for state, _, _ in states.values()):
                    machines[0].retry()
                sending.send_next()
                time.sleep(0.2)
            for machine in machines:
                machine.kill()
            self.prefect.wait_until_it_answers()
            machines[0].one_night()
            watcher.look()
        return Disturbed(Outcome.of(storage), kills, watcher, [machine.out.parent for machine in machines])

    def _targets(self, rounds: int, random: Random) -> list[str]:
        """Return what is killed, in turn: each as often as its weight says, the rest by chance."""
        every = [target for target, weight in self.TARGETS.items() for _ in range(weight)]
        whole, rest = divmod(rounds, len(every))
        return random.sample(every * whole + random.sample(every, rest), rounds)

    @staticmethod
    def _wait_for_work(storage: Storage) -> None:
        """Wait until a dossier is being verified; not for long, as none may be left."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with suppress(*FAULTS):
                if storage.running():
                    return
            time.sleep(0.05)

    def _kill(self, target: str, machine: Machine, storage: Storage, random: Random) -> Kill:
        running, chance = 0, random.random()
        with suppress(*FAULTS):
            running = storage.running()
        kill, start = {
            "night": (machine.kill, machine.start),
            "worker": (lambda: machine.kill_worker(Random(chance)), None),
            "s3": (self.s3.kill, self.s3.start),
            "postgresql": (lambda: kill_tree(self.postgresql.process), self.postgresql.start),
            "prefect": (lambda: kill_tree(self.prefect.process.pid), self.prefect.start),
        }[target]
        began = time.monotonic()
        kill()
        if start is not None:
            time.sleep(chance)
            start()
        return Kill(target, running, time.monotonic() - began)


@dataclass
class Quiet:
    """What comes of nights that nothing disturbs, every report that was to be seen, and the pages that are kept."""

    outcome: Outcome
    seen: dict[str, set[bytes]]
    kept: Path


@dataclass
class Disturbed:
    """What comes of nights in which much was killed, what was killed, what was seen, and the machines' own folders."""

    outcome: Outcome
    kills: list[Kill]
    watcher: Watcher
    folders: list[Path]


class _Sending:
    """Sends items in, each once what has to be there before is there."""

    def __init__(self, storage: Storage, coming: list[Item]) -> None:
        self._storage = storage
        self.left = coming

    def send_next(self) -> None:
        """Send the next item that may come; late files of dossiers that are reported on go before new dossiers."""
        states: dict[str, tuple[str, int, bool]] = {}
        with suppress(*FAULTS):
            states = self._storage.states()
        done = {name for name, state in states.items() if state == (State.DONE, 1, True)}
        ready = [item for item in self.left if done.issuperset(item.after)]
        if ready:
            item = max(ready, key=lambda one: len(one.after))
            self._storage.put(item)
            self.left.remove(item)
