"""The text of a page as it is printed: line by line, and within a table cell by cell."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

# Characters further apart than this, in heights of theirs, stand in different cells.
_GAP = 1.5


@dataclass(frozen=True)
class _Character:
    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass
class _Row:
    characters: list[_Character] = field(default_factory=list[_Character])

    def pieces(self) -> list[str]:
        ordered = sorted(self.characters, key=lambda one: one.left)
        pieces = [ordered[0].text]
        for before, one in pairwise(ordered):
            if one.left - before.right > _GAP * (one.top - one.bottom):
                pieces.append("")
            pieces[-1] += one.text
        return pieces


def printed_text(document: Any, number: int) -> str:
    """Return the text of a page (counted from 0) of a PDFium document; each piece of a row is a line.

    PDFium gives the characters in the order in which they are drawn, where what is written by hand comes last: they
    are put in rows by where they stand.
    """
    page = document[number].get_textpage()
    drawn = page.get_text_range()
    boxes = (page.get_charbox(place, loose=True) for place in range(page.count_chars()))
    characters = [_Character(text, *box) for text, box in zip(drawn, boxes, strict=True) if not text.isspace()]
    rows: list[_Row] = []
    for one in sorted(characters, key=lambda one: -one.middle):
        if not rows or rows[-1].characters[0].middle - one.middle > (one.top - one.bottom) / 2:
            rows.append(_Row())
        rows[-1].characters.append(one)
    return "\n".join(piece for row in rows for piece in row.pieces())
