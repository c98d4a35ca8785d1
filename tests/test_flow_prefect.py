"""The run as a flow on a real Prefect server, and without one."""

# ruff: noqa: S603 - the commands are ours

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from conftest import DIGITAL
from databases import new_database
from minio import Minio
from prefect_server import Prefect, PrefectServer, prefect_server
from s3_server import ACCESS_KEY, SECRET_KEY, S3Server

from flows.database import open_database
from flows.metrics import metrics

pytestmark = pytest.mark.usefixtures("own_settings")

HEYAN = [sys.executable, "-c", "from apps.cli import main; main()"]


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    """Start a real Prefect server."""
    with prefect_server(tmp_path_factory.mktemp("prefect")) as server:
        yield server


@pytest.fixture
def environment(prefect: Prefect, tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "PREFECT_API_URL": prefect.url, "PREFECT_HOME": str(tmp_path / "home")}


def test_a_flow_run_has_a_task_for_each_step_and_the_summary_as_an_artifact(
    prefect: Prefect, environment: dict[str, str], tmp_path: Path
) -> None:
    packets = tmp_path / "packets/jilin-2022"
    (packets / "JL-1").mkdir(parents=True)
    shutil.copy(DIGITAL, packets / "JL-1/packet.pdf")
    (packets / "JL-2 {x}").mkdir()
    answer = subprocess.run(
        [*HEYAN, "verify", "packets"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == ["错误：jilin-2022/JL-2 {x}：卷宗里没有文件"]
    assert (tmp_path / "reports/jilin-2022/JL-1/report.json").exists()
    assert "卷宗里没有文件" in answer.stdout

    assert prefect.newest_flow_run()["state_type"] == "COMPLETED"
    deadline = time.monotonic() + 20
    wanted = {
        "find dossiers": "COMPLETED",
        "fetch JL-1": "COMPLETED",
        "verify JL-1": "COMPLETED",
        "deliver JL-1": "COMPLETED",
        "fetch JL-2 {x}": "COMPLETED",
        "verify JL-2 {x}": "FAILED",
        "compare dossiers": "COMPLETED",
        "deliver summary": "COMPLETED",
    }
    while (seen := {name: run["state_type"] for name, run in prefect.task_runs().items()}) != wanted:
        assert time.monotonic() < deadline, seen
        time.sleep(0.2)
    artifacts = {artifact["key"]: artifact["data"] for artifact in prefect.artifacts()}
    assert artifacts.keys() == {"heyan-summary", "heyan-run"}
    assert [row["dossier"] for row in json.loads(artifacts["heyan-summary"])] == ["JL-1", "JL-2 {x}"]
    # Of two dossiers one failed, and the other took the longest.
    failed, slowest = artifacts["heyan-run"].split("## 用时最长的")
    assert "| jilin\\-2022/JL\\-2 \\{x\\} | 卷宗里没有文件 |" in failed
    assert "| jilin\\-2022/JL\\-1 |" in slowest
    while (logged := [line["message"] for line in prefect.logs()]).count("卷宗里没有文件") != 1:
        assert time.monotonic() < deadline, logged
        time.sleep(0.2)


def test_a_task_is_tried_again_after_a_storage_fault(
    prefect: Prefect, environment: dict[str, str], s3: S3Server, client: Minio, bucket: str, tmp_path: Path
) -> None:
    client.fput_object(bucket, "jilin-2022/JL-1/packet.pdf", str(DIGITAL))
    s3.stop()
    settings = {name: value for name, value in os.environ.items() if name.startswith("HEYAN_")}
    with subprocess.Popen([*HEYAN, "verify", f"s3://{bucket}"], cwd=tmp_path, env=environment | settings) as process:
        deadline = time.monotonic() + 60
        while "AwaitingRetry" not in {run["state_name"] for run in prefect.task_runs().values()}:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        s3.start()
        assert process.wait(60) == 0
    assert client.stat_object(bucket, "reports/jilin-2022/JL-1/report.html").size


def test_the_night_verifies_what_is_whole_on_its_schedule_and_leaves_the_rest(
    prefect: Prefect, environment: dict[str, str], tmp_path: Path
) -> None:
    packets = tmp_path / "packets/jilin-2022"
    for dossier, name in (("JL-1", "packet.pdf"), ("JL-2", "packet.pdf.part")):
        (packets / dossier).mkdir(parents=True)
        shutil.copy(DIGITAL, packets / dossier / name)
    night = {
        "HEYAN_NIGHT__SOURCE": str(tmp_path / "packets"),
        "HEYAN_NIGHT__SETTLE_SECONDS": "0",
        "HEYAN_METRICS__PORT": str(_free_port()),
    }
    log = tmp_path / "serve.log"
    with (
        log.open("wb") as written,
        subprocess.Popen(
            [*HEYAN, "serve"], cwd=tmp_path, env=environment | night, stdout=subprocess.DEVNULL, stderr=written
        ) as served,
    ):
        try:
            deadline = time.monotonic() + 240
            while (deployment := prefect.deployment("nightly")) is None:
                assert served.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
            [schedule] = deployment["schedules"]
            assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0 1 * * *", "Asia/Shanghai")
            prefect.run_deployment(deployment)
            # Of all that Prometheus is told, what comes last.
            while 'heyan_runs_total{outcome="completed"} 1.0' not in (told := _metrics(night["HEYAN_METRICS__PORT"])):
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
        finally:
            served.terminate()
    assert 'heyan_dossiers{state="done"} 1.0' in told
    logged = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert [one["event"] for one in logged if one.get("dossier") == "JL-1"] == ["dossier.begun", "dossier.reported"]
    summary = json.loads((tmp_path / "reports/summary.json").read_text())
    assert [(row["dossier"], row["error"]) for row in summary["dossiers"]] == [("JL-1", None)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _metrics(port: str) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            return answer.read().decode()
    except OSError:
        return ""


SECRETS = {
    "heyan_s3__access_key": ACCESS_KEY,
    "heyan_s3__secret_key": SECRET_KEY,
    "heyan_database": "-pg-secret-",
    "heyan_notify__webhook__url": "http://127.0.0.1:1/send?key=-robot-secret-",
    "heyan_notify__mail__password": "-mail-secret-",
}
MAIL = {"HOST": "127.0.0.1", "PORT": "1", "USER": "heyan", "SENDER": "a@example.invalid", "TO": '["b@example.invalid"]'}


@pytest.mark.parametrize("wrong", [None, "heyan_s3__secret_key", "heyan_database"])
def test_secrets_come_as_files_and_stand_nowhere_afterwards(
    prefect: PrefectServer, postgresql: str, s3: S3Server, client: Minio, tmp_path: Path, wrong: str | None
) -> None:
    bucket = f"packets-{uuid.uuid4().hex[:8]}"
    client.make_bucket(bucket)
    client.fput_object(bucket, "jilin-2022/JL-1/packet.pdf", str(DIGITAL))
    database = new_database(postgresql).replace("://postgres@", "://postgres:-pg-secret-@")
    assert "-pg-secret-" in database
    secrets = SECRETS | {"heyan_database": database}
    if wrong == "heyan_database":
        secrets[wrong] = "postgresql://heyan:-pg-secret-@127.0.0.1:1/heyan"
    elif wrong is not None:
        secrets[wrong] += "-wrong"
    (tmp_path / "secrets").mkdir()
    for name, value in secrets.items():
        (tmp_path / "secrets" / name).write_text(f"{value}\n")
    work = tmp_path / "work"
    work.mkdir()
    environment = {
        **os.environ,
        "PREFECT_API_URL": prefect.url,
        "PREFECT_HOME": str(tmp_path / "home"),
        "CREDENTIALS_DIRECTORY": str(tmp_path / "secrets"),
        "HEYAN_S3__ENDPOINT": s3.endpoint,
        "HEYAN_NIGHT__SETTLE_SECONDS": "0",
        **{f"HEYAN_NOTIFY__MAIL__{name}": value for name, value in MAIL.items()},
    }
    # A night that nobody can be told of, whose waits are cut short.
    night = (
        "from flows import notify, run; run.RETRY_DELAYS = notify.RETRY_DELAYS = ();"
        f"from flows.nightly import verify; verify('s3://{bucket}', by_night=True)"
    )
    answer = subprocess.run([sys.executable, "-c", night], cwd=work, env=environment, capture_output=True, check=False)
    assert (answer.returncode == 0) is (wrong is None), answer.stderr.decode()
    assert "通知没有送出".encode() in answer.stderr
    logged = [json.loads(line) for line in answer.stderr.splitlines() if line.startswith(b"{")]
    outcome = "run.ended" if wrong is None else "run.failed"
    assert outcome in {one.get("event") for one in logged}
    if wrong != "heyan_database":
        told = metrics(open_database(database)).decode()
        assert f'heyan_runs_total{{outcome="{"completed" if wrong is None else "failed"}"}} 1.0' in told
        # The robot and the mail server.
        assert "heyan_notification_failures_total 2.0" in told
    deadline = time.monotonic() + 20
    while not any("通知没有送出" in line["message"] for line in prefect.logs()):
        assert time.monotonic() < deadline, (prefect.logs(), answer.stderr.decode())
        time.sleep(0.2)
    told = [prefect.logs(), prefect.artifacts(), prefect.newest_flow_run(), prefect.task_runs()]
    shown = [answer.stdout, answer.stderr, json.dumps(told).encode()]
    for folder in (work, prefect.home, tmp_path / "home"):
        shown += [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for secret in (SECRET_KEY, "-pg-secret-", "-robot-secret-", "-mail-secret-"):
        assert not [one for one in shown if secret.encode() in one]


def test_a_prefect_server_that_does_not_answer_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "packets/jilin-2022/JL-1").mkdir(parents=True)
    away = environment | {"PREFECT_API_URL": "http://127.0.0.1:9/api"}
    answer = subprocess.run(
        [*HEYAN, "verify", "packets"], cwd=tmp_path, env=away, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert answer.stderr.splitlines() == ["错误：Prefect 服务器连不上：PREFECT_API_URL=http://127.0.0.1:9/api"]


def test_a_run_without_a_server_does_not_even_load_prefect(tmp_path: Path) -> None:
    (tmp_path / "packets/jilin-2022/JL-1").mkdir(parents=True)
    code = "import atexit, sys; atexit.register(lambda: print('prefect' in sys.modules)); " + HEYAN[2]
    answer = subprocess.run(
        [sys.executable, "-c", code, "verify", "packets"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.stdout.splitlines()[-1] == "False"
