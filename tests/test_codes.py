"""Codes on scanned pages: read as they are, and enlarged where they are small and blurred."""

import io
from typing import cast

import cv2
import numpy as np
import pytest
import segno

from extractors.barcodes import read_barcodes
from extractors.opening import Image

TEXT = "http://www.example.cn/%7B91220101MA0Y1ABC2X%7D?id=1234567890abcdef"


def page(side: float, blur: float, turned: int = 0, dpi: int = 130) -> Image:
    """Print a code so many millimetres wide on an A4 page, 40 mm from its left and 60 mm from its top, and scan it."""
    packed = io.BytesIO()
    segno.make(TEXT, error="m").save(packed, kind="png", scale=8, border=3)
    code = cv2.imdecode(np.frombuffer(packed.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE)
    paper = np.full((round(297 / 25.4 * dpi), round(210 / 25.4 * dpi)), 250, np.uint8)
    pixels = round(side / 25.4 * dpi)
    left, top = round(40 / 25.4 * dpi), round(60 / 25.4 * dpi)
    paper[top : top + pixels, left : left + pixels] = cv2.resize(code, (pixels, pixels), interpolation=cv2.INTER_AREA)
    for line in range(20):
        cv2.putText(paper, "0123456789 0123456789", (60, 800 + line * 30), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 20, 1)
    noise = np.random.default_rng(1).normal(0, 5, paper.shape)
    scanned = np.clip(cv2.GaussianBlur(paper, (0, 0), blur) + noise, 0, 255).astype(np.uint8)
    jpeg = cv2.imencode(".jpg", np.rot90(scanned, turned), [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
    return cast("Image", cv2.imdecode(jpeg, cv2.IMREAD_COLOR))


@pytest.mark.parametrize(
    ("side", "blur", "turned"), [(25, 0.5, 0), (25, 0.5, 1), (25, 0.5, 2), (20, 0.9, 0), (17, 0.9, 0)]
)
def test_read(side: float, blur: float, turned: int):
    (code,) = read_barcodes(page(side, blur, turned), "p.pdf", 3)
    assert (code.text, code.file, code.page) == (TEXT, "p.pdf", 3)


def test_its_box():
    for side, blur in ((25, 0.5), (17, 0.9)):
        (code,) = read_barcodes(page(side, blur), "p.pdf", 1)
        assert code.box[0] == pytest.approx(40 / 210, abs=0.02)
        assert code.box[1] == pytest.approx(60 / 297, abs=0.02)
        assert code.box[2] == pytest.approx((40 + side) / 210, abs=0.02)


def test_a_page_without_codes():
    blank = page(25, 0.5)
    blank[200:500, 100:500] = 250
    assert read_barcodes(blank, "p.pdf", 1) == []
