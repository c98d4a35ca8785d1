"""Rules on who applies: names, legal representative, address, kind of organisation."""

from collections.abc import Sequence

from schemas.document import DocumentKind
from schemas.dossier import ApplicantType
from schemas.finding import Finding
from validators.case import Case, Value
from validators.comparing import Likeness, compare_addresses, compare_names
from validators.finding import Clause, Whole
from validators.rules import rule

# Where each kind of document names the organisation it belongs to.
_NAMED = (
    (DocumentKind.REGISTRATION_CERTIFICATE, "name", "登记证书的名称"),
    (DocumentKind.LEASE_CONTRACT, "lessee", "租赁合同的承租方"),
    (DocumentKind.AUDIT_REPORT, "auditee", "审计报告的被审计单位"),
)
_CERTIFICATES = {
    "business_licence": "营业执照",
    "private_nonenterprise": "民办非企业单位登记证书",
    "social_organisation": "社会团体法人登记证书",
    "public_institution": "事业单位法人证书",
}
# Two names that differ in a character are two names only where both were read without doubt.
CERTAIN_READING = 0.97


@rule("name.mismatch")
def name_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the applicant's name with the one on each document.

    What it does: fails where a document is in another organisation's name; review where the names differ so little
    that one may be misread.
    Why: another's licence, lease or audit report proves nothing for the applicant.
    Subject: the document's kind.
    """
    findings: list[Finding] = []
    form = case.value(DocumentKind.APPLICATION_FORM, "name")
    for kind, field, title in _NAMED:
        if not case.documents(kind):
            continue
        references = [form] if form and kind is DocumentKind.REGISTRATION_CERTIFICATE else case.applicant_names
        values = case.values(kind, field)
        if not values or not [one for one in references if one]:
            findings.extend(
                clause.review(f"未能读出{title}或申请单位名称", [Whole(case.documents(kind)[0])], subject=str(kind))
            )
            continue
        for value in _worst_first(values, references)[:1]:
            findings.extend(_compare(clause, value, references, title, str(kind)))
    return findings or clause.review("没有可与申请表比对名称的材料")


def _worst_first(values: Sequence[Value], references: Sequence[Value]) -> list[Value]:
    order = [Likeness.DIFFERENT, Likeness.CLOSE, Likeness.SAME]
    return sorted(values, key=lambda value: order.index(_nearest(value, references)[1]))


def _nearest(value: Value, references: Sequence[Value]) -> tuple[Value, Likeness]:
    order = [Likeness.SAME, Likeness.CLOSE, Likeness.DIFFERENT]
    compared = [(reference, compare_names(value.text, reference.text)) for reference in references]
    return min(compared, key=lambda pair: order.index(pair[1]))


def _compare(clause: Clause, value: Value, references: Sequence[Value], title: str, subject: str) -> list[Finding]:
    reference, likeness = _nearest(value, references)
    on = [value, reference]
    if likeness is Likeness.SAME:
        return clause.passes(f"{title}与申请单位一致：{value.text}", on, subject=subject)
    message = f"{title}“{value.text}”与申请单位“{reference.text}”不一致"
    certain = min(one.confidence for one in on) >= CERTAIN_READING
    if likeness is Likeness.DIFFERENT or certain:
        return clause.fails(message, on, subject=subject, expected=reference.text, actual=value.text)
    return clause.review(f"{message}，仅差个别字，可能是识别误差", on, subject=subject)


@rule("legal_representative.mismatch")
def legal_representative_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the legal representative on the form and on the certificate.

    What it does: fails where they are two persons; review where one character differs and may be misread.
    Why: the form is signed by the legal representative the register knows.
    """
    form = case.value(DocumentKind.APPLICATION_FORM, "legal_representative")
    certificates = case.values(DocumentKind.REGISTRATION_CERTIFICATE, "legal_representative")
    if form is None or not certificates:
        on = [one for one in [form, *certificates] if one is not None]
        return clause.review("申请表或登记证书的法定代表人未能读出", on)
    value = _worst_first(certificates, [form])[0]
    on = [form, value]
    likeness = compare_names(form.text, value.text)
    if likeness is Likeness.SAME:
        return clause.passes(f"法定代表人一致：{form.text}", on)
    message = f"法定代表人不一致：申请表“{form.text}”，登记证书“{value.text}”"
    if likeness is Likeness.DIFFERENT or min(one.confidence for one in on) >= CERTAIN_READING:
        return clause.fails(message, on, expected=value.text, actual=form.text)
    return clause.review(f"{message}，仅差个别字，可能是识别误差", on)


@rule("address.mismatch")
def address_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the premises of lease and deed with the addresses of form and certificate.

    What it does: passes where they are one place, however much detail each gives; fails where street or house number
    differ from both; review where that cannot be told.
    Why: premises elsewhere are not the ones the applicant trains in.
    Subject: the document's kind.
    """
    references = [
        value
        for kind in (DocumentKind.APPLICATION_FORM, DocumentKind.REGISTRATION_CERTIFICATE)
        for value in case.values(kind, "address")
    ]
    findings: list[Finding] = []
    for kind, title in ((DocumentKind.LEASE_CONTRACT, "租赁合同"), (DocumentKind.PROPERTY_CERTIFICATE, "产权证明")):
        documents = case.documents(kind)
        if not documents:
            continue
        values = case.values(kind, "address")
        if not values or not references:
            on = [*values, *references, Whole(documents[0])]
            findings.extend(clause.review(f"{title}或申请表的地址未能读出", on, subject=str(kind)))
            continue
        for value in values:
            findings.extend(_compare_place(clause, value, references, title, str(kind)))
    return findings or clause.not_applicable("没有租赁合同或产权证明")


def _compare_place(
    clause: Clause, value: Value, references: Sequence[Value], title: str, subject: str
) -> list[Finding]:
    order = [Likeness.SAME, Likeness.CLOSE, Likeness.DIFFERENT]
    compared = [(reference, compare_addresses(value.text, reference.text)) for reference in references]
    reference, likeness = min(compared, key=lambda pair: order.index(pair[1]))
    if likeness is Likeness.SAME:
        return clause.passes(f"{title}的地址与申请单位地址相符：{value.text}", [value, reference], subject=subject)
    listed = "、".join(dict.fromkeys(one.text for one in references))
    message = f"{title}的地址“{value.text}”与申请单位地址“{listed}”不符"
    if likeness is Likeness.DIFFERENT:
        return clause.fails(message, [value, *references], subject=subject, expected=listed, actual=value.text)
    return clause.review(f"{message}，请人工核对", [value, reference], subject=subject)


@rule("organisation.ineligible")
def organisation_ineligible(case: Case, clause: Clause) -> list[Finding]:
    """Check that an organisation of this kind may apply.

    What it does: fails for certificates of the kinds in `certificates_excluded`; review where such a one belongs to a
    school, which another clause lets apply.
    Why: government bodies and their institutions, for one, may not certify.
    Needs: `certificates_excluded`.
    """
    value = case.value(DocumentKind.REGISTRATION_CERTIFICATE, "certificate_type")
    if value is None:
        return clause.review("未能从登记证书看出单位性质")
    title = _CERTIFICATES.get(value.text, value.text)
    if value.text not in clause.texts("certificates_excluded"):
        return clause.passes(f"登记证书为{title}，可以申报", [value])
    names = [name.text for name in case.applicant_names]
    is_school = case.applicant_type is ApplicantType.SCHOOL or any(
        name.endswith(("学校", "学院", "大学", "中心校")) for name in names
    )
    if is_school:
        return clause.review(f"登记证书为{title}；院校可以申报，事业单位不能申报，请人工判断", [value])
    return clause.fails(f"登记证书为{title}，此类单位不能申报", [value], actual=title)
