"""Rules on the occupations applied for, row by row of the form."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field, JsonValue, TypeAdapter
from rapidfuzz.distance import LCSseq
from typing_extensions import TypedDict

from schemas.document import DocumentKind
from schemas.finding import Finding, Outcome
from validators.case import Case, Cell, Row
from validators.catalogue import CODE, Candidate, Match, compact_code, match
from validators.certainty import may_be_misread
from validators.comparing import bare_name
from validators.finding import ENVELOPE, Clause, Whole
from validators.rules import rule

_LEVELS = {5: "初级工", 4: "中级工", 3: "高级工", 2: "技师", 1: "高级技师"}
_LETTER = re.compile("[A-Za-z]")
_Digit = Annotated[str, Field(pattern=r"^\d$")]


class _Band(TypedDict, total=False):
    """Thresholds for so many occupations: from `min` to `max`, both counted in."""

    min: int
    max: int
    each: int
    total: int


# More persons are two numbers read as one; nobody appraised skills so many years ago.
MOST_TRAINED, LONGEST_YEARS = 1_000_000, 60
# A row's number beyond that is another number misread.
MOST_ROWS = 60
_BANDS = TypeAdapter(list[_Band])


def _number(row: Row) -> str:
    return str(row.number("row") or row.index + 1)


def _printed(row: Row) -> str:
    return f"第 {_number(row)} 行 {row.text('name') or '（名称未填）'} {row.text('code') or '（编码未填）'}"


def _no_rows(case: Case, clause: Clause) -> list[Finding]:
    forms = [Whole(form) for form in case.documents(DocumentKind.APPLICATION_FORM)]
    return clause.review("未能读出申报的职业（工种）" if forms else "未见申请表，无法核对申报的职业（工种）", forms)


def _unread_rows(clause: Clause, rows: Sequence[Row]) -> list[Finding]:
    """Answer for the rows that the others' own numbers show to be missing among what was read."""
    numbers = {row.number("row") or row.index + 1 for row in rows}
    missing = [str(number) for number in range(1, min(max(numbers), MOST_ROWS) + 1) if number not in numbers]
    return [
        finding
        for number in missing
        for finding in clause.review(f"第 {number} 行未能读出，请人工核对", rows[:1], subject=number)
    ]


def _agreeing(case: Case, row: Row) -> list[Cell]:
    """Return a row's name and code as evidence: surely read where both are one entry's; no misreading makes both."""
    cells = row.cells("name", "code")
    candidates = match(row.text("name"), compact_code(row.text("code") or ""), case.programme.catalogue)
    if not candidates or candidates[0].match is not Match.EXACT:
        return cells
    return [replace(cell, reading=max(cell.reading, case.thresholds.checked)) for cell in cells]


def _may_be_slip(row: Row, edits: int) -> bool:
    """Say whether so many wrong characters in a row's name and code may be misreadings."""
    return may_be_misread(edits, *((cell.text, cell.reading) for cell in row.cells("name", "code")))


@rule("occupation.not_in_catalogue", closed=bool, classes=list[_Digit] | None)
def not_in_catalogue(case: Case, clause: Clause) -> list[Finding]:
    """Look every occupation up in the programme's catalogue, name and code together.

    What it does: passes where the name is an entry's (with its note or without; a slip of reading is put right and
    said); fails where a closed catalogue holds nothing it may be, or where the code's class is none of `classes`;
    review where it may be an entry misread, or where the catalogue is open and does not know it.
    Why: only listed occupations may be applied for.
    Example: 星空导览员 4-07-99-02 stands in no list.
    Needs: `closed`, whether only these occupations may be applied for; `classes`, the first digits of the codes that
    are allowed (only where the notice names classes).
    Subject: the occupation's row.
    """
    if not case.occupations:
        return _no_rows(case, clause)
    findings = [finding for row in case.occupations for finding in _look_up(case, clause, row)]
    return [*findings, *_unread_rows(clause, case.occupations)]


def _look_up(case: Case, clause: Clause, row: Row) -> list[Finding]:
    name, code = row.text("name"), compact_code(row.text("code") or "")
    cells = row.cells("name", "code") or [row]
    subject, printed = _number(row), _printed(row)
    candidates = match(name, code, case.programme.catalogue)
    best = candidates[0] if candidates else None
    classes = clause.texts("classes")
    if classes and CODE.fullmatch(code) and code[0] not in classes:
        allowed = f"第 {'、'.join(classes)} 类"
        more = {"subject": subject, "expected": allowed, "actual": code}
        message = f"{printed}：第 {code[0]} 类职业不在申报范围（{allowed}）"
        if best is not None and best.match in {Match.CODE_SLIP, Match.NAME} and best.entry.code[0] in classes:
            return clause.review(f"{message}；但按名称应为 {best.entry.code}", cells, **more)
        return clause.fails(message, cells, **more)
    if best is not None and best.match in {Match.EXACT, Match.NAME_SLIP, Match.CODE_SLIP, Match.NAME}:
        return clause.passes(
            f"{printed}：{_found(best)}",
            _agreeing(case, row) if best.match in {Match.EXACT, Match.NAME_SLIP} else row.cells("name"),
            subject=subject,
            expected=f"{best.entry.name} {best.entry.code}",
        )
    nearest = f"；最接近的是 {best.entry.name} {best.entry.code}（{best.why}）" if best is not None else ""
    more = {"subject": subject, "expected": f"{best.entry.name} {best.entry.code}" if best is not None else None}
    if not clause.is_set("closed"):
        message = f"{printed}：请核对是否有国家职业技能标准或经备案的评价规范{nearest}"
        return clause.review(message, cells, **more)
    if name is None:
        return clause.review(f"{printed}：名称未填或未能读出{nearest}", cells, **more)
    # A code of another form is two rows read as one, or half of one.
    is_odd = bool(code) and not CODE.fullmatch(code)
    if is_odd or (best is not None and (best.match is Match.CODE or _may_be_slip(row, best.edits))):
        return clause.review(f"{printed}：未在目录中找到{nearest}", cells, **more)
    return clause.fails(f"{printed}：不在职业目录内{nearest}", cells, subject=subject, expected="目录内的职业（工种）",
                        actual=f"{name} {row.text('code') or ''}".strip())  # fmt: skip


def _found(candidate: Candidate) -> str:
    entry = candidate.entry
    kept = "" if candidate.match is Match.EXACT else f"；{candidate.why}"
    return f"目录中有“{entry.name} {entry.code}”（{entry.source}）{kept}"


@rule("occupation.code_mismatch", closed=bool)
def code_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Check that an occupation's name and code belong together.

    What it does: passes where both are one entry's, a one-character slip in a longer name put right and said; fails
    where the name is one entry's and the code another's, or where a closed catalogue gives the name another code and
    the code was read without doubt; review where either is blank, may be misread, or is unknown.
    Why: certificates are issued by the code.
    Example: 中式烹调师 4-03-02-02, which is the code of 中式面点师.
    Needs: `closed`, whether the catalogue holds all occupations that may be applied for.
    Subject: the occupation's row.
    """
    if not case.occupations:
        return _no_rows(case, clause)
    findings = [finding for row in case.occupations for finding in _check_code(case, clause, row)]
    return [*findings, *_unread_rows(clause, case.occupations)]


def _check_code(case: Case, clause: Clause, row: Row) -> list[Finding]:
    code = compact_code(row.text("code") or "")
    cells = row.cells("name", "code") or [row]
    subject, printed = _number(row), _printed(row)
    candidates = match(row.text("name"), code, case.programme.catalogue)
    best = candidates[0] if candidates else None
    if best is not None and best.match in {Match.EXACT, Match.NAME_SLIP}:
        slip = "" if best.match is Match.EXACT else f"（{best.why}，按 {best.entry.name} 核对）"
        return clause.passes(f"{printed}：名称与编码一致{slip}", _agreeing(case, row), subject=subject)
    if not code:
        return clause.review(f"{printed}：编码未填或未能读出", cells, subject=subject)
    if best is not None and best.match in {Match.NAME, Match.CODE_SLIP}:
        return _wrong_code(case, clause, row, code, [one.entry.code for one in candidates if one.match is best.match])
    if best is not None and best.match is Match.CODE:
        message = f"{printed}：{code} 是“{best.entry.name}”的编码，名称不符"
        return clause.review(message, cells, subject=subject, expected=best.entry.name, actual=row.text("name"))
    if not CODE.fullmatch(code):
        message = f"{printed}：编码不是 0-00-00-00 的形式，或未能读全"
        return clause.review(message, cells, subject=subject, expected="0-00-00-00", actual=code)
    if clause.is_set("closed"):
        return clause.not_applicable(f"{printed}：不在目录内，编码无从核对", cells, subject=subject)
    return clause.review(f"{printed}：名称与编码请对照职业分类大典核对", cells, subject=subject)


def _wrong_code(case: Case, clause: Clause, row: Row, code: str, codes: Sequence[str]) -> list[Finding]:
    """Answer for a name that the catalogue knows under other codes."""
    right = "、".join(dict.fromkeys(codes))
    others = [entry.name for entry in case.programme.catalogue if entry.code == code]
    whose = f"，{code} 是“{'、'.join(others)}”的编码" if others else "，目录中没有这个编码"
    message = f"{_printed(row)}：编码与名称不符，应为 {right}{whose}"
    cells, more = row.cells("name", "code"), {"subject": _number(row), "expected": right, "actual": code}
    readings = [(cell.text, cell.reading) for cell in row.cells("code")]
    # 4-06-01-0: a character of the right code was not read, at the edge of its cell, say; the rest were, without doubt.
    # 4-06-01-C: half of one was.
    is_part = any(LCSseq.similarity(code, one) == len(code) for one in codes)
    is_cut = not CODE.fullmatch(code) and (is_part or _LETTER.search(code) is not None)
    # An open catalogue does not know the codes of other editions of the 大典.
    printed_so = clause.is_set("closed") and not is_cut and not may_be_misread(1, *readings)
    return clause.fails(message, cells, **more) if others or printed_so else clause.review(message, cells, **more)


@rule("occupation.too_many", count=int)
def too_many(case: Case, clause: Clause) -> list[Finding]:
    """Count the occupations applied for.

    What it does: fails where they are more than `count`; one that is listed twice counts once. Review where the rows'
    own numbers show that not all of them were read.
    Why: the notice keeps first applications small.
    Example: 7 occupations, no more than 5 are allowed.
    Needs: `count`.
    """
    rows = case.occupations
    if not rows:
        return _no_rows(case, clause)
    most = int(clause.number("count"))
    number = len(_distinct(rows))
    more = {"expected": f"≤ {most} 个", "actual": f"{number} 个"}
    if number <= most and _are_unread(rows):
        return clause.review(f"读出 {number} 个职业（工种），序号不止于此，请人工核对", rows, **more)
    if number <= most:
        return clause.passes(f"申报 {number} 个职业（工种），不超过 {most} 个", rows, **more)
    return clause.fails(f"申报 {number} 个职业（工种），超过规定的 {most} 个", rows, **more)


def _distinct(rows: Sequence[Row]) -> list[Row]:
    """Return each occupation once; a row whose name or code is blank is one of its own."""
    return list({(_key(row) or (str(row.index), "")): row for row in reversed(rows)}.values())[::-1]


def _are_unread(rows: Sequence[Row]) -> bool:
    """Say whether the rows' own numbers go further than the rows that were read."""
    return max((row.number("row") or 0 for row in rows), default=0) > len(rows)


@rule("occupation.level_not_allowed", levels=list[int])
def level_not_allowed(case: Case, clause: Clause) -> list[Finding]:
    """Check the levels applied for.

    What it does: fails for each occupation with a level that is none of `levels`; review where no level was read.
    Why: the higher levels are not open to every scope.
    Example: 高级技师 (1) applied for in a league, where 5, 4 and 3 are open.
    Needs: `levels`, 5 (初级工) to 1 (高级技师).
    Subject: the occupation's row.
    """
    if not case.occupations:
        return _no_rows(case, clause)
    raw = clause.use.needs["levels"]
    allowed = [level for level in raw if isinstance(level, int)] if isinstance(raw, list) else []
    findings: list[Finding] = []
    for row in case.occupations:
        raw = row.entry.get("levels")
        levels = [level for level in raw if isinstance(level, int)] if isinstance(raw, list) else []
        closed = [level for level in levels if level not in allowed]
        more = {"subject": _number(row), "expected": _named(allowed), "actual": _named(levels) or None}
        if not levels:
            findings.extend(clause.review(f"{_printed(row)}：评价等级未填或未能读出", [row], **more))
        elif closed:
            message = f"{_printed(row)}：{_named(closed)}不在可申报的等级（{_named(allowed)}）内"
            findings.extend(clause.fails(message, [row], **more))
        else:
            findings.extend(clause.passes(f"{_printed(row)}：等级为{_named(levels)}", [row], **more))
    return [*findings, *_unread_rows(clause, case.occupations)]


def _named(levels: Sequence[int]) -> str:
    return "、".join(_LEVELS.get(level, str(level)) for level in levels)


def _key(row: Row) -> tuple[str, str] | None:
    """Return an occupation's name and code as they are compared; None where either is blank."""
    name, code = row.text("name"), row.text("code")
    return (bare_name(name), compact_code(code)) if name is not None and code is not None else None


@rule("occupation.duplicate")
def duplicate(case: Case, clause: Clause) -> list[Finding]:
    """Look for an occupation that is listed twice.

    What it does: fails where two rows carry the same name and code; review where only one of the two is the same.
    Why: rows are counted against thresholds.
    Example: rows 2 and 5 are both 电工 6-31-01-03.
    Subject: the later row.
    """
    rows = case.occupations
    if not rows:
        return _no_rows(case, clause)
    findings: list[Finding] = []
    for index, row in enumerate(rows):
        same, half = _earlier(rows[:index], row)
        on = [*row.cells("name", "code")]
        if same is not None:
            message = f"{_printed(row)} 与第 {_number(same)} 行重复"
            findings.extend(clause.fails(message, [*on, *same.cells("name", "code")], subject=_number(row)))
        elif half is not None:
            message = f"{_printed(row)} 与 {_printed(half)} 名称或编码相同，是否重复请人工判断"
            findings.extend(clause.review(message, [*on, *half.cells("name", "code")], subject=_number(row)))
    if findings:
        return findings
    if not all(_key(row) for row in rows) or _are_unread(rows):
        return clause.review("部分职业（工种）的名称或编码未能读出，不能确定是否重复", rows)
    return clause.passes(f"{len(rows)} 个职业（工种）没有重复", [one for row in rows for one in _agreeing(case, row)])


def _earlier(rows: Sequence[Row], row: Row) -> tuple[Row | None, Row | None]:
    """Return an earlier row that is the same occupation, and one of which only the name or the code is the same."""
    key = _key(row)
    if key is None:
        return None, None
    known = [(one, other) for one in rows if (other := _key(one)) is not None]
    same = next((one for one, other in known if other == key), None)
    half = next((one for one, other in known if other[0] == key[0] or other[1] == key[1]), None)
    return same, half


@rule("occupation.scale_too_small", bands=list[_Band] | None)
def scale_too_small(case: Case, clause: Clause) -> list[Finding]:
    """Check how many persons were trained, per occupation and in all.

    What it does: fails for each row under its threshold and for the total under its own. Review where numbers were not
    read, where the rows' own numbers show that not all rows were, where the total is enough only if what is listed
    twice counts twice, and where the number of occupations falls under two of the `bands` (以上 and 以下 both count the
    number itself) and one of them accepts what the other does not.
    Why: the notice wants experience on a scale.
    Example: 3,200 persons trained in an occupation, 8,000 are asked.
    Needs: `bands`, each with `min` and `max` occupations, `each` and `total` persons; none asks nothing.
    Subject: the occupation's row; none for the total.
    """
    bands = _BANDS.validate_python(clause.use.needs.get("bands") or [])
    if not bands:
        return clause.not_applicable("此类单位没有培训评价规模的要求")
    rows = case.occupations
    if not rows:
        return _no_rows(case, clause)
    numbers = {len(rows), number := len(_distinct(rows))}
    fitting = [
        band for band in bands if any(band.get("min", 0) <= count <= band.get("max", count) for count in numbers)
    ]
    if len(fitting) < len(bands) and _are_unread(rows):
        return clause.review(f"读出 {number} 个职业（工种），序号不止于此；规模要求因个数而异，请人工核对", rows)
    answers = [_under(clause, rows, band) for band in fitting]
    if not any(answers):
        return clause.not_applicable(f"申报 {number} 个职业（工种），没有适用的规模要求")
    if len({_worst(findings) for findings in answers}) == 1:
        return answers[0]
    # One reading of the notice accepts what another does not.
    return [
        finding
        if finding.outcome is Outcome.PASS
        else finding.model_copy(
            update={
                "outcome": Outcome.REVIEW,
                "message": f"{finding.message}；申报 {number} 个职业正处于两档之间（“以上”“以下”均含本数），"
                "按不同档次结论不同，请人工判断",
            }
        )
        for finding in next(findings for findings in answers if _worst(findings) is not Outcome.PASS)
    ]


def _worst(findings: Sequence[Finding]) -> Outcome:
    outcomes = {finding.outcome for finding in findings}
    return next((one for one in (Outcome.FAIL, Outcome.REVIEW) if one in outcomes), Outcome.PASS)


def _under(clause: Clause, rows: Sequence[Row], band: _Band) -> list[Finding]:
    """Answer as one band of the notice asks."""
    findings: list[Finding] = []
    if "each" in band:
        for row in rows:
            message = f"{_printed(row)}：已培训评价"
            findings.extend(_enough(clause, message, _trained(row), band["each"], [row], _number(row)))
        findings.extend(_unread_rows(clause, rows))
    if "total" in band:
        findings.extend(_enough_in_all(clause, rows, band["total"]))
    return findings


def _enough_in_all(clause: Clause, rows: Sequence[Row], need: int) -> list[Finding]:
    once, twice = (
        [trained for row in counted if (trained := _trained(row)) is not None] for counted in (_distinct(rows), rows)
    )
    if sum(once) < need <= sum(twice):
        message = f"累计培训评价 {sum(twice)} 人次，其中重复的职业只计一次则为 {sum(once)} 人次，请人工核对"
        return clause.review(message, rows, expected=f"≥ {need} 人次", actual=f"{sum(once)} 人次")
    is_whole = len(twice) == len(rows) and not _are_unread(rows)
    total = sum(twice) if is_whole or sum(once) >= need else None
    return _enough(clause, "累计培训评价", total, need, rows, None)


def _enough(
    clause: Clause, message: str, count: int | None, need: int, on: Sequence[Row], subject: str | None
) -> list[Finding]:
    expected = f"≥ {need} 人次"
    if count is None:
        return clause.review(f"{message}人数未填或未能读出", on, subject=subject, expected=expected)
    more = {"subject": subject, "expected": expected, "actual": f"{count} 人次"}
    if count >= need:
        return clause.passes(f"{message} {count} 人次，不少于 {need} 人次", on, **more)
    return clause.fails(f"{message} {count} 人次，少于要求的 {need} 人次", on, **more)


def _trained(row: Row) -> int | None:
    trained = row.number("trained")
    return trained if trained is not None and 0 <= trained <= MOST_TRAINED else None


@rule("occupation.experience_too_short", years=int | None)
def experience_too_short(case: Case, clause: Clause) -> list[Finding]:
    """Check since when each occupation has been trained and appraised.

    What it does: fails where that is less than `years` before the day of receipt. Where the form gives a month, months
    are counted, the first one whole; where it gives a day, that day.
    Why: the notice wants years of experience.
    Example: started in 2018-05, received on 2021-06-01, 6 years are asked.
    Needs: `years`; none asks nothing.
    Subject: the occupation's row.
    """
    if not clause.has("years"):
        return clause.not_applicable("此类单位没有培训评价年限的要求")
    years = int(clause.number("years"))
    if not case.occupations:
        return _no_rows(case, clause)
    findings: list[Finding] = []
    for row in case.occupations:
        started, subject = _started(row.entry.get("started")), _number(row)
        if started is None or case.received is None:
            missing = "培训评价起始日期未填或未能读出" if started is None else "收件日期不明"
            findings.extend(clause.review(f"{_printed(row)}：{missing}", [row], subject=subject))
        else:
            findings.extend(_experience(clause, row, started, case.received, years))
    return [*findings, *_unread_rows(clause, case.occupations)]


def _started(value: JsonValue) -> tuple[str, date] | None:
    """Return a month or a day as it is written, and the (first) day."""
    found = re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value) if isinstance(value, str) else None
    try:
        return (found[0], date.fromisoformat(found[0] if found[1] else f"{found[0]}-01")) if found is not None else None
    except ValueError:
        return None


def _experience(clause: Clause, row: Row, started: tuple[str, date], received: date, years: int) -> list[Finding]:
    printed, first = started
    months = (received.year - first.year) * 12 + received.month - first.month - (received.day < first.day)
    message = f"{_printed(row)}：自 {printed} 开始培训评价，至收件日 {received} "
    actual = f"{months // 12} 年 {months % 12} 个月"
    subject, on = _number(row), [row, ENVELOPE]
    if not 0 <= months <= LONGEST_YEARS * 12:
        message = f"{message}{'尚未开始' if months < 0 else f'已有 {actual}'}，可能识别有误"
        return clause.review(message, on, subject=subject, expected=f"≥ {years} 年")
    if months >= years * 12:
        return clause.passes(f"{message}为 {actual}", on, subject=subject, expected=f"≥ {years} 年", actual=actual)
    return clause.fails(f"{message}为 {actual}，不满 {years} 年", on, subject=subject, expected=f"≥ {years} 年",
                        actual=actual)  # fmt: skip
