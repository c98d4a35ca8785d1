"""Rules on the required materials."""

from schemas.document import DocumentKind
from schemas.finding import Finding
from schemas.programme import Material
from validators.case import Case
from validators.finding import Clause, Whole
from validators.rules import rule


@rule("material.missing")
def missing(case: Case, clause: Clause) -> list[Finding]:
    """Say of every required material whether it is in the packet.

    What it does: passes with the document found; fails where the packet was read whole, every page has its document,
    and none is of that kind; review where a page that could not be placed may be it.
    Why: the notice lists what to send.
    Subject: the material's kind.
    """
    return [
        finding
        for material in case.programme.materials
        for finding in _check(case, Clause(clause.use.model_copy(update={"basis": material.basis})), material)
    ]


def _check(case: Case, clause: Clause, material: Material) -> list[Finding]:
    subject = str(material.kinds[0])
    found = case.documents(*material.kinds)
    if found:
        best = max(found, key=lambda document: document.confidence)
        return clause.passes(f"有{material.title}", [Whole(best)], subject=subject)
    if material.applicant_types and case.applicant_type is None:
        return clause.review(f"未见{material.title}；是否需要取决于申请单位的类型", subject=subject)
    if material.applicant_types and case.applicant_type not in material.applicant_types:
        return clause.not_applicable(f"此类单位无需提供{material.title}", subject=subject)
    if material.if_rented and case.owns_premises:
        return clause.not_applicable(f"场地自有，无需提供{material.title}", subject=subject)
    unsure = [document for document in case.dossier.documents if _may_be(document.kind, document.confidence)]
    if material.if_rented and case.owns_premises is None and case.documents(DocumentKind.PROPERTY_CERTIFICATE):
        return clause.review(f"未见{material.title}；场地是否自有无法确定", subject=subject)
    if not case.is_fully_read:
        on = [Whole(document) for document in unsure]
        return clause.review(f"未见{material.title}；但有文件或页面未能读取或归类，请人工查找", on, subject=subject)
    return clause.fails_by_absence(f"缺少{material.title}", subject=subject, expected=material.title, actual="无")


def _may_be(kind: DocumentKind, confidence: float) -> bool:
    return kind is DocumentKind.OTHER or confidence < 0.8
