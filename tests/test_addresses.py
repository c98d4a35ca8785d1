"""Addresses that lease, deed, form and certificate write in more or less detail: one place, or not surely one."""

import pytest

from validators.comparing import Likeness, compare_addresses


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("样例省样例市样例区学府路12号", "样例区学府路１２号"),
        ("本市样例区学府路12号", "样例市样例区学府路12号"),
        ("样例市高新区学府路12号", "样例市高新技术产业开发区学府路12号"),
        ("样例市样例区样例街道学府路12号", "样例市样例区学府路12号"),
        ("学府路12号院3号楼", "学府路12号3幢"),
        ("学府路12号3栋", "学府路十二号三号楼"),
        ("学府路12号样例大厦A座3层", "学府路12号Ａ座三楼"),
        ("学府路12号（样例大厦）3层", "学府路12号样例大厦"),
        ("学府路12号201、202室", "学府路12号201-203室"),
        ("学府路12号A座201室", "学府路12号A座2层201"),
        ("学府路12号1-3层", "学府路12号一层、二层"),
        ("学府路12号3号楼2单元", "学府路12号3号楼"),
        ("样例区样例小区3号楼2单元", "样例小区3号楼"),
    ],
)
def test_one_place(first: str, second: str):
    assert compare_addresses(first, second).likeness is Likeness.SAME
    assert compare_addresses(second, first).likeness is Likeness.SAME


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("学府路12号东楼", "学府路12号西楼"),
        ("学府路12号样例大厦", "学府路12号样本大厦"),
        ("学府路12号2单元", "学府路12号3单元"),
        ("学府路12弄3号", "学府路12弄5号"),
        ("学府路12号样例大厦1201", "学府路12号样例大厦1202室"),
        ("学府路12号一号楼", "学府路12号十一号楼"),
        ("学府路12号3号楼", "学府路12号5号楼、6号楼"),
        ("学府路南段12号", "学府路12号"),
        ("学府路甲12号", "学府路12号"),
        ("样例市样例区学府路", "样例市样例区学府路12号"),
        ("样例区样例大厦3层", "样例区样例大厦13层"),
    ],
)
def test_perhaps_another_place(first: str, second: str):
    assert compare_addresses(first, second).likeness is Likeness.UNCLEAR
    assert compare_addresses(second, first).likeness is Likeness.UNCLEAR


def test_north_and_south_of_a_street_are_not_one():
    assert compare_addresses("学府路南段12号", "学府路北段12号").likeness is Likeness.CLOSE
    assert compare_addresses("学府路南段12号", "学府路北段90号").likeness is Likeness.DIFFERENT
