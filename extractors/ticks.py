"""Which of several printed options is ticked, as the pixels of their boxes show it.

The recogniser does not tell boxes apart (it reads □, 口 or nothing, and sees ticks in gaps): signs count only where
the text comes from the file itself and no boxes are drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.ink import grey_image
from extractors.labels import find_like
from extractors.layout import Passage
from schemas.base import Box

_TICKED = frozenset("☑√✓✔■☒✅▣●◉")
# Inside of a box: less ink is an empty one, more a ticked one, between is no telling.
EMPTY_INK, TICKED_INK = 0.06, 0.12
# How far from its option a box may stand, in characters.
REACH = 2.2


@dataclass(frozen=True)
class Choice:
    """The option chosen, where it stands, and how surely it was told (0 to 1)."""

    option: str
    passage: Passage
    confidence: float


@dataclass(frozen=True)
class _Option:
    name: str
    start: int
    end: int


def ticked(passage: Passage, options: Sequence[str]) -> Choice | None:
    """Return the one ticked option; None where none or several are ticked, or where there is no telling."""
    placed = _placed(passage.text, options)
    if len(placed) < 2:
        return None
    image = grey_image(passage.page)
    if image is not None:
        after = [_box_ink(image, _beside(passage, placed, index, after=True)) for index in range(len(placed))]
        before = [_box_ink(image, _beside(passage, placed, index, after=False)) for index in range(len(placed))]
        inks = max(after, before, key=lambda side: sum(ink is not None for ink in side))
        if sum(ink is not None for ink in inks) >= max(2, len(placed) - 1):
            return _by_ink(passage, placed, inks)
    return _by_sign(passage, placed)


def _placed(text: str, options: Sequence[str]) -> list[_Option]:
    """Return where the options stand, in order; of two that overlap the longer."""
    found: list[_Option] = []
    for name in sorted(options, key=len, reverse=True):
        for start, end, _ in find_like(text, name):
            if all(end <= other.start or start >= other.end for other in found):
                found.append(_Option(name, start, end))
    return sorted(found, key=lambda option: option.start)


def _by_ink(passage: Passage, placed: Sequence[_Option], inks: Sequence[float | None]) -> Choice | None:
    most = max(ink for ink in inks if ink is not None)
    full = [index for index, ink in enumerate(inks) if ink is not None and ink >= TICKED_INK]
    # Where one box is full, a little dirt in another is told from a tick.
    empty_below = EMPTY_INK if most < TICKED_INK else min(max(EMPTY_INK, most / 3), TICKED_INK)
    empty = [index for index, ink in enumerate(inks) if ink is not None and ink < empty_below]
    if len(full) == 1 and len(empty) == len(placed) - 1:
        return _choice(passage, placed[full[0]], 1.0)
    # A tick drawn over its box leaves no box to be found: the one that is missing among empty ones.
    missing = [index for index, ink in enumerate(inks) if ink is None]
    if not full and len(missing) == 1 and len(empty) == len(placed) - 1:
        return _choice(passage, placed[missing[0]], 0.9)
    return None


def _by_sign(passage: Passage, placed: Sequence[_Option]) -> Choice | None:
    chosen: list[_Option] = []
    for index, option in enumerate(placed):
        end = placed[index + 1].start if index + 1 < len(placed) else len(passage)
        if set(passage.text[option.end : end]) & _TICKED:
            chosen.append(option)
    if len(chosen) != 1:
        return None
    return _choice(passage, chosen[0], 0.95)


def _choice(passage: Passage, option: _Option, confidence: float) -> Choice:
    return Choice(option.name, passage[option.start : option.end], confidence)


def _beside(passage: Passage, placed: Sequence[_Option], index: int, *, after: bool) -> Box:
    """Return where the box of an option must stand: beside its last (or first) character, short of its neighbours."""
    option = placed[index]
    glyph = passage[option.end - 1] if after else passage[option.start]
    left, top, right, bottom = glyph.box
    size = (bottom - top) * passage.page.height / passage.page.width
    others = [other.box for other in passage.glyphs if other.box[1] < bottom and other.box[3] > top]
    words = [passage[other.start if after else other.end - 1].box for other in placed if other is not option]
    if after:
        limit = min((box[0] for box in words if box in others and box[0] > right), default=1.0)
        return (right - 0.2 * size, top, min(right + REACH * size, limit), bottom)
    limit = max((box[2] for box in words if box in others and box[2] < left), default=0.0)
    return (max(left - REACH * size, limit), top, left + 0.2 * size, bottom)


def _box_ink(image: NDArray[np.uint8], box: Box) -> float | None:
    """Return how much of the inside of the largest square in a region is inked; None where there is no square."""
    height, width = image.shape[:2]
    part = image[
        max(int(box[1] * height) - 2, 0) : int(np.ceil(box[3] * height)) + 2,
        max(int(box[0] * width), 0) : int(np.ceil(box[2] * width)),
    ]
    if part.shape[0] < 8 or part.shape[1] < 8:
        return None
    line_height = part.shape[0]
    threshold = (float(np.percentile(part, 2)) + float(np.percentile(part, 80))) / 2
    ink = (part < threshold).astype(np.uint8)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    squares: list[tuple[int, int, int, int]] = []
    for contour in contours:
        x, y, across, down = cv2.boundingRect(contour)
        if not 0.28 * line_height <= down <= line_height or not 0.75 <= across / down <= 1.33:
            continue
        if cv2.contourArea(contour) >= 0.78 * (across - 1) * (down - 1):
            squares.append((x, y, across, down))
    if not squares:
        return None
    x, y, across, down = max(squares, key=lambda square: square[2] * square[3])
    inset = max(2, round(0.22 * down))
    inside = ink[y + inset : y + down - inset, x + inset : x + across - inset]
    return float(np.mean(inside)) if inside.size else None
