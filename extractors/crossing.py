"""Lines of text that vertical rulings cross: of several cells, or of one whose text runs on over its edge."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.engine import Reading
from extractors.ink import STROKE_DEPTH, strokes
from extractors.opening import Image
from extractors.rulings import Rulings

# In heights of the line: a piece narrower than this holds no text; as narrow as that are one or two characters.
NARROWEST, NARROW = 0.4, 1.3
# Text runs over a ruling where what stands to its left and to its right is together no further from it, in heights of
# the line: digits of a number stand as near, cells keep their texts further apart. A speck has fewer pixels in a
# column.
NEAR, LEAST_INK = 0.14, 2
# A ruling's edge lies at this part of the way from paper to ink, and it is blurred over so many pixels more.
CORE, BLUR = 0.4, 1
# So much of its height to either side of its middle is the line's, and nothing of rulings above and below it.
HALF = 0.38
# So surely a line is read as one where its pieces say something else, and at least so surely to cast doubt on them.
SURE, READ = 0.8, 0.5
# In usual steps from character to character: texts of two cells stand further apart.
APART = 1.5
# So many figures of a number run over the edge beside another cell's text.
BEYOND = 3
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
        over = {
            one: ruling
            for one in cuts
            if (ruling := _edges(image, one, top, bottom)) is not None and _runs_over(image, ruling, top, bottom)
        }
        # Text goes on through what is no edge of a cell.
        cuts = [one for one in cuts if one not in over or rulings.bounds_cell(one, top, bottom)]
        if not cuts:
            overruns.append(Overrun(_without(image, [*over.values()], (left, top, right, bottom)), [len(pieces)]))
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
                pieces.append(upright(inner_start, top, inner_end, bottom))
            if end in over:
                crossed.append(over[end])
                continue
            if crossed and run:
                box = (begun + (gap if begun != left else 0), top, inner_end, bottom)
                overruns.append(Overrun(_without(image, crossed, box), run))
            begun, run, crossed = end, [], []
    return pieces, overruns


def settled(whole: Reading, pieces: Sequence[Reading], boxes: Sequence[_Polygon]) -> list[Reading] | None:
    """Return what the pieces of a line are by its reading as a whole; None where that tells nothing new.

    `boxes` are the pieces' quadrilaterals. What is one text stands in its widest piece. Figures that stand apart are
    one number only if few lie beyond the edge. Where the whole says something else, the pieces are in doubt.
    """
    apart = [_bare(piece.text) for piece in pieces]
    widths, heights = zip(*((box.max(axis=0) - box.min(axis=0)).tolist() for box in boxes), strict=True)
    widest = widths.index(max(widths))
    is_narrow = sum(widths) - max(widths) < NARROW * heights[widest]
    is_figures = _FIGURES.fullmatch(whole.text) is not None
    if whole.confidence < READ:
        return None
    if _bare(whole.text) == "".join(apart) and not (len(pieces) > 1 and is_narrow and is_figures):
        return _moved(whole, pieces) if len(pieces) == 2 else None
    if len(pieces) == 2 and (moved := _moved(_as_in_pieces(whole, pieces), pieces)) is not None:
        return [moved[0].doubted(), moved[1]]
    is_one = (is_narrow or is_figures) and whole.confidence >= SURE and len(_bare(whole.text)) >= max(map(len, apart))
    parted = _parted(whole, pieces) if len(pieces) == 2 and whole.confidence >= SURE else None
    if is_one and parted is None:
        return [whole if place == widest else Reading("") for place in range(len(pieces))]
    return parted or [one.doubted() for one in pieces]


def _moved(whole: Reading, pieces: Sequence[Reading]) -> list[Reading] | None:
    """Return two pieces, the figures that begin the second and stand apart from its text put to the first one's."""
    left = len(whole.text) - len(pieces[1].text.lstrip())
    for border in range(left + 1, min(left + BEYOND + 1, len(whole.text))):
        if _FIGURES.fullmatch(whole.text, 0, border) and _stands_apart(whole, border):
            return [_part(whole, 0, border), _part(whole, border, len(whole.text))]
    return None


def _as_in_pieces(whole: Reading, pieces: Sequence[Reading]) -> Reading:
    """Return the whole with the character that the edge runs through as it is in the first piece.

    As it was read where more than that is different.
    """
    left, right = (_bare(piece.text) for piece in pieces)
    places = [place for place, character in enumerate(whole.text) if not character.isspace()]
    read = _bare(whole.text)
    last = len(left) - 1
    if not left or read[:last] + left[last] + read[last + 1 :] != left + right:
        return whole
    at = places[last]
    return replace(whole, text=whole.text[:at] + left[last] + whole.text[at + 1 :])


def _parted(whole: Reading, pieces: Sequence[Reading]) -> list[Reading] | None:
    """Return the texts of two cells of which one, of figures, runs over the edge between them.

    None where they do not stand apart; nothing where the whole says something else of them.
    """
    left, right = pieces
    is_left = bool(right.text) and whole.text.endswith(right.text)
    if not is_left and not (left.text and whole.text.startswith(left.text)):
        return None
    border = len(whole.text) - len(right.text) if is_left else len(left.text)
    if not 0 < border < len(whole.text) or not _stands_apart(whole, border):
        return None
    part = _part(whole, 0, border) if is_left else _part(whole, border, len(whole.text))
    read, known = _bare(part.text), _bare((left if is_left else right).text)
    # But for the character that the edge runs through.
    fits = read.startswith(known[:-1]) if is_left else read.endswith(known[1:])
    if not fits or not 0 <= len(read) - len(known) <= BEYOND or not _FIGURES.fullmatch(read):
        return []
    return [part, right] if is_left else [left, part]


def _part(whole: Reading, start: int, end: int) -> Reading:
    """Return a part of a reading, without spaces at its ends, as if it had been read by itself."""
    places = [place for place in range(start, end) if not whole.text[place].isspace()]
    if not places:
        return Reading("")
    start, end = places[0], places[-1] + 1
    first, last = whole.centres[start], whole.centres[end - 1]
    return Reading(
        whole.text[start:end],
        whole.confidence,
        tuple((centre - first) / max(last - first, 1e-6) for centre in whole.centres[start:end]),
        whole.scores[start:end],
        {place - start: others for place, others in whole.alternatives.items() if start <= place < end},
    )


def _stands_apart(whole: Reading, place: int) -> bool:
    """Say whether another text begins at a character: one that is no figure, or that stands further off than others."""
    steps = [after - before for before, after in itertools.pairwise(whole.centres)]
    beside = whole.text[place - 1 : place + 1]
    is_other = beside != beside.strip() or not all(map(_FIGURES.fullmatch, beside))
    return is_other or steps[place - 1] > APART * sorted(steps)[len(steps) // 2]


def _bare(text: str) -> str:
    return "".join(text.split())


def upright(left: float, top: float, right: float, bottom: float) -> _Polygon:
    """Return the quadrilateral of an upright box, all in pixels."""
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
    if paper - float(profile[darkest]) < STROKE_DEPTH:
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
    ink = strokes(grey).sum(axis=0) >= LEAST_INK
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
