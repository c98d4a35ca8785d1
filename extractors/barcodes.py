"""QR and bar codes on a page, read by zxing-cpp."""

from collections.abc import Iterator
from typing import Any, cast

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from extractors.opening import Image
from extractors.scaling import shrunk
from schemas.base import Box
from schemas.page import Code

# QR codes measure 10 to 45 mm on pages 210 mm wide and more: parts of the page's short side.
SIDE_MIN, SIDE_MAX = 0.045, 0.22
# Such blocks are looked for on the page scaled to this many pixels on its long side.
LONG_SIDE = 850
# Where nothing is found, no more blocks that may be a code are looked at than this.
BLOCKS = 3

_Grey = NDArray[np.uint8]


def read_barcodes(image: Image, file: str, page: int) -> list[Code]:
    """Return the codes on an upright page with what they say.

    Where none can be read, dense square blocks are enlarged and sharpened: small codes on coarse scans are blurred.
    """
    grey = cast("_Grey", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    # On an upright page bar codes lie, and they are black on white: to look for others takes four times as long.
    read = zxingcpp.read_barcodes(grey, try_rotate=False, try_invert=False)
    codes = [_code(found, image, file, page) for found in read]
    if codes:
        return codes
    return [
        _code(found, image, file, page, left, top, 2.0)
        for left, top, right, bottom in _blocks(grey)
        for found in zxingcpp.read_barcodes(_sharpened(grey[top:bottom, left:right]))
    ]


def _code(
    found: Any, image: Image, file: str, page: int, left: float = 0.0, top: float = 0.0, enlarged: float = 1.0
) -> Code:
    """Return a code that was found on a part of a page."""
    height, width = image.shape[:2]
    place = found.position
    corners = [
        ((left + point.x / enlarged) / width, (top + point.y / enlarged) / height)
        for point in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    ]
    box: Box = (
        round(max(min(x for x, _ in corners), 0.0), 5),
        round(max(min(y for _, y in corners), 0.0), 5),
        round(min(max(x for x, _ in corners), 1.0), 5),
        round(min(max(y for _, y in corners), 1.0), 5),
    )
    return Code(format=found.format.name, text=found.text, file=file, page=page, box=box)


def _blocks(grey: _Grey) -> Iterator[tuple[int, int, int, int]]:
    """Find squares of dense ink, with some paper around them: left, top, right and bottom in pixels."""
    small, scale = shrunk(grey, LONG_SIDE)
    dark = (small < float(np.percentile(small[::4, ::4], 90)) - 50).astype(np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    short = min(closed.shape)
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    places = cast("list[list[int]]", stats[1:].tolist())
    squares = [
        (x, y, width, height)
        for x, y, width, height, area in places
        if SIDE_MIN * short <= max(width, height) <= SIDE_MAX * short
        and min(width, height) > 0.75 * max(width, height)
        and area > 0.6 * width * height
    ]
    for x, y, width, height in sorted(squares, key=lambda square: -square[2] * square[3])[:BLOCKS]:
        room = 0.2 * max(width, height)
        edges = (x - room, y - room, x + width + room, y + height + room)
        left, top, right, bottom = (int(max(edge, 0) / scale) for edge in edges)
        yield left, top, min(right, grey.shape[1]), min(bottom, grey.shape[0])


def _sharpened(part: _Grey) -> _Grey:
    """Return a part of a page twice as large, its edges sharper."""
    large = cv2.resize(part, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return cast("_Grey", cv2.addWeighted(large, 2.0, cv2.GaussianBlur(large, (0, 0), 3), -1.0, 0))
