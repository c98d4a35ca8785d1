"""What is logged: one object a line, with what it is about, and nothing of people."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import DIGITAL, Command
from test_again import put

from flows import logs
from flows.logs import about, begin_logging
from schemas.settings import LogSettings

NUMBER = "11010519491231002X"

pytestmark = pytest.mark.usefixtures("own_settings")


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    yield logs.logger
    begin_logging(LogSettings(), is_attended=True)


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line]


def test_a_record_says_what_it_is_about_and_masks_people(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    begin_logging(LogSettings(), is_attended=False)
    with about(run="r1"), about(programme="jilin-2022", dossier=f"JL {NUMBER}"):
        logger.info("样例甲 %s", NUMBER, extra={"event": "dossier.begun", "file": f"{NUMBER}.pdf", "page": 3})
        try:
            raise ValueError(NUMBER)
        except ValueError:
            logger.exception("出错")
    logger.info("之后")
    logger.debug("太细")
    first, second, third = objects(capsys.readouterr().err)
    assert first.pop("time")
    masked = "110105********002X"
    assert first == {
        "level": "INFO",
        "event": "dossier.begun",
        "message": f"样例甲 {masked}",
        "run": "r1",
        "programme": "jilin-2022",
        "dossier": f"JL {masked}",
        "file": f"{masked}.pdf",
        "page": 3,
    }
    assert f"ValueError: {masked}" in second["error"]
    assert third.keys() == {"time", "level", "message"}


def test_as_text_it_is_one_line_whatever_a_packet_says(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    begin_logging(LogSettings(format="text"), is_attended=True)
    with about(programme="jilin-2022", dossier="JL-1"):
        logger.info("一行\n二行\x1b[31m", extra={"event": "dossier.begun"})
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("INFO jilin-2022/JL-1：一行 二行 [31m")


def test_a_person_who_looks_on_is_told_of_trouble_only(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    begin_logging(LogSettings(), is_attended=True)
    logger.info("开始", extra={"event": "dossier.begun"})
    logger.warning("存储连不上")
    assert capsys.readouterr().err == "存储连不上\n"


def test_a_run_logs_each_dossier_and_what_was_wrong_with_a_file(
    heyan: Command, logger: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEYAN_LOG__FORMAT", "json")
    put(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    (tmp_path / "in/jilin-2022/JL-1/broken.pdf").write_bytes(DIGITAL.read_bytes()[:100])
    (tmp_path / "in/jilin-2022/JL-2").mkdir(parents=True)
    answer = heyan("verify", "in", "--out", "out")
    logged = objects("\n".join(line for line in answer.err.splitlines() if line.startswith("{")))
    of = {(one.get("event"), one.get("dossier")): one for one in logged}
    assert of.keys() == {
        ("run.begun", None),
        ("dossier.begun", "JL-1"),
        ("file.quarantined", "JL-1"),
        ("dossier.reported", "JL-1"),
        ("dossier.begun", "JL-2"),
        ("dossier.failed", "JL-2"),
        ("run.ended", None),
    }
    assert of["file.quarantined", "JL-1"]["file"] == "broken.pdf"
    assert of["dossier.failed", "JL-2"]["message"] == "卷宗里没有文件"
    assert of["run.ended", None]["errors"] == 1
    assert len({one["run"] for one in logged}) == 1
