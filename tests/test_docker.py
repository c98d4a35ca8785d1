"""The image and the compose file: linted, and their commands run here as they stand, without Docker.

What a container has of its own is given to each command: the image's environment, the service's, the secrets that it
lists, and folders in place of the container's.
"""

# ruff: noqa: S603, S607 - the commands are ours

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import psycopg
import pytest
import yaml
from conftest import DIGITAL
from databases import new_database
from minio import Minio
from s3_server import ACCESS_KEY, SECRET_KEY, S3Server

ROOT = Path(__file__).parents[1]
DOCKER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
SCRIPTS = Path(sys.executable).parent
# Seconds in which a process ends after it is told to.
GRACE = 15


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the image's last stage, by name."""
    text = re.sub(r"^\s*#.*\n", "", (DOCKER / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    named = [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines) if name]
    last = max(number for number, (name, _) in enumerate(named) if name == "FROM")
    return named[last:]


def image(name: str) -> str:
    [content] = [content for one, content in instructions() if one == name]
    return content


def image_command(name: str) -> list[str]:
    """Return the words of ENTRYPOINT, CMD or HEALTHCHECK."""
    return json.loads(image(name)[image(name).index("[") :])


def image_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in image("ENV").split())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Container:
    """A service of the compose file as a process here.

    `ports` stand for those that a container has for itself, `elsewhere` for what lies in other containers.
    """

    service: str
    folder: Path
    secrets: Path
    ports: dict[str, str]
    elsewhere: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Give it those secrets only that the service lists, by the names that it gives them."""
        self._listed.mkdir()
        for one in SERVICES[self.service]["secrets"]:
            source, target = (one, one) if isinstance(one, str) else (one["source"], one["target"])
            shutil.copy(self.secrets / Path(COMPOSE["secrets"][source]["file"]).name, self._listed / target)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            name: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", str(value))
            for name, value in SERVICES[self.service]["environment"].items()
        }
        environment = image_environment() | own | {"CREDENTIALS_DIRECTORY": str(self._listed)}
        here = {name: self._here(value) for name, value in environment.items()}
        return here | {"PATH": f"{SCRIPTS}:/usr/bin:/bin"} | self.elsewhere

    @property
    def command(self) -> list[str]:
        words = SERVICES[self.service].get("command") or image_command("CMD")
        return [self._here(word) for word in (*image_command("ENTRYPOINT"), *words)]

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, cwd=self.folder, stdout=log, stderr=log)

    def stop(self) -> None:
        """Tell the process to end, and kill it where it does not, as Docker does: Prefect's worker may wait on."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            for one in [*psutil.Process(self.process.pid).children(recursive=True), self.process]:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            self.process.wait(GRACE)

    def is_healthy(self) -> bool:
        """Run the health check that Docker would run."""
        check = [self._here(word) for word in image_command("HEALTHCHECK")]
        return subprocess.run(check, env=self.environment, check=False, capture_output=True).returncode == 0

    def become_healthy(self) -> None:
        deadline = time.monotonic() + 180
        while not self.is_healthy():
            assert self.process is not None
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.3)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def _here(self, text: str) -> str:
        for port, ours in self.ports.items():
            text = re.sub(rf"(?<!\d){port}(?!\d)", ours, text)
        for theirs, ours in (("/opt/heyan/.venv/bin", SCRIPTS), ("/opt/heyan", ROOT)):
            text = text.replace(theirs, str(ours))
        return re.sub(r"/var/(lib|cache)/heyan", str(self.folder), text)

    @property
    def _listed(self) -> Path:
        return self.folder / "secrets"


@dataclass
class Installation:
    """All services of ours, with servers of the tests in place of PostgreSQL's and MinIO's images."""

    folder: Path
    secrets: Path
    s3: S3Server
    api: int

    def container(self, service: str, **elsewhere: str) -> Container:
        folder = self.folder / f"{service}-{uuid.uuid4().hex[:6]}"
        folder.mkdir()
        ports = {"4200": str(self.api), "8080": str(free_port())}
        here = {
            "prefect": {"PREFECT_SERVER_API_PORT": ports["4200"]},
            "worker": {"PREFECT_WORKER_WEBSERVER_PORT": ports["8080"], "PREFECT_WORKER_QUERY_SECONDS": "1"},
        }.get(service, {})
        if service != "prefect":
            here |= {"PREFECT_API_URL": f"http://127.0.0.1:{self.api}/api", "HEYAN_S3__ENDPOINT": self.s3.endpoint}
        return Container(service, folder, self.secrets, ports, here | elsewhere)


@pytest.fixture(scope="module")
def installation(s3: S3Server, postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Make the secrets and databases as the compose file's comments say, and start the Prefect server."""
    folder = tmp_path_factory.mktemp("docker")
    shutil.copy(DOCKER / "secrets.sh", folder)
    subprocess.run(["sh", folder / "secrets.sh"], check=True)
    # Where the servers are here; the rest stays as it was made.
    asyncpg = postgresql.replace("postgresql:", "postgresql+asyncpg:").replace("/postgres?", "/prefect?")
    here = {
        "heyan_database": new_database(postgresql),
        "prefect_server_database_connection_url": asyncpg,
        "heyan_s3__access_key": ACCESS_KEY,
        "heyan_s3__secret_key": SECRET_KEY,
    }
    for name, value in here.items():
        (folder / "secrets" / name).write_text(value)
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute((DOCKER / "databases.sql").read_bytes())
    made = Installation(folder, folder / "secrets", s3, free_port())
    server = made.container("prefect")
    assert not server.is_healthy()
    server.start()
    try:
        server.become_healthy()
        yield made
    finally:
        server.stop()
        with psycopg.connect(postgresql, autocommit=True) as connection:
            connection.execute("DROP DATABASE prefect WITH (FORCE)")


@pytest.fixture(scope="module")
def deployed(installation: Installation) -> Installation:
    """Let the setup run, twice: what is there stays as it is."""
    for _ in range(2):
        setup = installation.container("setup")
        setup.start()
        assert setup.process is not None
        assert setup.process.wait(180) == 0, setup.log
    return installation


def test_the_dockerfile_and_the_compose_file_are_as_their_linters_want_them() -> None:
    for command in (
        [SCRIPTS / "hadolint", DOCKER / "Dockerfile"],
        [SCRIPTS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DOCKER / "compose.yaml"],
        ["sh", "-n", DOCKER / "entrypoint.sh"],
        ["sh", "-n", DOCKER / "setup.sh"],
        ["sh", "-n", DOCKER / "secrets.sh"],
    ):
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_watched_started_again_and_bounded(service: str) -> None:
    own = SERVICES[service]
    assert own["restart"] in {"unless-stopped", "on-failure:5"}
    assert own["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    if service in OURS:
        # By the image's check, at an address that answers; what runs once is watched by its end.
        assert ("healthcheck" in own) == (service == "setup")
        assert "no-new-privileges:true" in own["security_opt"]
    else:
        assert own["healthcheck"]["test"]
        assert own["volumes"]
    for awaited, how in own.get("depends_on", {}).items():
        assert how["condition"] == ("service_completed_successfully" if awaited == "setup" else "service_healthy")


def test_secrets_are_files_and_nobody_is_root() -> None:
    text = (DOCKER / "compose.yaml").read_text() + (DOCKER / "Dockerfile").read_text()
    assert not re.search(r"(PASSWORD|SECRET_KEY|ACCESS_KEY|AUTH_STRING|DATABASE)\s*[:=]\s*\S", text)
    assert int(image("USER")) > 0
    assert {one for service in SERVICES.values() for one in service.get("volumes", []) if "docker.sock" in one} == set()
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("secrets/")


def test_secrets_are_made_at_random_once_and_fit_together(tmp_path: Path) -> None:
    shutil.copy(DOCKER / "secrets.sh", tmp_path)
    made: list[dict[str, str]] = []
    for _ in range(2):
        subprocess.run(["sh", tmp_path / "secrets.sh"], check=True)
        made.append({path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()})
    assert made[0] == made[1]
    assert {f"secrets/{name}" for name in made[0]} == {secret["file"] for secret in COMPOSE["secrets"].values()}
    password = made[0]["postgres_password"]
    assert len(password) == 48
    for name, database in (("heyan_database", "heyan"), ("prefect_server_database_connection_url", "prefect")):
        assert made[0][name].endswith(f"://heyan:{password}@postgres/{database}")
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def test_the_image_gets_what_it_is_made_of_and_no_more() -> None:
    """What is copied is not left out by .dockerignore, and nothing that is ignored by git gets in."""
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert patterns[0] == "*"
    let_in = {pattern[1:] for pattern in patterns if pattern.startswith("!")}
    text = (DOCKER / "Dockerfile").read_text().replace("\\\n", " ")
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.*)$", text, flags=re.MULTILINE) for word in line.split()[:-1]
    }
    for name in copied:
        assert any(Path(name).match(pattern) for pattern in let_in), name
        assert (ROOT / name).exists()
    imported = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    assert {"schemas", "extractors", "validators", "flows", "apps"} <= copied & imported


def test_the_image_s_last_step_makes_the_models_ready(tmp_path: Path) -> None:
    """So that nothing is left to do at the first start, and no host of models is ever asked."""
    [step] = [content for name, content in instructions() if name == "RUN" and "python" in content]
    environment = {"PATH": f"{SCRIPTS}:/usr/bin:/bin", "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run(["sh", "-c", step], env=environment, cwd=tmp_path, check=True, capture_output=True)
    assert len(list(tmp_path.glob("heyan/*/inference.onnx"))) == 2


def test_the_server_asks_who_comes(installation: Installation) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://127.0.0.1:{installation.api}/api/admin/version")
    assert refused.value.code == 401


def test_the_setup_makes_bucket_pool_and_deployment(deployed: Installation, client: Minio) -> None:
    assert client.bucket_exists("intake")
    asked = deployed.container("setup")
    answer = subprocess.run(
        [asked.command[0], "prefect", "deployment", "inspect", "heyan-verify/nightly"],
        env=asked.environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "s3://intake" in answer.stdout
    assert "'work_pool_name': 'heyan'" in answer.stdout


def test_a_worker_is_healthy_takes_a_run_and_ends(deployed: Installation, client: Minio) -> None:
    client.fput_object("intake", "jilin-2022/JL-1/packet.pdf", str(DIGITAL))
    worker = deployed.container("worker", HEYAN_NIGHT__SETTLE_SECONDS="0")
    assert not worker.is_healthy()
    worker.start()
    try:
        worker.become_healthy()
        run = [*worker.command[:2], "deployment", "run", "heyan-verify/nightly", "--watch"]
        out = json.dumps(str(worker.folder / "reports"))
        answer = subprocess.run(
            [*run, "--param", f"out={out}"], env=worker.environment, check=False, capture_output=True, text=True
        )
        assert answer.returncode == 0, answer.stdout + worker.log
        assert client.stat_object("intake", "reports/jilin-2022/JL-1/report.html").size
    finally:
        worker.stop()
    assert not worker.is_healthy()


def test_the_review_page_is_healthy(deployed: Installation) -> None:
    review = deployed.container("review")
    assert not review.is_healthy()
    review.start()
    try:
        review.become_healthy()
    finally:
        review.stop()
    assert not review.is_healthy()
