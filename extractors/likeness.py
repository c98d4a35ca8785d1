"""Seals laid over one another: a seal leaves the same strokes on every page, whatever print lies under them.

So what cannot be read on one impression of it may stand on another, of which it is known how the strokes look.
"""

import base64
from collections.abc import Sequence
from statistics import median
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas.page import Impression, Seal, SealLikeness, SealReading

# Names so short, or of which so few characters stand alike, tell little.
LENGTH_MIN, LIKE_MIN = 4, 0.7
# Two impressions that are less alike on the whole are not laid over each other well enough to compare characters.
WHOLE_MIN = 0.4
# The window around a character is so many of its widths wide to either side; paper and lens move it a little: by so
# many columns and rows.
WINDOW, ASIDE, UP = 0.55, 6, 3

_Plane = NDArray[np.float32]


def compare_seals(seals: Sequence[Seal]) -> None:
    """Keep with every seal of a dossier how like the others it looks where their characters stand.

    Of several seals of one name the one that is most alike counts.
    """
    named = [
        (seal, reading, _plane(seal.impression)) for seal in seals if (reading := _named(seal)) and seal.impression
    ]
    for seal in seals:
        if seal.impression is None:
            continue
        plane = _plane(seal.impression)
        best: dict[str, SealLikeness] = {}
        for other, reading, other_plane in named:
            if other is seal or other.impression is None:
                continue
            found = _likeness(plane, other_plane, other.impression, reading)
            if found is not None and (
                reading.text not in best or median(found.scores) > median(best[reading.text].scores)
            ):
                best[reading.text] = found
        seal.likenesses = list(best.values())


def _named(seal: Seal) -> SealReading | None:
    """Return the reading in which a seal's name stands, with the place of every character."""
    return next(
        (
            one
            for one in seal.readings
            if one.text == seal.text and len(one.text) >= LENGTH_MIN and len(one.centres) == len(one.text)
        ),
        None,
    )


def _plane(impression: Impression) -> _Plane:
    ink = np.frombuffer(base64.b64decode(impression.ink), np.uint8)
    return ink.reshape(impression.rows, impression.columns).astype(np.float32)


def _likeness(plane: _Plane, other: _Plane, impression: Impression, reading: SealReading) -> SealLikeness | None:
    """Lay one impression over another, turned so that they are most alike; None where they never are."""
    if plane.shape != other.shape:
        return None
    columns = plane.shape[1]
    whole, turn = _turned(plane, other)
    if whole < WHOLE_MIN:
        return None
    start, end = impression.arc
    at = [(start + centre * (end - start)) * columns for centre in reading.centres]
    half = int(WINDOW * float(np.median(np.diff(at))))
    over = np.pad(np.roll(plane, -turn, axis=1), ((UP, UP), (half + ASIDE, half + ASIDE)), mode="wrap")
    over[:UP], over[-UP:] = over[UP], over[-UP - 1]
    under = np.pad(other, ((0, 0), (half, half)), mode="wrap")
    scores = [_alike(over[:, int(x) : int(x) + 2 * (half + ASIDE)], under[:, int(x) : int(x) + 2 * half]) for x in at]
    return SealLikeness(text=reading.text, centres=reading.centres, scores=scores) if max(scores) >= LIKE_MIN else None


def _turned(plane: _Plane, other: _Plane) -> tuple[float, int]:
    """Return how alike two impressions are at best (-1 to 1), and by how many columns the first is turned then."""
    first, second = plane - plane.mean(), other - other.mean()
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    spectrum = (np.fft.rfft(first, axis=1) * np.conj(np.fft.rfft(second, axis=1))).sum(axis=0)
    around = np.fft.irfft(spectrum, n=plane.shape[1])
    turn = int(np.argmax(around))
    return (float(around[turn]) / size if size else 0.0), turn


def _alike(area: _Plane, window: _Plane) -> float:
    """Return how like a window its best place in an area is, 0 to 1."""
    if float(window.std()) == 0:
        return 0.0
    found = cast("_Plane", cv2.matchTemplate(area, window, cv2.TM_CCOEFF_NORMED))
    return round(min(max(float(found.max()), 0.0), 1.0), 4)
