"""What people do with a dossier. An act is written down once and never changed or taken back, but by another act."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from schemas.base import Model
from schemas.document import DocumentKind, PageReference
from schemas.finding import Outcome


class DeskState(StrEnum):
    """Where a dossier stands at the desk: to be decided, or decided."""

    OPEN = "open"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"


class ActKind(StrEnum):
    """What sort of act stands in the record. `reported` is the program's own: it made a new report."""

    REPORTED = "reported"
    CONFIRM = "confirm"
    OVERRULE = "overrule"
    FIELD = "field"
    ENVELOPE = "envelope"
    KIND = "kind"
    SPLIT = "split"
    JOIN = "join"
    MOVE = "move"
    ASSIGN = "assign"
    NOTE = "note"
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    REOPEN = "reopen"


class Judge(Model):
    """Say what a finding comes to: its own outcome (confirm), or another (overrule; needs a reason).

    `finding` is its key (`flows.desk.findings.keys_of`). A finding that a person must look at (`review`) has to come to
    `pass`, `fail` or `not_applicable`; this is no overruling, and needs no reason.
    """

    act: Literal["judge"] = "judge"
    finding: str
    outcome: Outcome
    reason: str = ""


class CorrectField(Model):
    """Say what a field's value is: as typed by the contract, or as people write it (see `flows.desk.values`).

    None says that the page does not show one. The value that was read says that it was read right. A list
    (occupations, people) is given whole. `section` is the place in the document's `sections`, where it is a field of
    one of those.
    """

    act: Literal["field"] = "field"
    document: str
    section: int | None = None
    field: str
    value: JsonValue
    reason: str = ""


class CorrectEnvelope(Model):
    """Say what the envelope tells: `received` (a date), `scope` or `applicant_type`; None where it tells nothing."""

    act: Literal["envelope"] = "envelope"
    name: Literal["received", "scope", "applicant_type"]
    value: str | None
    reason: str = ""


class SetKind(Model):
    """Say what kind a document is; the kind it has says that this is right."""

    act: Literal["kind"] = "kind"
    document: str
    kind: DocumentKind
    reason: str = ""


class Split(Model):
    """Let a new document, of `kind`, begin at one of a document's pages; that page is not its first."""

    act: Literal["split"] = "split"
    document: str
    at: PageReference
    kind: DocumentKind
    reason: str = ""


class Join(Model):
    """Let the pages of `other` be a document's as well; `other` is no more."""

    act: Literal["join"] = "join"
    document: str
    other: str
    reason: str = ""


class MovePages(Model):
    """Put pages into a document, or (`to` is None) into a new one of `kind`; a document without pages is no more."""

    act: Literal["move"] = "move"
    pages: list[PageReference] = Field(min_length=1)
    to: str | None = None
    kind: DocumentKind | None = None
    reason: str = ""


class Assign(Model):
    """Give a dossier to somebody, or (None) to nobody."""

    act: Literal["assign"] = "assign"
    to: str | None
    reason: str = ""


class Note(Model):
    """Write something down."""

    act: Literal["note"] = "note"
    reason: str


class Decide(Model):
    """Accept, return or reject a dossier.

    It cannot be accepted while a finding is a fail, or open: each has to be judged first. To reject it needs a reason,
    and so does returning one without a fail.
    """

    act: Literal["decide"] = "decide"
    state: Literal[DeskState.ACCEPTED, DeskState.RETURNED, DeskState.REJECTED]
    reason: str = ""


class Reopen(Model):
    """Open a decided dossier again (a supervisor's; needs a reason)."""

    act: Literal["reopen"] = "reopen"
    reason: str


Act = Annotated[
    Judge | CorrectField | CorrectEnvelope | SetKind | Split | Join | MovePages | Assign | Note | Decide | Reopen,
    Field(discriminator="act"),
]
"""What somebody asks to be done."""


class Recorded(Model):
    """An act in the record.

    `version` is the dossier's after it, `revision` that of the report it was done on. `about` says what it is about in
    terms that hold for later revisions as well (pages by their file's digest), `before` and `after` what it changed.
    `title` says it in a line for people.
    """

    id: int
    programme: str
    dossier: str
    version: int
    revision: int
    kind: ActKind
    about: dict[str, JsonValue]
    before: JsonValue
    after: JsonValue
    reason: str
    who: str
    made: float

    @property
    def title(self) -> str:
        """Say in a line what was done, without who and when."""
        raise NotImplementedError
