"""Lines of text that vertical rulings cross: of several cells, or of one whose text runs on over its edge."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.engine import Reading
from extractors.opening import Image
from extractors.rulings import Rulings

# In heights of the line: a piece narrower than this holds no text; as narrow as that are one or two characters.
NARROWEST, NARROW = 0.4, 1.3
# Text runs over a ruling where what stands to its left and to its right is together no further from it, in heights of
# the line: digits of a number stand as near, cells keep their texts further apart. A speck has fewer pixels in a
# column.
NEAR, LEAST_INK = 0.14, 2
# Ink is darker than the paper around it by so many grey levels; a ruling's edge lies at this part of that, and it is
# blurred over so many pixels more.
INK_DEPTH, CORE, BLUR = 40, 0.4, 1
# So much of its height to either side of its middle is the line's, and nothing of rulings above and below it.
HALF = 0.38
# So surely a line is read as one where its pieces say something else, and at least so surely to cast doubt on them.
SURE, READ = 0.8, 0.5
# What runs over an edge in many characters: numbers, codes, dates, addresses of mail.
_FIGURES = re.compile(r"[!-~—–年月日号\s]+")

_Polygon = NDArray[np.float32]


@dataclass(frozen=True)
class Overrun:
    """Text that runs over a ruling: its image without the ruling, and the pieces that the ruling cuts it into."""

    image: Image
    pieces: Sequence[int]


def cut(image: Image, polygons: Sequence[_Polygon], rulings: Rulings) -> tuple[list[_Polygon], list[Overrun]]:
    """Cut lines (4 × 2 in pixels) where vertical rulings cross them: text of neighbouring cells is not one line.

    Where text runs on over a ruling, the pieces are told, by their place among all that are returned.
    """
    pieces: list[_Polygon] = []
    overruns: list[Overrun] = []
    for polygon in polygons:
        left, top = polygon.min(axis=0).tolist()
        right, bottom = polygon.max(axis=0).tolist()
        cuts = [one for one in rulings.cuts(left, top, right, bottom) if left < one < right]
        if not cuts:
            pieces.append(polygon)
            continue
        edges = [left, *cuts, right]
        # The ruling's own thickness stays outside of both pieces.
        gap = 1.5 / rulings.scale
        begun, run, crossed = edges[0], list[int](), list[tuple[int, int]]()
        for start, end in itertools.pairwise(edges):
            inner_start, inner_end = start + (gap if start != left else 0), end - (gap if end != right else 0)
            if inner_end - inner_start >= NARROWEST * (bottom - top):
                run.append(len(pieces))
                pieces.append(_box(inner_start, top, inner_end, bottom))
            ruling = _edges(image, end, top, bottom) if end != right else None
            if ruling is not None and _runs_over(image, ruling, top, bottom):
                crossed.append(ruling)
                continue
            if crossed and run:
                box = (begun + (gap if begun != left else 0), top, inner_end, bottom)
                overruns.append(Overrun(_without(image, crossed, box), run))
            begun, run, crossed = end, [], []
    return pieces, overruns


def joined(whole: Reading, pieces: Sequence[Reading], boxes: Sequence[_Polygon]) -> bool | None:
    """Say whether what was read as one line is one, and not texts of several cells; None where it tells nothing new.

    `boxes` are the pieces' quadrilaterals. Figures that stand apart are one number only if few lie beyond the edge.
    """
    apart = [_bare(piece.text) for piece in pieces]
    *others, widest = sorted((box.max(axis=0) - box.min(axis=0)).tolist() for box in boxes)
    is_narrow = sum(width for width, _ in others) < NARROW * widest[1]
    is_figures = _FIGURES.fullmatch(whole.text) is not None
    if _bare(whole.text) == "".join(apart):
        return True if len(pieces) > 1 and is_narrow and is_figures else None
    if whole.confidence < READ:
        return None
    return (is_narrow or is_figures) and whole.confidence >= SURE and len(_bare(whole.text)) >= max(map(len, apart))


def _bare(text: str) -> str:
    return "".join(text.split())


def _box(left: float, top: float, right: float, bottom: float) -> _Polygon:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32)


def _edges(image: Image, at: float, top: float, bottom: float) -> tuple[int, int] | None:
    """Return the first and last column of the ruling near `at`, as it runs above and below a line of text."""
    height, tall = bottom - top, image.shape[0]
    left, right = max(int(at - height / 2), 0), min(int(at + height / 2) + 1, image.shape[1])
    spans = ((top - height, top - height / 10), (bottom + height / 10, bottom + height))
    rows = [row for start, end in spans for row in range(max(int(start), 0), min(int(end) + 1, tall))]
    if not rows or right - left < 3:
        return None
    profile = cast("NDArray[np.float64]", np.median(_grey(image[rows, left:right]), axis=0))
    paper = float(np.percentile(profile, 90))
    darkest = int(profile.argmin())
    if paper - float(profile[darkest]) < INK_DEPTH:
        return None
    paler = np.flatnonzero(profile > paper - CORE * (paper - float(profile[darkest])))
    before, behind = paler[paler < darkest], paler[paler > darkest]
    if not len(before) or not len(behind):
        return None
    return left + int(before[-1]) + 1, left + int(behind[0]) - 1


def _runs_over(image: Image, ruling: tuple[int, int], top: float, bottom: float) -> bool:
    """Say whether the ink to both sides of a ruling stands as near as that of one text."""
    height, middle = bottom - top, (top + bottom) / 2
    first, last = max(int(middle - HALF * height), 0), int(middle + HALF * height) + 1
    left, right = max(ruling[0] - BLUR - int(height), 0), ruling[1] + BLUR + 1 + int(height)
    grey = _grey(image[first:last, left:right])
    ink = (grey < float(np.percentile(grey, 90)) - INK_DEPTH).sum(axis=0) >= LEAST_INK
    before = np.flatnonzero(ink[: ruling[0] - BLUR - left][::-1])
    behind = np.flatnonzero(ink[ruling[1] + BLUR + 1 - left :])
    return bool(len(before) and len(behind)) and int(before[0]) + int(behind[0]) <= max(NEAR * height, 2)


def _without(image: Image, rulings: Sequence[tuple[int, int]], box: tuple[float, float, float, float]) -> Image:
    """Return what lies in a box (left, top, right, bottom in pixels), its rulings filled in from both sides."""
    left, top = max(int(box[0]), 0), max(int(box[1]), 0)
    part = np.ascontiguousarray(image[top : int(np.ceil(box[3])), left : int(np.ceil(box[2]))])
    mask = np.zeros(part.shape[:2], np.uint8)
    for start, end in rulings:
        mask[:, max(start - BLUR - left, 0) : max(end + BLUR + 1 - left, 0)] = 1
    return cast("Image", cv2.inpaint(part, mask, 3, cv2.INPAINT_TELEA))


def _grey(part: Image) -> NDArray[np.uint8]:
    return cast("NDArray[np.uint8]", cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_BGR2GRAY))
