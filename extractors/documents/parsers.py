"""Parsers that several document types share: from what stands beside a label to a field."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median

from extractors.documents.base import Parser
from extractors.documents.under_seals import is_whole, name_field, without_its_end
from extractors.labels import Labelled
from extractors.layout import ALIGNED, Passage, first_row, inside, row_ends
from extractors.values import areas, codes, dates, money, names
from extractors.values.found import Found
from extractors.values.numerals import plain
from extractors.values.organisations import find_organisations, is_organisation, stands_for_a_name
from schemas.document import Field

_FILLER = "`_＿ˍ‗—-－~～=＝*＊/／\\.．。…:：;；,，、'\"|丨 "
# A blank that was filled in: 【样例区】.
_BLANK_MARKS = str.maketrans("", "", "【】")
# 统一社会信用代码 and its like stand in one field; what follows in the same cell is not the name.
_NAME_END = re.compile(
    r"[（(][^（()）]{0,6}(盖章|公章|签[字名章])[^（()）]{0,4}(?:[）)]|$)|[（(]?(?:以下|下称|简称)|[（(][\d.]+[%％]|[,，;；。]|[（(]$"
)
# What a name that goes on in the next row may end with, beside the forms of `extractors.values.organisations`.
_NAME_GOES_ON = re.compile(r"[店行社部站馆队会园场户铺坊处]$")
# What kind of company one is (类型) may stand in the row under its name; a name has such an end once.
_COMPANY = re.compile(r"(?:股份)?有限(?:责任)?公司")
_COMPANY_TYPE = re.compile(rf"{_COMPANY.pattern}(?:（.*)?")
# The confidence of a text in which no character is in doubt.
SURE_READING = 0.985
# That of a code which holds only with a character that the recogniser thought less likely: a person should look.
REPAIRED = 0.75
_BARE_NUMBER = re.compile(
    r"^[^\d]{0,2}(?P<whole>\d{1,3}(?:[,，.]\d{3})+(?=\.)|\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.(?P<fraction>\d{1,3}))?[^\d]{0,3}[²2]?$"
)
# What a label's bracket leaves before the value: （以下简称甲方）：, or its end alone, ）： and ”）：.
_REMARK_BEFORE = re.compile(
    r"^(?:[（(][^（()）]{0,14}[）)][:：]|[（(][^（()）]{0,6}(?:[甲乙]方|[盖签]章处?|个人|单位)[）)]|[^（()）\w]?[）)][:：]?)"
)
_PERSON = re.compile(r"[\u3400-\u9fff·•]{2,12}")
# What is printed close behind somebody's name.
_AFTER_NAME = re.compile(r"(?<=[\u3400-\u9fff]{2})(?:性别|出生|民族|身份证|公民身份)")
# An identity number: a region, a day of birth, three digits and a check character.
_A_PERSONS = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
# Words of labels and headings; what consists of them alone is printed on the blank and filled in by nobody.
_PRINTED_WORD = (
    r"面积|用途|坐落|座落|位置|地址|住所|处所|电话|手机|传真|邮政编码|邮编|邮箱|日期|时间|年月日|证件|身份证|号码|编号|代码"
    r"|名称|姓名|全称|单位|个人|机构|企业|公司|房屋|租赁|标的物?|情况|信息|状况|概况|基本"
    r"|(?:盖章|签字|签名|签章|公章|印章|手印|按印)处?|[年月日章号]"
)
# What somebody is may stand on a blank beside a name, and is a position beside 职务.
_ROLE = (
    r"法定代表人|法人代表|法人|负责人|委托代理人|授权代表|代理人|代表人?|联系人|经办人|经手人|承办人|职务|职称|性别|民族"
    r"|出租方|承租方|出租人|承租人|甲方|乙方|权利人|所有权人|产权人"
)
_ROLE_BEFORE = re.compile(rf"[（(](?:{_ROLE}|校长|院长|主任|会长|理事长|姓名|职务|[或、/／])+[）)][:：]?")
_BETWEEN_WORDS = r"及|和|或|与|的|、|/|／|（|）|\(|\)|:|："
_NO_TEXT = re.compile(rf"(?:{_PRINTED_WORD}|{_BETWEEN_WORDS})*")
_NO_NAME = re.compile(rf"(?:{_PRINTED_WORD}|{_ROLE}|{_BETWEEN_WORDS})*")
# Another label and its value: 法定代表人：张样例 beside 出租方.
_OTHER_LABEL = re.compile(rf"(?:{_PRINTED_WORD}|{_ROLE}|[（()）/／])+[:：]")
_PLACE = re.compile(r"[省市区县旗州盟镇乡村屯路街道巷弄里号楼栋幢座室层厦院园场]")
_ADDRESS_END = re.compile(
    r"[。；;]|邮(?:政编码|编)|[，,]?[\u4e00-\u9fff]{0,6}面积|[\d,，.]+(?:平方|平米|㎡|[mM]²)|[12]\d{3}年|[，,](?:共|合计|总计|用于|用作|作为|租|以|产权|房屋|该)"
    # 砖混结构四层楼一栋 is what stands there, too.
    r"|[，,][\u4e00-\u9fff]{1,4}结构"
    r"|(?<=[层楼栋幢座室号])的?(?:房屋)?整[层栋幢]"
    r"|的(?:房屋|房产|场地|场所|综合楼|写字楼|楼房|大楼|楼宇|办公|商业|厂房|物业|培训|商铺|门市|教学|建筑|房$)|[（(](?:以下|下称|[^（()）]{0,4}证|建筑|面积|该|附|详见|共[^（()）]*[层间]|$)"
    r"|(?<=[层楼号室幢栋座院])(?:房屋|房产|房间|用房)(?:[（(]|$)"
    # …路63号的三层楼房: what stands there is no part of where.
    r"|(?<=[号层楼室幢栋座])的[^的，,。]{0,8}(?:房屋|楼房|厂房|房产|楼|建筑|教室|办公室|用房|商铺|商业|平房|院落|场地|场所)"
)
# 样例镇样例村, 样例大厦3层: a place within a place, or a number; one such word alone may be part of any other.
_PLACED = re.compile(rf"{_PLACE.pattern}.*?{_PLACE.pattern}|\d|[一二三四五六七八九十][号栋幢楼层]")
_NO_ADDRESS = re.compile(r"法院|仲裁委|诉讼|管辖|主管部门|管理部门|登记机[构关]|公证")
_OPEN_BRACKET = re.compile(r"[（(][^（()）]*$")
_PREPOSITION = re.compile(r"^(?:(?:坐落|座落|位|处)?[于在]|(?:具体)?位置|坐落|座落|为|是)[:：]?")
# 样例区平安路8号, 样例大街12号3号楼: where somebody is, not who.
_WHERE = re.compile(
    r"[\u4e00-\u9fff]{0,24}?[\u4e00-\u9fff\d](?:路|街|道|巷|弄|胡同|里)[\u4e00-\u9fff\d\-—]{0,8}?\d+[\-—\d]*号"
    r"(?:[\u4e00-\u9fffA-Za-z\d\-—（）()]{0,16}[号楼栋幢座层室院厦])?"
)
# Of 出租方（甲方） in two rows the first one's end: （甲, and the value behind it.
# A number with which something is registered is in no name.
_CODE = re.compile(r"[0-9A-Z]{15}")
_LABEL_BEGUN = re.compile(r"[（(](?:[甲乙丙]|[^（()）]*$)")
_LABEL = re.compile(r"[\u4e00-\u9fff]{2}")
# Areas that differ by less are one; how sure a sum is that is not printed.
SAME_AREA, UNSURE_SUM = 0.01, 0.75
_IN_NUMBER = re.compile(r"[0-9A-Za-z.,]")
# In widths of the others: so wide a step within a number or a code hides a character, or parts two of them.
_WIDE_STEP = 1.9


def printed(item: Labelled) -> Field | None:
    """Read text as it is printed: spaces out, brackets full-width; words of the blank itself are none."""
    passage = item.value.stripped(_FILLER)
    value = names.normalise(passage.text)
    if not value or _NO_TEXT.fullmatch(value) or _OTHER_LABEL.match(value):
        return None
    return passage.field(value)


def address(item: Labelled) -> Field | None:
    """Read an address; text that names no place (面积及用途, 同上) is none."""
    return address_in(item.value)


def address_in(passage: Passage) -> Field | None:
    """Read an address from a passage that holds nothing else."""
    passage = _until_more_is_said(_bare(passage, _PREPOSITION, _ADDRESS_END)).stripped(_FILLER)
    # （三层，总建筑面积…: what a bracket says besides ends before its end.
    opened = _OPEN_BRACKET.search(passage.text)
    passage = passage if opened is None else passage[: opened.start()]
    value = names.normalise(passage.text).translate(_BLANK_MARKS)
    if len(value) < 4 or not _PLACE.search(value) or not _PLACED.search(value) or _NO_ADDRESS.search(value):
        return None
    if _NO_TEXT.fullmatch(value) or _OTHER_LABEL.match(value):
        return None
    return passage.field(value)


def _bare(passage: Passage, before: re.Pattern[str], end: re.Pattern[str]) -> Passage:
    """Return a value without filling, without what `before` matches at its beginning, and up to the first `end`."""
    passage = passage.stripped(_FILLER)
    prefix = before.match(passage.text)
    if prefix is not None:
        passage = passage[prefix.end() :].stripped(_FILLER)
    tail = end.search(passage.text)
    return passage if tail is None else passage[: tail.start()].stripped(_FILLER)


def _until_more_is_said(passage: Passage) -> Passage:
    """Return an address up to a comma behind which no place is named: …12号，产权清晰."""
    for comma in re.finditer(r"[，,]", passage.text):
        if not _PLACE.search(passage.text, comma.end()):
            return passage[: comma.start()]
    return passage


def organisation(item: Labelled) -> Field | None:
    """Read the name of an organisation (or of a person who lets rooms): up to a seal remark or a comma."""
    return organisation_in(item.value)


def organisation_in(passage: Passage) -> Field | None:
    """Read an organisation's name from the beginning of a passage."""
    passage = _without_address(_without_other_rows(_bare(passage, _REMARK_BEFORE, _NAME_END)))
    value = names.normalise(passage.text).translate(_BLANK_MARKS)
    if len(value) < 2 or _NO_NAME.fullmatch(value) or _OTHER_LABEL.match(value) or _LABEL_BEGUN.match(value):
        return None
    if stands_for_a_name(value) or _CODE.search(value):
        return None
    if not is_whole(passage) and is_organisation(value):
        # Characters are hidden within it: what is left reads like a name, and is another's.
        return None
    return without_its_end(passage, value) or passage.field(value)


def _without_other_rows(passage: Passage) -> Passage:
    """Return a name whose first row is whole without other rows that are none of it.

    They make it no name (of a watermark, of a seal), or say what kind of company it is.
    """
    name = names.normalise(passage.text)
    first = first_row(passage)
    if len(first) == len(passage):
        return passage
    whole = names.normalise(first.text)
    if _COMPANY.search(whole) and _COMPANY_TYPE.fullmatch(name.removeprefix(whole)):
        return first
    if is_organisation(name) or _NAME_GOES_ON.search(name):
        return passage
    return first if is_organisation(whole) else passage


def _in_one_row(passage: Passage) -> list[Passage]:
    """Return the passage, and its rows where it has several: a figure of another row belongs to no number."""
    ends = row_ends(passage)
    return [passage, *(passage[start:end] for start, end in pairwise([0, *ends]))] if len(ends) > 1 else [passage]


def _without_address(passage: Passage) -> Passage:
    """Return a name without the address in the row under it, which runs on from it or was taken for the name."""
    name = next((one for one in find_organisations(passage.text) if one.start == 0), None)
    where = name.end if name is not None else 0
    return passage[:where] if _WHERE.fullmatch(passage.text, where) else passage


def authority(item: Labelled) -> Field | None:
    """Read the name of an authority: up to its last 局 or the like, for the date and the seal stand beside it."""
    year = re.search(r"[12]\d{3}\s*年|[二贰][零〇○O0]", item.value.text)
    passage = (item.value[: year.start()] if year else item.value).stripped(_FILLER)
    end = re.match(r".{2,}(?:局|厅|委员会|委|办公室|政府)", passage.text)
    return name_field(passage[: end.end()]) if end is not None else organisation_in(passage)


def person(item: Labelled) -> Field | None:
    """Read a person's name; a bracket before it (校长（法人）：) is the label's."""
    remark = _ROLE_BEFORE.match(item.value.text)
    value = item.value[remark.end() :] if remark is not None else item.value
    if is_organisation(names.normalise(value.text)):
        # The value of another label, whose own was not read, in the row under the name.
        value = first_row(value)
    following = _AFTER_NAME.search(value.text)
    value = value if following is None else value[: following.start()]
    found = _PERSON.search(value.text)
    if found is None or _NO_NAME.fullmatch(found.group()) or _OTHER_LABEL.match(value.text):
        return None
    passage = value[found.start() : found.end()]
    return passage.field(names.normalise(passage.text))


def credit_code(item: Labelled) -> Field | None:
    """Read a unified social credit code."""
    return credit_code_in(item.value)


def credit_code_in(passage: Passage) -> Field | None:
    """Read the best credit code in a passage: one whose check character holds before one whose does not.

    A code that does not hold may be printed so or read badly: it is sure only where no character was in doubt, or
    where no look-alike character would make it hold.
    """
    # Figures of neighbouring columns are no code, and a person's number is none.
    found = [
        code
        for code in codes.find_credit_codes(passage.text)
        if (code.valid or is_even(passage[code.start : code.end])) and not _A_PERSONS.fullmatch(code.value)
    ]
    if not found:
        return None
    best = max(found, key=lambda code: (code.valid, not code.repaired))
    read = passage[best.start : best.end]
    if best.valid:
        return _checked(read, best, one_in=31)
    likeliest = codes.likeliest(_options(read, best.value), codes.credit_code_holds)
    if likeliest is not None:
        return read.field(likeliest).model_copy(update={"confidence": REPAIRED})
    return read.field(best.value, confidence=0.97 if not best.near or read.confidence >= SURE_READING else 0.7)


def identity_number_in(passage: Passage) -> Field | None:
    """Read the best identity number in a passage, as `credit_code_in` does."""
    found = [(part, number) for part in _in_one_row(passage) for number in codes.find_identity_numbers(part.text)]
    if not found:
        return None
    part, best = max(found, key=lambda one: (one[1].valid, not one[1].repaired))
    read = part[best.start : best.end]
    if best.valid:
        return _checked(read, best, one_in=11)
    likeliest = codes.likeliest(_options(read, best.value), codes.identity_number_holds)
    if likeliest is not None:
        return read.field(likeliest).model_copy(update={"confidence": REPAIRED})
    return read.field(best.value)


def _checked(read: Passage, code: codes.FoundCode, *, one_in: int) -> Field:
    """Return a code that holds: of the misreadings of a code only `one_in` so many would hold, too."""
    field = read.field(code.value)
    return field.model_copy(
        update={"confidence": round((1 - (1 - field.confidence) / one_in) * (0.9 if code.repaired else 1.0), 4)}
    )


def _options(read: Passage, value: str) -> list[list[codes.Option]]:
    """Return what the recogniser saw at each place of a code that it read as `value`."""
    seen = [glyph for glyph in read.glyphs if glyph.character.isalnum()]
    if len(seen) != len(value):
        return []
    return [
        [(character, glyph.confidence), *((plain(other).upper(), score) for other, score in glyph.alternatives)]
        for character, glyph in zip(value, seen, strict=True)
    ]


def date(item: Labelled) -> Field | None:
    """Read the first date."""
    found = dates.find_dates(item.value.text)
    if not found:
        return None
    return item.value[found[0].start : found[0].end].field(found[0].value.isoformat())


def amount(item: Labelled) -> Field | None:
    """Read an amount of money in yuan; the label may carry the unit (万元)."""
    unit = 10_000 if "万元" in item.label.text else 1
    found = money.find_amounts(item.value.text, unit=unit)
    if not found:
        return None
    return amount_field(item.value, found[0])


def amount_field(passage: Passage, found: money.Amount) -> Field:
    """Return an amount as a field; figures and 大写 that disagree make it unsure."""
    return passage[found.start : found.end].field(found.value, confidence=0.5 if found.agrees is False else 1.0)


def is_even(written: Passage) -> bool:
    """Say whether the letters and figures of a number or code stand in one row and equally far from each other.

    Between two figures that stand further apart than the others one was not read, as in 1 3 6 8 . 5 2 on a blank.
    """
    steps: list[float] = []
    for before, after in pairwise(written.glyphs):
        if not (_IN_NUMBER.fullmatch(before.character) and _IN_NUMBER.fullmatch(after.character)):
            continue
        if before.page is not after.page or after.middle[0] <= before.middle[0]:
            return False
        steps.append(after.middle[0] - before.middle[0])
    return len(steps) < 3 or max(steps) <= _WIDE_STEP * median(steps)


def area_field(passage: Passage, found: Found[float], *, confidence: float = 1.0) -> Field:
    """Return an area as a field; without a value where a figure of it may not have been read."""
    written = passage[found.start : found.end]
    # A unit's letters may stand further off.
    figures = re.match(r"[\d.,，\s]+", written.text)
    even = is_even(written if figures is None else written[: figures.end()])
    return written.field(found.value, confidence=confidence) if even else written.field(None, confidence=0.5)


def area(item: Labelled) -> Field | None:
    """Read an area in m²; beside a label that says 面积 a bare number counts, or one whose unit is not readable.

    Of several under one head (a deed of several rooms) it is what they come to.
    """
    named = "面积" in item.label.text
    read = _area_in(item.value, bare=named)
    if read is None:
        return None
    fields = [read]
    for part in _cells_below(item):
        field = _area_in(part, bare=named)
        # An empty cell or another head ends the column.
        if field is None:
            break
        fields.append(field)
    return _together(fields) if len(fields) > 1 else read


def _cells_below(item: Labelled) -> list[Passage]:
    """Return what stands in the cells that adjoin under that of the value of a column's head."""
    if item.room is None or item.room[1] < item.label.box[3]:
        return []
    page, (left, top, right, bottom) = item.label.page, item.room
    column = [box for box in page.cells if abs(box[0] - left) < ALIGNED and abs(box[2] - right) < ALIGNED]
    run: list[Passage] = []
    for box in sorted((box for box in column if box[1] > top), key=lambda box: box[1]):
        # Beside the number of a plot stands its label; of rooms, their floors.
        beside = [one for one in page.cells if abs(one[2] - left) < ALIGNED and abs(one[1] - box[1]) < ALIGNED]
        if box[1] - bottom > ALIGNED or any(_LABEL.search(inside(page, one).text) for one in beside):
            break
        run.append(inside(page, box))
        bottom = box[3]
    return run


def _together(read: Sequence[Field]) -> Field:
    """Return the sum of some areas: the last of them, where it is printed, or else unsurely what they come to."""
    values = [one.value for one in read]
    numbers = [value for value in values if isinstance(value, int | float)]
    if len(numbers) < len(values):
        return read[0].model_copy(update={"value": None})
    *rooms, last = numbers
    if len(rooms) > 1 and abs(sum(rooms) - last) < SAME_AREA:
        return read[-1]
    confidence = min(UNSURE_SUM, *(one.confidence for one in read))
    return read[0].model_copy(update={"value": round(sum(numbers), 2), "confidence": confidence})


def _area_in(passage: Passage, *, bare: bool) -> Field | None:
    found = areas.find_areas(passage.text)
    if found:
        return area_field(passage, found[0])
    alone = _BARE_NUMBER.match(passage.text) if bare else None
    if alone is None:
        return None
    whole, fraction = alone["whole"], alone["fraction"]
    written = passage[alone.start("whole") : alone.end()]
    digits = re.sub(r"[,，.]", "", whole)
    if fraction is not None and len(fraction) == len("002") and len(digits) > len("999") and fraction.endswith("2"):
        # Areas have two decimals: the third figure is the ㎡ behind them, read as 2.
        fraction = fraction[:-1]
    elif fraction is not None and len(fraction) == len("050") and "," not in whole:
        # 1.050 may be 1,050 with its comma read badly.
        return written.field(None, confidence=0.5)
    return written.field(float(digits + "." + (fraction or "0")), confidence=0.95)


def found_by(find: Callable[[str], Sequence[Found[str]]]) -> Parser:
    """Return a parser of the first value that a finder of `extractors.values` finds."""

    def parse(item: Labelled) -> Field | None:
        found = find(item.value.text)
        return item.value[found[0].start : found[0].end].field(found[0].value) if found else None

    return parse


def pattern(expression: str) -> Parser:
    """Return a parser of what matches a regular expression."""
    compiled = re.compile(expression)

    def parse(item: Labelled) -> Field | None:
        found = compiled.search(item.value.text)
        if found is None:
            return None
        passage = item.value[found.start() : found.end()]
        return passage.field(names.normalise(passage.text))

    return parse
