"""The text layer of a PDF page as lines, where it is worth believing.

A layer is believed when it is upright, sensible Chinese text, when every character of it is seen on the rendered page,
and when it accounts for the ink there. So an invisible layer, one in the wrong place, outlined or pictured text beside
it and fonts that lie about their characters all send the page to recognition.

Lines that are meant to show and do not, because a font is missing, are kept apart: nothing, or a row of equal boxes,
stands in their place, and recognition would lose them.
"""

import logging
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.opening.nouns import Image
from schemas.page import Line

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF

# Fewer characters may be a page number beside something that is not text.
CHARACTERS_MIN = 4
# Parts of a layer's characters.
SENSIBLE_PART = 0.97  # have a meaning: no private use, no replacement, no control characters
COMMON_PART = 0.85  # of the Chinese ones, are in GB 2312; of random ones only a third is
CHINESE_PART = 0.15  # of the letters, are Chinese
UPRIGHT_PART = 0.9
SEEN_PART = 0.95  # stand where the picture has ink
UNEXPLAINED_PART = 0.15  # marks of a character's size outside the layer, to characters in it
# Pixels that are looked at together where lines are far longer.
STRIDE = 8
# Grey levels between ink and its ground.
CONTRAST = 40
# Of a line that does not show, at most this part of the characters stands where the picture has ink.
UNSEEN_PART = 0.2
# Different characters whose pictures share so much of their ink are all the one box of a missing font.
BOX_LIKENESS = 0.9
BOX_SIDE = 16
# In heights of a character:
GAP_MAX = 2.0  # between neighbours in running text
GAP_MAX_RULED = 3.0  # between neighbours in a table's cell, where rulings part the cells
GAP_MAX_SPACED = 4.0  # between the characters of a letter-spaced label
GAP_MAX_WORD = 0.2  # between the letters of one Latin word
OVERLAP_MIN = 0.6  # that two characters in one line share
RAISED_OVERLAP_MIN = 0.25  # that a superscript shares with what it stands beside
TWICE_MAX = 0.12  # between the two prints of a character
SUPERSCRIPTS = frozenset("23²³")
# A ruling is at least so long, and a filled rectangle at most so wide, in points.
RULING_LENGTH, RULING_WIDTH = 6.0, 2.0
# Odd fonts and boxes are no concern of the person who runs this.
logging.getLogger("pdfminer").setLevel(logging.ERROR)
# pdfminer keeps every object it has seen: the document is opened anew after so many pages.
PAGES_KEPT = 40


@dataclass(frozen=True)
class Layer:
    """What a page's text layer is worth.

    `lines` is None where they are not to be believed; `unseen` are lines that are meant to show and do not.
    """

    lines: list[Line] | None
    unseen: list[Line]


NO_LAYER = Layer(None, [])


class TextLayers:
    """The text layers of one PDF file, opened when the first page asks."""

    def __init__(self, path: Path, pages: int) -> None:
        self._path = path
        self._pages = pages
        self._document: PDF | None = None
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._document is not None:
            # Closing, it reads all pages once more, and raises anything on odd ones.
            with suppress(Exception):
                self._document.close()
            self._document.stream.close()
            self._document = None

    def layer(self, index: int, visible: tuple[float, float, float, float], image: Image) -> Layer:
        """Return what the layer of the page (index from 0) is worth.

        `visible` is the part of the page that shows: left, bottom, right, top in points of the unrotated page.
        `image` is the rendered page.
        """
        try:
            if self._read % PAGES_KEPT == 0:
                self._close()
            if self._document is None:
                import pdfplumber  # noqa: PLC0415 - takes long, and scans have no text layer

                self._document = pdfplumber.open(self._path)
            self._read += 1
            pages = self._document.pages
            if len(pages) != self._pages:
                return NO_LAYER
            page = pages[index]
            try:
                frame = _frame(page, visible)
                characters, rulings = _characters(page, frame), _rulings(page, frame)
            finally:
                page.close()
        except Exception:
            # The parser raises anything on odd files; the picture is still there to read.
            return NO_LAYER
        if not _is_text(characters):
            return NO_LAYER
        ink = _ink(image)
        pieces = _pieces_of([one for one in characters if one.upright], rulings)
        unseen = [piece for piece in pieces if not _shows(piece, ink)]
        hidden = {one for piece in unseen for one in piece}
        shown = [piece for piece in pieces if piece[0] not in hidden]
        believed = bool(shown) and _explains_ink(characters, hidden, ink)
        width = frame.width / frame.height
        return Layer(
            [_line(piece, width) for piece in shown] if believed else None,
            [_line(piece, width) for piece in unseen],
        )


@dataclass(frozen=True)
class _Character:
    """A character on the visible page: edges as fractions of the page's height, so that both axes have one unit."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    upright: bool

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class _Frame:
    """Places the parser's coordinates on the visible page."""

    left: float
    top: float
    width: float
    height: float

    def x(self, value: float) -> float:
        return (value - self.left) / self.height

    def y(self, value: float) -> float:
        return (value - self.top) / self.height


def _frame(page: Any, visible: tuple[float, float, float, float]) -> _Frame:
    """Return the visible page in pdfplumber's coordinates: the turned media box, from its top left corner."""
    left, bottom, right, top = visible
    x0, y0, x1, y1 = page.page_obj.mediabox
    wide, high = right - left, top - bottom
    # What of the media box lies to the left of and above the visible part, as the page is turned.
    turned = {
        0: (left - x0, y1 - top, wide, high),
        90: (bottom - y0, left - x0, high, wide),
        180: (x1 - right, bottom - y0, wide, high),
        270: (y1 - top, x1 - right, high, wide),
    }
    from_left, from_top, width, height = turned[page.page_obj.rotate]
    return _Frame(page.mediabox[0] + from_left, page.mediabox[1] + from_top, width, height)


def _characters(page: Any, frame: _Frame) -> list[_Character]:
    characters: list[_Character] = []
    for one in page.chars:
        text = _plain(str(one["text"]))
        if not text:
            continue
        left, right = frame.x(one["x0"]), frame.x(one["x1"])
        top, bottom = frame.y(one["top"]), frame.y(one["bottom"])
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        if not (0 <= middle_y <= 1 and 0 <= middle_x <= frame.width / frame.height and bottom - top <= 1):
            continue
        a, b, c, d = one["matrix"][:4]
        upright = a > 0 and d > 0 and abs(b) < 0.05 * a and abs(c) < 0.5 * d
        characters.append(_Character(text, left, top, right, bottom, upright))
    return characters


def _plain(text: str) -> str:
    """Return the character as one types it: fonts often map to radicals (⽂) and ligatures (ﬁ), which look the same."""
    return "".join(
        unicodedata.normalize("NFKC", one) if "\u2e80" <= one <= "\u2fdf" or "\uf900" <= one <= "\ufb06" else one
        for one in text
        if not one.isspace()
    )


def _rulings(page: Any, frame: _Frame) -> NDArray[np.float64]:
    """Return the upright rulings of the page, n × 3: x, top, bottom in the unit of the characters, sorted by x."""
    sides: list[tuple[float, Any]] = [(one["x0"], one) for one in page.lines if one["width"] <= RULING_WIDTH]
    for one in page.rects:
        # The sides of a rectangle that is only filled are no rulings, for it shades text, unless it is drawn as one.
        if one["stroke"] or one["width"] <= RULING_WIDTH:
            sides += [(one["x0"], one), (one["x1"], one)]
    sides += [(one["x0"], one) for one in page.curve_edges if one["orientation"] == "v" and one["stroke"]]
    found = [
        (frame.x(x), frame.y(one["top"]), frame.y(one["bottom"]))
        for x, one in sides
        if one["bottom"] - one["top"] >= RULING_LENGTH
    ]
    return np.array(sorted(found), dtype=np.float64).reshape(-1, 3)


def _is_text(characters: Sequence[_Character]) -> bool:
    """Tell whether the characters are upright, sensible Chinese text."""
    text = "".join(one.text for one in characters)
    if len(text) < CHARACTERS_MIN or not _is_sensible(text):
        return False
    return sum(one.upright for one in characters) >= UPRIGHT_PART * len(characters)


def _is_sensible(text: str) -> bool:
    """Tell whether the characters are those of a Chinese document, and not a font's inner numbers."""
    if "(cid:" in text:
        return False
    sensible = sum(unicodedata.category(one) not in ("Co", "Cn", "Cc", "Cs", "Cf") and one != "\ufffd" for one in text)
    if sensible < SENSIBLE_PART * len(text):
        return False
    letters = [one for one in text if one.isalpha()]
    chinese = [one for one in letters if "\u3400" <= one <= "\u9fff" or one == "〇"]
    if len(chinese) < CHINESE_PART * len(letters):
        return False
    return sum(_is_common(one) for one in chinese) >= COMMON_PART * len(chinese)


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _ink(image: Image) -> NDArray[np.uint8]:
    """Return where the picture has edges of ink: 1 on 0."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return cast("NDArray[np.uint8]", cv2.threshold(edges, CONTRAST, 1, cv2.THRESH_BINARY)[1])


def _shows(piece: Sequence[_Character], ink: NDArray[np.uint8]) -> bool:
    """Tell whether a line is on the picture: ink stands in its characters' places, and not the same box in each."""
    pictures = [(one.text, picture) for one in piece if (picture := _picture(one, ink)) is not None]
    if len(pictures) <= UNSEEN_PART * len(piece):
        return False
    _, *others = different = list(dict(pictures).values())
    return len(others) < 2 or any(_likeness(different[0], other) < BOX_LIKENESS for other in others)


def _picture(one: _Character, ink: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return a character's ink in a square, None where there is none."""
    edges = np.array([one.left, one.top, one.right, one.bottom]) * ink.shape[0]
    left, top, right, bottom = np.clip(edges.round().astype(int), 0, None).tolist()
    part = ink[top:bottom, left:right]
    if not part.any():
        return None
    x, y, width, height = cv2.boundingRect(part)
    side = (BOX_SIDE, BOX_SIDE)
    return cast(
        "NDArray[np.uint8]", cv2.resize(part[y : y + height, x : x + width], side, interpolation=cv2.INTER_NEAREST)
    )


def _likeness(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Return the part of their ink that two pictures share."""
    return float(np.sum(first & second) / max(np.sum(first | second), 1))


def _explains_ink(characters: Sequence[_Character], hidden: AbstractSet[_Character], ink: NDArray[np.uint8]) -> bool:
    """Tell whether the characters stand where the picture has marks, and the marks where the characters stand.

    Where the `hidden` ones stand there need not be any.
    """
    height, width = ink.shape[:2]
    edges = np.array([(one.left, one.top, one.right, one.bottom) for one in characters], dtype=np.float64)
    boxes: NDArray[np.float64] = edges * height
    corners = np.clip(boxes.round().astype(int), 0, [width, height, width, height])
    sums = cv2.integral(ink)
    x0, y0, x1, y1 = corners.T
    seen = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0] > 0
    if seen[[one not in hidden for one in characters]].mean() < SEEN_PART:
        return False
    # A font may tell less of a height than its characters have: look away from a wider box.
    size = median(one.height for one in characters) * height
    wide = np.clip((boxes + np.array([-0.3, -0.3, 0.3, 0.3]) * size).round().astype(int), 0, [width, height] * 2)
    rest = _without_rulings(ink, round(3 * size))
    for left, top, right, bottom in wide:
        rest[top:bottom, left:right] = 0
    # Outlines are few here, pixels many.
    outlines, tree = cv2.findContours(rest, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    around = cast("list[int]", tree[0, :, 3].tolist()) if outlines else []
    marks = [cv2.boundingRect(outline) for outline, one in zip(outlines, around, strict=True) if one < 0]
    like_text = sum(0.2 * size < wide < 2.5 * size and 0.4 * size < high < 2.5 * size for _, _, wide, high in marks)
    return like_text <= UNEXPLAINED_PART * len(characters)


def _without_rulings(ink: NDArray[np.uint8], length: int) -> NDArray[np.uint8]:
    """Return the marks without straight lines of at least `length` pixels."""
    down = cv2.transpose(_lying(cast("NDArray[np.uint8]", cv2.transpose(ink)), length))
    lines = cv2.dilate(cv2.bitwise_or(_lying(ink, length), down), np.ones((3, 3), np.uint8))
    return cast("NDArray[np.uint8]", cv2.subtract(ink, lines))


def _lying(ink: NDArray[np.uint8], length: int) -> NDArray[np.uint8]:
    """Return the horizontal lines of at least `length` pixels, but for their ends, which are shorter than `STRIDE`.

    Only whole strides full of ink are looked at, which are fewer than pixels.
    """
    stride = STRIDE if length >= 4 * STRIDE else 1
    full = cv2.erode(ink, np.ones((1, stride), np.uint8), anchor=(0, 0))[:, : ink.shape[1] // stride * stride : stride]
    least = length // stride - (stride > 1)
    runs = cv2.morphologyEx(np.ascontiguousarray(full), cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    lines = np.zeros_like(ink)
    lines[:, : runs.shape[1] * stride] = np.repeat(runs, stride, axis=1)
    return lines


# --- lines -----------------------------------------------------------------------------------------------------------


def _pieces_of(characters: Sequence[_Character], rulings: NDArray[np.float64]) -> list[list[_Character]]:
    """Return the characters line by line, in reading order."""
    return [piece for row in _rows(characters) for piece in _pieces(row, rulings)]


def _rows(characters: Sequence[_Character]) -> list[list[_Character]]:
    """Return the characters by rows, top to bottom, each left to right.

    A character joins the row whose last one it overlaps most in height: of the lower one's height, at least
    OVERLAP_MIN. Cells of a table row that are set half a line apart so stay rows of their own. A superscript (m²)
    needs less, but must stand close.
    """
    rows: list[list[_Character]] = []
    tops, bottoms, rights = (np.empty(len(characters)) for _ in range(3))
    for one in sorted(characters, key=lambda one: one.left):
        known = len(rows)
        shared = np.minimum(bottoms[:known], one.bottom) - np.maximum(tops[:known], one.top)
        overlaps = shared / np.maximum(np.minimum(bottoms[:known] - tops[:known], one.height), 1e-9)
        heights = bottoms[:known] - tops[:known]
        raised = (one.text in SUPERSCRIPTS) & (one.left - rights[:known] < 0.2 * heights) & (overlaps < 0.8)
        overlaps[raised & (overlaps >= RAISED_OVERLAP_MIN)] += OVERLAP_MIN
        row = int(overlaps.argmax()) if known else 0
        if known and overlaps[row] >= OVERLAP_MIN:
            # Bold print is often the same character set twice.
            before = rows[row][-1]
            if before.text == one.text and one.left - before.left < TWICE_MAX * one.height:
                continue
            rows[row].append(one)
            rights[row] = one.right
            if raised[row]:
                continue
        else:
            row = known
            rows.append([one])
        tops[row], bottoms[row], rights[row] = one.top, one.bottom, one.right
    return sorted(rows, key=lambda row: median(one.top + one.bottom for one in row))


def _pieces(row: Sequence[_Character], rulings: NDArray[np.float64]) -> list[list[_Character]]:
    """Cut a row at rulings and at wide gaps, but not within a letter-spaced label (名　　称)."""
    em = median(one.height for one in row)
    middle = median(one.top + one.bottom for one in row) / 2
    crossing = rulings[(rulings[:, 1] <= middle) & (middle <= rulings[:, 2]), 0]
    gap_max = (GAP_MAX_RULED if len(crossing) else GAP_MAX) * em
    pieces: list[list[_Character]] = [[row[0]]]
    parted_by_ruling: list[bool] = [True]
    for before, after in pairwise(row):
        ruling = _between(crossing, before, after)
        if ruling or after.left - before.right > gap_max:
            pieces.append([after])
            parted_by_ruling.append(ruling)
        else:
            pieces[-1].append(after)
    joined: list[list[_Character]] = []
    for piece, ruling in zip(pieces, parted_by_ruling, strict=True):
        if (
            not ruling
            and _is_spaced(joined[-1], em)
            and _is_spaced(_before_colon(piece), em)
            and piece[0].left - joined[-1][-1].right <= GAP_MAX_SPACED * em
        ):
            joined[-1].extend(piece)
        else:
            joined.append(piece)
    return joined


def _between(rulings: NDArray[np.float64], before: _Character, after: _Character) -> bool:
    """Tell whether a ruling stands between the middles of two neighbours."""
    first = int(np.searchsorted(rulings, (before.left + before.right) / 2))
    return first < len(rulings) and rulings[first] < (after.left + after.right) / 2


def _before_colon(piece: Sequence[_Character]) -> list[_Character]:
    end = next((index for index, one in enumerate(piece) if one.text in ":："), len(piece))
    return list(piece[:end])


def _is_spaced(piece: Sequence[_Character], em: float) -> bool:
    """Tell whether the piece is one Chinese character, or several set wide apart."""
    return all(one.text.isalpha() and not one.text.isascii() for one in piece) and all(
        after.left - before.right > em for before, after in pairwise(piece)
    )


def _line(piece: Sequence[_Character], width: float) -> Line:
    """Return a piece as a line; `width` is the page's, in the unit of the characters."""
    text: list[str] = []
    extents: list[tuple[float, float]] = []
    em = median(one.height for one in piece)
    for index, one in enumerate(piece):
        before = piece[index - 1] if index else None
        if (
            before is not None
            and before.text.isascii()
            and one.text.isascii()
            and before.text.isalnum()
            and one.text.isalnum()
            and one.left - before.right > GAP_MAX_WORD * em
        ):
            text.append(" ")
            extents.append((before.right, one.left))
        # A ligature is several characters to the reader.
        step = (one.right - one.left) / len(one.text)
        text.extend(one.text)
        extents.extend((one.left + number * step, one.left + (number + 1) * step) for number in range(len(one.text)))
    shares = [(_clip(left / width), _clip(right / width)) for left, right in extents]
    return Line(
        text="".join(text),
        box=(
            min(left for left, _ in shares),
            _clip(min(one.top for one in piece)),
            max(right for _, right in shares),
            _clip(max(one.bottom for one in piece)),
        ),
        confidence=1.0,
        extents=shares,
    )


def _clip(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 5)
