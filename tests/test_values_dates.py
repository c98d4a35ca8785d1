"""Dates, months, ranges and lengths as papers print them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values.dates import find_dates, find_months, find_range, find_years, lease_end, whole_months
from extractors.values.lengths import find_lengths

DIGITS = "〇一二三四五六七八九"
CAPITALS = "零壹贰叁肆伍陆柒捌玖"
DATES = st.dates(date(1950, 1, 1), date(2049, 12, 31))


def chinese(number: int, digits: str, ten: str) -> str:
    if number < 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 and ten == "十" else digits[tens]) + ten + (digits[ones] if ones else "")


def spelled(day: date, digits: str, ten: str) -> str:
    year = "".join(digits[int(one)] for one in str(day.year))
    return f"{year}年{chinese(day.month, digits, ten)}月{chinese(day.day, digits, ten)}日"


FORMS = (
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year} 年 {day.month:02} 月 {day.day:02} 日",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}—{day.month:02}—{day.day:02}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: spelled(day, DIGITS, "十"),
    lambda day: spelled(day, DIGITS, "十").replace("〇", "○"),
    lambda day: spelled(day, DIGITS, "十").replace("〇", "零"),
    lambda day: spelled(day, DIGITS, "十").replace("〇", "O"),
    lambda day: spelled(day, CAPITALS, "拾"),
    lambda day: f"{day:%Y年%m月%d日}".translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)}),
)


@pytest.mark.parametrize("form", FORMS)
@given(day=DATES)
def test_every_form_of_every_date_is_read_at_its_place(form, day):
    text = f"签订日期：{form(day)}（样例）"
    (found,) = find_dates(text)
    assert found.value == day
    assert text[found.start : found.end] == form(day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2O20年l2月3l日", "2020-12-31"),
        ("二。二。年三月一日", "2020-03-01"),
        ("2 0 2 0 年 1 2 月 0 1 日", "2020-12-01"),
        ("二〇二〇年十月廿一日", "2020-10-21"),
        ("贰零贰零年零叁月零壹日", "2020-03-01"),
        ("2020年__3__月__1__日", "2020-03-01"),
        ("2020年3月1曰", "2020-03-01"),
        ("【2020】年【3】月【1】日", "2020-03-01"),
    ],
)
def test_slips_and_blanks_within_a_date(text, expected):
    assert [str(found.value) for found in find_dates(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "2020年2月30日",
        "2021-02-29",
        "2020.13.01",
        "20201301",
        "年  月  日",
        "15040420200301123X",
        "13800002020",
        "3-02-03-01",
        "192.168.1.1",
        "12020-03-011",
    ],
)
def test_what_is_no_date_gives_none(text):
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015年6月", "2015-06"),
        ("2015.06", "2015-06"),
        ("2015-6", "2015-06"),
        ("2015/06", "2015-06"),
        ("201506", "2015-06"),
        ("二〇一五年十二月", "2015-12"),
        ("2015 年 6 月份", "2015-06"),
    ],
)
def test_months(text, expected):
    assert [found.value for found in find_months(text)] == [expected]


@pytest.mark.parametrize("text", ["2015年6月7日", "2015-06-07", "2015年13月", "20150607", "2015年6月31日", "2015"])
def test_what_is_no_month_alone(text):
    assert find_months(text) == []


def test_years():
    assert [found.value for found in find_years("2021年度审计报告，截至二○二一年十二月三十一日")] == [2021, 2021]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("自2020年3月1日起至2025年2月28日止", "2020-03-01", "2025-02-28"),
        ("从 2020 年 3 月 1 日 到 2025 年 2 月 28 日", "2020-03-01", "2025-02-28"),
        ("2020.03.01-2025.02.28", "2020-03-01", "2025-02-28"),
        ("2020-03-01—2025-02-28", "2020-03-01", "2025-02-28"),
        ("2020-03-01-2025-02-28", "2020-03-01", "2025-02-28"),
        ("2020年3月1日一2025年2月28日", "2020-03-01", "2025-02-28"),
        ("20200301至20250228", "2020-03-01", "2025-02-28"),
        ("自二〇二〇年三月一日起，至二〇二五年二月二十八日止", "2020-03-01", "2025-02-28"),
        ("租期5年，自2020年3月1日（起租日）起至2025年2月28日", "2020-03-01", "2025-02-28"),
        ("2020年3月1日至12月31日", "2020-03-01", "2020-12-31"),
        ("签于2019年1月1日。租期自2020年3月1日至2025年2月28日", "2020-03-01", "2025-02-28"),
        ("2020年3月1日起", "2020-03-01", None),
        ("有效期至2025年2月28日", None, "2025-02-28"),
    ],
)
def test_ranges(text, first, last):
    found = find_range(text)
    assert found is not None
    assert (str(found.first.value) if found.first else None) == first
    assert (str(found.last.value) if found.last else None) == last


@pytest.mark.parametrize(
    ("text", "first"),
    [("2018年5月7日至长期", "2018-05-07"), ("2018-05-07 至 永久", "2018-05-07"), ("长期", None), ("无固定期限", None)],
)
def test_no_fixed_end(text, first):
    found = find_range(text)
    assert found is not None
    assert found.last is not None
    assert found.last.value is None
    assert (str(found.first.value) if found.first else None) == first


def test_no_range_in_loose_dates():
    assert find_range("2020年3月1日签订，2025年2月28日归档") is None


@given(first=DATES, months=st.integers(1, 400))
def test_the_end_of_a_term_is_so_many_months_away(first, months):
    last = lease_end(first, months)
    assert whole_months(first, last) == months
    assert whole_months(first, last - timedelta(days=1)) == months - 1


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5年", 60),
        ("五年", 60),
        ("伍年", 60),
        ("60个月", 60),
        ("陆拾个月", 60),
        ("60月", 60),
        ("五年零六个月", 66),
        ("5年6个月", 66),
        ("2年半", 30),
        ("一年半", 18),
        ("2.5年", 30),
        ("租期为 5 （伍） 年", 60),
        ("租期为伍（5）年", 60),
        ("共计叁年", 36),
        ("租期__5__年", 60),
        ("租期【5】年", 60),
        ("十年", 120),
        ("二十年", 240),
        ("三个月", 3),
    ],
)
def test_lengths(text, months):
    assert [found.value for found in find_lengths(text)] == [months]


@pytest.mark.parametrize(
    "text",
    [
        "2020年",
        "二〇二〇年",
        "2020年3月",
        "2020年3月1日",
        "3月",
        "第三年",
        "5年（36个月）",
        "5年，即36个月",
        "5（陆）年",
        "2021年度",
        "每年",
        "百年",
        "五年级",
    ],
)
def test_what_is_no_length(text):
    assert find_lengths(text) == []
