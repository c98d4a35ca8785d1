"""Pages that were read before are not read again: the same pixels, by the same code and models, give the same page.

What is kept lies on disk, in one folder for all processes, and is bounded: pages that nobody asked for longest go
first. It holds the text and the picture of every page: guard it like the reports.
"""

import hashlib
import json
import sqlite3
from contextlib import suppress
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from diskcache import Cache, Timeout

from extractors.code_digest import code_digest, code_in
from extractors.models import recognition_precision
from extractors.opening import Sheet
from schemas.page import Page, SealReading
from schemas.settings import OcrSettings

# Beside our own code these decide what is read on a page.
_PACKAGES = ("paddleocr", "paddlex", "rapidocr", "opencv-contrib-python", "opencc", "zxing-cpp")
_FAULTS = (OSError, sqlite3.Error, Timeout)


class ReadsSheets(Protocol):
    """Reads one sheet; its upright image goes into the folder `work`."""

    def read(self, sheet: Sheet, work: Path) -> Page:
        """Return the page."""
        ...


class RememberingReader:
    """Reads a sheet, or remembers what was read on the same one."""

    def __init__(
        self, reader: ReadsSheets, settings: OcrSettings, folder: Path, size: int, seconds: float | None = None
    ) -> None:
        """Keep up to `size` bytes in `folder`, each page for so many `seconds` at most.

        Raises OSError or sqlite3.Error where nothing can be kept there.
        """
        self._seconds = seconds
        # For its owner only.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._reader = reader
        self._settings = settings
        self._kept: Any = Cache(str(folder), size_limit=size, eviction_policy="least-recently-used")

    def read(self, sheet: Sheet, work: Path) -> Page:
        """Read one sheet; the upright image goes into the folder `work`."""
        key = self._key(sheet)
        kept: bytes | None = None
        # A full or broken disk costs time, not the page.
        with suppress(*_FAULTS):
            kept = cast("bytes | None", self._kept.get(key))
        if kept is not None:
            return _unpacked(kept, sheet, work)
        page = self._reader.read(sheet, work)
        with suppress(*_FAULTS):
            self._kept.set(key, _packed(page), expire=self._seconds)
        return page

    @cached_property
    def _by(self) -> str:
        """What reads."""
        # More threads read the same.
        chosen = self._settings.model_dump_json(exclude={"threads"})
        return "\n".join((_version(), type(self._reader).__qualname__, chosen, recognition_precision(self._settings)))

    def _key(self, sheet: Sheet) -> bytes:
        digest = hashlib.sha256(self._by.encode())
        lines = [
            None if lines is None else [line.model_dump() for line in lines]
            for lines in (sheet.text_layer, sheet.unseen)
        ]
        digest.update(json.dumps([sheet.image.shape, sheet.dpi, lines]).encode())
        digest.update(np.ascontiguousarray(sheet.image).data)
        return digest.digest()


def expire(folder: Path) -> None:
    """Delete the pages in a folder that were kept for long enough, where it is one."""
    if folder.is_dir():
        with suppress(*_FAULTS), Cache(str(folder)) as kept:
            cast("Any", kept).expire()


@cache
def _version() -> str:
    """Return what changes with the code and the packages that read a page, though not with those that understand it."""
    folders = (files("extractors"), files("extractors") / "opening", files("schemas"))
    return code_digest((file for folder in folders for file in code_in(folder, below=False)), _PACKAGES)


def _packed(page: Page) -> bytes:
    """Return a page with its picture, and the readings of its seals, which no report shows."""
    readings = [[one.model_dump(mode="json") for one in seal.readings] for seal in page.seals]
    text = json.dumps({"page": page.model_dump(mode="json"), "readings": readings})
    picture = page.image.read_bytes() if page.image is not None else b""
    return len(text.encode()).to_bytes(8, "big") + text.encode() + picture


def _unpacked(kept: bytes, sheet: Sheet, work: Path) -> Page:
    """Return a kept page as that of a sheet with the same pixels, its picture in `work`."""
    end = 8 + int.from_bytes(kept[:8], "big")
    values = json.loads(kept[8:end])
    page = Page.model_validate(values["page"])
    page.file, page.number = sheet.file, sheet.number
    if page.image is not None:
        file = hashlib.sha256(sheet.file.encode()).hexdigest()[:16]
        page.image = work / f"kept-{file}-{sheet.number:05d}.jpg"
        page.image.write_bytes(kept[end:])
    for seal, readings in zip(page.seals, values["readings"], strict=True):
        seal.file, seal.page = sheet.file, sheet.number
        seal.readings = [SealReading.model_validate(one) for one in readings]
    for code in page.codes:
        code.file, code.page = sheet.file, sheet.number
    return page
