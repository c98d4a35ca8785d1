"""Rows of tables that a page break cut in two, rows that are no entries, and scraps of words in their cells."""

import re
from collections.abc import Sequence
from statistics import fmean, median

from extractors.layout import Passage, passage_of, space_between
from extractors.tables import NUMBER, TableRow
from extractors.values import codes

# Signs around a value that are no part of it.
SPECKS = "_＿-—–~～=＝*/／\\.．。·•…:：;；,，、'\"|丨 "
_TWO_LETTERS = re.compile(r"[\u3400-\u9fff]{2}")
_UNBROKEN = ("id_number", "code")
# So many of a number's last figures may stand beyond the edge of its cell, so near in units of their height.
_FIGURES, _EDGE = re.compile(r"[\dXx]{1,4}"), 1.0
# A word of a list has two characters at least, and was read so surely; else it is the scrap of one, or of a watermark.
_WORD, _READ = 2, 0.6

# A person's name: of the longest, apart from those of minorities with their dots, five characters.
_PERSON = re.compile(
    r"[\W_]*\d*[\W_]*(?:[\u3400-\u9fff]{2,5}|[\u3400-\u9fff]+(?:[·•.．][\u3400-\u9fff]+)+)(?:[（(].*)?[\W_]*\d*[\W_]*"
)


def entries(table: Sequence[TableRow]) -> list[TableRow]:
    """Return the rows of a list that are its entries: they have a number, or as much in them as others.

    Under a list stand its date, a seal, who made it, whose letters lie in the columns, too.
    """
    usual = median(len(row.columns) for row in table) if table else 0.0
    return [row for row in table if _is_numbered(row) or (len(row.columns) > usual / 2 and not _is_worded(row))]


def people(table: Sequence[TableRow]) -> list[TableRow]:
    """Return the entries of a list that are people: those without a number by their names."""
    named = [row for row in table if "name" in row.columns and _TWO_LETTERS.search(row.columns["name"].text)]
    return [row for row in entries(named) if _is_numbered(row) or _PERSON.fullmatch(row.columns["name"].text)]


def _is_numbered(row: TableRow) -> bool:
    """Say whether a row has the number of an entry, a person's identity number or an occupation's code."""
    number, identity, code = (row.columns.get(name, Passage()).text for name in (NUMBER, *_UNBROKEN))
    return (
        re.fullmatch(r"[\W_]*\d{1,4}[\W_]*", number) is not None
        or bool(codes.find_identity_numbers(identity))
        or bool(codes.find_occupation_codes(code))
    )


def _is_worded(row: TableRow) -> bool:
    """Say whether words stand where an entry has its code or its identity number: a text runs on under the list."""
    return any(_TWO_LETTERS.search(row.columns.get(name, Passage()).text) for name in _UNBROKEN)


def is_scrap(passage: Passage) -> bool:
    """Say whether what stands in a cell for words is no word that can be relied on."""
    return len(passage) < _WORD or fmean(glyph.confidence for glyph in passage.glyphs) < _READ


def rejoined(table: Sequence[TableRow]) -> list[TableRow]:
    """Return a table's rows, those that a page break cut in two made one again.

    The lower part begins a page and has no number, though all rows before it have one. Where both have a code, they
    are two rows: none is broken.
    """
    whole: list[TableRow] = []
    for row in map(_within_edges, table):
        numbered = bool(whole) and all("row" in one.columns for one in whole)
        own = numbered and any(name in row.columns and name in whole[-1].columns for name in _UNBROKEN)
        if numbered and not own and "row" not in row.columns and _place(row) != _place(whole[-1]):
            whole.append(_joined(whole.pop(), row))
        else:
            whole.append(row)
    return whole


def _within_edges(row: TableRow) -> TableRow:
    """Return a row whose numbers are whole, where the edge of a column or a cell cuts figures off."""
    columns = dict(row.columns)
    for name in _UNBROKEN:
        own = columns.get(name)
        if own is None or _is_whole(name, own):
            continue
        whole = _in_its_line(name, own)
        if whole is not None:
            columns[name] = whole
        else:
            _take_from_next(columns, name, own)
    return TableRow({name: part for name, part in columns.items() if part}, row.whole, row.boxes)


def _in_its_line(name: str, own: Passage) -> Passage | None:
    """Return the whole number of which a column, straight on a page that is not, holds a part."""
    for line in own.page.lines:
        if line.box[1] < _middle(own) < line.box[3] and line.box[0] < own.box[2] and own.box[0] < line.box[2]:
            passage = passage_of(line, own.page)
            for start, end in _whole_numbers(name, passage):
                if own.text in passage.text[start:end]:
                    return passage[start:end]
    return None


def _take_from_next(columns: dict[str, Passage], name: str, own: Passage) -> None:
    """Complete a number, in place, by the figures that were written beyond the edge of its cell.

    They are all of its own; where the edge runs through one, both cells show it.
    """
    right = {other: part for other, part in columns.items() if part.box[0] >= own.box[2]}
    if not right:
        return
    following = min(right, key=lambda other: right[other].box[0])
    behind = right[following]
    figures = _FIGURES.match(behind.text)
    if figures is None or space_between(own[-1], behind[0]) > _EDGE:
        return
    for kept in (own, own[:-1]) if behind.text[0] == own.text[-1] else (own,):
        whole = kept + behind[: figures.end()]
        if _is_whole(name, whole):
            columns[name], columns[following] = whole, behind[figures.end() :].stripped()
            return


def _middle(passage: Passage) -> float:
    return (passage.box[1] + passage.box[3]) / 2


def _is_whole(name: str, number: Passage) -> bool:
    return bool(_whole_numbers(name, number))


def _whole_numbers(name: str, passage: Passage) -> list[tuple[int, int]]:
    """Return where the numbers of a column's kind begin and end that nothing is missing of."""
    if name == "code":
        return [(one.start, one.end) for one in codes.find_occupation_codes(passage.text)]
    return [(one.start, one.end) for one in codes.find_identity_numbers(passage.text) if one.valid]


def _joined(upper: TableRow, lower: TableRow) -> TableRow:
    columns = dict(upper.columns)
    for name, part in lower.columns.items():
        columns[name] = columns.get(name, Passage()) + part
    return TableRow(columns, upper.whole + lower.whole)


def _place(row: TableRow) -> tuple[str, int]:
    """Return the page on which a row ends."""
    page = row.whole.glyphs[-1].page
    return page.file, page.number
