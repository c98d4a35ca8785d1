"""Tables: a header row whose words name the columns, and the rows under it, ruled or not."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.labels import find_like
from extractors.layout import Cell, Passage, below, cells, inside, right_of, rows, space_between
from schemas.base import Box
from schemas.page import Page

# So many named columns make a header.
HEADER_COLUMNS = 3


@dataclass(frozen=True)
class TableRow:
    """One row: the text of its named columns (those that are empty left out) and all of its text."""

    columns: Mapping[str, Passage]
    whole: Passage


@dataclass(frozen=True)
class _Header:
    """Named columns and where the rows under them begin.

    A column's extent along the page's width is that of its cell, or of its name where there are no ruling lines.
    """

    columns: Mapping[str, tuple[float, float]]
    bottom: float
    ruled: bool


def read_table(pages: Sequence[Page], columns: Mapping[str, Sequence[str]]) -> list[TableRow]:
    """Read the rows of a document's tables whose header names at least three of `columns` (name → variants).

    A table goes on over pages: a page without a header of its own takes the columns of the page before. Where every
    entry is a small table of its own, with labels beside the values, each is a row.
    """
    table: list[TableRow] = []
    header: _Header | None = None
    cards = _Cards()
    for page in pages:
        beside = _labelled_cells(page, columns)
        if beside:
            cards.add(beside)
            continue
        own = _header(page, columns)
        if own is not None:
            header = own
        elif header is not None:
            # A ruled table goes on ruled, or not at all.
            header = _Header(header.columns, 0.0, header.ruled) if bool(page.cells) == header.ruled else None
        if header is not None:
            table.extend(_ruled_rows(page, header) if header.ruled else _free_rows(page, header))
    return table + cards.rows()


class _Cards:
    """Entries that are small tables each: a label that stands before the one read last begins the next entry."""

    def __init__(self) -> None:
        self._order: list[str] = []
        self._entries: list[dict[str, Passage]] = []
        self._last: tuple[int, float] = (-1, 0.0)

    def add(self, labelled: Sequence[tuple[str, Cell, Passage]]) -> None:
        """Take a page's labels in reading order, each with its value."""
        for name, label, value in labelled:
            if name not in self._order:
                self._order.append(name)
            place = self._order.index(name)
            in_row = label.box[1] <= self._last[1] <= label.box[3]
            if not self._entries or place < self._last[0] or (place == self._last[0] and not in_row):
                self._entries.append({})
            self._last = (place, (label.box[1] + label.box[3]) / 2)
            if value:
                self._entries[-1].setdefault(name, value)

    def rows(self) -> list[TableRow]:
        """Return the entries of which anything was read."""
        return [TableRow(entry, sum(entry.values(), Passage())) for entry in self._entries if entry]


def _labelled_cells(page: Page, columns: Mapping[str, Sequence[str]]) -> list[tuple[str, Cell, Passage]]:
    """Return the labels of a page whose entries are small tables, in reading order, and the values at their right.

    In such a table labels and values take turns in a row, and labels stand under labels; a header's labels stand
    side by side, with values under them.
    """
    table = cells(page)
    named = {cell.box: name for cell in table if (name := _column_name(cell.passage.text, columns)) is not None}
    found: list[tuple[str, Cell, Passage]] = []
    misfits = 0
    for cell in table:
        name = named.get(cell.box)
        if name is None:
            continue
        beside, under = right_of(cell, table), below(cell, table)
        heads_column = under is not None and _as_wide(under.box, cell.box) and under.box not in named
        if beside is None or beside.box in named or (heads_column and under is not None and under.passage):
            misfits += 1
        else:
            found.append((name, cell, beside.passage.stripped()))
    rows_of_labels = 1 + sum(after.box[1] > before.box[3] - 0.002 for (_, before, _), (_, after, _) in pairwise(found))
    if len(found) < HEADER_COLUMNS or rows_of_labels < 2 or misfits > 0.5 * len(found):
        return []
    return found


def _as_wide(one: Box, other: Box) -> bool:
    shared = min(one[2], other[2]) - max(one[0], other[0])
    return shared > 0.8 * max(one[2] - one[0], other[2] - other[0])


def _header(page: Page, columns: Mapping[str, Sequence[str]]) -> _Header | None:
    table = cells(page)
    named = [(cell, name) for cell in table if (name := _column_name(cell.passage.text, columns)) is not None]
    best: dict[str, Box] = {}
    for anchor, _ in named:
        beside = {
            name: cell.box
            for cell, name in named
            if min(cell.box[3], anchor.box[3]) - max(cell.box[1], anchor.box[1])
            > 0.5 * min(cell.box[3] - cell.box[1], anchor.box[3] - anchor.box[1])
        }
        if len(beside) > len(best):
            best = beside
    if len(best) >= HEADER_COLUMNS:
        extents = {name: (box[0], box[2]) for name, box in best.items()}
        return _Header(extents, max(box[3] for box in best.values()) - 0.003, ruled=True)
    return _free_header(page, columns)


def _column_name(text: str, columns: Mapping[str, Sequence[str]]) -> str | None:
    """Return the column that a header cell names: the longest variant that makes up most of the cell."""
    best = _best_name(text, columns)
    return best[1] if best is not None else None


def _best_name(text: str, columns: Mapping[str, Sequence[str]]) -> tuple[int, str] | None:
    """Return how many characters of a header cell the column's name makes up, and the column."""
    best: tuple[float, int, str] | None = None
    for name, variants in columns.items():
        for variant in variants:
            for start, end, score in find_like(text, variant):
                at_edge = start <= 2 or end == len(text)
                if not at_edge or end - start < 0.4 * len(text) or (len(variant) == 1 and len(text) > 1):
                    continue
                candidate = (score, end - start, name)
                if best is None or candidate > best:
                    best = candidate
    return best[1:] if best else None


def _free_header(page: Page, columns: Mapping[str, Sequence[str]]) -> _Header | None:
    """Find a header without ruling lines."""
    for row in rows(page):
        parts = [part for stretch in _stretches(row) for part in _column_heads(stretch, columns)]
        named = [(part, name) for part in parts if (name := _column_name(part.text, columns)) is not None]
        if len(named) < HEADER_COLUMNS:
            continue
        return _Header({name: (part.box[0], part.box[2]) for part, name in named}, row.box[3], ruled=False)
    return None


def _column_heads(stretch: Passage, columns: Mapping[str, Sequence[str]]) -> list[Passage]:
    """Cut a stretch in which several columns are named side by side (序号姓名) into their names."""
    heads: list[tuple[int, int]] = []
    for variant in sorted((one for variants in columns.values() for one in variants), key=len, reverse=True):
        for start, end, score in find_like(stretch.text, variant):
            if score == 1.0 and all(end <= other[0] or start >= other[1] for other in heads):
                heads.append((start, end))
    covered = sum(end - start for start, end in heads)
    if len(heads) < 2 or covered < len(stretch) - 2:
        return [stretch]
    return [stretch[start:end] for start, end in sorted(heads)]


def _stretches(row: Passage, gap: float = 0.9) -> list[Passage]:
    """Cut a row where the room between two characters is wider than `gap` times their height."""
    parts: list[Passage] = []
    start = 0
    for index in range(1, len(row)):
        if space_between(row[index - 1], row[index]) > gap:
            parts.append(row[start:index])
            start = index
    return [*parts, row[start:]]


def _ruled_rows(page: Page, header: _Header) -> list[TableRow]:
    """Return the rows of a ruled table: each as high as the cell of the column that is ruled most regularly."""
    below = [box for box in page.cells if (box[1] + box[3]) / 2 > header.bottom]
    columns = {name: _run([box for box in below if _is_in(box, extent)]) for name, extent in header.columns.items()}
    usual = Counter(len(boxes) for boxes in columns.values() if boxes).most_common(1)
    if not usual or usual[0][1] < HEADER_COLUMNS:
        return []
    # A broken line merges two cells of a column or splits one: the count that most columns share is right.
    anchor = next(boxes for boxes in columns.values() if len(boxes) == usual[0][0])
    rows_found = (_row(page, header.columns, box[1], box[3]) for box in anchor)
    return [row for row in rows_found if row.whole]


def _is_in(box: Box, extent: tuple[float, float]) -> bool:
    """Say whether a cell is one of a column: as wide as its head, and under it."""
    shared = min(box[2], extent[1]) - max(box[0], extent[0])
    width = extent[1] - extent[0]
    return shared > 0.6 * width and box[2] - box[0] < 1.6 * width


def _run(boxes: Sequence[Box]) -> list[Box]:
    """Return the cells of a column from the top down to the first gap: what follows is another table."""
    run: list[Box] = []
    for box in sorted(boxes, key=lambda box: box[1]):
        if run and box[1] - run[-1][3] > 0.75 * (run[-1][3] - run[-1][1]):
            break
        run.append(box)
    return run


def _free_rows(page: Page, header: _Header) -> list[TableRow]:
    """Without ruling lines every row that fills enough columns is an entry, and other text belongs to the nearest."""
    body = [row for row in rows(page) if row.box[1] >= header.bottom - 0.002]
    placed = [_placed(row, header.columns) for row in body]
    need = min(HEADER_COLUMNS, len(header.columns))
    entries = [index for index, columns in enumerate(placed) if len(columns) >= need]
    parts: dict[int, list[int]] = {entry: [] for entry in entries}
    for index, row in enumerate(body):
        nearest = min(entries, key=lambda entry: abs(_middle(body[entry]) - _middle(row)), default=None)
        if nearest is not None and abs(_middle(body[nearest]) - _middle(row)) < 1.6 * row.height:
            parts[nearest].append(index)
    table: list[TableRow] = []
    for members in parts.values():
        columns: dict[str, Passage] = {}
        whole = Passage()
        for index in members:
            whole = whole + body[index]
            for name, part in placed[index].items():
                columns[name] = columns.get(name, Passage()) + part
        table.append(TableRow(columns, whole))
    return table


def _middle(row: Passage) -> float:
    return (row.box[1] + row.box[3]) / 2


def _placed(row: Passage, columns: Mapping[str, tuple[float, float]]) -> dict[str, Passage]:
    """Give every piece of a row to the column whose head is nearest: values are wider or narrower than their heads."""
    placed: dict[str, Passage] = {}
    for piece in _pieces(row):
        middle = (piece.box[0] + piece.box[2]) / 2
        name = min(columns, key=lambda name: abs(sum(columns[name]) / 2 - middle))
        placed[name] = placed.get(name, Passage()) + piece
    return placed


def _pieces(row: Passage) -> list[Passage]:
    """Cut a row at its gaps, and where a long number begins or ends: a name and a number are two values."""
    pieces: list[Passage] = []
    for stretch in _stretches(row, gap=0.6):
        cuts = [0]
        for number in re.finditer(r"\d{11,17}[\dXx]", stretch.text):
            cuts.extend((number.start(), number.end()))
        cuts.append(len(stretch))
        pieces.extend(stretch[start:end] for start, end in pairwise(cuts) if end > start)
    return pieces


def _row(page: Page, columns: Mapping[str, tuple[float, float]], top: float, bottom: float) -> TableRow:
    parts = {name: inside(page, (left, top, right, bottom)) for name, (left, right) in columns.items()}
    filled = {name: part for name, part in parts.items() if part}
    extents = list(columns.values())
    across = (min(extent[0] for extent in extents), top, max(extent[1] for extent in extents), bottom)
    whole = inside(page, across)
    return TableRow(filled, whole) if whole else TableRow({}, Passage())
