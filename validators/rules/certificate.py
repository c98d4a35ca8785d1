"""Rules on the certificates' own terms."""

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, Value
from validators.finding import ENVELOPE, Clause, Whole
from validators.rules import rule

_KINDS = ((DocumentKind.REGISTRATION_CERTIFICATE, "登记证书"), (DocumentKind.SCHOOL_PERMIT, "办学许可证"))


@rule("certificate.expired")
def expired(case: Case, clause: Clause) -> list[Finding]:
    """Check that the certificates were in force when the dossier was received.

    What it does: fails where the term ended before that day; passes where it ends later or has no fixed end (长期).
    Why: an expired certificate is none.
    Subject: the document's kind.
    """
    findings: list[Finding] = []
    for kind, title in _KINDS:
        for document in case.documents(kind):
            field = document.fields.get("valid_to")
            if field is None or (field.value is None and field.text is None):
                findings.extend(clause.review(f"未能读出{title}的有效期", [Whole(document)], subject=str(kind)))
                continue
            value = Value(document, "valid_to", field)
            if field.value is None:
                findings.extend(_endless(clause, value, title, str(kind)))
            else:
                findings.extend(_dated(case, clause, value, title, str(kind)))
    return findings or clause.review("未见登记证书")


def _endless(clause: Clause, value: Value, title: str, subject: str) -> list[Finding]:
    if "长" in (value.field.text or "") or "永" in (value.field.text or ""):
        return clause.passes(f"{title}长期有效", [value], subject=subject)
    return clause.review(f"{title}的有效期“{value.field.text}”未能识别", [value], subject=subject)


def _dated(case: Case, clause: Clause, value: Value, title: str, subject: str) -> list[Finding]:
    received, end = case.received, value.date
    if received is None or end is None:
        return clause.review(f"{title}有效期至 {value.text}，收件日期不明，无法判断", [value], subject=subject)
    if end < received:
        return clause.fails(
            f"{title}有效期至 {end}，收件日（{received}）时已过期",
            [value, ENVELOPE],
            subject=subject,
            expected=f"{received} 时有效",
            actual=f"{end} 到期",
        )
    return clause.passes(f"{title}有效期至 {end}，收件日（{received}）时有效", [value, ENVELOPE], subject=subject)
