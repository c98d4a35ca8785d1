"""Areas in m²: 1,200.50㎡, 1200 平方米, 1200（壹仟贰佰）平方米, 一千二百平米, 1.5亩, 0.2公顷.

A recogniser reads ㎡ and m² as m2 or m? as well; m alone is a length.

>>> [one.value for one in find_areas('建筑面积1,200.50㎡，占地1.5亩')]
[1200.5, 1000.0]
>>> [find_areas(text)[0].value for text in ('一千二百平方米', '800 m2', '0.2公顷', '1.2万平方米', '500（伍佰）平米')]
[1200.0, 800.0, 2000.0, 12000.0, 500.0]
>>> find_areas('长120m，500（陆佰）平方米')
[]

Of a number with a character that was not read the rest is none:

>>> find_areas('共计壹仟贰佰拐拾陆点伍平方米'), find_areas('共贰层，壹仟贰佰捌拾陆点伍平方米')[0].value
([], 1286.5)

A point that was read as a comma stands before two figures:

>>> find_areas('建筑面积4002,92平方米')[0].value, find_areas('共12,300平方米')[0].value
(4002.92, 12300.0)

It may drop ㎡ altogether, or leave m of it: a number right behind 面积 is one in m², with m or where it has decimals
and nothing else follows.

>>> [one.value for one in find_areas('确认面积1317.00。月租50.00元')], find_areas('面积1317.00亿')
([1317.0], [])
>>> [one.value for one in find_areas('建筑面积为3066.22m，以产权证为准；出租面积1729m；层高3.5m，面积12mm')]
[3066.22, 1729.0]
"""

import re

from extractors.values.found import Found
from extractors.values.numerals import agreeing, both, is_ambiguous, plain

# One 亩 is a fifteenth of a hectare.
_UNITS = {"亩": 10_000 / 15, "公顷": 10_000.0}
_AREA = re.compile(
    rf"{both('number')}[\s_]*余?(?P<scale>万)?[\s_]*\(?"
    r"(?P<unit>平\s?方\s?米|平方公尺|平\s*米|平方|㎡|[mM]\s?[²2?²]|亩|公顷)(?!公里|千米|厘米|分米)"
)
_POINT = re.compile(r"(?<=\d{2}),(?=\d\d[\s_]*(?:平|㎡|[mM][²2]))")
_WITHOUT_UNIT = re.compile(
    r"面积(?:为|是|共计?|约)?[:：]?[\s_]*(?P<number>\d[\d,]*\.\d{1,2}|\d[\d,]*(?:\.\d{1,2})?(?=\s?[mM]))[\s_]*[mM]?"
    r"(?=[。，,；;)）(（\n]|$)"
)


def find_areas(text: str) -> list[Found[float]]:
    """Return the areas in the text; one that is written twice and disagrees, or may be a thousandfold, is left out."""
    text = _POINT.sub(".", plain(text))
    found: list[Found[float]] = []
    for match in _AREA.finditer(text):
        value, agree = agreeing(match["number"], match["number_again"])
        if value is None or value <= 0 or agree is False or is_ambiguous(match["number"]):
            continue
        scale = (10_000 if match["scale"] else 1) * _UNITS.get(match["unit"], 1.0)
        found.append(Found(round(value * scale, 2), match.start(), match.end()))
    for match in _WITHOUT_UNIT.finditer(text):
        value, _ = agreeing(match["number"], None)
        if value is not None and value > 0 and not is_ambiguous(match["number"]):
            found.append(Found(round(float(value), 2), match.start("number"), match.end("number")))
    return sorted(found, key=lambda one: one.start)
