"""Photographed sheets: the sheet found on what it lies on, its perspective undone, its light made even."""

from collections.abc import Iterator
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.opening import Image
from extractors.scaling import shrunk

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
# Strokes of print are thinner than this part of the long side, those of watermarks and shadows wider.
STROKE = 1 / 120
# Along a crease the sheet is this much darker (grey levels) over this part of its length; it slants by so many degrees.
CREASE_DEPTH, CREASE_PART, CREASE_SLANT = 12, 0.8, 3.0
CREASE_STRETCHES = 24
# Of what lies along a crease so much (percent) may be print and rulings.
CREASE_PAPER = 85
# Creases are looked for on the image scaled to this many pixels on its long side.
CREASE_SIDE = 900
# A watermark is seen where there is print to tell it from, and covers this much of the page away from it.
PRINT_PART, WATERMARK_PART = 0.008, 0.008
# Where its strokes are of one tone, a few words of print are enough. They differ by so many grey levels, for most of
# what is grey, and most of them stand in lines of so many pixels of the sample, that much longer than wide, at such
# slopes (degrees).
LEAST_PRINT, TONE, ONE_TONE = 0.001, 12, 0.75
CLIMBING, LEAST_STROKES, LENGTH, SLOPES = 0.6, 30, 2.0, (10.0, 80.0)
# What differs by so much between its channels is no grey: seals and stamps stay.
COLOURED = 45
# The channels of coloured paper lie so far apart.
TINTED = 20
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
    found = [quad for mask in _masks(plain) if (quad := _quadrilateral(mask)) is not None and _is_edged(plain, quad)]
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


def _is_edged(plain: Image, corners: Corners) -> bool:
    """Say whether the sheet is brighter than what is around it, along every side that is not the image's own edge."""
    height, width = plain.shape[:2]
    grey = _whiteness(plain).astype(np.float32)
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


def without_watermark(image: Image) -> Image:
    """Return the image without what is grey and paler than its print: watermarks, 仅供…使用 written across a copy."""
    white = _on_white(image)
    clean = _lifted(white)
    return image if clean is white else clean


def _on_white(image: Image) -> Image:
    """Return what lies on coloured paper as if it lay on white: what is grey looks coloured there."""
    step = max(1, max(image.shape) // 225)
    paper = np.percentile(image[::step, ::step].reshape(-1, 3), 90, axis=0)
    if paper.max() - paper.min() < TINTED:
        return image
    channels = zip(cv2.split(image), paper.tolist(), strict=True)
    white = [cv2.convertScaleAbs(channel, alpha=float(paper.max()) / max(level, 1)) for channel, level in channels]
    return cast("Image", cv2.merge(white))


def _lifted(image: Image) -> Image:
    """Return the image on white paper with its watermark as bright as the paper; the image itself where it has none."""
    height, width = image.shape[:2]
    grey = cast("_Mask", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    step = max(1, max(height, width) // 900)
    sample = grey[::step, ::step]
    paper = float(np.percentile(sample[::4, ::4], 90))
    dark: _Mask = (sample < 0.5 * paper).astype(np.uint8)
    # What is dark and broad is no print: a scanner's black edge, a punched hole.
    broad = cv2.dilate(cv2.erode(dark, np.ones((13, 13), np.uint8)), np.ones((21, 21), np.uint8))
    print_mask: NDArray[np.bool_] = (dark > 0) & (broad == 0)
    printed = float(np.mean(print_mask))
    if not LEAST_PRINT < printed < 0.3:
        return image
    ink = float(np.median(sample[print_mask]))
    colour = _colour(np.ascontiguousarray(image[::step, ::step]))
    # The blurred edges of print are pale too: what counts is away from any print.
    near = cv2.dilate(print_mask.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    grey_away = (sample < 0.93 * paper) & (colour < COLOURED) & ~near & (broad == 0)
    strokes = _one_tone(sample, grey_away & (sample > ink + 0.4 * (paper - ink)))
    if strokes is None:
        pale = (grey_away & (sample > ink + 0.6 * (paper - ink))).astype(np.uint8)
        if printed < PRINT_PART or float(np.mean(cv2.erode(pale, np.ones((2, 2), np.uint8)))) < WATERMARK_PART:
            return image
        lift = _lift(grey, paper, ink + 0.6 * (paper - ink), ink + 0.8 * (paper - ink))
    else:
        # As dark as thin print, a watermark goes only where its broad strokes are; around them what is paler.
        tone, ramp = float(np.median(sample[strokes > 0])), 0.12 * (paper - ink)
        enlarged = cv2.resize(cv2.dilate(strokes, np.ones((11, 11), np.uint8)), (width, height))
        around = cast("_Mask", cv2.threshold(enlarged, 0, 1, cv2.THRESH_BINARY)[1])
        alike = (np.abs(grey - np.float32(tone)) <= 1.5 * TONE).astype(np.uint8) * around
        inside = cv2.dilate(cv2.erode(alike, np.ones((3, 3), np.uint8)), np.ones((5, 5), np.uint8)) > 0
        lift = _lift(grey, paper, tone + TONE / 2, tone + TONE / 2 + ramp) * around
        lift[inside] = _lift(grey, paper, tone - TONE / 2 - ramp, tone - TONE / 2)[inside]
    lift[_colour(image) >= COLOURED] = 0
    return cast("Image", cv2.add(image, cv2.merge([lift, lift, lift])))


def _lift(grey: _Mask, paper: float, low: float, high: float) -> _Mask:
    """Return what every pixel lacks to be paper: nothing up to one level, all of it from another."""
    levels = np.arange(256, dtype=np.float32)
    part = np.clip((levels - low) / (high - low), 0, 1)
    return cast("_Mask", cv2.LUT(grey, (np.maximum(paper - levels, 0) * part).astype(np.uint8)))


def _one_tone(sample: _Mask, grey_away: NDArray[np.bool_]) -> _Mask | None:
    """Return (1) the broad strokes of one tone that stand in slanting lines: a watermark's; None where there are none.

    A seal or an emblem is no line, and print that is blurred or faint stands in level ones.
    """
    cores = cv2.erode(grey_away.astype(np.uint8), np.ones((3, 3), np.uint8))
    tones = np.bincount(sample[cores > 0], minlength=256)
    if not tones.any():
        return None
    tone = int(np.convolve(tones, np.ones(2 * TONE + 1), "same").argmax())
    alike = (cores > 0) & (np.abs(sample.astype(np.int16) - tone) <= TONE)
    if float(alike.sum()) < ONE_TONE * float(tones.sum()):
        return None
    return _climbing(alike.astype(np.uint8))


def _climbing(strokes: _Mask) -> _Mask | None:
    """Return the strokes (1), specks left out, where most of them stand in lines that climb or fall over the page."""
    joined = cv2.dilate(strokes, np.ones((15, 15), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    kept, climbing = np.zeros_like(strokes), 0
    for patch, (left, top, width, height, _) in enumerate(stats.tolist()):
        within = np.s_[top : top + height, left : left + width]
        rows, columns = np.nonzero((labels[within] == patch) & (strokes[within] > 0))
        if len(rows) < LEAST_STROKES:
            continue
        kept[within][rows, columns] = 1
        spread, axes = np.linalg.eigh(np.cov(np.stack([columns, rows]).astype(np.float64)))
        slope = float(np.degrees(np.arctan2(abs(axes[1, 1]), abs(axes[0, 1]))))
        if spread[1] > LENGTH**2 * max(float(spread[0]), 1.0) and SLOPES[0] < slope < SLOPES[1]:
            climbing += len(rows)
    return kept if climbing > CLIMBING * int(strokes.sum()) else None


def _colour(image: Image) -> _Mask:
    """Return how far every pixel's channels lie apart: 0 for grey."""
    blue, green, red = cv2.split(image)
    brightest, darkest = cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)
    return cast("_Mask", cv2.subtract(brightest, darkest))


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
