"""The ruling lines of a page and the cells they enclose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.opening import Image
from schemas.base import Box

Mask = NDArray[np.uint8]
"""Height × width, 0 or 1."""

PixelBox = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the page."""

# The page is looked at scaled to this many pixels on its long side: lines keep their length and lose their noise.
LONG_SIDE = 1600
# Shorter than these parts of the long side it is a stroke of a character or an underline, not a ruling.
HORIZONTAL_PART = 1 / 36
VERTICAL_PART = 1 / 64
# A ruling is longer than the line of text it crosses is high, by so much at least; a bold letter's stroke is not.
OVER = 1.4


@dataclass(frozen=True)
class Rulings:
    """The ruling lines of one page.

    `vertical` marks (with 1) the pixels of vertical rulings at `scale` times the page's size. `cells` are boxes as
    fractions of the page (left, top, right, bottom), top to bottom, left to right.
    """

    vertical: Mask
    scale: float
    cells: list[Box]

    def cuts(self, left: float, top: float, right: float, bottom: float) -> list[float]:
        """Return where (x in page pixels) vertical rulings cross the line of text in this box, also in pixels."""
        x0, x1 = int(left * self.scale), int(np.ceil(right * self.scale))
        # A ruling goes on over the line's edges; a long stroke of a character does not reach them.
        margin = (bottom - top) * 0.08
        y0, y1 = int((top - margin) * self.scale), int(np.ceil((bottom + margin) * self.scale))
        window = self.vertical[max(y0, 0) : y1, max(x0, 0) : x1]
        if window.size == 0:
            return []
        crossed = window.mean(axis=0) > 0.93
        cuts: list[float] = []
        start = None
        for column, is_ruling in enumerate([*crossed.tolist(), False]):
            if is_ruling and start is None:
                start = column
            elif not is_ruling and start is not None:
                if self._run(max(x0, 0) + start, max(x0, 0) + column, y0, y1) >= OVER * (bottom - top) * self.scale:
                    cuts.append((max(x0, 0) + (start + column - 1) / 2 + 0.5) / self.scale)
                start = None
        return cuts

    def _run(self, left: int, right: int, top: int, bottom: int) -> int:
        """Return how long a vertical line in these columns is, as far as it matters for a line of text there."""
        first = max(2 * top - bottom, 0)
        inked = self.vertical[first : 2 * bottom - top, left:right].max(axis=1) > 0
        middle = (top + bottom) // 2 - first
        breaks = np.flatnonzero(~inked)
        above, below = breaks[breaks < middle], breaks[breaks >= middle]
        return int(below[0] if len(below) else len(inked)) - int(above[-1] + 1 if len(above) else 0)


def ruling_angles(image: Image) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the angles (degrees, clockwise) and lengths (page pixels) of long, nearly horizontal straight lines."""
    height, width = image.shape[:2]
    scale = min(1.0, LONG_SIDE / 2 / max(height, width))
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if scale < 1.0:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    # Rows of text line up to lines as well: only what runs on without a break is a ruling.
    runs = cv2.morphologyEx(cv2.dilate(ink, np.ones((2, 1), np.uint8)), cv2.MORPH_OPEN, np.ones((1, 18), np.uint8))
    # Angles are those of a segment's ends, not of the steps in which it is looked for: finer ones only take longer.
    segments: Any = cv2.HoughLinesP(
        runs, 1, np.pi / 900, threshold=int(width * scale * 0.2), minLineLength=width * scale * 0.25, maxLineGap=4
    )
    if segments is None:
        return np.zeros(0), np.zeros(0)
    ends = np.asarray(segments, dtype=np.float64).reshape(-1, 4)
    across, down = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    angles = np.degrees(np.arctan2(down, across))
    flat = np.abs(angles) < 20
    return angles[flat], np.hypot(across, down)[flat] / scale


def find_rulings(image: Image, seals: Sequence[PixelBox] = ()) -> Rulings:
    """Find the ruling lines on an upright page; what lies wholly in the box of a seal is a stroke of it."""
    height, width = image.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if scale < 1.0:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    long_side = max(grey.shape)
    ink = cast("Mask", cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12))
    horizontal = _lines(ink, int(long_side * HORIZONTAL_PART), horizontal=True)
    vertical = _lines(ink, int(long_side * VERTICAL_PART), horizontal=False)
    for left, top, right, bottom in seals:
        rows = slice(max(int(top * scale), 0), int(bottom * scale) + 1)
        columns = slice(max(int(left * scale), 0), int(right * scale) + 1)
        nothing = np.zeros_like(horizontal[rows, columns])
        horizontal[rows, columns] = _leaving(horizontal[rows, columns], nothing)
        vertical[rows, columns] = _leaving(vertical[rows, columns], horizontal[rows, columns])
    return Rulings(vertical, scale, _cells(horizontal, vertical))


def _lines(ink: Mask, length: int, *, horizontal: bool) -> Mask:
    """Keep runs of at least `length` pixels; small breaks and a slight slope are bridged first."""

    def kernel(along: int, across: int) -> Mask:
        return np.ones((across, along) if horizontal else (along, across), np.uint8)

    thick = cv2.dilate(ink, kernel(1, 3))
    # A wider bridge would reach from a ruling over a letter's stroke to the next ruling.
    bridge = max(3, max(ink.shape) // 400)
    joined = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, kernel(bridge, 1))
    return cast("Mask", cv2.morphologyEx(joined, cv2.MORPH_OPEN, kernel(length, 1)))


def _leaving(part: Mask, across: Mask) -> Mask:
    """Return the lines in a part of a page that go on outside of it, and vertical ones that end in two across."""
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    height, width = part.shape[:2]
    reach = max(3, height // 40)
    kept = np.zeros(len(statistics), dtype=np.uint8)
    for index, (left, top, wide, high, _) in enumerate(cast("NDArray[np.int32]", statistics).tolist()):
        columns = slice(max(left - reach, 0), left + wide + reach)
        ends = (
            across[max(top - reach, 0) : top + reach, columns],
            across[max(top + high - reach, 0) : top + high + reach, columns],
        )
        leaves = left == 0 or top == 0 or left + wide == width or top + high == height
        kept[index] = leaves or all(bool(end.any()) for end in ends)
    kept[0] = 0
    return kept[cast("NDArray[np.int32]", labels)]


def _joining(along: Mask, across: Mask, reach: int) -> Mask:
    """Keep the lines that join one across them at an end, and long ones: the rest are strokes of letters.

    `along` holds horizontal lines; for vertical ones both masks are given transposed.
    """
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(along, connectivity=8)
    kept = np.zeros(count, dtype=np.uint8)
    for index, (left, top, width, height, _) in enumerate(cast("NDArray[np.int32]", statistics).tolist()):
        rows_around = slice(max(top - reach, 0), top + height + reach)
        ends = (
            across[rows_around, max(left - reach, 0) : left + reach],
            across[rows_around, max(left + width - reach, 0) : left + width + reach],
        )
        kept[index] = width > 0.25 * along.shape[1] or any(bool(end.any()) for end in ends)
    kept[0] = 0
    return kept[cast("NDArray[np.int32]", labels)]


def _transposed(mask: Mask) -> Mask:
    return cast("Mask", cv2.transpose(mask))


def _cells(horizontal: Mask, vertical: Mask) -> list[Box]:
    height, width = horizontal.shape[:2]
    # Ends that nearly meet are joined, or a cell leaks into its neighbour.
    reach = max(3, max(height, width) // 250)
    horizontal, vertical = (
        _joining(horizontal, vertical, reach),
        _transposed(_joining(_transposed(vertical), _transposed(horizontal), reach)),
    )
    across = cast("Mask", cv2.dilate(horizontal, np.ones((1, 2 * reach + 1), np.uint8)))
    down = cast("Mask", cv2.dilate(vertical, np.ones((2 * reach + 1, 1), np.uint8)))
    open_space = ((across | down) == 0).astype(np.uint8)
    statistics = cast("NDArray[np.int32]", cv2.connectedComponentsWithStats(open_space, connectivity=4)[2])
    cells: list[Box] = []
    for left, top, cell_width, cell_height, area in statistics[1:].tolist():
        if left == 0 or top == 0 or left + cell_width >= width or top + cell_height >= height:
            continue
        if cell_width < width * 0.015 or cell_height < height * 0.007:
            continue
        # A cell is a rectangle; what flows around others is the space between tables.
        if area < 0.75 * cell_width * cell_height:
            continue
        cells.append((left / width, top / height, (left + cell_width) / width, (top + cell_height) / height))
    if len(cells) < 2:
        return []
    return sorted(cells, key=lambda cell: (round(cell[1], 2), cell[0]))
