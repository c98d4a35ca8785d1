"""Page images for the report: each page once, small enough that the whole file can be mailed."""

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import PIL.Image

from extractors.opening import Image
from extractors.scaling import shrunk
from schemas.page import Page

# Bytes of all images that evidence rests on, before base64 adds a third; so many of them tell how large all will be.
BUDGET, TELLING = 2_000_000, 5
# Long sides in pixels: where something has to be read, at least, and where a look is enough.
LEGIBLE, LEGIBLE_AT_LEAST, GLANCE, GLANCE_OF_MANY = 1600, 900, 480, 240
# So many pages without evidence are a thick dossier.
MANY = 60
# Of JPEG. To make files a sixth smaller by other means (optimised, progressive) takes four times as long.
QUALITY = 45
# Of the JPEG for a glance at a page of the desk, an eighth of the page's own: about 250 pixels high, 3.5 kB.
GLANCE_QUALITY = 60
# A picture is decoded at a part of its size where that is as large as it is wanted, or larger.
_PARTS = ((4, cv2.IMREAD_REDUCED_COLOR_4), (2, cv2.IMREAD_REDUCED_COLOR_2), (1, cv2.IMREAD_COLOR))


@dataclass(frozen=True)
class PageImage:
    """An image as it stands in the report: pixels and `data:` address."""

    width: int
    height: int
    address: str


def embed(pages: Sequence[Page], looked_at: Collection[tuple[str, int]]) -> dict[tuple[str, int], PageImage]:
    """Return the images of the pages by (file, page); those in `looked_at` are large enough to be read."""
    close = [page for page in pages if (page.file, page.number) in looked_at]
    rest = [page for page in pages if (page.file, page.number) not in looked_at]
    images = _encode_all(close[:: len(close) // TELLING + 1], LEGIBLE)
    size = sum(len(data) for _, _, data in images.values()) * len(close) / max(len(images), 1)
    if size > BUDGET:
        images = _encode_all(close, max(int(LEGIBLE * (BUDGET / size) ** 0.5), LEGIBLE_AT_LEAST))
    else:
        images |= _encode_all([page for page in close if (page.file, page.number) not in images], LEGIBLE)
    images |= _encode_all(rest, GLANCE_OF_MANY if len(rest) > MANY else GLANCE)
    return {
        place: PageImage(width, height, "data:image/jpeg;base64," + base64.b64encode(data).decode())
        for place, (width, height, data) in images.items()
    }


def glance(content: bytes) -> bytes:
    """Return a page's image (JPEG) at an eighth of its size."""
    small = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_REDUCED_COLOR_8)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, GLANCE_QUALITY])[1].tobytes()


def _encode_all(pages: Sequence[Page], side: int) -> dict[tuple[str, int], tuple[int, int, bytes]]:
    return {(page.file, page.number): _encode(page.image, side) for page in pages if page.image is not None}


def _encode(path: Path, side: int) -> tuple[int, int, bytes]:
    """Return width, height and JPEG bytes of an image with its long side at most `side`."""
    with PIL.Image.open(path) as image:
        long_side = max(image.size)
    flag = next(flag for part, flag in _PARTS if part == 1 or long_side >= part * side)
    small, _ = shrunk(cast("Image", cv2.imread(str(path), flag)), side)
    height, width = small.shape[:2]
    return width, height, cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
