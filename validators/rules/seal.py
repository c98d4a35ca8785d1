"""Rules on the applicant's seal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from schemas.document import Document, DocumentKind
from schemas.finding import Evidence, Finding
from schemas.page import Seal
from validators.case import Case
from validators.certainty import SURE, may_be_misread
from validators.comparing import bare_name
from validators.finding import Clause, Whole
from validators.rules import rule
from validators.seal_names import Fit, fit

_TITLES = {
    DocumentKind.APPLICATION_FORM: "申请表",
    DocumentKind.INTEGRITY_PLEDGE: "诚信承诺书",
    DocumentKind.REGISTRATION_CERTIFICATE: "登记证书复印件",
    DocumentKind.LEASE_CONTRACT: "租赁合同复印件",
    DocumentKind.PROPERTY_CERTIFICATE: "产权证明复印件",
    DocumentKind.AUDIT_REPORT: "审计报告复印件",
    DocumentKind.FINANCIAL_STATEMENTS: "财务报表复印件",
}
# In a name so long some characters may not show: seals are often stamped unevenly.
LENGTH_FOR_GAPS = 8


# Where a document of these kinds is to be sealed it says so.
_WITH_PLACE = {DocumentKind.APPLICATION_FORM, DocumentKind.INTEGRITY_PLEDGE}
# What others issue, or sign as well, bears their seals too: those say nothing about the applicant's.
_WITH_OTHERS = {
    DocumentKind.REGISTRATION_CERTIFICATE,
    DocumentKind.PROPERTY_CERTIFICATE,
    DocumentKind.LEASE_CONTRACT,
    DocumentKind.AUDIT_REPORT,
    DocumentKind.SCHOOL_PERMIT,
}
_PLACE = re.compile(r"[公印签盖]\s*章|[(（]\s*章")


@dataclass(frozen=True)
class _OnSeal:
    """A seal as evidence; `confidence` is how surely it was found or read."""

    document: Document
    seal: Seal
    confidence: float

    @property
    def evidence(self) -> Evidence:
        """Return where the seal is."""
        return Evidence(document=self.document.id, file=self.seal.file, page=self.seal.page, box=self.seal.box)


def _on_seal(document: Document, seal: Seal, names: Sequence[str]) -> _OnSeal:
    """Return a seal as evidence: where its readings fit the applicant's name it is as sure as the document is."""
    confidence = document.confidence if _is_own(seal, names) else min(seal.confidence, document.confidence)
    return _OnSeal(document, seal, confidence)


def _is_own(seal: Seal, names: Sequence[str]) -> bool:
    """Say whether all readings of a seal together are of one of the names, so long that no other comes to it."""
    return any(len(bare_name(name)) >= LENGTH_FOR_GAPS and fit(seal.readings, name) is Fit.OWN for name in names)


def _is_others(one: _OnSeal, names: Sequence[str]) -> bool:
    """Say whether a seal is surely not the applicant's."""
    text = bare_name(one.seal.text or "")
    if not text or _is_own(one.seal, names):
        return False
    return bool(names) and one.seal.confidence >= SURE and _is_anothers(text, names, one.seal.confidence)


def _asked(case: Case, clause: Clause) -> list[tuple[DocumentKind, list[Document]]]:
    return [(DocumentKind(kind), case.documents(DocumentKind(kind))) for kind in clause.texts("kinds")]


def _title(kind: DocumentKind) -> str:
    return _TITLES.get(kind, str(kind))


@rule("seal.missing", kinds=list[DocumentKind])
def missing(case: Case, clause: Clause) -> list[Finding]:
    """Check that the documents in `kinds` bear a seal.

    What it does: passes where a seal is surely found. Fails where there is none though the place for it was read and
    all pages were scanned in colour, or never were paper; review in grey, where a seal may not be told from print,
    where the place was not found, and where there is a ring without a name. What others issue or sign as well (leases,
    deeds, certificates, audits) must bear the applicant's seal beside theirs.
    Why: the notice asks for the seal at 单位名称（公章）.
    Example: the form is signed but not sealed.
    Needs: `kinds`.
    Subject: the document's kind.
    """
    findings: list[Finding] = []
    names = [value.text for value in case.applicant_names]
    for kind, documents in _asked(case, clause):
        subject, title = str(kind), _title(kind)
        seals = [_on_seal(document, seal, names) for document in documents for seal in document.seals]
        others = [one for one in seals if kind in _WITH_OTHERS and _is_others(one, names)]
        seals = [one for one in seals if one not in others]
        pages = [page for one in documents for page in case.pages(one)]
        on = [Whole(document) for document in documents]
        more = {"subject": subject, "expected": "加盖公章"}
        if not documents:
            if not case.instead_of(kind):
                findings.extend(clause.review(f"未见{title}，无法核对公章", subject=subject))
        elif seals:
            # Where nobody else seals, whose name it is does not matter here: a ring with a name is a seal.
            if kind not in _WITH_OTHERS:
                seals = [replace(one, confidence=one.document.confidence) if one.seal.text else one for one in seals]
            best = max(seals, key=lambda one: one.confidence)
            findings.extend(clause.passes(f"{title}已盖章", [best], subject=subject))
        elif others:
            listed = "、".join(str(one.seal.text) for one in others)
            message = f"{title}只有“{listed}”的印章，未见申请单位公章"
            findings.extend(clause.fails(message, others, **more, actual=listed))
        elif not all(page.colour or page.source == "text_layer" for page in pages):
            message = f"{title}的扫描件为灰度或黑白，未能辨认印章，请人工核对"
            findings.extend(clause.review(message, on, **more))
        elif not any(_PLACE.search(line.text) for page in pages for line in page.lines) and kind in _WITH_PLACE:
            findings.extend(clause.review(f"{title}未见印章，也未找到盖章处，请人工核对", on, **more))
        else:
            findings.extend(clause.fails(f"{title}未见印章", on, **more, actual="无"))
    return findings or clause.not_applicable("没有须盖章的材料")


@rule("seal.name_mismatch", kinds=list[DocumentKind])
def name_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the name on the seals of the documents in `kinds` with the applicant's.

    What it does: passes where one seal's name is the applicant's; of a longer name some characters may not show where
    no other name is possible, and where the very seal was read on another page one may be misread. Fails where every
    seal was read well and is another's; review where one could not be read or may be misread.
    Others' seals on what they issue or sign as well do not count.
    Why: another's seal signs nothing for the applicant.
    Example: the form of 样例市启明职业培训学校 bears the seal of 样例市东方美容学校.
    Needs: `kinds`.
    Subject: the document's kind.
    """
    names = [value.text for value in case.applicant_names]
    findings: list[Finding] = []
    for kind, documents in _asked(case, clause):
        seals = [
            (document, seal)
            for document in documents
            for seal in document.seals
            if kind not in _WITH_OTHERS or not _is_others(_on_seal(document, seal, names), names)
        ]
        if seals:
            bare = [bare_name(name) for name in names]
            known = any(bare_name(seal.text or "") in bare for one in case.dossier.documents for seal in one.seals)
            findings.extend(_compare(clause, seals, names, str(kind), _title(kind), is_known=known))
    return findings or clause.not_applicable("须盖章的材料上没有找到印章")


def _compare(
    clause: Clause,
    seals: Sequence[tuple[Document, Seal]],
    names: Sequence[str],
    subject: str,
    title: str,
    *,
    is_known: bool,
) -> list[Finding]:
    on = [_on_seal(document, seal, names) for document, seal in seals]
    read = [(one, bare_name(one.seal.text)) for one in on if one.seal.text]
    if not read or not names:
        return clause.review(f"{title}的印章名称或申请单位名称未能读出", on, subject=subject)
    own = [
        one
        for one, text in read
        if _is_own(one.seal, names)
        or any(text == bare_name(name) or (is_known and _is_misread(one.seal, name, one.confidence)) for name in names)
    ]
    if own:
        best = max(own, key=lambda one: one.confidence)
        return clause.passes(f"{title}的印章为“{best.seal.text}”", [best], subject=subject, actual=best.seal.text)
    listed = "、".join(text for _, text in read)
    more = {"subject": subject, "expected": names[0], "actual": listed}
    if len(read) == len(on) and all(_is_anothers(text, names, one.seal.confidence) for one, text in read):
        return clause.fails(f"{title}的印章名称“{listed}”不是申请单位“{names[0]}”", on, **more)
    return clause.review(f"{title}的印章名称读作“{listed}”，与申请单位“{names[0]}”不同，请人工核对", on, **more)


def _is_misread(seal: Seal, name: str, confidence: float) -> bool:
    """Say whether a seal's text is a name with one character misread, which no reading surely has as another."""
    text = bare_name(seal.text or "")
    is_slip = Levenshtein.distance(text, bare_name(name)) == 1 and may_be_misread(1, (text, confidence))
    return is_slip and fit(seal.readings, name) is not Fit.OTHER


def _is_anothers(text: str, names: Sequence[str], confidence: float) -> bool:
    """Say whether a seal's text is no applicant's name, misread or cut off."""
    bare = [bare_name(name) for name in names]
    if any(text in name for name in bare):
        return False
    edits = min(Levenshtein.distance(text, name) for name in bare)
    return edits > 1 and not may_be_misread(edits, (text, confidence))
