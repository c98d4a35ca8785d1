"""Rules on the people named in the rosters."""

from datetime import date

from stdnum.cn import ric

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import SURE, Case, Row
from validators.finding import Clause, Whole
from validators.rules import rule


def holds(number: str) -> bool:
    """Say whether an identity number keeps GB 11643-1999: 18 characters, a day of birth, the check character.

    The region is not looked up: regions are merged and renumbered, and old numbers stay.
    """
    if len(number) != 18 or not number[:17].isdigit():
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return ric.calc_check_digit(number) == number[-1].upper()


@rule("staff.too_few")
def too_few(case: Case, clause: Clause) -> list[Finding]:
    """Count the full-time staff.

    What it does: fails where the rosters of full-time staff name fewer than `people`; review where a roster's role was
    not read surely.
    Why: the notice asks for so many full-time staff.
    Needs: `people`.
    """
    need = int(clause.number("people"))
    rosters = case.documents(DocumentKind.STAFF_ROSTER)
    if not rosters:
        return clause.review("未见人员名单", expected=f"≥ {need} 人")
    full_time = [row for row in case.rows(DocumentKind.STAFF_ROSTER, "people") if _role(row) == "full_time"]
    if not full_time:
        return clause.review("未能读出专职工作人员名单", [Whole(one) for one in rosters], expected=f"≥ {need} 人")
    count = len({row.text("id_number") or row.text("name") for row in full_time})
    expected, actual = f"≥ {need} 人", f"{count} 人"
    if count >= need:
        return clause.passes(f"专职工作人员 {count} 人", full_time, expected=expected, actual=actual)
    unread = [one for one in rosters if "people" not in one.fields or "role" not in one.fields]
    message = f"专职工作人员 {count} 人，少于要求的 {need} 人"
    if unread:
        on = [*full_time, *(Whole(one) for one in unread)]
        return clause.review(f"{message}；另有名单未能读出", on, expected=expected, actual=actual)
    return clause.fails(message, full_time, expected=expected, actual=actual)


def _role(row: Row) -> str | None:
    role = row.list_value.document.fields.get("role")
    return str(role.value) if role is not None and role.confidence >= SURE else None


@rule("staff.id_number_invalid")
def id_number_invalid(case: Case, clause: Clause) -> list[Finding]:
    """Check the identity numbers in the rosters.

    What it does: fails for each that breaks GB 11643-1999 (length, day of birth, check character); review where it was
    not read surely.
    Why: a person who cannot be identified cannot be counted.
    Subject: the person's name.
    """
    rows = [row for row in case.rows(DocumentKind.STAFF_ROSTER, "people") if row.text("id_number") is not None]
    if not rows:
        return clause.not_applicable("人员名单没有身份证号")
    findings: list[Finding] = []
    for row in rows:
        number, name = row.text("id_number") or "", row.text("name")
        if holds(number):
            continue
        if "*" in number:
            findings.extend(clause.review(f"{name} 的身份证号有遮盖，无法校验", [row], subject=name))
        else:
            findings.extend(
                clause.fails(
                    f"{name} 的身份证号 {number} 不符合 GB 11643-1999（位数、出生日期或校验码有误）",
                    [row],
                    subject=name,
                    expected="18 位，校验码正确",
                    actual=number,
                )
            )
    return findings or clause.passes(f"{len(rows)} 人的身份证号校验正确", rows)
