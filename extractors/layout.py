"""Text with its places: what a page or a document says, and where every character of it stands.

Spaces carry no meaning on Chinese paper (labels are letter-spaced, blanks are padded), so passages have none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median
from typing import overload

from pydantic import JsonValue

from schemas.base import Box
from schemas.document import Field, FieldRow, Place
from schemas.page import Alternative, Line, Page, certainty

# Between a cell and the next lies their ruling line: further off, a cell between was not found.
ADJOINING, ADJOINING_BELOW = 0.025, 0.0125
# Edges that are so near to one another, as parts of the page, are one edge.
ALIGNED = 0.01
# Ticked or not is told by the pixels (see extractors.ticks), never by these.
BOXES = frozenset("☑□☐☒✓✔■▢◻")
# Rows of so few characters do not tell where a page's text begins and ends; in one type rows are found so many times as
# high as one another.
SCRAP, ALIKE = 1, (0.66, 1.5)
# 2020年03月1日
_UNEVEN_DATE = re.compile(r"年0[1-9]月[1-9]日")
# A figure is lost where there is room for this part of one more; so many distances tell what is usual.
ROOM, FIGURES_TELLING = 0.5, 3
# What a date in which a figure may be lost is worth: a person should look.
LACKING = 0.7
# Writing of so many characters that climbs so much of its own width is a watermark; a column does not run so far.
_OBLIQUE_LENGTH, _OBLIQUE_SLOPE, _COLUMN_SLOPE = 3, 0.25, 3.0
# The box of a name written by hand is so much higher than its characters are wide.
_BOX_HEIGHT = 1.8
# A line may be so much higher than another of its row where one of them is a single character.
_ALONE = 2.6
# 6.租金标准, 2.1甲方, 三、, 第四条: what begins so goes on with nothing, and its number is no figure of the row before.
_ITEM = re.compile(
    r"\d{1,2}[.．、](?=[\u4e00-\u9fff（(])|\d{1,2}[.．]\d{1,2}(?=[\u4e00-\u9fff])(?![平元万亿年月日个])"
    r"|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百]+[章条节]"
)
_WIDE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Glyph:
    """One character where it stands: fractions of its page, its score, and what it may be as well."""

    character: str
    page: Page
    box: Box
    confidence: float
    alternatives: Sequence[Alternative] = ()

    @property
    def middle(self) -> tuple[float, float]:
        """Return the centre of the character's box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def space_between(before: Glyph, after: Glyph) -> float:
    """Return how wide the room between two characters of a row is, in units of the first one's height."""
    height = (before.box[3] - before.box[1]) * before.page.height / before.page.width
    return (after.box[0] - before.box[2]) / height


@dataclass(frozen=True)
class Passage:
    """A run of characters with their places; a slice of it is a passage again."""

    glyphs: tuple[Glyph, ...] = ()

    @cached_property
    def text(self) -> str:
        """Return the characters as a string, as long as `glyphs`."""
        return "".join(glyph.character for glyph in self.glyphs)

    def __len__(self) -> int:
        return len(self.glyphs)

    def __bool__(self) -> bool:
        return bool(self.glyphs)

    @overload
    def __getitem__(self, index: int) -> Glyph: ...
    @overload
    def __getitem__(self, index: slice) -> "Passage": ...
    def __getitem__(self, index: int | slice) -> "Glyph | Passage":
        if isinstance(index, int):
            return self.glyphs[index]
        return Passage(self.glyphs[index])

    def __add__(self, other: "Passage") -> "Passage":
        return Passage(self.glyphs + other.glyphs)

    @property
    def page(self) -> Page:
        """Return the page the passage begins on."""
        return self.glyphs[0].page

    @cached_property
    def box(self) -> Box:
        """Return the box around those characters that stand on the passage's first page."""
        return around(glyph.box for glyph in self.glyphs if glyph.page is self.page)

    @cached_property
    def height(self) -> float:
        """Return the usual height of its characters, as a fraction of the page height."""
        return median(glyph.box[3] - glyph.box[1] for glyph in self.glyphs)

    @cached_property
    def confidence(self) -> float:
        """Return how likely it is that the whole passage was read right."""
        read = certainty(self.text, [glyph.confidence for glyph in self.glyphs])
        return read * LACKING if self.lacks_figure else read

    @cached_property
    def lacks_figure(self) -> bool:
        """Say whether a figure of a date may have been lost: what was read may be sure, and yet not be all."""
        return _lacks_figure(self.glyphs, self.text)

    def stripped(self, characters: str = "\n:：;；,，.。、_＿…·-—~*|丨'\"“”") -> "Passage":
        """Return the passage without those characters at its two ends."""
        text = self.text
        start = len(text) - len(text.lstrip(characters))
        return self[start : len(text.rstrip(characters))] if text.strip(characters) else Passage()

    def field(self, value: JsonValue, *, text: str | None = None, confidence: float = 1.0) -> Field:
        """Return a field that was read from this passage; `confidence` is that of the interpretation."""
        return Field(
            value=value,
            text=self.text if text is None else text,
            confidence=round(self.confidence * confidence, 4),
            file=self.page.file,
            page=self.page.number,
            box=self.box,
        )

    def row(self) -> FieldRow:
        """Return where this passage stands, for one entry of a list field, and how well it was read on the whole."""
        return FieldRow(
            place=Place(file=self.page.file, page=self.page.number, box=self.box),
            text=self.text,
            confidence=round(fmean(glyph.confidence for glyph in self.glyphs), 4),
        )


def _lacks_figure(glyphs: Sequence[Glyph], text: str) -> bool:
    """Say whether a figure of a date may have been lost.

    The month is filled up with a zero and the day is not; or under a seal there is room for one more figure, against
    the other distances between figures and words.
    """
    if _UNEVEN_DATE.search(text):
        return True
    if not glyphs[0].page.seals:
        return False
    figures: list[float] = []
    others: list[tuple[float, Glyph, Glyph]] = []
    for before, after in pairwise(glyphs):
        distance = after.middle[0] - before.middle[0]
        if before.page is not after.page or distance <= 0:
            continue
        if before.character.isdigit() and after.character.isdigit():
            figures.append(distance)
        elif before.character.isdigit() or after.character.isdigit():
            others.append((distance, before, after))
    if len(figures) < FIGURES_TELLING or len(others) < FIGURES_TELLING:
        return False
    room = median(distance for distance, _, _ in others) + ROOM * median(figures)
    # A seal's ring may hide the figure and end before the word behind it.
    return any(
        distance > room and (_is_under_seal(before) or _is_under_seal(after)) for distance, before, after in others
    )


def _is_under_seal(glyph: Glyph) -> bool:
    x, y = glyph.middle
    return any(box[0] < x < box[2] and box[1] < y < box[3] for box in (seal.box for seal in glyph.page.seals))


def around(boxes: Iterable[Box]) -> Box:
    """Return the box around all boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return round(min(lefts), 5), round(min(tops), 5), round(max(rights), 5), round(max(bottoms), 5)


def glyphs_of(line: Line, page: Page) -> Iterator[Glyph]:
    """Yield the characters of a line, spaces left out, and signs of boxes that a recogniser sees in gaps as well."""
    doubtful = BOXES if page.source == "ocr" else frozenset[str]()
    scores = line.scores or [line.confidence] * len(line.text)
    for place, (character, (left, right), score) in enumerate(zip(line.text, line.extents, scores, strict=True)):
        if not character.isspace() and character not in doubtful:
            box = (left, line.box[1], right, line.box[3])
            yield Glyph(character, page, box, score, line.alternatives.get(place, ()))


def passage_of(line: Line, page: Page) -> Passage:
    """Return a line as a passage."""
    return Passage(tuple(glyphs_of(line, page)))


def rows(page: Page) -> list[Passage]:
    """Return the visual rows of a page, top to bottom; a row's text runs left to right.

    What is written aslant over the page (仅供申报使用) is in none.
    """
    return _rows([passage for line in page.lines if not is_oblique(line, page) and (passage := passage_of(line, page))])


def is_oblique(line: Line, page: Page) -> bool:
    """Say whether a line climbs or falls over the page, by a box far higher than its characters are wide."""
    width, height = (line.box[2] - line.box[0]) * page.width, (line.box[3] - line.box[1]) * page.height
    # Figures and letters are narrow, which makes the box of an even line look high.
    if height <= _OBLIQUE_SLOPE * width or height > _COLUMN_SLOPE * width:
        return False
    length = len(_WIDE.findall(line.text))
    return (
        length >= max(_OBLIQUE_LENGTH, len(line.text) / 2)
        and height - _BOX_HEIGHT * width / length > _OBLIQUE_SLOPE * width
    )


def _rows(passages: Sequence[Passage]) -> list[Passage]:
    """Join passages that stand in one row."""
    grouped: list[list[Passage]] = []
    for passage in sorted(passages, key=lambda passage: (passage.box[1] + passage.box[3], passage.box[0])):
        for row in reversed(grouped[-8:]):
            if _same_row(row, passage):
                row.append(passage)
                break
        else:
            grouped.append([passage])
    joined = [
        Passage(tuple(glyph for part in sorted(row, key=lambda part: part.box[0]) for glyph in part.glyphs))
        for row in grouped
    ]
    return sorted(joined, key=lambda row: row.box[1] + row.box[3])


def _same_row(row: Sequence[Passage], passage: Passage) -> bool:
    """Say whether a line continues a row: beside its members, and at the height of the nearest of them."""
    nearest = min(row, key=lambda part: max(part.box[0] - passage.box[2], passage.box[0] - part.box[2]))
    overlap = min(nearest.box[2], passage.box[2]) - max(nearest.box[0], passage.box[0])
    if overlap > 0.3 * min(nearest.box[2] - nearest.box[0], passage.box[2] - passage.box[0]):
        return False
    heights = sorted((nearest.box[3] - nearest.box[1], passage.box[3] - passage.box[1]))
    shared = min(nearest.box[3], passage.box[3]) - max(nearest.box[1], passage.box[1])
    # Small print beside a large heading is no part of it. A character that was found by itself has a box that stands
    # out as far above and below it as that of a whole line does at its ends.
    most = _ALONE if any(len(part) == 1 and _WIDE.match(part.text) for part in (nearest, passage)) else 2
    return shared > 0.5 * heights[0] and heights[1] < most * heights[0]


def stretches(row: Passage, gap: float) -> list[Passage]:
    """Cut a row where the space between two characters is wider than `gap` times their height."""
    cuts = [index for index in range(1, len(row)) if space_between(row[index - 1], row[index]) > gap]
    return [row[start:end] for start, end in pairwise([0, *cuts, len(row)])]


def first_row(passage: Passage) -> Passage:
    """Return the passage up to where it goes back to the left or leaves its row."""
    return passage[: next(iter(row_ends(passage)))]


def row_ends(passage: Passage) -> list[int]:
    """Return the places where the passage goes back to the left or leaves its row, and its end."""
    return [
        *(
            index
            for index, (before, after) in enumerate(pairwise(passage.glyphs), start=1)
            if before.page is not after.page
            or min(before.box[3], after.box[3]) <= max(before.box[1], after.box[1])
            or after.middle[0] < before.middle[0]
        ),
        len(passage),
    ]


def flow(pages: Sequence[Page]) -> Passage:
    """Return a document's text as one passage, row by row, page by page.

    A line break stands after a row that ends its paragraph, before a numbered one, and around one in other type: a
    sentence runs over the edge of the page, a heading or a list does not.
    """
    glyphs: list[Glyph] = []
    for page in pages:
        page_rows = rows(page)
        if not page_rows:
            continue
        # The scraps of punched holes and dark edges lie beside the text.
        text = [row for row in page_rows if len(row) > SCRAP] or page_rows
        edge, margin = max(row.box[2] for row in text), min(row.box[0] for row in text)
        for row, following in zip(page_rows, [*page_rows[1:], None], strict=True):
            glyphs.extend(row.glyphs)
            last = row.glyphs[-1]
            character = row.height * page.height / page.width
            # A paragraph's row begins at the margin, or indented by two characters, and runs to the edge.
            full = edge - last.box[2] < 3 * character and row.box[0] - margin < 4 * character
            alike = following is not None and ALIKE[0] < row.height / following.height < ALIKE[1]
            numbered = following is not None and _ITEM.match(following.text) is not None
            if not (full and not numbered and (alike or following is None)):
                glyphs.append(Glyph("\n", page, last.box, 1.0))
    return Passage(tuple(glyphs))


def inside(page: Page, box: Box) -> Passage:
    """Return the text whose characters stand in the box, row by row."""
    parts: list[Passage] = []
    left, top, right, bottom = box
    for line in page.lines:
        line_left, line_top, line_right, line_bottom = line.box
        if not 2 * top <= line_top + line_bottom <= 2 * bottom or line_right < left or line_left > right:
            continue
        if is_oblique(line, page):
            continue
        part = Passage(tuple(one for one in glyphs_of(line, page) if 2 * left <= one.box[0] + one.box[2] <= 2 * right))
        if part:
            parts.append(part)
    return Passage(tuple(glyph for row in _rows(parts) for glyph in row.glyphs))


@dataclass(frozen=True)
class Cell:
    """A cell of a ruled table with its text."""

    box: Box
    passage: Passage


def cells(page: Page) -> list[Cell]:
    """Return the ruled cells of a page with what stands in them."""
    return [Cell(box, inside(page, box)) for box in page.cells]


@dataclass(frozen=True)
class Layout:
    """A page, or a part of one, with its rows and cells, which are made once."""

    page: Page

    @cached_property
    def rows(self) -> Sequence[Passage]:
        """Return its visual rows (`rows`)."""
        return rows(self.page)

    @cached_property
    def cells(self) -> Sequence[Cell]:
        """Return its ruled cells (`cells`)."""
        return cells(self.page)


def right_of(cell: Cell, others: Sequence[Cell]) -> Cell | None:
    """Return the cell that adjoins at the right: the nearest whose height holds this cell's middle or the reverse."""
    beside = [
        other
        for other in others
        if other is not cell
        and -0.01 <= other.box[0] - cell.box[2] < ADJOINING
        and _beside(cell.box, other.box, axis=1) > 0.5
    ]
    # Cells that stand over one another begin at the same place, but for a hair: the first of them is meant.
    nearest = min((other.box[0] for other in beside), default=0.0)
    return min(
        (other for other in beside if other.box[0] - nearest < ALIGNED),
        key=lambda other: (-round(_beside(cell.box, other.box, axis=1), 1), other.box[1]),
        default=None,
    )


def below(cell: Cell, others: Sequence[Cell]) -> Cell | None:
    """Return the cell that adjoins below."""
    under = [
        other
        for other in others
        if other is not cell
        and -0.005 <= other.box[1] - cell.box[3] < ADJOINING_BELOW
        and _beside(cell.box, other.box, axis=0) > 0.5
    ]
    return min(under, key=lambda other: (other.box[1], other.box[0]), default=None)


def overlap(first: Box, second: Box) -> bool:
    """Say whether two boxes of a page share some of it."""
    return min(first[2], second[2]) > max(first[0], second[0]) and min(first[3], second[3]) > max(first[1], second[1])


def _beside(first: Box, second: Box, *, axis: int) -> float:
    """Return how much of the smaller box's extent along the axis (0: x, 1: y) lies beside the other's."""
    shared = min(first[axis + 2], second[axis + 2]) - max(first[axis], second[axis])
    return shared / max(min(first[axis + 2] - first[axis], second[axis + 2] - second[axis]), 1e-6)
