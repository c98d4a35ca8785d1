"""Watermarks: what is written across a page in grey, paler than its print (仅供…使用), taken out."""

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.opening import Image

_Mask = NDArray[np.uint8]

# A watermark is seen where there is print to tell it from, and covers this much of the page away from it.
PRINT_PART, WATERMARK_PART = 0.008, 0.008
# Where its strokes are of one tone, a few words of print are enough. They differ by so many grey levels, for most of
# what is grey, and most of them stand in lines of so many pixels of the sample, that much longer than wide, at such
# slopes (degrees).
LEAST_PRINT, TONE, ONE_TONE = 0.001, 12, 0.75
CLIMBING, LEAST_STROKES, LENGTH, SLOPES = 0.6, 30, 2.0, (10.0, 80.0)
# What differs by so much between its channels is no grey: seals and stamps stay.
COLOURED = 45
# The channels of coloured paper lie so far apart.
TINTED = 20
# Lines written across a page are a watermark where they are this much paler than its print, as a part of its darkness,
# which so many pixels tell.
PALER, TELLING = 0.25, 30
# As wide, in pixels, is the edge of a stroke of print: what is pale there is the print's.
EDGE = 5
# A watermark's strokes differ by so much, and go over to what is kept within as much, as parts of the print's darkness.
SPREAD = 0.08
# A line is found as far as nothing crosses it; in its heights, it may go on so far beyond.
BEYOND = 2.0
# A watermark that was found so many times may stand all over the page.
REPEATED = 3


def without_watermark(image: Image) -> Image:
    """Return the image without what is grey and paler than its print: watermarks, 仅供…使用 written across a copy."""
    white = _on_white(image)
    clean = _lifted(white)
    return image if clean is white else clean


def _on_white(image: Image) -> Image:
    """Return what lies on coloured paper as if it lay on white: what is grey looks coloured there."""
    step = max(1, max(image.shape) // 225)
    paper = np.percentile(image[::step, ::step].reshape(-1, 3), 90, axis=0)
    if paper.max() - paper.min() < TINTED:
        return image
    channels = zip(cv2.split(image), paper.tolist(), strict=True)
    white = [cv2.convertScaleAbs(channel, alpha=float(paper.max()) / max(level, 1)) for channel, level in channels]
    return cast("Image", cv2.merge(white))


def _lifted(image: Image) -> Image:
    """Return the image on white paper with its watermark as bright as the paper; the image itself where it has none."""
    height, width = image.shape[:2]
    grey = cast("_Mask", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    step = max(1, max(height, width) // 900)
    sample = grey[::step, ::step]
    paper = float(np.percentile(sample[::4, ::4], 90))
    dark: _Mask = (sample < 0.5 * paper).astype(np.uint8)
    # What is dark and broad is no print: a scanner's black edge, a punched hole.
    broad = cv2.dilate(cv2.erode(dark, np.ones((13, 13), np.uint8)), np.ones((21, 21), np.uint8))
    print_mask: NDArray[np.bool_] = (dark > 0) & (broad == 0)
    printed = float(np.mean(print_mask))
    if not LEAST_PRINT < printed < 0.3:
        return image
    ink = float(np.median(sample[print_mask]))
    colour = _colour(np.ascontiguousarray(image[::step, ::step]))
    # The blurred edges of print are pale too: what counts is away from any print.
    near = cv2.dilate(print_mask.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    grey_away = (sample < 0.93 * paper) & (colour < COLOURED) & ~near & (broad == 0)
    strokes = _one_tone(sample, grey_away & (sample > ink + 0.4 * (paper - ink)))
    if strokes is None:
        pale = (grey_away & (sample > ink + 0.6 * (paper - ink))).astype(np.uint8)
        if printed < PRINT_PART or float(np.mean(cv2.erode(pale, np.ones((2, 2), np.uint8)))) < WATERMARK_PART:
            return image
        lift = _lift(grey, paper, ink + 0.6 * (paper - ink), ink + 0.8 * (paper - ink))
    else:
        # As dark as thin print, a watermark goes only where its broad strokes are; around them what is paler.
        tone, ramp = float(np.median(sample[strokes > 0])), 0.12 * (paper - ink)
        enlarged = cv2.resize(cv2.dilate(strokes, np.ones((11, 11), np.uint8)), (width, height))
        around = cast("_Mask", cv2.threshold(enlarged, 0, 1, cv2.THRESH_BINARY)[1])
        alike = (np.abs(grey - np.float32(tone)) <= 1.5 * TONE).astype(np.uint8) * around
        inside = cv2.dilate(cv2.erode(alike, np.ones((3, 3), np.uint8)), np.ones((5, 5), np.uint8)) > 0
        lift = _lift(grey, paper, tone + TONE / 2, tone + TONE / 2 + ramp) * around
        lift[inside] = _lift(grey, paper, tone - TONE / 2 - ramp, tone - TONE / 2)[inside]
    lift[_colour(image) >= COLOURED] = 0
    return cast("Image", cv2.add(image, cv2.merge([lift, lift, lift])))


def _lift(grey: _Mask, paper: float, low: float, high: float) -> _Mask:
    """Return what every pixel lacks to be paper: nothing up to one level, all of it from another."""
    levels = np.arange(256, dtype=np.float32)
    part = np.clip((levels - low) / (high - low), 0, 1)
    return cast("_Mask", cv2.LUT(grey, (np.maximum(paper - levels, 0) * part).astype(np.uint8)))


def _one_tone(sample: _Mask, grey_away: NDArray[np.bool_]) -> _Mask | None:
    """Return (1) the broad strokes of one tone that stand in slanting lines: a watermark's; None where there are none.

    A seal or an emblem is no line, and print that is blurred or faint stands in level ones.
    """
    cores = cv2.erode(grey_away.astype(np.uint8), np.ones((3, 3), np.uint8))
    tones = np.bincount(sample[cores > 0], minlength=256)
    if not tones.any():
        return None
    tone = int(np.convolve(tones, np.ones(2 * TONE + 1), "same").argmax())
    alike = (cores > 0) & (np.abs(sample.astype(np.int16) - tone) <= TONE)
    if float(alike.sum()) < ONE_TONE * float(tones.sum()):
        return None
    return _climbing(alike.astype(np.uint8))


def _climbing(strokes: _Mask) -> _Mask | None:
    """Return the strokes (1), specks left out, where most of them stand in lines that climb or fall over the page."""
    joined = cv2.dilate(strokes, np.ones((15, 15), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    kept, climbing = np.zeros_like(strokes), 0
    for patch, (left, top, width, height, _) in enumerate(stats.tolist()):
        within = np.s_[top : top + height, left : left + width]
        rows, columns = np.nonzero((labels[within] == patch) & (strokes[within] > 0))
        if len(rows) < LEAST_STROKES:
            continue
        kept[within][rows, columns] = 1
        spread, axes = np.linalg.eigh(np.cov(np.stack([columns, rows]).astype(np.float64)))
        slope = float(np.degrees(np.arctan2(abs(axes[1, 1]), abs(axes[0, 1]))))
        if spread[1] > LENGTH**2 * max(float(spread[0]), 1.0) and SLOPES[0] < slope < SLOPES[1]:
            climbing += len(rows)
    return kept if climbing > CLIMBING * int(strokes.sum()) else None


def _colour(image: Image) -> _Mask:
    """Return how far every pixel's channels lie apart: 0 for grey."""
    blue, green, red = cv2.split(image)
    brightest, darkest = cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)
    return cast("_Mask", cv2.subtract(brightest, darkest))


def without_writing_across(image: Image, lines: Sequence[NDArray[np.float32]]) -> Image | None:
    """Return the image without the lines, quadrilaterals in pixels, that are written across it; None if they are print.

    They say how pale a watermark's strokes are that are too thin to be told by their tone alone. One that is written
    many times is taken out wherever it may stand.
    """
    grey = cast("_Mask", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    paper = float(np.percentile(grey[::4, ::4], 90))
    across = _drawn(lines, grey.shape, beyond=BEYOND) > 0
    dark = grey[~across & (grey < 0.6 * paper)]
    if not len(dark):
        return None
    ink = float(np.median(dark))
    depth = paper - ink
    other = (grey < ink + PALER * depth) | (_colour(image) >= COLOURED)
    edges = cv2.dilate(other.astype(np.uint8), np.ones((EDGE, EDGE), np.uint8)) > 0
    deepest = (grey == cv2.erode(grey, np.ones((EDGE, EDGE), np.uint8))) & (grey < 0.9 * paper)
    tones = grey[deepest & ~edges & (_drawn(lines, grey.shape, beyond=0.0) > 0)]
    if len(tones) < TELLING:
        return None
    low = float(np.percentile(tones, 10)) - SPREAD * depth
    lift = _lift(grey, paper, low - SPREAD * depth, low)
    lift[edges] = 0
    if len(lines) < REPEATED:
        lift[~across] = 0
    return cast("Image", cv2.add(image, cv2.merge([lift, lift, lift])))


def _drawn(lines: Sequence[NDArray[np.float32]], shape: tuple[int, ...], *, beyond: float) -> _Mask:
    """Return where lines stand (1), each longer by `beyond` of its heights at either end."""
    drawn = np.zeros(shape, np.uint8)
    for line in lines:
        along, down = (line[1] + line[2] - line[0] - line[3]) / 2, (line[2] + line[3] - line[0] - line[1]) / 2
        more = along / max(float(np.linalg.norm(along)), 1.0) * float(np.linalg.norm(down)) * beyond
        cv2.fillConvexPoly(drawn, np.rint(line + np.stack([-more, more, more, -more])).astype(np.int32), (1,))
    return drawn
