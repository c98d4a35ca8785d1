"""The sheets of a file, whatever its type."""

from collections.abc import Iterator
from pathlib import Path

from extractors.opening.file_types import FileType, file_type
from extractors.opening.images import image_sheets
from extractors.opening.nouns import Sheet, UnreadableFile
from extractors.opening.pdf import pdf_sheets
from schemas.settings import Limits


def open_sheets(path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
    """Yield the sheets of a PDF, JPEG, PNG or TIFF one at a time; only one page is in memory.

    Raises UnreadableFile where the file cannot be read, and also, after the last readable sheet, where single pages
    of it could not: what was read still counts, and the reason names the pages that are missing.
    """
    kind = file_type(path, name, limits)
    if kind is FileType.PDF:
        yield from pdf_sheets(path, name, limits)
    elif kind is FileType.ZIP:
        raise UnreadableFile(name, "是 ZIP 压缩包，不能当作一份文件来读")
    else:
        yield from image_sheets(path, name, limits, kind)
