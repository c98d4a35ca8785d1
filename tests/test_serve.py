"""The Prefect server that `heyan serve` has of its own."""

import os
import socket
import time
from pathlib import Path

import psutil
import pytest

from flows import serve


@pytest.mark.usefixtures("own_settings")
def test_a_server_that_is_killed_is_started_again_on_its_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(serve, "PORT", port)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    # Set by the server's context, and gone with the test.
    monkeypatch.setenv("PREFECT_API_URL", "")
    with serve.prefect_server():
        url = os.environ["PREFECT_API_URL"]
        [first] = servers(port)
        assert serve.answers(url)
        first.kill()
        first.wait(30)
        deadline = time.monotonic() + 300
        while not serve.answers(url):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        [second] = servers(port)
        assert second.pid != first.pid
    assert not servers(port)


def servers(port: int) -> list[psutil.Process]:
    """Return the servers at a port that this process started."""
    return [one for one in psutil.Process().children() if str(port) in one.cmdline()]
