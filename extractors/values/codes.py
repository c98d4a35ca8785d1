"""Codes: unified social credit codes, identity numbers, occupation codes.

A unified social credit code (GB 32100-2015) has 18 characters of digits and capitals without I, O, S, V, Z, the last a
check character. An identity number (GB 11643-1999) has 17 digits and a check digit or X. An occupation code of the
大典 has the form d-dd-dd-dd.

>>> code = find_credit_codes("代码：91350100M000100Y43")[0]
>>> code.value, code.valid, code.repaired
('91350100M000100Y43', True, False)
>>> find_credit_codes("9135O100M000100Y43")[0].value
'91350100M000100Y43'
>>> find_occupation_codes("4－03－02－01")[0].value
'4-03-02-01'
"""

import re
from dataclasses import dataclass

from stdnum.cn import ric

from extractors.values.found import Found

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, position, 31) for position in range(17)]
# Letters the standard leaves out can only be digits.
_NEVER = str.maketrans({"I": "1", "O": "0", "S": "5", "Z": "2", "Ｏ": "0", "〇": "0", "○": "0"})
# Pairs the recogniser takes for one another.
_ALIKE = {
    "0": "DQU", "D": "0", "Q": "0", "U": "0", "1": "LJ", "L": "1", "J": "1", "2": "7", "7": "2T", "T": "7", "5": "6",
    "6": "5G8", "G": "6C", "C": "G", "8": "B36", "B": "8", "3": "8", "A": "4", "4": "A", "9": "8", "M": "N", "N": "M",
    "W": "M", "X": "Y", "Y": "X", "K": "X", "H": "M", "E": "F", "F": "E", "P": "R", "R": "P",
}  # fmt: skip

_FULL_WIDTH = str.maketrans(
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＪＫＬＭＮＰＱＲＴＵＷＸＹ", "0123456789ABCDEFGHJKLMNPQRTUWXY"
)
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[1-9AINYSZO][1-9A-Z](?:[\s\-—]*[0-9A-Z]){16}(?![0-9A-Z])")
_NEAR_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])9[0-9A-Z]{15,18}(?![0-9A-Z])|(?<![0-9A-Z])5[0-9A-Z]{15,18}(?![0-9A-Z])")
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9OIl][0-9OIlo]{16}[0-9XxOIl×](?![0-9A-Za-z])")
_DASH = r"[\s]*[-—–－−一_~·.,，、=]+[\s]*"
_D = r"[0-9OoIl]"
_OCCUPATION_CODE = re.compile(
    rf"(?<![0-9A-Za-z])(?P<a>{_D}){_DASH}(?P<b>{_D}{{2}}){_DASH}(?P<c>{_D}{{2}}){_DASH}(?P<d>{_D}{{2}})(?![0-9])"
    r"|(?<![0-9A-Za-z])(?P<plain>\d{7})(?![0-9])"
)
_DIGITS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "×": "X", "x": "X"})


@dataclass(frozen=True)
class FoundCode:
    """A code as it was understood: whether its check character holds, and whether that took a repair.

    A repaired code differs from what was read in characters that look alike, and holds only so.
    """

    value: str
    start: int
    end: int
    valid: bool
    repaired: bool


def credit_code_holds(code: str) -> bool:
    """Say whether a credit code has the length and the alphabet of GB 32100-2015 and its check character holds."""
    if len(code) != 18 or any(character not in _ALPHABET for character in code):
        return False
    total = sum(_ALPHABET.index(character) * weight for character, weight in zip(code, _WEIGHTS, strict=False))
    return _ALPHABET[(31 - total % 31) % 31] == code[17]


def find_credit_codes(text: str) -> list[FoundCode]:
    """Return the unified social credit codes in a text; a code of a wrong length is one too, but never valid."""
    text = text.upper().translate(_FULL_WIDTH)
    found: list[FoundCode] = []
    for expression in (_CREDIT_CODE, _NEAR_CREDIT_CODE):
        for match in expression.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            read = re.sub(r"[\s\-—]", "", match.group()).translate(_NEVER)
            repaired = None if credit_code_holds(read) else _repaired(read)
            value = repaired or read
            found.append(FoundCode(value, match.start(), match.end(), credit_code_holds(value), repaired is not None))
    return found


def _repaired(code: str) -> str | None:
    """Return the one code that holds and differs in one character that looks alike; None where there are more."""
    if len(code) != 18:
        return None
    trials = {
        code[:position] + other + code[position + 1 :]
        for position, character in enumerate(code)
        for other in _ALIKE.get(character, "")
    }
    holding = [trial for trial in trials if credit_code_holds(trial)]
    return holding[0] if len(holding) == 1 else None


def find_identity_numbers(text: str) -> list[FoundCode]:
    """Return the identity numbers in a text."""
    found: list[FoundCode] = []
    for match in _IDENTITY_NUMBER.finditer(text):
        value = match.group().translate(_DIGITS)
        found.append(FoundCode(value, match.start(), match.end(), ric.is_valid(value), repaired=False))
    return found


def find_occupation_codes(text: str) -> list[Found[str]]:
    """Return the occupation codes in a text as d-dd-dd-dd, whatever dashes are printed."""
    found: list[Found[str]] = []
    for match in _OCCUPATION_CODE.finditer(text):
        if match["plain"]:
            digits = match["plain"]
            value = f"{digits[0]}-{digits[1:3]}-{digits[3:5]}-{digits[5:]}"
        else:
            value = "-".join(match[part].translate(_DIGITS) for part in "abcd")
        found.append(Found(value, match.start(), match.end()))
    return found
