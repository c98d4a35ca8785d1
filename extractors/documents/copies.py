"""Sheets that hold several certificates: where one ends and the next begins."""

from collections.abc import Callable, Sequence
from itertools import accumulate

from extractors.tables import part_of
from schemas.page import Page

# A page is cut in one of its so many widest clear strips.
_STRIPS = 8


def copies_on(
    page: Page, may_hold_several: Callable[[Page], bool], told_apart: Callable[[Sequence[Page], Sequence[Page]], int]
) -> list[Page]:
    """Return the parts of a page that hold a certificate each, cut where the parts tell most.

    `told_apart` says how much two lots of pages tell if each is a certificate of its own, else 0.
    """
    if not may_hold_several(page):
        return [page]
    cuts: list[tuple[int, int, float, tuple[Page, Page]]] = []
    for axis in (0, 1):
        for width, middle in _clear_strips(page, axis):
            first, second = _halves(page, axis, middle)
            told = told_apart([first], [second])
            if told:
                cuts.append((told, axis, width, (first, second)))
    if not cuts:
        return [page]
    # Rows of certificates are cut apart before columns, so that they follow one another as they are read.
    *_, parts = max(cuts, key=lambda cut: cut[:3])
    return [one for part in parts for one in copies_on(part, may_hold_several, told_apart)]


def _clear_strips(page: Page, axis: int) -> list[tuple[float, float]]:
    """Return the widths and middles of the widest strips in which no line stands; axis 0: down the page, 1: across."""
    edges = sorted((line.box[axis], line.box[axis + 2]) for line in page.lines)
    reached = accumulate((end for _, end in edges), max)
    strips = [
        (start - end, (start + end) / 2) for end, (start, _) in zip(reached, edges[1:], strict=False) if start > end
    ]
    return sorted(strips, reverse=True)[:_STRIPS]


def _halves(page: Page, axis: int, middle: float) -> tuple[Page, Page]:
    if axis == 0:
        return part_of(page, (0.0, 0.0, middle, 1.0)), part_of(page, (middle, 0.0, 1.0, 1.0))
    return part_of(page, (0.0, 0.0, 1.0, middle)), part_of(page, (0.0, middle, 1.0, 1.0))
