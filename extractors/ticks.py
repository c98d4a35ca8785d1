"""Which of several printed options is ticked, as the pixels of their boxes show it.

The recogniser does not tell boxes apart (it reads □, 口 or nothing, and sees ticks in gaps): signs count only where
the text comes from the file itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.ink import grey_image
from extractors.labels import find_like
from extractors.layout import Passage
from schemas.base import Box

_DRAWN = frozenset("√Vv✓✔")
_UNKNOWN = re.compile(r"(?![口囗日])[\u4e00-\u9fff]")
_TICKED = frozenset("☑√✓✔■☒✅▣●◉")
# Inside of a box: less ink is an empty one, more a ticked one, between is no telling.
EMPTY_INK, TICKED_INK = 0.06, 0.2
# On bad paper dirt and thick lines fill an empty box so far; a tick fills more, or leaves it.
OPEN_INK = 0.3
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
    if passage.page.source == "text_layer":
        by_sign = _by_sign(passage, placed)
        if by_sign is not None:
            return by_sign
    choice = _by_boxes(passage, placed)
    if choice is None or not _UNKNOWN.search(_between(passage.text, placed)):
        return choice
    # Something else is printed there: an option that was not read, and may be the ticked one.
    return Choice(choice.option, choice.passage, min(choice.confidence, 0.7))


def _by_boxes(passage: Passage, placed: Sequence[_Option]) -> Choice | None:
    image = grey_image(passage.page)
    if image is not None:
        after = [_box_ink(image, _beside(passage, placed, index, after=True)) for index in range(len(placed))]
        before = [_box_ink(image, _beside(passage, placed, index, after=False)) for index in range(len(placed))]
        is_after = sum(ink is not None for ink in after) >= sum(ink is not None for ink in before)
        inks = after if is_after else before
        if sum(ink is not None for ink in inks) >= max(2, len(placed) - 1):
            drawn_over = [_has_ink(image, _beside(passage, placed, i, after=is_after)) for i in range(len(placed))]
            return _by_ink(passage, placed, inks, drawn_over)
    return None


def _between(text: str, placed: Sequence[_Option]) -> str:
    """Return what is printed beside the options."""
    for option in reversed(placed):
        text = text[: option.start] + " " + text[option.end :]
    return text


def _placed(text: str, options: Sequence[str]) -> list[_Option]:
    """Return where the options stand, in order; of two that overlap the longer."""
    found: list[_Option] = []
    for name in sorted(options, key=len, reverse=True):
        for start, end, _ in find_like(text, name):
            if all(end <= other.start or start >= other.end for other in found):
                found.append(_Option(name, start, end))
    return sorted(found, key=lambda option: option.start)


def _by_ink(
    passage: Passage, placed: Sequence[_Option], inks: Sequence[float | None], drawn_over: Sequence[bool]
) -> Choice | None:
    most = max(ink for ink in inks if ink is not None)
    # Where one box is full, a little dirt in another is told from a tick.
    full = [index for index, ink in enumerate(inks) if ink is not None and ink >= max(TICKED_INK, 0.4 * most)]
    if len(full) == 1 and None not in inks:
        others = max(ink for index, ink in enumerate(inks) if ink is not None and index != full[0])
        if others > 0.5 * most:
            return None
        return _choice(passage, placed[full[0]], 1.0 if others < EMPTY_INK else 0.9)
    empty = [index for index, ink in enumerate(inks) if ink is not None and ink < EMPTY_INK]
    unboxed = [index for index, ink in enumerate(inks) if ink is None]
    # √ stands in the place of its box, and the other options have theirs.
    others_open = all(ink < OPEN_INK for ink in inks if ink is not None)
    if len(unboxed) == 1 and others_open and set(_behind(passage, placed, unboxed[0])) & _DRAWN:
        return _choice(passage, placed[unboxed[0]], 0.95)
    # A tick drawn over its box, or in its place, leaves no box to be found: ink without a box among empty ones.
    missing = [index for index, ink in enumerate(inks) if ink is None and drawn_over[index]]
    if not full and len(missing) == 1 and len(empty) == len(placed) - 1:
        return _choice(passage, placed[missing[0]], 0.9)
    return None


def _by_sign(passage: Passage, placed: Sequence[_Option]) -> Choice | None:
    chosen: list[_Option] = []
    for index, option in enumerate(placed):
        if set(_behind(passage, placed, index)) & _TICKED:
            chosen.append(option)
    if len(chosen) != 1:
        return None
    return _choice(passage, chosen[0], 0.95)


def _behind(passage: Passage, placed: Sequence[_Option], index: int) -> str:
    """Return what was read between an option and the next."""
    end = placed[index + 1].start if index + 1 < len(placed) else len(passage)
    return passage.text[placed[index].end : end]


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
    part = _cut_out(image, box)
    if part is None:
        return None
    # Boxes are often thinner and fainter than the letters: look closer where no square is found.
    for depth in (0.5, 0.3, 0.18):
        ink = _ink(part, depth)
        square = _largest_square(ink)
        if square is not None:
            x, y, across, down = square
            inset = max(2, round(0.28 * down))
            inside = ink[y + inset : y + down - inset, x + inset : x + across - inset]
            return float(np.mean(inside)) if inside.size else None
    return None


def _has_ink(image: NDArray[np.uint8], box: Box) -> bool:
    """Say whether more than dust is drawn in a region, short of the letter beside it."""
    part = _cut_out(image, box)
    return part is not None and float(np.mean(_ink(part, 0.4)[:, part.shape[1] // 8 :])) > 0.02


def _cut_out(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8] | None:
    height, width = image.shape[:2]
    part = image[
        max(int(box[1] * height) - 2, 0) : int(np.ceil(box[3] * height)) + 2,
        max(int(box[0] * width), 0) : int(np.ceil(box[2] * width)),
    ]
    return part if part.shape[0] >= 8 and part.shape[1] >= 8 else None


def _ink(part: NDArray[np.uint8], depth: float) -> NDArray[np.uint8]:
    """Mark what is darker than the paper by so much of the way to the darkest."""
    paper, darkest = float(np.percentile(part, 75)), float(np.percentile(part, 1))
    return (part < paper - max(depth * (paper - darkest), 12.0)).astype(np.uint8)


def _largest_square(ink: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """Return left, top, width and height of the largest square outline or block."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    line_height = ink.shape[0]
    squares: list[tuple[int, int, int, int]] = []
    for contour in contours:
        x, y, across, down = cv2.boundingRect(contour)
        if not max(0.17 * line_height, 6) <= down <= line_height or not 0.75 <= across / down <= 1.33:
            continue
        if cv2.contourArea(contour) >= 0.75 * (across - 1) * (down - 1):
            squares.append((x, y, across, down))
    return max(squares, key=lambda square: square[2] * square[3], default=None)
