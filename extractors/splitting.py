"""From the pages of a packet to its documents.

A page opens a document where a heading says so; a page without one goes on with the document before it, unless the
words of another kind are plainly on it. File names and the order of documents carry no meaning.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import dropwhile, takewhile
from statistics import median

from rapidfuzz import fuzz, process

from extractors.documents import document_types
from extractors.documents.base import DocumentType
from extractors.labels import find_like
from extractors.layout import Layout, Passage, stretches
from extractors.values.organisations import is_organisation
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
# A line whose middle is so near to the page's, as parts of its width, is in the very middle, or centred.
MIDDLE, CENTRED = 0.09, 0.16
# A page with titles of so many kinds lists the packet's documents.
LISTED = 4
# A title at the left of the page's top is no longer.
FIRST_LENGTH = 20
# A page with so few characters is a cover: a page behind it with a heading of its kind is its document's first.
COVER_LENGTH = 220
# A page with fewer characters says nothing: dust, or the back of a sheet with its number.
LEAST_LENGTH = 8
# Among so many rows of a page its number as an annex stands before its title.
FIRST_ROWS = 3
# So many words of a kind, and half of all it has or at least the second number, place a page without a heading.
MARKS_TO_OPEN, MARKS_ENOUGH = 4, 5
# And so many where the running document has none there.
MARKS_ALONE = 3
CONFIDENT = 0.95
# The least score of a page that goes on with its document in spite of a heading.
GOES_ON = 0.8
# A heading of less may stand inside a document: an annex, a section.
SMALL = 0.75
# A title is so much larger than the text under it, and no longer.
TITLE_SIZE, TITLE_LENGTH = 1.3, 28
# So far down a page a small line is no title of it.
TOP = 0.3
# And so few lines; its title stands anywhere.
COVER_ROWS = 12
# A frame around a cover may look like a few cells, and the edges of a photographed one like some more without text.
COVER_CELLS, EMPTY_CELLS = 4, 12
# So many rows of so many parts each are a list, ruled or not.
LIST_ROWS, LIST_COLUMNS = 2, 3
# What goes through so many cells is a table's row, and no heading.
TABLE_CELLS = 3
# A cell is at least so high, as a part of its text's height.
CELL_HEIGHT = 0.95
# Certificates are booklets of so few pages; a cover of one tells nobody's figures.
BOOKLET = 2
# So many words of its kind keep a page in a document in spite of a title.
OWN_WORDS = 3
SECTION_WORDS = 2
# So many words of a kind on the page before show that a section of that kind goes on.
SECTION_MARKS = 3
# A page of no kind that says itself that it is something else, and one that says nothing of what it is.
OTHER_CONFIDENCE, NO_KIND = 0.7, 0.5
# A heading that looks like one of a kind, without being one of its known titles.
PATTERN_LIKENESS = 0.9
# A list that goes on repeats its heading so well; another list of the kind does not.
SAME_HEADING = 85
# A list of its own says whose it is in so many rows under its title.
HEAD_ROWS = 3

_ENUMERATED = re.compile(
    r"^(第?[一二三四五六七八九十百\d]+[、.．章条节页)）]|[（(][一二三四五六七八九十\d]+[）)]|附[件表录]?[\d一二三四五六七八九十：:])"
)
_CARD, _REST_OF_NUMBER = re.compile(r"身份证$"), re.compile(r"件?号码?[\dXx*]*")
# Before the title of one list of several: （一）专家团队.
_ORDINAL = re.compile(r"^(?:[（(][一二三四五六七八九十]{1,2}[）)]|[一二三四五六七八九十]{1,2}[、.．])")
_SENTENCE = re.compile(r"[。；;]|[，,].*[，,]|.{4}[，,].{4}|《.*》.|[:：].")
_TAIL = re.compile(
    r"([（(〔【\[][^（()）]{0,40}[）)〕】\]]|[-—_·.。*:：]|(?<!\d)\d{1,3}(?!\d)|[正副]本|续表?|N[oO][.．]?\d{1,3})+$"
)
# Before a title at a page's top: 附件3 质量督导员情况表, 表一 专职工作人员名单.
_ANNEX = re.compile(
    r"^(?:(?:附[件表]|表)(?:[一二三四五六七八九十]{1,2}|\d{1,2}(?:[-—]\d{1,2})?)[:：、.．]?|附[件表录]?[:：])"
    r"(?=[\u4e00-\u9fff]{3})"
)
# 培训评价人员名册——样例市启明职业培训学校: a title, and whose paper it is.
_OWNED = re.compile(r"(?P<title>.{3,}?)[—-]{2,}(?P<owner>[^—-]{6,})")
_REMARK = re.compile(r"[（(][^（()）]*[）)]$")
# 人员姓名 looks like 人员名单, and heads a column.
_COLUMN_HEAD = re.compile(r"(?:姓名|号码|序号|电话|备注)$")
# Of 目 录, set wide, one may be read.
_CONTENTS = re.compile(r"(申报|备案|申请)?(材料)?(目?录|清单|目次)")
# 3、财务审计报告……12: an entry of a table of contents.
_ENTRY = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[、.．)）]+|(?:复印件)?[.…·。\-—]*\d{0,3}$")
_COMPILATION = re.compile(r"汇编|合集|汇总")
# 续表; the second card of a set.
_CONTINUED = re.compile(r"[（(]?续[表页上]?[）)]?\d*$|[（(]续|N[oO][.．]?(?!0*1$)\d{1,3}$")
# 关于印发《考务管理办法》的通知: the rules with the letter that brings them.
_ISSUED = re.compile(r"关于(?:印发|下发|发布|颁布|颁发|施行|试行|实施)[^《》]{0,30}《(?P<title>[^《》]{3,40})》")
# 第六部分 保障措施 in a plan is no rule of its own.
_PART = re.compile(r"第[一二三四五六七八九十\d]+部分")
# Papers that are nobody's second page, whatever their titles' size.
_OF_ITS_OWN = re.compile(r"(?:回执|批复|复函|通知书?|决定|任命书?|委托书|授权书|证明|承诺书|情况说明|处理[笺单])$")
_WHOSE = re.compile(r"(?:单位|机构|企业|学校|公司)[^:：]{0,12}[:：]")


@dataclass(frozen=True)
class Heading:
    """A heading on a page: the kind it names, its text, and how surely it is one (0 to 1)."""

    kind: DocumentKind
    text: str
    score: float
    size: float
    top: float
    is_centred: bool


class _Sheet(Layout):
    """A page as it is looked at for its kind."""

    @cached_property
    def text(self) -> str:
        """Return all it says."""
        return "".join(row.text for row in self.rows)

    @cached_property
    def words(self) -> str:
        """Return all it says, and once more what a cell holds in several rows: 职业 over 编码 in a table's head."""
        broken = (cell.passage.text for cell in self.cells if cell.passage.text not in self.text)
        return "\n".join([self.text, *broken])

    @cached_property
    def usual(self) -> float:
        """Return the usual height of its rows; there must be one."""
        return median(row.height for row in self.rows)

    @cached_property
    def is_contents(self) -> bool:
        """Say whether it is a table of contents."""
        return any(_CONTENTS.fullmatch(row.text) for row in self.rows[:6])

    def is_in_table(self, row: Passage) -> bool:
        """Say whether a row goes through several cells of a table, each high enough to hold it.

        The strokes of white letters on a dark band enclose smaller ones.
        """
        left, top, right, bottom = row.box
        crossed = (
            cell
            for cell in self.page.cells
            if cell[1] < (top + bottom) / 2 < cell[3]
            and left < (cell[0] + cell[2]) / 2 < right
            and cell[3] - cell[1] >= CELL_HEIGHT * row.height
        )
        return sum(1 for _ in crossed) >= TABLE_CELLS

    @property
    def says_nothing(self) -> bool:
        """Say whether it is as good as blank: a seal or a code on it is something."""
        page = self.page
        return len(self.text) < LEAST_LENGTH and not (page.seals or page.codes)

    def count(self, words: Sequence[str]) -> int:
        """Return how many of the words stand on it."""
        return sum(1 for word in words if find_like(self.words, word))


@dataclass
class _Open:
    """A document under construction; one of no listed kind is `other`."""

    type: DocumentType
    sheets: list[_Sheet]
    heading: str
    scores: list[float]

    def add(self, sheet: _Sheet, score: float) -> None:
        self.sheets.append(sheet)
        self.scores.append(score)

    def own_words(self, sheet: _Sheet) -> int:
        """Return how many words of its kind stand on a page."""
        return sheet.count(self.type.marks) + sheet.count(self.type.keeps)


def split(pages: Sequence[Page]) -> list[Document]:
    """Return the documents of a packet in the order of their pages; blank pages stand in none."""
    documents: list[_Open] = []
    current: _Open | None = None
    file: str | None = None
    for page in pages:
        if page.source == "blank":
            continue
        sheet = _Sheet(page)
        heading = _find_heading(sheet)
        if heading is None and sheet.says_nothing:
            continue
        # Every image of a packet may be a file of its own, so a document goes on over the end of a file.
        if heading is None:
            current = _without_heading(current, sheet, documents, same_file=page.file == file)
        elif current is not None and _goes_on(current, sheet, heading):
            current.add(sheet, max(heading.score, GOES_ON))
        else:
            opened = document_types()[heading.kind]
            current = _Open(opened, [sheet], heading.text, [max(heading.score, _by_words(sheet.count(opened.marks)))])
            documents.append(current)
        file = page.file
    return [_document(number, one) for number, one in enumerate(documents, start=1)]


def find_heading(page: Page) -> Heading | None:
    """Return the page's heading, or None where it has none that names a kind of document."""
    return _find_heading(_Sheet(page))


def _find_heading(sheet: _Sheet) -> Heading | None:
    page = sheet.page
    heading = _heading_of(sheet)
    if heading is None and page.width > SPREAD * page.height:
        # An opened booklet: each half is a page of its own.
        halves = (_half(page, left) for left in (0.0, 0.5))
        found = (_heading_of(_Sheet(half)) for half in halves)
        heading = next((one for one in found if one is not None), None)
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
    cells = [
        ((cell[0] - left) * 2, cell[1], (cell[2] - left) * 2, cell[3])
        for cell in page.cells
        if left <= (cell[0] + cell[2]) / 2 < left + 0.5
    ]
    return page.model_copy(update={"lines": lines, "cells": cells, "width": page.width // 2})


def _heading_of(sheet: _Sheet) -> Heading | None:
    if not sheet.rows:
        return None
    rows = sheet.rows
    if sheet.is_contents:
        if len(_listed(sheet)) >= LISTED:
            return _list_of_packet(sheet)
        # Over its table of contents a compilation has its title.
        rows = list(takewhile(lambda row: _CONTENTS.fullmatch(row.text) is None, rows))
    headings: list[Heading] = []
    above: list[Passage] = []
    for index, row in enumerate(rows):
        if sheet.is_in_table(row):
            above = []
            continue
        parts = [row, *_parts(row)]
        for part in parts:
            position = _position(part, index, sheet)
            if position < LEAST_SCORE or _is_label_of_number(part, rows[index + 1 : index + 3]):
                continue
            # A heading may be broken over two rows.
            for text in (part.text, *(upper.text + part.text for upper in above if _is_broken(upper, part))):
                bare = _ANNEX.sub("", text) if index < FIRST_ROWS else text
                named = _list_title(bare, rows[index + 1 : index + 1 + HEAD_ROWS]) or _title_in(bare)
                if named is not None:
                    kind, likeness = named
                    score = min(likeness * position, 1.0)
                    is_centred = _off_middle(part) < CENTRED
                    is_small = part.height < TITLE_SIZE * sheet.usual
                    is_running = is_small and len(parts) > 1 and (part is row or not is_centred)
                    is_inside = is_small and part.box[1] > TOP and len(rows) > COVER_ROWS
                    if kind is DocumentKind.OTHER and (is_running or is_inside):
                        # The one at a page's left and right runs over all its document's pages, the other names a part
                        # of the page: the plan of the rooms beside a deed's words.
                        continue
                    headings.append(Heading(kind, text, score, part.height, part.box[1], is_centred=is_centred))
        above = parts
    if len({heading.kind for heading in headings}) >= LISTED:
        return _list_of_packet(sheet)
    # Of two titles in much the same type the upper one is the page's.
    best = max(
        (heading for heading in headings if heading.score >= LEAST_SCORE),
        key=lambda heading: (round(heading.score, 1), round(heading.size / sheet.usual * 2), -heading.top),
        default=None,
    )
    return _holder(best, headings) if best is not None else None


def _parts(row: Passage) -> list[Passage]:
    """Return what stands apart in a row; none where that is a numbered sentence with blanks."""
    cut = stretches(row, COLUMN_GAP)
    return [] if len(cut) == 1 or _ENUMERATED.match(row.text) else cut


def _holder(best: Heading, headings: Sequence[Heading]) -> Heading:
    """Return the heading over another which is of a kind that holds such: 证书样式 over the certificate it shows."""
    over = (
        one
        for one in headings
        if one.top < best.top
        and one.kind != best.kind
        and one.score >= LEAST_SCORE
        and best.kind in document_types()[one.kind].contains
    )
    return max(over, key=lambda one: one.score, default=best)


def _list_of_packet(sheet: _Sheet) -> Heading:
    """Return the heading of a page that lists the documents of a packet."""
    first = sheet.rows[0]
    return Heading(DocumentKind.OTHER, first.text, 1.0, sheet.usual, first.box[1], is_centred=True)


def _listed(sheet: _Sheet) -> set[DocumentKind]:
    """Return the kinds that the entries of a table of contents name."""
    named = (_title_in(_ENTRY.sub("", row.text)) for row in sheet.rows)
    return {one[0] for one in named if one is not None}


def _is_broken(upper: Passage, lower: Passage) -> bool:
    """Say whether a line may go on with another: under it, close to it, in much the same type."""
    overlap = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    return overlap > 0 and 0.65 < upper.height / lower.height < 1.55 and lower.box[1] - upper.box[3] < 2 * lower.height


def _is_label_of_number(part: Passage, below: Sequence[Passage]) -> bool:
    """Say whether what reads like the title of an identity card is a card's label over two rows: 居民身份证, 号码."""
    return any(
        _CARD.search(part.text) and _REST_OF_NUMBER.fullmatch(lower.text) and _is_broken(part, lower)
        for row in below
        for lower in stretches(row, COLUMN_GAP)
    )


def _off_middle(passage: Passage) -> float:
    """Return how far a passage's middle is from the page's, as a fraction of its width."""
    return abs((passage.box[0] + passage.box[2]) / 2 - 0.5)


def _position(row: Passage, index: int, sheet: _Sheet) -> float:
    """Return how much a row's size and place speak for a heading: 0 for none at all, 1 for all."""
    size = row.height / sheet.usual
    centre = _off_middle(row)
    middle = (row.box[1] + row.box[3]) / 2
    score = 0.35
    score += min(max(size - 1.0, 0.0) * 1.2, 0.45)
    # At the very top a short line need not be centred.
    is_first = index < 3 and middle < 0.2 and len(row) <= FIRST_LENGTH
    score += 0.25 if centre < MIDDLE else 0.2 if is_first else 0.1 if centre < CENTRED else 0.0
    score += 0.2 if index < 3 or middle < 0.2 else 0.1 if index < 6 or middle < 0.35 else 0.0
    # A cover has its title in the middle of the page, with little else.
    if len(sheet.rows) <= COVER_ROWS + 2 and size > 1.2:
        score += 0.2
    if middle > 0.6 and size < 1.5:
        score -= 0.4
    return max(score, 0.0)


@cache
def _titles() -> Mapping[int, Mapping[str, DocumentKind]]:
    """Return the known titles by their length."""
    by_length: dict[int, dict[str, DocumentKind]] = {}
    for one in document_types().values():
        for title in one.titles:
            by_length.setdefault(len(title), {}).setdefault(title, one.kind)
    return dict(sorted(by_length.items(), reverse=True))


def _title_in(text: str) -> tuple[DocumentKind, float] | None:
    """Return the kind whose title this text is or ends with, and how alike they are."""
    text = text.lstrip("…·.。-—_")
    issued = _ISSUED.search(text)
    text = text if issued is None else issued["title"]
    bare = text.strip("《》〈〉“”\"'")
    owned = _OWNED.fullmatch(bare)
    bare = owned["title"] if owned is not None and is_organisation(owned["owner"]) else bare
    bare = _TAIL.sub("", bare).strip("《》")
    is_sentence = text.endswith("。") or _SENTENCE.search(bare) is not None or _COLUMN_HEAD.search(bare) is not None
    if not 3 <= len(bare) <= HEADING_LENGTH or _ENUMERATED.match(text) or is_sentence:
        return None
    best: tuple[DocumentKind, float] | None = None
    for length, titles in _titles().items():
        allowed = 100 * (1 - 1 / length) if length >= 4 else 100
        found = process.extractOne(
            bare[-length:], titles.keys(), scorer=fuzz.ratio, processor=None, score_cutoff=allowed - 1e-4
        )
        if found is None or (best is not None and found[1] / 100 <= best[1]):
            continue
        # 专家人员花名册 ends as 人员花名册 does, and is none.
        if not _is_excluded(titles[found[0]], text):
            best = titles[found[0]], found[1] / 100
    if best is None or best[1] < PATTERN_LIKENESS:
        for one in document_types().values():
            # 证书（样式）及印章（样式）: what stands in brackets may be the word that tells.
            pattern = None if _is_excluded(one.kind, text) else one.title_pattern
            if pattern is not None and any(re.fullmatch(pattern, each) for each in (bare, text)):
                return one.kind, PATTERN_LIKENESS
    return best


def _is_excluded(kind: DocumentKind, text: str) -> bool:
    """Say whether a title holds a word that no title of this kind does."""
    excluded = document_types()[kind].no_title
    return excluded is not None and re.search(excluded, text) is not None


def _list_title(text: str, below: Sequence[Passage]) -> tuple[DocumentKind, float] | None:
    """Return the kind that a text names over the head of its list: 专家团队 over 姓名, 身份证号."""
    bare = _ORDINAL.sub("", _REMARK.sub("", _TAIL.sub("", text)))
    for one in document_types().values():
        pattern = one.list_title
        if pattern is not None and re.fullmatch(pattern.title, bare):
            head = "".join(row.text for row in below)
            if all(any(find_like(head, word) for word in wordings) for wordings in pattern.head):
                return one.kind, PATTERN_LIKENESS
    return None


def _goes_on(current: _Open, sheet: _Sheet, heading: Heading) -> bool:
    """Say whether a page with a heading belongs to the document before it all the same."""
    if heading.kind != current.type.kind:
        # A numbered part of a plan, or of a form that holds lists, is none of its own.
        is_holder = current.type.has_parts or heading.kind in current.type.contains
        if is_holder and _ORDINAL.match(heading.text):
            return True
        # A small heading inside a running document (an annex, a section) opens none.
        if heading.kind not in current.type.contains:
            return False
        is_part = current.type.has_parts and _PART.match(heading.text) is not None
        # A page headed in its first row, on which nothing is of the document before it, is another's.
        is_first = heading.is_centred and heading.top <= sheet.rows[0].box[3]
        is_own = current.type.has_parts or not is_first or current.own_words(sheet) > 0
        is_small = heading.score < SMALL and is_own
        return is_part or is_small or (not heading.is_centred and _is_section(current, sheet))
    same = fuzz.ratio(heading.text, current.heading) >= SAME_HEADING
    if _CONTINUED.search(heading.text) or (same and current.type.continues(sheet.page)):
        return True
    # A compilation's parts have titles of its kind.
    if _COMPILATION.search(current.heading):
        return True
    if not same and current.type.is_one_set([one.page for one in current.sheets], sheet.page):
        return True
    return all(_is_cover(one, current.type) or one.is_contents for one in current.sheets)


def _is_section(current: _Open, sheet: _Sheet) -> bool:
    """Say whether a page headed at its left is among its document's own words: a form's last section is 诚信承诺.

    A list of its own says whose it is.
    """
    whose = any(_WHOSE.search(row.text) for row in sheet.rows[:HEAD_ROWS])
    return not whose and current.own_words(sheet) >= SECTION_WORDS


def _is_cover(sheet: _Sheet, kind: DocumentType) -> bool:
    """Say whether a page is a cover: it says little, and not in columns as a short list does."""
    if sum(len(_columns_of(row)) >= LIST_COLUMNS for row in sheet.rows) >= LIST_ROWS:
        return False
    if kind.pages_at_most <= BOOKLET and re.search(r"\d", sheet.text):
        return False
    if sum(bool(cell.passage) for cell in sheet.cells) >= COVER_CELLS or len(sheet.cells) >= EMPTY_CELLS:
        return False
    return len(sheet.rows) <= COVER_ROWS and len(sheet.text) < COVER_LENGTH


def _columns_of(row: Passage) -> list[Passage]:
    """Return the parts of a row that stand apart, but for the letters of a label that is set wide: 甲　方."""
    return list(dropwhile(lambda part: re.fullmatch(r"[\u4e00-\u9fff]", part.text), stretches(row, COLUMN_GAP)))


def _without_heading(current: _Open | None, sheet: _Sheet, documents: list[_Open], *, same_file: bool) -> _Open:
    types = document_types()
    affinity = {one.kind: sheet.count(one.marks) for one in types.values() if one.marks}
    kind, count = max(affinity.items(), key=lambda item: item[1] / len(types[item[0]].marks))
    own = current.own_words(sheet) if current is not None else 0
    telling = max(MARKS_TO_OPEN, min(len(types[kind].marks) // 2, MARKS_ENOUGH))
    if current is not None and not own and not current.type.has_parts and kind not in current.type.contains:
        # Nothing speaks for the running document, whose pages all look alike.
        telling = MARKS_ALONE
    full = current is None or len(current.sheets) >= current.type.pages_at_most
    if count >= telling and count >= own + 3 and not (current is not None and _holds(current, kind, own)):
        opened = _Open(types[kind], [sheet], "", [_by_words(count)])
    elif _is_something_else(current, sheet, own):
        opened = _Open(types[DocumentKind.OTHER], [sheet], "", [OTHER_CONFIDENCE])
    elif current is not None and not full:
        current.add(sheet, 0.95 if own else 0.8 if same_file else 0.75)
        return current
    else:
        opened = _Open(types[DocumentKind.OTHER], [sheet], "", [NO_KIND])
    documents.append(opened)
    return opened


def _by_words(count: int) -> float:
    """Return the score of a page with so many words of its kind; too few say nothing."""
    return 0.6 + 0.05 * min(count, 6) if count >= MARKS_ALONE else 0.0


def _holds(current: _Open, kind: DocumentKind, own: int) -> bool:
    """Say whether what looks like a kind is a section of the running document, which says so or has begun it."""
    if kind not in current.type.contains:
        return False
    return own > 0 or current.sheets[-1].count(document_types()[kind].marks) >= SECTION_MARKS


def _is_something_else(current: _Open | None, sheet: _Sheet, own: int) -> bool:
    """Say whether a page begins with a title that names no kind, behind a document that has no titled parts.

    Plans and rules have them; certificates, forms and lists have not.
    """
    if sheet.is_contents and (current is None or not current.type.has_parts):
        return True
    if current is None or current.type.has_parts or own >= OWN_WORDS or not sheet.rows:
        return False
    is_cover = len(sheet.rows) <= COVER_ROWS
    return any(
        # Larger still is what was written across the page.
        (1.0 if _OF_ITS_OWN.search(row.text) else TITLE_SIZE) <= row.height / sheet.usual <= 3 * TITLE_SIZE
        and _off_middle(row) < 0.06
        and (row.box[1] < 0.25 or is_cover)
        and 4 <= len(row.text) <= TITLE_LENGTH
        and not _ENUMERATED.match(row.text)
        and not _SENTENCE.search(row.text)
        and len(stretches(row, COLUMN_GAP)) == 1
        for row in sheet.rows[:3]
    )


def _document(number: int, opened: _Open) -> Document:
    pages = [sheet.page for sheet in opened.sheets]
    return Document(
        id=f"d{number}",
        kind=opened.type.kind,
        confidence=round(min(CONFIDENT + (1 - CONFIDENT) * min(opened.scores), min(opened.scores) + 0.15, 1.0), 3),
        pages=[PageReference(file=page.file, page=page.number) for page in pages],
        seals=[seal for page in pages for seal in page.seals],
        codes=[code for page in pages for code in page.codes],
    )
