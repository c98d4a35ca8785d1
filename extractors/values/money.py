"""Amounts of money in yuan: 500万元, ￥1,200,000.00元, 人民币伍佰万元整, 壹佰贰拾元柒角捌分, 伍佰（500）万元.

An amount is often given twice, in digits and in 大写 (the numerals of cheques): whether the two agree goes with it;
where they do not, the value is that of the 大写, which is the harder one to alter.

>>> [one.value for one in find_amounts('注册资本：人民币伍佰万元整；年租金￥360,000.00元')]
[5000000, 360000]
>>> found = find_amounts('360000元（大写：叁拾陆万元整）')
>>> [(one.value, one.agrees) for one in found]
[(360000, True)]
>>> [(one.value, one.agrees) for one in find_amounts('￥350,000（叁拾陆万元整）')]
[(360000, False)]
>>> find_amounts('壹佰贰拾叁万肆仟伍佰陆拾元柒角捌分')[0].value, find_amounts('500.00', unit=10_000)[0].value
(1234560.78, 5000000)
>>> find_amounts('500万美元') + find_amounts('2020年共12人')
[]
"""

import re
from dataclasses import dataclass

from extractors.values.found import Found
from extractors.values.numerals import ARABIC, CHINESE, both, is_ambiguous, number, plain

_SCALES = {"万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_GAP = r"[\s_]*"
_OTHER_CURRENCY = r"(?!美|欧|港|日\s*元|英镑)"
_AMOUNT = re.compile(
    rf"(?P<sign>(?:人民币|RMB|CNY|¥){_GAP}[:¥]?{_GAP})?{both('number')}{_GAP}\(?(?P<scale>亿|千万|百万|万)?\)?{_GAP}"
    rf"{_OTHER_CURRENCY}(?P<yuan>人民币|\(?元\)?|圆|圓|块)?"
    rf"(?:{_GAP}零?(?P<jiao>{CHINESE}|[0-9])角)?(?:{_GAP}零?(?P<fen>{CHINESE}|[0-9])分)?(?:[整正])?"
)
# What stands between an amount and the same amount written the other way.
_AGAIN = re.compile(r"[\s_()即计合人民币¥大小写:,、]*")


@dataclass(frozen=True)
class Amount(Found[int | float]):
    """An amount in yuan; `agrees` tells whether its two spellings do, None where there is one."""

    agrees: bool | None = None


def find_amounts(text: str, unit: int = 1) -> list[Amount]:
    """Return the amounts in the text.

    A bare number counts only where a `unit` is given (a table's head says 万元: 10,000 yuan) or where it is all that
    the text holds.
    """
    text = plain(text)
    single = [amount for match in _AMOUNT.finditer(text) if (amount := _amount(match, text, unit)) is not None]
    amounts: list[Amount] = []
    for one in single:
        last = amounts[-1] if amounts else None
        if last is not None and last.agrees is None and _is_repeated(text, last, one):
            agrees = abs(last.value - one.value) < 0.005
            value = one.value if _is_chinese(text, one) else last.value
            amounts[-1] = Amount(value, last.start, one.end, agrees)
        else:
            amounts.append(one)
    return amounts


def _amount(match: re.Match[str], text: str, unit: int) -> Amount | None:
    first, again = number(match["number"]), match["number_again"] and number(match["number_again"])
    if first is None:
        return None
    if match["scale"] or match["yuan"]:
        scale = _SCALES.get(match["scale"] or "", 1)
    elif match["sign"]:
        # 注册资本（万元） over ￥500: the head still counts.
        scale = unit
    elif match.group().strip() == text.strip() or (unit != 1 and re.fullmatch(ARABIC, match["number"])):
        scale = unit
    else:
        return None
    if scale == 1 and is_ambiguous(match["number"]):
        return None
    small = (number(match["jiao"] or "") or 0) / 10 + (number(match["fen"] or "") or 0) / 100
    value = round(first * scale + small, 2)
    agrees = None if again is None else first == again
    return Amount(int(value) if float(value).is_integer() else value, match.start(), match.end(), agrees)


def _is_chinese(text: str, one: Amount) -> bool:
    return re.search(ARABIC, text[one.start : one.end]) is None


def _is_repeated(text: str, one: Amount, other: Amount) -> bool:
    return _is_chinese(text, one) is not _is_chinese(text, other) and bool(
        _AGAIN.fullmatch(text[one.end : other.start])
    )
