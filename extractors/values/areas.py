"""Areas in m²: 1,200.50㎡, 1200 平方米, 一千二百平米, 1.8亩, 0.2公顷.

>>> [found.value for found in find_areas("建筑面积1,200.50㎡，占地1.5亩")]
[1200.5, 1000.0]
"""

import re

from extractors.values.found import Found
from extractors.values.numerals import ARABIC, CHINESE, number

# One 亩 is 2000/3 m².
_UNITS = {"平方米": 1.0, "平米": 1.0, "平方": 1.0, "㎡": 1.0, "亩": 2000 / 3, "公顷": 10_000.0}
_AREA = re.compile(
    rf"(?P<number>{ARABIC}|[{CHINESE}点]+)[\s_＿]*(?:[（(][{CHINESE}点]+[）)])?[\s_＿]*"
    r"(?P<unit>平方米|平方公尺|平米|平方|㎡|[mM㎜][²2?？:：]|亩|公顷)"
)


def find_areas(text: str) -> list[Found[float]]:
    """Return the areas in a text, in m²."""
    found: list[Found[float]] = []
    for match in _AREA.finditer(text):
        value = number(match["number"])
        if value is not None and value > 0:
            square_metres = round(float(value) * _UNITS.get(match["unit"], 1.0), 2)
            found.append(Found(square_metres, match.start(), match.end()))
    return found
