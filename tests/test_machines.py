"""Nights on two machines that share nothing but S3, PostgreSQL and the Prefect server."""

# ruff: noqa: S603 - the commands are ours

import io
import json
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from conftest import Command
from databases import new_database
from machines import Machine, Target, at_port, at_socket, machines, namespaces_allowed
from minio import Minio
from PIL import Image, ImageDraw
from prefect_server import Prefect, prefect_server
from s3_server import ACCESS_KEY, SECRET_KEY, S3Server
from sqlalchemy import make_url
from test_cross_run import COMPANY_FORM, SCHOOL_PAGES, SCHOOL_STAFF, found, put

from flows.database import open_database

ROOT = Path(__file__).parents[1]
PREFECT = [sys.executable, "-m", "prefect"]
# Seconds for what takes twenty on a machine that does nothing else.
PATIENCE = 400
# Enough for the second machine to be there before the first is done with all of them.
SCANS = 12
# Of one applicant, of whose staff another one's dossier holds the list.
SHARED = {"jilin-2022/JL-school": SCHOOL_PAGES, "tianjin-2020/TJ-company": (COMPANY_FORM, SCHOOL_STAFF)}


def scan(text: str) -> bytes:
    """Return a scanned page with a line of text."""
    page, file = Image.new("L", (1240, 1754), 250), io.BytesIO()
    ImageDraw.Draw(page).text((150, 200), text, fill=20, font_size=40)
    page.save(file, "JPEG")
    return file.getvalue()


@dataclass
class Pool:
    """Two machines whose workers pull from one work pool, and what they share."""

    prefect: Prefect
    deployment: dict[str, Any]
    machines: list[Machine]
    client: Minio
    bucket: str
    database: str

    def night(self) -> list[dict[str, Any]]:
        """Let the deployment run; return its run and those that helped it, once they ended."""
        first = self.prefect.run_deployment(self.deployment, out="reports")
        deadline = time.monotonic() + PATIENCE
        while True:
            runs = [run for run in self.runs() if run["expected_start_time"] >= first["expected_start_time"]]
            if all(run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} for run in runs):
                return sorted(runs, key=lambda run: run["expected_start_time"])
            assert time.monotonic() < deadline, [(run["name"], run["state_name"]) for run in runs]
            time.sleep(0.3)

    def runs(self) -> list[dict[str, Any]]:
        """Return the deployment's runs but those of the nights to come: the server plans some before it is paused."""
        runs = self.prefect.filter("flow_runs", deployments={"id": {"any_": [self.deployment["id"]]}})
        return [run for run in runs if not run["auto_scheduled"]]

    def verified_in(self, run: dict[str, Any]) -> Counter[str]:
        """Return how often each dossier was verified in a run; tasks are told to the server with a delay."""
        chosen = {"id": {"any_": [run["id"]]}}
        while True:
            tasks = self.prefect.filter("task_runs", flow_runs=chosen)
            if all(task["state_type"] in {"COMPLETED", "FAILED"} for task in tasks):
                names = (task["name"].partition(" ") for task in tasks)
                return Counter(dossier for what, _, dossier in names if what == "verify")
            time.sleep(0.2)

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(self.bucket, name, io.BytesIO(content), len(content))

    def read(self, name: str) -> Any:
        answer = self.client.get_object(self.bucket, name)
        try:
            return json.loads(answer.read())
        finally:
            answer.close()
            answer.release_conn()

    def objects(self) -> dict[str, tuple[str | None, Any]]:
        """Return what lies in the bucket, with what changes when it is written anew."""
        listed = self.client.list_objects(self.bucket, recursive=True)
        return {str(one.object_name): (one.etag, one.last_modified) for one in listed}

    def states(self) -> set[str]:
        """Return the states in which dossiers are."""
        with psycopg.connect(self.database) as connection:
            return {state for (state,) in connection.execute("SELECT DISTINCT state FROM dossiers").fetchall()}

    def ledger(self) -> dict[str, tuple[int, int]]:
        """Return each dossier's revision, and how often it was tried."""
        with psycopg.connect(self.database) as connection:
            rows = connection.execute("SELECT dossier, revision, attempts FROM dossiers").fetchall()
        return {dossier: (revision, attempts) for dossier, revision, attempts in rows}


@pytest.fixture(scope="module")
def pool(s3: S3Server, postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """Deploy prefect.yaml and start a worker on each machine."""
    folder = tmp_path_factory.mktemp("pool")
    database = new_database(postgresql)
    open_database(database)
    socket = Path(str(make_url(database).query["host"])) / ".s.PGSQL.5432"
    client = Minio(s3.endpoint.removeprefix("http://"), ACCESS_KEY, SECRET_KEY, secure=False)
    bucket = f"intake-{uuid.uuid4().hex[:8]}"
    client.make_bucket(bucket)
    with prefect_server(folder / "prefect", new_database(postgresql)) as prefect:
        deploy(prefect, folder, f"s3://{bucket}")
        deployment = prefect.deployment("nightly")
        assert deployment is not None
        # Tests do not wait for one o'clock, nor must it strike meanwhile.
        prefect.ask("PATCH", f"deployments/{deployment['id']}", paused=True)
        servers: list[Target] = [at_port(s3.port), at_socket(socket), at_port(prefect.port)]
        with machines(2, folder, servers) as hosts:
            workers = [start_worker(host, make_url(database).database or "") for host in hosts]
            try:
                deadline = time.monotonic() + PATIENCE
                while len(online(prefect)) < len(workers):
                    assert time.monotonic() < deadline, [(host.folder / "log").read_text() for host in hosts]
                    time.sleep(0.2)
                yield Pool(prefect, deployment, hosts, client, bucket, database)
            finally:
                for worker in workers:
                    worker.terminate()
                for worker in workers:
                    end(worker)


def end(worker: "subprocess.Popen[bytes]") -> None:
    """Wait until a worker that was told to end has ended, but not for long where it still asks for something."""
    try:
        worker.wait(5)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def deploy(prefect: Prefect, home: Path, source: str) -> None:
    own = {"PREFECT_API_URL": prefect.url, "PREFECT_HOME": str(home / "deploying"), "HEYAN_NIGHT__SOURCE": source}
    for command in (["work-pool", "create", "heyan", "--type", "process"], ["--no-prompt", "deploy", "--all"]):
        subprocess.run([*PREFECT, *command], cwd=ROOT, env=os.environ | own, check=True, capture_output=True)


def start_worker(machine: Machine, database: str) -> "subprocess.Popen[bytes]":
    s3, postgresql, prefect = machine.ports
    return machine.start(
        ["prefect", "worker", "start", "--pool", "heyan", "--type", "process", "--limit", "1"],
        {
            "PREFECT_API_URL": f"http://{machine.host}:{prefect}/api",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "HEYAN_S3__ENDPOINT": f"http://{machine.host}:{s3}",
            "HEYAN_S3__ACCESS_KEY": ACCESS_KEY,
            "HEYAN_S3__SECRET_KEY": SECRET_KEY,
            "HEYAN_DATABASE": f"postgresql://postgres@{machine.host}:{postgresql}/{database}",
            "HEYAN_NIGHT__SETTLE_SECONDS": "0",
            "HEYAN_WORKERS": "1",
        },
    )


def online(prefect: Prefect) -> list[Any]:
    return [one for one in prefect.ask("POST", "work_pools/heyan/workers/filter") if one["status"] == "ONLINE"]


def test_machines_are_apart_where_that_is_allowed(pool: Pool) -> None:
    """Neither reaches the other, nor what listens on our own 127.0.0.1."""
    assert all((machine.namespace is not None) == namespaces_allowed() for machine in pool.machines)
    assert len({machine.folder for machine in pool.machines}) == 2
    if namespaces_allowed():
        first, second = pool.machines
        look = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)"
        for host, port in ((second.host, second.ports[2]), ("127.0.0.1", pool.prefect.port)):
            there = ["ip", "netns", "exec", str(first.namespace), sys.executable, "-c", look, host, str(port)]
            assert subprocess.run(there, check=False, capture_output=True).returncode != 0


def test_a_night_is_shared_and_ends_as_on_one_machine(pool: Pool, heyan: Command, tmp_path: Path) -> None:
    for number in range(SCANS):
        folder = tmp_path / f"in/jilin-2022/JL-{number:02}"
        folder.mkdir(parents=True)
        (folder / "page.jpg").write_bytes(scan(f"Sample dossier {number:02}, sheet 1"))
    for dossier, pages in SHARED.items():
        put(tmp_path / "in" / dossier, *pages)
    for path in (tmp_path / "in").rglob("*.*"):
        pool.put(path.relative_to(tmp_path / "in").as_posix(), path.read_bytes())

    first, second = pool.night()
    assert (first["state_type"], second["state_type"]) == ("COMPLETED", "COMPLETED")
    done = [pool.verified_in(first), pool.verified_in(second)]
    assert all(done)
    names = {path.name for path in (tmp_path / "in").glob("*/*")}
    once = done[0] + done[1]
    assert once.keys() == names
    # Those that share pages are verified once more where the earlier of them did not know of the other yet.
    assert all(count == 1 for name, count in once.items() if name.startswith("JL-0"))
    logs = [(machine.folder / "log").read_text() for machine in pool.machines]
    ran = [[f"/flow-run/{run['id']}" in log for log in logs] for run in (first, second)]
    assert sorted(ran) == [[False, True], [True, False]]

    assert heyan("verify", "in", "--out", "out").status == 0
    for path in (tmp_path / "out").glob("*/*/report.json"):
        name = path.relative_to(tmp_path / "out").as_posix()
        assert pool.read(f"reports/{name}") == json.loads(path.read_text()), name
    assert set(found(tmp_path / "out", "tianjin-2020/TJ-company", "cross.page_reused").values()) == {"fail"}
    ours = json.loads((tmp_path / "out/summary.json").read_text())["dossiers"]
    theirs = pool.read("reports/summary.json")["dossiers"]
    assert [row | {"seconds": 0} for row in theirs] == [row | {"seconds": 0} for row in ours]
    assert set(pool.ledger().values()) == {(1, 0)}


def test_another_night_does_what_is_new_once_and_keeps_the_earlier_report(pool: Pool) -> None:
    before = pool.objects()
    late = [f"JL-{number:02}" for number in range(3)]
    for dossier in late:
        pool.put(f"jilin-2022/{dossier}/late.jpg", scan(f"Late sheet of dossier {dossier}"))
    pool.put("jilin-2022/JL-broken/dossier.toml", b"received = yesterday")
    runs = pool.night()
    assert {run["state_type"] for run in runs} == {"COMPLETED"}
    verified: Counter[str] = sum((pool.verified_in(run) for run in runs), Counter())
    assert verified == Counter([*late, "JL-broken"])
    assert pool.ledger()["JL-broken"] == (0, 1)
    after = pool.objects()
    for dossier in late:
        assert pool.ledger()[dossier] == (2, 0)
        report = f"reports/jilin-2022/{dossier}/report.json"
        assert after[f"reports/jilin-2022/{dossier}/revisions/1/report.json"][0] == before[report][0]
        assert after[report] != before[report]
    touched = {name for name in before if after[name] != before[name]}
    assert {name.split("/")[2] for name in touched if name.count("/") == 3} == set(late)
    [broken] = [row for row in pool.read("reports/summary.json")["dossiers"] if row["error"] is not None]
    assert broken["dossier"] == "JL-broken"


def test_a_night_whose_process_is_killed_is_taken_up_again(pool: Pool) -> None:
    for number in range(3):
        pool.put(f"jilin-2022/JL-9{number}/page.jpg", scan(f"Sample dossier 9{number}, sheet 1"))
    first = pool.prefect.run_deployment(pool.deployment, out="reports")
    deadline = time.monotonic() + PATIENCE
    while "running" not in pool.states():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for process in processes_of(first):
        process.kill()
    while not any("again-1" in run["tags"] and run["state_type"] == "COMPLETED" for run in pool.runs()):
        assert time.monotonic() < deadline, [(run["name"], run["state_name"]) for run in pool.runs()]
        time.sleep(0.3)
    [crashed] = [run for run in pool.runs() if run["id"] == first["id"]]
    assert crashed["state_type"] == "CRASHED"
    wanted = {f"JL-9{number}" for number in range(3)}
    assert wanted <= {row["dossier"] for row in pool.read("reports/summary.json")["dossiers"]}
    assert {pool.ledger()[dossier] for dossier in wanted} == {(1, 0)}


def processes_of(run: dict[str, Any]) -> list[psutil.Process]:
    """Return the processes of a flow run, but not the worker that started them."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("PREFECT__FLOW_RUN_ID") == run["id"]:
                found.append(process)
    return found
