"""Lines of text on an image, as PaddleOCR finds them: what its module does before and after the network.

The network says for every pixel how likely it is inside a line, though narrower than the line: differentiable
binarization (Liao et al., 2020). The same boxes come out as from PaddleOCR's `TextDetection`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import cv2
import numpy as np
import pyclipper
from numpy.typing import NDArray

from extractors.models import Network
from extractors.opening import Image

# The network halves a side five times.
STEP = 32
# Smaller in all, an image is put on a larger one.
TINY = 64
# As few points as show a contour.
CONTOUR = cv2.CHAIN_APPROX_SIMPLE
# What the network was trained on: channels as parts of white, less a mean, by a deviation.
_SCALE = np.array([1 / 255 / deviation for deviation in (0.229, 0.224, 0.225)], np.float32)
_SHIFT = np.array([-mean / dev for mean, dev in ((0.485, 0.229), (0.456, 0.224), (0.406, 0.225))], np.float32)
# Boxes with a shorter side, in pixels of the network's, are specks; grown boxes are longer by the other.
_SIDE_MIN, _GROWN_SIDE_MIN = 3, 5


class Detector:
    """Finds lines with one network."""

    def __init__(self, network: Network, side: int) -> None:
        """Images are scaled so that their long side is at most `side` pixels."""
        self._network, self._side = network, side
        post: Mapping[str, Any] = network.configuration.get("PostProcess", {})
        self._inside = float(post.get("thresh", 0.3))
        self._sure = float(post.get("box_thresh", 0.6))
        self._growth = float(post.get("unclip_ratio", 2.0))
        self._most = int(post.get("max_candidates", 1000))

    def find(self, image: Image) -> NDArray[np.float32]:
        """Return the quadrilaterals of lines on an image, n × 4 × 2 in pixels, clockwise from the top left."""
        inside = self._network.run(self._prepared(image))[0, 0]
        height, width = image.shape[:2]
        scale = np.array([width / inside.shape[1], height / inside.shape[0]])
        lines = (inside > self._inside).astype(np.uint8)
        contours = cast(
            "Sequence[NDArray[np.int32]]", cv2.findContours(lines, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
        )
        found: list[NDArray[np.float64]] = []
        for contour in contours[: self._most]:
            box, side = _smallest_box(contour)
            if side < _SIDE_MIN or _mean_inside(inside, box) < self._sure:
                continue
            box, side = _smallest_box(_grown(box, self._growth))
            if side >= _GROWN_SIDE_MIN:
                found.append(np.clip(np.rint(box * scale), 0, (width, height)))
        return np.array(found, np.float32).reshape(-1, 4, 2)

    def _prepared(self, image: Image) -> NDArray[np.float32]:
        """Return an image as the network takes it, 1 × channels × height × width."""
        height, width = image.shape[:2]
        if height + width < TINY:
            below, right = max(STEP - height, 0), max(STEP - width, 0)
            image = cast("Image", cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(0, 0, 0)))
            height, width = image.shape[:2]
        scale = min(self._side / max(height, width), 1.0)
        rows, columns = (max(round(int(side * scale) / STEP) * STEP, STEP) for side in (height, width))
        if (rows, columns) != (height, width):
            image = cast("Image", cv2.resize(image, (columns, rows)))
        pixels = image.astype(np.float32)
        pixels *= _SCALE
        pixels += _SHIFT
        return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def _smallest_box(points: NDArray[Any]) -> tuple[NDArray[np.float32], float]:
    """Return the smallest box around points, however it is turned, clockwise from the top left, and its short side."""
    around = cv2.minAreaRect(points)
    corners = sorted(cv2.boxPoints(around), key=lambda corner: float(corner[0]))
    left, right = (sorted(pair, key=lambda corner: float(corner[1])) for pair in (corners[:2], corners[2:]))
    return np.array([left[0], right[0], right[1], left[1]], np.float32), min(around[1])


def _mean_inside(inside: NDArray[np.float32], box: NDArray[np.float32]) -> float:
    """Return the mean of the network's answer over a box."""
    height, width = inside.shape
    left, right = (
        min(max(round_(float(value)), 0), width - 1)
        for value, round_ in ((box[:, 0].min(), math.floor), (box[:, 0].max(), math.ceil))
    )
    top, bottom = (
        min(max(round_(float(value)), 0), height - 1)
        for value, round_ in ((box[:, 1].min(), math.floor), (box[:, 1].max(), math.ceil))
    )
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(box - np.array([left, top], np.float32)).astype(np.int32)], (1,))
    return cv2.mean(inside[top : bottom + 1, left : right + 1], mask)[0]


def _grown(box: NDArray[np.float32], growth: float) -> NDArray[np.int32]:
    """Return the outline of a box grown on all sides by its area by its length, times `growth`."""
    offset: Any = cast("Any", pyclipper).PyclipperOffset()
    offset.AddPath(box, cast("Any", pyclipper).JT_ROUND, cast("Any", pyclipper).ET_CLOSEDPOLYGON)
    distance = cv2.contourArea(box) * growth / cv2.arcLength(box, closed=True)
    return np.array(offset.Execute(distance)[0], np.int32).reshape(-1, 1, 2)
