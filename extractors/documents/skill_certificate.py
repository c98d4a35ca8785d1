"""职业资格 / 技能等级 / 职称证书: the person, the occupation, the level and the certificate's number."""

import re
from collections.abc import Sequence

from extractors.documents import parsers
from extractors.documents.base import DocumentType, LabelledField, read_labelled
from extractors.labels import Labelled
from extractors.layout import Passage, flow
from extractors.values import levels, names
from schemas.document import DocumentKind, Field
from schemas.page import Page

# Old certificates print every label in English, too: 姓名 Name, 证书编号 Certificate No.
_ENGLISH = re.compile(r"^[A-Za-z&./'’()（）:：\-]{3,40}(?=[\u4e00-\u9fff0-9]|[A-Z]?\d)")
_NUMBER = re.compile(r"第?[A-Za-z\u4e00-\u9fff（）()〔〕\[\]]{0,12}[0-9][0-9A-Za-z\-—（）()〔〕\[\]第字年]{3,32}号?")
# 维修电工 三级/高级技能, 中式烹调师（四级）: the level at the end of an occupation's name.
_LEVEL_AFTER = re.compile(
    r"[（(/]?(?:国家职业资格)?(?:[一二三四五1-5]\s*级|高级技师|(?<=[员工师])技师|(?:高|中|初)级(?:工|技能)?)"
    r"(?:[（(/](?:国家职业资格)?(?:[一二三四五1-5]\s*级|高级技师|技师|[高中初]级(?:工|技能)?)[）)]?)?[）)]?$"
)
# 高级工程师, 讲师, 高级考评员: titles, no levels of skill.
_SKILL = re.compile(r"级工(?!程)|级技能|技师|[一二三四五1-5Ⅰ-Ⅴ]级|^[高中初]级$")
_TITLE = re.compile(r"[\u4e00-\u9fff（）]{0,10}(?:师|员|教授|教练|医士|护士|[高中初]级|[一二三四五]级)")
_TITLE_END = re.compile(r"证书?$|专用章$")
# 张样例同志：经评审，具备高级讲师任职资格
_ADDRESSED = re.compile(r"(?:兹有|授予|^|\n)(?P<person>[\u3400-\u9fff·]{2,5})同志")
_QUALIFIED = re.compile(
    r"(?:具备|具有|取得|获得|授予)[^，,。；;]{0,8}?(?P<level>(?:正高级|副高级|高级|中级|初级|助理)?[\u4e00-\u9fff]{0,6}?[师员])(?:专业技术|任职|职务|职称)*资格"
)


def _without_english(passage: Passage) -> Passage:
    found = _ENGLISH.match(passage.text)
    return passage[found.end() :] if found is not None else passage


def _level(item: Labelled) -> Field | None:
    return _level_in(_without_english(item.value).stripped())


def _level_in(passage: Passage) -> Field | None:
    """Read a level of skill as its number; a title (高级工程师) as printed."""
    text = names.normalise(passage.text)
    if _SKILL.search(text):
        found = levels.find_levels(text.replace("级技能", "级工"))
        return passage.field(found[0]) if len(found) == 1 else None
    return passage.field(text) if _TITLE.fullmatch(text) else None


def _occupation(item: Labelled) -> Field | None:
    passage = _without_english(item.value).stripped()
    after = _LEVEL_AFTER.search(passage.text)
    if after is not None and after.start() >= 2:
        passage = passage[: after.start()].stripped()
    value = names.normalise(passage.text)
    # 职业|技能等级证书: a certificate's title begins with the word.
    return passage.field(value) if re.search(r"[\u4e00-\u9fff]{2}", value) and not _TITLE_END.search(value) else None


def _level_after(item: Labelled) -> Field | None:
    """Read the level that stands in one field with the occupation."""
    after = _LEVEL_AFTER.search(item.value.text)
    return _level_in(item.value[after.start() :].stripped("（(）)/")) if after is not None else None


def _number(item: Labelled) -> Field | None:
    found = _NUMBER.search(_strip_no(item.value.text))
    if found is None:
        return None
    offset = len(item.value) - len(_strip_no(item.value.text))
    passage = item.value[offset + found.start() : offset + found.end()]
    return passage.field(names.normalise(passage.text))


def _strip_no(text: str) -> str:
    found = re.match(r"(?:[A-Za-z&./'’]+\s*)*N[o0O][.:：.]*", text)
    return text[found.end() :] if found is not None else text


_FIELDS = (
    LabelledField("person", ("姓名", "持证人", "持证人姓名", "学员姓名"), parsers.person),
    LabelledField(
        "occupation",
        (
            "职业名称",
            "职业（工种）名称",
            "职业（工种）及等级",
            "职业及等级",
            "职业（工种）",
            "职业工种",
            "工种名称",
            "鉴定职业",
            "鉴定工种",
            "考评职业",
            "考评职业（工种）",
            "考评工种",
            "督导职业",
            "专业名称",
            "专业",
            "从事专业",
            "评审专业",
            "申报专业",
            "职业",
        ),
        _occupation,
    ),
    LabelledField(
        "level",
        (
            "职业技能等级",
            "技能等级",
            "职业等级",
            "职业资格等级",
            "资格等级",
            "资格级别",
            "等级",
            "级别",
            "资格名称",
            "任职资格",
            "职称名称",
            "职称",
            "职务资格",
            "专业技术资格",
            "专业技术职务",
            "技术职称",
            "考评员等级",
            "考评等级",
        ),
        _level,
    ),
    LabelledField(
        "certificate_number",
        ("证书编号", "证书号码", "证书号", "证书编码", "编号", "管理号", "证号", "证卡编号"),
        _number,
    ),
)

_OCCUPATION_WITH_LEVEL = (
    LabelledField(
        "level",
        ("职业（工种）及等级", "职业及等级", "职业名称", "职业（工种）", "职业工种", "职业（工种）名称"),
        _level_after,
    ),
)

_OTHER_LABELS = {
    "person's": (
        "性别",
        "出生日期",
        "出生年月",
        "文化程度",
        "学历",
        "工作单位",
        "身份证号",
        "身份证号码",
        "证件号码",
        "证件类型",
    ),
    "direction": ("工种/职业方向", "职业方向", "工种"),
    "result": ("理论知识考试成绩", "操作技能考核成绩", "评定成绩", "理论成绩", "实操成绩", "综合成绩"),
    "issue": (
        "发证日期",
        "发证机关",
        "发证机构",
        "发证单位",
        "批准日期",
        "授予时间",
        "有效期",
        "有效期限",
        "评审委员会",
        "评委会名称",
        "审批机关",
        "批准文号",
        "评价机构",
        "机构代码",
        "发证时间",
    ),
}


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    fields = read_labelled(pages, _FIELDS, _OTHER_LABELS)
    if fields.get("level") is None or fields["level"].value is None:
        fields.update(read_labelled(pages, _OCCUPATION_WITH_LEVEL, _OTHER_LABELS))
    whole = flow(pages)
    for name, expression in (("person", _ADDRESSED), ("level", _QUALIFIED)):
        found = expression.search(whole.text)
        if found is not None and (fields.get(name) is None or fields[name].value is None):
            passage = whole[found.start(name) : found.end(name)]
            fields[name] = passage.field(names.normalise(passage.text))
    return fields


TYPE = DocumentType(
    kind=DocumentKind.SKILL_CERTIFICATE,
    titles=(
        "职业资格证书",
        "职业技能等级证书",
        "专业技术资格证书",
        "职称证书",
        "技能等级证书",
        "专业技术职务资格证书",
        "考评员证",
        "考评员证书",
        "资格证书",
        "督导员证",
        "高级考评员证",
        "专业技术职务任职资格证书",
    ),
    title_pattern=r".*(资格|等级|职称|任职).*证书?",
    marks=(
        "证书编号",
        "职业名称",
        "发证机构",
        "理论知识考试成绩",
        "操作技能考核成绩",
        "评定成绩",
        "职业及等级",
        "批准日期",
        "特发此证",
        "经考核合格",
        "身份证号码",
        "等级：",
        "职业：",
    ),
    pages_at_most=2,
    read=_read,
)
