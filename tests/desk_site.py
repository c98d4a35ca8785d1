"""A whole desk for tests: dossiers that were really verified, accounts, and the server on a free port."""

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
import pytest
import uvicorn

from apps.desk.application import application
from apps.desk.parts import Parts
from apps.desk.server import parts_for
from flows import run
from flows.workers import Workers
from schemas.account import Role
from schemas.settings import Settings

SAMPLES = Path(__file__).parent.parent / "samples" / "packets"
DIGITAL = Path(__file__).parent / "resources" / "digital.pdf"
PASSWORD = "样例 密码 一句很长的话"  # noqa: S105 - invented
REVIEWER, OTHER, SUPERVISOR, OPERATOR = "张样例", "李样例", "王主管", "赵运维"
PEOPLE = {REVIEWER: Role.REVIEWER, OTHER: Role.REVIEWER, SUPERVISOR: Role.SUPERVISOR, OPERATOR: Role.OPERATOR}
CLEAN, RICH, HOSTILE = "QY-0001", "TJ-0009", "JL-<b>&\"'"
"""A dossier without a fault, one with many (and a deadline), and one with a name that means harm."""


@pytest.fixture(scope="session")
def desk_reports(workers: Workers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Verify a few dossiers whose pages are mostly text, and return the folder of reports; not to be written into."""
    folder = tmp_path_factory.mktemp("desk")
    packets, reports = folder / "packets", folder / "reports"
    enterprise = SAMPLES / "neimenggu-enterprise-2019" / CLEAN
    shutil.copytree(enterprise, packets / "neimenggu-enterprise-2019" / CLEAN)
    shutil.copytree(enterprise, packets / "tianjin-2020" / RICH)
    (packets / "tianjin-2020" / RICH / "dossier.toml").write_text("received = 2026-11-16\n")
    (packets / "jilin-2022" / HOSTILE).mkdir(parents=True)
    shutil.copy(DIGITAL, packets / "jilin-2022" / HOSTILE / "packet.pdf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "Workers", lambda *_, **__: nullcontext(workers))
        run.verify_source(str(packets), None, reports, Settings())
    accounts = parts_for(Settings(), reports).accounts
    for name, role in PEOPLE.items():
        accounts.add(name, role, PASSWORD)
    return reports


@pytest.fixture
def site(desk_reports: Path, tmp_path: Path) -> Iterator["Site"]:
    """Serve a desk of one's own over the same reports."""
    own = tmp_path / "reports"
    shutil.copytree(desk_reports, own)
    with served(own) as site:
        yield site


class Site:
    """A desk that is served."""

    def __init__(self, parts: Parts, port: int) -> None:
        self.parts = parts
        self.url = f"http://127.0.0.1:{port}"

    def client(self, name: str | None = None) -> "Client":
        """Return a browser of sorts, signed in as somebody."""
        client = Client(self.url)
        if name is not None:
            assert client.sign_in(name).status_code == 303
        return client


class Client(httpx.Client):
    """Fills forms in as a page has them."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, timeout=30)

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        token = self.token("/sign-in")
        return self.post("/sign-in", data={"form_token": token, "name": name, "password": password, "back": "/"})

    def token(self, address: str) -> str:
        """Return the token of a page's forms."""
        return field(self.get(address).text, "form_token")

    def submit(self, address: str, **values: str) -> httpx.Response:
        """Send a form of a dossier's page, as the page stands now."""
        page = self.get(address).text
        return self.post(
            address, data={"form_token": field(page, "form_token"), "version": field(page, "version"), **values}
        )


def field(page: str, name: str) -> str:
    """Return the value of a form's hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page[:500]
    return found[1]


@contextmanager
def served(reports: Path, settings: Settings | None = None) -> Iterator[Site]:
    """Serve a desk over a folder of reports."""
    parts = parts_for(settings or Settings(), reports)
    listening = socket.create_server(("127.0.0.1", 0))
    with serving(application(parts), listening):
        yield Site(parts, listening.getsockname()[1])


@contextmanager
def serving(app: object, listening: socket.socket) -> Iterator[None]:
    """Serve an application for as long as the context lasts."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
