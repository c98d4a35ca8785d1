"""Rules on the lease of the premises."""

from collections.abc import Callable
from datetime import date, timedelta

from schemas.document import Document, DocumentKind
from schemas.finding import Finding
from validators.case import Case, Value
from validators.comparing import Likeness, compare_names
from validators.finding import ENVELOPE, Clause, Whole
from validators.rules import rule

CERTAIN_READING = 0.97


def _leases(case: Case, clause: Clause, check: Callable[[Document], list[Finding]]) -> list[Finding]:
    """Answer for the worst lease; without one the rule asks nothing of owned premises."""
    leases = case.documents(DocumentKind.LEASE_CONTRACT)
    if leases:
        order = ["fail", "review", "pass", "not_applicable"]
        return min((check(lease) for lease in leases), key=lambda found: order.index(found[0].outcome))
    if case.owns_premises:
        return clause.not_applicable("场地自有，没有租赁")
    return clause.review("未见租赁合同，也不能确定场地为自有")


def _value(document: Document, name: str) -> Value | None:
    field = document.fields.get(name)
    return Value(document, name, field) if field is not None and field.value is not None else None


def _months(first: date, last: date) -> int:
    """Return the whole months of a term; its last day may be counted in or name the day after."""
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    # A term from the 31st ends with the last day of a shorter month.
    is_month_end = (after + timedelta(days=1)).day == 1
    return months if after.day >= first.day or is_month_end else months - 1


@rule("lease.term_too_short")
def term_too_short(case: Case, clause: Clause) -> list[Finding]:
    """Check that the lease runs long enough.

    What it does: fails where the term, by its dates and its stated length, is under `months`; review where one of the
    two is long enough and the other not.
    Why: the notice wants premises that stay.
    Needs: `months`.
    """
    need = int(clause.number("months"))

    def check(lease: Document) -> list[Finding]:
        start, end, stated = (_value(lease, name) for name in ("lease_start", "lease_end", "lease_months"))
        lengths: list[int] = []
        if start and end and start.date and end.date:
            lengths.append(_months(start.date, end.date))
        if stated and isinstance(stated.value, int):
            lengths.append(stated.value)
        if not lengths:
            return clause.review("未能读出租赁期限", [Whole(lease)])
        on = [value for value in (start, end, stated) if value is not None]
        term = f"（{start.text} 至 {end.text}）" if start and end else ""
        actual = "、".join(f"{months} 个月" for months in dict.fromkeys(lengths))
        wanted = f"≥ {need} 个月"
        if min(lengths) >= need:
            return clause.passes(f"租赁期 {actual}{term}，不少于 {need} 个月", on, expected=wanted, actual=actual)
        if max(lengths) < need:
            return clause.fails(f"租赁期为 {actual}{term}，少于要求的 {need} 个月", on, expected=wanted, actual=actual)
        return clause.review(f"租赁期按不同写法为 {actual}{term}，要求 {need} 个月", on, expected=wanted, actual=actual)

    return _leases(case, clause, check)


@rule("lease.term_inconsistent")
def term_inconsistent(case: Case, clause: Clause) -> list[Finding]:
    """Compare the lease's dates with its stated length.

    What it does: fails where both are printed and disagree.
    Why: a lease that contradicts itself does not show its term.
    """

    def check(lease: Document) -> list[Finding]:
        start, end, stated = (_value(lease, name) for name in ("lease_start", "lease_end", "lease_months"))
        if start is None and end is None and stated is None:
            return clause.review("未能读出租赁期限", [Whole(lease)])
        printed = [value for value in (start, end, stated) if value is not None and value.field.text is not None]
        if len(printed) < 3 or not (start and end and stated and start.date and end.date):
            return clause.not_applicable("合同只以一种方式写明租赁期限", printed)
        months = _months(start.date, end.date)
        if months == stated.value:
            return clause.passes(f"起止日期与写明的期限一致：{months} 个月", printed)
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

    What it does: fails where it ended before that day.
    Why: premises that are no longer rented are none.
    """

    def check(lease: Document) -> list[Finding]:
        end = _value(lease, "lease_end")
        if end is None or end.date is None:
            return clause.review("未能读出租赁期的截止日期", [Whole(lease)])
        if case.received is None:
            return clause.review(f"租赁期至 {end.text}，收件日期不明，无法判断", [end])
        if end.date < case.received:
            message = f"租赁期至 {end.text}，收件日（{case.received}）时已到期"
            return clause.fails(message, [end, ENVELOPE], actual=end.text)
        return clause.passes(f"租赁期至 {end.text}，收件日（{case.received}）时有效", [end, ENVELOPE])

    return _leases(case, clause, check)


@rule("lease.lessor_not_owner")
def lessor_not_owner(case: Case, clause: Clause) -> list[Finding]:
    """Compare the lessor with the owner on the deed.

    What it does: fails where no deed is in the lessor's name; review where the names differ in a character or two, or
    where the deed is not there.
    Why: only the owner, or one whom the owner lets, can rent out.
    Needs: `deed_required`, whether the notice asks for the lessor's deed.
    """
    owners = case.values(DocumentKind.PROPERTY_CERTIFICATE, "owner")
    has_deed = bool(case.documents(DocumentKind.PROPERTY_CERTIFICATE))

    def check(lease: Document) -> list[Finding]:
        lessor = _value(lease, "lessor")
        if not has_deed and clause.use.needs.get("deed_required") is False:
            return clause.not_applicable("通知未要求出租方产权证明，卷宗中也没有", [Whole(lease)])
        if lessor is None or not owners:
            return clause.review("出租方或产权人未能读出，或没有产权证明", [Whole(lease), *owners])
        order = [Likeness.SAME, Likeness.CLOSE, Likeness.DIFFERENT]
        compared = [(owner, compare_names(lessor.text, owner.text)) for owner in owners]
        owner, likeness = min(compared, key=lambda pair: order.index(pair[1]))
        if likeness is Likeness.SAME:
            return clause.passes(f"出租方为产权人：{lessor.text}", [lessor, owner])
        message = f"出租方“{lessor.text}”不是产权人“{owner.text}”"
        if likeness is Likeness.DIFFERENT or min(lessor.confidence, owner.confidence) >= CERTAIN_READING:
            return clause.fails(message, [lessor, owner], expected=owner.text, actual=lessor.text)
        return clause.review(f"{message}，仅差个别字，可能是识别误差", [lessor, owner])

    return _leases(case, clause, check)
