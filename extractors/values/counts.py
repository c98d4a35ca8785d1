"""Counts: 1,200, 1200人次, 一千二百余人.

>>> [found.value for found in find_counts("8,000人次")]
[8000]
"""

import re

from extractors.values.found import Found
from extractors.values.numerals import CHINESE, number

_COUNT = re.compile(rf"(?P<number>\d{{1,3}}(?:[,，]\d{{3}})+|\d+|[{CHINESE}]+)(?P<scale>万)?")


def find_counts(text: str) -> list[Found[int]]:
    """Return the whole numbers in a text."""
    found: list[Found[int]] = []
    for match in _COUNT.finditer(text):
        value = number(match["number"])
        if value is not None and float(value).is_integer():
            found.append(Found(int(value) * (10_000 if match["scale"] else 1), match.start(), match.end()))
    return found
