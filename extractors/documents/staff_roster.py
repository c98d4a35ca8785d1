"""名单: full-time staff, experts, assessors and supervisors, read row by row over pages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import JsonValue

from extractors.documents import parsers
from extractors.documents.base import DocumentType, Inside, ListTitle, keep, list_field
from extractors.documents.blocks import read_blocks
from extractors.documents.parts import SPECKS, is_scrap, people, rejoined
from extractors.layout import Passage, flow, rows
from extractors.tables import TableRow, part_of, read_table
from extractors.values import codes, counts, names
from schemas.document import DocumentKind, Field, FieldRow
from schemas.page import Page

_COLUMNS: Mapping[str, Sequence[str]] = {
    "row": ("序号", "编号", "顺号", "序", "No", "NO"),
    "name": ("姓名", "人员姓名", "成员姓名", "专家姓名", "考评员姓名", "督导员姓名"),
    "sex": ("性别",),
    "id_number": (
        "身份证号",
        "身份证号码",
        "公民身份号码",
        "居民身份证号",
        "居民身份证号码",
        "身份证件号码",
        "有效身份证件号码",
        "身份证编号",
        "证件号码",
        "身份证",
    ),
    "employer": (
        "所在单位",
        "工作单位",
        "现工作单位",
        "任职单位",
        "单位",
        "单位名称",
        "单位全称",
        "单位及部门",
        "所在部门",
    ),
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
        "技术职称",
        "职称/技能等级",
    ),
    "education": (
        "学历",
        "文化程度",
        "文化水平",
        "最高学历",
        "学历层次",
        "学历学位",
        "学历及专业",
        "学历/专业",
        "学历专业",
    ),
    "occupation": (
        "考评职业",
        "督导职业",
        "评价职业",
        "考评/督导职业",
        "从事/评价职业",
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
        "专业（职业）方向",
        "职业（专业）方向",
        "职业方向",
        "擅长专业",
        "擅长领域",
        "研究方向",
        "所属职业",
        "对应职业",
        "考评职业（工种）",
        "督导职业（工种）",
    ),
    # What people do, where the list names no occupations.
    "duty": (
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
        "资格证书",
        "资格证书编号",
        "职业资格证书",
        "职业资格证书编号",
        "技能等级证书编号",
        "职业技能等级证书编号",
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
_NUMBERED = (
    r"(?:附?表[一二三四五六七八九十\d]+[、.．:：]?|第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+[、.．]"
    r"|[（(][一二三四五六七八九十]+[）)])"
)
_WHO = r"[^，,。；;：:\d]{0,10}?(?:专职|工作人员|专家|考评|督导)(?:人员|员|团队|队伍)?"
_LIST = r"(?:名单|名册|名录|一览表?|信息表?|情况表?|花名册|登记表|汇总表|统计表|成员表|简况)"
# Before it the organisation's name may stand.
_SECTION = re.compile(
    rf"(?:{_NUMBERED}{_WHO}[^，,。；;：:\d]{{0,6}}{_LIST}?|[^，,。；;：:\d]{{0,24}}{_WHO}[^，,。；;：:\d]{{0,6}}{_LIST})"
    r"(?:[（(].*)?[:：]?"
)
_OTHER_SECTION = re.compile(rf"{_NUMBERED}[^，,。；;]{{2,30}}")
_SECTION_LENGTH = 36
# Where no row is a heading, the role is looked for in so many characters.
_HEAD_LENGTH = 60

_ROLES = (
    ("supervisor", re.compile(r"督导")),
    ("assessor", re.compile(r"考评")),
    ("expert", re.compile(r"专家")),
    ("full_time", re.compile(r"专职|工作人员")),
)
_ROLE_WORDS = {"督导": "supervisor", "考评": "assessor"}
# 专职督导员 are supervisors; 专职人员和督导员 are both.
_AND = re.compile(r"[、，,及和与/]|以及")
# What a list's columns say of its people (督导范围).
_COLUMN_ROLE = re.compile(r"(考评|督导)(?:职业|工种|专业|范围|领域)")
# The confidence of a role that no heading says, or that heading and columns say differently.
_UNSURE_ROLE = 0.7
# That of a list of which a row was lost.
_ROW_LOST = 0.6
# An identity number may lack a few digits, or have one too many.
_NUMBER_LENGTHS = range(14, 20)


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


def people_by_role(pages: Sequence[Page], *, at_least: int = 1) -> list[Inside]:
    """Return the lists of people on some pages, with their `role` and `people`; a list without people is none.

    None are read where fewer sections than `at_least` may be such.
    """
    of_people = [(section.role, section.pages) for section in sections(pages) if section.role is not None]
    if len(of_people) < at_least:
        return []
    read = [(role, part, _people(part)) for role, part in of_people]
    return [
        Inside(DocumentKind.STAFF_ROSTER, {"role": role, "people": listed}, part)
        for role, part, listed in read
        if listed is not None
    ]


def _inside(pages: Sequence[Page]) -> list[Inside]:
    """Return the lists of a roster of several roles that follow the first."""
    return people_by_role(pages, at_least=2)[1:]


def _same_role(one: Field, other: Field | None) -> bool:
    return other is not None and one.value == other.value


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    lists = people_by_role(pages, at_least=2)
    if len(lists) > 1:
        # The other lists are documents of their own on the same pages.
        return lists[0].fields
    fields: dict[str, Field] = {}
    keep(fields, "role", _role_of_list(pages))
    keep(fields, "people", _people(pages))
    return fields


def _role_of_list(pages: Sequence[Page]) -> Field | None:
    """Read the role from the list's heading, or less surely from what else stands first in the document."""
    page_rows = [row for page in pages for row in rows(page)]
    heading = next((row for row in page_rows if _SECTION.fullmatch(row.text)), None)
    role = _role(heading if heading is not None else flow(pages)[:_HEAD_LENGTH])
    if role is None:
        return None
    columns = {one for row in page_rows for one in _COLUMN_ROLE.findall(row.text)}
    contradicted = len(columns) == 1 and _ROLE_WORDS[columns.pop()] != role.value
    if heading is None or contradicted:
        return role.model_copy(update={"confidence": min(role.confidence, _UNSURE_ROLE)})
    return role


def _role(heading: Passage) -> Field | None:
    """Read the role a heading names; of several the first, unsurely."""
    found = [(match.start(), role, match) for role, word in _ROLES if (match := word.search(heading.text)) is not None]
    if not found:
        return None
    several = len(found) > 1 and (len(found) > 2 or found[-1][1] != "full_time" or _AND.search(heading.text))
    _, role, match = min(found, key=lambda one: one[0]) if several else found[0]
    return heading[match.start() : match.end()].field(role, confidence=_UNSURE_ROLE if several else 1.0)


def _people(pages: Sequence[Page]) -> Field | None:
    table, blocks = rejoined(read_table(pages, _COLUMNS)), read_blocks(pages, _COLUMNS)
    # The labels of a block's line look like a table's head.
    table = blocks if len(blocks) > sum("name" in row.columns for row in table) else table
    values: list[JsonValue] = []
    places: list[FieldRow] = []
    unnamed = any("id_number" in row.columns and "name" not in row.columns for row in table)
    lost = _ROW_LOST if unnamed or _lost_row(table) or _lost_number(pages, table) else 1.0
    work = "occupation" if any("occupation" in {*row.columns, *row.boxes} for row in table) else "duty"
    for row in people(table):
        number = parsers.identity_number_in(row.columns.get("id_number", Passage()))
        values.append(_person(row, number, work))
        place = row.whole.row()
        repaired = number is not None and number.confidence == parsers.REPAIRED
        sure = min(lost, parsers.REPAIRED if repaired else 1.0, place.confidence)
        places.append(place.model_copy(update={"confidence": sure}))
    return list_field(values, places)


def _lost_row(table: Sequence[TableRow]) -> bool:
    """Say whether the printed numbers run ahead of the rows that were read."""
    ahead = [
        number - place
        for place, row in enumerate(table)
        if (number := _number(row)) is not None and number < 2 * len(table) + 2
    ]
    return len(ahead) > 1 and ahead[-1] > ahead[0] and ahead[-1] == ahead[-2]


def _lost_number(pages: Sequence[Page], table: Sequence[TableRow]) -> bool:
    """Say whether a person's number stands on the pages and in no row."""
    listed = " ".join(row.columns["id_number"].text for row in table if "id_number" in row.columns)
    found = (one for page in pages for line in page.lines for one in codes.find_identity_numbers(line.text))
    return any(one.valid and one.value not in listed.upper() for one in found)


def _number(row: TableRow) -> int | None:
    found = counts.find_counts(row.columns.get("row", Passage()).text)
    return found[0].value if found else None


# Without ruling lines the row's number may stand with the name; in brackets behind it, who it is.
_NOT_OF_NAME = re.compile(r"^\d+[.、]?|\d+$|[（(][男女](?:[,，、/].*|[）)])?$")


def _person(row: TableRow, number: Field | None, work: str) -> JsonValue:
    text = {
        name: names.normalise(part.stripped(SPECKS).text)
        for name, part in row.columns.items()
        if not is_scrap(part.stripped(SPECKS))
    }
    return {
        "name": _NOT_OF_NAME.sub("", names.normalise(row.columns["name"].stripped(SPECKS).text)),
        "id_number": number.value if number is not None else _written_number(row),
        **{key: text.get(key) or None for key in ("employer", "title", "education")},
        "occupation": text.get(work) or None,
    }


def _written_number(row: TableRow) -> str | None:
    """Return what is written for an identity number, masked or misprinted; a date or another number is none."""
    text = row.columns.get("id_number", Passage()).text
    written = re.sub(r"[^0-9Xx*]", "", text).upper()
    return written if len(written) in _NUMBER_LENGTHS and not re.search(r"[年月日]|\d[-./]\d", text) else None


# A page that repeats the title and the head over no entries has so few lines, and no person's number.
_EMPTY_LINES, _LONG_NUMBER = 15, re.compile(r"\d{6}")


def _continues(page: Page) -> bool:
    """Say whether the table on a page goes on: its numbers do not begin at 1, or nobody is left for it."""
    table = read_table([page], _COLUMNS)
    numbers = [number for row in table if (number := _number(row)) is not None]
    if numbers or table:
        return bool(numbers) and numbers[0] > 1
    return len(page.lines) <= _EMPTY_LINES and not any(_LONG_NUMBER.search(line.text) for line in page.lines)


def _goes_on_over_heading(pages: Sequence[Page], page: Page) -> bool:
    """Say whether over a page's heading the list on the pages before goes on: the page is of both."""
    heading = next((row for row in rows(page) if _SECTION.fullmatch(row.text)), None)
    if heading is None:
        return False
    over = part_of(page, (0.0, 0.0, 1.0, heading.box[1]))
    listed = len(read_table(pages, _COLUMNS))
    return listed > 0 and any("id_number" in row.columns for row in read_table([*pages, over], _COLUMNS)[listed:])


TYPE = DocumentType(
    kind=DocumentKind.STAFF_ROSTER,
    titles=(
        "专职工作人员名单",
        "工作人员名单",
        "专职人员名单",
        "专家名单",
        "专家团队名单",
        "专家队伍名单",
        "专家库名单",
        "专家库成员",
        "专家组成员",
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
        "考评人员花名册",
        "督导人员花名册",
        "督导员花名册",
        "人员汇总表",
    ),
    title_pattern=r".*(专职|工作人员|专家|考评|督导|管理人员|师资).*(名单|名册|名录|一览表?|信息表?|情况表?|花名册|登记表|汇总表|统计表|简表|成员表|简况)",
    list_title=ListTitle(
        r"(?:[一-龥]{0,24}(?:公司|学校|学院|中心|协会|集团))?(?:内部|外部|外聘|质量|校内|本单位|专兼职|专职|兼职|拟聘|、)*"
        r"(?:管理人员|工作人员|人员|专家|考评员|考评人员|督导员?|督导人员)(?:团队|队伍|组|库)?(?:基本)?(?:情况|信息)?",
        (("姓名",), ("身份", "证件号", "学历", "职称", "职务")),
    ),
    marks=("身份证号", "考评职业", "督导职业", "职务/职称", "主要工作职责", "专职工作人员", "学历"),
    pages_at_most=30,
    continues=_continues,
    is_one_set=_goes_on_over_heading,
    read=_read,
    inside=_inside,
)
