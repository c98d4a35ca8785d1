"""Ruling lines: the cells they enclose, and how a page is turned."""

import cv2
import numpy as np
import pytest

from extractors.opening import Image
from extractors.rulings import around_text, find_rulings, ruling_angles
from extractors.scaling import shrunk
from schemas.base import Box
from schemas.page import Line

HEIGHT, WIDTH = 1754, 1240


def table(rows: int = 4, columns: int = 3, thick: int = 2, gap: int = 0) -> Image:
    """Draw a table on a page, with text in it, in a frame around all of it; rulings `gap` apart are drawn double."""
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    left, top, right, bottom = 150, 300, 1090, 900
    for y in np.linspace(top, bottom, rows + 1).astype(int).tolist():
        for line in {y, y + gap}:
            cv2.line(page, (left, line), (right + gap, line), (60, 60, 60), thick)
    for x in np.linspace(left, right, columns + 1).astype(int).tolist():
        cv2.line(page, (x, top), (x, bottom + gap), (60, 60, 60), thick)
    for row in range(rows):
        cv2.putText(page, "0123456789", (170, 300 + row * 150 + 90), cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 20), 2)
    cv2.rectangle(page, (60, 60), (WIDTH - 60, HEIGHT - 60), (60, 60, 60), thick)
    return page


def turned(page: Image, degrees: float) -> Image:
    """Turn a page clockwise."""
    around = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -degrees, 1.0)
    return cv2.warpAffine(page, around, (WIDTH, HEIGHT), borderValue=(250, 250, 250)).astype(np.uint8)


def test_cells_are_what_rulings_enclose() -> None:
    cells = find_rulings(table()).cells
    assert len(cells) == 12
    assert cells[0] == pytest.approx((150 / WIDTH, 300 / HEIGHT, 463 / WIDTH, 450 / HEIGHT), abs=0.006)
    assert cells[-1] == pytest.approx((777 / WIDTH, 750 / HEIGHT, 1090 / WIDTH, 900 / HEIGHT), abs=0.006)


def test_a_frame_around_tables_is_no_cell() -> None:
    boxed = table()
    assert all(cell[3] - cell[1] < 0.1 for cell in find_rulings(boxed).cells)


def test_a_frame_around_text_is_one() -> None:
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for top in (200, 600):
        cv2.rectangle(page, (150, top), (1090, top + 300), (60, 60, 60), 2)
    cv2.putText(page, "0123456789", (200, 400), cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 20), 2)
    assert len(find_rulings(page).cells) == 2


@pytest.mark.parametrize("gap", [0, 6])
@pytest.mark.parametrize("degrees", [-4.0, -1.3, 0.0, 0.4, 2.6])
def test_rulings_tell_how_a_page_is_turned(degrees: float, gap: int) -> None:
    angles, lengths = ruling_angles(turned(table(gap=gap), degrees))
    assert lengths.sum() > WIDTH
    assert np.median(angles) == pytest.approx(degrees, abs=0.1)


def test_text_alone_does_not() -> None:
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for line in range(30):
        cv2.putText(page, "0123456789 " * 5, (100, 100 + line * 50), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20, 20, 20), 2)
    assert not len(ruling_angles(page)[0])


@pytest.mark.parametrize(
    ("side", "size"), [(2000, (1754, 1240)), (1600, (1600, 1131)), (800, (800, 566)), (200, (200, 141))]
)
def test_a_smaller_page_shows_the_same_in_the_same_place(side: int, size: tuple[int, int]) -> None:
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    page[1000:1200, 300:700] = 0
    small, scale = shrunk(page, side)
    assert abs(small.shape[0] - size[0]) <= 1
    assert abs(small.shape[1] - size[1]) <= 1
    rows, columns = np.nonzero(small < 128)
    assert (rows.min() / scale, (rows.max() + 1) / scale) == pytest.approx((1000, 1200), abs=1 / scale)
    assert (columns.min() / scale, (columns.max() + 1) / scale) == pytest.approx((300, 700), abs=1 / scale)
    assert small.mean() == pytest.approx(page.mean(), abs=1)


COLUMNS = ((0.1, 0.3), (0.3, 0.6), (0.6, 0.9))


def row(top: float, bottom: float) -> list[Box]:
    """Return a table's row of three cells."""
    return [(left, top, right, bottom) for left, right in COLUMNS]


def written(top: float, columns: tuple[int, ...] = (0, 1, 2)) -> list[Line]:
    """Return a line of text in some of a row's cells."""
    lefts = [COLUMNS[column][0] + 0.02 for column in columns]
    return [
        Line(
            text="样例", box=(left, top, left + 0.04, top + 0.014), confidence=1.0, extents=[(left, left), (left, left)]
        )
        for left in lefts
    ]


@pytest.mark.parametrize("columns", [(0, 1, 2), (0, 2)])
def test_a_fold_through_a_row_parts_none_of_its_cells(columns: tuple[int, ...]):
    first, last = row(0.2, 0.23), row(0.26, 0.29)
    lines = [*written(0.208), *written(0.238, columns), *written(0.268)]
    folded = [*first, *row(0.23, 0.244), *row(0.245, 0.26), *last]
    assert around_text(folded, lines) == [*first, *row(0.23, 0.26), *last]


def test_a_stamp_over_a_ruling_leaves_it():
    cells = [*row(0.2, 0.23), *row(0.23, 0.26)]
    assert around_text(cells, [*written(0.208), *written(0.238), *written(0.223, (2,))]) == cells


def test_a_stroke_of_a_character_parts_no_cell():
    left, right = COLUMNS[0]
    parted = [(left, 0.2, right, 0.215), (left, 0.216, right, 0.23), *row(0.2, 0.23)[1:]]
    assert around_text(parted, written(0.208)) == row(0.2, 0.23)


def test_strokes_from_ruling_to_ruling_part_no_cell():
    """Three rows, the middle one as low as its text, of which only some parts are wide enough to be cells."""
    first, last = row(0.2, 0.23), row(0.246, 0.27)
    right = COLUMNS[0][1]
    parted = [*first, (0.1, 0.23, 0.13, 0.246), (0.2, 0.23, right, 0.246), *row(0.23, 0.246)[1:], *last]
    extents = [(0.12 + 0.02 * place, 0.138 + 0.02 * place) for place in range(5)]
    line = Line(text="注册资金额", box=(0.12, 0.231, 0.22, 0.245), confidence=1.0, extents=extents)
    assert around_text(parted, [*written(0.208), line]) == [*first, *row(0.23, 0.246), *last]


def test_text_that_touches_the_next_cell_joins_none():
    cells = [(0.1, 0.2, 0.9, 0.218), *row(0.218, 0.236), (0.1, 0.236, 0.9, 0.254)]
    extents = [(0.28 + 0.02 * place, 0.3 + 0.02 * place) for place in range(1, 4)]
    line = Line(text="结构型", box=(0.298, 0.219, 0.36, 0.235), confidence=1.0, extents=extents)
    assert around_text(cells, [line]) == cells
