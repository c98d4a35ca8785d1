"""Rules on the files of a packet."""

from itertools import combinations

from rapidfuzz import fuzz

from schemas.dossier import FileStatus
from schemas.finding import Finding
from schemas.page import Page
from validators.case import Case
from validators.finding import Clause, Stated
from validators.rules import rule

# Bits of 64 in which the hashes of two scans of one page may differ.
HASH_DISTANCE = 12
# Text so much alike is the same page; a little less is worth a look.
SAME_TEXT, LIKE_TEXT = 98.0, 93.0
# A page with less text is like many others.
LEAST_TEXT = 40


@rule("file.unreadable")
def unreadable(case: Case, clause: Clause) -> list[Finding]:
    """Say of every file whether it could be read.

    What it does: fails for each file that is empty, cut off, encrypted, of another type or over the limits.
    Why: what cannot be read may hold a required material; the applicant has to send it again.
    Subject: the file's path.
    """
    bad = [file for file in case.dossier.files if file.status is FileStatus.QUARANTINED]
    if not bad:
        return clause.passes(
            f"{len(case.dossier.files)} 个文件全部读取", [Stated(file.path) for file in case.dossier.files]
        )
    return [
        finding
        for file in bad
        for finding in clause.fails(f"{file.path}：{file.reason}", [Stated(file.path)], subject=file.path)
    ]


@rule("file.duplicate_page")
def duplicate_page(case: Case, clause: Clause) -> list[Finding]:
    """Look for a page that stands twice in the dossier.

    What it does: fails where two pages look alike (perceptual hash) and read alike, figures included; review where
    they differ a little.
    Why: a page scanned twice often stands in for one that was left out.
    Subject: path#page of the second one.
    """
    findings: list[Finding] = []
    found: set[tuple[str, int]] = set()
    pages = [page for page in case.dossier.pages if page.fingerprint is not None and len(_text(page)) >= LEAST_TEXT]
    hashes = {id(page): int(page.fingerprint or "0", 16) for page in pages}
    for first, second in combinations(pages, 2):
        if (hashes[id(first)] ^ hashes[id(second)]).bit_count() > HASH_DISTANCE or _key(second) in found:
            continue
        alike = fuzz.ratio(_text(first), _text(second))
        if alike < LIKE_TEXT or fuzz.ratio(_figures(first), _figures(second)) < LIKE_TEXT:
            continue
        found.add(_key(second))
        message = f"{_name(second)} 与 {_name(first)} 是同一页"
        on = [Stated(second.file, second.number), Stated(first.file, first.number)]
        if alike >= SAME_TEXT and _figures(first) == _figures(second):
            findings.extend(clause.fails(message, on, subject=f"{second.file}#{second.number}"))
        else:
            findings.extend(clause.review(f"{message}？两页极为相似", on, subject=f"{second.file}#{second.number}"))
    if findings:
        return findings
    return clause.passes("没有重复的页", [Stated(file.path) for file in case.dossier.files])


def _key(page: Page) -> tuple[str, int]:
    return page.file, page.number


def _name(page: Page) -> str:
    return f"{page.file} 第 {page.number} 页"


def _text(page: Page) -> str:
    return "".join(line.text for line in page.lines)


def _figures(page: Page) -> str:
    return "".join(character for character in _text(page) if character.isdigit())
