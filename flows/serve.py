"""The night on one machine: the flow of `flows.nightly` on a schedule, with a Prefect server of its own if none is set.

Several machines do without this: they deploy the same flow to a work pool (`prefect.yaml`).
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from flows.database import open_database
from flows.errors import UsageError
from flows.logs import begin_logging
from flows.metrics import serve_metrics
from flows.run import database_url
from flows.sources import open_source
from schemas.settings import Settings

HOST, PORT = "127.0.0.1", 4200
# Seconds until a server that was started must answer.
PATIENCE = 120
# The deployment's name in Prefect.
DEPLOYMENT = "nightly"

logger = logging.getLogger("heyan")


def serve(settings: Settings, out: Path) -> None:
    """Verify what is new in the source every night, until the process is told to end."""
    begin_logging(settings.log, is_attended=False)
    source = settings.night.source
    if source is None:
        raise UsageError("没有设置每夜核验什么：请设置 HEYAN_NIGHT__SOURCE，如 s3://intake")
    # What is wrong with it is said now, not at night.
    open_source(source, None, out, settings)
    if settings.metrics.port is not None:
        out.mkdir(parents=True, exist_ok=True)
        database = open_database(database_url(settings, out.absolute()))
        serve_metrics(settings.metrics.host, settings.metrics.port, database)
    with prefect_server():
        # Prefect reads where its server is when it is loaded.
        from prefect.schedules import Cron  # noqa: PLC0415
        from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415

        from flows.nightly import verify  # noqa: PLC0415

        try:
            schedule = Cron(settings.night.cron, timezone=settings.night.timezone)
        except ValueError as error:
            raise UsageError(f"设置 HEYAN_NIGHT__CRON 或 HEYAN_NIGHT__TIMEZONE 不正确：{error}") from error
        verify.serve(
            name=DEPLOYMENT,
            schedule=schedule,
            parameters={"source": source, "out": str(out.absolute()), "by_night": True},
            # One run at a time: the next one takes up what came meanwhile.
            limit=1,
            pause_on_shutdown=False,
            # Wherever this process was started.
            entrypoint_type=EntrypointType.MODULE_PATH,
        )


@contextmanager
def prefect_server() -> Generator[None]:
    """Have a Prefect server for as long as the context lasts: the one that is set, one that runs here, or a new one."""
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    url = f"http://{HOST}:{PORT}/api"
    os.environ["PREFECT_API_URL"] = url
    if answers(url):
        yield
        return
    server, ended = _start_server(), threading.Event()

    def keep() -> None:
        """Start the server again where it ended: the nights of months depend on it."""
        nonlocal server
        while not ended.wait(1):
            if server.poll() is not None and not answers(url):
                logger.warning("Prefect 服务器意外结束，重新启动", extra={"event": "server.restarted"})
                server = _start_server()

    keeper = threading.Thread(target=keep, name="server", daemon=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise UsageError(f"Prefect 服务器没有启动（{url}）：端口可能被占用，见上面的输出")
            time.sleep(0.2)
        keeper.start()
        yield
    finally:
        ended.set()
        if keeper.is_alive():
            keeper.join()
        server.terminate()
        server.wait()


def _start_server() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(PORT)]
    environment = {**os.environ, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    return subprocess.Popen(command, env=environment)  # noqa: S603 - our own interpreter


def answers(url: str) -> bool:
    """Say whether a Prefect server answers at the address of its interface."""
    try:
        with urlopen(f"{url}/health", timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except (URLError, OSError):
        return False
