"""Rules on the applicant's seal."""

from dataclasses import dataclass

from rapidfuzz import fuzz

from schemas.document import Document, DocumentKind
from schemas.finding import Evidence, Finding
from schemas.page import Seal
from validators.case import Case
from validators.comparing import normal_name
from validators.finding import Clause, Whole
from validators.rules import rule

# How much of the name on the arc must be the applicant's: letters on seals are small and often faint.
ALIKE, UNLIKE = 75.0, 45.0


@dataclass(frozen=True)
class _OnSeal:
    """A seal as evidence; `sure` is how surely it was found or read."""

    document: Document
    seal: Seal
    confidence: float

    @property
    def evidence(self) -> Evidence:
        return Evidence(document=self.document.id, file=self.seal.file, page=self.seal.page, box=self.seal.box)


@rule("seal.missing")
def missing(case: Case, clause: Clause) -> list[Finding]:
    """Check that the documents in `kinds` bear a seal.

    What it does: passes where a seal is found; fails where none is on any of its pages though they were scanned in
    colour; review in grey, where a seal may not be told from print.
    Why: the notice asks for the seal at 单位名称（公章）.
    Needs: `kinds`.
    Subject: the document's kind.
    """
    findings: list[Finding] = []
    for document in _asked(case, clause):
        subject = str(document.kind)
        if document.seals:
            best = max(document.seals, key=lambda seal: seal.confidence)
            on = _OnSeal(document, best, document.confidence)
            findings.extend(clause.passes("已盖章", [on], subject=subject))
        elif _in_colour(case, document):
            findings.extend(clause.fails("未见印章", [Whole(document)], subject=subject, expected="加盖公章"))
        else:
            findings.extend(clause.review("扫描件为灰度或黑白，未能辨认印章", [Whole(document)], subject=subject))
    return findings or clause.not_applicable("没有须盖章的材料")


@rule("seal.name_mismatch")
def name_mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the name on the seals of the documents in `kinds` with the applicant's.

    What it does: passes where one seal's name is the applicant's; fails where a seal was read well and its name is
    another; review where it could not be read.
    Why: another's seal signs nothing for the applicant.
    Needs: `kinds`.
    Subject: the document's kind.
    """
    names = [normal_name(value.text) for value in case.applicant_names]
    findings: list[Finding] = []
    for document in _asked(case, clause):
        if not document.seals:
            continue
        subject = str(document.kind)
        read = [(seal, normal_name(seal.text)) for seal in document.seals if seal.text]
        if not read or not names:
            on = [_OnSeal(document, seal, seal.confidence) for seal in document.seals]
            findings.extend(clause.review("印章上的名称未能读出", on, subject=subject))
            continue
        seal, text, alike = max(
            ((seal, text, max(fuzz.ratio(text, name) for name in names)) for seal, text in read),
            key=lambda one: one[2],
        )
        on = [_OnSeal(document, seal, min(seal.confidence, document.confidence))]
        if alike >= ALIKE:
            findings.extend(clause.passes(f"印章名称为“{text}”", on, subject=subject, actual=text))
        elif alike < UNLIKE:
            message = f"印章名称“{text}”不是申请单位"
            findings.extend(clause.fails(message, on, subject=subject, expected=names[0], actual=text))
        else:
            findings.extend(clause.review(f"印章名称读作“{text}”，请人工核对", on, subject=subject, actual=text))
    return findings or clause.not_applicable("须盖章的材料上没有印章")


def _asked(case: Case, clause: Clause) -> list[Document]:
    return case.documents(*(DocumentKind(kind) for kind in clause.texts("kinds")))


def _in_colour(case: Case, document: Document) -> bool:
    pages = {(page.file, page.page) for page in document.pages}
    return all(page.colour for page in case.dossier.pages if (page.file, page.number) in pages)
