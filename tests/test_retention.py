"""Pages of closed dossiers are deleted in time, what was decided stays."""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Command
from minio import Minio
from test_cross_run import COMPANY_FORM, SCHOOL_PAGES, put

from flows.database import open_database
from flows.database.tables import ReviewRow
from flows.desk.acts import ActKind, DeskState
from flows.desk.entering import record
from flows.reports import case_file
from flows.retention import DAY

OF_PEOPLE = ("applicants", "pages", "people")


def decide(out: Path, programme: str, dossier: str, days_ago: float) -> None:
    """Accept a dossier at the desk, some time ago."""
    with open_database(f"sqlite:///{out}/heyan.sqlite").session() as session:
        row = session.get(ReviewRow, (programme, dossier))
        assert row is not None
        row.desk = DeskState.ACCEPTED
        then = time.time() - days_ago * DAY
        record(session, row, ActKind.ACCEPT, about={}, before=None, after=None, reason="", who="样例", now=then)


def rows(out: Path, table: str, dossier: str) -> int:
    with sqlite3.connect(out / "heyan.sqlite") as ledger:
        [[count]] = ledger.execute(f"SELECT count(*) FROM {table} WHERE dossier = ?", [dossier])  # noqa: S608 - ours
    return count


@pytest.fixture
def out(heyan: Command, tmp_path: Path) -> Path:
    """Two dossiers that were reported on."""
    put(tmp_path / "in/jilin-2022/JL-1", *SCHOOL_PAGES)
    put(tmp_path / "in/tianjin-2020/TJ-1", COMPANY_FORM)
    assert heyan("verify", "in", "--out", "out").status == 0
    return tmp_path / "out"


def test_what_was_decided_long_ago_goes_and_the_rest_stays(
    heyan: Command, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert heyan("tidy", "--out", out).status == 2
    monkeypatch.setenv("HEYAN_PRIVACY__RETENTION_DAYS", "30")
    before = {path: path.read_bytes() for path in out.rglob("report.*")}
    assert "0 个卷宗" in heyan("tidy", "--out", out).out
    decide(out, "tianjin-2020", "TJ-1", days_ago=29)
    assert "0 个卷宗" in heyan("tidy", "--out", out).out
    assert {path: path.read_bytes() for path in out.rglob("report.*")} == before

    decide(out, "jilin-2022", "JL-1", days_ago=31)
    assert "1 个卷宗" in heyan("tidy", "--out", out).out
    gone = out / "jilin-2022/JL-1"
    assert sorted(path.name for path in gone.iterdir()) == ["report.html", "report.json"]
    assert (gone / "report.json").read_bytes() == before[gone / "report.json"]
    shown = (gone / "report.html").read_text(encoding="utf-8")
    assert "data:image" not in shown
    assert "已过保存期限" in shown
    finding = json.loads(before[gone / "report.json"])["findings"][0]
    assert finding["message"] in shown
    assert not (out / case_file.images_of("jilin-2022", "JL-1")).exists()
    assert [rows(out, table, "JL-1") for table in OF_PEOPLE] == [0, 0, 0]
    assert rows(out, "dossiers", "JL-1") == rows(out, "reports", "JL-1") == 1
    assert rows(out, "acts", "JL-1") == 2

    stays = out / "tianjin-2020/TJ-1"
    assert (stays / case_file.NAME).is_file()
    assert (stays / "report.html").read_bytes() == before[stays / "report.html"]
    assert rows(out, "applicants", "TJ-1") == 1
    assert list((out / case_file.images_of("tianjin-2020", "TJ-1")).iterdir())
    assert "0 个卷宗" in heyan("tidy", "--out", out).out


def test_one_that_is_opened_again_is_not_closed(heyan: Command, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYAN_PRIVACY__RETENTION_DAYS", "30")
    decide(out, "jilin-2022", "JL-1", days_ago=31)
    put(out.parent / "in/jilin-2022/JL-1/late", *SCHOOL_PAGES)
    assert heyan("verify", "in", "--out", "out").status == 0
    assert "0 个卷宗" in heyan("tidy", "--out", out).out
    assert (out / "jilin-2022/JL-1" / case_file.NAME).is_file()


def test_in_a_bucket_too_with_what_earlier_reports_showed(
    heyan: Command, client: Minio, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys() -> set[str]:
        return {str(item.object_name) for item in client.list_objects(bucket, "reports/", recursive=True)}

    def upload(name: str, *pages: Any) -> None:
        put(tmp_path / name, *pages)
        client.fput_object(bucket, f"jilin-2022/JL-1/{name}.pdf", str(tmp_path / name / "packet.pdf"))

    monkeypatch.setenv("HEYAN_NIGHT__SOURCE", f"s3://{bucket}")
    monkeypatch.setenv("HEYAN_PRIVACY__RETENTION_DAYS", "30")
    for number in (1, 2):
        upload(str(number), *SCHOOL_PAGES)
        assert heyan("verify", f"s3://{bucket}", "--out", "out").status == 0
    before = keys()
    assert any(key.endswith(f"revisions/1/{case_file.NAME}") for key in before)
    decide(tmp_path / "out", "jilin-2022", "JL-1", days_ago=31)
    assert "1 个卷宗" in heyan("tidy", "--out", "out").out
    own = "reports/jilin-2022/JL-1"
    kept = {f"{folder}/{name}" for folder in (own, f"{own}/revisions/1") for name in ("report.json", "report.html")}
    assert keys() == {*kept, "reports/summary.json", "reports/summary.xlsx"}
    for key in kept:
        answer = client.get_object(bucket, key)
        assert b"data:image" not in answer.read()
        answer.close()
