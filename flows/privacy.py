"""Identity numbers are masked wherever something leaves the program; what reads, compares and judges sees them whole.

A masked number keeps its length: of 18 characters the first six (the region) and the last four, of the 15 of old the
last three. Beside a name that is enough to find the person on paper. The day of birth is hidden.
"""

import re
from collections.abc import Collection
from datetime import date

from pydantic import JsonValue
from stdnum.cn import ric, uscc

from schemas.document import Document, Field
from schemas.finding import Finding
from schemas.report import Report, listed

# Fields with numbers of their own, as long as an identity number is.
_OTHER_NUMBERS = frozenset({"certificate_number", "credit_code", "permit_number", "report_number"})
# Digits with nothing between them, and such as a reader or a printer has set apart.
_RUN = re.compile(r"\d{15,}[Xx]?")
_APART = re.compile(r"(?<!\d)\d{6}([ \u3000\-])\d{8}\1\d{3}[\dXx](?!\d)")
# The regions that numbers begin with, by their first two digits: provinces, and those for residents from elsewhere.
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")


def mask_number(number: str) -> str:
    """Hide the middle of what is written for an identity number, whatever its length.

    >>> mask_number('11010519491231002X'), mask_number('110105491231002'), mask_number('1101051949')
    ('110105********002X', '110105******002', '110105****')
    """
    last = 4 if len(number) > 15 else 3 if len(number) > 12 else 0
    return number[:6] + "*" * max(len(number) - 6 - last, 0) + number[len(number) - last :]


def mask_text(text: str, others: Collection[str] = ()) -> str:
    """Mask the identity numbers in a text; `others` are numbers known to be something else.

    One of 18 characters need not hold, a digit may be misread; unless it holds as a credit code. Others must have a
    region and a day of birth, and within a longer row of digits their check character too.

    >>> mask_text('张样（11010519491231002X）；编码 4-03-02-01，校验码有误：110105194913310021')
    '张样（110105********002X）；编码 4-03-02-01，校验码有误：110105********0021'
    >>> mask_text('序号1110105491231002；1 110105 19491231 002X；电话 13800000000')
    '序号1110105491231002；1 110105********002X；电话 13800000000'
    """
    text = _APART.sub(lambda found: _masked_apart(found[0]), text)
    return _RUN.sub(lambda found: _masked_run(found[0], others), text)


def masked(report: Report) -> Report:
    """Return a report with all identity numbers masked; names of files stay, they are what places are named by."""
    others = {
        text
        for document in listed(report.documents)
        for name, field in document.fields.items()
        if name in _OTHER_NUMBERS
        for text in (field.value, field.text)
        if isinstance(text, str) and not _holds(text)
    }
    files = {file.path for file in report.files}
    return report.model_copy(
        update={
            "files": [file.model_copy(update={"reason": _text(file.reason, others)}) for file in report.files],
            "documents": [_document(document, others) for document in report.documents],
            "findings": [_finding(finding, others, files) for finding in report.findings],
        }
    )


def _document(document: Document, others: Collection[str]) -> Document:
    return document.model_copy(
        update={
            "fields": {name: _field(field, others) for name, field in document.fields.items()},
            "seals": [one.model_copy(update={"text": _text(one.text, others)}) for one in document.seals],
            "codes": [one.model_copy(update={"text": mask_text(one.text, others)}) for one in document.codes],
            "sections": [_document(section, others) for section in document.sections],
        }
    )


def _field(field: Field, others: Collection[str]) -> Field:
    return field.model_copy(update={"value": _value(field.value, others), "text": _text(field.text, others)})


def _finding(finding: Finding, others: Collection[str], files: Collection[str]) -> Finding:
    subject = finding.subject
    is_file = (subject is not None and subject.rpartition("#")[0] in files) or subject in files
    return finding.model_copy(
        update={
            "message": mask_text(finding.message, others),
            "expected": _text(finding.expected, others),
            "actual": _text(finding.actual, others),
            "subject": subject if is_file else _text(subject, others),
        }
    )


def _text(text: str | None, others: Collection[str]) -> str | None:
    return None if text is None else mask_text(text, others)


def _value(value: JsonValue, others: Collection[str]) -> JsonValue:
    if isinstance(value, str):
        return mask_text(value, others)
    if isinstance(value, list):
        return [_value(one, others) for one in value]
    if isinstance(value, dict):
        # What stands in a list for an identity number is masked even where it is none.
        return {
            key: mask_number(one) if key == "id_number" and isinstance(one, str) else _value(one, others)
            for key, one in value.items()
        }
    return value


def _masked_run(run: str, others: Collection[str]) -> str:
    if run in others:
        return run
    if len(run) == 18 and (not uscc.is_valid(run) or _has_birthday(run[6:14])):
        return mask_number(run)
    if len(run) in {15, 16} and _is_old(run[:15]) and not run[15:].isdecimal():
        return mask_number(run[:15]) + run[15:]
    for start in range(len(run) - 17):
        if _holds(one := run[start : start + 18]):
            return run[:start] + mask_number(one) + _masked_run(run[start + 18 :], others)
    return run


def _masked_apart(number: str) -> str:
    whole = re.sub(r"[ \u3000\-]", "", number)
    return mask_number(whole) if _PROVINCES.match(whole) and _has_birthday(whole[6:14]) else number


def _holds(number: str) -> bool:
    # `ric.is_valid` raises KeyError for some regions, and knows not all.
    return (
        re.fullmatch(r"\d{17}[\dX]", number.upper()) is not None
        and _PROVINCES.match(number) is not None
        and _has_birthday(number[6:14])
        and ric.calc_check_digit(number.upper()) == number[17].upper()
    )


def _is_old(number: str) -> bool:
    return _PROVINCES.match(number) is not None and _has_birthday("19" + number[6:12])


def _has_birthday(digits: str) -> bool:
    try:
        return date(1900, 1, 1) <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) <= date.today()
    except ValueError:
        return False
