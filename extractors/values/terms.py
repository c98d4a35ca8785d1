"""Terms in whole months: how many lie between two days, and which day ends so many.

>>> whole_months(date(2020, 3, 1), date(2025, 2, 28)), whole_months(date(2020, 3, 1), date(2025, 3, 1))
(60, 60)
>>> last_day(date(2020, 3, 1), 60).isoformat()
'2025-02-28'
"""

import calendar
from datetime import date, timedelta


def whole_months(first: date, last: date) -> int:
    """Return the whole months of a term; its last day may be counted in or name the day after the term."""
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    return months if after.day >= min(first.day, _month_length(after.year, after.month)) else months - 1


def last_day(first: date, months: int) -> date:
    """Return the last day of a term of so many months."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    length = _month_length(year, month + 1)
    # A term from the 31st ends with the last day of a shorter month.
    return date(year, month + 1, first.day) - timedelta(days=1) if first.day <= length else date(year, month + 1, length)


def _month_length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
