"""Money, areas, counts and the numerals they share."""

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values.areas import find_areas
from extractors.values.counts import find_counts
from extractors.values.money import find_amounts
from extractors.values.numerals import number, plain


@given(st.integers(0, 10**9))
def test_a_number_is_read_back_in_every_spelling(value):
    assert number(str(value)) == value
    assert number(f"{value:,}") == value
    assert number(cn2an.an2cn(value, "low")) == value
    assert number(cn2an.an2cn(value, "up")) == value


@given(st.text())
def test_plain_text_keeps_every_place(text):
    assert len(plain(text)) == len(text)


@pytest.mark.parametrize("text", ["", "千", "万", "一二", "abc", "1,2", "12.3.4", "点五"])
def test_what_is_no_number(text):
    assert number(text) is None


@given(st.integers(1, 10**8))
def test_an_amount_is_read_back_in_every_spelling(yuan):
    capitals = cn2an.an2cn(yuan, "up")
    for text in (f"{yuan}元", f"￥{yuan:,}.00", f"人民币{capitals}元整", f"{yuan:,}元（大写：{capitals}元整）"):
        assert [found.value for found in find_amounts(text)] == [yuan], text


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("500万元", 5_000_000),
        ("500.00 万元", 5_000_000),
        ("500（万元）", 5_000_000),
        ("人民币伍佰万元整", 5_000_000),
        ("伍佰（500）万元", 5_000_000),
        ("人民币伍佰万圆整", 5_000_000),
        ("￥1,200,000.00元", 1_200_000),
        ("￥1，200，000．00", 1_200_000),
        ("1200000元", 1_200_000),
        ("壹佰贰拾叁万肆仟伍佰陆拾元柒角捌分", 1_234_560.78),
        ("叁拾陆万元", 360_000),
        ("1.5亿元", 150_000_000),
        ("五百万元", 5_000_000),
        ("360O00元", 360_000),
        ("伍佰万", 5_000_000),
        ("人民币 100 万元整", 1_000_000),
    ],
)
def test_amounts(text, yuan):
    found = find_amounts(text)
    assert [one.value for one in found] == [yuan]
    assert isinstance(found[0].value, type(yuan))


def test_both_spellings_of_an_amount_are_compared():
    assert [one.agrees for one in find_amounts("年租金360000元（大写：叁拾陆万元整）")] == [True]
    assert [one.agrees for one in find_amounts("年租金叁拾陆万元整（￥360,000.00）")] == [True]
    assert [(one.value, one.agrees) for one in find_amounts("年租金叁拾陆万元整（￥350,000.00）")] == [(360_000, False)]
    assert [one.agrees for one in find_amounts("押金5000元，租金360000元")] == [None, None]


def test_the_unit_of_the_head_counts_for_bare_numbers_only():
    assert [one.value for one in find_amounts("500.00", unit=10_000)] == [5_000_000]
    assert [one.value for one in find_amounts("500万元", unit=10_000)] == [5_000_000]
    assert [one.value for one in find_amounts("5000000元", unit=10_000)] == [5_000_000]


@pytest.mark.parametrize("text", ["500万美元", "1.200元", "2020年共12人", "万元", "第3条", "租金每年递增5%"])
def test_what_is_no_amount(text):
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("1,200.50㎡", 1200.5),
        ("1200 平方米", 1200),
        ("1200.5 m²", 1200.5),
        ("800m2", 800),
        ("800M²", 800),
        ("800m?", 800),
        ("1200平米", 1200),
        ("1200余平方米", 1200),
        ("一千二百平方米", 1200),
        ("壹仟贰佰平方米", 1200),
        ("1200（壹仟贰佰）平方米", 1200),
        ("1.5亩", 1000),
        ("3亩", 2000),
        ("0.2公顷", 2000),
        ("1.2万平方米", 12000),
        ("1２00．5平方米", 1200.5),
        ("__1200__平方米", 1200),
        ("1.200.5㎡", 1200.5),
        ("1, 200.50㎡", 1200.5),
    ],
)
def test_areas(text, area):
    assert [found.value for found in find_areas(f"建筑面积{text}（样例）")] == [pytest.approx(area)]


@pytest.mark.parametrize(
    "text", ["长120m", "120米", "500（陆佰）平方米", "平方米", "0㎡", "5平方公里", "1 200.5㎡", "1.2.3.4㎡", "1.200㎡"]
)
def test_what_is_no_area(text):
    assert find_areas(text) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1,200", 1200),
        ("1200人次", 1200),
        ("1200余人", 1200),
        ("一千二百人", 1200),
        ("壹佰名", 100),
        ("1.2万人次", 12000),
        ("12OO人", 1200),
        ("二十三", 23),
    ],
)
def test_counts(text, count):
    assert [found.value for found in find_counts(text)] == [count]


@pytest.mark.parametrize("text", ["一般", "人次", "1.5", "1 200", "十佳单位"])
def test_what_is_no_count(text):
    assert find_counts(text) == []
