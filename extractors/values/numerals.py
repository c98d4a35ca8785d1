"""Numbers in digits and in Chinese numerals: 1,200.5, 一千二百, 壹佰贰拾叁, 二〇二〇, 廿一.

A recogniser takes 0 for O and 1 for l or I now and then: next to digits they are read as digits.

>>> number('1,200.50'), number('一千二百'), number('伍佰万'), number('廿一'), number('二○二○'), number('2O20')
(1200.5, 1200, 5000000, 21, 2020, 2020)
>>> number('一二') is None and number('千') is None
True
"""

import re
import unicodedata

# Characters that only look different, one for one, so that places in the text stay.
_PLAIN = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {0xA0: " ", ord("￥"): "¥"}
    | dict.fromkeys(map(ord, "　【】［］[]「」『』"), " ")
)
_ONE_WAY = str.maketrans("○◯Ｏ〇貳弍弐參叄叁陸壱弌兩萬億圓佰仟拾", "零零零零贰贰贰叁叁叁陆壹壹两万亿圆佰仟拾")
_SLIPS = str.maketrans("OoQDlI|", "0000111")

CHINESE_DIGITS = "零〇○◯一二三四五六七八九两壹贰叁肆伍陆柒捌玖貳弍弐參叄陸壱弌兩"
CHINESE_UNITS = "十百千万亿拾佰仟萬億廿卅"
DIGIT = r"[0-9OolI]"
CHINESE = rf"[{CHINESE_DIGITS}{CHINESE_UNITS}]+(?:点[{CHINESE_DIGITS}]+)?"
# A number does not begin within another: the 200 of 1.200 and of 1 200 is none. Commas are often read as full stops.
ARABIC = (
    rf"(?<![0-9.,])(?<![0-9]\s)(?:(?<![A-Za-z])[lI](?=[0-9]))?[0-9]"
    rf"(?:{DIGIT}{{0,2}}(?:[,.]\s?{DIGIT}{{3}})+(?=\.[0-9])|{DIGIT}{{0,2}}(?:,\s?{DIGIT}{{3}})+|{DIGIT}*)"
    rf"(?:\.[0-9]{DIGIT}*)?(?!\.?[0-9])"
)
_CAPITALS = "壹贰叁肆伍陆柒捌玖拾佰仟"
# Nor behind a character of it that was read as none: the 拾陆 of 壹仟贰佰拐拾陆. What is counted (贰层) is none.
_COUNTED = "元圆角分层间楼栋幢号室套座个份年月日至万亿点整"
_BEGINS = rf"(?<![{_CAPITALS}])(?<![{_CAPITALS}]点)(?<![{_CAPITALS}](?![{_COUNTED}])[\u4e00-\u9fff])"
EITHER = rf"(?:{ARABIC}|{_BEGINS}{CHINESE})"


def plain(text: str) -> str:
    """Return the text with full-width letters, digits and signs as ASCII; every place in it stays.

    Square brackets, which mark a blank that was filled in, become spaces.

    >>> plain('２０２０－０３（ａ）￥'), plain('【5】年')
    ('2020-03(a)¥', ' 5 年')
    """
    return text.translate(_PLAIN)


def digits(text: str) -> str:
    """Return the text with letters that stand for digits in a bad reading as digits.

    >>> digits('2O2l')
    '2021'
    """
    return text.translate(_SLIPS)


def number(text: str) -> int | float | None:
    """Return the number the whole text stands for, None where it is none.

    Chinese digits in a row (二〇二〇) need four places at least, for 一二 means 一、二 as well.
    """
    text = re.sub(r"\s", "", plain(text))
    if re.fullmatch(ARABIC, text):
        whole, point, part = digits(text).replace(",", "").rpartition(".")
        value = float(whole.replace(".", "") + point + part)
        return int(value) if value.is_integer() else value
    if not re.fullmatch(CHINESE, text):
        return None
    text = text.translate(_ONE_WAY).replace("廿", "二十").replace("卅", "三十")
    if len(text) > 1 and not any(one in CHINESE_UNITS or one == "点" for one in text):
        if len(text) < 4:
            # 零叁 is how a cheque writes three.
            return number(text.lstrip("零")) if text.startswith("零") else None
        return int("".join(str(round(unicodedata.numeric(one))) for one in text))
    import cn2an  # noqa: PLC0415 - takes long, and many have no such number

    try:
        value = float(cn2an.cn2an(text, "normal"))
    except ValueError:
        return None
    return int(value) if value.is_integer() else value


def is_ambiguous(text: str) -> bool:
    """Tell whether the number may be thousands whose comma was read as a full stop: 1.200.

    >>> is_ambiguous('1.200'), is_ambiguous('1.20'), is_ambiguous('1200.125')
    (True, False, False)
    """
    return re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", text) is not None


def agreeing(first: str | None, second: str | None) -> tuple[int | float | None, bool | None]:
    """Return the number written as one or both of the texts, and whether the two agree (None where there is one)."""
    values = [number(one) for one in (first, second) if one]
    if len(values) < 2:
        return (values[0] if values else None), None
    return values[0], values[0] == values[1]


def both(name: str) -> str:
    """Return a pattern for a number that may be repeated in brackets: 5（伍）, 伍（5）; groups `name` and `name_again`.

    >>> re.fullmatch(both('n'), '5 (伍)').groups()
    ('5', '伍')
    """
    return rf"(?P<{name}>{EITHER})(?:[\s_]*\(\s*(?:大写|小写)?[:\s]*(?P<{name}_again>{EITHER})\s*\))?"
