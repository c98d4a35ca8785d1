"""Rules on the files of a packet."""

from itertools import combinations

from schemas.dossier import FileStatus
from schemas.finding import Finding, Outcome
from schemas.page import Page
from validators.case import Case
from validators.finding import Clause, Stated
from validators.rules import rule
from validators.same_page import LEAST_TEXT, Comparison, PageText, compare_pages, similar

# Two readings of one page differ in no more of their characters; one that has more than a few besides may be another.
DOUBTFUL, UNREAD, FEW_UNREAD = 0.07, 0.12, 0.04
# So many well-read characters, or that part of the page, may be mistakes in reading all the same.
SLIPS, SLIPS_PART = 4, 0.01


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
    pages = [(page, text) for page in case.dossier.pages if (text := PageText(page.lines)).length >= LEAST_TEXT]
    findings: list[Finding] = []
    found: set[int] = set()
    for (first, text), (second, other) in combinations(pages, 2):
        if id(second) in found or not similar(text.characters, other.characters):
            continue
        compared = compare_pages(text, other)
        outcome = _outcome(compared)
        if outcome is Outcome.PASS:
            continue
        found.add(id(second))
        subject = f"{second.file}#{second.number}"
        on = [Stated(page.file, page.number) for page in (second, first)]
        message = f"{_name(second)} 与 {_name(first)} 是同一页"
        if outcome is Outcome.FAIL:
            findings.extend(clause.fails(message, on, subject=subject))
        else:
            differing = compared.replaced + compared.unread
            findings.extend(clause.review(f"{message}？两页仅 {differing} 个字不同", on, subject=subject))
    if findings:
        return findings
    if not case.dossier.pages:
        return clause.review("没有读到任何页面")
    return clause.passes("没有重复的页", [Stated(file.path) for file in case.dossier.files])


def _outcome(compared: Comparison) -> Outcome:
    """Say what it comes to that two pages of one dossier differ so much."""
    length = compared.length
    slips_at_most = max(SLIPS, SLIPS_PART * length)
    if compared.doubtful > DOUBTFUL * length or compared.unread > UNREAD * length or compared.replaced > slips_at_most:
        return Outcome.PASS
    few_unread = compared.unread <= FEW_UNREAD * length
    if few_unread and not compared.replaced:
        return Outcome.FAIL
    may_be_one = compared.same_layout and (few_unread or not compared.replaced)
    return Outcome.REVIEW if may_be_one else Outcome.PASS


def _name(page: Page) -> str:
    """Return what a reviewer calls the page."""
    return f"{page.file} 第 {page.number} 页"
