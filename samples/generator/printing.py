"""How values are printed: dates, amounts, areas and levels in the many forms paper shows."""

from datetime import date
from random import Random

import cn2an

_DIGITS = "〇一二三四五六七八九"
_FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_LEVELS = {5: "五级", 4: "四级", 3: "三级", 2: "二级", 1: "一级"}
_LEVEL_NAMES = {5: "初级工", 4: "中级工", 3: "高级工", 2: "技师", 1: "高级技师"}
DATE_FORMS = ("plain", "padded", "dash", "dot", "slash", "spaced", "chinese", "formal")


def _number(value: int) -> str:
    """Return 1 to 31 in Chinese as dates write it."""
    tens, ones = divmod(value, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def day(value: str | date, form: str) -> str:
    """Return a date in one of `DATE_FORMS`."""
    one = date.fromisoformat(value) if isinstance(value, str) else value
    year = str(one.year)
    if form == "padded":
        return f"{year}年{one.month:02}月{one.day:02}日"
    if form == "dash":
        return one.isoformat()
    if form == "dot":
        return f"{year}.{one.month}.{one.day}"
    if form == "slash":
        return f"{year}/{one.month}/{one.day}"
    if form == "spaced":
        return f"{year} 年 {one.month} 月 {one.day} 日"
    if form == "chinese":
        return f"{''.join(_DIGITS[int(digit)] for digit in year)}年{_number(one.month)}月{_number(one.day)}日"
    if form == "formal":
        formal = str.maketrans(_DIGITS + "十", _FORMAL_DIGITS + "拾")
        spelled = f"{''.join(_DIGITS[int(digit)] for digit in year)}年{_number(one.month)}月{_number(one.day)}日"
        return spelled.translate(formal)
    return f"{year}年{one.month}月{one.day}日"


def month(value: str, form: str) -> str:
    """Return a month given as YYYY-MM."""
    year, number = value.split("-")
    return {"plain": f"{year}年{int(number)}月", "dot": f"{year}.{number}", "dash": value}[form]


def amount(value: float, form: str) -> str:
    """Return yuan as `capital` (大写), `ten_thousand` (万元), `plain` or `commas`."""
    if form == "capital":
        return cn2an.an2cn(int(value), "up") + "元整"
    if form == "ten_thousand":
        return f"{value / 10000:g}万元"
    if form == "commas":
        return f"{value:,.2f}元"
    return f"{value:g}元" if value < 1_000_000 else f"{int(value)}元"


def area(value: float, random: Random) -> str:
    """Return an area with its unit."""
    number = random.choice((f"{value:g}", f"{value:.2f}", f"{value:,.2f}"))
    return number + random.choice(("平方米", "平方米", "㎡", "平米"))


def length(months: int, random: Random) -> str:
    """Return the length of a term: years where it is whole ones."""
    years, rest = divmod(months, 12)
    if rest:
        return f"{months}个月"
    return random.choice((f"{years}年", f"{cn2an.an2cn(years)}年", f"{cn2an.an2cn(years, 'up')}年", f"{months}个月"))


def levels(values: list[int], form: str) -> str:
    """Return levels as `range`, `list` of names or `both`."""
    if len(values) == 1:
        return _LEVEL_NAMES[values[0]] if form == "list" else _LEVELS[values[0]]
    if form == "range":
        return f"{_LEVELS[values[0]]}至{_LEVELS[values[-1]]}"
    if form == "numbers":
        return "、".join(_LEVELS[value] for value in values)
    return "、".join(_LEVEL_NAMES[value] for value in values)


def years(value: int) -> str:
    """Return a year's digits in Chinese."""
    return "".join(_DIGITS[int(digit)] for digit in str(value))
