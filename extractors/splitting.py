"""From the pages of a packet to its documents.

A page opens a document where a heading says so; a page without one goes on with the document before it, unless the
words of another kind are plainly on it. File names and the order of documents carry no meaning.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rapidfuzz import fuzz

from extractors.documents import document_types
from extractors.documents.base import DocumentType
from extractors.labels import find_like
from extractors.layout import Passage, rows, stretches
from schemas.document import Document, DocumentKind, PageReference
from schemas.page import Page

# A heading may be preceded by a name and followed by a bracketed remark: longer it is a sentence.
HEADING_LENGTH = 42
# A page so much wider than high may be an opened booklet.
SPREAD = 1.2
# A heading is one where its words, size and place come to so much.
LEAST_SCORE = 0.6
# A column begins behind a space of so many character heights.
COLUMN_GAP = 1.5
# A line whose middle is so near to the page's, as parts of its width, is centred.
CENTRED = 0.16
# A page with titles of so many kinds lists the packet's documents.
LISTED = 4
# A title at the left of the page's top is no longer.
FIRST_LENGTH = 20
# A page with so few characters is a cover: the page after it with the same heading is its document's first.
COVER_LENGTH = 220
# So many words of a kind, and half of all it has or at least the second number, place a page without a heading.
MARKS_TO_OPEN, MARKS_ENOUGH = 4, 5
CONFIDENT = 0.95
# The least score of a page that goes on with its document in spite of a heading.
GOES_ON = 0.8
# A title is so much larger than the text under it, and no longer.
TITLE_SIZE, TITLE_LENGTH = 1.3, 28
# And so few lines; its title stands anywhere.
COVER_ROWS = 12
# A frame around a cover may look like a few cells.
COVER_CELLS = 4
# So many words of its kind keep a page in a document in spite of a title.
OWN_WORDS = 3
SECTION_WORDS = 2
# So many words of a kind on the page before show that a section of that kind goes on.
SECTION_MARKS = 3
# A page of no kind that says itself that it is something else.
OTHER_CONFIDENCE = 0.7
# A heading that looks like one of a kind, without being one of its known titles.
PATTERN_LIKENESS = 0.9
# A list that goes on repeats its heading so well; another list of the kind does not.
SAME_HEADING = 85

_ENUMERATED = re.compile(
    r"^(第?[一二三四五六七八九十百\d]+[、.．章条节页)）]|[（(][一二三四五六七八九十\d]+[）)]|附[件表录]?[\d一二三四五六七八九十：:])"
)
_SENTENCE = re.compile(r"[。；;]|[，,].*[，,]|.{4}[，,].{4}|《.*》.|[:：].")
_TAIL = re.compile(r"([（(〔【\[][^（()）]{0,16}[）)〕】\]]|[-—_·.。*:：]|(?<!\d)\d{1,3}(?!\d)|[正副]本|续表?)+$")
_CONTENTS = re.compile(r"(申报|备案|申请)?(材料)?(目录|清单|目次)")
_COMPILATION = re.compile(r"汇编|合集|汇总")
_CONTINUED = re.compile(r"[（(]?续[表页上]?[）)]?\d*$|[（(]续")


@dataclass(frozen=True)
class Heading:
    """A heading on a page: the kind it names, its text, and how surely it is one (0 to 1)."""

    kind: DocumentKind
    text: str
    score: float
    size: float
    top: float
    is_centred: bool


@dataclass
class _Open:
    """A document under construction."""

    type: DocumentType | None
    pages: list[Page]
    heading: str
    scores: list[float]


def split(pages: Sequence[Page]) -> list[Document]:
    """Return the documents of a packet in the order of their pages; blank pages stand in none."""
    documents: list[_Open] = []
    current: _Open | None = None
    file: str | None = None
    for page in pages:
        if page.source == "blank":
            continue
        # Every image of a packet may be a file of its own, so a document goes on over the end of a file.
        heading = find_heading(page)
        affinity = _affinities(page)
        if (
            current is not None
            and heading is not None
            and _goes_on(current, page, heading, _own_words(current, page, affinity))
        ):
            _extend(current, page, max(heading.score, GOES_ON))
        elif heading is not None:
            current = _Open(document_types()[heading.kind], [page], heading.text, [heading.score])
            documents.append(current)
        else:
            current = _without_heading(current, page, affinity, documents, same_file=page.file == file)
        file = page.file
    return [_document(number, one) for number, one in enumerate(documents, start=1)]


def find_heading(page: Page) -> Heading | None:
    """Return the page's heading, or None where it has none that names a kind of document."""
    heading = _heading_of(page)
    if heading is None and page.width > SPREAD * page.height:
        # An opened booklet: each half is a page of its own.
        halves = (_heading_of(_half(page, left)) for left in (0.0, 0.5))
        heading = next((half for half in halves if half is not None), None)
    return heading


def _half(page: Page, left: float) -> Page:
    """Return the half of a page that begins at `left`, as fractions of that half."""
    lines = [
        line.model_copy(
            update={
                "box": ((line.box[0] - left) * 2, line.box[1], (line.box[2] - left) * 2, line.box[3]),
                "extents": [((start - left) * 2, (end - left) * 2) for start, end in line.extents],
            }
        )
        for line in page.lines
        if left <= (line.box[0] + line.box[2]) / 2 < left + 0.5
    ]
    return page.model_copy(update={"lines": lines, "cells": [], "width": page.width // 2})


def _heading_of(page: Page) -> Heading | None:
    page_rows = rows(page)
    if not page_rows:
        return None
    usual = median(row.height for row in page_rows)
    headings: list[Heading] = []
    above: list[Passage] = []
    for index, row in enumerate(page_rows):
        parts = [row] if len(cut := stretches(row, COLUMN_GAP)) == 1 else [row, *cut]
        for part in parts:
            position = _position(part, index, usual, len(page_rows))
            if position < LEAST_SCORE:
                continue
            # A heading may be broken over two rows.
            for text in (part.text, *(upper.text + part.text for upper in above if _is_broken(upper, part))):
                best = _title_in(text)
                if best is not None:
                    kind, likeness = best
                    is_centred = abs((part.box[0] + part.box[2]) / 2 - 0.5) < CENTRED
                    score = min(likeness * position, 1.0)
                    headings.append(Heading(kind, text, score, part.height, part.box[1], is_centred=is_centred))
        above = parts
    if len({heading.kind for heading in headings}) >= LISTED:
        return Heading(DocumentKind.OTHER, page_rows[0].text, 1.0, usual, page_rows[0].box[1], is_centred=True)
    if not headings or _is_contents(page_rows):
        return None
    # Of two titles in much the same type the upper one is the page's.
    best = max(headings, key=lambda heading: (round(heading.score, 1), round(heading.size / usual * 2), -heading.top))
    return best if best.score >= LEAST_SCORE else None


def _is_broken(upper: Passage, lower: Passage) -> bool:
    """Say whether a line may go on with another: under it, close to it, in much the same type."""
    overlap = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    return overlap > 0 and 0.65 < upper.height / lower.height < 1.55 and lower.box[1] - upper.box[3] < 2 * lower.height


def _is_contents(page_rows: Sequence[Passage]) -> bool:
    """Say whether the page is a table of contents."""
    return any(_CONTENTS.fullmatch(row.text) for row in page_rows[:6])


def _position(row: Passage, index: int, usual: float, count: int) -> float:
    """Return how much a row's size and place speak for a heading: 0 for none at all, 1 for all."""
    size = row.height / usual
    centre = abs((row.box[0] + row.box[2]) / 2 - 0.5)
    middle = (row.box[1] + row.box[3]) / 2
    score = 0.35
    score += min(max(size - 1.0, 0.0) * 1.2, 0.45)
    # At the very top a short line need not be centred.
    is_first = index < 3 and middle < 0.2 and len(row) <= FIRST_LENGTH
    score += 0.25 if centre < 0.09 else 0.2 if is_first else 0.1 if centre < 0.16 else 0.0
    score += 0.2 if index < 3 or middle < 0.2 else 0.1 if index < 6 or middle < 0.35 else 0.0
    # A cover has its title in the middle of the page, with little else.
    if count <= 14 and size > 1.2:
        score += 0.2
    if middle > 0.6 and size < 1.5:
        score -= 0.4
    return max(score, 0.0)


def _title_in(text: str) -> tuple[DocumentKind, float] | None:
    """Return the kind whose title this text is or ends with, and how alike they are."""
    text = text.lstrip("…·.。-—_")
    bare = _TAIL.sub("", text.strip("《》〈〉“”\"'"))
    bare = bare.strip("《》")
    is_sentence = text.endswith("。") or _SENTENCE.search(bare) is not None
    if not 3 <= len(bare) <= HEADING_LENGTH or _ENUMERATED.match(text) or is_sentence:
        return None
    best: tuple[float, int, DocumentKind] | None = None
    for one in document_types().values():
        for title in one.titles:
            tail = bare[-len(title) :]
            likeness = fuzz.ratio(title, tail) / 100
            allowed = 1 - 1 / len(title) if len(title) >= 4 else 1.0
            if likeness + 1e-6 < allowed:
                continue
            candidate = (likeness, len(title), one.kind)
            if best is None or candidate[:2] > best[:2]:
                best = candidate
        if one.title_pattern is not None and (best is None or best[0] < PATTERN_LIKENESS):
            matched = re.fullmatch(one.title_pattern, bare)
            if matched is not None:
                best = (PATTERN_LIKENESS, 0, one.kind)
    return (best[2], best[0]) if best is not None else None


def _affinities(page: Page) -> dict[DocumentKind, int]:
    """Return how many of each kind's words stand on the page."""
    text = "".join(row.text for row in rows(page))
    return {
        one.kind: sum(1 for mark in one.marks if find_like(text, mark))
        for one in document_types().values()
        if one.marks
    }


def _goes_on(current: _Open, page: Page, heading: Heading, own: int) -> bool:
    """Say whether a page with a heading belongs to the document before it all the same."""
    if current.type is None:
        return False
    if heading.kind != current.type.kind:
        # A small heading inside a running document (an annex, a section) opens none.
        # At the page's left it is one among its own words: a form's last section is 诚信承诺.
        is_small = heading.score < 0.75 or (not heading.is_centred and own >= SECTION_WORDS)
        return is_small and heading.kind in current.type.contains
    same = fuzz.ratio(heading.text, current.heading) >= SAME_HEADING
    if _CONTINUED.search(heading.text) or (same and current.type.continues(page)):
        return True
    # A compilation's parts have titles of its kind.
    if _COMPILATION.search(current.heading):
        return True
    return len(current.pages) == 1 and _is_cover(current.pages[0])


def _is_cover(page: Page) -> bool:
    length = sum(len(line.text) for line in page.lines)
    return len(page.cells) < COVER_CELLS and len(page.lines) <= COVER_ROWS and length < COVER_LENGTH


def _without_heading(
    current: _Open | None,
    page: Page,
    affinity: dict[DocumentKind, int],
    documents: list[_Open],
    *,
    same_file: bool,
) -> _Open:
    kind, count = max(affinity.items(), key=lambda item: item[1] / max(len(document_types()[item[0]].marks), 1))
    own = _own_words(current, page, affinity)
    full = current is not None and current.type is not None and len(current.pages) >= current.type.pages_at_most
    telling = max(MARKS_TO_OPEN, min(len(document_types()[kind].marks) // 2, MARKS_ENOUGH))
    inside = current is not None and _holds(current, kind, own)
    if count >= telling and count >= own + 3 and not inside:
        opened = _Open(document_types()[kind], [page], "", [0.6 + 0.05 * min(count, 6)])
    elif _is_something_else(current, page, own):
        opened = _Open(None, [page], "", [OTHER_CONFIDENCE])
    elif current is not None and not full and (own or same_file or current.type is None):
        _extend(current, page, 0.95 if own else 0.8)
        return current
    elif current is not None and not full and current.type is not None and len(current.pages) >= 1:
        _extend(current, page, 0.75)
        return current
    else:
        opened = _Open(None, [page], "", [0.5])
    documents.append(opened)
    return opened


def _holds(current: _Open, kind: DocumentKind, own: int) -> bool:
    """Say whether what looks like a kind is a section of the running document, which says so or has begun it."""
    if current.type is None or kind not in current.type.contains:
        return False
    return own > 0 or _affinities(current.pages[-1]).get(kind, 0) >= SECTION_MARKS


def _is_something_else(current: _Open | None, page: Page, own: int) -> bool:
    """Say whether a page begins with a title that names no kind, behind a document that has no titled parts.

    Plans and rules have them; certificates, forms and lists have not.
    """
    page_rows = rows(page)
    if _is_contents(page_rows) and (current is None or current.type is None or not current.type.has_parts):
        return True
    if current is None or current.type is None or current.type.has_parts or own >= OWN_WORDS:
        return False
    is_cover = len(page_rows) <= COVER_ROWS
    usual = median(row.height for row in page_rows) if page_rows else 1.0
    return any(
        # Larger still is what was written across the page.
        TITLE_SIZE <= row.height / usual <= 3 * TITLE_SIZE
        and abs((row.box[0] + row.box[2]) / 2 - 0.5) < 0.06
        and (row.box[1] < 0.25 or is_cover)
        and 4 <= len(row.text) <= TITLE_LENGTH
        and not _ENUMERATED.match(row.text)
        and not _SENTENCE.search(row.text)
        and len(stretches(row, COLUMN_GAP)) == 1
        for row in page_rows[:3]
    )


def _own_words(current: _Open | None, page: Page, affinity: dict[DocumentKind, int]) -> int:
    """Return how many words of the running document's kind stand on a page."""
    if current is None or current.type is None:
        return 0
    text = "".join(row.text for row in rows(page))
    return affinity.get(current.type.kind, 0) + sum(1 for word in current.type.keeps if find_like(text, word))


def _extend(document: _Open, page: Page, score: float) -> None:
    document.pages.append(page)
    document.scores.append(score)


def _document(number: int, opened: _Open) -> Document:
    return Document(
        id=f"d{number}",
        kind=opened.type.kind if opened.type is not None else DocumentKind.OTHER,
        confidence=round(min(CONFIDENT + (1 - CONFIDENT) * min(opened.scores), min(opened.scores) + 0.15, 1.0), 3),
        pages=[PageReference(file=page.file, page=page.number) for page in opened.pages],
        seals=[seal for page in opened.pages for seal in page.seals],
        codes=[code for page in opened.pages for code in page.codes],
    )
