"""Levels of skill (评价等级范围) as 5 (初级工), 4 (中级工), 3 (高级工), 2 (技师), 1 (高级技师).

They are listed by name or number (五级/初级工、四级), shortened (初、中、高级), as a range (5-3级, 一至五级) or open to
one side (三级及以下; below 三级 in skill are 四级 and 五级).

>>> find_levels('初级工、中级工、高级工'), find_levels('初、中、高级'), find_levels('技师、高级技师')
([5, 4, 3], [5, 4, 3], [2, 1])
>>> find_levels('5-3级'), find_levels('三级及以下'), find_levels('一至五级'), find_levels('中级工—高级技师')
([5, 4, 3], [5, 4, 3], [5, 4, 3, 2, 1], [4, 3, 2, 1])
>>> find_levels('五、四三级'), find_levels('五四三级')
([5, 4, 3], [5, 4, 3])
>>> find_levels('五级/初级工，四级/中级工'), find_levels('五、四、三级'), find_levels('5、4、3'), find_levels('无')
([5, 4], [5, 4, 3], [5, 4, 3], [])

A dash is often read as 一, or not at all; what it leaves is a range, or nothing that can be told:

>>> find_levels('五级一三级'), find_levels('五级一级'), find_levels('五级三级'), find_levels('五级四级')
([5, 4, 3], [], [], [5, 4])
"""

import re
from collections.abc import Callable
from itertools import pairwise

from extractors.values.numerals import plain

_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5} | {
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5,
}  # fmt: skip
_NAMES = {"高级技师": 1, "技师": 2, "高级工": 3, "中级工": 4, "初级工": 5, "高级": 3, "中级": 4, "初级": 5}
_SHORT = {"初": 5, "中": 4, "高": 3}
_NUMBER = "".join(_NUMBERS)
# One level: a name, a number with 级, or both for the same (五级/初级工, 五级（初级工）).
_NAME = "|".join(_NAMES)
_ONE = rf"(?:(?:{_NAME})(?:\([{_NUMBER}]级\)|/?[{_NUMBER}]级)?|[{_NUMBER}]级(?:\((?:{_NAME})\)|/?(?:{_NAME}))?)"
_RANGE = re.compile(rf"(?P<first>{_ONE}|[{_NUMBER}])(?:[-—–~]+|至|到)(?P<last>{_ONE}|[{_NUMBER}])")
_DASH_AS_ONE = re.compile(rf"(?P<first>{_ONE})一(?P<last>{_ONE})")
_OPEN = re.compile(rf"(?P<from>{_ONE})(?:\(含\))?[及和]?以(?P<side>[上下])")
# The signs between the characters of 五、四、三级 may not be read; where the list begins at an end of the scale,
# nothing else is missing.
_LIST = re.compile(
    rf"(?:(?:[{_NUMBER}][、,/;.])+|[五一][、,/;.]?(?:[一二三四五][、,/;.]?)*)(?=[{_NUMBER}]级)"
    rf"|^[{_NUMBER}](?:[、,/;]?[{_NUMBER}])*$"
)
_SHORT_LIST = re.compile(r"(?:[初中高][、,/]?)+(?=[初中高]级)|^[初中高](?:[、,/]?[初中高])*$")


def find_levels(text: str) -> list[int]:
    """Return the levels the text names, from 5 down to 1."""
    rest = re.sub(r"\s", "", plain(text))
    levels: set[int] = set()

    def take(pattern: re.Pattern[str], named: Callable[[re.Match[str]], set[int]]) -> None:
        nonlocal rest
        for match in pattern.finditer(rest):
            levels.update(named(match))
        rest = pattern.sub("、", rest)

    take(_RANGE, lambda match: _span(_level(match["first"]), _level(match["last"])))
    take(_DASH_AS_ONE, lambda match: _span(_level(match["first"]), _level(match["last"])))
    ones = [match.group() for match in re.finditer(_ONE, rest)]
    if any(one + other in rest and abs(_level(one) - _level(other)) > 1 for one, other in pairwise(ones)):
        return []
    take(_OPEN, lambda match: _span(_level(match["from"]), 5 if match["side"] == "下" else 1))
    take(_LIST, lambda match: {_NUMBERS[one] for one in match.group() if one in _NUMBERS})
    take(_SHORT_LIST, lambda match: {_SHORT[one] for one in match.group() if one in _SHORT})
    take(re.compile(_ONE), lambda match: {_level(match.group())})
    return sorted(levels, reverse=True)


def _level(text: str) -> int:
    name = next((name for name in _NAMES if name in text), None)
    return _NAMES[name] if name else next(_NUMBERS[one] for one in text if one in _NUMBERS)


def _span(one: int, other: int) -> set[int]:
    return set(range(min(one, other), max(one, other) + 1))
