"""Tables: a header row whose words name the columns, and the rows under it, ruled or not."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations, groupby, pairwise, product
from statistics import median

from extractors.labels import find_exact, find_like
from extractors.layout import ALIGNED, Cell, Layout, Passage, below, inside, right_of, rows, space_between, stretches
from schemas.base import Box
from schemas.page import Line, Page

# So many named columns make a header.
HEADER_COLUMNS = 3
# A row that names one more column belongs to the head, though it makes a name longer than those known by so much.
COLUMN_SCORE = 4
# A header without ruling lines is broken over so many rows at most.
HEADER_ROWS = 4
# Between two columns so many places are tried, in units of the page's width within so much of a character's edge.
LANE_STEPS, LANE_SLACK = 60, 0.003
# A character that may be a ruling line is one if it was read so surely.
SURE_STROKE = 0.97
# What is a label and no value is a column's name to this part.
WHOLE_LABEL = 0.75
# In units of the character height: a wider space parts two heads, two heads that both name columns, two columns' text.
HEAD_GAP, NARROW_GAP, RUN_GAP = 0.9, 0.4, 0.3
# Letters so much larger than others belong to a watermark.
WATERMARK = 1.8
# So far from a cell's middle, in rows, what is written once for several rows may stand; and so near one another, in
# heights of a character, is one line.
SHARED_OFF, SAME_LINE = 0.3, 0.3
# As parts of the page's width: so far aside a sheet may lie from the one before, and so near are the edges of a column.
ASIDE, SAME_EDGE = 0.05, 0.006
# What fills so much of its entry's height is in one row with it.
WHOLE_TIER = 0.8
# The columns of the entries' numbers, and of whom or what each is about.
NUMBER, NAME = "row", "name"
_WORDS = re.compile(r"(?![一二三四五六七八九十])[\u3400-\u9fff]")
# A row that is none of the entries: a sum, the end of a list, who filled it in, dots for more. A note ends the table.
_NO_ENTRY = re.compile(
    r"[…⋯]|[.·]{3}|(?:\d{1,3}[.、]?)?[（(—/／-]*(?:合计|总计|小计|共计|以?下空白|以下无|"
    r"(?:填[表报制]|制表|编制|审[核批]|复核|经办|负责)(?:人|单位|日期|时间|说明)?[（(:：])"
)
_NOTE = re.compile(r"[（(]?(?:备?注|附注|说明|注意)\d?[:：]|以上(?:人员|信息|内容|均)")
# The number of an entry, or of a person.
_NUMBERED = re.compile(r"\d{1,3}|\d{17}[\dXx]")
# What an entry has one of: two in a row's cell say that a ruling between two entries was not found.
_ONE_EACH = {"id_number": re.compile(r"\d{17}[\dXx]"), "code": re.compile(r"\d-\d\d-\d\d-\d\d")}
# What no two entries share.
_NEVER_SHARED = frozenset({NUMBER, NAME, "phone", *_ONE_EACH})
# What stands in no other column, whatever is left of its head; and so many of a column's values must be such.
_TELLING = {NAME: re.compile(r"[\u3400-\u9fff]{2,4}"), "is_new": re.compile("[是否]"), **_ONE_EACH}
TELLING_PART = 0.8
_TRANSLATION = re.compile(r"(?<=[\u3400-\u9fff])[A-Za-z][A-Za-z .,/'()]{2,}$")
_BRACKETED = re.compile(r"[（(][^（()）]*[）)]$")
# Before the words of a head that names no wanted column: it is a column all the same.
UNKNOWN = "?"
# The wanted columns, each with the variants of its name.
_Names = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class TableRow:
    """One row: the text of its named columns (those that are empty left out) and all of its text.

    `boxes` are its ruled cells, the empty ones too; a table without ruling lines has none.
    """

    columns: Mapping[str, Passage]
    whole: Passage
    boxes: Mapping[str, Box] = field(default_factory=dict[str, Box])


@dataclass(frozen=True)
class _Header:
    """Named columns, where they stand, and how far down the page the rows under them may go.

    A column's extent along the page's width is that of its cell, or of its name where there are no ruling lines; `row`
    has the extents of all cells of a row, where there are. Where an entry has several rows, and its heads stand over
    one another as its values do, `tiers` says which part of the head's height each column has.
    """

    columns: Mapping[str, tuple[float, float]]
    top: float
    bottom: float
    end: float
    ruled: bool
    row: Sequence[tuple[float, float]] = ()
    tiers: Mapping[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])


def read_table(pages: Sequence[Page], columns: Mapping[str, Sequence[str]]) -> list[TableRow]:
    """Read the rows of a document's tables whose header names at least three of `columns` (name → variants).

    A table goes on over pages: a page without a header of its own takes the columns of the page before. Where every
    entry is a small table of its own, with labels beside the values, each is a row.
    """
    table: list[TableRow] = []
    header: _Header | None = None
    cards = _Cards()
    names = tuple((name, tuple(variants)) for name, variants in columns.items())
    for sheet in (part for page in pages for part in _side_by_side_tables(Layout(page), names)):
        beside = _labelled_cells(sheet, names)
        if beside:
            cards.add(beside)
            continue
        own = _headers(sheet, names)
        # A ruled table goes on ruled, or not at all.
        if header is not None and bool(sheet.page.cells) != header.ruled:
            header = None
        if header is not None:
            over = own[0].top if own else 1.0
            carried = _rows_under(sheet.page, replace(_moved(header, sheet.page), top=0.0, bottom=0.0, end=over))
            table.extend(row for row in carried if not own or _goes_on(table, row))
        ends = [*(one.top for one in own[1:]), 1.0]
        for one, end in zip(own, ends, strict=False):
            table.extend(_rows_under(sheet.page, replace(one, end=end)))
        header = own[-1] if own else header
    return table + cards.rows()


def _rows_under(page: Page, header: _Header) -> list[TableRow]:
    return _ruled_rows(page, header) if header.ruled else _free_rows(page, header)


def _moved(header: _Header, page: Page) -> _Header:
    """Return a ruled header with its columns where those of a page lie that has none.

    A sheet may lie further aside; or the columns are as many, each as wide as what this page has in it, and one that
    tells an entry has what it has.
    """
    columns = list(header.columns.values())

    # The cells of a column all stand at one place, or nearly so.
    edges = {(round(cell[0], 3), round(cell[2], 3)) for cell in page.cells}

    def fitting(aside: float) -> int:
        return sum(
            any(
                abs(left - before - aside) < SAME_EDGE and abs(right - behind - aside) < SAME_EDGE
                for left, right in edges
            )
            for before, behind in columns
        )

    asides = {0.0} | {round(left - before, 3) for left, _ in edges for before, _ in columns}
    near = [one for one in asides if abs(one) < ASIDE] if header.ruled else [0.0]
    aside = max(near, key=lambda one: (fitting(one), -abs(one)))
    row = _usual_row(page.cells)
    if row and len(row) == len(header.row) and fitting(aside) < len(columns) / 2:
        by_order = {name: row[_place_in(extent, header.row)] for name, extent in header.columns.items()}
        if any(_has_values(page, extent, _ONE_EACH[name]) for name, extent in by_order.items() if name in _ONE_EACH):
            return replace(header, columns=by_order, row=row)
    moved = {name: (left + aside, right + aside) for name, (left, right) in header.columns.items()}
    return replace(header, columns=moved)


def _usual_row(cells: Sequence[Box]) -> list[tuple[float, float]]:
    """Return the extents of the cells of a table's row, as most of its rows are divided; none where they differ."""
    rows_of_cells: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for left, top, right, bottom in cells:
        rows_of_cells.setdefault((round(top, 2), round(bottom, 2)), []).append((left, right))
    usual = Counter(map(len, rows_of_cells.values())).most_common(1)
    if not usual or 2 * usual[0][1] <= len(rows_of_cells):
        return []
    return sorted(next(one for one in rows_of_cells.values() if len(one) == usual[0][0]))


def _has_values(page: Page, extent: tuple[float, float], pattern: re.Pattern[str]) -> bool:
    """Say whether the cells of a column have values of a kind."""
    written = [text for cell in page.cells if _is_in(cell, extent) and (text := inside(page, cell).text)]
    found = sum(pattern.fullmatch(text) is not None for text in written)
    return bool(written) and found >= TELLING_PART * len(written)


def _place_in(extent: tuple[float, float], row: Sequence[tuple[float, float]]) -> int:
    """Return which of a row's cells a column is."""
    return max(range(len(row)), key=lambda place: min(extent[1], row[place][1]) - max(extent[0], row[place][0]))


def _goes_on(table: Sequence[TableRow], row: TableRow) -> bool:
    """Say whether what stands over a page's head is one more entry of the table before it, numbered if those are.

    A title may stand there as well, whose table it is, and when it was filled in.
    """
    if sum(NUMBER in one.columns for one in table) <= len(table) / 2:
        return True
    return NUMBER in row.columns and _WORDS.search(row.columns[NUMBER].text) is None


def part_of(page: Page, box: Box) -> Page:
    """Return the part of a page whose middles stand in the box, of a line over its edge the characters inside."""
    left, top, right, bottom = box
    lines = [
        part
        for line in page.lines
        if top <= (line.box[1] + line.box[3]) / 2 < bottom and (part := _between(line, left, right)) is not None
    ]
    cells = [cell for cell in page.cells if _is_middle_in(cell, box)]
    marks = {
        "seals": [seal for seal in page.seals if _is_middle_in(seal.box, box)],
        "codes": [code for code in page.codes if _is_middle_in(code.box, box)],
    }
    return page.model_copy(update={"lines": lines, "cells": cells, **marks})


def _is_middle_in(inner: Box, box: Box) -> bool:
    return box[0] <= (inner[0] + inner[2]) / 2 < box[2] and box[1] <= (inner[1] + inner[3]) / 2 < box[3]


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


def _side_by_side_tables(sheet: Layout, names: _Names) -> list[Layout]:
    """Return a page, or its parts where its head names the same columns once more at the right (two to a row)."""
    for row in sheet.rows:
        over = [cell.passage for cell in sheet.cells if cell.box[1] < _middle(row) < cell.box[3]]
        heads = sorted(over, key=lambda one: one.box[0] if one else 0.0) if over else _heads_in(row, names)
        named = [(best.column, head) for head in heads if head and (best := _best_name(head.text, names)) is not None]
        if len(named) < 2 * (HEADER_COLUMNS - 1):
            continue
        again = [
            head
            for place, ((column, head), (following, _)) in enumerate(pairwise(named))
            if place and (column, following) == (named[0][0], named[1][0])
        ]
        if not again:
            continue
        cuts = [0.0, *(head.box[0] - _indent(sheet.page, head) for head in again), 1.0]
        return [Layout(part_of(sheet.page, (left, 0.0, right, 1.0))) for left, right in pairwise(cuts)]
    return [sheet]


def _indent(page: Page, head: Passage) -> float:
    """Return how far left of a head its column begins: at its cell's edge, or a little before its first letter."""
    x, y = head[0].middle
    cell = next((box for box in page.cells if box[0] < x < box[2] and box[1] < y < box[3]), None)
    return head.box[0] - cell[0] if cell is not None else 0.004


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


def _labelled_cells(sheet: Layout, names: _Names) -> list[tuple[str, Cell, Passage]]:
    """Return the labels of a page whose entries are small tables, in reading order, and the values at their right.

    In such a table labels and values take turns in a row, and labels stand under labels; a header's labels stand
    side by side, with values under them.
    """
    table = sheet.cells
    named = {cell.box: name for cell in table if (name := _best_name(cell.passage.text, names)) is not None}
    found: list[tuple[str, Cell, Passage]] = []
    misfits = 0
    for cell in table:
        if cell.box not in named:
            continue
        beside, under = right_of(cell, table), below(cell, table)
        # A value may have a label's word in it (职业指导员).
        is_value = beside is not None and (
            beside.box not in named or named[beside.box].length < WHOLE_LABEL * len(beside.passage)
        )
        heads_column = under is not None and _as_wide(under.box, cell.box) and under.box not in named
        if beside is None or not is_value or (heads_column and under is not None and under.passage):
            misfits += 1
        else:
            found.append((named[cell.box].column, cell, beside.passage.stripped()))
    in_rows: list[list[tuple[str, Cell, Passage]]] = []
    for one in sorted(found, key=lambda one: one[1].box[1]):
        if in_rows and (one[1].box[1] + one[1].box[3]) / 2 < in_rows[-1][0][1].box[3]:
            in_rows[-1].append(one)
        else:
            in_rows.append([one])
    columns = {name for name, _, _ in found}
    # Levels with what each costs beside them have labels, too, and are a part of an entry.
    if len(columns) < HEADER_COLUMNS or NAME not in columns or len(in_rows) < 2 or misfits > 0.5 * len(found):
        return []
    return [one for row in in_rows for one in sorted(row, key=lambda one: one[1].box[0])]


def _as_wide(one: Box, other: Box) -> bool:
    shared = min(one[2], other[2]) - max(one[0], other[0])
    return shared > 0.8 * max(one[2] - one[0], other[2] - other[0])


def _headers(sheet: Layout, names: _Names) -> list[_Header]:
    """Return the headers of a page's tables, top to bottom."""
    named = [(cell.box, name) for cell in sheet.cells if (name := _best_name(cell.passage.text, names)) is not None]
    found: list[tuple[int, _Header]] = []
    for anchor, _ in named:
        in_row = sorted((name, box) for box, name in named if _side_by_side(box, anchor))
        # Of two heads that name one column (职务, 职称) the better one; the other counts where it is empty.
        beside = {name.column: box for name, box in in_row}
        if len(beside) >= HEADER_COLUMNS:
            top, bottom = min(box[1] for box in beside.values()), max(box[3] for box in beside.values()) - 0.003
            second = {UNKNOWN + name.column: box for name, box in in_row if box != beside[name.column]}
            extents = {
                name: extent
                for name, box in (beside | second).items()
                if (extent := _own_column(sheet, name, box, bottom, names)) is not None
            }
            in_head = [cell for cell in sheet.cells if _side_by_side(cell.box, anchor)]
            extents.update(_told_by_values(sheet, in_head, tuple(one for one in names if one[0] not in beside)))
            row = _usual_row([cell.box for cell in sheet.cells if cell.box[1] >= bottom])
            tiers = _tiers({name: box for name, box in (beside | second).items() if name in extents})
            found.append((len(beside), _Header(extents, top, bottom, end=1.0, ruled=True, row=row, tiers=tiers)))
    return _apart(found or _free_headers(sheet.rows, names))


def _tiers(heads: Mapping[str, Box]) -> dict[str, tuple[float, float]]:
    """Return which part of the head's height each column has, where some stand over one another beside whole ones."""
    top, bottom = min(box[1] for box in heads.values()), max(box[3] for box in heads.values())
    parts = {name: ((box[1] - top) / (bottom - top), (box[3] - top) / (bottom - top)) for name, box in heads.items()}
    is_whole = [_is_whole(part) for part in parts.values()]
    stacked = any(
        _as_wide(one, other) and min(one[3], other[3]) < max(one[1], other[1]) + ALIGNED
        for one, other in combinations(heads.values(), 2)
    )
    return parts if stacked and any(is_whole) and not all(is_whole) else {}


def _is_whole(part: tuple[float, float]) -> bool:
    return part[1] - part[0] > WHOLE_TIER


def _own_column(sheet: Layout, name: str, head: Box, bottom: float, names: _Names) -> tuple[float, float] | None:
    """Return where a head's column stands; under one over several (职称: 名称, 证书编号) it is the one for its value.

    That is the one that no other name fits; None where a second head of a column is over several.
    """
    under = [
        cell
        for cell in sheet.cells
        if _is_under(cell.box, head) and cell.box[2] - cell.box[0] < 0.8 * (head[2] - head[0]) and cell.box[1] < bottom
    ]
    if len(under) < 2:
        return head[0], head[2]
    if name.startswith(UNKNOWN):
        return None
    best = {cell.box: _best_name(cell.passage.text, names) for cell in under}
    own = [box for box, one in best.items() if one is not None and one.column == name]
    unnamed = [box for box, one in best.items() if one is None]
    left, _, right, _ = (own or unnamed or [head])[0]
    return left, right


def _is_under(box: Box, head: Box) -> bool:
    """Say whether a cell adjoins a head below, within its width."""
    middle = (box[0] + box[2]) / 2
    return head[0] < middle < head[2] and abs(box[1] - head[3]) < ALIGNED


def _told_by_values(sheet: Layout, heads: Sequence[Cell], missing: _Names) -> dict[str, tuple[float, float]]:
    """Return where those of the missing columns stand of whose head a part is there, by what is under it.

    The rest was not read (是否 of 是否新职业), or left out (考评员 for 考评员姓名).
    """
    found: dict[str, tuple[float, float]] = {}
    for column, variants in missing:
        for head in heads if column in _TELLING else ():
            if not head.passage or not any(head.passage.text in variant for variant in variants):
                continue
            extent = (head.box[0], head.box[2])
            under = {cell.box: cell.passage for cell in sheet.cells if cell.box[1] >= head.box[3] - 0.003}
            values = [under[box].text for box in _run([box for box in under if _is_in(box, extent)]) if under[box]]
            telling = [value for value in values if _TELLING[column].fullmatch(value)]
            if values and len(telling) >= TELLING_PART * len(values):
                found[column] = extent
    return found


def _side_by_side(one: Box, other: Box) -> bool:
    return min(one[3], other[3]) - max(one[1], other[1]) > 0.5 * min(one[3] - one[1], other[3] - other[1])


def _apart(found: Sequence[tuple[int, _Header]]) -> list[_Header]:
    """Return the best of some headers with their scores, and those of other tables that name about as much."""
    kept: list[_Header] = []
    ordered = sorted(found, key=lambda one: -one[0])
    for score, header in ordered:
        if score >= 0.6 * ordered[0][0] and all(
            header.bottom <= other.top or header.top >= other.bottom for other in kept
        ):
            kept.append(header)
    return sorted(kept, key=lambda header: header.top)


@dataclass(frozen=True, order=True)
class _Name:
    """How well a head names a column: by a long variant, at the head's end, and one that stands early in the list."""

    length: int
    at_end: bool
    place: int
    column: str


@lru_cache(maxsize=16384)
def _best_name(text: str, names: _Names) -> _Name | None:
    """Return the column that a head names: the likest and longest variant that makes up most of it.

    What stands in brackets at its end (职称（技能等级）) need not be part of the name, nor its translation.
    """
    text = _TRANSLATION.sub("", text) or text
    size = len(_BRACKETED.sub("", text)) or len(text)
    # What is found has at most the variant's length.
    variants = [
        (column, place, variant)
        for column, one in names
        for place, variant in enumerate(one)
        if len(variant) >= 0.4 * size and (len(variant) > 1 or len(text) <= 1)
    ]
    best: tuple[float, _Name] | None = None
    for column, place, variant in variants:
        for start, end, score in find_like(text, variant):
            at_end = end in {size, len(text)}
            if not (start <= 2 or at_end) or end - start < 0.4 * size:
                continue
            candidate = (score, _Name(end - start, at_end, -place, column))
            if best is None or candidate > best:
                best = candidate
    return best[1] if best else None


def _free_headers(page_rows: Sequence[Passage], names: _Names) -> list[tuple[int, _Header]]:
    """Find headers without ruling lines: rows, close under one another, that name columns, and how well they do."""
    found: list[tuple[int, _Header]] = []
    for (first, row), cut in product(enumerate(page_rows), (_heads_in, _beginnings_in)):
        heads = cut(row, names)
        for last in range(first, min(first + HEADER_ROWS, len(page_rows))):
            if last > first:
                following = page_rows[last]
                if following.box[1] - page_rows[last - 1].box[3] > 0.8 * following.height:
                    break
                heads = _stacked(heads, cut(following, names))
            score, named = _named(heads, names)
            if len(named) >= HEADER_COLUMNS:
                boxes = [one.box for one in page_rows[first : last + 1]]
                top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
                found.append((score, _Header(named, top, bottom, end=1.0, ruled=False)))
    return found


def _heads_in(row: Passage, names: _Names) -> list[Passage]:
    """Cut a row into what may name columns; a name printed wide (姓    名) is one."""
    parts = [
        part
        for stretch in stretches(row, HEAD_GAP)
        for one in _narrowly_apart(stretch, names)
        for part in _column_heads(one, names)
    ]
    heads: list[Passage] = []
    for part in parts:
        last = heads.pop() if heads else Passage()
        cut = _wide_name(last, part, names) if len(part) == 1 else None
        heads += [last, part] if cut is None else [last[:cut], last[cut:] + part]
    return [head for head in heads if head]


def _wide_name(last: Passage, part: Passage, names: _Names) -> int | None:
    """Return where in a stretch a name begins that goes on in the next one: 姓    名, or 编号姓    名."""
    known = {variant for _, variants in names for variant in variants}
    starts = range(max(len(last) - 2, 0), len(last))
    return next(
        (
            start
            for start in starts
            if last.text[start:] + part.text in known and (not start or last.text[:start] in known)
        ),
        None,
    )


def _beginnings_in(row: Passage, _: _Names) -> list[Passage]:
    """Cut a row at narrower spaces into what may be the beginnings of names that go on under it."""
    return stretches(row, NARROW_GAP)


def _narrowly_apart(stretch: Passage, names: _Names) -> list[Passage]:
    """Cut a stretch at narrower spaces, too, where each part names another column."""
    parts = stretches(stretch, NARROW_GAP)
    named = {best.column for part in parts if (best := _best_name(part.text, names)) is not None}
    return parts if len(named) == len(parts) else [stretch]


def _stacked(heads: Sequence[Passage], lower: Sequence[Passage]) -> list[Passage]:
    """Return the heads with what stands under them joined on."""
    stacked = list(heads)
    for part in lower:
        over = [index for index, head in enumerate(stacked) if _shared(head.box, part.box) > 0.5]
        if over:
            stacked[over[0]] = stacked[over[0]] + part
        else:
            stacked.append(part)
    return stacked


def _shared(one: Box, other: Box) -> float:
    """Return how much of the narrower box's width lies over or under the other."""
    return (min(one[2], other[2]) - max(one[0], other[0])) / max(min(one[2] - one[0], other[2] - other[0]), 1e-6)


def _named(heads: Sequence[Passage], names: _Names) -> tuple[int, dict[str, tuple[float, float]]]:
    """Return how well heads name columns and where each stands; those that name none bear their own words."""
    score = 0
    named: dict[str, tuple[_Name, Passage]] = {}
    others: list[Passage] = []
    for head in heads:
        best = _best_name(head.text, names)
        if best is None:
            others.append(head)
            continue
        score += 2 * best.length - len(head)
        before = named.get(best.column)
        if before is None or best > before[0]:
            named[best.column] = (best, head)
            others.extend([before[1]] if before is not None else [])
        else:
            others.append(head)
    if len(named) < HEADER_COLUMNS:
        return 0, {}
    extents = {name: (head.box[0], head.box[2]) for name, (_, head) in named.items()}
    extents.update({f"{UNKNOWN}{head.text}": (head.box[0], head.box[2]) for head in others})
    return score + COLUMN_SCORE * len(named), extents


def _column_heads(stretch: Passage, names: _Names) -> list[Passage]:
    """Cut a stretch in which several columns are named side by side (序号姓名) into their names."""
    heads: list[tuple[int, int]] = []
    variants = (one for _, variants in names for one in variants if 1 < len(one) <= len(stretch))
    for variant in sorted(variants, key=len, reverse=True):
        for start, end in find_exact(stretch.text, variant):
            if all(end <= other[0] or start >= other[1] for other in heads):
                heads.append((start, end))
    covered = sum(end - start for start, end in heads)
    if len(heads) < 2 or covered < len(stretch) - 2:
        return [stretch]
    # 专业技术职务或技能等级 is one column's name.
    starts = [start for start, _ in sorted(heads)]
    if all(space_between(stretch[start - 1], stretch[start]) < 0.12 for start in starts[1:]):
        return [stretch]
    return [stretch[start:end] for start, end in sorted(heads)]


def _ruled_rows(page: Page, header: _Header) -> list[TableRow]:
    """Return the rows of a ruled table: each as high as the cell of the column that is ruled most regularly."""
    below = [box for box in page.cells if header.bottom < (box[1] + box[3]) / 2 < header.end]
    if not (below or header.bottom):
        # What stands over a page's own head, without ruling lines, is not of the ruled table before.
        return []
    columns = {name: _run([box for box in below if _is_in(box, extent)]) for name, extent in header.columns.items()}
    if header.tiers and (tiered := _tiered_rows(page, header, columns)):
        return [row for row in tiered if row.whole and not _NO_ENTRY.match(row.whole.text)]
    usual = Counter(len(boxes) for boxes in columns.values() if boxes).most_common(1)
    if not usual or usual[0][1] < HEADER_COLUMNS:
        # Only the head is ruled, or the rows are only shaded. What fills few columns of a page without the head is
        # another table.
        is_other = not header.bottom and sum(map(bool, columns.values())) < HEADER_COLUMNS
        return [] if is_other else _free_rows(page, header)
    # A broken line merges two cells of a column or splits one: the count that most columns share is right.
    # No ruling runs through text: of several such columns the one whose cells cut no line.
    anchors = [boxes for boxes in columns.values() if len(boxes) == usual[0][0]]
    anchor = min(anchors, key=lambda boxes: _lines_cut(page, boxes))
    table: list[TableRow] = []
    for row in _with_shared([_row(page, header.columns, box[1], box[3]) for box in anchor], columns):
        held = _entries_held(row)
        box = next(iter(row.boxes.values()))
        parts = _free_rows(page, replace(header, bottom=box[1], end=box[3])) if held > 1 else [row]
        table.extend(parts if len(parts) == held else [row])
    return [row for row in table if row.whole and not _NO_ENTRY.match(row.whole.text)]


def _tiered_rows(page: Page, header: _Header, columns: Mapping[str, Sequence[Box]]) -> list[TableRow]:
    """Return the entries of a table that has several rows for each: every value stands as its head does in the head.

    None where the values stand in one row under heads that are two.
    """
    whole = [name for name, part in header.tiers.items() if _is_whole(part) and columns[name]]
    parted = [name for name in header.tiers if name not in whole]
    anchors = max((columns[name] for name in whole), key=len, default=())
    table: list[TableRow] = []
    for left, top, right, bottom in anchors:
        boxes = {name: (header.columns[name][0], top, header.columns[name][1], bottom) for name in header.columns}
        found = 0
        for name in parted:
            start, end = (top + part * (bottom - top) for part in header.tiers[name])
            own = [box for box in columns[name] if start < _centre(box) < end and top < _centre(box) < bottom]
            is_part = bool(own) and own[0][3] - own[0][1] < WHOLE_TIER * (bottom - top)
            found += is_part
            boxes[name] = own[0] if is_part else (boxes[name][0], start, boxes[name][2], end)
        if 2 * found < len(parted):
            return []
        lefts, rights = [left, *(box[0] for box in boxes.values())], [right, *(box[2] for box in boxes.values())]
        table.append(_row_in(page, boxes, (min(lefts), top, max(rights), bottom)))
    return table


def _with_shared(table: Sequence[TableRow], columns: Mapping[str, Sequence[Box]]) -> list[TableRow]:
    """Return the rows with what stands once in a cell that goes down over several of them: an employer, a trade."""
    shared: list[dict[str, Passage]] = [{} for _ in table]
    for name, boxes in columns.items():
        if name in _NEVER_SHARED or name.startswith(UNKNOWN):
            continue
        for box in boxes:
            covered = [place for place, row in enumerate(table) if box[1] < _centre(row.boxes[name]) < box[3]]
            page = next((table[place].whole.page for place in covered if table[place].whole), None)
            if len(covered) < 2 or page is None:
                continue
            value = _shared_value(inside(page, box), box, [table[place] for place in covered], name)
            for place in covered if value is not None else ():
                shared[place][name] = value or Passage()
    return [
        replace(row, columns={key: part for key, part in {**row.columns, **more}.items() if part}) if more else row
        for row, more in zip(table, shared, strict=True)
    ]


def _shared_value(written: Passage, box: Box, covered: Sequence[TableRow], name: str) -> Passage | None:
    """Return what stands in the middle of a cell over several rows; None where each of them has its own.

    Each has where a ruling was not found: then it stands beside what else its row holds. The lines of a long value
    may happen to stand so, too: then nothing tells.
    """
    if not written or abs(_centre(written.box) - _centre(box)) > SHARED_OFF * (box[3] - box[1]) / len(covered):
        return None
    beside = all(
        any(
            abs(_middle(row.columns[name]) - _middle(part)) < SAME_LINE * written.height
            for other, part in row.columns.items()
            if other != name and name in row.columns
        )
        for row in covered
    )
    if not beside:
        return written
    lines = [Passage(tuple(one)) for _, one in groupby(written.glyphs, key=lambda glyph: (glyph.box[1], glyph.box[3]))]
    character = written.height * written.page.height / written.page.width
    is_full = all(box[2] - line.box[2] < 1.5 * character for line in lines[:-1])
    return Passage() if is_full and lines[-1].box[2] < lines[0].box[2] - 0.8 * character else None


def _lines_cut(page: Page, boxes: Sequence[Box]) -> int:
    """Return how many lines of text the edges between a column's cells run through."""
    edges = [(upper[3], lower[1]) for upper, lower in pairwise(boxes)]
    cores = [
        (0.7 * top + 0.3 * bottom, 0.3 * top + 0.7 * bottom) for _, top, _, bottom in (one.box for one in page.lines)
    ]
    return sum(any(top < lower and bottom > upper for upper, lower in edges) for top, bottom in cores)


def _entries_held(row: TableRow) -> int:
    """Return how many entries stand in a row's cells: as many as each has numbers that are one entry's each."""
    held = [len(one.findall(row.columns[name].text)) for name, one in _ONE_EACH.items() if name in row.columns]
    if NUMBER in row.columns:
        lines = Counter(glyph.box[1] for glyph in row.columns[NUMBER].glyphs)
        held.append(len(lines) if row.columns[NUMBER].text.isdecimal() else 0)
    return min((one for one in held if one), default=0)


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
    """Read a table without ruling lines: the columns lie between lanes that its text leaves free.

    The columns that have one line in every entry tell how many entries there are, and where; the lines of the others
    belong to the entry from which no wider gap parts them.
    """
    names = sorted(header.columns, key=lambda name: sum(header.columns[name]))
    usual = median(line.box[3] - line.box[1] for line in page.lines) if page.lines else 0.0
    # A watermark over the table is none of its text.
    lines = [line for line in page.lines if line.box[3] - line.box[1] < WATERMARK * usual]
    page = page.model_copy(update={"lines": lines})
    body = [row for row in rows(page) if header.bottom < _middle(row) < header.end and not _is_stroke(row)]
    end = next((index for index, row in enumerate(body) if _NOTE.match(row.text)), len(body))
    body = [row for row in body[:end] if not _NO_ENTRY.match(row.text)]
    lanes = _lanes([header.columns[name] for name in names], body)
    placed = _table_part(
        [(row, _placed(row, lanes)) for row in body if not _runs_across(row, lanes)], min(HEADER_COLUMNS, len(names))
    )
    columns = [[part[index] for part in placed if index in part] for index in range(len(names))]
    entries = _entries(columns)
    table: list[dict[str, Passage]] = [{} for _ in range(max((len(one) for one in entries), default=0))]
    for name, column, anchors in zip(names, columns, entries, strict=True):
        for number, lines in enumerate(_parted(column, anchors)):
            if lines:
                table[number][name] = sum(lines, Passage())
    return [
        TableRow(
            {name: part for name, part in entry.items() if not name.startswith(UNKNOWN)},
            sum(entry.values(), Passage()),
        )
        for entry in table
        if entry and not _is_remark(entry, table)
    ]


def _is_remark(entry: Mapping[str, Passage], table: Sequence[Mapping[str, Passage]]) -> bool:
    """Say whether a row across the table is none of its entries: words stand where those have their numbers.

    A scrap of a watermark may stand there in an entry, too, which has a number that is a person's or an occupation's.
    """
    worded = [one for one in table if NUMBER in one and _WORDS.search(one[NUMBER].text) and not _has_own_number(one)]
    numbered = sum(NUMBER in one for one in table) - len(worded)
    return entry in worded and len(worded) <= numbered


def _has_own_number(entry: Mapping[str, Passage]) -> bool:
    return any(name in entry and pattern.search(entry[name].text) for name, pattern in _ONE_EACH.items())


def _runs_across(row: Passage, lanes: Sequence[float]) -> bool:
    """Say whether a row is a sentence over the table's width: its characters stand in the lanes between columns."""
    spanned = [lane for lane in lanes if row.box[0] < lane < row.box[2]]
    crossed = sum(
        any(box[0] < lane < box[2] for box in (_kernel(glyph.box) for glyph in row.glyphs)) for lane in spanned
    )
    return crossed >= 2 and crossed >= 0.5 * len(spanned)


def _kernel(box: Box) -> Box:
    """Return the middle part of a character's box: its edges are not read sharply."""
    edge = 0.2 * (box[2] - box[0])
    return (box[0] + edge, box[1], box[2] - edge, box[3])


def _is_stroke(row: Passage) -> bool:
    """Say whether a row is a ruling line that was read as a character."""
    return re.fullmatch(r"[一丨|_—-]", row.text) is not None and row.confidence < SURE_STROKE


def _middle(row: Passage) -> float:
    return _centre(row.box)


def _centre(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _lanes(heads: Sequence[tuple[float, float]], body: Sequence[Passage]) -> list[float]:
    """Return where one column ends and the next begins: between their heads, where the fewest lines are in the way."""
    runs = [(run.box[0], run.box[2]) for row in body for run in stretches(row, RUN_GAP)]
    lanes: list[float] = []
    for before, after in pairwise(heads):
        left, right = sorted((before[1], after[0]))
        steps = [left + (right - left) * step / LANE_STEPS for step in range(LANE_STEPS + 1)]
        crossed = [sum(run[0] + LANE_SLACK < x < run[1] - LANE_SLACK for run in runs) for x in steps]
        fewest = min(crossed)
        free: list[list[float]] = [[]]
        for x, count in zip(steps, crossed, strict=True):
            if count == fewest:
                free[-1].append(x)
            elif free[-1]:
                free.append([])
        widest = max(free, key=len)
        lanes.append((widest[0] + widest[-1]) / 2)
    return lanes


def _placed(row: Passage, lanes: Sequence[float]) -> dict[int, Passage]:
    """Cut a row at the lanes, beside a long number rather than through it."""
    numbers: list[tuple[int, int]] = []
    start = 0
    for run in stretches(row, HEAD_GAP):
        # The entry's own number before it is none of its digits.
        found = re.finditer(r"\d{11,17}[\dXx]", run.text)
        numbers += [(start + match.start(), start + match.end()) for match in found]
        start += len(run)
    cuts = [0]
    for lane in lanes:
        cut = sum(glyph.middle[0] < lane for glyph in row.glyphs)
        for start, end in numbers:
            if start < cut < end:
                cut = start if cut - start < end - cut else end
        cuts.append(max(cut, cuts[-1]))
    cuts.append(len(row))
    return {index: row[start:end] for index, (start, end) in enumerate(pairwise(cuts)) if end > start}


def _table_part(placed: Sequence[tuple[Passage, dict[int, Passage]]], need: int) -> list[dict[int, Passage]]:
    """Return the rows that are the table's: from the first that fills enough columns to the last, and what is close.

    A signature under a table crosses columns, too, but not the first ones.
    """
    full = [index for index, (_, parts) in enumerate(placed) if len(parts) >= need and min(parts) <= 1]
    if not full:
        return []
    middles = [_middle(row) for row, _ in placed]
    pitch = median(middles[after] - middles[before] for before, after in pairwise(full)) if len(full) > 1 else 0.0
    for before, after in pairwise(full):
        if middles[after] - middles[before] > max(3 * pitch, 8 * placed[after][0].height):
            full = [index for index in full if index <= before]
            break
    first, last = full[0], full[-1]
    gaps = [max(_gaps(placed[before : after + 1])) for before, after in pairwise(full)]
    # A line of the first or the last entry stands nearer to it than another entry would.
    near = min(0.8 * placed[first][0].height, 0.8 * median(gaps) if gaps else 1.0)
    while first > 0 and _gaps(placed[first - 1 : first + 1])[0] < near:
        first -= 1
    while last + 1 < len(placed) and _gaps(placed[last : last + 2])[0] < near:
        last += 1
    return [parts for _, parts in placed[first : last + 1]]


def _gaps(placed: Sequence[tuple[Passage, dict[int, Passage]]]) -> list[float]:
    """Return the room between each row and the next."""
    return [lower.box[1] - upper.box[3] for (upper, _), (lower, _) in pairwise(placed)]


def _entries(columns: Sequence[Sequence[Passage]]) -> list[list[Box]]:
    """Return for every column where the entries stand: beside the nearest column with one line in every entry."""
    counted = Counter(len(column) for column in columns if column).most_common()
    if not counted:
        return [[] for _ in columns]
    tied = {count for count, times in counted if times == counted[0][1]}
    # Numbers are seldom broken over lines, nor are names, which stand first.
    numbers = {len(column) for column in columns if column and all(_NUMBERED.fullmatch(line.text) for line in column)}
    usual = max(tied & numbers or tied & {len(column) for column in columns[:2]}, default=min(tied))
    regular = [index for index, column in enumerate(columns) if len(column) == usual]
    first = columns[regular[0]]
    pitch = min((_middle(after) - _middle(before) for before, after in pairwise(first)), default=1.0)
    regular = [
        index
        for index in regular
        if all(
            abs(_middle(one) - _middle(other)) < 0.5 * pitch for one, other in zip(columns[index], first, strict=True)
        )
    ]
    return [
        [line.box for line in columns[min(regular, key=lambda one: abs(one - index))]] for index in range(len(columns))
    ]


def _parted(lines: Sequence[Passage], entries: Sequence[Box]) -> list[list[Passage]]:
    """Part a column's lines among the entries, where the gap between two lines is widest."""
    parted: list[list[Passage]] = [[] for _ in entries]
    ends: list[float] = []
    for upper, lower in pairwise(entries):
        between = [line.box for line in lines if upper[1] < _middle(line) < lower[3]]
        stops = sorted([upper, *between, lower], key=lambda box: box[1] + box[3])
        gaps = [(after[1] - before[3], (before[3] + after[1]) / 2) for before, after in pairwise(stops)]
        widest = max(gap for gap, _ in gaps)
        middle = (upper[1] + upper[3] + lower[1] + lower[3]) / 4
        # Of gaps as wide the one half-way.
        near = [place for gap, place in gaps if gap > widest - 0.25 * (upper[3] - upper[1])]
        ends.append(min(near, key=lambda place: abs(place - middle)))
    for line in lines:
        parted[sum(_middle(line) > end for end in ends)].append(line)
    return parted


def _row(page: Page, columns: Mapping[str, tuple[float, float]], top: float, bottom: float) -> TableRow:
    boxes: dict[str, Box] = {name: (left, top, right, bottom) for name, (left, right) in columns.items()}
    across = (min(box[0] for box in boxes.values()), top, max(box[2] for box in boxes.values()), bottom)
    return _row_in(page, boxes, across)


def _row_in(page: Page, boxes: Mapping[str, Box], across: Box) -> TableRow:
    parts = {name: part for name, box in boxes.items() if (part := inside(page, box))}
    named = {name: part for name, part in parts.items() if not name.startswith(UNKNOWN)}
    second = {name.lstrip(UNKNOWN): part for name, part in parts.items() if name.startswith(UNKNOWN)}
    return TableRow({**second, **named}, inside(page, across), boxes)
