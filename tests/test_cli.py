"""The command line: what it accepts, what it says, its exit statuses."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import DIGITAL, Answer, Command
from PIL import Image, ImageDraw

from flows import run

SCHEMA = Path(__file__).parent.parent / "docs" / "report.schema.json"


def dossier(folder: Path, *files: str) -> Path:
    """Make a dossier's folder with a one-page digital PDF under each of the names."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DIGITAL, folder / name)
    return folder


def report(folder: Path) -> dict[str, object]:
    assert (folder / "report.html").is_file()
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def summary(out: Path) -> dict[str, dict[str, object]]:
    rows = json.loads((out / "summary.json").read_text(encoding="utf-8"))["dossiers"]
    return {f"{row['programme']}/{row['dossier']}": row for row in rows}


def refused(answer: Answer, *named: str) -> None:
    """Expect exit status 2 and one line that names what is wrong."""
    assert answer.status == 2
    assert len(answer.err.splitlines()) == 1, answer.err
    assert answer.err.startswith("错误：")
    for name in named:
        assert name in answer.err


def test_every_dossier_gets_its_reports_and_the_run_a_summary(heyan: Command, tmp_path: Path) -> None:
    dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf", "more/附件.pdf", ".hidden.pdf", "__MACOSX/packet.pdf")
    dossier(tmp_path / "in/tianjin-2020/TJ-1", "packet.pdf")
    answer = heyan("verify", tmp_path / "in", "--out", tmp_path / "out")
    assert (answer.status, answer.err) == (0, "")
    written = report(tmp_path / "out/jilin-2022/JL-1")
    assert (written["programme"], written["dossier"]) == ("jilin-2022", "JL-1")
    assert [file["path"] for file in written["files"]] == ["more/附件.pdf", "packet.pdf"]  # type: ignore[index]
    assert summary(tmp_path / "out").keys() == {"jilin-2022/JL-1", "tianjin-2020/TJ-1"}
    assert (tmp_path / "out/summary.xlsx").is_file()
    assert "JL-1" in answer.out
    assert "summary.xlsx" in answer.out
    assert not list((tmp_path / "out").rglob(".*"))


def test_the_same_packet_gives_the_same_report(heyan: Command, tmp_path: Path) -> None:
    dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    for out in ("one", "two"):
        heyan("verify", tmp_path / "in", "--out", tmp_path / out)
    for name in ("report.json", "report.html"):
        one, two = (tmp_path / out / "jilin-2022/JL-1" / name for out in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_reports_lie_in_reports_by_default_and_are_not_read_as_dossiers(heyan: Command, tmp_path: Path) -> None:
    dossier(tmp_path / "jilin-2022/JL-1", "packet.pdf")
    for _ in range(2):
        assert heyan("verify", ".").status == 0
        assert summary(tmp_path / "reports").keys() == {"jilin-2022/JL-1"}


def test_with_a_programme_the_source_holds_dossiers(heyan: Command, tmp_path: Path) -> None:
    dossier(tmp_path / "in/JL-1", "packet.pdf")
    dossier(tmp_path / "in/JL-2", "packet.pdf")
    assert heyan("verify", "in", "--programme", "jilin-2022").status == 0
    assert summary(tmp_path / "reports").keys() == {"jilin-2022/JL-1", "jilin-2022/JL-2"}


def test_with_a_programme_the_source_may_be_one_dossier(heyan: Command, tmp_path: Path) -> None:
    dossier(tmp_path / "in/JL-1", "packet.pdf", "annex/more.pdf")
    assert heyan("verify", "in/JL-1", "--programme", "jilin-2022").status == 0
    assert summary(tmp_path / "reports").keys() == {"jilin-2022/JL-1"}
    assert len(report(tmp_path / "reports/jilin-2022/JL-1")["files"]) == 2  # type: ignore[arg-type]


def test_bad_dossiers_are_named_and_the_rest_goes_on(heyan: Command, tmp_path: Path) -> None:
    dossier(tmp_path / "in/nowhere-1999/X-1", "packet.pdf")
    (tmp_path / "in/jilin-2022/JL-0/empty").mkdir(parents=True)
    dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    shutil.copy(DIGITAL, tmp_path / "in/jilin-2022/stray.pdf")
    answer = heyan("verify", tmp_path / "in", "--out", tmp_path / "out")
    assert answer.status == 1
    lines = answer.err.splitlines()
    assert len(lines) == 3
    assert "stray.pdf" in lines[0]
    assert any("jilin-2022/JL-0：卷宗里没有文件" in line for line in lines[1:])
    assert any("nowhere-1999" in line for line in lines[1:])
    rows = summary(tmp_path / "out")
    assert [row["error"] is None for row in rows.values()] == [False, True, False]
    report(tmp_path / "out/jilin-2022/JL-1")


def test_a_dossier_may_hold_the_folder_of_its_reports(
    heyan: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(dossier(tmp_path / "JL-1", "packet.pdf"))
    for _ in range(2):
        assert heyan("verify", ".", "--programme", "jilin-2022").status == 0
        assert len(report(tmp_path / "JL-1/reports/jilin-2022/JL-1")["files"]) == 1  # type: ignore[arg-type]


def test_a_report_that_cannot_be_written_is_named(heyan: Command, tmp_path: Path) -> None:
    dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    dossier(tmp_path / "in/jilin-2022/JL-2", "packet.pdf")
    (tmp_path / "reports/jilin-2022").mkdir(parents=True)
    (tmp_path / "reports/jilin-2022/JL-1").touch()
    answer = heyan("verify", "in")
    assert answer.status == 1
    assert len(answer.err.splitlines()) == 1
    assert "reports/jilin-2022/JL-1（" in answer.err
    report(tmp_path / "reports/jilin-2022/JL-2")


def test_an_error_nobody_expected_is_one_line_and_recorded(
    heyan: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: Path, **_: object) -> None:
        raise RuntimeError(f"first line\nsecond line of {folder.name}")

    dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    dossier(tmp_path / "in/jilin-2022/JL-2", "packet.pdf")
    monkeypatch.setattr(run, "verify_dossier", broken)
    answer = heyan("verify", "in")
    assert answer.status == 1
    assert {line.split("：")[1] for line in answer.err.splitlines()} == {"jilin-2022/JL-1", "jilin-2022/JL-2"}
    assert "Traceback" not in answer.err + answer.out
    assert "second line of JL-2" in (tmp_path / "reports/heyan.log").read_text(encoding="utf-8")


def test_bad_files_are_quarantined_and_the_dossier_is_reported_on(heyan: Command, tmp_path: Path) -> None:
    folder = dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    (folder / "empty.pdf").touch()
    (folder / "text.jpg").write_text("no picture")
    (folder / "lost.pdf").symlink_to(folder / "nothing.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / os.fsdecode("扫描件.pdf".encode("gbk"))).touch()
    assert heyan("verify", "in").status == 0
    written = report(tmp_path / "reports/jilin-2022/JL-1")
    bad = {"empty.pdf", "text.jpg", "lost.pdf", "pipe.pdf", "扫描件.pdf"}
    assert {file["path"] for file in written["files"] if file["status"] == "quarantined"} == bad  # type: ignore[union-attr]
    unreadable = {one["subject"] for one in written["findings"] if one["rule"] == "file.unreadable"}  # type: ignore[union-attr]
    assert bad <= unreadable


@pytest.mark.parametrize(
    ("envelope", "named"),
    [
        (b"received = \n", "TOML"),
        (b'received = "yesterday"\nscope = "city"\n', "received 应为日期"),
        (b'scoop = "league"\n', "scoop"),
        (b"# \xcc\xec\xbd\xf2\n", "UTF-8"),
    ],
)
def test_a_broken_envelope_is_quarantined(heyan: Command, tmp_path: Path, envelope: bytes, named: str) -> None:
    folder = dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    (folder / "dossier.toml").write_bytes(envelope)
    assert heyan("verify", "in").status == 0
    written = report(tmp_path / "reports/jilin-2022/JL-1")
    assert written["received"] is None
    [file] = [file for file in written["files"] if file["path"] == "dossier.toml"]  # type: ignore[union-attr]
    assert file["status"] == "quarantined"
    assert named in file["reason"]


def test_the_envelope_tells_when_the_dossier_came(heyan: Command, tmp_path: Path) -> None:
    folder = dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    (folder / "dossier.toml").write_bytes(b'\xef\xbb\xbfreceived = 2022-07-18\nscope = "league"\n')
    assert heyan("verify", "in").status == 0
    assert report(tmp_path / "reports/jilin-2022/JL-1")["received"] == "2022-07-18"


def test_wrong_usage_is_one_line(heyan: Command, tmp_path: Path) -> None:
    (tmp_path / "file.pdf").touch()
    (tmp_path / "none").mkdir()
    dossier(tmp_path / "in/jilin-2022/JL-1", "packet.pdf")
    refused(heyan())
    refused(heyan("verify"), "SOURCE")
    refused(heyan("verify", "in", "--colour"), "--colour")
    refused(heyan("verify", "in", "--out"), "--out")
    refused(heyan("verify", "nowhere"), "nowhere")
    refused(heyan("verify", "file.pdf"), "file.pdf")
    refused(heyan("verify", "none"), "none")
    refused(heyan("verify", "in", "--programme", "nowhere-1999"), "nowhere-1999", "jilin-2022")
    refused(heyan("verify", "in", "--out", "file.pdf/out"), "file.pdf/out")
    refused(heyan("verify", "ftp://host/packets"), "ftp://host/packets")
    refused(heyan("verify", "s3://packets"), "HEYAN_S3__ENDPOINT")


@pytest.mark.parametrize(
    ("name", "value"), [("HEYAN_LIMITS__PAGES", "many"), ("HEYAN_S3", "x"), ("HEYAN_S3__ENDPONT", "http://127.0.0.1")]
)
def test_wrong_settings_are_one_line(heyan: Command, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    refused(heyan("verify", "in"), name)


def test_a_broken_settings_file_is_one_line(heyan: Command, tmp_path: Path) -> None:
    (tmp_path / "heyan.toml").write_text("[limits\n")
    refused(heyan("verify", "in"), "heyan.toml")


def test_models_that_cannot_be_loaded_are_one_line(
    heyan: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in/jilin-2022/JL-1"
    folder.mkdir(parents=True)
    page = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(page).text((60, 100), "HEYAN 2022", fill="black", font_size=60)
    page.save(folder / "page.png")
    monkeypatch.setenv("HEYAN_OCR__DETECTION_MODEL", str(tmp_path / "in"))
    refused(heyan("verify", "in"), str(tmp_path / "in"))


def test_the_published_schema_is_the_one_in_force(heyan: Command) -> None:
    answer = heyan("schema")
    assert answer.status == 0
    assert answer.out == SCHEMA.read_text(encoding="utf-8"), "heyan schema > docs/report.schema.json"


def test_a_catalogue_is_looked_into(heyan: Command) -> None:
    answer = heyan("catalogue", "match", "中试烹调师 4-03-02-01", "--programme", "tianjin-2020")
    assert (answer.status, answer.err) == (0, "")
    first, second = (answer.out.index(name) for name in ("中式烹调师", "西式烹调师"))
    assert first < second
    assert "“试”应作“式”" in answer.out
    assert "附件1 第1项" in answer.out
    # By code alone, with full-width digits: the notice prints this one under two names.
    answer = heyan("catalogue", "match", "４－０７－０５－０５", "--programme", "chifeng-2020")
    assert answer.status == 0
    assert "安全评价师" in answer.out
    assert "安全防范系统安装维护员" in answer.out
    answer = heyan("catalogue", "match", "宇航员", "--programme", "neimenggu-2020")
    assert answer.status == 0
    assert "宇航员" in answer.out


def test_what_cannot_be_looked_up_is_one_line(heyan: Command) -> None:
    refused(heyan("catalogue", "match", "电工", "--programme", "atlantis"), "atlantis", "jilin-2022")
    refused(heyan("catalogue", "match", "电工"), "--programme")
    refused(heyan("catalogue", "match", "--programme", "tianjin-2020"), "TEXT")
    refused(heyan("catalogue", "match", " ", "--programme", "tianjin-2020"), "名称或编码")
    refused(heyan("catalogue"), "命令")


def test_help_answers_at_once() -> None:
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", "from apps.cli import main; main()", "--help"], check=True)
    assert time.monotonic() - started < 1
