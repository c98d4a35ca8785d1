"""A dossier as the rules look at it: its documents by kind, its values with their evidence, and who applies."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import cast

from pydantic import JsonValue

from schemas.document import Document, DocumentKind, Field, FieldRow
from schemas.dossier import ApplicantType, Dossier, Scope
from schemas.finding import Evidence
from schemas.page import Page, certainty_within
from schemas.programme import Programme
from schemas.thresholds import Thresholds
from validators.certainty import may_be_misread
from validators.comparing import Comparison, Likeness, bare_name, compare_names

# What the box on the form says of the type, where the envelope says nothing.
_TYPE_BY_FORM = {
    "企业": ApplicantType.ENTERPRISE,
    "技工院校": ApplicantType.SCHOOL,
    "职业院校": ApplicantType.SCHOOL,
    "院校": ApplicantType.SCHOOL,
    "行业协会": ApplicantType.INDUSTRY_ASSOCIATION,
    "行业组织": ApplicantType.INDUSTRY_ASSOCIATION,
    "社会培训机构": ApplicantType.TRAINING_INSTITUTION,
    "民办培训机构": ApplicantType.TRAINING_INSTITUTION,
    "培训机构": ApplicantType.TRAINING_INSTITUTION,
    "民办非企业单位": ApplicantType.TRAINING_INSTITUTION,
    "公共实训基地": ApplicantType.OTHER,
    "其他": ApplicantType.OTHER,
}
# Types of the envelope that a box of the form contradicts. A training institution may be an 企业 by its legal form.
_CONTRADICTIONS = {
    ("企业", ApplicantType.SCHOOL),
    ("企业", ApplicantType.INDUSTRY_ASSOCIATION),
    ("民办非企业单位", ApplicantType.ENTERPRISE),
    ("技工院校", ApplicantType.ENTERPRISE),
    ("技工院校", ApplicantType.INDUSTRY_ASSOCIATION),
    ("技工院校", ApplicantType.TRAINING_INSTITUTION),
    ("行业协会", ApplicantType.ENTERPRISE),
    ("行业协会", ApplicantType.SCHOOL),
}
_AUDITORS = "会计师事务所"
# So much of a name fills a line, and so may the end of it that stands on the next one read.
LINE_LENGTH = 8
_NAME_END = re.compile(r"[\u3400-\u9fff]*(?:公司|学校|学院|中心|协会|学会|商会|集团|工厂|事务所)|[司校院心会团厂所]")
# What stands in a list's column of names and names nobody: heads, sums and the end of the list.
_NO_ENTRY = re.compile(
    r"合计|总计|小计|共计|以下空白|以下无正文|备注|姓名|职业(工种)?名称|制表人?|填表人?|审核人?"
    r"|.*(?:意见|[签盖]章|签字|签名).*"
)


@dataclass(frozen=True)
class Value:
    """A field where it stands."""

    document: Document
    name: str
    field: Field

    @property
    def value(self) -> JsonValue:
        """Return the normalised value."""
        return self.field.value

    @property
    def confidence(self) -> float:
        """Return how sure both the value and its document's kind are."""
        return min(self.field.confidence, self.document.confidence)

    @property
    def text(self) -> str:
        """Return the value as a string."""
        return str(self.field.value)

    @property
    def number(self) -> float | None:
        """Return the value as a number; None where it is none."""
        value = self.field.value
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    @property
    def date(self) -> date | None:
        """Return the value as a date, or None where it is none."""
        try:
            return date.fromisoformat(self.text)
        except ValueError:
            return None

    @property
    def evidence(self) -> Evidence:
        """Return where the value stands."""
        field = self.field
        return Evidence(document=self.document.id, field=self.name, file=field.file, page=field.page, box=field.box)


def is_among(document: Document, documents: Iterable[Document]) -> bool:
    """Say whether it is one of them: the certificates or lists on one page are parts of a document and share its id."""
    return any(document is one for one in documents)


def value_of(document: Document, name: str) -> Value | None:
    """Return a document's field, where it was found and understood."""
    field = document.fields.get(name)
    return Value(document, name, field) if field is not None and field.value not in (None, "", []) else None


def compare(
    first: Value, second: Value, how: Callable[[str, str], Comparison] = compare_names
) -> tuple[Likeness, Value]:
    """Compare two values; return how alike they are, and the second.

    Texts that differ in a few characters are close only where they may be misread: read without doubt, they differ.
    A text with which the other begins may be the first line of it.
    """
    likeness, edits = how(first.text, second.text)
    short, long = sorted((bare_name(first.text), bare_name(second.text)), key=len)
    # A company's name is whole; its branches are others.
    is_part = len(short) >= LINE_LENGTH and long.startswith(short) and not short.endswith("公司")
    is_cut_off = is_part and _NAME_END.fullmatch(long, len(short)) is not None
    # What stands before a whole name may be the end of the line above, or the beginning of the name may be lost.
    is_run_on = len(short) >= LINE_LENGTH and long.endswith(short)
    if likeness is not Likeness.SAME and (is_cut_off or is_run_on):
        return Likeness.CLOSE, second
    readings = [(value.text, value.field.confidence) for value in (first, second)]
    if likeness is Likeness.CLOSE and not may_be_misread(edits, *readings):
        likeness = Likeness.DIFFERENT
    return likeness, second


def nearest(
    value: Value, references: Sequence[Value], how: Callable[[str, str], Comparison] = compare_names
) -> tuple[Likeness, Value]:
    """Return the reference that a value is most like, and how alike they are."""
    order = list(Likeness)
    return min((compare(value, reference, how) for reference in references), key=lambda pair: order.index(pair[0]))


@dataclass(frozen=True)
class Row:
    """One entry of a list field: its own keys, its number from 1, where it stands."""

    list_value: Value
    index: int
    entry: dict[str, JsonValue]
    page: Page | None

    @property
    def _place(self) -> FieldRow | None:
        rows = self.list_value.field.rows
        return rows[self.index] if self.index < len(rows) else None

    @property
    def reading(self) -> float:
        """Return how surely this entry was read, whatever its document is."""
        place = self._place
        return place.confidence if place is not None else self.list_value.field.confidence

    @property
    def confidence(self) -> float:
        """Return how sure both the entry and its document's kind are."""
        return min(self.reading, self.list_value.document.confidence)

    @property
    def evidence(self) -> Evidence:
        """Return where this entry stands."""
        place = self._place
        if place is None:
            return self.list_value.evidence
        return Evidence(
            document=self.list_value.document.id,
            field=self.list_value.name,
            file=place.place.file,
            page=place.place.page,
            box=place.place.box,
        )

    def text(self, key: str) -> str | None:
        """Return an entry's value as text; None where it is blank."""
        value = self.entry.get(key)
        return str(value) if value not in (None, "") else None

    def number(self, key: str) -> int | None:
        """Return an entry's value as a whole number; None where it is none."""
        value = self.entry.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def cells(self, *keys: str) -> list["Cell"]:
        """Return those of the entry's values that are not blank, each with its own confidence."""
        return [self._cell(text) for key in keys if (text := self.text(key)) is not None]

    def _cell(self, text: str) -> "Cell":
        """Return a text of this entry, as sure as it was read in the line that shows it, or else as the whole entry."""
        place = self._place
        # What is certain (a person said it) needs no line that shows it.
        if place is None or self.page is None or place.confidence == 1.0:
            return Cell(self, text, self.reading)
        _, top, _, bottom = place.place.box
        scores = [
            score
            for line in self.page.lines
            if top <= (line.box[1] + line.box[3]) / 2 <= bottom and (score := certainty_within(line, text)) is not None
        ]
        return Cell(self, text, max(scores, default=place.confidence), as_read=bool(scores))


@dataclass(frozen=True)
class Cell:
    """One value of an entry: its text, how surely its own line was read, and whether that says just this."""

    row: Row
    text: str
    reading: float
    as_read: bool = False

    @property
    def confidence(self) -> float:
        """Return how sure both the value and its document's kind are."""
        return min(self.reading, self.row.list_value.document.confidence)

    @property
    def evidence(self) -> Evidence:
        """Return where its entry stands."""
        return self.row.evidence


@dataclass(frozen=True)
class Case:
    """One dossier under one programme, judged by some thresholds of confidence."""

    dossier: Dossier
    programme: Programme
    thresholds: Thresholds = dataclasses.field(default_factory=Thresholds)

    def documents(self, *kinds: DocumentKind) -> list[Document]:
        """Return the documents of these kinds, in the packet's order, without the certificates of others.

        The lists inside a document follow it.
        """
        return [
            part
            for one in self.dossier.documents
            for part in (one, *one.sections)
            if part.kind in kinds and not is_among(part, self._of_others)
        ]

    def instead_of(self, kind: DocumentKind) -> list[Document]:
        """Return the documents that the notice takes in the place of one of this kind."""
        kinds = {other for material in self.programme.materials if kind in material.kinds for other in material.kinds}
        return self.documents(*kinds - {kind})

    def values(self, kind: DocumentKind, name: str) -> list[Value]:
        """Return the understood values of a field, in all documents of a kind."""
        return [value for document in self.documents(kind) if (value := value_of(document, name)) is not None]

    def value(self, kind: DocumentKind, name: str) -> Value | None:
        """Return the surest value of a field in the documents of a kind."""
        return max(self.values(kind, name), key=lambda value: value.confidence, default=None)

    def rows(self, kind: DocumentKind, name: str) -> list[Row]:
        """Return the entries of a list field in all documents of a kind."""
        return [row for value in self.values(kind, name) for row in self._rows(value)]

    def pages(self, document: Document) -> list[Page]:
        """Return the pages of a document."""
        return [page for one in document.pages if (page := self._pages.get((one.file, one.page))) is not None]

    def shows_colour(self, page: Page) -> bool:
        """Say whether red ink on a page would show red: it never was paper, or its scanner sees colours.

        A page without any coloured ink may look grey from a colour scanner, too: what came from the same one, pages of
        the same size in files of the same sort, tells.
        """
        return page.colour or page.source == "text_layer" or _scanner(page) in self._colour_scanners

    @property
    def received(self) -> date | None:
        """Return the day the dossier was received."""
        return self.dossier.envelope.received

    @cached_property
    def applicant_names(self) -> list[Value]:
        """Return the applicant's name as the form and the certificate give it."""
        return [
            value
            for kind in (DocumentKind.APPLICATION_FORM, DocumentKind.REGISTRATION_CERTIFICATE)
            if (value := self.value(kind, "name")) is not None
        ]

    @cached_property
    def applicant_type(self) -> ApplicantType | None:
        """Return the type of organisation: the envelope's, or else the form's; None where they contradict."""
        stated = self.dossier.envelope.applicant_type
        box = self.value(DocumentKind.APPLICATION_FORM, "organisation_type")
        ticked = box.text if box is not None and box.confidence >= self.thresholds.sure else None
        if stated is None:
            return _TYPE_BY_FORM.get(ticked) if ticked is not None else None
        return None if (ticked, stated) in _CONTRADICTIONS else stated

    @cached_property
    def scope(self) -> Scope | None:
        """Return the area that is applied for: the envelope's, else the form's; None where they differ."""
        stated, box = self.dossier.envelope.scope, self.value(DocumentKind.APPLICATION_FORM, "scope")
        is_sure = box is not None and box.confidence >= self.thresholds.sure
        ticked = next((scope for scope in Scope if is_sure and box is not None and scope == box.text), None)
        return None if None not in {stated, ticked} and ticked != stated else stated or ticked

    @cached_property
    def own_deeds(self) -> list[Document]:
        """Return the deeds in the applicant's name."""
        names = {bare_name(name.text) for name in self.applicant_names}
        return [
            owner.document
            for owner in self.values(DocumentKind.PROPERTY_CERTIFICATE, "owner")
            if names & {bare_name(one) for one in owners_of(owner.text)}
        ]

    @cached_property
    def owns_premises(self) -> bool | None:
        """Say whether a deed is in the applicant's own name; None where that cannot be told."""
        if self.own_deeds:
            return True
        if self.documents(DocumentKind.LEASE_CONTRACT):
            return False
        owners = self.values(DocumentKind.PROPERTY_CERTIFICATE, "owner")
        if not owners or not self.applicant_names:
            return None
        differ = all(nearest(owner, self.applicant_names)[0] is Likeness.DIFFERENT for owner in owners)
        return False if differ else None

    @cached_property
    def occupations(self) -> list[Row]:
        """Return the occupations applied for; a form that is in the packet twice counts once."""
        rows: list[Row] = []
        seen: set[tuple[str | None, str | None]] = set()
        for value in self.values(DocumentKind.APPLICATION_FORM, "occupations"):
            here = self._rows(value)
            keys = {(row.text("name"), row.text("code")) for row in here}
            if not keys <= seen:
                rows.extend(here)
                seen |= keys
        return rows

    @cached_property
    def _colour_scanners(self) -> frozenset[tuple[str, int, int]]:
        return frozenset(_scanner(page) for page in self.dossier.pages if page.colour and page.source == "ocr")

    @cached_property
    def _pages(self) -> dict[tuple[str, int], Page]:
        return {(page.file, page.number): page for page in self.dossier.pages}

    def _rows(self, value: Value) -> list[Row]:
        entries = value.value if isinstance(value.value, list) else []
        places = value.field.rows
        return [
            Row(
                value,
                index,
                cast("dict[str, JsonValue]", entry),
                self._pages.get((places[index].place.file, places[index].place.page)) if index < len(places) else None,
            )
            for index, entry in enumerate(entries)
            if isinstance(entry, dict) and not _NO_ENTRY.fullmatch(bare_name(str(entry.get("name") or "")))
        ]

    @cached_property
    def _of_others(self) -> list[Document]:
        """Return the certificates that are plainly others': lessors and auditors enclose their own licences.

        So is a branch's, whose name begins with the applicant's, beside the certificate in that name.
        """

        def values(kind: DocumentKind, name: str) -> list[Value]:
            return [
                value
                for document in self.dossier.documents
                for part in (document, *document.sections)
                if part.kind is kind and (value := value_of(part, name)) is not None
            ]

        named = values(DocumentKind.APPLICATION_FORM, "name")
        applicants = [*named, *values(DocumentKind.APPLICATION_FORM, "credit_code")]
        others = [
            *values(DocumentKind.LEASE_CONTRACT, "lessor"),
            *values(DocumentKind.PROPERTY_CERTIFICATE, "owner"),
            *values(DocumentKind.AUDIT_REPORT, "audit_firm"),
        ]
        found: list[Document] = []
        certified = values(DocumentKind.REGISTRATION_CERTIFICATE, "name")
        has_own = any(compare_names(one.text, other.text).edits == 0 for one in certified for other in named)
        for name in certified:
            own = [name, value_of(name.document, "credit_code")]
            if any(one and compare_names(one.text, other.text).edits <= 1 for one in own for other in applicants):
                continue
            is_anothers = any(compare_names(name.text, other.text).edits <= 1 for other in others)
            is_branch = has_own and any(bare_name(name.text).startswith(bare_name(one.text)) for one in named)
            if applicants and (is_anothers or is_branch or _AUDITORS in name.text):
                found.append(name.document)
        return found


def _scanner(page: Page) -> tuple[str, int, int]:
    """Return what the pages of one scanner have in common: the sort of their files, and their size."""
    return PurePosixPath(page.file).suffix.lower(), min(page.width, page.height), max(page.width, page.height)


def owners_of(owner: str) -> list[str]:
    """Return the owners a deed names, one by one; the text itself where it names none."""
    return [one for one in re.split(r"[,，、;；/\s]+", owner) if one] or [owner]
