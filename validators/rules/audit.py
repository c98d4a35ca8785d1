"""Rules on the audit report."""

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case
from validators.finding import ENVELOPE, Clause, Whole
from validators.rules import rule

_OPINIONS = {
    "unqualified": "无保留意见",
    "unqualified_with_emphasis": "带强调事项段的无保留意见",
    "qualified": "保留意见",
    "adverse": "否定意见",
    "disclaimer": "无法表示意见",
}


@rule("audit.wrong_year")
def wrong_year(case: Case, clause: Clause) -> list[Finding]:
    """Check that an audit report is for the year asked.

    What it does: fails where no report is for that year.
    Why: an older report does not show how the applicant stands.
    Needs: `year`, or `years_before` the year of receipt.
    """
    reports = case.documents(DocumentKind.AUDIT_REPORT)
    if not reports:
        return clause.review("未见审计报告")
    years = case.values(DocumentKind.AUDIT_REPORT, "fiscal_year")
    if not years:
        return clause.review("未能读出审计报告的年度", [Whole(reports[0])])
    if "year" in clause.use.needs:
        wanted = int(clause.number("year"))
    elif case.received is None:
        return clause.review("收件日期不明，无法判断审计年度", years)
    else:
        wanted = case.received.year - int(clause.number("years_before"))
    right = [year for year in years if year.value == wanted]
    expected, actual = f"{wanted} 年度", "、".join(f"{year.text} 年度" for year in years)
    if right:
        return clause.passes(f"有 {wanted} 年度审计报告", [right[0], ENVELOPE], expected=expected, actual=actual)
    return clause.fails(
        f"审计报告为 {actual}，应为 {wanted} 年度", [*years, ENVELOPE], expected=expected, actual=actual
    )


@rule("audit.opinion_adverse")
def opinion_adverse(case: Case, clause: Clause) -> list[Finding]:
    """Check the auditor's opinion.

    What it does: fails for an adverse opinion or a disclaimer; review for a qualified one, whose reasons a person must
    weigh.
    Why: 规范的财务制度 is a condition.
    """
    reports = case.documents(DocumentKind.AUDIT_REPORT)
    if not reports:
        return clause.review("未见审计报告")
    opinions = case.values(DocumentKind.AUDIT_REPORT, "opinion")
    if not opinions:
        return clause.review("未能读出审计意见", [Whole(reports[0])])
    order = ["adverse", "disclaimer", "qualified", "unqualified_with_emphasis", "unqualified"]
    worst = min(opinions, key=lambda value: order.index(value.text) if value.text in order else 2)
    title = _OPINIONS.get(worst.text, worst.text)
    if worst.text in {"adverse", "disclaimer"}:
        return clause.fails(f"审计意见为{title}", [worst], expected="无保留意见", actual=title)
    if worst.text == "qualified":
        return clause.review(f"审计意见为{title}，请查看保留事项", [worst], actual=title)
    return clause.passes(f"审计意见为{title}", [worst], actual=title)
