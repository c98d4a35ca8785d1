"""What several test modules share."""

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import pytest
from minio import Minio
from s3_server import ACCESS_KEY, SECRET_KEY, S3Server

from apps import cli
from extractors.opening import Image
from flows import run
from flows.workers import Workers
from schemas.settings import OcrSettings, Settings

pytest_plugins = ["databases", "desk_site"]

DIGITAL = Path(__file__).parent / "resources" / "digital.pdf"


class Answer(NamedTuple):
    """What a command answered."""

    status: int
    out: str
    err: str


class Command(Protocol):
    def __call__(self, *arguments: object) -> Answer: ...


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the settings and the working folder of whoever runs the tests out of them."""
    for name in os.environ:
        if name.startswith(("HEYAN_", "PREFECT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Processes that read: their engines are loaded once for all tests."""
    with Workers(Settings(workers=2)) as started:
        yield started


@pytest.fixture
def heyan(
    own_settings: None,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Run the command line in this process, with the processes at hand where the settings ask for no other engine."""

    def at_hand(settings: Settings, kept: Path) -> AbstractContextManager[Workers]:
        if settings.ocr != OcrSettings():
            return Workers(settings, kept=kept)
        return nullcontext(request.getfixturevalue("workers"))

    monkeypatch.setattr(run, "Workers", at_hand)

    def command(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["heyan", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Answer(int(ended.value.code or 0), out, err)

    return command


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Start a real S3 server."""
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(s3: S3Server) -> Minio:
    """Talk to the server past the software under test."""
    return Minio(s3.endpoint.removeprefix("http://"), ACCESS_KEY, SECRET_KEY, secure=False)


@pytest.fixture
def bucket(own_settings: None, s3: S3Server, client: Minio, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make an empty bucket, and settings that lead to it."""
    name = f"packets-{uuid.uuid4().hex[:8]}"
    client.make_bucket(name)
    monkeypatch.setenv("HEYAN_S3__ENDPOINT", s3.endpoint)
    monkeypatch.setenv("HEYAN_S3__ACCESS_KEY", ACCESS_KEY)
    monkeypatch.setenv("HEYAN_S3__SECRET_KEY", SECRET_KEY)
    return name


@pytest.fixture(scope="session")
def sheet() -> Image:
    """A page of text with a table's lines, 1654 × 1170 pixels."""
    page = np.full((1654, 1170, 3), 246, np.uint8)
    generator = np.random.default_rng(7)
    for top in range(140, 1400, 44):
        for left in range(120, 1050, 26):
            if generator.random() < 0.9:
                cv2.rectangle(page, (left, top), (left + 18, top + 20), (20, 20, 20), 2)
    cv2.rectangle(page, (100, 120), (1070, 1420), (0, 0, 0), 2)
    return page
