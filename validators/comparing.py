"""Comparing what documents print: names of organisations and persons, addresses.

Two texts are the same, differ so little that one may be misread, are plainly two, or leave it open.
"""

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein


class Likeness(StrEnum):
    """How two printed texts stand to one another."""

    SAME = "same"
    CLOSE = "close"
    """They differ in so few characters that one may be misread."""
    UNCLEAR = "unclear"
    """They do not contradict each other, and do not say the same either."""
    DIFFERENT = "different"


class Comparison(NamedTuple):
    """How two texts stand to one another, and in how many characters they differ."""

    likeness: Likeness
    edits: int


SAME = Comparison(Likeness.SAME, 0)


def compare_names(first: str, second: str) -> Comparison:
    """Compare names of organisations or persons; spaces, brackets and the width of characters do not count.

    >>> compare_names('样例（天津）学校', '样例(天津) 学校').likeness.value
    'same'
    >>> compare_names('样例市启明职业培训学校', '样例市启朋职业培训学校')
    Comparison(likeness=<Likeness.CLOSE: 'close'>, edits=1)
    >>> compare_names('张样例', '李某人').likeness.value
    'different'
    """
    first, second = bare_name(first), bare_name(second)
    edits = Levenshtein.distance(first, second)
    if not edits:
        return SAME
    # One character of a person's name, up to three of an organisation's.
    is_close = edits <= max(1, min(3, round(0.25 * max(len(first), len(second)))))
    return Comparison(Likeness.CLOSE if is_close else Likeness.DIFFERENT, edits)


def bare_name(text: str) -> str:
    """Return a name without what printing and reading vary: spaces, signs, brackets, width."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()


_CJK = r"[\u4e00-\u9fff]"
# In the names of provinces, cities and districts none of these stands: they belong to roads and below.
_ADMIN = r"(?:(?![路街道巷镇乡村园号])[\u4e00-\u9fff])"
_REGION = re.compile(
    rf"(?:中国)?(?:{_ADMIN}{{2,7}}?(?:省|自治区|特别行政区))?"
    rf"(?P<city>{_ADMIN}{{2,8}}?(?:自治州|地区|盟|市))?"
    rf"(?P<district>{_ADMIN}{{1,12}}?(?:新区|开发区|(?<![小社校厂])区|县|旗|市))?"
)
_STREET = re.compile(
    rf"(?P<street>(?:{_CJK}|[A-Za-z0-9])+?(?:大街|大道|胡同|路|街|道|巷|弄|村|屯|里|园区|开发区))"
    r"(?P<section>[东西南北中]?段?)(?P<number>\d+(?:-\d+)*)号?"
)
_BUILDING = re.compile(r"([A-Za-z]|\d+)(?:号楼|栋|幢|座)")
_UNIT = re.compile(r"([A-Za-z]|\d+)单元")
# 201、202室, 201-203房; a number at the end is that of a room, too.
_ROOM = re.compile(r"(\d{1,4}(?:[-,]\d{1,4})*)(?:室|号?房间?)|(\d{3,4}(?:[-,]\d{3,4})*)$")
_FLOOR = re.compile(r"(\d{1,2}(?:[-,]\d{1,2})*)(?:层|楼(?!座))")
# What places nothing.
_FILLING = re.compile(r"[院内的整,]|全部")
# A range is followed so far.
MOST_ROOMS = 200
# What may stand before a street without making it another one: 新华街道学府路 is 学府路.
_BEFORE_STREET = re.compile(r".*(?:街道|办事处|镇|乡|区|县|旗|市|园|村)")
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百]+(?=号|栋|幢|座|层|楼|室|单元)")


class _Address(NamedTuple):
    """An address in its parts; what it does not name is empty."""

    city: str
    district: str
    local: str
    street: str
    section: str
    number: str
    within: tuple[frozenset[str], ...]
    """Its buildings, units, rooms and floors."""
    rest: str
    """What stands behind the house number beside these: the house's name, its wing."""


def compare_addresses(first: str, second: str) -> Comparison:
    """Compare addresses, one of which may leave out province and city, building and room.

    They are one place where street and house number agree and nothing else contradicts, or where one stands whole in
    the other; two places where city, street or house number differ. Without streets nothing shows that they are two.
    Other buildings, floors or rooms of one house leave it open.

    >>> compare_addresses('样例省样例市学府路12号3号楼201室', '学府路十二号').likeness.value
    'same'
    >>> compare_addresses('学府路12号', '学府路1号').likeness.value
    'close'
    >>> compare_addresses('甲样市学府路12号', '乙例市学府路12号').likeness.value
    'different'
    >>> compare_addresses('学府路12号3号楼', '学府路12号5号楼').likeness.value
    'unclear'
    >>> compare_addresses('学府路12号201室', '学府路12号305室').likeness.value
    'unclear'
    >>> compare_addresses('学府路12号东楼', '学府路12号西楼').likeness.value
    'unclear'
    >>> compare_addresses('学府路12号样例大厦A座201、202室', '学府路12号A座201-202室').likeness.value
    'same'
    """
    one, other = _parts(first), _parts(second)
    if not one.local or not other.local:
        return Comparison(Likeness.UNCLEAR, 0)
    if _is_other_city(one, other):
        edits = Levenshtein.distance(one.city, other.city)
        return Comparison(Likeness.CLOSE if edits == 1 else Likeness.DIFFERENT, edits)
    if one.street and other.street:
        return _compare_streets(one, other)
    shorter, longer = sorted((one.local, other.local), key=len)
    if len(shorter) >= 4 and _stands_in(shorter, longer):
        return SAME
    return Comparison(Likeness.UNCLEAR, Levenshtein.distance(one.local, other.local))


def _compare_streets(one: _Address, other: _Address) -> Comparison:
    edits = 0 if _is_same_street(one.street, other.street) else Levenshtein.distance(one.street, other.street)
    # 12-1号 may be a part of 12号.
    is_part = one.number.startswith(f"{other.number}-") or other.number.startswith(f"{one.number}-")
    if not is_part:
        edits += Levenshtein.distance(one.number, other.number)
    if one.section and other.section:
        edits += Levenshtein.distance(one.section, other.section)
    if edits:
        return Comparison(Likeness.CLOSE if edits == 1 else Likeness.DIFFERENT, edits)
    is_elsewhere = any(a and b and not a & b for a, b in zip(one.within, other.within, strict=True))
    shorter, longer = sorted((one.rest, other.rest), key=len)
    is_other_house = bool(shorter) and not _stands_in(shorter, longer)
    # 学府路南段 has house numbers of its own.
    is_other_street = one.section != other.section or not _is_same_district(one.district, other.district)
    return Comparison(Likeness.UNCLEAR, 1) if is_part or is_elsewhere or is_other_house or is_other_street else SAME


def _is_same_street(first: str, second: str) -> bool:
    shorter, longer = sorted((first, second), key=len)
    before = longer.removesuffix(shorter)
    return longer.endswith(shorter) and (not before or _BEFORE_STREET.fullmatch(before) is not None)


def _is_other_city(one: _Address, other: _Address) -> bool:
    """Say whether both name a city and not the same one; a county's city may stand where the other has its district."""
    if not one.city or not other.city:
        return False
    pairs = ((one.city, other.city), (one.city, other.district), (one.district, other.city))
    return not any(a and b and (a.endswith(b) or b.endswith(a)) for a, b in pairs)


def _is_same_district(first: str, second: str) -> bool:
    """Say whether two districts may be one: 高新区 is short for 高新技术产业开发区."""
    shorter, longer = sorted((first, second), key=len)
    rest = iter(longer)
    return all(character in rest for character in shorter)


def _stands_in(shorter: str, longer: str) -> bool:
    """Say whether a text stands in another without cutting a number in two."""
    start = longer.find(shorter)
    if start < 0:
        return False
    end = start + len(shorter)
    cuts_before = start > 0 and longer[start].isdigit() and longer[start - 1].isdigit()
    cuts_after = end < len(longer) and longer[end].isdigit() and longer[end - 1].isdigit()
    return not cuts_before and not cuts_after


def _in_digits(numeral: re.Match[str]) -> str:
    import cn2an  # noqa: PLC0415 - takes long, and who compares nothing needs none

    return str(cn2an.cn2an(numeral.group(), "smart"))


def _parts(address: str) -> _Address:
    text = unicodedata.normalize("NFKC", address)
    text = re.sub(r"[—–－﹣~～]", "-", text)
    text = re.sub(r"(?<=\d)[、,;和及与](?=\d)", ",", text)
    text = re.sub(r"[^\w,-]|_|(?<!\d),|,(?!\d)", "", text)
    # 本市样例区: the city of whoever writes.
    text = re.sub(r"^[本我该][省市县区旗]", "", text)
    text = _NUMERAL.sub(_in_digits, text)
    region = _REGION.match(text)
    city, district = (region["city"] or "", region["district"] or "") if region is not None else ("", "")
    local = text[region.end() :] if region is not None else text
    found = _STREET.search(local)
    street, section, number = found.groups() if found is not None else ("", "", "")
    rest = local[found.end() :] if found is not None else local
    within = tuple(_numbers(expression, rest) for expression in (_BUILDING, _UNIT, _ROOM, _FLOOR))
    for expression in (_BUILDING, _UNIT, _ROOM, _FLOOR, _FILLING):
        rest = expression.sub("", rest)
    return _Address(city, district, local, street, section, number, within, rest.upper())


def _numbers(expression: re.Pattern[str], text: str) -> frozenset[str]:
    """Return the numbers of buildings, rooms or floors: each of a list, and of a range."""
    found: set[str] = set()
    for match in expression.finditer(text):
        for part in match[match.lastindex or 0].upper().split(","):
            first, *_, last = [*part.split("-"), part.split("-")[-1]]
            found.add(first)
            if first.isdigit() and last.isdigit():
                found.update(str(number) for number in range(int(first), min(int(last), int(first) + MOST_ROOMS) + 1))
    return frozenset(found)


_ORGANISATION = re.compile(
    r"(公司|集团|学校|学院|大学|技校|中心|协会|学会|商会|联合会|促进会|研究会|[厂店行社所院校局站部馆队会园场户])(（[^（）]*）)?$"
)
_PERSON = re.compile(r"[\u3400-\u9fff]{2,6}|[\u3400-\u9fff]+·[\u3400-\u9fff·]+")


def may_be_name(text: str) -> bool:
    """Say whether a text may be an organisation's or a person's name: how it ends, or how short it is.

    >>> may_be_name('样例市启明职业培训学校'), may_be_name('张样例')
    (True, True)
    >>> may_be_name('（盖章处'), may_be_name('可通过窗口申请异议处理')
    (False, False)
    """
    return is_of_organisation(text) or _PERSON.fullmatch(text) is not None


def is_of_organisation(text: str) -> bool:
    """Say whether a text ends as the names of organisations do.

    >>> is_of_organisation('样例市启明职业培训学校'), is_of_organisation('张样例')
    (True, False)
    """
    return _ORGANISATION.search(bare_name(text)) is not None
