"""Which characters of a field were read unsurely, and where they stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from schemas.base import Box
from schemas.document import Field
from schemas.page import CERTAIN_SCORE, Page


@dataclass(frozen=True)
class Piece:
    """A part of a text whose characters are all sure, or all in doubt."""

    text: str
    is_doubtful: bool


@dataclass(frozen=True)
class _Character:
    character: str
    score: float
    box: Box


def pieces_of(text: str, field: Field, page: Page | None) -> tuple[list[Piece], list[Box]]:
    """Return a field's text in pieces, and the boxes of its characters in doubt.

    Spaces count for nothing: a value has none, and the page may. A text that does not stand on the page as it is
    (a date in other words) is one sure piece.
    """
    read = [one for one in _characters(field, page) if not one.character.isspace()]
    wanted = [one for one in text if not one.isspace()]
    start = _find(wanted, [one.character for one in read])
    if start is None:
        return [Piece(text, is_doubtful=False)], []
    found = iter(read[start : start + len(wanted)])
    marked = [(one, not one.isspace() and next(found).score < CERTAIN_SCORE) for one in text]
    runs = groupby(marked, lambda one: one[1])
    pieces = [Piece("".join(one for one, _ in run), is_doubtful) for is_doubtful, run in runs]
    return pieces, [one.box for one in read[start : start + len(wanted)] if one.score < CERTAIN_SCORE]


def _characters(field: Field, page: Page | None) -> Iterator[_Character]:
    """Yield the characters of the lines that a field stands on, in reading order."""
    if page is None or field.box is None:
        return
    for line in page.lines:
        if not _meets(line.box, field.box):
            continue
        scores = line.scores or [line.confidence] * len(line.text)
        for character, score, (left, right) in zip(line.text, scores, line.extents, strict=True):
            yield _Character(character, score, (left, line.box[1], right, line.box[3]))


def _meets(line: Box, box: Box) -> bool:
    """Say whether a line stands in a box: its middle does, and some of its length."""
    return box[1] <= (line[1] + line[3]) / 2 <= box[3] and line[0] < box[2] and box[0] < line[2]


def _find(wanted: Sequence[str], read: Sequence[str]) -> int | None:
    if not wanted:
        return None
    places = range(len(read) - len(wanted) + 1)
    return next((place for place in places if list(read[place : place + len(wanted)]) == list(wanted)), None)
