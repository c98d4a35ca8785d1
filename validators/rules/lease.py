"""Rules on the lease of the premises."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from rapidfuzz import fuzz

from schemas.document import Document, DocumentKind
from schemas.finding import Finding, Outcome
from validators.case import Case, Value, compare, is_among, owners_of, value_of
from validators.comparing import Comparison, Likeness, bare_name, compare_names, may_be_name
from validators.finding import ENVELOPE, Clause, Stated, Whole, agreeing
from validators.rules import rule

# 民法典 第705条: a lease of more than twenty years is void beyond them; more often a digit was misread.
LONGEST = 240
_TERM = ("lease_start", "lease_end", "lease_months")
# Per cent of a name that stand in a paper which names it.
NAMED = 80
# What an owner writes who lets another let: 同意转租, 授权…对外出租, 委托…代为出租.
_LETS_LET = re.compile(r"(?:同意|许可|授权|委托).{0,60}?(?:转租|出租)")
_ORDER = [Outcome.FAIL, Outcome.REVIEW, Outcome.PASS, Outcome.NOT_APPLICABLE]


def _leases(case: Case, clause: Clause, check: Callable[[Document], list[Finding]]) -> list[Finding]:
    """Answer for the worst lease; without one the rule asks nothing of owned premises."""
    leases = case.documents(DocumentKind.LEASE_CONTRACT)
    if leases:
        return min((check(lease) for lease in leases), key=lambda found: _ORDER.index(found[0].outcome))
    if case.owns_premises:
        return clause.not_applicable("场地自有，没有租赁", [Whole(deed) for deed in case.own_deeds])
    return clause.review("未见租赁合同，也不能确定场地为自有")


def _terms(case: Case, clause: Clause, check: Callable[[Document], list[Finding]]) -> list[Finding]:
    """Answer for the worst lease; where another one is in order, it may have replaced that one."""
    findings = _leases(case, clause, check)
    leases = case.documents(DocumentKind.LEASE_CONTRACT)
    others = [one for lease in leases for one in check(lease) if one.outcome is Outcome.PASS]
    if findings[0].outcome is Outcome.FAIL and others:
        message = f"{findings[0].message}；另有租赁合同符合（{others[0].message}），请人工判断"
        return [findings[0].model_copy(update={"outcome": Outcome.REVIEW, "message": message})]
    return findings


def whole_months(first: date, last: date) -> int:
    """Return the whole months of a term, whose last day may be counted in or name the day after.

    >>> whole_months(date(2020, 3, 1), date(2025, 2, 28)), whole_months(date(2020, 3, 1), date(2025, 3, 1))
    (60, 60)
    """
    if last >= date.max - timedelta(days=2):
        return (last.year - first.year) * 12
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    # A term from the 31st ends with the last day of a shorter month.
    is_month_end = (after + timedelta(days=1)).day == 1
    return months if after.day >= first.day or is_month_end else months - 1


def _unread(lease: Document) -> list[Value]:
    """Return what of the term is printed and was not understood."""
    values = (Value(lease, name, field) for name in _TERM if (field := lease.fields.get(name)) is not None)
    return [value for value in values if value.value is None and value.field.text]


def _length(months: float) -> str:
    return f"{months:g} 个月" if months % 12 else f"{months:g} 个月（{months / 12:g} 年）"


@rule("lease.term_too_short", months=int)
def term_too_short(case: Case, clause: Clause) -> list[Finding]:
    """Check that the lease runs long enough.

    What it does: fails where the term, by its dates and its stated length, is under `months`; review where one of the
    two is long enough and the other not, where it is more than the twenty years a lease may run, or where another lease
    is long enough.
    Why: the notice wants premises that stay.
    Example: 2020-03-01 to 2024-02-29 are 48 months, 60 are asked.
    Needs: `months`.
    """
    need = int(clause.number("months"))

    def check(lease: Document) -> list[Finding]:
        start, end, stated = (value_of(lease, name) for name in ("lease_start", "lease_end", "lease_months"))
        lengths: list[float] = []
        if start and end and start.date and end.date:
            lengths.append(whole_months(start.date, end.date))
        if stated and stated.number is not None:
            lengths.append(stated.number)
        if not lengths:
            return clause.review("未能读出租赁期限", [Whole(lease)], expected=f"≥ {need} 个月")
        on = [value for value in (start, end, stated) if value is not None]
        term = f"（{start.text} 至 {end.text}）" if start and end else ""
        actual = "、".join(dict.fromkeys(_length(months) for months in lengths))
        more = {"expected": f"≥ {need} 个月", "actual": actual}
        if _unread(lease) and min(lengths) >= need:
            message = f"租赁期为 {actual}{term}；另有起止日期或期限未能读出，请人工核对"
            return clause.review(message, on, **more)
        if min(lengths) < 0:
            return clause.review(f"租赁期{term}的起止日期颠倒，可能识别有误", on, **more)
        if max(lengths) > LONGEST:
            message = f"租赁期为 {actual}{term}，超过二十年（民法典第七百零五条），可能识别有误"
            return clause.review(message, on, **more)
        if min(lengths) >= need:
            return clause.passes(f"租赁期为 {actual}{term}，不少于 {need} 个月", on, **more)
        if max(lengths) < need:
            return clause.fails(f"租赁期为 {actual}{term}，少于要求的 {need} 个月", on, **more)
        return clause.review(f"租赁期按不同写法为 {actual}{term}，要求不少于 {need} 个月", on, **more)

    return _terms(case, clause, check)


@rule("lease.term_inconsistent")
def term_inconsistent(case: Case, clause: Clause) -> list[Finding]:
    """Compare the lease's dates with its stated length.

    What it does: fails where both are printed and disagree; review where one of them is printed and was not understood,
    or where an end and a length are printed and no start was read.
    Why: a lease that contradicts itself does not show its term.
    Example: 租赁期五年，自 2020年3月1日 至 2024年2月29日.
    """

    def check(lease: Document) -> list[Finding]:
        start, end, stated = (value_of(lease, name) for name in ("lease_start", "lease_end", "lease_months"))
        if start is None and end is None and stated is None:
            return clause.review("未能读出租赁期限", [Whole(lease)])
        printed = [value for value in (start, end, stated) if value is not None and value.field.text is not None]
        if _unread(lease) or (start is None and len(printed) > 1):
            return clause.review("租赁期限的起止日期或期限未能全部读出，无法核对是否一致", printed or [Whole(lease)])
        if len(printed) < 3 or not (start and end and stated and start.date and end.date):
            return clause.not_applicable("合同只以一种方式写明租赁期限", printed)
        months = whole_months(start.date, end.date)
        if months == stated.number:
            return clause.passes(f"起止日期与写明的期限一致：{_length(months)}", printed)
        return clause.fails(
            f"起止日期（{start.text} 至 {end.text}）为 {months} 个月，合同写明 {stated.text} 个月",
            printed,
            expected=f"{months} 个月",
            actual=f"{stated.text} 个月",
        )

    return _leases(case, clause, check)


@rule("lease.expired")
def expired(case: Case, clause: Clause) -> list[Finding]:
    """Check that the lease ran when the dossier was received.

    What it does: fails where it ended before that day; review where another lease still ran. One that begins only after
    that day passes, and the message says so.
    Why: premises that are no longer rented are none.
    Example: the lease ended on 2022-06-30, received on 2022-07-18.
    """

    def check(lease: Document) -> list[Finding]:
        end = value_of(lease, "lease_end")
        if end is None or end.date is None:
            return clause.review("未能读出租赁期的截止日期", [Whole(lease)])
        actual = f"{end.text} 到期"
        if case.received is None:
            return clause.review(f"租赁期至 {end.text}，收件日期不明，无法判断", [end], actual=actual)
        more = {"expected": f"{case.received} 时有效", "actual": actual}
        if end.date < case.received:
            return clause.fails(f"租赁期至 {end.text}，收件日（{case.received}）时已到期", [end, ENVELOPE], **more)
        start = value_of(lease, "lease_start")
        later = start is not None and start.date is not None and start.date > case.received
        state = f"尚未开始（自 {start.text} 起）" if later and start is not None else "有效"
        return clause.passes(f"租赁期至 {end.text}，收件日（{case.received}）时{state}", [end, ENVELOPE], **more)

    return _terms(case, clause, check)


@rule("lease.lessor_not_owner", deed_required=bool)
def lessor_not_owner(case: Case, clause: Clause) -> list[Finding]:
    """Compare the lessor with the owner on the deed.

    What it does: fails where no deed is in the lessor's name; review where the names differ so little that one may be
    misread, where the deed that the notice asks for is not there, or where another paper with both names says that
    the owner lets the lessor let the rooms. Deeds of the applicant's own do not count.
    Why: only the owner, or one whom the owner lets, can rent out.
    Example: lessor 样例市宏远物业管理有限公司, owner 样例市百货公司.
    Needs: `deed_required`, whether the notice asks for the lessor's deed.
    """
    deeds = [deed for deed in case.documents(DocumentKind.PROPERTY_CERTIFICATE) if not is_among(deed, case.own_deeds)]
    owners = [owner for deed in deeds if (owner := value_of(deed, "owner")) is not None]

    def check(lease: Document) -> list[Finding]:
        lessor = value_of(lease, "lessor")
        if not deeds and clause.use.needs["deed_required"] is False:
            return clause.not_applicable("通知未要求出租方产权证明，卷宗中也没有", [Whole(lease)])
        if lessor is None or not owners:
            return clause.review("出租方或产权人未能读出，或没有出租方的产权证明", [Whole(lease), *owners])
        order = list(Likeness)
        likeness, owner = min((compare(lessor, one, _is_among) for one in owners), key=lambda two: order.index(two[0]))
        on: list[Value] = [lessor, owner]
        if likeness is Likeness.SAME:
            return clause.passes(f"出租方为产权人：{lessor.text}", agreeing(on))
        message = f"出租方“{lessor.text}”不是产权人“{owner.text}”"
        more = {"expected": owner.text, "actual": lessor.text}
        are_names = may_be_name(lessor.text) and all(may_be_name(one) for one in owners_of(owner.text))
        if consent := _consent(case, lessor, owner):
            return clause.review(f"{message}；另有同意转租或委托出租的材料，请人工核对", [*on, *consent], **more)
        if likeness is Likeness.DIFFERENT and len(owners) == len(deeds) and are_names:
            return clause.fails(message, on, **more)
        return clause.review(f"{message}，可能是识别误差，请人工核对", on, **more)

    return _leases(case, clause, check)


def _consent(case: Case, lessor: Value, owner: Value) -> list[Stated]:
    """Return where another paper than the lease, with the names of both, says that one may let the other's rooms."""
    names = [bare_name(lessor.text), *(bare_name(one) for one in owners_of(owner.text))]
    found: list[Stated] = []
    for document in case.dossier.documents:
        for page in case.pages(document) if document.kind is DocumentKind.OTHER else []:
            text = bare_name("".join(line.text for line in page.lines))
            # An owner's seal lies on its name.
            if _LETS_LET.search(text) and all(fuzz.partial_ratio(name, text) >= NAMED for name in names):
                found.append(Stated(page.file, page.number, (0.0, 0.0, 1.0, 1.0), document.id))
    return found


def _is_among(lessor: str, owners: str) -> Comparison:
    """Compare a lessor with the owners a deed names: to be one of them is enough."""
    return min((compare_names(lessor, owner) for owner in owners_of(owners)), key=lambda one: one.edits)
