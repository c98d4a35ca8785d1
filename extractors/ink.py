"""Ink: coloured ink told from print and taken out, and ink on a page's stored image, for what is not recognised."""

from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.opening import Image
from schemas.base import Box
from schemas.page import Page

# Darker than the paper around it by so much is ink; less than this part of a cell is dust.
INK_DEPTH = 45
DUST = 0.002
# In a cut-out of some letters a stroke is darker than the paper by so many grey levels.
STROKE_DEPTH = 40
# Redder than green by so much is red ink, not the fringe of print.
RED_DEPTH = 28

Ink = Literal["red", "blue", "dark"]
_CHANNELS = {"blue": 0, "red": 2}


def colour_plane(image: Image) -> NDArray[np.uint8]:
    """Return how much redder or bluer than green the ink is: 0 for paper, black print, green and yellow."""
    blue, green, red = cv2.split(image)
    return cast("NDArray[np.uint8]", cv2.subtract(cv2.max(red, blue), green))


def red_part(image: Image) -> float:
    """Return the part of the image that is red."""
    blue, green, red = cv2.split(image)
    return float(np.mean(cv2.subtract(red, cv2.max(blue, green)) > RED_DEPTH))


def through(image: Image, ink: Ink) -> Image:
    """Return the image as through a glass of an ink's colour, stretched: the ink fades, black print stays."""
    return image if ink == "dark" else _stretched(image[:, :, _CHANNELS[ink]])


def without_ink(image: Image, ink: Ink) -> Image:
    """Return the image without an ink: as much lighter wherever its colour shows as makes it the colour of paper."""
    if ink == "dark":
        return image
    light = image[:, :, _CHANNELS[ink]].astype(np.float32)
    colour = np.maximum(light - image[:, :, 1], 0)
    inked = colour > max(RED_DEPTH, 0.5 * float(np.percentile(colour, 90)))
    if np.mean(inked) < DUST:
        return _stretched(light)
    paper = float(np.percentile(light, 80))
    lift = (paper - float(np.median(light[inked]))) / float(np.median(colour[inked]))
    return _stretched(np.minimum(light + max(lift, 0.0) * colour, paper))


def _stretched(plane: NDArray[np.uint8] | NDArray[np.float32]) -> Image:
    """Return a plane as a grey image that reaches from black print to white paper."""
    dark, light = (float(level) for level in np.percentile(plane, (1, 80)))
    grey = np.clip((plane.astype(np.float32) - dark) / max(light - dark, 1.0) * 255, 0, 255).astype(np.uint8)
    return cast("Image", cv2.merge([grey, grey, grey]))


def strokes(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return what is inked in a grey cut-out of some letters."""
    return grey < float(np.percentile(grey, 90)) - STROKE_DEPTH


def grey_image(page: Page) -> NDArray[np.uint8] | None:
    """Return the page's stored image in grey, or None where none is stored."""
    if page.image is None or not page.image.exists():
        return None
    return _read_grey(page.image, page.image.stat().st_mtime_ns)


# A page is looked at cell by cell, and then the next one.
@lru_cache(maxsize=2)
def _read_grey(path: Path, _changed: int) -> NDArray[np.uint8] | None:
    return cast("NDArray[np.uint8] | None", cv2.imread(str(path), cv2.IMREAD_GRAYSCALE))


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
