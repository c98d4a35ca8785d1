"""What is written across a page in paler grey is taken out; print, seals and what is pale and level stay."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from extractors.opening import Image, Sheet
from extractors.reading import Reader
from extractors.watermarks import without_watermark, without_writing_across
from schemas.settings import OcrSettings

CODES = ("4-07-03-02", "6-29-01-01", "4-03-02-02", "6-18-02-01", "4-14-03-03", "6-31-01-03")


def _page() -> Image:
    page = np.full((1754, 1240, 3), 250, np.uint8)
    for row in range(24):
        for column in range(3):
            code = CODES[(row + column) % len(CODES)]
            place = 120 + 380 * column, 160 + 62 * row
            cv2.putText(page, code, place, cv2.FONT_HERSHEY_SIMPLEX, 1.1, (40, 40, 40), 2, cv2.LINE_AA)
    return page


def _covered(page: Image, level: int) -> Image:
    """Return a page with thin words written across it, many times."""
    height, width = page.shape[:2]
    words = np.full((2 * height, 2 * width), 255, np.uint8)
    for top in range(100, 2 * height, 190):
        for left in range(40, 2 * width, 620):
            place = left + (top // 190 % 2) * 300, top
            cv2.putText(words, "FILING ONLY", place, cv2.FONT_HERSHEY_SIMPLEX, 2.2, level, 2, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((width, height), 38, 1)
    turned = cv2.warpAffine(words, turn, (2 * width, 2 * height), borderValue=255)
    across = turned[height // 2 : height // 2 + height, width // 2 : width // 2 + width]
    return np.minimum(page, across[:, :, None])


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(OcrSettings())


def test_codes_under_thin_words_that_are_written_many_times(reader: Reader, tmp_path: Path) -> None:
    covered = _covered(_page(), 165)
    page = reader.read(Sheet("scan.png", 1, covered, dpi=150, text_layer=None), tmp_path)
    assert sum(line.text in CODES for line in page.lines) == 72
    assert not [line.text for line in page.lines if "FILING" in line.text or "ONLY" in line.text]


def test_print_and_stamps_that_lean_stay() -> None:
    page = _page()
    covered = _covered(page, 60)
    stamped = page.copy()
    cv2.putText(stamped, "CHECKED", (300, 700), cv2.FONT_HERSHEY_SIMPLEX, 3, (90, 90, 220), 6)
    box = np.array([[290, 610], [760, 610], [760, 720], [290, 720]], np.float32)
    assert without_writing_across(covered, [box]) is None
    kept = without_writing_across(stamped, [box])
    assert kept is None or np.array_equal(kept, stamped)


def test_watermark_goes_and_seal_stays(sheet: Image) -> None:
    marked = sheet.copy()
    cv2.circle(marked, (800, 1500), 90, (120, 120, 235), 8)
    words = np.zeros(sheet.shape[:2], np.uint8)
    for top in range(200, 1600, 300):
        cv2.putText(words, "SAMPLE ONLY", (100, top), cv2.FONT_HERSHEY_SIMPLEX, 4, 255, 14)
    covered = np.where(words[:, :, None] > 0, np.minimum(marked, 200), marked).astype(np.uint8)
    clean = without_watermark(covered)
    assert np.abs(clean.astype(int) - marked)[words > 0].mean() < 8
    assert clean[1500, 884:896].mean(axis=0)[2] - clean[1500, 884:896].mean(axis=0)[0] > 70


def test_dark_watermark_goes_from_a_page_of_few_words(sheet: Image) -> None:
    page = np.full_like(sheet, 246)
    page[200:460] = sheet[200:460]
    words = np.zeros(page.shape[:2], np.uint8)
    for top in range(300, 1600, 260):
        cv2.putText(words, "SAMPLE ONLY", (200, top), cv2.FONT_HERSHEY_SIMPLEX, 3, 255, 12)
    turn = cv2.getRotationMatrix2D((585, 827), 30, 1)
    words = cv2.warpAffine(words, turn, (1170, 1654))
    covered = np.where(words[:, :, None] > 0, np.minimum(page, 140), page).astype(np.uint8)
    clean = without_watermark(covered)
    assert np.abs(clean.astype(int) - page)[words > 0].mean() < 8
    assert (clean[page < 60] < 80).all()


def test_pale_level_words_are_no_watermark(sheet: Image) -> None:
    page = np.full_like(sheet, 246)
    page[200:460] = sheet[200:460]
    for top in range(560, 1600, 130):
        cv2.putText(page, "PALE WORDS", (100, top), cv2.FONT_HERSHEY_SIMPLEX, 2.4, (140, 140, 140), 9)
    assert without_watermark(page) is page


def test_page_without_watermark_is_left_alone(sheet: Image) -> None:
    assert without_watermark(sheet) is sheet


def test_faint_print_beside_a_black_edge_is_no_watermark(sheet: Image) -> None:
    faint = (235 - (255 - sheet.astype(np.float32)) * 0.2).astype(np.uint8)
    faint[:, :40] = 5
    assert without_watermark(faint) is faint
