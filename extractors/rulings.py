"""The ruling lines of a page and the cells they enclose."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.opening import Image
from extractors.scaling import shrunk
from schemas.base import Box
from schemas.page import Line

Mask = NDArray[np.uint8]
"""Height × width, 0 or 1."""

PixelBox = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the page."""

# The page is looked at scaled to this many pixels on its long side: lines keep their length and lose their noise.
LONG_SIDE = 1600
# Shorter than these parts of the long side it is a stroke of a character or an underline, not a ruling.
HORIZONTAL_PART = 1 / 36
VERTICAL_PART = 1 / 64
# What tells how a page is turned is a ruling over this part of its width, of at most this slope (degrees), its edges so
# near to one straight line (pixels as they are looked at): rulings drawn double are one.
RULING_PART, SLOPE_MAX, STRAIGHT = 1 / 4, 20.0, 3.5
# A box for one character is so many pixels wide and high, as it is looked at.
SMALL_BOX = (14, 64)
# An edge of a cell lies so near to its ruling, in pixels as they are looked at.
NEAR = 8
# A ruling is longer than the line of text it crosses is high, by so much at least; a bold letter's stroke is not.
OVER = 1.4
# As parts of the page: edges so near together are one, and a fold leans so little over a table.
SAME_EDGE, LEANING = 0.006, 0.004
# Of a line's height this part in its middle is text whatever its box; of lines of the page's usual height, or so much
# more.
CORE, HIGHER = 0.4, 1.5
# Upright strokes reach from ruling to ruling in a row at most so much higher than its text.
LOW = 1.4
# Of the cells that an edge parts, all along, it runs through the text of more than this part: then it is no ruling.
THROUGH = 0.5


@dataclass(frozen=True)
class Rulings:
    """The ruling lines of one page.

    `vertical` marks (with 1) the pixels of vertical rulings at `scale` times the page's size. `cells` are boxes as
    fractions of the page (left, top, right, bottom), top to bottom, left to right; `boxes` are small ones that stand
    by themselves, of outlines shorter than rulings.
    """

    vertical: Mask
    scale: float
    cells: list[Box]
    boxes: list[Box]

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

    def bounds_cell(self, at: float, top: float, bottom: float) -> bool:
        """Say whether a vertical ruling at `at` is the edge of a cell beside a line of text; all in page pixels.

        What is none is a streak that a scanner drew, or a fold.
        """
        height, width = self.vertical.shape[:2]
        middle = (top + bottom) / 2 * self.scale / height
        return any(
            cell[1] < middle < cell[3]
            and min(abs(edge * width - at * self.scale) for edge in (cell[0], cell[2])) < NEAR
            for cell in self.cells
        )

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
    grey, scale = shrunk(cast("Mask", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)), LONG_SIDE // 2)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    # Rows of text line up to lines as well: only what runs on without a break is a ruling.
    runs = cv2.morphologyEx(cv2.dilate(ink, np.ones((2, 1), np.uint8)), cv2.MORPH_OPEN, np.ones((1, 18), np.uint8))
    # A ruling's outline is as good as its pixels, and there are few: looking for lines in every direction takes longer.
    joined = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    angles: list[float] = []
    lengths: list[float] = []
    for outline in cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]:
        wide = cv2.boundingRect(outline)[2]
        if wide < RULING_PART * joined.shape[1]:
            continue
        x, y = outline[:, 0].T.astype(np.float64)
        slope, height = (float(one) for one in cast("Any", np.polyfit)(x, y, 1))
        angle = float(np.degrees(np.arctan(slope)))
        off: NDArray[np.float64] = y - slope * x - height
        if abs(angle) < SLOPE_MAX and float(np.std(off)) < STRAIGHT:
            angles.append(angle)
            lengths.append(wide / scale)
    return np.array(angles), np.array(lengths)


def find_rulings(image: Image, seals: Sequence[PixelBox] = ()) -> Rulings:
    """Find the ruling lines on an upright page; what lies wholly in the box of a seal is a stroke of it."""
    grey, scale = shrunk(cast("Mask", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)), LONG_SIDE)
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
    return Rulings(vertical, scale, _cells(horizontal, vertical), _boxes(ink))


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
    kept = along.copy()
    for outline in cv2.findContours(along, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        left, top, width, height = cv2.boundingRect(outline)
        rows_around = slice(max(top - reach, 0), top + height + reach)
        ends = (
            across[rows_around, max(left - reach, 0) : left + reach],
            across[rows_around, max(left + width - reach, 0) : left + width + reach],
        )
        if width <= 0.25 * along.shape[1] and not any(bool(end.any()) for end in ends):
            cast("Any", cv2).floodFill(kept, None, outline[0, 0].tolist(), 0, flags=8)
    return kept


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
    cells: list[Box] = []
    for left, top, cell_width, cell_height, area in _enclosed(across | down):
        if cell_width < width * 0.015 or cell_height < height * 0.007:
            continue
        # A cell is a rectangle; what flows around others is the space between tables.
        if area < 0.75 * cell_width * cell_height:
            continue
        cells.append((left / width, top / height, (left + cell_width) / width, (top + cell_height) / height))
    if len(cells) < 2:
        return []
    return in_reading_order(cells)


def around_text(cells: Sequence[Box], lines: Sequence[Line]) -> list[Box]:
    """Return the cells with those joined that folds or the strokes of characters part: no ruling runs through text."""
    return in_reading_order(_without_folds(_without_strokes(cells, lines), lines)) if lines else list(cells)


def _without_strokes(cells: Sequence[Box], lines: Sequence[Line]) -> list[Box]:
    """Join cells side by side that one line of text runs through, over edges that no row above or below has.

    In a row hardly higher than its text upright strokes reach from ruling to ruling; the narrowest parts are no cells.
    """
    whole = list(cells)
    for line in lines:
        left, top, right, bottom = line.box
        parts = sorted(
            cell for cell in whole if cell[1] < (top + bottom) / 2 < cell[3] and cell[0] < right and cell[2] > left
        )
        if len(parts) < 2 or any(not _in_row(cell, parts[0], LOW * (bottom - top)) for cell in parts):
            continue
        middles = [(start + end) / 2 for start, end in line.extents]
        if any(all(cell[0] < middle < cell[2] for middle in middles) for cell in parts):
            continue
        edges = [edge for one, other in pairwise(parts) for edge in (one[2], other[0])]
        if not any(_has_edge(cell, parts[0], edges) for cell in whole):
            joined = (parts[0][0], parts[0][1], parts[-1][2], parts[0][3])
            whole = [cell for cell in whole if cell not in parts] + [joined]
    return whole


def _in_row(cell: Box, first: Box, height: float) -> bool:
    """Say whether a cell is as high as the first of a row and stands beside it, both at most so high."""
    level = max(abs(cell[1] - first[1]), abs(cell[3] - first[3])) < SAME_EDGE
    return level and cell[3] - cell[1] < height


def _has_edge(cell: Box, row: Box, edges: Sequence[float]) -> bool:
    """Say whether a cell over or under a row of cells has an edge where one of some edges of the row is."""
    adjoins = abs(cell[3] - row[1]) < SAME_EDGE or abs(cell[1] - row[3]) < SAME_EDGE
    return adjoins and any(abs(side - edge) < SAME_EDGE for side in (cell[0], cell[2]) for edge in edges)


def _without_folds(cells: Sequence[Box], lines: Sequence[Line]) -> list[Box]:
    """Join cells one under the other where the edge between them runs through text.

    A stamp may lie over a ruling; a fold parts empty cells and those with text off it, too.
    """
    usual = median(line.box[3] - line.box[1] for line in lines)
    cores = [_core(line.box) for line in lines if line.box[3] - line.box[1] < HIGHER * usual]
    by_top = sorted(cells, key=lambda cell: cell[1])
    pairs = [
        (upper, lower)
        for upper in by_top
        for lower in by_top[_first_from(by_top, upper[3] - SAME_EDGE) : _first_from(by_top, upper[3] + SAME_EDGE)]
        if max(abs(upper[0] - lower[0]), abs(upper[2] - lower[2])) < SAME_EDGE
    ]
    through = [pair for pair in pairs if any(_runs_through(pair, core) for core in cores)]
    if not through:
        return list(cells)
    joined = {cell: cell for cell in cells}
    for upper, lower in pairs:
        if _at_edge(upper, through) <= THROUGH * _at_edge(upper, pairs):
            continue
        whole = (upper[0], joined[upper][1], upper[2], lower[3])
        joined.update({one: whole for one, other in joined.items() if other == joined[upper]} | {lower: whole})
    return list(set(joined.values()))


def _first_from(by_top: Sequence[Box], top: float) -> int:
    return bisect_left(by_top, top, key=lambda cell: cell[1])


def _at_edge(cell: Box, pairs: Sequence[tuple[Box, Box]]) -> int:
    """Return how many pairs of cells have their edge where a cell has its lower one."""
    return sum(abs(upper[3] - cell[3]) < LEANING for upper, _ in pairs)


def _core(box: Box) -> Box:
    """Return where the middles of a line's characters are."""
    off = (1 - CORE) / 2 * (box[3] - box[1])
    return box[0], box[1] + off, box[2], box[3] - off


def _runs_through(pair: tuple[Box, Box], core: Box) -> bool:
    """Say whether the edge between two cells, one under the other, runs through the core of a line in them."""
    upper, lower = pair
    return upper[0] < (core[0] + core[2]) / 2 < upper[2] and core[1] < (upper[3] + lower[1]) / 2 < core[3]


def in_reading_order(cells: Iterable[Box]) -> list[Box]:
    """Return cells top to bottom, left to right."""
    return sorted(cells, key=lambda cell: (round(cell[1], 2), cell[0]))


def _boxes(ink: Mask) -> list[Box]:
    """Return what outlines of the size of a character enclose, and the rounds of characters with it."""
    height, width = ink.shape[:2]
    outlines, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    links = cast("list[list[int]]", tree[0].tolist()) if outlines else []
    sizes = (cv2.boundingRect(outline) for outline, (*_, around) in zip(outlines, links, strict=True) if around >= 0)
    return [
        ((left + 1) / width, (top + 1) / height, (left + wide - 1) / width, (top + high - 1) / height)
        for left, top, wide, high in sizes
        if SMALL_BOX[0] <= min(wide, high) and max(wide, high) <= SMALL_BOX[1]
    ]


def _enclosed(lines: Mask) -> Iterator[tuple[int, int, int, int, float]]:
    """Yield what lines enclose: left, top, width, height and area in pixels, without the lines that lie within it.

    Lines are followed: to number the patches of open space takes a look at every pixel, and twice the time.
    """
    outlines, tree = cv2.findContours(lines, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    links = cast("list[list[int]]", tree[0].tolist()) if outlines else []
    for outline, (_, _, first, _) in zip(outlines, links, strict=True):
        # Around what is enclosed an outline runs the other way; it runs over the lines.
        if cv2.contourArea(outline, oriented=True) <= 0:
            continue
        left, top, width, height = cv2.boundingRect(outline)
        # Of a polygon on a grid, what is within by its area and the points along it (Pick).
        area = cv2.contourArea(outline) - len(outline) / 2 + 1
        inner = first
        while inner >= 0:
            area -= cv2.contourArea(outlines[inner]) + len(outlines[inner]) / 2 + 1
            inner = links[inner][0]
        yield left + 1, top + 1, width - 2, height - 2, area
