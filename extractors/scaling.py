"""Page images made smaller."""

from typing import TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

_Pixels = TypeVar("_Pixels", bound=NDArray[np.uint8])


def shrunk(image: _Pixels, side: int) -> tuple[_Pixels, float]:
    """Return an image (one channel or more) with its long side at most `side` pixels, and the scale it took.

    Pixels are means of two by two, as often as they fit; what is left is taken between pixels. That is as smooth as
    means over areas of any size, in a fourth of the time.
    """
    left = scale = min(1.0, side / max(image.shape[:2]))
    while left <= 0.5 and min(image.shape[:2]) > 1:
        height, width = image.shape[0] // 2, image.shape[1] // 2
        # An odd last row or column makes this slow, and tells nothing.
        even = image[: 2 * height, : 2 * width]
        image = cast("_Pixels", cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
        left *= 2
    if left < 1.0:
        image = cast("_Pixels", cv2.resize(image, None, fx=left, fy=left, interpolation=cv2.INTER_LINEAR))
    return image, scale
