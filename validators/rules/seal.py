"""Rules on the applicant's seal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from schemas.document import Document, DocumentKind
from schemas.finding import Evidence, Finding, Outcome
from schemas.page import Seal
from validators.case import Case
from validators.certainty import SURE, may_be_misread
from validators.comparing import bare_name
from validators.finding import Clause, Whole
from validators.rules import rule
from validators.seal_names import Fit, fit, foreign, gaps

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
# What is read where another seal lies across is at most so sure, whatever its score: the characters of both mix.
CROSSED = 0.75


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
# Of these a dossier may hold several, each a paper of its own; of the others one may come in parts.
_EACH = {DocumentKind.LEASE_CONTRACT, DocumentKind.PROPERTY_CERTIFICATE}
_ORDER = (Outcome.FAIL, Outcome.REVIEW, Outcome.PASS)
_PLACE = re.compile(r"[公印签盖]\s*章|[(（]\s*章")


@dataclass(frozen=True)
class _OnSeal:
    """A seal as evidence; `confidence` is how surely it was found or read, `reading` how surely its name was."""

    document: Document
    seal: Seal
    confidence: float
    reading: float

    @property
    def evidence(self) -> Evidence:
        """Return where the seal is."""
        return Evidence(document=self.document.id, file=self.seal.file, page=self.seal.page, box=self.seal.box)


@dataclass(frozen=True)
class _Applicant:
    """The applicant's names, as its seals may have them; `is_known`: the very seal was read in this dossier."""

    names: Sequence[str]
    is_known: bool

    @staticmethod
    def of(case: Case) -> "_Applicant":
        """Return the applicant; its seal is known where its name was read to the letter, or fits without a voucher."""
        names = [value.text for value in case.applicant_names]
        bare = {bare_name(name) for name in names}
        seals = [seal for document in case.dossier.documents for seal in document.seals]
        alone = _Applicant(names, is_known=False)
        is_known = any(_name_on(seal) in bare or alone._fits(seal) for seal in seals)
        return _Applicant(names, is_known=is_known)

    def on_seal(self, document: Document, seal: Seal) -> _OnSeal:
        """Return a seal as evidence: where its readings fit the name, or cannot, it is as sure as the document is."""
        is_told = self._fits(seal) or self._is_foreign(seal)
        confidence = document.confidence if is_told else min(seal.confidence, document.confidence)
        is_crossed = any(_lies_across(seal, other) for other in document.seals)
        return _OnSeal(document, seal, confidence, min(seal.confidence, CROSSED) if is_crossed else seal.confidence)

    def owns(self, one: _OnSeal) -> bool:
        """Say whether a seal's name is the applicant's, as far as it was read."""
        text = _name_on(one.seal)
        return bool(text) and (
            self._fits(one.seal)
            or any(
                text == bare_name(name) or (self.is_known and _is_misread(one.seal, name, one.confidence))
                for name in self.names
            )
        )

    def is_no_owner(self, one: _OnSeal) -> bool:
        """Say whether a seal is surely another's."""
        text = _name_on(one.seal)
        if not text or not self.names or self._fits(one.seal):
            return False
        if self._is_foreign(one.seal):
            return True
        return one.reading >= SURE and _is_anothers(one, self.names)

    def _is_foreign(self, seal: Seal) -> bool:
        """Say whether a seal surely bears more that is in none of the names than misreading explains."""
        return bool(self.names) and all(foreign(seal.readings, name) for name in self.names)

    def _fits(self, seal: Seal) -> bool:
        """Say whether all readings of a seal together are of one of the names, so long that no other comes to it."""
        names = (name for name in self.names if len(bare_name(name)) >= LENGTH_FOR_GAPS)
        return any(fit(seal.readings, name, vouched=self.is_known) is Fit.OWN for name in names)


def _lies_across(seal: Seal, other: Seal) -> bool:
    """Say whether another seal on the page overlaps one, both round or oval."""
    (left, top, right, bottom), (begin, upper, end, lower) = seal.box, other.box
    aside = ((left + right) - (begin + end)) / ((right - left) + (end - begin))
    under = ((top + bottom) - (upper + lower)) / ((bottom - top) + (lower - upper))
    is_other = other is not seal and (other.file, other.page) == (seal.file, seal.page)
    return is_other and aside**2 + under**2 < 1


def _name_on(seal: Seal) -> str:
    """Return the name on a seal, bare; 公 at its end is what shows of 公司, which alone goes on so."""
    return re.sub(r"公$", "公司", bare_name(seal.text or ""))


def _asked(case: Case, clause: Clause) -> list[tuple[DocumentKind, list[list[Document]]]]:
    """Return the kinds that must bear a seal, and the documents of each, those together of which one seal is enough."""
    asked: list[tuple[DocumentKind, list[list[Document]]]] = []
    for kind in map(DocumentKind, clause.texts("kinds")):
        documents = case.documents(kind)
        groups = [[document] for document in documents] if kind in _EACH else [documents] if documents else []
        asked.append((kind, groups))
    return asked


def _together(findings: Sequence[Finding]) -> list[Finding]:
    """Return the worst of what the documents of one kind come to; where another is in order, that is open."""
    worst = min(findings, key=lambda finding: _ORDER.index(finding.outcome))
    if worst.outcome is Outcome.FAIL and any(finding.outcome is not Outcome.FAIL for finding in findings):
        message = f"{worst.message}；同类材料另有盖章的，请人工判断"
        return [worst.model_copy(update={"outcome": Outcome.REVIEW, "message": message})]
    return [worst]


def _title(kind: DocumentKind) -> str:
    return _TITLES.get(kind, str(kind))


@rule("seal.missing", kinds=list[DocumentKind], kinds_where_copied=list[DocumentKind] | None)
def missing(case: Case, clause: Clause) -> list[Finding]:
    """Check that the documents in `kinds` bear a seal.

    What it does: passes where a seal is surely found. Fails where there is none though the place for it was read and
    all pages were scanned in colour, or never were paper; review in grey, where a seal may not be told from print,
    where the place was not found, and where there is a ring without a name. What others issue or sign as well (leases,
    deeds, certificates, audits) must bear the applicant's seal beside theirs: fails where all of them are surely
    others', on such pages; review where none was read as its own.
    Each lease and each deed must bear it; where only some do, review. So is one of `kinds_where_copied` without a seal:
    paper does not show whether it is a copy; beside what it may replace it is not asked for.
    Why: the notice asks for the seal at 单位名称（公章）.
    Example: the form is signed but not sealed.
    Needs: `kinds`; `kinds_where_copied`, of those that must bear a seal where what was sent is a copy.
    Subject: the document's kind.
    """
    applicant = _Applicant.of(case)
    findings: list[Finding] = []
    for kind in map(DocumentKind, clause.texts("kinds_where_copied")):
        documents = case.documents(kind)
        if documents and not case.instead_of(kind):
            found = _alone(case, clause, applicant, kind, documents)
            if found.outcome is Outcome.FAIL:
                message = f"{found.message}；通知要求复印件加盖公章，所交是否复印件请人工核对"
                found = found.model_copy(update={"outcome": Outcome.REVIEW, "message": message})
            findings.append(found)
    for kind, groups in _asked(case, clause):
        if groups:
            check = _beside_others if kind in _WITH_OTHERS else _alone
            findings.extend(_together([check(case, clause, applicant, kind, group) for group in groups]))
        elif not case.instead_of(kind):
            findings.extend(clause.review(f"未见{_title(kind)}，无法核对公章", subject=str(kind)))
    return findings or clause.not_applicable("没有须盖章的材料")


def _alone(
    case: Case, clause: Clause, applicant: _Applicant, kind: DocumentKind, documents: Sequence[Document]
) -> Finding:
    """Answer for what only the applicant seals: whose name it is does not matter here, a ring with a name is a seal."""
    seals = [
        replace(one, confidence=one.document.confidence) if one.seal.text else one
        for one in (applicant.on_seal(document, seal) for document in documents for seal in document.seals)
    ]
    if not seals:
        return _without(case, clause, kind, documents)
    best = max(seals, key=lambda one: one.confidence)
    return clause.passes(f"{_title(kind)}已盖章", [best], subject=str(kind))[0]


def _beside_others(
    case: Case, clause: Clause, applicant: _Applicant, kind: DocumentKind, documents: Sequence[Document]
) -> Finding:
    """Answer for what others seal as well."""
    seals = [applicant.on_seal(document, seal) for document in documents for seal in document.seals]
    if not seals:
        return _without(case, clause, kind, documents)
    subject, title = str(kind), _title(kind)
    if own := [one for one in seals if applicant.owns(one)]:
        best = max(own, key=lambda one: one.confidence)
        return clause.passes(f"{title}已盖章", [best], subject=subject)[0]
    listed = "、".join(str(one.seal.text or "未能读出") for one in seals)
    more = {"subject": subject, "expected": "加盖公章", "actual": listed}
    if all(applicant.is_no_owner(one) for one in seals):
        if not _shows_seals(case, documents):
            message = f"{title}只见“{listed}”的印章，扫描件为灰度或黑白，未能辨认其他印章，请人工核对"
            return clause.review(message, seals, **more)[0]
        return clause.fails(f"{title}只有“{listed}”的印章，未见申请单位公章", seals, **more)[0]
    return clause.review(f"{title}有印章（{listed}），未能确认其中有申请单位公章，请人工核对", seals, **more)[0]


def _shows_seals(case: Case, documents: Sequence[Document]) -> bool:
    """Say whether a seal would show on all pages: in grey it may not be told from print."""
    return all(case.shows_colour(page) for document in documents for page in case.pages(document))


def _without(case: Case, clause: Clause, kind: DocumentKind, documents: Sequence[Document]) -> Finding:
    """Answer for documents on which no seal was found."""
    title, on = _title(kind), [Whole(document) for document in documents]
    more = {"subject": str(kind), "expected": "加盖公章"}
    pages = [page for document in documents for page in case.pages(document)]
    if not _shows_seals(case, documents):
        return clause.review(f"{title}的扫描件为灰度或黑白，未能辨认印章，请人工核对", on, **more)[0]
    if kind in _WITH_PLACE and not any(_PLACE.search(line.text) for page in pages for line in page.lines):
        return clause.review(f"{title}未见印章，也未找到盖章处，请人工核对", on, **more)[0]
    return clause.fails(f"{title}未见印章", on, **more, actual="无")[0]


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
    applicant = _Applicant.of(case)
    findings: list[Finding] = []
    for kind, groups in _asked(case, clause):
        compared: list[Finding] = []
        for documents in groups:
            seals = [applicant.on_seal(document, seal) for document in documents for seal in document.seals]
            counted = [one for one in seals if kind not in _WITH_OTHERS or not applicant.is_no_owner(one)]
            if counted:
                compared.append(_compare(clause, counted, applicant, str(kind), _title(kind)))
        if compared:
            findings.extend(_together(compared))
    return findings or clause.not_applicable("须盖章的材料上没有找到印章")


def _compare(clause: Clause, seals: Sequence[_OnSeal], applicant: _Applicant, subject: str, title: str) -> Finding:
    read = [(one, _name_on(one.seal)) for one in seals if one.seal.text]
    if not read or not applicant.names:
        return clause.review(f"{title}的印章名称或申请单位名称未能读出", seals, subject=subject)[0]
    if own := [one for one in seals if applicant.owns(one)]:
        best = max(own, key=lambda one: one.confidence)
        message = f"{title}的印章为“{best.seal.text}”"
        return clause.passes(message, [best], subject=subject, actual=best.seal.text)[0]
    listed, name = "、".join(text for _, text in read), applicant.names[0]
    more = {"subject": subject, "expected": name, "actual": listed}
    if len(read) == len(seals) and all(_is_anothers(one, applicant.names) for one, _ in read):
        return clause.fails(f"{title}的印章名称“{listed}”不是申请单位“{name}”", seals, **more)[0]
    return clause.review(f"{title}的印章名称读作“{listed}”，与申请单位“{name}”不同，请人工核对", seals, **more)[0]


def _is_misread(seal: Seal, name: str, confidence: float) -> bool:
    """Say whether a seal's text is a name with one character misread, which no reading surely has as another."""
    text = _name_on(seal)
    is_slip = Levenshtein.distance(text, bare_name(name)) == 1 and may_be_misread(1, (text, confidence))
    return is_slip and fit(seal.readings, name) is not Fit.OTHER


def _is_anothers(one: _OnSeal, names: Sequence[str]) -> bool:
    """Say whether a seal's text is no applicant's name, misread or cut off."""
    text, bare = _name_on(one.seal), [bare_name(name) for name in names]
    if any(text in name for name in bare):
        return False
    # Where one character does not show, what is left of the next is taken for another.
    if any(Levenshtein.distance(text, bare_name(name)) <= 2 * gaps(one.seal.readings, name) for name in names):
        return False
    edits = min(Levenshtein.distance(text, name) for name in bare)
    return edits > 1 and not _is_cut_off(text, bare) and not may_be_misread(edits, (text, one.reading))


def _is_cut_off(text: str, names: Sequence[str]) -> bool:
    """Say whether the first or last character of a name does not show: its neighbour is read as another, for sure."""
    return any(len(name) == len(text) + 1 and (name.startswith(text[:-1]) or name.endswith(text[1:])) for name in names)
