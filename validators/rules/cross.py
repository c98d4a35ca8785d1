"""Rules on what stands in other applicants' dossiers too."""

from collections.abc import Sequence

from schemas.document import DocumentKind
from schemas.elsewhere import Holder, SharedPage, Sharing
from schemas.finding import Finding
from validators.case import Case
from validators.finding import Clause, Stated
from validators.reuse import numbered_people
from validators.rosters import role_of
from validators.rules import rule

# So many other dossiers are named.
NAMED = 3
# Papers of third parties, which may be in the dossiers of all who deal with them: by their kind alone, and where the
# page does not name the applicant. A page of no sure kind may be one.
OF_LESSORS = {DocumentKind.PROPERTY_CERTIFICATE}
OF_THIRD_PARTIES = {DocumentKind.AUDIT_REPORT, DocumentKind.LEASE_CONTRACT, DocumentKind.OTHER}


@rule("cross.page_reused")
def page_reused(case: Case, clause: Clause) -> list[Finding]:
    """Look for pages that stand in another applicant's dossier too.

    What it does: fails for each page that reads the same in another applicant's dossier, of this run or an earlier one,
    and holds names or long numbers that only one of them can have of its own. Review for a deed, as two tenants of one
    building hold copies of the same, and for other papers of third parties; for a page without names and numbers, or
    with nothing but a picture; for one that differs in few characters; and where either applicant is not known. A form
    or text without names that several applicants have is nobody's own.
    Why: papers that one applicant lends to another prove nothing of the other.
    Example: two schools enclose the same skill certificate.
    Subject: path#page.
    """
    if case.dossier.elsewhere is None:
        return clause.not_applicable("没有与其他卷宗比对")
    if not case.dossier.pages:
        return clause.review("没有读到任何页面")
    kinds = {
        (page.file, page.page): one.kind
        for one in case.dossier.documents
        for page in one.pages
        if one.confidence >= case.thresholds.sure
    }
    places: dict[tuple[str, int], list[SharedPage]] = {}
    for shared in case.dossier.elsewhere.pages:
        places.setdefault((shared.file, shared.page), []).append(shared)
    findings: list[Finding] = []
    for (file, page), found in places.items():
        subject, on = f"{file}#{page}", [Stated(file, page)]
        doubts = [_doubt(shared, kinds.get((file, page), DocumentKind.OTHER)) for shared in found]
        message = f"{file} 第 {page} 页也在其他单位的卷宗里：{_named([shared.holder for shared in found])}"
        if None in doubts:
            findings.extend(clause.fails(message, on, subject=subject))
        else:
            findings.extend(clause.review(f"{message}（{doubts[0]}）", on, subject=subject))
    return findings or clause.passes("没有与其他单位卷宗相同的页", [Stated(file.path) for file in case.dossier.files])


@rule("cross.person_reused")
def person_reused(case: Case, clause: Clause) -> list[Finding]:
    """Look for full-time staff who stand in another applicant's dossier too.

    What it does: fails for each person among the full-time staff whose identity number, valid and surely read, is
    also that of a full-time member of staff of another applicant, in this run or an earlier one. Review where the
    number was not read surely or stands by another name, where either list does not say that it is of full-time
    staff, and where either applicant is not known. A name alone is no evidence: many people share one.
    Why: nobody works full-time for two.
    Example: two schools name the same person, by one identity number, as their full-time staff.
    Subject: the person's name.
    """
    if case.dossier.elsewhere is None:
        return clause.not_applicable("没有与其他卷宗比对")
    people = [(row, number) for row, number in numbered_people(case) if role_of(case, row) in {"full_time", None}]
    if not people:
        return clause.not_applicable("专职工作人员名单没有可以比对的身份证号")
    findings: list[Finding] = []
    for number in dict.fromkeys(shared.id_number for shared in case.dossier.elsewhere.people):
        found = [shared for shared in case.dossier.elsewhere.people if shared.id_number == number]
        on = [cell for _, cell in people if cell.text == number]
        name = found[0].name
        message = f"{name}（{number}）也在其他单位的卷宗里：{_named([shared.holder for shared in found])}"
        if any(shared.is_certain and shared.holder.is_another for shared in found):
            findings.extend(clause.fails(message, on, subject=name, actual=number))
        else:
            message = f"{message}；是否同一人、是否都为专职、是否两个单位，请人工核对"
            findings.extend(clause.review(message, on, subject=name, actual=number))
    return findings or clause.passes("专职工作人员都不在其他单位的卷宗里", [number for _, number in people])


def _doubt(shared: SharedPage, kind: DocumentKind) -> str | None:
    """Say why a page that stands elsewhere too may do so rightly; None where it may not."""
    if not shared.holder.is_another:
        return "两份卷宗是否为同一单位，请人工核对"
    if kind in OF_LESSORS:
        return "可能租用同一处房产，请人工核对"
    if shared.sharing is Sharing.SAME_WORDS:
        return "该页没有名称和编号，可能是通用文本，请人工核对"
    if shared.sharing is Sharing.SAME_PICTURE:
        return "没有文字的页，看起来是同一张图片，请人工核对"
    if shared.sharing is Sharing.SAME_NUMBERS and kind in OF_THIRD_PARTIES:
        return "可能是第三方的证照或文件，请人工核对"
    return "个别文字不同，请人工核对" if shared.sharing is Sharing.NEARLY_SAME else None


def _named(holders: Sequence[Holder]) -> str:
    """Name the dossiers, and where in them it stands."""
    places = [
        f"{one.applicant or '名称不明的单位'}（{one.programme}/{one.dossier}）{one.file} 第 {one.page} 页"
        for one in holders
    ]
    more = f"等 {len(places)} 处" if len(places) > NAMED else ""
    return "、".join(places[:NAMED]) + more
