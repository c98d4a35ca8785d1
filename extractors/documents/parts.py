"""Parts of pages as pages of their own, and rows of tables that a page break cut in two."""

from collections.abc import Sequence
from statistics import fmean

from extractors.layout import Passage
from extractors.tables import TableRow
from schemas.base import Box
from schemas.page import Line, Page

_UNBROKEN = ("id_number", "code")
# A word of a list has two characters at least, and was read so surely; else it is the scrap of one, or of a watermark.
_WORD, _READ = 2, 0.6


def is_scrap(passage: Passage) -> bool:
    """Say whether what stands in a cell for words is no word that can be relied on."""
    return len(passage) < _WORD or fmean(glyph.confidence for glyph in passage.glyphs) < _READ


def part_of(page: Page, box: Box) -> Page:
    """Return the part of a page that stands in the box, of a line over its edge the characters inside."""
    left, top, right, bottom = box
    lines = [
        part
        for line in page.lines
        if top <= (line.box[1] + line.box[3]) / 2 < bottom and (part := _between(line, left, right)) is not None
    ]
    cells = [
        cell
        for cell in page.cells
        if left <= (cell[0] + cell[2]) / 2 < right and top <= (cell[1] + cell[3]) / 2 < bottom
    ]
    return page.model_copy(update={"lines": lines, "cells": cells})


def _between(line: Line, left: float, right: float) -> Line | None:
    kept = [index for index, (start, end) in enumerate(line.extents) if left <= (start + end) / 2 < right]
    if not kept:
        return None
    first, last = kept[0], kept[-1] + 1
    return line.model_copy(
        update={
            "text": line.text[first:last],
            "box": (line.extents[first][0], line.box[1], line.extents[last - 1][1], line.box[3]),
            "extents": line.extents[first:last],
            "scores": line.scores[first:last],
            "alternatives": {place - first: one for place, one in line.alternatives.items() if first <= place < last},
        }
    )


def rejoined(table: Sequence[TableRow]) -> list[TableRow]:
    """Return a table's rows, those that a page break cut in two made one again.

    The lower part begins a page and has no number, though all rows before it have one. Where both have a code, they
    are two rows: none is broken.
    """
    whole: list[TableRow] = []
    for row in table:
        numbered = bool(whole) and all("row" in one.columns for one in whole)
        own = numbered and any(name in row.columns and name in whole[-1].columns for name in _UNBROKEN)
        if numbered and not own and "row" not in row.columns and _place(row) != _place(whole[-1]):
            whole.append(_joined(whole.pop(), row))
        else:
            whole.append(row)
    return whole


def _joined(upper: TableRow, lower: TableRow) -> TableRow:
    columns = dict(upper.columns)
    for name, part in lower.columns.items():
        columns[name] = columns.get(name, Passage()) + part
    return TableRow(columns, upper.whole + lower.whole)


def _place(row: TableRow) -> tuple[str, int]:
    """Return the page on which a row ends."""
    page = row.whole.glyphs[-1].page
    return page.file, page.number
