"""Rules on the required materials."""

from dataclasses import replace

from schemas.document import Document, DocumentKind
from schemas.finding import Finding
from schemas.programme import Material
from validators.case import Case
from validators.finding import Clause, Whole
from validators.hiding import hiding_places, least_confidence
from validators.rosters import ROLES, roles_of
from validators.rules import rule


@rule("material.missing")
def missing(case: Case, clause: Clause) -> list[Finding]:
    """Say of every required material whether it is in the packet.

    What it does: passes with the document found; fails where every file and page was read, every page has its
    document, and none can be of that kind; review where a file or page may hide it, or where some of several lists
    were not found. Where a lease or a deed is asked, a deed counts only if it is the applicant's own.
    Why: the notice lists what to send.
    Example: the packet holds no 诚信承诺书.
    Subject: the material's kind.
    """
    return [
        finding
        for material in case.programme.materials
        for finding in _check(
            case, replace(clause, use=clause.use.model_copy(update={"basis": material.basis})), material
        )
    ]


def _check(case: Case, clause: Clause, material: Material) -> list[Finding]:
    subject, title = str(material.kinds[0]), material.title
    found = case.documents(*material.kinds)
    lent = _is_only_lent(case, material)
    if found and not lent:
        if lent is None:
            message = f"有产权证明，未见租赁合同；产权是否为申请单位所有无法确定，请人工核对{title}"
            return clause.review(message, [Whole(one) for one in found], subject=subject, expected=title)
        return _found(case, clause, material, found)
    if material.applicant_types and case.applicant_type is None:
        return clause.review(f"未见{title}；是否需要取决于申请单位的类型", subject=subject)
    if material.applicant_types and case.applicant_type not in material.applicant_types:
        return clause.not_applicable(f"此类单位无需提供{title}", subject=subject)
    deeds = [Whole(deed) for deed in case.documents(DocumentKind.PROPERTY_CERTIFICATE)]
    if material.if_rented and case.owns_premises:
        return clause.not_applicable(f"场地自有，无需提供{title}", deeds, subject=subject)
    if material.if_rented and case.owns_premises is None:
        return clause.review(f"未见{title}；场地是否自有无法确定", deeds, subject=subject)
    sought = [kind for kind in material.kinds if not case.documents(kind)]
    hiding = [place for kind in sought for place in hiding_places(case, kind)]
    if hiding or not case.dossier.pages:
        message = f"未见{title}；有文件或页面未能读取或归类，可能就是它，请人工查找"
        return clause.review(message, list(dict.fromkeys(hiding)), subject=subject)
    missing = f"产权证明不是申请单位的，也没有租赁合同：缺少{title}" if found else f"缺少{title}"
    return clause.fails_by_absence(missing, least_confidence(case), subject=subject, expected=title, actual="无")


def _is_only_lent(case: Case, material: Material) -> bool | None:
    """Say whether a lease or a deed is asked and only deeds of others are there; None where whose they are is open."""
    either = {DocumentKind.LEASE_CONTRACT, DocumentKind.PROPERTY_CERTIFICATE} <= set(material.kinds)
    if not either or case.documents(DocumentKind.LEASE_CONTRACT) or case.owns_premises:
        return False
    return True if case.owns_premises is False else None


def _found(case: Case, clause: Clause, material: Material, found: list[Document]) -> list[Finding]:
    subject = str(material.kinds[0])
    best = [Whole(max(found, key=lambda document: document.confidence))]
    roles = {role for document in found for role in roles_of(case, document)}
    absent = [ROLES[role] for role in material.roles if role not in roles]
    if absent:
        message = f"有{material.title}，其中未见{'、'.join(absent)}，请人工查找"
        return clause.review(message, [Whole(one) for one in found], subject=subject, expected=material.title)
    count = f"（{len(found)} 份）" if len(found) > 1 else ""
    return clause.passes(f"有{material.title}{count}", best, subject=subject)
