"""Rules on the audit report."""

from typing import Literal

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, is_among, value_of
from validators.finding import ENVELOPE, Clause, Whole
from validators.rules import rule

# From the worst to the best.
_OPINIONS = {
    "adverse": "否定意见",
    "disclaimer": "无法表示意见",
    "qualified": "保留意见",
    "unqualified_with_emphasis": "带强调事项段的无保留意见",
    "unqualified": "无保留意见",
}


@rule("audit.wrong_year", year=int | Literal["previous"])
def wrong_year(case: Case, clause: Clause) -> list[Finding]:
    """Check that an audit report is for the year asked.

    What it does: fails where no report is for that year. Where the notice takes financial statements instead and the
    packet holds them and no report, it asks nothing; review where they are not surely for that year, or stand beside a
    report of another year and may be for the one asked.
    Why: an older report does not show how the applicant stands.
    Example: received in 2021, the report is for 2019.
    Needs: `year`, a number or "previous" (上年度, the one before the day of receipt).
    """
    reports = case.documents(DocumentKind.AUDIT_REPORT)
    if not reports:
        return _without_report(case, clause)
    years = case.values(DocumentKind.AUDIT_REPORT, "fiscal_year")
    if not years:
        return clause.review("未能读出审计报告的年度", [Whole(one) for one in reports])
    actual = "、".join(dict.fromkeys(f"{year.text} 年度" for year in years))
    wanted = _wanted(case, clause)
    if wanted is None:
        return clause.review(f"审计报告为 {actual}；收件日期不明，无法判断是否为上年度", years, actual=actual)
    on = [*years] if clause.use.needs["year"] != "previous" else [*years, ENVELOPE]
    right = [year for year in years if year.text == str(wanted)]
    more = {"expected": f"{wanted} 年度", "actual": actual}
    if right:
        best = max(right, key=lambda year: year.confidence)
        return clause.passes(f"有 {wanted} 年度审计报告", [best, *on[len(years) :]], **more)
    message = f"审计报告为 {actual}，应为 {wanted} 年度"
    if len(years) < len(reports):
        return clause.review(f"{message}；另有审计报告的年度未能读出", on, **more)
    if statements := case.instead_of(DocumentKind.AUDIT_REPORT):
        dated = [value_of(one, "fiscal_year") for one in statements]
        sure = [one for one in dated if one is not None and one.confidence >= case.thresholds.sure]
        if len(sure) < len(dated) or any(one.text == str(wanted) for one in sure):
            more_on = [*on, *(Whole(one) for one in statements)]
            return clause.review(f"{message}；另有财务报表，是否足以代替请人工判断", more_on, **more)
        return clause.fails(f"{message}；另有的财务报表也不是 {wanted} 年度", [*on, *sure], **more)
    return clause.fails(message, on, **more)


def _wanted(case: Case, clause: Clause) -> int | None:
    """Return the year asked; None where it hangs on the day of receipt and that is not known."""
    if clause.use.needs["year"] != "previous":
        return int(clause.number("year"))
    return case.received.year - 1 if case.received is not None else None


def _without_report(case: Case, clause: Clause) -> list[Finding]:
    """Answer where the packet holds no audit report: some notices take financial statements instead."""
    statements = case.instead_of(DocumentKind.AUDIT_REPORT)
    if not statements:
        return clause.review("未见审计报告")
    on = [Whole(one) for one in statements]
    if clause.has("year"):
        wanted = _wanted(case, clause)
        years = case.values(DocumentKind.FINANCIAL_STATEMENTS, "fiscal_year")
        if not any(year.text == str(wanted) and year.confidence >= case.thresholds.sure for year in years):
            actual = "、".join(dict.fromkeys(f"{year.text} 年度" for year in years)) or None
            asked = f"{wanted} 年度" if wanted is not None else "上年度"
            message = f"没有审计报告，财务报表为 {actual or '未能读出的年度'}；通知要求 {asked}，请人工判断"
            return clause.review(message, years or on, expected=asked, actual=actual)
    return clause.not_applicable("以财务报表代替审计报告", on)


@rule("audit.opinion_adverse")
def opinion_adverse(case: Case, clause: Clause) -> list[Finding]:
    """Check the auditor's opinion.

    What it does: fails for an adverse opinion or a disclaimer; review for a qualified one, whose reasons a person must
    weigh.
    Why: 规范的财务制度 is a condition.
    Example: 我们不对后附的财务报表发表审计意见.
    """
    reports = case.documents(DocumentKind.AUDIT_REPORT)
    if not reports:
        return _without_report(case, clause)
    opinions = [one for one in case.values(DocumentKind.AUDIT_REPORT, "opinion") if one.text in _OPINIONS]
    if len(opinions) < len(reports):
        read = [opinion.document for opinion in opinions]
        unread = [Whole(report) for report in reports if not is_among(report, read)]
        if not any(opinion.text in {"adverse", "disclaimer"} for opinion in opinions):
            return clause.review("未能读出审计意见", [*unread, *opinions])
    order = list(_OPINIONS)
    worst = min(opinions, key=lambda value: order.index(value.text))
    title = _OPINIONS[worst.text]
    if worst.text in {"adverse", "disclaimer"}:
        return clause.fails(f"审计意见为{title}", [worst], expected="无保留意见", actual=title)
    if worst.text == "qualified":
        return clause.review(f"审计意见为{title}，请查看保留事项", [worst], actual=title)
    return clause.passes(f"审计意见为{title}", [worst], actual=title)
