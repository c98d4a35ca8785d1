"""Which of several printed options is ticked: by the sign that was read, or else by the ink in the boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from extractors.engine import Image
from extractors.labels import find_like
from extractors.layout import Passage
from schemas.base import Box
from schemas.page import Page

TICKED = frozenset("☑√✓✔■☒✅▣●◉vVⅤ√回团因困")
EMPTY = frozenset("□☐口囗ロ○◯〇0OoD")
# The ticked box holds so many times the ink of the others.
INK_RATIO = 1.3


@dataclass(frozen=True)
class Choice:
    """The option chosen, where it stands with its box, and how surely it was told (0 to 1)."""

    option: str
    passage: Passage
    confidence: float


@dataclass(frozen=True)
class _Option:
    name: str
    start: int
    end: int


def ticked(passage: Passage, options: Sequence[str]) -> Choice | None:
    """Return the one ticked option, or None where none or several are ticked, or no telling."""
    placed = _placed(passage.text, options)
    if not placed:
        return None
    boxed_after = _box_follows(passage.text, placed)
    signs = [_sign(passage.text, placed, index, after=boxed_after) for index in range(len(placed))]
    chosen = [option for option, sign in zip(placed, signs, strict=True) if set(sign) & TICKED]
    if len(chosen) == 1:
        return _choice(passage, chosen[0], 1.0)
    if chosen or len(placed) < 2:
        return None
    return _by_ink(passage, placed, after=boxed_after)


def _placed(text: str, options: Sequence[str]) -> list[_Option]:
    """Return where the options stand, in order; of two that overlap the longer."""
    found: list[_Option] = []
    for name in sorted(options, key=len, reverse=True):
        for start, end, _ in find_like(text, name):
            if all(end <= other.start or start >= other.end for other in found):
                found.append(_Option(name, start, end))
    return sorted(found, key=lambda option: option.start)


def _box_follows(text: str, placed: Sequence[_Option]) -> bool:
    """Say whether the boxes stand behind their options (as the notices print them) and not before."""
    return not (placed[0].start > 0 and text[placed[0].start - 1] in TICKED | EMPTY)


def _sign(text: str, placed: Sequence[_Option], index: int, *, after: bool) -> str:
    if after:
        end = placed[index + 1].start if index + 1 < len(placed) else len(text)
        return text[placed[index].end : end]
    start = placed[index - 1].end if index else 0
    return text[start : placed[index].start]


def _choice(passage: Passage, option: _Option, confidence: float) -> Choice:
    return Choice(option.name, passage[option.start : option.end], confidence)


def _by_ink(passage: Passage, placed: Sequence[_Option], *, after: bool) -> Choice | None:
    """Compare the ink where the boxes must stand: just behind (or before) each option's last (first) character."""
    page = passage.page
    image = _load(page)
    if image is None:
        return None
    inks: list[float] = []
    for option in placed:
        word = passage[option.start : option.end]
        width = (word.box[2] - word.box[0]) / max(len(word), 1)
        box = (
            (word.box[2], word.box[1], min(word.box[2] + 1.8 * width, 1.0), word.box[3])
            if after
            else (max(word.box[0] - 1.8 * width, 0.0), word.box[1], word.box[0], word.box[3])
        )
        inks.append(_ink(image, box))
    order = sorted(range(len(placed)), key=lambda index: -inks[index])
    others = median(inks[index] for index in order[1:])
    second = inks[order[1]]
    if inks[order[0]] < INK_RATIO * max(second, others, 0.01):
        return None
    return _choice(passage, placed[order[0]], min(0.95, 0.6 + 0.3 * (inks[order[0]] / max(second, 0.01) - 1)))


def _load(page: Page) -> Image | None:
    if page.image is None:
        return None
    return cv2.imread(str(page.image), cv2.IMREAD_GRAYSCALE)  # type: ignore[return-value]


def _ink(image: Image, box: Box) -> float:
    height, width = image.shape[:2]
    part = image[
        int(box[1] * height) : int(np.ceil(box[3] * height)), int(box[0] * width) : int(np.ceil(box[2] * width))
    ]
    if part.size == 0:
        return 0.0
    paper = float(np.percentile(image, 75))
    return float(np.mean(np.clip((paper - part.astype(np.float32)) / max(paper, 1.0), 0.0, 1.0)))
