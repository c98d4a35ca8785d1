"""Other recognisers in front of the same extraction: PaddleOCR's own pipeline, and Tesseract (chi_sim).

Both read the same upright or turned page images as Heyan does, before any of its own work on them. Nothing sets their
pages upright: PaddleOCR's orientation and unwarping models come neither with it nor with this project, and Tesseract
is called as its manual says for a page of text. Ruling lines and bar codes, which are no recogniser's work, are found
as Heyan finds them.
"""

import csv
import io
import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import cv2

from extractors import models
from extractors.barcodes import read_barcodes
from extractors.engine import Image
from extractors.opening import Sheet
from extractors.reading import Reader, fingerprint, is_colour
from extractors.rulings import find_rulings
from schemas.base import Box
from schemas.page import Line, Page
from schemas.settings import OcrSettings

# Words further apart than this, in heights of the line, stand in different cells.
_GAP = 1.2


class MissingError(Exception):
    """The other recogniser is not installed; the message says what to do."""


class OtherReader(Reader):
    """Reads a sheet with another recogniser. Subclasses say how lines are read from an image."""

    def read(self, sheet: Sheet, work: Path) -> Page:
        """Read one sheet as it lies; the image goes into the folder `work`."""
        image = sheet.image
        height, width = image.shape[:2]
        path = work / f"page-{fingerprint(image)}-{sheet.number:05d}.jpg"
        cv2.imwrite(str(path), image)
        return Page(
            file=sheet.file,
            number=sheet.number,
            width=width,
            height=height,
            source="ocr",
            lines=sorted(self.lines(image, path), key=lambda line: (line.box[1], line.box[0])),
            cells=find_rulings(image).cells,
            image=path,
            fingerprint=fingerprint(image),
            colour=is_colour(image),
            codes=read_barcodes(image, sheet.file, sheet.number),
        )

    def lines(self, image: Image, path: Path) -> list[Line]:
        """Return the lines on an image (rows × columns × 3, BGR), which also lies at `path`."""
        raise NotImplementedError


class StockPaddle(OtherReader):
    """PaddleOCR's pipeline with its defaults, on the model folders that Heyan uses."""

    def __init__(self, settings: OcrSettings) -> None:
        super().__init__(settings)
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        from paddleocr import PaddleOCR  # noqa: PLC0415 - loading takes seconds

        self._pipeline: Any = PaddleOCR(
            text_detection_model_name=models.DETECTION_MODEL,
            text_detection_model_dir=str(models.detection_folder()),
            text_recognition_model_name=models.RECOGNITION_MODEL,
            text_recognition_model_dir=str(models.recognition_folder()),
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            device=settings.device,
            engine=settings.engine,
        )

    def lines(self, image: Image, path: Path) -> list[Line]:
        """Read the lines of an image."""
        height, width = image.shape[:2]
        result = cast("Mapping[str, Any]", self._pipeline.predict(image)[0])
        lines: list[Line] = []
        for text, score, polygon in zip(result["rec_texts"], result["rec_scores"], result["rec_polys"], strict=True):
            left, top = (float(value) for value in polygon.min(axis=0))
            right, bottom = (float(value) for value in polygon.max(axis=0))
            if text.strip():
                box = (left / width, top / height, right / width, bottom / height)
                lines.append(_line(text, box, float(score)))
        return lines


class Tesseract(OtherReader):
    """Tesseract's command with the simplified Chinese model."""

    def __init__(self, settings: OcrSettings) -> None:
        """Look for the command and its model. Raises MissingError."""
        super().__init__(settings)
        command = shutil.which("tesseract")
        if command is None or "chi_sim" not in self._run(command, "--list-langs").split():
            raise MissingError("apt install tesseract-ocr tesseract-ocr-chi-sim")
        self._command = command

    def lines(self, image: Image, path: Path) -> list[Line]:
        """Read the lines of an image."""
        height, width = image.shape[:2]
        words: dict[tuple[str, ...], list[_Word]] = defaultdict(list)
        table = io.StringIO(self._run(self._command, str(path), "stdout", "-l", "chi_sim", "tsv"))
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["level"] == "5" and row["text"].strip():
                words[row["block_num"], row["par_num"], row["line_num"]].append(_word(row))
        pieces = [piece for line in words.values() for piece in _cells(line)]
        return [_joined(piece, width, height) for piece in pieces]

    @staticmethod
    def _run(*command: str) -> str:
        # One page at a time, one core: as the others are measured.
        environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return done.stdout


# Text, left, top, right, bottom, confidence from 0 to 1.
_Word = tuple[str, float, float, float, float, float]


def _word(row: Mapping[str, str]) -> _Word:
    left, top, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
    return row["text"].strip(), left, top, left + width, top + height, float(row["conf"]) / 100


def _cells(words: Sequence[_Word]) -> list[list[_Word]]:
    """Part a line where it leaps from one column to the next."""
    pieces: list[list[_Word]] = [[words[0]]]
    for word in words[1:]:
        before = pieces[-1][-1]
        high = max(word[4] - word[2], before[4] - before[2])
        if word[1] - before[3] > _GAP * high:
            pieces.append([word])
        else:
            pieces[-1].append(word)
    return pieces


def _joined(words: Sequence[_Word], width: int, height: int) -> Line:
    """Put words together: Chinese characters without the spaces that Tesseract sets between them."""
    text = ""
    for word in words:
        between = " " if text and text[-1].isascii() and word[0][0].isascii() else ""
        text += between + word[0]
    box = (
        min(word[1] for word in words) / width,
        min(word[2] for word in words) / height,
        max(word[3] for word in words) / width,
        max(word[4] for word in words) / height,
    )
    total = sum(len(word[0]) for word in words)
    return _line(text, box, sum(word[5] * len(word[0]) for word in words) / total)


def _line(text: str, box: Box, confidence: float) -> Line:
    """Make a line whose characters share its width, those of ASCII half as wide as Chinese ones."""
    widths = [0.55 if character.isascii() else 1.0 for character in text]
    scale, left = (box[2] - box[0]) / sum(widths), box[0]
    extents: list[tuple[float, float]] = []
    for width in widths:
        extents.append((left, left + width * scale))
        left += width * scale
    return Line(text=text, box=box, confidence=min(max(confidence, 0.0), 1.0), extents=extents)
