"""Rows of tables that a page break cut in two, and scraps of words in their cells."""

from collections.abc import Sequence
from statistics import fmean

from extractors.layout import Passage
from extractors.tables import TableRow

_UNBROKEN = ("id_number", "code")
# A word of a list has two characters at least, and was read so surely; else it is the scrap of one, or of a watermark.
_WORD, _READ = 2, 0.6


def is_scrap(passage: Passage) -> bool:
    """Say whether what stands in a cell for words is no word that can be relied on."""
    return len(passage) < _WORD or fmean(glyph.confidence for glyph in passage.glyphs) < _READ


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
