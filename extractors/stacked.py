"""Lines set so close above one another that they were found as one, or in a narrow cell not at all."""

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.engine import cut_out
from extractors.ink import strokes
from extractors.opening import Image
from schemas.base import Box

Polygon = NDArray[np.float32]
"""4 × 2 in pixels, clockwise from the top left."""

# What is higher than lines usually are, by so much, may hold several; each of them is so high at least.
SEVERAL, LEAST = 1.5, 0.4
# Between two lines there is less than one of these parts of the ink that a line has in a row of pixels: as little as
# tells them apart. A row or column of pixels that is inked so far is a ruling's.
PALE, THROUGH = (0.08, 0.15, 0.3), 0.8
# So much of a line's height lies in that of another which is the same.
COVERED = 0.6
# In heights of a line: a cell so narrow at most may hold lines that were not found; there is room for one beside those
# that were where so much is free. Beside the cell's rulings so much is left out.
NARROW, ROOM, MARGIN = 6.0, 0.8, 0.15
# A line's ink is so high, in heights of the highest character.
LOW, HIGH = 0.4, 1.1


def rows_of(image: Image, polygons: Sequence[Polygon]) -> dict[int, list[Polygon]]:
    """Return the lines that were found as one, by its place: those above one another, or what is under another line."""
    usual = float(np.median([_height(polygon) for polygon in polygons])) if polygons else 0.0
    lines = [polygon for polygon in polygons if _height(polygon) < SEVERAL * usual]
    found: dict[int, list[Polygon]] = {}
    for place, polygon in enumerate(polygons):
        if _height(polygon) < SEVERAL * usual:
            continue
        bands = _bands(image, polygon, usual)
        rows = [band for band in bands if not any(_covers(line, band) for line in lines)]
        if len(bands) > 1 and rows:
            found[place] = rows
    return found


def rows_missed(image: Image, cells: Sequence[Box], polygons: Sequence[Polygon]) -> list[Polygon]:
    """Return the lines that stand unread in narrow cells over or under others that were read.

    `cells` are boxes in pixels; `polygons` are the lines that were read. Where a column has room for a character or two
    to a row (五 / 级、 / 四 / 级), detection finds some of the rows.
    """
    missed: list[Polygon] = []
    x, y = np.array([polygon.mean(axis=0) for polygon in polygons], np.float32).reshape(-1, 2).T
    for left, top, right, bottom in cells:
        in_cell: list[int] = np.flatnonzero((left < x) & (x < right) & (top < y) & (y < bottom)).tolist()
        read = [polygons[place] for place in in_cell]
        if not read:
            continue
        height = float(np.median([_height(polygon) for polygon in read]))
        free = bottom - top - sum(map(_height, read))
        if right - left <= NARROW * height and free >= ROOM * height:
            missed += _unread(image, (left, top, right, bottom), read, height)
    return missed


def _unread(image: Image, cell: Box, read: Sequence[Polygon], height: float) -> list[Polygon]:
    """Return the rows of ink in a cell that belong to no line that was read; lines are so high."""
    margin = MARGIN * height
    x0, y0, x1, y1 = (round(edge) for edge in (cell[0] + margin, cell[1] + margin, cell[2] - margin, cell[3] - margin))
    inside = image[max(y0, 0) : y1, max(x0, 0) : x1]
    if not inside.size:
        return []
    inked = strokes(cast("NDArray[np.uint8]", cv2.cvtColor(inside, cv2.COLOR_BGR2GRAY)))
    lines = _joined(_runs(inked.max(axis=1), 1.0), height)
    # The paper between two lines belongs to both.
    ends = [-height, *(end for _, end in lines)]
    starts = [*(start for start, _ in lines), y1 - y0 + height]
    found: list[Polygon] = []
    for place, (start, end) in enumerate(lines):
        middle = y0 + (start + end) / 2
        if any(polygon[:, 1].min() < middle < polygon[:, 1].max() for polygon in read):
            continue
        low = max(middle - height / 2, y0 + (ends[place] + start) / 2)
        high = min(middle + height / 2, y0 + (end + starts[place + 1]) / 2)
        columns = np.flatnonzero(inked[start:end].max(axis=0))
        first, last = x0 + int(columns[0]) - margin, x0 + int(columns[-1]) + margin
        found.append(np.array([(first, low), (last, low), (last, high), (first, high)], np.float32))
    return found


def _joined(runs: Sequence[tuple[int, int]], height: float) -> list[tuple[int, int]]:
    """Return the runs of inked rows that are lines, with those joined that are strokes of one: 二, 三."""
    tall = max((end - start for start, end in runs if end - start <= height), default=0)
    lines: list[tuple[int, int]] = []
    for start, end in runs:
        if lines and end - lines[-1][0] <= HIGH * tall:
            lines[-1] = lines[-1][0], end
        else:
            lines.append((start, end))
    return [(start, end) for start, end in lines if LOW * tall <= end - start <= HIGH * tall]


def _covers(line: Polygon, band: Polygon) -> bool:
    """Say whether a line that was found by itself is this one."""
    (left, top), (right, bottom) = band.min(axis=0).tolist(), band.max(axis=0).tolist()
    (start, over), (end, under) = line.min(axis=0).tolist(), line.max(axis=0).tolist()
    across, down = min(end, right) - max(start, left), min(under, bottom) - max(over, top)
    return across > (right - left) / 2 and down > COVERED * (bottom - top)


def _bands(image: Image, polygon: Polygon, usual: float) -> list[Polygon]:
    """Return the lines in a quadrilateral, top to bottom."""
    grey = cast("NDArray[np.uint8]", cv2.cvtColor(cut_out(image, polygon), cv2.COLOR_BGR2GRAY))
    inked = strokes(grey)
    # A ruling at its side runs through all of them.
    ink: NDArray[np.float64] = inked[:, inked.mean(axis=0) < THROUGH].mean(axis=1)
    ink[ink > THROUGH] = 0.0
    if not ink.any():
        return []
    dark = float(np.percentile(ink[ink > 0], 75))
    lots = (_runs(ink >= pale * dark, LEAST * usual) for pale in PALE)
    bands = next((bands for bands in lots if len(bands) > 1), list[tuple[int, int]]())
    # The paper between two lines belongs to both.
    borders = [0, *((before[1] + after[0]) / 2 for before, after in pairwise(bands)), len(ink)]
    return [_band(polygon, top / len(ink), bottom / len(ink)) for top, bottom in pairwise(borders)]


def _runs(rows: NDArray[np.bool_], least: float) -> list[tuple[int, int]]:
    """Return where runs of so many rows at least begin and end."""
    edges: list[int] = np.flatnonzero(np.diff(rows.astype(np.int8), prepend=0, append=0)).tolist()
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start >= least]


def _height(polygon: Polygon) -> float:
    return float(np.linalg.norm(polygon[3] - polygon[0]) + np.linalg.norm(polygon[2] - polygon[1])) / 2


def _band(polygon: Polygon, top: float, bottom: float) -> Polygon:
    """Return the part of a quadrilateral between two parts of its height."""
    left, right = polygon[3] - polygon[0], polygon[2] - polygon[1]
    return np.array(
        [
            polygon[0] + top * left,
            polygon[1] + top * right,
            polygon[1] + bottom * right,
            polygon[0] + bottom * left,
        ],
        dtype=np.float32,
    )
