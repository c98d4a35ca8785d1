"""What is struck out by hand: it was read, and no longer holds."""

import re

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.ink import STROKE_DEPTH
from schemas.page import Line

# The score of a character that is struck out: too little to carry a pass or a fail.
STRUCK_CONFIDENCE = 0.3
# In heights of the line: where in it a stroke strikes out, from how long on, and how far beyond the line one is looked
# at: what goes on there is a ruling or a fold.
MIDDLE, LENGTH, BEYOND = (0.33, 0.7), 1.15, 0.9
# It is darker than the paper by so much of the way to the darkest; to both of its sides so much of its length is
# written on, from some pixels off. Lower lines are too small to tell.
DEPTH, WRITTEN, EDGE, LEAST_HEIGHT = 0.55, 0.25, 2, 8
# So much of a character lies under the stroke.
COVERED = 0.5
# Strokes of their own run through the middle of these, and meet in a row of them.
_LEVEL = re.compile(r"[一二三十丁七士土王五至正止工于干平廿卅—―–\-－＿_~～=＝+＋→←.…·、，。]")


def with_struck_out(lines: list[Line], image: NDArray[np.uint8]) -> list[Line]:
    """Return the lines of an upright page, those characters unsure that its image (grey) shows struck out."""
    return [_with_struck_out(line, image) for line in lines]


def _with_struck_out(line: Line, image: NDArray[np.uint8]) -> Line:
    runs = _runs(line, image)
    struck = [
        index
        for index, (left, right) in enumerate(line.extents)
        if any(min(right, end) - max(left, start) > COVERED * (right - left) for start, end in runs)
    ]
    if not any(_LEVEL.match(line.text[index]) is None for index in struck):
        return line
    scores = [min(score, STRUCK_CONFIDENCE) if index in struck else score for index, score in enumerate(line.scores)]
    return line.model_copy(update={"scores": scores, "confidence": float(np.mean(scores))})


def _runs(line: Line, image: NDArray[np.uint8]) -> list[tuple[float, float]]:
    """Return where strokes run through the middle of what is written in a line, along the page's width."""
    height, width = image.shape
    left, top, right, bottom = line.box
    high = (bottom - top) * height
    if high < LEAST_HEIGHT or (right - left) * width < LENGTH * high:
        return []
    begin = max(int(left * width - BEYOND * high), 0)
    part = image[round(top * height) : round(bottom * height) + 1, begin : int(right * width + BEYOND * high) + 1]
    paper, dark = (float(level) for level in np.percentile(part, (90, 2)))
    ink = (part < paper - max(DEPTH * (paper - dark), STROKE_DEPTH)).astype(np.uint8)
    first, last = (round(place * high) for place in MIDDLE)
    level = cv2.morphologyEx(ink[first : last + 1], cv2.MORPH_OPEN, np.ones((1, round(LENGTH * high)), np.uint8))
    if not level.any():
        return []
    _, _, runs, _ = cv2.connectedComponentsWithStats(level, connectivity=8)
    found: list[tuple[float, float]] = []
    for start, over, across, down, _ in runs[1:].tolist():
        end, under = start + across, first + over + down
        # Under a text runs the line of a blank, over it a ruling; what goes on beyond it is a ruling or a fold.
        beside = (ink[: first + over, start:end], ink[under + EDGE :, start:end])
        if start > 0 and end < ink.shape[1] and all(side.any(axis=0).mean() > WRITTEN for side in beside if side.size):
            found.append(((begin + start) / width, (begin + end) / width))
    return found
