"""Levels of skill, opinions of auditors, names."""

import pytest

from extractors.values.levels import find_levels
from extractors.values.names import normalise
from extractors.values.opinions import find_opinion


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("初级工、中级工、高级工", [5, 4, 3]),
        ("五级/初级工", [5]),
        ("五级/初级工、四级/中级工、三级/高级工", [5, 4, 3]),
        ("五级（初级工）四级（中级工）", [5, 4]),
        ("初、中、高级", [5, 4, 3]),
        ("初级、中级、高级", [5, 4, 3]),
        ("初中高级", [5, 4, 3]),
        ("初、中、高级工，技师、高级技师", [5, 4, 3, 2, 1]),
        ("5-3级", [5, 4, 3]),
        ("5级-3级", [5, 4, 3]),
        ("五至三级", [5, 4, 3]),
        ("一至五级", [5, 4, 3, 2, 1]),
        ("五级~一级", [5, 4, 3, 2, 1]),
        ("三级及以下", [5, 4, 3]),
        ("三级/高级工及以下", [5, 4, 3]),
        ("高级工（三级）及以下", [5, 4, 3]),
        ("三级（含）以上", [3, 2, 1]),
        ("技师、高级技师", [2, 1]),
        ("高级技师", [1]),
        ("中级工-高级技师", [4, 3, 2, 1]),
        ("初级工至高级工", [5, 4, 3]),
        ("五级/初级工-三级/高级工", [5, 4, 3]),
        ("五级、四级、三级", [5, 4, 3]),
        ("五、四、三级", [5, 4, 3]),
        ("5、4、3", [5, 4, 3]),
        ("5 4 3", [5, 4, 3]),
        ("三级", [3]),
        ("五级到三级（初级工到高级工）", [5, 4, 3]),
        ("", []),
        ("无", []),
    ],
)
def test_levels(text, levels):
    assert find_levels(text) == levels


DUTIES = (
    "治理层负责按照企业会计准则的规定编制财务报表，使其实现公允反映，并设计、执行和维护必要的内部控制。"
    "如果披露不充分，我们应当发表非无保留意见。评价财务报表是否公允反映相关交易和事项。"
    "但目的并非对内部控制的有效性发表意见。"
)
FAIR = "后附的财务报表在所有重大方面按照企业会计准则的规定编制，公允反映了样例公司2021年12月31日的财务状况。"


@pytest.mark.parametrize(
    ("text", "opinion"),
    [
        ("一、审计意见 我们认为，" + FAIR, "unqualified"),
        (
            "我们认为，财务报表已经按照民间非营利组织会计制度的规定编制，在所有重大方面公允反映了财务状况。",
            "unqualified",
        ),
        ("审计意见类型：标准无保留意见", "unqualified"),
        (
            "我们认为，"
            + FAIR
            + "三、强调事项 我们提醒财务报表使用者关注，如附注五所述。本段内容不影响已发表的审计意见。",
            "unqualified_with_emphasis",
        ),
        (
            "我们认为，" + FAIR + "三、与持续经营相关的重大不确定性 我们提醒财务报表使用者关注附注二。",
            "unqualified_with_emphasis",
        ),
        (
            "一、保留意见 我们认为，除“形成保留意见的基础”部分所述事项可能产生的影响外，"
            + FAIR
            + "二、形成保留意见的基础",
            "qualified",
        ),
        ("除第三段所述事项产生的影响外，" + FAIR, "qualified"),
        (
            "一、否定意见 我们认为，由于“形成否定意见的基础”部分所述事项的重要性，"
            "后附的财务报表没有在所有重大方面按照企业会计准则的规定编制，未能公允反映样例公司的财务状况。",
            "adverse",
        ),
        (
            "一、无法表示意见 我们不对后附的样例公司财务报表发表审计意见。由于所述事项的重要性，"
            "我们无法获取充分、适当的审计证据以作为对财务报表发表审计意见的基础。",
            "disclaimer",
        ),
        ("上期财务报表由其他注册会计师审计，上期发表了保留意见。一、审计意见 我们认为，" + FAIR, "unqualified"),
    ],
)
def test_opinions(text, opinion):
    found = find_opinion(text + DUTIES)
    assert found is not None
    assert found.value == opinion


def test_duties_alone_carry_no_opinion():
    assert find_opinion(DUTIES) is None


def test_two_unlike_opinions_are_none():
    assert find_opinion("一、保留意见……二、形成无法表示意见的基础") is None


def test_names():
    assert normalise("样例 (天津)　职业培训\n学校") == "样例（天津）职业培训学校"
    assert normalise("样会审字〔2022〕第012号") == "样会审字〔2022〕第012号"
