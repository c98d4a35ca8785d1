"""A real S3 server for tests: OpenStack Swift with its s3api filter, one node on the loopback, no root.

Swift lives in `.swift/`, an environment of its own that is made on first use.
"""

# ruff: noqa: S603 - the commands are ours

import contextlib
import ctypes
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENT = Path(__file__).parent.parent / ".swift"
SWIFT = "swift==2.38.3"
ACCESS_KEY, SECRET_KEY = "test:tester", "testing12345"
DENIED_ACCESS_KEY, DENIED_SECRET_KEY = "test:denied", "denied12345"

STORES = ("account", "container", "object")
FILTERS = {
    "catch_errors": {},
    "listing_formats": {},
    "bulk": {},
    "s3api": {"location": "us-east-1"},
    # Account "test" has a user who may everything and one who may nothing.
    "tempauth": {"user_test_tester": f"{SECRET_KEY} .admin", "user_test_denied": DENIED_SECRET_KEY},
    "slo": {},
    "dlo": {},
}
RINGS = """
import sys
from pathlib import Path
from swift.common.ring import RingBuilder
folder, *stores = sys.argv[1:]
for store in stores:
    kind, port = store.split("=")
    ring = RingBuilder(part_power=2, replicas=1, min_part_hours=0)
    node = dict(ip="127.0.0.1", port=int(port), replication_ip="127.0.0.1", replication_port=int(port))
    ring.add_dev(dict(id=0, region=1, zone=1, device="disk", weight=1.0, meta="", **node))
    ring.rebalance()
    ring.get_ring().save(str(Path(folder) / f"{kind}.ring.gz"))
"""


@dataclass
class S3Server:
    """One server; it keeps its data in `root` and its port when it is stopped and started again."""

    root: Path
    port: int = field(init=False)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.port = _free_port()
        _install()
        self._configure()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        for name in (*STORES, "proxy"):
            log = (self.root / f"{name}.log").open("ab")
            command = [ENVIRONMENT / "bin" / f"swift-{name}-server", self.root / f"{name}-server.conf"]
            with log:
                process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=_die_with_parent)  # noqa: PLW1509
            self._processes.append(process)
        deadline = time.monotonic() + 180
        for port in (*self._store_ports.values(), self.port):
            while not _answers(port):
                if time.monotonic() > deadline or any(process.poll() is not None for process in self._processes):
                    logs = "\n".join(path.read_text(errors="replace") for path in self.root.glob("*.log"))
                    raise RuntimeError(f"Swift did not start:\n{logs}")
                time.sleep(0.05)

    def stop(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def kill(self) -> None:
        """End it at once, as a failing machine does."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
        self._processes.clear()

    def _configure(self) -> None:
        (self.root / "srv/disk").mkdir(parents=True)
        self._store_ports = {store: _free_port() for store in STORES}
        self._write("swift", {"swift-hash": {"swift_hash_path_suffix": "tests"}})
        for store, port in self._store_ports.items():
            pipeline = {"pipeline": f"{store}-server"}
            app = {"use": f"egg:swift#{store}"}
            self._write(
                f"{store}-server",
                {"DEFAULT": self._common(port), "pipeline:main": pipeline, f"app:{store}-server": app},
            )
        filters = {f"filter:{name}": {"use": f"egg:swift#{name}", **values} for name, values in FILTERS.items()}
        self._write(
            "proxy-server",
            {
                "DEFAULT": self._common(self.port),
                "pipeline:main": {"pipeline": " ".join([*FILTERS, "proxy-server"])},
                "app:proxy-server": {"use": "egg:swift#proxy", "account_autocreate": "true"},
                **filters,
            },
        )
        stores = [f"{store}={port}" for store, port in self._store_ports.items()]
        subprocess.run([ENVIRONMENT / "bin/python", "-c", RINGS, self.root, *stores], check=True)

    def _common(self, port: int) -> dict[str, object]:
        return {
            "bind_ip": "127.0.0.1",
            "bind_port": port,
            "workers": 0,
            "user": getpass.getuser(),
            "swift_dir": self.root,
            "devices": self.root / "srv",
            "mount_check": "false",
            "fallocate_reserve": 0,
            "recon_cache_path": self.root,
            "log_level": "WARNING",
        }

    def _write(self, name: str, sections: dict[str, dict[str, object]]) -> None:
        lines = [
            line
            for section, values in sections.items()
            for line in (f"[{section}]", *(f"{key} = {value}" for key, value in values.items()))
        ]
        (self.root / f"{name}.conf").write_text("\n".join(lines) + "\n")


def _install() -> None:
    """Make Swift's environment, with uv where it is at hand."""
    if (ENVIRONMENT / "bin/swift-proxy-server").exists():
        return
    uv = os.environ.get("UV") or shutil.which("uv")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    if uv:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, ENVIRONMENT], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", ENVIRONMENT / "bin/python", SWIFT], check=True)
    else:
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        subprocess.run([ENVIRONMENT / "bin/pip", "install", "--quiet", SWIFT], check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _die_with_parent() -> None:
    """Ask Linux to end the server when the tests are killed: Swift's servers leave the process group."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
