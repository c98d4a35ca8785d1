"""Matching an occupation's name and code, together, against a catalogue.

Name and code say the same thing twice: where one is a little off and the other is exact, and both point to one entry,
the slip is put right and what was printed is kept. Where they point to two entries nothing is put right.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from schemas.programme import Occupation
from validators.comparing import normal_name

CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}")
_NOTE = re.compile(r"[（(][^（()）]*[）)]")
# Digits that print so much alike that one is read for the other.
_ALIKE_DIGITS = [set(pair) for pair in ("17", "38", "56", "08", "68", "06", "09")]
CANDIDATES = 5


class Match(StrEnum):
    """How a name and a code stand to an entry."""

    EXACT = "exact"
    SLIP = "slip"
    NAME = "name"
    CODE = "code"
    LIKE = "like"


@dataclass(frozen=True)
class Candidate:
    """An entry, how it matches, how well (0 to 1), and why in words."""

    entry: Occupation
    match: Match
    score: float
    why: str


def match_occupation(name: str | None, code: str | None, catalogue: Sequence[Occupation]) -> list[Candidate]:
    """Return the entries that a name and a code may mean, best first, at most five."""
    candidates = [_candidate(name or "", code or "", entry, catalogue) for entry in catalogue]
    order = list(Match)
    ranked = sorted(
        (one for one in candidates if one is not None), key=lambda one: (order.index(one.match), -one.score)
    )
    return ranked[:CANDIDATES]


def same_name(name: str, entry: Occupation) -> bool:
    """Say whether a name is the entry's, with its bracketed note, another or none."""
    return _bare(name) == _bare(entry.name)


def _bare(name: str) -> str:
    """Return a name without its note and without the sign of a green occupation."""
    return re.sub(r"L$", "", normal_name(_NOTE.sub("", name)))


def _candidate(name: str, code: str, entry: Occupation, catalogue: Sequence[Occupation]) -> Candidate | None:
    is_name, is_code = same_name(name, entry), code == entry.code
    if is_name and is_code:
        return Candidate(entry, Match.EXACT, 1.0, "名称与编码均一致")
    alike = Levenshtein.normalized_similarity(_bare(name), _bare(entry.name))
    if is_code and _is_name_slip(name, entry) and not any(same_name(name, other) for other in catalogue):
        return Candidate(entry, Match.SLIP, alike, f"编码一致，名称“{name}”与“{entry.name}”仅差个别字")
    if is_name and _is_code_slip(code, entry.code) and not any(code == other.code for other in catalogue):
        return Candidate(entry, Match.SLIP, 0.9, f"名称一致，编码“{code}”与 {entry.code} 仅差一个形近数字")
    if is_name:
        return Candidate(entry, Match.NAME, 1.0, f"名称一致，编码应为 {entry.code}")
    if is_code:
        return Candidate(entry, Match.CODE, 1.0, f"编码一致，名称应为“{entry.name}”")
    code_alike = Levenshtein.normalized_similarity(code, entry.code)
    score = round(0.7 * alike + 0.3 * code_alike, 3)
    if score < 0.6:
        return None
    return Candidate(entry, Match.LIKE, score, f"与“{entry.name} {entry.code}”相近")


def _is_name_slip(name: str, entry: Occupation) -> bool:
    """Say whether one character of a name is another, as reading goes wrong, and the rest is the entry's."""
    first, second = _bare(name), _bare(entry.name)
    return len(second) >= 2 and Levenshtein.distance(first, second) == 1


def _is_code_slip(code: str, other: str) -> bool:
    if len(code) != len(other):
        return False
    different = [{a, b} for a, b in zip(code, other, strict=True) if a != b]
    return len(different) == 1 and different[0] in _ALIKE_DIGITS
