"""Rules on the files of a packet."""

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from rapidfuzz.distance import Levenshtein

from schemas.dossier import FileStatus
from schemas.finding import Finding
from schemas.page import Page
from validators.case import Case
from validators.finding import Clause, Stated
from validators.rules import rule

# Bits of 64 in which the hashes of two scans of one page may differ.
HASH_DISTANCE = 12
# In so many of their characters two readings of one page may differ.
LIKE = 0.07
# Digits that two pages have in common by chance are fewer.
LEAST_FIGURES = 8
# A page with less text is like many others.
LEAST_TEXT = 40
# A character in a line that scores as much is what the page says.
CERTAIN_LINE = 0.97


@rule("file.unreadable")
def unreadable(case: Case, clause: Clause) -> list[Finding]:
    """Say of every file whether it could be read.

    What it does: fails for each file that is empty, cut off, encrypted, of another type or over the limits.
    Why: what cannot be read may hold a required material; the applicant has to send it again.
    Example: 租赁合同.pdf is protected by a password.
    Subject: the file's path.
    """
    files = case.dossier.files
    bad = [file for file in files if file.status is FileStatus.QUARANTINED]
    if not files:
        return clause.review("卷宗里没有文件")
    if not bad:
        return clause.passes(f"{len(files)} 个文件全部读取", [Stated(file.path) for file in files])
    return [
        finding
        for file in bad
        for finding in clause.fails(
            f"{file.path}：{file.reason or '无法读取'}", [Stated(file.path)], subject=file.path, expected="可以读取"
        )
    ]


@rule("file.duplicate_page")
def duplicate_page(case: Case, clause: Clause) -> list[Finding]:
    """Look for a page that stands twice in the dossier.

    What it does: fails where two pages read the same but for characters that were read badly; review where a few
    well-read characters differ as well. Forms that differ in a name or a number are two pages.
    Why: a page scanned twice often stands in for one that was left out.
    Example: page 3 of the lease was scanned twice, page 4 not at all.
    Subject: path#page of the second one.
    """
    pages = [one for page in case.dossier.pages if (one := _Text(page)).length >= LEAST_TEXT]
    findings: list[Finding] = []
    found: set[int] = set()
    for first, second in combinations(pages, 2):
        if id(second) in found or not _may_be_one(first, second):
            continue
        edits, sure = _differences(first, second)
        if edits > LIKE * max(first.length, second.length) or sure > max(4, first.length // 100):
            continue
        found.add(id(second))
        subject = f"{second.page.file}#{second.page.number}"
        on = [Stated(one.page.file, one.page.number) for one in (second, first)]
        message = f"{second.name} 与 {first.name} 是同一页"
        if sure == 0:
            findings.extend(clause.fails(message, on, subject=subject))
        else:
            findings.extend(clause.review(f"{message}？两页仅 {sure} 处文字不同", on, subject=subject))
    if findings:
        return findings
    if not case.dossier.pages:
        return clause.review("没有读到任何页面")
    return clause.passes("没有重复的页", [Stated(file.path) for file in case.dossier.files])


@dataclass(frozen=True)
class _Text:
    """A page's letters and digits, line by line; every other sign comes and goes with reading."""

    page: Page

    @cached_property
    def lines(self) -> list[tuple[str, float]]:
        """Return the lines and their scores."""
        read = (("".join(filter(str.isalnum, unicodedata.normalize("NFKC", one.text))), one) for one in self.page.lines)
        return [(text, line.confidence) for text, line in read if text]

    @cached_property
    def length(self) -> int:
        """Return the number of characters."""
        return sum(len(text) for text, _ in self.lines)

    @cached_property
    def figures(self) -> str:
        """Return the digits on the page, sorted: in tables the order of lines depends on a pixel."""
        return "".join(sorted(character for text, _ in self.lines for character in text if character.isdigit()))

    @cached_property
    def hash(self) -> int | None:
        """Return the perceptual hash, None where there is none."""
        try:
            return int(self.page.fingerprint or "", 16)
        except ValueError:
            return None

    @property
    def name(self) -> str:
        """Return what a reviewer calls the page."""
        return f"{self.page.file} 第 {self.page.number} 页"


def _may_be_one(first: _Text, second: _Text) -> bool:
    """Say whether two pages look alike or count alike."""
    if first.hash is not None and second.hash is not None and (first.hash ^ second.hash).bit_count() <= HASH_DISTANCE:
        return True
    return len(first.figures) >= LEAST_FIGURES and first.figures == second.figures


def _differences(first: _Text, second: _Text) -> tuple[int, int]:
    """Count the characters in which two pages differ, and those of them that were read well on both."""
    common = Counter(text for text, _ in first.lines) & Counter(text for text, _ in second.lines)
    one, other = _without(first, common), _without(second, common)
    edits = Levenshtein.editops("".join(c for c, _ in one), "".join(c for c, _ in other))
    sure = sum(_is_certain(one, edit.src_pos) and _is_certain(other, edit.dest_pos) for edit in edits)
    return len(edits), sure


def _without(page: _Text, common: Counter[str]) -> list[tuple[str, float]]:
    """Return the characters, with the scores of their lines, of the lines that the other page has not."""
    left = common.copy()
    characters: list[tuple[str, float]] = []
    for text, confidence in page.lines:
        if left[text] > 0:
            left[text] -= 1
        else:
            characters.extend((character, confidence) for character in text)
    return characters


def _is_certain(characters: list[tuple[str, float]], place: int) -> bool:
    """Say whether the character at a place was read well; behind the last one there is none to doubt."""
    return place >= len(characters) or characters[place][1] >= CERTAIN_LINE
