"""Lengths of time in whole months, as leases state them: 5年, 五年, 伍年, 60个月, 五年零六个月, 2年半, 5（伍）年.

>>> [one.value for one in find_lengths('租期为 5 （伍） 年，即60个月')]
[60, 60]
>>> [find_lengths(text)[0].value for text in ('五年零六个月', '2年半', '半年', '陆拾个月', '共计叁年', '壹拾年')]
[66, 30, 6, 60, 36, 120]
>>> find_lengths('2020年3月1日') + find_lengths('二〇二〇年') + find_lengths('5（陆）年')
[]
"""

import re
from itertools import pairwise

from extractors.values.dates import find_dates, find_months
from extractors.values.found import Found
from extractors.values.numerals import agreeing, both, plain

# Civil Code of the People's Republic of China, article 705: a lease of more than twenty years is void for the rest.
# Terms of permits and land use run longer.
YEARS_MAX = 70

_GAP = r"[\s_]*"
_LENGTH = re.compile(
    rf"(?<![第前近每\d.]){both('years')}{_GAP}(?:个{_GAP})?(?:周|整)?年(?![度级代份])(?P<half>半)?(?:整|期)?"
    rf"(?:{_GAP}[零又另加]?{_GAP}{both('rest')}{_GAP}个?{_GAP}月)?"
    rf"|(?<![第前近每\d.]){both('months')}{_GAP}(?P<counted>个{_GAP})?月"
    r"|(?P<half_year>半)年"
)
# What stands between a length and the same length in months: 5年（60个月）, 5年，即60个月.
_AGAIN = re.compile(r"[\s,]*(?:\(|即|共|合)[\s即共计合]*")


def find_lengths(text: str) -> list[Found[int]]:
    """Return the lengths in months; parts of dates and lengths written twice that disagree are left out."""
    text = plain(text)
    dated = [(one.start, one.end) for one in (*find_dates(text), *find_months(text))]
    found = [
        Found(months, match.start(), match.end())
        for match in _LENGTH.finditer(text)
        if (months := _months(match)) is not None
        and all(match.end() <= start or end <= match.start() for start, end in dated)
    ]
    unlike = {
        one
        for before, after in pairwise(found)
        if before.value != after.value and _AGAIN.fullmatch(text[before.end : after.start])
        for one in (before, after)
    }
    return [one for one in found if one not in unlike]


def _months(match: re.Match[str]) -> int | None:
    if match["half_year"]:
        return 6
    if match["months"]:
        months, agree = agreeing(match["months"], match["months_again"])
        # 3月 is March; 60月 can only be a length.
        if months is None or agree is False or not (match["counted"] or months > 12):
            return None
        return _whole(months)
    years, agree = agreeing(match["years"], match["years_again"])
    if years is None or agree is False or years > YEARS_MAX:
        return None
    rest, agree = agreeing(match["rest"], match["rest_again"])
    if agree is False:
        return None
    return _whole(years * 12 + (rest or 0) + (6 if match["half"] else 0))


def _whole(months: float) -> int | None:
    return int(months) if months > 0 and float(months).is_integer() and months <= YEARS_MAX * 12 else None
