"""A letter from its template: the centre's own, or the default one."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import cn2an  # pyright: ignore[reportMissingTypeStubs]
import jinja2
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from flows.deadlines import add_working_days
from flows.errors import UsageError
from flows.letters.drawing import draw_template
from flows.letters.points import Point, in_words, points_of
from flows.reports.summary import applicant
from schemas.programme import Programme
from schemas.report import Report
from schemas.settings import LetterSettings

BLANK = "＿＿＿＿＿＿"
"""Stands for what is not known: room for a pen."""

POINTS = "补正事项"
PLACEHOLDERS = {
    "中心名称": "设置 letters.centre",
    "文号": "这封通知书的文号；没有给出则留空",
    "单位名称": "申请表或登记证书上的单位名称",
    "统一社会信用代码": "申请表或登记证书上的统一社会信用代码",
    "卷宗编号": "卷宗的名称",
    "收件日期": "收到材料的日期",
    "通知名称": "所依据的通知的名称",
    "通知文号": "所依据的通知的文号",
    POINTS: "全部事项：{%p for 事项 in 补正事项 %} 与 {%p endfor %} 之间的段落，每项重复一次",
    "事项数": "共有几项，如“三”",
    "补正期限": "补正的最后一日",
    "补正工作日": "补正有多少个工作日（设置 letters.mend_days）",
    "受理窗口": "设置 letters.window",
    "地址": "设置 letters.address",
    "联系人": "设置 letters.contact",
    "联系电话": "设置 letters.phone",
    "落款日期": "这封通知书的日期",
}
"""What may stand in a template between {{ and }}, and what comes in its place."""

POINT_PLACEHOLDERS = {
    "序号": "一、二、三……",
    "名称": "核验项目，如“租赁期限（房屋租赁合同）”",
    "情况": "不符合之处",
    "依据": "通知的条款",
    "页码": "文件名与页码；不在页上的（如缺少材料）则为空",
    "要求": "请申报单位做什么",
}
"""What each of the points has: 事项.序号, …"""

# No XML may hold these.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Letter:
    """What a 补正通知书 says: to whom, of which dossier, under which notice, what to mend, on which day."""

    programme: Programme
    dossier: str
    applicant: str | None
    credit_code: str | None
    received: date | None
    points: Sequence[Point]
    day: date
    number: str | None = None


def letter_of(report: Report, programme: Programme, day: date, number: str | None = None) -> Letter:
    """Return the letter about a report as it stands after review: each fail is a point.

    Raises UsageError where there is none.
    """
    points = points_of(report.findings, programme)
    if not points:
        raise UsageError(f"{report.dossier} 没有不符合的项目，不需要补正通知书")
    return Letter(
        programme=programme,
        dossier=report.dossier,
        applicant=applicant(report.documents, "name"),
        credit_code=applicant(report.documents, "credit_code"),
        received=report.received,
        points=points,
        day=day,
        number=number,
    )


def write_letter(letter: Letter, settings: LetterSettings) -> bytes:
    """Return a letter as DOCX. Raises UsageError where the centre's template is no good; the message says why."""
    name = str(settings.template) if settings.template is not None else "默认模板"
    template: Any = DocxTemplate(io.BytesIO(_template(settings.template)))
    try:
        used = template.get_undeclared_template_variables(_environment())
        _check(used, name)
        template.render(_context(letter, settings), _environment(), autoescape=True)
    except jinja2.TemplateSyntaxError as error:
        raise UsageError(
            f"模板 {name} 的标记写得不对（{error.message}）：检查 {{{{ }}}} 与 {{% %}} 是否成对"
        ) from error
    except jinja2.UndefinedError as error:
        raise UsageError(
            f"模板 {name} 用了没有的项目（{error.message}）；事项有：{'、'.join(POINT_PLACEHOLDERS)}"
        ) from error
    except (jinja2.TemplateError, TypeError, ValueError) as error:
        raise UsageError(f"模板 {name} 不能套用：{error}") from error
    stream = io.BytesIO()
    template.save(stream)
    return stream.getvalue()


def _template(path: Path | None) -> bytes:
    if path is None:
        return draw_template()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"模板 {path} 打不开（{error.strerror}）：核对设置 letters.template") from error
    try:
        DocxTemplate(io.BytesIO(content)).init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UsageError(f"模板 {path} 不是 DOCX 文件：用 Word 另存为“Word 文档（*.docx）”") from error
    return content


def _environment() -> jinja2.Environment:
    return SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)


def _check(used: set[str], name: str) -> None:
    unknown = sorted(used - PLACEHOLDERS.keys())
    if unknown:
        raise UsageError(f"模板 {name} 里没有这些项目：{'、'.join(unknown)}（可用：{'、'.join(PLACEHOLDERS)}）")
    if POINTS not in used:
        raise UsageError(f"模板 {name} 没有写出{POINTS}：需要 {{%p for 事项 in {POINTS} %}} 与 {{%p endfor %}}")


def _context(letter: Letter, settings: LetterSettings) -> dict[str, Any]:
    mend_by, _ = add_working_days(letter.day, settings.mend_days)
    texts: dict[str, str | None] = {
        "中心名称": settings.centre,
        "文号": letter.number or f"补正〔{letter.day.year}〕{BLANK}号",
        "单位名称": letter.applicant,
        "统一社会信用代码": letter.credit_code,
        "卷宗编号": letter.dossier,
        "收件日期": None if letter.received is None else in_words(str(letter.received)),
        "通知名称": letter.programme.title,
        "通知文号": letter.programme.document_number,
        "事项数": in_chinese(len(letter.points)),
        "补正期限": in_words(str(mend_by)),
        "补正工作日": str(settings.mend_days),
        "受理窗口": settings.window,
        "地址": settings.address,
        "联系人": settings.contact,
        "联系电话": settings.phone,
        "落款日期": in_words(str(letter.day)),
    }
    points = [
        {
            "序号": in_chinese(number),
            "名称": _clean(point.title),
            "情况": _clean(point.state),
            "依据": _clean(point.basis),
            "页码": _clean(point.places),
            "要求": _clean(point.request),
        }
        for number, point in enumerate(letter.points, start=1)
    ]
    return {name: _clean(text) if text else BLANK for name, text in texts.items()} | {POINTS: points}


def _clean(text: str) -> str:
    return " ".join(_NOT_IN_XML.sub("", text).split())


def in_chinese(number: int) -> str:
    """Return a number as points are counted.

    >>> in_chinese(3), in_chinese(10), in_chinese(21)
    ('三', '十', '二十一')
    """
    return re.sub("^一十", "十", cn2an.an2cn(number))
