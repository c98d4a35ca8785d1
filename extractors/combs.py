"""Numbers written one character to a box: a row of like boxes is one cell, and what stands in it one line.

A single character tells a recogniser little (1, l and a ruling are one stroke), and many are not found at all. Moved
together they read like print.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.engine import Reading
from extractors.ink import strokes
from extractors.layout import overlap
from extractors.opening import Image
from extractors.rulings import Rulings, in_reading_order
from schemas.base import Box

# A comb has so many boxes: credit codes and identity numbers have 18, old ones 15.
LEAST_BOXES = 10
# With so many characters a box at its end may not have been found, or not its character.
NEARLY_WHOLE = frozenset({14, 16, 17})
# Boxes of one comb are as wide as the first but for this part, and none wider than so many heights; their edges lie no
# further off than this part of their height. Between two there is less than this part of a box, or room for so many
# more that were not found.
LIKE_WIDTH, WIDEST, LEVEL, GAP, MISSED = 0.35, 1.6, 0.25, 0.75, 2
# A box with less than this part of it inked is empty.
LEAST_INK = 0.008
# A box is so many pixels high, half as many wide, for a character to be read in it.
SMALLEST = 8
# So much of a box's height and width on every side may be its ruling's blur.
INSET = 0.04
# Characters are moved together up to these parts of their height; where they melt, further apart.
SPACINGS = (0.2, 0.4, 0.7)
# Paper over, under, before and behind them, as a part of their height.
MARGIN = 0.25


@dataclass(frozen=True)
class Comb:
    """A row of boxes (fractions of the page, left to right) with a character in each of `written`."""

    boxes: list[Box]
    written: list[int]
    glyphs: list[Image]
    """The insides of the boxes that are written in, cut to their ink across; all of one height."""
    paper: NDArray[np.uint8]

    @property
    def box(self) -> Box:
        """The cell that the boxes make up."""
        return (
            self.boxes[0][0],
            min(one[1] for one in self.boxes),
            self.boxes[-1][2],
            max(one[3] for one in self.boxes),
        )

    def line(self, spacing: float) -> Image:
        """Return the characters as one line of print, so many heights apart."""
        height, margin = self.glyphs[0].shape[0], round(MARGIN * self.glyphs[0].shape[0])
        gap = max(round(spacing * height), 1)
        width = sum(one.shape[1] for one in self.glyphs) + gap * (len(self.glyphs) - 1) + 2 * margin
        line = np.full((height + 2 * margin, width, 3), self.paper, np.uint8)
        left = margin
        for glyph in self.glyphs:
            line[margin : margin + height, left : left + glyph.shape[1]] = glyph
            left += glyph.shape[1] + gap
        return line

    def read(self, reading: Reading) -> Reading | None:
        """Return a reading of its line without spaces, each character in its box; None where it is no such number."""
        places = [place for place, character in enumerate(reading.text) if not character.isspace()]
        text = "".join(unicodedata.normalize("NFKC", reading.text[place]) for place in places).replace("×", "X")
        if len(text) != len(self.written) or not (text.isascii() and text.isalnum()):
            return None
        left, _, right, _ = self.box
        boxes = (self.boxes[index] for index in self.written)
        read = Reading(
            text,
            reading.confidence,
            tuple(((start + end) / 2 - left) / (right - left) for start, _, end, _ in boxes),
            tuple(reading.scores[place] for place in places),
            {index: reading.alternatives[place] for index, place in enumerate(places) if place in reading.alternatives},
        )
        return read.doubted() if len(text) in NEARLY_WHOLE else read


def find_combs(image: Image, rulings: Rulings) -> list[Comb]:
    """Return the rows of like boxes on an upright page that are written in: cells side by side, or boxes."""
    aspect = image.shape[1] / image.shape[0]
    combs: list[Comb] = []
    # What lies between boxes is narrower than they are.
    alone = sorted(_like_rows(rulings.boxes, aspect), key=lambda row: row[0][0] - row[0][2])
    for row in (*_like_rows(rulings.cells, aspect), *alone):
        comb = _written(image, row)
        if comb is not None and not any(overlap(comb.box, other.box) for other in combs):
            combs.append(comb)
    return combs


def with_combs(cells: Sequence[Box], combs: Sequence[Comb]) -> list[Box]:
    """Return a page's cells with each comb as one."""
    parts = {box for comb in combs for box in comb.boxes}
    return in_reading_order([*(cell for cell in cells if cell not in parts), *(comb.box for comb in combs)])


def _like_rows(cells: Sequence[Box], aspect: float) -> list[list[Box]]:
    """Return the rows of neighbouring boxes of one size; `aspect` is the page's width by its height."""
    rows: list[list[Box]] = []
    for cell in sorted(cells):
        if (cell[2] - cell[0]) * aspect > WIDEST * (cell[3] - cell[1]):
            continue
        row = next((row for row in rows if _goes_on(row, cell)), None)
        if row is None:
            rows.append([cell])
        else:
            row += [*_missed(row[-1], cell), cell]
    return [row for row in rows if len(row) >= LEAST_BOXES]


def _goes_on(row: Sequence[Box], cell: Box) -> bool:
    last, width, height = row[-1], row[0][2] - row[0][0], row[0][3] - row[0][1]
    return (
        max(abs(last[1] - cell[1]), abs(last[3] - cell[3])) < LEVEL * height
        and abs(cell[2] - cell[0] - width) < LIKE_WIDTH * width
        and -0.1 * width < cell[0] - last[2] < (MISSED + GAP) * width
    )


def _missed(last: Box, cell: Box) -> list[Box]:
    """Return the boxes between two of a row: their rulings may be broken."""
    room = cell[0] - last[2]
    number = round(room / (cell[2] - cell[0]) - GAP / 2)
    return [
        (last[2] + room * index / number, last[1], last[2] + room * (index + 1) / number, last[3])
        for index in range(number)
    ]


def _written(image: Image, boxes: list[Box]) -> Comb | None:
    height, width = image.shape[:2]
    insides: list[Image] = []
    for left, top, right, bottom in boxes:
        across, down = INSET * (right - left), INSET * (bottom - top)
        rows = slice(round((top + down) * height), round((bottom - down) * height))
        columns = slice(round((left + across) * width), round((right - across) * width))
        insides.append(image[rows, columns].copy())
    tall = min(one.shape[0] for one in insides)
    insides = [one[:tall] for one in insides]
    if tall < SMALLEST or min(one.shape[1] for one in insides) < SMALLEST / 2:
        return None
    paper = np.median([np.percentile(one, 80, axis=(0, 1)) for one in insides], axis=0).astype(np.uint8)
    inks = [_ink(one, paper) for one in insides]
    written = [index for index, ink in enumerate(inks) if float(ink.mean()) > LEAST_INK]
    # An empty box among them holds a character too faint to be seen.
    if len(written) < LEAST_BOXES or written[-1] - written[0] >= len(written):
        return None
    # The characters stand on one line: its height is theirs.
    lines = np.flatnonzero(np.max([inks[index].any(axis=1) for index in written], axis=0))
    top, bottom = max(int(lines[0]) - 1, 0), int(lines[-1]) + 2
    glyphs: list[Image] = []
    for index in written:
        columns = np.flatnonzero(inks[index].any(axis=0))
        first, last = max(int(columns[0]) - 1, 0), int(columns[-1]) + 2
        glyphs.append(insides[index][top:bottom, first:last])
    return Comb(boxes, written, glyphs, paper)


def _ink(inside: Image, paper: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where a box is written in; what is left of its outline is made paper."""
    grey = cast("NDArray[np.uint8]", cv2.cvtColor(inside, cv2.COLOR_BGR2GRAY))
    ink = strokes(grey).astype(np.uint8)
    height, width = ink.shape[:2]
    number, labels = cast("tuple[int, NDArray[np.int32]]", cv2.connectedComponents(ink, connectivity=8))
    at_edge = {*labels[[0, -1]].ravel().tolist(), *labels[:, [0, -1]].ravel().tolist()} - {0}
    middle = labels[height // 4 : height - height // 4, width // 4 : width - width // 4]
    outline = np.isin(labels, [*(at_edge - set(np.unique(middle).tolist()))]) if number > 1 else ink > number
    # Its blur with it.
    inside[cv2.dilate(outline.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = paper
    return (ink > 0) & ~outline
