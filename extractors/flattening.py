"""Photographed sheets: the sheet found on what it lies on, its perspective undone, its light made even."""

from collections.abc import Iterator
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.opening import Image

Corners = NDArray[np.float32]
"""4 × 2 in pixels: top left, top right, bottom right, bottom left."""
_Mask = NDArray[np.uint8]

# The sheet is looked for on the image scaled to this many pixels on its long side.
LONG_SIDE = 480
# A sheet covers at least this part of its photo; what covers nearly all of it has nothing around it to cut off.
SHEET_PART = (0.25, 0.93)
# So much of the quadrilateral of its corners a sheet fills: one corner may be folded or under a thumb.
SQUARENESS = 0.93
# Along its sides a sheet is brighter than what it lies on, by so many grey levels, over so much of their length.
STEP, STEP_PART = 10.0, 0.7
# Paper that is darker somewhere by this part of its brightness lies in uneven light.
UNEVEN = 0.12


def flattened(image: Image) -> Image:
    """Return the sheet alone as if it had been scanned where the image is a photo of one, and in even light."""
    corners = find_sheet(image)
    return evenly_lit(image if corners is None else _unwarped(image, corners))


def find_sheet(image: Image) -> Corners | None:
    """Find the sheet of paper on a photo; None where paper fills the image, as it does on scans."""
    height, width = image.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    small = cast("Image", cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    # Print is closed over: what remains is the sheet and what it lies on.
    plain = cast("Image", cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)))
    found = [quad for mask in _masks(plain) if (quad := _quadrilateral(mask)) is not None and _is_edged(plain, quad)]
    if not found:
        return None
    return max(found, key=_area) / np.float32(scale)


def _masks(plain: Image) -> Iterator[_Mask]:
    """Yield what may be the sheet (255): by its brightness, its lack of colour, its unlikeness to the image's rim."""
    grey = cast("_Mask", cv2.cvtColor(plain, cv2.COLOR_BGR2GRAY))
    yield cast("_Mask", cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1])
    saturation = np.ascontiguousarray(cv2.cvtColor(plain, cv2.COLOR_BGR2HSV)[:, :, 1])
    yield cast("_Mask", cv2.threshold(saturation, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1])
    # Where the two are alike, their border still is an edge: what the edges shut off from the rim is the sheet.
    for low in (15, 40):
        edges = cv2.dilate(cv2.Canny(plain, low, 3 * low), np.ones((3, 3), np.uint8))
        free = np.pad((edges == 0).astype(np.uint8), 1, constant_values=1)
        patches = cast("NDArray[np.int32]", cv2.connectedComponents(free, connectivity=4)[1])
        yield (patches[1:-1, 1:-1] != patches[0, 0]).astype(np.uint8) * np.uint8(255)


def _quadrilateral(mask: _Mask) -> Corners | None:
    """Return the corners of the largest patch where it is a quadrilateral as large as a sheet on its photo."""
    height, width = mask.shape[:2]
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    patch = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(patch)
    area = cv2.contourArea(hull)
    whole = SHEET_PART[0] * height * width < area < SHEET_PART[1] * height * width
    if not whole or cv2.contourArea(patch) < SQUARENESS * area:
        return None
    for tolerance in np.linspace(0.01, 0.08, 15):
        corners = cv2.approxPolyDP(hull, float(tolerance) * cv2.arcLength(hull, closed=True), closed=True)
        if len(corners) <= 4:
            break
    else:
        return None
    areas = sorted((area, cv2.contourArea(corners)))
    if len(corners) != 4 or areas[0] < SQUARENESS * areas[1]:
        return None
    return _ordered(corners.reshape(4, 2).astype(np.float32))


def _ordered(corners: Corners) -> Corners:
    """Order corners clockwise from the top left."""
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    around = corners[np.argsort(angles)]
    return np.roll(around, -int(np.argmin(around.sum(axis=1))), axis=0)


def _area(corners: Corners) -> float:
    return float(cv2.contourArea(corners))


def _is_edged(plain: Image, corners: Corners) -> bool:
    """Say whether the sheet is brighter than what is around it, along every side that is not the image's own edge."""
    height, width = plain.shape[:2]
    grey = cv2.cvtColor(plain, cv2.COLOR_BGR2GRAY).astype(np.float32)
    centre = corners.mean(axis=0)
    sides = 0
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        places = start + (end - start) * np.linspace(0.08, 0.92, 40)[:, None]
        across = np.array([end[1] - start[1], start[0] - end[0]]) / max(float(np.linalg.norm(end - start)), 1.0)
        outwards = across if np.dot(across, (start + end) / 2 - centre) > 0 else -across
        outer, inner = places + 7 * outwards, places - 7 * outwards
        within = (outer >= 0).all(axis=1) & (outer[:, 0] < width) & (outer[:, 1] < height)
        if within.mean() < 0.5:
            continue
        sides += 1
        step = _at(grey, inner[within]) - _at(grey, outer[within])
        if float(np.mean(step > STEP)) < STEP_PART:
            return False
    return sides >= 2


def _at(grey: NDArray[np.float32], places: NDArray[np.float32]) -> NDArray[np.float32]:
    columns = np.clip(places[:, 0].astype(int), 0, grey.shape[1] - 1)
    rows = np.clip(places[:, 1].astype(int), 0, grey.shape[0] - 1)
    return grey[rows, columns]


def _unwarped(image: Image, corners: Corners) -> Image:
    """Return what lies between the corners as a rectangle of the sides' mean lengths."""
    top, right, bottom, left = (float(np.linalg.norm(corners[index] - corners[(index + 1) % 4])) for index in range(4))
    width, height = round((top + bottom) / 2), round((left + right) / 2)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    transform = cv2.getPerspectiveTransform(corners, target)
    return cast("Image", cv2.warpPerspective(image, transform, (width, height), flags=cv2.INTER_CUBIC))


def evenly_lit(image: Image) -> Image:
    """Return the image with the light on its paper made even where it is not: ink keeps its colour."""
    height, width = image.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # The brightest around every place is paper, wherever there is any; broad pictures and dark panels are not light.
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((15, 15), np.uint8)), 31)
    brightness = cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY)
    dark, light = (float(value) for value in np.percentile(brightness, (2, 98)))
    if dark > (1 - UNEVEN) * light:
        return image
    smooth = cv2.GaussianBlur(paper, (0, 0), 6)
    spread = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    # What is far darker than the paper is print, not shadow.
    return cast("Image", cv2.divide(image, np.maximum(spread, int(0.4 * light)), scale=250))
