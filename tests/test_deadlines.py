"""The day by which the centre has to answer, against the State Council's arrangements of holidays."""

from datetime import date

import pytest
from chinese_calendar.constants import holidays

from flows.deadlines import Deadline, add_working_days, deadline
from schemas.programme import AnswerTerm, Programme
from validators import programmes

NOT_ANNOUNCED = max(holidays).year + 1


def notice(days: int = 10) -> Programme:
    term = AnswerTerm(working_days=days, basis="样例〔2022〕1号 四")
    return Programme(id="sample", title="样例", document_number="样例〔2022〕1号", answer=term)


def test_tianjin_answers_within_ten_working_days():
    found = deadline(programmes.load("tianjin-2020"), date(2021, 9, 16))
    # 18 September and 26 September were worked, 19 to 21 September and 1 to 7 October were holidays.
    assert found == Deadline(date(2021, 9, 30), 10, "津人社办发〔2020〕86号 四（一）", is_provisional=False)


@pytest.mark.parametrize("programme", ["neimenggu-2020", "chifeng-2020", "neimenggu-enterprise-2019", "jilin-2022"])
def test_a_notice_that_sets_no_term_has_no_deadline(programme: str):
    assert deadline(programmes.load(programme), date(2021, 9, 16)) is None


def test_a_dossier_whose_day_of_receipt_nobody_wrote_down_has_no_deadline():
    assert deadline(notice(), None) is None


@pytest.mark.parametrize(
    ("received", "days", "last"),
    [
        # No holiday: Monday to the Monday two weeks on; received on a Saturday, Monday is the first day.
        ("2022-11-07", 10, "2022-11-21"),
        ("2022-11-05", 1, "2022-11-07"),
        # National Day of 2022: 1 to 7 October, made up for on the 8th and the 9th, a Saturday and a Sunday.
        ("2022-09-30", 1, "2022-10-08"),
        ("2022-09-26", 10, "2022-10-13"),
        # Spring Festival of 2020 was made longer while it lasted: until 2 February.
        ("2020-01-23", 1, "2020-02-03"),
        # The turn of a year.
        ("2021-12-31", 1, "2022-01-04"),
    ],
)
def test_holidays_do_not_count_and_made_up_days_do(received: str, days: int, last: str):
    assert add_working_days(date.fromisoformat(received), days) == (date.fromisoformat(last), False)


def test_what_reaches_into_a_year_without_announced_holidays_is_provisional():
    found = deadline(notice(), date(NOT_ANNOUNCED - 1, 12, 28))
    assert found is not None
    assert found.is_provisional
    assert found.day.year == NOT_ANNOUNCED
    assert found.day.weekday() < 5


@pytest.mark.parametrize("received", [date(1999, 5, 3), date(2097, 5, 6)])
def test_years_that_the_calendar_does_not_know_leave_out_weekends_only(received: date):
    assert deadline(notice(5), received) == Deadline(
        date.fromordinal(received.toordinal() + 7), 5, "样例〔2022〕1号 四", is_provisional=True
    )


def test_what_is_left_is_counted_in_working_days():
    found = deadline(notice(), date(2022, 9, 26))
    assert found is not None
    today = [date(2022, 9, 26), date(2022, 10, 1), date(2022, 10, 12), date(2022, 10, 13), date(2022, 10, 17)]
    assert [found.left(day) for day in today] == [10, 6, 1, 0, -2]
