"""名单: full-time staff, experts, assessors and supervisors, read row by row over pages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import JsonValue

from extractors.documents.base import DocumentType, Inside, keep, list_field
from extractors.documents.parts import part_of, rejoined
from extractors.layout import Passage, flow, rows
from extractors.tables import TableRow, read_table
from extractors.values import codes, counts, names
from schemas.document import DocumentKind, Field, FieldRow
from schemas.page import Page

_COLUMNS: Mapping[str, Sequence[str]] = {
    "row": ("序号", "编号", "序", "No", "NO"),
    "name": ("姓名",),
    "sex": ("性别",),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码", "身份证"),
    "employer": ("所在单位", "工作单位", "单位", "单位名称", "单位及部门", "所在部门"),
    "title": (
        "职务/职称",
        "职务职称",
        "职称",
        "职务",
        "职务/职称/技能等级",
        "技能等级",
        "技术等级",
        "职业技能等级",
        "职业资格",
        "职业资格等级",
        "专业技术职务",
        "专业技术职称",
        "专业技术资格",
        "专业技术等级",
        "专业职称",
        "职称/技能等级",
    ),
    "education": ("学历", "文化程度", "最高学历", "学历层次", "学历学位"),
    "occupation": (
        "考评职业",
        "督导职业",
        "职业（工种）",
        "职业工种",
        "职业",
        "工种",
        "专业",
        "从事专业",
        "从事职业",
        "申报职业",
        "考评专业",
        "考评工种",
        "考评范围",
        "督导工种",
        "督导范围",
        "督导专业",
        "专业领域",
        "专业方向",
        "擅长专业",
        "擅长领域",
        "研究方向",
        "所属职业",
        "主要工作职责",
        "工作职责",
        "岗位职责",
        "职责",
        "工作内容",
        "工作分工",
        "分管工作",
        "承担工作",
        "负责工作",
        "从事工作",
        "岗位",
        "工作岗位",
        "分工",
        "考评职业（工种）",
        "督导职业（工种）",
    ),
    "phone": ("联系电话", "手机", "手机号码", "电话", "联系方式"),
    "remark": ("备注",),
    # Not wanted, but columns beside those that are.
    "born": ("出生年月", "出生日期", "年龄", "出生"),
    "nation": ("民族",),
    "party": ("政治面貌",),
    "school": ("毕业院校", "毕业学校", "毕业院校及专业", "所学专业", "毕业专业", "毕业时间"),
    "certificate": (
        "证书编号",
        "证书号码",
        "资格证书编号",
        "考评员证号",
        "督导员证号",
        "证卡号",
        "证书有效期",
        "有效期",
    ),
    "years": ("工作年限", "从业年限", "从事年限", "工龄", "专业工作年限"),
    "nature": ("专职/兼职", "是否专职", "专兼职", "用工形式", "聘用形式"),
    "signature": ("签字", "签名", "本人签字", "本人签名"),
}

# A list's heading inside a document: numbered, or with a word for a list.
_NUMBERED = r"(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[）)])"
_WHO = r"[^，,。；;：:\d]{0,10}?(?:专职|工作人员|专家|考评|督导)(?:人员|员|团队|队伍)?"
_LIST = r"(?:名单|名册|一览表?|信息表?|情况表?|花名册|登记表|汇总表|统计表)"
_SECTION = re.compile(
    rf"(?:{_NUMBERED}{_WHO}[^，,。；;：:\d]{{0,6}}{_LIST}?|{_WHO}[^，,。；;：:\d]{{0,6}}{_LIST})(?:[（(].*)?[:：]?"
)
_OTHER_SECTION = re.compile(rf"{_NUMBERED}[^，,。；;]{{2,30}}")
_SECTION_LENGTH = 36

_ROLES = (
    ("supervisor", re.compile(r"督导")),
    ("assessor", re.compile(r"考评")),
    ("expert", re.compile(r"专家")),
    ("full_time", re.compile(r"专职|工作人员")),
)


@dataclass(frozen=True)
class Section:
    """A part of a document under a heading; `role` is that of the people it lists, None where it lists none."""

    role: Field | None
    pages: list[Page]


def sections(pages: Sequence[Page]) -> list[Section]:
    """Return the sections of some pages that a heading opens, those of people ((二) 考评人员情况) with their role.

    A heading of the same role is the same list's, repeated on its next page.
    """
    found: list[Section] = []
    for page in pages:
        headings = [row for row in rows(page) if len(row) <= _SECTION_LENGTH and _heads_section(row.text)]
        tops = [0.0, *(row.box[1] - 0.004 for row in headings), 1.0]
        for heading, (top, bottom) in zip([None, *headings], pairwise(tops), strict=True):
            part = part_of(page, (0.0, top, 1.0, bottom))
            role = _role(heading) if heading is not None and _SECTION.fullmatch(heading.text) else None
            if heading is None or (role is not None and found and _same_role(role, found[-1].role)):
                # What stands over a page's first heading goes on with the list before it.
                if found and part.lines:
                    found[-1].pages.append(part)
            else:
                found.append(Section(role, [part]))
    return found


def _heads_section(text: str) -> bool:
    return _SECTION.fullmatch(text) is not None or _OTHER_SECTION.fullmatch(text) is not None


def people_by_role(pages: Sequence[Page]) -> list[dict[str, Field]]:
    """Return the fields of every list of people on some pages, `role` and `people`; a list without people is none."""
    lists: list[dict[str, Field]] = []
    for section in sections(pages):
        people = _people(rejoined(read_table(section.pages, _COLUMNS))) if section.role is not None else None
        if section.role is not None and people is not None:
            lists.append({"role": section.role, "people": people})
    return lists


def _inside(pages: Sequence[Page]) -> list[Inside]:
    """Return the lists of a roster of several roles that follow the first."""
    return [Inside(DocumentKind.STAFF_ROSTER, one) for one in people_by_role(pages)[1:]]


def _same_role(one: Field, other: Field | None) -> bool:
    return other is not None and one.value == other.value


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    lists = people_by_role(pages)
    if len(lists) > 1:
        # The other lists are documents of their own on the same pages.
        return lists[0]
    fields: dict[str, Field] = {}
    keep(fields, "role", _role(flow(pages)))
    keep(fields, "people", _people(rejoined(read_table(pages, _COLUMNS))))
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
        "name": re.sub(r"^\d+[.、]?|\d+$", "", names.normalise(text["name"])),
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
    inside=_inside,
)
