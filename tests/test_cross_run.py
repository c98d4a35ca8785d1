"""Dossiers compared with one another: in one run, with earlier runs, and after a run that was cut off."""

import json
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from conftest import Command

RESOURCES = Path(__file__).parent / "resources/cross"
SCHOOL, COMPANY = RESOURCES / "school.pdf", RESOURCES / "company.pdf"
SCHOOL_STAFF = (SCHOOL, 7)
SCHOOL_PAGES = ((SCHOOL, 1), SCHOOL_STAFF)
COMPANY_FORM = (COMPANY, 11)


def put(folder: Path, *pages: tuple[Path, int]) -> Path:
    """Make a dossier of pages of packets."""
    folder.mkdir(parents=True, exist_ok=True)
    packet = pikepdf.new()
    for source, page in pages:
        with pikepdf.open(source) as whole:
            packet.pages.append(whole.pages[page - 1])
    packet.save(folder / "packet.pdf")
    return folder


def scan(source: Path, page: int, to: Path) -> None:
    """Scan a page: not quite straight, on greyish paper."""
    image = pypdfium2.PdfDocument(source)[page - 1].render(scale=150 / 72).to_pil().convert("L")
    image.rotate(0.8, fillcolor=255).point(lambda grey: grey * 0.93).save(to, quality=55)


def report(out: Path, dossier: str) -> dict[str, Any]:
    return json.loads((out / dossier / "report.json").read_text(encoding="utf-8"))


def found(out: Path, dossier: str, rule: str) -> dict[str | None, str]:
    """Return the outcomes of a rule by subject, in the report of a dossier."""
    return {one["subject"]: one["outcome"] for one in report(out, dossier)["findings"] if one["rule"] == rule}


@pytest.fixture
def packets(tmp_path: Path) -> Path:
    """Two dossiers, the later of which holds the other's list of full-time staff."""
    put(tmp_path / "in/jilin-2022/JL-1", *SCHOOL_PAGES)
    put(tmp_path / "in/tianjin-2020/TJ-1", COMPANY_FORM, SCHOOL_STAFF)
    return tmp_path / "in"


def test_both_dossiers_say_what_they_share_and_a_second_run_changes_nothing(
    heyan: Command, packets: Path, tmp_path: Path
) -> None:
    company = put(packets / "tianjin-2020/TJ-1", COMPANY_FORM)
    scan(*SCHOOL_STAFF, company / "scan.jpg")
    out = tmp_path / "out"
    assert heyan("verify", packets, "--out", out).status == 0
    assert found(out, "jilin-2022/JL-1", "cross.page_reused") == {"packet.pdf#2": "fail"}
    assert found(out, "tianjin-2020/TJ-1", "cross.page_reused") == {"scan.jpg#1": "fail"}
    staff = found(out, "jilin-2022/JL-1", "cross.person_reused")
    assert len(staff) == 5
    assert set(staff.values()) == {"fail"}
    assert found(out, "tianjin-2020/TJ-1", "cross.person_reused") == staff
    [page] = [one for one in report(out, "jilin-2022/JL-1")["findings"] if one["rule"] == "cross.page_reused"]
    assert [(one["file"], one["page"]) for one in page["evidence"]] == [("packet.pdf", 2)]
    assert "tianjin-2020/TJ-1" in page["message"]
    assert page["message"] in (out / "jilin-2022/JL-1/report.html").read_text(encoding="utf-8")
    rows = json.loads((out / "summary.json").read_text(encoding="utf-8"))["dossiers"]
    assert [row["verdict"] for row in rows] == ["return", "return"]

    before = {path: path.read_bytes() for path in out.glob("*/*/report.*")}
    assert len(before) == 4
    assert heyan("verify", packets, "--out", out).status == 0
    assert {path: path.read_bytes() for path in out.glob("*/*/report.*")} == before


def test_earlier_runs_count_until_a_dossier_is_verified_anew(heyan: Command, packets: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for programme in ("tianjin-2020", "jilin-2022"):
        assert heyan("verify", packets / programme, "--programme", programme, "--out", out).status == 0
    assert found(out, "jilin-2022/JL-1", "cross.page_reused") == {"packet.pdf#2": "fail"}

    put(packets / "tianjin-2020/TJ-1", COMPANY_FORM)
    assert heyan("verify", packets, "--out", out).status == 0
    for dossier in ("jilin-2022/JL-1", "tianjin-2020/TJ-1"):
        assert found(out, dossier, "cross.page_reused") == {None: "pass"}
    assert found(out, "jilin-2022/JL-1", "cross.person_reused") == {None: "pass"}
    assert found(out, "tianjin-2020/TJ-1", "cross.person_reused") == {None: "not_applicable"}


def test_the_same_applicant_is_not_accused_and_where_it_is_not_known_a_person_looks(
    heyan: Command, tmp_path: Path
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    same = ("jilin-2022/JL-1", "tianjin-2020/TJ-1")
    for dossier in same:
        put(source / dossier, *SCHOOL_PAGES)
    assert heyan("verify", source, "--out", out).status == 0
    for dossier in same:
        assert found(out, dossier, "cross.page_reused") == {None: "pass"}
        assert found(out, dossier, "cross.person_reused") == {None: "pass"}

    put(tmp_path / "unknown/jilin-2022/JL-2", SCHOOL_STAFF)
    assert heyan("verify", tmp_path / "unknown", "--out", out).status == 0
    assert found(out, "jilin-2022/JL-2", "cross.page_reused") == {"packet.pdf#1": "review"}
    assert set(found(out, "jilin-2022/JL-2", "cross.person_reused").values()) == {"review"}


def test_a_register_that_cannot_be_read_is_named(heyan: Command, packets: Path, tmp_path: Path) -> None:
    shutil.rmtree(packets / "tianjin-2020")
    out = tmp_path / "out"
    out.mkdir()
    (out / "heyan.sqlite").write_bytes(b"no register at all, but some longer text" * 20)
    answer = heyan("verify", packets, "--out", out)
    assert answer.status == 2
    assert "heyan.sqlite" in answer.err
