"""Matching an occupation's name and code, together, against a catalogue.

Name and code say the same thing twice. Where one is exact and the other a slip of reading away, and together they point
to one entry only, that entry is meant; what was printed is kept. Where they point to two entries nothing is put right.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from schemas.programme import Occupation
from validators.comparing import bare_name

CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}")
# A code as it is printed or read: any dashes or none, letters that are read for digits.
_PRINTED_CODE = re.compile(r"\d(?:[^\w\s]?[\dOoQDIlSZB]){3,7}")
_EMPTY_BRACKETS = re.compile(r"[（(]\s*[）)]")
# The closing bracket may be lost where the line is cut.
_BRACKETED = re.compile(r"[（(]([^（()）]*)(?:[）)]|$)")
# Digits that print so much alike that one is read for the other.
_ALIKE_DIGITS = [set(pair) for pair in ("17", "38", "56", "08", "68", "06", "09", "35", "89")]
_LETTERS_FOR_DIGITS = str.maketrans("OoQDIl|SZB", "0000111528")
# In a shorter name one character is what tells occupations apart: 车工, 铣工, 磨工, 镗工.
NAME_LENGTH_FOR_SLIPS = 4
CANDIDATES = 5
LEAST_SCORE = 0.6
NAME_WEIGHT = 0.7
# So many characters of a name are a part by which it is looked for.
LEAST_PART = 2


class Match(StrEnum):
    """How a name and a code stand to an entry, best first."""

    EXACT = "exact"
    """Both are the entry's, the name with its bracketed note or without."""
    NAME_SLIP = "name_slip"
    """The code is the entry's, the name one character off and no other entry's."""
    CODE_SLIP = "code_slip"
    """The name is the entry's, the code one look-alike digit off and no other entry's."""
    NAME = "name"
    """Only the name is the entry's."""
    CODE = "code"
    """Only the code is the entry's."""
    LIKE = "like"
    """Neither is, but they come near."""


@dataclass(frozen=True)
class Candidate:
    """An entry that may be meant: how it matches, how well (0 to 1), why in words, in how many characters it is off."""

    entry: Occupation
    match: Match
    score: float
    why: str
    edits: int


def match(name: str | None, code: str | None, catalogue: Sequence[Occupation]) -> list[Candidate]:
    """Return the entries that a printed name and code may mean, best first, at most five."""
    code = compact_code(code or "")
    if not name and not code:
        return []
    candidates = [one for entry in catalogue if (one := _candidate(name or "", code, entry, catalogue)) is not None]
    order = list(Match)
    return sorted(candidates, key=lambda one: (order.index(one.match), -one.score))[:CANDIDATES]


def compact_code(code: str) -> str:
    """Return a code as d-dd-dd-dd, whatever dashes stand in it; one of another length as printed.

    >>> compact_code('6—31—01—O3'), compact_code('4030201'), compact_code('4-03-02')
    ('6-31-01-03', '4-03-02-01', '4-03-02')
    """
    code = unicodedata.normalize("NFKC", code).strip()
    digits = re.sub(r"[\W_]|[一]", "", code).translate(_LETTERS_FOR_DIGITS)
    if not re.fullmatch(r"\d{7}", digits):
        return code
    return f"{digits[0]}-{digits[1:3]}-{digits[3:5]}-{digits[5:]}"


def split(text: str) -> tuple[str | None, str | None]:
    """Return the name and the code that stand in a text, in either order; None for the one that is not there.

    >>> split('中式烹调师 4-03-02-01'), split('６－３１－０１－０３（电工）'), split('保洁员L')
    (('中式烹调师', '4-03-02-01'), ('电工', '6-31-01-03'), ('保洁员L', None))
    """
    text = unicodedata.normalize("NFKC", text)
    code = _PRINTED_CODE.search(text)
    rest = text[: code.start()] + text[code.end() :] if code is not None else text
    name = _EMPTY_BRACKETS.sub("", rest).strip()
    whole = _BRACKETED.fullmatch(name)
    name = whole[1] if whole is not None else name
    return name or None, code.group() if code is not None else None


def is_name_of(name: str, entry: Occupation) -> bool:
    """Say whether a name is the entry's: with its note or without, with the sign of a green occupation or without.

    A name with another note than the entry's is another's.
    """
    if _bare(name) != _bare(entry.name):
        return False
    printed, own = _note(name), bare_name(entry.note or "")
    return not printed or not own or printed == own


def _bare(name: str) -> str:
    """Return a name without its note and without the sign of a green occupation."""
    return re.sub(r"L$", "", bare_name(_BRACKETED.sub("", name)))


def _note(name: str) -> str:
    return "".join(bare_name(note) for note in _BRACKETED.findall(name))


def _candidate(name: str, code: str, entry: Occupation, catalogue: Sequence[Occupation]) -> Candidate | None:
    is_name, is_code = is_name_of(name, entry), code == entry.code
    # What is blank does not differ.
    name_edits = Levenshtein.distance(_bare(name), _bare(entry.name)) if name and not is_name else 0
    code_edits = Levenshtein.distance(code, entry.code) if code else 0
    edits, score = name_edits + code_edits, _score(name, code, entry, name_edits, code_edits)
    if is_name and is_code:
        return Candidate(entry, Match.EXACT, score, "名称与编码均一致", edits)
    if is_code:
        if not name:
            return Candidate(entry, Match.CODE, score, f"编码一致，是“{entry.name}”的编码", edits)
        is_slip = (
            name_edits == 1
            and len(_bare(entry.name)) >= NAME_LENGTH_FOR_SLIPS
            and not any(is_name_of(name, other) for other in catalogue)
        )
        if is_slip:
            why = f"编码一致，名称与“{entry.name}”仅一字之差{_differing(_bare(name), _bare(entry.name))}"
            return Candidate(entry, Match.NAME_SLIP, score, why, edits)
        return Candidate(entry, Match.CODE, score, f"编码一致，名称应为“{entry.name}”", edits)
    if is_name:
        if _is_code_slip(code, entry.code) and not any(code == other.code for other in catalogue):
            why = f"名称一致，编码与 {entry.code} 仅差一个形近数字{_differing(code, entry.code)}"
            return Candidate(entry, Match.CODE_SLIP, score, why, edits)
        return Candidate(entry, Match.NAME, score, f"名称一致，编码应为 {entry.code}", edits)
    if score < LEAST_SCORE:
        return None
    near = [f"名称差 {name_edits} 字"] * bool(name_edits) + [f"编码差 {code_edits} 位"] * bool(code_edits)
    return Candidate(entry, Match.LIKE, score, f"相近：{'，'.join(near)}", edits)


def _score(name: str, code: str, entry: Occupation, name_edits: int, code_edits: int) -> float:
    """Return how like an entry a name and a code are, 0 to 1; the name weighs more, a blank one nothing."""
    own, printed = _bare(entry.name), _bare(name)
    by_name = 1 - name_edits / max(len(printed), len(own))
    if len(printed) >= LEAST_PART and (printed in own or own in printed):
        by_name = max(by_name, LEAST_SCORE)
    by_code = 1 - code_edits / max(len(code), len(entry.code))
    weight = 0.0 if not name else NAME_WEIGHT if code else 1.0
    return round(weight * by_name + (1 - weight) * by_code, 3)


def _differing(text: str, other: str) -> str:
    """Say which character stands for which, where a text differs from another in one of them."""
    pairs = [(a, b) for a, b in zip(text, other, strict=False) if a != b]
    return f"（“{pairs[0][0]}”应作“{pairs[0][1]}”）" if len(text) == len(other) and len(pairs) == 1 else ""


def _is_code_slip(code: str, other: str) -> bool:
    if len(code) != len(other):
        return False
    different = [{a, b} for a, b in zip(code, other, strict=True) if a != b]
    return len(different) == 1 and different[0] in _ALIKE_DIGITS
