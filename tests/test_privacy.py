"""Identity numbers are masked wherever something leaves the program, and nothing else is."""

import doctest
import json
import re
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from conftest import Command
from test_cross_run import COMPANY_FORM, SCHOOL_PAGES, SCHOOL_STAFF, put

from flows import privacy
from flows.privacy import mask_text, masked
from flows.reports import case_file
from schemas.document import Document, DocumentKind, Field
from schemas.dossier import File, FileStatus
from schemas.finding import Finding, Outcome
from schemas.report import Report, Verdict

NUMBER, OLD_NUMBER, MISREAD = "11010519491231002X", "110105491231002", "110105194913310021"
# All digits and an X, as an identity number is; its day of birth would be no day.
CREDIT_CODE = "913401007849523012"


def test_the_examples_hold() -> None:
    assert doctest.testmod(privacy).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NUMBER, "110105********002X"),
        (f"样例甲{NUMBER.lower()}、样例乙{MISREAD}", "样例甲110105********002x、样例乙110105********0021"),
        (OLD_NUMBER, "110105******002"),
        (f"12{NUMBER}", "12110105********002X"),
        ("110105 19491231 002X", "110105********002X"),
        ("110105-19491231-0021", "110105********0021"),
        (f"https://example.cn/?id={NUMBER}&x=1", "https://example.cn/?id=110105********002X&x=1"),
        ("1" * 10 + NUMBER + "9" * 10, "1" * 10 + "110105********002X" + "9" * 10),
    ],
)
def test_an_identity_number_is_masked(text: str, expected: str) -> None:
    assert mask_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "13800000000",
        "4-03-02-01 2019-05 120 人",
        "91150102MA0N12345X",
        "150104000012345",
        "6222021234567890123",
        "1002990001123456",
        "2020-03-01 至 2024-02-29",
        "a9f0123456789012345678b",
    ],
)
def test_what_is_none_stays(text: str) -> None:
    assert mask_text(text) == text


def field(value: object, text: str | None = None) -> Field:
    return Field.model_validate({"value": value, "text": text, "confidence": 0.9})


def test_a_report_keeps_its_shape_and_all_other_numbers() -> None:
    person = {"name": "样例甲", "id_number": MISREAD[:-1], "employer": None}
    path = f"样例甲{NUMBER}.pdf"
    document = Document(
        id="d1",
        kind=DocumentKind.STAFF_ROSTER,
        confidence=0.9,
        pages=[],
        fields={
            "people": field([person, {**person, "id_number": None}], f"样例甲 {NUMBER}"),
            "credit_code": field(CREDIT_CODE, CREDIT_CODE),
            "certificate_number": field("123456789012345678", "123456789012345678"),
        },
    )
    finding = Finding(
        rule="staff.id_number_invalid",
        outcome=Outcome.FAIL,
        message=f"样例甲的身份证号 {MISREAD} 不正确，统一社会信用代码 {CREDIT_CODE}",
        actual=NUMBER,
        basis="GB 11643-1999",
        confidence=0.9,
        subject="样例甲",
    )
    whole = Report(
        programme="jilin-2022",
        dossier="JL-1",
        received=None,
        verdict=Verdict.RETURN,
        files=[File(path=path, sha256="1" * 64, pages=1, status=FileStatus.READ, reason=None)],
        documents=[document],
        findings=[finding, finding.model_copy(update={"rule": "file.duplicate_page", "subject": f"{path}#1"})],
    )
    shown = masked(whole)
    assert [key for key, _ in shown] == [key for key, _ in whole]
    fields = shown.documents[0].fields
    assert fields["people"].value == [
        {**person, "id_number": "110105*******1002"},
        {**person, "id_number": None},
    ]
    assert fields["people"].text == "样例甲 110105********002X"
    assert fields["credit_code"] == document.fields["credit_code"]
    assert fields["certificate_number"] == document.fields["certificate_number"]
    first, second = shown.findings
    assert first.message == f"样例甲的身份证号 110105********0021 不正确，统一社会信用代码 {CREDIT_CODE}"
    assert (first.actual, first.subject) == ("110105********002X", "样例甲")
    assert (second.subject, shown.files) == (f"{path}#1", whole.files)
    assert whole.findings[0].actual == NUMBER


def _everything(out: Path) -> str:
    """Return all that a run shows, as text."""
    sheets = openpyxl.load_workbook(out / "summary.xlsx", read_only=True)
    cells = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    pages = [re.sub(r"data:[^\"]+", "", path.read_text(encoding="utf-8")) for path in out.rglob("report.html")]
    texts = [path.read_text(encoding="utf-8") for path in (*out.rglob("report.json"), out / "summary.json")]
    with sqlite3.connect(out / "heyan.sqlite") as ledger:
        rows = [str(row) for row in ledger.execute("SELECT summary, findings, error FROM dossiers")]
    return "\n".join([*cells, *pages, *texts, *rows])


def test_a_run_shows_none_unless_it_is_told_to(heyan: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    put(source / "jilin-2022/JL-1", *SCHOOL_PAGES)
    put(source / "tianjin-2020/TJ-1", COMPANY_FORM, SCHOOL_STAFF)
    assert heyan("verify", source, "--out", out).status == 0
    case = case_file.unpack((out / "jilin-2022/JL-1" / case_file.NAME).read_bytes())
    people = [
        person
        for document in case.dossier.documents
        for name, field in document.fields.items()
        if name == "people"
        for person in json.loads(json.dumps(field.value))
    ]
    numbers = [person["id_number"] for person in people if person["id_number"]]
    assert len(numbers) == 5
    shown = _everything(out)
    assert not [number for number in numbers if number in shown]
    # The rule that compares people says which, in the report and in the summary.
    assert shown.count(f"（{privacy.mask_number(numbers[0])}）也在其他单位的卷宗里") >= 3
    monkeypatch.setenv("HEYAN_PRIVACY__FULL_IDENTITY_NUMBERS", "true")
    assert heyan("verify", source, "--out", out).status == 0
    shown = _everything(out)
    assert all(number in shown for number in numbers)


def test_what_is_written_is_for_its_owner_only(heyan: Command, tmp_path: Path) -> None:
    put(tmp_path / "in/jilin-2022/JL-1", *SCHOOL_PAGES)
    assert heyan("verify", "in", "--out", "out").status == 0
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {"heyan.sqlite", "report.json", "report.html", "summary.xlsx"}
    assert not [path for path in written if path.stat().st_mode & 0o077]
