"""Which of several printed options is ticked, as signs beside them or the pixels of their boxes show it.

The recogniser does not tell boxes apart (it reads □, 口 or nothing, and sees ticks in gaps): signs count only where
the text comes from the file itself, or where they stand in brackets.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.ink import grey_image
from extractors.labels import find_like
from extractors.layout import Passage, row_ends, space_between
from schemas.base import Box
from schemas.page import Page

# What a recogniser reads for a tick.
_DRAWN = frozenset("√VvNJ✓✔")
_UNKNOWN = re.compile(r"(?![口囗日])[\u4e00-\u9fff]")
# Signs for ticked and for empty boxes, those of the symbol fonts of word processors among them.
_TICKED = "☑√✓✔■☒✅▣●◉\uf0fe\uf0fc\uf0fd\uf052\uf050\uf053"
_EMPTY = "□☐▢◻○〇◯\uf0a8\uf06f\uf071\uf0a3"
_BRACKETS = r"[（(\[【〔][√✓✔VvNJ]?[）)\]】〕]"
_OPENED = re.compile(rf"[\s{_TICKED}{_EMPTY}]*[（(]")
_SIGN, _BRACKET = re.compile(rf"{_BRACKETS}|[{_TICKED}{_EMPTY}]"), re.compile(_BRACKETS)
# What stands in brackets behind an option says what it means; 一 may be a box's edge.
_REMARK, _WORDS = re.compile(r"[（(][^（()）]*[）)]"), re.compile(r"(?!一)[\u4e00-\u9fff]")
# What parts the words of a list (五级、四级, 五级至三级) parts no boxes.
_LISTED = re.compile(r"\s*[、，,；;/／至到~～—-]+\s*")
# A sign or a box is the option's to which it is nearer by so much, in characters.
NEARER = 0.15
# Inside of a box: less ink is an empty one, more a ticked one, between is no telling.
EMPTY_INK, TICKED_INK = 0.06, 0.2
# On bad paper dirt and thick lines fill an empty box so far; a tick fills more, or leaves it.
OPEN_INK = 0.3
# What is drawn in a cell is cut out so far from its edges, in parts of its height, without specks of fewer pixels.
INSET, SPECK = 0.12, 6
# Of two drawings of one sign the larger is no more than so many times the other, and their pixels go together so far:
# ticks by 0.93 and more, a tick and other signs by 0.35.
SIZES, ALIKE = 1.4, 0.85
# How far from its option a box may stand, in characters; the one of an option that is shorter than those over it, in
# line with their boxes, so far.
REACH, FAR = 2.2, 4.5
# Boxes of one list differ less in height; of a box through which a tick runs so much of every side is there.
SAME_SIZE, SIDES = 0.85, 0.8

# Left, top, width, height in pixels.
_Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True)
class Choice:
    """The option chosen, where it stands, and how surely it was told (0 to 1)."""

    option: str
    passage: Passage
    confidence: float


@dataclass(frozen=True)
class _Option:
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class _Square:
    """A box drawn beside an option: how much of its inside is inked, and how far off it stands, in characters."""

    ink: float
    distance: float


def ticked(passage: Passage, options: Sequence[str]) -> Choice | None:
    """Return the one ticked option; None where none or several are ticked, or where there is no telling."""
    placed = _placed(passage, options)
    if len(placed) < 2:
        return None
    typed = passage.page.source == "text_layer"
    image = None if typed else grey_image(passage.page)
    choice = _by_sign(passage, placed, _SIGN if typed else _BRACKET, image) or _by_boxes(passage, placed)
    if choice is None or typed or not _UNKNOWN.search(_between(passage.text, placed)):
        return choice
    # Something else is printed there: an option that was not read, and may be the ticked one.
    return Choice(choice.option, choice.passage, min(choice.confidence, 0.7))


def ticked_of_several(passage: Passage, options: Sequence[str]) -> list[str] | None:
    """Return the ticked ones of options of which any number may be, as printed; none where there is no telling.

    None where nothing shows that there are boxes to tick, or brackets.
    """
    placed = _placed(passage, options)
    if len(placed) < 2 or all(_LISTED.fullmatch(passage.text, one.end, other.start) for one, other in pairwise(placed)):
        return None
    typed = passage.page.source == "text_layer"
    signs = _signs(passage, placed, _SIGN if typed else _BRACKET)
    image = None if typed else grey_image(passage.page)
    # Of an option that was not read whole something is left; it may be ticked as well.
    is_left = not set(_REMARK.sub("", _between(passage.text, placed))).isdisjoint(_WORDS.findall("".join(options)))
    if len(signs) > 1:
        after = _stand_after(passage, placed, signs)
        ticks = [bool(set(sign.group()) & {*_TICKED, *_DRAWN}) for sign in signs]
        unread = [sign for sign, tick in zip(signs, ticks, strict=True) if not (typed or tick)]
        if (
            is_left
            or after is None
            or len(signs) != len(placed)
            or any(_may_hold_tick(passage, image, one) for one in unread)
        ):
            return []
        return [
            option.name
            for option, sign, tick in zip(placed, signs, ticks, strict=True)
            if tick and (sign.start() == option.end if after else sign.end() == option.start)
        ]
    if image is None:
        return None
    sides = [_squares(passage, image, placed, after=side) for side in (True, False)]
    found = [sum(square is not None for square in side) for side in sides]
    if max(found) < 2:
        return None
    is_after = _boxes_after(passage, placed, *sides)
    inks = [square.ink for square in sides[0 if is_after else 1] if square is not None]
    if is_left or is_after is None or len(inks) != len(placed):
        return []
    full = max(TICKED_INK, 0.4 * max(inks))
    if any(EMPTY_INK <= ink < full for ink in inks):
        return []
    return [option.name for option, ink in zip(placed, inks, strict=True) if ink >= full]


def _may_hold_tick(passage: Passage, image: NDArray[np.uint8] | None, brackets: re.Match[str]) -> bool:
    """Say whether more is drawn in brackets than themselves: the recogniser may not have read a tick."""
    opened, closed = passage[brackets.start()].box, passage[brackets.end() - 1].box
    return image is None or _has_ink(image, (opened[0], opened[1], closed[2], opened[3]))


def _by_sign(
    passage: Passage, placed: Sequence[_Option], pattern: re.Pattern[str], image: NDArray[np.uint8] | None
) -> Choice | None:
    """Return the option beside which the only sign of a tick stands; on a scan also one that was drawn and not read."""
    signs = _signs(passage, placed, pattern)
    ticks = [match for match in signs if set(match.group()) & {*_TICKED, *_DRAWN}]
    if not ticks and image is not None and len(signs) == len(placed):
        ticks = [match for match in signs if _may_hold_tick(passage, image, match)]
    after = _stand_after(passage, placed, signs)
    if len(ticks) != 1 or after is None:
        return None
    place = ticks[0].start() if after else ticks[0].end()
    chosen = next((option for option in placed if place == (option.end if after else option.start)), None)
    return _choice(passage, chosen, 0.95) if chosen is not None else None


def _signs(passage: Passage, placed: Sequence[_Option], pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Return the signs beside the options."""
    return [
        match
        for match in pattern.finditer(passage.text)
        if all(match.end() <= option.start or match.start() >= option.end for option in placed)
    ]


def _stand_after(passage: Passage, placed: Sequence[_Option], signs: Sequence[re.Match[str]]) -> bool | None:
    """Say whether signs stand after their options or before them; None where there is no telling.

    Between two options a sign touches both in the text: the outer ones tell, or else the room on either side.
    """
    starts, ends = {option.start for option in placed}, {option.end for option in placed}
    after = sum(sign.start() in ends for sign in signs)
    before = sum(sign.end() in starts for sign in signs)
    if after != before:
        return after > before
    room = [
        space_between(passage[sign.end() - 1], passage[sign.end()])
        - space_between(passage[sign.start() - 1], passage[sign.start()])
        for sign in signs
        if sign.start() in ends and sign.end() in starts
    ]
    nearer = median(room) if room else 0.0
    return nearer > 0 if abs(nearer) > NEARER else None


def _by_boxes(passage: Passage, placed: Sequence[_Option]) -> Choice | None:
    image = grey_image(passage.page)
    if image is None:
        return None
    after, before = (_squares(passage, image, placed, after=side) for side in (True, False))
    is_after = _boxes_after(passage, placed, after, before)
    if is_after is None:
        return None
    squares = after if is_after else before
    if sum(square is not None for square in squares) < max(2, len(placed) - 1):
        return None
    inks = [square.ink if square is not None else None for square in squares]
    return _by_ink(passage, image, placed, inks, after=is_after)


def _boxes_after(
    passage: Passage,
    placed: Sequence[_Option],
    after: Sequence[_Square | None],
    before: Sequence[_Square | None],
) -> bool | None:
    """Say whether the boxes stand after their options or before them; None where there is no telling.

    A box between two options was found from both: it is that of the nearer.
    """
    on_either = [[square.distance for square in side if square is not None] for side in (after, before)]
    if not all(on_either):
        return bool(on_either[0])
    nearer = median(on_either[1]) - median(on_either[0])
    if abs(nearer) > NEARER:
        return nearer > 0
    if len(on_either[0]) != len(on_either[1]):
        return len(on_either[0]) > len(on_either[1])
    # The one that has lost its box to a tick is the first or the last.
    leads = bool(set(passage.text[: placed[0].start]) & _DRAWN)
    ends = bool(set(passage.text[placed[-1].end :]) & _DRAWN)
    return ends if leads != ends else None


def _between(text: str, placed: Sequence[_Option]) -> str:
    """Return what is printed beside the options."""
    for option in reversed(placed):
        text = text[: option.start] + " " + text[option.end :]
    return text


def _placed(passage: Passage, options: Sequence[str]) -> list[_Option]:
    """Return where the options stand, in order; of two that overlap the longer.

    An option may go on in the next row, but not where the same stands in one: of □高级 and □技师 □高级技师 under it
    the first two are options by themselves.
    """
    text, ends = passage.text, set(row_ends(passage))
    found: list[_Option] = []
    for name in sorted(options, key=len, reverse=True):
        places = find_like(text, name)
        in_a_row = [(start, end, score) for start, end, score in places if ends.isdisjoint(range(start + 1, end))]
        for start, end, _ in in_a_row or places:
            if all(end <= other.start or start >= other.end for other in found):
                found.append(_Option(name, start, end))
    found.sort(key=lambda option: option.start)
    # 其他（行业协会）: in brackets behind an option stands what it means.
    before = [0, *(option.end for option in found)]
    return [
        option for option, end in zip(found, before, strict=False) if not _OPENED.fullmatch(text, end, option.start)
    ]


def _by_ink(
    passage: Passage,
    image: NDArray[np.uint8],
    placed: Sequence[_Option],
    inks: Sequence[float | None],
    *,
    after: bool,
) -> Choice | None:
    most = max(ink for ink in inks if ink is not None)
    # Where one box is full, a little dirt in another is told from a tick.
    full = [index for index, ink in enumerate(inks) if ink is not None and ink >= max(TICKED_INK, 0.4 * most)]
    if len(full) == 1 and None not in inks:
        others = max(ink for index, ink in enumerate(inks) if ink is not None and index != full[0])
        if others > 0.5 * most:
            return None
        return _choice(passage, placed[full[0]], 1.0 if others < EMPTY_INK else 0.9)
    unboxed = [index for index, ink in enumerate(inks) if ink is None]
    if len(unboxed) != 1:
        return None
    tick, others = unboxed[0], max(ink for ink in inks if ink is not None)
    # √ stands in the place of its box, and the other options have theirs.
    if others < OPEN_INK and set(_beside_text(passage, placed, tick, after=after)) & _DRAWN:
        return _choice(passage, placed[tick], 0.95)
    # A tick drawn over its box, or in its place, leaves no box to be found: ink without a box among empty ones.
    if others < EMPTY_INK and _has_ink(image, _beside(passage, placed, tick, after=after)):
        return _choice(passage, placed[tick], 0.9)
    return None


def _beside_text(passage: Passage, placed: Sequence[_Option], index: int, *, after: bool) -> str:
    """Return what was read between an option and its neighbour on the side of its box."""
    if after:
        return passage.text[placed[index].end : placed[index + 1].start if index + 1 < len(placed) else len(passage)]
    return passage.text[placed[index - 1].end if index else 0 : placed[index].start]


def _choice(passage: Passage, option: _Option, confidence: float) -> Choice:
    return Choice(option.name, passage[option.start : option.end], confidence)


def _beside(passage: Passage, placed: Sequence[_Option], index: int, *, after: bool, reach: float = REACH) -> Box:
    """Return where the box of an option must stand: beside its last (or first) character, short of its neighbours."""
    option = placed[index]
    glyph = passage[option.end - 1] if after else passage[option.start]
    left, top, right, bottom = glyph.box
    size = (bottom - top) * passage.page.height / passage.page.width
    others = [other.box for other in passage.glyphs if other.box[1] < bottom and other.box[3] > top]
    words = [passage[other.start if after else other.end - 1].box for other in placed if other is not option]
    if after:
        limit = min((box[0] for box in words if box in others and box[0] > right), default=1.0)
        return (right - 0.2 * size, top, min(right + reach * size, limit), bottom)
    limit = max((box[2] for box in words if box in others and box[2] < left), default=0.0)
    return (max(left - reach * size, limit), top, left + 0.2 * size, bottom)


def _squares(
    passage: Passage, image: NDArray[np.uint8], placed: Sequence[_Option], *, after: bool
) -> list[_Square | None]:
    """Return the box on one side of every option, None where there is none.

    A tick that runs out of its box joins it to the letters, and cuts it into what may be smaller ones: an option's box
    is one with four sides of the size that most of the options have, of the larger where as many have another.
    """
    parts = [_cut_out(image, _beside(passage, placed, index, after=after)) for index in range(len(placed))]
    found = [_in_some_depth(part, _largest_square) for part in parts]
    sizes = sorted({rectangle[3] for _, rectangle in filter(None, found)}, reverse=True)
    of_a_size = [
        [
            one
            if one is not None and SAME_SIZE <= one[1][3] / size <= 1 / SAME_SIZE
            else _in_some_depth(part, partial(_outline, size=size))
            for part, one in zip(parts, found, strict=True)
        ]
        for size in sizes
    ]
    whole = max(of_a_size, key=lambda boxes: sum(box is not None for box in boxes), default=found)
    boxes = [box or one for box, one in zip(whole, found, strict=True)]
    if len(boxes) > 2 and boxes.count(None) == 1:
        place = boxes.index(None)
        others = [box[1][3] for box in boxes if box is not None]
        far = _in_some_depth(_cut_out(image, _beside(passage, placed, place, after=after, reach=FAR)), _largest_square)
        if far is not None and all(SAME_SIZE <= far[1][3] / other <= 1 / SAME_SIZE for other in others):
            boxes[place] = far
    return [_measured(*box, after=after) if box is not None else None for box in boxes]


def _in_some_depth(
    part: NDArray[np.uint8] | None, find: Callable[[NDArray[np.uint8]], _Rectangle | None]
) -> tuple[NDArray[np.uint8], _Rectangle] | None:
    """Return what is found in a part's ink, and that ink: of what is darkest, or else of what is paler, too."""
    # Boxes are often thinner and fainter than the letters: look closer where none is found.
    inks = (_ink(part, depth) for depth in (0.5, 0.3, 0.18) if part is not None)
    return next(((ink, found) for ink in inks if (found := find(ink)) is not None), None)


def _measured(ink: NDArray[np.uint8], square: _Rectangle, *, after: bool) -> _Square | None:
    """Return what stands in a square, and how far from its option it is."""
    x, y, across, down = square
    inset = max(2, round(0.28 * down))
    inside = ink[y + inset : y + down - inset, x + inset : x + across - inset]
    distance = (x if after else ink.shape[1] - x - across) / ink.shape[0]
    return _Square(float(np.mean(inside)), distance) if inside.size else None


def drawn_alike(page: Page, cell: Box, ticks: Sequence[Box]) -> bool:
    """Say whether what is drawn in a cell looks as a tick does that was read in one of some other cells of its page."""
    image = grey_image(page)
    drawing = _drawing(image, cell) if image is not None else None
    if image is None or drawing is None:
        return False
    return any(_are_alike(drawing, tick) for box in ticks if (tick := _drawing(image, box)) is not None)


def _drawing(image: NDArray[np.uint8], cell: Box) -> NDArray[np.uint8] | None:
    """Return what is drawn in a cell (1), cut out without its rulings and specks; None where nothing is."""
    left, top, right, bottom = cell
    inset = INSET * (bottom - top)
    aside = inset * image.shape[0] / image.shape[1]
    part = _cut_out(image, (left + aside, top + inset, right - aside, bottom - inset))
    if part is None:
        return None
    ink = _ink(part, 0.4)
    _, labels, drawn, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    ink = np.isin(labels, [place for place, one in enumerate(drawn) if place and one[cv2.CC_STAT_AREA] >= SPECK])
    if not ink.any():
        return None
    rows, columns = np.nonzero(ink)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.uint8)


def _are_alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Say whether two drawings have nearly one size, and one shape."""
    sizes = np.array(one.shape) / np.array(other.shape)
    if max(*sizes, *(1 / sizes)) > SIZES:
        return False
    first, second = (
        cv2.GaussianBlur(cv2.resize(each.astype(np.float32), (20, 20), interpolation=cv2.INTER_AREA), (5, 5), 0)
        for each in (one, other)
    )
    # What fills its box evenly, as a dash does, has no shape to compare.
    if not (first.std() and second.std()):
        return False
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1]) > ALIKE


def _has_ink(image: NDArray[np.uint8], box: Box) -> bool:
    """Say whether something is drawn in a region that is no frame: its middle is inked, that of a box left open."""
    part = _cut_out(image, box)
    if part is None:
        return False
    ink = _ink(part, 0.4)
    _, _, drawn, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    # A ruling at the cell's edge is thinner than any tick, a letter's edge is cut off by the region's.
    strokes = [
        one
        for one in drawn[1:]
        if min(one[cv2.CC_STAT_WIDTH], one[cv2.CC_STAT_HEIGHT]) >= max(0.25 * len(ink), 5)
        and one[cv2.CC_STAT_LEFT] > 0
        and one[cv2.CC_STAT_LEFT] + one[cv2.CC_STAT_WIDTH] < ink.shape[1]
    ]
    if not strokes:
        return False
    x, y, across, down, _ = (int(one) for one in max(strokes, key=lambda one: one[cv2.CC_STAT_AREA]))
    return float(np.mean(ink[y + down // 4 : y + down - down // 4, x + across // 4 : x + across - across // 4])) > 0.06


def _cut_out(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8] | None:
    height, width = image.shape[:2]
    part = image[
        max(int(box[1] * height) - 2, 0) : int(np.ceil(box[3] * height)) + 2,
        max(int(box[0] * width), 0) : int(np.ceil(box[2] * width)),
    ]
    return part if part.shape[0] >= 8 and part.shape[1] >= 8 else None


def _ink(part: NDArray[np.uint8], depth: float) -> NDArray[np.uint8]:
    """Mark what is darker than the paper by so much of the way to the darkest."""
    paper, darkest = float(np.percentile(part, 75)), float(np.percentile(part, 1))
    return (part < paper - max(depth * (paper - darkest), 12.0)).astype(np.uint8)


def _outline(ink: NDArray[np.uint8], size: int) -> _Rectangle | None:
    """Return the square of about this size whose four sides are there best, whatever runs through them."""
    # Sides lean a little.
    level, upright = (cv2.dilate(ink, np.ones(shape, np.uint8)).astype(np.float32) for shape in ((3, 1), (1, 3)))
    best, kept = SIDES, None
    for side in (size - 1, size, size + 1):
        if side > min(ink.shape):
            continue
        across = cv2.boxFilter(level, -1, (side, 1), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
        down = cv2.boxFilter(upright, -1, (1, side), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
        rows, columns = ink.shape[0] - side + 1, ink.shape[1] - side + 1
        weakest = np.minimum.reduce(
            [
                across[:rows, :columns],
                across[side - 1 : side - 1 + rows, :columns],
                down[:rows, :columns],
                down[:rows, side - 1 : side - 1 + columns],
            ]
        )
        y, x = np.unravel_index(int(np.argmax(weakest)), weakest.shape)
        if weakest[y, x] > best:
            best, kept = float(weakest[y, x]), (int(x), int(y), side, side)
    return kept


def _largest_square(ink: NDArray[np.uint8]) -> _Rectangle | None:
    """Return left, top, width and height of the largest square outline or block; what a side cuts off is a letter's.

    An outline with gaps is one where they are closed, which joins a whole one to the letter beside it.
    """
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)).astype(np.uint8)
    return next((square for one in (ink, closed) if (square := _largest_square_in(one)) is not None), None)


def _largest_square_in(ink: NDArray[np.uint8]) -> _Rectangle | None:
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    line_height = ink.shape[0]
    squares: list[_Rectangle] = []
    for contour in contours:
        x, y, across, down = cv2.boundingRect(contour)
        if not max(0.17 * line_height, 6) <= down <= line_height or not 0.75 <= across / down <= 1.33:
            continue
        if x == 0 or x + across == ink.shape[1]:
            continue
        if cv2.contourArea(contour) >= 0.75 * (across - 1) * (down - 1):
            squares.append((x, y, across, down))
    return max(squares, key=lambda square: square[2] * square[3], default=None)
