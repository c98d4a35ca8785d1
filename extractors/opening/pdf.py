"""Sheets of PDF files: rendered by PDFium, with the text layer where the page has a real one."""
# pypdfium2 carries no types.
# pyright: reportUnknownMemberType=false

import ctypes
import re
import struct
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from extractors.opening.nouns import BrokenSheet, Image, Sheet, UnreadableFile
from extractors.opening.text_layer import NO_LAYER, TextLayers
from schemas.settings import Limits

POINTS_PER_INCH = 72.0
RENDER_DPI = 200.0
# Bounds on the long side of a rendered page: small certificates stay readable, large plans stay small.
LONG_SIDE_MIN, LONG_SIDE_MAX = 1500, 2600
# A page of which images cover this part is a scan (or shows one): its text layer, if any, is not the whole page.
SCAN_PART = 0.2
# A scan that covers the page is rendered at its own resolution at most.
FULL_PAGE_PART = 0.9
# Pages with more characters or objects (maps, drawings) would hold up the run in the text layer's parser.
CHARACTERS_MAX, OBJECTS_MAX = 20_000, 20_000
# So much at the end of a file is looked at for its trailer.
TAIL_BYTES = 1 << 16
# Resolution of the grid on which the images' cover of a page is measured.
GRID = 100
# The markers SOC and SIZ, with which JPEG 2000 code begins.
_JPX_START = b"\xff\x4f\xff\x51"
# Annotations of these kinds show nothing of their own.
_SILENT_ANNOTATIONS = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)

# PDFium is not safe to call from two threads.
_pdfium_lock = threading.RLock()


class _PageError(Exception):
    """This page cannot be read; the others may."""


def count_pdf_sheets(path: Path, name: str, limits: Limits) -> int:
    """Return how many pages a PDF has. Raises UnreadableFile where none of them can be read."""
    if _is_cut_off(path):
        raise UnreadableFile(name, "PDF 不完整（文件末尾缺失，可能没有传完），请重新扫描或导出后提交")
    with _opened(path, name) as document:
        count = len(document)
    if count == 0:
        raise UnreadableFile(name, "PDF 里没有页面，请重新扫描或导出后提交")
    if count > limits.pages:
        raise UnreadableFile(
            name, f"PDF 有 {count:,} 页，超过上限 {limits.pages:,} 页（limits.pages），没有读取，请拆分后重新提交"
        )
    return count


def pdf_sheets(path: Path, name: str, limits: Limits, numbers: range) -> Iterator[Sheet | BrokenSheet]:
    """Yield the pages of a PDF with these numbers, one at a time."""
    with _opened(path, name) as document, TextLayers(path, len(document)) as text_layers:
        for number in numbers:
            try:
                with _pdfium_lock:
                    sheet = _sheet(document, number - 1, name, limits, text_layers)
            except _PageError:
                sheet = BrokenSheet(number)
            yield sheet


@contextmanager
def _opened(path: Path, name: str) -> Generator[Any]:
    with _pdfium_lock:
        document = _open(path, name)
    try:
        yield document
    finally:
        with _pdfium_lock:
            document.close()


def _open(path: Path, name: str) -> Any:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            reason = "PDF 设有打开密码，无法读取，请去掉密码后重新提交"
        elif error.err_code == pdfium.FPDF_ERR_SECURITY:
            reason = "PDF 已加密，无法读取，请去掉加密后重新提交"
        else:
            reason = "PDF 不完整或已损坏，打不开，请重新扫描或导出后提交"
        raise UnreadableFile(name, reason) from error
    # Without it the values of form fields and signature seals are not drawn.
    with suppress(pypdfium2.PdfiumError):
        document.init_forms()
    return document


def _is_cut_off(path: Path) -> bool:
    """Tell whether the end of the file is missing.

    PDFium repairs what is left of a cut-off file and gives fewer pages, or blank ones, without a word. A whole file
    ends with `startxref`, an offset and `%%EOF`; those of a first revision or of a linearised file's first page do not
    count when objects follow.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - TAIL_BYTES, 0))
        tail = file.read()
        file.seek(0)
        head = file.read(2048)
    trailer = tail.rfind(b"startxref")
    if trailer < 0 or not re.match(rb"startxref\s+\d+", tail[trailer:]):
        return True
    if re.search(rb"\d+\s+\d+\s+obj\b", tail[trailer:]):
        return True
    linearised = re.search(rb"/Linearized\s.*?/L\s+(\d+)", head, re.DOTALL)
    return linearised is not None and size < int(linearised[1])


def _sheet(document: Any, index: int, name: str, limits: Limits, text_layers: TextLayers) -> Sheet:
    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise _PageError from error
    try:
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            raise _PageError
        images = _images(page, limits, name, index + 1)
        scale = _scale(width, height, images)
        image = _render(page, scale)
        if images.objects and image.min() == image.max() and not _decodable(images.objects):
            raise _PageError
        layer = NO_LAYER
        if images.part < SCAN_PART and _has_text(page):
            layer = text_layers.layer(index, page.get_bbox(), image)
        return Sheet(
            file=name,
            number=index + 1,
            image=image,
            dpi=scale * POINTS_PER_INCH,
            text_layer=layer.lines,
            unseen=layer.unseen,
        )
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
        raise _PageError from error
    finally:
        page.close()


@dataclass(frozen=True)
class _Images:
    """The images on a page, the part of the page they cover together, the finest resolution of a large one."""

    objects: list[Any]
    part: float
    pixels_per_point: float


def _images(page: Any, limits: Limits, name: str, number: int) -> _Images:
    left, bottom, right, top = page.get_bbox()
    width, height = max(right - left, 1e-6), max(top - bottom, 1e-6)
    covered = np.zeros((GRID, GRID), dtype=bool)
    objects: list[Any] = []
    finest = 0.0
    if pdfium.FPDFPage_CountObjects(page) > OBJECTS_MAX:
        return _Images([], 0.0, 0.0)
    for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        pixels_wide, pixels_high = _pixels(one)
        if pixels_wide * pixels_high > limits.pixels:
            raise UnreadableFile(
                name,
                f"PDF 第 {number} 页的图片为 {pixels_wide:,}×{pixels_high:,} 像素，超过上限 {limits.pixels:,} 像素"
                "（limits.pixels），没有读取，请降低分辨率后重新提交",
            )
        objects.append(one)
        x0, y0, x1, y1 = _bounds(one)
        columns = np.clip(np.array([x0 - left, x1 - left]) / width * GRID, 0, GRID).round().astype(int)
        rows = np.clip(np.array([y0 - bottom, y1 - bottom]) / height * GRID, 0, GRID).round().astype(int)
        covered[rows[0] : rows[1], columns[0] : columns[1]] = True
        longest = max(x1 - x0, y1 - y0)
        if (x1 - x0) * (y1 - y0) >= SCAN_PART * width * height and longest > 0:
            finest = max(finest, max(pixels_wide, pixels_high) / longest)
    return _Images(objects, float(covered.mean()), finest)


def _pixels(image: Any) -> tuple[int, int]:
    """Return width and height of an image: what its JPEG 2000 code says goes before what the PDF says of it."""
    width, height = image.get_px_size()
    if "JPXDecode" in image.get_filters(skip_simple=True):
        code = bytes(image.get_data(decode_simple=True))
        start = code.find(_JPX_START)
        if start >= 0 and len(code) >= start + 24:
            # ISO/IEC 15444-1, A.5.1: SIZ has the far corner and then the near one.
            right, bottom, left, top = struct.unpack_from(">4I", code, start + 8)
            width, height = max(width, right - left), max(height, bottom - top)
    return width, height


def _bounds(one: Any) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top on the page of an object, which may stand in forms within forms."""
    bounds = one.get_bounds()
    form = one.container
    while form is not None:
        bounds = form.get_matrix().on_rect(*bounds)
        form = form.container
    return bounds


def _scale(width: float, height: float, images: _Images) -> float:
    """Pixels per point to render at."""
    longest = max(width, height)
    scale = max(RENDER_DPI / POINTS_PER_INCH, LONG_SIDE_MIN / longest)
    if images.part >= FULL_PAGE_PART and images.pixels_per_point > 0:
        scale = min(scale, images.pixels_per_point)
    return min(scale, LONG_SIDE_MAX / longest)


def _render(page: Any, scale: float) -> Image:
    bitmap = page.render(scale=scale)
    try:
        return np.array(bitmap.to_numpy(), dtype=np.uint8, order="C")
    finally:
        bitmap.close()


def _decodable(images: list[Any]) -> bool:
    """Tell whether at least one of the images can be decoded: PDFium draws nothing where it cannot."""
    for image in images:
        try:
            image.get_bitmap().close()
        except (pypdfium2.PdfiumError, ValueError):
            continue
        return True
    return False


def _has_text(page: Any) -> bool:
    """Tell whether the page's own text may be all there is to read on it: cheaply, before it is parsed."""
    if pdfium.FPDFPage_CountObjects(page) > OBJECTS_MAX:
        return False
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        # Filled-in form fields, notes and seals are on the picture but not in the page's text.
        if kind not in _SILENT_ANNOTATIONS:
            return False
    text = page.get_textpage()
    try:
        if not 0 < text.count_chars() <= CHARACTERS_MAX:
            return False
    finally:
        text.close()
    invisible = sum(_is_invisible(one) for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]))
    return invisible == 0


def _is_invisible(text: Any) -> bool:
    mode = ctypes.c_int(pdfium.FPDFTextObj_GetTextRenderMode(text.raw)).value
    return mode in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
