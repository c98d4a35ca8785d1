"""Whether a PDF page's text layer says what the page shows: some of its lines are read by recognition as well.

A layer can lie as a whole, through a font whose characters are mapped wrongly, or in one value only, where the paper
is covered and printed anew. So what the rules hang on is compared first: numbers, then short lines such as names.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from rapidfuzz.distance import Levenshtein

from extractors.engine import Engine, Image, Reading, cut_out
from schemas.base import Box
from schemas.page import CERTAIN_SCORE, Line

# So many numbers, and so many other lines, are compared at most.
NUMBERS, OTHERS = 8, 4
# A number is a run of so many letters and digits; of its line so many characters on both sides are read with it.
NUMBER_LENGTH, AROUND = 4, 4
# The lengths of other lines that are compared.
SHORT, LONG = 2, 24
# The part of the characters that may be read otherwise, none of them surely.
SLIPS = 0.2
# In heights of the line: paper around what is cut out.
MARGIN = 0.12
# The letters that are read for digits, and the reverse.
_ALIKE = str.maketrans("OQDILZSBG", "000112586")
# The raised figure of a unit, and the zero of a Chinese year, come and go with reading.
_UNSTEADY = re.compile(r"㎡|(?<=[0-9])[Mm][²2]?(?![0-9A-Za-z])|〇")


@dataclass(frozen=True)
class _Said:
    """A piece of the layer: what it says, and where."""

    text: str
    box: Box


def agrees(lines: Sequence[Line], image: Image, engine: Engine) -> bool:
    """Say whether the lines of a text layer are what `image`, the rendered page, shows."""
    sample = _sample(lines)
    readings = engine.recognise([_cut(image, one.box) for one in sample])
    return all(_is_same(one.text, reading) for one, reading in zip(sample, readings, strict=True))


def _sample(lines: Sequence[Line]) -> list[_Said]:
    """Choose what is compared: the longest numbers, and other short lines spread over the page."""
    numbers = sorted(chain.from_iterable(_numbers(line) for line in lines), key=lambda one: -len(one.text))
    others = [
        _Said(line.text, line.box) for line in lines if SHORT <= len(line.text) <= LONG and not any(_numbers(line))
    ]
    places = np.linspace(0, len(others) - 1, min(OTHERS, len(others))).round().astype(int)
    return [*numbers[:NUMBERS], *(others[place] for place in places.tolist())]


def _numbers(line: Line) -> Iterator[_Said]:
    """Yield the parts of a line around its numbers."""
    start = 0
    while start < len(line.text):
        end = start
        while end < len(line.text) and line.text[end].isascii() and line.text[end].isalnum():
            end += 1
        if end - start >= NUMBER_LENGTH:
            first, last = max(start - AROUND, 0), min(end + AROUND, len(line.text))
            box = (line.extents[first][0], line.box[1], line.extents[last - 1][1], line.box[3])
            yield _Said(line.text[first:last], box)
        start = max(end, start + 1)


def _cut(image: Image, box: Box) -> Image:
    height, width = image.shape[:2]
    margin = MARGIN * (box[3] - box[1]) * height
    left, right = box[0] * width - margin, box[2] * width + margin
    top, bottom = box[1] * height - margin, box[3] * height + margin
    return cut_out(image, np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32))


def _is_same(said: str, reading: Reading) -> bool:
    """Say whether a reading is what the layer says: every figure alike, nothing else surely read otherwise."""
    layer = [one for one, _ in _folded(said, [1.0] * len(said))]
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


def _folded(text: str, scores: Sequence[float]) -> Iterator[tuple[str, float]]:
    """Yield the letters and digits of a text with their scores, those that look alike as one."""
    unsteady = {place for match in _UNSTEADY.finditer(text) for place in range(*match.span())}
    for place, (character, score) in enumerate(zip(text, scores, strict=True)):
        if place not in unsteady:
            for one in unicodedata.normalize("NFKC", character).upper():
                if one.isalnum():
                    yield one.translate(_ALIKE), score
