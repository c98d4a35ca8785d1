"""Rules on the unified social credit code."""

import re
from itertools import combinations

from rapidfuzz.distance import Levenshtein
from stdnum.cn import uscc

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, Value
from validators.certainty import may_be_misread
from validators.finding import Clause, Stated, Whole
from validators.rules import rule

_TITLES = {
    DocumentKind.APPLICATION_FORM: "申请表",
    DocumentKind.REGISTRATION_CERTIFICATE: "登记证书",
    DocumentKind.CREDIT_REPORT: "信用报告",
}
# The authority (digit, A, N or Y), the type, the region's six digits, the organisation's nine, the check character.
_FORM = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_IN_BARCODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
# A code that differs in more characters is another one, not the same misread.
SLIP = 2


def holds(code: str) -> bool:
    """Say whether a code keeps GB 32100-2015: 18 characters of its alphabet and the check character.

    >>> holds('91350100M000100Y43'), holds('91350100M000100Y44')
    (True, False)
    """
    return _FORM.fullmatch(code) is not None and uscc.calc_check_digit(code[:-1]) == code[-1]


@rule("credit_code.invalid")
def invalid(case: Case, clause: Clause) -> list[Finding]:
    """Check the credit code of the form, the certificate and the credit report by itself.

    What it does: fails where it breaks GB 32100-2015 (length, alphabet, check character); review where it was not read
    surely or not at all.
    Why: a wrong code cannot be looked up, and often a digit was mistyped.
    Example: 91350100M000100Y44, whose check character should be 3.
    Subject: the document's kind.
    """
    findings: list[Finding] = []
    for kind, title in _TITLES.items():
        values = case.values(kind, "credit_code")
        documents = case.documents(kind)
        if values:
            findings.extend(_check(clause, values, title, str(kind)))
        elif documents and kind is not DocumentKind.CREDIT_REPORT:
            on = [Whole(documents[0])]
            findings.extend(clause.review(f"未能读出{title}的统一社会信用代码", on, subject=str(kind)))
    return findings or clause.review("未能读出统一社会信用代码")


def _check(clause: Clause, values: list[Value], title: str, subject: str) -> list[Finding]:
    right = [value for value in values if holds(value.text)]
    wrong = [value for value in values if not holds(value.text) and value.field.confidence >= clause.thresholds.checked]
    if right and wrong:
        message = f"{title}的统一社会信用代码一处 {right[0].text} 校验正确，一处 {wrong[0].text} 不符合，请人工核对"
        return clause.review(message, [*wrong, *right], subject=subject, actual=wrong[0].text)
    if right:
        # Beside a copy that holds, one that does not was read badly; that two codes differ is another rule's.
        best = max(right, key=lambda value: value.confidence)
        message = f"{title}的统一社会信用代码 {best.text} 校验正确"
        return clause.passes(message, [best], subject=subject, actual=best.text)
    worst = max(values, key=lambda value: value.confidence)
    return clause.fails(
        f"{title}的统一社会信用代码 {worst.text} 不符合 GB 32100-2015（长度、字符或校验码有误）",
        [worst],
        subject=subject,
        expected="18 位，校验码正确",
        actual=worst.text,
    )


@rule("credit_code.mismatch")
def mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the credit codes of form, certificate and the QR code on the certificate.

    What it does: passes where form and certificate agree and nothing differs; fails where two codes that both hold
    differ, or that differ in more characters than misreading explains; review where one may be misread or is missing.
    Why: the form must be the certificate's holder's.
    Example: the form says 91350100M000100Y43, the licence 52350100MJ00100Y41.
    """
    form = case.values(DocumentKind.APPLICATION_FORM, "credit_code")
    certificate = case.values(DocumentKind.REGISTRATION_CERTIFICATE, "credit_code")
    barcodes = [
        (code, Stated(barcode.file, barcode.page, barcode.box, document.id))
        for document in case.documents(DocumentKind.REGISTRATION_CERTIFICATE)
        for barcode in document.codes
        # What stands on another certificate of the page is that one's.
        if not any(barcode in section.codes for section in document.sections)
        for code in _IN_BARCODE.findall(barcode.text.upper())
        if holds(code)
    ]
    on = [*form, *certificate, *(place for _, place in barcodes)]
    codes = {value.text: value for value in (*form, *certificate)}
    exact = {code for code, _ in barcodes}
    listed = "；".join(
        dict.fromkeys(
            [
                *(f"{_TITLES[value.document.kind]} {value.text}" for value in (*form, *certificate)),
                *(f"二维码 {code}" for code in exact),
            ]
        )
    )
    if len({*codes, *exact}) > 1:
        message = f"统一社会信用代码不一致：{listed}"
        return clause.fails(message, on) if _certainly_differ(codes, exact) else clause.review(message, on)
    if not form or not (certificate or exact):
        return clause.review(f"可供比对的统一社会信用代码不足两处{f'：{listed}' if listed else ''}", on)
    return clause.passes(f"各处统一社会信用代码一致：{form[0].text}", on)


def _certainly_differ(codes: dict[str, Value], exact: set[str]) -> bool:
    """Say whether any two codes differ otherwise than by misreading; a QR code is never misread."""
    for one, other in combinations(sorted({*codes, *exact}), 2):
        if holds(one) and holds(other):
            return True
        edits = Levenshtein.distance(one, other)
        readings = [(code, codes[code].field.confidence) for code in (one, other) if code in codes]
        if edits > SLIP or not may_be_misread(edits, *readings):
            return True
    return False
