"""A dossier before it is judged: its files, its envelope and what was read."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from schemas.base import Model
from schemas.document import Document
from schemas.elsewhere import Elsewhere
from schemas.page import Page


class Scope(StrEnum):
    """How far the applicant wants to appraise: 全国, 全区 or 盟市."""

    NATIONAL = "national"
    REGION = "region"
    LEAGUE = "league"


class ApplicantType(StrEnum):
    """The type of organisation the envelope states."""

    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    INDUSTRY_ASSOCIATION = "industry_association"
    TRAINING_INSTITUTION = "training_institution"
    OTHER = "other"


class Envelope(Model):
    """`dossier.toml`: what the envelope tells beside the paper."""

    received: date | None = None
    scope: Scope | None = None
    applicant_type: ApplicantType | None = None


class FileStatus(StrEnum):
    """Whether a file could be read."""

    READ = "read"
    QUARANTINED = "quarantined"


class File(Model):
    """A file of the dossier; a quarantined one carries the reason, in the words a clerk reads."""

    path: str
    sha256: str
    pages: int
    status: FileStatus
    reason: str | None = None


class Dossier(Model):
    """All that the rules may look at; `elsewhere` is None where it was not compared with other dossiers."""

    programme: str
    name: str
    envelope: Envelope = Field(default_factory=Envelope)
    files: list[File] = Field(default_factory=list[File])
    pages: list[Page] = Field(default_factory=list[Page])
    documents: list[Document] = Field(default_factory=list[Document])
    elsewhere: Elsewhere | None = None
