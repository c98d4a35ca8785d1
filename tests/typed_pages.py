"""Pages as they come from the recogniser, written down as text: for papers of which no scan is recorded.

A page is typed line by line, one CJK character two columns wide; runs apart by two spaces or more are lines of their
own, as a recogniser returns them. A line of the form `| 序号 | 姓名 |` is the row of a ruled table, its cells where the
strokes stand; `# 名单` is a heading in the middle of the page, `> 2022年3月1日` stands at its right edge.
"""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

from PIL import Image

from schemas.base import Box
from schemas.page import Line, Page

WIDTH, HEIGHT = 1240, 1754
_LEFT, _TOP = 0.08, 0.05
_COLUMN, _LETTER = 0.0082, 0.0116
_LINE = 0.0205


def typed(text: str, *, number: int = 1, file: str = "packet.pdf") -> Page:
    """Return the page a text types."""
    page = Page(file=file, number=number, width=WIDTH, height=HEIGHT, source="ocr")
    for index, row in enumerate(dedent(text).strip("\n").split("\n")):
        top = _TOP + index * _LINE
        if row.startswith("#"):
            page.lines.append(_heading(row.lstrip("# "), top))
        elif row.startswith(">"):
            run = row.lstrip("> ")
            page.lines.append(_line(run, 0.92 - _columns(run) * _COLUMN, top))
        elif row.startswith("|"):
            _ruled(page, row, top)
        else:
            page.lines.extend(_runs(row, _LEFT, top))
    return page


def on_blank_paper(page: Page, folder: Path) -> Page:
    """Return a typed page with an image, kept in the folder, on which nothing is drawn."""
    image = folder / f"{page.number}.png"
    Image.new("L", (page.width, page.height), 245).save(image)
    return page.model_copy(update={"image": image})


def _ruled(page: Page, row: str, top: float) -> None:
    strokes = [match.start() for match in re.finditer(r"\|", row)]
    for start, end in pairwise(strokes):
        left, right = (_LEFT + _columns(row[:place]) * _COLUMN for place in (start, end))
        box: Box = (left, top - 0.004, right, top - 0.004 + _LINE)
        page.cells.append(box)
        page.lines.extend(_runs(row[start + 1 : end], left + _COLUMN, top))


def _runs(row: str, left: float, top: float) -> list[Line]:
    return [
        _line(match.group(), left + _columns(row[: match.start()]) * _COLUMN, top)
        for match in re.finditer(r"\S+(?: \S+)*", row)
    ]


def _heading(text: str, top: float) -> Line:
    width = _columns(text) * _COLUMN * 1.6
    return _line(text, 0.5 - width / 2, top, scale=1.6)


def _line(text: str, left: float, top: float, scale: float = 1.0) -> Line:
    extents: list[tuple[float, float]] = []
    for character in text:
        right = left + _columns(character) * _COLUMN * scale
        extents.append((left, right))
        left = right
    box: Box = (extents[0][0], top, extents[-1][1], top + _LETTER * min(scale, 1.5))
    return Line(text=text, box=box, confidence=0.99, extents=extents)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "FWA" else 1 for character in text)
