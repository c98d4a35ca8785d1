"""Documents, their kinds and the fields read from them."""

from enum import StrEnum

import pydantic
from pydantic import JsonValue

from schemas.base import Box, Model
from schemas.page import Code, Place, Seal

__all__ = [
    "Code",
    "Document",
    "DocumentKind",
    "Field",
    "FieldRow",
    "PageReference",
    "Place",
    "Seal",
]


class DocumentKind(StrEnum):
    """The kinds of documents a dossier holds, by the names of the contract."""

    APPLICATION_FORM = "application_form"
    REGISTRATION_CERTIFICATE = "registration_certificate"
    SCHOOL_PERMIT = "school_permit"
    LEASE_CONTRACT = "lease_contract"
    PROPERTY_CERTIFICATE = "property_certificate"
    AUDIT_REPORT = "audit_report"
    FINANCIAL_STATEMENTS = "financial_statements"
    ASSET_LIST = "asset_list"
    IMPLEMENTATION_PLAN = "implementation_plan"
    MANAGEMENT_SYSTEM = "management_system"
    STAFF_ROSTER = "staff_roster"
    SKILL_CERTIFICATE = "skill_certificate"
    TRAINEE_ROSTER = "trainee_roster"
    CREDIT_REPORT = "credit_report"
    INTEGRITY_PLEDGE = "integrity_pledge"
    INFORMATISATION_STATEMENT = "informatisation_statement"
    APPLICATION_REPORT = "application_report"
    CERTIFICATE_SPECIMEN = "certificate_specimen"
    OTHER = "other"


class FieldRow(Model):
    """Where one entry of a list field (an occupation, a person) stands and how surely it was read."""

    place: Place
    text: str
    confidence: float


class Field(Model):
    """One value read from a document, with the place it was read from.

    `value` is normalised as the contract says, `text` is what the page shows; a value that follows from others without
    being printed has no `text`. `rows` goes with a list value, entry by entry; it is not part of report.json.
    """

    value: JsonValue = None
    text: str | None = None
    confidence: float
    file: str | None = None
    page: int | None = None
    box: Box | None = None
    rows: list[FieldRow] = pydantic.Field(default_factory=list[FieldRow], exclude=True)


class PageReference(Model):
    """A page by its file and its number from 1."""

    file: str
    page: int


class Document(Model):
    """Consecutive pages that belong together, their kind, and what was read from them.

    `sections` are further documents on its pages (the lists of people in a form, the second certificate on a sheet);
    they bear its id. Those of its own kind follow it in report.json, the others are no part of that.
    """

    id: str
    kind: DocumentKind
    confidence: float
    pages: list[PageReference]
    fields: dict[str, Field] = pydantic.Field(default_factory=dict[str, Field])
    seals: list[Seal] = pydantic.Field(default_factory=list[Seal])
    codes: list[Code] = pydantic.Field(default_factory=list[Code])
    sections: list["Document"] = pydantic.Field(default_factory=list["Document"], exclude=True)
