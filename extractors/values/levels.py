"""Levels of skill (评价等级范围) as 5 (初级工) to 1 (高级技师): 五级, 初、中、高级, 5-3级, 三级及以下, 一至五级.

>>> find_levels("初级工、中级工、高级工"), find_levels("5-3级"), find_levels("三级及以下"), find_levels("技师、高级技师")
([5, 4, 3], [5, 4, 3], [5, 4, 3], [2, 1])
"""

import re

_NAMES = (
    ("高级技师", 1),
    ("技师", 2),
    ("高级工", 3),
    ("高级", 3),
    ("中级工", 4),
    ("中级", 4),
    ("初级工", 5),
    ("初级", 5),
)
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_SHORT = (("初", 5), ("中", 4), ("高", 3))
_RANGE = re.compile(r"([一二三四五1-5])级?[-—–－~～至到]+([一二三四五1-5])级?")
_AND_BELOW = re.compile(r"([一二三四五1-5])级(?:[（(/]?[^）),，、]{0,4}[）)]?)?(?:及以下|以下)")
_AND_ABOVE = re.compile(r"([一二三四五1-5])级(?:[（(/]?[^）),，、]{0,4}[）)]?)?(?:及以上|以上)")
_NAME_RANGE = re.compile(
    r"(高级技师|技师|高级工|中级工|初级工|高级|中级|初级)[-—–－~～至到]+(高级技师|技师|高级工|中级工|初级工|高级|中级|初级)"
)


def find_levels(text: str) -> list[int]:
    """Return the levels a text names, from 5 down to 1."""
    text = re.sub(r"\s+", "", text)
    levels: set[int] = set()
    by_name = dict(_NAMES)
    for expression, numbers in ((_RANGE, _NUMBERS), (_NAME_RANGE, by_name)):
        for match in expression.finditer(text):
            low, high = sorted((numbers[match[1]], numbers[match[2]]))
            levels.update(range(low, high + 1))
        text = expression.sub("", text)
    for match in _AND_BELOW.finditer(text):
        levels.update(range(_NUMBERS[match[1]], 6))
    for match in _AND_ABOVE.finditer(text):
        levels.update(range(1, _NUMBERS[match[1]] + 1))
    for match in re.finditer(r"([一二三四五1-5])级?(?=级|[、,，/;；]|$)", text):
        levels.add(_NUMBERS[match[1]])
    rest = text
    for name, level in _NAMES:
        if name in rest:
            levels.add(level)
            rest = rest.replace(name, "")
    # 初、中、高级 leaves the first two without their 级.
    for name, level in _SHORT:
        if re.search(rf"{name}[、,，/]", rest):
            levels.add(level)
    return sorted(levels, reverse=True)
