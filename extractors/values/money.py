"""Amounts of money in yuan: 500万元, ￥1,200,000.00元, 人民币伍佰万元整, 壹佰贰拾元柒角捌分.

>>> [found.value for found in find_amounts("注册资本：人民币伍佰万元整；年租金￥360,000.00元")]
[5000000, 360000]
"""

import re

from extractors.values.found import Found
from extractors.values.numerals import ARABIC, CHINESE, number

_ARABIC = re.compile(
    rf"(?:人民币|￥|¥|RMB)?[\s_＿]*(?P<number>{ARABIC})[\s_＿]*(?P<unit>亿|千万|百万|万)?[\s_＿]*(?P<yuan>元|圆|人民币)?"
)
_CHINESE = re.compile(
    rf"(?:人民币)?(?:[（(]?大写[）)]?[:：]?)?(?P<yuan>[{CHINESE}]+)[\s_＿]*(?:元|圆)(?:[整正]|(?:(?P<jiao>[{CHINESE}])角)?[零]?(?:(?P<fen>[{CHINESE}])分)?[整正]?)"
)
_SCALES = {"万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}


def find_amounts(text: str, unit: int = 1) -> list[Found[float | int]]:
    """Return the amounts in a text, in yuan; a bare number counts in `unit` yuan where no unit of its own follows."""
    found: list[Found[float | int]] = []
    for match in _CHINESE.finditer(text):
        value = number(match["yuan"])
        if value is not None:
            small = (number(match["jiao"]) or 0) * 10 if match["jiao"] else 0
            small += (number(match["fen"]) or 0) if match["fen"] else 0
            found.append(Found(_plain(value + small / 100), match.start(), match.end()))
    for match in _ARABIC.finditer(text):
        value = number(match["number"])
        if value is None or any(match.start() < one.end and one.start < match.end() for one in found):
            continue
        named = match["unit"] or match["yuan"] or re.match(r"人民币|￥|¥|RMB", match.group())
        if named or unit != 1 or match.group() == text:
            scale = _SCALES[match["unit"]] if match["unit"] else 1 if match["yuan"] else unit
            found.append(Found(_plain(value * scale), match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def _plain(value: float) -> float | int:
    value = round(float(value), 2)
    return int(value) if value.is_integer() else value
