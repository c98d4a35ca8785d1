"""Text over the edge of its cell is read whole, neighbours stay apart; what is written across a page is no line."""

from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest

from extractors.crossing import settled, upright
from extractors.engine import DOUBTED, Reading
from extractors.opening import Image, Sheet
from extractors.reading import Reader
from schemas.page import Page
from schemas.settings import OcrSettings

HEIGHT, WIDTH = 1754, 1240
EDGES = (150, 450, 750, 1050)
SCALE, THICK = 1.2, 2


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(OcrSettings())


def _table(rows: list[list[tuple[str, int]]]) -> Image:
    """Draw a table of three columns with texts, each where it begins."""
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for row, texts in enumerate(rows):
        for text, left in texts:
            cv2.putText(page, text, (left, 270 + 100 * row), cv2.FONT_HERSHEY_SIMPLEX, SCALE, (30, 30, 30), THICK)
    bottom = 210 + 100 * len(rows)
    for y in range(210, bottom + 1, 100):
        cv2.line(page, (EDGES[0], y), (EDGES[-1], y), (60, 60, 60), 3)
    for x in EDGES:
        cv2.line(page, (x, 210), (x, bottom), (60, 60, 60), 3)
    return page


def _width(text: str) -> int:
    return cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, SCALE, THICK)[0][0]


def _read(reader: Reader, image: Image, work: Path) -> Page:
    return reader.read(Sheet("table.png", 1, image, dpi=150, text_layer=None), work)


@pytest.mark.parametrize("beyond", [12, 20, 33, 45])
def test_a_number_written_over_the_edge_is_whole(reader: Reader, tmp_path: Path, beyond: int) -> None:
    numbers = ("0471-80009235", "6-18-02-03", "91150199MA47KT762J"[-12:])
    rows = [[(str(row), 280), (text, EDGES[2] - _width(text) + beyond)] for row, text in enumerate(numbers)]
    page = _read(reader, _table(rows), tmp_path)
    read = {"".join(line.text.split()): line for line in page.lines}
    for text in numbers:
        assert text in read, list(read)
        # It stands in the cell that it was meant for.
        box = read[text].box
        assert EDGES[1] / WIDTH < (box[0] + box[2]) / 2 < EDGES[2] / WIDTH


def test_a_number_written_over_the_edge_is_whole_beside_the_next_cells_text(reader: Reader, tmp_path: Path) -> None:
    code, label = "4-10-03-125", "Office"
    rows = [[(code, EDGES[1] - _width(code) + 18), (label, EDGES[1] + 50)]]
    page = _read(reader, _table(rows), tmp_path)
    assert ["".join(line.text.split()) for line in page.lines] == [code, "Office"]


@pytest.mark.parametrize("padding", [6, 10, 20])
def test_numbers_of_two_cells_stay_apart(reader: Reader, tmp_path: Path, padding: int) -> None:
    pairs = [("1205", "3"), ("98760", "4512"), ("37", "66")]
    rows = [[(left, EDGES[1] - padding - _width(left)), (right, EDGES[1] + padding)] for left, right in pairs]
    texts = [line.text for line in _read(reader, _table(rows), tmp_path).lines]
    assert sorted(texts) == sorted(text for pair in pairs for text in pair)


@pytest.mark.parametrize(("times", "stays"), [(4, False), (1, True)])
def test_what_is_written_across_a_page_again_and_again_is_a_watermark(
    reader: Reader, tmp_path: Path, times: int, *, stays: bool
) -> None:
    """As dark as print it is not seen as one before it is read."""
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for row in range(6):
        cv2.putText(page, f"No. {row} 2021-03-1{row}", (120, 130 + 50 * row), cv2.FONT_HERSHEY_SIMPLEX, 1, (20,) * 3, 2)
    across = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for number in range(times):
        cv2.putText(across, "SAMPLE COPY", (350, 650 + 240 * number), cv2.FONT_HERSHEY_SIMPLEX, 2.5, (20,) * 3, 6)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 25, 1.0)
    page = np.minimum(page, cv2.warpAffine(across, turn, (WIDTH, HEIGHT), borderValue=(250, 250, 250)))
    texts = ["".join(line.text.split()) for line in _read(reader, page.astype(np.uint8), tmp_path).lines]
    assert any("SAMPLECOPY" in text for text in texts) is stays
    assert {f"No.{row}2021-03-1{row}" for row in range(6)} <= set(texts)


def test_a_page_of_figures_on_its_head_is_set_upright(reader: Reader, tmp_path: Path) -> None:
    heads = [("No.", 160), ("Amount", 470), ("Price", 780)]
    figures = [[(str(1 + row), 180), (f"{7261 * (row + 3)}", 480), (f"{354 * (row + 2)}.00", 800)] for row in range(13)]
    page = _read(reader, cast("Image", cv2.rotate(_table([heads, *figures]), cv2.ROTATE_180)), tmp_path)
    assert page.rotation == 180
    assert {"Amount", "21783"} <= {line.text for line in page.lines}


def test_rows_of_small_print_on_end_are_set_upright(reader: Reader, tmp_path: Path) -> None:
    page = np.full((2573, 3638, 3), 250, np.uint8)
    columns = [150, 300, 560, 1080, 1330, 1600, 1900, 2100, 2400, 2650, 2900, 3200]
    for row in range(86):
        numbers = (row + 1, 7261 * (row + 3), 411023197705284597 + 1000 * row, 5, 20210821, 75 + row % 20)
        for left, number in zip(columns, [*numbers, *numbers], strict=True):
            place = (left, 200 + 26 * row)
            cv2.putText(page, str(number), place, cv2.FONT_HERSHEY_SIMPLEX, 0.75, (30, 30, 30), 2)
    for turned, rotation in ((cv2.ROTATE_90_CLOCKWISE, 270), (cv2.ROTATE_90_COUNTERCLOCKWISE, 90)):
        read = _read(reader, cast("Image", cv2.rotate(page, turned)), tmp_path)
        assert read.rotation == rotation
        assert {"21783", "29044", "36305"} <= {line.text for line in read.lines}


@pytest.mark.parametrize("place", [(170, 700), (400, 500)])
def test_a_cup_s_ring_alone_on_a_back(reader: Reader, tmp_path: Path, place: tuple[int, int]) -> None:
    """Turned aside, nothing is found on it that could be read."""
    page = np.full((1754, 1240, 3), 243, np.uint8)
    cv2.circle(page, place, 90, (90, 140, 190), 9, cv2.LINE_AA)
    read = _read(reader, cast("Image", cv2.GaussianBlur(page, (5, 5), 0)), tmp_path)
    assert len(read.lines) <= 1
    assert not read.seals


@pytest.mark.parametrize("bottom", [391, 393, 395, 397])
def test_a_line_that_a_seal_only_touches_is_not_lost(reader: Reader, tmp_path: Path, bottom: int) -> None:
    """Found with the seal's ink, the line reaches over the seal's edge; found without it, it ends before that."""
    page = np.full((HEIGHT, WIDTH, 3), 248, np.uint8)
    texts = [f"Item {row} value {17 * row + 3}" for row in range(6)]
    for row, text in enumerate(texts):
        cv2.putText(page, text, (150, 420 + 60 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (30, 30, 30), 2)
    (x, y), ink = (420, bottom - 110), (40, 40, 220)
    cv2.circle(page, (x, y), 110, ink, 5, cv2.LINE_AA)
    corners = [(step * np.pi / 5, 15 if step % 2 else 36) for step in range(10)]
    star = np.array([(x + far * np.sin(turn), y - far * np.cos(turn)) for turn, far in corners], np.int32)
    cv2.fillPoly(page, [star], ink)
    for number, letter in enumerate("ABCDEFGHKLMN"):
        turn = np.pi * (0.75 + 1.5 * number / 11)
        place = (int(x + 85 * np.cos(turn)) - 14, int(y + 85 * np.sin(turn)) + 12)
        cv2.putText(page, letter, place, cv2.FONT_HERSHEY_SIMPLEX, 1.0, ink, 2)
    read = _read(reader, page, tmp_path)
    assert len(read.seals) == 1
    assert {"".join(text.split()) for text in texts} <= {"".join(line.text.split()) for line in read.lines}


def _reading(text: str, score: float = 0.98) -> Reading:
    width = 1 / max(len(text), 1)
    return Reading(text, score, tuple((place + 0.5) * width for place in range(len(text))), (score,) * len(text))


def test_a_code_whose_last_figures_stand_on_and_behind_the_edge() -> None:
    """The ruling, taken out, leaves a C of the 0 that it runs through."""
    pieces = [_reading("4-03-02-0"), _reading("4 否")]
    boxes = [upright(100, 0, 300, 30), upright(303, 0, 380, 30)]
    number, answer = settled(_reading("4-03-02-C4 否"), pieces, boxes) or []
    assert (number.text, answer.text) == ("4-03-02-04", "否")
    # Which of the two it is stays in doubt.
    assert number.confidence <= DOUBTED < answer.confidence
