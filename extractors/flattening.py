"""Photographed sheets: the sheet found on what it lies on, its perspective undone, its light made even."""

from collections.abc import Iterator
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.opening import Image
from extractors.scaling import shrunk
from extractors.watermarks import without_watermark

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
# Beyond a crease the sheet's edges go on, for so much of their length at least, and may be fainter in the shade.
BEYOND, SHADED_STEP = 0.25, 5.0
# Strokes of print are thinner than this part of the long side, those of watermarks and shadows wider.
STROKE = 1 / 120
# Along a crease the sheet is this much darker (grey levels) over this part of its length; it slants by so many degrees.
CREASE_DEPTH, CREASE_PART, CREASE_SLANT = 12, 0.8, 3.0
CREASE_STRETCHES = 24
# Of what lies along a crease so much (percent) may be print and rulings.
CREASE_PAPER = 85
# Creases are looked for on the image scaled to this many pixels on its long side.
CREASE_SIDE = 900
# Paper lies in uneven light where so much of it is darker by so much of its brightness; darker still it is print.
UNEVEN, UNEVEN_PART, DARKEST = 0.08, 0.01, 0.45


def flattened(image: Image) -> Image:
    """Return the sheet alone as if it had been scanned where the image is a photo of one, and in even light."""
    corners = find_sheet(image)
    return without_watermark(evenly_lit(without_creases(image if corners is None else _unwarped(image, corners))))


def find_sheet(image: Image) -> Corners | None:
    """Find the sheet of paper on a photo; None where paper fills the image, as it does on scans."""
    small, scale = shrunk(image, LONG_SIDE)
    # Print is closed over: what remains is the sheet and what it lies on.
    plain = cast("Image", cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)))
    found = [quad for mask in _masks(plain) if (quad := _quadrilateral(mask)) is not None and _is_whole(plain, quad)]
    if not found:
        return None
    return max(found, key=_area) / np.float32(scale)


def _masks(plain: Image) -> Iterator[_Mask]:
    """Yield what may be the sheet (255): by its brightness, its lack of colour, its unlikeness to the image's rim."""
    yield cast("_Mask", cv2.threshold(_whiteness(plain), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1])
    saturation = np.ascontiguousarray(cv2.cvtColor(plain, cv2.COLOR_BGR2HSV)[:, :, 1])
    yield cast("_Mask", cv2.threshold(saturation, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1])
    # Where the two are alike, their border still is an edge: what the edges shut off from the rim is the sheet.
    for low in (15, 40):
        edges = cv2.dilate(cv2.Canny(plain, low, 3 * low), np.ones((3, 3), np.uint8))
        free = np.pad((edges == 0).astype(np.uint8), 1, constant_values=1)
        patches = cast("NDArray[np.int32]", cv2.connectedComponents(free, connectivity=4)[1])
        yield (patches[1:-1, 1:-1] != patches[0, 0]).astype(np.uint8) * np.uint8(255)


def _whiteness(image: Image) -> _Mask:
    """Return every pixel's darkest channel: high for paper, low for what is dark or coloured."""
    blue, green, red = cv2.split(image)
    return cast("_Mask", cv2.min(cv2.min(blue, green), red))


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


def _is_whole(plain: Image, corners: Corners) -> bool:
    """Say whether corners are those of a sheet, and not of a part of it that a crease bounds, in other light."""
    grey = _whiteness(plain).astype(np.float32)
    return _is_edged(grey, corners) and not any(_goes_on(grey, np.roll(corners, turn, axis=0)) for turn in range(4))


def _goes_on(grey: NDArray[np.float32], corners: Corners) -> bool:
    """Say whether the sheet is brighter than what is around it beyond the side from the second corner to the third."""
    height, width = grey.shape[:2]
    for start, end, other in ((corners[0], corners[1], corners[2]), (corners[3], corners[2], corners[1])):
        along = end - start
        inwards = (other - end) / max(float(np.linalg.norm(other - end)), 1.0)
        places = end + along * np.linspace(0.05, BEYOND, 30)[:, None]
        outer, inner = places - 7 * inwards, places + 7 * inwards
        within = np.all([(one >= 0) & (one < (width, height)) for one in (outer, inner)], axis=(0, 2))
        if (
            within.mean() < 0.5
            or np.mean(_at(grey, inner[within]) - _at(grey, outer[within]) > SHADED_STEP) < STEP_PART
        ):
            return False
    return True


def _is_edged(grey: NDArray[np.float32], corners: Corners) -> bool:
    """Say whether the sheet is brighter than what is around it, along every side that is not the image's own edge."""
    height, width = grey.shape[:2]
    centre = corners.mean(axis=0)
    sides = 0
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        places = start + (end - start) * np.linspace(0.08, 0.92, 40)[:, None]
        across = np.array([end[1] - start[1], start[0] - end[0]]) / max(float(np.linalg.norm(end - start)), 1.0)
        outwards = across if np.dot(across, (start + end) / 2 - centre) > 0 else -across
        # A crease is dark as well, but behind it the sheet goes on.
        outer = [places + distance * outwards for distance in (7, 16, 28)]
        inner = places - 7 * outwards
        within = (outer[0] >= 0).all(axis=1) & (outer[0][:, 0] < width) & (outer[0][:, 1] < height)
        if within.mean() < 0.5:
            continue
        sides += 1
        around: NDArray[np.float32] = np.stack([_at(grey, one[within]) for one in outer]).max(axis=0)
        if float(np.mean(_at(grey, inner[within]) - around > STEP)) < STEP_PART:
            return False
    return sides >= 3


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
    """Return the image on white paper where shadows, watermarks or panels darken it: ink keeps its colour."""
    height, width = image.shape[:2]
    stroke = max(round(max(height, width) * STROKE), 3)
    # Closing takes out what is thinner than the kernel, which is print; what is left is the paper and its light.
    ground = cv2.morphologyEx(image, cv2.MORPH_CLOSE, np.ones((stroke, stroke), np.uint8))
    brightness = cv2.cvtColor(ground[:: stroke // 2, :: stroke // 2], cv2.COLOR_BGR2GRAY)
    light = float(np.percentile(brightness, 98))
    dim = (brightness < (1 - UNEVEN) * light) & (brightness > DARKEST * light)
    if float(np.mean(dim)) < UNEVEN_PART:
        return image
    ground = cv2.blur(ground, (stroke // 2 * 2 + 1, stroke // 2 * 2 + 1))
    # What is far darker than the paper is print, not shadow.
    return cast("Image", cv2.divide(image, np.maximum(ground, int(DARKEST * light)), scale=250))


def without_creases(image: Image) -> Image:
    """Return the image without the lines that run over the whole sheet, edge to edge: creases, a scanner's streaks.

    No ruling does so; left in, they would cut lines of text and cells apart.
    """
    grey, scale = shrunk(cast("_Mask", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)), CREASE_SIDE)
    upright, lying = (
        [(top / scale, bottom / scale) for top, bottom in _creases(one)]
        for one in (grey, cast("_Mask", cv2.transpose(grey)))
    )
    if upright:
        image = image.copy()
        for crease in upright:
            _lighten(image, *crease)
    if lying:
        turned = cast("Image", cv2.transpose(image))
        for crease in lying:
            _lighten(turned, *crease)
        image = cast("Image", cv2.transpose(turned))
    return image


def _creases(grey: _Mask) -> list[tuple[float, float]]:
    """Return the nearly vertical lines from the top edge to the bottom edge, as their x in pixels at both."""
    rows, columns = grey.shape[:2]
    hat = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((1, 13), np.uint8))
    dark = (hat > CREASE_DEPTH).astype(np.uint8)
    slant = float(np.radians(CREASE_SLANT))
    found: list[tuple[float, float, float]] = []
    for low, high in ((0.0, slant), (np.pi - slant, np.pi)):
        lines: Any = cv2.HoughLines(dark, 1, np.pi / 1440, int(CREASE_PART * rows), min_theta=low, max_theta=high)
        for rho, theta in () if lines is None else np.asarray(lines, dtype=np.float64).reshape(-1, 2).tolist():
            top, bottom = (float((rho - row * np.sin(theta)) / np.cos(theta)) for row in (0, rows))
            along = _along(dark, top, bottom)
            # It begins and ends at the sheet's edges.
            parts = [float(part.mean()) for part in (along, along[: rows // 30], along[-rows // 30 :])]
            if min(parts) > CREASE_PART:
                found.append((parts[0], top, bottom))
    creases: list[tuple[float, float]] = []
    for _, top, bottom in sorted(found, reverse=True):
        if all(abs(top + bottom - other[0] - other[1]) > 2 * columns / 50 for other in creases):
            creases.append((top, bottom))
    return creases


def _along(mask: _Mask, top: float, bottom: float) -> _Mask:
    """Return what the mask says along a line from the top edge to the bottom edge, a pixel to either side included."""
    rows, columns = _beside(mask.shape[0], mask.shape[1], top, bottom, 1)
    return mask[rows, columns].max(axis=1)


def _beside(
    height: int, width: int, top: float, bottom: float, reach: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows and columns of the pixels at most `reach` to either side of a line from top to bottom edge."""
    middles: NDArray[np.float64] = np.round(np.linspace(top, bottom, height))
    rows = np.arange(height, dtype=np.intp)[:, None]
    columns = middles.astype(np.intp)[:, None] + np.arange(-reach, reach + 1, dtype=np.intp)
    return rows, np.clip(columns, 0, width - 1)


def _lighten(image: Image, top: float, bottom: float) -> None:
    """Divide a crease out, in place: by how much darker the sheet is along it, at every distance from it."""
    height, width = image.shape[:2]
    reach = max(height, width) // 90
    # Where it is darkest, stretch by stretch, is where it really runs.
    rows, columns = _beside(height, width, top, bottom, reach)
    stretches = np.array_split(image[rows, columns].mean(axis=2), CREASE_STRETCHES)
    off = np.array([float(np.median(stretch, axis=0).argmin()) - reach for stretch in stretches])
    at = (np.arange(CREASE_STRETCHES) + 0.5) / CREASE_STRETCHES
    # Print on it leads single stretches astray: the middle of all slopes does not follow them (Theil and Sen).
    first, second = np.triu_indices(CREASE_STRETCHES, k=1)
    slope = float(np.median((off[second] - off[first]) / (at[second] - at[first])))
    start = float(np.median(off - slope * at))
    rows, columns = _beside(height, width, top + start, bottom + start + slope, reach)
    band = image[rows, columns].astype(np.float32)
    # A table's ruling may run in it, but not over the margins: what is brightest along it is the crease on paper.
    profile = np.percentile(band, CREASE_PAPER, axis=0)
    profile /= np.maximum(profile.max(axis=0), 1)
    image[rows, columns] = np.clip(band / np.maximum(profile, 0.25), 0, 255).astype(np.uint8)
