"""The day by which the centre has to answer a dossier: working days from the notice, by China's public holidays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from chinese_calendar import is_workday  # pyright: ignore[reportUnknownVariableType] - it carries no types

from schemas.programme import Programme


@dataclass(frozen=True)
class Deadline:
    """The last day to answer on, after so many working days, by which clause.

    `is_provisional` where the days counted reach into a year whose holidays are not announced yet, or not known: of
    that year only the weekends are left out, and the day may come to lie later.
    """

    day: date
    working_days: int
    basis: str
    is_provisional: bool

    def left(self, today: date) -> int:
        """Return how many working days are left after today; where the day is over, how many are over, as -n."""
        first, last = sorted((today, self.day))
        count = sum(_works(day) for day in _days_after(first, last))
        return count if today <= self.day else -count


def deadline(programme: Programme, received: date | None) -> Deadline | None:
    """Return when a dossier received on a day has to be answered; None where the notice sets no term.

    The day of receipt does not count (民法典 第二百零一条), a working day is what the State Council's yearly
    arrangement of holidays makes one, made-up Saturdays and Sundays included.
    """
    term = programme.answer
    if term is None or received is None:
        return None
    day, is_provisional = add_working_days(received, term.working_days)
    return Deadline(day, term.working_days, term.basis, is_provisional)


@cache
def add_working_days(start: date, count: int) -> tuple[date, bool]:
    """Return the day that is so many working days after another, and whether it is provisional.

    >>> add_working_days(date(2022, 1, 28), 3)
    (datetime.date(2022, 2, 7), False)
    """
    last = start
    for day in _days_after(start, date.max):
        if count == 0:
            break
        last = day
        count -= _works(day)
    return last, not all(_is_known(day) for day in (start + timedelta(1), last))


def _days_after(start: date, last: date) -> Iterator[date]:
    while start < last:
        start += timedelta(1)
        yield start


@cache
def _works(day: date) -> bool:
    return is_workday(day) if _is_known(day) else day.weekday() < 5


@cache
def _is_known(day: date) -> bool:
    """Say whether the calendar has the holidays of a day's year."""
    try:
        is_workday(date(day.year, 1, 1))
    except NotImplementedError:
        return False
    return True
