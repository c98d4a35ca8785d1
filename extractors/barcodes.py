"""QR and bar codes on a page, read by zxing-cpp."""

import zxingcpp

from extractors.opening import Image
from schemas.base import Box
from schemas.page import Code


def read_barcodes(image: Image, file: str, page: int) -> list[Code]:
    """Return the codes on an upright page with what they say."""
    height, width = image.shape[:2]
    codes: list[Code] = []
    for found in zxingcpp.read_barcodes(image):
        corners = [
            (point.x / width, point.y / height)
            for point in (
                found.position.top_left,
                found.position.top_right,
                found.position.bottom_right,
                found.position.bottom_left,
            )
        ]
        box: Box = (
            round(max(min(x for x, _ in corners), 0.0), 5),
            round(max(min(y for _, y in corners), 0.0), 5),
            round(min(max(x for x, _ in corners), 1.0), 5),
            round(min(max(y for _, y in corners), 1.0), 5),
        )
        codes.append(Code(format=found.format.name, text=found.text, file=file, page=page, box=box))
    return codes
