"""Unified social credit codes, identity numbers, occupation codes.

**Unified social credit code** (统一社会信用代码, GB 32100-2015): 18 characters of 0-9 and A-Z without I, O, S, V, Z.
The first names the registering authority (1-9, A, N, Y), the second the type, the third to eighth the region (digits),
then nine of the organisation, and a check character. stdnum.cn.uscc computes that; it refuses A, N and Y in the first
place, which the standard allows.

**Identity number** (公民身份号码, GB 11643-1999): six digits of the region, the date of birth, three digits, and a
check digit or X.

**Occupation code** (职业编码 of the 职业分类大典): d-dd-dd-dd, printed with every kind of dash and without.

A recogniser takes some characters for others. Letters that no code can hold stand for the digits they look like: such a
repair is noted. Any other likely misreading is only named (`near`), never made: the paper may be wrong, too. Where the
recogniser itself wavered between characters, `likeliest` tells whether just one of the codes it may have seen holds.

>>> code = find_credit_codes('代码：91350100M000100Y43')[0]
>>> code.value, code.valid, code.repaired
('91350100M000100Y43', True, False)
>>> code = find_credit_codes('9135 O1OO M000 1OOY 43')[0]
>>> code.value, code.valid, code.repaired
('91350100M000100Y43', True, True)
>>> code = find_credit_codes('91350100M0001O8Y43')[0]
>>> code.value, code.valid
('91350100M000108Y43', False)
>>> [one.value for one in find_occupation_codes('4－03－02－01、6-31一01 03、4030205')]
['4-03-02-01', '6-31-01-03', '4-03-02-05']
>>> number = find_identity_numbers('11010519491231002x')[0]
>>> number.value, number.valid
('11010519491231002X', True)
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from extractors.values.found import Found, apart
from extractors.values.numerals import digits, plain

CREDIT_CODE_LENGTH = 18
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# What a credit code can never hold, and the digit it looks like; V looks like two letters and stays.
_NEVER = str.maketrans("IOSZ", "1052")
# In the places of the region only digits stand: the letters that look like one there.
_ONLY_DIGITS = str.maketrans("IOSZLDQBG", "105210086")
_LOOK_ALIKE = {"8": "B", "B": "8", "0": "DQ", "D": "0", "Q": "0", "1": "L", "L": "1", "6": "G", "G": "6", "5": "S"}
_SEPARATOR = r"[\s\-—_.·]"
_CREDIT_CODE = re.compile(rf"(?<![0-9A-Z])[0-9A-Z](?:{_SEPARATOR}{{0,2}}[0-9A-Z]){{17}}(?![0-9A-Z])")
# A code that has lost or gained characters, on paper or in reading; fifteen were the registration numbers of old.
_NEAR_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])(?=[0-9A-Z]{0,7}[0-9]{6})[0-9A-Z]{16,20}(?![0-9A-Z])")
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9](?:\s?[0-9OoIl]){13,18}\s?[0-9OIlXx×]?(?![0-9A-Za-z])")
_DASH = r"\s*[-—–－‐‑−一_~·.,，、=:：±]{0,2}\s*"
_D = r"[0-9OoIl]"
# A character that the recogniser chose with at most this score may be another one that has at least that score.
DOUBTED, SUPPORTED = 0.85, 0.1
# Where more characters than that are in doubt, something will hold by chance.
DOUBTED_MOST = 2
_OCCUPATION_CODE = re.compile(
    rf"(?<![0-9A-Za-z])(?P<a>[1-8Il]){_DASH}(?P<b>{_D}{{2}}){_DASH}(?P<c>{_D}{{2}}){_DASH}(?P<d>{_D}{{2}})(?![0-9])"
)

Option = tuple[str, float]
"""A character that may stand at a place, and its score."""


@dataclass(frozen=True)
class FoundCode(Found[str]):
    """A code as it was understood.

    `valid`: its standard holds. `repaired`: only because letters that it cannot hold were read as digits. `near`: valid
    codes that look so much like an invalid one that it may be a misreading of them.
    """

    valid: bool
    repaired: bool = False
    near: tuple[str, ...] = ()


def likeliest(options: Sequence[Sequence[Option]], holds: Callable[[str], bool]) -> str | None:
    """Return the only code that holds among those the recogniser may have seen; None where there is none, or several.

    `options` are the characters it saw at each place with their scores, the one it chose first. A code may be printed
    wrong: one character in thirty-one, or eleven, makes any code hold by chance. So only where the chosen character was
    in doubt another takes its place, in one place only, and only if it is itself likely.

    >>> read = [[(one, 1.0)] for one in '91350100M000100Y4']
    >>> likeliest([*read, [('8', 0.6), ('3', 0.38)]], credit_code_holds)
    '91350100M000100Y43'
    >>> likeliest([*read, [('8', 0.97), ('3', 0.02)]], credit_code_holds)
    """
    chosen = "".join(seen[0][0] for seen in options)
    doubted = [place for place, seen in enumerate(options) if seen[0][1] <= DOUBTED]
    if len(doubted) > DOUBTED_MOST:
        return None
    trials = {
        chosen[:place] + other + chosen[place + 1 :]
        for place in doubted
        for other, score in options[place][1:]
        if score >= SUPPORTED
    }
    found = [trial for trial in trials if holds(trial)]
    return found[0] if len(found) == 1 else None


def credit_code_holds(code: str) -> bool:
    """Tell whether the code has the length, the alphabet and the check character of GB 32100-2015."""
    return (
        len(code) == CREDIT_CODE_LENGTH
        and all(one in _ALPHABET for one in code)
        and bool(re.match(r"[1-9ANY][0-9A-Z][0-9]{6}", code))
        and uscc.calc_check_digit(code[:-1]) == code[-1]
    )


def find_credit_codes(text: str) -> list[FoundCode]:
    """Return the unified social credit codes in the text; one of a wrong length is one too, but never valid."""
    text = plain(text).upper()
    return apart(
        FoundCode(code.value, match.start(), match.end(), code.valid, code.repaired, code.near)
        for pattern in (_CREDIT_CODE, _NEAR_CREDIT_CODE)
        for match in pattern.finditer(text)
        if (code := _credit_code(re.sub(_SEPARATOR, "", match.group()))) is not None
    )


def _credit_code(read: str) -> FoundCode | None:
    """Understand what was read as a credit code; None where it is something else."""
    if credit_code_holds(read):
        return FoundCode(read, 0, 0, valid=True)
    # A number of eighteen digits with a date of birth inside is a person's.
    if sum(one.isdigit() for one in read) < 6 or identity_number_holds(read):
        return None
    repaired = read[:1].translate(_NEVER) + read[1:8].translate(_ONLY_DIGITS) + read[8:].translate(_NEVER)
    if credit_code_holds(repaired):
        return FoundCode(repaired, 0, 0, valid=True, repaired=True)
    near = {
        trial
        for place, one in enumerate(repaired)
        for other in _LOOK_ALIKE.get(one, "")
        if credit_code_holds(trial := repaired[:place] + other + repaired[place + 1 :])
    }
    return FoundCode(repaired, 0, 0, valid=False, repaired=repaired != read, near=tuple(sorted(near)))


def identity_number_holds(number: str) -> bool:
    """Tell whether the number has the length, the date of birth and the check character of GB 11643-1999.

    The region is not looked up: the codes of a lifetime's districts are in no list that is complete.
    """
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number) or ric.calc_check_digit(number) != number[-1]:
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return True


def find_identity_numbers(text: str) -> list[FoundCode]:
    """Return the identity numbers in the text; one that is a few digits short or long is one too, but never valid."""
    found: list[FoundCode] = []
    for match in _IDENTITY_NUMBER.finditer(plain(text)):
        read = re.sub(r"\s", "", match.group()).replace("×", "X").replace("x", "X")
        value = digits(read)
        found.append(FoundCode(value, match.start(), match.end(), identity_number_holds(value), value != read))
    return found


def find_occupation_codes(text: str) -> list[Found[str]]:
    """Return the occupation codes in the text as d-dd-dd-dd, whatever dashes are printed."""
    return [
        Found("-".join(digits(match[part]) for part in "abcd"), match.start(), match.end())
        for match in _OCCUPATION_CODE.finditer(plain(text))
    ]
