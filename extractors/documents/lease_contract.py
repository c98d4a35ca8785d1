"""房屋租赁合同: parties, premises, floor area, term, rent and signing date, from clauses, filled blanks or a table."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from extractors.documents import parsers
from extractors.documents.base import DocumentType, LabelledField, keep, lacks, read_labelled
from extractors.layout import Passage, flow
from extractors.values import areas, dates, lengths, money
from extractors.values.dates import lease_end, whole_months
from extractors.values.found import Found
from extractors.values.organisations import is_organisation
from schemas.document import DocumentKind, Field
from schemas.page import Page

_LETTERS = ("甲方", "乙方")


def _of_party(role: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of a party: its names, with the letter it has in the contract, and with what it fills in."""
    plain = [*names, *(f"{role}{word}" for word in ("名称", "姓名", "（单位）", "（盖章）", "（签章）"))]
    lettered = [
        label for name in names for letter in _LETTERS for label in (f"{name}（{letter}）", f"{letter}（{name}）")
    ]
    said = [f"{role}（以下简称{letter}）" for letter in _LETTERS]
    return (*plain, *lettered, *said)


_LESSOR = ("出租方", "出租人", "出租单位", "房屋出租人", "转租方", "转租人", "转租单位", "房东", "房主")
_LESSEE = ("承租方", "承租人", "承租单位", "房屋承租人", "受转租方", "受转租人", "租赁方", "租房方", "租客", "租户")
# Who owns the rooms lets them, but where a contract names another that does.
_OWNER = ("房屋所有权人", "所有权人", "房屋产权人", "产权人", "产权单位", "业主")
_PREMISES = ("房屋", "租赁房屋", "出租房屋", "承租房屋", "租赁物", "租赁标的", "租赁场地", "场地", "租赁物业", "物业")
_WHERE = ("坐落", "座落", "地址", "位置", "所在地", "地点")

_PARTIES = (
    LabelledField("lessor", (*_of_party("出租方", _LESSOR), "甲方"), parsers.organisation),
    LabelledField("lessee", (*_of_party("承租方", _LESSEE), "乙方"), parsers.organisation),
    LabelledField("owner", _of_party("产权人", _OWNER), parsers.organisation),
    LabelledField(
        "address",
        (
            *(f"{premises}{where}" for premises in _PREMISES for where in _WHERE),
            "坐落",
            "座落",
            "租赁地址",
            "租赁地点",
            "房屋坐落地址",
            "房屋坐落位置",
            "房屋具体位置",
            "房屋所在位置",
            "房屋详细地址",
        ),
        parsers.address,
    ),
    # What is let may be a part of the building whose area stands there, too.
    LabelledField("let_area", ("租赁面积", "出租面积", "承租面积", "租赁建筑面积", "出租建筑面积"), parsers.area),
    LabelledField("floor_area", ("房屋建筑面积", "建筑面积", "房屋面积", "面积"), parsers.area),
)

# The two ends of the term, where each has a label of its own.
_ENDS = tuple(
    LabelledField(
        name,
        tuple(
            f"{before}{end}{day}" for before in ("租赁", "合同", "") for end in ends for day in ("日期", "时间", "日")
        ),
        parsers.date,
    )
    for name, ends in (("lease_start", ("起租", "起始", "开始")), ("lease_end", ("终止", "截止", "到期", "结束")))
)
_OTHER_LABELS = {
    "representative": ("法定代表人", "负责人", "委托代理人", "经办人", "联系人", "代表人"),
    "number": ("证件号码", "身份证号", "统一社会信用代码", "合同编号", "联系电话", "电话", "住所", "通讯地址"),
    "term": ("租赁期限", "租期", "租赁期", "起止日期", "租赁时间", "租期约定", "租用期限", "使用期限", "使用年限"),
    "rent": ("年租金", "租金", "月租金", "押金", "租金标准", "支付方式", "付款方式", "租金金额", "保证金"),
    "use": ("用途", *(f"{premises}用途" for premises in _PREMISES)),
    "area": ("使用面积", "租用面积", "可使用建筑面积", *(f"{premises}面积" for premises in _PREMISES)),
    "signed": ("签订日期", "签约日期", "签署日期", "签订时间", "日期"),
}

# An address in a sentence ends where the sentence goes on.
_SAID = (
    r"(?P<address>[^，,。；;：:、\n][^，,。；;：:\n]{4,59}?)"
    r"(?=[，,。；;：:]|的(?:房屋|房产|场地|办公|商业|厂房|物业|培训|商铺|教学|建筑)|房屋出租|出租给|租给|租赁给|[（(]以下|共计|建筑面积|面积|\n|$)"
)
_ROOMS = r"(?:房屋|房产|用房|厂房|场地|租赁物|物业|标的物?|商铺|店铺|校舍|教室|大厦|写字楼|场所)"
# A座, 3层, 201-206室
_WITHIN_HOUSE = re.compile(r"(?:[A-Za-z\d一二三四五六七八九十、至\-—]{0,8}[座楼层室号栋幢院厦房]){1,3}")
# How the premises are announced, the most telling way first; a house number makes 租赁房屋：… an address.
_ADDRESSES = (
    re.compile(rf"(?:[坐座]落[于在为是]?|位于|地处)[:：]?\n?{_SAID}"),
    re.compile(rf"{_ROOMS}[^，,。；;：:\n]{{0,6}}(?:地址|位置|所在地|地点)[为是]?[:：]?\n?{_SAID}"),
    re.compile(rf"{_ROOMS}[为是]?[:：](?=[^，,。；;：:\n]{{2,40}}\d号){_SAID}"),
    re.compile(rf"(?<![\u4e00-\u9fff])(?:详细|具体)?(?:地址|位置|地点)[为是]?[:：]{_SAID}"),
)
# Before 地址 alone: it is where a party is.
_PARTY_BEFORE = re.compile(
    r"甲方|乙方|出租[方人]|承租[方人]|名称|姓名|代表|代理|电话|传真|邮编|证件|身份证|信用代码|账号|开户"
)
# 甲方（出租方） in a row of its own, its name in the next: 名称：…, or the name alone behind 甲方：
_NAMED_BELOW = (
    r"[^\n：:，,。]{0,10}(?:[:：]?\n(?:单位|公司|企业)?(?:名称|姓名|全称)(?:[（(/／][^）)\n：:]{0,8}[）)]?)?[:：]|[:：]\n)"
    r"(?P<name>[^\n：:，,。；;]+)(?=\n)"
)
_TERM_WORDS = re.compile(
    r"(?:租赁|租用|承租|出租|租借|使用|合同|协议)(?:期限|年限|期间|时间|起止|有效期|期)|租期|租限|起止[日时][期间]|起租日期?"
)
_NOT_TERM_AFTER = re.compile(
    r"[^，,。；;\n]{0,4}(支付|缴纳|交纳|付|结算|租金|押金|房租|通知|书面|以前|之前|前|内|宽限|免租)"
)
_NOT_TERM_BEFORE = re.compile(r"(提前|每|按|满|逾期|超过|不少于|免租期?)[^，,。；;]{0,3}$")
# A sentence on another term: of what may follow, of the land, of the lessor's own lease.
_OTHER_TERM = re.compile(r"续租|续签|续期|延长|延续|顺延|土地|设计|产权人|原租")
_TERM_BEFORE = re.compile(r"(共|计|期限|租期|租赁期|为期)[^，,。；;]{0,6}$")
# A clause on months without rent: its dates and length are not the term's. What follows with 自 belongs to it. The term
# may begin on the day after them.
_FREE = re.compile(
    r"(?:免租(?:期限?)?|装修期)(?!(?:届满|期?满|结束|到期|终止)(?:之|的|后)*(?:次日|第二[日天]|后|起|即))"
    r"|免收|免除租金|免交|试租|优惠期|土地使用权?(?:期限|年限|终止)?"
)
# What a new contract says of the one before it, and single years or payments of the term: 第一年自…至….
_FORMER = re.compile(r"鉴于[^。；;：:\n]*|[^，,。；;\n]*原(?:租赁)?(?:合同|协议)[^，,。；;\n]*")
_ONE_YEAR = re.compile(
    r"(?:第[一二三四五六七八九十\d]+个?|首个?)(?:租赁|合同|承租)?(?:年度?|期)[（(:：]?[自从为]?(?=[12二贰])[^，,。；;\n）)]*"
)
_CLAUSE = re.compile(r"[^，,。；;\n]*[，,。；;\n]?")
_BRACKETED = re.compile(r"[（(][^（()）]*(?:免租|免收|装修期)[^（()）]*[）)]")
_FREE_GOES_ON = re.compile(r"^(?:自|从|即|由|共|合?计|为期|\d{4}[年.\-/])")
_MASKED = "※"

_ANNUAL = re.compile(
    r"(?<![\d一二三四五六七八九十两])年租金|每一?个?租赁年度的?租金|每年租金|每年度租金|全年租金|租金[^，,。；;]{0,6}每年|首年租金|每年(?:人民币)?|年度租金"
)
_MONTHLY = re.compile(
    r"(?<![\d个一二两三四五六七八九十])月租金|每月租金|租金[^，,。；;]{0,6}每月|每月(?:人民币)?|月度租金"
)
_RENT = re.compile(r"租金(?:标准|金额)?(?:为|是)?[:：]?")
_PER_YEAR = re.compile(r"^[整正]?[）)]?(?:[/／]|每|一)?年(?!租)")
_A_YEAR = re.compile(r"[整正]?[）)]?(?:[/／]|每)年(?!租)")
_PER_MONTH = re.compile(r"^[整正]?[）)]?(?:[/／]|每|一)?(?:个)?月")
# Between the word and the amount, or behind it: the amount is none of a year.
_NOT_ALL = re.compile(
    r"[。；;]|平方米|平米|㎡|m2|天|日租|季|半年|押金|保证金|第[一二三四五六七八九十\d]+年|总额|总计|物业|管理费|水电"
)
# 每平方米每月人民币30元 is what one square metre costs, 物业费每年12000元 what something else does.
_NOT_RENT = re.compile(
    r"(?:平方?米|㎡|[mM][²2]|(?:物业|管理|卫生|取暖|采暖|供暖|供热|水电|保洁|停车|维修|服务|押|保证|违约|滞纳)[费金]?)"
    r"[^，,。；;\n]{0,4}\Z"
)
_ALL_OF_IT = re.compile(r"^(?:总计|总额|合计|共计)")
_STEPPED = re.compile(r"递增|上浮|上调|增长|第二年|次年起")
_SIGNED_WORDS = re.compile(
    r"(?:(?:签订|签约|签署|签字|签章|立约|订立|立合同)(?:日期|时间|于)|合同日期|立约日"
    r"|(?<!起止)(?<!付款)(?<!支付)(?<!交付)(?<!到期)(?<!截止)(?<!终止)(?<!开始)(?<!起始)(?<!起租)(?<!生效)(?<!交房)(?<!入住)(?<!租赁)日期)[\W_为是]*$"
)
# A row that says more than when somebody signs: of a term, of payments.
_SENTENCE = re.compile(r"[，,。；;]|[至到~～]|\d[—–－]\d{4}|期|前|起")
# The premises' area as the lease means it, before areas of land, of shared parts, of single rooms.
_AREA_WORDS = (
    r"(?:租赁|出租|承租|租用)(?:的?房屋|的?场地|物)?(?:总)?(?:建筑)?面积",
    r"(?:房屋|场地|总)?建筑(?:总)?面积",
    r"(?:总|合计|共计)?面积",
)
_NOT_PREMISES = re.compile(r"(?:公摊|分摊|占地|土地|宗地|套内|使用|绿化|停车|单间|每间)[^，,。；;]{0,4}$")
# Before the area of a room, in so many characters at most.
_ROOM = re.compile(r"\d[\w\-#]{0,5}(?:室|房间?|层|楼|栋|座|区|间|厅|库)(?:的?(?:建筑|使用|租赁)?面积)?[为是:：]?$")
_ROOM_LENGTH = 20
# Between the areas of two rooms, or that of the last and the total.
_NEXT_ROOM = re.compile(
    r"(?:平方米|㎡|[mM][²2]?)?[；;、，,和及]?(?:(?:第|另|以及)?(?!其中|包括|含)\d[\w\-#]{0,5}(?:室|房间?|层|楼|栋|座|区|间|厅|库)"
    r"(?:的?(?:建筑|使用|租赁)?面积)?[为是:：]?|(?:以上|[一二三四五六]处|共|合|总)+计?(?:建筑|租赁)?(?:面积)?[为是:：]?)"
)
# 本协议由甲公司, …）与乙学校: the name with which a sentence goes on to say what it is called.
_AT_END = re.compile(
    r"(?:^|[，,。；;：:]|[）)](?=[与和及同]))(?:[^，,。；;：:]{0,30}由|[与和及同])?"
    r"(?P<name>(?:[^，,。；;：:（()）]|[（(][^（()），,。]*[）)]){4,44})$"
)
# A stretch in which a term, a rent or an area stands after the word that announces it.
_WINDOW = 90


def _read(pages: Sequence[Page]) -> dict[str, Field]:
    whole = flow(pages)
    fields = read_labelled(pages, _PARTIES, _OTHER_LABELS)
    owner = fields.pop("owner", None)
    for name, words in (("lessor", (*_LESSOR, "甲方")), ("lessee", (*_LESSEE, "乙方"))):
        if lacks(fields, name):
            keep(fields, name, _party_below(words[:-1])(whole) or _party_called(words)(whole))
    if fields.get("lessor") is None:
        keep(fields, "lessor", owner or _party_below(_OWNER)(whole))
    said, labelled = _address(whole), fields.get("address")
    if labelled is None or labelled.value is None or _goes_on(labelled, said):
        keep(fields, "address", said)
    let = fields.pop("let_area", None)
    let = let if let is not None and let.value is not None else None
    keep(fields, "floor_area", _of_all_rooms(whole) or let or _floor_area(whole))
    fields.update(_term(pages, whole))
    keep(fields, "annual_rent", _annual_rent(whole))
    keep(fields, "signed", _signed(whole))
    return fields


def _goes_on(labelled: Field, said: Field | None) -> bool:
    """Say whether a sentence goes on in the next row with an address, of which what stands beside its label ends."""
    address, whole = str(labelled.value), str(said.value) if said is not None else ""
    return whole.startswith(address) and _WITHIN_HOUSE.fullmatch(whole, len(address)) is not None


def _party_below(names: Sequence[str]) -> Callable[[Passage], Field | None]:
    """Return a reader of the party whose name stands in the row under the party's own."""
    heading = re.compile(rf"(?:{'|'.join(names)}){_NAMED_BELOW}")

    def read(whole: Passage) -> Field | None:
        found = heading.search(whole.text)
        return parsers.organisation_in(whole[found.start("name") : found.end("name")]) if found is not None else None

    return read


def _party_called(names: Sequence[str]) -> Callable[[Passage], Field | None]:
    """Return a reader of the party that a sentence names before it says what it is called."""
    called = re.compile(rf"[（(](?:以下|下)(?:简)?称(?:为)?[“”\"'：:]?(?:{'|'.join(names)})")

    def read(whole: Passage) -> Field | None:
        # A name goes on in the next row.
        whole = Passage(tuple(glyph for glyph in whole.glyphs if glyph.character != "\n"))
        found = called.search(whole.text)
        named = _AT_END.search(whole.text, 0, found.start()) if found is not None else None
        if named is None or not is_organisation(named["name"]):
            return None
        return parsers.organisation_in(whole[named.start("name") : named.end("name")])

    return read


def _address(whole: Passage) -> Field | None:
    for announced in _ADDRESSES:
        for found in announced.finditer(whole.text):
            alone = announced is _ADDRESSES[-1]
            if alone and _PARTY_BEFORE.search(whole.text, max(found.start() - 80, 0), found.start()):
                continue
            field = parsers.address_in(whole[found.start("address") : found.end("address")])
            if field is not None:
                return field
    return None


def _floor_area(whole: Passage) -> Field | None:
    """Read the area that stands nearest behind the most telling word; two unlike ones make it unsure."""
    found = areas.find_areas(whole.text)
    for words in _AREA_WORDS:
        named = [
            area for before, area in zip([None, *found], found, strict=False) if _is_named(whole, before, area, words)
        ]
        if named:
            first = _total(named) or named[0]
            agreed = first is not named[0] or all(abs(other.value - first.value) < parsers.SAME_AREA for other in named)
            return parsers.area_field(whole, first, confidence=1.0 if agreed else 0.7)
    if len({area.value for area in found}) == 1 and not _NOT_PREMISES.search(whole.text[: found[0].start]):
        return parsers.area_field(whole, found[0], confidence=0.85)
    return None


def _total(parts: Sequence[Found[float]]) -> Found[float] | None:
    """Return the area of several rooms together: the last one, which is the sum of those before it."""
    *rooms, last = parts
    return last if len(rooms) > 1 and abs(sum(room.value for room in rooms) - last.value) < parsers.SAME_AREA else None


def _of_all_rooms(whole: Passage) -> Field | None:
    """Read the area of rooms listed one by one (501室412.36㎡；503室186.50㎡): the total, or else their sum."""
    found = areas.find_areas(whole.text)
    for place, first in enumerate(found):
        if _ROOM.search(whole.text, max(first.start - _ROOM_LENGTH, 0), first.start) is None:
            continue
        rooms = [first]
        for area in found[place + 1 :]:
            if _NEXT_ROOM.fullmatch(whole.text[rooms[-1].end : area.start].replace("\n", "")) is None:
                break
            rooms.append(area)
        if len(rooms) > 1:
            together = round(sum(room.value for room in rooms), 2)
            total = _total(rooms) or Found(together, first.start, rooms[-1].end)
            return parsers.area_field(whole, total)
    return None


def _is_named(whole: Passage, before: Found[float] | None, area: Found[float], words: str) -> bool:
    """Say whether such a word announces an area: in the same sentence, with no other area between."""
    start = max(area.start - 26, 0, before.end if before is not None else 0)
    context = whole.text[start : area.start]
    word = _last(words, context)
    return (
        word is not None
        and re.search(r"[。；;]", context[word.end() :]) is None
        and _NOT_PREMISES.search(context[: word.start()]) is None
    )


def _last(expression: str, text: str) -> re.Match[str] | None:
    matches = list(re.finditer(expression, text))
    return matches[-1] if matches else None


def _term(pages: Sequence[Page], whole: Passage) -> dict[str, Field]:
    """Read the term by its dates, its length, or both; what is not printed is derived and carries no text."""
    whole = _without_other_terms(whole)
    best: dict[str, Field] = {}
    for word in _TERM_WORDS.finditer(whole.text):
        window = whole[word.end() : word.end() + _WINDOW]
        fields = _term_in(window)
        if len(fields) > len(best) and ("lease_start" in fields or "lease_months" in fields):
            best = fields
    if "lease_start" not in best:
        # Without the word: the first stretch 自…起至…止 of more than a month.
        term = dates.find_range(whole.text)
        if term is not None and term.first is not None and term.last is not None and term.last.value is not None:
            window = whole[term.first.start : term.first.start + _WINDOW]
            best = {**_term_in(window), **{name: best[name] for name in best if name == "lease_months"}}
    if "lease_start" not in best:
        ends = read_labelled(pages, _ENDS, _OTHER_LABELS)
        best |= {name: end for name, end in ends.items() if end.value is not None}
    return _with_derived(best)


def _without_other_terms(whole: Passage) -> Passage:
    """Return the text with what it says of months without rent and former contracts made unreadable, at its length."""
    masked = [match.span() for pattern in (_FORMER, _ONE_YEAR, _BRACKETED) for match in pattern.finditer(whole.text)]
    free = False
    for clause in _CLAUSE.finditer(_blanked(whole.text, masked)):
        text = clause.group()
        own = _FREE.search(text) is not None and _TERM_WORDS.search(_FREE.sub("", text)) is None
        free = own or (free and _FREE_GOES_ON.match(text) is not None)
        if free:
            masked.append(clause.span())
        free = free and not text.endswith(("。", "；", ";", "\n"))
    text = _blanked(whole.text, masked)
    return Passage(
        tuple(replace(glyph, character=character) for glyph, character in zip(whole.glyphs, text, strict=True))
    )


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + _MASKED * (end - start) + text[end:]
    return text


def _term_in(window: Passage) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    term = dates.find_range(window.text)
    if term is not None:
        for name, found in (("lease_start", term.first), ("lease_end", term.last)):
            if found is not None:
                value = found.value.isoformat() if found.value else None
                fields[name] = window[found.start : found.end].field(value)
    else:
        start = dates.find_dates(window.text)
        if start and re.match(r"[^。；;]{0,14}(?:自|从|由|于|以|起租|起算|开始)", window.text):
            fields["lease_start"] = window[start[0].start : start[0].end].field(start[0].value.isoformat())
    length = next((one for one in lengths.find_lengths(window.text) if _is_of_the_term(window.text, one)), None)
    if length is not None:
        fields["lease_months"] = window[length.start : length.end].field(length.value)
    return fields


def _is_of_the_term(text: str, length: Found[int]) -> bool:
    """Say whether a length is the term's own: not one of payments, notices or deposits, and said in its sentence."""
    if _NOT_TERM_AFTER.match(text[length.end :]) or _NOT_TERM_BEFORE.search(text[: length.start]):
        return False
    since = re.split(r"[。；;]", text[: length.start])
    if _OTHER_TERM.search(since[-1]):
        return False
    return len(since) == 1 or _TERM_BEFORE.search(since[-1]) is not None


def _with_derived(fields: dict[str, Field]) -> dict[str, Field]:
    start, end, months = (fields.get(name) for name in ("lease_start", "lease_end", "lease_months"))
    if start is None or not isinstance(start.value, str):
        return fields
    begin = date.fromisoformat(start.value)
    if months is None and end is not None and isinstance(end.value, str):
        fields["lease_months"] = _derived(whole_months(begin, date.fromisoformat(end.value)), start, end)
    elif end is None and months is not None and isinstance(months.value, int):
        fields["lease_end"] = _derived(lease_end(begin, months.value).isoformat(), start, months)
    return fields


def _derived(value: str | int, *sources: Field) -> Field:
    first = sources[0]
    return Field(
        value=value,
        text=None,
        confidence=min(source.confidence for source in sources),
        file=first.file,
        page=first.page,
        box=first.box,
    )


def _annual_rent(whole: Passage) -> Field | None:
    """Read a year's rent, or twelve times a month's where it stays the same; a rent in steps or by area is left out."""
    stepped = _STEPPED.search(whole.text) is not None
    for words, months in ((_ANNUAL, 1), (_MONTHLY, 12), (_RENT, 0)):
        for word in words.finditer(whole.text):
            field = _rent_at(whole, word, months)
            if field is not None and (months == 1 or not stepped):
                return field.model_copy(update={"confidence": round(field.confidence * 0.8, 4)}) if stepped else field
    return None if stepped else _rent_of_a_year(whole)


def _rent_of_a_year(whole: Passage) -> Field | None:
    """Read the only amount of so much a year, 420,000元/年, where no other thing is named before it."""
    found = [
        one
        for one in money.find_amounts(whole.text)
        if _A_YEAR.match(whole.text, one.end) and not _NOT_RENT.search(whole.text, max(one.start - 12, 0), one.start)
    ]
    return parsers.amount_field(whole, found[0]) if len({one.value for one in found}) == 1 else None


def _rent_at(whole: Passage, word: re.Match[str], months: int) -> Field | None:
    """Read the rent behind a word; `months` is how often it is paid a year, 0 where only the amount says so."""
    if _NOT_RENT.search(whole.text, max(word.start() - 12, 0), word.start()):
        return None
    window = whole[word.start() : word.end() + 50]
    found = money.find_amounts(window.text)
    if not found or found[0].start > word.end() - word.start() + 24:
        return None
    amount, behind = found[0], window.text[found[0].end :]
    between = window.text[word.end() - word.start() : amount.start]
    # 月租金总计为: all of a month's.
    between = _ALL_OF_IT.sub("", between)
    if _NOT_ALL.search(between) or re.match(r"[^，,。；;]{0,2}(?:[/／]|每)?(?:平方?米|㎡|天|日|季|半年)", behind):
        return None
    if months != 12 and (_PER_MONTH.match(behind) or "月" in between.replace("个月", "")):
        months = 12
    elif not months:
        months = 1 if _PER_YEAR.match(behind) or "年" in between else 0
    if not months:
        return None
    field = parsers.amount_field(window, amount)
    if months == 1:
        return field
    return field.model_copy(
        update={"value": round(amount.value * months, 2), "confidence": round(field.confidence * 0.9, 4)}
    )


def _is_beside(first: Passage, second: Passage) -> bool:
    """Say whether two passages stand at one height of a page, apart from each other."""
    apart = first.box[2] <= second.box[0] or second.box[2] <= first.box[0]
    shared = min(first.box[3], second.box[3]) - max(first.box[1], second.box[1])
    return first.page is second.page and apart and shared > 0.5 * min(first.height, second.height)


def _signed(whole: Passage) -> Field | None:
    """Read the signing date: the last date behind a word that announces it, or else the last one of all at the end."""
    found = dates.find_dates(whole.text)
    for one in reversed(found):
        before = whole.text[max(one.start - 12, 0) : one.start]
        if _SIGNED_WORDS.search(before):
            passage = whole[one.start : one.end]
            beside = [other.value for other in found if _is_beside(whole[other.start : other.end], passage)]
            if any(other != one.value for other in beside):
                # Each party's date: one of them was read badly, or they signed on two days.
                return passage.field(None, confidence=0.5)
            return passage.field(one.value.isoformat())
    if found and len(whole) - found[-1].end < 40:
        last = found[-1]
        row = whole.text[whole.text.rfind("\n", 0, last.start) + 1 :]
        if not _SENTENCE.search(row):
            return whole[last.start : last.end].field(last.value.isoformat(), confidence=0.9)
    return None


TYPE = DocumentType(
    kind=DocumentKind.LEASE_CONTRACT,
    titles=(
        "房屋租赁合同",
        "租赁合同",
        "房屋租赁合同书",
        "租赁合同书",
        "租赁协议",
        "租赁协议书",
        "房屋租赁协议",
        "房屋租赁协议书",
        "场地租赁合同",
        "场地租赁协议",
        "厂房租赁合同",
        "房屋出租合同",
        "房屋出租协议",
        "租房合同",
        "房产租赁合同",
        "租用合同",
    ),
    title_pattern=r".*(租赁|租房|出租|承租|租用).*(合同|协议|契约)书?",
    marks=(
        "出租方",
        "承租方",
        "租赁期",
        "租金",
        "甲方",
        "乙方",
        "房屋用途",
        "押金",
        "违约责任",
        "续租",
        "转租",
        "腾退",
    ),
    has_parts=True,
    pages_at_most=30,
    read=_read,
    derive=_with_derived,
)
