"""Rules on who applies: names, legal representative, address, kind of organisation."""

from collections.abc import Sequence
from typing import Literal

from schemas.document import DocumentKind
from schemas.dossier import ApplicantType
from schemas.finding import Finding, Outcome
from validators.case import Case, Value, compare, is_among, nearest
from validators.comparing import (
    Likeness,
    bare_name,
    compare_addresses,
    compare_names,
    is_of_organisation,
    may_be_name,
)
from validators.finding import Clause, Whole, agreeing
from validators.rules import rule

# Where each kind of document names the organisation it belongs to.
_NAMED = (
    (DocumentKind.REGISTRATION_CERTIFICATE, "name", "登记证书的名称"),
    (DocumentKind.LEASE_CONTRACT, "lessee", "租赁合同的承租方"),
    (DocumentKind.AUDIT_REPORT, "auditee", "审计报告的被审计单位"),
    (DocumentKind.SCHOOL_PERMIT, "name", "办学许可证的学校名称"),
    (DocumentKind.CREDIT_REPORT, "name", "信用报告的单位名称"),
    (DocumentKind.FINANCIAL_STATEMENTS, "entity", "财务报表的编制单位"),
)
# Several of these are papers of their own; of others one may come in parts, which do not all bear the name.
_EACH = {DocumentKind.REGISTRATION_CERTIFICATE, DocumentKind.LEASE_CONTRACT}
# The pledge's name stands under its seal: where it was not read, that is asked for whose it is.
_ALSO_NAMED = ((DocumentKind.INTEGRITY_PLEDGE, "name", "承诺书的承诺单位"),)
# What these say of whose they are is no field of theirs but gathered from their text.
_PROSE = (
    (DocumentKind.APPLICATION_REPORT, "申请报告的申请单位"),
    (DocumentKind.IMPLEMENTATION_PLAN, "实施方案的单位"),
    (DocumentKind.MANAGEMENT_SYSTEM, "管理制度的单位"),
    (DocumentKind.INFORMATISATION_STATEMENT, "信息化建设情况说明的单位"),
    (DocumentKind.ASSET_LIST, "资产清单的单位"),
)
# Names gathered from text that differ in so few characters may be two readings of one.
PROSE_SLIPS = 3
_CERTIFICATES = {
    "business_licence": "营业执照",
    "private_nonenterprise": "民办非企业单位登记证书",
    "social_organisation": "社会团体法人登记证书",
    "public_institution": "事业单位法人证书",
}
_Certificate = Literal["business_licence", "private_nonenterprise", "social_organisation", "public_institution"]
_SCHOOLS = ("学校", "学院", "大学", "职教中心", "职业教育中心")


@rule("name.mismatch")
def name_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the applicant's name with the one on each document.

    What it does: fails where a document is in another organisation's name; review where the names differ so little
    that one may be misread, where a certificate's or a lease's was not read, or where only one of several documents of
    a kind is in another's name, or where what was read is no organisation's name and the document has the applicant's,
    too. Plans, lists and statements are compared where they say without doubt whose they are;
    review where one names the applicant, too, or one that is nearly it. The licences that lessors and auditors enclose
    are not compared.
    Why: another's licence, lease or audit report proves nothing for the applicant.
    Example: the lessee is 样例市东方美容学校, the applicant 样例市启明职业培训学校.
    Subject: the document's kind.
    """
    findings: list[Finding] = []
    for kind, field, title in (*_NAMED, *_ALSO_NAMED):
        documents = case.documents(kind)
        values = case.values(kind, field)
        if not documents or (not values and (kind, field, title) in _ALSO_NAMED):
            continue
        # A certificate is compared with the form; it does not vouch for itself.
        references = [
            name
            for name in case.applicant_names
            if kind is not DocumentKind.REGISTRATION_CERTIFICATE or name.document.kind is not kind
        ]
        found = _compare_names(clause, values, references, title, str(kind)) if values and references else []
        if found and found[0].outcome is Outcome.FAIL:
            found = [_unless_it_names_the_applicant(case, found[0], values)]
        unread = [Whole(one) for one in documents if not is_among(one, (value.document for value in values))]
        if not found or (unread and kind in _EACH and found[0].outcome is Outcome.PASS):
            on = unread or [Whole(documents[0])]
            found = clause.review(f"未能读出{title}或申请单位名称", on, subject=str(kind))
        findings.extend(found)
    findings.extend(_compare_prose(case, clause))
    return findings or clause.review("没有可与申请表比对名称的材料")


def _compare_prose(case: Case, clause: Clause) -> list[Finding]:
    """Answer for the documents whose text says whose they are, without doubt."""
    names = case.applicant_names
    findings: list[Finding] = []
    for kind, title in _PROSE if names else ():
        compared = [(value, *nearest(value, names)) for value in case.values(kind, "entity")]
        clear = [
            (value, reference)
            for value, likeness, reference in compared
            if likeness is not Likeness.CLOSE and value.confidence >= case.thresholds.sure
        ]
        if not clear:
            continue
        found = _compare_names(clause, [value for value, _ in clear], names, title, str(kind))
        others = [(value, compare_names(value.text, reference.text).edits) for value, reference in clear]
        doubted = any(edits > 0 and (edits <= PROSE_SLIPS or _names(case, value)) for value, edits in others)
        if doubted and found[0].outcome is Outcome.FAIL:
            message = f"{found[0].message}；两者相近，或其中也写有申请单位的名称，请人工判断"
            found = [found[0].model_copy(update={"outcome": Outcome.REVIEW, "message": message})]
        findings.extend(found)
    return findings


def _unless_it_names_the_applicant(case: Case, finding: Finding, values: Sequence[Value]) -> Finding:
    """Open a finding on what is no organisation's name, on a document that has the applicant's: it may be any word."""
    actual = finding.actual or ""
    is_doubted = any(value.text == actual and _names(case, value) for value in values)
    if is_of_organisation(actual) or not is_doubted:
        return finding
    message = f"{finding.message}；其中也写有申请单位的名称，请人工判断"
    return finding.model_copy(update={"outcome": Outcome.REVIEW, "message": message})


def _names(case: Case, value: Value) -> bool:
    """Say whether the pages of a value's document have the applicant's name."""
    text = "".join(bare_name(line.text) for page in case.pages(value.document) for line in page.lines)
    return any(bare_name(name.text) in text for name in case.applicant_names)


def _compare_names(
    clause: Clause, values: Sequence[Value], references: Sequence[Value], title: str, subject: str
) -> list[Finding]:
    order = list(Likeness)
    compared = [(value, *nearest(value, references)) for value in values]
    value, likeness, reference = max(compared, key=lambda one: order.index(one[1]))
    on = [value, reference]
    if likeness is Likeness.SAME:
        return clause.passes(f"{title}与申请单位一致：{value.text}", agreeing(on), subject=subject)
    message = f"{title}“{value.text}”与申请单位“{reference.text}”不一致"
    more = {"subject": subject, "expected": reference.text, "actual": value.text}
    if likeness is not Likeness.DIFFERENT:
        return clause.review(f"{message}，仅差个别字，可能是识别误差", on, **more)
    if not may_be_name(value.text):
        return clause.review(f"{message}，所读可能不是名称", on, **more)
    if any(one[1] is Likeness.SAME for one in compared):
        return clause.review(f"{message}；卷宗中另有与申请单位一致的同类材料，请人工判断", on, **more)
    return clause.fails(message, on, **more)


@rule("legal_representative.mismatch")
def legal_representative_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the legal representative on the form and on the certificate.

    What it does: fails where they are two persons; review where one character differs and may be misread.
    Why: the form is signed by the legal representative the register knows.
    Example: the form says 张样例, the licence 李样例.
    """
    form = case.value(DocumentKind.APPLICATION_FORM, "legal_representative")
    certificates = case.values(DocumentKind.REGISTRATION_CERTIFICATE, "legal_representative")
    if form is None or not certificates:
        on = [one for one in [form, *certificates] if one is not None]
        return clause.review("申请表或登记证书的法定代表人未能读出", on)
    order = list(Likeness)
    likeness, other = max((compare(form, one) for one in certificates), key=lambda pair: order.index(pair[0]))
    on = [form, other]
    if likeness is Likeness.SAME:
        return clause.passes(f"法定代表人一致：{form.text}", agreeing(on))
    message = f"法定代表人不一致：申请表“{form.text}”，登记证书“{other.text}”"
    more = {"expected": other.text, "actual": form.text}
    if likeness is Likeness.DIFFERENT:
        return clause.fails(message, on, **more)
    return clause.review(f"{message}，仅差个别字，可能是识别误差", on, **more)


@rule("address.mismatch")
def address_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the premises of lease and deed with the addresses of form and certificate.

    What it does: passes where they are one place, however much detail each gives; fails where city, street or house
    number differ from both; review where that cannot be told, where one of the two addresses was not read, or where
    another lease or deed is for the right place.
    Why: premises elsewhere are not the ones the applicant trains in.
    Example: the lease is for 人民大街1888号, form and licence say 学府路12号.
    Subject: the document's kind.
    """
    kinds = (DocumentKind.APPLICATION_FORM, DocumentKind.REGISTRATION_CERTIFICATE)
    references = [value for kind in kinds for value in case.values(kind, "address")]
    both_read = all(case.values(kind, "address") or not case.documents(kind) for kind in kinds)
    findings: list[Finding] = []
    for kind, title in ((DocumentKind.LEASE_CONTRACT, "租赁合同"), (DocumentKind.PROPERTY_CERTIFICATE, "产权证明")):
        documents = case.documents(kind)
        values = case.values(kind, "address")
        if documents and not (values and references):
            on = [*values, *references, Whole(documents[0])]
            findings.extend(clause.review(f"{title}或申请表的地址未能读出", on, subject=str(kind)))
        elif documents:
            found = _compare_places(clause, values, references, title, str(kind), both_read=both_read)
            unread = [Whole(one) for one in documents if not is_among(one, (value.document for value in values))]
            if unread and found[0].outcome is Outcome.PASS:
                found = clause.review(f"另有{title}的地址未能读出，请人工核对", unread, subject=str(kind))
            findings.extend(found)
    return findings or clause.not_applicable("没有租赁合同或产权证明")


def _compare_places(
    clause: Clause, values: Sequence[Value], references: Sequence[Value], title: str, subject: str, *, both_read: bool
) -> list[Finding]:
    order = list(Likeness)
    compared = [(value, *nearest(value, references, compare_addresses)) for value in values]
    value, likeness, reference = max(compared, key=lambda one: order.index(one[1]))
    if likeness is Likeness.SAME:
        on = agreeing([value, reference]) if bare_name(value.text) == bare_name(reference.text) else [value, reference]
        return clause.passes(f"{title}的地址与申请单位地址相符：{value.text}", on, subject=subject)
    listed = "、".join(dict.fromkeys(one.text for one in references))
    message = f"{title}的地址“{value.text}”与申请单位地址“{listed}”不符"
    more = {"subject": subject, "expected": listed, "actual": value.text}
    only_one = not any(one[1] is Likeness.SAME for one in compared)
    if likeness is Likeness.DIFFERENT and both_read and only_one:
        alike = [[one for one in references if bare_name(one.text) == text] for text in _bare_texts(references)]
        return clause.fails(message, [value, *(one for group in alike for one in agreeing(group))], **more)
    return clause.review(f"{message}，请人工核对", [value, *references], **more)


def _bare_texts(values: Sequence[Value]) -> list[str]:
    return list(dict.fromkeys(bare_name(value.text) for value in values))


@rule("organisation.ineligible", certificates_excluded=list[_Certificate], schools_admitted=bool | None)
def organisation_ineligible(case: Case, clause: Clause) -> list[Finding]:
    """Check that an organisation of this kind may apply.

    What it does: fails for certificates of the kinds in `certificates_excluded`; review where the packet holds others
    of the applicant's, too, and with `schools_admitted` where such a one belongs to a school.
    Why: government bodies and their institutions, for one, may not certify.
    Example: 样例市就业服务中心 holds a 事业单位法人证书.
    Needs: `certificates_excluded`, values of `certificate_type`; `schools_admitted` where another clause lets schools
    apply, whatever certificate they hold.
    """
    values = [
        one
        for one in case.values(DocumentKind.REGISTRATION_CERTIFICATE, "certificate_type")
        if one.text in _CERTIFICATES
    ]
    if not values:
        return clause.review("未能从登记证书看出单位性质", [])
    value = max(values, key=lambda one: one.confidence)
    title = _CERTIFICATES[value.text]
    excluded = clause.texts("certificates_excluded")
    if len({one.text in excluded for one in values}) > 1:
        listed = "、".join(dict.fromkeys(_CERTIFICATES[one.text] for one in values))
        return clause.review(f"登记证书有{listed}，其中有的不得申报，请人工判断", values, actual=listed)
    if value.text not in excluded:
        return clause.passes(f"登记证书为{title}，不在不得申报之列", [value], actual=title)
    names = [name.text for name in case.applicant_names]
    is_school = case.applicant_type is ApplicantType.SCHOOL or any(name.endswith(_SCHOOLS) for name in names)
    if clause.is_set("schools_admitted") and (is_school or not names):
        message = f"登记证书为{title}；院校可以申报，其他事业单位不能申报，请人工判断"
        return clause.review(message, [value], actual=title)
    return clause.fails(f"登记证书为{title}，此类单位不能申报", [value], actual=title)
