"""How much of a page's text a recogniser got wrong, whatever order it reads in.

Tools put the lines of a page, and the cells of a table, in different orders, and part or join them differently. An
edit distance between whole texts would measure that. Here the lines of the truth and those that were read are matched
piece by piece, the longest good match first: the shorter of two lines is laid on the best place of the longer one, and
what sticks out on either side is a line of its own that waits for its match. The errors are the edit distances of the
matched pieces and, of what is left on both sides, the longer: a line that was misread altogether counts once, not as
missing and as invented too. This is the flexible character accuracy of Clausner, Pletschacher and Antonacopoulos
(2020), with a greedy assignment.

`Errors.bag` is a lower bound that knows no lines at all: characters of the truth that were not read, or read ones that
are not in the truth, whichever are more.

Spaces do not count, nor rows of dots or dashes, nor whether signs are full or half width, nor the sort of quotation
mark, dash or middle dot. Seals' names, watermarks and stamps of copies are not in the truth: who reads them has them
counted as invented, all tools alike.
"""

import heapq
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio_alignment

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("“”„″〝〞", '"'),
        **dict.fromkeys("‘’′`", "'"),
        **dict.fromkeys("—–―─‐‑−", "-"),
        **dict.fromkeys("·•∙・‧⋅", "·"),
        **dict.fromkeys("〇○◯", "〇"),
    }
)

# Dots between a heading and its page number, lines to write on.
_LEADERS = re.compile(r"[.·_-]{2,}")


@dataclass(frozen=True)
class Errors:
    """What was read wrong on pages: `wrong` and `bag` characters of the `length` of their truth."""

    length: int = 0
    wrong: int = 0
    bag: int = 0

    def __add__(self, other: "Errors") -> "Errors":
        """Count another's pages in."""
        return Errors(self.length + other.length, self.wrong + other.wrong, self.bag + other.bag)

    @property
    def rate(self) -> float:
        """The character error rate; more than 1 where more was invented than there is to read."""
        return self.wrong / max(self.length, 1)

    @property
    def bag_rate(self) -> float:
        """The part of characters that are missing or too many."""
        return self.bag / max(self.length, 1)


def folded(text: str) -> list[str]:
    r"""Return the lines of a text in which only what counts is left.

    >>> folded('（一）  “申请 表”\n\n２０２２—7')
    ['(一)"申请表"', '2022-7']
    """
    same = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    lines = (_LEADERS.sub("", "".join(line.split())) for line in same.splitlines())
    return [line for line in lines if line]


def compare(truth: str, read: str) -> Errors:
    r"""Compare what was read on a page with its text.

    >>> compare('姓名\n张样例 电话 123', '张样例\n姓名 电话 128').wrong
    1
    """
    wanted, found = folded(truth), folded(read)
    missing, extra = Counter("".join(wanted)), Counter("".join(found))
    bag = max((missing - extra).total(), (extra - missing).total())
    return Errors(missing.total(), _wrong(wanted, found), bag)


def _wrong(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Match pieces, the best match first; return the characters that are wrong."""
    pieces = dict(enumerate([*wanted, *found]))
    sides = [set(range(len(wanted))), set(range(len(wanted), len(pieces)))]
    numbers = itertools.count(len(pieces))
    waiting = [pair for one in sides[0] for other in sides[1] if (pair := _pair(one, other, pieces))]
    heapq.heapify(waiting)
    wrong = 0
    while waiting:
        _, one, other = heapq.heappop(waiting)
        if one not in sides[0] or other not in sides[1]:
            continue
        laid = _laid(pieces[one], pieces[other])
        if laid is None:
            continue
        sides[0].discard(one)
        sides[1].discard(other)
        wrong += laid.errors
        for side, rest in laid.rests:
            number = next(numbers)
            pieces[number] = rest
            sides[side].add(number)
            for opposite in sides[1 - side]:
                left, right = (number, opposite) if side == 0 else (opposite, number)
                if pair := _pair(left, right, pieces):
                    heapq.heappush(waiting, pair)
    left_out = [sum(len(pieces[number]) for number in side) for side in sides]
    return wrong + max(left_out)


def _pair(one: int, other: int, pieces: dict[int, str]) -> tuple[int, int, int] | None:
    """Return a match's rank (least first) and its pieces; None where they have too little in common."""
    laid = _laid(pieces[one], pieces[other])
    return (-laid.gain, one, other) if laid is not None and laid.gain > 0 else None


@dataclass(frozen=True)
class _Laid:
    """Two lines laid on one another: `errors` where they meet, and what sticks out, by its side (0: wanted, 1: found).

    `gain` is how much better they are matched so than not at all.
    """

    errors: int
    gain: int
    rests: tuple[tuple[int, str], ...]

    @property
    def sticking(self) -> int:
        """How many characters stick out."""
        return sum(len(rest) for _, rest in self.rests)


def _laid(wanted: str, found: str) -> _Laid | None:
    """Lay the shorter line on the longer where it fits best."""
    place = partial_ratio_alignment(wanted, found, score_cutoff=40)
    if place is None:
        return None
    exactly = slice(place.src_start, place.src_end), slice(place.dest_start, place.dest_end)
    # The place is no longer than the shorter line, which may have lost characters.
    length = min(len(wanted), len(found))
    widely = _widened(exactly[0], length, wanted), _widened(exactly[1], length, found)
    laid = [one for parts in (exactly, widely) if (one := _met(wanted, found, *parts)) is not None]
    return max(laid, key=lambda one: (one.gain, -one.sticking), default=None)


def _widened(part: slice, length: int, line: str) -> slice:
    more = length - (part.stop - part.start) + 1 + length // 10
    return slice(max(part.start - more, 0), min(part.stop + more, len(line)))


def _met(wanted: str, found: str, first: slice, second: slice) -> _Laid | None:
    """Return where parts of two lines meet: from the first character that matches to the last one."""
    blocks = Levenshtein.editops(wanted[first], found[second]).as_matching_blocks()[:-1]
    if not blocks:
        return None
    start = first.start + blocks[0].a, second.start + blocks[0].b
    end = first.start + blocks[-1].a + blocks[-1].size, second.start + blocks[-1].b + blocks[-1].size
    # A single one beyond is misread; more may belong elsewhere.
    if min(start) == 1:
        start = start[0] - 1, start[1] - 1
    if min(len(wanted) - end[0], len(found) - end[1]) == 1:
        end = end[0] + 1, end[1] + 1
    met = wanted[start[0] : end[0]], found[start[1] : end[1]]
    errors = Levenshtein.distance(*met)
    rests = (
        (side, rest) for side, text in enumerate((wanted, found)) for rest in (text[: start[side]], text[end[side] :])
    )
    return _Laid(errors, max(len(met[0]), len(met[1])) - 2 * errors, tuple(one for one in rests if one[1]))
