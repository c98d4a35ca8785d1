"""Machines for tests: processes that share nothing but servers, each in a network namespace where that is allowed."""

# ruff: noqa: S603, S607 - the commands are ours

import asyncio
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Target = Callable[[], Awaitable[Streams]]


def at_port(port: int) -> Target:
    """Return what connects to a server of the tests' own machine."""
    return lambda: asyncio.open_connection("127.0.0.1", port)


def at_socket(path: Path) -> Target:
    """Return what connects to a server that listens on a path."""
    return lambda: asyncio.open_unix_connection(str(path))


@dataclass
class Machine:
    """A folder of its own, an environment that names nothing of ours, and a network that ends at the relayed servers.

    `ports` are those of the servers at `host`, in the order in which they were given.
    """

    folder: Path
    namespace: str | None
    host: str
    ports: list[int]

    def start(self, command: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
        """Start a command of Python's; what it says goes into a log in the machine's folder."""
        inside = [] if self.namespace is None else ["ip", "netns", "exec", self.namespace]
        own = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder / "tmp")}
        (self.folder / "tmp").mkdir(exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*inside, sys.executable, "-m", *command],
                cwd=self.folder,
                env=own | environment,
                stdout=log,
                stderr=log,
            )


def namespaces_allowed() -> bool:
    """Say whether this process may make network namespaces and links between them: for root, mostly."""
    if shutil.which("ip") is None:
        return False
    name = f"heyan-{os.getpid()}"
    try:
        return _ip("netns", "add", name) and _ip("link", "add", name[:15], "type", "veth", "peer", "netns", name)
    finally:
        _ip("netns", "del", name)


@contextmanager
def machines(count: int, folder: Path, servers: list[Target]) -> Iterator[list[Machine]]:
    """Make machines that reach nothing but the servers: none of them the other, none our own 127.0.0.1."""
    apart = namespaces_allowed()
    net = f"10.{random.randint(128, 250)}.{random.randint(0, 255)}"
    with ExitStack() as stack:
        relays = stack.enter_context(_relays())
        made: list[Machine] = []
        for number in range(count):
            namespace, host = None, "127.0.0.1"
            if apart:
                namespace = f"heyan-{os.getpid()}-{number}"
                host = f"{net}.{4 * number + 1}"
                stack.enter_context(_namespace(namespace, f"hy{os.getpid()}-{number}", host, f"{net}.{4 * number + 2}"))
            own = folder / f"machine-{number}"
            own.mkdir()
            made.append(Machine(own, namespace, host, [relays(host, server) for server in servers]))
        yield made


@contextmanager
def _namespace(name: str, link: str, ours: str, its: str) -> Iterator[None]:
    steps = (
        ("netns", "add", name),
        ("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name),
        ("address", "add", f"{ours}/30", "dev", link),
        ("link", "set", link, "up"),
        ("-n", name, "address", "add", f"{its}/30", "dev", "eth0"),
        ("-n", name, "link", "set", "eth0", "up"),
        ("-n", name, "link", "set", "lo", "up"),
    )
    try:
        for step in steps:
            assert _ip(*step), step
        yield
    finally:
        _ip("netns", "del", name)


def _ip(*arguments: str) -> bool:
    return subprocess.run(["ip", *arguments], capture_output=True, check=False).returncode == 0


@contextmanager
def _relays() -> Iterator[Callable[[str, Target], int]]:
    """Yield what passes connections to an address of ours on to a server, and returns the port there."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def relay(host: str, target: Target) -> int:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                its_reader, its_writer = await target()
            except OSError:
                writer.close()
                return
            await asyncio.gather(_pass_on(reader, its_writer), _pass_on(its_reader, writer))

        server = await asyncio.start_server(serve, host, 0)
        return server.sockets[0].getsockname()[1]

    yield lambda host, target: asyncio.run_coroutine_threadsafe(relay(host, target), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
