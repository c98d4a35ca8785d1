"""Rules on the occupations applied for, row by row of the form."""

from collections.abc import Sequence
from datetime import date

from pydantic import JsonValue

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, Row
from validators.catalogue import CODE, Candidate, Match, match_occupation
from validators.finding import ENVELOPE, Clause, Whole
from validators.rules import rule

# A code is called wrong only where its line was read without doubt.
CERTAIN_READING = 0.95
NO_ROWS = "未能读出申报的职业（工种）"


def _rows(case: Case) -> list[Row]:
    return case.rows(DocumentKind.APPLICATION_FORM, "occupations")


def _number(row: Row) -> str:
    return str(row.number("row") or row.index + 1)


def _printed(row: Row) -> str:
    return f"{row.text('name') or '（名称未填）'} {row.text('code') or '（编码未填）'}"


def _no_rows(case: Case, clause: Clause) -> list[Finding]:
    return clause.review(NO_ROWS, [Whole(form) for form in case.documents(DocumentKind.APPLICATION_FORM)])


@rule("occupation.not_in_catalogue")
def not_in_catalogue(case: Case, clause: Clause) -> list[Finding]:
    """Look every occupation up in the programme's catalogue, name and code together.

    What it does: passes where the name is an entry's (with its note or without; a slip of reading is put right and
    said); fails where a closed catalogue holds nothing like it, or where the code's class is none of `classes`; review
    where it is like an entry, or where the catalogue is open and does not know it.
    Why: only listed occupations may be applied for.
    Needs: `classes`, the first digits of the codes that are allowed (only where the notice names classes).
    Subject: the occupation's row.
    """
    rows = _rows(case)
    if not rows:
        return _no_rows(case, clause)
    return [finding for row in rows for finding in _look_up(case, clause, row)]


def _look_up(case: Case, clause: Clause, row: Row) -> list[Finding]:
    subject, printed = _number(row), _printed(row)
    name, code = row.text("name"), row.text("code")
    classes = clause.texts("classes")
    if classes and code and CODE.fullmatch(code) and code[0] not in classes:
        return clause.fails(
            f"{printed}：第 {code[0]} 类职业不在申报范围（第 {'、'.join(classes)} 类）",
            [row],
            subject=subject,
            expected=f"第 {'、'.join(classes)} 类",
            actual=code,
        )
    best = next(iter(match_occupation(name, code, case.programme.catalogue)), None)
    if best is not None and best.match in {Match.EXACT, Match.SLIP, Match.NAME}:
        return clause.passes(f"{printed}：{_entry(best)}", [row], subject=subject)
    if best is not None and best.match is Match.CODE:
        return clause.review(
            f"{printed}：编码在目录内（{best.entry.name}），名称不符", [row], subject=subject, expected=best.entry.name
        )
    if not case.programme.catalogue_closed:
        return clause.review(f"{printed}：请核对是否有国家职业技能标准或备案的评价规范", [row], subject=subject)
    if name is None or (best is not None and best.score >= 0.75):
        nearest = f"，最接近的是 {best.entry.name} {best.entry.code}" if best else ""
        return clause.review(f"{printed}：未在目录中找到{nearest}", [row], subject=subject)
    return clause.fails(f"{printed}：不在职业目录内", [row], subject=subject, actual=printed)


def _entry(candidate: Candidate) -> str:
    entry = candidate.entry
    kept = "" if candidate.match is Match.EXACT else f"（{candidate.why}）"
    return f"目录中有“{entry.name}”（{entry.source}）{kept}"


@rule("occupation.code_mismatch")
def code_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Check that an occupation's name and code belong together.

    What it does: fails where the name is one entry's and the code is not its code; review where either is blank, was
    not read surely, or is unknown.
    Why: certificates are issued by the code.
    Subject: the occupation's row.
    """
    rows = _rows(case)
    if not rows:
        return _no_rows(case, clause)
    return [finding for row in rows for finding in _check_code(case, clause, row)]


def _check_code(case: Case, clause: Clause, row: Row) -> list[Finding]:
    subject, printed = _number(row), _printed(row)
    code = row.text("code")
    candidates = match_occupation(row.text("name"), code, case.programme.catalogue)
    best = candidates[0] if candidates else None
    if best is not None and best.match is Match.EXACT:
        return clause.passes(f"{printed}：名称与编码一致", [row], subject=subject)
    if best is not None and best.match is Match.SLIP:
        return clause.passes(
            f"{printed}：{best.why}，按 {best.entry.name} {best.entry.code} 核对", [row], subject=subject
        )
    if code is None:
        return clause.review(f"{printed}：编码未填或未能读出", [row], subject=subject)
    if best is not None and best.match is Match.NAME:
        right = "、".join(dict.fromkeys(one.entry.code for one in candidates if one.match is Match.NAME))
        other = next((entry for entry in case.programme.catalogue if entry.code == code), None)
        whose = f"，{code} 是“{other.name}”的编码" if other is not None else ""
        message = f"{printed}：编码与名称不符，应为 {right}{whose}"
        if other is not None or row.confidence >= CERTAIN_READING:
            return clause.fails(message, [row], subject=subject, expected=right, actual=code)
        return clause.review(message, [row], subject=subject, expected=right, actual=code)
    if best is not None and best.match is Match.CODE:
        message = f"{printed}：{code} 是“{best.entry.name}”的编码，名称不符"
        return clause.review(message, [row], subject=subject, expected=best.entry.name, actual=row.text("name"))
    if not CODE.fullmatch(code):
        return clause.review(f"{printed}：编码不是 0-00-00-00 的形式，或未能读全", [row], subject=subject, actual=code)
    if case.programme.catalogue_closed:
        return clause.not_applicable(f"{printed}：不在目录内，编码无从核对", [row], subject=subject)
    return clause.review(f"{printed}：名称与编码请对照职业分类大典核对", [row], subject=subject)


@rule("occupation.duplicate")
def duplicate(case: Case, clause: Clause) -> list[Finding]:
    """Look for an occupation that is listed twice.

    What it does: fails where two rows carry the same name and code; review where only one of the two is the same.
    Why: rows are counted against thresholds.
    Subject: the later row.
    """
    rows = _rows(case)
    if not rows:
        return _no_rows(case, clause)
    findings: list[Finding] = []
    for index, row in enumerate(rows):
        for earlier in rows[:index]:
            same_code = row.text("code") is not None and row.text("code") == earlier.text("code")
            same_name = row.text("name") is not None and row.text("name") == earlier.text("name")
            message = f"第 {_number(row)} 行 {_printed(row)} 与第 {_number(earlier)} 行 {_printed(earlier)} 重复"
            if same_code and same_name:
                findings.extend(clause.fails(message, [row, earlier], subject=_number(row)))
            elif same_code or same_name:
                findings.extend(clause.review(f"{message}？", [row, earlier], subject=_number(row)))
    return findings or clause.passes(f"{len(rows)} 个职业（工种）没有重复", rows)


@rule("occupation.scale_too_small")
def scale_too_small(case: Case, clause: Clause) -> list[Finding]:
    """Check how many persons were trained, per occupation and in all.

    What it does: fails for each row under its threshold and for the total under its own. Where the number of
    occupations falls under two of the `bands` (以上 and 以下 both count the number itself) and they differ: review.
    Why: the notice wants experience on a scale.
    Needs: `bands`, each with `min` and `max` occupations, `each` and `total` persons; none asks nothing.
    Subject: the occupation's row; none for the total.
    """
    raw = clause.use.needs.get("bands")
    bands = [band for band in raw if isinstance(band, dict)] if isinstance(raw, list) else []
    if not bands:
        return clause.not_applicable("此类单位没有培训评价规模的要求")
    rows = _rows(case)
    if not rows:
        return _no_rows(case, clause)
    fitting = [band for band in bands if _limit(band, "min", 0) <= len(rows) <= _limit(band, "max", 10**6)]
    findings: list[Finding] = []
    for row in rows:
        findings.extend(_each(clause, row, [_limit(band, "each", 0) for band in fitting]))
    findings.extend(_total(clause, rows, [_limit(band, "total", 0) for band in fitting]))
    return findings or clause.not_applicable("没有适用的规模要求")


def _limit(band: dict[str, JsonValue], key: str, default: int) -> int:
    value = band.get(key)
    return value if isinstance(value, int) else default


def _each(clause: Clause, row: Row, needs: Sequence[int]) -> list[Finding]:
    if not any(needs):
        return []
    trained, subject = row.number("trained"), _number(row)
    expected = " 或 ".join(f"≥ {need} 人次" for need in dict.fromkeys(needs))
    if trained is None:
        return clause.review(
            f"{_printed(row)}：已培训评价人数未填或未能读出", [row], subject=subject, expected=expected
        )
    message, actual = f"{_printed(row)}：已培训评价 {trained} 人次", f"{trained} 人次"
    return _decide(clause, trained, needs, message, [row], subject=subject, expected=expected, actual=actual)


def _total(clause: Clause, rows: Sequence[Row], needs: Sequence[int]) -> list[Finding]:
    if not any(needs):
        return []
    counted = [trained for row in rows if (trained := row.number("trained")) is not None]
    expected = " 或 ".join("不要求合计" if not need else f"≥ {need} 人次" for need in dict.fromkeys(needs))
    if len(counted) < len(rows) and sum(counted) < max(needs):
        return clause.review("部分职业的培训评价人数未能读出，合计无法确定", rows, expected=expected)
    total = sum(counted)
    message, actual = f"累计培训评价 {total} 人次", f"{total} 人次"
    return _decide(clause, total, needs, message, rows, expected=expected, actual=actual)


def _decide(
    clause: Clause, count: int, needs: Sequence[int], message: str, on: Sequence[Row], **more: str | None
) -> list[Finding]:
    if all(count >= need for need in needs):
        return clause.passes(f"{message}，达到要求", on, **more)
    if all(count < need for need in needs):
        return clause.fails(f"{message}，少于要求的 {min(needs)} 人次", on, **more)
    return clause.review(f"{message}；职业数正好处于两档之间，按不同理解结论不同，请人工判断", on, **more)


@rule("occupation.experience_too_short")
def experience_too_short(case: Case, clause: Clause) -> list[Finding]:
    """Check since when each occupation has been trained and appraised.

    What it does: fails where that is less than `years` before the day of receipt.
    Why: the notice wants years of experience.
    Needs: `years`; none asks nothing.
    Subject: the occupation's row.
    """
    if "years" not in clause.use.needs:
        return clause.not_applicable("此类单位没有培训评价年限的要求")
    years = int(clause.number("years"))
    rows = _rows(case)
    if not rows:
        return _no_rows(case, clause)
    findings: list[Finding] = []
    for row in rows:
        started, subject = row.text("started"), _number(row)
        if started is None or case.received is None:
            missing = "培训评价起始日期未填或未能读出" if started is None else "收件日期不明"
            findings.extend(clause.review(f"{_printed(row)}：{missing}", [row], subject=subject))
            continue
        findings.extend(_experience(clause, row, started, case.received, years))
    return findings


def _experience(clause: Clause, row: Row, started: str, received: date, years: int) -> list[Finding]:
    year, month = (int(part) for part in started.split("-")[:2])
    # The month of the start and that of the receipt count whole: only months are printed.
    months = (received.year - year) * 12 + received.month - month
    expected, actual = f"≥ {years} 年", f"自 {started} 起 {months // 12} 年 {months % 12} 个月"
    subject = _number(row)
    message = f"{_printed(row)}：{started} 开始培训评价，至收件日 {received} "
    if months >= years * 12:
        return clause.passes(
            f"{message}满 {years} 年", [row, ENVELOPE], subject=subject, expected=expected, actual=actual
        )
    return clause.fails(f"{message}不满 {years} 年", [row, ENVELOPE], subject=subject, expected=expected, actual=actual)
