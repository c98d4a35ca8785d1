"""Rules on the unified social credit code."""

import re

from stdnum.cn import uscc

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, Value
from validators.finding import Clause, Stated
from validators.rules import rule

_KINDS = (DocumentKind.APPLICATION_FORM, DocumentKind.REGISTRATION_CERTIFICATE, DocumentKind.CREDIT_REPORT)
_TITLES = {
    DocumentKind.APPLICATION_FORM: "申请表",
    DocumentKind.REGISTRATION_CERTIFICATE: "登记证书",
    DocumentKind.CREDIT_REPORT: "信用报告",
}
_ALPHABET = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_IN_BARCODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
# Codes that differ in so few characters are one code, misread or misprinted somewhere.
SLIP = 2


def holds(code: str) -> bool:
    """Say whether a code keeps GB 32100-2015: 18 characters of its alphabet and the check character."""
    return _ALPHABET.fullmatch(code) is not None and uscc.calc_check_digit(code[:-1]) == code[-1]


@rule("credit_code.invalid")
def invalid(case: Case, clause: Clause) -> list[Finding]:
    """Check the credit code of the form, the certificate and the credit report by itself.

    What it does: fails where it breaks GB 32100-2015 (length, alphabet, check character).
    Why: a wrong code cannot be looked up, and often a digit was mistyped.
    Subject: the document's kind.
    """
    findings: list[Finding] = []
    for kind in _KINDS:
        for value in case.values(kind, "credit_code")[:1]:
            title = _TITLES[kind]
            if holds(value.text):
                findings.extend(
                    clause.passes(f"{title}的统一社会信用代码 {value.text} 校验正确", [value], subject=str(kind))
                )
            else:
                findings.extend(
                    clause.fails(
                        f"{title}的统一社会信用代码 {value.text} 不符合 GB 32100-2015（长度、字符或校验码有误）",
                        [value],
                        subject=str(kind),
                        expected="18 位，校验码正确",
                        actual=value.text,
                    )
                )
    return findings or clause.review("未能读出统一社会信用代码")


@rule("credit_code.mismatch")
def mismatch(case: Case, clause: Clause) -> list[Finding]:
    """Compare the credit codes of form, certificate and the QR code on the certificate.

    What it does: passes where at least two agree and none differs; fails where two codes that both hold differ, or
    one clearly is another; review where they differ in a character or two and one may be misread.
    Why: the form must be the certificate's holder's.
    """
    values = [value for kind in _KINDS[:2] for value in case.values(kind, "credit_code")]
    barcodes = [
        (code.text, Stated(code.file, code.page))
        for document in case.documents(DocumentKind.REGISTRATION_CERTIFICATE)
        for code in document.codes
    ]
    in_barcodes = [(found, place) for text, place in barcodes for found in _IN_BARCODE.findall(text) if holds(found)]
    if len(values) + len(in_barcodes) < 2:
        return clause.review("可供比对的统一社会信用代码不足两处", values)
    codes = {value.text for value in values} | {code for code, _ in in_barcodes}
    on = [*values, *(place for _, place in in_barcodes)]
    if len(codes) == 1:
        return clause.passes(f"各处统一社会信用代码一致：{next(iter(codes))}", on)
    listed = "；".join(
        dict.fromkeys(
            [
                *(f"{_TITLES[value.document.kind]} {value.text}" for value in values),
                *(f"二维码 {c}" for c, _ in in_barcodes),
            ]
        )
    )
    message = f"统一社会信用代码不一致：{listed}"
    return clause.fails(message, on) if _certainly_differ(values, codes) else clause.review(message, on)


def _certainly_differ(values: list[Value], codes: set[str]) -> bool:
    ordered = sorted(codes)
    pairs = [(one, other) for index, one in enumerate(ordered) for other in ordered[index + 1 :]]
    both_hold = any(holds(one) and holds(other) for one, other in pairs)
    far = any(
        len(one) == len(other) == 18 and sum(a != b for a, b in zip(one, other, strict=True)) > SLIP
        for one, other in pairs
    )
    return both_hold or far or all(value.confidence >= 0.97 for value in values)
