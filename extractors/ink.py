"""Ink on a page's stored image, for what recognition does not tell: ticks and blanks."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas.base import Box
from schemas.page import Page

# Darker than the paper around it by so much is ink; less than this part of a cell is dust.
INK_DEPTH = 45
DUST = 0.002


def grey_image(page: Page) -> NDArray[np.uint8] | None:
    """Return the page's stored image in grey, or None where none is stored."""
    if page.image is None:
        return None
    return cast("NDArray[np.uint8] | None", cv2.imread(str(page.image), cv2.IMREAD_GRAYSCALE))


def is_paper(page: Page, box: Box) -> bool:
    """Say whether a box on a page holds nothing but paper, its edges (ruling lines) left out."""
    image = grey_image(page)
    if image is None:
        return False
    height, width = image.shape[:2]
    left, top, right, bottom = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    inset = 0.12 * (bottom - top)
    part = image[int(top + inset) : int(bottom - inset), int(left + inset) : int(right - inset)]
    if part.size == 0:
        return False
    smooth = cv2.medianBlur(part, 3).astype(np.int16)
    return float(np.mean(smooth < np.median(smooth) - INK_DEPTH)) < DUST
