"""Page images for the report: each page once, small enough that the whole file can be mailed."""

import base64
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from schemas.page import Page

# Bytes of all images that evidence rests on, before base64 adds a third.
BUDGET = 2_000_000
# Long sides in pixels: where something has to be read, at least, and where a look is enough.
LEGIBLE, LEGIBLE_AT_LEAST, GLANCE, GLANCE_OF_MANY = 1600, 900, 480, 240
# So many pages without evidence are a thick dossier.
MANY = 60
QUALITY = 50


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
    images = _encode_all(close, LEGIBLE)
    size = sum(len(data) for _, _, data in images.values())
    if size > BUDGET:
        images = _encode_all(close, max(int(LEGIBLE * (BUDGET / size) ** 0.5), LEGIBLE_AT_LEAST))
    images |= _encode_all(rest, GLANCE_OF_MANY if len(rest) > MANY else GLANCE)
    return {
        place: PageImage(width, height, "data:image/jpeg;base64," + base64.b64encode(data).decode())
        for place, (width, height, data) in images.items()
    }


def _encode_all(pages: Sequence[Page], side: int) -> dict[tuple[str, int], tuple[int, int, bytes]]:
    return {(page.file, page.number): _encode(page.image, side) for page in pages if page.image is not None}


def _encode(path: Path, side: int) -> tuple[int, int, bytes]:
    """Return width, height and JPEG bytes of an image with its long side at most `side`."""
    with Image.open(path) as image:
        image.draft("RGB", (side, side))
        small = image.convert("RGB")
        small.thumbnail((side, side))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        return small.width, small.height, out.getvalue()
