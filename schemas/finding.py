"""What a rule says about a dossier."""

from enum import StrEnum

from pydantic import Field

from schemas.base import Box, Model


class Outcome(StrEnum):
    """`pass` and `fail` only on evidence that carries them; else `review`."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    REVIEW = "review"
    NOT_APPLICABLE = "not_applicable"


class Evidence(Model):
    """A place that a finding rests on: a document, one of its fields, or a page of a file."""

    document: str | None = None
    field: str | None = None
    file: str | None = None
    page: int | None = None
    box: Box | None = None


class Finding(Model):
    """One rule's answer for one subject, in the words a reviewer reads, with the clause it rests on."""

    rule: str
    outcome: Outcome
    message: str
    expected: str | None = None
    actual: str | None = None
    basis: str
    confidence: float
    subject: str | None = None
    evidence: list[Evidence] = Field(default_factory=list[Evidence])
