"""A part of a page as a page of its own: what stands between its edges, at its places on the whole page."""

from schemas.base import Box
from schemas.page import Line, Page


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
