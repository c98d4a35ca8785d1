"""基本情况表 / 备案申请表 / 申报表 / 申请表: the notices' own form with its occupation rows and ticked boxes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import JsonValue

from extractors.documents import parsers
from extractors.documents.base import DocumentType, Inside, LabelledField, keep, lacks, list_field, read_labelled
from extractors.documents.parts import SPECKS, entries, is_scrap, rejoined
from extractors.documents.staff_roster import people_by_role
from extractors.ink import is_paper
from extractors.labels import Labelled, find_like
from extractors.layout import Cell, Passage, cells, flow, rows, stretches
from extractors.strikes import STRUCK_CONFIDENCE
from extractors.tables import TableRow, part_of, read_table
from extractors.ticks import drawn_alike, ticked, ticked_of_several
from extractors.values import codes, contacts, counts, dates, levels, names
from extractors.values.organisations import is_organisation
from schemas.base import Box
from schemas.document import DocumentKind, Field, FieldRow
from schemas.page import Page

# The options the notices' forms print, and those that regions add; a longer one goes before one it contains.
_ORGANISATION_TYPES = (
    "民办非企业单位",
    "事业单位",
    "社会团体",
    "行业协会",
    "行业组织",
    "技工院校",
    "职业院校",
    "社会培训机构",
    "民办培训机构",
    "培训机构",
    "公共实训基地",
    "院校",
    "企业",
    "其他",
)


# What a name ends with, or goes on with in the row below, is none; nor is the next column's head (名称, 职业编码).
_NO_NAME = re.compile(r"(?:有限|责任|股份)*公司|\d{4}年|.{0,6}(?:编码|代码|等级)$")
# In units of the character height: a name has no wider space in it.
_NAME_GAP = 1.5
# The shortest name an organisation has in full.
_NAME_LENGTH = 4
# The areas for which an organisation may apply (内人社办发〔2020〕38号 二（五）), as dossier.toml calls them.
_SCOPES = {"全国": "national", "全区": "region", "自治区": "region", "本盟市": "league", "盟市": "league"}
# One of them as an answer; in a text (业务范围, 全国性比赛) they say something else.
_SCOPE = re.compile(rf"(?:拟?申请|面向|在)*({'|'.join(_SCOPES)})(?:范围)?内?")
_TYPE_LABELS = (
    *(who + what for who in ("机构", "单位", "组织", "申报", "申请") for what in ("性质", "类型", "类别", "属性")),
    "性质",
    "类别",
)
# So many rows the options fill at most.
_TYPE_ROWS = 3


def _name(item: Labelled) -> Field | None:
    # What stands further off in its row (性质 民办非企业单位) is something else.
    first = stretches(item.value, _NAME_GAP)[0]
    found = parsers.organisation(replace(item, value=first) if is_organisation(first.text) else item)
    whole = found is not None and len(str(found.value)) >= _NAME_LENGTH and not _NO_NAME.match(str(found.value))
    return found if whole else None


def _organisation_type(item: Labelled) -> Field | None:
    chosen = ticked(item.value, _ORGANISATION_TYPES)
    if chosen is not None:
        # The boxes tell, not the letters beside them: those come from the short list of options.
        return chosen.passage.field(chosen.option).model_copy(update={"confidence": chosen.confidence})
    # A typed answer instead of boxes.
    text = re.sub(r"[（(]?法人[）)]?$", "", names.normalise(item.value.text))
    return item.value.field(text) if text in _ORGANISATION_TYPES else None


def _scope(item: Labelled) -> Field | None:
    """Read for which area the organisation applies: the one that is ticked, or the one that alone is written."""
    chosen = ticked(item.value, tuple(_SCOPES))
    if chosen is not None:
        return chosen.passage.field(_SCOPES[chosen.option]).model_copy(update={"confidence": chosen.confidence})
    named = _SCOPE.fullmatch(item.value.text)
    return item.value.field(_SCOPES[named.group(1)]) if named is not None else None


_FIELDS = (
    LabelledField(
        "name",
        (
            "名称",
            "单位名称",
            "机构名称",
            "申请单位",
            "申报单位",
            "申请机构",
            "申请机构名称",
            "申报单位名称",
            "申请单位名称",
            "申报单位全称",
            "申请单位全称",
            "单位全称",
            "机构全称",
            "组织名称",
            "评价组织名称",
            "评价机构名称",
            "申报机构",
            "申报机构名称",
            "申请组织",
            "申请组织名称",
            "申请单位（全称）",
        ),
        _name,
    ),
    LabelledField(
        "address",
        (
            "地址",
            "单位地址",
            "注册地址",
            "登记地址",
            "详细地址",
            "通讯地址",
            "通信地址",
            "联系地址",
            "机构地址",
            "办公地址",
            "住所",
            "登记住所",
            "注册住所",
            "单位住所",
            "机构住所",
            "单位所在地",
            "机构所在地",
            "经营地址",
            "办公地点",
            "办公培训地址",
            "住所/地址",
            "注册地及办公地址",
            "注册及办公地址",
        ),
        parsers.address,
    ),
    LabelledField(
        "registration_authority",
        (
            "注册登记机构",
            "注册登记机关",
            "登记注册机关",
            "登记注册机构",
            "登记管理机关",
            "批准登记机关",
            "登记机关",
            "法人登记机关",
            "登记机构",
            "注册机关",
            "注册机构",
            "批准登记部门",
            "登记部门",
            "登记注册部门",
            "注册登记部门",
            "注册部门",
            "核准登记机关",
            "批准登记机构",
            "批准成立机关",
            "发照机关",
        ),
        parsers.printed,
    ),
    LabelledField("organisation_type", _TYPE_LABELS, _organisation_type),
    LabelledField(
        "credit_code", ("统一社会信用代码", "社会信用代码", "统一信用代码", "信用代码", "统一代码"), parsers.credit_code
    ),
    LabelledField(
        "legal_representative",
        ("法定代表人", "法人代表", "法定代表人姓名", "法人代表姓名", "单位负责人"),
        parsers.person,
    ),
    LabelledField(
        "registered_capital",
        (
            "注册资金",
            "注册资本",
            "开办资金",
            "活动资金",
            "注册资金（万元）",
            "注册资本（万元）",
            "开办资金（万元）",
            "活动资金/注册资本",
            "注册资金/开办资金",
        ),
        parsers.amount,
    ),
    LabelledField(
        "contact",
        (
            "联系人",
            "联系人姓名",
            "经办人",
            "经办联系人",
            "经办人姓名",
            "联络人",
            "业务联系人",
            "工作联系人",
            "项目联系人",
        ),
        parsers.person,
    ),
    LabelledField(
        "position",
        ("职务", "任职", "联系人职务", "经办人职务", "所任职务", "担任职务", "现任职务", "职务/职称", "职务（职称）"),
        parsers.printed,
    ),
    LabelledField(
        "phone",
        ("联系电话", "手机", "手机号码", "移动电话", "电话", "座机", "固定电话", "联系方式", "手机号", "办公电话"),
        parsers.found_by(contacts.find_phones),
    ),
    LabelledField(
        "scope",
        (
            "申请开展认定范围",
            "申请认定范围",
            "开展认定范围",
            "认定范围",
            "申请范围",
            "申报范围",
            "拟开展范围",
            "开展范围",
            "评价范围",
            "面向范围",
        ),
        _scope,
    ),
    LabelledField(
        "email", ("电子邮箱", "邮箱", "电子邮件", "电子信箱", "电邮", "E-mail"), parsers.found_by(contacts.find_emails)
    ),
)

# Labels of what is not wanted: they end the value before them, and an empty cell before one stays empty.
_OTHER_LABELS: Mapping[str, Sequence[str]] = {
    "postcode": ("邮编", "邮政编码"),
    "fax": ("传真", "传真号码"),
    "website": ("网址", "网站", "官方网站"),
    "messenger": ("微信", "微信号", "QQ"),
    "since": ("成立时间", "成立日期", "注册时间", "登记时间", "登记日期", "批准时间", "有效期", "有效期限"),
    "authority": ("业务主管单位", "主管单位", "主管部门", "上级主管部门", "组织机构代码"),
    "person": ("性别", "民族", "学历", "身份证号", "身份证号码", "身份证件类型", "证件类型", "证件号码"),
}

# Where a form asks for both, the mobile number is the one under which the contact is reached.
_MOBILE = LabelledField("phone", ("手机", "手机号码", "移动电话"), parsers.found_by(contacts.find_phones))

# A form may have a column for every level, ticked where it is applied for.
_LEVEL_NAMES = ("高级技师", "技师", "高级工", "中级工", "初级工")
_LEVEL_COLUMNS: Mapping[str, Sequence[str]] = {
    f"level {level}": (figure, f"{figure}级", name, f"{figure}级/{name}", f"{name}/{figure}级", f"{figure}级（{name}）")
    for level, (figure, name) in enumerate(zip("一二三四五", _LEVEL_NAMES, strict=True), start=1)
}
# So many of them are columns of levels; fewer may be words of another head.
_COLUMNS_OF_LEVELS = 3
# In heights of a character: so much room in a cell holds another row.
_ANOTHER_ROW = 1.1
# The same beside boxes in one cell; a figure may stand alone there.
_LEVEL_OPTIONS = {
    variant: level
    for level, (figure, name) in enumerate(zip("一二三四五", _LEVEL_NAMES, strict=True), start=1)
    for variant in (f"{level}级", *_LEVEL_COLUMNS[f"level {level}"], f"{name}（{figure}级）", name.removesuffix("工"))
}
_TICK = re.compile(r"[√✓✔☑■●Vv]")
# The numbers of rows in Chinese, and how many rows must begin with theirs to be numbered so.
_NUMERALS, _NUMBERED_ROWS = "一二三四五六七八九十", 3
_LEVEL_FIGURES = dict(zip("一二三四五12345", (1, 2, 3, 4, 5) * 2, strict=True))
_DASH_AS_ONE = re.compile(r"(?<=[级工师])一(?=[二三四五初中高技])")
_CUT_OFF = re.compile(r"^[、，,/至—-]|[、，,/至—-]$")

# An occupation in a sentence: its name before its code, and what is said behind it.
_NAME_BEFORE_CODE = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff][\u4e00-\u9fff（）()]{1,19}?)[，,：:（(\s]*(?:(?:职业|工种)?(?:编码|代码)[为是：:]*)?$"
)
_TRAINED = re.compile(r"(?:培训|评价|累计)[^，,；;\d]{0,6}(?P<people>\d[\d,]*\s*(?:余|多)?[人名])")
_NEW = re.compile(r"(?P<not>不属于?|非|不是)?新职业")
_LEVELS_SAID = re.compile(r"(?:等级|级别)[为是：:]*")
# The sections after the one on the occupations; labels and rows in them are of other things.
_AFTER_OCCUPATIONS = re.compile(
    r"(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[）)])"
    r"[^，,。；;]{0,8}?(?:优势|场地|设施|设备|人员情况|专职工作人员|考评人员|考评员|督导|专家|意见|承诺)[^，,。；;]{0,30}(?:[（(].*)?"
)
# The section of the contact, where the labels are 姓名, 座机 and 手机.
_CONTACT = re.compile(r"(?:[（(]?[一二三四五六七八九十]+[）)、.．])?联系人(?:信息|情况|及联系方式)")
_CONTACT_GROUP = re.compile(r"(?:业务|工作|项目)?联系人(?:信息|情况)?")
_CONTACT_FIELDS = (LabelledField("contact", ("姓名",), parsers.person),)
_CONTACT_LABELS = {
    "position": ("职务",),
    "phone": ("座机", "手机", "电话", "联系电话", "联系方式"),
    "email": ("电子邮箱", "电子信箱", "邮箱"),
}
# In fractions of the page's height: so far below its heading the section goes.
_CONTACT_HEIGHT = 0.08

_COLUMNS: Mapping[str, Sequence[str]] = {
    "row": ("序号", "编号", "顺号", "序", "No", "NO"),
    "name": ("职业（工种）名称", "职业名称", "工种名称", "职业工种名称", "职业（工种）", "名称", "职业", "工种"),
    "code": ("职业编码", "职业代码", "编码", "职业（工种）编码", "职业（工种）代码"),
    "is_new": ("是否新职业", "新职业", "新职业否"),
    "started": (
        "培训评价起始日期",
        "培训评价起始时间",
        "起始培训年月",
        "起始培训时间",
        "开展培训评价起始日期",
        "起始日期",
        "起始时间",
        "起始年月",
        "开始日期",
        "开始时间",
        "开展时间",
        "开始培训时间",
        "开始培训日期",
        "开展培训时间",
        "培训起始时间",
        "自何时起开展",
        "起始年份",
        "开班时间",
    ),
    "trained": (
        "已培训评价人数（人）",
        "已培训评价人数",
        "培训评价人数",
        "已培训人数",
        "评价人数",
        "培训人数",
        "累计培训评价（人次）",
        "累计培训评价人次",
        "累计培训人数",
        "累计培训人次",
        "累计培训",
        "累计人数",
        "累计人次",
        "人次",
        "人数",
        "人数（人）",
        "培训规模",
        "培训规模（人）",
        "评价规模",
    ),
    "fee": ("收费标准", "收费标准（元）"),
    "levels": (
        "评价等级范围",
        "等级范围",
        "评价等级",
        "认定等级",
        "拟认定等级",
        "拟认定的等级",
        "拟认定技能等级",
        "拟开展等级",
        "拟开展认定等级",
        "拟开展认定的等级",
        "拟开展认定的技能等级",
        "申请等级",
        "认定级别",
        "申报等级",
        "技能等级",
        "等级",
        "级别",
    ),
}


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    pages = _before_other_sections(pages)
    fields = read_labelled(pages, _FIELDS, _OTHER_LABELS)
    own = _contacts_rows(pages, fields)
    fields.update(
        (name, field)
        for name, field in read_labelled(own, _FIELDS, _OTHER_LABELS).items()
        if name in _CONTACT_LABELS and field.value is not None
    )
    mobile = read_labelled(own or pages, (_MOBILE,)).get("phone")
    if mobile is not None and mobile.value is not None:
        fields["phone"] = mobile
    if lacks(fields, "organisation_type"):
        keep(fields, "organisation_type", _type_below(pages))
    if lacks(fields, "contact"):
        fields.update(_contact(pages))
    if lacks(fields, "credit_code"):
        # The form has room for one code only, wherever it was found.
        keep(fields, "credit_code", parsers.credit_code_in(flow(pages)))
    occupations = _occupations(rejoined(read_table(pages, {**_COLUMNS, **_LEVEL_COLUMNS}))) or _occupations_said(pages)
    if occupations is not None:
        fields["occupations"] = occupations
    return fields


def _inside(pages: Sequence[Page]) -> list[Inside]:
    """Return the lists of people in the form's last section."""
    return people_by_role(pages)


def _before_other_sections(pages: Sequence[Page]) -> list[Page]:
    """Return a form's pages up to what follows its occupations."""
    kept: list[Page] = []
    for page in pages:
        end = next((row for row in rows(page) if _AFTER_OCCUPATIONS.fullmatch(row.text)), None)
        if end is not None:
            return [*kept, part_of(page, (0.0, 0.0, 1.0, end.box[1] - 0.002))]
        kept.append(page)
    return kept


def _contacts_rows(pages: Sequence[Page], fields: Mapping[str, Field]) -> list[Page]:
    """Return a form from the contact's row on, to the representative's where that comes after it.

    Both may have a number and a post in their rows; the representative's are not the contact's.
    """
    contact, representative = fields.get("contact"), fields.get("legal_representative")
    if contact is None or contact.value is None or contact.box is None:
        return []
    height = contact.box[3] - contact.box[1]
    top, bottom = contact.box[1] - height / 2, 1.0
    if representative is not None and representative.box is not None and representative.page == contact.page:
        below = representative.box[1] - height / 2
        bottom = below if below > contact.box[3] - height / 2 else bottom
    return [part_of(page, (0.0, top, 1.0, bottom)) for page in pages if page.number == contact.page]


def _contact(pages: Sequence[Page]) -> dict[str, Field]:
    """Read the contact where the name's label is 姓名: under a section's heading, or beside a cell for both rows."""
    for page in pages:
        headings = [row.box for row in rows(page) if _CONTACT.fullmatch(row.text)]
        sections = [(0.0, box[3], 1.0, box[3] + _CONTACT_HEIGHT) for box in headings]
        groups = [(cell.box[2], cell.box[1], 1.0, cell.box[3]) for cell in cells(page) if _is_of_contact(cell)]
        for box in (*sections, *groups):
            found = read_labelled([part_of(page, box)], _CONTACT_FIELDS, _CONTACT_LABELS)
            if not lacks(found, "contact"):
                return found
    return {}


def _is_of_contact(cell: Cell) -> bool:
    return _CONTACT_GROUP.fullmatch(cell.passage.text) is not None


def _type_below(pages: Sequence[Page]) -> Field | None:
    """Read the ticked type in the rows under its label: 机构类型（在□内打勾）： stands in a row of its own."""
    for page in pages:
        page_rows = rows(page)
        for index, row in enumerate(page_rows):
            label = next((hit for one in _TYPE_LABELS for hit in find_like(row.text, one) if hit[0] <= 3), None)
            if label is None:
                continue
            options = row[label[1] :]
            for below in page_rows[index + 1 : index + 1 + _TYPE_ROWS]:
                if sum(option in below.text for option in _ORGANISATION_TYPES) < 2:
                    break
                options = options + below
            chosen = ticked(options, _ORGANISATION_TYPES)
            if chosen is not None:
                return chosen.passage.field(chosen.option).model_copy(update={"confidence": chosen.confidence})
    return None


def _occupations(table: Sequence[TableRow]) -> Field | None:
    values: list[JsonValue] = []
    places: list[FieldRow] = []
    for row in _without_numerals(entries([one for one in table if {"name", "code"} & set(one.columns)])):
        values.append(_occupation(row, len(values) + 1, table))
        places.append(_without_number(row).row())
    return list_field(values, places)


def _without_numerals(table: Sequence[TableRow]) -> Sequence[TableRow]:
    """Return entries whose names do not begin with the entries' numbers: 三西式烹调师 in the third row."""
    named = [row.columns.get("name", Passage()) for row in table]
    numbered = [number for number, name in enumerate(named) if name.text[:1] == _NUMERALS[number : number + 1] != ""]
    if len(numbered) < _NUMBERED_ROWS:
        return table
    return [
        replace(row, columns={**row.columns, "name": row.columns["name"][1:]}) if number in numbered else row
        for number, row in enumerate(table)
    ]


def _occupations_said(pages: Sequence[Page]) -> Field | None:
    """Read occupations that are written in sentences: ① 育婴员，职业编码4-10-01-02，自2015年3月起…; each has levels."""
    whole = Passage(tuple(glyph for glyph in flow(pages).glyphs if glyph.character != "\n"))
    named = [
        (code, name)
        for code in codes.find_occupation_codes(whole.text)
        if (name := _NAME_BEFORE_CODE.search(whole.text[: code.start])) is not None
    ]
    values: list[JsonValue] = []
    places: list[FieldRow] = []
    begins = [name.start("name") for _, name in named]
    for (code, name), end in zip(named, [*begins[1:], len(whole)], strict=False):
        rest = whole.text[code.end : end].split("。")[0]
        trained, said = _TRAINED.search(rest), _NEW.search(rest)
        levels_said = levels.find_levels(rest[found.end() :]) if (found := _LEVELS_SAID.search(rest)) else []
        if not levels_said:
            return None
        values.append(
            {
                "row": len(values) + 1,
                "name": names.normalise(name["name"]),
                "code": code.value,
                "is_new": said["not"] is None if said is not None else None,
                "started": _began(rest),
                "trained": counts.find_counts(trained["people"])[0].value if trained is not None else None,
                "levels": list[JsonValue](levels_said),
            }
        )
        places.append(whole[name.start("name") : code.end + len(rest)].row())
    return list_field(values, places)


def _without_number(row: TableRow) -> Passage:
    """Return what is written in a row, apart from the printed number."""
    written = Passage()
    for name, part in row.columns.items():
        if name != "row":
            written = written + part
    return written


def _occupation(row: TableRow, number: int, table: Sequence[TableRow]) -> JsonValue:
    columns = row.columns
    text = {name: part.text for name, part in columns.items()}
    printed_number = counts.find_counts(text.get("row", ""))
    found_codes = codes.find_occupation_codes(text.get("code", ""))
    started = _began(text.get("started", ""))
    trained = columns.get("trained", Passage())
    # Beside a figure that is struck out stands the one that holds.
    trained = Passage(tuple(glyph for glyph in trained.glyphs if glyph.confidence > STRUCK_CONFIDENCE))
    found_counts = counts.find_counts(trained.text)
    name = names.normalise(text["name"]).strip(SPECKS) if "name" in text and not is_scrap(columns["name"]) else None
    code = found_codes[0].value if found_codes else names.normalise(text["code"]) if "code" in text else None
    if "name" not in text and found_codes and found_codes[0].start:
        # One column for both, headed by the code as well: 电工 over 6-31-01-03.
        name = names.normalise(text["code"][: found_codes[0].start]).strip(SPECKS + "（(") or None
    if name is not None and "code" not in text and (inside := codes.find_occupation_codes(name)):
        # One column for both: 电工（6-31-01-03）.
        name, code = name[: inside[0].start].rstrip("（( ") or None, inside[0].value
    return {
        "row": printed_number[0].value if printed_number else number,
        "name": name,
        "code": code,
        "is_new": _yes_or_no(columns.get("is_new")),
        "started": started,
        "trained": found_counts[0].value if found_counts else None,
        "levels": list[JsonValue](_levels_of(row, table)),
    }


def _levels_of(row: TableRow, table: Sequence[TableRow]) -> Sequence[int]:
    """Return the levels of an entry: ticked in columns of their own, or listed in one cell."""
    if len(row.boxes.keys() & _LEVEL_COLUMNS.keys()) >= _COLUMNS_OF_LEVELS:
        return _ticked_levels(row, table)
    if _has_more(row, "levels"):
        return []
    return _levels(row.columns.get("levels", Passage())) or _ticked_levels(row, table)


def _has_more(row: TableRow, column: str) -> bool:
    """Say whether something is written in a cell over or under what was read in it."""
    box, read = row.boxes.get(column), row.columns.get(column)
    if box is None or read is None or read.page.image is None:
        return False
    left, top, right, bottom = box
    beyond: list[Box] = [(left, top, right, read.box[1]), (left, read.box[3], right, bottom)]
    return any(part[3] - part[1] > _ANOTHER_ROW * read.height and not is_paper(read.page, part) for part in beyond)


def _levels(passage: Passage) -> Sequence[int]:
    """Return the levels a cell lists, those with a tick where there are boxes beside them.

    None where one of them was read in part only (、四级、三级), or the boxes do not tell.
    """
    chosen = ticked_of_several(passage, tuple(_LEVEL_OPTIONS))
    if chosen is not None:
        return sorted({_LEVEL_OPTIONS[one] for one in chosen}, reverse=True)
    text = _DASH_AS_ONE.sub("—", passage.text)
    found = levels.find_levels(text)
    named = {_LEVEL_FIGURES[figure] for figure in re.findall("[一二三四五1-5]", text)}
    return [] if _CUT_OFF.search(text) or not named <= set(found) else found


def _ticked_levels(row: TableRow, table: Sequence[TableRow]) -> Sequence[int]:
    """Return the levels in whose columns a tick was read, or drawn as those are that were read in other cells.

    None where something else was drawn.
    """
    page = row.whole.page
    ticks = [
        one.boxes[name]
        for one in table
        for name in one.boxes.keys() & _LEVEL_COLUMNS.keys()
        if one.whole.page is page and _TICK.fullmatch(one.columns.get(name, Passage()).text)
    ]
    ticked_levels: list[int] = []
    for level in range(5, 0, -1):
        cell, box = row.columns.get(f"level {level}", Passage()), row.boxes.get(f"level {level}")
        if _TICK.fullmatch(cell.text):
            ticked_levels.append(level)
        elif cell or (box is not None and page.image is not None and not is_paper(page, box)):
            if box is None or not drawn_alike(page, box, ticks):
                return []
            ticked_levels.append(level)
    # Without ruling lines nothing shows that a column is empty.
    return ticked_levels if row.boxes or page.source == "text_layer" else []


def _began(text: str) -> str | None:
    """Return the day that is written, or the month where only a month is."""
    days = dates.find_dates(text)
    if days:
        return days[0].value.isoformat()
    months = dates.find_months(text)
    return months[0].value if months else None


def _yes_or_no(passage: Passage | None) -> bool | None:
    if passage is None:
        return None
    chosen = ticked(passage, ("是", "否"))
    if chosen is not None:
        return chosen.option == "是"
    text = passage.text
    if re.fullmatch(r"[是新√✓✔☑]", text):
        return True
    if re.fullmatch(r"[否非不×xX☒]|不是|/|—|-", text):
        return False
    return None


TYPE = DocumentType(
    kind=DocumentKind.APPLICATION_FORM,
    titles=(
        "社会培训评价组织基本情况表",
        "基本情况表",
        "备案申请表",
        "社会培训评价组织备案申请表",
        "认定机构申请表",
        "等级认定机构申请表",
        "申请表",
        "申报表",
        "试点企业申报表",
        "企业申报表",
    ),
    # The form of a candidate, or one that nobody filled in, stands among the rules.
    no_title=r"个人|考生|学员|考评员|督导员|样[表本张例式]|模板|范本|空白",
    title_pattern=r"(?!.*(资产|设备|设施|人员|专家|考评员|督导|学员|名单)).*(基本情况表|申请表|申报表|登记表)",
    marks=(
        "拟开展职业技能等级评价的职业",
        "培训评价起始",
        "已培训评价",
        "评价等级",
        "机构性质",
        "注册登记机构",
        "是否新职业",
        "优势",
        "申报材料真实有效",
        "自愿退出",
        "职业编码",
        "电子邮箱",
        "联系人职务",
        "申报职业",
        "新职业",
    ),
    keeps=(
        "人员情况（注",
        "提供评价服务承诺书",
        "专职工作人员情况",
        "考评人员情况",
        "督导人员情况",
        "职务/职称/技能等级",
        "计算机考务管理及视频监控",
        "所有权归属",
    ),
    contains=frozenset({DocumentKind.INTEGRITY_PLEDGE, DocumentKind.STAFF_ROSTER, DocumentKind.ASSET_LIST}),
    pages_at_most=12,
    read=_read,
    inside=_inside,
)
