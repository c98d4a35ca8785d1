"""How long the desk's pages take over HTTP with 5,000 dossiers, from the request to the last byte.

`python -m benchmarks.desk_pages --help`. The dossiers are those of `benchmarks.desk`; the server is the desk's own, in
a process beside this one, and whoever asks is signed in.
"""

import argparse
import multiprocessing
import re
import socket
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
import uvicorn
from rich.console import Console
from rich.table import Table

from apps.desk.application import application
from apps.desk.server import parts_for
from benchmarks import desk
from flows.database import open_database
from flows.reports import write_report
from flows.run import database_url
from schemas.account import Role
from schemas.elsewhere import Elsewhere
from schemas.settings import Settings
from validators import programmes

NAME, PASSWORD = "样例审核员", "样例 密码 一句很长的话"
ROUNDS = 20


def main() -> None:
    """Fill, serve, ask, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dossiers", type=int, default=5_000)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "reports"
        report, pages = desk._read(Path(folder) / "work")
        report.elsewhere = Elsewhere()
        write_report(report, pages, programmes.load(desk.PROGRAMME), out)
        desk._filled(open_database(database_url(Settings(), out)), report, pages, chosen.dossiers)
        parts_for(Settings(), out).accounts.add(NAME, Role.REVIEWER, PASSWORD)
        listening = socket.create_server(("127.0.0.1", 0))
        server = multiprocessing.get_context("fork").Process(target=_serve, args=(out, listening), daemon=True)
        server.start()
        try:
            table = _measured(f"http://127.0.0.1:{listening.getsockname()[1]}", psutil.Process(server.pid))
        finally:
            server.terminate()
            server.join()
    Console().print(table)


def _serve(out: Path, listening: socket.socket) -> None:
    config = uvicorn.Config(application(parts_for(Settings(), out)), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


def _measured(url: str, server: psutil.Process) -> Table:
    address = f"/dossiers/{quote(desk.PROGRAMME)}/{quote(desk.DOSSIER)}"
    with httpx.Client(base_url=url, timeout=60, transport=httpx.HTTPTransport(retries=20)) as client:
        token = re.findall(r'name="form_token" value="(\w+)"', client.get("/sign-in").text)[0]
        client.post("/sign-in", data={"form_token": token, "name": NAME, "password": PASSWORD})
        image = re.findall(r'id="page-image" src="([^"]+)"', client.get(address).text)[0]
        asked = {
            "first page of the list": "/",
            "searched by name": "/?q=样例42",
            "sorted by verdict, page 50": "/?sort=verdict&page=50",
            "progress": "/progress",
            "a dossier": address,
            "a page's image": image,
            "its thumbnail": f"{image}?small=true",
        }
        table = Table("", "median, ms", "slowest, ms", "on a core, ms", "bytes")
        for title, path in asked.items():
            times: list[float] = []
            client.get(path)
            before = server.cpu_times()
            for _ in range(ROUNDS):
                started = time.perf_counter()
                answer = client.get(path)
                times.append((time.perf_counter() - started) * 1000)
                answer.raise_for_status()
            middle, slowest = statistics.median(times), max(times)
            after = server.cpu_times()
            core = (after.user + after.system - before.user - before.system) * 1000 / ROUNDS
            table.add_row(title, f"{middle:.0f}", f"{slowest:.0f}", f"{core:.0f}", f"{len(answer.content):,}")
    return table


if __name__ == "__main__":
    main()
