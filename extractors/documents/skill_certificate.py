"""职业资格 / 技能等级 / 职称证书: the person, the occupation, the level and the certificate's number."""

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.documents import parsers
from extractors.documents.base import DocumentType, Inside, LabelledField, keep, lacks, read_labelled
from extractors.documents.copies import copies_on
from extractors.labels import Labelled
from extractors.layout import Passage, first_row, flow, passage_of, rows, space_between
from extractors.values import levels, names
from schemas.document import DocumentKind, Field
from schemas.page import Line, Page

# Old certificates print every label in English, too: 姓名 Name, 证书编号 Certificate No.
_ENGLISH = re.compile(r"^[A-Za-z&./'’()（）:：\-]{3,40}(?=[\u4e00-\u9fff0-9]|[A-Z]?\d)")
_NUMBER = re.compile(r"第?[A-Za-z\u4e00-\u9fff（）()〔〕\[\]]{0,12}[0-9][0-9A-Za-z\-—（）()〔〕\[\]第字年]{3,32}号?")
_WORDS = re.compile(r"(?<=\d)[A-Z]?[a-z]{3,}")
# Under a label that stands over its value: 风力发电运维值班员 OCCUPATION.
_ENGLISH_BEHIND = re.compile(
    r"(?=[A-Za-z])(?:occupation|skill|level|name|certificate|number|date|issued?|birth|type|institution|no|id|of|and|by|sex|[&./:：()（）])+$",
    re.IGNORECASE,
)
_ENGLISH_LINE = re.compile(r"(?=.*[A-Za-z]{2})[A-Za-z&./'’()（）:：\-\s]{2,40}")
# A line and its translation begin at one place, in fractions of the width, and stand so close, in heights.
_SAME_LEFT, _CLOSE = 0.015, 1.8
# 维修电工 三级/高级技能, 中式烹调师（四级）: the level at the end of an occupation's name.
_LEVEL_AFTER = re.compile(
    r"[（(/]?(?:国家职业资格)?"
    r"(?P<level>[一二三四五1-5]\s*级|高级技师|(?<=[员工师])技师|(?:高|中|初)级(?:工|技能)?)"
    # The same in other words may be cut off at the end of its line.
    r"(?:[（(/](?:国家(?:职业(?:资格)?)?)?(?:[一二三四五1-5]\s*级|高级技师?|技师?|[高中初]级(?:工|技能)?)?[）)]?)?[）)]?$"
)
_ONLY_LEVEL = re.compile(
    r"(?:高级技师|技师|[高中初]级(?:工|技能))?[（(/]?(?:国家职业资格|职业技能等级)?[一二三四五1-5]级[）)]?|高级技师|技师|[高中初]级工"
)
# 高级技师（国家职业资格一级）美容师: the level first.
_LEVEL_BEFORE = re.compile(
    r"(?:高级技师|技师|[高中初]级(?:工|技能)?)[（(](?:国家)?(?:职业资格)?[一二三四五]级[）)](?=[\u4e00-\u9fff]{2})"
)
# 高级工程师, 讲师, 高级考评员: titles, which have no level of skill.
_SKILL = re.compile(r"级工(?!程)|级技能|技师|[一二三四五1-5Ⅰ-Ⅴ]级|^[高中初]级$")
# 级别：中级 on the certificate of a title is the title's rank, no level of skill.
_RANK, _OF_TITLE = re.compile(r"[高中初]级"), re.compile(r"专业技术|职称|任职资格")
_TITLE_END = re.compile(r"证书?$|专用章$")
_REST_OF_LABEL, _SPECKS = re.compile(r"[）)]?及(?:其|职业)?等级?"), re.compile(r"[·.：:]")
# 张样例同志：经评审，具备高级讲师任职资格
_ADDRESSED = re.compile(
    r"(?:兹有|兹证明|授予|^|\n)_*(?P<person>(?!公民|居民)[\u3400-\u9fff·]{2,5}?)_*"
    r"(?:同志|[，,（(](?:性别)?[男女][，,）)]|[，,（(]?(?:公民)?身份证?(?:号码?|件号码)?[:：]?\s*\d"
    r"|于(?:\d{4}|[一二][一二三四五六七八九〇○零]{3})年)"
)
# What no occupation begins with, in 参加国家职业技能鉴定 and 达到相应等级.
_OCCUPATION = (
    r"(?!国家|全国|全省|全市|本|统一|社会|职业|技能|相关|相应|规定|上述|该|了|第)"
    r"(?P<occupation>[\u4e00-\u9fff（）()、]{2,16}?)"
)
_SKILL_LEVEL = (
    r"(?P<level>[（(]?(?:国家职业资格)?[一二三四五1-5]级(?:[/（(]?(?:高级技师|技师|[高中初]级(?:工|技能))[）)]?)?"
    r"|(?:高级技师|技师|[高中初]级(?:工(?!程)|技能))(?:[/（(][一二三四五1-5]级[）)]?)?)"
)
# 具备烹饪教育专业讲师任职资格; 达到电工职业三级/高级工标准; 参加电工职业技能等级认定，考核合格，达到三级（高级工）水平;
# 授予中式烹调师国家职业资格三级
_STATED = (
    re.compile(
        r"(?:具备|具有|取得|获得|授予)(?P<occupation>[\u4e00-\u9fff]{2,12}?)专业[\u4e00-\u9fff]{1,8}?(?:专业技术|任职|职务|职称)+资格"
    ),
    re.compile(
        rf"(?:参加|通过|达到|具备|取得|获得|从事|符合|授予){_OCCUPATION}(?:职业|工种)(?:[（(]工种[）)])?"
        rf"(?:(?:国家)?职业(?:资格|技能)等级[:：]?)?{_SKILL_LEVEL}"
    ),
    re.compile(
        rf"(?:参加|通过|经){_OCCUPATION}(?:职业|工种)?(?:[（(](?:工种|职业)[）)])?"
        r"(?:职业)?(?:技能|资格)(?:等级)?(?:的)?(?:认定|评价|鉴定|考核|考试)"
        rf"[^。]{{0,40}}?(?:达到|具备|取得|获得|符合|授予|核发|颁发|发给|评定为){_SKILL_LEVEL}"
    ),
    re.compile(rf"(?:达到|具备|取得|获得|授予|核发){_OCCUPATION}[（(]?(?:国家职业资格)?(?P<level>[一二三四五1-5]级)"),
)
# A space of so many character heights parts a name from what stands behind it.
_GENDER, _APART = re.compile(r"[\u3400-\u9fff·]{2,8}(?P<gender>[男女])(?![\u3400-\u9fff])"), 0.8
# A number has so many digits.
_DIGITS = 8
# Where the photograph belongs, beside the sentence.
_PHOTO = re.compile(r"[（(]?(?:近期|免冠|彩色|正面|半身|[一二两]寸)*(?:照片|相片)(?:粘?贴处|处)?[）)]?")
# 2018年10 is a day, and what stands before it has issued the certificate.
_DAY = re.compile(r"(?:19|20)\d{2}年\d{1,2}(?:月|$)")


def _without_english(passage: Passage) -> Passage:
    found = _ENGLISH.match(passage.text)
    passage = passage[found.end() :] if found is not None else passage
    behind = _ENGLISH_BEHIND.search(passage.text)
    # A name may end in letters, too; brackets are its own.
    return passage[: behind.start()] if behind is not None and re.search(r"[A-Za-z]{4}", behind.group()) else passage


def _without_translations(page: Page) -> Page:
    """Return a page without the translations under its labels, each label at the middle of the two.

    The value stands beside the middle: beside neither.
    """
    english = [line for line in page.lines if _ENGLISH_LINE.fullmatch(line.text)]
    lines = [line for line in page.lines if line not in english]
    for under in english:
        height = under.box[3] - under.box[1]
        over = [
            place
            for place, line in enumerate(lines)
            if abs(line.box[0] - under.box[0]) < _SAME_LEFT
            and line.box[1] < under.box[1]
            and under.box[1] - line.box[3] < _CLOSE * height
        ]
        if over:
            place = max(over, key=lambda place: lines[place].box[1])
            left, top, right, bottom = lines[place].box
            down = (under.box[3] - bottom) / 2
            lines[place] = lines[place].model_copy(update={"box": (left, top + down, right, bottom + down)})
    return page.model_copy(update={"lines": lines})


def _level(item: Labelled) -> Field | None:
    return _level_in(_without_english(item.value).stripped())


def _level_in(passage: Passage) -> Field | None:
    """Read a level of skill as its number; a title (高级工程师) is none."""
    text = names.normalise(passage.text)
    if _SKILL.search(text) is None:
        return None
    found = levels.find_levels(text.replace("级技能", "级工"))
    return passage.field(found[0]) if len(found) == 1 else None


def _occupation(item: Labelled) -> Field | None:
    passage = _without_english(item.value).stripped()
    before, after = _LEVEL_BEFORE.match(passage.text), _LEVEL_AFTER.search(passage.text)
    if before is not None:
        passage = passage[before.end() :].stripped()
    elif after is not None and after.start() >= 2:
        passage = passage[: after.start()].stripped()
    value = names.normalise(passage.text)
    # Between two labels stands the lower one's value; （工种）及等级 is the rest of a label.
    if re.fullmatch(_SKILL_LEVEL, value) or _REST_OF_LABEL.match(value):
        return None
    # 职业|技能等级证书: a certificate's title begins with the word.
    return passage.field(value) if re.search(r"[\u4e00-\u9fff]{2}", value) and not _TITLE_END.search(value) else None


def _level_after(item: Labelled) -> Field | None:
    """Read the level that stands in one field with the occupation."""
    before, after = _LEVEL_BEFORE.match(item.value.text), _LEVEL_AFTER.search(item.value.text)
    if before is not None:
        return _level_in(item.value[: before.end()].stripped("（(）)/"))
    return _level_in(item.value[after.start("level") : after.end("level")]) if after is not None else None


def _number(item: Labelled) -> Field | None:
    value = item.value
    found = _NUMBER.search(_strip_no(first_row(value).text))
    if found is not None and len(re.findall(r"\d", found.group())) >= _DIGITS:
        # What stands in the next row is another value.
        value = first_row(value)
    else:
        found = _NUMBER.search(_strip_no(value.text))
    if found is None or _DAY.search(found.group()):
        return None
    offset = len(value) - len(_strip_no(value.text))
    passage = value[offset + found.start() : offset + found.end()]
    # The translation of another label in the same row.
    words = _WORDS.search(passage.text)
    passage = passage if words is None else passage[: words.start()]
    return passage.field(names.normalise(passage.text))


def _strip_no(text: str) -> str:
    found = re.match(r"(?:[A-Za-z&./'’]+\s*)*N[o0O][.:：.]*", text)
    return text[found.end() :] if found is not None else text


def _person(item: Labelled) -> Field | None:
    """Read a name; behind a space whether man or woman may stand: 吴样例　男　1968年2月生."""
    value = item.value
    found = _GENDER.match(value.text)
    if found is not None and space_between(value[found.start("gender") - 1], value[found.start("gender")]) > _APART:
        item = replace(item, value=value[: found.start("gender")])
    return parsers.person(item)


_FIELDS = (
    LabelledField("person", ("姓名", "持证人", "持证人姓名", "学员姓名"), _person),
    LabelledField(
        "occupation",
        (
            "职业名称",
            "职业名称及等级",
            "职业（工种）名称",
            "职业（工种）及等级",
            "职业（工种）及等",
            "职业及等级",
            "职业（工种）",
            "职业及工种",
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
        (
            "职业（工种）及等级",
            # Its last character stands in the next row.
            "职业（工种）及等",
            "职业名称及等级",
            "职业及等级",
            "职业名称",
            "职业（工种）",
            "职业工种",
            "职业（工种）名称",
        ),
        _level_after,
    ),
)

_TRADE = (LabelledField("occupation", ("工种",), _occupation),)
# In heights, from a label to the value under it.
_UNDER = 3.2

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
    "result": (
        "理论知识考试成绩",
        "操作技能考核成绩",
        "评定成绩",
        "理论成绩",
        "实操成绩",
        "综合成绩",
        "知识考试成绩",
        "理论考试成绩",
        "技能考核成绩",
        "操作技能成绩",
        "考核成绩",
    ),
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


_NAMED = re.compile(r"姓名|持证人|同志")
# What certificates tell, and in what of it two of them differ.
_TELLING, _OWN = ("person", "occupation", "level", "certificate_number"), frozenset({"person", "certificate_number"})


def _without_photo(page: Page) -> Page:
    """Return a page without the words that stand in the place of a photograph."""
    lines = [line for line in page.lines if not _PHOTO.fullmatch(names.normalise(line.text))]
    return page.model_copy(update={"lines": lines})


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    return _read_one(_copies(pages)[0])


def _inside(pages: Sequence[Page]) -> list[Inside]:
    """Return the certificates that share a sheet with the first, or follow it."""
    return [Inside(DocumentKind.SKILL_CERTIFICATE, _read_one(copy), copy) for copy in _copies(pages)[1:]]


def _copies(pages: Sequence[Page]) -> list[list[Page]]:
    """Return the pages, or parts of them, of each certificate: several may share a sheet or follow one another.

    A cover or an empty back is one with the certificate beside it.
    """
    copies: list[list[Page]] = []
    for page in pages:
        first, *rest = copies_on(page, _names_two, _told_apart)
        if copies and not _told_apart(copies[-1], [first]):
            copies[-1].append(first)
        else:
            copies.append([first])
        copies += [[part] for part in rest]
    return copies


def _names_two(page: Page) -> bool:
    written = "".join("".join(row.text.split()) for row in rows(page))
    return len(_NAMED.findall(written)) > 1


def _told_apart(first: Sequence[Page], second: Sequence[Page]) -> int:
    """Return how much two lots of pages tell if each is a certificate, of another person or number; else 0.

    The pages of a booklet may both name its person: what else they say, they do not say twice.
    """
    one, other = _read_one(first), _read_one(second)
    told = [[name for name in _TELLING if not lacks(fields, name)] for fields in (one, other)]
    twice = {*told[0]} & {*told[1]}
    if "person" not in twice or len(twice) == 1 or all(one[name].value == other[name].value for name in twice & _OWN):
        return 0
    return sum(map(len, told))


def _read_one(pages: Sequence[Page]) -> dict[str, Field]:
    pages = [_without_photo(page) for page in pages]
    fields = read_labelled(pages, _FIELDS, _OTHER_LABELS)
    plain = [_without_translations(page) for page in pages]
    beside_both = read_labelled(plain, _FIELDS, _OTHER_LABELS)
    fields.update({name: field for name, field in beside_both.items() if lacks(fields, name)})
    if lacks(fields, "level"):
        others = {one.name: one.labels for one in _FIELDS if one.name in {"person", "certificate_number"}}
        found = read_labelled(pages, _OCCUPATION_WITH_LEVEL, {**_OTHER_LABELS, **others}).get("level")
        keep(fields, "level", found if found is not None and found.value is not None else None)
    _read_under_labels(plain, fields)
    if lacks(fields, "level") and not lacks(fields, "occupation"):
        keep(fields, "level", _level_under(plain, fields["occupation"]))
    if lacks(fields, "occupation"):
        # Beside 职业 it says more than that; alone it is the occupation.
        others = {f"other {one.name}": one.labels for one in _FIELDS}
        found = read_labelled(pages, _TRADE, {**_OTHER_LABELS, **others, "direction": ()}).get("occupation")
        keep(fields, "occupation", found if found is not None and found.value is not None else None)
    whole = flow(pages)
    _read_sentences(whole, fields)
    level = fields.get("level")
    if level is not None and _RANK.fullmatch(level.text or "") and _OF_TITLE.search(whole.text):
        fields["level"] = level.model_copy(update={"value": None})
    return fields


def _read_under_labels(pages: Sequence[Page], fields: dict[str, Field]) -> None:
    """Read what stands under its label where nothing is beside it, on pages without their translations."""
    for page in pages:
        occupation = _under_label(page, _OCCUPATION_WITH_LEVEL[0].labels)
        if occupation is not None and lacks(fields, "occupation"):
            keep(fields, "occupation", _occupation(occupation))
            if lacks(fields, "level"):
                keep(fields, "level", _level_after(occupation))
        number = _under_label(page, _FIELDS[-1].labels)
        if number is not None and lacks(fields, "certificate_number"):
            keep(fields, "certificate_number", _number(number))


def _under_label(page: Page, labels: Sequence[str]) -> Labelled | None:
    """Return what stands under one of the labels, which stands alone."""
    for label in page.lines:
        if _SPECKS.sub("", names.normalise(label.text)) not in labels:
            continue
        height = label.box[3] - label.box[1]
        under = [
            line
            for line in page.lines
            if label.box[0] - _SAME_LEFT < line.box[0] < _middle(label)
            and 0 < line.box[1] - label.box[1] < _UNDER * height
        ]
        value = passage_of(min(under, key=lambda line: line.box[1]), page) if under else None
        if value is not None:
            return Labelled(passage_of(label, page) or value, value, 1.0)
    return None


def _level_under(pages: Sequence[Page], occupation: Field) -> Field | None:
    """Read the level in the row under an occupation, where nothing else stands in it."""
    if occupation.box is None:
        return None
    left, top, _, bottom = occupation.box
    under = [
        (line, page)
        for page in pages
        if page.number == occupation.page
        for line in page.lines
        if abs(line.box[0] - left) < _SAME_LEFT and 0 < line.box[1] - top < _UNDER * (bottom - top)
    ]
    if not under:
        return None
    value = passage_of(*min(under, key=lambda one: one[0].box[1]))
    return _level_in(value) if _ONLY_LEVEL.fullmatch(value.text) else None


def _middle(line: Line) -> float:
    return (line.box[0] + line.box[2]) / 2


def _read_sentences(whole: Passage, fields: dict[str, Field]) -> None:
    """Read what no label says: certificates of titles, and old ones, are written in sentences."""
    addressed = _ADDRESSED.search(whole.text)
    if addressed is not None and lacks(fields, "person"):
        passage = whole[addressed.start("person") : addressed.end("person")]
        fields["person"] = passage.field(names.normalise(passage.text))
    # A sentence goes on in the next row.
    whole = Passage(tuple(glyph for glyph in whole.glyphs if glyph.character != "\n"))
    stated = next((found for one in _STATED if (found := one.search(whole.text)) is not None), None)
    if stated is None:
        return
    if lacks(fields, "occupation"):
        passage = whole[stated.start("occupation") : stated.end("occupation")]
        fields["occupation"] = passage.field(names.normalise(passage.text))
    if lacks(fields, "level") and "level" in stated.groupdict():
        keep(fields, "level", _level_in(whole[stated.start("level") : stated.end("level")].stripped("（(）)/")))


TYPE = DocumentType(
    kind=DocumentKind.SKILL_CERTIFICATE,
    titles=(
        "职业资格证书",
        "职业技能等级证书",
        "专业技术资格证书",
        "职称证书",
        "技师证书",
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
        "职业（工种）及等级",
        # Old booklets have no title on their inner pages, and every label in English, too.
        "SkillLevel",
        "批准日期",
        "特发此证",
        "经考核合格",
        "身份证号码",
        "等级：",
        "职业：",
        "文化程度",
        "理论考试成绩",
        "技能考核成绩",
        "CertificateNo",
        "DateofIssue",
        "oftheBearer",
    ),
    pages_at_most=2,
    read=_read,
    inside=_inside,
)
