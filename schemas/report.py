"""The verification report of one dossier: what report.json holds."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_serializer

from schemas.base import Model
from schemas.document import Document
from schemas.dossier import Envelope, File
from schemas.elsewhere import Elsewhere
from schemas.finding import Finding

SCHEMA_VERSION = "1.0"


class Verdict(StrEnum):
    """`accept`: nothing to mend; `return`: at least one fail (补正); `review`: a person must look (人工复核)."""

    ACCEPT = "accept"
    RETURN = "return"
    REVIEW = "review"


def listed(documents: Sequence[Document]) -> list[Document]:
    """Return documents as report.json lists them: those that stand on another one's pages behind it, where of its kind.

    They bear ids of their own there.
    """
    parts: list[Document] = []
    for one in documents:
        alike = [section for section in one.sections if section.kind is one.kind]
        numbered = (section.model_copy(update={"id": f"{one.id}-{number}"}) for number, section in enumerate(alike, 2))
        parts += [one, *numbered]
    return parts


class Report(Model):
    """One dossier's report."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    programme: str
    dossier: str
    received: date | None
    verdict: Verdict
    files: list[File] = Field(default_factory=list[File])
    documents: list[Document] = Field(default_factory=list[Document])
    findings: list[Finding] = Field(default_factory=list[Finding])
    # What it was checked with beside its pages; no part of report.json.
    envelope: Envelope = Field(default_factory=Envelope, exclude=True)
    elsewhere: Elsewhere | None = Field(default=None, exclude=True)

    @field_serializer("documents")
    def _listed(self, documents: list[Document]) -> list[Document]:
        return listed(documents)


class SummaryRow(Model):
    """One dossier in the summary over a run; `error` says why a dossier has no report."""

    programme: str
    dossier: str
    name: str | None = None
    credit_code: str | None = None
    verdict: Verdict | None = None
    failed: int = 0
    review: int = 0
    passed: int = 0
    pages: int = 0
    seconds: float = 0.0
    report: str | None = None
    error: str | None = None


class Summary(Model):
    """What summary.json holds: every dossier of the run."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    dossiers: list[SummaryRow] = Field(default_factory=list[SummaryRow])
