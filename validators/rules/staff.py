"""Rules on the people named in the rosters."""

import re
from dataclasses import replace
from datetime import date

from rapidfuzz.distance import Levenshtein
from stdnum.cn import ric

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, Cell, Row, is_among, value_of
from validators.certainty import may_be_misread, with_repeated, with_thin, without_one
from validators.comparing import Likeness, bare_name, compare_names
from validators.finding import Clause, Whole
from validators.hiding import hiding_places
from validators.rosters import role_of
from validators.rules import rule

NUMBER_LENGTH = 18
# Two readings of one identity number differ in no more characters.
SLIPS = 2


def holds(number: str) -> bool:
    """Say whether an identity number keeps GB 11643-1999: 18 characters, a day of birth, the check character.

    The region is not looked up: regions are merged and renumbered, and old numbers stay.

    >>> holds('11010519491231002X'), holds('110105194912310021'), holds('110105194913310027')
    (True, False, False)
    """
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return ric.calc_check_digit(number) == number[-1]


@rule("staff.too_few", people=int)
def too_few(case: Case, clause: Clause) -> list[Finding]:
    """Count the full-time staff, each person once.

    What it does: fails where the rosters of full-time staff name fewer than `people`; review where a roster's role or
    its people were not read surely, where a page may hide another roster, or where they are enough only if two that
    may be one misread count twice.
    Why: the notice asks for so many full-time staff.
    Example: 4 people on the list of 专职工作人员, 5 are asked.
    Needs: `people`.
    """
    need = int(clause.number("people"))
    expected = f"≥ {need} 人"
    rosters = case.documents(DocumentKind.STAFF_ROSTER)
    if not rosters:
        return clause.review("未见人员名单", expected=expected)
    rows = [row for row in case.rows(DocumentKind.STAFF_ROSTER, "people") if row.text("name") is not None]
    full_time = [row for row in rows if role_of(case, row) == "full_time"]
    if not full_time:
        return clause.review("未能读出专职工作人员名单", [Whole(one) for one in rosters], expected=expected)
    people = _people(full_time)
    sure = _people(full_time, strictly=True)
    more = {"expected": expected, "actual": f"{len(people)} 人"}
    message = f"专职工作人员 {len(people)} 人"
    if len(sure) >= need:
        surest = sorted(sure, key=lambda row: -row.confidence)
        return clause.passes(f"{message}，不少于 {need} 人", surest[:need], **more)
    if len(people) >= need:
        return clause.review(f"{message}，其中有姓名或身份证号相近的，可能是同一人，请人工核对", people, **more)
    open_lists = [row.list_value.document for row in rows if role_of(case, row) is None]
    unread = [Whole(one) for one in rosters if is_among(one, open_lists) or value_of(one, "people") is None]
    hidden = hiding_places(case, DocumentKind.STAFF_ROSTER)
    message = f"{message}，少于要求的 {need} 人"
    if unread or hidden:
        return clause.review(f"{message}；另有名单或页面未能读出，请人工核对", [*people, *unread, *hidden], **more)
    return clause.fails(message, people, **more)


def _people(rows: list[Row], *, strictly: bool = False) -> list[Row]:
    """Return each person once: the same identity number, or the same name where one of two has no number.

    Strictly, also one whose number may be another's misread beside a name that is nearly the same.
    """
    people: list[Row] = []
    for row in sorted(rows, key=lambda row: row.text("id_number") is None):
        if not any(_is_one(row, other) or (strictly and _may_be_one(row, other)) for other in people):
            people.append(row)
    return sorted(people, key=rows.index)


def _is_one(row: Row, other: Row) -> bool:
    number, name = row.text("id_number"), bare_name(row.text("name") or "")
    if number and other.text("id_number"):
        return number == other.text("id_number")
    return name == bare_name(other.text("name") or "")


def _may_be_one(row: Row, other: Row) -> bool:
    key = "id_number" if row.text("id_number") and other.text("id_number") else "name"
    cells = [*row.cells(key), *other.cells(key)]
    edits = Levenshtein.distance(cells[0].text, cells[-1].text)
    likeness, _ = compare_names(row.text("name") or "", other.text("name") or "")
    is_like = likeness in {Likeness.SAME, Likeness.CLOSE} and edits <= SLIPS
    return is_like and may_be_misread(edits, *((cell.text, cell.reading) for cell in cells))


@rule("staff.id_number_invalid")
def id_number_invalid(case: Case, clause: Clause) -> list[Finding]:
    """Check the identity numbers in the rosters.

    What it does: fails for each that breaks GB 11643-1999 (length, day of birth, check character) though it was read
    without doubt; review for one that may be misread (also where it would hold with one of its figures twice, a 1 more
    or one left out) or is masked, and for one that is not there though others of the same list are.
    Why: a person who cannot be identified cannot be counted.
    Example: 110105194912310021, whose check character should be X.
    Subject: the person's name.
    """
    rosters = case.documents(DocumentKind.STAFF_ROSTER)
    rows = case.rows(DocumentKind.STAFF_ROSTER, "people")
    if not rosters:
        if any(DocumentKind.STAFF_ROSTER in material.kinds for material in case.programme.materials):
            return clause.review("未见人员名单")
        return clause.not_applicable("通知未要求人员名单，卷宗中也没有")
    cells = [cell for row in rows for cell in row.cells("id_number")]
    if not cells:
        if not rows:
            return clause.review("未能读出人员名单", [Whole(one) for one in rosters])
        return clause.not_applicable("人员名单没有身份证号", [Whole(one) for one in rosters])
    findings = [finding for cell in cells for finding in _check(clause, cell)]
    read = [row.list_value.document for row in rows]
    for roster in rosters:
        if not is_among(roster, read):
            findings.extend(clause.review("另有人员名单未能读出", [Whole(roster)]))
    numbered = [cell.row.list_value.document for cell in cells]
    for row in rows:
        if row.text("id_number") is None and is_among(row.list_value.document, numbered):
            name = row.text("name") or f"第 {row.index + 1} 行"
            findings.extend(clause.review(f"{name} 的身份证号未填或未能读出", [row], subject=name))
    return findings or clause.passes(f"{len(cells)} 个身份证号校验正确", [_held(cell) for cell in cells])


def _held(cell: Cell) -> Cell:
    """Return a number that holds, as sure as that makes it: of those misread one in eleven holds by chance.

    One that was put right was made to hold.
    """
    return replace(cell, reading=1 - (1 - cell.reading) / 11) if cell.as_read else cell


def _lacks_beginning(number: str) -> bool:
    """Say whether what is left of a number begins as none does: provinces (GB/T 2260) have codes from 1 to 8."""
    return len(number) < NUMBER_LENGTH and not "1" <= number[:1] <= "8"


def _check(clause: Clause, cell: Cell) -> list[Finding]:
    number, name = cell.text.upper(), cell.row.text("name") or f"第 {cell.row.index + 1} 行"
    if holds(number):
        return []
    more = {"subject": name, "expected": "18 位，出生日期和校验码正确", "actual": number}
    if "*" in number:
        return clause.review(f"{name} 的身份证号 {number} 有遮盖，无法校验", [cell], **more)
    message = f"{name} 的身份证号 {number} 不符合 GB 11643-1999（位数、出生日期或校验码有误）"
    may_hold = any(map(holds, (*with_repeated(number), *with_thin(number), *without_one(number))))
    if cell.reading < clause.thresholds.checked or may_hold or _lacks_beginning(number):
        return clause.review(f"{message}，可能是识别误差", [cell], **more)
    return clause.fails(message, [cell], **more)
