"""A real Prefect server for tests, and what they ask it."""

# ruff: noqa: S310, S603 - commands and addresses are ours

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

BUSY = 503


class Prefect:
    """A server's interface."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/api"

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/health") as answer:
                return answer.status == 200
        except OSError:
            return False

    def newest_flow_run(self) -> dict[str, Any]:
        begun = {"start_time": {"is_null_": False}}
        return self.filter("flow_runs", flow_runs=begun, sort="START_TIME_DESC", limit=1)[0]

    def task_runs(self) -> dict[str, dict[str, Any]]:
        """Return the task runs of the newest flow run by their names; they are told to the server with a delay."""
        return {run["name"]: run for run in self._of_newest_flow_run("task_runs")}

    def artifacts(self) -> list[dict[str, Any]]:
        return self._of_newest_flow_run("artifacts")

    def logs(self) -> list[dict[str, Any]]:
        return self.filter("logs", logs={"flow_run_id": {"any_": [self.newest_flow_run()["id"]]}})

    def _of_newest_flow_run(self, what: str) -> list[dict[str, Any]]:
        return self.filter(what, flow_runs={"id": {"any_": [self.newest_flow_run()["id"]]}})

    def deployment(self, name: str) -> dict[str, Any] | None:
        """Return a deployment of the flow, once it is there."""
        try:
            return self.get(f"deployments/name/heyan-verify/{name}")
        except HTTPError:
            return None

    def run_deployment(self, deployment: dict[str, Any], **parameters: Any) -> dict[str, Any]:
        """Start a run, with parameters in place of the deployment's own."""
        return self.ask("POST", f"deployments/{deployment['id']}/create_flow_run", parameters=parameters)

    def get(self, what: str) -> Any:
        return self._answer(Request(f"{self.url}/{what}"))

    def filter(self, what: str, **query: Any) -> list[dict[str, Any]]:
        return self.ask("POST", f"{what}/filter", **query)

    def ask(self, method: str, what: str, **content: Any) -> Any:
        headers = {"Content-Type": "application/json"}
        return self._answer(Request(f"{self.url}/{what}", json.dumps(content).encode(), headers, method=method))

    def _answer(self, request: Request) -> Any:
        """Return what the server answers; where its database is busy it wants to be asked again."""
        deadline = time.monotonic() + 60
        while True:
            try:
                with urlopen(request) as answer:
                    return json.loads(answer.read() or "null")
            except HTTPError as error:
                if error.code != BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.5)


class PrefectServer(Prefect):
    """A server that keeps its files in a folder, and its data there or in a PostgreSQL database."""

    def __init__(self, home: Path, database: str | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            super().__init__(probe.getsockname()[1])
        self.home = home
        home.mkdir(exist_ok=True)
        self._environment = {**os.environ, "PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        if database is not None:
            url = database.replace("postgresql://", "postgresql+asyncpg://")
            self._environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = url

    def start(self) -> None:
        """Start it; it answers some seconds later."""
        command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--port", str(self.port)]
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 180
        while not self.answers():
            assert time.monotonic() < deadline, (self.home / "server.log").read_text()
            time.sleep(0.2)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def prefect_server(home: Path, database: str | None = None) -> Iterator[PrefectServer]:
    """Run a server for as long as the context lasts."""
    server = PrefectServer(home, database)
    server.start()
    try:
        server.wait_until_it_answers()
        yield server
    finally:
        server.stop()
