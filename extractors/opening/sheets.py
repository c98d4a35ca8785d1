"""The sheets of a file, whatever its type."""

from collections.abc import Iterator
from pathlib import Path

from extractors.opening.file_types import FileType, file_type
from extractors.opening.images import count_image_sheets, image_sheets
from extractors.opening.nouns import BrokenSheet, Sheet, UnreadableFile
from extractors.opening.pdf import count_pdf_sheets, pdf_sheets
from schemas.settings import Limits


def count_sheets(path: Path, name: str, limits: Limits) -> int:
    """Return how many sheets a PDF, JPEG, PNG or TIFF has. Raises UnreadableFile where none of them can be read."""
    kind = file_type(path, name, limits)
    if kind is FileType.PDF:
        return count_pdf_sheets(path, name, limits)
    if kind is FileType.ZIP:
        raise UnreadableFile(name, "是 ZIP 压缩包，不能当作一份文件来读")
    return count_image_sheets(path, name, limits, kind)


def open_sheets(path: Path, name: str, limits: Limits, numbers: range) -> Iterator[Sheet | BrokenSheet]:
    """Yield the sheets of a file with these numbers (from 1 to `count_sheets`), in order; only one is in memory.

    Raises UnreadableFile where this sheet and the following ones cannot be read.
    """
    kind = file_type(path, name, limits)
    if kind is FileType.PDF:
        yield from pdf_sheets(path, name, limits, numbers)
    else:
        yield from image_sheets(path, name, limits, kind, numbers)
