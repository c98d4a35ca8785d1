"""Whether a PDF page's text layer says what the page shows: some of its lines are read by recognition as well.

A layer can lie as a whole, through a font whose characters are mapped wrongly, or in one value only, where the paper
is covered and printed anew. So what the rules hang on is compared first: numbers, then short lines such as names.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import cast

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from extractors.engine import Engine, Image, Reading, cut_out
from schemas.base import Box
from schemas.page import CERTAIN_SCORE, Line

# So many pieces of a page are compared at most, and so many of them are numbers.
PIECES, NUMBERS = 16, 10
# So many characters of its line on both sides of a number are read with it.
AROUND = 4
# The lengths of other lines that are compared.
SHORT, LONG = 2, 24
# The part of the characters that may be read otherwise, none of them surely.
SLIPS = 0.2
# In heights of the line: paper around what is cut out.
MARGIN = 0.12
# Pieces are read at this part of their width: clean print is read as well, and what is misread is only read again.
NARROW = 0.7
# A number with its points and letters; days and months stand near enough to the year.
_NUMBER = re.compile(r"(?=[A-Z]{0,7}[0-9])[0-9A-Za-z](?:[0-9A-Za-z]|[.,-](?=[0-9])){3,}")
# The letters that are read for digits, and the reverse.
_ALIKE = str.maketrans("OQDILZSBG", "000112586")
# The raised figure of a unit, and the zero of a Chinese year, come and go with reading.
_UNSTEADY = re.compile(r"㎡|(?<![A-Za-z])[Mm][²2]?(?![0-9A-Za-z])|〇")


@dataclass(frozen=True)
class _Said:
    """A piece of the layer: what it says, where, and whether its line begins and ends with it."""

    text: str
    box: Box
    open_left: bool = True
    open_right: bool = True


def agrees(lines: Sequence[Line], image: Image, engine: Engine) -> bool:
    """Say whether the lines of a text layer are what `image`, the rendered page, shows."""
    sample = _sample(lines)
    readings = engine.recognise([_cut(image, one) for one in sample])
    return all(_is_same(one.text, reading) for one, reading in zip(sample, readings, strict=True))


def _sample(lines: Sequence[Line]) -> list[_Said]:
    """Choose what is compared: the longest numbers, and other short lines spread over the page."""
    numbers = sorted(chain.from_iterable(_numbers(line) for line in lines), key=lambda one: -len(one.text))
    others = [
        _Said(line.text, line.box)
        for line in lines
        if SHORT <= len(_folded_text(line.text)) <= LONG and not any(_numbers(line))
    ]
    places = np.linspace(0, len(others) - 1, min(PIECES - len(numbers[:NUMBERS]), len(others))).round().astype(int)
    return [*numbers[:NUMBERS], *(others[place] for place in places.tolist())]


def _numbers(line: Line) -> Iterator[_Said]:
    """Yield the parts of a line around its numbers."""
    end = 0
    for match in _NUMBER.finditer(line.text):
        if match.start() < end:
            continue
        start, end = max(match.start() - AROUND, end), min(match.end() + AROUND, len(line.text))
        # A number is never cut in two.
        while end < len(line.text) and line.text[end].isalnum() and line.text[end].isascii():
            end += 1
        box = (line.extents[start][0], line.box[1], line.extents[end - 1][1], line.box[3])
        yield _Said(line.text[start:end], box, open_left=start == 0, open_right=end == len(line.text))


def _cut(image: Image, one: _Said) -> Image:
    """Cut a piece out of the page, with some paper where it does not cut a line."""
    height, width = image.shape[:2]
    left, top, right, bottom = np.array(one.box) * (width, height, width, height)
    margin = MARGIN * (bottom - top)
    left, right = left - margin * one.open_left, right + margin * one.open_right
    top, bottom = top - margin, bottom + margin
    piece = cut_out(image, np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32))
    return cast("Image", cv2.resize(piece, None, fx=NARROW, fy=1, interpolation=cv2.INTER_AREA))


def _is_same(said: str, reading: Reading) -> bool:
    """Say whether a reading is what the layer says: every figure alike, nothing else surely read otherwise."""
    layer = _folded_text(said)
    read = list(_folded(reading.text, reading.scores))
    edits = Levenshtein.editops(layer, [one for one, _ in read])
    if len(edits) > SLIPS * len(layer):
        return False
    for edit in edits:
        if edit.tag != "insert" and layer[edit.src_pos].isdigit():
            return False
        if edit.tag != "delete" and (read[edit.dest_pos][1] >= CERTAIN_SCORE or read[edit.dest_pos][0].isdigit()):
            return False
    return True


def _folded_text(text: str) -> list[str]:
    return [one for one, _ in _folded(text, [1.0] * len(text))]


def _folded(text: str, scores: Sequence[float]) -> Iterator[tuple[str, float]]:
    """Yield the letters and digits of a text with their scores, those that look alike as one."""
    unsteady = {place for match in _UNSTEADY.finditer(text) for place in range(*match.span())}
    for place, (character, score) in enumerate(zip(text, scores, strict=True)):
        if place not in unsteady:
            for one in unicodedata.normalize("NFKC", character).upper():
                if one.isalnum():
                    yield one.translate(_ALIKE), score
