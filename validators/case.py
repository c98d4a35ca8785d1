"""A dossier as the rules look at it: its documents by kind, its values with their evidence, and who applies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import cast

from pydantic import JsonValue

from schemas.document import Document, DocumentKind, Field, FieldRow
from schemas.dossier import ApplicantType, Dossier, FileStatus
from schemas.finding import Evidence
from schemas.programme import Programme
from validators.comparing import Likeness, compare_names, normal_name

# What the box on the form says of the type, where the envelope says nothing.
_TYPE_BY_FORM = {
    "企业": ApplicantType.ENTERPRISE,
    "技工院校": ApplicantType.SCHOOL,
    "职业院校": ApplicantType.SCHOOL,
    "院校": ApplicantType.SCHOOL,
    "行业协会": ApplicantType.INDUSTRY_ASSOCIATION,
    "行业组织": ApplicantType.INDUSTRY_ASSOCIATION,
    "社会培训机构": ApplicantType.TRAINING_INSTITUTION,
    "培训机构": ApplicantType.TRAINING_INSTITUTION,
    "民办非企业单位": ApplicantType.TRAINING_INSTITUTION,
    "公共实训基地": ApplicantType.OTHER,
    "其他": ApplicantType.OTHER,
}
# Types of the envelope that a box of the form contradicts.
_CONTRADICTIONS = {
    ("企业", ApplicantType.SCHOOL),
    ("企业", ApplicantType.INDUSTRY_ASSOCIATION),
    ("民办非企业单位", ApplicantType.ENTERPRISE),
    ("技工院校", ApplicantType.ENTERPRISE),
    ("技工院校", ApplicantType.INDUSTRY_ASSOCIATION),
    ("行业协会", ApplicantType.ENTERPRISE),
    ("行业协会", ApplicantType.SCHOOL),
}


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


@dataclass(frozen=True)
class Row:
    """One entry of a list field: its own keys, its number from 1, where it stands."""

    list_value: Value
    index: int
    entry: dict[str, JsonValue]

    @property
    def _place(self) -> FieldRow | None:
        rows = self.list_value.field.rows
        return rows[self.index] if self.index < len(rows) else None

    @property
    def confidence(self) -> float:
        """Return how surely this entry was read."""
        place = self._place
        own = place.confidence if place is not None else self.list_value.field.confidence
        return min(own, self.list_value.document.confidence)

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


@dataclass(frozen=True)
class Case:
    """One dossier under one programme."""

    dossier: Dossier
    programme: Programme

    def documents(self, *kinds: DocumentKind) -> list[Document]:
        """Return the documents of these kinds, in the packet's order."""
        return [document for document in self.dossier.documents if document.kind in kinds]

    def values(self, kind: DocumentKind, name: str) -> list[Value]:
        """Return the understood values of a field, in all documents of a kind."""
        return [
            Value(document, name, field)
            for document in self.documents(kind)
            if (field := document.fields.get(name)) is not None and field.value is not None
        ]

    def value(self, kind: DocumentKind, name: str) -> Value | None:
        """Return the surest value of a field in the documents of a kind."""
        return max(self.values(kind, name), key=lambda value: value.confidence, default=None)

    def rows(self, kind: DocumentKind, name: str) -> list[Row]:
        """Return the entries of a list field in all documents of a kind."""
        return [
            Row(value, index, cast("dict[str, JsonValue]", entry))
            for value in self.values(kind, name)
            if isinstance(value.value, list)
            for index, entry in enumerate(value.value)
            if isinstance(entry, dict)
        ]

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
        ticked = box.text if box is not None and box.confidence >= SURE else None
        if stated is None:
            return _TYPE_BY_FORM.get(ticked) if ticked is not None else None
        return None if (ticked, stated) in _CONTRADICTIONS else stated

    @cached_property
    def owns_premises(self) -> bool | None:
        """Say whether a deed is in the applicant's own name; None where that cannot be told."""
        deeds = self.documents(DocumentKind.PROPERTY_CERTIFICATE)
        owners = self.values(DocumentKind.PROPERTY_CERTIFICATE, "owner")
        if any(normal_name(owner.text) == normal_name(name.text) for owner in owners for name in self.applicant_names):
            return True
        if not deeds and not self.documents(DocumentKind.LEASE_CONTRACT):
            return None
        if self.documents(DocumentKind.LEASE_CONTRACT):
            return False
        different = bool(owners) and all(
            compare_names(owner.text, name.text) is Likeness.DIFFERENT
            for owner in owners
            for name in self.applicant_names
        )
        return False if different and self.applicant_names else None

    @cached_property
    def is_fully_read(self) -> bool:
        """Say whether nothing of the packet can hide a document: no file kept out, no page unplaced or read badly."""
        if any(file.status is FileStatus.QUARANTINED and file.path != "dossier.toml" for file in self.dossier.files):
            return False
        if any(
            document.confidence < SURE or document.kind is DocumentKind.OTHER for document in self.dossier.documents
        ):
            return False
        placed = {(page.file, page.page) for document in self.dossier.documents for page in document.pages}
        return all(
            page.source == "blank" or ((page.file, page.number) in placed and _is_legible(page.lines))
            for page in self.dossier.pages
        )


def _is_legible(lines: Sequence[object]) -> bool:
    confidences = [cast("float", getattr(line, "confidence", 0.0)) for line in lines]
    return bool(confidences) and sum(confidences) / len(confidences) >= SURE


SURE = 0.8
"""The least confidence of the evidence that carries a pass or a fail."""
