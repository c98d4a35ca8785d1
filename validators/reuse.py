"""What a dossier leaves behind for later ones, and what of it other applicants' dossiers hold too.

Measured on generated dossiers. 40 sheets were scanned four times each by good and poor scanners. Of the 240 pairs of
scans 90 % have no character replaced that was read well; a seal over a skill certificate of 83 characters brings it to
5 %, with 19 % unread; the others have at most 0.9 % replaced, 2.3 % doubtful and 10 % unread; rules and plans none
replaced or doubtful, and 1.6 % unread. The papers of 48 applicants come from the same few templates, in 344 450 pairs
of pages: of those that agree in long numbers the nearest have 6 % replaced; without, 13 pairs of rules and statements
have none replaced, but more than 2 % unread or another layout. By the bounds here 239 of the 240 scans are one page
where they bear a name (the other is for a person to look at), and no page of the 48 applicants is another's.
Pages without text have only their perceptual hash: of 240 pairs of scans of one photograph a third differ in no more
bits than allowed here, of 27 600 pairs of scans of two photographs none (the nearest in 6), of 3 120 pairs of dirty
empty pages 3. So a photograph of the premises that was copied is mostly found, and is for a person to look at.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.document import Document, DocumentKind
from schemas.dossier import Dossier
from schemas.elsewhere import (
    Applicant,
    Elsewhere,
    Entry,
    Holder,
    KeptPage,
    KeptPerson,
    SharedPage,
    SharedPerson,
    Sharing,
)
from schemas.page import Line
from schemas.programme import Programme
from schemas.thresholds import Thresholds
from validators.case import Case, Cell, Row, value_of
from validators.certainty import SURE
from validators.comparing import Likeness, bare_name, compare_names
from validators.rosters import role_of
from validators.rules.staff import holds
from validators.same_page import LEAST_TEXT, Comparison, PageText, compare_pages, similar


class Bounds(NamedTuple):
    """What two readings of one sheet differ in at most, as parts of its characters."""

    replaced: float
    doubtful: float
    unread: float


# Where the pages agree in a name and in a long number, a seal may have spoilt what it will; in one of them; in neither.
TWICE_MARKED, MARKED, UNMARKED = Bounds(0.05, 0.07, 0.2), Bounds(0.015, 0.07, 0.12), Bounds(0.005, 0.01, 0.02)
# With so many well-read characters that differ, in the same layout, a person has to look.
REPLACED_PERHAPS = 0.03
# Numbers of so many digits are of one person, thing or payment; together so many digits are chance no more.
LONG_NUMBER, FIGURES = re.compile(r"\d(?:,?\d){5,}"), 12
# Bits of 64 in which the hashes of two copies of one picture differ at most.
PICTURE_BITS = 3
# Codes read from two scans differ in no more characters, those of two organisations in more.
CODE_SLIPS = 2
# What so many other applicants have as well, without a name on it, is a form or a text that all take from one place.
COMMON = 2


def entry_of(dossier: Dossier, programme: Programme, thresholds: Thresholds | None = None) -> Entry:
    """Return what a dossier leaves behind: pages with enough text or none, and people with a valid identity number.

    Specimens are the notice's own, and the licences of lessors and auditors stand in the dossiers of all their
    customers: neither is kept.
    """
    case = Case(dossier, programme, thresholds or Thresholds())
    applicant = _applicant(case)
    owners = {(page.file, page.page): document for document in dossier.documents for page in document.pages}
    kept = {document.id for document in case.documents(*DocumentKind)}
    own = [
        *applicant.names,
        *applicant.credit_codes,
        *_texts(case, case.documents(*DocumentKind), "legal_representative"),
    ]
    pages: list[KeptPage] = []
    for page in dossier.pages:
        document = owners.get((page.file, page.number))
        if document is not None and (document.id not in kept or _is_specimen(document)):
            continue
        text = PageText(page.lines)
        if page.source == "blank" or 0 < text.length < LEAST_TEXT:
            continue
        written = {line.text.upper() for line in text.lines}
        marks = [*own, *(_people_named(document) if document is not None else [])]
        marks = [
            mark
            for mark in dict.fromkeys(map(bare_name, marks))
            if len(mark) > 1 and any(mark in line for line in written)
        ]
        lines = [Line(text=one.text, box=one.box, confidence=one.confidence, extents=[]) for one in page.lines]
        fingerprint = page.fingerprint if not text.length else None
        pages.append(KeptPage(file=page.file, number=page.number, lines=lines, marks=marks, fingerprint=fingerprint))
    return Entry(
        programme=dossier.programme, dossier=dossier.name, applicant=applicant, pages=pages, people=_people(case)
    )


def find_elsewhere(entry: Entry, others: Iterable[Entry]) -> Elsewhere:
    """Return what of a dossier other applicants' dossiers hold too, in the order of pages, people and dossiers."""
    strangers = [
        (other, is_another)
        for other in sorted(others, key=lambda other: (other.programme, other.dossier))
        if (is_another := are_two(entry.applicant, other.applicant)) is not False
    ]
    pages = [shared for page in entry.pages for shared in _shared_pages(page, strangers)]
    people = [
        shared
        for person in entry.people
        for other, is_another in strangers
        if (shared := _shared_person(person, other, is_another=bool(is_another))) is not None
    ]
    return Elsewhere(pages=pages, people=people)


def are_two(first: Applicant, second: Applicant) -> bool | None:
    """Say whether two dossiers are of two applicants; None where that cannot be told.

    >>> are_two(Applicant(names=['样例市启明学校']), Applicant(names=['样例市启明学校']))
    False
    >>> are_two(Applicant(names=['样例市启明学校']), Applicant(names=['某地远航技工学校']))
    True
    >>> are_two(Applicant(names=['样例市启明学校']), Applicant()) is None
    True
    """
    codes = [_edits(one, other) for one in first.credit_codes for other in second.credit_codes]
    names = [compare_names(one, other).likeness for one in first.names for other in second.names]
    if 0 in codes or Likeness.SAME in names:
        return False
    if any(edits <= CODE_SLIPS for edits in codes):
        return None
    if codes:
        return True
    return True if names and set(names) == {Likeness.DIFFERENT} else None


def _applicant(case: Case) -> Applicant:
    """Return who applies: as the form says, or else the certificate, which may be another's copy."""
    documents = case.documents(DocumentKind.APPLICATION_FORM) or case.documents(DocumentKind.REGISTRATION_CERTIFICATE)
    return Applicant(names=_texts(case, documents, "name"), credit_codes=_texts(case, documents, "credit_code"))


def _texts(case: Case, documents: Iterable[Document], name: str) -> list[str]:
    """Return the texts of a field that were read surely, each once."""
    values = (value_of(document, name) for document in documents)
    sure = case.thresholds.sure
    return list(dict.fromkeys(value.text for value in values if value is not None and value.confidence >= sure))


def _people_named(document: Document) -> list[str]:
    """Return the persons that a list or a certificate names."""
    people, person = value_of(document, "people"), value_of(document, "person")
    rows = people.value if people is not None and isinstance(people.value, list) else []
    named = [str(row.get("name") or "") for row in rows if isinstance(row, dict)]
    return [*named, person.text] if person is not None else named


def _people(case: Case) -> list[KeptPerson]:
    return [
        KeptPerson(
            name=row.text("name") or "",
            id_number=number.text,
            full_time=None if (role := role_of(case, row)) is None else role == "full_time",
            confidence=number.confidence,
            file=place.file,
            page=place.page,
        )
        for row, number in numbered_people(case)
        if (place := row.evidence).file is not None and place.page is not None
    ]


def numbered_people(case: Case) -> list[tuple[Row, Cell]]:
    """Return the people that lists name with a valid identity number, each time they stand there."""
    rows = case.rows(DocumentKind.STAFF_ROSTER, "people")
    return [(row, cell) for row in rows for cell in row.cells("id_number") if holds(cell.text)]


def _shared_pages(page: KeptPage, strangers: Sequence[tuple[Entry, bool | None]]) -> list[SharedPage]:
    """Return where a page stands in other dossiers; nowhere if it is a form or a text that all take from one place."""
    found: list[SharedPage] = []
    unnamed: set[str] = set()
    for other, is_another in strangers:
        for candidate in other.pages:
            sharing = _sharing(page, candidate)
            if sharing is None:
                continue
            if sharing not in {Sharing.SAME, Sharing.NEARLY_SAME}:
                unnamed.add(" ".join(other.applicant.names) or f"{other.programme}/{other.dossier}")
            holder = _holder(other, candidate.file, candidate.number, is_another=bool(is_another))
            found.append(SharedPage(file=page.file, page=page.number, sharing=sharing, holder=holder))
    return found if len(unnamed) < COMMON else []


def _sharing(page: KeptPage, other: KeptPage) -> Sharing | None:
    """Say how a page stands to another; None where they are two pages."""
    if page.fingerprint is not None and other.fingerprint is not None:
        bits = (int(page.fingerprint, 16) ^ int(other.fingerprint, 16)).bit_count()
        return Sharing.SAME_PICTURE if bits <= PICTURE_BITS else None
    text, twin = PageText(page.lines), PageText(other.lines)
    if not similar(text.characters, twin.characters):
        return None
    compared = compare_pages(text, twin)
    is_named = any(_agree_on(compared, mark) for mark in {*page.marks, *other.marks})
    is_numbered = _figures(compared) >= FIGURES
    if is_named or is_numbered:
        if _is_within(compared, TWICE_MARKED if is_named and is_numbered else MARKED):
            return Sharing.SAME if is_named else Sharing.SAME_NUMBERS
        nearly = MARKED._replace(replaced=REPLACED_PERHAPS)
        return Sharing.NEARLY_SAME if compared.same_layout and _is_within(compared, nearly) else None
    return Sharing.SAME_WORDS if compared.same_layout and _is_within(compared, UNMARKED) else None


def _is_within(compared: Comparison, bounds: Bounds) -> bool:
    counts = (compared.replaced, compared.doubtful, compared.unread)
    return all(count <= bound * compared.length for count, bound in zip(counts, bounds, strict=True))


def _agree_on(compared: Comparison, mark: str) -> bool:
    """Say whether a line in which both pages agree holds a name or number."""
    return any(mark in one.text.upper() and mark in other.text.upper() for one, other in compared.agreeing)


def _figures(compared: Comparison) -> int:
    """Count the digits of long numbers in lines that read the same; occupations' codes and dates are no long ones."""
    texts = (unicodedata.normalize("NFKC", one.line.text) for one, other in compared.agreeing if one.text == other.text)
    return sum(len(match.group()) for text in texts for match in LONG_NUMBER.finditer(text))


def _shared_person(person: KeptPerson, other: Entry, *, is_another: bool) -> SharedPerson | None:
    """Return where a person stands in another dossier, preferably among the full-time staff."""
    found = [one for one in other.people if one.id_number == person.id_number]
    if person.full_time is False or not found:
        return None
    twin = min(found, key=lambda one: (one.full_time is not True, -one.confidence))
    is_certain = (
        person.full_time is True
        and twin.full_time is True
        and min(person.confidence, twin.confidence) >= SURE
        and compare_names(person.name, twin.name).likeness in {Likeness.SAME, Likeness.CLOSE}
    )
    holder = _holder(other, twin.file, twin.page, is_another=is_another)
    return SharedPerson(id_number=person.id_number, name=person.name, is_certain=is_certain, holder=holder)


def _holder(entry: Entry, file: str, page: int, *, is_another: bool) -> Holder:
    return Holder(
        programme=entry.programme,
        dossier=entry.dossier,
        applicant=next(iter(entry.applicant.names), None),
        is_another=is_another,
        file=file,
        page=page,
    )


def _is_specimen(document: Document) -> bool:
    return document.kind is DocumentKind.CERTIFICATE_SPECIMEN


def _edits(first: str, second: str) -> int:
    return compare_names(first, second).edits
