"""Lines that detection leaves out in narrow cells."""

import cv2
import numpy as np
import pytest

from extractors.engine import Engine, cut_out
from extractors.opening import Image
from extractors.stacked import rows_missed
from schemas.settings import OcrSettings

CELL, PITCH = (100.0, 100.0, 190.0, 345.0), 44
ROWS = ("75", "46", "二", "31", "28")


def _cell(rows: tuple[str, ...]) -> Image:
    """Print rows under one another in the middle of a ruled cell."""
    page = np.full((440, 300, 3), 245, np.uint8)
    left, top, right, bottom = map(int, CELL)
    cv2.rectangle(page, (left, top), (right, bottom), (40, 40, 40), 2)
    for number, text in enumerate(rows):
        if text == "二":
            for y, half in ((top + 20 + PITCH * number, 9), (top + 36 + PITCH * number, 13)):
                cv2.line(page, ((left + right) // 2 - half, y), ((left + right) // 2 + half, y), (20, 20, 20), 2)
            continue
        width = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)[0][0]
        place = ((left + right - width) // 2, top + 38 + PITCH * number)
        cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20, 20, 20), 2)
    return page


def _row(number: int) -> np.ndarray:
    """Return the quadrilateral that detection gives a row."""
    top = CELL[1] + 8 + PITCH * number
    return np.array([(115, top), (175, top), (175, top + PITCH - 6), (115, top + PITCH - 6)], np.float32)


@pytest.mark.parametrize("read", [(4,), (0, 3), (1, 2, 4)])
def test_rows_that_were_not_found_stand_beside_those_that_were(read: tuple[int, ...]):
    page = _cell(ROWS)
    missed = rows_missed(page, [CELL], [_row(number) for number in read])
    texts = [one.text for one in Engine(OcrSettings()).recognise([cut_out(page, polygon) for polygon in missed])]
    assert texts == [text for number, text in enumerate(ROWS) if number not in read]


def test_a_cell_that_was_read_whole_holds_no_more():
    assert rows_missed(_cell(ROWS), [CELL], [_row(number) for number in range(len(ROWS))]) == []
    assert rows_missed(_cell(("75",)), [CELL], [_row(0)]) == []


def test_a_cell_of_which_nothing_was_read_and_a_wide_one_are_left_alone():
    assert rows_missed(_cell(ROWS), [CELL], []) == []
    assert rows_missed(_cell(ROWS), [(0.0, 100.0, 300.0, 345.0)], [_row(4)]) == []
