"""Telling whether two pages are one: scans or copies of the same sheet, told by what is written on them.

The perceptual hash of a page cannot tell. Measured on generated dossiers: scans of one sheet by good and poor scanners
differ in up to 28 of its 64 bits (a third of them in more than 12), while different pages of one template differ in as
few as none (two rules of one house that differ in their titles). So pages are compared by their text, without regard to
the order of lines, which depends on a pixel. Of the characters that two readings do not share, those that one page has
in place of others tell two sheets apart where they were read well (`replaced`); those that only one page has tell less
(`unread`), as poor scans lose whole lines.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import linear_regression

from rapidfuzz import process
from rapidfuzz.distance import Indel

from schemas.page import Line
from validators.certainty import may_be_misread

LEAST_TEXT = 40
"""A page with fewer letters and digits is like many others."""

# Two readings of one page have at least so much of their characters in common; lines with less are no pair at all, and
# only those with as much as the last are the same line.
SIMILAR_PAGES, SIMILAR_LINES, SAME_LINE = 0.84, 0.5, 0.8
# What stands in a line that scores as much is what the page says.
CERTAIN_LINE = 0.97
# Edges of the same line on two scans, the one laid over the other, as fractions of the page; and so many lines fit.
OFF, FITTING = 0.015, 0.8
# So many lines that read the same tell by themselves how far across a page its lines stand.
LEAST_WHOLE = 3
# Of one layout are pages whose agreeing lines hold so much of their text.
COVERED = 0.6


@dataclass(frozen=True)
class Written:
    """A line's letters and digits; every other sign comes and goes with reading."""

    text: str
    line: Line


@dataclass(frozen=True)
class PageText:
    """What is written on a page."""

    source: Sequence[Line]

    @cached_property
    def lines(self) -> list[Written]:
        """Return the lines that hold letters or digits."""
        lines = (
            Written("".join(filter(str.isalnum, unicodedata.normalize("NFKC", one.text))), one) for one in self.source
        )
        return [line for line in lines if line.text]

    @cached_property
    def length(self) -> int:
        """Return the number of letters and digits."""
        return sum(len(line.text) for line in self.lines)

    @cached_property
    def characters(self) -> str:
        """Return the letters and digits, sorted."""
        return "".join(sorted(character for line in self.lines for character in line.text))


@dataclass(frozen=True)
class Comparison:
    """How the texts of two pages stand to each other: characters that differ, and pairs of lines that agree.

    `replaced` were read well on both pages, `doubtful` may be misread; `unread` stand on one page only. `length` is
    that of the longer text.
    """

    length: int
    replaced: int
    doubtful: int
    unread: int
    agreeing: list[tuple[Written, Written]]

    @cached_property
    def same_layout(self) -> bool:
        """Say whether the lines that stand once on each page stand in the same places, but for scale and shift."""
        if sum(len(one.text) for one, _ in self.agreeing) < COVERED * self.length:
            return False
        times = Counter(one.text for one, _ in self.agreeing)
        pairs = [pair for pair in self.agreeing if times[pair[0].text] == 1]
        # A number before a line is read as a part of it or as a line of its own: such a line ends elsewhere.
        whole = [(one, other) for one, other in pairs if one.text == other.text]
        return _fit_along(0, whole if len(whole) >= LEAST_WHOLE else pairs) and _fit_along(1, pairs)


def similar(first: str, second: str) -> bool:
    """Say whether two pages may be one, by their sorted characters: a first look that costs microseconds."""
    return Indel.normalized_similarity(first, second, score_cutoff=SIMILAR_PAGES) > 0


def lengths_of_one_page(length: int) -> tuple[int, int]:
    """Return the least and the greatest length of a page that `similar` may take for one of that length."""
    ratio = SIMILAR_PAGES / (2 - SIMILAR_PAGES)
    return math.floor(length * ratio), math.ceil(length / ratio)


def compare_pages(first: PageText, second: PageText) -> Comparison:
    """Compare two pages line by line, each with the line of the other page that is most like it."""
    agreeing, left, right = _equal_lines(first, second)
    replaced = doubtful = 0
    rest: list[Written] = []
    for line in sorted(left, key=lambda line: -len(line.text)):
        texts = [candidate.text for candidate in right]
        found = process.extractOne(line.text, texts, scorer=Indel.normalized_similarity, score_cutoff=SIMILAR_LINES)
        if found is None:
            rest.append(line)
            continue
        partner = right.pop(found[2])
        sure, unsure = _differing([line], [partner])
        replaced, doubtful = replaced + sure, doubtful + unsure
        if not sure and found[1] >= SAME_LINE:
            agreeing.append((line, partner))
    sure, unsure = _differing(rest, right)
    # What was cut into lines in another way cancels out over the whole page.
    replaced = min(replaced + sure, _in_place_of_others(first.lines, second.lines))
    return Comparison(
        length=max(first.length, second.length),
        replaced=replaced,
        doubtful=doubtful + unsure,
        unread=abs(first.length - second.length),
        agreeing=agreeing,
    )


def _equal_lines(
    first: PageText, second: PageText
) -> tuple[list[tuple[Written, Written]], list[Written], list[Written]]:
    """Return the pairs of lines that read the same, and the lines of either page that are left."""
    by_text: dict[str, list[Written]] = {}
    for line in second.lines:
        by_text.setdefault(line.text, []).append(line)
    pairs: list[tuple[Written, Written]] = []
    left: list[Written] = []
    for line in first.lines:
        if by_text.get(line.text):
            pairs.append((line, by_text[line.text].pop(0)))
        else:
            left.append(line)
    return pairs, left, [line for lines in by_text.values() for line in lines]


def _differing(first: Sequence[Written], second: Sequence[Written]) -> tuple[int, int]:
    """Count the characters that stand in place of others: those read well, and those that may be misread."""
    edits = _in_place_of_others(first, second)
    readings = [(line.text, line.line.confidence) for line in (*first, *second)]
    misread = any(score < CERTAIN_LINE for _, score in readings) and may_be_misread(edits, *readings)
    return (0, edits) if misread else (edits, 0)


def _in_place_of_others(first: Sequence[Written], second: Sequence[Written]) -> int:
    one, other = (Counter(character for line in lines for character in line.text) for lines in (first, second))
    return min((one - other).total(), (other - one).total())


def _fit_along(axis: int, pairs: Sequence[tuple[Written, Written]]) -> bool:
    """Say whether lines lie in the same places along an axis of the page: 0 across, 1 down."""
    boxes = [(one.line.box, other.line.box) for one, other in pairs]
    return _fit(
        [edge for box, _ in boxes for edge in box[axis::2]], [edge for _, box in boxes for edge in box[axis::2]]
    )


def _fit(first: Sequence[float], second: Sequence[float]) -> bool:
    """Say whether edges on one page lie where those on the other do, after the best scale and shift."""
    if len(set(first)) < 2:
        return True
    scale, shift = linear_regression(first, second)
    fitting = sum(abs(scale * one + shift - other) <= OFF for one, other in zip(first, second, strict=True))
    return fitting >= FITTING * len(first)
