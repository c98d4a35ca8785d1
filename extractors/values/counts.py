"""Counts: 1,200, 1200人次, 1.2万人次, 一千二百余人, 壹佰名.

>>> [one.value for one in find_counts('累计8,000余人次，其中5名')]
[8000, 5]
>>> [find_counts(text)[0].value for text in ('一千二百人', '1.2万人次', '十')]
[1200, 12000, 10]
>>> find_counts('一般')
[]
"""

import re

from extractors.values.found import Found
from extractors.values.numerals import ARABIC, CHINESE, number, plain

_UNIT = r"[余多]?\s*(?:人|名|个|家|位|次|项|种|间|台|套|份|页|年)"
_COUNT = re.compile(
    rf"(?P<arabic>{ARABIC})(?!\s[0-9])\s*(?P<scale>万)?(?:\s*{_UNIT})?|(?P<chinese>{CHINESE})(?:\s*{_UNIT}|\s*$)"
)


def find_counts(text: str) -> list[Found[int]]:
    """Return the whole numbers in the text; Chinese numerals count where a unit follows or the text ends."""
    text = plain(text)
    found: list[Found[int]] = []
    for match in _COUNT.finditer(text):
        group = "arabic" if match["arabic"] else "chinese"
        value = number(match[group])
        if value is None:
            continue
        value = round(value * (10_000 if match["scale"] else 1), 6)
        if float(value).is_integer():
            found.append(Found(int(value), match.start(), match.end(group)))
    return found
