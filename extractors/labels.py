"""Values beside their labels, wherever the paper puts them.

A label is matched fuzzily (one wrong character in four), in a ruled cell or at the start of a stretch of a row; its
value is what follows: in the cell at the right or below, in the same row up to the next label, and in the rows under
it as long as they keep to its column.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractors.ink import is_paper
from extractors.layout import Cell, Passage, below, cells, first_row, overlap, right_of, row_ends, rows, space_between
from schemas.base import Box
from schemas.page import Page

# In units of the character height: a wider gap inside a row ends a value or begins a new stretch.
GAP = 2.2
# Characters nearer than this are of one word.
_RUNS_ON = 0.6
# Rows further apart than this many character heights are no longer one value.
ROW_GAP = 1.3
# A value under its label has so few rows, and is no sentence and no other label with its value.
_INDENTED_ROWS = 3
# The end of a value that goes on under its label; rows that tell how wide a block of rows is.
_REST, _BLOCK_ROWS = re.compile(r"[\u4e00-\u9fff（）()A-Z\d\-]{1,16}"), 3
# That of a list or a text, which has signs between its parts.
_LISTED, _REST_OF_LIST = re.compile(r"[、；;，,]"), re.compile(r"[^:：]+")
# In characters: so near their block's edge rows are full, and so near one place they begin there.
_TO_EDGE, _AT_LEFT = 1.2, 0.6
# In its heights: so far below its label's middle stands the lower of a value's two rows.
_LOWER = 0.3
_SENTENCE = re.compile(r"[:：。；;，]")
# What stands behind these words says how a form is filled in: it names labels, and no values.
_INSTRUCTIONS = re.compile(r"[\W_]*(?:填[表报写](?:说明|须知|要求)|说\s*明|注意事项|注)\s*[:：]\s*[(（]?[1一]")
_BEFORE = frozenset(":：;；,，.。、(（[【|/")
_BEHIND = _BEFORE | frozenset(")）]】")


@dataclass(frozen=True)
class Labelled:
    """What stands beside a label.

    `score` (0 to 1) says how well the label fits. `room` is the ruled cell the value belongs in, where there is one.
    """

    label: Passage
    value: Passage
    score: float
    room: Box | None = None


@dataclass(frozen=True)
class _Hit:
    name: str
    start: int
    end: int
    score: float


def labelled(page: Page, labels: Mapping[str, Sequence[str]]) -> dict[str, list[Labelled]]:
    """Return for every name the values found beside any of its labels, best first.

    All labels of a document are given together, since one value ends where the next label begins.
    """
    found: dict[str, list[Labelled]] = {name: [] for name in labels}
    # A fold cuts cells in two: what is lower than text is room for none.
    least = _LEAST_ROOM * median([line.box[3] - line.box[1] for line in page.lines] or [0.0])
    table = [cell for cell in cells(page) if cell.passage or cell.box[3] - cell.box[1] >= least]
    headed = [(cell, name, item) for cell in table for name, item in _headed(cell, labels)]
    if sum(bool(item.value) for _, _, item in headed) > max(_HEADED_CELLS - 1, len(headed) / 2):
        for cell, name, item in headed:
            found[name].append(item if item.value else _with_cell_below(cell, item, table))
    else:
        for cell in table:
            for name, item in _in_cell(cell, table, labels):
                found[name].append(item)
    in_cells = {name: list(items) for name, items in found.items()}
    for name, item in _in_rows(rows(page), labels):
        # A label in a ruled cell has its value in a cell: what follows in the row is the same thing, less surely.
        in_cell = next((one for one in in_cells[name] if overlap(item.label.box, one.label.box)), None)
        if in_cell is None or not (in_cell.value or (in_cell.room is not None and is_paper(page, in_cell.room))):
            found[name].append(item)
    for items in found.values():
        items.sort(key=lambda item: (-item.score, not item.value))
    return found


def _in_cell(cell: Cell, table: Sequence[Cell], labels: Mapping[str, Sequence[str]]) -> list[tuple[str, Labelled]]:
    text = cell.passage.text
    if not text or len(text) > 40:
        return []
    hits = _hits(text, labels)
    first = [hit for hit in hits if _ORNAMENT.fullmatch(text, 0, hit.start)]
    whole = [hit for hit in first if _only_decoration(text[hit.end :])]
    if joint := _joint(text, hits):
        around_it = (one for one in (_beside(cell, table), _under(cell, table)) if one is not None)
        room = next((one for one in around_it if one.passage and not _is_label(one.passage.text, labels)), None)
        if room is None:
            return []
        apart = _cells_beside(room, len(joint), table, labels)
        if apart and _shares(room.passage, len(joint))[0] is room.passage:
            # Each has a cell of its own.
            return [(hit.name, Labelled(cell.passage, one, hit.score)) for hit, one in zip(joint, apart, strict=True)]
        return _shared(cell.passage, joint, room.passage)
    if whole:
        hit = max(whole, key=lambda hit: (hit.score, hit.end))
        under = _under(cell, table)
        for neighbour in (_beside(cell, table), under):
            if neighbour is None or _is_crossed(neighbour):
                continue
            if not _is_label(neighbour.passage.text, labels):
                value = _trimmed(neighbour.passage)
                # Below a head nothing else is its value; to the right of an empty cell it may stand further on.
                is_room = value or neighbour is under or _is_last_before_label(neighbour, table, labels)
                room = neighbour.box if is_room else None
                return [(hit.name, Labelled(cell.passage, value, hit.score, room))]
        return []
    followed = [hit for hit in first if text[hit.end : hit.end + 1] in {":", "："}]
    return [
        (hit.name, Labelled(cell.passage[: hit.end], _trimmed(cell.passage[hit.end :]), hit.score))
        for hit in followed[:1]
    ]


def _cells_beside(
    first: Cell, number: int, table: Sequence[Cell], labels: Mapping[str, Sequence[str]]
) -> list[Passage]:
    """Return what stands in so many cells side by side from the first one; none where one is empty or a label."""
    values, last = [_trimmed(first.passage)], first
    while len(values) < number:
        following = right_of(last, table)
        if following is None or not following.passage or _is_label(following.passage.text, labels):
            return []
        values.append(_trimmed(following.passage))
        last = following
    return values


def _headed(cell: Cell, labels: Mapping[str, Sequence[str]]) -> list[tuple[str, Labelled]]:
    """Return the labels in the first row of a cell with what stands under them, in line with it, in the same cell."""
    text = cell.passage
    label = first_row(text)
    value = text[len(label) :]
    hits = [hit for hit in _hits(label.text, labels) if _ORNAMENT.fullmatch(label.text, 0, hit.start)] if label else []
    character = label.height * label.page.height / label.page.width if label else 0.0
    if value and not (
        abs(value[0].box[0] - label[0].box[0]) <= _AT_LEFT * character or _is_centred(label, value, character)
    ):
        return []
    # A label may be broken over two rows, or repeated in English.
    if value and (_IN_ENGLISH.fullmatch(value.text) or _is_label(text.text, labels)):
        return []
    if joint := _joint(label.text, _hits(label.text, labels)):
        return _shared(label, joint, value)
    whole = [hit for hit in hits if _only_decoration(label.text[hit.end :])]
    if not whole or (value and (_is_label(value.text, labels) or _only_decoration(value.text))):
        return []
    hit = max(whole, key=lambda hit: (hit.score, hit.end))
    left, _, right, bottom = cell.box
    return [(hit.name, Labelled(label, _trimmed(value), hit.score, (left, label.box[3], right, bottom)))]


def _with_cell_below(cell: Cell, item: Labelled, table: Sequence[Cell]) -> Labelled:
    """Return a label that fills its cell with what is in the cell below, from which a line of dots, say, parts it."""
    under = _under(cell, table)
    if under is None or cell.box[3] - cell.box[1] > _FULL * item.label.height:
        return item
    return Labelled(item.label, _trimmed(under.passage), item.score, under.box)


def _is_centred(label: Passage, value: Passage, character: float) -> bool:
    """Say whether what stands under a label has its middle where the label has it."""
    return abs(sum(label.box[::2]) - sum(value.box[::2])) / 2 <= _AT_LEFT * character


def _joint(text: str, hits: Sequence[_Hit]) -> list[_Hit]:
    """Return the labels that a cell holds together, such as 联系人/职务; none where it holds anything else."""
    chain: list[_Hit] = []
    end = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        before = _JOINED if chain else _ORNAMENT
        if hit.start >= end and before.fullmatch(text, end, hit.start):
            # 联系方式（电话/邮箱） asks for a number once.
            if not chain or chain[-1].name != hit.name:
                chain.append(hit)
            end = hit.end
    rest = text[end:].removeprefix("）").removeprefix(")")
    is_all = len({hit.name for hit in chain}) == len(chain) > 1 and _only_decoration(rest)
    return chain if is_all else []


def _shared(label: Passage, joint: Sequence[_Hit], value: Passage) -> list[tuple[str, Labelled]]:
    """Return the labels that stand together with each one's share of what stands beside them."""
    shares = _shares(value, len(joint))
    return [(hit.name, Labelled(label, _trimmed(share), hit.score)) for hit, share in zip(joint, shares, strict=True)]


def _shares(value: Passage, number: int) -> list[Passage]:
    """Return what of a value is each of several labels': its parts by signs, rows, brackets or spaces, or all of it."""
    marks = [match.span() for match in _PARTED.finditer(value.text)]
    breaks = [(end, end) for end in row_ends(value)[:-1]]
    spaces = [
        (end, end)
        for end, (before, after) in enumerate(pairwise(value.glyphs), start=1)
        if space_between(before, after) > _RUNS_ON
    ]
    if number == _PAIR and (pair := _BRACKETED.fullmatch(value.text)):
        return [value[slice(*pair.span(part))] for part in ("before", "inside")]
    for borders in (marks, breaks, spaces):
        if len(borders) == number - 1:
            starts, ends = [0, *(end for _, end in borders)], [*(start for start, _ in borders), len(value)]
            parts = [value[start:end] for start, end in zip(starts, ends, strict=True)]
            # A single character is a part of a name that is set wide.
            if all(len(part) > 1 for part in parts):
                return parts
    return [value] * number


def _trimmed(value: Passage) -> Passage:
    """Return a value without the signs around it, but for what ends its sentence (。) or its term."""
    kept = value.stripped()
    start = value.text.find(kept.text)
    closed = _CLOSING.match(value.text, start + len(kept)) if kept else None
    return value[start : closed.end()] if closed is not None else kept


def _beside(cell: Cell, table: Sequence[Cell]) -> Cell | None:
    """Return the cell at the right, or the one after it where that only says that a name comes."""
    neighbour = right_of(cell, table)
    if neighbour is not None and neighbour.passage and _NAMES_PARTY.fullmatch(neighbour.passage.text.rstrip(":：")):
        return right_of(neighbour, table)
    return neighbour


def _is_last_before_label(cell: Cell, table: Sequence[Cell], labels: Mapping[str, Sequence[str]]) -> bool:
    """Say whether nothing but another label stands at the right of an empty cell: else the value may stand there."""
    following = right_of(cell, table)
    return following is None or not following.passage or _is_label(following.passage.text, labels)


def _is_crossed(cell: Cell) -> bool:
    """Say whether a line of text runs on over the cell's right edge: then the edge is no ruling, or it would be cut."""
    if not cell.passage:
        return False
    right, last = cell.box[2], max(cell.passage.glyphs, key=lambda glyph: glyph.box[2])
    room = (last.box[3] - last.box[1]) * last.page.height / last.page.width
    return any(
        line.box[0] < right - room and line.box[2] > right + room and line.box[1] < last.middle[1] < line.box[3]
        for line in last.page.lines
    )


def _under(cell: Cell, table: Sequence[Cell]) -> Cell | None:
    """Return the cell below where it can be the value's: a head's column is about as wide as the head."""
    under = below(cell, table)
    if under is None or under.box[2] - under.box[0] > 2 * (cell.box[2] - cell.box[0]):
        return None
    return under


def _only_decoration(rest: str) -> bool:
    """Say whether nothing but punctuation, a bracketed remark or a unit without all of its brackets follows a label."""
    rest = rest.strip(":： ")
    return not rest or (rest[0] in "（([" and rest[-1] in "）)]") or _UNIT.fullmatch(rest) is not None


def _is_label(text: str, labels: Mapping[str, Sequence[str]]) -> bool:
    return any(
        hit.score > 0.9 and _ORNAMENT.fullmatch(text, 0, hit.start) and _only_decoration(text[hit.end :])
        for hit in _hits(text, labels)
    )


def _in_rows(page_rows: Sequence[Passage], labels: Mapping[str, Sequence[str]]) -> list[tuple[str, Labelled]]:
    hits = [_row_hits(row, labels) for row in page_rows]
    columns = _columns(page_rows, hits)
    found: list[tuple[str, Labelled]] = []
    for index, row in enumerate(page_rows):
        if _INSTRUCTIONS.match(row.text):
            continue
        for position, hit in enumerate(hits[index]):
            following = hits[index][position + 1] if position + 1 < len(hits[index]) else None
            rest = row[hit.end : _before_number(row, hit.end, following.start) if following else len(row)]
            limit = row[following.start].box[0] if following else 1.0
            label = row[hit.start : hit.end]
            value = _behind_colon(_until_gap(rest, columns))
            below_rows, below_hits = page_rows[index + 1 : index + 8], hits[index + 1 : index + 8]
            end_of_value = (
                _flush_below(label, value, limit, page_rows, hits, index) if _begins_column(row, hit) else Passage()
            )
            if end_of_value:
                whole = value + end_of_value
            else:
                whole = _with_rows_below(label, value, limit, below_rows, below_hits)
            whole = _with_row_above(label, whole, limit, page_rows[:index], hits)
            found.append((hit.name, Labelled(label, _trimmed(whole), hit.score * 0.98)))
            if not whole and rest.text in {":", "："}:
                indented = _indented_below(label, limit, below_rows, below_hits)
                found.append((hit.name, Labelled(label, _trimmed(indented), hit.score * 0.9)))
            if not whole and rest.text in {"", ":", "："}:
                under = _alternating_below(page_rows, hits, index, label, limit)
                found.append((hit.name, Labelled(label, _trimmed(under), hit.score * 0.85)))
    return found


def _before_number(row: Passage, start: int, end: int) -> int:
    """Return where what stands before a label ends, behind `start`: before the number that the label may have."""
    number = _LABEL_NUMBER.search(row.text, start, end)
    if number is None or (number.start() > start and space_between(row[number.start() - 1], row[number.start()]) < GAP):
        return end
    return number.start()


def _columns(page_rows: Sequence[Passage], hits: Sequence[Sequence[_Hit]]) -> list[float]:
    """Return where the labels of another column begin: two or more of them under one another, behind a gap."""
    lefts = [
        (row[hit.start].box[0], row.height * row.page.height / row.page.width)
        for row, row_hits in zip(page_rows, hits, strict=True)
        for hit in row_hits
        if hit.start and _begins_column(row, hit)
    ]
    return [
        left for left, character in lefts if sum(abs(left - other) < _AT_LEFT * character for other, _ in lefts) > 1
    ]


def _until_gap(passage: Passage, columns: Sequence[float]) -> Passage:
    """End a value at a gap so wide that another column must begin there, or where labels of one stand."""
    for index in range(1, len(passage)):
        before, after = passage[index - 1], passage[index]
        space = space_between(before, after)
        character = (after.box[3] - after.box[1]) * after.page.height / after.page.width
        begins = space > GAP and any(abs(after.box[0] - left) < _AT_LEFT * character for left in columns)
        if begins or space > 3 * GAP:
            return passage[:index]
    return passage


def _behind_colon(passage: Passage) -> Passage:
    """Return a value without the colon before it: the colon may stand far to its left."""
    start = len(passage.text) - len(passage.text.lstrip(":："))
    return passage[start:]


def _with_row_above(
    label: Passage, value: Passage, limit: float, above: Sequence[Passage], hits: Sequence[Sequence[_Hit]]
) -> Passage:
    """Return a value with the row over it where its label stands half way down between the two."""
    if not value or not above or value[0].middle[1] - _middle(label.box) < _LOWER * value.height:
        return value
    character = value.height * value.page.height / value.page.width
    row = above[-1]
    column = Passage(
        tuple(
            glyph
            for glyph in row.glyphs
            if value[0].box[0] - _AT_LEFT * character <= glyph.box[0] and glyph.middle[0] < limit
        )
    )
    is_labelled = any(row[hit.start].box[0] < limit for hit in hits[len(above) - 1])
    if not column or is_labelled or abs(column.box[0] - value[0].box[0]) >= _AT_LEFT * character:
        return value
    is_close = 0 <= value[0].box[1] - column.box[3] + _LOWER * value.height < ROW_GAP * value.height
    return column + value if is_close and _middle(column.box) < _middle(label.box) else value


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _with_rows_below(
    label: Passage, value: Passage, limit: float, below_rows: Sequence[Passage], below_hits: Sequence[Sequence[_Hit]]
) -> Passage:
    """Add the rows under a value that keep to its column and hold no label of their own."""
    bottom, height = (value or label).box[3], label.height
    left = inner = value.box[0] if value else label.box[2]
    aspect = label.page.height / label.page.width
    # A label that is printed wide may have a high box.
    line = min(height, value.height) if value else height
    for row, row_hits in zip(below_rows, below_hits, strict=True):
        if row.box[1] - bottom > ROW_GAP * line:
            break
        column = Passage(
            tuple(glyph for glyph in row.glyphs if left - 1.5 * height * aspect <= glyph.middle[0] <= limit)
        )
        if not column:
            continue
        # What runs on into the next column stands in that.
        behind = next((glyph for glyph in row.glyphs if glyph.middle[0] > limit), None)
        if behind is not None and space_between(column[-1], behind) < _RUNS_ON:
            break
        if _IN_ENGLISH.fullmatch(column.text):
            break
        # A label of the next column may stand a little further to the left than the one above it.
        own = limit - _AT_LEFT * height * aspect
        if any(row[hit.start].box[0] < own and row[hit.end - 1].box[2] > label.box[0] for hit in row_hits):
            break
        # Another column stands beside the value, its rows a little lower.
        if value and column.box[0] - value.box[2] > GAP * height * aspect:
            continue
        # What a value wraps to is no wider than what it wrapped from.
        if value and column.box[2] - value.box[2] > 2 * height * aspect:
            break
        # It begins where the value begins: what stands further in is something else.
        if value and column.box[0] - inner > 1.5 * height * aspect:
            break
        # Text that begins left of the value's column is a row of its own.
        beside = [glyph for glyph in row.glyphs if glyph.middle[0] < column.box[0]]
        near = beside and column.box[0] - beside[-1].box[2] < GAP * height * aspect
        if beside and beside[0].box[0] < left and (near or beside[-1].character in ":："):
            break
        # In its first row the room within a label printed wide moves a value a little to the left.
        inner = max(inner, column.box[0])
        value = value + column
        bottom = row.box[3]
    return value


def _begins_column(row: Passage, hit: _Hit) -> bool:
    """Say whether a label stands first in its row, or where another column begins."""
    return not hit.start or space_between(row[hit.start - 1], row[hit.start]) > GAP


def _flush_below(
    label: Passage,
    value: Passage,
    limit: float,
    page_rows: Sequence[Passage],
    hits: Sequence[Sequence[_Hit]],
    index: int,
) -> Passage:
    """Return the end of a value that fills its row and goes on under its label, where the next row begins.

    A row is full if it goes as far as any of those that begin where it begins; there must be others to tell.
    """
    character = label.height * label.page.height / label.page.width
    left = label.box[0]

    def column(row: Passage) -> Passage:
        begin = sum(glyph.box[0] < left - _AT_LEFT * character for glyph in row.glyphs)
        if begin == len(row) or row[begin].box[0] - left >= _AT_LEFT * character:
            return Passage()
        if begin and space_between(row[begin - 1], row[begin]) < GAP:
            return Passage()
        return Passage(tuple(glyph for glyph in row.glyphs[begin:] if glyph.middle[0] < limit))

    rest, last = Passage(), value
    edge: float | None = None
    for row, row_hits in zip(page_rows[index + 1 :], hits[index + 1 :], strict=True):
        following = column(row) if last else Passage()
        if not following or any(left - character < row[hit.start].box[0] < limit for hit in row_hits):
            break
        alike = 0.75 < following.height / label.height < 1.33
        if not alike or following.box[1] - last.box[3] >= ROW_GAP * label.height:
            break
        if edge is None:
            block = [part for one in page_rows if (part := column(one))]
            edge = max(part.box[2] for part in block) if len(block) >= _BLOCK_ROWS else 1.0
        if edge - last.box[2] >= _TO_EDGE * character:
            break
        rest, last = rest + following, following
    # The last row of a text is shorter than the others.
    if not rest or edge is None or edge - last.box[2] <= 2 * character:
        return Passage()
    return rest if (_REST_OF_LIST if _LISTED.search(value.text) else _REST).fullmatch(rest.text) else Passage()


def _indented_below(
    label: Passage, limit: float, below_rows: Sequence[Passage], below_hits: Sequence[Sequence[_Hit]]
) -> Passage:
    """Return the rows under a label that ends its row with a colon, where they stand further in than the label."""
    value, bottom = Passage(), label.box[3]
    character = label.height * label.page.height / label.page.width
    for row, row_hits in zip(below_rows[:_INDENTED_ROWS], below_hits, strict=False):
        column = Passage(
            tuple(glyph for glyph in row.glyphs if label.box[0] - 0.5 * character <= glyph.middle[0] <= limit)
        )
        if row.box[1] - bottom > ROW_GAP * label.height:
            break
        if not column:
            continue
        if any(row[hit.start].box[0] < limit and row[hit.end - 1].box[2] > label.box[0] for hit in row_hits):
            break
        if _SENTENCE.search(column.text) or (not value and column.box[0] - label.box[0] < 0.7 * character):
            break
        value = value + column
        bottom = row.box[3]
    return value


def _alternating_below(
    page_rows: Sequence[Passage], hits: Sequence[Sequence[_Hit]], index: int, label: Passage, limit: float
) -> Passage:
    """Return what stands under a label where rows of labels and rows of their values take turns, in all columns.

    So they do where the row two further on or two before holds labels alone, too, and the first ones begin at one
    place. Behind a colon one value may stand in the next row for want of room: then the row after it begins with
    another label.
    """

    def holds_labels(place: int) -> bool:
        if not 0 <= place < len(page_rows) or not hits[place]:
            return False
        rest = list(page_rows[place].text)
        for hit in hits[place]:
            rest[hit.start : hit.end] = " " * (hit.end - hit.start)
        return not "".join(rest).strip(" :：")

    if not holds_labels(index) or index + 1 == len(page_rows) or hits[index + 1]:
        return Passage()
    row, under = page_rows[index], page_rows[index + 1]
    turns = [place for place in (index - 2, index + 2) if holds_labels(place) and not hits[(place + index) // 2]]
    if row.text.endswith((":", "：")) and any(hit.start == 0 for after in hits[index + 2 : index + 3] for hit in after):
        turns.append(index + 2)
    character = row.height * row.page.height / row.page.width
    lines = [page_rows[place] for place in turns]
    is_even = all(abs(line.box[0] - row.box[0]) < _AT_LEFT * character for line in lines)
    is_close = under.box[1] - row.box[3] < ROW_GAP * row.height
    value = Passage(
        tuple(one for one in under.glyphs if label.box[0] - _AT_LEFT * character < one.box[0] and one.middle[0] < limit)
    )
    if not (turns and is_even and is_close and value) or _SENTENCE.search(value.text):
        return Passage()
    return value if abs(value.box[0] - label.box[0]) < _AT_LEFT * character else Passage()


def _row_hits(row: Passage, labels: Mapping[str, Sequence[str]]) -> list[_Hit]:
    """Return the labels of a row that stand where a label may stand, from left to right, without overlap."""
    kept: list[_Hit] = []
    hits = [
        hit for hit in _hits(row.text, labels) if _begins_here(row, hit.start) and not _GOES_ON.match(row.text, hit.end)
    ]
    ended = [hit for hit in hits if _ends_here(row, hit.end)]
    for hit in sorted(hits, key=lambda hit: (-hit.score, -(hit.end - hit.start))):
        # A long label is one even where its value follows without a gap, but for the beginning of a longer one, or of
        # a section's heading: （一）申报单位信息.
        is_section = _ITEM.search(row.text, 0, hit.start) is not None and _WORD.match(row.text, hit.end) is not None
        plain = hit.score == 1.0 and hit.end - hit.start >= 4 and not is_section
        longer = any(other.start == hit.start and other.end > hit.end for other in ended)
        if hit not in ended and (longer or not plain):
            continue
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _begins_here(row: Passage, index: int) -> bool:
    if _SPECK.fullmatch(row.text, 0, index) or row[index - 1].character in _BEFORE:
        return True
    if _ITEM.search(row.text, 0, index):
        return True
    return space_between(row[index - 1], row[index]) > 0.4


def _ends_here(row: Passage, index: int) -> bool:
    """Say whether a label may end here: at a colon, a bracket, a gap, or the row's end."""
    if index == len(row) or row[index].character in _BEHIND:
        return True
    return space_between(row[index - 1], row[index]) > 0.3


def _hits(text: str, labels: Mapping[str, Sequence[str]]) -> list[_Hit]:
    without = [(text[: other.start()] + text[other.end() :], *other.span()) for other in _OTHER_WORD.finditer(text)]
    return [
        _Hit(name, start, _behind_translation(text, end), score)
        for name, variants in labels.items()
        for variant in variants
        for start, end, score in (*find_like(text, variant), *_find_around(without, variant))
        if not _SIGNATURE.match(text, end)
    ]


def _find_around(without: Sequence[tuple[str, int, int]], wanted: str) -> list[tuple[int, int, float]]:
    """Return the places that read `wanted` but for another word in brackets: 注册（登记）地址.

    `without` are the texts without one such word each, with where it stood.
    """
    return [
        (start, end + after - before, 1.0)
        for text, before, after in without
        for start, end in find_exact(text, wanted)
        if start < before < end
    ]


def _behind_translation(text: str, end: int) -> int:
    """Return where a label ends that is printed in English as well (姓名 Name, 证书编号 Certificate No.)."""
    translation = _TRANSLATION.match(text, end)
    return translation.end() if translation else end


_HALF_TO_FULL = str.maketrans("():[]", "（）：【】")
# Capitalised words, or capitals alone; codes have figures, addresses of e-mail no capitals.
_TRANSLATION = re.compile(r"/?(?![^@]*@)(?:(?=[A-Z.]*[a-z])(?:[A-Z]+[a-z]*\.?)+|[A-Z]{3,}\.?(?![A-Z\d]))")
# 2005年4月30日至******: the asterisks say that a term has no fixed end.
_CLOSING = re.compile(r"。|(?<=至)[*＊]{3,}")
# What may stand before a label: a star, a speck of dirt; in its cell a number. 一、 and （一） stand before headings.
# Signs, and the numbers in circles that are letters to Python: a 11 in one may be read as ⑩ and a figure.
_SPECK = re.compile(r"(?:[①-⑳❶-❿]\d?|[\W_])*")
_ORNAMENT = re.compile(rf"(?:[（(]?\d{{1,2}}[）)、.．])?{_SPECK.pattern}")
# （三）注册登记机构: the number of a form's item.
_ITEM = re.compile(r"[（(][一二三四五六七八九十]{1,2}[）)]$")
_WORD = re.compile(r"[\u4e00-\u9fff]")
# The number of a label behind another's value: 30    8. 办公电话.
_LABEL_NUMBER = re.compile(r"(?:[（(]?\d{1,2}[）)、.．]|[（(][一二三四五六七八九十]{1,2}[）)])$")
# In so many cells of a page, and in most of those with a label, a value stands under it: then that is so in all.
_HEADED_CELLS = 3
# A cell is full of its label where it is at most so much higher.
_FULL = 2.0
# In usual heights of the page's lines, a cell that text is written in.
_LEAST_ROOM = 0.9
# Within a label, another word for the one before it.
_OTHER_WORD = re.compile(r"(?<=[\u4e00-\u9fff])[（(][\u4e00-\u9fff]{1,4}[）)](?=[\u4e00-\u9fff])")
# Between the labels of one cell, and between their values.
_JOINED = re.compile(r"[/／、，,及和与&（(]?")
_PARTED = re.compile(r"[/／、，,]")
_BRACKETED, _PAIR = re.compile(r"(?P<before>[^（()）]{2,})[（(](?P<inside>[^（()）]{2,})[）)]"), 2
_UNIT = re.compile(r"[（(]?(?:㎡|[mM][²2?]?|平方米)[）)]?")
# A row in English translates the label over it, and ends the value.
_IN_ENGLISH = re.compile(r"(?=.{3})[A-Za-z.,'/()（）]+[:：]?")
# A cell that groups several rows (出租方) is followed by what each row holds: the first one names the party.
_NAMES_PARTY = re.compile(
    r"(?:单位|企业|机构|公司)?(?:[或/／、（(]?(?:个人|姓名|名称)[）)]?)?(?:名称|姓名|个人|全称)?"
    r"(?:[（(/／](?:姓名|名称|单位|个人|盖章|签章)[）)]?)?"
)
# 登记机关及时间 labels two values, and its own text is none.
_GOES_ON = re.compile(r"[及和与](?=[^:：]{1,6})")
# 单位名称（公章） and 法定代表人（签字） stand where somebody signs; they label no value. 单位全称（与公章一致） does.
_SIGNATURE = re.compile(r"[（(【\[](?![与同和])[^）)】\]]{0,6}[章签]")


@lru_cache(maxsize=65536)
def find_like(text: str, wanted: str) -> tuple[tuple[int, int, float], ...]:
    """Return (start, end, score) of the places in `text` that read like `wanted`, brackets of any width alike.

    All exact places, or else the best place with one wrong character in four (never in fewer than four).
    """
    exact = find_exact(text, wanted)
    if exact or len(wanted) < 4 or len(text) < len(wanted) - 1:
        return tuple((start, end, 1.0) for start, end in exact)
    allowed = len(wanted) // 4
    # Every character that stands nowhere in the text is wrong.
    if len(_characters(wanted) - _characters(text)) > allowed:
        return ()
    text, wanted = _full_width(text), _full_width(wanted)
    alignment = fuzz.partial_ratio_alignment(wanted, text)
    if alignment is None:
        return ()
    found = text[alignment.dest_start : alignment.dest_end]
    distance = Levenshtein.distance(wanted, found)
    if distance > allowed:
        return ()
    return ((alignment.dest_start, alignment.dest_end, 1 - distance / len(wanted)),)


def find_exact(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return (start, end) of all places in `text` that read `wanted`, brackets of any width alike."""
    text, wanted = _full_width(text), _full_width(wanted)
    found: list[tuple[int, int]] = []
    start = text.find(wanted)
    while start >= 0:
        found.append((start, start + len(wanted)))
        start = text.find(wanted, start + 1)
    return found


@lru_cache(maxsize=8192)
def _full_width(text: str) -> str:
    return text.translate(_HALF_TO_FULL)


@lru_cache(maxsize=8192)
def _characters(text: str) -> frozenset[str]:
    return frozenset(_full_width(text))
