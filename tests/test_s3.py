"""Dossiers in a bucket of a real S3 server, and what can go wrong with one."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from conftest import DIGITAL, Command
from minio import Minio
from minio.credentials import Credentials
from minio.signer import presign_v4
from s3_server import ACCESS_KEY, DENIED_ACCESS_KEY, DENIED_SECRET_KEY, SECRET_KEY, S3Server

from flows import run
from flows.sources import bucket as bucket_module
from flows.sources import open_source
from schemas.settings import Settings

CREDENTIALS = Credentials(ACCESS_KEY, SECRET_KEY)


def put(client: Minio, bucket: str, key: str, data: bytes = DIGITAL.read_bytes()) -> None:
    client.put_object(bucket, key, io.BytesIO(data), len(data))


def put_as_is(s3: S3Server, bucket: str, key: str) -> None:
    """Store under a key that the client refuses to write, by a request signed by hand."""
    path = quote(f"/{bucket}/{key}")
    url = presign_v4(
        method="PUT",
        url=urlsplit(s3.endpoint + path),
        region="us-east-1",
        credentials=CREDENTIALS,
        date=datetime.now(UTC),
        expires=60,
    )
    connection = HTTPConnection(url.netloc)
    connection.request("PUT", f"{url.path}?{url.query}", DIGITAL.read_bytes())
    assert connection.getresponse().status == 200
    connection.close()


def keys(client: Minio, bucket: str, prefix: str = "") -> set[str]:
    return {str(item.object_name) for item in client.list_objects(bucket, prefix, recursive=True)}


def summary(out: Path) -> dict[str, dict[str, object]]:
    rows = json.loads((out / "summary.json").read_text(encoding="utf-8"))["dossiers"]
    return {f"{row['programme']}/{row['dossier']}": row for row in rows}


def test_reports_go_back_into_the_bucket_and_are_not_read_again(
    heyan: Command, client: Minio, bucket: str, tmp_path: Path
) -> None:
    put(client, bucket, "jilin-2022/卷宗 一/申请 材料.pdf")
    put(client, bucket, "tianjin-2020/TJ-1/a/packet.pdf")
    for _ in range(2):
        answer = heyan("verify", f"s3://{bucket}", "--out", tmp_path / "out")
        assert answer.status == 0, answer.err
        assert summary(tmp_path / "out").keys() == {"jilin-2022/卷宗 一", "tianjin-2020/TJ-1"}
    images = keys(client, bucket, "reports/pages/")
    assert {name.rpartition("/")[0] for name in images} == {
        "reports/pages/jilin-2022/卷宗 一",
        "reports/pages/tianjin-2020/TJ-1",
    }
    assert keys(client, bucket, "reports/") - images == {
        "reports/jilin-2022/卷宗 一/case.json.gz",
        "reports/jilin-2022/卷宗 一/report.json",
        "reports/jilin-2022/卷宗 一/report.html",
        "reports/tianjin-2020/TJ-1/case.json.gz",
        "reports/tianjin-2020/TJ-1/report.json",
        "reports/tianjin-2020/TJ-1/report.html",
        "reports/summary.json",
        "reports/summary.xlsx",
    }
    stored = client.get_object(bucket, "reports/jilin-2022/卷宗 一/report.json").data
    assert stored == (tmp_path / "out/jilin-2022/卷宗 一/report.json").read_bytes()
    assert [file["path"] for file in json.loads(stored)["files"]] == ["申请 材料.pdf"]


def test_a_prefix_holds_only_what_lies_under_it(heyan: Command, client: Minio, bucket: str, tmp_path: Path) -> None:
    put(client, bucket, "2022/jilin-2022/JL-1/packet.pdf")
    put(client, bucket, "2022-old/jilin-2022/JL-2/packet.pdf")
    assert heyan("verify", f"s3://{bucket}/2022", "--out", tmp_path).status == 0
    assert summary(tmp_path).keys() == {"jilin-2022/JL-1"}
    assert "reports/jilin-2022/JL-1/report.html" in keys(client, bucket)


def test_with_a_programme_the_prefix_holds_dossiers_or_is_one(
    heyan: Command, client: Minio, bucket: str, tmp_path: Path
) -> None:
    put(client, bucket, "in/JL-1/packet.pdf")
    put(client, bucket, "in/JL-2/packet.pdf")
    for source, dossiers in (("in", {"jilin-2022/JL-1", "jilin-2022/JL-2"}), ("in/JL-2", {"jilin-2022/JL-2"})):
        assert heyan("verify", f"s3://{bucket}/{source}", "--programme", "jilin-2022", "--out", tmp_path).status == 0
        assert summary(tmp_path).keys() == dossiers


def test_a_key_that_leads_outside_is_quarantined(
    heyan: Command, s3: S3Server, client: Minio, bucket: str, tmp_path: Path
) -> None:
    put(client, bucket, "jilin-2022/JL-1/packet.pdf")
    put_as_is(s3, bucket, "jilin-2022/JL-1/../../../escaped.pdf")
    put_as_is(s3, bucket, "jilin-2022/../JL-2/packet.pdf")
    assert "jilin-2022/JL-1/../../../escaped.pdf" in keys(client, bucket)
    answer = heyan("verify", f"s3://{bucket}", "--out", tmp_path / "out")
    assert answer.status == 1
    assert "jilin-2022/..：" in answer.err
    report = json.loads((tmp_path / "out/jilin-2022/JL-1/report.json").read_text(encoding="utf-8"))
    assert {file["path"]: file["status"] for file in report["files"]} == {
        "packet.pdf": "read",
        "../../../escaped.pdf": "quarantined",
    }
    assert not list(tmp_path.rglob("escaped.pdf"))


def test_empty_folders_and_what_lies_in_no_dossier(heyan: Command, client: Minio, bucket: str, tmp_path: Path) -> None:
    put(client, bucket, "jilin-2022/JL-1/packet.pdf")
    put(client, bucket, "jilin-2022/JL-2/", b"")
    put(client, bucket, "jilin-2022/stray.pdf")
    answer = heyan("verify", f"s3://{bucket}", "--out", tmp_path)
    assert answer.status == 1
    assert summary(tmp_path)["jilin-2022/JL-2"]["error"] == "卷宗里没有文件"
    assert f"略过：s3://{bucket}/jilin-2022/stray.pdf" in answer.err


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("HEYAN_S3__SECRET_KEY", "wrong", "HEYAN_S3__SECRET_KEY"),
        ("HEYAN_S3__ENDPOINT", "127.0.0.1:9000", "HEYAN_S3__ENDPOINT"),
        ("HEYAN_S3__ENDPOINT", "", "HEYAN_S3__ENDPOINT"),
    ],
)
def test_wrong_settings_are_one_line(
    heyan: Command, bucket: str, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, named: str
) -> None:
    monkeypatch.setenv(setting, value)
    answer = heyan("verify", f"s3://{bucket}")
    assert answer.status == 2
    assert named in answer.err
    assert len(answer.err.splitlines()) == 1


def test_keys_without_permission(heyan: Command, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYAN_S3__ACCESS_KEY", DENIED_ACCESS_KEY)
    monkeypatch.setenv("HEYAN_S3__SECRET_KEY", DENIED_SECRET_KEY)
    answer = heyan("verify", f"s3://{bucket}")
    assert answer.status == 2
    assert "没有权限" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_missing_bucket_is_named(heyan: Command, bucket: str) -> None:
    answer = heyan("verify", f"s3://{bucket}-2")
    assert (answer.status, len(answer.err.splitlines())) == (2, 1)
    assert f"存储桶不存在：{bucket}-2" in answer.err


def test_an_endpoint_that_does_not_answer_is_named(
    heyan: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = S3Server(tmp_path)  # never started
    monkeypatch.setenv("HEYAN_S3__ENDPOINT", server.endpoint)
    monkeypatch.setenv("HEYAN_S3__ACCESS_KEY", "a")
    monkeypatch.setenv("HEYAN_S3__SECRET_KEY", "b")
    monkeypatch.setattr(run, "RETRY_DELAYS", (0.1,))
    answer = heyan("verify", "s3://packets")
    tried_again, error = answer.err.splitlines()
    assert (answer.status, "再试" in tried_again) == (2, True)
    assert error.startswith("错误：")
    assert server.endpoint in error


def test_a_run_outlives_a_restart_of_the_storage(s3: S3Server, client: Minio, bucket: str, tmp_path: Path) -> None:
    put(client, bucket, "jilin-2022/JL-1/packet.pdf")
    s3.stop()
    command = [sys.executable, "-c", "from apps.cli import main; main()", "verify", f"s3://{bucket}"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stderr is not None
        said = process.stderr.readline()
        s3.start()
        assert process.wait(60) == 0
    assert f"存储连不上：{s3.endpoint}" in said
    assert "再试" in said
    assert "reports/jilin-2022/JL-1/report.json" in keys(client, bucket)


def test_reports_are_looked_for_by_the_thousand_however_they_lie(
    client: Minio, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if an answer listed that few.
    monkeypatch.setattr(bucket_module, "_LISTED", 2)
    there = [f"jilin-2022/{name}/report.json" for name in ("A", "B", "C", "D", "E", "单位", "😀")]
    between = [f"jilin-2022/B/revisions/{number}/report.json" for number in range(5)]
    for report in (*there, *between, "tianjin-2020/A/report.json"):
        put(client, bucket, f"reports/{report}", b"x")
    source = open_source(f"s3://{bucket}", None, tmp_path, Settings())
    missing = ["jilin-2022/0/report.json", "jilin-2022/D0/report.json", "tianjin-2020/B/report.json"]
    assert source.existing([*missing, *there[1::2]]) == set(there[1::2])
    assert source.existing([*missing, *there, "tianjin-2020/A/report.json"]) == {*there, "tianjin-2020/A/report.json"}
    assert source.existing(missing) == set()
    assert source.existing([]) == set()
