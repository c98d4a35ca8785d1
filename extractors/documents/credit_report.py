"""信用报告 (of a bank, a credit bureau or 信用中国): whom it is on, the credit code and the day it was issued."""

import re
from collections.abc import Sequence

from extractors.documents import parsers
from extractors.documents.base import DocumentType, LabelledField, keep, lacks, read_labelled
from extractors.documents.entity import read_entity
from extractors.labels import Labelled
from extractors.layout import flow, rows
from extractors.values import names
from extractors.values.organisations import is_organisation
from schemas.document import DocumentKind, Field
from schemas.page import Page

_TITLES = (
    "信用报告",
    "企业信用报告",
    "公共信用信息报告",
    "公共信用信息概况",
    "组织信用信息概况",
    "信用信息报告",
    "企业征信报告",
    "法人信用报告",
    "信用信息查询报告",
    "信用核查报告",
    "公共信用综合评价报告",
)

# 信用主体可通过窗口申请信用修复: a sentence that begins with a label's word.
_SENTENCE = re.compile(r"[可应将已不][\u4e00-\u9fff]|通过|申请|查询|信用|异议|报告|记录|如有|其他")


def _name(item: Labelled) -> Field | None:
    field = parsers.organisation(item)
    name = field.value if field is not None else None
    is_said = isinstance(name, str) and not is_organisation(name) and _SENTENCE.search(name) is not None
    return None if is_said else field


_FIELDS = (
    LabelledField(
        "name",
        (
            "企业名称",
            "单位名称",
            "机构名称",
            "主体名称",
            "信用主体名称",
            "信用主体",
            "法人名称",
            "组织名称",
            "被查询者名称",
            "被查询单位",
            "查询对象",
            "查询主体",
            "名称",
        ),
        _name,
    ),
    LabelledField(
        "credit_code",
        ("统一社会信用代码", "社会信用代码", "信用代码", "统一社会信用代码/组织机构代码"),
        parsers.credit_code,
    ),
    LabelledField(
        "issued",
        (
            "报告日期",
            "报告时间",
            "报告生成日期",
            "报告生成时间",
            "生成日期",
            "生成时间",
            "报告出具日期",
            "报告出具时间",
            "出具日期",
            "出具时间",
            "查询日期",
            "查询时间",
            "报告查询时间",
            "打印日期",
            "打印时间",
            "下载时间",
            "下载日期",
        ),
        parsers.date,
    ),
)

_OTHER_LABELS = {
    "number": ("报告编号", "报告编码", "编号", "中征码", "注册号", "组织机构代码", "查询编号"),
    "register": (
        "法定代表人",
        "法定代表人/负责人",
        "法定代表人（负责人）",
        "法定代表人/负责人/执行事务合伙人",
        "负责人",
        "注册资本",
        "成立日期",
        "成立时间",
        "注册日期",
        "企业类型",
        "机构类型",
        "单位类型",
        "主体类型",
        "组织类型",
        "登记机关",
        "住所",
        "地址",
        "注册地址",
        "登记状态",
        "经营状态",
        "存续状态",
        "状态",
    ),
    "use": ("查询机构", "查询原因", "报告用途", "出具单位", "报告版本"),
}


# Among so many rows of a report its subject stands over the particulars.
_FIRST_ROWS = 8


def _name_alone(page: Page) -> Field | None:
    """Read the name that stands in a row of its own among the first, over the particulars."""
    named = (row for row in rows(page)[:_FIRST_ROWS] if is_organisation(names.normalise(row.text)))
    first = next(named, None)
    return parsers.organisation_in(first) if first is not None else None


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    fields = read_labelled(pages, _FIELDS, _OTHER_LABELS)
    if lacks(fields, "name"):
        fields.update(read_entity(pages, _TITLES, "name"))
    if lacks(fields, "name"):
        keep(fields, "name", _name_alone(pages[0]))
    if lacks(fields, "credit_code"):
        keep(fields, "credit_code", parsers.credit_code_in(flow(pages)))
    return fields


TYPE = DocumentType(
    kind=DocumentKind.CREDIT_REPORT,
    titles=_TITLES,
    title_pattern=r".*((信用|征信).*报告|信用信息(概况|概览|查询结果|查询单))",
    marks=(
        "信用信息",
        "行政处罚",
        "失信被执行人",
        "异常名录",
        "严重违法失信",
        "查询时间",
    ),
    contains=frozenset({DocumentKind.CREDIT_REPORT}),
    pages_at_most=40,
    read=_read,
)
