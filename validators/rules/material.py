"""Rules on the required materials."""

import re

from schemas.document import Document, DocumentKind
from schemas.finding import Finding
from schemas.programme import Material
from validators.case import Case, value_of
from validators.certainty import SURE
from validators.finding import Clause, Whole
from validators.hiding import hiding_places, least_confidence
from validators.rules import rule

# What a list of a role is called, where its role was not read.
_ROLES = {
    "full_time": ("专职工作人员", "专职|工作人员"),
    "expert": ("专家", "专家"),
    "assessor": ("考评员", "考评"),
    "supervisor": ("质量督导员", "督导"),
}


@rule("material.missing")
def missing(case: Case, clause: Clause) -> list[Finding]:
    """Say of every required material whether it is in the packet.

    What it does: passes with the document found; fails where every file and page was read, every page has its
    document, and none can be of that kind; review where a file or page may hide it, or where some of several lists
    were not found.
    Why: the notice lists what to send.
    Example: the packet holds no 诚信承诺书.
    Subject: the material's kind.
    """
    return [
        finding
        for material in case.programme.materials
        for finding in _check(case, Clause(clause.use.model_copy(update={"basis": material.basis})), material)
    ]


def _check(case: Case, clause: Clause, material: Material) -> list[Finding]:
    subject, title = str(material.kinds[0]), material.title
    found = case.documents(*material.kinds)
    if found:
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
    hiding = [place for kind in material.kinds for place in hiding_places(case, kind)]
    if hiding or not case.dossier.pages:
        message = f"未见{title}；有文件或页面未能读取或归类，可能就是它，请人工查找"
        return clause.review(message, list(dict.fromkeys(hiding)), subject=subject)
    return clause.fails_by_absence(f"缺少{title}", least_confidence(case), subject=subject, expected=title, actual="无")


def _found(case: Case, clause: Clause, material: Material, found: list[Document]) -> list[Finding]:
    subject = str(material.kinds[0])
    best = [Whole(max(found, key=lambda document: document.confidence))]
    absent = [_ROLES[role][0] for role in material.roles if not any(_is_of_role(case, one, role) for one in found)]
    if absent:
        message = f"有{material.title}，其中未见{'、'.join(absent)}，请人工查找"
        return clause.review(message, [Whole(one) for one in found], subject=subject, expected=material.title)
    count = f"（{len(found)} 份）" if len(found) > 1 else ""
    return clause.passes(f"有{material.title}{count}", best, subject=subject)


def _is_of_role(case: Case, document: Document, role: str) -> bool:
    """Say whether a roster is of a role: as its heading says, or a word on its pages."""
    read = value_of(document, "role")
    if read is not None and read.field.confidence >= SURE:
        return read.value == role
    return any(re.search(_ROLES[role][1], line.text) for line in case.lines(document))
