"""Runs after runs: what is done is not done again, what is new is, and a killed run goes on where it stopped."""

# ruff: noqa: S603 - the commands are ours

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import DIGITAL, Command
from minio import Minio

HEYAN = [sys.executable, "-c", "from apps.cli import main; main()"]


def put(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(DIGITAL, folder / name)


def report(out: Path, dossier: str) -> Path:
    return out / "jilin-2022" / dossier / "report.json"


def test_a_second_run_does_nothing_again_and_says_the_same(heyan: Command, tmp_path: Path) -> None:
    put(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    put(tmp_path / "in/jilin-2022/JL-2", "packet.pdf")
    assert heyan("verify", "in", "--out", "out").status == 0
    written = {path: path.stat().st_mtime_ns for path in Path("out").rglob("report.*")}
    summary = Path("out/summary.json").read_text()
    answer = heyan("verify", "in", "--out", "out")
    assert answer.status == 0
    assert {path: path.stat().st_mtime_ns for path in Path("out").rglob("report.*")} == written
    assert Path("out/summary.json").read_text() == summary
    assert "JL-1" in answer.out


def test_a_report_that_is_gone_is_made_again(heyan: Command, tmp_path: Path) -> None:
    put(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    heyan("verify", "in", "--out", "out")
    made = report(Path("out"), "JL-1").read_text()
    report(Path("out"), "JL-1").unlink()
    heyan("verify", "in", "--out", "out")
    assert report(Path("out"), "JL-1").read_text() == made


def test_a_late_file_makes_another_report_and_the_earlier_one_is_kept(heyan: Command, tmp_path: Path) -> None:
    put(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    heyan("verify", "in", "--out", "out")
    first = report(Path("out"), "JL-1").read_text()
    put(tmp_path / "in/jilin-2022/JL-1", "late.pdf")
    heyan("verify", "in", "--out", "out")
    assert len(json.loads(report(Path("out"), "JL-1").read_text())["files"]) == 2
    kept = Path("out/jilin-2022/JL-1/revisions/1")
    assert (kept / "report.json").read_text() == first
    assert (kept / "report.html").is_file()


def test_a_dossier_that_failed_is_tried_again(heyan: Command, tmp_path: Path) -> None:
    (tmp_path / "in/jilin-2022/JL-1").mkdir(parents=True)
    assert heyan("verify", "in", "--out", "out").status == 1
    assert "卷宗里没有文件" in heyan("status", "--out", "out").out
    assert heyan("retry", "JL-1", "--out", "out").status == 0
    assert heyan("retry", "JL-9", "--out", "out").status == 2
    put(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    assert heyan("verify", "in", "--out", "out").status == 0
    assert "已出报告 1" in heyan("status", "--out", "out").out


def test_in_a_bucket_too(heyan: Command, client: Minio, bucket: str) -> None:
    client.fput_object(bucket, "jilin-2022/JL-1/packet.pdf", str(DIGITAL))
    assert heyan("verify", f"s3://{bucket}", "--out", "out").status == 0
    key = "reports/jilin-2022/JL-1/report.json"
    first = client.stat_object(bucket, key)
    assert heyan("verify", f"s3://{bucket}", "--out", "out").status == 0
    assert client.stat_object(bucket, key).last_modified == first.last_modified
    client.fput_object(bucket, "jilin-2022/JL-1/late.pdf", str(DIGITAL))
    assert heyan("verify", f"s3://{bucket}", "--out", "out").status == 0
    assert client.stat_object(bucket, "reports/jilin-2022/JL-1/revisions/1/report.json").etag == first.etag
    assert client.stat_object(bucket, key).etag != first.etag


@pytest.mark.usefixtures("own_settings")
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    dossiers = [f"JL-{number}" for number in range(1, 6)]
    for dossier in dossiers:
        put(tmp_path / "in/jilin-2022" / dossier, "packet.pdf")
    out = tmp_path / "out"
    command = [*HEYAN, "verify", "in", "--out", "out"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 120
        while not any(report(out, dossier).exists() for dossier in dossiers):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(run.pid, signal.SIGKILL)
    before = {dossier: report(out, dossier).stat().st_mtime_ns for dossier in dossiers if report(out, dossier).exists()}
    assert len(before) < len(dossiers)
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert all(report(out, dossier).exists() for dossier in dossiers)
    # The one that was being written when the run was killed may be written once more.
    again = [dossier for dossier, at in before.items() if report(out, dossier).stat().st_mtime_ns != at]
    assert len(again) <= 1
    assert [row["error"] for row in json.loads((out / "summary.json").read_text())["dossiers"]] == [None] * 5
