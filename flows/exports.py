"""Lists to take away: findings as CSV, the night's list and the region's 汇总表 as XLSX.

Each is made of what is given to it, and comes back as bytes: who asks decides which dossiers, and where it goes.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import xlsxwriter

from flows.desk.acts import STATES
from flows.desk.listing import Listed
from flows.ledger import State
from flows.reports import labels
from flows.reports.summary import CELL_LIMIT, COLOURS, FINDING_COLUMNS, applicant, finding_texts
from schemas.document import DocumentKind
from schemas.finding import Finding
from schemas.programme import Programme
from schemas.report import Report
from schemas.settings import LetterSettings

NIGHT_COLUMNS = (
    ("序号", 6), ("通知", 24), ("卷宗", 18), ("单位名称", 34), ("统一社会信用代码", 22), ("收件日期", 12),
    ("答复期限", 12), ("结论", 12), ("不符合", 8), ("需复核", 8), ("符合", 8), ("页数", 8), ("办理", 12),
    ("经办人", 12), ("出报告时间", 18), ("备注", 50),
)  # fmt: skip

# Excel and its like take what begins so for a formula (or, after a tab or a line's end, what follows). The wide forms
# are taken for the narrow ones where Chinese is written.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A night is over at noon, and the next begins.
_NOON = time(12)
# Nothing that a page says may become a formula or a link; days are written as numbers.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def findings_csv(found: Iterable[tuple[Listed, Sequence[Finding]]]) -> bytes:
    """Return findings as CSV (UTF-8 with a byte order mark, so that Excel reads it), each with its dossier.

    What begins like a formula has an apostrophe before it: a page's words are never run.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    titles = [title for title, _ in FINDING_COLUMNS]
    writer.writerow([*titles[:2], "单位名称", *titles[2:]])
    for listed, findings in found:
        for finding in findings:
            texts = (listed.programme, listed.dossier, listed.name, *finding_texts(finding))
            writer.writerow([harmless(text or "") for text in texts])
    return stream.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless('=1+1'), harmless('电工')
    ("'=1+1", '电工')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def of_night(listed: Iterable[Listed], morning: date, zone: tzinfo) -> list[Listed]:
    """Return the dossiers that got their report in the night before a morning, from noon to noon.

    Those of which no report could be made are among them, whenever that was: somebody has to look after them.
    """
    noon = datetime.combine(morning, _NOON, zone)
    start, end = (noon - timedelta(days=1)).timestamp(), noon.timestamp()
    return [one for one in listed if (one.error if one.reported is None else start <= one.reported < end)]


def night_workbook(listed: Sequence[Listed], morning: date, zone: tzinfo) -> bytes:
    """Return a night's list as XLSX: a dossier a row, and a sheet that counts them by notice and verdict."""
    out = io.BytesIO()
    book: Any
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        formats = _formats(book)
        sheet = book.add_worksheet("夜间清单")
        for column, (title, width) in enumerate(NIGHT_COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, formats["head"])
        for line, one in enumerate(listed, start=1):
            _write_dossier(sheet, line, one, formats, zone)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, max(len(listed), 1), len(NIGHT_COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_header(f"&C{morning} 夜间清单")
        sheet.set_footer("&C第 &P 页，共 &N 页")
        _write_counts(book.add_worksheet("统计"), listed, formats)
    return out.getvalue()


def form2_workbook(reports: Sequence[Report], programme: Programme, settings: LetterSettings) -> bytes:
    """Return the region's 汇总表 (附件2 of the enterprise notice) as XLSX, an enterprise each report, in their order.

    The form is the notice's, cell by cell. What an application form leaves open (the enterprise form asks for no
    levels) is left blank, for a pen. Who fills it in is the centre of the settings for letters.
    """
    out = io.BytesIO()
    book: Any
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        formats = _formats(book)
        sheet = book.add_worksheet("汇总表")
        for column, width in enumerate((8, 34, 34, 22)):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, "附件2：", formats["text"])
        sheet.merge_range(1, 0, 1, 3, "职业技能等级认定汇总表", formats["title"])
        sheet.write_string(2, 0, "序号", formats["label"])
        sheet.merge_range(2, 1, 2, 3, "基本信息", formats["label"])
        line = 3
        for number, report in enumerate(reports, start=1):
            line = _write_enterprise(sheet, line, number, report, formats)
        sheet.write_string(line, 0, "填报单位", formats["label"])
        sheet.merge_range(line, 1, line, 3, settings.centre or "", formats["cell"])
        for column, text in enumerate(("联系人", settings.contact, "联系方式", settings.phone)):
            _put(sheet, line + 1, column, text, formats["cell" if column % 2 else "label"])
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1, 2)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        book.set_properties({"title": "职业技能等级认定汇总表", "subject": programme.title})
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    bordered = {"border": 1, "text_wrap": True, "valign": "vcenter"}
    plain = {"valign": "top", "text_wrap": True}
    return {
        "head": book.add_format({"bold": True, "bg_color": "#E2E5EA", "bottom": 1, "valign": "vcenter"}),
        "text": book.add_format(plain),
        "day": book.add_format({**plain, "num_format": "yyyy-mm-dd", "align": "left"}),
        "time": book.add_format({**plain, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        "title": book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"}),
        "label": book.add_format({**bordered, "align": "center", "bold": True}),
        "cell": book.add_format(bordered),
        "number": book.add_format({**bordered, "align": "center"}),
        **{
            key: book.add_format({"valign": "top", "bold": True, "bg_color": fill, "font_color": ink})
            for key, (fill, ink) in COLOURS.items()
        },
    }


def _put(sheet: Any, line: int, column: int, text: str | None, form: Any) -> None:
    if text:
        sheet.write_string(line, column, text[:CELL_LIMIT], form)
    else:
        sheet.write_blank(line, column, None, form)


def _write_dossier(sheet: Any, line: int, one: Listed, formats: dict[str, Any], zone: tzinfo) -> None:
    """Write a dossier's row of the night's list."""
    remark = one.error
    if one.is_due_provisional:
        remark = "；".join(part for part in (remark, "答复期限暂定：节假日安排尚未公布") if part)
    texts = {
        1: one.programme, 2: one.dossier, 3: one.name, 4: one.credit_code, 12: STATES[one.desk], 13: one.assignee,
        15: remark,
    }  # fmt: skip
    for column, text in texts.items():
        _put(sheet, line, column, text, formats["text"])
    for column, number in {0: line, 8: one.failed, 9: one.review, 10: one.passed, 11: one.pages}.items():
        sheet.write_number(line, column, number, formats["text"])
    for column, day in {5: one.received, 6: one.due}.items():
        if day is not None:
            sheet.write_datetime(line, column, day, formats["day"])
    if one.verdict is not None:
        sheet.write_string(line, 7, labels.VERDICTS[one.verdict], formats[one.verdict])
    else:
        sheet.write_string(line, 7, "未出报告", formats["return" if one.state != State.WAITING else "text"])
    if one.reported is not None:
        made = datetime.fromtimestamp(one.reported, zone).replace(tzinfo=None, microsecond=0)
        sheet.write_datetime(line, 14, made, formats["time"])


def _write_counts(sheet: Any, listed: Sequence[Listed], formats: dict[str, Any]) -> None:
    """Write how many dossiers came to which verdict, notice by notice."""
    titles = ("通知", "卷宗", *labels.VERDICTS.values(), "未出报告")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(titles) - 1, 12)
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, formats["head"])
    programmes = [*dict.fromkeys(one.programme for one in listed)]
    for line, programme in enumerate([*sorted(programmes), None], start=1):
        own = [one for one in listed if programme is None or one.programme == programme]
        sheet.write_string(line, 0, programme or "合计", formats["text"])
        counts = [sum(one.verdict == verdict for one in own) for verdict in (*labels.VERDICTS, None)]
        for column, count in enumerate((len(own), *counts), start=1):
            sheet.write_number(line, column, count, formats["text"])


def _write_enterprise(sheet: Any, line: int, number: int, report: Report, formats: dict[str, Any]) -> int:
    """Write an enterprise's four lines of the 汇总表; return the line below."""
    occupations = _occupations(report)
    rows = (
        ("label", ("企业名称", "地址", "联系人")),
        ("cell", tuple(applicant(report.documents, field) for field in ("name", "address", "contact"))),
        ("label", ("职业（工种）名称", "等级范围", "联系方式")),
        (
            "cell",
            (
                "\n".join(name for name, _ in occupations),
                "\n".join(levels for _, levels in occupations) if any(levels for _, levels in occupations) else None,
                applicant(report.documents, "phone"),
            ),
        ),
    )
    sheet.merge_range(line, 0, line + len(rows) - 1, 0, number, formats["number"])
    for below, (kind, texts) in enumerate(rows):
        for column, text in enumerate(texts, start=1):
            _put(sheet, line + below, column, text, formats[kind])
    # Fifteen points a line of text; Excel does not fit a row that holds a merged cell by itself.
    sheet.set_row(line + 1, 32)
    sheet.set_row(line + 3, 16 * max(len(occupations), 2))
    return line + len(rows)


def _occupations(report: Report) -> list[tuple[str, str]]:
    """Return the occupations of the form, each with its levels, both as printed in a list."""
    form = next((one for one in report.documents if one.kind is DocumentKind.APPLICATION_FORM), None)
    value = form.fields.get("occupations") if form is not None else None
    rows = value.value if value is not None and isinstance(value.value, list) else []
    named: list[tuple[str, str]] = []
    for row in rows:
        if isinstance(row, dict) and (row.get("name") or row.get("code")):
            levels = row.get("levels")
            name = str(row.get("name") or row.get("code"))
            named.append((name, labels.value_label("levels", levels) if levels else ""))
    return named
