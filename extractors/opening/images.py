"""Sheets of JPEG, PNG and TIFF files.

Pillow raises errors of any type on broken files, down to failed assertions: all of them mean that the file is broken.
"""

import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageFile

from extractors.opening.file_types import FileType
from extractors.opening.nouns import Image, Sheet, UnreadableFile
from schemas.settings import Limits

# Longer sides are scaled down on loading: A4 at 300 dpi, more tells the reader nothing.
LONG_SIDE = 3500
# A sheet of paper is between a small certificate and A2; a resolution that says otherwise was never measured.
PAPER_INCHES = (3.0, 24.0)
# TIFF 6.0, NewSubfileType: bit 0 marks a reduced image of another page in the file.
SUBFILE_TYPE, REDUCED_IMAGE = 254, 1

# The bound on pixels is ours (limits.pixels), checked before anything is decoded.
PIL.Image.MAX_IMAGE_PIXELS = None
# Odd metadata is no concern of the person who runs this.
warnings.filterwarnings("ignore", module=r"PIL\.")

# EXIF 2.3, tag Orientation: what sets the image upright again.
ORIENTATION = 0x0112
_TURNS = {
    2: PIL.Image.Transpose.FLIP_LEFT_RIGHT,
    3: PIL.Image.Transpose.ROTATE_180,
    4: PIL.Image.Transpose.FLIP_TOP_BOTTOM,
    5: PIL.Image.Transpose.TRANSPOSE,
    6: PIL.Image.Transpose.ROTATE_270,
    7: PIL.Image.Transpose.TRANSVERSE,
    8: PIL.Image.Transpose.ROTATE_90,
}


def count_image_sheets(path: Path, name: str, limits: Limits, kind: FileType) -> int:
    """Return how many pages an image file has. Raises UnreadableFile where none of them can be read."""
    with _opened(path, name, kind) as file:
        return len(_frames(file, name, limits, kind))


def image_sheets(path: Path, name: str, limits: Limits, kind: FileType, numbers: range) -> Iterator[Sheet]:
    """Yield the one image of a JPEG or PNG, or the pages of a TIFF with these numbers."""
    with _opened(path, name, kind) as file:
        frames = _frames(file, name, limits, kind)
        for number in numbers:
            try:
                file.seek(frames[number - 1])
                _check_pixels(file, name, limits)
                image, dpi = _load(file)
            except UnreadableFile:
                raise
            except Exception as error:
                raise UnreadableFile(name, _cut_off(kind, number)) from error
            yield Sheet(file=name, number=number, image=image, dpi=dpi, text_layer=None)


def _opened(path: Path, name: str, kind: FileType) -> PIL.Image.Image:
    try:
        return PIL.Image.open(path, formats=[kind])
    except Exception as error:
        raise UnreadableFile(name, f"{kind} 图片不完整或已损坏，打不开，请重新扫描或导出后提交") from error


def _cut_off(kind: FileType, number: int) -> str:
    where = f"（从第 {number} 页起）" if kind is FileType.TIFF else ""
    return f"{kind} 图片不完整或已损坏{where}，可能没有传完，请重新扫描或导出后提交"


def _frames(file: PIL.Image.Image, name: str, limits: Limits, kind: FileType) -> list[int]:
    """Return the places of the pages among the frames of a file, without decoding any."""
    if kind is not FileType.TIFF:
        return [0]
    pages: list[int] = []
    for frame in itertools.count():
        try:
            file.seek(frame)
            reduced = _is_reduced(file)
        except EOFError:
            break
        except Exception:
            # What stands before it can be read; who comes to this one is told.
            return [*pages, frame]
        if frame >= limits.pages:
            raise UnreadableFile(name, f"超过 {limits.pages:,} 页（limits.pages），没有读取，请拆分后重新提交")
        if not reduced:
            pages.append(frame)
    return pages


def _is_reduced(file: PIL.Image.Image) -> bool:
    tags: dict[int, int] = getattr(file, "tag_v2", {})
    return bool(tags.get(SUBFILE_TYPE, 0) & REDUCED_IMAGE)


def _check_pixels(file: PIL.Image.Image, name: str, limits: Limits) -> None:
    width, height = file.size
    if width * height > limits.pixels:
        raise UnreadableFile(
            name,
            f"图片为 {width:,}×{height:,} 像素，超过上限 {limits.pixels:,} 像素（limits.pixels），"
            "没有读取，请降低分辨率后重新提交",
        )


def _load(file: PIL.Image.Image) -> tuple[Image, float | None]:
    """Decode the current frame: upright by EXIF, on white, eight bits, no side over LONG_SIDE."""
    full = max(file.size)
    resolution = _dpi(file)
    # Any library that was imported may have switched it on, for the whole process.
    PIL.ImageFile.LOAD_TRUNCATED_IMAGES = False
    # Only JPEG can be decoded at a part of its size; for the others this does nothing.
    file.draft(None, (LONG_SIDE, LONG_SIDE))
    file.load()
    # Asked after loading, for Pillow turns a TIFF itself and then says so.
    turn = _TURNS.get(file.getexif().get(ORIENTATION, 1))
    image = _on_white(_eight_bits(file))
    if max(image.size) > LONG_SIDE:
        scale = LONG_SIDE / max(image.size)
        size = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
        image = image.resize(size, PIL.Image.Resampling.BICUBIC, reducing_gap=2.0)
    if turn is not None:
        image = image.transpose(turn)
    dpi = resolution * max(image.size) / full if resolution else None
    return np.ascontiguousarray(np.asarray(image, dtype=np.uint8)[:, :, ::-1]), dpi


def _dpi(file: PIL.Image.Image) -> float | None:
    # A TIFF's are fractions, which may be nothing by nothing.
    horizontal, vertical = (float(one) for one in file.info.get("dpi", (0, 0)))
    low, high = PAPER_INCHES
    if not horizontal > 0 or not 0.8 < vertical / horizontal < 1.25:
        return None
    return horizontal if low <= max(file.size) / horizontal <= high else None


def _eight_bits(image: PIL.Image.Image) -> PIL.Image.Image:
    """Return the image with eight bits a channel."""
    if image.mode.startswith("I;16"):
        return PIL.Image.fromarray((np.asarray(image, dtype=np.uint16) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        # 32 bits say nothing about their range: what sixteen-bit PNGs of older Pillow and floats from 0 to 1 use.
        values = np.asarray(image, dtype=np.float32)
        top = next((top for top in (1.0, 255.0, 65535.0) if float(values.max()) <= top), float(values.max()))
        return PIL.Image.fromarray(np.clip(values / top * 255.0, 0, 255).astype(np.uint8))
    return image


def _on_white(image: PIL.Image.Image) -> PIL.Image.Image:
    if image.has_transparency_data:
        opaque = PIL.Image.new("RGBA", image.size, "white")
        opaque.alpha_composite(image.convert("RGBA"))
        image = opaque
    return image if image.mode == "RGB" else image.convert("RGB")
