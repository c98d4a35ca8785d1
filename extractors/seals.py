"""Seals: rings of red or blue ink, or of any ink in a grey scan; the name on the arc is read after unrolling it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from extractors.engine import Engine, Reading
from extractors.ink import Ink, colour_plane
from extractors.opening import Image
from extractors.scaling import shrunk
from schemas.page import SealReading

# Seals of organisations measure 30 to 45 mm across, on pages 210 mm wide and more: parts of the page's short side.
DIAMETER_MIN, DIAMETER_MAX = 0.115, 0.34
# An oval seal measures 40 by 30 mm or 45 by 30 mm; anything flatter is no seal.
FLATNESS_MIN = 0.55
# The long side is scaled to this many pixels to look for seals: rings stay closed and noise goes.
LONG_SIDE = 1000
# In a colour scan edges are drawn on less: what they give is where to look. In grey they are not clear enough for that.
EDGES_SIDE = 640
# So much of the ring, by angle, must be there, and so much of the band inside it must bear characters.
RING_PART, TEXT_PART = 0.6, 0.35
# In the plane of colours no print shows: in a faint seal few of its characters do, in the rim of a stain none.
COLOURED_TEXT_PART = 0.12
SECTORS = 90
# Pixels to either side of a ring in which its ink and the paper beside it are looked for.
REACH = 9
# By so many grey levels a ring stands out from the paper on both of its sides: in the plane of colours, and in grey.
COLOUR_DEPTH, DARK_DEPTH = 7.0, 10.0
# Of what red exceeds green by, green exceeds blue by so much in brown: 0.8 to 1.7 in stains, up to 0.4 in vermilion.
BROWN = 0.6
# Paper without any coloured ink has fewer coloured pixels than this part.
COLOURED_PART = 0.0005
# Characters stand between these distances from the ring (parts of the shorter half axis).
WIDE, NARROW = (0.04, 0.44), (0.05, 0.40)
# A name is read in these planes and bands. Planes err each in its own way, bands of one plane alike.
READINGS = ((0, WIDE), (1, NARROW), (0, NARROW))
# The more, the less colour makes darkness the seal's.
COLOUR_GAIN = 2.2
# Print is told from a seal in grey where it is darker by so much of the way from the paper.
PRINT_PART = 0.12
# Ink that is less dark than this on the paper is as good as none.
FAINTEST = 12.0
STRIP_HEIGHT = 64
# The name leaves at least so many degrees of the arc free.
GAP = 30
NAME_CONFIDENCE, NAME_LENGTH = 0.5, 4
# A name that was not read alike in both planes, every character with this score in one of them, has at most this
# confidence: too little to call it another's.
SURE_SCORE, UNSURE_CONFIDENCE = 0.9, 0.75
# Where less of the ring shows, some of the name may not either.
WHOLE_PART = 0.85

_Plane = NDArray[np.uint8]
_Floats = NDArray[np.floating[Any]]
_ANGLES = np.linspace(0, 2 * np.pi, SECTORS, endpoint=False, dtype=np.float32)


@dataclass(frozen=True)
class Ring:
    """A ring of ink: its centre and half its axes in page pixels, and how much of it is there (0 to 1).

    `turn` is the clockwise angle in degrees from the horizontal to the axis that `wide` measures.
    """

    x: float
    y: float
    wide: float
    high: float
    turn: float
    part: float = 0.0
    ink: Ink = "dark"

    @property
    def radius(self) -> float:
        """Half the longer axis."""
        return max(self.wide, self.high)

    def points(self, angles: _Floats) -> tuple[_Floats, _Floats, _Floats, _Floats]:
        """Return the ring's points at these angles (radians, clockwise from the wide axis) and its outward normals."""
        cosines, sines = np.cos(angles), np.sin(angles)
        across, down = self.high * cosines, self.wide * sines
        length = np.hypot(across, down)
        x, y = self._turned(self.wide * cosines, self.high * sines)
        normal_x, normal_y = self._turned(across / length, down / length)
        return (self.x + x).astype(np.float32), (self.y + y).astype(np.float32), normal_x, normal_y

    def within(self, x: _Floats, y: _Floats) -> tuple[_Floats, _Floats]:
        """Return points as the ring sees them: from its centre, along its two axes."""
        cosine, sine = np.cos(np.radians(self.turn)), np.sin(np.radians(self.turn))
        across, down = x - self.x, y - self.y
        return across * cosine + down * sine, down * cosine - across * sine

    def _turned(self, x: _Floats, y: _Floats) -> tuple[_Floats, _Floats]:
        cosine, sine = np.cos(np.radians(self.turn)), np.sin(np.radians(self.turn))
        return (x * cosine - y * sine).astype(np.float32), (x * sine + y * cosine).astype(np.float32)


def find_seals(image: Image) -> list[Ring]:
    """Find seals on an upright page, the most complete first: coloured ones, then those that are only darker."""
    small, scale = shrunk(image, LONG_SIDE)
    small = _balanced(small)
    colours = cast("_Plane", cv2.GaussianBlur(colour_plane(small), (3, 3), 0))
    darkness = cast("_Plane", cv2.bitwise_not(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)))
    is_coloured = bool(np.mean(colours > 2 * COLOUR_DEPTH) > COLOURED_PART)
    # Faint ink is as good as full ink here: what counts is that no print shows in this plane.
    spread = cast("_Plane", cv2.convertScaleAbs(colours, alpha=3))

    def found(side: int) -> list[Ring]:
        coloured = _rings(colours, _ellipses(spread, side), COLOUR_DEPTH, COLOURED_TEXT_PART) if is_coloured else []
        return [*coloured, *_rings(darkness, _ellipses(darkness, side), DARK_DEPTH, TEXT_PART)]

    rings = found(EDGES_SIDE if colours.any() else LONG_SIDE)
    if is_coloured and not rings:
        # Coloured ink without a ring may be a pale one, whose edges are lost where the page is made small.
        rings = found(LONG_SIDE)
    kept: list[Ring] = []
    for ring in rings:
        if all(_is_another(ring, other) for other in kept) and (ink := _ink(small, ring)) is not None:
            kept.append(replace(ring, ink=ink))
    return [_scaled(ring, 1 / scale) for ring in kept]


def _scaled(ring: Ring, by: float) -> Ring:
    return replace(ring, x=ring.x * by, y=ring.y * by, wide=ring.wide * by, high=ring.high * by)


def _is_another(ring: Ring, other: Ring) -> bool:
    """Say whether a ring does not lie on another: seals may be stamped over one another, but not in the same place."""
    x, y, _, _ = ring.points(_ANGLES)
    across, down = other.within(x, y)
    gap = np.abs(np.hypot(across / other.wide, down / other.high) - 1) * min(other.wide, other.high)
    is_apart = np.hypot(ring.x - other.x, ring.y - other.y) > 0.3 * max(ring.radius, other.radius)
    return bool(is_apart) and float(np.mean(gap < 4)) < 0.35


def _balanced(image: Image) -> Image:
    """Return the image with its paper made white: tinted paper is not coloured ink."""
    paper = np.percentile(image[::8, ::8].reshape(-1, 3), 90, axis=0)
    levels = np.arange(256)[:, None] * (250 / np.maximum(paper, 100))[None, :]
    return cast("Image", cv2.LUT(image, np.clip(levels, 0, 255).astype(np.uint8)[None]))


def _ellipses(plane: _Plane, side: int) -> Iterator[Ring]:
    """Find circles and ellipses of a seal's size among the edges of a plane, its long side made `side` pixels."""
    plane, scale = shrunk(plane, side)
    library = cast("Any", cv2)
    parameters = library.ximgproc_EdgeDrawing_Params()
    parameters.MinPathLength = 20
    parameters.GradientThresholdValue = 24
    parameters.AnchorThresholdValue = 4
    parameters.NFAValidation = False
    drawing = library.ximgproc.createEdgeDrawing()
    drawing.setParams(parameters)
    drawing.detectEdges(plane)
    found = drawing.detectEllipses()
    short = min(plane.shape)
    ellipses: list[list[float]] = [] if found is None else np.asarray(found)[:, 0].tolist()
    for x, y, radius, wide, high, turn in ellipses:
        ring = Ring(x, y, radius or wide, radius or high, turn)
        if _is_of_size(ring, short):
            yield _scaled(ring, 1 / scale)


def _is_of_size(ring: Ring, short: int) -> bool:
    flatness = min(ring.wide, ring.high) / max(ring.radius, 1.0)
    return DIAMETER_MIN <= 2 * ring.radius / short <= DIAMETER_MAX and flatness >= FLATNESS_MIN


def _rings(plane: _Plane, candidates: Iterator[Ring], depth: float, text_part: float) -> list[Ring]:
    """Return those of the candidates that are thin rings with characters inside, the most complete first."""
    fitted = (ring for candidate in candidates if (ring := _fitted(plane, candidate, depth)) is not None)
    rings = [ring for ring in fitted if ring.part >= RING_PART and _text_part(plane, ring, depth) >= text_part]
    return sorted(rings, key=lambda ring: -ring.part)


def _fitted(plane: _Plane, ring: Ring, depth: float) -> Ring | None:
    """Lay a rough ellipse through the middle of the ring that it found; None where there is none."""
    for search in (6, 4, 3):
        offsets, heights, _ = _ridges(plane, ring, search)
        on = heights > depth
        if np.mean(on) < RING_PART / 2:
            return None
        x, y, normal_x, normal_y = ring.points(_ANGLES)
        points = np.stack([x + normal_x * offsets, y + normal_y * offsets], axis=1)[on]
        (x, y), (wide, high), turn = cv2.fitEllipseDirect(points.astype(np.float32))
        wide, high, turn = (wide, high, turn) if wide >= high else (high, wide, turn - 90)
        ring = Ring(x, y, wide / 2, high / 2, turn)
        if not np.isfinite([x, y, wide, high, turn]).all() or not _is_of_size(ring, min(plane.shape)):
            return None
    _, heights, seen = _ridges(plane, ring, 2)
    # What lies off the page cannot be counted, but half of a seal must be there.
    part = float(np.mean(heights[seen] > depth)) if np.mean(seen) > 0.5 else 0.0
    return Ring(ring.x, ring.y, ring.wide, ring.high, ring.turn, part)


def _ridges(plane: _Plane, ring: Ring, search: int) -> tuple[_Floats, _Floats, NDArray[np.bool_]]:
    """Return for every angle how far outward the ink is, how much it stands out, and whether that is on the page."""
    x, y, normal_x, normal_y = ring.points(_ANGLES)
    steps = np.arange(-REACH, REACH + 1, dtype=np.float32)
    map_x, map_y = x[:, None] + normal_x[:, None] * steps, y[:, None] + normal_y[:, None] * steps
    profile = _at(plane, map_x, map_y).astype(np.float32)
    peaks = np.argmax(profile[:, REACH - search : REACH + search + 1], axis=1) + REACH - search
    rows = np.arange(SECTORS)
    sides = [
        np.min([profile[rows, np.clip(peaks + side * step, 0, 2 * REACH)] for step in (3, 4, 5)], axis=0)
        for side in (-1, 1)
    ]
    heights = profile[rows, peaks] - np.maximum(*sides)
    seen = (x >= 1) & (x < plane.shape[1] - 1) & (y >= 1) & (y < plane.shape[0] - 1)
    return (peaks - REACH).astype(np.float32), heights.astype(np.float32), seen


def _at(plane: _Plane, x: _Floats, y: _Floats) -> _Plane:
    """Return a plane's levels at points; there is no ink beside the page."""
    points = x.astype(np.float32), y.astype(np.float32)
    found = cv2.remap(plane, *points, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,))
    return cast("_Plane", found)


def _text_part(plane: _Plane, ring: Ring, depth: float) -> float:
    """Return in which part of the band inside a ring, by angle, paper and ink change as they do in characters."""
    band = _band(plane, ring, 0.12, 0.36, rows=12, columns=SECTORS)[0].astype(np.float32)
    contrast = cast("_Floats", np.ptp(band, axis=0))
    return float(np.mean(contrast > 1.5 * depth))


def _ink(image: Image, ring: Ring) -> Ink | None:
    """Tell a ring's ink; None where the ring is brown, as a cup leaves it."""
    x, y, _, _ = ring.points(_ANGLES)
    pixels = cv2.remap(cv2.blur(image, (3, 3)), x[None], y[None], cv2.INTER_LINEAR)[0]
    blue, green, red = (float(value) for value in np.median(pixels, axis=0))
    if red - green >= COLOUR_DEPTH and green - blue > BROWN * (red - green):
        return None
    if max(red, blue) - green < COLOUR_DEPTH:
        return "dark"
    return "red" if red >= blue else "blue"


def _band(
    plane: _Plane, ring: Ring, outer: float, inner: float, *, rows: int, columns: int, start: float = 0.0
) -> tuple[_Plane, _Floats]:
    """Unroll the band between two distances from the ring (parts of its shorter half axis).

    The band runs clockwise from `start` (radians from the wide axis), tops outward, evenly along its middle; the angle
    of every column comes with it.
    """
    short = min(ring.wide, ring.high)
    angles = np.linspace(0, 2 * np.pi, 361, dtype=np.float32) + np.float32(start)
    x, y, normal_x, normal_y = ring.points(angles)
    middle = (outer + inner) / 2 * short
    along: _Floats = np.hypot(np.diff(x - normal_x * middle), np.diff(y - normal_y * middle))
    lengths = np.concatenate([[0.0], np.cumsum(along)])
    wanted = np.linspace(0, float(lengths[-1]), columns, endpoint=False)
    even = cast("_Floats", np.interp(wanted, lengths, angles))
    x, y, normal_x, normal_y = ring.points(even)
    depths = np.linspace(outer * short, inner * short, rows, dtype=np.float32)[:, None]
    map_x, map_y = x[None] - normal_x[None] * depths, y[None] - normal_y[None] * depths
    return _at(plane, map_x, map_y), even


def _length(ring: Ring, outer: float, inner: float) -> int:
    """Return the length of a band's middle by its height, in columns of a strip."""
    short = min(ring.wide, ring.high)
    middle = (outer + inner) / 2 * short
    a, b = ring.wide - middle, ring.high - middle
    around = np.pi * (3 * (a + b) - np.sqrt((3 * a + b) * (a + 3 * b)))
    return int(STRIP_HEIGHT * around / ((inner - outer) * short))


def _ink_planes(image: Image, ring: Ring) -> tuple[_Plane, _Plane]:
    """Return two planes in which the seal's ink is bright, the better first.

    Colour alone tells the seal from print, but JPEG keeps it at half the resolution; darkness is sharp, but print is
    dark as well. So the first plane is darkness where there is as much colour to it as on the seal's ring. In grey the
    second is without the print, which takes some of the strokes under it along.
    """
    grey = cast("_Plane", cv2.bitwise_not(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)))
    if ring.ink == "dark":
        return grey, _without_print(grey, ring)
    blue, green, red = cv2.split(image)
    own, other = (red, blue) if ring.ink == "red" else (blue, red)
    colour = cast("_Plane", cv2.subtract(own, cv2.addWeighted(other, 0.5, green, 0.5, 0)))
    smooth = cast("_Plane", cv2.GaussianBlur(colour, (5, 5), 0))
    return _mixed(cast("_Plane", cv2.bitwise_not(green)), smooth, ring), colour


def _without_print(darkness: _Plane, ring: Ring) -> _Plane:
    """Return the darkness with what is darker than the ring filled in from around it; blurred where nothing is."""
    x, y, normal_x, normal_y = ring.points(_ANGLES)
    across = np.arange(-3, 4, dtype=np.float32)[:, None]
    inked = cast("_Plane", _at(darkness, x + across * normal_x, y + across * normal_y).max(axis=0))
    own = float(np.percentile(inked, 40))
    paper, darkest = (float(level) for level in np.percentile(darkness, (10, 99.5)))
    if darkest - own < PRINT_PART * (darkest - paper):
        return cast("_Plane", cv2.blur(darkness, (2, 2)))
    printed = (darkness > (own + darkest) / 2).astype(np.uint8)
    return cast("_Plane", cv2.inpaint(darkness, cv2.dilate(printed, np.ones((3, 3))), 3, cv2.INPAINT_TELEA))


def _mixed(dark: _Plane, colour: _Plane, ring: Ring) -> _Plane:
    """Return the darkness of what is coloured like the ring."""
    depth = np.maximum(dark.astype(np.float32) - np.percentile(dark, 10), 0)
    x, y, _, _ = ring.points(_ANGLES)
    inked = (np.median(_at(plane, x[None], y[None])) for plane in (colour, depth.astype(np.uint8)))
    colour_of_ring, depth_of_ring = (max(float(level), 1.0) for level in inked)
    share = colour.astype(np.float32) / np.maximum(depth, FAINTEST) * (max(depth_of_ring, FAINTEST) / colour_of_ring)
    return np.clip(depth * np.clip(COLOUR_GAIN * share - 0.3, 0, 1), 0, 255).astype(np.uint8)


def _free(plane: _Plane, ring: Ring) -> tuple[float, float]:
    """Return the arc that the name leaves free: the angle (radians) of its middle, and its part of the way around."""
    foot = float(np.radians(90 - ring.turn))
    band, angles = _band(plane, ring, 0.17, 0.34, rows=16, columns=360, start=foot)
    peaks = cast("_Plane", np.max(cv2.blur(band, (3, 3)), axis=0))
    inked = np.flatnonzero(peaks > 0.45 * np.percentile(peaks, 95))
    if len(inked) < 2:
        return foot, 0.0
    around = np.append(inked, inked[0] + 360)
    gaps = np.diff(around)
    widest = int(np.argmax(gaps))
    if gaps[widest] < GAP:
        return foot, 0.0
    return float(angles[int(around[widest] + gaps[widest] / 2) % 360]), float(gaps[widest] / 360)


def unrolled(plane: _Plane, ring: Ring, band: tuple[float, float], free: tuple[float, float]) -> Image:
    """Return the arc's text as a straight line, dark on white, tops outward; the free part of the arc is left out."""
    start, gap = free
    strip, _ = _band(plane, ring, *band, rows=STRIP_HEIGHT, columns=_length(ring, *band), start=start)
    light, dark = (float(level) for level in np.percentile(strip, (20, 97)))
    grey = 255 - np.clip((strip.astype(np.float32) - light) / max(dark - light, 12.0), 0, 1) * 255
    cut = int(strip.shape[1] * max(gap / 2 - 0.02, 0.02))
    grey = np.ascontiguousarray(grey.astype(np.uint8)[:, cut : strip.shape[1] - cut])
    return cast("Image", cv2.merge([grey, grey, grey]))


def read_name(engine: Engine, image: Image, ring: Ring) -> tuple[str | None, float, list[SealReading]]:
    """Read the name on a seal's arc; return it (None where nothing readable is there), its score, and all readings.

    It is read twice and, where that differs or is not sure, once more; the reading that is nearest to all counts.
    """
    is_whole = ring.ink != "dark" and ring.part >= WHOLE_PART and _is_inside(image, ring)
    part, ring = _cut_out(image, ring)
    planes = _ink_planes(part, ring)
    free = _free(planes[0], ring)
    read = _read(engine, planes, ring, free, READINGS[:2])
    texts = [one.text for one, _, _ in read]
    if texts and (texts != texts[:1] * 2 or min(min(one.scores) for one, _, _ in read) < SURE_SCORE):
        read += _read(engine, planes, ring, free, READINGS[2:])
    text, score = _agreed(read, is_whole=is_whole)
    return text, score, [one for one, _, _ in read]


def _read(
    engine: Engine,
    planes: Sequence[_Plane],
    ring: Ring,
    free: tuple[float, float],
    ways: Sequence[tuple[int, tuple[float, float]]],
) -> list[tuple[SealReading, float, int]]:
    """Read the arc in several ways (plane, band); return what may be names, their scores, and their planes."""
    strips = [unrolled(planes[number], ring, band, free) for number, band in ways]
    return [
        (name, reading.confidence, number)
        for (number, _), (reading, columns) in zip(ways, engine.recognise_openly(strips), strict=True)
        if len((name := _name(reading, columns)).text) >= NAME_LENGTH
    ]


def _is_inside(image: Image, ring: Ring) -> bool:
    """Say whether a ring lies on the page."""
    x, y, _, _ = ring.points(_ANGLES)
    return bool(np.all((x >= 0) & (y >= 0) & (x < image.shape[1]) & (y < image.shape[0])))


def _cut_out(image: Image, ring: Ring) -> tuple[Image, Ring]:
    """Cut a seal out of its page."""
    reach = 1.1 * ring.radius
    left, top = max(int(ring.x - reach), 0), max(int(ring.y - reach), 0)
    part = image[top : int(ring.y + reach) + 1, left : int(ring.x + reach) + 1]
    return np.ascontiguousarray(part), replace(ring, x=ring.x - left, y=ring.y - top)


def _name(reading: Reading, columns: list[dict[str, float]]) -> SealReading:
    """Return what of a reading may be a name."""
    places = [
        place
        for place, character in enumerate(reading.text)
        if "\u3400" <= character <= "\u9fff" or character in "（）()"
    ]
    return SealReading(
        text="".join(reading.text[place] for place in places),
        centres=[round(reading.centres[place], 4) for place in places],
        scores=[reading.scores[place] for place in places],
        alternatives={
            number: list(reading.alternatives[place])
            for number, place in enumerate(places)
            if place in reading.alternatives
        },
        columns=columns,
    )


def _agreed(readings: Sequence[tuple[SealReading, float, int]], *, is_whole: bool) -> tuple[str | None, float]:
    """Return the reading that is nearest to all of them, and its score.

    `readings` are the names, their scores, and the planes they were read in. Readings of one plane err alike: what
    was not read in both is not sure, nor what is not `is_whole`: where some of the seal is not on the page or not
    printed, or where it is grey and print cannot be told from it.
    """

    def support(reading: tuple[SealReading, float, int]) -> float:
        name, _, _ = reading
        return sum(
            max(score - NAME_CONFIDENCE, 0) * Levenshtein.normalized_similarity(name.text, other.text)
            for other, score, _ in readings
        )

    if not readings:
        return None, 0.0
    text = max(readings, key=support)[0].text
    alike = [reading for reading in readings if reading[0].text == text]
    score = max(score for _, score, _ in alike)
    if score < NAME_CONFIDENCE:
        return None, score
    is_clear = max(min(name.scores) for name, _, _ in alike) >= SURE_SCORE
    is_sure = is_whole and is_clear and len({plane for _, _, plane in alike}) > 1
    return text, score if is_sure else min(score, UNSURE_CONFIDENCE)
