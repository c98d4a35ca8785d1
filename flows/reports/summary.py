"""summary.json and summary.xlsx: every dossier of a run at a glance."""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from flows.reports import labels
from schemas.document import Document, DocumentKind
from schemas.finding import Evidence, Finding, Outcome
from schemas.report import Report, Summary, SummaryRow, Verdict

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

DOSSIER_COLUMNS = (
    ("通知", 20), ("卷宗", 18), ("单位名称", 34), ("统一社会信用代码", 22), ("结论", 12), ("不符合", 8), ("需复核", 8),
    ("符合", 8), ("页数", 8), ("用时（秒）", 11), ("报告", 40), ("错误", 50),
)  # fmt: skip
FINDING_COLUMNS = (
    ("通知", 20), ("卷宗", 18), ("结果", 12), ("核验项目", 26), ("对象", 20), ("说明", 60), ("要求", 24), ("实际", 24),
    ("依据", 40), ("文件", 30), ("页", 6), ("规则", 30),
)  # fmt: skip
# Fill and ink of verdicts and outcomes, as in the report.
COLOURS = {
    "accept": ("#E9F6EE", "#1C7A43"),
    "pass": ("#E9F6EE", "#1C7A43"),
    "return": ("#FDEEEC", "#B3261E"),
    "fail": ("#FDEEEC", "#B3261E"),
    "review": ("#FFF4E2", "#A85F00"),
    "not_applicable": ("#F1F3F6", "#667085"),
}
# Excel takes no longer text in a cell.
CELL_LIMIT = 32_767


def summarise(report: Report, pages: int) -> SummaryRow:
    """Return a report's row of the summary."""
    outcomes = [finding.outcome for finding in report.findings]
    return SummaryRow(
        programme=report.programme,
        dossier=report.dossier,
        name=applicant(report.documents, "name"),
        credit_code=applicant(report.documents, "credit_code"),
        verdict=report.verdict,
        failed=outcomes.count(Outcome.FAIL),
        review=outcomes.count(Outcome.REVIEW),
        passed=outcomes.count(Outcome.PASS),
        pages=pages,
        report=f"{report.programme}/{report.dossier}/report.html",
    )


def applicant(documents: Iterable[Document], name: str) -> str | None:
    """Return what the application form says of the applicant, else its certificate."""
    for kind in (DocumentKind.APPLICATION_FORM, DocumentKind.REGISTRATION_CERTIFICATE):
        for document in documents:
            value = document.fields.get(name)
            if document.kind is kind and value is not None and isinstance(value.value, str):
                return value.value
    return None


def finding_texts(finding: Finding) -> tuple[str | None, ...]:
    """Return a finding as the columns of a list show it, from the outcome on; the page as text."""
    place = first_place(finding)
    return (
        labels.OUTCOMES[finding.outcome],
        labels.rule_label(finding.rule),
        labels.subject_label(finding.rule, finding.subject) if finding.subject is not None else None,
        finding.message,
        finding.expected,
        finding.actual,
        finding.basis,
        place.file,
        None if place.page is None else str(place.page),
        finding.rule,
    )


def first_place(finding: Finding) -> Evidence:
    """Return the first place in a file that a finding rests on; one without file and page where there is none."""
    return next((evidence for evidence in finding.evidence if evidence.file is not None), Evidence())


def workbook(summary: Summary, findings: Iterable[Sequence[Finding]]) -> bytes:
    """Return summary.xlsx: a sheet of dossiers, and one of their findings (`findings` go with the dossiers)."""
    import xlsxwriter  # noqa: PLC0415 - once, when all dossiers are done

    out = io.BytesIO()
    # Nothing that a page says may become a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        writer = _Writer(book)
        writer.dossiers(summary.dossiers)
        writer.findings(summary.dossiers, findings)
    return out.getvalue()


class _Writer:
    """Writes the two sheets of one workbook."""

    def __init__(self, book: Any) -> None:
        # A Workbook; its methods carry no whole types.
        self.book = book
        self.head: Format = book.add_format({"bold": True, "bg_color": "#E2E5EA", "bottom": 1, "valign": "vcenter"})
        self.plain: Format = book.add_format({"valign": "top", "text_wrap": True})
        self.coloured: dict[str, Format] = {
            key: book.add_format({"valign": "top", "bold": True, "bg_color": fill, "font_color": ink})
            for key, (fill, ink) in COLOURS.items()
        }

    def dossiers(self, rows: Sequence[SummaryRow]) -> None:
        """Write the sheet of dossiers."""
        sheet = self._sheet("卷宗", DOSSIER_COLUMNS)
        _let_filter(sheet, DOSSIER_COLUMNS, len(rows))
        for line, row in enumerate(rows, start=1):
            texts = (row.programme, row.dossier, row.name, row.credit_code)
            for column, text in enumerate(texts):
                self._text(sheet, line, column, text)
            if row.verdict is not None:
                sheet.write_string(line, 4, labels.VERDICTS[row.verdict], self.coloured[row.verdict])
            else:
                sheet.write_string(line, 4, "未出报告", self.coloured[Verdict.RETURN])
            for column, number in enumerate((row.failed, row.review, row.passed, row.pages, row.seconds), start=5):
                sheet.write_number(line, column, number, self.plain)
            if row.report is not None and "#" not in row.report:
                sheet.write_url(line, 10, f"external:{row.report}", string=row.report[:CELL_LIMIT])
            else:
                self._text(sheet, line, 10, row.report)
            self._text(sheet, line, 11, row.error)

    def findings(self, rows: Sequence[SummaryRow], findings: Iterable[Sequence[Finding]]) -> None:
        """Write the sheet of findings."""
        sheet = self._sheet("核验结果", FINDING_COLUMNS)
        every = ((row, finding) for row, one in zip(rows, findings, strict=True) for finding in one)
        line = 0
        for line, (row, finding) in enumerate(every, start=1):
            for column, text in enumerate((row.programme, row.dossier, *finding_texts(finding))):
                self._text(sheet, line, column, text)
            outcome = finding.outcome
            sheet.write_string(line, 2, labels.OUTCOMES[outcome], self.coloured[outcome])
            page = first_place(finding).page
            if page is not None:
                sheet.write_number(line, 10, page, self.plain)
        _let_filter(sheet, FINDING_COLUMNS, line)

    def _sheet(self, name: str, columns: Sequence[tuple[str, int]]) -> "Worksheet":
        sheet: Worksheet = self.book.add_worksheet(name)
        for column, (title, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, self.head)
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def _text(self, sheet: "Worksheet", line: int, column: int, text: str | None) -> None:
        if text:
            sheet.write_string(line, column, text[:CELL_LIMIT], self.plain)


def _let_filter(sheet: "Worksheet", columns: Sequence[tuple[str, int]], rows: int) -> None:
    sheet.autofilter(0, 0, max(rows, 1), len(columns) - 1)
