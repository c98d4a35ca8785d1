"""The OCR engine: PaddleOCR's detection and recognition modules, loaded once per process.

The two modules are used apart, not PaddleOCR's pipeline: between finding lines and reading them the page is set
upright, and lines that a table's ruling crosses are cut.
"""

import itertools
import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

import cv2
import numpy as np
import opencc
from numpy.typing import NDArray

from extractors import models
from extractors.opening import Image
from schemas.settings import OcrSettings

_TO_SIMPLIFIED = cast("Any", opencc).OpenCC("t2s")
# Detection runs on the page scaled so that its long side is at most this many pixels.
DETECTION_SIDE = 960
# and its sides brought to multiples of this.
DETECTION_TILE = 32
# A line is scaled to this height and padded to a width that is a multiple of `STEP`: what the runtime makes for a width
# takes it time and memory. Lines are read one by one: together they are no faster, and padded more.
LINE_HEIGHT, STEP = 48, 32
# A character or two alone in less than this are not read as well; what is longer than that is squeezed.
LINE_WIDTH_MIN, LINE_WIDTH_MAX = 160, 3200
# A character with at least this score is not in doubt; below it, others of at least that score are its alternatives.
CERTAIN, POSSIBLE = 0.98, 0.005
ALTERNATIVES_MAX = 4
# In a column, characters below this are as good as not there.
LEAST = 0.001
# The confidence of what reads in two ways: too little to carry a pass.
DOUBTED = 0.75
# Signs that are printed alike and mean the same: which of them it is, is no doubt. (参 in a date is 叁.)
ALIKE = ("-—–−－‐‑", "(（", ")）", ":：", ";；", ",，", "~～", "〇○", "叁参")


@dataclass(frozen=True)
class Reading:
    """What the recogniser read in one line image.

    `centres` holds every character's centre as a fraction of the image's width, `scores` its probability,
    `alternatives` the characters it may be as well, by the place of a character that is in doubt.
    `confidence` is the mean score of the characters, 0 without any.
    """

    text: str
    confidence: float = 0.0
    centres: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()
    alternatives: Mapping[int, tuple[tuple[str, float], ...]] = field(default_factory=dict[int, Any])

    def doubted(self, sure: Container[int] = ()) -> "Reading":
        """Return the reading no surer than `DOUBTED`, and so its characters, but for those in `sure` places."""
        scores = tuple(score if place in sure else min(score, DOUBTED) for place, score in enumerate(self.scores))
        return replace(self, confidence=min(self.confidence, DOUBTED), scores=scores)


class Engine:
    """Finds and reads lines of text."""

    def __init__(self, settings: OcrSettings) -> None:
        self._detection = models.detection(settings, DETECTION_SIDE)
        recognition = models.recognition(settings)
        self._recognise = recognition.run
        self._decoder = Decoder(recognition.characters)

    def detect(self, image: Image) -> NDArray[np.float32]:
        """Return the quadrilaterals of the lines on `image`, n × 4 × 2 in pixels, clockwise from the top left."""
        polygons = next(iter(self._detection.predict_iter(image, batch_size=1)))["dt_polys"]
        return np.asarray(polygons, dtype=np.float32).reshape(-1, 4, 2)

    def recognise(self, images: Sequence[Image]) -> list[Reading]:
        """Read line images; the answers stand in the order of the images."""
        return [self._read(image) for image in images]

    def recognise_openly(self, images: Sequence[Image]) -> list[tuple[Reading, list[dict[str, float]]]]:
        """Read line images; with each answer come its columns: how probable what may stand there is ("" nothing)."""
        return [
            (self._decoder.reading(probabilities, columns), self._decoder.columns(probabilities, columns))
            for probabilities, columns in map(self._probabilities, images)
        ]

    def _read(self, image: Image) -> Reading:
        return self._decoder.reading(*self._probabilities(image))

    def _probabilities(self, image: Image) -> tuple[NDArray[np.float32], float]:
        """Return the columns × characters that the model sees in a line, and how many of the columns are the line."""
        line, width = _scaled(image)
        probabilities = self._recognise(line[None])[0]
        return probabilities, len(probabilities) * width / line.shape[2]


def _scaled(image: Image) -> tuple[NDArray[np.float32], int]:
    """Return a line as the model takes it, channels × height × width from -1 to 1, and its own width in that."""
    height, width = image.shape[:2]
    own = min(max(math.ceil(LINE_HEIGHT * width / height), 1), LINE_WIDTH_MAX)
    small = cast("Image", cv2.resize(image, (own, LINE_HEIGHT)))
    line = np.zeros((3, LINE_HEIGHT, max(LINE_WIDTH_MIN, math.ceil(own / STEP) * STEP)), np.float32)
    line[:, :, :own] = small.transpose(2, 0, 1) / np.float32(127.5) - np.float32(1)
    return line, own


class Decoder:
    """Decodes CTC probabilities to readings, in the place of PaddleX's own decoder.

    That one gives the mean score of a line; what is known of every single character is lost in it.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        """`characters` by their number; number 0 is the blank between characters."""
        self._characters = characters
        first = {sign: signs[0] for signs in ALIKE for sign in signs}
        groups: dict[str, list[int]] = {}
        for number, character in enumerate(map(simplified, characters)):
            groups.setdefault(first.get(character, character), []).append(number)
        self._alike = {number: group for group in groups.values() if len(group) > 1 for number in group}

    def reading(self, probabilities: NDArray[np.float32], columns: float) -> Reading:
        """Decode a line's columns × characters; `columns` of the columns are the line, the others are padding."""
        best = probabilities.argmax(axis=-1)
        changes = np.flatnonzero(np.diff(best, prepend=0, append=0))
        # A character may spread over several columns: it stands in the one where it is surest.
        places = [
            start + int(probabilities[start:end, best[start]].argmax())
            for start, end in itertools.pairwise(changes.tolist())
            if best[start]
        ]
        if not places:
            return Reading("")
        at = probabilities[places]
        numbers: list[int] = best[places].tolist()
        scores = np.array([row[self._alike.get(number, number)].sum() for row, number in zip(at, numbers, strict=True)])
        return Reading(
            text="".join(self._characters[number] for number in numbers),
            confidence=float(scores.mean()),
            centres=tuple(min((place + 0.5) / columns, 1.0) for place in places),
            scores=tuple(min(round(float(score), 4), 1.0) for score in scores),
            alternatives={
                index: found
                for index, number in enumerate(numbers)
                if scores[index] < CERTAIN and (found := self._alternatives(at[index], number))
            },
        )

    def columns(self, probabilities: NDArray[np.float32], columns: float) -> list[dict[str, float]]:
        """Return what may stand in each of a line's columns, without the padding."""
        line = probabilities[: math.ceil(columns)]
        seen: list[dict[str, float]] = [{} for _ in line]
        for place, number in np.argwhere(line >= LEAST).tolist():
            seen[place][self._characters[number] if number else ""] = round(float(line[place, number]), 4)
        return seen

    def _alternatives(self, probabilities: NDArray[np.float32], chosen: int) -> tuple[tuple[str, float], ...]:
        """Return the likeliest other characters, by their score."""
        likely = np.argpartition(-probabilities, ALTERNATIVES_MAX + 2)[: ALTERNATIVES_MAX + 2]
        ordered = sorted(((float(probabilities[one]), int(one)) for one in likely), reverse=True)
        return tuple(
            (self._characters[one], round(score, 4))
            for score, one in ordered
            if score >= POSSIBLE and one != 0 and one not in self._alike.get(chosen, (chosen,))
        )[:ALTERNATIVES_MAX]


@cache
def simplified(character: str) -> str:
    """Return the simplified form of a character that mainland paper does not print: the recogniser knows both.

    >>> simplified("貳"), simplified("机")
    ('贰', '机')
    """
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return str(_TO_SIMPLIFIED.convert(character))
    return character


def cut_out(image: Image, polygon: NDArray[np.float32]) -> Image:
    """Cut the quadrilateral (4 × 2, clockwise from the top left) out of `image`, straightened."""
    width = int(max(np.linalg.norm(polygon[0] - polygon[1]), np.linalg.norm(polygon[3] - polygon[2])))
    height = int(max(np.linalg.norm(polygon[0] - polygon[3]), np.linalg.norm(polygon[1] - polygon[2])))
    width, height = max(width, 2), max(height, 2)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    transform = cv2.getPerspectiveTransform(polygon.astype(np.float32), corners)
    cut = cv2.warpPerspective(
        image, transform, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return cast("Image", cut)
