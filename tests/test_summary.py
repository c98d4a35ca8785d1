"""summary.json and summary.xlsx."""

import io
import json
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from flows.reports import summarise, write_summary
from flows.reports.summary import CELL_LIMIT, workbook
from schemas.document import Document, DocumentKind, Field
from schemas.finding import Evidence, Finding, Outcome
from schemas.report import Report, Summary, SummaryRow, Verdict


def finding(outcome: Outcome, message: str = "说明") -> Finding:
    return Finding(
        rule="lease.term_too_short",
        outcome=outcome,
        message=message,
        basis="一（二）3（1）",
        confidence=0.9,
        subject="lease_contract",
        evidence=[Evidence(document="d1"), Evidence(file="包.pdf", page=5)],
    )


def report(*findings: Finding) -> Report:
    def named(kind: DocumentKind, **values: str) -> Document:
        fields = {name: Field(value=value, text=value, confidence=0.9) for name, value in values.items()}
        return Document(id=kind, kind=kind, confidence=0.9, pages=[], fields=fields)

    return Report(
        programme="jilin-2022",
        dossier="JL-0007",
        received=None,
        verdict=Verdict.RETURN,
        documents=[
            named(DocumentKind.REGISTRATION_CERTIFICATE, name="证书上的名称", credit_code="52220100MJ00000008"),
            named(DocumentKind.APPLICATION_FORM, name="申请表上的名称"),
        ],
        findings=list(findings),
    )


def sheets(summary: Summary, findings: list[list[Finding]]) -> tuple[Worksheet, Worksheet]:
    book = load_workbook(io.BytesIO(workbook(summary, findings)))
    return book["卷宗"], book["核验结果"]


def test_a_row_counts_the_findings_and_names_the_applicant() -> None:
    row = summarise(report(*map(finding, (Outcome.FAIL, Outcome.PASS, Outcome.PASS, Outcome.NOT_APPLICABLE))), 14)
    assert (row.failed, row.review, row.passed, row.pages) == (1, 0, 2, 14)
    assert (row.name, row.credit_code) == ("申请表上的名称", "52220100MJ00000008")
    assert row.report == "jilin-2022/JL-0007/report.html"


def test_the_workbook_holds_dossiers_and_findings() -> None:
    one = report(finding(Outcome.FAIL, "租赁期为 4 年"), finding(Outcome.PASS))
    lost = SummaryRow(programme="jilin-2022", dossier="JL-0008", error="卷宗里没有文件")
    dossiers, findings = sheets(Summary(dossiers=[summarise(one, 14), lost]), [one.findings, []])
    assert [cell.value for cell in dossiers[2]][:6] == [
        "jilin-2022", "JL-0007", "申请表上的名称", "52220100MJ00000008", "退回补正", 1,
    ]  # fmt: skip
    assert dossiers["K2"].hyperlink.target.replace("\\", "/") == "jilin-2022/JL-0007/report.html"
    assert (dossiers["E3"].value, dossiers["L3"].value) == ("未出报告", "卷宗里没有文件")
    assert [cell.value for cell in findings[2]] == [
        "jilin-2022", "JL-0007", "不符合", "租赁期限", "房屋租赁合同", "租赁期为 4 年", None, None, "一（二）3（1）",
        "包.pdf", 5, "lease.term_too_short",
    ]  # fmt: skip
    assert findings.max_row == 3
    for sheet in (dossiers, findings):
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref
    assert dossiers["E2"].fill.start_color.rgb != dossiers["D2"].fill.start_color.rgb


def test_what_a_page_says_is_never_a_formula_or_a_link() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.invalid", "0012", "\x01\x0b<&>"):
        one = report(finding(Outcome.FAIL, text))
        _, findings = sheets(Summary(dossiers=[summarise(one, 1)]), [one.findings])
        cell = findings["F2"]
        assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert findings.cell(2, 6).value


def test_long_texts_and_odd_names_do_not_break_the_workbook() -> None:
    one = report(finding(Outcome.FAIL, "长" * (CELL_LIMIT + 1)))
    row = summarise(one, 1).model_copy(update={"report": "jilin-2022/JL #7/report.html"})
    dossiers, findings = sheets(Summary(dossiers=[row]), [one.findings])
    assert len(findings["F2"].value) == CELL_LIMIT
    assert (dossiers["K2"].value, dossiers["K2"].hyperlink) == ("jilin-2022/JL #7/report.html", None)


def test_summary_json_holds_the_rows(tmp_path: Path) -> None:
    summary = Summary(dossiers=[summarise(report(), 3)])
    json_path, _ = write_summary(summary, [[]], tmp_path)
    assert Summary.model_validate(json.loads(json_path.read_text(encoding="utf-8"))) == summary
    assert "申请表上的名称" in json_path.read_text(encoding="utf-8")
