"""Red round seals: found by their colour and ring, the name on the arc read after unrolling it."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.engine import Engine
from extractors.opening import Image

# Seals of organisations measure 38 to 45 mm across, on pages 210 mm wide and more: parts of the page's short side.
DIAMETER_MIN, DIAMETER_MAX = 0.09, 0.34
# The long side is scaled to this many pixels to look for seals: rings stay closed and noise goes.
LONG_SIDE = 1000
# So much of the ring, by angle, must be there.
RING_PART = 0.6
SECTORS = 72
NAME_CONFIDENCE = 0.5


@dataclass(frozen=True)
class RoundSeal:
    """A ring of red ink: its centre and radius in page pixels, and how much of the ring is there (0 to 1)."""

    x: float
    y: float
    radius: float
    ring: float


def red_mask(image: Image) -> NDArray[np.bool_]:
    """Return where the ink is red, faint red included."""
    blue, green, red = (image[:, :, channel].astype(np.int16) for channel in range(3))
    return (red - np.maximum(blue, green)) > 28


def find_seals(image: Image) -> list[RoundSeal]:
    """Find round red seals on an upright page, the most complete first where two overlap."""
    height, width = image.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1.0 else image
    mask = red_mask(cast("Image", small)).astype(np.uint8)
    if mask.mean() < 0.0005:
        return []
    short = min(mask.shape)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    circles: Any = cv2.HoughCircles(
        cast("Image", cv2.GaussianBlur(closed * np.uint8(255), (5, 5), 0)),
        cv2.HOUGH_GRADIENT,
        dp=1.5,
        minDist=short * DIAMETER_MIN,
        param1=120,
        param2=28,
        minRadius=int(short * DIAMETER_MIN / 2),
        maxRadius=int(short * DIAMETER_MAX / 2),
    )
    if circles is None:
        return []
    seals = [
        _fitted(mask, float(x), float(y), float(radius)) for x, y, radius in np.asarray(circles).reshape(-1, 3).tolist()
    ]
    kept: list[RoundSeal] = []
    for seal in sorted(seals, key=lambda seal: -seal.ring):
        apart = all(
            np.hypot(seal.x - other.x, seal.y - other.y) > 0.8 * max(seal.radius, other.radius) for other in kept
        )
        if seal.ring >= RING_PART and apart:
            kept.append(seal)
    return [RoundSeal(seal.x / scale, seal.y / scale, seal.radius / scale, seal.ring) for seal in kept]


def _fitted(mask: NDArray[np.uint8], x: float, y: float, radius: float) -> RoundSeal:
    """Move a rough circle to where the most of its ring is red."""
    best = RoundSeal(x, y, radius, _ring(mask, x, y, radius))
    for step in (2.0, 1.0):
        improved = True
        while improved:
            improved = False
            for dx, dy, dr in ((step, 0, 0), (-step, 0, 0), (0, step, 0), (0, -step, 0), (0, 0, step), (0, 0, -step)):
                trial = RoundSeal(
                    best.x + dx,
                    best.y + dy,
                    best.radius + dr,
                    _ring(mask, best.x + dx, best.y + dy, best.radius + dr),
                )
                if trial.ring > best.ring + 0.005:
                    best, improved = trial, True
    return best


def _ring(mask: NDArray[np.uint8], x: float, y: float, radius: float) -> float:
    """Return the part of the circle, by angle, that is red within a pixel of the radius, with paper outside it."""
    angles = np.linspace(0, 2 * np.pi, SECTORS, endpoint=False)
    on = np.zeros(SECTORS, dtype=bool)
    for offset in (-1.5, 0.0, 1.5):
        on |= _sample(mask, x, y, radius + offset, angles)
    outside = _sample(mask, x, y, radius * 1.12, angles) & _sample(mask, x, y, radius * 1.2, angles)
    return float(np.mean(on)) - float(np.mean(outside)) * 0.5


def _sample(
    mask: NDArray[np.uint8], x: float, y: float, radius: float, angles: NDArray[np.float64]
) -> NDArray[np.bool_]:
    columns = np.clip(np.rint(x + radius * np.cos(angles)), 0, mask.shape[1] - 1).astype(int)
    rows = np.clip(np.rint(y + radius * np.sin(angles)), 0, mask.shape[0] - 1).astype(int)
    return mask[rows, columns] > 0


def unrolled(image: Image, seal: RoundSeal) -> Image:
    """Return the arc's text as a straight line: clockwise from the seal's foot, tops outward, dark on white."""
    outer, inner = seal.radius * 0.97, seal.radius * 0.56
    height = 64
    width = int(height * 2 * np.pi * (seal.radius * 0.78) / (outer - inner))
    radii = np.linspace(outer, inner, height, dtype=np.float32)[:, None]
    angles = (np.pi / 2 + np.linspace(0, 2 * np.pi, width, dtype=np.float32))[None, :]
    map_x = (seal.x + radii * np.cos(angles)).astype(np.float32)
    map_y = (seal.y + radii * np.sin(angles)).astype(np.float32)
    strip = cv2.remap(image, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    # Green and blue are dark under red ink; the red channel takes out what black print lies under the seal.
    blue, green, red = (strip[:, :, channel].astype(np.int16) for channel in range(3))
    redness = np.clip(red - (blue + green) // 2, 0, 255).astype(np.float32)
    high = max(float(np.percentile(redness, 97)), 30.0)
    grey = (255 - np.clip(redness / high, 0, 1) * 255).astype(np.uint8)
    return cast("Image", cv2.merge([grey, grey, grey]))


def read_name(engine: Engine, image: Image, seal: RoundSeal) -> tuple[str | None, float]:
    """Read the name on a seal's arc; return it with its score, or None where nothing readable is there."""
    strip = unrolled(image, seal)
    # The name runs over the top and leaves the foot free: cut there, where the gap is.
    gap = int(strip.shape[1] * 0.06)
    reading = engine.recognise([np.ascontiguousarray(strip[:, gap : strip.shape[1] - gap])])[0]
    text = "".join(
        character for character in reading.text if "\u3400" <= character <= "\u9fff" or character in "（）()"
    )
    if len(text) < 4 or reading.confidence < NAME_CONFIDENCE:
        return None, reading.confidence
    return text, reading.confidence
