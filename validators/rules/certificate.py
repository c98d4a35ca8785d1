"""Rules on the certificates' own terms."""

from datetime import date

from schemas.document import DocumentKind
from schemas.finding import Finding
from schemas.terms import NO_FIXED_END
from validators.case import Case, Value, value_of
from validators.finding import ENVELOPE, Clause, Whole
from validators.rules import rule

_KINDS = ((DocumentKind.REGISTRATION_CERTIFICATE, "登记证书"), (DocumentKind.SCHOOL_PERMIT, "办学许可证"))


@rule("certificate.expired")
def expired(case: Case, clause: Clause) -> list[Finding]:
    """Check that the certificates were in force when the dossier was received.

    What it does: fails where the term ended before that day; passes where it ends later or has no fixed end (长期);
    review where no term was read or where it begins only later. Of several copies of a certificate the one that runs
    longest counts.
    Why: an expired certificate is none.
    Example: 有效期至 2022年6月30日, received on 2022-07-18.
    Subject: the document's kind.
    """
    findings: list[Finding] = []
    for kind, title in _KINDS:
        documents = case.documents(kind)
        terms = [Value(one, "valid_to", one.fields["valid_to"]) for one in documents if "valid_to" in one.fields]
        printed = [term for term in terms if term.value is not None or term.field.text]
        if printed:
            findings.extend(_check(case, clause, max(printed, key=_runs_until), title, str(kind)))
        elif documents:
            findings.extend(clause.review(f"未能读出{title}的有效期", [Whole(documents[0])], subject=str(kind)))
    return findings or clause.review("未见申请单位的登记证书")


def _runs_until(term: Value) -> date:
    return date.max if _is_endless(term) else term.date or date.min


def _is_endless(term: Value) -> bool:
    return term.value is None and NO_FIXED_END.search(term.field.text or "") is not None


def _check(case: Case, clause: Clause, term: Value, title: str, subject: str) -> list[Finding]:
    received, end = case.received, term.date
    if _is_endless(term):
        return clause.passes(f"{title}长期有效", [term], subject=subject, actual="长期")
    if end is None:
        message = f"{title}的有效期“{term.field.text or term.text}”未能识别"
        return clause.review(message, [term], subject=subject)
    actual = f"{end} 到期"
    started = value_of(term.document, "valid_from")
    if started is not None and started.date is not None and started.date > end:
        message = f"{title}有效期自 {started.date} 至 {end}，前后颠倒，可能识别有误"
        return clause.review(message, [started, term], subject=subject, actual=actual)
    if received is None:
        return clause.review(f"{title}有效期至 {end}，收件日期不明，无法判断", [term], subject=subject, actual=actual)
    more = {"subject": subject, "expected": f"{received} 时有效", "actual": actual}
    if started is not None and started.date is not None and started.date > received:
        message = f"{title}有效期自 {started.date} 起，收件日（{received}）时尚未开始"
        return clause.review(message, [started, term, ENVELOPE], **more)
    if end < received:
        return clause.fails(f"{title}有效期至 {end}，收件日（{received}）时已过期", [term, ENVELOPE], **more)
    return clause.passes(f"{title}有效期至 {end}，收件日（{received}）时有效", [term, ENVELOPE], **more)
