"""What is told of a night, to a real HTTP server and a real mail server."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from pydantic import SecretStr

from flows import notify
from flows.notify import NAMED, summary_lines, tell
from schemas.report import Summary, SummaryRow, Verdict
from schemas.settings import MailSettings, NotifySettings, WebhookSettings


class Robot(HTTPServer):
    """A group robot that keeps what it is told; it refuses as often as it is asked to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Told)
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.refuses = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send?key=k"


class _Told(BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.told.append((self.path, content))
        self.server.refuses -= 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"errcode": 93000 if self.server.refuses >= 0 else 0}).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    monkeypatch.setattr(notify, "RETRY_DELAYS", (0.0, 0.0))
    robot = Robot()
    threading.Thread(target=robot.serve_forever, daemon=True).start()
    yield robot
    robot.shutdown()
    robot.server_close()


class _Mails(Message):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
def mails() -> Iterator[tuple[int, list[Any]]]:
    handler = _Mails()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield port, handler.mails
    controller.stop()


def test_wecom_is_told(robot: Robot) -> None:
    tell(NotifySettings(webhook=WebhookSettings(url=SecretStr(robot.url))), "核验完成", ["s3://intake：3 个卷宗"])
    [(path, message)] = robot.told
    assert path == "/send?key=k"
    assert message == {"msgtype": "markdown", "markdown": {"content": "**核验完成**\n\ns3://intake：3 个卷宗"}}


def test_dingtalk_is_told_with_a_signature(robot: Robot) -> None:
    hook = WebhookSettings(url=SecretStr(robot.url), kind="dingtalk", secret=SecretStr("SECabc"))
    tell(NotifySettings(webhook=hook), "核验完成", ["一行"])
    [(path, message)] = robot.told
    assert message["markdown"] == {"title": "核验完成", "text": "**核验完成**\n\n一行"}
    query = parse_qs(urlsplit(path).query)
    [now], [sign] = query["timestamp"], query["sign"]
    assert base64.b64decode(sign) == hmac.new(b"SECabc", f"{now}\nSECabc".encode(), hashlib.sha256).digest()


def test_it_is_told_again_where_it_was_refused(robot: Robot) -> None:
    robot.refuses = 2
    tell(NotifySettings(webhook=WebhookSettings(url=SecretStr(robot.url))), "核验完成", [])
    assert len(robot.told) == 3


def test_what_cannot_be_sent_stops_nothing_and_shows_no_key(
    robot: Robot, mails: tuple[int, list[Any]], caplog: pytest.LogCaptureFixture
) -> None:
    port, received = mails
    mail = MailSettings(host="127.0.0.1", port=port, sender="heyan@example.invalid", to=["jd@example.invalid"])
    gone = WebhookSettings(url=SecretStr("http://127.0.0.1:1/send?key=secret-key"))
    tell(NotifySettings(webhook=gone, mail=mail), "核验没有完成", ["s3://intake：存储连不上"])
    [message] = received
    assert message["To"] == "jd@example.invalid"
    assert "存储连不上" in message.get_payload(decode=True).decode()
    assert "通知没有送出" in caplog.text
    assert "secret-key" not in caplog.text


def test_what_is_said_of_a_run() -> None:
    rows = [
        SummaryRow(programme="jilin-2022", dossier="JL-1", verdict=Verdict.ACCEPT),
        SummaryRow(programme="jilin-2022", dossier="JL-2", verdict=Verdict.RETURN),
        *(SummaryRow(programme="jilin-2022", dossier=f"X-{n}", error="卷宗里没有文件" * 100) for n in range(NAMED + 2)),
    ]
    first, *named, last = summary_lines("s3://intake", Summary(dossiers=rows))
    assert first == f"s3://intake：{NAMED + 4} 个卷宗，通过 1，退回补正 1，人工复核 0，出错 {NAMED + 2}"
    assert len(named) == NAMED
    assert len("\n".join([first, *named, last]).encode()) < 4096
    assert last.startswith("还有 2 个")
