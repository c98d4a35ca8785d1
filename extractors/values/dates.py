"""Dates, months, years, and ranges of dates.

A date is printed as 2020年3月1日, 2020-03-01, 2020.3.1, 2020/3/1, 20200301, 二〇二〇年三月一日 or 贰零贰零年叁月壹日,
with or without spaces; 〇 may be ○, 零, O or 0. A range runs from one to another (自…起至…止), or has no
fixed end (长期).

>>> [str(one.value) for one in find_dates('签于2020年3月1日，2025.02.28止')]
['2020-03-01', '2025-02-28']
>>> str(find_dates('二○二○年三月廿一日')[0].value), str(find_dates('贰零贰零年叁月壹日')[0].value)
('2020-03-21', '2020-03-01')
>>> find_dates('2020年2月30日')
[]
>>> str(find_dates('自二一九年十二月十六日起')[0].value)
'2019-12-16'
>>> [str(one.value) for one in find_dates('201612月13日，20172月19日')]
['2016-12-13']
>>> str(find_dates('2022-03-1510:21:33')[0].value)
'2022-03-15'
>>> find_months('自2015年6月开展培训')[0].value
'2015-06'
>>> found = find_range('自2020年3月1日起至2025年2月28日止')
>>> str(found.first.value), str(found.last.value)
('2020-03-01', '2025-02-28')
>>> found = find_range('从2020年3月1日起交付使用，至2025年2月28日收回')
>>> str(found.first.value), str(found.last.value)
('2020-03-01', '2025-02-28')
>>> str(find_range('2022年6月15日起 2025年9月23日止').last.value)
'2025-09-23'
>>> find_range('2018-05-07至长期').last.value is None, find_range('2018-05-07至******').last.value is None
(True, True)
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from extractors.values.found import Found, apart
from extractors.values.numerals import CHINESE_DIGITS, CHINESE_UNITS, digits, number, plain
from schemas.terms import NO_FIXED_END

# What a date on such papers can be.
EARLIEST, LATEST = 1900, 2100

# One digit, as read well or badly; in a Chinese year 〇 is often read as a full stop.
_D = rf"[0-9OoQDlI|{CHINESE_DIGITS}]"
# 二〇一九 may be read 二一九: the ring is the sign most often lost.
_RINGLESS = rf"(?<![{CHINESE_DIGITS}])二[一二三][一二三四五六七八九]"
_YEAR = rf"(?P<year>{_D}(?:\s?[{CHINESE_DIGITS}0-9OoQDlI|。]){{3}}|{_RINGLESS})"
_PART = rf"(?:[0-9OoQDlI|{CHINESE_DIGITS}{CHINESE_UNITS}]\s?){{1,4}}"
_GAP = r"[\s_]*"
_WORDED = re.compile(
    rf"(?<![0-9]){_YEAR}{_GAP}年{_GAP}(?P<month>{_PART}){_GAP}月{_GAP}(?P<day>{_PART}){_GAP}(?:[日号曰]|(?![0-9]))"
)
_MARK = r"\s?[-—–－‐‑−./·。、]\s?"
_MARKED = re.compile(
    rf"(?<![0-9A-Za-z.])(?P<year>[12][0-9Oo][0-9OolI]{{2}}){_MARK}(?P<month>[0-9OolI]{{1,2}}){_MARK}"
    # A time of day or another date may follow: of 2022-03-15 10:21 no space is left.
    r"(?P<day>[0-9OolI]{1,2})(?:(?![0-9A-Za-z]|:[0-9])|(?=T?(?:[01][0-9]|2[0-3]):[0-5][0-9])"
    rf"|(?=(?:19|20)[0-9]{{2}}{_MARK}[0-9]{{1,2}}{_MARK}[0-9]))"
)
# 201612月13日: a seal hides the 年, and six figures leave no doubt where it stood.
_SIGNLESS = re.compile(
    r"(?<![0-9A-Za-z.,])(?P<year>20[0-9]{2})(?P<month>0[1-9]|1[0-2])月\s?(?P<day>[0-9]{1,2})\s?[日号曰]"
)
_CLOSED = re.compile(
    r"(?<![0-9A-Za-z.,])(?P<year>(?:19|20)[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?![0-9A-Za-z,]|\.[0-9])"
)
_WORDED_MONTH = re.compile(rf"(?<![0-9]){_YEAR}{_GAP}年{_GAP}(?P<month>{_PART}){_GAP}月")
_MARKED_MONTH = re.compile(
    rf"(?<![0-9A-Za-z.])(?P<year>(?:19|20)[0-9OolI]{{2}}){_MARK}(?P<month>[0-9OolI]{{1,2}})(?![0-9A-Za-z])"
)
_CLOSED_MONTH = re.compile(r"(?<![0-9A-Za-z.,])(?P<year>(?:19|20)[0-9]{2})(?P<month>[01][0-9])(?![0-9A-Za-z,]|\.[0-9])")
_WORDED_YEAR = re.compile(rf"(?<![0-9]){_YEAR}{_GAP}年")
_NO_YEAR = re.compile(rf"(?P<month>{_PART}){_GAP}月{_GAP}(?P<day>{_PART}){_GAP}[日号曰]")
# What may stand between the two dates of a range beside the word or stroke that joins them.
_JOINED = re.compile(
    r"(?:[\s_日起始开租自从由为止,;:\"“”]|\([^()]{0,10}\))*(?:至|到|[-—–－~～一]+)[\s_至到自从由为,;:(\"“”]*"
)
# 2022年6月15日起 in one row, 2025年9月23日止 in the next.
_FROM, _STOPS = re.compile(r"[\s_]*起始?[\s_,]*"), re.compile(r"[\s_]*(?:止|终止|结束)")
_BEGINS, _BEGUN = re.compile(r"(?:自|从|由)[\s_]*$"), re.compile(r"^[\s_]*(?:起|开始|始)")
_UNTIL = re.compile(r"(?:至|到|截止|截至)[\s_:为]*$")


@dataclass(frozen=True)
class Range:
    """A range of dates; a side that is not printed is None, a last day that is printed as 长期 has the value None."""

    first: Found[date] | None
    last: Found[date | None] | None


def find_dates(text: str) -> list[Found[date]]:
    """Return the full dates in the text; days that do not exist are left out."""
    text = plain(text)
    return apart(
        Found(value, match.start(), match.end())
        for pattern in (_WORDED, _MARKED, _CLOSED, _SIGNLESS)
        for match in pattern.finditer(text)
        if (value := _date(match["year"], match["month"], match["day"])) is not None
    )


def find_months(text: str) -> list[Found[str]]:
    """Return the months (YYYY-MM) that are printed without a day."""
    text = plain(text)
    # Dates that do not exist hide their months, too.
    hidden = [match.span() for pattern in (_WORDED, _MARKED, _CLOSED) for match in pattern.finditer(text)]
    return apart(
        Found(f"{value:%Y-%m}", match.start(), match.end())
        for pattern in (_WORDED_MONTH, _MARKED_MONTH, _CLOSED_MONTH)
        for match in pattern.finditer(text)
        if (value := _date(match["year"], match["month"], "1")) is not None
        and all(match.end() <= start or end <= match.start() for start, end in hidden)
    )


def find_years(text: str) -> list[Found[int]]:
    """Return the years in the text, those of full dates included.

    >>> [one.value for one in find_years('二〇二一年度及2020年12月31日')]
    [2021, 2020]
    """
    text = plain(text)
    return apart(
        Found(value, match.start(), match.end())
        for match in _WORDED_YEAR.finditer(text)
        if (value := _year(match["year"])) is not None
    )


def find_no_fixed_end(text: str) -> list[Found[None]]:
    """Return the places where the text says that a term has no fixed end."""
    return [Found(None, match.start(), match.end()) for match in NO_FIXED_END.finditer(text)]


def find_range(text: str) -> Range | None:
    """Return the first range in the text: both sides, or the one that the words around a date make it."""
    text = plain(text)
    firsts = find_dates(text)
    lasts: list[Found[date | None]] = [*firsts, *find_no_fixed_end(text)]
    for first in firsts:
        for last in sorted([*lasts, *_without_year(text, first)], key=lambda one: one.start):
            # 至****** is one sign: its 至 joins it to the first day.
            between = text[first.end : max(last.start, first.end)] + "至" * text.startswith("至", last.start)
            is_joined = _JOINED.fullmatch(between) or (_FROM.fullmatch(between) and _STOPS.match(text, last.end))
            if last.start >= first.end and is_joined:
                return Range(first, last)
    begun = [one for one in firsts if _BEGINS.search(text[: one.start]) or _BEGUN.match(text[one.end :])]
    for last in sorted(lasts, key=lambda one: one.start):
        if last.value is None or _UNTIL.search(text[: last.start]):
            sentence = max(text.rfind(mark, 0, last.start) for mark in "。;")
            before = [one for one in begun if sentence < one.start < last.start]
            return Range(before[-1] if before else None, last)
    return Range(begun[0], None) if begun else None


def whole_months(first: date, last: date) -> int:
    """Return the whole months from the first to the last day; a range to the same day of the month counts as full.

    >>> whole_months(date(2020, 3, 1), date(2025, 2, 28)), whole_months(date(2020, 3, 1), date(2025, 3, 1))
    (60, 60)
    >>> whole_months(date(2020, 3, 1), date(2025, 2, 27))
    59
    """
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    return months - 1 if after.day < first.day else months


def lease_end(first: date, months: int) -> date:
    """Return the last day of a term of so many months.

    >>> str(lease_end(date(2020, 3, 1), 60)), str(lease_end(date(2020, 8, 31), 6))
    ('2025-02-28', '2021-02-28')
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    days = monthrange(year, month + 1)[1]
    if first.day > days:
        return date(year, month + 1, days)
    return date(year, month + 1, first.day) - timedelta(days=1)


def _without_year(text: str, first: Found[date]) -> list[Found[date | None]]:
    """Return the dates after `first` that leave its year to be understood: 2020年3月1日至12月31日."""
    return [
        Found(value, match.start(), match.end())
        for match in _NO_YEAR.finditer(text, first.end)
        if (value := _date(str(first.value.year), match["month"], match["day"])) is not None and value > first.value
    ]


def _date(year: str, month: str, day: str) -> date | None:
    values = _year(year), _part(month), _part(day)
    if None in values:
        return None
    try:
        return date(*(value for value in values if value is not None))
    except ValueError:
        return None


def _year(text: str) -> int | None:
    text = digits(re.sub(r"\s", "", text)).replace("。", "0")
    text = "".join(_digit(one) for one in text)
    if len(text) == len("219"):
        text = f"{text[0]}0{text[1:]}"
    return int(text) if text.isdecimal() and EARLIEST <= int(text) <= LATEST else None


def _digit(character: str) -> str:
    if character in "○◯两兩":
        return "0" if character in "○◯" else ""
    return str(round(unicodedata.numeric(character, -1))) if character in CHINESE_DIGITS else character


def _part(text: str) -> int | None:
    """Return the number of a month or a day."""
    text = digits(re.sub(r"\s", "", text))
    if text.isdecimal():
        return int(text) if len(text) <= 2 else None
    # 0三 and 〇三 are how a form with two boxes writes three.
    value = number(re.sub(r"^[0〇○◯零](?=.)", "", text))
    return value if isinstance(value, int) else None
