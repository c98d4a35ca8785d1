"""What is seen on one page."""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from schemas.base import Box, Model

PageSource = Literal["text_layer", "ocr", "blank"]
"""Where the lines of a page come from."""


# Fitted by benchmarks/calibration.py (see docs/accuracy.md, "Confidence"): a character with at least this score is not
# in doubt, and the product of the others' scores, to this power, is the part of such values that are right.
CERTAIN_SCORE, SCORE_POWER = 0.98, 0.6
_SQUARE_METRES = re.compile(r"(?<![0-9A-Za-z])[0-9][0-9.,，]*(?P<unit>[mM][²2]?|㎡)(?![0-9A-Za-z])")

Alternative = tuple[str, float]
"""A character that the recogniser took into account, and its score."""


class Line(Model):
    """One line of text, as the recogniser or the text layer gives it.

    `extents` holds the left and the right edge of every character of `text`, as fractions of the page width,
    so that a value inside the line has a box of its own. `scores` holds the score of every character, where the
    recogniser gave one; else each is as sure as the line. `alternatives` holds what a character in doubt may be as
    well, the likeliest first, by its place in `text`.
    """

    text: str
    box: Box
    confidence: float
    extents: list[tuple[float, float]]
    scores: list[float] = Field(default_factory=list[float])
    alternatives: dict[int, list[Alternative]] = Field(default_factory=dict[int, list[Alternative]])


def certainty(text: str, scores: Sequence[float]) -> float:
    """Return how likely it is that a text was read right, by the scores of its characters.

    Signs count only inside numbers, and the m² behind one not at all: such characters are often in doubt, and nothing
    hangs on them.

    >>> certainty('2026年', [0.99, 0.999, 0.99, 1.0, 1.0]), round(certainty('2026年', [0.99, 0.999, 0.5, 1.0, 1.0]), 2)
    (1.0, 0.67)
    """
    units = {place for match in _SQUARE_METRES.finditer(text) for place in range(*match.span("unit"))}
    telling = (
        score
        for place, (character, score) in enumerate(zip(text, scores, strict=True))
        if place not in units
        and (character.isalnum() or (text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()))
    )
    return math.prod(min(score / CERTAIN_SCORE, 1.0) for score in telling) ** SCORE_POWER


def certainty_within(line: Line, text: str) -> float | None:
    """Return how likely it is that a text without spaces, which stands in a line, was read right; None if it does not.

    >>> line = Line(text='1 张 样例', box=(0, 0, 1, 1), confidence=0.9, extents=[(0, 1)] * 6, scores=[0.5] + [1.0] * 5)
    >>> certainty_within(line, '张样例'), certainty_within(line, '李样例')
    (1.0, None)
    """
    scores = line.scores or [line.confidence] * len(line.text)
    read = [(one, score) for one, score in zip(line.text, scores, strict=True) if not one.isspace()]
    start = "".join(one for one, _ in read).find(text)
    if start < 0:
        return None
    return certainty(text, [score for _, score in read[start : start + len(text)]])


class Place(Model):
    """A place on a page: where a person has to look."""

    file: str
    page: int
    box: Box


class SealReading(Model):
    """One reading of a seal's arc, the characters that may be of a name.

    `centres` holds where every character stands, as a part of the arc that was read, `scores` its score, and
    `alternatives` what a character in doubt may be as well, by its place in `text`. `columns` are all columns that the
    recogniser saw on the arc, in order, each with the probabilities of what may stand there; "" is no character.
    """

    text: str
    centres: list[float] = Field(default_factory=list[float])
    scores: list[float] = Field(default_factory=list[float])
    alternatives: dict[int, list[Alternative]] = Field(default_factory=dict[int, list[Alternative]])
    columns: list[dict[str, float]] = Field(default_factory=list[dict[str, float]])


class Seal(Model):
    """A seal on a page.

    `text` is the name on its arc, None where it could not be read; `confidence` is the score of that reading, or that
    of the ring where there is no text. `readings` are all readings of it, of several bands and colours; they are no
    part of report.json.
    """

    text: str | None
    confidence: float
    file: str
    page: int
    box: Box
    readings: list[SealReading] = Field(default_factory=list[SealReading], exclude=True)


class Code(Model):
    """A QR or bar code found on a page."""

    format: str
    text: str
    file: str
    page: int
    box: Box


class Page(Model):
    """One page, set upright.

    `file` is the name a report gives it (a member of an archive is `archive.zip/folder/member.pdf`), `number` counts
    from 1 in that file. `width` and `height` are pixels of the upright image, `rotation` the clockwise degrees
    (0, 90, 180 or 270) and `skew` the small angle (degrees) that were undone. `cells` are the cells that ruling lines
    enclose, in reading order. `image` is the upright page as JPEG in the dossier's working folder. `fingerprint` is a
    perceptual hash (64 bits in hexadecimal) of the upright page; a blank page has none. `colour` says whether it was
    scanned in colour, so that red ink would show red.
    """

    file: str
    number: int
    width: int
    height: int
    rotation: int = 0
    skew: float = 0.0
    source: PageSource
    lines: list[Line] = Field(default_factory=list[Line])
    cells: list[Box] = Field(default_factory=list[Box])
    image: Path | None = None
    fingerprint: str | None = None
    colour: bool = False
    seals: list[Seal] = Field(default_factory=list[Seal])
    codes: list[Code] = Field(default_factory=list[Code])
