"""Codes written one character to a box are read whole; so are lines set close, and text through a streak."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from extractors.combs import find_combs, with_combs
from extractors.opening import Image, Sheet
from extractors.reading import Reader
from extractors.rulings import find_rulings
from schemas.page import Line, Page
from schemas.settings import OcrSettings

WIDTH, HEIGHT = 1654, 2339
# Invented; the check characters hold.
CODES = ("52220104MAC22XAK7Y", "91120116MA05XK3J0B")
PLAIN, SERIF = cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX
LEFT, TOP, BOX, ROW = 480, 470, 46, 70


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(OcrSettings())


def _page() -> Image:
    page = np.full((HEIGHT, WIDTH, 3), 251, np.uint8)
    for row in range(12):
        _write(page, f"Line {row} of a page that says nothing else.", 200, 900 + 70 * row)
    return page


def _write(page: Image, text: str, left: int, bottom: int, font: int = PLAIN, scale: float = 1.0) -> None:
    cv2.putText(page, text, (left, bottom), font, scale, (20,) * 3, 2, cv2.LINE_AA)


def _width(text: str, font: int, scale: float) -> int:
    return cv2.getTextSize(text, font, scale, 2)[0][0]


def _frame(page: Image, left: int, top: int, right: int, bottom: int) -> None:
    cv2.rectangle(page, (left, top), (right, bottom), (30,) * 3, 2)


def _scanned(page: Image) -> Image:
    noise = np.random.default_rng(1).normal(0, 5, page.shape)
    return np.clip(cv2.GaussianBlur(page, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)


def _form(code: str, *, font: int = PLAIN, scale: float = 0.9, gap: int = 0) -> Image:
    """Draw a box for every character of a code: in the row of a table, or apart by `gap` pixels."""
    page = _page()
    for row in (0, 1, 2) if not gap else ():
        _frame(page, 160, TOP + (row - 1) * ROW, LEFT, TOP + row * ROW)
        _frame(page, LEFT, TOP + (row - 1) * ROW, 1500, TOP + row * ROW)
    _write(page, "Code", 200, TOP + 48)
    for place, character in enumerate(code):
        left, edge = LEFT + place * (BOX + gap), 8 if gap else 0
        _frame(page, left, TOP + edge, left + BOX, TOP + ROW - edge)
        _write(page, character, left + (BOX - _width(character, font, scale)) // 2, TOP + 46, font, scale)
    return _scanned(page)


def _read(reader: Reader, image: Image, work: Path) -> Page:
    return reader.read(Sheet("form.png", 1, image, dpi=200, text_layer=None), work)


def _texts(page: Page) -> list[str]:
    return ["".join(line.text.split()) for line in page.lines]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("font", "scale"), [(PLAIN, 0.8), (PLAIN, 1.1), (SERIF, 0.9)])
@pytest.mark.parametrize("gap", [0, 10])
def test_a_code_in_boxes_is_one_line(
    reader: Reader, tmp_path: Path, code: str, font: int, scale: float, gap: int
) -> None:
    page = _read(reader, _form(code, font=font, scale=scale, gap=gap), tmp_path)
    # 0 and O are one shape: the code's own alphabet tells them apart.
    (line,) = [line for line in page.lines if line.text.replace("O", "0") == code]
    for place, (left, right) in enumerate(line.extents):
        middle = LEFT + place * (BOX + gap) + BOX / 2
        assert left < middle / WIDTH < right
    assert "Code" in _texts(page)
    # The boxes are one cell.
    assert any(cell == pytest.approx(line.box, abs=0.01) for cell in page.cells)


def test_a_code_of_which_a_box_may_be_missing_is_in_doubt(reader: Reader, tmp_path: Path) -> None:
    (line,) = [one for one in _read(reader, _form(CODES[0][:-1]), tmp_path).lines if len(one.text) == 17]
    assert max(line.scores) <= 0.75


def test_a_box_that_seems_empty_among_others_makes_no_code(reader: Reader, tmp_path: Path) -> None:
    image = _form(f"{CODES[0][:7]} {CODES[0][8:]}")
    assert find_combs(image, find_rulings(image)) == []
    assert not any(len(text) >= 17 and text.isalnum() for text in _texts(_read(reader, image, tmp_path)))


def test_boxes_that_nothing_is_written_in_stay_cells() -> None:
    page = _page()
    for place in range(14):
        _frame(page, 300 + place * 60, 400, 360 + place * 60, 460)
    image = _scanned(page)
    rulings = find_rulings(image)
    assert len([cell for cell in rulings.cells if cell[1] < 0.25]) == 14
    assert find_combs(image, rulings) == []
    assert with_combs(rulings.cells, []) == rulings.cells


def test_columns_of_numbers_stay_apart(reader: Reader, tmp_path: Path) -> None:
    page = _page()
    numbers = [f"{37 + 5 * place}" for place in range(12)]
    for row in range(3):
        for place, number in enumerate(numbers):
            left, top = 240 + place * 90, 400 + row * 80
            _frame(page, left, top, left + 90, top + 80)
            _write(page, number, left + 20, top + 55)
    read = _read(reader, _scanned(page), tmp_path)
    assert len(read.cells) >= 36
    assert sum(line.text in numbers for line in read.lines) == 36


def test_a_text_layers_code_in_boxes_is_one_cell(reader: Reader, tmp_path: Path) -> None:
    image = _form(CODES[0])
    read = _read(reader, image, tmp_path)
    code = next(line for line in read.lines if line.text.replace("O", "0") == CODES[0])
    layer = [
        Line(text=character, box=(left, code.box[1], right, code.box[3]), confidence=1.0, extents=[(left, right)])
        for character, (left, right) in zip(CODES[0], code.extents, strict=True)
    ]
    others = [line for line in read.lines if line is not code]
    page = reader.read(Sheet("form.pdf", 1, image, dpi=200, text_layer=[*others, *layer]), tmp_path)
    assert page.source == "text_layer"
    assert page.cells == read.cells


def test_lines_set_close_in_a_cell_are_read_one_by_one(reader: Reader, tmp_path: Path) -> None:
    page = _page()
    stacks = (("NAME", "OF THE", "SCHOOL"), ("NO.", "1"), ("SINCE", "THE", "YEAR"))
    left = 160
    for lines in stacks:
        width = max(_width(line, PLAIN, 1.0) for line in lines) + 30
        _frame(page, left, 400, left + width, 540)
        for row, line in enumerate(lines):
            _write(page, line, left + (width - _width(line, PLAIN, 1.0)) // 2, 455 + 28 * row)
        left += width
    read = _texts(_read(reader, _scanned(page), tmp_path))
    assert {"".join(line.split()) for lines in stacks for line in lines if len(line) > 1} <= set(read), read


def test_a_streak_through_text_is_no_ruling(reader: Reader, tmp_path: Path) -> None:
    page = _page()
    lines = ("SAMPLE ACCOUNTANTS LIMITED", "REPORT FOR 2018", "APRIL 2019")
    for row, line in enumerate(lines):
        _write(page, line, 400, 400 + 120 * row, scale=2.0)
    cv2.line(page, (640, 0), (640, HEIGHT), (60,) * 3, 2)
    read = _texts(_read(reader, _scanned(page), tmp_path))
    assert {"".join(line.split()) for line in lines} <= set(read), read
