"""名单: full-time staff, experts, assessors and supervisors, read row by row over pages."""

import re
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from extractors.documents.base import DocumentType, list_field
from extractors.layout import Passage, flow
from extractors.tables import TableRow, read_table
from extractors.values import codes, counts, names
from schemas.document import DocumentKind, Field, FieldRow
from schemas.page import Page

_COLUMNS: Mapping[str, Sequence[str]] = {
    "row": ("序号", "编号"),
    "name": ("姓名",),
    "sex": ("性别",),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "employer": ("所在单位", "工作单位", "单位"),
    "title": (
        "职务/职称",
        "职务职称",
        "职称",
        "职务",
        "职务/职称/技能等级",
        "技能等级",
        "专业技术职务",
        "职称/技能等级",
    ),
    "education": ("学历", "文化程度"),
    "occupation": (
        "考评职业",
        "督导职业",
        "职业（工种）",
        "专业",
        "从事专业",
        "主要工作职责",
        "工作职责",
        "岗位",
        "擅长领域",
        "考评职业（工种）",
    ),
    "phone": ("联系电话", "手机", "电话", "联系方式"),
    "remark": ("备注",),
}

_ROLES = (
    ("supervisor", re.compile(r"督导")),
    ("assessor", re.compile(r"考评")),
    ("expert", re.compile(r"专家")),
    ("full_time", re.compile(r"专职|工作人员")),
)


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    whole = flow(pages)
    role = _role(whole)
    if role is not None:
        fields["role"] = role
    people = _people(read_table(pages, _COLUMNS))
    if people is not None:
        fields["people"] = people
    return fields


def _role(whole: Passage) -> Field | None:
    """Read the role from the heading: the word that stands first in the document."""
    heading = whole[:60]
    found = [(match.start(), role, match) for role, word in _ROLES if (match := word.search(heading.text)) is not None]
    if not found:
        return None
    _, role, match = min(found, key=lambda one: one[0])
    several = len({one[1] for one in found}) > 1
    return heading[match.start() : match.end()].field(role, confidence=0.7 if several else 1.0)


def _people(table: Sequence[TableRow]) -> Field | None:
    values: list[JsonValue] = []
    places: list[FieldRow] = []
    for row in table:
        name = row.columns.get("name")
        if name is None or not re.search(r"[\u3400-\u9fff]{2}", name.text):
            continue
        values.append(_person(row))
        places.append(row.whole.row())
    return list_field(values, places)


def _person(row: TableRow) -> JsonValue:
    text = {name: part.text for name, part in row.columns.items()}
    number = codes.find_identity_numbers(text.get("id_number", ""))
    written = re.sub(r"[^0-9Xx*]", "", text.get("id_number", "")).upper()
    return {
        # Without ruling lines the row's number may stand with the name.
        "name": re.sub(r"^\d+[.、]?", "", names.normalise(text["name"])),
        "id_number": number[0].value if number else written or None,
        **{
            key: names.normalise(text[key]) if key in text else None
            for key in ("employer", "title", "education", "occupation")
        },
    }


def _continues(page: Page) -> bool:
    """Say whether the table on a page goes on: its numbers do not begin at 1."""
    table = read_table([page], _COLUMNS)
    numbers = [found[0].value for row in table if (found := counts.find_counts(row.columns.get("row", Passage()).text))]
    return bool(numbers) and numbers[0] > 1


TYPE = DocumentType(
    kind=DocumentKind.STAFF_ROSTER,
    titles=(
        "专职工作人员名单",
        "工作人员名单",
        "专职人员名单",
        "专家名单",
        "专家团队名单",
        "专家队伍名单",
        "考评员名单",
        "考评人员名单",
        "质量督导员名单",
        "督导员名单",
        "督导人员名单",
        "人员名单",
        "工作人员一览表",
        "人员一览表",
        "专家一览表",
        "考评员一览表",
        "督导员一览表",
        "人员信息表",
        "专家信息表",
        "考评员信息表",
        "督导员信息表",
        "人员情况表",
        "人员登记表",
        "考评人员情况",
        "督导人员情况",
        "工作人员情况",
        "工作人员花名册",
        "专家花名册",
        "考评员花名册",
        "督导员花名册",
        "人员汇总表",
    ),
    title_pattern=r".*(专职|工作人员|专家|考评|督导|管理人员|师资).*(名单|名册|一览表|信息表?|情况表?|花名册|登记表|汇总表|统计表|简表)",
    marks=("身份证号", "考评职业", "督导职业", "职务/职称", "主要工作职责", "专职工作人员", "学历"),
    pages_at_most=30,
    continues=_continues,
    read=_read,
)
